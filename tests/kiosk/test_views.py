"""What the board shows: the right spools in the right order, and kept so by each change as if looked up anew."""

import random
from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest

from core.domain.events import Event
from core.domain.model import Accion, Operacion, Snapshot, Spool, Worker
from kiosk.live.board import CHANGES_KEPT, Board, Shown
from kiosk.live.views import FLASH, Flashes, Order, Query, View, loads
from tests.plants import ARMADORES, CARLA, JUAN, MIGUEL, START, Etapa, held_by, joint, spool_at

NAMES = dict(zip(Operacion, ("ARMADO", "SOLDADURA", "MET", "REP"), strict=True))
WORKERS = (MIGUEL, JUAN, CARLA, *ARMADORES)


def board_of(*spools: Spool) -> Board:
    board = Board()
    board.load(Snapshot(seq=100, spools=spools, workers=WORKERS))
    return board


def tags(view: View) -> list[str]:
    return [spool.tag_spool for spool in view.spools]


def showing(board: Board, query: Query, *, hours: float = 0) -> View:
    view = View(board, NAMES)
    view.ask(query, START + timedelta(hours=hours))
    return view


def an_event(board: Board, tag: str, accion: Accion, worker: Worker, operacion: Operacion | None) -> Event:
    return Event(
        seq=board.seq + 1,
        id=uuid4(),
        ts=START,
        evento_tipo=f"{accion}_{operacion}" if operacion else accion,
        tag_spool=tag,
        worker_id=worker.worker_id,
        worker_nombre=worker.worker_nombre,
        operacion=operacion,
        accion=accion,
        fecha_operacion=START.date(),
        station="ARM-02",
        metadata={"lock_ttl": 3600, "texto": "x"},
    )


SHOP = (
    *(spool_at(etapa) for etapa in Etapa),
    held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "H-1"), since=START - timedelta(hours=3)),
    held_by(MIGUEL, Operacion.SOLD, spool_at(Etapa.ARMADO, "H-2"), since=START - timedelta(hours=9), ttl=3600),
    held_by(MIGUEL, Operacion.REPARACION, spool_at(Etapa.RECHAZADO, "H-3"), since=START - timedelta(hours=1)),
)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown.TOMADO, {"H-1", "H-2", "H-3"}),
        (Shown.VENCIDO, {"H-2"}),
        (Shown.POR_INSPECCIONAR, {Etapa.FABRICADO, Etapa.REPARADO}),
        (Shown.RECHAZADO, {Etapa.RECHAZADO, Etapa.REPARACION_PARCIAL}),
        (Shown.BLOQUEADO, {Etapa.BLOQUEADO}),
        (Shown.SIN_MATERIALES, {Etapa.SIN_MATERIALES}),
        (Shown.APROBADO, {Etapa.APROBADO}),
        (Shown.DISPONIBLE, {Etapa.LIBRE, Etapa.ARM_PARCIAL, Etapa.ARMADO, Etapa.SOLD_PARCIAL}),
        (Shown.TODOS, {spool.tag_spool for spool in SHOP}),
    ],
)
def test_each_state_shows_its_spools(shown: Shown, expected: set[str]) -> None:
    assert set(tags(showing(board_of(*SHOP), Query(shown=shown)))) == expected


@pytest.mark.parametrize(
    ("operacion", "expected"),
    [
        (Operacion.ARM, {"H-1", Etapa.LIBRE, Etapa.ARM_PARCIAL}),
        (Operacion.SOLD, {"H-2", Etapa.ARM_PARCIAL, Etapa.ARMADO, Etapa.SOLD_PARCIAL}),
        (Operacion.METROLOGIA, {Etapa.FABRICADO, Etapa.REPARADO}),
        (Operacion.REPARACION, {"H-3", Etapa.RECHAZADO, Etapa.REPARACION_PARCIAL}),
    ],
)
def test_an_operation_shows_what_is_held_for_it_and_what_waits_for_it(operacion: Operacion, expected: set[str]) -> None:
    assert set(tags(showing(board_of(*SHOP), Query(shown=Shown.TODOS, operacion=operacion)))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("h-1", {"H-1"}),
        ("h1", {"H-1"}),
        ("RODRIGUEZ", {"H-2", "H-3"}),
        ("rodríguez soldad", {"H-2"}),
        ("sold mr(93", {"H-2"}),
        ("jp(94", {"H-1"}),
        ("arm-02", {"H-1", "H-2", "H-3"}),
        ("(", {"H-1", "H-2", "H-3"}),
        ("ot-7 h", {"H-1", "H-2", "H-3"}),
        ("zzz", set()),
    ],
)
def test_a_text_is_found_in_tag_order_holder_operation_and_station(text: str, expected: set[str]) -> None:
    assert set(tags(showing(board_of(*SHOP), Query(text=text)))) == expected


def test_a_worker_shows_what_they_hold() -> None:
    query = Query(shown=Shown.TODOS, worker_id=MIGUEL.worker_id)
    assert tags(showing(board_of(*SHOP), query)) == ["H-2", "H-3"]


def test_the_most_inches_left_come_first_and_a_joint_that_is_made_moves_its_spool() -> None:
    joints = (joint(1, "4"), joint(2, "2"), joint(3, "1", solo_armado=True))
    some = replace(spool_at(Etapa.LIBRE, "A"), uniones=joints)
    fewer = replace(some, tag_spool="B", uniones=joints[:1])
    board = board_of(fewer, spool_at(Etapa.LIBRE, "NONE"), some, replace(spool_at(Etapa.FABRICADO), uniones=joints))
    view = showing(board, Query(shown=Shown.TODOS, order=Order.PULGADAS))
    assert tags(view) == ["A", "B", "FABRICADO", "NONE"]
    for accion in (Accion.TOMAR, Accion.PAUSAR):
        event = an_event(board, "A", accion, JUAN, Operacion.ARM)
        made = {"uniones": {"1": "4", "2": "2"}} if accion is Accion.PAUSAR else {}
        board.apply(event.model_copy(update={"metadata": event.metadata | made}))
    view.update(START)
    assert tags(view) == ["B", "A", "FABRICADO", "NONE"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.TIEMPO, ["C", "A", "B", "F-2", "F-1"]),
        (Order.TAG, ["A", "B", "C", "F-1", "F-2"]),
        (Order.QUIEN, ["A", "B", "C", "F-1", "F-2"]),
        (Order.CAMBIO, ["F-1", "B", "F-2", "A", "C"]),
    ],
)
def test_each_order_puts_first_what_it_says(order: Order, expected: list[str]) -> None:
    free = spool_at(Etapa.FABRICADO)
    board = board_of(
        replace(held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "B"), since=START), seq=9),
        replace(
            held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "A"), since=START - timedelta(minutes=1)),
            seq=7,
        ),
        replace(held_by(MIGUEL, Operacion.ARM, spool_at(Etapa.LIBRE, "C"), since=START - timedelta(hours=1)), seq=6),
        replace(free, tag_spool="F-1", seq=12),
        replace(free, tag_spool="F-2", seq=8),
    )
    assert tags(showing(board, Query(shown=Shown.TODOS, order=order))) == expected


def test_an_occupation_that_runs_out_appears_without_any_event() -> None:
    board = board_of(held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "A"), ttl=3600))
    view = showing(board, Query(shown=Shown.VENCIDO))
    assert tags(view) == []
    view.update(START + timedelta(hours=1))
    assert tags(view) == ["A"]
    board.apply(an_event(board, "A", Accion.PAUSAR, JUAN, Operacion.ARM))
    view.update(START + timedelta(hours=1))
    assert tags(view) == []


EVERY_QUERY = [
    Query(shown=shown, order=order, operacion=operacion, text=text)
    for shown, order, operacion, text in product(Shown, Order, (None, Operacion.ARM), ("", "s-1"))
]


@pytest.mark.parametrize("seed", range(5))
def test_views_kept_by_changes_show_what_views_begun_anew_show(seed: int) -> None:
    dice = random.Random(seed)
    board = board_of(*(spool_at(dice.choice((Etapa.LIBRE, Etapa.FABRICADO)), f"S-{n}") for n in range(40)))
    views = [showing(board, query) for query in EVERY_QUERY]
    for turn in range(60):
        hours = turn / 10
        for _ in range(dice.randrange(3)):
            spool = board.spools[f"S-{dice.randrange(40)}"]
            held = spool.ocupacion
            if held is None and not spool.arm.completado:
                act = (Accion.TOMAR, dice.choice(ARMADORES), Operacion.ARM)
            elif held is not None:
                act = (dice.choice((Accion.PAUSAR, Accion.COMPLETAR)), MIGUEL, held.operacion)
            else:
                act = (Accion.NOTA, MIGUEL, None)
            assert board.apply(an_event(board, spool.tag_spool, *act))
        for view in views:
            view.update(START + timedelta(hours=hours))
    for view in views:
        assert tags(view) == tags(showing(board, view.query, hours=hours)), view.query
        for place, spool in enumerate(view.spools):
            assert view.place_of(spool.tag_spool) == place
            assert spool is board.spools[spool.tag_spool]


def test_a_view_that_slept_through_too_many_changes_is_right_again() -> None:
    board = board_of(*(spool_at(Etapa.LIBRE, f"S-{n}") for n in range(3)))
    view = showing(board, Query(shown=Shown.TODOS, order=Order.CAMBIO))
    for _ in range(CHANGES_KEPT + 5):
        board.apply(an_event(board, "S-1", Accion.NOTA, MIGUEL, None))
    view.update(START)
    assert tags(view) == ["S-1", "S-0", "S-2"]


def test_a_view_follows_a_board_that_began_anew() -> None:
    board = board_of(spool_at(Etapa.LIBRE, "A"))
    view = showing(board, Query(shown=Shown.TODOS, text="b"))
    assert tags(view) == []
    board.load(Snapshot(seq=100, spools=(spool_at(Etapa.LIBRE, "B"),), workers=WORKERS))
    view.update(START)
    assert tags(view) == ["B"]


def test_a_spool_that_is_not_shown_has_no_place() -> None:
    view = showing(board_of(*SHOP), Query())
    assert view.place_of(Etapa.APROBADO) is None
    assert view.place_of("NOBODY-KNOWS") is None


def test_the_load_is_told_heaviest_first_with_its_longest() -> None:
    told = [(load.worker_id, load.count, load.since) for load in loads(board_of(*SHOP))]
    assert told == [
        (MIGUEL.worker_id, 2, START - timedelta(hours=9)),
        (JUAN.worker_id, 1, START - timedelta(hours=3)),
    ]


def test_a_change_flashes_for_a_moment_and_what_was_before_does_not() -> None:
    board = board_of(spool_at(Etapa.LIBRE, "A"), spool_at(Etapa.LIBRE, "B"))
    board.apply(an_event(board, "B", Accion.NOTA, MIGUEL, None))
    flashes = Flashes(board)
    board.apply(an_event(board, "A", Accion.NOTA, MIGUEL, None))
    flashes.update(START)
    assert "A" in flashes
    assert "B" not in flashes
    flashes.update(START + FLASH - timedelta(milliseconds=1))
    assert "A" in flashes
    flashes.update(START + FLASH)
    assert "A" not in flashes
