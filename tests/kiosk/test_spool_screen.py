"""Spool: everything about one spool, live."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from textual.widget import Widget

from core import NotaRequest
from core.domain.events import Event
from kiosk.widgets.panel import Tone
from kiosk.widgets.wrapped import Look, WrappedList
from tests.kiosk.spool_page import REPAIRED, open_page, past, some, told
from tests.kiosk.terminal import FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal

# Looking


async def test_without_a_badge_a_spool_is_looked_up_and_its_page_shown(kiosk: Terminal) -> None:
    await open_page(kiosk, REPAIRED, "C.HISTORIA")
    await kiosk.until(lambda: "Historia (7)" in kiosk.text)
    assert kiosk.screen_name == "spool"
    for fact in (REPAIRED, "OT 14102", "NV-1335", "materiales 26-09-2026", "ciclo 1 de 3", "REPARACIÓN 1/3"):
        assert fact in kiosk.text
    assert "JP(94) 19-11-2026" in kiosk.text
    assert kiosk.offers == []
    assert kiosk.is_quiet


async def test_f9_leads_there_as_well(kiosk: Terminal) -> None:
    await kiosk.scan(FREE_SPOOL)
    await kiosk.press("f9")
    assert kiosk.screen_name == "spool"
    assert FREE_SPOOL in kiosk.text


async def test_a_spool_looked_up_is_forgotten_with_the_next_rest(kiosk: Terminal) -> None:
    await kiosk.scan(FREE_SPOOL, "C.SALIR", "C.HISTORIA")
    assert "ESCANEE UN SPOOL" in kiosk.panel
    assert FREE_SPOOL not in kiosk.text


async def test_without_a_spool_the_page_asks_for_one_and_then_shows_it(kiosk: Terminal) -> None:
    await kiosk.scan("C.HISTORIA")
    assert "ESCANEE UN SPOOL" in kiosk.panel
    assert "Historia" not in kiosk.text
    await open_page(kiosk, FREE_SPOOL)
    assert kiosk.is_quiet
    assert FREE_SPOOL in kiosk.text
    assert "sin historia" in kiosk.text or "escanee su credencial" in kiosk.text
    assert await kiosk.service.history(FREE_SPOOL) == []


async def test_without_a_badge_another_spools_page_is_a_scan_away_and_nothing_is_done(kiosk: Terminal) -> None:
    await open_page(kiosk, FREE_SPOOL, "C.HISTORIA", REPAIRED)
    await kiosk.until(lambda: "Historia (7)" in kiosk.text)
    await kiosk.scan("C.TOMAR")
    assert "NO VA AQUÍ" in kiosk.panel
    assert (await kiosk.service.status(REPAIRED)).ocupado_por is None


async def test_an_unknown_tag_is_refused_and_the_page_stays(kiosk: Terminal) -> None:
    await open_page(kiosk, FREE_SPOOL, "C.HISTORIA", "NO-EXISTE-1")
    assert kiosk.tone is Tone.REFUSED
    assert "CÓDIGO DESCONOCIDO" in kiosk.panel
    assert FREE_SPOOL in kiosk.text


async def test_a_key_leads_back(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    await open_page(kiosk, "C.HISTORIA")
    assert kiosk.screen_name == "spool"
    await kiosk.press("escape")
    assert kiosk.screen_name == "estacion"


async def test_the_commands_barcode_leads_back(kiosk: Terminal) -> None:
    await open_page(kiosk, FREE_SPOOL, "C.HISTORIA", "C.SALIR")
    assert kiosk.screen_name == "inicio"


async def test_a_history_that_arrives_while_the_page_is_taken_apart_paints_nothing(
    kiosk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, arrives = kiosk.service.ledger, asyncio.Event()
    read = ledger.history

    async def late(tag: str) -> Sequence[Event]:
        await arrives.wait()
        return await read(tag)

    monkeypatch.setattr(ledger, "history", late)
    await kiosk.scan(REPAIRED, "C.HISTORIA")
    timeline = kiosk.app.screen.query_one(WrappedList)
    await asyncio.gather(kiosk.scan("C.SALIR"), _when_gone(timeline, arrives))
    assert kiosk.screen_name == "inicio"


async def _when_gone(widget: Widget, then: asyncio.Event) -> None:
    while widget.is_attached:  # noqa: ASYNC110 - nothing tells when it is not
        await asyncio.sleep(0)
    then.set()


async def test_the_pages_own_command_scanned_twice_does_nothing(kiosk: Terminal) -> None:
    await open_page(kiosk, FREE_SPOOL, "C.HISTORIA", "C.HISTORIA")
    assert kiosk.screen_name == "spool"
    await kiosk.scan("C.SALIR")
    assert kiosk.screen_name == "inicio"


async def test_a_badge_swaps_the_worker(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, "C.HISTORIA", JUAN)
    assert kiosk.screen_name == "estacion"
    assert kiosk.worker == "Juan Pérez"


async def test_who_holds_it_since_when_and_where_is_told(kiosk: Terminal, clock: FrozenClock) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
    clock.now += timedelta(minutes=7)
    await kiosk.until(lambda: "hace 7 min" in kiosk.text)
    assert "Miguel Rodríguez · ARMADO · hace 7 min, desde 12:04 · en ARM-02" in kiosk.text
    assert "▶ ARMADO" in kiosk.text
    assert "en curso MR(93)" in kiosk.text


async def test_a_hold_that_runs_out_while_one_looks_says_so(kiosk: Terminal, clock: FrozenClock) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
    clock.now += timedelta(hours=12)
    await kiosk.until(lambda: "VENCIDO · ▶ Miguel Rodríguez" in kiosk.text)
    assert kiosk.offers[:2] == ["1 Tomar Armado C.ARM", "2 Tomar Soldadura C.SOLD"]
    await kiosk.scan("C.TOMAR")
    assert (await kiosk.service.status(FREE_SPOOL)).operacion == "ARM"
    assert "VENCIDO" not in kiosk.text


async def test_a_blocked_spool_is_marked_in_words(kiosk: Terminal) -> None:
    await open_page(kiosk, some(kiosk, bloqueado=True), "C.HISTORIA")
    assert "■ BLOQUEADO" in kiosk.text


# History


async def test_the_timeline_begins_with_the_newest_under_its_day(kiosk: Terminal) -> None:
    await open_page(kiosk, REPAIRED, "C.HISTORIA")
    await kiosk.until(lambda: len(kiosk.entries) > 0)
    assert past(kiosk)[0].cells == ("HOY · 20-11-2026",)
    assert past(kiosk)[1].cells == ("09:04", "✔", "LF(99) completó REPARACIÓN · REP-01")
    days = [entry.cells[0] for entry in past(kiosk) if entry.look is Look.HEADING]
    assert days == ["HOY · 20-11-2026", "AYER · 19-11-2026"]
    assert told(kiosk)[-1] == "JP(94) tomó ARMADO · ARM-02"


async def test_at_midnight_today_becomes_yesterday(kiosk: Terminal, clock: FrozenClock) -> None:
    await open_page(kiosk, REPAIRED, "C.HISTORIA")
    clock.now += timedelta(days=1)
    await kiosk.until(lambda: bool(past(kiosk)) and past(kiosk)[0].cells == ("AYER · 20-11-2026",))


async def test_a_verdict_tells_its_motive_and_has_its_own_sign(kiosk: Terminal) -> None:
    await open_page(kiosk, REPAIRED, "C.HISTORIA")
    await kiosk.until(lambda: len(kiosk.entries) > 0)
    [rejection] = [entry for entry in kiosk.entries if "Porosidad" in entry.cells[-1]]
    assert rejection.cells[1] == "✘"


async def test_a_note_stands_out_and_is_told_to_its_end(kiosk: Terminal) -> None:
    text = "la brida del lado norte viene sin certificado y hay que pedirlo a la oficina antes de soldar"
    await kiosk.service.nota(NotaRequest(tag_spool=FREE_SPOOL, worker_id=94, texto=text))
    await open_page(kiosk, MIGUEL, "C.HISTORIA", FREE_SPOOL)
    await kiosk.press("up")
    await kiosk.until(lambda: any(entry.look is Look.MARKED for entry in kiosk.entries))
    assert "✎ JP(94) anotó: la brida" in kiosk.text
    assert "antes de soldar" in kiosk.text


async def test_an_undone_act_and_its_undoing_are_a_pair(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA", "C.DESHACER")
    await kiosk.until(lambda: len(told(kiosk)) == 2)
    undoing, undone = kiosk.entries[1:]
    assert undoing.cells[1:] == ("┌", "MR(93) deshizo: TOMAR ARMADO · ARM-02")
    assert undone.cells[1:] == ("└", "MR(93) tomó ARMADO · ARM-02 · DESHECHO")
    assert undone.look is Look.DIM
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por is None


async def test_a_long_history_is_whole_and_scrolls_with_keys_and_barcodes(kiosk: Terminal) -> None:
    for number in range(60):
        await kiosk.service.nota(NotaRequest(tag_spool=FREE_SPOOL, worker_id=94, texto=f"nota {number}"))
    await open_page(kiosk, FREE_SPOOL, "C.HISTORIA")
    await kiosk.until(lambda: "Historia (60)" in kiosk.text)
    assert "nota 59" in kiosk.text
    await kiosk.press("pagedown")
    assert "nota 59" not in kiosk.text
    await kiosk.press("pageup")
    assert "nota 59" in kiosk.text
    await kiosk.scan("C.BAJAR", "C.BAJAR")
    assert "nota 59" not in kiosk.text
    assert "nota 58" in kiosk.text
    await kiosk.press(*["pagedown"] * 8)
    assert "nota 0 " in kiosk.text


async def test_scrolling_makes_room_by_putting_away_what_was_said(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA", "C.PAUSAR")
    assert not kiosk.is_quiet
    await kiosk.press("down")
    assert kiosk.is_quiet


async def test_an_open_question_is_not_put_away_by_scrolling(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, "C.HISTORIA", FREE_SPOOL, FREE_SPOOL)
    await kiosk.press("down")
    assert kiosk.tone is Tone.ASK
    assert not kiosk.is_quiet
