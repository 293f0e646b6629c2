"""A newer version of the program, for tests of two versions on one ledger: this source with a few changes, at work in a
process of its own. `python -m tests.newer` does what each line of stdin asks.

It knows an event type more, PINTAR, which changes the NV of a spool; with a newer format also a field more, `color`.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import redis
from pydantic_core import to_jsonable_python

from core.domain.errors import KioskError
from core.domain.events import EventDraft
from core.domain.model import Accion
from core.domain.requests import CompletarRequest, NotaRequest, TomarRequest, build_request
from core.ledger.open import sqlite_path, utc_now
from core.ledger.protocol import Commit, Committed
from core.occupation import OccupationService
from tests.processes import ROOT, service_on
from tests.sqlite_files import database, rows_of

REQUESTS: Final = {"tomar": TomarRequest, "completar": CompletarRequest, "nota": NotaRequest}


def raise_format(url: str, site: str, by: int = 1) -> None:
    """Give what is stored the format number of a newer program."""
    if url.startswith("sqlite"):
        with database(sqlite_path(url)) as connection:
            connection.pragma("user_version", int(connection.pragma("user_version")) + by)
    else:
        with redis.Redis.from_url(url) as client:
            client.hincrby(f"{{{site}}}:ledger", "format", by)


def stored(url: str, site: str) -> dict[Any, Any]:
    """All that the store has of the site: equal as long as nothing changed."""
    if url.startswith("sqlite"):
        return dict(rows_of(sqlite_path(url)))
    with redis.Redis.from_url(url) as client:
        return {name: client.dump(name) for name in client.keys(f"{{{site}}}:*")}


class Newer:
    """The newer program as a process. It opens the ledger for each order, as a command does."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(
        self,
        url: str,
        site: str,
        verb: str,
        tag_spool: str,
        worker_id: int,
        *,
        now: datetime | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """What the newer program answers: the spool, and of which event it is now; or the error as JSON has it.

        `now` is what its clock shows meanwhile, by default the time.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {
            "url": url,
            "site": site,
            "verb": verb,
            "tag_spool": tag_spool,
            "worker_id": worker_id,
            "now": now,
            **fields,
        }
        self._process.stdin.write(json.dumps(to_jsonable_python(order)) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def newer_program(folder: Path, *, raises_format: bool) -> Iterator[Newer]:
    """Make the newer program in the folder, and let it run until the block ends."""
    # With what was compiled of it (not what just is being): only what is edited here is compiled again.
    shutil.copytree(ROOT / "core", folder / "core", ignore=shutil.ignore_patterns("*.pyc.*"))
    painted = 'changes = {"nv": str(event.metadata["color"])'
    _edit(folder / "core/domain/model.py", '    RECONSTRUIR = "RECONSTRUIR"\n', r'\g<0>    PINTAR = "PINTAR"' + "\n")
    if raises_format:
        painted += ', "color": str(event.metadata["color"])'
        _edit(
            folder / "core/domain/model.py",
            r"    seq: int = 0\n(?=\n    def avance)",
            r'\g<0>    color: str = ""' + "\n",
        )
        _edit(folder / "core/ledger/redis/scripts/prelude.lua", r"local FORMAT = ", r"\g<0>1 + ")
        migrations = folder / "core/ledger/sqlite/migrations"
        number = max(int(file.name[:4]) for file in migrations.iterdir()) + 1
        (migrations / f"{number:04}_color.sql").write_text("-- The colour of a spool.\n\n-- up\n\n-- down\n")
    _edit(
        folder / "core/domain/replay.py",
        r"        case _:\n",
        f"        case Accion.PINTAR:\n            {painted}}}\n\\g<0>",
    )
    with subprocess.Popen(
        [sys.executable, "-m", "tests.newer"],
        # The folder comes first, the tests are found behind it.
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Newer(process)


def _edit(file: Path, pattern: str, replacement: str) -> None:
    text, count = re.subn(pattern, replacement, file.read_text(encoding="utf-8"))
    assert count == 1, f"{pattern} is {count} times in {file}"
    file.write_text(text, encoding="utf-8")


# The process


async def _obey() -> None:
    while order := await asyncio.to_thread(sys.stdin.readline):
        fields = json.loads(order)
        try:
            now = fields.pop("now")
            clock = partial(datetime.fromisoformat, now) if now else utc_now
            async with service_on(fields.pop("url"), site=fields.pop("site"), clock=clock) as service:
                answer = await _act(service, fields.pop("verb"), fields)
        except KioskError as refusal:
            answer = refusal.as_dict()
        sys.stdout.write(json.dumps(to_jsonable_python(answer)) + "\n")
        sys.stdout.flush()


async def _act(service: OccupationService, verb: str, fields: dict[str, Any]) -> dict[str, Any]:
    if verb == "log":
        return {"log": await service.ledger.events(after=0, limit=100_000)}
    if verb == "pintar":
        await _paint(service, **fields)
    else:
        await service.act(build_request(REQUESTS[verb], **fields))
    spool = await service.spool(fields["tag_spool"])
    return {"seq": spool.seq, "nv": spool.nv, "color": getattr(spool, "color", ""), "ocupacion": spool.ocupacion}


async def _paint(service: OccupationService, *, tag_spool: str, worker_id: int, color: str) -> None:
    worker = await service.worker(worker_id)
    draft = EventDraft(
        tag_spool=tag_spool,
        worker_id=worker_id,
        worker_nombre=worker.worker_nombre,
        accion=Accion("PINTAR"),
        fecha_operacion=date(2026, 1, 5),
        metadata={"color": color},
    )
    commit = Commit(request_id=uuid4(), spool=await service.spool(tag_spool), draft=draft, lock=None)
    [outcome] = await service.ledger.commit([commit])
    assert isinstance(outcome, Committed), outcome


if __name__ == "__main__":
    asyncio.run(_obey())
