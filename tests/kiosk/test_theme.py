"""The themes, as the screens really use them: every text stands out from what is behind it, on any palette."""

from collections.abc import Iterator

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style
from rich.terminal_theme import TerminalTheme

from kiosk.session import Session
from kiosk.terminal.abilities import is_dumb, is_monochrome, is_utf8
from kiosk.theme import CONTRASTE, MONO, TALLER, THEMES
from kiosk.widgets.panel import Panel
from tests.kiosk.terminal import CARLA, FREE_SPOOL, MIGUEL, Terminal, case

LEAST = {"taller": 4.5, "contraste": 7.0, "mono": 4.5}
"""The contrast ratio that every text of a theme keeps: WCAG's AA, and AAA for the strong one."""

FRAMES = set("─│╭╮╰╯┃━█▌▐▀▄▁▔▏▎▕ ░▒▓┏┓┗┛║═╔╗╚╝▂▃▅▆▇▊▋▍▉")

SIXTEEN = TerminalTheme(
    (0, 0, 0),
    (255, 255, 255),
    [(0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170)],
    [(red, green, blue) for blue in (85, 255) for green in (85, 255) for red in (85, 255)],
)
"""The colours of a Linux console."""

STATES: dict[str, tuple[str, ...]] = {
    "inicio": (),
    "unknown": ("ZZZ-404",),
    "welcome": (MIGUEL,),
    "taken": (MIGUEL, FREE_SPOOL),
    "asked": (MIGUEL, FREE_SPOOL, FREE_SPOOL),
    "refused": (MIGUEL, "C.APROBADO"),
    "tablero": ("C.TABLERO",),
    "salida": ("C.CERRAR", CARLA),
}


def luminance(color: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = color.get_truecolor(SIXTEEN)
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(style: Style, system: ColorSystem = ColorSystem.TRUECOLOR) -> float:
    """The ratio of a style's two colours as WCAG 2 computes it, on a terminal with so many colours."""
    assert style.color is not None
    assert style.bgcolor is not None
    lights = sorted(luminance(color.downgrade(system)) for color in (style.color, style.bgcolor))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def texts(terminal: Terminal) -> Iterator[tuple[str, Style]]:
    """Each piece of text on the screen with how it is painted; frames are no text."""
    with terminal.app._context():
        for strip in terminal.app.screen._compositor.render_strips():
            for segment in strip:
                if segment.style is not None and set(segment.text) - FRAMES:
                    yield segment.text, segment.style


async def dressed(terminal: Terminal, theme: str) -> None:
    app = terminal.app
    with app._context():
        app.register_theme(THEMES[theme])
        app.theme = theme
    await terminal.painted()


async def test_every_text_on_every_screen_can_be_read_in_every_theme(kiosk: Terminal) -> None:
    for state, codes in STATES.items():
        await kiosk.scan("C.SALIR", *codes)
        for theme, least in LEAST.items():
            with case(state, theme):
                await dressed(kiosk, theme)
                painted = list(texts(kiosk))
                ratios = {text.strip(): contrast(style) for text, style in painted}
                assert {text: ratio for text, ratio in ratios.items() if ratio < least} == {}
                assert not [text for text, style in painted if style.dim]
                # On a console of sixteen colours no text vanishes.
                few = {text.strip(): contrast(style, ColorSystem.STANDARD) for text, style in painted}
                assert {text: ratio for text, ratio in few.items() if ratio < 3} == {}
                if theme == "mono":
                    colors = [color for _, style in painted for color in (style.color, style.bgcolor) if color]
                    assert [color.name for color in colors if len(set(color.get_truecolor())) > 1] == []


async def test_without_hues_the_answers_still_differ_by_more_than_their_sign(kiosk: Terminal) -> None:
    await dressed(kiosk, "mono")
    looks = []
    for codes in ((MIGUEL, FREE_SPOOL), (FREE_SPOOL,), ("C.APROBADO",)):
        await kiosk.scan(*codes)
        panel = kiosk.app.screen.query_one(Panel)
        title = panel.query_one(".title")
        looks.append((panel.styles.background.hex, panel.styles.border_left[0], str(title.styles.text_style)))
    assert len(set(looks)) == 3


def test_every_theme_names_the_same_colours() -> None:
    assert THEMES.keys() == LEAST.keys()
    assert TALLER.variables.keys() == CONTRASTE.variables.keys() == MONO.variables.keys()
    named = ("primary", "secondary", "accent", "success", "warning", "error", "foreground", "background", "surface")
    assert [theme.name for theme in THEMES.values() if None in [getattr(theme, name) for name in named]] == []


# Which theme a terminal gets


@pytest.mark.parametrize(
    ("environment", "theme"),
    [
        ({"TERM": "xterm-256color"}, "taller"),
        ({"TERM": "linux"}, "taller"),
        ({"TERM": "vt100"}, "mono"),
        ({"TERM": "xterm-mono"}, "mono"),
        ({"TERM": "linux-m"}, "mono"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "mono"),
        ({"TERM": "vt100", "KIOSK_THEME": "contraste"}, "contraste"),
    ],
)
def test_a_terminal_without_colours_gets_the_theme_without_hues_unless_one_is_set(
    environment: dict[str, str], theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Session(demo=False).theme == theme


def test_what_a_terminal_can_show_is_told_by_its_name_and_its_encoding() -> None:
    assert [name for name in ("dumb", "unknown", "DUMB") if not is_dumb({"TERM": name})] == []
    assert [name for name in ("linux", "xterm", "") if is_dumb({"TERM": name})] == []
    assert not is_monochrome({"TERM": "xterm", "NO_COLOR": ""})
    assert [is_utf8(name) for name in ("utf-8", "UTF8", "latin-1", "ascii", "nonsense", None)] == [True, True] + [
        False
    ] * 4
