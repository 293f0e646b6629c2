"""From keys to codes: collects what is scanned, typed and pasted into one queue, and hands on one code at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from textual import events

from kiosk.scanning.codes import Code
from kiosk.scanning.scanner import Scan, ScanCollector, pasted

ECHO_AFTER: Final = 0.2
"""Seconds before typed text is shown: longer than a scanner takes, so that scans are never echoed."""


class Intake:
    """One terminal's keyboard and scanner. `typed_changed` is called with the text being typed by hand."""

    def __init__(self, *, burst_gap: float, read: Callable[[Scan], Code], typed_changed: Callable[[str], None]) -> None:
        self._collector = ScanCollector(burst_gap=burst_gap)
        self._read = read
        self._typed_changed = typed_changed
        self._echo_due = False
        self._waiting: asyncio.Queue[Scan | Code] = asyncio.Queue()
        self._is_closed = False
        self.typed = ""

    def take(self, event: events.Key | events.Paste) -> bool:
        """Take a key or paste that belongs to a scan; whether it did, so that no widget sees it."""
        if isinstance(event, events.Paste):
            for scan in pasted(event.text):
                self._waiting.put_nowait(scan)
            return True
        taken = self._collector.key(event.key, event.character, event.time)
        if isinstance(taken, Scan):
            self._show("")
            if taken.text:
                self._waiting.put_nowait(taken)
        elif self.typed:
            self._show(self._collector.text)
        elif taken and not self._echo_due:
            self._echo_due = True
            asyncio.get_running_loop().call_later(ECHO_AFTER, self._echo)
        return bool(taken)

    def _echo(self) -> None:
        self._echo_due = False
        self._show(self._collector.text)

    def _show(self, text: str) -> None:
        if text != self.typed:
            self.typed = text
            self._typed_changed(text)

    def submit(self, code: Code) -> None:
        """Put a code in the queue. Each is completely handled before the next."""
        self._waiting.put_nowait(code)

    def close(self) -> None:
        """Drop what waits and what still comes: nobody would see what became of it."""
        self._is_closed = True

    async def run(self, handle: Callable[[Code], Awaitable[None]]) -> None:
        """Hand every code to `handle`, in order, forever.

        A scan is read in its turn: by then more tags may be known, and another screen be in front.
        """
        while True:
            waited = await self._waiting.get()
            try:
                if not self._is_closed:
                    await handle(self._read(waited) if isinstance(waited, Scan) else waited)
            finally:
                self._waiting.task_done()
