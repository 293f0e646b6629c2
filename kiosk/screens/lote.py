"""Lote: scan up to 50 spools, see each accepted or refused as it is scanned, confirm once, read what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

import core
from core.domain.errors import KioskError, LedgerRolledBackError, LedgerUnavailableError, VersionConflictError
from core.domain.model import BATCH_MAX_SIZE, Operacion, Rol, Spool, Worker
from core.domain.rules import role_missing
from kiosk.live.dialogue import telling
from kiosk.live.drafts import Draft
from kiosk.scanning.codes import Command
from kiosk.screens.asking import Answer, WorkScreen
from kiosk.widgets.box import Box
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Column, Row, Table
from kiosk.words.wording import Notice

WORTH_ANOTHER_TRY: Final = (LedgerUnavailableError, LedgerRolledBackError, VersionConflictError)
TAKEN_IN_BATCHES: Final = (Operacion.ARM, Operacion.SOLD, Operacion.REPARACION)


@dataclass(frozen=True, slots=True)
class Line:
    """One spool of the list: how it stands, and whether it can be taken, was taken, or was refused."""

    tag_spool: str
    sign: str
    text: str
    alert: bool = False


class LoteScreen(WorkScreen):
    """A batch that the worker gathers. It is kept for them until it is confirmed or given up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "send('AYUDA')", id="ayuda"),
        Binding("f2", "send('TOMAR')", id="confirmar"),
        Binding("f5", "send('CANCELAR')", id="quitar"),
        Binding("escape,f10", "send('SALIR')", id="back", key_display="Esc"),
    ]
    CODES = (Command.SI, Command.NO, Command.ARM, Command.SOLD, Command.REPARACION)

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._outcome: tuple[Line, ...] = ()
        self._told_of: tuple[Tone, Notice] | None = None

    @property
    def _draft(self) -> Draft:
        """What is gathered so far: the app keeps it while the worker is away."""
        return self.kiosk.drafts.setdefault(self.worker.worker_id, Draft())

    @property
    def _tags(self) -> list[str]:
        return self._draft.tags

    @property
    def _operacion(self) -> Operacion | None:
        return self._draft.operacion

    @property
    def subject(self) -> str | None:
        row = self.query_one(Table).cursor_row
        return row.key if row else None

    def compose_body(self) -> ComposeResult:
        yield Panel()
        with Box(classes="box"):
            yield Table([Column("", 4), Column("", 24, weight=1), Column("", 40, weight=3)])

    def on_mount(self) -> None:
        super().on_mount()
        self._tell_ready()

    def _begin_with(self, spool: Spool) -> None:
        """Let the first spool say what is done with all of them; ask when it may be several things."""
        possible = self.kiosk.service.possible_operations(spool, self.worker)
        mine = {operacion: refusal for operacion, refusal in possible.items() if operacion in TAKEN_IN_BATCHES}
        may_begin = [operacion for operacion, refusal in mine.items() if refusal is None]
        if not mine:
            self.show_refusal(role_missing(self.worker, frozenset({Rol.ARMADOR, Rol.SOLDADOR})))
        elif not may_begin:
            self.show_refusal(telling(filter(None, mine.values())))
        elif len(may_begin) == 1:
            self._draft.operacion = may_begin[0]
            self._add(spool)
        else:
            self._ask_operation(may_begin, spool)

    def _ask_operation(self, operaciones: Sequence[Operacion], first: Spool) -> None:
        words = self.kiosk.wording
        answers = [
            Answer(words.operacion(operacion), partial(self._choose, operacion, first), Command(operacion))
            for operacion in operaciones
        ]
        self.ask(Notice(words("lote.which"), first.tag_spool), answers)

    async def _choose(self, operacion: Operacion, first: Spool | None = None) -> None:
        self._draft.operacion = operacion
        if first is None:
            self._tell_ready()
            self.refresh_board()
        else:
            self._add(first)

    def _tell_ready(self) -> None:
        words = self.kiosk.wording
        count = len(self._tags)
        line = words("lote.gathered", count=count) if count else words("lote.empty")
        self.show_notice(Tone.INFO, Notice(self._heading(), line, words("lote.hint")))

    def _heading(self) -> str:
        words = self.kiosk.wording
        if self._operacion is None:
            return words("lote.title")
        return f"{words('lote.title')} · {words.operacion(self._operacion)}"

    # The list

    def refresh_board(self) -> None:
        words = self.kiosk.wording
        lines = self._outcome or tuple(map(self._line, self._tags))
        numbered = enumerate(lines, start=1)
        self.query_one(Table).show(
            [
                Row(line.tag_spool, (f"{number:>3}", line.tag_spool, f"{line.sign} {line.text}"), alert=line.alert)
                for number, line in numbered
            ]
        )
        good = sum(not line.alert for line in lines)
        box = self.query_one(Box)
        box.label(title=self._heading())
        box.label(remark=words("lote.count", good=good, total=len(lines), limit=BATCH_MAX_SIZE))

    def _line(self, tag: str) -> Line:
        """A spool of the list as it stands now: somebody may take it before the batch is confirmed."""
        spool = self.kiosk.board.find(tag)
        refusal = self._why_not(spool) if spool else None
        if spool is None or refusal is not None:
            return Line(tag, "✘", self._words_of(refusal) if refusal else "?", alert=True)
        return Line(tag, "✔", self.kiosk.wording("lote.ok"))

    def _why_not(self, spool: Spool) -> KioskError | None:
        """Why the spool cannot be taken for the batch's operation; None when it can, or that is not known yet."""
        if self._operacion is None:
            return None
        try:
            possible = self.kiosk.service.possible_operations(spool, self.worker)
        except KioskError:
            return None
        return possible.get(self._operacion)

    def _words_of(self, refusal: KioskError) -> str:
        notice = self.kiosk.wording.error(refusal, now=self.kiosk.now(), saving=True)
        return f"{notice.title}: {notice.detail}".replace(f"{refusal.details.get('tag_spool')}", "").strip(" ·:")

    # Codes

    async def on_text_code(self, text: str) -> None:
        """A spool joins the list; a number answers the question."""
        if await self.answered(text):
            return
        spool = self.find_spool(text)
        if spool is not None:
            # What was asked was about the list without it.
            self.drop_question()
            self._add(spool)

    def _add(self, spool: Spool) -> None:
        words = self.kiosk.wording
        if self._outcome:
            # The batch before is done: this scan begins the next.
            self._outcome = ()
            self._told_of = None
        tag = spool.tag_spool
        if self._operacion is None:
            self._begin_with(spool)
        elif tag in self._tags:
            self._show_line(tag, Tone.INFO, Notice(words("lote.again.title"), tag, words("lote.hint")))
        elif len(self._tags) >= BATCH_MAX_SIZE:
            notice = Notice(words("lote.full.title"), words("lote.full.detail", limit=BATCH_MAX_SIZE))
            self.show_notice(Tone.REFUSED, notice)
        elif (refusal := self._why_not(spool)) is not None:
            # It is told at once and stays out: the rest of the list can still be confirmed.
            self.show_refusal(refusal)
        else:
            self._tags.append(tag)
            line = words("lote.gathered", count=len(self._tags))
            self._show_line(tag, Tone.DONE, Notice(words("lote.added.title"), f"{tag} · {line}", words("lote.hint")))

    def _show_line(self, tag: str, tone: Tone, notice: Notice) -> None:
        if not self.is_asking:
            self.show_notice(tone, notice)
        self.refresh_board()
        self.query_one(Table).point_at(tag)

    async def on_command_code(self, command: Command) -> bool:
        if await self.answered_by(command):
            return True
        match command:
            case Command.TOMAR | Command.SI:
                await self._confirm()
            case Command.LOTE if self._tags:
                # A second C.LOTE ends what the first began, but not without being asked.
                self._ask_confirm()
            case Command.ARM | Command.SOLD | Command.REPARACION if not self._tags and not self.is_asking:
                await self._choose(Operacion(command))
            case Command.CANCELAR:
                self._remove()
            case Command.DESHACER:
                await self.undo()
            case Command.SALIR:
                await self._leave()
            case _:
                return False
        return True

    def _remove(self) -> None:
        """Take the spool under the cursor off the list; with none, the last that was scanned."""
        words = self.kiosk.wording
        row = self.query_one(Table).cursor_row
        if self._outcome or not self._tags:
            self.show_notice(Tone.REFUSED, Notice(words("lote.nothing.title"), words("lote.empty")))
            return
        tag = row.key if row and row.key in self._tags else self._tags[-1]
        self._tags.remove(tag)
        self.refresh_board()
        self.query_one(Table).point_at(None)
        line = words("lote.gathered", count=len(self._tags))
        self.show_notice(Tone.INFO, Notice(words("lote.removed.title"), f"{tag} · {line}", words("lote.hint")))

    def _ask_confirm(self) -> None:
        words = self.kiosk.wording
        answers = [
            Answer(words("lote.yes", count=len(self._tags)), self._confirm, Command.SI),
            Answer(words("lote.no"), self._keep_gathering, Command.NO),
        ]
        self.ask(Notice(words("lote.confirm", count=len(self._tags)), self._heading()), answers)

    async def _keep_gathering(self) -> None:
        self._tell_ready()

    async def _leave(self) -> None:
        """Go back; a list that was not confirmed is kept, or given up when that is said."""
        if not self._tags:
            self.kiosk.drafts.pop(self.worker.worker_id, None)
            await self.kiosk.leave_screen()
            return
        words = self.kiosk.wording
        answers = [
            Answer(words("lote.yes", count=len(self._tags)), self._confirm, Command.SI),
            Answer(words("lote.keep"), self._leave_list, Command.SALIR),
            Answer(words("lote.drop"), self._drop_list, Command.NO),
        ]
        self.ask(Notice(words("lote.leave.title"), words("lote.gathered", count=len(self._tags))), answers)

    async def _leave_list(self) -> None:
        await self.kiosk.leave_screen()

    async def _drop_list(self) -> None:
        self.kiosk.drafts.pop(self.worker.worker_id, None)
        await self.kiosk.leave_screen()

    async def _confirm(self) -> None:
        words = self.kiosk.wording
        tags, operacion = list(self._tags), self._operacion
        if not tags and self._told_of is not None:
            # Confirmed twice: what came of it is said again.
            self.show_notice(*self._told_of)
            return
        if not tags or operacion is None:
            self.show_notice(Tone.REFUSED, Notice(words("lote.nothing.title"), words("lote.empty")))
            return
        request = core.BatchTomarRequest(tag_spools=tuple(tags), worker_id=self.worker.worker_id, operacion=operacion)
        batch = await self.patiently(words("lote.title"), lambda: self.kiosk.service.batch_tomar(request))
        if batch is not None:
            await self._tell(batch)

    async def _tell(self, batch: core.BatchResponse) -> None:
        """One line a spool. What could not be saved at all stays on the list, to be tried again."""
        words = self.kiosk.wording
        self._outcome = tuple(self._told(detail) for detail in batch.details)
        unsaved = [detail.tag_spool for detail in batch.details if isinstance(detail.refusal, WORTH_ANOTHER_TRY)]
        self.kiosk.drafts[self.worker.worker_id] = Draft(unsaved, self._operacion if unsaved else None)
        last = max((detail.seq for detail in batch.details if detail.seq is not None), default=0)
        await self.kiosk.caught_up(last)
        self.refresh_board()
        self.query_one(Table).point_at(None)
        notice = Notice(
            words("lote.done", succeeded=batch.succeeded, total=batch.total),
            words("lote.refused", count=batch.failed) if batch.failed else self._heading(),
            words("lote.next"),
        )
        self._told_of = (Tone.DONE if not batch.failed else Tone.REFUSED, notice)
        self.show_notice(*self._told_of)

    def _told(self, detail: core.BatchDetail) -> Line:
        if detail.success:
            return Line(detail.tag_spool, "✔", self.kiosk.wording("done.TOMAR"))
        told = self._words_of(detail.refusal) if detail.refusal else detail.message
        return Line(detail.tag_spool, "✘", told, alert=True)
