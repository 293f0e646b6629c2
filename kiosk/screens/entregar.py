"""Handing over: whose badge is scanned next has the spool, or everything that the worker has in hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from core.domain.errors import KioskError, LedgerUnavailableError
from core.domain.requests import EntregarRequest
from core.domain.rulebook.availability import require_holder
from core.domain.rulebook.roles import require_operacion
from kiosk.scanning.codes import Command
from kiosk.screens.asking import ask_for_badge
from kiosk.screens.questions import Answer, BadgeReply
from kiosk.widgets.panel import Tone
from kiosk.words.wording import Notice

if TYPE_CHECKING:
    from core.domain.model import Operacion, Worker
    from core.domain.responses import Response
    from kiosk.screens.working import WorkScreen


class HandingOver:
    """What the worker of `screen` hands over. Raises KioskError when the ledger refuses or is away."""

    def __init__(self, screen: WorkScreen) -> None:
        self._screen = screen

    @property
    def _in_hand(self) -> list[str]:
        return [spool.tag_spool for spool in self._screen.kiosk.board.held_by(self._screen.worker.worker_id)]

    async def ask(self, tag: str) -> None:
        """Ask who receives the spool."""
        screen, words = self._screen, self._screen.words
        spool = await screen.kiosk.feed.service.spool(tag)
        held = require_holder(spool, screen.worker.worker_id, screen.now())
        count = len(self._in_hand)
        everything = [Answer(words("entregar.all", count=count), self.ask_all)] if count > 1 else []
        self._ask(
            f"{tag} · {words.operacion(held.operacion)}", everything, partial(self._hand_over, tag, held.operacion)
        )

    async def ask_all(self) -> None:
        """Ask who receives everything that the worker has in hand."""
        tags = self._in_hand
        if tags:
            self._ask(self._screen.words("entregar.count", count=len(tags)), [], partial(self._hand_over_all, tags))
        else:
            self._screen.refuse(self._screen.words.notice("no_spool"))

    def _ask(self, what: str, answers: Sequence[Answer], badge: BadgeReply) -> None:
        screen, words = self._screen, self._screen.words
        notice = Notice(words("entregar.title"), f"{what} · {words('entregar.hint')}")
        ask_for_badge(screen, notice, answers, badge)

    async def _hand_over(self, tag: str, operacion: Operacion, to: int) -> None:
        service = self._screen.kiosk.feed.service
        # Somebody whom it cannot be handed to leaves the question open: the next badge may be the right one.
        require_operacion(await service.worker(to), operacion, service.policy)
        await self._screen.act(Command.ENTREGAR, tag, a_worker_id=to)

    async def _hand_over_all(self, tags: Sequence[str], to: int) -> None:
        screen, words = self._screen, self._screen.words
        receiver = await screen.kiosk.feed.service.worker(to)
        results = await screen.patiently(words("entregar.count", count=len(tags)), lambda: self._each(tags, to))
        if results is None:
            return
        done = [result for result in results.values() if not isinstance(result, KioskError)]
        title = words("entregar.done", done=len(done), total=len(tags))
        notice = Notice(title, self._outcomes(receiver, results), words("next.scan"))
        screen.show_notice(Tone.DONE if len(done) == len(tags) else Tone.REFUSED, notice)
        await screen.caught_up(max((response.seq for response in done), default=0))

    async def _each(self, tags: Sequence[str], to: int) -> dict[str, Response | KioskError]:
        """What became of each, in order. Raises LedgerUnavailableError when the first could not be saved."""
        feed, worker_id = self._screen.kiosk.feed, self._screen.worker.worker_id
        results: dict[str, Response | KioskError] = {}
        for tag in tags:
            request = EntregarRequest(tag_spool=tag, worker_id=worker_id, a_worker_id=to)
            try:
                results[tag] = await feed.doubts.act(feed.service, request)
            except LedgerUnavailableError as trouble:
                if not results:
                    raise
                # To try the others would take as long again, each.
                return results | dict.fromkeys(tags[len(results) :], trouble)
            except KioskError as refusal:
                results[tag] = refusal
        return results

    def _outcomes(self, receiver: Worker, results: dict[str, Response | KioskError]) -> str:
        """Who has them now; of those that were refused, which and why, each reason once."""
        words, now = self._screen.words, self._screen.now()
        refused: defaultdict[str, list[str]] = defaultdict(list)
        for tag, result in results.items():
            if isinstance(result, KioskError):
                why = words.error(result, now=now, saving=True)
                refused[why.line.replace(tag, "").strip(" ·:")].append(tag)
        lines = [f"{why}: {', '.join(tags)}" for why, tags in refused.items()]
        if len(lines) == 0 or any(not isinstance(result, KioskError) for result in results.values()):
            lines.insert(0, words("done.receiver", holder=f"{receiver.nombre_completo} · {receiver.worker_nombre}"))
        return " · ".join(lines)
