"""From a scan to its code: badge, command or spool, also through a wrong keyboard layout.

It never guesses: where several spools fit, the code is ambiguous. It looks tags up one by one, so that a scan costs
the same in a plant of any size.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from core.domain.model import Spool
from kiosk.scanning.codes import Ambiguous, Calibration, Code, Text, parse
from kiosk.scanning.keyboards import PAIRS, Pair, decoded, diagnose, is_calibration
from kiosk.scanning.scanner import Scan, Suffix, clean

REMEMBERED: Final = 20

SLOWEST_MACHINE: Final = 30.0
"""Milliseconds between characters: nobody types a tag by hand so fast."""

_SIGN_ELSEWHERE: Final = re.compile("[ñç]", re.IGNORECASE)
"""Letters of es and latam on keys where other layouts have signs, which Caps Lock does not change."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A scan and its code."""

    scan: Scan
    code: Code


class Reader:
    """Reads one terminal's scans. `find` is the board's; `keyboards` is `auto` or the pair, `us/latam`."""

    def __init__(self, find: Callable[[str], Spool | None], keyboards: str = "auto") -> None:
        self._find = find
        self.pair = Pair.parse(keyboards)
        """The layouts of scanner and terminal, from the settings or the calibration barcode; None while unknown."""
        self._recent: deque[Inspection] = deque(maxlen=REMEMBERED)

    @property
    def recent(self) -> tuple[Inspection, ...]:
        """The last scans, newest first, without secret ones."""
        return tuple(reversed(self._recent))

    def read(self, scan: Scan, *, secret: bool = False) -> Code:
        """The scan's code. A secret scan is neither looked up among the tags nor remembered."""
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
        pair = diagnose(text)
        # A hand types on the terminal's own keyboard, a paste comes through none.
        if pair is not None and _is_quick(scan) and scan.suffix is not Suffix.PASTE:
            self.pair = pair
        return Calibration(text, pair)

    def _tags_by_pair(self, scan: Scan) -> set[str]:
        """The tags that fit through the known layouts; none when these are unknown.

        A paste comes through no keyboard, and a hand types on the terminal's own.
        """
        pair = self.pair
        if pair is None or not _is_quick(scan) or scan.suffix is Suffix.PASTE:
            return set()
        tags = {tag for text in _parts(scan) for tag in self._among(_readings(text, [pair]))}
        if tags and not pair.is_in_order and not _is_machine(scan):
            # It may be a fast hand, whose text needs no repair.
            tags |= self._among(_parts(scan))
        return tags

    def _tags(self, scan: Scan) -> set[str]:
        """The tags that fit the literal text, and for a scan those of every other reading.

        Text by hand or a paste is repaired only when it fits no tag literally.
        """
        literal = self._among(_parts(scan))
        if literal and (not _is_quick(scan) or scan.suffix is Suffix.PASTE):
            return literal
        return literal | {tag for text in _parts(scan) for tag in self._among(_readings(text, PAIRS))}

    def _among(self, texts: Iterable[str]) -> set[str]:
        return {tag for text in texts if (tag := self._literal(text)) is not None}

    def _literal(self, text: str) -> str | None:
        """The known tag that the text is, literally or else without the scanner's prefix."""
        composed, cleaned = _composed(text), clean(text)
        spool = self._find(composed)
        if spool is None and cleaned != composed:
            spool = self._find(cleaned)
        return spool.tag_spool if spool is not None else None


def _parts(scan: Scan) -> list[str]:
    """The whole text, and its fast end where slower characters came before."""
    return [scan.typed] if scan.typed_burst is None else [scan.typed, scan.typed_burst]


def _is_quick(scan: Scan) -> bool:
    """Whether a scanner may have typed it, or its end."""
    return scan.is_scan or scan.burst is not None


def _is_machine(scan: Scan) -> bool:
    return max(scan.gaps, default=SLOWEST_MACHINE) < SLOWEST_MACHINE


def _readings(text: str, pairs: Iterable[Pair]) -> Iterator[str]:
    """The possible originals through these layouts, with Caps Lock or without."""
    # Caps Lock also changed a letter that is a sign in another layout.
    variants = (text, text.swapcase()) if _SIGN_ELSEWHERE.search(text) else (text,)
    for variant, pair in product(variants, pairs):
        for reading in decoded(variant, pair):
            yield reading
            yield reading.swapcase()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
