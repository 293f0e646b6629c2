"""Counting the yard: everything is scanned once, the end says what is missing, and one event says that it was done."""

from datetime import date, timedelta
from pathlib import Path

from core.domain.model import Inspeccion, Resultado, Spool
from core.ledger.replica import Replica
from kiosk.live.counting import LEFT_AFTER, Finding, as_csv, findings
from tests.kiosk.terminal import CARLA, FREE_SPOOL, MIGUEL, Terminal, Tone
from tests.plants import DIA, JUAN, Etapa, held_by, spool_at

TODAY = date(2025, 11, 21)


def test_each_spool_is_counted_missing_unexpected_or_elsewhere() -> None:
    replica = Replica()
    ours, theirs, gone, fresh = (f"Y-{number}" for number in range(4))
    base = held_by(JUAN, "ARM", spool_at(Etapa.LIBRE, theirs))  # at another station
    approved = {
        gone: Inspeccion(Resultado.APROBADO, "CP(95)", TODAY - LEFT_AFTER),
        fresh: Inspeccion(Resultado.APROBADO, "CP(95)", TODAY - LEFT_AFTER + timedelta(days=1)),
    }
    spools = [spool_at(Etapa.LIBRE, ours), base, spool_at(Etapa.LIBRE, "Y-LOST"), Spool(tag_spool="Y-NEVER")]
    spools += [Spool(tag_spool=tag, fecha_materiales=DIA, inspeccion=verdict) for tag, verdict in approved.items()]
    replica.spools = {spool.tag_spool: spool for spool in spools}
    counted = [ours, theirs, gone, fresh, "Y-NEVER", "NO-SPOOL"]
    said = {(line.code, line.finding) for line in findings(counted, replica, station="PATIO", today=TODAY)}
    assert said == {
        *((ours, Finding.CONTADO), (fresh, Finding.CONTADO), (theirs, Finding.EN_OTRA_PARTE)),
        *((gone, Finding.SOBRA), ("Y-NEVER", Finding.SOBRA), ("NO-SPOOL", Finding.SOBRA), ("Y-LOST", Finding.FALTA)),
    }


def test_the_file_opens_in_a_spreadsheet_and_no_cell_is_a_formula() -> None:
    lines = findings(["=1+1", "A;B"], Replica(), station="PATIO", today=TODAY)
    text = as_csv(("RESULTADO", "TAG_SPOOL"), lines, lambda line: (line.finding, line.code))
    assert text == '\ufeffRESULTADO;TAG_SPOOL\nSOBRA;\'=1+1\nSOBRA;"A;B"\n'


async def test_the_yard_is_counted_and_the_count_is_one_event_and_a_file(kiosk: Terminal, tmp_path: Path) -> None:
    elsewhere = next(spool.tag_spool for spool, held in kiosk.app.board.occupations() if held.station != "ARM-02")
    before = kiosk.app.board.seq
    await kiosk.scan(CARLA, "C.INVENTARIO", "C.TOMAR")
    assert (kiosk.tone, "NADA CONTADO TODAVÍA" in kiosk.panel) == (Tone.REFUSED, True)
    await kiosk.scan(FREE_SPOOL, elsewhere, FREE_SPOOL)
    assert "YA ESTÁ CONTADO" in kiosk.panel
    assert kiosk.rows == [elsewhere, FREE_SPOOL]
    assert kiosk.row(elsewhere).startswith("EN OTRA PARTE")
    await kiosk.scan("NO-EXISTE-1", "NO-EXISTE-2", "C.CANCELAR")
    assert kiosk.rows == ["NO-EXISTE-1", elsewhere, FREE_SPOOL]
    await kiosk.press("f2")
    assert "¿CERRAR EL CONTEO?" in kiosk.panel
    missing = len(kiosk.rows) - 2
    assert (FREE_SPOOL in kiosk.rows, elsewhere in kiosk.rows) == (False, True)
    assert kiosk.app.board.seq == before
    await kiosk.scan("C.SI", "C.SI")
    assert (kiosk.tone, "CONTEO GUARDADO" in kiosk.panel) == (Tone.DONE, True)
    [event] = await kiosk.service.ledger.events(after=before, limit=9)
    assert (event.evento_tipo, event.tag_spool, event.worker_nombre) == ("INVENTARIO", "", "CP(95)")
    assert event.metadata == {"contados": 3, "faltan": missing, "sobran": 1, "en_otra_parte": 1}
    file = tmp_path / "inventario-2026-11-20-120405.csv"
    assert file.name in kiosk.panel
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + missing + 3
    assert lines[-1].startswith(f"CONTADO;{FREE_SPOOL};")
    await kiosk.scan(FREE_SPOOL)
    assert kiosk.rows == [FREE_SPOOL]


async def test_a_count_that_is_not_closed_waits_for_its_supervisor_until_it_is_given_up(kiosk: Terminal) -> None:
    await kiosk.scan(CARLA, "C.INVENTARIO", FREE_SPOOL, MIGUEL, "C.INVENTARIO")
    assert (kiosk.tone, "SU ROL NO LO PERMITE" in kiosk.panel) == (Tone.REFUSED, True)
    await kiosk.scan(CARLA, "C.INVENTARIO")
    assert kiosk.rows == [FREE_SPOOL]
    await kiosk.scan("C.SI", "C.NO")
    assert kiosk.rows == [FREE_SPOOL]
    await kiosk.scan("C.SI", "C.3")
    assert kiosk.rows == []
