"""A spreadsheet's own developer metadata: small marks that no cell shows.

Worksheets, rows and columns can have some as well, but not here.

https://developers.google.com/workspace/sheets/api/guides/metadata
https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.developerMetadata
"""

from collections.abc import Callable
from typing import Any, Final

from tests.sheets_api.book import Book
from tests.sheets_api.errors import invalid

Mark = dict[str, Any]

_FIELDS: Final = ("metadataKey", "metadataValue", "visibility")


def _create(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    """An id that is in use already is refused; without one the spreadsheet chooses."""
    given = asked.get("developerMetadata", {})
    if not given.get("location", {}).get("spreadsheet"):
        raise invalid("Developer metadata must have a location: the stand-in keeps a spreadsheet's only.")
    number = given.get("metadataId") or max((mark["metadataId"] for mark in book.marks), default=0) + 1
    if number <= 0:
        raise invalid("Developer metadata IDs must be positive.")
    if any(mark["metadataId"] == number for mark in book.marks):
        raise invalid(
            f"Cannot add developer metadata with ID [{number}] because developer metadata with that ID already exists."
        )
    location = {"locationType": "SPREADSHEET", "spreadsheet": True}
    mark = _complete({"metadataId": number, "location": location, **_fields(given, _FIELDS)})
    book.marks.append(mark)
    return {"createDeveloperMetadata": {"developerMetadata": mark}}


def _update(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    """All that any filter finds. That none finds anything is no error: the reply lists what was changed."""
    names = [name.strip() for name in asked.get("fields", "").split(",") if name.strip()]
    if not names:
        raise invalid("At least one field must be listed in 'fields'. (use '*' to indicate all fields)")
    names = list(_FIELDS) if "*" in names else [name for name in names if name in _FIELDS]
    given = _fields(asked.get("developerMetadata", {}), names)
    found = [mark for mark in book.marks if any(_matches(mark, one) for one in asked.get("dataFilters", []))]
    changed = {
        mark["metadataId"]: _complete({**{name: mark[name] for name in mark if name not in names}, **given})
        for mark in found
    }
    book.marks[:] = [changed.get(mark["metadataId"], mark) for mark in book.marks]
    return {"updateDeveloperMetadata": {"developerMetadata": list(changed.values())} if changed else {}}


def _delete(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    gone = [mark for mark in book.marks if _matches(mark, asked.get("dataFilter", {}))]
    book.marks[:] = [mark for mark in book.marks if mark not in gone]
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone} if gone else {}}


def _fields(given: Mark, names: list[str] | tuple[str, ...]) -> Mark:
    return {name: given[name] for name in names if name in given}


def _complete(mark: Mark) -> Mark:
    for name in ("metadataKey", "visibility"):
        if not mark.get(name):
            raise invalid(f"Developer metadata must always have {name} specified.")
    return mark


def _matches(mark: Mark, data_filter: dict[str, Any]) -> bool:
    """By a developerMetadataLookup: each field that it has must be the mark's."""
    lookup = data_filter.get("developerMetadataLookup")
    if not lookup:
        raise invalid("The data filter must have a developerMetadataLookup.")
    return all(mark.get(name) == lookup[name] for name in ("metadataId", *_FIELDS) if name in lookup)


MARK_REQUESTS: Final[dict[str, Callable[[Book, dict[str, Any]], dict[str, Any]]]] = {
    "createDeveloperMetadata": _create,
    "deleteDeveloperMetadata": _delete,
    "updateDeveloperMetadata": _update,
}
