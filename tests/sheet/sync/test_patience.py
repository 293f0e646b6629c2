"""How long a failure is waited out."""

import pytest

from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError
from core.sheet.pace import Patience

PATIENCE = Patience()


@pytest.mark.parametrize(("failures", "longest"), [(1, 2), (2, 4), (3, 8), (5, 32), (6, 64), (7, 64), (5_000, 64)])
def test_a_wait_doubles_with_each_failure_up_to_a_cap_and_is_random_in_its_upper_half(
    failures: int, longest: float
) -> None:
    error = SheetUnavailableError(FallaPlanilla.SERVIDOR)
    delays = [PATIENCE.delay(failures, error) for _ in range(200)]
    assert all(longest / 2 <= delay <= longest for delay in delays)
    assert max(delays) - min(delays) > longest / 4


def test_what_google_asked_for_is_waited_at_least_and_nothing_asked_shortens_a_wait() -> None:
    asked = SheetUnavailableError(FallaPlanilla.CUOTA, retry_after=100.0)
    assert PATIENCE.delay(1, asked) == 100
    hurried = SheetUnavailableError(FallaPlanilla.CUOTA, retry_after=0.1)
    assert PATIENCE.delay(4, hurried) >= 8
