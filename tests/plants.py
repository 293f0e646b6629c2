"""A small plant for tests: its workers, and a spool at every stage of its life. Pure values, no ledger."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from core.domain.model import (
    Accion,
    Avance,
    EstadoAvance,
    Inspeccion,
    Occupation,
    Operacion,
    Plant,
    Resultado,
    Rol,
    Spool,
    Worker,
)
from core.domain.uniones import Union
from core.domain.writing.uniones import parse_dn


def a_worker(worker_id: int, nombre: str, apellido: str, *roles: Rol, activo: bool = True) -> Worker:
    return Worker(worker_id=worker_id, nombre=nombre, apellido=apellido, activo=activo, roles=frozenset(roles))


MIGUEL = a_worker(93, "Miguel", "Rodríguez", Rol.ARMADOR, Rol.SOLDADOR)
JUAN = a_worker(94, "Juan", "Pérez", Rol.ARMADOR)
CARLA = a_worker(95, "Carla", "Pinto", Rol.METROLOGIA, Rol.SUPERVISOR)
PEDRO = a_worker(96, "Pedro", "Soto", Rol.AYUDANTE)
LUIS = a_worker(97, "Luis", "Vega", Rol.ARMADOR, activo=False)
ARMADORES = tuple(a_worker(100 + n, "Ana", f"Apellido{n}", Rol.ARMADOR) for n in range(1, 11))
WORKERS = (MIGUEL, JUAN, CARLA, PEDRO, LUIS, *ARMADORES)
WORKERS_BY_ID = {worker.worker_id: worker for worker in WORKERS}
UNKNOWN_WORKER_ID = 404

NOT_ASKED_BY_WORKERS = frozenset(
    {
        *(Accion.CARGAR_PLANTA, Accion.ACEPTAR_REGISTRO, Accion.CONFLICTO_HOJA, Accion.RECONSTRUIR),
        Accion.INVENTARIO,
    }
)

START = datetime(2025, 11, 21, 15, tzinfo=UTC)
MATERIALES = date(2025, 11, 3)
DIA = date(2025, 11, 10)
PENDIENTE = Avance()
PARCIAL = Avance(EstadoAvance.PAUSADO, JUAN.worker_nombre)
ARMADO = Avance(EstadoAvance.COMPLETADO, JUAN.worker_nombre, DIA)
SOLDADO = Avance(EstadoAvance.COMPLETADO, MIGUEL.worker_nombre, DIA)
REPARADO = Avance(EstadoAvance.COMPLETADO, MIGUEL.worker_nombre, DIA)
RECHAZO = Inspeccion(Resultado.RECHAZADO, CARLA.worker_nombre, DIA)
APROBACION = Inspeccion(Resultado.APROBADO, CARLA.worker_nombre, DIA)


class Etapa(StrEnum):
    """The stages of a spool nobody holds."""

    SIN_MATERIALES = "SIN-MATERIALES"
    LIBRE = "LIBRE"
    ARM_PARCIAL = "ARM-PARCIAL"
    ARMADO = "ARMADO"
    SOLD_PARCIAL = "SOLD-PARCIAL"
    FABRICADO = "FABRICADO"
    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"
    REPARACION_PARCIAL = "REPARACION-PARCIAL"
    REPARADO = "REPARADO"
    BLOQUEADO = "BLOQUEADO"


_FABRICADO = {"arm": ARMADO, "sold": SOLDADO}
_RECHAZADO = {**_FABRICADO, "inspeccion": RECHAZO, "rechazos": 1}
_DIFFERENCES: dict[Etapa, dict[str, object]] = {
    Etapa.SIN_MATERIALES: {"fecha_materiales": None},
    Etapa.LIBRE: {},
    Etapa.ARM_PARCIAL: {"arm": PARCIAL},
    Etapa.ARMADO: {"arm": ARMADO},
    Etapa.SOLD_PARCIAL: {"arm": ARMADO, "sold": PARCIAL},
    Etapa.FABRICADO: _FABRICADO,
    Etapa.APROBADO: {**_FABRICADO, "inspeccion": APROBACION},
    Etapa.RECHAZADO: _RECHAZADO,
    Etapa.REPARACION_PARCIAL: {**_RECHAZADO, "reparacion": PARCIAL},
    Etapa.REPARADO: {**_FABRICADO, "reparacion": REPARADO, "rechazos": 1},
    Etapa.BLOQUEADO: {**_RECHAZADO, "rechazos": 4, "bloqueado": True},
}


def spool_at(etapa: Etapa, tag_spool: str = "") -> Spool:
    """A spool at that stage, free; its tag is the stage's name unless given."""
    plain = Spool(tag_spool=tag_spool or etapa, ot="OT-7", nv="NV-3", fecha_materiales=MATERIALES)
    return replace(plain, **_DIFFERENCES[etapa])


def joint(numero: int, dn: str = "4", tipo: str = "BW", *, solo_armado: bool = False) -> Union:
    """A joint that nobody has made."""
    return Union(numero=numero, diezmilesimas=parse_dn(dn), tipo=tipo, solo_armado=solo_armado)


def held_by(
    worker: Worker,
    operacion: Operacion,
    spool: Spool,
    *,
    since: datetime = START,
    ttl: int = 12 * 3600,
) -> Spool:
    """The spool as if `worker` had taken it at `since`, for `ttl` seconds (0: until released)."""
    occupation = Occupation(
        worker_id=worker.worker_id,
        worker_nombre=worker.worker_nombre,
        operacion=operacion,
        fecha_ocupacion=since,
        station="ARM-02",
        seq=0,
        event_id=uuid4(),
        vence=since + timedelta(seconds=ttl) if ttl else None,
        previo=spool.avance(operacion),
    )
    progress = Avance(EstadoAvance.EN_PROGRESO, worker.worker_nombre)
    return replace(spool.with_avance(operacion, progress), ocupacion=occupation)


TAG = "MK-1335-CW-25238-011"
FREE_TAGS = tuple(f"MK-1335-CW-25238-{n:03}" for n in range(11, 23))
PLANT = Plant(
    spools=(
        *(spool_at(Etapa.LIBRE, tag) for tag in FREE_TAGS),
        *(spool_at(etapa) for etapa in Etapa),
    ),
    workers=WORKERS,
)
