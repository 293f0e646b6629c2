"""What a count of the yard says: which spools are missing, which should not lie there, which somebody has elsewhere."""

import csv
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from io import StringIO
from typing import Final

from core.domain.model import EstadoAvance, Spool
from core.ledger.replica import Replica

LEFT_AFTER: Final = timedelta(days=7)
"""How long after its approval a spool may still lie in the yard."""


class Finding(StrEnum):
    """What a count says of a spool, or of a code that is none; what needs somebody comes first."""

    FALTA = "FALTA"
    SOBRA = "SOBRA"
    EN_OTRA_PARTE = "EN_OTRA_PARTE"
    CONTADO = "CONTADO"


@dataclass(frozen=True, slots=True)
class Found:
    """One line of a count. `spool` is None for a code that is no spool."""

    finding: Finding
    code: str
    spool: Spool | None


def is_expected(spool: Spool) -> bool:
    """Whether the spool must be in the plant: it has its materials or was begun, and is not approved."""
    return not spool.aprobado and (spool.fecha_materiales is not None or spool.arm.estado is not EstadoAvance.PENDIENTE)


def found(code: str, replica: Replica, *, station: str, today: date) -> Found:
    """What to say of a code that was counted at the station."""
    spool = replica.spools.get(code)
    if spool is None:
        finding = Finding.SOBRA
    elif spool.ocupacion is not None and spool.ocupacion.station != station:
        finding = Finding.EN_OTRA_PARTE
    elif spool.aprobado:
        approved = spool.inspeccion.fecha or today
        finding = Finding.CONTADO if today - approved < LEFT_AFTER else Finding.SOBRA
    else:
        finding = Finding.CONTADO if is_expected(spool) else Finding.SOBRA
    return Found(finding, code, spool)


def findings(counted: Collection[str], replica: Replica, *, station: str, today: date) -> list[Found]:
    """What to say of each code that was counted at the station, and of each spool that was not and should have been."""
    seen, kinds = set(counted), list(Finding)
    lines = [found(code, replica, station=station, today=today) for code in counted]
    lines += [
        Found(Finding.FALTA, tag, spool)
        for tag, spool in replica.spools.items()
        if tag not in seen and is_expected(spool)
    ]
    return sorted(lines, key=lambda line: kinds.index(line.finding))


def as_csv(header: Sequence[str], lines: Iterable[Found], cells: Callable[[Found], Sequence[str]]) -> str:
    """The lines as a text that spreadsheets open as it is: `;` between cells, and no cell is taken for a formula."""
    text = StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    for line in lines:
        writer.writerow([f"'{cell}" if cell[:1] in set("=+-@") else cell for cell in cells(line)])
    return text.getvalue()
