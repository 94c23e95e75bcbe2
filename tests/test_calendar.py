"""The calendar of holidays and make-up working days, and the schedules that go by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Result, Run, _program
from tests.ledgers import once

TODAY = "2023-09-20"
ICS = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20230929\r
DTEND;VALUE=DATE:20231007\r
SUMMARY:国庆节 休\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20231007\r
SUMMARY:国庆节 补\r
 班\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20231023\r
SUMMARY:重阳节\r
END:VEVENT\r
END:VCALENDAR\r
"""
CSV = "日期,类型,名称\n2023-09-29..2023-10-06,休,国庆节\n2023-10-07,班,\n"


@pytest.fixture
def db(run: Run, tmp_path: Path) -> Path:
    """An empty ledger."""
    path = tmp_path / "a.db"
    once(path, lambda: done(run("--db", path, "init", today=TODAY)))
    return path


def done(result: Result) -> Result:
    """The result of a call that has to succeed."""
    assert result.code == 0, result.err
    return result


def days(run: Run, db: Path) -> list[str]:
    """The calendar as it is exported."""
    return done(run("--db", db, "export", "calendar", today=TODAY)).out.splitlines()[1:]


def upcoming(run: Run, db: Path, when: str) -> list[str]:
    """The days of the next runs of a schedule, and what is said about the calendar."""
    said = done(run("--db", db, "schedule", "add", "s", "--when", when, "--report", "changes", "-n", today=TODAY)).err
    return [line.split()[3] if line.startswith("run") else line for line in said.splitlines()[2:]]


def test_days_are_typed_changed_and_taken_out(run: Run, db: Path) -> None:
    def calendar(*words: str) -> str:
        return done(run("--db", db, "calendar", *words, today=TODAY)).err

    assert "2 holidays, 2023-10-02 to 2023-10-03: 2 new" in calendar("add", "2023-10-02..2023-10-03", "国庆节")
    assert "1 changed" in calendar("add", "2023-10-03", "--working")
    assert "1 as they were" in calendar("add", "2023-10-03", "--working")
    assert days(run, db) == ["2023-10-02,holiday,国庆节", "2023-10-03,working,"]
    assert "dry run" in calendar("remove", "2023-10", "-n")
    assert "2 days removed" in calendar("remove", "2023-10")
    assert run("--db", db, "calendar", "remove", "2023-10", today=TODAY).code == 1
    calendar_of = run("--db", db, "undo", today=TODAY)
    assert "restored: 2" in calendar_of.err
    assert len(days(run, db)) == 2


def test_a_schedule_goes_by_the_calendar(run: Run, db: Path) -> None:
    when = "每月最后一个工作日 17:00"
    assert upcoming(run, db, when)[0] == "2023-09-29"
    assert "no holidays of 2023" in upcoming(run, db, when)[-1]
    done(run("--db", db, "calendar", "add", "2023-09-29..2023-10-06", today=TODAY))
    assert upcoming(run, db, when)[0] == "2023-09-28"
    assert upcoming(run, db, "third working day 9:00")[0] == "2023-10-11"
    done(run("--db", db, "calendar", "add", "2023-10-07..2023-10-08", "--working", today=TODAY))
    assert upcoming(run, db, "third working day 9:00")[0] == "2023-10-09"


def test_cron_starts_it_daily_and_the_run_asks_whether_it_is_due(run: Run, db: Path) -> None:
    add = ("schedule", "add", "s", "--when", "last working day 8:00", "--report", "list", "--always")
    done(run("--db", db, *add, today=TODAY))
    done(run("--db", db, "calendar", "add", "2023-09-29..2023-10-06", today=TODAY))
    line = done(run("--db", db, "schedule", "install", "--print", today=TODAY)).out
    assert "--if-due" in line
    units = done(run("--db", db, "schedule", "install", "--print-as", "systemd", today=TODAY)).out
    assert '"--if-due"' in units
    for day, told in (("2023-09-27", False), ("2023-09-28", True), ("2023-09-29", False)):
        result = run("--db", db, "schedule", "run", "s", "--if-due", today=f"{day}T12:00:00Z")
        assert (bool(result.out), result.code) == (told, 0), (day, result.err)


@pytest.mark.parametrize(("name", "content"), [("a.ics", ICS), ("a.csv", CSV), ("a.csv", CSV.encode("gb18030"))])
def test_a_file_is_taken_in(run: Run, db: Path, tmp_path: Path, name: str, content: str | bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    said = done(run("--db", db, "calendar", "import", file, today=TODAY)).err
    assert "8 holidays, 1 make-up working day, 2023-09-29 to 2023-10-07: 9 new" in said
    assert ("left out" in said) == (name == "a.ics")
    assert days(run, db)[-1].startswith("2023-10-07,working")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "needs the columns day and kind"),
        ("day,kind\n2023-02-30,holiday\n", "line 2"),
        ("day,kind\n2023-02-03,whatever\n", "line 2"),
        ("", "needs the columns"),
        ("day,kind\n", "has no day"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n", "an event has no day"),
    ],
)
def test_a_file_without_days_is_rejected(run: Run, db: Path, tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(content, encoding="utf-8")
    result = run("--db", db, "calendar", "import", file, today=TODAY)
    assert (result.code, said in result.err) == (4, True), result.err
    assert days(run, db) == []
    assert run("--db", db, "calendar", "import", tmp_path / "none.csv", today=TODAY).code == 1


def test_the_days_of_china_come_with_the_extra(run: Run, db: Path) -> None:
    pytest.importorskip("chinese_calendar")
    assert "28 holidays, 7 make-up working days" in done(run("--db", db, "calendar", "import", "2023")).err
    assert "2023-10-07,working,国庆节" in days(run, db)
    assert run("--db", db, "calendar", "import", "1999").code == 1
    assert run("--db", db, "calendar", "import", "2023", "x.csv").code == 2


def test_the_calendar_travels_with_the_ledger(run: Run, db: Path, tmp_path: Path) -> None:
    done(run("--db", db, "calendar", "add", "2023-10-02", "国庆节", today=TODAY))
    done(run("--db", db, "export", "all", "-o", tmp_path / "out", today=TODAY))
    other = tmp_path / "b.db"
    done(run("--db", other, "init", today=TODAY))
    done(run("--db", other, "import", tmp_path / "out", "--yes", today=TODAY))
    assert days(run, other) == days(run, db) == ["2023-10-02,holiday,国庆节"]
    assert (
        done(run("--db", db, "calendar", "list", "--known-on", "2023-09-19", "-f", "csv", today=TODAY)).out.count("\n")
        == 1
    )


def test_the_last_change_is_undone_whatever_table_it_wrote(run: Run, db: Path) -> None:
    done(run("--db", db, "calendar", "add", "2023-10-01", "国庆", today=TODAY))
    done(run("--db", db, "schedule", "add", "x", "--when", "every monday 8:00", "--report", "progress", today=TODAY))
    for words in (("calendar", "add", "2023-10-01", "--working"), ("calendar", "remove", "2023-10-01")):
        before = days(run, db)
        done(run("--db", db, *words, today=TODAY))
        # In a process of its own, which has used no table yet.
        _program(db.parent, "--db", str(db), "undo")
        assert days(run, db) == before
    done(run("--db", db, "schedule", "remove", "x", today=TODAY))
    _program(db.parent, "--db", str(db), "undo")
    assert "every monday 8:00" in done(run("--db", db, "schedule", "list", today=TODAY)).out


@pytest.mark.parametrize("content", [b"day,kind\r2023-10-01,holiday\r", b"day,kind\n2023-10-01," + b"x" * 200_000])
def test_any_bytes_are_days_or_refused(run: Run, db: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "days.csv"
    file.write_bytes(content)
    result = run("--db", db, "calendar", "import", file, today=TODAY)
    assert (result.code, days(run, db)) in [(0, ["2023-10-01,holiday,"]), (4, [])]
