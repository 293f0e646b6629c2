"""Which days and times can be true: a slip of the keyboard, or a clock that is off, must not become the record."""

from datetime import date, datetime, timedelta
from typing import Final

from core.domain.errors import ClockDoubtfulError, FechaInvalidaError
from core.domain.model import Spool
from core.domain.reasons import Defecto

LONGEST_BACK: Final = timedelta(days=60)
"""How long ago work may have been done without anybody insisting."""

LONGEST_STEP_BACK: Final = timedelta(minutes=10)
"""How far before the newest event the next may be: as much as a clock is put right by itself."""

LONGEST_SILENCE: Final = timedelta(days=90)
"""How long after the newest event the next may be."""


def clock_doubt(newest: datetime | None, now: datetime) -> ClockDoubtfulError | None:
    """Why the event after the one of `newest` cannot happen at `now`; None when it can, as the first event always."""
    if newest is None or -LONGEST_STEP_BACK <= now - newest <= LONGEST_SILENCE:
        return None
    return ClockDoubtfulError(now=now, newest=newest)


def require_plausible_day(spool: Spool, fecha: date | None, *, hoy: date, force: bool) -> None:
    """Raise FechaInvalidaError unless work on the spool may count for this day.

    A day to come never counts; with `force`, one long ago or before the materials came does.
    """
    if fecha is None:
        return
    if fecha > hoy:
        raise FechaInvalidaError(fecha, Defecto.EN_EL_FUTURO, hoy=hoy)
    if force:
        return
    if spool.fecha_materiales is not None and fecha < spool.fecha_materiales:
        raise FechaInvalidaError(fecha, Defecto.ANTES_DE_MATERIALES, hoy=hoy, fecha_materiales=spool.fecha_materiales)
    if hoy - fecha > LONGEST_BACK:
        raise FechaInvalidaError(fecha, Defecto.MUY_ATRAS, hoy=hoy, limit=LONGEST_BACK.days)
