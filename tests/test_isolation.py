"""The tests' own ground: no way to the user's files, a silent environment, a database on each engine."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from pathlib import Path

import pytest

from tests.isolation import Guard, clean_environment

REAL_HOME = Path(os.path.expanduser("~"))


@pytest.mark.parametrize("form", ["{path}", "file:{path}", "file://{path}?mode=rwc"])
def test_a_database_in_the_real_home_cannot_be_opened(form: str) -> None:
    path = REAL_HOME / ".local/share/tracker/tracker.db"
    with pytest.raises(RuntimeError, match="the user's own file"):
        sqlite3.connect(form.format(path=path), uri=True)


def test_settings_in_the_real_home_cannot_be_read() -> None:
    with pytest.raises(RuntimeError, match="the user's own file"):
        (REAL_HOME / ".config/tracker/config.toml").read_text()


def test_temporary_databases_stay_open_to_tests_even_inside_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pwd.getpwuid", lambda _uid: type("Entry", (), {"pw_dir": "/"}))
    guard = Guard()
    guard("sqlite3.connect", (os.path.join(tempfile.gettempdir(), "a.db"),))
    with pytest.raises(RuntimeError, match="/elsewhere/"):
        guard("sqlite3.connect", ("/elsewhere/a.db",))


def test_the_shell_does_not_reach_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRACKER_DB", "COLUMNS", "LC_ALL", "PGHOST", "NO_COLOR"):
        monkeypatch.setenv(name, "1")
    environment = clean_environment(tmp_path)
    assert not {"TRACKER_DB", "COLUMNS", "LC_ALL", "PGHOST", "NO_COLOR"} & set(environment)
    assert environment["HOME"] == str(tmp_path)


def test_each_test_gets_an_empty_database(engine: str, database_url: str) -> None:
    if engine == "sqlite":
        assert not Path(database_url.removeprefix("sqlite:///")).exists()
        return
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        connection.execute("CREATE TABLE left_behind ()")
    assert tables == (0,)


def test_one_conftest_serves_all_modules() -> None:
    assert sum(name.endswith("conftest") for name in sys.modules if "tests" in name) == 1
