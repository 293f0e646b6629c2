"""`kiosk load` of 300,000 rows, from the start of the program to its end: CSV, and the workbook that `export` makes."""

import asyncio
import csv
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.settings import sqlite_url
from tests.benchmarks.measure import Figure, timed_plainly
from tests.benchmarks.plants import write_folder
from tests.processes import ROOT

ROWS: Final = 300_000
FEW: Final = 20
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
    """The first load of a large plant, from either kind of file; once each, for one takes long and is steady."""
    office, few = write_folder(folder / "office", spools=ROWS), write_folder(folder / "few", spools=FEW)
    kiosk, book, whole = Kiosk(folder), folder / "planta.xlsx", folder / "all.sqlite3"
    await kiosk.run(folder / "few.sqlite3", "load", str(few))
    bare = kiosk.memory
    splitting = await timed_plainly(lambda: only_split(office / "operaciones.csv"))()
    from_csv, csv_memory = await kiosk.run(whole, "load", str(office)), kiosk.memory
    exporting, export_memory = await kiosk.run(whole, "export", str(book)), kiosk.memory
    from_book, book_memory = await kiosk.run(folder / "again.sqlite3", "load", str(book)), kiosk.memory
    figures = [
        Figure(
            name=f"export {ROWS:,} spools to a workbook: memory",
            ours=export_memory,
            floor=bare,
            floor_is=f"kiosk load of {FEW} rows",
            rounds=1,
            unit="B",
        ),
        Figure(
            name=f"export {ROWS:,} spools to a workbook",
            ours=exporting,
            floor=from_book,
            floor_is="loading it",
            rounds=1,
        ),
    ]
    for kind, loading, memory in (("CSV", from_csv, csv_memory), ("a workbook", from_book, book_memory)):
        figures += [
            Figure(
                name=f"kiosk load of {ROWS:,} rows from {kind}",
                ours=loading,
                floor=splitting,
                floor_is="csv.reader alone",
                rounds=1,
                max_seconds=LONGEST,
            ),
            Figure(
                name=f"kiosk load of {ROWS:,} rows from {kind}: memory",
                ours=memory,
                floor=bare,
                floor_is=f"the same with {FEW} rows",
                rounds=1,
                unit="B",
                max_bytes=MOST,
            ),
        ]
    return figures
