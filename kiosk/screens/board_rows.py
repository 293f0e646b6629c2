"""The board in words: what its lines, counts and filters are called. It decides nothing and reads no board."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime
from typing import Final

from core.domain.model import Spool, Worker
from kiosk.live.supervision import LONG_HELD, Urgency, urgency
from kiosk.live.views import Load, Query
from kiosk.widgets.table import Column, Row
from kiosk.words.wording import Wording, elapsed

LOAD_COLUMNS: Final = (Column("", 9, weight=1), Column("", 10), Column("", 7))
_BAR: Final = 6
_CHOICES: Final = 9
"""So many of the load can be chosen by number."""


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
    sign, spool = Column("", 2), Column(words("column.spool"), 20, weight=2)
    if not query.shown.is_held:
        return [sign, spool, Column(words("column.state"), 44, weight=3)]
    return [
        *(
            sign,
            spool,
            Column(words("column.worker"), 7, weight=1),
            Column(words("column.operacion"), 14, 1, optional=True),
        ),
        Column(f"{words('column.elapsed'):>6}", 6, optional=True),
        *(Column(words("column.station"), 7, weight=1, optional=True), Column(words("column.state"), 7, optional=True)),
    ]


def spool_row(
    spool: Spool,
    words: Wording,
    *,
    now: datetime,
    fresh: Container[str],
    estado_of: Callable[[Spool], str],
    held_only: bool,
) -> Row:
    """The line of one spool as of `now`, in the time zone of `now`. `fresh` has the tags that changed a moment ago."""
    held, tag = spool.ocupacion, spool.tag_spool
    how = Urgency.USUAL if held is None else urgency(held, now)
    expired, long_held, is_fresh = how is Urgency.EXPIRED, how is Urgency.LONG, tag in fresh
    sign = ("◆" if is_fresh else " ") + ("!" if expired else "▲" if long_held else "")
    if held is None or not held_only:
        cells: tuple[str, ...] = (estado_of(spool),)
    else:
        if expired or long_held:
            state = words("expired") if expired else words("tablero.long")
        elif spool.retencion is not None:
            state = words("tablero.held_back")
        else:
            state = f"{held.fecha_ocupacion.astimezone(now.tzinfo):%H:%M}"
        held_for = f"{elapsed(now - held.fecha_ocupacion):>6}"
        # Without the point in the middle a tag has room for all its letters.
        work = words.work(spool, held.operacion).replace(" · ", " ")
        cells = (held.worker_nombre, work, held_for, held.station, state)
    return Row(tag, (sign, tag, *cells), alert=expired, warn=long_held, fresh=is_fresh)


def load_row(number: int, load: Load, worker: Worker | None, *, most: int, now: datetime, with_names: bool) -> Row:
    """A worker's load: `number` is the one to choose it by; the bar is as long as `most` has the longest."""
    code = worker.worker_nombre if worker else f"({load.worker_id})"
    name = f"{code} {worker.nombre}" if worker and with_names else code
    bar = "█" * max(round(_BAR * load.count / most), 1)
    long_held = now - load.since > LONG_HELD
    longest = f"{'▲' if long_held else ' '}{elapsed(now - load.since):>6}"
    place = str(number) if number <= _CHOICES else " "
    return Row(str(load.worker_id), (f"{place} {name}", f"{load.count:>3} {bar}", longest), warn=long_held)
