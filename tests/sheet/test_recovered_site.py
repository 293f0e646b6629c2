"""A site out of its sheet, without any network: what the rows still tell is known again, the rest is reported."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import KioskError, SheetUnusableError
from core.domain.events import Event
from core.domain.model import (
    Accion,
    Avance,
    EstadoAvance,
    Operacion,
    Policy,
    Resultado,
    Spool,
)
from core.domain.requests import (
    Request,
)
from core.plant.columns import OWNED
from core.sheet.metadata import COLUMNS, row_of
from core.sheet.mirroring.rows import texts_of
from core.sheet.recovery.recovered_site import RecoveredSite
from core.sheet.recovery.recovered_spools import Duda, Fuente
from core.sheet.source import read_sheet_plant
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
from tests.contract.commits import draft
from tests.plants import CARLA, JUAN, LUIS, MIGUEL, START, WORKERS, Etapa, held_by, spool_at
from tests.shopfloor import SANTIAGO, ShopFloor

ARM, SOLD, _, REPARACION = Operacion
POLICY = Policy()
OFFICE = ["TAG_SPOOL", "OT", "NV", "Fecha_Materiales"]
HEADERS = [*OFFICE, *OWNED]
PEOPLE = [
    ["Id", "Nombre", "Apellido", "Activo"],
    *([worker.worker_id, worker.nombre, worker.apellido, worker.activo] for worker in WORKERS),
]
ROLES = [["Id", "Rol", "Activo"], *([worker.worker_id, rol, True] for worker in WORKERS for rol in worker.roles)]

Line = list[object]


def row(spool: Spool, version: object = "", **cells: object) -> Line:
    """The spool's row as the mirror writes it."""
    texts = texts_of(
        spool, version=str(version), now=START, timezone=SANTIAGO, max_reparaciones=POLICY.max_reparaciones
    )
    day = spool.fecha_materiales
    line: Line = [spool.tag_spool, spool.ot, spool.nv, day.strftime("%d-%m-%Y") if day else "", *texts]
    for column, cell in cells.items():
        line[HEADERS.index(column)] = cell
    return line


def told(event: Event, **cells: object) -> Line:
    """The event's row in Metadata."""
    found: dict[str, object] = {**row_of(event, SANTIAGO), **cells}
    return [found.get(column) for column in COLUMNS]


def recovered(rows: Sequence[Line], *logs: Sequence[Line], policy: Policy = POLICY) -> RecoveredSite:
    plant = {"Operaciones": [HEADERS, *rows], "Trabajadores": PEOPLE, "Roles": ROLES}
    titles = {f"Metadata {number}": [list(COLUMNS), *log] for number, log in enumerate(logs, start=1)}
    return RecoveredSite.of(plant, titles, timezone=SANTIAGO, policy=policy)


def listed(spool: Spool) -> Spool:
    """The spool as it is when the office's row of it is loaded."""
    tables = {"Operaciones": [HEADERS, row(spool)], "Trabajadores": PEOPLE, "Roles": ROLES}
    [found] = read_sheet_plant(tables, timezone=SANTIAGO, lock_ttl=POLICY.lock_ttl).plant.spools
    return found


class Day:
    """One spool's day: what happened to it, and how it stood after each event."""

    def __init__(self, start: Spool, *requests: Request) -> None:
        self.floor = ShopFloor(start)
        self.states = [start]
        self.events: list[Event] = []
        for request in requests:
            self.ask(request)

    def ask(self, request: Request) -> None:
        self.floor.clock.advance(seconds=1.25)
        self.events.append(self.floor.ask(request))
        self.states.append(self.floor.spool)

    @property
    def spool(self) -> Spool:
        return self.floor.spool

    def row(self, after: int | None = None, **cells: object) -> Line:
        """Its row as it was after so many events."""
        after = len(self.events) if after is None else after
        version = self.events[after - 1].id if after else ""
        return row(self.states[after], version, **cells)

    def log(self) -> list[Line]:
        return [told(event) for event in self.events]


def an_approved_repair() -> Day:
    """A life in which everything that can be asked is asked."""
    return Day(
        spool_at(Etapa.LIBRE),
        *(tomar(JUAN), deshacer(JUAN, 1), tomar(JUAN), nota(CARLA), extender(JUAN), pausar(JUAN)),
        *(tomar(MIGUEL, SOLD), cancelar(MIGUEL), tomar(MIGUEL), liberar(CARLA), tomar(JUAN), completar(JUAN)),
        *(tomar(MIGUEL, SOLD), completar(MIGUEL)),
        *[rechazar(CARLA), tomar(JUAN, REPARACION), completar(JUAN)] * 3,
        *(rechazar(CARLA), desbloquear(CARLA), tomar(MIGUEL, REPARACION), completar(MIGUEL), aprobar(CARLA)),
    )


VERBS: tuple[Callable[..., Request], ...] = (
    *(pausar, completar, cancelar, extender, liberar, desbloquear, nota, rechazar, aprobar),
    *(tomar, tomar, tomar, deshacer),
)


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Any stage, and whatever of what is asked the rules let pass."""
    day = Day(listed(spool_at(draw(st.sampled_from(Etapa)))))
    for _ in range(draw(st.integers(1, 14))):
        worker = draw(st.sampled_from([JUAN, MIGUEL, CARLA]))
        verb = draw(st.sampled_from(VERBS))
        if verb is tomar:
            request = tomar(worker, draw(st.sampled_from([ARM, SOLD, REPARACION])))
        elif verb is deshacer:
            request = deshacer(worker, max(1, day.spool.seq))
        else:
            request = verb(worker)
        day.floor.clock.advance(seconds=draw(st.sampled_from([0, 0, 1, 20, 13 * 3600])))
        with suppress(KioskError, AssertionError):
            day.ask(request)
    return day


def same(found: Spool, day: Day, shown: Spool) -> None:
    """Equal in all that a sheet can tell whose row shows the spool as it was when it was `shown`.

    What an operation was before its first event, and how often an approved spool was rejected before its first, no
    cell says.
    """
    truth = day.spool
    if (
        truth.ocupacion
        and found.ocupacion
        and truth.ocupacion.previo == day.states[0].avance(truth.ocupacion.operacion)
    ):
        truth = replace(truth, ocupacion=replace(truth.ocupacion, previo=found.ocupacion.previo))
    for operacion in (ARM, SOLD, REPARACION):
        before = day.states[0].avance(operacion)
        if truth.avance(operacion) == before != shown.avance(operacion):
            truth = truth.with_avance(operacion, found.avance(operacion))
    if shown.aprobado and not any(event.resultado is Resultado.RECHAZADO for event in day.events):
        truth = replace(truth, rechazos=found.rechazos)
    assert found == truth


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


# The log


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
