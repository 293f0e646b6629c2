"""Lote: gathering spools, being told of each at once, confirming, and reading what became of each."""

from core import TomarRequest
from core.domain.model import BATCH_MAX_SIZE, EstadoAvance
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.supervising import EXPIRED
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, Terminal, Tone, case


def free_for_arm(kiosk: Terminal, count: int) -> list[str]:
    """Tags of so many spools whose fit-up may begin."""
    free = [
        tag
        for tag, spool in kiosk.app.board.spools.items()
        if spool.ocupacion is None and spool.fecha_materiales and spool.arm.estado is EstadoAvance.PENDIENTE
    ]
    return free[:count]


async def test_a_batch_is_taken_with_the_scanner_alone(kiosk: Terminal) -> None:
    tags = free_for_arm(kiosk, 3)
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", *tags)
    assert kiosk.rows == tags
    assert (await kiosk.service.status(tags[0])).ocupado_por is None
    await kiosk.scan("C.LOTE", "C.SI")
    assert "3 DE 3 TOMADOS" in kiosk.panel
    assert kiosk.tone is Tone.DONE
    for tag in tags:
        status = await kiosk.service.status(tag)
        assert (status.ocupado_por, status.operacion) == ("MR(93)", "ARM")


async def test_a_batch_says_of_each_expired_spool_whose_it_was(kiosk: Terminal) -> None:
    [free] = free_for_arm(kiosk, 1)
    await kiosk.scan(JUAN, "C.LOTE", "C.ARM", EXPIRED, free, "C.SI")
    assert "✔ TOMADO · lo tenía HM(97) en " in kiosk.row(EXPIRED)
    assert kiosk.row(free).endswith("✔ TOMADO")


async def test_the_first_spool_says_what_is_done_with_all_of_them(kiosk: Terminal) -> None:
    tags = free_for_arm(kiosk, 2)
    await kiosk.scan(MIGUEL, "C.LOTE", *tags)
    assert kiosk.rows == tags
    assert "LOTE · ARMADO" in kiosk.text


async def test_where_the_first_spool_allows_several_things_it_is_asked_which(kiosk: Terminal) -> None:
    tag = next(
        tag
        for tag, spool in kiosk.app.board.spools.items()
        if spool.ocupacion is None and spool.arm.estado is EstadoAvance.PAUSADO and not spool.sold.completado
    )
    await kiosk.scan(MIGUEL, "C.LOTE", tag)
    assert kiosk.tone is Tone.ASK
    await kiosk.scan("C.SOLD")
    assert kiosk.rows == [tag]
    await kiosk.scan("C.SI")
    assert (await kiosk.service.status(tag)).operacion == "SOLD"


async def test_a_batch_may_be_confirmed_at_once(kiosk: Terminal) -> None:
    await kiosk.scan("W.102", "C.LOTE")
    for tag, confirm in zip(free_for_arm(kiosk, 2), ("C.TOMAR", "C.SI"), strict=True):
        with case(confirm):
            await kiosk.scan(tag, confirm)
            assert (await kiosk.service.status(tag)).ocupado_por == "DR(102)"


async def test_a_spool_that_cannot_be_taken_is_refused_as_it_is_scanned(kiosk: Terminal) -> None:
    taken = next(iter(kiosk.app.board.occupied())).tag_spool
    [good] = free_for_arm(kiosk, 1)
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", taken)
    assert kiosk.tone is Tone.REFUSED
    assert kiosk.rows == []
    await kiosk.scan(good)
    assert kiosk.rows == [good]


async def test_a_spool_scanned_twice_is_once_in_the_batch(kiosk: Terminal) -> None:
    [tag] = free_for_arm(kiosk, 1)
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", tag, tag)
    assert "YA ESTÁ EN EL LOTE" in kiosk.panel
    assert kiosk.rows == [tag]


async def test_an_unknown_label_does_not_join_the_batch(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", "NO-EXISTE-1")
    assert "CÓDIGO DESCONOCIDO" in kiosk.panel
    assert kiosk.rows == []


async def test_a_spool_can_be_taken_off_the_batch_again(kiosk: Terminal) -> None:
    first, second, third = free_for_arm(kiosk, 3)
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", first, second, third, "C.SUBIR", "C.CANCELAR")
    assert kiosk.rows == [first, third]


async def test_a_batch_holds_fifty(kiosk: Terminal) -> None:
    tags = free_for_arm(kiosk, BATCH_MAX_SIZE + 1)
    assert len(tags) == BATCH_MAX_SIZE + 1
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", *tags)
    assert "EL LOTE ESTÁ LLENO" in kiosk.panel
    assert len(kiosk.rows) == BATCH_MAX_SIZE
    await kiosk.scan("C.SI")
    assert "50 DE 50 TOMADOS" in kiosk.panel


async def test_an_empty_batch_cannot_be_confirmed(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", "C.SI")
    assert "EL LOTE ESTÁ VACÍO" in kiosk.panel


async def test_what_somebody_else_took_meanwhile_is_told_line_by_line(open_kiosk: OpenKiosk, redis_shop: str) -> None:
    here, there = await open_kiosk(redis_shop, "ARM-02"), await open_kiosk(redis_shop, "SOL-07")
    first, second = free_for_arm(here, 2)
    await here.scan(MIGUEL, "C.LOTE", "C.ARM", first, second)
    await there.scan(JUAN, second)
    await here.until(lambda: here.app.board.occupied_count == 1)
    assert "LO TIENE JP(94)" in here.text
    assert "1 de 2 se pueden tomar" in here.text
    await here.scan("C.SI")
    assert "1 DE 2 TOMADOS" in here.panel
    assert "✔ TOMADO" in here.row(first)
    assert "LO TIENE JP(94)" in here.row(second)
    assert (await here.service.status(second)).ocupado_por == "JP(94)"


async def test_the_scan_after_a_confirmed_batch_begins_the_next(kiosk: Terminal) -> None:
    first, second = free_for_arm(kiosk, 2)
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", first, "C.SI", second)
    assert kiosk.rows == [second]


async def test_an_unconfirmed_batch_waits_for_its_worker(kiosk: Terminal) -> None:
    tags = free_for_arm(kiosk, 2)
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", *tags, JUAN)
    assert kiosk.worker == "Juan Pérez"
    await kiosk.scan("C.LOTE")
    assert kiosk.rows == []
    await kiosk.scan(MIGUEL)
    assert "Quedó un lote sin confirmar: 2 spools" in kiosk.panel
    await kiosk.scan("C.LOTE")
    assert kiosk.rows == tags


async def test_leaving_an_unconfirmed_batch_asks_what_becomes_of_it(kiosk: Terminal) -> None:
    [tag] = free_for_arm(kiosk, 1)
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", tag)
    for answer, kept in (("C.SALIR", True), ("C.NO", False)):
        with case(answer):
            await kiosk.scan("C.SALIR")
            assert kiosk.tone is Tone.ASK
            await kiosk.scan(answer)
            assert kiosk.screen_name == "estacion"
            await kiosk.scan("C.LOTE", "C.ARM")
            assert kiosk.rows == ([tag] if kept else [])


async def test_the_last_spool_of_a_batch_can_be_undone(kiosk: Terminal) -> None:
    first, second = free_for_arm(kiosk, 2)
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", first, second, "C.SI", "C.DESHACER")
    assert (await kiosk.service.status(second)).ocupado_por is None
    assert (await kiosk.service.status(first)).ocupado_por == "MR(93)"


async def test_an_inspector_has_no_batches(kiosk: Terminal) -> None:
    await kiosk.scan(CARLA, "C.LOTE", FREE_SPOOL)
    assert kiosk.tone is Tone.REFUSED
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por is None


async def test_each_spool_of_a_batch_is_an_event_of_its_own(kiosk: Terminal) -> None:
    tags = free_for_arm(kiosk, 2)
    await kiosk.scan(MIGUEL, "C.LOTE", "C.ARM", *tags, "C.SI")
    for tag in tags:
        assert [event.evento_tipo for event in await kiosk.service.history(tag)] == ["TOMAR_ARM"]
    again = await kiosk.service.tomar(TomarRequest(tag_spool=tags[0], worker_id=93, operacion="ARM"))
    assert again.changed is False
