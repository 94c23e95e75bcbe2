"""Backups are whole, private and never over anything; a restore keeps the state it replaces."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.ledgers import Ledger, booking, opening, yuan
from tests.postgres import PostgresServer
from tests.test_database import cut_by_half_a_page, cut_by_pages, empty, foreign, page_of_garbage, text
from tests.test_ledger_stages import at
from tracker import schema
from tracker.backup import back_up, set_aside
from tracker.backup import restore as restore_renewed
from tracker.database import Database, locate
from tracker.errors import Refused
from tracker.ledger import derived


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """A ledger with a project, alone in its folder."""
    ledger = Ledger(locate(ledger_url))
    ledger.do(opening("p"))
    return ledger


@pytest.fixture
def copy(ledger: Ledger, tmp_path: Path) -> Path:
    """A backup of that ledger, which has one project more since."""
    folder = tmp_path / "safe"
    folder.mkdir()
    path = back_up(ledger.database, folder / "copy.db")
    ledger.do(opening("q"))
    return path


def restore(database: Database, source: Path, saved: Path) -> None:
    """Restore as `tracker database restore` does."""
    restore_renewed(database, source, saved, lambda prepared: schema.renew(prepared, derived.rebuild))


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def codes(path: Path) -> list[object]:
    return [code for (code,) in Ledger(Database("sqlite", str(path))).tuples("SELECT code FROM projects ORDER BY code")]


def test_a_backup_is_whole_and_private(ledger: Ledger, copy: Path) -> None:
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert files(copy.parent) == {"copy.db"}
    assert codes(copy) == ["p"]
    assert Ledger(Database("sqlite", str(copy))).broken() == []
    assert codes(ledger.database.path) == ["p", "q"]


def test_a_backup_is_one_state_though_others_write(ledger: Ledger, tmp_path: Path) -> None:
    with closing(ledger.database.connect()) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE half_done (x)")
        back_up(ledger.database, tmp_path / "copy.db")
    assert Ledger(Database("sqlite", str(tmp_path / "copy.db"))).count("sqlite_master WHERE name = 'half_done'") == 0


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_a_backup_is_never_written_over_anything(ledger: Ledger, tmp_path: Path, kind: str) -> None:
    target, other = tmp_path / "target", tmp_path / "other"
    {"file": target.touch, "link": lambda: target.symlink_to(other), "folder": target.mkdir}[kind]()
    before = files(tmp_path)
    with pytest.raises(Refused, match="exists already"):
        back_up(ledger.database, target)
    assert files(tmp_path) == before


def test_a_backup_that_cannot_be_written_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"folder of .* does not exist"):
        back_up(ledger.database, tmp_path / "gone" / "copy.db")


def test_a_failing_backup_leaves_nothing(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(tmp_path)

    def fail(*_arguments: object) -> None:
        raise error

    error: BaseException = OSError(errno.EPERM, "Operation not permitted")
    monkeypatch.setattr(os, "link", fail)
    with pytest.raises(Refused, match="cannot be created: Operation not permitted"):
        back_up(ledger.database, tmp_path / "copy.db")
    error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        back_up(ledger.database, tmp_path / "copy.db")
    assert files(tmp_path) == before


def test_a_damaged_ledger_gives_no_backup(ledger: Ledger, tmp_path: Path) -> None:
    path = ledger.database.path
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 4096)
        file.write(os.urandom(4096))
    before = files(tmp_path)
    with pytest.raises(Refused, match="is damaged; restore a backup"):
        back_up(ledger.database, tmp_path / "copy.db")
    assert files(tmp_path) == before


# --- restoring ------------------------------------------------------------------------------------------------------


def test_a_restore_brings_the_state_back_and_saves_the_present_one(ledger: Ledger, copy: Path, tmp_path: Path) -> None:
    restore(ledger.database, copy, tmp_path / "saved.db")
    assert codes(ledger.database.path) == ["p"]
    assert codes(tmp_path / "saved.db") == ["p", "q"]
    assert stat.S_IMODE((tmp_path / "saved.db").stat().st_mode) == 0o600
    ledger.do(booking("paid", yuan(1), at("2023-01")))
    assert ledger.broken() == []
    assert codes(copy) == ["p"]


@pytest.mark.parametrize(
    "spoil", [empty, text, foreign, cut_by_half_a_page, cut_by_pages, page_of_garbage, Path.unlink]
)
def test_a_bad_backup_is_refused_and_nothing_is_changed(
    ledger: Ledger, copy: Path, tmp_path: Path, spoil: object
) -> None:
    assert callable(spoil)
    spoil(copy)
    before, present = files(tmp_path), ledger.database.path.read_bytes()
    with pytest.raises(Refused):
        restore(ledger.database, copy, tmp_path / "saved.db")
    assert files(tmp_path) == before
    assert ledger.database.path.read_bytes() == present


def test_a_backup_whose_references_are_broken_is_refused(ledger: Ledger, copy: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("DROP TRIGGER guard_change_delete")
        connection.execute("DELETE FROM change")
    with pytest.raises(Refused, match="is damaged"):
        restore(ledger.database, copy, tmp_path / "saved.db")
    assert codes(ledger.database.path) == ["p", "q"]


def test_nothing_of_a_foreign_file_runs_after_a_restore(ledger: Ledger, copy: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE foreign_table (x)")
        connection.execute(
            "CREATE TRIGGER sly AFTER INSERT ON capital_entry BEGIN INSERT INTO foreign_table VALUES (NEW.minor); END"
        )
        connection.execute("DROP TRIGGER guard_capital_entry_delete")
        connection.execute("DROP VIEW projects")
        connection.execute("CREATE VIEW projects AS SELECT 'x' AS code")
        connection.execute("DELETE FROM lookup_name")
    restore(ledger.database, copy, tmp_path / "saved.db")
    assert codes(ledger.database.path) == ["p"]
    ledger.do(booking("paid", yuan(1), at("2023-01")))
    assert ledger.count("sqlite_master WHERE name IN ('foreign_table', 'sly')") == 0
    with pytest.raises(Refused, match="the ledger keeps"):
        ledger.run_raw("DELETE FROM capital_entry")
    with ledger.connection() as connection:
        assert derived.differences(connection) == []


def test_a_ledger_is_not_restored_from_itself(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(ledger.database.path)
    for source in (ledger.database.path, tmp_path / "link"):
        with pytest.raises(Refused, match="is the ledger itself"):
            restore(ledger.database, source, tmp_path / "saved.db")
    assert not (tmp_path / "saved.db").exists()


def test_what_was_saved_before_is_kept(ledger: Ledger, copy: Path, tmp_path: Path) -> None:
    (tmp_path / "saved.db").write_text("mine")
    with pytest.raises(Refused, match="exists already"):
        restore(ledger.database, copy, tmp_path / "saved.db")
    assert (tmp_path / "saved.db").read_text() == "mine"
    assert codes(ledger.database.path) == ["p", "q"]


def test_a_missing_ledger_is_created_from_a_backup(ledger: Ledger, copy: Path, tmp_path: Path) -> None:
    ledger.database.path.unlink()
    restore(ledger.database, copy, tmp_path / "saved.db")
    assert codes(ledger.database.path) == ["p"]
    assert not (tmp_path / "saved.db").exists()


@pytest.mark.parametrize("spoil", [cut_by_half_a_page, cut_by_pages, page_of_garbage])
def test_a_damaged_ledger_is_set_aside(ledger: Ledger, copy: Path, tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    spoil(ledger.database.path)
    damaged = ledger.database.path.read_bytes()
    restore(ledger.database, copy, tmp_path / "saved.db")
    assert codes(ledger.database.path) == ["p"]
    assert (tmp_path / "saved.db").read_bytes() == damaged
    assert files(tmp_path) == {"tracker.db", "saved.db", "safe"}


def test_the_journal_of_a_file_goes_where_it_goes(ledger: Ledger, tmp_path: Path) -> None:
    """Left behind, it would be played into the next file of that name."""
    (tmp_path / "tracker.db-journal").touch()
    set_aside(ledger.database.path, tmp_path / "saved.db")
    assert files(tmp_path) == {"saved.db", "saved.db-journal"}
    (tmp_path / "tracker.db").touch()
    with pytest.raises(Refused, match="cannot be kept"):
        set_aside(ledger.database.path, tmp_path / "saved.db")


@pytest.mark.parametrize("spoil", [empty, text, foreign])
def test_what_is_no_ledger_is_not_replaced(ledger: Ledger, copy: Path, tmp_path: Path, spoil: object) -> None:
    """A slip in --db must not move another program's file away."""
    assert callable(spoil)
    spoil(ledger.database.path)
    before = ledger.database.path.read_bytes()
    with pytest.raises(Refused):
        restore(ledger.database, copy, tmp_path / "saved.db")
    assert ledger.database.path.read_bytes() == before
    assert files(tmp_path) == {"tracker.db", "safe"}


def test_a_restore_waits_for_nobody_who_only_reads_a_copy(ledger: Ledger, copy: Path, tmp_path: Path) -> None:
    shutil.copy(copy, tmp_path / "other.db")
    with Database("sqlite", str(tmp_path / "other.db")).reading():
        restore(ledger.database, copy, tmp_path / "saved.db")
    assert codes(ledger.database.path) == ["p"]


def test_postgres_has_its_own_tools(postgres: PostgresServer, tmp_path: Path) -> None:
    database = locate(postgres.url("postgres"))
    with pytest.raises(Refused, match="pg_dump"):
        back_up(database, tmp_path / "copy")
    with pytest.raises(Refused, match="pg_restore"):
        restore(database, tmp_path / "copy", tmp_path / "saved")
