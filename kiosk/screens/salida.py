"""Salida: closing the program in kiosk mode takes a supervisor's badge and PIN. What is typed here is never shown."""

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.errors import InvalidRequestError, WorkerNoEncontradoError
from kiosk.scanning.codes import Badge, Choice, Code, Command, Text
from kiosk.screens import keys
from kiosk.screens.base import KioskScreen
from kiosk.widgets.panel import Panel, Tone
from kiosk.words.wording import Notice


class SalidaScreen(KioskScreen):
    """Asks for a supervisor's badge, then for the PIN: typed, one barcode, or the digits' barcodes and C.SI."""

    CSS_PATH = "salida.tcss"
    KEYS = keys.ONLY_BACK
    CODES = (Command.SI,)
    takes_badges = True
    opens = False
    secret = True

    def __init__(self) -> None:
        super().__init__()
        self._asked: int | None = None
        """The supervisor whose PIN is waited for."""
        self._digits = ""

    @override
    def compose_body(self) -> ComposeResult:
        yield Panel()

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Panel).show(Tone.ASK, self.words.notice("salida"))

    @override
    def move_cursor(self, lines: int) -> None:
        """There is no list here."""

    @override
    async def handle(self, code: Code) -> None:
        """A badge says who wants to close the program; digits, one by one or together, are the PIN."""
        match code:
            case Badge(worker_id):
                await self._on_badge(worker_id)
            case Choice(number):
                self._on_digit(str(number))
            case Text("C.0"):
                self._on_digit("0")
            case _:
                await super().handle(code)

    @override
    async def on_command_code(self, command: Command) -> bool:
        match command:
            case Command.NO:
                await self.leave()
            case Command.SI if self._digits:
                await self.on_text_code(self._digits)
            case Command.CERRAR:
                # The key that led here, pressed again.
                pass
            case Command.AYUDA:
                return await self.kiosk.open(command)
            case _:
                return await super().on_command_code(command)
        return True

    def _on_digit(self, digit: str) -> None:
        self._digits += digit
        self.show_typed(self._digits)

    async def _on_badge(self, worker_id: int) -> None:
        self._forget()
        worker = self.kiosk.board.workers.get(worker_id)
        if worker is not None and not worker.is_supervisor:
            # Whoever may not close the program came to work: somebody else left the terminal here.
            await self.kiosk.work_as(worker)
            return
        try:
            nombre = self._supervisor(worker_id)
        except InvalidRequestError as unreadable:
            self._refuse_unreadable(unreadable)
            return
        if nombre is not None:
            self._asked = worker_id
            self.show_notice(Tone.ASK, self.words.notice("salida.pin", nombre=nombre))

    def _supervisor(self, worker_id: int) -> str | None:
        """The name of the supervisor who may try a PIN; None when it was said why nobody may."""
        words, session = self.words, self.kiosk.session
        worker = self.kiosk.board.workers.get(worker_id)
        nombre = worker.nombre_completo.upper() if worker else f"W.{worker_id}"
        if worker is None and self.kiosk.feed.ever_connected:
            self.show_refusal(WorkerNoEncontradoError(worker_id))
        elif not session.pins.knows(session.site, worker_id):
            self.refuse(words.notice("salida.no_pin", nombre=nombre, worker_id=worker_id))
        elif locked := session.pins.locked_for():
            self.refuse(words.notice("salida.locked", seconds=max(round(locked.total_seconds()), 1)))
        else:
            # While the ledger was never read nobody is known; that a PIN was set says who is a supervisor here.
            return nombre
        return None

    def _refuse_unreadable(self, pins: InvalidRequestError) -> None:
        self.refuse(Notice(self.words("salida.unreadable.title"), self.words.why(pins)))

    @override
    async def on_text_code(self, text: str) -> None:
        """A PIN, once a supervisor's badge was scanned."""
        words = self.words
        if self._asked is None:
            self._forget()
            self.refuse(Notice(words("salida.nobody.title"), words("salida.detail"), words("salida.next")))
            return
        worker_id = self._asked
        self._digits = ""
        self.show_typed("")
        self.show_notice(Tone.INFO, Notice(words("salida.checking")))
        session = self.kiosk.session
        try:
            right = await session.pins.verify(session.site, worker_id, text)
        except InvalidRequestError as unreadable:
            self._refuse_unreadable(unreadable)
            return
        if right:
            self.kiosk.log_event("leave", worker_id=worker_id)
            self.kiosk.exit()
            return
        self.kiosk.log_event("wrong_pin", worker_id=worker_id)
        if session.pins.locked_for():
            await self._on_badge(worker_id)
        else:
            self.refuse(words.notice("salida.wrong", count=session.pins.tries_left))

    def _forget(self) -> None:
        self._asked = None
        self._digits = ""
        self.show_typed("")
