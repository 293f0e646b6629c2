"""`kiosk pull` and `kiosk sheet-template` as scripts and people run them, against a stand-in for the Sheets API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.commands import Done, run_kiosk
from tests.ledger.redis.sites import station
from tests.sheet.planilla import OPERACIONES, PLANILLA, ROLES, TRABAJADORES, contents
from tests.sheets_api import Office, SheetsApi, empty_values, reset, status

EMPTY = [None] * 13


@pytest.fixture
def api() -> Iterator[SheetsApi]:
    with SheetsApi() as api:
        api.add_book(PLANILLA, {"Operaciones": OPERACIONES, "Trabajadores": TRABAJADORES, "Roles": ROLES})
        yield api


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'taller.sqlite3'}"


@pytest.fixture
def there(api: SheetsApi, ledger_url: str) -> dict[str, str]:
    """The settings of a terminal with this ledger and this sheet."""
    return {"KIOSK_LEDGER_URL": ledger_url, "KIOSK_SHEETS_ID": PLANILLA, "KIOSK_SHEETS_API_URL": api.url}


@pytest.fixture
def operaciones(api: SheetsApi) -> Office:
    return api.office("Operaciones")


async def board(there: dict[str, str]) -> object:
    return (await run_kiosk("board", "--all", "--json", **there)).json


async def test_a_pull_loads_the_plant_and_tells_what_changed(there: dict[str, str]) -> None:
    done = await run_kiosk("pull", "--json", **there)
    assert done.status == 0, done.err
    assert done.json == {"added": 3, "updated": 0, "unchanged": 0, "workers": 2, "seq": 1, "problems": []}
    again = await run_kiosk("pull", "--json", **there)
    assert again.json == {"added": 0, "updated": 0, "unchanged": 3, "workers": 0, "seq": None, "problems": []}
    taken = await run_kiosk("tomar", "MK-1", "--worker", "93", "--operacion", "ARM", "--json", **there)
    assert taken.json["seq"] == 2


async def test_a_pull_says_in_words_what_a_load_says(there: dict[str, str]) -> None:
    done = await run_kiosk("pull", **there)
    assert done.out == "3 spools nuevos, 0 actualizados, 0 iguales, 2 trabajadores cambiados\n"
    english = await run_kiosk("pull", KIOSK_LANG="en", **there)
    assert english.out == "0 new spools, 0 updated, 3 unchanged, 0 workers changed\n"


async def test_bad_rows_are_named_by_sheet_row_column_value_and_reason_and_the_rest_loads(
    there: dict[str, str], operaciones: Office, api: SheetsApi
) -> None:
    bad = [["MK-1", *EMPTY], [None, "OT-5", *EMPTY[:12]], ["MK-9", *EMPTY[:3], "pronto", *EMPTY[:9]]]
    operaciones.fill(bad, "A5")
    api.office("Roles").set("A4", 404)
    done = await run_kiosk("pull", "--json", **there)
    assert done.status == 0
    assert (done.json["added"], len(done.json["problems"])) == (3, 4)
    assert done.json["problems"][0] == {
        "sheet": "Operaciones",
        "row": 5,
        "column": "TAG_SPOOL",
        "value": "MK-1",
        "reason": "REPETIDO",
        "data": {"line": 2},
        "kept": False,
        "message": "repetido: ya está en la línea 2",
    }
    told = await run_kiosk("pull", **there)
    assert told.out.splitlines() == [
        "Operaciones, fila 5, columna TAG_SPOOL, «MK-1»: repetido: ya está en la línea 2",
        "Operaciones, fila 6, columna TAG_SPOOL, «»: está vacío",
        "Operaciones, fila 7, columna Fecha_Materiales, «pronto»: no es una fecha DD-MM-YYYY",
        "Roles, fila 4, columna Id, «404»: no hay un trabajador con ese número",
        "0 spools nuevos, 0 actualizados, 3 iguales, 0 trabajadores cambiados",
    ]
    assert told.err == "4 filas quedaron fuera\n"


async def test_what_somebody_wrote_into_a_cell_is_told_on_one_line(there: dict[str, str], operaciones: Office) -> None:
    operaciones.fill([["MK-9", *EMPTY[:3], "a\n\x1b[2Jb", *EMPTY[:9]]], "A5")
    told = await run_kiosk("pull", **there)
    assert told.out.splitlines()[0] == (
        "Operaciones, fila 5, columna Fecha_Materiales, «a  [2Jb»: no es una fecha DD-MM-YYYY"
    )


async def test_an_empty_answer_exits_4_and_keeps_what_was_there(there: dict[str, str], api: SheetsApi) -> None:
    await run_kiosk("pull", **there)
    before = await board(there)
    api.fail(empty_values(), when="values.batchGet")
    done = await run_kiosk("pull", "--json", **there)
    assert (done.status, done.json["error_code"], done.json["sheet"]) == (4, "SHEET_UNUSABLE", "Operaciones")
    assert "LA PLANILLA NO SIRVE ASÍ" in done.err
    assert await board(there) == before


async def test_a_missing_required_column_exits_4_and_keeps_what_was_there(
    there: dict[str, str], operaciones: Office
) -> None:
    await run_kiosk("pull", **there)
    before = await board(there)
    operaciones.delete_columns(operaciones.column("NV"))
    done = await run_kiosk("pull", "--json", **there)
    assert (done.status, done.json["reason"]) == (4, "FALTA_COLUMNA")
    assert await board(there) == before


@pytest.mark.parametrize(
    ("fault", "falla"), [(status(429), "CUOTA"), (status(503), "SERVIDOR"), (reset(), "RED")], ids=str
)
async def test_a_sheet_out_of_reach_exits_5_says_why_and_changes_nothing(
    there: dict[str, str], api: SheetsApi, fault: object, falla: str
) -> None:
    await run_kiosk("pull", **there)
    before = await board(there)
    api.office("Operaciones").set("B2", "OT-9")
    api.fail(fault, times=None)
    done = await run_kiosk("pull", "--json", **there)
    assert (done.status, done.json["error_code"], done.json["falla"]) == (5, "SHEET_UNAVAILABLE", falla)
    assert done.err
    assert await board(there) == before


async def test_a_pull_while_another_is_under_way_exits_4_and_asks_nothing(
    there: dict[str, str], api: SheetsApi, ledger_url: str
) -> None:
    async with station(ledger_url, "planta") as other:
        assert await other.ledger.locks.acquire("sheet-pull", "0:another", 60)
        done = await run_kiosk("pull", "--json", **there)
    assert (done.status, done.json["error_code"], done.json["status"]) == (4, "PULL_IN_PROGRESS", 409)
    assert "YA SE ESTÁ LEYENDO" in done.err
    assert api.count() == 0


@pytest.mark.parametrize("command", ["pull", "sheet-template"])
async def test_without_a_spreadsheet_configured_it_exits_2_and_names_the_setting(
    command: str, ledger_url: str, tmp_path: Path
) -> None:
    done = await run_kiosk(command, "--json", KIOSK_LEDGER_URL=ledger_url)
    assert (done.status, done.json["error_code"], done.json["field"]) == (2, "INVALID_REQUEST", "KIOSK_SHEETS_ID")
    assert not (tmp_path / "taller.sqlite3").exists()


async def test_a_pull_never_loads_into_the_demo(api: SheetsApi, tmp_path: Path) -> None:
    await run_kiosk("board")
    demo = tmp_path / "demo.sqlite3"
    before = demo.read_bytes()
    settings = {"KIOSK_SHEETS_ID": PLANILLA, "KIOSK_SHEETS_API_URL": api.url}
    for arguments in (("pull", "--json"), ("--demo", "pull", "--json")):
        done = await run_kiosk(*arguments, **settings)
        assert done.status == 0, done.err
    assert demo.read_bytes() == before
    spools = (await run_kiosk("board", "--all", "--json", **settings)).json["spools"]
    assert [spool["tag_spool"] for spool in spools] == ["MK-1", "MK-2", "MK-3"]


async def test_a_ledger_out_of_reach_exits_5(there: dict[str, str]) -> None:
    done = await run_kiosk("pull", "--json", **{**there, "KIOSK_LEDGER_URL": "redis://127.0.0.1:1/0"})
    assert (done.status, done.json["error_code"]) == (5, "LEDGER_UNAVAILABLE")


# The template


async def template(there: dict[str, str], *arguments: str) -> Done:
    return await run_kiosk("sheet-template", *arguments, **there)


async def test_the_template_fills_an_empty_spreadsheet_and_says_so_and_a_second_time_changes_nothing(
    there: dict[str, str], api: SheetsApi
) -> None:
    book = api.add_book(PLANILLA)
    done = await template(there)
    assert (done.status, done.out) == (0, "Hojas listas: Operaciones, Trabajadores, Roles, Metadata\n"), done.err
    before = contents(book.sheets)
    again = await template(there, "--json")
    assert again.json == {"written": [], "left": ["Operaciones", "Trabajadores", "Roles", "Metadata"]}
    told = await template(there)
    assert told.out.splitlines() == [
        "No faltaba ninguna hoja: nada cambió",
        "Ya tenían contenido y no se tocaron: Operaciones, Trabajadores, Roles, Metadata",
    ]
    assert contents(book.sheets) == before
    assert (await run_kiosk("pull", **there)).status == 0


async def test_the_template_touches_no_worksheet_with_content(there: dict[str, str], api: SheetsApi) -> None:
    before = contents(api.books[PLANILLA].sheets)
    done = await template(there, "--json")
    assert done.json == {"written": ["Metadata"], "left": ["Operaciones", "Trabajadores", "Roles"]}
    after = contents(api.books[PLANILLA].sheets)
    assert {name: after[name] for name in before} == before


async def test_a_spreadsheet_that_may_only_be_read_exits_5_and_says_so(there: dict[str, str], api: SheetsApi) -> None:
    api.books[PLANILLA].access = "reader"
    done = await template(there, "--json")
    assert (done.status, done.json["falla"]) == (5, "SOLO_LECTURA")
