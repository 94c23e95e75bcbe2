"""Progress, summary and monthly report of a made-up portfolio give what the recount gives, whatever day is asked about.

Amounts of projects and of groups: a parent's own or its parts', partial ones included, lacking ones left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.recount import Recount
from tests.synthetic.generator import generate
from tests.synthetic.steps import Step

END = made_up.END
# As of a day, as known on a day.
DAYS = (
    (END, END),
    (date(2022, 12, 31), END),
    (date(2022, 12, 31), date(2022, 12, 31)),
    (date(2022, 3, 31), date(2022, 7, 15)),
    (date(2022, 9, 28), END),
    (date(2021, 2, 28), date(2021, 2, 28)),
)
ENDED = ("terminated", "lost", "closed")
# 300 projects where they are asked for: they take minutes to build.
PROJECTS = 300 if os.environ.get("TRACKER_TEST_LARGE") else made_up.PROJECTS
KINDS = ("total", "completed", "contracted_foreign", "utilised_foreign", "utilised_domestic", "funds_in_place", "paid")
Sums = dict[str, Decimal]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of the portfolio."""
    return made_up.ledger(tmp_path_factory, PROJECTS)


@cache
def _steps() -> tuple[Step, ...]:
    return tuple(generate(PROJECTS, made_up.SEED))


@cache
def _recount(known_on: date) -> Recount:
    return Recount(_steps(), known_on)


def _page(run: Run, ledger: Path, as_of: date, known_on: date, *words: str) -> dict[str, Any]:
    days = ("--as-of", str(as_of), "--known-on", str(known_on))
    result = run("--db", ledger, *words, *days, "-f", "json", today=END)
    assert (result.code, result.err) == (0, "")
    page: dict[str, Any] = json.loads(result.out)
    return page


def _printed(cell: Any) -> Sums:
    amounts = cell["amounts"] if cell else ()
    return {one["currency"]: Decimal(one["amount"]) for one in amounts if one["amount"] is not None}


def _in_units(sums: Mapping[str, int]) -> Sums:
    return {currency: Decimal(minor) / (1 if currency == "JPY" else 100) for currency, minor in sums.items()}


def _of_kind(sums: Mapping[tuple[str, str], int], kind: str) -> Sums:
    return _in_units({currency: minor for (one, currency), minor in sums.items() if one == kind})


def _running(recount: Recount, as_of: date) -> set[str]:
    conditions = recount.conditions(as_of)
    return {code for code in recount.existing(as_of) if conditions.get(code) not in ENDED}


@pytest.mark.parametrize(("as_of", "known_on"), DAYS)
def test_progress(run: Run, ledger: Path, as_of: date, known_on: date) -> None:
    recount = _recount(known_on)
    codes = _running(recount, as_of)
    year, ever = recount.family(as_of, as_of.year, codes), recount.family(as_of, None, codes)
    page = _page(run, ledger, as_of, known_on, "progress")
    assert {row["code"] for row in page["rows"]} == codes
    for row in page["rows"]:
        code = row["code"]
        assert _printed(row["completed"]) == _in_units(year.get((code, "completed"), {})), code
        assert _printed(row["plan"]) == _in_units(year.get((code, "plan"), {})), code
        assert _printed(row["cumulative"]) == _in_units(ever.get((code, "completed"), {})), code
        assert _printed(row["total"]) == _in_units(ever.get((code, "total"), {})), code
    of_year, of_all = recount.together(as_of, as_of.year, codes), recount.together(as_of, None, codes)
    if page["totals"]:
        assert _printed(page["totals"]["completed"]) == _of_kind(of_year, "completed")
        assert _printed(page["totals"]["plan"]) == _of_kind(of_year, "plan")
        assert _printed(page["totals"]["cumulative"]) == _of_kind(of_all, "completed")


@pytest.mark.parametrize("by", ["chain", "owner"])
@pytest.mark.parametrize(("as_of", "known_on"), DAYS)
def test_summary(run: Run, ledger: Path, as_of: date, known_on: date, by: str) -> None:
    recount = _recount(known_on)
    groups: dict[str | None, set[str]] = {}
    existing = recount.existing(as_of)
    for project in recount.table("project"):
        if project["code"] in existing:
            groups.setdefault(project[by], set()).add(project["code"])
    page = _page(run, ledger, as_of, known_on, "summary", "--by", by)
    assert {row["group"]: row["projects"] for row in page["rows"]} == {key: len(codes) for key, codes in groups.items()}
    for row in (*page["rows"], page["totals"]):
        codes = existing if row is page["totals"] else groups[row["group"]]
        of_year, of_all = recount.together(as_of, as_of.year, codes), recount.together(as_of, None, codes)
        for kind in KINDS:
            assert _printed(row[kind]) == _of_kind(of_all, kind), (row["group"], kind)
        assert _printed(row["plan_year"]) == _of_kind(of_year, "plan"), row["group"]
        assert _printed(row["completed_year"]) == _of_kind(of_year, "completed"), row["group"]


@pytest.mark.parametrize("as_of", [date(2022, 12, 31), date(2022, 9, 30), date(2023, 5, 31)])
def test_monthly(run: Run, ledger: Path, as_of: date) -> None:
    recount = _recount(END)
    page = _page(run, ledger, as_of, END, "report", "monthly", "--month", f"{as_of:%Y-%m}")
    figures = recount.figures(as_of)
    has_parts = {row["parent"] for row in recount.table("project")}
    for row in page["rows"]:
        own = {key[2]: found for key, found in figures.items() if key[:2] == (row["code"], "completed")}
        if row["code"] in has_parts or not own:
            continue
        months = {currency: found.month.minor for currency, found in own.items() if found.month.state == "known"}
        assert _printed(row["month"]) == _in_units({key: minor or 0 for key, minor in months.items()}), row["code"]
        years = {currency: found.year.minor for currency, found in own.items() if found.year.counts}
        assert _printed(row["year_to_date"]) == _in_units({key: minor or 0 for key, minor in years.items()}), row[
            "code"
        ]
