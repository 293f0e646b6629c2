"""Spool: everything about one spool, live, and what can be done with it there."""

from datetime import timedelta

from core import CompletarRequest, NotaRequest, PausarRequest, TomarRequest
from core.domain.model import EstadoAvance, Operacion, Resultado, Spool
from kiosk.widgets.panel import Tone
from kiosk.widgets.wrapped import Look
from tests.asking import nota, tomar
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, case, terminal
from tests.ledger.redis.sites import station
from tests.plants import JUAN as THE_JUAN
from tests.plants import PLANT
from tests.redis_servers import RedisServer

REPAIRED = "MK-1335-CW-25238-010"
"""A spool of the demo's with a long past: it was rejected, repaired, and waits for its inspection."""


def told(kiosk: Terminal) -> list[str]:
    """What the timeline tells, without its days."""
    return [entry.cells[2] for entry in kiosk.entries if entry.look is not Look.HEADING]


async def open_page(kiosk: Terminal, *codes: str) -> None:
    """Scan these, and wait until the page's history was read."""
    await kiosk.scan(*codes)
    await kiosk.until(lambda: "leyendo" not in kiosk.text)


def some(kiosk: Terminal, **wanted: object) -> str:
    """The tag of a free spool of the demo's with these fields."""
    return next(
        tag
        for tag, spool in kiosk.app.board.spools.items()
        if spool.ocupacion is None and all(getattr(spool, name) == value for name, value in wanted.items())
    )


def awaiting_inspection(spool: Spool) -> bool:
    return spool.fabricado and spool.ocupacion is None and not spool.inspeccion.resultado


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
    for leave in ("escape", "f10"):
        with case(leave):
            await open_page(kiosk, "C.HISTORIA")
            assert kiosk.screen_name == "spool"
            await kiosk.press(leave)
            assert kiosk.screen_name == "estacion"


async def test_the_commands_barcode_leads_back(kiosk: Terminal) -> None:
    await open_page(kiosk, FREE_SPOOL, "C.HISTORIA", "C.SALIR")
    assert kiosk.screen_name == "inicio"


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
    assert kiosk.entries[0].cells == ("HOY · 20-11-2026",)
    assert kiosk.entries[1].cells == ("09:04", "✔", "LF(99) completó REPARACIÓN · REP-01")
    days = [entry.cells[0] for entry in kiosk.entries if entry.look is Look.HEADING]
    assert days == ["HOY · 20-11-2026", "AYER · 19-11-2026"]
    assert told(kiosk)[-1] == "JP(94) tomó ARMADO · ARM-02"


async def test_at_midnight_today_becomes_yesterday(kiosk: Terminal, clock: FrozenClock) -> None:
    await open_page(kiosk, REPAIRED, "C.HISTORIA")
    clock.now += timedelta(days=1)
    await kiosk.until(lambda: bool(kiosk.entries) and kiosk.entries[0].cells == ("AYER · 20-11-2026",))


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


# Acting


async def test_a_scan_acts_on_that_spool_and_shows_it(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, "C.HISTORIA", FREE_SPOOL)
    assert "TOMADO" in kiosk.panel
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"
    await kiosk.until(lambda: told(kiosk) == ["MR(93) tomó ARMADO · ARM-02"])
    assert kiosk.screen_name == "spool"


async def test_what_its_holder_can_do_is_listed_with_number_key_and_barcode(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
    assert kiosk.offers == [
        "1 Pausar F3 C.PAUSAR",
        "2 Completar F4 C.COMPLETAR",
        "3 Cancelar F5 C.CANCELAR",
        "4 Renovar plazo F9 C.EXTENDER",
        "5 Nota F7 C.NOTA",
        "6 Deshacer F8 C.DESHACER",
    ]


async def test_undoing_is_offered_as_long_as_it_can_be_done(kiosk: Terminal, clock: FrozenClock) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
    clock.now += timedelta(seconds=30)
    await kiosk.until(lambda: len(kiosk.offers) == 5)


FINISHED = (
    ("C.1", EstadoAvance.PAUSADO),
    ("1", EstadoAvance.PAUSADO),
    ("C.PAUSAR", EstadoAvance.PAUSADO),
    ("f3", EstadoAvance.PAUSADO),
    ("C.2", EstadoAvance.COMPLETADO),
    ("C.COMPLETAR", EstadoAvance.COMPLETADO),
    ("f4", EstadoAvance.COMPLETADO),
    ("C.3", EstadoAvance.PENDIENTE),
    ("C.CANCELAR", EstadoAvance.PENDIENTE),
    ("f5", EstadoAvance.PENDIENTE),
    ("C.6", EstadoAvance.PENDIENTE),
)


async def test_what_is_held_is_finished_by_number_barcode_or_key(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, "C.HISTORIA")
    for tag, (how, estado) in zip(kiosk.untouched(len(FINISHED)), FINISHED, strict=True):
        with case(how):
            await kiosk.scan(tag)
            await (kiosk.scan(how) if how == "1" else kiosk.give(how))
            assert kiosk.tone is Tone.DONE
            status = await kiosk.service.status(tag)
            assert (status.ocupado_por, status.arm.estado) == (None, estado)
            assert kiosk.screen_name == "spool"


async def test_what_can_be_done_can_be_touched(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
    await kiosk.click("ChoiceLine")
    assert (await kiosk.service.status(FREE_SPOOL)).arm.estado is EstadoAvance.PAUSADO


async def test_the_time_of_a_hold_is_renewed(kiosk: Terminal, clock: FrozenClock) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
    for how in ("C.EXTENDER", "C.4"):
        with case(how):
            before = (await kiosk.service.status(FREE_SPOOL)).vence
            clock.now += timedelta(minutes=1)
            await kiosk.scan(how)
            after = (await kiosk.service.status(FREE_SPOOL)).vence
            assert before is not None
            assert after == before + timedelta(minutes=1)


async def test_a_free_spool_is_taken_in_every_way(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, "C.HISTORIA")
    for tag, how in zip(kiosk.untouched(5), ("C.1", "C.TOMAR", "f2", "C.ARM", "its own barcode"), strict=True):
        with case(how):
            await kiosk.scan(tag, "C.CANCELAR")
            assert kiosk.offers[0] == "1 Tomar Armado F2 C.TOMAR"
            await (kiosk.scan(tag) if how == "its own barcode" else kiosk.give(how))
            assert (await kiosk.service.status(tag)).ocupado_por == "MR(93)"


async def test_with_two_operations_each_has_a_number_and_a_barcode(kiosk: Terminal) -> None:
    await kiosk.service.tomar(TomarRequest(tag_spool=FREE_SPOOL, worker_id=94, operacion=Operacion.ARM))
    await kiosk.service.pausar(PausarRequest(tag_spool=FREE_SPOOL, worker_id=94))
    await kiosk.until(lambda: kiosk.app.board.spools[FREE_SPOOL].arm.estado is EstadoAvance.PAUSADO)
    await open_page(kiosk, MIGUEL, "C.HISTORIA", FREE_SPOOL)
    assert kiosk.tone is Tone.ASK
    assert [line for line in kiosk.offers if line[0].isdigit()] == []
    await kiosk.scan(FREE_SPOOL, "C.SOLD")
    assert (await kiosk.service.status(FREE_SPOOL)).operacion == "SOLD"
    await kiosk.scan("C.CANCELAR")
    assert kiosk.offers[:2] == ["1 Tomar Armado C.ARM", "2 Tomar Soldadura C.SOLD"]
    await kiosk.scan("C.2")
    assert (await kiosk.service.status(FREE_SPOOL)).operacion == "SOLD"


async def test_an_inspector_approves_or_rejects_from_the_page(kiosk: Terminal) -> None:
    tags = [tag for tag, spool in kiosk.app.board.spools.items() if awaiting_inspection(spool)]
    await open_page(kiosk, CARLA, tags[0], "C.HISTORIA")
    assert kiosk.offers[:2] == ["1 Aprobar C.APROBADO", "2 Rechazar C.RECHAZADO"]
    await kiosk.scan("C.RECHAZADO")
    assert "¿POR QUÉ SE RECHAZA?" in kiosk.panel
    await kiosk.scan("C.1")
    assert (await kiosk.service.status(tags[0])).inspeccion.resultado is Resultado.RECHAZADO
    await kiosk.until(lambda: bool(told(kiosk)) and "Porosidad" in told(kiosk)[0])


async def test_a_rejection_that_cannot_be_is_refused_before_its_motive_is_asked(kiosk: Terminal) -> None:
    await open_page(kiosk, CARLA, FREE_SPOOL, "C.HISTORIA", "C.RECHAZADO")
    assert kiosk.tone is Tone.REFUSED
    assert "TODAVÍA NO" in kiosk.panel


async def test_an_approval_takes_one_barcode(kiosk: Terminal) -> None:
    tag = next(tag for tag, spool in kiosk.app.board.spools.items() if awaiting_inspection(spool))
    await open_page(kiosk, CARLA, tag, "C.HISTORIA", "C.APROBADO")
    assert (await kiosk.service.status(tag)).inspeccion.resultado is Resultado.APROBADO


async def test_what_cannot_be_done_is_refused_by_the_rules_and_changes_nothing(kiosk: Terminal) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await open_page(kiosk, MIGUEL, own, "C.HISTORIA")
    assert kiosk.offers == ["1 Nota F7 C.NOTA"]
    before = kiosk.app.board.seq
    for code, title in (
        ("C.PAUSAR", "NO ES SUYO"),
        ("C.TOMAR", "LO TIENE JP(94)"),
        ("C.APROBADO", "SU ROL NO LO PERMITE"),
        ("C.RECHAZADO", "SU ROL NO LO PERMITE"),
        ("C.LIBERAR", "SU ROL NO LO PERMITE"),
        ("C.DESBLOQUEAR", "SU ROL NO LO PERMITE"),
        ("C.DESHACER", "NADA QUE DESHACER"),
        ("C.9", "CÓDIGO DESCONOCIDO"),
    ):
        await kiosk.scan(code)
        assert kiosk.tone is Tone.REFUSED
        assert title in kiosk.panel
    assert (await kiosk.service.snapshot()).seq == before


async def test_without_a_spool_a_command_says_to_scan_one(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.HISTORIA")
    for command in ("TOMAR", "PAUSAR", "COMPLETAR", "CANCELAR", "EXTENDER", "NOTA", "ARM", "LIBERAR"):
        with case(command):
            await kiosk.scan("C.NADA")
            assert "NO VA AQUÍ" in kiosk.panel
            await kiosk.scan(f"C.{command}")
            assert kiosk.tone is Tone.REFUSED
            assert "Escanee primero el spool" in kiosk.panel


async def test_a_number_scanned_twice_does_not_reach_what_has_it_afterwards(kiosk: Terminal) -> None:
    """After a taking, number 1 means to pause; after a pause, to take."""
    await open_page(kiosk, MIGUEL, "C.HISTORIA", FREE_SPOOL, "C.CANCELAR")
    await kiosk.scan("C.1")
    events = len(await kiosk.service.history(FREE_SPOOL))
    await kiosk.scan("C.1")
    assert "TOMADO" in kiosk.panel
    assert len(await kiosk.service.history(FREE_SPOOL)) == events
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_number_that_asked_something_does_not_answer_it_when_scanned_twice(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA", "C.5", "C.5")
    assert "¿QUÉ SE ANOTA?" in kiosk.panel
    assert kiosk.tone is Tone.ASK


async def test_later_the_same_number_means_what_the_list_says(kiosk: Terminal, clock: FrozenClock) -> None:
    await open_page(kiosk, MIGUEL, "C.HISTORIA", FREE_SPOOL, "C.CANCELAR", "C.1")
    clock.now += timedelta(seconds=3)
    await kiosk.scan("C.1")
    assert (await kiosk.service.status(FREE_SPOOL)).arm.estado is EstadoAvance.PAUSADO


async def test_a_repeated_command_says_again_what_came_of_it(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA", "C.PAUSAR", "C.PAUSAR")
    assert kiosk.tone is Tone.INFO
    assert "PAUSADO" in kiosk.panel
    assert len(await kiosk.service.history(FREE_SPOOL)) == 2


# Notes


async def test_a_note_is_chosen_by_number(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
    for answer, note in (("1", "Falta material"), ("C.2", "Espera grúa")):
        with case(answer):
            await kiosk.scan("C.NOTA")
            assert "¿QUÉ SE ANOTA?" in kiosk.panel
            await kiosk.scan(answer)
            await kiosk.until(lambda note=note: told(kiosk)[0] == f"MR(93) anotó: {note} · ARM-02")
            assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_note_is_typed(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
    await kiosk.press("f7")
    await kiosk.type("falta pintura")
    await kiosk.press("enter")
    await kiosk.until(lambda: told(kiosk)[0] == "MR(93) anotó: falta pintura · ARM-02")


async def test_a_note_is_not_written_when_it_is_declined(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA", "C.NOTA", "C.NO")
    assert "NO SE HIZO NADA" in kiosk.panel
    assert len(await kiosk.service.history(FREE_SPOOL)) == 1


# Supervisors


async def test_a_supervisor_releases_a_spool_and_says_why(kiosk: Terminal) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await open_page(kiosk, CARLA, own, "C.HISTORIA")
    assert kiosk.offers[0] == "1 Liberar F11 C.LIBERAR"
    for how in ("C.LIBERAR", "f11", "C.1"):
        with case(how):
            await kiosk.scan("C.NO")
            assert "¿POR QUÉ SE LIBERA?" not in kiosk.panel
            await kiosk.give(how)
            assert "¿POR QUÉ SE LIBERA?" in kiosk.panel
    await kiosk.scan("C.2")
    assert "LIBERADO" in kiosk.panel
    assert (await kiosk.service.status(own)).ocupado_por is None
    await kiosk.until(lambda: bool(told(kiosk)) and "Se tomó por error" in told(kiosk)[0])


async def test_a_supervisor_unblocks_a_spool_and_says_why(kiosk: Terminal) -> None:
    tag = some(kiosk, bloqueado=True)
    await open_page(kiosk, CARLA, tag, "C.HISTORIA")
    assert kiosk.offers[0] == "1 Desbloquear F11 C.DESBLOQUEAR"
    for how in ("C.DESBLOQUEAR", "f11", "C.1"):
        with case(how):
            await kiosk.scan("C.NO")
            assert "¿POR QUÉ SE DESBLOQUEA?" not in kiosk.panel
            await kiosk.give(how)
            assert "¿POR QUÉ SE DESBLOQUEA?" in kiosk.panel
    await kiosk.scan("el jefe de turno lo pide")
    assert not (await kiosk.service.status(tag)).bloqueado
    await kiosk.until(lambda: bool(told(kiosk)) and "el jefe de turno lo pide" in told(kiosk)[0])


async def test_where_a_supervisor_is_not_needed_no_motive_is_asked(kiosk: Terminal) -> None:
    await open_page(kiosk, FREE_SPOOL, CARLA, "C.HISTORIA", FREE_SPOOL)
    for code, why in (("C.LIBERAR", "nadie lo tiene"), ("C.DESBLOQUEAR", "no está bloqueado")):
        with case(code):
            await kiosk.scan(code)
            assert kiosk.tone is Tone.REFUSED
            assert why in kiosk.panel.lower()


# Live, and without the ledger


async def test_what_another_terminal_does_appears_by_itself(
    open_kiosk: OpenKiosk, redis_server: RedisServer, site: str
) -> None:
    async with station(redis_server.url, site) as office:
        await office.load_plant(PLANT)
        here = await open_kiosk(redis_server.url)
        await here.scan(FREE_SPOOL, "C.HISTORIA")
        await here.until(lambda: "Nadie lo tiene" in here.text)
        await office.tomar(tomar(THE_JUAN, tag=FREE_SPOOL))
        await here.until(lambda: told(here) == ["JP(94) tomó ARMADO · ARM-01"])
        assert "▶ Juan Pérez · ARMADO" in here.text
        await office.nota(nota(THE_JUAN, tag=FREE_SPOOL, texto="viene sin bisel"))
        await here.until(lambda: told(here)[0] == "JP(94) anotó: viene sin bisel · ARM-01")


async def test_what_can_be_done_follows_what_others_do(
    open_kiosk: OpenKiosk, redis_server: RedisServer, site: str
) -> None:
    async with station(redis_server.url, site) as office:
        await office.load_plant(PLANT)
        here = await open_kiosk(redis_server.url)
        await here.scan(MIGUEL, FREE_SPOOL, "C.CANCELAR", "C.HISTORIA")
        assert here.offers[0] == "1 Tomar Armado F2 C.TOMAR"
        await office.tomar(tomar(THE_JUAN, tag=FREE_SPOOL))
        await here.until(lambda: here.offers == ["1 Nota F7 C.NOTA"])
        await here.scan("C.TOMAR")
        assert "LO TIENE JP(94)" in here.panel


async def test_a_history_that_cannot_be_read_is_named_and_read_when_the_ledger_is_back(
    open_kiosk: OpenKiosk, redis_server: RedisServer, site: str
) -> None:
    async with station(redis_server.url, site) as office:
        await office.load_plant(PLANT)
        await office.nota(nota(THE_JUAN, tag=FREE_SPOOL, texto="viene sin bisel"))
    here = await open_kiosk(redis_server.url)
    occupation = here.app.feed.occupation
    here.app.feed.occupation = None
    await here.scan(FREE_SPOOL, "C.HISTORIA")
    await here.until(lambda: "No se pudo leer" in here.text)
    here.app.feed.occupation = occupation
    await here.until(lambda: bool(told(here)))
    assert "No se pudo leer" not in here.text


async def test_between_the_list_and_the_command_another_may_have_finished_it(kiosk: Terminal) -> None:
    await open_page(kiosk, MIGUEL, "C.HISTORIA")
    for tag, command in zip(kiosk.untouched(2), ("C.COMPLETAR", "C.PAUSAR"), strict=True):
        with case(command):
            await kiosk.scan(tag)
            await kiosk.service.completar(CompletarRequest(tag_spool=tag, worker_id=93))
            await kiosk.scan(command)
            assert kiosk.tone is Tone.REFUSED
            assert "NADIE LO TIENE" in kiosk.panel


async def test_a_wide_terminal_shows_the_same(clock: FrozenClock) -> None:
    async with terminal(size=(120, 40), clock=clock) as kiosk:
        await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
        await kiosk.until(lambda: len(told(kiosk)) == 1)
        assert "MR(93) tomó ARMADO · ARM-02" in kiosk.text
        assert "Qué puede hacer" in kiosk.text
