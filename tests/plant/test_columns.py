"""The office's headers and cells: found however they are spelled, and the same after a round trip."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.dates import format_date, format_datetime, parse_date, parse_datetime
from core.domain.model import Worker
from core.domain.texts import plain
from core.plant.columns import (
    OPERACIONES,
    ROLES,
    TRABAJADORES,
    find_columns,
    parse_bool,
    parse_id,
    parse_idioma,
    parse_worker_nombre,
)
from core.sheet.mirroring.metadata import COLUMNS as METADATA

SANTIAGO = ZoneInfo("America/Santiago")
UTC_ZONE = ZoneInfo("UTC")
WORKSHEETS = ((*OPERACIONES, "version"), TRABAJADORES, ROLES, METADATA)
"""The columns of each worksheet, as they are looked for together."""
ACCENTED = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")


@st.composite
def respelled(draw: st.DrawFn, name: str) -> str:
    """`name` in any case, with or without accents, with other signs or blanks for its underscores."""
    letters = []
    for letter in name:
        variants = [letter.upper(), letter.lower(), letter.translate(ACCENTED)]
        letters.append(draw(st.sampled_from(["_", " ", "-", "", ". "] if letter == "_" else variants)))
    return draw(st.sampled_from(["", " ", "\t"])) + "".join(letters) + draw(st.sampled_from(["", "  ", ":", "\u00a0"]))


@st.composite
def header_rows(draw: st.DrawFn, wanted: tuple[str, ...]) -> tuple[list[str], list[str | None]]:
    """A header row with every wanted column among others, in any order; beside it, which column each one is."""
    known = {plain(name) for name in wanted}
    others = draw(st.lists(st.text(max_size=12).filter(lambda text: plain(text) not in known), max_size=5))
    columns: list[tuple[str, str | None]] = [(draw(respelled(name)), name) for name in wanted]
    columns += [(other, None) for other in others]
    shuffled = draw(st.permutations(columns))
    return [header for header, _ in shuffled], [name for _, name in shuffled]


@given(st.sampled_from(WORKSHEETS).flatmap(header_rows))
def test_every_column_is_found_whatever_its_case_accents_spacing_and_place(
    row: tuple[list[str], list[str | None]],
) -> None:
    headers, names = row
    wanted = [name for name in names if name is not None]
    assert find_columns(headers, wanted) == {name: at for at, name in enumerate(names) if name is not None}


@given(st.permutations(OPERACIONES), st.integers(0, len(OPERACIONES)))
def test_columns_that_are_not_there_are_left_out(headers: list[str], kept: int) -> None:
    assert find_columns(headers[:kept], OPERACIONES).keys() == set(headers[:kept])


@given(st.data(), st.sampled_from(OPERACIONES))
def test_two_headers_for_one_column_are_refused_by_its_name(data: st.DataObject, name: str) -> None:
    twice = [data.draw(respelled(name)), "Notas", data.draw(respelled(name))]
    with pytest.raises(ValueError, match=f"{name} aparece dos veces"):
        find_columns(twice, OPERACIONES)


def test_no_two_of_our_own_columns_read_alike() -> None:
    for wanted in WORKSHEETS:
        assert len({plain(name) for name in wanted}) == len(wanted)


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
    "cell", ["ayer", "3-4", "03-04-26", "03.04.2026", "2026-04", "3-4-2026 x", "46115", "-1-4-2026"]
)
def test_what_is_no_day_is_refused_with_the_right_format(cell: str) -> None:
    with pytest.raises(ValueError, match="no es una fecha DD-MM-YYYY"):
        parse_date(cell)


@pytest.mark.parametrize("cell", ["31-04-2026", "29-02-2026", "00-01-2026", "01-13-2026", "2026-02-30", "01-01-0000"])
def test_a_day_that_does_not_exist_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="no existe ese día"):
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
    with pytest.raises(ValueError, match="no es una fecha DD-MM-YYYY"):
        parse_datetime(cell, SANTIAGO)


@pytest.mark.parametrize("cell", ["01-07-2026 24:00:00", "01-07-2026 08:60", "01-07-2026 08:00:61"])
def test_a_time_that_does_not_exist_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="no existe esa hora"):
        parse_datetime(cell, SANTIAGO)


@given(st.text())
def test_any_text_is_a_value_or_a_value_error_and_nothing_else(cell: str) -> None:
    def parse_time(text: str) -> object:
        return parse_datetime(text, SANTIAGO)

    for parse in (parse_date, parse_time, parse_bool, parse_id, parse_idioma, parse_worker_nombre):
        try:
            parse(cell)
        except ValueError as refusal:
            assert str(refusal)  # noqa: PT017


@pytest.mark.parametrize("cell", ["TRUE", "verdadero", "Sí", "si", "1", " X ", "Activo", "yes"])
def test_yes_as_offices_write_it(cell: str) -> None:
    assert parse_bool(cell) is True


@pytest.mark.parametrize("cell", ["FALSE", "falso", "No", "0", "", "  ", "Inactivo"])
def test_no_as_offices_write_it(cell: str) -> None:
    assert parse_bool(cell) is False


@pytest.mark.parametrize("cell", ["quizás", "2", "10", "truefalse"])
def test_what_is_neither_yes_nor_no_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="no es sí ni no"):
        parse_bool(cell)


@given(st.integers(1, 999_999_999))
def test_a_workers_number_is_read_as_people_and_spreadsheets_write_it(number: int) -> None:
    for cell in (str(number), f" {number} ", f"{number}.0", f"{number}.00", f"{number:09d}"):
        assert parse_id(cell) == number


@pytest.mark.parametrize("cell", ["", "0", "0.0", "-3", "93.5", "93,0", "MR(93)", "9e3", "1234567890", "W.93"])
def test_what_is_no_workers_number_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="no es un número de trabajador"):
        parse_id(cell)


names = st.text(st.characters(categories=["Lu", "Ll"]), max_size=8)


@given(st.integers(1, 999_999_999), names, names)
def test_the_number_in_a_workers_written_name_is_the_workers(number: int, nombre: str, apellido: str) -> None:
    worker = Worker(worker_id=number, nombre=nombre, apellido=apellido)
    assert parse_worker_nombre(f" {worker.worker_nombre} ") == number


@pytest.mark.parametrize("cell", ["", "MR", "93", "MR()", "MR(93", "MR(x)", "MR(93) y JP(94)"])
def test_what_is_no_written_name_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="no es INICIALES"):
        parse_worker_nombre(cell)


@pytest.mark.parametrize(
    ("cell", "idioma"),
    [
        *((cell, "es") for cell in ("es", "ES", " Español ", "espanol", "CASTELLANO", "Spanish")),
        *((cell, "en") for cell in ("en", "En", "Inglés", "ingles ", "INGLE\u0301S", "English")),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_language_as_offices_write_it(cell: str, idioma: str) -> None:
    assert parse_idioma(cell) == idioma


@pytest.mark.parametrize("cell", ["fr", "mapudungun", "es/en", "-", "?", "王"])
def test_a_language_nobody_here_speaks_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="no es español ni inglés"):
        parse_idioma(cell)
