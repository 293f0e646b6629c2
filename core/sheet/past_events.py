"""Whether the sheet has events of a ledger: whoever begins another may lose what they tell. It only reads."""

from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.errors import SheetHasHistoryError, SheetUnusableError
from core.domain.reasons import InvalidValueError
from core.plant.columns import letters
from core.plant.tables import BadCellError, Row, Table, says_something
from core.sheet import metadata
from core.sheet.spreadsheet import Spreadsheet, Worksheet, a1

LAST_ROWS: Final = 50
"""How many rows are looked at, from the last one up: a person may have written some by hand."""


async def require_no_past(spreadsheet: Spreadsheet, worksheets: Iterable[Worksheet], timezone: ZoneInfo) -> None:
    """Raise SheetHasHistoryError when the last rows of Metadata hold an event as a ledger's mirror wrote it.

    What another program or a person wrote there does not count, nor does a sheet without Metadata. Raises
    SheetUnusableError when the columns of a Metadata worksheet cannot be told, SheetUnavailableError.
    """
    # One of a single row has a header at most, and the API refuses to be asked for what is below.
    by_title = {worksheet.title: worksheet for worksheet in worksheets if worksheet.rows > 1}
    for title in reversed(metadata.in_order(by_title)):
        rows = await _last_rows(spreadsheet, title)
        if any(_is_an_event(row, timezone) for row in rows):
            raise SheetHasHistoryError(title)
        if rows:
            return
        # It may have been begun a moment ago, when the one before it was full.


async def _last_rows(spreadsheet: Spreadsheet, title: str) -> Sequence[Row]:
    [headers] = await spreadsheet.read([a1(title, "1:1")])
    names = headers[0] if headers else []
    if not any(map(says_something, names)):
        return ()
    try:
        column = letters(metadata.find_places(names)["ID"])
    except InvalidValueError as exc:
        raise SheetUnusableError(title, exc.reason, **exc.data) from exc
    [ids] = await spreadsheet.read_columns([a1(title, f"{column}2:{column}")])
    if not ids:
        return ()
    last = len(ids) + 1
    first = max(2, last + 1 - LAST_ROWS)
    [found] = await spreadsheet.read([a1(title, f"{first}:{last}")])
    lines = list(enumerate(found, start=first))
    return tuple(Table.under(names, metadata.LAYOUT, name=title, lines=lines).rows())


def _is_an_event(row: Row, timezone: ZoneInfo) -> bool:
    try:
        _, exact = metadata.event_of(row, timezone)
    except BadCellError:
        return False
    return exact
