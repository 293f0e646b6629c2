"""Salida: closing the program in kiosk mode takes a supervisor's badge and PIN. What is typed here is never shown."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.domain.errors import InvalidRequestError, WorkerNoEncontradoError
from core.domain.model import Worker
from kiosk.scanning.codes import Badge, Choice, Code, Command, Text
from kiosk.screens.base import KioskScreen
from kiosk.widgets.bars import ScanLine
from kiosk.widgets.panel import Panel, Tone
from kiosk.words.wording import Notice

DOT = "•"


class SalidaScreen(KioskScreen):
    """Asks for a supervisor's badge, then for the PIN: typed, one barcode, or the digits' barcodes and C.SI."""

    CSS_PATH = "salida.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f10", "send('SALIR')", id="back", key_display="Esc"),
    ]
    CODES = (Command.SI,)
    takes_badges = True
    opens = False
    secret = True

    def __init__(self) -> None:
        super().__init__()
        self._asked: tuple[int, str] | None = None
        self._digits = ""

    def compose_body(self) -> ComposeResult:
        yield Panel()

    def on_mount(self) -> None:
        super().on_mount()
        words = self.kiosk.wording
        notice = Notice(words("salida.title"), words("salida.detail"), words("salida.next"))
        self.query_one(Panel).show(Tone.ASK, notice)

    def move_cursor(self, lines: int) -> None:
        """There is no list here."""

    def show_typed(self, text: str) -> None:
        self.query_one(ScanLine).show(DOT * len(text))

    async def handle(self, code: Code) -> None:
        """A badge says who wants to close the program; digits, one by one or together, are the PIN."""
        match code:
            case Badge(worker_id):
                self._on_badge(worker_id)
            case Choice(number):
                self._on_digit(str(number))
            case Text("C.0"):
                self._on_digit("0")
            case _:
                await super().handle(code)

    async def on_command_code(self, command: Command) -> bool:
        match command:
            case Command.SALIR | Command.NO:
                await self.kiosk.leave_screen()
            case Command.SI if self._digits:
                await self.on_text_code(self._digits)
            case Command.CERRAR:
                # The key that led here, pressed again.
                pass
            case Command.AYUDA:
                return await self.kiosk.open(command, self)
            case _:
                return False
        return True

    def _on_digit(self, digit: str) -> None:
        self._digits += digit
        self.show_typed(self._digits)

    def _on_badge(self, worker_id: int) -> None:
        self._forget()
        try:
            nombre = self._supervisor(worker_id)
        except InvalidRequestError as unreadable:
            self._refuse(self.kiosk.wording("salida.unreadable.title"), self.kiosk.wording.why(unreadable))
            return
        if nombre is not None:
            self._asked = (worker_id, nombre)
            self._ask_pin()

    def _supervisor(self, worker_id: int) -> str | None:
        """The name of the supervisor who may try a PIN; anybody else is told why not."""
        words, session = self.kiosk.wording, self.kiosk.session
        worker = self.kiosk.board.workers.get(worker_id)
        nombre = worker.nombre_completo.upper() if worker else f"W.{worker_id}"
        if worker is None and self.kiosk.feed.ever_connected:
            self.show_refusal(WorkerNoEncontradoError(worker_id))
        elif worker is not None and not worker.is_supervisor:
            self._refuse(words("salida.no_supervisor.title"), _described(worker), words("salida.next"))
        elif not session.pins.knows(session.site, worker_id):
            detail = words("salida.no_pin.detail", worker_id=worker_id)
            self._refuse(words("salida.no_pin.title", nombre=nombre), detail)
        elif locked := session.pins.locked_for():
            self._refuse(
                words("salida.locked.title"),
                words("salida.locked.detail", seconds=max(round(locked.total_seconds()), 1)),
                words("salida.locked.next"),
            )
        else:
            # While the ledger was never read nobody is known; that a PIN was set says who is a supervisor here.
            return nombre
        return None

    def _ask_pin(self) -> None:
        if self._asked is not None:
            words = self.kiosk.wording
            title = words("salida.pin.title", nombre=self._asked[1])
            notice = Notice(title, words("salida.pin.detail"), words("salida.pin.next"))
            self.show_notice(Tone.ASK, notice)

    async def on_text_code(self, text: str) -> None:
        """A PIN, once somebody is there whose it can be."""
        words = self.kiosk.wording
        if self._asked is None:
            self._forget()
            self._refuse(words("salida.nobody.title"), words("salida.detail"), words("salida.next"))
            return
        worker_id, _ = self._asked
        self._digits = ""
        self.show_typed("")
        self.show_notice(Tone.INFO, Notice(words("salida.checking")))
        session = self.kiosk.session
        try:
            right = await session.pins.verify(session.site, worker_id, text)
        except InvalidRequestError as unreadable:
            self._refuse(words("salida.unreadable.title"), words.why(unreadable))
            return
        if right:
            self.kiosk.log_event("leave", worker_id=worker_id)
            self.kiosk.exit()
        else:
            self._tell_wrong(worker_id)

    def _tell_wrong(self, worker_id: int) -> None:
        words, pins = self.kiosk.wording, self.kiosk.session.pins
        self.kiosk.log_event("wrong_pin", worker_id=worker_id)
        if pins.locked_for():
            self._on_badge(worker_id)
        else:
            self._refuse(
                words("salida.wrong.title"),
                words("salida.wrong.detail", count=pins.tries_left),
                words("salida.wrong.next"),
            )

    def _refuse(self, title: str, detail: str = "", next_step: str = "") -> None:
        self.show_notice(Tone.REFUSED, Notice(title, detail, next_step))

    def _forget(self) -> None:
        self._asked = None
        self._digits = ""
        self.show_typed("")


def _described(worker: Worker) -> str:
    return f"{worker.nombre_completo} · {worker.worker_nombre}"
