"""A spool's history as a timeline: the newest first, under the days, with notes and what was undone standing out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from core.domain.model import Accion, Operacion, Resultado, Spool
from core.domain.writing.dates import format_date, offset_if_repeated
from kiosk.widgets.wrapped import Entry, Look
from kiosk.words.event_words import event_line
from kiosk.words.wording import Wording

if TYPE_CHECKING:
    from core import Event

_SIGNS: Final[dict[str, str]] = {
    Accion.TOMAR: "▶",
    Accion.PAUSAR: "◐",
    Accion.COMPLETAR: "✔",
    Accion.CANCELAR: "○",
    Accion.EXTENDER: "»",
    Accion.ENTREGAR: "▷",
    Accion.LIBERAR: "◁",
    Accion.DESBLOQUEAR: "◇",
    Accion.RETENER: "■",
    Accion.REANUDAR: "□",
    Accion.NOTA: "✎",
    Accion.DESHACER: "┌",
}
_JOINTED: Final = (Operacion.ARM, Operacion.SOLD)
_UNDONE: Final = "└"
"""What was undone stands right under its DESHACER, whose sign this one closes."""


WIDTHS: Final = (5, 1, 1)
"""Of each entry but what happened and where: the time, whether it is in the sheet where there is one, a sign."""

IN_SHEET: Final = "▪"
SAVED: Final = "▫"
"""Beside each event where there is a sheet: whether it is in the sheet, or so far saved only."""


def joint_entries(spool: Spool, words: Wording, *, has_sheet: bool) -> list[Entry]:
    """The joints of the spool, if it has any, each with who fitted and who welded it, and when."""
    if not spool.uniones:
        return []
    mark = ("",) if has_sheet else ()
    entries = [Entry((words("spool.joints", count=len(spool.uniones)),), Look.HEADING)]
    for union in spool.uniones:
        done = [
            f"{words(f'work.short.{operacion}')} {words.hecho(union, operacion)}"
            for operacion in _JOINTED
            if union.is_made(operacion)
        ]
        if union.solo_armado:
            done.append(words("uniones.no_weld"))
        is_made = not (union.remains(Operacion.ARM) or union.remains(Operacion.SOLD))
        sign = "✔" if is_made else "◐" if union.is_begun else "○"
        text = " · ".join((f"{words.dn(union)} {union.tipo}".strip(), *done))
        entries.append(Entry((f"{union.numero:>5}", *mark, sign, text), Look.DIM if is_made else Look.PLAIN))
    return entries


def timeline(events: Sequence[Event], words: Wording, *, now: datetime, mirrored: int | None) -> list[Entry]:
    """The entries of a history that is given oldest first, as of `now`, in the plant's time zone.

    `mirrored` is the last event that is in the sheet, None where there is no sheet.
    """
    undone = {event.undoes for event in events}
    today = now.date()
    names = {today: words("spool.today"), today - timedelta(days=1): words("spool.yesterday")}
    entries: list[Entry] = []
    day: date | None = None
    for event in reversed(events):
        at = event.ts.astimezone(now.tzinfo)
        if at.date() != day:
            day = at.date()
            heading = " · ".join(filter(None, (names.get(day), format_date(day))))
            entries.append(Entry((heading,), Look.HEADING))
        mark = () if mirrored is None else (IN_SHEET if event.seq <= mirrored else SAVED,)
        entries.append(_entry(event, at, words, mark, undone=event.seq in undone))
    return entries


def _entry(event: Event, at: datetime, words: Wording, mark: tuple[str, ...], *, undone: bool) -> Entry:
    sign = "✘" if event.resultado is Resultado.RECHAZADO else _SIGNS.get(event.accion, "·")
    look = Look.MARKED if event.accion is Accion.NOTA else Look.PLAIN
    text = " · ".join(filter(None, (event_line(event, words), event.station, offset_if_repeated(at))))
    if undone:
        sign, look, text = _UNDONE, Look.DIM, " · ".join((text, words("done.DESHACER")))
    return Entry((f"{at:%H:%M}", *mark, sign, text), look)
