"""How each spool stood, from its row and from its events, where one must bear the other out. Pure.

A row says less than the log and may lag behind it; a log out of a sheet may have holes. What both agree on is taken
as it is. Where they do not, one of them is taken, and it is told which, and what differs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import dropwhile
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.domain.events import Event
from core.domain.model import (
    PENDIENTE,
    SIN_INSPECCION,
    Accion,
    EstadoAvance,
    Inspeccion,
    Operacion,
    Resultado,
    Spool,
)
from core.domain.replay import apply_event
from core.plant.tables import Row
from core.sheet.metadata import read_event_id
from core.sheet.mirroring.row_meaning import Columns, differences, extra_cycles, never_written, shown_version
from core.sheet.recovery.recovered_holders import TAKEN, held_before
from core.sheet.recovery.recovered_log import RecoveredLog

_IMPOSSIBLE: Final = (ValueError, TypeError, KeyError, OverflowError)
"""What an event is met with that cannot have happened to a spool."""


class Duda(StrEnum):
    """Why it is not certain how a spool stood.

    FILA_ADELANTADA: its row shows an event that Metadata does not have. HISTORIA_ROTA: its events do not follow from
    one another. FILA_DISTINTA: row and log say different things. FILA_ILEGIBLE: its row cannot be read.
    """

    FILA_ADELANTADA = "FILA_ADELANTADA"
    HISTORIA_ROTA = "HISTORIA_ROTA"
    FILA_DISTINTA = "FILA_DISTINTA"
    FILA_ILEGIBLE = "FILA_ILEGIBLE"


class Fuente(StrEnum):
    """Where an uncertain spool was taken from: its row, or its events."""

    HOJA = "HOJA"
    REGISTRO = "REGISTRO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A spool of which something is not certain; `row` is its row in Operaciones.

    `columns` are those that differ, with what the sheet says and what the log says.
    """

    tag_spool: str
    row: int
    duda: Duda
    taken: Fuente
    columns: Columns = field(default_factory=dict)


class SpoolRecovery:
    """Finds how spools stood, given the log out of the sheet. `lock_ttl` is a lock's life (s) where none is told."""

    def __init__(self, log: RecoveredLog, *, timezone: ZoneInfo, lock_ttl: int, max_reparaciones: int) -> None:
        self._log = log
        self._timezone = timezone
        self._lock_ttl = lock_ttl
        self._max_reparaciones = max_reparaciones
        self._known = {event.id for event in log.events}
        self._histories: dict[str, list[Event]] = {}
        for event in log.events:
            if event.tag_spool:
                self._histories.setdefault(event.tag_spool, []).append(self._replayable(event))

    @property
    def tags(self) -> Mapping[str, int]:
        """How many events each tag has."""
        return {tag: len(history) for tag, history in self._histories.items()}

    def recover(self, shown: Spool, row: Row, *, readable: bool = True) -> tuple[Spool, Doubt | None]:
        """The spool, and what is not certain of it. `shown` is what its row alone says.

        Of a row that is not `readable` only the office's columns are in `shown`.
        """
        history = self._histories.get(shown.tag_spool, [])
        if not self._log.whole:
            shown = replace(shown, ciclos_extra=extra_cycles(row, self._max_reparaciones))
        version = read_event_id(shown_version(row))
        ahead = version is not None and version not in self._known
        if not history:
            return shown, _doubt(shown, row, Duda.FILA_ADELANTADA, Fuente.HOJA) if ahead else None
        if not readable:
            living = self._living(history, row)
            told = self._tolerantly(_likely_start(shown, living), living)[-1]
            return _numbered(told, history), _doubt(shown, row, Duda.FILA_ILEGIBLE, Fuente.REGISTRO)
        borne_out = None if ahead else self._borne_out(shown, row, history, version)
        if borne_out is not None:
            return _numbered(borne_out, history), None
        spool, doubt = self._uncertain(shown, row, history, version, ahead=ahead)
        return _numbered(spool, history), doubt

    def _living(self, history: Sequence[Event], row: Row) -> Sequence[Event]:
        """Without the events of a past that was let go: they never happened to the spool, unless its row shows one."""
        gone = [event.id for event in history if event.id in self._log.superseded]
        if not gone or read_event_id(shown_version(row)) in gone:
            return history
        return [event for event in history if event.id not in gone]

    def _borne_out(self, shown: Spool, row: Row, history: Sequence[Event], version: UUID | None) -> Spool | None:
        """What the events lead to, when one of the states on their way is what the row says."""
        for start, events, least in self._ways(shown, row, history):
            states = [start]
            with suppress(*_IMPOSSIBLE):
                for event in events:
                    states.append(self._after(states[-1], event, shown))
                if any(not self._differ(states[at], row) for at in _moments(events, version) if at >= least):
                    return states[-1]
        return None

    def _ways(self, shown: Spool, row: Row, history: Sequence[Event]) -> Iterator[tuple[Spool, Sequence[Event], int]]:
        """The ways the spool may have come, the likeliest first: where it began, what happened to it, and how many
        events the row must show for it to bear that out.
        """
        living = self._living(history, row)
        own = self._own(living, row)
        for events in (living, own) if len(own) < len(living) else (living,):
            start = _likely_start(shown, events)
            yield start, events, 0
            yield _given_back(start, shown), events, 1
            if never_written(row):
                yield shown, events, 0

    def _own(self, history: Sequence[Event], row: Row) -> Sequence[Event]:
        """Without the events of another program that came first: they followed rules of its own."""
        own = list(dropwhile(lambda event: event.id in self._log.inexact, history))
        foreign = {event.id for event in history[: len(history) - len(own)]}
        # A row that shows such an event was written by this program, and its row in Metadata was spoilt since.
        return history if read_event_id(shown_version(row)) in foreign else own

    def _uncertain(
        self, shown: Spool, row: Row, history: Sequence[Event], version: UUID | None, *, ahead: bool
    ) -> tuple[Spool, Doubt]:
        living = self._living(history, row)
        start = _likely_start(shown, living)
        states = self._tolerantly(start, living, shown)
        at = len(living) if ahead else next(iter(_moments(living, version)))
        duda, taken = Duda.FILA_DISTINTA, Fuente.HOJA
        if ahead:
            duda = Duda.FILA_ADELANTADA
        elif not self._follows(start, living, shown):
            duda = Duda.HISTORIA_ROTA
        elif self._log.whole:
            # Nothing is missing in the log, so somebody wrote into the row: the mirror will say so and set it right.
            taken = Fuente.REGISTRO
        differing = self._differ(states[at], row)
        doubt = _doubt(shown, row, duda, taken, differing)
        if taken is Fuente.REGISTRO:
            return states[-1], doubt
        return self._tolerantly(_merged(shown, states[at], differing), living[at:])[-1], doubt

    def _differ(self, spool: Spool, row: Row) -> Columns:
        return differences(spool, row, self._timezone)

    def _after(self, spool: Spool, event: Event, shown: Spool | None = None) -> Spool:
        """The spool after the event. Raises what `_IMPOSSIBLE` lists."""
        return apply_event(held_before(spool, event, shown=shown, lock_ttl=self._lock_ttl), event)

    def _tolerantly(self, start: Spool, history: Iterable[Event], shown: Spool | None = None) -> list[Spool]:
        """The start and the spool after each event, where an event that cannot have happened changes nothing."""
        states = [start]
        for event in history:
            states.append(states[-1])
            with suppress(*_IMPOSSIBLE):
                states[-1] = self._after(states[-1], event, shown)
        return states

    def _follows(self, start: Spool, history: Iterable[Event], shown: Spool) -> bool:
        """Whether each of the events can have happened to what the one before it left."""
        spool = start
        try:
            for event in history:
                spool = self._after(spool, event, shown)
        except _IMPOSSIBLE:
            return False
        return True

    def _replayable(self, event: Event) -> Event:
        """The event, for replay only: where no lock's life is told, as by another program, it is the usual one."""
        tells = isinstance(event.metadata.get("lock_ttl"), int)
        if tells or event.id not in self._log.inexact or event.accion not in {Accion.TOMAR, Accion.EXTENDER}:
            return event
        return event.model_copy(update={"metadata": {**event.metadata, "lock_ttl": self._lock_ttl}})


def _doubt(shown: Spool, row: Row, duda: Duda, taken: Fuente, columns: Columns | None = None) -> Doubt:
    return Doubt(tag_spool=shown.tag_spool, row=row.line, duda=duda, taken=taken, columns=columns or {})


def _moments(history: Sequence[Event], version: UUID | None) -> Iterable[int]:
    """After how many of the events the row may have been written, the likeliest first."""
    ids = [event.id for event in history]
    if version in ids:
        return dict.fromkeys((ids.index(version) + 1, len(ids)))
    return range(len(ids), -1, -1)


def _numbered(spool: Spool, history: Sequence[Event]) -> Spool:
    """With the number of its last event, and a version that is one further for each of them.

    An occupation whose TOMAR is not known has that number as well.
    """
    seq = history[-1].seq
    held = spool.ocupacion
    if held is not None and not held.seq:
        held = replace(held, seq=seq)
    return replace(spool, ocupacion=held, version=1 + len(history), seq=seq)


def _likely_start(shown: Spool, history: Sequence[Event]) -> Spool:
    """The spool before its first event: as its row says where no event changed it, else as the events imply."""
    touched = {event.operacion for event in history}
    start = shown if touched.isdisjoint(TAKEN) else replace(shown, ocupacion=None)
    for operacion in TAKEN:
        if operacion in touched:
            start = start.with_avance(operacion, PENDIENTE)
    return _inspected_before(start, history)


def _inspected_before(start: Spool, history: Sequence[Event]) -> Spool:
    """With the verdict and the rejections that the spool had before its first event."""
    verdicts = [at for at, event in enumerate(history) if event.operacion is Operacion.METROLOGIA]
    before = history[: verdicts[0]] if verdicts else history
    if verdicts:
        cycles = [ciclo for at in verdicts if isinstance(ciclo := history[at].metadata.get("ciclo"), int)]
        rechazos = max(0, cycles[0] - 1) if cycles else start.rechazos
        start = replace(start, inspeccion=SIN_INSPECCION, bloqueado=False, rechazos=rechazos)
    unblocked = [event for event in before if event.accion is Accion.DESBLOQUEAR]
    if unblocked or any(event.operacion is Operacion.REPARACION for event in before):
        verdict = start.inspeccion if start.rechazado else Inspeccion(Resultado.RECHAZADO)
        start = replace(start, inspeccion=verdict, rechazos=max(1, start.rechazos))
    if not any(event.accion is Accion.DESBLOQUEAR for event in history):
        return start
    # Of the cycles that are allowed now, those that the events allowed came later.
    return replace(start, bloqueado=start.bloqueado or bool(unblocked), ciclos_extra=0)


def _given_back(start: Spool, shown: Spool) -> Spool:
    """The start, if what was taken was given back since: then an operation is again what it was in the beginning."""
    for operacion in TAKEN:
        now = shown.avance(operacion)
        if start.avance(operacion) == PENDIENTE and now.estado is not EstadoAvance.EN_PROGRESO:
            start = start.with_avance(operacion, now)
    return start


def _merged(shown: Spool, told: Spool, differing: Columns) -> Spool:
    """What the row says, and of what no row can say what the log tells."""
    spool = replace(shown, ciclos_extra=max(shown.ciclos_extra, told.ciclos_extra))
    if shown.aprobado:
        spool = replace(spool, rechazos=told.rechazos)
    if told.reparacion.completado and not shown.rechazado:
        spool = replace(spool, reparacion=told.reparacion)
    if shown.inspeccion.resultado is told.inspeccion.resultado:
        spool = replace(spool, inspeccion=told.inspeccion)
    if shown.ocupacion and told.ocupacion and differing.keys().isdisjoint({"Ocupado_Por", "Fecha_Ocupacion"}):
        spool = replace(spool, ocupacion=told.ocupacion)
        for operacion in {shown.ocupacion.operacion, told.ocupacion.operacion}:
            spool = spool.with_avance(operacion, told.avance(operacion))
    return spool
