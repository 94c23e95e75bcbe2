"""`tracker timeline`: milestones on an axis of time, and the pictures a row of text can hold."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import made_up
from tests.conftest import Run
from tracker.analysis.milestones import Milestone, axis_span, days_of, late_days
from tracker.dates import Period
from tracker.render import Options
from tracker.render.drawing import axis_text, cell_of, drawn_text, spark_text, strip_text
from tracker.reports.report import Axis, Bar, Spark, Strip

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
PERIODS = st.builds(lambda one, days: Period.of(one, one + timedelta(days)), DAYS, st.integers(0, 800))
YEAR = Axis(Period.year(2023), date(2023, 7, 1))


def shares(*values: int | None) -> tuple[Fraction | None, ...]:
    return tuple(None if value is None else Fraction(value) for value in values)


# --- sparklines -----------------------------------------------------------------------------------------------------


def test_a_sparkline_tells_nothing_from_little_and_from_what_is_not_known() -> None:
    assert spark_text(shares(0, 1, None, 50, 100), 12, Options()) == "▁▂ ▅█"
    assert spark_text(shares(0, 1, None, 50, 100), 12, Options(ascii=True)) == "_. =#"
    assert spark_text(shares(0, 0), 12, Options()) == "▁▁"
    assert spark_text(shares(-5, None), 12, Options()) == "▁ "


def test_a_sparkline_that_is_too_long_shows_means() -> None:
    assert spark_text(shares(0, 0, 4, 6, None, 10), 3, Options()) == "▁▅█"


@given(st.lists(st.none() | st.fractions(-10, 10**6), max_size=40), st.integers(1, 30), st.booleans())
def test_a_sparkline_never_passes_its_width(values: list[Fraction | None], width: int, ascii: bool) -> None:
    text = spark_text(tuple(values), width, Options(ascii=ascii))
    assert len(text) == min(len(values), width)
    assert text.isascii() or not ascii


# --- strips ---------------------------------------------------------------------------------------------------------


def test_a_strip_draws_ranges_as_ranges_and_what_is_late_as_shade() -> None:
    strip = Strip(Period.month(2023, 2), Period.quarter(2023, 3), None, Period.of(date(2023, 2, 28), date(2023, 9, 30)))
    assert strip_text(strip, YEAR, 48) == "    ───◇░░░░░░░░░░░░░░░░───────────○            "
    assert strip_text(strip, YEAR, 12) == " ◇░░░░──○   "
    assert strip_text(Strip(actual=Period.day(date(2023, 1, 1))), YEAR, 12) == "●     │     "


def test_the_later_word_stands_where_two_share_a_cell() -> None:
    month = Period.month(2023, 4)
    assert strip_text(Strip(month, month), YEAR, 12).strip(" │") == "○"
    assert strip_text(Strip(month, month, month), YEAR, 12).strip(" │") == "●"


def test_the_head_shows_the_finest_steps_that_fit() -> None:
    assert axis_text(YEAR, 72).split("\n")[1].split() == [str(month) for month in range(1, 13)]
    assert axis_text(YEAR, 24).split("\n") == ["2023" + " " * 20, "Q1    Q2    Q3    Q4    "]
    decade = Axis(Period.of(date(2015, 11, 1), date(2024, 12, 31)))
    assert axis_text(decade, 30).split() == ["2016", "2018", "2020", "2022", "2024"], (
        "every second year, and none is cut"
    )
    assert "2015" not in axis_text(decade, 60), "two months leave no room for a label"
    assert axis_text(Axis(Period.year(2023), step="year"), 40).split() == ["2023"]
    assert axis_text(Axis(Period.year(2023), step="month"), 24).split("\n")[1].split() == [
        "1",
        "3",
        "5",
        "7",
        "9",
        "11",
    ]


@given(
    st.lists(PERIODS, min_size=1, max_size=6), DAYS, st.integers(24, 200), st.sampled_from(["month", "quarter", "year"])
)
def test_nothing_is_drawn_beyond_the_axis(periods: list[Period], today: date, width: int, step: str) -> None:
    axis = Axis(axis_span(periods, today, step), today, step)
    baseline, forecast, actual = (*periods, None, None)[:3] if len(periods) < 3 else periods[:3]
    strip = Strip(baseline, forecast, actual, periods[-1])
    assert len(strip_text(strip, axis, width)) == width
    assert {len(line) for line in axis_text(axis, width).split("\n")} == {width}
    assert cell_of(axis.span.first, axis, width) == 0
    assert cell_of(axis.span.last, axis, width) <= width - 1
    assert all(axis.span.first <= one.first and one.last <= axis.span.last for one in periods)
    assert drawn_text(strip, width, Options(ascii=True), axis).isascii()


def test_a_drawing_without_its_axis_is_nothing() -> None:
    assert drawn_text(Strip(), 10, Options(), None) == ""
    assert drawn_text(None, 10, Options(), None) == ""
    assert drawn_text(Bar(Fraction(1)), 3, Options(), None) == "███"
    assert drawn_text(Spark(shares(1)), 3, Options(), None) == "█"


# --- which days are late --------------------------------------------------------------------------------------------


def airport(*, opened: bool) -> Milestone:
    return Milestone(
        "opening",
        None,
        Period.day(date(2011, 10, 30)),
        ((date(2010, 6, 25), Period.day(date(2012, 6, 3))),),
        Period.day(date(2020, 10, 31)) if opened else None,
    )


def test_the_slip_of_berlin_brandenburg_airport() -> None:
    # Public record: opening planned for 30 October 2011, put off on 25 June 2010 to 3 June 2012, and come about on
    # 31 October 2020.
    assert airport(opened=False).slip == 217
    assert airport(opened=True).slip == 3289
    assert late_days(airport(opened=True), date(2021, 1, 1)) == Period.of(date(2011, 10, 30), date(2020, 10, 31))


def test_what_is_overdue_is_late_to_the_day_asked_about() -> None:
    assert late_days(airport(opened=False), date(2012, 1, 1)) == Period.of(date(2011, 10, 30), date(2012, 6, 3))
    assert late_days(airport(opened=False), date(2013, 1, 1)) == Period.of(date(2011, 10, 30), date(2013, 1, 1))
    hoped = Milestone("a", None, None, ((date(2023, 1, 1), Period.month(2023, 3)),), None)
    assert late_days(hoped, date(2023, 5, 1)) == Period.of(date(2023, 3, 31), date(2023, 5, 1))
    assert late_days(hoped, date(2023, 3, 31)) is None


def test_overlapping_ranges_and_empty_milestones_are_not_late() -> None:
    vague = Milestone("a", None, Period.month(2022, 10), (), Period.year(2022))
    assert vague.slip == 0
    assert late_days(vague, date(2023, 5, 1)) is None
    assert days_of(Milestone("a", None, None, (), None)) == ()
    assert late_days(Milestone("a", None, None, (), None), date(2023, 1, 1)) is None


# --- the command ----------------------------------------------------------------------------------------------------


def test_on_a_terminal_it_is_drawn_and_elsewhere_said(run: Run, demo_database: Path) -> None:
    def told(width: str | None, *more: str) -> str:
        return run("--db", demo_database, *more, "timeline", today="2023-02-28", env={"COLUMNS": width}).out

    drawn, piped, narrow = told("80"), told(None), told("40")
    assert "◇────●" in drawn
    assert "2022-10" not in drawn
    assert max(map(len, drawn.splitlines())) <= 80
    assert "│" not in piped + narrow
    assert "2023-10" in piped
    assert "2023-10" in narrow
    assert max(map(len, told("160").splitlines())) <= 160
    assert "投产" in told("80", "--lang", "zh")


def test_ascii_where_the_terminal_needs_it(run: Run, demo_database: Path) -> None:
    env = {"COLUMNS": "80", "PYTHONIOENCODING": "ascii"}
    # The stream of the test says UTF-8; the options ask it.
    strip = drawn_text(Strip(Period.month(2023, 2), None, Period.month(2023, 3)), 24, Options(ascii=True), YEAR)
    assert strip == "  -+-*      |           "
    assert run("--db", demo_database, "timeline", today="2023-02-28", env=env).code == 0


@pytest.mark.parametrize("by", ["month", "quarter", "year"])
def test_the_axis_goes_by_what_was_asked_for(run: Run, demo_database: Path, by: str) -> None:
    result = run("--db", demo_database, "timeline", "--by", by, today="2023-02-28", env={"COLUMNS": "100"})
    head = result.out.splitlines()[2:4]
    assert result.code == 0
    assert ("Q1" in head[1]) == (by == "quarter")
    assert ("10" in head[1].split()) == (by == "month")


def test_another_step_is_refused(run: Run, demo_database: Path) -> None:
    result = run("--db", demo_database, "timeline", "--by", "mont", today="2023-02-28")
    assert result.code == 2
    assert "did you mean “month”" in result.err


def test_days_in_words_can_be_asked_for_beside_the_picture(run: Run, demo_database: Path) -> None:
    out = run(
        "--db", demo_database, "timeline", "--columns", "+baseline", today="2023-02-28", env={"COLUMNS": "90"}
    ).out
    assert "│" in out
    assert "2022-10" in out


def test_no_milestone_is_no_output(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    run("--db", db, "project", "add", "a")
    result = run("--db", db, "timeline", env={"COLUMNS": "80"})
    assert (result.code, result.out) == (0, "")
    assert "no milestone with a day" in result.err


def test_every_row_is_what_plain_python_counts(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    as_of, recount = date(2022, 12, 31), made_up.recount()
    db = made_up.ledger(tmp_path_factory)
    result = run("--db", db, "timeline", "--as-of", str(as_of), "-f", "csv", today=made_up.END)
    found = {(row["code"], row["milestone"]): row for row in csv.DictReader(io.StringIO(result.out))}
    ended = {code for code, word in recount.conditions(as_of).items() if word in ("terminated", "lost", "closed")}
    begun = {code for code, _milestone in recount.milestones(as_of)}
    expected = {key: days for key, days in recount.milestones(as_of).items() if key[0] in begun - ended}
    assert set(found) == set(expected)
    assert len(found) > 40
    for key, days in expected.items():
        assert found[key]["slip"] == _slip(days)
        for what in ("baseline", "forecast", "actual"):
            shown = found[key][what]
            assert bool(shown) == (what in days)
            assert not shown or str(days[what][0]).startswith(shown[:4])


def _slip(days: dict[str, tuple[date, date]]) -> str:
    """Between last days; 0 where the ranges overlap; nothing without a baseline or anything to compare."""
    later = days.get("actual") or days.get("forecast")
    if "baseline" not in days or later is None:
        return ""
    first, last = days["baseline"]
    overlap = first <= later[1] and later[0] <= last
    return "0" if overlap else str((later[1] - last).days)


def test_the_rows_are_the_same_in_json(run: Run, demo_database: Path) -> None:
    page = json.loads(run("--db", demo_database, "timeline", "-f", "json", today="2023-02-28").out)
    assert [column["key"] for column in page["columns"]] == [
        *("code", "milestone", "baseline", "forecast", "actual", "slip", "overdue"),
    ]
    assert page["rows"][0] == {
        "code": "nidec-flagship",
        "milestone": "under_construction",
        "baseline": "2022-10",
        "forecast": None,
        "actual": "2022",
        "slip": 0,
        "overdue": None,
    }
