"""The programs that the tests run in processes of their own: `python -m tests.concurrency.station ROLE FILE ...`."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from core.errors import KioskError
from core.occupation import OccupationService
from core.requests import CompletarRequest, NotaRequest, PausarRequest, Request, TomarRequest
from tests.processes import service_on

REQUESTS: Final[dict[str, type[Request]]] = {
    "tomar": TomarRequest,
    "pausar": PausarRequest,
    "completar": CompletarRequest,
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


async def obey(file: Path, clocked: str = "") -> None:
    """Do what each line of stdin asks, and say what came of it; when `clocked`, also when, by the machine's clock."""
    async with service_on(file) as service:
        say(ready=True)
        while order := await asyncio.to_thread(sys.stdin.readline):
            came_of_it = await outcome(service, **json.loads(order))
            say(**came_of_it, **({"at": time.monotonic()} if clocked else {}))


async def watch(file: Path) -> None:
    """Say the number and type of every event from the log's beginning, forever."""
    async with service_on(file) as service:
        say(ready=True)
        async for event in service.watch(after=0):
            say(seq=event.seq, id=str(event.id), tag_spool=event.tag_spool, evento_tipo=event.evento_tipo)


async def write(file: Path, tag_spool: str, worker_id: str, times: str = "0") -> None:
    """TOMAR and PAUSAR one spool in turn, `times` each (0: forever), and say each event once it is acknowledged."""
    async with service_on(file) as service:
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


async def open_new(folder: Path) -> None:
    """Open the ledger that each line of stdin names, and say that it could be written, or why not."""
    say(ready=True)
    while order := await asyncio.to_thread(sys.stdin.readline):
        try:
            async with service_on(folder / json.loads(order)["name"]) as service:
                say(schema_version=(await service.ledger.check())["schema_version"])
        except KioskError as error:
            say(**error.as_dict())


ROLES: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    "obey": obey,
    "watch": watch,
    "write": write,
    "open": open_new,
}

if __name__ == "__main__":
    role, file, *arguments = sys.argv[1:]
    asyncio.run(ROLES[role](Path(file), *arguments))
