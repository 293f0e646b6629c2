"""The worksheets of the spreadsheet: those it lacks are made whole, in one request; the shop's are protected.

A worksheet with any content is never touched. An empty answer is no proof that a worksheet is empty: it is asked for
twice, and one that is taken over is never written over nor made smaller.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from core.domain.model import Rol
from core.domain.writing.texts import plain
from core.plant import columns
from core.plant.reading import OPERACIONES, ROLES, TRABAJADORES, UNIONES
from core.sheet import metadata, taller
from core.sheet.plant import title_among
from core.sheet.shop_rows import ShopRows
from core.sheet.spreadsheet.client import Request, Spreadsheet, Worksheet, a1

_DEFAULT_TITLES: Final = frozenset({"hoja1", "sheet1"})
"""What Google calls the only worksheet of a new spreadsheet, in either language."""
_PROTECTED: Final = "Lo escribe el taller"
_TEXT: Final = {"type": "TEXT"}
_DATE: Final = {"type": "DATE", "pattern": "dd-mm-yyyy"}
_WHOLE: Final = {"type": "NUMBER", "pattern": "0"}
_INCHES: Final = {"type": "NUMBER", "pattern": "0.0###"}
_CHECKBOX: Final = {"condition": {"type": "BOOLEAN"}, "strict": True}


def _one_of(values: Iterable[str], *, strict: bool) -> Request:
    listed = [{"userEnteredValue": value} for value in values]
    return {"condition": {"type": "ONE_OF_LIST", "values": listed}, "strict": strict, "showCustomUi": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Design:
    """A worksheet as it begins. One of the `shop` is protected: only the service account may edit it."""

    title: str
    headers: Sequence[str]
    rows: int
    formats: Mapping[str, Request]
    rules: Mapping[str, Request] = field(default_factory=dict)
    shop: bool = False


def _shops(design: ShopRows) -> _Design:
    formats = {column: _INCHES if column in design.numbers else _TEXT for column in design.columns}
    whole = {column: _WHOLE for column in design.numbers if "DN_" not in column and "Pulgadas" not in column}
    return _Design(title=design.title, headers=design.columns, rows=1000, formats=formats | whole, shop=True)


_METADATA: Final = _Design(
    title=metadata.METADATA,
    headers=metadata.COLUMNS,
    # It grows as events come: a spreadsheet has ten million cells.
    rows=1000,
    formats=dict.fromkeys(metadata.COLUMNS, _TEXT),
    shop=True,
)
_DESIGNS: Final = (
    _Design(
        title=OPERACIONES,
        headers=columns.OFFICES,
        rows=1000,
        # As text a tag keeps its leading zeros.
        formats={**dict.fromkeys(columns.OFFICES, _TEXT), "Fecha_Materiales": _DATE},
        # Not strict: a day typed as text is understood as well.
        rules={"Fecha_Materiales": {"condition": {"type": "DATE_IS_VALID"}, "strict": False}},
    ),
    _Design(
        title=TRABAJADORES,
        headers=columns.TRABAJADORES,
        rows=200,
        formats={"Id": _WHOLE, "Nombre": _TEXT, "Apellido": _TEXT},
        rules={"Activo": _CHECKBOX, "Idioma": _one_of(("es", "en"), strict=False)},
    ),
    _Design(
        title=ROLES,
        headers=columns.ROLES,
        rows=400,
        formats={"Id": _WHOLE},
        rules={"Rol": _one_of(Rol, strict=True), "Activo": _CHECKBOX},
    ),
    _Design(
        title=UNIONES,
        headers=columns.UNIONES,
        rows=1000,
        # As text `1 1/2` does not become a day.
        formats={**dict.fromkeys(columns.UNIONES, _TEXT), "N_UNION": _WHOLE},
    ),
    _shops(taller.SPOOL_ROWS),
    _shops(taller.UNION_ROWS),
    _METADATA,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksheetsReport:
    """The worksheets that were written, and those that had content already and were left as they are, by title."""

    written: tuple[str, ...]
    left: tuple[str, ...]


async def write_worksheets(spreadsheet: Spreadsheet) -> WorksheetsReport:
    """Give the spreadsheet the worksheets it lacks, in at most five requests; where it lacks none, nothing changes.

    An empty worksheet with the right name is taken, and so is the only one of a new spreadsheet. A worksheet of the
    shop's that is not protected is; one of an older program's gets the columns that it lacks.
    Raises SheetUnusableError when two worksheets have one of the names, SheetUnavailableError.
    """
    there = await spreadsheet.worksheets()
    by_title = {worksheet.title: worksheet for worksheet in there}
    named = {design.title: by_title[title] for design in _DESIGNS if (title := title_among(by_title, design.title))}
    default = _default_worksheet(there)
    empty = await _empty_ones(spreadsheet, [*named.values(), *default])
    ids = _free_ids(there)
    requests: list[Request] = []
    written = []
    for design in _DESIGNS:
        present = named.get(design.title)
        if present is None:
            spare = default.pop() if default and default[0] in empty else None
            sheet_id = spare.sheet_id if spare else next(ids)
            requests += _made_of(design, spare) if spare else _added(design, sheet_id)
            written.append(design.title)
        else:
            sheet_id = present.sheet_id
            if present in empty:
                requests += _made_of(design, present)
                written.append(design.title)
        if design.shop and not (present and present.is_protected):
            requests.append(_protection(sheet_id, spreadsheet.account))
    requests += await _widening(spreadsheet, [each for title, each in named.items() if title not in written])
    await spreadsheet.change(requests)
    left = tuple(worksheet.title for title, worksheet in named.items() if title not in written)
    return WorksheetsReport(written=tuple(written), left=left)


def next_metadata_worksheet(title: str, there: Sequence[Worksheet], account: str) -> list[Request]:
    """The requests that add the next worksheet for events."""
    sheet_id = next(_free_ids(there))
    return [*_added(replace(_METADATA, title=title), sheet_id), _protection(sheet_id, account)]


async def _widening(spreadsheet: Spreadsheet, present: Sequence[Worksheet]) -> list[Request]:
    """What gives Taller among these worksheets the columns that an older program's lacks."""
    design = taller.SPOOL_ROWS
    found = [worksheet for worksheet in present if plain(worksheet.title) == plain(design.title)]
    headers = await spreadsheet.read([a1(worksheet.title, "1:1") for worksheet in found])
    return [
        request
        for worksheet, header in zip(found, headers, strict=True)
        if header and design.is_older(design.texts_in(header[0]))
        for request in widened(design, worksheet)
    ]


def widened(design: ShopRows, present: Worksheet) -> list[Request]:
    """The requests that give a worksheet of the shop, as an older program made it, the newer columns.

    What somebody has to the right of the older ones stays, to the right of the newer.
    """
    first, end = design.older, len(design.columns)
    span = {"sheetId": present.sheet_id, "dimension": "COLUMNS"}
    place = {**span, "startIndex": first, "endIndex": end}
    room = (
        {"insertDimension": {"range": place, "inheritFromBefore": False}}
        if present.columns > first
        else {"appendDimension": {**span, "length": end - first}}
    )
    return [room, *_furnished(_shops(design), present.sheet_id, first)]


def _default_worksheet(there: Sequence[Worksheet]) -> list[Worksheet]:
    """The one that Google gives a new spreadsheet, when it is still the only one."""
    return [only for only in there if len(there) == 1 and plain(only.title) in _DEFAULT_TITLES]


async def _empty_ones(spreadsheet: Spreadsheet, worksheets: Sequence[Worksheet]) -> list[Worksheet]:
    """Those that show no cell, asked twice. An unticked box, or a formula that shows nothing, is a cell."""
    empty = list(worksheets)
    for _ in range(2):
        answers = await spreadsheet.read([a1(worksheet.title) for worksheet in empty])
        empty = [worksheet for worksheet, cells in zip(empty, answers, strict=True) if not any(cells)]
    return empty


def _free_ids(there: Sequence[Worksheet]) -> Iterator[int]:
    """Ids for worksheets that are added: named in the request itself, so that what follows there can refer to them."""
    taken = {worksheet.sheet_id for worksheet in there}
    return (number for number in range(1, 2**31) if number not in taken)


def _added(design: _Design, sheet_id: int) -> Iterator[Request]:
    """What makes a new worksheet of this id."""
    size = {"rowCount": design.rows, "columnCount": len(design.headers), "frozenRowCount": 1}
    yield {"addSheet": {"properties": {"sheetId": sheet_id, "title": design.title, "gridProperties": size}}}
    yield from _furnished(design, sheet_id)


def _made_of(design: _Design, present: Worksheet) -> Iterator[Request]:
    """What makes it of a worksheet that is there: a new first row, and columns where there are too few."""
    sheet_id = present.sheet_id
    first = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    yield {"insertDimension": {"range": first, "inheritFromBefore": False}}
    if (lacking := len(design.headers) - present.columns) > 0:
        yield {"appendDimension": {"sheetId": sheet_id, "dimension": "COLUMNS", "length": lacking}}
    title = design.title if plain(present.title) in _DEFAULT_TITLES else present.title
    properties = {"sheetId": sheet_id, "title": title, "gridProperties": {"frozenRowCount": 1}}
    yield {"updateSheetProperties": {"properties": properties, "fields": "title,gridProperties.frozenRowCount"}}
    yield from _furnished(design, sheet_id)


def _furnished(design: _Design, sheet_id: int, first: int = 0) -> Iterator[Request]:
    """Headers, number formats and validation rules, from the column `first` (from 0) on."""
    looks = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    cells = [{"userEnteredValue": {"stringValue": header}, **looks} for header in design.headers[first:]]
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": first}
    fields = "userEnteredValue,userEnteredFormat.textFormat.bold"
    yield {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": fields}}
    for number_format, headers in groupby(design.headers[first:], design.formats.get):
        end = first + len(list(headers))
        if number_format:
            place = _below_the_header(sheet_id, first, end)
            cell = {"userEnteredFormat": {"numberFormat": number_format}}
            yield {"repeatCell": {"range": place, "cell": cell, "fields": "userEnteredFormat.numberFormat"}}
        first = end
    for header, rule in design.rules.items():
        at = design.headers.index(header)
        yield {"setDataValidation": {"range": _below_the_header(sheet_id, at, at + 1), "rule": rule}}


def _protection(sheet_id: int, account: str) -> Request:
    """Only the service account, and the spreadsheet's owner, may edit the worksheet."""
    # Without a list of editors everybody would be one; whoever sends the request always is.
    editors = {"users": [account] if account else []}
    protected = {"range": {"sheetId": sheet_id}, "description": _PROTECTED, "warningOnly": False, "editors": editors}
    return {"addProtectedRange": {"protectedRange": protected}}


def _below_the_header(sheet_id: int, first: int, end: int) -> Request:
    return {"sheetId": sheet_id, "startRowIndex": 1, "startColumnIndex": first, "endColumnIndex": end}
