"""Settings: the environment first, then `kiosk.toml`, then defaults. They are read and checked in one pass.

A plain dataclass: the first picture needs the settings and must not wait for pydantic.
"""

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import quote
from zoneinfo import ZoneInfo

import platformdirs

import core.setting_checks as check
from core.conflicts import Backoff
from core.domain.errors import InvalidRequestError
from core.domain.model import Operacion
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.rulebook.policy import Policy
from core.domain.writing.texts import clean_paper, clean_site, clean_text, masked

ENV_PREFIX: Final = "KIOSK_"
FILE_NAME: Final = "kiosk.toml"
HIDDEN: Final = "***"

LONGEST_PATH: Final = 500
"""Characters of the longest file path: a longer text is a key."""

_LAYOUT: Final = "(us|es|latam|de|fr|it|uk)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A terminal's settings. Each is `KIOSK_` + its name in the environment, its name in `kiosk.toml`.

    `uniones_solo_armado` are types of joints, `ayudante` operations, between commas
    (see `core.domain.rulebook.policy`).
    `columnas` are headers of the office's own columns, between commas.
    `turnos` are the times at which shifts change, between commas, in the plant's time zone.
    `lock_ttl` and `request_memory` are seconds; `lock_ttl` 0 is until released, `max_reparaciones` 0 unlimited.
    `redis_min_replicas` is how many replicas must have a change before it counts as saved. `mode` is kiosk mode: no
    key leaves the program. `scan_gap` is the longest pause between two characters of a scan, `idle_logout` how long a
    terminal waits for its worker (0: for ever), both in seconds. `keyboards` is `auto`, or the layouts of scanner and
    terminal as the calibration barcode names them, `us/latam`. Without a `theme` it is what the terminal can show.
    `google_credentials` is the file of a service account's key, or the key itself where it begins with a brace.
    `sheets_pull_every` is seconds, 0: never. `serve_token` is what browsers of other machines show to see the board.
    `impresora` is the queue of a label printer, `etiqueta` the size of its labels in mm, or `a4`.
    """

    ledger_url: Annotated[str | None, check.text] = None
    site: Annotated[str, lambda value: clean_site(check.text(value))] = "planta"
    station: Annotated[str, lambda value: clean_text(check.text(value), 40)] = field(default_factory=socket.gethostname)
    lang: Annotated[Literal["es", "en"], check.one_of("es", "en")] = "es"
    timezone: Annotated[str, check.timezone] = "America/Santiago"
    lock_ttl: Annotated[int, check.SECONDS] = Policy().lock_ttl
    max_reparaciones: Annotated[int, check.number(int, 0, 1000)] = Policy().max_reparaciones
    uniones_solo_armado: Annotated[str, check.listed] = ",".join(sorted(Policy().uniones_solo_armado))
    ayudante: Annotated[str | None, check.helped] = None
    columnas: Annotated[str | None, check.columns] = None
    turnos: Annotated[str | None, check.times] = None
    request_memory: Annotated[int, check.number(int, 1, check.LONGEST)] = 3600
    redis_min_replicas: Annotated[int, check.number(int, 0, 100)] = 0
    conflict_attempts: Annotated[int, check.number(int, 1, 1000)] = Backoff().attempts
    conflict_base: Annotated[float, check.number(float, 1e-6, 60)] = Backoff().base
    conflict_cap: Annotated[float, check.number(float, 1e-6, 60)] = Backoff().cap
    mode: Annotated[bool, check.flag] = False
    scan_gap: Annotated[float, check.number(float, 0.005, 2)] = 0.15
    keyboards: Annotated[str, check.matching(f"auto|{_LAYOUT}/{_LAYOUT}", Defecto.NO_ES_TECLADOS)] = "auto"
    idle_logout: Annotated[int, check.number(int, 0, 86_400)] = 60
    theme: Annotated[str | None, check.one_of("taller", "claro", "contraste", "mono")] = None
    sound: Annotated[str, check.one_of("bell", "files", "flash", "off")] = "bell"
    impresora: Annotated[str | None, check.matching(r"[^-\s/#][^\s/#]*", Defecto.NO_SIRVE)] = None
    etiqueta: Annotated[str, lambda value: clean_paper(check.text(value))] = "100x50"
    sheets_id: Annotated[str | None, check.spreadsheet_id] = None
    google_credentials: Annotated[str | None, lambda value: check.text(value).strip() or None] = field(
        default=None, repr=False
    )
    sheets_api_url: Annotated[str | None, check.base_address] = None
    sheets_reads_per_minute: Annotated[int, check.number(int, 1, 10_000)] = 55
    sheets_writes_per_minute: Annotated[int, check.number(int, 1, 10_000)] = 55
    sheets_pull_every: Annotated[int, check.SECONDS] = 300
    serve_token: Annotated[str | None, check.matching("[A-Za-z0-9_-]{16,200}", Defecto.NO_ES_TOKEN)] = field(
        default=None, repr=False
    )
    data_dir: Annotated[Path, check.folder] = field(default_factory=lambda: platformdirs.user_data_path("kiosk"))

    @classmethod
    def load(cls) -> "Settings":
        """The settings in force. Raises InvalidRequestError that names the first bad one."""
        checks = _checks()
        given = _file_values() | {name: value for name, value in _environment_values().items() if name in checks}
        values: dict[str, Any] = {}
        for name, value in given.items():
            try:
                values[name] = checks.get(name, check.unknown)(value)
            except InvalidValueError as exc:
                shown = shown_setting(name, str(value))
                raise InvalidRequestError(variable(name), exc.reason, shown, **exc.data) from exc
        return cls(**values)

    @property
    def zone(self) -> ZoneInfo:
        """The plant's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def shift_changes(self) -> tuple[time, ...]:
        """When shifts change, in the plant's time zone, in order."""
        return tuple(time.fromisoformat(text) for text in filter(None, (self.turnos or "").split(",")))

    @property
    def request_memory_span(self) -> timedelta:
        """How long a request is remembered."""
        return timedelta(seconds=self.request_memory)

    @property
    def policy(self) -> Policy:
        """What the plant allows."""
        return Policy(
            lock_ttl=self.lock_ttl,
            max_reparaciones=self.max_reparaciones,
            uniones_solo_armado=frozenset(filter(None, self.uniones_solo_armado.split(","))),
            ayudante=frozenset(map(Operacion, filter(None, (self.ayudante or "").split(",")))),
            columnas=tuple(filter(None, (self.columnas or "").split(","))),
        )

    @property
    def own_ledger_file(self) -> Path:
        """Where this machine's ledger is when no `ledger_url` says otherwise."""
        return self.data_dir / "ledger.sqlite3"

    @property
    def effective_ledger_url(self) -> str:
        """The ledger in use."""
        return self.ledger_url or sqlite_url(self.own_ledger_file)

    def shown(self) -> dict[str, str]:
        """Every setting's value as it may be shown."""
        return {name: shown_setting(name, str(getattr(self, name))) for name in _checks()}


def _checks() -> dict[str, check.Check]:
    return {setting.name: get_args(setting.type)[1] for setting in fields(Settings)}


def origins() -> Mapping[str, str | None]:
    """Where the value of each setting comes from: a variable's name, the file's path, or None for the default."""
    given = dict.fromkeys(_file_values(), str(settings_file()))
    given |= {name: variable(name) for name in _environment_values()}
    return {name: given.get(name) for name in _checks()}


def spelled_language() -> str:
    """The language that is set, whatever else is wrong with the settings; empty when none is."""
    try:
        return str((_file_values() | _environment_values()).get("lang", ""))
    except InvalidRequestError:
        return _environment_values().get("lang", "")


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{ENV_PREFIX}{name.upper()}"


def settings_file() -> Path | None:
    """The `kiosk.toml` in force: `KIOSK_CONFIG`, else the one in this folder, else the user's."""
    if named := _environment_values().get("config"):
        return Path(named)
    for folder in (Path(), platformdirs.user_config_path("kiosk")):
        if (folder / FILE_NAME).is_file():
            return (folder / FILE_NAME).absolute()
    return None


def _environment_values() -> dict[str, str]:
    """What the environment sets, by setting. An empty variable sets nothing; others may use our prefix too."""
    prefixed = ((name, value) for name, value in os.environ.items() if name.startswith(ENV_PREFIX) and value)
    return {name.removeprefix(ENV_PREFIX).lower(): value for name, value in prefixed}


def _file_values() -> dict[str, Any]:
    """What `kiosk.toml` sets, by setting. Raises InvalidRequestError when it cannot be read."""
    path = settings_file()
    if path is None:
        return {}
    import tomllib

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise InvalidRequestError(FILE_NAME, Defecto.ILEGIBLE, str(path), detail=str(exc)) from exc
    return {key.lower(): value for key, value in content.items()}


def shown_setting(name: str, value: str) -> str:
    """A setting's value as it may be shown: no password of a URL, nothing of a key or token but that there is one."""
    # Whatever may be a key, a part of one or one in base64, names no file.
    may_be_key = len(value) > LONGEST_PATH or re.search(r"""[{}"'\n]|-----|^eyJ|^ewo""", value)
    is_secret = may_be_key if name == "google_credentials" else name == "serve_token" and value != str(None)
    return HIDDEN if is_secret else masked(value)


def sqlite_url(file: Path) -> str:
    """The ledger URL of a file."""
    return f"sqlite:///{quote(str(file))}"
