"""Events as rows of Metadata and back: any event comes back as it was, and what is no event is named."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.events import Event, evento_tipo
from core.domain.model import Accion, Operacion
from core.domain.writing.uniones import parse_numbers
from core.plant.tables import BadCellError, Row
from core.sheet.metadata import (
    CELL_MAX_LENGTH,
    COLUMNS,
    event_of,
    in_order,
    number_of,
    read_event_id,
    read_exact,
    row_of,
    title_of,
)
from tests.plants import DIA, MIGUEL, TAG
from tests.shopfloor import SANTIAGO

OWN_KEY = "evento"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = TEXTS.map(str.strip)
DOCUMENTS = st.dictionaries(
    TEXTS.filter(lambda key: key != OWN_KEY),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=5,
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    accion = draw(st.sampled_from(Accion))
    operacion = draw(st.none() | st.sampled_from(Operacion))
    return Event(
        seq=draw(st.integers(1, 2**53)),
        id=draw(st.uuids()),
        ts=draw(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))),  # noqa: DTZ001
        evento_tipo=evento_tipo(accion, operacion),
        tag_spool=draw(st.sampled_from(["", TAG, "É-1", "管-7", "=A1", "'0012", "+5", "00123"])),
        worker_id=draw(st.integers(0, 999_999_999)),
        worker_nombre=draw(NAMES.filter(lambda name: "#" not in name and "..." not in name)),
        operacion=operacion,
        accion=accion,
        fecha_operacion=draw(st.dates(date(1990, 1, 1), date(2100, 1, 1))),
        station=draw(TEXTS),
        metadata=draw(DOCUMENTS),
    )


def an_event(**fields: Any) -> Event:
    told = {
        "seq": 12,
        "id": UUID("6a0f3c1e-51d6-4b5e-9a3e-0a9f1d1c0b77"),
        "ts": datetime(2025, 11, 21, 15, 0, 0, 123456, tzinfo=UTC),
        "evento_tipo": "TOMAR_ARM",
        "tag_spool": TAG,
        "worker_id": MIGUEL.worker_id,
        "worker_nombre": MIGUEL.worker_nombre,
        "operacion": Operacion.ARM,
        "accion": Accion.TOMAR,
        "fecha_operacion": DIA,
        "station": "ARM-02",
        "metadata": {"lock_ttl": 3600},
    }
    return Event.model_validate(told | fields)


def cells_of(event: Event) -> dict[str, object]:
    """The event's row, by column."""
    return dict(zip(COLUMNS, row_of(event, SANTIAGO), strict=True))


def as_read(cells: dict[str, object]) -> Row:
    """The row as the API gives it back."""
    return Row("Metadata", 2, {column: cells.get(column) for column in COLUMNS})


def row_with(**cells: object) -> Row:
    return as_read({**cells_of(an_event()), **cells})


@given(events())
def test_any_event_comes_back_from_its_row_as_it_was(event: Event) -> None:
    assert event_of(as_read(cells_of(event))) == event


def test_the_columns_for_people_say_it_in_their_words() -> None:
    row = cells_of(an_event())
    assert row["Timestamp"] == "21-11-2025 12:00:00"
    assert row["Fecha_Operacion"] == "10-11-2025"
    assert (row["Evento_Tipo"], row["Accion"], row["Operacion"]) == ("TOMAR_ARM", "TOMAR", "ARM")
    assert (row["TAG_SPOOL"], row["Worker_ID"], row["Worker_Nombre"]) == (TAG, 93, "MR(93)")


@given(st.dictionaries(st.integers(1, 99), st.sampled_from(["4", "1.5", "0.6875"]), min_size=1))
def test_the_joints_that_an_event_finished_stand_in_a_column_of_their_own(made: dict[int, str]) -> None:
    event = an_event(
        accion=Accion.PAUSAR, evento_tipo="PAUSAR_ARM", metadata={"uniones": {str(n): made[n] for n in made}}
    )
    row = cells_of(event)
    assert isinstance(row["N_UNION"], str)
    assert parse_numbers(row["N_UNION"]) == tuple(sorted(made))
    assert " " not in row["N_UNION"]
    assert event_of(as_read(row)) == event


def test_an_event_of_no_spool_and_no_worker_leaves_their_cells_empty() -> None:
    event = an_event(tag_spool="", worker_id=0, worker_nombre="", operacion=None, accion=Accion.CARGAR_PLANTA)
    row = cells_of(event)
    assert (row["TAG_SPOOL"], row["Worker_ID"], row["Worker_Nombre"], row["Operacion"]) == ("", "", "", "")


def test_a_number_that_a_person_typed_is_a_worker() -> None:
    assert event_of(row_with(Worker_ID=93.0)).worker_id == 93


@given(st.integers(CELL_MAX_LENGTH - 300, CELL_MAX_LENGTH + 300))
def test_what_does_not_fit_in_a_cell_is_cut_and_the_row_says_so(length: int) -> None:
    event = an_event(metadata={"texto": "x" * length})
    row = cells_of(event)
    document = row["Metadata_JSON"]
    assert isinstance(document, str)
    assert len(document) <= CELL_MAX_LENGTH
    exact = read_exact(document)
    assert exact is not None
    assert (exact.seq, exact.ts) == (event.seq, event.ts)
    if not exact.recortado:
        assert event_of(as_read(row)) == event
        return
    # No event can be replayed of it: its number is a gap.
    with pytest.raises(BadCellError):
        event_of(as_read(row))


def test_a_row_of_another_program_is_no_event() -> None:
    cells = {
        "ID": "6A0F3C1E51D64B5E9A3E0A9F1D1C0B77",
        "Timestamp": "21-11-2025 12:00:00",
        "Evento_Tipo": "COMPLETAR_ARM",
        "TAG_SPOOL": TAG,
        "Worker_ID": 94.0,
        "Operacion": "ARM",
        "Accion": "COMPLETAR",
    }
    with pytest.raises(BadCellError) as bad:
        event_of(as_read(cells))
    assert bad.value.column == "Metadata_JSON"


@pytest.mark.parametrize(
    "document",
    [
        '{"lock_ttl": 60}',
        '{"evento": 5}',
        '{"evento": {"seq": 12}}',
        '{"evento": {"seq": "doce", "ts": "2025-11-21T15:00:00Z"}}',
        '{"evento": {"seq": 0, "ts": "2025-11-21T15:00:00Z"}}',
        '{"evento": {"seq": 12, "ts": "2025-11-21T15:00:00"}}',
        "",
    ],
)
def test_a_row_whose_exact_part_was_spoilt_is_no_event(document: str) -> None:
    with pytest.raises(BadCellError) as bad:
        event_of(row_with(Metadata_JSON=document))
    assert bad.value.column == "Metadata_JSON"
    assert read_exact(document) is None


def test_a_row_of_which_a_person_changed_what_happened_is_no_event() -> None:
    with pytest.raises(BadCellError) as bad:
        event_of(row_with(Accion="PAUSAR"))
    assert bad.value.column == "Evento_Tipo"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("ID", ""),
        ("ID", "e1"),
        ("ID", 12),
        ("TAG_SPOOL", 123.0),
        ("TAG_SPOOL", "W.93"),
        ("Worker_ID", "Miguel"),
        ("Operacion", "PINTAR"),
        ("Accion", "INICIAR"),
        ("Accion", ""),
        ("Fecha_Operacion", "mañana"),
        ("Metadata_JSON", "{"),
        ("Metadata_JSON", "[1]"),
        ("Worker_Nombre", "#REF!"),
    ],
)
def test_what_is_no_event_is_told_with_its_column(column: str, cell: object) -> None:
    with pytest.raises(BadCellError) as bad:
        event_of(row_with(**{column: cell}))
    assert bad.value.column == column


def test_an_id_is_read_however_it_is_spelled() -> None:
    event_id = uuid4()
    for spelled in (str(event_id), f" {event_id} ", str(event_id).upper(), event_id.hex):
        assert read_event_id(spelled) == event_id
    for other in (None, "", "ID", 5, 5.5, True, f"{event_id}x"):
        assert read_event_id(other) is None


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("Metadata", 1),
        ("METADATA", 1),
        (" metadata ", 1),
        ("Metadata 2", 2),
        ("metadata2", 2),
        ("Metadata 10", 10),
        ("Metadatos", None),
        ("Metadata vieja", None),
        ("Copia de Metadata", None),
        ("", None),
    ],
)
def test_a_worksheet_of_metadata_is_known_by_its_title(title: str, number: int | None) -> None:
    assert number_of(title) == number


@given(st.integers(1, 10_000))
def test_a_title_tells_its_number(number: int) -> None:
    assert number_of(title_of(number)) == number


def test_the_worksheets_of_metadata_are_in_the_order_of_their_numbers() -> None:
    titles = ["Metadata 10", "Operaciones", "Metadata 2", "Metadata", "Notas"]
    assert in_order(titles) == ["Metadata", "Metadata 2", "Metadata 10"]
    assert in_order(["Operaciones"]) == []
