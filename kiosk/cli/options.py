"""The options that several commands have. Their help texts are in `kiosk.words.help`, by parameter name."""

from typing import Annotated

import typer

Tag = Annotated[str, typer.Argument(metavar="TAG")]
WorkerId = Annotated[int, typer.Option("--worker", metavar="ID")]
Motivo = Annotated[str, typer.Option("--motivo", metavar="TEXTO")]
RequestId = Annotated[str | None, typer.Option("--request-id", metavar="UUID")]
Json = Annotated[bool, typer.Option("--json")]
Uniones = Annotated[str | None, typer.Option("--uniones", metavar="1-3,5")]
