"""The guide's page for the office, done as it is written there."""

import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from core.plant import columns
from tests.kiosk.commands import ROOT, Done, run_kiosk
from tests.sheets_api import Book, Office, Quota, SheetsApi

BOOK = "planilla-de-la-oficina"
SPOOLS = [["MK-1", "1402", "NV-7", date(2026, 1, 2)], ["MK-2", "1402", "NV-7", None]]
PEOPLE = [[93, "Miguel", "Rodríguez", True], [94, "Juan", "Pérez", True]]
ROLES = [[93, "Armador", True], [93, "Soldador", True], [94, "Armador", True]]


def commands_under(mark: str) -> list[list[str]]:
    """The commands of the page's block with this mark."""
    page = (ROOT / "assets" / "guide" / "office.md").read_text(encoding="utf-8")
    [block] = re.findall(rf"<!-- {mark} -->\s*```sh\n(.*?)```", page, flags=re.DOTALL)
    lines = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert all(program == "kiosk" for program, *_ in filter(None, lines))
    return [arguments for _, *arguments in filter(None, lines)]


@pytest.fixture
def api() -> Iterator[SheetsApi]:
    with SheetsApi(quota=Quota()) as api:
        yield api


@pytest.fixture
def book(api: SheetsApi) -> Book:
    """A new spreadsheet, as Google gives it to whoever speaks Spanish."""
    return api.add_book(BOOK, {"Hoja 1": []})


async def test_the_office_page_works_as_it_is_written(api: SheetsApi, book: Book, tmp_path: Path):
    settings = {
        "KIOSK_LEDGER_URL": f"sqlite:///{tmp_path / 'taller.db'}",
        "KIOSK_DATA_DIR": str(tmp_path),
        "KIOSK_SHEETS_API_URL": api.url,
        "KIOSK_SHEETS_ID": BOOK,
    }

    async def kiosk(*arguments: str) -> Done:
        done = await run_kiosk(*arguments, **settings)
        assert done.status == 0, done.out + done.err
        return done

    template, pull, sync, doctor = commands_under("office")
    assert "Operaciones, Trabajadores, Roles, Taller, Metadata" in (await kiosk(*template)).out
    api.office("Operaciones").fill(SPOOLS, "A2")
    api.office("Trabajadores").fill(PEOPLE, "A2")
    api.office("Roles").fill(ROLES, "A2")
    assert "2 spools nuevos" in (await kiosk(*pull)).out

    await kiosk("tomar", "MK-1", "--worker", "93", "--operacion", "ARM")
    assert "está EN LA HOJA" in (await kiosk(*sync)).out
    spool, *_ = api.office("Operaciones").records()
    assert (spool["Ocupado_Por"], spool["OT"]) == ("MR(93)", "1402")
    api.office("Operaciones").sort("TAG_SPOOL", descending=True)
    api.office("Operaciones").insert_rows(2)
    held = {row["TAG_SPOOL"]: row["Ocupado_Por"] for row in api.office("Operaciones").records()}
    assert held == {"": "", "MK-2": "", "MK-1": "MR(93)"}
    assert [event["Evento_Tipo"] for event in api.office("Metadata").records()] == ["CARGAR_PLANTA", "TOMAR_ARM"]

    findings = (await kiosk(*doctor, "--json")).json["findings"]
    assert {name: found for name, found in findings.items() if name.startswith("sheet") and not found["ok"]} == {}

    emptied = settings | {"KIOSK_LEDGER_URL": f"sqlite:///{tmp_path / 'otro.db'}"}
    rebuilt = await run_kiosk("rebuild", **emptied)
    assert rebuilt.status == 0, rebuilt.out + rebuilt.err
    again = await run_kiosk("status", "MK-1", "--json", **emptied)
    assert (again.json["ocupado_por"], again.json["operacion"]) == ("MR(93)", "ARM")


async def test_a_shop_with_an_older_versions_columns_upgrades_as_the_page_says(api: SheetsApi, tmp_path: Path) -> None:
    """The older version wrote the shop's columns, and a version beside each row, into Operaciones itself."""
    shops = ["MR(93)", "03-01-2026", None, None, None, None, None, "ARM completado, SOLD pendiente", "0a1b2c3d"]
    older = {
        "Operaciones": [[*columns.OPERACIONES, "version"], [*SPOOLS[0], *shops], SPOOLS[1]],
        "Trabajadores": [columns.TRABAJADORES[:4], *PEOPLE],
        "Roles": [columns.ROLES, *ROLES],
    }
    book = api.add_book(BOOK, {name: [list(row) for row in rows] for name, rows in older.items()})
    settings = {
        "KIOSK_LEDGER_URL": f"sqlite:///{tmp_path / 'taller.db'}",
        "KIOSK_DATA_DIR": str(tmp_path),
        "KIOSK_SHEETS_API_URL": api.url,
        "KIOSK_SHEETS_ID": BOOK,
    }
    for arguments in commands_under("upgrade"):
        done = await run_kiosk(*arguments, **settings)
        assert done.status == 0, done.out + done.err
    operaciones = Office(book.sheet("Operaciones"))
    first, second, *_ = operaciones.records()
    assert (first["Armador"], first["Fecha_Armado"], first["Armador (antes)"]) == ("MR(93)", "03-01-2026", "MR(93)")
    assert (first["OT"], second["OT"], second["Armador"]) == ("1402", "1402", "")
