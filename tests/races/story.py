"""Small rounds by hand, for the tests of the checker."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic_core import to_jsonable_python

from core.domain.errors import KioskError
from core.domain.events import Event, EventDraft
from core.domain.model import Accion, Spool
from core.domain.replay import apply_event
from core.domain.responses import SpoolStatus
from core.domain.rulebook.decisions import Accepted, Circumstances
from core.domain.rulebook.policy import Policy
from core.domain.rules import decide
from tests.processes import TIMEZONE, plant
from tests.races.checker import POLICY
from tests.races.records import ACTS, Kind, Record, status_fields
from tests.races.window import Round

PLANT = plant(spools=2, workers=3)
WORKERS = {worker.worker_id: worker for worker in PLANT.workers}
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIFE = 60


@dataclass
class Story:
    """A small round by hand: each request is called, answered and saved one second after the one before."""

    spools: dict[str, Spool] = field(default_factory=lambda: {spool.tag_spool: spool for spool in PLANT.spools})
    log: list[Event] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    saved: dict[UUID, int] = field(default_factory=dict)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.log.append(
            EventDraft(accion=Accion.CARGAR_PLANTA, fecha_operacion=START.date()).committed(seq=1, ts=START)
        )

    def tick(self, seconds: float = 1) -> None:
        self.now += seconds

    @property
    def moment(self) -> datetime:
        return START + timedelta(seconds=self.now)

    def ask(self, verb: str, worker_id: int, tag: str = "S-1", **fields: Any) -> Record:
        """The request, as the rules and an honest ledger answer it."""
        self.tick()
        fields = {"tag_spool": tag, "worker_id": worker_id, "request_id": str(uuid4()), **fields}
        try:
            event = self.commit(self.spools[tag], verb, fields)
        except KioskError as refusal:
            return self.record(verb, fields, Kind.REFUSED, to_jsonable_python(refusal.as_dict()))
        return self.record(verb, fields, Kind.DONE, self.done(event))

    def commit(self, seen: Spool, verb: str, fields: dict[str, Any]) -> Event:
        """What the rules make of the request on the spool as it was `seen`, into the log."""
        request = ACTS[verb].model_validate(fields)
        given = Circumstances(
            worker=WORKERS[request.worker_id],
            station="ARM-01",
            now=self.moment.astimezone(TIMEZONE),
            policy=Policy(lock_ttl=LIFE, max_reparaciones=0),
            event_id=uuid4(),
        )
        decision = decide(seen, request, given)
        assert isinstance(decision, Accepted)
        event = decision.draft.committed(seq=len(self.log) + 1, ts=self.moment)
        self.log.append(event)
        self.saved[request.request_id] = event.seq
        self.spools[request.tag_spool] = apply_event(self.spools[request.tag_spool], event)
        return event

    def done(self, event: Event) -> dict[str, Any]:
        return {"seq": event.seq, "changed": True, "spool": self.status(self.spools[event.tag_spool])}

    def status(self, spool: Spool) -> dict[str, Any]:
        return status_fields(SpoolStatus.of(spool, now=self.moment, policy=POLICY))

    def record(self, verb: str, fields: dict[str, Any], kind: Kind, answer: dict[str, Any]) -> Record:
        """A request that was called a tenth of a second ago and returns now."""
        called, returned = self.now - 0.1, self.now
        self.records.append(
            Record(
                process=f"client-{fields.get('worker_id', 0)}",
                verb=verb,
                fields=fields,
                called=called,
                returned=returned,
                began=START + timedelta(seconds=called),
                ended=START + timedelta(seconds=returned),
                kind=kind,
                answer=answer,
            )
        )
        return self.records[-1]

    def show(self, tag: str = "S-1", *, spool: Spool | None = None) -> None:
        self.tick()
        self.record("status", {"tag_spool": tag}, Kind.SHOWN, self.status(spool or self.spools[tag]))

    def watch(self, *numbers: int) -> None:
        """Somebody watches the log and is given these events."""
        for number in numbers:
            self.tick()
            self.record("watch", {}, Kind.SHOWN, {"seq": number, "id": str(self.log[number - 1].id)})

    def told(self) -> Round:
        return Round(
            records=self.records,
            log=self.log,
            loaded={spool.tag_spool: spool for spool in PLANT.spools},
            stored=self.spools,
            workers=WORKERS,
            saved=self.saved,
        )


def a_day() -> Story:
    """Honest work: S-1 is taken, wanted by another, put down, taken again, and looked at."""
    story = Story()
    story.ask("tomar", 1, operacion="ARM")
    story.ask("tomar", 2, operacion="ARM")
    story.ask("pausar", 2)
    story.show()
    story.ask("nota", 3, texto="golpe")
    story.ask("pausar", 1)
    story.ask("tomar", 2, operacion="ARM")
    story.ask("extender", 2)
    story.ask("tomar", 3, "S-2", operacion="ARM")
    story.show("S-2")
    story.watch(1, 2, 3)
    return story
