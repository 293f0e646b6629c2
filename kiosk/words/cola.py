"""The queues: spools that wait for inspection or for repair."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "cola.METROLOGIA.title": Both("POR INSPECCIONAR", "AWAITING INSPECTION"),
    "cola.METROLOGIA.count": Both("{count} por inspeccionar", "{count} awaiting inspection"),
    "cola.METROLOGIA.none": Both("Ningún spool espera inspección", "No spool awaits inspection"),
    "cola.METROLOGIA.hint": Both("Escanee el spool que inspeccionó", "Scan the spool you inspected"),
    "cola.REPARACION.title": Both("POR REPARAR", "AWAITING REPAIR"),
    "cola.REPARACION.count": Both("{count} por reparar", "{count} awaiting repair"),
    "cola.REPARACION.none": Both("Ningún spool espera reparación", "No spool awaits repair"),
    "cola.REPARACION.hint": Both("Escanee el spool que va a reparar", "Scan the spool you will repair"),
    "cola.waits": Both("espera", "waits"),
    "cola.cycle": Both("reparación {cycle}", "repair {cycle}"),
    "cola.again": Both("vuelve de {cycle}", "back from {cycle}"),
    "cola.first": Both("primera vez", "first time"),
    "cola.blocked": Both("▲ BLOQUEADO", "▲ BLOCKED"),
    "cola.taken": Both("lo tiene {quien}", "held by {quien}"),
    "cola.half": Both("a medias", "half done"),
}
