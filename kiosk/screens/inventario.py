"""Inventario: scan what lies in the yard; at the end, what is missing, what should not be there, what is elsewhere."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection
from typing import Final

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import TAG_MAX_LENGTH, Worker
from core.domain.requests import InventarioRequest
from core.private import write_private
from kiosk.live.counting import Finding, Found, as_csv, findings, found
from kiosk.scanning.codes import Command
from kiosk.screens import keys
from kiosk.screens.keys import Act
from kiosk.screens.questions import Answer
from kiosk.screens.working import WorkScreen
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Box, Column, LazyRows, Row, Table
from kiosk.words.event_words import event_detail
from kiosk.words.wording import Notice

_HEADER: Final = ("RESULTADO", "TAG_SPOOL", "DETALLE")


class InventarioScreen(WorkScreen):
    """A count that a supervisor takes. It is kept for them until it is saved or given up. No spool changes by it."""

    KEYS = keys.INVENTARIO
    CODES = (Command.SI, Command.NO)

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._lines: list[Found] | None = None
        """What the count says while it is to be closed, and after; while it goes on, what was counted is shown."""
        self._request: InventarioRequest | None = None
        """What was asked of the ledger about these lines: asked again, it is the same."""
        self._answer: Notice | None = None

    @property
    def _counted(self) -> list[str]:
        return self.kiosk.counts.setdefault(self.worker.worker_id, [])

    @property
    @override
    def subject(self) -> str | None:
        row = self.query_one(Table).cursor_row
        return row.key if row and row.key in self.kiosk.board.spools else None

    @override
    def compose_body(self) -> ComposeResult:
        yield Panel()
        with Box(classes="box"):
            yield Table([Column("", 14), Column("", 24, weight=1), Column("", 36, weight=3)])

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self._show_ready()

    def _show_ready(self) -> None:
        self.show_notice(Tone.INFO, self.words.notice("inventario.ready"))

    # The list

    @override
    def not_now(self) -> Collection[Command | Act]:
        no_use = () if self._counted else (Command.TOMAR, Command.CANCELAR)
        return {*super().not_now(), *no_use, *(() if self.subject else (Command.HISTORIA,))}

    @override
    def refresh_board(self) -> None:
        words, lines = self.words, self._lines
        if lines is None:
            shown = [self._found(code) for code in reversed(self._counted)]
        else:
            shown = [line for line in lines if line.finding is not Finding.CONTADO]
        places = {line.code: place for place, line in enumerate(shown)}
        self.query_one(Table).show(LazyRows(shown, self._row, places.get))
        count = len(self._counted if lines is None else [line for line in lines if line.finding is not Finding.FALTA])
        self.query_one(Box).label(title=words("inventario.title"), remark=words("inventario.count", count=count))

    def _found(self, code: str) -> Found:
        station = self.kiosk.session.configured.station
        return found(code, self.kiosk.board, station=station, today=self.now().date())

    def _row(self, line: Found) -> Row:
        bad = line.finding in {Finding.FALTA, Finding.SOBRA}
        return Row(line.code, self._cells(line), alert=bad, warn=line.finding is Finding.EN_OTRA_PARTE)

    def _cells(self, line: Found) -> tuple[str, str, str]:
        state = self.estado_of(line.spool) if line.spool else self.words("inventario.unknown")
        return self.words(f"inventario.{line.finding}"), line.code, state

    # Counting

    @override
    async def on_text_code(self, text: str) -> None:
        """A number answers the question; anything else lies in the yard, also what is no spool."""
        if await self.answered(text):
            return
        spool = self.kiosk.board.find(text)
        code, counted = spool.tag_spool if spool else text[:TAG_MAX_LENGTH], self._counted
        self._go_on()
        if code in counted:
            self.show_notice(Tone.INFO, self.words.notice("inventario.again", code=code))
        else:
            counted.append(code)
            finding = self._found(code).finding
            so_far = self.words("inventario.so_far", code=code, count=len(counted))
            tone = Tone.DONE if finding is Finding.CONTADO else Tone.INFO
            self.show_notice(tone, Notice(self.words(f"inventario.{finding}"), so_far))
        self.refresh_board()
        self.query_one(Table).point_at(code)

    def _go_on(self) -> None:
        """Show what is counted: what was said of the count before is over."""
        self.questions.close()
        self._lines = self._request = self._answer = None
        self.refresh_board()

    def _remove(self) -> None:
        """Take the one under the cursor out of the count; with none, the last."""
        row, counted = self.query_one(Table).cursor_row, self._counted
        if not counted:
            self.refuse(self.words.notice("inventario.empty"))
            return
        code = row.key if row and row.key in counted else counted[-1]
        counted.remove(code)
        self._go_on()
        self.query_one(Table).point_at(None)
        self.show_notice(Tone.INFO, self.words.notice("inventario.removed", code=code))

    # Closing the count

    @override
    async def on_command_code(self, command: Command) -> bool:
        asking = self.questions.is_open
        if await self.questions.take_command(command):
            return True
        match command:
            case Command.TOMAR if asking:
                await self._save()
            case Command.TOMAR | Command.SI:
                self._ask_to_close()
            case Command.CANCELAR:
                self._remove()
            case _:
                return await super().on_command_code(command)
        return True

    def _ask_to_close(self) -> None:
        """Show what the count says, and ask whether it ends here."""
        words, counted = self.words, self._counted
        if not counted and self._answer is not None:
            # Confirmed twice: the answer is shown again.
            self.show_notice(Tone.DONE, self._answer)
            return
        if not counted:
            self.refuse(words.notice("inventario.empty"))
            return
        if self._request is None:
            station = self.kiosk.session.configured.station
            self._lines = findings(counted, self.kiosk.board, station=station, today=self.now().date())
        answers = [
            Answer(words("inventario.yes"), self._save, Command.SI),
            Answer(words("inventario.no"), self._keep_counting, Command.NO),
            Answer(words("inventario.drop"), self._drop),
        ]
        self.ask(Notice(words("inventario.ask"), words("event.counted", **self._sums())), answers)
        self.query_one(Table).point_at(None)
        self.refresh_board()

    def _sums(self) -> dict[str, int]:
        """How many spools were counted, and of how many there is what to say."""
        sums = Counter(line.finding for line in self._lines or ())
        return {
            "contados": len(self._counted),
            "faltan": sums[Finding.FALTA],
            "sobran": sums[Finding.SOBRA],
            "en_otra_parte": sums[Finding.EN_OTRA_PARTE],
        }

    async def _keep_counting(self) -> None:
        self._go_on()
        self._show_ready()

    async def _drop(self) -> None:
        self._counted.clear()
        await self._keep_counting()

    async def _save(self) -> None:
        """Write the list into a file, and the sums into the log."""
        words, lines = self.words, self._lines or []
        counts = {"worker_id": self.worker.worker_id, **self._sums()}
        request = self._request = self._request or InventarioRequest.model_validate(counts)
        file = self.kiosk.session.configured.data_dir / f"inventario-{self.now():%Y-%m-%d-%H%M%S}.csv"
        try:
            await asyncio.to_thread(write_private, file, as_csv(_HEADER, lines, self._cells))
        except OSError as trouble:
            self.refuse(Notice(words("lector.not_saved.title"), f"{file}: {trouble.strerror}"))
            return
        service = self.kiosk.feed.service
        event = await self.patiently(words("inventario.title"), lambda: service.act(request))
        if event is None:
            return
        self._request = None
        self.kiosk.counts.pop(self.worker.worker_id, None)
        named = f"{file.name} · {file.parent}"
        self._answer = Notice(words("done.INVENTARIO"), event_detail(event, words), named)
        self.show_notice(Tone.DONE, self._answer)
        self.refresh_board()

    @override
    def _show_doubt(self, notice: Notice) -> None:
        self.refuse(Notice(notice.title, notice.detail, self.words("inventario.doubt")))
