"""Fin de turno: everything in hand put down at once, offered where somebody leaves, and asked for after a shift."""

import pytest

from tests.kiosk.terminal import FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, Tone, terminal
from tests.kiosk.test_lote import free_for_arm


async def holder(kiosk: Terminal, tag: str) -> str | None:
    return (await kiosk.service.status(tag)).ocupado_por


async def test_everything_in_hand_is_paused_but_what_was_scanned_off_the_list(kiosk: Terminal) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    kept, other = free_for_arm(kiosk, 2)
    await kiosk.scan(JUAN, kept, other, "C.FIN", kept, kept)
    assert "¿PAUSAR 2 SPOOLS?" in kiosk.panel
    assert set(kiosk.rows) == {own, kept, other}
    await kiosk.scan(FREE_SPOOL)
    assert (kiosk.tone, "NO ESTÁ EN SU MANO" in kiosk.panel) == (Tone.REFUSED, True)
    await kiosk.scan("C.SI")
    assert (kiosk.tone, "2 DE 2 GUARDADOS" in kiosk.panel) == (Tone.DONE, True)
    assert [await holder(kiosk, tag) for tag in (own, kept, other)] == [None, "JP(94)", None]
    assert "✔ PAUSADO" in kiosk.row(other)
    before = kiosk.app.board.seq
    await kiosk.scan("C.PAUSAR")
    assert "2 DE 2 GUARDADOS" in kiosk.panel
    assert kiosk.app.board.seq == before
    await kiosk.scan("C.SALIR", "C.PAUSAR")
    assert kiosk.screen_name == "estacion"


async def test_whoever_leaves_with_spools_in_hand_is_offered_to_end_the_shift(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await kiosk.scan(JUAN, MIGUEL)
    assert [notice.message for notice in kiosk.app._notifications] == ["JP(94) salió con 1 spool en mano"]
    await kiosk.scan(JUAN, "C.SALIR")
    assert "JP(94) salió con 1 spool en mano" in kiosk.panel
    await kiosk.scan("C.FIN", "C.SI")
    assert await holder(kiosk, own) is None
    await kiosk.scan("C.SALIR")
    assert kiosk.screen_name == "inicio"
    assert "en mano" not in kiosk.panel
    await kiosk.scan("C.FIN")
    assert kiosk.tone is Tone.REFUSED


@pytest.mark.usefixtures("demo")
async def test_what_is_held_since_before_the_shift_changed_is_asked_about_and_never_in_the_way(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_TURNOS", "08:00,16:00")
    async with terminal(clock=clock) as kiosk:
        [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
        await kiosk.scan(MIGUEL)
        assert kiosk.tone is Tone.INFO
        await kiosk.scan(JUAN)
        assert "¿SIGUE EN ESTO?" in kiosk.panel
        await kiosk.scan("C.PAUSAR", "C.DESHACER")
        assert "DESHECHO" in kiosk.panel
        await kiosk.scan(JUAN, FREE_SPOOL)
        assert await holder(kiosk, FREE_SPOOL) == "JP(94)"
        await kiosk.scan("C.CANCELAR", JUAN, "C.2")
        assert kiosk.screen_name == "fin"
        await kiosk.scan(JUAN, "C.1", JUAN)
        assert "¿SIGUE EN ESTO?" not in kiosk.panel
        assert await holder(kiosk, own) == "JP(94)"
