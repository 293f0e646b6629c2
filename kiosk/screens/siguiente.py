"""What is next: the free spools that a worker may take, oldest materials first; choosing one takes it."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from core.domain.model import EstadoAvance, Operacion, Spool, Worker
from core.domain.writing.dates import format_date
from kiosk.live.next_spools import NextSpools
from kiosk.scanning.codes import Command
from kiosk.screens.cola import ColaScreen
from kiosk.widgets.table import Column, Row


class SiguienteScreen(ColaScreen):
    """The spools that this worker may take now."""

    COLUMNS = (Column("", 22, weight=1), Column("", 10), Column("", 24, weight=3), Column("", 10))
    CODES = (Command.ARM, Command.SOLD, *ColaScreen.CODES[2:])

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker, Command.SIGUIENTE)
        lets = self.kiosk.session.configured.policy.lets
        wanted = (Operacion.ARM, Operacion.SOLD, Operacion.REPARACION)
        operaciones = tuple(operacion for operacion in wanted if lets(worker, operacion))
        self._next = NextSpools(self.kiosk.board, operaciones, self._may_take)

    def _may_take(self, spool: Spool, operacion: Operacion) -> bool:
        feed = self.kiosk.feed
        # Without a ledger nothing can be taken, and what was listed stays.
        return feed.occupation is None or feed.occupation.possible_operations(spool, self.worker)[operacion] is None

    @override
    def waiting(self) -> Sequence[Spool]:
        self._next.update()
        return self._next.spools

    @override
    def count_text(self, count: int) -> str:
        return self.words("cola.SIGUIENTE.cut", count=count) if self._next.is_cut else super().count_text(count)

    @override
    def row(self, spool: Spool) -> Row:
        words, operaciones = self.words, self._next.operaciones_of(spool)
        begun = [one for one in map(spool.avance, operaciones) if one.estado is EstadoAvance.PAUSADO]
        whose = [f"{words('cola.half')} {avance.worker_nombre or ''}".strip() for avance in begun[:1]]
        cells = (
            spool.tag_spool,
            " / ".join(words(f"work.short.{operacion}") for operacion in operaciones),
            " · ".join((*whose, *map(words.fact, spool.facts))),
            format_date(spool.fecha_materiales),
        )
        return Row(spool.tag_spool, cells)

    @override
    async def on_chosen(self, row: str) -> None:
        if (spool := self.kiosk.board.find(row)) is not None:
            await self.acts.scan(spool)
