"""`kiosk pull` and `kiosk sheet-template`: the office's sheet into the ledger, and the worksheets of an empty one."""

from dataclasses import asdict

from core import open_occupation
from core.sheet.pulling import PullReport, pull
from core.sheet.spreadsheet import open_spreadsheet
from core.sheet.template import write_template
from kiosk.cli.loading import counts, tell_load
from kiosk.session import Session
from kiosk.words.sheet_words import problem_document, problem_line


def pull_plant(session: Session, *, anew: bool, as_json: bool) -> None:
    """Load the plant of the office's sheet into the configured ledger: never into the demo's.

    `anew` also loads into an empty ledger what is the sheet of another.
    """

    async def act() -> None:
        settings = session.configured
        async with (
            open_spreadsheet(settings) as spreadsheet,
            open_occupation(settings=settings, clock=session.clock) as occupation,
        ):
            report = await pull(occupation, spreadsheet, anew=anew)
        if as_json:
            problems = [problem_document(problem, session.wording) for problem in report.problems]
            session.print_json({**counts(report.loaded), "problems": problems})
        else:
            _tell(session, report)

    session.guard(act, as_json=as_json, saving=True)


def _tell(session: Session, report: PullReport) -> None:
    for problem in report.problems:
        session.print(problem_line(problem, session.wording))
    tell_load(session, report.loaded, left_out=sum(not problem.kept for problem in report.problems))


def make_template(session: Session, *, as_json: bool) -> None:
    """Give the configured spreadsheet the worksheets it lacks."""

    async def act() -> None:
        async with open_spreadsheet(session.configured) as spreadsheet:
            report = await write_template(spreadsheet)
        if as_json:
            session.print_json(asdict(report))
            return
        words = session.wording
        if report.written:
            session.print(words("sheet.written", names=", ".join(report.written)))
        else:
            session.print(words("sheet.nothing_written"))
        if report.left:
            session.print(words("sheet.left", names=", ".join(report.left)))

    session.guard(act, as_json=as_json)
