"""What of the board is shown, in which order: filtered and sorted once, then kept so by each change. No widgets."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

from core.domain.model import Operacion, Spool, Worker
from core.domain.uniones import left
from kiosk.live.board import Board, Change, Shown, is_for, is_shown_as
from kiosk.live.searching import fold, wanted_words

FLASH: Final = timedelta(seconds=2)
"""How long a row that changed stands out."""


class Order(StrEnum):
    """What comes first. In the order a key steps through."""

    TIEMPO = "TIEMPO"
    CAMBIO = "CAMBIO"
    QUIEN = "QUIEN"
    TAG = "TAG"
    PULGADAS = "PULGADAS"


@dataclass(frozen=True, slots=True)
class Query:
    """What is to be shown. `text` is taken word by word: each must be found."""

    shown: Shown = Shown.TOMADO
    order: Order = Order.TIEMPO
    operacion: Operacion | None = None
    worker_id: int | None = None
    text: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether something of the state shown may be left out."""
        return self.operacion is not None or self.worker_id is not None or bool(self.text)

    def showing(self, shown: Shown) -> Query:
        """The same of these spools; of free spools no worker can be asked for."""
        is_held = shown.is_held or shown in {Shown.TODOS, Shown.RETENIDO}
        return replace(self, shown=shown, worker_id=self.worker_id if is_held else None)

    def toggling_operacion(self, operacion: Operacion) -> Query:
        """One operation alone, or all again. Nobody ever holds a spool for METROLOGIA: its queue is shown."""
        if operacion is Operacion.METROLOGIA:
            queue = Shown.POR_INSPECCIONAR
            return self.showing(Shown.TOMADO if self.shown is queue else queue)
        return replace(self, operacion=None if operacion is self.operacion else operacion)

    def toggling_worker(self, worker_id: int) -> Query:
        """What one worker holds, or what everybody does again."""
        shown = self.shown if self.shown.is_held else Shown.TOMADO
        return replace(self, worker_id=None if worker_id == self.worker_id else worker_id, shown=shown, text="")


def _by_holding(spool: Spool) -> tuple[Any, ...]:
    held = spool.ocupacion
    return (1, spool.seq, spool.tag_spool) if held is None else (0, held.fecha_ocupacion, spool.tag_spool)


def _by_worker(spool: Spool) -> tuple[Any, ...]:
    held = spool.ocupacion
    return (1, spool.tag_spool) if held is None else (0, held.worker_nombre, held.worker_id, spool.tag_spool)


def _by_inches_left(spool: Spool) -> tuple[int, str]:
    return (0 if spool.fabricado else -left(spool.uniones), spool.tag_spool)


_KEYS: Final[Mapping[Order, Callable[[Spool], Any]]] = {
    Order.TIEMPO: _by_holding,
    Order.CAMBIO: lambda spool: (-spool.seq, spool.tag_spool),
    Order.QUIEN: _by_worker,
    Order.TAG: attrgetter("tag_spool"),
    Order.PULGADAS: _by_inches_left,
}


def in_order(spools: Collection[Spool], order: Order) -> list[Spool]:
    """The spools sorted as their keys say, but without making a key for each of the many that nobody holds."""
    by_tag = sorted(spools, key=attrgetter("tag_spool"))
    match order:
        case Order.TAG:
            return by_tag
        case Order.CAMBIO:
            return sorted(by_tag, key=attrgetter("seq"), reverse=True)
        case Order.PULGADAS:
            return sorted(by_tag, key=_by_inches_left)
        case Order.TIEMPO | Order.QUIEN:
            held = [spool for spool in by_tag if spool.ocupacion is not None]
            free = [spool for spool in by_tag if spool.ocupacion is None] if len(held) < len(by_tag) else []
            if order is Order.TIEMPO:
                free.sort(key=attrgetter("seq"))
            return sorted(held, key=_KEYS[order]) + free


class View:
    """`spools` are those of `board` that a query asks for, in its order.

    `operation_names` are the words that an operation may be searched by, besides its code.
    """

    def __init__(self, board: Board, operation_names: Mapping[Operacion, str]) -> None:
        self._board = board
        self._names = operation_names
        self.query = Query()
        """What is asked for, by `ask`."""
        self.spools: list[Spool] = []
        self._seen: tuple[int, int] | None = None
        self._holders: dict[tuple[int, Operacion, str], str] = {}
        self._words: tuple[str, ...] = ()

    def ask(self, query: Query, now: datetime) -> None:
        """Show what this query asks for."""
        if query != self.query:
            self.query = query
            self._seen = None
        self.update(now)

    def update(self, now: datetime) -> None:
        """Follow the board. Costs what changed; everything only after more changes than the board keeps."""
        board = self._board
        changes = board.changes_since(self._seen[1]) if self._seen and self._seen[0] == board.loads else None
        if changes is None or self.query.shown is Shown.VENCIDO:
            # Time alone lets occupations run out.
            self._load(now)
        else:
            for change in changes:
                self._follow(change)
        self._seen = (board.loads, board.seq)

    def _load(self, now: datetime) -> None:
        self._holders.clear()
        self._words = wanted_words(self.query.text)
        candidates = self._board.showing(self.query.shown, now)
        self.spools = in_order(self._narrowed(candidates), self.query.order)

    def _follow(self, change: Change) -> None:
        place = self._place_of(change.before)
        if place is not None:
            del self.spools[place]
        if is_shown_as(change.after, self.query.shown) and self._narrowed([change.after]):
            key = _KEYS[self.query.order]
            self.spools.insert(bisect_left(self.spools, key(change.after), key=key), change.after)

    # What matches

    def _narrowed(self, spools: Collection[Spool]) -> Collection[Spool]:
        """Those of the spools that match."""
        query = self.query
        if (operacion := query.operacion) is not None:
            spools = [spool for spool in spools if is_for(spool, operacion)]
        if (worker_id := query.worker_id) is not None:
            spools = [spool for spool in spools if spool.ocupacion and spool.ocupacion.worker_id == worker_id]
        for word in self._words:
            texts, holder_text = self._board.texts(), self._holder_text
            spools = [
                spool
                for spool in spools
                if word in texts[spool.tag_spool] or (spool.ocupacion is not None and word in holder_text(spool))
            ]
        return spools

    def _holder_text(self, spool: Spool) -> str:
        """Who holds the spool, for what and where, folded: the same few texts for all the spools there are."""
        held = spool.ocupacion
        if held is None:
            return ""
        which = (held.worker_id, held.operacion, held.station)
        text = self._holders.get(which)
        if text is None:
            worker = self._board.workers.get(held.worker_id)
            name = worker.nombre_completo if worker else ""
            parts = (held.worker_nombre, name, held.operacion, self._names[held.operacion], held.station)
            text = self._holders[which] = " ".join(map(fold, parts))
        return text

    # What is shown

    def place_of(self, tag: str) -> int | None:
        """Where the spool with this tag stands; None when it is not shown."""
        spool = self._board.spools.get(tag)
        return None if spool is None else self._place_of(spool)

    def _place_of(self, spool: Spool) -> int | None:
        key = _KEYS[self.query.order]
        place = bisect_left(self.spools, key(spool), key=key)
        is_there = place < len(self.spools) and self.spools[place].tag_spool == spool.tag_spool
        return place if is_there else None


@dataclass(frozen=True, slots=True)
class Load:
    """How much a worker holds, and since when the longest."""

    worker_id: int
    count: int
    since: datetime


def named(text: str, workers: Iterable[Worker]) -> Worker | None:
    """Whose number, initials and number, or whole name it is."""
    wanted = fold(text)
    for worker in workers:
        if wanted in {str(worker.worker_id), fold(worker.worker_nombre), fold(worker.nombre_completo)}:
            return worker
    return None


def loads(board: Board) -> list[Load]:
    """Who holds spools, those who hold the most first."""
    since: defaultdict[int, list[datetime]] = defaultdict(list)
    for _, held in board.occupations():
        since[held.worker_id].append(held.fecha_ocupacion)
    found = [Load(worker_id, len(times), min(times)) for worker_id, times in since.items()]
    return sorted(found, key=lambda load: (-load.count, load.since, load.worker_id))


class Flashes:
    """The spools that changed a moment ago, as seen from a screen: what came before it was opened does not count."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._seen = (board.loads, board.seq)
        self._until: dict[str, datetime] = {}

    def update(self, now: datetime) -> None:
        """Take in what changed, and let go of what did `FLASH` ago."""
        loads, seq = self._seen
        if loads == self._board.loads:
            for change in self._board.changes_since(seq) or ():
                self._until[change.after.tag_spool] = now + FLASH
        self._seen = (self._board.loads, self._board.seq)
        self._until = {tag: until for tag, until in self._until.items() if until > now}

    def __contains__(self, tag: object) -> bool:
        return tag in self._until
