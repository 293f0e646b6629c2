"""A worker's screen where commands are about one spool: the one pointed at last, by a scan or in a list."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from typing_extensions import override

from core.domain.model import Spool, Worker
from core.domain.responses import Response
from kiosk.scanning.codes import Command, Text
from kiosk.screens.acts import SpoolActs
from kiosk.screens.keys import Act
from kiosk.screens.working import WorkScreen
from kiosk.widgets.panel import Tone
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
            line = f"{words.operacion(held.operacion)} · {elapsed(self.now() - held.fecha_ocupacion)}"
            self.show_notice(Tone.INFO, Notice(spool.tag_spool, line, words("pointed.next")))
        else:
            self.show_notice(Tone.INFO, Notice(spool.tag_spool, self.estado_of(spool), words("pointed.act")))

    @override
    def show_unchanged(self, response: Response) -> None:
        held = response.state.ocupacion
        if held is None:
            super().show_unchanged(response)
        else:
            self.acts.ask_outcome(response.tag_spool, held.operacion, held.fecha_ocupacion)

    # Codes

    def _on_table_chosen(self, event: Table.Chosen) -> None:
        if event.table is self.spools_table:
            self.kiosk.intake.submit(Text(event.key))

    @override
    async def on_act(self, act: Act) -> None:
        """Enter with nothing typed does what a scan of the row under the cursor does."""
        row = self.spools_table.cursor_row if self.spools_table else None
        if row is not None:
            await self.on_code(Text(row.key))

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
        if await self.questions.take_command(command):
            return True
        match command:
            case Command.DESHACER:
                await self.undo()
            case _ if command in (self.ACTS_WHILE_ASKING if self.questions.is_open else self.ACTS):
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
