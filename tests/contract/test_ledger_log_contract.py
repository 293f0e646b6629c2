"""What every ledger promises of its log: read it by spool, by number, or follow it; values come back as they went."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from core.domain.model import Plant, Worker
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.protocol import Ledger
from tests.conftest import OpenLedger
from tests.contract.commits import (
    committed,
    load,
    next_of,
    noting,
    repeated_by,
    spool_of,
    taking,
    watching,
    whole_log,
)
from tests.plants import FREE_TAGS, MIGUEL, TAG, Etapa, spool_at


@pytest.fixture
async def ledger(ledger: Ledger) -> Ledger:
    await load(ledger)
    return ledger


async def note(ledger: Ledger, tag: str = TAG, **metadata: object) -> int:
    """Write a note; its number."""
    return (await committed(ledger, noting(await spool_of(ledger, tag), metadata or None))).event.seq


async def test_history_is_one_spools_events_oldest_first(ledger: Ledger):
    mine, other = FREE_TAGS[:2]
    for tag in (mine, other, mine, other, mine):
        await note(ledger, tag)
    assert [event.seq for event in await ledger.history(mine)] == [2, 4, 6]
    assert {event.tag_spool for event in await ledger.history(mine)} == {mine}
    assert [event.seq for event in await ledger.history(other)] == [3, 5]


async def test_history_of_a_spool_nothing_happened_to_is_empty(ledger: Ledger):
    await note(ledger)
    assert await ledger.history(FREE_TAGS[1]) == []
    assert await ledger.history(TAG[:-1]) == []
    assert await ledger.history("NO-EXISTE") == []


@pytest.mark.parametrize(
    ("after", "limit", "expected"),
    [
        (0, 100, [1, 2, 3, 4, 5]),
        (0, 2, [1, 2]),
        (3, 100, [4, 5]),
        (3, 1, [4]),
        (5, 100, []),
        (99, 100, []),
    ],
)
async def test_events_are_those_after_a_number_up_to_a_limit(
    ledger: Ledger, after: int, limit: int, expected: list[int]
):
    for _ in range(4):
        await note(ledger)
    assert [event.seq for event in await ledger.events(after=after, limit=limit)] == expected


async def test_watch_tells_past_events_first_and_then_new_ones(ledger: Ledger):
    await note(ledger)
    async with watching(ledger) as stream:
        assert [event.seq for event in await next_of(stream, 2)] == [1, 2]
        coming = asyncio.create_task(next_of(stream, 2))
        await note(ledger)
        await note(ledger)
        assert [event.seq for event in await coming] == [3, 4]


async def test_watch_begins_after_the_number_asked_for(ledger: Ledger):
    for _ in range(3):
        await note(ledger)
    async with watching(ledger, after=2) as stream:
        assert [event.seq for event in await next_of(stream, 2)] == [3, 4]


async def test_watch_tells_the_events_that_the_log_has(ledger: Ledger):
    await note(ledger)
    async with watching(ledger) as stream:
        assert await next_of(stream, 2) == await whole_log(ledger)


async def test_a_load_reaches_watchers_too(ledger: Ledger):
    async with watching(ledger, after=1) as stream:
        coming = asyncio.create_task(next_of(stream, 1))
        await load(ledger, Plant(spools=(spool_at(Etapa.LIBRE, "NUEVO"),)))
        [event] = await coming
        assert event.evento_tipo == "CARGAR_PLANTA"


async def test_every_watcher_gets_every_event_once_in_order(another_ledger: OpenLedger, ledger: Ledger):
    other = await another_ledger()
    async with watching(ledger) as first, watching(ledger) as second, watching(other) as third:
        coming = [asyncio.create_task(next_of(stream, 41)) for stream in (first, second, third)]
        for n in range(40):
            await note((ledger, other)[n % 2])
        for seen in await asyncio.gather(*coming):
            assert [event.seq for event in seen] == list(range(1, 42))


async def test_commits_made_elsewhere_reach_a_watcher_by_themselves(another_ledger: OpenLedger, ledger: Ledger):
    elsewhere = await another_ledger()
    async with watching(ledger, after=1) as stream:
        for _ in range(3):
            coming = asyncio.create_task(next_of(stream, 1))
            seq = await note(elsewhere)
            assert [event.seq for event in await coming] == [seq]


async def test_a_watcher_sees_nothing_of_another_site(another_ledger: OpenLedger, ledger: Ledger):
    other = await another_ledger("planta-2")
    async with watching(ledger, after=1) as stream:
        coming = asyncio.create_task(next_of(stream, 1))
        await load(other)
        await note(other)
        await note(ledger, texto="de esta planta")
        assert [event.metadata for event in await coming] == [{"texto": "de esta planta"}]


async def test_a_watcher_that_gives_up_leaves_the_others_undisturbed(ledger: Ledger):
    async with watching(ledger, after=1) as staying:
        async with watching(ledger, after=1) as leaving:
            given_up = asyncio.create_task(next_of(leaving, 1))
            coming = asyncio.create_task(next_of(staying, 1))
            await asyncio.wait([given_up, coming], timeout=0)
            given_up.cancel()
            await asyncio.wait([given_up])
        await note(ledger)
        assert [event.seq for event in await coming] == [2]


async def test_a_watcher_far_behind_catches_up_over_thousands_of_events(ledger: Ledger):
    await load(ledger, Plant(spools=tuple(spool_at(Etapa.LIBRE, f"MUCHOS-{n}") for n in range(500))))
    spools = [await spool_of(ledger, f"MUCHOS-{n}") for n in range(500)]
    for _ in range(5):
        spools = [done.spool for done in await ledger.commit([noting(spool) for spool in spools])]
    async with watching(ledger) as stream:
        assert [event.seq for event in await next_of(stream, 2502)] == list(range(1, 2503))
        coming = asyncio.create_task(next_of(stream, 1))
        await note(ledger)
        assert [event.seq for event in await coming] == [2503]


AWKWARD_TEXTS = [
    "ñandú Ünïcödé",
    "emoji 🔧👩‍🏭",
    "宽字符 管段",
    "[bold]no markup[/bold]",
    "'single' \"double\" `back`",
    "a\\b/c%d{e}",
    "; DROP TABLE spools; --",
    "{planta-1}:spools",
    "x" * 64,
    "مرحبا",
]


@pytest.mark.parametrize("text", AWKWARD_TEXTS)
async def test_awkward_texts_come_back_as_they_went(ledger: Ledger, text: str):
    spool = replace(spool_at(Etapa.LIBRE, text), ot=text, nv=text)
    worker = Worker(worker_id=7, nombre=text, apellido=text)
    await load(ledger, Plant(spools=(spool,), workers=(worker,)))
    assert await spool_of(ledger, text) == spool
    assert (await ledger.read([], 7)).worker == worker
    done = await committed(ledger, taking(await spool_of(ledger, text), worker))
    noted = await committed(ledger, noting(done.spool, {text: text}))
    assert await ledger.history(text) == [done.event, noted.event]
    assert noted.event.metadata == {text: text}
    assert await ledger.locks.value(spool_lock(text)) == done.spool.ocupacion.lock_token


AWKWARD_VALUES = [
    {},
    [],
    [[], {}, [{}]],
    None,
    True,
    False,
    0,
    -1,
    2**53 + 1,
    2**63 - 1,
    -(2**63),
    0.1,
    1e300,
    "",
    "null",
    "0012",
    {"anidado": {"lista": [1, "dos", None, {"tres": []}]}},
]


@pytest.mark.parametrize("value", AWKWARD_VALUES, ids=repr)
async def test_awkward_metadata_comes_back_as_it_went(ledger: Ledger, value: object):
    done = await committed(ledger, noting(await spool_of(ledger), {"valor": value, "fin": 1}))
    [event] = await ledger.history(TAG)
    assert event == done.event
    assert event.metadata == {"valor": value, "fin": 1}
    assert type(event.metadata["valor"]) is type(value)


async def test_empty_metadata_comes_back_empty(ledger: Ledger):
    spool = await spool_of(ledger)
    commit = noting(spool)
    await committed(ledger, replace(commit, draft=replace(commit.draft, metadata={})))
    assert [event.metadata for event in await ledger.history(TAG)] == [{}]


async def test_a_repeat_answers_with_the_event_as_it_was_committed(ledger: Ledger):
    request_id = uuid4()
    done = await committed(ledger, noting(await spool_of(ledger), {"valor": 2**63 - 1}, request_id=request_id))
    assert (await repeated_by(ledger, request_id))[request_id].event == done.event


async def test_a_workers_number_may_be_as_large_as_a_request_allows(ledger: Ledger):
    worker = replace(MIGUEL, worker_id=2**31 - 1)
    await load(ledger, Plant(workers=(worker,)))
    done = await committed(ledger, taking(await spool_of(ledger), worker))
    assert (await ledger.history(TAG))[0].worker_id == done.spool.ocupacion.worker_id == 2**31 - 1
