"""The atomic steps, as Lua that runs in the server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Self

from redis.exceptions import NoScriptError

if TYPE_CHECKING:
    from core.ledger.redis.servers import Client, Commands


@dataclass(frozen=True, slots=True)
class Script:
    """A script that a server knows by its SHA1, and is sent again when it does not."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha", sha1(self.text.encode(), usedforsecurity=False).hexdigest())

    @classmethod
    def of(cls, *names: str) -> Self:
        """The script of these files, one after the other."""
        folder = files("core.ledger.redis.scripts")
        return cls("\n".join(folder.joinpath(f"{name}.lua").read_text(encoding="utf-8") for name in names))

    async def run(self, client: "Commands | Client", keys: Sequence[str], *arguments: str | int) -> Any:
        """The script's reply. `keys` all share one hash tag."""
        try:
            return await client.execute_command("EVALSHA", self.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await client.execute_command("EVAL", self.text, len(keys), *keys, *arguments)


COMMIT: Final = Script.of("prelude", "commit")
RECORD: Final = Script.of("prelude", "record")
SETTLE: Final = Script.of("prelude", "settle")
PAGE: Final = Script.of("prelude", "page")
POSITION: Final = Script.of("prelude", "position")
ACCEPT: Final = Script.of("prelude", "accept")
LOAD: Final = Script.of("prelude", "load")
SNAPSHOT: Final = Script.of("prelude", "snapshot")
HISTORY: Final = Script.of("prelude", "history")
LOCK: Final = Script.of("prelude", "lock")
READ: Final = Script.of("prelude", "read")
NOTES: Final = Script.of("prelude", "notes")
WRITE_NOTES: Final = Script.of("prelude", "write_notes")
RESTORE: Final = Script.of("prelude", "restore")
RATE: Final = Script.of("rate")
