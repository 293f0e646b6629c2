"""Tablero: who has what, live. It is looked at, filtered and sorted; nothing can be changed here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static
from typing_extensions import override

from core.domain.model import Operacion, Spool
from kiosk.live.board import Shown
from kiosk.live.views import Flashes, Load, Order, Query, View, loads, named
from kiosk.scanning.codes import Choice, Chosen, Code, Command, Text
from kiosk.screens import keys
from kiosk.screens.base import KioskScreen
from kiosk.screens.board_rows import LOAD_COLUMNS, filter_line, load_row, spool_columns, spool_row
from kiosk.screens.keys import Act
from kiosk.widgets.panel import QuietPanel
from kiosk.widgets.strips import Count, CountStrip
from kiosk.widgets.table import Box, LazyRows, Table
from kiosk.words.wording import Notice

LOAD_FROM: Final = 110
NAMES_FROM: Final = 120
"""Columns of a terminal from which the load, and the names in it, are shown."""

_ALERTS: Final = frozenset({Shown.VENCIDO, Shown.BLOQUEADO, Shown.RETENIDO})

T = TypeVar("T")


class TableroScreen(KioskScreen):
    """The live board: at first the spools somebody holds, those held longest first."""

    CSS_PATH = "tablero.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-without-load"), (LOAD_FROM, "-with-load"), (NAMES_FROM, "-with-names")]  # noqa: RUF012
    KEYS = keys.TABLERO
    CODES = (Command.ARM, Command.SOLD, Command.METROLOGIA, Command.REPARACION, Command.NO)

    def __init__(self) -> None:
        super().__init__()
        words, board = self.words, self.kiosk.board
        self._view = View(board, {operacion: words.operacion(operacion) for operacion in Operacion})
        self._flashes = Flashes(board)
        self._load: list[Load] = []
        self._load_as_of = (0, 0)

    @override
    def compose_body(self) -> ComposeResult:
        yield QuietPanel(classes="-quiet")
        yield CountStrip()
        yield Static(markup=False, id="filter")
        with Horizontal(id="boards"):
            with Box(classes="box", id="who-has-what"):
                yield Table(spool_columns(Query(), self.words), id="spools")
            with Box(classes="box", id="load") as box:
                box.label(title=self.words("tablero.load"))
                yield Table(LOAD_COLUMNS, id="workers")

    @property
    @override
    def subject(self) -> str | None:
        row = self.query_one("#spools", Table).cursor_row
        return row.key if row else None

    @override
    def not_now(self) -> Collection[Command | Act]:
        query = self._view.query
        is_usual = query == Query(order=query.order)
        return {*(() if self.subject else (Command.HISTORIA,)), *((Command.NO,) if is_usual else ())}

    @override
    def refresh_board(self) -> None:
        now = self.now()
        self._view.update(now)
        self._flashes.update(now)
        self._show_spools()
        self._show_counts()
        self._show_load()

    def _show_spools(self) -> None:
        query = self._view.query
        row = partial(
            spool_row,
            words=self.words,
            now=self.now(),
            fresh=self._flashes,
            estado_of=self._held_back_of if query.shown is Shown.RETENIDO else self.estado_of,
            held_only=query.shown.is_held,
        )
        spools = self.query_one("#spools", Table)
        spools.set_columns(spool_columns(query, self.words))
        spools.show(LazyRows(self._view.spools, row, self._view.place_of))
        title = f"{self.words(f'tablero.{query.shown}')} · {self.words(f'tablero.{query.order}')}"
        self.query_one("#who-has-what", Box).label(title=title, remark=self._remark())

    def _held_back_of(self, spool: Spool) -> str:
        return self.words.held_back(spool.retencion, now=self.now()) if spool.retencion else ""

    def _remark(self) -> str:
        words, query = self.words, self._view.query
        if self._view.spools:
            total = len(self.kiosk.board.showing(query.shown, self.now()))
            return words("tablero.count", shown=len(self._view.spools), total=total)
        if query.is_narrow:
            return words("tablero.no_match")
        return words("tablero.none") if query.shown is Shown.TOMADO else words("tablero.nothing")

    def _show_counts(self) -> None:
        board, now, chosen = self.kiosk.board, self.now(), self._view.query.shown
        numbers = {shown: len(board.showing(shown, now)) for shown in Shown}
        self.query_one(CountStrip).show(
            [
                Count(shown, self.words(f"tablero.{shown}"), number, chosen=shown is chosen, alert=shown in _ALERTS)
                for shown, number in numbers.items()
            ]
        )

    def _show_load(self) -> None:
        as_of = (self.kiosk.board.loads, self.kiosk.board.seq)
        if as_of != self._load_as_of:
            self._load_as_of, self._load = as_of, loads(self.kiosk.board)
        if self.size.width < LOAD_FROM:
            return
        now, workers, with_names = self.now(), self.kiosk.board.workers, self.size.width >= NAMES_FROM
        most = self._load[0].count if self._load else 1
        rows = [
            load_row(number, load, workers.get(load.worker_id), most=most, now=now, with_names=with_names)
            for number, load in enumerate(self._load, start=1)
        ]
        self.query_one("#workers", Table).show(rows)
        chosen = self._view.query.worker_id
        self.query_one("#workers", Table).point_at(None if chosen is None else str(chosen))
        self.query_one("#load", Box).label(remark=self.words("tablero.load_hint") if rows else "")

    # Filters

    def _ask(self, query: Query) -> None:
        """Show something else; what was refused before is over."""
        self.query_one(QuietPanel).hush()
        self._view.ask(query, self.now())
        worker = None if query.worker_id is None else self.kiosk.board.workers.get(query.worker_id)
        line = filter_line(query, worker, self.words)
        self.query_one("#filter", Static).update(line)
        self.set_class(bool(line), "-filtered")
        self.refresh_board()

    @override
    def show_typed(self, text: str) -> None:
        super().show_typed(text)
        self._ask(replace(self._view.query, text=text))

    # Codes

    @override
    async def handle(self, code: Code) -> None:
        if not isinstance(code, Choice):
            await super().handle(code)
        elif code.number <= len(self._load):
            self._ask(self._view.query.toggling_worker(self._load[code.number - 1].worker_id))
        else:
            detail = self.words("tablero.no_such_worker", number=code.number)
            self.refuse(Notice(self.words("not_here.title"), detail))

    @override
    async def on_command_code(self, command: Command) -> bool:
        query = self._view.query
        match command:
            case Command.TABLERO:
                # The board's own command, scanned twice, must not put the board away again.
                pass
            case Command.ESTADO:
                self._ask(query.showing(_next(tuple(Shown), query.shown)))
            case Command.ORDEN:
                self._ask(replace(query, order=_next(tuple(Order), query.order)))
            case Command.ARM | Command.SOLD | Command.METROLOGIA | Command.REPARACION:
                self._ask(query.toggling_operacion(Operacion(command)))
            case Command.NO:
                self._ask(Query(order=query.order))
            case _:
                return await super().on_command_code(command)
        return True

    @override
    async def on_act(self, act: Act) -> None:
        if act is Act.PREVIOUS:
            self._ask(self._view.query.showing(_next(tuple(reversed(Shown)), self._view.query.shown)))
        else:
            await super().on_act(act)

    @override
    async def on_chosen(self, row: str) -> None:
        """The page of the spool is where everything that can be done with it is listed."""
        self.query_one("#spools", Table).point_at(row)
        await self.kiosk.open(Command.HISTORIA)

    @override
    async def on_text_code(self, text: str) -> None:
        """A whole tag goes to whoever is identified, a worker's code shows that worker; else it stays as the filter."""
        spool = self.kiosk.board.find(text)
        worker = named(text, filter(None, (self.kiosk.board.workers.get(load.worker_id) for load in self._load)))
        before = self._view.query
        if spool is not None:
            await self.on_spool(spool)
        elif worker is not None:
            self._ask(before.toggling_worker(worker.worker_id))
        else:
            self._ask(replace(before, text=text))
            if not self._view.spools:
                # A code that makes no sense is not half applied either.
                self._ask(before)
                self.find_spool(text)

    async def on_spool(self, spool: Spool) -> None:
        """Do what its whole tag means here."""
        await self.leave()
        await self.kiosk.act_on(Text(spool.tag_spool))

    def _on_table_chosen(self, event: Table.Chosen) -> None:
        """A touched worker is shown alone."""
        if event.table.id == "workers":
            self._ask(self._view.query.toggling_worker(int(event.key)))
        else:
            self.kiosk.intake.submit(Chosen(event.key))

    def _on_count_strip_chosen(self, event: CountStrip.Chosen) -> None:
        self._ask(self._view.query.showing(Shown(event.code)))


def _next(choices: tuple[T, ...], present: T) -> T:
    return choices[(choices.index(present) + 1) % len(choices)]
