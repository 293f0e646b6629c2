"""From a scan to its code: badge, command or spool, also through a wrong keyboard layout.

It never guesses: where several labels fit, the code is ambiguous. It looks tags up one by one, so that a scan costs
the same in a plant of any size.
"""

import unicodedata
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.domain.model import TAG_MAX_LENGTH, Spool
from kiosk.scanning.calibration import diagnose, is_calibration
from kiosk.scanning.codes import Ambiguous, Calibration, Code, Glued, Goods, Order, Text, parse
from kiosk.scanning.gs1 import symbology
from kiosk.scanning.keyboards import Pair, caps_locked, likeliest, readings
from kiosk.scanning.scanner import SHORTEST_CODE, Scan, Suffix, clean

REMEMBERED: Final = 20

SLOWEST_MACHINE: Final = 30.0
"""Milliseconds between characters: nobody types a tag by hand so fast."""

Labels = dict[str, Code]
"""What a scan may be, by the text printed on each label."""


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
            if isinstance(by_form, Order):
                return by_form
            typed = scan.typed
            by_layout = readings(typed, None) if _is_scanned(scan) else ()
            orders = {order for text in by_layout if (order := _order(text, typed)) is not None}
            if len(orders) == 1:
                return orders.pop()
            return Text(_composed(typed)) if isinstance(by_form, Text) else by_form
        code = self._meant(scan)
        self._recent.append(Inspection(scan, code))
        return code

    def _meant(self, scan: Scan) -> Code:
        calibration = next((text for text in (scan.text, scan.burst) if text and is_calibration(text)), None)
        if calibration is not None:
            return self._calibrated(scan, calibration)
        by_form = parse(scan.text)
        if isinstance(by_form, Text) and scan.burst is not None and not self._literal(scan.typed):
            by_form = parse(scan.burst)
        if isinstance(by_form, Order):
            return by_form
        labels = self._labels_by_pair(scan) or self._labels(scan)
        match sorted(labels):
            case [label]:
                return labels[label]
            case [_, *_] as several:
                return Ambiguous(scan.text, tuple(several))
        if _is_scanned(scan) and (named := self._named(scan)):
            return named
        if not isinstance(by_form, Text):
            return by_form
        return Text(scan.text if _is_quick(scan) else _composed(scan.typed), by_hand=not _is_machine(scan))

    def _calibrated(self, scan: Scan, text: str) -> Calibration:
        pair = diagnose(text)
        # A hand types on the terminal's own keyboard, a paste comes through none.
        if pair is not None and _is_scanned(scan):
            self.pair = pair
        return Calibration(text, pair)

    def _labels_by_pair(self, scan: Scan) -> Labels:
        """The labels that fit through the known layouts; none when these are unknown.

        A paste comes through no keyboard, and a hand types on the terminal's own.
        """
        pair = self.pair
        if pair is None or not _is_scanned(scan):
            return {}
        labels = self._through(pair, scan)
        if labels and not pair.is_in_order and not _is_machine(scan):
            # It may be a fast hand, whose text needs no repair.
            labels |= self._literally(scan)
        return labels

    def _labels(self, scan: Scan) -> Labels:
        """The labels that fit the literal text, and for a scan those of every other reading.

        Text by hand or a paste is repaired only when it fits no tag literally.
        """
        literal = self._literally(scan)
        return literal if literal and not _is_scanned(scan) else self._through(None, scan) | literal

    def _through(self, pair: Pair | None, scan: Scan) -> Labels:
        """The labels that fit by these layouts, or else by any. Only scanners type badges and commands."""
        labels: Labels = {}
        scanned = _is_scanned(scan)
        for part in _parts(scan):
            for text in readings(part, pair):
                tags = self._tags(text)
                if scanned and not tags and (order := _order(text, part)) is not None:
                    labels[clean(text).upper()] = order
                elif pair is not None or not _swaps_letters(text, part):
                    labels |= {tag: Text(tag) for tag in tags}
                elif scanned and self.pair is None:
                    # Letters alone, as Y for Z, say nothing of another layout: the text may be as printed.
                    labels |= {tag: Ambiguous(scan.text, (tag,)) for tag in tags - labels.keys()}
        return labels

    def _tags(self, text: str) -> set[str]:
        """The known tag that the text is, and the one that Caps Lock makes of it."""
        tag = self._literal(text)
        if tag is None:
            return set()
        return {tag, self._literal(caps_locked(text)) or tag}

    def _literally(self, scan: Scan) -> Labels:
        return {tag: Text(tag) for text in _parts(scan) if (tag := self._literal(text)) is not None}

    def _literal(self, text: str) -> str | None:
        """The known tag that the text is, literally or else without the scanner's prefix."""
        composed = _composed(text)
        spool = self._find(composed)
        if spool is None and (cleaned := clean(text)) != composed:
            spool = self._find(cleaned)
        return spool.tag_spool if spool is not None else None

    def _named(self, scan: Scan) -> Glued | Goods | None:
        """What a scan that fits no label is all the same: several at once, or the label of goods."""
        typed = scan.typed_burst or scan.typed
        for text in likeliest(typed, self.pair):
            if kind := symbology(text, separated=scan.has_separators):
                return Goods(scan.burst or scan.text, kind)
            if len(labels := self._split(clean(text))) > 1:
                return Glued(labels)
        return None

    def _split(self, text: str) -> tuple[str, ...]:
        """The labels that the text consists of, one after the other; empty when it does not."""
        reached: dict[int, tuple[str, ...]] = {0: ()}
        for end in range(SHORTEST_CODE, len(text) + 1):
            for start, labels in list(reached.items()):
                part = text[start:end]
                if SHORTEST_CODE <= len(part) <= TAG_MAX_LENGTH:
                    label = part.upper() if isinstance(parse(part), Order) else self._literal(part)
                    if label is not None:
                        reached[end] = (*labels, label)
        return reached.get(len(text), ())


def _order(text: str, part: str) -> Order | None:
    """The badge or command that the text is, unless it is what arrived: that was looked at before."""
    if "." not in text or text.casefold() == part.casefold():
        return None
    order = parse(clean(text))
    return order if isinstance(order, Order) else None


def _swaps_letters(text: str, part: str) -> bool:
    """Whether the text is what arrived but for letters that are others."""
    one, other = text.lower(), part.lower()
    return (
        one != other
        and len(one) == len(other)
        and all(a == b or (a.isalpha() and b.isalpha()) for a, b in zip(one, other, strict=True))
    )


def _parts(scan: Scan) -> list[str]:
    """The whole text, and its fast end where slower characters came before."""
    return [scan.typed] if scan.typed_burst is None else [scan.typed, scan.typed_burst]


def _is_quick(scan: Scan) -> bool:
    """Whether a scanner may have typed it, or its end."""
    return scan.is_scan or scan.burst is not None


def _is_scanned(scan: Scan) -> bool:
    """Whether it may have come through a scanner and its keyboard layout."""
    return _is_quick(scan) and scan.suffix is not Suffix.PASTE


def _is_machine(scan: Scan) -> bool:
    return max(scan.gaps, default=SLOWEST_MACHINE) < SLOWEST_MACHINE


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
