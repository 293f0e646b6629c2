"""What somebody asks `kiosk labels` for, as typed and as understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from core.domain.errors import InvalidRequestError
from core.domain.model import Rol
from core.domain.reasons import Codes, Defecto
from core.domain.texts import plain
from kiosk.labels.pages import Grid, on_roll

SHORTEST: Final = 16
LONGEST: Final = 400
"""Millimetres of a roll's label, each side: on less there is no room for bars and a line."""


class LabelFault(Codes):
    """Why the labels asked for cannot be printed. The sentences are in `kiosk.words`, `reason.<MEMBER>`."""

    NO_ES_PAPEL = auto()  # shortest, longest
    NADA_QUE_IMPRIMIR = auto()
    DEMASIADAS_PAGINAS = auto()  # pages, most


class What(StrEnum):
    """The kinds of label."""

    BADGES = "badges"
    COMMANDS = "commands"
    SPOOLS = "spools"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options as typed. Of `workers` and `tags` only these are wanted, or all when there are none.

    `first` (from 1 on) and `count` choose a part of the spools.
    """

    what: Sequence[str] = ()
    paper: str = "a4"
    workers: Sequence[int] = ()
    tags: Sequence[str] = ()
    roles: Sequence[str] = ()
    first: int | None = None
    count: int | None = None

    @property
    def part(self) -> slice:
        """What is wanted of the spools."""
        start = (self.first or 1) - 1
        return slice(start, start + self.count if self.count else None)


def asked_kinds(options: Options) -> frozenset[What]:
    """The kinds wanted: those named, or those that other options are about. Raises InvalidRequestError."""
    names = [name.lower() for name in _listed(options.what)]
    if unknown := [name for name in names if name not in {*What, "all"}]:
        raise InvalidRequestError("--what", Defecto.NO_ES_UNO_DE, unknown[0], expected=", ".join((*What, "all")))
    if "all" in names:
        return frozenset(What)
    if names:
        return frozenset(What(name) for name in names)
    named = {What.BADGES: options.workers, What.SPOOLS: options.tags or options.first or options.count}
    return frozenset(what for what, chosen in named.items() if chosen) or frozenset({What.BADGES, What.COMMANDS})


def asked_roles(options: Options) -> frozenset[Rol]:
    """The roles wanted, none for all. Raises InvalidRequestError."""
    known = {plain(rol): rol for rol in Rol}
    names = _listed(options.roles)
    if unknown := [name for name in names if plain(name) not in known]:
        raise InvalidRequestError("--role", Defecto.NO_ES_UNO_DE, unknown[0], expected=", ".join(Rol))
    return frozenset(known[plain(name)] for name in names)


def asked_roll(options: Options) -> Grid | None:
    """The roll to print on; None for A4 sheets. Raises InvalidRequestError."""
    if options.paper.lower() == "a4":
        return None
    sides = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)\s*[xX]\s*(\d{1,3}(?:[.,]\d+)?)", options.paper)
    width, height = (float(side.replace(",", ".")) for side in sides.groups()) if sides else (0.0, 0.0)
    if not all(SHORTEST <= side <= LONGEST for side in (width, height)):
        limits = {"shortest": SHORTEST, "longest": LONGEST}
        raise InvalidRequestError("--paper", LabelFault.NO_ES_PAPEL, options.paper, **limits)
    return on_roll(width, height)


def _listed(given: Sequence[str]) -> list[str]:
    """Several in one option, with commas, are as good as several options."""
    return [name.strip() for text in given for name in text.split(",") if name.strip()]
