"""Textual without a terminal: what nobody looks at is not painted, and a style sheet is read once for all apps."""

from typing import Any

from textual._compositor import Compositor
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_render_update = Compositor.render_update
_parse_rules = Stylesheet._parse_rules
_rules: dict[tuple[object, ...], list[RuleSet]] = {}


def paint(app: App[Any]) -> None:
    """Paint what changed on the screen since it was painted last."""
    _render_update(app.screen._compositor, screen_stack=app._background_screens)


def _render_what_is_asked_for(self: Compositor, *, full: bool = False, **how: Any) -> object:
    """Leave what is to be painted to `paint`; a picture is made as ever."""
    return _render_update(self, full=full, **how) if full else None


def _parse_once(self: Stylesheet, css: str, **whose: Any) -> list[RuleSet]:
    key = (frozenset(self._variables.items()), css, *whose.items())
    if key not in _rules:
        _rules[key] = _parse_rules(self, css, **whose)
    return _rules[key]


def install() -> None:
    """From now on every app of this process works so: a fifth of the time of a test with an app goes into frames."""
    Compositor.render_update = _render_what_is_asked_for
    Stylesheet._parse_rules = _parse_once
