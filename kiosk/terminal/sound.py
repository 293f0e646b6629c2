"""The sound of an answer: one short beep for done, two for a question, three for a refusal; or, where none is
heard, a flash of the whole screen for a refusal.

Sounds never queue up: a new answer ends the sound of the one before. Nothing here blocks the event loop.
"""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.resources import ASSETS

SOUNDS: Final = ASSETS / "sounds"

BEEPS: Final = {"done": 1, "ask": 2, "refused": 3}
"""How often the bell rings, by the tone of the answer. Another tone makes no sound."""

GAP: Final = 0.18
"""Seconds from one ring of the bell to the next: closer ones are heard as one."""

FLASH: Final = 0.15
"""Seconds that a flash takes."""

LONGEST: Final = 3.0
"""Seconds that a player may take; then it is killed."""

_FILES: Final = {"done": "done.wav", "ask": "asked.wav", "refused": "refused.wav"}
_PLAYERS: Final = (("pw-play",), ("paplay",), ("aplay", "-q"))


def find_player() -> tuple[str, ...] | None:
    """The command that plays a sound file on this machine, None when there is none."""
    for name, *options in _PLAYERS:
        if path := shutil.which(name):
            return (path, *options)
    return None


class Sounder:
    """Plays one terminal's sounds, in one event loop. `kind` is the setting: `bell`, `files`, `flash` or `off`.

    Calling `bell` rings the terminal's bell once; `repaint` paints the screen, inverted where `flashes` says so.
    """

    def __init__(self, kind: str, bell: Callable[[], None], repaint: Callable[[], object]) -> None:
        self._kind = kind
        self._bell = bell
        self._repaint = repaint
        self.flashes = False
        self._player = find_player() if kind == "files" else None
        self._sounding: asyncio.Task[None] | None = None
        self._silent_at = 0.0

    def play(self, tone: str) -> None:
        """Start the sound of this tone, in place of one that may still play. Returns at once."""
        if self._kind == "off" or tone not in BEEPS:
            return
        if self._sounding is not None:
            self._sounding.cancel()
        self._sounding = asyncio.get_running_loop().create_task(self._sound(tone))

    async def _sound(self, tone: str) -> None:
        if self._kind == "flash":
            # The other answers can wait until somebody looks.
            if tone == "refused":
                await self._flash()
        elif self._player is None or not await self._played(self._player, SOUNDS / _FILES[tone]):
            await self._ring(BEEPS[tone])

    async def _flash(self) -> None:
        self.flashes = True
        try:
            self._repaint()
            await asyncio.sleep(FLASH)
        finally:
            self.flashes = False
            self._repaint()

    async def _ring(self, times: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(times):
            if (early := self._silent_at - loop.time()) > 0:
                await asyncio.sleep(early)
            self._silent_at = loop.time() + GAP
            self._bell()

    async def _played(self, player: tuple[str, ...], file: Path) -> bool:
        """Whether the player played the file to its end."""
        quiet = asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(*player, str(file), stdin=quiet, stdout=quiet, stderr=quiet)
        except OSError:
            self._player = None
            return False
        try:
            async with asyncio.timeout(LONGEST):
                return await process.wait() == 0
        except TimeoutError:
            return False
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                # The event loop may be about to end: leave it no process.
                await process.wait()
