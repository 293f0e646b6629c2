"""The way from requests to their outcomes: the rules decide, the ledger commits, and what came of it is answered.

Nothing is tried twice here: who met a conflict is told so, and may ask again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias
from uuid import UUID

from core.answers import is_answer
from core.domain.errors import (
    InvalidRequestError,
    KioskError,
    LedgerUnavailableError,
    LockExpiredError,
    SpoolNoEncontradoError,
    SpoolOccupiedError,
    VersionConflictError,
    WorkerNoEncontradoError,
)
from core.domain.messages import already_held_message, event_message
from core.domain.model import Accion, Spool, Worker
from core.domain.reasons import Defecto, FallaRegistro
from core.domain.requests import Request, Response, SpoolStatus
from core.domain.rules import Accepted, AlreadySo, Circumstances, decide
from core.domain.undo import LastActs
from core.ledger.protocol import Commit, Committed, Conflict, Ledger, LockGone, LockHeld, Outcome, Repeated

Decided: TypeAlias = Commit | Response | KioskError
"""What became of a request: to be committed, already so, or refused."""


class Replica(Protocol):
    """A live copy of the ledger's state, kept by whoever watches its log."""

    @property
    def spools(self) -> Mapping[str, Spool]: ...

    @property
    def workers(self) -> Mapping[int, Worker]: ...


class Attempts:
    """One try at a time, under the `circumstances` of a worker at a station; what was done is told to `last_acts`."""

    def __init__(
        self,
        ledger: Ledger,
        last_acts: LastActs,
        *,
        circumstances: Callable[[Worker], Circumstances],
        describe: Callable[[Spool], SpoolStatus],
    ) -> None:
        self._ledger = ledger
        self._last_acts = last_acts
        self._circumstances = circumstances
        self._describe = describe

    async def once(
        self, requests: Sequence[Request], replica: Replica | None, deadline: float | None
    ) -> list[Response | KioskError]:
        """Decide and commit once for one worker's requests, in at most one read and one commit for all of them.

        `deadline` is by the event loop's clock, None for never. Raises LedgerUnavailableError.
        """
        decided = self._decide_on(replica, requests) if replica is not None else {}
        unknown = [request for request in requests if request.request_id not in decided]
        if not unknown:
            # One step, which the ledger bounds by itself.
            return await self._settle(requests, decided, {})
        try:
            async with asyncio.timeout_at(deadline):
                tags, worker_id = [request.tag_spool for request in unknown], unknown[0].worker_id
                asked = [request.request_id for request in unknown]
                now = await self._ledger.read(tags, worker_id, requests=asked)
                for request in unknown:
                    decided[request.request_id] = self.decide(now.spools.get(request.tag_spool), request, now.worker)
                return await self._settle(requests, decided, now.repeated)
        except TimeoutError as exc:
            raise LedgerUnavailableError(FallaRegistro.LENTO) from exc

    def _decide_on(self, replica: Replica, requests: Sequence[Request]) -> dict[UUID, Decided]:
        """The requests that lead to a commit, as far as the replica knows."""
        worker = replica.workers.get(requests[0].worker_id)
        decided = {
            request.request_id: self.decide(replica.spools.get(request.tag_spool), request, worker)
            for request in requests
        }
        return {request_id: decision for request_id, decision in decided.items() if isinstance(decision, Commit)}

    def decide(self, spool: Spool | None, request: Request, worker: Worker | None) -> Decided:
        """What the rules make of the request; None stands for a spool or a worker nobody knows."""
        if worker is None:
            return WorkerNoEncontradoError(request.worker_id)
        if spool is None:
            return SpoolNoEncontradoError(request.tag_spool)
        given = self._circumstances(worker)
        try:
            decision = decide(spool, request, given)
        except KioskError as refusal:
            return refusal
        match decision:
            case Accepted(draft, lock):
                return Commit(request_id=request.request_id, spool=spool, draft=draft, lock=lock)
            case AlreadySo(occupation):
                return Response(
                    changed=False,
                    tag_spool=spool.tag_spool,
                    message=already_held_message(spool.tag_spool, occupation, given.now),
                    seq=occupation.seq,
                    accion=Accion.TOMAR,
                    operacion=occupation.operacion,
                    spool=self._describe(spool),
                )

    async def _settle(
        self, requests: Sequence[Request], decided: Mapping[UUID, Decided], repeated: Mapping[UUID, Repeated]
    ) -> list[Response | KioskError]:
        """Commit what was decided to be committed. What was refused may be what the same request made so before."""
        commits = [decision for decision in decided.values() if isinstance(decision, Commit)]
        for commit in commits:
            self._last_acts.about_to_happen(commit.draft.id, commit.spool)
        outcomes = await self._ledger.commit(commits) if commits else []
        done = {commit.request_id: outcome for commit, outcome in zip(commits, outcomes, strict=True)}
        results = []
        for request in requests:
            decision = decided[request.request_id]
            if isinstance(decision, Commit):
                results.append(self._answer_to(request, decision, done[request.request_id]))
            elif request.request_id in repeated:
                results.append(self._answer(request, repeated[request.request_id]))
            else:
                results.append(decision)
        return results

    def _answer_to(self, request: Request, commit: Commit, outcome: Outcome) -> Response | KioskError:
        match outcome:
            case Committed() | Repeated():
                return self._answer(request, outcome)
            case LockGone():
                return LockExpiredError(request.tag_spool, worker_id=request.worker_id)
            case LockHeld() if commit.spool.ocupacion is not None:
                # It had run out by this machine's clock, and lives by the ledger's: the ledger is right.
                return SpoolOccupiedError(request.tag_spool, commit.spool.ocupacion)
            case Conflict() | LockHeld():
                return VersionConflictError(request.tag_spool, expected=commit.spool.version)

    def _answer(self, request: Request, done: Committed | Repeated) -> Response | KioskError:
        event = done.event
        if isinstance(done, Repeated) and not is_answer(event, request):
            return InvalidRequestError("request_id", Defecto.SOLICITUD_USADA, str(request.request_id))
        self._last_acts.happened(event)
        return Response(
            changed=True,
            tag_spool=event.tag_spool,
            message=event_message(event),
            seq=event.seq,
            accion=event.accion,
            operacion=event.operacion,
            resultado=event.resultado,
            spool=self._describe(done.spool),
        )
