"""Who has which spool right now: the rules, the ledger and the one door to them. No screens.

The public names are those of `core.api`. They are imported on first use: a terminal paints its first picture without
them, and without pydantic.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.api import *


def __getattr__(name: str) -> object:
    # `from core import *` asks for `__all__`; the import system looks for others of its own names.
    if name.startswith("__") and name != "__all__":
        raise AttributeError(name)
    return getattr(import_module("core.api"), name)
