"""The only door to the shop floor's truth, for kiosks, commands and scripts.

The service asks the rules, commits what they decide, retries when somebody else was faster, and recognises a
request that was already answered. Beside what each worker did last through it, which only opens the way to undo
that, it keeps no state of its own.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5
from zoneinfo import ZoneInfo

from core.answers import refused, tag_of, taken, value_of
from core.attempts import Attempts, Replica
from core.conflicts import ConflictService
from core.domain.errors import (
    KioskError,
    LedgerRolledBackError,
    SpoolNoEncontradoError,
    VersionConflictError,
    WorkerNoEncontradoError,
)
from core.domain.estado import estado_detalle
from core.domain.events import Event, EventDraft
from core.domain.model import Accion, Operacion, Plant, Policy, Snapshot, Spool, Worker
from core.domain.requests import (
    AceptarRegistroRequest,
    BatchResponse,
    BatchTomarRequest,
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    DeshacerRequest,
    ExtenderRequest,
    LiberarRequest,
    NotaRequest,
    PausarRequest,
    Request,
    Response,
    SpoolStatus,
    TomarRequest,
)
from core.domain.rules import Circumstances, possible_operations, require_supervisor
from core.domain.undo import Act, LastActs
from core.ledger.locks import LockService
from core.ledger.protocol import Ledger, LoadReport

PATIENCE: Final = 1.8
"""Seconds after which a request of several steps is given up, so that the worker is told."""


class OccupationService:
    """Take, pause, complete and look up spools of one site, from one station.

    With a `replica`, a request is decided on it and committed against its version, in one step without a read. Only
    what would not lead to a commit (a refusal, nothing to change), and what met a conflict, is decided on the ledger.

    Every verb raises the `KioskError` that says why it was refused, LedgerUnavailableError when the ledger
    cannot be reached; then nothing has changed, and the same request (same `request_id`) may be sent again.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        station: str = "",
        timezone: ZoneInfo,
        policy: Policy | None = None,
        conflicts: ConflictService | None = None,
    ) -> None:
        self.ledger = ledger
        self.station = station
        self.timezone = timezone
        self.policy = policy or Policy()
        self.conflicts = conflicts or ConflictService()
        self.locks = LockService(ledger, ttl=self.policy.lock_ttl)
        self.replica: Replica | None = None
        self._last_acts = LastActs()
        self.attempts = Attempts(ledger, self._last_acts, circumstances=self._circumstances, describe=self.describe)

    async def tomar(self, request: TomarRequest) -> Response:
        """Take a spool for ARM, SOLD or REPARACION. The present holder is told so, and nothing changes."""
        return await self._act(request, replica=self.replica)

    async def pausar(self, request: PausarRequest) -> Response:
        """Put the spool down half done."""
        return await self._act(request, replica=self.replica)

    async def completar(self, request: CompletarRequest) -> Response:
        """Finish the operation the spool is taken for, or inspect it when the request has a `resultado`."""
        return await self._act(request, replica=self.replica)

    async def cancelar(self, request: CancelarRequest) -> Response:
        """Give the spool back: the operation returns to what it was before the TOMAR."""
        return await self._act(request, replica=self.replica)

    async def extender(self, request: ExtenderRequest) -> Response:
        """Start the lock's life anew."""
        return await self._act(request, replica=self.replica)

    async def liberar(self, request: LiberarRequest) -> Response:
        """Release the spool from whoever holds it; supervisors only."""
        return await self._act(request, replica=self.replica)

    async def desbloquear(self, request: DesbloquearRequest) -> Response:
        """Allow a BLOQUEADO spool one more repair cycle; supervisors only."""
        return await self._act(request, replica=self.replica)

    async def nota(self, request: NotaRequest) -> Response:
        """Write a note into the spool's history."""
        return await self._act(request, replica=self.replica)

    async def deshacer(self, request: DeshacerRequest) -> Response:
        """Undo the worker's own last act through this service, by an event of its own: history keeps both.

        Of a batch the spool that was taken last can be undone.
        """
        return await self._act(request, replica=self.replica)

    def undoable(self, worker_id: int) -> Act | None:
        """What this worker may undo now, as far as is known here; another may yet be faster."""
        act = self._last_acts.of(worker_id)
        if act is None or not act.reversible or act.time_left(self.now()) <= timedelta():
            return None
        present = self.replica.spools.get(act.event.tag_spool) if self.replica else None
        return None if present and present.seq > act.event.seq else act

    async def batch_tomar(self, request: BatchTomarRequest) -> BatchResponse:
        """Take each spool on its own: some may succeed while others are refused, each with its reason.

        Raises WorkerNoEncontradoError when the worker is unknown: then no spool was tried.
        """
        requests = [
            TomarRequest(
                tag_spool=tag,
                worker_id=request.worker_id,
                operacion=request.operacion,
                request_id=uuid5(request.request_id, tag),
            )
            for tag in request.tag_spools
        ]
        results = await self.attempts.once(requests, self.replica, self._deadline())
        details = []
        for single, result in zip(requests, results, strict=True):
            try:
                # A spool that changed meanwhile is tried again alone; the others are already done.
                conflicted = isinstance(result, VersionConflictError)
                response = await self._act(single, replica=None) if conflicted else value_of(result)
            except WorkerNoEncontradoError:
                raise
            except KioskError as refusal:
                details.append(refused(single.tag_spool, refusal))
            else:
                details.append(taken(response))
        succeeded = sum(detail.success for detail in details)
        return BatchResponse(
            total=len(details), succeeded=succeeded, failed=len(details) - succeeded, details=tuple(details)
        )

    async def status(self, tag_spool: str) -> SpoolStatus:
        """How the spool stands now. Raises SpoolNoEncontradoError."""
        return self.describe(await self.spool(tag_spool))

    async def spool(self, tag_spool: str) -> Spool:
        """The spool itself. Raises SpoolNoEncontradoError, InvalidRequestError for what cannot be a tag."""
        tag_spool = tag_of(tag_spool)
        spools = (await self.ledger.read([tag_spool], 0)).spools
        if tag_spool not in spools:
            raise SpoolNoEncontradoError(tag_spool)
        return spools[tag_spool]

    async def worker(self, worker_id: int) -> Worker:
        """The worker with this number. Raises WorkerNoEncontradoError."""
        worker = (await self.ledger.read([], worker_id)).worker
        if worker is None:
            raise WorkerNoEncontradoError(worker_id)
        return worker

    async def history(self, tag_spool: str) -> list[Event]:
        """The spool's events, oldest first; of an unknown spool, SpoolNoEncontradoError."""
        tag_spool = tag_of(tag_spool)
        events = await self.ledger.history(tag_spool)
        if not events:
            await self.spool(tag_spool)
        return events

    async def watch(self, *, after: int = 0) -> AsyncGenerator[Event]:
        """Every event after number `after`, in order, without gaps or repeats, forever.

        Raises LedgerRolledBackError when the log does not reach `after`, or later loses what was told; LogTrimmedError
        when it no longer has what follows `after`.
        """
        position = await self.ledger.position()
        if after > position.seq:
            raise LedgerRolledBackError(known_seq=after, found_seq=position.seq, same_ledger=True)
        async with aclosing(self.ledger.watch(after=after)) as events:
            async for event in events:
                yield event

    async def snapshot(self) -> Snapshot:
        """Every spool and worker as of one event."""
        return await self.ledger.snapshot()

    async def load_plant(self, plant: Plant, *, source: str = "") -> LoadReport:
        """Bring in what the office owns; occupations and progress already here stay. `source` is told in the log."""
        draft = EventDraft(
            id=self.conflicts.new_token(),
            tag_spool="",
            worker_id=0,
            worker_nombre="",
            accion=Accion.CARGAR_PLANTA,
            operacion=None,
            fecha_operacion=self.now().date(),
            station=self.station,
            metadata={"origen": source},
        )
        return await self.ledger.load(plant, draft)

    async def aceptar_registro(self, request: AceptarRegistroRequest) -> Event:
        """Take the ledger as it is although it lost its past; supervisors only. From then on work goes on.

        A ledger that lost its people as well knows no supervisor: then the number that asks is on record.
        Raises VersionConflictError when there is nothing to accept.
        """
        worker = self.replica.workers.get(request.worker_id) if self.replica else None
        if worker is None and (await self.ledger.snapshot()).workers:
            worker = await self.worker(request.worker_id)
        if worker is not None:
            require_supervisor(worker)
        known = self.ledger.seen
        draft = EventDraft(
            id=self.conflicts.new_token(),
            tag_spool="",
            worker_id=request.worker_id,
            worker_nombre=worker.worker_nombre if worker else f"?({request.worker_id})",
            accion=Accion.ACEPTAR_REGISTRO,
            operacion=None,
            fecha_operacion=self.now().date(),
            station=self.station,
            metadata={"motivo": request.motivo, "se_conocia_hasta": known.seq, "registro_anterior": known.identity},
        )
        return await self.ledger.admin.accept(draft)

    def now(self) -> datetime:
        """The ledger's clock in the plant's time zone."""
        return self.ledger.now().astimezone(self.timezone)

    def describe(self, spool: Spool) -> SpoolStatus:
        """The spool as people read it, now."""
        now = self.now()
        detalle = estado_detalle(spool, now=now, max_reparaciones=self.policy.max_reparaciones)
        return SpoolStatus.of(spool, estado_detalle=detalle, now=now)

    def possible_operations(self, spool: Spool, worker: Worker) -> dict[Operacion, KioskError | None]:
        """For each operation the worker has a role for: None if it may begin now, else why not."""
        return possible_operations(spool, self._circumstances(worker))

    def _circumstances(self, worker: Worker) -> Circumstances:
        return Circumstances(
            worker=worker,
            station=self.station,
            now=self.now(),
            policy=self.policy,
            event_id=self.conflicts.new_token(),
            last_act=self._last_acts.of(worker.worker_id),
        )

    async def _act(self, request: Request, *, replica: Replica | None) -> Response:
        deadline = self._deadline()
        knowledge = [replica]

        async def attempt() -> Response:
            # What met a conflict was known too late: from then on the ledger itself is asked.
            [result] = await self.attempts.once([request], knowledge.pop() if knowledge else None, deadline)
            return value_of(result)

        return await self.conflicts.run(request.tag_spool, attempt)

    def _deadline(self) -> float:
        """When, by the event loop's clock, a request that begins now is given up."""
        return asyncio.get_running_loop().time() + PATIENCE
