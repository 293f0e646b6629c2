"""A row of Taller: what it says of a spool, and how it shows whether a mirror or a person wrote it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.model import Operacion
from core.domain.rulebook.policy import Policy
from core.sheet.taller import COLUMNS, SPOOL_ROWS, texts_of
from tests.asking import aprobar, completar, tomar
from tests.plants import CARLA, MIGUEL, START, Etapa, spool_at
from tests.shopfloor import SANTIAGO, ShopFloor

NOW = START.astimezone(SANTIAGO)


def row_of(floor: ShopFloor) -> dict[str, str]:
    texts = texts_of(floor.spool, now=floor.clock(), timezone=SANTIAGO, policy=Policy())
    return dict(zip(COLUMNS, texts, strict=True))


def test_a_row_follows_its_spool_from_taken_to_approved():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    assert (row_of(floor)["Ocupado_Por"], row_of(floor)["seq"]) == ("", "")
    floor.ask(tomar(MIGUEL))
    taken = row_of(floor)
    assert (taken["Armador"], taken["Fecha_Armado"], taken["Ocupado_Por"]) == ("MR(93)", "", "MR(93)")
    assert taken["Fecha_Ocupacion"] == floor.clock().astimezone(SANTIAGO).strftime("%d-%m-%Y %H:%M:%S")
    assert taken["seq"] == str(floor.spool.seq)
    floor.ask(completar(MIGUEL))
    floor.ask(tomar(MIGUEL, Operacion.SOLD))
    floor.ask(completar(MIGUEL))
    floor.ask(aprobar(CARLA))
    done = row_of(floor)
    today = floor.clock().astimezone(SANTIAGO).strftime("%d-%m-%Y")
    assert [done[name] for name in ("Fecha_Armado", "Fecha_Soldadura", "Fecha_QC_Metrologia")] == [today] * 3
    assert (done["Ocupado_Por"], done["Estado_Detalle"]) == ("", "METROLOGIA APROBADO")


def test_a_lock_that_runs_out_changes_the_row_without_an_event():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    floor.ask(tomar(MIGUEL))
    before = row_of(floor)
    floor.clock.advance(seconds=timedelta(hours=13).total_seconds())
    after = row_of(floor)
    assert after["Estado_Detalle"].startswith("VENCIDO")
    assert after["version"] != before["version"]


@given(at=st.integers(0, len(COLUMNS) - 1), text=st.text(max_size=12))
def test_a_cell_that_a_person_changes_shows_and_a_row_left_alone_does_not(at: int, text: str):
    texts = texts_of(spool_at(Etapa.ARMADO), now=NOW, timezone=SANTIAGO, policy=Policy())
    assert SPOOL_ROWS.is_written_by_mirror(SPOOL_ROWS.texts_in(texts))
    changed = SPOOL_ROWS.texts_in([*texts[:at], text, *texts[at + 1 :]])
    assert SPOOL_ROWS.is_written_by_mirror(changed) == (changed == texts)


@pytest.mark.parametrize("field", ["tag_spool", "seq"])
def test_the_same_cells_of_another_spool_or_event_have_another_version(field: str):
    spool = spool_at(Etapa.ARMADO)
    other = replace(spool, **{field: "OTRO" if field == "tag_spool" else 7})
    rows = [texts_of(each, now=NOW, timezone=SANTIAGO, policy=Policy()) for each in (spool, other)]
    assert SPOOL_ROWS.version_of(rows[0]) != SPOOL_ROWS.version_of(rows[1])


def test_cells_missing_at_the_end_of_a_row_are_empty():
    assert SPOOL_ROWS.texts_in(["MK-1"]) == ("MK-1", *[""] * 15)
