"""Everything that can be refused, as one family.

Each has an `error_code`, a `status` (as HTTP would number it) and the data a person needs to act on it. Its text is
technical, for logs and Python callers; sentences for people are in `kiosk.words`.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from core.domain.model import Accion, Occupation, Operacion, Retencion
from core.domain.reasons import Defecto, FallaRegistro, Falta, Impedimento, technical


class KioskError(Exception):
    """A request could not be fulfilled. `details` is its data, `message` a technical text: the code and the data."""

    error_code: ClassVar[str] = "KIOSK_ERROR"
    status: ClassVar[int] = 500

    doubtful = False
    """Whether what was asked for may have been saved all the same."""

    def __init__(self, **details: object) -> None:
        self.details = details
        self.message = technical(self.error_code, details)
        super().__init__(self.message)

    def __eq__(self, other: object) -> bool:
        """Two refusals are equal that have the same data."""
        return isinstance(other, KioskError) and type(self) is type(other) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash((type(self), self.message))

    def as_dict(self) -> dict[str, object]:
        """The error as JSON shows it: code, status, message and the data (instants as ISO 8601, spans in seconds)."""
        data = {key: _as_json(value) for key, value in self.details.items()}
        return {"error_code": self.error_code, "status": self.status, "message": self.message, **data}


def _as_json(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case _:
            return value


class InvalidRequestError(KioskError):
    """The request, or a setting, is malformed: `field` has a `value` that cannot be taken."""

    error_code, status = "INVALID_REQUEST", 400

    def __init__(self, field: str, reason: StrEnum, value: object = None, **data: object) -> None:
        # What was given may be anything, also bytes that are no text: it must still be printable.
        given = None if value is None else str(value).encode("utf-8", "backslashreplace").decode()
        super().__init__(field=field, reason=reason, value=given, data=data)


class SpoolOccupiedError(KioskError):
    """Another worker has the spool."""

    error_code, status = "SPOOL_OCCUPIED", 409

    def __init__(self, tag_spool: str, occupation: Occupation) -> None:
        self.occupation = occupation
        super().__init__(
            tag_spool=tag_spool,
            worker_id=occupation.worker_id,
            ocupado_por=occupation.worker_nombre,
            operacion=occupation.operacion,
            station=occupation.station,
            fecha_ocupacion=occupation.fecha_ocupacion,
        )


class VersionConflictError(KioskError):
    """The spool changed while it was being saved."""

    error_code, status = "VERSION_CONFLICT", 409

    def __init__(self, tag_spool: str, *, expected: int) -> None:
        super().__init__(tag_spool=tag_spool, expected_version=expected)


class NoAutorizadoError(KioskError):
    """Only the spool's holder may do this."""

    error_code, status = "NO_AUTORIZADO", 403

    def __init__(self, tag_spool: str, *, ocupado_por: str | None, worker_id: int | None) -> None:
        super().__init__(tag_spool=tag_spool, ocupado_por=ocupado_por, worker_id=worker_id)


class RolNoAutorizadoError(KioskError):
    """The worker is inactive, or has none of the roles that this takes."""

    error_code, status = "ROL_NO_AUTORIZADO", 403

    def __init__(self, worker_nombre: str, *, activo: bool, roles: list[str], faltan: list[str]) -> None:
        super().__init__(worker_nombre=worker_nombre, activo=activo, roles=roles, roles_necesarios=faltan)


class SpoolBloqueadoError(KioskError):
    """The spool is BLOQUEADO: a supervisor must unblock it."""

    error_code, status = "SPOOL_BLOQUEADO", 403

    def __init__(self, tag_spool: str, *, rechazos: int) -> None:
        super().__init__(tag_spool=tag_spool, rechazos=rechazos)


class SpoolRetenidoError(KioskError):
    """The spool is held back: nobody may take or finish it until it is resumed."""

    error_code, status = "SPOOL_RETENIDO", 403

    def __init__(self, tag_spool: str, retencion: Retencion) -> None:
        self.retencion = retencion
        super().__init__(
            tag_spool=tag_spool,
            motivo=retencion.motivo,
            worker_id=retencion.worker_id,
            retenido_por=retencion.worker_nombre,
            desde=retencion.desde,
        )


class SpoolNoEncontradoError(KioskError):
    """There is no spool with this tag. `parecidos` are the tags that it may be a slip of, the nearest first."""

    error_code, status = "SPOOL_NO_ENCONTRADO", 404

    def __init__(self, tag_spool: str, parecidos: tuple[str, ...] = ()) -> None:
        super().__init__(tag_spool=tag_spool, parecidos=parecidos)


class WorkerNoEncontradoError(KioskError):
    """There is no worker with this number."""

    error_code, status = "WORKER_NO_ENCONTRADO", 404

    def __init__(self, worker_id: int) -> None:
        super().__init__(worker_id=worker_id)


class LockExpiredError(KioskError):
    """The occupation is over: the spool must be taken again. `worker_id` is None when nobody held it."""

    error_code, status = "LOCK_EXPIRED", 410

    def __init__(self, tag_spool: str, *, worker_id: int | None = None, vencio: datetime | None = None) -> None:
        super().__init__(tag_spool=tag_spool, worker_id=worker_id, vencio=vencio)


class DependenciasNoSatisfechasError(KioskError):
    """Something else must happen first; to the joints `uniones`, where it names any."""

    error_code, status = "DEPENDENCIAS_NO_SATISFECHAS", 422

    def __init__(self, tag_spool: str, *, operacion: Operacion, falta: Falta, uniones: tuple[int, ...] = ()) -> None:
        super().__init__(tag_spool=tag_spool, operacion=operacion, falta=falta, **_naming(uniones))


class OperacionNoDisponibleError(KioskError):
    """The operation does not fit the spool's state; that of its joints `uniones`, where it names any."""

    error_code, status = "OPERACION_NO_DISPONIBLE", 422

    def __init__(
        self,
        tag_spool: str,
        accion: Accion,
        operacion: Operacion | None,
        impedimento: Impedimento,
        uniones: tuple[int, ...] = (),
    ) -> None:
        super().__init__(
            tag_spool=tag_spool, accion=accion, operacion=operacion, impedimento=impedimento, **_naming(uniones)
        )


def _naming(uniones: tuple[int, ...]) -> dict[str, object]:
    return {"uniones": uniones} if uniones else {}


class FechaInvalidaError(KioskError):
    """Work cannot count for this day, or only when somebody insists: see `core.domain.plausible`."""

    error_code, status = "FECHA_INVALIDA", 422

    def __init__(self, fecha: date, reason: Defecto, *, hoy: date, **data: object) -> None:
        super().__init__(fecha=fecha, reason=reason, hoy=hoy, **data)


class LedgerUnavailableError(KioskError):
    """The ledger is not available. `reason` is a FallaRegistro.

    When it is `doubtful`, the same request, sent again, is answered with what became of it, as `settle` does.
    """

    error_code, status = "LEDGER_UNAVAILABLE", 503

    def __init__(self, reason: str = FallaRegistro.SIN_CONEXION, *, doubtful: bool = False, **details: object) -> None:
        self.doubtful = doubtful
        super().__init__(reason=reason, doubtful=doubtful, **details)

    def set_doubtful(self) -> None:
        """What this answers may have been saved by an earlier try."""
        self.doubtful = True
        self.details["doubtful"] = True
        self.message = technical(self.error_code, self.details)


class LedgerTooNewError(LedgerUnavailableError):
    """A newer version of the program wrote the ledger: this one can neither read nor change it."""

    error_code = "LEDGER_TOO_NEW"

    def __init__(self, *, found: int, known: int) -> None:
        super().__init__(FallaRegistro.VERSION_NUEVA, schema_found=found, schema_known=known)


class ClockDoubtfulError(LedgerUnavailableError):
    """The machine's clock does not fit the newest event: nothing is saved until it is right or a supervisor accepts it.

    Only of a ledger without a clock of its own.
    """

    error_code = "CLOCK_DOUBTFUL"

    def __init__(self, *, now: datetime, newest: datetime) -> None:
        reason = FallaRegistro.RELOJ_ATRASADO if now < newest else FallaRegistro.RELOJ_ADELANTADO
        super().__init__(reason, clock=now, newest=newest, apart=abs(now - newest))


class LedgerBeingFilledError(LedgerUnavailableError):
    """The ledger is being filled with the copy of another, or that copy was never finished."""

    def __init__(self) -> None:
        super().__init__(FallaRegistro.COPIA_A_MEDIAS)


class ReplicasUnconfirmedError(LedgerUnavailableError):
    """The primary server has it, but the replicas did not confirm that they have it too.

    `saved`: this was to be saved, and the primary server saved it; else it was only to be read.
    """

    def __init__(self, *, needed: int, confirmed: int, saved: bool) -> None:
        self.needed, self.confirmed, self.saved = needed, confirmed, saved
        super().__init__(
            FallaRegistro.REPLICAS_SIN_CONFIRMAR,
            doubtful=saved,
            replicas_needed=needed,
            replicas_confirmed=confirmed,
        )


class LedgerRolledBackError(KioskError):
    """The ledger lost part of its past: a supervisor must accept it as it is, or it must be restored."""

    error_code, status = "LEDGER_ROLLED_BACK", 503

    def __init__(self, *, known_seq: int, found_seq: int, same_ledger: bool) -> None:
        self.known_seq, self.found_seq = known_seq, found_seq
        missing = max(known_seq - found_seq, 0)
        super().__init__(known_seq=known_seq, found_seq=found_seq, missing=missing, same_ledger=same_ledger)


class LogTrimmedError(KioskError):
    """The log no longer has every event after number `after`: begin with a new snapshot."""

    error_code, status = "LOG_TRIMMED", 410

    def __init__(self, *, after: int, available_after: int) -> None:
        self.available_after = available_after
        super().__init__(after=after, available_after=available_after)


class LedgerNotEmptyError(KioskError):
    """The ledger that was to be filled is not empty."""

    error_code, status = "LEDGER_NOT_EMPTY", 409

    def __init__(self, *, seq: int, spools: int) -> None:
        super().__init__(seq=seq, spools=spools)


class CopyFailedError(KioskError):
    """The copy differs from its original."""

    error_code, status = "COPY_FAILED", 409

    def __init__(self, reason: Defecto, **data: object) -> None:
        super().__init__(reason=reason, data=data)
