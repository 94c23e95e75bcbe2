"""Opening a database: what is no whole ledger is named in a sentence and left as it is."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.ledgers import Ledger, create, opening
from tracker import schema, sqlite_file
from tracker.database import Database, locate
from tracker.errors import Refused, UsageError


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def path(ledger_url: str) -> Path:
    """A ledger with something in it."""
    ledger = Ledger(locate(ledger_url))
    ledger.do(opening("p"))
    return ledger.database.path


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as caught, locate(str(path)).reading() as reader:
        schema.require_current(locate(str(path)), reader)
    return str(caught.value)


def edit(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# --- bad files ------------------------------------------------------------------------------------------------------


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("项目,总投资\n" * 500)


def short(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0")


def zeros(path: Path) -> None:
    path.write_bytes(bytes(8192))


def foreign(path: Path) -> None:
    path.unlink()
    edit(path, "CREATE TABLE bookmarks (url TEXT)")


def newer(path: Path) -> None:
    edit(path, "UPDATE alembic_version SET version_num = '9999'")


def older(path: Path) -> None:
    edit(path, "UPDATE alembic_version SET version_num = '0000'")


def no_version(path: Path) -> None:
    edit(path, "DELETE FROM alembic_version")


def no_tables(path: Path) -> None:
    edit(path, "DROP TABLE alembic_version")


def cut_by_half_a_page(path: Path) -> None:
    edit(path, "CREATE TABLE attachment (content)", "INSERT INTO attachment VALUES (zeroblob(20000))")
    os.truncate(path, path.stat().st_size - 2048)


def cut_by_pages(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)


def page_of_garbage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (empty, "is empty"),
        (text, "is not a tracker database"),
        (short, "is not a tracker database"),
        (zeros, "is not a tracker database"),
        (foreign, "is a database of another program"),
        (newer, "was written by a newer tracker (schema 9999"),
        (older, "has the older schema 0000; run: tracker database upgrade"),
        (no_version, "run: tracker database upgrade"),
        (no_tables, "cannot be read as a ledger"),
        (cut_by_half_a_page, "is cut short"),
        (cut_by_pages, "is damaged"),
        (page_of_garbage, "is damaged"),
    ],
)
def test_a_bad_file_is_named_and_left_as_it_is(path: Path, spoil: object, said: str) -> None:
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes()
    sentence = refusal(path)
    assert str(path) in sentence
    assert said in sentence
    with pytest.raises(Refused):
        Ledger(locate(str(path))).do(opening("q"))
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "there is no database at" in refusal(tmp_path / "missing.db")
    assert "is a folder" in refusal(tmp_path)
    assert "is not a regular file" in refusal(tmp_path / "pipe")
    assert "cannot be opened" in refusal(tmp_path / "loop")
    assert "cannot be opened" in refusal(tmp_path / "pipe" / "x.db")
    assert "cannot be opened" in refusal(tmp_path / ("x" * 300))


def test_a_missing_database_is_not_created_by_reading_or_writing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="tracker init"):
        Ledger(Database("sqlite", str(tmp_path / "gone.db"))).do(opening("p"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["a b.db", "50%.db", "what?.db", "#1.db", "项目 台账.db", "'quoted\".db", "a&mode=ro.db"]
)
def test_odd_file_names_are_file_names(tmp_path: Path, name: str) -> None:
    create(locate(str(tmp_path / name)))
    Ledger(locate(str(tmp_path / name))).do(opening("p"))
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_crashed_writers_journal_is_played_back_before_the_file_is_judged(path: Path, tmp_path: Path) -> None:
    """The file of a commit that was cut off looks short; refusing it would lock the user out of a whole ledger."""
    work = tmp_path / "crashed" / "x.db"
    work.parent.mkdir()
    shutil.copy(path, work)
    with closing(sqlite3.connect(work, isolation_level=None)) as writer:
        # Pages are written as they no longer fit the cache, the journal first.
        for statement in ("PRAGMA cache_size=1", "PRAGMA cache_spill=1", "BEGIN IMMEDIATE"):
            writer.execute(statement)
        writer.execute("CREATE TABLE big (x)")
        writer.executemany("INSERT INTO big VALUES (?)", [("x" * 3000,)] * 200)
        for suffix in ("", "-journal"):
            shutil.copy(f"{work}{suffix}", tmp_path / f"copy.db{suffix}")
    crashed = tmp_path / "copy.db"
    with crashed.open("r+b") as file:
        # As if page 1 had reached the disk with the new size, and most of the other pages had not.
        file.truncate(path.stat().st_size)
        file.seek(28)
        file.write((9999).to_bytes(4, "big"))
    assert Ledger(locate(str(crashed))).count("project") == 1
    assert crashed.read_bytes() == path.read_bytes()


def test_examining_drops_no_lock_of_this_process(path: Path) -> None:
    """POSIX drops a process's locks on a file when it closes any descriptor of it."""
    other = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
        "try: c.execute('BEGIN IMMEDIATE')\n"
        "except sqlite3.OperationalError as error: print(error)"
    )
    with closing(locate(str(path)).connect()) as holder:
        holder.execute("BEGIN IMMEDIATE")
        sqlite_file.examine(path)
        with locate(str(path)).reading() as reader:
            assert reader.tuples("SELECT code FROM project") == [("p",)]
        done = subprocess.run([sys.executable, "-c", other, path], capture_output=True, text=True, check=True)
    assert "locked" in done.stdout


def test_a_file_in_wal_mode_is_read_and_written(path: Path) -> None:
    """Another tool may have switched the mode; the newest pages are then not in the file yet."""
    edit(path, "PRAGMA journal_mode=WAL")
    with closing(sqlite3.connect(path)):
        ledger = Ledger(locate(str(path)))
        for number in range(50):
            ledger.do(opening(f"q{number}"))
        assert ledger.count("project") == 51


def test_a_reader_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Refused, match="read-only"), locate(str(path)).reading() as reader:
        reader.tuples("INSERT INTO company_identity VALUES (99)")
    assert path.read_bytes() == before


def test_a_file_without_permissions_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root, as whom tests may run, is permitted everything.
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.R_OK)
    assert "may not be read" in refusal(path)


# --- the place ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "engine", "target"),
    [
        ("a.db", "sqlite", "a.db"),
        ("sqlite:///a.db", "sqlite", "a.db"),
        ("sqlite:////tmp/a.db", "sqlite", "/tmp/a.db"),
        ("C:stuff.db", "sqlite", "C:stuff.db"),
        ("postgres://u@h/n", "postgres", "postgresql://u@h/n"),
        ("postgresql+psycopg://u@h/n", "postgres", "postgresql://u@h/n"),
        ("postgresql:///n?host=/run", "postgres", "postgresql:///n?host=/run"),
    ],
)
def test_a_place_is_a_path_or_a_url(typed: str, engine: str, target: str) -> None:
    assert locate(typed) == Database(engine, target)


@pytest.mark.parametrize("typed", ["", "  ", "mysql://u:secret@h/n", "http://h/n", "sqlite:///", "a\0b"])
def test_what_is_no_place_is_refused(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        locate(typed)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql://u:secret@h/n", "postgresql://u:se:cr:et@h:5432/n", "postgresql://:s@h"])
def test_a_password_is_never_shown(url: str) -> None:
    assert "se" not in str(locate(url)).partition("://")[2]


def test_an_unreachable_server_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    database = locate(f"postgresql://u:secret@/n?host={tmp_path}&connect_timeout=1")
    with pytest.raises(Refused) as caught:
        database.connect()
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


# --- rows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A row with a moment, a day and nothing."""

    id: int
    recorded_at: datetime
    recorded_on: date
    undoes: int | None


class TestOnBothEngines:
    """What a row looks like must not depend on where it is kept."""

    @pytest.fixture(params=["sqlite", "postgres"])
    def engine(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    def test_rows_carry_days_and_moments(self, ledger_url: str) -> None:
        ledger = Ledger(locate(ledger_url))
        ledger.do(opening("p"))
        with ledger.database.reading() as reader:
            sql = "SELECT id, recorded_at, recorded_on, undoes FROM change WHERE id > 0 AND recorded_at >= :since"
            noon = datetime(2023, 3, 31, 12, tzinfo=UTC)
            in_china = noon.astimezone(timezone(timedelta(hours=8)))
            found = reader.rows(ChangeRow, sql, {"since": reader.bound_moment(in_china)})
            assert found == [ChangeRow(1, noon, date(2023, 3, 31), None)]
            later = reader.bound_moment(noon + timedelta(microseconds=1))
            assert reader.rows(ChangeRow, sql, {"since": later}) == []

    def test_a_snapshot_does_not_move(self, ledger_url: str) -> None:
        ledger = Ledger(locate(ledger_url))
        ledger.do(opening("p"))
        with ledger.database.reading() as reader:
            assert len(reader.tuples("SELECT 1 FROM project")) == 1
            if ledger.database.engine == "postgres":  # a SQLite writer waits for its readers
                ledger.do(opening("q"))
            assert len(reader.tuples("SELECT 1 FROM project")) == 1

    def test_parameters_are_data(self, ledger_url: str) -> None:
        ledger = Ledger(locate(ledger_url))
        for code in ("p", "q"):
            ledger.do(opening(code))
        with ledger.database.reading() as reader:
            sql = "SELECT code FROM project WHERE code = :code OR name LIKE '%q'"
            assert reader.tuples(sql, {"code": "x' OR '1'='1"}) == [("q",)]


@pytest.mark.parametrize("words", ["init", "demo"])
def test_a_disk_without_room_for_a_new_ledger_is_a_sentence(run: Run, tmp_path: Path, words: str) -> None:
    allowed, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, most))
    try:
        result = run("--db", tmp_path / "a.db", words)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, most))
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "nothing was changed" in result.err
    assert not list(tmp_path.iterdir())
