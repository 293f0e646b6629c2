"""One visitor of `kiosk serve`, in a process of its own: `python -m kiosk.cli.families.visitor [--demo]`."""

from __future__ import annotations

import os
import resource
import sys
from typing import ClassVar, Final

from textual.driver import Driver
from textual.drivers.web_driver import WebDriver
from typing_extensions import override

from kiosk.app import KioskApp
from kiosk.scanning.codes import Badge, Calibration, Code, Command
from kiosk.screens.visitor import VisitorBoard, VisitorSpool
from kiosk.session import Session

MEMORY: Final = 384 << 20
"""Bytes of data that a visitor's process may have: one that wants more ends. A board of 100,000 spools takes 130 MB."""


class PageDriver(WebDriver):
    """The browser's page as a terminal, by way of the server."""

    @override
    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            # The server is gone without a word, and to paint for it would take forever. There is nothing to save.
            os._exit(1)


class VisitorApp(KioskApp):
    """The board for people without a badge. Nothing can be changed: it has no other screens than these two."""

    DEFAULT_MODE = "visitor"
    MODES: ClassVar = {DEFAULT_MODE: VisitorBoard}

    @override
    def get_driver_class(self) -> type[Driver]:
        return PageDriver

    @override
    async def act_on(self, code: Code) -> None:
        if self.front is not None and isinstance(code, (Badge, Calibration)):
            self.front.refuse(self.wording.notice("look_only"))
        else:
            await super().act_on(code)

    @override
    async def open(self, command: Command) -> bool:
        match self.front, command:
            case VisitorBoard() as board, Command.HISTORIA:
                await self.push_screen(VisitorSpool(board.subject))
            case VisitorSpool(), Command.TABLERO:
                await self.pop_screen()
            case _:
                return command in {Command.HISTORIA, Command.TABLERO}
        return True


def main() -> None:
    """Show the board until the browser's page is closed."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    VisitorApp(Session(demo="--demo" in sys.argv)).run()


if __name__ == "__main__":
    main()
