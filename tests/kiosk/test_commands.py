"""The commands as outside tools rely on them: words, JSON, exit statuses."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.kiosk.commands import PATIENCE, ROOT, Done, environment, run_kiosk, run_process
from tests.kiosk.supervising import EXPIRED
from tests.kiosk.terminal import FREE_SPOOL
from tests.sqlite_files import database

DEMO = str(ROOT / "assets" / "demo")

pytestmark = pytest.mark.usefixtures("demo_of_today")


async def tomar(*tags: str, worker: int = 93, operacion: str = "ARM", **settings: str) -> Done:
    return await run_kiosk("tomar", *tags, "--worker", str(worker), "--operacion", operacion, "--json", **settings)


async def test_tomar_prints_the_response_and_status_shows_the_holder() -> None:
    done = await tomar(FREE_SPOOL)
    assert done.status == 0
    assert done.json["success"] is True
    assert done.json["tag_spool"] == FREE_SPOOL
    assert done.json["spool"]["version"] == 2
    status = (await run_kiosk("status", FREE_SPOOL, "--json")).json
    assert (status["ocupado_por"], status["operacion"], status["station"]) == ("MR(93)", "ARM", "ARM-02")
    assert {"tag_spool", "fecha_ocupacion", "estado_detalle", "version"} <= set(status)


async def test_whoever_takes_an_expired_spool_is_told_whose_it_was_since_when_and_where() -> None:
    holder = (await run_kiosk("status", EXPIRED, "--json")).json
    desplaza = {key: holder[key] for key in ("worker_id", "operacion", "fecha_ocupacion", "station")}
    done = await tomar(EXPIRED, worker=94)
    assert done.json["desplaza"] == {**desplaza, "worker_nombre": "HM(97)"}
    assert f"lo tenía HM(97) en {holder['station']}, desde hace" in done.json["message"]
    assert (await tomar(FREE_SPOOL)).json["desplaza"] is None


async def test_a_refusal_ends_the_process_with_4_the_errors_fields_on_stdout_and_words_on_stderr() -> None:
    await tomar(FREE_SPOOL)
    done = await run_process("tomar", FREE_SPOOL, "--worker", "94", "--operacion", "ARM", "--json")
    assert done.status == 4
    assert done.json["error_code"] == "SPOOL_OCCUPIED"
    assert done.json["status"] == 409
    assert done.json["ocupado_por"] == "MR(93)"
    assert done.json["operacion"] == "ARM"
    assert done.json["station"] == "ARM-02"
    assert "MR(93)" in done.err


async def test_pausar_and_completar_and_cancelar_go_through() -> None:
    worker = ("--worker", "93", "--json")
    await tomar(FREE_SPOOL)
    assert (await run_kiosk("pausar", FREE_SPOOL, *worker)).json["spool"]["arm"]["estado"] == "PAUSADO"
    await tomar(FREE_SPOOL)
    assert (await run_kiosk("extender", FREE_SPOOL, *worker)).status == 0
    assert (await run_kiosk("cancelar", FREE_SPOOL, *worker)).json["spool"]["arm"]["estado"] == "PAUSADO"
    await tomar(FREE_SPOOL)
    day = datetime.now(UTC).date() - timedelta(days=2)
    done = await run_kiosk("completar", FREE_SPOOL, *worker, "--fecha", f"{day:%d-%m-%Y}")
    assert done.json["spool"]["arm"] == {"estado": "COMPLETADO", "worker_nombre": "MR(93)", "fecha": f"{day}"}


async def test_a_batch_tells_each_spool_and_exits_4_when_one_was_refused() -> None:
    done = await tomar(FREE_SPOOL, "NO-EXISTE-1")
    assert done.status == 4
    assert (done.json["total"], done.json["succeeded"], done.json["failed"]) == (2, 1, 1)
    assert [detail["success"] for detail in done.json["details"]] == [True, False]
    assert done.json["details"][1]["error_code"] == "SPOOL_NO_ENCONTRADO"


async def test_a_spool_is_named_however_it_is_spelled_and_a_slip_is_answered_with_the_nearest_tag() -> None:
    assert (await run_kiosk("status", FREE_SPOOL.lower().replace("-", "\u2013"), "--json")).json[
        "tag_spool"
    ] == FREE_SPOOL
    slip = await run_kiosk("status", f"{FREE_SPOOL}1", KIOSK_LANG="en")
    assert slip.status == 4
    assert f"Did you mean {FREE_SPOOL}?" in slip.err


async def test_liberar_is_for_supervisors_and_tells_why_in_the_history() -> None:
    await tomar(FREE_SPOOL)
    refused = await run_kiosk("liberar", FREE_SPOOL, "--worker", "93", "--motivo", "x", "--json")
    assert (refused.status, refused.json["error_code"]) == (4, "ROL_NO_AUTORIZADO")
    done = await run_kiosk("liberar", FREE_SPOOL, "--worker", "95", "--motivo", "Cambio de turno", "--json")
    assert done.status == 0
    history = (await run_kiosk("history", FREE_SPOOL, "--json")).json
    assert [event["evento_tipo"] for event in history] == ["TOMAR_ARM", "LIBERAR_ARM"]
    assert history[1]["metadata"]["motivo"] == "Cambio de turno"


async def test_desbloquear_a_spool_that_is_not_blocked_is_refused() -> None:
    done = await run_kiosk("desbloquear", FREE_SPOOL, "--worker", "95", "--motivo", "x", "--json")
    assert (done.status, done.json["error_code"]) == (4, "OPERACION_NO_DISPONIBLE")


async def test_a_note_is_read_back_in_the_history() -> None:
    await run_kiosk("nota", FREE_SPOOL, "--worker", "94", "--texto", "Falta [brida] 🔧")
    assert "Falta [brida] 🔧" in (await run_kiosk("history", FREE_SPOOL)).out


async def test_an_inspection_needs_no_tomar() -> None:
    board = (await run_kiosk("board", "--all", "--json")).json
    tag = next(spool["tag_spool"] for spool in board["spools"] if spool["estado_detalle"] == "METROLOGIA pendiente")
    done = await run_kiosk("completar", tag, "--worker", "95", "--resultado", "aprobado", "--json")
    assert done.json["spool"]["estado_detalle"] == "METROLOGIA APROBADO"


@pytest.mark.parametrize(
    "arguments",
    [
        ("tomar", "A", "A", "--worker", "93", "--operacion", "ARM"),
        ("tomar", "A-1", "a\u20131", "--worker", "93", "--operacion", "ARM"),
        ("tomar", *(f"T-{n}" for n in range(51)), "--worker", "93", "--operacion", "ARM"),
        ("tomar", "A", "--worker", "93", "--operacion", "PINTURA"),
        ("tomar", "A" * 65, "--worker", "93", "--operacion", "ARM"),
        ("tomar", "A\x07B", "--worker", "93", "--operacion", "ARM"),
        ("tomar", " ", "--worker", "93", "--operacion", "ARM"),
        ("completar", "A", "--worker", "93", "--fecha", "31-02-2026"),
        ("completar", "A", "--worker", "93", "--resultado", "QUIZAS"),
        ("nota", "A", "--worker", "93", "--texto", "  "),
        ("pausar", "A", "--worker", "93", "--request-id", "no-uuid"),
    ],
)
async def test_a_request_that_makes_no_sense_exits_2_and_names_the_field(arguments: tuple[str, ...]) -> None:
    done = await run_kiosk(*arguments, "--json")
    assert done.status == 2
    assert done.json["error_code"] == "INVALID_REQUEST"
    assert done.json["field"]


async def test_the_version_is_said_without_a_command() -> None:
    done = await run_kiosk("--version")
    assert (done.status, done.out.split()[:2]) == (0, ["kiosk", version("spool-kiosk")])


async def test_a_wrong_option_exits_2() -> None:
    assert (await run_kiosk("tomar", "A", "--operacion", "ARM")).status == 2
    assert (await run_kiosk("bailar")).status == 2


async def test_a_date_in_the_future_or_long_ago_is_refused_by_a_rule() -> None:
    await tomar(FREE_SPOOL)
    completar = ("completar", FREE_SPOOL, "--worker", "93", "--json", "--fecha")
    for day in ("01-01-2199", "01-01-1900"):
        done = await run_kiosk(*completar, day)
        assert (done.status, done.json["error_code"]) == (4, "FECHA_INVALIDA")
    done = await run_kiosk(*completar, "01-01-1900", "--force")
    assert done.json["spool"]["arm"]["fecha"] == "1900-01-01"


@pytest.mark.parametrize("command", [("board",), ("status", "X"), ("doctor",)])
async def test_a_ledger_out_of_reach_exits_5_and_says_why(command: tuple[str, ...]) -> None:
    done = await run_kiosk(*command, KIOSK_LEDGER_URL="sqlite:////dev/null/ledger.db")
    assert done.status == 5
    assert done.out + done.err


async def test_a_file_that_is_no_ledger_exits_5_and_is_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "carta.db"
    file.write_text("Estimados señores: " * 100, encoding="utf-8")
    before = file.read_bytes()
    done = await run_kiosk("board", "--json", KIOSK_LEDGER_URL=f"sqlite:///{file}")
    assert (done.status, done.json["error_code"]) == (5, "LEDGER_UNAVAILABLE")
    assert file.read_bytes() == before


async def test_a_bad_setting_exits_2_and_is_named() -> None:
    done = await run_kiosk("board", KIOSK_LOCK_TTL="mucho")
    assert done.status == 2
    assert "KIOSK_LOCK_TTL" in done.err


async def test_a_repeated_request_id_acts_once_and_gives_the_first_response() -> None:
    again = ("--request-id", "0d1f2a4e-6a0b-4c3b-9d7e-0123456789ab")
    first = await run_kiosk("tomar", FREE_SPOOL, "--worker", "93", "--operacion", "ARM", "--json", *again)
    second = await run_kiosk("tomar", FREE_SPOOL, "--worker", "93", "--operacion", "ARM", "--json", *again)
    assert second.json == first.json
    assert len((await run_kiosk("history", FREE_SPOOL, "--json")).json) == 1


async def test_load_names_the_bad_rows_and_loads_the_rest(tmp_path: Path) -> None:
    plant = tmp_path / "planta"
    plant.mkdir()
    (plant / "operaciones.csv").write_text("TAG_SPOOL,Fecha_Materiales\nA-1,01-10-2026\nA-2,ayer\n", encoding="utf-8")
    (plant / "trabajadores.csv").write_text("Id,Nombre,Apellido\n1,Eva,Ríos\n", encoding="utf-8")
    (plant / "roles.csv").write_text("Id,Rol\n1,Armador\n", encoding="utf-8")
    done = await run_kiosk("load", str(plant), "--json")
    assert done.status == 3
    assert done.json["added"] == 1
    [problem] = done.json["problems"]
    assert (problem["file"], problem["line"], problem["column"], problem["value"]) == (
        "operaciones.csv",
        3,
        "Fecha_Materiales",
        "ayer",
    )
    assert (await tomar("A-1", worker=1)).status == 0


async def test_the_board_in_words_names_operations_as_status_does() -> None:
    await tomar(FREE_SPOOL)
    board = (await run_kiosk("board")).out
    assert " ARM " not in board
    [line] = [line for line in board.splitlines() if line.startswith(FREE_SPOOL)]
    assert "ARMADO" in line.split("MR(93)")[1].split()[0]


async def test_loading_a_plant_ends_the_demo() -> None:
    assert "DEMO" in (await run_kiosk("board")).err
    assert (await run_kiosk("load", DEMO)).status == 0
    done = await run_kiosk("board")
    assert "DEMO" not in done.err
    assert "Nadie tiene un spool" in done.out


async def test_a_demo_that_nobody_tried_for_months_begins_anew(tmp_path: Path) -> None:
    await tomar(FREE_SPOOL)
    os.utime(tmp_path / "demo.sqlite3", (0, 0))
    assert (await run_kiosk("status", FREE_SPOOL, "--json")).json["ocupado_por"] is None
    assert (await tomar(FREE_SPOOL)).status == 0


async def test_a_missing_folder_exits_2() -> None:
    assert (await run_kiosk("load", "no/hay/tal")).status == 2


async def test_watch_prints_one_event_a_line_while_they_happen_until_nobody_reads_them() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk", "watch", "--after", "55", "--json"),
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            assert json.loads(await process.stdout.readline())["seq"] == 56
            await tomar(FREE_SPOOL)
            event = json.loads(await process.stdout.readline())
            assert (event["seq"], event["evento_tipo"], event["tag_spool"]) == (57, "TOMAR_ARM", FREE_SPOOL)
            fields = {"seq", "id", "ts", "evento_tipo", "tag_spool", "worker_id", "worker_nombre", "operacion"}
            assert fields | {"accion", "fecha_operacion", "station", "metadata"} == set(event)
            process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
            # It ends at once, and not only with the next event.
            _, err = await process.communicate()
        assert (process.returncode, err.decode().count("\n")) == (0, 1)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize(
    ("line", "redirected", "status"),
    [
        ("board", ">/dev/full", 1),
        ("board", ">&-", 1),
        ("--help", ">/dev/full", 1),
        ("status NADA --json", ">/dev/full", 1),
        ("bailar --json", ">/dev/full", 1),
        ("board", ">/dev/full 2>&1", 1),
        ("status NADA", "2>/dev/full", 4),
        ("status NADA", "2>&-", 4),
    ],
)
async def test_output_that_cannot_be_written_is_told_and_never_a_traceback(
    line: str, redirected: str, status: int
) -> None:
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", f'exec "$0" "$@" {redirected}', sys.executable, "-m", "kiosk", *line.split()),
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    assert (process.returncode, b"Traceback" in out + err) == (status, False)
    assert (b"stdout: no se puede usar" in err) is (status == 1 and "2>" not in redirected)


async def test_words_follow_the_language_setting() -> None:
    assert "TOMADO" in (await run_kiosk("tomar", FREE_SPOOL, "--worker", "93", "--operacion", "ARM")).out
    done = await run_kiosk("tomar", FREE_SPOOL, "--worker", "94", "--operacion", "ARM", KIOSK_LANG="en")
    assert "MR(93) HAS IT" in done.err


async def test_doctor_tells_the_ledger_the_settings_and_where_they_came_from() -> None:
    done = await run_kiosk("doctor", "--json", KIOSK_LOCK_TTL="600")
    assert done.status == 0
    found = {name: finding["value"] for name, finding in done.json["findings"].items()}
    assert found["ledger"] == "ok"
    assert found["ledger_journal_mode"] == "wal"
    assert found["ledger_synchronous"] == "full"
    assert found["ledger_schema_version"] == "8"
    assert done.json["settings"]["lock_ttl"] == {"value": "600", "origin": "KIOSK_LOCK_TTL"}
    assert done.json["settings"]["site"]["origin"] == "por defecto"


async def test_doctor_reads_for_people_too() -> None:
    done = await run_kiosk("doctor", COLUMNS="120", LINES="40")
    assert "Todo en orden" in done.out


@pytest.mark.parametrize("arguments", [(), ("--json",)])
async def test_doctor_never_shows_the_key_of_the_service_account(arguments: tuple[str, ...]) -> None:
    key = '{"type": "service_account", "client_email": "a@b.example", "private_key": "s3cr3t"}'
    done = await run_kiosk("doctor", *arguments, KIOSK_GOOGLE_CREDENTIALS=key)
    assert "google_credentials" in done.out
    assert "***" in done.out
    assert "s3cr3t" not in done.out + done.err


async def test_a_request_id_used_for_another_note_is_refused_and_not_called_saved() -> None:
    again = ("--worker", "94", "--request-id", "0d1f2a4e-6a0b-4c3b-9d7e-0123456789ab", "--json")
    assert (await run_kiosk("nota", FREE_SPOOL, "--texto", "uno", *again)).status == 0
    done = await run_kiosk("nota", FREE_SPOOL, "--texto", "dos", *again)
    assert (done.status, done.json["error_code"]) == (2, "INVALID_REQUEST")


async def test_the_motive_of_a_completion_is_in_the_history() -> None:
    await tomar(FREE_SPOOL)
    await run_kiosk("completar", FREE_SPOOL, "--worker", "93", "--motivo", "Con retoque")
    assert "Con retoque" in (await run_kiosk("history", FREE_SPOOL)).out


@pytest.mark.parametrize(
    "url", ["sqlite:///:memory:", "sqlite:///", "sqlite:///a%00b", "sqlite:///~nobody-here/x", "x"]
)
async def test_a_ledger_url_that_names_no_file_exits_2(url: str) -> None:
    done = await run_kiosk("board", "--json", KIOSK_LEDGER_URL=url)
    assert (done.status, done.json["field"]) == (2, "KIOSK_LEDGER_URL")


async def test_a_password_is_never_printed_with_the_url_it_came_in() -> None:
    done = await run_kiosk("board", "--json", KIOSK_LEDGER_URL="redis://:p@ss/w0rd@127.0.0.1/0")
    assert "w0rd" not in done.out + done.err
    assert "p@ss" not in done.out + done.err


async def test_a_settings_file_that_cannot_be_read_exits_2_and_says_so_as_json(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text("lang = ", encoding="utf-8")
    done = await run_kiosk("board", "--json")
    assert (done.status, done.json["field"]) == (2, "kiosk.toml")


@pytest.mark.parametrize("setting", ["KIOSK_LOCK_TTL", "KIOSK_REQUEST_MEMORY"])
async def test_a_length_of_time_beyond_every_calendar_is_refused(setting: str) -> None:
    done = await run_kiosk("board", "--json", **{setting: "999999999999"})
    assert (done.status, done.json["field"]) == (2, setting)


async def test_the_full_screen_without_a_terminal_says_so_and_exits_2() -> None:
    done = await run_process()
    assert done.status == 2
    assert done.out == ""
    assert "terminal" in done.err


async def test_a_tag_is_cleaned_the_same_way_by_every_command() -> None:
    assert (await run_kiosk("status", f" {FREE_SPOOL} ", "--json")).json["tag_spool"] == FREE_SPOOL
    assert (await run_kiosk("history", "", "--json")).status == 2


async def test_a_terminal_that_cannot_show_a_sign_is_told_by_doctor_instead_of_failing() -> None:
    done = await run_process("doctor", PYTHONIOENCODING="ascii")
    assert done.status == 1
    assert "LANG=C.UTF-8" in done.out


async def test_a_damaged_row_exits_5(tmp_path: Path) -> None:
    await run_kiosk("load", DEMO)
    with database(tmp_path / "ledger.sqlite3") as connection:
        connection.execute("UPDATE spools SET state = '{}'")
    done = await run_kiosk("board", "--json")
    assert (done.status, done.json["reason"]) == (5, "ARCHIVO_DANADO")


async def test_status_reads_for_people_too() -> None:
    await tomar(FREE_SPOOL)
    lines = (await run_kiosk("status", FREE_SPOOL)).out.splitlines()
    assert lines[0].startswith(f"{FREE_SPOOL}  Lo tiene MR(93)")
    assert lines[1] == "  OT 14102 · NV-1335"
    assert lines[2].split() == ["ARMADO", "en", "curso", "MR(93)"]
    assert lines[3].split() == ["SOLDADURA", "pendiente"]
    assert lines[4].startswith("  MR(93)  ARMADO  ")
    assert lines[4].endswith("(0 s)  ARM-02")


async def test_status_speaks_the_language_of_the_terminal() -> None:
    lines = (await run_kiosk("status", FREE_SPOOL, KIOSK_LANG="en")).out.splitlines()
    assert [line.split() for line in lines[2:]] == [["FIT-UP", "not", "begun"], ["WELDING", "not", "begun"]]


async def test_a_batch_reads_as_one_line_a_spool_and_a_count() -> None:
    done = await run_kiosk("tomar", FREE_SPOOL, "NO-EXISTE", "--worker", "93", "--operacion", "ARM")
    assert done.status == 4
    taken, refused, count = done.out.splitlines()
    assert taken.startswith("✔")
    assert refused.startswith("✘")
    assert count == "1 de 2 tomados"


async def test_load_tells_people_which_rows_stayed_out(tmp_path: Path) -> None:
    plant = tmp_path / "planta"
    plant.mkdir()
    (plant / "operaciones.csv").write_text("TAG_SPOOL,Fecha_Materiales\nA-1,ayer\nA-2,\n", encoding="utf-8")
    (plant / "trabajadores.csv").write_text("Id,Nombre\n1,Eva\n", encoding="utf-8")
    (plant / "roles.csv").write_text("Id,Rol\n", encoding="utf-8")
    done = await run_kiosk("load", str(plant))
    assert done.status == 3
    assert "1 spools nuevos" in done.out
    assert "operaciones.csv, línea 2, columna Fecha_Materiales, «ayer»" in done.err


async def test_joints_are_finished_by_number_and_the_status_has_them_with_their_sums() -> None:
    spools = (await run_kiosk("board", "--all", "--json")).json["spools"]
    free = next(
        one for one in spools if one["estado_detalle"].startswith("Disponible - ARM pendiente") and one["uniones"]
    )
    tag, last = free["tag_spool"], free["total_uniones"]
    await tomar(tag)
    wrong = await run_kiosk("pausar", tag, "--worker", "93", "--uniones", "1-x", "--json")
    assert (wrong.status, wrong.json["field"], wrong.json["reason"]) == (2, "uniones", "NO_ES_NUMERO_DE_UNION")
    left = await run_kiosk("completar", tag, "--worker", "93", "--uniones", "1", "--json")
    assert (left.status, left.json["error_code"]) == (4, "DEPENDENCIAS_NO_SATISFECHAS")
    assert left.json["uniones"] == list(range(2, last + 1))
    done = (await run_kiosk("pausar", tag, "--worker", "93", "--uniones", "1", "--json")).json["spool"]
    assert (done["uniones_arm_completadas"], done["pulgadas_arm"]) == (1, round(free["uniones"][0]["dn"] + 1e-9, 1))
    status = (await run_kiosk("status", tag)).out
    assert f"1/{last} · " in status
    assert "MR(93)" in status
    assert "1 unión (1)" in (await run_kiosk("history", tag)).out


async def test_a_spool_is_handed_over_and_held_back_and_the_history_says_by_whom() -> None:
    await tomar(FREE_SPOOL)
    given = await run_kiosk("entregar", FREE_SPOOL, "--worker", "93", "--a", "94", "--json")
    assert (given.status, given.json["spool"]["ocupado_por"]) == (0, "JP(94)")
    motive = ("--worker", "95", "--motivo", "Espera al cliente", "--json")
    assert (await run_kiosk("retener", FREE_SPOOL, *motive)).json["spool"]["retencion"]["worker_nombre"] == "CP(95)"
    refused = await run_kiosk("completar", FREE_SPOOL, "--worker", "94", "--json")
    assert (refused.status, refused.json["error_code"], refused.json["status"]) == (4, "SPOOL_RETENIDO", 403)
    assert "RETENIDO: Espera al cliente" in (await run_kiosk("status", FREE_SPOOL)).out
    assert (await run_kiosk("reanudar", FREE_SPOOL, *motive)).json["spool"]["retencion"] is None
    history = (await run_kiosk("history", FREE_SPOOL)).out
    assert "MR(93) entregó ARMADO: lo recibe JP(94)" in history
    assert "CP(95) retuvo el spool: Espera al cliente" in history
