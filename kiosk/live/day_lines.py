"""A worker's day in the words of a language: its lines, what is still in hand, and its sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, tzinfo
from typing import Final

from core.domain.model import Operacion, Spool
from kiosk.live.worklog import Labor, Line, Sums
from kiosk.words.wording import Wording

_OTHERS: Final[Mapping[Operacion, tuple[Operacion, ...]]] = {
    Operacion.ARM: (Operacion.SOLD,),
    Operacion.SOLD: (Operacion.ARM,),
    Operacion.METROLOGIA: (Operacion.ARM, Operacion.SOLD),
}
"""By operation, those that others did on the same spool."""


def day_line(line: Line, spool: Spool | None, words: Wording, zone: tzinfo) -> tuple[str, ...]:
    """The cells of one line: when, spool, operation, what became of it, joints with inches, who did the other one."""
    work = line.work
    times = [_clock(at, work.day, zone) for at in (line.since, work.at) if at is not None]
    verdict = work.labor if work.labor in {Labor.APROBADO, Labor.RECHAZADO} else work.accion
    sums = Sums.of([work])
    made = f"{sums.uniones} · {words.pulgadas(sums.pulgadas)}" if work.uniones else ""
    operacion = words.operacion(work.operacion)
    return ("-".join(times), work.tag_spool, operacion, words(f"dia.{verdict}"), made, others(spool, work.operacion))


def hand_line(spool: Spool, day: date, words: Wording, zone: tzinfo) -> tuple[str, ...]:
    """The same cells of a spool that is still in hand; it must be held."""
    held = spool.ocupacion
    if held is None:
        raise ValueError(f"nobody holds {spool.tag_spool}")
    times = f"{_clock(held.fecha_ocupacion, day, zone)}-"
    cells = (times, spool.tag_spool, words.operacion(held.operacion), words("dia.in_hand"), "")
    return (*cells, others(spool, held.operacion))


def _clock(instant: datetime, day: date, zone: tzinfo) -> str:
    """The time of that day, or the date of another."""
    local = instant.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == day else f"{local:%d-%m}"


def others(spool: Spool | None, operacion: Operacion) -> str:
    """Who did the other operation on the spool, as far as it is known."""
    if spool is None:
        return ""
    names: dict[str | None, None] = {}
    for other in _OTHERS.get(operacion, ()):
        made = (union.arm if other is Operacion.ARM else union.sold for union in spool.uniones)
        names |= dict.fromkeys(hecho.worker_nombre for hecho in made if hecho)
        names[(spool.arm if other is Operacion.ARM else spool.sold).worker_nombre] = None
    return " ".join(filter(None, names))


def sums_line(sums: Sums, words: Wording) -> str:
    """What a day comes to, in a line; what there is none of is left out."""
    return " · ".join(_sums(sums, words))


def _sums(sums: Sums, words: Wording) -> Iterator[str]:
    yield words("dia.spools", count=sums.spools)
    if sums.operaciones:
        yield words("dia.finished", count=sums.operaciones)
    if sums.uniones:
        yield words("dia.uniones", count=sums.uniones)
        yield words.pulgadas(sums.pulgadas)
    if sums.pausas:
        yield words("dia.pausas", count=sums.pausas)
