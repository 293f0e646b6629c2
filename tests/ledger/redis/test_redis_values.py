"""Values that are awkward to JSON, to Lua, or to Redis come back as they were put in."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from core.domain.datos import Dato
from core.domain.errors import LedgerUnavailableError
from core.domain.events import Event
from core.domain.model import Accion, Operacion, Plant, Rol, Spool, Worker
from core.domain.rulebook.lock_steps import DropLock, ExtendLock, TakeLock
from core.ledger.protocol import Commit, Ledger
from tests.contract.commits import committed, draft, load, noting, repeated_by, spool_of, taking, whole_log
from tests.ledger.redis.sites import consistent, lock_late, station
from tests.plants import JUAN, MIGUEL, TAG, WORKERS, Etapa, a_worker, held_by, spool_at
from tests.redis_servers import RedisServer

TEXTS = {
    "emoji": "🔧👩🏽‍🏭 listo",
    "combining": "e\u0301 n\u0303 \u1e9b\u0323",
    "right-to-left": "\u202e\u05e9\u05dc\u05d5\u05dd\u202c \u0645\u0631\u062d\u0628\u0627",
    "invisible": "a\u200bb\ufeffc\u2028d\u2029e",
    "quotes": "\"'`'\"",
    "backslashes": '\\ \\\\ \\n \\" \\',
    "pipes": "|1|2||",
    "percent": "%s %d %% %1 %0 %",
    "lua patterns": "(.-)%b()[^%w]+$^*?%f[%z]",
    "lua strings": "]] .. redis.call('FLUSHALL') --",
    "holes spelled out": "\\u0001 \\u0002 \\u0003",
    "a hole spelled out": "\\u0001",
    "quoted holes": '"\\u0001"',
    "bare holes": "\x01\x02\x03",
    "a hole among text": "a\x01",
    "quoted bare hole": '"\x01"',
    "other control characters": "\x00 \x07 \x1b[31m \x7f \x80 \r\n\t",
    "json": '{"seq":1,"ts":2}, "tag_spool": "otro"',
    "digits": "-0",
    "number in exponents": "1e400",
    "truth": "null",
    "blanks": "  \t ",
    "nothing": "",
    "redis protocol": "*1\r\n$8\r\nFLUSHALL\r\n",
    "hash tags": "{otra}:spools",
}
"""Among them the three control characters that stand for holes in what the commit script is given."""

METADATA: dict[str, dict[str, JsonValue]] = {
    "64 bits": {"most": 2**63 - 1, "least": -(2**63), "unsigned": 2**64 - 1, "beyond doubles": 2**53 + 1},
    "large": {"large": 10**30, "small": -(10**30), "milliseconds": 1_763_737_200_123},
    "floats": {"third": 1 / 3, "large": 1.7976931348623157e308, "small": 5e-324, "whole": 1.0, "tenth": 0.1},
    "empty": {"list": [], "object": {}, "text": "", "lists": [[], [[]]], "objects": {"a": {}}},
    "none": {"none": None, "nones": [None, None], "mixed": [None, 1, None]},
    "truth": {"yes": True, "no": False, "one": 1, "zero": 0},
    "nested": {"a": {"b": [{"c": [1, {"d": []}]}, {}]}, "1": ["1", 1]},
    "deep": {"deep": json.loads("[" * 60 + "]" * 60)},
    "keys of an event": {"seq": 9, "ts": 9, "tag_spool": "otro", "id": "x", "metadata": {"seq": 1}},
    "keys": {"": 1, "\x01": "\x02", "ключ": 1, 'a"b': 1, "a|b": 1, "%1": "%1"},
    "long": {"texto": "ñ" * 100_000, "list": list(range(5_000))},
}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(list(TEXTS.values())),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=8), values, max_size=4),
    max_leaves=12,
)
metadata_values = st.dictionaries(st.text(max_size=8), json_values, max_size=4)

one_site_for_all_examples = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60
)

each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@pytest.fixture
async def ledger(redis_server: RedisServer, site: str) -> AsyncIterator[Ledger]:
    async with station(redis_server.url, site) as kiosk:
        await load(kiosk.ledger, Plant(spools=(spool_at(Etapa.LIBRE, TAG),), workers=WORKERS))
        yield kiosk.ledger


async def everywhere(ledger: Ledger, event: Event) -> list[Event]:
    """The event, from each place it can be read."""
    [from_log] = await ledger.events(after=event.seq - 1, limit=1)
    return [from_log, (await ledger.history(event.tag_spool))[-1]]


def same(one: object, other: object) -> bool:
    """Equal, also in what Python holds for equal: 1, 1.0 and True; and in the order of keys."""
    return repr(one) == repr(other)


@pytest.mark.parametrize("metadata", METADATA.values(), ids=METADATA)
async def test_metadata_comes_back_as_it_was(ledger: Ledger, metadata: dict[str, JsonValue]):
    done = await committed(ledger, noting(await spool_of(ledger), metadata))
    assert same(done.event.metadata, metadata)
    for event in await everywhere(ledger, done.event):
        assert event == done.event
        assert same(event.metadata, metadata)


@each_text
async def test_a_text_comes_back_from_every_place_an_event_has_for_it(ledger: Ledger, text: str):
    note = noting(await spool_of(ledger), {"texto": text, text: [text, {text: text}]})
    note = replace(note, draft=replace(note.draft, station=text, worker_nombre=text))
    done = await committed(ledger, note)
    assert (done.event.station, done.event.worker_nombre, done.event.metadata["texto"]) == (text, text, text)
    assert await everywhere(ledger, done.event) == [done.event] * 2
    found = await repeated_by(ledger, note.request_id)
    assert found[note.request_id].event == done.event


@each_text
async def test_a_text_comes_back_from_every_place_a_spool_and_a_worker_have_for_it(
    redis_server: RedisServer, site: str, text: str
):
    tag = f"T{text}"
    worker = a_worker(7, f"N{text}", text, Rol.ARMADOR)
    free = replace(spool_at(Etapa.RECHAZADO, tag), ot=f"OT{text}", nv=f"{text} {text}")
    held = held_by(worker, Operacion.SOLD, replace(free, tag_spool=f"{tag}-2"), ttl=0)
    async with station(redis_server.url, site) as kiosk:
        ledger = kiosk.ledger
        await load(ledger, Plant(spools=(free, held), workers=(worker,)))
        held = replace(held, seq=1, ocupacion=replace(held.ocupacion, seq=1))
        snapshot = await ledger.snapshot()
        assert set(snapshot.spools) == {free, held}
        assert snapshot.workers == (worker,)
        spools = {tag: free, held.tag_spool: held}
        reading = await ledger.read([tag, held.tag_spool], 7)
        assert (reading.spools, reading.worker, reading.repeated) == (spools, worker, {})
        assert await ledger.locks.value(f"spool_lock:{held.tag_spool}") == held.ocupacion.lock_token

        taken = await committed(ledger, taking(free, worker))
        noted = await committed(ledger, noting(held))
        spools = {tag: taken.spool, held.tag_spool: noted.spool}
        reading = await ledger.read([tag, held.tag_spool], 0)
        assert (reading.spools, reading.record, reading.repeated) == (spools, None, {})
        assert await ledger.history(tag) == [taken.event]

        office = Plant(spools=(replace(free, ot="new"),), workers=())
        await load(ledger, office)
        changed = replace(taken.spool, ot="new", antes=(Dato("OT", f"OT{text}"),), version=taken.spool.version + 1)
        assert await spool_of(ledger, tag) == changed


@each_text
async def test_a_lock_has_any_name_and_value(ledger: Ledger, text: str):
    assert await ledger.locks.acquire(text, f"1:{text}", 60)
    assert await ledger.locks.value(text) == f"1:{text}"
    assert not await ledger.locks.extend(text, "1:other", 60)
    assert await ledger.locks.extend(text, f"1:{text}", 60)
    assert await ledger.locks.release(text, f"1:{text}")


@one_site_for_all_examples
@given(metadata=metadata_values)
async def test_any_metadata_comes_back_as_it_was(ledger: Ledger, metadata: dict[str, JsonValue]):
    note = noting(await spool_of(ledger))
    note = replace(note, draft=replace(note.draft, metadata=metadata))
    done = await committed(ledger, note)
    assert same(done.event.metadata, metadata)
    for event in await everywhere(ledger, done.event):
        assert event == done.event
        assert same(event.metadata, metadata)
    repeated = (await repeated_by(ledger, note.request_id))[note.request_id]
    assert (repeated.event, repeated.spool) == (done.event, done.spool)


def steps_from(spool: Spool, worker: Worker, ttl: int) -> list[Commit]:
    """What may be committed next to the spool."""
    held, tag = spool.ocupacion, spool.tag_spool
    if held is None:
        return [taking(spool, worker, ttl=ttl), noting(spool)]
    extended = draft(tag, Accion.EXTENDER, held.operacion, metadata={"lock_ttl": ttl})
    paused = draft(tag, Accion.PAUSAR, held.operacion)
    return [
        noting(spool, {"texto": "\x01"}),
        Commit(request_id=uuid4(), spool=spool, draft=extended, lock=ExtendLock(held.lock_token, ttl)),
        Commit(request_id=uuid4(), spool=spool, draft=paused, lock=DropLock(held.lock_token)),
    ]


lives = st.sampled_from([0, 60, 12 * 3600, 10 * 365 * 86_400]) | st.integers(60, 2**31)
steps = st.lists(st.tuples(st.integers(0, 2), st.sampled_from([MIGUEL, JUAN]), lives), max_size=8)


@one_site_for_all_examples
@given(steps=steps)
async def test_what_is_stored_is_what_the_outcome_said(
    ledger: Ledger, redis_server: RedisServer, site: str, steps: list[tuple[int, Worker, int]]
):
    spool = await spool_of(ledger)
    for choice, worker, ttl in steps:
        possible = steps_from(spool, worker, ttl)
        commit = possible[choice % len(possible)]
        done = await committed(ledger, commit)
        assert await spool_of(ledger) == done.spool
        assert (done.spool.seq, done.spool.version) == (done.event.seq, spool.version + 1)
        held, before = done.spool.ocupacion, spool.ocupacion
        match commit.lock:
            case TakeLock(token, life):
                assert (held.seq, held.fecha_ocupacion, held.lock_token) == (done.event.seq, done.event.ts, token)
                assert held.vence == (done.event.ts + timedelta(seconds=life) if life else None)
            case ExtendLock(_, life):
                assert held == replace(before, vence=done.event.ts + timedelta(seconds=life) if life else None)
            case DropLock():
                assert held is None
            case None:
                assert held == before
        if held is not None:
            assert lock_late(redis_server, site, done.spool) == 0
        spool = done.spool
    assert (await ledger.snapshot()).spools == (spool,)


async def test_a_batch_fills_the_holes_of_each_spool_with_its_own_numbers(redis_server: RedisServer, site: str):
    plant = Plant(spools=tuple(spool_at(Etapa.LIBRE, f"B-{n:02}") for n in range(20)), workers=WORKERS)
    async with station(redis_server.url, site) as kiosk:
        await load(kiosk.ledger, plant)
        outcomes = await kiosk.ledger.commit([taking(spool, ttl=60 + n) for n, spool in enumerate(plant.spools)])
        stored = (await kiosk.snapshot()).spools
        assert tuple(outcome.spool for outcome in outcomes) == stored
        assert [spool.ocupacion.seq for spool in stored] == list(range(2, 22))
        assert [spool.ocupacion.vence - spool.ocupacion.fecha_ocupacion for spool in stored] == [
            timedelta(seconds=60 + n) for n in range(20)
        ]
        assert len(consistent(redis_server, site, plant=plant)) == 21


async def test_a_large_plant_in_strange_words_is_loaded_and_read_whole(redis_server: RedisServer, site: str):
    texts = list(TEXTS.values())
    spools = tuple(
        replace(spool_at(list(Etapa)[n % 11], f"G-{n:05}"), ot=f"OT {texts[n % len(texts)]}", nv=str(n))
        for n in range(2_000)
    )
    plant = Plant(spools=spools, workers=WORKERS)
    async with station(redis_server.url, site) as kiosk:
        await load(kiosk.ledger, plant)
        assert (await kiosk.snapshot()).spools == spools
        assert [event.metadata["agregados"] for event in await whole_log(kiosk.ledger)] == [2_000]


async def test_the_first_and_the_last_day_come_back(ledger: Ledger):
    for day in (date.min, date.max):
        note = noting(await spool_of(ledger))
        done = await committed(ledger, replace(note, draft=replace(note.draft, fecha_operacion=day)))
        assert [event.fecha_operacion for event in await everywhere(ledger, done.event)] == [day] * 2


@pytest.mark.parametrize("text", ["\1", "\2", "\3"])
async def test_a_text_that_is_a_hole_by_itself_comes_back(redis_server: RedisServer, site: str, text: str):
    spool = replace(spool_at(Etapa.LIBRE, TAG), ot=text)
    async with station(redis_server.url, site) as kiosk:
        await load(kiosk.ledger, Plant(spools=(spool,), workers=WORKERS))
        assert await spool_of(kiosk.ledger) == spool
        taken = taking(spool)
        taken = replace(taken, draft=replace(taken.draft, station=text, worker_nombre=text))
        done = await committed(kiosk.ledger, taken)
        assert await spool_of(kiosk.ledger) == done.spool


@pytest.mark.parametrize(
    ("name", "damage"),
    [("spools", ("HSET", TAG, "2|{")), ("spools", ("HSET", TAG, "2")), ("workers", ("HSET", "93", "{}"))],
)
async def test_damaged_data_is_told_as_a_ledger_that_cannot_be_used(
    ledger: Ledger, redis_server: RedisServer, site: str, name: str, damage: tuple[str, ...]
):
    command, *arguments = damage
    redis_server.command(command, f"{{{site}}}:{name}", *arguments)
    with pytest.raises(LedgerUnavailableError, match="DATOS_DANADOS"):
        await ledger.read([TAG], MIGUEL.worker_id)
    with pytest.raises(LedgerUnavailableError, match="DATOS_DANADOS"):
        await ledger.snapshot()
