"""Follow-ups: recorded, listed when they are due, settled by the next contact, kept like every other record."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.ledgers import once


@pytest.fixture
def db(run: Run, tmp_path: Path) -> Path:
    """A ledger with a lead that was called on 10 March, and another that never was."""
    path = tmp_path / "a.db"

    def make() -> None:
        for words in (
            "init",
            "project add p --name 旗舰工厂 --stage lead --on 2023-01-05 --owner 李娜",
            "project add q --stage negotiating --on 2023-02",
            "project follow p 约见 --next 2023-03-20 --by 李娜 --on 2023-03-10",
        ):
            done(run("--db", path, *words.split(), today="2023-03-31"))

    once(path, make)
    return path


def done(result: Result) -> Result:
    """The result of a call that has to succeed."""
    assert result.code == 0, result.err
    return result


def listed(run: Run, db: Path, *words: str) -> list[dict[str, str]]:
    """The rows of the report."""
    result = done(run("--db", db, "report", "follow-ups", *words, "-f", "csv", today="2023-03-31"))
    return list(csv.DictReader(io.StringIO(result.out)))


def test_a_next_step_is_due_until_the_next_contact(run: Run, db: Path) -> None:
    rows = listed(run, db)
    assert [(r["code"], r["next"], r["overdue"], r["last"], r["silent"]) for r in rows] == [
        ("p", "2023-03-20", "11", "2023-03-10", "21"),
        ("q", "", "", "", ""),
    ]
    assert [r["code"] for r in listed(run, db, "--due")] == ["p"]
    assert listed(run, db, "--due", "--as-of", "2023-03-19") == []
    settled = done(run("--db", db, "project", "follow", "p", "寄送材料", "--next", "+14d", today="2023-03-31"))
    assert "p: settles the next step of 2023-03-20" in settled.err
    assert listed(run, db, "--due") == []
    assert [r["code"] for r in listed(run, db, "--due", "--as-of", "2023-04-14")] == ["p"]
    # As of an earlier day the earlier step is the open one.
    assert [r["next"] for r in listed(run, db, "--due", "--as-of", "2023-03-30")] == ["2023-03-20"]
    assert [r["text"] for r in listed(run, db, "--all")] == ["约见", "寄送材料"]


def test_the_list_says_for_how_long_nobody_spoke_with_a_lead(run: Run, db: Path) -> None:
    done(run("--db", db, "project", "add", "r", "--stage", "under_construction", "--on", "2023-01", today="2023-03-31"))
    done(run("--db", db, "project", "follow", "r", "来访", "--on", "2023-03-01", today="2023-03-31"))
    rows = csv.DictReader(io.StringIO(done(run("--db", db, "list", "-f", "csv", today="2023-03-31")).out))
    assert [(row["code"], row["silent"]) for row in rows] == [("p", "21"), ("q", ""), ("r", "")]


def test_a_step_is_done_without_a_contact_and_undone(run: Run, db: Path) -> None:
    assert "next step of 2023-03-20 done" in done(run("--db", db, "project", "follow", "p", "--done")).err
    assert run("--db", db, "project", "follow", "p", "--done").code == 1
    done(run("--db", db, "undo"))
    assert [r["code"] for r in listed(run, db, "--due")] == ["p"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("p",), 2, "give "),
        (("p", "x", "--done"), 2, "give "),
        (("p", "x", "--next", "2023-03-30"), 1, "2023-03-30 lies before 2023-03-31"),
        (("p", "x", "--on", "2023-04-01"), 1, "lies in the future"),
        (("q", "--done"), 1, "q has no next step that is open"),
        (("q", "  "), 2, "give "),
    ],
)
def test_what_is_no_contact_is_refused(run: Run, db: Path, words: tuple[str, ...], code: int, said: str) -> None:
    result = run("--db", db, "project", "follow", *words, today="2023-03-31")
    assert (result.code, said in result.err) == (code, True), result.err


def test_a_contact_said_again_is_not_recorded_again(run: Run, db: Path) -> None:
    words = ("project", "follow", "p", "约见", "--next", "2023-03-20", "--by", "李娜", "--on", "2023-03-10")
    again = done(run("--db", db, *words, today="2023-03-31"))
    assert "recorded already" in again.err
    assert "undo" not in again.err


def test_contacts_are_in_show_overview_changes_and_log(run: Run, db: Path) -> None:
    for words in (("show", "p"), ("overview",), ("changes", "--since", "2023-03-01"), ("log", "p")):
        assert "约见" in done(run("--db", db, *words, today="2023-03-31")).out, words
    # As data a contact is its text with the day of the next step, in every language.
    for lang in ("en", "zh"):
        shown = run("--lang", lang, "--db", db, "changes", "--since", "2023-03-01", "-f", "csv", today="2023-03-31")
        rows = csv.DictReader(io.StringIO(done(shown).out))
        assert [row["now"] for row in rows if row["what"] == "follow_up"] == ["约见;2023-03-20"]
    # The ledger as it was known before has no contact.
    assert listed(run, db, "--known-on", "2023-03-30") == []


def test_contacts_travel_with_the_project(run: Run, db: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "out", tmp_path / "b.db"
    done(run("--db", db, "project", "follow", "p", "--done", today="2023-03-31"))
    done(run("--db", db, "export", "all", "-o", folder, today="2023-03-31"))
    done(run("--db", other, "init", today="2023-03-31"))
    done(run("--db", other, "import", folder, "--yes", today="2023-03-31"))
    both = [done(run("--db", one, "export", "follow_ups", today="2023-03-31")).out for one in (db, other)]
    assert both[0] == both[1]
    assert "p,2023-03-10,约见,2023-03-20,李娜,2023-03-31" in both[0]
    again = done(run("--db", other, "import", folder, "--yes", "--same-projects", today="2023-03-31"))
    assert "recorded" not in again.err


def test_a_schedule_tells_of_due_steps_and_fails_on_them(run: Run, db: Path) -> None:
    add = ("schedule", "add", "calls", "--cron", "0 8 * * *", "--report", "follow-ups --due", "--fail-on", "overdue")
    done(run("--db", db, *add, today="2023-03-31"))
    told = run("--db", db, "schedule", "run", "calls", today="2023-03-31")
    assert told.code == 3, told.err
    assert "约见" in told.out


def test_the_report_is_json_like_every_other(run: Run, db: Path) -> None:
    found = json.loads(done(run("--db", db, "report", "follow-ups", "-f", "json", today="2023-03-31")).out)
    assert found["rows"][0]["silent"] == 21
