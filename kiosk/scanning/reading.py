"""From a scan to what was meant: badge, command or spool, also through a wrong keyboard layout.

Never a guess: where several spools fit, it says so. It knows no screen, and looks tags up one by one, so that a scan
costs the same in a plant of any size.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from core.domain.model import Spool
from kiosk.scanning.codes import Ambiguous, Calibration, Code, Text, parse
from kiosk.scanning.keyboards import Pair, decoded, diagnose, is_calibration, readings
from kiosk.scanning.scanner import Scan, Suffix, clean

REMEMBERED: Final = 20

SLOWEST_MACHINE: Final = 30.0
"""Milliseconds between characters within which nobody types a tag by hand, be they ever so quick."""

_SIGN_ELSEWHERE: Final = re.compile("[ñç]", re.IGNORECASE)
"""The letters of es and latam on keys where other layouts have signs, which Caps Lock leaves alone."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A scan, and what it became."""

    scan: Scan
    code: Code


class Reader:
    """Reads one terminal's scans. `find` is the board's; `keyboards` is `auto` or the pair, `us/latam`."""

    def __init__(self, find: Callable[[str], Spool | None], keyboards: str = "auto") -> None:
        self._find = find
        self._pair = Pair.parse(keyboards)
        self._recent: deque[Inspection] = deque(maxlen=REMEMBERED)

    @property
    def pair(self) -> Pair | None:
        """The layouts of scanner and terminal, as set or as the calibration barcode told; None while not known."""
        return self._pair

    @property
    def recent(self) -> tuple[Inspection, ...]:
        """The last scans, the newest first, without those that were secret."""
        return tuple(reversed(self._recent))

    def read(self, scan: Scan, *, secret: bool = False) -> Code:
        """What the scan means. A secret one is neither looked up among the tags nor remembered."""
        if secret:
            by_form = parse(scan.text)
            return Text(_composed(scan.typed)) if isinstance(by_form, Text) else by_form
        code = self._meant(scan)
        self._recent.append(Inspection(scan, code))
        return code

    def _meant(self, scan: Scan) -> Code:
        calibration = next((text for text in (scan.text, scan.burst) if text and is_calibration(text)), None)
        if calibration is not None:
            return self._calibrated(scan, calibration)
        whole = parse(scan.text)
        if not isinstance(whole, Text):
            return whole
        if scan.burst is not None and not self._literal(scan.typed):
            burst = parse(scan.burst)
            if not isinstance(burst, Text):
                return burst
        tags = self._tags_by_pair(scan) or self._tags(scan)
        match sorted(tags):
            case []:
                return Text(scan.text if _is_quick(scan) else _composed(scan.typed), by_hand=not _is_machine(scan))
            case [tag]:
                return Text(tag)
            case several:
                return Ambiguous(scan.text, tuple(several))

    def _calibrated(self, scan: Scan, text: str) -> Calibration:
        diagnosis = diagnose(text)
        # What is typed by hand tells of the terminal's own keyboard, a paste of none.
        if diagnosis.pair is not None and _is_quick(scan) and scan.suffix is not Suffix.PASTE:
            self._pair = diagnosis.pair
        return Calibration(text, diagnosis)

    def _tags_by_pair(self, scan: Scan) -> set[str]:
        """The tags that fit through the known layouts; none when they are not known, or none fits.

        A paste has come through no keyboard, and a hand's keyboard is the terminal's own.
        """
        pair = self._pair
        if pair is None or not _is_quick(scan) or scan.suffix is Suffix.PASTE:
            return set()
        tags = {tag for text in _parts(scan) for tag in self._among(_by_pair(text, pair))}
        if tags and not pair.is_in_order and not _is_machine(scan):
            # It may be a quick hand as well, and what a hand types stands as it is.
            tags |= self._among(_parts(scan))
        return tags

    def _tags(self, scan: Scan) -> set[str]:
        """The tags that fit as the text stands, and for a scan those of every other reading.

        Text by hand stands as it is; what fits no tag so is repaired.
        """
        literal = self._among(_parts(scan))
        if literal and (not _is_quick(scan) or scan.suffix is Suffix.PASTE):
            return literal
        return literal | {tag for text in _parts(scan) for tag in self._among(_readings(text))}

    def _among(self, texts: Iterable[str]) -> set[str]:
        return {tag for text in texts if (tag := self._literal(text)) is not None}

    def _literal(self, text: str) -> str | None:
        """The known tag that the text is: as it stands, else without what the scanner put before it."""
        composed, cleaned = _composed(text), clean(text)
        spool = self._find(composed)
        if spool is None and cleaned != composed:
            spool = self._find(cleaned)
        return spool.tag_spool if spool is not None else None


def _parts(scan: Scan) -> list[str]:
    """The whole text, and its quick end where something slower came before."""
    return [scan.typed] if scan.typed_burst is None else [scan.typed, scan.typed_burst]


def _is_quick(scan: Scan) -> bool:
    """Whether a scanner may have typed it, or the end of it."""
    return scan.is_scan or scan.burst is not None


def _is_machine(scan: Scan) -> bool:
    return max(scan.gaps, default=SLOWEST_MACHINE) < SLOWEST_MACHINE


def _by_pair(text: str, pair: Pair) -> list[str]:
    """What was scanned through these layouts, with Caps Lock or without."""
    return [reading for variant in _variants(text) for reading in _in_either_case(decoded(variant, pair))]


def _readings(text: str) -> list[str]:
    """What may have been scanned instead of the text as it stands: other layouts, Caps Lock, or both."""
    found = (reading for variant in _variants(text) for _, reading in readings(variant))
    return [text.swapcase(), *_in_either_case(found)]


def _variants(text: str) -> tuple[str, ...]:
    """The text, and what it would be without Caps Lock where that turned a letter that is a sign elsewhere."""
    return (text, text.swapcase()) if _SIGN_ELSEWHERE.search(text) else (text,)


def _in_either_case(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield text
        yield text.swapcase()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
