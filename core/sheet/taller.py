"""The shop's worksheets Taller, a row a spool, and Taller Uniones, a row a joint: what stands in them. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.estado import estado_detalle
from core.domain.model import Spool
from core.domain.rulebook.policy import Policy
from core.domain.uniones import Hecho, pulgadas
from core.sheet.shop_rows import ShopRows, Texts
from core.sheet.state import CELLS_MAX, NEARLY_FULL

TALLER: Final = "Taller"
TALLER_UNIONES: Final = "Taller Uniones"
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
    "Total_Uniones",
    "Uniones_ARM_Completadas",
    "Uniones_SOLD_Completadas",
    "Pulgadas_ARM",
    "Pulgadas_SOLD",
)
LOOKED_UP: Final = COLUMNS[1:9]
"""The columns that the office sees beside its own in Operaciones, by lookup formulas."""
COUNTED: Final = COLUMNS[11:]
"""The columns that count joints: an office with joints sees them in Operaciones as well."""
UNION_COLUMNS: Final = (
    *("TAG_SPOOL", "N_UNION", "DN_UNION", "TIPO_UNION"),
    *("Armador", "Fecha_Armado", "Soldador", "Fecha_Soldadura", "version"),
)


def _spool_values(spool: Spool, _: str, now: datetime, policy: Policy) -> Sequence[object]:
    held = spool.ocupacion
    return (
        spool.tag_spool,
        spool.arm.worker_nombre,
        spool.arm.fecha,
        spool.sold.worker_nombre,
        spool.sold.fecha,
        spool.inspeccion.fecha if spool.aprobado else None,
        held.worker_nombre if held else None,
        held.fecha_ocupacion if held else None,
        estado_detalle(spool, now=now, max_reparaciones=policy.max_reparaciones),
        spool.seq or None,
        *_counts(spool),
    )


def _counts(spool: Spool) -> Sequence[object]:
    """Joints in all, fitted and welded, and the diameter-inches of both; nothing for a spool without joints."""
    if not spool.uniones:
        return (None,) * len(COUNTED)
    made = [[union for union in spool.uniones if union.is_made(operacion)] for operacion in ("ARM", "SOLD")]
    return (len(spool.uniones), *map(len, made), *(float(pulgadas(uniones)) for uniones in made))


def _union_values(spool: Spool, part: str, _: datetime, __: Policy) -> Sequence[object] | None:
    nobody = Hecho()
    for union in spool.uniones:
        if str(union.numero) == part:
            arm, sold = union.arm or nobody, union.sold or nobody
            return (
                *(spool.tag_spool, union.numero, float(union.dn), union.tipo),
                *(arm.worker_nombre, arm.fecha, sold.worker_nombre, sold.fecha),
            )
    return None


SPOOL_ROWS: Final = ShopRows(
    title=TALLER, columns=COLUMNS, values=_spool_values, numbers=frozenset(COUNTED), older=COLUMNS.index(COUNTED[0])
)
UNION_ROWS: Final = ShopRows(
    title=TALLER_UNIONES,
    columns=UNION_COLUMNS,
    values=_union_values,
    parts=lambda spool: (str(union.numero) for union in spool.uniones),
    part="N_UNION",
    numbers=frozenset({"N_UNION", "DN_UNION"}),
    # What is left is for Metadata and Taller: the log must never stand still for a list of joints.
    most=int(NEARLY_FULL * CELLS_MAX),
    optional=True,
)


def texts_of(spool: Spool, *, now: datetime, timezone: ZoneInfo, policy: Policy) -> Texts:
    """The spool's row of Taller as of `now` (aware)."""
    return SPOOL_ROWS.texts_of(spool, "", now=now, timezone=timezone, policy=policy) or ()
