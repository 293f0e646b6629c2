"""One command's life: settings, the ledger it speaks to, its output, and its exit status."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from core import InvalidRequestError, KioskError, LedgerUnavailableError, OccupationService, open_occupation
from core.config import Settings
from core.ledger import utc_now
from kiosk.demo import demo_settings, is_demo
from kiosk.wording import Wording

USAGE: Final = 2
REFUSED: Final = 4
UNREACHABLE: Final = 5

R = TypeVar("R", bound=BaseModel)


def request(kind: type[R], **fields: object) -> R:
    """A request of `kind`, without the fields that are None. Raises InvalidRequestError that names the bad field."""
    try:
        return kind.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as exc:
        error = exc.errors()[0]
        name = ".".join(str(part) for part in error["loc"]) or kind.__name__
        raise InvalidRequestError(name, error["msg"].removeprefix("Value error, "), str(error["input"])) from exc


def exit_status(error: KioskError) -> int:
    """2 for a request that makes no sense, 5 for a ledger out of reach, 4 for what a rule refused."""
    match error:
        case InvalidRequestError():
            return USAGE
        case LedgerUnavailableError():
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
    def configured(self) -> Settings:
        """The settings in force, before the demo takes their place. Raises InvalidRequestError."""
        return Settings.load()

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.configured.lang)

    @cached_property
    def is_demo(self) -> bool:
        """Decided once: a plant that is loaded meanwhile must not slip in under the DEMO banner."""
        return self._demo_asked or is_demo(self.configured)

    async def settings(self) -> Settings:
        """The settings to work with: the demo's when nothing else is configured."""
        return await demo_settings(self.configured, now=self.clock()) if self.is_demo else self.configured

    @asynccontextmanager
    async def occupation(self) -> AsyncIterator[OccupationService]:
        """The service, over the plant in force."""
        async with open_occupation(settings=await self.settings(), clock=self.clock) as occupation:
            yield occupation

    def run(self, act: Callable[[OccupationService], Awaitable[None]], *, as_json: bool) -> None:
        """Do `act` with the service; a refusal ends the program with its exit status."""

        async def with_service() -> None:
            if self.is_demo:
                self.tell(self.wording("cli.demo"))
            async with self.occupation() as occupation:
                await act(occupation)

        self.guard(with_service, as_json=as_json)

    def guard(self, act: Callable[[], Coroutine[Any, Any, None]], *, as_json: bool) -> None:
        """Do `act`, which may be refused before there is any service."""
        try:
            asyncio.run(act())
        except KioskError as error:
            self._refuse(error, as_json=as_json)
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        except BrokenPipeError:
            # Whoever read the output went away (`kiosk watch | head`): nothing is left to say, nor anyone to say it to.
            sys.stdout = None
            raise SystemExit(0) from None

    def _refuse(self, error: KioskError, *, as_json: bool) -> NoReturn:
        if as_json:
            self.print_json(error.as_dict())
        notice = self._words_for_trouble().error(error, now=self.clock())
        self.tell(f"{error.error_code}: {notice.title}. {notice.detail}")
        if detail := error.details.get("detail"):
            self.tell(str(detail))
        raise SystemExit(exit_status(error))

    def _words_for_trouble(self) -> Wording:
        """The terminal's language, or Spanish when it is the settings themselves that cannot be read."""
        try:
            return self.wording
        except InvalidRequestError:
            return Wording("es")

    @staticmethod
    def print(text: str) -> None:
        """A line on stdout, at once."""
        print(text, flush=True)  # noqa: T201

    @staticmethod
    def print_json(value: object) -> None:
        """One JSON document, on one line of stdout."""
        sys.stdout.write(to_json(value).decode() + "\n")
        sys.stdout.flush()

    @staticmethod
    def tell(text: str) -> None:
        """A line on stderr."""
        print(text, file=sys.stderr, flush=True)  # noqa: T201
