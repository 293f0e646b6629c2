"""The atomic steps, as Lua that runs in the server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from redis.exceptions import NoScriptError

if TYPE_CHECKING:
    from core.ledger.redis.servers import Asked, Client


def _text(*names: str) -> str:
    folder = files("core.ledger.redis.scripts")
    return "\n".join(folder.joinpath(f"{name}.lua").read_text(encoding="utf-8") for name in names)


@dataclass(frozen=True, slots=True)
class Script:
    """A script that a server knows by its SHA1, and is told again when it forgot it."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha", sha1(self.text.encode(), usedforsecurity=False).hexdigest())

    async def run(self, client: "Asked | Client", keys: Sequence[str], *arguments: str | int) -> Any:
        """The script's reply. `keys` all share one hash tag."""
        try:
            return await client.execute_command("EVALSHA", self.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await client.execute_command("EVAL", self.text, len(keys), *keys, *arguments)


COMMIT: Final = Script(_text("standing", "locks", "commit"))
PAGE: Final = Script(_text("standing", "page"))
POSITION: Final = Script(_text("standing", "position"))
ACCEPT: Final = Script(_text("standing", "accept"))
LOAD: Final = Script(_text("standing", "load"))
SNAPSHOT: Final = Script(_text("standing", "snapshot"))
HISTORY: Final = Script(_text("history"))
LOCK: Final = Script(_text("standing", "locks", "lock"))
READ: Final = Script(_text("read"))
NOTES: Final = Script(_text("notes"))
WRITE_NOTES: Final = Script(_text("write_notes"))
RESTORE: Final = Script(_text("restore"))
