"""The commands that fill a ledger: `load` out of the office's files, `copy` out of another ledger."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from core import (
    LedgerUnavailableError,
    LoadReport,
    PlantReading,
    Snapshot,
    Source,
    open_occupation,
    open_plant,
)
from core.domain.reasons import FallaRegistro
from core.domain.writing.texts import masked, one_line
from core.ledger.copying import copy_ledger
from core.ledger.loading import PlantChange
from core.ledger.open import open_ledger, require_ledger
from core.plant.reading import UNIONES
from core.plant.uniones import made_problem
from core.settings import Settings
from kiosk.cli.console import LEFT_OUT, Console
from kiosk.cli.options import Json
from kiosk.words.sheet_words import problem_document, row_problem_line
from kiosk.words.wording import Wording

commands = typer.Typer()

LONG: Final = 2_000
"""Steps of a load or copy that takes long enough for a progress bar."""
NAMED: Final = 50
"""How many rows are named to people; JSON names all of them."""


@commands.command()
def load(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="RUTA")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    strict: Annotated[bool, typer.Option("--strict")] = False,
    as_json: Json = False,
) -> None:
    """Load a plant out of a folder or a file into the configured ledger, never into the demo's, or bring it up to date.

    Exit status 3: rows were left out, or would be; with `strict` nothing is loaded then.
    """
    console = Console(context.obj, as_json=as_json, saving=not dry_run)

    async def act() -> None:
        settings = console.session.configured
        reading = await _read(console, path, settings)
        report = None
        if dry_run:
            present, listed = await _present(settings), settings.policy.applied_to(reading.plant)
            report = PlantChange.between(present.spools, present.workers, listed).report(None)
        elif not (strict and reading.left_out):
            async with open_occupation(settings=settings) as occupation:
                report = await occupation.load_plant(reading.plant, source=path.name)
        _print_load(console, reading, report, is_loaded=report is not None and not dry_run)
        if reading.left_out:
            raise SystemExit(LEFT_OUT)

    console.run_alone(act)


async def _read(console: Console, path: Path, settings: Settings) -> PlantReading:
    """The plant in the files. Where they name no people, their rows name those of the ledger."""
    files = open_plant(path, settings.policy.columnas)
    workers = () if files.has_people else (await _present(settings)).workers
    with _progress(console.words("cli.loading"), files.size) as advance:
        return files.read(timezone=settings.zone, lock_ttl=settings.lock_ttl, workers=workers, progress=advance)


async def _present(settings: Settings) -> Snapshot:
    """What the ledger has; nothing when there is no ledger yet, and none is made."""
    try:
        require_ledger(settings.effective_ledger_url)
    except LedgerUnavailableError as error:
        if error.details["reason"] != FallaRegistro.SIN_REGISTRO:
            raise
        return Snapshot(seq=0)
    async with open_occupation(settings=settings) as occupation:
        return await occupation.snapshot()


def _print_load(console: Console, reading: PlantReading, report: LoadReport | None, *, is_loaded: bool) -> None:
    """How the files were read, what of them was not, and what the load changed; `report` is None for nothing."""
    words = console.words
    made = (made_problem(joint, UNIONES) for joint in (report.made_joints if report else ()))
    problems = (*reading.problems, *made)
    if console.as_json:
        document: dict[str, object] = load_counts(report) if report else {}
        document |= {"loaded": is_loaded, "left_out": reading.left_out, "sources": list(map(asdict, reading.sources))}
        console.print_json(document | {"problems": [problem_document(each, words) for each in problems]})
        return
    for source in reading.sources:
        console.print(source_line(source, words))
    if not reading.plant.workers:
        console.print(words("cli.load_no_people"))
    for problem in problems[:NAMED]:
        console.warn(row_problem_line(problem, words))
    if len(problems) > NAMED:
        console.warn(words("cli.load_more", count=len(problems) - NAMED))
    if report is None:
        console.warn(words("cli.load_refused", count=reading.left_out))
        return
    print_load(console, report, left_out=reading.left_out)
    if not is_loaded:
        console.print(words("cli.load_dry_run"))


def source_line(source: Source, words: Wording) -> str:
    """Where a table was found and how it was read, on one line."""
    values = asdict(source) | {"file": one_line(source.file), "worksheet": one_line(source.worksheet)}
    if source.worksheet:
        return words("cli.load_worksheet", **values)
    names = {"\t": "TAB", ",": words("cli.comma")}
    return words("cli.load_csv", **values | {"separator": names.get(source.separator, source.separator)})


def load_counts(report: LoadReport) -> dict[str, object]:
    """What a load changed, and the number of its event, as JSON shows it."""
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "workers": report.workers,
        "seq": report.event.seq if report.event else None,
        "held": sum(map(bool, report.holds.values())),
        "resumed": sum(not motive for motive in report.holds.values()),
    }


def print_load(console: Console, report: LoadReport, *, left_out: int) -> None:
    """How many rows were left out, and what the load changed."""
    if left_out:
        console.warn(console.words("cli.load_problems", count=left_out))
    console.print(console.words("cli.load", **load_counts(report)))
    if report.holds:
        console.print(console.words("cli.load_holds", **load_counts(report)))


@commands.command()
def copy(
    context: typer.Context,
    *,
    to: Annotated[str, typer.Option("--to", metavar="URL")],
    to_site: Annotated[str | None, typer.Option("--to-site", metavar="PLANTA")] = None,
    as_json: Json = False,
) -> None:
    """Copy the plant in use, with its locks and its history, to an empty ledger, and compare the two."""
    console = Console(context.obj, as_json=as_json)
    session, words = console.session, console.words

    async def act() -> None:
        settings = session.configured
        async with (
            session.occupation() as occupation,
            open_ledger(
                to,
                site=to_site or settings.site,
                request_memory=settings.request_memory_span,
                clock=session.clock,
            ) as target,
        ):
            # Each event passes twice: when it is copied, and when the copy is compared.
            with _progress(words("cli.copying"), 2 * (await occupation.ledger.position()).seq) as advance:
                report = await copy_ledger(occupation.ledger, target, progress=advance)
        console.answer(asdict(report), [words("cli.copy", **asdict(report)), words("cli.copy_next", to=masked(to))])

    console.run_alone(act)


@contextmanager
def _progress(label: str, steps: int) -> Iterator[Callable[[int], None]]:
    """A progress bar for people, where there are many steps."""
    is_hidden = steps < LONG or not sys.stderr.isatty()
    with typer.progressbar(length=steps, label=label, file=sys.stderr, hidden=is_hidden) as bar:
        yield bar.update
