"""Refusals, by error code: a title, a line, and what to do next; and their parts."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "error.SPOOL_OCCUPIED.title": Both("LO TIENE {ocupado_por}", "{ocupado_por} HAS IT"),
    "error.SPOOL_OCCUPIED.detail": Both(
        "{tag_spool} · {operacion} en {station}, desde hace {elapsed}",
        "{tag_spool} · {operacion} at {station}, for {elapsed}",
    ),
    "error.SPOOL_OCCUPIED.next": Both(
        "Hable con esa persona o escanee otro spool", "Talk to that person or scan another spool"
    ),
    "error.VERSION_CONFLICT.title": Both("DEMASIADA GENTE A LA VEZ", "TOO MANY AT ONCE"),
    "error.VERSION_CONFLICT.detail": Both(
        "{tag_spool} cambió mientras se guardaba; no se guardó nada",
        "{tag_spool} changed while saving; nothing was saved",
    ),
    "error.VERSION_CONFLICT.next": Both("Escanéelo otra vez", "Scan it again"),
    "error.NO_AUTORIZADO.title": Both("NO ES SUYO", "NOT YOURS"),
    "error.NO_AUTORIZADO.detail": Both("{tag_spool} lo tiene {ocupado_por}", "{ocupado_por} has {tag_spool}"),
    "error.NO_AUTORIZADO.next": Both("Solo quien lo tiene puede hacer eso", "Only its holder can do that"),
    "error.ROL_NO_AUTORIZADO.title": Both("SU ROL NO LO PERMITE", "YOUR ROLE DOES NOT ALLOW IT"),
    "error.ROL_NO_AUTORIZADO.detail": Both(
        "{worker_nombre} necesita ser {roles_necesarios}", "{worker_nombre} would have to be {roles_necesarios}"
    ),
    "error.ROL_NO_AUTORIZADO.next": Both("Si es un error, avise a la oficina", "If that is wrong, tell the office"),
    "error.SPOOL_BLOQUEADO.title": Both("BLOQUEADO", "BLOCKED"),
    "error.SPOOL_BLOQUEADO.detail": Both(
        "{tag_spool} fue rechazado {rechazos} veces", "{tag_spool} was rejected {rechazos} times"
    ),
    "error.SPOOL_BLOQUEADO.next": Both("Avise a un supervisor", "Call a supervisor"),
    "error.SPOOL_NO_ENCONTRADO.title": Both("NO EXISTE ESE SPOOL", "NO SUCH SPOOL"),
    "error.SPOOL_NO_ENCONTRADO.detail": Both(
        "«{tag_spool}» no está en la lista de la planta", "“{tag_spool}” is not in the plant's list"
    ),
    "error.SPOOL_NO_ENCONTRADO.next": Both("Revise la etiqueta y escanee otra vez", "Check the label and scan again"),
    "error.WORKER_NO_ENCONTRADO.title": Both("CREDENCIAL DESCONOCIDA", "UNKNOWN BADGE"),
    "error.WORKER_NO_ENCONTRADO.detail": Both(
        "No hay un trabajador con el número {worker_id}", "There is no worker number {worker_id}"
    ),
    "error.WORKER_NO_ENCONTRADO.next": Both("Avise a la oficina", "Tell the office"),
    "error.LOCK_EXPIRED.title": Both("YA NO LO TIENE", "YOU NO LONGER HAVE IT"),
    "error.LOCK_EXPIRED.detail": Both(
        "{tag_spool}: la toma venció o se liberó", "{tag_spool}: your hold expired or was released"
    ),
    "error.LOCK_EXPIRED.next": Both("Tómelo otra vez", "Take it again"),
    "free.title": Both("NADIE LO TIENE", "NOBODY HAS IT"),
    "free.detail": Both("{tag_spool} no está tomado", "{tag_spool} is not taken"),
    "free.next": Both("Para trabajar en él, tómelo", "To work on it, take it"),
    "error.DEPENDENCIAS_NO_SATISFECHAS.title": Both("TODAVÍA NO", "NOT YET"),
    "error.DEPENDENCIAS_NO_SATISFECHAS.detail": Both(
        "{tag_spool} · {operacion} necesita antes {falta}", "{tag_spool} · {operacion} needs {falta} first"
    ),
    "error.DEPENDENCIAS_NO_SATISFECHAS.next": Both("Escanee otro spool", "Scan another spool"),
    "error.OPERACION_NO_DISPONIBLE.title": Both("NO CORRESPONDE", "NOT POSSIBLE"),
    "error.OPERACION_NO_DISPONIBLE.detail": Both("{tag_spool}: {impedimento}", "{tag_spool}: {impedimento}"),
    "error.OPERACION_NO_DISPONIBLE.next": Both("Escanee otro spool", "Scan another spool"),
    "error.FECHA_INVALIDA.title": Both("FECHA EN EL FUTURO", "DATE IN THE FUTURE"),
    "error.FECHA_INVALIDA.detail": Both("{fecha} es después de hoy, {hoy}", "{fecha} is after today, {hoy}"),
    "error.FECHA_INVALIDA.next": Both("Corrija la fecha", "Correct the date"),
    "error.SHEET_UNUSABLE.title": Both("LA PLANILLA NO SIRVE ASÍ", "THE SHEET CANNOT BE USED"),
    "error.SHEET_UNUSABLE.detail": Both("Hoja {sheet}: {reason}", "Worksheet {sheet}: {reason}"),
    "error.SHEET_UNUSABLE.next": Both(
        "Todo sigue como estaba; corrija la planilla y repita", "All stays as it was; correct the sheet and repeat"
    ),
    "error.INVALID_REQUEST.title": Both("NO SE ENTIENDE", "NOT UNDERSTOOD"),
    "error.INVALID_REQUEST.detail": Both("{field}: {reason}", "{field}: {reason}"),
    "error.INVALID_REQUEST.next": Both("Escanee otra vez", "Scan again"),
    "error.LEDGER_UNAVAILABLE.title": Both("NO SE GUARDÓ", "NOT SAVED"),
    "error.LEDGER_UNAVAILABLE.detail": Both(
        "El registro no responde: {reason}", "The ledger does not answer: {reason}"
    ),
    "error.LEDGER_UNAVAILABLE.next": Both("Espere un momento y escanee otra vez", "Wait a moment and scan again"),
    "error.LEDGER_ROLLED_BACK.title": Both("EL REGISTRO PERDIÓ DATOS", "THE LEDGER LOST DATA"),
    "error.LEDGER_ROLLED_BACK.detail": Both(
        "Terminaba en el evento {known_seq}; este termina en el {found_seq}",
        "It ended at event {known_seq}; this one ends at {found_seq}",
    ),
    "error.LEDGER_ROLLED_BACK.next": Both(
        "No se toma nada hasta que un supervisor lo acepte o se restaure",
        "Nothing is taken until a supervisor accepts it or it is restored",
    ),
    "error.LOG_TRIMMED.title": Both("FALTA PARTE DE LA HISTORIA", "PART OF THE HISTORY IS GONE"),
    "error.LOG_TRIMMED.detail": Both(
        "Solo quedan los eventos que siguen al {available_after}", "Only the events after {available_after} are left"
    ),
    "error.LOG_TRIMMED.next": Both("Pídalos desde ese número", "Ask for those"),
    "error.LEDGER_NOT_EMPTY.title": Both("EL DESTINO NO ESTÁ VACÍO", "THE TARGET IS NOT EMPTY"),
    "error.LEDGER_NOT_EMPTY.detail": Both(
        "Ya tiene {spools} spools y {seq} eventos", "It already has {spools} spools and {seq} events"
    ),
    "error.LEDGER_NOT_EMPTY.next": Both("Copie a un registro vacío", "Copy to an empty ledger"),
    "error.COPY_FAILED.title": Both("LA COPIA NO SIRVE", "THE COPY IS NO GOOD"),
    "error.COPY_FAILED.detail": Both("{reason}", "{reason}"),
    "error.COPY_FAILED.next": Both("Copie otra vez a un registro vacío", "Copy again to an empty ledger"),
    "falta.MATERIALES": Both("sus materiales", "its materials"),
    "falta.ARM_INICIADO": Both("que el armado haya comenzado", "the fit-up begun"),
    "falta.ARM_COMPLETADO": Both("el armado completo", "the fit-up completed"),
    "falta.SOLD_COMPLETADO": Both("la soldadura completa", "the welding completed"),
    "impedimento.YA_COMPLETADA": Both("esa operación ya está completada", "that operation is already completed"),
    "impedimento.SIN_TOMAR": Both(
        "la metrología se registra sin tomar el spool", "inspection is recorded without taking the spool"
    ),
    "impedimento.OTRA_OPERACION": Both("está tomado para otra operación", "it is taken for another operation"),
    "impedimento.ESPERA_REPARACION": Both(
        "espera reparación antes de inspeccionarse", "it awaits repair before inspection"
    ),
    "impedimento.YA_APROBADO": Both("ya está aprobado", "it is already approved"),
    "impedimento.NO_RECHAZADO": Both("no está rechazado", "it is not rejected"),
    "impedimento.SPOOL_LIBRE": Both("nadie lo tiene", "nobody has it"),
    "impedimento.NO_BLOQUEADO": Both("no está bloqueado", "it is not blocked"),
    "impedimento.NO_ES_LO_ULTIMO": Both(
        "no es lo último que usted hizo en esta terminal", "it is not the last thing you did at this terminal"
    ),
    "impedimento.NO_SE_DESHACE": Both("lo último que hizo no se deshace", "what you did last cannot be undone"),
    "impedimento.FUERA_DE_PLAZO": Both("ya pasaron 30 s desde que lo hizo", "30 s have passed since you did it"),
    "impedimento.CAMBIO_DESPUES": Both("el spool cambió después", "the spool has changed since"),
    "inactive_worker": Both("{worker_nombre} está inactivo", "{worker_nombre} is inactive"),
}
