"""How the benchmarks measure: medians of interleaved rounds, each figure beside the floor nothing could be under."""

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Unit = Literal["s", "B", "/s", ""]

Measured = Callable[[], Awaitable[float]]
"""Does the thing once and returns the seconds it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the report: `ours` and `floor` are in `unit` (seconds, bytes, per second, none); what the floor does.

    `max_ratio`, `max_seconds`, `max_bytes` and `max_count` are targets, None for a figure that has none. `median_ratio`
    is the median of the rounds' own ratios, where the rounds were compared one by one.
    """

    name: str
    ours: float
    floor: float
    floor_is: str
    rounds: int
    max_ratio: float | None = None
    max_seconds: float | None = None
    max_bytes: float | None = None
    max_count: float | None = None
    unit: Unit = "s"
    median_ratio: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.floor if self.median_ratio is None else self.median_ratio

    @property
    def met(self) -> bool | None:
        """Whether every target is met; None when there is none."""
        limits = (self.max_seconds, self.max_bytes, self.max_count)
        targets = [(self.ratio, self.max_ratio), *((self.ours, limit) for limit in limits)]
        verdicts = [value <= target for value, target in targets if target is not None]
        return all(verdicts) if verdicts else None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


async def interleaved(rounds: int, *measured: Measured) -> list[float]:
    """The median of each, measured in turns so that a slow moment of the machine meets them all alike."""
    return [statistics.median(taken) for taken in await in_rounds(rounds, *measured)]


async def in_rounds(rounds: int, *measured: Measured) -> list[list[float]]:
    """What each took in every round, measured in turns."""
    times: list[list[float]] = [[] for _ in measured]
    for _ in range(rounds):
        for one, taken in zip(measured, times, strict=True):
            taken.append(await one())
    return times


def paired(ours: Sequence[float], floor: Sequence[float]) -> dict[str, float]:
    """The medians of rounds that were measured in turns, and the median of their ratios: part of a Figure."""
    return {
        "ours": statistics.median(ours),
        "floor": statistics.median(floor),
        "median_ratio": statistics.median(one / other for one, other in zip(ours, floor, strict=True)),
    }


def timed(action: Callable[[], Awaitable[object]]) -> Measured:
    """`action` as something to measure."""

    async def measured() -> float:
        begun = time.perf_counter()
        await action()
        return time.perf_counter() - begun

    return measured


def timed_plainly(action: Callable[[], object]) -> Measured:
    """A plain function as something to measure: no event loop, no thread."""

    async def measured() -> float:
        begun = time.perf_counter()
        action()
        return time.perf_counter() - begun

    return measured


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def duration(seconds: float) -> str:
    """Seconds in the unit that shows three figures: `812 µs`, `3.40 ms`, `1.25 s`."""
    for size, unit in ((1, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds / 1e-6:.0f} µs"


def quantity(value: float, unit: Unit) -> str:
    """A figure in its unit."""
    match unit:
        case "s":
            return duration(value)
        case "B":
            return f"{value / 1e6:.1f} MB"
        case "/s":
            return f"{value:,.0f} /s"
        case "":
            return f"{value:,.3g}"


def table(figures: Sequence[Figure]) -> str:
    """The figures as aligned columns."""
    rows = [("benchmark", "ours", "floor", "ratio", "target", "", "the floor is")]
    for figure in figures:
        targets = []
        if figure.max_ratio is not None:
            targets.append(f"ratio <= {figure.max_ratio:g}")
        if figure.max_seconds is not None:
            targets.append(f"<= {duration(figure.max_seconds)}")
        if figure.max_bytes is not None:
            targets.append(f"<= {quantity(figure.max_bytes, 'B')}")
        if figure.max_count is not None:
            targets.append(f"<= {quantity(figure.max_count, '')}")
        verdict = {True: "met", False: "MISSED", None: ""}[figure.met]
        rows.append(
            (
                figure.name,
                quantity(figure.ours, figure.unit),
                quantity(figure.floor, figure.unit),
                f"{figure.ratio:.2f}",
                ", ".join(targets),
                verdict,
                figure.floor_is,
            )
        )
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    to_the_right = {1, 2, 3}
    lines = (
        "  ".join(
            cell.rjust(width) if at in to_the_right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
    return "\n".join(lines)
