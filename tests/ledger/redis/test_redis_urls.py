"""Every way to name a server in a URL: what opens, what is refused and with which words, and what a kiosk may do."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError, ResponseError

from core.domain.errors import InvalidRequestError, LedgerUnavailableError
from core.domain.model import Accion, Operacion
from core.domain.requests import BatchTomarRequest
from core.ledger.locks import LockService
from core.ledger.open import open_rate_limit
from core.occupation import OccupationService
from tests import redis_servers
from tests.asking import cancelar, completar, extender, liberar, nota, pausar, tomar
from tests.contract.commits import next_of, repeated_by
from tests.ledger.redis.sites import (
    PLANT_OF_FIFTY,
    all_the_time_it_takes,
    consistent,
    contents,
    eventually,
    health_of,
    is_away,
    key,
    promptly,
    station,
    told_soon,
)
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, PLANT, TAG
from tests.processes import ROOT
from tests.redis_servers import Certificates, RedisServer

KIOSK_ACL = (
    "user kiosk on >{password} resetkeys ~{{{site}}}:* resetchannels &{{{site}}}:* -@all "
    "+evalsha +eval +time +ping +info "
    "+get +set +del +hget +hset +hdel +hmget +hscan +hvals +hexists +hincrby "
    "+xadd +xrange +xrevrange +rpush +lrange +zadd +zrange +zremrangebyscore +publish +subscribe"
)
"""A user who may do what a kiosk does on one site, and nothing else. As a line of an ACL file or of redis.conf."""

PASSWORD = "geh@im:pa/ss?#%&word"
QUOTED = "geh%40im%3Apa%2Fss%3F%23%25%26word"


def acl(user: str) -> str:
    """The line as redis.conf wants it, where a `#` may begin a comment and a blank ends a word."""
    name, *rules = user.removeprefix("user ").split()
    return " ".join(["user", name, *(f'"{rule}"' for rule in rules)])


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A server where nobody may do anything without a password."""
    users = (
        "user default off",
        f"user ana on >{PASSWORD} ~* &* +@all",
        "user lectora on >geheim ~* &* +@read +ping",
        "user asomada on >geheim ~* &* +@read +@scripting +ping +time",
    )
    with redis_servers.redis_server(tmp_path_factory.mktemp("guarded"), *map(acl, users)) as server:
        yield server


async def takes_a_spool(url: str, site: str) -> None:
    async with station(url, site) as kiosk:
        await kiosk.load_plant(PLANT)
        assert (await kiosk.tomar(tomar(MIGUEL))).seq == 2
        async with aclosing(kiosk.watch(after=1)) as stream:
            [event] = await next_of(stream, 1)
        assert event.accion is Accion.TOMAR


def shows(error: BaseException, secret: str) -> bool:
    return any(secret in text for text in (str(error), repr(error), repr(getattr(error, "details", ""))))


async def test_a_unix_socket_is_opened(redis_server: RedisServer, site: str):
    await takes_a_spool(redis_server.unix_url, site)
    consistent(redis_server, site)


async def test_a_numbered_database_is_its_own(redis_server: RedisServer, site: str):
    await takes_a_spool(f"redis://{redis_server.address}/3", site)
    assert not redis_server.command("KEYS", key(site, "*"))
    async with station(f"redis://{redis_server.address}?db=3", site) as kiosk:
        assert (await kiosk.snapshot()).seq == 2


async def test_tls_is_opened_with_the_right_authority_and_refused_with_another(tmp_path: Path, site: str):
    ours, theirs = Certificates.made(tmp_path / "ours"), Certificates.made(tmp_path / "theirs")
    with redis_servers.redis_server(tmp_path / "server", tls=ours) as server:
        await takes_a_spool(server.url, site)
        plain = server.url.partition("?")[0]
        others, none, unnamed, without = await asyncio.gather(
            *(
                is_away(health_of(url, site))
                for url in (
                    server.url.replace(str(ours.authority), str(theirs.authority)),
                    server.url.replace(str(ours.authority), str(tmp_path / "nowhere.pem")),
                    plain,
                    plain.replace("rediss", "redis"),
                )
            )
        )
        for error, told in (
            (others, "CERTIFICATE_VERIFY_FAILED"),
            (unnamed, "CERTIFICATE_VERIFY_FAILED"),
            (none, "No such file"),
        ):
            assert told in error.details["detail"]
        assert without.details["server"] == plain.replace("rediss", "redis")
        consistent(server, site)


@pytest.mark.parametrize(
    "form", ["redis://ana:{}@{}/0", "redis://{1}/0?username=ana&password={0}", "redis://ana:{}@{}"], ids=str
)
async def test_a_user_with_a_password_full_of_delimiters_is_let_in(guarded: RedisServer, site: str, form: str):
    await takes_a_spool(form.format(QUOTED, guarded.address), site)
    consistent(guarded, site)


@pytest.mark.parametrize(
    "url",
    [
        "redis://ana:{secret}@{address}/0",
        "redis://:{secret}@{address}/0",
        "redis://nadie:{secret}@{address}/0",
        "redis://{address}/0?username=ana&password={secret}",
        "redis://{address}/0",
    ],
)
async def test_a_wrong_password_is_told_at_once_and_never_shown(guarded: RedisServer, site: str, url: str):
    for secret in ("wr0ng", "wr0ng%40%3A%2F"):
        error = await is_away(health_of(url.format(secret=secret, address=guarded.address), site))
        assert "CREDENCIALES" in error.message
        assert not shows(error, "wr0ng")


async def test_a_password_is_not_shown_when_the_server_is_away_or_lacks_something(guarded: RedisServer, site: str):
    with told_soon():
        away = await is_away(health_of(f"redis://ana:{QUOTED}@127.0.0.1:1/0", site))
    lacking = await is_away(health_of(f"redis://lectora:geheim@{guarded.address}/0", site))
    for error, secret in ((away, QUOTED), (away, PASSWORD), (lacking, "geheim")):
        assert not shows(error, secret)


async def test_a_user_who_may_only_read_is_told_that_a_permission_is_missing(guarded: RedisServer, site: str):
    error = await is_away(health_of(f"redis://lectora:geheim@{guarded.address}/0", site))
    assert "SIN_PERMISO" in error.message
    assert not guarded.command("KEYS", key(site, "*"))


async def test_a_permission_that_a_script_lacks_stops_it_whole(guarded: RedisServer, site: str):
    await takes_a_spool(f"redis://ana:{QUOTED}@{guarded.address}/0", site)
    before = contents(guarded, site)
    async with station(f"redis://asomada:geheim@{guarded.address}/0", site) as kiosk:
        assert (await kiosk.status(TAG)).ocupado_por == MIGUEL.worker_nombre
        assert (await kiosk.snapshot()).seq == 2
        for asked in (
            kiosk.pausar(pausar(MIGUEL)),
            kiosk.tomar(tomar(JUAN, tag=FREE_TAGS[1])),
            LockService(kiosk.ledger).acquire("turno", 1),
            kiosk.load_plant(PLANT_OF_FIFTY),
        ):
            error = await is_away(asked)
            assert "can't run this command" in error.details["detail"]
    assert contents(guarded, site) == before


async def test_a_permission_that_a_script_lacks_is_told_as_a_permission(guarded: RedisServer, site: str):
    error = await is_away(health_of(f"redis://asomada:geheim@{guarded.address}/0", site))
    assert "SIN_PERMISO" in error.message


BAD_URLS = {
    "no master": "redis+sentinel://ana:geheim@127.0.0.1:1",
    "an empty master": "redis+sentinel://ana:geheim@127.0.0.1:1/",
    "a database that is no number": "redis+sentinel://ana:geheim@127.0.0.1:1/maestro/uno",
    "a port that is no number": "redis://ana:geheim@127.0.0.1:puerto/0",
    "a port out of range": "redis://ana:geheim@127.0.0.1:99999/0",
    "a sentinel's port": "redis+sentinel://ana:geheim@127.0.0.1:1,127.0.0.1:puerto/maestro",
    "a node's port": "redis+cluster://ana:geheim@127.0.0.1:1,127.0.0.1:99999",
    "no sentinel": "redis+sentinel://ana:geheim@/maestro",
    "no node": "redis+cluster://ana:geheim@",
    "half an address": "redis://ana:geheim@[::1/0",
    "an option nobody knows": "redis://ana:geheim@127.0.0.1:1/0?opcion=1",
    "a node's option nobody knows": "redis+cluster://ana:geheim@127.0.0.1:1?opcion=1",
    "an option's bad value": "redis://127.0.0.1:1/0?password=geheim&db=uno",
    "a sentinel's password": "redis+sentinel://127.0.0.1:1/maestro?sentinel_password=geheim&db=uno",
    "an engine nobody knows": "rediz://ana:geheim@127.0.0.1:1/0",
    "an engine of Redis nobody knows": "redis+nube://ana:geheim@127.0.0.1:1/0",
    "a sentinel's option nobody knows": "redis+sentinel://ana:geheim@127.0.0.1:1/maestro?opcion=1",
    "a database in a cluster": "redis+cluster://ana:geheim@127.0.0.1:1/3",
    "a database in a cluster, as option": "redis+cluster://ana:geheim@127.0.0.1:1?db=3",
    "a name for a database": "redis://ana:geheim@127.0.0.1:1/planta",
    "a slash in the password": "redis://ana:geheim/x@127.0.0.1:1/0",
    "a number sign in the password": "redis://ana:geheim#x@127.0.0.1:1/0",
    "a question mark in the password": "redis://ana:geheim?x@127.0.0.1:1/0",
}


@pytest.mark.parametrize("url", BAD_URLS.values(), ids=BAD_URLS)
async def test_a_url_that_makes_no_sense_is_refused_without_its_password(url: str, site: str):
    with promptly(), pytest.raises(InvalidRequestError) as caught:
        await health_of(url, site)
    assert caught.value.details["field"] == "KIOSK_LEDGER_URL"
    assert not shows(caught.value, "geheim")


@pytest.fixture
def kiosk_url(guarded: RedisServer, site: str) -> Iterator[str]:
    """The server as a kiosk's own user sees it."""
    line = KIOSK_ACL.format(site=site, password="geheim").replace("user kiosk", f"user {site}")
    _, name, *rules = line.split()
    guarded.command("ACL", "SETUSER", name, *rules)
    yield f"redis://{name}:geheim@{guarded.address}/0"
    guarded.command("ACL", "DELUSER", name)


async def test_sentinels_that_are_not_there_are_told_in_few_words():
    error = await is_away(health_of("redis+sentinel://:geheim@127.0.0.1:1,127.0.0.1:2/maestro", "planta-1"))
    assert "SIN_MAESTRO" in error.message
    assert error.details["detail"] == "No master found for 'maestro'"


def test_the_guide_names_that_very_user():
    line = KIOSK_ACL.format(site="planta-1", password="SECRET")
    assert line in (ROOT / "assets" / "guide" / "redis.md").read_text(encoding="utf-8")


async def everything_a_kiosk_does(url: str, site: str) -> None:
    """One of each, with a watch going on all the while."""
    async with station(url, site) as kiosk, watched(kiosk) as seen:
        await kiosk.load_plant(PLANT)
        request = tomar(MIGUEL)
        response = await kiosk.tomar(request)
        await kiosk.extender(extender(MIGUEL))
        assert (await kiosk.tomar(request)).seq == response.seq
        await kiosk.pausar(pausar(MIGUEL))
        await kiosk.tomar(tomar(MIGUEL))
        await kiosk.cancelar(cancelar(MIGUEL))
        await kiosk.tomar(tomar(JUAN))
        await kiosk.liberar(liberar(CARLA))
        await kiosk.tomar(tomar(JUAN))
        await kiosk.completar(completar(JUAN))
        await kiosk.nota(nota(JUAN))
        batch = BatchTomarRequest(tag_spools=FREE_TAGS[1:4], worker_id=JUAN.worker_id, operacion=Operacion.ARM)
        for _ in range(2):
            assert (await kiosk.batch_tomar(batch)).succeeded == 3
        assert request.request_id in await repeated_by(kiosk.ledger, request.request_id)
        token = await LockService(kiosk.ledger).acquire("turno", 1, ttl=60)
        await LockService(kiosk.ledger).extend("turno", token, ttl=0)
        assert await LockService(kiosk.ledger).owner("turno") == (1, token)
        assert await LockService(kiosk.ledger).release("turno", token)
        assert (await kiosk.status(TAG)).ocupado_por is None
        assert await kiosk.worker(JUAN.worker_id) == JUAN
        assert len(await kiosk.history(TAG)) == 10
        assert (await kiosk.ledger.admin.check()).facts["redis_version"] != "?"
        seq = (await kiosk.snapshot()).seq
        assert seq == (await kiosk.ledger.position()).seq == 14
        await eventually(lambda: seen == list(range(1, seq + 1)), "the watch misses events")
    await everything_a_mirror_does(url, site)


async def everything_a_mirror_does(url: str, site: str) -> None:
    """Notes under a lock, and a rate that is kept to until it refuses."""
    async with station(url, site) as kiosk:
        ledger = kiosk.ledger
        assert await ledger.locks.acquire("sheet-mirror", "1:token", 60)
        for changes in ({"cursor": "1", "pull": "2"}, {"cursor": "3", "pull": None}):
            assert await ledger.notes.write("sheet", changes, lock="sheet-mirror", token="1:token")
        assert await ledger.notes.read("sheet") == {"cursor": "3"}
        assert await ledger.locks.release("sheet-mirror", "1:token")
    async with open_rate_limit(url, site=site, name="sheet-reads", per_minute=2) as limit:
        assert [await limit.put() == 0 for _ in range(3)] == [True, True, False]


@asynccontextmanager
async def watched(kiosk: OccupationService) -> AsyncIterator[list[int]]:
    """The numbers of the events that a watch has told so far, for as long as the block lasts."""
    seen: list[int] = []

    async def watch() -> None:
        async with aclosing(kiosk.watch()) as stream:
            while True:
                seen.append((await anext(stream)).seq)

    watching = asyncio.create_task(watch())
    try:
        yield seen
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_kiosks_own_user_may_do_all_that_a_kiosk_does(guarded: RedisServer, kiosk_url: str, site: str):
    guarded.command("SCRIPT", "FLUSH")
    with promptly():
        await everything_a_kiosk_does(kiosk_url, site)
    consistent(guarded, site)
    denied = [entry for entry in guarded.command("ACL", "LOG") if entry[b"username"] == site.encode()]
    # Reading settings is tried, and done without.
    assert {entry[b"object"] for entry in denied} <= {b"config|get"}
    assert (await health_of(kiosk_url, site)).facts["appendfsync"] == "?"


@pytest.mark.parametrize("missing", [word for word in KIOSK_ACL.split() if word.startswith("+")])
async def test_a_kiosks_own_user_has_no_permission_to_spare(
    guarded: RedisServer, kiosk_url: str, site: str, missing: str
):
    guarded.command("SCRIPT", "FLUSH")
    guarded.command("ACL", "SETUSER", site, missing.replace("+", "-"))
    # Without the subscription everything works, only later: what was denied is in the server's log.
    with all_the_time_it_takes(), suppress(LedgerUnavailableError):
        await everything_a_kiosk_does(kiosk_url, site)
    denied = [entry[b"object"] for entry in guarded.command("ACL", "LOG") if entry[b"username"] == site.encode()]
    assert missing.removeprefix("+").encode() in denied


async def test_a_kiosks_own_user_may_do_nothing_else(guarded: RedisServer, kiosk_url: str, site: str):
    async with station(f"redis://ana:{QUOTED}@{guarded.address}/0", f"{site}-b") as other:
        await other.load_plant(PLANT)
    theirs = key(f"{site}-b", "spools")
    forbidden = (
        ("FLUSHALL",),
        ("FLUSHDB",),
        ("CONFIG", "GET", "*"),
        ("CONFIG", "SET", "maxmemory", "1"),
        ("KEYS", "*"),
        ("SCAN", "0"),
        ("HGETALL", theirs),
        ("HGET", theirs, TAG),
        ("HSET", theirs, TAG, "1|{}"),
        ("XADD", key(f"{site}-b", "events"), "*", "event", "{}"),
        ("XRANGE", key(f"{site}-b", "events"), "-", "+"),
        ("DEL", theirs),
        ("GET", "anything"),
        ("PUBLISH", key(f"{site}-b", "spools:updates"), "1"),
        ("SUBSCRIBE", key(f"{site}-b", "spools:updates")),
        ("SHUTDOWN", "NOSAVE"),
        ("REPLICAOF", "NO", "ONE"),
        ("ACL", "WHOAMI"),
        ("CLIENT", "LIST"),
        ("MONITOR",),
        ("SCRIPT", "FLUSH"),
        ("XTRIM", key(site, "events"), "MAXLEN", "0"),
        ("XDEL", key(site, "events"), "1-0"),
        ("RENAME", key(site, "spools"), key(site, "other")),
    )
    before = contents(guarded, f"{site}-b")
    async with Redis.from_url(kiosk_url, retry=Retry(NoBackoff(), 0)) as client:
        assert await client.ping()
        for command in forbidden:
            with pytest.raises(NoPermissionError):
                await client.execute_command(*command)
            # Nor by way of a script, with the key named or not.
            script = "return redis.call(unpack(ARGV))"
            with pytest.raises(ResponseError, match=r"can't|not allowed"):
                await client.eval(script, 0, *command)
        with pytest.raises(NoPermissionError):
            await client.eval("return redis.call('HGETALL', KEYS[1])", 1, theirs)
    assert contents(guarded, f"{site}-b") == before
    with pytest.raises(LedgerUnavailableError, match="SIN_PERMISO"):
        await health_of(kiosk_url, f"{site}-b")
