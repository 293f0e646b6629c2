"""A newcomer's day with a printed command sheet: nothing but scans, on both engines."""

import pytest

from core.domain.model import EstadoAvance
from kiosk.app import KioskApp
from tests.kiosk.terminal import CARLA, JUAN, MIGUEL, FrozenClock, Terminal, Tone, case, terminal
from tests.plants import FREE_TAGS, TAG, Etapa

PEDRO, LUIS = "W.96", "W.97"


async def evento_tipos(shop: Terminal, tag: str) -> list[str]:
    return [event.evento_tipo for event in await shop.service.history(tag)]


async def test_a_spool_goes_through_the_whole_shop_by_scans_alone(shop: Terminal) -> None:
    await shop.scan(JUAN, TAG)
    assert "TOMADO" in shop.panel
    await shop.scan("C.PAUSAR")
    await shop.scan(MIGUEL, TAG, "C.ARM", TAG, "C.COMPLETAR")
    assert "COMPLETADO" in shop.panel
    await shop.scan(TAG, TAG, "C.2")
    assert "COMPLETADO" in shop.panel
    await shop.scan(CARLA, TAG, "C.RECHAZADO", "C.1")
    assert "RECHAZADO" in shop.panel
    await shop.scan(JUAN, "C.REPARACION", TAG, TAG, "C.COMPLETAR")
    await shop.scan(CARLA, "C.METROLOGIA", TAG, "C.APROBADO")
    assert "APROBADO" in shop.panel
    assert shop.tone is Tone.DONE
    assert await evento_tipos(shop, TAG) == [
        *("TOMAR_ARM", "PAUSAR_ARM", "TOMAR_ARM", "COMPLETAR_ARM"),
        *("TOMAR_SOLD", "COMPLETAR_SOLD"),
        "COMPLETAR_METROLOGIA",
        *("TOMAR_REPARACION", "COMPLETAR_REPARACION"),
        "COMPLETAR_METROLOGIA",
    ]


async def test_a_shift_leader_frees_and_unblocks_by_scans_alone(shop: Terminal) -> None:
    await shop.scan(JUAN, TAG)
    await shop.scan(CARLA, "C.SUPERVISOR", TAG, "C.LIBERAR", "C.1")
    assert shop.tone is Tone.DONE
    assert (await shop.service.status(TAG)).ocupado_por is None
    await shop.scan(Etapa.BLOQUEADO, "C.DESBLOQUEAR", "C.1")
    assert shop.tone is Tone.DONE
    assert (await shop.service.status(Etapa.BLOQUEADO)).bloqueado is False


async def test_a_batch_a_note_and_a_look_at_the_history_by_scans_alone(shop: Terminal) -> None:
    await shop.scan(JUAN, "C.LOTE", *FREE_TAGS[:3], "C.LOTE", "C.SI")
    assert "3 DE 3 TOMADOS" in shop.panel
    await shop.scan("C.SALIR", FREE_TAGS[0], "C.NOTA", "C.2", "C.HISTORIA")
    assert shop.screen_name == "spool"
    await shop.until(lambda: "Espera grúa" in shop.text)
    await shop.scan("C.SALIR", "C.SALIR")
    assert shop.screen_name == "inicio"


UNDONE = (
    # what the worker does, to a spool of its own; which event is undone; what the spool is afterwards
    ((), "TOMAR_ARM", EstadoAvance.PENDIENTE),
    (("C.PAUSAR",), "PAUSAR_ARM", EstadoAvance.EN_PROGRESO),
    (("C.COMPLETAR",), "COMPLETAR_ARM", EstadoAvance.EN_PROGRESO),
    (("C.CANCELAR",), "CANCELAR_ARM", EstadoAvance.EN_PROGRESO),
)


async def test_the_last_act_is_undone_and_history_keeps_both(shop: Terminal) -> None:
    for tag, (codes, undone, estado) in zip(FREE_TAGS, UNDONE, strict=False):
        with case(undone):
            await shop.scan(JUAN, tag, *codes, "C.DESHACER")
            assert shop.tone is Tone.DONE
            assert "DESHECHO" in shop.panel
            assert (await evento_tipos(shop, tag))[-2:] == [undone, "DESHACER_ARM"]
            status = await shop.service.status(tag)
            assert status.arm.estado is estado
            assert status.ocupado_por == (None if estado is EstadoAvance.PENDIENTE else "JP(94)")


async def test_an_act_of_somebody_else_is_not_undone(shop: Terminal) -> None:
    await shop.scan(JUAN, TAG)
    await shop.scan(MIGUEL, "C.DESHACER")
    assert shop.tone is Tone.REFUSED
    assert (await shop.service.status(TAG)).ocupado_por == "JP(94)"


async def test_an_undo_scanned_twice_undoes_once(shop: Terminal) -> None:
    await shop.scan(JUAN, TAG, "C.PAUSAR", "C.DESHACER", "C.DESHACER")
    assert (await shop.service.status(TAG)).ocupado_por == "JP(94)"
    assert await evento_tipos(shop, TAG) == ["TOMAR_ARM", "PAUSAR_ARM", "DESHACER_ARM"]


REFUSALS = [
    # who, what is scanned, what the panel says
    (JUAN, (Etapa.SIN_MATERIALES,), "TODAVÍA NO"),
    (JUAN, (Etapa.ARMADO,), "Espera SOLDADURA (Soldador)"),
    (JUAN, (Etapa.FABRICADO,), "Espera METROLOGÍA (Metrología)"),
    (JUAN, (Etapa.APROBADO,), "No le falta nada"),
    (JUAN, (Etapa.BLOQUEADO,), "BLOQUEADO"),
    (MIGUEL, (Etapa.SIN_MATERIALES,), "TODAVÍA NO"),
    (MIGUEL, (Etapa.BLOQUEADO,), "BLOQUEADO"),
    (MIGUEL, (Etapa.APROBADO,), "NADA QUE HACER AQUÍ"),
    (MIGUEL, ("C.SUPERVISOR",), "SU ROL NO LO PERMITE"),
    (MIGUEL, ("C.METROLOGIA",), "SU ROL NO LO PERMITE"),
    (MIGUEL, ("C.APROBADO",), "ESE CÓDIGO NO VA AQUÍ"),
    (MIGUEL, ("C.SI",), "ESE CÓDIGO NO VA AQUÍ"),
    (MIGUEL, ("C.NO",), "ESE CÓDIGO NO VA AQUÍ"),
    (MIGUEL, ("C.LIBERAR",), "ESE CÓDIGO NO VA AQUÍ"),
    (MIGUEL, ("C.PAUSAR",), "NO HAY UN SPOOL ELEGIDO"),
    (MIGUEL, ("C.COMPLETAR",), "NO HAY UN SPOOL ELEGIDO"),
    (MIGUEL, ("C.TOMAR",), "NO HAY UN SPOOL ELEGIDO"),
    (MIGUEL, ("C.EXTENDER",), "NO HAY UN SPOOL ELEGIDO"),
    (MIGUEL, ("C.NOTA",), "NO HAY UN SPOOL ELEGIDO"),
    (MIGUEL, ("C.DESHACER",), "NADA QUE DESHACER"),
    (MIGUEL, ("C.NADA",), "ESE CÓDIGO NO VA AQUÍ"),
    (MIGUEL, ("W.404",), "CREDENCIAL DESCONOCIDA"),
    (MIGUEL, ("NO-EXISTE-7",), "CÓDIGO DESCONOCIDO"),
    (CARLA, (Etapa.LIBRE,), "TODAVÍA NO"),
    (CARLA, (Etapa.ARMADO,), "TODAVÍA NO"),
    (CARLA, (Etapa.APROBADO,), "NADA QUE HACER AQUÍ"),
    (CARLA, (Etapa.RECHAZADO,), "Espera REPARACIÓN (Armador / Soldador)"),
    (CARLA, (Etapa.BLOQUEADO,), "BLOQUEADO"),
    (PEDRO, (TAG,), "SU ROL NO LO PERMITE"),
    (PEDRO, ("C.REPARACION",), "SU ROL NO LO PERMITE"),
    (PEDRO, ("C.LOTE", TAG), "SU ROL NO LO PERMITE"),
    (LUIS, (TAG,), "SU ROL NO LO PERMITE"),
    (LUIS, ("C.REPARACION",), "SU ROL NO LO PERMITE"),
]


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
async def test_what_cannot_be_is_refused_in_words_and_changes_nothing(shop: Terminal) -> None:
    before = (await shop.service.snapshot()).seq
    worker = None
    for badge, codes, told in REFUSALS:
        with case(badge, *codes):
            # A badge of their own makes orders be about no spool that was scanned before.
            stands_there = badge == worker and shop.screen_name == "estacion" and not codes[0].startswith("C.")
            await shop.scan(*(() if stands_there else (badge,)), *codes)
            assert shop.tone is Tone.REFUSED
            assert told in shop.panel
            assert (await shop.service.ledger.position()).seq == before
            worker = badge


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
async def test_a_supervisor_looks_at_the_queue_of_repairs_and_changes_nothing(shop: Terminal) -> None:
    before = (await shop.service.snapshot()).seq
    await shop.scan(CARLA, "C.REPARACION")
    assert shop.screen_name == "cola"
    assert (await shop.service.snapshot()).seq == before


AT_REST = [
    *("C.TOMAR", "C.PAUSAR", "C.COMPLETAR", "C.CANCELAR", "C.EXTENDER", "C.DESHACER", "C.ARM", "C.SOLD"),
    *("C.METROLOGIA", "C.REPARACION", "C.APROBADO", "C.RECHAZADO", "C.LIBERAR", "C.DESBLOQUEAR", "C.NOTA"),
    *("C.SI", "C.NO", "C.LOTE", "C.SUPERVISOR", "C.ESTADO", "C.ORDEN", "C.7"),
]


async def test_before_a_badge_an_order_is_refused(kiosk: Terminal) -> None:
    for code in AT_REST:
        with case(code):
            await kiosk.scan(code)
            assert kiosk.screen_name == "inicio"
            assert kiosk.tone is Tone.REFUSED
            await kiosk.scan("C.SALIR")
            assert kiosk.tone is not Tone.REFUSED


@pytest.mark.parametrize(("code", "rings"), [("NO-EXISTE-7", 3), (JUAN, 0)])
async def test_a_refusal_is_heard(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, code: str, rings: int) -> None:
    rung: list[KioskApp] = []

    def ring(app: KioskApp) -> None:
        rung.append(app)

    monkeypatch.setattr(KioskApp, "bell", ring)
    async with terminal(clock=clock) as kiosk:
        await kiosk.scan(code)
        await kiosk.until(lambda: len(rung) == rings)


async def test_a_worker_is_spoken_to_in_their_language_and_the_next_in_theirs(kiosk: Terminal) -> None:
    english = next(str(worker.worker_id) for worker in kiosk.app.board.workers.values() if worker.idioma == "en")
    await kiosk.scan(f"W.{english}")
    assert "HELLO" in kiosk.panel
    assert "Pause" in kiosk.text
    await kiosk.scan("C.TABLERO")
    assert "Back" in kiosk.text
    await kiosk.scan(MIGUEL)
    assert "HOLA" in kiosk.panel
    await kiosk.scan("C.SALIR")
    assert "ESCANEE SU CREDENCIAL" in kiosk.panel
