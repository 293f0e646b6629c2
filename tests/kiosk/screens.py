"""The classes of all screens."""

from importlib import import_module
from pkgutil import iter_modules

from kiosk import screens
from kiosk.screens.base import KioskScreen


def every_screen(kind: type[KioskScreen] = KioskScreen) -> set[type[KioskScreen]]:
    for module in iter_modules(screens.__path__):
        import_module(f"{screens.__name__}.{module.name}")
    return {kind, *(found for child in kind.__subclasses__() for found in every_screen(child))}
