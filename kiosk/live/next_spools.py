"""What a worker may take next: the free spools whose materials came first, kept so by each change of the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import chain, islice
from typing import Final

from core.domain.model import Operacion, Spool
from kiosk.live.board import Board, Shown, is_for

MOST: Final = 50
"""How many are listed: nobody looks further down for the next one."""

Takeable = Callable[[Spool, Operacion], bool]
"""Whether this worker may take the spool for the operation now."""


def _by_materials(spool: Spool) -> tuple[date, str]:
    return spool.fecha_materiales or date.max, spool.tag_spool


class NextSpools:
    """`spools` are those of `board` that may be taken for one of `operaciones`, at most MOST.

    Looking at all of a large plant takes long: it is done at the beginning, and when the list is half worked off.
    """

    def __init__(self, board: Board, operaciones: tuple[Operacion, ...], takeable: Takeable) -> None:
        self._board = board
        self._operaciones = operaciones
        self._takeable = takeable
        self._seen: tuple[int, int] | None = None
        self.spools: list[Spool] = []
        self.is_cut = False
        """Whether there are more than are listed."""

    def operaciones_of(self, spool: Spool) -> list[Operacion]:
        """What the spool may be taken for."""
        if spool.ocupacion is not None or spool.retencion is not None:
            return []
        # Most spools of a plant wait for something else: that is seen without asking the rules.
        return [one for one in self._operaciones if is_for(spool, one) and self._takeable(spool, one)]

    def update(self) -> None:
        """Follow the board."""
        board, seen = self._board, self._seen
        changes = board.changes_since(seen[1]) if seen and seen[0] == board.loads else None
        self._seen = (board.loads, board.seq)
        if changes:
            changed = {change.after.tag_spool: change.after for change in changes}
            spools = [spool for spool in self.spools if spool.tag_spool not in changed]
            last = _by_materials(spools[-1]) if spools and self.is_cut else (date.max, "\U0010ffff")
            spools += [one for one in changed.values() if _by_materials(one) <= last and self.operaciones_of(one)]
            self._list(sorted(spools, key=_by_materials))
        if changes is None or (self.is_cut and len(self.spools) < MOST // 2):
            waiting = sorted(chain(board.of(Shown.DISPONIBLE), board.of(Shown.RECHAZADO)), key=_by_materials)
            self.is_cut = False
            self._list(list(islice((spool for spool in waiting if self.operaciones_of(spool)), MOST + 1)))

    def _list(self, spools: list[Spool]) -> None:
        self.is_cut = self.is_cut or len(spools) > MOST
        self.spools = spools[:MOST]
