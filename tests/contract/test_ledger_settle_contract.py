"""What every ledger promises of a request whose answer never came: its fate is told once, and stays what was told."""

from uuid import uuid4

from core.domain.errors import VersionConflictError
from core.ledger.protocol import Conflict, Ledger
from core.occupation import OccupationService
from tests.asking import ask, pausar, refused, tomar
from tests.conftest import OpenLedger
from tests.contract.commits import committed, load, noting, outcome_of, spool_of
from tests.plants import MIGUEL, TAG
from tests.shopfloor import HOUR, FixedClock


async def test_what_was_committed_is_told_as_saved_and_the_rest_as_not(ledger: Ledger):
    await load(ledger)
    saved, lost = noting(await spool_of(ledger)), uuid4()
    await committed(ledger, saved)
    assert await ledger.settle([saved.request_id, lost]) == {saved.request_id}
    assert await ledger.settle([lost, saved.request_id]) == {saved.request_id}


async def test_a_commit_that_arrives_after_its_fate_was_told_changes_nothing(ledger: Ledger):
    await load(ledger)
    spool = await spool_of(ledger)
    late = noting(spool)
    assert await ledger.settle([late.request_id]) == set()
    assert await outcome_of(ledger, late) == Conflict()
    assert await spool_of(ledger) == spool
    assert (await ledger.read([TAG], 0, requests=[late.request_id])).repeated == {}


async def test_another_program_is_told_the_same(ledger: Ledger, another_ledger: OpenLedger):
    await load(ledger)
    late = noting(await spool_of(ledger))
    assert await ledger.settle([late.request_id]) == set()
    assert await outcome_of(await another_ledger(), late) == Conflict()


async def test_a_fate_is_kept_as_long_as_a_request(ledger: Ledger, clock: FixedClock):
    await load(ledger)
    spool = await spool_of(ledger)
    late = noting(spool)
    await ledger.settle([late.request_id])
    clock.advance(seconds=HOUR - 1)
    assert await outcome_of(ledger, late) == Conflict()
    clock.advance(seconds=1)
    assert (await committed(ledger, late)).spool.version == spool.version + 1


async def test_the_service_tells_what_a_request_did_or_that_it_did_nothing(service: OccupationService):
    done, never = tomar(MIGUEL), pausar(MIGUEL)
    taken = await ask(service, done)
    fates = await service.settle([done, never])
    assert fates == {done.request_id: taken, never.request_id: None}
    with refused(VersionConflictError):
        await ask(service, never)
    assert (await service.status(TAG)).ocupado_por == MIGUEL.worker_nombre
