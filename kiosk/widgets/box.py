"""A frame with a title above and a remark below, both shown as they are: what people type is never markup."""

from textual.containers import Vertical
from textual.content import Content


class Box(Vertical):
    """A titled frame around a list."""

    def label(self, *, title: str | None = None, remark: str | None = None) -> None:
        """Set the title, the remark, or both."""
        if title is not None:
            self.border_title = Content(title)
        if remark is not None:
            self.border_subtitle = Content(remark)
