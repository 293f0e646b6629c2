"""A Redis that lost its past: nobody works on it unawares, everybody may look at it, somebody may accept it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.errors import LedgerRolledBackError, VersionConflictError
from core.domain.events import Event, EventDraft
from core.domain.model import Accion, Plant
from core.ledger.protocol import Ledger, Position
from core.ledger.redis import scripts
from core.occupation import OccupationService
from tests.asking import nota, tomar
from tests.contract.commits import PATIENCE, draft, load, next_of, noting, watching, whole_log
from tests.ledger.redis.ledgers import note, terminal
from tests.plants import FREE_TAGS, JUAN, MIGUEL, TAG, Etapa, spool_at
from tests.proxy import Proxy
from tests.redis_servers import RedisServer, redis_server
from tests.shopfloor import SANTIAGO

KNOWN = 8
"""The newest number before the past is lost."""

COPIED = 5
"""That when the copy was made."""

NEW_SPOOL = Plant(spools=(spool_at(Etapa.LIBRE, "NUEVO"),))


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis"), durable=True) as server:
        yield server


@pytest.fixture
def server(durable: RedisServer) -> RedisServer:
    """An empty server that keeps what it acknowledged on its disk."""
    if not durable.running:
        durable.start()
    durable.command("FLUSHALL")
    return durable


@dataclass(frozen=True)
class Shop:
    """A server, a terminal that knows its log up to `KNOWN`, and one that knows it as well and does nothing."""

    server: RedisServer
    site: str
    ledger: Ledger
    other: Ledger
    known: Position
    copy: Path

    def emptied(self) -> None:
        """Somebody removed everything while the server ran."""
        self.server.command("FLUSHALL")

    def started_empty(self) -> None:
        """The server came back without its disk."""
        self.server.kill()
        shutil.move(self._disk, self.copy.with_name("past"))
        self.server.start()

    def restored(self) -> None:
        """Somebody put the copy back that was made at number `COPIED`."""
        self.server.kill()
        shutil.move(self._disk, self.copy.with_name("past"))
        shutil.copytree(self.copy, self._disk)
        self.server.start()

    async def replaced_by_worked_on_copy(self, until: int) -> None:
        """As `restored` and `worked_on`, but when the server is back the work of the others is already there."""
        self.server.kill()
        shutil.rmtree(self._disk)
        with redis_server(self.copy.with_name("elsewhere"), durable=True) as elsewhere:
            elsewhere.stop()
            shutil.rmtree(elsewhere.folder / "appendonlydir")
            shutil.copytree(self.copy, elsewhere.folder / "appendonlydir")
            elsewhere.start()
            async with terminal(elsewhere.url, self.site) as newcomer:
                while (await newcomer.position()).seq < until:
                    await note(newcomer)
            elsewhere.stop()
            shutil.copytree(elsewhere.folder / "appendonlydir", self._disk)
        self.server.start()

    def past_returns(self) -> None:
        """The server comes back with the disk it had."""
        self.server.kill()
        shutil.rmtree(self._disk)
        shutil.move(self.copy.with_name("past"), self._disk)
        self.server.start()

    @property
    def _disk(self) -> Path:
        return self.server.folder / "appendonlydir"

    def newcomer(self) -> AbstractAsyncContextManager[Ledger]:
        """A terminal that knows nothing of the past."""
        return terminal(self.server.url, self.site)

    async def worked_on(self, until: int) -> None:
        """Others, who know nothing of what was lost, work on until the log has this number."""
        async with self.newcomer() as newcomer:
            while (await newcomer.position()).seq < until:
                await note(newcomer)


@pytest.fixture
async def shop(server: RedisServer, site: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with terminal(server.url, site) as ledger, terminal(server.url, site) as other:
        await load(ledger)
        for _ in range(COPIED - 1):
            await note(ledger)
        copy = tmp_path / "copy"
        shutil.copytree(server.folder / "appendonlydir", copy)
        for _ in range(KNOWN - COPIED):
            await note(ledger)
        await whole_log(other)
        known = await ledger.position()
        assert known.seq == KNOWN
        yield Shop(server, site, ledger, other, known, copy)


async def committing(shop: Shop, ledger: Ledger) -> object:
    """As the service does: read what is there, and commit on it."""
    spools = (await ledger.read([TAG], 0)).spools
    return await ledger.commit([noting(spools.get(TAG) or spool_at(Etapa.LIBRE, TAG))])


async def committing_many(shop: Shop, ledger: Ledger) -> object:
    spools = (await ledger.read(FREE_TAGS, 0)).spools
    return await ledger.commit([noting(spools.get(tag) or spool_at(Etapa.LIBRE, tag)) for tag in FREE_TAGS])


async def loading(shop: Shop, ledger: Ledger) -> object:
    return await load(ledger, NEW_SPOOL)


async def reading_the_log(shop: Shop, ledger: Ledger) -> object:
    return await ledger.events(after=KNOWN, limit=10)


async def beginning_to_watch(shop: Shop, ledger: Ledger) -> object:
    async with watching(ledger, after=0) as stream:
        return await next_of(stream, 1)


async def asking_where_it_stands(shop: Shop, ledger: Ledger) -> object:
    return await ledger.position()


Do = Callable[[Shop, Ledger], Awaitable[object]]
REFUSED: list[Do] = [
    committing,
    committing_many,
    loading,
    reading_the_log,
    beginning_to_watch,
    asking_where_it_stands,
]
LOSSES = [Shop.emptied, Shop.started_empty, Shop.restored]
each_loss = pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__)


def found_after(lose: Callable[[Shop], None]) -> int:
    return COPIED if lose is Shop.restored else 0


async def assert_everything_is_refused(shop: Shop, ledger: Ledger, *, found: int) -> None:
    for do in REFUSED:
        with pytest.raises(LedgerRolledBackError) as refused:
            await do(shop, ledger)
        assert refused.value.error_code == "LEDGER_ROLLED_BACK"
        details = refused.value.details
        assert (details["known_seq"], details["found_seq"]) == (KNOWN, found), do.__name__
        assert details["missing"] == max(KNOWN - found, 0)


def everything_in(server: RedisServer) -> dict[bytes, bytes]:
    """Every key with its value, except what a look may write: a new site's identity."""
    return {key: server.command("DUMP", key) for key in server.command("KEYS", "*") if not key.endswith(b"}:ledger")}


@each_loss
@pytest.mark.parametrize("first", REFUSED, ids=lambda do: do.__name__)
async def test_whoever_knew_more_is_refused_by_whatever_it_tries_first_and_nothing_is_written(
    shop: Shop, lose: Callable[[Shop], None], first: Do
):
    lose(shop)
    before = everything_in(shop.server)
    with pytest.raises(LedgerRolledBackError):
        await first(shop, shop.ledger)
    assert everything_in(shop.server) == before


@each_loss
async def test_a_ledger_that_lost_its_past_refuses_work_and_may_be_looked_at(shop: Shop, lose: Callable[[Shop], None]):
    lose(shop)
    found = found_after(lose)
    before = everything_in(shop.server)
    await assert_everything_is_refused(shop, shop.ledger, found=found)
    assert everything_in(shop.server) == before

    snapshot = await shop.ledger.snapshot()
    assert snapshot.seq == found
    found_there = await shop.ledger.read([TAG], MIGUEL.worker_id)
    assert (found_there.spools.keys(), found_there.worker) == (({TAG}, MIGUEL) if found else (set(), None))
    assert [event.seq for event in await shop.ledger.history(TAG)] == list(range(2, found + 1))
    await assert_everything_is_refused(shop, shop.ledger, found=found)


@each_loss
async def test_a_watch_that_waits_is_told_that_the_past_is_gone(shop: Shop, lose: Callable[[Shop], None]):
    async with watching(shop.ledger, after=KNOWN) as stream:
        coming = asyncio.create_task(next_of(stream, 1))
        await asyncio.sleep(0)
        lose(shop)
        await asyncio.wait([coming], timeout=PATIENCE)
        assert type(coming.exception()) is LedgerRolledBackError
        assert coming.exception().details["known_seq"] == KNOWN


async def test_another_server_behind_the_same_address_is_not_the_ledger(shop: Shop, tmp_path: Path):
    shop.server.stop()
    with redis_server(tmp_path / "another", port=shop.server.port) as another:
        async with shop.newcomer() as newcomer:
            await load(newcomer)
            for _ in range(KNOWN + 2):
                await note(newcomer)
        before = everything_in(another)
        for do in REFUSED:
            with pytest.raises(LedgerRolledBackError) as refused:
                await do(shop, shop.ledger)
            assert refused.value.details["same_ledger"] is False
            assert refused.value.details["known_seq"] == KNOWN
            assert refused.value.details["found_seq"] == KNOWN + 3
        assert everything_in(another) == before
    shop.server.start()
    assert await shop.ledger.position() == shop.known
    assert (await note(shop.ledger)).seq == KNOWN + 1


@pytest.mark.parametrize(
    "first",
    [pytest.param(do, id=do.__name__) for do in REFUSED],
)
async def test_a_copy_that_others_worked_on_past_the_known_number_is_told_by_whatever_is_tried_first(
    shop: Shop, first: Do
):
    shop.restored()
    await shop.worked_on(KNOWN + 2)
    before = everything_in(shop.server)
    with pytest.raises(LedgerRolledBackError) as refused:
        await first(shop, shop.ledger)
    assert refused.value.details["known_seq"] == KNOWN
    assert refused.value.details["found_seq"] == KNOWN + 2
    assert everything_in(shop.server) == before


async def test_a_copy_that_others_worked_on_past_the_known_number_is_noticed_by_a_look(shop: Shop):
    shop.restored()
    await shop.worked_on(KNOWN + 2)
    before = everything_in(shop.server)
    with pytest.raises(LedgerRolledBackError):
        await shop.ledger.position()
    await assert_everything_is_refused(shop, shop.ledger, found=KNOWN + 2)
    assert (await shop.ledger.snapshot()).seq == KNOWN + 2
    assert everything_in(shop.server) == before


async def test_a_watcher_notices_a_copy_that_others_worked_on_before_it_tells_their_events(shop: Shop):
    async with watching(shop.ledger, after=KNOWN) as stream:
        coming = asyncio.create_task(next_of(stream, 1))
        await asyncio.sleep(0)
        await shop.replaced_by_worked_on_copy(KNOWN + 2)
        await asyncio.wait([coming], timeout=PATIENCE)
        assert type(coming.exception()) is LedgerRolledBackError


GONE_FOR_A_WHILE = pytest.mark.parametrize("lose", LOSSES[1:], ids=lambda lose: lose.__name__)


@GONE_FOR_A_WHILE
async def test_when_the_true_past_returns_a_look_goes_on(shop: Shop, lose: Callable[[Shop], None]):
    lose(shop)
    await assert_everything_is_refused(shop, shop.ledger, found=found_after(lose))
    shop.past_returns()
    assert await shop.ledger.position() == shop.known
    assert (await note(shop.ledger)).seq == KNOWN + 1
    assert [event.seq for event in await whole_log(shop.other)] == list(range(1, KNOWN + 2))


@GONE_FOR_A_WHILE
async def test_when_the_true_past_returns_a_terminal_that_watched_goes_on_by_itself(
    shop: Shop, lose: Callable[[Shop], None]
):
    async with watching(shop.ledger, after=KNOWN) as stream:
        coming = asyncio.create_task(next_of(stream, 1))
        await asyncio.sleep(0)
        lose(shop)
        await asyncio.wait([coming], timeout=PATIENCE)
        assert type(coming.exception()) is LedgerRolledBackError
    shop.past_returns()
    written = await note(shop.other)
    async with asyncio.timeout(PATIENCE):
        assert await goes_on(shop.ledger, written.seq)


async def goes_on(ledger: Ledger, seq: int) -> bool:
    """Nobody looks; a moment later the log is there again."""
    while True:
        try:
            return [event.seq for event in await ledger.events(after=KNOWN, limit=10)] == [seq]
        except LedgerRolledBackError:
            await asyncio.sleep(0.02)


def accepting() -> EventDraft:
    return draft("", Accion.ACEPTAR_REGISTRO, metadata={"motivo": "no hay otra copia"})


async def lose_and_notice(shop: Shop, lose: Callable[[Shop], None]) -> int:
    """The past is lost and the first terminal knows it; the newest number that is left."""
    lose(shop)
    with pytest.raises(LedgerRolledBackError):
        await shop.ledger.position()
    return found_after(lose)


@each_loss
async def test_whoever_accepts_goes_on_and_so_does_everybody_who_remembered_the_past(
    shop: Shop, lose: Callable[[Shop], None]
):
    found = await lose_and_notice(shop, lose)
    asked = accepting()
    event = await shop.ledger.admin.accept(asked)
    assert (event.seq, event.id, event.evento_tipo, event.tag_spool) == (found + 1, asked.id, "ACEPTAR_REGISTRO", "")
    now = await shop.ledger.position()
    assert (now.seq, now.event_id) == (found + 1, event.id)
    assert now.identity != shop.known.identity
    assert (await whole_log(shop.ledger))[-1] == event

    # One that knew the past and does not know that it was accepted may not go on unawares...
    with pytest.raises(LedgerRolledBackError):
        await shop.other.events(after=0, limit=1)
    # ... and does once it has looked, as does one that was switched off meanwhile.
    assert await shop.other.position() == now
    async with terminal(shop.server.url, shop.site, seen=shop.known) as remembering:
        for n, ledger in enumerate((shop.ledger, shop.other, remembering), start=1):
            event = await loaded(ledger, f"NUEVO-{n}")
            assert event.seq == found + 1 + n
            assert (await whole_log(ledger))[-1] == event
    with pytest.raises(VersionConflictError):
        await shop.ledger.admin.accept(accepting())


@each_loss
async def test_who_knew_only_what_was_left_goes_on_after_it_was_accepted_too(shop: Shop, lose: Callable[[Shop], None]):
    found = await lose_and_notice(shop, lose)
    async with shop.newcomer() as newcomer:
        assert (await loaded(newcomer, "NUEVO-1")).seq == found + 1
        assert (await shop.ledger.admin.accept(accepting())).seq == found + 2
        with pytest.raises(LedgerRolledBackError):
            await loaded(newcomer, "NUEVO-2")
        await newcomer.position()
        assert (await loaded(newcomer, "NUEVO-2")).seq == found + 3
        assert (await loaded(shop.ledger, "NUEVO-3")).seq == found + 4


async def loaded(ledger: Ledger, tag: str) -> Event:
    """A new spool; the event that brought it."""
    report = await load(ledger, Plant(spools=(spool_at(Etapa.LIBRE, tag),)))
    assert report.event is not None
    return report.event


async def test_a_copy_that_others_worked_on_can_be_accepted(shop: Shop):
    shop.restored()
    await shop.worked_on(KNOWN + 2)
    for ledger in (shop.ledger, shop.other):
        with pytest.raises(LedgerRolledBackError):
            await ledger.position()
    assert (await shop.ledger.admin.accept(accepting())).seq == KNOWN + 3
    for n, ledger in enumerate((shop.ledger, shop.other), start=4):
        await ledger.position()
        assert (await note(ledger)).seq == KNOWN + n


async def test_nothing_that_a_service_remembers_of_a_lost_past_is_acted_on(shop: Shop):
    service = OccupationService(shop.other, timezone=SANTIAGO)
    remembered = (await service.nota(nota(MIGUEL))).state
    shop.restored()
    async with shop.newcomer() as newcomer:
        others = OccupationService(newcomer, timezone=SANTIAGO)
        taken = (await others.tomar(tomar(JUAN))).state
        while taken.version < remembered.version:
            taken = (await others.nota(nota(JUAN))).state
    for ledger in (shop.ledger, shop.other):
        with pytest.raises(LedgerRolledBackError):
            await ledger.position()
    await shop.ledger.admin.accept(accepting())
    await shop.other.position()
    # The version is the same, the state is not.
    noted = (await service.nota(nota(MIGUEL))).state
    assert (noted.version, noted.ocupacion) == (remembered.version + 1, taken.ocupacion)


async def test_of_two_who_accept_at_once_one_does_and_both_go_on(shop: Shop):
    shop.restored()
    for ledger in (shop.ledger, shop.other):
        with pytest.raises(LedgerRolledBackError):
            await ledger.position()
    told = await asyncio.gather(
        shop.ledger.admin.accept(accepting()), shop.other.admin.accept(accepting()), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in told) == ["Event", "VersionConflictError"]
    for n, ledger in enumerate((shop.ledger, shop.other), start=2):
        await ledger.position()
        assert (await note(ledger)).seq == COPIED + n
    accepted = [event for event in await whole_log(shop.other) if event.accion is Accion.ACEPTAR_REGISTRO]
    assert accepted == [one for one in told if isinstance(one, Event)]


async def test_a_ledger_that_lost_nothing_cannot_be_accepted(shop: Shop):
    before = everything_in(shop.server)
    with pytest.raises(VersionConflictError):
        await shop.ledger.admin.accept(accepting())
    assert everything_in(shop.server) == before
    assert await shop.ledger.position() == shop.known


async def test_a_past_that_came_back_cannot_be_accepted_away(shop: Shop):
    await lose_and_notice(shop, Shop.started_empty)
    shop.past_returns()
    with pytest.raises(VersionConflictError):
        await shop.ledger.admin.accept(accepting())
    assert await shop.ledger.position() == shop.known
    assert (await note(shop.ledger)).seq == KNOWN + 1


async def test_the_past_that_was_given_up_does_not_come_back_unnoticed(shop: Shop):
    await lose_and_notice(shop, Shop.restored)
    await shop.ledger.admin.accept(accepting())
    await note(shop.ledger)
    accepted = await shop.ledger.position()
    shop.past_returns()
    for do in REFUSED:
        with pytest.raises(LedgerRolledBackError) as refused:
            await do(shop, shop.ledger)
        assert refused.value.details["known_seq"] == accepted.seq


async def test_an_acceptance_whose_answer_was_lost_is_told_as_done(shop: Shop):
    async with Proxy(shop.server.port) as proxy, terminal(proxy.url, shop.site, seen=shop.known) as ledger:
        await lose_and_notice(shop, Shop.restored)
        with pytest.raises(LedgerRolledBackError):
            await ledger.position()
        # Known to the server, so that the reply that is lost is that of the deed.
        shop.server.command("SCRIPT", "LOAD", scripts.ACCEPT.text)
        proxy.cut_next_reply(containing=Accion.ACEPTAR_REGISTRO.encode())
        event = await ledger.admin.accept(accepting())
        assert proxy.cuts_left == 0
        assert (await whole_log(ledger))[-1] == event
        assert event.seq == COPIED + 1


@each_loss
async def test_a_terminal_that_was_switched_off_notices_at_its_first_commit(shop: Shop, lose: Callable[[Shop], None]):
    lose(shop)
    async with terminal(shop.server.url, shop.site, seen=shop.known) as back:
        with pytest.raises(LedgerRolledBackError) as refused:
            await committing(shop, back)
        assert refused.value.details["known_seq"] == KNOWN
        assert refused.value.details["found_seq"] == found_after(lose)
        assert back.seen == shop.known


async def test_a_terminal_that_was_switched_off_notices_a_copy_that_others_worked_on(shop: Shop):
    shop.restored()
    await shop.worked_on(KNOWN + 2)
    async with terminal(shop.server.url, shop.site, seen=shop.known) as back:
        with pytest.raises(LedgerRolledBackError):
            await committing(shop, back)


async def test_a_terminal_that_was_switched_off_goes_on_when_nothing_was_lost(shop: Shop):
    for _ in range(3):
        await note(shop.other)
    async with terminal(shop.server.url, shop.site, seen=shop.known) as back:
        assert (await note(back)).seq == KNOWN + 4


async def test_nobody_is_alarmed_while_many_work_and_look_at_once(shop: Shop):
    async def work(ledger: Ledger, tag: str) -> None:
        for _ in range(25):
            await note(ledger, tag)
            await ledger.position()

    async def look(ledger: Ledger) -> None:
        for n in range(40):
            await ledger.position()
            await ledger.events(after=KNOWN + n, limit=5)

    ledgers = [shop.ledger, shop.other]
    tasks = [work(ledgers[n % 2], tag) for n, tag in enumerate(FREE_TAGS[:10])]
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*tasks, *(look(ledgers[n % 2]) for n in range(10)))
    newest = await shop.ledger.position()
    assert newest.seq == KNOWN + 250
    assert await shop.other.position() == shop.other.seen == shop.ledger.seen == newest
