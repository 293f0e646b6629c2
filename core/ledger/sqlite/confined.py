"""An object that lives in one thread of its own, so that the event loop never waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


class Confined(Generic[T]):
    """Runs an object's methods one at a time, in the thread that made the object."""

    def __init__(self, value: T, thread: ThreadPoolExecutor) -> None:
        self._value = value
        self._thread = thread

    @classmethod
    async def start(cls, make: Callable[[], T]) -> Self:
        """Call `make` in a new thread and keep what it returns there. Raises what `make` raises."""
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        try:
            return cls(await asyncio.get_running_loop().run_in_executor(thread, make), thread)
        except BaseException:
            thread.shutdown(wait=False)
            raise

    async def run(self, method: Callable[Concatenate[T, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `method(value, ...)` returns or raises. When the caller is cancelled the method still ends."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: method(self._value, *args, **kwargs))

    async def stop(self, close: Callable[[T], None]) -> None:
        """Wait for what is under way, `close` the object and end the thread."""
        await self.run(close)
        self._thread.shutdown(wait=False)
