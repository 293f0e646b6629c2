"""Lector: the scan inspector. It shows what a scanner types, key by key; nothing that is scanned here acts."""

import asyncio
import unicodedata
from collections.abc import Collection
from statistics import median
from typing import Final

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.widgets import Static
from typing_extensions import override

from core.domain.writing.dates import format_datetime
from core.private import write_private
from kiosk.scanning.codes import (
    Ambiguous,
    Badge,
    Calibration,
    Choice,
    Code,
    Command,
    Glued,
    Goods,
    Pressed,
    Text,
    UnknownCommand,
)
from kiosk.scanning.reading import Inspection
from kiosk.scanning.scanner import Keystroke, Scan
from kiosk.screens import keys
from kiosk.screens.base import KioskScreen
from kiosk.screens.keys import Act
from kiosk.widgets.panel import QuietPanel, Tone
from kiosk.widgets.table import Box, Column, Row, Table
from kiosk.words.wording import Notice, Wording

_CONTROLS: Final = (
    *("NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI"),
    *("DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US"),
)
_CELL: Final = 5
"""Width of one key with its gap below it: four digits of milliseconds."""


def visible(text: str) -> str:
    """The text with each character that prints nothing by its name, `<GS>`, and blanks as `␣`."""
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char == " ":
        return "␣"
    if ord(char) < len(_CONTROLS):
        return f"<{_CONTROLS[ord(char)]}>"
    # A mark without its letter would be drawn on the character before it.
    return char if char.isprintable() and not unicodedata.combining(char) else f"<U+{ord(char):04X}>"


def came(scan: Scan) -> str:
    """All that came, made visible; what was lying there before the scan is set apart."""
    if not scan.keystrokes:
        return visible(scan.text)
    shown = [visible(key.character) for key in scan.keystrokes]
    if scan.burst_start:
        shown.insert(scan.burst_start, " ▸ ")
    return "".join(shown)


def gap_summary(scan: Scan) -> str:
    """The shortest, middle and longest time between two keys, in milliseconds; a dash where there is none."""
    gaps = scan.gaps
    return f"{min(gaps):.0f} / {median(gaps):.0f} / {max(gaps):.0f}" if gaps else "—"


def keys_and_gaps(keystrokes: tuple[Keystroke, ...], width: int) -> str:
    """The keys in rows of `width` cells, each with the milliseconds since the one before below it."""
    shown = [(visible(key.character), "" if key.gap is None else f"{min(key.gap, 9999):.0f}") for key in keystrokes]
    cell = max(_CELL, *(cell_len(key) + 1 for key, _ in shown), 0)
    per_row = max(1, width // cell)
    lines = []
    for start in range(0, len(shown), per_row):
        row = shown[start : start + per_row]
        lines += ["".join(set_cell_size(text, cell) for text in texts) for texts in zip(*row, strict=True)]
    return "\n".join(line.rstrip() for line in lines)


class LectorScreen(KioskScreen):
    """What the last scans were made of, the newest in detail."""

    CSS_PATH = "lector.tcss"
    inspects = True
    KEYS = keys.LECTOR

    @override
    def compose_body(self) -> ComposeResult:
        words = self.words
        yield QuietPanel(classes="-quiet")
        with Box(id="newest", classes="box") as newest:
            newest.label(title=words("lector.title"))
            yield Static(words("lector.hint"), markup=False, id="came")
            yield Static(markup=False, id="became")
            yield Static(markup=False, id="keys")
            yield Static(markup=False, id="how")
        with Box(classes="box", id="recent") as recent:
            recent.label(title=words("lector.recent"))
            yield Table(
                [
                    Column(words("lector.column.came"), 16, weight=2),
                    Column(words("lector.column.gaps"), 14),
                    Column(words("lector.column.ends"), 5),
                    Column(words("lector.column.prefix"), 7),
                    Column(words("lector.column.became"), 20, weight=3),
                ]
            )

    @override
    def not_now(self) -> Collection[Command | Act]:
        return () if self.kiosk.reader.recent else (Command.LECTOR,)

    @override
    def on_mount(self) -> None:
        super().on_mount()
        # Whoever scans the calibration barcode, wherever they stand, comes here for its verdict.
        if (recent := self.kiosk.reader.recent) and isinstance(recent[0].code, Calibration):
            self.show_notice(*verdict(recent[0].code, self.words))

    @override
    def refresh_board(self) -> None:
        recent, words = self.kiosk.reader.recent, self.words
        self.query_one(Table).show([self._row(place, seen) for place, seen in enumerate(recent)])
        if not recent:
            return
        newest = recent[0]
        self.query_one("#recent", Box).label(title=words("lector.recent_count", count=len(recent)))
        self.query_one("#came", Static).update(came(newest.scan))
        self.query_one("#became", Static).update(words("lector.became", what=self._became(newest.code)))
        room = self.query_one("#keys", Static).size.width
        self.query_one("#keys", Static).update(keys_and_gaps(newest.scan.keystrokes, room))
        self.query_one("#how", Static).update(_how(newest.scan, words))

    def _row(self, place: int, seen: Inspection) -> Row:
        scan, unknown = seen.scan, isinstance(seen.code, (Ambiguous, Glued, Goods, UnknownCommand))
        cells = (came(scan), gap_summary(scan), scan.suffix, visible(scan.prefix), self._became(seen.code))
        return Row(str(place), cells, alert=unknown, dim=place > 0)

    def _became(self, code: Code) -> str:
        words = self.words
        match code:
            case Badge(number):
                return words("lector.is_badge", number=number)
            case Command():
                return words("lector.is_command", name=f"C.{code}")
            case Choice(number):
                return words("lector.is_choice", number=number)
            case Ambiguous(tags=tags):
                return words("lector.is_ambiguous", tags=", ".join(map(visible, tags)))
            case Glued(labels):
                return words("lector.is_glued", labels=" + ".join(map(visible, labels)))
            case Goods(text, symbology):
                return words("lector.is_goods", symbology=symbology, text=visible(text))
            case Calibration():
                return words("lector.is_calibration", verdict=self._verdict_in_short(code))
            case Text(text) if spool := self.kiosk.board.find(text):
                return words("lector.is_spool", tag=spool.tag_spool)
            case Text(text) | UnknownCommand(text):
                return words("lector.is_nothing", text=visible(text))
            case _:
                return str(code)

    def _verdict_in_short(self, calibration: Calibration) -> str:
        words, pair = self.words, calibration.pair
        if pair is None:
            return words("lector.calibration.unknown")
        return words("lector.calibration.ok") if pair.is_in_order else str(pair)

    @override
    async def handle(self, code: Code) -> None:
        """Show what came; only leaving, saving and moving about in the list are done."""
        match code:
            case Command.SALIR | Command.LECTOR | Pressed():
                await super().handle(code)
            case Calibration():
                self.refresh_board()
                self.show_notice(*verdict(code, self.words))
            case _:
                self.query_one(QuietPanel).hush()
                self.refresh_board()

    @override
    async def on_command_code(self, command: Command) -> bool:
        if command is Command.LECTOR:
            self.refresh_board()
            await self._save()
            return True
        return await super().on_command_code(command)

    async def _save(self) -> None:
        words, now = self.words, self.now()
        file = self.kiosk.session.configured.data_dir / f"lector-{now:%Y%m%d-%H%M%S}.txt"
        station, at = self.kiosk.session.configured.station, format_datetime(now, self.kiosk.session.configured.zone)
        heading = [
            words("lector.file.title", station=station, now=at),
            words("lector.file.pair", pair=self.kiosk.reader.pair or words("lector.file.pair_unknown")),
        ]
        scans = [line for seen in self.kiosk.reader.recent for line in self._lines_of(seen)]
        text = "\n".join([*heading, *scans])
        try:
            await asyncio.to_thread(write_private, file, f"{text}\n")
        except OSError as trouble:
            reason = f"{file}: {trouble.strerror}"
            self.refuse(Notice(words("lector.not_saved.title"), reason, words("lector.not_saved.next")))
        else:
            self.show_notice(Tone.DONE, Notice(words("lector.saved.title"), str(file), words("lector.saved.next")))

    def _lines_of(self, seen: Inspection) -> list[str]:
        words, scan = self.words, seen.scan
        became = words("lector.became", what=self._became(seen.code))
        return ["", came(scan), became, _how(scan, words), keys_and_gaps(scan.keystrokes, 120)]


def _how(scan: Scan, words: Wording) -> str:
    quick = scan.is_scan or scan.burst is not None
    return words(
        "lector.how",
        suffix=scan.suffix,
        prefix=visible(scan.prefix) or words("lector.no_prefix"),
        gaps=gap_summary(scan),
        speed=words("lector.by_scanner") if quick else words("lector.by_hand"),
    )


def verdict(calibration: Calibration, words: Wording) -> tuple[Tone, Notice]:
    """What the calibration barcode says about scanner and terminal, and the cure."""
    pair = calibration.pair
    if pair is None:
        return Tone.REFUSED, words.notice("lector.unknown", text=visible(calibration.text))
    if pair.is_in_order:
        return Tone.DONE, words.notice("lector.in_order")
    scanner, terminal = words(f"layout.{pair.scanner}"), words(f"layout.{pair.terminal}")
    return Tone.REFUSED, words.notice("lector.mismatch", scanner=scanner, terminal=terminal, pair=pair)
