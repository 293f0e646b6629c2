"""The replica: a snapshot kept true by events is what the ledger itself would tell."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from core.domain.errors import KioskError
from core.domain.events import Event
from core.domain.model import Accion, Operacion, Plant, Resultado, Snapshot, Spool
from core.domain.requests import (
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    EntregarRequest,
    ExtenderRequest,
    LiberarRequest,
    NotaRequest,
    PausarRequest,
    ReanudarRequest,
    Request,
    RetenerRequest,
    TomarRequest,
)
from core.domain.rulebook.policy import Policy
from core.occupation import OccupationService
from kiosk.live.board import CHANGES_KEPT, Board, Shown, is_shown_as
from kiosk.live.views import Load, loads
from tests.asking import ask, deshacer, pausar, tomar
from tests.conftest import Store
from tests.plants import ARMADORES, CARLA, JUAN, MIGUEL, NOT_ASKED_BY_WORKERS, START, Etapa, held_by, spool_at
from tests.shopfloor import FixedClock

ACTS = 250
LOCK_TTL = 1800
UNDONE = 0.2
"""Of acts that may still be undone by whoever did one last, the share that is."""
STEPS = (0, 1, 5, 30, 600)
"""Seconds between two acts: some let locks run out."""

WORKERS = (MIGUEL, JUAN, CARLA, ARMADORES[0])
TAGS = tuple(Etapa)
QUEUES = tuple(shown for shown in Shown if shown not in {Shown.VENCIDO, Shown.RETENIDO, Shown.TODOS})
KINDS: tuple[tuple[float, type[Request], dict[str, object]], ...] = (
    *(
        (1, TomarRequest, {"operacion": operacion})
        for operacion in (Operacion.ARM, Operacion.SOLD, Operacion.REPARACION)
    ),
    (1, PausarRequest, {}),
    (1, CompletarRequest, {}),
    (1, CompletarRequest, {"resultado": Resultado.RECHAZADO}),
    (0.1, CompletarRequest, {"resultado": Resultado.APROBADO}),
    (1, CancelarRequest, {}),
    (1, ExtenderRequest, {}),
    (0.5, EntregarRequest, {"a_worker_id": JUAN.worker_id}),
    (0.5, EntregarRequest, {"a_worker_id": MIGUEL.worker_id}),
    (0.1, RetenerRequest, {"motivo": "espera al cliente"}),
    (1, ReanudarRequest, {"motivo": "llegó la respuesta"}),
    (0.5, LiberarRequest, {"motivo": "fin de turno"}),
    (1, DesbloquearRequest, {"motivo": "lo pide calidad"}),
    (0.2, NotaRequest, {"texto": "falta un codo"}),
)
"""How readily something is asked, and what; approval ends a spool's life, so it is rare."""


def board_of(*spools: Spool, seq: int = 7) -> Board:
    board = Board()
    board.load(Snapshot(seq=seq, spools=spools, workers=WORKERS))
    return board


@pytest.fixture
def clock(store: Store) -> FixedClock:
    """The ledger's, and not the terminals'."""
    return store.clock


@pytest.fixture
def make_service(clock: FixedClock, make_service: Callable[..., OccupationService]) -> Callable[..., OccupationService]:
    """Locks that run out within a few acts, and spools that are blocked at their second rejection."""
    return lambda ledger: make_service(ledger, policy=Policy(lock_ttl=LOCK_TTL, max_reparaciones=1))


async def loaded(service: OccupationService) -> Board:
    board = Board()
    board.load(await service.snapshot())
    return board


async def catch_up(board: Board, service: OccupationService) -> list[bool]:
    """Feed the board what it has not seen, and tell what it answered."""
    return [board.apply(event) for event in await service.ledger.events(after=board.seq, limit=1000)]


def assert_same(board: Board, snapshot: Snapshot) -> None:
    """The board tells what the snapshot tells, and so do the shortcuts it keeps beside it."""
    assert board.seq == snapshot.seq
    assert board.spools == {spool.tag_spool: spool for spool in snapshot.spools}
    assert board.workers == {worker.worker_id: worker for worker in snapshot.workers}
    taken = {spool.tag_spool: spool for spool in snapshot.spools if spool.ocupacion}
    assert list(board.occupied()) == [taken[tag] for tag in sorted(taken)]
    assert board.occupied_count == len(taken)
    holders = [spool.ocupacion.worker_id for spool in taken.values() if spool.ocupacion]
    assert board.held_counts() == {worker_id: holders.count(worker_id) for worker_id in holders}
    for worker_id in holders:
        mine = [held.fecha_ocupacion for spool in taken.values() if (held := spool.ocupacion).worker_id == worker_id]
        assert Load(worker_id, len(mine), min(mine)) in loads(board)
    for kind in (*QUEUES, Shown.RETENIDO):
        there = [spool for spool in snapshot.spools if is_shown_as(spool, kind)]
        assert list(board.showing(kind, START)) == sorted(there, key=lambda spool: (spool.seq, spool.tag_spool))


def assert_same_expired(board: Board, snapshot: Snapshot, now: datetime) -> None:
    """The board knows without looking at each what a look at each tells."""
    expired = [spool for spool in snapshot.spools if spool.ocupacion and spool.ocupacion.is_expired(now)]
    assert board.showing(Shown.VENCIDO, now) == sorted(expired, key=lambda spool: (spool.seq, spool.tag_spool))


async def act_at_random(service: OccupationService, dice: random.Random) -> Accion:
    """Somebody does something to a spool that may be done to it now."""
    undoable = [act for worker in WORKERS if (act := service.undoable(worker.worker_id))]
    if undoable and dice.random() < UNDONE:
        event = dice.choice(undoable).event
        with suppress(KioskError):
            worker = next(worker for worker in WORKERS if worker.worker_id == event.worker_id)
            return (await ask(service, deshacer(worker, event.seq, event.tag_spool))).accion
    tag = dice.choice(TAGS)
    ideas = [(dice.random() / weight, kind, worker, fields) for weight, kind, fields in KINDS for worker in WORKERS]
    for _, kind, worker, fields in sorted(ideas, key=lambda idea: idea[0]):
        request = kind.model_validate({"tag_spool": tag, "worker_id": worker.worker_id, **fields})
        with suppress(KioskError):
            response = await ask(service, request)
            if response.changed:
                return response.accion
    raise AssertionError(f"not even a note can be written about {tag}")


@pytest.mark.parametrize(("store", "seed"), [("sqlite", 0), ("sqlite", 1), ("redis", 2)], indirect=["store"])
async def test_a_replica_kept_by_events_is_what_the_ledger_tells_also_from_the_middle(
    service: OccupationService, clock: FixedClock, seed: int
) -> None:
    dice = random.Random(seed)
    boards = [await loaded(service)]
    done: set[Accion] = set()
    for turn in range(ACTS):
        if turn == ACTS // 2:
            boards.append(await loaded(service))
        clock.advance(seconds=dice.choice(STEPS))
        done.add(await act_at_random(service, dice))
        if turn % 10 == 0 or turn == ACTS - 1:
            snapshot = await service.snapshot()
            for board in boards:
                assert all(await catch_up(board, service))
                assert_same(board, snapshot)
                assert_same_expired(board, snapshot, clock())
    assert done == set(Accion) - NOT_ASKED_BY_WORKERS


async def test_a_spool_taken_over_from_an_expired_holder_changes_hands_on_the_board(
    service: OccupationService, clock: FixedClock
) -> None:
    board = await loaded(service)
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=LOCK_TTL + 1)
    await service.tomar(tomar(JUAN))
    await catch_up(board, service)
    assert board.held_by(MIGUEL.worker_id) == []
    assert [spool.tag_spool for spool in board.taken_from(MIGUEL.worker_id)] == [tomar(JUAN).tag_spool]
    assert board.taken_from(JUAN.worker_id) == []
    assert [spool.tag_spool for spool in board.held_by(JUAN.worker_id)] == [tomar(JUAN).tag_spool]
    assert board.held_counts() == {JUAN.worker_id: 1}
    board.load(await service.snapshot())
    assert len(board.taken_from(MIGUEL.worker_id)) == 1
    await service.pausar(pausar(JUAN))
    await catch_up(board, service)
    assert board.taken_from(MIGUEL.worker_id) == []


async def test_a_loaded_plant_asks_for_a_new_snapshot_which_is_whole_again(service: OccupationService) -> None:
    board = await loaded(service)
    await service.load_plant(Plant(spools=(spool_at(Etapa.LIBRE, "NUEVO-1"),), workers=(MIGUEL,)))
    await service.tomar(tomar(MIGUEL, tag="NUEVO-1"))
    assert await catch_up(board, service) == [False, False]
    assert board.find("NUEVO-1") is None
    board.load(await service.snapshot())
    assert_same(board, await service.snapshot())
    assert board.find("nuevo-1") is not None
    await service.pausar(pausar(MIGUEL, "NUEVO-1"))
    assert await catch_up(board, service) == [True]
    assert_same(board, await service.snapshot())


async def test_an_event_that_was_seen_before_is_ignored(service: OccupationService) -> None:
    board = await loaded(service)
    await service.tomar(tomar(MIGUEL))
    await service.pausar(pausar(MIGUEL))
    events = await service.ledger.events(after=0, limit=1000)
    assert events[0].accion is Accion.CARGAR_PLANTA
    before = (await catch_up(board, service), board.seq, dict(board.spools))[1:]
    assert [board.apply(event) for event in events] == [True] * len(events)
    assert (board.seq, board.spools) == before
    assert_same(board, await service.snapshot())


def test_a_board_without_a_snapshot_is_empty() -> None:
    board = Board()
    assert (board.seq, board.spools, board.workers) == (0, {}, {})
    assert (list(board.occupied()), board.occupied_count, board.held_counts()) == ([], 0, {})
    assert board.held_by(93) == []
    assert board.find("A-1") is None


def test_a_new_snapshot_leaves_nothing_of_the_one_before() -> None:
    board = board_of(held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "A-1")))
    board.load(Snapshot(seq=9, spools=(spool_at(Etapa.LIBRE, "B-1"),), workers=(MIGUEL,)))
    assert_same(board, Snapshot(seq=9, spools=(spool_at(Etapa.LIBRE, "B-1"),), workers=(MIGUEL,)))
    assert board.find("a-1") is None
    assert board.held_by(JUAN.worker_id) == []


def test_an_event_of_a_spool_the_board_lacks_asks_for_a_new_snapshot() -> None:
    board = board_of(spool_at(Etapa.LIBRE, "A-1"))
    assert board.apply(a_note("Z-9", seq=8)) is False
    assert board.seq == 8
    assert board.apply(a_note("A-1", seq=9)) is True


def a_note(tag: str, *, seq: int) -> Event:
    return Event(
        seq=seq,
        id=uuid4(),
        ts=START,
        evento_tipo="NOTA",
        tag_spool=tag,
        worker_id=93,
        worker_nombre="MR(93)",
        operacion=None,
        accion=Accion.NOTA,
        fecha_operacion=START.date(),
        station="ARM-01",
        metadata={"texto": "x"},
    )


@pytest.mark.parametrize("text", ["MK-1a", "mk-1A", "MK-1A", "mk-1a"])
def test_case_does_not_matter_where_only_one_tag_fits(text: str) -> None:
    found = board_of(spool_at(Etapa.LIBRE, "MK-1a"), spool_at(Etapa.LIBRE, "MK-2")).find(text)
    assert found is not None
    assert found.tag_spool == "MK-1a"


@pytest.mark.parametrize(("text", "found"), [("MK-1", "MK-1"), ("mk-1", "mk-1"), ("Mk-1", None), ("mK-1", None)])
def test_of_two_tags_that_differ_by_case_only_the_very_one_is_found(text: str, found: str | None) -> None:
    spool = board_of(spool_at(Etapa.LIBRE, "MK-1"), spool_at(Etapa.LIBRE, "mk-1")).find(text)
    assert (spool.tag_spool if spool else None) == found


@pytest.mark.parametrize(("tag", "text"), [("STRASSE", "straße"), ("Ñ-1", "ñ-1"), ("ΣΑΣ", "σας")])
def test_case_is_folded_as_every_script_does(tag: str, text: str) -> None:
    found = board_of(spool_at(Etapa.LIBRE, tag)).find(text)
    assert found is not None
    assert found.tag_spool == tag


@pytest.mark.parametrize("text", ["", "MK-", "MK-11", " MK-1", "K-1"])
def test_a_part_of_a_tag_or_more_than_one_finds_nothing(text: str) -> None:
    assert board_of(spool_at(Etapa.LIBRE, "MK-1")).find(text) is None


def test_a_found_spool_is_the_one_of_the_last_event() -> None:
    board = board_of(spool_at(Etapa.LIBRE, "A-1"))
    board.apply(a_note("A-1", seq=8))
    assert board.find("a-1") is board.spools["A-1"]
    assert board.spools["A-1"].seq == 8


def test_a_workers_spools_come_the_newest_first_and_the_boards_by_tag() -> None:
    minutes = {"C-1": 5, "A-1": 9, "B-1": 1}
    mine = [
        held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, tag), since=START - timedelta(minutes=ago))
        for tag, ago in minutes.items()
    ]
    others = (held_by(MIGUEL, Operacion.SOLD, spool_at(Etapa.ARMADO, "B-0")), spool_at(Etapa.LIBRE, "Z-1"))
    board = board_of(*mine, *others)
    assert [spool.tag_spool for spool in board.held_by(JUAN.worker_id)] == ["B-1", "C-1", "A-1"]
    assert [spool.tag_spool for spool in board.occupied()] == ["A-1", "B-0", "B-1", "C-1"]
    assert board.held_counts() == {JUAN.worker_id: 3, MIGUEL.worker_id: 1}
    assert board.occupied_count == 4


def test_spools_taken_in_the_same_instant_are_all_listed() -> None:
    board = board_of(*(held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, tag)) for tag in TAGS[:3]))
    assert {spool.tag_spool for spool in board.held_by(JUAN.worker_id)} == set(TAGS[:3])


def test_two_spools_with_the_same_facts_but_the_tag_are_two() -> None:
    spool = spool_at(Etapa.LIBRE, "A-1")
    board = board_of(spool, replace(spool, tag_spool="A-2"))
    board.apply(a_note("A-2", seq=8))
    assert board.spools["A-1"] is spool


def test_what_waits_comes_in_the_order_of_its_last_change() -> None:
    tags = ("C-1", "A-1", "B-1")
    spools = [replace(spool_at(Etapa.FABRICADO, tag), seq=seq) for seq, tag in enumerate(tags, start=1)]
    board = board_of(*spools, spool_at(Etapa.LIBRE, "Z-1"))
    assert [spool.tag_spool for spool in board.of(Shown.POR_INSPECCIONAR)] == ["C-1", "A-1", "B-1"]
    board.apply(a_note("C-1", seq=8))
    assert [spool.tag_spool for spool in board.of(Shown.POR_INSPECCIONAR)] == ["A-1", "B-1", "C-1"]


def test_each_queue_has_what_waits_for_it() -> None:
    board = board_of(*(spool_at(etapa) for etapa in Etapa))
    waiting = {kind: {spool.tag_spool for spool in board.of(kind)} for kind in QUEUES}
    assert waiting[Shown.POR_INSPECCIONAR] == {Etapa.FABRICADO, Etapa.REPARADO}
    assert waiting[Shown.RECHAZADO] == {Etapa.RECHAZADO, Etapa.REPARACION_PARCIAL}
    assert waiting[Shown.BLOQUEADO] == {Etapa.BLOQUEADO}
    assert {spool.tag_spool for spool in board.of(Shown.SIN_MATERIALES)} == {Etapa.SIN_MATERIALES}
    assert sum(len(board.of(kind)) for kind in QUEUES) == len(Etapa)


def test_an_occupation_runs_out_at_its_very_end_and_comes_back_when_the_clock_is_put_right() -> None:
    board = board_of(
        held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "A-1"), ttl=60),
        held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "B-1"), ttl=90),
        held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "C-1"), ttl=0),
    )
    for seconds, expired in ((59, 0), (60, 1), (3600, 2), (61, 1), (0, 0), (90, 2)):
        assert len(board.showing(Shown.VENCIDO, START + timedelta(seconds=seconds))) == expired


def test_the_longest_held_spool_of_a_worker_tells_since_when() -> None:
    earlier = START - timedelta(hours=9)
    board = board_of(
        held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "A-1")),
        held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, "B-1"), since=earlier),
    )
    assert loads(board) == [Load(JUAN.worker_id, 2, earlier)]


def test_changes_are_told_once_each_with_what_was_and_what_is() -> None:
    board = board_of(spool_at(Etapa.LIBRE, "A-1"))
    before = board.spools["A-1"]
    for seq in (8, 9, 10):
        board.apply(a_note("A-1", seq=seq))
    told = board.changes_since(8)
    assert told is not None
    assert [change.seq for change in told] == [9, 10]
    assert told[-1].after is board.spools["A-1"]
    everything = board.changes_since(7)
    assert everything is not None
    assert everything[0].before is before
    assert board.changes_since(10) == []


def test_more_changes_than_are_kept_are_not_told_one_by_one() -> None:
    board = board_of(spool_at(Etapa.LIBRE, "A-1"))
    for seq in range(8, 8 + CHANGES_KEPT + 1):
        board.apply(a_note("A-1", seq=seq))
    assert board.changes_since(7) is None
    assert len(board.changes_since(board.seq - 5) or ()) == 5
