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
from kiosk.live.worklog import Labor, Sums, Workdays, last_days, start_of
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
            "ts": datetime(2026, 11, 20, 15, tzinfo=UTC) + timedelta(seconds=seq),
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
    [work_of_all] = work.per_day([day])
    return {labor: made.operaciones for labor, made in work_of_all.made.items() if made.operaciones}


@pytest.mark.parametrize("accion", [accion for accion in Accion if accion is not Accion.COMPLETAR])
def test_only_what_is_completed_is_finished_work(accion: Accion) -> None:
    assert counted(an_event(1, accion)) == {}


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


def test_inches_count_for_who_finished_the_joints_also_before_the_whole_is_completed() -> None:
    work = Workdays()
    work.take_in(
        [
            an_event(1, Accion.PAUSAR, worker=JUAN, uniones={"1": "1.5", "3": "0.75"}),
            an_event(2, Accion.PAUSAR, worker=JUAN, uniones={"2": "4"}),
            an_undo(3, undone=2),
            an_event(4, uniones={"2": "4"}),
            an_event(5, operacion=Operacion.SOLD, uniones={"1": "1.5"}, day=YESTERDAY),
        ]
    )
    days = [day.made for day in work.per_day([YESTERDAY, TODAY])]
    sums = [tuple(str(made[labor].pulgadas) for labor in (Labor.ARM, Labor.SOLD)) for made in days]
    assert sums == [("0", "1.5"), ("6.25", "0")]
    lines = [(line.worker_nombre, line.day.made[Labor.ARM]) for line in work.per_worker(TODAY)]
    assert [(name, made.operaciones, made.pulgadas) for name, made in lines] == [
        ("MR(93)", 1, 4),
        ("JP(94)", 0, Decimal("2.25")),
    ]


def test_forgotten_days_are_gone_and_the_others_stay() -> None:
    work = Workdays()
    work.take_in([an_event(1, day=YESTERDAY), an_event(2)])
    work.forget_before(TODAY)
    assert [day.sums.operaciones for day in work.per_day([YESTERDAY, TODAY])] == [0, 1]


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
    lines = [(line.worker_nombre, line.day) for line in work.per_worker(TODAY)]
    assert [(name, day.sums.operaciones) for name, day in lines] == [("CP(95)", 2), ("JP(94)", 1), ("MR(93)", 1)]
    assert lines[0][1].made[Labor.RECHAZADO].operaciones == 1


def test_a_worker_all_of_whose_work_was_undone_is_not_listed() -> None:
    work = Workdays()
    work.take_in([an_event(1), an_undo(2, undone=1)])
    assert work.per_worker(TODAY) == []


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


# A worker's day


def a_day(*events: Event, worker: Worker = MIGUEL, day: date = TODAY) -> list[tuple[int, Accion, int | None]]:
    """By line: the event, what was done, and the event by which they held the spool from then on."""
    work, by_time = Workdays(), {event.ts: event.seq for event in events}
    work.take_in(reversed(events))
    lines = work.of_worker(worker.worker_id, day)
    return [(line.work.seq, line.work.accion, by_time[line.since] if line.since else None) for line in lines]


def test_a_day_lists_what_was_put_down_or_finished_and_since_when_it_was_held() -> None:
    handed = {"a_worker_id": JUAN.worker_id, "a_worker_nombre": JUAN.worker_nombre}
    events = [
        an_event(1, Accion.TOMAR, day=YESTERDAY),
        an_event(2, Accion.PAUSAR),
        an_event(3, Accion.TOMAR),
        an_event(4, Accion.CANCELAR),
        an_event(5, Accion.TOMAR),
        an_event(6, Accion.ENTREGAR, **handed),
        an_event(7, worker=JUAN),
        an_event(8, Accion.NOTA, None),
        an_event(9, Accion.COMPLETAR, Operacion.METROLOGIA, worker=CARLA, resultado="RECHAZADO"),
    ]
    assert a_day(*events) == [(2, Accion.PAUSAR, 1), (6, Accion.ENTREGAR, 5)]
    assert a_day(*events, worker=JUAN) == [(7, Accion.COMPLETAR, 6)]
    assert a_day(*events, worker=CARLA) == [(9, Accion.COMPLETAR, None)]
    assert a_day(*events, day=YESTERDAY) == []


def test_a_day_leaves_out_what_was_undone_and_a_spool_is_held_on_since_it_was_taken() -> None:
    events = [an_event(1, Accion.TOMAR), an_event(2, Accion.PAUSAR), an_undo(3, undone=2), an_event(4)]
    assert a_day(*events) == [(4, Accion.COMPLETAR, 1)]


JOINTS = st.dictionaries(st.integers(1, 99).map(str), st.sampled_from(["0.5", "1.5", "4", "0.0625"]), max_size=5)
HISTORIES = st.lists(
    st.tuples(
        st.sampled_from([Accion.TOMAR, Accion.PAUSAR, Accion.COMPLETAR, Accion.CANCELAR, Accion.DESHACER]),
        st.sampled_from([MIGUEL, JUAN]),
        st.sampled_from([TODAY, YESTERDAY]),
        JOINTS,
    ),
    max_size=12,
)


@given(HISTORIES, st.randoms())
def test_the_inches_of_all_days_are_the_sum_of_the_joints_in_the_log(
    history: list[tuple[Accion, Worker, date, dict[str, str]]], order: Random
) -> None:
    events: list[Event] = []
    for seq, (accion, worker, day, joints) in enumerate(history, start=1):
        if accion is Accion.DESHACER:
            events.append(an_event(seq, accion, worker=worker, deshace={"seq": max(seq - 1, 1)}))
        elif accion in {Accion.PAUSAR, Accion.COMPLETAR}:
            events.append(an_event(seq, accion, worker=worker, day=day, uniones=joints))
        else:
            events.append(an_event(seq, accion, worker=worker, day=day))
    undone = {event.undoes for event in events}
    expected = sum((dn for event in events if event.seq not in undone for dn in event.uniones.values()), Decimal())
    work = Workdays()
    shuffled = events * 2
    order.shuffle(shuffled)
    work.take_in(shuffled)
    days = [(worker, day) for worker in (MIGUEL, JUAN) for day in (TODAY, YESTERDAY)]
    theirs = [Sums.of([line.work for line in work.of_worker(worker.worker_id, day)]) for worker, day in days]
    assert sum((sums.pulgadas for sums in theirs), Decimal()) == expected
    for day, work_of_all in zip((TODAY, YESTERDAY), work.per_day((TODAY, YESTERDAY)), strict=True):
        dns = [
            dn for one in events if one.seq not in undone and one.fecha_operacion == day for dn in one.uniones.values()
        ]
        parts = [line.day.made[labor] for line in work.per_worker(day) for labor in Labor]
        for sums in (
            [work_of_all.sums],
            [*work_of_all.made.values()],
            [line.day.sums for line in work.per_worker(day)],
            parts,
        ):
            assert sum((one.pulgadas for one in sums), Decimal()) == sum(dns)
            assert sum(one.uniones for one in sums) == len(dns)


def test_the_sums_of_a_day_count_spools_once_and_joints_and_pauses_each() -> None:
    work = Workdays()
    work.take_in(
        [
            an_event(1, Accion.PAUSAR, uniones={"1": "4", "2": "1.5"}),
            an_event(2, uniones={"3": "0.25"}),
            an_event(3, operacion=Operacion.REPARACION),
            an_event(4, Accion.PAUSAR),
        ]
    )
    sums = Sums.of([line.work for line in work.of_worker(MIGUEL.worker_id, TODAY)])
    assert sums == Sums(spools=1, operaciones=2, uniones=3, pulgadas=Decimal("5.75"), pausas=2)
