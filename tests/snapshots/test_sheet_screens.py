"""What people see of the office's sheet, as pictures: in the frame, beside each event, on the supervisor's page."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from syrupy import SnapshotAssertion

from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError
from core.sheet.pull_note import Problem
from core.sheet.state import Named
from kiosk.live import mirror_watch
from tests.kiosk.mirrors import Mirror, conflict
from tests.kiosk.terminal import CARLA, FREE_SPOOL, MIGUEL, FrozenClock, Terminal, terminal

Play = Callable[[Terminal, Mirror], Awaitable[None]]
SIZES = ((80, 24), (120, 40))
ACCOUNT = "kiosco@taller-sheets.iam.gserviceaccount.com"
PROBLEMS = (
    Problem(sheet="Operaciones", row=14, column="TAG_SPOOL", value="MK-1335-CW-25238-010", reason="tag repetido"),
    Problem(sheet="Operaciones", row=88, column="Fecha_Materiales", value="31-02-2026", reason="no es una fecha"),
    Problem(sheet="Roles", row=7, column="Id", value="212", reason="no hay un trabajador con ese número"),
)


async def all_in(terminal: Terminal, mirror: Mirror) -> None:
    await mirror.caught_up()
    await terminal.until(lambda: terminal.sheet != "")
    await terminal.scan(MIGUEL)


async def waiting(terminal: Terminal, mirror: Mirror) -> None:
    await mirror.caught_up()
    await terminal.scan(MIGUEL, FREE_SPOOL)
    terminal.app.session.clock.now += timedelta(seconds=40)
    await terminal.until(lambda: "40 s" in terminal.sheet)


async def late(terminal: Terminal, mirror: Mirror) -> None:
    await mirror.caught_up()
    await terminal.scan(MIGUEL, FREE_SPOOL)
    terminal.app.session.clock.now += timedelta(minutes=4)
    await terminal.until(lambda: "4 min" in terminal.sheet)


async def stopped(terminal: Terminal, mirror: Mirror) -> None:
    await mirror.reached(12)
    await mirror.stop()
    await terminal.until(lambda: "·" in terminal.sheet)


async def in_sheet(terminal: Terminal, mirror: Mirror) -> None:
    """What a worker has just saved reaches the sheet."""
    await mirror.caught_up()
    await terminal.scan(MIGUEL, FREE_SPOOL)
    await mirror.caught_up()
    await terminal.until(lambda: terminal.app.wording("hoja.in_sheet") in terminal.panel)


async def timeline(terminal: Terminal, mirror: Mirror) -> None:
    """Of a spool's history the last two events are saved and not in the sheet yet."""
    await mirror.caught_up()
    await terminal.scan(MIGUEL, "MK-1335-CW-25238-010", "C.NOTA", "C.2", "C.NOTA", "C.1", "C.HISTORIA")
    await terminal.until(lambda: "▫" in terminal.text)


async def sheet_page(terminal: Terminal, mirror: Mirror) -> None:
    await mirror.caught_up(cells=1_234_567, reads=812, writes=640)
    await mirror.pulled(unchanged=240)
    terminal.app.session.clock.now += timedelta(seconds=3)
    await terminal.until(lambda: terminal.app.feed.mirror.pull is not None)
    await terminal.scan(CARLA, "C.SUPERVISOR", "C.7")


async def sheet_page_in_trouble(terminal: Terminal, mirror: Mirror) -> None:
    await mirror.pulled(*PROBLEMS, unchanged=240)
    await conflict(terminal.service.ledger, FREE_SPOOL, Armador=("Juan Pérez", ""), Fecha_Armado=("19-11-2026", ""))
    terminal.app.session.clock.now += timedelta(minutes=4)
    await mirror.reached(
        40,
        cells=9_400_000,
        reads=812,
        writes=640,
        refused=3,
        rows_waiting=5,
        unknown=Named(count=2, first=("MK-9999-XX-00001-001", "PRUEBA")),
        broken=Named(count=1, first=("G",)),
    )
    error = SheetUnavailableError(FallaPlanilla.NO_COMPARTIDA, account=ACCOUNT)
    await mirror.met(error, since=terminal.app.feed.now() - timedelta(minutes=3), seq=40)
    await terminal.until(lambda: terminal.app.feed.mirror.pull is not None)
    await terminal.scan(CARLA, "C.SUPERVISOR", "C.7")


async def conflict_told(terminal: Terminal, mirror: Mirror) -> None:
    """On another page of the supervisor's a conflict tells itself by the count on the bar."""
    await terminal.scan(CARLA, "C.SUPERVISOR")
    await conflict(terminal.service.ledger, FREE_SPOOL, Armador=("Juan Pérez", ""))
    await mirror.caught_up()
    await terminal.until(lambda: terminal.sheet != "")


PLAYS: list[Play] = [
    all_in,
    waiting,
    late,
    stopped,
    in_sheet,
    timeline,
    sheet_page,
    sheet_page_in_trouble,
    conflict_told,
]


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
async def test_the_sheet_looks_as_it_was_approved(
    approved: SnapshotAssertion, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, play: Play, language: str
) -> None:
    monkeypatch.setenv("KIOSK_LANG", language)
    for pause in ("LOOK_EVERY", "LOOK_SELDOM"):
        monkeypatch.setattr(mirror_watch, pause, 0.05)
    async with terminal(clock=clock) as kiosk:
        await play(kiosk, await Mirror.begin(kiosk.service.ledger))
        for width, height in SIZES:
            await kiosk.resize(width, height)
            kiosk.tick()
            await kiosk.answered()
            assert kiosk.picture == approved(name=f"{play.__name__}-{language}-{width}x{height}")
