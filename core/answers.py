"""Small steps between what was asked and what is answered, for the occupation service."""

from core.domain.errors import InvalidRequestError, KioskError
from core.domain.events import Event
from core.domain.reasons import InvalidValueError
from core.domain.requests import BatchDetail, Request, Response
from core.domain.texts import clean_tag


def is_answer(event: Event, request: Request) -> bool:
    """Whether the event can be what this very request became: it asks for the same, by the same worker."""
    if (event.tag_spool, event.worker_id, event.accion) != (request.tag_spool, request.worker_id, request.accion):
        return False
    asked = request.model_dump(mode="json", exclude={"tag_spool", "worker_id", "request_id"}, exclude_none=True)
    answered = event.model_dump(mode="json", include={"operacion", "fecha_operacion"}) | event.metadata
    undone = event.metadata.get("deshace")
    if isinstance(undone, dict):
        answered |= undone
    return all(answered.get(name) == value for name, value in asked.items())


def tag_of(text: str) -> str:
    """The tag that was meant. Raises InvalidRequestError for what cannot be one."""
    try:
        return clean_tag(text)
    except InvalidValueError as exc:
        raise InvalidRequestError("tag_spool", exc.reason, text, **exc.data) from exc


def value_of(result: Response | KioskError) -> Response:
    """The response; a refusal is raised."""
    if isinstance(result, KioskError):
        raise result
    return result


def taken(response: Response) -> BatchDetail:
    """One spool of a batch that was taken."""
    return BatchDetail(
        tag_spool=response.tag_spool,
        success=True,
        message=response.message,
        seq=response.seq,
        spool=response.spool,
    )


def refused(tag_spool: str, refusal: KioskError) -> BatchDetail:
    """One spool of a batch that was not."""
    return BatchDetail(
        tag_spool=tag_spool,
        success=False,
        message=refusal.message,
        error_code=refusal.error_code,
        error=refusal.as_dict(),
        refusal=refusal,
    )
