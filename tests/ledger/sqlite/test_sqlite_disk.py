"""A ledger on a disk that is full or read-only: it is told, reading goes on, and so does work when that is over."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.domain.errors import LedgerUnavailableError
from core.domain.model import Operacion
from core.domain.reasons import FallaRegistro
from core.domain.requests import NotaRequest, TomarRequest
from core.occupation import OccupationService
from tests.disks import Disk, small_disk
from tests.processes import plant, service_on
from tests.sqlite_files import database

TAKE = TomarRequest(tag_spool="S-1", worker_id=1, operacion=Operacion.ARM)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def file(disk: Disk) -> Path:
    return disk.folder / "ledger.sqlite3"


async def take_one(file: Path) -> None:
    """A ledger with three events that was closed as it should be: only its file is left."""
    async with service_on(file) as service:
        await service.load_plant(plant(spools=3, workers=2))
        await service.tomar(TAKE)
        await service.nota(a_note())


def copy_as_it_is(file: Path, folder: Path) -> None:
    """Copy a ledger that is open, with the files that SQLite keeps beside it."""
    for part in file.parent.glob(f"{file.name}*"):
        shutil.copy(part, folder)


def a_note(text: str = "falta un codo") -> NotaRequest:
    return NotaRequest(tag_spool="S-2", worker_id=2, texto=text)


async def can_be_read(service: OccupationService) -> None:
    assert (await service.status("S-1")).ocupado_por == "AR(1)"
    assert [event.evento_tipo for event in await service.history("S-1")] == ["TOMAR_ARM"]
    assert (await service.snapshot()).seq == 3
    assert len(await service.ledger.events(after=0, limit=10)) == 3


async def refused_for(reason: FallaRegistro, service: OccupationService, file: Path, note: NotaRequest) -> None:
    with pytest.raises(LedgerUnavailableError) as refused:
        await service.nota(note)
    assert (refused.value.details["reason"], refused.value.details["path"]) == (reason, str(file))
    assert not refused.value.doubtful


@pytest.mark.parametrize("fault", ["full", "read-only"])
async def test_a_ledger_is_opened_and_read_where_nothing_can_be_written_and_goes_on_by_itself(
    disk: Disk, file: Path, fault: str
) -> None:
    await take_one(file)
    begin, end = {"full": (disk.fill, disk.free), "read-only": (disk.forbid_writing, disk.allow_writing)}[fault]
    reason = {"full": FallaRegistro.DISCO_LLENO, "read-only": FallaRegistro.NO_SE_ESCRIBE}[fault]
    begin()
    try:
        async with service_on(file) as service:
            await can_be_read(service)
            note = a_note("mientras tanto")
            await refused_for(reason, service, file, note)
            await can_be_read(service)
            end()
            assert (await service.nota(note)).seq == 4
            assert (await service.snapshot()).seq == 4
    finally:
        end()


async def test_what_a_power_cut_left_in_the_wal_is_read_on_a_read_only_disk(
    disk: Disk, file: Path, tmp_path: Path
) -> None:
    original = tmp_path / "ledger.sqlite3"
    async with service_on(original) as service:
        await service.load_plant(plant(spools=3, workers=2))
        await service.tomar(TAKE)
        await service.nota(a_note())
        copy_as_it_is(original, disk.folder)
    disk.forbid_writing()
    try:
        async with service_on(file) as service:
            await can_be_read(service)
            await refused_for(FallaRegistro.NO_SE_ESCRIBE, service, file, a_note("mientras tanto"))
    finally:
        disk.allow_writing()


async def test_another_process_that_works_again_is_seen_by_who_could_only_read(disk: Disk, file: Path) -> None:
    await take_one(file)
    disk.fill()
    async with service_on(file) as reading:
        await can_be_read(reading)
        disk.free()
        async with service_on(file) as other:
            await other.nota(a_note("otro"))
        assert (await reading.ledger.position()).seq == 4
        assert len(await reading.history("S-2")) == 2


async def test_a_plant_that_does_not_fit_on_the_disk_is_refused_whole_and_loads_when_there_is_room(
    disk: Disk, file: Path
) -> None:
    await take_one(file)
    async with service_on(file) as service:
        disk.fill(leaving=60_000)
        with pytest.raises(LedgerUnavailableError, match="DISCO_LLENO"):
            await service.load_plant(plant(spools=2000, workers=2))
        await can_be_read(service)
        disk.free()
        assert (await service.load_plant(plant(spools=2000, workers=2))).added == 1997


async def test_on_a_full_disk_what_was_acknowledged_stays_and_what_was_refused_may_be_sent_again(
    disk: Disk, file: Path
) -> None:
    await take_one(file)
    async with service_on(file) as service:
        disk.fill(leaving=200_000)
        last, note = 3, a_note("x" * 480)
        with suppress(LedgerUnavailableError):
            while True:
                last = (await service.nota(note)).seq
                note = a_note("x" * 480)
        assert last > 5
        await refused_for(FallaRegistro.DISCO_LLENO, service, file, note)
        assert (await service.snapshot()).seq == last
        disk.free()
        assert (await service.nota(note)).seq == last + 1
    with database(file) as connection:
        assert connection.execute("PRAGMA integrity_check").get == "ok"
        assert connection.execute("SELECT max(seq) FROM events").get == last + 1
