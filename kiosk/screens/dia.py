"""Mi día: what one worker did today, or on a day before: spools, joints, inches, pauses, and what is still in hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import Worker
from core.domain.writing.dates import format_date
from kiosk.live.day_lines import day_line, hand_line, sums_line
from kiosk.live.worklog import Sums
from kiosk.scanning.codes import Chosen, Command
from kiosk.screens import keys
from kiosk.screens.keys import Act
from kiosk.screens.pointing import PointingScreen
from kiosk.screens.work_reading import DAYS, WorkReading
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Box, Column, Row, Table
from kiosk.words.wording import Notice


class DiaScreen(PointingScreen):
    """The days of `whose`, for the worker who looks at them: themselves, or a supervisor."""

    KEYS = keys.DIA
    CODES = (Command.NO,)
    COLUMNS = (
        *(("time", 11, 0), ("spool", 20, 2), ("operacion", 10, 0)),
        *(("outcome", 7, 0), ("uniones", 9, 1), ("other", 7, 2)),
    )

    def __init__(self, worker: Worker, whose: Worker) -> None:
        super().__init__(worker)
        self._whose = whose
        self._reading = WorkReading(self)
        self._ago = 0
        self._tags: dict[str, str] = {}
        """By row, its spool: a spool may stand in several."""
        self._shows_day = True
        """Whether the panel sums up the day, and answers nothing."""

    @property
    def _day(self) -> date:
        """The day that is shown."""
        return self._reading.days[-1 - self._ago]

    @property
    @override
    def spools_table(self) -> Table | None:
        # A spool may stand in several lines: none is the line of the spool pointed at.
        return None

    @override
    def compose_body(self) -> ComposeResult:
        yield Panel()
        with Box(classes="box"):
            yield Table([Column(self.words(f"column.{name}"), width, weight) for name, width, weight in self.COLUMNS])

    # The day

    @override
    def refresh_board(self) -> None:
        self._reading.keep_up()
        words, board, zone, day = self.words, self.kiosk.board, self.kiosk.session.configured.zone, self._day
        held = board.held_by(self._whose.worker_id) if self._ago == 0 else []
        lines = self.kiosk.work_log.days.of_worker(self._whose.worker_id, day)
        rows = [Row(f"held {spool.tag_spool}", hand_line(spool, day, words, zone), warn=True) for spool in held]
        rows += [
            Row(str(line.work.seq), day_line(line, board.find(line.work.tag_spool), words, zone))
            for line in reversed(lines)
        ]
        self._tags = {row.key: row.cells[1] for row in rows}
        self.query_one(Table).show(rows)
        self.query_one(Box).label(title=self._title, remark=self._reading.remark("" if rows else words("dia.none")))
        if self._shows_day:
            sums = sums_line(Sums.of([line.work for line in lines]), words)
            in_hand = words("dia.held", count=len(held)) if held else ""
            following = words("dia.fin") if held and self._whose is self.worker else words("dia.next")
            notice = Notice(self._title, " · ".join(filter(None, (sums, in_hand))), following)
            self.query_one(Panel).show(Tone.INFO, notice)

    @property
    def _title(self) -> str:
        """Whose day, and which."""
        words, whose = self.words, self._whose
        day = f"{words(f'weekday.{self._day.weekday()}')} {format_date(self._day)}"
        if self._ago <= 1:
            day = f"{words('dia.yesterday') if self._ago else words('dia.today')} {day}"
        return f"{whose.nombre_completo} · {day}"

    def _turn_to(self, ago: int) -> None:
        """Show the day so many days ago, as far as they are counted."""
        self.questions.close()
        self.pointed_at = None
        self._ago = min(max(ago, 0), DAYS - 1)
        self._shows_day = True
        self.query_one(Table).point_at(None)
        self.refresh_board()

    @override
    def show_notice(self, tone: Tone, notice: Notice, answers: Sequence[str] = ()) -> None:
        self._shows_day = False
        super().show_notice(tone, notice, answers)

    # Codes

    @override
    def not_for_them(self) -> Collection[Command | Act]:
        return {*super().not_for_them(), *(() if self._whose is self.worker else (Command.FIN,))}

    @override
    def not_now(self) -> Collection[Command | Act]:
        no_use = set(super().not_now())
        if self._ago == 0:
            no_use |= {Command.ESTADO, Command.DIA}
        if self._ago == DAYS - 1:
            no_use.add(Act.PREVIOUS)
        return no_use

    @override
    async def on_act(self, act: Act) -> None:
        if act is Act.PREVIOUS:
            self._turn_to(self._ago + 1)
        else:
            await super().on_act(act)

    @override
    async def on_command_code(self, command: Command) -> bool:
        match command:
            case Command.ESTADO:
                self._turn_to(self._ago - 1)
            case Command.DIA:
                self._turn_to(0)
            case _:
                return await super().on_command_code(command)
        return True

    @override
    async def on_text_code(self, text: str) -> None:
        """A number or words answer the question; another number is a day, so many days ago; anything else a spool."""
        is_day = text.isdecimal() and 1 <= int(text) < DAYS
        if is_day and not self.questions.is_open and self.kiosk.board.find(text) is None:
            self._turn_to(int(text))
        else:
            await super().on_text_code(text)

    @override
    def move_cursor(self, lines: int) -> None:
        table = self.query_one(Table)
        table.move(lines)
        spool = self.kiosk.board.find(self._tags[table.cursor_row.key]) if table.cursor_row else None
        if spool is not None:
            self.pointed_at = spool.tag_spool
            self.show_pointed_at(spool)

    def _on_table_chosen(self, event: Table.Chosen) -> None:
        self.kiosk.intake.submit(Chosen(self._tags[event.key]))
