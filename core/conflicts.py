"""Version conflicts: how long a request that lost the race waits before its next try, and how often that happens."""

from dataclasses import dataclass
from random import uniform

from core.domain.errors import SpoolNoEncontradoError, VersionConflictError


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How a version conflict is retried: at most `attempts` tries; `base` and `cap` are seconds."""

    attempts: int = 8
    base: float = 0.005
    cap: float = 0.25

    def delay(self, attempt: int) -> float:
        """Seconds to wait after try number `attempt` (from 1): random, so that two losers do not meet again.

        "Full jitter": between 0 and min(cap, base * 2 ** (attempt - 1)); AWS Architecture Blog, "Exponential Backoff
        And Jitter".
        """
        return uniform(0, min(self.cap, self.base * 2 ** (attempt - 1)))  # noqa: S311 - no secret depends on it


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictMetrics:
    """What happened to the requests on one spool since this process began."""

    tag_spool: str
    requests: int = 0
    retries: int = 0
    failures: int = 0

    @property
    def success_rate(self) -> float:
        """Share of requests that got through, 0.0 to 1.0."""
        return 1.0 if not self.requests else 1 - self.failures / self.requests

    @property
    def retries_per_request(self) -> float:
        """How often an average request had to be tried again."""
        return self.retries / self.requests if self.requests else 0.0


class ConflictService:
    """How conflicts are retried, and the metrics per spool."""

    def __init__(self, backoff: Backoff | None = None) -> None:
        self.backoff = backoff or Backoff()
        self._metrics: dict[str, ConflictMetrics] = {}

    def record(self, tag_spool: str, result: object, *, tries: int) -> None:
        """Count a request on the spool that ended with `result` after so many tries."""
        if isinstance(result, SpoolNoEncontradoError):
            # A misread label is no spool: metrics about labels would only pile up.
            return
        failed = isinstance(result, VersionConflictError)
        before = self.metrics(tag_spool)
        self._metrics[tag_spool] = ConflictMetrics(
            tag_spool=tag_spool,
            requests=before.requests + 1,
            retries=before.retries + tries - 1,
            failures=before.failures + failed,
        )

    def metrics(self, tag_spool: str) -> ConflictMetrics:
        """The metrics of one spool; zeros for a spool without requests."""
        return self._metrics.get(tag_spool) or ConflictMetrics(tag_spool=tag_spool)

    def hot_spots(self, *, min_retries: int = 3) -> list[ConflictMetrics]:
        """The spools with at least `min_retries` retries, the hottest first."""
        hot = [metrics for metrics in self._metrics.values() if metrics.retries >= min_retries]
        return sorted(hot, key=lambda metrics: (metrics.retries, metrics.failures), reverse=True)
