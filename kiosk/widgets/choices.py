"""What can be done, in a list: each line a number, a word, a key and a barcode, and a place for a finger."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from typing_extensions import override

from kiosk.scanning.codes import Choice
from kiosk.widgets.touch import TouchLine

WIDTH: Final = 33
MOST: Final = 9
"""As many as there are numbers of one digit."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be done: the word for it, its key if it has one, and its barcode."""

    label: str
    key: str
    code: str


class ChoiceLine(TouchLine):
    """The place of one offer."""

    def __init__(self, number: int) -> None:
        super().__init__(Choice(number))
        self._number = number
        self.display = False

    def show(self, offer: Offer, *, numbered: bool) -> None:
        """Show this offer; without a number while numbers mean something else."""
        left = f" {self._number if numbered else ' '} {offer.label}"
        right = f"{offer.key} {offer.code} ".lstrip()
        self.update(left + " " * max(WIDTH - cell_len(left) - cell_len(right), 1) + right)


class Choices(Vertical):
    """The offers, numbered from one."""

    DEFAULT_CSS = f"""
    Choices {{
        width: {WIDTH};
        height: auto;
        & ChoiceLine {{ width: {WIDTH}; height: 1; text-style: bold; color: $foreground; }}
    }}
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[tuple[Offer, ...], bool] = ((), False)

    @override
    def compose(self) -> ComposeResult:
        for number in range(1, MOST + 1):
            yield ChoiceLine(number)

    def show(self, offers: Sequence[Offer], *, numbered: bool) -> None:
        """Show these offers; numbered unless a number answers something else at the moment."""
        shown = (tuple(offers), numbered)
        if shown == self._shown:
            return
        self._shown = shown
        for place, line in enumerate(self.query(ChoiceLine)):
            line.display = place < len(offers)
            if line.display:
                line.show(offers[place], numbered=numbered)
