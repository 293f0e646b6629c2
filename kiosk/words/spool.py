"""Spool: everything about one spool."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "spool.scan.title": Both("ESCANEE UN SPOOL", "SCAN A SPOOL"),
    "spool.scan.detail": Both("o escriba su tag y pulse Enter", "or type its tag and press Enter"),
    "spool.ot": Both("OT {ot}", "OT {ot}"),
    "spool.nv": Both("NV {nv}", "NV {nv}"),
    "spool.materials": Both("materiales {fecha}", "materials {fecha}"),
    "spool.no_materials": Both("sin materiales", "no materials"),
    "spool.free": Both("○ Nadie lo tiene", "○ Nobody has it"),
    "spool.held": Both(
        "▶ {quien} · {operacion} · hace {elapsed}, desde {since}",
        "▶ {quien} · {operacion} · for {elapsed}, since {since}",
    ),
    "spool.at": Both("en {station}", "at {station}"),
    "spool.cycle": Both("{name} {ciclo}/{allowed}", "{name} {ciclo}/{allowed}"),
    "spool.cycle_of_any": Both("{name} · ciclo {ciclo}", "{name} · cycle {ciclo}"),
    "spool.blocked": Both("BLOQUEADO", "BLOCKED"),
    "spool.blocked_next": Both("pida DESBLOQUEAR", "ask to UNBLOCK"),
    "spool.no_rejection": Both("sin rechazos", "no rejections"),
    "spool.acts": Both("Qué puede hacer", "What you can do"),
    "spool.extend": Both("Renovar plazo", "Renew time"),
    "spool.take": Both("Tomar {operacion}", "Take {operacion}"),
    "spool.history": Both("Historia", "History"),
    "spool.history_count": Both("Historia ({count})", "History ({count})"),
    "spool.no_history": Both("sin historia todavía", "no history yet"),
    "spool.reading": Both("leyendo la historia…", "reading the history…"),
    "spool.unread": Both("No se pudo leer: {reason}", "It could not be read: {reason}"),
    "spool.needs_badge": Both("Para trabajar en él, escanee su credencial", "To work on it, scan your badge"),
    "spool.today": Both("HOY", "TODAY"),
    "spool.yesterday": Both("AYER", "YESTERDAY"),
    "key.extender": Both("Plazo", "Renew"),
    "key.nota": Both("Nota", "Note"),
    "key.aprobado": Both("Aprobar", "Approve"),
    "key.rechazado": Both("Rechazar", "Reject"),
    "tip.extender": Both("Renovar el plazo del spool que tiene", "Renew your time on the spool you hold"),
    "tip.nota": Both("Anotar algo en la historia del spool", "Write a note into the spool's history"),
}
