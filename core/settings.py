"""Settings: the environment first, then `kiosk.toml`, then defaults; and where each one came from."""

import re
import socket
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from core.conflicts import Backoff
from core.domain.errors import InvalidRequestError
from core.domain.model import Policy
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.requests import invalid
from core.domain.texts import clean_text, masked
from core.environment import default_data_dir, environment_values, file_values, own_ledger_file, settings_file, variable

HIDDEN: Final = "***"
LONGEST_PATH: Final = 500
"""Characters of a file's path that anybody would type: a key is longer."""

LONGEST: Final = 10 * 365 * 86_400
"""Ten years of seconds: more is a slip of the keyboard, and soon no date at all."""


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise InvalidValueError(Defecto.NO_ES_ZONA_HORARIA) from exc
    return name


def _known_keyboards(spelled: str) -> str:
    if spelled != "auto" and not re.fullmatch(r"(us|es|latam)/(us|es|latam)", spelled):
        raise InvalidValueError(Defecto.NO_ES_TECLADOS)
    return spelled


def _spreadsheet_id(text: str) -> str | None:
    """The identifier, also out of the address that a browser shows."""
    address = re.search(r"/spreadsheets/d/([^/?#]+)", text)
    identifier = address[1] if address else text.strip()
    if identifier and not re.fullmatch(r"[A-Za-z0-9_-]{1,200}", identifier):
        raise InvalidValueError(Defecto.NO_ES_PLANILLA)
    return identifier or None


def _base_address(text: str) -> str | None:
    """Without a slash at its end. A user or password in it would be credentials, which this address never gets."""
    address = text.strip().rstrip("/")
    if not address:
        return None
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or "@" in address or parts.query or parts.fragment:
        raise InvalidValueError(Defecto.NO_ES_DIRECCION)
    return address


def _credentials(text: str) -> str | None:
    return text.strip() or None


def _given(read: Callable[[str], str | None]) -> Callable[[str | None], str | None]:
    """A setting that may be absent; an empty one counts as absent."""
    return lambda text: None if text is None else read(text)


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^{}\s:]+$")]


class Settings(BaseModel):
    """A terminal's settings. Each is `KIOSK_` + its name in the environment, its name in `kiosk.toml`.

    `lock_ttl` and `request_memory` are seconds; `lock_ttl` 0 is until released, `max_reparaciones` 0 unlimited.
    `redis_min_replicas` is how many replicas must have a change before it is told as saved. `mode` is kiosk mode: no
    key leaves the program. `scan_gap` is the longest pause between two characters of a scan, `idle_logout` how long a
    terminal waits for its worker (0: for ever), both in seconds. `keyboards` is `auto`, or the layouts of scanner and
    terminal as the calibration barcode names them, `us/latam`. `google_credentials` is the file of a service account's
    key, or the key itself where it begins with a brace. `sheets_pull_every` is seconds, 0: never.
    """

    # What was given may be a key: pydantic's own words for a mistake are not to quote it.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

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
    sheets_id: Annotated[str | None, AfterValidator(_given(_spreadsheet_id))] = None
    google_credentials: Annotated[str | None, AfterValidator(_given(_credentials))] = Field(default=None, repr=False)
    sheets_api_url: Annotated[str | None, AfterValidator(_given(_base_address))] = None
    sheets_reads_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 55
    sheets_writes_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 55
    sheets_pull_every: Annotated[int, Field(ge=0, le=LONGEST)] = 300
    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = Field(default_factory=default_data_dir)

    @classmethod
    def load(cls) -> "Settings":
        """The settings in force. Raises InvalidRequestError that names the first bad one."""
        try:
            return cls.model_validate(file_values() | _known(environment_values()))
        except ValidationError as exc:
            error = invalid(exc)
            name, value = str(error.details["field"]), error.details["value"]
            shown = value if value is None else shown_setting(name, str(value))
            raise InvalidRequestError(variable(name), error.reason, shown, **error.data) from exc

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


def shown_setting(name: str, value: str) -> str:
    """A setting's value as it may be shown: no password of a URL, nothing of a key but that there is one."""
    if name == "google_credentials" and not _is_path(value):
        return HIDDEN
    return masked(value)


def _is_path(credentials: str) -> bool:
    """Whether it names a file; whatever may be a key, a part of one or one in base64, does not."""
    return len(credentials) <= LONGEST_PATH and not re.search(r"""[{}"'\n]|-----|^eyJ|^ewo""", credentials)


def sqlite_url(file: Path) -> str:
    """The ledger URL of a file."""
    return f"sqlite:///{quote(str(file))}"


def _known(values: dict[str, str]) -> dict[str, str]:
    """The environment belongs to others as well: what is no setting of ours is passed over."""
    return {name: value for name, value in values.items() if name in Settings.model_fields}


def origins(settings: Settings) -> Mapping[str, str | None]:
    """Where each setting's value came from: a variable's name, the file's path, or None for the default."""
    in_file, in_environment = file_values(), environment_values()
    found: dict[str, str | None] = {}
    for name in type(settings).model_fields:
        if name in in_environment:
            found[name] = variable(name)
        elif name in in_file:
            found[name] = str(settings_file())
        else:
            found[name] = None
    return found
