"""`report revisions`: later figures less the first ones, equal to what runs with --known-on print."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.ledgers import once
from tests.test_reported_figures import Office
from tracker.analysis.revisions import summary

NOW = "2023-12-15"


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    """Months of two owners' projects, corrected after one and after three months; August is closed before that."""
    office = Office(run, tmp_path / "office.db")
    once(tmp_path / "office.db", lambda: _fill(office))
    return office


def _fill(office: Office) -> None:
    for code, owner in (("bio", "Wang"), ("chip", "Li"), ("tool", "Li")):
        office.do(
            *("project", "add", code, "--owner", owner, "--stage", "under_construction", "--on", "2023-02"),
            today="2023-03-01",
        )

    def book(code: str, amount: str, month: str, day: str, *more: str) -> None:
        office.do("capital", "record", code, "completed", f"{amount}万元", "--on", month, *more, today=day)

    book("bio", "100", "2023-07", "2023-08-02")
    book("bio", "300", "2023-08", "2023-09-02")
    book("chip", "500", "2023-08", "2023-08-30")
    # Corrected before the close, which is the first figure then.
    book("chip", "520", "2023-08", "2023-09-03", "--replace")
    office.do("month", "close", "2023-08", today="2023-09-05")
    book("bio", "330", "2023-08", "2023-09-20", "--replace")
    book("tool", "70", "2023-08", "2023-10-20")
    book("chip", "490", "2023-08", "2023-11-10", "--replace")
    book("bio", "90", "2023-07", "2023-12-01", "--replace")


def amount(cell: dict[str, Any] | None) -> float | None:
    return float(cell["amounts"][0]["amount"]) / 10_000 if cell and cell["amounts"] else None


def figures(office: Office, *words: str, today: str = NOW) -> dict[tuple[str, str], tuple[Any, ...]]:
    rows = json.loads(office.do("report", "revisions", *words, "-f", "json", today=today).out)["rows"]
    keys = ("first", "after_1", "after_3", "after_12", "now", "revision")
    return {(row["code"], row["month"]): (row["first_known"], *(amount(row[key]) for key in keys)) for row in rows}


def test_first_figures_later_ones_and_revisions(office: Office) -> None:
    assert figures(office) == {
        ("bio", "2023-07"): ("first", 100, 100, 100, None, 90, -10),
        ("bio", "2023-08"): ("close", 300, 330, 330, None, 330, 30),
        ("chip", "2023-08"): ("close", 520, 520, 490, None, 490, -30),
        # Nobody knew it at the close, nor a month after August.
        ("tool", "2023-08"): ("first", 70, None, 70, None, 70, 0),
    }
    assert list(figures(office, "--owner", "wang", "--last", "4")) == [("bio", "2023-08")]
    # As it was known before the corrections of November and December.
    assert figures(office, "--known-on", "2023-10-31")["chip", "2023-08"] == ("close", 520, 520, None, None, 520, 0)


def test_revisions_are_the_differences_of_runs_known_on(office: Office) -> None:
    found = figures(office)

    def printed(code: str, month: str, *known: str) -> float | None:
        return amount(office.rows("report", "monthly", "--month", month, *known, today=NOW)[code]["month"])

    ends = {"2023-07": ("2023-08-31", "2023-10-31"), "2023-08": ("2023-09-30", "2023-11-30")}
    for (code, month), (_first, *values) in found.items():
        for day, value in zip(ends[month], values[1:3], strict=True):
            assert printed(code, month, "--known-on", day) == value
        assert printed(code, month) == values[4]
        if month == "2023-08" and code != "tool":
            assert printed(code, month, "--known-on", "2023-09-05") == values[0]
            assert values[5] == values[4] - printed(code, month, "--known-on", "2023-09-05")


def test_groups_have_mean_and_mean_absolute_revisions_and_count_what_is_lacking(office: Office) -> None:
    report = json.loads(office.do("report", "revisions", "--by", "owner", "-f", "json", today=NOW).out)
    rows = {row["group"]: row for row in report["rows"]}
    found = {
        name: (
            row["figures"],
            row["revised"],
            amount(row["mean_now"]),
            amount(row["absolute_now"]),
            row["lacking_after_1"],
        )
        for name, row in rows.items()
    }
    # Li: chip −30, tool 0; Wang: bio −10 and +30.
    assert found == {"Li": (2, 1, -15, 15, 1), "Wang": (2, 2, 10, 20, 0)}
    assert amount(rows["Li"]["mean_after_1"]) == 0
    assert [row["lacking_after_12"] for row in rows.values()] == [2, 2]
    assert amount(rows["Wang"]["mean_after_12"]) is None
    assert (amount(report["totals"]["mean_now"]), amount(report["totals"]["absolute_now"])) == (-2.5, 17.5)
    assert "CNY: mean revision CNY -25k, mean absolute revision CNY 175k, over 4 figures" in report["coverage"]


def test_the_statistics_are_those_of_their_source() -> None:
    """Worked by hand from MR = Σ(L − P) ÷ n and MAR = Σ|L − P| ÷ n."""
    found = summary([Fraction(3), Fraction(-1), None, Fraction(-5), Fraction(0)])
    assert (found.mean, found.mean_absolute) == (Fraction(-3, 4), Fraction(9, 4))
    assert (found.counted, found.lacking) == (4, 1)
    assert summary([None]).mean is None


def test_a_withdrawn_figure_is_lacking_now(office: Office) -> None:
    office.do("capital", "correct", "1", "--withdraw", "--why", "not ours", today="2023-12-02")
    report = json.loads(office.do("report", "revisions", "--by", "owner", "-f", "json", today=NOW).out)
    rows = {row["group"]: row for row in report["rows"]}
    assert (rows["Wang"]["lacking_now"], amount(rows["Wang"]["mean_now"])) == (1, 30)


def test_nothing_to_revise(office: Office) -> None:
    told = office("report", "revisions", "--last", "1", today=NOW)
    assert (told.code, "no figure of these months is known" in told.err) == (0, True)
    assert "修订" in office.do("--lang", "zh", "report", "revisions", today=NOW).out
