"""What is next: the free spools a worker may take, oldest materials first, and taking one from the list."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.model import Accion, Operacion, Snapshot, Spool, Worker
from core.domain.rulebook.availability import possible_operations
from core.domain.rulebook.policy import Policy
from kiosk.live import next_spools
from kiosk.live.board import Board
from kiosk.live.next_spools import NextSpools
from tests.kiosk.terminal import JUAN, MIGUEL, Terminal, Tone
from tests.kiosk.test_views import SHOP, an_event, board_of
from tests.plants import JUAN as FITTER
from tests.plants import MATERIALES, START, Etapa, spool_at
from tests.plants import MIGUEL as BOTH

TAKEN = (Operacion.ARM, Operacion.SOLD, Operacion.REPARACION)


def next_for(worker: Worker, board: Board) -> NextSpools:
    policy = Policy()

    def takeable(spool: Spool, operacion: Operacion) -> bool:
        return possible_operations(spool, worker, START, policy)[operacion] is None

    return NextSpools(board, tuple(one for one in TAKEN if policy.lets(worker, one)), takeable)


def tags(listed: NextSpools) -> list[str]:
    listed.update()
    return [spool.tag_spool for spool in listed.spools]


@pytest.mark.parametrize(
    ("worker", "expected"),
    [
        (FITTER, {Etapa.LIBRE, Etapa.ARM_PARCIAL, Etapa.RECHAZADO, Etapa.REPARACION_PARCIAL}),
        (
            BOTH,
            {
                *(Etapa.LIBRE, Etapa.ARM_PARCIAL, Etapa.ARMADO, Etapa.SOLD_PARCIAL),
                *(Etapa.RECHAZADO, Etapa.REPARACION_PARCIAL),
            },
        ),
    ],
)
def test_only_what_the_worker_may_take_now_is_listed(worker: Worker, expected: set[str]) -> None:
    assert set(tags(next_for(worker, board_of(*SHOP)))) == expected


def test_the_list_follows_each_change_as_if_looked_up_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_spools, "MOST", 6)
    dice = random.Random(7)
    board = Board()
    spools = [
        replace(spool_at(Etapa.LIBRE, f"S-{number:02}"), fecha_materiales=MATERIALES + timedelta(dice.randrange(9)))
        for number in range(30)
    ]
    board.load(Snapshot(seq=100, spools=tuple(spools), workers=(BOTH,)))
    listed = next_for(BOTH, board)
    assert tags(listed)[0] == min(spools, key=lambda spool: (spool.fecha_materiales, spool.tag_spool)).tag_spool
    for _ in range(200):
        for _ in range(dice.randrange(1, 3)):
            spool = dice.choice([*board.spools.values()])
            accion = Accion.PAUSAR if spool.ocupacion else Accion.TOMAR
            assert board.apply(an_event(board, spool.tag_spool, accion, BOTH, Operacion.ARM))
        anew = tags(next_for(BOTH, board))
        assert tags(listed) == anew[: len(listed.spools)]
        assert len(listed.spools) >= min(len(anew), next_spools.MOST // 2)


async def test_the_spool_with_the_oldest_materials_is_the_first_and_choosing_it_takes_it(kiosk: Terminal) -> None:
    await kiosk.scan(JUAN)
    await kiosk.press("f11")
    assert kiosk.screen_name == "siguiente"
    board = kiosk.app.board
    listed = [board.spools[tag] for tag in kiosk.rows]
    days = [spool.fecha_materiales for spool in listed if spool.fecha_materiales]
    assert days == sorted(days)
    assert all(spool.ocupacion is None for spool in listed)
    first = kiosk.rows[0]
    await kiosk.press("down", "enter")
    assert kiosk.tone is Tone.DONE
    assert (await kiosk.service.status(first)).ocupado_por == "JP(94)"
    await kiosk.until(lambda: first not in kiosk.rows)
    await kiosk.scan(MIGUEL, "C.SIGUIENTE")
    assert first not in kiosk.rows
