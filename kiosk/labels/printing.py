"""A document to a label printer: a queue of CUPS, by its command `lp`."""

from __future__ import annotations

import asyncio
from enum import auto
from typing import TYPE_CHECKING, Final

from core.domain.errors import KioskError
from core.domain.reasons import Codes
from core.domain.writing.texts import one_line
from core.extras import needing_extras

if TYPE_CHECKING:
    from core.domain.model import Spool
    from core.settings import Settings
    from kiosk.words.wording import Wording

PATIENCE: Final = 5.0
"""Seconds that `lp` may take: it only puts the document into the queue."""


class PrinterFault(Codes):
    """Why nothing was printed. The sentences are in `kiosk.words`, `reason.<MEMBER>`."""

    SIN_IMPRESORA = auto()
    SIN_LP = auto()
    IMPRESORA_NO_RESPONDE = auto()  # queue
    IMPRESORA_RECHAZA = auto()  # detail
    ETIQUETA_NO_CABE = auto()  # detail


class PrinterError(KioskError):
    """Nothing was sent to the printer."""

    error_code, status = "PRINTER_UNAVAILABLE", 503

    def __init__(self, reason: PrinterFault, **data: str) -> None:
        super().__init__(reason=reason, data=data)


async def send(document: bytes, queue: str | None) -> str:
    """Put the PDF into the queue, whose name is returned. Raises PrinterError; without a `queue` none is set."""
    if queue is None:
        raise PrinterError(PrinterFault.SIN_IMPRESORA)
    pipe = asyncio.subprocess.PIPE
    try:
        lp = await asyncio.create_subprocess_exec(
            *("lp", "-d", queue, "-o", "print-scaling=none"), stdin=pipe, stdout=asyncio.subprocess.DEVNULL, stderr=pipe
        )
    except OSError as exc:
        raise PrinterError(PrinterFault.SIN_LP) from exc
    try:
        async with asyncio.timeout(PATIENCE):
            _, said = await lp.communicate(document)
    except TimeoutError as exc:
        raise PrinterError(PrinterFault.IMPRESORA_NO_RESPONDE, queue=queue) from exc
    finally:
        if lp.returncode is None:
            lp.kill()
            await lp.wait()
    if lp.returncode:
        detail = one_line(said.decode(errors="replace").strip())
        raise PrinterError(PrinterFault.IMPRESORA_RECHAZA, detail=detail)
    return queue


async def print_label(spool: Spool, words: Wording, settings: Settings) -> str:
    """Print the label of the spool on the printer that is set, whose name is returned.

    Raises PrinterError, MissingPackageError.
    """
    # In a thread: reportlab takes long to import.
    document = await asyncio.to_thread(_label_of, spool, words, settings.etiqueta)
    return await send(document, settings.impresora)


@needing_extras()
def _label_of(spool: Spool, words: Wording, paper: str) -> bytes:
    from kiosk.labels.label import spool_label
    from kiosk.labels.pages import SPOOLS, arrange, pdf, roll_of

    roll = roll_of(paper)
    arranged = arrange([spool_label(spool, words)], [roll] if roll else SPOOLS, words)
    for left in arranged.left_out:
        raise PrinterError(PrinterFault.ETIQUETA_NO_CABE, detail=left.reason)
    return pdf(arranged.pages, title=spool.tag_spool)
