"""A screen whose panel may ask one question at a time, and where an identified worker acts on spools.

A question is answered by number, by the barcode of an answer, by touch, or, where it asks for words, by typing them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import core
from core.domain.errors import KioskError
from core.domain.model import Operacion, Worker
from kiosk.scanning.codes import Choice, Code, Command, Text
from kiosk.screens.base import KioskScreen
from kiosk.widgets.panel import Panel, Tone
from kiosk.words.wording import Notice, elapsed

T = TypeVar("T")

SAVING_AFTER: Final = 0.2
"""Seconds after which a worker is told that the answer is on its way."""

DOUBLE_SCAN: Final = timedelta(seconds=1)
"""How long the number that led to a question is not taken for its answer as well."""

REPEAT_WINDOW: Final = timedelta(seconds=3)
"""How long the same order about the same spool is taken for one that was scanned twice."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question: the words, what it does, and the command whose barcode gives it, if there is one."""

    label: str
    act: Callable[[], Awaitable[None]]
    code: Command | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the panel asks since `at`: the answers in the order of their numbers, and what to do with words, if any do.

    `opened_by` is the number whose answer led to this question, if one did.
    """

    answers: tuple[Answer, ...]
    at: datetime
    words: Callable[[str], Awaitable[None]] | None = None
    opened_by: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The last thing done here: by which command, to which spool, as which event, when, and what was said of it."""

    command: Command
    tag_spool: str
    operacion: Operacion | None
    seq: int
    at: datetime
    notice: Notice


def looks_like_code(text: str) -> bool:
    """Whether this is rather a label that was misread than words somebody means."""
    return " " not in text and (any(char.isdecimal() for char in text) or text[:2].upper() in {"W.", "C."})


class WorkScreen(KioskScreen):
    """A screen of the worker who stands here."""

    ANSWERS = frozenset(
        {
            *(Command.ARM, Command.SOLD, Command.METROLOGIA, Command.REPARACION),
            *(Command.APROBADO, Command.RECHAZADO, Command.SI, Command.NO),
        }
    )

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.worker = worker
        self._question: Question | None = None
        self._answering = ""
        self._by_hand = False
        self._done: Done | None = None
        self._told_as_done: Done | None = None
        """What the panel tells as done, until it is known to be in the sheet or the panel tells something else."""

    # Questions

    def ask(
        self,
        notice: Notice,
        answers: Sequence[Answer],
        *,
        words: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """Ask this in the panel, in place of what was asked before."""
        self._told_as_done = None
        self._question = Question(tuple(answers), self.kiosk.session.clock(), words, self._answering)
        self.query_one(Panel).show(Tone.ASK, notice, [answer.label for answer in answers])
        self.kiosk.sound(Tone.ASK)

    def show_notice(self, tone: Tone, notice: Notice) -> None:
        """Answer in the panel. A refusal does not end a question that is open: it can still be answered."""
        self._told_as_done = None
        if tone is Tone.REFUSED and self._question is not None:
            self.query_one(Panel).show(tone, notice, [answer.label for answer in self._question.answers])
            self.kiosk.sound(tone)
        else:
            self._question = None
            super().show_notice(tone, notice)

    def drop_question(self) -> None:
        """What was asked is no longer of interest."""
        self._question = None

    async def answered(self, text: str) -> bool:
        """Give the open question the answer with this number, or these words; whether it was one."""
        question = self._question
        if question is None:
            return False
        if text.isdecimal() and 1 <= int(text) <= len(question.answers) and self.kiosk.board.find(text) is None:
            since = self.kiosk.session.clock() - question.at
            if text == question.opened_by and timedelta() <= since < DOUBLE_SCAN:
                # The barcode that answered the question before, read twice: this one is still to be answered.
                return True
            self._question = None
            self._answering = text
            try:
                await question.answers[int(text) - 1].act()
            finally:
                self._answering = ""
            return True
        if question.words is None or not self._are_words(text):
            return False
        self._question = None
        await question.words(text)
        return True

    def _are_words(self, text: str) -> bool:
        """Whether these are words that somebody means: several, or one that was typed by hand."""
        if looks_like_code(text) or self.kiosk.board.find(text) is not None:
            return False
        return self._by_hand or " " in text

    async def on_code(self, code: Code) -> None:
        self._by_hand = isinstance(code, Text) and code.by_hand
        await super().on_code(code)

    async def answered_by(self, command: Command) -> bool:
        """Give the open question the answer with this barcode; whether it has one."""
        if self._question is not None:
            for answer in self._question.answers:
                if answer.code is command:
                    self._question = None
                    await answer.act()
                    return True
        return False

    @property
    def is_asking(self) -> bool:
        return self._question is not None

    def on_panel_answered(self, event: Panel.Answered) -> None:
        self.kiosk.submit(Choice(event.number))

    # Acts

    def refresh_frame(self) -> None:
        super().refresh_frame()
        self._tell_in_sheet()

    def _tell_in_sheet(self) -> None:
        """Add to what the panel tells as saved that it is in the office's sheet as well, once it is."""
        told, mirrored = self._told_as_done, self.kiosk.feed.mirror.mirrored
        if told is not None and mirrored is not None and told.seq <= mirrored:
            self._told_as_done = None
            self.query_one(Panel).amend(" · ".join((told.notice.detail, self.kiosk.wording("hoja.in_sheet"))))

    async def act(
        self,
        command: Command,
        tag: str,
        request: Callable[[], Coroutine[Any, Any, core.Response]],
        *,
        operacion: Operacion | None = None,
    ) -> core.Response | None:
        """Do it and show what came of it; when that takes a while, that it is being saved. None if it was refused.

        `operacion` is said by whoever takes a spool: to take it for another is another order.
        """
        # What is noted twice may well be meant twice.
        if command is not Command.NOTA and self.told_already(command, tag, operacion):
            return None
        response = await self.patiently(tag, request)
        if response is None:
            return None
        now = self.kiosk.now()
        if response.changed:
            notice = self.kiosk.wording.answer(response, now=now)
            self.kiosk.log_event("done", command=command, tag=tag, worker_id=self.worker.worker_id, seq=response.seq)
            self._done = Done(command, tag, response.operacion, response.seq, now, notice)
            self.show_notice(Tone.DONE, notice)
            self._told_as_done = self._done
        else:
            self.already_held(response)
        # Whoever scanned has the answer; the next scan waits until the board knows of this one.
        await self.kiosk.caught_up(response.seq)
        return response

    async def patiently(self, about: str, request: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        """What the request gives, None when it was refused, which is then told."""
        try:
            saving = asyncio.create_task(request())
            done, _ = await asyncio.wait({saving}, timeout=SAVING_AFTER)
            if not done:
                self._told_as_done = None
                self.query_one(Panel).show(Tone.INFO, Notice(self.kiosk.wording("saving.title"), about))
            return await saving
        except KioskError as refusal:
            self.drop_question()
            self.show_refusal(refusal)
            return None

    def told_already(self, command: Command, tag: str, operacion: Operacion | None = None) -> bool:
        """Whether this is the last order once more, scanned twice: then what came of it is said again."""
        done, now = self._done, self.kiosk.now()
        if done is None or (done.command, done.tag_spool) != (command, tag):
            return False
        if operacion not in {None, done.operacion} or not timedelta() <= now - done.at < REPEAT_WINDOW:
            return False
        spool = self.kiosk.board.find(tag)
        if spool is None or spool.seq != done.seq:
            # Somebody else has had it since.
            return False
        words = self.kiosk.wording
        ago = words("repeated", elapsed=elapsed(now - done.at))
        self.show_notice(Tone.INFO, Notice(done.notice.title, f"{done.notice.detail} · {ago}", done.notice.next_step))
        return True

    def already_held(self, response: core.Response) -> None:
        """The ledger was ahead of the board: the worker holds the spool already."""
        self.show_notice(Tone.INFO, self.kiosk.wording.answer(response, now=self.kiosk.now()))

    async def undo(self) -> None:
        """DESHACER: take back the worker's own last act at this terminal. Raises LedgerUnavailableError."""
        words = self.kiosk.wording
        last = self.kiosk.service.undoable(self.worker.worker_id)
        if last is None:
            self.show_notice(Tone.REFUSED, Notice(words("undo.none.title"), words("undo.none.detail")))
            return
        request = core.DeshacerRequest(
            tag_spool=last.event.tag_spool, worker_id=self.worker.worker_id, seq=last.event.seq
        )
        await self.act(Command.DESHACER, request.tag_spool, lambda: self.kiosk.service.deshacer(request))
