"""Supervisor: what is stuck, what is blocked, and what is done about it."""

from datetime import timedelta

from core import LiberarRequest, TomarRequest
from core.domain.model import Accion, Operacion
from kiosk.live.board import Shown
from kiosk.widgets.panel import Tone
from kiosk.widgets.table import Table
from tests.kiosk.supervising import (
    BLOCKED,
    DIAS,
    EXPIRED,
    HOY,
    PAUSAS,
    RECHAZOS,
    REGISTRO,
    SUPERVISOR,
    TOMAS,
    held,
    holder,
    is_shown,
    last_event,
    page,
    page_bar,
    rows,
)
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, FrozenClock, Terminal, case

# Who may come here, and the way back


async def test_a_supervisor_comes_here_by_key_and_by_barcode_and_goes_back(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    assert kiosk.screen_name == "supervisor"
    assert "CP(95)" in kiosk.text
    await kiosk.press("escape")
    assert kiosk.screen_name == "estacion"
    await kiosk.press("f12")
    assert kiosk.screen_name == "supervisor"
    await kiosk.scan("C.SUPERVISOR", "C.SALIR")
    assert kiosk.screen_name == "estacion"


async def test_nobody_else_comes_here(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.SUPERVISOR")
    assert kiosk.screen_name == "estacion"
    assert kiosk.tone is Tone.REFUSED
    assert "SU ROL NO LO PERMITE" in kiosk.panel
    assert "Supervisor" in kiosk.panel


async def test_a_badge_swaps_the_worker(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, MIGUEL)
    assert kiosk.screen_name == "estacion"
    await kiosk.scan("C.SUPERVISOR")
    assert kiosk.screen_name == "estacion"


# Pages


async def test_the_names_of_the_pages_have_the_room_there_is_at_once_after_a_resize(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.resize(120, 40)
    wide = page_bar(kiosk)
    await kiosk.resize(60, 24)
    narrow = page_bar(kiosk)
    kiosk.tick()
    await kiosk.answered()
    assert page_bar(kiosk) == narrow
    await kiosk.resize(120, 40)
    assert page_bar(kiosk) == wide != narrow


async def test_a_key_and_a_barcode_turn_the_pages_round(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    seen = [page(kiosk)]
    for turn in range(6):
        await (kiosk.press("right") if turn % 2 else kiosk.scan("C.ESTADO"))
        seen.append(page(kiosk))
    assert seen == [TOMAS, RECHAZOS, REGISTRO, DIAS, HOY, PAUSAS, TOMAS]
    await kiosk.press("left")
    assert page(kiosk) == PAUSAS


async def test_a_number_leads_to_its_page(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.4")
    assert page(kiosk) == DIAS
    await kiosk.type("2")
    await kiosk.press("enter")
    assert page(kiosk) == RECHAZOS
    await kiosk.scan("C.7")
    assert kiosk.tone is Tone.REFUSED
    assert page(kiosk) == RECHAZOS


async def test_turning_the_page_drops_what_was_asked_and_pointed_at(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR", "C.ESTADO", "C.ESTADO", "C.1")
    assert page(kiosk) == TOMAS
    await kiosk.scan("C.LIBERAR")
    assert "NO HAY UN SPOOL ELEGIDO" in kiosk.panel
    assert await holder(kiosk, EXPIRED) == "HM(97)"


# Taken spools


async def test_the_expired_come_first_then_those_held_long_then_the_others(kiosk: Terminal, clock: FrozenClock) -> None:
    """Taken an hour after the others and held without end, a spool is held long and never expires."""
    await kiosk.scan(*SUPERVISOR)
    states = [row.cells[0] for row in rows(kiosk)]
    assert states == ["VENCIDO"] * 2 + [""] * (len(held(kiosk)) - 2)
    assert "vencidos: 2 · de más de 8 h: 0" in kiosk.text
    clock.now += timedelta(hours=5, minutes=30)
    await kiosk.until(lambda: "de más de 8 h: 0" not in kiosk.text)
    now = kiosk.app.feed.now()
    listed = [kiosk.app.board.spools[row.key].ocupacion for row in rows(kiosk)]
    ages = [now - occupation.fecha_ocupacion for occupation in listed if occupation is not None]
    assert ages == sorted(ages, reverse=True)
    marks = [("VENCIDO" if age >= timedelta(hours=12) else "+8 h" if age > timedelta(hours=8) else "") for age in ages]
    assert [row.cells[0] for row in rows(kiosk)] == marks
    assert {"VENCIDO", "+8 h", ""} == set(marks)


async def test_a_scan_points_at_the_spool_and_asks_what_to_do(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.4", EXPIRED)
    assert page(kiosk) == TOMAS
    assert kiosk.tone is Tone.ASK
    assert EXPIRED in kiosk.panel
    assert "Héctor Muñoz · ARMADO en ARM-02 · desde 19-11-2026 20:59 (15 h)" in kiosk.panel
    assert "Liberar" in kiosk.panel
    assert "Desbloquear" not in kiosk.panel


async def test_liberar_with_the_scanner_alone(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    for first in ("C.LIBERAR", "C.1"):
        with case(first):
            tag = rows(kiosk)[0].key
            before = await holder(kiosk, tag)
            await kiosk.scan(tag, first)
            assert "¿POR QUÉ SE LIBERA?" in kiosk.panel
            assert f"{before}" in kiosk.panel
            assert await holder(kiosk, tag) == before
            await kiosk.scan("C.2")
            assert kiosk.tone is Tone.DONE
            assert "LIBERADO" in kiosk.panel
            assert tag not in [row.key for row in rows(kiosk)]
            assert await last_event(kiosk, tag) == (Accion.LIBERAR, "Se tomó por error")
            assert await holder(kiosk, tag) is None


async def test_liberar_with_the_keyboard_alone(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("down", "down", "delete")
    second = rows(kiosk)[1].key
    assert second in kiosk.panel
    await kiosk.type("se fue enfermo")
    await kiosk.press("enter")
    assert await last_event(kiosk, second) == (Accion.LIBERAR, "se fue enfermo")
    assert await holder(kiosk, EXPIRED) == "HM(97)"


async def test_liberar_by_touch(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(*SUPERVISOR)
    shown = next(table for table in kiosk.app.screen.query(Table) if is_shown(table))
    await kiosk.click(f"TomasPage #{shown.id}" if shown.id else "TomasPage Table", line=1)
    assert "¿QUÉ HACER?" in kiosk.panel
    await kiosk.click(".option")
    clock.now += timedelta(seconds=2)
    await kiosk.click(".option")
    assert await last_event(kiosk, EXPIRED) == (Accion.LIBERAR, "Terminó el turno")


async def test_enter_asks_about_the_spool_under_the_cursor(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("down")
    assert kiosk.tone is Tone.INFO
    assert EXPIRED in kiosk.panel
    await kiosk.press("enter")
    assert "¿QUÉ HACER?" in kiosk.panel


async def test_no_is_an_answer_and_changes_nothing(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.NO")
    assert "NO SE HIZO NADA" in kiosk.panel
    await kiosk.scan(EXPIRED, "C.LIBERAR", "C.NO", "C.1")
    assert await holder(kiosk, EXPIRED) == "HM(97)"


async def test_a_number_that_is_no_answer_neither_turns_the_page_nor_ends_the_question(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.5")
    assert kiosk.tone is Tone.REFUSED
    assert page(kiosk) == TOMAS
    await kiosk.scan("C.1")
    assert "¿POR QUÉ SE LIBERA?" in kiosk.panel


async def test_a_label_that_was_misread_is_no_motive(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR", "MK-1336-SW-2524")
    assert kiosk.tone is Tone.REFUSED
    assert await holder(kiosk, EXPIRED) == "HM(97)"
    # What was asked can still be answered.
    await kiosk.scan("C.1")
    assert await last_event(kiosk, EXPIRED) == (Accion.LIBERAR, "Terminó el turno")


async def test_liberar_scanned_twice_asks_once_and_scanned_again_after_it_is_done_frees_nobody(
    kiosk: Terminal,
) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR", "C.LIBERAR")
    assert "¿POR QUÉ SE LIBERA?" in kiosk.panel
    await kiosk.scan("C.1", "C.LIBERAR")
    assert kiosk.tone is Tone.REFUSED
    assert "nadie lo tiene" in kiosk.panel
    assert [event.accion for event in await kiosk.service.history(EXPIRED)].count(Accion.LIBERAR) == 1


async def test_without_a_spool_liberar_says_to_scan_one(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("delete")
    assert kiosk.tone is Tone.REFUSED
    assert "Escanee primero el spool" in kiosk.panel


async def test_a_spool_that_was_freed_meanwhile_is_told_and_nobody_is_released_again(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR")
    await kiosk.service.liberar(LiberarRequest(tag_spool=EXPIRED, worker_id=112, motivo="antes"))
    await kiosk.scan("C.1")
    assert kiosk.tone is Tone.REFUSED
    assert "nadie lo tiene" in kiosk.panel
    assert await last_event(kiosk, EXPIRED) == (Accion.LIBERAR, "antes")


async def test_who_took_the_spool_while_the_motive_was_asked_for_keeps_it(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR")
    await kiosk.service.tomar(TomarRequest(tag_spool=EXPIRED, worker_id=93, operacion=Operacion.ARM))
    await kiosk.scan("C.1")
    assert kiosk.tone is Tone.REFUSED
    assert "CAMBIÓ MIENTRAS TANTO" in kiosk.panel
    assert "MR(93)" in kiosk.panel
    assert await holder(kiosk, EXPIRED) == "MR(93)"


async def test_deshacer_gives_the_spool_back_to_who_held_it(kiosk: Terminal) -> None:
    fresh = held(kiosk)[-1].tag_spool
    before = await holder(kiosk, fresh)
    await kiosk.scan(*SUPERVISOR, fresh, "C.LIBERAR", "C.1")
    assert await holder(kiosk, fresh) is None
    await kiosk.scan("C.DESHACER")
    assert kiosk.tone is Tone.DONE
    assert await holder(kiosk, fresh) == before
    await kiosk.until(lambda: fresh in [row.key for row in rows(kiosk)])
    # And the same again is not taken for the order that was undone.
    await kiosk.scan(fresh, "C.LIBERAR", "C.3")
    assert await last_event(kiosk, fresh) == (Accion.LIBERAR, "Cambio de prioridad")


async def test_deshacer_with_nothing_to_undo_makes_room_to_say_so(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.4", "C.DESHACER")
    assert "NADA QUE DESHACER" in kiosk.text
    assert page(kiosk) == DIAS


async def test_a_spool_with_nothing_to_decide_shows_how_it_stands(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, FREE_SPOOL)
    assert FREE_SPOOL in kiosk.panel
    assert "Libre" in kiosk.panel
    await kiosk.scan("C.DESBLOQUEAR")
    assert kiosk.tone is Tone.REFUSED
    assert "no está bloqueado" in kiosk.panel


async def test_a_code_that_means_nothing_is_refused(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.APROBADO")
    assert kiosk.tone is Tone.REFUSED
    await kiosk.scan("XX-99")
    assert "CÓDIGO DESCONOCIDO" in kiosk.panel


async def test_a_note_is_written_about_the_spool_pointed_at(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.NOTA", "C.2")
    event = (await kiosk.service.history(EXPIRED))[-1]
    assert (event.accion, event.metadata["texto"]) == (Accion.NOTA, "Espera grúa")


async def test_the_board_opens_over_it_and_a_spool_scanned_there_comes_back_here(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("f6")
    assert kiosk.screen_name == "tablero"
    await kiosk.scan(EXPIRED)
    assert kiosk.screen_name == "supervisor"
    assert "¿QUÉ HACER?" in kiosk.panel


# Blocked and rejected


async def test_the_blocked_come_before_the_rejected_each_with_its_cycle(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.2")
    blocked, rejected = (
        kiosk.app.board.of(Shown.BLOQUEADO),
        kiosk.app.board.of(Shown.RECHAZADO),
    )
    assert [row.key for row in rows(kiosk)] == [spool.tag_spool for spool in (*blocked, *rejected)]
    assert [row.cells[0] for row in rows(kiosk)] == ["BLOQUEADO"] * len(blocked) + ["RECHAZADO"] * len(rejected)
    by_tag = {row.key: row.cells[2] for row in rows(kiosk)}
    assert by_tag[BLOCKED] == "3/3"
    assert by_tag["GK-0872-FW-25117-028"] == "2/3"
    assert f"Rechazos {len(blocked) + len(rejected)}" in kiosk.text


async def test_desbloquear_asks_why_and_allows_one_more_repair(kiosk: Terminal) -> None:
    answers = (("C.1", "Ingeniería lo autoriza"), ("lo pide el cliente", "lo pide el cliente"))
    blocked = [spool.tag_spool for spool in kiosk.app.board.of(Shown.BLOQUEADO)]
    await kiosk.scan(*SUPERVISOR)
    for tag, (answer, motivo) in zip(blocked, answers, strict=True):
        with case(answer):
            await kiosk.scan(tag)
            assert page(kiosk) == RECHAZOS
            assert "BLOQUEADO · ciclo 3/3" in kiosk.panel
            await kiosk.scan("C.DESBLOQUEAR")
            assert "¿POR QUÉ SE DESBLOQUEA?" in kiosk.panel
            assert (await kiosk.service.status(tag)).bloqueado
            await kiosk.scan(answer)
            assert kiosk.tone is Tone.DONE
            assert "DESBLOQUEADO" in kiosk.panel
            assert await last_event(kiosk, tag) == (Accion.DESBLOQUEAR, motivo)
            assert not (await kiosk.service.status(tag)).bloqueado


async def test_a_blocked_spool_is_unblocked_with_the_keyboard_alone(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("right", "down", "insert", "3", "enter")
    assert await last_event(kiosk, BLOCKED) == (Accion.DESBLOQUEAR, "Error de inspección")


async def test_why_a_spool_was_last_rejected_is_told(kiosk: Terminal) -> None:
    tag = "TX-0419-HC-25266-008"
    await kiosk.scan(*SUPERVISOR, tag)
    assert kiosk.tone is Tone.ASK
    assert "último motivo: Desalineación 3 mm" in kiosk.panel
    await kiosk.scan("C.DESBLOQUEAR")
    assert "no está bloqueado" in kiosk.panel


async def test_liberar_of_a_spool_nobody_holds_asks_for_no_motive(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, BLOCKED, "C.NO", "C.LIBERAR")
    assert kiosk.tone is Tone.REFUSED
    assert "nadie lo tiene" in kiosk.panel
