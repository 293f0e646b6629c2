"""What a screen knows of its app."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from core.domain.datos import Cambio
from core.domain.model import Operacion, Worker
from core.ledger.feed import Bell
from kiosk.live.board import Board
from kiosk.live.feed import Feed
from kiosk.live.worklog import WorkLog
from kiosk.scanning.codes import Code, Command
from kiosk.scanning.intake import Intake
from kiosk.scanning.reading import Reader
from kiosk.terminal.sound import Sounder
from kiosk.words.wording import Wording

if TYPE_CHECKING:
    from kiosk.screens.ticks import Ticks
    from kiosk.session import Session


@dataclass(slots=True)
class Draft:
    """A batch that one worker gathered and did not confirm: the tags in the order of their scans, and for what."""

    tags: list[str] = field(default_factory=list)
    operacion: Operacion | None = None


class Kiosk(Protocol):
    """One terminal: who is identified, what is known, and which screens there are."""

    session: Session
    wording: Wording
    """The words of whoever is identified, else of the terminal."""
    worker: Worker | None
    drafts: dict[int, Draft]
    """By worker."""
    counts: dict[int, list[str]]
    """By supervisor, what they counted in the yard and did not close yet: tags, and codes that are none."""
    still_on: dict[int, datetime]
    """By worker, the last change of shifts after which they said that they go on with what they hold."""
    ticks: dict[tuple[int, str, Operacion], Ticks]
    """The joints ticked and not saved yet, by worker, tag and operation."""
    seen_changes: set[tuple[str, tuple[Cambio, ...]]]
    """What the office changed of which spool, and its holder has seen."""
    board: Board
    feed: Feed
    intake: Intake
    """Where codes wait for their turn, behind what was scanned before."""
    reader: Reader
    work_log: WorkLog
    sounder: Sounder
    changes: Bell
    """Rings after each change of what is shown."""

    def bring_up(self) -> None:
        """Show on the screen in front how things are now. A background task paints only so."""

    def log_event(self, name: str, **fields: object) -> None:
        """Note a fact about this terminal."""

    async def act_on(self, code: Code) -> None:
        """Do at once what the code means on the screen in front."""

    async def open(self, command: Command) -> bool:
        """Show the screen that the command names over the one in front; False when it names none.

        Raises KioskError when it is not for whoever is identified.
        """

    async def work_as(self, worker: Worker) -> None:
        """Show the work screen of this worker."""

    async def back_to_inicio(self) -> object:
        """Nobody is identified any more."""

    def exit(self) -> None:
        """End the program."""
