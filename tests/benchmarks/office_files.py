"""`kiosk load` of 300,000 rows, from the start of the program to its end: CSV, and the workbook that `export` makes."""

import asyncio
import csv
import os
import sys
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from core.settings import sqlite_url
from tests.benchmarks.measure import Figure, interleaved, timed_plainly
from tests.benchmarks.plants import write_folder
from tests.processes import ROOT

ROWS: Final = 300_000
FEW: Final = 20
ROUNDS: Final = 3
LONGEST: Final = 8.0
MOST: Final = 300e6
"""Seconds and bytes that a load may take."""

_PROGRAM: Final = """
import sys
from pathlib import Path
from kiosk.__main__ import start
try:
    status = start(sys.argv[1:])
finally:
    most = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    sys.stderr.write(f"\\n{most.split()[1]}")
sys.exit(status)
"""
"""Linux's own count of the most memory: that of getrusage begins with what the parent had."""


@dataclass
class Kiosk:
    """Runs commands on one ledger after the other. `memory` is the most bytes the last one took."""

    folder: Path
    memory: float = 0

    async def run(self, ledger: Path, *arguments: str) -> float:
        """The seconds that the command takes, from the start of its program to its end."""
        environment = {**os.environ, "KIOSK_LEDGER_URL": sqlite_url(ledger), "KIOSK_DATA_DIR": str(self.folder)}
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _PROGRAM, *arguments),
            cwd=ROOT,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await process.communicate()
        seconds = time.perf_counter() - begun
        assert process.returncode == 0, errors.decode()
        self.memory = float(errors.split()[-1]) * 1024
        return seconds


def only_split(file: Path) -> None:
    """What nothing that reads the file could do without."""
    with file.open(encoding="utf-8", newline="") as stream:
        for _ in csv.reader(stream):
            pass


async def load_of_many_rows(folder: Path) -> list[Figure]:
    """The first load of a large plant, from either kind of file."""
    office, few = write_folder(folder / "office", spools=ROWS), write_folder(folder / "few", spools=FEW)
    kiosk, numbers, book = Kiosk(folder), count(), folder / "planta.xlsx"
    await kiosk.run(folder / "few.sqlite3", "load", str(few))
    bare = kiosk.memory
    await kiosk.run(folder / "all.sqlite3", "load", str(office))
    exporting = await kiosk.run(folder / "all.sqlite3", "export", str(book))
    export_memory = kiosk.memory
    figures = [
        Figure(
            name=f"export {ROWS:,} spools to a workbook: memory",
            ours=export_memory,
            floor=bare,
            floor_is=f"kiosk load of {FEW} rows",
            rounds=1,
            unit="B",
        )
    ]
    for path in (office, book):

        async def ours(path: Path = path) -> float:
            return await kiosk.run(folder / f"{next(numbers)}.sqlite3", "load", str(path))

        floor = timed_plainly(lambda: only_split(office / "operaciones.csv"))
        loading, splitting = await interleaved(ROUNDS, ours, floor)
        kind = "CSV" if path is office else "a workbook"
        figures += [
            Figure(
                name=f"kiosk load of {ROWS:,} rows from {kind}",
                ours=loading,
                floor=splitting,
                floor_is="csv.reader alone",
                rounds=ROUNDS,
                max_seconds=LONGEST,
            ),
            Figure(
                name=f"kiosk load of {ROWS:,} rows from {kind}: memory",
                ours=kiosk.memory,
                floor=bare,
                floor_is=f"the same with {FEW} rows",
                rounds=ROUNDS,
                unit="B",
                max_bytes=MOST,
            ),
        ]
    figures.append(
        Figure(
            name=f"export {ROWS:,} spools to a workbook",
            ours=exporting,
            floor=loading,
            floor_is="loading it",
            rounds=1,
        )
    )
    return figures
