"""When two people change one spool at once: try again, politely, and remember where it happens often."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid4

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from core.domain.errors import SpoolNoEncontradoError, VersionConflictError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How a version conflict is retried.

    Before try number n + 1 it waits a random time between 0 and min(`cap`, `base` * 2 ** (n - 1)) seconds ("full
    jitter", AWS Architecture Blog, "Exponential Backoff And Jitter"), so that losers do not meet again.
    """

    attempts: int = 8
    base: float = 0.005
    cap: float = 0.25


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
        return self.retries / self.requests if self.requests else 0.0


@dataclass(slots=True)
class _Figures:
    """What is counted of one spool."""

    requests: int = 0
    retries: int = 0
    failures: int = 0

    def of(self, tag_spool: str) -> ConflictMetrics:
        return ConflictMetrics(
            tag_spool=tag_spool, requests=self.requests, retries=self.retries, failures=self.failures
        )


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A spool that many want at once, and what to do about it."""

    metrics: ConflictMetrics
    recommendation: str


class ConflictService:
    """Makes version tokens, retries requests that met a version conflict, and keeps the figures per spool."""

    def __init__(self, backoff: Backoff | None = None) -> None:
        self.backoff = backoff or Backoff()
        self._figures: dict[str, _Figures] = {}

    @staticmethod
    def new_token() -> UUID:
        """A version token (uuid4): the id of an event, and so of the state that event makes."""
        return uuid4()

    async def run(self, tag_spool: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """The result of `attempt`, which is called again after a `VersionConflictError` and after nothing else.

        Raises the last `VersionConflictError` when all tries met one; any other error at once.
        """
        made = 0
        failed = False
        known = True

        async def counted() -> T:
            nonlocal made
            made += 1
            try:
                return await attempt()
            except VersionConflictError as conflict:
                conflict.details["attempts"] = made
                raise

        try:
            try:
                # Nearly all requests end here: only those that met a conflict pay for the machinery of trying again.
                return await counted()
            except VersionConflictError as conflict:
                return await self._try_again(conflict, counted)
        except VersionConflictError:
            failed = True
            raise
        except SpoolNoEncontradoError:
            # Misread labels are no spools: figures about them would only pile up.
            known = False
            raise
        finally:
            if known:
                self._count(tag_spool, retries=max(made - 1, 0), failed=failed)

    async def _try_again(self, first: VersionConflictError, attempt: Callable[[], Awaitable[T]]) -> T:
        """What `attempt` gives after its first try met a conflict."""
        tries = AsyncRetrying(
            retry=retry_if_exception_type(VersionConflictError),
            stop=stop_after_attempt(self.backoff.attempts),
            wait=wait_random_exponential(multiplier=self.backoff.base, max=self.backoff.cap),
            reraise=True,
        )
        conflicts: list[VersionConflictError] = [first]

        async def next_try() -> T:
            if conflicts:
                raise conflicts.pop()
            return await attempt()

        return await tries(next_try)

    def metrics(self, tag_spool: str) -> ConflictMetrics:
        """The figures of one spool; zeros for a spool nobody asked for."""
        return (self._figures.get(tag_spool) or _Figures()).of(tag_spool)

    def hot_spots(self, *, min_retries: int = 3) -> list[HotSpot]:
        """Spools with at least `min_retries` retries, the hottest first."""
        every = (figures.of(tag_spool) for tag_spool, figures in self._figures.items())
        hot = [figures for figures in every if figures.retries >= min_retries]
        hot.sort(key=lambda figures: (figures.retries, figures.failures), reverse=True)
        return [HotSpot(figures, self._recommend(figures)) for figures in hot]

    def _count(self, tag_spool: str, *, retries: int, failed: bool) -> None:
        figures = self._figures.setdefault(tag_spool, _Figures())
        figures.requests += 1
        figures.retries += retries
        figures.failures += failed

    def _recommend(self, figures: ConflictMetrics) -> str:
        if figures.failures:
            return f"Subir los intentos (ahora {self.backoff.attempts}) o la espera máxima (ahora {self.backoff.cap} s)"
        if figures.retries_per_request >= 1:
            return "Varias personas van tras este spool a la vez: asignarlo a una"
        return "Vigilar: los reintentos alcanzan por ahora"
