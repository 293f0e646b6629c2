"""The nouns of the shop: spools, workers, operations and who occupies what. Frozen values, nothing decides here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from core.domain.datos import Cambio, Dato, Datos, changes
from core.domain.uniones import Uniones

TAG_MAX_LENGTH: Final = 64
BATCH_MAX_SIZE: Final = 50


class Operacion(StrEnum):
    """A kind of work on a spool. ARM and SOLD run in parallel once ARM has begun."""

    ARM = "ARM"
    SOLD = "SOLD"
    METROLOGIA = "METROLOGIA"
    REPARACION = "REPARACION"


class Accion(StrEnum):
    """What somebody did. Together with the operation it names the event's type."""

    TOMAR = "TOMAR"
    PAUSAR = "PAUSAR"
    COMPLETAR = "COMPLETAR"
    CANCELAR = "CANCELAR"
    EXTENDER = "EXTENDER"
    ENTREGAR = "ENTREGAR"
    LIBERAR = "LIBERAR"
    DESBLOQUEAR = "DESBLOQUEAR"
    RETENER = "RETENER"
    REANUDAR = "REANUDAR"
    NOTA = "NOTA"
    DESHACER = "DESHACER"
    CARGAR_PLANTA = "CARGAR_PLANTA"
    ACEPTAR_REGISTRO = "ACEPTAR_REGISTRO"
    CONFLICTO_HOJA = "CONFLICTO_HOJA"
    RECONSTRUIR = "RECONSTRUIR"
    INVENTARIO = "INVENTARIO"


class EstadoAvance(StrEnum):
    """How far one operation of one spool has come."""

    PENDIENTE = "PENDIENTE"
    EN_PROGRESO = "EN_PROGRESO"
    PAUSADO = "PAUSADO"
    COMPLETADO = "COMPLETADO"


class Resultado(StrEnum):
    """The verdict of METROLOGIA."""

    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"


class Rol(StrEnum):
    """What a worker is trained for; spelled as in the Roles worksheet."""

    ARMADOR = "Armador"
    SOLDADOR = "Soldador"
    METROLOGIA = "Metrologia"
    SUPERVISOR = "Supervisor"
    AYUDANTE = "Ayudante"


ROLES_POR_OPERACION: Final[dict[Operacion, frozenset[Rol]]] = {
    Operacion.ARM: frozenset({Rol.ARMADOR}),
    Operacion.SOLD: frozenset({Rol.SOLDADOR}),
    Operacion.METROLOGIA: frozenset({Rol.METROLOGIA}),
    Operacion.REPARACION: frozenset({Rol.ARMADOR, Rol.SOLDADOR}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody with a badge. `roles` holds the roles in force; an inactive worker keeps them unused.

    `idioma` is the language this worker reads, `es` or `en`; empty for the terminal's.
    """

    worker_id: int
    nombre: str
    apellido: str
    activo: bool = True
    roles: frozenset[Rol] = frozenset()
    idioma: str = ""

    @property
    def worker_nombre(self) -> str:
        """Initials and id, as the office writes them: Miguel Rodríguez, id 93, is `MR(93)`."""
        initials = "".join(part[0] for part in (self.nombre, self.apellido) if part)
        return f"{initials.upper()}({self.worker_id})"

    @property
    def nombre_completo(self) -> str:
        """First name and last name."""
        return f"{self.nombre} {self.apellido}".strip()

    @property
    def is_supervisor(self) -> bool:
        """Whether this worker is active and a supervisor."""
        return self.activo and Rol.SUPERVISOR in self.roles


@dataclass(frozen=True, slots=True)
class Avance:
    """The progress of one operation: its state, who worked on it last, and when it was completed."""

    estado: EstadoAvance = EstadoAvance.PENDIENTE
    worker_nombre: str | None = None
    fecha: date | None = None

    @property
    def completado(self) -> bool:
        """Whether the operation is done."""
        return self.estado is EstadoAvance.COMPLETADO


PENDIENTE: Final = Avance()


def avance_field(operacion: Operacion) -> str:
    """The field of a spool that holds an operation's progress; METROLOGIA has none, see `Spool.inspeccion`."""
    return operacion.lower()


@dataclass(frozen=True, slots=True)
class Inspeccion:
    """The last verdict of METROLOGIA; `resultado` is None while the spool awaits one."""

    resultado: Resultado | None = None
    worker_nombre: str | None = None
    fecha: date | None = None


SIN_INSPECCION: Final = Inspeccion()


@dataclass(frozen=True, slots=True, kw_only=True)
class Displaced:
    """Who held a spool when another took it, because the lock's life had run out: for what, since when and where."""

    worker_id: int
    worker_nombre: str
    operacion: Operacion
    fecha_ocupacion: datetime
    station: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation:
    """Who holds a spool, for what, since when, and until when the lock lives.

    `seq` and `event_id` are those of the TOMAR that made it. `vence` is None when the lock lives until it is released.
    `previo` is what the operation was before, so that CANCELAR can return to it; `desplaza` whoever was displaced.
    """

    worker_id: int
    worker_nombre: str
    operacion: Operacion
    fecha_ocupacion: datetime
    station: str
    seq: int
    event_id: UUID
    vence: datetime | None
    previo: Avance
    desplaza: Displaced | None = None

    @property
    def lock_token(self) -> str:
        """The value of the spool's lock. The TOMAR event's uuid4 is the unique part, so it is stored once."""
        return f"{self.worker_id}:{self.event_id}"

    def is_expired(self, now: datetime) -> bool:
        """Whether the lock's life has run out at `now` (aware)."""
        return self.vence is not None and self.vence <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Retencion:
    """Why nobody may take a spool for the time being, by whom (`worker_id` 0: by the office) and since when."""

    motivo: str
    worker_id: int
    worker_nombre: str
    desde: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """One welded pipe piece and everything the shop knows of it.

    `uniones` are its joints by number; one without them is counted as a whole. When an operation is completed, no
    joint remains in it. `retencion` is None unless a supervisor or an inspector holds the spool back.
    `datos` are the office's own columns that the plant shows, `antes` the `facts` that it changed since a take.
    `version` grows by one with every change and never repeats: the fencing token that every commit is compared against.
    `seq` is the number of the last event in its history, 0 for none yet; one that was loaded occupied has the load's.
    """

    tag_spool: str
    ot: str = ""
    nv: str = ""
    fecha_materiales: date | None = None
    arm: Avance = PENDIENTE
    sold: Avance = PENDIENTE
    reparacion: Avance = PENDIENTE
    inspeccion: Inspeccion = SIN_INSPECCION
    rechazos: int = 0
    ciclos_extra: int = 0
    bloqueado: bool = False
    ocupacion: Occupation | None = None
    uniones: Uniones = ()
    retencion: Retencion | None = None
    datos: Datos = ()
    antes: Datos = ()
    version: int = 1
    seq: int = 0

    def avance(self, operacion: Operacion) -> Avance:
        """The progress of an operation that is taken; METROLOGIA is instant and has an `inspeccion`."""
        found: Avance = getattr(self, avance_field(operacion))
        return found

    def with_avance(self, operacion: Operacion, avance: Avance) -> "Spool":
        """The spool with another progress of an operation that is taken."""
        changes: dict[str, Any] = {avance_field(operacion): avance}
        return replace(self, **changes)

    @property
    def facts(self) -> Datos:
        """What the office says of it for people to read: OT, NV and its own columns, without empty ones."""
        return (*(Dato(*paper) for paper in (("OT", self.ot), ("NV", self.nv)) if paper[1]), *self.datos)

    @property
    def cambios(self) -> tuple[Cambio, ...]:
        """What the office changed of its facts since it was taken."""
        return changes(self.antes, self.facts)

    @property
    def fabricado(self) -> bool:
        """Fit-up and welding are both done, so the spool may be inspected."""
        return self.arm.completado and (self.sold.completado or not self.se_suelda)

    @property
    def se_suelda(self) -> bool:
        """Whether there is anything to weld: not where no joint needs it."""
        return not self.uniones or not all(union.solo_armado for union in self.uniones)

    @property
    def rechazado(self) -> bool:
        """Whether the last inspection rejected it."""
        return self.inspeccion.resultado is Resultado.RECHAZADO

    @property
    def aprobado(self) -> bool:
        """Whether the last inspection approved it."""
        return self.inspeccion.resultado is Resultado.APROBADO


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What the office owns: the spool list with its starting progress, the workers and their roles.

    `doubtful_workers` are the numbers of people something could not be read about: those a ledger knows stay as
    they are there. `workers_incomplete` says that somebody's number itself could not be read: then nobody who is
    missing here is dropped. The spools have the joints of the office's list, if there is one (`uniones_listed`). No
    joint is dropped of the spools `uniones_doubtful` (the identities of their tags), of which a row could not be read;
    and of none when `uniones_incomplete`: a row does not even say whose it is. `retenidos` says why the office holds a
    spool back, by tag; empty: it does not. Spools without it stay as they are.
    """

    spools: tuple[Spool, ...] = ()
    workers: tuple[Worker, ...] = ()
    doubtful_workers: frozenset[int] = frozenset()
    workers_incomplete: bool = False
    uniones_listed: bool = False
    uniones_doubtful: frozenset[str] = frozenset()
    uniones_incomplete: bool = False
    retenidos: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A whole site at one moment: every spool and worker as of event `seq`."""

    seq: int
    spools: tuple[Spool, ...] = field(default=())
    workers: tuple[Worker, ...] = field(default=())
