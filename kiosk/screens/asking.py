"""A screen of an identified worker: its panel asks one question at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from typing_extensions import override

from core.domain.model import Worker
from kiosk.scanning.codes import Badge, Code, Command
from kiosk.screens.base import KioskScreen
from kiosk.screens.questions import Answer, BadgeReply, QuestionBox, Reply
from kiosk.widgets.panel import Tone
from kiosk.words.wording import Notice


class AskingScreen(KioskScreen):
    """A screen that asks its worker."""

    ANSWERS = frozenset(
        {
            *(Command.ARM, Command.SOLD, Command.METROLOGIA, Command.REPARACION),
            *(Command.APROBADO, Command.RECHAZADO, Command.SI, Command.NO),
        }
    )

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.worker = worker
        self.questions = QuestionBox()

    def ask(self, notice: Notice, answers: Sequence[Answer], *, reply: Reply | None = None) -> None:
        """Ask this in the panel, in place of what was asked before; with `reply`, words are an answer too."""
        self.questions.ask(answers, now=self.kiosk.session.clock(), reply=reply)
        self.show_notice(Tone.ASK, notice)

    def ask_why(self, notice: Notice, ready: str, count: int, then: Reply) -> None:
        """Ask for a reason: one of the `count` texts `ready.1`, ..., or in words. Nothing is done until it is given."""
        texts = [self.words(f"{ready}.{number}") for number in range(1, count + 1)]
        answers = [*(Answer(text, partial(then, text)) for text in texts), self.never_mind()]
        detail = " · ".join(filter(None, (notice.detail, self.words("why.hint"))))
        self.ask(Notice(notice.title, detail), answers, reply=then)

    def ask_for_badge(self, notice: Notice, answers: Sequence[Answer], badge: BadgeReply) -> None:
        """Ask for somebody's badge, which then does not swap the worker. After a while it does again."""

        def give_up() -> None:
            self.show_notice(Tone.INFO, self.words.notice("why.dropped"))

        self.questions.ask_for_badge(answers, now=self.kiosk.session.clock(), badge=badge, ends=give_up)
        self.show_notice(Tone.ASK, notice)

    @property
    @override
    def takes_badges(self) -> bool:
        return self.questions.wants_badge(self.kiosk.session.clock())

    def never_mind(self) -> Answer:
        """The answer that leaves everything as it is."""

        async def leave() -> None:
            self.show_notice(Tone.INFO, self.words.notice("why.dropped"))

        return Answer(self.words("why.not"), leave, Command.NO)

    @override
    def show_notice(self, tone: Tone, notice: Notice, answers: Sequence[str] = ()) -> None:
        # A refusal leaves a question open: it can still be answered.
        if tone not in {Tone.ASK, Tone.REFUSED}:
            self.questions.close()
        super().show_notice(tone, notice, answers or self.questions.labels)

    async def answered(self, text: str) -> bool:
        """Give the open question the answer with this number, or in these words; whether it was one."""
        if self.kiosk.board.find(text) is not None:
            return False
        return await self.questions.take(text, now=self.kiosk.session.clock(), by_hand=self.by_hand)

    @override
    async def on_code(self, code: Code) -> None:
        self.questions.look_at_clock(self.kiosk.session.clock())
        if isinstance(code, Badge):
            await self.questions.take_badge(code.worker_id, clock=self.kiosk.session.clock)
        else:
            await super().on_code(code)

    @override
    def refresh_frame(self) -> None:
        super().refresh_frame()
        self.questions.look_at_clock(self.kiosk.session.clock())
