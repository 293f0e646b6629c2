"""What the office says of a spool, shown to whoever takes it; and told to its holder when it changes."""

from dataclasses import replace

import pytest

from core.domain.datos import Dato
from core.domain.model import Plant
from kiosk.widgets.panel import fitting
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, Terminal, Tone


async def load_revision(kiosk: Terminal, revision: str) -> None:
    """The office loads the spool with another revision of its drawing."""
    spool = await kiosk.service.spool(FREE_SPOOL)
    listed = replace(spool, datos=(Dato("Plano", "P-12"), Dato("Revisión", revision)))
    report = await kiosk.service.load_plant(Plant(spools=(listed,)))
    seq = report.event.seq if report.event else 0
    await kiosk.until(lambda: kiosk.app.board.seq >= seq)


async def test_whoever_takes_a_spool_sees_its_papers_and_is_told_when_they_change(kiosk: Terminal) -> None:
    await load_revision(kiosk, "A")
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    assert kiosk.tone is Tone.DONE
    assert "OT 14102 · NV-1335 · Plano P-12 · Revisión A" in kiosk.panel
    await load_revision(kiosk, "B")
    await kiosk.until(lambda: "cambió Revisión: A → B" in kiosk.panel)
    assert "LA OFICINA CAMBIÓ ALGO" in kiosk.panel
    # Also of who was away meanwhile, until they scan the spool.
    await kiosk.scan(MIGUEL)
    assert "cambió Revisión: A → B" in kiosk.panel
    assert "▲ Revisión: A → B" in kiosk.row(FREE_SPOOL)
    await kiosk.scan(FREE_SPOOL)
    assert "YA ES SUYO" in kiosk.panel
    assert "cambió Revisión: A → B · OT 14102 · NV-1335 · Plano P-12 · Revisión B" in kiosk.panel
    assert "▲" not in kiosk.row(FREE_SPOOL)
    await load_revision(kiosk, "C")
    await kiosk.until(lambda: "▲ Revisión: A → C" in kiosk.row(FREE_SPOOL))
    assert "YA ES SUYO" in kiosk.panel, "an open question is not in the way of anything"
    await kiosk.scan("C.PAUSAR", "C.HISTORIA")
    assert "Plano P-12 · Revisión C" in kiosk.text
    assert "cambió" not in kiosk.text


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (0, "OT 14102 · Plano P-12 · Revisión B"),
        (34, "OT 14102 · Plano P-12 · Revisión B"),
        (33, "OT 14102 · Plano P-12 …"),
        (22, "OT 14102 …"),
        (8, "OT 1410…"),
    ],
)
def test_what_is_too_long_for_the_line_is_left_out_whole(width: int, line: str) -> None:
    assert fitting(("OT 14102", "Plano P-12", "Revisión B"), width) == line
