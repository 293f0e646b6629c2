"""The commands that act on spools: each makes one request."""

from datetime import datetime
from typing import Annotated, Final

import typer

from core import (
    BatchResponse,
    BatchTomarRequest,
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    EntregarRequest,
    ExtenderRequest,
    LiberarRequest,
    NotaRequest,
    OccupationService,
    PausarRequest,
    ReanudarRequest,
    RetenerRequest,
    TomarRequest,
)
from core.domain.model import Operacion, Resultado
from core.domain.requests import Request, build_request
from kiosk.cli.console import REFUSED, Console, columns
from kiosk.cli.options import Json, Motivo, RequestId, Tag, Uniones, WorkerId
from kiosk.words.wording import Wording

commands = typer.Typer()

TAKEN: Final = [operacion for operacion in Operacion if operacion is not Operacion.METROLOGIA]


def _act(context: typer.Context, kind: type[Request], *, as_json: bool, **fields: object) -> None:
    """Make a request of `kind` out of `fields`, do it, and print the response."""
    console = Console(context.obj, as_json=as_json, saving=True)

    async def act(occupation: OccupationService) -> None:
        response = await occupation.act(build_request(kind, **fields))
        message = console.words.answer(response, now=occupation.now()).line
        console.answer({**response.as_dict(), "message": message}, [message])

    console.run(act)


@commands.command()
def tomar(
    context: typer.Context,
    tags: Annotated[list[str], typer.Argument(metavar="TAG...")],
    *,
    worker: WorkerId,
    operacion: Annotated[str, typer.Option("--operacion", autocompletion=lambda: TAKEN)],
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Take one or more spools. Of several, each is taken or refused on its own."""
    fields = {"worker_id": worker, "operacion": operacion.upper(), "request_id": request_id}
    if len(tags) == 1:
        _act(context, TomarRequest, as_json=as_json, tag_spool=tags[0], **fields)
        return
    console = Console(context.obj, as_json=as_json, saving=True)

    async def act(occupation: OccupationService) -> None:
        batch = await occupation.batch_tomar(build_request(BatchTomarRequest, tag_spools=tags, **fields))
        words, now = console.words, occupation.now()
        console.answer(_batch_document(batch, words, now), _batch_lines(batch, words, now))
        if batch.failed:
            raise SystemExit(REFUSED)

    console.run(act)


def _add_plain(name: str, kind: type[Request]) -> None:
    """Add a command that needs only a spool and a worker."""

    @commands.command(name)
    def plain(
        context: typer.Context, tag: Tag, *, worker: WorkerId, request_id: RequestId = None, as_json: Json = False
    ) -> None:
        _act(context, kind, as_json=as_json, tag_spool=tag, worker_id=worker, request_id=request_id)


def _add_with_motive(name: str, kind: type[Request]) -> None:
    """Add a command that also needs a motive."""

    @commands.command(name)
    def with_motive(
        context: typer.Context,
        tag: Tag,
        *,
        worker: WorkerId,
        motivo: Motivo,
        request_id: RequestId = None,
        as_json: Json = False,
    ) -> None:
        _act(context, kind, as_json=as_json, tag_spool=tag, worker_id=worker, motivo=motivo, request_id=request_id)


_add_plain("cancelar", CancelarRequest)
_add_plain("extender", ExtenderRequest)
_add_with_motive("liberar", LiberarRequest)
_add_with_motive("desbloquear", DesbloquearRequest)
_add_with_motive("retener", RetenerRequest)
_add_with_motive("reanudar", ReanudarRequest)


def _batch_document(batch: BatchResponse, words: Wording, now: datetime) -> dict[str, object]:
    """The batch as JSON, its messages in the terminal's language."""
    details = []
    for detail in batch.details:
        fields = detail.as_dict() | {"message": words.outcome(detail.result, now=now).line}
        if detail.refusal:
            fields["error"] = words.document(detail.refusal, now=now, saving=True)
        details.append(fields)
    return batch.as_dict() | {"details": details}


def _batch_lines(batch: BatchResponse, words: Wording, now: datetime) -> list[str]:
    """A line a spool, then the count."""
    rows = [
        ("✔" if detail.success else "✘", detail.tag_spool, words.outcome(detail.result, now=now).line)
        for detail in batch.details
    ]
    return [*columns(rows), words("cli.batch", succeeded=batch.succeeded, total=batch.total)]


@commands.command()
def pausar(
    context: typer.Context,
    tag: Tag,
    *,
    worker: WorkerId,
    uniones: Uniones = None,
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Put the spool down half done, with the joints that were finished."""
    fields = {"tag_spool": tag, "worker_id": worker, "uniones": uniones, "request_id": request_id}
    _act(context, PausarRequest, as_json=as_json, **fields)


@commands.command()
def entregar(
    context: typer.Context,
    tag: Tag,
    *,
    worker: WorkerId,
    a: Annotated[int, typer.Option("--a", metavar="ID")],
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Hand the spool over to another worker."""
    fields = {"tag_spool": tag, "worker_id": worker, "a_worker_id": a, "request_id": request_id}
    _act(context, EntregarRequest, as_json=as_json, **fields)


@commands.command()
def completar(
    context: typer.Context,
    tag: Tag,
    *,
    worker: WorkerId,
    uniones: Uniones = None,
    fecha: Annotated[str | None, typer.Option("--fecha", metavar="DD-MM-YYYY")] = None,
    resultado: Annotated[str | None, typer.Option("--resultado", autocompletion=lambda: [*Resultado])] = None,
    motivo: Annotated[str | None, typer.Option("--motivo", metavar="TEXTO")] = None,
    force: Annotated[bool, typer.Option("--force")] = False,
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Finish the operation; with --resultado, record an inspection."""
    fields = {
        "tag_spool": tag,
        "worker_id": worker,
        "uniones": uniones,
        "fecha_operacion": fecha,
        "resultado": resultado.upper() if resultado else None,
        "motivo": motivo,
        "force": force,
        "request_id": request_id,
    }
    _act(context, CompletarRequest, as_json=as_json, **fields)


@commands.command()
def nota(
    context: typer.Context,
    tag: Tag,
    *,
    worker: WorkerId,
    texto: Annotated[str, typer.Option("--texto", metavar="TEXTO")],
    request_id: RequestId = None,
    as_json: Json = False,
) -> None:
    """Write a note into the spool's history."""
    fields = {"tag_spool": tag, "worker_id": worker, "texto": texto, "request_id": request_id}
    _act(context, NotaRequest, as_json=as_json, **fields)
