"""Inicio: who are you? Waits for a badge; a name or number typed by hand finds the person in the list."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.domain.model import Worker
from kiosk.live.searching import fold
from kiosk.scanning.codes import Badge, Choice, Code, Command
from kiosk.screens.base import KioskScreen
from kiosk.widgets.box import Box
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Column, Row, Table
from kiosk.words.wording import Notice, elapsed


class InicioScreen(KioskScreen):
    """The screen a terminal rests on."""

    CSS_PATH = "inicio.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", id="choose", key_display="Enter"),
        Binding("f1", "send('AYUDA')", id="ayuda"),
        Binding("f6", "send('TABLERO')", id="tablero"),
        Binding("f9", "send('HISTORIA')", id="historia"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._filter = ""
        self._looked_up: str | None = None

    @property
    def subject(self) -> str | None:
        return self._looked_up

    def compose_body(self) -> ComposeResult:
        words = self.kiosk.wording
        yield Panel()
        with Box(classes="box") as box:
            box.label(title=words("inicio.workers"))
            yield Table([Column("", 6), Column("", 24, weight=3), Column("", 24, weight=2), Column("", 12)])

    def on_mount(self) -> None:
        super().on_mount()
        self.show_rest()

    def show_rest(self) -> None:
        """The one thing to do here; nobody is pointed at."""
        words = self.kiosk.wording
        self._filter = ""
        self._looked_up = None
        self.refresh_board()
        self.query_one(Table).point_at(None)
        self.query_one(Panel).show(Tone.INFO, Notice(words("inicio.title"), words("inicio.hint")))

    def refresh_board(self) -> None:
        board, words = self.kiosk.board, self.kiosk.wording
        held = board.held_counts()
        found = self._matching(self._filter)
        self.query_one(Table).show(
            [
                Row(
                    str(worker.worker_id),
                    (
                        f"{worker.worker_id:>5}",
                        worker.nombre_completo,
                        words.roles(worker) if worker.activo else words("inicio.inactive"),
                        words("inicio.holds", count=held[worker.worker_id]) if worker.worker_id in held else "",
                    ),
                    dim=not worker.activo,
                )
                for worker in found
            ]
        )
        box = self.query_one(Box)
        if self.kiosk.is_connected and not board.workers:
            box.label(remark=words("inicio.empty"))
        else:
            box.label(remark="" if found else words("inicio.no_match", text=self._filter))

    def show_typed(self, text: str) -> None:
        super().show_typed(text)
        self._narrow(text)

    def _narrow(self, text: str) -> None:
        self._filter = text
        self.refresh_board()
        self.query_one(Table).point_at(None)

    def _matching(self, typed: str) -> list[Worker]:
        """Active people first, by name; with a text, those whose number or name begins a word with it."""
        people = [worker for worker in self.kiosk.board.workers.values() if not typed or _begins(worker, typed)]
        return sorted(people, key=lambda worker: (not worker.activo, fold(worker.nombre_completo)))

    async def action_choose(self) -> None:
        """Enter with nothing typed takes the row under the cursor, once an arrow key has put it there."""
        row = self.query_one(Table).cursor_row
        if row is not None:
            await self.kiosk.act_on(Badge(int(row.key)))

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.kiosk.submit(Badge(int(event.key)))

    async def on_command_code(self, command: Command) -> bool:
        match command:
            case Command.SALIR:
                self.show_rest()
            case _:
                return False
        return True

    async def on_code(self, code: Code) -> None:
        if isinstance(code, Choice):
            # The number of an answer is nobody's badge.
            self.refuse_command(f"C.{code.number}")
        else:
            await super().on_code(code)

    async def on_text_code(self, text: str) -> None:
        if text.isdecimal() and int(text) in self.kiosk.board.workers:
            await self.kiosk.work_as(self.kiosk.board.workers[int(text)])
            return
        people = self._matching(text)
        if len(people) == 1:
            await self.kiosk.work_as(people[0])
            return
        if people:
            self._narrow(text)
            return
        self._tell_about_spool(text)

    def _tell_about_spool(self, text: str) -> None:
        words = self.kiosk.wording
        spool = self.find_spool(text)
        if spool is None:
            return
        self._looked_up = spool.tag_spool
        if spool.ocupacion is None:
            line = words("lookup.free", tag=spool.tag_spool, estado=self.kiosk.estado_of(spool))
        else:
            held = spool.ocupacion
            line = words(
                "lookup.held",
                tag=spool.tag_spool,
                quien=held.worker_nombre,
                operacion=words.operacion(held.operacion),
                elapsed=elapsed(self.kiosk.now() - held.fecha_ocupacion),
            )
        notice = Notice(words("needs_badge.title"), line, words("needs_badge.next"))
        self.show_notice(Tone.REFUSED, notice)


def _begins(worker: Worker, typed: str) -> bool:
    """Whether the worker's number, name or a part of the name begins with what was typed, accents and case aside."""
    parts = (str(worker.worker_id), worker.nombre_completo, *worker.nombre_completo.split())
    wanted = fold(typed)
    return bool(wanted) and any(fold(part).startswith(wanted) for part in parts)
