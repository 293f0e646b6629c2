"""Keys, pastes and touches of a terminal: each waits for its turn, and closing the program takes a supervisor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from typing_extensions import override

from core.domain.errors import InvalidRequestError
from kiosk.scanning.codes import Command, Pressed
from kiosk.scanning.intake import Intake
from kiosk.words.wording import Wording

if TYPE_CHECKING:
    from rich.console import RenderableType

OWN_KEYS: Final = frozenset({"ctrl+q", "ctrl+c"})
"""The keys that are not a screen's: those by which people close programs."""


class Presence:
    """Whether somebody is at the terminal, by its own clock (aware)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._touched_at = clock()

    def touched(self) -> None:
        """Somebody scanned, typed or touched just now."""
        self._touched_at = self._clock()

    def left(self, seconds: int) -> timedelta:
        """How much is left of so many seconds without a touch; without an end when they are 0."""
        # A clock that was set back must not count as waiting.
        waited = max(self._clock() - self._touched_at, timedelta())
        return timedelta(seconds=seconds) - waited if seconds else timedelta.max


class KeyedApp(App[InvalidRequestError]):
    """An app that reads its keyboard itself: what is scanned, typed or pressed waits in its intake."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave_program", show=False, priority=True, id="quit"),
    ]

    intake: Intake
    presence: Presence
    wording: Wording

    @property
    def is_locked(self) -> bool:
        """Whether only a supervisor may close the program."""
        raise NotImplementedError

    @override
    def exit(
        self, result: InvalidRequestError | None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        self.intake.close()
        super().exit(result, return_code, message)

    @override
    def action_help_quit(self) -> None:
        # Ctrl+C closes many programs; outside kiosk mode it says what closes this one.
        if not self.is_locked:
            self.notify(self.wording("quit_hint"))

    def action_leave_program(self) -> None:
        """Leave; in kiosk mode that takes a supervisor."""
        if self.is_locked:
            self.intake.submit(Command.CERRAR)
        else:
            self.exit()

    @override
    async def on_event(self, event: events.Event) -> None:
        # What belongs to a scan is taken before any widget sees it, so that no focus can swallow it.
        if isinstance(event, (events.Key, events.Paste, events.MouseDown)):
            self.presence.touched()
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            if self.intake.take(event):
                return
            if isinstance(event, events.Key) and event.key not in OWN_KEYS:
                # Widgets get no keys: each acts in its turn behind what was scanned, on the screen then in front.
                self.intake.submit(Pressed(event.key))
                return
        await super().on_event(event)
