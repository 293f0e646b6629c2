"""What goes wrong in a shop: the kiosk says so, changes nothing by halves, and goes on."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from core import Plant
from core.settings import sqlite_url
from kiosk.demo import DEMO_SITE
from kiosk.live.feed import Feed
from tests.disks import Disk, small_disk
from tests.kiosk.commands import ROOT, run_kiosk
from tests.kiosk.terminal import FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, Tone, case, kiosk_app, terminal
from tests.plants import PLANT
from tests.processes import service_on

DEMO = str(ROOT / "assets" / "demo")
ODD_TAG = "A[1]-[bold]管-🔧"
ODD_NAME = "[red]Zoë"


@pytest.fixture
async def odd_plant(tmp_path: Path, clock: FrozenClock) -> None:
    """A plant whose names would break a careless screen."""
    plant = tmp_path / "planta"
    plant.mkdir()
    (plant / "operaciones.csv").write_text(f"TAG_SPOOL,Fecha_Materiales\n{ODD_TAG},01-10-2026\n", encoding="utf-8")
    (plant / "trabajadores.csv").write_text(f"Id,Nombre,Apellido\n7,{ODD_NAME},王\n", encoding="utf-8")
    (plant / "roles.csv").write_text("Id,Rol\n7,Armador\n", encoding="utf-8")
    # Both go by the machine's clock: the plant was not loaded in the terminal's future.
    clock.now = datetime.now(UTC)
    assert (await run_kiosk("load", str(plant))).status == 0


@pytest.mark.usefixtures("odd_plant")
async def test_brackets_emoji_and_wide_characters_are_shown_as_they_are(clock: FrozenClock) -> None:
    async with terminal(clock=clock) as kiosk:
        assert f"{ODD_NAME} 王" in kiosk.text
        await kiosk.scan("W.7", ODD_TAG)
        assert kiosk.tone is Tone.DONE
        assert ODD_TAG in kiosk.panel
        await kiosk.until(lambda: ODD_TAG in kiosk.rows)
        assert ODD_NAME in kiosk.text
        assert ODD_TAG in kiosk.text
        await kiosk.press("f6")
        assert ODD_TAG in kiosk.text


@pytest.mark.usefixtures("odd_plant")
async def test_a_loaded_plant_shows_no_demo_banner(clock: FrozenClock) -> None:
    async with terminal(clock=clock) as kiosk:
        assert "DEMO" not in kiosk.text


async def test_a_plant_that_was_never_loaded_says_so_with_its_name(
    store_url: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service_on(store_url, site="planta-1") as office:
        await office.load_plant(PLANT)
    monkeypatch.setenv("KIOSK_LEDGER_URL", store_url)
    monkeypatch.setenv("KIOSK_SITE", "plnata-1")
    async with terminal(clock=clock) as kiosk:
        assert "ESTA PLANTA NUNCA SE CARGÓ" in kiosk.panel
        assert "«plnata-1»: revise KIOSK_SITE" in kiosk.panel
        board = await run_kiosk("board", "--json")
        assert board.json == {"seq": 0, "spools": []}
        assert "«plnata-1»" in board.err
        async with service_on(store_url, site="plnata-1") as office:
            await office.load_plant(PLANT)
        await kiosk.until(lambda: "ESCANEE SU CREDENCIAL" in kiosk.panel)
        assert (await run_kiosk("board")).err == ""


async def test_a_ledger_that_is_not_there_is_told_by_its_path_and_opened_as_soon_as_it_is_there(
    clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = datetime.now(UTC)
    file = tmp_path / "folder" / "ledger.sqlite3"
    monkeypatch.setenv("KIOSK_LEDGER_URL", f"sqlite:///{file}")
    async with terminal(clock=clock) as kiosk:
        assert str(file) in "".join(line.strip() for line in kiosk.panel.splitlines())
        assert "no hay registro" in kiosk.panel
        await kiosk.scan(MIGUEL)
        assert kiosk.tone is Tone.REFUSED
        assert not file.parent.exists()
        assert (await run_kiosk("load", DEMO)).status == 0
        await kiosk.until(lambda: "ESCANEE SU CREDENCIAL" in kiosk.panel)
        await kiosk.scan(MIGUEL, FREE_SPOOL)
        assert kiosk.tone is Tone.DONE


LEDGERLESS = (
    *("board", "doctor", "watch", "sync --once", "labels {out}", "status S-1", "history S-1", "copy --to {target}"),
    *("tomar S-1 --worker 93 --operacion ARM", "pin --worker 95", "nota S-1 --worker 93 --texto x"),
    "sheet-template --adopt",
)


@pytest.mark.parametrize("command", LEDGERLESS)
async def test_no_other_command_makes_a_ledger_that_is_not_there(command: str, tmp_path: Path) -> None:
    folder = tmp_path / "typo"
    arguments = command.format(out=tmp_path / "out.pdf", target=f"sqlite:///{folder}/copy.sqlite3").split()
    settings = {"KIOSK_LEDGER_URL": f"sqlite:///{folder}/ledger.sqlite3", "KIOSK_SHEETS_ID": "x" * 20}
    done = await run_kiosk(*arguments, **settings)
    assert done.status == 5
    assert f"{folder}/ledger.sqlite3" in done.out + done.err
    assert not folder.exists()
    # An empty file is no ledger either, and stays one.
    folder.mkdir()
    (folder / "ledger.sqlite3").touch()
    assert (await run_kiosk(*arguments, **settings)).status == 5
    assert [(file.name, file.stat().st_size) for file in folder.iterdir()] == [("ledger.sqlite3", 0)]


async def test_work_beside_the_board_that_fails_ends_the_program_and_not_in_silence(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Feed, "_look_after_health", fail)
    app = kiosk_app(clock)

    async def run() -> None:
        async with app.run_test():
            await app.feed.tried.wait()
            [following] = [worker for worker in app.workers if worker.group == "feed"]
            await following.wait()

    with pytest.raises(WorkerFailed, match="a bug"):
        await run()


async def test_a_ledger_url_that_no_engine_knows_ends_the_program_with_the_reason(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_LEDGER_URL", "ftp://somewhere")
    app = kiosk_app(clock)
    async with app.run_test():
        await app.settled()
    assert app.return_value is not None
    assert app.return_value.details["field"] == "KIOSK_LEDGER_URL"


def use_demo_in(folder: Path, demo_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(exist_ok=True)
    shutil.copy(demo_file, folder)
    monkeypatch.setenv("KIOSK_LEDGER_URL", sqlite_url(folder / demo_file.name))
    monkeypatch.setenv("KIOSK_SITE", DEMO_SITE)


@pytest.fixture
def disk(demo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A small disk with the demo plant on it, in use as the plant."""
    with small_disk(tmp_path / "disk") as disk:
        use_demo_in(disk.folder, demo_file, monkeypatch)
        yield disk


async def test_on_a_full_disk_the_board_is_shown_what_is_not_saved_is_told_and_work_goes_on_when_there_is_room(
    disk: Disk, clock: FrozenClock
) -> None:
    disk.fill()
    async with terminal(clock=clock) as kiosk:
        assert "93" in kiosk.rows
        await kiosk.scan(JUAN, FREE_SPOOL)
        assert kiosk.tone is Tone.REFUSED
        assert "NO SE GUARDÓ" in kiosk.panel
        assert "el disco está lleno" in kiosk.panel
        assert await kiosk.service.history(FREE_SPOOL) == []
        disk.free()
        await kiosk.scan(FREE_SPOOL)
        assert kiosk.tone is Tone.DONE
        await kiosk.until(lambda: FREE_SPOOL in kiosk.rows)
        assert len(await kiosk.service.history(FREE_SPOOL)) == 1


async def test_commands_read_from_a_full_disk_and_say_which_file_cannot_be_written(disk: Disk) -> None:
    disk.fill()
    board = await run_kiosk("board", "--all", "--json")
    assert FREE_SPOOL in [spool["tag_spool"] for spool in board.json["spools"]]
    refused = await run_kiosk("tomar", FREE_SPOOL, "--worker", "93", "--operacion", "ARM", KIOSK_LANG="en")
    assert refused.status == 5
    assert f"the disk is full: {disk.folder / 'demo.sqlite3'}" in refused.err
    disk.free()
    assert (await run_kiosk("tomar", FREE_SPOOL, "--worker", "93", "--operacion", "ARM")).status == 0


async def test_a_terminal_gone_from_the_plant_list_refuses_the_badge_of_a_dropped_worker(
    kiosk: Terminal, tmp_path: Path
) -> None:
    """A plant loaded by another process reaches the screen: people who left are no longer there."""
    assert "93" in kiosk.rows
    service = kiosk.service
    snapshot = await service.snapshot()
    await service.load_plant(Plant(workers=tuple(w for w in snapshot.workers if w.worker_id != 93)))
    await kiosk.until(lambda: "93" not in kiosk.rows)
    await kiosk.scan(MIGUEL)
    assert kiosk.tone is Tone.REFUSED


async def test_a_good_badge_is_not_called_unknown_while_the_ledger_was_never_there(
    clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Estimados señores: " * 100, encoding="utf-8")
    monkeypatch.setenv("KIOSK_LEDGER_URL", f"sqlite:///{file}")
    async with terminal(clock=clock) as kiosk:
        await kiosk.scan(MIGUEL)
        assert kiosk.tone is Tone.REFUSED
        assert "CREDENCIAL DESCONOCIDA" not in kiosk.panel
        assert "no es un registro" in kiosk.panel


@pytest.mark.parametrize("what", ["demo.sqlite3", "."])
async def test_a_ledger_file_or_folder_that_was_moved_away_takes_no_more_commits_and_is_named(
    demo_file: Path, tmp_path: Path, clock: FrozenClock, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_demo_in(tmp_path / "folder", demo_file, monkeypatch)
    async with terminal(clock=clock) as kiosk:
        await kiosk.scan(MIGUEL)
        (tmp_path / "folder" / what).resolve().rename(tmp_path / "elsewhere")
        await kiosk.scan(FREE_SPOOL)
        assert kiosk.tone is Tone.REFUSED
        assert "NO SE GUARDÓ" in kiosk.panel
        assert "el archivo fue movido o reemplazado" in kiosk.panel


@pytest.mark.parametrize("screen", ["inicio", "tablero"])
async def test_what_is_typed_is_shown_as_it_is_and_never_read_as_markup(kiosk: Terminal, screen: str) -> None:
    await kiosk.scan("C.TABLERO" if screen == "tablero" else "C.SALIR")
    assert kiosk.screen_name == screen
    for typed in ("[a=zz", "[/]zz", "[/zz]", "[red]zz", "[zz", "{zz}", "\\[zz"):
        with case(typed):
            await kiosk.type(typed)
            assert f"«{typed}»" in kiosk.text
            await kiosk.press("enter")
            assert kiosk.tone is Tone.REFUSED
            assert typed in kiosk.panel
