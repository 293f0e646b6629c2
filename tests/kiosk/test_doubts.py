"""Requests in doubt, over both engines: however they are asked again or asked about, they count once."""

import pytest

from core.domain.errors import LedgerUnavailableError
from core.occupation import OccupationService
from kiosk.live.doubts import Doubts
from tests.asking import nota, tomar
from tests.contract.interference import LosesOneReply
from tests.plants import JUAN, MIGUEL, TAG


async def test_the_same_order_again_is_the_request_that_was_in_doubt(service: OccupationService) -> None:
    doubts, first = Doubts(), tomar(MIGUEL)
    done = await service.tomar(first)
    doubts.add(first)
    again = await doubts.act(service, tomar(MIGUEL))
    assert (again.changed, again.seq) == (True, done.seq)
    assert not doubts


async def test_another_order_leaves_it_in_doubt(service: OccupationService) -> None:
    doubts = Doubts()
    doubts.add(tomar(MIGUEL))
    await doubts.act(service, tomar(JUAN))
    assert doubts.is_about(MIGUEL.worker_id, TAG)
    assert not doubts.is_about(JUAN.worker_id, TAG)


async def test_the_same_order_is_done_anew_when_the_one_in_doubt_was_given_up(service: OccupationService) -> None:
    """The answer that it was given up may have been lost as well."""
    doubts, first = Doubts(), tomar(MIGUEL)
    doubts.add(first)
    await service.settle([first])
    assert (await doubts.act(service, tomar(MIGUEL))).changed
    assert len(await service.history(TAG)) == 1


async def test_only_an_answer_that_may_have_been_lost_leaves_a_doubt(service: OccupationService) -> None:
    doubts = Doubts()
    for doubtful in (False, True):
        terminal = OccupationService(LosesOneReply(service.ledger, doubtful=doubtful), timezone=service.timezone)
        with pytest.raises(LedgerUnavailableError):
            await doubts.act(terminal, nota(MIGUEL))
        assert bool(doubts) is doubtful
    [fate] = await doubts.settle(service)
    assert fate.response is not None
    assert fate.response.seq == 3
    assert not doubts
