"""A file that a command makes: whole, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import Defecto, InvalidRequestError


@contextmanager
def written_whole(out: Path, argument: str) -> Iterator[Path]:
    """Where to write what becomes `out` when the block ends: until then, and if it fails, the file is as it was.

    Raises InvalidRequestError, about the `argument` of the command, when it cannot be written.
    """
    try:
        # A link stays a link: its target is replaced.
        target = out.resolve()
        if target.exists() and not target.is_file():
            # A file must not replace a device or a folder.
            raise InvalidRequestError(argument, Defecto.NO_ES_ARCHIVO, str(out))
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            yield aside
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as exc:
        raise InvalidRequestError(argument, Defecto.NO_SE_PUEDE_ESCRIBIR, str(out), detail=exc.strerror) from exc
