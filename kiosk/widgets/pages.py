"""Which pages a screen has and which one is shown: numbers to choose them by, and a sign beside the colour."""

from collections.abc import Collection, Sequence

from rich.cells import cell_len
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

    def show(self, names: Sequence[str], *, shown: int, who: str, alert: Collection[int] = ()) -> None:
        """Show these names, the one at place `shown` as the page in front, those at places in `alert` in red.

        Where they take more room than there is, they move together, and who looks at them is left out.
        """
        texts = [f"{'▸' if at == shown else ' '}{at + 1} {name} " for at, name in enumerate(names)]
        gap, width = " ", self.size.width
        needed = cell_len("".join(texts))
        if needed + len(texts) - 1 + cell_len(who) + 1 > width > 0:
            gap = ""
        if needed + cell_len(who) + 1 > width > 0:
            who = ""
        parts = [Content.styled(text, self._style(at, shown, alert)) for at, text in enumerate(texts)]
        self.query_one(".pages", Static).update(Content(gap).join(parts))
        self.query_one(".who", Static).update(who)

    @staticmethod
    def _style(at: int, shown: int, alert: Collection[int]) -> str:
        if at == shown:
            return "bold $background on $primary"
        return "bold $error" if at in alert else "$text-muted"
