"""Version conflicts: tries that are few and spread, and metrics per spool."""

from collections.abc import Callable

import pytest

from core.conflicts import Backoff, ConflictMetrics, ConflictService
from core.domain.errors import SpoolNoEncontradoError, VersionConflictError
from core.occupation import OccupationService
from tests.asking import nota, refused, tomar
from tests.contract.interference import OvertakenLedger
from tests.plants import JUAN, MIGUEL, TAG

CONFLICT = VersionConflictError(TAG, expected=1)


def test_waits_are_random_and_bounded_by_a_growing_limit_up_to_the_cap():
    backoff = Backoff(attempts=8, base=0.005, cap=0.1)
    for attempt, limit in enumerate([0.005, 0.01, 0.02, 0.04, 0.08, 0.1, 0.1], start=1):
        waits = [backoff.delay(attempt) for _ in range(50)]
        assert all(0 <= wait <= limit for wait in waits)
        assert max(waits) > limit / 2 > min(waits)


def test_the_usual_backoff_gives_up_within_two_seconds():
    usual = Backoff()
    assert sum(min(usual.cap, usual.base * 2**n) for n in range(usual.attempts - 1)) < 2


async def test_a_request_that_meets_conflicts_waits_before_each_further_try(
    service: OccupationService, make_service: Callable[..., OccupationService], monkeypatch: pytest.MonkeyPatch
):
    waits: list[float] = []

    async def no_sleep(seconds: float) -> None:
        waits.append(seconds)

    rival = OvertakenLedger(service.ledger, lambda: service.nota(nota(JUAN)), times=100)
    slow = make_service(rival, conflicts=ConflictService(Backoff(attempts=4, base=1000, cap=1000)))
    monkeypatch.setattr("core.commit_loop.asyncio.sleep", no_sleep)
    with refused(VersionConflictError, tag_spool=TAG):
        await slow.tomar(tomar(MIGUEL))
    assert len(waits) == 3
    assert min(waits) > 0


def test_a_spool_without_requests_has_metrics_of_zero():
    metrics = ConflictService().metrics(TAG)
    assert metrics == ConflictMetrics(tag_spool=TAG)
    assert (metrics.success_rate, metrics.retries_per_request) == (1.0, 0.0)


def test_metrics_count_requests_retries_and_failures_per_spool():
    conflicts = ConflictService()
    for result, tries in (("done", 1), ("done", 3), (CONFLICT, 5), ("done", 2)):
        conflicts.record("MK-1", result, tries=tries)
    conflicts.record("MK-2", "done", tries=2)
    conflicts.record("misread", SpoolNoEncontradoError("misread"), tries=1)
    metrics = conflicts.metrics("MK-1")
    assert metrics == ConflictMetrics(tag_spool="MK-1", requests=4, retries=7, failures=1)
    assert (metrics.success_rate, metrics.retries_per_request) == (0.75, 1.75)
    assert conflicts.metrics("MK-2") == ConflictMetrics(tag_spool="MK-2", requests=1, retries=1)
    assert conflicts.metrics("misread") == ConflictMetrics(tag_spool="misread")


def test_hot_spots_are_the_spools_with_most_retries_hottest_first():
    conflicts = ConflictService()
    for tag, tries in (("calm", 1), ("warm", 4), ("hot", 10), ("cool", 3)):
        conflicts.record(tag, "done", tries=tries)
    assert [spot.tag_spool for spot in conflicts.hot_spots()] == ["hot", "warm"]
    assert [spot.tag_spool for spot in conflicts.hot_spots(min_retries=2)] == ["hot", "warm", "cool"]
    assert conflicts.hot_spots(min_retries=10) == []
