"""Which days can be true: a slip of the keyboard must not become the record of when a pipe was welded."""

from datetime import date, timedelta
from typing import Final

from core.domain.errors import FechaInvalidaError
from core.domain.model import Spool
from core.domain.reasons import Defecto

LONGEST_BACK: Final = timedelta(days=60)
"""How long ago work may have been done without anybody insisting."""


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
