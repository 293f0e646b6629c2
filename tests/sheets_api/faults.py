"""What can go wrong between a client and the Sheets API: each trouble by name, and which requests meet it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from tests.sheets_api.journal import Request

When = Callable[[Request], bool] | str | int


class Ending(Enum):
    """What a client gets on its connection."""

    ANSWER = auto()
    CLOSED = auto()
    RESET = auto()
    CUT = auto()
    DRIBBLED = auto()
    HELD = auto()
    GARBLED = auto()
    EMPTIED = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """One trouble. `applied`: whether the request takes effect; `status`: the code that is answered instead."""

    name: str
    ending: Ending
    applied: bool
    status: int | None = None
    retry_after: int | None = None
    piece: int = 1
    pause: float = 0.0

    @property
    def hangs(self) -> bool:
        """Whether a client waits for its answer in vain."""
        return self.ending is Ending.HELD


def status(code: int, *, retry_after: int | None = None, applied: bool = False) -> Fault:
    """429, 500, 502, 503 or 504; `retry_after` in whole seconds."""
    return Fault(f"status {code}{' after it was applied' * applied}", Ending.ANSWER, applied, code, retry_after)


def reply_lost() -> Fault:
    """Applied, and the connection closed without a byte."""
    return Fault("reply lost", Ending.CLOSED, applied=True)


def dropped() -> Fault:
    """The connection closed before anything was applied."""
    return Fault("dropped", Ending.CLOSED, applied=False)


def reset(*, applied: bool = False) -> Fault:
    """The connection reset."""
    return Fault(f"reset{' after it was applied' * applied}", Ending.RESET, applied)


def cut_body() -> Fault:
    """Applied; half of the answer arrives, then the connection closes."""
    return Fault("cut body", Ending.CUT, applied=True)


def slow_body(*, piece: int = 1, pause: float = 0.05) -> Fault:
    """Applied; the answer arrives in pieces of so many bytes, with so many seconds between them."""
    return Fault("slow body", Ending.DRIBBLED, applied=True, piece=piece, pause=pause)


def hang(*, applied: bool = False) -> Fault:
    """No answer until `release`; a request that was not applied is applied then, however late."""
    return Fault(f"hang{' after it was applied' * applied}", Ending.HELD, applied)


def garbage() -> Fault:
    """Applied, and answered with status 200 and something that is no JSON."""
    return Fault("garbage", Ending.GARBLED, applied=True)


def empty_values() -> Fault:
    """Answered without the values; a write is applied."""
    return Fault("empty values", Ending.EMPTIED, applied=True)


EVERY_FAULT: Final = {
    fault.name: fault
    for fault in (
        status(429),
        status(500),
        status(503),
        status(500, applied=True),
        status(503, applied=True),
        reply_lost(),
        dropped(),
        reset(),
        reset(applied=True),
        cut_body(),
        slow_body(piece=64, pause=0.001),
        hang(),
        hang(applied=True),
        garbage(),
        empty_values(),
    )
}
"""Each trouble once, for tests that go through all of them."""


def matches(when: When, request: Request) -> bool:
    """`when`: a question, a kind (read, write), an operation's name, "any", or a request's number."""
    if isinstance(when, int):
        return request.number == when
    if isinstance(when, str):
        return when in {"any", request.kind, request.operation}
    return when(request)


@dataclass(slots=True)
class Plan:
    """Which of the coming requests meet a fault: after `after` matching ones the next `left`; None: all."""

    fault: Fault
    when: When
    left: int | None
    after: int

    def takes(self, request: Request) -> bool:
        if self.left == 0 or not matches(self.when, request):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True


@dataclass(slots=True)
class Hook:
    """Something that happens just before or after matching requests take effect."""

    when: When
    act: Callable[[Request], object]
    left: int | None

    def takes(self, request: Request) -> bool:
        if self.left == 0 or not matches(self.when, request):
            return False
        if self.left is not None:
            self.left -= 1
        return True
