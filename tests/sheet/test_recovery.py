"""A lost ledger out of rows of Metadata and of Taller: exact events are replayed, and nothing is invented."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from core.domain.events import Event
from core.domain.model import Accion, Operacion, Spool
from core.domain.rulebook.policy import Policy
from core.domain.uniones import Union
from core.plant.columns import OFFICES, ROLES, TRABAJADORES
from core.plant.tables import Table
from core.sheet import metadata
from core.sheet.plant import read_sheet_plant
from core.sheet.recovery import Log, Recovered, Source, SpoolRecovery, read_log
from core.sheet.shop_rows import Texts
from core.sheet.taller import COLUMNS, LOOKED_UP, texts_of
from tests.asking import aprobar, completar, desbloquear, nota, pausar, rechazar, tomar
from tests.plants import CARLA, JUAN, MIGUEL, Etapa, held_by, spool_at
from tests.shopfloor import SANTIAGO, ShopFloor

Rows = list[list[object]]
WHOLE_DAY: Final = (
    *(tomar(MIGUEL), nota(CARLA), pausar(MIGUEL), tomar(JUAN), completar(JUAN)),
    *(tomar(MIGUEL, Operacion.SOLD), completar(MIGUEL), rechazar(CARLA, motivo="poro")),
    *(tomar(MIGUEL, Operacion.REPARACION), completar(MIGUEL), aprobar(CARLA)),
)


# The log


def table_of(rows: Rows, title: str = "Metadata") -> Table:
    return Table.under(metadata.COLUMNS, metadata.LAYOUT, name=title, lines=list(enumerate(rows, start=2)))


def read(*worksheets: Rows) -> Log:
    titles = [metadata.title_of(number) for number in range(1, len(worksheets) + 1)]
    return read_log(map(table_of, worksheets, titles), station="ARM-09")


def row_of(event: Event) -> list[object]:
    return metadata.row_of(event, SANTIAGO)


@pytest.fixture
def day() -> list[Event]:
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    return [floor.ask(request) for request in WHOLE_DAY]


def test_exact_rows_give_back_the_log_in_order_wherever_they_stand(day: list[Event]) -> None:
    rows = [row_of(event) for event in reversed(day)]
    assert read(rows[4:], [*rows[:4], rows[2]]) == Log(events=tuple(day), missing=(), superseded=0, problems=())
    assert read() == read([]) == Log(events=(), missing=(), superseded=0, problems=())


def test_numbers_without_an_event_are_named_and_stood_in_for(day: list[Event]) -> None:
    log = read([row_of(event) for event in day if event.seq not in {1, 2, 5}])
    assert log.missing == ((1, 2), (5, 5))
    assert [event.seq for event in log.events] == list(range(1, len(day) + 1))
    stand_in = log.events[4]
    assert (stand_in.accion, stand_in.tag_spool, stand_in.station) == (Accion.RECONSTRUIR, "", "ARM-09")
    assert (stand_in.metadata, stand_in.ts) == ({"falta": 5}, day[5].ts)
    assert log.events[5:] == tuple(day[5:])


def test_of_two_events_with_one_number_the_later_row_counts(day: list[Event]) -> None:
    """The ledger had gone back to an older copy of itself, and gave the number again."""
    other = ShopFloor(spool_at(Etapa.LIBRE))
    past = [other.ask(request) for request in WHOLE_DAY[:3]]
    log = read([row_of(event) for event in [*past, *day]])
    assert (log.events, log.superseded) == (tuple(day), 3)


def test_rows_that_are_no_exact_event_are_problems_and_leave_a_gap(day: list[Event]) -> None:
    rows = [row_of(event) for event in day]
    rows[2][metadata.COLUMNS.index("Metadata_JSON")] = "{}"
    rows[3][metadata.COLUMNS.index("Accion")] = "COMPLETAR"
    rows.append(["hoy no vino nadie"])
    log = read(rows)
    assert log.missing == ((3, 4),)
    where = [(problem.file, problem.line, problem.column) for problem in log.problems]
    last = len(rows) + 1
    assert where == [
        ("Metadata", 4, "Metadata_JSON"),
        ("Metadata", 5, "Evento_Tipo"),
        ("Metadata", last, "Metadata_JSON"),
    ]


# A spool


def texts(spool: Spool, floor: ShopFloor) -> Texts:
    return texts_of(spool, now=floor.clock(), timezone=SANTIAGO, policy=Policy())


def shown_of(row: Texts) -> Spool:
    """What the row says, as a rebuild reads it."""
    tables = {
        "Operaciones": [[*OFFICES, *LOOKED_UP], [row[0], "OT-7", "NV-3", "09-11-2025", *row[1 : 1 + len(LOOKED_UP)]]],
        "Trabajadores": [TRABAJADORES, [93, "Miguel", "Rodríguez", True], [94, "Juan", "Pérez", True]],
        "Roles": [ROLES, [93, "Armador", True]],
    }
    [spool] = read_sheet_plant(tables, timezone=SANTIAGO, lock_ttl=3600).plant.spools
    return spool


def recover(row: Texts, events: Sequence[Event], take: Source = Source.METADATA) -> Recovered:
    return SpoolRecovery(timezone=SANTIAGO, policy=Policy(), take=take).recover(shown_of(row), row, events)


def as_office_has_it(spool: Spool) -> Spool:
    shown = shown_of((spool.tag_spool, *[""] * (len(COLUMNS) - 1)))
    return replace(spool, ot=shown.ot, nv=shown.nv, fecha_materiales=shown.fecha_materiales)


@pytest.mark.parametrize("seen", range(len(WHOLE_DAY) + 1))
def test_a_row_as_old_as_any_event_and_the_events_give_the_spool_as_it_stood(seen: int) -> None:
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    events = [floor.ask(request) for request in WHOLE_DAY[:seen]]
    row = texts(floor.spool, floor)
    events += [floor.ask(request) for request in WHOLE_DAY[seen:]]
    assert recover(row, events) == Recovered(spool=as_office_has_it(floor.spool))


@pytest.mark.parametrize("take", Source)
def test_a_spool_without_a_row_is_what_its_events_say_whatever_is_taken_and_is_named(take: Source) -> None:
    """With what progress it began is not known; a row that is not there says nothing that could be taken."""
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    nothing = (floor.spool.tag_spool, *[""] * (len(COLUMNS) - 1))
    assert recover(nothing, [], take) == Recovered(spool=as_office_has_it(floor.spool))
    events = [floor.ask(request) for request in WHOLE_DAY]
    recovered = recover(nothing, events, take)
    assert (recovered.spool, recovered.has_row) == (as_office_has_it(floor.spool), False)
    assert recovered.differs["Armador"] == ("", "JP(94)")


def test_joints_that_the_office_listed_after_the_row_was_written_are_no_disagreement() -> None:
    before, after = (tuple(Union(numero=n, diezmilesimas=40_000) for n in range(1, last)) for last in (3, 5))
    floor = ShopFloor(replace(spool_at(Etapa.LIBRE), uniones=before))
    events = [floor.ask(request) for request in (tomar(MIGUEL), pausar(MIGUEL, uniones="2"))]
    row = texts(floor.spool, floor)
    assert row[COLUMNS.index("Total_Uniones") :] == ("2", "1", "0", "4", "0")
    for take in Source:
        recovery = SpoolRecovery(timezone=SANTIAGO, policy=Policy(), take=take)
        recovered = recovery.recover(replace(shown_of(row), uniones=after), row, events)
        assert recovered.differs == {}
        assert [union.arm is not None for union in recovered.spool.uniones] == [False, True, False, False]


def test_a_lock_that_ran_out_before_or_after_the_row_was_written_is_no_disagreement() -> None:
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    events = [floor.ask(tomar(MIGUEL))]
    early = texts(floor.spool, floor)
    floor.clock.advance(seconds=13 * 3600)
    late = texts(floor.spool, floor)
    assert early != late
    for row in (early, late):
        assert recover(row, events) == Recovered(spool=as_office_has_it(floor.spool))


@pytest.mark.parametrize("etapa", [Etapa.ARMADO, Etapa.ARM_PARCIAL, Etapa.FABRICADO, Etapa.SOLD_PARCIAL])
def test_a_spool_that_began_with_progress_keeps_what_it_began_with(etapa: Etapa) -> None:
    floor = ShopFloor(spool_at(etapa))
    untouched = texts(floor.spool, floor)
    assert recover(untouched, []) == Recovered(spool=shown_of(untouched))
    operacion = Operacion.ARM if etapa is Etapa.ARM_PARCIAL else Operacion.SOLD
    if etapa is Etapa.FABRICADO:
        events = [floor.ask(aprobar(CARLA))]
    else:
        events = [floor.ask(request) for request in (tomar(MIGUEL, operacion), completar(MIGUEL))]
    row = texts(floor.spool, floor)
    recovered = recover(row, events)
    assert recovered.differs == {}
    assert texts(recovered.spool, floor) == row


# Row and events disagree


@pytest.fixture
def floor() -> ShopFloor:
    return ShopFloor(spool_at(Etapa.LIBRE))


def test_a_row_that_a_person_changed_is_named_with_both_values(floor: ShopFloor) -> None:
    events = [floor.ask(tomar(MIGUEL))]
    row = list(texts(floor.spool, floor))
    row[COLUMNS.index("Ocupado_Por")] = "JP(94)"
    recovered = recover(tuple(row), events)
    assert recovered.differs == {"Ocupado_Por": ("JP(94)", "MR(93)")}
    assert recovered.spool == as_office_has_it(floor.spool)
    taken = recover(tuple(row), events, Source.TALLER)
    assert (taken.differs, taken.spool.ocupacion and taken.spool.ocupacion.worker_id) == (recovered.differs, 94)
    assert (taken.spool.seq, taken.spool.version) == (1, 2)


def test_a_row_that_knows_of_events_that_metadata_has_not_is_a_disagreement(floor: ShopFloor) -> None:
    events = [floor.ask(request) for request in (tomar(MIGUEL), pausar(MIGUEL))]
    row = texts(floor.spool, floor)
    recovered = recover(row, events[:1])
    assert set(recovered.differs) >= {"Ocupado_Por"}
    assert recovered.spool.ocupacion is not None
    assert recover(row, events[:1], Source.TALLER).spool.ocupacion is None
    assert recover(row, []).differs


def test_events_that_cannot_follow_one_another_leave_what_the_row_says(floor: ShopFloor) -> None:
    events = [floor.ask(request) for request in (tomar(MIGUEL), pausar(MIGUEL), tomar(JUAN))]
    row = texts(floor.spool, floor)
    recovered = recover(row, events[1:])
    assert recovered.differs
    held = recover(row, events[1:], Source.TALLER).spool.ocupacion
    assert held is not None
    assert held.worker_id == JUAN.worker_id


def test_only_a_changed_checksum_is_a_disagreement_as_well(floor: ShopFloor) -> None:
    events = [floor.ask(tomar(MIGUEL))]
    row = list(texts(floor.spool, floor))
    row[COLUMNS.index("version")] = "77"
    assert recover(tuple(row), events).differs


# A spool that began occupied or inspected


def test_a_spool_that_began_occupied_is_taken_still_if_a_load_has_that_number() -> None:
    floor = ShopFloor(replace(held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE)), seq=4))
    row = texts(floor.spool, floor)
    loaded = SpoolRecovery(timezone=SANTIAGO, policy=Policy(), take=Source.METADATA, loads=frozenset({4}))
    recovered = loaded.recover(shown_of(row), row, [])
    assert recovered.differs == {}
    assert recovered.spool.ocupacion is not None
    assert recovered.spool.ocupacion.worker_id == JUAN.worker_id
    assert recover(row, []).differs


def test_what_stands_in_for_a_missing_event_is_no_load(day: list[Event]) -> None:
    load = day[0].model_copy(update={"accion": Accion.CARGAR_PLANTA, "evento_tipo": "CARGAR_PLANTA", "operacion": None})
    assert read([row_of(event) for event in [load, *day[2:]]]).loads == {1}


def test_a_spool_that_began_blocked_and_was_unblocked_is_as_it_stood() -> None:
    floor = ShopFloor(spool_at(Etapa.BLOQUEADO))
    events = [floor.ask(desbloquear(CARLA))]
    row = texts(floor.spool, floor)
    recovered = recover(row, events)
    assert recovered.differs == {}
    assert texts(recovered.spool, floor) == row
    assert not recovered.spool.bloqueado
