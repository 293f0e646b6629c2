"""The ledger's connections to its SQLite file, each in a thread of its own, so that the event loop never waits."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, Self, TypeVar

import apsw
from pydantic import ValidationError

from core.domain.errors import LedgerUnavailableError
from core.domain.reasons import FallaRegistro
from core.ledger.sqlite.schema import UnsureCommitError
from core.ledger.sqlite.site import Site

R = TypeVar("R")
P = ParamSpec("P")

_REASONS: Final[tuple[tuple[type[apsw.Error], FallaRegistro], ...]] = (
    (apsw.NotADBError, FallaRegistro.NO_ES_REGISTRO),
    (apsw.CantOpenError, FallaRegistro.NO_SE_ABRE),
    (apsw.ReadOnlyError, FallaRegistro.NO_SE_ESCRIBE),
    (apsw.PermissionsError, FallaRegistro.ARCHIVO_SIN_PERMISO),
    (apsw.FullError, FallaRegistro.DISCO_LLENO),
    (apsw.BusyError, FallaRegistro.ARCHIVO_OCUPADO),
    (apsw.CorruptError, FallaRegistro.ARCHIVO_DANADO),
    (apsw.ConnectionClosedError, FallaRegistro.CERRADO),
    (apsw.IOError, FallaRegistro.DISCO_NO_RESPONDE),
)


@contextmanager
def as_ledger_errors(path: Path) -> Iterator[None]:
    """Wrap whatever SQLite, the file system or a damaged document raises, with a reason that a person can act on."""
    try:
        yield
    except apsw.Error as exc:
        reason = next((reason for kind, reason in _REASONS if isinstance(exc, kind)), FallaRegistro.ERROR_DE_SQLITE)
        doubtful = isinstance(exc, UnsureCommitError)
        raise LedgerUnavailableError(reason, doubtful=doubtful, path=str(path), detail=str(exc)) from exc
    except ValidationError as exc:
        raise LedgerUnavailableError(FallaRegistro.ARCHIVO_DANADO, path=str(path), detail=str(exc)) from exc
    except OSError as exc:
        detail = exc.strerror or str(exc)
        raise LedgerUnavailableError(FallaRegistro.CARPETA, path=str(path), detail=detail) from exc


class SiteThread:
    """A site over one connection, used in one thread, to read or for `writing` too."""

    def __init__(self, path: Path, site: Site, thread: ThreadPoolExecutor, *, writing: bool) -> None:
        self._path = path
        self._site = site
        self._thread = thread
        self._writing = writing
        self.closed = False

    @classmethod
    async def start(cls, path: Path, make: Callable[[], Site], *, writing: bool) -> Self:
        """Call `make` in a new thread. Raises what it raises, as LedgerUnavailableError."""
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        try:
            with as_ledger_errors(path):
                return cls(
                    path, await asyncio.get_running_loop().run_in_executor(thread, make), thread, writing=writing
                )
        except BaseException:
            thread.shutdown(wait=False)
            raise

    async def run(self, work: Callable[Concatenate[Site, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `work(site, ...)` returns or raises. It runs to its end even when the caller is cancelled."""
        if self.closed:
            raise LedgerUnavailableError(FallaRegistro.CERRADO, path=str(self._path))
        with as_ledger_errors(self._path):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, lambda: self._do(work, *args, **kwargs))

    def _do(self, work: Callable[Concatenate[Site, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        self._site.refresh(writing=self._writing)
        return work(self._site, *args, **kwargs)

    async def stop(self) -> None:
        """Wait for the work in progress, close the connection and end the thread."""
        self.closed = True
        with as_ledger_errors(self._path):
            await asyncio.get_running_loop().run_in_executor(self._thread, self._site.db.close)
        self._thread.shutdown(wait=False)


class Connections:
    """Three connections: a commit must not wait for a long read, nor the observer for either."""

    def __init__(self, writer: SiteThread, reader: SiteThread, observer: SiteThread) -> None:
        self.writer = writer
        self.reader = reader
        self.observer = observer

    @classmethod
    async def open(cls, path: Path, make: Callable[[], Site]) -> Self:
        """Start the three, or none when one of them fails."""
        started: list[SiteThread] = []
        async with AsyncExitStack() as undo:
            for writing in (True, False, False):
                started.append(await SiteThread.start(path, make, writing=writing))
                undo.push_async_callback(started[-1].stop)
            undo.pop_all()
        return cls(*started)

    async def read(self, work: Callable[Concatenate[Site, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `work(site, ...)` returns or raises; it only reads, and sees one moment of the file."""

        def read(site: Site) -> R:
            with site.reading():
                return work(site, *args, **kwargs)

        return await self.reader.run(read)

    def close(self) -> None:
        """Refuse all further work."""
        for thread in (self.writer, self.reader, self.observer):
            thread.closed = True

    async def stop(self) -> None:
        """Wait for the work in progress and give everything back."""
        for thread in (self.writer, self.reader, self.observer):
            await thread.stop()
