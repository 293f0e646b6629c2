"""Shifts: when the last one changed, and what a worker still holds from before. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from core.domain.model import Spool


def last_change(now: datetime, changes: Sequence[time]) -> datetime | None:
    """The last instant at or before `now` (aware, in the plant's time zone) at which a shift changed; None without any.

    A time that a change of the clocks leaves out is that much later; one that comes twice counts the first time.
    """
    days = (now.date(), now.date() - timedelta(days=1))
    instants = (datetime.combine(day, change, tzinfo=now.tzinfo) for day in days for change in changes)
    return max((instant for instant in instants if instant.timestamp() <= now.timestamp()), default=None)


def held_since_before(spools: Iterable[Spool], change: datetime) -> list[Spool]:
    """Those of the spools that are held since before this instant."""
    return [spool for spool in spools if spool.ocupacion and spool.ocupacion.fecha_ocupacion < change]
