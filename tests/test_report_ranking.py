"""`report ranking` says what plain counting and sorting make of the steps of a made-up portfolio."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.test_report_monthly import amounts, counted_on, near
from tracker.commands import report
from tracker.reports.ranking import MEASURES, PERIODS

DAY = date(2023, 5, 31)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty made-up projects."""
    return made_up.ledger(tmp_path_factory)


def told(run: Run, db: Path, *words: str) -> dict[str, Any]:
    result = run("--db", db, "report", "ranking", *words, "-f", "json", today="2023-06-10")
    assert result.code == 0, result.err
    page: dict[str, Any] = json.loads(result.out)
    return page


def begins(day: date, every: str) -> date:
    """The first day of the month, quarter or year of a day."""
    months = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}
    return date(day.year, months[every], 1)


class Placed:
    """Values and ranks of every group on a day, from the steps."""

    def __init__(self, as_of: date, by: str, on: str, every: str) -> None:
        """Count in the month, quarter or year of `as_of`, up to that day."""
        self.counted, self.on, self.first = counted_on(as_of), on, begins(as_of, every)
        after = self.first + timedelta({"month": 31, "quarter": 93, "year": 366}[every])
        self.last = after.replace(day=1) - timedelta(1)
        codes: dict[str | None, list[str]] = {}
        for code, row in self.counted.projects.items():
            codes.setdefault(row[by], []).append(code)
        self.values = {label: self.value(found) for label, found in codes.items()}

    def value(self, codes: list[str]) -> Any:
        """What a group has: amounts by currency, a share, points or a count."""
        counted = self.counted
        if self.on in ("signed", "started"):
            return sum(1 for code in codes if self.in_period(code))
        if self.on == "total":
            return counted.together(codes, counted.total)
        if self.on == "completed":
            return counted.together(codes, self.completed())
        completion = counted.share(codes, counted.year, counted.own_year, counted.own_plan, both=False)
        gone = Fraction(counted.as_of.month, 12)
        return completion if self.on == "completion" or completion is None else 100 * (completion - gone)

    def completed(self) -> dict[str, dict[str, int]]:
        """What each family completed in the period: to the last month to which that is known."""
        counted = self.counted
        if self.last.month - self.first.month == 11:
            return counted.year
        own: dict[str, dict[str, int]] = {}
        day = self.first
        while day <= counted.as_of:
            for code in counted.projects:
                own[code] = counted.of_month(code, day, self.first) or own.get(code, {})
            day = (day + timedelta(31)).replace(day=1)
        return counted.family(own)

    def in_period(self, code: str) -> bool:
        """Whether the first signing, or the first stage of building, surely lies in the period."""
        begun = ("under_construction", "topped_out", "completed", "in_production", "at_capacity")
        stages = ("signed",) if self.on == "signed" else begun
        rows = [r for r in self.counted.recount.table("stage", code=code) if r["counts"] <= self.counted.as_of]
        first = next((row for row in rows if row["stage"] in stages), None)
        return first is not None and self.first <= first["first"] <= first["last"] <= self.last

    def ranks(self) -> dict[str | None, int | None]:
        """One more than the number of groups ahead."""
        found: dict[str | None, int | None] = dict.fromkeys(self.values)
        known = {label: self.number(value) for label, value in self.values.items() if label is not None}
        for label, value in known.items():
            if value is not None:
                found[label] = 1 + len([other for other in known.values() if other is not None and other > value])
        return found

    def number(self, value: Any) -> Any:
        """What is compared."""
        return value.get("CNY") if isinstance(value, dict) else value


@pytest.mark.parametrize("on", MEASURES)
@pytest.mark.parametrize(
    ("by", "every"), [("owner", "month"), ("site", "quarter"), ("grid", "year"), ("chain", "month")]
)
def test_every_rank_is_as_plain_python_counts(run: Run, db: Path, by: str, on: str, every: str) -> None:
    page = told(run, db, "--as-of", str(DAY), "--by", by, "--measure", on, "--period", every)
    earlier = begins(DAY, every) - timedelta(1)
    now, before = Placed(DAY, by, on, every), Placed(earlier, by, on, every)
    ranks, previous = now.ranks(), before.ranks()
    assert {row["group"] for row in page["rows"]} == set(now.values)
    for row in page["rows"]:
        label = row["group"]
        for key, value in (("value", now.values[label]), ("previous_value", before.values.get(label))):
            if on in ("completed", "total"):
                assert amounts(row[key]) == (value or {}), (label, key)
            else:
                assert near(row[key], value, 4 if on == "gap" else 6), (label, key)
        assert (row["rank"], row["previous_rank"]) == (ranks[label], previous.get(label)), label
        rank, old = ranks[label], previous.get(label)
        assert row["change"] == (None if rank is None or old is None else old - rank)
    places = [row["rank"] for row in page["rows"]]
    assert places == sorted(places, key=lambda place: (place is None, place or 0))


def test_ties_share_a_rank_and_what_has_no_value_comes_last(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    for code, owner, done in (("a", "甲", "6"), ("b", "乙", "4"), ("c", "丙", "4"), ("d", "丁", "1"), ("e", "戊", "")):
        run("--db", db, "project", "add", code, "--owner", owner, today="2023-01-02")
        if done:
            run("--db", db, "capital", "plan", code, "12亿元", "--year", "2023", today="2023-01-02")
            run(
                "--db", db, "capital", "record", code, "completed", f"{done}亿元", "--on", "2023-05", today="2023-06-01"
            )
    run("--db", db, "project", "add", "f", today="2023-01-02")
    run("--db", db, "capital", "plan", "f", "1亿元", "--year", "2023", today="2023-01-02")
    page = told(run, db, "--as-of", "2023-05-31")
    assert [(row["rank"], row["group"]) for row in page["rows"]] == [
        (1, "甲"),
        (2, "丙"),
        (2, "乙"),
        (4, "丁"),
        (None, "戊"),
        (None, None),
    ]
    assert page["coverage"] == ["4 of 6 groups ranked"]
    # By April nobody had reported a figure: nobody was ranked.
    assert [row["change"] for row in page["rows"]] == [None] * 6


def test_amounts_are_compared_in_one_currency(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    for code, owner, total in (("a", "甲", "1亿元"), ("b", "乙", "9亿美元"), ("c", "丙", "2亿元")):
        run("--db", db, "project", "add", code, "--owner", owner, "--total", total, today="2023-01-02")
    page = told(run, db, "--measure", "total", "--as-of", "2023-05-31")
    assert [(row["rank"], row["group"]) for row in page["rows"]] == [(1, "丙"), (2, "甲"), (None, "乙")]
    assert page["currency"] == "CNY"
    assert any("compared in CNY" in note for note in page["notes"])


def test_the_bar_is_drawn_on_a_terminal_alone(run: Run, db: Path) -> None:
    words = ("--db", db, "report", "ranking", "--measure", "total", "--as-of", str(DAY))
    assert "█" in run(*words, env={"COLUMNS": "160"}).out
    assert "█" not in run(*words).out


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--by", "owners"), "--by: “owners” is not one of owner, grid, site, chain; did you mean “owner”?"),
        (("--measure", "plan"), "--measure: “plan” is not one of completion"),
        (("--period", "week"), "--period: “week” is not one of month, quarter, year"),
    ],
)
def test_another_word_is_refused(run: Run, db: Path, words: tuple[str, ...], part: str) -> None:
    result = run("--db", db, "report", "ranking", *words)
    assert result.code == 2
    assert part in result.err


def test_the_words_of_the_command_are_those_of_the_report() -> None:
    assert set(report.MEASURES) == set(MEASURES)
    assert report.PERIODS == PERIODS
