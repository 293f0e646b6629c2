"""What is known of one spool, at a glance: its name, how it stands, who holds it, and how far each operation came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static
from typing_extensions import override

from core.domain.model import EstadoAvance, Operacion, Spool, Worker
from core.domain.writing.dates import format_date
from kiosk.words.wording import Wording, elapsed, moment

_LOOKS: Final = {
    EstadoAvance.PENDIENTE: ("○", ""),
    EstadoAvance.EN_PROGRESO: ("▶", "busy"),
    EstadoAvance.PAUSADO: ("◐", "busy"),
    EstadoAvance.COMPLETADO: ("✔", "done"),
}
"""The sign and the kind of a step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: a sign and a name, who and when, and whether it is done, under way or in trouble."""

    title: str
    detail: str
    kind: str = ""


class SpoolSheet(Vertical):
    """Shows the facts of one spool."""

    DEFAULT_CSS = """
    SpoolSheet {
        height: auto;
        margin: 1 1 0 1;
        padding: 0 1;
        & Horizontal { height: 1; }
        & .tag { width: auto; max-width: 60%; height: 1; text-style: bold; color: $primary; }
        & .papers { width: 1fr; height: 1; text-align: right; color: $text-muted; }
        & .facts { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        & .facts.-changed { color: $warning; text-style: bold; }
        & .facts.-none { display: none; }
        & .estado { height: 1; text-style: bold; }
        & .holder { height: 1; }
        & .holder.-alert { color: $text-warning; text-style: bold; }
        & .steps { height: 2; }
        & .step { width: 1fr; height: 2; color: $text-muted; }
        & .step.-done { color: $text-success; }
        & .step.-busy { color: $primary; text-style: bold; }
        & .step.-bad { color: $text-error; text-style: bold; }
    }
    """

    @override
    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(markup=False, classes="tag")
            yield Static(markup=False, classes="papers")
        yield Static(markup=False, classes="facts -none")
        yield Static(markup=False, classes="estado")
        yield Static(markup=False, classes="holder")
        with Horizontal(classes="steps"):
            for _ in Operacion:
                yield Static(markup=False, classes="step")

    def show(
        self,
        spool: Spool,
        workers: Mapping[int, Worker],
        words: Wording,
        *,
        now: datetime,
        max_reparaciones: int,
    ) -> None:
        """Show the spool as of `now`, in the plant's time zone; `max_reparaciones` 0 is unlimited."""
        held = spool.ocupacion
        # That it is held back, the page says in a band of its own.
        bare = replace(spool, retencion=None)
        papers = replace(spool, datos=()).facts
        facts = " · ".join(filter(None, (words.changes(spool), *map(words.fact, spool.datos))))
        for name, text in (
            ("tag", spool.tag_spool),
            ("papers", " · ".join((*map(words.fact, papers), _materials(spool, words)))),
            ("facts", facts),
            ("estado", words.estado(bare, now=now, max_reparaciones=max_reparaciones)),
            ("holder", _holder(spool, workers, words, now)),
        ):
            self._update(self.query_one(f".{name}", Static), text)
        self.query_one(".facts").set_class(not facts, "-none").set_class(bool(spool.cambios), "-changed")
        self.query_one(".holder").set_class(held is not None and held.is_expired(now), "-alert")
        steps = (
            _progress(spool, Operacion.ARM, words),
            _progress(spool, Operacion.SOLD, words),
            _inspection(spool, words),
            _repair(spool, words, max_reparaciones),
        )
        for shown, step in zip(self.query(".step").results(Static), steps, strict=True):
            self._update(shown, f"{step.title}\n{step.detail}")
            for kind in ("done", "busy", "bad"):
                shown.set_class(step.kind == kind, f"-{kind}")

    @staticmethod
    def _update(shown: Static, text: str) -> None:
        # Every second only the ages change, if anything does.
        if shown.content != text:
            shown.update(text)


def _materials(spool: Spool, words: Wording) -> str:
    if spool.fecha_materiales is None:
        return words("spool.no_materials")
    return words("spool.materials", fecha=format_date(spool.fecha_materiales))


def _holder(spool: Spool, workers: Mapping[int, Worker], words: Wording, now: datetime) -> str:
    held = spool.ocupacion
    if held is None:
        return words("spool.free")
    person = workers.get(held.worker_id)
    line = words(
        "spool.held",
        quien=person.nombre_completo if person else held.worker_nombre,
        operacion=words.operacion(held.operacion),
        elapsed=elapsed(now - held.fecha_ocupacion),
        since=moment(held.fecha_ocupacion.astimezone(now.tzinfo), now),
    )
    parts = [line, words("spool.at", station=held.station)] if held.station else [line]
    return " · ".join([words("expired"), *parts] if held.is_expired(now) else parts)


def _progress(spool: Spool, operacion: Operacion, words: Wording) -> Step:
    avance = spool.avance(operacion)
    sign, kind = _LOOKS[avance.estado]
    if avance.completado:
        detail = _who_and_when(avance.worker_nombre, avance.fecha)
    else:
        detail = " ".join(filter(None, (words(f"avance.{avance.estado}"), avance.worker_nombre)))
    return Step(f"{sign} {words.work(spool, operacion)}", detail, kind)


def _inspection(spool: Spool, words: Wording) -> Step:
    verdict = spool.inspeccion
    if verdict.resultado is None:
        return Step(f"○ {words.operacion(Operacion.METROLOGIA)}", words(f"avance.{EstadoAvance.PENDIENTE}"))
    sign, kind = ("✔", "done") if spool.aprobado else ("✘", "bad")
    title = f"{sign} {words(f'done.{verdict.resultado}')}"
    return Step(title, _who_and_when(verdict.worker_nombre, verdict.fecha), kind)


def _repair(spool: Spool, words: Wording, max_reparaciones: int) -> Step:
    if spool.bloqueado:
        return Step("■ " + words("spool.blocked"), words("spool.blocked_next"), "bad")
    name = words.operacion(Operacion.REPARACION)
    if not spool.rechazos:
        return Step(f"· {name}", words("spool.no_rejection"))
    if max_reparaciones:
        name = words("spool.cycle", name=name, ciclo=spool.rechazos, allowed=max_reparaciones + spool.ciclos_extra)
    else:
        name = words("spool.cycle_of_any", name=name, ciclo=spool.rechazos)
    step = _progress(spool, Operacion.REPARACION, words)
    return Step(f"{step.title.partition(' ')[0]} {name}", step.detail, step.kind)


def _who_and_when(who: str | None, day: date | None) -> str:
    return " ".join(filter(None, (who, format_date(day) if day else "")))
