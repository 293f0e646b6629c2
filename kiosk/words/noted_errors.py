"""Errors that somebody else met and noted in the ledger, told here in this terminal's words."""

from collections.abc import Mapping
from datetime import datetime

from core.sheet.state import noted_error
from kiosk.words.wording import Notice, Wording


def told_error(fields: Mapping[str, object], words: Wording, *, now: datetime) -> Notice:
    """What to tell of an error, from its fields as `KioskError.as_dict` gave them; of a strange one its message."""
    error = noted_error(fields)
    if error is None:
        return Notice(str(fields.get("message") or fields.get("error_code") or "?"))
    return words.error(error, now=now)
