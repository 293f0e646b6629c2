"""The locks of one site in Redis: keys with a life."""

from typing import Any

from typing_extensions import override

from core.domain.rulebook.lock_steps import ClearLock, DropLock, ExtendLock, LockStep, PassLock, RestoreLock, TakeLock
from core.ledger.protocol import Locks
from core.ledger.redis import scripts
from core.ledger.redis.schema import last_moment
from core.ledger.redis.servers import Commands
from core.ledger.redis.site import Site


class RedisLocks(Locks):
    """The ledger's named locks."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @override
    async def value(self, name: str) -> str | None:
        [value] = await self._site.run(scripts.LOCK, "read", keys=(self._site.keys(name),))
        return value or None

    @override
    async def apply(self, name: str, step: LockStep) -> bool:
        # On a retry, a lock that is as the step leaves it counts as done.
        keys, arguments = (*self._site.keys.of_every_script, self._site.keys(name)), lock_arguments(step)
        is_retry = False

        async def ask(client: Commands) -> Any:
            nonlocal is_retry
            retry, is_retry = int(is_retry), True
            return await scripts.LOCK.run(client, keys, *arguments, retry)

        return bool(self._site.accepted(await self._site.connection.run(ask))[0])


def lock_arguments(step: LockStep) -> tuple[str, str, str | int, str]:
    """The step's name, its token, its life and the token that it replaces (see `lock_step` in `prelude.lua`)."""
    match step:
        case None:
            return ("", "", "", "")
        case TakeLock(token, ttl):
            return ("take", token, _life(ttl), "")
        case ExtendLock(token, ttl):
            return ("extend", token, _life(ttl), token)
        case DropLock(token):
            return ("drop", token, "", token)
        case RestoreLock(token, until, instead_of):
            return ("restore", token, last_moment(until), instead_of)
        case PassLock(token, ttl, instead_of):
            return ("pass", token, _life(ttl), instead_of)
        case ClearLock():
            return ("clear", "", "", "")


def _life(seconds: int) -> str | int:
    return seconds * 1000 - 1 if seconds else ""
