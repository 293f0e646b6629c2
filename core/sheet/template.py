"""The worksheets of an empty spreadsheet: headers, formats and validation, in one request that is applied whole.

A worksheet with any content is never touched. An empty answer is no proof that a worksheet is empty: it is asked for
twice, and one that is taken over is never written over nor made smaller, so that nothing could be lost there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.domain.errors import SheetUnusableError
from core.domain.model import Rol
from core.domain.reasons import Defecto
from core.domain.texts import plain
from core.plant import columns
from core.sheet import metadata
from core.sheet.source import OPERACIONES, ROLES, TRABAJADORES
from core.sheet.spreadsheet import Spreadsheet, Worksheet, a1

Request = Mapping[str, object]

_DEFAULT_TITLES: Final = frozenset({"hoja1", "sheet1"})
"""What Google calls the only worksheet of a new spreadsheet, in either language."""
_PROTECTED: Final = "Lo escribe el taller: un cambio a mano se deshace y queda registrado"
_TEXT: Final = {"type": "TEXT"}
_DATE: Final = {"type": "DATE", "pattern": "dd-mm-yyyy"}
_WHOLE: Final = {"type": "NUMBER", "pattern": "0"}
_CHECKBOX: Final = {"condition": {"type": "BOOLEAN"}, "strict": True}


def _one_of(values: Iterable[str], *, strict: bool) -> Request:
    listed = [{"userEnteredValue": value} for value in values]
    return {"condition": {"type": "ONE_OF_LIST", "values": listed}, "strict": strict, "showCustomUi": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Design:
    """A worksheet as it begins: `shops` are the columns a person is warned about before changing them."""

    title: str
    headers: Sequence[str]
    rows: int
    formats: Mapping[str, Request]
    rules: Mapping[str, Request]
    shops: Sequence[str] = ()
    bold: bool = True


_DESIGNS: Final = (
    _Design(
        title=OPERACIONES,
        headers=columns.MIRRORED,
        rows=1000,
        # As text a tag keeps its leading zeros, and a day of the shop's stays as the shop spelled it.
        formats={**dict.fromkeys(columns.MIRRORED, _TEXT), "Fecha_Materiales": _DATE},
        # Not strict: a day typed as text is understood as well.
        rules={"Fecha_Materiales": {"condition": {"type": "DATE_IS_VALID"}, "strict": False}},
        shops=columns.OWNED,
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
        title=metadata.METADATA,
        headers=metadata.COLUMNS,
        # Each row that is appended brings its own cells, of which a spreadsheet has ten million.
        rows=2,
        formats=dict.fromkeys(metadata.COLUMNS, _TEXT),
        rules={},
        shops=metadata.COLUMNS,
        # A row that is appended right below the header takes its looks.
        bold=False,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateReport:
    """The worksheets that were written, and those that had content already and were left as they are, by title."""

    written: tuple[str, ...]
    left: tuple[str, ...]


async def write_template(spreadsheet: Spreadsheet) -> TemplateReport:
    """Give the spreadsheet the worksheets it lacks, in at most four requests; where it lacks none, nothing changes.

    An empty worksheet with the right name is taken, and so is the only one of a new spreadsheet.
    Raises SheetUnusableError when two worksheets have one of the names, SheetUnavailableError.
    """
    there = await spreadsheet.worksheets()
    named = {design.title: found for design in _DESIGNS if (found := _by_name(design.title, there)) is not None}
    default = _default_worksheet(there)
    empty = await _empty_ones(spreadsheet, [*named.values(), *default])
    ids = _free_ids(there)
    requests: list[Request] = []
    written = []
    for design in _DESIGNS:
        present = named.get(design.title)
        if present is None:
            spare = default.pop() if default and default[0] in empty else None
            requests += _made_of(design, spare) if spare else _added(design, next(ids))
            written.append(design.title)
        elif present in empty:
            requests += _made_of(design, present)
            written.append(design.title)
    await spreadsheet.change(requests)
    left = tuple(worksheet.title for worksheet in named.values() if worksheet not in empty)
    return TemplateReport(written=tuple(written), left=left)


def next_metadata_worksheet(title: str, there: Sequence[Worksheet]) -> list[Request]:
    """What adds one more worksheet for events, under `title`, to a spreadsheet with the worksheets `there`."""
    return list(_added(replace(_DESIGNS[-1], title=title), next(_free_ids(there))))


def _by_name(title: str, there: Sequence[Worksheet]) -> Worksheet | None:
    """The worksheet that has this name already, whatever its case, accents and spacing."""
    if title == metadata.METADATA:
        logs = metadata.in_order(worksheet.title for worksheet in there)
        return next((worksheet for worksheet in there if worksheet.title in logs[-1:]), None)
    found = [worksheet for worksheet in there if plain(worksheet.title) == plain(title)]
    if len(found) > 1:
        raise SheetUnusableError(title, Defecto.HOJA_REPETIDA)
    return found[0] if found else None


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
    yield from _protection(design, sheet_id)


def _made_of(design: _Design, present: Worksheet) -> Iterator[Request]:
    """What makes it of a worksheet that is there: a new first row, and columns where there are too few."""
    sheet_id = present.sheet_id
    first = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    yield {"insertDimension": {"range": first, "inheritFromBefore": False}}
    if (lacking := len(design.headers) - present.columns) > 0:
        yield {"appendDimension": {"sheetId": sheet_id, "dimension": "COLUMNS", "length": lacking}}
    is_default = plain(present.title) in _DEFAULT_TITLES
    title = design.title if is_default else present.title
    properties = {"sheetId": sheet_id, "title": title, "gridProperties": {"frozenRowCount": 1}}
    yield {"updateSheetProperties": {"properties": properties, "fields": "title,gridProperties.frozenRowCount"}}
    yield from _furnished(design, sheet_id)
    if is_default:
        # Another one may have this very protection already, and Google refuses a second.
        yield from _protection(design, sheet_id)


def _furnished(design: _Design, sheet_id: int) -> Iterator[Request]:
    yield _headers(design, sheet_id)
    yield from _formats(design, sheet_id)
    yield from _validation(design, sheet_id)


def _headers(design: _Design, sheet_id: int) -> Request:
    looks = {"userEnteredFormat": {"textFormat": {"bold": design.bold}}}
    cells = [{"userEnteredValue": {"stringValue": header}, **looks} for header in design.headers]
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": 0}
    fields = "userEnteredValue,userEnteredFormat.textFormat.bold"
    return {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": fields}}


def _formats(design: _Design, sheet_id: int) -> Iterator[Request]:
    """One request for each run of neighbouring columns of one format; the header row keeps none of a number's."""
    for first, end, number_format in _runs([design.formats.get(header) for header in design.headers]):
        cell = {"userEnteredFormat": {"numberFormat": number_format}}
        place = _below_the_header(sheet_id, first, end)
        yield {"repeatCell": {"range": place, "cell": cell, "fields": "userEnteredFormat.numberFormat"}}


def _runs(formats: Sequence[Request | None]) -> Iterator[tuple[int, int, Request]]:
    start = 0
    for at in range(1, len(formats) + 1):
        if at == len(formats) or formats[at] != formats[start]:
            if (found := formats[start]) is not None:
                yield start, at, found
            start = at


def _validation(design: _Design, sheet_id: int) -> Iterator[Request]:
    for header, rule in design.rules.items():
        at = design.headers.index(header)
        yield {"setDataValidation": {"range": _below_the_header(sheet_id, at, at + 1), "rule": rule}}


def _protection(design: _Design, sheet_id: int) -> Iterator[Request]:
    """A warning, no lock: the mirror's account may be anybody's, and what a person changes is noticed anyway."""
    if design.shops:
        places = sorted(design.headers.index(header) for header in design.shops)
        span = {"sheetId": sheet_id, "startColumnIndex": places[0], "endColumnIndex": places[-1] + 1}
        protected = {"range": span, "description": _PROTECTED, "warningOnly": True}
        yield {"addProtectedRange": {"protectedRange": protected}}


def _below_the_header(sheet_id: int, first: int, end: int) -> Request:
    return {"sheetId": sheet_id, "startRowIndex": 1, "startColumnIndex": first, "endColumnIndex": end}
