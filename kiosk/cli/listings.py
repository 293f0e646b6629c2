"""What the commands print for people: plain lines in aligned columns, wide characters counted as wide."""

from collections.abc import Sequence

from rich.cells import cell_len

from core import BatchResponse, Event, OccupationService, Spool
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
    words, now = session.wording, session.clock()
    rows = [
        ("✔" if detail.success else "✘", detail.tag_spool, words.outcome(detail.result, now=now).line)
        for detail in batch.details
    ]
    for line in columns(rows):
        session.print(line)
    session.print(words("cli.batch", succeeded=batch.succeeded, total=batch.total))


def batch_document(session: Session, batch: BatchResponse) -> dict[str, object]:
    """The batch as JSON, its messages in the terminal's language."""
    words, now = session.wording, session.clock()
    details = []
    for detail in batch.details:
        fields = detail.as_dict() | {"message": words.outcome(detail.result, now=now).line}
        if detail.refusal:
            fields["error"] = words.document(detail.refusal, now=now, saving=True)
        details.append(fields)
    return batch.as_dict() | {"details": details}


def _estado(session: Session, spool: Spool, occupation: OccupationService) -> str:
    return session.wording.estado(spool, now=occupation.now(), max_reparaciones=occupation.policy.max_reparaciones)


def print_status(session: Session, spool: Spool, occupation: OccupationService) -> None:
    """A spool's state in a few lines."""
    session.print(f"{spool.tag_spool}  {_estado(session, spool, occupation)}")
    for name, avance in (("ARM", spool.arm), ("SOLD", spool.sold)):
        who = " ".join(filter(None, (avance.worker_nombre, format_date(avance.fecha))))
        session.print(f"  {name:<5}{avance.estado:<12}{who}".rstrip())
    if held := spool.ocupacion:
        since = format_datetime(held.fecha_ocupacion, occupation.timezone)
        age = elapsed(occupation.now() - held.fecha_ocupacion)
        session.print(f"  {held.worker_nombre}  {held.operacion}  {since} ({age})  {held.station}".rstrip())


def print_board(session: Session, spools: Sequence[Spool], occupation: OccupationService) -> None:
    """A line a spool: who has it, for what, for how long."""
    words = session.wording
    if not spools:
        session.print(words("cli.nobody"))
        return
    header = tuple(words(f"column.{name}") for name in ("spool", "worker", "operacion", "elapsed", "station", "state"))
    rows = [
        (
            spool.tag_spool,
            held.worker_nombre if held else words("cli.free"),
            held.operacion if held else "",
            elapsed(occupation.now() - held.fecha_ocupacion) if held else "",
            held.station if held else "",
            _estado(session, spool, occupation),
        )
        for spool in spools
        for held in (spool.ocupacion,)
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
