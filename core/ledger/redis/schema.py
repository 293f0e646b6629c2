"""What a site stores in Redis: the names of its keys, and the form of events and states."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic_core import from_json

from core.domain.events import Event, EventDraft
from core.domain.model import Spool
from core.ledger.codec import spool_from_json, spool_of_fields, spool_to_json
from core.ledger.loading import with_first_event

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Stand for what only the server knows, while a state is prepared; they are never stored.
_FUTURE_SEQ: Final = 2**62
_FUTURE_TS: Final = datetime(9000, 1, 1, tzinfo=UTC)


class Keys:
    """Every key of a site. All carry the site as hash tag, so that a cluster keeps them on one node.

    `ledger` is a hash: `identity`, `seq` and `newest` (number and id of the newest event), `format` (of what is stored;
    1 when missing; see `prelude.lua`), `loads` (how often a plant was loaded), and for each book of notes how often it
    was written.
    `spools` is a hash, tag to state (see `spool_from_state`); `workers` one, id to worker. `events` is the log, a
    stream: the entry of event 7 has the id 7-0. `channel` is the pub/sub channel of the bell. A lock is a string under
    its own name, with the lock's life.
    """

    def __init__(self, site: str) -> None:
        self._prefix = f"{{{site}}}:"
        self.ledger = self("ledger")
        self.spools = self("spools")
        self.workers = self("workers")
        self.events = self("events")
        self.channel = self("spools:updates")
        self.of_every_script = (self.ledger, self.events, self.spools, self.workers)

    def __call__(self, name: str) -> str:
        """The key of this name among the site's."""
        return self._prefix + name

    def history(self, tag_spool: str) -> str:
        """List: the numbers of one spool's events."""
        return self(f"history:{tag_spool}")

    def request(self, request_id: UUID) -> str:
        """String: the number of the event a request became, for as long as it is remembered."""
        return self(f"request:{request_id}")

    def notes(self, book: str) -> str:
        """Hash: the notes of one book."""
        return self(f"notes:{book}")

    def changes(self, book: str) -> str:
        """The field of `ledger` that counts how often the book was written."""
        return f"notes:{book}"


def instant(milliseconds: str | int) -> datetime:
    """The instant of a server's clock: whole milliseconds since 1970, UTC."""
    return _EPOCH + timedelta(milliseconds=int(milliseconds))


def last_moment(end: datetime | None) -> str | int:
    """The last millisecond of a lock that ends at `end`, '' when it lives until it is released.

    A key expires when the clock is past its time, a lock at its end.
    """
    return "" if end is None else (end - _EPOCH) // timedelta(milliseconds=1) - 1


def future(draft: EventDraft) -> Event:
    """The event that the draft becomes, before the server gave it its number and time."""
    return draft.committed(seq=_FUTURE_SEQ, ts=_FUTURE_TS)


def event_rest(event: Event) -> str:
    """The event's JSON without number and time, and without its first brace: the server puts those in front."""
    return event.model_dump_json(exclude={"seq", "ts"}).removeprefix("{")


def document_loaded(spool: Spool) -> tuple[str, str]:
    """The JSON of a new spool's state, and the number of its last event: '' for the load's."""
    first = with_first_event(spool, _FUTURE_SEQ)
    return document_of(first), "" if first.seq == _FUTURE_SEQ else str(first.seq)


def document_of(spool: Spool) -> str:
    """The JSON of a state, without what its columns say and without what only the server knows."""
    held = spool.ocupacion
    unknown: set[str] = set()
    if held is not None:
        is_future = {
            "seq": held.seq == _FUTURE_SEQ,
            "fecha_ocupacion": held.fecha_ocupacion == _FUTURE_TS,
            "vence": held.vence is not None and held.vence >= _FUTURE_TS,
        }
        unknown = {name for name, is_unknown in is_future.items() if is_unknown}
    without: dict[str, Any] = {"version": True, "seq": True, "ocupacion": unknown}
    if spool.retencion is not None and spool.retencion.desde == _FUTURE_TS:
        without["retencion"] = {"desde"}
    return spool_to_json(spool, without=without)


def state_of(spool: Spool) -> str:
    """The stored state of a spool whose occupation is known whole."""
    return f"{spool.version}|{spool.seq}|||{document_of(spool)}"


def spool_from_state(state: str) -> Spool:
    """The spool of a stored state: `version|seq|ts|vence|JSON`.

    `seq` is the number of its last event. Where the JSON's occupation lacks `seq`, `fecha_ocupacion` or `vence`, or
    its hold `desde`, that event set it, and the columns have it (`ts` and `vence` in ms). Older programs stored
    `version|JSON`, complete.
    """
    version, rest = state.split("|", 1)
    if rest.startswith("{"):
        return spool_from_json(rest)
    seq, ts, vence, document = rest.split("|", 3)
    fields: dict[str, Any] = from_json(document)
    if held := fields.get("ocupacion"):
        known: dict[str, Any] = {"seq": int(seq)}
        known |= {"fecha_ocupacion": instant(ts)} if ts else {}
        known |= {"vence": instant(vence)} if vence else {}
        fields["ocupacion"] = known | held
    if held_back := fields.get("retencion"):
        fields["retencion"] = ({"desde": instant(ts)} if ts else {}) | held_back
    fields["version"], fields["seq"] = int(version), int(seq)
    return spool_of_fields(fields)
