"""The office's log of events, whatever the office does to its worksheet: each event once, below the columns' names."""

import json
from collections.abc import Callable

import pytest

from core.domain.errors import SheetUnavailableError, SheetUnusableError
from core.domain.reasons import FallaPlanilla
from tests.asking import nota, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import METADATA, Shop, on_one_engine_each
from tests.sheets_api import Office, SheetsApi, formula, reply_lost

Edit = Callable[[Office], object]


def _numbered(office: Office) -> None:
    office.insert_columns("A", header="N°")
    for row in range(2, len(office.rows()) + 1):
        office.set(f"A{row}", formula("=ROW()-1", row - 1))


def _unnamed(office: Office) -> None:
    office.insert_columns("A")
    office.set("A2", "revisado")


EDITS: dict[str, Edit] = {
    "a column inserted before all": lambda office: office.insert_columns("A"),
    "a column with a name before all": lambda office: office.insert_columns("A", header="Visto"),
    "a numbered column before all": _numbered,
    "a column without a name, with something in it": _unnamed,
    "two columns before all, one with a name": lambda office: office.insert_columns("A", 2, header="Visto"),
    "a column inserted among them": lambda office: office.insert_columns("C", header="Semana"),
    "a column without a name inserted among them": lambda office: office.insert_columns("B"),
    "the ids moved": lambda office: office.move_columns("A", before="E"),
    "the numbers of unions moved to the front": lambda office: office.move_columns("K", before="A"),
    "the numbers of unions taken away": lambda office: office.delete_columns("K"),
    "names spelled otherwise": lambda office: office.rename_header("Evento_Tipo", "EVENTO TIPO"),
    "rows inserted above": lambda office: office.insert_rows(2, 3),
    "an old row deleted": lambda office: office.delete_rows(2),
    "sorted the other way": lambda office: office.sort("Timestamp", descending=True),
    "something written below": lambda office: office.set("C9", "pie de página"),
    "a column of its own": lambda office: office.fill([["Revisado"], ["sí"]], "L1"),
}


@pytest.fixture
async def shop(mirrored: Shop) -> Shop:
    """A few events are in the sheet."""
    for number in range(4):
        mirrored.clock.advance(seconds=1)
        await mirrored.service.nota(nota(MIGUEL, "MK-2", texto=f"={number}"))
    return await mirrored.caught_up()


async def work(shop: Shop) -> list[str]:
    """The ids of the events that happened."""
    before = len(await shop.events())
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await shop.service.nota(nota(MIGUEL, "MK-2", texto="+falta un codo"))
    return [str(event.id) for event in (await shop.events())[before:]]


async def each_is_there_once(shop: Shop, *, without: int = 0) -> None:
    """Every event has one row, whole, wherever the office put it; `without`: so many the office took away."""
    events = {str(event.id): event for event in await shop.events()}
    logged = [{str(name): cell for name, cell in row.items()} for row in shop.logged()]
    named = [row for row in logged if row["ID"] in events]
    assert len(named) == len({row["ID"] for row in named}) == len(events) - without
    for row in named:
        event = events[row["ID"]]
        kind = row.get("Evento_Tipo", row.get("EVENTO TIPO"))
        assert (kind, row["TAG_SPOOL"], row["Accion"]) == (event.evento_tipo, event.tag_spool, str(event.accion))
        assert json.loads(row["Metadata_JSON"])["evento"]["seq"] == event.seq
        assert row["Worker_Nombre"] == event.worker_nombre
    state = await shop.state()
    assert (state.waiting, state.trouble) == (0, None)


@on_one_engine_each("edit", EDITS)
async def test_the_log_goes_on_below_its_names_whatever_the_office_did_between_two_cycles(
    shop: Shop, api: SheetsApi, edit: Edit
) -> None:
    edit(shop.metadata)
    before = api.count("values.append")
    new = await work(shop)
    await shop.until_done()
    new += await work(shop)
    await shop.until_done()
    await each_is_there_once(shop, without=edit is EDITS["an old row deleted"])
    assert [row["ID"] for row in shop.logged() if row["ID"] in new] == new
    assert shop.book.overwritten_formulas == []
    # Where the table begins is told by its names; where it does not, by the first rows that went elsewhere.
    assert api.count("values.append") == before + 2 + (edit is _unnamed)
    numbered = [row["N°"] for row in shop.logged() if "N°" in row]
    assert numbered in ([], [1, 2, 3, 4, 5, *[""] * len(new)])


@on_one_engine_each("edit", EDITS)
@pytest.mark.parametrize("restarted", [False, True], ids=["the same mirror", "another mirror"])
async def test_an_append_whose_reply_was_lost_is_found_whatever_the_office_did_since(
    shop: Shop, api: SheetsApi, edit: Edit, *, restarted: bool
) -> None:
    await work(shop)
    api.fail(reply_lost(), when="values.append")
    with pytest.raises(SheetUnavailableError):
        await shop.cycle()
    edit(shop.metadata)
    if restarted:
        await shop.start()
    await work(shop)
    await shop.until_done()
    await each_is_there_once(shop, without=edit is EDITS["an old row deleted"])


MOVES = [name for name in EDITS if ("inserted" in name and "row" not in name) or "before" in name or "moved" in name]


@on_one_engine_each("edit", {name: EDITS[name] for name in MOVES})
@pytest.mark.parametrize("answered", [True, False], ids=["answered", "reply lost"])
async def test_rows_whose_columns_move_while_they_are_on_their_way_are_put_below_their_names(
    shop: Shop, api: SheetsApi, edit: Edit, *, answered: bool
) -> None:
    await work(shop)
    api.before("values.append", lambda _: edit(shop.metadata))
    if not answered:
        api.fail(reply_lost(), when="values.append")
    await shop.until_done()
    await each_is_there_once(shop)
    await work(shop)
    await shop.until_done()
    await each_is_there_once(shop)
    headers, *rows = shop.metadata.rows()
    for row in rows:
        unnamed = [cell for name, cell in zip(headers, row, strict=False) if not name]
        assert not any(cell for cell in unnamed if cell != "revisado")


async def test_rows_that_were_sorted_by_another_column_are_all_read_again(shop: Shop, api: SheetsApi) -> None:
    """The last event known may stand among the rows that are read, and those of a lost reply far above."""
    for number in range(1_600):
        await shop.service.nota(nota(MIGUEL, f"MK-{1 + number % 6}", texto="x"))
    await shop.until_done()
    for tag in ("MK-6", "MK-1", "MK-6", "MK-1"):
        await shop.service.nota(nota(MIGUEL, tag, texto="z"))
    api.fail(reply_lost(), when="values.append")
    with pytest.raises(SheetUnavailableError):
        await shop.cycle()
    shop.metadata.sort("TAG_SPOOL")
    await shop.until_done()
    await each_is_there_once(shop)


async def test_events_that_the_office_deletes_are_not_written_again(shop: Shop) -> None:
    shop.metadata.delete_rows(2, len(shop.logged()))
    new = await work(shop)
    await shop.until_done()
    assert [row["ID"] for row in shop.logged()] == new


async def test_an_empty_worksheet_of_events_gets_none_until_it_has_its_names_again(shop: Shop) -> None:
    shop.metadata.wipe()
    new = await work(shop)
    for _ in range(2):
        with pytest.raises(SheetUnusableError, match=r"FALTA_COLUMNA.*ID"):
            await shop.cycle()
        shop.mirror.look_anew()
    assert shop.metadata.rows() == []
    shop.metadata.fill([list(METADATA)])
    await shop.until_done()
    assert [row["ID"] for row in shop.logged()] == new


async def test_a_spreadsheet_that_is_full_is_told_and_the_rows_go_on(shop: Shop) -> None:
    shop.book.cell_limit = shop.book.cell_count
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    with pytest.raises(SheetUnavailableError) as full:
        await shop.cycle()
    assert full.value.falla is FallaPlanilla.LLENA
    await shop.mirror.note_trouble(full.value)
    state = await shop.state()
    assert state.trouble is not None
    assert (state.trouble.error["falla"], state.waiting) == ("LLENA", 1)
    await shop.check_rows()
    shop.operaciones.set_where("TAG_SPOOL", "MK-2", "Armador", "MR(93)")
    await shop.service.tomar(tomar(MIGUEL, tag="MK-3"))
    with pytest.raises(SheetUnavailableError):
        await shop.cycle()
    await shop.check_rows()
    await shop.mirror.note_trouble(full.value)
    assert (await shop.status()).conflicts == 1
    shop.book.cell_limit += 1_000
    await shop.until_done()
    await shop.check()
