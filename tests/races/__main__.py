"""Long rounds: `python -m tests.races --minutes N`, of one engine or of all; the exit status is 1 on any finding."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path
from random import SystemRandom

ENGINES = ("sqlite", "redis", "sentinel")
ROUND = 60.0
"""Seconds of one round: a new store, and a check of all that was answered."""
SHOWN = 20
"""Findings of a round that are printed; all of them are in its folder."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.races", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long on each engine")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="by default all of them")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    return parser.parse_args()


def main() -> int:
    """Run the rounds; 1 when anything was found."""
    arguments = _arguments()
    engines = arguments.engine or ENGINES
    found = 0
    for engine in engines:
        seed, end = arguments.seed, time.monotonic() + 60 * arguments.minutes
        while (left := end - time.monotonic()) > 0:
            found += _round(engine, min(left, ROUND), seed)
            seed += 1
    return 1 if found else 0


def _round(engine: str, seconds: float, seed: int) -> int:
    """One round, printed; how much was found."""
    # Not above: every client process imports this module again.
    from tests.races.rounds import run_round

    _print(f"python -m tests.races --engine {engine} --minutes {seconds / 60:.2f} --seed {seed}")
    folder = Path(tempfile.mkdtemp(prefix=f"races-{engine}-"))
    figures = asyncio.run(run_round(engine, folder, seconds=seconds, seed=seed))
    _print(f"  {figures}")
    for finding in figures.findings[:SHOWN]:
        _print(f"  {finding}")
    if figures.findings:
        _print(f"  the records and the log are in {folder}")
    else:
        shutil.rmtree(folder)
    return len(figures.findings)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
