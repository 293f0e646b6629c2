"""What a spool starts with when a plant is brought in, and what stays when it is brought in again."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.domain.model import Avance, EstadoAvance, Inspeccion, Operacion, Resultado
from core.domain.requests import PausarRequest, TomarRequest
from core.ledger.locks import LockService
from tests.plant.plant_folders import PROGRESS, WriteFolder, only_spool, read
from tests.processes import service_on


def test_a_spool_starts_with_the_progress_of_its_row(folder: WriteFolder) -> None:
    done = only_spool(folder, "MK-1,02-01-2026,MR(93),03-01-2026,JP(94),04-01-2026,,,,")
    assert done.arm == Avance(EstadoAvance.COMPLETADO, "MR(93)", date(2026, 1, 3))
    assert done.sold == Avance(EstadoAvance.COMPLETADO, "JP(94)", date(2026, 1, 4))
    assert done.inspeccion == Inspeccion()
    half = only_spool(folder, "MK-1,02-01-2026,MR(93),,,,,,,")
    assert half.arm == Avance(EstadoAvance.PAUSADO, "MR(93)")
    assert half.sold == Avance()
    approved = only_spool(folder, "MK-1,02-01-2026,MR(93),03-01-2026,JP(94),04-01-2026,05-01-2026,,,")
    assert approved.inspeccion == Inspeccion(Resultado.APROBADO, fecha=date(2026, 1, 5))


@pytest.mark.parametrize(
    ("estado", "rechazos", "bloqueado", "reparacion"),
    [
        ("RECHAZADO (ciclo 2/3) - REPARACION pendiente", 2, False, EstadoAvance.PENDIENTE),
        ("RECHAZADO (ciclo 2/3) - REPARACION parcial", 2, False, EstadoAvance.PAUSADO),
        ("RECHAZADO", 1, False, EstadoAvance.PENDIENTE),
        ("BLOQUEADO - 4 rechazos, contactar supervisor", 4, True, EstadoAvance.PENDIENTE),
        ("BLOQUEADO", 1, True, EstadoAvance.PENDIENTE),
    ],
)
def test_a_spool_starts_with_the_rejection_that_its_estado_detalle_tells(
    folder: WriteFolder, estado: str, rechazos: int, *, bloqueado: bool, reparacion: EstadoAvance
) -> None:
    spool = only_spool(folder, f'MK-1,02-01-2026,MR(93),03-01-2026,JP(94),04-01-2026,,,,"{estado}"')
    assert spool.inspeccion.resultado is Resultado.RECHAZADO
    assert (spool.rechazos, spool.bloqueado, spool.reparacion.estado) == (rechazos, bloqueado, reparacion)


@pytest.mark.parametrize(
    ("progress", "operacion"),
    [
        (",,,,,", Operacion.ARM),
        ("MR(93),,,,,", Operacion.ARM),
        ("MR(93),03-01-2026,,,,", Operacion.SOLD),
        ("MR(93),03-01-2026,JP(94),04-01-2026,,", Operacion.REPARACION),
    ],
)
def test_an_occupied_spool_starts_held_by_that_worker_in_its_first_open_operation(
    folder: WriteFolder, progress: str, operacion: Operacion
) -> None:
    estado = "RECHAZADO" if operacion is Operacion.REPARACION else ""
    cells = f"MK-1,02-01-2026,{progress[:-1]},MR(93),06-01-2026 08:30:00,{estado}"
    held = only_spool(folder, cells, lock_ttl=3600).ocupacion
    assert held is not None
    assert (held.worker_id, held.worker_nombre, held.operacion) == (93, "MR(93)", operacion)
    assert held.fecha_ocupacion == datetime(2026, 1, 6, 11, 30, tzinfo=UTC)
    assert held.vence == datetime(2026, 1, 6, 12, 30, tzinfo=UTC)


def test_the_occupation_s_instants_are_utc_like_all_inside_the_program(folder: WriteFolder) -> None:
    held = only_spool(folder, "MK-1,02-01-2026,,,,,,MR(93),06-01-2026 08:30:00,", lock_ttl=3600).ocupacion
    assert held is not None
    assert held.vence is not None
    assert held.fecha_ocupacion.tzinfo is UTC
    assert held.vence.tzinfo is UTC


def test_a_lock_lives_its_seconds_through_the_night_the_clocks_change(folder: WriteFolder) -> None:
    # On 6 September 2026 midnight in Santiago is followed by one o'clock.
    cells = "MK-1,02-01-2026,,,,,,MR(93),05-09-2026 20:00:00,"
    held = only_spool(folder, cells, lock_ttl=12 * 3600).ocupacion
    assert held is not None
    assert held.vence is not None
    assert held.vence.astimezone(UTC) - held.fecha_ocupacion.astimezone(UTC) == timedelta(hours=12)


async def test_an_occupation_of_the_plant_is_one_that_its_holder_can_end_and_others_cannot(
    folder: WriteFolder, file: Path
) -> None:
    plant = read(folder(f"{PROGRESS}MK-1,02-01-2026,,,,,,MR(93),06-01-2026 08:30:00,\n")).plant
    async with service_on(file) as service:
        report = await service.load_plant(plant, source="planta")
        status = await service.status("MK-1")
        assert (status.ocupado_por, status.vencido, status.seq) == ("MR(93)", False, 1)
        assert (await LockService(service.ledger).owner("MK-1"))[0] == 93
        assert (await service.pausar(PausarRequest(tag_spool="MK-1", worker_id=93))).seq == 2
        assert (await service.spool("MK-1")).arm == Avance(EstadoAvance.PAUSADO, "MR(93)")
    assert report.event is not None
    assert report.event.metadata["origen"] == "planta"


async def test_an_occupation_of_the_plant_whose_life_is_over_starts_as_vencido(folder: WriteFolder, file: Path) -> None:
    row = "MK-1,02-01-2026,,,,,,MR(93),06-01-2020 08:30:00,\n"
    async with service_on(file) as service:
        await service.load_plant(read(folder(PROGRESS + row), lock_ttl=60).plant)
        assert (await service.status("MK-1")).vencido
        taken = await service.tomar(TomarRequest(tag_spool="MK-1", worker_id=94, operacion="ARM"))
    assert taken.spool.ocupado_por == "JP(94)"


async def test_loading_again_takes_the_office_s_columns_and_nothing_else(folder: WriteFolder, file: Path) -> None:
    async with service_on(file) as service:
        await service.load_plant(read(folder()).plant)
        await service.tomar(TomarRequest(tag_spool="MK-1", worker_id=94, operacion="ARM"))
        before = await service.spool("MK-1")
        header = "TAG_SPOOL,OT,NV,Fecha_Materiales,Armador,Fecha_Armado,Ocupado_Por,Fecha_Ocupacion,Estado_Detalle\n"
        row = "MK-1,777,NV-7,09-01-2026,MR(93),03-01-2026,MR(93),06-01-2026 08:30:00,\n"
        reading = read(folder(header + row + "MK-3,,,,,,,,\n"))
        assert reading.problems == ()
        report = await service.load_plant(reading.plant)
        after = await service.spool("MK-1")
        assert (report.added, report.updated, report.unchanged) == (1, 1, 0)
        assert (after.ot, after.nv, after.fecha_materiales) == ("777", "NV-7", date(2026, 1, 9))
        assert (after.arm, after.sold, after.inspeccion) == (before.arm, before.sold, before.inspeccion)
        assert (after.ocupacion, after.seq) == (before.ocupacion, before.seq)
        assert after.version == before.version + 1
        assert [spool.tag_spool for spool in (await service.snapshot()).spools] == ["MK-1", "MK-2", "MK-3"]
        assert (await service.pausar(PausarRequest(tag_spool="MK-1", worker_id=94))).seq == 4


async def test_loading_the_same_plant_again_changes_nothing_and_logs_nothing(folder: WriteFolder, file: Path) -> None:
    plant = read(folder()).plant
    async with service_on(file) as service:
        first = await service.load_plant(plant)
        before = await service.snapshot()
        again = await service.load_plant(plant)
        assert (first.added, first.workers) == (2, 2)
        assert (again.added, again.updated, again.unchanged, again.workers, again.event) == (0, 0, 2, 0, None)
        assert await service.snapshot() == before


async def test_workers_are_taken_as_a_whole_list_and_an_empty_list_keeps_them(folder: WriteFolder, file: Path) -> None:
    async with service_on(file) as service:
        await service.load_plant(read(folder()).plant)
        await service.load_plant(read(folder(trabajadores="Id,Nombre\n", roles="Id,Rol\n")).plant)
        assert [worker.worker_id for worker in (await service.snapshot()).workers] == [93, 94]
        await service.load_plant(read(folder(trabajadores="Id,Nombre\n95,Carla\n", roles="Id,Rol\n")).plant)
        assert [worker.worker_id for worker in (await service.snapshot()).workers] == [95]
