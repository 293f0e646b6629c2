"""The log: what it tells, what it must not, and that it is never the reason for a failure."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.terminal.logs import KEPT_FILES, LONGEST_TEXT, MAX_BYTES, EventLog, log_folder
from tests.kiosk.commands import run_kiosk
from tests.kiosk.pseudo_terminal import pseudo_terminal
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return log_folder(tmp_path)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "kiosk.log").read_text(encoding="utf-8").splitlines()]


def test_each_fact_is_one_line_of_json_with_where_and_when(folder: Path) -> None:
    log = EventLog(folder, station="ARM-02", site="planta-1")
    log.event("refused", error_code="SPOOL_OCCUPIED", tag="Ñ-1\n2")
    log.close()
    [line] = lines(folder)
    assert (line["event"], line["error_code"], line["tag"]) == ("refused", "SPOOL_OCCUPIED", "Ñ-1\n2")
    assert (line["station"], line["site"]) == ("ARM-02", "planta-1")
    assert line["version"]
    assert datetime.fromisoformat(line["timestamp"]).tzinfo == UTC


def test_no_password_and_no_pin_is_written_or_remembered(folder: Path) -> None:
    log = EventLog(folder)
    log.event("connection_lost", reason="redis://kiosk:geheim@10.0.0.1/0 refused", pin="4711", password="geheim")
    log.close()
    written = (folder / "kiosk.log").read_text(encoding="utf-8") + "\n".join(log.recent)
    assert "connection_lost" in written
    assert "geheim" not in written
    assert "4711" not in written


def test_of_a_text_without_an_end_the_beginning_is_kept(folder: Path) -> None:
    log = EventLog(folder)
    log.event("refused", text="x" * 3_000_000)
    log.close()
    assert lines(folder)[0]["text"] == "x" * LONGEST_TEXT


def test_a_full_file_becomes_an_older_one_and_the_oldest_goes(folder: Path) -> None:
    log = EventLog(folder)
    wide = "x" * LONGEST_TEXT
    for number in range(7 * MAX_BYTES // len(wide)):
        log.event("wide", number=number, text=wide)
    log.close()
    sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
    assert sorted(sizes) == ["kiosk.log", *(f"kiosk.log.{number}" for number in range(1, KEPT_FILES + 1))]
    assert max(sizes.values()) <= MAX_BYTES


def test_a_folder_that_cannot_be_made_is_told_and_nothing_else_happens(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    log = EventLog(log_folder(tmp_path))
    for number in range(20):
        log.event("start", number=number)
    log.close()
    assert "kiosk.log" in log.trouble


def test_a_full_disk_is_told_and_nothing_else_happens(folder: Path) -> None:
    folder.mkdir()
    (folder / "kiosk.log").symlink_to("/dev/full")
    log = EventLog(folder)
    for number in range(20):
        log.event("start", number=number)
    log.close()
    assert "kiosk.log" in log.trouble


async def test_a_run_tells_its_start_and_how_it_ended(folder: Path) -> None:
    async with pseudo_terminal() as terminal:
        await terminal.shows("ESCANEE SU CREDENCIAL", "tomados")
        await terminal.type(b"\x11")
        assert await terminal.ended() == 0
    assert [line["event"] for line in (lines(folder)[0], lines(folder)[-1])] == ["start", "end"]
    assert lines(folder)[-1]["status"] == 0
    assert {(line["station"], line["site"]) for line in lines(folder)} == {("ARM-02", "demo")}


async def test_without_a_folder_for_its_log_the_kiosk_says_so_and_works(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("")
    async with pseudo_terminal() as terminal:
        await terminal.shows("tomados", "El diario no se puede escribir")
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        await terminal.type(b"\x11")
        assert await terminal.ended() == 0


async def test_doctor_tells_whether_the_log_can_be_written(tmp_path: Path) -> None:
    good = (await run_kiosk("doctor", "--json")).json["findings"]["logs"]
    (tmp_path / "logs").rmdir()
    (tmp_path / "logs").write_text("")
    bad = (await run_kiosk("doctor", "--json")).json["findings"]["logs"]
    assert (good["ok"], bad["ok"]) == (True, False)
