"""What `database check` asks of a database: its schema, what open records refer to, and of which version it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.ledgers import Ledger, opening
from tests.postgres import PostgresServer
from tracker import sqlite_file
from tracker.database import Database, locate
from tracker.errors import Refused
from tracker.ledger.schema_check import deviations
from tracker.reports.integrity import Fault, faults, integrity, of_schema
from tracker.schema import refuse_first_version, require_current, require_not_newer, views
from tracker.vocabulary import Term


def _deviations(database: Database) -> set[str]:
    with database.reading() as reader:
        return {f"{one.what} {one.kind} {one.name}" for one in deviations(database, reader)}


def _tampered(url: str, *statements: str) -> Database:
    """The database after somebody's own SQL."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
    else:
        import psycopg

        with psycopg.connect(url, autocommit=True) as server:
            for statement in statements:
                server.execute(statement.encode())
    return locate(url)


# --- the schema -----------------------------------------------------------------------------------------------------


def test_a_new_ledger_is_as_this_program_creates_it(ledger_url: str) -> None:
    assert _deviations(locate(ledger_url)) == set()


def test_a_view_that_multiplies_is_found(ledger_url: str) -> None:
    statement = dict(views())["capital"].replace("e.minor * 1.0", "e.minor * 3.0")
    assert _deviations(_tampered(ledger_url, "DROP VIEW capital", statement)) == {"altered view capital"}
    assert _deviations(_tampered(ledger_url, "DROP VIEW capital")) == {"missing view capital"}


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_is_missing_altered_or_foreign_in_a_file_is_found(ledger_url: str) -> None:
    found = _deviations(
        _tampered(
            ledger_url,
            "DROP TRIGGER guard_change_update",
            "DROP INDEX ix_review_recorded_from",
            "CREATE TABLE foreign_table (a)",
            "CREATE TRIGGER foreign_trigger AFTER INSERT ON change BEGIN SELECT 1; END",
            "CREATE VIEW foreign_view AS SELECT 1",
            "ALTER TABLE review ADD COLUMN extra TEXT",
        )
    )
    assert found == {
        "missing trigger guard_change_update",
        "missing index ix_review_recorded_from",
        "foreign table foreign_table",
        "foreign trigger foreign_trigger",
        "foreign view foreign_view",
        "altered table review",
    }


@pytest.mark.parametrize("engine", ["postgres"])
@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (("DROP TRIGGER guard_change_rows ON change",), "missing trigger guard_change_rows"),
        (("ALTER TABLE change DISABLE TRIGGER guard_change_rows",), "altered trigger guard_change_rows"),
        (
            (
                "CREATE OR REPLACE FUNCTION tracker_refuse() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RETURN NEW; END $$",
            ),
            "altered function tracker_refuse",
        ),
        (
            (
                "CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
                "CREATE TRIGGER mine BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION mine()",
            ),
            "foreign trigger mine",
        ),
        (("CREATE RULE mine AS ON UPDATE TO change DO INSTEAD NOTHING",), "foreign rule mine"),
        (("CREATE TABLE mine (a integer)",), "foreign table mine"),
        (("CREATE VIEW mine AS SELECT 1 AS a",), "foreign view mine"),
        (("CREATE MATERIALIZED VIEW mine AS SELECT 1 AS a",), "foreign view mine"),
        (
            (
                "CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
                "CREATE TRIGGER mine INSTEAD OF INSERT ON capital FOR EACH ROW EXECUTE FUNCTION mine()",
            ),
            "foreign trigger mine",
        ),
        (("DROP INDEX uq_project_open",), "missing index uq_project_open"),
        (
            ("DROP INDEX uq_project_open", "CREATE UNIQUE INDEX uq_project_open ON project (id)"),
            "altered index uq_project_open",
        ),
        (
            (
                "ALTER TABLE capital_entry DROP CONSTRAINT ck_capital_entry_sign",
                "ALTER TABLE capital_entry ADD CONSTRAINT ck_capital_entry_sign CHECK (minor > -5)",
            ),
            "altered constraint ck_capital_entry_sign",
        ),
        (("ALTER TABLE review ADD COLUMN extra text",), "altered table review"),
        (("ALTER TABLE exchange_rate DROP COLUMN quote CASCADE",), "altered table exchange_rate"),
    ],
)
def test_what_is_not_as_this_program_creates_it_is_found_in_postgres(
    ledger_url: str, statements: tuple[str, ...], found: str
) -> None:
    assert found in _deviations(_tampered(ledger_url, *statements))


@pytest.fixture
def read_only_url(postgres: PostgresServer, ledger_url: str) -> Iterator[str]:
    """The URL for a role that may read the ledger and nothing else, not even make a temporary table."""
    name = ledger_url.partition("@/")[2].partition("?")[0]
    _tampered(
        ledger_url,
        "DROP ROLE IF EXISTS looker",
        "CREATE ROLE looker LOGIN",
        f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker",
        "ALTER ROLE looker SET default_transaction_read_only = on",
    )
    yield ledger_url.replace("postgres@", "looker@")
    _tampered(ledger_url, "DROP OWNED BY looker", "DROP ROLE looker")


@pytest.mark.parametrize("engine", ["postgres"])
def test_a_role_that_may_only_read_can_check(read_only_url: str, ledger_url: str) -> None:
    database = locate(read_only_url)
    assert _deviations(database) == set()
    with database.reading() as reader:
        assert list(faults(database, reader)) == []
    _tampered(ledger_url, "DROP TRIGGER guard_change_rows ON change")
    assert _deviations(database) == {"missing trigger guard_change_rows"}


# --- references -----------------------------------------------------------------------------------------------------


def test_an_open_record_that_refers_to_an_ended_one_is_found(ledger_url: str) -> None:
    ledger = Ledger(locate(ledger_url))
    ledger.do(opening("p", company="甲公司"))
    guards = (
        ("DROP TRIGGER guard_company_update",)
        if ledger_url.startswith("sqlite")
        else ("DROP TRIGGER guard_company_update ON company",)
    )
    database = _tampered(ledger_url, *guards, "UPDATE company SET recorded_to = 2 WHERE id = 1")
    with database.reading() as reader:
        assert list(faults(database, reader)) == [
            Fault("record", "project 1", "project 1 refers to company 1, which has ended")
        ]


def test_faults_are_a_report() -> None:
    found = [of_schema("altered", "view", "capital"), of_schema("missing", "trigger", "guard_change_update")]
    rows = [(what.code, *rest) for what, *rest in integrity(found, TODAY).rows if isinstance(what, Term)]
    assert rows == [
        ("schema", "view capital", "view capital is not the one that this program creates"),
        ("schema", "trigger guard_change_update", "trigger guard_change_update is missing"),
    ]


# --- a database of the first version --------------------------------------------------------------------------------


def test_a_database_of_the_first_version_is_named_with_the_way_its_content_comes_over(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA application_id={sqlite_file.APPLICATION_ID}")
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('0003')")
        connection.execute("CREATE TABLE project (id INTEGER PRIMARY KEY)")
    connection.close()
    before = path.read_bytes()
    old = locate(str(path))
    with old.reading() as reader:
        for ask in (require_current, require_not_newer, refuse_first_version):
            with pytest.raises(Refused, match=r"first version of tracker.*export all.*tracker import") as refusal:
                ask(old, reader)
            assert "\n" not in str(refusal.value)
            assert str(path) in str(refusal.value)
    assert path.read_bytes() == before


def test_a_newer_schema_asks_for_a_newer_tracker(ledger_url: str) -> None:
    newer = _tampered(ledger_url, "UPDATE alembic_version SET version_num = '9999'")
    with newer.reading() as reader, pytest.raises(Refused, match="install a newer tracker"):
        require_current(newer, reader)
    with pytest.raises(Refused, match="install a newer tracker"):
        Ledger(newer).do(opening("p"))
