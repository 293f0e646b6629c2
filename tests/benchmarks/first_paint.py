"""From the command to the first painted screen, in a real terminal, beside the smallest Textual app."""

import asyncio
import fcntl
import os
import pty
import struct
import sys
import termios
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from core.settings import sqlite_url
from tests.benchmarks.measure import Figure, interleaved
from tests.processes import ROOT, SITE, plant, service_on
from tests.redis_servers import redis_server

ROUNDS: Final = 9
STARTS: Final = 3
LARGE: Final = 100_000
BARE_APP: Final = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("LISTO")

Bare().run()
"""


def painted(marker: str, *command: str, **environment: str) -> Callable[[], Awaitable[float]]:
    """Start `command` in an 80x24 terminal of its own; the seconds until `marker` is on it."""

    async def once() -> float:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color", **environment},
            start_new_session=True,
        )
        os.close(slave)
        try:
            return await asyncio.to_thread(_seconds_until, marker.encode(), master, begun)
        finally:
            process.kill()
            await process.wait()
            os.close(master)

    return once


def _seconds_until(marker: bytes, terminal: int, begun: float) -> float:
    seen = b""
    while marker not in seen:
        seen += os.read(terminal, 65536)
    return time.perf_counter() - begun


async def first_paint(folder: Path) -> list[Figure]:
    """The kiosk's start beside a bare app's; the demo plant is made before, as on any day but the first."""
    bare = folder / "bare.py"
    bare.write_text(BARE_APP, encoding="utf-8")
    kiosk = (sys.executable, "-m", "kiosk")
    await painted("tomados", *kiosk, KIOSK_DATA_DIR=str(folder))()
    paint, with_board, floor = await interleaved(
        ROUNDS,
        painted("ESCANEE", *kiosk, KIOSK_DATA_DIR=str(folder)),
        painted("tomados", *kiosk, KIOSK_DATA_DIR=str(folder)),
        painted("LISTO", sys.executable, str(bare)),
    )
    floor_is = "a bare Textual app"
    return [
        Figure(name="first paint", ours=paint, floor=floor, floor_is=floor_is, rounds=ROUNDS, max_ratio=1.3),
        Figure(name="first paint with the board", ours=with_board, floor=floor, floor_is=floor_is, rounds=ROUNDS),
    ]


async def start_with_a_large_plant(folder: Path) -> list[Figure]:
    """From the command until the board is whole, on both engines."""
    figures = []
    with redis_server(folder / "server") as server:
        for engine, url in (("SQLite", sqlite_url(folder / "large.sqlite3")), ("Redis", server.url)):
            async with service_on(url) as office:
                await office.load_plant(plant(spools=LARGE, workers=10))
            settings = {"KIOSK_LEDGER_URL": url, "KIOSK_SITE": SITE, "KIOSK_DATA_DIR": str(folder)}
            whole, picture = await interleaved(
                STARTS,
                painted("tomados", sys.executable, "-m", "kiosk", **settings),
                painted("ESCANEE", sys.executable, "-m", "kiosk", **settings),
            )
            figures.append(
                Figure(
                    name=f"start with {LARGE:,} spools until the board is whole, {engine}",
                    ours=whole,
                    floor=picture,
                    floor_is="its first picture",
                    rounds=STARTS,
                    max_seconds=1.5,
                )
            )
    return figures
