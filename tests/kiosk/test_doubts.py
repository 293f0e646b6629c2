"""Requests in doubt, over both engines: however they are asked again or asked about, they count once."""

from collections.abc import Collection
from uuid import UUID

import pytest

from core.domain.errors import LedgerUnavailableError
from core.domain.requests import Request
from core.domain.responses import Response
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from kiosk.live.doubts import Doubts, Fate
from tests.asking import nota, tomar
from tests.contract.interference import LosesOneReply
from tests.plants import JUAN, MIGUEL, PLANT, TAG
from tests.shopfloor import SANTIAGO


def unheard(_: Fate) -> None:
    """Nobody wants to know what became of it."""


async def test_the_same_order_again_is_the_request_that_was_in_doubt(service: OccupationService) -> None:
    doubts, first = Doubts(unheard), tomar(MIGUEL)
    done = await service.tomar(first)
    doubts.add(first)
    again = await doubts.act(service, tomar(MIGUEL))
    assert (again.changed, again.seq) == (True, done.seq)
    assert not doubts


async def test_another_order_leaves_it_in_doubt(service: OccupationService) -> None:
    doubts = Doubts(unheard)
    doubts.add(tomar(MIGUEL))
    await doubts.act(service, tomar(JUAN))
    assert doubts.is_about(MIGUEL.worker_id, TAG)
    assert not doubts.is_about(JUAN.worker_id, TAG)


async def test_the_same_order_is_done_anew_when_the_one_in_doubt_was_given_up(service: OccupationService) -> None:
    """The answer that it was given up may have been lost as well."""
    doubts, first = Doubts(unheard), tomar(MIGUEL)
    doubts.add(first)
    await service.settle([first])
    assert (await doubts.act(service, tomar(MIGUEL))).changed
    assert len(await service.history(TAG)) == 1


async def test_what_comes_into_doubt_while_the_ledger_is_asked_about_others_stays_in_doubt(ledger: Ledger) -> None:
    fates: list[Fate] = []
    doubts, first, second = Doubts(fates.append), tomar(MIGUEL), tomar(JUAN)

    class AskedMeanwhile(OccupationService):
        async def settle(self, requests: Collection[Request]) -> dict[UUID, Response | None]:
            doubts.add(second)
            return await super().settle(requests)

    service = AskedMeanwhile(ledger, timezone=SANTIAGO)
    await service.load_plant(PLANT)
    doubts.add(first)
    await doubts.settle(service)
    assert [fate.request for fate in fates] == [first]
    assert doubts.is_about(JUAN.worker_id, TAG)


async def test_only_an_answer_that_may_have_been_lost_leaves_a_doubt(service: OccupationService) -> None:
    fates: list[Fate] = []
    doubts = Doubts(fates.append)
    for doubtful in (False, True):
        terminal = OccupationService(LosesOneReply(service.ledger, doubtful=doubtful), timezone=service.timezone)
        with pytest.raises(LedgerUnavailableError):
            await doubts.act(terminal, nota(MIGUEL))
        assert bool(doubts) is doubtful
    await doubts.settle(service)
    [fate] = fates
    assert fate.response is not None
    assert fate.response.seq == 3
    assert not doubts


async def test_what_is_in_doubt_stays_so_when_the_same_order_is_not_even_sent(service: OccupationService) -> None:
    class OutOfReach(OccupationService):
        async def act(self, request: Request) -> Response:
            raise LedgerUnavailableError

    fates: list[Fate] = []
    doubts, first = Doubts(fates.append), tomar(MIGUEL)
    done = await service.tomar(first)
    doubts.add(first)
    with pytest.raises(LedgerUnavailableError) as away:
        await doubts.act(OutOfReach(service.ledger, timezone=service.timezone), tomar(MIGUEL))
    assert (away.value.doubtful, away.value.as_dict()["doubtful"]) == (True, True)
    await doubts.settle(service)
    [fate] = fates
    assert fate.response is not None
    assert fate.response.seq == done.seq
