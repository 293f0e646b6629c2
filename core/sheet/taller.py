"""The worksheet Taller: one row a spool, in columns A to K, written by the mirror alone. Pure.

Each row carries a checksum of itself in the column `version`. A row whose checksum fits was written by a mirror,
whenever that was: a lost reply, a late write or a crash can only leave an older row behind. A row whose checksum does
not fit was changed by a person. So nothing has to be remembered of what was written.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from core.domain.estado import estado_detalle
from core.domain.model import Spool
from core.domain.policy import Policy
from core.plant.cells import shown, write_cell

TALLER: Final = "Taller"
COLUMNS: Final = (
    "TAG_SPOOL",
    "Armador",
    "Fecha_Armado",
    "Soldador",
    "Fecha_Soldadura",
    "Fecha_QC_Metrologia",
    "Ocupado_Por",
    "Fecha_Ocupacion",
    "Estado_Detalle",
    "version",
    "seq",
)
LAST_COLUMN: Final = "K"
LOOKED_UP: Final = COLUMNS[1:9]
"""The columns that the office sees beside its own in Operaciones, by lookup formulas."""
_VERSION: Final = COLUMNS.index("version")

Texts: TypeAlias = "tuple[str, ...]"
"""The cells of a row in the order of COLUMNS, each as the text that is written."""


def texts_of(spool: Spool, *, now: datetime, timezone: ZoneInfo, policy: Policy) -> Texts:
    """The row of `spool` as of `now` (aware)."""
    held = spool.ocupacion
    values = (
        spool.tag_spool,
        spool.arm.worker_nombre,
        spool.arm.fecha,
        spool.sold.worker_nombre,
        spool.sold.fecha,
        spool.inspeccion.fecha if spool.aprobado else None,
        held.worker_nombre if held else None,
        held.fecha_ocupacion if held else None,
        estado_detalle(spool, now=now, max_reparaciones=policy.max_reparaciones),
        None,
        spool.seq or None,
    )
    # As it is read back: without blanks around it.
    texts = [write_cell(value, timezone).strip() for value in values]
    texts[_VERSION] = _checksum(texts)
    return tuple(texts)


def texts_in(cells: Sequence[object]) -> Texts:
    """The texts of a row that was read; cells that are missing at its end are empty."""
    texts = [shown(cell).strip() for cell in cells[: len(COLUMNS)]]
    return (*texts, *[""] * (len(COLUMNS) - len(texts)))


def version_of(texts: Texts) -> str:
    """The checksum that the row carries."""
    return texts[_VERSION]


def is_written_by_mirror(texts: Texts) -> bool:
    """Whether the row says what some mirror wrote, whole and unchanged."""
    return texts[_VERSION] == _checksum(texts)


def _checksum(texts: Sequence[str]) -> str:
    covered = "\x1f".join(text for at, text in enumerate(texts) if at != _VERSION)
    return blake2b(covered.encode(), digest_size=6).hexdigest()
