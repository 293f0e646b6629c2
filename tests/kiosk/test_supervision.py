"""What a supervisor looks at first, and bars that tell how much work there was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.model import Operacion, Spool
from core.domain.reasons import Riesgo
from core.ledger.protocol import Ledger
from core.ledger.zone import kept_zone
from core.occupation import OccupationService
from kiosk.live.supervision import LONG_HELD, Urgency, by_urgency, cycle, risks_of, urgency
from kiosk.widgets.plot import bar_column
from tests.contract.commits import load
from tests.kiosk.commands import run_kiosk
from tests.kiosk.terminal import FrozenClock, terminal
from tests.plants import JUAN, MIGUEL, PLANT, START, Etapa, held_by, spool_at

HOUR = 3600


def taken(tag: str, hours: float, *, ttl: int = 12 * HOUR) -> Spool:
    """A spool taken so many hours before `START`."""
    return held_by(MIGUEL, Operacion.ARM, spool_at(Etapa.LIBRE, tag), since=START - timedelta(hours=hours), ttl=ttl)


def test_an_expired_occupation_comes_before_one_held_longer_that_never_expires() -> None:
    spools = [
        taken("NUEVO", 1),
        taken("LARGO", 30, ttl=0),
        taken("VENCIDO", 13),
        taken("CORTO-VENCIDO", 2, ttl=HOUR),
        spool_at(Etapa.LIBRE),
        taken("TURNO", 9),
    ]
    order = [spool.tag_spool for spool in by_urgency(spools, START)]
    assert order == ["VENCIDO", "CORTO-VENCIDO", "LARGO", "TURNO", "NUEVO"]


@pytest.mark.parametrize(
    ("held_for", "expected"),
    [
        (timedelta(), Urgency.USUAL),
        (LONG_HELD, Urgency.USUAL),
        (LONG_HELD + timedelta(seconds=1), Urgency.LONG),
        (timedelta(hours=12) - timedelta(seconds=1), Urgency.LONG),
        (timedelta(hours=12), Urgency.EXPIRED),
    ],
)
def test_how_urgent_an_occupation_is_depends_on_how_long_it_lasts(held_for: timedelta, expected: Urgency) -> None:
    occupation = held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE)).ocupacion
    assert occupation is not None
    assert urgency(occupation, START + held_for) is expected


@pytest.mark.parametrize(
    ("rechazos", "extra", "most", "told"),
    [(1, 0, 3, "1/3"), (4, 0, 3, "3/3"), (4, 1, 3, "4/4"), (7, 0, 0, "7")],
)
def test_a_cycle_never_exceeds_what_is_allowed(rechazos: int, extra: int, most: int, told: str) -> None:
    spool = replace(spool_at(Etapa.RECHAZADO), rechazos=rechazos, ciclos_extra=extra)
    assert cycle(spool, most) == told


@pytest.mark.parametrize(
    ("total", "most", "height", "drawn"),
    [
        (10, 10, 2, "██"),
        (5, 10, 2, " █"),
        (15, 20, 2, "▄█"),
        (1, 8, 1, "▁"),
        (1, 100_000, 3, "  ▁"),
        (0, 10, 2, "  "),
        (0, 0, 2, "  "),
        (5, 10, 0, ""),
    ],
)
def test_a_bar_is_as_high_as_its_share_and_never_invisible(total: int, most: int, height: int, drawn: str) -> None:
    assert "".join(bar_column(total, most, height)) == drawn


async def test_a_station_with_another_time_zone_than_the_plants_is_told(
    service: OccupationService, make_service: Callable[..., OccupationService]
) -> None:
    elsewhere = make_service(service.ledger, timezone=ZoneInfo("Europe/Madrid"))
    health = await service.ledger.admin.check(thorough=False)
    assert await kept_zone(service.ledger) == "America/Santiago"
    assert Riesgo.OTRA_ZONA not in await risks_of(service, health)
    assert Riesgo.OTRA_ZONA in await risks_of(elsewhere, health)
    # Whoever loads the plant says which zone it is in.
    await elsewhere.load_plant(PLANT)
    assert Riesgo.OTRA_ZONA in await risks_of(service, health)


async def test_a_plant_that_an_older_program_loaded_has_no_zone_to_differ_from(
    ledger: Ledger, make_service: Callable[..., OccupationService]
) -> None:
    await load(ledger)
    service = make_service(ledger)
    assert await kept_zone(service.ledger) == ""
    assert Riesgo.OTRA_ZONA not in await risks_of(service, await ledger.admin.check(thorough=False))


@pytest.mark.usefixtures("demo")
async def test_the_top_line_and_doctor_name_another_time_zone(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_TIMEZONE", "Europe/Madrid")
    async with terminal(clock=clock) as kiosk:
        await kiosk.until(lambda: "⚠ OTRA ZONA HORARIA" in kiosk.text)
    findings = (await run_kiosk("doctor", "--json", KIOSK_TIMEZONE="Europe/Madrid")).json["findings"]
    assert findings["ledger_timezone"]["value"] == "America/Santiago"
    assert "otra zona horaria" in findings["ledger"]["value"]
    assert not findings["ledger"]["ok"]
