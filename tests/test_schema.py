"""Creating and upgrading a ledger: all or nothing, and the tables are what the models say."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from tests.isolation import ROOT
from tests.ledgers import Ledger, booking, correcting, create, once, opening, yuan
from tests.postgres import PostgresServer
from tracker import schema, sqlite_file
from tracker.backup import restore
from tracker.database import Database, locate
from tracker.dates import Period
from tracker.engine import make_engine
from tracker.errors import Refused
from tracker.ledger import derived
from tracker.models import all_tables
from tracker.models.base import OPEN

MOMENT = datetime(2023, 4, 1, 8, tzinfo=UTC)
NOW = schema.expected_revision()
NEXT = f"{int(NOW) + 1:04}"
HEADER = f"import sqlalchemy as sa\nfrom alembic import op\nrevision = '{NEXT}'\ndown_revision = '{NOW}'"
ADDS_A_PHONE = """
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("phone", sa.String(), nullable=True))
    # A rebuild, as SQLite needs it for most changes: with foreign keys on it would empty the tables that refer here.
    with op.batch_alter_table("project", recreate="auto") as table:
        table.alter_column("phone", type_=sa.String(40))
"""


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    """Make this program one of a later release, whose newest revision does what is given; the folder of its db/."""

    def release(steps: str) -> Path:
        place = tmp_path / "db"
        for name in ("migrations", "derived"):
            shutil.copytree(ROOT / "db" / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        body = f"{HEADER}\n\n\ndef upgrade():\n{steps}"
        (place / f"migrations/versions/{NEXT}_phone.py").write_text(body)
        monkeypatch.setattr(schema, "folder", lambda name: place / name)
        schema.expected_revision.cache_clear()
        return place

    yield release
    monkeypatch.undo()
    schema.expected_revision.cache_clear()


@pytest.fixture
def filled(ledger_url: str) -> Ledger:
    """A ledger with rows that refer to each other."""
    ledger = Ledger(locate(ledger_url))

    def make() -> None:
        ledger.do(opening("p", name="项目", company="示例公司"))
        ledger.do(booking("completed", yuan(100), Period.month(2023, 1)))
        ledger.do(correcting(1, figure=yuan(90)))

    once(ledger_url, make)
    return ledger


def renewed(prepared: Database) -> None:
    """Prepare a file to be restored as `tracker database restore` does."""
    schema.renew(prepared, derived.rebuild)


def upgrade(ledger: Ledger) -> Path | None:
    """Upgrade a ledger as `tracker database upgrade` does."""
    return schema.upgrade(ledger.database, MOMENT, derived.rebuild)


# --- creating -------------------------------------------------------------------------------------------------------


def test_a_new_ledger_is_private_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.db"
    old = os.umask(0)
    try:
        create(locate(str(path)))
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["a.db"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (sqlite_file.APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with locate(str(path)).reading() as reader:
        schema.require_current(locate(str(path)), reader)


@pytest.mark.parametrize("kind", ["file", "empty", "folder", "pipe", "dangling link", "link to a file"])
def test_nothing_is_created_over_anything(tmp_path: Path, kind: str) -> None:
    path, other = tmp_path / "a.db", tmp_path / "other"
    makers: dict[str, Callable[[], object]] = {
        "file": lambda: path.write_text("mine"),
        "empty": path.touch,
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "dangling link": lambda: path.symlink_to(other),
        "link to a file": lambda: path.symlink_to(other),
    }
    if kind == "link to a file":
        other.write_text("mine")
    makers[kind]()
    before = {file.name: file.lstat() for file in tmp_path.iterdir()}
    with pytest.raises(Refused, match=r"a\.db exists already"):
        create(locate(str(path)))
    assert {name: (s.st_ino, s.st_size) for name, s in before.items()} == {
        file.name: (file.lstat().st_ino, file.lstat().st_size) for file in tmp_path.iterdir()
    }


def test_what_another_process_put_there_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    monkeypatch.setattr(schema, "_migrate", lambda *_arguments: path.write_text("another's"))
    with pytest.raises(Refused, match="exists already"):
        create(locate(str(path)))
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.db", "another's")]


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt()])
def test_a_failing_creation_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(schema, "_create_code", fail)
    with pytest.raises(type(error)):
        create(locate(str(tmp_path / "a.db")))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="cannot be created"):
        create(locate(str(tmp_path / "file" / "a.db")))


def test_a_postgres_database_that_holds_tables_is_left_alone(postgres: PostgresServer) -> None:
    name = postgres.create()
    database = locate(postgres.url(name))
    with database.connect() as connection:
        connection.execute("CREATE TABLE guests (name text)")
    with pytest.raises(Refused, match="already holds tables"):
        create(database)
    with database.reading() as reader:
        assert reader.tuples("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'") == [
            ("guests",)
        ]
    postgres.drop(name)


# --- the schema -----------------------------------------------------------------------------------------------------


def test_the_migrations_make_what_the_models_say(ledger_url: str) -> None:
    with make_engine(locate(ledger_url)).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_rules_of_the_models_are_in_the_database(ledger_url: str) -> None:
    """Autogenerate compares no CHECK rules."""
    database = locate(ledger_url)
    declared = {
        f"ck_{table.name}_{rule.name}" if not str(rule.name).startswith("ck_") else str(rule.name)
        for table in all_tables()
        for rule in table.constraints
        if type(rule).__name__ == "CheckConstraint"
    }
    with database.reading() as reader:
        if database.engine == "postgres":
            found = reader.tuples("SELECT conname FROM pg_constraint WHERE contype = 'c'")
            named = {str(name) for (name,) in found if str(name).startswith("ck_")}
        else:
            [(text,)] = reader.tuples("SELECT group_concat(sql, ' ') FROM sqlite_master WHERE type = 'table'")
            named = {word.strip('"') for word in str(text).split() if word.startswith("ck_")}
    assert named == declared


def test_every_view_answers(ledger_url: str) -> None:
    with locate(ledger_url).reading() as reader:
        for name, _statement in schema.views():
            assert list(reader.tuples(f"SELECT * FROM {name}")) == []


# --- upgrading ------------------------------------------------------------------------------------------------------


def test_nothing_is_done_where_nothing_is_to_do(filled: Ledger) -> None:
    assert upgrade(filled) is None


def test_an_upgrade_keeps_every_row_and_makes_views_and_triggers_anew(
    filled: Ledger, newer: Callable[[str], Path]
) -> None:
    before = filled.state()
    place = newer(ADDS_A_PHONE)
    (place / "derived/90_newest.sql").write_text(
        "CREATE VIEW newest AS SELECT MAX(id) AS id, COUNT(phone) AS n FROM project"
    )
    with pytest.raises(Refused, match="run: tracker database upgrade"):
        filled.do(opening("q"))
    upgrade(filled)
    assert filled.state() == before
    assert filled.broken() == []
    assert filled.tuples("SELECT * FROM newest") == [(1, 0)]
    assert filled.tuples("SELECT code, company FROM projects") == [("p", "示例公司")]
    with pytest.raises(Refused, match="the ledger keeps what was recorded"):
        filled.run_raw("DELETE FROM project")
    assert filled.do(opening("q"))[0] == 4


def test_the_state_before_an_upgrade_is_kept_whole(
    ledger_url: str, filled: Ledger, newer: Callable[[str], Path]
) -> None:
    newer(ADDS_A_PHONE)
    copy = upgrade(filled)
    if filled.database.engine == "postgres":
        assert copy is None
        return
    assert copy is not None
    assert copy.name == f"tracker.db.{NOW}.20230401T080000Z.bak"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    saved = Ledger(locate(str(copy)))
    assert saved.tuples("SELECT version_num FROM alembic_version") == [(NOW,)]
    assert saved.state() == filled.state()
    restore(filled.database, copy, copy.with_name("again.bak"), renewed)
    assert filled.tuples("SELECT version_num FROM alembic_version") == [(NOW,)]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (f"{ADDS_A_PHONE}    raise RuntimeError('half way')\n", "half way"),
        (f"{ADDS_A_PHONE}    op.execute('SELECT 1 FROM nowhere')\n", "nowhere"),
        ("    op.execute('DELETE FROM seal')\n", "would lose rows of “seal”"),
    ],
)
def test_a_failing_upgrade_changes_nothing(filled: Ledger, newer: Callable[[str], Path], steps: str, said: str) -> None:
    lite = filled.database.engine == "sqlite"
    before, content = filled.state(), filled.database.path.read_bytes() if lite else b""
    newer(steps)
    with pytest.raises((Refused, RuntimeError), match=said):
        upgrade(filled)
    assert filled.state() == before
    assert filled.tuples("SELECT version_num FROM alembic_version") == [(NOW,)]
    with pytest.raises(Refused, match="the ledger keeps what was recorded"):
        filled.run_raw("DELETE FROM project")
    if lite:
        assert filled.database.path.read_bytes() == content
        [copy] = filled.database.path.parent.glob("*.bak")
        assert Ledger(locate(str(copy))).state() == before


def test_an_upgrade_that_breaks_references_is_taken_back(filled: Ledger, newer: Callable[[str], Path]) -> None:
    newer(
        "    op.execute('INSERT INTO relation (id, recorded_from, recorded_to, project_id, relation, target_id)'\n"
        f"               ' VALUES (1, 1, {OPEN}, 1, \\'supports\\', 77)')\n"
    )
    with pytest.raises(Refused):
        upgrade(filled)
    assert filled.count("relation") == 0


def test_a_newer_ledger_is_not_upgraded(
    filled: Ledger, newer: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(ADDS_A_PHONE)
    upgrade(filled)
    monkeypatch.setattr(schema, "expected_revision", lambda: NOW)
    with pytest.raises(Refused, match="newer tracker"):
        upgrade(filled)
    monkeypatch.undo()


def test_a_killed_upgrade_leaves_the_old_or_the_new_schema(tmp_path: Path, newer: Callable[[str], Path]) -> None:
    path = tmp_path / "ledger" / "a.db"
    create(Database("sqlite", str(path)))
    Ledger(locate(str(path))).do(opening("p", company="示例公司"))
    place = newer(ADDS_A_PHONE)
    command = [sys.executable, "-m", "tests.crowd", "upgrades", str(path), str(place), "8", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
