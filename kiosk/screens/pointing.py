"""A worker's screen where commands are about one spool: the one pointed at last, by a scan or in a list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import ClassVar

from typing_extensions import override

from core.domain.errors import LedgerUnavailableError
from core.domain.model import Spool, Worker
from core.domain.reasons import FallaRegistro, MotivoPausa
from core.domain.responses import Response
from kiosk.scanning.codes import Chosen, Command
from kiosk.screens.acts import SpoolActs, takes_spools
from kiosk.screens.asking import never_mind
from kiosk.screens.dialogue import ABOUT_A_SPOOL, OF_HOLDERS, Possible, possible_acts
from kiosk.screens.keys import Act
from kiosk.screens.questions import Answer
from kiosk.screens.working import Done, WorkScreen
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Table
from kiosk.words.wording import Notice, elapsed


class PointingScreen(WorkScreen):
    """A scan acts on a spool, with at most one question; so does every command of `ACTS`."""

    ACTS: ClassVar[Collection[Command]] = ()
    """The commands that act on the spool pointed at."""

    ACTS_WHILE_ASKING: ClassVar[Collection[Command]] = ()
    """Of ACTS, those that mean something also while a question is open."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self.acts = SpoolActs(self, self.point_at)
        self.pointed_at: str | None = None

    @property
    @override
    def subject(self) -> str | None:
        return self.pointed_at

    @property
    def spool(self) -> Spool | None:
        """The spool pointed at, as the board knows it."""
        return self.kiosk.board.find(self.pointed_at) if self.pointed_at else None

    @property
    def spools_table(self) -> Table | None:
        """The list of spools on the screen; the spool pointed at need not stand in it."""
        return self.query_one(Table)

    @property
    def meant(self) -> Spool | None:
        """The spool that the key of an act would be about now."""
        return self.spool

    # What can be done

    def possible_acts(self, spool: Spool) -> list[Possible]:
        """What this worker can do with the spool now: nothing while the ledger is away, as the top bar says."""
        if not self.kiosk.feed.is_live:
            return []
        possible = self.kiosk.feed.service.possible_operations(spool, self.worker)
        return possible_acts(spool, self.worker, possible, now=self.now())

    @override
    def not_for_them(self) -> Collection[Command | Act]:
        takes = takes_spools(self.worker, self.kiosk.session.configured.policy)
        hidden: set[Command | Act] = set() if takes else {Command.TOMAR, Command.LOTE, *OF_HOLDERS}
        if not self.worker.is_supervisor:
            hidden |= {Command.SUPERVISOR, Command.LIBERAR, Command.DESBLOQUEAR}
        return hidden

    @override
    def not_now(self) -> Collection[Command | Act]:
        able = {act.by_key for act in self.possible_acts(self.meant)} if self.meant else set()
        no_use = set(ABOUT_A_SPOOL) - able
        return {*super().not_now(), *no_use, *(() if self.subject else (Command.HISTORIA,))}

    def word_for(self, act: Possible) -> str:
        """What can be done, as an answer or in a list."""
        if act.operacion is not None:
            return self.words("spool.take", operacion=self.words.operacion(act.operacion).capitalize())
        return self.words("spool.extend" if act.command is Command.EXTENDER else f"key.{act.command.lower()}")

    async def do(self, act: Possible, spool: Spool) -> None:
        """Do it to the spool. Raises KioskError when it is refused."""
        if act.operacion is not None:
            await self.acts.take(spool.tag_spool, act.operacion)
        elif act.command is Command.DESHACER:
            await self.undo()
        else:
            await self.acts.do(act.command, spool)

    async def ask_about(self, spool: Spool) -> None:
        """Ask what to do with the spool, with everything that this worker can."""
        self.questions.close()
        self.point_at(spool.tag_spool)
        acts, feed = self.possible_acts(spool), self.kiosk.feed
        if not acts:
            away = feed.lost_past or feed.trouble or LedgerUnavailableError(FallaRegistro.ATRASADO)
            self.show_refusal(away, saving=False)
            return
        answers = [Answer(self.word_for(act), partial(self.do, act, spool), act.command) for act in acts]
        self.ask(await self.about(spool), [*answers, never_mind(self)])

    async def about(self, spool: Spool) -> Notice:
        """What to say of the spool while it is asked what to do with it."""
        return Notice(self.words("what_to_do", tag=spool.tag_spool), self.estado_of(spool))

    def point_at(self, tag: str | None) -> None:
        """Make this spool the one that commands are about."""
        self.pointed_at = tag
        if self.spools_table is not None:
            self.spools_table.point_at(tag)

    @override
    def forget_subject(self) -> None:
        self.point_at(None)

    @override
    def move_cursor(self, lines: int) -> None:
        # A question about the spool before is over.
        if self.spools_table is None:
            return
        self.spools_table.move(lines)
        row = self.spools_table.cursor_row
        spool = self.kiosk.board.find(row.key) if row else None
        if spool is not None:
            self.pointed_at = spool.tag_spool
            self.show_pointed_at(spool)

    def show_pointed_at(self, spool: Spool) -> None:
        """Say which spool commands are about now, and what they may be."""
        words, held = self.words, spool.ocupacion
        if held is not None and held.worker_id == self.worker.worker_id:
            line = f"{words.work(spool, held.operacion)} · {elapsed(self.now() - held.fecha_ocupacion)}"
        else:
            line = self.estado_of(spool)
        self.show_notice(Tone.INFO, Notice(spool.tag_spool, line, words("pointed.next"), words.facts(spool)))

    @override
    async def show_unchanged(self, response: Response) -> None:
        held = response.state.ocupacion
        if held is None:
            await super().show_unchanged(response)
        else:
            await self.acts.ask_outcome(response.state, held)

    @override
    def show_done(self, tone: Tone, done: Done) -> None:
        """A pause may be given its reason for a while, which is in the way of nothing."""
        super().show_done(tone, done)
        if done.command is not Command.PAUSAR:
            return
        panel, words = self.query_one(Panel), self.words
        answers = [Answer(words(f"pausa.{motivo}"), partial(self._save_motive, done, motivo)) for motivo in MotivoPausa]

        def ends() -> None:
            panel.show(tone, done.notice)
            panel.settle()

        self.questions.offer(answers, now=self.kiosk.session.clock(), ends=ends)
        detail = f"{done.notice.detail} · {words('pausa.hint')}"
        panel.show(tone, replace(done.notice, detail=detail), self.questions.labels)

    async def _save_motive(self, pause: Done, motivo: MotivoPausa) -> None:
        tag, text = pause.spool.tag_spool, self.words(f"pausa.{motivo}")
        await self.act(Command.NOTA, tag, texto=text, pausa=pause.seq, motivo_pausa=motivo)
        if self._done is not pause:
            self.query_one(Panel).amend(f"{tag} · {text}")

    # Codes

    def _on_table_chosen(self, event: Table.Chosen) -> None:
        if event.table is self.spools_table:
            self.kiosk.intake.submit(Chosen(event.key))

    @override
    async def on_act(self, act: Act) -> None:
        if act is Act.CHOOSE and self.pointed_at is not None:
            await self.on_chosen(self.pointed_at)

    @override
    async def on_chosen(self, row: str) -> None:
        if (spool := self.kiosk.board.find(row)) is not None:
            await self.ask_about(spool)

    @override
    async def on_text_code(self, text: str) -> None:
        """A number or words answer the question; anything else is a spool."""
        if await self.answered(text):
            return
        spool = self.find_spool(text)
        if spool is not None:
            await self.acts.scan(spool)

    @override
    async def on_command_code(self, command: Command) -> bool:
        if await self.questions.take_command(command) or self.confirmed_again(command):
            return True
        match command:
            case Command.DESHACER:
                await self.undo()
            case _ if command in (self.ACTS_WHILE_ASKING if self.questions.must_be_answered else self.ACTS):
                await self.act_on_subject(command)
            case _:
                return await super().on_command_code(command)
        return True

    async def act_on_subject(self, command: Command) -> None:
        """Do what the command does to the spool pointed at."""
        if self.spool is None:
            self.refuse(self.words.notice("no_spool"))
        else:
            await self.acts.do(command, self.spool)
