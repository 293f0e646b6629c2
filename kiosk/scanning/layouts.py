"""Keyboard layouts as tables: what each key types in each layout.

The tables are those of xkeyboard-config (symbols `us`, `es`, `latam`, `de`, `fr`, `it`, `gb`), which agree with
Windows' on all but a few AltGr characters.
"""

from enum import StrEnum
from typing import Final, NamedTuple

GRAVE, ACUTE, CIRCUMFLEX, DIAERESIS = "\u0300", "\u0301", "\u0302", "\u0308"
"""Dead keys are written as the combining mark that they put on the next letter."""

DEAD_KEYS: Final = {GRAVE: "`", ACUTE: "\u00b4", CIRCUMFLEX: "^", DIAERESIS: "¨"}
"""What each dead key types before a blank, or before itself."""

ALT_GR: Final = 2
"""The level that many systems lose."""

_ROWS: Final = (
    ("TLDE", *(f"AE{n:02}" for n in range(1, 13))),
    tuple(f"AD{n:02}" for n in range(1, 13)),
    tuple(f"AC{n:02}" for n in range(1, 12)),
    ("BKSL", "LSGT", *(f"AB{n:02}" for n in range(1, 11)), "SPCE"),
)
"""The positions of the keys, row by row, by their XKB names."""

_NO: Final = "\0"
"""Fills a table's row where a key types nothing."""


class Layout(StrEnum):
    """The keyboard layouts in use here."""

    US = "us"
    ES = "es"
    LATAM = "latam"
    DE = "de"
    FR = "fr"
    IT = "it"
    UK = "uk"


class Stroke(NamedTuple):
    """A key at a position, with nothing held down (level 0), Shift (1) or AltGr (2)."""

    position: str
    level: int


_TABLES: Final[dict[Layout, tuple[tuple[str, str, str, str], ...]]] = {
    Layout.US: (
        ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "\\<zxcvbnm,./ "),
        ("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"', f"|>ZXCVBNM<>?{_NO}"),
    ),
    Layout.ES: (
        ("º1234567890'¡", f"qwertyuiop{GRAVE}+", f"asdfghjklñ{ACUTE}", "ç<zxcvbnm,.- "),
        ('ª!"·$%&/()=?¿', f"QWERTYUIOP{CIRCUMFLEX}*", f"ASDFGHJKLÑ{DIAERESIS}", f"Ç>ZXCVBNM;:_{_NO}"),
        (f"\\|@#~{_NO * 8}", f"{_NO * 10}[]", f"{_NO * 10}{{", f"}}{_NO * 12}"),
    ),
    Layout.LATAM: (
        ("|1234567890'¿", f"qwertyuiop{ACUTE}+", "asdfghjklñ{", "}<zxcvbnm,.- "),
        ('°!"#$%&/()=?¡', f"QWERTYUIOP{DIAERESIS}*", "ASDFGHJKLÑ[", f"]>ZXCVBNM;:_{_NO}"),
        (f"¬|@·~{_NO * 6}\\{_NO}", f"@{_NO * 10}~", f"{_NO * 10}{CIRCUMFLEX}", f"{GRAVE}{_NO * 12}"),
    ),
    Layout.DE: (
        (f"{CIRCUMFLEX}1234567890ß{ACUTE}", "qwertzuiopü+", "asdfghjklöä", "#<yxcvbnm,.- "),
        (f'°!"§$%&/()=?{GRAVE}', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ", f"'>YXCVBNM;:_{_NO}"),
        (f"{_NO * 2}²³{_NO * 3}{{[]}}\\{_NO}", f"@{_NO * 10}~", _NO * 11, f"{_NO}|{_NO * 11}"),
    ),
    Layout.FR: (
        ("²&é\"'(-è_çà)=", f"azertyuiop{CIRCUMFLEX}$", "qsdfghjklmù", "*<wxcvbn,;:! "),
        ("~1234567890°+", f"AZERTYUIOP{DIAERESIS}£", "QSDFGHJKLM%", f"µ>WXCVBN?./§{_NO}"),
        (f"{_NO * 2}~#{{[|`\\^@]}}", _NO * 12, _NO * 11, _NO * 13),
    ),
    Layout.IT: (
        ("\\1234567890'ì", "qwertyuiopè+", "asdfghjklòà", "ù<zxcvbnm,.- "),
        ('|!"£$%&/()=?^', "QWERTYUIOPé*", "ASDFGHJKLç°", f"§>ZXCVBNM;:_{_NO}"),
        (f"{_NO * 7}{{{_NO * 2}}}`~", f"{_NO * 10}[]", f"{_NO * 9}@#", _NO * 13),
    ),
    Layout.UK: (
        ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "#\\zxcvbnm,./ "),
        ('¬!"£$%^&*()_+', "QWERTYUIOP{}", "ASDFGHJKL:@", f"~|ZXCVBNM<>?{_NO}"),
    ),
}

SYMBOLS: Final[dict[Layout, dict[Stroke, str]]] = {
    layout: {
        Stroke(position, level): symbol
        for level, rows in enumerate(levels)
        for row, symbols in zip(_ROWS, rows, strict=True)
        for position, symbol in zip(row, symbols, strict=True)
        if symbol != _NO
    }
    for layout, levels in _TABLES.items()
}
"""What each keystroke types in each layout; a combining mark is a dead key."""
