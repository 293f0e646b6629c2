"""A time that passes only when a test lets it, and then only as far as somebody waits."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar, copy_context
from typing import Any, Final, TypeVar

from core.ledger.feed import Bell
from tests.shopfloor import FixedClock

PATIENCE: Final = 20.0
"""Real seconds after which somebody who should wait by now never will."""

N = TypeVar("N")
_actor: ContextVar[str] = ContextVar("actor", default="")


class StageTime:
    """A clock that goes on to the next moment somebody waits for, once all who act on it do wait."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        """What the ledger and the sheet go by. A test may set it forward or back: nobody's waiting changes by that."""
        self._now = 0.0
        self._actors: dict[asyncio.Task[Any], str] = {}
        self._asleep: dict[asyncio.Task[Any], tuple[float, asyncio.Future[None]]] = {}
        self._stalled: set[str] = set()
        self._bell = Bell()

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        """What stands in for asyncio.sleep."""
        task = asyncio.current_task()
        assert task is not None
        self._enrol(task, _actor.get())
        waking = asyncio.get_running_loop().create_future()
        self._asleep[task] = (self.monotonic() + max(seconds, 0.0), waking)
        self._bell.ring()
        try:
            await waking
        finally:
            self._asleep.pop(task, None)
            self._bell.ring()

    def start(self, actor: str, work: Coroutine[Any, Any, N]) -> "asyncio.Task[N]":
        """Let somebody act: time stands still while it, or what it starts, is at anything but waiting."""
        context = copy_context()
        context.run(_actor.set, actor)
        task = asyncio.get_running_loop().create_task(work, context=context)
        self._enrol(task, actor)
        return task

    def _enrol(self, task: "asyncio.Task[Any]", actor: str) -> None:
        if task not in self._actors:
            self._actors[task] = actor
            task.add_done_callback(lambda _: self._bell.ring())

    def stall(self, actor: str) -> None:
        """As if its process were stopped (SIGSTOP): time passes without it."""
        self._stalled.add(actor)
        self._bell.ring()

    def resume(self, actor: str) -> None:
        self._stalled.discard(actor)

    def _is_at_work(self, task: "asyncio.Task[Any]", actor: str) -> bool:
        return not (task.done() or task in self._asleep or actor in self._stalled)

    async def settle(self) -> None:
        """Until everybody waits. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while any(self._is_at_work(task, actor) for task, actor in self._actors.items()):
                await self._bell.wait(beyond=self._bell.rings)

    def _next(self) -> tuple[float, "asyncio.Task[Any]"] | None:
        due = [
            (due, number, task)
            for number, (task, (due, _)) in enumerate(self._asleep.items())
            if self._actors[task] not in self._stalled
        ]
        if not due:
            return None
        at, _, task = min(due, key=lambda one: one[:2])
        return at, task

    def _go_to(self, at: float) -> None:
        if at > self._now:
            self.clock.advance(seconds=at - self._now)
            self._now = at

    def skips(self, seconds: float) -> None:
        """So many seconds pass while everybody is stopped, wherever they are."""
        self._go_to(self._now + seconds)

    async def _step(self, until: float) -> bool:
        """Wake whoever waits for the next moment; False when there is none before `until`, and that is now."""
        found = self._next()
        if found is None or found[0] > until:
            self._go_to(until)
            return False
        at, task = found
        self._go_to(at)
        self._asleep.pop(task)[1].set_result(None)
        await self.settle()
        return True

    async def passes(self, seconds: float) -> None:
        """Let so many seconds pass."""
        until = self.monotonic() + seconds
        await self.settle()
        while await self._step(until):
            pass

    async def until(self, holds: Callable[[], bool] | Callable[[], Awaitable[bool]], *, within: float) -> float:
        """Let time pass until it holds; the seconds that took. Fails when it does not within so many."""
        begun = self.monotonic()
        await self.settle()
        while not await _held(holds):
            assert await self._step(begun + within) or await _held(holds), f"not within {within} seconds"
        return self.monotonic() - begun


async def _held(holds: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> bool:
    held = holds()
    return held if isinstance(held, bool) else await held
