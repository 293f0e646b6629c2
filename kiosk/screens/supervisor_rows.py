"""The lines of the supervisor's pages: from spools, the ledger's report and counted work to rows and bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from textwrap import wrap
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from core.domain.dates import format_date, format_datetime
from core.domain.model import Occupation, Spool, Worker
from kiosk.live.supervision import LONG_HELD, MAX_SKEW, LedgerReport, Urgency, cycle, urgency
from kiosk.live.worklog import Labor, Workdays, WorkerDay
from kiosk.widgets.plot import Bar
from kiosk.widgets.table import Row
from kiosk.words.wording import Wording, elapsed

if TYPE_CHECKING:
    from core import ConflictMetrics, ConflictService

COUNT_WIDTH: Final = 6
"""Cells of a column of counts, which stand under each other from the right."""

HOURS_LONG: Final = int(LONG_HELD.total_seconds() // 3600)
_ENGINES: Final = {"sqlite": "SQLite", "redis": "Redis"}
_TOLD_APART: Final = {"engine", "sqlite_version", "redis_version", "last_seq", "quick_check"}
"""Facts that have a line in words, or say nothing here."""


def hold_row(spool: Spool, *, words: Wording, now: datetime) -> Row:
    """A spool somebody holds, and how urgent that is; one that was freed this moment is only named."""
    held = spool.ocupacion
    if held is None:
        return Row(spool.tag_spool, ("", spool.tag_spool, "", "", "", ""))
    how = urgency(held, now)
    state = {
        Urgency.EXPIRED: words("expired"),
        Urgency.LONG: words("tomas.long", hours=HOURS_LONG),
        Urgency.USUAL: "",
    }[how]
    since = elapsed(now - held.fecha_ocupacion)
    cells = (state, spool.tag_spool, held.worker_nombre, words.operacion(held.operacion), since, held.station)
    return Row(spool.tag_spool, cells, alert=how is Urgency.EXPIRED, warn=how is Urgency.LONG)


def held_line(held: Occupation, *, who: str, words: Wording, now: datetime, zone: ZoneInfo) -> str:
    """Who holds a spool, for what, where and since when."""
    return words(
        "held.detail",
        quien=who,
        operacion=words.operacion(held.operacion),
        station=held.station or "?",
        since=format_datetime(held.fecha_ocupacion, zone)[: -len(":00")],
        elapsed=elapsed(now - held.fecha_ocupacion),
    )


def rejected_row(spool: Spool, *, words: Wording, max_reparaciones: int) -> Row:
    """A spool that is blocked, or rejected and awaits repair."""
    cells = (
        words("rechazos.blocked") if spool.bloqueado else words("rechazos.rejected"),
        spool.tag_spool,
        cycle(spool, max_reparaciones),
        words(f"avance.{spool.reparacion.estado}"),
        spool.inspeccion.worker_nombre or "",
        format_date(spool.inspeccion.fecha) if spool.inspeccion.fecha else "",
    )
    return Row(spool.tag_spool, cells, alert=spool.bloqueado)


def rejected_line(spool: Spool, *, words: Wording, max_reparaciones: int) -> str:
    """Whether a rejected spool is blocked, and the cycle it is in."""
    estado = words("rechazos.blocked") if spool.bloqueado else words("rechazos.rejected")
    return words("rejected.cycle", estado=estado, cycle=cycle(spool, max_reparaciones))


def ledger_rows(
    report: LedgerReport | None,
    conflicts: ConflictService | None,
    *,
    connection: tuple[str, bool],
    words: Wording,
    zone: ZoneInfo,
    width: int,
) -> list[Row]:
    """How the ledger stands, a fact a line; what is longer than `width` goes on below.

    `connection` is its words, and whether all is well with it.
    """
    text, healthy = connection
    lines: list[tuple[str, str, bool]] = [(words("registro.connection"), text, not healthy)]
    if report is not None:
        lines += _report_lines(report, words, zone)
    if conflicts is not None:
        lines += _conflict_lines(conflicts, words)
    rows: list[Row] = []
    for name, value, alert in lines:
        for at, part in enumerate(wrap(value, width) or [""]):
            rows.append(Row(str(len(rows)), ("" if at else name, part), alert=alert))
    if report is not None:
        facts = ((name, value) for name, value in report.facts.items() if name not in _TOLD_APART)
        rows += [Row(str(len(rows) + at), fact, dim=True) for at, fact in enumerate(facts)]
    return rows


def _report_lines(report: LedgerReport, words: Wording, zone: ZoneInfo) -> Iterator[tuple[str, str, bool]]:
    for risk in report.risks:
        yield words("registro.risk"), words(f"riesgo.{risk}"), True
    if not report.risks:
        yield words("registro.risks"), words("registro.no_risks"), False
    engine = report.facts.get("engine", "?")
    yield words("registro.engine"), f"{_ENGINES.get(engine, engine)} {report.facts.get(f'{engine}_version', '')}", False
    newest, last = report.facts.get("last_seq", "?"), report.last_event
    yield words("registro.newest"), f"{newest} · {format_datetime(last.ts, zone)}" if last else newest, False
    yield words("registro.clock"), _clock_text(report.skew, words), abs(report.skew) > MAX_SKEW


def _clock_text(skew: timedelta, words: Wording) -> str:
    if abs(skew) <= MAX_SKEW:
        return words("registro.clock_same")
    if skew > timedelta():
        return words("registro.clock_ahead", elapsed=elapsed(skew))
    return words("registro.clock_behind", elapsed=elapsed(-skew))


def _conflict_lines(conflicts: ConflictService, words: Wording) -> Iterator[tuple[str, str, bool]]:
    met = conflicts.hot_spots(min_retries=1)
    if not met:
        yield words("registro.conflicts"), words("registro.no_conflicts"), False
        return
    total = words(
        "registro.conflict_sum",
        retries=sum(figures.retries for figures in met),
        failures=sum(figures.failures for figures in met),
        spools=len(met),
    )
    yield words("registro.conflicts"), total, any(figures.failures for figures in met)
    for figures in conflicts.hot_spots():
        line = words(
            "registro.hot",
            requests=figures.requests,
            retries=figures.retries,
            advice=_advice(figures, conflicts, words),
        )
        yield figures.tag_spool, line, bool(figures.failures)


def _advice(figures: ConflictMetrics, conflicts: ConflictService, words: Wording) -> str:
    """What to do about a spool that many want at once, in the reader's language."""
    if figures.failures:
        return words("hot.failed", attempts=conflicts.backoff.attempts, cap=conflicts.backoff.cap)
    return words("hot.wanted") if figures.retries_per_request >= 1 else words("hot.watch")


def day_bars(work: Workdays, days: Sequence[date]) -> list[Bar]:
    """A bar a day, the last one marked as today."""
    return [
        Bar(f"{day:%d}", f"{day:%d-%m}", tuple(counts[labor] for labor in Labor), marked=day == days[-1])
        for day, counts in zip(days, work.per_day(days), strict=True)
    ]


def worker_row(line: WorkerDay, workers: Mapping[int, Worker]) -> Row:
    """What one worker finished in a day; one that is no longer on the plant's list goes by the log's name."""
    worker = workers.get(line.worker_id)
    name = f"{worker.nombre_completo} · {line.worker_nombre}" if worker else line.worker_nombre
    counts = [*(line.counts[labor] for labor in Labor), line.total]
    return Row(str(line.worker_id), (name, *(f"{count or '·':>{COUNT_WIDTH}}" for count in counts)))
