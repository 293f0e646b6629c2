"""Bringing in a plant of 20,000 spools, and reading it whole, beside SQLite doing the same to bare rows."""

import time
from itertools import count
from pathlib import Path
from typing import Final

from core.ledger.codec import spool_to_json
from core.occupation import OccupationService
from core.plant.files import read_plant
from tests.benchmarks.measure import Figure, interleaved, timed, timed_plainly
from tests.processes import TIMEZONE, plant, service_on
from tests.sqlite_files import database

SPOOLS: Final = 20_000
ROUNDS: Final = 3


def write_folder(folder: Path, *, spools: int = SPOOLS) -> Path:
    """A plant's CSV files as the office saves them."""
    folder.mkdir()
    rows = "".join(
        f"MK-{n},{n % 900:03d},NV-{n % 90},02-01-2026,MR(93),{'03-01-2026' if n % 2 else ''},,,,,,\n"
        for n in range(1, spools + 1)
    )
    header = (
        "TAG_SPOOL,OT,NV,Fecha_Materiales,Armador,Fecha_Armado,Soldador,Fecha_Soldadura,Fecha_QC_Metrologia,"
        "Ocupado_Por,Fecha_Ocupacion,Estado_Detalle\n"
    )
    (folder / "operaciones.csv").write_text(header + rows, encoding="utf-8")
    (folder / "trabajadores.csv").write_text("Id,Nombre,Apellido,Activo\n93,Miguel,Rodríguez,Sí\n", encoding="utf-8")
    (folder / "roles.csv").write_text("Id,Rol,Activo\n93,Armador,Sí\n", encoding="utf-8")
    return folder


async def read_and_load(service: OccupationService, office: Path) -> None:
    reading = read_plant(office, timezone=TIMEZONE, lock_ttl=0)
    report = await service.load_plant(reading.plant)
    assert report.added == SPOOLS


def insert_bare(file: Path, rows: list[tuple[str, int, str]]) -> float:
    """Seconds for one durable transaction that inserts a plant's rows into a new file."""
    with database(file) as connection:
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full")
        connection.execute(
            "CREATE TABLE spools (site INTEGER NOT NULL, tag_spool TEXT NOT NULL, version INTEGER NOT NULL,"
            " state TEXT NOT NULL, PRIMARY KEY (site, tag_spool)) STRICT, WITHOUT ROWID"
        )
        begun = time.perf_counter()
        with connection:
            connection.executemany("INSERT INTO spools VALUES (1, ?, ?, ?)", rows)
        return time.perf_counter() - begun


async def load_of_a_plant(folder: Path) -> list[Figure]:
    """CSV files to a ledger that has them."""
    office = write_folder(folder / "office")
    spools = read_plant(office, timezone=TIMEZONE, lock_ttl=0).plant.spools
    rows = [(spool.tag_spool, spool.version, spool_to_json(spool)) for spool in spools]
    numbers = count()

    async def ours() -> float:
        async with service_on(folder / f"ours-{next(numbers)}.sqlite3") as service:
            return await timed(lambda: read_and_load(service, office))()

    async def bare() -> float:
        return insert_bare(folder / f"bare-{next(numbers)}.sqlite3", rows)

    service_time, bare_time = await interleaved(ROUNDS, ours, bare)
    return [
        Figure(
            name=f"load {SPOOLS:,} spools from CSV",
            ours=service_time,
            floor=bare_time,
            floor_is="bare executemany of the same rows",
            rounds=ROUNDS,
            max_seconds=3,
        )
    ]


async def snapshot_of_a_plant(folder: Path) -> list[Figure]:
    """Every spool of the site, as a kiosk's board asks for it when it starts."""
    file = folder / "snapshot.sqlite3"
    async with service_on(file) as service:
        await service.load_plant(plant(spools=SPOOLS, workers=10))
        with database(file) as connection:
            service_time, bare_time = await interleaved(
                ROUNDS,
                timed(service.snapshot),
                timed_plainly(lambda: connection.execute("SELECT state FROM spools ORDER BY tag_spool").fetchall()),
            )
    return [
        Figure(
            name=f"snapshot of {SPOOLS:,} spools",
            ours=service_time,
            floor=bare_time,
            floor_is="bare SELECT of the same rows",
            rounds=ROUNDS,
        )
    ]
