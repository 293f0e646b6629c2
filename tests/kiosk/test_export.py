"""`kiosk export`: a workbook of the plant, which `kiosk load` takes back without changing anything."""

import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from core.domain.datos import Dato
from core.domain.model import Avance, EstadoAvance, Operacion, Rol, Snapshot, Spool, Worker
from core.domain.rulebook.joints import with_joints
from core.domain.rulebook.policy import Policy
from core.domain.uniones import PER_INCH, Hecho, Union, typed
from core.domain.writing.tags import clean_tag, identity
from core.domain.writing.texts import clean_text
from core.ledger.loading import PlantChange
from core.occupation import OccupationService
from core.plant.files import open_plant
from core.plant.reading import PlantReading
from core.settings import sqlite_url
from kiosk.cli.families.export import write_plant
from kiosk.cli.families.workbook import workbook
from tests.asking import completar, pausar, tomar
from tests.kiosk.commands import run_kiosk
from tests.plant.test_cells import VALUES, is_clean
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, PLANT, START, WORKERS, Etapa, held_by, joint, spool_at
from tests.processes import SITE, TIMEZONE, service_on

POLICY = Policy(columnas=("Plano",))
signs = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
clean = st.text(signs, min_size=1, max_size=12).filter(is_clean(clean_text))
short = st.sampled_from(["", "001", "=1+1", "_x0041_", "01-02-2026", "TRUE", "1e3", "a\u00a0b"]) | clean
days = st.dates(date(1900, 1, 1), date(2300, 1, 1))
people = st.sampled_from([MIGUEL.worker_nombre, JUAN.worker_nombre, "XX(404)", "Miguel"])
avances = st.one_of(
    st.just(Avance()),
    people.map(lambda nombre: Avance(EstadoAvance.PAUSADO, nombre)),
    st.builds(Avance, st.just(EstadoAvance.COMPLETADO), st.none() | people, days),
)
workers = st.builds(
    Worker,
    worker_id=VALUES["Id"],
    nombre=clean,
    apellido=short,
    activo=st.booleans(),
    roles=st.frozensets(st.sampled_from(Rol)),
    idioma=st.sampled_from(["", "es", "en"]),
)
hechos = st.builds(Hecho, st.none() | people, st.none() | days)
uniones = st.lists(
    st.builds(
        Union,
        numero=st.integers(1, 99),
        diezmilesimas=st.integers(1, 120 * PER_INCH),
        tipo=short | st.just("FW"),
        arm=st.none() | hechos,
        sold=st.none() | hechos,
    ),
    max_size=3,
    unique_by=lambda union: union.numero,
).map(lambda joints: typed(tuple(sorted(joints, key=lambda union: union.numero)), POLICY.uniones_solo_armado))
spools = st.builds(
    Spool,
    tag_spool=st.text(signs, min_size=1, max_size=12).filter(is_clean(clean_tag)),
    ot=short,
    nv=short,
    fecha_materiales=st.none() | days,
    arm=avances,
    sold=avances,
    datos=short.map(lambda text: (Dato("Plano", text),) if text else ()),
    uniones=uniones,
).map(lambda spool: with_joints(spool, spool.uniones))
snapshots = st.builds(
    Snapshot,
    seq=st.just(1),
    spools=st.lists(spools, max_size=3, unique_by=lambda spool: identity(spool.tag_spool)).map(tuple),
    workers=st.lists(workers, max_size=2, unique_by=lambda worker: worker.worker_id).map(tuple),
)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def exported(snapshot: Snapshot, file: Path) -> PlantReading:
    """What a load makes of the workbook of this plant."""
    with workbook(file) as book:
        write_plant(book, snapshot, now=START, zone=TIMEZONE, policy=POLICY)
    return open_plant(file, POLICY.columnas).read(timezone=TIMEZONE, lock_ttl=0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(snapshots)
def test_to_load_an_exported_plant_again_changes_nothing_whatever_its_texts_and_days(
    tmp_path: Path, snapshot: Snapshot
) -> None:
    reading = exported(snapshot, tmp_path / "planta.xlsx")
    change = PlantChange.between(snapshot.spools, snapshot.workers, POLICY.applied_to(reading.plant))
    assert not change
    assert change.made_joints == ()
    # A tag that begins like a formula can only be of an older version.
    unread = [spool for spool in snapshot.spools if spool.tag_spool.startswith("=")]
    assert reading.left_out == sum(1 + len(spool.uniones) for spool in unread)


def test_a_spool_at_every_stage_free_or_held_is_read_back_as_it_stands(tmp_path: Path) -> None:
    held = [
        held_by(MIGUEL, operacion, spool_at(etapa, f"HELD-{etapa}"))
        for etapa, operacion in (
            (Etapa.LIBRE, Operacion.ARM),
            (Etapa.ARM_PARCIAL, Operacion.SOLD),
            (Etapa.ARMADO, Operacion.SOLD),
            (Etapa.RECHAZADO, Operacion.REPARACION),
        )
    ]
    snapshot = Snapshot(seq=1, spools=(*PLANT.spools, *held), workers=WORKERS)
    reading = exported(snapshot, tmp_path / "planta.xlsx")
    assert reading.problems == ()
    read = {spool.tag_spool: spool for spool in reading.plant.spools}
    for spool in snapshot.spools:
        twin = read[spool.tag_spool]
        assert (twin.arm, twin.sold, twin.bloqueado) == (spool.arm, spool.sold, spool.bloqueado), spool.tag_spool
        assert twin.inspeccion.resultado == spool.inspeccion.resultado
        assert (twin.ocupacion and twin.ocupacion.operacion) == (spool.ocupacion and spool.ocupacion.operacion)
        assert (twin.ocupacion and twin.ocupacion.fecha_ocupacion) == (
            spool.ocupacion and spool.ocupacion.fecha_ocupacion
        )


@pytest.fixture
async def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OccupationService]:
    """The service over the ledger that commands use."""
    url = sqlite_url(tmp_path / "shop.sqlite3")
    monkeypatch.setenv("KIOSK_LEDGER_URL", url)
    monkeypatch.setenv("KIOSK_SITE", SITE)
    jointed = replace(spool_at(Etapa.LIBRE, FREE_TAGS[1]), uniones=(joint(1, "1.5"), joint(2, "0.75", "FW")))
    plant = replace(PLANT, spools=(*PLANT.spools[:1], jointed, *PLANT.spools[2:]), uniones_listed=True)
    async with service_on(url) as office:
        await office.load_plant(plant)
        yield office


async def test_an_export_has_the_events_and_the_work_of_its_period_and_loads_without_a_change(
    service: OccupationService, tmp_path: Path
) -> None:
    await service.tomar(tomar(MIGUEL, tag=FREE_TAGS[0]))
    await service.completar(completar(MIGUEL, FREE_TAGS[0]))
    await service.tomar(tomar(JUAN, tag=FREE_TAGS[1]))
    await service.pausar(pausar(JUAN, FREE_TAGS[1], uniones=(1,)))
    folder = tmp_path / "oficina"
    folder.mkdir()
    file = folder / "planta.xlsx"
    file.write_bytes(b"the one before")
    done = await run_kiosk("export", str(file), "--json")
    assert (done.status, done.err) == (0, "")
    assert (done.json["spools"], done.json["events"]) == (len(PLANT.spools), 5)
    book = load_workbook(file)
    assert book.sheet_names == [
        *("Operaciones", "Trabajadores", "Roles", "Uniones", "Eventos", "Trabajo por día", "Trabajo por persona")
    ]
    events = book.get_sheet_by_name("Eventos").to_python()
    assert [row[2] for row in events[1:]] == ["PAUSAR_ARM", "TOMAR_ARM", "COMPLETAR_ARM", "TOMAR_ARM", "CARGAR_PLANTA"]
    assert isinstance(events[1][1], datetime)
    today = service.now().astimezone(service.timezone).date()
    work = book.get_sheet_by_name("Trabajo por día").to_python()
    assert len(work) == 31
    assert work[-1] == [today, 1.0, 0.0, 0.0, 0.0, 0.0, 1.5, 0.0]
    assert book.get_sheet_by_name("Trabajo por persona").to_python()[1:] == [
        [today, MIGUEL.worker_nombre, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        [today, JUAN.worker_nombre, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.5, 0.0],
    ]
    assert book.get_sheet_by_name("Uniones").to_python()[1:] == [
        [FREE_TAGS[1], 1.0, 1.5, "BW", JUAN.worker_nombre, today, "", ""],
        [FREE_TAGS[1], 2.0, 0.75, "FW", "", "", "", ""],
    ]
    before = await service.snapshot()
    again = await run_kiosk("load", str(file), "--json")
    assert (again.status, again.json["seq"], again.json["unchanged"]) == (0, None, len(PLANT.spools))
    assert again.json["workers"] == 0
    assert await service.snapshot() == before
    tomorrow = f"{today + timedelta(days=1):%d-%m-%Y}"
    later = await run_kiosk("export", str(file), "--from", tomorrow, "--to", tomorrow, "--json")
    assert later.json["events"] == 0
    assert len(load_workbook(file).get_sheet_by_name("Trabajo por día").to_python()) == 2
    assert (await run_kiosk("export", str(file), "--from", tomorrow)).status == 2
    assert (await run_kiosk("export", str(tmp_path / "no" / "hay.xlsx"))).status == 2
    assert names_in(folder) == ["planta.xlsx"]


def test_texts_stay_texts_days_are_days_and_each_table_has_a_frozen_header_and_filters(tmp_path: Path) -> None:
    spool = Spool(tag_spool="=SUM(A1)", ot="=1+1", nv="http://a.cl", fecha_materiales=date(2026, 1, 2))
    file = tmp_path / "planta.xlsx"
    with workbook(file) as book:
        snapshot = Snapshot(seq=1, spools=(spool,), workers=(CARLA,))
        write_plant(book, snapshot, now=START, zone=TIMEZONE, policy=Policy())
    row = load_workbook(file).get_sheet_by_name("Operaciones").to_python()[1]
    assert row[:4] == ["=SUM(A1)", "=1+1", "http://a.cl", date(2026, 1, 2)]
    with zipfile.ZipFile(file) as archive:
        for number in (1, 2, 3, 4):
            xml = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
            assert "<f>" not in xml
            assert 'state="frozen"' in xml
            assert "<autoFilter" in xml
