"""`kiosk copy`: the plant in force into another, empty ledger, with a progress bar when it takes a while."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Final

import typer

from core.domain.texts import masked
from core.ledger.copying import copy_ledger
from core.ledger.open import open_ledger
from kiosk.session import Session

LONG_COPY: Final = 2_000
"""Events from which a person would wonder whether anything happens."""


def copy_plant(session: Session, to: str, *, site: str | None, as_json: bool) -> None:
    """Copy the configured plant to the empty ledger at `to`, compare them, and say so when they differ."""

    async def act() -> None:
        settings = session.configured
        name = site or settings.site
        async with (
            session.occupation() as occupation,
            open_ledger(to, site=name, request_memory=settings.request_memory_span, clock=session.clock) as target,
        ):
            source = occupation.ledger
            # Each event passes twice: when it is copied, and when the copy is compared.
            with _progress(session, 2 * (await source.position()).seq) as advance:
                report = await copy_ledger(source, target, progress=advance)
        if as_json:
            session.print_json(asdict(report))
        else:
            session.print(session.wording("cli.copy", **asdict(report)))
            session.print(session.wording("cli.copy_next", to=masked(to)))

    session.guard(act, as_json=as_json)


@contextmanager
def _progress(session: Session, steps: int) -> Iterator[Callable[[int], None]]:
    if steps < LONG_COPY or not sys.stderr.isatty():
        yield lambda _: None
        return
    with typer.progressbar(length=steps, label=session.wording("cli.copying"), file=sys.stderr) as bar:
        yield bar.update
