"""An SQLite file that lost its past (made anew, an older copy put back), as a terminal finds it that remembers."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError, VersionConflictError
from core.domain.events import Event
from core.domain.model import Accion, Plant
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger, Position
from core.settings import sqlite_url
from tests.contract.commits import PATIENCE, committed, draft, load, next_of, noting, spool_of, watching, whole_log
from tests.plants import FREE_TAGS, TAG, Etapa, spool_at
from tests.processes import SITE
from tests.sqlite_files import database, rows_of

COPIED, KNOWN = 4, 7


@asynccontextmanager
async def terminal(file: Path, seen: Position | None = None) -> AsyncIterator[Ledger]:
    async with open_ledger(sqlite_url(file), site=SITE, request_memory=timedelta(hours=1), seen=seen) as ledger:
        yield ledger


async def note(ledger: Ledger, tag: str = TAG) -> Event:
    return (await committed(ledger, noting(await spool_of(ledger, tag)))).event


async def work_on(file: Path, until: int) -> Position:
    """Somebody who remembers nothing works until the log has this number."""
    async with terminal(file) as ledger:
        while (await ledger.position()).seq < until:
            await note(ledger)
        return ledger.seen


@pytest.fixture
async def known(file: Path, tmp_path: Path) -> Position:
    """What a terminal remembers of the file; a copy of it from before is in `copy`."""
    async with terminal(file) as ledger:
        await load(ledger)
    await work_on(file, COPIED)
    shutil.copy(file, tmp_path / "copy")
    return await work_on(file, KNOWN)


def made_anew(file: Path) -> None:
    file.rename(file.with_name("past"))


def copy_put_back(file: Path) -> None:
    file.rename(file.with_name("past"))
    shutil.copy(file.with_name("copy"), file)


def past_returns(file: Path) -> None:
    file.unlink()
    file.with_name("past").rename(file)


LOSSES = {made_anew: 0, copy_put_back: COPIED}
each_loss = pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__)


async def committing(ledger: Ledger) -> object:
    spools = (await ledger.read([TAG], 0)).spools
    return await ledger.commit([noting(spools.get(TAG) or spool_at(Etapa.LIBRE, TAG))])


async def loading(ledger: Ledger) -> object:
    return await load(ledger, Plant(spools=(spool_at(Etapa.LIBRE, "NUEVO"),)))


async def reading_the_log(ledger: Ledger) -> object:
    return await ledger.events(after=KNOWN, limit=10)


async def beginning_to_watch(ledger: Ledger) -> object:
    async with watching(ledger) as stream:
        return await next_of(stream, 1)


async def asking_where_it_stands(ledger: Ledger) -> object:
    return await ledger.position()


Do = Callable[[Ledger], Awaitable[object]]
REFUSED: list[Do] = [committing, loading, reading_the_log, beginning_to_watch, asking_where_it_stands]


@each_loss
@pytest.mark.parametrize("do", REFUSED, ids=lambda do: do.__name__)
async def test_a_terminal_that_remembers_more_is_refused_and_nothing_is_written(
    file: Path, known: Position, lose: Callable[[Path], None], do: Do
):
    lose(file)
    async with terminal(file, known) as ledger:
        before = rows_of(file)
        with pytest.raises(LedgerRolledBackError) as refused:
            await do(ledger)
        details = refused.value.details
        assert (details["known_seq"], details["found_seq"]) == (KNOWN, LOSSES[lose])
        assert details["missing"] == KNOWN - LOSSES[lose]
        assert rows_of(file) == before
        assert ledger.seen == known


@each_loss
async def test_a_file_that_lost_its_past_may_be_looked_at(file: Path, known: Position, lose: Callable[[Path], None]):
    lose(file)
    async with terminal(file, known) as ledger:
        assert (await ledger.snapshot()).seq == LOSSES[lose]
        assert len(await ledger.history(TAG)) == max(LOSSES[lose] - 1, 0)
        spools = (await ledger.read([TAG], 0)).spools
        assert len(spools) == bool(LOSSES[lose])
        for _ in range(2):
            with pytest.raises(LedgerRolledBackError):
                await ledger.position()


@pytest.mark.parametrize("do", REFUSED, ids=lambda do: do.__name__)
async def test_a_copy_that_others_worked_on_past_the_known_number_is_noticed(file: Path, known: Position, do: Do):
    copy_put_back(file)
    await work_on(file, KNOWN + 2)
    async with terminal(file, known) as ledger:
        before = rows_of(file)
        with pytest.raises(LedgerRolledBackError) as refused:
            await do(ledger)
        assert (refused.value.details["known_seq"], refused.value.details["found_seq"]) == (KNOWN, KNOWN + 2)
        assert rows_of(file) == before


@each_loss
async def test_an_open_terminal_does_not_write_into_a_file_that_nobody_opens_any_more(
    file: Path, known: Position, lose: Callable[[Path], None]
):
    async with terminal(file, known) as ledger:
        lose(file)
        for do in (committing, loading, asking_where_it_stands):
            with pytest.raises(LedgerUnavailableError, match="ARCHIVO_REEMPLAZADO"):
                await do(ledger)


def restore_into(file: Path, copy: Path) -> None:
    """What SQLite's own tools do: the file stays, its contents become the copy's."""
    with database(file) as target, database(copy) as source, target.backup("main", source, "main") as backup:
        backup.step()


async def test_an_older_copy_restored_into_the_open_file_is_noticed(file: Path, known: Position):
    async with terminal(file, known) as ledger:
        restore_into(file, file.with_name("copy"))
        with pytest.raises(LedgerRolledBackError) as refused:
            await committing(ledger)
        assert (refused.value.details["known_seq"], refused.value.details["found_seq"]) == (KNOWN, COPIED)
        assert (await ledger.snapshot()).seq == COPIED


async def test_a_copy_that_others_worked_on_restored_into_the_open_file_is_noticed(file: Path, known: Position):
    await work_on(file.with_name("copy"), KNOWN + 2)
    async with terminal(file, known) as ledger:
        restore_into(file, file.with_name("copy"))
        with pytest.raises(LedgerRolledBackError):
            await committing(ledger)


@each_loss
async def test_when_the_true_past_is_put_back_a_terminal_that_remembers_goes_on(
    file: Path, known: Position, lose: Callable[[Path], None]
):
    lose(file)
    async with terminal(file, known) as ledger:
        with pytest.raises(LedgerRolledBackError):
            await ledger.position()
    past_returns(file)
    async with terminal(file, known) as ledger:
        assert (await note(ledger)).seq == KNOWN + 1


@each_loss
async def test_whoever_accepts_goes_on_and_so_does_everybody_who_remembered_the_past(
    file: Path, known: Position, lose: Callable[[Path], None]
):
    lose(file)
    found = LOSSES[lose]
    async with terminal(file, known) as ledger, terminal(file, known) as other:
        asked = draft("", Accion.ACEPTAR_REGISTRO, metadata={"motivo": "no hay otra copia"})
        event = await ledger.admin.accept(asked)
        assert (event.seq, event.id, event.evento_tipo) == (found + 1, asked.id, "ACEPTAR_REGISTRO")
        assert (await whole_log(ledger))[-1] == event
        now = await ledger.position()
        assert (now.seq, now.event_id, now.identity != known.identity) == (found + 1, event.id, True)

        with pytest.raises(LedgerRolledBackError):
            await other.events(after=0, limit=1)
        assert await other.position() == now
        async with terminal(file, known) as remembering:
            for n, one in enumerate((ledger, other, remembering), start=1):
                report = await load(one, Plant(spools=(spool_at(Etapa.LIBRE, f"NUEVO-{n}"),)))
                assert report.event.seq == found + 1 + n
        with pytest.raises(VersionConflictError):
            await ledger.admin.accept(draft("", Accion.ACEPTAR_REGISTRO))


async def test_of_two_who_accept_at_once_one_does_and_both_go_on(file: Path, known: Position):
    copy_put_back(file)
    async with terminal(file, known) as ledger, terminal(file, known) as other:
        told = await asyncio.gather(
            *(one.admin.accept(draft("", Accion.ACEPTAR_REGISTRO)) for one in (ledger, other)), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in told) == ["Event", "VersionConflictError"]
        for n, one in enumerate((ledger, other), start=2):
            await one.position()
            assert (await note(one)).seq == COPIED + n


async def test_a_file_that_lost_nothing_cannot_be_accepted(file: Path, known: Position):
    async with terminal(file, known) as ledger:
        before = rows_of(file)
        with pytest.raises(VersionConflictError):
            await ledger.admin.accept(draft("", Accion.ACEPTAR_REGISTRO))
        assert rows_of(file) == before


async def test_nobody_is_alarmed_while_many_work_and_look_at_once(file: Path, known: Position):
    async def work(ledger: Ledger, tag: str) -> None:
        for _ in range(10):
            await note(ledger, tag)
            await ledger.position()

    async def look(ledger: Ledger) -> None:
        for n in range(20):
            await ledger.position()
            await ledger.events(after=KNOWN + n, limit=5)

    async with terminal(file, known) as one, terminal(file, known) as other, asyncio.timeout(PATIENCE):
        ledgers = (one, other)
        tasks = [work(ledgers[n % 2], tag) for n, tag in enumerate(FREE_TAGS[:10])]
        await asyncio.gather(*tasks, *(look(ledgers[n % 2]) for n in range(10)))
        newest = await one.position()
        assert newest.seq == KNOWN + 100
        assert await other.position() == newest
