"""Supervisors' PINs. Only Argon2id hashes are ever kept; no PIN is stored, logged, or part of an error."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Codes, Defecto
from core.private import private_folder, private_opener

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_DIGITS: Final = 4
MAX_DIGITS: Final = 12
MAX_TRIES: Final = 3
LOCKED_FOR: Final = timedelta(seconds=60)

MEMORY: Final = 19 * 1024
"""KiB. With 2 passes on 1 lane it is OWASP's minimum for Argon2id, and a small terminal can spare it."""
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


@dataclass(frozen=True, slots=True)
class _Tries:
    """How many wrong PINs came one after the other, and until when none is right because they were too many."""

    wrong: int = 0
    locked_until: datetime | None = None


class Pins:
    """One terminal's PINs, by plant and worker. Wrong tries count for the whole terminal, also over its restarts.

    `clock` (aware, UTC) dates the tries. They are in a file beside that of the PINs; while it cannot be written they
    count until the program ends.
    """

    def __init__(self, file: Path, *, clock: Callable[[], datetime]) -> None:
        self.file = file
        self._tries_file = file.with_name("pin-tries.json")
        self._clock = clock
        self._unsaved: _Tries | None = None

    def knows(self, site: str, worker_id: int) -> bool:
        """Whether this worker of this plant has a PIN here. Raises InvalidRequestError for an unreadable file."""
        return str(worker_id) in self._read().get(site, {})

    def count(self, site: str) -> int:
        """How many workers of the plant have a PIN here. Raises InvalidRequestError for an unreadable file."""
        return len(self._read().get(site, {}))

    def locked_for(self) -> timedelta:
        """How much longer every PIN is refused after too many wrong ones."""
        locked_until = self._tries().locked_until
        return timedelta() if locked_until is None else max(locked_until - self._clock(), timedelta())

    @property
    def tries_left(self) -> int:
        """Wrong PINs until the terminal is locked."""
        return MAX_TRIES - self._tries().wrong

    async def verify(self, site: str, worker_id: int, pin: str) -> bool:
        """Whether this is the worker's PIN. The third wrong one locks the terminal; while it is locked, none is right.

        Raises InvalidRequestError for an unreadable file.
        """
        if self.locked_for():
            return False
        kept = self._read().get(site, {}).get(str(worker_id))
        if kept is None:
            return False
        return await asyncio.to_thread(self._try, kept, pin)

    def _try(self, kept: str, pin: str) -> bool:
        # Count the try before the check: a power cut in between must not give it back.
        wrong = self._tries().wrong + 1
        self._keep(_Tries(wrong) if wrong < MAX_TRIES else self._locked())
        is_right = _fits(kept, pin)
        if is_right:
            self._keep(_Tries())
        return is_right

    def _locked(self) -> _Tries:
        return _Tries(locked_until=self._clock() + LOCKED_FOR)

    def _tries(self) -> _Tries:
        """The tries so far. A damaged count, or one of a clock that was set back since, locks the terminal once."""
        longest = self._locked()
        try:
            tries = self._unsaved or _read_tries(self._tries_file)
        except (OSError, ValueError, TypeError, KeyError):
            return self._keep(longest)
        if tries.locked_until and longest.locked_until and tries.locked_until > longest.locked_until:
            return self._keep(longest)
        return tries

    def _keep(self, tries: _Tries) -> _Tries:
        until = tries.locked_until.isoformat() if tries.locked_until else None
        try:
            private_folder(self.file.parent)
            _replace(self._tries_file, {"wrong": tries.wrong, "locked_until": until})
            self._unsaved = None
        except OSError:
            self._unsaved = tries
        return tries

    def set(self, site: str, worker_id: int, pin: str) -> None:
        """Keep the hash of this PIN. Raises InvalidRequestError for a text that is no PIN and for an unusable file."""
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
            pins: Any = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as exc:
            raise InvalidRequestError("pin", Defecto.ILEGIBLE, detail=f"{self.file}: {exc}") from exc
        if not isinstance(pins, dict) or not all(map(_is_text_by_text, pins.values())):
            raise InvalidRequestError("pin", PinFault.NO_ES_ARCHIVO_DE_PIN, file=str(self.file))
        return pins

    def _change(self, change: Callable[[dict[str, dict[str, str]]], object]) -> None:
        lock = self.file.with_suffix(".json.lock")
        try:
            private_folder(self.file.parent)
            with open(lock, "a", opener=private_opener) as locked:
                fcntl.flock(locked, fcntl.LOCK_EX)
                pins = self._read()
                change(pins)
                _replace(self.file, pins)
        except OSError as exc:
            raise InvalidRequestError("pin", Defecto.NO_SE_PUEDE_ESCRIBIR, detail=f"{self.file}: {exc}") from exc


def _read_tries(file: Path) -> _Tries:
    """The tries in the file, none when there is no file. Raises OSError, ValueError and TypeError for a damaged one."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return _Tries()
    if not isinstance(kept, dict):
        raise TypeError(kept)
    until = kept.get("locked_until")
    return _Tries(int(kept["wrong"]), None if until is None else datetime.fromisoformat(until).astimezone(UTC))


def _replace(file: Path, content: object) -> None:
    """Write a new file and put it in the old one's place: a reader sees one or the other, whole."""
    new = file.with_suffix(".new")
    with open(new, "w", encoding="utf-8", opener=private_opener) as stream:
        stream.write(json.dumps(content, indent=1, sort_keys=True))
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def _is_text_by_text(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES)


def _fits(kept: str, pin: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(kept, pin)
    except (VerificationError, InvalidHashError):
        return False
