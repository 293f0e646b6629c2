"""A screen where its worker does something: what is asked for is saved, and answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final, TypeVar

from typing_extensions import override

from core.domain.errors import ClockDoubtfulError, KioskError, LedgerUnavailableError
from core.domain.model import Operacion, Spool, Worker
from core.domain.requests import (
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    DeshacerRequest,
    EntregarRequest,
    ExtenderRequest,
    LiberarRequest,
    NotaRequest,
    PausarRequest,
    ReanudarRequest,
    Request,
    RetenerRequest,
    TomarRequest,
)
from core.domain.responses import Response
from core.domain.restoring import shopwork_changed
from kiosk.live.doubts import Fate
from kiosk.scanning.codes import Badge, Code, Command, Text
from kiosk.screens.base import KioskScreen
from kiosk.screens.keys import Act, Key
from kiosk.screens.questions import Answer, QuestionBox, Reply
from kiosk.widgets.panel import Panel, Tone
from kiosk.words.wording import Notice, elapsed

T = TypeVar("T")

SAVING_AFTER: Final = 0.2
"""Seconds after which the panel says that the request is being saved."""

CATCH_UP: Final = 0.5
"""Seconds a scan may wait for the board to know of the one before."""

REPEAT_WINDOW: Final = timedelta(seconds=3)
"""How long the same order about the same spool is taken for one that was scanned twice."""

REQUESTS: Final[Mapping[Command, type[Request]]] = {
    Command(kind.accion): kind
    for kind in (
        *(TomarRequest, PausarRequest, CompletarRequest, CancelarRequest, ExtenderRequest, EntregarRequest),
        *(LiberarRequest, DesbloquearRequest, RetenerRequest, ReanudarRequest, NotaRequest, DeshacerRequest),
    )
} | {Command.APROBADO: CompletarRequest, Command.RECHAZADO: CompletarRequest}
"""What a command asks of the ledger."""


@dataclass(frozen=True, slots=True)
class Done:
    """The last thing done here: by which command, to which spool, as which event, when, and the answer to it.

    `by` is the command that confirmed it, if one did.
    """

    command: Command
    spool: Spool
    operacion: Operacion | None
    seq: int
    at: datetime
    notice: Notice
    by: Command | None = None


class WorkScreen(KioskScreen):
    """A screen where its worker does something."""

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
        self._done: Done | None = None
        self._in_panel: Done | None = None
        """What the panel shows as done, until it is known to be in the sheet or the panel shows something else."""

    # Questions

    def ask(self, notice: Notice, answers: Sequence[Answer], *, reply: Reply | None = None) -> None:
        """Ask this in the panel, in place of what was asked before; with `reply`, words are an answer too."""
        self.questions.ask(answers, now=self.kiosk.session.clock(), reply=reply)
        self.show_notice(Tone.ASK, notice)

    @property
    @override
    def takes_badges(self) -> bool:
        return self.questions.wants_badge(self.kiosk.session.clock())

    @override
    def show_notice(self, tone: Tone, notice: Notice, answers: Sequence[str] = ()) -> None:
        # A refusal leaves a question open: it can still be answered.
        self._in_panel = None
        if tone not in {Tone.ASK, Tone.REFUSED}:
            self.questions.close()
        super().show_notice(tone, notice, answers or self.questions.labels)

    async def answered(self, text: str) -> bool:
        """Give the open question the answer with this number, or in these words; whether it was one."""
        if self.kiosk.board.find(text) is not None:
            return False
        return await self.questions.take(text, now=self.kiosk.session.clock(), by_hand=self.by_hand)

    # What is done

    async def act(self, command: Command, tag: str, *, by: Command | None = None, **fields: object) -> bool:
        """Ask the ledger for it and show the answer; while that takes long, that it is being saved.

        `fields` are those of the command's request. `by` is the command that confirmed it, where that is another.
        Returns whether it is so now: False when it was refused, or that is not known.
        """
        operacion = fields.get("operacion") if command is Command.TOMAR else None
        # What is noted twice may well be meant twice.
        if command is not Command.NOTA and self.answer_again(command, tag, operacion):
            return True
        fields |= {"tag_spool": tag, "worker_id": self.worker.worker_id}
        request, feed = REQUESTS[command].model_validate(fields), self.kiosk.feed
        response = await self.patiently(tag, lambda: feed.doubts.act(feed.service, request))
        if response is None:
            return False
        if response.changed:
            notice = self.words.answer(response, now=self.now())
            self.kiosk.log_event("done", command=command, tag=tag, worker_id=self.worker.worker_id, seq=response.seq)
            self._done = Done(command, response.state, response.operacion, response.seq, self.now(), notice, by)
            self.show_done(Tone.DONE, self._done)
            self._in_panel = self._done
        else:
            await self.show_unchanged(response)
        await self.caught_up(response.seq)
        return True

    async def caught_up(self, seq: int) -> None:
        """Return when the screen shows what event `seq` changed, or after a moment in any case.

        The worker has the answer; the next scan is then judged by a board that knows of this one.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(CATCH_UP):
                while self.kiosk.board.seq < seq:
                    await self.kiosk.changes.wait(beyond=self.kiosk.changes.rings)

    def show_done(self, tone: Tone, done: Done) -> None:
        """Say what was done."""
        self.show_notice(tone, done.notice)

    async def show_unchanged(self, response: Response) -> None:
        """Say that it was so already: the ledger was ahead of the board."""
        self.show_notice(Tone.INFO, self.words.answer(response, now=self.now()))

    async def patiently(
        self, about: str, request: Callable[[], Coroutine[Any, Any, T]], *, parts: Sequence[Request] = ()
    ) -> T | None:
        """The answer to the request, None when it was refused, which is then shown.

        The `parts` that it consists of are in doubt when it is.
        """
        try:
            saving = asyncio.create_task(request())
            done, _ = await asyncio.wait({saving}, timeout=SAVING_AFTER)
            if not done:
                self._in_panel = None
                self.query_one(Panel).show(Tone.INFO, Notice(self.words("saving.title"), about))
            return await saving
        except KioskError as refusal:
            self.questions.close()
            if not refusal.doubtful:
                self.show_refusal(refusal)
                if isinstance(refusal, ClockDoubtfulError):
                    # A supervisor is asked, and the top line names it.
                    await self.kiosk.feed.look_at_health(self.kiosk.feed.service)
            else:
                self.kiosk.feed.doubts.add(*parts)
                self._show_doubt(self.words.error(refusal, now=self.now(), saving=True))
            return None

    def _show_doubt(self, notice: Notice) -> None:
        """Say that it is not known yet; this terminal will find out by itself."""
        self.refuse(replace(notice, next_step=self.words("doubt.next")))

    @override
    def told(self, fate: Fate) -> bool:
        # A question that is open concerns something else by now.
        if fate.request.worker_id != self.worker.worker_id or self.questions.must_be_answered:
            return False
        notice = self.words.fate(fate.request, fate.response, who=self.worker.worker_nombre, now=self.now())
        self.show_notice(Tone.DONE if fate.response else Tone.REFUSED, notice)
        return True

    @override
    async def on_code(self, code: Code) -> None:
        self.questions.look_at_clock(self.kiosk.session.clock())
        if isinstance(code, Badge):
            await self.questions.take_badge(code.worker_id, clock=self.kiosk.session.clock)
            return
        spool = self.kiosk.board.find(code.text) if isinstance(code, Text) else None
        if spool is None or not self.kiosk.feed.doubts.is_about(self.worker.worker_id, spool.tag_spool):
            await super().on_code(code)
        else:
            # What the scan means depends on what became of that: it is asked for and told, and nothing else is done.
            try:
                await self.kiosk.feed.doubts.settle(self.kiosk.feed.service)
            except LedgerUnavailableError as trouble:
                self._show_doubt(self.words.notice("doubtful.LEDGER_UNAVAILABLE", reason=self.words.why(trouble)))

    def answer_again(self, command: Command, tag: str, operacion: object = None) -> bool:
        """Show the last answer again if its order (TOMAR: for this operation) was scanned twice; whether it was."""
        done, now = self._done, self.now()
        if done is None or (done.command, done.spool.tag_spool) != (command, tag):
            return False
        if operacion not in {None, done.operacion} or not timedelta() <= now - done.at < REPEAT_WINDOW:
            return False
        spool = self.kiosk.board.find(tag)
        if spool is None or shopwork_changed(done.spool, spool):
            # Somebody else has had it since.
            return False
        ago = self.words("repeated", elapsed=elapsed(now - done.at))
        notice = replace(done.notice, detail=f"{done.notice.detail} · {ago}")
        self.show_done(Tone.INFO, replace(done, notice=notice))
        return True

    def confirmed_again(self, command: Command) -> bool:
        """Show the last answer again if this command confirmed it a moment ago, read twice; whether it did."""
        done = self._done
        return done is not None and done.by is command and self.answer_again(done.command, done.spool.tag_spool)

    def undo_left(self) -> timedelta:
        """How long the worker may still undo their last act at this terminal; zero when there is nothing to undo."""
        feed = self.kiosk.feed
        last = feed.service.undoable(self.worker.worker_id) if feed.is_live else None
        return last.time_left(self.now()) if last else timedelta()

    @override
    def not_now(self) -> Collection[Command | Act]:
        return () if self.undo_left() else (Command.DESHACER,)

    @override
    def word_of(self, key: Key) -> str:
        if key.does is not Command.DESHACER:
            return super().word_of(key)
        return self.words("key.deshacer_left", seconds=ceil(self.undo_left().total_seconds()))

    async def undo(self) -> None:
        """DESHACER: take back the worker's own last act at this terminal. Raises LedgerUnavailableError."""
        last = self.kiosk.feed.service.undoable(self.worker.worker_id)
        if last is None:
            self.refuse(self.words.notice("undo.none"))
        else:
            await self.act(Command.DESHACER, last.event.tag_spool, seq=last.event.seq)

    @override
    def refresh_frame(self) -> None:
        super().refresh_frame()
        self.questions.look_at_clock(self.kiosk.session.clock())
        shown, mirrored = self._in_panel, self.kiosk.feed.mirror.mirrored
        if shown is not None and mirrored is not None and shown.seq <= mirrored:
            self._in_panel = None
            self.query_one(Panel).amend(" · ".join((shown.notice.detail, self.words("hoja.in_sheet"))))
