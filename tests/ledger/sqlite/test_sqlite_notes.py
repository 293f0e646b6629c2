"""Notes in a real file: a disk that is full, and a file that was replaced."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.domain.errors import LedgerUnavailableError
from core.occupation import OccupationService
from tests.disks import Disk, small_disk
from tests.processes import service_on

BOOK, LOCK, MINE = "sheet", "sheet-mirror", "1:mine"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
async def mirror(disk: Disk) -> AsyncIterator[OccupationService]:
    """Who holds the lock, and wrote a note."""
    async with service_on(disk.folder / "ledger.sqlite3") as service:
        assert await service.ledger.locks.acquire(LOCK, MINE, 0)
        assert await put(service, {"cursor": "1", "status": "libre"})
        yield service


async def put(service: OccupationService, changes: dict[str, str | None]) -> bool:
    return await service.ledger.notes.write(BOOK, changes, lock=LOCK, token=MINE)


async def test_a_full_disk_is_told_and_nothing_is_written(mirror: OccupationService, disk: Disk):
    disk.fill()
    with pytest.raises(LedgerUnavailableError, match="DISCO_LLENO"):
        await put(mirror, {"cursor": "2", "status": None, "rows": "x" * 1_000_000})
    assert await mirror.ledger.notes.read(BOOK) == {"cursor": "1", "status": "libre"}
    disk.free()
    assert await put(mirror, {"cursor": "2"})


async def test_a_file_that_was_replaced_takes_no_notes(mirror: OccupationService, disk: Disk):
    (disk.folder / "ledger.sqlite3").rename(disk.folder / "moved.sqlite3")
    with pytest.raises(LedgerUnavailableError, match="ARCHIVO_REEMPLAZADO"):
        await put(mirror, {"cursor": "2"})
    assert await mirror.ledger.notes.read(BOOK) == {"cursor": "1", "status": "libre"}
