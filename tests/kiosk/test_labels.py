"""`kiosk labels`: what is printed is read back by a decoder, from pages as a scanner meets them, page by page."""

import asyncio
from pathlib import Path
from typing import Final

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.domain.model import TAG_MAX_LENGTH, Plant, Rol, Spool, Worker
from core.settings import sqlite_url
from kiosk.labels.label import COMFORTABLE, FINEST, LOWEST, QUIET, Font, draw_symbol, fitted, modules, printable, width
from kiosk.labels.pages import MOST_PAGES, Page, Paper, pdf
from kiosk.labels.sheets import JOINTS, SHEETS, Sheet
from kiosk.scanning.calibration import CALIBRATION
from kiosk.scanning.codes import Choice, Command, Joint, parse
from kiosk.words.wording import Wording
from tests.kiosk.commands import Done, run_kiosk
from tests.kiosk.printed import Printed, gaps
from tests.ledger.redis.sites import station
from tests.plants import CARLA, FREE_TAGS, JUAN, LUIS, PEDRO, PLANT, WORKERS, a_worker

APART: Final = 14.7
"""Millimetres between barcodes: 15, as well as a decoder tells where their edges are."""

JOINT_CODES: Final = {f"C.U{number}" for number in range(1, 21)}
COMMON: Final = {f"C.{number}" for number in range(1, 10)}
LONGEST: Final = "Z" * TAG_MAX_LENGTH
SIGNS: Final = "a b/c(d)\\e~!\"#$%&'*+,:;<=>?@[]^_`{|}"


async def printed(url: str, out: Path, *arguments: str, **settings: str) -> Printed:
    """The PDF that the command writes, without a complaint."""
    done = await kiosk_labels(url, out, *arguments, **settings)
    assert done.status == 0, done.err
    assert done.err == ""
    return Printed(out)


def names_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def kiosk_labels(url: str, out: Path, *arguments: str, **settings: str) -> Done:
    return await run_kiosk("labels", str(out), *arguments, KIOSK_LEDGER_URL=url, **settings)


async def make_plant(file: Path, plant: Plant) -> str:
    async with station(sqlite_url(file), "planta") as office:
        await office.load_plant(plant)
    return sqlite_url(file)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The plant of the tests."""
    return asyncio.run(make_plant(tmp_path_factory.mktemp("plant") / "ledger.sqlite3", PLANT))


@pytest.fixture(scope="module")
def odd_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A plant with names and tags from far away."""
    people = (
        a_worker(7, "Świętosława", "Brzęczyszczykiewicz-Wołodyjowska", Rol.SOLDADOR),
        a_worker(8, "Иван", "Петров", Rol.ARMADOR),
        Worker(worker_id=999_999_999, nombre="José (Pepe) \\ Ñ", apellido="", roles=frozenset(Rol)),
    )
    tags = ("SPOOL-1", "TUBERÍA-2", "管-3", LONGEST, SIGNS)
    spools = tuple(Spool(tag_spool=tag, ot="(", nv="Ñ" * 80) for tag in tags)
    return asyncio.run(
        make_plant(tmp_path_factory.mktemp("odd") / "ledger.sqlite3", Plant(spools=spools, workers=people))
    )


def badge_codes(*workers: Worker) -> list[str]:
    return sorted(f"W.{worker.worker_id}" for worker in workers)


def sheet_codes(rol: Rol | Sheet | None) -> list[str]:
    """What a role's sheet is to say, made of nothing but the codes' own names."""
    sheet = next(sheet for sheet in (*SHEETS, JOINTS) if rol in {sheet, sheet.rol})
    shown = {Choice: "{0.number}", Joint: "U{0.number}"}
    names = {shown.get(type(entry), "{0}").format(entry) for entry in sheet.entries}
    return sorted(CALIBRATION if name == "TECLADO" else f"C.{name}" for name in names)


async def test_badges_of_active_workers_and_a_sheet_for_each_role_are_printed_and_can_be_scanned(
    url: str, tmp_path: Path
) -> None:
    pages = await printed(url, tmp_path / "out.pdf")
    active = [worker for worker in WORKERS if worker.activo]
    sheets = [Rol.ARMADOR, Rol.SOLDADOR, Rol.METROLOGIA, Rol.SUPERVISOR, None, JOINTS]
    assert len(pages) == 2 + len(sheets)
    expected = [badge_codes(*active[:10]), badge_codes(*active[10:]), *map(sheet_codes, sheets)]
    assert pages.codes == expected
    assert pages.worn_codes == expected
    assert set(pages.sizes) == {(210.0, 297.0)}
    assert all(min(gaps(barcodes)) >= APART for barcodes in pages.barcodes)


async def test_spool_labels_on_a4_can_be_scanned_each_alone(url: str, tmp_path: Path) -> None:
    pages = await printed(url, tmp_path / "out.pdf", "--what", "spools")
    tags = sorted(spool.tag_spool for spool in PLANT.spools)
    expected = [sorted(tags[:16]), sorted(tags[16:])]
    assert pages.codes == expected
    assert pages.worn_codes == expected
    assert all(min(gaps(barcodes)) >= APART for barcodes in pages.barcodes)
    assert "OT-7 NV-3" in pages.texts[0]


@pytest.mark.parametrize(("size", "paper"), [("100x50", (100.0, 50.0)), ("50x100", (50.0, 100.0))])
async def test_on_a_roll_each_label_is_a_page_of_its_own(
    url: str, tmp_path: Path, size: str, paper: tuple[float, float]
) -> None:
    pages = await printed(url, tmp_path / "out.pdf", "--what", "all", "--paper", size)
    badges = [f"W.{worker.worker_id}" for worker in WORKERS if worker.activo]
    tags = sorted(spool.tag_spool for spool in PLANT.spools)
    codes = [code for codes in pages.codes for code in codes]
    # In the grain of so many large labels a decoder may also read what is not there.
    assert all(set(page) <= set(worn) for page, worn in zip(pages.codes, pages.worn_codes, strict=True))
    assert (codes[: len(badges)], codes[-len(tags) :]) == (badges, tags)
    commands = codes[len(badges) : -len(tags)]
    assert sorted(commands) == sorted({*(f"C.{command}" for command in Command), *COMMON, *JOINT_CODES, CALIBRATION})
    assert set(pages.sizes) == {paper}
    assert len(codes) == len(pages)


async def test_a_small_roll_takes_badges_and_commands_and_names_the_bars_that_need_a_fine_printer(
    url: str, tmp_path: Path
) -> None:
    roll = ("--paper", "62x29")
    pages = await printed(url, tmp_path / "out.pdf", "--what", "badges,commands", *roll)
    assert all(len(codes) == 1 for codes in pages.worn_codes)
    fine = await kiosk_labels(url, tmp_path / "fine.pdf", "--tag", FREE_TAGS[0], *roll)
    assert (fine.status, "0.25 mm" in fine.err) == (0, True)
    assert Printed(tmp_path / "fine.pdf").matrices == [[FREE_TAGS[0]]]
    assert pages.matrices == [[]] * len(pages), "bars that any printer prints need no second symbol"


@pytest.mark.parametrize(
    ("asked", "pages"),
    [
        ("--worker 95 --worker 93", [["W.93", "W.95"]]),
        (f"--worker {LUIS.worker_id}", [[f"W.{LUIS.worker_id}"]]),
        (f"--tag {FREE_TAGS[1]}", [[FREE_TAGS[1]]]),
        (f"--worker 94 --tag {FREE_TAGS[1]}", [["W.94"], [FREE_TAGS[1]]]),
        ("--role supervisor", [[f"W.{CARLA.worker_id}"], Rol.SUPERVISOR]),
        ("--role Ayudante", [[f"W.{PEDRO.worker_id}"], None, JOINTS]),
        ("--what commands --role metrología,SOLDADOR", [Rol.SOLDADOR, Rol.METROLOGIA, JOINTS]),
    ],
)
async def test_only_what_is_asked_for_is_printed(
    url: str, tmp_path: Path, asked: str, pages: list[list[str] | Rol | Sheet | None]
) -> None:
    expected = [page if isinstance(page, list) else sheet_codes(page) for page in pages]
    assert (await printed(url, tmp_path / "out.pdf", *asked.split())).codes == expected


async def test_a_person_reads_on_the_labels_what_the_barcodes_say(url: str, tmp_path: Path) -> None:
    badges, *_, for_all, _ = (await printed(url, tmp_path / "out.pdf")).texts
    for text in ("Miguel", "Rodríguez", "MR(93)", "W.93", "Armador · Soldador"):
        assert text in badges
    assert "PARA TODOS" in for_all
    assert "Suba en la lista" in for_all


async def test_the_words_on_the_labels_are_in_the_terminal_s_language(url: str, tmp_path: Path) -> None:
    badges, *_, for_all, _ = (await printed(url, tmp_path / "out.pdf", KIOSK_LANG="en")).texts
    assert "Fitter · Welder" in badges
    assert "Move up in the list" in for_all


@pytest.mark.parametrize("rol", [*(sheet.rol for sheet in SHEETS), JOINTS])
def test_no_sheet_has_a_code_twice_or_one_that_means_nothing(rol: Rol | Sheet | None) -> None:
    entries = list(next(sheet for sheet in (*SHEETS, JOINTS) if rol in {sheet, sheet.rol}).entries)
    assert len(entries) == len(set(entries))
    assert all(isinstance(parse(code), Command | Choice | Joint) for code in sheet_codes(rol) if code != CALIBRATION)


def test_every_command_is_on_a_sheet() -> None:
    assert {entry for sheet in (*SHEETS, JOINTS) for entry in sheet.entries} >= set(Command)


async def test_a_tag_that_cannot_be_a_barcode_is_named_and_left_out(odd_url: str, tmp_path: Path) -> None:
    done = await kiosk_labels(odd_url, tmp_path / "out.pdf", "--what", "spools")
    assert done.status == 0
    assert "«TUBERÍA-2» queda fuera: Code 128 no tiene el carácter «Í»" in done.err
    assert "«管-3» queda fuera" in done.err
    assert "2 etiquetas quedaron fuera" in done.err
    pages = Printed(tmp_path / "out.pdf")
    expected = [["SPOOL-1"], [SIGNS], [LONGEST]]
    assert pages.codes == expected
    assert pages.worn_codes == expected
    assert pages.sizes == [(210.0, 297.0), (210.0, 297.0), (297.0, 210.0)]


async def test_a_roll_too_narrow_for_a_tag_is_refused_for_it_with_the_length_it_needs(
    odd_url: str, tmp_path: Path
) -> None:
    tags = ("--tag", LONGEST, "--tag", "SPOOL-1", "--json", "--paper")
    done = await kiosk_labels(odd_url, tmp_path / "out.pdf", *tags, "62x29")
    needed = 1 + int((modules(LONGEST) + 2 * QUIET) * FINEST)
    assert done.status == 0
    assert done.json["left_out"] == [
        {"text": LONGEST, "reason": f"necesita un papel de al menos {needed} mm de largo, y este tiene 62 mm"}
    ]
    assert (done.json["spools"], done.json["pages"]) == (1, 1)
    wide = await kiosk_labels(odd_url, tmp_path / "wide.pdf", *tags, f"{needed}x29")
    assert (wide.json["spools"], wide.json["left_out"]) == (2, [])


async def test_a_name_in_letters_the_fonts_lack_is_printed_so_that_one_sees_it(odd_url: str, tmp_path: Path) -> None:
    done = await kiosk_labels(odd_url, tmp_path / "out.pdf", "--what", "badges")
    assert done.status == 0
    assert "queda «Swietoslawa Brzeczyszczykiewicz-Wolodyjowska»" in done.err
    assert "«Иван Петров» tiene letras que aquí no se imprimen: queda «???? ??????»" in done.err
    pages = Printed(tmp_path / "out.pdf")
    assert pages.worn_codes == [["W.7", "W.8", "W.999999999"]]
    assert "José (Pepe) \\ Ñ" in pages.texts[0]


async def test_the_same_plant_makes_the_same_bytes(url: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        await printed(url, tmp_path / name / "out.pdf", "--what", "all")
    assert (tmp_path / "one" / "out.pdf").read_bytes() == (tmp_path / "two" / "out.pdf").read_bytes()


async def test_a_printer_is_told_to_print_at_full_size_and_a_reader_the_file_s_name(url: str, tmp_path: Path) -> None:
    await printed(url, tmp_path / "etiquetas ñ.pdf", "--worker", "94")
    document = pypdfium2.PdfDocument(tmp_path / "etiquetas ñ.pdf")
    assert not pypdfium2.raw.FPDF_VIEWERREF_GetPrintScaling(document)
    assert document.get_metadata_value("Title") == "etiquetas ñ"


@pytest.mark.parametrize(
    ("part", "chosen"),
    [
        ("--from 3 --count 2", slice(2, 4)),
        ("--count 3", slice(3)),
        (f"--from {len(PLANT.spools)} --count 9", slice(-1, None)),
    ],
)
async def test_a_part_of_the_spools_is_printed_in_their_order(
    url: str, tmp_path: Path, part: str, chosen: slice
) -> None:
    tags = sorted(spool.tag_spool for spool in PLANT.spools)
    pages = await printed(url, tmp_path / "out.pdf", *part.split(), "--paper", "100x50")
    assert [code for codes in pages.codes for code in codes] == tags[chosen]


async def test_more_pages_than_a_file_takes_are_refused_in_words_that_name_the_way_and_it_works(tmp_path: Path) -> None:
    spools = tuple(Spool(tag_spool=f"S-{number:05}") for number in range(1, MOST_PAGES + 2))
    url = await make_plant(tmp_path / "ledger.sqlite3", Plant(spools=spools))
    asked = ("--what", "spools", "--paper", "62x29")
    done = await kiosk_labels(url, tmp_path / "out.pdf", *asked)
    assert done.status == 2
    assert f"son {MOST_PAGES + 1} páginas" in done.err
    assert f"--from 1 --count {MOST_PAGES}" in done.err
    assert not (tmp_path / "out.pdf").exists()
    rest = await printed(url, tmp_path / "rest.pdf", *asked, "--from", str(MOST_PAGES + 1), "--count", str(MOST_PAGES))
    assert rest.codes == [[f"S-{MOST_PAGES + 1}"]]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--what", "posters"), "--what"),
        (("--paper", "a5"), "--paper"),
        (("--role", "Jefe"), "--role"),
        (("--paper", "62"), "--paper"),
        (("--paper", "62x2"), "--paper"),
        (("--paper", "999x29"), "--paper"),
        (("--what", "badges", "--worker", "94", "--role", "Supervisor"), "OUT.pdf"),
        (("--from", "999"), "OUT.pdf"),
    ],
)
async def test_what_makes_no_sense_exits_2_in_words_and_writes_nothing(
    url: str, tmp_path: Path, arguments: tuple[str, ...], field: str
) -> None:
    done = await kiosk_labels(url, tmp_path / "out.pdf", *arguments, "--json")
    assert (done.status, done.json["error_code"], done.json["field"]) == (2, "INVALID_REQUEST", field)
    assert "NO SE ENTIENDE" in done.err
    assert names_in(tmp_path) == []


async def test_when_no_label_is_left_it_is_said_why_and_nothing_is_written(odd_url: str, tmp_path: Path) -> None:
    done = await kiosk_labels(odd_url, tmp_path / "out.pdf", "--tag", "管-3")
    assert done.status == 2
    assert "«管-3» queda fuera" in done.err
    assert "no hay nada que imprimir" in done.err
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--worker", "404"), "WORKER_NO_ENCONTRADO"), (("--tag", "NOBODY-KNOWS"), "SPOOL_NO_ENCONTRADO")],
)
async def test_what_the_plant_does_not_have_exits_4(
    url: str, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    done = await kiosk_labels(url, tmp_path / "out.pdf", *arguments, "--json")
    assert (done.status, done.json["error_code"]) == (4, code)


@pytest.mark.parametrize(
    ("place", "reason"),
    [("nowhere/out.pdf", "no se puede escribir"), ("", "no es un archivo"), ("/dev/null", "no es un archivo")],
)
async def test_a_place_that_cannot_be_written_exits_2_in_words(
    url: str, tmp_path: Path, place: str, reason: str
) -> None:
    done = await kiosk_labels(url, tmp_path / place, "--json")
    assert (done.status, done.json["field"]) == (2, "OUT.pdf")
    assert reason in done.err
    assert names_in(tmp_path) == []


async def test_what_stood_there_stays_when_nothing_comes_of_it(url: str, tmp_path: Path) -> None:
    (tmp_path / "out.pdf").write_text("before")
    done = await kiosk_labels(url, tmp_path / "out.pdf", "--what", "badges", "--worker", "94", "--role", "Supervisor")
    assert (done.status, (tmp_path / "out.pdf").read_text()) == (2, "before")
    assert names_in(tmp_path) == ["out.pdf"]


async def test_a_link_stays_a_link_to_the_new_file(url: str, tmp_path: Path) -> None:
    (tmp_path / "real.pdf").write_text("before")
    (tmp_path / "out.pdf").symlink_to(tmp_path / "real.pdf")
    assert (await printed(url, tmp_path / "out.pdf", "--worker", "94")).codes == [badge_codes(JUAN)]
    assert (tmp_path / "out.pdf").is_symlink()
    assert len(Printed(tmp_path / "real.pdf")) == 1


async def test_the_demo_has_labels_as_well(tmp_path: Path) -> None:
    done = await run_kiosk(
        "--demo", "labels", str(tmp_path / "out.pdf"), "--what", "badges", KIOSK_DATA_DIR=str(tmp_path / "data")
    )
    assert done.status == 0, done.err
    assert "W.93" in Printed(tmp_path / "out.pdf").codes[0]


@settings(max_examples=150)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=TAG_MAX_LENGTH))
@example("0" * TAG_MAX_LENGTH)
@example("12345A67890123")
@example(" ")
def test_any_printable_ascii_is_read_back_as_it_was(text: str) -> None:
    module = 0.4
    paper = Paper((modules(text) + 2 * QUIET) * module, LOWEST + 10)
    page = Page(paper, lambda canvas: draw_symbol(canvas, QUIET * module, 5, text, module=module, height=LOWEST))
    assert Printed(pdf([page], title="")).codes == [[text]]


@given(st.text(max_size=90), st.floats(8, 100))
def test_any_text_is_made_to_fit(text: str, room: float) -> None:
    shown, size = fitted(printable(text), Font.BOLD, 20, room)
    assert width(shown, Font.BOLD, size) <= room + 1e-6
    assert printable(shown) == shown


def test_the_usual_tag_fits_half_a_sheet_with_comfortable_bars() -> None:
    assert modules(FREE_TAGS[0]) * COMFORTABLE + APART <= (210 - 2 * 5.5) / 2


def test_words_for_each_command_are_short_enough_for_its_label() -> None:
    for words in (Wording("es"), Wording("en")):
        for command in Command:
            line = words(f"command.{command}.what")
            assert width(printable(line), Font.PLAIN, 10) <= 95, line
