"""The guide's page for the office, done as it is written there."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from core.ledger.protocol import Ledger
from core.plant import columns
from core.sheet import metadata
from core.sheet.lease import Lease
from core.sheet.state import LEASE
from tests.kiosk.commands import ROOT, Done, run_kiosk
from tests.processes import SITE, TIMEZONE, service_on
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


def settings_for(api: SheetsApi, folder: Path) -> dict[str, str]:
    """A terminal's with a ledger in this folder."""
    return {
        "KIOSK_LEDGER_URL": f"sqlite:///{folder / 'taller.db'}",
        "KIOSK_DATA_DIR": str(folder),
        "KIOSK_SHEETS_API_URL": api.url,
        "KIOSK_SHEETS_ID": BOOK,
    }


def older_version(api: SheetsApi, *rows: list[object]) -> Book:
    """The spreadsheet that an older version wrote: the shop's columns in Operaciones itself, and its Metadata."""
    worksheets = {
        "Operaciones": [[*columns.OPERACIONES, "version"], *rows],
        "Trabajadores": [columns.TRABAJADORES[:4], *PEOPLE],
        "Roles": [columns.ROLES, *ROLES],
        "Metadata": [metadata.COLUMNS],
    }
    return api.add_book(BOOK, {name: [list(row) for row in rows] for name, rows in worksheets.items()})


@pytest.fixture
def api() -> Iterator[SheetsApi]:
    with SheetsApi(quota=Quota()) as api:
        yield api


@pytest.fixture
def book(api: SheetsApi) -> Book:
    """A new spreadsheet, as Google gives it to whoever speaks Spanish."""
    return api.add_book(BOOK, {"Hoja 1": []})


async def test_the_office_page_works_as_it_is_written(api: SheetsApi, book: Book, tmp_path: Path):
    settings = settings_for(api, tmp_path)

    async def kiosk(*arguments: str, status: int = 0) -> Done:
        done = await run_kiosk(*arguments, **settings)
        assert done.status == status, done.out + done.err
        return done

    template, pull, sync, doctor = commands_under("office")
    assert "Operaciones, Trabajadores, Roles, Uniones, Taller, Taller Uniones, Metadata" in (await kiosk(*template)).out
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

    column = api.office("Operaciones").column("Armador")
    api.office("Operaciones").set(f"{column}4", "a mano")
    await kiosk(*sync)
    findings = (await kiosk(*doctor, "--json", status=1)).json["findings"]
    assert findings["sheet_broken"]["value"] == f"1: Armador ({column})"
    await kiosk("sheet-template", "--repair")
    await kiosk(*sync)
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
    book = older_version(api, [*SPOOLS[0], *shops], SPOOLS[1])
    settings = settings_for(api, tmp_path)
    for arguments in commands_under("upgrade"):
        done = await run_kiosk(*arguments, **settings)
        assert done.status == 0, done.out + done.err
    operaciones = Office(book.sheet("Operaciones"))
    first, second, *_ = operaciones.records()
    assert (first["Armador"], first["Fecha_Armado"], first["Armador (antes)"]) == ("MR(93)", "03-01-2026", "MR(93)")
    assert (first["OT"], second["OT"], second["Armador"]) == ("1402", "1402", "")


async def notes_of_the_older_version(ledger: Ledger) -> None:
    """What its mirror left in the ledger when all was in the sheet: where it was, how it stood, a note for each row."""
    events = await ledger.events(after=0, limit=100)
    last, identity = events[-1], (await ledger.position()).identity
    none = {"count": 0, "first": []}
    cursor = {"identity": identity, "spreadsheet": BOOK, "seq": last.seq, "event_id": str(last.id)}
    status = {"at": last.ts.isoformat(), "station": "OFICINA", "trouble": None, "rows_waiting": 0, "conflicts": 0}
    status |= dict.fromkeys(("unknown", "missing", "repeated", "columns", "strays"), none)
    row = [last.seq, ["MR(93)", *[""] * 7, str(last.id)], [""] * 9]
    lease = await Lease.take(ledger, LEASE, life=60)
    assert lease is not None
    cursor |= {"worksheet": "Metadata", "row": len(events) + 1}
    sheet = {"cursor": json.dumps(cursor), "status": json.dumps(status | {"lost": 0, "cells": 9})}
    for book, notes in (("sheet", sheet), ("sheet-rows", {"MK-1": json.dumps(row)})):
        assert await ledger.notes.write(book, notes, lock=LEASE, token=lease.token)
    await lease.give_back()


async def test_a_ledger_that_the_older_version_mirrored_goes_on_where_it_was(api: SheetsApi, tmp_path: Path) -> None:
    """Operaciones has what its mirror wrote and what somebody typed over it since; one act did not reach the sheet."""
    book = older_version(api, *SPOOLS)
    settings = settings_for(api, tmp_path) | {"KIOSK_SITE": SITE}
    ledger_url = settings["KIOSK_LEDGER_URL"]

    async def kiosk(*arguments: str) -> Done:
        done = await run_kiosk(*arguments, **settings)
        assert done.status == 0, done.out + done.err
        return done

    await kiosk("pull")
    await kiosk("tomar", "MK-1", "--worker", "93", "--operacion", "ARM")
    async with service_on(ledger_url) as service:
        await notes_of_the_older_version(service.ledger)
        rows = [metadata.row_of(event, TIMEZONE) for event in await service.ledger.events(after=0, limit=100)]
    Office(book.sheet("Metadata")).fill(rows, "A2")
    operaciones = Office(book.sheet("Operaciones"))
    operaciones.fill([["LG(1)"], ["LG(1)"]], "E2")
    await kiosk("completar", "MK-1", "--worker", "93")

    for arguments in commands_under("upgrade"):
        await kiosk(*arguments)
    async with service_on(ledger_url) as service:
        log = await service.ledger.events(after=0, limit=100)
    assert [event["ID"] for event in Office(book.sheet("Metadata")).records()] == [str(event.id) for event in log]
    first, second, *_ = operaciones.records()
    assert (first["Armador"], second["Armador"]) == ("MR(93)", "")
    assert (first["Armador (antes)"], second["Armador (antes)"]) == ("LG(1)", "LG(1)")
    taller = {row["TAG_SPOOL"]: row for row in Office(book.sheet("Taller")).records()}
    assert {tag: row["Armador"] for tag, row in taller.items()} == {"MK-1": "MR(93)", "MK-2": ""}
    findings = (await kiosk("doctor", "--json")).json["findings"]
    assert [name for name, found in findings.items() if name.startswith("sheet") and not found["ok"]] == []


async def test_before_the_upgrade_the_new_program_says_what_is_missing_and_harms_nothing(
    api: SheetsApi, tmp_path: Path
) -> None:
    book = older_version(api, *SPOOLS)
    before = Office(book.sheet("Operaciones")).rows()
    settings = settings_for(api, tmp_path)
    assert (await run_kiosk("pull", **settings)).status == 0
    done = await run_kiosk("sync", "--once", **settings)
    assert (done.status, "Taller" in done.err) == (4, True)
    assert Office(book.sheet("Operaciones")).rows() == before
    events = Office(book.sheet("Metadata")).records()
    assert [event["Evento_Tipo"] for event in events] == ["CARGAR_PLANTA"]
