"""Settings: the environment over the file over the defaults, each with its origin, and URLs of ledgers."""

import os
import traceback
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import InvalidRequestError
from core.domain.rulebook.policy import Policy
from core.ledger.open import open_ledger, open_rate_limit, sqlite_path
from core.settings import Settings, origins, settings_file, shown_setting, sqlite_url
from core.wiring import open_occupation

WriteFile = Callable[..., Path]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose user has configured nothing: another home, an empty folder to work in, no KIOSK_ variables."""
    for name in [name for name in os.environ if name.upper().startswith("KIOSK_")]:
        monkeypatch.delenv(name)
    for variable, folder in (("HOME", "home"), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data")):
        monkeypatch.setenv(variable, str(tmp_path / folder))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return tmp_path


@pytest.fixture
def toml(home: Path) -> WriteFile:
    """Writes a settings file, `kiosk.toml` of the present folder unless another is named."""

    def write(text: str, file: Path = home / "here" / "kiosk.toml") -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


def refusal() -> InvalidRequestError:
    with pytest.raises(InvalidRequestError) as refused:
        Settings.load()
    return refused.value


def test_with_nothing_configured_everything_has_its_default(home: Path) -> None:
    settings = Settings.load()
    assert (settings.site, settings.lang, settings.timezone) == ("planta", "es", "America/Santiago")
    assert (settings.lock_ttl, settings.max_reparaciones, settings.request_memory) == (43_200, 3, 3_600)
    assert settings.ledger_url is None
    assert settings.data_dir == home / "data" / "kiosk"
    assert settings.effective_ledger_url == sqlite_url(home / "data" / "kiosk" / "ledger.sqlite3")
    assert settings_file() is None
    assert set(origins().values()) == {None}


def test_the_file_overrides_defaults_and_the_environment_overrides_the_file(
    toml: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = toml('site = "planta-2"\nstation = "ARM-02"\nLOCK_TTL = 60\n')
    monkeypatch.setenv("KIOSK_STATION", "SOLD-01")
    monkeypatch.setenv("KIOSK_LANG", "en")
    settings = Settings.load()
    assert (settings.site, settings.station, settings.lang, settings.lock_ttl) == ("planta-2", "SOLD-01", "en", 60)
    found = origins()
    assert found["site"] == found["lock_ttl"] == str(file)
    assert (found["station"], found["lang"]) == ("KIOSK_STATION", "KIOSK_LANG")
    assert found["timezone"] is None
    assert found.keys() == settings.shown().keys()


def test_the_file_named_by_the_environment_wins_over_this_folders_and_that_over_the_users(
    home: Path, toml: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml('site = "users"', home / "config" / "kiosk" / "kiosk.toml")
    assert Settings.load().site == "users"
    toml('site = "here"')
    assert Settings.load().site == "here"
    named = toml('site = "named"', home / "elsewhere" / "terminal-7.toml")
    monkeypatch.setenv("KIOSK_CONFIG", str(named))
    assert Settings.load().site == "named"
    assert origins()["site"] == str(named)


def test_other_variables_with_our_prefix_are_nobodys_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SHELL_ALIAS", "x")
    assert Settings.load().site == "planta"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANG", "fr"),
        ("LOCK_TTL", "-1"),
        ("LOCK_TTL", "12h"),
        ("MAX_REPARACIONES", "-1"),
        ("REQUEST_MEMORY", "0"),
        ("TIMEZONE", "America/Atlantis"),
        ("TIMEZONE", "../etc/passwd"),
        ("SITE", "planta 1"),
        ("SITE", "{planta}"),
        ("SITE", "a:b"),
        ("SITE", "x" * 65),
        ("SITE", "norte/sur"),
        ("SITE", "planta*"),
        ("SITE", "planta#1"),
        ("STATION", "x" * 41),
        ("CONFLICT_ATTEMPTS", "0"),
        ("CONFLICT_BASE", "0"),
        ("COLUMNAS", "Plano, PLANO"),
        ("COLUMNAS", "Plano,Fecha Materiales"),
        ("COLUMNAS", "1,2,3,4,5,6,7,8,9"),
        ("COLUMNAS", "¿?"),
        ("SHEETS_ID", "1Bxi/values:batchGet"),
        ("SHEETS_ID", "una planilla"),
        ("SHEETS_API_URL", "ftp://127.0.0.1"),
        ("SHEETS_API_URL", "127.0.0.1:8080"),
        ("SHEETS_API_URL", "http://"),
        ("SHEETS_API_URL", "http://127.0.0.1:x"),
        ("SHEETS_API_URL", "http://127.0.0.1/?key=1"),
        ("SHEETS_READS_PER_MINUTE", "0"),
        ("SHEETS_WRITES_PER_MINUTE", "10001"),
        ("SHEETS_PULL_EVERY", "-1"),
    ],
)
def test_a_bad_value_is_named_by_its_variable_wherever_it_stands(
    toml: WriteFile, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    file = toml(f'{name.lower()} = "{value}"')
    in_file = refusal()
    file.unlink()
    monkeypatch.setenv(f"KIOSK_{name}", value)
    for refused in (in_file, refusal()):
        assert refused.details["field"] == f"KIOSK_{name}"
        assert refused.details["value"] == value
        assert refused.details["reason"]


def test_an_empty_variable_sets_nothing_but_an_empty_text_in_the_file_is_a_bad_value(
    toml: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SITE", "")
    settings = Settings.load()
    assert settings.site == "planta"
    assert origins()["site"] is None
    toml('site = ""')
    assert refusal().details["field"] == "KIOSK_SITE"


def test_without_a_sheet_its_settings_say_so_and_the_pace_stays_under_googles() -> None:
    settings = Settings.load()
    assert (settings.sheets_id, settings.google_credentials, settings.sheets_api_url) == (None, None, None)
    assert (settings.sheets_reads_per_minute, settings.sheets_writes_per_minute) == (55, 55)
    assert settings.sheets_pull_every == 300


def test_an_empty_setting_of_the_sheet_counts_as_none_also_in_the_file(toml: WriteFile) -> None:
    toml('sheets_id = ""\ngoogle_credentials = " "\nsheets_api_url = ""')
    settings = Settings.load()
    assert (settings.sheets_id, settings.google_credentials, settings.sheets_api_url) == (None, None, None)


@pytest.mark.parametrize(
    "spelled",
    [
        "1BxiMVs0XRA5nFMdKvBdBZjg-Uqp_tlbs",
        " 1BxiMVs0XRA5nFMdKvBdBZjg-Uqp_tlbs\n",
        "https://docs.example/spreadsheets/d/1BxiMVs0XRA5nFMdKvBdBZjg-Uqp_tlbs/edit?usp=sharing#gid=0",
        "https://docs.example/spreadsheets/d/1BxiMVs0XRA5nFMdKvBdBZjg-Uqp_tlbs",
    ],
)
def test_a_spreadsheet_is_named_by_its_identifier_or_its_address(monkeypatch: pytest.MonkeyPatch, spelled: str) -> None:
    monkeypatch.setenv("KIOSK_SHEETS_ID", spelled)
    assert Settings.load().sheets_id == "1BxiMVs0XRA5nFMdKvBdBZjg-Uqp_tlbs"


def test_the_base_address_of_the_sheets_api_may_have_a_port_and_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SHEETS_API_URL", " http://127.0.0.1:8080/sheets/ ")
    assert Settings.load().sheets_api_url == "http://127.0.0.1:8080/sheets"


def test_a_base_address_with_a_password_is_refused_without_telling_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SHEETS_API_URL", "http://ana:s3cr3t@127.0.0.1:8080")
    assert refusal().details["field"] == "KIOSK_SHEETS_API_URL"
    assert "s3cr3t" not in str(refusal().as_dict())


@pytest.mark.parametrize(
    "credentials",
    [
        '{"type": "service_account", "private_key": "s3cr3t"}',
        "-----BEGIN PRIVATE KEY-----s3cr3t",
        "eyJ0eXBlIjogInM3cr3t",
        "s3cr3t" * 100,
    ],
)
def test_a_key_among_the_settings_is_never_shown(monkeypatch: pytest.MonkeyPatch, credentials: str) -> None:
    monkeypatch.setenv("KIOSK_GOOGLE_CREDENTIALS", credentials)
    settings = Settings.load()
    assert settings.google_credentials == credentials
    assert "cr3t" not in repr(settings) + shown_setting("google_credentials", credentials)


def test_the_token_of_the_boards_page_is_never_shown_also_when_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().shown()["serve_token"] == "None"
    monkeypatch.setenv("KIOSK_SERVE_TOKEN", "s3cr3t-s3cr3t-s3cr3t")
    settings = Settings.load()
    assert "cr3t" not in repr(settings) + settings.shown()["serve_token"]
    monkeypatch.setenv("KIOSK_SERVE_TOKEN", "s3cr3t")
    with pytest.raises(InvalidRequestError, match="KIOSK_SERVE_TOKEN") as refused:
        Settings.load()
    assert "cr3t" not in str(refused.value.details)


def test_the_file_of_a_key_is_shown() -> None:
    assert shown_setting("google_credentials", "~/Muñoz/llave-1.json") == "~/Muñoz/llave-1.json"


def test_a_key_that_is_not_even_text_is_refused_without_telling_it(toml: WriteFile) -> None:
    toml('[google_credentials]\ntype = "service_account"\nprivate_key = "s3cr3t"')
    refused = refusal()
    assert refused.details["field"] == "KIOSK_GOOGLE_CREDENTIALS"
    told = "".join(traceback.format_exception(refused))
    assert "s3cr3t" not in f"{refused.as_dict()} {refused!r} {told}"


def test_a_key_the_program_does_not_know_is_refused_by_name(toml: WriteFile) -> None:
    toml('staton = "ARM-02"')
    assert refusal().details["field"] == "KIOSK_STATON"


@pytest.mark.parametrize("content", [b"site = ", b'site = "M\xf1"', b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused_by_its_path(toml: WriteFile, content: bytes) -> None:
    file = toml("")
    file.write_bytes(content)
    assert refusal().details["value"] == str(file)


def test_a_named_file_that_is_missing_is_refused_and_no_other_is_taken_for_it(
    home: Path, toml: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml('site = "here"')
    monkeypatch.setenv("KIOSK_CONFIG", str(home / "missing.toml"))
    assert refusal().details["value"] == str(home / "missing.toml")


def test_the_zone_policy_and_backoff_are_those_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TIMEZONE": "Europe/Madrid",
        "LOCK_TTL": "0",
        "MAX_REPARACIONES": "5",
        "CONFLICT_ATTEMPTS": "2",
        "CONFLICT_BASE": "0.5",
        "CONFLICT_CAP": "1.5",
    }.items():
        monkeypatch.setenv(f"KIOSK_{name}", value)
    settings = Settings.load()
    assert settings.zone.key == "Europe/Madrid"
    assert (settings.policy.lock_ttl, settings.policy.max_reparaciones) == (0, 5)
    assert (settings.conflict_attempts, settings.conflict_base, settings.conflict_cap) == (2, 0.5, 1.5)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///ledger.db", "ledger.db"),
        ("sqlite:///data/ledger.db", "data/ledger.db"),
        ("sqlite:////srv/kiosk/ledger.db", "/srv/kiosk/ledger.db"),
        ("sqlite:///my%20ledger.db", "my ledger.db"),
        ("sqlite:////srv/Mu%C3%B1oz/a%25b.db", "/srv/Muñoz/a%b.db"),
    ],
)
def test_three_slashes_are_a_relative_file_and_four_an_absolute_one(url: str, path: str) -> None:
    assert sqlite_path(url) == Path(path)


def test_a_tilde_is_the_users_home(home: Path) -> None:
    assert sqlite_path("sqlite:///~/ledger.db") == home / "home" / "ledger.db"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_the_url_of_any_file_names_that_file(name: str) -> None:
    file = Path("/plant") / name.lstrip("/")
    assert sqlite_path(sqlite_url(file)) == file


@pytest.mark.parametrize(
    "url",
    ["", "ledger.db", "sqlite:", "sqlite://", "sqlite:///", "sqlite://host/ledger.db", "mysql://host/db", "x://[half"],
)
async def test_a_url_that_no_engine_knows_is_refused_by_name(url: str, home: Path) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        async with open_ledger(url, site="planta", request_memory=timedelta(hours=1)):
            pass
    assert refused.value.details["field"] == "KIOSK_LEDGER_URL"
    assert refused.value.details["value"] == url
    assert not any((home / "here").iterdir())


@pytest.mark.parametrize("url", ["sqlite:///ledger.db", "redis://127.0.0.1:1"])
@pytest.mark.parametrize("site", ["", "norte/sur", "planta 1", "a:b", "{a}", "planta[1]", "planta*", "planta?", "a\nb"])
async def test_a_site_is_refused_at_once_by_one_rule_whatever_the_engine(url: str, site: str, home: Path) -> None:
    with pytest.raises(InvalidRequestError) as of_ledger:
        async with open_ledger(url, site=site, request_memory=timedelta(hours=1)):
            pass
    with pytest.raises(InvalidRequestError) as of_limit:
        async with open_rate_limit(url, site=site, name="reads", per_minute=1):
            pass
    assert [refused.value.details["field"] for refused in (of_ledger, of_limit)] == ["KIOSK_SITE"] * 2
    assert not any((home / "here").iterdir())


@pytest.mark.parametrize("site", ["planta-1", "Planta_Norte", "planta.sur", "Peñón", "7"])
def test_a_site_of_letters_digits_dash_underscore_and_dot_is_one(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SITE", unicodedata.normalize("NFD", site))
    assert Settings.load().site == site


async def test_open_occupation_takes_what_it_is_not_given_from_the_settings(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "STATION": "ARM-02",
        "TIMEZONE": "Europe/Madrid",
        "LOCK_TTL": "90",
        "CONFLICT_ATTEMPTS": "2",
        "DATA_DIR": str(home / "ours"),
    }.items():
        monkeypatch.setenv(f"KIOSK_{name}", value)
    async with open_occupation() as occupation:
        assert occupation.station == "ARM-02"
        assert occupation.timezone.key == "Europe/Madrid"
        assert occupation.policy.lock_ttl == 90
        with pytest.raises(AttributeError):  # the rules would not know of it
            occupation.policy = Policy()  # type: ignore[misc]
        assert occupation.conflicts.backoff.attempts == 2
        assert (await occupation.ledger.admin.check()).facts["file"] == str(home / "ours" / "ledger.sqlite3")


async def test_what_open_occupation_is_given_wins_over_the_settings(home: Path) -> None:
    file = home / "given.db"
    async with open_occupation(sqlite_url(file), site="planta-9", station="") as occupation:
        facts = (await occupation.ledger.admin.check()).facts
        assert occupation.station == ""
        assert facts["file"] == str(file)
    async with open_occupation(sqlite_url(file), site="planta-8") as other:
        assert (await other.ledger.admin.check()).facts["identity"] != facts["identity"]


async def test_open_occupation_uses_the_settings_it_is_handed_and_not_those_in_force(
    home: Path, toml: WriteFile
) -> None:
    settings = Settings(station="SOLD-01", data_dir=home / "handed")
    toml('station = "ARM-02"')
    async with open_occupation(settings=settings) as occupation:
        assert occupation.station == "SOLD-01"
        assert (await occupation.ledger.admin.check()).facts["file"] == str(home / "handed" / "ledger.sqlite3")
