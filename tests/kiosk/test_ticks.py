"""Which joints of a spool are ticked as made: only those that can be, all of what was asked for or nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.errors import DependenciasNoSatisfechasError, KioskError, OperacionNoDisponibleError
from core.domain.model import Avance, EstadoAvance, Operacion, Retencion, Spool
from core.domain.uniones import Hecho
from kiosk.screens.ticks import Ticks, counts_joints
from tests.plants import JUAN, MIGUEL, START, Etapa, held_by, joint, spool_at

FITTED = Hecho("JP(94)", START.date())


def spool(operacion: Operacion = Operacion.ARM, etapa: Etapa = Etapa.ARM_PARCIAL) -> Spool:
    """1 is fitted and welded, 2 fitted, 3 and 4 nothing; 5 needs no weld."""
    joints = (
        replace(joint(1), arm=FITTED, sold=FITTED),
        replace(joint(2, "1 1/2"), arm=FITTED),
        *(joint(3, "2"), joint(4, "2,5"), joint(5, solo_armado=True)),
    )
    return held_by(JUAN, operacion, replace(spool_at(etapa), uniones=joints))


@pytest.mark.parametrize(
    ("operacion", "asked", "refusal"),
    [
        (Operacion.ARM, (3, 4), None),
        (Operacion.ARM, (2, 3), OperacionNoDisponibleError),
        (Operacion.ARM, (3, 9), OperacionNoDisponibleError),
        (Operacion.SOLD, (2,), None),
        (Operacion.SOLD, (2, 3), DependenciasNoSatisfechasError),
        (Operacion.SOLD, (2, 5), OperacionNoDisponibleError),
    ],
)
def test_a_range_is_ticked_whole_or_refused_whole(
    operacion: Operacion, asked: tuple[int, ...], refusal: type[KioskError] | None
) -> None:
    ticks = Ticks(spool(operacion), operacion, JUAN.worker_id)
    if refusal is None:
        ticks.toggle(asked)
        assert ticks.numbers == set(asked)
    else:
        with pytest.raises(refusal):
            ticks.toggle(asked)
        assert ticks.numbers == set()


def test_what_is_ticked_is_summed_and_once_more_takes_the_tick_away() -> None:
    ticks = Ticks(spool(), Operacion.ARM, JUAN.worker_id)
    ticks.toggle((3, 4))
    assert (ticks.inches, ticks.left, ticks.completes) == (Decimal("4.5"), (5,), False)
    ticks.toggle((3, 5))
    assert ticks.numbers == {3, 4, 5}
    assert ticks.completes
    ticks.toggle((3,))
    assert ticks.numbers == {4, 5}
    ticks.toggle_all()
    ticks.toggle_all()
    assert ticks.numbers == set()


def test_a_weld_completes_nothing_while_fit_up_is_not_complete_nor_anything_a_spool_held_back() -> None:
    welding = Ticks(spool(Operacion.SOLD), Operacion.SOLD, JUAN.worker_id)
    welding.spool = replace(welding.spool, uniones=welding.spool.uniones[:2])
    welding.toggle_all()
    assert (welding.left, welding.completes) == ((), False)
    welding.spool = replace(welding.spool, arm=Avance(EstadoAvance.COMPLETADO))
    assert welding.completes
    why = Retencion(motivo="cliente", worker_id=95, worker_nombre="CP(95)", desde=START)
    welding.spool = replace(welding.spool, retencion=why)
    assert not welding.completes


def test_what_another_made_meanwhile_loses_its_tick_which_is_told() -> None:
    ticks = Ticks(spool(), Operacion.ARM, JUAN.worker_id)
    ticks.toggle((3, 4))
    joints = tuple(replace(one, arm=FITTED) if one.numero == 3 else one for one in ticks.spool.uniones)
    assert ticks.follow(replace(ticks.spool, uniones=joints)) == {3}
    assert ticks.numbers == {4}
    assert ticks.is_held
    ticks.follow(replace(ticks.spool, ocupacion=None))
    assert (ticks.is_held, ticks.numbers) == (False, {4})


def test_joints_are_asked_for_of_the_holder_where_the_operation_makes_some() -> None:
    mine = spool()
    assert counts_joints(mine, JUAN.worker_id)
    assert not counts_joints(mine, MIGUEL.worker_id)
    assert not counts_joints(replace(mine, uniones=()), JUAN.worker_id)
    assert not counts_joints(spool(Operacion.REPARACION, Etapa.RECHAZADO), JUAN.worker_id)
