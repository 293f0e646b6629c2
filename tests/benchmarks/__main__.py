"""`python -m tests.benchmarks [--json PATH] [NAME...]`: every figure beside its floor, measured in the same run."""

import argparse
import asyncio
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import apsw

from tests.benchmarks import (
    board,
    commits,
    feed,
    first_paint,
    imports,
    office_files,
    plants,
    redis_commits,
    redis_feed,
    redis_scale,
    redis_snapshot,
    redis_throughput,
    resting,
    scans,
    sheet,
)
from tests.benchmarks.measure import Figure, table

Benchmark = Callable[[Path], Awaitable[list[Figure]]]
"""Measures in an empty folder of its own."""

BENCHMARKS: Final[dict[str, Benchmark]] = {
    "commit": commits.cost_of_a_commit,
    "size": commits.cost_by_size_of_plant,
    "log": commits.cost_by_length_of_log,
    "load": plants.load_of_a_plant,
    "load-files": office_files.load_of_many_rows,
    "snapshot": plants.snapshot_of_a_plant,
    "catch-up": feed.catching_up,
    "live": feed.across_processes,
    "import": imports.cold_start,
    "paint": first_paint.first_paint,
    "start": first_paint.start_with_a_large_plant,
    "scan": scans.until_painted,
    "others": scans.until_others_repaint,
    "board": board.board_of_a_plant,
    "rest": resting.memory_and_idle,
    "redis-commit": redis_commits.cost_of_a_commit,
    "redis-durable": redis_commits.cost_of_a_durable_commit,
    "redis-locks": redis_commits.beside_other_locks,
    "redis-batch": redis_commits.cost_of_a_batch,
    "redis-size": redis_commits.cost_by_size_of_plant,
    "redis-log": redis_commits.cost_by_length_of_log,
    "redis-live": redis_feed.across_processes,
    "redis-snapshot": redis_snapshot.snapshot_of_a_plant,
    "redis-throughput": redis_throughput.many_processes,
    "redis-terminals": redis_scale.many_terminals,
    "redis-history": redis_scale.long_history,
    "redis-sites": redis_scale.many_sites,
    "sheet-minute": sheet.minutes,
    "sheet-backlog": sheet.backlog,
    "sheet-scan": sheet.scan_beside_it,
}


def redis_version() -> str:
    """As the server itself says it; empty when there is none here."""
    program = shutil.which("redis-server")
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout if program else ""


async def run(names: list[str], figures: list[Figure]) -> None:
    for name in names:
        sys.stderr.write(f"{name} ... ")
        sys.stderr.flush()
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="kiosk-benchmark-") as folder:
            figures += await BENCHMARKS[name](Path(folder))
        sys.stderr.write(f"{time.monotonic() - begun:.0f} s\n")


def report(figures: list[Figure]) -> str:
    """The figures as JSON, with what they were measured on."""
    machine = {
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "redis": redis_version().strip(),
        "cpus": os.cpu_count(),
        "load": os.getloadavg(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    return json.dumps({"machine": machine, "figures": [figure.as_dict() for figure in figures]}, indent=2)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument("--json", type=Path, metavar="PATH", help="also write the figures there; - is stdout, alone")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - BENCHMARKS.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    try:
        with tempfile.TemporaryDirectory(prefix="kiosk-bytecode-") as compiled:
            # An installed program is compiled: where the environment keeps no bytecode, the compiler would be measured.
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.environ["PYTHONPYCACHEPREFIX"] = compiled
            asyncio.run(run(arguments.names or list(BENCHMARKS), figures))
    finally:
        # What was measured before one failed, or somebody lost patience, is worth having.
        show(figures, arguments.json)


def show(figures: list[Figure], file: Path | None) -> None:
    """The figures as a table on stdout, and as JSON in the file; `-` is stdout, alone."""
    if file == Path("-"):
        sys.stdout.write(report(figures) + "\n")
        return
    sys.stdout.write(table(figures) + "\n")
    if file:
        file.write_text(report(figures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
