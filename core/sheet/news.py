"""What a process tells that mirrors a ledger, or would: one value for whatever happens."""

from dataclasses import dataclass
from typing import TypeAlias

from core.domain.errors import KioskError
from core.sheet.mirroring.mirror import Progress
from core.sheet.pulling import PullReport


@dataclass(frozen=True, slots=True)
class StandingBy:
    """Another process mirrors."""


@dataclass(frozen=True, slots=True)
class Elected:
    """This process mirrors from now on."""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A cycle that did something."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class Pulled:
    """The office's plant was read."""

    report: PullReport


@dataclass(frozen=True, slots=True)
class Failed:
    """What went wrong, and in how many seconds it is tried again. `pulling`: it was the office's plant."""

    error: KioskError
    delay: float
    pulling: bool = False


News: TypeAlias = StandingBy | Elected | Mirrored | Pulled | Failed
