"""What every ledger promises of loading a plant: the office's columns come in, the shop's work stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.datos import Cambio, Dato
from core.domain.model import Accion, Operacion, Plant, Rol, Snapshot, Spool
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.protocol import Ledger
from tests.conftest import OpenLedger
from tests.contract.commits import LOCK, committed, load, noting, putting_down, spool_of, taking, whole_log
from tests.plants import (
    JUAN,
    MATERIALES,
    MIGUEL,
    PEDRO,
    PLANT,
    START,
    TAG,
    WORKERS,
    Etapa,
    held_by,
    spool_at,
)
from tests.shopfloor import HOUR, FixedClock

LIBRE = spool_at(Etapa.LIBRE, TAG)
NEW_OFFICE_COLUMNS = {"ot": "OT-8", "nv": "NV-9", "fecha_materiales": MATERIALES + timedelta(days=2)}


def plant_of(*spools: Spool) -> Plant:
    return Plant(spools=spools)


async def test_a_new_site_is_empty(ledger: Ledger):
    assert await ledger.snapshot() == Snapshot(seq=0)
    assert await whole_log(ledger) == []


async def test_new_spools_and_workers_start_as_the_plant_says(ledger: Ledger):
    report = await load(ledger)
    assert (report.added, report.updated, report.unchanged, report.workers) == (len(PLANT.spools), 0, 0, len(WORKERS))
    snapshot = await ledger.snapshot()
    assert snapshot.seq == 1
    assert {spool.tag_spool: spool for spool in snapshot.spools} == {spool.tag_spool: spool for spool in PLANT.spools}
    assert {worker.worker_id: worker for worker in snapshot.workers} == {worker.worker_id: worker for worker in WORKERS}


async def test_a_tag_that_the_office_spells_otherwise_today_is_the_same_spool(ledger: Ledger):
    await load(ledger)
    await committed(ledger, taking(await spool_of(ledger)))
    respelled = replace(LIBRE, tag_spool=TAG.lower().replace("-", "\u2013"), ot="OT-8")
    report = await load(ledger, plant_of(respelled))
    assert (report.added, report.updated) == (0, 1)
    spool = await spool_of(ledger)
    assert (spool.tag_spool, spool.ot, spool.ocupacion is None) == (TAG, "OT-8", False)
    assert len((await ledger.snapshot()).spools) == len(PLANT.spools)


async def test_a_load_is_one_event_that_counts_what_changed_and_belongs_to_no_spool(ledger: Ledger):
    report = await load(ledger)
    [event] = await whole_log(ledger)
    assert event == report.event
    assert (event.seq, event.accion, event.evento_tipo, event.tag_spool) == (
        1,
        Accion.CARGAR_PLANTA,
        "CARGAR_PLANTA",
        "",
    )
    assert event.ts == START
    assert event.metadata == {
        "origen": "tests",
        "agregados": len(PLANT.spools),
        "actualizados": 0,
        "trabajadores": len(WORKERS),
    }


async def test_the_same_plant_again_appends_no_event_and_changes_nothing(ledger: Ledger):
    await load(ledger)
    before = await ledger.snapshot()
    report = await load(ledger)
    assert (report.added, report.updated, report.unchanged, report.workers) == (0, 0, len(PLANT.spools), 0)
    assert report.event is None
    assert await ledger.snapshot() == before


async def test_a_spool_that_exists_takes_the_offices_columns_and_one_more_version(ledger: Ledger):
    await load(ledger, plant_of(LIBRE))
    report = await load(ledger, plant_of(replace(LIBRE, **NEW_OFFICE_COLUMNS)))
    assert (report.added, report.updated, report.unchanged) == (0, 1, 0)
    after = await spool_of(ledger)
    assert {name: getattr(after, name) for name in NEW_OFFICE_COLUMNS} == NEW_OFFICE_COLUMNS
    assert after.version == LIBRE.version + 1


async def test_the_office_may_take_the_materials_date_away(ledger: Ledger):
    await load(ledger, plant_of(LIBRE))
    await load(ledger, plant_of(spool_at(Etapa.SIN_MATERIALES, TAG)))
    assert (await spool_of(ledger)).fecha_materiales is None


@pytest.mark.parametrize("etapa", [Etapa.LIBRE, Etapa.APROBADO, Etapa.BLOQUEADO])
async def test_a_spool_that_exists_keeps_its_occupation_and_progress_whatever_the_plant_says(
    ledger: Ledger, etapa: Etapa
):
    await load(ledger, plant_of(LIBRE))
    taken = (await committed(ledger, taking(await spool_of(ledger)))).spool
    await load(ledger, plant_of(replace(spool_at(etapa, TAG), **NEW_OFFICE_COLUMNS)))
    after = await spool_of(ledger)
    before = (Dato("OT", LIBRE.ot), Dato("NV", LIBRE.nv))
    assert replace(after, seq=taken.seq) == replace(
        taken, **NEW_OFFICE_COLUMNS, antes=before, version=taken.version + 1
    )
    assert await ledger.locks.value(LOCK) == taken.ocupacion.lock_token
    assert (await committed(ledger, putting_down(after))).spool.ocupacion is None


def in_revision(revision: str) -> Plant:
    return plant_of(replace(LIBRE, datos=(Dato("Plano", "P-12"), Dato("Revisión", revision))))


async def test_what_the_office_changes_of_a_spool_in_hand_is_known_until_it_is_put_down(ledger: Ledger):
    await load(ledger, in_revision("A"))
    await committed(ledger, taking(await spool_of(ledger)))
    for revision in "BC":
        await load(ledger, in_revision(revision))
        assert (await load(ledger, in_revision(revision))).event is None
    held = await spool_of(ledger)
    assert held in (await ledger.snapshot()).spools
    assert held.cambios == (Cambio("Revisión", "A", "C"),)
    assert (await committed(ledger, putting_down(held))).spool.cambios == ()
    await load(ledger, in_revision("D"))
    assert (await spool_of(ledger)).antes == ()


async def test_spools_the_plant_no_longer_lists_stay(ledger: Ledger):
    await load(ledger)
    report = await load(ledger, plant_of(replace(LIBRE, tag_spool="OTRO")))
    assert (report.added, report.updated, report.unchanged) == (1, 0, 0)
    assert await spool_of(ledger, TAG) == LIBRE


async def test_workers_take_the_plants_list_as_a_whole(ledger: Ledger):
    await load(ledger)
    welder = replace(JUAN, roles=frozenset({Rol.SOLDADOR}))
    await load(ledger, Plant(workers=(welder, PEDRO)))
    assert set((await ledger.snapshot()).workers) == {welder, PEDRO}
    gone = (await ledger.read([], MIGUEL.worker_id)).worker
    assert gone is None


async def test_an_empty_list_of_workers_leaves_them_as_they_are(ledger: Ledger):
    await load(ledger)
    report = await load(ledger, plant_of(replace(LIBRE, tag_spool="OTRO")))
    assert report.workers == 0
    assert set((await ledger.snapshot()).workers) == set(WORKERS)


@pytest.mark.parametrize(
    ("workers", "count"),
    [
        ((JUAN, MIGUEL, PEDRO), 1),
        ((replace(JUAN, activo=False), MIGUEL), 1),
        ((JUAN,), 1),
        ((replace(JUAN, activo=False), PEDRO), 3),
        ((MIGUEL, JUAN), 0),
    ],
    ids=["one added", "one changed", "one dropped", "one of each", "none"],
)
async def test_a_load_counts_each_worker_it_adds_changes_or_drops_once(ledger: Ledger, workers: tuple, count: int):
    await load(ledger, Plant(workers=(JUAN, MIGUEL)))
    assert (await load(ledger, Plant(workers=workers))).workers == count


async def test_a_language_is_a_change_of_its_worker_and_goes_with_the_list(ledger: Ledger):
    await load(ledger, Plant(workers=(JUAN, MIGUEL)))
    english = replace(JUAN, idioma="en")
    assert (await load(ledger, Plant(workers=(english, MIGUEL)))).workers == 1
    assert (await ledger.read([], JUAN.worker_id)).worker == english
    assert english in (await ledger.snapshot()).workers
    assert (await load(ledger, Plant(workers=(english, MIGUEL)))).workers == 0
    assert (await load(ledger, Plant(workers=(JUAN, MIGUEL)))).workers == 1
    assert (await ledger.read([], JUAN.worker_id)).worker == JUAN


async def test_a_starting_occupation_gets_its_lock(ledger: Ledger, clock: FixedClock):
    held = held_by(MIGUEL, Operacion.ARM, LIBRE, since=START - timedelta(seconds=HOUR), ttl=2 * HOUR)
    report = await load(ledger, plant_of(held))
    after = await spool_of(ledger)
    assert after.ocupacion == replace(held.ocupacion, seq=report.event.seq)
    assert await ledger.locks.value(LOCK) == held.ocupacion.lock_token
    clock.advance(seconds=HOUR)
    assert await ledger.locks.value(LOCK) is None


async def test_a_starting_occupation_may_last_until_released(ledger: Ledger, clock: FixedClock):
    held = held_by(MIGUEL, Operacion.ARM, LIBRE, ttl=0)
    await load(ledger, plant_of(held))
    clock.advance(seconds=80 * 86_400)
    assert await ledger.locks.value(LOCK) == held.ocupacion.lock_token
    assert (await committed(ledger, putting_down(await spool_of(ledger)))).spool.ocupacion is None


async def test_a_starting_occupation_that_ran_out_before_may_be_taken_by_another(ledger: Ledger):
    await load(ledger, plant_of(held_by(MIGUEL, Operacion.ARM, LIBRE, since=START - timedelta(seconds=HOUR), ttl=60)))
    done = await committed(ledger, taking(await spool_of(ledger), JUAN))
    assert done.spool.ocupacion.worker_id == JUAN.worker_id


async def test_a_starting_occupation_locks_nothing_in_another_site(another_ledger: OpenLedger, ledger: Ledger):
    other = await another_ledger("planta-2")
    await load(ledger, plant_of(held_by(MIGUEL, Operacion.ARM, LIBRE)))
    assert await other.locks.value(spool_lock(TAG)) is None
    assert (await other.snapshot()).spools == ()


async def test_a_snapshot_is_as_of_its_number(ledger: Ledger):
    await load(ledger)
    for seq in range(2, 5):
        spool = (await committed(ledger, noting(await spool_of(ledger)))).spool
        snapshot = await ledger.snapshot()
        assert snapshot.seq == seq == spool.seq
        assert spool in snapshot.spools
