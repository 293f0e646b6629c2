"""What every screen shares: the frame, and the codes that mean the same everywhere."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from core.model import Spool
from kiosk.codes import Badge, Choice, Code, Command, Move, Text, UnknownCommand
from kiosk.widgets.bars import DemoBanner, Key, KeyBar, ScanLine, TopBar
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Table
from kiosk.wording import Notice

if TYPE_CHECKING:
    from kiosk.app import KioskApp


class KioskScreen(Screen[None]):
    """A screen that is driven by codes: scanned, typed, or sent by a key."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, id="up"),
        Binding("down", "move(1)", show=False, id="down"),
        Binding("pageup", "move(-10)", show=False, id="pageup"),
        Binding("pagedown", "move(10)", show=False, id="pagedown"),
    ]

    @property
    def kiosk(self) -> "KioskApp":
        return cast("KioskApp", self.app)

    def compose(self) -> ComposeResult:
        yield TopBar()
        if self.kiosk.is_demo:
            yield DemoBanner(self.kiosk.wording("demo"), markup=False)
        yield from self.compose_body()
        yield ScanLine(markup=False)
        yield KeyBar(self._keys())

    def _keys(self) -> list[Key]:
        """The keys this screen shows, worded in the terminal's language."""
        words = self.kiosk.wording
        return [
            Key(
                binding.key_display or binding.key.upper(),
                words(f"key.{binding.id}"),
                words(f"tip.{binding.id}"),
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

    def refresh_frame(self) -> None:
        """Bring station, connection, clock up to date."""
        state = self.kiosk.connection_text()
        self.query_one(TopBar).show(
            station=self.kiosk.wording("station", station=self.kiosk.station),
            state=state,
            clock=self.kiosk.clock_text(),
            healthy=self.kiosk.is_connected,
            at_risk=bool(self.kiosk.feed.risks),
        )

    def refresh_board(self) -> None:
        """Bring what the board tells up to date."""

    def show_typed(self, text: str) -> None:
        """What is being typed by hand changed."""
        self.query_one(ScanLine).show(text)

    async def handle(self, code: Code) -> None:
        """Act on one code."""
        match code:
            case Command():
                if not await self.on_command_code(code):
                    self.refuse_command(f"C.{code}")
            case UnknownCommand(text):
                self.refuse_command(text)
            case Text(text):
                await self.on_text_code(text)
            case Move(lines):
                self.move_cursor(lines)
            case Choice(number):
                await self.on_text_code(str(number))
            case Badge():
                raise TypeError("a badge concerns the app, whatever the screen")

    async def on_command_code(self, command: Command) -> bool:
        """Act on a command; whether it means anything here."""
        raise NotImplementedError

    async def on_text_code(self, text: str) -> None:
        """Act on a tag, a name or a number."""
        raise NotImplementedError

    def show_notice(self, tone: Tone, notice: Notice) -> None:
        """Answer in the screen's panel; a refusal is also heard."""
        self.query_one(Panel).show(tone, notice)
        if tone is Tone.REFUSED:
            self.app.bell()

    def refuse_command(self, text: str) -> None:
        words = self.kiosk.wording
        self.show_notice(Tone.REFUSED, Notice(words("not_here.title"), words("not_here.detail", text=text)))

    def refuse_text(self, text: str) -> None:
        words = self.kiosk.wording
        self.show_notice(
            Tone.REFUSED,
            Notice(
                words("unknown_code.title"),
                words("unknown_code.detail", text=text),
                words("unknown_code.next"),
            ),
        )

    def find_spool(self, text: str) -> Spool | None:
        """The spool with this tag on the board; an unknown one is refused in the panel."""
        spool = self.kiosk.board.find(text)
        if spool is None:
            self.refuse_text(text)
        return spool

    def move_cursor(self, lines: int) -> None:
        """Move the cursor of the screen's list."""
        self.query_one(Table).move(lines)

    def action_move(self, lines: int) -> None:
        """An arrow key."""
        self.kiosk.submit(Move(lines))

    def action_send(self, command: str) -> None:
        """A key that stands for a command barcode."""
        self.kiosk.submit(Command(command))
