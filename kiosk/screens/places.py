"""Which screen a command opens, and for whom. Screens are imported when somebody first wants them."""

from core.domain.model import ROLES_POR_OPERACION, Operacion, Rol, Worker
from kiosk.scanning.codes import Command
from kiosk.screens.base import KioskScreen


def screen_for(command: Command, asking: KioskScreen, worker: Worker | None) -> KioskScreen | None:
    """The screen that `command` opens over `asking` for who stands there; None when it opens none.

    Raises RolNoAutorizadoError when it is not for this worker.
    """
    match command:
        case Command.TABLERO:
            from kiosk.screens.tablero import TableroScreen

            return TableroScreen()
        case Command.AYUDA:
            from kiosk.screens.ayuda import AyudaScreen

            return AyudaScreen(asking)
        case Command.LECTOR:
            from kiosk.screens.lector import LectorScreen

            return LectorScreen()
        case Command.CERRAR:
            from kiosk.screens.salida import SalidaScreen

            return SalidaScreen()
        case Command.HISTORIA:
            from kiosk.screens.spool import SpoolScreen
            from kiosk.screens.spool_acts import SpoolActsScreen

            return SpoolScreen(asking.subject) if worker is None else SpoolActsScreen(asking.subject, worker)
        case _:
            return None if worker is None else _work_screen(command, worker)


def _work_screen(command: Command, worker: Worker) -> KioskScreen | None:
    """A screen that is only for somebody who is identified."""
    match command:
        case Command.LOTE:
            from kiosk.screens.lote import LoteScreen

            return LoteScreen(worker)
        case Command.METROLOGIA | Command.REPARACION:
            from kiosk.screens.cola import ColaScreen

            operacion = Operacion(command)
            _require(worker, *ROLES_POR_OPERACION[operacion], Rol.SUPERVISOR)
            return ColaScreen(worker, operacion)
        case Command.SUPERVISOR:
            from kiosk.screens.supervisor import SupervisorScreen

            _require(worker, Rol.SUPERVISOR)
            return SupervisorScreen(worker)
        case _:
            return None


def _require(worker: Worker, *roles: Rol) -> None:
    if not worker.activo or worker.roles.isdisjoint(roles):
        from core.domain.rules import role_missing

        raise role_missing(worker, frozenset(roles))
