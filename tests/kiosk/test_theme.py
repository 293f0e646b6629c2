"""The themes, as the screens really use them: every text stands out from what is behind it, on any palette."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from coloraide import Color as Seen
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.color import Color as Background
from textual.theme import Theme

import kiosk
from kiosk.screens.questions import OPEN_FOR
from kiosk.session import Session
from kiosk.terminal.abilities import is_dumb, is_monochrome, is_utf8
from kiosk.terminal.linux_console import LINUX_CONSOLE
from kiosk.theme import MONO, THEMES
from kiosk.widgets.panel import Panel, Tone
from tests.kiosk.terminal import CARLA, FREE_SPOOL, MIGUEL, FrozenClock, Terminal, case

LEAST = 7.0
"""The contrast ratio that every text keeps: WCAG's AAA."""

APART = 20
"""How far any two tones are apart (CIEDE2000), whoever looks at them."""

LEAST_OF_FEW = 4.5
"""The same where there are sixteen colours: WCAG's AA."""

IN_ITS_FONTS = set("←↑→↓─│┌└╭╮╰╯█░■▲▶▸●◈☐☑♦✘•—“”…")
"""Of the signs beyond Latin-1, those in the Lat15 and Uni2 fonts of Debian's console-setup."""

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
    for segment in terminal.segments:
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
        for theme in THEMES:
            with case(state, theme):
                await dressed(kiosk, theme)
                painted = list(texts(kiosk))
                ratios = {text.strip(): contrast(style) for text, style in painted}
                assert {text: ratio for text, ratio in ratios.items() if ratio < LEAST} == {}
                assert not [text for text, style in painted if style.dim]
                # On the Linux console no text vanishes: its bold black is grey, and behind text it has eight colours.
                console = LINUX_CONSOLE.apply([Segment(*text) for text in painted], Background(0, 0, 0))
                few = [(text.strip(), style) for text, style, _ in console if style and style.color and style.bgcolor]
                assert [text for text, style in few if contrast(style, ColorSystem.STANDARD) < LEAST_OF_FEW] == []
                assert not [text for text, style in few if style.bold and style.color == Color.from_ansi(0)]
                assert {style.bgcolor.number for _, style in few if style.bgcolor} <= set(range(8))
                if theme == "mono":
                    colors = [color for _, style in painted for color in (style.color, style.bgcolor) if color]
                    assert [color.name for color in colors if len(set(color.get_truecolor())) > 1] == []


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_each_colour_of_text_can_be_read_on_each_background(theme: Theme) -> None:
    texts = [theme.foreground, theme.primary, theme.accent, *theme.variables.values()]
    pairs = [(text, behind) for text in texts for behind in (theme.background, theme.surface, theme.panel)]
    assert [pair for pair in pairs if Seen(pair[0]).contrast(Seen(pair[1])) < LEAST] == []


def test_every_sign_that_is_drawn_is_shown_on_the_linux_console_as_one_of_its_fonts() -> None:
    package = Path(kiosk.__file__).parent
    files = [*package.rglob("*.json"), *package.glob("screens/*.py"), *package.glob("widgets/*.py")]
    # Those of Textual itself: a panel's edge, and the ends of scroll bars.
    signs = set("▌▁▂▃▄▅▆▇").union(*(file.read_text(encoding="utf-8") for file in files))
    [shown] = LINUX_CONSOLE.apply([Segment("".join(signs))], Background(0, 0, 0))
    assert {sign for sign in shown.text if ord(sign) > 0xFF} - IN_ITS_FONTS == set()
    assert len(shown.text) == len(signs)


async def test_without_hues_the_answers_still_differ_by_more_than_their_sign(kiosk: Terminal) -> None:
    await dressed(kiosk, "mono")
    looks = []
    for codes in ((MIGUEL,), (FREE_SPOOL,), (FREE_SPOOL,), ("C.APROBADO",)):
        await kiosk.scan(*codes)
        panel = kiosk.app.screen.query_one(Panel)
        title = panel.query_one(".title")
        looks.append((panel.styles.background.hex, panel.styles.border_left[0], str(title.styles.text_style)))
    assert len(set(looks)) == len(Tone)


@pytest.mark.parametrize(
    "theme", [theme for theme in THEMES.values() if theme is not MONO], ids=lambda theme: theme.name
)
@pytest.mark.parametrize("sight", ["normal", "protan", "deutan", "tritan"])
def test_the_four_tones_are_told_apart_by_every_sight(theme: Theme, sight: str) -> None:
    painted = {Tone.DONE: theme.success, Tone.ASK: theme.warning, Tone.REFUSED: theme.error, Tone.INFO: theme.secondary}
    seen = {tone: Seen(color) if sight == "normal" else Seen(color).filter(sight) for tone, color in painted.items()}
    apart = {(one, other): seen[one].delta_e(seen[other], method="2000") for one, other in combinations(Tone, 2)}
    assert {tones: distance for tones, distance in apart.items() if distance < APART} == {}


async def test_a_success_is_a_block_for_three_seconds_and_then_calm(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    panel, words, looks = kiosk.app.screen.query_one(Panel), kiosk.panel, []
    for seconds in (0, 2, 1):
        clock.now += timedelta(seconds=seconds)
        kiosk.tick()
        await kiosk.answered()
        looks.append(panel.styles.background.hex)
        assert kiosk.panel == words
    await kiosk.scan("C.PAUSAR")
    looks.append(panel.styles.background.hex)
    # When nobody gives the pause a reason, its answers go; what was done long ago is no news again.
    clock.now += OPEN_FOR
    kiosk.tick()
    await kiosk.answered()
    looks.append(panel.styles.background.hex)
    block, calm = looks[0], kiosk.app.theme_variables["surface"]
    assert looks == [block, block, calm, block, calm]
    assert block != calm


def test_every_theme_names_the_same_colours() -> None:
    assert {frozenset(theme.variables) for theme in THEMES.values()} == {frozenset(MONO.variables)}
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
