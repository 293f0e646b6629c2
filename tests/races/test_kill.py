"""kill -9: what a worker was told is saved is in the file, once, whatever moment the process died at."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.domain.events import Event
from core.domain.model import Snapshot
from core.domain.replay import apply_event
from tests.processes import children, plant, service_on
from tests.sqlite_files import database

STATION = "tests.races.station"
WRITERS = range(1, 4)


async def wreck(file: Path, chance: random.Random) -> list[Any]:
    """Kill three writers on a ledger at a random moment of their work; all that they had acknowledged.

    The moment is when a watcher in yet another process has told of some events: killed on its own acknowledgement,
    a writer would always die at the same step, just before its next request.
    """
    async with service_on(file) as service:
        await service.load_plant(plant(spools=len(WRITERS), workers=len(WRITERS)))
    async with (
        children(STATION, [("watch", file)]) as [watcher],
        children(STATION, [("write", file, f"S-{n}", n) for n in WRITERS]) as writers,
    ):
        for writer in writers:
            writer.tell()
        for _ in range(chance.randrange(5, 60)):
            await watcher.read()
        for writer in writers:
            writer.kill()
        # What was on its way to us when a writer died was a promise too.
        return [message for writer in writers for message in await writer.read_to_end()]


def assert_the_file_is_sound(file: Path) -> None:
    with database(file) as connection:
        assert connection.execute("PRAGMA integrity_check").get == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def requests_in(file: Path) -> dict[int, str]:
    """The request that each event of the log was made by."""
    with database(file) as connection:
        rows = connection.execute("SELECT seq, request_id FROM requests").fetchall()
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def assert_the_log_makes_the_state(events: Sequence[Event], snapshot: Snapshot) -> None:
    assert [event.seq for event in events] == list(range(1, snapshot.seq + 1))
    replayed = {spool.tag_spool: spool for spool in plant(spools=len(WRITERS), workers=0).spools}
    for event in events:
        if event.tag_spool:
            replayed[event.tag_spool] = apply_event(replayed[event.tag_spool], event)
    assert {spool.tag_spool: spool for spool in snapshot.spools} == replayed


@pytest.mark.parametrize("seed", range(6))
async def test_what_was_acknowledged_before_the_kill_is_saved_once_and_nothing_is_half_saved(
    tmp_path: Path, seed: int
) -> None:
    file = tmp_path / "ledger.sqlite3"
    acknowledged = await wreck(file, random.Random(seed))
    assert acknowledged

    assert_the_file_is_sound(file)
    async with service_on(file) as service:
        events = await service.ledger.events(after=0, limit=10_000)
        snapshot = await service.snapshot()
    assert_the_log_makes_the_state(events, snapshot)

    logged = {event.seq: (event.tag_spool, event.evento_tipo) for event in events if event.tag_spool}
    requests = requests_in(file)
    assert requests.keys() == logged.keys()
    for message in acknowledged:
        assert requests[message["seq"]] == message["request_id"]
        assert logged[message["seq"]] == (message["tag_spool"], message["evento_tipo"])
    assert len({message["seq"] for message in acknowledged}) == len(acknowledged)


async def test_after_the_kill_the_holders_go_on_and_others_are_still_refused(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    await wreck(file, random.Random(99))
    async with children(STATION, [("obey", file)]) as [station]:
        for n in WRITERS:
            tag_spool, other = f"S-{n}", n % len(WRITERS) + 1
            assert "seq" in await station.ask(verb="tomar", tag_spool=tag_spool, worker_id=n, operacion="ARM")
            refused = await station.ask(verb="tomar", tag_spool=tag_spool, worker_id=other, operacion="ARM")
            assert refused == {"error_code": "SPOOL_OCCUPIED"}
            assert "seq" in await station.ask(verb="pausar", tag_spool=tag_spool, worker_id=n)
