"""Why something was refused or failed: the part of a sentence for each code of `core.domain.reasons`."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
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
    # Values
    "reason.VACIO": Both("está vacío", "it is empty"),
    "reason.MUY_LARGO": Both("tiene más de {limit} caracteres", "it has more than {limit} characters"),
    "reason.CARACTERES_DE_CONTROL": Both("contiene caracteres de control", "it has control characters"),
    "reason.CARACTERES_INVISIBLES": Both("contiene caracteres invisibles", "it has invisible characters"),
    "reason.PARECE_ORDEN": Both("empieza como una credencial o una orden", "it begins like a badge or a command"),
    "reason.NO_ES_UNO_DE": Both("no es uno de {expected}", "it is not one of {expected}"),
    "reason.NO_SIRVE": Both("no sirve", "it cannot be used"),
    "reason.NO_ES_FECHA": Both("no es una fecha DD-MM-YYYY", "it is not a date DD-MM-YYYY"),
    "reason.NO_ES_FECHA_HORA": Both("no es una fecha DD-MM-YYYY HH:MM:SS", "it is not a date DD-MM-YYYY HH:MM:SS"),
    "reason.DIA_NO_EXISTE": Both("no existe ese día", "there is no such day"),
    "reason.HORA_NO_EXISTE": Both("no existe esa hora", "there is no such time of day"),
    "reason.FUERA_DE_CALENDARIO": Both("está fuera de todo calendario", "it is beyond every calendar"),
    "reason.FALTA": Both("falta", "it is missing"),
    "reason.NO_SE_CONOCE": Both("no se conoce", "it is not known"),
    "reason.NO_ES_TEXTO": Both("no es un texto", "it is not a text"),
    "reason.NO_ES_NUMERO": Both("no es un número", "it is not a number"),
    "reason.NO_ES_NUMERO_FINITO": Both("no es un número finito", "it is not a finite number"),
    "reason.NO_ES_UUID": Both("no es un UUID", "it is not a UUID"),
    "reason.MENOR_QUE": Both("es menor que {limit}", "it is less than {limit}"),
    "reason.NO_MAYOR_QUE": Both("no es mayor que {limit}", "it is not more than {limit}"),
    "reason.MAYOR_QUE": Both("es mayor que {limit}", "it is more than {limit}"),
    "reason.NO_MENOR_QUE": Both("no es menor que {limit}", "it is not less than {limit}"),
    "reason.MENOS_DE": Both("son menos de {limit}", "there are fewer than {limit}"),
    "reason.MAS_DE": Both("son más de {limit}", "there are more than {limit}"),
    "reason.FALTA_RESULTADO": Both(
        "METROLOGIA necesita un resultado: APROBADO o RECHAZADO", "METROLOGIA needs a result: APROBADO or RECHAZADO"
    ),
    "reason.SOLO_METROLOGIA": Both("solo METROLOGIA tiene resultado", "only METROLOGIA has a result"),
    "reason.TAGS_REPETIDOS": Both("tags repetidos: {tags}", "repeated tags: {tags}"),
    "reason.SOLICITUD_USADA": Both("ya se usó para otra solicitud", "it was used for another request"),
    # Cells and rows of the office
    "reason.ERROR_DE_FORMULA": Both("es el error de una fórmula", "it is a formula's error"),
    "reason.FORMULA_PENDIENTE": Both("la fórmula todavía no tiene resultado", "the formula has no result yet"),
    "reason.NUMERO_SIN_CEROS": Both(
        "es un número y pudo perder ceros a la izquierda: escríbalo como texto",
        "it is a number and may have lost leading zeros: write it as text",
    ),
    "reason.NUMERO_SIN_CIFRAS": Both(
        "es un número con más de 15 cifras, que la hoja no guarda: escríbalo como texto",
        "it is a number of more than 15 digits, which the sheet does not keep: write it as text",
    ),
    "reason.NUMERO_CON_DECIMALES": Both(
        "es un número con decimales: escríbalo como texto", "it is a number with decimals: write it as text"
    ),
    "reason.ES_CASILLA": Both("es una casilla, no un texto", "it is a tick box, not a text"),
    "reason.NO_ES_SI_NI_NO": Both("no es sí ni no", "it is neither yes nor no"),
    "reason.NO_ES_TRABAJADOR": Both("no es un número de trabajador", "it is not a worker's number"),
    "reason.NO_ES_IDIOMA": Both("no es español ni inglés", "it is neither Spanish nor English"),
    "reason.NO_ES_INICIALES": Both("no es INICIALES(ID)", "it is not INITIALS(ID)"),
    "reason.NO_ES_JSON": Both("no es JSON", "it is not JSON"),
    "reason.NO_ES_OBJETO_JSON": Both("no es un objeto JSON", "it is not a JSON object"),
    "reason.COMILLAS_SIN_CERRAR": Both("comillas sin cerrar", "a quote is not closed"),
    "reason.TRABAJADOR_DESCONOCIDO": Both("no hay un trabajador con ese número", "there is no worker with that number"),
    "reason.RECHAZADO_SIN_FABRICAR": Both(
        "está rechazado sin que ARM y SOLD estén completos", "it is rejected while ARM and SOLD are not completed"
    ),
    "reason.OCUPADO_SIN_FECHA": Both("está vacía y el spool está ocupado", "it is empty and the spool is taken"),
    "reason.SIN_OPERACION_ABIERTA": Both(
        "el spool no tiene una operación abierta", "the spool has no operation that is open"
    ),
    "reason.REPETIDO": Both("repetido: ya está en la línea {line}", "repeated: it is already in line {line}"),
    "reason.FILA_COPIADA": Both(
        "fila copiada de {owner}: lo que el taller hizo con ese spool no cuenta aquí",
        "a row copied from {owner}: what the shop did to that spool does not count here",
    ),
    # Files, worksheets and their columns
    "reason.NO_EXISTE": Both("el archivo no existe", "the file does not exist"),
    "reason.NO_ES_CARPETA": Both("no existe o no es una carpeta", "it does not exist or is not a folder"),
    "reason.NO_ES_ARCHIVO": Both("no es un archivo", "it is not a file"),
    "reason.NO_ES_UTF8": Both("no está en UTF-8", "it is not in UTF-8"),
    "reason.ILEGIBLE": Both("no se puede leer ({detail})", "it cannot be read ({detail})"),
    "reason.NO_SE_PUEDE_ESCRIBIR": Both("no se puede escribir ({detail})", "it cannot be written ({detail})"),
    "reason.FALTA_COLUMNA": Both("falta la columna {column}", "column {column} is missing"),
    "reason.COLUMNA_REPETIDA": Both("la columna {column} aparece dos veces", "column {column} is there twice"),
    "reason.COLUMNA_VACIA": Both(
        "la columna {column} está vacía en todas las filas", "column {column} is empty in every row"
    ),
    "reason.COLUMNAS_SE_MUEVEN": Both(
        "sus columnas cambian de lugar mientras se leen", "its columns move while they are read"
    ),
    "reason.HOJA_NO_EXISTE": Both("no hay una hoja con ese nombre", "there is no worksheet of that name"),
    "reason.HOJA_REPETIDA": Both("hay dos hojas con ese nombre", "there are two worksheets of that name"),
    "reason.HOJA_VACIA": Both(
        "está vacía: no tiene ni los nombres de sus columnas", "it is empty: it lacks even the names of its columns"
    ),
    "reason.HOJA_SIN_FILAS": Both(
        "no tiene ninguna fila debajo de los nombres de sus columnas", "it has no row below the names of its columns"
    ),
    "reason.FILAS_FUERA": Both(
        "las filas nuevas quedaron en {place}, fuera de su tabla", "the new rows went to {place}, outside its table"
    ),
    "reason.HOJA_CON_HISTORIA": Both(
        "tiene eventos que este registro, vacío, no tiene", "it has events that this ledger, which is empty, lacks"
    ),
    # Settings
    "reason.NO_ES_NOMBRE": Both(
        "no puede llevar espacios, llaves ni dos puntos", "it may not have blanks, braces or colons"
    ),
    "reason.NO_ES_ZONA_HORARIA": Both(
        "no es una zona horaria, por ejemplo America/Santiago", "it is not a time zone, for example America/Santiago"
    ),
    "reason.NO_ES_TECLADOS": Both(
        "no es auto ni lector/terminal, cada uno us, es o latam",
        "it is neither auto nor scanner/terminal, each one us, es or latam",
    ),
    "reason.NO_ES_PLANILLA": Both(
        "no es el identificador de una planilla de Google ni su dirección",
        "it is neither a Google sheet's identifier nor its address",
    ),
    "reason.FALTA_PLANILLA": Both(
        "falta: el identificador de la planilla, o su dirección", "missing: the sheet's identifier, or its address"
    ),
    "reason.NO_ES_DIRECCION": Both(
        "no es una dirección http(s)://servidor[:puerto][/ruta], sin usuario ni contraseña",
        "it is not an address http(s)://server[:port][/path], without user or password",
    ),
    "reason.LLAVE_DE_OTRO_TIPO": Both(
        "es JSON, pero no la llave de una cuenta de servicio (type: service_account)",
        "it is JSON, but not a service account's key (type: service_account)",
    ),
    "reason.LLAVE_INCOMPLETA": Both("le falta {name}", "it lacks {name}"),
    "reason.LLAVE_PRIVADA_ILEGIBLE": Both("su private_key no se puede leer", "its private_key cannot be read"),
    # The ledger's URL
    "reason.NO_ES_URL": Both("no es una URL, por ejemplo sqlite:///archivo", "it is not a URL, like sqlite:///file"),
    "reason.ESQUEMA_DESCONOCIDO": Both("no se conoce {scheme}://", "{scheme}:// is not known"),
    "reason.OPCION_DESCONOCIDA": Both(
        "tiene una opción que no se conoce ({detail})", "it has an option that is not known ({detail})"
    ),
    "reason.URL_CON_SIGNOS": Both(
        "no se entiende; en la contraseña, / ? # @ : se escriben %2F %3F %23 %40 %3A",
        "it makes no sense; in the password, / ? # @ : are written %2F %3F %23 %40 %3A",
    ),
    "reason.URL_SIN_RUTA": Both(
        "falta la ruta: sqlite:///ruta/del/archivo", "it lacks the path: sqlite:///path/of/file"
    ),
    "reason.NO_SE_PUEDE_GUARDAR": Both("no es un archivo que se pueda guardar", "it is not a file that can be kept"),
    "reason.PERSONA_DESCONOCIDA": Both("no existe la carpeta de esa persona", "that user has no folder"),
    "reason.NO_ES_BASE_DE_DATOS": Both(
        "lo que sigue a la última / es el número de una base de datos", "after the last / comes a database's number"
    ),
    "reason.CLUSTER_SIN_BASES": Both("un cluster no tiene bases de datos", "a cluster has no databases"),
    "reason.CLUSTER_SIN_REPLICAS": Both("no se puede pedir a un cluster", "it cannot be asked of a cluster"),
    "reason.URL_SIN_SERVIDOR": Both("falta el nombre del servidor", "the server's name is missing"),
    "reason.URL_SIN_MAESTRO": Both(
        "falta el nombre del maestro: redis+sentinel://h1,h2/maestro",
        "the primary's name is missing: redis+sentinel://h1,h2/primary",
    ),
    # A copy of a ledger
    "reason.OTROS_SPOOLS": Both(
        "no tiene los mismos spools y trabajadores; no use el destino",
        "it does not have the same spools and workers; do not use the target",
    ),
    "reason.OTRA_TOMA": Both(
        "no tiene la misma toma: {lock}; no use el destino", "it does not have the same hold: {lock}; do not use it"
    ),
    "reason.OTRA_HISTORIA": Both(
        "no tiene la misma historia desde el evento {seq}; no use el destino",
        "its history differs from event {seq} on; do not use the target",
    ),
    "reason.ORIGINAL_CAMBIO": Both(
        "el original cambió mientras tanto; detenga las terminales y copie otra vez",
        "the original changed meanwhile; stop the terminals and copy again",
    ),
    # The ledger
    "reason.LENTO": Both("no respondió a tiempo", "it did not answer in time"),
    "reason.CERRADO": Both("ya está cerrado", "it is closed"),
    "reason.DATOS_DANADOS": Both("sus datos están dañados", "its data is damaged"),
    "reason.ABRIENDO": Both("abriendo el registro…", "opening the ledger…"),
    "reason.VERSION_NUEVA": Both(
        "su esquema es {schema_found} y este programa conoce hasta {schema_known}; actualice el programa",
        "its schema is {schema_found} and this program knows up to {schema_known}; update the program",
    ),
    "reason.COPIA_A_MEDIAS": Both(
        "se está llenando con la copia de otro registro, o esa copia quedó a medias",
        "it is being filled with the copy of another ledger, or that copy was never finished",
    ),
    "reason.OTRA_COPIA": Both("otra copia se está escribiendo en él", "another copy is being written into it"),
    "reason.PLANTA_CAMBIA": Both(
        "la planta cambia mientras se lee o se carga; repita", "the plant changes while it is read or loaded; repeat"
    ),
    "reason.NOTAS_CAMBIAN": Both("las notas cambian mientras se leen", "its notes change while they are read"),
    "reason.RITMO": Both("no se puede contar el ritmo", "the pace cannot be counted"),
    "reason.DEMO": Both("no se puede crear la planta de ejemplo", "the sample plant cannot be made"),
    "reason.SIN_CONEXION": Both("no hay conexión con el servidor", "there is no connection to the server"),
    "reason.CREDENCIALES": Both(
        "el servidor no acepta el usuario o la contraseña", "the server does not accept the user or the password"
    ),
    "reason.SIN_PERMISO": Both("al usuario del servidor le falta un permiso", "the server's user lacks a permission"),
    "reason.CARGANDO": Both("el servidor está cargando sus datos", "the server is loading its data"),
    "reason.SIN_MEMORIA": Both("el servidor no tiene memoria libre", "the server has no free memory"),
    "reason.ES_REPLICA": Both(
        "el servidor es una réplica, de solo lectura", "the server is a replica, which is read-only"
    ),
    "reason.CLUSTER_INCOMPLETO": Both("al cluster le falta una parte", "a part of the cluster is missing"),
    "reason.CLUSTER_SIN_CONEXION": Both("no hay conexión con el cluster", "there is no connection to the cluster"),
    "reason.SIN_MAESTRO": Both("ningún sentinel nombra un maestro", "no sentinel names a primary"),
    "reason.REPLICAS_SIN_CONFIRMAR": Both(
        "lo confirmaron {replicas_confirmed} de {replicas_needed} réplicas; repita la misma orden",
        "{replicas_confirmed} of {replicas_needed} replicas confirmed it; repeat the same command",
    ),
    "reason.ERROR_DE_REDIS": Both("error de Redis", "a Redis error"),
    "reason.NO_ES_REGISTRO": Both("el archivo no es un registro", "the file is not a ledger"),
    "reason.NO_SE_ABRE": Both("no se puede abrir el archivo", "the file cannot be opened"),
    "reason.NO_SE_ESCRIBE": Both("el archivo no se puede escribir", "the file cannot be written"),
    "reason.ARCHIVO_SIN_PERMISO": Both("no hay permiso para usar el archivo", "there is no permission to use the file"),
    "reason.ARCHIVO_OCUPADO": Both("otro proceso lo tiene ocupado", "another process keeps it busy"),
    "reason.ARCHIVO_DANADO": Both("el archivo está dañado", "the file is damaged"),
    "reason.ARCHIVO_REEMPLAZADO": Both("el archivo fue movido o reemplazado", "the file was moved or replaced"),
    "reason.ARCHIVO_AJENO": Both(
        "el archivo es una base de datos de otro programa", "the file is another program's database"
    ),
    "reason.CARPETA": Both("no se puede usar la carpeta", "the folder cannot be used"),
    "reason.DISCO_LLENO": Both("el disco está lleno", "the disk is full"),
    "reason.DISCO_NO_RESPONDE": Both("el disco no responde", "the disk does not answer"),
    "reason.DISCO_SIN_WAL": Both("este disco no admite el registro (WAL)", "this disk cannot keep the ledger (WAL)"),
    "reason.ERROR_DE_SQLITE": Both("error de SQLite", "an SQLite error"),
    # What could make a ledger lose data
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
    "riesgo.REGISTRO_CORTABLE": Both(
        "tras un corte de luz puede perderse lo que se guarde (aof-load-truncated yes)",
        "what is saved after a power cut may be lost (aof-load-truncated yes)",
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
}
