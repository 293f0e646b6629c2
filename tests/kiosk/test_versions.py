"""A terminal beside one of a newer version: it shows what it does not know as what it is, and never claims too much."""

import os
from collections.abc import Iterator

import pytest

from core.ledger.redis import doorbell
from kiosk.live import feed
from tests.kiosk.commands import run_kiosk
from tests.kiosk.spool_page import open_page, told
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, Terminal, Tone
from tests.newer import Newer, newer_program, raise_format
from tests.plants import FREE_TAGS

HELD = FREE_TAGS[1]


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newer]:
    with newer_program(tmp_path_factory.mktemp("newer"), raises_format=False) as running:
        yield running


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "HEARTBEAT", 0.1)
    monkeypatch.setattr(feed, "RECONNECT_AFTER", 0.1)


def where() -> tuple[str, str]:
    return os.environ["KIOSK_LEDGER_URL"], os.environ["KIOSK_SITE"]


async def test_an_event_that_only_a_newer_program_knows_is_shown_as_what_it_is(shop: Terminal, newer: Newer) -> None:
    newer.ask(*where(), "pintar", FREE_SPOOL, 93, color="rojo")
    await shop.until(lambda: shop.app.board.spools[FREE_SPOOL].nv == "rojo")
    assert shop.app.feed.is_live
    await open_page(shop, FREE_SPOOL, "C.HISTORIA")
    assert [line for line in told(shop) if "MR(93) PINTAR" in line]
    assert "MR(93) PINTAR" in (await run_kiosk("history", FREE_SPOOL)).out
    assert (await run_kiosk("history", FREE_SPOOL, "--json")).json[-1]["evento_tipo"] == "PINTAR"
    assert "MR(93) PINTAR" in (await run_kiosk("history", FREE_SPOOL, KIOSK_LANG="en")).out


async def test_a_terminal_beside_a_newer_format_says_so_keeps_what_it_knows_and_saves_nothing(shop: Terminal) -> None:
    await shop.scan(MIGUEL, HELD)
    raise_format(*where())
    await shop.scan(FREE_SPOOL)
    assert shop.tone is Tone.REFUSED
    assert "NO SE GUARDÓ" in shop.panel
    assert "actualice esta terminal" in shop.panel
    await shop.until(lambda: "ACTUALICE ESTA TERMINAL · datos de hace" in shop.text)
    assert not shop.app.feed.is_live
    assert shop.app.board.spools[HELD].ocupacion is not None
    assert shop.app.board.spools[FREE_SPOOL].ocupacion is None
    done = await run_kiosk("tomar", FREE_SPOOL, "--worker", "93", "--operacion", "ARM", "--json")
    assert (done.status, done.json["error_code"], done.json["status"]) == (5, "LEDGER_TOO_NEW", 503)
    assert done.json["doubtful"] is False
    assert "LEDGER_TOO_NEW: NO SE GUARDÓ. Esta terminal no sirve: actualice esta terminal" in done.err
    # Once the program knows the format it goes on.
    raise_format(*where(), by=-1)
    await shop.until(lambda: shop.app.feed.is_live)
    await shop.scan(FREE_SPOOL)
    assert shop.tone is Tone.DONE
