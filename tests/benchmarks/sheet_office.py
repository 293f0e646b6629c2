"""`python -m tests.benchmarks.sheet_office SPOOLS`: the Sheets API with Google's latency and quota, by itself.

It answers each line of its stdin, `{"after": SEQ}`, with what became of the requests, and of the events after SEQ.
"""

import json
import sys
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any, Final

from core.sheet.metadata import COLUMNS, METADATA
from core.sheet.taller import COLUMNS as ROW
from core.sheet.taller import TALLER
from tests.benchmarks.measure import percentile
from tests.races.station import say
from tests.sheet.stage import events_in, writes_events
from tests.sheets_api import Quota, Request, SheetsApi

PLANILLA: Final = "planilla"
LATENCY: Final = 0.3
"""Seconds that each request takes on its way."""
OPERACIONES: Final = ("TAG_SPOOL", "OT", "NV", "Fecha_Materiales")


class Arrivals:
    """When each event came to be in the sheet: seconds after it happened, by its number."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: dict[int, float] = {}
        self._rows = 0
        self._last_at: datetime | None = None

    def note(self, request: Request) -> None:
        """The events of a request that was just applied; of one that was sent again they count once more."""
        now = datetime.now(UTC)
        document = COLUMNS.index("Metadata_JSON")
        events = [json.loads(row[document])["evento"] for row in events_in(request)]
        with self._lock:
            self._rows += len(events)
            self._last_at = now
            for event in events:
                taken = (now - datetime.fromisoformat(event["ts"])).total_seconds()
                self._taken.setdefault(event["seq"], taken)

    def as_dict(self, *, after: int) -> dict[str, Any]:
        """Rows of any event, different events, when the last came; and how long those numbered above `after` took."""
        with self._lock:
            last_at = self._last_at.timestamp() if self._last_at else None
            taken = [seconds for seq, seconds in self._taken.items() if seq > after]
            told = {"rows": self._rows, "events": len(self._taken), "last_at": last_at}
        quantiles = {f"p{percent}": percentile(taken, percent) for percent in (50, 95)} if len(taken) > 1 else {}
        return {**told, **quantiles}


def plant_of(spools: int) -> dict[str, list[list[Any]]]:
    """The worksheets of the plant that `tests.processes.plant` makes, as its office has them."""
    materials = date(2026, 1, 2)
    return {
        "Operaciones": [list(OPERACIONES), *([f"S-{n}", None, None, materials] for n in range(1, spools + 1))],
        "Trabajadores": [["Id", "Nombre", "Apellido", "Activo"], [1, "Ana", "Rojas", True]],
        "Roles": [["Id", "Rol", "Activo"], *([1, rol, True] for rol in ("Armador", "Soldador", "Metrologia"))],
        TALLER: [list(ROW)],
        METADATA: [list(COLUMNS)],
    }


def figures(api: SheetsApi, arrivals: Arrivals, *, after: int) -> dict[str, Any]:
    requests = api.requests()
    return {
        **arrivals.as_dict(after=after),
        "requests": len(requests),
        "busiest_reads": api.busiest_minute("read"),
        "busiest_writes": api.busiest_minute("write"),
        "refused": sum(request.status == 429 for request in requests),
    }


def main(spools: str) -> None:
    arrivals = Arrivals()
    with SheetsApi(quota=Quota()) as api:
        api.add_book(PLANILLA, plant_of(int(spools)))
        api.latency = LATENCY
        api.after(writes_events, arrivals.note, times=None)
        say(url=api.url)
        for line in sys.stdin:
            say(**figures(api, arrivals, **json.loads(line)))


if __name__ == "__main__":
    main(*sys.argv[1:])
