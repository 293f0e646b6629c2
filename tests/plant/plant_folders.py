"""A plant's folder as an office keeps it, and what the program makes of it."""

from collections.abc import Callable
from pathlib import Path

from core.domain.model import Spool
from core.plant.files import read_plant
from core.plant.reading import PlantReading
from tests.processes import TIMEZONE

TRABAJADORES = """\
Id,Nombre,Apellido,Activo
93,Miguel,Rodríguez,Sí
94,Juan,Pérez,Sí
"""
ROLES = """\
Id,Rol,Activo
93,Armador,Sí
93,Soldador,Sí
94,Armador,Sí
"""
OPERACIONES = """\
TAG_SPOOL,OT,NV,Fecha_Materiales
MK-1,001,NV-1,02-01-2026
MK-2,002,NV-2,
"""
PROGRESS = (
    "TAG_SPOOL,Fecha_Materiales,Armador,Fecha_Armado,Soldador,Fecha_Soldadura,Fecha_QC_Metrologia,"
    "Ocupado_Por,Fecha_Ocupacion,Estado_Detalle\n"
)

WriteFolder = Callable[..., Path]
"""Writes a plant's folder; a file that is None is left out."""


def read(folder: Path, *, lock_ttl: int = 0) -> PlantReading:
    return read_plant(folder, timezone=TIMEZONE, lock_ttl=lock_ttl)


def tags(reading: PlantReading) -> list[str]:
    return [spool.tag_spool for spool in reading.plant.spools]


def only_spool(folder: WriteFolder, cells: str, *, lock_ttl: int = 0) -> Spool:
    """The spool of a folder whose one row, under `PROGRESS`, has these cells."""
    reading = read(folder(PROGRESS + cells + "\n"), lock_ttl=lock_ttl)
    assert reading.problems == ()
    [spool] = reading.plant.spools
    return spool
