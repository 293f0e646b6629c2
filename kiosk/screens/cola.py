"""The queues of METROLOGIA and REPARACION: the spools that wait, oldest first; a scan works on one at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import EstadoAvance, Operacion, Spool, Worker
from core.domain.writing.dates import format_date
from kiosk.live.board import Shown
from kiosk.live.supervision import cycle
from kiosk.scanning.codes import Command
from kiosk.screens import keys
from kiosk.screens.base import KioskScreen
from kiosk.screens.dialogue import OF_HOLDERS
from kiosk.screens.keys import Act
from kiosk.screens.pointing import PointingScreen
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Box, Column, Row, Table
from kiosk.words.wording import Notice


class ColaScreen(PointingScreen):
    """The spools that wait for one operation."""

    KEYS = keys.COLA
    CODES = (
        *(Command.APROBADO, Command.RECHAZADO, Command.REPARACION),
        *(Command.CANCELAR, Command.EXTENDER, Command.ENTREGAR, Command.RETENER, Command.REANUDAR),
        *(Command.NOTA, Command.NO),
    )
    COLUMNS = (Column("", 24, weight=3), Column("", 18, weight=1), Column("", 14, weight=2), Column("", 10))
    ACTS = frozenset({Command.TOMAR, Command.NOTA, *OF_HOLDERS, Command.RETENER, Command.REANUDAR})
    ACTS_WHILE_ASKING = frozenset({Command.ENTREGAR, Command.RETENER, Command.REANUDAR})

    def __init__(self, worker: Worker, queue: Command) -> None:
        super().__init__(worker)
        self.queue = queue

    @override
    def is_same_place(self, other: KioskScreen) -> bool:
        return isinstance(other, ColaScreen) and other.queue is self.queue

    @override
    def not_for_them(self) -> Collection[Command | Act]:
        # An inspection is not taken, paused or completed: scanning the spool is all there is.
        inspects = self.queue is Command.METROLOGIA
        return {*super().not_for_them(), *((Command.TOMAR, *OF_HOLDERS) if inspects else ())}

    @override
    def compose_body(self) -> ComposeResult:
        yield Panel()
        with Box(classes="box"):
            yield Table(self.COLUMNS)

    @override
    def on_mount(self) -> None:
        super().on_mount()
        name = f"cola.{self.queue}"
        title, hint = self.words(f"{name}.title"), self.words(f"{name}.hint")
        self.show_notice(Tone.INFO, Notice(title, self.count_text(len(self.waiting())), hint))

    def count_text(self, count: int) -> str:
        """How many spools wait, in words."""
        return self.words(f"cola.{self.queue}.count" if count else f"cola.{self.queue}.none", count=count)

    def waiting(self) -> Sequence[Spool]:
        """The spools that wait, in their order."""
        board = self.kiosk.board
        if self.queue is Command.METROLOGIA:
            return list(board.of(Shown.POR_INSPECCIONAR))
        under_repair = [
            spool for spool in board.occupied() if spool.ocupacion and spool.ocupacion.operacion is Operacion.REPARACION
        ]
        # Those that nobody can begin now stand last.
        blocked = board.of(Shown.BLOQUEADO)
        return [*board.of(Shown.RECHAZADO), *under_repair, *blocked]

    @override
    def refresh_board(self) -> None:
        waiting = self.waiting()
        table = self.query_one(Table)
        table.show([self.row(spool) for spool in waiting])
        table.point_at(self.subject)
        title = self.words(f"cola.{self.queue}.count", count=len(waiting))
        self.query_one(Box).label(title=title, remark="" if waiting else self.count_text(0))

    def row(self, spool: Spool) -> Row:
        """The line of a spool that waits."""
        words, held = self.words, spool.ocupacion
        which = cycle(spool, self.kiosk.session.configured.max_reparaciones)
        if self.queue is Command.METROLOGIA:
            state = words("cola.again", cycle=which) if spool.rechazos else words("cola.first")
            last = spool.reparacion if spool.reparacion.completado else spool.sold
            cells = (spool.tag_spool, state, last.worker_nombre or "", format_date(last.fecha))
            return Row(spool.tag_spool, cells, alert=bool(spool.rechazos))
        if spool.bloqueado:
            state = words("cola.blocked")
        elif held is not None:
            state = words("cola.taken", quien=held.worker_nombre)
        else:
            is_half_done = spool.reparacion.estado is EstadoAvance.PAUSADO
            state = words("cola.half") if is_half_done else words("cola.waits")
        cells = (spool.tag_spool, words("cola.cycle", cycle=which), state, format_date(spool.inspeccion.fecha))
        return Row(spool.tag_spool, cells, alert=spool.bloqueado, dim=held is not None)
