"""What a spool scan leads to, for each worker and each stage of a spool's life."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from core.domain.errors import (
    DependenciasNoSatisfechasError,
    KioskError,
    OperacionNoDisponibleError,
    RolNoAutorizadoError,
    SpoolBloqueadoError,
    SpoolOccupiedError,
    SpoolRetenidoError,
)
from core.domain.model import Accion, Occupation, Operacion, Retencion, Rol, Spool, Worker
from core.domain.reasons import Falta, Impedimento
from core.domain.rulebook.policy import Policy
from kiosk.screens.acts import takes_spools
from kiosk.screens.dialogue import NextStep, next_step, possible_acts
from tests.plants import CARLA, JUAN, LUIS, MIGUEL, PEDRO, START, Etapa, a_worker, held_by, spool_at
from tests.shopfloor import HOUR, ShopFloor

ROSA = a_worker(98, "Rosa", "Silva", Rol.SOLDADOR)
EVA = a_worker(99, "Eva", "Ríos", Rol.METROLOGIA, Rol.ARMADOR, Rol.SOLDADOR)
ARM, SOLD, METROLOGIA, REPARACION = Operacion
TAG = "A-1"
HOLD = Retencion(motivo="cliente", worker_id=95, worker_nombre="CP(95)", desde=START)


def scan(spool: Spool, worker: Worker, *, hours: float = 0) -> NextStep:
    """What comes next by the shop's own rules, `hours` after the spool came to be as it is."""
    floor = ShopFloor(spool)
    floor.clock.advance(seconds=hours * HOUR)
    return next_step(spool, worker, floor.possible(worker), now=floor.clock())


def told(possible: Mapping[Operacion, KioskError | None], spool: Spool | None = None) -> NextStep:
    """What comes next when the rules have answered so."""
    return next_step(spool or spool_at(Etapa.LIBRE), MIGUEL, possible, now=ShopFloor(spool_at(Etapa.LIBRE)).clock())


def name_of(value: object) -> str | None:
    """A worker's place in a test's name; for anything else, what pytest makes of it."""
    return value.nombre if isinstance(value, Worker) else None


def refused_with(step: NextStep) -> KioskError:
    assert isinstance(step, KioskError), step
    return step


@pytest.mark.parametrize(
    ("worker", "etapa", "step"),
    [
        (JUAN, Etapa.LIBRE, (ARM,)),
        (JUAN, Etapa.ARM_PARCIAL, (ARM,)),
        (JUAN, Etapa.RECHAZADO, (REPARACION,)),
        (JUAN, Etapa.REPARACION_PARCIAL, (REPARACION,)),
        (ROSA, Etapa.ARM_PARCIAL, (SOLD,)),
        (ROSA, Etapa.ARMADO, (SOLD,)),
        (ROSA, Etapa.SOLD_PARCIAL, (SOLD,)),
        (MIGUEL, Etapa.LIBRE, (ARM,)),
        (MIGUEL, Etapa.ARMADO, (SOLD,)),
        (MIGUEL, Etapa.RECHAZADO, (REPARACION,)),
        (MIGUEL, Etapa.ARM_PARCIAL, (ARM, SOLD)),
        (CARLA, Etapa.FABRICADO, (METROLOGIA,)),
        (CARLA, Etapa.REPARADO, (METROLOGIA,)),
        (EVA, Etapa.FABRICADO, (METROLOGIA,)),
        (EVA, Etapa.REPARADO, (METROLOGIA,)),
        (EVA, Etapa.LIBRE, (ARM,)),
        (EVA, Etapa.ARM_PARCIAL, (ARM, SOLD)),
        (EVA, Etapa.RECHAZADO, (REPARACION,)),
        (JUAN, Etapa.ARMADO, ()),
        (JUAN, Etapa.FABRICADO, ()),
        (JUAN, Etapa.APROBADO, ()),
        (MIGUEL, Etapa.APROBADO, ()),
        (MIGUEL, Etapa.REPARADO, ()),
        (CARLA, Etapa.APROBADO, ()),
        (CARLA, Etapa.RECHAZADO, ()),
    ],
    ids=name_of,
)
def test_a_free_spool_leads_to_at_most_one_question(worker: Worker, etapa: Etapa, step: NextStep) -> None:
    assert scan(spool_at(etapa, TAG), worker) == step


@pytest.mark.parametrize(
    ("worker", "etapa", "operacion", "falta"),
    [
        (JUAN, Etapa.SIN_MATERIALES, ARM, Falta.MATERIALES),
        (MIGUEL, Etapa.SIN_MATERIALES, ARM, Falta.MATERIALES),
        (ROSA, Etapa.LIBRE, SOLD, Falta.ARM_INICIADO),
        (CARLA, Etapa.LIBRE, METROLOGIA, Falta.ARM_COMPLETADO),
        (CARLA, Etapa.ARMADO, METROLOGIA, Falta.SOLD_COMPLETADO),
    ],
    ids=name_of,
)
def test_what_must_happen_first_is_told(worker: Worker, etapa: Etapa, operacion: Operacion, falta: Falta) -> None:
    error = refused_with(scan(spool_at(etapa, TAG), worker))
    assert isinstance(error, DependenciasNoSatisfechasError)
    assert (error.details["operacion"], error.details["falta"]) == (operacion, falta)


@pytest.mark.parametrize("worker", [JUAN, ROSA, MIGUEL, CARLA, EVA], ids=name_of)
def test_a_blocked_spool_is_told_before_anything_else_about_it(worker: Worker) -> None:
    assert isinstance(refused_with(scan(spool_at(Etapa.BLOQUEADO, TAG), worker)), SpoolBloqueadoError)


@pytest.mark.parametrize(
    ("worker", "etapa"),
    [(MIGUEL, Etapa.LIBRE), (MIGUEL, Etapa.ARM_PARCIAL), (EVA, Etapa.LIBRE)],
    ids=name_of,
)
def test_who_holds_the_spool_is_told_before_what_is_missing(worker: Worker, etapa: Etapa) -> None:
    error = refused_with(scan(held_by(JUAN, ARM, spool_at(etapa, TAG)), worker))
    assert isinstance(error, SpoolOccupiedError)
    assert error.occupation.worker_id == JUAN.worker_id


@pytest.mark.parametrize("worker", [JUAN, MIGUEL, CARLA, PEDRO], ids=name_of)
@pytest.mark.parametrize("etapa", Etapa)
def test_whoever_scans_what_is_held_back_is_told_so(worker: Worker, etapa: Etapa) -> None:
    assert isinstance(refused_with(scan(replace(spool_at(etapa, TAG), retencion=HOLD), worker)), SpoolRetenidoError)


def test_the_holder_of_what_is_held_back_may_let_go_of_it_but_not_complete_it() -> None:
    floor = ShopFloor(replace(held_by(MIGUEL, ARM, spool_at(Etapa.LIBRE, TAG)), retencion=HOLD))
    assert isinstance(next_step(floor.spool, MIGUEL, {}, now=floor.clock()), Occupation)
    acts = possible_acts(floor.spool, MIGUEL, floor.possible(MIGUEL), now=floor.clock())
    assert [act.command for act in acts] == ["PAUSAR", "CANCELAR", "EXTENDER", "ENTREGAR", "NOTA"]


@pytest.mark.parametrize("worker", [JUAN, CARLA, EVA], ids=name_of)
@pytest.mark.parametrize(("hold", "command"), [(None, "RETENER"), (HOLD, "REANUDAR")])
def test_supervisors_and_inspectors_may_hold_back_and_resume(
    worker: Worker, hold: Retencion | None, command: str
) -> None:
    floor = ShopFloor(replace(spool_at(Etapa.LIBRE, TAG), retencion=hold))
    acts = {act.command for act in possible_acts(floor.spool, worker, floor.possible(worker), now=floor.clock())}
    assert acts & {"RETENER", "REANUDAR"} == (set() if worker is JUAN else {command})


def test_an_inspector_who_comes_while_the_spool_is_worked_on_is_told_what_is_missing() -> None:
    error = refused_with(scan(held_by(JUAN, ARM, spool_at(Etapa.LIBRE, TAG)), CARLA))
    assert isinstance(error, DependenciasNoSatisfechasError)


@pytest.mark.parametrize("operacion", [ARM, SOLD])
def test_the_holder_is_asked_what_became_of_it(operacion: Operacion) -> None:
    spool = held_by(MIGUEL, operacion, spool_at(Etapa.ARM_PARCIAL, TAG))
    assert spool.ocupacion is not None
    assert scan(spool, MIGUEL) == spool.ocupacion
    assert scan(spool, MIGUEL, hours=11.9) == spool.ocupacion


def test_the_holder_is_asked_whatever_their_roles_have_become() -> None:
    spool = held_by(JUAN, ARM, spool_at(Etapa.LIBRE, TAG))
    assert spool.ocupacion is not None
    for now_is in (replace(JUAN, roles=frozenset()), replace(JUAN, activo=False)):
        assert scan(spool, now_is) == spool.ocupacion


@pytest.mark.parametrize("operacion", [ARM, SOLD])
def test_the_holder_whose_lock_ran_out_takes_the_same_operation_again(operacion: Operacion) -> None:
    spool = held_by(MIGUEL, operacion, spool_at(Etapa.ARM_PARCIAL, TAG))
    assert scan(spool, MIGUEL, hours=12) == (operacion,)
    assert scan(spool, MIGUEL, hours=100) == (operacion,)


def test_a_lock_without_an_end_never_runs_out() -> None:
    spool = held_by(MIGUEL, ARM, spool_at(Etapa.LIBRE, TAG), ttl=0)
    assert spool.ocupacion is not None
    assert scan(spool, MIGUEL, hours=10_000) == spool.ocupacion
    assert isinstance(refused_with(scan(spool, JUAN, hours=10_000)), SpoolOccupiedError)


def test_another_takes_over_once_the_lock_has_run_out() -> None:
    spool = held_by(MIGUEL, ARM, spool_at(Etapa.LIBRE, TAG))
    assert isinstance(refused_with(scan(spool, JUAN, hours=11.9)), SpoolOccupiedError)
    assert scan(spool, JUAN, hours=12) == (ARM,)


@pytest.mark.parametrize("worker", [PEDRO, LUIS], ids=["no role takes spools", "inactive"])
@pytest.mark.parametrize(
    ("etapa", "operacion"),
    [(Etapa.LIBRE, ARM), (Etapa.ARM_PARCIAL, ARM), (Etapa.ARMADO, SOLD), (Etapa.APROBADO, SOLD)],
)
def test_a_worker_who_may_take_nothing_asks_the_ledger_which_names_the_role(
    worker: Worker, etapa: Etapa, operacion: Operacion
) -> None:
    assert scan(spool_at(etapa, TAG), worker) == (operacion,)


OCCUPIED = held_by(JUAN, ARM, spool_at(Etapa.LIBRE, TAG)).ocupacion
assert OCCUPIED is not None
NOT_OURS = SpoolOccupiedError(TAG, OCCUPIED)
BLOCKED = SpoolBloqueadoError(TAG, rechazos=4)
TOO_EARLY = DependenciasNoSatisfechasError(TAG, operacion=SOLD, falta=Falta.ARM_INICIADO)
ALSO_TOO_EARLY = DependenciasNoSatisfechasError(TAG, operacion=ARM, falta=Falta.MATERIALES)
DONE = OperacionNoDisponibleError(TAG, accion=Accion.TOMAR, operacion=ARM, impedimento=Impedimento.YA_COMPLETADA)
NOT_REJECTED = OperacionNoDisponibleError(
    TAG, accion=Accion.TOMAR, operacion=REPARACION, impedimento=Impedimento.NO_RECHAZADO
)
NO_ROLE = RolNoAutorizadoError("MR(93)", activo=True, roles=[], faltan=["Armador"])


@pytest.mark.parametrize(
    ("refusals", "first"),
    [
        ((NOT_OURS,), NOT_OURS),
        ((BLOCKED, NOT_OURS), NOT_OURS),
        ((TOO_EARLY, NOT_OURS), NOT_OURS),
        ((DONE, NOT_OURS), NOT_OURS),
        ((DONE, TOO_EARLY, BLOCKED, NOT_OURS), NOT_OURS),
        ((TOO_EARLY, BLOCKED), BLOCKED),
        ((DONE, BLOCKED), BLOCKED),
        ((NO_ROLE, BLOCKED), BLOCKED),
        ((DONE, TOO_EARLY), TOO_EARLY),
        ((NOT_REJECTED, DONE, TOO_EARLY), TOO_EARLY),
        ((NO_ROLE, TOO_EARLY), TOO_EARLY),
        ((ALSO_TOO_EARLY, TOO_EARLY), ALSO_TOO_EARLY),
        ((TOO_EARLY, ALSO_TOO_EARLY), TOO_EARLY),
        ((NO_ROLE,), NO_ROLE),
        ((NO_ROLE, DONE), NO_ROLE),
    ],
)
def test_of_several_refusals_the_most_telling_is_told(refusals: tuple[KioskError, ...], first: KioskError) -> None:
    possible = dict(zip(Operacion, refusals, strict=False))
    assert refused_with(told(possible)) is first


@pytest.mark.parametrize("refusals", [(DONE,), (NOT_REJECTED,), (DONE, NOT_REJECTED)])
def test_where_every_operation_is_out_of_place_there_is_nothing_to_do(refusals: tuple[KioskError, ...]) -> None:
    assert told(dict(zip(Operacion, refusals, strict=False))) == ()


@pytest.mark.parametrize(
    ("possible", "step"),
    [
        ({ARM: None, SOLD: NOT_OURS}, (ARM,)),
        ({ARM: BLOCKED, SOLD: None, REPARACION: DONE}, (SOLD,)),
        ({METROLOGIA: None, ARM: DONE}, (METROLOGIA,)),
        ({REPARACION: None}, (REPARACION,)),
        ({ARM: None, SOLD: None, REPARACION: DONE}, (ARM, SOLD)),
        ({SOLD: None, ARM: None}, (SOLD, ARM)),
    ],
)
def test_what_is_possible_counts_before_what_is_not(
    possible: Mapping[Operacion, KioskError | None], step: NextStep
) -> None:
    assert told(possible) == step


def test_a_helper_takes_spools_only_where_the_plant_lets_helpers() -> None:
    assert not takes_spools(PEDRO, Policy())
    assert takes_spools(PEDRO, Policy(ayudante=frozenset({Operacion.SOLD})))
    assert takes_spools(JUAN, Policy())
    assert not takes_spools(replace(JUAN, activo=False), Policy())
