"""An office's spreadsheet as it is in a shop: the three worksheets of a plant, with columns of the office's own."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from core.domain.uniones import Union
from core.plant.columns import UNIONES
from core.settings import Settings
from tests.sheets_api import Book, Office, Sheet, SheetsApi, formula

PLANILLA: Final = "planilla-del-taller"

OPERACIONES: Final = [
    [
        *("TAG_SPOOL", "OT", "NV", "Peso", "Fecha_Materiales", "Armador", "Fecha_Armado", "Soldador"),
        *("Fecha_Soldadura", "Fecha_QC_Metrologia", "Ocupado_Por", "Fecha_Ocupacion", "Estado_Detalle", "Avance"),
    ],
    ["MK-1", "OT-1", "NV-1", 12.5, date(2026, 1, 2), *[None] * 8, formula('=IF(G2="","","LISTO")', "")],
    ["MK-2", 1402, "NV-1", 8, date(2026, 1, 3), *[None] * 8, formula('=IF(G3="","","LISTO")', "")],
    ["MK-3", None, "NV-2", None, None, *[None] * 8, formula('=IF(G4="","","LISTO")', "")],
]
TRABAJADORES: Final = [
    ["Id", "Nombre", "Apellido", "Activo"],
    [93, "Miguel", "Rodríguez", True],
    [94, "Juan", "Pérez", True],
]
ROLES: Final = [
    ["Id", "Rol", "Activo"],
    [93, "Armador", True],
    [93, "Soldador", True],
    [94, "Armador", True],
]


HEADERS: Final = ("TAG_SPOOL", "OT", "NV", "Peso", "Fecha_Materiales", "Notas", "Avance")
"""The office's columns; the shop's come beside them as lookup formulas."""
FEW: Final = 30
"""Rows of a worksheet where it does not matter how many are blank: a lookup formula fills them all."""
TAGS: Final = tuple(f"MK-{number}" for number in range(1, 7))
JOINTS: Final = {
    "MK-5": (Union(numero=1, diezmilesimas=40_000, tipo="BW"), Union(numero=2, diezmilesimas=15_000, tipo="FW")),
    "MK-6": (Union(numero=7, diezmilesimas=6_875, tipo="BW"),),
}
"""Of the spools that have any."""


def sheet_for(tags: Sequence[str]) -> list[list[Any]]:
    """Operaciones as an office keeps it: columns of its own, notes, and a formula in each row."""
    rows: list[list[Any]] = [list(HEADERS)]
    for number, tag in enumerate(tags, start=2):
        row = [tag, f"OT-{number}", "NV-1", number + 0.5, date(2025, 11, 3), f"nota de {tag}"]
        rows.append([*row, formula(f'=IF(F{number}="","","LISTO")', "")])
    return rows


def add_planilla(api: SheetsApi, tags: Sequence[str] = TAGS, *, name: str = PLANILLA) -> Book:
    """The office's spreadsheet before the template is written."""
    joints = [[tag, one.numero, float(one.dn), one.tipo] for tag in tags for one in JOINTS.get(tag, ())]
    worksheets = {"Operaciones": sheet_for(tags), "Trabajadores": TRABAJADORES, "Roles": ROLES}
    return api.add_book(name, {**worksheets, "Uniones": [[*UNIONES], *joints]}, rows=FEW)


def settings_for(api: SheetsApi, pace: str, **others: object) -> Settings:
    """The settings of a program that works with this spreadsheet; it counts its requests where `pace` says."""
    usual: dict[str, Any] = {"sheets_id": PLANILLA, "sheets_api_url": api.url, "ledger_url": pace}
    return Settings(**usual | others)


def contents(sheets: list[Sheet]) -> dict[str, list[list[object]]]:
    """Every cell as the office entered it: values, and formulas as such."""
    return {sheet.title: [list(row) for row in sheet.values(value_option="FORMULA")] for sheet in sheets}


def cell_of(office: Office, tag: str, header: str) -> str:
    """Where the cell of this spool under this header is, in A1 notation."""
    return f"{office.column(header)}{office.row_where('TAG_SPOOL', tag)}"
