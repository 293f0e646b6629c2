"""The commands. Each is one request to the service, told in words or, with --json, as one JSON document."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from core import (
    BatchTomarRequest,
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    ExtenderRequest,
    LiberarRequest,
    NotaRequest,
    OccupationService,
    PausarRequest,
    Response,
    TomarRequest,
)
from core.domain.requests import Request, build_request
from kiosk.cli import listings
from kiosk.session import REFUSED, Session

app = typer.Typer(
    name="kiosk",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Tag = Annotated[str, typer.Argument(metavar="TAG", help="El tag del spool")]
WorkerId = Annotated[int, typer.Option("--worker", metavar="ID", help="El número del trabajador")]
Json = Annotated[bool, typer.Option("--json", help="Un documento JSON en la salida")]
RequestId = Annotated[
    str | None, typer.Option("--request-id", metavar="UUID", help="Repetir la orden con él no actúa dos veces")
]
Motivo = Annotated[str, typer.Option("--motivo", metavar="TEXTO", help="Por qué; queda en la historia")]

R = TypeVar("R", bound=Request)


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help="Usar la planta de ejemplo aunque haya otra")] = False,
) -> None:
    """¿Quién tiene qué spool? Sin orden, abre la pantalla completa."""
    context.obj = Session(demo=demo)
    if context.invoked_subcommand is None:
        from kiosk.terminal.running import run_app

        run_app(context.obj)


def _act(
    context: typer.Context,
    kind: type[R],
    verb: Callable[[OccupationService, R], Awaitable[Response]],
    *,
    as_json: bool,
    **fields: object,
) -> None:
    """Make one request of `kind` from `fields`, do it, and tell the response."""
    session: Session = context.obj

    async def act(occupation: OccupationService) -> None:
        response = await verb(occupation, build_request(kind, **fields))
        message = session.wording.answer(response, now=occupation.now()).line
        if as_json:
            session.print_json({**response.as_dict(), "message": message})
        else:
            session.print(message)

    session.run(act, as_json=as_json, saving=True)


@app.command()
def tomar(
    context: typer.Context,
    tags: Annotated[list[str], typer.Argument(metavar="TAG...", help="Uno o más tags (hasta 50: un lote)")],
    worker: WorkerId,
    operacion: Annotated[str, typer.Option("--operacion", help="ARM, SOLD o REPARACION")],
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Tomar uno o más spools para una operación."""
    fields = {"worker_id": worker, "operacion": operacion.upper(), "request_id": request_id}
    if len(tags) == 1:
        _act(context, TomarRequest, OccupationService.tomar, as_json=as_json, tag_spool=tags[0], **fields)
        return
    session: Session = context.obj

    async def act(occupation: OccupationService) -> None:
        batch = await occupation.batch_tomar(build_request(BatchTomarRequest, tag_spools=tags, **fields))
        if as_json:
            session.print_json(listings.batch_document(session, batch))
        else:
            listings.print_batch(session, batch)
        if batch.failed:
            raise SystemExit(REFUSED)

    session.run(act, as_json=as_json, saving=True)


@app.command()
def pausar(
    context: typer.Context, tag: Tag, worker: WorkerId, request_id: RequestId = None, as_json: Json = False
) -> None:
    """Dejar el spool a medias, libre para otra persona."""
    fields = {"tag_spool": tag, "worker_id": worker, "request_id": request_id}
    _act(context, PausarRequest, OccupationService.pausar, as_json=as_json, **fields)


@app.command()
def completar(
    context: typer.Context,
    tag: Tag,
    worker: WorkerId,
    fecha: Annotated[str | None, typer.Option("--fecha", metavar="DD-MM-YYYY", help="Si falta, hoy")] = None,
    resultado: Annotated[str | None, typer.Option("--resultado", help="METROLOGIA: APROBADO o RECHAZADO")] = None,
    motivo: Annotated[
        str | None, typer.Option("--motivo", metavar="TEXTO", help="Por qué; queda en la historia")
    ] = None,
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Terminar la operación; con --resultado, inspeccionar el spool."""
    fields = {
        "tag_spool": tag,
        "worker_id": worker,
        "fecha_operacion": fecha,
        "resultado": resultado.upper() if resultado else None,
        "motivo": motivo,
        "request_id": request_id,
    }
    _act(context, CompletarRequest, OccupationService.completar, as_json=as_json, **fields)


@app.command()
def cancelar(
    context: typer.Context, tag: Tag, worker: WorkerId, request_id: RequestId = None, as_json: Json = False
) -> None:
    """Deshacer la toma: la operación vuelve a como estaba."""
    fields = {"tag_spool": tag, "worker_id": worker, "request_id": request_id}
    _act(context, CancelarRequest, OccupationService.cancelar, as_json=as_json, **fields)


@app.command()
def extender(
    context: typer.Context, tag: Tag, worker: WorkerId, request_id: RequestId = None, as_json: Json = False
) -> None:
    """Renovar el plazo de la toma."""
    fields = {"tag_spool": tag, "worker_id": worker, "request_id": request_id}
    _act(context, ExtenderRequest, OccupationService.extender, as_json=as_json, **fields)


@app.command()
def liberar(
    context: typer.Context,
    tag: Tag,
    worker: WorkerId,
    motivo: Motivo,
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Quitar el spool a quien lo tenga (supervisores)."""
    fields = {"tag_spool": tag, "worker_id": worker, "motivo": motivo, "request_id": request_id}
    _act(context, LiberarRequest, OccupationService.liberar, as_json=as_json, **fields)


@app.command()
def desbloquear(
    context: typer.Context,
    tag: Tag,
    worker: WorkerId,
    motivo: Motivo,
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Permitir una reparación más a un spool BLOQUEADO (supervisores)."""
    fields = {"tag_spool": tag, "worker_id": worker, "motivo": motivo, "request_id": request_id}
    _act(context, DesbloquearRequest, OccupationService.desbloquear, as_json=as_json, **fields)


@app.command()
def nota(
    context: typer.Context,
    tag: Tag,
    worker: WorkerId,
    texto: Annotated[str, typer.Option("--texto", metavar="TEXTO", help="Lo que se anota")],
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Anotar algo en la historia del spool."""
    fields = {"tag_spool": tag, "worker_id": worker, "texto": texto, "request_id": request_id}
    _act(context, NotaRequest, OccupationService.nota, as_json=as_json, **fields)


@app.command()
def status(context: typer.Context, tag: Tag, as_json: Json = False) -> None:
    """Cómo está un spool y quién lo tiene."""
    session: Session = context.obj

    async def act(occupation: OccupationService) -> None:
        spool = await occupation.spool(tag)
        if as_json:
            session.print_json(occupation.describe(spool))
        else:
            listings.print_status(session, spool, occupation)

    session.run(act, as_json=as_json)


@app.command()
def board(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="También los spools libres")] = False,
    as_json: Json = False,
) -> None:
    """Quién tiene qué, ahora."""
    session: Session = context.obj

    async def act(occupation: OccupationService) -> None:
        snapshot = await occupation.snapshot()
        spools = [spool for spool in snapshot.spools if everything or spool.ocupacion]
        if as_json:
            session.print_json({"seq": snapshot.seq, "spools": list(map(occupation.describe, spools))})
        else:
            listings.print_board(session, spools, occupation)

    session.run(act, as_json=as_json)


@app.command()
def history(context: typer.Context, tag: Tag, as_json: Json = False) -> None:
    """Todo lo que pasó con un spool."""
    session: Session = context.obj

    async def act(occupation: OccupationService) -> None:
        events = await occupation.history(tag)
        if as_json:
            session.print_json(events)
            return
        from kiosk.live.mirror_watch import read_state

        state = await read_state(occupation.ledger, session)
        listings.print_history(session, events, occupation, mirrored=state.mirrored if state else None)

    session.run(act, as_json=as_json)


@app.command()
def watch(
    context: typer.Context,
    after: Annotated[
        int, typer.Option("--after", metavar="SEQ", min=0, max=2**62, help="Solo lo posterior a este número")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Lo que pasa, mientras pasa: una línea por evento, hasta Ctrl+C."""
    session: Session = context.obj

    async def act(occupation: OccupationService) -> None:
        async for event in occupation.watch(after=after):
            if as_json:
                session.print_json(event)
            else:
                session.print(listings.event_line(session, event, occupation, with_tag=True))

    session.run(act, as_json=as_json)


@app.command()
def load(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="CARPETA", help="operaciones.csv, trabajadores.csv, roles.csv")],
    as_json: Json = False,
) -> None:
    """Cargar una planta, o ponerla al día. Lo que el taller ya hizo no se toca."""
    from kiosk.cli.loading import load_plant

    load_plant(context.obj, path, as_json=as_json)


@app.command()
def sync(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Solo lo que espera ahora, y terminar")] = False,
    as_json: Json = False,
) -> None:
    """Llevar a la planilla de la oficina lo que hace el taller, y leer de ella la planta, hasta Ctrl+C."""
    from kiosk.cli.sync_command import sync_sheet

    sync_sheet(context.obj, once=once, as_json=as_json)


@app.command()
def pull(
    context: typer.Context,
    anew: Annotated[
        bool, typer.Option("--anew", help="Empezar un registro nuevo aunque la planilla tenga la historia de otro")
    ] = False,
    as_json: Json = False,
) -> None:
    """Cargar la planta desde la planilla de la oficina. Lo que el taller ya hizo no se toca."""
    from kiosk.cli.sheet_commands import pull_plant

    pull_plant(context.obj, anew=anew, as_json=as_json)


@app.command("sheet-template")
def sheet_template(context: typer.Context, as_json: Json = False) -> None:
    """Preparar una planilla vacía: hojas, encabezados y validación. Lo que tiene contenido no se toca."""
    from kiosk.cli.sheet_commands import make_template

    make_template(context.obj, as_json=as_json)


@app.command()
def rebuild(context: typer.Context, as_json: Json = False) -> None:
    """Reconstruir de la planilla de la oficina un registro vacío, después de perder el que había."""
    from kiosk.cli.rebuild_command import rebuild_ledger

    rebuild_ledger(context.obj, as_json=as_json)


@app.command()
def copy(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="El registro vacío que recibe la copia")],
    site: Annotated[
        str | None, typer.Option("--to-site", metavar="PLANTA", help="Su planta; si falta, la misma")
    ] = None,
    as_json: Json = False,
) -> None:
    """Copiar la planta, con sus tomas y su historia, a otro registro: de un archivo a Redis, o de vuelta."""
    from kiosk.cli.copying import copy_plant

    copy_plant(context.obj, to, site=site, as_json=as_json)


@app.command()
def labels(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT.pdf", help="El PDF que se escribe, entero o nada")],
    what: Annotated[list[str] | None, typer.Option("--what", help="badges, commands, spools o all")] = None,
    paper: Annotated[str, typer.Option("--paper", help="a4, o la etiqueta de un rollo en mm: 62x29")] = "a4",
    worker: Annotated[list[int] | None, typer.Option("--worker", metavar="ID", help="Solo su credencial")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Solo la etiqueta del spool")] = None,
    role: Annotated[list[str] | None, typer.Option("--role", metavar="ROL", help="Solo lo de este rol")] = None,
    first: Annotated[int | None, typer.Option("--from", metavar="N", min=1, help="Spools desde el N.º por TAG")] = None,
    count: Annotated[int | None, typer.Option("--count", metavar="N", min=1, help="Solo tantos spools")] = None,
    as_json: Json = False,
) -> None:
    """Credenciales, hojas de órdenes y etiquetas de spools con su código de barras, para imprimir."""
    from kiosk.labels.asked import Options
    from kiosk.labels.making import make_labels

    options = Options(
        what=what or (),
        paper=paper,
        workers=worker or (),
        tags=tag or (),
        roles=role or (),
        first=first,
        count=count,
    )
    make_labels(context.obj, out, options, as_json=as_json)


@app.command()
def doctor(context: typer.Context, as_json: Json = False) -> None:
    """Revisar esta terminal: registro, ajustes, reloj y pantalla."""
    from kiosk.cli.doctor import examine

    examine(context.obj, as_json=as_json)


@app.command()
def pin(
    context: typer.Context,
    worker: WorkerId,
    remove: Annotated[bool, typer.Option("--remove", help="Quitarle el PIN")] = False,
    as_json: Json = False,
) -> None:
    """Dar a un supervisor el PIN que cierra el programa en esta terminal."""
    from kiosk.cli.pin_command import set_pin

    set_pin(context.obj, worker, remove=remove, as_json=as_json)
