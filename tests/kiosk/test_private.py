"""What people did at a terminal is for the terminal's user alone, and doctor says where it is not."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.ledger.open import open_rate_limit
from core.settings import Settings
from core.wiring import open_occupation
from kiosk.demo import DEMO_FOLDER
from kiosk.terminal import logs
from kiosk.terminal.crash import write_report
from kiosk.terminal.logs import EventLog, log_folder
from tests.kiosk.commands import run_kiosk


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def allow(path: Path, mode: int) -> None:
    path.chmod(mode)


async def test_the_data_folder_and_all_that_is_in_it_are_for_their_user_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "nueva" / "datos"
    monkeypatch.setenv("KIOSK_DATA_DIR", str(folder))
    monkeypatch.setattr(logs, "MAX_BYTES", 100)
    log = EventLog(log_folder(folder))
    for _ in range(3):
        log.event("start", text="x" * 200)
    log.close()
    assert write_report(log_folder(folder), "report", now=datetime.now(UTC)) is not None
    assert (await run_kiosk("pin", "--worker", "95", given="4711\n")).status == 0
    assert (await run_kiosk("load", str(DEMO_FOLDER))).status == 0
    settings = Settings.load()
    async with (
        open_occupation(settings=settings),
        open_rate_limit(settings.effective_ledger_url, site="planta", name="reads", per_minute=1),
    ):
        kept = [folder.parent, folder, *folder.rglob("*")]
        wanted = {path: 0o700 if path.is_dir() else 0o600 for path in kept}
        assert {path: rights(path) for path in kept} == wanted
    names = {path.name for path in kept}
    assert names >= {"demo.sqlite3", "ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm", "pins.json"}
    assert names >= {"kiosk.log", "kiosk.log.1", "ledger.sqlite3.planta.reads.rate"}


@pytest.mark.usefixtures("demo_of_today")
async def test_a_data_folder_that_others_can_see_is_told_and_stays_as_somebody_chose_it(tmp_path: Path) -> None:
    assert (await run_kiosk("doctor", "--json")).json["findings"]["data_folder"]["ok"]
    allow(tmp_path, 0o755)
    seen = (await run_kiosk("doctor", "--json")).json["findings"]["data_folder"]
    assert (seen["ok"], f"chmod -R go= {tmp_path}" in seen["next_step"]) == (False, True)
    assert rights(tmp_path) == 0o755
    allow(tmp_path, 0o700)
    allow(tmp_path / "demo.sqlite3", 0o644)
    assert not (await run_kiosk("doctor", "--json")).json["findings"]["data_folder"]["ok"]
