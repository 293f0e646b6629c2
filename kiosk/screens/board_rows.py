"""The board in words: what its lines, counts and filters are called. It decides nothing and reads no board."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.dates import format_datetime
from core.domain.model import Spool, Worker
from kiosk.live.board import Shown
from kiosk.live.supervision import LONG_HELD, Urgency, urgency
from kiosk.live.views import Load, Order, Query
from kiosk.widgets.table import Column, Row
from kiosk.words.wording import Wording, elapsed

LOAD_COLUMNS: Final = (Column("", 9, weight=1), Column("", 10), Column("", 7))
_BAR: Final = 6
_CHOICES: Final = 9
"""So many of the load can be chosen by number."""


def shown_names(words: Wording) -> dict[Shown, str]:
    """What each choice of spools is called."""
    return {
        Shown.TOMADO: words("tablero.taken"),
        Shown.VENCIDO: words("tablero.expired"),
        Shown.POR_INSPECCIONAR: words("tablero.to_inspect"),
        Shown.RECHAZADO: words("tablero.rejected"),
        Shown.BLOQUEADO: words("tablero.blocked"),
        Shown.DISPONIBLE: words("tablero.free"),
        Shown.SIN_MATERIALES: words("tablero.no_materials"),
        Shown.APROBADO: words("tablero.approved"),
        Shown.TODOS: words("tablero.all"),
    }


def order_names(words: Wording) -> dict[Order, str]:
    """What each order is called."""
    return {
        Order.TIEMPO: words("tablero.longest_first"),
        Order.CAMBIO: words("tablero.newest_first"),
        Order.QUIEN: words("tablero.by_worker"),
        Order.TAG: words("tablero.by_tag"),
    }


def filter_line(query: Query, worker: Worker | None, words: Wording) -> str:
    """What is left out, and how to see it again; empty when nothing is."""
    parts = [words.operacion(query.operacion)] if query.operacion else []
    if query.worker_id is not None:
        parts.append(f"{worker.worker_nombre} {worker.nombre_completo}" if worker else f"({query.worker_id})")
    if query.text:
        parts.append(words("tablero.quoted", text=query.text))
    if not parts:
        return ""
    return words("tablero.filtered", what=" · ".join(parts))


def spool_columns(query: Query, words: Wording) -> list[Column]:
    """Who has it and since when, where somebody has each; else how it stands."""
    sign, spool = Column("", 2), Column(words("column.spool"), 21, weight=2)
    if not query.shown.is_held:
        return [sign, spool, Column(words("column.state"), 44, weight=3)]
    return [
        *(sign, spool, Column(words("column.worker"), 7, weight=1), Column(words("column.operacion"), 10)),
        *(Column(f"{words('column.elapsed'):>6}", 6), Column(words("column.station"), 8, weight=1)),
        Column(words("column.state"), 7),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolRows:
    """Makes the lines of the board as of `now`; `fresh` are the tags of those that changed a moment ago."""

    words: Wording
    timezone: ZoneInfo
    now: datetime
    fresh: Container[str]
    estado_of: Callable[[Spool], str]
    held_only: bool

    def row(self, spool: Spool) -> Row:
        """The line of one spool."""
        held, tag = spool.ocupacion, spool.tag_spool
        how = Urgency.USUAL if held is None else urgency(held, self.now)
        expired, long_held = how is Urgency.EXPIRED, how is Urgency.LONG
        fresh = tag in self.fresh
        sign = ("◆" if fresh else " ") + ("!" if expired else "▲" if long_held else "")
        cells = (sign, tag, *self._held_cells(spool, expired=expired, long_held=long_held))
        return Row(tag, cells, alert=expired, warn=long_held, fresh=fresh)

    def _held_cells(self, spool: Spool, *, expired: bool, long_held: bool) -> tuple[str, ...]:
        held, words = spool.ocupacion, self.words
        if not self.held_only or held is None:
            return (self.estado_of(spool),)
        if expired or long_held:
            state = words("expired") if expired else words("tablero.long")
        else:
            state = format_datetime(held.fecha_ocupacion, self.timezone).partition(" ")[2][:5]
        held_for = f"{elapsed(self.now - held.fecha_ocupacion):>6}"
        return (held.worker_nombre, words.operacion(held.operacion), held_for, held.station, state)


def load_row(number: int, load: Load, worker: Worker | None, *, most: int, now: datetime, with_names: bool) -> Row:
    """A worker's load: `number` is the one to choose it by; the bar is as long as `most` has the longest."""
    code = worker.worker_nombre if worker else f"({load.worker_id})"
    name = f"{code} {worker.nombre}" if worker and with_names else code
    bar = "█" * max(round(_BAR * load.count / most), 1)
    long_held = now - load.since > LONG_HELD
    longest = f"{'▲' if long_held else ' '}{elapsed(now - load.since):>6}"
    place = str(number) if number <= _CHOICES else " "
    return Row(str(load.worker_id), (f"{place} {name}", f"{load.count:>3} {bar}", longest), warn=long_held)
