"""A site out of its sheet, without any network: what the rows still tell is known again, the rest is reported."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.model import (
    Avance,
    EstadoAvance,
)
from core.domain.requests import (
    Request,
)
from core.sheet.recovery.recovered_spools import Duda, Fuente
from tests.asking import (
    aprobar,
    cancelar,
    completar,
    desbloquear,
    deshacer,
    extender,
    liberar,
    nota,
    pausar,
    rechazar,
    tomar,
)
from tests.plants import CARLA, JUAN, MIGUEL, Etapa, held_by, spool_at
from tests.sheet.recovery.days import (
    ARM,
    HEADERS,
    OFFICE,
    REPARACION,
    SOLD,
    Day,
    an_approved_repair,
    days,
    listed,
    recovered,
    row,
    same,
    told,
)

# What is whole


def test_a_whole_life_comes_back_to_the_last_field():
    day = an_approved_repair()
    site = recovered([day.row()], day.log())
    assert site.spools == (day.spool,)
    assert site.log.events == tuple(day.events)
    assert site.log.whole
    assert (site.doubts, site.problems, site.unknown, site.log.renumbered) == ((), (), {}, False)


@given(days(), st.data())
def test_whatever_happened_comes_back_from_a_row_that_may_lag_behind(day: Day, data: st.DataObject):
    after = data.draw(st.integers(0, len(day.events)))
    site = recovered([day.row(after)], day.log())
    assert site.doubts == ()
    [found] = site.spools
    same(found, day, day.states[after])


@given(days(), st.data())
def test_whatever_happened_comes_back_from_rows_in_any_order_and_some_twice(day: Day, data: st.DataObject):
    lines = data.draw(st.permutations(day.log()))
    twice = data.draw(st.lists(st.sampled_from(lines), max_size=3)) if lines else []
    cut = data.draw(st.integers(0, len(lines)))
    site = recovered([day.row()], lines[:cut], [*lines[cut:], *twice])
    assert (site.doubts, site.log.renumbered, site.log.repeated) == ((), False, len(twice))
    assert site.log.events == tuple(day.events)
    [found] = site.spools
    same(found, day, day.spool)


@given(days(), st.data())
def test_with_rows_missing_what_is_told_as_certain_is_what_the_row_says(day: Day, data: st.DataObject):
    kept = [line for line in day.log() if data.draw(st.booleans())]
    site = recovered([day.row()], kept)
    [found] = site.spools
    assert row(found, day.events[-1].id if day.events else "")[len(OFFICE) : -2] == day.row()[len(OFFICE) : -2]
    assert [event.seq for event in site.log.events] == list(range(1, len(kept) + 1))
    assert found.version == 1 + len(kept)


def test_a_spool_that_nothing_happened_to_is_as_its_row_says():
    site = recovered([row(spool_at(etapa)) for etapa in Etapa], [])
    assert list(site.spools) == [listed(spool_at(etapa)) for etapa in Etapa]
    assert (site.doubts, site.log.events) == ((), ())


# The start that the office gave


@pytest.mark.parametrize(
    ("start", "requests"),
    [
        (Etapa.ARM_PARCIAL, [tomar(MIGUEL), cancelar(MIGUEL)]),
        (Etapa.ARMADO, [tomar(MIGUEL, SOLD), completar(MIGUEL)]),
        (Etapa.RECHAZADO, [tomar(MIGUEL, REPARACION), completar(MIGUEL), rechazar(CARLA)]),
        (Etapa.BLOQUEADO, [desbloquear(CARLA), tomar(MIGUEL, REPARACION)]),
        (Etapa.REPARADO, [rechazar(CARLA)]),
        (Etapa.REPARADO, [aprobar(CARLA), deshacer(CARLA, 1)]),
    ],
)
def test_what_the_office_had_listed_is_where_the_events_begin(start: Etapa, requests: list[Request]):
    day = Day(listed(spool_at(start)), *requests)
    site = recovered([day.row()], day.log())
    assert site.doubts == ()
    assert site.spools == (day.spool,)


@pytest.mark.parametrize("request_", [pausar(JUAN), completar(JUAN), extender(JUAN), liberar(CARLA)])
def test_who_held_a_spool_that_was_listed_as_taken_is_told_by_what_became_of_it(request_: Request):
    day = Day(listed(held_by(JUAN, ARM, spool_at(Etapa.LIBRE))), request_)
    site = recovered([day.row()], day.log())
    [found] = site.spools
    assert site.doubts == ()
    assert found.arm == day.spool.arm
    if day.spool.ocupacion is not None:
        assert found.ocupacion is not None
        assert (found.ocupacion.worker_id, found.ocupacion.vence) == (JUAN.worker_id, day.spool.ocupacion.vence)
        assert found.ocupacion.fecha_ocupacion == day.spool.ocupacion.fecha_ocupacion
        assert found.ocupacion.seq == found.seq == 1


def test_a_spool_that_was_repaired_before_it_was_approved_was_rejected_at_least_once():
    day = Day(listed(spool_at(Etapa.RECHAZADO)), tomar(JUAN, REPARACION), completar(JUAN), aprobar(CARLA))
    site = recovered([day.row()], day.log())
    assert (site.spools, site.doubts) == ((day.spool,), ())


def test_a_spool_that_was_listed_as_taken_and_whose_row_was_never_written_is_as_its_events_left_it():
    day = Day(listed(held_by(JUAN, ARM, spool_at(Etapa.LIBRE))), pausar(JUAN))
    for estado in (day.row(0)[HEADERS.index("Estado_Detalle")], ""):
        site = recovered([day.row(0, Estado_Detalle=estado)], day.log())
        assert (site.spools, site.doubts) == ((day.spool,), ())


def test_who_was_displaced_from_a_spool_that_was_listed_as_taken_is_told_by_who_displaced_him():
    day = Day(listed(held_by(JUAN, ARM, spool_at(Etapa.LIBRE))))
    day.floor.clock.advance(seconds=13 * 3600)
    day.ask(tomar(MIGUEL))
    site = recovered([day.row()], day.log())
    assert (site.spools, site.doubts) == ((day.spool,), ())
    assert day.spool.ocupacion is not None
    assert day.spool.ocupacion.previo == Avance(EstadoAvance.PAUSADO, "JP(94)")


# A row and a log that do not agree


def test_a_row_without_a_version_bears_nothing_out_that_its_events_never_led_to():
    day = Day(spool_at(Etapa.LIBRE), tomar(MIGUEL), pausar(MIGUEL))
    edited = day.row(Armador="AA(101)")
    edited[HEADERS.index("version")] = "borrada"
    site = recovered([edited], day.log())
    assert [(doubt.duda, doubt.columns) for doubt in site.doubts] == [
        (Duda.FILA_DISTINTA, {"Armador": ("AA(101)", "MR(93)")})
    ]


def test_a_row_that_shows_an_event_the_log_does_not_have_is_taken_and_told():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), pausar(JUAN), tomar(MIGUEL))
    site = recovered([day.row()], day.log()[:-1])
    [found] = site.spools
    assert found.ocupacion is not None
    assert (found.ocupacion.worker_id, found.arm.estado) == (MIGUEL.worker_id, EstadoAvance.EN_PROGRESO)
    [doubt] = site.doubts
    assert (doubt.duda, doubt.taken, doubt.row) == (Duda.FILA_ADELANTADA, Fuente.HOJA, 2)
    assert doubt.columns["Armador"] == ("MR(93)", "JP(94)")
    assert (found.version, found.seq) == (3, 2)


def test_a_lost_note_is_told_as_well():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), nota(JUAN))
    site = recovered([day.row()], day.log()[:-1])
    [doubt] = site.doubts
    assert (doubt.duda, doubt.columns) == (Duda.FILA_ADELANTADA, {})
    assert site.spools[0].ocupacion == day.states[1].ocupacion


def test_of_a_row_that_is_taken_what_no_row_can_say_is_as_the_log_tells():
    day = an_approved_repair()
    before = day.spool
    assert (before.rechazos, before.ciclos_extra, before.inspeccion.worker_nombre) == (4, 1, "CP(95)")
    day.ask(nota(CARLA))
    site = recovered([day.row()], day.log()[:-1])
    assert [doubt.duda for doubt in site.doubts] == [Duda.FILA_ADELANTADA]
    assert site.spools == (before,)


def test_a_row_that_shows_an_event_while_there_is_no_history_is_told():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), completar(JUAN))
    site = recovered([day.row()])
    assert site.spools[0].arm == day.spool.arm
    assert [doubt.duda for doubt in site.doubts] == [Duda.FILA_ADELANTADA]


def test_a_person_who_wrote_into_the_row_does_not_change_what_a_whole_log_tells():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN))
    site = recovered([day.row(Ocupado_Por="", Fecha_Ocupacion="")], day.log())
    assert site.spools == (day.spool,)
    [doubt] = site.doubts
    assert (doubt.duda, doubt.taken) == (Duda.FILA_DISTINTA, Fuente.REGISTRO)
    assert doubt.columns == {"Ocupado_Por": ("", "JP(94)"), "Fecha_Ocupacion": ("", "21-11-2025 12:00:01")}


def test_where_the_log_has_holes_the_row_is_taken():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), completar(JUAN), nota(JUAN))
    site = recovered([day.row()], [day.log()[0], day.log()[2]])
    [found] = site.spools
    assert (found.arm, found.ocupacion) == (day.spool.arm, None)
    [doubt] = site.doubts
    assert (doubt.duda, doubt.taken) == (Duda.FILA_DISTINTA, Fuente.HOJA)
    assert site.log.missing == ((2, 2),)


def test_who_held_a_spool_last_put_it_down_also_where_the_row_of_his_taking_it_is_gone():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), pausar(JUAN), tomar(MIGUEL, SOLD), pausar(MIGUEL))
    site = recovered([day.row()], [day.log()[0], day.log()[3]])
    [found] = site.spools
    assert (found.arm, found.sold, found.ocupacion) == (day.spool.arm, day.spool.sold, None)
    assert site.doubts == ()


def test_what_estado_detalle_tells_of_rejections_is_compared_whatever_the_plant_allows():
    day = Day(spool_at(Etapa.FABRICADO), rechazar(CARLA))
    estado = "RECHAZADO (ciclo {}) - REPARACION pendiente"
    assert recovered([day.row(Estado_Detalle=estado.format("1/9"))], day.log()).doubts == ()
    [doubt] = recovered([day.row(Estado_Detalle=estado.format("2/3"))], day.log()).doubts
    assert list(doubt.columns) == ["Estado_Detalle"]


def test_what_followed_the_event_that_a_row_shows_happens_to_the_row_that_is_taken():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN), completar(JUAN), nota(JUAN), tomar(MIGUEL, SOLD))
    site = recovered([day.row(3)], [day.log()[0], *day.log()[2:]])
    [found] = site.spools
    assert (found.arm, found.sold) == (day.spool.arm, day.spool.sold)
    assert found.ocupacion == replace(day.spool.ocupacion, seq=3)
    assert [doubt.taken for doubt in site.doubts] == [Fuente.HOJA]


def test_events_that_cannot_follow_one_another_are_told():
    day = Day(spool_at(Etapa.FABRICADO), rechazar(CARLA))
    spoilt = told(day.events[0], Metadata_JSON='{"resultado": "RECHAZADO"}')
    site = recovered([day.row()], [spoilt])
    [found] = site.spools
    assert (found.rechazado, found.rechazos) == (True, 1)
    assert [(doubt.duda, doubt.taken) for doubt in site.doubts] == [(Duda.HISTORIA_ROTA, Fuente.HOJA)]


def test_the_cycles_a_supervisor_allowed_are_in_the_row_when_the_log_is_not():
    day = an_approved_repair()
    before_the_repair = day.states[-3]
    assert before_the_repair.ciclos_extra == 1
    [found] = recovered([row(day.states[-4])]).spools
    assert (found.rechazos, found.ciclos_extra) == (4, 1)


def test_a_row_that_cannot_be_read_is_made_up_for_by_the_log():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN))
    site = recovered([day.row(Ocupado_Por="XX(404)", Fecha_Armado="pronto")], day.log())
    assert site.spools == (day.spool,)
    assert [(doubt.duda, doubt.taken) for doubt in site.doubts] == [(Duda.FILA_ILEGIBLE, Fuente.REGISTRO)]
    assert [(problem.line, problem.column) for problem in site.problems] == [(2, "Fecha_Armado")]


def test_a_row_that_cannot_be_read_and_has_no_history_is_left_out():
    site = recovered([row(spool_at(Etapa.LIBRE), Ocupado_Por="XX(404)"), row(spool_at(Etapa.ARMADO))], [])
    assert [spool.tag_spool for spool in site.spools] == [Etapa.ARMADO]
    assert [problem.column for problem in site.problems] == ["Ocupado_Por"]


def test_of_a_tag_that_is_there_twice_the_first_row_that_can_be_read_counts():
    day = Day(spool_at(Etapa.LIBRE), tomar(JUAN))
    site = recovered([day.row(Fecha_Armado="pronto"), day.row(OT="OT-8"), day.row(OT="OT-9")], day.log())
    assert [(spool.ot, spool.ocupacion) for spool in site.spools] == [("OT-8", day.spool.ocupacion)]
    assert site.doubts == ()
