"""The embedded ledger's file: durable settings, paths it cannot use, damage, full disks, and a log that only grows."""

import os
from pathlib import Path
from uuid import UUID

import apsw
import pytest

from core.domain.errors import LedgerUnavailableError
from core.domain.reasons import FallaRegistro
from core.domain.requests import TomarRequest
from core.occupation import OccupationService
from tests.processes import plant, service_on
from tests.sqlite_files import database, pragma, rows_of

TAKE = TomarRequest(tag_spool="S-1", worker_id=1, operacion="ARM")


async def open_ledger_in(file: Path) -> None:
    async with service_on(file):
        pass


def fill_with_garbage(file: Path) -> None:
    """Overwrite every page but the first, which knows what kind of file it is."""
    with database(file) as connection:
        first_page = int(connection.pragma("page_size"))
    content = file.read_bytes()
    file.write_bytes(content[:first_page] + b"\xa5" * (len(content) - first_page))


@pytest.mark.parametrize("connection", ["writer", "reader", "observer"])
async def test_every_connection_keeps_what_it_acknowledges_through_a_power_cut(
    kiosk: OccupationService, connection: str
) -> None:
    assert await pragma(kiosk, connection, "journal_mode") == "wal"
    assert await pragma(kiosk, connection, "synchronous") == 2
    assert await pragma(kiosk, connection, "foreign_keys") == 1
    assert await pragma(kiosk, connection, "busy_timeout") >= 1000


async def test_check_tells_the_facts_of_the_file(kiosk: OccupationService, file: Path) -> None:
    facts = (await kiosk.ledger.admin.check()).facts
    assert facts["engine"] == "sqlite"
    assert facts["sqlite_version"] == apsw.sqlite_lib_version()
    assert Path(facts["file"]) == file
    assert facts["journal_mode"] == "wal"
    assert facts["synchronous"] == "full"
    assert facts["foreign_keys"] == "on"
    assert facts["quick_check"] == "ok"
    assert facts["last_seq"] == "1"
    assert UUID(facts["identity"]).version == 4


async def test_check_changes_nothing(kiosk: OccupationService, file: Path) -> None:
    before = rows_of(file)
    await kiosk.ledger.admin.check()
    assert rows_of(file) == before


async def test_the_identity_stays_with_the_file(kiosk: OccupationService, file: Path) -> None:
    async with service_on(file) as again:
        assert (await again.ledger.admin.check()).facts["identity"] == (await kiosk.ledger.admin.check()).facts[
            "identity"
        ]


async def test_a_folder_is_refused_as_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnavailableError) as refused:
        await open_ledger_in(tmp_path)
    assert refused.value.details["reason"] == FallaRegistro.NO_SE_ABRE
    assert refused.value.details["path"] == str(tmp_path)


async def test_a_path_below_a_file_is_refused_as_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    below = Path(__file__) / "deeper" / "ledger.sqlite3"
    with pytest.raises(LedgerUnavailableError) as refused:
        await open_ledger_in(below)
    assert refused.value.details["reason"] == FallaRegistro.CARPETA
    assert refused.value.details["path"] == str(below)


def allow(folder: Path, mode: int) -> None:
    folder.chmod(mode)


def rights_in(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.iterdir()}


@pytest.mark.parametrize(("of_folder", "of_file"), [(0o700, 0o600), (0o755, 0o600), (0o770, 0o660), (0o2775, 0o660)])
async def test_a_new_file_is_for_its_user_and_for_the_group_that_may_write_to_its_folder(
    tmp_path: Path, of_folder: int, of_file: int
) -> None:
    allow(tmp_path, of_folder)
    before = os.umask(0o002)
    try:
        async with service_on(tmp_path / "ledger.sqlite3"):
            assert rights_in(tmp_path) == {of_file}
    finally:
        os.umask(before)


async def test_missing_folders_are_made(tmp_path: Path) -> None:
    async with service_on(tmp_path / "a" / "b" / "ledger.sqlite3") as service:
        assert (await service.snapshot()).seq == 0


async def test_a_damaged_file_is_refused_as_damaged(file: Path) -> None:
    async with service_on(file) as service:
        await service.load_plant(plant(spools=100, workers=2))
    fill_with_garbage(file)
    with pytest.raises(LedgerUnavailableError, match="DANADO"):
        await open_ledger_in(file)


async def test_two_sites_in_one_file_know_nothing_of_each_other(kiosk: OccupationService, file: Path) -> None:
    async with service_on(file, site="planta-2") as other:
        assert (await other.snapshot()).spools == ()
        await other.load_plant(plant(spools=1, workers=1))
        first = await other.tomar(TAKE)
    assert first.seq == 2
    assert (await kiosk.tomar(TAKE)).seq == 2
    assert len(await kiosk.history("S-1")) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET worker_id = 2",
        "UPDATE events SET seq = seq + 100",
        "DELETE FROM events",
        """INSERT OR REPLACE INTO events SELECT site, seq, id, ts, 'OTRO', tag_spool, worker_id, worker_nombre,
           operacion, accion, fecha_operacion, station, metadata FROM events""",
    ],
    ids=["update", "renumber", "delete", "replace"],
)
async def test_nobody_can_change_or_remove_what_is_in_the_log(
    kiosk: OccupationService, file: Path, change: str
) -> None:
    before = rows_of(file)
    with database(file) as somebody, pytest.raises(apsw.ConstraintError):
        somebody.execute(change)
    assert rows_of(file) == before
