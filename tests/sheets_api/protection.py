"""Protected ranges: requests that add, change and remove them, and what they keep a person from doing.

The proprietor and the service account are always among the editors. Whoever else may edit is named; where a request
has no `editors` at all, everybody is. Recorded answers: gspread's tests/cassettes/*protected_range*; refusals:
https://github.com/burnash/gspread/issues/1437, https://github.com/googleapis/google-api-python-client/issues/1064
https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/sheets#ProtectedRange
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.sheets_api.a1 import Box
from tests.sheets_api.book import Book, Sheet
from tests.sheets_api.errors import invalid
from tests.sheets_api.shifts import Shift, bounds

Protection = dict[str, Any]

_BOUNDS: Final = (*bounds(rows=True), *bounds(rows=False))
_WRITABLE: Final = ("description", "editors", "range", "warningOnly")


class ProtectedError(Exception):
    """What Sheets says to a person who may not do that."""

    def __init__(self) -> None:
        super().__init__(
            "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove "
            "protection if you need to edit."
        )


def described(protection: Protection) -> Protection:
    """As an answer has it, to the service account: zeros, and what is not set, are left out."""
    place = {name: value for name, value in protection["range"].items() if (name, value) != ("sheetId", 0)}
    return {**protection, "range": place, "requestingUserCanEdit": True}


def _add(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    given = _given(asked.get("protectedRange", {}))
    if "range" not in given:
        raise invalid("Must specify exactly one of range or namedRangeId.")
    sheet, _ = book.grid_range(given["range"])
    if any(given["range"] == other["range"] for other in sheet.protected_ranges):
        if _is_whole(given):
            raise invalid(f'Sheet "{sheet.title}" already has sheet protection.')
        raise invalid("Sorry, it is not possible to add an identical protection for one that already exists.")
    numbers = [other["protectedRangeId"] for any_sheet in book.sheets for other in any_sheet.protected_ranges]
    protection = {"protectedRangeId": max(numbers, default=1_000_000) + 1, **_with_editors(book, given, given)}
    sheet.protected_ranges.append(protection)
    return {"addProtectedRange": {"protectedRange": {**described(protection), "editors": {}}}}


def _update(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    """A warning has everybody for editors, and keeps them where it becomes a lock that names none."""
    given = _given(asked.get("protectedRange", {}))
    names = {name.strip().partition(".")[0] for name in asked.get("fields", "").split(",") if name.strip()}
    if not names:
        raise invalid("At least one field must be listed in 'fields'. (use '*' to indicate all fields)")
    names = set(_WRITABLE) if "*" in names else names
    sheet, before = _find(book, asked.get("protectedRange", {}).get("protectedRangeId", 0))
    changed = {name: value for name, value in given.items() if name in names}
    kept = {name: value for name, value in before.items() if name not in names}
    after = _with_editors(book, kept | changed, changed)
    if "range" not in after or book.grid_range(after["range"])[0] is not sheet:
        raise invalid("A protected range cannot be moved to another sheet.")
    sheet.protected_ranges[sheet.protected_ranges.index(before)] = after
    return {}


def _delete(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    sheet, gone = _find(book, asked.get("protectedRangeId", 0))
    sheet.protected_ranges.remove(gone)
    return {}


def _given(protection: Protection) -> Protection:
    """What a client may write, without what it sent as nothing."""
    return {name: protection[name] for name in _WRITABLE if protection.get(name) not in (None, False, "")}


def _find(book: Book, number: int) -> tuple[Sheet, Protection]:
    for sheet in book.sheets:
        for protection in sheet.protected_ranges:
            if protection["protectedRangeId"] == number:
                return sheet, protection
    raise invalid(f"No protected range with id: {number}")


def _with_editors(book: Book, protection: Protection, given: Protection) -> Protection:
    """With all who may edit. Refused: editors of a warning, and editors without the service account that asks."""
    if protection.get("warningOnly") and "editors" in given:
        raise invalid("ProtectedRange is warningOnly. Editors cannot be set on it.")
    if "editors" not in protection:
        return {**protection, "editors": {"users": [book.proprietor, book.service_account, book.editor]}}
    named = protection["editors"].get("users", [])
    if named and book.service_account not in named:
        raise invalid("You can't remove yourself as an editor.")
    users = dict.fromkeys([book.proprietor, book.service_account, *named])
    return {**protection, "editors": {"users": list(users)}}


def _is_whole(protection: Protection) -> bool:
    return not any(name in protection["range"] for name in _BOUNDS)


def _locks(sheet: Sheet, person: str) -> Iterator[Protection]:
    """What keeps the person out."""
    for protection in sheet.protected_ranges:
        if not protection.get("warningOnly") and person not in protection["editors"]["users"]:
            yield protection


def check_cells(sheet: Sheet, person: str, box: Box) -> None:
    """Raises ProtectedError where the person may not edit one of these cells."""
    for lock in _locks(sheet, person):
        rows, columns = _span(lock, rows=True), _span(lock, rows=False)
        if _meet(rows, box.top, box.bottom) and _meet(columns, box.left, box.right):
            raise ProtectedError


def check_shift(sheet: Sheet, person: str, shift: Shift) -> None:
    """Raises ProtectedError where rows or columns would come, go or move inside of what the person may not edit."""
    for lock in _locks(sheet, person):
        start, end = _span(lock, rows=shift.rows)
        place = shift.at if shift.kind == "insert" else shift.to
        is_inside = shift.kind != "delete" and start < place and (end is None or place < end)
        if is_inside or (shift.kind != "insert" and _meet((start, end), shift.at, shift.at + shift.count)):
            raise ProtectedError


def check_worksheet(sheet: Sheet, person: str, *, whole: bool) -> None:
    """Raises ProtectedError where something of the worksheet (`whole`: all of it) is locked."""
    if any(_is_whole(lock) or not whole for lock in _locks(sheet, person)):
        raise ProtectedError


def _span(lock: Protection, *, rows: bool) -> tuple[int, int | None]:
    """From -1 where it has no bound at all: then nothing can be inserted before it."""
    first, end = bounds(rows=rows)
    place = lock["range"]
    return place.get(first, 0 if end in place else -1), place.get(end)


def _meet(span: tuple[int, int | None], start: int, end: int | None) -> bool:
    return (end is None or span[0] < end) and (span[1] is None or start < span[1])


PROTECTION_REQUESTS: Final[dict[str, Callable[[Book, dict[str, Any]], dict[str, Any]]]] = {
    "addProtectedRange": _add,
    "deleteProtectedRange": _delete,
    "updateProtectedRange": _update,
}
