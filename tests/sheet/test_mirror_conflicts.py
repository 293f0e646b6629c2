"""A person changes what the shop owns: it goes on record with both values, then the ledger's truth is written back."""

from datetime import date, datetime

import pytest

from core.domain.errors import SheetUnavailableError
from tests.asking import completar, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import OWNED, PowerCut, Shop
from tests.sheets_api import SheetsApi, dropped, formula
from tests.shopfloor import SANTIAGO

ANOTHER = "6a1b3c58-4f0e-4d3c-9d0a-7a7f4c0e1d22"


@pytest.fixture
async def shop(mirrored: Shop) -> Shop:
    """MK-1 is fitted up, MK-2 is in Juan's hands, the rest is free; the sheet says so."""
    service = mirrored.service
    await service.tomar(tomar(JUAN, tag="MK-1"))
    await service.completar(completar(JUAN, "MK-1", fecha_operacion=date(2025, 11, 20)))
    await service.tomar(tomar(JUAN, tag="MK-2"))
    return await mirrored.caught_up()


@pytest.mark.parametrize(
    "typed",
    [
        {"Armador": "MR(93)"},
        {"version": ANOTHER},
        {"Armador": "MR(93)", "version": ANOTHER},
        {"Armador": "MR(93)", "Fecha_Armado": date(2025, 11, 19), "Soldador": "MR(93)"},
        {"Armador": None},
        {"version": None},
        {"Armador": None, "version": None},
        {"Estado_Detalle": "listo, llamar a Juan"},
        {"Fecha_Armado": "ayer"},
        {"Soldador": 93},
        {"Soldador": True},
        {"Armador": formula('="MR"&"(93)"', "MR(93)")},
        {"Soldador": formula("=B2/0", "#DIV/0!")},
        dict.fromkeys(OWNED),
    ],
    ids="+".join,
)
async def test_what_a_person_changed_is_on_record_with_both_values_and_the_truth_comes_back(
    shop: Shop, typed: dict[str, object]
) -> None:
    before, truth = shop.offices_part(), shop.row("MK-1")
    for header, value in typed.items():
        shop.operaciones.set_where("TAG_SPOOL", "MK-1", header, value)
    said = shop.row("MK-1")
    progress = await shop.cycle()
    assert (progress.rows, progress.conflicts) == (1, 1)
    [event] = await shop.conflicts()
    assert (event.tag_spool, event.worker_id, event.operacion) == ("MK-1", 0, None)
    changed = {name for name in typed if said[name] != truth[name]}
    expected = {name: {"hoja": _as_the_shop_writes(name, said[name]), "registro": truth[name]} for name in changed}
    assert event.metadata == {"columnas": expected}
    await shop.until_done()
    await shop.check()
    assert shop.offices_part() == before
    assert {**shop.row("MK-1"), "version": ""} == {**truth, "version": ""}
    assert await shop.conflicts() == [event]
    assert (await shop.status()).conflicts == 1


def _as_the_shop_writes(header: str, value: object) -> str:
    if header == "Fecha_Armado" and isinstance(value, int):
        return "19-11-2025"
    return {True: "TRUE"}.get(value, str(value)) if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    ("tag", "header", "typed"),
    [
        ("MK-1", "Fecha_Armado", date(2025, 11, 20)),
        ("MK-1", "Fecha_Armado", "20/11/2025"),
        ("MK-1", "Fecha_Armado", "2025-11-20"),
        ("MK-1", "Fecha_Armado", " 20-11-2025 "),
        ("MK-1", "Fecha_Armado", "20 de noviembre de 2025"),
        ("MK-1", "Armador", "JP(94) "),
        ("MK-1", "Soldador", "   "),
        ("MK-2", "Fecha_Ocupacion", datetime(2025, 11, 21, 12, 0, tzinfo=SANTIAGO)),
        ("MK-2", "Fecha_Ocupacion", "21/11/2025 12:00"),
        ("MK-2", "Armador", formula('="JP"&"(94)"', "JP(94)")),
    ],
)
async def test_the_same_meaning_in_another_form_is_no_conflict_and_is_left_as_it_is(
    shop: Shop, tag: str, header: str, typed: object
) -> None:
    at = shop.at(tag, header)
    shop.operaciones.set(at, typed)
    entered = shop.operaciones.cell(at)
    assert (await shop.cycle()).is_done
    assert shop.operaciones.cell(at) == entered
    assert await shop.conflicts() == []


@pytest.mark.parametrize("gone", [("Armador", "version"), OWNED[:-2], ("Armador",)], ids="+".join)
async def test_what_a_person_cleared_is_no_writing_of_the_mirrors_even_just_after_it_began(
    shop: Shop, gone: tuple[str, ...]
) -> None:
    """Rows of spools that nobody touched are as empty, and theirs have no version either."""
    await shop.start()
    for header in gone:
        shop.operaciones.set_where("TAG_SPOOL", "MK-1", header, None)
    await shop.until_done()
    assert len(await shop.conflicts()) == 1
    await shop.check()


async def test_an_old_row_that_a_person_pastes_over_the_new_one_is_a_conflict(shop: Shop) -> None:
    old = {name: shop.row("MK-2")[name] for name in OWNED}
    await shop.service.completar(completar(JUAN, "MK-2"))
    await shop.until_done()
    truth = shop.row("MK-2")
    for header, value in old.items():
        shop.operaciones.set_where("TAG_SPOOL", "MK-2", header, value or None)
    await shop.until_done()
    [event] = await shop.conflicts()
    columns = event.metadata["columnas"]
    assert isinstance(columns, dict)
    assert columns["Ocupado_Por"] == {"hoja": "JP(94)", "registro": ""}
    assert set(columns) == {name for name in OWNED if old[name] != truth[name]}
    await shop.check()


async def test_another_spools_cells_that_a_person_pastes_over_a_row_are_a_conflict(shop: Shop) -> None:
    before = shop.offices_part()
    for header in OWNED:
        shop.operaciones.set_where("TAG_SPOOL", "MK-3", header, shop.row("MK-1")[header] or None)
    await shop.until_done()
    [event] = await shop.conflicts()
    assert event.tag_spool == "MK-3"
    assert event.metadata["columnas"]["Armador"] == {"hoja": "JP(94)", "registro": ""}
    await shop.check()
    assert shop.offices_part() == before


async def test_a_conflict_and_news_of_the_same_spool_are_both_kept(shop: Shop) -> None:
    shop.operaciones.set_where("TAG_SPOOL", "MK-2", "Armador", "MR(93)")
    await shop.service.completar(completar(JUAN, "MK-2"))
    await shop.until_done()
    [event] = await shop.conflicts()
    assert event.metadata == {"columnas": {"Armador": {"hoja": "MR(93)", "registro": "JP(94)"}}}
    await shop.check()


async def test_whoever_writes_the_same_cell_again_and_again_is_answered_once_a_minute(shop: Shop) -> None:
    for second in range(130):
        shop.seconds.now += 1
        shop.operaciones.set_where("TAG_SPOOL", "MK-1", "Armador", f"script {second}")
        await shop.cycle()
    assert len(await shop.conflicts()) == 3
    shop.seconds.now += 60
    await shop.until_done()
    await shop.check()


async def test_a_row_that_waits_for_its_minute_keeps_no_other_from_being_written(shop: Shop) -> None:
    shop.options["chunk"] = 1
    await shop.caught_up()
    shop.operaciones.set_where("TAG_SPOOL", "MK-1", "Armador", "uno")
    await shop.until_done()
    shop.operaciones.set_where("TAG_SPOOL", "MK-1", "Armador", "dos")
    await shop.service.tomar(tomar(MIGUEL, tag="MK-3"))
    for _ in range(3):
        progress = await shop.cycle()
    assert (progress.waiting, progress.rows, progress.rows_waiting) == (0, 0, 1)
    await shop.check_rows(["MK-2", "MK-3", "MK-4"])
    assert shop.row("MK-1")["Armador"] == "dos"


async def test_a_row_that_waits_for_its_minute_tells_what_the_shop_does_meanwhile(shop: Shop) -> None:
    await shop.caught_up()
    shop.operaciones.set_where("TAG_SPOOL", "MK-3", "Armador", "uno")
    await shop.until_done()
    shop.operaciones.set_where("TAG_SPOOL", "MK-3", "Soldador", "dos")
    await shop.service.tomar(tomar(MIGUEL, tag="MK-3"))
    await shop.cycle()
    row = shop.row("MK-3")
    assert (row["Ocupado_Por"], row["Armador"], row["Soldador"]) == ("MR(93)", "MR(93)", "dos")
    shop.seconds.now += 60
    await shop.until_done()
    assert [list(event.metadata["columnas"]) for event in await shop.conflicts()] == [["Armador"], ["Soldador"]]
    await shop.check()


async def test_more_conflicts_than_one_update_carries_are_all_answered_without_waiting(shop: Shop) -> None:
    shop.options["chunk"] = 2
    await shop.caught_up()
    for number in range(1, 7):
        shop.operaciones.set_where("TAG_SPOOL", f"MK-{number}", "Soldador", f"pegado {number}")
    done = await shop.until_done()
    assert max(progress.rows for progress in done) == 2
    assert sorted(event.tag_spool for event in await shop.conflicts()) == [f"MK-{n}" for n in range(1, 7)]
    await shop.check()


async def test_a_spool_that_changes_while_its_conflict_is_put_on_record_is_compared_anew(shop: Shop) -> None:
    shop.operaciones.set_where("TAG_SPOOL", "MK-2", "Soldador", "MR(93)")
    faster = [completar(JUAN, "MK-2")]

    async def before(step: str) -> None:
        if step == "commit" and faster:
            await shop.service.completar(faster.pop())

    await shop.start(before=before)
    progress = await shop.cycle()
    assert (progress.conflicts, progress.rows, progress.rows_waiting) == (0, 0, 1)
    await shop.until_done()
    [event] = await shop.conflicts()
    assert event.metadata == {"columnas": {"Soldador": {"hoja": "MR(93)", "registro": ""}}}
    await shop.check()


@pytest.mark.parametrize("step", ["commit", "write_notes"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_conflict_is_on_record_once_however_often_the_mirror_dies_on_its_way(
    shop: Shop, step: str, when: str
) -> None:
    shop.operaciones.set_where("TAG_SPOOL", "MK-1", "Armador", "MR(93)")

    async def dies(at: str) -> None:
        if at == step:
            raise PowerCut

    for _ in range(3):
        await shop.start(**{when: dies})
        with pytest.raises(PowerCut):
            await shop.cycle()
    await shop.start()
    await shop.until_done()
    assert len(await shop.conflicts()) == 1
    await shop.check()


async def test_a_conflict_is_on_record_before_anything_is_written_over(shop: Shop, api: SheetsApi) -> None:
    shop.operaciones.set_where("TAG_SPOOL", "MK-1", "Armador", "MR(93)")
    api.fail(dropped(), when="write")
    with pytest.raises(SheetUnavailableError):
        await shop.cycle()
    assert shop.row("MK-1")["Armador"] == "MR(93)"
    assert len(await shop.conflicts()) == 1
    await shop.until_done()
    assert len(await shop.conflicts()) == 1
    await shop.check()
    assert (await shop.status()).conflicts == 1
