"""Spool: what can be done on its page, by number, key and barcode."""

from datetime import timedelta

from core import CompletarRequest, PausarRequest, TomarRequest
from core.domain.model import EstadoAvance, Operacion, Resultado
from kiosk.widgets.panel import Tone
from tests.asking import nota, tomar
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.spool_page import awaiting_inspection, open_page, some, told
from tests.kiosk.terminal import CARLA, FREE_SPOOL, MIGUEL, FrozenClock, Terminal, case, terminal
from tests.ledger.redis.sites import station
from tests.plants import JUAN as THE_JUAN
from tests.plants import PLANT
from tests.redis_servers import RedisServer

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
        "4 Renovar plazo C.EXTENDER",
        "5 Entregar C.ENTREGAR",
        "6 Nota C.NOTA",
        "7 Deshacer F8 C.DESHACER",
    ]


async def test_undoing_is_offered_as_long_as_it_can_be_done(kiosk: Terminal, clock: FrozenClock) -> None:
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA")
    await kiosk.scan("C.NOTA", "1")
    await kiosk.until(lambda: kiosk.offers[6:] == ["7 Deshacer F8 C.DESHACER"])
    clock.now += timedelta(seconds=30)
    await kiosk.until(lambda: len(kiosk.offers) == 6)


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
    ("C.7", EstadoAvance.PENDIENTE),
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
    assert kiosk.offers == ["1 Nota C.NOTA"]
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
    await open_page(kiosk, MIGUEL, FREE_SPOOL, "C.HISTORIA", "C.6", "C.6")
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
    await kiosk.scan("C.NOTA")
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
    assert kiosk.offers[0] == "1 Liberar Supr C.LIBERAR"
    for how in ("C.LIBERAR", "delete", "C.1"):
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
    assert kiosk.offers[0] == "1 Desbloquear Ins C.DESBLOQUEAR"
    for how in ("C.DESBLOQUEAR", "insert", "C.1"):
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
        await here.until(lambda: here.offers == ["1 Nota C.NOTA"])
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
