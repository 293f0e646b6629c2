"""Estación: what its panel says and asks."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "estacion.ready_hint": Both("o escriba su tag y pulse Enter", "or type its tag and press Enter"),
    "estacion.mine": Both("Mis spools", "My spools"),
    "estacion.mine_count": Both("Mis spools ({count})", "My spools ({count})"),
    "estacion.none": Both("Nada en mano todavía", "Nothing in hand yet"),
    "estacion.no_roles": Both("sin rol para tomar spools", "no role that takes spools"),
    "next.TOMAR": Both("Al terminar, escanéelo otra vez", "When you finish, scan it again"),
    "next.free": Both("El spool queda libre. Escanee el siguiente", "The spool is free. Scan the next one"),
    "next.scan": Both("Escanee el siguiente spool", "Scan the next spool"),
    "already.title": Both("YA ES SUYO", "YOU HAVE IT"),
    "already.detail": Both("{operacion} · desde hace {elapsed}", "{operacion} · for {elapsed}"),
    "already.next": Both("¿Pausar o completar?", "Pause or complete?"),
    "saving.title": Both("GUARDANDO…", "SAVING…"),
    "pointed.next": Both("¿Pausar, completar o cancelar? Enter pregunta", "Pause, complete or cancel? Enter asks"),
    "choose.title": Both("¿QUÉ VA A HACER?", "WHAT WILL YOU DO?"),
    "inspect.title": Both("¿APROBADO O RECHAZADO?", "APPROVED OR REJECTED?"),
    "welcome.title": Both("HOLA, {nombre}", "HELLO, {nombre}"),
    "welcome.held": Both("Tiene {count} en mano. Escanee un spool", "You have {count} in hand. Scan a spool"),
    "welcome.free": Both("Escanee un spool", "Scan a spool"),
    "no_spool.title": Both("NO HAY UN SPOOL ELEGIDO", "NO SPOOL CHOSEN"),
    "no_spool.detail": Both("Escanee primero el spool", "Scan the spool first"),
    "nothing_to_do.title": Both("NADA QUE HACER AQUÍ", "NOTHING TO DO HERE"),
    "nothing_to_do.detail": Both("{tag} · {estado}", "{tag} · {estado}"),
    "nothing_to_do.next": Both(
        "Ninguna de sus operaciones corresponde. Escanee otro spool", "None of your operations fits. Scan another spool"
    ),
}
