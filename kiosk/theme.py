"""The colours: `taller` is dark, `claro` light, `contraste` strong, `mono` without hues.

A colour is never the only sign of anything. What is in order is calm; a saturated block is for what needs somebody.
`success`, `warning`, `error` and `secondary` are the tones of a panel (done, question, refused, info), as blocks and
edges; as text on a background they are `text-success`, `text-warning` and `text-error`. `primary` is the one accent.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from textual.app import App
from textual.theme import Theme

_coloured = partial(Theme, success="#35B07B", warning="#FFD633", error="#B00B1A", secondary="#445669")
"""Every theme with hues has these tones: who confuses red with green, or blue with yellow, tells them apart too."""

TALLER: Final = _coloured(
    name="taller",
    dark=True,
    primary="#4FC3F7",
    accent="#FFB300",
    foreground="#F2F5F7",
    background="#0B0F14",
    surface="#16202B",
    panel="#1E2A36",
    variables={
        "text-muted": "#B1C1CE",
        "text-success": "#55D68A",
        "text-warning": "#FFD633",
        "text-error": "#FF9C82",
    },
)

CLARO: Final = _coloured(
    name="claro",
    dark=False,
    primary="#00457C",
    accent="#5E3B00",
    foreground="#10171D",
    background="#F5F3EE",
    surface="#FFFFFF",
    panel="#E4E1DA",
    variables={
        "text-muted": "#3F464C",
        "text-success": "#004F30",
        "text-warning": "#5E3B00",
        "text-error": "#8C0A18",
    },
)
"""Dark on light, for the sun and for bright halls, where a dark screen is a mirror."""

CONTRASTE: Final = _coloured(
    name="contraste",
    dark=True,
    primary="#55FFFF",
    accent="#FFFF55",
    foreground="#FFFFFF",
    background="#000000",
    surface="#1A1A1A",
    panel="#2B2B2B",
    variables={
        "text-muted": "#D9D9D9",
        "text-success": "#55FF55",
        "text-warning": "#FFFF55",
        "text-error": "#FF9E7E",
    },
)
"""White on black; its other hues are a console's own bright ones."""

MONO: Final = Theme(
    name="mono",
    dark=True,
    primary="#FFFFFF",
    secondary="#4D4D4D",
    accent="#FFFFFF",
    success="#B0B0B0",
    warning="#DADADA",
    error="#FFFFFF",
    foreground="#FFFFFF",
    background="#000000",
    surface="#1A1A1A",
    panel="#333333",
    variables={
        "text-muted": "#C4C4C4",
        "text-success": "#DADADA",
        "text-warning": "#FFFFFF",
        "text-error": "#FFFFFF",
    },
)
"""No hue at all. `assets/styles/mono.tcss` gives the answers frames and reversed titles to tell them apart by."""

THEMES: Final[Mapping[str, Theme]] = {theme.name: theme for theme in (TALLER, CLARO, CONTRASTE, MONO)}
"""By name, as the setting `theme` has it."""


def put_on(app: App[Any], theme: Theme) -> None:
    """Give a new app its theme. Where it is only set, the app reads every style sheet a second time."""
    app.register_theme(theme)
    app.set_reactive(App.theme, theme.name)
    app.stylesheet.set_variables(app.get_css_variables())
    app.set_classes(("-dark-mode" if theme.dark else "-light-mode", f"-theme-{theme.name}"))
