"""Inicio, and a spool that is looked up there."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "inicio.title": Both("ESCANEE SU CREDENCIAL", "SCAN YOUR BADGE"),
    "inicio.hint": Both("o escriba su número o su nombre y pulse Enter", "or type your number or name and press Enter"),
    "inicio.workers": Both("Trabajadores", "Workers"),
    "inicio.inactive": Both("inactivo", "inactive"),
    "inicio.holds": Both("{count} en mano", "{count} in hand"),
    "inicio.empty": Both(
        "Esta planta está vacía. Cárguela con: kiosk load CARPETA",
        "This plant is empty. Load it with: kiosk load FOLDER",
    ),
    "inicio.no_match": Both("Nadie coincide con «{text}»", "Nobody matches “{text}”"),
    "needs_badge.title": Both("PRIMERO SU CREDENCIAL", "YOUR BADGE FIRST"),
    "needs_badge.next": Both("Escanee su credencial y después el spool", "Scan your badge and then the spool"),
    "lookup.free": Both("{tag}: libre · {estado}", "{tag}: free · {estado}"),
    "lookup.held": Both(
        "{tag}: lo tiene {quien} para {operacion}, hace {elapsed}",
        "{tag}: {quien} has had it for {elapsed}, for {operacion}",
    ),
}
