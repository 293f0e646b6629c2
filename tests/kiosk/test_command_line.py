"""The command line itself: every command can be had, its help and what is wrong with a line are in both languages."""

import json

import pytest

from kiosk.__main__ import start
from kiosk.cli.commands import FAMILIES, assemble, help_key, run
from kiosk.words import TOPICS

WRONG = [
    (["tomar", "A", "--operacion", "ARM"], "--worker", "falta", "it is missing"),
    (["pausar", "--worker", "93"], "TAG", "falta", "it is missing"),
    (["tomar", "A", "--worker", "93", "--operacion"], "--operacion", "le falta el valor", "it needs a value"),
    (["pausar", "A", "--worker", "Ana"], "--worker", "no es un número", "it is not a number"),
    (["watch", "--after", "-1"], "--after", "es menor que 0", "it is less than 0"),
    (["watch", "--after", "9" * 20], "--after", f"es mayor que {2**62}", f"it is more than {2**62}"),
    (["board", "--todo"], "--todo", "no existe esa opción", "there is no such option"),
    (["board", "A"], "A", "sobra", "it is one too many"),
    (["bailar"], "bailar", "no existe ese comando", "there is no such command"),
]


@pytest.mark.parametrize(("arguments", "field", "spanish", "english"), WRONG)
def test_what_is_wrong_with_a_line_is_said_in_the_terminals_language_and_as_json(
    arguments: list[str],
    field: str,
    spanish: str,
    english: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for language, reason in (("es", spanish), ("en", english)):
        monkeypatch.setenv("KIOSK_LANG", language)
        for as_json in ([], ["--json"]):
            with pytest.raises(SystemExit) as ended:
                run([arguments[0], *as_json, *arguments[1:]])
            assert ended.value.code == 2
            printed = capsys.readouterr()
            assert f"{field}: {reason}" in printed.err
            if as_json:
                error = json.loads(printed.out)
                assert (error["error_code"], error["status"], error["field"]) == ("INVALID_REQUEST", 400, field)


@pytest.mark.parametrize(("language", "text"), [("es", "Quién tiene qué, ahora."), ("en", "Who has what, now.")])
def test_the_help_names_every_command_in_the_terminals_language(
    language: str, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIOSK_LANG", language)
    assert run(["--help"]) == 0
    printed = capsys.readouterr().out
    assert text in printed
    assert [name for names in FAMILIES.values() for name in names if f" {name} " not in printed] == []


@pytest.mark.parametrize("command", [name for names in FAMILIES.values() for name in names])
def test_every_command_has_help_for_each_of_its_options(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert f"kiosk {command}" in capsys.readouterr().out


def test_no_help_text_lies_unused() -> None:
    root = assemble([])
    commands = (root, *root.commands.values())
    used = {help_key(command.name) for command in commands}
    used |= {help_key(command.name, option.name) for command in commands for option in command.params}
    assert used == set(TOPICS["cli_help"])


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("kiosk to", ["tomar"]),
        ("kiosk --demo he", []),
        ("kiosk tomar MK-1 --op", ["--operacion"]),
        ("kiosk tomar MK-1 --operacion ", ["ARM", "SOLD", "REPARACION"]),
        ("kiosk completar MK-1 --resultado R", ["RECHAZADO"]),
    ],
)
def test_a_shell_completes_commands_options_and_values(
    line: str, completed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_KIOSK_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(line.count(" ")))
    with pytest.raises(SystemExit) as ended:
        start([])
    assert ended.value.code == 0
    assert capsys.readouterr().out.split() == completed
