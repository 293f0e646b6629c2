"""`kiosk load`: a folder of CSV files into the ledger, with a progress bar when it takes a while."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from core import LoadReport, PlantReading, open_occupation, read_plant
from core.plant.reading import OPERACIONES_FILE
from kiosk.session import Session
from kiosk.words.sheet_words import problem_document, row_problem_line

LONG_LOAD: Final = 2_000
"""Rows from which a person would wonder whether anything happens."""


def load_plant(session: Session, folder: Path, *, as_json: bool) -> None:
    """Load the plant in `folder` into the configured ledger: never into the demo's."""

    async def act() -> None:
        settings = session.configured
        with _progress(session, folder) as advance:
            reading = read_plant(folder, timezone=settings.zone, lock_ttl=settings.lock_ttl, progress=advance)
        async with open_occupation(settings=settings) as occupation:
            report = await occupation.load_plant(reading.plant, source=folder.name)
        if as_json:
            problems = [problem_document(problem, session.wording) for problem in reading.problems]
            session.print_json({**counts(report), "problems": problems})
        else:
            _tell(session, reading, report)

    session.guard(act, as_json=as_json, saving=True)


@contextmanager
def _progress(session: Session, folder: Path) -> Iterator[Callable[[int], None]]:
    rows = _count_lines(folder / OPERACIONES_FILE) if sys.stderr.isatty() else 0
    if rows < LONG_LOAD:
        yield lambda _: None
        return
    with typer.progressbar(length=rows, label=session.wording("cli.loading"), file=sys.stderr) as bar:
        yield bar.update


def _count_lines(file: Path) -> int:
    try:
        with file.open("rb") as stream:
            return sum(1 for _ in stream)
    except OSError:
        return 0


def counts(report: LoadReport) -> dict[str, object]:
    """What a load changed, and the number of its event, as JSON shows it."""
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "workers": report.workers,
        "seq": report.event.seq if report.event else None,
    }


def tell_load(session: Session, report: LoadReport, *, left_out: int) -> None:
    """How many rows were left out, and what the load changed."""
    words = session.wording
    if left_out:
        session.tell(words("cli.load_problems", count=left_out))
    session.print(words("cli.load", **counts(report)))


def _tell(session: Session, reading: PlantReading, report: LoadReport) -> None:
    for problem in reading.problems:
        session.tell(row_problem_line(problem, session.wording))
    tell_load(session, report, left_out=sum(not problem.kept for problem in reading.problems))
