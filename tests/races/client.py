"""A program that asks without a pause and records it: `python -m tests.races.client '{"url": ..., ...}'`.

It asks until its stdin ends, and finishes then what it began.
"""

import asyncio
import json
import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from core.domain.errors import KioskError, LedgerRolledBackError, LedgerUnavailableError
from core.domain.requests import BatchTomarRequest
from core.domain.responses import Response
from core.domain.rulebook.policy import Policy
from core.ledger.open import open_ledger
from core.occupation import OccupationService
from tests.processes import SITE, TIMEZONE
from tests.races.records import ACTS, LOST_PAST, READS, Kind, Recorder, status_fields

MEMORY: Final = timedelta(days=1)
"""How long the ledger remembers requests: longer than any round."""
UNKNOWN: Final = "S-0"
"""A tag that no spool has."""
WEIGHTS: Final = {
    "tomar": 30, "pausar": 12, "cancelar": 6, "completar": 10, "extender": 5, "liberar": 4, "nota": 6,
    "inspect": 5, "entregar": 5, "retener": 2, "reanudar": 8, "batch_tomar": 3, "status": 10, "board": 4, "history": 3,
}  # fmt: skip
RECEIVERS: Final = 5
"""Numbers of workers that somebody may hand over to; the last is nobody's."""
HOLDER_VERBS: Final = ("pausar", "cancelar", "completar", "extender", "entregar")
PAUSE: Final = 0.02
"""Seconds between two requests of one worker, at most."""


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What a client is to do; its program's only argument, as JSON."""

    url: str
    folder: str
    name: str
    seed: str
    spools: int
    workers: tuple[int, ...]
    lock_ttl: int
    min_replicas: int
    watches: bool


class Asker:
    """One worker at one terminal: one request after the other."""

    def __init__(
        self, service: OccupationService, recorder: Recorder, orders: Orders, worker_id: int, dice: random.Random
    ) -> None:
        self._service = service
        self._recorder = recorder
        self._worker_id = worker_id
        self._tags = [f"S-{n}" for n in range(1, orders.spools + 1)]
        self._dice = dice
        self._last_taken = self._tags[0]
        self._last_act: tuple[str, dict[str, Any]] | None = None
        self._doubtful = False

    async def ask_once(self) -> None:
        """The next request, of whatever kind; after an answer that did not come, mostly the same again, or its fate."""
        await asyncio.sleep(self._dice.uniform(0, PAUSE))
        if self._last_act and self._doubtful and self._dice.random() < 0.3:
            return await self._settle(*self._last_act)
        if self._last_act and self._dice.random() < (0.8 if self._doubtful else 0.1):
            return await self._act(*self._last_act)
        verb = self._dice.choices([*WEIGHTS], [*WEIGHTS.values()])[0]
        if verb in READS:
            return await self._read(verb)
        fields: dict[str, Any] = {
            "worker_id": self._worker_id,
            "request_id": str(UUID(int=self._dice.getrandbits(128))),
        }
        if verb == "batch_tomar":
            tags = self._dice.sample(self._tags, min(3, len(self._tags)))
            return await self._act(verb, {**fields, "tag_spools": tags, "operacion": self._operacion()})
        holding = verb in HOLDER_VERBS and self._dice.random() < 0.8
        fields["tag_spool"] = self._last_taken if holding else self._tag()
        match verb:
            case "tomar":
                fields["operacion"] = self._operacion()
            case "liberar" | "retener" | "reanudar":
                fields["motivo"] = "se fue"
            case "entregar":
                fields["a_worker_id"] = self._dice.randint(1, RECEIVERS)
            case "pausar" | "completar" if self._dice.random() < 0.5:
                fields["uniones"] = self._dice.sample(range(1, 4), self._dice.randint(1, 2))
            case "nota":
                fields["texto"] = "golpe en la brida"
            case "inspect":
                # Never APROBADO: there is always work on a rejected spool.
                verb, fields["resultado"] = "completar", "RECHAZADO"
        return await self._act(verb, fields)

    def _tag(self) -> str:
        return UNKNOWN if self._dice.random() < 0.01 else self._dice.choice(self._tags)

    def _operacion(self) -> str:
        return self._dice.choice(["ARM", "SOLD", "REPARACION"])

    async def _act(self, verb: str, fields: dict[str, Any]) -> None:
        self._last_act = verb, fields
        requests = _each_spool(fields) if verb == "batch_tomar" else [fields]
        numbers = self._recorder.call("tomar" if verb == "batch_tomar" else verb, requests)
        answers = await self._answers(verb, fields, len(requests))
        self._recorder.answer(numbers, answers)
        self._doubtful = answers[0][0] is Kind.UNAVAILABLE
        _raise_lost_past(answers)
        if verb == "tomar" and answers[0][0] is Kind.DONE:
            self._last_taken = fields["tag_spool"]

    async def _settle(self, verb: str, fields: dict[str, Any]) -> None:
        requests = _each_spool(fields) if verb == "batch_tomar" else [fields]
        kind = ACTS["tomar" if verb == "batch_tomar" else verb]
        numbers = self._recorder.call("settle", [{"about": one["request_id"]} for one in requests])
        # What may have been given up must not be asked again.
        self._last_act = None
        answers: list[tuple[Kind, Any]]
        try:
            fates = await self._service.settle([kind.model_validate(one) for one in requests])
        except KioskError as error:
            answers = [_answer(error)] * len(requests)
        else:
            answers = [(Kind.SHOWN, {"saved": response is not None}) for response in fates.values()]
        self._recorder.answer(numbers, answers)
        _raise_lost_past(answers)

    async def _answers(self, verb: str, fields: dict[str, Any], count: int) -> list[tuple[Kind, object]]:
        try:
            if verb == "batch_tomar":
                batch = await self._service.batch_tomar(BatchTomarRequest.model_validate(fields))
                return [_answer(detail.result) for detail in batch.details]
            return [_answer(await self._service.act(ACTS[verb].model_validate(fields)))]
        except KioskError as error:
            return [_answer(error)] * count

    async def _read(self, verb: str) -> None:
        fields = {} if verb == "board" else {"tag_spool": self._tag()}
        numbers = self._recorder.call(verb, [fields])
        try:
            answer = Kind.SHOWN, await self._shown(verb, fields.get("tag_spool", ""))
        except KioskError as error:
            answer = _answer(error)
        self._recorder.answer(numbers, [answer])
        _raise_lost_past([answer])

    async def _shown(self, verb: str, tag: str) -> dict[str, Any]:
        match verb:
            case "status":
                return status_fields(await self._service.status(tag))
            case "board":
                snapshot = await self._service.snapshot()
                spools = {one.tag_spool: status_fields(self._service.describe(one)) for one in snapshot.spools}
                return {"seq": snapshot.seq, "spools": spools}
            case _:
                return {"events": [[event.seq, str(event.id)] for event in await self._service.history(tag)]}


def _each_spool(batch: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The requests that a batch consists of."""
    common = {name: batch[name] for name in ("worker_id", "operacion")}
    request_id = UUID(batch["request_id"])
    return [{**common, "tag_spool": tag, "request_id": str(uuid5(request_id, tag))} for tag in batch["tag_spools"]]


def _answer(result: Response | KioskError) -> tuple[Kind, object]:
    match result:
        case Response():
            done = {"seq": result.seq, "changed": result.changed, "spool": status_fields(result.spool)}
            return Kind.DONE, done
        case LedgerUnavailableError():
            return Kind.UNAVAILABLE, {**result.as_dict(), "doubtful": getattr(result, "doubtful", True)}
        case _:
            return Kind.REFUSED, result.as_dict()


class Watcher:
    """Follows the log and records each event; after a break it goes on from the last one."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._after = 0

    async def watch(self, service: OccupationService) -> None:
        numbers = self._recorder.call("watch", [{}])
        try:
            async for event in service.watch(after=self._after):
                shown = {"seq": event.seq, "id": str(event.id)}
                self._recorder.answer(numbers, [(Kind.SHOWN, shown)])
                self._after = event.seq
                numbers = self._recorder.call("watch", [{}])
        except LedgerRolledBackError as error:
            self._recorder.answer(numbers, [_answer(error)])
            self._after = 0
            raise LostPastError from error


class LostPastError(Exception):
    """The ledger no longer has what this station had seen."""


def _raise_lost_past(answers: list[tuple[Kind, Any]]) -> None:
    if any(kind is Kind.REFUSED and data["error_code"] == LOST_PAST for kind, data in answers):
        raise LostPastError


async def run(orders: Orders) -> None:
    """Every worker asks until stdin ends."""
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    ending = asyncio.Event()

    async def wait_for_the_end() -> None:
        await asyncio.to_thread(sys.stdin.read)
        ending.set()

    async def ask(service: OccupationService, recorder: Recorder, worker_id: int) -> None:
        asker = Asker(service, recorder, orders, worker_id, dice[worker_id])
        while not ending.is_set():
            await asker.ask_once()

    dice = {worker: random.Random(f"{orders.seed} {worker}") for worker in orders.workers}
    recorder = Recorder(Path(orders.folder) / f"{orders.name}.jsonl", orders.name)
    watcher = Watcher(recorder)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(wait_for_the_end())
        while not ending.is_set():
            try:
                async with open_ledger(
                    orders.url, site=SITE, request_memory=MEMORY, min_replicas=orders.min_replicas
                ) as ledger:
                    policy = Policy(lock_ttl=orders.lock_ttl, max_reparaciones=0)
                    service = OccupationService(ledger, station=orders.name, timezone=TIMEZONE, policy=policy)
                    async with asyncio.TaskGroup() as workers:
                        watching = workers.create_task(watcher.watch(service)) if orders.watches else None
                        await asyncio.gather(*(ask(service, recorder, worker) for worker in orders.workers))
                        if watching:
                            watching.cancel()
            except* (LedgerUnavailableError, LostPastError):
                # The store is away just now, or has lost events: the station starts again, and knows of nothing.
                await asyncio.sleep(0.05)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    asyncio.run(run(Orders(**{**given, "workers": tuple(given["workers"])})))
