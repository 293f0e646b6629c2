"""The record of every request that reached the stand-in, for assertions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.sheets_api.quota import Kind


@dataclass(slots=True, eq=False)
class Request:
    """One request and what became of it. `number` counts from 1."""

    number: int
    at: datetime
    method: str
    path: str
    """As it was sent: percent-encoded, without the query."""
    query: dict[str, list[str]]
    body: Any
    """The JSON of the body, parsed; its bytes if it is no JSON; None if there is none."""
    headers: dict[str, str]
    """By lower-case name."""
    operation: str
    """`values.append`, `values.batchGet`, `spreadsheets.batchUpdate` and so on; `unknown`."""
    kind: Kind
    spreadsheet_id: str
    range: str
    """Of the endpoints that have one in their path, decoded; else empty."""
    applied: bool = False
    """Whether it took effect: a read was read, a write was written."""
    status: int | None = None
    """What was, or would have been, answered; None: nothing yet."""
    fault: str | None = None
    """The name of the fault it met."""
    reply: dict[str, Any] = field(default_factory=dict)
    """The answer, before any fault spoilt it."""

    @property
    def authorization(self) -> str | None:
        return self.headers.get("authorization")

    @property
    def user(self) -> str:
        """Whom the quota counts it against."""
        return self.query.get("quotaUser", [""])[-1] or self.authorization or ""
