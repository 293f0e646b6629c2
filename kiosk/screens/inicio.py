"""Inicio: who are you? Waits for a badge; a name or number typed by hand finds the person in the list."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import Worker
from kiosk.live.searching import fold
from kiosk.scanning.codes import Badge, Choice, Code, Command
from kiosk.screens import keys
from kiosk.screens.base import KioskScreen
from kiosk.screens.keys import Act
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Box, Column, Row, Table
from kiosk.words.wording import Notice, elapsed

OFFERED_FOR: Final = timedelta(seconds=30)
"""How long whoever left with spools in hand is offered to end their shift."""


class InicioScreen(KioskScreen):
    """The screen a terminal rests on."""

    KEYS = keys.INICIO

    def __init__(self) -> None:
        super().__init__()
        self._filter = ""
        self._looked_up: str | None = None
        self._left: Worker | None = None
        """Who left a moment ago with spools in hand, and may end their shift."""
        self._left_at = self.kiosk.session.clock()
        self._obstacle = Notice("")

    @property
    @override
    def subject(self) -> str | None:
        return self._looked_up

    @override
    def compose_body(self) -> ComposeResult:
        yield Panel()
        with Box(classes="box") as box:
            box.label(title=self.words("inicio.workers"))
            yield Table(
                [
                    Column("", 6),
                    Column("", 24, weight=3),
                    Column("", 24, 2, optional=True),
                    Column("", 12, optional=True),
                ]
            )

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self.show_rest()

    def show_rest(self) -> None:
        """The one thing to do here, or what stands in its way; nobody is pointed at."""
        self._looked_up = self._left = None
        self._narrow("")
        self._show_usual()

    def show_left(self, worker: Worker) -> None:
        """Say how many spools this worker left with, and offer to end the shift; nothing when there are none."""
        held = len(self.kiosk.board.held_by(worker.worker_id))
        if held and not self._obstacle.title:
            words, self._left, self._left_at = self.words, worker, self.kiosk.session.clock()
            line = words("left.detail", quien=worker.worker_nombre, count=held)
            self.query_one(Panel).show(Tone.INFO, Notice(words("inicio.title"), line, words("left.next")))
            self.refresh_keys()

    def _show_usual(self) -> None:
        if self._obstacle.title:
            self.query_one(Panel).show(Tone.REFUSED, self._obstacle)
        else:
            self.query_one(Panel).show(Tone.INFO, Notice(self.words("inicio.title"), self.words("inicio.hint")))

    def _find_obstacle(self) -> Notice:
        """Why nobody can begin to work here, whoever they are; an empty notice while somebody can."""
        feed = self.kiosk.feed
        if feed.trouble is not None and feed.knows_nothing:
            return self.words.error(feed.trouble, now=self.now())
        if feed.is_live and not self.kiosk.board.seq:
            return self.words.notice("never_loaded", site=self.kiosk.session.site)
        return Notice("")

    @override
    def refresh_board(self) -> None:
        board, words = self.kiosk.board, self.words
        found, held = self._matching(self._filter), board.held_counts()
        self.query_one(Table).show([self._row(worker, held.get(worker.worker_id, 0)) for worker in found])
        if self.kiosk.feed.is_live and not board.workers:
            remark = words("inicio.empty")
        else:
            remark = "" if found else words("inicio.no_match", text=self._filter)
        self.query_one(Box).label(remark=remark)
        if self._left is not None and self.kiosk.session.clock() - self._left_at >= OFFERED_FOR:
            self._left = None
            self._show_usual()
        obstacle = self._find_obstacle()
        if obstacle != self._obstacle:
            self._obstacle = obstacle
            self._show_usual()

    def _row(self, worker: Worker, held: int) -> Row:
        words = self.words
        cells = (
            f"{worker.worker_id:>5}",
            worker.nombre_completo,
            words.roles(worker) if worker.activo else words("inicio.inactive"),
            words("inicio.holds", count=held) if held else "",
        )
        return Row(str(worker.worker_id), cells, dim=not worker.activo)

    @override
    def show_typed(self, text: str) -> None:
        super().show_typed(text)
        self._narrow(text)

    def _narrow(self, text: str) -> None:
        self._filter = text
        self.refresh_board()
        self.query_one(Table).point_at(None)

    def _matching(self, typed: str) -> list[Worker]:
        """Active people first, by name; with a text, those whose number or name begins a word with it."""
        people = [worker for worker in self.kiosk.board.workers.values() if not typed or _begins(worker, typed)]
        return sorted(people, key=lambda worker: (not worker.activo, fold(worker.nombre_completo)))

    @override
    def not_now(self) -> Collection[Command | Act]:
        return () if self.query_one(Table).cursor_row else (Act.CHOOSE,)

    @override
    def not_for_them(self) -> Collection[Command | Act]:
        return () if self._left else (Command.FIN,)

    @override
    async def on_command_code(self, command: Command) -> bool:
        if command is not Command.FIN or self._left is None:
            return await super().on_command_code(command)
        await self.kiosk.work_as(self._left)
        return await self.kiosk.open(command)

    @override
    async def on_chosen(self, row: str) -> None:
        await self.on_text_code(row)

    def _on_table_chosen(self, event: Table.Chosen) -> None:
        self.kiosk.intake.submit(Badge(int(event.key)))

    @override
    async def leave(self) -> None:
        self.show_rest()

    @override
    async def on_code(self, code: Code) -> None:
        if isinstance(code, Choice):
            # The number of an answer is nobody's badge.
            self.refuse(self.words.notice("not_here", text=f"C.{code.number}"))
        else:
            await super().on_code(code)

    @override
    async def on_text_code(self, text: str) -> None:
        if text.isdecimal() and int(text) in self.kiosk.board.workers:
            await self.kiosk.work_as(self.kiosk.board.workers[int(text)])
            return
        people = self._matching(text)
        if len(people) == 1:
            await self.kiosk.work_as(people[0])
        elif people:
            self._narrow(text)
        else:
            self._show_spool(text)

    def _show_spool(self, text: str) -> None:
        words, spool = self.words, self.find_spool(text)
        if spool is None:
            return
        self._looked_up = spool.tag_spool
        if spool.ocupacion is None:
            line = words("lookup.free", tag=spool.tag_spool, estado=self.estado_of(spool))
        else:
            held = spool.ocupacion
            line = words(
                "lookup.held",
                tag=spool.tag_spool,
                quien=held.worker_nombre,
                operacion=words.operacion(held.operacion),
                elapsed=elapsed(self.now() - held.fecha_ocupacion),
            )
        self.refuse(Notice(words("needs_badge.title"), line, words("needs_badge.next")))


def _begins(worker: Worker, typed: str) -> bool:
    """Whether the worker's number, name or a part of the name begins with what was typed, accents and case aside."""
    parts = (str(worker.worker_id), worker.nombre_completo, *worker.nombre_completo.split())
    wanted = fold(typed)
    return bool(wanted) and any(fold(part).startswith(wanted) for part in parts)
