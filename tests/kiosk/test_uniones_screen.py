"""Uniones: which joints were made is asked of whoever holds a spool that has some."""

from datetime import timedelta

from core import LiberarRequest
from core.domain.model import EstadoAvance, Spool
from tests.kiosk.terminal import JUAN, MIGUEL, FrozenClock, Terminal


def with_joints(kiosk: Terminal, count: int = 3) -> Spool:
    """A spool that nobody began, with at least so many joints, all of them still to be fitted."""
    for tag in kiosk.untouched(20, with_joints=True):
        spool = kiosk.app.board.spools[tag]
        if len(spool.uniones) >= count and not any(union.is_begun for union in spool.uniones):
            return spool
    raise AssertionError("no spool with joints")


def made(kiosk: Terminal, tag: str) -> list[int]:
    return [union.numero for union in kiosk.app.board.spools[tag].uniones if union.arm is not None]


async def test_two_joints_by_scanner_alone_pause_the_spool_and_all_that_remain_complete_it(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    spool = with_joints(kiosk)
    tag = spool.tag_spool
    await kiosk.scan(JUAN, tag, tag)
    assert kiosk.screen_name == "uniones"
    assert "¿QUÉ UNIONES HIZO?" in kiosk.panel
    await kiosk.scan("C.U1", "C.2", "C.2")
    assert f"2 de {len(spool.uniones)}" in kiosk.panel
    await kiosk.scan("C.SI", "C.SI")
    assert kiosk.screen_name == "estacion"
    assert "PAUSADO" in kiosk.panel
    assert made(kiosk, tag) == [1, 2]
    clock.now += timedelta(seconds=5)
    await kiosk.scan(tag, tag, "C.TODAS", "C.SI")
    assert "COMPLETADO" in kiosk.panel
    assert kiosk.app.board.spools[tag].arm.estado is EstadoAvance.COMPLETADO
    assert made(kiosk, tag) == [union.numero for union in spool.uniones]


async def test_by_keyboard_alone_ranges_arrows_and_enter_tick_and_f2_confirms_once(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    tag = with_joints(kiosk).tag_spool
    await kiosk.scan(JUAN, tag)
    await kiosk.press("f3")
    await kiosk.type("1-2,3")
    await kiosk.press("enter")
    assert "3 de " in kiosk.panel
    clock.now += timedelta(seconds=2)
    await kiosk.press("down", "up", "up", "up", "enter")
    assert "2 de " in kiosk.panel
    await kiosk.press("ctrl+a", "f2", "f2")
    assert "COMPLETADO" in kiosk.panel
    assert kiosk.app.board.spools[tag].ocupacion is None


async def test_touch_ticks_and_none_ticked_asks_whether_to_cancel(kiosk: Terminal) -> None:
    tag = with_joints(kiosk).tag_spool
    await kiosk.scan(JUAN, tag, tag)
    await kiosk.click("Table", line=1)
    assert "1 de " in kiosk.panel
    await kiosk.scan("C.2", "C.SALIR", tag)
    assert "2 de " in kiosk.panel, "what was ticked is kept"
    await kiosk.scan("1-2", "C.SI")
    assert "¿CANCELAR?" in kiosk.panel
    await kiosk.scan("1")
    assert "CANCELADO" in kiosk.panel
    assert kiosk.app.board.spools[tag].arm.estado is EstadoAvance.PENDIENTE
    assert kiosk.app.ticks == {}


async def test_what_cannot_be_made_now_is_refused_with_words_and_ticks_nothing(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    tag = with_joints(kiosk).tag_spool
    await kiosk.scan(JUAN, tag, tag, "C.U1", "C.SI", MIGUEL, tag, "C.SOLD", tag)
    assert "falta armar" not in kiosk.panel
    await kiosk.scan("1-2")
    assert "2" in kiosk.panel
    assert kiosk.tone == "refused"
    assert kiosk.row("1").startswith("[ ]")
    await kiosk.scan("C.COMPLETAR")
    assert "FALTAN UNIONES" in kiosk.panel
    await kiosk.scan("77")
    assert "no tiene esa unión" in kiosk.text


async def test_ticks_outlive_a_change_at_another_terminal_which_is_said_and_the_ledger_refuses(
    kiosk: Terminal,
) -> None:
    tag = with_joints(kiosk).tag_spool
    await kiosk.scan(JUAN, tag, tag, "C.U1")
    await kiosk.service.liberar(LiberarRequest(tag_spool=tag, worker_id=95, motivo="Terminó el turno"))
    await kiosk.until(lambda: "CAMBIÓ EN OTRA TERMINAL" in kiosk.panel)
    assert kiosk.row("1").startswith("[X]")
    await kiosk.scan("C.SI")
    assert kiosk.screen_name == "estacion"
    assert kiosk.tone == "refused"
    assert made(kiosk, tag) == []


async def test_at_the_end_of_a_shift_each_spool_with_joints_asks_once_and_all_is_saved_together(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    tag = with_joints(kiosk).tag_spool
    asking = {one for one in (own, tag) if kiosk.app.board.spools[one].uniones}
    await kiosk.scan(JUAN, tag)
    before = kiosk.app.board.seq
    await kiosk.scan("C.FIN", "C.SI")
    for _ in asking:
        assert kiosk.screen_name == "uniones"
        clock.now += timedelta(seconds=5)
        await kiosk.scan(*(["C.U1", "C.SI"] if tag in kiosk.panel else ["C.NO", "C.PAUSAR"]))
    assert (kiosk.screen_name, "2 DE 2 GUARDADOS" in kiosk.panel) == ("fin", True)
    assert made(kiosk, tag) == [1]
    assert kiosk.app.board.held_by(94) == []
    assert kiosk.app.board.seq == before + 2
    assert kiosk.app.ticks == {}


async def test_a_spool_is_handed_over_from_the_question_when_no_tick_would_be_lost(kiosk: Terminal) -> None:
    tag = with_joints(kiosk).tag_spool
    await kiosk.scan(JUAN, tag, tag, "C.U1", "C.ENTREGAR")
    assert "HAY UNIONES SIN GUARDAR" in kiosk.panel
    await kiosk.scan("1", "C.ENTREGAR", MIGUEL)
    assert "ENTREGADO" in kiosk.panel
    assert tag in {spool.tag_spool for spool in kiosk.app.board.held_by(93)}
