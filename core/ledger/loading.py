"""What loading a plant changes in a ledger: the same for every engine. It only compares; the engine stores."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Final

from core.domain.datos import facts_at_take
from core.domain.events import Event, EventDraft
from core.domain.model import Accion, Plant, Spool, Worker
from core.domain.rulebook.joints import with_joints
from core.domain.uniones import MadeJoint, as_listed
from core.domain.writing.tags import TagIndex, identity
from core.ledger.protocol import LoadReport


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantChange:
    """The difference between a plant and a ledger. `people` is the whole list of workers after the load.

    `made_joints` are those that the office changed or removed although they were made; they stay as they were.
    `holds` are the spools that the office holds back, or no longer, in events of their own that come after the load's.
    """

    listed: int
    added: tuple[Spool, ...]
    updated: tuple[Spool, ...]
    people: tuple[Worker, ...]
    workers_changed: int
    made_joints: tuple[MadeJoint, ...] = ()
    holds: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def between(cls, spools: Iterable[Spool], workers: Iterable[Worker], plant: Plant) -> "PlantChange":
        """What changes in a ledger of these spools and workers when `plant` is loaded."""
        present = {spool.tag_spool: spool for spool in spools}
        keys = _keys(present, plant)
        before = {worker.worker_id: worker for worker in workers}
        people = _people_after(before, plant)
        different = set(before.values()).symmetric_difference(people)
        made_joints: list[MadeJoint] = []
        updates = (
            _with_office_columns(present[key], spool, plant, made_joints)
            for spool, key in zip(plant.spools, keys, strict=True)
            if key is not None
        )
        added = (spool for spool, key in zip(plant.spools, keys, strict=True) if key is None)
        return cls(
            listed=len(plant.spools),
            added=tuple(with_joints(spool, spool.uniones) if spool.uniones else spool for spool in added),
            updated=tuple(spool for spool in updates if spool is not None),
            made_joints=tuple(made_joints),
            holds={
                key or spool.tag_spool: plant.retenidos[spool.tag_spool]
                for spool, key in zip(plant.spools, keys, strict=True)
                if spool.tag_spool in plant.retenidos
                and office_holds(present[key] if key else spool, plant.retenidos[spool.tag_spool])
            },
            people=people,
            workers_changed=len({worker.worker_id for worker in different}),
        )

    def __bool__(self) -> bool:
        """Whether there is anything to change."""
        return bool(self.added or self.updated or self.workers_changed)

    def described_in(self, draft: EventDraft) -> EventDraft:
        """The load's event, with how much changed."""
        counts = {
            "agregados": len(self.added),
            "actualizados": len(self.updated),
            "trabajadores": self.workers_changed,
        }
        return replace(draft, metadata={**draft.metadata, **counts})

    def report(self, event: Event | None) -> LoadReport:
        """What the caller of the load gets; `event` is the load's, None when nothing changed."""
        return LoadReport(
            added=len(self.added),
            updated=len(self.updated),
            unchanged=self.listed - len(self.added) - len(self.updated),
            workers=self.workers_changed,
            event=event,
            made_joints=self.made_joints,
            holds=self.holds,
        )


def office_holds(spool: Spool, motive: str) -> Accion | None:
    """What the office does to a spool by this `motive` to hold it back, an empty one for none; None when it is so.

    What a person holds back is theirs: the office neither renames nor ends it.
    """
    hold = spool.retencion
    if hold is not None and hold.worker_id:
        return None
    if (hold.motivo if hold else "") == motive:
        return None
    return Accion.RETENER if motive else Accion.REANUDAR


def _keys(present: Collection[str], plant: Plant) -> list[str | None]:
    """The key that the ledger has for each of the plant's spools, None for a new one.

    A tag that the office spells otherwise today is the same spool, under that key.
    """
    if not present:
        return [None] * len(plant.spools)
    # The index of a large plant is no small thing, and mostly no tag is new.
    tags = TagIndex(present if any(spool.tag_spool not in present for spool in plant.spools) else ())
    return [spool.tag_spool if spool.tag_spool in present else tags.find(spool.tag_spool) for spool in plant.spools]


_papers: Final = attrgetter("ot", "nv", "fecha_materiales", "datos")
"""What of a spool the office owns, without its joints."""


def with_first_event(spool: Spool, seq: int) -> Spool:
    """A new spool; when the plant has it occupied, the load, number `seq`, is its TOMAR."""
    return spool if spool.ocupacion is None else replace(spool, seq=seq, ocupacion=replace(spool.ocupacion, seq=seq))


def _people_after(before: dict[int, Worker], plant: Plant) -> tuple[Worker, ...]:
    """The plant's workers, and the ledger's for those it could not read. A plant without workers changes none."""
    listed = {worker.worker_id: worker for worker in plant.workers}
    kept = before.keys() if plant.workers_incomplete or not listed else plant.doubtful_workers & before.keys()
    stay = {worker_id: before[worker_id] for worker_id in kept if worker_id not in listed}
    doubtful = {worker_id: before[worker_id] for worker_id in plant.doubtful_workers & before.keys()}
    return tuple((listed | stay | doubtful).values())


def _with_office_columns(before: Spool, plant_spool: Spool, plant: Plant, made_joints: list[MadeJoint]) -> Spool | None:
    """`before` with what the office owns taken from the plant; None when that changes nothing."""
    after, listed = before, plant_spool
    if _papers(before) != _papers(listed):
        after = replace(after, ot=listed.ot, nv=listed.nv, fecha_materiales=listed.fecha_materiales, datos=listed.datos)
    if before.ocupacion is not None:
        after = replace(after, antes=facts_at_take(before.antes, before.facts, after.facts))
    if plant.uniones_listed:
        complete = not plant.uniones_incomplete and identity(plant_spool.tag_spool) not in plant.uniones_doubtful
        uniones, reasons = as_listed(before.uniones, plant_spool.uniones, complete=complete)
        after = with_joints(after, uniones)
        tag = before.tag_spool
        made_joints += (MadeJoint(tag_spool=tag, numero=number, reason=why) for number, why in reasons.items())
    return None if after == before else replace(after, version=before.version + 1)
