"""Noticing what other processes commit to the file: looked for in a thread of its own, for SQLite rings no bell."""

from threading import Event
from time import monotonic
from typing import Final

from core.ledger.sqlite.tables import SiteTables

POLL_INTERVAL: Final = 0.1
"""Seconds between looks at `PRAGMA data_version`, which tells of other processes' commits without reading them."""

LONGEST_LOOK: Final = 1.0
"""Seconds after which the thread reports although nothing changed: each report wakes the event loop."""


def await_change(tables: SiteTables, seen: int | None, given_up: Event) -> int:
    """The data version, as soon as it is not `seen`; after a while in any case, at once when it is given up."""
    until = monotonic() + LONGEST_LOOK
    while True:
        version = tables.data_version()
        if version != seen or monotonic() >= until or given_up.wait(POLL_INTERVAL):
            return version
