"""Errors, answers and states to operator words, in the terminal's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from core.domain.datos import Dato
from core.domain.errors import (
    KioskError,
    LedgerUnavailableError,
    LockExpiredError,
    ReplicasUnconfirmedError,
    RolNoAutorizadoError,
    SpoolNoEncontradoError,
    SpoolOccupiedError,
    SpoolRetenidoError,
)
from core.domain.estado import estado_of
from core.domain.model import Accion, EstadoAvance, Operacion, Retencion, Spool
from core.domain.sheet_errors import SheetUnavailableError
from core.domain.writing.dates import format_date
from core.domain.writing.texts import one_line
from kiosk.words import CATALOGUE
from kiosk.words.naming import Names

if TYPE_CHECKING:
    from core import Response
    from core.domain.reasons import Riesgo
    from core.domain.requests import Request


def elapsed(time: timedelta) -> str:
    """A length of time in its largest fitting unit: `12 s`, `2 min`, `5 h`, `3 d`; a negative one is `0 s`."""
    seconds = max(int(time.total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def moment(at: datetime, now: datetime) -> str:
    """The time of day; with the day when that is not today's. Both in the plant's time zone."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{format_date(at.date())} {at:%H:%M}"


def changed_text(spool: Spool) -> str:
    """What the office changed of the spool since it was taken, in brief: `Revisión: A → B`."""
    return ", ".join(f"{change.nombre}: {change.antes} → {change.ahora}" for change in spool.cambios)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a worker is told: a title to read from afar, a line about it, and what to do next.

    `facts` about the spool stand below the line, as many as there is room for.
    """

    title: str
    detail: str = ""
    next_step: str = ""
    facts: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The title and the detail on one line."""
        return ": ".join(filter(None, (self.title, self.detail)))


class Wording(Names):
    """The words of one language."""

    def error(self, error: KioskError, *, now: datetime, saving: bool = False) -> Notice:
        """What to say about a refusal or a failure. `now` dates how long another has held the spool.

        `saving`: the work of a person was being saved, and was not, or that is not known.
        """
        values = {name: self._value(name, value) for name, value in error.details.items()}
        values["reason"] = self.why(error)
        key = f"error.{error.error_code}"
        match error:
            case SpoolOccupiedError(occupation=held):
                values["elapsed"] = elapsed(now - held.fecha_ocupacion)
                values["station"] = held.station or "?"
            case SpoolRetenidoError(retencion=hold):
                values["elapsed"] = elapsed(now - hold.desde)
            case LockExpiredError() if error.details["worker_id"] is None:
                key = "free"
            case SpoolNoEncontradoError() if error.details["parecidos"]:
                detail = self("near_miss.detail", text=error.details["tag_spool"], **values)
                return Notice(self(f"{key}.title"), detail, self(f"{key}.next"))
            case RolNoAutorizadoError() if error.details["activo"] is False:
                detail = self("inactive_worker", **values)
                return Notice(self(f"{key}.title"), detail, self(f"{key}.next"))
            case SheetUnavailableError(falla=falla):
                values["account"] = error.details["account"] or self("planilla.account")
                values["key"] = error.details["detail"] or self("planilla.key")
                key = f"planilla.{falla}"
            case ReplicasUnconfirmedError(saved=True) if saving:
                key = f"unconfirmed.{error.error_code}"
            case LedgerUnavailableError(doubtful=doubtful) if saving:
                key = f"{'doubtful' if doubtful else 'not_saved'}.{error.error_code}"
        title, detail, step = (self(f"{key}.{part}", **values) for part in ("title", "detail", "next"))
        numbers = error.details.get("uniones")
        return Notice(title, _joined(detail, self.uniones(numbers) if isinstance(numbers, tuple) else ""), step)

    def notice(self, key: str, **values: object) -> Notice:
        """The notice of the texts `key.title`, `key.detail` and `key.next`, of which only the first must be there."""
        keys = (f"{key}.title", f"{key}.detail", f"{key}.next")
        title, detail, step = (self(part, **values) if part in CATALOGUE or part == keys[0] else "" for part in keys)
        return Notice(title, detail, step)

    def document(self, error: KioskError, *, now: datetime, saving: bool = False) -> dict[str, object]:
        """The error as a JSON document whose `message` is in this language."""
        return error.as_dict() | {"message": self.error(error, now=now, saving=saving).line}

    def why(self, error: KioskError) -> str:
        """The reason that the error has, and of which file, in a line that may stand after a colon; empty for none."""
        data = error.details.get("data")
        values = error.details | data if isinstance(data, dict) else error.details
        values = {name: self._value(name, value) for name, value in values.items()}
        reason = self.reason(str(error.details.get("reason") or ""), values)
        return ": ".join(filter(None, (reason, str(error.details.get("path") or ""))))

    def _value(self, name: str, value: object) -> object:
        match name, value:
            case "operacion", str():
                return self.operacion(value)
            case (("falta" | "impedimento"), _):
                return self(f"{name}.{value}")
            case "retenido_por", "":
                return self("office")
            case "parecidos", tuple():
                return ", ".join(value)
            case "roles_necesarios", list():
                return " / ".join(self(f"rol.{rol}") for rol in value)
            case _, date():
                return format_date(value)
            case _, timedelta():
                return elapsed(value)
            case _:
                return value

    def at_risk(self, risks: Iterable[Riesgo]) -> str:
        """What the top line says of a ledger with these risks: the first that has words of its own, in brief."""
        named = [self(key) for risk in risks if (key := f"at_risk.{risk}") in CATALOGUE]
        return named[0] if named else self("at_risk")

    def outcome(self, result: Response | KioskError, *, now: datetime) -> Notice:
        """What became of a request that was to be saved."""
        if isinstance(result, KioskError):
            return self.error(result, now=now, saving=True)
        return self.answer(result, now=now)

    def answer(self, response: Response, *, now: datetime) -> Notice:
        """What to tell a worker whose request went through."""
        held = response.state.ocupacion
        if response.changed or held is None:
            return self._done(response, now=now)
        return self.already(response.tag_spool, held.operacion, now - held.fecha_ocupacion)

    def fate(self, request: Request, response: Response | None, *, who: str, now: datetime) -> Notice:
        """What became of a request by `who` that was in doubt; without a response it was not saved."""
        asked = (self(f"command.{request.accion}"), request.tag_spool, who)
        if response is None:
            return Notice(self("fate.unsaved"), _joined(*asked), self("fate.next"))
        detail = _joined(*asked, self.displaced(response, now=now))
        return Notice(self("fate.saved"), detail, self.answer(response, now=now).next_step)

    def displaced(self, response: Response, *, now: datetime) -> str:
        """Whose the spool was, that ran out of time, since when and where; empty when it was nobody's."""
        held = response.desplaza
        if held is None:
            return ""
        since = elapsed(now - held.fecha_ocupacion)
        return self("done.displaced", holder=held.worker_nombre, station=held.station or "?", elapsed=since)

    def _done(self, response: Response, *, now: datetime) -> Notice:
        title = self(f"done.{response.resultado or response.accion}")
        match response.accion:
            case Accion.TOMAR:
                step = self("next.TOMAR")
            case Accion.COMPLETAR if response.resultado is not None:
                step = self("done.blocked") if response.state.bloqueado else self("next.scan")
            case Accion.PAUSAR | Accion.COMPLETAR | Accion.CANCELAR | Accion.LIBERAR:
                step = self("next.free")
            case Accion.DESHACER:
                step = self("done.as_before")
            case _:
                step = self("next.scan")
        saved = (
            self("done.detail", operacion=self.work(response.state, response.operacion)) if response.operacion else ""
        )
        held = response.state.ocupacion
        receiver = (
            self("done.receiver", holder=held.worker_nombre) if held and response.accion is Accion.ENTREGAR else ""
        )
        detail = _joined(response.tag_spool, saved, receiver, self.displaced(response, now=now))
        return Notice(title, detail, step, self.facts(response.state) if response.accion is Accion.TOMAR else ())

    def facts(self, spool: Spool) -> tuple[str, ...]:
        """What the office changed of the spool since it was taken, and what it says of it: `OT 1234`, `Plano P-12`."""
        return tuple(filter(None, (self.changes(spool), *map(self.fact, spool.facts))))

    def fact(self, fact: Dato) -> str:
        """One of them. Offices write `NV-1335` or just the number."""
        is_named = fact.valor.upper().startswith(fact.nombre.upper())
        return fact.valor if is_named else f"{fact.nombre} {fact.valor}"

    def changes(self, spool: Spool) -> str:
        """What the office changed of the spool since it was taken: `cambió Revisión: A → B`; empty for nothing."""
        return self("changed.line", changes=changed_text(spool)) if spool.cambios else ""

    def already(self, tag_spool: str, operacion: Operacion, held_for: timedelta) -> Notice:
        """What to tell a worker about a spool they hold already."""
        line = self("already.detail", operacion=self.operacion(operacion), elapsed=elapsed(held_for))
        return Notice(self("already.title"), f"{tag_spool} · {line}", self("already.next"))

    def held_back(self, hold: Retencion, *, now: datetime) -> str:
        """Why a spool is held back, by whom and since when, as of `now` in the plant's time zone."""
        return self(
            "held_back.detail",
            motivo=one_line(hold.motivo),
            quien=hold.worker_nombre or self("office"),
            since=moment(hold.desde.astimezone(now.tzinfo), now),
            elapsed=elapsed(now - hold.desde),
        )

    def _avance(self, spool: Spool, operacion: Operacion, avance: EstadoAvance) -> str:
        is_under_way = avance in {EstadoAvance.EN_PROGRESO, EstadoAvance.PAUSADO}
        made = self.progress(spool.uniones, operacion) if is_under_way and operacion is not Operacion.REPARACION else ""
        return " ".join(filter(None, (self(f"avance.{avance}"), made)))

    def estado(self, spool: Spool, *, now: datetime, max_reparaciones: int) -> str:
        """How a spool stands as of `now` (aware), in one line; `max_reparaciones` 0 is unlimited."""
        estado = estado_of(spool, now=now, max_reparaciones=max_reparaciones)
        work = ", ".join(
            self("estado.work", operacion=self.operacion(operacion), avance=self._avance(spool, operacion, avance))
            for operacion, avance in estado.avances.items()
        )
        cycle = "estado.cycle" if estado.ciclos else "estado.cycle_of_any"
        values = {"quien": estado.quien, "work": work, "count": estado.rechazos}
        values["cycle"] = self(cycle, ciclo=estado.rechazos, allowed=estado.ciclos)
        if spool.ocupacion is not None and spool.rechazado:
            values["work"] = f"{work}, {values['cycle']}"
        line = self(f"estado.{estado.situacion}", **values)
        hold = spool.retencion
        return self("estado.held_back", estado=line, motivo=one_line(hold.motivo)) if hold else line


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))
