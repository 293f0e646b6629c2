"""A plant's folder that a test writes as it likes."""

from pathlib import Path

import pytest

from tests.plant.plant_folders import OPERACIONES, ROLES, TRABAJADORES, WriteFolder


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
