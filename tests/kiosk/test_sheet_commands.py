"""`kiosk pull`, `sheet-template` and `rebuild` as scripts and people run them, against a local Sheets API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.sheet.taller import LOOKED_UP
from tests.kiosk.commands import Done, run_kiosk
from tests.ledger.redis.sites import station, told_soon
from tests.plants import PLANT
from tests.sheet.planilla import OPERACIONES, PLANILLA, ROLES, TRABAJADORES, contents
from tests.sheets_api import Book, Office, SheetsApi, empty_values, reset, status

EMPTY = [None] * 13
WORKSHEETS = ("Operaciones", "Trabajadores", "Roles", "Uniones", "Taller", "Taller Uniones", "Metadata")
OFFICES_OWN = [[*row[:5], *row[13:]] for row in OPERACIONES]
"""Operaciones without any column of the shop's."""


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
    none = {"held": 0, "resumed": 0, "problems": []}
    assert done.json == none | {"added": 3, "updated": 0, "unchanged": 0, "workers": 2, "seq": 1}
    again = await run_kiosk("pull", "--json", **there)
    assert again.json == none | {"added": 0, "updated": 0, "unchanged": 3, "workers": 0, "seq": None}
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
        "next_step": "Borre una de las dos filas",
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
    with told_soon():
        done = await run_kiosk("pull", "--json", **{**there, "KIOSK_LEDGER_URL": "redis://127.0.0.1:1/0"})
    assert (done.status, done.json["error_code"]) == (5, "LEDGER_UNAVAILABLE")


# The template


async def template(there: dict[str, str], *arguments: str) -> Done:
    return await run_kiosk("sheet-template", *arguments, **there)


@pytest.fixture
def furnished(api: SheetsApi) -> Book:
    """The spreadsheet of a new office: its own columns, people, and no progress."""
    return api.add_book(PLANILLA, {"Operaciones": OFFICES_OWN, "Trabajadores": TRABAJADORES, "Roles": ROLES})


async def test_the_template_fills_an_empty_spreadsheet_and_says_so_and_a_second_time_changes_nothing(
    there: dict[str, str], api: SheetsApi
) -> None:
    book = api.add_book(PLANILLA)
    done = await template(there)
    assert done.status == 0, done.err
    assert done.out.splitlines() == [
        f"Hojas listas: {', '.join(WORKSHEETS)}",
        f"Fórmulas escritas en Operaciones: {', '.join(LOOKED_UP)}",
    ]
    before = contents(book.sheets)
    again = await template(there, "--json")
    nothing = {"written": [], "broken": [], "with_content": []}
    assert again.json == {"written": [], "left": list(WORKSHEETS), "lookups": nothing}
    told = await template({**there, "KIOSK_LANG": "en"})
    assert told.out.splitlines() == [
        "No worksheet was missing",
        f"Had content already, left as they are: {', '.join(WORKSHEETS)}",
    ]
    assert contents(book.sheets) == before
    assert (await run_kiosk("pull", **there)).status == 0


async def test_without_formulas_the_template_touches_no_worksheet_with_content(
    there: dict[str, str], api: SheetsApi
) -> None:
    before = contents(api.books[PLANILLA].sheets)
    done = await template(there, "--plain", "--json")
    lookups = {"written": [], "broken": [], "with_content": []}
    left = ["Operaciones", "Trabajadores", "Roles"]
    assert done.json == {"written": list(WORKSHEETS[3:]), "left": left, "lookups": lookups}
    after = contents(api.books[PLANILLA].sheets)
    assert {name: after[name] for name in before} == before
    assert [api.books[PLANILLA].sheet(name).protected_ranges != [] for name in ("Taller", "Metadata")] == [True] * 2


@pytest.mark.parametrize(
    ("language", "broken", "repaired"),
    [
        ("es", "Fórmulas rotas: Armador; repita con --repair", "Fórmulas escritas en Operaciones: Armador"),
        ("en", "Broken formulas: Armador; repeat with --repair", "Formulas written in Operaciones: Armador"),
    ],
)
@pytest.mark.usefixtures("furnished")
async def test_a_broken_formula_is_named_and_written_again_with_repair(
    there: dict[str, str], operaciones: Office, language: str, broken: str, repaired: str
) -> None:
    there = {**there, "KIOSK_LANG": language}
    await template(there)
    column = operaciones.column("Armador")
    operaciones.set(f"{column}3", "de la oficina")
    assert operaciones.cell(f"{column}1").value == "#REF!"
    assert (await template(there)).out.splitlines()[-1] == broken
    named = (await template(there, "--json")).json["lookups"]
    assert named == {"written": [], "broken": ["Armador"], "with_content": []}
    assert (await template(there, "--repair")).out.splitlines()[-1] == repaired
    assert operaciones.column("Armador") == column
    assert operaciones.records()[1]["Armador (antes)"] == "de la oficina"


async def test_columns_with_content_are_replaced_only_after_a_pull_and_only_with_adopt(
    there: dict[str, str], operaciones: Office
) -> None:
    operaciones.set_where("TAG_SPOOL", "MK-1", "Armador", "MR(93)")
    operaciones.set_where("TAG_SPOOL", "MK-1", "Fecha_Armado", "03-01-2026")
    told = await template(there)
    named = "Columnas con contenido: Fecha_Armado, Armador; para reemplazarlas, repita con --adopt"
    assert told.out.splitlines()[-1] == named
    told = await template({**there, "KIOSK_LANG": "en"})
    named = "Columns with content: Fecha_Armado, Armador; to replace them, repeat with --adopt"
    assert told.out.splitlines()[-1] == named
    async with station(there["KIOSK_LEDGER_URL"], "planta"):
        # It was never read into this ledger.
        refused = await template(there, "--adopt", "--json")
    assert (refused.status, refused.json["field"], refused.json["reason"]) == (2, "--adopt", "SIN_LECTURA")
    assert operaciones.records()[0]["Armador"] == "MR(93)"
    assert (await run_kiosk("pull", **there)).status == 0
    done = await template(there, "--adopt", "--json")
    assert set(done.json["lookups"]["with_content"]) == {"Armador", "Fecha_Armado"}
    assert set(done.json["lookups"]["written"]) == {"Armador", "Fecha_Armado"}
    first, *_ = operaciones.records()
    assert (first["Armador (antes)"], first["Armador"]) == ("MR(93)", "")
    assert operaciones.column("Armador") < operaciones.column("Armador (antes)")
    # What the shop began with comes back by way of Taller.
    assert (await run_kiosk("sync", "--once", **there)).status == 0
    first, *_ = operaciones.records()
    assert (first["Armador (antes)"], first["Armador"], first["Fecha_Armado"]) == ("MR(93)", "MR(93)", "03-01-2026")


async def test_a_spreadsheet_that_may_only_be_read_exits_5_and_says_so(there: dict[str, str], api: SheetsApi) -> None:
    api.books[PLANILLA].access = "reader"
    done = await template(there, "--json")
    assert (done.status, done.json["falla"]) == (5, "SOLO_LECTURA")


# The lost ledger


@pytest.fixture
async def mirrored(there: dict[str, str], furnished: Book) -> Book:
    """A spreadsheet with a day's work in it."""
    for arguments in (
        ("sheet-template",),
        ("pull",),
        ("tomar", "MK-1", "--worker", "93", "--operacion", "ARM"),
        ("sync", "--once"),
    ):
        done = await run_kiosk(*arguments, **there, KIOSK_STATION="BOD-01")
        assert done.status == 0, done.out + done.err
    return furnished


@pytest.fixture
def empty(there: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The settings of the same terminal with an empty ledger."""
    return {**there, "KIOSK_LEDGER_URL": f"sqlite:///{tmp_path / 'otro.sqlite3'}"}


@pytest.mark.usefixtures("mirrored")
async def test_a_lost_ledger_is_rebuilt_and_what_is_uncertain_is_said_apart(empty: dict[str, str]) -> None:
    done = await run_kiosk("rebuild", **empty)
    assert done.status == 0, done.err
    assert "Reconstruido de la planilla: 3 spools, 1 tomados, 2 trabajadores, 2 eventos" in done.out
    assert "Lo último que tenía la planilla es del" in done.err
    held = (await run_kiosk("status", "MK-1", "--json", **empty)).json
    assert (held["ocupado_por"], held["operacion"]) == ("MR(93)", "ARM")


@pytest.mark.parametrize(
    ("language", "title", "line"),
    [
        ("es", "TALLER Y METADATA NO COINCIDEN", "MK-1: Ocupado_Por «JP(94)» en Taller, «MR(93)» según Metadata"),
        ("en", "TALLER AND METADATA DISAGREE", "MK-1: Ocupado_Por “JP(94)” in Taller, “MR(93)” by Metadata"),
    ],
)
async def test_where_taller_and_metadata_disagree_nothing_is_rebuilt_until_somebody_says_which_counts(
    empty: dict[str, str], mirrored: Book, language: str, title: str, line: str
) -> None:
    empty = {**empty, "KIOSK_LANG": language}
    taller = Office(mirrored.sheet("Taller"), proprietor=True)
    taller.set_where("TAG_SPOOL", "MK-1", "Ocupado_Por", "JP(94)")
    told = await run_kiosk("rebuild", **empty)
    assert told.status == 4
    assert title in told.err
    assert line in told.err
    refused = await run_kiosk("rebuild", "--json", **empty)
    assert (refused.json["error_code"], refused.json["count"]) == ("SHEET_DISAGREES", 1)
    assert refused.json["spools"] == {"MK-1": {"Ocupado_Por": ["JP(94)", "MR(93)"]}}
    assert (await run_kiosk("board", "--all", "--json", **empty)).json["spools"] == []
    done = await run_kiosk("rebuild", "--take", "metadata", "--json", **empty)
    assert (done.status, done.json["taken"], list(done.json["disagreements"])) == (0, "metadata", ["MK-1"])
    assert (await run_kiosk("status", "MK-1", "--json", **empty)).json["ocupado_por"] == "MR(93)"


@pytest.mark.parametrize(("take", "armador"), [("taller", "JP(94)"), ("metadata", None)])
async def test_what_a_person_wrote_into_a_row_without_events_counts_only_where_taller_is_taken(
    empty: dict[str, str], mirrored: Book, take: str, armador: str | None
) -> None:
    taller = Office(mirrored.sheet("Taller"), proprietor=True)
    taller.set_where("TAG_SPOOL", "MK-2", "Armador", "JP(94)")
    taller.set_where("TAG_SPOOL", "MK-2", "Fecha_Armado", "03-01-2026")
    assert (await run_kiosk("rebuild", **empty)).status == 4
    done = await run_kiosk("rebuild", "--take", take, **empty)
    assert done.status == 0, done.err
    assert "1 spool no es seguro: revíselo" in done.out
    assert (await run_kiosk("status", "MK-2", "--json", **empty)).json["arm"]["worker_nombre"] == armador


async def test_a_side_that_does_not_exist_exits_2(empty: dict[str, str]) -> None:
    assert (await run_kiosk("rebuild", "--take", "operaciones", **empty)).status == 2


async def test_a_second_ledger_on_the_spreadsheet_is_refused_and_names_the_station_of_the_first(
    empty: dict[str, str], mirrored: Book
) -> None:
    async with station(empty["KIOSK_LEDGER_URL"], "planta") as other:
        await other.load_plant(PLANT)
    before = contents(mirrored.sheets)
    refused = await run_kiosk("sync", "--once", KIOSK_STATION="PATIO-9", **empty)
    assert refused.status == 5
    assert "Revise KIOSK_LEDGER_URL en BOD-01 y en PATIO-9: debe quedar un solo registro" in refused.err
    assert contents(mirrored.sheets) == before
