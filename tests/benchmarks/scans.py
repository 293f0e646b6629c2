"""A scan in a real terminal, from its first keystroke until the answer is painted; and until others repaint."""

import asyncio
import fcntl
import os
import pty
import random
import struct
import sys
import termios
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from core.ledger.redis.schema import Keys
from tests.benchmarks.measure import Figure, in_rounds, paired, percentile
from tests.processes import PATIENCE, ROOT, SITE, plant, service_on
from tests.redis_servers import redis_server

SPOOLS: Final = 2_000
SCANS: Final = 100
KIOSKS: Final = 10
SIGHTINGS: Final = 100
P99: Final = 99
FRAME: Final = 1 / 60
"""Seconds that a screen shows one picture."""

BARE_APP: Final = """
from textual.app import App, ComposeResult
from textual.widgets import Input, Static

class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Input()
        yield Static("LISTO", id="answer", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one("#answer", Static).update(f"TAKEN {event.value} .")
        event.input.clear()

Bare().run()
"""


class Screen:
    """A program in an 80x24 terminal, and when a text was painted on it."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._seen = b""
        self._waiting: tuple[bytes, asyncio.Future[float]] | None = None
        asyncio.get_running_loop().add_reader(terminal, self._read)

    def _read(self) -> None:
        try:
            self._seen += os.read(self._terminal, 65_536)
        except OSError:
            asyncio.get_running_loop().remove_reader(self._terminal)
            return
        if self._waiting is not None and self._waiting[0] in self._seen:
            painted = self._waiting[1]
            self._waiting = None
            painted.set_result(time.perf_counter())

    async def painted(self, marker: str) -> float:
        """When `marker` was painted, by the performance counter, from what is painted from now on."""
        self._seen = b""
        painted: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting = (marker.encode(), painted)
        async with asyncio.timeout(PATIENCE):
            return await painted

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())


@asynccontextmanager
async def screen(*command: str, **environment: str) -> AsyncIterator[Screen]:
    """`command` in a terminal of its own, until the block ends."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", **environment},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Screen(ours)
    finally:
        process.kill()
        await process.wait()
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)


def tag(number: int) -> str:
    """A tag as long as a shop's are."""
    return f"MK-1335-CW-25238-{number:04}"


async def load(url: str) -> None:
    """A plant of spools that may be taken, and a worker 1 who may take them."""
    one = plant(spools=1, workers=1)
    spools = tuple(replace(one.spools[0], tag_spool=tag(number)) for number in range(1, SPOOLS + 1))
    async with service_on(url, site=SITE) as office:
        await office.load_plant(replace(one, spools=spools))


def kiosk(url: str, folder: Path, station: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The command and the environment of a terminal on the site."""
    environment = {
        "KIOSK_LEDGER_URL": url,
        "KIOSK_SITE": SITE,
        "KIOSK_STATION": station,
        "KIOSK_DATA_DIR": str(folder),
        "KIOSK_IDLE_LOGOUT": "0",
        "KIOSK_SOUND": "off",
    }
    return (sys.executable, "-m", "kiosk"), environment


async def until_painted(folder: Path) -> list[Figure]:
    """Keystrokes of a scan until its answer is painted, the spool durably taken, beside echoing an Input."""
    bare_file = folder / "bare.py"
    bare_file.write_text(BARE_APP, encoding="utf-8")
    with redis_server(folder / "redis", durable=True) as server:
        await load(server.url)
        command, environment = kiosk(server.url, folder, "ARM-02")
        async with screen(*command, **environment) as ours, screen(sys.executable, str(bare_file)) as bare:
            await asyncio.gather(ours.painted("tomados"), bare.painted("LISTO"))
            ours.type("W.1\r")
            await ours.painted("HOLA")
            numbers = iter(range(1, SPOOLS))

            async def scan() -> float:
                scanned = tag(next(numbers))
                begun = time.perf_counter()
                ours.type(f"{scanned}\r")
                taken = await ours.painted(f"{scanned} · ") - begun
                # Put down again, so that the list in hand is as short as people's are.
                ours.type("C.PAUSAR\r")
                await ours.painted("PAUSADO")
                return taken

            async def echo() -> float:
                scanned = tag(next(numbers))
                begun = time.perf_counter()
                bare.type(f"{scanned}\r")
                return await bare.painted(f"{scanned} .") - begun

            await scan(), await echo()
            scans, echoes = await in_rounds(SCANS, scan, echo)
    floor_is = "the same keys echoed by a bare app's Input"
    return [
        Figure(
            name="scan until painted, p50",
            **paired(scans, echoes),
            floor_is=floor_is,
            rounds=SCANS,
            max_ratio=0.5,
            max_seconds=FRAME,
        ),
        Figure(
            name="scan until painted, p99",
            ours=percentile(scans, 99),
            floor=percentile(echoes, 99),
            floor_is=floor_is,
            rounds=SCANS,
            max_seconds=2 * FRAME,
        ),
    ]


async def until_others_repaint(folder: Path) -> list[Figure]:
    """From a scan's keys until the other kiosks of the site painted it, and until a bare subscriber heard of it."""
    chance = random.Random(7)
    with redis_server(folder / "redis", durable=True) as server:
        await load(server.url)
        async with AsyncExitStack() as opened:
            client = await opened.enter_async_context(Redis.from_url(server.url))
            subscription = await opened.enter_async_context(client.pubsub(ignore_subscribe_messages=True))
            await subscription.subscribe(Keys(SITE).channel)
            screens = []
            for number in range(KIOSKS):
                command, environment = kiosk(server.url, folder, f"ARM-{number:02}")
                screens.append(await opened.enter_async_context(screen(*command, **environment)))
                await screens[-1].painted("tomados")
            here, *others = screens
            here.type("W.1\r")
            await here.painted("HOLA")
            seen: list[float] = []
            heard: list[float] = []
            for number in range(1, SIGHTINGS + 1):
                await asyncio.sleep(chance.uniform(0.1, 0.2))
                watching = [asyncio.create_task(other.painted(f" {number} tomado")) for other in others]
                hearing = asyncio.create_task(_notice(subscription))
                await asyncio.sleep(0)
                begun = time.perf_counter()
                here.type(f"{tag(number)}\r")
                heard.append(await hearing - begun)
                seen += [at - begun for at in await asyncio.gather(*watching)]
    return [
        Figure(
            name=f"scan until {KIOSKS - 1} others repainted, p{percent}",
            ours=percentile(seen, percent),
            floor=percentile(heard, percent),
            floor_is="until a bare subscriber heard of it",
            rounds=SIGHTINGS,
            max_seconds=percentile(heard, 99) + 2 * FRAME if percent == P99 else None,
        )
        for percent in (50, P99)
    ]


async def _notice(subscription: PubSub) -> float:
    """When the next notice came."""
    while await subscription.get_message(timeout=PATIENCE) is None:
        pass
    return time.perf_counter()
