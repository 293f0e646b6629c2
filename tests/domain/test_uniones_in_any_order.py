"""Whatever anybody does in whatever order: no joint is made twice, welded before it was fitted, or lost."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import KioskError
from core.domain.events import Event
from core.domain.model import Operacion, Spool
from core.domain.replay import apply_event
from core.domain.requests import Request, TomarRequest
from core.domain.rulebook.policy import Policy
from core.domain.uniones import remaining
from tests.asking import (
    cancelar,
    completar,
    deshacer,
    entregar,
    extender,
    liberar,
    pausar,
    reanudar,
    retener,
    tomar,
)
from tests.plants import CARLA, MIGUEL, PEDRO, Etapa, joint, spool_at
from tests.shopfloor import HOUR, ShopFloor

ARM, SOLD = Operacion.ARM, Operacion.SOLD
SPOOL = replace(spool_at(Etapa.LIBRE), uniones=(joint(1), joint(2, "1½"), joint(3, "2", "FW", solo_armado=True)))

hands = st.sampled_from([MIGUEL, PEDRO])
numbers = st.sets(st.integers(1, 3), min_size=1, max_size=2) | st.none() | st.sets(st.integers(1, 4))
operations = st.sampled_from([ARM, SOLD])
UNDO, TIME = "undo", "time"
acts = st.one_of(
    st.builds(tomar, hands, operations),
    st.builds(lambda worker, uniones: pausar(worker, uniones=uniones), hands, numbers),
    st.builds(lambda worker, uniones: completar(worker, uniones=uniones), hands, numbers),
    st.builds(cancelar, hands),
    st.builds(extender, hands),
    st.builds(entregar, hands, hands),
    st.sampled_from([liberar(CARLA), retener(CARLA), reanudar(CARLA)]),
    st.tuples(st.just(UNDO), st.sampled_from([MIGUEL, PEDRO, CARLA])),
    st.just((TIME, HOUR)),
)
shifts = st.builds(
    lambda worker, operacion, verb, uniones: [tomar(worker, operacion), verb(worker, uniones=uniones)],
    *(hands, operations, st.sampled_from([pausar, pausar, completar]), numbers),
)
"""Work as it is usual; of acts that are drawn one by one most are refused."""

todos = st.lists(shifts | shifts | acts.map(lambda act: [act]), min_size=25, max_size=60)


class Shop:
    """A spool at work, and a model of it: what the log says was made and not taken back."""

    def __init__(self) -> None:
        self.floor = ShopFloor(SPOOL, Policy(lock_ttl=HOUR, ayudante=frozenset({ARM, SOLD})))
        self.log: list[Event] = []
        self.made: dict[Operacion, set[int]] = {ARM: set(), SOLD: set()}

    def ask(self, make: Callable[[], Request]) -> None:
        with suppress(KioskError):
            request = make()
            if isinstance(request, TomarRequest) and self.floor.is_already_so(request):
                return
            event = self.floor.ask(request)
            self.log.append(event)
            self._count(event)

    def _count(self, event: Event) -> None:
        if event.uniones:
            made = self.made[Operacion(event.operacion)]
            assert not made & event.uniones.keys(), "a joint is made twice"
            made.update(event.uniones)
        if event.undoes:
            undone = next(one for one in self.log if one.seq == event.undoes)
            if undone.uniones:
                self.made[Operacion(undone.operacion)].difference_update(undone.uniones)

    def undo(self, worker) -> None:
        last = self.floor.acts.of(worker.worker_id)
        if last is not None:
            self.ask(lambda: deshacer(worker, last.event.seq))

    def check(self) -> None:
        spool = self.floor.spool
        for operacion, made in self.made.items():
            assert {one.numero for one in spool.uniones if one.is_made(operacion)} == made, "a joint is lost"
            assert not (spool.avance(operacion).completado and remaining(spool.uniones, operacion))
        assert self.made[SOLD] <= self.made[ARM], "a joint is welded before it is fitted"
        assert 3 not in self.made[SOLD]
        assert [one.diezmilesimas for one in spool.uniones] == [one.diezmilesimas for one in SPOOL.uniones]


def replayed(log: list[Event]) -> Spool:
    spool = SPOOL
    for event in log:
        spool = apply_event(spool, Event.model_validate_json(event.model_dump_json()))
    return spool


@given(todos)
@settings(max_examples=100)
def test_no_joint_is_made_twice_welded_before_it_was_fitted_or_lost(todo: list[list]) -> None:
    shop = Shop()
    for step in chain.from_iterable(todo):
        match step:
            case ("undo", worker):
                shop.undo(worker)
            case ("time", seconds):
                shop.floor.clock.advance(seconds=seconds)
            case request:
                shop.ask(lambda request=request: request)
        shop.check()
    assert replayed(shop.log) == shop.floor.spool
