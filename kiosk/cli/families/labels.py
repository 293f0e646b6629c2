"""`kiosk labels`: badges, command sheets and spool labels of the plant in use, in one PDF, or to the label printer.

A label that could not be scanned is named and left out. The file is written whole or not at all.
"""

import sys
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum, auto
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from core import Defecto, InvalidRequestError, OccupationService, Spool, Worker
from core.domain.model import Rol
from core.domain.reasons import Codes, InvalidValueError
from core.domain.writing.texts import clean_paper, plain
from kiosk.cli.console import Console
from kiosk.cli.options import Json
from kiosk.cli.outfile import written_whole
from kiosk.labels.label import DELICATE, badge, printable, spool_label
from kiosk.labels.pages import A4, BADGES, MOST_PAGES, SPOOLS, Arranged, Grid, LeftOut, Page, arrange, pdf, roll_of
from kiosk.labels.printing import send
from kiosk.labels.sheets import Sheet, command_label, draw_sheet, sheets_for
from kiosk.words.wording import Wording

commands = typer.Typer()


class LabelFault(Codes):
    """Why the labels cannot be printed. The sentences are in `kiosk.words`, `reason.<MEMBER>`."""

    NADA_QUE_IMPRIMIR = auto()
    DEMASIADAS_PAGINAS = auto()  # pages, most


class What(StrEnum):
    """The kinds of label."""

    BADGES = "badges"
    COMMANDS = "commands"
    SPOOLS = "spools"


@commands.command()
def labels(
    context: typer.Context,
    out: Annotated[Path | None, typer.Argument(metavar="OUT.pdf")] = None,
    *,
    what: Annotated[list[str] | None, typer.Option("--what")] = None,
    paper: Annotated[str | None, typer.Option("--paper")] = None,
    worker: Annotated[list[int] | None, typer.Option("--worker", metavar="ID")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG")] = None,
    role: Annotated[list[str] | None, typer.Option("--role", metavar="ROL")] = None,
    first: Annotated[int | None, typer.Option("--from", metavar="N", min=1)] = None,
    count: Annotated[int | None, typer.Option("--count", metavar="N", min=1)] = None,
    printing: Annotated[bool, typer.Option("--print")] = False,
    as_json: Json = False,
) -> None:
    """Print badges, command sheets and spool labels. Without options: badges and command sheets of everybody."""
    console = Console(context.obj, as_json=as_json)
    start = (first or 1) - 1
    named = {What.BADGES: bool(worker), What.SPOOLS: bool(tag or first or count)}

    async def act(occupation: OccupationService) -> None:
        if out is None and not printing:
            raise InvalidRequestError("OUT.pdf", Defecto.FALTA)
        words, settings = console.words, console.session.configured
        roll = _roll(paper or (settings.etiqueta if printing else "a4"))
        kinds, roles = _kinds(what or (), named), _roles(role or ())
        workers, spools = await _workers_and_spools(occupation, kinds, worker or (), tag or ())
        bearers = [each for each in workers if not roles or roles & each.roles] if What.BADGES in kinds else []
        sheets = sheets_for(roles) if What.COMMANDS in kinds else []
        wanted = spools[start : start + count if count else None] if What.SPOOLS in kinds else []
        parts = {
            What.BADGES: arrange([badge(each, words) for each in bearers], [roll] if roll else BADGES, words),
            What.COMMANDS: _command_labels(sheets, roll, words),
            What.SPOOLS: arrange([spool_label(each, words) for each in wanted], [roll] if roll else SPOOLS, words),
        }
        document, pages = _document(console, parts, title=out.stem if out else "kiosk")
        if out is not None:
            with written_whole(out, "OUT.pdf") as aside:
                aside.write_bytes(document)
        queue = await send(document, settings.impresora) if printing else None
        _report(console, parts, bearers, pages=pages, file=out, printer=queue)

    console.run(act)


def _roll(paper: str) -> Grid | None:
    """The roll to print on; None for A4 sheets. Raises InvalidRequestError."""
    try:
        return roll_of(clean_paper(paper))
    except InvalidValueError as exc:
        raise InvalidRequestError("--paper", exc.reason, paper, **exc.data) from exc


def _kinds(what: Sequence[str], named: Mapping[What, bool]) -> frozenset[What]:
    """The kinds in `--what`, else those that other options name, else badges and commands.

    Raises InvalidRequestError.
    """
    names = [name.lower() for name in _split(what)]
    if unknown := [name for name in names if name not in {*What, "all"}]:
        raise InvalidRequestError("--what", Defecto.NO_ES_UNO_DE, unknown[0], expected=", ".join((*What, "all")))
    if "all" in names:
        return frozenset(What)
    if names:
        return frozenset(What(name) for name in names)
    return frozenset(kind for kind, is_named in named.items() if is_named) or frozenset({What.BADGES, What.COMMANDS})


def _roles(roles: Sequence[str]) -> frozenset[Rol]:
    """The roles in `--role`. Raises InvalidRequestError."""
    known = {plain(rol): rol for rol in Rol}
    names = _split(roles)
    if unknown := [name for name in names if plain(name) not in known]:
        raise InvalidRequestError("--role", Defecto.NO_ES_UNO_DE, unknown[0], expected=", ".join(Rol))
    return frozenset(known[plain(name)] for name in names)


def _split(given: Sequence[str]) -> list[str]:
    """An option may be repeated, or list several values with commas."""
    return [name.strip() for text in given for name in text.split(",") if name.strip()]


async def _workers_and_spools(
    occupation: OccupationService, kinds: Collection[What], worker_ids: Sequence[int], tags: Sequence[str]
) -> tuple[Sequence[Worker], Sequence[Spool]]:
    """Those that are named, else all. Raises WorkerNoEncontradoError and SpoolNoEncontradoError."""
    workers: Sequence[Worker] = [await occupation.worker(worker_id) for worker_id in worker_ids]
    spools: Sequence[Spool] = [await occupation.spool(tag) for tag in tags]
    if (What.BADGES in kinds and not workers) or (What.SPOOLS in kinds and not spools):
        everything = await occupation.snapshot()
        active = (worker for worker in everything.workers if worker.activo)
        workers = workers or sorted(active, key=lambda worker: worker.worker_id)
        spools = spools or sorted(everything.spools, key=lambda spool: spool.tag_spool)
    return workers, spools


def _document(console: Console, parts: Mapping[What, Arranged], *, title: str) -> tuple[bytes, int]:
    """The PDF, and how many pages it has. Raises InvalidRequestError."""
    pages = [page for part in parts.values() for page in part.pages]
    left_out = [left for part in parts.values() for left in part.left_out]
    if not pages:
        _warn_of_left_out(console, left_out)
        raise InvalidRequestError("OUT.pdf", LabelFault.NADA_QUE_IMPRIMIR, title)
    if len(pages) > MOST_PAGES:
        raise InvalidRequestError("--count", LabelFault.DEMASIADAS_PAGINAS, pages=len(pages), most=MOST_PAGES)
    is_hidden = not sys.stderr.isatty()
    with typer.progressbar(pages, label=console.words("labels.making"), file=sys.stderr, hidden=is_hidden) as drawn:
        return pdf(drawn, title=title), len(pages)


def _report(
    console: Console,
    parts: Mapping[What, Arranged],
    bearers: Sequence[Worker],
    *,
    pages: int,
    file: Path | None,
    printer: str | None,
) -> None:
    words, to = console.words, ", ".join(filter(None, (str(file or ""), printer)))
    left_out = [left for part in parts.values() for left in part.left_out]
    counts: dict[str, object] = {str(kind): part.count for kind, part in parts.items()}
    delicate = sum(part.delicate for part in parts.values())
    if console.as_json:
        of_file = {"file": str(file) if file else None, "printer": printer, "pages": pages, **counts}
        console.print_json({**of_file, "delicate": delicate, "left_out": list(map(asdict, left_out))})
        return
    _warn_of_letters(console, bearers)
    _warn_of_left_out(console, left_out)
    if delicate:
        console.warn(words("labels.fine_bars", count=delicate, limit=DELICATE))
    console.print(words("labels.done", count=pages, file=to, **counts))
    if file:
        console.print(words("labels.print_at_size"))


def _command_labels(sheets: Sequence[Sheet], roll: Grid | None, words: Wording) -> Arranged:
    """Command sheets are pages of their own, but labels on a roll."""
    if roll:
        entries = dict.fromkeys(entry for sheet in sheets for entry in sheet.entries)
        return arrange((command_label(entry, words) for entry in entries), [roll], words)
    pages = [Page(A4, partial(draw_sheet, sheet, words)) for sheet in sheets]
    return Arranged(count=len(pages), pages=pages)


def _warn_of_letters(console: Console, workers: Sequence[Worker]) -> None:
    for worker in workers:
        name = unicodedata.normalize("NFC", worker.nombre_completo)
        if (shown := printable(name)) != name:
            console.warn(console.words("labels.letters", text=name, shown=shown))


def _warn_of_left_out(console: Console, left_out: Sequence[LeftOut]) -> None:
    for left in left_out:
        console.warn(console.words("labels.left_out", text=left.text, reason=left.reason))
    if left_out:
        console.warn(console.words("labels.left_out_count", count=len(left_out)))
