"""Lote: a batch that is gathered, confirmed, and told."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "lote.title": Both("LOTE", "BATCH"),
    "lote.which": Both("¿Qué va a hacer con todos?", "What will you do with all of them?"),
    "lote.empty": Both("Escanee el primer spool", "Scan the first spool"),
    "lote.gathered.one": Both("{count} spool en el lote", "{count} spool in the batch"),
    "lote.gathered": Both("{count} spools en el lote", "{count} spools in the batch"),
    "lote.hint": Both("Siga escaneando. Para terminar: C.LOTE o F2", "Keep scanning. To finish: C.LOTE or F2"),
    "lote.count": Both(
        "{good} de {total} se pueden tomar · máximo {limit}", "{good} of {total} can be taken · {limit} at most"
    ),
    "lote.ok": Both("se puede tomar", "can be taken"),
    "lote.again.title": Both("YA ESTÁ EN EL LOTE", "ALREADY IN THE BATCH"),
    "lote.full.title": Both("EL LOTE ESTÁ LLENO", "THE BATCH IS FULL"),
    "lote.full.detail": Both("Caben {limit}: confírmelo con C.SI o F2", "It holds {limit}: confirm it with C.SI or F2"),
    "lote.added.title": Both("EN EL LOTE", "IN THE BATCH"),
    "lote.removed.title": Both("FUERA DEL LOTE", "OUT OF THE BATCH"),
    "lote.nothing.title": Both("EL LOTE ESTÁ VACÍO", "THE BATCH IS EMPTY"),
    "lote.confirm.one": Both("¿TOMAR {count} SPOOL?", "TAKE {count} SPOOL?"),
    "lote.confirm": Both("¿TOMAR {count} SPOOLS?", "TAKE {count} SPOOLS?"),
    "lote.yes.one": Both("Sí, tomar {count}", "Yes, take {count}"),
    "lote.yes": Both("Sí, tomar los {count}", "Yes, take all {count}"),
    "lote.no": Both("Seguir escaneando", "Keep scanning"),
    "lote.keep": Both("Dejarlo guardado", "Keep it for later"),
    "lote.drop": Both("Olvidarlo", "Forget it"),
    "lote.leave.title": Both("EL LOTE NO ESTÁ CONFIRMADO", "THE BATCH IS NOT CONFIRMED"),
    "lote.done": Both("{succeeded} DE {total} TOMADOS", "{succeeded} OF {total} TAKEN"),
    "lote.refused.one": Both(
        "{count} no se pudo: vea por qué en la lista", "{count} could not be taken: see why in the list"
    ),
    "lote.refused": Both(
        "{count} no se pudieron: vea por qué en la lista", "{count} could not be taken: see why in the list"
    ),
    "lote.next": Both(
        "El siguiente escaneo empieza otro lote. Esc vuelve", "The next scan begins another batch. Esc goes back"
    ),
    "key.confirmar": Both("Confirmar", "Confirm"),
    "key.quitar": Both("Quitar", "Remove"),
    "tip.confirmar": Both("Tomar todos los spools del lote", "Take every spool of the batch"),
    "tip.quitar": Both(
        "Sacar del lote el spool marcado, o el último", "Take the marked spool, or the last, off the batch"
    ),
}
