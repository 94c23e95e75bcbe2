"""`report slippage` says what plain counting makes of the steps of a made-up portfolio."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.recount import Recount
from tests.test_report_speed import END, records
from tracker.database import Database, locate
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.report import Report
from tracker.reports.slippage import slippage

Range = tuple[date, date]
DAYS = (END, date(2022, 3, 31))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Sixty made-up projects."""
    return locate(str(made_up.ledger(tmp_path_factory)))


@pytest.fixture(scope="module")
def recount() -> Recount:
    """Their steps, carried out in plain Python."""
    return made_up.recount()


def built(database: Database, as_of: date, **options: Any) -> Report:
    with database.reading() as reader:
        return slippage(reader, AsOf(as_of), Filters(), **options)


def said(recount: Recount, as_of: date) -> Iterator[tuple[tuple[str, str], list[tuple[str, date, Range]]]]:
    """Every word about the day of each milestone: what, the day it counts from, the range; the baseline first."""
    order = ("baseline", "forecast", "actual")
    for row in recount.table("milestone"):
        own = recount.table("day", code=row["code"], milestone=row["milestone"])
        days = [(day["what"], day["counts"], (day["first"], day["last"])) for day in own if day["counts"] <= as_of]
        days.sort(key=lambda day: (order.index(day[0]), day[1] if day[0] == "forecast" else date.min))
        if days:
            yield (row["code"], row["milestone"]), days


def late(old: Range, new: Range) -> int:
    """Days between the last days of two ranges, 0 where they overlap."""
    overlap = old[0] <= new[1] and new[0] <= old[1]
    return 0 if overlap else (new[1] - old[1]).days


@pytest.mark.parametrize("as_of", DAYS)
def test_every_milestone_slips_as_plain_counting_says(database: Database, recount: Recount, as_of: date) -> None:
    rows = {(row["code"], row["milestone"].code): row for row in records(built(database, as_of))}
    expected = dict(said(recount, as_of))
    assert set(rows) == set(expected)
    for key, days in expected.items():
        row = rows[key]
        found = {what: span for what, _made, span in days}
        baseline, expects = found.get("baseline"), days[-1][2]
        assert row["slip"] == (late(baseline, expects) if baseline and len(days) > 1 else None)
        assert row["moved"] == (late(days[-2][2], expects) if len(days) > 1 else None)
        assert row["reforecasts"] == sum(1 for what, _made, _span in days if what == "forecast")
        runs = recount.conditions(as_of).get(key[0], "active") == "active"
        waits = runs and "actual" not in found and expects[1] < as_of
        assert row["overdue"] == ((as_of - expects[1]).days if waits else None)
        trend = [f"{made}: " for what, made, _span in days if what == "forecast"]
        assert [word[:12] for word in row["trend"] or ()] == trend


@pytest.mark.parametrize("as_of", DAYS)
def test_the_trend_tells_every_word_in_order(database: Database, recount: Recount, as_of: date) -> None:
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in records(built(database, as_of, trend=True)):
        rows.setdefault((row["code"], row["milestone"].code), []).append(row)
    expected = dict(said(recount, as_of))
    assert set(rows) == set(expected)
    assert sum(map(len, rows.values())) > 100
    for key, days in expected.items():
        assert len(rows[key]) == len(days)
        before: Range | None = None
        for row, (what, made, span) in zip(rows[key], days, strict=True):
            assert (row["on"].first, row["on"].last) == span
            assert row["made"] == (made if what == "forecast" else None)
            assert row["moved"] == (late(before, span) if before else None)
            assert row["slip"] == (None if what == "baseline" else late(days[0][2], span))
            before = span


def judged(days: list[tuple[str, date, Range]], as_of: date) -> str | None:
    """on_time, late, unreached or unclear; None where the baseline is still to come."""
    found = {what: span for what, _made, span in days}
    baseline, actual = found["baseline"], found.get("actual")
    if baseline[1] > as_of:
        return None
    if actual is None:
        return "unreached"
    if actual[1] <= baseline[1]:
        return "on_time"
    return "late" if actual[0] > baseline[1] else "unclear"


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("by", ["owner", "site"])
def test_the_on_time_share_of_each_group(database: Database, recount: Recount, as_of: date, by: str) -> None:
    groups = {row["code"]: row[by] for row in recount.table("project")}
    report = built(database, as_of, by=by)
    assert report.totals is not None
    keys = [column.key for column in report.columns]
    rows = [*records(report), dict(zip(keys, report.totals, strict=True)) | {"group": "all"}]
    assert {row["group"] for row in rows[:-1]} == {groups[code] for (code, _m), _d in said(recount, as_of)}
    for row in rows:
        told = [days for (code, _m), days in said(recount, as_of) if row["group"] in ("all", groups[code])]
        verdicts = [judged(days, as_of) for days in told]
        for key in ("on_time", "late", "unreached", "unclear"):
            assert row[key] == verdicts.count(key)
        due = len(verdicts) - verdicts.count(None)
        assert (row["milestones"], row["due"]) == (len(told), due)
        clear = due - verdicts.count("unclear")
        assert row["share"] == (Fraction(verdicts.count("on_time"), clear) if clear else None)
        slips = sorted(
            late(days[0][2], days[-1][2])
            for days in told
            if len(days) > 1 and all((last - first).days <= 30 for first, last in (days[0][2], days[-1][2]))
        )
        assert row["slips"] == len(slips)
        assert row["slip"] == (slips[(len(slips) - 1) // 2] if slips else None)
        assert row["worst"] == (slips[-1] if slips else None)
        assert row["reforecasts"] == sum(1 for days in told for day in days if day[0] == "forecast")


def test_ended_projects_stay_in_the_share(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    for code in ("kept", "ended"):
        run("--db", db, "project", "add", code, "--stage", "signed", "--on", "2023-01-10", today="2023-03-01")
        run("--db", db, "milestone", "plan", code, "under_construction", "2023-02", today="2023-03-01")
    run("--db", db, "project", "stage", "kept", "under_construction", "--on", "2023-02-20", today="2023-03-01")
    run("--db", db, "project", "condition", "ended", "terminated", "--why", "x", today="2023-03-01")
    page = json.loads(run("--db", db, "report", "slippage", "--by", "none", "-f", "json", today="2023-03-01").out)
    [row] = page["rows"]
    assert (row["group"], row["due"], row["on_time"], row["share"]) == ("all", 2, 1, "0.5")
    assert page["totals"] is None
    assert "on time 1 of 2 = 50.0%" in page["coverage"][1]
    assert "1 due ones of ended projects stay in it" in page["coverage"][1]


def test_the_command(run: Run, demo_database: Any) -> None:
    def told(*words: str) -> dict[str, Any]:
        result = run("--db", demo_database, "report", "slippage", *words, "-f", "json", today="2023-06-30")
        assert result.code == 0, result.err
        page: dict[str, Any] = json.loads(result.out)
        return page

    # The flagship was to be started in October 2022 and was, in 2022: nobody can tell whether on time.
    flagship, *_others = told("--text", "nidec-flagship")["rows"]
    assert (flagship["baseline"], flagship["actual"], flagship["slip"]) == ("2022-10", "2022", 0)
    assert flagship["on_time"] is None
    assert [row["what"] for row in told("--trend", "--text", "zhongjin")["rows"]] == ["baseline"]
    assert [row["unclear"] for row in told("--by", "none")["rows"]] == [1]
    both = run("--db", demo_database, "report", "slippage", "--trend", "--by", "owner")
    assert (both.code, both.out) == (2, "")
    assert "choose one of both" in both.err
    nothing = run("--db", demo_database, "report", "slippage", "--owner", "nobody", "-f", "json", today="2023-06-30")
    assert nothing.code == 0
    assert json.loads(nothing.out)["rows"] == []


def test_a_new_baseline_never_makes_lateness_vanish(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    for day, words in (
        ("2023-01-05", "project add a --owner 甲 --total 1亿 --stage under_construction --on 2023-01-04"),
        ("2023-01-05", "milestone plan a completed 2023-03"),
        ("2023-04-10", "project rebaseline a --end 2023-06 --approved 2023-04-01 --why 延期"),
        ("2023-06-20", "project stage a completed --on 2023-06-15"),
    ):
        result = run("--db", db, *words.split(" "), today=day)
        assert result.code == 0, result.err

    def page(*more: str, as_of: str = "2023-06-30") -> dict[str, Any]:
        words = ("report", "slippage", *more, "--as-of", as_of, "-f", "json")
        found: dict[str, Any] = json.loads(run("--db", db, *words, today="2023-07-01").out)
        return found

    # Without a forecast the new baseline is what is expected.
    [open_row] = [row for row in page(as_of="2023-05-31")["rows"] if row["milestone"] == "completed"]
    assert (open_row["slip"], open_row["first_slip"], open_row["first_on_time"]) == (None, 91, False)
    [row] = [row for row in page()["rows"] if row["milestone"] == "completed"]
    # Between the last days: 15 June is 76 days after 31 March, and inside June.
    assert (row["baseline"], row["slip"], row["on_time"]) == ("2023-06", 0, True)
    assert (row["first_baseline"], row["first_slip"], row["first_on_time"]) == ("2023-03", 76, False)
    grouped = page("--by", "owner")
    assert (grouped["totals"]["share"], grouped["totals"]["first_share"]) == ("1", "0")
    assert (grouped["totals"]["slip"], grouped["totals"]["first_slip"], grouped["totals"]["rebaselined"]) == (0, 76, 1)
    assert "1 milestone was re-baselined; by the first baselines on time 0 of 1 = 0.0%" in grouped["coverage"]
    # Before the new baseline was approved it was late by the only one there was.
    assert [row["first_baseline"] for row in page(as_of="2023-03-31")["rows"]] == [None]
