"""A round's log replayed, and between which two numbers of it a request can have been answered. Pure values."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from uuid import UUID

from core.domain.events import Event
from core.domain.model import Spool, Worker
from core.domain.replay import apply_event
from tests.races.records import Kind, Record


@dataclass(frozen=True, kw_only=True)
class Round:
    """All that is known of a round.

    `loaded` are the spools as the plant was loaded, `stored` as the ledger has them at the end. `saved` maps a request
    to the number of the event that the ledger remembers it by. `slack` is how far a client's estimate of the ledger's
    clock may be behind.
    """

    records: Sequence[Record]
    log: Sequence[Event]
    loaded: Mapping[str, Spool]
    stored: Mapping[str, Spool]
    workers: Mapping[int, Worker]
    saved: Mapping[UUID, int]
    slack: timedelta = timedelta()

    @cached_property
    def events(self) -> dict[int, Event]:
        return {event.seq: event for event in self.log}

    @cached_property
    def past(self) -> "Past":
        return Past(self)

    @cached_property
    def requests(self) -> dict[UUID, list[Record]]:
        """Every call of each request, in order: more than one where it was sent again."""
        found: dict[UUID, list[Record]] = {}
        for record in sorted(self.records, key=lambda one: one.called):
            if record.request_id is not None:
                found.setdefault(record.request_id, []).append(record)
        return found

    def answered(self, *kinds: Kind) -> Iterator[Record]:
        """The records that have such an answer."""
        return (record for record in self.records if record.kind in kinds)

    def moments(self, record: Record) -> tuple[datetime, datetime]:
        """The earliest and the latest time by the ledger's clock at which the record's answer can have been made."""
        assert record.ended is not None
        return record.began - self.slack, record.ended + timedelta(milliseconds=5)


class Past:
    """Every state that each spool was in, and what was surely committed at which time."""

    def __init__(self, the_round: Round) -> None:
        self.end = max((event.seq for event in the_round.log), default=0)
        self.broken: list[str] = []
        """The events that no spool's state allows."""
        self._states = {tag: [spool] for tag, spool in the_round.loaded.items()}
        self.before: dict[int, Spool] = {}
        """By number of an event: its spool just before."""
        for event in sorted(the_round.log, key=lambda one: one.seq):
            if event.tag_spool:
                self._add(event)
        known = sorted((record.returned, min(_seq_shown(record), self.end)) for record in the_round.records)
        self._known_times = [at for at, _ in known]
        self._known = list(accumulate((seq for _, seq in known), max))
        calls = sorted(
            ((records[0].called, the_round.saved[request_id]) for request_id, records in the_round.requests.items()
             if request_id in the_round.saved),
            reverse=True,
        )  # fmt: skip
        # From the last call to the first; read from the other side.
        self._call_times = [at for at, _ in reversed(calls)]
        self._lowest_after = list(accumulate((seq for _, seq in calls), min))[::-1]

    def _add(self, event: Event) -> None:
        states = self._states.get(event.tag_spool)
        if states is None:
            self.broken.append(f"event {event.seq} is of {event.tag_spool}, which was never loaded")
            return
        self.before[event.seq] = states[-1]
        try:
            states.append(apply_event(states[-1], event))
        except (TypeError, ValueError) as exc:
            self.broken.append(f"event {event.seq}, {event.evento_tipo} of {event.tag_spool}: {exc}")

    def committed_by(self, moment: float) -> int:
        """The highest number that was surely in the log before `moment`, for somebody was shown it."""
        at = bisect_left(self._known_times, moment)
        return self._known[at - 1] if at else 0

    def begun_by(self, moment: float) -> int:
        """The highest number that can be in the log at `moment`: the next one was only asked for after it."""
        at = bisect_right(self._call_times, moment)
        return self._lowest_after[at] - 1 if at < len(self._lowest_after) else self.end

    def window(self, record: Record) -> tuple[int, int]:
        """The numbers of the log between which the record was answered, both included."""
        return self.committed_by(record.called), self.begun_by(record.returned)

    def last(self, tag: str) -> Spool | None:
        states = self._states.get(tag)
        return states[-1] if states else None

    def states(self, tag: str, first: int, last: int) -> list[Spool]:
        """Every state of the spool from the log's number `first` to `last`."""
        states = self._states.get(tag, [])
        numbers = [spool.seq for spool in states]
        return states[max(bisect_right(numbers, first) - 1, 0) : bisect_right(numbers, last)]

    def state_at(self, tag: str, seq: int) -> Spool:
        """The spool as of the log's number `seq`."""
        return self.states(tag, seq, seq)[0]

    def tags(self) -> Iterator[str]:
        yield from self._states


def _seq_shown(record: Record) -> int:
    """The highest number of the log that an answer proves; 0 when it proves none."""
    answer = record.answer
    match record.kind, record.verb:
        case Kind.DONE, _:
            spool = answer.get("spool") or {}
            return max(answer["seq"], spool.get("seq", 0))
        case Kind.SHOWN, "history":
            return answer["events"][-1][0] if answer["events"] else 0
        case Kind.SHOWN, "status" | "board" | "watch":
            return int(answer["seq"])
    return 0
