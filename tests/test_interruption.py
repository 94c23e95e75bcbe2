"""Ctrl-C and SIGTERM end a command at once: inside a long statement, and while it waits for another program's lock."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.isolation import ROOT, clean_environment
from tests.postgres import PostgresServer
from tracker import sqlite_file
from tracker.database import Database, locate
from tracker.errors import Refused

# What is promised is a second; a busy machine needs some to end a process. Uninterrupted, each wait here takes minutes.
PROMPT = 5.0
# Counts for hours; the second one has its first rows at once.
NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000)"
COUNT, FIRST = f"{NUMBERS} SELECT COUNT(*) FROM n", f"{NUMBERS} SELECT i FROM n WHERE i < 4 OR i > 1000000000"

# The program itself, with its signals and its one place for errors, and a command of ours.
PROGRAM = """
import sys
from tracker import cli
from tracker.commands import root

def invoke(app, words):
    database = app.database
    if words[0] == "wait":
        print("here", flush=True)
    if words[0] in ("ask", "wait"):
        with database.reading() as reader:
            print("here", flush=True)
            reader.tuples(words[1])
    if words[0] == "stream":
        with database.reading() as reader:
            for _row in reader.stream(words[1]):
                print("here", flush=True)
    if words[0] == "change":
        from tracker.engine import make_engine
        print("here", flush=True)
        with make_engine(database).begin() as connection:
            app.unsure = True
            connection.exec_driver_sql(words[1])
            print("here", flush=True)
    if words[0] == "copy":
        from contextlib import closing
        with closing(database.connect(reading=True)) as source, closing(locate(words[1]).connect()) as target:
            print("here", flush=True)
            source.backup(target)
    return 0

from tracker.database import locate
root.invoke = invoke
cli.run()
"""

ENDS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A database of ours, as far as a connection looks."""
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id={sqlite_file.APPLICATION_ID}")
        connection.execute("CREATE TABLE change (id INTEGER)")
    return path


@contextmanager
def holding(path: Path, *statements: str) -> Iterator[sqlite3.Connection]:
    """A transaction of another program, in which these statements have run."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement).fetchall()
        yield connection


def ended(home: Path, place: str, number: int, *words: str, after: int = 1) -> tuple[int, str]:
    """The exit code and the errors of the program when the signal reaches it in the middle of its work."""
    environment = clean_environment(home) | {"TRACKER_DB": place, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for _line in range(after):
            assert process.stdout.readline() == "here\n"
        # Until it is in the statement, or in the wait.
        time.sleep(0.5)
        assert process.poll() is None
        begun = time.monotonic()
        process.send_signal(number)
        _out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert time.monotonic() - begun < PROMPT
    return process.returncode, err


@pytest.mark.parametrize(("number", "code"), ENDS)
@pytest.mark.parametrize("words", [("ask", COUNT), ("stream", FIRST)])
def test_a_long_question_is_ended(isolated: Path, place: Path, words: tuple[str, str], number: int, code: int) -> None:
    assert ended(isolated, str(place), number, *words) == (code, "tracker: interrupted, nothing was changed\n")


@pytest.mark.parametrize(("number", "code"), ENDS)
def test_a_long_change_is_ended_and_not_kept(isolated: Path, place: Path, number: int, code: int) -> None:
    words = ("change", f"INSERT INTO change {COUNT}")
    found, said = ended(isolated, str(place), number, *words)
    assert found == code
    assert said.startswith("tracker: interrupted; whether the change was recorded")
    with holding(place) as other:
        assert other.execute("SELECT COUNT(*) FROM change").fetchall() == [(0,)]


@pytest.mark.parametrize(("number", "code"), ENDS)
def test_a_writer_that_waits_for_another_one_is_ended(isolated: Path, place: Path, number: int, code: int) -> None:
    with holding(place, "BEGIN IMMEDIATE"):
        found = ended(isolated, str(place), number, "change", "INSERT INTO change VALUES (1)")
    assert found == (code, "tracker: interrupted, nothing was changed\n")


@pytest.mark.parametrize(("number", "code"), ENDS)
def test_a_commit_that_waits_for_a_reader_is_ended(isolated: Path, place: Path, number: int, code: int) -> None:
    with holding(place, "BEGIN", "SELECT * FROM change"):
        found, said = ended(isolated, str(place), number, "change", "INSERT INTO change VALUES (1)", after=2)
    assert found == code
    assert said.startswith("tracker: interrupted; whether the change was recorded")
    with holding(place) as other:
        assert other.execute("SELECT COUNT(*) FROM change").fetchall() == [(0,)]


@pytest.mark.parametrize(("number", "code"), ENDS)
def test_a_reader_that_waits_for_a_commit_is_ended(isolated: Path, place: Path, number: int, code: int) -> None:
    with holding(place, "BEGIN EXCLUSIVE"):
        found = ended(isolated, str(place), number, "wait", "SELECT 1")
    assert found == (code, "tracker: interrupted, nothing was changed\n")


@pytest.mark.parametrize(("number", "code"), ENDS)
def test_a_copy_that_waits_is_ended(isolated: Path, place: Path, tmp_path: Path, number: int, code: int) -> None:
    target = tmp_path / "target.db"
    with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    with holding(target, "BEGIN", "SELECT * FROM change"):
        assert ended(isolated, str(place), number, "copy", str(target))[0] == code


@pytest.mark.parametrize(("number", "code"), ENDS)
@pytest.mark.parametrize("wait", ["statement", "lock"])
def test_postgres_is_told_to_stop_too(
    isolated: Path, postgres: PostgresServer, number: int, code: int, wait: str
) -> None:
    import psycopg

    name = postgres.create()
    url = postgres.url(name)
    try:
        with psycopg.connect(url) as other:
            other.execute("CREATE TABLE change (id int)")
            other.commit()
            if wait == "statement":
                found = ended(isolated, url, number, "ask", "SELECT pg_sleep(600)")
            else:
                other.execute("LOCK TABLE change IN EXCLUSIVE MODE")
                found = ended(isolated, url, number, "change", "INSERT INTO change VALUES (1)")
        assert found == (code, "tracker: interrupted, nothing was changed\n")
    finally:
        postgres.drop(name)


# --- patience -------------------------------------------------------------------------------------------------------


def connected(path: Path) -> sqlite3.Connection:
    connection: sqlite3.Connection = Database("sqlite", str(path)).connect()
    return connection


def test_who_waits_in_vain_is_told_how_long(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.database.BUSY_SECONDS", 0.3)
    database = locate(str(place))
    with holding(place, "BEGIN IMMEDIATE"), closing(connected(place)) as waiting:
        begun = time.monotonic()
        with pytest.raises(Refused, match=r"in use by another program for longer than 0\.3 s"), database.translated():
            waiting.execute("BEGIN IMMEDIATE")
        assert time.monotonic() - begun > 0.3


def test_a_commit_that_waited_in_vain_can_be_tried_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.database.BUSY_SECONDS", 0.1)
    with closing(connected(place)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO change VALUES (7)")
        with holding(place, "BEGIN", "SELECT * FROM change"), pytest.raises(sqlite3.OperationalError, match="locked"):
            writer.commit()
        assert writer.in_transaction
        writer.commit()
        assert writer.execute("SELECT id FROM change").fetchall() == [(7,)]


def test_a_copy_whose_target_stays_in_use_gives_up(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.database.BUSY_SECONDS", 0.3)
    target = tmp_path / "target.db"
    with closing(connected(place)) as source:
        with closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        with (
            holding(target, "BEGIN IMMEDIATE"),
            closing(sqlite3.connect(target, timeout=0)) as copy,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            source.backup(copy)
        assert not source.in_transaction
