"""`kiosk export`: the plant, what happened and the work of a period as a workbook for the office.

Its first four worksheets are those that `kiosk load` reads: to load the workbook again changes nothing.
"""

from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

import typer

from core import Defecto, InvalidRequestError, OccupationService, Policy, Snapshot, Spool
from core.domain.estado import estado_detalle
from core.domain.events import Event
from core.domain.reasons import InvalidValueError
from core.domain.uniones import Hecho, one_decimal
from core.domain.writing.dates import format_date, parse_date
from core.ledger.feed import pages_back
from core.plant import columns
from core.plant.reading import OPERACIONES, ROLES, TRABAJADORES, UNIONES
from kiosk.cli.console import Console
from kiosk.cli.families.workbook import Cell, Workbook, workbook
from kiosk.cli.options import Json
from kiosk.cli.outfile import written_whole
from kiosk.live.worklog import Day, Labor, Workdays, start_of
from kiosk.words.event_words import event_line
from kiosk.words.wording import Wording

commands = typer.Typer()

DAYS: Final = 30
"""Days of the period when no day is named."""
PAGE: Final = 1_000
"""Events read at a time."""
_SPOOL_KINDS: Final = (str, str, str, date, str, date, str, date, date, str, datetime, str)
_MADE: Final = ("Armador", "Fecha_Armado", "Soldador", "Fecha_Soldadura")
"""Who fitted and who welded a joint, and when: for people, `kiosk load` does not read it."""
_JOINT_KINDS: Final = (str, int, Decimal, str, str, date, str, date)
EVENT_COLUMNS: Final = ("seq", "ts", "evento", "tag", "worker", "operacion", "fecha", "station", "detail")
_OF_JOINTS: Final = (Labor.ARM, Labor.SOLD)
_EVENT_KINDS: Final = (int, datetime, str, str, str, str, date, str, str)


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the plant's time zone, both included."""

    first: date
    last: date

    def has(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day <= self.last

    def days(self) -> list[date]:
        """Each of them."""
        return [self.first + timedelta(days=after) for after in range((self.last - self.first).days + 1)]


@commands.command()
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx")],
    *,
    since: Annotated[str | None, typer.Option("--from", metavar="DD-MM-YYYY")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DD-MM-YYYY")] = None,
    as_json: Json = False,
) -> None:
    """Write the plant, the events of a period and its work per day and person into a workbook."""
    console = Console(context.obj, as_json=as_json)

    async def act(occupation: OccupationService) -> None:
        today = occupation.now().astimezone(occupation.timezone).date()
        last = _day("--to", until) or today
        period = Period(_day("--from", since) or last - timedelta(days=DAYS - 1), last)
        if period.first > period.last:
            raise InvalidRequestError("--from", Defecto.NO_SIRVE, since)
        snapshot = await occupation.snapshot()
        with written_whole(out, "OUT.xlsx") as aside, workbook(aside) as book:
            write_plant(book, snapshot, now=occupation.now(), zone=occupation.timezone, policy=occupation.policy)
            events, days = await _write_events(book, snapshot.seq, period, occupation, console.words)
            _write_work(book, days, period, console.words)
        counts = {"spools": len(snapshot.spools), "workers": len(snapshot.workers), "events": events}
        said = {"first": format_date(period.first), "last": format_date(period.last), "file": str(out), **counts}
        console.answer(
            {"file": str(out), "from": period.first, "to": period.last, **counts},
            [console.words("export.done", **said)],
        )

    console.run(act)


def _day(option: str, text: str | None) -> date | None:
    """The day that an option names. Raises InvalidRequestError."""
    try:
        return parse_date(text or "")
    except InvalidValueError as exc:
        raise InvalidRequestError(option, exc.reason, text, **exc.data) from exc


def write_plant(book: Workbook, snapshot: Snapshot, *, now: datetime, zone: tzinfo, policy: Policy) -> None:
    """What `kiosk load` reads, with the state of each spool as of `now` (aware) in the plant's `zone`."""
    spools = sorted(snapshot.spools, key=lambda spool: spool.tag_spool)
    own = policy.columnas
    headers, kinds = (*columns.OPERACIONES, *own), (*_SPOOL_KINDS, *(str for _ in own))
    with book.sheet(OPERACIONES, headers, kinds) as sheet:
        for spool in spools:
            estado = estado_detalle(spool, now=now, max_reparaciones=policy.max_reparaciones)
            datos = {dato.nombre: dato.valor for dato in spool.datos}
            sheet.add(*_spool_cells(spool, zone), estado, *(datos.get(column) for column in own))
    workers = sorted(snapshot.workers, key=lambda worker: worker.worker_id)
    with book.sheet(TRABAJADORES, columns.TRABAJADORES, (int, str, str, bool, str)) as sheet:
        for worker in workers:
            sheet.add(worker.worker_id, worker.nombre, worker.apellido, worker.activo, worker.idioma)
    with book.sheet(ROLES, columns.ROLES, (int, str, bool)) as sheet:
        for worker in workers:
            for rol in sorted(worker.roles):
                sheet.add(worker.worker_id, str(rol), True)  # noqa: FBT003  the cell of a tick box
    with book.sheet(UNIONES, (*columns.UNIONES, *_MADE), _JOINT_KINDS) as sheet:
        for spool in spools:
            for union in spool.uniones:
                made = (*_made_cells(union.arm), *_made_cells(union.sold))
                sheet.add(spool.tag_spool, union.numero, union.dn, union.tipo, *made)


def _spool_cells(spool: Spool, zone: tzinfo) -> Iterator[Cell]:
    """The row of a spool, in the order of the office's columns, without its state."""
    held = spool.ocupacion
    yield from (spool.tag_spool, spool.ot, spool.nv, spool.fecha_materiales)
    yield from (spool.arm.worker_nombre, spool.arm.fecha, spool.sold.worker_nombre, spool.sold.fecha)
    yield spool.inspeccion.fecha if spool.aprobado else None
    yield held.worker_nombre if held else None
    yield _clock(held.fecha_ocupacion, zone) if held else None


def _made_cells(hecho: Hecho | None) -> tuple[Cell, Cell]:
    """Who finished a joint, and when."""
    return (hecho.worker_nombre, hecho.fecha) if hecho else (None, None)


def _clock(instant: datetime, zone: tzinfo) -> datetime:
    """What clocks in the plant show then: a workbook knows no time zones."""
    return instant.astimezone(zone).replace(tzinfo=None, microsecond=0)


async def _write_events(
    book: Workbook, newest: int, period: Period, occupation: OccupationService, words: Wording
) -> tuple[int, Workdays]:
    """The events of the period, the newest first: how many they are, and the work since its first day."""
    count, work, since = 0, Workdays(), start_of(period.first, occupation.timezone)
    headers = [words(f"export.{name}") for name in EVENT_COLUMNS]
    with book.sheet(words("export.events"), headers, _EVENT_KINDS) as sheet:
        async with aclosing(pages_back(occupation.ledger, newest=newest, page=PAGE)) as pages:
            async for events in pages:
                work.take_in(events)
                for event in reversed(events):
                    clock = _clock(event.ts, occupation.timezone)
                    if period.has(clock.date()):
                        count += 1
                        sheet.add(*_event_cells(event, clock, words))
                # A clock may have been put right: only a whole page of earlier events is the end.
                if events and all(event.ts < since for event in events):
                    break
    return count, work


def _event_cells(event: Event, clock: datetime, words: Wording) -> Iterator[Cell]:
    yield from (event.seq, clock, event.evento_tipo, event.tag_spool, event.worker_nombre)
    yield from (str(event.operacion or ""), event.fecha_operacion, event.station, event_line(event, words))


def _write_work(book: Workbook, work: Workdays, period: Period, words: Wording) -> None:
    """Finished work of the period: a row a day with a chart, and a row a day and person."""
    labors = [words(f"work.{labor}") for labor in Labor]
    inches = [words("export.inches", labor=words(f"work.{labor}")) for labor in _OF_JOINTS]
    days, kinds = period.days(), (int,) * len(Labor)
    headers, widths = [words("export.fecha"), *labors, *inches], (date, *kinds, *(Decimal for _ in inches))
    with book.sheet(words("export.days"), headers, widths) as sheet:
        for day, work_of_all in zip(days, work.per_day(days), strict=True):
            sheet.add(day, *_finished(work_of_all), *_inches(work_of_all))
        book.stacked_columns(sheet, title=words("export.days"), series=range(1, len(Labor) + 1))
    headers = [words("export.fecha"), words("export.worker"), *labors, words("export.total"), *inches]
    with book.sheet(words("export.people"), headers, (date, str, *kinds, int, *(Decimal for _ in inches))) as sheet:
        for day in days:
            for line in work.per_worker(day):
                total = line.day.sums.operaciones
                sheet.add(day, line.worker_nombre, *_finished(line.day), total, *_inches(line.day))


def _finished(day: Day) -> Iterator[int]:
    return (made.operaciones for made in day.made.values())


def _inches(day: Day) -> Iterator[Decimal]:
    return (one_decimal(day.made[labor].pulgadas) for labor in _OF_JOINTS)
