"""Ayuda: the keys and barcodes of the screen one stands on. It is never in the way: any other code goes on there."""

from __future__ import annotations

from collections.abc import Iterable
from re import compile as pattern
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.domain.errors import KioskError
from core.domain.model import Operacion, Worker
from kiosk.scanning.codes import Code, Command, Pressed
from kiosk.screens.asking import WorkScreen
from kiosk.screens.base import KioskScreen
from kiosk.screens.places import screen_for
from kiosk.widgets.box import Box
from kiosk.widgets.choices import QuietPanel
from kiosk.widgets.wrapped import Entry, Look, WrappedList

_SENT: Final = pattern(r"send\('([A-Z]+)'\)")
WORTH_KNOWING: Final = {"ask": "Enter"}
"""Keys that no screen shows, by the ids of their bindings: what they do has a text of its own."""
_ALWAYS: Final = {Command.SALIR: "Esc", Command.SUBIR: "↑", Command.BAJAR: "↓"}
"""What every screen answers to, and by which key."""
_WORK: Final = {Command(operacion): operacion for operacion in Operacion} | {
    Command.APROBADO: Operacion.METROLOGIA,
    Command.RECHAZADO: Operacion.METROLOGIA,
}
"""By command, the operation that whoever gives it must have a role for."""
_OF_SUPERVISORS: Final = frozenset({Command.LIBERAR, Command.DESBLOQUEAR})
_WIDTHS: Final = (11, 13)


class AyudaScreen(KioskScreen):
    """Help for the screen below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f10", "send('SALIR')", id="back", key_display="Esc"),
    ]
    takes_badges = True

    def __init__(self, asking: KioskScreen) -> None:
        super().__init__()
        self._asking = asking
        self.secret = asking.secret

    @property
    def subject(self) -> str | None:
        return self._asking.subject

    def compose_body(self) -> ComposeResult:
        words = self.kiosk.wording
        yield QuietPanel(classes="-quiet")
        with Box(classes="box") as box:
            box.label(title=words("ayuda.title"), remark=words("ayuda.remark"))
            yield WrappedList(_WIDTHS)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(WrappedList).show(self._entries())

    # What it tells

    def _entries(self) -> list[Entry]:
        words, asking = self.kiosk.wording, self._asking
        opened = list(opened_from(asking, self.kiosk.worker))
        codes = [command for command in asking.CODES if self._concerns(command)]
        answers = [command for command in codes if command in asking.ANSWERS and command not in opened]
        here = list(self._keys())
        listed = {entry.cells[1] for entry in here} | {f"C.{command}" for command in (*answers, *opened)}
        here += [self._of(command) for command in codes if f"C.{command}" not in listed]
        known = {entry.cells[1] for entry in here}
        everywhere = [*_ALWAYS, *opened]
        lines = [Entry((words("ayuda.here"),), Look.HEADING), *here]
        if isinstance(asking, WorkScreen):
            numbers = Entry(("1 - 9", "C.1 - C.9", words("command.CHOICE.what")))
            lines += [Entry((words("ayuda.asked"),), Look.HEADING), numbers, *map(self._of, answers)]
        lines.append(Entry((words("ayuda.everywhere"),), Look.HEADING))
        lines += [
            Entry(("", words("ayuda.badge"), words("ayuda.badge.what"))),
            Entry(("", words("ayuda.tag"), words("ayuda.tag.what"))),
            Entry(("", words("ayuda.type"), words("ayuda.type.what"))),
        ]
        lines += [self._of(command) for command in everywhere if f"C.{command}" not in known]
        return [*lines, Entry((words("ayuda.page"), "", words("ayuda.page.what")))]

    def _concerns(self, command: Command) -> bool:
        """Whether whoever works on the screen below has a role for what the command does there, should it take one."""
        if not isinstance(self._asking, WorkScreen):
            return True
        worker = self._asking.worker
        if command in _OF_SUPERVISORS:
            return worker.is_supervisor
        operacion = _WORK.get(command)
        return operacion is None or worker.may_do(operacion)

    def _keys(self) -> Iterable[Entry]:
        """The keys of the screen below, with the barcodes of those that stand for one."""
        for key in self._asking.shown_keys():
            sent = _SENT.fullmatch(key.action)
            yield Entry((key.name, f"C.{sent[1]}" if sent else "", key.tip))
        for binding in self._asking.BINDINGS:
            if isinstance(binding, Binding) and not binding.show and binding.id in WORTH_KNOWING:
                yield Entry((WORTH_KNOWING[binding.id], "", self.kiosk.wording(f"tip.{binding.id}")))

    def _of(self, command: Command) -> Entry:
        return Entry((_ALWAYS.get(command, ""), f"C.{command}", self.kiosk.wording(f"command.{command}.what")))

    # Codes

    def move_cursor(self, lines: int) -> None:
        self.query_one(WrappedList).move(lines)

    def show_typed(self, text: str) -> None:
        super().show_typed("•" * len(text) if self.secret else text)

    async def handle(self, code: Code) -> None:
        match code:
            case Pressed(key) if self.action_of(key) is not None:
                await super().handle(code)
            case Pressed(key) if not self._is_told(key):
                return
            case Command.SUBIR | Command.BAJAR | Command.SALIR | Command.AYUDA:
                await super().handle(code)
            case _:
                await self.kiosk.leave_screen()
                await self.kiosk.act_on(code)

    def _is_told(self, key: str) -> bool:
        """Whether the key is one that the screen below shows: it does there what the help says."""
        return any(
            isinstance(binding, Binding) and binding.show and key in binding.key.split(",") and key != "enter"
            for binding in self._asking.BINDINGS
        )

    async def on_command_code(self, command: Command) -> bool:
        if command is Command.SALIR:
            await self.kiosk.leave_screen()
        return command in {Command.SALIR, Command.AYUDA}

    async def on_text_code(self, text: str) -> None:
        raise TypeError(f"{text!r} concerns the screen below")


def opened_from(asking: KioskScreen, worker: Worker | None) -> Iterable[Command]:
    """The commands that open a screen over this one, for who stands there."""
    for command in Command:
        try:
            if screen_for(command, asking, worker) is not None:
                yield command
        except KioskError:
            continue
