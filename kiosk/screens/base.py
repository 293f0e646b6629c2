"""What every screen shares: the codes that mean the same everywhere, and how it answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from core.domain.errors import KioskError
from core.domain.model import Spool
from core.domain.tags import nearest
from kiosk.live.doubts import Fate
from kiosk.scanning.codes import Ambiguous, Choice, Chosen, Code, Command, Joint, Pressed, Text, UnknownCommand
from kiosk.screens.frame import FramedScreen
from kiosk.screens.keys import MOVES, Act
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Table
from kiosk.widgets.touch import Touched
from kiosk.words.wording import Notice


class KioskScreen(FramedScreen):
    """A screen that is driven by codes: scanned, typed, or sent by a key."""

    CODES: ClassVar[tuple[Command, ...]] = ()
    """The commands that mean something here and have no key of their own."""

    ANSWERS: ClassVar[frozenset[Command]] = frozenset()
    """Of CODES, those that mean something only while a question asks for them."""

    opens: ClassVar[bool] = True
    """Whether commands open other screens over this one."""

    inspects: ClassVar[bool] = False
    """Whether what is scanned here is only looked at."""

    by_hand: bool = False
    """Whether the last text was typed by hand."""

    @property
    def subject(self) -> str | None:
        """The tag of the spool that this screen is about at the moment, if there is one."""
        return None

    def forget_subject(self) -> None:
        """Let the next command be about no spool until one is named."""

    def is_same_place(self, other: KioskScreen) -> bool:
        """Whether to open this screen over the other would change nothing."""
        return type(self) is type(other)

    @property
    def takes_badges(self) -> bool:
        """Whether a badge that is scanned now is this screen's business, and does not swap the worker."""
        return False

    # Codes

    async def handle(self, code: Code) -> None:
        """Act on one code; say why when it is refused."""
        try:
            await self.on_code(code)
        except KioskError as refusal:
            self.show_refusal(refusal)
        if self.is_current:
            self.refresh_keys()

    async def on_code(self, code: Code) -> None:
        """Act on one code. Raises KioskError when it is refused."""
        match code:
            case Command.SUBIR:
                self.move_cursor(-1)
            case Command.BAJAR:
                self.move_cursor(1)
            case Command():
                known = await self.on_command_code(code) or (self.opens and await self.kiosk.open(code))
                if not known:
                    self.refuse(self.words.notice("not_here", text=f"C.{code}"))
            case UnknownCommand(text):
                self.refuse(self.words.notice("not_here", text=text))
            case Joint(number):
                self.refuse(self.words.notice("not_here", text=f"C.U{number}"))
            case Choice(number):
                await self.on_text_code(str(number))
            case Text(text, by_hand):
                self.by_hand = by_hand
                await self.on_text_code(text)
            case Pressed(name):
                await self._on_pressed(name)
            case Chosen(row):
                await self.on_chosen(row)
            case Ambiguous(text, tags):
                # None is taken for the other, and the spool pointed at before for neither.
                self.forget_subject()
                self.refuse(self.words.notice("ambiguous", text=text, tags=" / ".join(tags)))
            case _:
                raise TypeError(f"{code!r} concerns the app, whatever the screen")

    async def _on_pressed(self, name: str) -> None:
        """Do what the key with Textual's name does here, whether it is on the bar at the moment or not."""
        key = next((key for key in self.KEYS if key.name == name), None)
        if name in MOVES:
            self.move_cursor(MOVES[name])
        elif key is not None:
            await (self.on_code(key.does) if isinstance(key.does, Command) else self.on_act(key.does))

    async def on_command_code(self, command: Command) -> bool:
        """Act on a command; whether it means anything here. What opens a screen need not be known here."""
        if command is Command.SALIR:
            await self.leave()
        return command is Command.SALIR

    async def leave(self) -> None:
        """Go back to where this screen was opened."""
        await self.app.pop_screen()

    async def on_text_code(self, text: str) -> None:
        """Act on a tag, a name or a number."""
        raise NotImplementedError

    async def on_act(self, act: Act) -> None:
        """Do what a key without a barcode does here."""
        row = self.query_one(Table).cursor_row if act is Act.CHOOSE else None
        if row is not None:
            await self.on_chosen(row.key)

    async def on_chosen(self, row: str) -> None:
        """Do what choosing the row with this key does; nothing where none can be chosen."""

    def move_cursor(self, lines: int) -> None:
        """Move the cursor of the screen's list."""
        self.query_one(Table).move(lines)

    def on_touched(self, event: Touched) -> None:
        """Queue what was touched as if it had been scanned, or its key pressed."""
        self.kiosk.intake.submit(event.code)

    # Answers

    def show_notice(self, tone: Tone, notice: Notice, answers: Sequence[str] = ()) -> None:
        """Answer in the screen's panel and by a sound."""
        self.query_one(Panel).show(tone, notice, answers)
        self.kiosk.sounder.play(tone)

    def refuse(self, notice: Notice) -> None:
        """Say why nothing is done."""
        self.show_notice(Tone.REFUSED, notice)

    def show_refusal(self, refusal: KioskError, *, saving: bool = True) -> None:
        """Say why something was refused, or failed while it was being saved; `saving` False: while it was looked up."""
        self.kiosk.log_event("refused", error_code=refusal.error_code)
        self.refuse(self.words.error(refusal, now=self.now(), saving=saving))

    def told(self, fate: Fate) -> bool:  # noqa: ARG002 - only who works asks for something
        """Show what became of a request that was in doubt, if it was asked for here; whether it was."""
        return False

    def find_spool(self, text: str) -> Spool | None:
        """The spool with this tag on the board. An unknown one is refused, and the one before was not meant either."""
        spool = self.kiosk.board.find(text)
        if spool is None:
            self.forget_subject()
            near = ", ".join(nearest(text, self.kiosk.board.spools))
            if near:
                self.refuse(self.words.notice("near_miss", text=text, parecidos=near))
            else:
                self.refuse(self.words.notice("unknown_code", text=text))
        return spool

    def estado_of(self, spool: Spool) -> str:
        """How the spool stands, in one line, also while the ledger is away."""
        policy = self.kiosk.session.configured.max_reparaciones
        return self.words.estado(spool, now=self.now(), max_reparaciones=policy)
