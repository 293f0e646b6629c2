"""`kiosk load` as an office runs it: what it says of its files, what it leaves out, and what it leaves alone."""

from pathlib import Path

import pytest

from tests.kiosk.commands import run_kiosk
from tests.plant.plant_folders import OPERACIONES, ROLES, TRABAJADORES

BAD = OPERACIONES + "MK-3,003,NV-3,ayer\n"


def plant(folder: Path, operaciones: str = OPERACIONES) -> str:
    for name, text in (("operaciones", operaciones), ("trabajadores", TRABAJADORES), ("roles", ROLES)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(folder)


def has_ledger(folder: Path) -> bool:
    return (folder / "ledger.sqlite3").exists()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "oficina"
    folder.mkdir()
    return folder


async def test_load_says_how_each_file_was_read_and_what_to_do_about_each_row_that_is_left_out(office: Path) -> None:
    text = "Planta Norte\n\n" + BAD.replace(",", ";").replace("NV-1", "Ñuble")
    (office / "lista.csv").write_bytes(text.encode("cp1252"))
    done = await run_kiosk("load", str(office / "lista.csv"))
    assert done.status == 3
    assert "lista.csv: separado por ;, Windows-1252, encabezado en la línea 3\n" in done.out
    assert "Sin Trabajadores ni Roles: las personas quedan como están\n" in done.out
    assert "2 spools nuevos" in done.out
    assert "lista.csv, línea 6, columna Fecha_Materiales, «ayer»: no es una fecha DD-MM-YYYY. Escríbala" in done.err
    assert "1 fila quedó fuera" in done.err


async def test_with_strict_nothing_is_loaded_while_a_row_is_left_out(office: Path, tmp_path: Path) -> None:
    done = await run_kiosk("load", plant(office, BAD), "--strict", "--json")
    assert (done.status, done.json["loaded"], done.json["left_out"]) == (3, False, 1)
    assert [problem["next_step"] for problem in done.json["problems"]] == ["Escríbala DD-MM-YYYY"]
    assert not has_ledger(tmp_path)
    assert "No se cargó nada" in (await run_kiosk("load", str(office), "--strict")).err
    done = await run_kiosk("load", plant(office), "--strict", "--json")
    assert (done.status, done.json["loaded"], done.json["added"]) == (0, True, 2)


async def test_a_dry_run_reports_what_a_load_would_change_and_makes_no_ledger(office: Path, tmp_path: Path) -> None:
    done = await run_kiosk("load", plant(office, BAD), "--dry-run", "--json")
    assert (done.status, done.json["loaded"], done.json["added"], done.json["workers"]) == (3, False, 2, 2)
    assert not has_ledger(tmp_path)
    assert (await run_kiosk("load", plant(office))).status == 0
    again = await run_kiosk("load", plant(office, OPERACIONES.replace("001", "009") + "MK-4,,,\n"), "--dry-run")
    assert again.status == 0
    assert "1 spools nuevos, 1 actualizados, 1 iguales, 0 trabajadores cambiados" in again.out
    assert "no se cambió nada" in again.out
    assert (await run_kiosk("load", plant(office), "--json")).json["seq"] is None


async def test_the_office_holds_spools_back_by_its_list_and_the_history_says_who_did(office: Path) -> None:
    rows = OPERACIONES.replace("Fecha_Materiales", "Fecha_Materiales,Retenido")
    held = rows.replace("MK-1,001,NV-1,02-01-2026", "MK-1,001,NV-1,02-01-2026,falta plano")
    assert "La oficina retiene 1 y deja seguir 0" in (await run_kiosk("load", plant(office, held), "--dry-run")).out
    assert (await run_kiosk("load", plant(office, held), "--json")).json["held"] == 1
    refused = await run_kiosk("tomar", "MK-1", "--worker", "93", "--operacion", "ARM")
    assert "MK-1: falta plano · La oficina, hace" in refused.err
    loaded = await run_kiosk("load", plant(office, rows), "--json")
    assert (loaded.json["held"], loaded.json["resumed"], loaded.json["seq"]) == (0, 1, None)
    history = (await run_kiosk("history", "MK-1")).out.splitlines()
    assert [line.partition("La oficina ")[2].partition("  ")[0] for line in history] == [
        "retuvo el spool: falta plano",
        "reanudó el spool",
    ]


async def test_joints_that_the_office_changed_after_they_were_made_are_named_without_a_line_also_by_a_dry_run(
    office: Path,
) -> None:
    header = "TAG_SPOOL;N_UNION;DN_UNION;TIPO_UNION\n"
    joints = office / "Uniones.txt"
    joints.write_bytes(f"Uniones\n{header}MK-1;1;4;BW\nMK-1;2;1½;FW\n".encode("cp1252"))
    loaded = await run_kiosk("load", plant(office))
    assert "Uniones.txt: separado por ;, Windows-1252, encabezado en la línea 2\n" in loaded.out
    assert "0 spools nuevos, 0 actualizados" in (await run_kiosk("load", str(office), "--dry-run")).out
    await run_kiosk("tomar", "MK-1", "--worker", "93", "--operacion", "ARM")
    await run_kiosk("pausar", "MK-1", "--worker", "93", "--uniones", "1")
    joints.write_text(f"{header}MK-1;1;6;BW\n", encoding="utf-8")
    for option, loads in (("--dry-run", False), ("--strict", True)):
        said = await run_kiosk("load", str(office), option)
        assert said.status == 0
        assert "Uniones, columna N_UNION, «MK-1 1»: la unión ya está hecha: queda como se hizo\n" in said.err
        assert ("no se cambió nada" in said.out) is not loads
    [problem] = (await run_kiosk("load", str(office), "--json")).json["problems"]
    assert (problem["line"], problem["value"], problem["reason"]) == (0, "MK-1 1", "UNION_HECHA_CAMBIADA")
