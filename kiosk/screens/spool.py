"""Spool: everything about one spool. Nothing is done here: what an identified worker can do is in `spool_acts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from typing_extensions import override

from core.domain.errors import KioskError
from core.domain.model import Spool
from kiosk.screens import keys
from kiosk.screens.base import KioskScreen
from kiosk.screens.host import Kiosk
from kiosk.widgets.hold_band import HoldBand
from kiosk.widgets.panel import QuietPanel, Tone
from kiosk.widgets.sheet import SpoolSheet
from kiosk.widgets.table import Box
from kiosk.widgets.timeline import IN_SHEET, SAVED, WIDTHS, joint_entries, timeline
from kiosk.widgets.wrapped import WrappedList

if TYPE_CHECKING:
    from core.domain.events import Event


class SpoolPage(Vertical):
    """What is known of one spool, and its history, both live. `side` stands beside the history, `remark` below it."""

    def __init__(self, kiosk: Kiosk, tag: str | None, *, side: Widget | None = None, remark: str = "") -> None:
        super().__init__()
        self._kiosk = kiosk
        self._side = side
        self._remark = remark
        self.tag = tag
        self._events: list[Event] = []
        self._read_tag = ""
        """Whose history was read last."""
        self._trouble: KioskError | None = None
        """Why the history could not be read at the last try."""
        self._read_for: tuple[str, int] | None = None
        """The tag, and the number of its last event, that the history was or is being read for."""

    @property
    def spool(self) -> Spool | None:
        """The spool as the board knows it."""
        return self._kiosk.board.find(self.tag) if self.tag else None

    @override
    def compose(self) -> ComposeResult:
        yield SpoolSheet()
        yield HoldBand()
        yield QuietPanel(classes="-quiet")
        with Horizontal(classes="lower"):
            with Box(classes="box"):
                yield WrappedList(WIDTHS)
            if self._side is not None:
                yield self._side

    def on_mount(self) -> None:
        """Ask for a spool when there is none to show."""
        if self.spool is None:
            self.query_one(QuietPanel).show(Tone.INFO, self._kiosk.wording.notice("spool.scan"))

    def show_spool(self, tag: str) -> None:
        """Make this the page of another spool."""
        if tag != self.tag:
            self.tag = tag
            self.query_one(WrappedList).to_top()
            self.query_one(QuietPanel).hush()

    def scroll(self, lines: int) -> None:
        """Scroll the history."""
        self.query_one(WrappedList).move(lines)

    def bring_up(self) -> None:
        """Show how the spool stands now, and read its history again when that is longer."""
        kiosk, spool = self._kiosk, self.spool
        self.query_one(SpoolSheet).set_class(spool is None, "empty")
        self.query_one(".lower").set_class(spool is None, "empty")
        if spool is None:
            return
        policy = kiosk.session.configured.max_reparaciones
        self.query_one(SpoolSheet).show(
            spool, kiosk.board.workers, kiosk.wording, now=kiosk.feed.now(), max_reparaciones=policy
        )
        self.query_one(HoldBand).show(spool.retencion, kiosk.wording, now=kiosk.feed.now())
        wanted = (spool.tag_spool, spool.seq)
        if wanted != self._read_for:
            self._read_for = wanted
            self.run_worker(self._read_history(spool.tag_spool), group="history", exclusive=True)
        self._show_history(spool)

    async def _read_history(self, tag: str) -> None:
        try:
            self._events = await self._kiosk.feed.service.history(tag)
        except KioskError as trouble:
            # Within a second the next refresh says so and tries again.
            self._read_for, self._trouble = None, trouble
        else:
            self._read_tag, self._trouble = tag, None
            self._kiosk.bring_up()

    def _show_history(self, spool: Spool) -> None:
        words, feed, tag = self._kiosk.wording, self._kiosk.feed, spool.tag_spool
        events = self._events if self._read_tag == tag else []
        entries = timeline(events, words, now=feed.now(), mirrored=feed.mirror.mirrored)
        joints = joint_entries(spool, words, has_sheet=feed.mirror.mirrored is not None)
        self.query_one(WrappedList).show([*joints, *entries])
        title = words("spool.history_count", count=len(events)) if events else words("spool.history")
        self.query_one(Box).label(title=title, remark=self._history_remark(tag))

    def _history_remark(self, tag: str) -> str:
        words = self._kiosk.wording
        if self._trouble is not None:
            reason = words.error(self._trouble, now=self._kiosk.feed.now())
            return words("spool.unread", reason=f"{reason.title}. {reason.detail}")
        if self._read_tag != tag:
            return words("spool.reading")
        if not self._events:
            return words("spool.no_history")
        is_sheet = self._kiosk.feed.mirror.mirrored is not None
        legend = words("hoja.legend", in_sheet=IN_SHEET, saved=SAVED) if is_sheet else ""
        return " · ".join(filter(None, (legend, self._remark)))


class SpoolScreen(KioskScreen):
    """The page for anybody: it changes nothing."""

    CSS_PATH = "spool.tcss"
    KEYS = keys.SPOOL

    def __init__(self, tag: str | None) -> None:
        super().__init__()
        self._page = SpoolPage(self.kiosk, tag, remark=self.remark())

    def remark(self) -> str:
        """What stands below the history."""
        return self.words("spool.needs_badge")

    @property
    @override
    def subject(self) -> str | None:
        return self._page.tag

    @override
    def compose_body(self) -> ComposeResult:
        yield self._page

    @override
    def refresh_board(self) -> None:
        self._page.bring_up()

    @override
    async def on_text_code(self, text: str) -> None:
        spool = self.find_spool(text)
        if spool is not None:
            self.query_one(QuietPanel).hush()
            self._page.show_spool(spool.tag_spool)
            self._page.bring_up()

    @override
    def move_cursor(self, lines: int) -> None:
        if self._page.spool is not None:
            self.query_one(QuietPanel).hush()
        self._page.scroll(lines)
