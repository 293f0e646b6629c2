"""A CSV file as a table: separators, quotes, titles and encodings as offices save them. It never judges a cell.

A file is read line by line, as often as its table is gone through: a plant of hundreds of thousands of rows is never in
memory as text.
"""

import csv
import re
import sys
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Defecto, InvalidValueError
from core.plant.tables import HEADER_WITHIN, BrokenLine, Layout, Source, Table, find_header

SEPARATORS: Final = (",", ";", "\t")
UTF_8: Final = "UTF-8"
UTF_16: Final = "UTF-16"
WINDOWS_1252: Final = "Windows-1252"

_CODECS: Final = {
    "utf-8-sig": UTF_8,
    "utf-16": UTF_16,
    "utf-16-le": UTF_16,
    "utf-16-be": UTF_16,
    "cp1252": WINDOWS_1252,
}
"""Python's codecs, by the name that people know. `utf-8-sig` reads UTF-8 without a mark as well."""
_MARK: Final = b"\xef\xbb\xbf"
_SAMPLE: Final = 4096
_CHUNK: Final = 1 << 20
_SHOWN: Final = 80
"""How many characters of a broken line are shown."""
_SEPARATOR_LINE: Final = re.compile(r'"?sep=(?P<separator>.)"?\s*', re.IGNORECASE)


def open_csv(path: Path, layout: Layout) -> Table:
    """The table in the file at `path`; its header may stand below titles and blank lines.

    Raises InvalidRequestError when the file is missing, cannot be read or has not the columns it must have.
    """
    try:
        with path.open("rb") as stream:
            sample = stream.read(_SAMPLE)
        if sample.lstrip(_MARK).lstrip().startswith(b"<"):
            raise InvalidRequestError(path.name, Defecto.ES_PAGINA, str(path))
        codec, size = _codec(path, sample)
        lines = _best_split(path, codec, layout)
    except FileNotFoundError as exc:
        raise InvalidRequestError(path.name, Defecto.NO_EXISTE, str(path)) from exc
    except OSError as exc:
        raise InvalidRequestError(path.name, Defecto.ILEGIBLE, str(path), detail=exc.strerror) from exc
    headers = lines.headers
    source = Source(file=path.name, line=lines.header, separator=lines.separator, encoding=_CODECS[codec])
    try:
        return Table.under(headers, layout, name=path.name, lines=lines, source=source, size=size)
    except InvalidValueError as exc:
        raise InvalidRequestError(path.name, exc.reason, headers, **exc.data) from exc


def _codec(path: Path, sample: bytes) -> tuple[str, int]:
    """The first codec that the whole file can be read with, and how many lines it has. Raises InvalidRequestError."""
    for codec in _possible_codecs(sample):
        try:
            with path.open(encoding=codec, newline="") as stream:
                return codec, sum(chunk.count("\n") for chunk in iter(lambda: stream.read(_CHUNK), ""))
        except UnicodeError:
            continue
    raise InvalidRequestError(path.name, Defecto.CODIFICACION_DESCONOCIDA, str(path))


def _possible_codecs(sample: bytes) -> Sequence[str]:
    """The codecs to try for a file that begins like this, the likeliest first."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if b"\0" not in sample:
        return ("utf-8-sig", "cp1252")
    # In UTF-16 every other byte of a western text is 0.
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    many = len(sample) // 4
    if odd > many and not even:
        return ("utf-16-le",)
    if even > many and not odd:
        return ("utf-16-be",)
    return ("utf-8-sig",)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a file below its header, which is in line `header` (from 1), split into cells."""

    path: Path
    codec: str
    separator: str
    header: int = 0
    headers: Sequence[str] = ()

    def __iter__(self) -> Generator[tuple[int, Sequence[object] | BrokenLine]]:
        # A cell may be as long as the file.
        csv.field_size_limit(sys.maxsize)
        with self.path.open(encoding=self.codec, newline="") as stream:
            for line, cells in _records(stream, self.separator):
                if line > self.header:
                    yield line, cells


def _best_split(path: Path, codec: str, layout: Layout) -> _Lines:
    """The file split by the separator that its first line names, else by the one under which a header has most columns.

    Of equal ones it is the one that splits the header into most cells.
    """
    with path.open(encoding=codec, newline="") as stream:
        named = _SEPARATOR_LINE.fullmatch(stream.readline())
    found = []
    for separator in (named["separator"],) if named else SEPARATORS:
        with closing(iter(_Lines(path, codec, separator))) as lines:
            # A line that names the separator is no row.
            head = [(line, cells) for line, cells in islice(lines, HEADER_WITHIN) if not (named and line == 1)]
        rows = [() if isinstance(cells, BrokenLine) else cells for _, cells in head]
        at, columns, width = find_header(rows, layout)
        header, headers = (head[at][0], [str(cell) for cell in rows[at]]) if head else (0, [])
        found.append((columns, width, _Lines(path, codec, separator, header, headers)))
    return max(found, key=lambda each: each[:2])[2]


def _records(stream: Iterator[str], separator: str) -> Iterator[tuple[int, Sequence[object] | BrokenLine]]:
    """Each record's first line (from 1) and its cells.

    A quote that is never closed would swallow the rows below it: then only the line with the quote is broken.
    """
    again: deque[str] = deque()
    record: list[str] = []

    def feed() -> Iterator[str]:
        while again:
            record.append(again.popleft())
            yield record[-1]
        for line in stream:
            record.append(line)
            yield line

    number = 1
    while True:
        try:
            for cells in csv.reader(feed(), delimiter=separator, strict=True):
                yield number, cells
                number += len(record)
                record.clear()
        except csv.Error:
            yield number, BrokenLine(record[0].rstrip("\r\n")[:_SHOWN])
            again.extendleft(reversed(record[1:]))
            number += 1
            record.clear()
        else:
            return
