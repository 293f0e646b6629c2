"""Ayuda: the keys and barcodes of the screen one stands on. It is never in the way: any other code goes on there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import Operacion
from core.domain.rulebook.roles import may_hold_back
from kiosk.scanning.codes import Code, Command, Pressed
from kiosk.screens import keys
from kiosk.screens.base import KioskScreen
from kiosk.screens.working import WorkScreen
from kiosk.widgets.panel import QuietPanel
from kiosk.widgets.table import Box
from kiosk.widgets.wrapped import Entry, Look, WrappedList

_ALWAYS: Final = {Command.SALIR: "Esc", Command.SUBIR: "↑", Command.BAJAR: "↓"}
"""What every screen answers to, and by which key."""
_WORK: Final = {Command(operacion): operacion for operacion in Operacion} | {
    Command.APROBADO: Operacion.METROLOGIA,
    Command.RECHAZADO: Operacion.METROLOGIA,
}
"""By command, the operation that whoever gives it must have a role for."""
_OF_SUPERVISORS: Final = frozenset({Command.LIBERAR, Command.DESBLOQUEAR})
_OF_HOLDERS_BACK: Final = frozenset({Command.RETENER, Command.REANUDAR})
_WIDTHS: Final = (11, 13)


class AyudaScreen(KioskScreen):
    """Help for the screen below, where the commands `opened` open others."""

    KEYS = keys.ONLY_BACK
    takes_badges = True

    def __init__(self, below: KioskScreen, opened: Sequence[Command]) -> None:
        super().__init__()
        self._below = below
        self._opened = opened
        self.secret = below.secret

    @property
    @override
    def subject(self) -> str | None:
        return self._below.subject

    @override
    def compose_body(self) -> ComposeResult:
        yield QuietPanel(classes="-quiet")
        with Box(classes="box") as box:
            box.label(title=self.words("ayuda.title"), remark=self.words("ayuda.remark"))
            yield WrappedList(_WIDTHS)

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(WrappedList).show(self._entries())

    # What it says

    def _entries(self) -> list[Entry]:
        words, below, opened = self.words, self._below, self._opened
        codes = [command for command in below.CODES if self._concerns(command)]
        answers = [command for command in codes if command in below.ANSWERS and command not in opened]
        here = list(self._keys())
        listed = {entry.cells[1] for entry in here} | {f"C.{command}" for command in (*answers, *opened)}
        here += [self._of(command) for command in codes if f"C.{command}" not in listed]
        known = {entry.cells[1] for entry in here}
        entries = [Entry((words("ayuda.here"),), Look.HEADING), *here]
        if isinstance(below, WorkScreen):
            numbers = Entry(("1 - 9", "C.1 - C.9", words("command.CHOICE.what")))
            entries += [Entry((words("ayuda.asked"),), Look.HEADING), numbers, *map(self._of, answers)]
        entries += [
            Entry((words("ayuda.everywhere"),), Look.HEADING),
            Entry(("", words("ayuda.badge"), words("ayuda.badge.what"))),
            Entry(("", words("ayuda.tag"), words("ayuda.tag.what"))),
            Entry(("", words("ayuda.type"), words("ayuda.type.what"))),
            *(self._of(command) for command in (*_ALWAYS, *opened) if f"C.{command}" not in known),
            Entry((words("ayuda.page"), "", words("ayuda.page.what"))),
        ]
        return entries

    def _concerns(self, command: Command) -> bool:
        """Whether whoever works on the screen below has a role for what the command does there, should it take one."""
        if not isinstance(self._below, WorkScreen):
            return True
        worker = self._below.worker
        if command in _OF_SUPERVISORS:
            return worker.is_supervisor
        if command in _OF_HOLDERS_BACK:
            return may_hold_back(worker)
        operacion = _WORK.get(command)
        policy = self.kiosk.session.configured.policy
        return operacion is None or policy.lets(worker, operacion)

    def _keys(self) -> Iterator[Entry]:
        """The keys of the screen below, with the barcodes of those that have one."""
        not_for_them = self._below.not_for_them()
        for key in keys.in_order(self._below.KEYS):
            if key.does not in not_for_them:
                code = f"C.{key.does}" if isinstance(key.does, Command) else ""
                yield Entry((self.words.key(key.name), code, self.words(f"tip.{key.id}")))

    def _of(self, command: Command) -> Entry:
        return Entry((_ALWAYS.get(command, ""), f"C.{command}", self.words(f"command.{command}.what")))

    # Codes

    @override
    def move_cursor(self, lines: int) -> None:
        self.query_one(WrappedList).move(lines)

    @override
    async def handle(self, code: Code) -> None:
        match code:
            case Pressed(name) if name in keys.MOVES or any(key.name == name for key in self.KEYS):
                await super().handle(code)
            case Pressed(name) if not self._is_listed(name):
                return
            case Command.SUBIR | Command.BAJAR | Command.SALIR | Command.AYUDA:
                await super().handle(code)
            case _:
                await self.leave()
                await self.kiosk.act_on(code)

    def _is_listed(self, name: str) -> bool:
        """Whether the key is one of the screen below: it does there what the help says."""
        # Enter may be the second half of a scanner's suffix.
        return name != "enter" and any(key.name == name for key in self._below.KEYS)

    @override
    async def on_command_code(self, command: Command) -> bool:
        return await super().on_command_code(command) or command is Command.AYUDA
