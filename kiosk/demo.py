"""The demo plant: a ledger file of its own, so that nobody tries things out on real work.

Its spools and people are CSV files in `assets/demo`. Its past day is replayed through the real service, minute by
minute, before the demo is first opened.
"""

import csv
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
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
from core.domain.model import Accion
from core.domain.plausible import LONGEST_SILENCE
from core.domain.reasons import FallaRegistro
from core.domain.requests import Request, build_request
from core.private import private_folder
from core.settings import Settings, sqlite_url
from kiosk.resources import ASSETS, DEMO_SITE

DEMO_FOLDER: Final = ASSETS / "demo"

_KINDS: Final[Mapping[Accion, type[Request]]] = {
    kind.accion: kind
    for kind in (TomarRequest, PausarRequest, CompletarRequest, CancelarRequest, LiberarRequest, NotaRequest)
}
"""The acts of the past day. The columns of `actividad.csv` have the names of the requests' fields."""


async def demo_settings(settings: Settings, *, now: datetime) -> Settings:
    """The settings with the demo's ledger instead of the plant's.

    It is created, as of `now`, when it is missing, or was left for so long that a supervisor would be asked about the
    clock.
    """
    file = settings.data_dir / "demo.sqlite3"
    demo = replace(settings, ledger_url=sqlite_url(file), site=DEMO_SITE)
    wal = file.with_name(f"{file.name}-wal")
    last_used = max((one.stat().st_mtime for one in (file, wal) if one.exists()), default=0)
    if now.timestamp() - last_used > LONGEST_SILENCE.total_seconds():
        try:
            for suffix in ("-wal", "-shm", ""):
                file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
            await _make(file, demo, now)
        except OSError as exc:
            raise LedgerUnavailableError(FallaRegistro.DEMO, path=str(file), detail=str(exc)) from exc
    return demo


async def _make(file: Path, demo: Settings, now: datetime) -> None:
    """Build the demo in another file and put it in place whole: a second process, or a crash, sees all or nothing."""
    private_folder(file.parent)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix="demo-") as folder:
        aside = Path(folder) / file.name
        clock = _Clock(now)
        # The past follows the default rules, whatever this terminal's settings say.
        usual = replace(demo, **{choice.name: getattr(Settings(), choice.name) for choice in fields(Policy)})
        async with open_occupation(sqlite_url(aside), settings=usual, clock=clock) as occupation:
            await _play(occupation, clock)
        try:
            os.link(aside, file)
        except FileExistsError:
            return


@dataclass
class _Clock:
    """The demo ledger's clock during the replay."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


async def _play(occupation: OccupationService, clock: _Clock) -> None:
    opening = clock.now
    reading = read_plant(DEMO_FOLDER, timezone=occupation.timezone, lock_ttl=occupation.policy.lock_ttl)
    with (DEMO_FOLDER / "actividad.csv").open(encoding="utf-8", newline="") as stream:
        acts = list(csv.DictReader(stream))
    clock.now = opening - timedelta(minutes=int(acts[0]["hace_minutos"]) + 30)
    await occupation.load_plant(reading.plant, source="demo")
    for act in acts:
        clock.now = opening - timedelta(minutes=int(act["hace_minutos"]))
        await _replay(occupation, act)


async def _replay(occupation: OccupationService, act: dict[str, str]) -> None:
    occupation = OccupationService(
        occupation.ledger, station=act["station"], timezone=occupation.timezone, policy=occupation.policy
    )
    kind = _KINDS[Accion(act["accion"])]
    fields = {name: act[name] or None for name in kind.model_fields if name in act}
    await occupation.act(build_request(kind, **fields))
