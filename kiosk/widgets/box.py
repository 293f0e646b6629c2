"""A frame with a title above and a remark below, both shown as they are: what people type is never markup."""

from textual.containers import Vertical
from textual.content import Content


class Box(Vertical):
    """A titled frame around a list."""

    _shown_title = ""
    _shown_remark = ""

    def label(self, *, title: str | None = None, remark: str | None = None) -> None:
        """Set the title, the remark, or both."""
        # To set either, even to what it is, paints all that is inside the frame anew.
        if title is not None and title != self._shown_title:
            self._shown_title = title
            self.border_title = Content(title)
        if remark is not None and remark != self._shown_remark:
            self._shown_remark = remark
            self.border_subtitle = Content(remark)
