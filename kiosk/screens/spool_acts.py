"""Spool, for an identified worker: its page, with everything that this worker can do with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.domain.errors import KioskError
from core.domain.model import Operacion, Resultado, Spool, Worker
from kiosk.live.offers import Possible, possible_acts
from kiosk.scanning.codes import Choice, Command
from kiosk.screens.asking import REPEAT_WINDOW, Answer
from kiosk.screens.releasing import ReleasingScreen
from kiosk.screens.spool import SpoolPage
from kiosk.screens.working import OUTCOMES
from kiosk.widgets.bars import Key
from kiosk.widgets.box import Box
from kiosk.widgets.choices import Choices, Offer, QuietPanel
from kiosk.widgets.panel import Tone
from kiosk.words.wording import Notice

_FOR_THOSE_WHO_TAKE: Final = frozenset({*OUTCOMES, Command.EXTENDER})
_ON_THIS_SPOOL: Final = frozenset(
    {
        *(Command.TOMAR, Command.ARM, Command.SOLD, *OUTCOMES, Command.EXTENDER),
        *(Command.APROBADO, Command.RECHAZADO, Command.LIBERAR, Command.DESBLOQUEAR, Command.NOTA),
    }
)


class SpoolActsScreen(SpoolPage, ReleasingScreen):
    """The page for an identified worker: a scan acts on the spool, and so does everything that is listed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "send('AYUDA')", id="ayuda"),
        Binding("f2", "send('TOMAR')", id="tomar"),
        Binding("f3", "send('PAUSAR')", id="pausar"),
        Binding("f4", "send('COMPLETAR')", id="completar"),
        Binding("f5", "send('CANCELAR')", id="cancelar"),
        Binding("f6", "send('TABLERO')", id="tablero"),
        Binding("f7", "send('NOTA')", id="nota"),
        Binding("f8", "send('DESHACER')", id="deshacer"),
        Binding("f9", "send('EXTENDER')", id="extender"),
        Binding("f11", "supervise", id="liberar"),
        Binding("escape,f10", "send('SALIR')", id="back", key_display="Esc"),
    ]
    CODES = (
        *(Command.ARM, Command.SOLD, Command.REPARACION, Command.APROBADO, Command.RECHAZADO),
        *(Command.LIBERAR, Command.DESBLOQUEAR, Command.NO),
    )
    ANSWERS = frozenset({Command.REPARACION, Command.NO})

    def __init__(self, tag: str | None, worker: Worker) -> None:
        super().__init__(worker)
        self.tag = tag
        self._acts: list[Possible] = []
        self._chosen: tuple[int, Command, str | None, datetime] | None = None

    def shown_keys(self) -> list[Key]:
        """Only what this worker can do."""
        hidden = set() if self.takes else {f"send('{command}')" for command in _FOR_THOSE_WHO_TAKE}
        if not (self.takes or self.worker.may_do(Operacion.METROLOGIA)):
            hidden.add("send('TOMAR')")
        if not self.worker.is_supervisor:
            hidden.add("supervise")
        return [key for key in super().shown_keys() if key.action not in hidden]

    def compose_side(self) -> ComposeResult:
        with Box(classes="acts") as box:
            box.label(title=self.kiosk.wording("spool.acts"))
            yield Choices()

    # What can be done

    def refresh_board(self) -> None:
        super().refresh_board()
        spool = self.spool
        self._acts = self._possible(spool) if spool is not None else []
        self.query_one(Choices).show([self._offer(act) for act in self._acts], numbered=not self.is_asking)

    def _possible(self, spool: Spool) -> list[Possible]:
        kiosk, worker = self.kiosk, self.worker
        try:
            service = kiosk.service
            acts = possible_acts(spool, worker, service.possible_operations(spool, worker), now=kiosk.now())
            last = service.undoable(worker.worker_id)
        except KioskError:
            # Without the ledger nothing can be done; the top bar says so.
            return []
        # It goes by itself after a while, and must not move the others' numbers.
        return [*acts, Possible(Command.DESHACER)] if last and last.event.tag_spool == spool.tag_spool else acts

    def _offer(self, act: Possible) -> Offer:
        words = self.kiosk.wording
        if act.operacion is not None:
            label = words("spool.take", operacion=words.operacion(act.operacion).capitalize())
        elif act.command is Command.EXTENDER:
            label = words("spool.extend")
        else:
            label = words(f"key.{act.command.lower()}")
        action = "supervise" if act.command in {Command.LIBERAR, Command.DESBLOQUEAR} else f"send('{act.command}')"
        key = next((key.name for key in self.shown_keys() if key.action == action), "")
        return Offer(label, key, f"C.{act.command}")

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.kiosk.submit(Choice(event.number))

    async def action_supervise(self) -> None:
        """One key for what a supervisor does: a spool that is blocked is held by nobody."""
        spool = self.spool
        blocked = spool is not None and spool.bloqueado
        await self.on_code(Command.DESBLOQUEAR if blocked else Command.LIBERAR)

    # The panel, and the numbers that are now its own or again the list's

    def ask(
        self,
        notice: Notice,
        answers: Sequence[Answer],
        *,
        words: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        super().ask(notice, answers, words=words)
        self.refresh_board()

    def show_notice(self, tone: Tone, notice: Notice) -> None:
        super().show_notice(tone, notice)
        self.refresh_board()

    def point_at(self, tag: str) -> None:
        self.show_spool(tag)

    def move_cursor(self, lines: int) -> None:
        if self.spool is not None and not self.is_asking:
            self.query_one(QuietPanel).hush()
        super().move_cursor(lines)

    # Codes

    async def on_text_code(self, text: str) -> None:
        """A number answers the question, or else does what stands in the list; anything else is a spool."""
        if self._chosen_twice(text) or await self.answered(text) or await self._chose(text):
            return
        spool = self.find_spool(text)
        if spool is not None:
            await self.scan(spool)

    def _chosen_twice(self, text: str) -> bool:
        """Whether this number is the one before once more, scanned twice, when it may mean something else already."""
        if self._chosen is None:
            return False
        number, command, tag, at = self._chosen
        if (text, self.tag) != (str(number), tag) or not timedelta() <= self.kiosk.now() - at < REPEAT_WINDOW:
            return False
        if not self.is_asking and self.tag is not None:
            self.told_already(command, self.tag)
        return True

    async def _chose(self, text: str) -> bool:
        """Do what has this number in the list; whether there is any."""
        if not (text.isdecimal() and 1 <= int(text) <= len(self._acts)) or self.kiosk.board.find(text) is not None:
            return False
        act, spool = self._acts[int(text) - 1], self.spool
        self._chosen = (int(text), Command.TOMAR if act.operacion else act.command, self.tag, self.kiosk.now())
        if act.operacion is not None and spool is not None:
            await self.take(spool.tag_spool, act.operacion)
        else:
            await self._act_on_spool(act.command)
        return True

    async def on_command_code(self, command: Command) -> bool:
        if await self.answered_by(command):
            return True
        match command:
            case Command.SALIR:
                await self.kiosk.leave_screen()
            case Command.DESHACER:
                await self.undo()
            case _ if command in _ON_THIS_SPOOL and not self.is_asking:
                await self._act_on_spool(command)
            case _:
                return False
        return True

    async def _act_on_spool(self, command: Command) -> None:
        spool = self.spool
        if spool is None:
            self.refuse_without_spool()
            return
        tag = spool.tag_spool
        match command:
            case Command.TOMAR:
                await self.scan(spool)
            case Command.ARM | Command.SOLD:
                await self.take(tag, Operacion(command))
            case Command.APROBADO:
                await self.inspect(tag, Resultado.APROBADO)
            case Command.RECHAZADO:
                await self._reject(tag)
            case Command.LIBERAR:
                await self.liberar(tag)
            case Command.DESBLOQUEAR:
                await self.desbloquear(tag)
            case Command.NOTA:
                await self.ask_note(tag)
            case Command.DESHACER:
                await self.undo()
            case _:
                await self.finish(tag, command)

    async def _reject(self, tag: str) -> None:
        """RECHAZADO asks why; where it cannot be, it is refused at once."""
        service = self.kiosk.service
        possible = service.possible_operations(await service.spool(tag), self.worker)
        refusal = possible.get(Operacion.METROLOGIA)
        if Operacion.METROLOGIA not in possible:
            # No role allows it: let the ledger's answer name the one that is missing.
            await self.inspect(tag, Resultado.RECHAZADO)
        elif refusal is not None:
            self.show_refusal(refusal)
        else:
            await self.ask_why_rejected(tag)
