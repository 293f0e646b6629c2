"""A place for a finger: to touch it is to give the code that it stands for."""

from textual.message import Message
from textual.visual import VisualType
from textual.widgets import Static

from kiosk.scanning.codes import Code


class Touched(Message):
    """A finger gave this code."""

    def __init__(self, code: Code) -> None:
        super().__init__()
        self.code = code


class TouchLine(Static):
    """One line, large enough for a finger."""

    def __init__(self, code: Code, content: VisualType = "", *, classes: str | None = None) -> None:
        super().__init__(content, markup=False, classes=classes)
        self.code = code

    def on_click(self) -> None:
        """Give the code."""
        self.post_message(Touched(self.code))
