"""Tablero."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "tablero.taken": Both("TOMADOS", "TAKEN"),
    "tablero.expired": Both("VENCIDOS", "EXPIRED"),
    "tablero.to_inspect": Both("POR INSPECCIONAR", "TO INSPECT"),
    "tablero.rejected": Both("RECHAZADOS", "REJECTED"),
    "tablero.blocked": Both("BLOQUEADOS", "BLOCKED"),
    "tablero.free": Both("DISPONIBLES", "FREE"),
    "tablero.no_materials": Both("SIN MATERIALES", "NO MATERIALS"),
    "tablero.approved": Both("APROBADOS", "APPROVED"),
    "tablero.all": Both("TODOS", "ALL"),
    "tablero.longest_first": Both("primero lo más antiguo", "held longest first"),
    "tablero.newest_first": Both("primero lo último que cambió", "changed last first"),
    "tablero.by_worker": Both("por persona", "by worker"),
    "tablero.by_tag": Both("por tag", "by tag"),
    "tablero.long": Both("DEMORA", "LONG"),
    "tablero.quoted": Both("«{text}»", "“{text}”"),
    "tablero.count": Both("{shown} de {total}", "{shown} of {total}"),
    "tablero.none": Both("Nadie tiene un spool en este momento", "Nobody holds a spool right now"),
    "tablero.nothing": Both("Ningún spool en este estado", "No spool in this state"),
    "tablero.no_match": Both("Ningún spool coincide con el filtro", "No spool matches the filter"),
    "tablero.load": Both("Carga", "Load"),
    "tablero.load_hint": Both("C.1 a C.9: solo sus spools", "C.1 to C.9: only their spools"),
    "tablero.no_such_worker": Both("Nadie tiene el número {number} en la carga", "The load has no number {number}"),
    "tablero.point_first": Both(
        "Elija una línea con las flechas: se mostrará solo esa persona",
        "Choose a line with the arrows: only that worker will be shown",
    ),
    "key.estado": Both("Estado", "State"),
    "key.operacion": Both("Operación", "Operation"),
    "key.orden": Both("Orden", "Order"),
    "key.quien": Both("Quién", "Who"),
    "key.limpiar": Both("Quitar filtro", "Clear filter"),
    "tip.estado": Both(
        "Mostrar los siguientes: tomados, vencidos, por inspeccionar…", "Show the next: taken, expired, to inspect…"
    ),
    "tip.operacion": Both(
        "Solo una operación: armado, soldadura, reparación", "Only one operation: fit-up, welding, repair"
    ),
    "tip.orden": Both("Cambiar qué va primero", "Change what comes first"),
    "tip.quien": Both("Solo la persona de la línea marcada", "Only the worker of the marked line"),
    "tip.limpiar": Both("Mostrar de nuevo todos los tomados", "Show all taken spools again"),
    "tablero.filtered": Both("FILTRO  {what}   F7 o C.NO lo quita", "FILTER  {what}   F7 or C.NO clears it"),
}
