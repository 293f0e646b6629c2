"""Counting finished work by day and by worker."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.events import Event, evento_tipo
from core.domain.model import Accion, Operacion, Worker
from kiosk.live.worklog import Labor, Workdays, finished, last_days, start_of, together
from tests.plants import CARLA, JUAN, MIGUEL

TODAY = date(2026, 11, 20)
YESTERDAY = TODAY - timedelta(days=1)


def an_event(
    seq: int,
    accion: Accion = Accion.COMPLETAR,
    operacion: Operacion | None = Operacion.ARM,
    *,
    worker: Worker = MIGUEL,
    day: date = TODAY,
    **metadata: object,
) -> Event:
    return Event.model_validate(
        {
            "seq": seq,
            "id": uuid4(),
            "ts": datetime(2026, 11, 20, 15, tzinfo=UTC),
            "evento_tipo": evento_tipo(accion, operacion),
            "tag_spool": "MK-1",
            "worker_id": worker.worker_id,
            "worker_nombre": worker.worker_nombre,
            "operacion": operacion,
            "accion": accion,
            "fecha_operacion": day,
            "station": "ARM-02",
            "metadata": metadata,
        }
    )


def an_undo(seq: int, undone: int) -> Event:
    return an_event(seq, Accion.DESHACER, deshace={"seq": undone}, restaura={})


def counted(*events: Event, day: date = TODAY) -> dict[Labor, int]:
    work = Workdays()
    work.take_in(events)
    [made] = work.per_day([day])
    return {labor: one.spools for labor, one in made.items() if one.spools}


@pytest.mark.parametrize("accion", [accion for accion in Accion if accion is not Accion.COMPLETAR])
def test_only_what_is_completed_is_finished_work(accion: Accion) -> None:
    assert finished(an_event(1, accion)) is None


def test_each_operation_is_counted_for_itself_and_an_inspection_by_its_verdict() -> None:
    events = [
        an_event(1),
        an_event(2),
        an_event(3, operacion=Operacion.SOLD),
        an_event(4, operacion=Operacion.REPARACION),
        an_event(5, operacion=Operacion.METROLOGIA, resultado="APROBADO"),
        an_event(6, operacion=Operacion.METROLOGIA, resultado="RECHAZADO"),
    ]
    assert counted(*events) == {
        Labor.ARM: 2,
        Labor.SOLD: 1,
        Labor.REPARACION: 1,
        Labor.APROBADO: 1,
        Labor.RECHAZADO: 1,
    }


def test_work_counts_for_the_day_it_was_done_not_for_the_day_it_was_told() -> None:
    told_today = an_event(1, day=YESTERDAY)
    assert counted(told_today) == {}
    assert counted(told_today, day=YESTERDAY) == {Labor.ARM: 1}


def test_an_event_that_is_told_twice_counts_once() -> None:
    event = an_event(1)
    assert counted(event, event) == {Labor.ARM: 1}


def test_undone_work_does_not_count_whichever_of_the_two_is_read_first() -> None:
    done, undone, other = an_event(1), an_undo(2, undone=1), an_event(3)
    assert counted(done, undone, other) == {Labor.ARM: 1}
    assert counted(other, undone, done) == {Labor.ARM: 1}


def test_undoing_something_else_takes_nothing_away() -> None:
    taken = an_event(1, Accion.TOMAR)
    assert counted(taken, an_undo(2, undone=1), an_event(3)) == {Labor.ARM: 1}


def test_forgotten_days_are_gone_and_the_others_stay() -> None:
    work = Workdays()
    work.take_in([an_event(1, day=YESTERDAY), an_event(2)])
    work.forget_before(TODAY)
    assert [together(made.values()).spools for made in work.per_day([YESTERDAY, TODAY])] == [0, 1]


def test_who_did_most_comes_first_then_the_names() -> None:
    work = Workdays()
    work.take_in(
        [
            an_event(1, worker=MIGUEL),
            an_event(2, worker=JUAN),
            an_event(3, worker=CARLA, operacion=Operacion.METROLOGIA, resultado="APROBADO"),
            an_event(4, worker=CARLA, operacion=Operacion.METROLOGIA, resultado="RECHAZADO"),
            an_event(5, worker=JUAN, day=YESTERDAY),
        ]
    )
    lines = work.per_worker(TODAY)
    assert [(line.worker_nombre, line.total.spools) for line in lines] == [("CP(95)", 2), ("JP(94)", 1), ("MR(93)", 1)]
    assert lines[0].made[Labor.RECHAZADO].spools == 1


def test_a_worker_all_of_whose_work_was_undone_is_not_listed() -> None:
    work = Workdays()
    work.take_in([an_event(1), an_undo(2, undone=1)])
    assert work.per_worker(TODAY) == []


@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from([Accion.PAUSAR, Accion.COMPLETAR, Accion.DESHACER]),
            st.sampled_from([MIGUEL, JUAN, CARLA]),
            st.sampled_from([Operacion.ARM, Operacion.SOLD]),
            st.sampled_from([TODAY, YESTERDAY]),
            st.dictionaries(st.integers(1, 99), st.sampled_from(["4", "1.5", "0.0625", "12.75"]), max_size=5),
            st.integers(1, 20),
        ),
        max_size=20,
    ),
    pages=st.randoms(use_true_random=False),
)
def test_the_joints_and_inches_of_a_day_are_those_in_the_log_that_nobody_undid(
    acts: list[tuple[Accion, Worker, Operacion, date, dict[int, str], int]], pages: Random
) -> None:
    events = [
        an_undo(seq, undone=min(undone, seq - 1) or 99)
        if accion is Accion.DESHACER
        else an_event(seq, accion, operacion, worker=worker, day=day, uniones={str(one): dn for one, dn in dns.items()})
        for seq, (accion, worker, operacion, day, dns, undone) in enumerate(acts, start=1)
    ]
    undone = {event.undoes for event in events}
    work = Workdays()
    pages.shuffle(shuffled := list(events))
    work.take_in(shuffled)
    for day in (TODAY, YESTERDAY):
        kept = [one for one in events if one.seq not in undone and one.fecha_operacion == day and one.undoes is None]
        dns = [Decimal(dn) for event in kept for dn in event.uniones.values()]
        [made] = work.per_day([day])
        assert together(made.values()).inches == sum(dns)
        assert together(made.values()).joints == len(dns)
        by_worker = [line.total for line in work.per_worker(day)]
        assert together(by_worker) == together(made.values())
        for operacion in (Operacion.ARM, Operacion.SOLD):
            own = [dn for event in kept if event.operacion is operacion for dn in event.uniones.values()]
            assert sum(line.made[Labor(operacion)].inches for line in work.per_worker(day)) == sum(own)


def test_the_last_days_end_with_today_and_have_no_gap() -> None:
    days = last_days(date(2026, 3, 2), 4)
    assert days == (date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2))


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        # Clocks in Santiago: three hours behind in summer, four in winter, and no midnight where summer begins.
        (date(2026, 11, 20), datetime(2026, 11, 20, 3, tzinfo=UTC)),
        (date(2026, 6, 20), datetime(2026, 6, 20, 4, tzinfo=UTC)),
        (date(2026, 9, 6), datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_the_plants_midnight(day: date, begins: datetime) -> None:
    assert start_of(day, ZoneInfo("America/Santiago")) == begins
