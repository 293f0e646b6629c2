"""One label to a queue of CUPS: what `lp` is given, and what is said when nothing was printed."""

import os
from pathlib import Path

import pytest

from kiosk.labels import printing
from tests.kiosk.commands import run_kiosk
from tests.kiosk.printed import Printed
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, Terminal, Tone

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program `lp` of this test, which keeps what it was given or does as in `LP`; a printer is set."""
    program = tmp_path / "bin" / "lp"
    program.parent.mkdir()
    keeps = f'echo "$@" > {tmp_path}/arguments; cat > {tmp_path}/printed.pdf'
    program.write_text(f'#!/bin/sh\n[ "$LP" ] && eval "$LP"\n{keeps}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("KIOSK_IMPRESORA", "zebra-2")
    return program


async def test_the_label_of_the_spool_on_the_page_is_printed(lp: Path, kiosk: Terminal, tmp_path: Path) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, "C.HISTORIA", "C.ETIQUETA")
    assert (kiosk.tone, "zebra-2" in kiosk.panel) == (Tone.DONE, True)
    label = Printed(tmp_path / "printed.pdf")
    assert (label.codes, label.sizes) == ([[FREE_SPOOL]], [(100.0, 50.0)])
    assert (tmp_path / "arguments").read_text() == "-d zebra-2 -o print-scaling=none\n"


async def test_without_a_printer_its_key_is_not_on_the_bar_and_the_code_says_so(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, "C.HISTORIA")
    assert not any("Etiqueta" in key for key in kiosk.bar)
    await kiosk.scan("C.ETIQUETA")
    assert (kiosk.tone, "KIOSK_IMPRESORA" in kiosk.panel) == (Tone.REFUSED, True)


@pytest.mark.usefixtures("lp")
async def test_a_command_prints_on_labels_of_the_size_that_is_set(tmp_path: Path) -> None:
    done = await run_kiosk("--demo", "labels", "--tag", FREE_SPOOL, "--print", "--json", KIOSK_ETIQUETA="90 x 40")
    assert (done.status, done.json["printer"], done.json["file"]) == (0, "zebra-2", None)
    label = Printed(tmp_path / "printed.pdf")
    assert (label.codes, label.sizes) == ([[FREE_SPOOL]], [(90.0, 40.0)])


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"KIOSK_IMPRESORA": ""}, "SIN_IMPRESORA"),
        ({"PATH": "/nowhere"}, "SIN_LP"),
        ({"LP": "exec tail -f /dev/null"}, "IMPRESORA_NO_RESPONDE"),
        ({"LP": "echo 'lp: The printer does not exist.' >&2; exit 1"}, "IMPRESORA_RECHAZA"),
    ],
)
@pytest.mark.usefixtures("lp")
async def test_what_was_not_printed_is_said_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], reason: str
) -> None:
    monkeypatch.setattr(printing, "PATIENCE", 0.05 if reason == "IMPRESORA_NO_RESPONDE" else printing.PATIENCE)
    done = await run_kiosk("--demo", "labels", "--tag", FREE_SPOOL, "--print", "--json", **settings)
    assert (done.status, done.json["error_code"], done.json["reason"]) == (5, "PRINTER_UNAVAILABLE", reason)
    assert "NO SE IMPRIMIÓ" in done.err
    assert ("does not exist" in done.err) is (reason == "IMPRESORA_RECHAZA")


async def test_neither_a_file_nor_a_printer_makes_no_sense() -> None:
    done = await run_kiosk("--demo", "labels", "--json")
    assert (done.status, done.json["field"]) == (2, "OUT.pdf")
