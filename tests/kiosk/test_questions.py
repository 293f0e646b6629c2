"""Questions that a badge answers, and offers that need no answer: both end by themselves."""

from datetime import timedelta

import pytest

from core.domain.errors import KioskError, WorkerNoEncontradoError
from kiosk.screens.questions import DOUBLE_SCAN, OPEN_FOR, Answer, QuestionBox
from tests.kiosk.terminal import FrozenClock

MOMENT = timedelta(microseconds=1)


class Asked:
    """A question box, and what its answers did."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.box = QuestionBox()
        self.given: list[object] = []
        self.refusal: KioskError | None = None

    def ask_for_badge(self) -> None:
        self.box.ask_for_badge([], now=self.clock(), badge=self._badge, ends=self._end)

    def offer(self, *labels: str) -> None:
        answers = [Answer(label, lambda label=label: self._take(label)) for label in labels]
        self.box.offer(answers, now=self.clock(), ends=self._end)

    async def badge(self, worker_id: int) -> bool:
        """Scan a badge; whether it was one for the question."""
        is_wanted = self.box.wants_badge(self.clock())
        if is_wanted:
            await self.box.take_badge(worker_id, clock=self.clock)
        return is_wanted

    async def number(self, text: str) -> bool:
        return await self.box.take(text, now=self.clock(), by_hand=False)

    async def _badge(self, worker_id: int) -> None:
        if self.refusal is not None:
            raise self.refusal
        await self._take(worker_id)
        self.box.close()

    async def _take(self, answer: object) -> None:
        self.given.append(answer)

    def _end(self) -> None:
        self.given.append("end")


@pytest.fixture
def asked() -> Asked:
    return Asked()


async def test_a_badge_is_an_answer_only_while_it_is_asked_for(asked: Asked) -> None:
    assert not await asked.badge(94)
    asked.ask_for_badge()
    assert await asked.badge(94)
    assert asked.given == [94]


async def test_a_badge_that_is_read_twice_answers_once_and_a_second_later_is_nobodys_answer(asked: Asked) -> None:
    asked.ask_for_badge()
    await asked.badge(94)
    asked.clock.now += DOUBLE_SCAN - MOMENT
    assert await asked.badge(94)
    asked.clock.now += MOMENT
    assert not await asked.badge(94)
    assert asked.given == [94]


async def test_somebody_who_cannot_have_it_leaves_the_question_open(asked: Asked) -> None:
    asked.ask_for_badge()
    asked.refusal = WorkerNoEncontradoError(404)
    with pytest.raises(WorkerNoEncontradoError):
        await asked.badge(404)
    asked.refusal = None
    assert await asked.badge(94)
    assert asked.given == [94]


async def test_a_badge_that_comes_too_late_is_no_answer(asked: Asked) -> None:
    asked.ask_for_badge()
    asked.clock.now += OPEN_FOR - MOMENT
    assert asked.box.wants_badge(asked.clock())
    asked.clock.now += MOMENT
    assert not await asked.badge(94)
    asked.box.look_at_clock(asked.clock())
    asked.box.look_at_clock(asked.clock())
    assert (asked.given, asked.box.is_open) == (["end"], False)


async def test_an_offer_is_in_the_way_of_nothing_and_answered_by_its_number(asked: Asked) -> None:
    asked.offer("material", "turno")
    assert (asked.box.is_open, asked.box.must_be_answered) == (True, False)
    assert not await asked.number("3")
    assert await asked.number("2")
    assert (asked.given, asked.box.is_open) == (["turno"], False)


async def test_an_offer_ends_by_itself(asked: Asked) -> None:
    asked.offer("material")
    asked.clock.now += OPEN_FOR
    asked.box.look_at_clock(asked.clock())
    assert not await asked.number("1")
    assert asked.given == ["end"]
