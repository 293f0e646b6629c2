"""Settings: the environment first, then `kiosk.toml`, then defaults; and where each one came from."""

import os
import socket
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from pydantic import AfterValidator, Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from core.conflicts import Backoff
from core.errors import InvalidRequestError
from core.model import Policy

ENV_PREFIX: Final = "KIOSK_"
FILE_NAME: Final = "kiosk.toml"


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise ValueError("no es una zona horaria, por ejemplo America/Santiago") from exc
    return name


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^{}\s:]+$")]


class Settings(BaseSettings):
    """A terminal's settings. Each is `KIOSK_` + its name in the environment, its name in `kiosk.toml`.

    `lock_ttl` and `request_memory` are seconds; `lock_ttl` 0 is until released, `max_reparaciones` 0 unlimited.
    """

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", frozen=True)

    ledger_url: str | None = None
    site: Name = "planta"
    station: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = Field(
        default_factory=socket.gethostname
    )
    lang: Literal["es", "en"] = "es"
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "America/Santiago"
    lock_ttl: Annotated[int, Field(ge=0)] = Policy().lock_ttl
    max_reparaciones: Annotated[int, Field(ge=0)] = Policy().max_reparaciones
    request_memory: Annotated[int, Field(ge=1)] = 3600
    conflict_attempts: Annotated[int, Field(ge=1)] = Backoff().attempts
    conflict_base: Annotated[float, Field(gt=0)] = Backoff().base
    conflict_cap: Annotated[float, Field(gt=0)] = Backoff().cap
    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("kiosk")))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The file's values are handed in as arguments (see `load`), so the environment must win over those.
        return env_settings, init_settings

    @classmethod
    def load(cls) -> "Settings":
        """The settings in force. Raises InvalidRequestError that names the first bad one."""
        try:
            return cls(**_file_values())
        except ValidationError as exc:
            error = exc.errors()[0]
            name = "_".join(str(part) for part in error["loc"])
            raise InvalidRequestError(f"{ENV_PREFIX}{name.upper()}", error["msg"], error.get("input")) from exc

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def policy(self) -> Policy:
        return Policy(lock_ttl=self.lock_ttl, max_reparaciones=self.max_reparaciones)

    @property
    def backoff(self) -> Backoff:
        return Backoff(attempts=self.conflict_attempts, base=self.conflict_base, cap=self.conflict_cap)

    @property
    def own_ledger_file(self) -> Path:
        """Where this machine's ledger is when no `ledger_url` says otherwise."""
        return self.data_dir / "ledger.sqlite3"

    @property
    def effective_ledger_url(self) -> str:
        return self.ledger_url or sqlite_url(self.own_ledger_file)


def sqlite_url(file: Path) -> str:
    """The ledger URL of a file."""
    return f"sqlite:///{quote(str(file))}"


def settings_file() -> Path | None:
    """The `kiosk.toml` in force: `KIOSK_CONFIG`, else the one in this folder, else the user's."""
    if named := os.environ.get(f"{ENV_PREFIX}CONFIG"):
        return Path(named)
    for folder in (Path.cwd(), Path(platformdirs.user_config_dir("kiosk"))):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def _file_values() -> dict[str, Any]:
    path = settings_file()
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise InvalidRequestError(FILE_NAME, f"no se puede leer: {exc}", str(path)) from exc
    return {key.lower(): value for key, value in content.items()}


def origins(settings: Settings) -> Mapping[str, str]:
    """Where each setting's value came from: a variable's name, the file's path, or "por defecto"."""
    in_file = _file_values()
    found = {}
    for name in type(settings).model_fields:
        variable = f"{ENV_PREFIX}{name.upper()}"
        if variable in os.environ:
            found[name] = variable
        elif name in in_file:
            found[name] = str(settings_file())
        else:
            found[name] = "por defecto"
    return found
