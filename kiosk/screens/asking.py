"""Questions that several acts ask in the same words: why, whose badge, and the answer that leaves all as it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from kiosk.scanning.codes import Command
from kiosk.screens.questions import Answer, BadgeReply, Reply
from kiosk.widgets.panel import Tone
from kiosk.words.wording import Notice

if TYPE_CHECKING:
    from kiosk.screens.working import WorkScreen


def ask_why(screen: WorkScreen, notice: Notice, ready: str, count: int, then: Reply) -> None:
    """Ask for a reason: one of the `count` texts `ready.1`, ..., or in words. Nothing is done until it is given."""
    texts = [screen.words(f"{ready}.{number}") for number in range(1, count + 1)]
    answers = [*(Answer(text, partial(then, text)) for text in texts), never_mind(screen)]
    detail = " · ".join(filter(None, (notice.detail, screen.words("why.hint"))))
    screen.ask(Notice(notice.title, detail), answers, reply=then)


def ask_for_badge(screen: WorkScreen, notice: Notice, answers: Sequence[Answer], badge: BadgeReply) -> None:
    """Ask for somebody's badge, which then does not swap the worker. After a while it does again."""
    every = [*answers, never_mind(screen)]
    screen.questions.ask_for_badge(every, now=screen.kiosk.session.clock(), badge=badge, ends=partial(_drop, screen))
    screen.show_notice(Tone.ASK, notice)


def never_mind(screen: WorkScreen) -> Answer:
    """The answer that leaves everything as it is."""

    async def leave() -> None:
        _drop(screen)

    return Answer(screen.words("why.not"), leave, Command.NO)


def _drop(screen: WorkScreen) -> None:
    screen.show_notice(Tone.INFO, screen.words.notice("why.dropped"))
