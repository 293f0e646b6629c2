"""The question that a panel asks: answered by number, by the barcode of an answer, by touch, or in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.scanning.codes import Command

DOUBLE_SCAN: Final = timedelta(seconds=1)
"""How long the number that led to a question is not taken for its answer as well."""

OPEN_FOR: Final = timedelta(seconds=30)
"""How long a question waits that ends by itself."""

Reply = Callable[[str], Awaitable[None]]
"""What to do with an answer in words."""

BadgeReply = Callable[[int], Awaitable[None]]
"""What to do with the number of a worker whose badge is the answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question: the words, what it does, and the command whose barcode gives it, if there is one."""

    label: str
    act: Callable[[], Awaitable[None]]
    code: Command | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked since `at`. `opened_by` is the number whose answer led to it, if one did.

    With `ends`, it is over `OPEN_FOR` later, which that is told. One that is `optional` is in the way of nothing.
    """

    answers: tuple[Answer, ...]
    reply: Reply | None
    at: datetime
    opened_by: str
    badge: BadgeReply | None = None
    ends: Callable[[], None] | None = None
    optional: bool = False

    def is_over(self, now: datetime) -> bool:
        """Whether it waited long enough."""
        return self.ends is not None and not timedelta() <= now - self.at < OPEN_FOR


class QuestionBox:
    """Holds at most one open question. An answer closes it before it is acted on, which may open the next."""

    def __init__(self) -> None:
        self._open: _Question | None = None
        self._answering = ""
        self._badge_taken: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self._open is not None

    @property
    def must_be_answered(self) -> bool:
        """Whether what is asked comes before anything else."""
        return self._open is not None and not self._open.optional

    @property
    def labels(self) -> list[str]:
        """The words of the answers, in the order of their numbers."""
        return [answer.label for answer in self._open.answers] if self._open else []

    def ask(self, answers: Sequence[Answer], *, now: datetime, reply: Reply | None = None) -> None:
        """Ask this in place of what was asked before; with `reply`, words are an answer too."""
        self._open = _Question(tuple(answers), reply, now, self._answering)

    def ask_for_badge(
        self, answers: Sequence[Answer], *, now: datetime, badge: BadgeReply, ends: Callable[[], None]
    ) -> None:
        """Ask for somebody's badge, for a while: `ends` is called at its end."""
        self._open = _Question(tuple(answers), None, now, self._answering, badge=badge, ends=ends)

    def offer(self, answers: Sequence[Answer], *, now: datetime, ends: Callable[[], None]) -> None:
        """Let one of these be answered for a while, but need not be: `ends` is called at its end."""
        self._open = _Question(tuple(answers), None, now, self._answering, ends=ends, optional=True)

    def look_at_clock(self, now: datetime) -> None:
        """End what was asked long enough ago."""
        if self._open is not None and self._open.is_over(now) and self._open.ends is not None:
            ends, self._open = self._open.ends, None
            ends()

    def close(self) -> None:
        """Wait for no answer any more."""
        self._open = None

    async def take(self, text: str, *, now: datetime, by_hand: bool) -> bool:
        """Give the open question the answer with this number, or in these words; whether it was one."""
        question = self._open
        if question is None:
            return False
        if text.isdecimal() and 1 <= int(text) <= len(question.answers):
            # A barcode that answered the question before, and was read twice, leaves this one open.
            if not (text == question.opened_by and timedelta() <= now - question.at < DOUBLE_SCAN):
                await self._answer(question.answers[int(text) - 1], text)
            return True
        if question.reply is None or looks_like_code(text) or not (by_hand or " " in text):
            return False
        self._open = None
        await question.reply(text)
        return True

    def wants_badge(self, now: datetime) -> bool:
        """Whether a badge that is scanned now is an answer, or the last one read twice."""
        question, taken = self._open, self._badge_taken
        if question is not None and question.badge is not None:
            return not question.is_over(now)
        return taken is not None and timedelta() <= now - taken < DOUBLE_SCAN

    async def take_badge(self, worker_id: int, *, clock: Callable[[], datetime]) -> None:
        """Give the open question this worker as its answer; without one, the badge was read twice.

        The question stays open when the answer is refused with a KioskError.
        """
        question = self._open
        if question is not None and question.badge is not None:
            await question.badge(worker_id)
            self._badge_taken = clock()

    async def take_command(self, command: Command) -> bool:
        """Give the open question the answer with this barcode; whether it has one."""
        answers = self._open.answers if self._open else ()
        answer = next((answer for answer in answers if answer.code is command), None)
        if answer is not None:
            await self._answer(answer)
        return answer is not None

    async def _answer(self, answer: Answer, number: str = "") -> None:
        self._open = None
        self._answering = number
        try:
            await answer.act()
        finally:
            self._answering = ""


def looks_like_code(text: str) -> bool:
    """Whether this is more likely a misread label than words."""
    return " " not in text and (any(char.isdecimal() for char in text) or text[:2].upper() in {"W.", "C."})
