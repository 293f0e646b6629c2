"""The programs that the tests run in processes of their own: `python -m tests.races.station ROLE STORE ...`.

STORE is a file's path or a ledger's URL.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from pydantic_core import to_jsonable_python

from core.domain.errors import KioskError
from core.domain.requests import (
    BatchTomarRequest,
    CancelarRequest,
    CompletarRequest,
    NotaRequest,
    PausarRequest,
    Request,
    TomarRequest,
)
from core.occupation import OccupationService
from tests.processes import service_on

REQUESTS: Final[dict[str, type[Request | BatchTomarRequest]]] = {
    "tomar": TomarRequest,
    "batch_tomar": BatchTomarRequest,
    "pausar": PausarRequest,
    "completar": CompletarRequest,
    "cancelar": CancelarRequest,
    "nota": NotaRequest,
}


def say(**message: object) -> None:
    """One message to whoever started this program; it has left this process when this returns."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


async def outcome(service: OccupationService, verb: str, **fields: object) -> dict[str, Any]:
    """What a request came to: the event's number, or the refusal's code."""
    try:
        response = await getattr(service, verb)(REQUESTS[verb].model_validate(fields))
    except KioskError as refusal:
        return {"error_code": refusal.error_code}
    return {"seq": response.seq}


async def answer(service: OccupationService, verb: str, **fields: object) -> dict[str, Any]:
    """All that a request is answered."""
    try:
        response = await getattr(service, verb)(REQUESTS[verb].model_validate(fields))
    except KioskError as refusal:
        return refusal.as_dict()
    return to_jsonable_python(response.as_dict())


async def report(store: str) -> None:
    """Do what each line of stdin asks, and say all that was answered."""
    async with service_on(store) as service:
        say(ready=True)
        while order := await asyncio.to_thread(sys.stdin.readline):
            say(**await answer(service, **json.loads(order)))


async def crowd(store: str, worker_id: str, spools: str, times: str) -> None:
    """Ask so many times, without a plan, for the spools `S-1`...; then say how often which answer came."""
    dice = random.Random(int(worker_id))
    told: dict[str, int] = {}
    async with service_on(store) as service:
        say(ready=True)
        await asyncio.to_thread(sys.stdin.readline)
        last = "S-1"
        for _ in range(int(times)):
            verb = dice.choices(["tomar", "pausar", "cancelar", "completar", "nota"], [40, 25, 25, 2, 8])[0]
            tag = last if verb != "tomar" and dice.random() < 0.8 else f"S-{dice.randint(1, int(spools))}"
            fields = {"tomar": {"operacion": dice.choice(["ARM", "SOLD"])}, "nota": {"texto": "golpe"}}.get(verb, {})
            came = await answer(service, verb, tag_spool=tag, worker_id=int(worker_id), **fields)
            code = came.get("error_code", "done" if came.get("changed") else "already so")
            told[code] = told.get(code, 0) + 1
            if code == "done":
                last = tag
    say(told=told)


async def obey(store: str, clocked: str = "") -> None:
    """Do what each line of stdin asks, and say what came of it; when `clocked`, also when, by the machine's clock."""
    async with service_on(store) as service:
        say(ready=True)
        while order := await asyncio.to_thread(sys.stdin.readline):
            came_of_it = await outcome(service, **json.loads(order))
            say(**came_of_it, **({"at": time.monotonic()} if clocked else {}))


async def watch(store: str) -> None:
    """Say the number and type of every event from the log's beginning, forever."""
    async with service_on(store) as service:
        say(ready=True)
        async for event in service.watch(after=0):
            say(seq=event.seq, id=str(event.id), tag_spool=event.tag_spool, evento_tipo=event.evento_tipo)


async def write(store: str, tag_spool: str, worker_id: str, times: str = "0") -> None:
    """TOMAR and PAUSAR one spool in turn, `times` each (0: forever), and say each event once it is acknowledged."""
    async with service_on(store) as service:
        say(ready=True)
        await asyncio.to_thread(sys.stdin.readline)
        done = 0
        while done < int(times) or times == "0":
            done += 1
            for request in (
                TomarRequest(tag_spool=tag_spool, worker_id=int(worker_id), operacion="ARM"),
                PausarRequest(tag_spool=tag_spool, worker_id=int(worker_id)),
            ):
                response = await getattr(service, request.accion.lower())(request)
                say(
                    seq=response.seq,
                    request_id=str(request.request_id),
                    tag_spool=response.tag_spool,
                    evento_tipo=response.evento_tipo,
                )


async def open_new(folder: str) -> None:
    """Open the ledger that each line of stdin names, and say that it could be written, or why not."""
    say(ready=True)
    while order := await asyncio.to_thread(sys.stdin.readline):
        try:
            async with service_on(Path(folder) / json.loads(order)["name"]) as service:
                say(schema_version=(await service.ledger.admin.check()).facts["schema_version"])
        except KioskError as error:
            say(**error.as_dict())


ROLES: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    "obey": obey,
    "report": report,
    "crowd": crowd,
    "watch": watch,
    "write": write,
    "open": open_new,
}

if __name__ == "__main__":
    role, store, *arguments = sys.argv[1:]
    asyncio.run(ROLES[role](store, *arguments))
