"""The batch that one worker gathers on the screen Lote."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.domain.errors import KioskError, LedgerRolledBackError, LedgerUnavailableError, VersionConflictError
from core.domain.model import Operacion, Spool, Worker
from core.domain.responses import BatchDetail, BatchResponse
from kiosk.screens.host import Draft, Kiosk
from kiosk.widgets.table import Row
from kiosk.words.wording import Wording

WORTH_ANOTHER_TRY: Final = (LedgerUnavailableError, LedgerRolledBackError, VersionConflictError)
TAKEN_IN_BATCHES: Final = (Operacion.ARM, Operacion.SOLD, Operacion.REPARACION)


class Batch:
    """What one worker gathered, or what became of it; the app keeps the draft while the worker is away."""

    def __init__(self, kiosk: Kiosk, worker: Worker) -> None:
        self._kiosk = kiosk
        self._worker = worker
        self.outcome: dict[str, tuple[str, bool]] | None = None
        """Of the batch that was confirmed, by tag what became of it, and whether it was refused."""

    @property
    def draft(self) -> Draft:
        """The tags so far, and what is to be done with them."""
        return self._kiosk.drafts.setdefault(self._worker.worker_id, Draft())

    def possible(self, spool: Spool) -> dict[Operacion, KioskError | None]:
        """The operations of a batch that the worker has a role for, with why the spool cannot be taken for each.

        Raises LedgerUnavailableError.
        """
        possible = self._kiosk.feed.service.possible_operations(spool, self._worker)
        return {operacion: refusal for operacion, refusal in possible.items() if operacion in TAKEN_IN_BATCHES}

    def refusal_of(self, spool: Spool) -> KioskError | None:
        """Why the spool cannot be taken for the batch's operation; None when it can, or that is not known yet."""
        if self.draft.operacion is None:
            return None
        try:
            return self.possible(spool).get(self.draft.operacion)
        except KioskError:
            return None

    def confirmed(self, batch: BatchResponse) -> None:
        """Remember what became of each spool. What could not be saved at all stays gathered, to be tried again."""
        self.outcome = {detail.tag_spool: self._line_of(detail) for detail in batch.details}
        unsaved = [detail.tag_spool for detail in batch.details if isinstance(detail.refusal, WORTH_ANOTHER_TRY)]
        self._kiosk.drafts[self._worker.worker_id] = Draft(unsaved, self.draft.operacion if unsaved else None)

    def _line_of(self, detail: BatchDetail) -> tuple[str, bool]:
        words, now = self._kiosk.wording, self._kiosk.feed.now()
        match detail.result:
            case KioskError() as refusal:
                return refusal_line(refusal, words, now=now), True
            case response:
                displaced = words.displaced(response, now=now)
                return " · ".join(filter(None, (words("done.TOMAR"), displaced))), False

    @property
    def gathered(self) -> str:
        """How many spools are gathered, in words."""
        return self._kiosk.wording("lote.gathered", count=len(self.draft.tags))

    @property
    def heading(self) -> str:
        """What is gathered, and for which operation."""
        words, operacion = self._kiosk.wording, self.draft.operacion
        return words("lote.title") if operacion is None else f"{words('lote.title')} · {words.operacion(operacion)}"

    def rows(self) -> list[Row]:
        """A line a spool: that it can be taken, or was, or why not."""
        lines = self.outcome
        if lines is None:
            reasons = {tag: self._reason(tag) for tag in self.draft.tags}
            lines = {tag: (why or self._kiosk.wording("lote.ok"), bool(why)) for tag, why in reasons.items()}
        return [
            Row(tag, (f"{number:>3}", tag, f"{'✘' if is_refused else '✔'} {line}"), alert=is_refused)
            for number, (tag, (line, is_refused)) in enumerate(lines.items(), start=1)
        ]

    def _reason(self, tag: str) -> str:
        spool = self._kiosk.board.find(tag)
        if spool is None:
            return "?"
        refusal = self.refusal_of(spool)
        return refusal_line(refusal, self._kiosk.wording, now=self._kiosk.feed.now()) if refusal else ""


def refusal_line(refusal: KioskError, words: Wording, *, now: datetime) -> str:
    """Why nothing was done to a spool, in the line of that spool: without its tag."""
    notice = words.error(refusal, now=now, saving=True)
    return f"{notice.title}: {notice.detail}".replace(f"{refusal.details.get('tag_spool')}", "").strip(" ·:")
