"""Days and instants as offices write them, and back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.reasons import Defecto
from core.domain.writing.dates import format_date, format_datetime, offset_if_repeated, parse_date, parse_datetime
from tests.refused import refused

SANTIAGO = ZoneInfo("America/Santiago")
UTC_ZONE = ZoneInfo("UTC")


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_is_the_same_after_a_round_trip(day: date) -> None:
    assert parse_date(format_date(day)) == day
    assert parse_date(f"  {format_date(day)} ") == day
    assert parse_date(format_date(day).replace("-", "/")) == day
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize("cell", ["", "   ", "\t"])
def test_an_empty_cell_is_no_day_and_no_instant(cell: str) -> None:
    assert parse_date(cell) is None
    assert parse_datetime(cell, SANTIAGO) is None
    assert format_date(None) == ""
    assert format_datetime(None, SANTIAGO) == ""


def test_the_day_comes_before_the_month() -> None:
    assert parse_date("03-04-2026") == date(2026, 4, 3)
    assert parse_date("3/4/2026") == date(2026, 4, 3)
    assert format_date(date(2026, 4, 3)) == "03-04-2026"


@pytest.mark.parametrize(
    "cell", ["ayer", "3-4", "03-04-026", "03.04.2026", "2026-04", "3-4-2026 x", "46115", "-1-4-2026"]
)
def test_what_is_no_day_is_refused_with_the_right_format(cell: str) -> None:
    with refused(Defecto.NO_ES_FECHA):
        parse_date(cell)


@pytest.mark.parametrize("cell", ["31-04-2026", "29-02-2026", "00-01-2026", "01-32-2026", "2026-02-30", "01-01-0000"])
def test_a_day_that_does_not_exist_is_refused(cell: str) -> None:
    with refused(Defecto.DIA_NO_EXISTE):
        parse_date(cell)


def test_a_year_of_two_digits_is_of_this_century_or_not_certain() -> None:
    assert parse_date("3/4/26") == parse_date("03-04-26") == date(2026, 4, 3)
    with refused(Defecto.FECHA_AMBIGUA):
        parse_date("03-04-98")


def test_a_day_with_its_month_first_is_named_as_such() -> None:
    for cell in ("01-13-2026", "1/31/26"):
        with refused(Defecto.MES_PRIMERO):
            parse_date(cell)


instants = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001  hypothesis adds the zone itself
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda instant: instant.replace(microsecond=0))
zones = st.sampled_from(["America/Santiago", "Pacific/Easter", "Europe/Madrid", "UTC", "Asia/Kathmandu"]).map(ZoneInfo)


def is_ambiguous(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks in the zone show this instant's time twice that day."""
    local = instant.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


@given(instants, zones)
def test_an_instant_is_the_same_after_a_round_trip_in_any_zone(instant: datetime, zone: ZoneInfo) -> None:
    assume(not is_ambiguous(instant, zone))
    assert parse_datetime(format_datetime(instant, zone), zone) == instant


def test_the_hour_that_clocks_show_twice_is_read_as_its_first_pass() -> None:
    second_pass = datetime(2026, 4, 5, 3, 30, tzinfo=UTC)
    assert is_ambiguous(second_pass, SANTIAGO)
    assert format_datetime(second_pass, SANTIAGO) == "04-04-2026 23:30:00"
    assert parse_datetime("04-04-2026 23:30:00", SANTIAGO) == second_pass - timedelta(hours=1)


@pytest.mark.parametrize(
    ("hour", "minute", "shown", "offset"),
    [
        (1, 59, "22:59", ""),
        (2, 0, "23:00", "UTC-03:00"),
        (2, 59, "23:59", "UTC-03:00"),
        (3, 0, "23:00", "UTC-04:00"),
        (3, 59, "23:59", "UTC-04:00"),
        (4, 0, "00:00", ""),
    ],
)
def test_an_hour_that_clocks_show_twice_is_told_with_its_offset(
    hour: int, minute: int, shown: str, offset: str
) -> None:
    at = datetime(2026, 4, 5, hour, minute, tzinfo=UTC).astimezone(ZoneInfo("America/Santiago"))
    assert (f"{at:%H:%M}", offset_if_repeated(at)) == (shown, offset)


def test_an_instant_is_written_in_the_plants_time_and_read_as_utc() -> None:
    assert format_datetime(datetime(2026, 7, 1, 12, 0, 5, tzinfo=UTC), SANTIAGO) == "01-07-2026 08:00:05"
    read = parse_datetime("01-07-2026 08:00:05", SANTIAGO)
    assert read == datetime(2026, 7, 1, 12, 0, 5, tzinfo=UTC)
    assert read is not None
    assert read.tzinfo is UTC


def test_a_day_without_a_time_is_its_first_moment_and_seconds_may_be_missing() -> None:
    assert parse_datetime("01-07-2026", UTC_ZONE) == datetime(2026, 7, 1, tzinfo=UTC)
    assert parse_datetime("1/7/2026 8:05", UTC_ZONE) == datetime(2026, 7, 1, 8, 5, tzinfo=UTC)
    assert parse_datetime(" 2026-07-01   08:05:09 ", UTC_ZONE) == datetime(2026, 7, 1, 8, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["01-07-2026 8", "01-07-2026 8h", "01-07-2026 08:00:00 PM", "08:00", "ayer 08:00"])
def test_what_is_no_instant_is_refused_with_the_right_format(cell: str) -> None:
    with refused(Defecto.NO_ES_FECHA_HORA):
        parse_datetime(cell, SANTIAGO)


@pytest.mark.parametrize("cell", ["01-07-2026 24:00:00", "01-07-2026 08:60", "01-07-2026 08:00:61"])
def test_a_time_that_does_not_exist_is_refused(cell: str) -> None:
    with refused(Defecto.HORA_NO_EXISTE):
        parse_datetime(cell, SANTIAGO)
