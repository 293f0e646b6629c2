"""Lote: scan up to 50 spools, see each accepted or refused as it is scanned, confirm once, read what became of each."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import BATCH_MAX_SIZE, Operacion, Rol, Spool, Worker
from core.domain.requests import BatchTomarRequest
from core.domain.rulebook.roles import role_missing
from kiosk.scanning.codes import Command
from kiosk.screens import keys
from kiosk.screens.batch import Batch
from kiosk.screens.dialogue import most_helpful
from kiosk.screens.keys import Act
from kiosk.screens.questions import Answer
from kiosk.screens.working import WorkScreen
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Box, Column, Table
from kiosk.words.wording import Notice


class LoteScreen(WorkScreen):
    """A batch that the worker gathers. It is kept for them until it is confirmed or given up."""

    KEYS = keys.LOTE
    CODES = (Command.SI, Command.NO, Command.ARM, Command.SOLD, Command.REPARACION, Command.DESHACER)

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._batch = Batch(self.kiosk, worker)
        self._last_answer: tuple[Tone, Notice] | None = None

    @property
    def _tags(self) -> list[str]:
        return self._batch.draft.tags

    @property
    @override
    def subject(self) -> str | None:
        row = self.query_one(Table).cursor_row
        return row.key if row else None

    @override
    def compose_body(self) -> ComposeResult:
        yield Panel()
        with Box(classes="box"):
            yield Table([Column("", 4), Column("", 24, weight=1), Column("", 40, weight=3)])

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self._show_ready()

    def _show_ready(self) -> None:
        line = self._batch.gathered if self._tags else self.words("lote.empty")
        self.show_notice(Tone.INFO, Notice(self._batch.heading, line, self.words("lote.hint")))

    # The list

    @override
    def not_now(self) -> Collection[Command | Act]:
        no_use = () if self._tags else (Command.TOMAR, Command.CANCELAR)
        return {*super().not_now(), *no_use, *(() if self.subject else (Command.HISTORIA,))}

    @override
    def refresh_board(self) -> None:
        rows = self._batch.rows()
        self.query_one(Table).show(rows)
        good = sum(not row.alert for row in rows)
        remark = self.words("lote.count", good=good, total=len(rows), limit=BATCH_MAX_SIZE)
        self.query_one(Box).label(title=self._batch.heading, remark=remark)

    # Gathering

    @override
    async def on_text_code(self, text: str) -> None:
        """A spool joins the list; a number answers the question."""
        if await self.answered(text):
            return
        spool = self.find_spool(text)
        if spool is not None:
            # The question was about the list without it.
            self.questions.close()
            self._add(spool)

    def _add(self, spool: Spool) -> None:
        words, tags, tag = self.words, self._tags, spool.tag_spool
        if self._batch.outcome is not None:
            # The batch before is done: this scan begins the next.
            self._batch.outcome = self._last_answer = None
        if self._batch.draft.operacion is None:
            self._begin_with(spool)
        elif tag in tags:
            self._show_line(tag, Tone.INFO, Notice(words("lote.again.title"), tag, words("lote.hint")))
        elif len(tags) >= BATCH_MAX_SIZE:
            self.refuse(words.notice("lote.full", limit=BATCH_MAX_SIZE))
        elif (refusal := self._batch.refusal_of(spool)) is not None:
            # It is refused at once and stays out: the rest of the list can still be confirmed.
            self.show_refusal(refusal)
        else:
            tags.append(tag)
            notice = Notice(words("lote.added.title"), f"{tag} · {self._batch.gathered}", words("lote.hint"))
            self._show_line(tag, Tone.DONE, notice)

    def _show_line(self, tag: str, tone: Tone, notice: Notice) -> None:
        if not self.questions.is_open:
            self.show_notice(tone, notice)
        self.refresh_board()
        self.query_one(Table).point_at(tag)

    def _begin_with(self, spool: Spool) -> None:
        """Let the first spool say what is done with all of them; ask when it may be several things."""
        mine = self._batch.possible(spool)
        may_begin = [operacion for operacion, refusal in mine.items() if refusal is None]
        if not mine:
            self.show_refusal(role_missing(self.worker, frozenset({Rol.ARMADOR, Rol.SOLDADOR})))
        elif not may_begin:
            self.show_refusal(most_helpful(filter(None, mine.values())))
        elif len(may_begin) == 1:
            self._batch.draft.operacion = may_begin[0]
            self._add(spool)
        else:
            answers = [
                Answer(self.words.operacion(operacion), partial(self._choose, operacion, spool), Command(operacion))
                for operacion in may_begin
            ]
            self.ask(Notice(self.words("lote.which"), spool.tag_spool), answers)

    async def _choose(self, operacion: Operacion, first: Spool | None = None) -> None:
        self._batch.draft.operacion = operacion
        if first is None:
            self._show_ready()
            self.refresh_board()
        else:
            self._add(first)

    def _remove(self) -> None:
        """Take the spool under the cursor off the list; with none, the last that was scanned."""
        tags = self._tags
        if self._batch.outcome is not None or not tags:
            self._refuse_empty()
            return
        tag = self.subject if self.subject in tags else tags[-1]
        tags.remove(tag)
        self.refresh_board()
        self.query_one(Table).point_at(None)
        line = f"{tag} · {self._batch.gathered}"
        self.show_notice(Tone.INFO, Notice(self.words("lote.removed.title"), line, self.words("lote.hint")))

    def _refuse_empty(self) -> None:
        self.refuse(Notice(self.words("lote.nothing.title"), self.words("lote.empty")))

    # Confirming and leaving

    @override
    async def on_command_code(self, command: Command) -> bool:
        if await self.questions.take_command(command):
            return True
        has_tags = bool(self._tags)
        match command:
            case Command.TOMAR | Command.SI:
                await self._confirm()
            case Command.LOTE if has_tags:
                # A second C.LOTE ends what the first began, but not without a question.
                no = Answer(self.words("lote.no"), self._keep_gathering, Command.NO)
                count = len(self._tags)
                self.ask(Notice(self.words("lote.confirm", count=count), self._batch.heading), [self._yes, no])
            case Command.ARM | Command.SOLD | Command.REPARACION if not has_tags and not self.questions.is_open:
                await self._choose(Operacion(command))
            case Command.CANCELAR:
                self._remove()
            case Command.DESHACER:
                await self.undo()
            case Command.SALIR if has_tags:
                keep = Answer(self.words("lote.keep"), self.leave, Command.SALIR)
                drop = Answer(self.words("lote.drop"), self._drop_list, Command.NO)
                self.ask(Notice(self.words("lote.leave.title"), self._batch.gathered), [self._yes, keep, drop])
            case Command.SALIR:
                await self._drop_list()
            case _:
                return False
        return True

    @property
    def _yes(self) -> Answer:
        return Answer(self.words("lote.yes", count=len(self._tags)), self._confirm, Command.SI)

    async def _keep_gathering(self) -> None:
        self._show_ready()

    async def _drop_list(self) -> None:
        self.kiosk.drafts.pop(self.worker.worker_id, None)
        await self.leave()

    async def _confirm(self) -> None:
        tags, operacion = self._tags, self._batch.draft.operacion
        if not tags and self._last_answer is not None:
            # Confirmed twice: the answer is shown again.
            self.show_notice(*self._last_answer)
            return
        if not tags or operacion is None:
            self._refuse_empty()
            return
        request = BatchTomarRequest(tag_spools=tuple(tags), worker_id=self.worker.worker_id, operacion=operacion)
        each = request.each()
        batch = await self.patiently(self.words("lote.title"), lambda: self.kiosk.feed.service.act(request), parts=each)
        if batch is None:
            return
        refusals = [detail.refusal for detail in batch.details]
        self.kiosk.feed.doubts.add(*(one for one, why in zip(each, refusals, strict=True) if why and why.doubtful))
        self._batch.confirmed(batch)
        await self.caught_up(max((detail.seq for detail in batch.details if detail.seq is not None), default=0))
        self.refresh_board()
        self.query_one(Table).point_at(None)
        notice = Notice(
            self.words("lote.done", succeeded=batch.succeeded, total=batch.total),
            self.words("lote.refused", count=batch.failed) if batch.failed else self._batch.heading,
            self.words("lote.next"),
        )
        self._last_answer = (Tone.REFUSED if batch.failed else Tone.DONE, notice)
        self.show_notice(*self._last_answer)
