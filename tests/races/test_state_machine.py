"""Anything anybody may do, in any order, on a real SQLite file, beside a small model that knows who has what."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.domain.errors import KioskError
from core.domain.estado import estado_detalle
from core.domain.events import Event
from core.domain.model import Accion, Operacion, Plant, Snapshot, Spool, Worker
from core.domain.replay import apply_event
from core.domain.requests import BatchTomarRequest, Request
from core.domain.responses import Response
from core.domain.rulebook.lock_steps import spool_lock
from core.domain.rulebook.policy import Policy
from core.domain.undo import REVERSIBLE, UNDO_WINDOW
from core.domain.uniones import remaining
from core.ledger.open import open_ledger
from core.occupation import OccupationService
from tests.asking import (
    ask,
    cancelar,
    completar,
    desbloquear,
    deshacer,
    entregar,
    extender,
    liberar,
    nota,
    pausar,
    reanudar,
    retener,
    tomar,
)
from tests.plants import CARLA, JUAN, LUIS, MIGUEL, PEDRO, WORKERS, WORKERS_BY_ID, Etapa, joint, spool_at
from tests.shopfloor import HOUR, SANTIAGO, FixedClock

POLICY = Policy(lock_ttl=HOUR, max_reparaciones=1)
JOINTS = (joint(1), joint(2, "1½"), joint(3, tipo="FW", solo_armado=True))
PLANT = Plant(
    spools=(
        *map(spool_at, (Etapa.LIBRE, Etapa.ARMADO, Etapa.FABRICADO, Etapa.RECHAZADO, Etapa.BLOQUEADO)),
        replace(spool_at(Etapa.LIBRE, "CON-UNIONES"), uniones=JOINTS),
    ),
    workers=WORKERS,
)
LOADED = {spool.tag_spool: spool for spool in PLANT.spools}

tags = st.sampled_from(sorted(LOADED))
hands = st.sampled_from([MIGUEL, JUAN])
anybody = st.sampled_from([MIGUEL, JUAN, CARLA, PEDRO, LUIS])
joint_numbers = st.sets(st.integers(1, 3), min_size=1)
operations = st.sampled_from([Operacion.ARM, Operacion.SOLD, Operacion.REPARACION])


@dataclass(frozen=True)
class Hold:
    """An occupation as the model knows it."""

    worker_id: int
    operacion: Operacion
    vence: datetime


@dataclass(frozen=True)
class Done:
    """The last act of a worker at a station that changed their spool, with its hold and state before, and after."""

    accion: Accion
    tag: str
    seq: int
    at: datetime
    hold: Hold | None
    before: Spool
    after: Spool


def work_on(spool: Spool) -> Spool:
    """The spool without what a note or a hold changes."""
    return replace(spool, version=1, seq=0, retencion=None)


class ShopMachine(RuleBasedStateMachine):
    """Two stations, each with its own ledger object on one file. `holds` is the model: who has what until when."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(prefix="spool-kiosk-")
        self.opened = AsyncExitStack()
        self.clock = FixedClock()
        self.holds: dict[str, Hold] = {}
        self.versions = dict.fromkeys(LOADED, 1)
        self.answered: list[tuple[Request, Response]] = []
        self.last: dict[tuple[int, int], Done] = {}

    @initialize()
    def open_the_shop(self) -> None:
        self.stations = [self.runner.run(self._open(station)) for station in ("ARM-01", "ARM-02")]
        self.runner.run(self.stations[0].load_plant(PLANT))
        self.seq = 1

    async def _open(self, station: str) -> OccupationService:
        url = f"sqlite:///{Path(self.folder.name) / 'ledger.db'}"
        memory = timedelta(days=3650)
        ledger = await self.opened.enter_async_context(
            open_ledger(url, site="planta-1", clock=self.clock, request_memory=memory)
        )
        return OccupationService(ledger, station=station, timezone=SANTIAGO, policy=POLICY)

    def teardown(self) -> None:
        self.runner.run(self.opened.aclose())
        self.runner.close()
        self.folder.cleanup()

    def living_hold(self, tag: str) -> Hold | None:
        hold = self.holds.get(tag)
        return hold if hold and self.clock() < hold.vence else None

    def ask(self, request: Request, at: int | None = None) -> Response | None:
        """The answer of one station or the other, None when a rule refused."""
        at = len(self.answered) % 2 if at is None else at
        before = self.spool(request.tag_spool)
        try:
            response = self.runner.run(ask(self.stations[at], request))
        except KioskError:
            return None
        self.answered.append((request, response))
        self.seq += response.changed
        assert response.changed is False or response.seq == self.seq
        if response.changed:
            self._remember(at, request, response.seq, before)
        return response

    def _remember(self, at: int, request: Request, seq: int, before: Spool) -> None:
        """To be told of while the model does not know of the act yet."""
        tag, hold, after = request.tag_spool, self.holds.get(request.tag_spool), self.spool(request.tag_spool)
        if work_on(after) != work_on(before):
            self.last[at, request.worker_id] = Done(request.accion, tag, seq, self.clock(), hold, before, after)

    def spool(self, tag: str) -> Spool:
        return self.runner.run(self.stations[1].spool(tag))

    @rule(tag=tags, worker=hands, operacion=operations)
    def somebody_takes(self, tag: str, worker: Worker, operacion: Operacion) -> None:
        before = self.living_hold(tag)
        response = self.ask(tomar(worker, operacion, tag))
        if before is not None:
            own = (before.worker_id, before.operacion) == (worker.worker_id, operacion)
            assert (response is not None) == own, "only the present holder may be told that the spool is taken"
            assert response is None or not response.changed
        elif response is not None:
            self._now_held(tag, worker, operacion)

    def _now_held(self, tag: str, worker: Worker, operacion: Operacion) -> None:
        self.holds[tag] = Hold(worker.worker_id, operacion, self.clock() + timedelta(seconds=POLICY.lock_ttl))

    @rule(tag=tags, worker=hands, make=st.sampled_from([pausar, completar, cancelar, extender]))
    def a_holder_acts(self, tag: str, worker: Worker, make) -> None:
        hold = self.living_hold(tag)
        request = make(worker, tag)
        response = self.ask(request)
        if hold is None or hold.worker_id != worker.worker_id:
            assert response is None, "only the living holder may act on a spool"
        elif make is completar and (hold.operacion is Operacion.SOLD or self.spool(tag).retencion):
            if response is not None:
                assert not self.spool(tag).retencion, "nobody completes what is held back"
                del self.holds[tag]
        else:
            assert response is not None, "the living holder is never refused"
            if make is extender:
                self._now_held(tag, worker, hold.operacion)
            else:
                del self.holds[tag]

    @rule(data=st.data(), make=st.sampled_from([pausar, completar, cancelar]))
    def a_holder_thinks_better_of_it(self, data: st.DataObject, make) -> None:
        """Holders are drawn from those there are: few random requests put a spool down."""
        held = [tag for tag in sorted(self.holds) if self.living_hold(tag)]
        if not held:
            return
        tag = data.draw(st.sampled_from(held))
        self.a_holder_acts(tag, WORKERS_BY_ID[self.holds[tag].worker_id], make)
        self.the_newest_act_is_undone()

    @rule(tag=tags, worker=hands, receiver=anybody)
    def somebody_hands_over(self, tag: str, worker: Worker, receiver: Worker) -> None:
        hold = self.living_hold(tag)
        response = self.ask(entregar(worker, receiver, tag))
        may = hold is not None and hold.worker_id == worker.worker_id != receiver.worker_id
        assert (response is not None) == (may and Policy().lets(receiver, hold.operacion))
        if response is not None:
            self._now_held(tag, receiver, hold.operacion)

    @rule(
        tag=tags,
        worker=hands,
        make=st.sampled_from([pausar, completar]),
        numbers=st.sets(st.integers(1, 3), min_size=1),
    )
    def a_holder_finishes_joints(self, tag: str, worker: Worker, make, numbers: set[int]) -> None:
        hold = self.living_hold(tag)
        if self.ask(make(worker, tag, uniones=numbers)):
            assert hold is not None
            assert hold.worker_id == worker.worker_id
            del self.holds[tag]

    @rule(tag=tags, worker=anybody, make=st.sampled_from([retener, reanudar]))
    def somebody_holds_back_or_resumes(self, tag: str, worker: Worker, make) -> None:
        held_back = self.spool(tag).retencion is not None
        response = self.ask(make(worker, tag))
        assert (response is not None) == (worker is CARLA and held_back is (make is reanudar))

    @rule(tag=tags, worker=anybody)
    def somebody_releases(self, tag: str, worker: Worker) -> None:
        response = self.ask(liberar(worker, tag))
        assert (response is not None) == (worker is CARLA and tag in self.holds)
        if response is not None:
            del self.holds[tag]

    @rule(tag=tags, worker=anybody, resultado=st.sampled_from(["APROBADO", "RECHAZADO"]))
    def somebody_inspects(self, tag: str, worker: Worker, resultado: str) -> None:
        if self.ask(completar(worker, tag, resultado=resultado)):
            assert worker is CARLA
            assert tag not in self.holds

    @rule(tag=tags, worker=anybody)
    def somebody_unblocks(self, tag: str, worker: Worker) -> None:
        if self.ask(desbloquear(worker, tag)):
            assert worker is CARLA

    @rule(worker=st.sampled_from([MIGUEL, JUAN, CARLA]), at=st.sampled_from([0, 1]))
    def somebody_undoes_their_last_act(self, worker: Worker, at: int) -> None:
        if (at, worker.worker_id) in self.last:
            self._undo(worker, at)

    @rule()
    def the_newest_act_is_undone(self) -> None:
        if self.last:
            at, worker_id = max(self.last, key=lambda who: self.last[who].seq)
            self._undo(WORKERS_BY_ID[worker_id], at)

    def _undo(self, worker: Worker, at: int) -> None:
        done = self.last[at, worker.worker_id]
        now = self.spool(done.tag)
        in_time = self.clock() < done.at + UNDO_WINDOW
        offered = self.stations[at].undoable(worker.worker_id)
        assert (offered is not None) == (in_time and done.accion in REVERSIBLE)
        response = self.ask(deshacer(worker, done.seq, done.tag), at)
        untouched = work_on(now) == work_on(done.after)
        assert (response is not None) == (in_time and done.accion in REVERSIBLE and untouched)
        if response is not None:
            as_before = replace(done.before, version=now.version + 1, seq=response.seq, retencion=now.retencion)
            assert self.spool(done.tag) == as_before
            self.holds.pop(done.tag, None)
            if done.hold is not None:
                self.holds[done.tag] = done.hold

    @rule(tag=tags, worker=anybody)
    def somebody_writes_a_note(self, tag: str, worker: Worker) -> None:
        assert self.ask(nota(worker, tag)) is not None

    @rule(worker=hands, operacion=operations, wanted=st.lists(tags, min_size=1, unique=True))
    def somebody_takes_many(self, worker: Worker, operacion: Operacion, wanted: list[str]) -> None:
        request = BatchTomarRequest(tag_spools=wanted, worker_id=worker.worker_id, operacion=operacion)
        spools = {tag: self.spool(tag) for tag in wanted}
        for detail in self.runner.run(self.stations[0].batch_tomar(request)).details:
            before = self.living_hold(detail.tag_spool)
            if before is not None:
                assert detail.success == ((before.worker_id, before.operacion) == (worker.worker_id, operacion))
            elif detail.success:
                self.seq += 1
                self._remember(0, tomar(worker, operacion, detail.tag_spool), self.seq, spools[detail.tag_spool])
                self._now_held(detail.tag_spool, worker, operacion)

    def at_once(self, *requests: Request) -> list[bool]:
        """Two requests made at once, one at each station; which of them changed something."""

        async def race() -> list[Response | BaseException]:
            asked = (ask(station, request) for station, request in zip(self.stations, requests, strict=True))
            return await asyncio.gather(*asked, return_exceptions=True)

        spools = [self.spool(request.tag_spool) for request in requests]
        results = self.runner.run(race())
        assert all(isinstance(result, Response | KioskError) for result in results)
        changed = [isinstance(result, Response) and result.changed for result in results]
        self.seq += sum(changed)
        for at, (request, result) in enumerate(zip(requests, results, strict=True)):
            if changed[at]:
                self._remember(at, request, result.seq, spools[at])
        return changed

    @rule(tag=tags, operacion=operations)
    def two_take_at_once(self, tag: str, operacion: Operacion) -> None:
        changed = self.at_once(tomar(MIGUEL, operacion, tag), tomar(JUAN, operacion, tag))
        assert sum(changed) <= (self.living_hold(tag) is None), "two workers got one spool"
        for worker, took in zip((MIGUEL, JUAN), changed, strict=True):
            if took:
                self._now_held(tag, worker, operacion)

    @rule(tag=tags, worker=hands, operacion=operations)
    def somebody_takes_while_another_writes_a_note(self, tag: str, worker: Worker, operacion: Operacion) -> None:
        took, noted = self.at_once(tomar(worker, operacion, tag), nota(CARLA, tag))
        assert noted
        if took:
            self._now_held(tag, worker, operacion)

    @rule(back=st.integers(1, 5))
    def a_request_is_sent_again(self, back: int) -> None:
        if len(self.answered) < back:
            return
        request, first = self.answered[-back]
        if not first.changed:
            return
        again = self.runner.run(ask(self.stations[back % 2], request))
        assert (again.seq, again.message, again.changed) == (first.seq, first.message, first.changed)

    @rule(seconds=st.sampled_from([1, 29, HOUR - 1, HOUR]))
    def time_goes_by(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @invariant()
    def the_stations_see_what_must_be(self) -> None:
        """They are asked once for all that is checked."""
        here, there, locks, log = self.runner.run(self._look())
        self.each_spool_is_held_by_whom_the_model_says(there)
        self.a_living_lock_is_the_occupations_and_no_spool_has_another(here, locks)
        self.a_joint_is_welded_after_it_was_fitted_and_a_completed_operation_leaves_none(here)
        self.versions_only_grow(here)
        self.the_log_has_no_gaps_and_replaying_it_gives_the_ledgers_state(log, there)
        self.the_line_a_person_reads_tells_the_truth(here)

    async def _look(self) -> tuple[Snapshot, Snapshot, dict[str, str | None], list[Event]]:
        """What the first station sees, what the second does, its locks by tag, and the first one's log."""
        here, there = self.stations
        locks = {tag: await there.ledger.locks.value(spool_lock(tag)) for tag in LOADED}
        return await here.snapshot(), await there.snapshot(), locks, await here.ledger.events(after=0, limit=10_000)

    def each_spool_is_held_by_whom_the_model_says(self, seen: Snapshot) -> None:
        for spool in seen.spools:
            held = spool.ocupacion
            hold = held and Hold(held.worker_id, held.operacion, held.vence)
            assert hold == self.holds.get(spool.tag_spool)

    def a_living_lock_is_the_occupations_and_no_spool_has_another(
        self, seen: Snapshot, locks: dict[str, str | None]
    ) -> None:
        for spool in seen.spools:
            living = self.living_hold(spool.tag_spool)
            assert locks[spool.tag_spool] == (spool.ocupacion.lock_token if living else None)

    def a_joint_is_welded_after_it_was_fitted_and_a_completed_operation_leaves_none(self, seen: Snapshot) -> None:
        for spool in seen.spools:
            assert all(joint.arm for joint in spool.uniones if joint.sold)
            for operacion in (Operacion.ARM, Operacion.SOLD):
                assert not (spool.avance(operacion).completado and remaining(spool.uniones, operacion))

    def versions_only_grow(self, seen: Snapshot) -> None:
        versions = {spool.tag_spool: spool.version for spool in seen.spools}
        assert all(versions[tag] >= before for tag, before in self.versions.items())
        assert sum(versions.values()) == len(LOADED) + self.seq - 1, "one version further for each event"
        self.versions = versions

    def the_log_has_no_gaps_and_replaying_it_gives_the_ledgers_state(self, log: list[Event], seen: Snapshot) -> None:
        assert [event.seq for event in log] == list(range(1, self.seq + 1))
        spools = dict(LOADED)
        for event in log[1:]:
            spools[event.tag_spool] = apply_event(spools[event.tag_spool], event)
        assert seen.seq == self.seq
        assert {spool.tag_spool: spool for spool in seen.spools} == spools

    def the_line_a_person_reads_tells_the_truth(self, seen: Snapshot) -> None:
        for spool in seen.spools:
            line = estado_detalle(spool, now=self.clock(), max_reparaciones=POLICY.max_reparaciones)
            held, living = self.holds.get(spool.tag_spool), self.living_hold(spool.tag_spool)
            assert line.startswith("Ocupado por") == (living is not None)
            assert line.startswith("VENCIDO") == (held is not None and living is None)
            assert line.startswith("BLOQUEADO") == spool.bloqueado


TestShopMachine = ShopMachine.TestCase
TestShopMachine.settings = settings(max_examples=25, stateful_step_count=30)
