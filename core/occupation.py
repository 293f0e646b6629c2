"""The only door to the shop floor's truth, for kiosks, commands and scripts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import overload
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from core.commit_loop import CommitLoop, Result
from core.conflicts import ConflictService
from core.domain.errors import (
    KioskError,
    LedgerUnavailableError,
    WorkerNoEncontradoError,
)
from core.domain.events import Event, EventDraft
from core.domain.model import Accion, Plant
from core.domain.requests import (
    AceptarRegistroRequest,
    BatchTomarRequest,
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    DeshacerRequest,
    EntregarRequest,
    ExtenderRequest,
    InventarioRequest,
    LiberarRequest,
    NotaRequest,
    PausarRequest,
    ReanudarRequest,
    Request,
    RetenerRequest,
    TomarRequest,
)
from core.domain.responses import BatchDetail, BatchResponse, Response
from core.domain.rulebook.policy import Policy
from core.domain.rulebook.roles import require_supervisor
from core.domain.undo import Act, LastActs
from core.ledger.memory import Memory
from core.ledger.protocol import Ledger, LoadReport
from core.ledger.zone import keep_zone
from core.office_holds import hold_back_for_office
from core.queries import Queries


class OccupationService(Queries):
    """Take, pause, complete and look up spools of one site, from one station.

    A `replica` saves an act its read, as what this service remembers of its own acts does: see `core.commit_loop`.

    Every verb raises the `KioskError` that says why it was refused, LedgerUnavailableError when the ledger cannot be
    reached; then the same request (same `request_id`) may be sent again, and acts once.
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
        super().__init__(ledger, timezone=timezone, policy=policy or Policy())
        self.station = station
        self.conflicts = conflicts or ConflictService()
        self._last_acts = LastActs()
        self._loop = CommitLoop(
            ledger=ledger,
            memory=Memory(),
            conflicts=self.conflicts,
            last_acts=self._last_acts,
            station=station,
            policy=self.policy,
            now=self.now,
        )

    @overload
    async def act(self, request: Request) -> Response: ...
    @overload
    async def act(self, request: BatchTomarRequest) -> BatchResponse: ...
    @overload
    async def act(self, request: AceptarRegistroRequest | InventarioRequest) -> Event: ...
    async def act(
        self, request: Request | BatchTomarRequest | AceptarRegistroRequest | InventarioRequest
    ) -> Response | BatchResponse | Event:
        """Do what `request` asks for. Every verb goes through here."""
        match request:
            case Request():
                [result] = await self._loop.run([request], self.replica)
                if isinstance(result, KioskError):
                    raise result
                return result
            case BatchTomarRequest():
                return await self.act_each(request.each())
            case AceptarRegistroRequest():
                return await _accept(self, request)
            case InventarioRequest():
                return await _record_count(self, request)

    async def act_each(self, requests: Sequence[Request]) -> BatchResponse:
        """Do what each of these (at least one, all by one worker, each about another spool) asks for, on its own.

        It takes one commit: some may succeed while others are refused, each with its reason.
        Raises WorkerNoEncontradoError when the worker is unknown: then no spool was tried.
        """
        results = await self._loop.run(requests, self.replica)
        for result in results:
            if isinstance(result, WorkerNoEncontradoError):
                raise result
        unreached = [result for result in results if isinstance(result, LedgerUnavailableError)]
        if len(unreached) == len(results):
            raise unreached[0]
        details = zip(requests, results, strict=True)
        return BatchResponse(
            tuple(BatchDetail(_tag_of(result) or asked.tag_spool, result) for asked, result in details)
        )

    async def settle(self, requests: Collection[Request]) -> dict[UUID, Response | None]:
        """What became of requests whose answer never came (a `doubtful` error), by `request_id`.

        None: it was not saved, and never will be: sent again, it is refused by VersionConflictError.
        """
        saved = await self.ledger.settle([request.request_id for request in requests])
        return {r.request_id: await self.act(r) if r.request_id in saved else None for r in requests}

    async def tomar(self, request: TomarRequest) -> Response:
        """Take a spool for ARM, SOLD or REPARACION. For the present holder nothing changes."""
        return await self.act(request)

    async def pausar(self, request: PausarRequest) -> Response:
        """Put the spool down half done, with the joints that were finished."""
        return await self.act(request)

    async def completar(self, request: CompletarRequest) -> Response:
        """Finish the operation the spool is taken for, or inspect it when the request has a `resultado`."""
        return await self.act(request)

    async def cancelar(self, request: CancelarRequest) -> Response:
        """Give the spool back: the operation returns to what it was before the TOMAR."""
        return await self.act(request)

    async def entregar(self, request: EntregarRequest) -> Response:
        """Hand the spool over to another worker, who goes on with it."""
        return await self.act(request)

    async def extender(self, request: ExtenderRequest) -> Response:
        """Start the lock's life again."""
        return await self.act(request)

    async def liberar(self, request: LiberarRequest) -> Response:
        """Release the spool from whoever holds it; supervisors only."""
        return await self.act(request)

    async def desbloquear(self, request: DesbloquearRequest) -> Response:
        """Allow a BLOQUEADO spool one more repair cycle; supervisors only."""
        return await self.act(request)

    async def retener(self, request: RetenerRequest) -> Response:
        """Hold the spool back: nobody may take or finish it; supervisors and inspectors only."""
        return await self.act(request)

    async def reanudar(self, request: ReanudarRequest) -> Response:
        """Let a spool that was held back be worked on again; supervisors and inspectors only."""
        return await self.act(request)

    async def nota(self, request: NotaRequest) -> Response:
        """Write a note into the spool's history."""
        return await self.act(request)

    async def deshacer(self, request: DeshacerRequest) -> Response:
        """Undo the worker's own last act through this service, by an event of its own: history keeps both.

        Of a batch the spool that was taken last can be undone.
        """
        return await self.act(request)

    async def batch_tomar(self, request: BatchTomarRequest) -> BatchResponse:
        """Take each spool on its own: some may succeed while others are refused, each with its reason.

        Raises WorkerNoEncontradoError when the worker is unknown: then no spool was tried.
        """
        return await self.act(request)

    async def aceptar_registro(self, request: AceptarRegistroRequest) -> Event:
        """Accept the ledger as it is although it lost its past, or this machine's clock does not fit it.

        Supervisors only. From then on work goes on.

        A ledger that lost its people as well knows no supervisor: then the event records the number that asks.
        Raises VersionConflictError when there is nothing to accept.
        """
        return await self.act(request)

    async def inventario(self, request: InventarioRequest) -> Event:
        """Put a count of the yard on record; supervisors only. No spool changes."""
        return await self.act(request)

    def undoable(self, worker_id: int) -> Act | None:
        """What this worker may undo now, as far as this service knows; somebody else may yet be faster."""
        act = self._last_acts.of(worker_id)
        if act is None or not act.reversible or act.time_left(self.now()) <= timedelta():
            return None
        present = self.replica.spools.get(act.event.tag_spool) if self.replica else None
        return None if present and present.seq >= act.event.seq and act.changed_since(present) else act

    async def load_plant(self, plant: Plant, *, source: str = "", replaces: str = "") -> LoadReport:
        """Load what the office owns; occupations and progress in the ledger stay.

        The log names the `source`, and the identity of the ledger that this one `replaces` on it, if any.
        """
        metadata: dict[str, JsonValue] = {"origen": source}
        if replaces:
            metadata["registro_anterior"] = replaces
        today = self.now().date()
        draft = EventDraft(accion=Accion.CARGAR_PLANTA, fecha_operacion=today, station=self.station, metadata=metadata)
        report = await self.ledger.load(self.policy.applied_to(plant), draft)
        await keep_zone(self.ledger, self.timezone)
        origin = replace(draft, metadata={"origen": source})
        await hold_back_for_office(self.ledger, report.holds, origin, attempts=self.conflicts.backoff.attempts)
        return report


def _tag_of(result: Result) -> str:
    """The tag as the office writes it, where the result names one."""
    return str(result.details.get("tag_spool", "")) if isinstance(result, KioskError) else result.tag_spool


async def _accept(service: OccupationService, request: AceptarRegistroRequest) -> Event:
    worker = service.replica.workers.get(request.worker_id) if service.replica else None
    if worker is None and (await service.ledger.snapshot()).workers:
        worker = await service.worker(request.worker_id)
    if worker is not None:
        require_supervisor(worker)
    known = service.ledger.seen
    draft = EventDraft(
        accion=Accion.ACEPTAR_REGISTRO,
        worker_id=request.worker_id,
        worker_nombre=worker.worker_nombre if worker else f"?({request.worker_id})",
        fecha_operacion=service.now().date(),
        station=service.station,
        metadata={"motivo": request.motivo, "se_conocia_hasta": known.seq, "registro_anterior": known.identity},
    )
    return await service.ledger.admin.accept(draft)


async def _record_count(service: OccupationService, request: InventarioRequest) -> Event:
    worker = await service.worker(request.worker_id)
    require_supervisor(worker)
    draft = EventDraft(
        id=request.request_id,
        accion=Accion.INVENTARIO,
        worker_id=request.worker_id,
        worker_nombre=worker.worker_nombre,
        fecha_operacion=service.now().date(),
        station=service.station,
        metadata=request.model_dump(exclude={"worker_id", "request_id"}),
    )
    return await service.ledger.record(draft)
