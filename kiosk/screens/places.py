"""Which screen a command opens, and for whom. A screen is imported when it is first opened."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

from core.domain.errors import KioskError
from core.domain.model import ROLES_POR_OPERACION, Operacion, Rol, Worker
from kiosk.scanning.codes import Command
from kiosk.screens.base import KioskScreen

_FOR_ANYBODY: Final = (Command.TABLERO, Command.HISTORIA, Command.AYUDA, Command.LECTOR, Command.CERRAR)
_FOR_WORKERS: Final = {
    Command.METROLOGIA: frozenset({*ROLES_POR_OPERACION[Operacion.METROLOGIA], Rol.SUPERVISOR}),
    Command.REPARACION: frozenset({*ROLES_POR_OPERACION[Operacion.REPARACION], Rol.SUPERVISOR}),
    Command.SIGUIENTE: None,
    Command.LOTE: None,
    Command.DIA: None,
    Command.FIN: None,
    Command.SUPERVISOR: frozenset({Rol.SUPERVISOR}),
    Command.INVENTARIO: frozenset({Rol.SUPERVISOR}),
}
"""By command, the roles of which whoever is identified needs one; None: whatever their roles."""


def screen_for(command: Command, below: KioskScreen, worker: Worker | None) -> KioskScreen | None:
    """The screen that `command` opens over the one below for whoever is identified; None when it opens none.

    Raises RolNoAutorizadoError when it is not for this worker.
    """
    if not _opens(command, worker):
        return None
    match command:
        case Command.TABLERO:
            return _screen("tablero", "TableroScreen")
        case Command.AYUDA:
            return _screen("ayuda", "AyudaScreen", below, [*opened_for(worker)])
        case Command.LECTOR:
            return _screen("lector", "LectorScreen")
        case Command.CERRAR:
            return _screen("salida", "SalidaScreen")
        case Command.HISTORIA if worker is None:
            return _screen("spool", "SpoolScreen", below.subject)
        case Command.HISTORIA:
            return _screen("spool_acts", "SpoolActsScreen", below.subject, worker)
        case Command.DIA:
            return _screen("dia", "DiaScreen", worker, worker)
        case Command.LOTE | Command.FIN | Command.SIGUIENTE | Command.SUPERVISOR | Command.INVENTARIO:
            return _screen(command.lower(), f"{command.capitalize()}Screen", worker)
        case _:
            return _screen("cola", "ColaScreen", worker, command)


def work_screen(worker: Worker) -> KioskScreen:
    """The screen that a badge opens."""
    return _screen("estacion", "EstacionScreen", worker)


def opened_for(worker: Worker | None) -> Iterator[Command]:
    """The commands that open a screen for whoever is identified."""
    for command in Command:
        try:
            if _opens(command, worker):
                yield command
        except KioskError:
            continue


def _opens(command: Command, worker: Worker | None) -> bool:
    """Whether the command opens a screen for the worker. Raises RolNoAutorizadoError when it does for others only."""
    if worker is None or command not in _FOR_WORKERS:
        return command in _FOR_ANYBODY
    roles = _FOR_WORKERS[command]
    if roles is not None and (not worker.activo or worker.roles.isdisjoint(roles)):
        # Not before the first picture: the rules bring pydantic.
        from core.domain.rulebook.roles import role_missing

        raise role_missing(worker, roles)
    return True


def _screen(module: str, name: str, *arguments: Any) -> KioskScreen:  # noqa: ANN401  # each screen has its own
    screen: KioskScreen = getattr(import_module(f"kiosk.screens.{module}"), name)(*arguments)
    return screen
