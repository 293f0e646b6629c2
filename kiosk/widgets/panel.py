"""The full-width answer to the last scan: a colour, a sign and three lines, to be read from afar."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from kiosk.wording import Notice


class Tone(StrEnum):
    """What kind of answer it is; also its CSS class."""

    INFO = "info"
    DONE = "done"
    ASK = "ask"
    REFUSED = "refused"


_SIGNS: Final = {Tone.INFO: "▸", Tone.DONE: "✔", Tone.ASK: "?", Tone.REFUSED: "✘"}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to the panel's question, as it is offered: the key or number, and the words."""

    code: str
    key: str
    label: str


class OptionButton(Static):
    """An option, large enough for a finger."""

    def __init__(self, option: Option) -> None:
        super().__init__(f" {option.key}  {option.label} ", markup=False, classes="option")
        self.option = option

    def on_click(self) -> None:
        self.post_message(Panel.Answered(self.option.code))


class Panel(Vertical):
    """Shows a notice in a tone, with the options of a question if it asks one."""

    DEFAULT_CSS: ClassVar[str] = """
    Panel {
        height: auto;
        min-height: 6;
        padding: 1 3 0 3;
        & .title { text-style: bold; width: 1fr; height: 1; }
        & .detail { width: 1fr; height: auto; min-height: 1; max-height: 2; }
        & .next { width: 1fr; height: 1; margin-top: 1; }
        & Horizontal { height: 1; margin-top: 1; display: none; }
        & .option { width: auto; height: 1; margin-right: 2; text-style: bold; }
        &.asking Horizontal { display: block; }
        &.asking .next { display: none; }
    }
    """

    class Answered(Message):
        """An option was clicked."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def compose(self) -> ComposeResult:
        yield Static(markup=False, classes="title")
        yield Static(markup=False, classes="detail")
        yield Static(markup=False, classes="next")
        yield Horizontal()

    def show(self, tone: Tone, notice: Notice, options: Sequence[Option] = ()) -> None:
        """Show an answer in place of the one before."""
        for other in Tone:
            self.set_class(other is tone, f"-{other}")
        self.query_one(".title", Static).update(f"{_SIGNS[tone]}  {notice.title}")
        self.query_one(".detail", Static).update(notice.detail)
        self.query_one(".next", Static).update(notice.next_step)
        self.set_class(bool(options), "asking")
        offered = self.query_one(Horizontal)
        offered.remove_children()
        offered.mount_all(OptionButton(option) for option in options)
