"""Real Redis servers of the tests' own: alone, with a clock that a test moves, under Sentinel, as a cluster, with TLS.

Nothing here outlives its block, nor the process that started it, however that ends.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import SystemRandom
from typing import Any, Final

import redis
import trustme
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.plants import START
from tests.shopfloor import FixedClock

PATIENCE: Final = 20.0
"""Seconds after which something awaited of a server is taken for never coming."""

PORTS: Final = range(12_000, 22_000)
"""Below the ports that Linux gives to outgoing connections: a server that restarts finds its own still free."""

BUS: Final = 10_000
"""From a cluster node's port to that of its bus; those are below the outgoing ones as well."""

USER: Final = "harness"
"""May do everything on every server, so that a test may restrict the default user as it likes."""

INSTALL: Final = "is missing: on Debian, `apt-get install -y redis-server faketime`"


class ServerClock(FixedClock):
    """A clock that stands still for the servers started with it too: they agree with it to the microsecond.

    What sleeps or waits on such a server by its clock (BLOCK, BLPOP, WAIT: their timeouts) waits until it is moved.
    """

    def __init__(self, file: Path, instant: datetime = START) -> None:
        super().__init__(instant)
        self.file = file
        self._write()

    def advance(self, *, seconds: float) -> None:
        super().advance(seconds=seconds)
        self._write()

    def _write(self) -> None:
        # A server reads the file whenever it asks for the time, so it must never see half of it. libfaketime cuts
        # a binary fraction off to nanoseconds; half a microsecond more keeps that from losing a whole one.
        written = self.file.with_name(f"{self.file.name}.new")
        written.write_text(f"{self.instant:%Y-%m-%d %H:%M:%S.%f}5\n")
        written.replace(self.file)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a program go by this clock."""
        library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
        if library is None:
            raise RuntimeError(f"libfaketime {INSTALL}")
        return {
            # libc is named on purpose: it comes before the server's own jemalloc then and does the allocating.
            # jemalloc asks for the time while it initialises, libfaketime allocates while it does, and they deadlock.
            "LD_PRELOAD": f"{library} libc.so.6",
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of a server's certificate for 127.0.0.1 and of the authority that signed it."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def made(cls, folder: Path) -> "Certificates":
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(folder / "ca.pem", folder / "server.pem", folder / "server.key")
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1", "localhost")
        authority.cert_pem.write_to_path(made.authority)
        issued.private_key_pem.write_to_path(made.key)
        for n, part in enumerate(issued.cert_chain_pems):
            part.write_to_path(made.certificate, append=n > 0)
        return made


class RedisServer:
    """A `redis-server` process on a port of 127.0.0.1 and on a socket file. Made by `redis_server`.

    `options` are lines of redis.conf, as `"maxmemory 4mb"` or `"user ana on >secret ~* +@all"`.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        clock: ServerClock | None = None,
        port: int | None = None,
        durable: bool = False,
        tls: Certificates | None = None,
        sentinel: bool = False,
    ) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError(f"redis-server {INSTALL}")
        folder.mkdir(parents=True, exist_ok=True)
        # A socket's path has at most 107 bytes, and pytest's folders alone may have more.
        self._short = Path(tempfile.mkdtemp(prefix="redis-"))
        self._conf = folder / "redis.conf"
        self._command = [program, str(self._conf), *(["--sentinel"] if sentinel else [])]
        self._port = port
        self._tls = tls
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self.folder = folder
        self.log = folder / "redis.log"
        self.socket = self._short / "socket"
        self.clock = clock
        self._options = [
            "bind 127.0.0.1",
            f'dir "{folder}"',
            f'unixsocket "{self.socket}"',
            f"user {USER} on nopass ~* &* +@all",
        ]
        if not sentinel:
            # Going down waits for no replica: one that is paused would hold it up.
            self._options += ['save ""', "shutdown-timeout 0", "repl-diskless-sync-delay 0"]
            # What a kill tore is mended before the server starts (see `_mend_log`), never by the server.
            kept = ["appendonly yes", "appendfsync always", "aof-load-truncated no"]
            self._options += kept if durable else ["appendonly no"]
        if tls:
            self._options += [
                f'tls-ca-cert-file "{tls.authority}"',
                f'tls-cert-file "{tls.certificate}"',
                f'tls-key-file "{tls.key}"',
                "tls-auth-clients no",
            ]
        self._options += options

    @property
    def port(self) -> int:
        assert self._port is not None, "the server was never started"
        return self._port

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        if self._tls:
            return f"rediss://{self.address}/0?ssl_ca_certs={self._tls.authority}"
        return f"redis://{self.address}/0"

    @property
    def unix_url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server was never started"
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def command(self, *arguments: str | bytes | float, timeout: float = PATIENCE) -> Any:
        """One command and its answer as redis-py gives it, on a connection of its own past TCP, TLS and proxies."""
        with redis.Redis(
            unix_socket_path=str(self.socket),
            username=USER,
            password=USER,
            socket_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            return client.execute_command(*arguments)

    def start(self) -> None:
        """Start the process; the server answers when this returns."""
        if self._port is not None:
            if not self._conf.exists():
                self._configure(self._port)
            self._launch()
            return
        for port in SystemRandom().sample(PORTS, 20):
            self._configure(port)
            try:
                self._launch()
            except PortTakenError:
                continue
            self._port = port
            return
        raise RuntimeError("no free port for redis-server in 20 tries")

    def stop(self) -> None:
        """SIGTERM, and wait until the server has finished what it was doing."""
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE / 2)
        self.kill()

    def kill(self) -> None:
        """SIGKILL: the server gets no chance to finish anything."""
        # The guard first, as long as the server's pid cannot be another's.
        for process in (self._guard, self._process):
            if process is not None:
                process.kill()
                process.wait()
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard = None

    def restart(self) -> None:
        """Stop the server if it runs, and start it on the same port, with the same folder and options."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nobody answers."""
        os.kill(self.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """The end: a closed server is not started again."""
        self.stop()
        shutil.rmtree(self._short, ignore_errors=True)

    def _configure(self, port: int) -> None:
        ports = [f"port {port}"] if self._tls is None else ["port 0", f"tls-port {port}"]
        if "cluster-enabled yes" in self._options:
            ports.append(f"cluster-port {port + BUS}")
        self._conf.write_text("\n".join([*ports, *self._options, ""]))

    def _launch(self) -> None:
        assert not self.running, "the server runs already"
        _mend_log(self.folder)
        environment = self.clock.environment if self.clock else {}
        with self.log.open("ab") as log:
            start_of_log = log.tell()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
            )
        # Should this process die before it can end the server, the guard reads the end of its input and does it.
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; kill -KILL "$1"; rm -r "$2"', "guard", str(self._process.pid), self._short],
            stdin=subprocess.PIPE,
        )

        def answers() -> bool:
            if not self.running:
                said = self.log.read_bytes()[start_of_log:].decode(errors="replace")
                raise (PortTakenError if "Address already in use" in said else RuntimeError)(f"redis-server: {said}")
            with suppress(redis.ConnectionError, redis.TimeoutError):
                return bool(self.command("PING", timeout=1))
            return False

        try:
            until(answers, f"{self._conf} never answered, see {self.log}")
        except BaseException:
            self.kill()
            raise


def _mend_log(folder: Path) -> None:
    """Take what a kill left half-written off the end of the server's log, if it has one.

    SIGKILL may cut a write(2) short. A server with `aof-load-truncated yes` loads what is whole, yet cuts its file only
    after the last whole command, be it within a MULTI (https://github.com/valkey-io/valkey/pull/4342). The MULTI that
    stays there without its EXEC takes in what is acknowledged next: at the load after this one that is done together
    with what was half-written, or lost with it.
    """
    manifest = folder / "appendonlydir" / "appendonly.aof.manifest"
    if not manifest.exists():
        return
    program = shutil.which("redis-check-aof")
    if program is None:
        raise RuntimeError(f"redis-check-aof {INSTALL}")
    mended = subprocess.run([program, "--fix", manifest], input=b"y\n", capture_output=True, check=False)
    if mended.returncode:
        raise RuntimeError(f"redis-check-aof: {mended.stdout.decode(errors='replace')}")


class PortTakenError(RuntimeError):
    """Somebody else listens on the port."""


def until(holds: Callable[[], bool], otherwise: str) -> None:
    """Ask again and again until it holds; the test fails with `otherwise` when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.01)


@contextmanager
def redis_server(
    folder: Path,
    *options: str,
    clock: ServerClock | None = None,
    port: int | None = None,
    durable: bool = False,
    tls: Certificates | None = None,
    sentinel: bool = False,
) -> Iterator[RedisServer]:
    """A server that answers; it has ended when the block ends. `durable`: what it acknowledged is on the disk."""
    server = RedisServer(folder, *options, clock=clock, port=port, durable=durable, tls=tls, sentinel=sentinel)
    try:
        server.start()
        yield server
    finally:
        server.close()


@dataclass(frozen=True, slots=True)
class SentinelGroup:
    """A master with its replicas, and the sentinels that watch over them. The roles are those at the beginning."""

    master: RedisServer
    replicas: tuple[RedisServer, ...]
    sentinels: tuple[RedisServer, ...]

    @property
    def url(self) -> str:
        return f"redis+sentinel://{','.join(sentinel.address for sentinel in self.sentinels)}/mymaster"

    def replicate(self) -> None:
        """Wait until both replicas have all that the master, the first one still, has by now."""
        with redis.Redis(unix_socket_path=str(self.master.socket), username=USER, password=USER) as client:
            wrote = client.pipeline(transaction=False)
            # WAIT is for what its own connection wrote.
            wrote.set("marker", 1)
            wrote.execute_command("WAIT", len(self.replicas), int(PATIENCE * 1000))
            assert wrote.execute() == [True, len(self.replicas)]

    def master_port(self) -> int:
        """Where the first sentinel says the master is now."""
        _, port = self.sentinels[0].command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
        return int(port)


@contextmanager
def sentinel_group(folder: Path, *options: str, durable: bool = False) -> Iterator[SentinelGroup]:
    """A master, two replicas in sync and three sentinels who all know of each other; `options` are the servers'."""
    with ExitStack() as started:

        def start(name: str, *lines: str, sentinel: bool = False) -> RedisServer:
            server = redis_server(folder / name, *lines, durable=durable and not sentinel, sentinel=sentinel)
            return started.enter_context(server)

        master = start("master", *options)
        follow = f"replicaof 127.0.0.1 {master.port}"
        replicas = tuple(start(f"replica-{n}", follow, *options) for n in (1, 2))
        # A sentinel looks for replicas every 10 seconds: at its first look they should be there.
        until(lambda: _synced(master) == len(replicas), "the replicas are not in sync")
        sentinels = tuple(
            start(
                f"sentinel-{n}",
                f"sentinel monitor mymaster 127.0.0.1 {master.port} 2",
                "sentinel down-after-milliseconds mymaster 1000",
                "sentinel failover-timeout mymaster 3000",
                sentinel=True,
            )
            for n in (1, 2, 3)
        )
        for sentinel in sentinels:
            # How often they tell each other of themselves; by default every 2 seconds. And how often they ask a server
            # whether it lives; by default every second, and one late answer would make a healthy master count as down.
            sentinel.command("SENTINEL", "DEBUG", "PUBLISH-PERIOD", "100", "PING-PERIOD", "100")
        for sentinel in sentinels:
            until(lambda one=sentinel: _sees_all(one), f"{sentinel.folder} does not see the whole group")
        yield SentinelGroup(master, replicas, sentinels)


def _synced(master: RedisServer) -> int:
    """How many replicas have all of the master's data."""
    lines = master.command("INFO", "replication")
    return sum(value["state"] == "online" for name, value in lines.items() if name.startswith("slave"))


def _sees_all(sentinel: RedisServer) -> bool:
    lines = sentinel.command("INFO", "sentinel")["master0"]
    return (lines["status"], lines["slaves"], lines["sentinels"]) == ("ok", 2, 3)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Masters that share the slots between them."""

    nodes: tuple[RedisServer, ...]

    @property
    def url(self) -> str:
        return f"redis+cluster://{','.join(node.address for node in self.nodes)}"


@contextmanager
def cluster(folder: Path, *options: str, durable: bool = False) -> Iterator[Cluster]:
    """Three masters that have all 16384 slots between them and agree that the cluster is well."""
    with ExitStack() as started:
        nodes = tuple(
            started.enter_context(
                redis_server(
                    folder / f"node-{n}", "cluster-enabled yes", "cluster-node-timeout 1000", *options, durable=durable
                )
            )
            for n in (1, 2, 3)
        )
        for n, node in enumerate(nodes):
            node.command("CLUSTER", "SET-CONFIG-EPOCH", n + 1)
            node.command("CLUSTER", "ADDSLOTSRANGE", 16384 * n // 3, 16384 * (n + 1) // 3 - 1)
            node.command("CLUSTER", "MEET", "127.0.0.1", nodes[0].port, nodes[0].port + BUS)
        for node in nodes:
            until(lambda one=node: _is_whole(one), f"{node.folder} does not see the whole cluster")
        yield Cluster(nodes)


def _is_whole(node: RedisServer) -> bool:
    said = node.command("CLUSTER", "INFO").decode().split()
    return {"cluster_state:ok", "cluster_slots_ok:16384", "cluster_known_nodes:3"} <= set(said)
