"""`report missing` 未报: who is expected to report a month and has not, and what the reports of that month say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.ledgers import once
from tests.test_reported_figures import Office

STARTED = ("--stage", "under_construction", "--on", "2023-02")
OCT = "2023-10-09"


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    """Projects of three owners; in September reported are bio (month) and chip (a running figure of October)."""
    office = Office(run, tmp_path / "office.db")

    def make() -> None:
        for code, owner in (("bio", "Wang"), ("chip", "Li"), ("tool", "Li"), ("mute", "Zhao")):
            office.do("project", "add", code, "--name", code, "--owner", owner, *STARTED, today="2023-02-20")
        office.do("capital", "record", "bio", "completed", "300万元", "--on", "2023-09", today=OCT)
        office.do("capital", "record", "chip", "completed", "900万元", "--on", "2023-10-08", "--ytd", today=OCT)
        office.do("capital", "record", "tool", "completed", "500万元", "--on", "2023-07", "--ytd", today=OCT)

    once(tmp_path / "office.db", make)
    return office


def missing(office: Office, *words: str, today: str = OCT) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in json.loads(office.do(*_command(words), today=today).out)["rows"]}


def _command(words: tuple[str, ...]) -> tuple[str, ...]:
    return ("report", "missing", *words, "-f", "json")


def test_those_who_have_not_reported_the_month_are_listed_with_the_day_their_figures_reach(office: Office) -> None:
    told = office.do(*_command(()), today=OCT)
    assert "the last month that has ended: 2023-09" in told.err
    rows = {row["code"]: row for row in json.loads(told.out)["rows"]}
    # mute never reported: since February, when it started.
    assert list(rows) == ["mute", "tool"]
    assert (rows["mute"]["figures_to"], rows["mute"]["months"]) == (None, 8)
    assert (rows["tool"]["figures_to"], rows["tool"]["months"]) == ("2023-07", 2)
    assert json.loads(told.out)["coverage"] == ["2 of 4 projects expected to report 2023-09 have not"]
    # By the end of July nobody but tool had a figure of it; the running figure of October answers for July as well.
    assert list(missing(office, "--month", "2023-07")) == ["bio", "mute"]
    assert list(missing(office, "--owner", "li")) == ["tool"]


def test_a_row_for_each_owner_counts_them(office: Office) -> None:
    report = json.loads(office.do("report", "missing", "--by", "owner", "-f", "json", today=OCT).out)
    found = [(row["group"], row["expected"], row["reported"], row["missing"]) for row in report["rows"]]
    assert found == [("Li", 2, 1, 1), ("Wang", 1, 1, 0), ("Zhao", 1, 0, 1)]
    assert [row["projects"] for row in report["rows"]] == [["tool"], None, ["mute"]]
    assert (report["totals"]["expected"], report["totals"]["missing"]) == (4, 2)
    refused = office("report", "missing", "--by", "ownr", today=OCT)
    assert (refused.code, "cannot group by “ownr”" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (("project", "condition", "tool", "suspended", "--on", "2023-09-30", "--why", "money"), False),
        (("project", "condition", "tool", "suspended", "--on", "2023-10-02", "--why", "money"), True),
        (("project", "condition", "tool", "terminated", "--on", "2023-08-02", "--why", "money"), False),
        (("project", "stage", "tool", "completed", "--on", "2023-08-31"), False),
        (("project", "stage", "tool", "completed", "--on", "2023-09-05"), True),
        (("capital", "record", "tool", "completed", "--unknown", "--on", "2023-09"), True),
        (("capital", "record", "tool", "completed", "--withheld", "--on", "2023-09"), False),
        (("capital", "record", "tool", "completed", "700万元", "--on", "2023Q3"), False),
        (("capital", "record", "tool", "completed", "700万元", "--on", "2023-08"), True),
        (("capital", "record", "tool", "completed", "700万元", "--on", "2023-09", "--cumulative"), False),
        (("capital", "record", "tool", "paid", "700万元", "--on", "2023-09"), True),
    ],
)
def test_who_is_expected_and_what_is_a_report(office: Office, words: tuple[str, ...], listed: bool) -> None:
    office.do(*words, today="2023-10-10")
    assert ("tool" in missing(office, "--month", "2023-09", today="2023-10-10")) == listed


def test_an_unknown_figure_is_said_and_still_missing(office: Office) -> None:
    office.do("capital", "record", "tool", "completed", "--unknown", "--on", "2023-09", today=OCT)
    assert missing(office)["tool"]["said"] == "unknown"


def test_projects_that_do_not_exist_yet_or_are_not_under_construction_are_not_expected(
    office: Office, tmp_path: Path
) -> None:
    office.do("project", "add", "later", *STARTED[:3], "2023-10", today=OCT)
    office.do("project", "add", "signed", "--stage", "signed", "--on", "2023-03", today=OCT)
    office.do("capital", "plan", "signed", "2000万元", "--year", "2023", today=OCT)
    assert not {"later", "signed"} & set(missing(office))
    # A status word without a day: it stands at this stage since nobody knows when.
    sheet = tmp_path / "list.csv"
    sheet.write_text("项目编号,项目名称,项目阶段,2023年计划投资（万元）\nundated,某项目,在建,2000\n", encoding="utf-8")
    office.do("import", str(sheet), "-y", today=OCT)
    assert "undated" in missing(office)


def test_a_family_reports_once(office: Office) -> None:
    office.do("project", "add", "park", *STARTED, today="2023-02-20")
    for part in ("park-1", "park-2"):
        office.do("project", "add", part, "--parent", "park", *STARTED, today="2023-02-20")
    assert {"park-1", "park-2"} <= set(missing(office))
    assert "park" not in missing(office)
    office.do("capital", "record", "park", "completed", "100万元", "--on", "2023-06", today=OCT)
    assert "park" in missing(office)
    assert not {"park-1", "park-2"} & set(missing(office))
    office.do("capital", "record", "park-1", "completed", "100万元", "--on", "2023-09", today=OCT)
    assert not {"park", "park-1"} & set(missing(office))


def test_what_was_missing_is_known_again_as_of_an_earlier_day(office: Office) -> None:
    office.do("capital", "record", "tool", "completed", "700万元", "--on", "2023-09", today="2023-10-12")
    assert list(missing(office, today="2023-10-13")) == ["mute"]
    assert list(missing(office, "--known-on", OCT, today="2023-10-13")) == ["mute", "tool"]
    assert missing(office, "--known-on", OCT, today="2023-10-13")["tool"]["figures_to"] == "2023-07"
    assert list(missing(office, "--as-of", "2023-08-31", today="2023-10-13")) == ["bio", "mute", "tool"]


def test_nothing_is_missing(office: Office) -> None:
    table = office.do("report", "missing", "--month", "2023-09", "--owner", "wang", today=OCT).err
    assert "every project expected to report 2023-09 has" in table
    assert "no project is expected to report 2022-12" in office.do("report", "missing", "--month", "2022-12").err


def test_the_reports_of_a_month_without_news_say_so(office: Office) -> None:
    found = json.loads(office.do("report", "monthly", "--month", "2023-11", "-f", "json").out)
    assert found["title"] == "Monthly report 2023-11, without a figure of this month"
    assert found["coverage"][0] == "nobody has reported 2023-11: no figure printed here reaches beyond 2023-10-08"
    rows = {row["code"]: row for row in found["rows"]}
    assert {code: row["figures_to"] for code, row in rows.items()} == {
        "bio": "2023-09",
        "chip": "2023-10-08",
        "tool": "2023-07",
        "mute": None,
    }
    bulletin = office.do("report", "bulletin", "--month", "2023-11").out
    assert "Nobody has reported November 2023: no figure here reaches beyond 2023-10-08." in bulletin
    found = json.loads(office.do("report", "monthly", "--month", "2023-09", "-f", "json").out)
    assert found["title"] == "Monthly report 2023-09"
    assert found["coverage"][0] == "2 of 4 projects expected to report 2023-09 have not"
    bulletin = office.do("report", "bulletin", "--month", "2023-09").out
    assert "Of 4 projects expected to report September 2023, 2 have not." in bulletin
    progress = office.rows("progress", "--as-of", "2023-09-30")
    assert progress["tool"]["figures_to"] == "2023-07"
