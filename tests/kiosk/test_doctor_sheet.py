"""`kiosk doctor` and `kiosk history` on the office's sheet: can it be read, how far is it, what is wrong in it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core.domain.reasons import Defecto, FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.plant import columns
from core.sheet import metadata, taller
from core.sheet.pull_note import Problem
from core.sheet.state import Named
from tests.asking import nota, tomar
from tests.kiosk.commands import Done, run_kiosk
from tests.kiosk.mirrors import Mirror, conflict
from tests.ledger.redis.sites import station
from tests.plants import FREE_TAGS, PLANT
from tests.plants import JUAN as THE_JUAN
from tests.redis_servers import RedisServer
from tests.sheets_api import Book, Sheet, SheetsApi, garbage, status

BOOK = "libro"
WORKSHEETS = {
    "Operaciones": [list(columns.OFFICES)],
    "Trabajadores": [list(columns.TRABAJADORES)],
    "Roles": [list(columns.ROLES)],
    "Uniones": [list(columns.UNIONES)],
    "Taller": [list(taller.COLUMNS)],
    "Taller Uniones": [list(taller.UNION_COLUMNS)],
    "Metadata": [list(metadata.COLUMNS)],
}
SHOPS = ("Taller", "Taller Uniones", "Metadata")
ACCOUNT = "kiosco@taller-sheets.iam.gserviceaccount.com"
TAG = FREE_TAGS[0]
PROBLEM = Problem(sheet="Operaciones", row=88, column="OT", value="a\n\x1b[2Jb", reason="no sirve")


@pytest.fixture
def api() -> Iterator[SheetsApi]:
    with SheetsApi() as api:
        yield api


@pytest.fixture
def book(api: SheetsApi) -> Book:
    """The spreadsheet as `sheet-template` leaves it: nobody but the shop writes into its worksheets."""
    book = api.add_book(BOOK, {name: [list(row) for row in rows] for name, rows in WORKSHEETS.items()})
    for number, name in enumerate(SHOPS, start=1):
        protect(book.sheet(name), number)
    return book


def protect(sheet: Sheet, number: int) -> None:
    whole = {"sheetId": sheet.sheet_id}
    sheet.protected_ranges.append({"protectedRangeId": number, "range": whole, "editors": {"users": [ACCOUNT]}})


@pytest.fixture(params=["sqlite", "redis"])
async def ledger_url(request: pytest.FixtureRequest, tmp_path: Path, site: str) -> str:
    """The address of a ledger of each engine, with a plant."""
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        url = server.url
    else:
        url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    async with station(url, site) as office:
        await office.load_plant(PLANT)
    return url


async def doctor(*arguments: str, **settings: str) -> Done:
    return await run_kiosk("doctor", *arguments, **settings)


def wrong(value: str, next_step: str) -> dict[str, Any]:
    return {"value": value, "ok": False, "next_step": next_step}


HEADERS = "Corrija los encabezados en la primera fila de esa hoja"
RUNNING = "Vea que kiosk sync esté corriendo: systemctl status kiosk-sync"


def sheet_findings(done: Done) -> dict[str, Any]:
    return {name: found for name, found in done.json["findings"].items() if name.startswith("sheet")}


async def check(api: SheetsApi, **settings: str) -> tuple[Done, dict[str, Any]]:
    """The doctor on the demo plant and the spreadsheet that `api` serves."""
    given = {"KIOSK_SHEETS_ID": BOOK, "KIOSK_SHEETS_API_URL": api.url, **settings}
    done = await doctor("--json", **given)
    return done, sheet_findings(done)


# The sheet itself


async def test_without_a_sheet_that_is_all_there_is_to_say() -> None:
    done = await doctor("--json")
    assert done.status == 0
    assert sheet_findings(done) == {"sheet": {"value": "sin configurar", "ok": True}}


async def test_a_sheet_that_can_be_read_is_in_order_and_its_columns_are_counted(api: SheetsApi, book: Book) -> None:
    done, found = await check(api)
    assert done.status == 0, done.err
    assert found == {
        "sheet": {"value": "ok", "ok": True},
        "sheet_id": {"value": BOOK, "ok": True},
        "sheet_address": {"value": api.url, "ok": True},
        "sheet_operaciones": {"value": "4 columnas", "ok": True},
        "sheet_trabajadores": {"value": "5 columnas", "ok": True},
        "sheet_roles": {"value": "3 columnas", "ok": True},
        "sheet_uniones": {"value": "4 columnas", "ok": True},
        "sheet_taller": {"value": "16 columnas", "ok": True},
        "sheet_taller_uniones": {"value": "9 columnas", "ok": True},
        "sheet_metadata": {"value": "11 columnas", "ok": True},
    }
    assert api.count() == 2


async def test_headers_are_found_however_they_are_spelled_and_missing_ones_are_named(
    api: SheetsApi, book: Book
) -> None:
    book.sheet("Operaciones").title = "OPERACIÓNES "
    office = api.office("OPERACIÓNES ")
    office.fill([["tag spool", "Ot", None, "fecha materiales"]])
    _, found = await check(api)
    assert found["sheet_operaciones"] == wrong("faltan columnas: NV", HEADERS)
    assert found["sheet"]["ok"] is True


async def test_a_header_that_is_there_twice_is_named(api: SheetsApi, book: Book) -> None:
    api.office("Roles").fill([["Id", "Rol", "Activo", "ROL"]])
    _, found = await check(api)
    assert found["sheet_roles"] == wrong("la columna Rol aparece dos veces", HEADERS)


async def test_of_several_worksheets_of_events_the_last_is_looked_at(api: SheetsApi, book: Book) -> None:
    book.add_sheet("Metadata 2")
    _, found = await check(api)
    assert found["sheet_metadata"]["ok"] is False
    assert found["sheet_unprotected"]["value"] == "sin proteger: Metadata 2"


@pytest.mark.parametrize(
    ("language", "words", "step"),
    [
        ("es", "sin proteger: Taller, Taller Uniones, Metadata", "Corra kiosk sheet-template"),
        ("en", "not protected: Taller, Taller Uniones, Metadata", "Run kiosk sheet-template"),
    ],
)
async def test_worksheets_of_the_shops_that_anybody_may_write_into_are_named(
    api: SheetsApi, book: Book, language: str, words: str, step: str
) -> None:
    for name in SHOPS:
        book.sheet(name).protected_ranges.clear()
    done, found = await check(api, KIOSK_LANG=language)
    assert done.status == 1
    assert found["sheet_unprotected"] == wrong(words, step)


@pytest.mark.parametrize("missing", ["Trabajadores", "Taller Uniones"])
async def test_a_worksheet_that_is_missing_is_named_and_the_sheet_still_counts_as_reached(
    api: SheetsApi, missing: str
) -> None:
    api.add_book(BOOK, {name: rows for name, rows in WORKSHEETS.items() if name != missing})
    done, found = await check(api)
    assert done.status == 1
    assert found["sheet"]["ok"] is False
    assert f"Hoja {missing}: no hay una hoja con ese nombre" in found["sheet"]["value"]


@pytest.mark.parametrize(("language", "words"), [("es", "GOOGLE FALLÓ"), ("en", "GOOGLE FAILED")], ids=["es", "en"])
async def test_a_sheet_that_cannot_be_reached_exits_5_in_words(
    api: SheetsApi, book: Book, language: str, words: str
) -> None:
    api.fail(status(503), times=None)
    done, found = await check(api, KIOSK_LANG=language)
    assert done.status == 5
    assert done.json["ok"] is False
    assert found["sheet"]["ok"] is False
    assert words in found["sheet"]["value"]
    # All else is told as well.
    assert done.json["findings"]["ledger"]["ok"] is True


async def test_what_is_wrong_is_told_for_people_too(api: SheetsApi, book: Book) -> None:
    api.fail(garbage(), times=None)
    done = await doctor(KIOSK_SHEETS_ID=BOOK, KIOSK_SHEETS_API_URL=api.url)
    assert done.status == 5
    lines = iter(done.out.splitlines())
    [line] = [line for line in lines if line.startswith("✘") and next(lines).startswith("   → ")]
    assert line.split()[1] == "sheet"
    assert "Traceback" not in done.err


async def test_an_id_that_names_no_sheet_is_told(api: SheetsApi, book: Book) -> None:
    done, found = await check(api, KIOSK_SHEETS_ID="otro")
    assert done.status == 5
    assert "KIOSK_SHEETS_ID" in found["sheet"]["next_step"]


async def test_whose_key_it_is_is_told_and_nothing_else_of_it(tmp_path: Path) -> None:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    key = {
        "type": "service_account",
        "private_key_id": "s3cr3t-id",
        "private_key": secret,
        "client_email": "planilla@taller.example",
        # Nobody listens there: nothing of this is to leave the machine.
        "token_uri": "http://127.0.0.1:1/token",
    }
    file = tmp_path / "llave.json"
    file.write_text(json.dumps(key), encoding="utf-8")
    done = await doctor("--json", KIOSK_SHEETS_ID=BOOK, KIOSK_GOOGLE_CREDENTIALS=str(file))
    assert done.status == 5
    assert sheet_findings(done)["sheet_account"] == {"value": "planilla@taller.example", "ok": True}
    assert not any(secret_part in done.out + done.err for secret_part in ("s3cr3t-id", secret[40:80]))


async def test_a_key_that_is_not_there_is_told_by_its_path(tmp_path: Path) -> None:
    missing = str(tmp_path / "llave.json")
    done = await doctor("--json", KIOSK_SHEETS_ID=BOOK, KIOSK_GOOGLE_CREDENTIALS=missing)
    assert done.status == 5
    assert missing in sheet_findings(done)["sheet"]["value"]


# What the ledger remembers


async def test_a_configured_sheet_that_nobody_mirrors_is_told(
    api: SheetsApi, book: Book, ledger_url: str, site: str
) -> None:
    done, found = await check(api, KIOSK_LEDGER_URL=ledger_url, KIOSK_SITE=site)
    assert done.status == 1
    assert found["sheet_queue"] == wrong("falta 1 evento", RUNNING)
    assert found["sheet_mirror"]["ok"] is False
    assert "kiosk sync" in found["sheet_mirror"]["value"]


async def test_a_mirror_that_keeps_up_is_in_order(ledger_url: str, site: str) -> None:
    async with station(ledger_url, site) as office:
        mirror = await Mirror.begin(office.ledger)
        await mirror.caught_up(rows_waiting=0, cells=7_999_999)
        await mirror.pulled(unchanged=3)
    done = await doctor("--json", KIOSK_LEDGER_URL=ledger_url, KIOSK_SITE=site)
    found = sheet_findings(done)
    assert all(finding["ok"] for finding in found.values())
    assert found["sheet_queue"]["value"] == "✓ todo lo guardado está en la hoja"
    assert found["sheet_mirror"]["value"].startswith("BOD-01, anotado hace ")
    assert found["sheet_pull"]["value"].endswith("sin cambios")
    assert found["sheet_cells"]["value"] == "7 999 999 de 10 000 000"
    assert found["sheet_conflicts"]["value"] == "ninguno en las últimas 24 h"


async def test_everything_that_is_wrong_is_listed(ledger_url: str, site: str) -> None:
    async with station(ledger_url, site) as office:
        mirror = await Mirror.begin(office.ledger)
        error = SheetUnavailableError(FallaPlanilla.SOLO_LECTURA, account="a@b.example")
        await mirror.reached(
            0, unknown=Named(count=2, first=("MK-9",)), broken=Named(count=1, first=("G",)), lost=4, cells=8_000_000
        )
        await mirror.met(error, since=office.now() - timedelta(minutes=5), seq=0)
        await mirror.pulled(*[PROBLEM] * 25, total=31)
        for number in range(22):
            await conflict(office.ledger, TAG, Armador=(f"X{number}", "MR(93)"))
    done = await doctor("--json", KIOSK_LEDGER_URL=ledger_url, KIOSK_SITE=site)
    assert done.status == 1
    found = sheet_findings(done)
    assert found["sheet_queue"]["ok"] is False
    assert "faltan 23 eventos" in found["sheet_queue"]["value"]
    assert "SOLO DE LECTURA" in found["sheet_trouble"]["value"]
    assert found["sheet_trouble"]["value"].endswith(" · desde hace 5 min")
    assert "de lector a editor" in found["sheet_trouble"]["next_step"]
    assert found["sheet_broken"] == wrong("1: G", "Corra kiosk sheet-template --repair")
    assert found["sheet_unknown"]["value"] == "2: MK-9, …"
    assert found["sheet_lost"]["value"].startswith("4 ")
    assert found["sheet_cells"]["value"] == "8 000 000 de 10 000 000"
    problems = [name for name in found if name.startswith("sheet_problem_")]
    assert problems == [f"sheet_problem_{number}" for number in range(1, 21)]
    assert found["sheet_problem_1"]["value"] == "Operaciones, fila 88: OT «a  [2Jb»: no sirve"
    assert found["sheet_problems"]["value"] == "y 11 más"
    assert found["sheet_conflicts"]["value"] == "22 veces la planilla decía otra cosa (24 h)"
    assert found["sheet_conflict_1"]["value"].startswith(f"{TAG}: Armador «X21» por «MR(93)» · hace ")
    assert "sheet_conflict_20" in found
    assert "sheet_conflict_21" not in found


async def test_a_mirror_that_ended_while_rows_wait_is_not_in_order(ledger_url: str, site: str) -> None:
    async with station(ledger_url, site) as office:
        mirror = await Mirror.begin(office.ledger)
        await mirror.met(SheetUnavailableError(FallaPlanilla.RED), since=office.now(), seq=1)
        await mirror.caught_up(rows_waiting=5)
        await mirror.stop()
    found = sheet_findings(await doctor("--json", KIOSK_LEDGER_URL=ledger_url, KIOSK_SITE=site))
    assert found["sheet_queue"] == wrong("5 filas", RUNNING)


async def test_a_sheet_that_was_read_and_never_mirrored_tells_how_that_went(ledger_url: str, site: str) -> None:
    async with station(ledger_url, site) as office:
        await (await Mirror.begin(office.ledger)).pulled(PROBLEM)
    found = sheet_findings(await doctor("--json", KIOSK_LEDGER_URL=ledger_url, KIOSK_SITE=site))
    assert list(found) == ["sheet", "sheet_pull", "sheet_problem_1"]
    assert found["sheet_problem_1"]["ok"] is False


async def test_a_pull_that_fails_is_told_in_words(ledger_url: str, site: str) -> None:
    async with station(ledger_url, site) as office:
        mirror = await Mirror.begin(office.ledger)
        await mirror.caught_up()
        await mirror.pulled(error=SheetUnusableError("Roles", Defecto.HOJA_SIN_FILAS).as_dict())
    found = sheet_findings(await doctor("--json", KIOSK_LEDGER_URL=ledger_url, KIOSK_SITE=site, KIOSK_LANG="en"))
    assert found["sheet_pull"]["ok"] is False
    assert "THE SHEET CANNOT BE USED. Worksheet Roles: it has no row" in found["sheet_pull"]["value"]


# The history


async def test_the_history_marks_each_event_as_saved_or_in_the_sheet(ledger_url: str, site: str) -> None:
    async with station(ledger_url, site) as office:
        await office.tomar(tomar(THE_JUAN, tag=TAG))
        mirror = await Mirror.begin(office.ledger)
        await mirror.caught_up()
        await office.nota(nota(THE_JUAN, tag=TAG))
    done = await run_kiosk("history", TAG, KIOSK_LEDGER_URL=ledger_url, KIOSK_SITE=site)
    assert done.status == 0, done.err
    taken, noted = done.out.splitlines()
    assert taken.endswith("▪ EN LA HOJA")
    assert noted.endswith("▫ GUARDADO")


async def test_without_a_sheet_the_history_is_what_it_was_and_as_json_always(ledger_url: str, site: str) -> None:
    settings = {"KIOSK_LEDGER_URL": ledger_url, "KIOSK_SITE": site}
    async with station(ledger_url, site) as office:
        response = await office.tomar(tomar(THE_JUAN, tag=TAG))
        before = await run_kiosk("history", TAG, **settings)
        as_json = await run_kiosk("history", TAG, "--json", **settings)
        await (await Mirror.begin(office.ledger)).caught_up()
    assert before.out.splitlines()[0].endswith("ARM-01")
    assert [event["seq"] for event in as_json.json] == [response.seq]
    assert (await run_kiosk("history", TAG, "--json", **settings)).json == as_json.json
