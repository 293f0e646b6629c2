"""A worker's screen with one list of spools: commands are about the one pointed at last, by a scan or an arrow."""

from __future__ import annotations

from core.domain.model import Spool, Worker
from kiosk.scanning.codes import Text
from kiosk.screens.working import SpoolWorkScreen
from kiosk.widgets.table import Table


class PointingScreen(SpoolWorkScreen):
    """Points at a spool, which need not stand in the list, and asks about the one under the cursor."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._pointed_at: str | None = None

    @property
    def subject(self) -> str | None:
        return self._pointed_at

    @property
    def spool_pointed_at(self) -> Spool | None:
        """The spool that commands are about, as the board knows it."""
        return self.kiosk.board.find(self._pointed_at) if self._pointed_at else None

    def point_at(self, tag: str) -> None:
        self._pointed_at = tag
        self.query_one(Table).point_at(tag)

    def move_cursor(self, lines: int) -> None:
        """Point at another spool of the list; a question about the one before is over."""
        super().move_cursor(lines)
        row = self.query_one(Table).cursor_row
        spool = self.kiosk.board.find(row.key) if row else None
        if spool is not None:
            self._pointed_at = spool.tag_spool
            self.tell_pointed_at(spool)

    def forget_subject(self) -> None:
        self._pointed_at = None
        self.query_one(Table).point_at(None)

    async def action_ask_about_row(self) -> None:
        """Enter with nothing typed does what a scan of the row under the cursor does."""
        row = self.query_one(Table).cursor_row
        if row is not None:
            await self.on_code(Text(row.key))

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.kiosk.submit(Text(event.key))

    async def on_text_code(self, text: str) -> None:
        """A number or words answer the question; anything else is a spool."""
        if await self.answered(text):
            return
        spool = self.find_spool(text)
        if spool is not None:
            await self.scan(spool)
