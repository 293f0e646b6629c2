"""What every ledger promises while programs of two versions use it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from core.domain.errors import LedgerTooNewError
from core.domain.model import Accion, Snapshot
from core.domain.rulebook.lock_steps import DropLock, ExtendLock, TakeLock
from core.ledger.copying import copy_ledger
from core.ledger.open import open_ledger
from core.ledger.protocol import Commit, Ledger, Position
from core.ledger.redis import doorbell
from core.ledger.replica import Replica
from core.occupation import OccupationService
from core.sheet import metadata
from core.sheet.push.replica import MirrorReplica
from kiosk.live.worklog import WorkLog
from tests.asking import completar, nota, refused, tomar
from tests.conftest import SITE, OpenLedger, Store
from tests.contract.commits import draft, load, next_of, noting, spool_of, watching, whole_log
from tests.newer import Newer, newer_program, raise_format, stored
from tests.plants import DIA, FREE_TAGS, MIGUEL, TAG
from tests.shopfloor import SANTIAGO

LOCK, MINE, BOOK = "sheet-mirror", "93:mine", "sheet"
OTHER = FREE_TAGS[1]


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newer]:
    """A newer program that stores what this one does, and an event type more."""
    with newer_program(tmp_path_factory.mktemp("newer"), raises_format=False) as running:
        yield running


@pytest.fixture
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "HEARTBEAT", 0.1)


async def no_pages() -> AsyncIterator[list]:
    for page in ():
        yield page


ASKED: dict[str, Callable[[Ledger, Commit], Awaitable[object]]] = {
    "position": lambda ledger, _: ledger.position(),
    "read": lambda ledger, _: ledger.read([TAG], MIGUEL.worker_id),
    "commit": lambda ledger, commit: ledger.commit([commit]),
    "record": lambda ledger, _: ledger.record(draft("", Accion.INVENTARIO)),
    "settle": lambda ledger, _: ledger.settle([uuid4()]),
    "load": lambda ledger, _: load(ledger),
    "snapshot": lambda ledger, _: ledger.snapshot(),
    "history": lambda ledger, _: ledger.history(TAG),
    "events": lambda ledger, _: ledger.events(after=0, limit=9),
    "watch": lambda ledger, _: next_of(ledger.watch(after=0), 1),
    "lock: take": lambda ledger, _: ledger.locks.apply("other", TakeLock(MINE, 60)),
    "lock: extend": lambda ledger, _: ledger.locks.apply(LOCK, ExtendLock(MINE, 60)),
    "lock: drop": lambda ledger, _: ledger.locks.apply(LOCK, DropLock(MINE)),
    "lock: value": lambda ledger, _: ledger.locks.value(LOCK),
    "notes: read": lambda ledger, _: ledger.notes.read(BOOK),
    "notes: write": lambda ledger, _: ledger.notes.write(BOOK, {"cursor": "9"}, lock=LOCK, token=MINE),
    "restore": lambda ledger, _: ledger.admin.restore(Snapshot(seq=0), identity="x", pages=no_pages(), locks={}),
    "check": lambda ledger, _: ledger.admin.check(),
}


@pytest.mark.parametrize("method", [*ASKED, "accept", "open"])
async def test_a_newer_format_is_refused_by_every_method_and_nothing_changes(
    ledger: Ledger, store: Store, method: str
) -> None:
    await load(ledger)
    commit = noting(await spool_of(ledger))
    await ledger.locks.acquire(LOCK, MINE, 0)
    await ledger.notes.write(BOOK, {"cursor": "1"}, lock=LOCK, token=MINE)
    memory, foreign = timedelta(hours=1), Position(identity=str(uuid4()), seq=99)
    async with open_ledger(store.url, site=SITE, clock=store.clock, request_memory=memory, seen=foreign) as lost:
        raise_format(store.url, SITE)
        before = stored(store.url, SITE)
        with refused(LedgerTooNewError, doubtful=False):
            match method:
                case "accept":
                    await lost.admin.accept(draft("", Accion.ACEPTAR_REGISTRO))
                case "open":
                    async with open_ledger(store.url, site=SITE, clock=store.clock, request_memory=memory):
                        pass
                case _:
                    await ASKED[method](ledger, commit)
        assert stored(store.url, SITE) == before


@pytest.mark.usefixtures("look_often")
async def test_a_watch_ends_when_a_newer_program_raises_the_format(ledger: Ledger, store: Store) -> None:
    await load(ledger)
    async with watching(ledger) as stream:
        await next_of(stream, 1)
        coming = asyncio.create_task(next_of(stream, 1))
        await asyncio.sleep(0)
        raise_format(store.url, SITE)
        with refused(LedgerTooNewError):
            await coming


async def test_a_field_that_is_not_known_is_never_dropped(
    service: OccupationService, store: Store, tmp_path: Path
) -> None:
    await service.tomar(tomar(MIGUEL))
    with newer_program(tmp_path / "newer", raises_format=True) as newer:
        painted = newer.ask(store.url, SITE, "pintar", TAG, MIGUEL.worker_id, now=store.clock(), color="rojo")
        assert painted["color"] == "rojo"
        before = stored(store.url, SITE)
        with refused(LedgerTooNewError):
            await service.completar(completar(MIGUEL))
        assert stored(store.url, SITE) == before
        noted = newer.ask(store.url, SITE, "nota", TAG, MIGUEL.worker_id, now=store.clock(), texto="golpe")
        assert (noted["seq"], noted["color"]) == (4, "rojo")


# An event type that is not known, in the same format


@pytest.fixture
async def painted(service: OccupationService, store: Store, newer: Newer) -> OccupationService:
    """After the load: a note (2), the newer program's PINTAR (3), a note on another spool (4)."""
    await service.nota(nota(MIGUEL))
    newer.ask(store.url, SITE, "pintar", TAG, MIGUEL.worker_id, now=store.clock(), color="rojo")
    await service.nota(nota(MIGUEL, OTHER))
    return service


async def test_an_event_type_that_is_not_known_is_told_as_it_is(painted: OccupationService) -> None:
    async with watching(painted.ledger) as stream:
        watched = await next_of(stream, 4)
    assert watched == await whole_log(painted.ledger)
    assert [event.evento_tipo for event in watched] == ["CARGAR_PLANTA", "NOTA", "PINTAR", "NOTA"]
    [_, event] = await painted.history(TAG)
    assert event == watched[2]
    assert (event.accion, event.metadata, event.is_known) == ("PINTAR", {"color": "rojo"}, False)
    assert metadata.row_of(event, SANTIAGO)[2] == "PINTAR"


async def test_what_an_unknown_event_changed_is_read_from_the_ledger(
    service: OccupationService, store: Store, newer: Newer
) -> None:
    replica, mirror = Replica(), MirrorReplica(service.ledger)
    replica.load(await service.snapshot())
    await mirror.begin()
    newer.ask(store.url, SITE, "pintar", TAG, MIGUEL.worker_id, now=store.clock(), color="rojo")
    await service.nota(nota(MIGUEL, OTHER))
    unknown, known = await service.ledger.events(after=1, limit=9)
    assert not replica.apply(unknown)
    replica.load(await service.snapshot())
    assert replica.apply(known)
    assert await mirror.follow()
    for copy in (replica, mirror):
        assert copy.spools[TAG].nv == "rojo"
        assert copy.seq == 3
    changed, _ = mirror.take_changes(service.now())
    assert {TAG, OTHER} <= changed


async def test_work_goes_on_upon_a_spool_after_an_unknown_event(painted: OccupationService) -> None:
    response = await painted.tomar(tomar(MIGUEL))
    assert (response.seq, response.state.nv) == (5, "rojo")
    done = await painted.completar(completar(MIGUEL))
    assert done.state == await painted.spool(TAG)
    log = WorkLog()
    await log.bring_up(painted.ledger, newest=6, first_day=DIA, zone=SANTIAGO)
    assert [who.day.sums.operaciones for who in log.days.per_worker(done.state.arm.fecha or DIA)] == [1]


async def test_a_copy_keeps_events_that_are_not_known(painted: OccupationService, another_ledger: OpenLedger) -> None:
    target = await another_ledger("copia")
    report = await copy_ledger(painted.ledger, target)
    assert report.events == 4
    assert await whole_log(target) == await whole_log(painted.ledger)
    assert await spool_of(target) == await spool_of(painted.ledger)
