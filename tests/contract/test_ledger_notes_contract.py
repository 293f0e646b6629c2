"""What every ledger promises of notes: by book and key, written in one step, and only by whoever holds the lock."""

import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from core.domain.errors import LedgerRolledBackError
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger, Position
from tests.conftest import SITE, OpenLedger, Store
from tests.contract.commits import committed, load, noting, spool_of, whole_log
from tests.forking import output_of
from tests.shopfloor import FixedClock

BOOK, LOCK, MINE, THEIRS = "sheet", "sheet-mirror", "1:mine", "1:theirs"
MANY = 20_000

READ = """
import asyncio, json, sys
from datetime import timedelta
from core.ledger.open import open_ledger

async def main(url, site, book):
    async with open_ledger(url, site=site, request_memory=timedelta(hours=1)) as ledger:
        print(json.dumps(await ledger.notes.read(book)))

asyncio.run(main(*sys.argv[1:]))
"""

TEXTS = {
    "empty": "",
    "spanish": "Ñandú, Rodríguez, soldó ½″ de más",
    "emoji": "🔧👩🏽‍🏭",
    "right-to-left": "\u202e\u05e9\u05dc\u05d5\u05dd\u202c",
    "composed": "\u00e9",
    "decomposed": "e\u0301",
    "control characters": "\x00 \x01\x02\x03 \x1b[31m \r\n\t",
    "after a nul": "\x00",
    "json": '{"seq": 1, "más": [null, 1.0, "\\u0001"]}',
    "digits": "007",
    "null": "null",
    "lua": "]] .. redis.call('FLUSHALL') --",
    "sql": "'); DROP TABLE notes; --",
    "hash tag": "{otra}:notes:sheet",
    "glob": "*?[a]",
}
"""Awkward both as keys and as values."""


async def put(ledger: Ledger, changes: dict[str, str | None], book: str = BOOK, *, token: str = MINE) -> bool:
    return await ledger.notes.write(book, changes, lock=LOCK, token=token)


@pytest.fixture
async def held(ledger: Ledger) -> Ledger:
    """The ledger of a site where the lock is mine, for a minute."""
    assert await ledger.locks.acquire(LOCK, MINE, 60)
    return ledger


async def test_a_book_nobody_wrote_in_has_no_notes(ledger: Ledger):
    assert await ledger.notes.read(BOOK) == {}


async def test_notes_are_set_replaced_and_removed(held: Ledger):
    assert await put(held, {"cursor": "1", "status": "libre", "pull": "x"})
    assert await held.notes.read(BOOK) == {"cursor": "1", "status": "libre", "pull": "x"}
    assert await put(held, {"cursor": "2", "pull": None, "nobody": None, "new": "n"})
    assert await held.notes.read(BOOK) == {"cursor": "2", "status": "libre", "new": "n"}
    assert await put(held, {"cursor": None, "status": None, "new": None})
    assert await held.notes.read(BOOK) == {}


async def test_writing_the_same_again_changes_nothing(held: Ledger):
    for _ in range(2):
        assert await put(held, {"cursor": "1", "pull": None})
        assert await held.notes.read(BOOK) == {"cursor": "1"}


async def test_writing_nothing_tells_whether_the_lock_is_still_mine(held: Ledger):
    assert await put(held, {})
    assert not await put(held, {}, token=THEIRS)
    assert await held.notes.read(BOOK) == {}


async def test_without_a_lock_nothing_is_written(ledger: Ledger):
    assert not await put(ledger, {"cursor": "1"})
    assert not await put(ledger, {"cursor": "1"}, token="")
    assert await ledger.notes.read(BOOK) == {}


@pytest.mark.parametrize("wrong", [THEIRS, "1:", "1", MINE.upper(), MINE + " ", ""])
async def test_a_wrong_token_writes_and_removes_nothing(held: Ledger, wrong: str):
    assert await put(held, {"cursor": "1", "status": "libre"})
    assert not await put(held, {"cursor": "9", "status": None, "pull": "x"}, token=wrong)
    assert await held.notes.read(BOOK) == {"cursor": "1", "status": "libre"}


async def test_another_lock_does_not_do(held: Ledger):
    assert await held.locks.acquire("sheet-pull", THEIRS, 60)
    assert not await held.notes.write(BOOK, {"cursor": "1"}, lock="sheet-pull", token=MINE)
    assert not await held.notes.write(BOOK, {"cursor": "1"}, lock=LOCK, token=THEIRS)
    assert await held.notes.read(BOOK) == {}
    assert await held.notes.write(BOOK, {"cursor": "1"}, lock="sheet-pull", token=THEIRS)


async def test_notes_may_be_written_up_to_the_locks_last_moment_and_no_longer(held: Ledger, clock: FixedClock):
    clock.advance(seconds=59.999)
    assert await put(held, {"cursor": "1"})
    clock.advance(seconds=0.001)
    assert not await put(held, {"cursor": "2", "status": "x"})
    assert await held.notes.read(BOOK) == {"cursor": "1"}


async def test_writing_does_not_prolong_the_lock(held: Ledger, clock: FixedClock):
    clock.advance(seconds=59)
    assert await put(held, {"cursor": "1"})
    clock.advance(seconds=1)
    assert await held.locks.value(LOCK) is None


async def test_a_lock_without_an_end_may_always_write(ledger: Ledger, clock: FixedClock):
    await ledger.locks.acquire(LOCK, MINE, 0)
    clock.advance(seconds=365 * 86_400)
    assert await put(ledger, {"cursor": "1"})


async def test_whoever_lost_the_lock_cannot_write_over_the_next_holder(
    held: Ledger, another_ledger: OpenLedger, clock: FixedClock
):
    next_one = await another_ledger()
    clock.advance(seconds=60)
    assert await next_one.locks.acquire(LOCK, THEIRS, 60)
    assert await put(next_one, {"cursor": "7"}, token=THEIRS)
    assert not await put(held, {"cursor": "5", "status": "x"})
    assert await held.notes.read(BOOK) == {"cursor": "7"}


async def test_a_released_lock_writes_no_more(held: Ledger):
    assert await held.locks.release(LOCK, MINE)
    assert not await put(held, {"cursor": "1"})
    assert await held.notes.read(BOOK) == {}


async def test_every_text_comes_back_as_it_was_as_key_and_as_value(held: Ledger):
    texts = list(TEXTS.values())
    notes: dict[str, str | None] = dict(zip(texts, reversed(texts), strict=True))
    assert await put(held, notes)
    assert await held.notes.read(BOOK) == notes
    assert await put(held, dict.fromkeys(notes))
    assert await held.notes.read(BOOK) == {}


@pytest.mark.parametrize("book", TEXTS.values(), ids=TEXTS)
async def test_a_book_may_have_any_name(held: Ledger, book: str):
    assert await put(held, {"cursor": "1"}, book)
    assert await held.notes.read(book) == {"cursor": "1"}
    assert await held.notes.read(BOOK) == {}


async def test_notes_of_50_kilobytes_are_kept_whole(held: Ledger):
    notes: dict[str, str | None] = {f"MK-{n}": "ñ" * 25_000 + str(n) for n in range(50)}
    assert await put(held, notes)
    assert await held.notes.read(BOOK) == notes


async def test_twenty_thousand_notes_are_written_replaced_and_removed_in_one_step(held: Ledger):
    notes: dict[str, str | None] = {f"MK-{n}": json.dumps({"fila": n, "Armador": "MR(93)"}) for n in range(MANY)}
    assert await put(held, notes)
    assert await held.notes.read(BOOK) == notes
    kept = {tag: str(n) for n, tag in enumerate(notes) if n % 3}
    removed = dict.fromkeys(tag for n, tag in enumerate(notes) if not n % 3)
    assert await put(held, {**kept, **removed})
    assert await held.notes.read(BOOK) == kept
    assert not await put(held, dict.fromkeys(kept), token=THEIRS)
    assert await held.notes.read(BOOK) == kept
    assert await put(held, dict.fromkeys(kept))
    assert await held.notes.read(BOOK) == {}


async def test_two_books_are_strangers(held: Ledger):
    assert await put(held, {"cursor": "1", "status": "libre"})
    assert await put(held, {"cursor": "2"}, "sheet-rows")
    assert await put(held, {"status": None}, "sheet-rows")
    assert await held.notes.read(BOOK) == {"cursor": "1", "status": "libre"}
    assert await held.notes.read("sheet-rows") == {"cursor": "2"}


async def test_two_sites_are_strangers(held: Ledger, another_ledger: OpenLedger):
    other = await another_ledger("planta-2")
    assert await put(held, {"cursor": "1"})
    assert await other.notes.read(BOOK) == {}
    assert not await put(other, {"cursor": "2"})
    assert await other.locks.acquire(LOCK, THEIRS, 60)
    assert await put(other, {"cursor": None, "pull": "x"}, token=THEIRS)
    assert await held.notes.read(BOOK) == {"cursor": "1"}
    assert await other.notes.read(BOOK) == {"pull": "x"}


async def test_notes_survive_the_ledgers_reopening(store: Store):
    async def opened(changes: dict[str, str | None]) -> dict[str, str]:
        reopened = open_ledger(store.url, site=SITE, clock=store.clock, request_memory=timedelta(hours=1))
        async with reopened as ledger:
            await ledger.locks.acquire(LOCK, MINE, 0)
            assert await put(ledger, changes)
            return dict(await ledger.notes.read(BOOK))

    assert await opened({"cursor": "1"}) == {"cursor": "1"}
    assert await opened({"pull": "2"}) == {"cursor": "1", "pull": "2"}


async def test_another_process_sees_them_at_once(held: Ledger, store: Store):
    assert await put(held, {"cursor": "1", "estado": "ñ\x00🔧"})
    assert json.loads(await output_of(READ, store.url, SITE, BOOK)) == {"cursor": "1", "estado": "ñ\x00🔧"}


async def test_a_reader_never_sees_half_of_what_was_written(held: Ledger, another_ledger: OpenLedger):
    reader = await another_ledger()
    keys = [f"MK-{n}" for n in range(3000)]
    assert await put(held, dict.fromkeys(keys, "0"))
    written = asyncio.Event()

    async def write() -> None:
        for n in range(1, 9):
            assert await put(held, dict.fromkeys(keys, str(n)))
        written.set()

    writing = asyncio.create_task(write())
    while not written.is_set():
        notes = await reader.notes.read(BOOK)
        assert (len(notes), len(set(notes.values()))) == (len(keys), 1)
    await writing


async def test_of_two_who_write_at_once_one_comes_after_the_other(held: Ledger, another_ledger: OpenLedger):
    other = await another_ledger()
    keys = [f"MK-{n}" for n in range(2000)]
    writers = (put((held, other)[n % 2], dict.fromkeys(keys, str(n))) for n in range(10))
    assert all(await asyncio.gather(*writers))
    assert len(set((await held.notes.read(BOOK)).values())) == 1


async def test_notes_are_no_part_of_the_log_and_wake_nobody(held: Ledger):
    await load(held)
    before = await held.position(), await held.snapshot(), await whole_log(held)
    rings = held._bell.rings
    assert await put(held, {"cursor": "1"})
    assert held._bell.rings == rings
    assert (await held.position(), await held.snapshot(), await whole_log(held)) == before
    assert (await committed(held, noting(await spool_of(held)))).event.seq == 2


async def test_a_lost_past_refuses_neither_reading_nor_writing_them(held: Ledger, store: Store):
    assert await put(held, {"cursor": "1"})
    seen = Position(identity=str(uuid4()), seq=7)
    memory = timedelta(hours=1)
    async with open_ledger(store.url, site=SITE, clock=store.clock, request_memory=memory, seen=seen) as ledger:
        with pytest.raises(LedgerRolledBackError):
            await ledger.events(after=0, limit=1)
        assert await put(ledger, {"pull": "2"})
        assert await ledger.notes.read(BOOK) == {"cursor": "1", "pull": "2"}
