"""Retrying what was overtaken: only that, so many times, never for long, and with figures kept per spool."""

import asyncio

import pytest

from core.conflicts import Backoff, ConflictMetrics, ConflictService
from core.domain.errors import LockExpiredError, SpoolOccupiedError, VersionConflictError
from core.domain.model import Operacion
from tests.plants import JUAN, TAG, Etapa, held_by, spool_at

QUICK = Backoff(attempts=5, base=0, cap=0)
OCCUPIED = SpoolOccupiedError(TAG, held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, TAG)).ocupacion)


class Attempt:
    """Something that is overtaken `times` times before it ends as told; it counts how often it was tried."""

    def __init__(self, *, times: int, ends: Exception | str = "done") -> None:
        self.left = times
        self.ends = ends
        self.made = 0

    async def __call__(self) -> str:
        self.made += 1
        if self.left:
            self.left -= 1
            raise VersionConflictError(TAG, expected=self.made)
        if isinstance(self.ends, Exception):
            raise self.ends
        return self.ends


@pytest.mark.parametrize("times", [0, 1, 4])
async def test_what_was_overtaken_is_tried_until_it_gets_through(times: int):
    attempt = Attempt(times=times)
    assert await ConflictService(QUICK).run(TAG, attempt) == "done"
    assert attempt.made == times + 1


async def test_after_the_last_attempt_the_last_conflict_is_raised():
    attempt = Attempt(times=9)
    with pytest.raises(VersionConflictError) as caught:
        await ConflictService(QUICK).run(TAG, attempt)
    assert attempt.made == 5
    assert caught.value.details["expected_version"] == 5


@pytest.mark.parametrize("refusal", [OCCUPIED, LockExpiredError(TAG), ValueError("a mistake")], ids=repr)
@pytest.mark.parametrize("times", [0, 2])
async def test_any_other_error_is_raised_at_once(refusal: Exception, times: int):
    attempt = Attempt(times=times, ends=refusal)
    with pytest.raises(type(refusal)) as caught:
        await ConflictService(QUICK).run(TAG, attempt)
    assert caught.value is refusal
    assert attempt.made == times + 1


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited for, without waiting."""
    asked: list[float] = []

    async def no_sleep(seconds: float) -> None:
        asked.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", no_sleep)
    return asked


async def test_waits_are_random_and_bounded_by_a_growing_limit_up_to_the_cap(waits: list[float]):
    backoff = Backoff(attempts=8, base=0.005, cap=0.1)
    conflicts = ConflictService(backoff)
    for _ in range(20):
        await conflicts.run(TAG, Attempt(times=7))
    limits = [0.005, 0.01, 0.02, 0.04, 0.08, 0.1, 0.1]
    assert len(waits) == 20 * len(limits)
    for n, limit in enumerate(limits):
        nth = waits[n :: len(limits)]
        assert all(0 <= wait <= limit for wait in nth)
        assert len(set(nth)) > 1


async def test_the_usual_backoff_gives_up_within_two_seconds(waits: list[float]):
    with pytest.raises(VersionConflictError):
        await ConflictService().run(TAG, Attempt(times=100))
    assert len(waits) == Backoff().attempts - 1
    assert sum(waits) < 2


async def test_who_gets_through_at_once_waits_for_nothing(waits: list[float]):
    await ConflictService().run(TAG, Attempt(times=0))
    assert waits == []


def test_a_spool_nobody_asked_for_has_figures_of_zero():
    figures = ConflictService().metrics(TAG)
    assert figures == ConflictMetrics(tag_spool=TAG)
    assert (figures.success_rate, figures.retries_per_request) == (1.0, 0.0)


async def test_figures_count_requests_retries_and_failures_per_spool():
    conflicts = ConflictService(QUICK)
    await conflicts.run("MK-1", Attempt(times=0))
    await conflicts.run("MK-1", Attempt(times=2))
    with pytest.raises(VersionConflictError):
        await conflicts.run("MK-1", Attempt(times=9))
    with pytest.raises(SpoolOccupiedError):
        await conflicts.run("MK-1", Attempt(times=1, ends=OCCUPIED))
    await conflicts.run("MK-2", Attempt(times=1))
    figures = conflicts.metrics("MK-1")
    assert figures == ConflictMetrics(tag_spool="MK-1", requests=4, retries=7, failures=1)
    assert (figures.success_rate, figures.retries_per_request) == (0.75, 1.75)
    assert conflicts.metrics("MK-2") == ConflictMetrics(tag_spool="MK-2", requests=1, retries=1)


async def conflicts_with(**times: int) -> ConflictService:
    """A service where each spool met so many conflicts in one request."""
    conflicts = ConflictService(Backoff(attempts=100, base=0, cap=0))
    for tag, count in times.items():
        await conflicts.run(tag, Attempt(times=count))
    return conflicts


async def test_hot_spots_are_the_spools_with_most_retries_hottest_first():
    conflicts = await conflicts_with(calm=0, warm=3, hot=9, cool=2)
    assert [spot.metrics.tag_spool for spot in conflicts.hot_spots()] == ["hot", "warm"]
    assert [spot.metrics.tag_spool for spot in conflicts.hot_spots(min_retries=2)] == ["hot", "warm", "cool"]
    assert conflicts.hot_spots(min_retries=10) == []


async def test_a_hot_spot_that_fails_is_told_to_try_more_or_longer():
    conflicts = ConflictService(QUICK)
    with pytest.raises(VersionConflictError):
        await conflicts.run(TAG, Attempt(times=9))
    [spot] = conflicts.hot_spots()
    assert spot.recommendation == "Subir los intentos (ahora 5) o la espera máxima (ahora 0 s)"


async def test_a_hot_spot_wanted_by_many_is_told_to_be_given_to_one():
    [spot] = (await conflicts_with(hot=3)).hot_spots()
    assert spot.recommendation == "Varias personas van tras este spool a la vez: asignarlo a una"


async def test_a_hot_spot_that_gets_through_is_only_watched():
    conflicts = await conflicts_with(hot=3)
    for _ in range(9):
        await conflicts.run("hot", Attempt(times=0))
    [spot] = conflicts.hot_spots()
    assert spot.recommendation == "Vigilar: los reintentos alcanzan por ahora"


def test_version_tokens_are_random_uuids_that_never_repeat():
    tokens = {ConflictService.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {token.version for token in tokens} == {4}
