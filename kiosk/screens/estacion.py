"""Estación: one worker at work. A scan takes, pauses or completes a spool with at most one question."""

from __future__ import annotations

from collections.abc import Collection

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import Operacion, Spool, Worker
from kiosk.live.shifts import held_since_before, last_change
from kiosk.scanning.codes import Command
from kiosk.screens import keys
from kiosk.screens.accepting import Accepting
from kiosk.screens.acts import takes_spools
from kiosk.screens.dialogue import FINISHES, OF_HOLDERS
from kiosk.screens.keys import Act
from kiosk.screens.pointing import PointingScreen
from kiosk.screens.questions import Answer
from kiosk.screens.today import TodayCount
from kiosk.screens.working import Done
from kiosk.widgets.banner import NameBanner
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Box, Column, Row, Table
from kiosk.words.wording import Notice, changed_text, elapsed


class EstacionScreen(PointingScreen):
    """The work screen of the identified worker."""

    KEYS = keys.ESTACION
    CODES = (
        *(Command.ARM, Command.SOLD, Command.METROLOGIA, Command.REPARACION, Command.APROBADO, Command.RECHAZADO),
        *(Command.EXTENDER, Command.ENTREGAR, Command.RETENER, Command.REANUDAR),
        *(Command.NOTA, Command.SI, Command.NO),
    )
    ACTS = frozenset({Command.TOMAR, Command.NOTA, *OF_HOLDERS, Command.RETENER, Command.REANUDAR})
    ACTS_WHILE_ASKING = ACTS - set(FINISHES)

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._accepting = Accepting(self, self._open)
        self._today = TodayCount(self, worker.worker_id)
        self._told_changes: set[tuple[str, str]] = set()
        """The spools in hand that the office changed, and how, as the panel said."""
        self._offers_end = False
        """Whether the open question is one that anything else may pass over."""

    @property
    def _queue(self) -> Command | None:
        """The queue this worker works from."""
        policy = self.kiosk.session.configured.policy
        if policy.lets(self.worker, Operacion.METROLOGIA):
            return Command.METROLOGIA
        return Command.SIGUIENTE if takes_spools(self.worker, policy) else None

    @override
    def not_for_them(self) -> Collection[Command | Act]:
        return {*super().not_for_them(), *(() if self._queue else (Act.QUEUE,))}

    @override
    def not_now(self) -> Collection[Command | Act]:
        holds = self.kiosk.board.held_by(self.worker.worker_id)
        return {*super().not_now(), *(() if holds else (Command.FIN,))}

    @property
    @override
    def meant(self) -> Spool | None:
        # With none pointed at, the only one in hand is meant.
        mine = self.kiosk.board.held_by(self.worker.worker_id) if self.pointed_at is None else []
        return mine[0] if len(mine) == 1 else self.spool

    @override
    def compose_body(self) -> ComposeResult:
        worker, words, lets = self.worker, self.words, self.kiosk.session.configured.policy.lets
        yield NameBanner(
            first=worker.nombre,
            full=worker.nombre_completo,
            initials=worker.worker_nombre,
            may=" · ".join(words.operacion(operacion) for operacion in Operacion if lets(worker, operacion))
            or words.roles(worker)
            or words("estacion.no_roles"),
        )
        yield Panel()
        with Box(classes="box"):
            beside = [Column("", width, weight, optional=True) for width, weight in ((20, 1), (8, 0), (10, 1))]
            yield Table([Column("", 24, weight=2), *beside])

    @override
    def on_mount(self) -> None:
        super().on_mount()
        if self.kiosk.feed.lost_past is None and not self.questions.is_open:
            self._open()

    @override
    def on_screen_resume(self) -> None:
        self._today.look_again(self.kiosk.board.seq)
        super().on_screen_resume()

    @override
    def show_done(self, tone: Tone, done: Done) -> None:
        super().show_done(tone, done)
        self._today.look_again(done.seq)

    def _open(self) -> None:
        """What this screen begins with, when nothing is asked."""
        words, lost = self.words, self.kiosk.feed.lost_past
        if lost is not None:
            self.show_refusal(lost)
            return
        if self._ask_about_shift() or self._tell_changes(again=True):
            return
        held = len(self.kiosk.board.held_by(self.worker.worker_id))
        line = words("welcome.held", count=held) if held else words("welcome.free")
        draft = self.kiosk.drafts.get(self.worker.worker_id)
        waiting = len(draft.tags) if draft else 0
        following = words("welcome.draft", count=waiting) if waiting else words("estacion.ready_hint")
        title = words("welcome.title", nombre=self.worker.nombre.upper())
        self.show_notice(Tone.INFO, Notice(title, line, following))

    # What is held since before the shift changed

    def _ask_about_shift(self) -> bool:
        """Ask whether they go on with what they hold since the shift before; whether there is anything to ask."""
        words, worker_id = self.words, self.worker.worker_id
        change = last_change(self.now(), self.kiosk.session.configured.shift_changes)
        if change is None or self.kiosk.still_on.get(worker_id) == change:
            return False
        old = held_since_before(self.kiosk.board.held_by(worker_id), change)
        if old:

            async def go_on() -> None:
                self.kiosk.still_on[worker_id] = change
                self._open()

            yes = Answer(words("shift.yes"), go_on, Command.SI)
            self._offers_end = True
            detail = words("shift.detail", count=len(old), tag=old[0].tag_spool, change=f"{change:%H:%M}")
            self.ask(
                Notice(words("shift.title"), detail), [yes, Answer(words("shift.fin"), self._end_shift, Command.FIN)]
            )
        return bool(old)

    async def _end_shift(self) -> None:
        await self.kiosk.open(Command.FIN)

    @override
    async def on_command_code(self, command: Command) -> bool:
        if self._offers_end and command in self.ACTS:
            # It is never in the way.
            self.questions.close()
        self._offers_end = False
        return await super().on_command_code(command)

    # What the office changed of what is in hand

    def _change_of(self, spool: Spool) -> str:
        """What the office changed since the spool was taken, until its holder scans it."""
        return "" if (spool.tag_spool, spool.cambios) in self.kiosk.seen_changes else self.words.changes(spool)

    def _tell_changes(self, *, again: bool = False) -> bool:
        """Say at once what the office changed; whether there is anything to say."""
        mine = self.kiosk.board.held_by(self.worker.worker_id)
        changed = {(spool.tag_spool, line) for spool in mine if (line := self._change_of(spool))}
        if again or not (changed <= self._told_changes or self.questions.is_open):
            self._told_changes = changed
            if changed:
                lines = "\n".join(" · ".join(each) for each in sorted(changed))
                self.show_notice(Tone.INFO, Notice(self.words("changed.title"), lines, self.words("changed.next")))
        return bool(changed)

    @override
    def refresh_board(self) -> None:
        words, mine = self.words, self.kiosk.board.held_by(self.worker.worker_id)
        table = self.query_one(Table)
        # A spool that another took from them must not just be missing.
        table.show([self._row(spool) for spool in [*mine, *self.kiosk.board.taken_from(self.worker.worker_id)]])
        table.point_at(self.subject)
        title = words("estacion.mine_count", count=len(mine)) if mine else words("estacion.mine")
        remark = " · ".join(filter(None, ("" if mine else words("estacion.none"), self._today.line)))
        self.query_one(Box).label(title=title, remark=remark)
        self._accepting.watch()
        self._tell_changes()

    def _row(self, spool: Spool) -> Row:
        now, held = self.now(), spool.ocupacion
        if held is None:
            return Row(spool.tag_spool, (spool.tag_spool, "", "", ""))
        operacion, expired = self.words.work(spool, held.operacion), held.is_expired(now)
        if held.worker_id != self.worker.worker_id:
            taken = (spool.tag_spool, self.words("estacion.taken"), held.worker_nombre, operacion)
            return Row(spool.tag_spool, taken, alert=True)
        change = self._change_of(spool)
        cells = (
            spool.tag_spool,
            f"▲ {changed_text(spool)}" if change else operacion,
            elapsed(now - held.fecha_ocupacion),
            self.words("expired") if expired else self.words("held_back") if spool.retencion else "",
        )
        return Row(spool.tag_spool, cells, alert=expired or spool.retencion is not None, warn=bool(change))

    # Codes

    @override
    async def on_act(self, act: Act) -> None:
        if act is not Act.QUEUE:
            await super().on_act(act)
        elif self._queue is not None:
            await self.on_code(self._queue)

    @override
    async def leave(self) -> None:
        await self.kiosk.back_to_inicio()

    @override
    async def act_on_subject(self, command: Command) -> None:
        if command in OF_HOLDERS and self.meant is not None:
            self.point_at(self.meant.tag_spool)
        if command is Command.ENTREGAR and self.meant is None:
            await self.acts.handing_over.ask_all()
        else:
            await super().act_on_subject(command)
