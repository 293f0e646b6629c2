"""The manual, README and `assets/guide`: its links lead somewhere, and what it names is what the program has."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer

from core.domain.errors import KioskError
from core.settings import Settings
from kiosk.cli.commands import assemble
from kiosk.scanning.codes import Command
from kiosk.words import CATALOGUE

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GUIDE = ROOT / "assets" / "guide"
PAGES = {page.name: page for page in (README, *sorted(GUIDE.glob("*.md")))}
TEXTS = {name: page.read_text(encoding="utf-8") for name, page in PAGES.items()}

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"KIOSK_[A-Z_]*[A-Z]")
REFUSAL = re.compile(
    r"(error|free|planilla|salida|no_spool|nothing_to_do|undo|unknown_code|ambiguous|not_here)\b.*\.title"
)
"""The keys of the titles that a refusal has on the screen."""
NO_SETTING = frozenset({"KIOSK_CONFIG"})
"""The variable that names the file of settings."""


def links(name: str) -> Iterator[str]:
    yield from LINK.findall(FENCE.sub("", TEXTS[name]))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_picture_and_anchor_of_a_page_resolves(name: str):
    for link in links(name):
        path, _, anchor = unquote(link).partition("#")
        target = PAGES[name].parent / path if path else PAGES[name]
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_is_short_and_keeps_the_block_of_the_test_command():
    assert len(TEXTS["README.md"].splitlines()) <= 200
    command = r"^<!-- test -->\n```sh\n(?:[^\n]+\n)*?[^\n]+ pytest --cov\n```$"
    assert re.search(command, TEXTS["README.md"], re.MULTILINE)


def test_the_index_and_the_readme_lead_to_every_page():
    pages = PAGES.keys() - {"README.md", "index.md"}
    assert pages <= set(links("index.md"))
    assert {f"assets/guide/{name}" for name in pages} <= set(links("README.md"))


# Settings


def test_every_setting_has_one_row_with_its_default():
    rows = dict(re.findall(r"^\| `(KIOSK_[A-Z_]+)` \| ([^|]+) \|", TEXTS["settings.md"], re.MULTILINE))
    settings = {f"KIOSK_{field.name.upper()}": field for field in fields(Settings)}
    assert rows.keys() == settings.keys()
    for variable, field in settings.items():
        if field.default is not None and field.default is not MISSING:
            default = int(field.default) if isinstance(field.default, bool) else field.default
            assert rows[variable].strip("`") == str(default), variable


def test_no_unknown_setting_is_named_anywhere():
    texts = [*TEXTS.values(), *(text for both in CATALOGUE.values() for text in both)]
    texts += [file.read_text(encoding="utf-8") for file in (ROOT / "assets" / "systemd").rglob("*") if file.is_file()]
    named = {setting for text in texts for setting in SETTING.findall(text)}
    assert named - NO_SETTING <= {f"KIOSK_{field.name.upper()}" for field in fields(Settings)}


# Commands, codes, errors


def commands() -> dict[str, typer.core.TyperCommand]:
    return dict(assemble([]).commands)


@pytest.mark.parametrize("name", commands())
def test_every_command_and_its_options_stand_in_the_guide(name: str):
    assert f"`kiosk {name}" in TEXTS["commands.md"]
    assert re.search(rf"\b{name}\b", TEXTS["README.md"])
    options = {option for parameter in commands()[name].params for option in parameter.opts if option.startswith("--")}
    both = TEXTS["commands.md"] + TEXTS["scanners.md"]
    assert {option for option in options if option not in both} == set()


def test_every_command_that_the_manual_names_exists():
    called = re.compile(r"(?:^|[`;&'] ?|redis://\S+ )kiosk ([a-z][a-z|-]*)", re.MULTILINE)
    named = {name for text in TEXTS.values() for names in called.findall(text) for name in names.split("|")}
    assert named <= commands().keys()


def test_every_command_barcode_is_explained():
    missing = [f"C.{command}" for command in Command if f"`C.{command}`" not in TEXTS["scanners.md"]]
    assert missing == []


def kinds_of_error(kind: type[KioskError] = KioskError) -> Iterator[type[KioskError]]:
    for narrower in kind.__subclasses__():
        yield narrower
        yield from kinds_of_error(narrower)


def test_every_error_code_is_listed_for_scripts():
    codes = {kind.error_code for kind in kinds_of_error() if kind.__module__ == KioskError.__module__}
    assert len(codes) > 15
    assert {code for code in codes if code not in TEXTS["commands.md"]} == set()


def test_every_refusal_is_explained_under_its_own_title():
    refusals = [CATALOGUE[key] for key in CATALOGUE if REFUSAL.fullmatch(key)]
    assert len(refusals) > 40
    manual = " ".join(" ".join(TEXTS.values()).split())
    titles = [re.sub(r"\{\w+\}", "", title).strip() for both in refusals for title in (both.es, both.en)]
    assert [title for title in titles if title not in manual] == []


def test_every_path_of_the_program_that_the_manual_names_exists():
    named = {
        path for text in TEXTS.values() for path in re.findall(r"`((?:core|kiosk|tests|assets|\.ci)/[^\s`]*)`", text)
    }
    assert len(named) > 40
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
