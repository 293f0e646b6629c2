"""The table of joints, row by row: number, size and type of each joint of a spool."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from core.domain.reasons import Defecto
from core.domain.uniones import TIPO_MAX_LENGTH, MadeJoint, Union, Uniones
from core.domain.writing.tags import identity, without_decimal
from core.domain.writing.uniones import parse_dn, parse_number
from core.plant import cells
from core.plant.tables import BadCellError, Row, RowProblem, Table, read_rows, without_repeats

_tipo: Final = partial(cells.read_text, longest=TIPO_MAX_LENGTH)


@dataclass
class Joints:
    """The joints of each spool, by the identity of its tag, in the order of their numbers.

    Of the spools `doubtful` a row could not be read; `incomplete`: a bad row does not even say whose it is.
    """

    by_spool: dict[str, Uniones] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    incomplete: bool = False

    def of(self, tag_spool: str) -> Uniones:
        """The joints of one spool."""
        return self.by_spool.get(identity(tag_spool), ())

    def doubt(self, row: Row) -> None:
        """Take note of whose row is bad."""
        try:
            self.doubtful.add(_spool(row))
        except BadCellError:
            self.incomplete = True


def read_joints(table: Table, spools: Collection[str], problems: list[RowProblem]) -> Joints:
    """The joints in the table, for the `spools` of these identities; rows that cannot be used become problems.

    In a table without a good row there is no list.
    """
    joints = Joints()
    rows = read_rows(table, lambda row: _joint(row, spools), problems, on_bad=joints.doubt)
    listed: dict[str, list[Union]] = {}
    for spool, union in without_repeats(rows, "N_UNION", lambda one: (one[0], one[1].numero), problems):
        listed.setdefault(spool, []).append(union)
    joints.by_spool = {spool: tuple(sorted(unions, key=lambda one: one.numero)) for spool, unions in listed.items()}
    return joints


def _joint(row: Row, spools: Collection[str]) -> tuple[str, Union]:
    """Whose joint it is, and the joint."""
    spool = _spool(row)
    if spool not in spools:
        raise BadCellError("TAG_SPOOL", Defecto.SPOOL_DESCONOCIDO)
    union = Union(
        numero=row.parse("N_UNION", lambda cell: parse_number(cells.text_of(cell))),
        diezmilesimas=row.parse("DN_UNION", lambda cell: parse_dn(cells.text_of(cell))),
        tipo=row.parse("TIPO_UNION", _tipo),
    )
    return spool, union


def _spool(row: Row) -> str:
    return identity(without_decimal(row.parse("TAG_SPOOL", cells.read_tag)))


def made_problem(joint: MadeJoint, table: str) -> RowProblem:
    """A joint that the office changed or removed after it was made, as a problem of its `table`.

    It stands in no line in particular: what was compared with the ledger are joints, not rows.
    """
    value = f"{joint.tag_spool} {joint.numero}"
    return RowProblem(file=table, line=0, column="N_UNION", value=value, reason=joint.reason, kept=True)
