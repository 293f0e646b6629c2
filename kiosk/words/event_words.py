"""What an event of the log says, in the words of a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from core.domain.writing.texts import one_line
from kiosk.words import CATALOGUE

if TYPE_CHECKING:
    from core import Event
    from kiosk.words.wording import Wording


def event_line(event: Event, words: Wording) -> str:
    """One line for a history or a feed."""
    key, operacion = f"event.{event.accion}", words.operacion(event.operacion) if event.operacion else ""
    # What only a newer program knows is named as the log names it.
    line = f"{event.worker_nombre} {event.evento_tipo}".strip()
    if key in CATALOGUE:
        line = words(key, quien=event.worker_nombre or words("office"), operacion=operacion)
    written = [str(event.metadata[name]) for name in ("motivo", "texto") if event.metadata.get(name)]
    return ": ".join(filter(None, [line, event_detail(event, words), *written]))


def event_detail(event: Event, words: Wording) -> str:
    """What an event tells beside who did what: a verdict, the joints it finished, whom it displaced, released or handed
    over to, what it undid.
    """
    match event.metadata:
        case {"resultado": str(verdict), "ciclo": ciclo, "bloqueado": True}:
            return words("event.blocked", verdict=words.named("done", verdict), ciclo=ciclo)
        case {"resultado": str(verdict), "ciclo": ciclo}:
            return words("event.rejected", verdict=words.named("done", verdict), ciclo=ciclo)
        case {"resultado": str(verdict)}:
            return words.named("done", verdict)
        case {"desplaza": {"worker_nombre": holder}}:
            return words("event.displaced", holder=holder)
        case {"liberado": {"worker_nombre": holder}}:
            return words("event.released", holder=holder)
        case {"deshace": {"evento_tipo": str(evento_tipo)}}:
            accion, _, operacion = evento_tipo.partition("_")
            return _act(accion, operacion, words)
        case {"motivo_pausa": str()}:
            return words("event.motivo_pausa")
        case {"reloj": str(reason)}:
            return words(f"event.{reason}")
        case {"columnas": dict(columns)}:
            changed = ", ".join(
                words("event.sheet_cell", column=column, found=found, truth=truth)
                for column, (found, truth) in _cells_of(columns)
            )
            union = event.metadata.get("union")
            return f"N_UNION {union}: {changed}" if isinstance(union, int) else changed
        case _:
            return _work_detail(event, words)


def _work_detail(event: Event, words: Wording) -> str:
    if made := event.uniones:
        return " · ".join((words.uniones([*made]), words.pulgadas(sum(made.values(), Decimal()))))
    match event.metadata:
        case {"contados": contados, "faltan": faltan, "sobran": sobran, "en_otra_parte": elsewhere}:
            return words("event.counted", contados=contados, faltan=faltan, sobran=sobran, en_otra_parte=elsewhere)
    receiver = event.receiver
    return words("event.receiver", holder=receiver.worker_nombre) if receiver else ""


def _act(accion: str, operacion: str, words: Wording) -> str:
    """What may be undone, by name: TOMAR ARMADO."""
    return " ".join(filter(None, (words.named("accion", accion), words.operacion(operacion) if operacion else "")))


def _cells_of(columns: Mapping[str, object]) -> Iterator[tuple[str, tuple[object, object]]]:
    """By column, what the sheet said and what the ledger says, of a CONFLICTO_HOJA."""
    for column, cell in columns.items():
        match cell:
            case {"hoja": found, "registro": truth}:
                yield column, (one_line(str(found)) or "—", one_line(str(truth)) or "—")
