"""What happens in `kiosk sync`, for whoever shows it."""

from dataclasses import dataclass
from typing import TypeAlias

from core.domain.errors import KioskError
from core.sheet.pull import PullReport
from core.sheet.push.mirror import Progress


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


SyncEvent: TypeAlias = StandingBy | Elected | Mirrored | Pulled | Failed
