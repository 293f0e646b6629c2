"""What every screen shares: the frame, the codes that mean the same everywhere, and how it answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from typing_extensions import override

from core.domain.errors import KioskError
from core.domain.model import Spool
from core.domain.writing.tags import nearest
from kiosk.live.doubts import Fate
from kiosk.scanning.codes import (
    Ambiguous,
    Choice,
    Chosen,
    Code,
    Command,
    Glued,
    Goods,
    Joint,
    Pressed,
    Text,
    UnknownCommand,
)
from kiosk.screens.host import Kiosk
from kiosk.screens.keys import MOST_ON_BAR, MOVES, Act, Key, in_order
from kiosk.widgets.bars import BarKey
from kiosk.widgets.frame import Foot, Head
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Table
from kiosk.widgets.touch import Touched
from kiosk.words.wording import Notice, Wording


class KioskScreen(Screen[None]):
    """A screen that is driven by codes: scanned, typed, or sent by a key."""

    AUTO_FOCUS = ""
    KEYS: ClassVar[Sequence[Key]] = ()

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

    secret: bool = False
    """Whether what is typed here must be neither shown nor remembered."""

    @property
    def kiosk(self) -> Kiosk:
        """The app."""
        return cast("Kiosk", self.app)

    @property
    def words(self) -> Wording:
        """The words of whoever is identified."""
        return self.kiosk.wording

    def now(self) -> datetime:
        """The ledger's clock in the plant's time zone."""
        return self.kiosk.feed.now()

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

    # The frame

    @override
    def compose(self) -> ComposeResult:
        yield Head(self.words, is_demo=self.kiosk.session.is_demo)
        yield from self.compose_body()
        yield Foot()

    def compose_body(self) -> ComposeResult:
        """The screen's own widgets."""
        raise NotImplementedError

    def not_for_them(self) -> Collection[Command | Act]:
        """What whoever is identified has no key for here."""
        return ()

    def not_now(self) -> Collection[Command | Act]:
        """What would do nothing here as things are."""
        return ()

    def shown_keys(self) -> list[Key]:
        """The keys on the bar."""
        no_use = {*self.not_for_them(), *self.not_now()}
        usable = [key for key in self.KEYS if not key.hidden and key.does not in no_use]
        return in_order(usable[:MOST_ON_BAR])

    def word_of(self, key: Key) -> str:
        """What the key does, in a word."""
        return self.words(f"key.{key.id}")

    def refresh_keys(self) -> None:
        """Bring the bar of keys up to date."""
        words, keys = self.words, self.shown_keys()
        bar = [BarKey(key.name, words.key(key.name), self.word_of(key), words(f"tip.{key.id}")) for key in keys]
        self.query_one(Foot).show_keys(bar)

    def on_mount(self) -> None:
        """Show how things are now."""
        self.on_screen_resume()

    def on_screen_resume(self) -> None:
        """Show how things are now."""
        self.refresh_frame()
        self.refresh_board()

    def on_resize(self, event: events.Resize) -> None:
        """Warn where the terminal is too small, and fill the new size."""
        self.query_one(Head).warn_of(event.size, self.words)
        # How much room each part has is known only after the layout, and this screen may be gone by then.
        self.call_after_refresh(self.kiosk.bring_up)

    def refresh_frame(self) -> None:
        """Bring station, connection, clock and the state of the office's sheet up to date."""
        kiosk, words = self.kiosk, self.words
        self.query_one(Head).show(kiosk.feed, kiosk.board, words, station=kiosk.session.configured.station)
        self.query_one(Foot).show(kiosk.feed, words)
        self.query_one(Panel).look_at_clock(kiosk.session.clock())
        self.refresh_keys()

    def refresh_board(self) -> None:
        """Bring what the screen shows of the board up to date."""

    def show_typed(self, text: str) -> None:
        """Show what is being typed by hand."""
        self.query_one(Foot).show_typed("•" * len(text) if self.secret else text)

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
        await _dispatch(self, code)

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
        panel = self.query_one(Panel)
        panel.show(tone, notice, answers)
        panel.look_at_clock(self.kiosk.session.clock())
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
            self.refuse(_unknown(text, self.kiosk.board.spools, self.words))
        return spool

    def estado_of(self, spool: Spool) -> str:
        """How the spool stands, in one line, also while the ledger is away."""
        return self.words.estado(spool, now=self.now(), max_reparaciones=self.kiosk.session.configured.max_reparaciones)


def _unknown(text: str, spools: Collection[str], words: Wording) -> Notice:
    """What to say of a text that is no tag, with those that nearly are."""
    near = ", ".join(nearest(text, spools))
    return words.notice("near_miss", text=text, parecidos=near) if near else words.notice("unknown_code", text=text)


def _unread(code: Ambiguous | Glued | Goods, words: Wording) -> Notice:
    """Why a scan is no code that can be acted on, and what to do about it."""
    match code:
        case Ambiguous(text, tags):
            return words.notice("ambiguous", text=text, tags=" / ".join(tags))
        case Glued(labels):
            return words.notice("glued", labels=" + ".join(labels))
        case Goods(text, symbology):
            return words.notice("goods", text=text, symbology=symbology)


async def _dispatch(screen: KioskScreen, code: Code) -> None:
    """Let the screen act on the code. Raises KioskError when it is refused."""
    match code:
        case Command.SUBIR:
            screen.move_cursor(-1)
        case Command.BAJAR:
            screen.move_cursor(1)
        case Command():
            known = await screen.on_command_code(code) or (screen.opens and await screen.kiosk.open(code))
            if not known:
                screen.refuse(screen.words.notice("not_here", text=f"C.{code}"))
        case UnknownCommand(text):
            screen.refuse(screen.words.notice("not_here", text=text))
        case Joint(number):
            screen.refuse(screen.words.notice("not_here", text=f"C.U{number}"))
        case Choice(number):
            await screen.on_text_code(str(number))
        case Text(text, by_hand):
            screen.by_hand = by_hand
            await screen.on_text_code(text)
        case Pressed(name):
            await _press(screen, name)
        case Chosen(row):
            await screen.on_chosen(row)
        case Ambiguous() | Glued() | Goods():
            # None is taken for the other, and the spool pointed at before for neither.
            screen.forget_subject()
            screen.refuse(_unread(code, screen.words))
        case _:
            raise TypeError(f"{code!r} concerns the app, whatever the screen")


async def _press(screen: KioskScreen, name: str) -> None:
    """Do what the key with Textual's name does here, whether it is on the bar at the moment or not."""
    key = next((key for key in screen.KEYS if key.name == name), None)
    if name in MOVES:
        screen.move_cursor(MOVES[name])
    elif key is not None:
        await (screen.on_code(key.does) if isinstance(key.does, Command) else screen.on_act(key.does))
