"""How a command ends that the system lets down: what could not be used is named, and nothing else is blamed."""

import errno
import sys

import pytest

from kiosk.cli.console import Console
from kiosk.session import Session


def ends_with(error: OSError, monkeypatch: pytest.MonkeyPatch) -> object:
    """The exit status of a command that meets it."""
    # The guard may take it away: the test's own is put back.
    monkeypatch.setattr(sys, "stdout", sys.stdout)

    with pytest.raises(SystemExit) as ended, Console(Session(demo=False)).guarded():
        raise error
    return ended.value.code


@pytest.mark.parametrize("file", ["/srv/planta.sqlite3", None])
def test_a_full_disk_is_told_with_the_file_or_else_it_is_the_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: str | None
) -> None:
    assert ends_with(OSError(errno.ENOSPC, "No space left on device", file), monkeypatch) == 1
    assert capsys.readouterr().err == f"{file or 'stdout'}: no se puede usar (No space left on device)\n"


def test_whoever_read_the_output_may_go_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends_with(BrokenPipeError(errno.EPIPE, "Broken pipe"), monkeypatch) == 0
    assert capsys.readouterr().err == ""
