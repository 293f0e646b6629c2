"""A lost ledger out of the office's sheet, over HTTP into an empty one of each engine; what cannot be known is told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.errors import LedgerNotEmptyError, LockExpiredError, SpoolOccupiedError
from core.domain.lock_steps import spool_lock
from core.domain.model import Accion, Operacion, Snapshot, Spool
from core.domain.policy import Policy
from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetDisagreesError, SheetUnavailableError, SheetUnusableError
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.settings import Settings, sqlite_url
from core.sheet.client import Spreadsheet, open_spreadsheet
from core.sheet.pull import pull
from core.sheet.rebuild import RebuildReport, rebuild
from core.sheet.recovery import Source
from core.sheet.sync import Sync
from core.sheet.taller import LOOKED_UP, texts_of
from core.sheet.template import write_worksheets
from tests.asking import (
    aprobar,
    cancelar,
    completar,
    desbloquear,
    deshacer,
    entregar,
    extender,
    liberar,
    nota,
    pausar,
    reanudar,
    rechazar,
    retener,
    tomar,
)
from tests.conftest import SITE, Store
from tests.contract.commits import whole_log
from tests.kiosk.commands import run_kiosk
from tests.plants import (
    ARMADORES,
    CARLA,
    FREE_TAGS,
    JUAN,
    MIGUEL,
    NOT_ASKED_BY_WORKERS,
    PLANT,
    START,
    WORKERS,
    Etapa,
    held_by,
)
from tests.sheet.planilla import PLANILLA, settings_for
from tests.sheets_api import Book, Office, SheetsApi, empty_values, status
from tests.shopfloor import SANTIAGO, FixedClock

_, SOLD, _, REPARACION = Operacion
HELD, KEPT, LATE, DONE, NOTED, UNDONE, EXTENDED = FREE_TAGS[:7]
GIVEN = FREE_TAGS[9]
LISTED = FREE_TAGS[8]
"""The office listed it as taken."""
HEADERS = ["Peso", "TAG_SPOOL", "OT", "NV", "Fecha_Materiales", *LOOKED_UP]

Open = Callable[..., Awaitable[Ledger]]
Service = Callable[..., OccupationService]


def listed(spool: Spool) -> list[object]:
    """The spool's row as the office typed it, before the shop wrote anything into it."""
    texts = texts_of(spool, now=START, timezone=SANTIAGO, policy=Policy())
    shown = [text or None for text in texts[1 : 1 + len(LOOKED_UP)]]
    return [12.5, spool.tag_spool, spool.ot, spool.nv, spool.fecha_materiales, *shown]


@pytest.fixture
def book(api: SheetsApi) -> Book:
    """The spreadsheet of the whole plant, as the office made it; nothing of it was ever loaded."""
    people = [["Id", "Nombre", "Apellido", "Activo"]]
    people += [[worker.worker_id, worker.nombre, worker.apellido, worker.activo] for worker in WORKERS]
    roles = [
        ["Id", "Rol", "Activo"],
        *([worker.worker_id, str(rol), True] for worker in WORKERS for rol in worker.roles),
    ]
    spools = [held_by(JUAN, Operacion.ARM, spool) if spool.tag_spool == LISTED else spool for spool in PLANT.spools]
    rows = [HEADERS, *map(listed, spools)]
    joints = [["TAG_SPOOL", "N_UNION", "DN_UNION", "TIPO_UNION"]]
    joints += [
        [tag, number, "1 1/2", tipo] for tag in (GIVEN, Etapa.ARMADO) for number, tipo in enumerate(("BW", "FW"), 1)
    ]
    return api.add_book(PLANILLA, {"Operaciones": rows, "Trabajadores": people, "Roles": roles, "Uniones": joints})


@pytest.fixture
def settings(api: SheetsApi, tmp_path: Path) -> Settings:
    """No quota stands in a test's way."""
    many = {"sheets_reads_per_minute": 10_000, "sheets_writes_per_minute": 10_000}
    return settings_for(api, sqlite_url(tmp_path / "pace.db"), **many)


@pytest.fixture
async def spreadsheet(settings: Settings, book: Book) -> AsyncIterator[Spreadsheet]:
    async with open_spreadsheet(settings) as spreadsheet:
        yield spreadsheet


@pytest.fixture
def clock(store: Store) -> FixedClock:
    return store.clock


@pytest.fixture
def api_clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def api(api_clock: FixedClock):
    with SheetsApi(clock=api_clock) as api:
        yield api


async def mirror(service: OccupationService, spreadsheet: Spreadsheet) -> None:
    """All that happened so far is in the sheet."""
    await Sync(service=service, spreadsheet=spreadsheet, pull_every=0).run_once()


@pytest.fixture
async def lost(
    clock: FixedClock, book: Book, spreadsheet: Spreadsheet, tmp_path: Path, make_service: Service
) -> AsyncIterator[OccupationService]:
    """The ledger that will be lost: a day with every act, and all of it in the sheet."""
    async with open_ledger(
        sqlite_url(tmp_path / "lost.db"), site=SITE, clock=clock, request_memory=timedelta(hours=1)
    ) as ledger:
        service = make_service(ledger)
        await write_worksheets(spreadsheet)
        await pull(service, spreadsheet)
        await a_day(service, clock)
        await mirror(service, spreadsheet)
        yield service


def with_locks_of(seconds: int, service: OccupationService) -> OccupationService:
    """The same ledger at a station whose locks last so long."""
    policy = replace(service.policy, lock_ttl=seconds)
    return OccupationService(service.ledger, station=service.station, timezone=SANTIAGO, policy=policy)


async def a_day(service: OccupationService, clock: FixedClock) -> None:
    await with_locks_of(60, service).tomar(tomar(JUAN, tag=LATE))
    clock.advance(seconds=61.25)
    for request in (
        *(tomar(MIGUEL, tag=HELD), tomar(JUAN, tag=EXTENDED), nota(CARLA, NOTED, texto="Falta [brida] 🔧 «管»")),
        *(tomar(JUAN, tag=DONE), completar(JUAN, DONE), tomar(MIGUEL, SOLD, DONE), completar(MIGUEL, DONE)),
        *(rechazar(CARLA, DONE, motivo="poro"), tomar(MIGUEL, REPARACION, DONE), completar(MIGUEL, DONE)),
        *(aprobar(CARLA, DONE), desbloquear(CARLA, Etapa.BLOQUEADO), tomar(MIGUEL, tag=NOTED), liberar(CARLA, NOTED)),
        *(tomar(JUAN, tag=Etapa.LIBRE), cancelar(JUAN, Etapa.LIBRE), extender(JUAN, EXTENDED)),
        *(tomar(MIGUEL, tag=GIVEN), entregar(MIGUEL, JUAN, GIVEN), pausar(JUAN, GIVEN, uniones="2")),
        *(retener(CARLA, GIVEN), retener(CARLA, NOTED), reanudar(CARLA, NOTED)),
    ):
        clock.advance(seconds=1.5)
        await getattr(service, request.accion.lower())(request)
    await with_locks_of(0, service).tomar(tomar(JUAN, tag=KEPT))
    await service.tomar(tomar(ARMADORES[0], tag=UNDONE))
    put_down = await service.pausar(pausar(ARMADORES[0], UNDONE))
    await service.deshacer(deshacer(ARMADORES[0], put_down.seq, UNDONE))


@pytest.fixture
def metadata(book: Book, lost: OccupationService) -> Office:
    """The office at the log of that day."""
    return Office(book.sheet("Metadata"), proprietor=True)


@pytest.fixture
def taller(book: Book, lost: OccupationService) -> Office:
    return Office(book.sheet("Taller"), proprietor=True)


@pytest.fixture
def operaciones(book: Book, lost: OccupationService) -> Office:
    return Office(book.sheet("Operaciones"))


@pytest.fixture
def shop(ledger: Ledger, make_service: Service) -> OccupationService:
    """The service over the empty ledger."""
    return make_service(ledger)


def without_listed(snapshot: Snapshot) -> list[Spool]:
    return [spool for spool in snapshot.spools if spool.tag_spool != LISTED]


async def is_empty(ledger: Ledger) -> bool:
    snapshot = await ledger.snapshot()
    return (snapshot.seq, snapshot.spools, snapshot.workers) == (0, (), ())


def nothing_uncertain(report: RebuildReport) -> None:
    assert (report.disagreements, report.problems, report.missing, report.unknown) == ({}, (), (), {})
    assert (report.superseded, report.taken) == (0, None)


# A sheet that nobody harmed


async def test_the_ledger_is_what_it_was(lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet):
    before, log = await lost.snapshot(), await whole_log(lost.ledger)
    others = {(await one.ledger.position()).identity for one in (lost, shop)}
    report = await rebuild(shop, spreadsheet, source=PLANILLA)
    after = await shop.snapshot()
    nothing_uncertain(report)
    assert without_listed(after) == without_listed(before)
    assert after.workers == before.workers
    [*same, told] = await whole_log(shop.ledger)
    assert same == log
    assert (told.accion, told.worker_id, told.seq) == (Accion.RECONSTRUIR, 0, len(log) + 1)
    assert (told.metadata["planilla"], told.metadata["eventos"]) == (PLANILLA, len(log))
    for spool in after.spools:
        assert await shop.ledger.history(spool.tag_spool) == await lost.ledger.history(spool.tag_spool)
    assert (report.spools, report.workers, report.events) == (len(before.spools), len(WORKERS), len(log))
    assert (report.occupied, report.expired, report.last) == (6, (LATE,), log[-1].ts)
    assert (await shop.ledger.position()).identity not in others
    acted = {event.accion for event in log}
    assert acted == set(Accion) - NOT_ASKED_BY_WORKERS | {Accion.CARGAR_PLANTA}


async def test_who_held_a_spool_goes_on_and_others_are_refused(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, clock: FixedClock
):
    tokens = {tag: await lost.ledger.locks.value(spool_lock(tag)) for tag in (HELD, KEPT, LATE, UNDONE, EXTENDED)}
    await rebuild(shop, spreadsheet)
    assert {tag: await shop.ledger.locks.value(spool_lock(tag)) for tag in tokens} == tokens
    assert tokens[LATE] is None
    with pytest.raises(SpoolOccupiedError):
        await shop.tomar(tomar(JUAN, tag=HELD))
    with pytest.raises(LockExpiredError):
        await shop.pausar(pausar(JUAN, LATE))
    assert (await shop.pausar(pausar(MIGUEL, HELD))).changed
    assert (await shop.completar(completar(JUAN, EXTENDED))).changed
    assert (await shop.tomar(tomar(MIGUEL, tag=LATE))).changed
    clock.advance(seconds=80 * 24 * 3600)
    assert (await shop.pausar(pausar(JUAN, KEPT))).changed


async def test_a_spool_that_the_office_listed_as_taken_is_taken_still(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet
):
    await rebuild(shop, spreadsheet)
    before, after = await lost.spool(LISTED), await shop.spool(LISTED)
    assert before.ocupacion is not None
    assert after.ocupacion is not None
    seq = (await shop.snapshot()).seq
    one = replace(before.ocupacion, event_id=after.ocupacion.event_id, seq=seq)
    assert after == replace(before, ocupacion=one, seq=seq)
    assert await shop.ledger.locks.value(spool_lock(LISTED)) == after.ocupacion.lock_token
    assert (await shop.pausar(pausar(JUAN, LISTED))).changed


async def test_the_mirror_of_the_rebuilt_ledger_adds_only_the_event_of_the_rebuild(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office, taller: Office
):
    rows, log = taller.rows(), metadata.rows()
    await rebuild(shop, spreadsheet)
    await mirror(shop, spreadsheet)
    assert metadata.rows()[:-1] == log
    assert metadata.records()[-1]["Evento_Tipo"] == "RECONSTRUIR"
    assert [row for row in taller.rows() if row[0] != LISTED] == [row for row in rows if row[0] != LISTED]


async def test_a_rebuilt_ledger_that_is_lost_as_well_is_rebuilt_again(
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    metadata: Office,
    clock: FixedClock,
    another_ledger: Open,
    make_service: Service,
):
    metadata.delete_rows(metadata.row_where("Evento_Tipo", "NOTA"))
    clock.advance(seconds=3600)
    await rebuild(shop, spreadsheet)
    await shop.pausar(pausar(MIGUEL, HELD))
    await mirror(shop, spreadsheet)
    again = make_service(await another_ledger("otra"))
    report = await rebuild(again, spreadsheet)
    both = (shop.ledger, again.ledger)
    assert report.disagreements == {}
    before = {spool.tag_spool: spool for spool in without_listed(await shop.snapshot())}
    after = {spool.tag_spool: spool for spool in without_listed(await again.snapshot())}
    assert after == before
    # What stands in for the missing one is made again.
    exact = [[event for event in await whole_log(ledger) if "falta" not in event.metadata] for ledger in both]
    assert exact[1][:-1] == exact[0]


# Sheets that somebody harmed


async def test_a_sorted_log_in_two_worksheets_with_copied_rows_is_the_same_log(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office, book: Book
):
    metadata.sort("TAG_SPOOL", descending=True)
    headers, *rows = metadata.rows()
    book.add_sheet("Metadata 2")
    Office(book.sheet("Metadata 2")).fill([headers, *rows[9:], rows[0], rows[12]])
    metadata.delete_rows(11, len(rows) - 9)
    nothing_uncertain(await rebuild(shop, spreadsheet))
    assert (await whole_log(shop.ledger))[:-1] == await whole_log(lost.ledger)
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())


async def test_rows_that_are_gone_or_spoilt_are_named_by_their_number(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    log = await whole_log(lost.ledger)
    gone = next(event for event in log if event.accion is Accion.NOTA)
    metadata.set_where("ID", str(gone.id), "Metadata_JSON", "{lock_ttl")
    last = len(metadata.rows()) + 1
    metadata.fill([["hoy no vino nadie"]], f"A{last}")
    report = await rebuild(shop, spreadsheet)
    assert (report.missing, report.disagreements) == (((gone.seq, gone.seq),), {})
    assert [(problem.line, problem.column) for problem in report.problems] == [
        (gone.seq + 1, "Metadata_JSON"),
        (last, "Metadata_JSON"),
    ]
    [*rebuilt, _] = await whole_log(shop.ledger)
    assert [event for event in rebuilt if event.seq != gone.seq] == [event for event in log if event is not gone]
    assert rebuilt[gone.seq - 1].metadata == {"falta": gone.seq}
    stood, stands = await lost.spool(NOTED), await shop.spool(NOTED)
    assert stands == replace(stood, version=stands.version)


async def test_a_row_that_was_not_written_any_more_is_made_up_for_by_the_log(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, taller: Office
):
    before = taller.rows()
    await lost.pausar(pausar(MIGUEL, HELD))
    await lost.tomar(tomar(JUAN, tag=HELD))
    await mirror(lost, spreadsheet)
    taller.fill(before)
    report = await rebuild(shop, spreadsheet)
    assert report.disagreements == {}
    assert await shop.spool(HELD) == await lost.spool(HELD)


@pytest.mark.parametrize("take", Source)
async def test_what_a_row_and_its_events_disagree_about_is_refused_until_one_is_chosen(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, taller: Office, take: Source
):
    taller.set_where("TAG_SPOOL", HELD, "Ocupado_Por", "JP(94)")
    differs = {HELD: {"Ocupado_Por": ("JP(94)", "MR(93)")}}
    with pytest.raises(SheetDisagreesError) as refused:
        await rebuild(shop, spreadsheet)
    assert refused.value.spools == differs
    assert await is_empty(shop.ledger)
    report = await rebuild(shop, spreadsheet, take=take)
    assert (report.disagreements, report.taken) == (differs, take)
    spool = await shop.spool(HELD)
    assert spool.ocupacion is not None
    assert spool.ocupacion.worker_id == (JUAN if take is Source.TALLER else MIGUEL).worker_id
    assert await shop.ledger.locks.value(spool_lock(HELD)) == spool.ocupacion.lock_token
    await mirror(shop, spreadsheet)
    [row] = [row for row in taller.records() if row["TAG_SPOOL"] == HELD]
    assert row["Ocupado_Por"] == spool.ocupacion.worker_nombre


@pytest.mark.parametrize("take", [None, *Source])
async def test_a_spool_whose_row_is_gone_is_restored_from_its_events_and_named(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, taller: Office, take: Source | None
):
    """A row that is not there disagrees with nothing: nobody has to choose, and no choice undoes its events."""
    taller.delete_rows(taller.row_where("TAG_SPOOL", DONE))
    report = await rebuild(shop, spreadsheet, take=take)
    assert (report.disagreements.keys(), report.taken) == ({DONE}, take)
    assert await shop.spool(DONE) == await lost.spool(DONE)


async def test_a_row_that_shows_more_than_the_log_is_a_disagreement(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    last = len(metadata.rows())
    await lost.pausar(pausar(MIGUEL, HELD))
    await mirror(lost, spreadsheet)
    metadata.delete_rows(last + 1)
    with pytest.raises(SheetDisagreesError) as refused:
        await rebuild(shop, spreadsheet)
    assert refused.value.spools.keys() == {HELD}
    await rebuild(shop, spreadsheet, take=Source.TALLER)
    assert (await shop.spool(HELD)).arm == (await lost.spool(HELD)).arm
    assert (await shop.spool(HELD)).ocupacion is None
    assert await shop.ledger.locks.value(spool_lock(HELD)) is None


async def test_without_a_log_the_rows_say_what_they_can(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    metadata.delete()
    with pytest.raises(SheetDisagreesError):
        await rebuild(shop, spreadsheet)
    report = await rebuild(shop, spreadsheet, take=Source.TALLER)
    assert (report.events, report.last, report.seq) == (0, None, 1)
    for tag in (HELD, DONE, NOTED):
        before, after = await lost.spool(tag), await shop.spool(tag)
        assert (after.arm, after.sold, after.inspeccion.resultado) == (
            before.arm,
            before.sold,
            before.inspeccion.resultado,
        )
    assert (await shop.pausar(pausar(MIGUEL, HELD))).changed


async def test_a_tag_that_the_office_spells_otherwise_by_now_is_the_same_spool(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
):
    operaciones.set_where("TAG_SPOOL", DONE, "TAG_SPOOL", DONE.lower())
    report = await rebuild(shop, spreadsheet)
    assert (report.unknown, report.spools) == ({}, len(PLANT.spools))
    assert await shop.spool(DONE.lower()) == await lost.spool(DONE)
    assert await shop.history(DONE) == await lost.history(DONE)


async def test_what_the_office_deleted_is_named_and_its_events_stay_in_the_log(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
):
    for tag in (DONE, untouched := FREE_TAGS[7]):
        operaciones.delete_rows(operaciones.row_where("TAG_SPOOL", tag))
    report = await rebuild(shop, spreadsheet)
    history = await shop.ledger.history(DONE)
    assert (report.unknown, len(history)) == ({DONE: len(history), untouched: 0}, 8)
    assert DONE not in {spool.tag_spool for spool in (await shop.snapshot()).spools}


async def test_a_log_of_more_rows_than_an_answer_can_bring_is_read_in_pieces(
    lost: OccupationService,
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    api: SheetsApi,
    metadata: Office,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("core.sheet.ranges.PIECE", 7)
    for sheet in metadata.book.sheets:
        sheet.grid.row_count = len(sheet.values())
    reads, progress = api.count("read"), []
    report = await rebuild(shop, spreadsheet, progress=progress.append)
    nothing_uncertain(report)
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())
    # What it says of joints, their events say as well.
    read = (sheet for sheet in metadata.book.sheets if sheet.title != "Taller Uniones")
    pieces = sum(-(-sheet.grid.row_count // 7) for sheet in read)
    assert api.count("read") - reads == len(progress) == 1 + pieces


async def test_a_row_is_named_by_its_number_also_below_empty_rows_at_the_end_of_a_piece(
    shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("core.sheet.ranges.PIECE", 7)
    metadata.insert_rows(9, 8)
    last = len(metadata.rows()) + 1
    metadata.fill([["hoy no vino nadie"]], f"A{last}")
    for sheet in metadata.book.sheets:
        sheet.grid.row_count = len(sheet.values())
    report = await rebuild(shop, spreadsheet)
    assert [problem.line for problem in report.problems] == [last]
    assert report.disagreements == {}


# What stops it


async def test_a_ledger_that_has_anything_is_left_as_it_is_and_the_sheet_is_not_asked(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi
):
    await shop.load_plant(PLANT)
    before, asked = await shop.snapshot(), api.count()
    with pytest.raises(LedgerNotEmptyError) as refused:
        await rebuild(shop, spreadsheet)
    assert refused.value.details == {"seq": 1, "spools": len(PLANT.spools)}
    assert (await shop.snapshot(), api.count()) == (before, asked)


@pytest.mark.parametrize("after", [0, 1, 2])
async def test_a_sheet_that_goes_out_of_reach_leaves_the_ledger_empty(
    lost: OccupationService,
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    api: SheetsApi,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
):
    monkeypatch.setattr("core.sheet.ranges.PIECE", 1000)
    api.fail(status(503), times=None, after=after)
    with pytest.raises(SheetUnavailableError) as refused:
        await rebuild(shop, spreadsheet)
    assert refused.value.falla is FallaPlanilla.SERVIDOR
    assert await is_empty(shop.ledger)
    api.heal()
    await rebuild(shop, spreadsheet)
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())


async def test_an_empty_answer_is_no_empty_plant(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi
):
    api.fail(empty_values(), times=None)
    with pytest.raises((SheetUnusableError, SheetUnavailableError)):
        await rebuild(shop, spreadsheet)
    assert await is_empty(shop.ledger)


async def test_a_log_whose_names_are_gone_stops_it(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    metadata.rename_header("Accion", "Qué pasó")
    with pytest.raises(SheetUnusableError, match=r"FALTA_COLUMNA.*Accion"):
        await rebuild(shop, spreadsheet)
    assert await is_empty(shop.ledger)


# The command


def options(api: SheetsApi, store: Store) -> dict[str, str]:
    return {
        "KIOSK_LEDGER_URL": store.url,
        "KIOSK_SITE": SITE,
        "KIOSK_SHEETS_ID": PLANILLA,
        "KIOSK_SHEETS_API_URL": api.url,
        "KIOSK_STATION": "ARM-09",
    }


async def test_the_command_refuses_what_disagrees_with_the_list_and_says_what_it_could_not_know(
    shop: OccupationService, api: SheetsApi, store: Store, operaciones: Office, metadata: Office, taller: Office
):
    taller.set_where("TAG_SPOOL", HELD, "Ocupado_Por", "JP(94)")
    operaciones.delete_rows(operaciones.row_where("TAG_SPOOL", DONE))
    metadata.fill([["hoy no vino nadie"]], f"A{len(metadata.rows()) + 1}")
    refused = await run_kiosk("rebuild", **options(api, store))
    assert refused.status != 0
    assert await is_empty(shop.ledger)
    done = await run_kiosk("rebuild", "--take", "metadata", **options(api, store))
    assert done.status == 0, done.err
    for answer in (refused, done):
        [line] = [line for line in answer.err.splitlines() if line.startswith(f"{HELD}: Ocupado_Por")]
        assert [text for text in ("Ocupado_Por", "JP(94)", "MR(93)") if text not in line] == []
    spools = len(PLANT.spools) - 1
    assert f"Reconstruido de la planilla: {spools} spools, 6 tomados, {len(WORKERS)} trabajadores" in done.out
    assert f"{DONE}: no está en Operaciones; sus eventos (8)" in done.err
    assert "columna Metadata_JSON" in done.err
    assert "nada se sabe" in done.err or "no se sabe nada" in done.err
    again = await run_kiosk("rebuild", "--json", **options(api, store))
    assert (again.status, again.json["error_code"]) == (4, "LEDGER_NOT_EMPTY")


async def test_the_command_says_everything_as_one_document(
    lost: OccupationService, shop: OccupationService, api: SheetsApi, store: Store
):
    done = await run_kiosk("rebuild", "--json", **options(api, store))
    assert done.status == 0, done.err
    log = await whole_log(lost.ledger)
    assert (done.json["events"], done.json["seq"], done.json["taken"]) == (len(log), len(log) + 1, None)
    assert (done.json["disagreements"], done.json["problems"], done.json["missing"]) == ({}, [], [])
    assert LATE in done.json["expired"]
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())


async def test_a_sheet_out_of_reach_exits_5_and_no_sheet_at_all_2(
    shop: OccupationService, api: SheetsApi, store: Store
):
    away = options(api, store) | {"KIOSK_SHEETS_API_URL": "http://127.0.0.1:1"}
    done = await run_kiosk("rebuild", "--json", **away)
    assert (done.status, done.json["error_code"]) == (5, "SHEET_UNAVAILABLE")
    none = await run_kiosk("rebuild", "--json", **{**away, "KIOSK_SHEETS_ID": ""})
    assert (none.status, none.json["field"]) == (2, "KIOSK_SHEETS_ID")
    assert await is_empty(shop.ledger)
