"""The colours: dark, for glare; strong, for arm's length. A colour is never the only sign of anything."""

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

TALLER: Final = Theme(
    name="taller",
    dark=True,
    primary="#4FC3F7",
    secondary="#90A4AE",
    accent="#FFB300",
    success="#66D36E",
    warning="#FFC233",
    error="#FF6B5E",
    foreground="#F2F5F7",
    background="#0B0F14",
    surface="#16202B",
    panel="#24323F",
    variables={"text-muted": "#9FB2C1"},
)

CONTRASTE: Final = Theme(
    name="contraste",
    dark=True,
    primary="#55FFFF",
    secondary="#FFFFFF",
    accent="#FFFF55",
    success="#55FF55",
    warning="#FFFF55",
    error="#FF8080",
    foreground="#FFFFFF",
    background="#000000",
    surface="#1A1A1A",
    panel="#333333",
    variables={"text-muted": "#D9D9D9"},
)
"""Every text at 7:1 or more, as WCAG asks at its strictest level; its hues are a console's own bright ones."""

MONO: Final = Theme(
    name="mono",
    dark=True,
    primary="#FFFFFF",
    secondary="#CFCFCF",
    accent="#FFFFFF",
    success="#B0B0B0",
    warning="#DADADA",
    error="#FFFFFF",
    foreground="#FFFFFF",
    background="#000000",
    surface="#1A1A1A",
    panel="#333333",
    variables={"text-muted": "#B8B8B8"},
)
"""No hue at all. `assets/styles/mono.tcss` gives the answers frames and reversed titles to tell them apart by."""

THEMES: Final[Mapping[str, Theme]] = {theme.name: theme for theme in (TALLER, CONTRASTE, MONO)}
"""By name, as the setting `theme` has it."""
