"""What a supervisor looks at first: which occupations are overdue, which spools wait for a decision. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from core.domain.errors import LogTrimmedError
from core.domain.model import Accion, Occupation, Resultado, Spool
from core.domain.reasons import Riesgo
from core.ledger.zone import kept_zone

if TYPE_CHECKING:
    from core import Event, OccupationService
    from core.ledger.protocol import Health

LONG_HELD: Final = timedelta(hours=8)
"""A shift: what is held longer was perhaps forgotten."""

MAX_SKEW: Final = timedelta(seconds=5)
"""How far this terminal's clock and the ledger's may be apart before elapsed times mislead."""


class Urgency(IntEnum):
    """How urgent an occupation is, the most urgent first."""

    EXPIRED = 0
    LONG = 1
    USUAL = 2


def urgency(held: Occupation, now: datetime) -> Urgency:
    """How urgent an occupation is at `now` (aware)."""
    if held.is_expired(now):
        return Urgency.EXPIRED
    return Urgency.LONG if now - held.fecha_ocupacion > LONG_HELD else Urgency.USUAL


def by_urgency(spools: Iterable[Spool], now: datetime) -> list[Spool]:
    """The spools that are held: the expired ones, those held long, the others; in each group the longest first."""
    held = [
        (urgency(spool.ocupacion, now), spool.ocupacion.fecha_ocupacion, spool.tag_spool, spool)
        for spool in spools
        if spool.ocupacion is not None
    ]
    return [spool for *_, spool in sorted(held, key=lambda line: line[:3])]


def cycle(spool: Spool, max_reparaciones: int) -> str:
    """The repair cycle of a rejected spool and how many it may have: `2/3`; `2` when they are unlimited."""
    if not max_reparaciones:
        return str(spool.rechazos)
    allowed = max_reparaciones + spool.ciclos_extra
    return f"{min(spool.rechazos, allowed)}/{allowed}"


def last_rejection(history: Iterable[Event]) -> str:
    """Why the spool was last rejected; empty when nobody said."""
    motive = ""
    for event in history:
        if event.accion is Accion.COMPLETAR and event.resultado is Resultado.RECHAZADO:
            motive = str(event.metadata.get("motivo") or "")
    return motive


async def risks_of(service: OccupationService, health: Health) -> tuple[Riesgo, ...]:
    """What puts the record at risk: what the ledger says of itself; another zone here than where it was loaded.

    Raises LedgerUnavailableError.
    """
    zone = await kept_zone(service.ledger)
    return (*health.risks, Riesgo.OTRA_ZONA) if zone not in {"", service.timezone.key} else health.risks


class LedgerReport(NamedTuple):
    """What the ledger said of itself at `at`; `skew` is how far this terminal's clock is ahead of the ledger's."""

    at: datetime
    facts: Mapping[str, str]
    risks: tuple[Riesgo, ...]
    last_event: Event | None
    skew: timedelta


async def examine(service: OccupationService, *, clock: Callable[[], datetime]) -> LedgerReport:
    """Ask the ledger how it stands. Raises LedgerUnavailableError and LedgerRolledBackError."""
    health = await service.ledger.admin.check(thorough=False)
    last: list[Event] = []
    if newest := service.ledger.seen.seq:
        # Of an event that is gone from the log only the number is known.
        with suppress(LogTrimmedError):
            last = await service.ledger.events(after=newest - 1, limit=1)
    now = service.now()
    return LedgerReport(now, health.facts, await risks_of(service, health), last[0] if last else None, clock() - now)
