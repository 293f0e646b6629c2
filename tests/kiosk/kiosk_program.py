"""The full-screen program over the demo plant, in a terminal: what its screen, its ledger and its end show."""

from typing import Any, Final

from tests.kiosk.commands import run_kiosk
from tests.kiosk.pseudo_terminal import PseudoTerminal
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL

FIRST_SCREEN: Final = "ESCANEE SU CREDENCIAL"
OPEN: Final = "tomados"
"""The top line counts the taken spools as soon as the ledger is open."""

ENTERS_ALTERNATE_SCREEN, LEAVES_ALTERNATE_SCREEN = "\x1b[?1049h", "\x1b[?1049l"
SHOWS_CURSOR: Final = "\x1b[?25h"
MODES_OFF: Final = ("\x1b[?1000l", "\x1b[?1003l", "\x1b[?2004l", "\x1b[<u")
"""Mouse reports, pasting in brackets and the extended keyboard are taken back."""


async def open_shop(terminal: PseudoTerminal) -> None:
    """Wait for the first screen and the ledger, and look only at what is painted from then on."""
    await terminal.shows(FIRST_SCREEN, OPEN)
    terminal.forget()


async def serves(terminal: PseudoTerminal, tag: str) -> None:
    """Whatever came before, the next scans are served: Miguel takes this spool, then signs out."""
    terminal.forget()
    await terminal.type(f"{MIGUEL}\r{tag}\r")
    await terminal.shows("TOMADO", tag)
    assert terminal.is_running
    assert await holder_of(tag) == "MR(93)"
    await terminal.type("C.SALIR\r")
    await terminal.shows(FIRST_SCREEN)


async def ends_in_order(terminal: PseudoTerminal, before: list[Any], *, status: int) -> None:
    """The program ends with this status, and leaves the terminal in the modes that it had `before`."""
    assert await terminal.ended() == status
    await terminal.until(lambda: SHOWS_CURSOR in terminal.raw)
    assert terminal.modes == before
    assert LEAVES_ALTERNATE_SCREEN in terminal.raw
    assert [mode for mode in MODES_OFF if mode not in terminal.raw] == []
    assert "Traceback" not in terminal.text


async def holder_of(tag: str) -> str | None:
    """Who holds the spool, as another process than the program reads it from the ledger's file."""
    done = await run_kiosk("status", tag, "--json")
    assert done.status == 0, done.err
    return done.json["ocupado_por"]


async def events_of(tag: str) -> list[tuple[int, str, str]]:
    """The number, type and worker of each event of the spool, as another process than the program reads them."""
    history = (await run_kiosk("history", tag, "--json")).json
    return [(event["seq"], event["evento_tipo"], event["worker_nombre"]) for event in history]


async def free_spools() -> list[str]:
    """The tags of further spools without joints that ARM can begin with at once."""
    board = (await run_kiosk("board", "--all", "--json")).json
    return [
        spool["tag_spool"]
        for spool in board["spools"]
        if not (spool["ocupado_por"] or spool["uniones"] or spool["tag_spool"] == FREE_SPOOL)
        and spool["fecha_materiales"]
        and spool["arm"]["estado"] == "PENDIENTE"
    ]
