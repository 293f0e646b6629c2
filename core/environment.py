"""Settings as they are spelled, before anything is checked: the environment's, and those of `kiosk.toml`."""

import os
import tomllib
from pathlib import Path
from typing import Any, Final

import platformdirs

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Defecto

ENV_PREFIX: Final = "KIOSK_"
FILE_NAME: Final = "kiosk.toml"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{ENV_PREFIX}{name.upper()}"


def environment_values() -> dict[str, str]:
    """What the environment sets, by setting; an empty variable sets nothing."""
    prefixed = ((name, value) for name, value in os.environ.items() if name.startswith(ENV_PREFIX) and value)
    return {name.removeprefix(ENV_PREFIX).lower(): value for name, value in prefixed}


def settings_file() -> Path | None:
    """The `kiosk.toml` in force: `KIOSK_CONFIG`, else the one in this folder, else the user's."""
    if named := environment_values().get("config"):
        return Path(named)
    for folder in (Path(), platformdirs.user_config_path("kiosk")):
        if (folder / FILE_NAME).is_file():
            return (folder / FILE_NAME).absolute()
    return None


def file_values() -> dict[str, Any]:
    """What `kiosk.toml` sets, by setting. Raises InvalidRequestError when it cannot be read."""
    path = settings_file()
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise InvalidRequestError(FILE_NAME, Defecto.ILEGIBLE, str(path), detail=str(exc)) from exc
    return {key.lower(): value for key, value in content.items()}


def default_data_dir() -> Path:
    """Where this machine's ledgers are when no setting says otherwise."""
    return platformdirs.user_data_path("kiosk")


def own_ledger_file(data_dir: Path) -> Path:
    """This machine's ledger when no URL names another."""
    return data_dir / "ledger.sqlite3"
