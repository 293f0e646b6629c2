"""The one way from a request to its outcome: decide by the rules, commit to the ledger, retry after a conflict."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import TypeAlias
from uuid import UUID, uuid4

from core.conflicts import ConflictService
from core.domain.decisions import Accepted, AlreadySo, Circumstances
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
from core.domain.model import Accion, Operacion, Spool, Worker
from core.domain.policy import Policy
from core.domain.reasons import Defecto
from core.domain.requests import EntregarRequest, Request
from core.domain.responses import Response
from core.domain.rules import decide
from core.domain.undo import LastActs
from core.ledger.protocol import Commit, Committed, Conflict, Ledger, LockGone, LockHeld, Outcome, Repeated
from core.ledger.replica import Replica
from core.spelling import meanings

Result: TypeAlias = Response | KioskError
"""What became of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitLoop:
    """Settles the requests of one worker at a time, from one station.

    With a replica, a request is decided on it and committed against its version: one step, without a read. A refusal
    is never given from the replica alone: it is decided again on the ledger. Without a replica every request is read
    for first.
    """

    ledger: Ledger
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
        results: dict[UUID, Result] = {}
        pending = list(requests)
        for attempt in count(1):
            # What met a conflict was decided on stale state: from then on the ledger itself is read.
            results |= await self._attempt(pending, replica if attempt == 1 else None)
            last = attempt == self.conflicts.backoff.attempts
            conflicted = []
            for request in pending:
                result = results[request.request_id]
                if isinstance(result, VersionConflictError) and not last:
                    conflicted.append(request)
                else:
                    self.conflicts.record(request.tag_spool, result, tries=attempt)
            if not conflicted:
                break
            pending = conflicted
            await asyncio.sleep(self.conflicts.backoff.delay(attempt))
        return [results[request.request_id] for request in requests]

    async def _attempt(self, requests: Sequence[Request], replica: Replica | None) -> dict[UUID, Result]:
        """Decide and commit once, in at most one read and one commit for all requests."""
        decided = self._decide_on(replica, requests) if replica is not None else {}
        unsure = [request for request in requests if request.request_id not in decided]
        if unsure:
            decided |= await self._read_and_decide(unsure)
        commits = [decision for decision in decided.values() if isinstance(decision, Commit)]
        for commit in commits:
            self.last_acts.about_to_happen(commit.draft.id, commit.spool)
        outcomes = iter(await self._commit(commits))
        results: dict[UUID, Result] = {}
        by_id = {request.request_id: request for request in requests}
        for request_id, decision in decided.items():
            if isinstance(decision, Commit):
                results[request_id] = self._outcome(by_id[request_id], decision.spool, next(outcomes))
            else:
                results[request_id] = decision
        return results

    async def _commit(self, commits: Sequence[Commit]) -> Sequence[Outcome | LedgerUnavailableError]:
        """The outcome of each. Out of reach is the outcome of all: what was settled in an earlier attempt stays so."""
        try:
            return await self.ledger.commit(commits)
        except LedgerUnavailableError as trouble:
            return [trouble] * len(commits)

    def _decide_on(self, replica: Replica, requests: Sequence[Request]) -> dict[UUID, Commit | Result]:
        """The requests that lead to a commit, as far as the replica knows."""
        decided = {r.request_id: self._decide(r, replica.spools.get(r.tag_spool), replica.workers) for r in requests}
        return {request_id: decision for request_id, decision in decided.items() if isinstance(decision, Commit)}

    async def _read_and_decide(self, requests: Sequence[Request]) -> dict[UUID, Commit | Result]:
        reading = await self.ledger.read(
            [request.tag_spool for request in requests],
            requests[0].worker_id,
            requests=[request.request_id for request in requests],
        )
        people = {worker.worker_id: worker for worker in (reading.worker, *await self._receivers(requests)) if worker}
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
                counts = {"needed": trouble.needed, "confirmed": trouble.confirmed}
                for request_id, decision in decided.items():
                    if not isinstance(decision, Commit):
                        saved = isinstance(decision, Response)
                        decided[request_id] = ReplicasUnconfirmedError(**counts, saved=saved)
        return decided

    async def _receivers(self, requests: Sequence[Request]) -> list[Worker | None]:
        """To whom these requests hand over."""
        named = {request.a_worker_id for request in requests if isinstance(request, EntregarRequest)}
        return [(await self.ledger.read([], worker_id)).worker for worker_id in named]

    def _decide(self, request: Request, spool: Spool | None, people: Mapping[int, Worker]) -> Commit | Result:
        """What the rules make of the request; None stands for a spool that does not exist."""
        worker = people.get(request.worker_id)
        if worker is None:
            return WorkerNoEncontradoError(request.worker_id)
        if spool is None:
            return SpoolNoEncontradoError(request.tag_spool)
        given = Circumstances(
            worker=worker,
            station=self.station,
            now=self.now(),
            policy=self.policy,
            event_id=uuid4(),
            last_act=self.last_acts.of(worker.worker_id),
            receiver=people.get(request.a_worker_id) if isinstance(request, EntregarRequest) else None,
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
        self.last_acts.happened(event)
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
