"""The shop's own words: operations, roles, what happened, the columns of lists."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "column.spool": Both("SPOOL", "SPOOL"),
    "column.worker": Both("QUIÉN", "WHO"),
    "column.operacion": Both("OPERACIÓN", "OPERATION"),
    "column.elapsed": Both("HACE", "FOR"),
    "column.station": Both("ESTACIÓN", "STATION"),
    "column.state": Both("ESTADO", "STATE"),
    "expired": Both("VENCIDO", "EXPIRED"),
    "operacion.ARM": Both("ARMADO", "FIT-UP"),
    "operacion.SOLD": Both("SOLDADURA", "WELDING"),
    "operacion.METROLOGIA": Both("METROLOGÍA", "INSPECTION"),
    "operacion.REPARACION": Both("REPARACIÓN", "REPAIR"),
    "rol.Armador": Both("Armador", "Fitter"),
    "rol.Soldador": Both("Soldador", "Welder"),
    "rol.Metrologia": Both("Metrología", "Inspector"),
    "rol.Supervisor": Both("Supervisor", "Supervisor"),
    "rol.Ayudante": Both("Ayudante", "Helper"),
    "done.TOMAR": Both("TOMADO", "TAKEN"),
    "done.PAUSAR": Both("PAUSADO", "PAUSED"),
    "done.COMPLETAR": Both("COMPLETADO", "COMPLETED"),
    "done.CANCELAR": Both("CANCELADO", "CANCELLED"),
    "done.EXTENDER": Both("PLAZO RENOVADO", "TIME RENEWED"),
    "done.LIBERAR": Both("LIBERADO", "RELEASED"),
    "done.DESBLOQUEAR": Both("DESBLOQUEADO", "UNBLOCKED"),
    "done.NOTA": Both("NOTA GUARDADA", "NOTE SAVED"),
    "done.CARGAR_PLANTA": Both("PLANTA CARGADA", "PLANT LOADED"),
    "done.ACEPTAR_REGISTRO": Both("REGISTRO ACEPTADO", "LEDGER ACCEPTED"),
    "done.APROBADO": Both("APROBADO", "APPROVED"),
    "done.RECHAZADO": Both("RECHAZADO", "REJECTED"),
    "done.detail": Both("{operacion} · guardado", "{operacion} · saved"),
    "done.blocked": Both("Queda BLOQUEADO: avise a un supervisor", "It is now BLOCKED: call a supervisor"),
    "riesgo.SIN_AOF": Both(
        "el servidor no escribe cada cambio en su disco (appendonly no)",
        "the server does not write each change to its disk (appendonly no)",
    ),
    "riesgo.FSYNC_DIFERIDO": Both(
        "un corte de luz puede llevarse el último segundo (appendfsync everysec)",
        "a power cut may take the last second (appendfsync everysec)",
    ),
    "riesgo.SIN_FSYNC": Both(
        "un corte de luz puede llevarse lo último guardado (appendfsync no)",
        "a power cut may take what was saved last (appendfsync no)",
    ),
    "riesgo.DESALOJO": Both(
        "si se llena la memoria, el servidor borra datos (maxmemory-policy)",
        "when its memory is full, the server drops data (maxmemory-policy)",
    ),
    "riesgo.AOF_FALLA": Both("el servidor no logra escribir en su disco", "the server cannot write to its disk"),
    "riesgo.FALTAN_REPLICAS": Both(
        "hay menos réplicas conectadas que las pedidas", "fewer replicas are connected than were asked for"
    ),
    "riesgo.DISCO_NO_ESPERA": Both(
        "el archivo no espera al disco (synchronous)", "the file does not wait for the disk (synchronous)"
    ),
    "riesgo.ARCHIVO_DANADO": Both("el archivo está dañado", "the file is damaged"),
    "event.TOMAR": Both("{quien} tomó {operacion}", "{quien} took {operacion}"),
    "event.PAUSAR": Both("{quien} pausó {operacion}", "{quien} paused {operacion}"),
    "event.COMPLETAR": Both("{quien} completó {operacion}", "{quien} completed {operacion}"),
    "event.CANCELAR": Both("{quien} canceló {operacion}", "{quien} cancelled {operacion}"),
    "event.EXTENDER": Both("{quien} renovó el plazo de {operacion}", "{quien} renewed the time of {operacion}"),
    "event.LIBERAR": Both("{quien} liberó {operacion}", "{quien} released {operacion}"),
    "event.DESBLOQUEAR": Both("{quien} desbloqueó el spool", "{quien} unblocked the spool"),
    "event.NOTA": Both("{quien} anotó", "{quien} noted"),
    "event.CARGAR_PLANTA": Both("Planta cargada", "Plant loaded"),
    "event.ACEPTAR_REGISTRO": Both("{quien} aceptó el registro como está", "{quien} accepted the ledger as it is"),
}
