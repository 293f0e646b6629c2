"""What `kiosk sync` tells of each reading of the sheet: in words and as JSON."""

import json

import pytest

from core.ledger.protocol import LoadReport
from core.sheet.pull import PullReport
from core.sheet.pull_note import Problem
from core.sheet.sync_events import Pulled
from kiosk.cli.console import Console
from kiosk.cli.families.sheet import SyncReporter
from kiosk.session import Session

DATE = Problem(sheet="Operaciones", row=88, column="Fecha_Materiales", value="31-02\n2026", reason="no es una fecha")
TOLD = "Operaciones, fila 88, columna Fecha_Materiales, «31-02 2026»: no es una fecha"
COUNTED = "Planilla leída: 0 spools nuevos, 0 cambiados, 0 personas; problemas"


def pulled(*problems: Problem) -> Pulled:
    loaded = LoadReport(added=0, updated=0, unchanged=3, workers=0, event=None)
    return Pulled(PullReport(loaded=loaded, problems=problems))


def test_the_rows_that_are_no_use_are_named_whenever_they_are_others_than_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell = SyncReporter(Console(Session(demo=False)))
    for problems in ((DATE,), (DATE,), (), (DATE, DATE.model_copy(update={"row": 90}))):
        tell(pulled(*problems))
    assert capsys.readouterr().out.splitlines() == [
        f"{COUNTED} 1",
        TOLD,
        f"{COUNTED} 1",
        f"{COUNTED} 0",
        f"{COUNTED} 2",
        TOLD,
        TOLD.replace("88", "90"),
    ]


def test_as_json_each_reading_has_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    tell = SyncReporter(Console(Session(demo=False), as_json=True))
    for _ in range(2):
        tell(pulled(DATE))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    problem = {**DATE.model_dump(), "message": DATE.reason, "next_step": ""}
    assert [line["problems"] for line in lines] == [[problem]] * 2
