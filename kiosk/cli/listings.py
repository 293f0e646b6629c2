"""What the commands print for people: plain lines in aligned columns, wide characters counted as wide."""

from collections.abc import Sequence

from rich.cells import cell_len

from core import BatchResponse, Event, OccupationService, SpoolStatus
from core.domain.dates import format_date, format_datetime
from kiosk.session import Session
from kiosk.words.wording import elapsed


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines, each column as wide as its widest cell."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def print_batch(session: Session, batch: BatchResponse) -> None:
    """One line a spool, then the count."""
    rows = [("✔" if detail.success else "✘", detail.tag_spool, detail.message) for detail in batch.details]
    for line in columns(rows):
        session.print(line)
    session.print(session.wording("cli.batch", succeeded=batch.succeeded, total=batch.total))


def print_status(session: Session, spool: SpoolStatus, occupation: OccupationService) -> None:
    """A spool's state in a few lines."""
    session.print(f"{spool.tag_spool}  {spool.estado_detalle}")
    for name, avance in (("ARM", spool.arm), ("SOLD", spool.sold)):
        who = " ".join(filter(None, (avance.worker_nombre, format_date(avance.fecha))))
        session.print(f"  {name:<5}{avance.estado:<12}{who}".rstrip())
    if spool.fecha_ocupacion is not None:
        since = format_datetime(spool.fecha_ocupacion, occupation.timezone)
        age = elapsed(occupation.now() - spool.fecha_ocupacion)
        session.print(f"  {spool.ocupado_por}  {spool.operacion}  {since} ({age})  {spool.station}".rstrip())


def print_board(session: Session, spools: Sequence[SpoolStatus], occupation: OccupationService) -> None:
    """A line a spool: who has it, for what, for how long."""
    words = session.wording
    if not spools:
        session.print(words("cli.nobody"))
        return
    header = tuple(words(f"column.{name}") for name in ("spool", "worker", "operacion", "elapsed", "station", "state"))
    rows = [
        (
            spool.tag_spool,
            spool.ocupado_por or words("cli.free"),
            spool.operacion or "",
            elapsed(occupation.now() - spool.fecha_ocupacion) if spool.fecha_ocupacion else "",
            spool.station or "",
            spool.estado_detalle,
        )
        for spool in spools
    ]
    for line in columns([header, *rows]):
        session.print(line)


def print_history(
    session: Session, events: Sequence[Event], occupation: OccupationService, *, mirrored: int | None
) -> None:
    """A line an event, oldest first; where there is a sheet, whether each is in it: those up to number `mirrored`."""
    words = session.wording
    for event in events:
        line = event_line(session, event, occupation, with_tag=False)
        if mirrored is not None:
            line += "  " + (words("cli.in_sheet") if event.seq <= mirrored else words("cli.saved"))
        session.print(line)
    if not events:
        session.print(session.wording("cli.no_history"))


def event_line(session: Session, event: Event, occupation: OccupationService, *, with_tag: bool) -> str:
    """Number, local time, tag if asked for, and what happened."""
    time = format_datetime(event.ts, occupation.timezone)
    parts = [f"{event.seq:>6}", time, event.tag_spool if with_tag else "", session.wording.event(event), event.station]
    return "  ".join(filter(None, parts))
