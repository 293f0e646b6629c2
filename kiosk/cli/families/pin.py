"""`kiosk pin`: gives a supervisor the PIN that closes the program on this terminal, or takes it away."""

import sys
from getpass import getpass
from typing import Annotated

import typer

from core import OccupationService
from core.domain.errors import InvalidRequestError
from core.domain.rulebook.roles import require_supervisor
from kiosk.cli.console import Console
from kiosk.cli.options import Json, WorkerId
from kiosk.terminal.pins import PinFault
from kiosk.words.wording import Wording

commands = typer.Typer()


@commands.command()
def pin(
    context: typer.Context,
    *,
    worker: WorkerId,
    remove: Annotated[bool, typer.Option("--remove")] = False,
    as_json: Json = False,
) -> None:
    """Keep the hash of a supervisor's PIN on this terminal, or remove it."""
    console = Console(context.obj, as_json=as_json)
    session, words = console.session, console.words

    async def act(occupation: OccupationService) -> None:
        supervisor = await occupation.worker(worker)
        nombre, changed = supervisor.nombre_completo, True
        if remove:
            changed = session.pins.remove(session.site, worker)
            line = words("cli.pin_removed", nombre=nombre) if changed else words("cli.pin_none", nombre=nombre)
        else:
            require_supervisor(supervisor)
            session.pins.set(session.site, worker, _read_pin(words, nombre))
            line = words("cli.pin_set", nombre=nombre)
        console.answer({"worker_id": worker, "changed": changed, "has_pin": not remove}, [line])

    console.run(act)


def _read_pin(words: Wording, nombre: str) -> str:
    """The PIN: on a terminal it is typed twice and not shown; from anything else it is the first line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    typed = getpass(words("cli.pin_first", nombre=nombre)).strip()
    if getpass(words("cli.pin_again")).strip() != typed:
        raise InvalidRequestError("pin", PinFault.PIN_DISTINTO)
    return typed
