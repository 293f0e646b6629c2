"""The page of one spool: how it is opened and read."""

from core.domain.model import Spool
from kiosk.widgets.wrapped import Entry, Look
from tests.kiosk.terminal import Terminal

REPAIRED = "MK-1335-CW-25238-010"
"""A spool of the demo's with a long past: it was rejected, repaired, and waits for its inspection."""


def past(kiosk: Terminal) -> list[Entry]:
    """The timeline, under its days, without the joints that stand above it."""
    entries = list(kiosk.entries)
    days = [at for at, entry in enumerate(entries) if entry.look is Look.HEADING and "-" in entry.cells[0]]
    return entries[days[0] :] if days else []


def told(kiosk: Terminal) -> list[str]:
    """What the timeline tells, without its days."""
    return [entry.cells[2] for entry in past(kiosk) if entry.look is not Look.HEADING]


async def open_page(kiosk: Terminal, *codes: str) -> None:
    """Scan these, and wait until the page's history was read."""
    await kiosk.scan(*codes)
    await kiosk.until(lambda: "leyendo" not in kiosk.text)


def some(kiosk: Terminal, **wanted: object) -> str:
    """The tag of a free spool of the demo's with these fields."""
    return next(
        tag
        for tag, spool in kiosk.app.board.spools.items()
        if spool.ocupacion is None and all(getattr(spool, name) == value for name, value in wanted.items())
    )


def awaiting_inspection(spool: Spool) -> bool:
    return spool.fabricado and spool.ocupacion is None and not spool.inspeccion.resultado
