"""The colours: dark, for glare; strong, for arm's length."""

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
    variables={
        "footer-background": "#24323F",
        "footer-key-background": "#4FC3F7",
        "footer-key-foreground": "#0B0F14",
        "footer-description-background": "#24323F",
        "footer-description-foreground": "#F2F5F7",
        "text-muted": "#9FB2C1",
    },
)
