"""What may be asked of the occupation service. Every text is cleaned and bounded here."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, Self, TypeVar
from uuid import UUID, uuid4, uuid5

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from core.domain.errors import InvalidRequestError
from core.domain.events import Event
from core.domain.model import BATCH_MAX_SIZE, Accion, Operacion, Resultado
from core.domain.reasons import Defecto, InvalidValueError, MotivoPausa
from core.domain.uniones import LAST_NUMBER
from core.domain.writing.dates import parse_date
from core.domain.writing.tags import clean_tag, identity
from core.domain.writing.texts import clean_text
from core.domain.writing.uniones import parse_numbers


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    day = parse_date(value)
    if day is None:
        raise InvalidValueError(Defecto.VACIO)
    return day


_DEFECTS: Final[Mapping[str, tuple[Defecto, str]]] = {
    "missing": (Defecto.FALTA, ""),
    "extra_forbidden": (Defecto.NO_SE_CONOCE, ""),
    "enum": (Defecto.NO_ES_UNO_DE, "expected"),
    "literal_error": (Defecto.NO_ES_UNO_DE, "expected"),
    "string_type": (Defecto.NO_ES_TEXTO, ""),
    "string_too_short": (Defecto.VACIO, ""),
    "string_too_long": (Defecto.MUY_LARGO, "max_length"),
    "bool_parsing": (Defecto.NO_ES_SI_NI_NO, ""),
    "bool_type": (Defecto.NO_ES_SI_NI_NO, ""),
    "int_parsing": (Defecto.NO_ES_NUMERO, ""),
    "int_from_float": (Defecto.NO_ES_NUMERO, ""),
    "int_type": (Defecto.NO_ES_NUMERO, ""),
    "float_parsing": (Defecto.NO_ES_NUMERO, ""),
    "float_type": (Defecto.NO_ES_NUMERO, ""),
    "finite_number": (Defecto.NO_ES_NUMERO_FINITO, ""),
    "uuid_parsing": (Defecto.NO_ES_UUID, ""),
    "greater_than_equal": (Defecto.MENOR_QUE, "ge"),
    "greater_than": (Defecto.NO_MAYOR_QUE, "gt"),
    "less_than_equal": (Defecto.MAYOR_QUE, "le"),
    "less_than": (Defecto.NO_MENOR_QUE, "lt"),
    "too_short": (Defecto.MENOS_DE, "min_length"),
    "too_long": (Defecto.MAS_DE, "max_length"),
}
"""By pydantic's type of error: what it is for us, and pydantic's name for the limit that was passed."""


def invalid(exc: ValidationError, name: str = "") -> InvalidRequestError:
    """The first thing pydantic found wrong; `name` is the field where it names none."""
    error = exc.errors()[0]
    field = ".".join(str(part) for part in error["loc"]) or name
    context = error.get("ctx", {})
    if isinstance(cause := context.get("error"), InvalidValueError):
        return InvalidRequestError(field, cause.reason, error["input"], **cause.data)
    defect, limit = _DEFECTS.get(error["type"], (Defecto.NO_SIRVE, ""))
    data = {"limit": context[limit]} if limit else {}
    if defect is Defecto.NO_ES_UNO_DE:
        # Pydantic joins them in English: 'es' or 'en'.
        data = {"expected": ", ".join(re.findall(r"'([^']*)'", context["expected"]))}
    return InvalidRequestError(field, defect, error["input"], **data)


def tag_of(text: str) -> str:
    """The tag that `text` means. Raises InvalidRequestError for what cannot be a tag."""
    try:
        return clean_tag(text)
    except InvalidValueError as exc:
        raise InvalidRequestError("tag_spool", exc.reason, text, **exc.data) from exc


TagSpool = Annotated[str, AfterValidator(clean_tag)]
Texto = Annotated[str, AfterValidator(clean_text)]
WorkerId = Annotated[int, Field(ge=1, lt=2**31)]


class _Asked(BaseModel):
    """A value with no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Request(_Asked):
    """What every request carries. `request_id` is made once per scan: a repeat with the same id acts once."""

    accion: ClassVar[Accion]

    tag_spool: TagSpool
    worker_id: WorkerId
    request_id: UUID = Field(default_factory=uuid4)

    def asks_for(self, event: Event) -> bool:
        """Whether this very request can have become `event`: it asks for the same, by the same worker."""
        if (event.worker_id, event.accion) != (self.worker_id, self.accion):
            return False
        if identity(event.tag_spool) != identity(self.tag_spool):
            return False
        asked = self.model_dump(mode="json", exclude={"tag_spool", "worker_id", "request_id"}, exclude_defaults=True)
        answered = event.model_dump(mode="json", include={"operacion", "fecha_operacion"}) | event.metadata
        answered["uniones"] = [*event.uniones]
        undone = event.metadata.get("deshace")
        if isinstance(undone, dict):
            answered |= undone
        return all(answered.get(name) == value for name, value in asked.items())


def _numbers(value: object) -> object:
    if isinstance(value, str):
        return parse_numbers(value)
    if isinstance(value, Collection) and all(isinstance(number, int) for number in value):
        return tuple(sorted(set(value)))
    return value


Numeros = Annotated[tuple[Annotated[int, Field(ge=1, le=LAST_NUMBER)], ...] | None, BeforeValidator(_numbers)]
"""Numbers of joints; a text is read as `1-3,5`."""


class TomarRequest(Request):
    """Take a spool for an operation."""

    accion = Accion.TOMAR
    operacion: Operacion


class HolderRequest(Request):
    """Something only the spool's holder may ask. `operacion`, when given, must be the one the spool is taken for."""

    operacion: Operacion | None = None


class PausarRequest(HolderRequest):
    """Put a spool down half done, free for any qualified worker; the joints `uniones` were finished meanwhile."""

    accion = Accion.PAUSAR
    uniones: Numeros = None


class EntregarRequest(HolderRequest):
    """Hand a spool over to another worker, who goes on with the operation."""

    accion = Accion.ENTREGAR
    a_worker_id: WorkerId


class CancelarRequest(HolderRequest):
    """Undo a TOMAR: the operation returns to what it was before."""

    accion = Accion.CANCELAR


class ExtenderRequest(HolderRequest):
    """Start the lock's life anew."""

    accion = Accion.EXTENDER


class CompletarRequest(HolderRequest):
    """Finish an operation; with a `resultado`, inspect the spool (METROLOGIA, which is not taken first).

    `fecha_operacion` is the day the work counts for, today in the plant's time zone when absent; a text is read
    as `DD-MM-YYYY`. With `force` it may be long ago, or before the materials came. `uniones` are the joints finished
    under this occupation; without them, all that remain.
    """

    accion = Accion.COMPLETAR
    fecha_operacion: Annotated[date | None, BeforeValidator(_day)] = None
    resultado: Resultado | None = None
    motivo: Texto | None = None
    force: bool = False
    uniones: Numeros = None

    @model_validator(mode="after")
    def _resultado_belongs_to_metrologia(self) -> Self:
        if self.operacion is Operacion.METROLOGIA and self.resultado is None:
            raise InvalidValueError(Defecto.FALTA_RESULTADO)
        if self.resultado is not None and self.operacion not in {None, Operacion.METROLOGIA}:
            raise InvalidValueError(Defecto.SOLO_METROLOGIA)
        if self.resultado is not None and self.uniones:
            raise InvalidValueError(Defecto.METROLOGIA_SIN_UNIONES)
        return self


class LiberarRequest(Request):
    """A supervisor releases a spool from whoever holds it."""

    accion = Accion.LIBERAR
    motivo: Texto


class DesbloquearRequest(Request):
    """A supervisor allows a BLOQUEADO spool one more repair cycle."""

    accion = Accion.DESBLOQUEAR
    motivo: Texto


class RetenerRequest(Request):
    """A supervisor or an inspector holds a spool back: nobody may take or finish it."""

    accion = Accion.RETENER
    motivo: Texto


class ReanudarRequest(Request):
    """Let a spool that was held back be worked on again."""

    accion = Accion.REANUDAR
    motivo: Texto


class NotaRequest(Request):
    """A note in the spool's history. With `pausa`, the `seq` of a PAUSAR, it says in `motivo_pausa` why that was."""

    accion = Accion.NOTA
    texto: Texto
    pausa: Annotated[int | None, Field(ge=1)] = None
    motivo_pausa: MotivoPausa | None = None


class DeshacerRequest(Request):
    """Undo the worker's own last act at this terminal: event number `seq`."""

    accion = Accion.DESHACER
    seq: Annotated[int, Field(ge=1)]


class AceptarRegistroRequest(_Asked):
    """Take the ledger as it is although it lost its past, or the machine's clock does not fit it."""

    worker_id: WorkerId
    motivo: Texto


Cuenta = Annotated[int, Field(ge=0)]


class InventarioRequest(_Asked):
    """Put a count of the yard on record: spools that lie there, and how many are missing, too many or elsewhere."""

    worker_id: WorkerId
    contados: Cuenta
    faltan: Cuenta
    sobran: Cuenta
    en_otra_parte: Cuenta
    request_id: UUID = Field(default_factory=uuid4)


def _distinct(tags: tuple[str, ...]) -> tuple[str, ...]:
    same = Counter(map(identity, tags))
    repeated = sorted({tag for tag in tags if same[identity(tag)] > 1})
    if repeated:
        raise InvalidValueError(Defecto.TAGS_REPETIDOS, tags=", ".join(repeated))
    return tags


class BatchTomarRequest(_Asked):
    """Take 1 to 50 different spools for one operation, each on its own."""

    tag_spools: Annotated[
        tuple[TagSpool, ...], Field(min_length=1, max_length=BATCH_MAX_SIZE), AfterValidator(_distinct)
    ]
    worker_id: WorkerId
    operacion: Operacion
    request_id: UUID = Field(default_factory=uuid4)

    def each(self) -> tuple[TomarRequest, ...]:
        """The same as a request a spool, in order; of one batch they always have the same ids."""
        who, what = self.worker_id, self.operacion
        ids = {tag: uuid5(self.request_id, tag) for tag in self.tag_spools}
        return tuple(TomarRequest(tag_spool=t, worker_id=who, operacion=what, request_id=ids[t]) for t in ids)


R = TypeVar("R", bound=BaseModel)


def build_request(kind: type[R], **fields: object) -> R:
    """A request of `kind`, without the fields that are None. Raises InvalidRequestError that names the bad field."""
    try:
        return kind.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as exc:
        raise invalid(exc, kind.__name__) from exc
