"""What each request asked and was answered, with the times of its call and its return, on file.

All processes of a round run on one machine and read one clock, CLOCK_MONOTONIC: their times can be compared.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_jsonable_python

from core.domain.requests import (
    CancelarRequest,
    CompletarRequest,
    EntregarRequest,
    ExtenderRequest,
    LiberarRequest,
    NotaRequest,
    PausarRequest,
    ReanudarRequest,
    Request,
    RetenerRequest,
    TomarRequest,
)
from core.domain.responses import SpoolStatus

ACTS: Final[dict[str, type[Request]]] = {
    "tomar": TomarRequest,
    "pausar": PausarRequest,
    "cancelar": CancelarRequest,
    "completar": CompletarRequest,
    "entregar": EntregarRequest,
    "retener": RetenerRequest,
    "reanudar": ReanudarRequest,
    "extender": ExtenderRequest,
    "liberar": LiberarRequest,
    "nota": NotaRequest,
}
LOST_PAST: Final = "LEDGER_ROLLED_BACK"
"""The code of a refusal by a ledger that no longer has what a station had seen in it."""
READS: Final = ("status", "board", "history")


class Kind(StrEnum):
    """What an answer is. UNANSWERED: the process was killed before it had one."""

    DONE = "done"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    SHOWN = "shown"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, kw_only=True)
class Record:
    """One request from call to return.

    `called` and `returned` are seconds of CLOCK_MONOTONIC, `began` and `ended` the same moments as UTC. The `answer`'s
    data is by kind: DONE `seq`, `changed`, `spool` (a status); REFUSED the error's fields; UNAVAILABLE these and
    `doubtful`; SHOWN what was read. `fields` are the request's own: `tag_spool`, `worker_id`, `request_id` and so on.
    """

    process: str
    verb: str
    fields: Mapping[str, Any]
    called: float
    returned: float = inf
    began: datetime
    ended: datetime | None = None
    kind: Kind = Kind.UNANSWERED
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        return str(self.fields.get("tag_spool", ""))

    @property
    def request_id(self) -> UUID | None:
        given = self.fields.get("request_id")
        return UUID(given) if given else None

    @property
    def request(self) -> Request:
        """The act that was asked for."""
        return ACTS[self.verb].model_validate(self.fields)

    def __str__(self) -> str:
        asked = " ".join(str(value) for name, value in self.fields.items() if name != "request_id")
        answer = {name: value for name, value in self.answer.items() if name not in {"spool", "message"}}
        return (
            f"{self.process} {self.verb} {asked} [{self.called:.4f} to {self.returned:.4f}, request {self.request_id}]:"
            f" {self.kind} {str(answer)[:300]}"
        )


class Recorder:
    """Writes the records of one process to a file. A call is written before anything is asked."""

    def __init__(self, file: Path, process: str) -> None:
        # One unbuffered write a line: what a process wrote before SIGKILL is in the file.
        self._file = file.open("ab", buffering=0)
        self._process = process
        self._number = 0

    def call(self, verb: str, requests: Iterable[Mapping[str, Any]]) -> list[int]:
        """The requests, which are sent now as one; the numbers to return them by."""
        now, moment = time.monotonic(), datetime.now(UTC)
        numbers = []
        for fields in requests:
            self._number += 1
            numbers.append(self._number)
            called = {"call": self._number, "process": self._process, "verb": verb, "fields": fields}
            self._write(called, now, moment)
        return numbers

    def answer(self, numbers: Iterable[int], answers: Iterable[tuple[Kind, object]]) -> None:
        """What each request was answered, all of them now."""
        now, moment = time.monotonic(), datetime.now(UTC)
        for number, (kind, data) in zip(numbers, answers, strict=True):
            self._write({"return": number, "kind": kind, "answer": data}, now, moment)

    def _write(self, line: Mapping[str, object], now: float, moment: datetime) -> None:
        written = json.dumps(to_jsonable_python({**line, "at": now, "moment": moment}))
        self._file.write(written.encode() + b"\n")


def read_records(folder: Path) -> list[Record]:
    """Every record in the folder's files, by the time of its call."""
    records = [record for file in folder.glob("*.jsonl") for record in _records_of(file)]
    return sorted(records, key=lambda record: record.called)


def _records_of(file: Path) -> Iterator[Record]:
    calls: dict[int, dict[str, Any]] = {}
    for line in file.read_bytes().split(b"\n")[:-1]:  # after the last newline: nothing, or half a line
        said = json.loads(line)
        at, moment = said["at"], datetime.fromisoformat(said["moment"])
        if "call" in said:
            named = {name: said[name] for name in ("process", "verb", "fields")}
            calls[said["call"]] = {**named, "called": at, "began": moment}
        else:
            answer = {"kind": Kind(said["kind"]), "answer": said["answer"], "returned": at, "ended": moment}
            yield Record(**calls.pop(said["return"]), **answer)
    for call in calls.values():
        yield Record(**call)


def status_fields(status: SpoolStatus) -> dict[str, Any]:
    """A status as a record has it; its sentence, which follows from the rest, is left out."""
    return status.model_dump(mode="json", exclude={"estado_detalle"})
