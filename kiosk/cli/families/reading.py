"""The commands that only read: the state of a spool, the board, a history, and the events as they come."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from core import Event, OccupationService, Spool
from core.domain.model import Operacion
from core.domain.uniones import Union
from core.domain.writing.dates import format_date, format_datetime, offset_if_repeated
from kiosk.cli.console import Console, columns, while_read
from kiosk.cli.options import Json, Tag
from kiosk.live.mirror_watch import read_state
from kiosk.words.event_words import event_line
from kiosk.words.wording import Wording, elapsed

commands = typer.Typer()


@commands.command()
def status(context: typer.Context, tag: Tag, *, as_json: Json = False) -> None:
    """The state of one spool and who holds it."""
    console = Console(context.obj, as_json=as_json)

    async def act(occupation: OccupationService) -> None:
        spool = await occupation.spool(tag)
        console.answer(occupation.describe(spool), _status_lines(spool, console.words, occupation))

    console.run(act)


def _status_lines(spool: Spool, words: Wording, occupation: OccupationService) -> Iterator[str]:
    yield f"{spool.tag_spool}  {_estado(spool, words, occupation)}"
    if facts := words.facts(spool):
        yield f"  {' · '.join(facts)}"
    rows = []
    for operacion, avance in ((Operacion.ARM, spool.arm), (Operacion.SOLD, spool.sold)):
        who = " ".join(filter(None, (avance.worker_nombre, format_date(avance.fecha))))
        state = " ".join(filter(None, (words(f"avance.{avance.estado}"), words.progress(spool.uniones, operacion))))
        rows.append((f"  {words.operacion(operacion)}", state, who))
    yield from columns(rows)
    yield from columns([_joint_row(union, words) for union in spool.uniones])
    if held := spool.ocupacion:
        since = format_datetime(held.fecha_ocupacion, occupation.timezone)
        age = elapsed(occupation.now() - held.fecha_ocupacion)
        yield f"  {held.worker_nombre}  {words.operacion(held.operacion)}  {since} ({age})  {held.station}".rstrip()


def _joint_row(union: Union, words: Wording) -> tuple[str, ...]:
    """A joint's number, size and type, and who fitted and welded it."""
    return (f"  {union.numero:>2}", words.dn(union), union.tipo, words.hecho(union, "ARM"), words.hecho(union, "SOLD"))


def _estado(spool: Spool, words: Wording, occupation: OccupationService) -> str:
    return words.estado(spool, now=occupation.now(), max_reparaciones=occupation.policy.max_reparaciones)


@commands.command()
def board(
    context: typer.Context, *, everything: Annotated[bool, typer.Option("--all")] = False, as_json: Json = False
) -> None:
    """Who holds which spool now."""
    console = Console(context.obj, as_json=as_json)

    async def act(occupation: OccupationService) -> None:
        snapshot = await occupation.snapshot()
        spools = [spool for spool in snapshot.spools if everything or spool.ocupacion]
        document = {"seq": snapshot.seq, "spools": list(map(occupation.describe, spools))}
        if not snapshot.seq:
            console.warn(console.words.notice("never_loaded", site=console.session.site).line)
        console.answer(document, _board_lines(spools, console.words, occupation))

    console.run(act)


def _board_lines(spools: Sequence[Spool], words: Wording, occupation: OccupationService) -> Iterator[str]:
    """A line a spool: who holds it, for what, for how long."""
    if not spools:
        yield words("cli.nobody")
        return
    header = tuple(words(f"column.{name}") for name in ("spool", "worker", "operacion", "elapsed", "station", "state"))
    rows = [
        (
            spool.tag_spool,
            held.worker_nombre if held else words("cli.free"),
            words.operacion(held.operacion) if held else "",
            elapsed(occupation.now() - held.fecha_ocupacion) if held else "",
            held.station if held else "",
            _estado(spool, words, occupation),
        )
        for spool in spools
        for held in (spool.ocupacion,)
    ]
    yield from columns([header, *rows])


@commands.command()
def history(context: typer.Context, tag: Tag, *, as_json: Json = False) -> None:
    """Everything that happened to a spool, oldest first; where there is a sheet, whether it has each event."""
    console = Console(context.obj, as_json=as_json)
    words = console.words

    async def act(occupation: OccupationService) -> None:
        events = await occupation.history(tag)
        if as_json:
            console.print_json(events)
            return
        state = await read_state(occupation.ledger, console.session)
        for event in events:
            line = _event_line(event, words, occupation, with_tag=False)
            if state is not None:
                line += "  " + (words("cli.in_sheet") if event.seq <= state.mirrored else words("cli.saved"))
            console.print(line)
        if not events:
            console.print(words("cli.no_history"))

    console.run(act)


@commands.command()
def watch(
    context: typer.Context,
    *,
    after: Annotated[int, typer.Option("--after", metavar="SEQ", min=0, max=2**62)] = 0,
    as_json: Json = False,
) -> None:
    """The events as they come, one a line, until Ctrl+C or until nobody reads them."""
    console = Console(context.obj, as_json=as_json)

    async def act(occupation: OccupationService) -> None:
        with while_read():
            async for event in occupation.watch(after=after):
                console.answer(event, [_event_line(event, console.words, occupation, with_tag=True)])

    console.run(act)


def _event_line(event: Event, words: Wording, occupation: OccupationService, *, with_tag: bool) -> str:
    """Number, local time, tag if wanted, what happened, and where."""
    time = format_datetime(event.ts, occupation.timezone)
    offset = offset_if_repeated(event.ts.astimezone(occupation.timezone))
    parts = [
        f"{event.seq:>6}",
        time,
        offset,
        event.tag_spool if with_tag else "",
        event_line(event, words),
        event.station,
    ]
    return "  ".join(filter(None, parts))
