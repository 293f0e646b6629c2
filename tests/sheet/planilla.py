"""An office's spreadsheet as it is in a shop: the three worksheets of a plant, with columns of the office's own."""

from datetime import date
from typing import Any, Final

from core.settings import Settings
from tests.sheets_api import Office, Sheet, SheetsApi, formula

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
