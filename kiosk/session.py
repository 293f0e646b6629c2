"""One run of the program: its settings, its words, and the plant it works on."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Defecto
from core.ledger.open import require_ledger, utc_now
from core.settings import Settings, spelled_language, variable
from kiosk.resources import DEMO_SITE
from kiosk.terminal.abilities import is_monochrome
from kiosk.words.wording import Wording

if TYPE_CHECKING:
    from core import OccupationService
    from core.ledger.protocol import Position
    from kiosk.terminal.pins import Pins


class Session:
    """The settings, and the configured plant or, with `demo` or nothing configured, the sample plant.

    `clock` (aware, UTC) is the ledger's where its engine has none of its own.
    """

    def __init__(self, *, demo: bool, clock: Callable[[], datetime] = utc_now) -> None:
        self._demo_wanted = demo
        self.clock = clock

    @cached_property
    def configured(self) -> Settings:
        """The settings in force, whether or not the demo takes the place of their plant. Raises InvalidRequestError."""
        return Settings.load()

    @cached_property
    def wording(self) -> Wording:
        """The terminal's language, also when another setting is wrong; Spanish when it is none."""
        return Wording.of(spelled_language()) or Wording("es")

    @property
    def theme(self) -> str:
        """The name of the colours; without a setting, what the terminal can show. Raises InvalidRequestError."""
        return self.configured.theme or ("mono" if is_monochrome(os.environ) else "taller")

    @cached_property
    def pins(self) -> Pins:
        """The supervisors' PINs, and how many wrong ones were typed since the program began."""
        from kiosk.terminal.pins import Pins

        return Pins(self.configured.data_dir / "pins.json", clock=self.clock)

    @cached_property
    def is_demo(self) -> bool:
        """Whether the demo was asked for, or nothing is configured: no ledger named, no plant loaded here.

        Decided once: a plant that is loaded meanwhile must not slip in under the DEMO banner.
        Raises InvalidRequestError when the settings are wrong or the data folder cannot be looked into.
        """
        if self._demo_wanted or self.configured.ledger_url:
            return self._demo_wanted
        try:
            return not self.configured.own_ledger_file.exists()
        except (OSError, ValueError) as exc:
            data_dir = self.configured.data_dir
            raise InvalidRequestError(
                variable("data_dir"), Defecto.NO_SE_PUEDE_USAR, data_dir, detail=str(exc)
            ) from exc

    @property
    def site(self) -> str:
        """The plant in use. Raises InvalidRequestError when the settings are wrong."""
        return DEMO_SITE if self.is_demo else self.configured.site

    async def settings(self) -> Settings:
        """The settings to work with: those of the demo when it is in use, which is made when it is not there yet."""
        if not self.is_demo:
            return self.configured
        from kiosk.demo import demo_settings

        return await demo_settings(self.configured, now=self.clock())

    @asynccontextmanager
    async def occupation(self, *, seen: Position | None = None) -> AsyncIterator[OccupationService]:
        """The service over the plant in use; `seen` is the furthest position known of its ledger.

        Raises LedgerUnavailableError when there is no ledger; none is made.
        """
        from core.wiring import open_occupation

        settings = await self.settings()
        require_ledger(settings.effective_ledger_url)
        async with open_occupation(settings=settings, clock=self.clock, seen=seen) as occupation:
            yield occupation
