"""The command line: which module has which command, and what happens when the command line itself is wrong."""

import os
import platform
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from itertools import chain
from typing import Annotated, Final, cast

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from core.extras import MissingPackageError, needing_extras
from kiosk.cli.console import Console
from kiosk.session import Session
from kiosk.words import TOPICS
from kiosk.words.usage import usage_error

FAMILIES: Final = {
    "acts": (
        *("tomar", "pausar", "completar", "cancelar", "extender", "entregar", "nota"),
        *("liberar", "desbloquear", "retener", "reanudar"),
    ),
    "dia": ("dia",),
    "reading": ("status", "board", "history", "watch"),
    "plant": ("load", "copy"),
    "export": ("export",),
    "serve": ("serve",),
    "sheet": ("sync", "pull", "sheet-template", "rebuild"),
    "labels": ("labels",),
    "doctor": ("doctor",),
    "pin": ("pin",),
}


def run(arguments: Sequence[str]) -> int:
    """Run a command to its end and return the exit status. Without a command there is the full screen instead."""
    console = Console(Session(demo=False), as_json="--json" in arguments)
    with console.guarded():
        return _run(console, arguments)


def _run(console: Console, arguments: Sequence[str]) -> int:
    is_completing = bool(os.environ.get("_KIOSK_COMPLETE"))
    if is_completing:
        # The line so far, as bash hands it on, and as other shells do.
        arguments = (os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS", "")).split()[1:]
    root = assemble(arguments, names_suffice=is_completing)
    for command in (root, *root.commands.values()):
        command.help = console.words(help_key(command.name))
        for parameter in command.params:
            if isinstance(parameter, (TyperArgument, TyperOption)):
                parameter.help = console.words(help_key(command.name, parameter.name))
    try:
        status = root.main(list(arguments), prog_name="kiosk", standalone_mode=False)
    except typer.TyperException as error:
        console.refuse(usage_error(error), hint=console.words("usage.help"))
    return status or 0


def assemble(arguments: Sequence[str], *, names_suffice: bool = False) -> TyperGroup:
    """All commands; when one is named, only its family, because the others take time to import.

    With `names_suffice` and none named, commands that can only be listed.
    """
    name = next((argument for argument in arguments if not argument.startswith("-")), "")
    wanted = [family for family, names in FAMILIES.items() if name in names]
    app = typer.Typer(name="kiosk", context_settings={"help_option_names": ["-h", "--help"]})
    app.callback()(_begin)
    if names_suffice and not wanted:
        for command in chain(*FAMILIES.values()):
            app.command(command)(lambda: None)
    else:
        for family in wanted or FAMILIES:
            app.add_typer(_commands_of(family))
    return cast("TyperGroup", get_command(app))


def _commands_of(family: str) -> typer.Typer:
    """The commands of a family. Where it needs an extra that is not installed, they are in the help and say so."""
    try:
        with needing_extras():
            commands: typer.Typer = import_module(f"kiosk.cli.families.{family}").commands
            return commands
    except MissingPackageError as error:
        missing = error

    def refuse(context: typer.Context) -> None:
        Console(context.obj, as_json="--json" in context.args).refuse(missing)

    commands = typer.Typer()
    for name in FAMILIES[family]:
        commands.command(name, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})(refuse)
    return commands


def _say_version(asked: bool) -> None:  # noqa: FBT001 - as typer calls it
    if asked:
        typer.echo(f"kiosk {version('spool-kiosk')} · Python {platform.python_version()}")
        raise typer.Exit


def _begin(
    context: typer.Context,
    *,
    demo: Annotated[bool, typer.Option("--demo")] = False,
    _version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True)] = False,
) -> None:
    context.obj = Session(demo=demo)


def help_key(command: str | None, option: str | None = None) -> str:
    """The key of a help text. An option of several commands has one text, and another where it means another thing."""
    own = f"help.{command}.{option}"
    return own if own in TOPICS["cli_help"] else f"help.{option or command}"
