"""A shop whose work is mirrored, step by step: the ledger, the office's sheet, and the mirror between them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, Final, TypeAlias, cast

import pytest

from core.domain.events import Event
from core.domain.model import Accion, Plant, Spool
from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.domain.uniones import Union
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.plant.cells import shown as shown_as
from core.sheet.lease import Lease
from core.sheet.push.lookups import write_lookups
from core.sheet.push.mirror import Mirror, Progress
from core.sheet.shop_rows import Texts
from core.sheet.spreadsheet.client import Spreadsheet, Timeouts, open_spreadsheet
from core.sheet.state import LEASE, MirrorState, Status, read_mirror_state
from core.sheet.taller import COLUMNS, COUNTED, LOOKED_UP, SPOOL_ROWS, UNION_ROWS, texts_of
from core.sheet.template import write_worksheets
from tests.plants import WORKERS, Etapa, spool_at
from tests.sheet.planilla import JOINTS, PLANILLA, TAGS, add_planilla, settings_for
from tests.sheets_api import Book, Office, SheetsApi
from tests.shopfloor import SANTIAGO, FixedClock

METADATA: Final = (
    *("ID", "Timestamp", "Evento_Tipo", "TAG_SPOOL", "Worker_ID", "Worker_Nombre"),
    *("Operacion", "Accion", "Fecha_Operacion", "Metadata_JSON", "N_UNION"),
)
SEEN: Final = (*LOOKED_UP, *COUNTED)
"""The shop's columns in Operaciones of an office that lists joints."""
GOOGLES: Final = Timeouts()
"""The program's own."""
IMPATIENT: Final = Timeouts(connect=2.0, read=0.5, total=0.6)
"""For replies that never come; a busy machine's may come too late as well."""
ON_SQLITE: Final = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what does not depend on the ledger's engine."""
PATIENCE: Final = 40
"""Cycles within which a mirror must be done."""


def small_plant(tags: Sequence[str] = TAGS) -> Plant:
    """Free spools, all with materials, two of them with joints, and everybody who works in the tests."""
    spools = (replace(spool_at(Etapa.LIBRE, tag), uniones=JOINTS.get(tag, ())) for tag in tags)
    return Plant(spools=tuple(spools), workers=WORKERS, uniones_listed=True)


_FURNISHED: Final[list[Book]] = []


async def furnished(api: SheetsApi) -> Book:
    """The office's spreadsheet with the shop's worksheets and lookup formulas, written once for all tests."""
    if not _FURNISHED:
        with SheetsApi() as elsewhere, TemporaryDirectory() as folder:
            async with unhurried(elsewhere, Path(folder)) as spreadsheet:
                _FURNISHED.append(add_planilla(elsewhere))
                await write_worksheets(spreadsheet)
                await write_lookups(spreadsheet)
    book = api.books[PLANILLA] = _FURNISHED[0].twin()
    return book


@asynccontextmanager
async def unhurried(
    api: SheetsApi, folder: Path, *, timeouts: Timeouts = GOOGLES, **others: object
) -> AsyncIterator[Spreadsheet]:
    """The program's own way to the spreadsheet, at a pace that nothing waits for."""
    pace = f"sqlite:///{folder / 'pace.db'}"
    quick = {"sheets_reads_per_minute": 10_000, "sheets_writes_per_minute": 10_000}
    async with open_spreadsheet(settings_for(api, pace, **quick, **others), timeouts=timeouts) as spreadsheet:
        yield spreadsheet


class Seconds:
    """A monotonic clock in a test's hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class PowerCut(BaseException):
    """The mirror's process is gone."""


Act: TypeAlias = Callable[[str], Awaitable[None]]


async def nothing(step: str) -> None:
    """Nothing happens."""


class WatchedLedger:
    """The ledger as a mirror reaches it, with something that happens `before` and `after` each step it takes there.

    Both are told the step's name; an exception of theirs ends the mirror there, as a power cut would.
    """

    def __init__(self, ledger: Ledger, *, before: Act = nothing, after: Act = nothing) -> None:
        self._ledger = ledger
        self._before = before
        self._after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    @property
    def commit(self) -> Any:
        return self._watched("commit", self._ledger.commit)

    @property
    def notes(self) -> Any:
        notes = self._ledger.notes
        return SimpleNamespace(read=notes.read, write=self._watched("write_notes", notes.write))

    def _watched(self, name: str, verb: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def step(*args: Any, **kwargs: Any) -> Any:
            await self._before(name)
            answer = await verb(*args, **kwargs)
            await self._after(name)
            return answer

        return step


def is_done(progress: Progress) -> bool:
    """Whether the sheet says all that the ledger does, as far as is known."""
    return not (progress.waiting or progress.rows_waiting or progress.events or progress.rows)


@dataclass
class Shop:
    """One shop and its sheet. `start` begins a mirror as a new process would: it knows the ledger and the sheet."""

    service: OccupationService
    book: Book
    spreadsheet: Spreadsheet
    clock: FixedClock
    seconds: Seconds = field(default_factory=Seconds)
    lease: Lease | None = None
    failures: list[SheetUnavailableError | SheetUnusableError] = field(default_factory=list)
    _mirror: Mirror | None = None
    _offices: dict[str, Office] = field(default_factory=dict)

    @property
    def mirror(self) -> Mirror:
        assert self._mirror is not None, "no mirror was started"
        return self._mirror

    @property
    def ledger(self) -> Ledger:
        return self.service.ledger

    @property
    def operaciones(self) -> Office:
        return self.office("Operaciones")

    @property
    def taller(self) -> Office:
        """The proprietor at the shop's worksheet: nobody else may edit it."""
        return self.office("Taller")

    @property
    def taller_uniones(self) -> Office:
        return self.office("Taller Uniones")

    @property
    def metadata(self) -> Office:
        return self.office("Metadata")

    def office(self, title: str) -> Office:
        """The spreadsheet's proprietor at this worksheet, whatever it is called by now."""
        if title not in self._offices:
            self._offices[title] = Office(self.book.sheet(title), proprietor=True)
        return self._offices[title]

    async def start(self, *, before: Act = nothing, after: Act = nothing) -> Mirror:
        """A new mirror, which has the lease; the one before it is gone. See WatchedLedger for the rest."""
        if self.lease:
            await self.lease.give_back()
        ledger = cast("Ledger", WatchedLedger(self.ledger, before=before, after=after))
        self.lease = await Lease.take(ledger, LEASE, life=0)
        assert self.lease is not None, "somebody has the lease"
        service = OccupationService(ledger, station="SYNC-01", timezone=SANTIAGO, policy=self.service.policy)
        self._mirror = Mirror(service, self.spreadsheet, self.lease, monotonic=self.seconds)
        await self._mirror.begin()
        return self._mirror

    async def cycle(self) -> Progress:
        return await self.mirror.cycle()

    async def until_done(self) -> list[Progress]:
        """Cycle until nothing is left to do; what fails is tried again, as the one who runs the mirror would."""
        done: list[Progress] = []
        for _ in range(PATIENCE):
            try:
                done.append(await self.cycle())
            except (SheetUnavailableError, SheetUnusableError) as error:
                self.failures.append(error)
                if isinstance(error, SheetUnusableError) or error.falla is FallaPlanilla.RECHAZADA:
                    self.mirror.look_again()
                continue
            if is_done(done[-1]):
                return done
        raise AssertionError(f"not done after {PATIENCE} cycles: {done[-1:]}, {self.failures[-3:]}")

    async def caught_up(self) -> "Shop":
        """The sheet says all that the ledger does, and the mirror saw it settle."""
        await self.start()
        await self.until_done()
        self.seconds.now += 120
        await self.cycle()
        return self

    async def events(self) -> list[Event]:
        return await self.ledger.events(after=0, limit=100_000)

    async def conflicts(self) -> list[Event]:
        return [event for event in await self.events() if event.accion is Accion.CONFLICTO_HOJA]

    async def state(self) -> MirrorState:
        state = await read_mirror_state(self.ledger)
        assert state is not None
        return state

    async def status(self) -> Status:
        status = (await self.state()).status
        assert status is not None
        return status

    def logged(self) -> list[dict[str, Any]]:
        """The rows of every worksheet of events, the first first."""
        titles = sorted(
            (title for title in self.book.titles if title.startswith("Metadata")), key=lambda t: (len(t), t)
        )
        return [record for title in titles for record in Office(self.book.sheet(title)).records()]

    def row(self, tag: str) -> dict[str, Any]:
        """What the first row of this tag shows in Taller."""
        return next(record for record in self.taller.records() if record.get("TAG_SPOOL") == tag)

    def at(self, tag: str, header: str) -> str:
        """The cell of this tag under this header of Taller, in A1 notation."""
        return f"{self.taller.column(header)}{self.taller.row_where('TAG_SPOOL', tag)}"

    def offices_part(self) -> list[list[object]]:
        """Operaciones as it was entered: values, and formulas as such. The mirror changes none of it."""
        return [list(row) for row in self.operaciones.sheet.values(value_option="FORMULA")]

    async def check(self) -> None:
        """The log is in Metadata, each event once and in order; the rows say the truth; the cursor is at the end."""
        events = await self.events()
        logged = self.logged()
        assert [row["ID"] for row in logged] == [str(event.id) for event in events]
        for row, event in zip(logged, events, strict=True):
            assert (row["Evento_Tipo"], row["TAG_SPOOL"]) == (event.evento_tipo, event.tag_spool)
            assert json.loads(row["Metadata_JSON"])["evento"]["seq"] == event.seq
        await self.check_rows()
        state = await self.state()
        assert (state.mirrored, state.waiting, state.trouble) == (events[-1].seq, 0, None)

    async def check_rows(self) -> None:
        """Each spool has one row of Taller that says the truth, each joint one of Taller Uniones; Operaciones shows the
        former beside each tag.
        """
        spools = {spool.tag_spool: spool for spool in (await self.service.snapshot()).spools}
        rows = [SPOOL_ROWS.texts_in(row) for row in self.taller.rows()[1:] if any(row)]
        assert sorted(texts[0] for texts in rows) == sorted(spools)
        assert {texts[0]: texts for texts in rows} == {tag: self.truth(spool) for tag, spool in spools.items()}
        joints = [UNION_ROWS.texts_in(row) for row in self.taller_uniones.rows()[1:] if any(row)]
        assert sorted(joints) == sorted(self.truth_of(spool, one) for spool in spools.values() for one in spool.uniones)
        for record in self.operaciones.records():
            shown = [shown_as(record[name]) for name in SEEN if name in record]
            truth = dict(zip(COLUMNS, self.truth(spools[tag]), strict=True)) if (tag := record["TAG_SPOOL"]) else {}
            assert shown == [truth.get(name, "") for name in SEEN if name in record], record

    def truth(self, spool: Spool) -> Texts:
        """What a spool's row must say."""
        return texts_of(spool, now=self.service.now(), timezone=SANTIAGO, policy=self.service.policy)

    def truth_of(self, spool: Spool, union: Union) -> Texts | None:
        """What a joint's row must say."""
        part, now = str(union.numero), self.service.now()
        return UNION_ROWS.texts_of(spool, part, now=now, timezone=SANTIAGO, policy=self.service.policy)
