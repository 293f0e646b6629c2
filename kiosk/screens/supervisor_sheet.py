"""The supervisor's page of the office's sheet: how far it is, what of it could not be read, what it said wrong."""

from __future__ import annotations

from textual.app import ComposeResult

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from kiosk.live.mirror_watch import Queue
from kiosk.screens.supervisor_pages import Page
from kiosk.screens.supervisor_sheet_rows import NAME_WIDTH, Known, sheet_rows
from kiosk.widgets.table import Column, Table
from kiosk.words.sheet_words import flaws


class HojaPage(Page):
    """How the sheet stands; it is not there where there is no sheet."""

    def compose(self) -> ComposeResult:
        yield Table([Column("", NAME_WIDTH), Column("", 20, weight=1)])

    def on_mount(self) -> None:
        self.run_worker(self._look_back(), group="conflicts", exclusive=True)

    def on_resize(self) -> None:
        """What is too long for a line goes on below: where, only a page that has been laid out knows."""
        self.bring_up()

    async def _look_back(self) -> None:
        try:
            await self.host.kiosk.feed.mirror.look_back(self.host.kiosk.service.ledger)
        except (LedgerUnavailableError, LedgerRolledBackError):
            # What is heard from now on is told; the top line says that the ledger is away.
            return

    @property
    def is_there(self) -> bool:
        return self.host.kiosk.feed.mirror.knows_a_sheet

    @property
    def _queue(self) -> Queue | None:
        return self.host.kiosk.feed.mirror.queue(self.host.kiosk.now())

    @property
    def _count(self) -> int:
        """How many rows and cells of the sheet somebody should look at, and kinds of flaws that it has as a whole."""
        kiosk, mirror = self.host.kiosk, self.host.kiosk.feed.mirror
        problems = mirror.pull.problems_total if mirror.pull else 0
        status = mirror.state.status if mirror.state else None
        kinds = len(list(flaws(status, kiosk.wording))) if status else 0
        return problems + len(mirror.recent_conflicts(kiosk.now())) + kinds

    @property
    def needs_somebody(self) -> bool:
        mirror = self.host.kiosk.feed.mirror
        fails = mirror.pull is not None and mirror.pull.error is not None
        return bool(self._count) or fails or (self._queue is not None and self._queue.standing.is_bad)

    @property
    def name_on_bar(self) -> str:
        words = self.host.kiosk.wording
        if not self.needs_somebody:
            return words("page.hoja")
        return words("page.hoja_count", count=self._count) if self._count else words("page.hoja_trouble")

    def bring_up(self) -> None:
        kiosk, words, queue = self.host.kiosk, self.host.kiosk.wording, self._queue
        mirror = kiosk.feed.mirror
        if not mirror.knows_a_sheet:
            return
        known = Known(mirror.state, queue, mirror.pull, mirror.recent_conflicts(kiosk.now()))
        rows = sheet_rows(known, words=words, now=kiosk.now(), width=max(self.size.width - NAME_WIDTH - 5, 20))
        self.query_one(Table).show(rows)
        self.label(title=words("hoja.box"), remark="" if kiosk.is_connected else kiosk.connection_text())
