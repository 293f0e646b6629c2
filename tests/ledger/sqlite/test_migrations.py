"""The ledger file's schema: up, down and up again; older, newer, broken and foreign files."""

from pathlib import Path

import pytest

from core.domain.errors import LedgerTooNewError, LedgerUnavailableError
from core.domain.requests import NotaRequest, TomarRequest
from core.ledger.sqlite import schema
from core.ledger.sqlite.schema import Migration, migrate, migrations, schema_version
from tests.processes import children, plant, service_on
from tests.sqlite_files import contents_of, database, hash_of, hashes_in, rows_of, schema_of, version_of

NEWEST = migrations()[-1].number


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


async def open_ledger_in(file: Path) -> None:
    async with service_on(file):
        pass


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


DOCUMENTS_ONLY = {5, 6, 7}
"""Versions from which the next step changes what a document may hold, and no table."""


@pytest.fixture
async def used(file: Path) -> Path:
    """A ledger file that has been worked with."""
    async with service_on(file) as service:
        await service.load_plant(plant(spools=3, workers=2))
        await service.tomar(TomarRequest(tag_spool="S-1", worker_id=1, operacion="ARM"))
        await service.nota(NotaRequest(tag_spool="S-2", worker_id=2, texto="golpe en la brida"))
        await service.ledger.locks.acquire("lector", "1:token", 0)
        assert await service.ledger.notes.write("libro", {"cursor": "3"}, lock="lector", token="1:token")
    return file


def test_migrations_are_numbered_from_one_without_gaps() -> None:
    assert [migration.number for migration in migrations()] == list(range(1, NEWEST + 1))


@pytest.mark.parametrize("version", range(NEWEST))
def test_up_down_and_up_again_leaves_the_same_schema(file: Path, version: int) -> None:
    with database(file) as connection:
        migrate(connection)
        newest = schema_of(connection)
        migrate(connection, to=version)
        assert schema_version(connection) == version
        assert (schema_of(connection) == newest) is (version in DOCUMENTS_ONLY)
        migrate(connection)
        assert schema_of(connection) == newest
        assert schema_version(connection) == NEWEST


@pytest.mark.parametrize(
    ("version", "field"),
    [(5, "$.ocupacion.desplaza"), (6, "$.uniones"), (6, "$.retencion"), (7, "$.datos"), (7, "$.antes")],
)
def test_a_step_down_takes_out_of_the_documents_what_its_step_up_allowed(used: Path, version: int, field: str) -> None:
    with database(used) as connection:
        set_in = "SELECT count(*) FROM spools WHERE json_type(state, ?) NOT NULL"
        connection.execute("UPDATE spools SET state = json_set(state, ?, json('{}')) WHERE tag_spool = 'S-1'", (field,))
        assert connection.execute(set_in, (field,)).get == 1
        migrate(connection, to=version)
        assert connection.execute(set_in, (field,)).get == 0


def test_all_the_way_down_leaves_nothing(file: Path) -> None:
    with database(file) as connection:
        migrate(connection)
        migrate(connection, to=0)
        assert schema_of(connection) == []


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_each_step_down_removes_exactly_what_its_step_up_added(file: Path, version: int) -> None:
    with database(file) as connection:
        migrate(connection, to=version)
        before = schema_of(connection)
        migrate(connection, to=version + 1)
        migrate(connection, to=version)
        assert schema_of(connection) == before


@pytest.mark.parametrize("version", range(1, NEWEST))
async def test_opening_an_older_file_upgrades_it_and_keeps_every_row_it_had(used: Path, version: int) -> None:
    with database(used) as connection:
        migrate(connection, to=version)
    older = rows_of(used)
    assert any(older.values())
    await open_ledger_in(used)
    upgraded = rows_of(used)
    assert version_of(used) == NEWEST
    assert {name: upgraded[name] for name in older} == older


@pytest.mark.parametrize("version", range(NEWEST))
def test_an_upgrade_over_several_versions_is_one_transaction(used: Path, version: int) -> None:
    commits = []
    with database(used) as connection:
        migrate(connection, to=version)
        connection.set_commit_hook(lambda: bool(commits.append(1)))
        migrate(connection)
    assert len(commits) == 1


async def test_opening_an_upgraded_file_again_changes_nothing(used: Path) -> None:
    before = contents_of(used)
    await open_ledger_in(used)
    assert contents_of(used) == before


@pytest.mark.parametrize("version", range(1, NEWEST + 1))
async def test_a_migration_that_fails_midway_leaves_the_file_at_its_old_version(
    used: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database(used) as connection:
        migrate(connection, to=version)
    before = contents_of(used)
    broken = Migration(
        NEWEST + 1, "broken", up="CREATE TABLE half (x); DELETE FROM spools; CREATE TABLE half (x);", down=""
    )
    known = migrations()
    monkeypatch.setattr(schema, "migrations", lambda: (*known, broken))
    with pytest.raises(LedgerUnavailableError):
        await open_ledger_in(used)
    assert contents_of(used) == before


async def test_a_newer_file_is_refused_with_both_versions_and_not_one_byte_of_it_changes(used: Path) -> None:
    with database(used) as connection:
        connection.pragma("user_version", 999)
    before = hashes_in(used.parent)
    with pytest.raises(LedgerTooNewError) as refused:
        await open_ledger_in(used)
    assert refused.value.details["schema_found"] == 999
    assert refused.value.details["schema_known"] == NEWEST
    assert "999" in refused.value.message
    assert str(NEWEST) in refused.value.message
    assert hashes_in(used.parent) == before


async def test_a_newer_file_in_use_by_its_program_is_refused_and_that_program_goes_on(used: Path) -> None:
    with database(used) as newer:
        newer.pragma("user_version", 999)
        before = hash_of(used)
        with pytest.raises(LedgerTooNewError):
            await open_ledger_in(used)
        assert hash_of(used) == before
        newer.execute("UPDATE sites SET last_seq = last_seq")
    assert version_of(used) == 999


@pytest.mark.parametrize(
    "theirs",
    [
        "CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine');",
        "PRAGMA application_id = 7; CREATE TABLE notes (text);",
        "PRAGMA user_version = 3;",
        "PRAGMA journal_mode = wal; CREATE TABLE notes (text);",
        f"PRAGMA user_version = {NEWEST}; CREATE TABLE spools (tag_spool);",
    ],
)
async def test_another_programs_database_is_refused_and_unchanged(file: Path, theirs: str) -> None:
    with database(file) as connection:
        connection.execute(theirs).fetchall()
    before = hashes_in(file.parent)
    with pytest.raises(LedgerUnavailableError, match="ARCHIVO_AJENO"):
        await open_ledger_in(file)
    assert hashes_in(file.parent) == before


@pytest.mark.parametrize("size", [1, 50, 5000])
async def test_a_text_file_is_refused_and_unchanged(file: Path, size: int) -> None:
    write(file, "TAG_SPOOL;OT\n" * size)
    before = hashes_in(file.parent)
    with pytest.raises(LedgerUnavailableError, match="NO_ES_REGISTRO"):
        await open_ledger_in(file)
    assert hashes_in(file.parent) == before


async def test_an_empty_file_becomes_a_ledger(file: Path) -> None:
    write(file, "")
    await open_ledger_in(file)
    assert version_of(file) == NEWEST


def test_a_file_that_becomes_a_ledger_while_it_is_looked_at_is_not_taken_for_another_programs(file: Path) -> None:
    with database(file) as looking, database(file) as creating:

        def create_in_between(_: object, sql: str, __: object) -> bool:
            if "sqlite_schema" in sql:
                looking.exec_trace = None
                migrate(creating)
            return True

        creating.pragma("journal_mode", "wal")
        looking.exec_trace = create_in_between
        migrate(looking)
        assert schema_version(looking) == NEWEST


async def test_processes_that_open_one_new_file_at_once_all_succeed(tmp_path: Path) -> None:
    async with children("tests.races.station", [("open", tmp_path)] * 3) as openers:
        for name in (f"{n}.sqlite3" for n in range(20)):
            for opener in openers:
                opener.tell(name=name)
            assert [await opener.read() for opener in openers] == [{"schema_version": str(NEWEST)}] * 3
