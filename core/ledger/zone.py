"""The time zone that a site keeps with its data, so that a station with another one is warned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from core.ledger.protocol import Ledger

BOOK: Final = "site"
"""The notes about the site as a whole."""

ZONE: Final = "timezone"

LONGEST: Final = 10
"""Seconds a station may take to write it."""


async def kept_zone(ledger: Ledger) -> str:
    """The zone in which the plant was loaded last, by name; empty when that is not known."""
    return (await ledger.notes.read(BOOK)).get(ZONE, "")


async def keep_zone(ledger: Ledger, zone: ZoneInfo) -> None:
    """Keep this zone; a station that keeps another at this very moment may be the last."""
    if await kept_zone(ledger) != zone.key:
        lock, token = f"{BOOK}:{ZONE}", str(uuid4())
        if await ledger.locks.acquire(lock, token, LONGEST):
            await ledger.notes.write(BOOK, {ZONE: zone.key}, lock=lock, token=token)
            await ledger.locks.release(lock, token)
