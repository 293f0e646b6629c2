"""What a supervisor's screen shows, and what became of what was decided there."""

from textual.widget import Widget

from core.domain.model import Spool
from kiosk.live.board import Shown
from kiosk.widgets.plot import Bar, BarPlot
from kiosk.widgets.table import Row, Table
from tests.kiosk.terminal import CARLA, Terminal

SUPERVISOR = (CARLA, "C.SUPERVISOR")
BLOCKED = "RB-2210-ST-25302-003"
EXPIRED = "MK-1336-SW-25240-004"
TOMAS, RECHAZOS, REGISTRO, DIAS, HOY, PAUSAS = range(1, 7)


def rows(kiosk: Terminal) -> list[Row]:
    """The lines of the list on the page in front."""
    tables = (table for table in kiosk.app.screen.query(Table) if is_shown(table))
    return list(next(tables).rows)


def is_shown(widget: Widget) -> bool:
    return all(part.display for part in widget.ancestors_with_self if isinstance(part, Widget))


def told(kiosk: Terminal) -> str:
    """What the screen says, as if each of its lists had all the width it needs."""
    return " ".join(kiosk.text.replace("│", " ").split())


def page(kiosk: Terminal) -> int:
    """The number of the page that the top of the screen marks as the one in front."""
    return int(page_bar(kiosk).partition("▸")[2][0])


def page_bar(kiosk: Terminal) -> str:
    """The line with the names of the pages."""
    return next(line for line in kiosk.text.splitlines() if "▸" in line)


def bars(kiosk: Terminal) -> list[Bar]:
    return list(kiosk.app.screen.query_one(BarPlot).bars)


def held(kiosk: Terminal) -> list[Spool]:
    return list(kiosk.app.board.of(Shown.TOMADO))


async def holder(kiosk: Terminal, tag: str) -> str | None:
    return (await kiosk.service.status(tag)).ocupado_por


async def last_event(kiosk: Terminal, tag: str) -> tuple[str, object]:
    """What happened last to the spool, and the motive that was given."""
    event = (await kiosk.service.history(tag))[-1]
    return event.accion, event.metadata.get("motivo")
