"""What a program loads when it imports core: values and rules, and no engine before its ledger is opened."""

import json
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

import core
from core.extras import MODULES
from tests.processes import PATIENCE, ROOT

SHEET_DRIVERS = {"gspread", "google", "requests", "urllib3"}
LOADED = "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"


def loaded_by(program: str) -> set[str]:
    """The top-level modules that a new Python process has loaded after `program`."""
    ended = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{program}\n{LOADED}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=PATIENCE,
        check=True,
    )
    return set(json.loads(ended.stdout))


@pytest.mark.parametrize("program", ["import core", "from core import *"])
def test_importing_core_loads_no_screen_no_command_line_no_sheet_and_no_engine(program: str) -> None:
    heavy = {"textual", "rich", "typer", "redis", "apsw", "kiosk", *SHEET_DRIVERS}
    assert loaded_by(program) & heavy == set()


def test_the_first_screen_is_painted_without_what_only_a_request_or_a_command_needs() -> None:
    program = (
        "from kiosk.app import KioskApp\n"
        "from kiosk.cli import screen\n"
        "from kiosk.session import Session\n"
        "from kiosk.terminal import driver\n"
        "class Painted(KioskApp):\n"
        "    def _open_ledger(self): self.exit()\n"
        "Painted(Session(demo=True)).run(headless=True)"
    )
    loaded = loaded_by(program)
    assert "textual" in loaded
    drivers = {"apsw", "python_calamine", "xlsxwriter", *chain.from_iterable(MODULES.values())}
    assert loaded & {"pydantic", "tenacity", "typer", "argon2", *drivers} == set()


def test_naming_the_offices_spreadsheet_loads_no_driver_before_one_is_opened() -> None:
    program = "import core.sheet.spreadsheet.client, core.sheet.plant, core.plant.cells"
    assert loaded_by(program) & {"pydantic", "textual", *SHEET_DRIVERS} == set()


def test_every_public_name_of_core_can_be_had() -> None:
    assert loaded_by("import core\nfor name in core.__all__: getattr(core, name)")
    assert sorted(core.__all__) == core.__all__


def test_opening_a_sqlite_ledger_loads_its_driver_and_no_other(tmp_path: Path) -> None:
    program = (
        "import asyncio, core\n"
        "async def main():\n"
        f"    async with core.open_occupation({f'sqlite:///{tmp_path}/ledger.sqlite3'!r}): pass\n"
        "asyncio.run(main())"
    )
    assert loaded_by(program) & {"apsw", "redis", "textual", "rich", "typer", *SHEET_DRIVERS} == {"apsw"}
