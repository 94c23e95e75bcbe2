"""The recount itself: the worked cases of reported figures by hand, and the program's own series beside it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.recount import Answer, Row, Series
from tracker.analysis import running
from tracker.analysis.values import Entry

# What a case says: basis, first day, last day, amount (None: unknown), and a change of its own unless it says which.
Said = tuple[str, str, str, int | None]


def _day(text: str, *, last: bool) -> date:
    """A day, or the first or last day of a month `2023-06`."""
    if len(text) == 10:
        return date.fromisoformat(text)
    first = date.fromisoformat(f"{text}-01")
    return (first + timedelta(31)).replace(day=1) - timedelta(1) if last else first


def _rows(said: tuple[Said, ...], together: tuple[int, ...] = ()) -> list[Row]:
    """The entries in the order of recording, each in its own change except those `together` with the one before."""
    rows: list[Row] = []
    change = 0
    for number, (basis, first, last, minor) in enumerate(said, start=1):
        change += number not in together
        end = _day(last, last=True)
        begin = date(end.year, 1, 1) if basis == "ytd" else _day(first, last=False)
        rows.append(
            {
                "id": number,
                "basis": basis,
                "first": begin,
                "last": end,
                "minor": minor,
                "availability": "unknown" if minor is None else "reported",
                "recorded": change,
                "counts": end,
            }
        )
    return rows


def month(text: str, minor: int | None) -> Said:
    return "period", text, text, minor


def span(first: str, last: str, minor: int | None) -> Said:
    return "period", first, last, minor


def ytd(text: str, minor: int | None) -> Said:
    return "ytd", text, text, minor


def cumulative(text: str, minor: int | None) -> Said:
    return "cumulative", text, text, minor


def _known(minor: int, to: str) -> Answer:
    return Answer("known", minor, _day(to, last=True))


def _lacking(minor: int | None = None, to: str | None = None) -> Answer:
    return Answer("lacking", minor, _day(to, last=True) if to else None)


BUILDING_SINCE_2021 = (span("2021-03-01", "2021-03-01", None),)
NONE = Answer("not_reported")
CASES: dict[str, tuple[tuple[Said, ...], str, dict[str, Answer]]] = {
    "two years to date": (
        (ytd("2023-08", 17_500), ytd("2023-09", 20_500)),
        "2023-09-30",
        {"2023-09": _known(3_000, "2023-09"), "year": _known(20_500, "2023-09")},
    ),
    "a month beside the year": (
        (ytd("2023-08", 17_500), ytd("2023-09", 20_500), ytd("2023-10", 24_500), month("2023-10", 4_000)),
        "2023-10-31",
        {"2023-10": _known(4_000, "2023-10"), "year": _known(24_500, "2023-10")},
    ),
    "an unknown month between": (
        (month("2023-01", 100), month("2023-02", None), ytd("2023-03", 450)),
        "2023-03-31",
        {
            "year": _known(450, "2023-03"),
            "2023-03": _lacking(),
            "2023-02..2023-03": _known(350, "2023-03"),
        },
    ),
    "an unknown month at the end": (
        (month("2023-01", 100), month("2023-02", None)),
        "2023-02-28",
        {"year": _lacking(100, "2023-01")},
    ),
    "a month nobody spoke of": (
        (month("2023-01", 100), month("2023-03", 300)),
        "2023-03-31",
        {
            "year": Answer("partial", 400, date(2023, 3, 31), ("2023-02",)),
            "2023-01..2023-03": _lacking(),
        },
    ),
    "a first cumulative figure": (
        (cumulative("2023-06", 50_000),),
        "2023-06-30",
        {"cumulative": _known(50_000, "2023-06"), "year": _lacking(), "2023-06": _lacking()},
    ),
    "and the one at the end of last year": (
        (cumulative("2023-06", 50_000), cumulative("2022-12", 42_000)),
        "2023-06-30",
        {"year": _known(8_000, "2023-06")},
    ),
    "a month of last year says nothing of before": (
        (month("2022-12", 100), cumulative("2023-06", 50_000)),
        "2023-06-30",
        {"year": _lacking()},
    ),
    "both of one day": (
        (ytd("2023-05", 700), cumulative("2023-05", 4_700), cumulative("2023-06", 5_000)),
        "2023-06-30",
        {"year": _known(1_000, "2023-06"), "2023-06": _known(300, "2023-06")},
    ),
    "months after a cumulative figure": (
        (cumulative("2023-06", 50_000), month("2023-07", 300), month("2023-08", 200)),
        "2023-08-31",
        {
            "cumulative": _known(50_500, "2023-08"),
            "2023-07": _known(300, "2023-07"),
            "2023-08": _known(200, "2023-08"),
            "2023-07..2023-08": _known(500, "2023-08"),
            "year": _lacking(),
        },
    ),
    "a year to date after a cumulative figure": (
        (cumulative("2023-06", 50_000), ytd("2023-09", 9_000)),
        "2023-09-30",
        {"year": _known(9_000, "2023-09"), "cumulative": _lacking(50_000, "2023-06")},
    ),
    "and the year to date of its day": (
        (cumulative("2023-06", 50_000), ytd("2023-09", 9_000), ytd("2023-06", 5_000)),
        "2023-09-30",
        {"cumulative": _known(54_000, "2023-09")},
    ),
    "the rest of the year was not said": (
        (cumulative("2023-06", 50_000), ytd("2023-06", 5_000), ytd("2024-06", 3_000)),
        "2024-06-30",
        {"cumulative": _lacking(50_000, "2023-06"), "year": _known(3_000, "2024-06")},
    ),
    "a month in a quarter in a year": (
        (
            span("2023-01", "2023-03", 300_000_000),
            month("2023-02", 100_000_000),
            span("2023-01", "2023-12", 1_000_000_000),
        ),
        "2023-12-31",
        {
            "year": _known(1_000_000_000, "2023-12"),
            "2023-01..2023-03": _known(300_000_000, "2023-03"),
            "2023-02": _known(100_000_000, "2023-02"),
        },
    ),
    "a span from January is a year to date": (
        (ytd("2023-07", 15_000), span("2023-01", "2023-08", 16_000)),
        "2023-08-31",
        {"year": _known(16_000, "2023-08"), "2023-08": _known(1_000, "2023-08")},
    ),
    "an unknown quarter with known months": (
        (
            span("2023-04", "2023-06", None),
            month("2023-04", 100),
            month("2023-05", 100),
            month("2023-06", 150),
            ytd("2023-03", 0),
        ),
        "2023-06-30",
        {"year": _known(350, "2023-06")},
    ),
    "a year to date that falls": (
        (ytd("2023-05", 700), ytd("2023-06", 70)),
        "2023-06-30",
        {"year": _known(70, "2023-06"), "2023-06": _known(-630, "2023-06")},
    ),
    "two payments of a month": (
        (span("2023-05-03", "2023-05-03", 100), span("2023-05-20", "2023-05-20", 200)),
        "2023-05-31",
        {"2023-05": _known(300, "2023-05-20")},
    ),
    "a fiscal year": (
        (span("2022-11", "2023-02", 400), month("2023-03", 50)),
        "2023-03-31",
        {
            "2022-11..2023-02": _known(400, "2023-02"),
            "year": Answer("partial", 50, date(2023, 3, 31), ("2023-01", "2023-02")),
        },
    ),
    "nothing": ((), "2023-03-31", {"year": NONE, "cumulative": NONE, "2023-03": NONE}),
}


def _asked(series: Series, what: str) -> Answer:
    if what in ("year", "cumulative"):
        answer: Answer = getattr(series, what)()
        return answer
    first, _dots, last = what.partition("..")
    return series.span(_day(first, last=False), _day(last or first, last=True))


@pytest.mark.parametrize("name", CASES)
def test_a_worked_case(name: str) -> None:
    said, as_of, expected = CASES[name]
    series = Series(_rows(said), date.fromisoformat(as_of), None)
    assert {what: _asked(series, what) for what in expected} == expected


def test_a_year_to_date_said_again_later_beats_the_month_stated_before() -> None:
    said = (ytd("2023-10", 24_500), month("2023-10", 4_000), ytd("2023-08", 17_500), ytd("2023-09", 20_000))
    series = Series(_rows(said), date(2023, 10, 31), None)
    assert _asked(series, "2023-09") == _known(2_500, "2023-09")
    assert _asked(series, "2023-10") == _known(4_500, "2023-10")
    assert series.year() == _known(24_500, "2023-10")


def test_a_month_holds_against_the_running_figures_of_its_own_change() -> None:
    said = (ytd("2023-09", 20_500), ytd("2023-10", 24_500), month("2023-10", 5_000))
    series = Series(_rows(said, together=(3,)), date(2023, 10, 31), None)
    assert _asked(series, "2023-10") == _known(5_000, "2023-10")


def test_nothing_was_completed_before_the_project_was_signed() -> None:
    rows = _rows((cumulative("2023-06", 50_000),))
    begun = Series(rows, date(2023, 6, 30), date(2023, 2, 10))
    assert begun.year() == _known(50_000, "2023-06")
    since_2021 = Series(rows, date(2023, 6, 30), date(2021, 3, 1))
    assert since_2021.year() == _lacking()


# --- beside the program's own series --------------------------------------------------------------------------------


def _random_rows(chance: random.Random) -> list[Row]:
    """Some entries of one office in any order, some unknown or withheld, some at odds with each other."""
    rows: list[Row] = []
    taken = set()
    for number in range(1, chance.randrange(2, 14)):
        basis = chance.choice(("period", "period", "period", "ytd", "cumulative"))
        year, place = chance.choice((2022, 2023)), chance.randrange(1, 13)
        length = chance.choice((1, 1, 1, 1, 2, 3, 6)) if basis == "period" else 1
        first = date(year, place, 1)
        last = _day(f"{year}-{min(12, place + length - 1):02}", last=True)
        if basis == "period" and chance.random() < 0.15:
            first = last = date(year, place, chance.randrange(1, 29))
        if basis == "period" and chance.random() < 0.05:
            first, last = date(2022, 11, 1), date(2023, 2, 28)
        if basis == "ytd":
            first = date(year, 1, 1)
        key = (basis, first if basis == "period" else None, last)
        if key in taken and (basis != "period" or chance.random() < 0.7):
            continue
        taken.add(key)
        minor = None if chance.random() < 0.15 else chance.randrange(0, 50) * 10
        rows.append(
            {
                "id": number,
                "basis": basis,
                "first": first,
                "last": last,
                "minor": minor,
                "availability": chance.choice(("unknown", "unknown", "withheld")) if minor is None else "reported",
                "recorded": chance.randrange(1, 10),
                "counts": last if chance.random() < 0.9 else last - timedelta(chance.randrange(0, 40)),
            }
        )
    return rows


def _as_answer(value: Any) -> Answer:
    months = tuple(sorted({f"{period.first:%Y-%m}" for period in value.missing}))
    return Answer(value.state, value.minor, value.to, months)


def _days() -> Iterator[date]:
    for year in (2022, 2023, 2024):
        for place in range(1, 13, 2):
            yield _day(f"{year}-{place:02}", last=True)
    yield date(2023, 5, 14)


@pytest.mark.parametrize("seed", range(40))
def test_random_entries_give_the_figures_that_the_program_gives(seed: int) -> None:
    chance = random.Random(seed)
    for _again in range(5):
        rows = _random_rows(chance)
        begun = chance.choice((None, date(2022, 3, 5), date(2021, 6, 1), date(2023, 4, 1)))
        entries = [
            Entry(
                row["id"], row["basis"], row["first"], row["last"], row["minor"], "exact", row["availability"],
                row["recorded"], row["counts"],
            )
            for row in rows
        ]  # fmt: skip
        program = running.Series(entries, begun)
        for day in _days():
            own = Series([row for row in rows if row["counts"] <= day], day, begun)
            theirs = program.as_of(day)
            for what in ("year", "cumulative", "month"):
                expected: Answer = getattr(own, what)()
                assert _as_answer(getattr(theirs, what)(day)) == expected, (what, day, begun, rows)
