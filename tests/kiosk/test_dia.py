"""Mi día: what a worker did today and before, on the screen and by the command."""

from datetime import timedelta

import pytest

from core.domain.uniones import pulgadas
from kiosk.screens.today import QUIET
from kiosk.widgets.table import Box
from tests.kiosk.commands import run_kiosk
from tests.kiosk.terminal import FREE_SPOOL, JUAN, FrozenClock, Terminal

WITH_JOINTS = "GK-0872-FW-25117-025"


async def test_a_worker_sees_their_day_and_those_before(kiosk: Terminal, clock: FrozenClock) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await kiosk.scan(JUAN, WITH_JOINTS, "C.COMPLETAR", "C.SI", "C.DIA")
    await kiosk.until(lambda: "LISTO" in kiosk.text)
    inches = kiosk.app.wording.pulgadas(pulgadas(kiosk.app.board.spools[WITH_JOINTS].uniones))
    assert inches in kiosk.panel
    assert "1 en mano" in kiosk.panel
    await kiosk.scan("C.DESHACER")
    await kiosk.until(lambda: "LISTO" not in kiosk.text)
    clock.now += timedelta(days=1)
    await kiosk.scan("C.DIA")
    assert "21-11-2026" in kiosk.panel
    await kiosk.press("left")
    assert "ayer viernes 20-11-2026" in kiosk.panel
    assert own not in kiosk.text
    await kiosk.press("right")
    assert own in kiosk.text
    await kiosk.scan("C.9", "C.9")
    assert "12-11-2026" in kiosk.panel


async def test_what_a_worker_did_today_is_counted_when_nothing_is_scanned_and_no_day_is_forgotten_for_it(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    def remark() -> str:
        kiosk.tick()
        return str(kiosk.app.screen.query_one(Box).border_subtitle)

    await kiosk.scan(JUAN, WITH_JOINTS, "C.COMPLETAR", "C.SI")
    assert "Hoy" not in remark()
    assert kiosk.app.work_log.first_day is None, "the log was read before there was time for it"
    clock.now += QUIET
    inches = kiosk.app.wording.pulgadas(pulgadas(kiosk.app.board.spools[WITH_JOINTS].uniones))
    await kiosk.until(lambda: "Hoy: " in remark())
    assert remark().endswith(f" · {inches}")
    assert kiosk.app.work_log.first_day == clock.now.date()
    counted = remark()
    await kiosk.scan("C.DESHACER")
    clock.now += QUIET
    await kiosk.until(lambda: remark() != counted)
    await kiosk.scan("C.DIA")
    await kiosk.until(lambda: kiosk.app.work_log.first_day == clock.now.date() - timedelta(days=13))
    await kiosk.scan("C.SALIR", FREE_SPOOL, "C.PAUSAR")
    clock.now += QUIET
    await kiosk.until(lambda: "Hoy: " in remark())
    assert kiosk.app.work_log.first_day == clock.now.date() - timedelta(days=13)


@pytest.mark.usefixtures("demo_of_today")
async def test_the_command_prints_the_day_as_words_and_as_json() -> None:
    for verb in ("tomar", "pausar"):
        more = ("--operacion", "ARM") if verb == "tomar" else ("--uniones", "1,2")
        await run_kiosk(verb, WITH_JOINTS, "--worker", "93", *more)
    day = (await run_kiosk("dia", "--worker", "93", "--json")).json
    assert day["worker_nombre"] == "MR(93)"
    last = day["trabajos"][-1]
    assert (last["tag_spool"], last["accion"], last["uniones"]) == (WITH_JOINTS, "PAUSAR", [1, 2])
    assert (day["uniones"], day["pausas"]) == (sum(len(line["uniones"]) for line in day["trabajos"]), 1)
    assert day["pulgadas"] == sum(line["pulgadas"] for line in day["trabajos"]) > 0
    assert WITH_JOINTS in (await run_kiosk("dia", "--worker", "93")).out
    assert (await run_kiosk("dia", "--worker", "93", "--fecha", "31-02-2026", "--json")).status == 2
    assert (await run_kiosk("dia", "--worker", "4711", "--json")).json["error_code"] == "WORKER_NO_ENCONTRADO"
