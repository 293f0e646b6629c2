"""The supervisor's pages: each a box that brings itself up to date. Here those that list spools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Final, cast

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from core.domain.model import Spool
from core.domain.writing.dates import format_date
from core.domain.writing.texts import one_line
from kiosk.live.board import Shown
from kiosk.live.supervision import LONG_HELD, Urgency, by_urgency, cycle, urgency
from kiosk.screens.host import Kiosk
from kiosk.widgets.table import Box, Column, LazyRows, Row, Table
from kiosk.widgets.wrapped import wrapped
from kiosk.words.wording import Wording, elapsed

HOURS_LONG: Final = int(LONG_HELD.total_seconds() // 3600)


class Page(Box):
    """One page of the supervisor's screen, under its number. It changes nothing."""

    def __init__(self) -> None:
        super().__init__(classes="box page")

    @property
    def kiosk(self) -> Kiosk:
        """The app."""
        return cast("Kiosk", self.app)

    @property
    def words(self) -> Wording:
        """The supervisor's words."""
        return self.kiosk.wording

    @property
    def name_on_bar(self) -> str:
        """The page's name, short, with what it counts."""
        raise NotImplementedError

    @property
    def is_there(self) -> bool:
        """Whether the page can be opened."""
        return True

    @property
    def needs_attention(self) -> bool:
        """Whether its name on the bar stands out while another page is in front."""
        return False

    def opened(self) -> None:
        """The page is in front from now on."""

    def bring_up(self) -> None:
        """Show how things are now."""
        raise NotImplementedError


class LinesPage(Page):
    """A page of lines, each a name and a text. What is longer than the width goes on below."""

    NAME_WIDTH: ClassVar[int]

    @override
    def compose(self) -> ComposeResult:
        yield Table([Column("", self.NAME_WIDTH), Column("", 20, weight=1)])

    def show_lines(self, lines: Iterable[Row]) -> None:
        """Show these, whatever their keys."""
        width = max(self.size.width - self.NAME_WIDTH - 5, 20)
        rows: list[Row] = []
        for line in lines:
            name, text = map(one_line, line.cells)
            for at, part in enumerate(wrapped(text, width)):
                rows.append(replace(line, key=str(len(rows)), cells=("" if at else name, part)))
        self.query_one(Table).show(rows)


class SpoolsPage(Page):
    """A page that lists spools, one a row, under the columns `COLUMNS`: id of the words, width, weight."""

    NAME: ClassVar[str]
    """The id of what the panel says when the page is opened."""

    COLUMNS: ClassVar[Sequence[tuple[str, int, int]]]

    @override
    def compose(self) -> ComposeResult:
        yield Table([Column(self.words(f"column.{name}"), width, weight) for name, width, weight in self.COLUMNS])

    def show_spools(self, spools: Sequence[Spool]) -> None:
        """List these."""

        def place_of(tag: str) -> int | None:
            return next((place for place, spool in enumerate(spools) if spool.tag_spool == tag), None)

        self.query_one(Table).show(LazyRows(spools, self.row, place_of))

    def row(self, spool: Spool) -> Row:
        """The line of one spool."""
        raise NotImplementedError


class TomasPage(SpoolsPage):
    """Who holds what, the most urgent first."""

    NAME = "tomas"
    COLUMNS = (
        *(("state", 8, 0), ("spool", 20, 2), ("worker", 8, 1)),
        *(("operacion", 10, 0), ("elapsed", 6, 0), ("station", 8, 1)),
    )

    @property
    @override
    def name_on_bar(self) -> str:
        return self.words("page.tomas", count=self.kiosk.board.occupied_count)

    @override
    def bring_up(self) -> None:
        words, now = self.words, self.kiosk.feed.now()
        spools = by_urgency(self.kiosk.board.of(Shown.TOMADO), now)
        self.show_spools(spools)
        ranks = [urgency(spool.ocupacion, now) for spool in spools if spool.ocupacion is not None]
        remark = words(
            "tomas.remark", expired=ranks.count(Urgency.EXPIRED), long=ranks.count(Urgency.LONG), hours=HOURS_LONG
        )
        self.label(title=words("tomas.box", count=len(spools)), remark=remark if spools else words("tomas.none"))

    @override
    def row(self, spool: Spool) -> Row:
        words, now, held = self.words, self.kiosk.feed.now(), spool.ocupacion
        if held is None:
            # It was freed this moment.
            return Row(spool.tag_spool, ("", spool.tag_spool, "", "", "", ""))
        how = urgency(held, now)
        state = {
            Urgency.EXPIRED: words("expired"),
            Urgency.LONG: words("tomas.long", hours=HOURS_LONG),
            Urgency.USUAL: "",
        }[how]
        since = elapsed(now - held.fecha_ocupacion)
        cells = (state, spool.tag_spool, held.worker_nombre, words.operacion(held.operacion), since, held.station)
        return Row(spool.tag_spool, cells, alert=how is Urgency.EXPIRED, warn=how is Urgency.LONG)


class RechazosPage(SpoolsPage):
    """What is blocked, then what is rejected and awaits repair; what waits longest first."""

    NAME = "rechazos"
    COLUMNS = (
        *(("state", 9, 0), ("spool", 20, 2), ("cycle", 5, 0)),
        *(("repair", 11, 0), ("rejected_by", 8, 1), ("day", 10, 0)),
    )

    def _spools(self) -> tuple[list[Spool], list[Spool]]:
        board = self.kiosk.board
        return list(board.of(Shown.BLOQUEADO)), list(board.of(Shown.RECHAZADO))

    @property
    @override
    def name_on_bar(self) -> str:
        return self.words("page.rechazos", count=sum(map(len, self._spools())))

    @override
    def bring_up(self) -> None:
        words, (blocked, rejected) = self.words, self._spools()
        self.show_spools(blocked + rejected)
        title = words("rechazos.box", blocked=len(blocked), rejected=len(rejected))
        self.label(title=title, remark="" if blocked or rejected else words("rechazos.none"))

    @override
    def row(self, spool: Spool) -> Row:
        words, inspeccion = self.words, spool.inspeccion
        cells = (
            words("rechazos.blocked") if spool.bloqueado else words("rechazos.rejected"),
            spool.tag_spool,
            cycle(spool, self.kiosk.session.configured.max_reparaciones),
            words(f"avance.{spool.reparacion.estado}"),
            inspeccion.worker_nombre or "",
            format_date(inspeccion.fecha) if inspeccion.fecha else "",
        )
        return Row(spool.tag_spool, cells, alert=spool.bloqueado)


def reason_of(trouble: LedgerUnavailableError | LedgerRolledBackError, words: Wording) -> str:
    """Why the ledger could not be asked, in a line."""
    if isinstance(trouble, LedgerRolledBackError):
        return words("error.LEDGER_ROLLED_BACK.detail", **trouble.details)
    return words.why(trouble)
