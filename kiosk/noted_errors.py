"""Errors that somebody else met and noted in the ledger, told here in this terminal's words."""

from collections.abc import Mapping
from datetime import datetime

from core.errors import FallaPlanilla, KioskError, SheetUnavailableError, SheetUnusableError
from kiosk.wording import Notice, Wording


def noted_error(fields: Mapping[str, object], words: Wording, *, now: datetime) -> Notice:
    """What to tell of an error, from its fields as `KioskError.as_dict` gave them; of a strange one its message."""
    error = _error_of(fields)
    if error is None:
        return Notice(str(fields.get("message") or fields.get("error_code") or "?"))
    return words.error(error, now=now)


def _error_of(fields: Mapping[str, object]) -> KioskError | None:
    match fields:
        case {"error_code": SheetUnavailableError.error_code, "falla": str(code)} if code in FallaPlanilla.__members__:
            detail, account = (str(fields.get(name) or "") for name in ("detail", "account"))
            return SheetUnavailableError(FallaPlanilla[code], detail=detail, account=account)
        case {"error_code": SheetUnusableError.error_code, "sheet": str(sheet), "reason": str(reason)}:
            return SheetUnusableError(sheet, reason)
        case _:
            return None
