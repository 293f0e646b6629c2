"""`kiosk pin`: gives a supervisor the PIN that closes the program on this terminal, or takes it away."""

import sys
from getpass import getpass

from core.domain.errors import InvalidRequestError
from core.domain.rules import require_supervisor
from kiosk.session import Session
from kiosk.terminal.pins import PinFault


def set_pin(session: Session, worker_id: int, *, remove: bool, as_json: bool) -> None:
    """Ask for the PIN, twice where there is a terminal, and keep its hash; or forget it."""

    async def act() -> None:
        if session.is_demo:
            session.tell(session.wording("cli.demo"))
        async with session.occupation() as occupation:
            worker = await occupation.worker(worker_id)
        nombre, words = worker.nombre_completo, session.wording
        if remove:
            changed = session.pins.remove(session.site, worker_id)
            told = words("cli.pin_removed", nombre=nombre) if changed else words("cli.pin_none", nombre=nombre)
        else:
            require_supervisor(worker)
            session.pins.set(session.site, worker_id, _asked(session, nombre))
            changed, told = True, words("cli.pin_set", nombre=nombre)
        if as_json:
            session.print_json({"worker_id": worker_id, "changed": changed, "has_pin": not remove})
        else:
            session.print(told)

    session.guard(act, as_json=as_json)


def _asked(session: Session, nombre: str) -> str:
    """The PIN: from a terminal typed twice without being shown, from anything else its first line."""
    words = session.wording
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    pin = getpass(words("cli.pin_first", nombre=nombre)).strip()
    if getpass(words("cli.pin_again")).strip() != pin:
        raise InvalidRequestError("pin", PinFault.PIN_DISTINTO)
    return pin
