"""Fin de turno: everything in hand in one list; one confirmation pauses it all, and what stays is scanned off first."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.errors import KioskError
from core.domain.model import Spool, Worker
from core.domain.requests import PausarRequest, Request
from core.domain.responses import BatchDetail
from kiosk.scanning.codes import Command
from kiosk.screens import keys
from kiosk.screens.batch import refusal_line
from kiosk.screens.keys import Act
from kiosk.screens.questions import Answer
from kiosk.screens.ticks import counts_joints
from kiosk.screens.working import REQUESTS, WorkScreen
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Box, Column, Row, Table
from kiosk.words.wording import Notice, elapsed


class FinScreen(WorkScreen):
    """What the worker holds at the end of a shift."""

    KEYS = keys.FIN
    CODES = (Command.SI, Command.NO)

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._kept: set[str] = set()
        """The tags that were scanned off the list: they stay in hand."""
        self._with_joints: dict[str, Request] = {}
        """By tag, what is to become of a spool with joints, as its worker answered."""
        self._outcome: dict[str, tuple[str, bool]] = {}
        """By tag, what became of it, and whether it was refused."""
        self._asked_about = 0
        self._last_answer: tuple[Tone, Notice] | None = None

    @property
    def _listed(self) -> list[Spool]:
        """What a confirmation pauses."""
        held = self.kiosk.board.held_by(self.worker.worker_id)
        return [spool for spool in held if spool.tag_spool not in self._kept]

    @property
    @override
    def subject(self) -> str | None:
        row = self.query_one(Table).cursor_row
        return row.key if row else None

    @override
    def compose_body(self) -> ComposeResult:
        yield Panel()
        with Box(classes="box"):
            yield Table([Column("", 24, weight=2), Column("", 10), Column("", 6), Column("", 28, weight=3)])

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self._ask()

    def _ask(self, detail: str = "") -> None:
        """Ask for the one confirmation."""
        words, count = self.words, len(self._listed)
        self._asked_about = count
        if not count:
            line = words("fin.all_kept", count=len(self._kept)) if self._kept else words("fin.none.detail")
            self.show_notice(Tone.INFO, Notice(words("fin.none.title"), line, words("fin.none.next")))
            return
        yes = Answer(words("fin.yes", count=count), self._confirm, Command.SI)
        no = Answer(words("fin.no"), self.leave, Command.NO)
        self.ask(Notice(words("fin.ask", count=count), detail or words("fin.hint")), [yes, no])

    # The list

    @override
    def refresh_board(self) -> None:
        words, now = self.words, self.now()
        held = sorted(self.kiosk.board.held_by(self.worker.worker_id), key=lambda spool: spool.tag_spool in self._kept)
        rows = [self._told(tag) for tag in self._outcome if tag not in {spool.tag_spool for spool in held}]
        for spool in held:
            is_kept, occupation = spool.tag_spool in self._kept, spool.ocupacion
            if occupation is None:
                continue
            line, is_refused = self._outcome.get(spool.tag_spool, ("", False))
            state = words("fin.kept") if is_kept else line or self._state(spool)
            since = elapsed(now - occupation.fecha_ocupacion)
            cells = (spool.tag_spool, words.operacion(occupation.operacion), since, state)
            rows.append(Row(spool.tag_spool, cells, dim=is_kept, alert=is_refused and not is_kept))
        self.query_one(Table).show(rows)
        count = len(self._listed)
        remark = words("fin.count", count=count, total=len(held)) if held else ""
        self.query_one(Box).label(title=words("fin.title"), remark=remark)
        if self.questions.is_open and count != self._asked_about:
            # Somebody released one meanwhile, or it was taken at another terminal.
            self._ask()

    def _told(self, tag: str) -> Row:
        line, is_refused = self._outcome[tag]
        return Row(tag, (tag, "", "", line), alert=is_refused)

    def _state(self, spool: Spool) -> str:
        """What is to be known of a spool before it is paused."""
        held = spool.ocupacion
        return self.words("expired") if held and held.is_expired(self.now()) else ""

    @override
    def not_now(self) -> Collection[Command | Act]:
        no_use = () if self._listed else (Command.PAUSAR, Command.CANCELAR)
        return {*super().not_now(), *no_use, *(() if self.subject else (Command.HISTORIA,))}

    @override
    async def on_text_code(self, text: str) -> None:
        """A number answers the question; a spool leaves the list and stays in hand."""
        if await self.answered(text):
            return
        spool = self.find_spool(text)
        if spool is None:
            return
        if spool.ocupacion is None or spool.ocupacion.worker_id != self.worker.worker_id:
            self.refuse(Notice(self.words("fin.not_yours"), f"{spool.tag_spool} · {self.estado_of(spool)}"))
        else:
            self._keep(spool.tag_spool)

    def _keep(self, tag: str) -> None:
        """Let the spool stay in hand. Scanned again, it stays."""
        self._kept.add(tag)
        self.refresh_board()
        self.query_one(Table).point_at(tag)
        self._ask(self.words("fin.stays", tag=tag))

    # Confirming and leaving

    @override
    async def on_command_code(self, command: Command) -> bool:
        if await self.questions.take_command(command):
            return True
        match command:
            case Command.PAUSAR | Command.SI:
                await self._confirm()
            case Command.CANCELAR:
                row = self.subject or next((spool.tag_spool for spool in self._listed), None)
                if row in {spool.tag_spool for spool in self._listed}:
                    self._keep(str(row))
                else:
                    self._ask()
            case Command.DESHACER:
                self._outcome = {}
                self._last_answer = None
                await self.undo()
            case _:
                return await super().on_command_code(command)
        return True

    @override
    async def leave(self) -> None:
        """Go back; with nothing left in hand after a confirmation the shift is over."""
        is_over = self._outcome and not self.kiosk.board.held_by(self.worker.worker_id)
        await (self.kiosk.back_to_inicio() if is_over else super().leave())

    async def _confirm(self) -> None:
        listed, feed = self._listed, self.kiosk.feed
        if not listed:
            # Confirmed twice: the answer is shown again.
            self.show_notice(*self._last_answer) if self._last_answer else self._ask()
            return
        for spool in listed:
            if counts_joints(spool, self.worker.worker_id) and spool.tag_spool not in self._with_joints:
                await self._ask_joints(spool)
                return
        requests = [self._with_joints.get(spool.tag_spool) or self._pause_of(spool) for spool in listed]
        batch = await self.patiently(self.words("fin.title"), lambda: feed.service.act_each(requests), parts=requests)
        if batch is None:
            return
        refusals = [detail.refusal for detail in batch.details]
        self._with_joints = {}
        for spool, refusal in zip(listed, refusals, strict=True):
            if spool.ocupacion and not refusal:
                self.kiosk.ticks.pop((self.worker.worker_id, spool.tag_spool, spool.ocupacion.operacion), None)
        feed.doubts.add(*(one for one, why in zip(requests, refusals, strict=True) if why and why.doubtful))
        self._outcome |= {detail.tag_spool: self._line_of(detail) for detail in batch.details}
        await self.caught_up(max((detail.seq for detail in batch.details if detail.seq is not None), default=0))
        self.refresh_board()
        self.query_one(Table).point_at(None)
        self._last_answer = self._answer_of(batch.succeeded, batch.failed)
        self.show_notice(*self._last_answer)

    async def _ask_joints(self, spool: Spool) -> None:
        """Ask which joints of the spool were made, then go on confirming. Nothing is saved before the last answer."""
        # It is not needed before the first spool with joints.
        from kiosk.screens.uniones import ask_joints

        async def finish(command: Command, fields: Mapping[str, object], _: Command) -> bool:
            request = {"tag_spool": spool.tag_spool, "worker_id": self.worker.worker_id, **fields}
            self._with_joints[spool.tag_spool] = REQUESTS[command].model_validate(request)
            self._ask()
            await self._confirm()
            return False

        await ask_joints(self, spool, finish, Command.SI)

    def _pause_of(self, spool: Spool) -> PausarRequest:
        return PausarRequest(tag_spool=spool.tag_spool, worker_id=self.worker.worker_id)

    def _line_of(self, detail: BatchDetail) -> tuple[str, bool]:
        if isinstance(detail.result, KioskError):
            return f"✘ {refusal_line(detail.result, self.words, now=self.now())}", True
        return f"✔ {self.words(f'done.{detail.result.accion}')}", False

    def _answer_of(self, paused: int, failed: int) -> tuple[Tone, Notice]:
        words, kept = self.words, len(self._kept)
        title = words("fin.done", count=paused, total=paused + failed)
        detail = words("fin.refused", count=failed) if failed else words("fin.all_kept", count=kept) if kept else ""
        following = words("fin.again") if failed else words("fin.next")
        return (Tone.REFUSED if failed else Tone.DONE), Notice(title, detail or words("fin.free"), following)
