"""The table of keys: one meaning a key, on every screen."""

from collections import defaultdict

from kiosk.scanning.codes import Command
from kiosk.screens.keys import MOVES, TABLE, Act
from tests.kiosk.screens import every_screen

NOT_FOR_ACTS = {*MOVES, "tab", "space"}
"""What moves a cursor, is typed or scanned. So are letters and digits."""


def test_no_key_means_two_things() -> None:
    meanings: dict[str, set[Command | Act]] = defaultdict(set)
    for key in TABLE:
        meanings[key.name].add(key.does)
    assert {name: does for name, does in meanings.items() if len(does) > 1} == {}
    assert NOT_FOR_ACTS.isdisjoint(meanings)
    assert [name for name in meanings if len(name) == 1] == []


def test_every_screen_has_its_keys_from_the_table_each_once() -> None:
    used = set()
    for screen in every_screen():
        names = [key.name for key in screen.KEYS]
        assert len(names) == len(set(names)), screen
        used |= set(screen.KEYS)
    assert used == set(TABLE)


def test_what_a_supervisor_alone_does_has_keys_of_its_own() -> None:
    acts = {Command.LIBERAR: "delete", Command.DESBLOQUEAR: "insert"}
    assert {key.does: key.name for key in TABLE if key.does in acts} == acts
