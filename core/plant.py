"""Reading a plant from a folder of CSV files, row by row: a bad row is named and left out, the rest loads."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from core.errors import InvalidRequestError
from core.estado import with_starting_estado
from core.model import (
    PENDIENTE,
    SIN_INSPECCION,
    Avance,
    EstadoAvance,
    Inspeccion,
    Occupation,
    Operacion,
    Plant,
    Resultado,
    Rol,
    Spool,
    Worker,
)
from core.requests import clean_tag
from core.sheets import columns

OPERACIONES_FILE: Final = "operaciones.csv"
TRABAJADORES_FILE: Final = "trabajadores.csv"
ROLES_FILE: Final = "roles.csv"
_REQUIRED: Final = {
    OPERACIONES_FILE: ("TAG_SPOOL",),
    TRABAJADORES_FILE: ("Id", "Nombre"),
    ROLES_FILE: ("Id", "Rol"),
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a row was left out. `line` counts from 1 and includes the header."""

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantReading:
    """What a folder held: the plant made of its good rows, and the bad ones by name."""

    plant: Plant
    problems: tuple[RowProblem, ...]


class _BadCellError(ValueError):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a file, its cells by the column's canonical name."""

    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def parse(self, column: str, parser: Callable[[str], T]) -> T:
        try:
            return parser(self.cells.get(column, ""))
        except ValueError as exc:
            raise _BadCellError(column, str(exc)) from exc


def read_plant(
    folder: Path, *, timezone: ZoneInfo, lock_ttl: int, progress: Callable[[int], None] = lambda _: None
) -> PlantReading:
    """The plant in `folder`: operaciones.csv, trabajadores.csv and roles.csv with the sheet's headers.

    The shop's own columns (Armador, Fecha_Armado, ... Ocupado_Por, Estado_Detalle) give a spool's starting
    progress. An occupation found there lives `lock_ttl` seconds from its Fecha_Ocupacion.
    `progress` is called with 1 for each row of Operaciones.
    Raises InvalidRequestError when the folder, a file or a required column is missing or cannot be read.
    """
    if not folder.is_dir():
        raise InvalidRequestError("carpeta", "no existe o no es una carpeta", str(folder))
    problems: list[RowProblem] = []
    workers = _read_workers(folder, problems)
    by_id = {worker.worker_id: worker for worker in workers}
    reader = _SpoolReader(by_id, timezone, lock_ttl, progress)
    spools = _read_rows(folder, OPERACIONES_FILE, columns.OPERACIONES, reader.spool, problems)
    unique = _without_repeats(spools, OPERACIONES_FILE, "TAG_SPOOL", lambda spool: spool.tag_spool, problems)
    problems.sort(key=lambda problem: (problem.file, problem.line))
    return PlantReading(plant=Plant(spools=unique, workers=workers), problems=tuple(problems))


def _read_workers(folder: Path, problems: list[RowProblem]) -> tuple[Worker, ...]:
    rows = _read_rows(folder, TRABAJADORES_FILE, columns.TRABAJADORES, _worker, problems)
    people = _without_repeats(rows, TRABAJADORES_FILE, "Id", lambda worker: worker.worker_id, problems)
    known = {worker.worker_id for worker in people}
    roles: dict[int, set[Rol]] = {}
    for _, (worker_id, rol, activo) in _read_rows(
        folder, ROLES_FILE, columns.ROLES, lambda row: _role(row, known), problems
    ):
        if activo:
            roles.setdefault(worker_id, set()).add(rol)
    return tuple(replace(worker, roles=frozenset(roles.get(worker.worker_id, ()))) for worker in people)


def _worker(row: _Row) -> Worker:
    nombre = row.text("Nombre")
    if not nombre:
        raise _BadCellError("Nombre", "está vacío")
    return Worker(
        worker_id=row.parse("Id", columns.parse_id),
        nombre=nombre,
        apellido=row.text("Apellido"),
        activo=_active(row),
    )


def _role(row: _Row, known: set[int]) -> tuple[int, Rol, bool]:
    worker_id = row.parse("Id", columns.parse_id)
    if worker_id not in known:
        raise _BadCellError("Id", "no hay un trabajador con ese número")
    names = {columns.plain(rol): rol for rol in Rol}
    rol = names.get(columns.plain(row.text("Rol")))
    if rol is None:
        raise _BadCellError("Rol", f"no es uno de {', '.join(Rol)}")
    return worker_id, rol, _active(row)


def _active(row: _Row) -> bool:
    """A table without the column lists only people and roles in force."""
    return row.parse("Activo", columns.parse_bool) if "Activo" in row.cells else True


class _SpoolReader:
    """Turns a row of Operaciones into a spool with its starting progress."""

    def __init__(
        self, workers: dict[int, Worker], timezone: ZoneInfo, lock_ttl: int, progress: Callable[[int], None]
    ) -> None:
        self._workers = workers
        self._timezone = timezone
        self._lock_ttl = lock_ttl
        self._progress = progress

    def spool(self, row: _Row) -> Spool:
        self._progress(1)
        tag = row.parse("TAG_SPOOL", clean_tag)
        qc = row.parse("Fecha_QC_Metrologia", columns.parse_date)
        spool = Spool(
            tag_spool=tag,
            ot=row.text("OT"),
            nv=row.text("NV"),
            fecha_materiales=row.parse("Fecha_Materiales", columns.parse_date),
            arm=self._avance(row, "Armador", "Fecha_Armado"),
            sold=self._avance(row, "Soldador", "Fecha_Soldadura"),
            inspeccion=Inspeccion(Resultado.APROBADO, fecha=qc) if qc else SIN_INSPECCION,
        )
        if not qc:
            spool = with_starting_estado(spool, row.text("Estado_Detalle"))
        return self._occupied(spool, row) if row.text("Ocupado_Por") else spool

    def _avance(self, row: _Row, who: str, when: str) -> Avance:
        fecha: date | None = row.parse(when, columns.parse_date)
        if fecha is not None:
            return Avance(EstadoAvance.COMPLETADO, row.text(who) or None, fecha)
        return Avance(EstadoAvance.PAUSADO, row.text(who)) if row.text(who) else PENDIENTE

    def _occupied(self, spool: Spool, row: _Row) -> Spool:
        worker = self._workers.get(row.parse("Ocupado_Por", columns.parse_worker_nombre))
        if worker is None:
            raise _BadCellError("Ocupado_Por", "no hay un trabajador con ese número")
        since = row.parse("Fecha_Ocupacion", lambda cell: columns.parse_datetime(cell, self._timezone))
        if since is None:
            raise _BadCellError("Fecha_Ocupacion", "está vacía y el spool está ocupado")
        operacion = _operation_in_hand(spool)
        if operacion is None:
            raise _BadCellError("Ocupado_Por", "el spool no tiene una operación abierta")
        occupation = Occupation(
            worker_id=worker.worker_id,
            worker_nombre=worker.worker_nombre,
            operacion=operacion,
            fecha_ocupacion=since,
            station="",
            seq=0,
            event_id=uuid4(),
            vence=since + timedelta(seconds=self._lock_ttl) if self._lock_ttl else None,
            previo=spool.avance(operacion),
        )
        progress = Avance(EstadoAvance.EN_PROGRESO, worker.worker_nombre)
        return replace(spool.with_avance(operacion, progress), ocupacion=occupation)


def _operation_in_hand(spool: Spool) -> Operacion | None:
    """The operation an occupied spool of the sheet must be in: the first that is not completed."""
    if spool.rechazado:
        return None if spool.bloqueado else Operacion.REPARACION
    if not spool.arm.completado:
        return Operacion.ARM
    return None if spool.sold.completado else Operacion.SOLD


def _without_repeats(
    rows: Iterator[tuple[int, T]],
    file: str,
    column: str,
    key: Callable[[T], object],
    problems: list[RowProblem],
) -> tuple[T, ...]:
    """The first row of each key; the others are problems."""
    first: dict[object, tuple[int, T]] = {}
    for line, value in rows:
        if key(value) in first:
            reason = f"repetido: ya está en la línea {first[key(value)][0]}"
            problems.append(RowProblem(file=file, line=line, column=column, value=str(key(value)), reason=reason))
        else:
            first[key(value)] = (line, value)
    return tuple(value for _, value in first.values())


def _read_rows(
    folder: Path,
    file: str,
    wanted: tuple[str, ...],
    read: Callable[[_Row], T],
    problems: list[RowProblem],
) -> Iterator[tuple[int, T]]:
    """Line number and value of each good row; a bad one is added to `problems`. Empty lines are passed over."""
    for row in _table(folder / file, wanted):
        try:
            yield row.line, read(row)
        except _BadCellError as bad:
            problems.append(
                RowProblem(file=file, line=row.line, column=bad.column, value=row.text(bad.column), reason=str(bad))
            )


def _table(path: Path, wanted: tuple[str, ...]) -> Iterator[_Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, dialect=_dialect(stream.readline()))
            stream.seek(0)
            headers = next(lines, [])
            places = columns.find_columns(headers, wanted)
            if missing := [column for column in _REQUIRED[path.name] if column not in places]:
                raise InvalidRequestError(path.name, f"falta la columna {', '.join(missing)}", headers)
            for cells in lines:
                if any(cell.strip() for cell in cells):
                    yield _Row(lines.line_num, {name: cells[at] for name, at in places.items() if at < len(cells)})
    except FileNotFoundError as exc:
        raise InvalidRequestError(path.name, "el archivo no existe", str(path)) from exc
    except UnicodeDecodeError as exc:
        raise InvalidRequestError(path.name, "no está en UTF-8", str(path)) from exc
    except (OSError, csv.Error) as exc:
        raise InvalidRequestError(path.name, f"no se puede leer: {exc}", str(path)) from exc
    except ValueError as exc:
        raise InvalidRequestError(path.name, str(exc), str(path)) from exc


def _dialect(header: str) -> type[csv.Dialect]:
    """Comma, or the semicolon that spreadsheets in Spanish export."""

    class Dialect(csv.excel):
        delimiter = ";" if header.count(";") > header.count(",") else ","

    return Dialect
