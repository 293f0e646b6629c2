"""What answers sound like: by the bell or by a player, the newest in place of the older, and nothing left behind."""

import asyncio
import os
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.terminal import sound
from kiosk.terminal.sound import BEEPS, SOUNDS, Sounder, find_player
from kiosk.widgets.panel import Tone
from tests.kiosk.commands import PATIENCE
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, FrozenClock, terminal


class Ear:
    """Counts the rings of a bell, and how often the screen was painted again."""

    def __init__(self) -> None:
        self.rings = 0
        self.paints = 0

    def ring(self) -> None:
        self.rings += 1

    def repaint(self) -> None:
        self.paints += 1


@pytest.fixture
def ear() -> Ear:
    return Ear()


async def over(sounder: Sounder) -> None:
    """Return when nothing sounds any more."""
    if sounder._sounding is not None:
        await asyncio.wait([sounder._sounding])


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a player with this shell script on the PATH; returns the file that the script knows as $LOG."""

    def put(script: str) -> Path:
        log = tmp_path / "played"
        command = tmp_path / "bin" / "paplay"
        command.parent.mkdir()
        command.write_text(f"#!/bin/sh\nLOG={log}\n{script}\n")
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{command.parent}:/usr/bin:/bin")
        return log

    return put


@pytest.mark.parametrize(("tone", "rings"), [(Tone.DONE, 1), (Tone.ASK, 2), (Tone.REFUSED, 3), (Tone.INFO, 0)])
async def test_each_answer_has_its_own_number_of_rings(ear: Ear, tone: Tone, rings: int) -> None:
    sounder = Sounder("bell", ear.ring, ear.repaint)
    sounder.play(tone)
    await over(sounder)
    assert ear.rings == rings


async def test_off_is_silent(ear: Ear) -> None:
    sounder = Sounder("off", ear.ring, ear.repaint)
    sounder.play(Tone.REFUSED)
    await over(sounder)
    assert ear.rings == 0


@pytest.mark.parametrize(("tone", "paints"), [(Tone.REFUSED, 2), (Tone.DONE, 0), (Tone.ASK, 0), (Tone.INFO, 0)])
async def test_a_flash_is_for_a_refusal_alone_and_nothing_is_heard(
    ear: Ear, monkeypatch: pytest.MonkeyPatch, tone: Tone, paints: int
) -> None:
    monkeypatch.setattr(sound, "FLASH", 0)
    sounder = Sounder("flash", ear.ring, ear.repaint)
    sounder.play(tone)
    await over(sounder)
    assert (ear.rings, ear.paints, sounder.flashes) == (0, paints, False)


@pytest.mark.usefixtures("demo")
async def test_a_refusal_swaps_all_colours_of_the_screen_until_the_next_answer(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SOUND", "flash")
    monkeypatch.setattr(sound, "FLASH", PATIENCE)
    async with terminal(clock=clock) as kiosk:
        for code, is_inverted in ((MIGUEL, False), ("C.APROBADO", True), (FREE_SPOOL, False)):
            await kiosk.scan(code)
            assert {bool(segment.style.reverse) for segment in kiosk.segments if segment.style} == {is_inverted}


async def test_of_a_burst_of_answers_only_the_newest_is_heard(ear: Ear) -> None:
    sounder = Sounder("bell", ear.ring, ear.repaint)
    for _ in range(50):
        sounder.play(Tone.REFUSED)
    sounder.play(Tone.DONE)
    await over(sounder)
    assert ear.rings == BEEPS[Tone.DONE]


async def test_a_file_is_played_by_the_player_that_is_there(ear: Ear, player: Callable[[str], Path]) -> None:
    log = player('echo "$@" >> $LOG')
    sounder = Sounder("files", ear.ring, ear.repaint)
    sounder.play(Tone.ASK)
    await over(sounder)
    assert log.read_text().split() == [str(SOUNDS / "asked.wav")]
    assert ear.rings == 0


async def test_without_a_player_the_bell_rings(ear: Ear, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_player() is None
    sounder = Sounder("files", ear.ring, ear.repaint)
    sounder.play(Tone.REFUSED)
    await over(sounder)
    assert ear.rings == 3


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$"])
async def test_a_player_that_fails_leaves_it_to_the_bell(ear: Ear, player: Callable[[str], Path], script: str) -> None:
    player(script)
    sounder = Sounder("files", ear.ring, ear.repaint)
    sounder.play(Tone.DONE)
    await over(sounder)
    assert ear.rings == 1


async def test_a_player_that_went_away_leaves_it_to_the_bell(ear: Ear, player: Callable[[str], Path]) -> None:
    log = player("exit 0")
    sounder = Sounder("files", ear.ring, ear.repaint)
    (log.parent / "bin" / "paplay").unlink()
    sounder.play(Tone.DONE)
    await over(sounder)
    assert ear.rings == 1


async def test_a_newer_answer_ends_the_player_of_the_older_and_leaves_no_process(
    ear: Ear, player: Callable[[str], Path]
) -> None:
    log = player('echo $$ >> $LOG.fifo; case "$1" in *refused*) exec sleep 1000;; esac')
    fifo = log.with_suffix(".fifo")
    os.mkfifo(fifo)
    sounder = Sounder("files", ear.ring, ear.repaint)
    sounder.play(Tone.REFUSED)
    older, sounding = int((await line_of(fifo)).strip()), sounder._sounding
    assert sounding is not None
    sounder.play(Tone.DONE)
    newer = int((await line_of(fifo)).strip())
    await over(sounder)
    await asyncio.wait([sounding], timeout=PATIENCE)
    with pytest.raises(ProcessLookupError):
        os.kill(older, 0)
    assert older != newer
    assert ear.rings == 0


async def line_of(fifo: Path) -> str:
    """What is written to the pipe next."""
    return await asyncio.to_thread(fifo.read_text)


def test_the_sounds_are_small_and_all_different() -> None:
    heard = {}
    for file in sorted(SOUNDS.glob("*.wav")):
        assert file.stat().st_size < 50_000
        with wave.open(str(file)) as played:
            assert (played.getnchannels(), played.getframerate(), played.getsampwidth()) == (1, 22_050, 2)
            heard[file.name] = played.readframes(played.getnframes())
    assert sorted(heard) == ["asked.wav", "done.wav", "refused.wav"]
    assert len(set(heard.values())) == 3
