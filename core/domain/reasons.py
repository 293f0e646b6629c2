"""Why something is refused or fails, as codes. The sentences are in `kiosk.words`.

A member's comment names the data that its sentence needs.
"""

from enum import StrEnum, auto


class Codes(StrEnum):
    """A StrEnum whose values are its members' names."""

    @staticmethod
    def _generate_next_value_(name: str, _start: int, _count: int, _last_values: list[str]) -> str:
        return name


class Falta(Codes):
    """What must happen first."""

    MATERIALES = auto()
    ARM_INICIADO = auto()
    ARM_COMPLETADO = auto()
    SOLD_COMPLETADO = auto()
    UNION_ARMADA = auto()
    UNIONES = auto()


class Impedimento(Codes):
    """Why an operation does not fit the spool's state."""

    YA_COMPLETADA = auto()
    SIN_TOMAR = auto()
    OTRA_OPERACION = auto()
    ESPERA_REPARACION = auto()
    YA_APROBADO = auto()
    NO_RECHAZADO = auto()
    SPOOL_LIBRE = auto()
    NO_BLOQUEADO = auto()
    NO_ES_LO_ULTIMO = auto()
    NO_SE_DESHACE = auto()
    FUERA_DE_PLAZO = auto()
    CAMBIO_DESPUES = auto()
    SIN_SOLDADURA = auto()
    SIN_UNIONES = auto()
    UNION_NO_EXISTE = auto()
    UNION_YA_HECHA = auto()
    YA_LO_TIENE = auto()
    YA_RETENIDO = auto()
    NO_RETENIDO = auto()


class MotivoPausa(Codes):
    """Why somebody put a spool down half done."""

    FALTA_MATERIAL = auto()
    FALTA_EQUIPO = auto()
    CAMBIO_PRIORIDAD = auto()
    ESPERA_INSPECCION = auto()
    FIN_TURNO = auto()


class FallaPlanilla(Codes):
    """Why the office's spreadsheet could not be used."""

    SIN_CREDENCIALES = auto()
    ARCHIVO_NO_EXISTE = auto()
    LLAVE_INVALIDA = auto()
    LLAVE_RECHAZADA = auto()
    NO_COMPARTIDA = auto()
    SOLO_LECTURA = auto()
    API_DESACTIVADA = auto()
    ID_INCORRECTO = auto()
    CUOTA = auto()
    SERVIDOR = auto()
    RED = auto()
    LENTA = auto()
    RESPUESTA_ILEGIBLE = auto()
    RECHAZADA = auto()
    LLENA = auto()
    OTRO_REGISTRO = auto()


class FallaRegistro(Codes):
    """Why the ledger could not be used."""

    # Any ledger
    LENTO = auto()
    CERRADO = auto()
    DATOS_DANADOS = auto()
    ABRIENDO = auto()
    VERSION_NUEVA = auto()  # schema_found, schema_known
    COPIA_A_MEDIAS = auto()
    OTRA_COPIA = auto()
    PLANTA_CAMBIA = auto()
    NOTAS_CAMBIAN = auto()
    RITMO = auto()
    DEMO = auto()
    # Redis
    SIN_CONEXION = auto()
    CREDENCIALES = auto()
    SIN_PERMISO = auto()
    CARGANDO = auto()
    SIN_MEMORIA = auto()
    ES_REPLICA = auto()
    CLUSTER_INCOMPLETO = auto()
    CLUSTER_SIN_CONEXION = auto()
    SIN_MAESTRO = auto()
    ATRASADO = "ATRASADO"
    REPLICAS_SIN_CONFIRMAR = auto()  # replicas_needed, replicas_confirmed
    ERROR_DE_REDIS = auto()
    # An SQLite file
    SIN_REGISTRO = auto()  # path
    RELOJ_ATRASADO = auto()  # apart
    RELOJ_ADELANTADO = auto()  # apart
    NO_ES_REGISTRO = auto()
    NO_SE_ABRE = auto()
    NO_SE_ESCRIBE = auto()
    ARCHIVO_SIN_PERMISO = auto()
    ARCHIVO_OCUPADO = auto()
    ARCHIVO_DANADO = auto()
    ARCHIVO_REEMPLAZADO = auto()
    ARCHIVO_AJENO = auto()
    CARPETA = auto()
    DISCO_LLENO = auto()
    DISCO_NO_RESPONDE = auto()
    DISCO_SIN_WAL = auto()
    ERROR_DE_SQLITE = auto()


class Riesgo(Codes):
    """Why a ledger could lose what it acknowledged, or record what is not so."""

    SIN_AOF = auto()
    FSYNC_DIFERIDO = auto()
    SIN_FSYNC = auto()
    REGISTRO_CORTABLE = auto()
    DESALOJO = auto()
    AOF_FALLA = auto()
    FALTAN_REPLICAS = auto()
    DISCO_NO_ESPERA = auto()
    ARCHIVO_DANADO = auto()
    RELOJ_DUDOSO = auto()
    OTRA_ZONA = auto()


class Defecto(Codes):
    """Why a value, a file, a row or a worksheet cannot be read or taken."""

    # Any text
    VACIO = auto()
    MUY_LARGO = auto()  # limit
    CARACTERES_DE_CONTROL = auto()
    CARACTERES_INVISIBLES = auto()
    PARECE_ORDEN = auto()
    NO_ES_UNO_DE = auto()  # expected
    NO_SIRVE = auto()
    NO_ES_PAPEL = auto()  # shortest, longest

    # Days and hours
    NO_ES_FECHA = auto()
    NO_ES_FECHA_HORA = auto()
    DIA_NO_EXISTE = auto()
    MES_PRIMERO = auto()
    FECHA_AMBIGUA = auto()
    HORA_NO_EXISTE = auto()
    FUERA_DE_CALENDARIO = auto()
    EN_EL_FUTURO = auto()  # hoy
    ANTES_DE_MATERIALES = auto()  # fecha_materiales
    MUY_ATRAS = auto()  # limit

    # Fields of a request
    FALTA = auto()
    NO_SE_CONOCE = auto()
    NO_ES_TEXTO = auto()
    NO_ES_NUMERO = auto()
    NO_ES_NUMERO_FINITO = auto()
    NO_ES_UUID = auto()
    MENOR_QUE = auto()  # limit
    NO_MAYOR_QUE = auto()  # limit
    MAYOR_QUE = auto()  # limit
    NO_MENOR_QUE = auto()  # limit
    MENOS_DE = auto()  # limit
    MAS_DE = auto()  # limit
    FALTA_RESULTADO = auto()
    SOLO_METROLOGIA = auto()
    METROLOGIA_SIN_UNIONES = auto()
    TAGS_REPETIDOS = auto()  # tags
    SOLICITUD_USADA = auto()

    # Cells of the office
    ERROR_DE_FORMULA = auto()
    FORMULA_PENDIENTE = auto()
    NUMERO_SIN_CEROS = auto()
    NUMERO_DE_PLANILLA = auto()  # tag
    ES_FORMULA = auto()
    NUMERO_SIN_CIFRAS = auto()
    NUMERO_CON_DECIMALES = auto()
    ES_CASILLA = auto()
    ES_FECHA = auto()
    NO_ES_SI_NI_NO = auto()
    NO_ES_TRABAJADOR = auto()
    NO_ES_IDIOMA = auto()
    NO_ES_INICIALES = auto()
    NO_ES_JSON = auto()
    NO_ES_OBJETO_JSON = auto()
    NO_ES_DN = auto()
    NO_ES_NUMERO_DE_UNION = auto()  # limit

    # Rows of the office
    COMILLAS_SIN_CERRAR = auto()
    TRABAJADOR_DESCONOCIDO = auto()
    SPOOL_DESCONOCIDO = auto()
    UNION_HECHA_CAMBIADA = auto()
    UNION_HECHA_QUITADA = auto()
    NADIE_CONOCIDO = auto()
    FECHA_SIN_PERSONA = auto()  # empty
    RECHAZADO_SIN_FABRICAR = auto()
    OCUPADO_SIN_FECHA = auto()
    SIN_OPERACION_ABIERTA = auto()
    REPETIDO = auto()  # line

    # Files, worksheets and their columns
    NO_EXISTE = auto()
    NO_ES_ARCHIVO = auto()
    CODIFICACION_DESCONOCIDA = auto()
    ES_PAGINA = auto()
    ARCHIVO_REPETIDO = auto()  # files
    LIBRO_CON_CLAVE = auto()
    LIBRO_DANADO = auto()  # detail
    FALTA_HOJA = auto()  # found
    ILEGIBLE = auto()  # detail
    NO_SE_PUEDE_ESCRIBIR = auto()  # detail
    NO_SE_PUEDE_USAR = auto()  # detail
    FALTA_COLUMNA = auto()  # column
    COLUMNA_REPETIDA = auto()  # column
    COLUMNA_VACIA = auto()  # column
    HOJA_NO_EXISTE = auto()
    HOJA_REPETIDA = auto()
    HOJA_VACIA = auto()
    HOJA_SIN_FILAS = auto()
    HOJA_CON_HISTORIA = auto()
    CABECERA_CAMBIADA = auto()
    SIN_EVENTO = auto()
    SIN_LECTURA = auto()

    # Settings
    NO_ES_NOMBRE = auto()
    NO_ES_ZONA_HORARIA = auto()
    NO_ES_TURNOS = auto()
    NO_SON_COLUMNAS = auto()  # limit
    NO_ES_TECLADOS = auto()
    NO_ES_PLANILLA = auto()
    FALTA_PLANILLA = auto()
    NO_ES_DIRECCION = auto()
    NO_ES_TOKEN = auto()
    FALTA_TOKEN = auto()  # host
    LLAVE_DE_OTRO_TIPO = auto()
    LLAVE_INCOMPLETA = auto()  # name
    LLAVE_PRIVADA_ILEGIBLE = auto()

    # The ledger's URL
    NO_ES_URL = auto()
    ESQUEMA_DESCONOCIDO = auto()  # scheme
    OPCION_DESCONOCIDA = auto()  # detail
    URL_CON_SIGNOS = auto()
    URL_SIN_RUTA = auto()
    NO_SE_PUEDE_GUARDAR = auto()
    PERSONA_DESCONOCIDA = auto()
    NO_ES_BASE_DE_DATOS = auto()
    CLUSTER_SIN_BASES = auto()
    CLUSTER_SIN_REPLICAS = auto()
    URL_SIN_SERVIDOR = auto()
    URL_SIN_MAESTRO = auto()

    # A copy of a ledger
    OTROS_SPOOLS = auto()
    OTRA_TOMA = auto()  # lock
    OTRA_HISTORIA = auto()  # seq
    ORIGINAL_CAMBIO = auto()


class InvalidValueError(ValueError):
    """This value cannot be read as what it should be: a `reason` and its `data`."""

    def __init__(self, reason: Defecto, **data: object) -> None:
        self.reason = reason
        self.data = data
        super().__init__(technical(reason, data))


def technical(code: str, data: dict[str, object]) -> str:
    """The code and its data on one line, for logs and Python callers: `MUY_LARGO: limit=80`."""
    told = ", ".join(f"{name}={value}" for name, value in data.items() if value not in (None, "", {}, ()))
    return f"{code}: {told}" if told else code
