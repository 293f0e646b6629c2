"""The queues: what waits for inspection or repair, and working from them."""

from core import CompletarRequest, TomarRequest
from core.domain.model import EstadoAvance, Resultado
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, Terminal, Tone, case

DANIELA = "W.102"


def waiting(kiosk: Terminal) -> list[str]:
    """The tags of the spools that are fit up, welded and not inspected yet."""
    spools = kiosk.app.board.spools.values()
    return [
        spool.tag_spool
        for spool in spools
        if spool.fabricado and spool.inspeccion.resultado is None and spool.ocupacion is None
    ]


async def reject(kiosk: Terminal, tag: str) -> None:
    """Somebody rejects the spool elsewhere."""
    verdict = CompletarRequest(tag_spool=tag, worker_id=95, resultado=Resultado.RECHAZADO, motivo="Porosidad")
    response = await kiosk.service.completar(verdict)
    await kiosk.until(lambda: kiosk.app.board.seq >= response.seq)


async def repair(kiosk: Terminal, tag: str) -> None:
    await kiosk.service.tomar(TomarRequest(tag_spool=tag, worker_id=93, operacion="REPARACION"))
    response = await kiosk.service.completar(CompletarRequest(tag_spool=tag, worker_id=93))
    await kiosk.until(lambda: kiosk.app.board.seq >= response.seq)


async def test_the_inspection_queue_shows_what_waits(kiosk: Terminal) -> None:
    await kiosk.scan(CARLA, "C.METROLOGIA")
    assert kiosk.screen_name == "cola"
    assert sorted(kiosk.rows) == sorted(waiting(kiosk))
    assert f"{len(kiosk.rows)} por inspeccionar" in kiosk.text


async def test_a_spool_is_judged_from_the_queue_with_the_scanner_alone(kiosk: Terminal) -> None:
    await kiosk.scan(CARLA, "C.METROLOGIA")
    for verdict, scans in (("APROBADO", ("C.APROBADO",)), ("RECHAZADO", ("C.RECHAZADO", "C.1"))):
        with case(verdict):
            tag = waiting(kiosk)[0]
            await kiosk.scan(tag, *scans)
            assert kiosk.tone is Tone.DONE
            assert verdict in kiosk.panel
            assert kiosk.screen_name == "cola"
            assert (await kiosk.service.status(tag)).inspeccion.resultado == verdict
            await kiosk.until(lambda tag=tag: tag not in kiosk.rows)


async def test_a_spool_that_is_not_ready_is_refused_in_the_queue(kiosk: Terminal) -> None:
    await kiosk.scan(CARLA, "C.METROLOGIA", FREE_SPOOL)
    assert kiosk.tone is Tone.REFUSED
    assert "TODAVÍA NO" in kiosk.panel


async def test_a_verdict_can_be_taken_back(kiosk: Terminal) -> None:
    tag = waiting(kiosk)[0]
    await kiosk.scan(CARLA, "C.METROLOGIA", tag, "C.APROBADO", "C.DESHACER")
    assert kiosk.tone is Tone.DONE
    assert (await kiosk.service.status(tag)).inspeccion.resultado is None
    assert [event.evento_tipo for event in await kiosk.service.history(tag)][-2:] == [
        "COMPLETAR_METROLOGIA",
        "DESHACER_METROLOGIA",
    ]


async def test_a_welder_has_no_inspection_queue(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.METROLOGIA")
    assert "SU ROL NO LO PERMITE" in kiosk.panel
    assert kiosk.screen_name == "estacion"


async def test_nobody_identified_has_no_queue(kiosk: Terminal) -> None:
    await kiosk.scan("C.METROLOGIA")
    assert kiosk.tone is Tone.REFUSED
    assert kiosk.screen_name == "inicio"


async def test_a_rejected_spool_waits_in_the_repair_queue_with_its_cycle(kiosk: Terminal) -> None:
    tag = waiting(kiosk)[0]
    await reject(kiosk, tag)
    await kiosk.scan(MIGUEL, "C.REPARACION")
    assert tag in kiosk.rows
    assert "reparación 1/3" in kiosk.row(tag)


async def test_a_repair_is_taken_and_finished_from_the_queue(kiosk: Terminal) -> None:
    tag = waiting(kiosk)[0]
    await reject(kiosk, tag)
    await kiosk.scan(JUAN, "C.REPARACION", tag)
    assert "TOMADO" in kiosk.panel
    assert (await kiosk.service.status(tag)).operacion == "REPARACION"
    await kiosk.scan(tag, "C.COMPLETAR")
    status = await kiosk.service.status(tag)
    assert status.reparacion.estado is EstadoAvance.COMPLETADO
    assert status.inspeccion.resultado is None
    await kiosk.scan(CARLA, "C.METROLOGIA")
    assert "tras reparar 1/3" in kiosk.row(tag)


async def test_the_fourth_rejection_blocks_and_the_queue_says_so(kiosk: Terminal) -> None:
    tag = waiting(kiosk)[0]
    for _ in range(3):
        await reject(kiosk, tag)
        await repair(kiosk, tag)
    await kiosk.scan(CARLA, "C.METROLOGIA", tag, "C.RECHAZADO", "C.2")
    assert "BLOQUEADO" in kiosk.panel
    await kiosk.scan(DANIELA, "C.REPARACION", tag)
    assert "BLOQUEADO" in kiosk.panel
    assert kiosk.tone is Tone.REFUSED
    assert "▲ BLOQUEADO" in kiosk.row(tag)


async def test_what_another_terminal_inspects_leaves_the_queue_by_itself(
    open_kiosk: OpenKiosk, redis_shop: str
) -> None:
    here, there = await open_kiosk(redis_shop, "MET-01"), await open_kiosk(redis_shop, "MET-02")
    tag = waiting(here)[0]
    await here.scan(CARLA, "C.METROLOGIA")
    assert tag in here.rows
    await there.scan(CARLA, tag, "C.APROBADO")
    await here.until(lambda: tag not in here.rows)
    await here.scan(tag)
    assert here.tone is Tone.REFUSED


async def test_a_row_is_chosen_with_arrow_keys_or_their_barcodes(kiosk: Terminal) -> None:
    await kiosk.scan(CARLA, "C.METROLOGIA", "C.BAJAR", "C.BAJAR")
    second = kiosk.rows[1]
    await kiosk.press("enter")
    assert second in kiosk.panel
    assert kiosk.tone is Tone.ASK


async def test_the_queues_own_command_scanned_twice_neither_stacks_nor_closes_it(kiosk: Terminal) -> None:
    await kiosk.scan(CARLA, "C.METROLOGIA", "C.METROLOGIA")
    assert kiosk.screen_name == "cola"
    await kiosk.scan("C.SALIR")
    assert kiosk.screen_name == "estacion"
