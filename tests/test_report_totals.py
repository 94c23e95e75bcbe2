"""The printed reports of a made-up portfolio say what plain Python makes of its steps, to the last unit."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.recount import STAGES, Recount

END = date(2023, 6, 30)
DAYS = (END, date(2022, 12, 31), date(2022, 2, 14))
ENDED = {"terminated", "lost", "closed"}
# Minor units of a unit, written out here once more on purpose.
MINOR = {"JPY": 1}

Sums = dict[str, Decimal]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up portfolio."""
    return made_up.ledger(tmp_path_factory)


def _page(run: Run, told: Path, day: date, *words: str) -> dict[str, Any]:
    result = run("--db", told, *words, "--as-of", str(day), "--known-on", str(day), "-f", "json", today=END)
    assert (result.code, result.err) == (0, "")
    page: dict[str, Any] = json.loads(result.out)
    return page


def _printed(cell: dict[str, Any]) -> Sums:
    return {one["currency"]: Decimal(one["amount"]) for one in cell["amounts"] if one["amount"] is not None}


def _in_units(sums: Counter[str]) -> Sums:
    return {currency: Decimal(minor) / MINOR.get(currency, 100) for currency, minor in sums.items()}


Families = dict[tuple[str, str], Counter[str]]


def families(count: Recount, day: date, year: int | None = None, codes: Iterable[str] | None = None) -> Families:
    """What each project has of a kind by currency: its own known figure, else that of its parts among `codes`."""
    own = {(code, kind) for code, kind, _currency in count.capital(day, year)}
    rolled = count.family(day, year, codes)
    shown = {code for code, _kind in rolled}
    parts: dict[str | None, list[str]] = defaultdict(list)
    for row in count.table("project"):
        if row["code"] in shown:
            parts[row["parent"]].append(row["code"])

    def of(code: str, kind: str) -> Counter[str]:
        if (code, kind) in own:
            return Counter(rolled[code, kind])
        sums: Counter[str] = Counter()
        for part in parts[code]:
            sums.update(of(part, kind))
        return sums

    return {(code, kind): of(code, kind) for code, kind in rolled}


def of_group(found: Families, codes: Iterable[str], kind: str, parents: dict[str, str | None]) -> Counter[str]:
    """The sum over a group, in which a parent with a figure stands for its parts."""
    group = set(codes)
    sums: Counter[str] = Counter()
    for code in group:
        above = parents[code]
        while above is not None and not (above in group and found.get((above, kind))):
            above = parents.get(above)
        if above is None:
            sums.update(found.get((code, kind), Counter()))
    return sums


@pytest.mark.parametrize("day", DAYS)
def test_the_list_says_stage_condition_and_total(run: Run, told: Path, day: date) -> None:
    count = made_up.recount(day)
    sums, stages, conditions = count.capital(day), count.stages(day), count.conditions(day)
    rows = _page(run, told, day, "list")["rows"]
    assert {row["code"] for row in rows} == {row["code"] for row in count.table("project")}
    for row in rows:
        assert row["stage"] == stages.get(row["code"])
        assert (row["condition"] or "active") == conditions.get(row["code"], "active")
        own = Counter({c: minor for (one, what, c), minor in sums.items() if (one, what) == (row["code"], "total")})
        assert _printed(row["total"]) == _in_units(own)


@pytest.mark.parametrize("day", DAYS)
def test_progress_compares_the_years_completed_with_its_plan(run: Run, told: Path, day: date) -> None:
    count = made_up.recount(day)
    conditions = count.conditions(day)
    running = {row["code"] for row in count.table("project") if conditions.get(row["code"]) not in ENDED}
    parents = {row["code"]: row["parent"] for row in count.table("project")}
    page = _page(run, told, day, "progress")
    assert {row["code"] for row in page["rows"]} == running
    year, ever = families(count, day, day.year, running), families(count, day, None, running)
    for row in page["rows"]:
        code = row["code"]
        for key, found, kind in (
            ("completed", year, "completed"),
            ("plan", year, "plan"),
            ("cumulative", ever, "completed"),
        ):
            assert _printed(row[key]) == _in_units(found.get((code, kind), Counter())), (code, key)
    for kind in ("completed", "plan"):
        assert _printed(page["totals"][kind]) == _in_units(of_group(year, running, kind, parents))


@pytest.mark.parametrize("day", DAYS)
def test_the_summary_adds_up_each_group(run: Run, told: Path, day: date) -> None:
    count = made_up.recount(day)
    sums, year = families(count, day), families(count, day, day.year)
    for by in ("chain", "site", "grid", "owner", "stage"):
        _compare_groups(_page(run, told, day, "summary", "--by", by), count, day, by, sums, year)


def _compare_groups(page: dict[str, Any], count: Recount, day: date, by: str, sums: Families, year: Families) -> None:
    stages = count.stages(day)
    parents = {row["code"]: row["parent"] for row in count.table("project")}
    groups: dict[str | None, set[str]] = defaultdict(set)
    for project in count.table("project"):
        groups[stages.get(project["code"]) if by == "stage" else project[by]].add(project["code"])
    assert {row["group"]: row["projects"] for row in page["rows"]} == {key: len(codes) for key, codes in groups.items()}
    signed = {row["code"] for row in count.table("stage", stage="signed") if row["counts"] <= day}
    built = STAGES[STAGES.index("under_construction") :]
    started = {row["code"] for row in count.table("stage") if row["stage"] in built and row["counts"] <= day}
    for row in (*page["rows"], page["totals"] | {"group": "all"}):
        codes = set(parents) if row["group"] == "all" and "all" not in groups else groups[row["group"]]
        for kind in ("total", "completed", "contracted_foreign", "utilised_foreign", "utilised_domestic", "paid"):
            assert _printed(row[kind]) == _in_units(of_group(sums, codes, kind, parents)), (by, row["group"], kind)
        assert _printed(row["plan_year"]) == _in_units(of_group(year, codes, "plan", parents))
        assert _printed(row["completed_year"]) == _in_units(of_group(year, codes, "completed", parents))
        assert (row["signed"], row["started"]) == (len(codes & signed), len(codes & signed & started))
