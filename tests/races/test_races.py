"""A short round on each engine: whatever happens to the store and to its clients, every answer was true.

Long rounds: `python -m tests.races --minutes N`; a seed that a failed test names makes the same faults happen again.
"""

from pathlib import Path
from random import SystemRandom

import pytest

from tests.races.rounds import run_round

SECONDS = {"sqlite": 3.0, "redis": 4.0, "sentinel": 5.0}


ROUNDS = 5
"""A machine that is busy does little in so many seconds, and a failover takes most of them: then there is another."""


@pytest.mark.parametrize("engine", SECONDS)
async def test_every_answer_is_true_whatever_happens_to_the_store_and_its_clients(engine: str, tmp_path: Path) -> None:
    for number in range(ROUNDS):
        seed = SystemRandom().randrange(10**6)
        again = f"python -m tests.races --engine {engine} --minutes {SECONDS[engine] / 60:.2f} --seed {seed}"
        folder = tmp_path / str(number)
        folder.mkdir()
        figures = await run_round(engine, folder, seconds=SECONDS[engine], seed=seed)
        assert [str(finding) for finding in figures.findings] == [], again
        if figures.answers["done"] > 20 and figures.answers["SPOOL_OCCUPIED"] and figures.faults:
            return
    raise AssertionError(f"they hardly worked, or never met: {figures}")
