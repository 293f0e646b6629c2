"""`kiosk rebuild`: what it restores, what it tells of what could not be known, and how it fails."""

from core.occupation import OccupationService
from tests.conftest import SITE, Store
from tests.contract.commits import whole_log
from tests.kiosk.commands import run_kiosk
from tests.plants import (
    PLANT,
    WORKERS,
)
from tests.sheet.planilla import PLANILLA
from tests.sheet.recovery.lost_day import DONE, HELD, LATE, is_empty, without_listed
from tests.sheets_api import Office, SheetsApi


def options(api: SheetsApi, store: Store) -> dict[str, str]:
    return {
        "KIOSK_LEDGER_URL": store.url,
        "KIOSK_SITE": SITE,
        "KIOSK_SHEETS_ID": PLANILLA,
        "KIOSK_SHEETS_API_URL": api.url,
        "KIOSK_STATION": "ARM-09",
    }


async def test_the_command_rebuilds_and_tells_what_it_could_not_know(
    lost: OccupationService,
    shop: OccupationService,
    api: SheetsApi,
    store: Store,
    operaciones: Office,
    metadata: Office,
):
    operaciones.set_where("TAG_SPOOL", HELD, "Ocupado_Por", "JP(94)")
    operaciones.delete_rows(operaciones.row_where("TAG_SPOOL", DONE))
    metadata.fill([["hoy no vino nadie"]], f"A{len(metadata.rows()) + 1}")
    done = await run_kiosk("rebuild", **options(api, store))
    assert done.status == 0, done.err
    spools = len(PLANT.spools) - 1
    assert f"Reconstruido de la planilla: {spools} spools, 6 tomados, {len(WORKERS)} trabajadores" in done.out
    assert "1 spool no es seguro" in done.out
    assert f"{HELD} (fila" in done.err
    assert "Ocupado_Por «JP(94)» y no «MR(93)»; vale la fila" in done.err
    assert f"{DONE}: tiene eventos (8)" in done.err
    assert "«hoy no vino nadie»" not in done.err
    assert "columna Timestamp" in done.err
    assert "nada se sabe" in done.err or "no se sabe nada" in done.err
    again = await run_kiosk("rebuild", "--json", **options(api, store))
    assert (again.status, again.json["error_code"]) == (4, "LEDGER_NOT_EMPTY")


async def test_the_command_tells_everything_as_one_document(
    lost: OccupationService, shop: OccupationService, api: SheetsApi, store: Store
):
    done = await run_kiosk("rebuild", "--json", **options(api, store))
    assert done.status == 0, done.err
    log = await whole_log(lost.ledger)
    assert (done.json["events"], done.json["seq"], done.json["renumbered"]) == (len(log), len(log) + 1, False)
    assert (done.json["doubts"], done.json["problems"], done.json["missing"]) == ([], [], [])
    assert LATE in done.json["expired"]
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())


async def test_a_sheet_out_of_reach_exits_5_and_no_sheet_at_all_2(
    shop: OccupationService, api: SheetsApi, store: Store
):
    away = options(api, store) | {"KIOSK_SHEETS_API_URL": "http://127.0.0.1:1"}
    done = await run_kiosk("rebuild", "--json", **away)
    assert (done.status, done.json["error_code"]) == (5, "SHEET_UNAVAILABLE")
    none = await run_kiosk("rebuild", "--json", **{**away, "KIOSK_SHEETS_ID": ""})
    assert (none.status, none.json["field"]) == (2, "KIOSK_SHEETS_ID")
    assert await is_empty(shop.ledger)
