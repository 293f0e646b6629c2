"""The demo plant: a ledger file of its own, so that trying things out never touches real work.

Its spools and people are CSV files in `assets/demo`; its past day is played through the real service, minute
by minute, before the demo is first opened.
"""

import csv
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from core import (
    CancelarRequest,
    CompletarRequest,
    LedgerUnavailableError,
    LiberarRequest,
    NotaRequest,
    OccupationService,
    PausarRequest,
    Policy,
    TomarRequest,
    open_occupation,
    read_plant,
)
from core.domain.reasons import FallaRegistro
from core.settings import Settings, sqlite_url
from kiosk.resources import ASSETS

DEMO_SITE: Final = "demo"
DEMO_FOLDER: Final = ASSETS / "demo"


async def demo_settings(settings: Settings, *, now: datetime) -> Settings:
    """The settings with the demo's ledger in place of a real one; it is made, as of `now`, if it is not there yet."""
    file = settings.data_dir / "demo.sqlite3"
    demo = settings.model_copy(update={"ledger_url": sqlite_url(file), "site": DEMO_SITE})
    if not file.exists():
        try:
            await _make(file, demo, now)
        except OSError as exc:
            raise LedgerUnavailableError(FallaRegistro.DEMO, path=str(file), detail=str(exc)) from exc
    return demo


async def _make(file: Path, demo: Settings, now: datetime) -> None:
    """Build the demo aside and put it in place whole, so that a second process, or a crash, sees all or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix="demo-") as folder:
        aside = Path(folder) / file.name
        clock = _Clock(now)
        # The past was played by the usual rules, whatever this terminal's settings make of the present.
        usual = demo.model_copy(update=asdict(Policy()))
        async with open_occupation(sqlite_url(aside), settings=usual, clock=clock) as occupation:
            await _play(occupation, clock)
        try:
            os.link(aside, file)
        except FileExistsError:
            return


@dataclass
class _Clock:
    """The demo ledger's clock while its past is played."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


async def _play(occupation: OccupationService, clock: _Clock) -> None:
    opening = clock.now
    reading = read_plant(DEMO_FOLDER, timezone=occupation.timezone, lock_ttl=occupation.policy.lock_ttl)
    with (DEMO_FOLDER / "actividad.csv").open(encoding="utf-8", newline="") as stream:
        acts = list(csv.DictReader(stream))
    clock.now = opening - timedelta(minutes=int(acts[0]["Hace_Minutos"]) + 30)
    await occupation.load_plant(reading.plant, source="demo")
    for act in acts:
        clock.now = opening - timedelta(minutes=int(act["Hace_Minutos"]))
        await _replay(occupation, act)


async def _replay(occupation: OccupationService, act: dict[str, str]) -> None:
    tag, worker_id = act["TAG_SPOOL"], int(act["Worker_ID"])
    occupation.station = act["Estacion"]
    match act["Accion"]:
        case "TOMAR":
            await occupation.tomar(
                TomarRequest.model_validate({"tag_spool": tag, "worker_id": worker_id, "operacion": act["Operacion"]})
            )
        case "PAUSAR":
            await occupation.pausar(PausarRequest(tag_spool=tag, worker_id=worker_id))
        case "CANCELAR":
            await occupation.cancelar(CancelarRequest(tag_spool=tag, worker_id=worker_id))
        case "LIBERAR":
            await occupation.liberar(LiberarRequest(tag_spool=tag, worker_id=worker_id, motivo=act["Texto"]))
        case "NOTA":
            await occupation.nota(NotaRequest(tag_spool=tag, worker_id=worker_id, texto=act["Texto"]))
        case "COMPLETAR":
            fields = {"resultado": act["Resultado"] or None, "motivo": act["Texto"] or None}
            await occupation.completar(
                CompletarRequest.model_validate({"tag_spool": tag, "worker_id": worker_id, **fields})
            )
        case other:
            raise ValueError(f"actividad.csv: {other!r} is no act")
