"""`kiosk doctor`: everything a technician asks first, checked for real and told on one page."""

import os
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from core import InvalidRequestError, LedgerUnavailableError, OccupationService
from core.domain.dates import format_datetime
from core.environment import settings_file
from core.settings import Settings, origins, shown_setting
from kiosk.cli.doctor_sheet import check_sheet
from kiosk.cli.findings import Finding
from kiosk.cli.listings import columns
from kiosk.live.supervision import MAX_SKEW
from kiosk.session import UNREACHABLE, Session
from kiosk.terminal.abilities import MIN_HEIGHT, MIN_WIDTH, is_dumb, is_utf8
from kiosk.terminal.logs import log_folder
from kiosk.terminal.sound import find_player


def examine(session: Session, *, as_json: bool) -> None:
    """Print the findings. Exits with 5 when the ledger, or a sheet that is configured, cannot be used."""

    async def act() -> None:
        settings = in_force = session.configured
        findings = [*_program(session), *_clock(settings), *_terminal(), *_hardening(session, settings)]
        reachable = True
        try:
            in_force = await session.settings()
            async with session.occupation() as occupation:
                findings += await _ledger(session, occupation)
                sheet = await check_sheet(session, in_force, occupation)
                findings += sheet.findings
                reachable = sheet.reachable
        except LedgerUnavailableError as error:
            reachable = False
            findings.append(Finding("ledger", _why(session, error), ok=False))
        if as_json:
            _print_json(session, findings, in_force)
        else:
            _print(session, findings, in_force)
        if not reachable:
            raise SystemExit(UNREACHABLE)

    session.guard(act, as_json=as_json)


def _why(session: Session, error: LedgerUnavailableError) -> str:
    """Why the ledger cannot be used, and beside it what the engine says of that."""
    notice, detail = session.wording.error(error, now=session.clock()), str(error.details.get("detail") or "")
    return ". ".join(filter(None, (notice.title, notice.detail, detail)))


def _program(session: Session) -> list[Finding]:
    from importlib.metadata import version

    return [
        Finding("program", version("spool-kiosk")),
        Finding("python", sys.version.split()[0]),
        Finding("textual", version("textual")),
        Finding("plant", "demo" if session.is_demo else session.configured.site),
    ]


def _clock(settings: Settings) -> list[Finding]:
    here, plant = datetime.now().astimezone(), datetime.now(settings.zone)
    return [
        Finding("clock", here.isoformat(timespec="seconds")),
        Finding("timezone", f"{settings.timezone}: {format_datetime(plant, settings.zone)}"),
    ]


def _terminal() -> list[Finding]:
    width, height = shutil.get_terminal_size((0, 0))
    encoding = sys.stdout.encoding or "?"
    colours = os.environ.get("COLORTERM") or os.environ.get("TERM") or "?"
    # Without a terminal (in a script, say) there is no size to judge.
    fits = (width, height) == (0, 0) or (width >= MIN_WIDTH and height >= MIN_HEIGHT)
    shows = not is_dumb(os.environ) and colours != "?"
    return [
        Finding("terminal_size", f"{width}x{height}", ok=fits),
        Finding("terminal_colours", colours, ok=shows or not sys.stdout.isatty()),
        Finding("encoding", encoding, ok=is_utf8(encoding)),
    ]


def _hardening(session: Session, settings: Settings) -> list[Finding]:
    """What a terminal needs besides its ledger to be left alone with people."""
    player = find_player()
    sound = settings.sound if settings.sound != "files" else f"files: {player[0] if player else '✘ → bell'}"
    return [
        Finding("theme", session.theme),
        Finding("sound", sound, ok=settings.sound != "files" or player is not None),
        _logs(log_folder(settings.data_dir)),
        _pins(session, settings),
    ]


def _logs(folder: Path) -> Finding:
    """Whether the log can be written, tried for real."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        return Finding("logs", f"{folder}: {exc.strerror}", ok=False)
    reports = len(list(folder.glob("crash-*.txt")))
    return Finding("logs", f"{folder} (crash-*.txt: {reports})")


def _pins(session: Session, settings: Settings) -> Finding:
    """How many supervisors can close the program here; in kiosk mode somebody should."""
    try:
        count = session.pins.count(session.site)
    except InvalidRequestError as error:
        return Finding("pins", session.wording.why(error), ok=False)
    return Finding("pins", str(count), ok=count > 0 or not settings.mode)


async def _ledger(session: Session, occupation: OccupationService) -> list[Finding]:
    health = await occupation.ledger.admin.check()
    snapshot = await occupation.snapshot()
    skew = abs(occupation.ledger.now() - datetime.now().astimezone())
    return [
        Finding(
            "ledger", "; ".join(session.wording(f"riesgo.{risk}") for risk in health.risks) or "ok", ok=not health.risks
        ),
        *(Finding(f"ledger_{name}", value) for name, value in health.facts.items()),
        Finding("ledger_clock_skew", f"{skew.total_seconds():.3f} s", ok=skew <= MAX_SKEW),
        Finding("spools", str(len(snapshot.spools)), ok=bool(snapshot.spools)),
        Finding("workers", str(len(snapshot.workers)), ok=bool(snapshot.workers)),
    ]


def _setting_values(settings: Settings) -> dict[str, str]:
    return {name: shown_setting(name, str(value)) for name, value in settings.model_dump().items()}


def _origins(session: Session, settings: Settings) -> dict[str, str]:
    return {name: origin or session.wording("doctor.by_default") for name, origin in origins(settings).items()}


def _print_json(session: Session, findings: list[Finding], settings: Settings) -> None:
    where = _origins(session, settings)
    session.print_json(
        {
            "ok": all(finding.ok for finding in findings),
            "findings": {finding.name: {"value": finding.value, "ok": finding.ok} for finding in findings},
            "settings_file": str(settings_file() or ""),
            "settings": {
                name: {"value": value, "origin": where[name]} for name, value in _setting_values(settings).items()
            },
        }
    )


def _print(session: Session, findings: list[Finding], settings: Settings) -> None:
    where = _origins(session, settings)
    for line in columns([("✔" if finding.ok else "✘", finding.name, finding.value) for finding in findings]):
        session.print(line)
    session.print("")
    for line in columns([(name, value, where[name]) for name, value in _setting_values(settings).items()]):
        session.print(line)
    session.print("")
    words = session.wording
    session.print(words("doctor.ok") if all(finding.ok for finding in findings) else words("doctor.trouble"))
