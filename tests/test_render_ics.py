"""A calendar of due days, read back by a parser written after RFC 5545."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.ledgers import once

Properties = dict[str, tuple[dict[str, str], str]]


def parsed(data: bytes) -> Iterator[tuple[str, Properties]]:
    """The components of a stream with their properties; fails on what RFC 5545 does not allow."""
    assert data.endswith(b"\r\n")
    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode()  # no line ends inside a character
    unfolded = re.sub("\r\n[ \t]", "", data.decode()).removesuffix("\r\n").split("\r\n")
    stack: list[tuple[str, Properties]] = []
    for content in unfolded:
        found = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^;:]+)*):(.*)", content)
        assert found, content
        name, value = found[1], found[3]
        if name == "BEGIN":
            stack.append((value, {}))
        elif name == "END":
            assert stack[-1][0] == value
            yield stack.pop()
        else:
            assert name not in stack[-1][1]
            told = dict(one.split("=") for one in found[2].split(";") if one)
            stack[-1][1][name] = told, value
    assert not stack


def text(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


@pytest.fixture
def db(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    name = "甲项目, 二期; 一个名字很长很长很长很长很长很长很长很长很长的 \\ 项目"

    def make() -> None:
        for words in (
            ("init",),
            ("project", "add", "P1", "--name", name, "--stage", "signed", "--on", "2022-05"),
            ("project", "add", "P2", "--name", "乙", "--stage", "signed", "--on", "2022-05"),
            ("milestone", "plan", "P1", "completed", "2024-06"),
            ("milestone", "forecast", "P1", "completed", "2024-09-15"),
            ("milestone", "plan", "P1", "in_production", "2025"),
            ("milestone", "plan", "P1", "under_construction", "2022-10"),
            ("milestone", "reach", "P1", "under_construction", "2022-11"),
            ("milestone", "plan", "P2", "completed", "2024-06-30"),
            ("project", "condition", "P2", "terminated", "--on", "2023-01", "--why", "x"),
        ):
            assert run("--db", path, *words, today="2023-06-30").code == 0, words

    once(path, make)
    return path


def test_a_calendar_holds_the_open_milestones_of_projects_under_way(run: Run, db: Path, tmp_path: Path) -> None:
    assert run("--db", db, "milestone", "list", "-o", tmp_path / "due.ics", today="2023-06-30").code == 0
    *events, (whole, head) = parsed((tmp_path / "due.ics").read_bytes())
    assert (whole, head["VERSION"][1]) == ("VCALENDAR", "2.0")
    assert {"PRODID", "VERSION"} <= head.keys()
    assert [kind for kind, _event in events] == ["VEVENT", "VEVENT"]
    completed, produced = (event for _kind, event in events)
    assert all({"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= event.keys() for event in (completed, produced))
    assert re.fullmatch("[0-9]{8}T[0-9]{6}Z", completed["DTSTAMP"][1])
    assert completed["DTSTART"] == ({"VALUE": "DATE"}, "20240915")
    assert completed["DTEND"] == ({"VALUE": "DATE"}, "20240916")
    assert text(completed["SUMMARY"][1]) == (
        "P1 甲项目, 二期; 一个名字很长很长很长很长很长很长很长很长很长的 \\ 项目 · completed (+77 d)"
    )
    assert produced["DTSTART"][1] == "20251231"
    assert text(produced["DESCRIPTION"][1]) == "2025"


def test_an_event_keeps_its_identifier_and_two_ledgers_have_different_ones(run: Run, db: Path, tmp_path: Path) -> None:
    def uids(path: Path) -> list[str]:
        out = run("--db", path, "milestone", "list", "-f", "ics", today="2023-07-31").out_bytes
        return [event["UID"][1] for kind, event in parsed(out) if kind == "VEVENT"]

    before = uids(db)
    assert len(set(before)) == 2
    run("--db", db, "milestone", "forecast", "P1", "completed", "2024-12", today="2023-07-31")
    assert uids(db) == before
    other = tmp_path / "other.db"
    for words in (
        ("init",),
        ("project", "add", "P1", "--name", "甲"),
        ("milestone", "plan", "P1", "completed", "2024"),
    ):
        run("--db", other, *words, today="2023-06-30")
    assert not {*uids(other)} & {*before}


def test_a_schedule_writes_a_calendar_and_other_reports_are_none(run: Run, db: Path, tmp_path: Path) -> None:
    assert run("config", "set", "deliver_folder", tmp_path).code == 0
    made = run(
        *("--db", db, "schedule", "add", "due", "--cron", "0 7 * * *", "--to", tmp_path / "due-{date}.ics"),
        *("--report", "milestone list"),
        today="2023-06-30",
    )
    assert made.code == 0, made.err
    assert run("--db", db, "schedule", "run", "due", today="2023-06-30").code == 0
    [written] = tmp_path.glob("due-*.ics")
    assert written.name == f"due-{date(2023, 6, 30)}.ics"
    assert sum(kind == "VEVENT" for kind, _event in parsed(written.read_bytes())) == 2
    refused = run("--db", db, "list", "-f", "ics", today="2023-06-30")
    assert (refused.code, refused.err) == (2, "tracker: ics is a calendar of due days; Projects has none\n")
