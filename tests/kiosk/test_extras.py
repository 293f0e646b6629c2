"""A command, a setting or a key that needs an extra which is not installed says in one line what to install."""

import json
import sys
import tomllib

import pytest

from core import MissingPackageError
from core.extras import MODULES, needing_extras
from core.settings import Settings
from kiosk.cli.commands import run
from kiosk.labels.printing import print_label
from kiosk.words.wording import Wording
from tests.plants import PLANT
from tests.processes import ROOT

OURS = ("core.ledger.redis.", "core.sheet.", "kiosk.labels.", "kiosk.cli.families.labels", "kiosk.cli.families.serve")
"""Where our modules are that import what an extra brings."""
LINES = [
    ("redis", ["board"]),
    ("sheet", ["pull"]),
    ("labels", ["labels", "out.pdf", "--what", "badges"]),
    ("web", ["serve", "--port", "0"]),
]


def uninstall(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the test ends none of the extra's modules can be imported, and ours are imported anew."""
    for name in [name for name in sys.modules if name.startswith(OURS)]:
        package, _, module = name.rpartition(".")
        monkeypatch.delattr(sys.modules[package], module, raising=False)
    for name in [name for name in sys.modules if name.startswith(OURS)]:
        monkeypatch.delitem(sys.modules, name)
    for name in MODULES[extra]:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.parametrize(("extra", "arguments"), LINES)
def test_a_command_whose_extra_is_missing_says_what_to_install_and_exits_2(
    extra: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    uninstall(extra, monkeypatch)
    monkeypatch.setenv("KIOSK_SHEETS_ID", "1" * 44)
    monkeypatch.setenv("KIOSK_LEDGER_URL", "redis://localhost/")
    for language, install in (("es", "Instale"), ("en", "Install")):
        monkeypatch.setenv("KIOSK_LANG", language)
        with pytest.raises(SystemExit) as ended:
            run([*arguments, "--json"])
        assert ended.value.code == 2
        printed = capsys.readouterr()
        [line] = printed.err.splitlines()
        assert f"{install} spool-kiosk[{extra}]" in line
        error = json.loads(printed.out)
        assert (error["error_code"], error["value"]) == ("PACKAGE_MISSING", extra)


def test_doctor_names_the_missing_extra_among_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    uninstall("redis", monkeypatch)
    monkeypatch.setenv("KIOSK_LEDGER_URL", "redis://localhost/")
    with pytest.raises(SystemExit) as ended:
        run(["doctor"])
    assert ended.value.code == 5
    printed = capsys.readouterr().out
    assert "spool-kiosk[redis]" in printed
    assert "→ Instálelo y corra otra vez kiosk doctor" in printed


def test_without_extras_the_help_still_names_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    uninstall("web", monkeypatch)
    assert run(["--help"]) == 0
    assert " serve " in capsys.readouterr().out


async def test_the_key_that_prints_a_label_is_refused_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    uninstall("labels", monkeypatch)
    with pytest.raises(MissingPackageError):
        await print_label(PLANT.spools[0], Wording("es"), Settings(impresora="zebra"))


def test_a_module_of_no_extra_is_missing_as_ever() -> None:
    with pytest.raises(ModuleNotFoundError, match="a_driver"), needing_extras():
        import a_driver  # type: ignore[import-not-found]  # noqa: F401


def test_the_extras_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert MODULES.keys() == project["optional-dependencies"].keys()
