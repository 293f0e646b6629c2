"""`kiosk doctor`: everything a technician asks first, really checked, on one page."""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import typer

from core import InvalidRequestError, KioskError, LedgerUnavailableError, MissingPackageError, OccupationService
from core.domain.reasons import Defecto
from core.domain.writing.dates import format_datetime
from core.ledger.zone import kept_zone
from core.private import private_folder
from core.settings import Settings, origins, settings_file
from kiosk.cli.console import UNREACHABLE, Console, columns
from kiosk.cli.families.doctor_sheet import Finding, check_sheet, judged
from kiosk.cli.options import Json
from kiosk.live.supervision import MAX_SKEW, risks_of
from kiosk.session import Session
from kiosk.terminal.abilities import fits, is_dumb, is_utf8
from kiosk.terminal.logs import log_folder
from kiosk.terminal.sound import find_player
from kiosk.words.wording import Wording

commands = typer.Typer()


@commands.command()
def doctor(context: typer.Context, *, as_json: Json = False) -> None:
    """Print the findings. Exits with 5 when the ledger or a configured sheet is out of reach, 1 when less is wrong."""
    console = Console(context.obj, as_json=as_json)
    session = console.session

    async def act() -> None:
        settings = in_force = session.configured
        findings = [*_program(session, settings), *_terminal(session.wording), *_hardening(session, settings)]
        is_reachable = True
        try:
            in_force = await session.settings()
            async with session.occupation() as occupation:
                findings += await _ledger(console, occupation)
                findings += await _plant_of(console, occupation)
                about_sheet, is_reachable = await check_sheet(session, in_force, occupation)
                findings += about_sheet
        except (LedgerUnavailableError, MissingPackageError) as error:
            is_reachable = False
            # What was found before it failed may say why.
            is_told = any(finding.name == "ledger" and not finding.ok for finding in findings)
            step = session.wording(f"doctor.next.{error.error_code}")
            findings.append(Finding("spools" if is_told else "ledger", _why(session, error), step))
        where, by_default = origins(), console.words("doctor.by_default")
        shown = [(name, value, where[name] or by_default) for name, value in in_force.shown().items()]
        console.answer(_as_dict(findings, shown), _as_lines(console, findings, shown))
        if not is_reachable:
            raise SystemExit(UNREACHABLE)
        if not all(finding.ok for finding in findings):
            raise SystemExit(1)

    console.run_alone(act)


def _why(session: Session, error: KioskError) -> str:
    """Why the ledger cannot be used, with the engine's own message."""
    notice, detail = session.wording.error(error, now=session.clock()), str(error.details.get("detail") or "")
    return ". ".join(filter(None, (notice.title, notice.detail, detail)))


def _program(session: Session, settings: Settings) -> list[Finding]:
    here, plant = datetime.now().astimezone(), datetime.now(settings.zone)
    return [
        Finding("program", version("spool-kiosk")),
        Finding("python", sys.version.split()[0]),
        Finding("textual", version("textual")),
        Finding("plant", "demo" if session.is_demo else settings.site),
        Finding("clock", here.isoformat(timespec="seconds")),
        Finding("timezone", f"{settings.timezone}: {format_datetime(plant, settings.zone)}"),
    ]


def _terminal(words: Wording) -> list[Finding]:
    width, height = shutil.get_terminal_size((0, 0))
    encoding = sys.stdout.encoding or "?"
    colours = os.environ.get("COLORTERM") or os.environ.get("TERM") or "?"
    # Without a terminal (in a script, say) there is no size to judge.
    is_large = (width, height) == (0, 0) or fits(width, height)
    shows = not is_dumb(os.environ) and colours != "?"
    return [
        judged(words, "terminal_size", f"{width}x{height}", ok=is_large),
        judged(words, "terminal_colours", colours, ok=shows or not sys.stdout.isatty()),
        judged(words, "encoding", encoding, ok=is_utf8(encoding)),
    ]


def _hardening(session: Session, settings: Settings) -> list[Finding]:
    """The looks, the sound, the printer, the logs and the PINs of a terminal that nobody supervises."""
    words, player = session.wording, find_player()
    sound = settings.sound if settings.sound != "files" else f"files: {player[0] if player else '✘ → bell'}"
    return [
        Finding("theme", session.theme),
        judged(words, "sound", sound, ok=settings.sound != "files" or player is not None),
        judged(words, "printer", settings.impresora or "-", ok=not settings.impresora or bool(shutil.which("lp"))),
        _data_folder(settings.data_dir, words),
        _logs(log_folder(settings.data_dir), words),
        _pins(session, settings),
    ]


def _data_folder(folder: Path, words: Wording) -> Finding:
    """Whether what people did here is for the terminal's user alone; rights that somebody chose are not changed."""
    try:
        kept = [folder, *folder.glob("*"), *log_folder(folder).glob("*")] if folder.is_dir() else []
        is_open = any(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) for path in kept if path.exists())
    except OSError as exc:
        return Finding("data_folder", f"{folder}: {exc.strerror}", words("doctor.next.logs"))
    if not is_open:
        return Finding("data_folder", str(folder))
    return Finding("data_folder", words("doctor.others", folder=folder), words("doctor.next.others", folder=folder))


def _logs(folder: Path, words: Wording) -> Finding:
    """Whether the log can be written: a file is created to see."""
    try:
        private_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        reason = words.reason(Defecto.NO_SE_PUEDE_ESCRIBIR, {"detail": exc.strerror})
        return judged(words, "logs", f"{folder}: {reason}", ok=False)
    reports = len(list(folder.glob("crash-*.txt")))
    return Finding("logs", f"{folder} (crash-*.txt: {reports})")


def _pins(session: Session, settings: Settings) -> Finding:
    """How many supervisors can close the program here; in kiosk mode at least one should."""
    try:
        count = session.pins.count(session.site)
    except InvalidRequestError as error:
        return judged(session.wording, "pins", session.wording.why(error), ok=False)
    return judged(session.wording, "pins", str(count), ok=count > 0 or not settings.mode)


async def _ledger(console: Console, occupation: OccupationService) -> list[Finding]:
    health = await occupation.ledger.admin.check()
    skew = abs(occupation.ledger.now() - datetime.now().astimezone())
    words, risks = console.words, await risks_of(occupation, health)
    named, step = ("; ".join(words(f"{kind}.{risk}") for risk in risks) for kind in ("riesgo", "remedy"))
    return [
        Finding("ledger", named or "ok", step),
        *(Finding(f"ledger_{name}", value) for name, value in health.facts.items()),
        judged(words, "ledger_clock_skew", f"{skew.total_seconds():.3f} s", ok=skew <= MAX_SKEW),
        Finding("ledger_timezone", await kept_zone(occupation.ledger) or "?"),
    ]


async def _plant_of(console: Console, occupation: OccupationService) -> list[Finding]:
    snapshot = await occupation.snapshot()
    return [
        judged(console.words, "spools", str(len(snapshot.spools)), ok=bool(snapshot.spools)),
        judged(console.words, "workers", str(len(snapshot.workers)), ok=bool(snapshot.workers)),
    ]


def _as_dict(findings: Sequence[Finding], settings: Sequence[tuple[str, str, str]]) -> dict[str, object]:
    return {
        "ok": all(finding.ok for finding in findings),
        "findings": {
            finding.name: {"value": finding.value, "ok": finding.ok}
            | ({} if finding.ok else {"next_step": finding.next_step})
            for finding in findings
        },
        "settings_file": str(settings_file() or ""),
        "settings": {name: {"value": value, "origin": origin} for name, value, origin in settings},
    }


def _as_lines(console: Console, findings: Sequence[Finding], settings: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    lines = columns([("✔" if finding.ok else "✘", finding.name, finding.value) for finding in findings])
    after = [finding.next_step for finding in findings[1:]] + [""]
    for line, finding, next_one in zip(lines, findings, after, strict=True):
        yield line
        # Once below findings that need the same.
        if not finding.ok and finding.next_step != next_one:
            yield f"   → {finding.next_step}"
    yield ""
    yield from columns(settings)
    yield ""
    is_well = all(finding.ok for finding in findings)
    yield console.words("doctor.ok") if is_well else console.words("doctor.trouble")
