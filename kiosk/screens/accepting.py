"""What only a supervisor may accept: a ledger that lost its past, a clock that does not fit it. Others call one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from core.domain.errors import VersionConflictError
from core.domain.reasons import Riesgo
from core.domain.requests import AceptarRegistroRequest
from core.domain.writing.dates import DATETIME_FORMAT
from kiosk.scanning.codes import Command
from kiosk.screens.questions import Answer
from kiosk.widgets.panel import Tone
from kiosk.words.event_words import event_line
from kiosk.words.wording import Notice

if TYPE_CHECKING:
    from kiosk.screens.working import WorkScreen


class Accepting:
    """Tells the worker of `screen` once, and asks a supervisor. `show_rest` shows what stands there otherwise."""

    def __init__(self, screen: WorkScreen, show_rest: Callable[[], None]) -> None:
        self._screen = screen
        self._show_rest = show_rest
        self._told = False

    def watch(self) -> None:
        """Look at the ledger now."""
        screen, feed, words = self._screen, self._screen.kiosk.feed, self._screen.words
        lost, was_told, supervises = feed.lost_past, self._told, screen.worker.is_supervisor
        self._told = lost is not None or Riesgo.RELOJ_DUDOSO in feed.risks
        if not self._told:
            if was_told and not (supervises or screen.questions.is_open):
                self._show_rest()
        elif was_told:
            return
        elif not supervises:
            if lost is not None:
                screen.show_refusal(lost)
        else:
            if lost is None:
                about, detail = "clock", words("clock.detail", now=screen.now().strftime(DATETIME_FORMAT))
            else:
                about, detail = "past", words("past.detail", known_seq=lost.known_seq, found_seq=lost.found_seq)
            answers = [
                Answer(words("past.refuse"), self._leave, Command.NO),
                Answer(words("past.accept"), partial(self._accept, about), Command.SI),
            ]
            screen.ask(Notice(words(f"{about}.title"), detail), answers)

    async def _leave(self) -> None:
        self._show_rest()

    async def _accept(self, about: str) -> None:
        screen, words, service = self._screen, self._screen.words, self._screen.kiosk.feed.service
        motive = words("past.motive", station=screen.kiosk.session.configured.station)
        request = AceptarRegistroRequest(worker_id=screen.worker.worker_id, motivo=motive)
        try:
            event = await service.act(request)
        except VersionConflictError:
            # It was accepted at another terminal meanwhile, or what was wrong is right again.
            self._show_rest()
        else:
            notice = Notice(words("done.ACEPTAR_REGISTRO"), event_line(event, words), words(f"{about}.next"))
            screen.show_notice(Tone.DONE, notice)
        await screen.kiosk.feed.look_at_health(service)
