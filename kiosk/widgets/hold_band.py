"""The band across a spool's page while it is held back: why, by whom and since when."""

from datetime import datetime

from textual.widgets import Static

from core.domain.model import Retencion
from kiosk.words.wording import Wording


class HoldBand(Static):
    """Takes no room while nobody holds the spool back."""

    DEFAULT_CSS = """
    HoldBand {
        height: auto;
        max-height: 2;
        margin: 0 1;
        padding: 0 1;
        display: none;
        background: $error;
        color: auto;
        text-style: bold;
        &.-held { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, hold: Retencion | None, words: Wording, *, now: datetime) -> None:
        """Show how the spool is held back as of `now`, in the plant's time zone; None: it is not."""
        self.set_class(hold is not None, "-held")
        text = f"■ {words.held_back(hold, now=now)}" if hold else ""
        # Every second only the age changes.
        if self.content != text:
            self.update(text)
