"""The supervisor's pages: each a box that brings itself up to date when it is shown. None of them changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final, cast

from textual.app import ComposeResult
from textual.worker import Worker as BackgroundTask

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from core.domain.model import Spool
from kiosk.live.board import Situacion
from kiosk.live.supervision import LedgerReport, Urgency, by_urgency, examine, urgency
from kiosk.screens.base import KioskScreen
from kiosk.screens.supervisor_rows import (
    HOURS_LONG,
    hold_row,
    ledger_rows,
    rejected_row,
)
from kiosk.widgets.box import Box
from kiosk.widgets.table import Column, LazyRows, Row, Table
from kiosk.words.wording import Notice, Wording, elapsed

LOOK_AGAIN: Final = timedelta(seconds=30)
"""How old what the ledger said of itself may be while somebody reads it."""

_NAME_WIDTH: Final = 21


class Page(Box):
    """One page of the screen, under its number."""

    LISTS_SPOOLS: ClassVar[bool] = False

    @property
    def host(self) -> KioskScreen:
        """The screen whose page this is."""
        return cast("KioskScreen", self.screen)

    @property
    def name_on_bar(self) -> str:
        """The page's name, short, with what it counts."""
        raise NotImplementedError

    @property
    def is_there(self) -> bool:
        """Whether the page can be opened."""
        return True

    @property
    def needs_somebody(self) -> bool:
        """Whether its name on the bar is to be seen from the other pages."""
        return False

    @property
    def opening(self) -> Notice | None:
        """What the panel says when the page is opened; None when the page needs its room."""
        return None

    @property
    def table(self) -> Table | None:
        """The page's list, if it has one."""
        return next(iter(self.query(Table)), None)

    def opened(self) -> None:
        """The page is shown from now on."""

    def bring_up(self) -> None:
        """Show how things are now."""
        raise NotImplementedError


class SpoolsPage(Page):
    """A page that lists spools, one a row."""

    LISTS_SPOOLS = True

    @staticmethod
    def place_of(spools: Sequence[Spool], tag: str) -> int | None:
        return next((place for place, spool in enumerate(spools) if spool.tag_spool == tag), None)


class TomasPage(SpoolsPage):
    """Who holds what, the most urgent first."""

    def compose(self) -> ComposeResult:
        words = self.host.kiosk.wording
        yield Table(
            [
                Column(words("column.state"), 8),
                Column(words("column.spool"), 20, weight=2),
                Column(words("column.worker"), 8, weight=1),
                Column(words("column.operacion"), 10),
                Column(words("column.elapsed"), 6),
                Column(words("column.station"), 8, weight=1),
            ]
        )

    @property
    def name_on_bar(self) -> str:
        words = self.host.kiosk.wording
        return words("page.tomas", count=self.host.kiosk.board.occupied_count)

    @property
    def opening(self) -> Notice:
        words = self.host.kiosk.wording
        return Notice(words("tomas.title"), words("tomas.detail"), words("tomas.next"))

    def bring_up(self) -> None:
        words, board, now = self.host.kiosk.wording, self.host.kiosk.board, self.host.kiosk.now()
        spools = by_urgency(board.in_situacion(Situacion.TOMADO), now)

        def build(spool: Spool) -> Row:
            return hold_row(spool, words=words, now=now)

        self.query_one(Table).show(LazyRows(spools, build, lambda tag: self.place_of(spools, tag)))
        ranks = [urgency(spool.ocupacion, now) for spool in spools if spool.ocupacion is not None]
        remark = words(
            "tomas.remark", expired=ranks.count(Urgency.EXPIRED), long=ranks.count(Urgency.LONG), hours=HOURS_LONG
        )
        self.label(title=words("tomas.box", count=len(spools)), remark=remark if spools else words("tomas.none"))


class RechazosPage(SpoolsPage):
    """What is blocked, then what is rejected and awaits repair; what waits longest first."""

    def compose(self) -> ComposeResult:
        words = self.host.kiosk.wording
        yield Table(
            [
                Column(words("column.state"), 9),
                Column(words("column.spool"), 20, weight=2),
                Column(words("column.cycle"), 5),
                Column(words("column.repair"), 11),
                Column(words("column.rejected_by"), 8, weight=1),
                Column(words("column.day"), 10),
            ]
        )

    @property
    def name_on_bar(self) -> str:
        words, board = self.host.kiosk.wording, self.host.kiosk.board
        return words("page.rechazos", count=len(board.bloqueados) + len(board.rechazados))

    @property
    def opening(self) -> Notice:
        words = self.host.kiosk.wording
        return Notice(words("rechazos.title"), words("rechazos.detail"), words("rechazos.next"))

    def bring_up(self) -> None:
        words, board = self.host.kiosk.wording, self.host.kiosk.board
        blocked, rejected = list(board.bloqueados), list(board.rechazados)
        spools = blocked + rejected
        most = self.host.kiosk.session.configured.max_reparaciones

        def build(spool: Spool) -> Row:
            return rejected_row(spool, words=words, max_reparaciones=most)

        self.query_one(Table).show(LazyRows(spools, build, lambda tag: self.place_of(spools, tag)))
        title = words("rechazos.box", blocked=len(blocked), rejected=len(rejected))
        self.label(title=title, remark="" if spools else words("rechazos.none"))


class RegistroPage(Page):
    """How the ledger stands. It is asked in the background while somebody looks."""

    def __init__(self, *, classes: str) -> None:
        super().__init__(classes=classes)
        self._report: LedgerReport | None = None
        self._trouble = ""
        self._asked_at: datetime | None = None
        self._asking: BackgroundTask[None] | None = None

    def compose(self) -> ComposeResult:
        yield Table([Column("", _NAME_WIDTH), Column("", 20, weight=1)])

    @property
    def name_on_bar(self) -> str:
        words = self.host.kiosk.wording
        well = self.host.kiosk.is_connected and not self.host.kiosk.feed.risks
        return words("page.registro") if well else words("page.registro_trouble")

    def opened(self) -> None:
        self._asked_at = None

    def bring_up(self) -> None:
        kiosk, words = self.host.kiosk, self.host.kiosk.wording
        if self._is_due():
            self._asked_at = kiosk.session.clock()
            self._asking = self.run_worker(self._ask, group="health")
        healthy = kiosk.is_connected
        rows = ledger_rows(
            self._report,
            kiosk.feed.occupation.conflicts if kiosk.feed.occupation else None,
            connection=(words("registro.connected") if healthy else kiosk.connection_text(), healthy),
            words=words,
            zone=kiosk.timezone,
            width=max(self.size.width - _NAME_WIDTH - 7, 20),
        )
        self.query_one(Table).show(rows)
        self.label(title=words("registro.box"), remark=self._remark())

    def _is_due(self) -> bool:
        if self._asking is not None and not self._asking.is_finished:
            return False
        age = timedelta.max if self._asked_at is None else self.host.kiosk.session.clock() - self._asked_at
        return self.host.kiosk.is_connected and age >= LOOK_AGAIN

    def _remark(self) -> str:
        words = self.host.kiosk.wording
        looked = words("registro.looking")
        if self._report is not None:
            looked = words("registro.age", elapsed=elapsed(self.host.kiosk.now() - self._report.at))
        return words("registro.away", reason=self._trouble, looked=looked) if self._trouble else looked

    async def _ask(self) -> None:
        try:
            self._report = await examine(self.host.kiosk.service, clock=self.host.kiosk.session.clock)
        except (LedgerUnavailableError, LedgerRolledBackError) as trouble:
            self._trouble = reason_of(trouble, self.host.kiosk.wording)
        else:
            self._trouble = ""
        self._asking = None
        self.bring_up()
        self.host.kiosk.changes.ring()


def reason_of(trouble: LedgerUnavailableError | LedgerRolledBackError, words: Wording) -> str:
    """Why a ledger could not be asked, in a line."""
    if isinstance(trouble, LedgerRolledBackError):
        return words("error.LEDGER_ROLLED_BACK.detail", **trouble.details)
    return words.why(trouble)
