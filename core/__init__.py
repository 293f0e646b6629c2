"""Who has which spool right now: the rules, the ledger and the one door to them. No screens.

The public names are those of `core.api`. They are imported on first use: a terminal paints its first picture without
them, and without pydantic.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.api import *


def __getattr__(name: str) -> object:
    if name == "__all__":  # of `from core import *`
        return [public for public in dir(import_module("core.api")) if not public.startswith("_")]
    # The import system looks for others of its own names.
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(import_module("core.api"), name)
