"""What hurt the shop when it worked in the sheet itself: each trouble by its name, and that it cannot happen here."""

import asyncio
import inspect
from collections import Counter
from datetime import date, timedelta

import pytest

from core.domain.errors import SheetUnavailableError
from core.domain.reasons import FallaPlanilla
from core.sheet.pulling import pull
from core.sheet.sync import RENEWAL, Failed, News, Patience, Sync
from tests.asking import completar, nota, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import ON_SQLITE, OWNED, Shop
from tests.sheet.planilla import ROLES, TRABAJADORES
from tests.sheets_api import Office, Quota, Request, SheetsApi, formula, reply_lost, serial, status

pytestmark = ON_SQLITE


class Waits:
    """Stands in for asyncio.sleep: it passes the shop's time, and keeps how long was waited and how deep in calls."""

    def __init__(self, shop: Shop, api: SheetsApi, *, heal_after: int) -> None:
        self.seconds: list[float] = []
        self.depths: list[int] = []
        self._shop, self._api, self._heal_after = shop, api, heal_after

    async def __call__(self, seconds: float) -> None:
        if seconds == RENEWAL:
            await asyncio.Event().wait()
        self.seconds.append(seconds)
        self.depths.append(len(inspect.stack(0)))
        self._shop.seconds.now += seconds
        if len(self.seconds) == self._heal_after:
            self._api.heal()


async def test_429_storms_a_lasting_429_is_waited_out_and_never_recursed(mirrored: Shop, api: SheetsApi) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    api.fail(status(429), times=None)
    told: list[News] = []
    waits = Waits(mirrored, api, heal_after=200)
    sync = Sync(
        service=mirrored.service,
        spreadsheet=mirrored.spreadsheet,
        pull_every=0,
        tell=told.append,
        patience=Patience(first=1.0, last=64.0),
        sleep=waits,
        monotonic=mirrored.seconds,
    )
    assert await sync.run_once(give_up_after=1_000) == (await mirrored.ledger.position()).seq
    await mirrored.check()
    failed = [one for one in told if isinstance(one, Failed)]
    assert len(failed) == 200
    assert {getattr(one.error, "falla", None) for one in failed} == {FallaPlanilla.CUOTA}
    # One request for each try, each after a longer wait than before, and no try inside another.
    assert api.count(lambda request: request.status == 429) == 200
    assert all(32 <= one.delay <= 64 for one in failed[6:])
    assert [one.delay >= 2**at / 2 for at, one in enumerate(failed[:6])] == [True] * 6
    assert len(set(waits.depths)) == 1
    assert mirrored.spreadsheet.figures.refused_429 == 200


async def test_429_storms_what_google_asks_for_is_waited(mirrored: Shop, api: SheetsApi) -> None:
    await mirrored.start()
    api.fail(status(429, retry_after=77))
    with pytest.raises(SheetUnavailableError) as refused:
        await mirrored.cycle()
    assert Patience().delay(1, refused.value) == 77


async def test_429_storms_a_minutes_quota_that_is_used_up_costs_time_and_no_event(
    mirrored: Shop, api: SheetsApi
) -> None:
    api.quota = Quota(reads=5, writes=3)
    mirrored.options["chunk"] = 2
    await mirrored.start()
    for number in range(12):
        await mirrored.service.nota(nota(MIGUEL, "MK-2", texto=f"{number}"))
    refused = []
    is_done = False
    while not is_done:
        try:
            is_done = (await mirrored.cycle()).is_done
        except SheetUnavailableError as error:
            refused.append(error.falla)
            api.clock.advance(seconds=30)
    assert set(refused) == {FallaPlanilla.CUOTA}
    assert len(refused) > 2
    await mirrored.check()


async def test_stale_reads_what_the_office_changed_since_the_last_cycle_is_never_taken_for_what_it_was(
    mirrored: Shop,
) -> None:
    await mirrored.caught_up()
    for tag in ("MK-2", "MK-5", "MK-1"):
        mirrored.operaciones.sort("TAG_SPOOL", descending=tag == "MK-5")
        mirrored.operaciones.set_where("TAG_SPOOL", tag, "OT", f"otra {tag}")
        await mirrored.service.tomar(tomar(JUAN, tag=tag))
        before = mirrored.offices_part()
        await mirrored.until_done()
        assert mirrored.offices_part() == before
        await mirrored.check()


async def test_stale_reads_what_the_shop_did_while_the_sheet_was_read_is_in_the_next_cycle(
    mirrored: Shop, api: SheetsApi
) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.caught_up()
    await mirrored.service.nota(nota(MIGUEL, "MK-1"))
    loop = asyncio.get_running_loop()

    def at_work(_: Request) -> None:
        asyncio.run_coroutine_threadsafe(mirrored.service.completar(completar(JUAN, "MK-1")), loop).result(30)

    api.after("values.batchGet", at_work)
    await mirrored.cycle()
    assert "COMPLETAR_ARM" in [event.evento_tipo for event in await mirrored.events()]
    assert mirrored.row("MK-1")["Fecha_Armado"] == ""
    await mirrored.until_done()
    await mirrored.check()
    assert await mirrored.conflicts() == []


async def test_inserted_columns_nothing_is_written_by_a_remembered_letter(mirrored: Shop, api: SheetsApi) -> None:
    await mirrored.caught_up()
    for at, header in enumerate(("Colada", "Plano", "Isométrico")):
        mirrored.operaciones.insert_columns("BFK"[at], header=header)
        mirrored.metadata.insert_columns("ACE"[at], header=header)
        before = mirrored.offices_part()
        await mirrored.service.tomar(tomar(JUAN, tag=f"MK-{at + 1}"))
        await mirrored.until_done()
        await mirrored.check()
        assert mirrored.offices_part() == before


async def test_dates_turned_into_serial_numbers_are_dates_still(mirrored: Shop) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.service.completar(completar(JUAN, "MK-1", fecha_operacion=date(2025, 11, 9)))
    await mirrored.service.tomar(tomar(JUAN, tag="MK-2"))
    await mirrored.caught_up()
    office = mirrored.operaciones
    assert mirrored.row("MK-1")["Fecha_Armado"] == "09-11-2025"
    # Whoever enters the cell and leaves it has Sheets make a number of it.
    office.type_in(mirrored.at("MK-1", "Fecha_Armado"), "09-11-2025")
    office.type_in(mirrored.at("MK-2", "Fecha_Ocupacion"), "21-11-2025 12:00:00")
    assert mirrored.row("MK-1")["Fecha_Armado"] == serial(date(2025, 11, 9))
    assert isinstance(mirrored.row("MK-2")["Fecha_Ocupacion"], float)
    assert (await mirrored.cycle()).is_done
    await mirrored.service.nota(nota(MIGUEL, "MK-1"))
    await mirrored.until_done()
    assert await mirrored.conflicts() == []
    assert mirrored.row("MK-1")["Fecha_Armado"] == serial(date(2025, 11, 9))
    office.type_in(mirrored.at("MK-1", "Fecha_Armado"), "08-11-2025")
    await mirrored.until_done()
    [event] = await mirrored.conflicts()
    assert event.metadata == {"columnas": {"Fecha_Armado": {"hoja": "08-11-2025", "registro": "09-11-2025"}}}
    await mirrored.check_rows(["MK-1"])


async def test_duplicate_tags_never_make_two_spools_or_a_wrong_row(mirrored: Shop) -> None:
    office = mirrored.operaciones
    for name, rows in (("Trabajadores", TRABAJADORES), ("Roles", ROLES)):
        mirrored.book.add_sheet(name)
        Office(mirrored.book.sheet(name)).fill(rows)
    office.fill([["MK-3", "OT-9", None, None], ["MK-3 ", "OT-10", None, None]], "A8")
    copies = office.rows()[7:]
    await mirrored.service.tomar(tomar(JUAN, tag="MK-3"))
    await mirrored.caught_up()
    assert office.rows()[7:] == copies
    assert (await mirrored.status()).repeated.first == ("MK-3",)
    office.rename_header("Notas", "NV")
    report = await pull(mirrored.service, mirrored.spreadsheet)
    assert [problem.value for problem in report.problems].count("MK-3") >= 1
    assert len((await mirrored.service.snapshot()).spools) == 6
    office.rename_header("NV", "Notas")
    await mirrored.until_done()
    await mirrored.check()


async def test_audit_rows_lost_a_refused_or_dropped_append_is_sent_again(mirrored: Shop, api: SheetsApi) -> None:
    await mirrored.caught_up()
    for number, code in enumerate((429, 500, 503, 502)):
        await mirrored.service.nota(nota(MIGUEL, "MK-2", texto=f"{number}"))
        api.fail(status(code), when="values.append", times=2)
        await mirrored.until_done()
    await mirrored.check()


async def test_audit_rows_doubled_an_append_whose_answer_was_lost_is_not_sent_again(
    mirrored: Shop, api: SheetsApi
) -> None:
    await mirrored.caught_up()
    for number in range(4):
        await mirrored.service.nota(nota(MIGUEL, "MK-2", texto=f"{number}"))
        before = api.count("values.append")
        api.fail(reply_lost() if number % 2 else status(503, applied=True), when="values.append")
        await mirrored.until_done()
        assert api.count("values.append") == before + 1
    await mirrored.check()
    assert Counter(row["ID"] for row in mirrored.logged()).most_common(1)[0][1] == 1


async def test_formula_columns_overwritten_formulas_beside_the_shops_cells_are_never_touched(mirrored: Shop) -> None:
    office = mirrored.operaciones
    for header in ("Armador", "Fecha_Soldadura", "Estado_Detalle"):
        at = office.column(header)
        office.insert_columns(at, header=f"Días {header}")
        for row in range(2, 8):
            office.set(f"{at}{row}", formula(f"=HOY()-D{row}", 18))
    before = mirrored.offices_part()
    for tag in ("MK-1", "MK-2"):
        await mirrored.service.tomar(tomar(JUAN, tag=tag))
    await mirrored.caught_up()
    await mirrored.service.completar(completar(JUAN, "MK-1"))
    mirrored.clock.advance(seconds=timedelta(hours=13).total_seconds())
    await mirrored.start()
    await mirrored.until_done()
    assert mirrored.offices_part() == before
    assert mirrored.book.overwritten_formulas == []
    await mirrored.check()


async def test_only_the_cells_that_changed_are_sent_and_only_in_the_shops_columns(
    mirrored: Shop, api: SheetsApi
) -> None:
    await mirrored.caught_up()
    await mirrored.service.tomar(tomar(JUAN, tag="MK-4"))
    await mirrored.until_done()
    sent = api.requests("values.batchUpdate")[-1].body
    row = mirrored.operaciones.row_where("TAG_SPOOL", "MK-4")
    names = {mirrored.operaciones.column(name): name for name in OWNED}
    assert sent["valueInputOption"] == "RAW"
    assert [part["range"] for part in sent["data"]] == [
        f"'Operaciones'!{_column(names, 'Armador')}{row}:{_column(names, 'Armador')}{row}",
        f"'Operaciones'!{_column(names, 'Ocupado_Por')}{row}:{_column(names, 'version')}{row}",
    ]


def _column(names: dict[str, str], header: str) -> str:
    return next(letters for letters, name in names.items() if name == header)
