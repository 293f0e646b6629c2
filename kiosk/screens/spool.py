"""Spool: everything about one spool. Nothing is done here: what an identified worker can do is told elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.worker import Worker as BackgroundTask

import core
from core.domain.errors import KioskError
from core.domain.model import Spool
from kiosk.scanning.codes import Command
from kiosk.screens.base import KioskScreen
from kiosk.screens.spool_facts import facts_of
from kiosk.widgets.box import Box
from kiosk.widgets.choices import QuietPanel
from kiosk.widgets.panel import Tone
from kiosk.widgets.sheet import SpoolSheet
from kiosk.widgets.timeline import IN_SHEET, SAVED, Timeline
from kiosk.words.wording import Notice


class SpoolPage(KioskScreen):
    """What is known of the spool that was scanned last, and its history, both live."""

    CSS_PATH = "spool.tcss"
    tag: str | None = None
    _history: tuple[str, Sequence[core.Event]] = ("", ())
    """The history that was read last, and whose it is."""
    _is_unread = False
    """Whether the history could not be read when it last had to be."""
    _reading: BackgroundTask[None] | None = None
    _read_for: tuple[str, int] | None = None
    """The tag, and the number of its last event, that the history was or is being read for."""

    @property
    def subject(self) -> str | None:
        return self.tag

    @property
    def spool(self) -> Spool | None:
        """The spool as the board knows it."""
        return self.kiosk.board.find(self.tag) if self.tag else None

    def compose_body(self) -> ComposeResult:
        yield SpoolSheet()
        yield QuietPanel(classes="-quiet")
        with Horizontal(classes="lower"):
            with Box(classes="box"):
                yield Timeline()
            yield from self.compose_side()

    def compose_side(self) -> ComposeResult:
        """What stands beside the history."""
        yield from ()

    def on_mount(self) -> None:
        super().on_mount()
        if self.spool is None:
            self.ask_for_spool()

    def ask_for_spool(self) -> None:
        words = self.kiosk.wording
        self.query_one(QuietPanel).show(Tone.INFO, Notice(words("spool.scan.title"), words("spool.scan.detail")))

    def show_spool(self, tag: str) -> None:
        """Make this the page of another spool."""
        if tag != self.tag:
            self.tag = tag
            self.query_one(Timeline).to_top()
            self.query_one(QuietPanel).hush()
        self.refresh_board()

    def refresh_board(self) -> None:
        spool = self.spool
        self.query_one(SpoolSheet).set_class(spool is None, "empty")
        self.query_one(".lower").set_class(spool is None, "empty")
        if spool is None:
            return
        kiosk = self.kiosk
        facts = facts_of(
            spool,
            kiosk.board.workers,
            kiosk.wording,
            now=kiosk.now(),
            zone=kiosk.timezone,
            max_reparaciones=kiosk.session.configured.max_reparaciones,
        )
        self.query_one(SpoolSheet).show(facts)
        wanted = (spool.tag_spool, spool.seq)
        if wanted != self._read_for:
            self._read_for = wanted
            self._reading = self.run_worker(self._read_history, group="history", exclusive=True)
        self._show_history(spool.tag_spool)

    async def _read_history(self) -> None:
        words, box, tag = self.kiosk.wording, self.query_one(Box), self.tag
        if tag is None:
            return
        if self._history[0] != tag:
            box.label(remark=words("spool.reading"))
        try:
            events = await self.kiosk.service.history(tag)
        except KioskError as trouble:
            # It is tried again when the screen is next brought up to date.
            self._read_for = None
            self._is_unread = True
            reason = words.error(trouble, now=self.kiosk.now())
            box.label(remark=words("spool.unread", reason=f"{reason.title}. {reason.detail}"))
        else:
            self._history = (tag, events)
            self._is_unread = False
            self._show_history(tag)
        self.kiosk.changes.ring()

    @property
    def remark(self) -> str:
        """What is said under a history that was read."""
        return ""

    def _show_history(self, tag: str) -> None:
        words, (read, events) = self.kiosk.wording, self._history
        shown = events if read == tag else ()
        mirrored = self.kiosk.feed.mirror.mirrored
        self.query_one(Timeline).show_history(
            shown, words, zone=self.kiosk.timezone, today=self.kiosk.now().date(), mirrored=mirrored
        )
        title = words("spool.history_count", count=len(shown)) if shown else words("spool.history")
        self.query_one(Box).label(title=title)
        if read == tag and not self._is_unread:
            legend = "" if mirrored is None else words("hoja.legend", in_sheet=IN_SHEET, saved=SAVED)
            told = " · ".join(filter(None, (legend, self.remark)))
            self.query_one(Box).label(remark=told if events else words("spool.no_history"))

    def move_cursor(self, lines: int) -> None:
        """Scroll the history."""
        self.query_one(Timeline).move(lines)


class SpoolScreen(SpoolPage):
    """The page for anybody: it changes nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "send('AYUDA')", id="ayuda"),
        Binding("f6", "send('TABLERO')", id="tablero"),
        Binding("escape,f10", "send('SALIR')", id="back", key_display="Esc"),
    ]

    def __init__(self, tag: str | None) -> None:
        super().__init__()
        self.tag = tag

    @property
    def remark(self) -> str:
        return self.kiosk.wording("spool.needs_badge")

    async def on_text_code(self, text: str) -> None:
        spool = self.find_spool(text)
        if spool is not None:
            self.query_one(QuietPanel).hush()
            self.show_spool(spool.tag_spool)

    async def on_command_code(self, command: Command) -> bool:
        if command is Command.SALIR:
            await self.kiosk.leave_screen()
        return command is Command.SALIR

    def move_cursor(self, lines: int) -> None:
        if self.spool is not None:
            self.query_one(QuietPanel).hush()
        super().move_cursor(lines)
