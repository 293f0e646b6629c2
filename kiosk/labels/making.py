"""`kiosk labels`: what is asked for, out of the plant in force, into one PDF, which is written whole or not at all."""

import os
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import typer

from core import Defecto, InvalidRequestError, OccupationService, Spool, Worker
from kiosk.labels.asked import LabelFault, Options, What, asked_kinds, asked_roles, asked_roll
from kiosk.labels.code128 import DELICATE
from kiosk.labels.commands import Sheet, command_label, draw_sheet, sheets_for
from kiosk.labels.label import badge, spool_label
from kiosk.labels.lettering import printable
from kiosk.labels.pages import A4, BADGES, MOST_PAGES, SPOOLS, Arranged, Grid, LeftOut, Page, arrange, pdf
from kiosk.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What is to be printed."""

    workers: Sequence[Worker]
    sheets: Sequence[Sheet]
    spools: Sequence[Spool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What came of it. `commands` counts sheets, on a roll labels."""

    file: str
    pages: int
    badges: int
    commands: int
    spools: int
    delicate: int
    left_out: Sequence[LeftOut]


def make_labels(session: Session, out: Path, options: Options, *, as_json: bool) -> None:
    """Print what the options ask for into `out`; a label that could not be scanned is named and left out."""

    async def act(occupation: OccupationService) -> None:
        roll = asked_roll(options)
        stock = await _gather(occupation, options)
        printed = _print(session, out, roll, stock)
        if as_json:
            session.print_json(asdict(printed))
        else:
            _tell(session, stock, printed)

    session.run(act, as_json=as_json)


async def _gather(occupation: OccupationService, options: Options) -> Stock:
    """What is asked for. Raises InvalidRequestError, WorkerNoEncontradoError and SpoolNoEncontradoError."""
    kinds, roles = asked_kinds(options), asked_roles(options)
    workers: Sequence[Worker] = [await occupation.worker(worker_id) for worker_id in options.workers]
    spools: Sequence[Spool] = [await occupation.spool(tag) for tag in options.tags]
    if (What.BADGES in kinds and not workers) or (What.SPOOLS in kinds and not spools):
        everything = await occupation.snapshot()
        active = (worker for worker in everything.workers if worker.activo)
        workers = workers or sorted(active, key=lambda worker: worker.worker_id)
        spools = spools or sorted(everything.spools, key=lambda spool: spool.tag_spool)
    wanted = [worker for worker in workers if not roles or roles & worker.roles]
    return Stock(
        workers=wanted if What.BADGES in kinds else (),
        sheets=sheets_for(roles) if What.COMMANDS in kinds else (),
        spools=spools[options.part] if What.SPOOLS in kinds else (),
    )


def _print(session: Session, out: Path, roll: Grid | None, stock: Stock) -> Printed:
    words = session.wording
    badges = arrange((badge(worker, words) for worker in stock.workers), [roll] if roll else BADGES, words)
    if roll:
        entries = dict.fromkeys(entry for sheet in stock.sheets for entry in sheet.entries)
        commands = arrange((command_label(entry, words) for entry in entries), [roll], words)
    else:
        pages = [Page(A4, partial(draw_sheet, sheet, words)) for sheet in stock.sheets]
        commands = Arranged(count=len(pages), pages=pages)
    spools = arrange((spool_label(spool, words) for spool in stock.spools), [roll] if roll else SPOOLS, words)
    parts = (badges, commands, spools)
    pages = [page for part in parts for page in part.pages]
    left_out = [left for part in parts for left in part.left_out]
    if not pages:
        _tell_left_out(session, left_out)
        raise InvalidRequestError("OUT.pdf", LabelFault.NADA_QUE_IMPRIMIR, str(out))
    if len(pages) > MOST_PAGES:
        raise InvalidRequestError("--count", LabelFault.DEMASIADAS_PAGINAS, pages=len(pages), most=MOST_PAGES)
    with typer.progressbar(
        pages, label=words("labels.making"), file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as drawn:
        document = pdf(drawn, title=out.stem)
    _write_whole(out, document)
    return Printed(
        file=str(out),
        pages=len(pages),
        badges=badges.count,
        commands=commands.count,
        spools=spools.count,
        delicate=sum(part.delicate for part in parts),
        left_out=left_out,
    )


def _write_whole(out: Path, document: bytes) -> None:
    """Whoever reads the file finds all of it, or what was there before. Raises InvalidRequestError."""
    try:
        # A link stays one: its target is replaced.
        target = out.resolve()
        if target.exists() and not target.is_file():
            # A device or a folder is not to be replaced by a file.
            raise InvalidRequestError("OUT.pdf", Defecto.NO_ES_ARCHIVO, str(out))
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            aside.write_bytes(document)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as exc:
        raise InvalidRequestError("OUT.pdf", Defecto.NO_SE_PUEDE_ESCRIBIR, str(out), detail=exc.strerror) from exc


def _tell(session: Session, stock: Stock, printed: Printed) -> None:
    words = session.wording
    for worker in stock.workers:
        name = unicodedata.normalize("NFC", worker.nombre_completo)
        if (shown := printable(name)) != name:
            session.tell(words("labels.letters", text=name, shown=shown))
    _tell_left_out(session, printed.left_out)
    if printed.delicate:
        session.tell(words("labels.fine_bars", count=printed.delicate, limit=DELICATE))
    counts = {"badges": printed.badges, "commands": printed.commands, "spools": printed.spools}
    session.print(words("labels.done", count=printed.pages, file=printed.file, **counts))
    session.print(words("labels.print_at_size"))


def _tell_left_out(session: Session, left_out: Sequence[LeftOut]) -> None:
    words = session.wording
    for left in left_out:
        session.tell(words("labels.left_out", text=left.text, reason=left.reason))
    if left_out:
        session.tell(words("labels.left_out_count", count=len(left_out)))
