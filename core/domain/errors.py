"""Everything that can be refused, as one family.

Each error has an `error_code` and a `status` (as HTTP would number it), and carries the data a person needs
to act on it. A driver's own error is wrapped once, in its adapter, with `raise ... from exc`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from core.domain.model import Accion, Occupation, Operacion


class _Worded(StrEnum):
    """A code with its Spanish words: the member's value is the code, `texto` the words."""

    texto: str

    def __new__(cls, code: str, texto: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.texto = texto
        return member


class Falta(_Worded):
    """What must happen first."""

    MATERIALES = "MATERIALES", "sus materiales (Fecha_Materiales)"
    ARM_INICIADO = "ARM_INICIADO", "que ARM haya comenzado"
    ARM_COMPLETADO = "ARM_COMPLETADO", "que ARM esté COMPLETADO"
    SOLD_COMPLETADO = "SOLD_COMPLETADO", "que SOLD esté COMPLETADO"


class Impedimento(_Worded):
    """Why an operation does not fit the spool's state."""

    YA_COMPLETADA = "YA_COMPLETADA", "la operación ya está completada"
    SIN_TOMAR = "SIN_TOMAR", "la metrología se completa sin tomar el spool"
    OTRA_OPERACION = "OTRA_OPERACION", "está tomado para otra operación"
    ESPERA_REPARACION = "ESPERA_REPARACION", "espera reparación antes de inspeccionarse otra vez"
    YA_APROBADO = "YA_APROBADO", "ya está APROBADO"
    NO_RECHAZADO = "NO_RECHAZADO", "no está RECHAZADO"
    SPOOL_LIBRE = "SPOOL_LIBRE", "nadie lo tiene"
    NO_BLOQUEADO = "NO_BLOQUEADO", "no está BLOQUEADO"
    NO_ES_LO_ULTIMO = "NO_ES_LO_ULTIMO", "no es lo último que esa persona hizo en esta terminal"
    NO_SE_DESHACE = "NO_SE_DESHACE", "lo último que hizo esa persona no se puede deshacer"
    FUERA_DE_PLAZO = "FUERA_DE_PLAZO", "pasó el plazo para deshacerlo"
    CAMBIO_DESPUES = "CAMBIO_DESPUES", "el spool cambió después"


class FallaPlanilla(_Worded):
    """Why the office's spreadsheet could not be asked."""

    SIN_CREDENCIALES = "SIN_CREDENCIALES", "no se configuró la llave de la cuenta de servicio"
    ARCHIVO_NO_EXISTE = "ARCHIVO_NO_EXISTE", "el archivo de la llave no existe"
    LLAVE_INVALIDA = "LLAVE_INVALIDA", "la llave no es la de una cuenta de servicio"
    LLAVE_RECHAZADA = "LLAVE_RECHAZADA", "Google no acepta la llave"
    NO_COMPARTIDA = "NO_COMPARTIDA", "no está compartida con la cuenta de servicio"
    SOLO_LECTURA = "SOLO_LECTURA", "la cuenta de servicio puede leerla, pero no escribir en ella"
    API_DESACTIVADA = "API_DESACTIVADA", "la API de Google Sheets no está activada en el proyecto de la llave"
    ID_INCORRECTO = "ID_INCORRECTO", "no existe una planilla con ese identificador"
    CUOTA = "CUOTA", "Google pide esperar: demasiadas solicitudes"
    SERVIDOR = "SERVIDOR", "los servidores de Google fallaron"
    RED = "RED", "no hay conexión con Google"
    LENTA = "LENTA", "no respondió a tiempo"
    RESPUESTA_ILEGIBLE = "RESPUESTA_ILEGIBLE", "la respuesta no se entiende"
    RECHAZADA = "RECHAZADA", "Google rechazó la solicitud"
    LLENA = "LLENA", "llegó al límite de celdas de Google"
    OTRO_REGISTRO = "OTRO_REGISTRO", "otro registro también escribe en ella"


class Riesgo(StrEnum):
    """Why a ledger's store could lose what it said was saved; the words for each are the kiosk's."""

    SIN_AOF = "SIN_AOF"
    FSYNC_DIFERIDO = "FSYNC_DIFERIDO"
    SIN_FSYNC = "SIN_FSYNC"
    REGISTRO_CORTABLE = "REGISTRO_CORTABLE"
    DESALOJO = "DESALOJO"
    AOF_FALLA = "AOF_FALLA"
    FALTAN_REPLICAS = "FALTAN_REPLICAS"
    DISCO_NO_ESPERA = "DISCO_NO_ESPERA"
    ARCHIVO_DANADO = "ARCHIVO_DANADO"


class KioskError(Exception):
    """La solicitud no se pudo cumplir."""

    error_code: ClassVar[str] = "KIOSK_ERROR"
    status: ClassVar[int] = 500

    def __init__(self, message: str = "", **details: object) -> None:
        self.details = details
        self.message = message or (type(self).__doc__ or "").strip().partition("\n")[0]
        super().__init__(self.message)

    def __eq__(self, other: object) -> bool:
        """Two refusals are equal that tell the same."""
        return isinstance(other, KioskError) and type(self) is type(other) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash((type(self), self.message))

    def as_dict(self) -> dict[str, object]:
        """The error as JSON shows it: code, status, message and the data (instants as ISO 8601)."""
        data = {
            key: value.isoformat() if isinstance(value, (date, datetime)) else value
            for key, value in self.details.items()
        }
        return {"error_code": self.error_code, "status": self.status, "message": self.message, **data}


class InvalidRequestError(KioskError):
    """La solicitud está mal formada."""

    error_code = "INVALID_REQUEST"
    status = 400

    def __init__(self, field: str, reason: str, value: object = None) -> None:
        # What was given may be anything, also bytes that are no text: it must still be printable.
        given = None if value is None else str(value).encode("utf-8", "backslashreplace").decode()
        super().__init__(f"{field}: {reason}", field=field, reason=reason, value=given)


class SpoolOccupiedError(KioskError):
    """El spool está ocupado."""

    error_code = "SPOOL_OCCUPIED"
    status = 409

    def __init__(self, tag_spool: str, occupation: Occupation) -> None:
        self.occupation = occupation
        super().__init__(
            f"{tag_spool} lo tiene {occupation.worker_nombre} para {occupation.operacion}",
            tag_spool=tag_spool,
            worker_id=occupation.worker_id,
            ocupado_por=occupation.worker_nombre,
            operacion=occupation.operacion,
            station=occupation.station,
            fecha_ocupacion=occupation.fecha_ocupacion,
        )


class VersionConflictError(KioskError):
    """El spool cambió mientras se guardaba."""

    error_code = "VERSION_CONFLICT"
    status = 409

    def __init__(self, tag_spool: str, *, expected: int) -> None:
        super().__init__(tag_spool=tag_spool, expected_version=expected)


class NoAutorizadoError(KioskError):
    """El spool lo tiene otra persona."""

    error_code = "NO_AUTORIZADO"
    status = 403

    def __init__(self, tag_spool: str, *, ocupado_por: str | None, worker_id: int | None) -> None:
        holder = f"{tag_spool} lo tiene {ocupado_por}" if ocupado_por else ""
        super().__init__(holder, tag_spool=tag_spool, ocupado_por=ocupado_por, worker_id=worker_id)


class RolNoAutorizadoError(KioskError):
    """El trabajador no tiene el rol que esta acción pide."""

    error_code = "ROL_NO_AUTORIZADO"
    status = 403

    def __init__(self, worker_nombre: str, *, activo: bool, roles: list[str], faltan: list[str]) -> None:
        message = f"{worker_nombre} está inactivo" if not activo else ""
        super().__init__(message, worker_nombre=worker_nombre, activo=activo, roles=roles, roles_necesarios=faltan)


class SpoolBloqueadoError(KioskError):
    """El spool está BLOQUEADO: un supervisor debe desbloquearlo."""

    error_code = "SPOOL_BLOQUEADO"
    status = 403

    def __init__(self, tag_spool: str, *, rechazos: int) -> None:
        super().__init__(tag_spool=tag_spool, rechazos=rechazos)


class SpoolNoEncontradoError(KioskError):
    """No existe un spool con ese tag."""

    error_code = "SPOOL_NO_ENCONTRADO"
    status = 404

    def __init__(self, tag_spool: str) -> None:
        super().__init__(f"No existe el spool {tag_spool}", tag_spool=tag_spool)


class WorkerNoEncontradoError(KioskError):
    """No existe un trabajador con ese número."""

    error_code = "WORKER_NO_ENCONTRADO"
    status = 404

    def __init__(self, worker_id: int) -> None:
        super().__init__(f"No existe el trabajador {worker_id}", worker_id=worker_id)


class LockExpiredError(KioskError):
    """La ocupación ya no está vigente: hay que tomar el spool otra vez."""

    error_code = "LOCK_EXPIRED"
    status = 410

    def __init__(self, tag_spool: str, *, worker_id: int | None = None, vencio: datetime | None = None) -> None:
        super().__init__(tag_spool=tag_spool, worker_id=worker_id, vencio=vencio)


class DependenciasNoSatisfechasError(KioskError):
    """Falta algo que debe ocurrir antes."""

    error_code = "DEPENDENCIAS_NO_SATISFECHAS"
    status = 422

    def __init__(self, tag_spool: str, *, operacion: Operacion, falta: Falta) -> None:
        message = f"{tag_spool}: {operacion} necesita antes {falta.texto}"
        super().__init__(message, tag_spool=tag_spool, operacion=operacion, falta=falta)


class OperacionNoDisponibleError(KioskError):
    """La operación no corresponde al estado del spool."""

    error_code = "OPERACION_NO_DISPONIBLE"
    status = 422

    def __init__(
        self, tag_spool: str, *, accion: Accion, operacion: Operacion | None, impedimento: Impedimento
    ) -> None:
        super().__init__(
            f"{tag_spool}: {impedimento.texto}",
            tag_spool=tag_spool,
            accion=accion,
            operacion=operacion,
            impedimento=impedimento,
        )


class FechaInvalidaError(KioskError):
    """La fecha está en el futuro."""

    error_code = "FECHA_INVALIDA"
    status = 422

    def __init__(self, fecha: date, *, hoy: date) -> None:
        super().__init__(fecha=fecha, hoy=hoy)


class SheetUnusableError(KioskError):
    """La planilla de la oficina no se puede usar como está: no se tomó nada de ella."""

    error_code = "SHEET_UNUSABLE"
    status = 422

    def __init__(self, sheet: str, reason: str) -> None:
        super().__init__(f"{sheet}: {reason}", sheet=sheet, reason=reason)


class SheetHasHistoryError(SheetUnusableError):
    """La planilla tiene eventos que este registro, vacío, no tiene.

    `sheet` is the worksheet that has them.
    """

    error_code = "SHEET_HAS_HISTORY"
    status = 409

    def __init__(self, sheet: str) -> None:
        super().__init__(sheet, "tiene eventos que este registro, vacío, no tiene")


class SheetUnavailableError(KioskError):
    """La planilla de la oficina no está disponible.

    `detail` says more where more is known, Google's own words for instance. `retry_after` is in seconds, as Google
    asked. `doubtful`: a write was sent, and no answer said whether it was applied. `account` is the e-mail address of
    the account that asked, which is no secret: the office shares the spreadsheet with it.
    """

    error_code = "SHEET_UNAVAILABLE"
    status = 503

    def __init__(
        self,
        falla: FallaPlanilla,
        *,
        detail: str = "",
        retry_after: float | None = None,
        doubtful: bool = False,
        account: str = "",
    ) -> None:
        self.falla = falla
        self.retry_after = retry_after
        self.doubtful = doubtful
        super().__init__(
            f"La planilla no está disponible: {falla.texto}",
            falla=falla,
            detail=detail,
            retry_after=retry_after,
            doubtful=doubtful,
            account=account,
        )


class PullInProgressError(KioskError):
    """Otra lectura de la planilla está en curso: de esta no se cargó nada."""

    error_code = "PULL_IN_PROGRESS"
    status = 409


class LedgerUnavailableError(KioskError):
    """El registro no está disponible: nada se guardó."""

    error_code = "LEDGER_UNAVAILABLE"
    status = 503

    def __init__(self, reason: str = "", **details: object) -> None:
        message = f"El registro no está disponible: {reason}" if reason else ""
        super().__init__(message, reason=reason, **details)


class LedgerTooNewError(LedgerUnavailableError):
    """El registro fue escrito por una versión más nueva del programa."""

    def __init__(self, *, found: int, known: int) -> None:
        super().__init__(
            f"su esquema es {found} y este programa conoce hasta {known}; actualice el programa",
            schema_found=found,
            schema_known=known,
        )


class LedgerBeingFilledError(LedgerUnavailableError):
    """El registro se está llenando con la copia de otro, o esa copia quedó a medias."""

    def __init__(self) -> None:
        super().__init__("se está llenando con la copia de otro registro, o esa copia quedó a medias")


class ReplicasUnconfirmedError(LedgerUnavailableError):
    """Se guardó en el servidor principal, pero las réplicas no lo confirmaron."""

    def __init__(self, *, needed: int, confirmed: int) -> None:
        super().__init__(
            f"lo confirmaron {confirmed} de {needed} réplicas; repita la misma orden",
            replicas_needed=needed,
            replicas_confirmed=confirmed,
        )


class LedgerRolledBackError(KioskError):
    """El registro perdió parte de su pasado: un supervisor debe aceptarlo como está, o hay que restaurarlo."""

    error_code = "LEDGER_ROLLED_BACK"
    status = 503

    def __init__(self, *, known_seq: int, found_seq: int, same_ledger: bool) -> None:
        self.known_seq = known_seq
        self.found_seq = found_seq
        self.missing = max(known_seq - found_seq, 0)
        message = (
            f"El registro perdió {self.missing} eventos: terminaba en {known_seq} y ahora en {found_seq}"
            if same_ledger and self.missing
            else f"Este registro no es el de antes: aquel terminaba en {known_seq}, este en {found_seq}"
        )
        super().__init__(
            message, known_seq=known_seq, found_seq=found_seq, missing=self.missing, same_ledger=same_ledger
        )


class LogTrimmedError(KioskError):
    """El registro ya no tiene todos los eventos pedidos: hay que empezar de una foto nueva."""

    error_code = "LOG_TRIMMED"
    status = 410

    def __init__(self, *, after: int, available_after: int) -> None:
        super().__init__(
            f"El registro ya no tiene los eventos que siguen al {after}, solo los que siguen al {available_after}",
            after=after,
            available_after=available_after,
        )
        self.available_after = available_after


class LedgerNotEmptyError(KioskError):
    """El registro que se iba a llenar no está vacío."""

    error_code = "LEDGER_NOT_EMPTY"
    status = 409

    def __init__(self, *, seq: int, spools: int) -> None:
        super().__init__(f"El registro ya tiene {spools} spools y {seq} eventos", seq=seq, spools=spools)


class CopyFailedError(KioskError):
    """La copia no quedó igual al original."""

    error_code = "COPY_FAILED"
    status = 409

    def __init__(self, reason: str) -> None:
        super().__init__(f"La copia no sirve: {reason}", reason=reason)
