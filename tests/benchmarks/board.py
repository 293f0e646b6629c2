"""The board of a plant of 100,000 spools: to show it, to filter it, and to follow one event."""

import gc
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Final
from uuid import uuid4

from core.domain.events import Event
from core.domain.model import (
    Accion,
    Avance,
    EstadoAvance,
    Inspeccion,
    Occupation,
    Operacion,
    Plant,
    Resultado,
    Snapshot,
    Spool,
)
from core.domain.replay import apply_event
from core.settings import sqlite_url
from kiosk.live.board import Board, Shown
from kiosk.live.views import Query, View
from tests.benchmarks.measure import Figure, Measured, interleaved
from tests.kiosk.pseudo_terminal import PseudoTerminal, pseudo_terminal
from tests.processes import SITE, plant, service_on

SPOOLS: Final = 100_000
ROUNDS: Final = 7
WORKERS: Final = 60
TEXTS: Final = ("25000", "mk 13", "ana", "1300 cw")
EVENTS: Final = 300
FEW: Final = 40
KEY_OF_THE_BOARD: Final = "\x1b[17~"
KEY_OF_THE_STATE: Final = "\x1b[C"
KEY_BACK: Final = "\x1b"
"""F6, the right arrow and Esc as terminals send them."""

_DONE: Final = Avance(EstadoAvance.COMPLETADO, "AR(1)", date(2026, 1, 3))
_FABRICADO: Final = {"arm": _DONE, "sold": _DONE}


def worked_in(*, spools: int) -> Plant:
    """A plant as it is after some months: in every twenty spools one is held, and there are some in each state."""
    dice = random.Random(7)
    now = datetime.now(UTC)
    new = plant(spools=spools, workers=WORKERS)

    def at_work(number: int, spool: Spool) -> Spool:
        spool = replace(spool, tag_spool=f"MK-{1300 + number // 500}-CW-{25000 + number // 20}-{number % 1000:03}")
        spool = replace(spool, ot=f"{number % 900:03}", nv=f"NV-{number % 90}")
        verdict = Inspeccion(dice.choice(list(Resultado)), "AR(2)", date(2026, 1, 9))
        match number % 20:
            case 0:
                return _held(spool, dice.randrange(WORKERS) + 1, now - timedelta(minutes=dice.randrange(1000)))
            case 1:
                return replace(spool, fecha_materiales=None)
            case n if n < 10:
                return spool
            case n if n < 14:
                return replace(spool, **_FABRICADO)
            case _:
                return replace(spool, **_FABRICADO, inspeccion=verdict)

    return replace(new, spools=tuple(at_work(number, spool) for number, spool in enumerate(new.spools)))


def _held(spool: Spool, worker_id: int, since: datetime) -> Spool:
    occupation = Occupation(
        worker_id=worker_id,
        worker_nombre=f"AR({worker_id})",
        operacion=Operacion.ARM,
        fecha_ocupacion=since,
        station="ARM-02",
        seq=1,
        event_id=uuid4(),
        vence=since + timedelta(hours=12),
        previo=Avance(),
    )
    return replace(spool, arm=Avance(EstadoAvance.EN_PROGRESO, f"AR({worker_id})"), ocupacion=occupation)


@asynccontextmanager
async def kiosk_over(folder: Path, *, spools: int) -> AsyncIterator[PseudoTerminal]:
    """A kiosk in a real terminal over a plant of so many, at its first screen."""
    url, site = sqlite_url(folder / "board.sqlite3"), f"{SITE}-{spools}"
    async with service_on(url, site=site) as office:
        await office.load_plant(worked_in(spools=spools))
    settings = {"KIOSK_LEDGER_URL": url, "KIOSK_SITE": site, "KIOSK_STATION": "ARM-02", "KIOSK_DATA_DIR": str(folder)}
    async with pseudo_terminal(columns=120, lines=40, **settings) as running:
        await running.shows("tomados")
        yield running


def a_change(board: Board) -> Callable[[], Event]:
    """Makes the next event: one spool after the other is taken, or written about."""
    tags = cycle(list(board.spools)[:: len(board.spools) // 997])

    def next_event() -> Event:
        spool = board.spools[next(tags)]
        free = spool.ocupacion is None and not spool.arm.completado
        accion = Accion.TOMAR if free else Accion.NOTA
        return Event(
            seq=board.seq + 1,
            id=uuid4(),
            ts=datetime.now(UTC),
            evento_tipo=f"{accion}_ARM" if free else accion,
            tag_spool=spool.tag_spool,
            worker_id=7,
            worker_nombre="AR(7)",
            operacion=Operacion.ARM if free else None,
            accion=accion,
            fecha_operacion=date(2026, 2, 3),
            station="ARM-02",
            metadata={"lock_ttl": 3600} if free else {"texto": "x"},
        )

    return next_event


async def board_of_a_plant(folder: Path) -> list[Figure]:
    """Keys of a terminal 120 columns wide, until what they ask for is painted; and events, without a terminal."""
    async with kiosk_over(folder, spools=SPOOLS) as large, kiosk_over(folder, spools=FEW) as small:
        opening, at_once = await interleaved(ROUNDS, opened(large), opened(small))
        for kiosk in (large, small):
            await asked(kiosk, KEY_OF_THE_BOARD, "TOMADOS · ")
            await asked(kiosk, KEY_OF_THE_STATE * (len(Shown) - 1), "TODOS · ")
        filtering, filtered_at_once = await interleaved(ROUNDS, filtered(large), filtered(small))
    floor_is = f"the same with {FEW} spools"
    return [
        Figure(
            name=f"board of {SPOOLS:,}: open, painted",
            ours=opening,
            floor=at_once,
            floor_is=floor_is,
            rounds=ROUNDS,
            max_seconds=1,
        ),
        Figure(
            name=f"board of {SPOOLS:,}: filter all by text, painted",
            ours=filtering,
            floor=filtered_at_once,
            floor_is=floor_is,
            rounds=ROUNDS,
            max_seconds=0.1,
        ),
        await _followed(),
    ]


async def asked(kiosk: PseudoTerminal, keys: str, answer: str) -> float:
    """Seconds from the keys until the answer is painted."""
    kiosk.forget()
    begun = time.perf_counter()
    await kiosk.type(keys)
    await kiosk.shows(answer)
    return time.perf_counter() - begun


def opened(kiosk: PseudoTerminal) -> Measured:
    """Opens the board, and leaves it again."""

    async def once() -> float:
        seconds = await asked(kiosk, KEY_OF_THE_BOARD, "TOMADOS · ")
        await asked(kiosk, KEY_BACK, "ESCANEE")
        return seconds

    return once


def filtered(kiosk: PseudoTerminal) -> Measured:
    """Enters one text after the other: pasted, because what is typed by hand is not looked at key by key."""
    texts = cycle(TEXTS)

    async def once() -> float:
        text = next(texts)
        return await asked(kiosk, f"\x1b[200~{text}\x1b[201~", f"«{text}»")

    return once


async def _followed() -> Figure:
    board = Board()
    new = worked_in(spools=SPOOLS)
    board.load(Snapshot(seq=1, spools=new.spools, workers=new.workers))
    gc.freeze()
    now = datetime.now(UTC)
    view = View(board, {operacion: str(operacion) for operacion in Operacion})
    view.ask(Query(shown=Shown.TODOS, text="mk"), now)
    assert len(view.spools) == SPOOLS
    next_event = a_change(board)

    async def followed() -> float:
        event = next_event()
        begun = time.perf_counter()
        board.apply(event)
        view.update(now)
        return time.perf_counter() - begun

    async def applied() -> float:
        event = next_event()
        spool = board.spools[event.tag_spool]
        begun = time.perf_counter()
        apply_event(spool, event)
        return time.perf_counter() - begun

    ours, floor = await interleaved(EVENTS, followed, applied)
    return Figure(
        name=f"board of {SPOOLS:,}: follow an event, all shown",
        ours=ours,
        floor=floor,
        floor_is="apply_event to the one spool",
        rounds=EVENTS,
        max_seconds=0.002,
    )
