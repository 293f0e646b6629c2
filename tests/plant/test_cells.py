"""What a spreadsheet's cells mean, column by column, and what is written into them: both ways, whatever they hold."""

import enum
import math
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.domain.model import TAG_MAX_LENGTH, Worker
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.tags import clean_tag
from core.domain.writing.texts import clean_text
from core.plant.cells import (
    EPOCH,
    FIRST_DAY,
    LAST_DAY,
    read_bool,
    read_cell,
    read_date,
    read_datetime,
    read_id,
    read_idioma,
    read_name,
    read_tag,
    read_text,
    read_worker_nombre,
    shown,
    text_of,
    write_cell,
)
from core.plant.columns import OPERACIONES, ROLES, TRABAJADORES
from tests.refused import refused

SANTIAGO = ZoneInfo("America/Santiago")
zones = st.sampled_from(["America/Santiago", "Pacific/Easter", "Europe/Madrid", "UTC", "Asia/Kathmandu"]).map(ZoneInfo)
days = st.dates(min_value=FIRST_DAY, max_value=LAST_DAY)
times = st.times().map(lambda clock: clock.replace(microsecond=0))
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(),
    st.sampled_from(["#REF!", "#¡REF!", "Loading...", "1e400", "46115", "31-02-2026", "٣-٤-2026"]),
)
ERRORS = ["#REF!", "#¡REF!", "#N/A", "#N/D", "#DIV/0!", "#¡DIV/0!", "#VALUE!", "#¡VALOR!", "#NAME?", "#¿NOMBRE?"]
ERRORS += ["#NUM!", "#¡NUM!", "#NULL!", "#¡NULO!", "#ERROR!", " #ref! "]
EVERY_COLUMN = sorted({*OPERACIONES, *TRABAJADORES, *ROLES, "version"})


def serial(day: date, clock: datetime | None = None) -> float:
    """The number a spreadsheet keeps for a moment."""
    seconds = 0 if clock is None else clock.hour * 3600 + clock.minute * 60 + clock.second
    return (day - EPOCH).days + seconds / 86_400


def read_instant(cell: object) -> datetime | None:
    return read_datetime(cell, SANTIAGO)


def instant_at(day: date, clock: datetime, zone: ZoneInfo) -> datetime:
    """When clocks in the zone show this."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def clocks_show_once(instant: datetime) -> bool:
    """Whether the plant's clocks show this instant's time no second time that day."""
    local = instant.astimezone(SANTIAGO)
    return local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()


# Days and instants


@pytest.mark.parametrize(
    ("number", "day"), [(46115, date(2026, 4, 3)), (46115.0, date(2026, 4, 3)), (25569, date(1970, 1, 1))]
)
def test_a_serial_number_is_its_day(number: float, day: date) -> None:
    assert read_date(number) == day


def test_serial_numbers_count_1900_as_the_common_year_it_was() -> None:
    assert EPOCH + timedelta(days=2) == date(1900, 1, 1)
    assert EPOCH + timedelta(days=33) == date(1900, 2, 1)
    assert EPOCH + timedelta(days=61) == date(1900, 3, 1)


@given(days)
def test_a_day_is_the_same_whether_the_sheet_keeps_it_as_a_number_or_as_we_wrote_it(day: date) -> None:
    written = write_cell(day, SANTIAGO)
    assert type(written) is str
    assert read_date(written) == read_date((day - EPOCH).days) == read_date(float((day - EPOCH).days)) == day


@given(days, times, zones)
def test_an_instant_is_the_same_whether_the_sheet_keeps_it_as_a_number_or_as_a_text(
    day: date, clock: datetime, zone: ZoneInfo
) -> None:
    as_text = f"{day:%d-%m-%Y} {clock:%H:%M:%S}"
    read = read_datetime(serial(day, clock), zone)
    assert read is not None
    assert read.tzinfo is UTC
    assert read == read_datetime(as_text, zone)
    local = datetime.combine(day, clock, zone)
    assume(local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset())
    assert write_cell(read, zone) == as_text


@given(days, times, st.integers(10, 17))
def test_a_number_that_lost_its_last_decimals_still_gives_the_same_second(
    day: date, clock: datetime, digits: int
) -> None:
    number = float(f"{serial(day, clock):.{digits}f}")
    assert read_datetime(number, SANTIAGO) == read_datetime(serial(day, clock), SANTIAGO)
    assert read_date(number) == day


def test_the_time_of_day_of_a_number_is_the_plants() -> None:
    assert read_datetime(46204.5, SANTIAGO) == datetime(2026, 7, 1, 16, 0, tzinfo=UTC)
    assert read_datetime(46023.5, SANTIAGO) == datetime(2026, 1, 1, 15, 0, tzinfo=UTC)


def test_the_hour_that_clocks_show_twice_is_read_as_its_first_pass_and_the_one_they_skip_is_read() -> None:
    twice = serial(date(2026, 4, 4), datetime(2026, 4, 4, 23, 30, tzinfo=UTC))
    assert read_datetime(twice, SANTIAGO) == datetime(2026, 4, 5, 2, 30, tzinfo=UTC)
    skipped = serial(date(2026, 9, 6), datetime(2026, 9, 6, 0, 30, tzinfo=UTC))
    assert read_datetime(skipped, SANTIAGO) == datetime(2026, 9, 6, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("cell", [46115.999999, "03-04-2026 23:59:59", "3/4/2026 8:05", "2026-04-03T08:05:09"])
def test_a_column_of_days_reads_the_day_of_an_instant(cell: object) -> None:
    assert read_date(cell) == date(2026, 4, 3)


@pytest.mark.parametrize(
    "cell",
    [
        "03-04-2026",
        " 3/4/2026 ",
        "2026-04-03",
        "3-abr-2026",
        "3/Apr/2026",
        "3 abr. 2026",
        "3 de abril de 2026",
        "03 DE ABRIL DEL 2026",
    ],
)
def test_a_day_typed_as_text_is_read_in_the_spellings_offices_use(cell: str) -> None:
    assert read_date(cell) == date(2026, 4, 3)
    assert read_datetime(f"{cell.strip()} 8:05", SANTIAGO) == datetime(2026, 4, 3, 11, 5, tzinfo=UTC)


def test_months_are_known_by_their_names_and_short_names_in_both_languages() -> None:
    spanish = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    english = "January February March April May June July August September October November December"
    for names in (spanish.split(), english.split()):
        for month, name in enumerate(names, start=1):
            assert read_date(f"5 de {name} de 2026") == read_date(f"05-{name[:3]}-2026") == date(2026, month, 5)
    assert read_date("5-set-2026") == read_date("5 sept 2026") == read_date("5 de setiembre 2026") == date(2026, 9, 5)


def test_an_empty_cell_is_no_day_and_no_instant() -> None:
    for cell in (None, "", "  "):
        assert read_date(cell) is None
        assert read_datetime(cell, SANTIAGO) is None


# Numbers of workers, yes and no


@given(st.integers(1, 999_999_999))
def test_a_workers_number_is_the_same_as_a_number_and_as_a_text(number: int) -> None:
    as_text = (str(number), f" {number} ", f"{number}.0", f"{number}.00", f"{number:09d}")
    for cell in (number, float(number), *as_text, write_cell(number, SANTIAGO)):
        assert read_id(cell) == number


@given(st.booleans())
def test_yes_and_no_are_the_same_after_a_round_trip(value: bool) -> None:  # noqa: FBT001
    assert read_bool(write_cell(value, SANTIAGO)) is value


# Texts and tags


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_text_of_digits_that_the_sheet_turned_into_a_number_is_those_digits(number: int) -> None:
    assert read_text(float(number)) == read_text(number) == str(number)


def test_an_ot_that_became_a_number_is_its_digits() -> None:
    assert read_cell("OT", 14102.0, SANTIAGO) == "14102"


def test_a_tag_of_digits_kept_as_text_keeps_its_zeros() -> None:
    assert read_tag(" 00123 ") == "00123"


def is_clean(clean):
    """Whether a text is one that `clean` would leave as it is."""

    def check(text: str) -> bool:
        try:
            return clean(text) == text and text_of(text) == text
        except ValueError:
            return False

    return check


first_signs = st.sampled_from(["", "=", "+", "-", "@", "'", "0", "=SUM(A1)", "+56 9 ", "-1", "@todos", "'00"])


@given(st.builds("".join, st.tuples(first_signs, st.text(max_size=40))).filter(is_clean(clean_text)))
@example("=HYPERLINK(A1)")
@example("'00123")
@example("+1")
@example("-5")
@example("@nadie")
@example("03-04-2026")
@example("TRUE")
@example("1e3")
def test_a_text_is_written_as_it_is_and_read_back_the_same_whatever_it_begins_with(text: str) -> None:
    assert write_cell(text, SANTIAGO) == text
    assert read_text(write_cell(text, SANTIAGO)) == text


@given(st.text(max_size=TAG_MAX_LENGTH).filter(is_clean(clean_tag)))
def test_a_tag_is_the_same_after_a_round_trip(tag: str) -> None:
    assert read_tag(write_cell(tag, SANTIAGO)) == tag


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (date(2026, 4, 3), "03-04-2026"),
        (datetime(2026, 7, 1, 12, 0, 5, 999_999, tzinfo=UTC), "01-07-2026 08:00:05"),
        (93, "93"),
        (93.0, "93"),
        (True, "TRUE"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (enum.StrEnum("Word", ["armador"]).armador, "armador"),
    ],
)
def test_whatever_is_written_is_a_text(value: object, cell: str) -> None:
    assert write_cell(value, SANTIAGO) == cell


def test_an_instant_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        write_cell(datetime(2026, 7, 1), SANTIAGO)  # noqa: DTZ001


# Formulas


@pytest.mark.parametrize("text", ["#12", "#REF! en A1", "OT #REF", "# N/A", "Cargando", "..."])
def test_a_text_that_only_looks_like_an_error_is_a_text(text: str) -> None:
    assert read_text(text) == text


# What is refused

BOX = [True, False]
NO_DAYS = [0, 0.5, 2026, 3042026, 20260403, -46115, 1e300, 10**400, math.nan, math.inf, *BOX]
NO_DAYS += ["461156", "3-xyz-2026", "T08:05"]
NO_IDS = [93.5, 0, 0.0, -93, None, "", *BOX, 1e9, math.nan, math.inf, "93.5", "#93", "0", "0.0", "-3", "93,0", "MR(93)"]
NO_IDS += ["9e3", "1234567890", "W.93"]
REFUSED = {
    "no day": (read_date, Defecto.NO_ES_FECHA, NO_DAYS),
    "no number of an instant": (read_instant, Defecto.NO_ES_FECHA, NO_DAYS[:-3]),
    "no text of an instant": (read_instant, Defecto.NO_ES_FECHA_HORA, NO_DAYS[-3:]),
    "no such day": (read_date, Defecto.DIA_NO_EXISTE, ["30-feb-2026", "31 de abril de 2026", "00/01/2026"]),
    "no worker": (read_id, Defecto.NO_ES_TRABAJADOR, NO_IDS),
    "neither yes nor no": (
        read_bool,
        Defecto.NO_ES_SI_NI_NO,
        [2, 0.5, -1, math.nan, "quizás", "2", "10", "truefalse"],
    ),
    "digits after the point": (read_text, Defecto.NUMERO_CON_DECIMALES, [14102.5, 0.1, -2.25]),
    "too many digits": (
        read_text,
        Defecto.NUMERO_SIN_CIFRAS,
        [1e15, 12345678901234567890, -1e300, math.inf, math.nan, 10**400],
    ),
    "zeros that may be lost": (read_tag, Defecto.NUMERO_SIN_CEROS, [14102, 14102.0, 0, 1e20]),
    "a box as a tag": (read_tag, Defecto.ES_CASILLA, BOX),
    "a box as a text": (read_text, Defecto.ES_CASILLA, BOX),
    "a box as a name": (read_name, Defecto.ES_CASILLA, BOX),
    "no tag": (read_tag, Defecto.VACIO, [None, "", "   "]),
    "no name": (read_name, Defecto.VACIO, [None, "", "   "]),
    "no language": (read_idioma, Defecto.NO_ES_IDIOMA, [93.0, "fr", "mapudungun", "es/en", "-", "?", "王"]),
    "no written name": (
        read_worker_nombre,
        Defecto.NO_ES_INICIALES,
        [93.0, "", "MR", "93", "MR()", "MR(93", "MR(x)", "MR(93) y JP(94)"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_means_nothing_in_its_column_is_refused_with_the_reason(case: str) -> None:
    read, reason, cells = REFUSED[case]
    for cell in cells:
        with refused(reason):
            read(cell)


def test_what_a_formula_gives_is_named_as_such_in_every_column() -> None:
    for column in EVERY_COLUMN:
        for error in ERRORS:
            with refused(Defecto.ERROR_DE_FORMULA):
                read_cell(column, error, SANTIAGO)
        for cell in ("Loading...", "Cargando..."):
            with refused(Defecto.FORMULA_PENDIENTE):
                read_cell(column, cell, SANTIAGO)


# Yes and no, languages and names


def test_yes_and_no_as_sheets_and_people_write_them() -> None:
    for cell in (True, 1, 1.0, "TRUE", "VERDADERO", "verdadero", "Sí", "si", "1", " X ", "Activo", "yes"):
        assert read_bool(cell) is True
    for cell in (False, 0, 0.0, None, "", "  ", "FALSE", "FALSO", "falso", "No", "0", "Inactivo"):
        assert read_bool(cell) is False


def test_a_language_as_offices_write_it() -> None:
    for cell in ("es", "ES", " Español ", "espanol", "CASTELLANO", "Spanish"):
        assert read_idioma(cell) == "es"
    for cell in ("en", "En", "Inglés", "ingles ", "INGLE\u0301S", "English"):
        assert read_idioma(cell) == "en"
    for cell in (None, "", "  "):
        assert read_idioma(cell) == ""


names = st.text(st.characters(categories=["Lu", "Ll"]), max_size=8)


@given(st.integers(1, 999_999_999), names, names)
def test_the_number_in_a_workers_written_name_is_the_workers(number: int, nombre: str, apellido: str) -> None:
    worker = Worker(worker_id=number, nombre=nombre, apellido=apellido)
    assert read_worker_nombre(f" {worker.worker_nombre} ") == number


# Anything


@given(cells)
def test_any_cell_is_a_worker_a_language_a_name_or_a_reason(cell: object) -> None:
    for read in (read_id, read_idioma, read_worker_nombre, read_name, read_instant):
        with suppress(InvalidValueError):
            read(cell)


@given(st.sampled_from(EVERY_COLUMN), cells)
def test_any_cell_in_any_column_is_a_value_or_a_reason_and_nothing_else(column: str, cell: object) -> None:
    try:
        value = read_cell(column, cell, SANTIAGO)
    except InvalidValueError as refusal:
        assert refusal.reason in Defecto  # noqa: PT017
    else:
        assert value is None or isinstance(value, (str, int, bool, date))


@given(st.sampled_from(EVERY_COLUMN), cells)
def test_what_was_read_is_read_again_the_same_once_it_was_written(column: str, cell: object) -> None:
    try:
        value = read_cell(column, cell, SANTIAGO)
    except ValueError:
        return
    assert read_cell(column, write_cell(value, SANTIAGO), SANTIAGO) == value


VALUES = {
    **dict.fromkeys(EVERY_COLUMN, st.text(max_size=40).filter(is_clean(clean_text))),
    **{column: days for column in EVERY_COLUMN if column.startswith("Fecha_")},
    "TAG_SPOOL": st.text(max_size=TAG_MAX_LENGTH).filter(is_clean(clean_tag)),
    "Fecha_Ocupacion": st.builds(instant_at, days, times, st.just(SANTIAGO)).filter(clocks_show_once),
    "Id": st.integers(1, 999_999_999),
    "Activo": st.booleans(),
    "Idioma": st.sampled_from(["es", "en"]),
}
"""What may stand in each column."""


def as_the_sheet_keeps_it(value: object) -> object:
    """What becomes of it when a person types it: days and instants turn into serial numbers, numbers into floats."""
    if isinstance(value, datetime):
        local = value.astimezone(SANTIAGO)
        return serial(local.date(), local)
    if isinstance(value, date):
        return float((value - EPOCH).days)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@given(st.sampled_from(EVERY_COLUMN).flatmap(lambda column: st.tuples(st.just(column), VALUES[column])))
def test_a_value_of_any_column_is_the_same_as_we_write_it_and_as_the_sheet_keeps_it(cell: tuple[str, object]) -> None:
    column, value = cell
    assert read_cell(column, write_cell(value, SANTIAGO), SANTIAGO) == value
    assert read_cell(column, as_the_sheet_keeps_it(value), SANTIAGO) == value


@given(cells)
def test_every_cell_can_be_shown(cell: object) -> None:
    assert type(shown(cell)) is str


@pytest.mark.parametrize(
    ("cell", "text"), [(93.0, "93"), (93, "93"), (93.5, "93.5"), (True, "TRUE"), (None, ""), (" a ", " a ")]
)
def test_a_cell_is_shown_as_the_sheet_shows_it(cell: object, text: str) -> None:
    assert shown(cell) == text
