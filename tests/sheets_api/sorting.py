"""The order in which a sheet sorts its rows: numbers, then text, then truths, blanks last."""

from collections.abc import Callable

from tests.sheets_api.cells import Cell

Order = Callable[[list[Cell | None]], tuple[int, float, str]]


def cell_order(column: int) -> Order:
    """Rows by what this column shows, upper and lower case alike."""

    def order(row: list[Cell | None]) -> tuple[int, float, str]:
        cell = row[column] if column < len(row) else None
        value = cell.value if cell is not None else None
        if value is None:
            return 3, 0.0, ""
        if isinstance(value, bool):
            return 2, float(value), ""
        if isinstance(value, str):
            return 1, 0.0, value.casefold()
        return 0, float(value), ""

    return order
