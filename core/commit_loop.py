"""The one way from a request to its outcome: decide by the rules, commit to the ledger, retry after a conflict."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import TypeAlias
from uuid import UUID, uuid4

from core.conflicts import ConflictService
from core.domain.errors import (
    InvalidRequestError,
    KioskError,
    LedgerUnavailableError,
    LockExpiredError,
    ReplicasUnconfirmedError,
    SpoolNoEncontradoError,
    SpoolOccupiedError,
    VersionConflictError,
    WorkerNoEncontradoError,
)
from core.domain.model import Accion, Operacion, Spool
from core.domain.reasons import Defecto
from core.domain.requests import EntregarRequest, Request
from core.domain.responses import Response
from core.domain.rulebook.decisions import Accepted, AlreadySo, Circumstances
from core.domain.rulebook.policy import Policy
from core.domain.rules import decide
from core.domain.undo import LastActs
from core.ledger.memory import Memory
from core.ledger.protocol import (
    Commit,
    Committed,
    Conflict,
    Ledger,
    LockGone,
    LockHeld,
    Outcome,
    Repeated,
    WorkerRecord,
)
from core.ledger.replica import Replica
from core.spelling import meanings

Result: TypeAlias = Response | KioskError
"""What became of a request."""

People: TypeAlias = Mapping[int, WorkerRecord]
"""The workers that requests name, by number; without those that do not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitLoop:
    """Settles the requests of one worker at a time, from one station.

    What is remembered, or is in a replica, is decided on and committed at once: one round trip, without a read. The
    commit compares all that the decision rests on, so stale memory costs a read and tells nothing wrong. A refusal, or
    that there is nothing to do, never comes from memory: it is decided again on what the ledger is read to be.
    """

    ledger: Ledger
    memory: Memory
    conflicts: ConflictService
    last_acts: LastActs
    station: str
    policy: Policy
    now: Callable[[], datetime]

    async def run(self, requests: Sequence[Request], replica: Replica | None) -> list[Result]:
        """The outcome of each request of one worker, in order.

        A tag that the ledger does not have as it is spelled is looked for in every other spelling.
        Raises LedgerUnavailableError.
        """
        results = await self._settle(requests, replica)
        unknown = {at: requests[at] for at, result in enumerate(results) if isinstance(result, SpoolNoEncontradoError)}
        try:
            meant = await meanings([request.tag_spool for request in unknown.values()], self.ledger, replica)
            respelled: dict[int, Request] = {}
            for at, request in unknown.items():
                tag = meant[request.tag_spool]
                if isinstance(tag, str):
                    respelled[at] = request.model_copy(update={"tag_spool": tag})
                else:
                    results[at] = tag
            if respelled:
                for at, result in zip(respelled, await self._settle([*respelled.values()], replica), strict=True):
                    results[at] = result
        except LedgerUnavailableError as trouble:
            # What became of the others is known.
            for at in unknown:
                results[at] = trouble
        return results

    async def _settle(self, requests: Sequence[Request], replica: Replica | None) -> list[Result]:
        """The outcome of each request. Only what met a conflict is tried again."""
        results = await self._attempt_from_memory(requests, replica)
        tries = dict.fromkeys(results, 1)
        for attempt in range(1, self.conflicts.backoff.attempts + 1):
            pending = [r for r in requests if isinstance(results.get(r.request_id), VersionConflictError | None)]
            if not pending:
                break
            if attempt > 1:
                await asyncio.sleep(self.conflicts.backoff.delay(attempt - 1))
            results |= await self._attempt(pending)
            tries |= dict.fromkeys((request.request_id for request in pending), attempt)
        for request in requests:
            self.conflicts.record(request.tag_spool, results[request.request_id], tries=tries[request.request_id])
        return [results[request.request_id] for request in requests]

    async def _attempt_from_memory(self, requests: Sequence[Request], replica: Replica | None) -> dict[UUID, Result]:
        """The outcomes, in one commit without a read; none when anything would be refused by what is remembered."""
        author = self.memory.worker(requests[0].worker_id, replica)
        if author is None:
            return {}
        people = _by_id(author, *(self.memory.worker(worker_id, replica) for worker_id in _receivers(requests)))
        if any(record.identity != author.identity for record in people.values()):
            return {}
        decided: dict[UUID, Commit | Result] = {}
        for request in requests:
            spool = self.memory.spool(request.tag_spool, replica, author.identity)
            decision = self._decide(request, spool, people)
            if not isinstance(decision, Commit):
                return {}
            decided[request.request_id] = decision
        return await self._commit(requests, decided, people)

    async def _attempt(self, requests: Sequence[Request]) -> dict[UUID, Result]:
        """The outcomes, in one read and at most one commit."""
        try:
            reading = await self.ledger.read(
                [request.tag_spool for request in requests],
                requests[0].worker_id,
                requests=[request.request_id for request in requests],
            )
            receivers = [(await self.ledger.read([], worker_id)).record for worker_id in _receivers(requests)]
        except LedgerUnavailableError as trouble:
            return {request.request_id: trouble for request in requests}
        people = _by_id(reading.record, *receivers)
        for record in people.values():
            self.memory.has_read(record)
        decided: dict[UUID, Commit | Result] = {}
        for request in requests:
            # A request that would be refused now may be a repeat of one that succeeded: answer with that result.
            if (repeated := reading.repeated.get(request.request_id)) is not None:
                decided[request.request_id] = self._answer(request, repeated)
            else:
                spool = reading.spools.get(request.tag_spool)
                decided[request.request_id] = self._decide(request, spool, people)
        if not all(isinstance(decision, Commit) for decision in decided.values()):
            # What is answered without a commit rests on what others wrote: that must be as safe.
            try:
                await self.ledger.settle(())
            except ReplicasUnconfirmedError as trouble:
                decided = {request_id: _unconfirmed(decision, trouble) for request_id, decision in decided.items()}
        return await self._commit(requests, decided, people)

    async def _commit(
        self, requests: Sequence[Request], decided: Mapping[UUID, Commit | Result], people: People
    ) -> dict[UUID, Result]:
        """What becomes of the decisions: the commits among them in one step for all."""
        commits = [decision for decision in decided.values() if isinstance(decision, Commit)]
        for commit in commits:
            self.last_acts.about_to_happen(commit.draft.id, commit.spool)
        try:
            outcomes: Iterator[Outcome | LedgerUnavailableError] = iter(
                await self.ledger.commit(commits, people=[*people.values()]) if commits else ()
            )
        except LedgerUnavailableError as trouble:
            # What was settled in an earlier attempt stays so.
            outcomes = repeat(trouble)
        results: dict[UUID, Result] = {}
        for request in requests:
            decision = decided[request.request_id]
            if not isinstance(decision, Commit):
                results[request.request_id] = decision
                continue
            outcome = next(outcomes)
            if isinstance(outcome, Committed):
                self.memory.has_committed(outcome.spool, people[request.worker_id].identity)
            else:
                self.memory.forget(request.tag_spool)
            results[request.request_id] = self._outcome(request, decision.spool, outcome)
        return results

    def _decide(self, request: Request, spool: Spool | None, people: People) -> Commit | Result:
        """What the rules make of the request; None stands for a spool that does not exist."""
        if (author := people.get(request.worker_id)) is None:
            return WorkerNoEncontradoError(request.worker_id)
        receiver = people.get(request.a_worker_id) if isinstance(request, EntregarRequest) else None
        if spool is None:
            return SpoolNoEncontradoError(request.tag_spool)
        given = Circumstances(
            worker=author.worker,
            station=self.station,
            now=self.now(),
            policy=self.policy,
            event_id=uuid4(),
            last_act=self.last_acts.of(request.worker_id),
            receiver=receiver.worker if receiver else None,
        )
        try:
            decision = decide(spool, request, given)
        except KioskError as refusal:
            return refusal
        match decision:
            case Accepted(draft, lock):
                return Commit(request_id=request.request_id, spool=spool, draft=draft, lock=lock)
            case AlreadySo(held):
                return Response(
                    changed=False,
                    tag_spool=spool.tag_spool,
                    seq=held.seq,
                    accion=Accion.TOMAR,
                    operacion=held.operacion,
                    state=spool,
                    as_of=given.now,
                    policy=self.policy,
                )

    def _outcome(self, request: Request, spool: Spool, outcome: Outcome | LedgerUnavailableError) -> Result:
        """What the ledger's outcome means for whoever asked; `spool` is the state that was decided on."""
        match outcome:
            case LedgerUnavailableError():
                return outcome
            case Committed() | Repeated():
                return self._answer(request, outcome)
            case LockGone():
                return LockExpiredError(request.tag_spool, worker_id=request.worker_id)
            case LockHeld() if spool.ocupacion is not None:
                # Expired by this machine's clock, alive by the ledger's: the ledger is right.
                return SpoolOccupiedError(request.tag_spool, spool.ocupacion)
            case Conflict() | LockHeld():
                return VersionConflictError(request.tag_spool, expected=spool.version)

    def _answer(self, request: Request, done: Committed | Repeated) -> Result:
        event = done.event
        if isinstance(done, Repeated) and not request.asks_for(event):
            return InvalidRequestError("request_id", Defecto.SOLICITUD_USADA, str(request.request_id))
        self.last_acts.happened(event, done.spool if isinstance(done, Committed) else None)
        return Response(
            changed=True,
            tag_spool=event.tag_spool,
            seq=event.seq,
            accion=request.accion,
            operacion=Operacion(event.operacion) if event.operacion else None,
            resultado=event.resultado,
            desplaza=event.desplaza,
            state=done.spool,
            as_of=self.now(),
            policy=self.policy,
        )


def _unconfirmed(decision: Commit | Result, trouble: ReplicasUnconfirmedError) -> Commit | Result:
    """What to answer instead of what rests on something that too few replicas have."""
    if isinstance(decision, Commit):
        return decision
    saved = isinstance(decision, Response)
    return ReplicasUnconfirmedError(needed=trouble.needed, confirmed=trouble.confirmed, saved=saved)


def _receivers(requests: Sequence[Request]) -> set[int]:
    """To whom these requests hand over."""
    return {request.a_worker_id for request in requests if isinstance(request, EntregarRequest)}


def _by_id(*records: WorkerRecord | None) -> dict[int, WorkerRecord]:
    return {record.worker.worker_id: record for record in records if record is not None}
