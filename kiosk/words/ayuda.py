"""Ayuda: the headings, and what has neither a key on the screen nor a command of its own."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "ayuda.title": Both("Ayuda: teclas y códigos de barras", "Help: keys and barcodes"),
    "ayuda.remark": Both(
        "Cualquier otro código cierra la ayuda y vale enseguida", "Any other code closes the help and counts at once"
    ),
    "ayuda.here": Both("EN ESTA PANTALLA", "ON THIS SCREEN"),
    "ayuda.asked": Both("CUANDO SE LE PREGUNTA ALGO", "WHEN YOU ARE ASKED SOMETHING"),
    "ayuda.everywhere": Both("EN CUALQUIER PANTALLA", "ON ANY SCREEN"),
    "ayuda.badge": Both("credencial", "badge"),
    "ayuda.badge.what": Both("Esa persona trabaja ahora en esta terminal", "That person now works at this terminal"),
    "ayuda.tag": Both("etiqueta", "label"),
    "ayuda.tag.what": Both("Ese spool: lo toma, o ve qué se puede hacer", "That spool: take it, or see what to do"),
    "ayuda.type": Both("texto", "text"),
    "ayuda.type.what": Both("Todo código se puede escribir; Enter lo envía", "Every code can be typed; Enter sends it"),
    "ayuda.page": Both("RePág AvPág", "PgUp PgDn"),
    "ayuda.page.what": Both("Diez líneas más arriba o más abajo", "Ten lines up or down"),
    "tip.ask": Both("Preguntar qué hacer con el spool marcado", "Ask what to do with the marked spool"),
}
