"""A log out of its rows in the sheet, without any network: what is no event is named, what is missing is counted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.domain.errors import SheetUnusableError
from core.domain.model import (
    Accion,
    Avance,
    EstadoAvance,
    Policy,
)
from core.sheet.metadata import COLUMNS
from core.sheet.recovery.recovered_site import RecoveredSite
from tests.asking import (
    completar,
    deshacer,
    nota,
    pausar,
    tomar,
)
from tests.contract.commits import draft
from tests.plants import CARLA, JUAN, LUIS, MIGUEL, START, Etapa, spool_at
from tests.sheet.recovery.days import HEADERS, OFFICE, PEOPLE, POLICY, ROLES, SOLD, Day, listed, recovered, row, told
from tests.shopfloor import SANTIAGO


def test_another_programs_rows_are_history_and_do_not_spoil_what_followed():
    start = listed(spool_at(Etapa.ARMADO))
    day = Day(start, tomar(MIGUEL, SOLD))
    foreign = [
        ["ID", "TAG_SPOOL", "Worker_ID", "Worker_Nombre"],
        *([str(uuid4()), start.tag_spool, LUIS.worker_id, LUIS.worker_nombre] for _ in range(2)),
    ][1:]
    lines = []
    for (event_id, tag, worker_id, nombre), accion in zip(foreign, ("TOMAR", "COMPLETAR"), strict=True):
        cells: dict[str, object] = {
            "ID": event_id,
            "Timestamp": "01-10-2025 08:00:00",
            "Evento_Tipo": f"{accion}_ARM",
            "TAG_SPOOL": tag,
            "Worker_ID": worker_id,
            "Worker_Nombre": nombre,
            "Operacion": "ARM",
            "Accion": accion,
        }
        lines.append([cells.get(column) for column in COLUMNS])
    site = recovered([day.row()], [*lines, *day.log()])
    assert [event.accion for event in site.log.events] == [Accion.TOMAR, Accion.COMPLETAR, Accion.TOMAR]
    assert [event.seq for event in site.log.events] == [1, 2, 3]
    assert (len(site.log.inexact), site.log.renumbered, site.doubts) == (2, True, ())
    [found] = site.spools
    assert (found.arm, found.sold) == (day.spool.arm, day.spool.sold)
    assert found.ocupacion is not None
    assert (found.ocupacion.seq, found.ocupacion.event_id) == (3, day.events[0].id)


def test_a_tomar_that_lost_how_long_its_lock_lives_has_the_usual_life():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN))
    site = recovered([day.row()], [told(day.events[0], Metadata_JSON="")], policy=Policy(lock_ttl=3600))
    [found] = site.spools
    assert found.ocupacion is not None
    assert found.ocupacion.vence == day.events[0].ts.replace(microsecond=0) + timedelta(hours=1)
    assert "lock_ttl" not in site.log.events[0].metadata
    assert site.doubts == ()


def test_of_rows_that_tell_the_same_event_the_one_that_nobody_spoilt_counts():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN))
    site = recovered([day.row()], [told(day.events[0], Metadata_JSON=""), *day.log()])
    assert (site.log.events, site.log.whole, site.log.repeated) == (tuple(day.events), True, 1)


def test_in_a_sorted_log_what_has_no_number_stands_where_its_time_says():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), nota(JUAN), pausar(JUAN))
    early, late = day.log()[0], day.log()[2]
    spoilt = told(day.events[1], Metadata_JSON="", Timestamp="21-11-2025 12:00:02")
    site = recovered([day.row()], [spoilt, late, early])
    assert [event.id for event in site.log.events] == [event.id for event in day.events]
    assert site.doubts == ()


def test_rows_that_are_no_events_are_named_and_left_out():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), nota(JUAN))
    site = recovered([day.row()], [*day.log(), told(day.events[0], ID="a mano"), ["", "", "", "TAG", *[""] * 7]])
    assert [(problem.file, problem.line, problem.column) for problem in site.problems] == [
        ("Metadata 1", 4, "ID"),
        ("Metadata 1", 5, "Timestamp"),
    ]
    assert site.log.events == tuple(day.events)


def test_a_type_that_a_person_changed_makes_the_row_inexact():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), pausar(JUAN))
    site = recovered([day.row()], [day.log()[0], told(day.events[1], Accion="CANCELAR")])
    assert site.log.inexact == {day.events[1].id}
    assert site.spools[0].arm == Avance(EstadoAvance.PAUSADO, "JP(94)")


def test_missing_numbers_are_told_and_the_rest_has_new_ones_also_where_one_names_another():
    day = Day(
        spool_at(Etapa.LIBRE), nota(CARLA), tomar(JUAN), pausar(JUAN), deshacer(JUAN, 3), nota(CARLA), nota(CARLA)
    )
    log = day.log()
    site = recovered([day.row()], [*log[1:4], log[5]])
    assert site.log.missing == ((1, 1), (5, 5))
    assert [event.seq for event in site.log.events] == [1, 2, 3, 4]
    assert site.log.events[2].undoes == 2
    [found] = site.spools
    assert found.ocupacion is not None
    assert (found.ocupacion.seq, found.ocupacion.event_id) == (1, day.events[1].id)
    assert (site.doubts, site.log.renumbered, found.seq) == ((), True, 4)


def test_what_an_undoing_undid_is_no_event_when_its_row_is_gone():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), pausar(JUAN), deshacer(JUAN, 2))
    site = recovered([day.row()], [day.log()[0], day.log()[2]])
    assert site.log.events[1].undoes == 0
    assert site.doubts == ()


def test_of_a_past_that_was_let_go_nothing_happened_to_the_spool():
    lost = Day(spool_at(Etapa.LIBRE), tomar(JUAN), completar(JUAN), tomar(MIGUEL, SOLD))
    kept = Day(spool_at(Etapa.LIBRE))
    kept.events, kept.states = lost.events[:1], lost.states[:2]
    kept.floor.spool = kept.states[-1]
    kept.floor.clock.instant = lost.floor.clock.instant
    kept.ask(pausar(JUAN))
    site = recovered([kept.row()], [*lost.log(), *kept.log()[1:]])
    [found] = site.spools
    assert (found.arm, found.sold, found.ocupacion) == (kept.spool.arm, kept.spool.sold, None)
    assert (site.doubts, len(site.log.events)) == ((), 4)
    assert site.log.superseded == {event.id for event in lost.events[1:]}


def test_a_row_that_shows_an_event_of_a_past_that_was_let_go_knows_better():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), pausar(JUAN), tomar(MIGUEL))
    again = draft(Etapa.ARMADO, Accion.NOTA).committed(seq=2, ts=START + timedelta(hours=1))
    site = recovered([day.row()], [*day.log(), told(again)])
    assert site.log.superseded == {event.id for event in day.events[1:]}
    assert site.doubts == ()
    assert site.spools[0].ocupacion == replace(day.spool.ocupacion, seq=3)


def test_a_log_that_was_rebuilt_before_is_put_in_order_across_both_numberings():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), nota(JUAN), nota(JUAN), pausar(JUAN))
    rebuilt = draft("", Accion.RECONSTRUIR, None, metadata={"renumerados": True}).committed(
        seq=4, ts=day.floor.clock() + timedelta(hours=1)
    )
    later = draft(day.spool.tag_spool, Accion.NOTA).committed(seq=5, ts=rebuilt.ts + timedelta(hours=1))
    lines = [told(event) for event in (later, day.events[3], rebuilt, day.events[0], day.events[2])]
    site = recovered([row(day.spool, later.id)], lines)
    ids = [event.id for event in site.log.events]
    assert ids == [day.events[0].id, day.events[2].id, day.events[3].id, rebuilt.id, later.id]
    assert site.log.missing == ((2, 2),)
    assert (site.doubts, site.spools[0].arm) == ((), day.spool.arm)


def test_events_of_a_tag_without_a_row_are_kept_and_told():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), pausar(JUAN))
    site = recovered([row(spool_at(Etapa.ARMADO))], day.log())
    assert [spool.tag_spool for spool in site.spools] == [Etapa.ARMADO]
    assert (site.unknown, len(site.log.events)) == ({Etapa.LIBRE: 2}, 2)


# Worksheets


def test_a_worksheet_of_metadata_that_was_only_just_added_is_no_trouble():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN))
    plant = {"Operaciones": [HEADERS, day.row()], "Trabajadores": PEOPLE, "Roles": ROLES}
    logs = {"Metadata": [list(COLUMNS), *day.log()], "Metadata 2": []}
    site = RecoveredSite.of(plant, logs, timezone=SANTIAGO, policy=POLICY)
    assert site.spools == (day.spool,)


@pytest.mark.parametrize("headers", [[], [["ID", "Timestamp"]]])
def test_a_log_whose_columns_cannot_be_found_stops_everything(headers: list[Any]):
    plant = {"Operaciones": [HEADERS, row(spool_at(Etapa.LIBRE))], "Trabajadores": PEOPLE, "Roles": ROLES}
    with pytest.raises(SheetUnusableError, match="Metadata"):
        RecoveredSite.of(plant, {"Metadata": headers}, timezone=SANTIAGO, policy=POLICY)


def test_a_sheet_without_the_columns_of_the_shop_is_made_up_for_by_the_log():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), completar(JUAN), tomar(MIGUEL, SOLD))
    plant = {"Operaciones": [OFFICE, day.row()[: len(OFFICE)]], "Trabajadores": PEOPLE, "Roles": ROLES}
    site = RecoveredSite.of(plant, {"Metadata": [list(COLUMNS), *day.log()]}, timezone=SANTIAGO, policy=POLICY)
    assert (site.spools, site.doubts) == ((day.spool,), ())
