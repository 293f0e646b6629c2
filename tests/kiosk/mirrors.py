"""A mirror as a terminal sees it: what the holder of its lease notes in the ledger, in the mirror's own words."""

from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from core.domain.errors import KioskError
from core.domain.events import Event, EventDraft
from core.domain.model import Accion
from core.domain.rulebook.policy import Policy
from core.ledger.protocol import Commit, Committed, Ledger
from core.sheet.lease import Lease
from core.sheet.pull_note import NOTE, Problem, PullNote
from core.sheet.state import LEASE, Cursor, Status, Trouble
from kiosk.widgets.wrapped import Look
from tests.kiosk.terminal import Terminal

STATION: Final = "BOD-01"


class Mirror:
    """The process that holds the mirror's lease."""

    def __init__(self, lease: Lease) -> None:
        self._ledger = lease.ledger
        self._lease = lease
        self._status: dict[str, Any] = {}

    @classmethod
    async def begin(cls, ledger: Ledger) -> "Mirror":
        lease = await Lease.take(ledger, LEASE, life=Policy().lock_ttl)
        assert lease is not None, "another mirrors"
        return cls(lease)

    async def reached(self, seq: int, **status: Any) -> None:
        """Everything up to event `seq` is in the sheet; `status` is what else changed about it."""
        self._status |= status
        position = await self._ledger.position()
        noted = Status(at=self._ledger.now(), station=STATION, **self._status)
        cursor = Cursor(identity=position.identity, seq=seq, worksheet="Metadata", row=seq + 1)
        await self._lease.write(cursor=cursor, status=noted)

    async def caught_up(self, **status: Any) -> None:
        """Everything is in the sheet."""
        await self.reached((await self._ledger.position()).seq, **status)

    async def met(self, error: KioskError, *, since: datetime, seq: int) -> None:
        """Something keeps it from its work."""
        await self.reached(seq, trouble=Trouble(error=error.as_dict(), since=since))

    async def pulled(self, *problems: Problem, total: int | None = None, **note: Any) -> None:
        """The office's part was read, with these problems."""
        noted = PullNote(
            at=self._ledger.now(),
            problems=problems,
            problems_total=len(problems) if total is None else total,
            **note,
        )
        await self._lease.write(**{NOTE: noted})

    async def stop(self) -> None:
        """It ends, and nobody mirrors any more."""
        await self._lease.give_back()


async def conflict(ledger: Ledger, tag: str, **columns: tuple[str, str]) -> Event:
    """The mirror finds that the sheet says otherwise of a spool: by column what the sheet and what the ledger says."""
    spools = (await ledger.read([tag], 0)).spools
    draft = EventDraft(
        id=uuid4(),
        tag_spool=tag,
        worker_id=0,
        worker_nombre="",
        accion=Accion.CONFLICTO_HOJA,
        operacion=None,
        fecha_operacion=ledger.now().date(),
        station=STATION,
        metadata={
            "columnas": {column: {"hoja": sheet, "registro": truth} for column, (sheet, truth) in columns.items()}
        },
    )
    [outcome] = await ledger.commit([Commit(request_id=uuid4(), spool=spools[tag], draft=draft, lock=None)])
    assert isinstance(outcome, Committed)
    return outcome.event


def ledger_of(kiosk: Terminal) -> Ledger:
    return kiosk.service.ledger


async def begin(kiosk: Terminal) -> Mirror:
    """Somebody mirrors the sheet of the terminal's ledger from now on."""
    return await Mirror.begin(ledger_of(kiosk))


async def shows(kiosk: Terminal, text: str) -> None:
    """Wait until the frame says exactly this of the sheet."""
    await kiosk.until(lambda: kiosk.sheet.strip() == text)


def marks(kiosk: Terminal) -> str:
    """What stands beside each event of the timeline, the newest first."""
    return "".join(entry.cells[1] for entry in kiosk.entries if entry.look is not Look.HEADING)
