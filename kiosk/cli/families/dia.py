"""The command that tells what one person did on a day."""

from typing import Annotated

import typer

from core import OccupationService, Operacion
from core.domain.errors import InvalidRequestError
from core.domain.reasons import InvalidValueError
from core.domain.uniones import one_decimal
from core.domain.writing.dates import format_date, parse_date
from kiosk.cli.console import Console, columns
from kiosk.cli.options import Json, WorkerId
from kiosk.live.day_lines import day_line, hand_line, sums_line
from kiosk.live.worklog import Line, Sums, WorkLog

commands = typer.Typer()


@commands.command()
def dia(
    context: typer.Context,
    *,
    worker: WorkerId,
    fecha: Annotated[str | None, typer.Option("--fecha", metavar="DD-MM-YYYY")] = None,
    as_json: Json = False,
) -> None:
    """What a person did on a day, and what they have in hand."""
    console = Console(context.obj, as_json=as_json)
    try:
        asked = parse_date(fecha or "")
    except InvalidValueError as exc:
        console.refuse(InvalidRequestError("fecha", exc.reason, fecha, **exc.data))

    async def act(occupation: OccupationService) -> None:
        words, zone, today = console.words, occupation.timezone, occupation.now().date()
        day, who, log = asked or today, await occupation.worker(worker), WorkLog()
        snapshot = await occupation.snapshot()
        spools = {spool.tag_spool: spool for spool in snapshot.spools}
        await log.bring_up(occupation.ledger, newest=snapshot.seq, first_day=day, zone=zone)
        lines, held = log.days.of_worker(worker, day), []
        if day == today:
            held = [spool for spool in snapshot.spools if spool.ocupacion and spool.ocupacion.worker_id == worker]
        sums = Sums.of([line.work for line in lines])
        document = {
            "worker_id": who.worker_id,
            "worker_nombre": who.worker_nombre,
            "fecha": day,
            "trabajos": [_as_dict(line) for line in lines],
            "en_mano": list(map(occupation.describe, held)),
            **{name: getattr(sums, name) for name in ("spools", "operaciones", "uniones", "pausas")},
            "pulgadas": float(one_decimal(sums.pulgadas)),
            "completo_desde": log.complete_since,
        }
        rows = [day_line(line, spools.get(line.work.tag_spool), words, zone) for line in lines]
        rows += [hand_line(spool, day, words, zone) for spool in held]
        heading = f"{who.nombre_completo} · {format_date(day)} · {sums_line(sums, words)}"
        console.answer(document, [heading, *columns(rows)] if rows else [heading])

    console.run(act)


def _as_dict(line: Line) -> dict[str, object]:
    """A line of the day as JSON shows it; inches have one decimal."""
    work, sums = line.work, Sums.of([line.work])
    return {
        **{name: getattr(work, name) for name in ("seq", "tag_spool", "operacion", "accion")},
        "desde": line.since,
        "ts": work.at,
        "uniones": [*work.uniones],
        "pulgadas": float(one_decimal(sums.pulgadas)),
        "resultado": work.labor if work.operacion is Operacion.METROLOGIA else None,
    }
