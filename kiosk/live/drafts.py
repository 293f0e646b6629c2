"""Batches that were begun and neither confirmed nor given up: they wait for their worker, who may be called away."""

from dataclasses import dataclass, field

from core.domain.model import Operacion


@dataclass(slots=True)
class Draft:
    """What one worker has gathered: the tags in the order of their scans, and what is to be done with all of them."""

    tags: list[str] = field(default_factory=list)
    operacion: Operacion | None = None
