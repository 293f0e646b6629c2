"""Keystrokes to scans. Pure: keys and their times go in, scans come out; no screen is known here.

A barcode scanner types its code and a suffix (CR, LF or TAB). A person types slower and ends with Enter. Both
go through one buffer, so that nothing needs a focus and nothing is echoed letter by letter.
"""

import re
import unicodedata
from collections import deque
from dataclasses import dataclass
from typing import Final

BURST_GAP: Final = 0.15
"""Seconds between two characters beyond which they no longer belong to one scan. Slow scanners need 0.15."""

SHORTEST_CODE: Final = 3
MAX_LENGTH: Final = 256
_SUFFIXES: Final = frozenset({"enter", "ctrl+j", "tab"})
_FUNCTION_KEY: Final = re.compile(r"(?:shift\+|ctrl\+)?f\d{1,2}")
_AIM_PREFIX: Final = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
"""Symbology identifier that a scanner may send first, `]C1` for GS1-128 (ISO/IEC 15424)."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned or typed. `burst` is its last run of quick keystrokes when something slower came before:

    keys somebody left lying in the buffer do not spoil the scan that follows.
    """

    text: str
    burst: str | None = None


def clean(text: str) -> str:
    """The text as printed on the label: no AIM prefix, no control characters, no surrounding blanks, NFC."""
    printable = "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", _AIM_PREFIX.sub("", printable.strip()).strip())


class ScanCollector:
    """Collects one stream of keys."""

    def __init__(self, *, burst_gap: float = BURST_GAP) -> None:
        self._burst_gap = burst_gap
        # What lies on the keyboard may type for hours: the newest keys are those that matter.
        self._keys: deque[tuple[str, float]] = deque(maxlen=MAX_LENGTH)

    @property
    def text(self) -> str:
        """What stands in the buffer."""
        return "".join(char for char, _ in self._keys)

    def key(self, key: str, character: str | None, time: float) -> Scan | bool:
        """Feed one key pressed at `time` (seconds): a whole scan, or whether the key was taken.

        `key` is Textual's name for it, `character` what it types, if anything.
        """
        if key in _SUFFIXES and self._keys:
            return self._finish()
        if key == "backspace" and self._keys:
            self._keys.pop()
            return True
        if key == "escape" and self._keys:
            self._keys.clear()
            return True
        if _FUNCTION_KEY.fullmatch(key):
            # Whoever asks for something else has given up what they were typing. It must be the key that drops it,
            # in its turn, and not the screen that answers it: by then the next scan may be half way in.
            self._keys.clear()
            return False
        if character is None or len(character) != 1 or not character.isprintable():
            return False
        if not self._keys and character == " ":
            return False
        self._keys.append((character, time))
        return True

    def _finish(self) -> Scan:
        keys = list(self._keys)
        self._keys.clear()
        start = len(keys) - 1
        while start and keys[start][1] - keys[start - 1][1] <= self._burst_gap:
            start -= 1
        text = clean("".join(char for char, _ in keys))
        burst = clean("".join(char for char, _ in keys[start:]))
        return Scan(text, burst if start and len(burst) >= SHORTEST_CODE else None)


def pasted(text: str) -> list[Scan]:
    """The scans in a paste, one a line."""
    lines = (clean(line)[:MAX_LENGTH] for line in re.split(r"[\r\n\t]+", text))
    return [Scan(line) for line in lines if line]
