"""Keystrokes to scans. Pure: keys and their times go in, scans come out; no screen is known here.

A barcode scanner types its code and a suffix (CR, LF or TAB). A person types slower and ends with Enter. Both
go through one buffer, so that nothing needs a focus and nothing is echoed letter by letter.
"""

import re
import unicodedata
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final

BURST_GAP: Final = 0.15
"""Seconds between two characters beyond which they no longer belong to one scan. Slow scanners need 0.15."""

SHORTEST_CODE: Final = 3
MAX_LENGTH: Final = 256
SUFFIX_SLACK: Final = 0.005
"""Seconds by which the second key of a double suffix may be later than the scan's own rhythm says."""

_FUNCTION_KEY: Final = re.compile(r"(?:shift\+|ctrl\+)?f\d{1,2}")
_EDITING_KEYS: Final = frozenset({"backspace", "escape", "delete"})
_PREFIX: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]|[+~|Çç][A-Za-z][0-9](?=.)")
"""Symbology identifier that a scanner may send first, `]C1` for GS1-128 (ISO/IEC 15424).

Where the scanner's keyboard layout is not the terminal's, `]` comes as `+` (US on es or latam), `~` (es on latam),
`|` (latam on US) or `Ç` (latam on es).
"""

_SEPARATOR: Final = re.compile(r"<(?:GS|FNC1)>|\{(?:GS|FNC1)\}|\[(?:GS|FNC1)\]|\^\]|~d?029|\u241d", re.IGNORECASE)
"""GS (FNC1), as scanners write it that are set to send no control characters."""

_EMOJI_JOINER: Final = "\u200d"


class Suffix(StrEnum):
    """What ended a scan."""

    CR = "CR"
    LF = "LF"
    TAB = "TAB"
    PASTE = "paste"


_SUFFIXES: Final = {"enter": Suffix.CR, "ctrl+j": Suffix.LF, "tab": Suffix.TAB}


@dataclass(frozen=True, slots=True)
class Keystroke:
    """One character as it came; `gap` is how many milliseconds after the one before, None for the first."""

    character: str
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned or typed. `burst` is its last run of quick keystrokes when something slower came before:

    keys somebody left lying in the buffer do not spoil the scan that follows. How it came is for people to look at,
    and makes no other scan of it: `keystrokes` with control characters and all, of which the burst begins at
    `burst_start`, the `prefix` that was taken off, and whether it came as quickly as a scanner types (`is_scan`).
    """

    text: str
    burst: str | None = None
    keystrokes: tuple[Keystroke, ...] = field(default=(), compare=False)
    burst_start: int = field(default=0, compare=False)
    prefix: str = field(default="", compare=False)
    suffix: Suffix = field(default=Suffix.CR, compare=False)
    is_scan: bool = field(default=False, compare=False)

    @property
    def typed(self) -> str:
        """The text as it stands: with its prefix, and composed of the very characters that came."""
        return _printable("".join(key.character for key in self.keystrokes)) or self.text

    @property
    def typed_burst(self) -> str | None:
        """The burst as it stands."""
        if self.burst is None:
            return None
        return _printable("".join(key.character for key in self.keystrokes[self.burst_start :])) or self.burst

    @property
    def gaps(self) -> list[float]:
        """Milliseconds between the characters of what was scanned, without those that were lying there before."""
        return [key.gap for key in self.keystrokes[self.burst_start + 1 :] if key.gap is not None]


def clean(text: str) -> str:
    """The text as printed on the label: no AIM prefix, no control characters, no surrounding blanks, NFC."""
    return _split(text)[1]


def _split(text: str) -> tuple[str, str]:
    """The prefix that the scanner put before the text, and the text as printed on the label."""
    bare, found = _printable(text), 1
    while found:
        bare, found = _SEPARATOR.subn("", bare)
    bare = bare.strip()
    match = _PREFIX.match(bare)
    prefix = match[0] if match else ""
    return prefix, unicodedata.normalize("NFC", bare[len(prefix) :].strip())


def _printable(text: str) -> str:
    # Nearly every text can be printed as it is; to look at each character costs more than all the rest of reading it.
    return (text if text.isprintable() else "".join(char for char in text if not _is_invisible(char))).strip()


def _is_invisible(char: str) -> bool:
    """Whether it prints nothing and stands in no tag: a control character, half a character, a mark of direction."""
    return unicodedata.category(char) in {"Cc", "Cs", "Cf", "Zl", "Zp"} and char != _EMOJI_JOINER


class ScanCollector:
    """Collects one stream of keys."""

    def __init__(self, *, burst_gap: float = BURST_GAP) -> None:
        self._burst_gap = burst_gap
        # What lies on the keyboard may type for hours: the newest keys are those that matter.
        self._keys: deque[tuple[str, float]] = deque(maxlen=MAX_LENGTH)
        self._second_suffix_until: float | None = None
        self._second_suffix_within = 0.0

    @property
    def text(self) -> str:
        """What stands in the buffer."""
        return "".join(char for char, _ in self._keys if char.isprintable())

    def _holds_text(self) -> bool:
        return any(char.isprintable() for char, _ in self._keys)

    def key(self, key: str, character: str | None, time: float) -> Scan | bool:
        """Feed one key pressed at `time` (seconds): a whole scan, or whether the key was taken.

        `key` is Textual's name for it, `character` what it types, if anything.
        """
        if key in _SUFFIXES:
            return self._finish(_SUFFIXES[key], time) if self._holds_text() else self._is_second_suffix(time)
        if key == "backspace" and self._holds_text():
            while not self._keys.pop()[0].isprintable():
                pass
            return True
        if key == "escape" and self._holds_text():
            self._keys.clear()
            return True
        if _FUNCTION_KEY.fullmatch(key):
            # Whoever asks for something else has given up what they were typing. It must be the key that drops it,
            # in its turn, and not the screen that answers it: by then the next scan may be half way in.
            self._keys.clear()
            return False
        return self._collect(key, character, time)

    def _collect(self, key: str, character: str | None, time: float) -> bool:
        if character is None or len(character) != 1 or key in _EDITING_KEYS:
            return False
        if unicodedata.category(character) == "Cc":
            # It belongs to no text, yet the inspector shows it, and it keeps a slow scanner's rhythm.
            self._keys.append((character, time))
            return False
        if not character.isprintable() or (character == " " and not self._holds_text()):
            return False
        self._keys.append((character, time))
        return True

    def _finish(self, suffix: Suffix, time: float) -> Scan:
        keys = list(self._keys)
        self._keys.clear()
        start = len(keys) - 1
        while start and keys[start][1] - keys[start - 1][1] <= self._burst_gap:
            start -= 1
        if not any(char.isprintable() for char, _ in keys[:start]):
            # Control characters from long ago are nobody's text.
            del keys[:start]
            start = 0
        gaps = [(later - earlier) * 1000 for (_, earlier), (_, later) in pairwise(keys)]
        prefix, text = _split("".join(char for char, _ in keys))
        burst_prefix, burst = _split("".join(char for char, _ in keys[start:]))
        has_burst = start > 0 and len(burst) >= SHORTEST_CODE
        scan = Scan(
            text,
            burst if has_burst else None,
            keystrokes=tuple(Keystroke(char, gap) for (char, _), gap in zip(keys, [None, *gaps], strict=True)),
            burst_start=start if has_burst else 0,
            prefix=burst_prefix if has_burst else prefix,
            suffix=suffix,
            is_scan=start == 0,
        )
        self._expect_second_suffix(scan, time)
        return scan

    def _expect_second_suffix(self, scan: Scan, time: float) -> None:
        """A scanner set to CR LF sends its second key in its own rhythm: to the screen it must not be an Enter."""
        self._second_suffix_until = None
        if scan.is_scan or scan.burst is not None:
            rhythm = max(scan.gaps, default=0.0) / 1000
            self._second_suffix_within = min(2 * rhythm + SUFFIX_SLACK, self._burst_gap)
            self._second_suffix_until = time + self._second_suffix_within

    def _is_second_suffix(self, time: float) -> bool:
        until = self._second_suffix_until
        if until is None or not until - self._second_suffix_within <= time <= until:
            return False
        self._second_suffix_until = time + self._second_suffix_within
        return True


def pasted(text: str) -> list[Scan]:
    """The scans in a paste, one a line."""
    scans = []
    for line in re.split(r"[\r\n\t]+", text):
        typed = line.strip()[:MAX_LENGTH]
        prefix, bare = _split(typed)
        if bare:
            keystrokes = tuple(map(Keystroke, typed))
            scans.append(Scan(bare, keystrokes=keystrokes, prefix=prefix, suffix=Suffix.PASTE, is_scan=True))
    return scans
