"""From commits to what the script is asked, and from what it replies to their outcomes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.domain.lock_steps import ClearLock, DropLock, ExtendLock, LockStep, RestoreLock, TakeLock
from core.ledger.protocol import Commit, Committed, Conflict, LockGone, LockHeld, Outcome, Repeated
from core.ledger.redis.documents import Pending, event_from_json, milliseconds, spool_from_state
from core.ledger.redis.keys import Keys


class Commits:
    """Some commits on their way in one round trip: the script's `keys` and `arguments` for them."""

    def __init__(self, commits: Sequence[Commit], keys: Keys) -> None:
        self._pending = [Pending.of(commit.spool, commit.draft) for commit in commits]
        self.keys: list[str] = []
        self.arguments: list[str | int] = []
        for commit, change in zip(commits, self._pending, strict=True):
            tag = commit.draft.tag_spool
            self.keys += (keys.request(commit.request_id), keys.spool_lock(tag), keys.history(tag))
            self.arguments += (tag, commit.spool.version, *lock_arguments(commit.lock), *change.documents)

    def outcomes(self, replies: Sequence[list[Any]], ts: datetime) -> list[Outcome]:
        """What became of each, in order; `ts` is the time of what was done."""
        return [_outcome(change, reply, ts) for change, reply in zip(self._pending, replies, strict=True)]


def _outcome(change: Pending, reply: list[Any], ts: datetime) -> Outcome:
    match reply:
        case ["done", seq]:
            return Committed(*change.done(int(seq), ts))
        case ["again", event, state]:
            return Repeated(event_from_json(event), spool_from_state(state))
        case ["held"]:
            return LockHeld()
        case ["gone"]:
            return LockGone()
        case _:
            return Conflict()


def lock_arguments(step: LockStep) -> tuple[str, str, int]:
    """The step's name, its token, its life as the scripts take it (see `locks.lua`)."""
    match step:
        case None:
            return ("", "", 0)
        case TakeLock(token, ttl):
            return ("take", token, _key_life(ttl))
        case ExtendLock(token, ttl):
            return ("extend", token, _key_life(ttl))
        case DropLock(token):
            return ("drop", token, 0)
        case RestoreLock(token, until):
            return ("restore", token, 0 if until is None else milliseconds(until) - 1)
        case ClearLock():
            return ("clear", "", 0)


def _key_life(seconds: int) -> int:
    """Milliseconds: a key expires when the clock is past its end, a promise at its end."""
    return seconds * 1000 - 1 if seconds else 0
