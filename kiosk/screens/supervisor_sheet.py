"""The supervisor's page of the office's sheet: what keeps it from being up to date first, figures last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from kiosk.live.mirror_watch import MirrorWatch, QueueState
from kiosk.screens.supervisor_pages import LinesPage
from kiosk.widgets.bars import connection_text
from kiosk.widgets.table import Row
from kiosk.words.event_words import event_detail
from kiosk.words.sheet_words import (
    cells_text,
    flaws,
    grouped,
    is_nearly_full,
    noted_notice,
    problem_place,
    problem_text,
    pulled_text,
    waiting_text,
)
from kiosk.words.wording import elapsed

if TYPE_CHECKING:
    from core.sheet.pull_note import PullNote
    from core.sheet.state import MirrorState, Status

PROBLEMS_SHOWN: Final = 50
CONFLICTS_SHOWN: Final = 20

_MOST_ON_BAR: Final = 999
"""The bar has no room for more digits; the page itself has the number."""


class HojaPage(LinesPage):
    """How the sheet stands, a fact a line; it is not there where there is no sheet."""

    NAME_WIDTH = 24

    def on_mount(self) -> None:
        """Find the conflicts of the last day."""
        self.run_worker(self._look_back(), group="conflicts", exclusive=True)

    def on_resize(self) -> None:
        """Wrap the lines again: how wide they may be is known only after the layout."""
        self.bring_up()

    async def _look_back(self) -> None:
        try:
            await self._mirror.look_back(self.kiosk.feed.service.ledger)
        except (LedgerUnavailableError, LedgerRolledBackError):
            # Conflicts from now on are shown; the top line says that the ledger is away.
            return

    @property
    def _mirror(self) -> MirrorWatch:
        return self.kiosk.feed.mirror

    @property
    def _now(self) -> datetime:
        return self.kiosk.feed.now()

    @property
    @override
    def is_there(self) -> bool:
        return self._mirror.knows_a_sheet

    @property
    def _count(self) -> int:
        """How many rows and cells of the sheet need a look, and kinds of flaws that it has as a whole."""
        problems = self._mirror.pull.problems_total if self._mirror.pull else 0
        status = self._mirror.state.status if self._mirror.state else None
        kinds = len(list(flaws(status, self.words))) if status else 0
        return problems + len(self._mirror.recent_conflicts(self._now)) + kinds

    @property
    @override
    def needs_attention(self) -> bool:
        queue = self._mirror.queue(self._now)
        fails = self._mirror.pull is not None and self._mirror.pull.error is not None
        return bool(self._count) or fails or (queue is not None and queue.state.is_bad)

    @property
    @override
    def name_on_bar(self) -> str:
        if not self.needs_attention:
            return self.words("page.hoja")
        if not self._count:
            return self.words("page.hoja_trouble")
        count = self._count if self._count <= _MOST_ON_BAR else f"{_MOST_ON_BAR}+"
        return self.words("page.hoja_count", count=count)

    @override
    def bring_up(self) -> None:
        if not self._mirror.knows_a_sheet:
            return
        self.show_lines(self._lines())
        feed = self.kiosk.feed
        remark = "" if feed.is_live else connection_text(feed, self.kiosk.board, self.words)
        self.label(title=self.words("hoja.box"), remark=remark)

    # The lines: each a name and a text

    def _lines(self) -> Iterator[Row]:
        words, state, queue = self.words, self._mirror.state, self._mirror.queue(self._now)
        status = state.status if state else None
        if queue is not None:
            waiting = waiting_text(words, events=queue.count, rows=queue.rows, age=queue.age)
            is_late = queue.state is QueueState.LATE
            yield Row("", (words("hoja.queue"), waiting), alert=queue.state.is_bad, warn=is_late)
        if status is not None and status.trouble is not None:
            yield from self._error(words("hoja.trouble_name"), status.trouble.error, status.trouble.since)
        if state is not None:
            yield self._mirrored(state)
        yield from self._pulled(self._mirror.pull)
        yield from self._conflicts()
        if status is not None:
            for flaw in flaws(status, words):
                yield Row("", (flaw.name, flaw.text), warn=True)
            yield from self._figures(status)

    def _error(self, name: str, error: Mapping[str, object], since: datetime | None) -> Iterator[Row]:
        notice = noted_notice(error, self.words, now=self._now)
        lasting = self.words("hoja.since", elapsed=elapsed(self._now - since)) if since else ""
        yield Row("", (name, " · ".join(filter(None, (notice.title, lasting)))), alert=True)
        if notice.detail:
            yield Row("", ("", notice.detail))
        if notice.next_step:
            yield Row("", ("", f"→ {notice.next_step}"))

    def _mirrored(self, state: MirrorState) -> Row:
        words, status = self.words, state.status
        if status is None:
            return Row("", (words("hoja.mirror"), words("hoja.never_mirrored")), alert=True)
        places = {"station": status.station or "?", "elapsed": elapsed(self._now - status.at)}
        if state.running:
            return Row("", (words("hoja.mirror"), words("hoja.mirrored_by", **places)))
        return Row("", (words("hoja.mirror"), words("hoja.mirrored_last", **places)), warn=True)

    def _pulled(self, pull: PullNote | None) -> Iterator[Row]:
        words, name = self.words, self.words("hoja.pull")
        if pull is None:
            yield Row("", (name, words("hoja.never_pulled")))
            return
        if pull.error is not None:
            yield from self._error(name, pull.error, pull.failing_since)
            name = words("hoja.pull_before")
        if pull.at is not None:
            yield Row("", (name, pulled_text(pull, pull.at, words, now=self._now)))
        if not pull.problems_total:
            return
        yield Row("", (words("hoja.problems"), words("hoja.problem_count", count=pull.problems_total)), warn=True)
        listed = pull.problems[:PROBLEMS_SHOWN]
        for problem in listed:
            yield Row("", (f"  {problem_place(problem, words)}", problem_text(problem, words)))
        if pull.problems_total > len(listed):
            yield Row("", ("", words("hoja.more", count=pull.problems_total - len(listed))))

    def _conflicts(self) -> Iterator[Row]:
        words, conflicts = self.words, self._mirror.recent_conflicts(self._now)
        name = words("hoja.conflicts")
        if not conflicts:
            yield Row("", (name, words("hoja.no_conflicts")))
            return
        yield Row("", (f"⚠ {name}", words("hoja.conflict_count", count=len(conflicts))), alert=True)
        for event in conflicts[:CONFLICTS_SHOWN]:
            ago = words("repeated", elapsed=elapsed(self._now - event.ts))
            yield Row("", (f"  {event.tag_spool}", f"{event_detail(event, words)} · {ago}"))
        if len(conflicts) > CONFLICTS_SHOWN:
            yield Row("", ("", words("hoja.more", count=len(conflicts) - CONFLICTS_SHOWN)))

    def _figures(self, status: Status) -> Iterator[Row]:
        words = self.words
        sums = {"reads": status.reads, "writes": status.writes, "refused": status.refused}
        requests = words("hoja.requests_sum", **{name: grouped(number) for name, number in sums.items()})
        yield Row("", (words("hoja.requests"), requests), dim=True)
        if status.cells and not is_nearly_full(status):
            yield Row("", (words("hoja.cells"), cells_text(status, words)), dim=True)
