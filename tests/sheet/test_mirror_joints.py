"""Taller Uniones and the columns of Taller that count joints: a row a joint that says the truth, whatever happens."""

from dataclasses import replace
from hashlib import blake2b

import pytest

from core.domain.model import Operacion
from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.domain.uniones import Union
from core.sheet.push.lookups import write_lookups
from core.sheet.taller import COLUMNS, COUNTED
from core.sheet.template import write_worksheets
from tests.asking import completar, pausar, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import ON_SQLITE, Shop, small_plant
from tests.sheet.planilla import TAGS

OLDER = len(COLUMNS) - len(COUNTED)


async def test_joints_are_counted_beside_their_spool_and_each_says_who_made_it_and_when(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    await shop.service.tomar(tomar(JUAN, tag="MK-5"))
    await shop.service.pausar(pausar(JUAN, "MK-5", uniones="2"))
    await shop.service.tomar(tomar(MIGUEL, tag="MK-6"))
    await shop.service.completar(completar(MIGUEL, "MK-6"))
    await shop.service.tomar(tomar(MIGUEL, Operacion.SOLD, tag="MK-6"))
    await shop.service.completar(completar(MIGUEL, "MK-6"))
    progress = await shop.cycle()
    # Two spools and two joints: the third joint is as it was.
    assert (progress.rows, progress.events) == (4, 6)
    await shop.check()
    today = shop.row("MK-6")["Fecha_Armado"]
    counts = {tag: [shop.row(tag)[column] for column in COUNTED] for tag in ("MK-4", "MK-5", "MK-6")}
    assert counts == {"MK-4": [""] * 5, "MK-5": [2, 1, 0, 1.5, 0], "MK-6": [1, 1, 1, 0.7, 0.7]}
    assert [list(record.values())[:8] for record in shop.taller_uniones.records()] == [
        ["MK-5", 1, 4, "BW", "", "", "", ""],
        ["MK-5", 2, 1.5, "FW", "JP(94)", today, "", ""],
        ["MK-6", 7, 0.6875, "BW", "MR(93)", today, "MR(93)", today],
    ]
    assert [row["N_UNION"] for row in shop.logged()[1:]] == ["", "2", "", "7", "", "7"]
    shown = {record["TAG_SPOOL"]: record for record in shop.operaciones.records()}
    assert (shown["MK-4"]["Total_Uniones"], shown["MK-5"]["Pulgadas_ARM"]) == ("", 1.5)


@ON_SQLITE
@pytest.mark.parametrize(
    ("disturb", "conflicts"),
    [
        (lambda office: office.sort("N_UNION", descending=True), []),
        (lambda office: office.delete_rows(3), []),
        (lambda office: office.insert_rows(2, 3), []),
        (lambda office: office.fill([office.rows()[2]], at="A9"), []),
        (lambda office: office.set("E2", "LG(1)"), [1]),
        (lambda office: office.set("C3", 12), [2]),
    ],
    ids=["sorted", "a row deleted", "rows inserted", "a row copied", "a name typed", "a size typed"],
)
async def test_rows_of_a_long_list_of_joints_are_put_right_and_what_a_person_typed_is_on_record(
    mirrored: Shop, monkeypatch: pytest.MonkeyPatch, disturb, conflicts: list[int]
) -> None:
    monkeypatch.setattr("core.sheet.push.places.READ_WHOLE", 1)
    shop = await mirrored.caught_up()
    disturb(shop.taller_uniones)
    await shop.service.tomar(tomar(JUAN, tag="MK-5"))
    await shop.service.pausar(pausar(JUAN, "MK-5", uniones="1-2"))
    shop.seconds.now += 61
    for _ in TAGS:
        # The rows in turn.
        await shop.cycle()
    await shop.until_done()
    await shop.check()
    assert [event.metadata["union"] for event in await shop.conflicts()] == conflicts


@ON_SQLITE
async def test_joints_follow_the_offices_list_and_one_that_it_removed_has_no_row(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    plant = small_plant()
    listed = {"MK-1": (Union(numero=3, diezmilesimas=80_000),), "MK-5": plant.spools[4].uniones[:1]}
    spools = tuple(replace(one, uniones=listed.get(one.tag_spool, one.uniones)) for one in plant.spools)
    await shop.service.load_plant(replace(plant, spools=spools))
    await shop.until_done()
    await shop.check()
    assert [row["TAG_SPOOL"] for row in shop.taller_uniones.records() if row["TAG_SPOOL"]] == ["MK-5", "MK-6", "MK-1"]
    assert (await shop.status()).unknown.count == 0


@ON_SQLITE
async def test_without_its_worksheet_joints_are_missed_by_name_and_all_else_goes_on(mirrored: Shop) -> None:
    mirrored.taller_uniones.delete()
    await mirrored.start()
    with pytest.raises(SheetUnusableError) as refused:
        await mirrored.cycle()
    assert refused.value.details["sheet"] == "Taller Uniones"
    assert len(mirrored.taller.records()) == len(TAGS)
    await write_worksheets(mirrored.spreadsheet)
    mirrored._offices.clear()
    await mirrored.until_done()
    await mirrored.check()


@ON_SQLITE
async def test_joints_that_the_spreadsheet_has_no_room_for_leave_the_room_to_the_log(
    mirrored: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrored.taller_uniones.delete_rows(3, mirrored.taller_uniones.sheet.grid.row_count - 2)
    monkeypatch.setattr("core.sheet.spreadsheet.ranges.SPARE", 10_000_000)
    await mirrored.start()
    await mirrored.cycle()
    with pytest.raises(SheetUnavailableError) as refused:
        await mirrored.cycle()
    assert refused.value.falla is FallaPlanilla.LLENA
    assert [row["N_UNION"] for row in mirrored.taller_uniones.records()] == [1]
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    with pytest.raises(SheetUnavailableError):
        await mirrored.cycle()
    assert (mirrored.row("MK-1")["Ocupado_Por"], len(mirrored.logged())) == ("JP(94)", 2)


# A Taller of an older version


def make_older(shop: Shop, own: str = "") -> None:
    """Taller as an older version wrote it: without counts, each row's checksum of what it has."""
    office = shop.taller
    office.delete_columns(office.column(COUNTED[0]), len(COUNTED))
    for tag in TAGS:
        covered = [str(shop.row(tag).get(column, "")) for column in COLUMNS[:OLDER] if column != "version"]
        version = blake2b("\x1f".join(covered).encode(), digest_size=6).hexdigest()
        office.set(shop.at(tag, "version"), version)
    if own:
        office.insert_columns("L", header=own)
        office.set("L3", "mío")
    else:
        office.sheet.grid.resize(office.sheet.grid.row_count, OLDER)


@ON_SQLITE
@pytest.mark.parametrize("own", ["", "Notas"])
@pytest.mark.parametrize("by", ["mirror", "template"])
async def test_an_older_taller_gets_the_columns_it_lacks_and_keeps_everything(
    mirrored: Shop, own: str, by: str
) -> None:
    shop = await mirrored.caught_up()
    make_older(shop, own)
    if by == "template":
        await write_worksheets(shop.spreadsheet)
    await shop.start()
    await shop.until_done()
    assert shop.taller.rows()[0] == [*COLUMNS, *filter(None, [own])]
    assert [row.get("Notas", "") for row in shop.taller.records()] == ["", "mío" if own else "", *[""] * 4]
    assert await shop.conflicts() == []
    await write_lookups(shop.spreadsheet, repair=True)
    await shop.check()


@ON_SQLITE
async def test_a_renamed_count_stops_the_rows_as_any_renamed_column_does(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    shop.taller.rename_header("Pulgadas_ARM", "Pulgadas")
    with pytest.raises(SheetUnusableError):
        await shop.cycle()
