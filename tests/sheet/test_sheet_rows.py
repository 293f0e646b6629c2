"""The shop's cells of a row: what is compared, what is written, in which rectangles; whatever may stand there."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import SheetUnusableError
from core.domain.model import Avance, EstadoAvance, Inspeccion, Occupation, Operacion, Resultado, Spool
from core.plant.columns import OWNED
from core.sheet.mirroring.rows import (
    CANDIDATES,
    NO_COLUMN,
    VERSION,
    Places,
    SheetRow,
    Shown,
    Standing,
    Texts,
    blocks,
    compare,
    is_meant,
    own_cells,
    text_in,
    texts_of,
)
from core.sheet.mirroring.strays import Strays
from tests.shopfloor import SANTIAGO

texts = st.text(st.characters(codec="utf-8"), max_size=12)
days = st.dates(date(1970, 1, 1), date(2199, 12, 31))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis asks for bounds without a zone
cells = st.one_of(
    st.none(), texts, st.booleans(), st.integers(), st.floats(allow_nan=False), days.map("{:%d-%m-%Y}".format)
)
rows = st.tuples(*[texts] * len(OWNED))
columns = st.sampled_from(OWNED)
writes = st.dictionaries(
    st.integers(1, 40), st.dictionaries(st.integers(0, 30), texts, min_size=1, max_size=9), max_size=20
)


@st.composite
def avances(draw: st.DrawFn) -> Avance:
    estado = draw(st.sampled_from(EstadoAvance))
    done = estado is EstadoAvance.COMPLETADO
    nombre = None if estado is EstadoAvance.PENDIENTE else draw(texts)
    return Avance(estado, nombre, draw(st.one_of(st.none(), days)) if done else None)


@st.composite
def spools(draw: st.DrawFn) -> Spool:
    spool = Spool(
        tag_spool="MK-1",
        fecha_materiales=draw(st.one_of(st.none(), days)),
        arm=draw(avances()),
        sold=draw(avances()),
        reparacion=draw(avances()),
        inspeccion=draw(st.builds(Inspeccion, st.sampled_from(Resultado), texts, days)),
        rechazos=draw(st.integers(0, 5)),
        bloqueado=draw(st.booleans()),
    )
    if not draw(st.booleans()):
        return spool
    since = draw(instants)
    held = Occupation(
        worker_id=93,
        worker_nombre=draw(texts),
        operacion=draw(st.sampled_from([Operacion.ARM, Operacion.SOLD, Operacion.REPARACION])),
        fecha_ocupacion=since,
        station="ARM-01",
        seq=7,
        event_id=uuid4(),
        vence=draw(st.one_of(st.none(), st.just(since + timedelta(hours=12)))),
        previo=Avance(),
    )
    return replace(spool, ocupacion=held)


def truth_of(spool: Spool, now: datetime = datetime(2030, 1, 1, tzinfo=UTC)) -> Texts:
    return texts_of(spool, version="v", now=now, timezone=SANTIAGO, max_reparaciones=3)


@given(spool=spools(), now=instants)
def test_what_a_row_should_say_is_read_back_as_the_same(spool: Spool, now: datetime) -> None:
    truth = truth_of(spool, now)
    assert tuple(text_in(name, text, SANTIAGO) for name, text in zip(OWNED, truth, strict=True)) == truth
    assert compare(SheetRow(2, truth).texts(SANTIAGO), None, truth).writes == {}


@given(column=columns, cell=cells)
def test_what_a_cell_says_says_the_same_when_it_is_written_there(column: str, cell: object) -> None:
    said = text_in(column, cell, SANTIAGO)
    assert text_in(column, said, SANTIAGO) == said


@given(lines=writes)
def test_the_rectangles_cover_exactly_the_cells_to_write(lines: dict[int, dict[int, str]]) -> None:
    covered: dict[tuple[int, int], str] = {}
    for block in blocks(lines.items()):
        assert len({len(line) for line in block.lines}) == 1
        for at, line in enumerate(block.lines):
            for place, text in enumerate(line):
                cell = (block.row + at, block.column + place)
                assert cell not in covered
                covered[cell] = text
    assert covered == {(number, place): text for number, line in lines.items() for place, text in line.items()}


def test_rows_below_each_other_with_the_same_columns_are_one_rectangle() -> None:
    [one, other] = blocks([(3, {2: "c", 1: "b"}), (2, {1: "a", 2: "z"}), (5, {1: "d", 2: "e"})])
    assert (one.row, one.column, one.lines) == (2, 1, [["a", "z"], ["b", "c"]])
    assert (other.row, other.lines) == (5, [["d", "e"]])


@given(found=rows, truth=rows, candidates=st.lists(rows, max_size=4), present=st.sets(columns), mixed=st.booleans())
def test_only_columns_that_are_there_and_differ_are_written(
    found: Texts, truth: Texts, candidates: list[Texts], present: set[str], *, mixed: bool
) -> None:
    seen = [text if name in present else None for name, text in zip(OWNED, found, strict=True)]
    shown = Shown(1, tuple(candidates)) if candidates else None
    comparison = compare(seen, shown, truth, is_mixed=mixed)
    differ = {name: t for name, f, t in zip(OWNED, seen, truth, strict=True) if f is not None and f != t}
    assert comparison.writes == differ
    assert comparison.contested.keys() <= differ.keys()
    for name, (said, right) in comparison.contested.items():
        assert (said, right) == (found[OWNED.index(name)], truth[OWNED.index(name)])


@given(found=rows, truth=rows, others=st.lists(rows, max_size=3))
def test_what_the_mirror_itself_wrote_is_nobodys_change(found: Texts, truth: Texts, others: list[Texts]) -> None:
    assert compare(found, Shown(1, (*others, found)), truth).contested == {}


@given(found=rows, truth=rows, old=rows, column=columns)
def test_a_cell_that_the_mirror_never_wrote_is_a_persons(found: Texts, truth: Texts, old: Texts, column: str) -> None:
    at = OWNED.index(column)
    said = [*old[:at], f"{old[at]}{truth[at]}?", *old[at + 1 :]]
    contested = compare(said, Shown(1, (truth, old)), truth).contested
    assert contested[column] == (said[at], truth[at])
    del found


def test_of_a_row_never_seen_only_what_would_be_lost_is_a_persons() -> None:
    found = ["MR(93)", "", "", "", "", "", "", "en proceso", "3b1f8a52-7f0e-4c1d-9a55-0123456789ab"]
    truth = ("JP(94)", "20-11-2025", "", "", "", "JP(94)", "", "Disponible", "v1")
    assert compare(found, None, truth).contested == {"Armador": ("MR(93)", "JP(94)")}
    of_a_drawing = [*found[:-1], "Rev. B"]
    assert compare(of_a_drawing, None, truth).contested == {
        "Armador": ("MR(93)", "JP(94)"),
        "version": ("Rev. B", "v1"),
    }


def test_an_old_cell_beside_a_new_version_is_a_persons_unless_columns_moved() -> None:
    old, new = ("A", *[""] * 7, "v1"), ("B", *[""] * 7, "v2")
    said = ("A", *[""] * 7, "v2")
    assert compare(said, Shown(2, (new, old)), new).contested == {"Armador": ("A", "B")}
    assert compare(said, Shown(2, (new, old)), new, is_mixed=True).contested == {}


@given(seq=st.integers(0), candidates=st.lists(rows, min_size=1, max_size=CANDIDATES, unique=True))
def test_what_a_row_may_say_comes_back_from_its_note(seq: int, candidates: list[Texts]) -> None:
    shown = Shown(seq, tuple(candidates))
    assert Shown.from_json(shown.to_json()) == shown


@given(sent=st.lists(st.tuples(rows, rows), min_size=1, max_size=9))
def test_the_newest_sets_are_remembered_each_once(sent: list[tuple[Texts, Texts]]) -> None:
    shown = None
    for seq, (found, truth) in enumerate(sent):
        shown = Shown.sent(shown, found=found, texts=truth, seq=seq)
        assert (shown.newest, shown.seq) == (truth, seq)
        assert found in shown.candidates
        assert len(set(shown.candidates)) == len(shown.candidates) <= CANDIDATES


@pytest.mark.parametrize(
    "note",
    ["", "[]", "{}", "null", "7", '"v"', "[1]", '["x", []]', '[1, ["a"]]', "[1, null]", "\x00"],
)
def test_a_note_that_cannot_be_read_is_no_note(note: str) -> None:
    assert Shown.from_json(note) is None


def test_cells_of_a_row_are_the_mirrors_own_only_where_they_say_what_it_meant() -> None:
    meant = ("JP(94)", "", "", "", "", "JP(94)", "", "Ocupado", "v1")
    assert own_cells(["JP(94)", "x", None, "", "", "", "", "Ocupado", "v1"], meant) == [
        "Armador",
        "Estado_Detalle",
        VERSION,
    ]
    assert is_meant({"Armador": ("JP(94)", "")}, meant)
    assert not is_meant({"Armador": ("JP(94)", ""), "Soldador": ("x", "")}, meant)


def test_columns_are_found_by_name_and_tell_when_they_moved() -> None:
    places = Places.find("Operaciones", ["OT", " tag spool", "VERSION", "Armador"])
    assert (places.tag, dict(places.owned)) == (1, {"version": 2, "Armador": 3})
    assert places.wanted == [1, 2, 3]
    assert set(places.missing) == set(OWNED) - {"version", "Armador"}
    read: dict[int, list[object]] = {1: ["TAG_SPOOL", "MK-1"], 2: ["version"], 3: ["Armador"]}
    assert places.hold(read)
    assert not places.hold({**read, 3: ["Soldador"]})
    assert not places.hold({**read, 3: []})


@pytest.mark.parametrize("headers", [[], ["OT"], ["TAG_SPOOL", "Armador", "armador"], ["TAG_SPOOL", "tag spool"]])
def test_columns_that_cannot_be_told_are_refused(headers: list[object]) -> None:
    with pytest.raises(SheetUnusableError):
        Places.find("Operaciones", headers)


def test_rows_are_read_by_tag_and_what_has_none_is_kept_apart() -> None:
    places = Places.find("Operaciones", ["TAG_SPOOL", "Armador"])
    found: dict[int, list[Any]] = {
        0: ["TAG_SPOOL", "MK-1", None, "MK-2 ", "MK-1", 123, "", "W.93"],
        1: ["Armador", "A", "B", None, "C", "D", "", "E", "F"],
    }
    standing = Standing.read("Operaciones", places, found)
    assert {tag: row.number for tag, row in standing.rows.items()} == {"MK-1": 2, "MK-2": 4}
    assert standing.repeated == {"MK-1"}
    assert [row.number for row in standing.untagged] == [3, 9]
    row = standing.rows["MK-1"]
    assert (row.cell("Armador"), row.has("Armador"), row.has(VERSION)) == ("A", True, False)
    assert row.bare(("x",) * len(OWNED)) == ("x", *[""] * (len(OWNED) - 1))
    assert row.cell(VERSION) is NO_COLUMN


def _strays(headers: list[object], column: list[object]) -> Strays:
    """After an update of Armador, then at B, in rows 2 and 3; now something else stands there."""
    strays = Strays()
    strays.sent(Places.find("Operaciones", ["TAG_SPOOL", "Armador"]), [(2, {1: "JP(94)"}), (3, {1: ""})])
    places = Places.find("Operaciones", headers)
    strays.look(places, headers, {place: column if place == 1 else [] for place in (0, *strays.wanted(places, 26))})
    return strays


def test_what_fell_below_no_name_is_to_be_emptied_and_what_fell_upon_the_offices_is_named() -> None:
    unnamed = _strays(["TAG_SPOOL", "", "Armador"], ["", "JP(94)", ""])
    assert (unnamed.to_empty, unnamed.named("Operaciones")) == ([(2, {1: ""})], [])
    named = _strays(["TAG_SPOOL", "Peso", "Armador"], ["Peso", "JP(94)", ""])
    assert (named.to_empty, named.named("Operaciones")) == ([], ["Operaciones!B2", "Operaciones!B3"])


def test_a_cell_that_says_something_else_by_now_is_nobodys_stray() -> None:
    assert _strays(["TAG_SPOOL", "", "Armador"], ["", "otra cosa"]).to_empty == []
    assert _strays(["TAG_SPOOL", "Peso", "Armador"], ["Peso", 12.5, "x"]).named("Operaciones") == []
    assert _strays(["TAG_SPOOL", "Armador"], ["Armador", "JP(94)"]).named("Operaciones") == []


def test_strays_are_looked_for_only_where_the_worksheet_has_columns_and_only_once_they_moved() -> None:
    strays = Strays()
    places = Places.find("Operaciones", ["TAG_SPOOL", "", "", "Armador"])
    strays.sent(places, [(2, {3: "JP(94)"})])
    assert strays.wanted(places, 26) == []
    assert not strays.crossed(places)
    moved = Places.find("Operaciones", ["TAG_SPOOL", "Armador"])
    assert strays.wanted(moved, 26) == [3]
    assert strays.wanted(moved, 3) == []
    assert strays.crossed(moved)
    assert strays.wrote(2, 3, "JP(94)")
    assert not strays.wrote(3, 3, "JP(94)")
