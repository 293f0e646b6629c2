"""Which pages a screen has and which one is shown: numbers to choose them by, and a sign beside the colour."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static


class PageBar(Horizontal):
    """The pages' names in one line, and who looks at them at its end."""

    DEFAULT_CSS = """
    PageBar {
        height: 1;
        margin: 1 1 0 1;
        & .pages { width: 1fr; height: 1; }
        & .who { width: auto; height: 1; padding-right: 1; color: $primary; text-style: bold; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static(markup=False, classes="pages")
        yield Static(markup=False, classes="who")

    def show(self, names: Sequence[str], *, shown: int, who: str) -> None:
        """Show these names, the one at place `shown` as the page in front."""
        parts = [
            Content.styled(f"▸{number} {name} ", "bold $background on $primary")
            if number == shown + 1
            else Content.styled(f" {number} {name} ", "$text-muted")
            for number, name in enumerate(names, start=1)
        ]
        self.query_one(".pages", Static).update(Content(" ").join(parts))
        self.query_one(".who", Static).update(who)
