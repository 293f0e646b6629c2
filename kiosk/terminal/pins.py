"""Supervisors' PINs. Only Argon2id hashes are ever kept; no PIN is stored, logged, or part of an error."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Codes, Defecto

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_DIGITS: Final = 4
MAX_DIGITS: Final = 12
MAX_TRIES: Final = 3
LOCKED_FOR: Final = timedelta(seconds=60)

MEMORY: Final = 19 * 1024
"""KiB. With 2 passes on 1 lane it is what OWASP asks of Argon2id at least, and a small terminal can spare."""
PASSES: Final = 2
LANES: Final = 1


class PinFault(Codes):
    """Why a PIN cannot be set or checked. The sentences are in `kiosk.words`, `reason.<MEMBER>`."""

    CIFRAS_DEL_PIN = auto()  # fewest, most
    PIN_DISTINTO = auto()
    NO_ES_ARCHIVO_DE_PIN = auto()  # file


def is_pin(text: str) -> bool:
    """Whether the text has the form of a PIN: digits alone, neither too few nor too many."""
    return text.isascii() and text.isdigit() and MIN_DIGITS <= len(text) <= MAX_DIGITS


class Pins:
    """One terminal's PINs, by plant and worker. Wrong tries count for the whole terminal, whoever tries.

    `clock` (aware, UTC) dates the tries; they are forgotten when the program ends.
    """

    def __init__(self, file: Path, *, clock: Callable[[], datetime]) -> None:
        self.file = file
        self._clock = clock
        self._wrong = 0
        self._locked_until: datetime | None = None

    def knows(self, site: str, worker_id: int) -> bool:
        """Whether this worker of this plant has a PIN here. Raises InvalidRequestError for an unreadable file."""
        return str(worker_id) in self._read().get(site, {})

    def count(self, site: str) -> int:
        """How many workers of the plant have a PIN here. Raises InvalidRequestError for an unreadable file."""
        return len(self._read().get(site, {}))

    def locked_for(self) -> timedelta:
        """How long no PIN is looked at any more, because too many were wrong; zero when they are."""
        if self._locked_until is None:
            return timedelta()
        return min(max(self._locked_until - self._clock(), timedelta()), LOCKED_FOR)

    @property
    def tries_left(self) -> int:
        return MAX_TRIES - self._wrong

    async def verify(self, site: str, worker_id: int, pin: str) -> bool:
        """Whether this is the worker's PIN. The third wrong one locks the terminal; while it is locked none is right.

        Raises InvalidRequestError for an unreadable file.
        """
        if self.locked_for():
            return False
        kept = self._read().get(site, {}).get(str(worker_id))
        if kept is None:
            return False
        # Counted before it is looked at: whoever pulls the plug in between has had the try.
        self._wrong += 1
        if await asyncio.to_thread(_fits, kept, pin):
            self._wrong = 0
            return True
        if self._wrong >= MAX_TRIES:
            self._wrong = 0
            self._locked_until = self._clock() + LOCKED_FOR
        return False

    def set(self, site: str, worker_id: int, pin: str) -> None:
        """Keep the hash of this PIN. Raises InvalidRequestError for what is none and for a file that cannot be used."""
        if not is_pin(pin):
            raise InvalidRequestError("pin", PinFault.CIFRAS_DEL_PIN, fewest=MIN_DIGITS, most=MAX_DIGITS)
        kept = _hasher().hash(pin)
        self._change(lambda pins: pins.setdefault(site, {}).update({str(worker_id): kept}))

    def remove(self, site: str, worker_id: int) -> bool:
        """Forget the worker's PIN; whether there was one. Raises InvalidRequestError as `set` does."""
        known = self.knows(site, worker_id)
        if known:
            self._change(lambda pins: pins[site].pop(str(worker_id), None))
        return known

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            content = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as exc:
            raise InvalidRequestError("pin", Defecto.ILEGIBLE, detail=f"{self.file}: {exc}") from exc
        if not _is_book(content):
            raise InvalidRequestError("pin", PinFault.NO_ES_ARCHIVO_DE_PIN, file=str(self.file))
        return dict(content)

    def _change(self, change: Callable[[dict[str, dict[str, str]]], object]) -> None:
        """Write the file whole, beside the old one and then in its place: a reader sees the one or the other."""
        from filelock import FileLock

        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.file}.lock", mode=0o600):
                pins = self._read()
                change(pins)
                _replace(self.file, json.dumps(pins, indent=1, sort_keys=True))
        except OSError as exc:
            raise InvalidRequestError("pin", Defecto.NO_SE_PUEDE_ESCRIBIR, detail=f"{self.file}: {exc}") from exc


def _is_book(content: Any) -> bool:  # noqa: ANN401  # whatever stood in the file
    return isinstance(content, dict) and all(
        isinstance(of_site, dict) and all(isinstance(kept, str) for kept in of_site.values())
        for of_site in content.values()
    )


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES)


def _fits(kept: str, pin: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(kept, pin)
    except (VerificationError, InvalidHashError):
        return False


def _replace(file: Path, content: str) -> None:
    # mkstemp makes the file for its owner alone.
    descriptor, aside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(aside).unlink()
        raise
