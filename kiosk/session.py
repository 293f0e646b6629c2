"""One command's life: settings, the ledger it speaks to, its output, and its exit status."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from core.domain.errors import (
    InvalidRequestError,
    KioskError,
    LedgerRolledBackError,
    LedgerUnavailableError,
    SheetUnavailableError,
)
from core.domain.reasons import Defecto
from core.environment import default_data_dir, environment_values, file_values, own_ledger_file, variable
from core.ledger.open import utc_now
from kiosk.scanning.scanner import BURST_GAP
from kiosk.terminal.abilities import is_monochrome
from kiosk.words.wording import Wording

if TYPE_CHECKING:
    from core import OccupationService
    from core.ledger.protocol import Position
    from core.settings import Settings
    from kiosk.terminal.pins import Pins

USAGE: Final = 2
REFUSED: Final = 4
UNREACHABLE: Final = 5


def exit_status(error: KioskError) -> int:
    """2 for a request that makes no sense, 5 for a ledger or a sheet out of reach, 4 for what a rule refused."""
    match error:
        case InvalidRequestError():
            return USAGE
        case LedgerUnavailableError() | LedgerRolledBackError() | SheetUnavailableError():
            return UNREACHABLE
        case _:
            return REFUSED


class Session:
    """What a command needs: settings in force (or the demo's), the service, and where its words go.

    `clock` (aware, UTC) is the ledger's where its engine has none of its own.
    """

    def __init__(self, *, demo: bool, clock: Callable[[], datetime] = utc_now) -> None:
        self._demo_asked = demo
        self.clock = clock

    @cached_property
    def _spelled(self) -> dict[str, Any]:
        """The settings as they are spelled: enough for the first picture, which is not to wait for the checks."""
        return file_values() | environment_values()

    @cached_property
    def configured(self) -> Settings:
        """The settings in force, before the demo takes their place. Raises InvalidRequestError."""
        from core.settings import Settings

        return Settings.load()

    @cached_property
    def wording(self) -> Wording:
        """The terminal's language; Spanish when what is set is none, or cannot be read at all."""
        try:
            spelled = self._spelled.get("lang")
        except InvalidRequestError:
            spelled = environment_values().get("lang")
        return Wording.of(str(spelled)) or Wording("es")

    def _as_spelled(self, name: str) -> str:
        """A setting before anything is checked; what is wrong with it, or with the file, is told by the checks."""
        try:
            return str(self._spelled.get(name) or "").strip()
        except InvalidRequestError:
            return environment_values().get(name, "").strip()

    @cached_property
    def kiosk_mode(self) -> bool:
        """Whether no key leaves the program."""
        return self._as_spelled("mode").lower() in {"1", "true", "t", "yes", "y", "on"}

    @cached_property
    def theme(self) -> str:
        """The colours' name as it is spelled; without a setting, what the terminal can show."""
        return self._as_spelled("theme").lower() or ("mono" if is_monochrome(os.environ) else "taller")

    @cached_property
    def sound(self) -> str:
        """How answers are heard, as it is spelled."""
        return self._as_spelled("sound").lower() or "bell"

    @cached_property
    def data_dir(self) -> Path:
        """This terminal's folder, as it is spelled."""
        folder = Path(self._as_spelled("data_dir") or default_data_dir())
        try:
            return folder.expanduser()
        except RuntimeError:
            return folder

    @property
    def site(self) -> str:
        """The plant in force. Raises InvalidRequestError when the settings are wrong."""
        from kiosk.demo import DEMO_SITE

        return DEMO_SITE if self.is_demo else self.configured.site

    @cached_property
    def pins(self) -> Pins:
        """The supervisors' PINs, and how often a wrong one was tried since the program began."""
        from kiosk.terminal.pins import Pins

        return Pins(self.data_dir / "pins.json", clock=self.clock)

    @cached_property
    def scan_gap(self) -> float:
        """Seconds, as they are spelled; what is no such setting is told when the settings are checked."""
        try:
            return float(self._as_spelled("scan_gap") or BURST_GAP)
        except ValueError:
            return BURST_GAP

    @cached_property
    def keyboards(self) -> str:
        """The layouts of scanner and terminal, as they are spelled."""
        return self._as_spelled("keyboards") or "auto"

    @cached_property
    def station(self) -> str:
        return str(self._spelled.get("station") or socket.gethostname())

    @cached_property
    def is_demo(self) -> bool:
        """Whether the demo was asked for, or nothing is configured: no ledger named, no plant loaded here.

        Decided once: a plant that is loaded meanwhile must not slip in under the DEMO banner.
        Raises InvalidRequestError when the data folder cannot be looked into.
        """
        if self._demo_asked or self._spelled.get("ledger_url"):
            return self._demo_asked
        data_dir = Path(str(self._spelled.get("data_dir") or default_data_dir()))
        try:
            return not own_ledger_file(data_dir.expanduser()).exists()
        except (OSError, RuntimeError, ValueError) as exc:
            raise InvalidRequestError(variable("data_dir"), Defecto.ILEGIBLE, data_dir, detail=str(exc)) from exc

    async def settings(self) -> Settings:
        """The settings to work with: the demo's when nothing else is configured."""
        from kiosk.demo import demo_settings

        return await demo_settings(self.configured, now=self.clock()) if self.is_demo else self.configured

    @asynccontextmanager
    async def occupation(self, *, seen: Position | None = None) -> AsyncIterator[OccupationService]:
        """The service, over the plant in force; `seen` is the furthest position known of its ledger."""
        from core import open_occupation

        async with open_occupation(settings=await self.settings(), clock=self.clock, seen=seen) as occupation:
            yield occupation

    def run(self, act: Callable[[OccupationService], Awaitable[None]], *, as_json: bool, saving: bool = False) -> None:
        """Do `act` with the service; a refusal ends the program with its exit status. `saving` as in `guard`."""

        async def with_service() -> None:
            if self.is_demo:
                self.tell(self.wording("cli.demo"))
            async with self.occupation() as occupation:
                await act(occupation)

        self.guard(with_service, as_json=as_json, saving=saving)

    def guard(self, act: Callable[[], Coroutine[Any, Any, None]], *, as_json: bool, saving: bool = False) -> None:
        """Do `act`, which may be refused before there is any service. `saving`: it is to change something."""
        try:
            asyncio.run(act())
        except KioskError as error:
            self._refuse(error, as_json=as_json, saving=saving)
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        except BrokenPipeError:
            # Whoever read the output went away (`kiosk watch | head`): nothing is left to say, nor anyone to say it to.
            sys.stdout = None
            raise SystemExit(0) from None
        except OSError as exc:
            if exc.filename is None:
                # What was done is done; it could only not be told.
                sys.stdout = None
            self.tell(f"{exc.filename or 'stdout'}: {exc.strerror}")
            raise SystemExit(1) from None

    def _refuse(self, error: KioskError, *, as_json: bool, saving: bool) -> NoReturn:
        if as_json:
            self.print_json(self.wording.document(error, now=self.clock(), saving=saving))
        notice = self.wording.error(error, now=self.clock(), saving=saving)
        self.tell(f"{error.error_code}: {notice.title}. {notice.detail}")
        detail = str(error.details.get("detail") or "")
        if detail not in notice.detail:
            self.tell(detail)
        if isinstance(error, SheetUnavailableError):
            self.tell(notice.next_step)
        raise SystemExit(exit_status(error))

    @staticmethod
    def print(text: str) -> None:
        """A line on stdout, at once."""
        if sys.stdout is not None:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    @staticmethod
    def print_json(value: object) -> None:
        """One JSON document, on one line of stdout."""
        from pydantic_core import to_json

        Session.print(to_json(value).decode())

    @staticmethod
    def tell(text: str) -> None:
        """A line on stderr."""
        if sys.stderr is not None:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
