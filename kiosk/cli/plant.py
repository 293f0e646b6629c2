"""The commands that fill a ledger: `load` out of CSV files, `copy` out of another ledger."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from core import LoadReport, open_occupation, read_plant
from core.domain.texts import masked
from core.domain.uniones import MadeJoint
from core.ledger.copying import copy_ledger
from core.ledger.open import open_ledger
from core.plant.reading import OPERACIONES_FILE
from core.plant.tables import RowProblem
from core.plant.uniones import UNIONES_FILE
from kiosk.cli.console import Console
from kiosk.cli.options import Json
from kiosk.words.sheet_words import problem_document, row_problem_line

commands = typer.Typer()

LONG: Final = 2_000
"""Steps of a load or copy that takes long enough for a progress bar."""


@commands.command()
def load(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="CARPETA")],
    *,
    as_json: Json = False,
) -> None:
    """Load a plant out of a folder into the configured ledger, never into the demo's, or bring it up to date."""
    console = Console(context.obj, as_json=as_json, saving=True)

    async def act() -> None:
        settings = console.session.configured
        with _progress(console.words("cli.loading"), _count_lines(path / OPERACIONES_FILE)) as advance:
            reading = read_plant(path, timezone=settings.zone, lock_ttl=settings.lock_ttl, progress=advance)
        async with open_occupation(settings=settings) as occupation:
            report = await occupation.load_plant(reading.plant, source=path.name)
        problems = (*reading.problems, *map(_made_problem, report.made_joints))
        if as_json:
            documents = [problem_document(problem, console.words) for problem in problems]
            console.print_json({**load_counts(report), "problems": documents})
            return
        for problem in problems:
            console.warn(row_problem_line(problem, console.words))
        print_load(console, report, left_out=sum(not problem.kept for problem in problems))

    console.run_alone(act)


def _made_problem(joint: MadeJoint) -> RowProblem:
    """A joint that the office changed or removed after it was made; it stands in no line in particular."""
    value = f"{joint.tag_spool} {joint.numero}"
    return RowProblem(file=UNIONES_FILE, line=0, column="N_UNION", value=value, reason=joint.reason, kept=True)


def _count_lines(file: Path) -> int:
    try:
        with file.open("rb") as stream:
            return sum(1 for _ in stream)
    except OSError:
        return 0


def load_counts(report: LoadReport) -> dict[str, object]:
    """What a load changed, and the number of its event, as JSON shows it."""
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "workers": report.workers,
        "seq": report.event.seq if report.event else None,
    }


def print_load(console: Console, report: LoadReport, *, left_out: int) -> None:
    """How many rows were left out, and what the load changed."""
    if left_out:
        console.warn(console.words("cli.load_problems", count=left_out))
    console.print(console.words("cli.load", **load_counts(report)))


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
