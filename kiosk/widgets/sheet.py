"""What is known of one spool, at a glance: its name, how it stands, who holds it, and how far each operation came."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from core.domain.model import Operacion


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: a sign and a name, who and when, and whether it is done, under way or in trouble."""

    title: str
    detail: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The lines of the sheet. `alert` says that whoever reads it should look twice."""

    tag: str
    papers: str
    estado: str
    holder: str
    steps: tuple[Step, ...]
    alert: bool = False


class SpoolSheet(Vertical):
    """Shows the facts of one spool."""

    DEFAULT_CSS = """
    SpoolSheet {
        height: 5;
        margin: 1 1 0 1;
        padding: 0 1;
        & Horizontal { height: 1; }
        & .tag { width: auto; max-width: 60%; height: 1; text-style: bold; color: $primary; }
        & .papers { width: 1fr; height: 1; text-align: right; color: $text-muted; }
        & .estado { height: 1; text-style: bold; }
        & .holder { height: 1; }
        & .holder.-alert { color: $warning; text-style: bold; }
        & .steps { height: 2; }
        & .step { width: 1fr; height: 2; color: $text-muted; }
        & .step.-done { color: $success; }
        & .step.-busy { color: $primary; text-style: bold; }
        & .step.-bad { color: $error; text-style: bold; }
    }
    """

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(markup=False, classes="tag")
            yield Static(markup=False, classes="papers")
        yield Static(markup=False, classes="estado")
        yield Static(markup=False, classes="holder")
        with Horizontal(classes="steps"):
            for _ in Operacion:
                yield Static(markup=False, classes="step")

    def show(self, facts: Facts) -> None:
        """Show these facts."""
        for name, text in (
            ("tag", facts.tag),
            ("papers", facts.papers),
            ("estado", facts.estado),
            ("holder", facts.holder),
        ):
            self._update(self.query_one(f".{name}", Static), text)
        self.query_one(".holder").set_class(facts.alert, "-alert")
        self._show_steps(facts.steps)

    def _show_steps(self, steps: Sequence[Step]) -> None:
        for shown, step in zip(self.query(".step").results(Static), steps, strict=True):
            self._update(shown, f"{step.title}\n{step.detail}")
            for kind in ("done", "busy", "bad"):
                shown.set_class(step.kind == kind, f"-{kind}")

    @staticmethod
    def _update(shown: Static, text: str) -> None:
        # Every second only the ages change, if anything does.
        if shown.content != text:
            shown.update(text)
