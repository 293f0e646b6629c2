"""What a visitor in a browser sees: the board and the page of a spool, without a badge and without an act."""

from __future__ import annotations

from typing_extensions import override

from core.domain.model import Spool
from kiosk.screens import keys
from kiosk.screens.spool import SpoolScreen
from kiosk.screens.tablero import TableroScreen


class VisitorBoard(TableroScreen):
    """The board as the lowest screen: a whole tag opens the page of its spool."""

    KEYS = keys.VISITOR

    @override
    async def leave(self) -> None:
        """Stay: there is nothing below."""

    @override
    async def on_spool(self, spool: Spool) -> None:
        await self.app.push_screen(VisitorSpool(spool.tag_spool))


class VisitorSpool(SpoolScreen):
    """The page of a spool, which leads back to the board alone."""

    KEYS = keys.ONLY_BACK

    @override
    def remark(self) -> str:
        return ""
