"""Every report gives, for any day, the total of the baseline that was in force on it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Run
from tests.ledgers import once

LAST = "2023-06-30"
STORY = (
    ("2023-01-10", "project add p --name-en P --chain x --owner o --total 10亿元 --stage signed --on 2023-01-05"),
    ("2023-01-10", "project add q --name-en Q --chain x --owner o --total 1亿元 --stage signed --on 2023-01-05"),
    ("2023-01-10", "capital plan p 2亿元 --year 2023"),
    ("2023-02-10", "capital correct 1 --amount 11亿元 --why 笔误"),
    ("2023-02-10", "capital record p completed 2200万元 --on 2023-01"),
    ("2023-03-31", "project rebaseline p --total 20亿元 --approved 2023-03-01 --why 扩建"),
    ("2023-05-20", "project rebaseline p --total 30亿元 --approved 2023-05-10 --why 再扩建"),
    ("2023-06-01", "capital correct 6 --amount 31亿元 --why 笔误"),
    ("2023-06-10", "project rebaseline p --end 2024-06 --approved 2023-06-05 --why 延期"),
)
# On which day which total of p was in force, in 亿, whatever was recorded since.
IN_FORCE = {"2023-02-28": 11, "2023-03-01": 20, "2023-05-09": 20, "2023-05-10": 31, LAST: 31}
# Where the total of p stands: the command, the row it is in, its column; and where that of p and q together.
OWN = (
    ("list", {"code": "p"}, "total"),
    ("progress --columns code,total", {"code": "p"}, "total"),
    ("show p", {"item": "Total investment"}, "value"),
    ("report earned-value", {"code": "p"}, "bac"),
    ("report cluster p", {"project": "p"}, "total"),
    ("capital list p --kind total", {"code": "p"}, "amount"),
    ("capital list p --kind total --all", {"code": "p", "ended": None}, "amount"),
)
TOGETHER = (
    ("list", None, "total"),
    ("progress --columns code,total", None, "total"),
    ("summary --by chain", {"group": "x"}, "total"),
    ("report ranking --by owner --measure total", {"group": "o"}, "value"),
)


def _tell(run: Run, url: str, *story: tuple[str, str]) -> None:
    for day, command in story:
        result = run("--db", url, *command.split(" "), today=day)
        assert result.code == 0, result.err


@pytest.fixture
def office(run: Run, sqlite_url: str) -> str:
    """A project whose total was corrected and grew twice, and one that stayed as it was."""
    once(sqlite_url, lambda: _tell(run, sqlite_url, *STORY))
    return sqlite_url


def _page(run: Run, url: str, words: str, *more: str, today: str = LAST) -> dict[str, Any]:
    result = run("--db", url, *words.split(" "), *more, "-f", "json", today=today)
    assert result.code == 0, result.err
    page: dict[str, Any] = json.loads(result.out)
    return page


def _total(page: dict[str, Any], where: dict[str, Any] | None, column: str) -> float:
    """The one amount in a cell, in 亿; `where` names the row (by beginnings of its words), None that of totals.

    Of several, as a list of entries has, the last one.
    """
    rows = [page["totals"]] if where is None else [row for row in page["rows"] if _is(row, where)]
    row = rows[-1]
    [figure] = row[column]["amounts"]
    return float(figure["amount"]) / 10**8


def _is(row: dict[str, Any], where: dict[str, Any]) -> bool:
    return all(
        row[key] is None if value is None else str(row[key]).partition(" #")[0] == value for key, value in where.items()
    )


def test_every_report_gives_the_total_that_was_in_force(run: Run, office: str) -> None:
    for day, expected in IN_FORCE.items():
        for words, where, column in OWN:
            assert _total(_page(run, office, words, "--as-of", day), where, column) == expected, (day, words)
        for words, group, column in TOGETHER:
            assert _total(_page(run, office, words, "--as-of", day), group, column) == expected + 1, (day, words)
    for month, expected in (("2023-02", 11), ("2023-03", 20), ("2023-05", 31)):
        page = _page(run, office, f"report monthly --month {month} --columns code,total,cumulative_completion")
        assert _total(page, {"code": "p"}, "total") == expected
        assert _total(page, None, "total") == expected + 1
        [share] = [row["cumulative_completion"] for row in page["rows"] if row["code"] == "p"]
        assert float(share) == pytest.approx(0.22 / expected, abs=1e-6)


def test_the_versions_of_a_dossier_are_those_of_the_day(run: Run, office: str) -> None:
    expected = {"Version 1": 11.0, "Version 2": 20.0, "Version 3": 31.0, "Version 4": 31.0}
    for day, count in (("2023-02-28", 1), ("2023-03-01", 2), ("2023-05-10", 3), (LAST, 4)):
        rows = _page(run, office, "show p", "--as-of", day)["rows"]
        found = {
            row["item"]: float(row["value"]["amounts"][0]["amount"]) / 10**8
            for row in rows
            if row["section"] == "Baselines"
        }
        assert found == dict(list(expected.items())[:count])


def test_what_was_known_then_comes_back(run: Run, office: str) -> None:
    for known, day, expected in (
        ("2023-02-09", "2023-02-09", 10),
        ("2023-03-30", "2023-03-30", 11),  # approved by then, and not recorded yet
        ("2023-03-31", "2023-02-28", 11),
        ("2023-03-31", "2023-03-01", 20),
        ("2023-05-20", "2023-05-10", 30),
        ("2023-05-31", LAST, 30),
        ("2023-06-01", "2023-03-01", 20),
    ):
        for words, where, column in OWN:
            page = _page(run, office, words, "--as-of", day, "--known-on", known)
            assert _total(page, where, column) == expected, (known, day, words)


def test_a_correction_after_a_change_of_dates_alone_is_of_every_day(run: Run, office: str) -> None:
    _tell(run, office, ("2023-06-20", "capital correct 6 --amount 32亿元 --why 又错"))
    for day, expected in (("2023-05-09", 20), ("2023-05-10", 32), ("2023-06-04", 32), (LAST, 32)):
        assert _total(_page(run, office, "list", "--as-of", day), {"code": "p"}, "total") == expected


def test_a_baseline_taken_back_leaves_the_total_before_and_redone_brings_it_again(run: Run, office: str) -> None:
    _tell(run, office, *((LAST, f"undo {change}") for change in (9, 8, 7)))
    for day, expected in (("2023-02-28", 11), ("2023-03-01", 20), ("2023-05-10", 20), (LAST, 20)):
        for words, where, column in OWN:
            assert _total(_page(run, office, words, "--as-of", day), where, column) == expected, (day, words)
    _tell(run, office, *((LAST, f"undo {change}") for change in (12, 11)))
    for day, expected in IN_FORCE.items():
        assert _total(_page(run, office, "list", "--as-of", day), {"code": "p"}, "total") == expected


def test_a_first_total_counts_from_its_approval(run: Run, sqlite_url: str) -> None:
    _tell(
        run,
        sqlite_url,
        ("2023-01-10", "project add p"),
        ("2023-03-31", "project rebaseline p --total US$3m --approved 2023-03-01 --why approved"),
        ("2023-03-31", "rate set USD CNY 7 --on 2023-03-01"),
    )
    for day, expected in (("2023-02-28", []), ("2023-03-01", ["3000000.00"])):
        [row] = _page(run, sqlite_url, "list", "--as-of", day)["rows"]
        assert [one["amount"] for one in row["total"]["amounts"]] == expected
    page = _page(run, sqlite_url, "list", "--as-of", "2023-03-01", "--currency", "CNY")
    assert _total(page, {"code": "p"}, "total") == 0.21


def _baseline_totals(run: Run, url: str, code: str) -> list[float | None]:
    """The total of every baseline of a project in 亿, of a ledger without a fault."""
    assert run("--db", url, "database", "check", today=LAST).code == 0
    rows = [row for row in _page(run, url, f"show {code}")["rows"] if str(row["item"]).startswith("Version ")]
    return [row["value"] and float(row["value"]["amounts"][0]["amount"]) / 10**8 for row in rows]


@pytest.mark.parametrize("words", ["--withdraw", "--project p"])
def test_a_baseline_whose_total_was_never_the_projects_has_none(run: Run, sqlite_url: str, words: str) -> None:
    _tell(
        run,
        sqlite_url,
        ("2023-06-29", "project add p"),
        ("2023-06-29", "project add q --total 7亿元"),
        ("2023-06-29", "project rebaseline q --end 2024-06 --why 延期"),
        ("2023-06-29", "project rebaseline q --total 9亿元 --why 扩建"),
    )
    assert _baseline_totals(run, sqlite_url, "q") == [7, 7, 9]
    result = run("--db", sqlite_url, "capital", "correct", "1", *words.split(), "--why", "笔误", today=LAST)
    assert "baseline 1 of q has no total now\nbaseline 2 of q has no total now\n" in result.err
    assert _baseline_totals(run, sqlite_url, "q") == [None, None, 9]
    assert "approved" not in run("--db", sqlite_url, "changes", "--since", LAST, today=LAST).out
    _tell(run, sqlite_url, (LAST, "undo"))
    assert _baseline_totals(run, sqlite_url, "q") == [7, 7, 9]


@pytest.mark.parametrize(
    ("rebaselined", "stays", "totals"),
    [
        ("p --end 2024-06", "a", [1, 1]),
        ("p --end 2024-06", "b", [2, 2]),
        ("q --total 3亿元", "a", [1, 1]),
        ("q --total 3亿元", "b", [2, 3]),
    ],
)
def test_merged_projects_keep_the_total_of_every_baseline(
    run: Run, sqlite_url: str, rebaselined: str, stays: str, totals: list[float]
) -> None:
    _tell(
        run,
        sqlite_url,
        (LAST, "project add p --total 1亿元"),
        (LAST, "project add q --total 2亿元"),
        (LAST, f"project rebaseline {rebaselined} --why 变更"),
        (LAST, f"project merge p q --keep {stays}"),
    )
    assert _baseline_totals(run, sqlite_url, "p") == totals
