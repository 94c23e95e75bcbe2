"""Requests, rates and sums in one currency of the made-up portfolio, against plain Python."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run

DAYS = (made_up.END, date(2022, 12, 31), date(2021, 9, 15))


@pytest.fixture
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up portfolio."""
    return made_up.ledger(tmp_path_factory)


def _page(run: Run, db: Path, day: date, *words: str) -> dict[str, Any]:
    known = ("--as-of", str(day), "--known-on", str(day), "-f", "json")
    result = run("--db", db, *words, *known, today=made_up.END)
    assert result.code == 0, result.err
    page: dict[str, Any] = json.loads(result.out)
    return page


def _late(row: dict[str, Any], day: date) -> int:
    if row["closed"] or row["due"] is None:
        return 0
    return max(0, int((day - row["due"]).days))


def _text(day: date | None) -> str | None:
    return str(day) if day else None


@pytest.mark.parametrize("day", DAYS)
def test_the_list_of_requests_is_what_was_opened_answered_and_closed(run: Run, db: Path, day: date) -> None:
    expected = made_up.recount(day).requests(day)
    page = _page(run, db, day, "request", "list")
    found = Counter(
        (row["title"], row["code"], row["owner"], row["raised"], row["due"], row["answered"], row["closed"])
        for row in page["rows"]
    )
    assert found == Counter(
        (
            row["title"],
            row["code"],
            row["owner"],
            *(_text(row[name]) for name in ("raised", "due", "answered", "closed")),
        )
        for row in expected
    )
    late = sorted((_late(row, day) for row in expected if _late(row, day)), reverse=True)
    assert [row["overdue"] for row in page["rows"] if row["overdue"]] == late
    waits = [(done - row["raised"]).days for row in expected if (done := row["answered"] or row["closed"])]
    opened = sum(1 for row in expected if not row["closed"])
    assert page["coverage"] == [
        f"{len(expected)} requests: {opened} open, {len(late)} of them overdue",
        f"first response after {median(waits):g} days at the median of {len(waits)} that had one",
    ]


def test_overdue_requests_stand_in_the_overview(run: Run, db: Path) -> None:
    rows = [row for row in _page(run, db, made_up.END, "overview")["rows"] if row["section"] == "requests"]
    expected = [row for row in made_up.recount().requests(made_up.END) if _late(row, made_up.END)]
    assert len(rows) == min(len(expected), 20) > 0
    late = sorted((_late(row, made_up.END) for row in expected), reverse=True)
    assert [row["late"] for row in rows] == late[: len(rows)]
    assert all(any(one["title"] in row["item"] for one in expected) for row in rows)


@pytest.mark.parametrize("day", DAYS)
def test_the_rates_are_those_recorded(run: Run, db: Path, day: date) -> None:
    rows = _page(run, db, day, "rate", "list")["rows"]
    told = made_up.recount(day).table("rate")
    assert Counter((row["base"], row["counter"], row["rate"], row["on"]) for row in rows) == Counter(
        (row["base"], "CNY", row["rate"], str(row["on"])) for row in told if row["on"] <= day
    )
    assert len(rows) > 50


def _in_cny(cell: dict[str, Any]) -> int | None:
    """The one amount of a cell in 分, None where there is none; everything is in CNY."""
    assert {one["currency"] for one in cell["amounts"] if one["amount"] is not None} <= {"CNY"}
    found = [int(one["amount"].replace(".", "")) for one in cell["amounts"] if one["amount"] is not None]
    return found[0] if found else None


@pytest.mark.parametrize("day", DAYS)
def test_totals_in_one_currency_are_converted_at_the_rate_of_their_day(run: Run, db: Path, day: date) -> None:
    told = made_up.recount(day)
    expected = {code: round(minor) for (code, kind), minor in told.converted(day).items() if kind == "total"}
    page = _page(run, db, day, "list", "--currency", "CNY")
    assert {row["code"]: minor for row in page["rows"] if (minor := _in_cny(row["total"])) is not None} == expected
    parents = {row["code"]: row["parent"] for row in told.table("project")}
    assert _in_cny(page["totals"]["total"]) == sum(
        minor for code, minor in expected.items() if parents[code] not in expected
    )
    assert page["currency"] == "CNY"


def test_completed_capital_of_the_year_is_converted_at_the_rate_of_the_day_asked_about(run: Run, db: Path) -> None:
    day, told = made_up.END, made_up.recount()
    chains = {row["code"]: row["chain"] for row in told.table("project")}
    parents = {row["code"]: row["parent"] for row in told.table("project")}
    by_chain = dict.fromkeys(chains.values(), 0)
    for (code, kind), by_currency in told.family(day, day.year).items():
        # A part is in the figure of its parent, where that is in the same row.
        if kind == "completed" and chains.get(parents[code]) != chains[code]:
            for currency, minor in by_currency.items():
                by_chain[chains[code]] += round(minor * told._in_cny(currency, day))
    rows = _page(run, db, day, "summary", "--by", "chain", "--currency", "CNY")["rows"]
    assert {row["group"]: _in_cny(row["completed_year"]) or 0 for row in rows} == by_chain
