"""Settings: the environment first, then `kiosk.toml`, then defaults; and where each one came from."""

import re
import socket
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from core.conflicts import Backoff
from core.environment import default_data_dir, environment_values, file_values, own_ledger_file, settings_file, variable
from core.errors import InvalidRequestError
from core.model import Policy
from core.requests import invalid
from core.texts import clean_text

LONGEST: Final = 10 * 365 * 86_400
"""Ten years of seconds: more is a slip of the keyboard, and soon no date at all."""


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise ValueError("no es una zona horaria, por ejemplo America/Santiago") from exc
    return name


def _known_keyboards(spelled: str) -> str:
    if spelled != "auto" and not re.fullmatch(r"(us|es|latam)/(us|es|latam)", spelled):
        raise ValueError("no es auto ni lector/terminal, cada uno us, es o latam")
    return spelled


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^{}\s:]+$")]


class Settings(BaseModel):
    """A terminal's settings. Each is `KIOSK_` + its name in the environment, its name in `kiosk.toml`.

    `lock_ttl` and `request_memory` are seconds; `lock_ttl` 0 is until released, `max_reparaciones` 0 unlimited.
    `redis_min_replicas` is how many replicas must have a change before it is told as saved. `mode` is kiosk mode: no
    key leaves the program. `scan_gap` is the longest pause between two characters of a scan, `idle_logout` how long a
    terminal waits for its worker (0: for ever), both in seconds. `keyboards` is `auto`, or the layouts of scanner and
    terminal as the calibration barcode names them, `us/latam`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ledger_url: str | None = None
    site: Name = "planta"
    station: Annotated[str, AfterValidator(lambda text: clean_text(text, 40))] = Field(
        default_factory=socket.gethostname
    )
    lang: Literal["es", "en"] = "es"
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "America/Santiago"
    lock_ttl: Annotated[int, Field(ge=0, le=LONGEST)] = Policy().lock_ttl
    max_reparaciones: Annotated[int, Field(ge=0, le=1000)] = Policy().max_reparaciones
    request_memory: Annotated[int, Field(ge=1, le=LONGEST)] = 3600
    redis_min_replicas: Annotated[int, Field(ge=0, le=100)] = 0
    conflict_attempts: Annotated[int, Field(ge=1, le=1000)] = Backoff().attempts
    conflict_base: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = Backoff().base
    conflict_cap: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = Backoff().cap
    mode: bool = False
    scan_gap: Annotated[float, Field(ge=0.005, le=2, allow_inf_nan=False)] = 0.15
    keyboards: Annotated[str, AfterValidator(_known_keyboards)] = "auto"
    idle_logout: Annotated[int, Field(ge=0, le=86_400)] = 60
    theme: Literal["taller", "contraste", "mono"] = "taller"
    sound: Literal["bell", "files", "off"] = "bell"
    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = Field(default_factory=default_data_dir)

    @classmethod
    def load(cls) -> "Settings":
        """The settings in force. Raises InvalidRequestError that names the first bad one."""
        try:
            return cls.model_validate(file_values() | _known(environment_values()))
        except ValidationError as exc:
            error = invalid(exc)
            name = variable(str(error.details["field"]))
            raise InvalidRequestError(name, str(error.details["reason"]), error.details["value"]) from exc

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def request_memory_span(self) -> timedelta:
        """How long a request is remembered."""
        return timedelta(seconds=self.request_memory)

    @property
    def policy(self) -> Policy:
        return Policy(lock_ttl=self.lock_ttl, max_reparaciones=self.max_reparaciones)

    @property
    def backoff(self) -> Backoff:
        return Backoff(attempts=self.conflict_attempts, base=self.conflict_base, cap=self.conflict_cap)

    @property
    def own_ledger_file(self) -> Path:
        """Where this machine's ledger is when no `ledger_url` says otherwise."""
        return own_ledger_file(self.data_dir)

    @property
    def effective_ledger_url(self) -> str:
        return self.ledger_url or sqlite_url(self.own_ledger_file)


def sqlite_url(file: Path) -> str:
    """The ledger URL of a file."""
    return f"sqlite:///{quote(str(file))}"


def _known(values: dict[str, str]) -> dict[str, str]:
    """The environment belongs to others as well: what is no setting of ours is passed over."""
    return {name: value for name, value in values.items() if name in Settings.model_fields}


def origins(settings: Settings) -> Mapping[str, str]:
    """Where each setting's value came from: a variable's name, the file's path, or "por defecto"."""
    in_file, in_environment = file_values(), environment_values()
    found = {}
    for name in type(settings).model_fields:
        if name in in_environment:
            found[name] = variable(name)
        elif name in in_file:
            found[name] = str(settings_file())
        else:
            found[name] = "por defecto"
    return found
