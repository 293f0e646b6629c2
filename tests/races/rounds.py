"""One round: clients ask, faults happen, everyone finishes; then the records are checked against the ledger's log."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from uuid import UUID

from pydantic_core import to_jsonable_python

from core.domain.events import Event
from core.domain.model import Plant, Rol, Spool, Worker
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from tests.plants import joint
from tests.processes import SITE, TIMEZONE
from tests.races.checker import Finding, check_all
from tests.races.client import MEMORY
from tests.races.crowd import SPOOLS, WORKERS, crowd
from tests.races.faults import STORES, Fault, Store
from tests.races.records import Record, read_records
from tests.races.window import Round

PAGE = 500


@dataclass(frozen=True)
class Figures:
    """What happened in a round."""

    answers: Counter[str]
    faults: Counter[str]
    events: int
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        counted = [*sorted(self.answers.items()), ("events", self.events), *sorted(self.faults.items())]
        return ", ".join(f"{name} {number}" for name, number in [*counted, ("findings", len(self.findings))])


async def run_round(engine: str, folder: Path, *, seconds: float, seed: int) -> Figures:
    """Faults of every kind, one after the other, for so long.

    `folder` keeps the records, the log and the findings.
    """
    dice = Random(f"{engine} {seed}")
    records = folder / "records"
    records.mkdir()
    async with STORES[engine](folder) as store:
        async with _opened(store) as ledger:
            await OccupationService(ledger, timezone=TIMEZONE).load_plant(PLANT)
        await asyncio.to_thread(store.settle)
        urls = store.urls
        async with crowd(urls, records, seed=f"{engine} {seed}", min_replicas=store.min_replicas) as clients:
            faults = {**store.faults, "client kills": clients.kill_some, "client freezes": clients.freeze_one}
            happened = await _disturb(faults, dice, seconds=seconds)
            await asyncio.sleep(0.5)
            await clients.finish()
        the_round = await _what_happened(store, read_records(records))
        damage = [Finding("damaged store", text) for text in store.damage()]
    (folder / "log.jsonl").write_text("".join(event.model_dump_json() + "\n" for event in the_round.log))
    findings = (*damage, *check_all(the_round))
    (folder / "findings.txt").write_text("".join(f"{finding}\n" for finding in findings))
    (folder / "stored.json").write_text(json.dumps(to_jsonable_python([the_round.stored, the_round.saved])))
    return Figures(Counter(map(kind_of, the_round.records)), happened, len(the_round.log), findings)


def kind_of(record: Record) -> str:
    """The answer's kind, and of a refusal its code."""
    return str(record.answer["error_code"]) if "error_code" in record.answer else str(record.kind)


async def _disturb(faults: dict[str, Fault], dice: Random, *, seconds: float) -> Counter[str]:
    """One fault at a time, each kind as often as the others, and clients killed after each; how often each happened."""
    happened: Counter[str] = Counter()
    end = time.monotonic() + seconds
    others = sorted(faults.keys() - {"client kills"})
    coming: list[str] = []
    while time.monotonic() < end:
        coming = coming or dice.sample(others, len(others))
        await asyncio.sleep(dice.uniform(0.1, 0.5))
        name = coming.pop()
        for one in (name, "client kills"):
            await faults[one](dice)
            happened[one] += 1
    return happened


async def _what_happened(store: Store, records: Sequence[Record]) -> Round:
    """The round as a station sees it that comes afterwards."""
    async with _opened(store) as ledger:
        return Round(
            records=records,
            log=await _whole_log(ledger),
            loaded={spool.tag_spool: spool for spool in PLANT.spools},
            stored={spool.tag_spool: spool for spool in (await ledger.snapshot()).spools},
            workers={worker.worker_id: worker for worker in PLANT.workers},
            saved=await _saved(ledger, records),
            slack=store.slack,
        )


async def _whole_log(ledger: Ledger) -> list[Event]:
    log: list[Event] = []
    while page := await ledger.events(after=len(log), limit=PAGE):
        log += page
    return log


async def _saved(ledger: Ledger, records: Sequence[Record]) -> dict[UUID, int]:
    asked = list({record.request_id: None for record in records if record.request_id is not None})
    saved: dict[UUID, int] = {}
    for at in range(0, len(asked), PAGE):
        reading = await ledger.read([], 0, requests=asked[at : at + PAGE])
        saved |= {request_id: repeated.event.seq for request_id, repeated in reading.repeated.items()}
    return saved


def _opened(store: Store):
    return open_ledger(store.url, site=SITE, request_memory=MEMORY, min_replicas=store.min_replicas)


def _worker(n: int) -> Worker:
    """Each lacks another role."""
    roles = [Rol.ARMADOR, Rol.SOLDADOR, Rol.METROLOGIA, Rol.SUPERVISOR]
    return Worker(worker_id=n, nombre="Ana", apellido="Rojas", roles=frozenset(roles) - {roles[n % len(roles)]})


def _spool(number: int) -> Spool:
    """Every other spool has joints, one of which needs no weld."""
    joints = (joint(1), joint(2, "1½"), joint(3, tipo="FW", solo_armado=True)) if number % 2 else ()
    return Spool(tag_spool=f"S-{number}", fecha_materiales=date(2026, 1, 2), uniones=joints)


PLANT = Plant(
    spools=tuple(_spool(n) for n in range(1, SPOOLS + 1)),
    workers=tuple(map(_worker, range(1, WORKERS + 1))),
)
