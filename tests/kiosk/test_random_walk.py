"""Whatever is scanned, typed, pasted or pressed, in whatever order: the terminal lives and tells the truth."""

import asyncio
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Final

import pytest

from core import PausarRequest, TomarRequest
from core.domain.errors import KioskError
from core.domain.events import Event
from core.domain.model import BATCH_MAX_SIZE, Accion, Operacion, Plant, Rol, Spool
from core.domain.replay import apply_event
from kiosk.scanning.codes import Command
from kiosk.widgets.panel import Tone
from tests.kiosk.terminal import FrozenClock, Terminal
from tests.plants import FREE_TAGS, PLANT, Etapa, a_worker, spool_at

STEPS: Final = 60
ON_ERRAND: Final = 0.8
"""How many codes of all are those that people came for."""

WAY_OUT_EVERY: Final = 20
"""Steps after which it is seen whether the scanner leads out of wherever one is."""

PATIENCE: Final = 15.0
"""Seconds after which a terminal that has not answered is taken for dead."""

ENDLESS: Final = "LARGO-" + "7" * 58
"""As long as a tag may be."""

ODD_TAGS: Final = (ENDLESS, "[/b]{0}-1", "3", "Ñandú-ﬁ-7", "焊接-9", "<GS>%s\\N")
ODD_WORKERS: Final = (
    a_worker(7, "[bold]{nombre}", "[/nada] \\N{BEL} %s", Rol.ARMADOR, Rol.SOLDADOR),
    a_worker(908, "Ana María de los Ángeles", "de la Santísima Trinidad Fernández-Errázuriz y Undurraga", *Rol),
    replace(a_worker(909, "焊工👷", "e\u0301\u0301", Rol.SOLDADOR, Rol.METROLOGIA), idioma="en"),
)
WALKED: Final = Plant(
    spools=(*PLANT.spools, *(spool_at(Etapa.LIBRE, tag) for tag in ODD_TAGS)), workers=(*PLANT.workers, *ODD_WORKERS)
)
CHANGED: Final = Plant(
    spools=tuple(spool for spool in WALKED.spools if spool.tag_spool not in {FREE_TAGS[0], ENDLESS}),
    workers=tuple(
        replace(worker, activo=worker.worker_id != 7, roles=worker.roles - {Rol.SUPERVISOR})
        for worker in WALKED.workers
        if worker.worker_id != 94
    ),
)
"""The same plant when the office changed its mind: spools and a worker gone, another inactive, roles taken away."""

BADGES: Final = ("W.93", "W.94", "W.95", "W.96", "W.97", "W.7", "W.908", "W.909", "W.404")
# ctrl+q is left out: it closes the program, as it should.
KEYS: Final = (
    *(f"f{number}" for number in range(1, 13)),
    *("escape", "enter", "up", "down", "pageup", "pagedown", "home", "end", "left", "right", "tab", "shift+tab"),
    *("backspace", "delete", "insert", "ctrl+c", "ctrl+j", "ctrl+z", "ctrl+p", "shift+f5"),
)
WORDS: Final = ("falta la grúa", "[/b] {0} %s", "焊缝 ✘ \u202e", "no", "X", "R" * 300, "12", "an", "0")
NO_CODES: Final = (
    "C.",
    "W.",
    "C.NADA",
    "W.99999999999",
    "NO-EXISTE-7",
    "MK'1335'CW'25238'012",
    "C.0",
    "c.si",
    "]C1C.NO",
)
ERRANDS: Final = (
    ("W.93", "C.LOTE", "C.ARM", *FREE_TAGS[:2], FREE_TAGS[0], "C.SI", "C.DESHACER"),
    ("W.95", "C.METROLOGIA", Etapa.FABRICADO, "C.RECHAZADO", "C.1", "C.DESHACER"),
    ("W.95", "C.INVENTARIO", *FREE_TAGS[:2], FREE_TAGS[0], "C.TOMAR", "C.SI"),
    ("W.95", "C.SUPERVISOR", FREE_TAGS[1], "C.LIBERAR", "C.2", Etapa.BLOQUEADO, "C.DESBLOQUEAR", "C.1"),
    ("W.93", "C.REPARACION", Etapa.RECHAZADO, Etapa.RECHAZADO, "C.COMPLETAR", "C.NOTA", "C.3"),
    ("W.908", FREE_TAGS[2], "C.HISTORIA", "C.PAUSAR", "C.TOMAR", "C.EXTENDER", "C.CANCELAR"),
    ("W.7", *ODD_TAGS[:2], ODD_TAGS[1], "C.TABLERO", "C.ESTADO", ODD_TAGS[3], "C.COMPLETAR"),
)
"""What people come for; on the way anything else may happen."""

SIZES: Final = ((80, 24), (80, 24), (132, 50), (60, 20), (40, 20), (300, 20), (1, 1))

LISTENING: Final = frozenset({"lote", "lector", "inventario"})
"""Screens that say of something which is no act that it was done: a spool joined the list, a file was written."""


@dataclass
class Walk:
    """One walk: what was done so far, for whoever must walk it again."""

    shop: Terminal
    random: Random
    clock: FrozenClock
    path: list[str] = field(default_factory=list)
    errand: list[str] = field(default_factory=list)

    async def events(self, *, after: int) -> list[Event]:
        return await self.shop.service.ledger.events(after=after, limit=10_000)

    async def do(self, name: str) -> None:
        """One step of this kind; a terminal that does not come back from it fails the walk."""
        async with asyncio.timeout(PATIENCE):
            await getattr(self, f"_{name}")()

    def code(self) -> str:
        """Anything that can be printed as a barcode, what leads somewhere more often than what does not."""
        self.errand = self.errand or list(self.random.choice(ERRANDS))
        if self.random.random() < ON_ERRAND:
            return self.errand.pop(0)
        tags = [*FREE_TAGS[:4], *Etapa, *ODD_TAGS]
        kinds: list[Sequence[str]] = [BADGES, tags, tags, [f"C.{command}" for command in Command]]
        kinds += [[f"C.{number}" for number in range(1, 10)], ["C.SI", "C.1", "C.TOMAR", "C.COMPLETAR"], NO_CODES]
        return self.random.choice(self.random.choices(kinds, weights=(2, 3, 3, 6, 3, 2, 1))[0])

    async def _scan(self) -> None:
        self.path.append(self.code())
        await self.shop.scan(self.path[-1], suffix=self.random.choice(("enter", "tab", "ctrl+j")))

    async def _burst(self) -> None:
        codes = [self.code() for _ in range(self.random.randrange(2, 9))]
        self.path.append(f"burst {codes}")
        await self.shop.scan(*codes)

    async def _paste(self) -> None:
        lines = [self.code(), self.random.choice(WORDS), self.code()]
        self.path.append(f"paste {lines}")
        await self.shop.paste("\r\n".join(lines))

    async def _press(self) -> None:
        self.path.append(self.random.choice(KEYS))
        await self.shop.press(self.path[-1])

    async def _words(self) -> None:
        text = self.random.choice((*WORDS, *string.digits))
        self.path.append(f"words {text!r}")
        await self.shop.paste(text)

    async def _resize(self) -> None:
        size = self.random.choice(SIZES)
        self.path.append(f"resize {size}")
        await self.shop.resize(*size)

    async def _wait(self) -> None:
        seconds = self.random.choice((-60, 1, 4, 40, 13 * 3600))
        self.path.append(f"wait {seconds}")
        self.clock.now += timedelta(seconds=seconds)

    async def _rival(self) -> None:
        """Somebody takes or leaves a spool elsewhere; the board here may not know yet."""
        tag, worker_id = self.random.choice(FREE_TAGS[:4]), 101
        self.path.append(f"rival {tag}")
        try:
            await self.shop.service.tomar(TomarRequest(tag_spool=tag, worker_id=worker_id, operacion=Operacion.ARM))
            if self.random.random() < 0.5:
                await self.shop.service.pausar(PausarRequest(tag_spool=tag, worker_id=worker_id))
        except KioskError as refusal:
            self.path.append(refusal.error_code)

    async def _office(self) -> None:
        plant = self.random.choice((WALKED, WALKED, CHANGED))
        self.path.append("office: the plant" if plant is WALKED else "office: the plant, changed")
        await self.shop.service.load_plant(plant)


KINDS: Final = {
    "scan": 60,
    "burst": 8,
    "press": 16,
    "words": 6,
    "paste": 3,
    "resize": 3,
    "wait": 4,
    "rival": 4,
    "office": 2,
}
"""The steps' kinds, `Walk._<kind>`, and how often each comes."""

BY_OTHERS: Final = frozenset({"rival", "office", "wait", "resize"})


@pytest.fixture
def shop_plant() -> Plant:
    """The plant to walk in."""
    return WALKED


@pytest.mark.parametrize(("shop", "seed"), [("sqlite", 0), ("sqlite", 1), ("redis", 2)], indirect=["shop"])
async def test_a_terminal_survives_whatever_is_done_to_it_and_tells_the_truth(
    shop: Terminal, clock: FrozenClock, seed: int
) -> None:
    walk = Walk(shop, Random(seed), clock)
    began = await shop.service.snapshot()
    try:
        for number, kind in enumerate(walk.random.choices(list(KINDS), weights=list(KINDS.values()), k=STEPS), start=1):
            await take_step(walk, kind)
            if number % WAY_OUT_EVERY == 0:
                await check_that_the_scanner_leads_out(walk)
        await check_that_history_keeps_the_rules(walk, {spool.tag_spool: spool for spool in began.spools}, began.seq)
    except BaseException as failure:
        failure.add_note(f"seed {seed}, on {shop.screen_name}, after: {' | '.join(walk.path[-40:])}")
        raise


async def take_step(walk: Walk, kind: str) -> None:
    """Do one thing and compare what is told with what is in the ledger."""
    shop = walk.shop
    known = (await shop.service.ledger.position()).seq
    stood, told = shop.app.worker, answer_of(shop)
    screen, name = shop.app.screen, shop.screen_name
    await walk.do(kind)
    new = await walk.events(after=known)
    if kind not in BY_OTHERS:
        check_who_acted(new, stood.worker_id if stood else None, walk.path[-1], one=kind in {"scan", "press", "words"})
    if kind in {"scan", "press", "words"} and not {name, shop.screen_name} & LISTENING:
        # A screen that comes back to the front still says what it said.
        check_what_is_told(shop, new, told if shop.app.screen is screen else answer_of(shop))
    check_drafts(shop)


def answer_of(shop: Terminal) -> tuple[Tone, str] | None:
    """What the panel says, if it says anything."""
    return None if shop.is_quiet else (shop.tone, shop.panel)


def check_who_acted(new: Iterable[Event], stood: int | None, step: str, *, one: bool) -> None:
    """Nobody's act is another's, and nothing is done by anybody who was not there."""
    for event in new:
        assert event.worker_id == stood or (not one and f"W.{event.worker_id}'" in step), event


def check_what_is_told(shop: Terminal, new: Sequence[Event], told: tuple[Tone, str] | None) -> None:
    """What is told as done is in the ledger, and what is in the ledger is told; a refusal changes nothing."""
    assert len(new) <= 1, new
    answer = answer_of(shop)
    if new:
        [event] = new
        assert answer is not None
        assert answer[0] is Tone.DONE, answer
        words = shop.app.wording
        title = words(f"done.{event.resultado or event.accion}")
        assert answer[1].startswith(f"✔  {title}\n{event.tag_spool}"), (answer, event)
    elif answer is not None and answer[0] is Tone.DONE:
        assert answer == told


def check_drafts(shop: Terminal) -> None:
    """No batch holds a spool twice, or more than it may."""
    for draft in shop.app.drafts.values():
        assert len(draft.tags) == len(set(draft.tags)) <= BATCH_MAX_SIZE


async def check_that_the_scanner_leads_out(walk: Walk) -> None:
    """From wherever one is, C.SALIR leads to the screen a terminal rests on, where a badge is taken."""
    await walk.shop.resize(80, 24)
    depth = len(walk.shop.app.screen_stack)
    walk.path.append("out")
    # Each screen may ask once what becomes of what was begun on it.
    await walk.shop.scan(*["C.SALIR"] * (2 * depth))
    assert walk.shop.screen_name == "inicio"
    await walk.shop.scan("W.93")
    assert walk.shop.screen_name == "estacion"


async def check_that_history_keeps_the_rules(walk: Walk, spools: dict[str, Spool], began: int) -> None:
    """Every event was possible when it happened, and together they make what the ledger and the board show."""
    events = await walk.events(after=began)
    for event in events:
        if event.accion is Accion.CARGAR_PLANTA:
            continue
        before = spools[event.tag_spool]
        check_rule(before, event)
        spools[event.tag_spool] = apply_event(before, event)
    ledger = await walk.shop.service.snapshot()
    await walk.shop.until(lambda: walk.shop.app.board.seq >= ledger.seq)
    for spool in ledger.spools:
        assert walk.shop.app.board.spools[spool.tag_spool] == spool
        if any(event.tag_spool == spool.tag_spool for event in events):
            assert spool.ocupacion == spools[spool.tag_spool].ocupacion


def check_rule(before: Spool, event: Event) -> None:
    """Only who holds a spool finishes it, and nobody takes what somebody holds whose time is not over."""
    held = before.ocupacion
    match event.accion:
        case Accion.TOMAR:
            assert held is None or held.worker_id == event.worker_id or held.is_expired(event.ts), event
            assert not before.bloqueado, event
        case Accion.COMPLETAR if event.operacion is Operacion.METROLOGIA:
            assert held is None, event
        case Accion.PAUSAR | Accion.COMPLETAR | Accion.CANCELAR | Accion.EXTENDER:
            assert held is not None, event
            assert (held.worker_id, held.operacion) == (event.worker_id, event.operacion), event
        case Accion.LIBERAR:
            assert held is not None, event
        case Accion.DESBLOQUEAR:
            assert before.bloqueado, event
        case _:
            assert event.accion in {Accion.NOTA, Accion.DESHACER}, event
