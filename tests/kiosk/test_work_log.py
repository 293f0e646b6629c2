"""Finished work read from a ledger's log: backwards, within bounds, once; then only what is new. On both engines."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from core.domain.errors import VersionConflictError
from core.domain.model import Operacion, Plant, Worker
from core.domain.requests import AceptarRegistroRequest, DeshacerRequest
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from kiosk.live import worklog
from kiosk.live.worklog import Labor, WorkLog, last_days
from tests.asking import aprobar, completar, nota, tomar
from tests.conftest import OpenLedger, Store
from tests.ledger.redis.sites import key
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, WORKERS, Etapa, spool_at
from tests.redis_servers import RedisServer
from tests.shopfloor import SANTIAGO, FixedClock

TODAY = date(2025, 11, 21)
"""The day at which the tests' clock stands still, in Santiago."""

DAY = 24 * 3600.0


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklog, "PAGE", 4)


@pytest.fixture
def clock(store: Store) -> FixedClock:
    """The ledger's."""
    return store.clock


@pytest.fixture
def log() -> WorkLog:
    return WorkLog()


async def fit_up(service: OccupationService, tag: str, worker: Worker = MIGUEL, fecha: date | None = None) -> int:
    """Fit up a spool: two events; the number of the second."""
    await service.tomar(tomar(worker, tag=tag))
    return (await service.completar(completar(worker, tag, fecha_operacion=fecha))).seq


async def notes(service: OccupationService, count: int) -> None:
    for _ in range(count):
        await service.nota(nota(MIGUEL))


def today(service: OccupationService) -> date:
    return service.now().date()


async def read(log: WorkLog, service: OccupationService, *, newest: int | None = None, days: int = 14) -> list[int]:
    """Bring the log up to now; how many events each page brought it to."""
    told: list[int] = []
    await log.bring_up(
        service.ledger,
        newest=service.ledger.seen.seq if newest is None else newest,
        first_day=last_days(today(service), days)[0],
        zone=SANTIAGO,
        progress=told.append,
    )
    return told


def per_day(log: WorkLog, service: OccupationService, days: int) -> list[int]:
    return [day.sums.operaciones for day in log.days.per_day(last_days(today(service), days))]


async def test_work_is_found_on_its_day_over_many_pages(
    service: OccupationService, log: WorkLog, clock: FixedClock
) -> None:
    for tags in (FREE_TAGS[:3], FREE_TAGS[3:5], FREE_TAGS[5:6]):
        for tag in tags:
            await fit_up(service, tag)
        clock.advance(seconds=DAY)
    await read(log, service)
    assert per_day(log, service, 4) == [3, 2, 1, 0]
    assert log.complete_since is None


async def test_an_empty_ledger_has_no_work(
    ledger: Ledger, make_service: Callable[..., OccupationService], log: WorkLog
) -> None:
    assert await read(log, make_service(ledger)) == []
    assert per_day(log, make_service(ledger), 14) == [0] * 14


async def test_reading_stops_where_the_days_begin(service: OccupationService, log: WorkLog, clock: FixedClock) -> None:
    """The log has 41 events; 3 of the last days fill the newest page, and one page more tells that it is enough."""
    await notes(service, 37)
    clock.advance(seconds=20 * DAY)
    await fit_up(service, FREE_TAGS[0])
    await notes(service, 1)
    assert await read(log, service) == [4, 8]
    assert per_day(log, service, 1) == [1]


async def test_a_clock_that_was_wrong_for_one_event_does_not_hide_what_is_before_it(
    service: OccupationService, log: WorkLog, clock: FixedClock
) -> None:
    await fit_up(service, FREE_TAGS[0])
    await notes(service, 3)
    for days in (-400, 400):
        clock.advance(seconds=days * DAY)
        with suppress(VersionConflictError):  # A ledger with a clock of its own has nothing to accept.
            await service.aceptar_registro(AceptarRegistroRequest(worker_id=CARLA.worker_id, motivo="es la hora"))
        await notes(service, 2)
    await read(log, service)
    assert per_day(log, service, 1) == [1]


async def test_no_more_is_read_than_the_most_and_that_is_told(
    service: OccupationService, log: WorkLog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklog, "MOST_EVENTS", 8)
    await fit_up(service, FREE_TAGS[0])
    clock.advance(seconds=3600)
    await notes(service, 6)
    await fit_up(service, FREE_TAGS[1])
    assert await read(log, service) == [4, 8]
    assert per_day(log, service, 1) == [1]
    assert log.complete_since == service.now().astimezone(UTC)


async def test_once_read_only_what_is_new_is_read(service: OccupationService, log: WorkLog) -> None:
    await notes(service, 10)
    await fit_up(service, FREE_TAGS[0])
    await read(log, service)
    await fit_up(service, FREE_TAGS[1])
    assert await read(log, service) == [2]
    assert await read(log, service) == []
    assert per_day(log, service, 1) == [2]


async def test_what_the_board_does_not_know_yet_waits(service: OccupationService, log: WorkLog) -> None:
    first = await fit_up(service, FREE_TAGS[0])
    await fit_up(service, FREE_TAGS[1])
    await read(log, service, newest=first)
    assert per_day(log, service, 1) == [1]
    second = await fit_up(service, FREE_TAGS[2])
    await read(log, service, newest=second - 2)
    assert per_day(log, service, 1) == [2]
    await read(log, service)
    assert per_day(log, service, 1) == [3]


async def test_is_current_tells_of_new_events_a_new_day_and_another_ledger(
    service: OccupationService, log: WorkLog, clock: FixedClock
) -> None:
    await read(log, service)
    seen, first_day = service.ledger.seen, last_days(today(service), 14)[0]
    assert log.is_current(identity=seen.identity, newest=seen.seq, first_day=first_day)
    assert not log.is_current(identity=seen.identity, newest=seen.seq + 1, first_day=first_day)
    assert not log.is_current(identity=seen.identity, newest=seen.seq, first_day=first_day + timedelta(days=1))
    assert not log.is_current(identity="another", newest=seen.seq, first_day=first_day)


async def test_a_day_later_the_oldest_day_is_forgotten_and_nothing_is_read_anew(
    service: OccupationService, log: WorkLog, clock: FixedClock
) -> None:
    await fit_up(service, FREE_TAGS[0])
    clock.advance(seconds=DAY)
    await fit_up(service, FREE_TAGS[1])
    await read(log, service, days=2)
    assert per_day(log, service, 2) == [1, 1]
    clock.advance(seconds=DAY)
    assert await read(log, service, days=2) == []
    assert per_day(log, service, 3) == [0, 1, 0]


async def test_another_ledger_is_read_from_its_own_log(
    service: OccupationService, log: WorkLog, another_ledger: OpenLedger, make_service: Callable[..., OccupationService]
) -> None:
    await fit_up(service, FREE_TAGS[0])
    await read(log, service)
    other = make_service(await another_ledger(site="planta-2"))
    await other.load_plant(Plant(spools=(spool_at(Etapa.FABRICADO),), workers=WORKERS))
    await other.completar(aprobar(CARLA, Etapa.FABRICADO))
    await read(log, other)
    [work] = log.days.per_day([today(other)])
    assert {labor for labor, made in work.made.items() if made.operaciones} == {Labor.APROBADO}
    assert work.sums.operaciones == 1


async def test_a_reading_that_is_cancelled_leaves_what_was_counted_before(
    service: OccupationService, log: WorkLog, clock: FixedClock
) -> None:
    await fit_up(service, FREE_TAGS[0])
    await read(log, service, days=1)
    await notes(service, 10)

    def cancel(count: int) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()

    # Days from before those that were read: all of them are to be read.
    first_day = last_days(today(service), 14)[0]
    reading = log.bring_up(
        service.ledger, newest=service.ledger.seen.seq, first_day=first_day, zone=SANTIAGO, progress=cancel
    )
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(reading)
    assert per_day(log, service, 1) == [1]
    await read(log, service)
    assert per_day(log, service, 1) == [1]
    assert log.complete_since is None


async def test_undone_work_is_not_counted_wherever_the_pages_part_the_two(
    service: OccupationService, log: WorkLog
) -> None:
    for tag in FREE_TAGS[:4]:
        seq = await fit_up(service, tag)
        if tag == FREE_TAGS[1]:
            await read(log, service)
        await service.deshacer(DeshacerRequest(tag_spool=tag, worker_id=MIGUEL.worker_id, seq=seq))
        await notes(service, 1)
    await read(log, service)
    assert per_day(log, service, 1) == [0]


@pytest.mark.parametrize(
    ("utc", "counts_for"),
    [
        (datetime(2025, 11, 22, 2, 59, 59, tzinfo=UTC), date(2025, 11, 21)),
        (datetime(2025, 11, 22, 3, 0, 0, tzinfo=UTC), date(2025, 11, 22)),
    ],
    ids=["the last second of a day", "the first second of the next"],
)
async def test_a_day_ends_at_the_plants_midnight_not_at_the_clocks(
    service: OccupationService, log: WorkLog, clock: FixedClock, utc: datetime, counts_for: date
) -> None:
    clock.advance(seconds=(utc - service.now()).total_seconds())
    await fit_up(service, FREE_TAGS[0])
    await read(log, service)
    assert [day.sums.operaciones for day in log.days.per_day([counts_for])] == [1]


async def test_the_first_day_is_read_from_its_first_second(
    service: OccupationService, log: WorkLog, clock: FixedClock
) -> None:
    midnight = datetime(2025, 11, 22, 3, tzinfo=UTC)
    clock.advance(seconds=(midnight - service.now()).total_seconds())
    await fit_up(service, FREE_TAGS[0])
    await notes(service, 6)
    clock.advance(seconds=2 * DAY - 1)
    await read(log, service, days=2)
    assert per_day(log, service, 2) == [1, 0]


async def test_work_told_late_counts_for_the_day_it_was_done(service: OccupationService, log: WorkLog) -> None:
    await fit_up(service, FREE_TAGS[0], JUAN, fecha=TODAY - timedelta(days=3))
    await service.tomar(tomar(MIGUEL, Operacion.SOLD, FREE_TAGS[0]))
    await service.completar(completar(MIGUEL, FREE_TAGS[0]))
    await read(log, service)
    assert per_day(log, service, 5) == [0, 1, 0, 0, 1]


async def test_of_a_trimmed_log_what_is_left_is_counted_and_since_when_is_told(
    log: WorkLog, clocked_redis: RedisServer, make_service: Callable[..., OccupationService]
) -> None:
    clocked_redis.command("FLUSHALL")
    store = Store(clocked_redis.url, FixedClock())
    async with open_ledger(store.url, site="planta-1", clock=store.clock, request_memory=timedelta(hours=1)) as ledger:
        service = make_service(ledger)
        await service.load_plant(Plant(spools=tuple(spool_at(Etapa.LIBRE, tag) for tag in FREE_TAGS), workers=WORKERS))
        for tag in FREE_TAGS[:5]:
            await fit_up(service, tag)
        clocked_redis.command("XTRIM", key("planta-1", "events"), "MAXLEN", 7)
        assert await read(log, service) == [4, 7]
        assert per_day(log, service, 1) == [4]
        assert log.complete_since == (await ledger.events(after=4, limit=1))[0].ts
        # What was read before is not taken for whole when the log lost what came after it.
        clocked_redis.command("XTRIM", key("planta-1", "events"), "MAXLEN", 0)
        await notes(service, 1)
        clocked_redis.command("XTRIM", key("planta-1", "events"), "MAXLEN", 0)
        await read(log, service)
        assert log.complete_since is not None
