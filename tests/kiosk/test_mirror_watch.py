"""How the sheet stands against the log, as a terminal judges it."""

from datetime import UTC, datetime, timedelta

import pytest

from core.sheet.state import MirrorState, Status, Trouble
from kiosk.live.mirror_watch import Queue, QueueState, judge
from kiosk.widgets.bars import queue_text
from kiosk.words.wording import Wording

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ES, EN = Wording("es"), Wording("en")


def found(
    *,
    mirrored: int = 100,
    age: float | None = None,
    rows: int = 0,
    running: bool = True,
    trouble: bool = False,
    noted: float = 0,
) -> MirrorState:
    """The ledger's state with the first waiting event `age` seconds old, and a status that is `noted` seconds old."""
    failing = Trouble(error={"error_code": "X"}, since=NOW) if trouble else None
    return MirrorState(
        seq=100,
        mirrored=mirrored,
        waiting_since=None if age is None else NOW - timedelta(seconds=age),
        running=running,
        status=Status(at=NOW - timedelta(seconds=noted), station="BOD-01", trouble=failing, rows_waiting=rows),
    )


def judged(state: MirrorState, *, newest: int = 100, looked: float = 2) -> Queue:
    return judge(state, looked_at=NOW - timedelta(seconds=looked), newest=newest, now=NOW)


@pytest.mark.parametrize(
    ("state", "standing", "text"),
    [
        (found(), QueueState.ALL_IN, "HOJA ✓"),
        (found(running=False), QueueState.ALL_IN, "HOJA ✓"),
        (found(mirrored=88, age=40), QueueState.WAITING, "HOJA 12 · 40 s"),
        (found(mirrored=88, age=0), QueueState.WAITING, "HOJA 12 · 0 s"),
        (found(mirrored=88, age=60), QueueState.WAITING, "HOJA 12 · 1 min"),
        (found(mirrored=88, age=61), QueueState.LATE, "⚠ HOJA 12 · 1 min"),
        (found(mirrored=88), QueueState.LATE, "⚠ HOJA 12"),
        (found(mirrored=88, age=20, running=False), QueueState.WAITING, "HOJA 12 · 20 s"),
        (found(mirrored=88, age=21, running=False), QueueState.STOPPED, "HOJA detenida · 12 · 21 s"),
        (found(mirrored=0, running=False), QueueState.STOPPED, "HOJA detenida · 100"),
        (found(mirrored=88, age=5, trouble=True), QueueState.TROUBLE, "HOJA con falla · 12 · 5 s"),
        (found(trouble=True), QueueState.TROUBLE, "HOJA con falla"),
        (found(trouble=True, running=False, noted=86_400), QueueState.TROUBLE, "HOJA con falla"),
        (found(rows=1), QueueState.WAITING, "HOJA 1 fila"),
        (found(rows=5, running=False, noted=20), QueueState.WAITING, "HOJA 5 filas"),
        (found(rows=5, running=False, noted=21), QueueState.STOPPED, "HOJA detenida · 5 filas"),
        (found(rows=5, trouble=True), QueueState.TROUBLE, "HOJA con falla · 5 filas"),
        (found(mirrored=88, rows=5, age=40), QueueState.WAITING, "HOJA 12 · 40 s"),
    ],
)
def test_the_frame_says_how_many_events_wait_how_long_and_what_is_wrong(
    state: MirrorState, standing: QueueState, text: str
) -> None:
    queue = judged(state)
    assert (queue.state, queue_text(queue, ES)) == (standing, text)


@pytest.mark.parametrize(
    ("noted", "standing"), [(0, QueueState.TROUBLE), (120, QueueState.TROUBLE), (121, QueueState.STOPPED)]
)
def test_a_mirror_that_ended_in_trouble_is_a_stopped_one_when_it_does_not_try_again(
    noted: float, standing: QueueState
) -> None:
    """One that lets others try their luck is not: it tries again within little more than a minute."""
    assert judged(found(mirrored=88, age=7200, trouble=True, noted=noted, running=False)).state is standing
    assert judged(found(mirrored=88, age=7200, trouble=True, noted=noted)).state is QueueState.TROUBLE


def test_rows_that_waited_before_the_last_event_did_are_not_forgotten() -> None:
    assert queue_text(judged(found(rows=5, running=False, noted=60), newest=103), ES) == "HOJA detenida · 3"


def test_what_was_saved_after_the_last_look_waits_without_an_age() -> None:
    queue = judged(found(), newest=103)
    assert (queue.state, queue.count, queue_text(queue, ES)) == (QueueState.WAITING, 3, "HOJA 3")


def test_what_nobody_has_looked_after_for_long_is_not_told_as_well() -> None:
    assert judged(found(), newest=103, looked=61).state is QueueState.LATE
    assert judged(found(running=False), newest=103, looked=61).state is QueueState.STOPPED


def test_nothing_waits_however_long_ago_that_was_found() -> None:
    assert judged(found(), looked=86_400).state is QueueState.ALL_IN


def test_the_widest_words_leave_half_of_a_narrow_screen_to_what_is_typed() -> None:
    longest = [found(mirrored=0, age=3 * 86_400, trouble=True), found(mirrored=0, age=7200, running=False)]
    for state in longest:
        assert max(len(queue_text(judged(state, newest=99_999), words)) for words in (ES, EN)) < 38
