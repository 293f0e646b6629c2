"""Handing over, holding back, and why a spool was paused: at one terminal, by scanner."""

from datetime import timedelta

from core.domain.model import EstadoAvance
from core.domain.reasons import MotivoPausa
from kiosk.widgets.panel import Tone
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal


async def test_a_spool_or_all_in_hand_goes_to_whose_badge_is_scanned_next(kiosk: Terminal, clock: FrozenClock) -> None:
    other = next(tag for tag in kiosk.untouched(2) if tag != FREE_SPOOL)
    await kiosk.scan(MIGUEL, FREE_SPOOL, "C.ENTREGAR")
    assert "¿A QUIÉN SE LO ENTREGA?" in kiosk.panel
    await kiosk.scan("W.0", CARLA)
    assert (kiosk.tone, kiosk.worker) == (Tone.REFUSED, "Miguel Rodríguez")
    # A badge that is read twice does not swap the worker.
    await kiosk.scan(JUAN, JUAN)
    assert (kiosk.tone, kiosk.worker, kiosk.rows) == (Tone.DONE, "Miguel Rodríguez", [])
    assert "lo tiene JP(94)" in kiosk.panel
    clock.now += timedelta(seconds=1)
    await kiosk.scan(JUAN)
    assert kiosk.worker == "Juan Pérez"
    assert FREE_SPOOL in kiosk.rows
    clock.now += timedelta(seconds=5)
    await kiosk.scan(other, "C.ENTREGAR", "C.NO", MIGUEL, JUAN, other, "C.ENTREGAR", "C.1")
    assert "3 spools en mano" in kiosk.panel
    await kiosk.scan(MIGUEL)
    assert (kiosk.tone, kiosk.worker, kiosk.rows) == (Tone.DONE, "Juan Pérez", [])
    assert "ENTREGADOS 3 DE 3" in kiosk.panel
    [*_, handed_over] = await kiosk.service.history(other)
    assert (handed_over.worker_nombre, handed_over.receiver) == ("JP(94)", (93, "MR(93)"))


async def test_of_all_in_hand_each_has_its_own_outcome(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, "C.PAUSAR", FREE_SPOOL, "C.SOLD", kiosk.untouched(1)[0], "C.ENTREGAR", "1")
    await kiosk.scan(JUAN)
    assert (kiosk.tone, kiosk.rows) == (Tone.REFUSED, [FREE_SPOOL])
    assert "ENTREGADOS 1 DE 2" in kiosk.panel
    assert f"JP(94) necesita ser Soldador: {FREE_SPOOL}" in kiosk.panel


async def test_who_holds_or_scans_what_is_held_back_reads_why_and_by_whom(kiosk: Terminal) -> None:
    why = "RETENIDO: Cambió el plano · CP(95), desde 12:04"
    await kiosk.scan(MIGUEL, FREE_SPOOL, "C.RETENER")
    assert "SU ROL NO LO PERMITE" in kiosk.panel
    await kiosk.scan(CARLA, FREE_SPOOL, "C.RETENER", "2")
    await kiosk.scan(MIGUEL)
    assert "RETENIDO" in kiosk.row(FREE_SPOOL)
    await kiosk.scan(FREE_SPOOL)
    assert why in kiosk.panel.replace("\n", " ")
    assert "Completar" not in kiosk.panel
    await kiosk.scan("C.HISTORIA")
    await kiosk.until(lambda: why in kiosk.text)
    assert not [offer for offer in kiosk.offers if "COMPLETAR" in offer]
    await kiosk.scan("C.PAUSAR", JUAN, FREE_SPOOL)
    assert (kiosk.tone, "Cambió el plano · CP(95)" in kiosk.panel) == (Tone.REFUSED, True)
    await kiosk.scan(CARLA, "C.TABLERO", *["C.ESTADO"] * 5)
    assert (kiosk.rows, "RETENIDO: Cambió el plano" in kiosk.text) == ([FREE_SPOOL], True)
    await kiosk.scan("C.SALIR", FREE_SPOOL, "C.REANUDAR", "Listo para seguir", JUAN, FREE_SPOOL)
    assert (kiosk.tone, kiosk.rows[0]) == (Tone.DONE, FREE_SPOOL)


async def test_a_pause_may_be_given_its_reason_which_is_in_the_way_of_nothing(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    first, second, third = kiosk.untouched(3)
    await kiosk.scan(MIGUEL, first, "C.PAUSAR", "C.PAUSAR", "C.1")
    assert (kiosk.tone, "Falta material" in kiosk.panel) == (Tone.DONE, True)
    *_, pause, note = await kiosk.service.history(first)
    told = {"texto": "Falta material", "pausa": pause.seq, "motivo_pausa": MotivoPausa.FALTA_MATERIAL}
    assert note.metadata == told
    await kiosk.scan("C.DESHACER")
    assert (await kiosk.service.status(first)).arm.estado is EstadoAvance.EN_PROGRESO
    await kiosk.scan(second, "C.PAUSAR", third)
    assert "TOMADO" in kiosk.panel
    await kiosk.scan("C.PAUSAR")
    assert "Falta equipo" in kiosk.panel
    clock.now += timedelta(seconds=30)
    await kiosk.until(lambda: "Falta equipo" not in kiosk.panel)
    assert (kiosk.tone, "PAUSADO" in kiosk.panel) == (Tone.DONE, True)
    await kiosk.scan("2")
    assert kiosk.tone is Tone.REFUSED
    assert [event.accion for event in await kiosk.service.history(third)] == ["TOMAR", "PAUSAR"]
