"""Estación: taking, pausing, completing and cancelling spools, and being refused."""

from datetime import timedelta

from textual import events

from core import CompletarRequest, PausarRequest, TomarRequest
from core.domain.model import Accion, EstadoAvance, Spool
from kiosk.scanning.codes import Command, Pressed, Text
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, Tone, case


async def test_two_scans_take_the_spool(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    status = await kiosk.service.status(FREE_SPOOL)
    assert (status.ocupado_por, status.operacion, status.station) == ("MR(93)", "ARM", "ARM-02")
    assert kiosk.tone is Tone.DONE
    assert "TOMADO" in kiosk.panel
    assert FREE_SPOOL in kiosk.rows


async def test_a_scanner_may_end_its_code_with_cr_lf_or_tab(kiosk: Terminal) -> None:
    for tag, suffix in zip(kiosk.untouched(3), ("enter", "ctrl+j", "tab"), strict=True):
        with case(suffix):
            await kiosk.scan(MIGUEL, tag, suffix=suffix)
            assert (await kiosk.service.status(tag)).ocupado_por == "MR(93)"


async def test_a_paste_counts_as_scans(kiosk: Terminal) -> None:
    await kiosk.paste(f"{MIGUEL}\n{FREE_SPOOL}\n")
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_tag_typed_in_lower_case_takes_the_spool(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    await kiosk.type(FREE_SPOOL.lower())
    await kiosk.press("enter")
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_slip_is_refused_with_the_nearest_tags_and_another_spelling_is_the_same_spool(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, f"{FREE_SPOOL}1")
    assert kiosk.tone is Tone.REFUSED
    assert f"¿Quiso decir {FREE_SPOOL}?" in kiosk.panel
    await kiosk.paste(FREE_SPOOL.replace("-", "\u2013") + "\n")
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_repeated_scan_asks_and_changes_nothing(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, FREE_SPOOL)
    assert kiosk.tone is Tone.ASK
    assert "YA ES SUYO" in kiosk.panel
    assert len(await kiosk.service.history(FREE_SPOOL)) == 1


ANSWERS = (
    ("C.PAUSAR", EstadoAvance.PAUSADO),
    ("C.COMPLETAR", EstadoAvance.COMPLETADO),
    ("C.CANCELAR", EstadoAvance.PENDIENTE),
    ("1", EstadoAvance.PAUSADO),
    ("2", EstadoAvance.COMPLETADO),
    ("3", EstadoAvance.PENDIENTE),
)


async def test_the_question_is_answered_by_command_or_number(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    for tag, (answer, estado) in zip(kiosk.untouched(len(ANSWERS)), ANSWERS, strict=True):
        with case(answer):
            await kiosk.scan(tag, tag)
            assert kiosk.tone is Tone.ASK
            await kiosk.scan(answer)
            status = await kiosk.service.status(tag)
            assert status.ocupado_por is None
            assert status.arm.estado is estado
            assert kiosk.tone is Tone.DONE


async def test_a_key_finishes_the_spool_just_taken(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    ends = (("f3", EstadoAvance.PAUSADO), ("f4", EstadoAvance.COMPLETADO), ("f5", EstadoAvance.PENDIENTE))
    for tag, (key, estado) in zip(kiosk.untouched(len(ends)), ends, strict=True):
        with case(key):
            await kiosk.scan(tag)
            await kiosk.press(key)
            status = await kiosk.service.status(tag)
            assert (status.ocupado_por, status.arm.estado) == (None, estado)


async def test_a_click_on_an_option_answers_the_question(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, FREE_SPOOL)
    await kiosk.click(".option")
    assert (await kiosk.service.status(FREE_SPOOL)).arm.estado is EstadoAvance.PAUSADO


async def test_a_refusal_names_the_holder_and_since_when(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, JUAN, FREE_SPOOL)
    assert kiosk.tone is Tone.REFUSED
    assert "LO TIENE MR(93)" in kiosk.panel
    assert "ARM-02" in kiosk.panel
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_key_after_a_refusal_does_not_touch_another_spool_in_hand(kiosk: Terminal) -> None:
    """Juan holds a spool of his own: pausing must not reach it when he scanned Miguel's."""
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await kiosk.scan(MIGUEL, FREE_SPOOL, JUAN, FREE_SPOOL)
    await kiosk.press("f3")
    assert kiosk.tone is Tone.REFUSED
    assert "NO ES SUYO" in kiosk.panel
    assert (await kiosk.service.status(own)).ocupado_por == "JP(94)"


async def test_a_key_pressed_twice_does_not_reach_the_next_spool(kiosk: Terminal) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await kiosk.scan(JUAN, FREE_SPOOL)
    await kiosk.press("f3", "f3")
    assert "PAUSADO" in kiosk.panel
    assert "hace 0 s" in kiosk.panel
    assert (await kiosk.service.status(own)).ocupado_por == "JP(94)"


async def test_a_key_pressed_again_later_is_a_new_order_and_refused(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(JUAN, FREE_SPOOL)
    await kiosk.press("f3")
    clock.now += timedelta(seconds=4)
    await kiosk.press("f3")
    assert "NADIE LO TIENE" in kiosk.panel


async def test_with_one_spool_in_hand_a_badge_and_a_command_are_enough(kiosk: Terminal) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await kiosk.scan(JUAN, "C.PAUSAR")
    assert (await kiosk.service.status(own)).ocupado_por is None


async def test_without_a_spool_a_command_says_to_scan_one(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.COMPLETAR")
    assert kiosk.tone is Tone.REFUSED
    assert "Escanee primero el spool" in kiosk.panel


async def test_the_arrows_choose_which_spool_a_key_means(kiosk: Terminal) -> None:
    await kiosk.scan(JUAN, FREE_SPOOL)
    own = kiosk.rows[1]
    await kiosk.press("down", "f3")
    assert (await kiosk.service.status(own)).ocupado_por is None
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "JP(94)"


async def test_the_bar_shows_what_can_be_done_now_and_how_long_it_can_be_undone(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    [taken] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await kiosk.scan(MIGUEL)
    assert kiosk.bar == ["F1 Ayuda", "F6 Tablero", "F7 Lote", "F10 Mi día", "F11 Pendientes", "Esc Salir"]
    await kiosk.scan(FREE_SPOOL)
    finish = ["F1 Ayuda", "F3 Pausar", "F4 Completar", "F5 Cancelar", "F6 Tablero"]
    assert kiosk.bar == [*finish, "F8 Deshacer 30 s", "F9 Historia", "Esc Salir"]
    clock.now += timedelta(seconds=21)
    await kiosk.until(lambda: "F8 Deshacer 9 s" in kiosk.bar)
    clock.now += timedelta(seconds=9)
    await kiosk.until(lambda: kiosk.bar == [*finish, "F9 Historia", "F11 Pendientes", "Esc Salir"])
    await kiosk.scan(taken)
    no_act = ["F1 Ayuda", "F6 Tablero", "F7 Lote", "F9 Historia", "F10 Mi día", "F11 Pendientes"]
    assert kiosk.bar == [*no_act, "Fin Fin de turno", "Esc Salir"]
    await kiosk.press("f3")
    assert "NO ES SUYO" in kiosk.panel
    await kiosk.service.pausar(PausarRequest(tag_spool=taken, worker_id=94))
    await kiosk.until(lambda: kiosk.bar == ["F1 Ayuda", "F2 Tomar", *no_act[1:], "Esc Salir"])
    await kiosk.scan(CARLA)
    assert kiosk.bar == ["F1 Ayuda", "F6 Tablero", "F10 Mi día", "F11 Pendientes", "F12 Supervisor", "Esc Salir"]


async def test_enter_and_touch_ask_about_a_spool_with_all_that_can_be_done_with_it(kiosk: Terminal) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await kiosk.scan(JUAN)
    await kiosk.press("down", "enter")
    for number, act in enumerate(
        ("Pausar", "Completar", "Cancelar", "Renovar plazo", "Entregar", "Nota", "No hacer nada"), 1
    ):
        assert f"{number}  {act} " in kiosk.panel
    await kiosk.scan("C.6", "C.2")
    assert (await kiosk.service.history(own))[-1].metadata["texto"] == "Espera grúa"
    await kiosk.click("Table")
    assert "¿QUÉ HACER?" in kiosk.panel
    await kiosk.scan("C.4")
    assert (await kiosk.service.history(own))[-1].accion is Accion.EXTENDER


async def test_a_worker_with_two_possible_operations_is_asked_which(kiosk: Terminal) -> None:
    await kiosk.service.tomar(TomarRequest(tag_spool=FREE_SPOOL, worker_id=94, operacion="ARM"))
    await kiosk.service.pausar(PausarRequest(tag_spool=FREE_SPOOL, worker_id=94))
    await kiosk.until(lambda: kiosk.app.board.spools[FREE_SPOOL].arm.estado is EstadoAvance.PAUSADO)
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    assert kiosk.tone is Tone.ASK
    assert "ARMADO" in kiosk.panel
    assert "SOLDADURA" in kiosk.panel
    await kiosk.scan("C.SOLD")
    assert (await kiosk.service.status(FREE_SPOOL)).operacion == "SOLD"


def awaiting_inspection(kiosk: Terminal) -> str:
    """The tag of a spool that is fit up, welded and not inspected yet."""
    return next(
        tag for tag, spool in kiosk.app.board.spools.items() if spool.fabricado and not spool.inspeccion.resultado
    )


async def test_an_inspector_is_asked_for_the_verdict(kiosk: Terminal) -> None:
    tag = awaiting_inspection(kiosk)
    await kiosk.scan(CARLA, tag)
    assert kiosk.tone is Tone.ASK
    await kiosk.scan("C.APROBADO")
    assert kiosk.tone is Tone.DONE
    assert "APROBADO" in kiosk.panel
    assert (await kiosk.service.status(tag)).inspeccion.resultado == "APROBADO"


async def test_a_rejection_asks_why_once(kiosk: Terminal) -> None:
    motives = (("C.1", "Porosidad"), ("2", "Falta de fusión"), ("grieta en la raíz", "grieta en la raíz"))
    await kiosk.scan(CARLA)
    for answer, motive in motives:
        with case(answer):
            tag = awaiting_inspection(kiosk)
            await kiosk.scan(tag, "C.RECHAZADO")
            assert kiosk.tone is Tone.ASK
            assert (await kiosk.service.status(tag)).inspeccion.resultado is None
            await kiosk.scan(answer)
            assert "RECHAZADO" in kiosk.panel
            [*_, event] = await kiosk.service.history(tag)
            assert event.metadata["motivo"] == motive


async def test_a_misread_label_is_no_reason(kiosk: Terminal) -> None:
    tag = awaiting_inspection(kiosk)
    for misread in ("MK-1335-CW-25238-0l1", "W.4711", "C.PAUSAR", "C.NADA", "9"):
        with case(misread):
            await kiosk.scan(CARLA, tag, "C.RECHAZADO")
            assert kiosk.tone is Tone.ASK
            await kiosk.scan(misread)
            assert kiosk.tone is Tone.REFUSED
            assert (await kiosk.service.status(tag)).inspeccion.resultado is None


async def test_a_rejection_that_was_not_meant_does_nothing(kiosk: Terminal) -> None:
    tag = awaiting_inspection(kiosk)
    await kiosk.scan(CARLA, tag, "C.RECHAZADO", "C.NO")
    assert "NO SE HIZO NADA" in kiosk.panel
    assert (await kiosk.service.status(tag)).inspeccion.resultado is None


async def test_a_verdict_without_a_question_is_refused(kiosk: Terminal) -> None:
    await kiosk.scan(CARLA, "C.APROBADO")
    assert kiosk.tone is Tone.REFUSED


async def test_who_may_not_or_cannot_is_told_what_is_missing(kiosk: Terminal) -> None:
    spools = kiosk.app.board.spools.values()
    without_materials = next(spool.tag_spool for spool in spools if spool.fecha_materiales is None)
    blocked = next(spool.tag_spool for spool in spools if spool.bloqueado)
    approved = next(spool.tag_spool for spool in spools if spool.aprobado)
    for badge, tag, told in (
        ("W.104", FREE_SPOOL, ("Armador",)),
        ("W.117", FREE_SPOOL, ("inactivo",)),
        (MIGUEL, without_materials, ("materiales",)),
        (MIGUEL, blocked, ("BLOQUEADO", "supervisor")),
        (MIGUEL, approved, ("NADA QUE HACER",)),
    ):
        with case(badge, *told):
            await kiosk.scan(badge, tag)
            assert kiosk.tone is Tone.REFUSED
            assert [word for word in told if word not in kiosk.panel] == []


async def test_an_expired_spool_is_taken_again_by_its_holder_with_one_scan(kiosk: Terminal, clock: FrozenClock) -> None:
    [expired] = [spool for spool in kiosk.app.board.held_by(101) if spool.ocupacion.is_expired(clock())]
    await kiosk.scan("W.101", expired.tag_spool)
    assert kiosk.tone is Tone.DONE
    status = await kiosk.service.status(expired.tag_spool)
    assert not status.vencido
    assert status.ocupado_por == "CA(101)"


async def test_keys_left_lying_in_the_buffer_do_not_spoil_the_next_scan(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    await kiosk.type("xyz")
    await kiosk.scan(FREE_SPOOL, later=1.0)
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_completing_shows_the_result_and_empties_the_list(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    await kiosk.press("f4")
    assert "COMPLETADO" in kiosk.panel
    await kiosk.until(lambda: kiosk.rows == [])


async def test_another_terminals_answer_stands_when_the_board_was_behind(kiosk: Terminal) -> None:
    """The spool is completed elsewhere between the question and its answer."""
    await kiosk.scan(MIGUEL, FREE_SPOOL, FREE_SPOOL)
    await kiosk.service.completar(CompletarRequest(tag_spool=FREE_SPOOL, worker_id=93))
    await kiosk.scan("C.PAUSAR")
    assert kiosk.tone is Tone.REFUSED
    assert (await kiosk.service.status(FREE_SPOOL)).arm.estado is EstadoAvance.COMPLETADO


async def test_a_spool_taken_over_says_whose_it_was_and_its_former_holder_sees_who_has_it(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    clock.now += timedelta(hours=13)
    await kiosk.scan(JUAN, FREE_SPOOL)
    assert "TOMADO" in kiosk.panel
    assert "lo tenía MR(93) en ARM-02, desde hace 13 h" in kiosk.panel
    assert "LO TIENE" not in kiosk.text
    await kiosk.scan(MIGUEL)
    assert kiosk.row(FREE_SPOOL) == f"{FREE_SPOOL} | LO TIENE | JP(94) | ARMADO"
    await kiosk.press("down", "enter")
    assert (kiosk.tone, "Lo tiene JP(94)" in kiosk.panel) == (Tone.ASK, True)
    await kiosk.scan(JUAN, "C.DESHACER", MIGUEL)
    assert kiosk.row(FREE_SPOOL) == f"{FREE_SPOOL} | ARMADO | 13 h | VENCIDO"


async def test_a_spool_that_expires_while_one_looks_says_so(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    await kiosk.until(lambda: FREE_SPOOL in kiosk.rows)
    assert "VENCIDO" not in kiosk.text
    clock.now += timedelta(hours=12)
    await kiosk.until(lambda: "VENCIDO" in kiosk.text)
    assert "12 h" in kiosk.text


async def test_an_arrow_key_ends_the_question_about_the_spool_before(kiosk: Terminal) -> None:
    """The panel and the cursor must never speak of different spools."""
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await kiosk.scan(JUAN, FREE_SPOOL, FREE_SPOOL)
    await kiosk.press("down")
    assert own in kiosk.panel
    await kiosk.scan("C.PAUSAR")
    assert (await kiosk.service.status(own)).ocupado_por is None
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "JP(94)"


async def test_a_command_the_question_does_not_offer_is_refused_and_touches_no_spool(kiosk: Terminal) -> None:
    await kiosk.service.tomar(TomarRequest(tag_spool=FREE_SPOOL, worker_id=94, operacion="ARM"))
    await kiosk.service.pausar(PausarRequest(tag_spool=FREE_SPOOL, worker_id=94))
    await kiosk.until(lambda: kiosk.app.board.spools[FREE_SPOOL].arm.estado is EstadoAvance.PAUSADO)
    other = next(tag for tag, spool in kiosk.app.board.spools.items() if _is_fresh(spool) and tag != FREE_SPOOL)
    await kiosk.scan(MIGUEL, other, FREE_SPOOL)
    assert kiosk.tone is Tone.ASK
    await kiosk.scan("C.COMPLETAR")
    assert kiosk.tone is Tone.REFUSED
    assert (await kiosk.service.status(other)).ocupado_por == "MR(93)"


def _is_fresh(spool: Spool) -> bool:
    return spool.fecha_materiales is not None and spool.arm.estado is EstadoAvance.PENDIENTE


async def test_a_key_pressed_while_saving_means_the_spool_that_was_scanned(kiosk: Terminal) -> None:
    """Keys wait in line with scans: an arrow pressed later cannot redirect a key pressed before it."""
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    kiosk.app.intake.submit(Text(FREE_SPOOL))
    await kiosk.scan(JUAN)
    for code in (Text(FREE_SPOOL), Command.PAUSAR, Pressed("down"), Pressed("down")):
        kiosk.app.intake.submit(code)
    await kiosk.app.settled()
    assert (await kiosk.service.status(FREE_SPOOL)).arm.estado is EstadoAvance.PAUSADO
    assert (await kiosk.service.status(own)).ocupado_por == "JP(94)"


async def test_a_number_scanned_twice_answers_one_question(kiosk: Terminal, clock: FrozenClock) -> None:
    tag = awaiting_inspection(kiosk)
    await kiosk.scan(CARLA, tag, "C.2", "C.2")
    assert "¿POR QUÉ SE RECHAZA?" in kiosk.panel
    assert (await kiosk.service.status(tag)).inspeccion.resultado is None
    clock.now += timedelta(seconds=2)
    await kiosk.scan("C.2")
    assert (await kiosk.service.status(tag)).inspeccion.resultado == "RECHAZADO"


async def test_a_key_acts_on_the_screen_that_is_in_front_when_its_turn_comes(kiosk: Terminal) -> None:
    for key in ("f6", "escape", "f7"):
        kiosk.app.post_message(events.Key(key, None))
    await kiosk.scan(MIGUEL)
    kiosk.app.post_message(events.Key("f6", None))
    kiosk.app.post_message(events.Key("escape", None))
    await kiosk.scan(FREE_SPOOL)
    assert (kiosk.screen_name, kiosk.worker) == ("estacion", "Miguel Rodríguez")
    assert "TOMADO" in kiosk.panel


async def test_with_a_clock_that_is_off_nothing_is_taken_until_a_supervisor_accepts_it(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    await kiosk.scan(MIGUEL)
    assert "REVISE EL RELOJ" not in kiosk.text
    clock.now -= timedelta(days=400)
    await kiosk.scan(FREE_SPOOL)
    assert kiosk.tone is Tone.REFUSED
    assert "NO SE GUARDÓ" in kiosk.panel
    assert "el reloj de este equipo está 399 d antes de lo último guardado" in kiosk.panel
    assert "⚠ REVISE EL RELOJ" in kiosk.text
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por is None
    await kiosk.scan(CARLA)
    assert kiosk.tone is Tone.ASK
    assert "Este equipo marca 16-10-2025" in kiosk.panel
    await kiosk.scan("C.SI")
    assert "REGISTRO ACEPTADO" in kiosk.panel
    assert "el reloj estaba atrasado" in kiosk.panel
    assert "REVISE EL RELOJ" not in kiosk.text
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    assert "TOMADO" in kiosk.panel
