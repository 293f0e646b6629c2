"""A ledger file of this process's own, and the service over it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.occupation import OccupationService
from tests.integration.plant_folders import OPERACIONES, ROLES, TRABAJADORES, WriteFolder
from tests.processes import plant, service_on


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
async def kiosk(file: Path) -> AsyncIterator[OccupationService]:
    """A service over a new file with three spools and two workers; its log has one event."""
    async with service_on(file) as service:
        await service.load_plant(plant(spools=3, workers=2))
        yield service


@pytest.fixture
def folder(tmp_path: Path) -> WriteFolder:
    """Writes a plant's folder; a file that is None is left out."""

    def write(
        operaciones: str | bytes | None = OPERACIONES,
        trabajadores: str | bytes | None = TRABAJADORES,
        roles: str | bytes | None = ROLES,
    ) -> Path:
        plant = tmp_path / "planta"
        plant.mkdir(exist_ok=True)
        for name, text in (("operaciones", operaciones), ("trabajadores", trabajadores), ("roles", roles)):
            file = plant / f"{name}.csv"
            file.unlink(missing_ok=True)
            if text is not None:
                file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return plant

    return write
