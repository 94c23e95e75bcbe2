"""`tracker report cluster`: flagships, what supports them, and their capital counted once."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import made_up
from tests.conftest import Run
from tests.ledgers import once
from tests.synthetic.steps import AddCompany, AddProject
from tests.test_report_totals import families, of_group
from tracker.render.widths import cells
from tracker.reports.cluster import Node, links, members, tree, waited_for

TODAY = "2023-03-31"
PAIRS = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=20)


# --- the tree -------------------------------------------------------------------------------------------------------


def drawn(nodes: list[Node]) -> list[str]:
    return [f"{node.branch}{node.project}{'*' if node.again else ''}" for node in nodes]


def test_a_tree_is_drawn_with_its_branches() -> None:
    assert drawn(tree(1, {1: [2, 5], 2: [3, 4]})) == ["1", "├─ 2", "│  ├─ 3", "│  └─ 4", "└─ 5"]
    assert drawn(tree(1, {})) == ["1"]


def test_a_circle_ends_where_it_closes() -> None:
    nodes = tree(1, {1: [2], 2: [3], 3: [1, 2]})
    assert drawn(nodes) == ["1", "└─ 2", "   └─ 3", "      ├─ 1*", "      └─ 2*"]
    assert members(nodes) == [1, 2, 3]


def test_a_project_on_two_branches_counts_once() -> None:
    nodes = tree(1, {1: [2, 3], 2: [4], 3: [4], 4: [5]})
    assert drawn(nodes) == ["1", "├─ 2", "│  └─ 4", "│     └─ 5", "└─ 3", "   └─ 4*"]
    assert members(nodes) == [1, 2, 4, 5, 3]


def test_a_flagship_waits_for_supporters_and_for_what_it_depends_on() -> None:
    assert waited_for(1, {1: [2]}, {1: [3], 2: [4], 3: [1]}) == [2, 3, 4]


@given(PAIRS)
def test_every_project_that_can_be_reached_is_a_member_once(pairs: list[tuple[int, int]]) -> None:
    supporters = links(pairs)
    reached, before = {1}, set[int]()
    while reached != before:
        before, reached = reached, reached | {two for one, two in pairs if one in reached}
    found = members(tree(1, supporters))
    assert sorted(found) == sorted(reached)
    assert set(waited_for(1, supporters, {})) == reached - {1}


# --- the command ----------------------------------------------------------------------------------------------------


def _page(run: Run, db: str | Path, *words: str, today: str = TODAY) -> dict[str, Any]:
    result = run("--db", db, "report", "cluster", *words, "-f", "json", today=today)
    assert result.code == 0, result.err
    page: dict[str, Any] = json.loads(result.out)
    return page


def _sums(cell: dict[str, Any]) -> dict[str, str]:
    return {one["currency"]: one["amount"] for one in cell["amounts"]}


def _do(run: Run, db: str | Path, *commands: str) -> None:
    for command in commands:
        result = run("--db", db, *command.split(" "), today=TODAY)
        assert result.code == 0, result.err


@pytest.fixture
def zone(run: Run, sqlite_url: str) -> str:
    """Two flagships that share a supplier, a part of one of them, and a circle."""
    steps = (
        *(f"project add {code} --total {total}亿元" for code, total in (("f", 10), ("g", 20), ("s", 1), ("t", 2))),
        "project add part --total 4亿元 --parent f",
        "project link s supports f",
        "project link s supports g",
        "project link t supports s",
        "project link part supports f",
        "project link f supports t",
        "project add power --total-unknown",
        "project link g depends_on power",
        "milestone plan power completed 2023-01",
        "milestone plan s completed 2023-06",
        "milestone forecast s completed 2023-08-29",
        "milestone plan t completed 2023-12",
    )
    once(sqlite_url, lambda: _do(run, sqlite_url, *steps))
    return sqlite_url


def test_what_supports_two_flagships_is_counted_once_in_each_and_once_in_all(run: Run, zone: str) -> None:
    page = _page(run, zone)
    together = {row["flagship"]: _sums(row["total"]) for row in page["rows"] if row["row"] == "together"}
    # The part of f is in its total; the circle f → t → s makes each of the three a flagship of the others.
    assert together == {
        "f": {"CNY": "1300000000.00"},
        "g": {"CNY": "3300000000.00"},
        "s": {"CNY": "1300000000.00"},
        "t": {"CNY": "1300000000.00"},
    }
    assert _sums(page["totals"]["total"]) == {"CNY": "3300000000.00"}


def test_a_flagship_waits_for_what_is_late(run: Run, zone: str) -> None:
    rows = [row for row in _page(run, zone, "g")["rows"] if row["row"] == "waits_for"]
    assert [(row["project"], row["milestone"], row["expected"], row["late"]) for row in rows] == [
        ("s", "completed", "2023-08-29", 60),
        ("power", "completed", "2023-01", 59),
    ]
    # What has ended is not waited for.
    _do(run, zone, "project condition power terminated --why x", "milestone reach s completed 2023-03-01")
    assert [row for row in _page(run, zone, "g")["rows"] if row["row"] == "waits_for"] == []


def test_the_tree_is_shown_and_files_carry_codes(run: Run, zone: str) -> None:
    assert [row["project"] for row in _page(run, zone, "f")["rows"]][:6] == ["f", "s", "t", "f", "part", ""]
    table = run("--db", zone, "report", "cluster", "f", today=TODAY, env={"COLUMNS": "100"}).out
    assert "├─ s" in table
    assert "f (above)" in table
    assert "together: 4 projects" in table


def test_the_grape_cluster_of_the_pinghu_flagship(run: Run, demo_database: Path) -> None:
    page = _page(run, demo_database, "nidec-flagship", today="2023-02-28")
    projects = [row for row in page["rows"] if row["row"] == "project"]
    assert [row["project"] for row in projects] == ["nidec-flagship", "nidec-read", "chuandian-increase"]
    [together] = [row for row in page["rows"] if row["row"] == "together"]
    assert (together["total"]["known"], together["total"]["of"]) == (1, 3)
    assert _sums(together["total"]) == {"CNY": "2500000000.00"}
    assert [row["flagship"] for row in _page(run, demo_database, today="2023-02-28")["rows"]].count(
        "nidec-flagship"
    ) >= 4


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_code_behind_its_branch_is_not_broken(run: Run, demo_database: Path, lang: str) -> None:
    words = ("--db", demo_database, "--lang", lang, "report", "cluster", "nidec-flagship")
    lines = run(*words, env={"COLUMNS": "80"}, today="2023-02-28").out.splitlines()
    assert any(line.startswith("  └─ chuandian-increase  ") for line in lines)
    assert max(map(cells, lines)) <= 80


def test_an_unknown_flagship_is_refused_with_the_closest(run: Run, demo_database: Path) -> None:
    result = run("--db", demo_database, "report", "cluster", "nidec-flagshp", today=TODAY)
    assert result.code == 2
    assert "nidec-flagship" in result.err


@pytest.mark.parametrize("words", [("--by", "site"), ("f", "--by", "chain")])
def test_what_cannot_be_grouped_is_refused(run: Run, zone: str, words: tuple[str, ...]) -> None:
    assert run("--db", zone, "report", "cluster", *words, today=TODAY).code == 2


def test_without_support_there_is_no_cluster(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    run("--db", db, "project", "add", "a")
    result = run("--db", db, "report", "cluster")
    assert (result.code, result.out) == (0, "")
    assert "project link" in result.err


# --- against plain Python -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", [date(2022, 9, 30), made_up.END])
def test_rolled_up_capital_is_what_plain_python_counts(
    run: Run, tmp_path_factory: pytest.TempPathFactory, as_of: date
) -> None:
    # Known on the same day, so that no project is there that was opened later.
    words = ("--as-of", str(as_of), "--known-on", str(as_of))
    page = _page(run, made_up.ledger(tmp_path_factory), *words, today=str(made_up.END))
    told = made_up.recount(as_of)
    support: dict[str, set[str]] = {}
    for row in told.table("link"):
        support.setdefault(row["target"], set()).add(row["code"])
    assert support
    together = {row["flagship"]: row for row in page["rows"] if row["row"] == "together"}
    assert set(together) == set(support)
    for flagship, row in together.items():
        _require_same(row, _of_families(as_of, {flagship} | support[flagship]))
    everybody = set(support) | {code for codes in support.values() for code in codes}
    _require_same(page["totals"], _of_families(as_of, everybody))


def _of_families(day: date, codes: set[str]) -> dict[tuple[str, str], int]:
    """What projects have by kind and currency, each once: the figure of a family on its parent."""
    told = made_up.recount(day)
    parents = {row["code"]: row["parent"] for row in told.table("project")}
    found = families(told, day)
    kinds = {kind for _code, kind in found}
    return {
        (kind, currency): minor for kind in kinds for currency, minor in of_group(found, codes, kind, parents).items()
    }


def _require_same(row: dict[str, Any], expected: dict[tuple[str, str], int]) -> None:
    found = {
        (kind, one["currency"]): int(one["amount"].replace(".", ""))
        for kind, cell in row.items()
        if isinstance(cell, dict)
        for one in cell["amounts"]
        if one["amount"] is not None
    }
    assert found == {key: minor for key, minor in expected.items() if key[0] != "plan"}


def test_chains_are_what_plain_python_counts(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    page = _page(run, made_up.ledger(tmp_path_factory), "--by", "chain", today=str(made_up.END))
    told = made_up.recount()
    steps = [step.act for step in made_up.steps()]
    leaders = {act.name: act.name_en for act in steps if isinstance(act, AddCompany) and act.role == "chain_leader"}
    led: dict[str | None, set[str | None]] = {}
    for act in steps:
        if isinstance(act, AddProject) and act.company in leaders:
            led.setdefault(act.chain, set()).add(leaders[act.company])
    chains = Counter(row["chain"] for row in told.table("project"))
    assert {row["chain"]: row["projects"] for row in page["rows"]} == chains
    for row in page["rows"]:
        assert set(row["leaders"] or ()) == led.get(row["chain"], set())
        codes = {one["code"] for one in told.table("project") if one["chain"] == row["chain"]}
        _require_same(row, _of_families(made_up.END, codes))
    assert page["totals"]["projects"] == made_up.PROJECTS
