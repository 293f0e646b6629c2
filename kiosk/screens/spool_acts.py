"""Spool, for an identified worker: its page, with everything that this worker can do with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import Spool, Worker
from kiosk.labels.printing import print_label
from kiosk.scanning.codes import Command
from kiosk.screens import keys
from kiosk.screens.dialogue import ABOUT_A_SPOOL, Possible
from kiosk.screens.keys import Act
from kiosk.screens.pointing import PointingScreen
from kiosk.screens.questions import DOUBLE_SCAN
from kiosk.screens.spool import SpoolPage
from kiosk.screens.working import REPEAT_WINDOW
from kiosk.widgets.choices import Choices, Offer
from kiosk.widgets.panel import QuietPanel, Tone
from kiosk.widgets.table import Box, Table
from kiosk.words.wording import Notice


class SpoolActsScreen(PointingScreen):
    """The page for an identified worker: a scan acts on the spool, and so does everything that is listed."""

    CSS_PATH = "spool.tcss"
    KEYS = keys.SPOOL_ACTS
    CODES = (
        *(Command.ARM, Command.SOLD, Command.REPARACION, Command.APROBADO, Command.RECHAZADO),
        *(Command.EXTENDER, Command.ENTREGAR, Command.RETENER, Command.REANUDAR, Command.NOTA),
        *(Command.LIBERAR, Command.DESBLOQUEAR, Command.NO),
    )
    ANSWERS = frozenset({Command.REPARACION, Command.NO})
    ACTS = frozenset(
        {
            *(*ABOUT_A_SPOOL, Command.ARM, Command.SOLD),
            *(Command.APROBADO, Command.RECHAZADO, Command.NOTA, Command.ETIQUETA),
        }
    )
    ACTS_WHILE_ASKING = frozenset({Command.ENTREGAR, Command.RETENER, Command.REANUDAR})

    def __init__(self, tag: str | None, worker: Worker) -> None:
        super().__init__(worker)
        self.pointed_at = tag
        side = Box(Choices(), classes="acts")
        side.label(title=self.words("spool.acts"))
        self._page = SpoolPage(self.kiosk, tag, side=side)
        self._possible: list[Possible] = []
        self._chosen: tuple[str, Command, str | None, datetime] | None = None
        """The number chosen last, what it did, to which spool and when."""

    @override
    def compose_body(self) -> ComposeResult:
        yield self._page

    @property
    @override
    def spools_table(self) -> Table | None:
        return None

    @override
    def point_at(self, tag: str | None) -> None:
        super().point_at(tag)
        if tag is not None:
            self._page.show_spool(tag)
            self.refresh_board()

    @override
    def forget_subject(self) -> None:
        """The page still shows which spool commands are about."""

    @override
    def move_cursor(self, lines: int) -> None:
        if self.spool is not None and not self.questions.must_be_answered:
            self.questions.close()
            self.query_one(QuietPanel).hush()
        self._page.scroll(lines)

    # What can be done

    @override
    def refresh_board(self) -> None:
        self._page.bring_up()
        self._possible = self.possible_acts(self.spool) if self.spool is not None else []
        # While a question is open the numbers are its own.
        offers = [self._offer(act) for act in self._possible]
        self.query_one(Choices).show(offers, numbered=not self.questions.is_open)

    @override
    def possible_acts(self, spool: Spool) -> list[Possible]:
        acts = super().possible_acts(spool)
        last = self.kiosk.feed.service.undoable(self.worker.worker_id) if acts else None
        # It goes by itself after a while, and must not move the others' numbers.
        return [*acts, Possible(Command.DESHACER)] if last and last.event.tag_spool == spool.tag_spool else acts

    @override
    def not_now(self) -> Collection[Command | Act]:
        has_printer = self.spool is not None and self.kiosk.session.configured.impresora
        return {*super().not_now(), *(() if has_printer else (Command.ETIQUETA,))}

    @override
    async def act_on_subject(self, command: Command) -> None:
        if command is Command.ETIQUETA and self.spool is not None:
            queue = await print_label(self.spool, self.words, self.kiosk.session.configured)
            self.show_notice(Tone.DONE, self.words.notice("labels.sent", queue=queue))
        else:
            await super().act_on_subject(command)

    def _offer(self, act: Possible) -> Offer:
        key = next((self.words.key(key.name) for key in self.KEYS if key.does is act.command), "")
        return Offer(self.word_for(act), key, f"C.{act.command}")

    @override
    def show_notice(self, tone: Tone, notice: Notice, answers: Sequence[str] = ()) -> None:
        super().show_notice(tone, notice, answers)
        self.refresh_board()

    # Codes

    @override
    async def on_text_code(self, text: str) -> None:
        """A number answers the question, or else does what stands in the list; anything else is a spool."""
        if not (self._chosen_twice(text) or await self.answered(text) or await self._chose(text)):
            await super().on_text_code(text)

    def _chosen_twice(self, text: str) -> bool:
        """Whether this number is the one before again, scanned twice, when it may mean something else already."""
        if self._chosen is None:
            return False
        number, command, tag, at = self._chosen
        # An answer is soon given on purpose; what is done, seldom twice.
        window = DOUBLE_SCAN if self.questions.is_open else REPEAT_WINDOW
        if (text, self.pointed_at) != (number, tag) or not timedelta() <= self.now() - at < window:
            return False
        if not self.questions.is_open and tag is not None:
            self.answer_again(command, tag)
        return True

    async def _chose(self, text: str) -> bool:
        """Do what has this number in the list; whether there is any."""
        spool, possible = self.spool, self._possible
        if spool is None or not (text.isdecimal() and 1 <= int(text) <= len(possible)) or self.kiosk.board.find(text):
            return False
        act = possible[int(text) - 1]
        self._chosen = (text, act.by_key, self.pointed_at, self.now())
        await self.do(act, spool)
        return True
