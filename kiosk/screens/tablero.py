"""Tablero: who has what, live. It is looked at, filtered and sorted; nothing can be changed here."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from core.domain.model import Operacion, Worker
from kiosk.live.searching import fold
from kiosk.live.board import Situacion
from kiosk.live.views import Flashes, Load, Order, Query, Shown, View, loads
from kiosk.scanning.codes import Choice, Code, Command, Text
from kiosk.screens.base import KioskScreen
from kiosk.screens.board_rows import (
    LOAD_COLUMNS,
    SpoolRows,
    filter_line,
    load_row,
    order_names,
    shown_names,
    spool_columns,
)
from kiosk.widgets.box import Box
from kiosk.widgets.choices import QuietPanel
from kiosk.widgets.counts import Count, CountStrip
from kiosk.widgets.panel import Tone
from kiosk.widgets.table import LazyRows, Table
from kiosk.words.wording import Notice

LOAD_FROM: Final = 110
NAMES_FROM: Final = 120
"""Columns of a terminal from which the load, and the names in it, are shown."""

_ALERTS: Final = frozenset({Shown.VENCIDO, Shown.BLOQUEADO})
_OPERACIONES: Final = (None, Operacion.ARM, Operacion.SOLD, Operacion.REPARACION)

T = TypeVar("T")


class TableroScreen(KioskScreen):
    """The live board: at first the spools somebody holds, those held longest first."""

    CSS_PATH = "tablero.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-without-load"), (LOAD_FROM, "-with-load"), (NAMES_FROM, "-with-names")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "send('AYUDA')", id="ayuda"),
        Binding("f2", "send('ESTADO')", id="estado"),
        Binding("f3", "next_operacion", id="operacion"),
        Binding("f4", "send('ORDEN')", id="orden"),
        Binding("f5", "worker_of_row", id="quien"),
        Binding("f7", "send('NO')", id="limpiar"),
        Binding("f9", "send('HISTORIA')", id="historia"),
        Binding("enter", "send('HISTORIA')", show=False, id="row"),
        Binding("escape,f10", "send('SALIR')", id="back", key_display="Esc"),
    ]
    CODES = (Command.ARM, Command.SOLD, Command.METROLOGIA, Command.REPARACION, Command.NO)

    def on_mount(self) -> None:
        board, words = self.kiosk.board, self.kiosk.wording
        self._names = shown_names(words)
        self._orders = order_names(words)
        self._view = View(board, {operacion: words.operacion(operacion) for operacion in Operacion})
        self._flashes = Flashes(board)
        self._load: list[Load] = []
        super().on_mount()

    def compose_body(self) -> ComposeResult:
        words = self.kiosk.wording
        yield QuietPanel(classes="-quiet")
        yield CountStrip()
        yield Static(markup=False, id="filter")
        with Horizontal(id="boards"):
            with Box(classes="box", id="who-has-what"):
                yield Table(spool_columns(Query(), words), id="spools")
            with Box(classes="box", id="load") as box:
                box.label(title=words("tablero.load"))
                yield Table(LOAD_COLUMNS, id="workers")

    @property
    def subject(self) -> str | None:
        row = self._spools.cursor_row
        return row.key if row else None

    @property
    def _spools(self) -> Table:
        return self.query_one("#spools", Table)

    # What is shown

    def refresh_board(self) -> None:
        now = self.kiosk.now()
        self._view.update(now)
        self._flashes.update(now)
        self._show_spools()
        self._show_counts()
        self._show_load()

    def _show_spools(self) -> None:
        kiosk, query = self.kiosk, self._view.query
        rows = SpoolRows(
            words=kiosk.wording,
            timezone=kiosk.timezone,
            now=kiosk.now(),
            fresh=self._flashes,
            estado_of=kiosk.estado_of,
            held_only=query.shown.is_held,
        )
        self._spools.set_columns(spool_columns(query, kiosk.wording))
        self._spools.show(LazyRows(self._view, rows.row, self._view.place_of))
        title = f"{self._names[query.shown]} · {self._orders[query.order]}"
        self.query_one("#who-has-what", Box).label(title=title, remark=self._remark())

    def _remark(self) -> str:
        words, query = self.kiosk.wording, self._view.query
        if self._view:
            return words("tablero.count", shown=len(self._view), total=self._count(query.shown))
        if query.is_narrow:
            return words("tablero.no_match")
        return words("tablero.none") if query.shown is Shown.TOMADO else words("tablero.nothing")

    def _count(self, shown: Shown) -> int:
        board = self.kiosk.board
        match shown:
            case Shown.TODOS:
                return len(board.spools)
            case Shown.VENCIDO:
                return board.vencidos_count(self.kiosk.now())
            case _:
                return board.count(Situacion(shown))

    def _show_counts(self) -> None:
        chosen = self._view.query.shown
        self.query_one(CountStrip).show(
            [
                Count(shown, name, self._count(shown), chosen=shown is chosen, alert=shown in _ALERTS)
                for shown, name in self._names.items()
            ]
        )

    def _show_load(self) -> None:
        self._load = loads(self.kiosk.board)
        if self.size.width < LOAD_FROM:
            return
        now, workers, with_names = self.kiosk.now(), self.kiosk.board.workers, self.size.width >= NAMES_FROM
        most = self._load[0].count if self._load else 1
        rows = [
            load_row(number, load, workers.get(load.worker_id), most=most, now=now, with_names=with_names)
            for number, load in enumerate(self._load, start=1)
        ]
        self.query_one("#workers", Table).show(rows)
        chosen = self._view.query.worker_id
        self.query_one("#workers", Table).point_at(None if chosen is None else str(chosen))
        remark = self.kiosk.wording("tablero.load_hint") if rows else ""
        self.query_one("#load", Box).label(remark=remark)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.call_after_refresh(self.refresh_board)

    # Filters

    def _ask(self, query: Query) -> None:
        """Show something else; what was refused before is over."""
        self.query_one(QuietPanel).hush()
        self._view.ask(query, self.kiosk.now())
        worker = None if query.worker_id is None else self.kiosk.board.workers.get(query.worker_id)
        line = filter_line(query, worker, self.kiosk.wording)
        self.query_one("#filter", Static).update(line)
        self.set_class(bool(line), "-filtered")
        self.refresh_board()

    def _show_state(self, shown: Shown) -> None:
        """Show these; nobody holds what is free, so no worker is asked for then."""
        held = shown.is_held or shown is Shown.TODOS
        query = self._view.query
        self._ask(replace(query, shown=shown, worker_id=query.worker_id if held else None))

    def _toggle_operacion(self, operacion: Operacion | None) -> None:
        """Show one operation alone, or all again. Nobody ever holds a spool for METROLOGIA: its queue is shown."""
        query = self._view.query
        if operacion is Operacion.METROLOGIA:
            queue = Shown.POR_INSPECCIONAR
            self._show_state(Shown.TOMADO if query.shown is queue else queue)
        else:
            self._ask(replace(query, operacion=None if operacion is query.operacion else operacion))

    def _toggle_worker(self, worker_id: int) -> None:
        """Show what one worker holds, or what everybody does again."""
        query = self._view.query
        shown = query.shown if query.shown.is_held else Shown.TOMADO
        wanted = None if worker_id == query.worker_id else worker_id
        self._ask(replace(query, worker_id=wanted, shown=shown, text=""))

    def show_typed(self, text: str) -> None:
        super().show_typed(text)
        self._ask(replace(self._view.query, text=text))

    # Codes

    async def handle(self, code: Code) -> None:
        if isinstance(code, Choice):
            self._choose_worker(code.number)
        else:
            await super().handle(code)

    def _choose_worker(self, number: int) -> None:
        """The number is the one in the load."""
        if number <= len(self._load):
            self._toggle_worker(self._load[number - 1].worker_id)
        else:
            words = self.kiosk.wording
            detail = words("tablero.no_such_worker", number=number)
            self.show_notice(Tone.REFUSED, Notice(words("not_here.title"), detail))

    async def on_command_code(self, command: Command) -> bool:
        query = self._view.query
        match command:
            case Command.SALIR:
                await self.kiosk.leave_screen()
            case Command.TABLERO:
                # The board's own command, scanned twice, must not put the board away again.
                pass
            case Command.ESTADO:
                self._show_state(_next(tuple(Shown), query.shown))
            case Command.ORDEN:
                self._ask(replace(query, order=_next(tuple(Order), query.order)))
            case Command.ARM | Command.SOLD | Command.METROLOGIA | Command.REPARACION:
                self._toggle_operacion(Operacion(command))
            case Command.NO:
                self._ask(Query(order=query.order))
            case _:
                return False
        return True

    def action_next_operacion(self) -> None:
        query = self._view.query
        self._ask(replace(query, operacion=_next(_OPERACIONES, query.operacion)))

    def action_worker_of_row(self) -> None:
        """Show only the worker of the row under the cursor; all again when one is shown alone."""
        tag, chosen = self.subject, self._view.query.worker_id
        spool = self.kiosk.board.find(tag) if tag else None
        if chosen is not None:
            self._toggle_worker(chosen)
        elif spool is not None and spool.ocupacion is not None:
            self._toggle_worker(spool.ocupacion.worker_id)
        else:
            self.show_hint(self.kiosk.wording("tablero.point_first"))

    async def on_text_code(self, text: str) -> None:
        """A whole tag goes to whoever is identified, a worker's code shows that worker; else it stays as the filter."""
        spool = self.kiosk.board.find(text)
        if spool is not None:
            below = await self.kiosk.leave_screen()
            await below.handle(Text(spool.tag_spool))
            return
        worker = self._named(text)
        if worker is not None:
            self._toggle_worker(worker.worker_id)
            return
        before = self._view.query
        self._ask(replace(before, text=text))
        if not self._view:
            # A code that makes no sense is not half applied either.
            self._ask(before)
            self.refuse_text(text)

    def _named(self, text: str) -> Worker | None:
        """Who holds something and is named so: by number, by initials and number, or by the whole name."""
        wanted = fold(text)
        for load in self._load:
            worker = self.kiosk.board.workers.get(load.worker_id)
            if worker and wanted in {str(worker.worker_id), fold(worker.worker_nombre), fold(worker.nombre_completo)}:
                return worker
        return None

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """A touched worker is shown alone; a touched spool is pointed at."""
        if event.table.id == "workers":
            self._toggle_worker(int(event.key))

    def on_count_strip_chosen(self, event: CountStrip.Chosen) -> None:
        self._show_state(Shown(event.code))


def _next(choices: tuple[T, ...], present: T) -> T:
    return choices[(choices.index(present) + 1) % len(choices)]
