"""A shop floor on paper: the rules and the replay over one spool, with nobody storing anything; and its clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from core.domain.errors import KioskError
from core.domain.events import Event
from core.domain.model import Operacion, Spool, Worker
from core.domain.replay import apply_event
from core.domain.requests import Request
from core.domain.rulebook.availability import possible_operations
from core.domain.rulebook.decisions import Accepted, AlreadySo, Circumstances
from core.domain.rulebook.lock_steps import LockStep
from core.domain.rulebook.policy import Policy
from core.domain.rules import decide
from core.domain.undo import LastActs
from tests.asking import refused
from tests.plants import START, WORKERS_BY_ID

SANTIAGO = ZoneInfo("America/Santiago")
HOUR = 3600


class FixedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, instant: datetime = START) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, *, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


class ShopFloor:
    """One spool and whoever asks for it, all at one terminal.

    `lock` is what the last accepted request asked of the spool's lock, `acts` what each worker did last.
    """

    def __init__(self, spool: Spool, policy: Policy | None = None) -> None:
        self.spool = spool
        self.policy = policy or Policy()
        self.clock = FixedClock()
        self.station = "ARM-01"
        self.lock: LockStep = None
        self.acts = LastActs()

    def given(self, worker: Worker, receiver_id: int | None = None) -> Circumstances:
        return Circumstances(
            worker=worker,
            station=self.station,
            now=self.clock().astimezone(SANTIAGO),
            policy=self.policy,
            event_id=uuid4(),
            last_act=self.acts.of(worker.worker_id),
            receiver=WORKERS_BY_ID.get(receiver_id or 0),
        )

    def ask(self, request: Request) -> Event:
        """What the rules make of the request becomes so."""
        request = request.model_copy(update={"tag_spool": self.spool.tag_spool})
        decision = decide(
            self.spool, request, self.given(WORKERS_BY_ID[request.worker_id], getattr(request, "a_worker_id", None))
        )
        assert isinstance(decision, Accepted), decision
        event = decision.draft.committed(seq=self.spool.seq + 1, ts=self.clock())
        self.acts.about_to_happen(event.id, self.spool)
        self.acts.happened(event)
        self.spool, self.lock = apply_event(self.spool, event), decision.lock
        return event

    def is_already_so(self, request: Request) -> bool:
        return isinstance(decide(self.spool, request, self.given(WORKERS_BY_ID[request.worker_id])), AlreadySo)

    def possible(self, worker: Worker) -> dict[Operacion, KioskError | None]:
        return possible_operations(self.spool, worker, self.clock(), self.policy)

    @contextmanager
    def refuses(self, expected: type[KioskError], **data: object) -> Iterator[None]:
        """The block is refused with exactly this error, and the spool stays as it was."""
        before = self.spool
        with refused(expected, **data):
            yield
        assert self.spool is before
