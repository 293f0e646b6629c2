"""What goes wrong at a terminal in a shop: stray scans, codes read twice, clocks set back, somebody else's hands."""

from datetime import timedelta

import pytest

from core import CompletarRequest, TomarRequest
from core.domain.model import Accion
from tests.kiosk.terminal import CARLA, JUAN, MIGUEL, FrozenClock, Terminal, Tone, case
from tests.plants import FREE_TAGS, TAG, Etapa

OTHER = FREE_TAGS[1]

on_sqlite = pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
"""For what the screens do by themselves, whatever the engine below."""


async def holder(shop: Terminal, tag: str) -> str | None:
    return (await shop.service.status(tag)).ocupado_por


async def acts(shop: Terminal, tag: str) -> list[Accion]:
    return [event.accion for event in await shop.service.history(tag)]


@pytest.mark.parametrize("idle", ["0", "60"])
async def test_a_clock_that_is_set_back_changes_nothing(
    kiosk: Terminal, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, idle: str
) -> None:
    object.__setattr__(kiosk.app.session.configured, "idle_logout", int(idle))
    await kiosk.scan(MIGUEL)
    clock.now -= timedelta(hours=1)
    await kiosk.until(lambda: "11:04:05" in kiosk.text)
    assert kiosk.screen_name == "estacion"


@on_sqlite
async def test_after_an_unknown_badge_nothing_is_done_in_the_name_of_the_one_before(shop: Terminal) -> None:
    await shop.scan(MIGUEL, "W.404")
    assert shop.screen_name == "inicio"
    assert "CREDENCIAL DESCONOCIDA" in shop.panel
    await shop.scan(TAG)
    assert await holder(shop, TAG) is None


async def test_the_number_of_an_answer_is_nobodys_badge(kiosk: Terminal) -> None:
    await kiosk.scan("C.9")
    assert kiosk.screen_name == "inicio"
    assert kiosk.tone is Tone.REFUSED


@on_sqlite
async def test_after_a_misread_label_an_order_is_not_about_the_spool_before(shop: Terminal) -> None:
    await shop.scan(JUAN, TAG, OTHER)
    for order in ("C.COMPLETAR", "C.PAUSAR", "C.CANCELAR", "C.NOTA"):
        with case(order):
            await shop.scan("MK-1335-CW-2S238")
            assert "CÓDIGO DESCONOCIDO" in shop.panel
            await shop.scan(order)
            assert "NO HAY UN SPOOL ELEGIDO" in shop.panel
            assert await acts(shop, OTHER) == [Accion.TOMAR]


async def test_two_notes_at_once_are_two_notes(shop: Terminal) -> None:
    await shop.scan(JUAN, TAG, "C.NOTA", "C.1", "C.NOTA", "C.2")
    assert await acts(shop, TAG) == [Accion.TOMAR, Accion.NOTA, Accion.NOTA]


async def test_a_question_about_one_operation_does_not_finish_another(shop: Terminal) -> None:
    await shop.scan(MIGUEL, TAG, TAG)
    assert shop.tone is Tone.ASK
    await shop.service.completar(CompletarRequest(tag_spool=TAG, worker_id=93))
    taken = await shop.service.tomar(TomarRequest(tag_spool=TAG, worker_id=93, operacion="SOLD"))
    await shop.until(lambda: shop.app.board.seq >= taken.seq)
    await shop.scan("C.COMPLETAR")
    assert shop.tone is Tone.REFUSED
    assert (await shop.service.status(TAG)).operacion == "SOLD"


@on_sqlite
async def test_a_code_read_twice_does_not_forget_a_batch(shop: Terminal) -> None:
    await shop.scan(JUAN, "C.LOTE", *FREE_TAGS[:3])
    for twice in ("C.NO", "C.SALIR"):
        with case(twice):
            await shop.scan(twice, twice, JUAN)
            assert shop.screen_name == "estacion"
            await shop.scan("C.LOTE")
            assert shop.rows == list(FREE_TAGS[:3])


async def test_a_confirmation_read_twice_tells_the_same_again(shop: Terminal) -> None:
    await shop.scan(JUAN, "C.LOTE", *FREE_TAGS[:2], "C.SI", "C.SI")
    assert "2 DE 2 TOMADOS" in shop.panel
    assert shop.tone is Tone.DONE


@on_sqlite
async def test_a_spool_scanned_while_a_batch_asks_is_not_the_answer(shop: Terminal) -> None:
    await shop.scan(JUAN, "C.LOTE", *FREE_TAGS[:2], "C.SALIR", FREE_TAGS[2], "C.1")
    assert await holder(shop, FREE_TAGS[2]) is None
    assert shop.rows == list(FREE_TAGS[:3])


@on_sqlite
async def test_a_label_of_letters_is_no_reason(shop: Terminal) -> None:
    await shop.scan(CARLA)
    for scanned in ("ABCDEF", "W.", "C.", "POROSIDAD"):
        with case(scanned):
            await shop.scan(Etapa.FABRICADO, "C.RECHAZADO")
            assert shop.tone is Tone.ASK
            await shop.scan(scanned)
            assert shop.tone is Tone.REFUSED
            assert (await shop.service.status(Etapa.FABRICADO)).inspeccion.resultado is None


@on_sqlite
async def test_a_reason_of_one_word_can_be_typed(shop: Terminal) -> None:
    await shop.scan(CARLA, Etapa.FABRICADO, "C.RECHAZADO")
    await shop.type("grieta")
    await shop.press("enter")
    [event] = await shop.service.history(Etapa.FABRICADO)
    assert event.metadata["motivo"] == "grieta"


@on_sqlite
async def test_one_queue_opens_the_other(shop: Terminal) -> None:
    await shop.scan(CARLA, "C.METROLOGIA")
    assert shop.rows != []
    before = shop.rows
    await shop.scan("C.REPARACION")
    assert Etapa.RECHAZADO in shop.rows
    assert shop.rows != before


async def test_a_pin_that_came_in_one_burst_with_its_screen_is_kept_nowhere(kiosk: Terminal) -> None:
    await kiosk.paste("C.CERRAR\nW.95\n471147\n")
    await kiosk.scan("C.SALIR", "C.LECTOR")
    assert "471147" not in kiosk.text
    assert all("471147" not in seen.scan.text for seen in kiosk.app.reader.recent)
