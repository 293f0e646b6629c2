"""Keystrokes to scans. Pure: keys and their times go in, scans come out.

A barcode scanner types its code and a suffix (CR, LF or TAB), or its code between STX and ETX. A person types slower
and ends with Enter. Both go through one buffer, so that nothing needs the focus and nothing is echoed letter by letter.
"""

import re
import unicodedata
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final

BURST_GAP: Final = 0.15
"""The longest pause between two characters of one scan, in seconds. Slow scanners need 0.15."""

SHORTEST_CODE: Final = 3
MAX_LENGTH: Final = 256
SUFFIX_SLACK: Final = 0.005
"""Seconds by which the second key of a double suffix may be later than twice the scan's slowest gap."""

_FUNCTION_KEY: Final = re.compile(r"(?:shift\+|ctrl\+)?f\d{1,2}")
_EDITING_KEYS: Final = frozenset({"backspace", "escape", "delete"})
_DROP_KEYS: Final = frozenset({"escape", "delete", "insert"})
"""What drops the text being typed, and does nothing else then: who edits must not be asked whether to release."""
_PREFIX: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]|[+~|Çç][A-Za-z][0-9](?=.)")
"""Symbology identifier that a scanner may send first, `]C1` for GS1-128 (ISO/IEC 15424).

Where the scanner's keyboard layout is not the terminal's, `]` arrives as `+` (US on es or latam), `~` (es on latam),
`|` (latam on US) or `Ç` (latam on es).
"""

_SEPARATOR: Final = re.compile(r"<(?:GS|FNC1)>|\{(?:GS|FNC1)\}|\[(?:GS|FNC1)\]|\^\]|~d?029|\u241d", re.IGNORECASE)
"""GS (FNC1) as text, from scanners that are set to send no control characters."""

_EMOJI_JOINER: Final = "\u200d"


class Suffix(StrEnum):
    """The key that ended a scan, or a paste."""

    CR = "CR"
    LF = "LF"
    TAB = "TAB"
    ETX = "ETX"
    PASTE = "paste"


_SUFFIXES: Final = {"enter": Suffix.CR, "ctrl+j": Suffix.LF, "tab": Suffix.TAB}

_STX, _GS = "\x02", "\x1d"
_ETX_KEY: Final = "ctrl+c"
_CONTROLS: Final = {"ctrl+b": _STX, "ctrl+right_square_bracket": _GS}
"""Control characters that mean something, by the names of their keys: some terminals send the name alone."""


@dataclass(frozen=True, slots=True)
class Keystroke:
    """A character that arrived; `gap` is the milliseconds since the one before, None for the first."""

    character: str
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """A text that was scanned or typed. `burst` is its fast end, when slower keystrokes came before it.

    So keys that somebody left in the buffer do not spoil the next scan. The other fields say how the text arrived and
    do not count in comparisons: the `keystrokes`, control characters included, of which the burst begins at
    `burst_start`; the `prefix` that was removed; and whether all of it came as fast as a scanner types (`is_scan`).
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
        """The literal text: with its prefix, of the very characters that arrived."""
        return _printable("".join(key.character for key in self.keystrokes)) or self.text

    @property
    def typed_burst(self) -> str | None:
        """The literal burst."""
        if self.burst is None:
            return None
        return _printable("".join(key.character for key in self.keystrokes[self.burst_start :])) or self.burst

    @property
    def has_separators(self) -> bool:
        """Whether GS (FNC1) was in it, as a control character or in writing."""
        came = "".join(key.character for key in self.keystrokes)
        return _GS in came or _SEPARATOR.search(came) is not None

    @property
    def gaps(self) -> list[float]:
        """Milliseconds between the characters of the burst, or of the whole text when there is none."""
        return [key.gap for key in self.keystrokes[self.burst_start + 1 :] if key.gap is not None]


def clean(text: str) -> str:
    """The text as printed on the label: no AIM prefix, no control characters, no surrounding blanks, NFC."""
    return _split(text)[1]


def _split(text: str) -> tuple[str, str]:
    """The scanner's prefix, and the text as printed on the label."""
    bare, removed = _printable(text), 1
    while removed:
        bare, removed = _SEPARATOR.subn("", bare)
    bare = bare.strip()
    match = _PREFIX.match(bare)
    prefix = match[0] if match else ""
    return prefix, unicodedata.normalize("NFC", bare[len(prefix) :].strip())


def _printable(text: str) -> str:
    # Nearly every text is printable: a look at each character costs more than the rest of the reading.
    return (text if text.isprintable() else "".join(char for char in text if not _is_invisible(char))).strip()


def _is_invisible(char: str) -> bool:
    """Whether it prints nothing and is in no tag: a control character, a lone surrogate, a direction mark."""
    return unicodedata.category(char) in {"Cc", "Cs", "Cf", "Zl", "Zp"} and char != _EMOJI_JOINER


class ScanCollector:
    """Collects the keys of one terminal into scans."""

    def __init__(self, *, burst_gap: float = BURST_GAP) -> None:
        self._burst_gap = burst_gap
        # An object on the keyboard may type for hours: only the newest keys matter.
        self._keys: deque[tuple[str, float]] = deque(maxlen=MAX_LENGTH)
        self._suffix_end = float("-inf")
        self._suffix_window = 0.0

    @property
    def text(self) -> str:
        """The printable text in the buffer."""
        return "".join(char for char, _ in self._keys if char.isprintable())

    def _holds_text(self) -> bool:
        return any(char.isprintable() for char, _ in self._keys)

    def key(self, key: str, character: str | None, time: float) -> Scan | bool:
        """Feed one key pressed at `time` (seconds): returns the scan it completes, else whether the key was taken.

        `key` is Textual's name for it, `character` what it types, if anything.
        """
        if key in _SUFFIXES:
            return self._finish(_SUFFIXES[key], time) if self._holds_text() else self._is_second_suffix(time)
        if key == _ETX_KEY:
            if self._is_framed(time):
                return self._finish(Suffix.ETX, time)
            if not self._holds_text() and self._is_second_suffix(time):
                return True
        if key == "backspace" and self._holds_text():
            while not self._keys.pop()[0].isprintable():
                pass
            return True
        if key in _DROP_KEYS and self._holds_text():
            self._keys.clear()
            return True
        if _FUNCTION_KEY.fullmatch(key):
            # A command drops the text being typed. The key drops it, in its turn, and not the screen that answers:
            # by then half of the next scan may be in the buffer.
            self._keys.clear()
            return False
        return self._collect(key, character, time)

    def _is_framed(self, time: float) -> bool:
        """Whether a scanner sent STX and text up to now, without a pause. What was lying there before is dropped."""
        keys = list(self._keys)
        start = max((place for place, (char, _) in enumerate(keys) if char == _STX), default=len(keys))
        times = [at for _, at in keys[start:]]
        quick = all(later - earlier <= self._burst_gap for earlier, later in pairwise([*times, time]))
        if not quick or not any(char.isprintable() for char, _ in keys[start:]):
            return False
        self._keys = deque(keys[start:], maxlen=MAX_LENGTH)
        return True

    def _collect(self, key: str, character: str | None, time: float) -> bool:
        character = _CONTROLS.get(key, character)
        if character is None or len(character) != 1 or key in _EDITING_KEYS:
            return False
        if unicodedata.category(character) == "Cc":
            # It belongs to no text, but the scanner screen shows it, and its time counts for the gaps.
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
            # Old control characters belong to no text.
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
        """A scanner set to CR LF sends LF in its own rhythm: the screen must not take it for an Enter."""
        self._suffix_end = float("-inf")
        if scan.is_scan or scan.burst is not None:
            rhythm = max(scan.gaps, default=0.0) / 1000
            self._suffix_window = min(2 * rhythm + SUFFIX_SLACK, self._burst_gap)
            self._suffix_end = time + self._suffix_window

    def _is_second_suffix(self, time: float) -> bool:
        if not self._suffix_end - self._suffix_window <= time <= self._suffix_end:
            return False
        self._suffix_end = time + self._suffix_window
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
