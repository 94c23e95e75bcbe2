"""One change: all of it or nothing, whoever writes at the same time and whenever the process dies."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.isolation import ROOT
from tests.ledgers import Ledger, booking, correcting, create, opening, undoing, writer, yuan
from tests.test_ledger_projects import editing, refused
from tests.test_ledger_stages import at
from tracker.database import locate
from tracker.engine import make_engine
from tracker.errors import Refused, UsageError
from tracker.ledger import derived, transaction
from tracker.ledger.store import Store
from tracker.ledger.transaction import Writer, rehearse, write
from tracker.models.base import OPEN
from tracker.models.capital import CapitalEntry
from tracker.models.project import Project
from tracker.queries import database_info


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    return Ledger(locate(ledger_url))


# --- one change -----------------------------------------------------------------------------------------------------


def test_a_change_says_who_wrote_when_and_with_which_words(ledger: Ledger) -> None:
    moment = datetime(2023, 4, 1, 7, 30, 0, 125, tzinfo=timezone(timedelta(hours=8)))
    who = Writer("王", "project add p --name '项目'", moment, moment.date(), "import", "the list of March")
    assert write(ledger.database, who, opening("p"))[0] == 1
    sql = "SELECT actor, command, CAST(recorded_on AS text), origin, reason, undoes FROM change WHERE id > 0"
    words = "project add p --name '项目'"
    assert ledger.tuples(sql) == [("王", words, "2023-04-01", "import", "the list of March", None)]
    with ledger.database.reading() as reader:
        before, after = (reader.bound_moment(moment + timedelta(microseconds=step)) for step in (0, 1))
        sql = "SELECT 1 FROM change WHERE id > 0 AND recorded_at >= :since"
        assert len(reader.tuples(sql, {"since": before})) == 1
        assert len(reader.tuples(sql, {"since": after})) == 0
    assert ledger.broken() == []


def test_a_dry_run_says_the_same_and_leaves_no_trace(ledger: Ledger) -> None:
    ledger.do(opening("p"))
    acts = (booking("paid", yuan(5), at("2023-01")), editing("p", {"name": "x", "company": "c"}), undoing(1))
    for act in acts:
        before, file = ledger.state(), ledger.database.path.read_bytes() if ledger.database.engine == "sqlite" else b""
        number, result = ledger.do(act, dry_run=True)
        assert number is None
        assert ledger.state() == before
        if file:
            assert ledger.database.path.read_bytes() == file
    assert ledger.do(acts[0])[0] == 2
    number, edited = ledger.do(acts[1])
    assert (number, edited.project.name, edited.company.name) == (3, "x", "c")
    assert ledger.tuples("SELECT id FROM capital_entry") == [(1,)]
    assert (result.number, result.ended) == (1, {"project": 1})


def test_a_dry_run_refuses_what_the_database_would_refuse(ledger: Ledger) -> None:
    def act(store: Store) -> None:
        store.add(Project(code="p", name="n", company_id=99))

    for dry_run in (True, False):
        with pytest.raises(Refused):
            ledger.do(act, dry_run=dry_run)
    assert ledger.changes() == 0


def test_an_act_that_fails_half_way_leaves_nothing(ledger: Ledger) -> None:
    def act(store: Store) -> None:
        opening("p")(store)
        booking("paid", yuan(5), at("2023-01"))(store)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.do(act)
    assert (ledger.count("change"), ledger.count("seal"), ledger.state()) == (1, 1, {})
    assert ledger.do(opening("p"))[0] == 1


def test_many_entries_of_one_change_go_in_together(ledger: Ledger) -> None:
    """One statement a row is what makes thousands of rows slow."""
    ledger.do(opening("p"))
    statements: list[str] = []
    engine = make_engine(ledger.database)

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    def act(store: Store) -> None:
        days = {"first_day": date(2023, 1, 1), "last_day": date(2023, 1, 1), "effective_from": date(2023, 1, 1)}
        facts = {"project_id": store.project("p").id, "kind": "paid", "currency": "CNY"} | days
        for number in range(3000):
            store.add(CapitalEntry.model_validate(facts | {"minor": number}))

    event.listen(engine, "before_cursor_execute", note)
    ledger.do(act)
    event.remove(engine, "before_cursor_execute", note)
    assert len(statements) < 40
    assert ledger.changes() == 2
    assert ledger.count("capital_entry") == 3000
    assert ledger.broken() == []


# --- trying again ---------------------------------------------------------------------------------------------------


class Trouble(Exception):
    """What a driver raises."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.sqlite_errorname = self.sqlstate = code


def failing(code: str, times: int) -> tuple[list[int], object]:
    calls: list[int] = []

    def act(store: Store) -> None:
        calls.append(len(calls))
        opening(f"p{len(calls)}")(store)
        if len(calls) <= times:
            raise OperationalError("statement", {}, Trouble(code))

    return calls, act


@pytest.mark.parametrize("code", sorted(transaction.RETRY))
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_the_database_asks_to_try_again_is_tried_again(ledger: Ledger, code: str) -> None:
    calls, act = failing(code, 2)
    assert ledger.do(act)[0] == 1  # type: ignore[arg-type]  # an act
    assert len(calls) == 3
    assert ledger.tuples("SELECT code FROM project") == [("p3",)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_anything_else_is_not_tried_again(ledger: Ledger) -> None:
    for code in ("SQLITE_FULL", "SQLITE_CORRUPT", "23505", "57P01"):
        calls, act = failing(code, 1)
        with pytest.raises(OperationalError):
            ledger.do(act)  # type: ignore[arg-type]  # an act
        assert len(calls) == 1
    assert ledger.changes() == 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_patience_ends(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "PATIENCE_SECONDS", 0.2)
    started = time.monotonic()
    with pytest.raises(OperationalError):
        ledger.do(failing("SQLITE_BUSY", 10**6)[1])  # type: ignore[arg-type]  # an act
    assert time.monotonic() - started < 30


# --- undo -----------------------------------------------------------------------------------------------------------


def test_undo_takes_the_latest_change_and_then_the_one_before(ledger: Ledger) -> None:
    ledger.do(opening("p"))
    ledger.do(booking("paid", yuan(5), at("2023-01")))
    ledger.do(correcting(1, figure=yuan(6)))
    undone = ledger.do(undoing())[1]
    assert (undone.number, undone.command, undone.ended, undone.restored) == (3, "test", {}, {"capital_entry": 1})
    assert ledger.do(undoing())[1].number == 2
    assert ledger.do(undoing())[1].ended == {"project": 1}
    assert ledger.state() == {}
    refused(ledger, undoing(), "nothing to undo")
    assert ledger.tuples("SELECT id, undoes, origin FROM change WHERE undoes IS NOT NULL ORDER BY id") == [
        (4, 3, "undo"),
        (5, 2, "undo"),
        (6, 1, "undo"),
    ]


def test_an_undo_is_undone_and_the_change_can_then_be_undone_again(ledger: Ledger) -> None:
    ledger.do(opening("p", name="a"))
    ledger.do(editing("p", {"name": "b"}))
    for number in (2, 3, 4):
        ledger.do(undoing(number))
    assert ledger.state()["project", 1]["name"] == "a"
    refused(ledger, undoing(4), "was undone already, by change 5")
    refused(ledger, undoing(99), "there is no change 99", UsageError)
    ledger.do(undoing(1))
    assert ledger.state() == {}
    refused(ledger, undoing(5), "change 6 builds on it")


def test_a_change_in_use_is_not_undone(ledger: Ledger) -> None:
    ledger.do(opening("p", company="c"))
    ledger.do(opening("q", company="c"))
    ledger.do(editing("q", {"name": "x"}))
    refused(ledger, undoing(1), "changes 2, 3 build on it; undo those first")
    ledger.do(editing("q", {"company": ""}))
    ledger.do(undoing(1))


# --- hashes ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(ledger: Ledger) -> Ledger:
    """A ledger of four changes without its triggers: the first version of entry 1 ended in change 4."""
    ledger.do(opening("p", name="项目", company="c"))
    ledger.do(booking("paid", yuan(5), at("2023-01")))
    ledger.do(booking("completed", yuan(7), at("2023-01")))
    ledger.do(correcting(1, figure=yuan(6)))
    if ledger.database.engine == "sqlite":
        names = ledger.tuples("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ledger.run_raw(*(f"DROP TRIGGER {name}" for (name,) in names))
    return ledger


def tamper(ledger: Ledger, *statements: str) -> None:
    """Execute SQL as an intruder would, past every rule of the database."""
    if ledger.database.engine == "postgres":
        ledger.run_raw("SET LOCAL session_replication_role = replica", *statements)
        return
    with closing(sqlite3.connect(ledger.database.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        for statement in statements:
            connection.execute(statement)


def test_an_untouched_ledger_has_no_broken_hash(opened: Ledger) -> None:
    assert opened.broken() == []


FIRST = "id = 1 AND recorded_from = 2"
LABEL = "INSERT INTO label (id, recorded_from, recorded_to, project_id, category, name)"
EDITS = (
    ("UPDATE capital_entry SET minor = minor + 1 WHERE id = 2", [3]),
    (f"UPDATE capital_entry SET note = '' WHERE {FIRST}", [2]),
    (f"UPDATE capital_entry SET first_day = '2023-01-02' WHERE {FIRST}", [2]),
    ("UPDATE capital_entry SET minor = 5 WHERE id = 1 AND recorded_from = 4", [4]),
    (f"UPDATE capital_entry SET recorded_to = 3 WHERE {FIRST}", [3, 4]),
    (f"UPDATE capital_entry SET recorded_from = 3 WHERE {FIRST}", [2, 3]),
    ("UPDATE project SET recorded_to = 4", [4]),
    ("UPDATE project SET name = '項目'", [1]),
    ("UPDATE change SET actor = 'me' WHERE id = 3", [3]),
    ("UPDATE change SET origin = 'import' WHERE id = 3", [3]),
    ("UPDATE change SET reason = NULL WHERE id = 4", [4]),
    ("UPDATE change SET recorded_at = '2023-03-31 12:00:01.000000+00:00' WHERE id = 3", [3]),
    ("UPDATE currency SET minor_per_unit = 1 WHERE code = 'CNY'", [0]),
    ("UPDATE ledger SET uuid = 'another'", [0]),
    ("DELETE FROM capital_entry WHERE id = 2", [3]),
    (f"DELETE FROM capital_entry WHERE {FIRST}", [2, 4]),
    (f"{LABEL} VALUES (1, 3, {OPEN}, 1, 'tag', 't')", [3]),
    (f"{LABEL} VALUES (1, 9, {OPEN}, 1, 'tag', 't')", [9]),
    ("UPDATE seal SET digest = 'x' WHERE change_id = 3", [3, 4]),
    ("DELETE FROM seal WHERE change_id = 3", [3, 4]),
    ("DELETE FROM change WHERE id = 3", [3]),
)
TABLES = ("capital_entry", "change", "seal", "project", "currency", "ledger")


def test_every_edit_behind_the_programs_back_is_found(opened: Ledger) -> None:
    rows = {table: opened.tuples(f"SELECT * FROM {table}") for table in TABLES}
    for statement, found in EDITS:
        tamper(opened, statement)
        assert opened.broken() == found, statement
        _restore(opened, rows)
        assert opened.broken() == []


def _restore(ledger: Ledger, rows: dict[str, list[tuple[object, ...]]]) -> None:
    """Put the rows back as they were."""
    with closing(ledger.database.connect()) as connection:
        if ledger.database.engine == "postgres":
            connection.execute("SET session_replication_role = replica")
        else:
            connection.execute("PRAGMA foreign_keys=OFF")
        mark = "%s" if ledger.database.engine == "postgres" else "?"
        connection.execute("BEGIN")
        connection.execute("DELETE FROM label")
        for table, content in rows.items():
            connection.execute(f"DELETE FROM {table}")
            for row in content:
                connection.execute(f"INSERT INTO {table} VALUES ({', '.join([mark] * len(row))})", row)
        connection.execute("COMMIT")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_cells_that_are_no_values_are_found_and_not_stumbled_over(opened: Ledger) -> None:
    cells = ("first_day = 'soon'", "minor = 'abc'", "basis = 7", "note = CAST(x'FF41' AS TEXT)", "note = x'00'")
    for cell in cells:
        rows = opened.tuples("SELECT * FROM capital_entry")
        tamper(opened, f"UPDATE capital_entry SET {cell} WHERE id = 2")
        assert opened.broken() == [3], cell
        _restore(opened, {"capital_entry": rows})


def newest_hash(ledger: Ledger) -> str | None:
    with ledger.database.reading() as reader:
        return database_info.seal(reader).hash


def test_a_cut_tail_shows_in_the_newest_hash(opened: Ledger) -> None:
    noted = newest_hash(opened)
    assert len(noted or "") == 64
    tamper(
        opened,
        "DELETE FROM capital_entry WHERE recorded_from = 4",
        f"UPDATE capital_entry SET recorded_to = {OPEN} WHERE recorded_to = 4",
        "DELETE FROM seal WHERE change_id = 4",
        "DELETE FROM change WHERE id = 4",
    )
    assert opened.broken() == []
    assert newest_hash(opened) not in (None, noted)


def test_both_engines_have_the_same_hashes(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that moves to PostgreSQL keeps its hashes, and one written by an earlier version has none broken."""
    monkeypatch.setattr(transaction, "uuid4", lambda: "d2c4bd4c-0000-4000-8000-000000000000")
    ledger = Ledger(locate(database_url))
    create(ledger.database)
    ledger.do(opening("p", name="项目"))
    ledger.do(booking("paid", yuan(5), at("2023-01")))
    ledger.do(correcting(1, figure=yuan(6)))
    assert ledger.broken() == []
    assert newest_hash(ledger) == "034ac5706e849b8548cb12b1231ed2f4543a371d330190a0f6a531649ba8c209"


# --- together, and killed -------------------------------------------------------------------------------------------


def crowd(*words: object) -> str:
    command = [sys.executable, "-m", "tests.crowd", *(str(word) for word in words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_processes_that_write_at_once_lose_nothing(engine: str, ledger_url: str) -> None:
    crowd("writers", ledger_url, *((12, 4) if engine == "sqlite" else (6, 4)))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_killed_writer_loses_nothing_it_acknowledged(ledger_url: str) -> None:
    said = crowd("kills", Path(locate(ledger_url).target), 60, 20230331)
    assert said.startswith("60 kills")


def test_a_dead_change_leaves_the_next_number_free(ledger: Ledger) -> None:
    ledger.do(opening("p"))
    refused(ledger, opening("p"), "already")
    assert ledger.do(opening("q"))[0] == 2


def test_a_rehearsal_keeps_nobody_from_writing_and_leaves_nothing(ledger: Ledger) -> None:
    ledger.do(opening("p", name="甲"))

    def act(store: Store) -> str:
        store.revise(store.project("p"), name="乙")
        store.flush()
        derived.refresh(store)
        # Somebody else writes the same rows meanwhile.
        ledger.do(booking("paid", yuan(5), at("2023-01")))
        return store.project("p").name

    assert rehearse(ledger.database, writer(), act) == "乙"
    assert ledger.tuples("SELECT name FROM project WHERE recorded_to > 99") == [("甲",)]
    assert ledger.tuples("SELECT MAX(id) FROM change") == [(2,)]
