"""A backup that a later version wrote is refused before anything is touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.conftest import Run


def test_a_backup_of_a_newer_schema_is_refused(run: Run, tmp_path: Path) -> None:
    ledger, backup = tmp_path / "a.db", tmp_path / "b.bak"
    run("--db", ledger, "init")
    run("--db", ledger, "database", "backup", backup)
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = ledger.read_bytes()
    result = run("--db", ledger, "database", "restore", backup, "-y")
    assert result.code == 1
    assert "newer tracker" in result.err
    assert ledger.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"a.db", "b.bak"}


def test_a_sound_ledger_tells_its_newest_hash(run: Run, tmp_path: Path) -> None:
    ledger = tmp_path / "a.db"
    run("--db", ledger, "init")
    run("--db", ledger, "project", "add", "x", "--name", "X")
    with closing(sqlite3.connect(ledger)) as connection:
        (digest,) = connection.execute("SELECT digest FROM seal ORDER BY change_id DESC").fetchone()
    checked = run("--db", ledger, "database", "check")
    assert checked.code == 0
    assert f"hash {digest}" in checked.out + checked.err
