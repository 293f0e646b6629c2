"""What a supervisor or a technician does to a site in an SQLite file: accept it, fill it with a copy, check it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

import apsw
from typing_extensions import override

from core.domain.errors import LedgerNotEmptyError, VersionConflictError
from core.domain.events import Event, EventDraft
from core.domain.model import Snapshot
from core.domain.reasons import Riesgo
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.feed import Bell
from core.ledger.protocol import Admin, Health
from core.ledger.sqlite.commits import append_at, insert_event, write_spools, write_workers
from core.ledger.sqlite.connection import Connections
from core.ledger.sqlite.locks import put_lock
from core.ledger.sqlite.schema import schema_version
from core.ledger.sqlite.site import Site


class SqliteAdmin(Admin):
    """What is done to the ledger as a whole."""

    def __init__(self, connections: Connections, bell: Bell) -> None:
        self._writer = connections.writer
        self._bell = bell

    @override
    async def accept(self, draft: EventDraft) -> Event:
        event = await self._writer.run(_accept, draft)
        self._bell.ring()
        return event

    @override
    async def restore(
        self, snapshot: Snapshot, *, identity: str, pages: AsyncIterator[Sequence[Event]], locks: Mapping[str, str]
    ) -> None:
        # One transaction from the first call to the last: nobody sees the copy before its end.
        complete = False
        try:
            await self._writer.run(_begin_copy, snapshot, identity=identity, locks=locks)
            async for page in pages:
                await self._writer.run(_copy_events, page)
            complete = True
        finally:
            await self._writer.run(_end_copy, complete=complete)

    @override
    async def check(self, *, thorough: bool = True) -> Health:
        return await self._writer.run(_check, thorough=thorough)


def _accept(site: Site, draft: EventDraft) -> Event:
    site.require_in_place()
    broken, now = site.continuity.broken, site.clock()
    with site.changing():
        found, doubt = site.stored_position(), site.clock_doubt(now)
        if (broken is None and doubt is None) or (broken is not None and found.identity != broken.identity):
            raise VersionConflictError("", expected=site.continuity.seen.seq)
        if doubt is not None:
            # The event is the newest one now: what comes next is compared with its time.
            draft = replace(draft, metadata={**draft.metadata, "reloj": str(doubt.details["reason"])})
        event = append_at(site, draft, now)
        if broken is not None:
            site.db.execute("UPDATE sites SET identity = ? WHERE site = ?", (str(uuid4()), site.number))
            site.db.executemany(
                "INSERT OR IGNORE INTO accepted (site, identity) VALUES (?, ?)",
                [(site.number, found.identity), (site.number, site.continuity.seen.identity)],
            )
    site.position()
    return event


def _begin_copy(site: Site, snapshot: Snapshot, *, identity: str, locks: Mapping[str, str]) -> None:
    site.db.execute("BEGIN IMMEDIATE")
    site.require_format()
    seq = site.stored_position().seq
    spools = int(site.db.execute("SELECT count(*) FROM spools WHERE site = ?", (site.number,)).get)
    if seq or spools:
        raise LedgerNotEmptyError(seq=seq, spools=spools)
    site.db.execute("DELETE FROM notes WHERE site = ?", (site.number,))
    write_spools(site, snapshot.spools)
    write_workers(site, snapshot.workers)
    for spool in snapshot.spools:
        name = spool_lock(spool.tag_spool)
        if spool.ocupacion is not None and name in locks:
            put_lock(site, name, locks[name], spool.ocupacion.vence)
    site.db.execute("UPDATE sites SET identity = ?, last_seq = ? WHERE site = ?", (identity, snapshot.seq, site.number))


def _copy_events(site: Site, events: Sequence[Event]) -> None:
    for event in events:
        insert_event(site, event)


def _end_copy(site: Site, *, complete: bool) -> None:
    if site.db.in_transaction:
        site.db.execute("COMMIT" if complete else "ROLLBACK")
    if complete:
        site.continuity.forget()
        site.position()


def _check(site: Site, *, thorough: bool) -> Health:
    with site.changing():
        site.db.execute("UPDATE sites SET last_seq = last_seq WHERE site = ?", (site.number,))
    position = site.stored_position()
    synchronous = {0: "off", 1: "normal", 2: "full", 3: "extra"}[site.db.pragma("synchronous")]
    quick_check = str(site.db.execute("PRAGMA quick_check(1)").get) if thorough else "?"
    risks = {
        Riesgo.DISCO_NO_ESPERA: synchronous not in {"full", "extra"},
        Riesgo.ARCHIVO_DANADO: quick_check not in {"ok", "?"},
        Riesgo.RELOJ_DUDOSO: site.clock_doubt(site.clock()) is not None,
    }
    return Health(
        facts={
            "engine": "sqlite",
            "sqlite_version": apsw.sqlite_lib_version(),
            "file": site.db.filename,
            "schema_version": str(schema_version(site.db)),
            "journal_mode": str(site.db.pragma("journal_mode")),
            "synchronous": synchronous,
            "foreign_keys": "on" if site.db.pragma("foreign_keys") else "off",
            "quick_check": quick_check,
            "identity": position.identity,
            "last_seq": str(position.seq),
        },
        risks=tuple(risk for risk, present in risks.items() if present),
    )
