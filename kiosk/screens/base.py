"""What every screen shares: the frame, and the codes that mean the same everywhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from core.domain.errors import KioskError
from core.domain.model import Spool
from kiosk.live.mirror_watch import Standing
from kiosk.scanning.codes import Ambiguous, Choice, Code, Command, Pressed, Text, UnknownCommand
from kiosk.terminal.abilities import MIN_HEIGHT, MIN_WIDTH
from kiosk.widgets.bars import (
    DemoBanner,
    Foot,
    FootLine,
    Head,
    Key,
    KeyBar,
    KeyButton,
    ScanLine,
    SheetLine,
    SizeWarning,
    TopBar,
)
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Table
from kiosk.words.wording import Notice

if TYPE_CHECKING:
    from kiosk.app import KioskApp

_STEPS: Final = {Command.SUBIR: -1, Command.BAJAR: 1}


class KioskScreen(Screen[None]):
    """A screen that is driven by codes: scanned, typed, or sent by a key."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, id="up"),
        Binding("down", "move(1)", show=False, id="down"),
        Binding("pageup", "move(-10)", show=False, id="pageup"),
        Binding("pagedown", "move(10)", show=False, id="pagedown"),
    ]
    CODES: ClassVar[tuple[Command, ...]] = ()
    """The commands that mean something here and have no key of their own."""

    ANSWERS: ClassVar[frozenset[Command]] = frozenset()
    """Of CODES, those that mean something only while a question asks for them."""

    takes_badges: ClassVar[bool] = False
    """Whether a badge is this screen's business, and does not swap the worker."""

    opens: ClassVar[bool] = True
    """Whether commands open other screens over this one."""

    inspects: ClassVar[bool] = False
    """Whether what is scanned here is only looked at."""

    secret: bool = False
    """Whether what is typed here must be neither shown nor remembered."""

    @property
    def kiosk(self) -> "KioskApp":
        return cast("KioskApp", self.app)

    @property
    def subject(self) -> str | None:
        """The tag of the spool that this screen is about at the moment, if there is one."""
        return None

    def forget_subject(self) -> None:
        """Let the next command be about no spool until one is named."""

    def is_same_place(self, other: "KioskScreen") -> bool:
        """Whether somebody on the other screen is here already."""
        return type(self) is type(other)

    def compose(self) -> ComposeResult:
        with Head():
            yield TopBar()
            if self.kiosk.is_demo:
                yield DemoBanner(self.kiosk.wording("demo"), markup=False)
            yield SizeWarning(markup=False)
        yield from self.compose_body()
        with Foot():
            with FootLine():
                yield ScanLine(markup=False)
                yield SheetLine(markup=False)
            yield KeyBar(self.shown_keys())

    def shown_keys(self) -> list[Key]:
        """The keys this screen shows, worded for who stands here."""
        words = self.kiosk.wording
        return [
            Key(
                binding.key_display or binding.key.upper(),
                words(f"key.{binding.id}"),
                words(f"tip.{binding.id}"),
                binding.key.split(",")[0],
                binding.action,
            )
            for binding in self.BINDINGS
            if isinstance(binding, Binding) and binding.show
        ]

    def compose_body(self) -> ComposeResult:
        """The screen's own widgets."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.refresh_frame()
        self.refresh_board()

    def on_screen_resume(self) -> None:
        self.refresh_frame()
        self.refresh_board()

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        fits = width >= MIN_WIDTH and height >= MIN_HEIGHT
        self.query_one(SizeWarning).show("" if fits else self.kiosk.wording("too_small", width=width, height=height))

    def refresh_frame(self) -> None:
        """Bring station, connection, clock and the state of the office's sheet up to date."""
        state = self.kiosk.connection_text()
        self.query_one(TopBar).show(
            station=self.kiosk.wording("station", station=self.kiosk.station),
            state=state,
            clock=self.kiosk.clock_text(),
            healthy=self.kiosk.is_connected,
            at_risk=bool(self.kiosk.feed.risks),
        )
        self._refresh_sheet_line()

    def _refresh_sheet_line(self) -> None:
        # Without the ledger nothing is known of the sheet, and the top line says why.
        queue = self.kiosk.feed.mirror.queue(self.kiosk.now()) if self.kiosk.is_connected else None
        self.query_one(SheetLine).show(
            "" if queue is None else queue.text(self.kiosk.wording),
            late=queue is not None and queue.standing is Standing.LATE,
            bad=queue is not None and queue.standing.is_bad,
        )

    def refresh_board(self) -> None:
        """Bring what the board tells up to date."""

    def show_typed(self, text: str) -> None:
        """What is being typed by hand changed."""
        self.query_one(ScanLine).show(text)

    def show_hint(self, text: str) -> None:
        """Say something by the way, where what is typed is shown; nothing when the text is empty."""
        self.query_one(ScanLine).hint(text)

    async def handle(self, code: Code) -> None:
        """Act on one code; a refusal is told."""
        try:
            await self.on_code(code)
        except KioskError as refusal:
            self.show_refusal(refusal)

    async def on_code(self, code: Code) -> None:
        """Act on one code. Raises KioskError when it is refused."""
        match code:
            case Command():
                await self._handle_command(code)
            case UnknownCommand(text):
                self.refuse_command(text)
            case Choice(number):
                await self.on_text_code(str(number))
            case Text(text):
                await self.on_text_code(text)
            case Pressed(key):
                action = self.action_of(key)
                if action is not None:
                    await self.run_action(action)
            case Ambiguous(text, tags):
                self.refuse_ambiguous(text, tags)
            case _:
                raise TypeError(f"{code!r} concerns the app, whatever the screen")

    async def _handle_command(self, command: Command) -> None:
        if command in _STEPS:
            self.move_cursor(_STEPS[command])
        elif not (await self.on_command_code(command) or (self.opens and await self.kiosk.open(command, self))):
            self.refuse_command(f"C.{command}")

    async def on_command_code(self, command: Command) -> bool:
        """Act on a command; whether it means anything here. What opens a screen need not be known here."""
        raise NotImplementedError

    async def on_text_code(self, text: str) -> None:
        """Act on a tag, a name or a number."""
        raise NotImplementedError

    def show_notice(self, tone: Tone, notice: Notice) -> None:
        """Answer in the screen's panel, to be seen and heard."""
        self.query_one(Panel).show(tone, notice)
        self.kiosk.sound(tone)

    def show_refusal(self, refusal: KioskError, *, saving: bool = True) -> None:
        """Say why something was refused, or failed while it was being saved; `saving` False: while it was looked up."""
        self.kiosk.log_event("refused", error_code=refusal.error_code)
        self.show_notice(Tone.REFUSED, self.kiosk.wording.error(refusal, now=self.kiosk.now(), saving=saving))

    def refuse_command(self, text: str) -> None:
        words = self.kiosk.wording
        self.show_notice(Tone.REFUSED, Notice(words("not_here.title"), words("not_here.detail", text=text)))

    def refuse_text(self, text: str) -> None:
        """Nothing has this name. Whatever was pointed at before is not what was meant."""
        self.forget_subject()
        words = self.kiosk.wording
        self.show_notice(
            Tone.REFUSED,
            Notice(
                words("unknown_code.title"),
                words("unknown_code.detail", text=text),
                words("unknown_code.next"),
            ),
        )

    def refuse_ambiguous(self, text: str, tags: Sequence[str]) -> None:
        """Several spools fit what was scanned: none is taken for the other, nor the one before for either."""
        self.forget_subject()
        words = self.kiosk.wording
        detail = words("ambiguous.detail", text=text, tags=" / ".join(tags))
        self.show_notice(Tone.REFUSED, Notice(words("ambiguous.title"), detail, words("ambiguous.next")))

    def find_spool(self, text: str) -> Spool | None:
        """The spool with this tag on the board; an unknown one is refused in the panel."""
        spool = self.kiosk.board.find(text)
        if spool is None:
            self.refuse_text(text)
        return spool

    def move_cursor(self, lines: int) -> None:
        """Move the cursor of the screen's list."""
        self.query_one(Table).move(lines)

    def action_of(self, key: str) -> str | None:
        """What the key does here, if it does anything."""
        for kind in type(self).__mro__:
            for binding in vars(kind).get("BINDINGS", ()):
                if isinstance(binding, Binding) and key in binding.key.split(",") and issubclass(kind, KioskScreen):
                    return binding.action
        return None

    def action_move(self, lines: int) -> None:
        """An arrow key."""
        self.move_cursor(lines)

    async def action_send(self, command: str) -> None:
        """A key that stands for a command barcode."""
        await self.on_code(Command(command))

    def on_key_button_touched(self, event: KeyButton.Touched) -> None:
        """A key of the bar was touched: it waits for its turn as if it had been pressed."""
        self.kiosk.submit(Pressed(event.key))
