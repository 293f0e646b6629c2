"""Supervisors' PINs: kept only as hashes, asked for in words, and not to be guessed."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from core import InvalidRequestError
from kiosk.terminal.pins import LOCKED_FOR, MAX_TRIES, Pins
from tests.kiosk.commands import Done, run_kiosk
from tests.kiosk.pseudo_terminal import pseudo_terminal
from tests.kiosk.terminal import FrozenClock

SITE, CARLA, PIN = "planta-1", 95, "471108"


@pytest.fixture
def pins(tmp_path: Path, clock: FrozenClock) -> Pins:
    """The PINs of a terminal where one supervisor has one."""
    pins = Pins(tmp_path / "pins.json", clock=clock)
    pins.set(SITE, CARLA, PIN)
    return pins


async def test_the_right_pin_is_right_and_any_other_is_wrong(pins: Pins) -> None:
    assert await pins.verify(SITE, CARLA, PIN)
    assert not await pins.verify(SITE, CARLA, PIN + "0")
    assert not await pins.verify(SITE, CARLA, "")


async def test_a_pin_is_one_persons_of_one_plant(pins: Pins) -> None:
    pins.set(SITE, 96, "2222")
    assert not await pins.verify(SITE, 96, PIN)
    assert not await pins.verify("demo", CARLA, PIN)
    assert (pins.knows(SITE, CARLA), pins.knows("demo", CARLA)) == (True, False)


def test_only_an_argon2id_hash_is_kept_and_only_for_its_owner_to_read(pins: Pins) -> None:
    kept = pins.file.read_text(encoding="utf-8")
    assert json.loads(kept)[SITE][str(CARLA)].startswith("$argon2id$")
    assert PIN not in kept
    assert stat.S_IMODE(pins.file.stat().st_mode) == 0o600


def test_the_same_pin_is_kept_differently_for_each(pins: Pins) -> None:
    pins.set(SITE, 96, PIN)
    kept = json.loads(pins.file.read_text(encoding="utf-8"))[SITE]
    assert kept["95"] != kept["96"]


async def test_the_third_wrong_pin_locks_and_then_no_pin_is_right(pins: Pins) -> None:
    for left in (2, 1, 3):
        assert not await pins.verify(SITE, CARLA, "0000")
        assert pins.tries_left == left
    assert pins.locked_for() == LOCKED_FOR
    assert not await pins.verify(SITE, CARLA, PIN)


async def test_a_minute_later_it_may_be_tried_again(pins: Pins, clock: FrozenClock) -> None:
    for _ in range(MAX_TRIES):
        await pins.verify(SITE, CARLA, "0000")
    clock.now += LOCKED_FOR - timedelta(seconds=1)
    assert not await pins.verify(SITE, CARLA, PIN)
    clock.now += timedelta(seconds=1)
    assert not pins.locked_for()
    assert await pins.verify(SITE, CARLA, PIN)


async def test_tries_count_for_the_terminal_whoever_is_tried(pins: Pins) -> None:
    pins.set(SITE, 96, "2222")
    for worker_id in (95, 96, 95):
        await pins.verify(SITE, worker_id, "0000")
    assert pins.locked_for()


async def test_a_right_pin_forgets_the_wrong_ones(pins: Pins) -> None:
    for pin in ("0000", "0000", PIN, "0000", "0000"):
        await pins.verify(SITE, CARLA, pin)
    assert not pins.locked_for()


async def test_tries_and_the_lock_survive_a_restart(pins: Pins, clock: FrozenClock) -> None:
    for left in (2, 1, 3):
        # Each try is made by a program that was started for it.
        await Pins(pins.file, clock=clock).verify(SITE, CARLA, "0000")
        assert Pins(pins.file, clock=clock).tries_left == left
    restarted = Pins(pins.file, clock=clock)
    assert restarted.locked_for() == LOCKED_FOR
    assert not await restarted.verify(SITE, CARLA, PIN)
    clock.now += LOCKED_FOR
    assert await Pins(pins.file, clock=clock).verify(SITE, CARLA, PIN)


async def test_a_clock_set_back_for_long_locks_no_longer_than_a_minute(pins: Pins, clock: FrozenClock) -> None:
    for _ in range(MAX_TRIES):
        await pins.verify(SITE, CARLA, "0000")
    clock.now -= timedelta(days=1)
    restarted = Pins(pins.file, clock=clock)
    assert restarted.locked_for() == LOCKED_FOR
    clock.now += LOCKED_FOR
    assert await restarted.verify(SITE, CARLA, PIN)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"wrong": "x"}', '{"wrong": 0, "locked_until": 7}', "\udcff"])
async def test_a_damaged_count_of_tries_locks_for_a_minute(pins: Pins, clock: FrozenClock, content: str) -> None:
    pins.file.with_name("pin-tries.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert not await pins.verify(SITE, CARLA, PIN)
    clock.now += LOCKED_FOR
    assert await pins.verify(SITE, CARLA, PIN)


async def test_tries_that_cannot_be_written_count_all_the_same(pins: Pins) -> None:
    pins.file.with_name("pin-tries.new").mkdir()
    for _ in range(MAX_TRIES):
        await pins.verify(SITE, CARLA, "0000")
    assert not await pins.verify(SITE, CARLA, PIN)


async def test_a_clock_set_back_does_not_lock_for_longer(pins: Pins, clock: FrozenClock) -> None:
    for _ in range(MAX_TRIES):
        await pins.verify(SITE, CARLA, "0000")
    clock.now -= timedelta(days=1)
    assert pins.locked_for() == LOCKED_FOR


@pytest.mark.parametrize("pin", ["", "471", "47a1", "4 711", "-4711", "١٢٣٤", "1" * 13])
def test_what_is_no_pin_is_refused_without_being_told_back(pins: Pins, pin: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        pins.set(SITE, 96, pin)
    assert refused.value.details["value"] is None
    assert not pins.knows(SITE, 96)


@pytest.mark.parametrize("content", ["{", "[]", '{"planta-1": []}', '{"planta-1": {"95": 4711}}', "\udcff"])
async def test_a_damaged_file_is_told_and_opens_nothing(pins: Pins, content: str) -> None:
    pins.file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidRequestError, match="pin"):
        await pins.verify(SITE, CARLA, "4711")
    with pytest.raises(InvalidRequestError, match="pin"):
        pins.set(SITE, CARLA, "4711")
    assert pins.file.read_bytes() == content.encode("utf-8", "surrogateescape")


async def test_a_damaged_hash_fits_no_pin(pins: Pins) -> None:
    pins.file.write_text(json.dumps({SITE: {str(CARLA): "$argon2id$no"}}), encoding="utf-8")
    assert not await pins.verify(SITE, CARLA, PIN)


def test_a_pin_that_was_removed_is_gone(pins: Pins) -> None:
    assert pins.remove(SITE, CARLA)
    assert not pins.knows(SITE, CARLA)
    assert not pins.remove(SITE, CARLA)


def test_pins_set_at_the_same_time_are_all_kept(pins: Pins, clock: FrozenClock) -> None:
    others = [Pins(pins.file, clock=clock) for _ in range(6)]
    with ThreadPoolExecutor(6) as at_once:
        list(at_once.map(lambda pair: pair[1].set(SITE, pair[0], "2222"), enumerate(others)))
    assert pins.count(SITE) == 7


# The command


async def kiosk_pin(*arguments: str, line: str = "") -> Done:
    return await run_kiosk("pin", *arguments, given=line)


async def test_the_command_takes_the_pin_from_a_line_where_there_is_no_terminal(tmp_path: Path) -> None:
    done = await kiosk_pin("--worker", "95", line=f"{PIN}\n")
    assert (done.status, done.out) == (0, "Carla Pinto tiene PIN en esta terminal\n")
    assert PIN not in done.out + done.err + (tmp_path / "pins.json").read_text()


async def test_the_command_is_for_supervisors_that_exist() -> None:
    juan, nobody = await kiosk_pin("--worker", "94", line="4711\n"), await kiosk_pin("--worker", "9999", line="4711\n")
    assert (juan.status, nobody.status) == (4, 4)
    assert "ROL_NO_AUTORIZADO" in juan.err
    assert "WORKER_NO_ENCONTRADO" in nobody.err


@pytest.mark.parametrize("line", ["", "47\n", "hola\n"])
async def test_the_command_refuses_what_is_no_pin(line: str, tmp_path: Path) -> None:
    done = await kiosk_pin("--worker", "95", line=line)
    assert done.status == 2
    assert "de 4 a 12 cifras" in done.err
    assert not (tmp_path / "pins.json").exists()


async def test_the_command_removes_a_pin() -> None:
    await kiosk_pin("--worker", "95", line="4711\n")
    first, second = (
        await kiosk_pin("--worker", "95", "--remove", "--json"),
        await kiosk_pin("--worker", "95", "--remove"),
    )
    assert first.json == {"worker_id": 95, "changed": True, "has_pin": False}
    assert "no tenía PIN" in second.out


async def test_on_a_terminal_the_pin_is_asked_twice_and_never_shown() -> None:
    async with pseudo_terminal("pin", "--worker", "95") as terminal:
        await terminal.shows("PIN nuevo de Carla Pinto:")
        await terminal.type(f"{PIN}\r")
        await terminal.shows("Otra vez:")
        await terminal.type(f"{PIN}\r")
        await terminal.shows("tiene PIN en esta terminal")
        assert await terminal.ended() == 0
        assert PIN not in terminal.text


async def test_two_different_pins_are_refused() -> None:
    async with pseudo_terminal("pin", "--worker", "95") as terminal:
        await terminal.shows("PIN nuevo de Carla Pinto:")
        await terminal.type("4711\r")
        await terminal.shows("Otra vez:")
        await terminal.type("4712\r")
        await terminal.shows("no son iguales")
        assert await terminal.ended() == 2
