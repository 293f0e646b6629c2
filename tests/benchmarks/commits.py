"""What one TOMAR and one PAUSAR cost, beside the same rows written bare; and whether the plant's size matters."""

import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import apsw

from core.domain.requests import NotaRequest, PausarRequest, TomarRequest
from core.occupation import OccupationService
from tests.benchmarks.measure import Figure, in_rounds, interleaved, paired, timed, timed_plainly
from tests.processes import plant, service_on
from tests.sqlite_files import database

ROUNDS: Final = 150
SIZES: Final = (1_000, 10_000, 100_000)
REMEMBERED: Final = 100
"""Spools that a service goes on working on: fewer than it remembers."""

LONG: Final = 1_000_000
"""Events of some years."""


def tomar_pausar(service: OccupationService, spools: int) -> Callable[[], Awaitable[None]]:
    """Takes and puts down a spool of the plant, another each time it is called."""
    chance = random.Random(spools)

    async def once() -> None:
        tag_spool = f"S-{chance.randrange(1, spools + 1)}"
        await service.tomar(TomarRequest(tag_spool=tag_spool, worker_id=1, operacion="ARM"))
        await service.pausar(PausarRequest(tag_spool=tag_spool, worker_id=1))

    return once


async def warmed(service: OccupationService) -> OccupationService:
    """The service, once it worked on the first `REMEMBERED` spools: it remembers them."""
    for n in range(1, REMEMBERED + 1):
        await service.nota(NotaRequest(tag_spool=f"S-{n}", worker_id=1, texto="visto"))
    return service


def same_rows_bare(connection: apsw.Connection) -> Callable[[], None]:
    """Writes the rows of a TOMAR and a PAUSAR, each in one transaction, as plainly as SQLite allows.

    `connection` is to a ledger whose newest two events are a TOMAR and a PAUSAR of spool S-1.
    """
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    connection.pragma("foreign_keys", "on")
    taken, put_down = connection.execute("SELECT * FROM events ORDER BY seq DESC LIMIT 2").fetchall()[::-1]
    version, state = connection.execute("SELECT version, state FROM spools WHERE tag_spool = 'S-1'").fetchall()[0]

    def write(event: tuple[Any, ...], lock: str, lock_values: tuple[str]) -> None:
        nonlocal version
        connection.execute("BEGIN IMMEDIATE")
        seq = connection.execute("UPDATE sites SET last_seq = last_seq + 1 WHERE site = 1 RETURNING last_seq").get
        version += 1
        connection.execute(lock, lock_values)
        connection.execute(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (1, seq, str(uuid4()), *event[3:])
        )
        connection.execute(
            "UPDATE spools SET version = ?, state = ? WHERE site = 1 AND tag_spool = 'S-1'", (version, state)
        )
        connection.execute("INSERT INTO requests VALUES (1, ?, ?, 9999999999999999)", (str(uuid4()), seq))
        connection.execute("COMMIT")

    def once() -> None:
        write(taken, "INSERT INTO locks VALUES (1, 'spool_lock:S-1', ?, 9999999999999999)", (f"1:{uuid4()}",))
        write(put_down, "DELETE FROM locks WHERE site = 1 AND name = ?", ("spool_lock:S-1",))

    return once


async def cost_of_a_commit(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR through the service beside the same rows written by bare apsw."""
    async with service_on(folder / "ours.sqlite3") as ours, service_on(folder / "bare.sqlite3") as bare:
        for service in (ours, bare):
            await service.load_plant(plant(spools=SIZES[0], workers=10))
        await warmed(ours)
        await bare.tomar(TomarRequest(tag_spool="S-1", worker_id=1, operacion="ARM"))
        await bare.pausar(PausarRequest(tag_spool="S-1", worker_id=1))
        with database(folder / "bare.sqlite3") as connection:
            service_times, bare_times = await in_rounds(
                ROUNDS, timed(tomar_pausar(ours, REMEMBERED)), timed_plainly(same_rows_bare(connection))
            )
    return [
        Figure(
            name="TOMAR + PAUSAR",
            **paired(service_times, bare_times),
            floor_is="the same rows by bare apsw, two transactions",
            rounds=ROUNDS,
            max_ratio=2,
        )
    ]


async def cost_by_size_of_plant(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR in plants of a thousand, ten thousand and a hundred thousand spools."""
    async with AsyncExitStack() as stack:
        services = [await stack.enter_async_context(service_on(folder / f"{size}.sqlite3")) for size in SIZES]
        for service, size in zip(services, SIZES, strict=True):
            await service.load_plant(plant(spools=size, workers=10))
        times = await interleaved(
            ROUNDS, *(timed(tomar_pausar(service, size)) for service, size in zip(services, SIZES, strict=True))
        )
    return [
        Figure(
            name=f"TOMAR + PAUSAR among {size:,} spools",
            ours=taken,
            floor=times[0],
            floor_is=f"the same among {SIZES[0]:,}",
            rounds=ROUNDS,
            max_ratio=1.5,
        )
        for size, taken in zip(SIZES, times, strict=True)
    ]


_GROW: Final = """
WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :times)
INSERT INTO events
SELECT site, seq + n, lower(hex(randomblob(16))), ts, evento_tipo, 'S-' || (n % :spools), worker_id, worker_nombre,
       operacion, accion, fecha_operacion, station, metadata
FROM (SELECT * FROM events ORDER BY seq DESC LIMIT 1), counted
"""
"""Repeats the newest event so many times, of one spool after the other: a log as long as that of years."""


async def cost_by_length_of_log(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR with a million events of history beside a log that has just begun."""
    async with service_on(folder / "short.sqlite3") as short, service_on(folder / "long.sqlite3") as long:
        for service in (short, long):
            await service.load_plant(plant(spools=SIZES[0], workers=10))
            await warmed(service)
        with database(folder / "long.sqlite3") as connection:
            connection.execute(_GROW, {"times": LONG, "spools": SIZES[0]})
            connection.execute("UPDATE sites SET last_seq = (SELECT max(seq) FROM events)")
        ours, floor = await in_rounds(
            ROUNDS, timed(tomar_pausar(long, REMEMBERED)), timed(tomar_pausar(short, REMEMBERED))
        )
    return [
        Figure(
            name=f"TOMAR + PAUSAR with {LONG:,} events of history",
            **paired(ours, floor),
            floor_is="the same in a log that has just begun",
            rounds=ROUNDS,
            max_ratio=1.05,
        )
    ]
