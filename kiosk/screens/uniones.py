"""Uniones: which joints of a spool its holder made, before it is paused or completed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import Spool, Worker
from core.domain.reasons import InvalidValueError
from core.domain.uniones import Union
from core.domain.writing.uniones import parse_numbers
from kiosk.scanning.codes import Chosen, Code, Command, Joint, Text
from kiosk.screens import keys
from kiosk.screens.base import KioskScreen
from kiosk.screens.questions import DOUBLE_SCAN, Answer
from kiosk.screens.ticks import COUNTED, Ticks
from kiosk.screens.working import WorkScreen
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Box, Column, Row, Table
from kiosk.words.wording import Notice, Wording

Finish: TypeAlias = Callable[[Command, Mapping[str, object], Command], Awaitable[bool]]
"""What ends the occupation: PAUSAR, COMPLETAR or CANCELAR, with these fields of its request, as this command confirmed
it. Returns whether it is saved."""

_TICKED: Final = "[X]"
_READY: Final = "[ ]"
_MADE: Final = " ✔ "
_NOT_NOW: Final = " - "


async def ask_joints(screen: WorkScreen, spool: Spool, finish: Finish, asked: Command | None = None) -> None:
    """Ask the holder of the spool, over `screen`, which joints were made; `finish` then gets the answer.

    What was ticked before and not saved is still ticked. `asked` led here; COMPLETAR ticks all.
    """
    if spool.ocupacion is None:
        raise ValueError(f"{spool.tag_spool} is not held")
    about = (screen.worker.worker_id, spool.tag_spool, spool.ocupacion.operacion)
    ticks = screen.kiosk.ticks.setdefault(about, Ticks(spool, spool.ocupacion.operacion, screen.worker.worker_id))
    ticks.follow(spool)
    if asked is Command.COMPLETAR:
        ticks.numbers |= ticks.ready
    screen.questions.close()
    await screen.app.push_screen(UnionesScreen(screen.worker, ticks, finish, asked))


class UnionesScreen(WorkScreen):
    """Asks the holder of a spool for the joints that were made. `opened_by` led here: it means nothing again at once.

    What is ticked stays ticked until `finish` has saved it, whatever screen is in front meanwhile.
    """

    KEYS = keys.UNIONES
    CODES = (Command.SI, Command.NO, Command.COMPLETAR, Command.ENTREGAR, Command.EXTENDER, Command.NOTA)

    def __init__(self, worker: Worker, ticks: Ticks, finish: Finish, opened_by: Command | None) -> None:
        super().__init__(worker)
        self._ticks = ticks
        self._finish = finish
        self._last: tuple[object, datetime] = (opened_by, self.kiosk.session.clock())
        """What was scanned last, and when: a second time at once it is the same scan, read twice."""
        self._was_held = True

    @property
    @override
    def subject(self) -> str | None:
        return self._ticks.spool.tag_spool

    @override
    def is_same_place(self, other: KioskScreen) -> bool:
        return isinstance(other, UnionesScreen) and other.subject == self.subject

    @override
    def compose_body(self) -> ComposeResult:
        words = self.words
        yield Panel()
        with Box(classes="box"):
            made = [Column(words.operacion(operacion), 20, weight=1) for operacion in sorted(COUNTED)]
            yield Table(
                [
                    *(Column("", 3), Column(words("column.union"), 5), Column(words("column.dn"), 7)),
                    *(Column(words("column.tipo"), 8, weight=1), *made),
                ]
            )

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self._show_question()

    def _show_question(self) -> None:
        """Ask for the joints, with how many are ticked and what would become of it."""
        words, ticks = self.words, self._ticks
        self.questions.close()
        if not ticks.numbers and ticks.left:
            following = words("uniones.none_yet")
        elif ticks.completes:
            following = words("uniones.completes")
        else:
            following = words("uniones.pauses", count=len(ticks.left))
        ticked = words("uniones.ticked", count=len(ticks.numbers), total=len(ticks.remaining))
        detail = f"{ticks.spool.tag_spool} · {words.operacion(ticks.operacion)}"
        title = " · ".join((words("uniones.title"), ticked, words.pulgadas(ticks.inches)))
        self.show_notice(Tone.ASK, Notice(title, f"{detail} · {words('uniones.how')}", following))

    # The list

    @override
    def refresh_board(self) -> None:
        ticks, spool = self._ticks, self.kiosk.board.find(self._ticks.spool.tag_spool)
        if spool is not None and spool is not ticks.spool:
            lost = ticks.follow(spool)
            if self._was_held and not ticks.is_held:
                self._was_held = False
                self.refuse(self.words.notice("uniones.gone", tag=spool.tag_spool, estado=self.estado_of(spool)))
            elif lost:
                numbers = self.words.uniones(sorted(lost))
                self.refuse(self.words.notice("uniones.changed", tag=spool.tag_spool, numbers=numbers))
        table = self.query_one(Table)
        table.show([_row(union, ticks, self.words) for union in ticks.spool.uniones])
        progress = self.words.progress(ticks.spool.uniones, ticks.operacion)
        self.query_one(Box).label(title=self.words("uniones.box", operacion=self.words.operacion(ticks.operacion)))
        self.query_one(Box).label(remark=self.words("uniones.so_far", progress=progress))

    @override
    def move_cursor(self, lines: int) -> None:
        self.query_one(Table).move(lines)

    def _on_table_chosen(self, event: Table.Chosen) -> None:
        self.kiosk.intake.submit(Chosen(event.key))

    # Ticking

    def _is_repeat(self, code: object) -> bool:
        before, at = self._last
        now = self.kiosk.session.clock()
        self._last = (code, now)
        return code == before and timedelta() <= now - at < DOUBLE_SCAN

    @override
    async def on_code(self, code: Code) -> None:
        if isinstance(code, Joint):
            self._toggle((code.number,))
        else:
            await super().on_code(code)

    def _toggle(self, numbers: tuple[int, ...]) -> None:
        if not self._is_repeat(numbers):
            self._ticks.toggle(numbers)
        self._show_ticks(numbers[0])

    def _show_ticks(self, number: int | None = None) -> None:
        self._show_question()
        self.refresh_board()
        if number is not None:
            self.query_one(Table).point_at(str(number))

    @override
    async def on_chosen(self, row: str) -> None:
        self._toggle((int(row),))

    @override
    async def on_text_code(self, text: str) -> None:
        """Numbers tick joints, or answer the open question; a spool is acted on, and these ticks are kept."""
        if await self.questions.take(text, now=self.kiosk.session.clock(), by_hand=self.by_hand):
            return
        try:
            numbers = parse_numbers(text)
        except InvalidValueError:
            spool = self.find_spool(text)
        else:
            self._toggle(numbers)
            return
        if spool is not None and spool.tag_spool == self.subject:
            self._show_ticks()
        elif spool is not None:
            await self.leave()
            await self.kiosk.act_on(Text(spool.tag_spool))

    @override
    def forget_subject(self) -> None:
        """The list still shows which spool it is about."""

    # Confirming

    @override
    async def on_command_code(self, command: Command) -> bool:
        if await self.questions.take_command(command):
            return True
        if self._is_repeat(command):
            self._show_question()
            return True
        match command:
            case Command.TODAS:
                self._ticks.toggle_all()
                self._show_ticks()
            case Command.SI | Command.TOMAR:
                await self._confirm(command)
            case Command.PAUSAR:
                await self._end(Command.PAUSAR, command)
            case Command.COMPLETAR if self._ticks.left:
                left = self.words.uniones(self._ticks.left)
                self.refuse(self.words.notice("uniones.left", numbers=left))
            case Command.COMPLETAR:
                await self._end(Command.COMPLETAR, command)
            case Command.CANCELAR | Command.NO:
                self._ask_to_cancel()
            case Command.ENTREGAR if self._ticks.numbers:
                self.refuse(self.words.notice("uniones.unsaved", count=len(self._ticks.numbers)))
            case Command.ENTREGAR | Command.EXTENDER | Command.NOTA:
                # About the spool as a whole: the screen below points at it.
                await self.leave()
                await self.kiosk.act_on(command)
            case _:
                return await super().on_command_code(command)
        return True

    async def _confirm(self, by: Command) -> None:
        ticks = self._ticks
        if ticks.left and not ticks.numbers:
            self._ask_to_cancel()
        else:
            await self._end(Command.COMPLETAR if ticks.completes else Command.PAUSAR, by)

    def _ask_to_cancel(self) -> None:
        """Nothing was made, or nothing is to be kept: give the spool back as it was, or put it down all the same."""
        words = self.words

        async def back() -> None:
            self._show_question()

        answers = [
            Answer(words("key.cancelar"), partial(self._end, Command.CANCELAR, Command.CANCELAR), Command.CANCELAR),
            Answer(words("uniones.pause"), partial(self._end, Command.PAUSAR, Command.PAUSAR), Command.PAUSAR),
            Answer(words("uniones.back"), back, Command.NO),
        ]
        about = self.words.notice("uniones.cancel", tag=self.subject, count=len(self._ticks.numbers))
        self.ask(about, answers)

    async def _end(self, command: Command, by: Command) -> None:
        """End the occupation on the screen below, which then shows the answer."""
        ticks = self._ticks
        joints = {} if command is Command.CANCELAR else {"uniones": tuple(sorted(ticks.numbers))}
        await self.leave()
        if await self._finish(command, {"operacion": ticks.operacion, **joints}, by):
            self.kiosk.ticks.pop((ticks.worker_id, ticks.spool.tag_spool, ticks.operacion), None)


def _row(union: Union, ticks: Ticks, words: Wording) -> Row:
    is_ticked, is_ready = union.numero in ticks.numbers, union.is_ready(ticks.operacion)
    sign = _TICKED if is_ticked else _READY if is_ready else _MADE if union.is_made(ticks.operacion) else _NOT_NOW
    made = (words.hecho(union, operacion) for operacion in sorted(COUNTED))
    cells = (sign, f"{union.numero:>3}", words.dn(union), union.tipo, *made)
    return Row(str(union.numero), cells, warn=is_ticked, dim=not is_ready)
