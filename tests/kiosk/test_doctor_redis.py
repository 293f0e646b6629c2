"""`kiosk doctor` on Redis: what could lose work is told, no password ever is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.kiosk.commands import Done, run_kiosk
from tests.ledger.redis.sites import station, told_soon
from tests.plants import PLANT
from tests.redis_servers import RedisServer, ServerClock, redis_server


async def doctor(url: str, site: str, *arguments: str, **settings: str) -> Done:
    return await run_kiosk("doctor", *arguments, KIOSK_LEDGER_URL=url, KIOSK_SITE=site, **settings)


async def load(url: str, site: str) -> str:
    """Load a plant, and tell the ledger's identity."""
    async with station(url, site) as office:
        await office.load_plant(PLANT)
        return (await office.ledger.position()).identity


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis"), "user ana on >s3cr3t/@: ~* &* +@all", durable=True) as server:
        yield server


async def test_a_server_that_keeps_all_is_in_order_and_says_which_ledger_it_is(durable: RedisServer, site: str) -> None:
    identity = await load(durable.url, site)
    done = await doctor(durable.url, site, "--json")
    assert done.status == 0, done.err
    findings = done.json["findings"]
    assert findings["ledger"] == {"value": "ok", "ok": True}
    told = {name: finding["value"] for name, finding in findings.items()}
    assert (told["ledger_engine"], told["ledger_role"], told["plant"]) == ("redis", "master", site)
    assert (told["ledger_appendonly"], told["ledger_appendfsync"]) == ("yes", "always")
    assert told["ledger_aof_load_truncated"] == "no"
    assert (told["ledger_identity"], told["ledger_last_seq"]) == (identity, "1")
    assert (told["spools"], told["workers"]) == (str(len(PLANT.spools)), str(len(PLANT.workers)))
    assert findings["ledger_clock_skew"]["ok"] is True


@pytest.mark.parametrize(
    ("language", "words", "step"),
    [
        ("es", "appendonly no", "En el servidor: appendonly yes"),
        ("en", "the server does not write each change to its disk", "On the server: appendonly yes"),
    ],
)
async def test_a_server_that_keeps_nothing_is_told_in_words_with_its_next_step(
    redis_server: RedisServer, site: str, language: str, words: str, step: str
) -> None:
    await load(redis_server.url, site)
    done = await doctor(redis_server.url, site, KIOSK_LANG=language)
    assert done.status == 1, done.err
    assert re.search(rf"^✘  ledger .*{words}.*\n   → {step}", done.out, re.MULTILINE)
    assert done.out.count("✘") == 1
    assert ("Hay problemas" if language == "es" else "There is trouble") in done.out


async def test_risks_are_not_ok_and_each_is_told(redis_server: RedisServer, site: str) -> None:
    await load(redis_server.url, site)
    redis_server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    try:
        done = await doctor(redis_server.url, site, "--json", KIOSK_REDIS_MIN_REPLICAS="2")
    finally:
        redis_server.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
    assert done.status == 5, "nothing can be read that no replica has"
    assert done.json["ok"] is False
    finding = done.json["findings"]["ledger"]
    assert finding["ok"] is False
    risks = ("appendonly no", "maxmemory-policy", "menos réplicas")
    assert [words for words in risks if words not in finding["value"]] == []
    assert done.json["findings"]["ledger_maxmemory_policy"]["value"] == "allkeys-lru"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ("el último segundo (appendfsync everysec)", "lo que se guarde (aof-load-truncated yes)")),
        ("en", ("the last second (appendfsync everysec)", "what is saved after a power cut may be lost")),
    ],
)
async def test_what_a_power_cut_may_take_of_a_log_is_told_in_words(
    durable: RedisServer, site: str, language: str, words: tuple[str, str]
) -> None:
    await load(durable.url, site)
    durable.command("CONFIG", "SET", "appendfsync", "everysec", "aof-load-truncated", "yes")
    try:
        done = await doctor(durable.url, site, KIOSK_LANG=language)
    finally:
        durable.command("CONFIG", "SET", "appendfsync", "always", "aof-load-truncated", "no")
    [line] = [line for line in done.out.splitlines() if line.startswith("✘") and line.split()[1] == "ledger"]
    assert [told for told in words if told not in line] == []


async def test_a_servers_clock_that_is_wrong_is_told(tmp_path: Path, site: str) -> None:
    clock = ServerClock(tmp_path / "clock", datetime.now(UTC) + timedelta(hours=1))
    with redis_server(tmp_path / "redis", clock=clock, durable=True) as server:
        await load(server.url, site)
        done = await doctor(server.url, site, "--json")
    assert done.status == 1, done.err
    skew = done.json["findings"]["ledger_clock_skew"]
    assert skew["ok"] is False
    assert 3500 < float(skew["value"].removesuffix(" s")) < 3700
    assert done.json["ok"] is False


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("redis://ana:s3cr3t%2F%40%3A@{address}/0", "--json"),
        ("redis://{address}/0?username=ana&password=s3cr3t%2F%40%3A", ""),
    ],
)
async def test_a_password_is_masked_wherever_the_url_is_shown(
    durable: RedisServer, site: str, url: str, form: str
) -> None:
    await load(durable.url, site)
    done = await doctor(url.format(address=durable.address), site, *filter(None, [form]))
    assert done.status == 0, done.err
    assert "s3cr3t" not in done.out + done.err
    assert "***" in done.out


async def test_a_server_that_is_away_exits_5_without_the_password_and_with_the_settings(site: str) -> None:
    with told_soon():
        done = await doctor("redis://ana:s3cr3t@127.0.0.1:1/0", site, "--json")
    assert done.status == 5
    assert "s3cr3t" not in done.out + done.err
    assert done.json["ok"] is False
    assert done.json["findings"]["ledger"]["ok"] is False
    assert "no hay conexión con el servidor" in done.json["findings"]["ledger"]["value"]
    assert done.json["settings"]["ledger_url"]["value"] == "redis://ana:***@127.0.0.1:1/0"


async def test_a_wrong_password_exits_5_and_is_not_shown(durable: RedisServer, site: str) -> None:
    done = await doctor(f"redis://ana:wr0ng@{durable.address}/0", site)
    assert done.status == 5
    assert "wr0ng" not in done.out + done.err
    assert "no acepta el usuario o la contraseña" in done.out


@pytest.mark.parametrize("replicas", ["-1", "dos"])
async def test_a_number_of_replicas_that_is_none_exits_2(redis_server: RedisServer, replicas: str) -> None:
    settings = {"KIOSK_LEDGER_URL": redis_server.url, "KIOSK_REDIS_MIN_REPLICAS": replicas}
    done = await run_kiosk("board", "--json", **settings)
    assert done.status == 2
    assert (done.json["error_code"], done.json["field"]) == ("INVALID_REQUEST", "KIOSK_REDIS_MIN_REPLICAS")


async def test_doctor_tells_a_bad_setting_and_exits_2(redis_server: RedisServer, site: str) -> None:
    done = await doctor(redis_server.url, site, "--json", KIOSK_REDIS_MIN_REPLICAS="dos")
    assert "Traceback" not in done.err
    assert done.status == 2
    assert (done.json["error_code"], done.json["field"]) == ("INVALID_REQUEST", "KIOSK_REDIS_MIN_REPLICAS")
