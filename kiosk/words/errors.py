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
    "planilla.account": Both("la cuenta de servicio", "the service account"),
    "planilla.key": Both("La llave", "The key"),
    "planilla.SIN_CREDENCIALES.title": Both("FALTA LA LLAVE DE GOOGLE", "THE GOOGLE KEY IS MISSING"),
    "planilla.SIN_CREDENCIALES.detail": Both(
        "Este equipo no tiene con qué entrar a la planilla", "This machine has nothing to open the sheet with"
    ),
    "planilla.SIN_CREDENCIALES.next": Both(
        "Indique el archivo de la llave en KIOSK_GOOGLE_CREDENTIALS", "Name the key's file in KIOSK_GOOGLE_CREDENTIALS"
    ),
    "planilla.ARCHIVO_NO_EXISTE.title": Both("NO ESTÁ EL ARCHIVO DE LA LLAVE", "THE KEY'S FILE IS NOT THERE"),
    "planilla.ARCHIVO_NO_EXISTE.detail": Both("No existe {detail}", "There is no {detail}"),
    "planilla.ARCHIVO_NO_EXISTE.next": Both(
        "Copie allí la llave o corrija KIOSK_GOOGLE_CREDENTIALS",
        "Copy the key there or correct KIOSK_GOOGLE_CREDENTIALS",
    ),
    "planilla.LLAVE_INVALIDA.title": Both("LA LLAVE DE GOOGLE NO SIRVE", "THE GOOGLE KEY IS NO GOOD"),
    "planilla.LLAVE_INVALIDA.detail": Both("{key}: {reason}", "{key}: {reason}"),
    "planilla.LLAVE_INVALIDA.next": Both(
        "Descargue otra vez la llave JSON de la cuenta de servicio", "Download the service account's JSON key again"
    ),
    "planilla.LLAVE_RECHAZADA.title": Both("GOOGLE NO ACEPTA LA LLAVE", "GOOGLE DOES NOT ACCEPT THE KEY"),
    "planilla.LLAVE_RECHAZADA.detail": Both(
        "La llave se borró, o la hora de este equipo está mal", "The key was deleted, or this machine's clock is wrong"
    ),
    "planilla.LLAVE_RECHAZADA.next": Both(
        "Revise la hora; si está bien, cree otra llave", "Check the clock; if it is right, make another key"
    ),
    "planilla.NO_COMPARTIDA.title": Both("LA PLANILLA NO ESTÁ COMPARTIDA", "THE SHEET IS NOT SHARED"),
    "planilla.NO_COMPARTIDA.detail": Both("No puede abrirla {account}", "It cannot be opened by {account}"),
    "planilla.NO_COMPARTIDA.next": Both(
        "Compártala con {account}, como editor", "Share it with {account}, as an editor"
    ),
    "planilla.SOLO_LECTURA.title": Both("LA PLANILLA ES SOLO DE LECTURA", "THE SHEET IS READ-ONLY"),
    "planilla.SOLO_LECTURA.detail": Both(
        "Puede leerla, pero no escribir en ella, {account}", "It may be read, but not written, by {account}"
    ),
    "planilla.SOLO_LECTURA.next": Both(
        "Cambie a {account} de lector a editor", "Change {account} from viewer to editor"
    ),
    "planilla.API_DESACTIVADA.title": Both("GOOGLE SHEETS ESTÁ DESACTIVADO", "GOOGLE SHEETS IS SWITCHED OFF"),
    "planilla.API_DESACTIVADA.detail": Both(
        "La API de Google Sheets no está activada en el proyecto de la llave",
        "The Google Sheets API is not enabled in the key's project",
    ),
    "planilla.API_DESACTIVADA.next": Both(
        "Actívela en la consola de Google Cloud y espere unos minutos",
        "Enable it in the Google Cloud console and wait a few minutes",
    ),
    "planilla.ID_INCORRECTO.title": Both("NO EXISTE ESA PLANILLA", "NO SUCH SHEET"),
    "planilla.ID_INCORRECTO.detail": Both(
        "Google no tiene una planilla con ese identificador", "Google has no sheet with that identifier"
    ),
    "planilla.ID_INCORRECTO.next": Both(
        "Copie la dirección de la planilla en KIOSK_SHEETS_ID", "Copy the sheet's address into KIOSK_SHEETS_ID"
    ),
    "planilla.CUOTA.title": Both("GOOGLE PIDE ESPERAR", "GOOGLE ASKS TO WAIT"),
    "planilla.CUOTA.detail": Both(
        "Hubo demasiadas solicitudes en un minuto", "There were too many requests in a minute"
    ),
    "planilla.CUOTA.next": Both("No haga nada: se repite solo", "Do nothing: it is repeated by itself"),
    "planilla.SERVIDOR.title": Both("GOOGLE FALLÓ", "GOOGLE FAILED"),
    "planilla.SERVIDOR.detail": Both("La falla es de los servidores de Google", "The failure is Google's servers'"),
    "planilla.SERVIDOR.next": Both("Espere: se repite solo", "Wait: it is repeated by itself"),
    "planilla.RED.title": Both("SIN CONEXIÓN CON LA PLANILLA", "NO CONNECTION TO THE SHEET"),
    "planilla.RED.detail": Both("No se llega a Google", "Google cannot be reached"),
    "planilla.RED.next": Both("Revise la red de este equipo", "Check this machine's network"),
    "planilla.LENTA.title": Both("LA PLANILLA NO RESPONDE", "THE SHEET DOES NOT ANSWER"),
    "planilla.LENTA.detail": Both("La respuesta no llegó a tiempo", "The answer did not come in time"),
    "planilla.LENTA.next": Both("Espere; si sigue así, revise la red", "Wait; if it goes on, check the network"),
    "planilla.RESPUESTA_ILEGIBLE.title": Both("NO SE ENTIENDE LA RESPUESTA", "THE ANSWER MAKES NO SENSE"),
    "planilla.RESPUESTA_ILEGIBLE.detail": Both(
        "Lo que llegó no es de Google Sheets", "What came is not from Google Sheets"
    ),
    "planilla.RESPUESTA_ILEGIBLE.next": Both(
        "Revise si la red pide iniciar sesión", "Check whether the network wants a login"
    ),
    "planilla.RECHAZADA.title": Both("GOOGLE RECHAZÓ EL CAMBIO", "GOOGLE REFUSED"),
    "planilla.RECHAZADA.detail": Both("Google dice: {detail}", "Google says: {detail}"),
    "planilla.RECHAZADA.next": Both(
        "Vea si la planilla tiene celdas protegidas o le falta una hoja",
        "See whether the sheet has protected cells or lacks a worksheet",
    ),
    "planilla.LLENA.title": Both("LA PLANILLA ESTÁ LLENA", "THE SHEET IS FULL"),
    "planilla.LLENA.detail": Both("Llegó al límite de celdas de Google", "It has reached Google's limit of cells"),
    "planilla.LLENA.next": Both(
        "Mueva las hojas Metadata antiguas a otra planilla", "Move the old Metadata worksheets to another sheet"
    ),
    "planilla.OTRO_REGISTRO.title": Both("OTRO REGISTRO USA LA PLANILLA", "ANOTHER LEDGER USES THE SHEET"),
    "planilla.OTRO_REGISTRO.detail": Both(
        "La estación {detail} anota ahí eventos que este registro no tiene",
        "Station {detail} writes events there that this ledger does not have",
    ),
    "planilla.OTRO_REGISTRO.next": Both(
        "Revise KIOSK_LEDGER_URL en {detail}: debe quedar un solo registro",
        "Check KIOSK_LEDGER_URL at {detail}: there must be only one ledger",
    ),
    "error.KIOSK_ERROR.title": Both("NO SE PUDO", "IT FAILED"),
    "error.KIOSK_ERROR.detail": Both(
        "Otra versión del programa anotó este problema", "Another version of the program noted this problem"
    ),
    "error.KIOSK_ERROR.next": Both("Actualice el programa", "Update the program"),
    "error.INVALID_REQUEST.title": Both("NO SE ENTIENDE", "NOT UNDERSTOOD"),
    "error.INVALID_REQUEST.detail": Both("{field}: {reason}", "{field}: {reason}"),
    "error.INVALID_REQUEST.next": Both("Escanee otra vez", "Scan again"),
    "error.LEDGER_UNAVAILABLE.title": Both("EL REGISTRO NO RESPONDE", "THE LEDGER DOES NOT ANSWER"),
    "error.LEDGER_UNAVAILABLE.detail": Both("Causa: {reason}", "Cause: {reason}"),
    "error.LEDGER_UNAVAILABLE.next": Both("Espere un momento y repita", "Wait a moment and repeat"),
    "not_saved.LEDGER_UNAVAILABLE.title": Both("NO SE GUARDÓ", "NOT SAVED"),
    "not_saved.LEDGER_UNAVAILABLE.detail": Both(
        "El registro no responde: {reason}", "The ledger does not answer: {reason}"
    ),
    "not_saved.LEDGER_UNAVAILABLE.next": Both("Espere un momento y escanee otra vez", "Wait a moment and scan again"),
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
    "error.LEDGER_NOT_EMPTY.title": Both("EL REGISTRO NO ESTÁ VACÍO", "THE LEDGER IS NOT EMPTY"),
    "error.LEDGER_NOT_EMPTY.detail": Both(
        "Ya tiene {spools} spools y {seq} eventos", "It already has {spools} spools and {seq} events"
    ),
    "error.LEDGER_NOT_EMPTY.next": Both("Indique un registro vacío", "Name an empty ledger"),
    "error.COPY_FAILED.title": Both("LA COPIA NO SIRVE", "THE COPY IS NO GOOD"),
    "error.COPY_FAILED.detail": Both("{reason}", "{reason}"),
    "error.COPY_FAILED.next": Both("Copie otra vez a un registro vacío", "Copy again to an empty ledger"),
}
