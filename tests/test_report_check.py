"""`tracker check`: findings, the commands that mend them, and exit 3 where that is asked for."""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tracker.demo.steps import CorrectCapital, RecordCapital

TODAY = "2023-03-31"


def _do(run: Run, db: str | Path, *commands: str, today: str = TODAY) -> None:
    for command in commands:
        result = run("--db", db, *shlex.split(command), today=today)
        assert result.code == 0, result.err


def _found(run: Run, db: str | Path, *words: str, today: str = TODAY) -> list[dict[str, Any]]:
    result = run("--db", db, "check", *words, "-f", "json", today=today)
    assert result.code == 0, result.err
    rows: list[dict[str, Any]] = json.loads(result.out)["rows"]
    return rows


@pytest.fixture
def office(run: Run, ledger_url: str) -> str:
    """A project that is sound, but for nothing."""
    _do(
        run,
        ledger_url,
        "project add a --name 甲 --company 甲公司 --chain x --site s --owner o --land 10 --total 1亿元 --stage signed "
        "--on 2023-01",
        "capital plan a 1000万元 --year 2023",
    )
    return ledger_url


def test_a_sound_ledger_has_no_findings(run: Run, office: str) -> None:
    result = run("--db", office, "check", "--fail-on", "note", today=TODAY)
    assert (result.code, result.out) == (0, "")
    assert "nothing is inconsistent, missing or stale in 1 projects" in result.err


def test_findings_end_with_three_only_where_asked(run: Run, office: str) -> None:
    _do(run, office, "project add b", "project stage b signed")
    for words, code in (
        ((), 0),
        (("--fail-on", "note"), 3),
        (("--fail-on", "warning"), 0),
        (("--fail-on", "error"), 0),
    ):
        result = run("--db", office, "check", *words, today=TODAY)
        assert result.code == code, words
        assert "before “filed”" in result.out
    assert run("--db", office, "check", "--fail-on", "note", "--limit", "1", today=TODAY).code == 3
    assert "2 findings" in run("--db", office, "check", "--fail-on", "note", today=TODAY).err


def test_the_gravest_come_first(run: Run, office: str) -> None:
    _do(run, office, "project add b", "project stage b signed", "capital record a completed 2亿元 --on 2023-02")
    assert [row["severity"] for row in _found(run, office)] == ["warning", "note", "note"]


# What breaks the ledger, and what is to be put in place of “…” in the command that mends it.
BROKEN = (
    ("above_total", ("capital record a completed 2亿元 --on 2023-02",), ("3亿元", "漏报")),
    (
        "above_contracted",
        (
            "capital record a contracted_foreign US$1m --on 2023-01",
            "capital record a utilised_foreign US$2m --on 2023-02",
        ),
        ("US$3m", "补充合同"),
    ),
    ("stage", ("milestone plan a under_construction 2023-03", "milestone reach a under_construction 2023-03-20"), ()),
    ("order", ("milestone plan a completed 2024-06", "milestone plan a in_production 2024-03"), ("2024-09",)),
    ("missing", ('project edit a --site ""',), ("s",)),
    ("missing", ("project stage a under_construction", "milestone plan a completed 2024-06"), ()),
    (
        "unit",
        tuple(
            f"capital record a paid {amount} --on {month}"
            for month, amount in zip(
                ("2022-11", "2022-12", "2023-01", "2023-02", "2023-03"),
                ("9万元", "8万元", "9元", "9万元", "8万元"),
                strict=True,
            )
        ),
        (),
    ),
    ("duplicate", ("project add b --name 甲 --company 甲公司 --chain x --site s",), ()),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "commands", "answers"), BROKEN, ids=[str(n) for n in range(len(BROKEN))])
def test_the_command_mends_what_was_found(
    run: Run, office: str, rule: str, commands: tuple[str, ...], answers: tuple[str, ...]
) -> None:
    _do(run, office, *commands)
    mine = [row for row in _found(run, office) if row["rule"] == rule]
    if rule == "missing" and "under_construction" in commands[0]:
        assert mine == [], "the plan and the next milestone are known"
        return
    [found] = mine
    words = shlex.split(found["mend"])
    assert words.pop(0) == "tracker"
    rest = iter(answers)
    typed = [next(rest) if word == "…" else word for word in words]
    result = run("--db", office, *typed, *(["-y"] if rule == "duplicate" else []), today=TODAY)
    assert result.code == 0, result.err
    assert [row for row in _found(run, office) if row["rule"] == rule] == []


def test_a_stale_project(run: Run, office: str) -> None:
    def stale(*words: str, today: str) -> list[str]:
        return [row["finding"] for row in _found(run, office, *words, today=today) if row["rule"] == "stale"]

    assert stale(today="2023-05-29") == []
    assert stale(today="2023-05-30") == ["nothing recorded for 60 days, since 2023-03-31"]
    assert stale("--stale", "90", today="2023-05-30") == []
    assert stale("--stale", "10", today="2023-04-10") == ["nothing recorded for 10 days, since 2023-03-31"]
    _do(run, office, "project review a --text ok", today="2023-05-30")
    assert stale(today="2023-05-31") == []


@pytest.mark.parametrize(
    "sign",
    [
        "request open a power --due 2023-06-01",
        "project rebaseline a --total 2亿元 --why grew",
        "project stage a filed --on 2023-05",
        "project review a --text ok",
        "project edit a --tag t",
        "milestone plan a completed 2024-06",
    ],
)
def test_whatever_is_recorded_of_a_project_is_a_sign_of_life(run: Run, office: str, sign: str) -> None:
    def stale() -> list[str | None]:
        return [row["code"] for row in _found(run, office, today="2023-07-01") if row["rule"] == "stale"]

    assert stale() == ["a"]
    _do(run, office, sign, today="2023-06-01")
    assert stale() == []


@pytest.mark.parametrize("words", [("--fail-on", "errors"), ("--stale", "0"), ("--stale", "x")])
def test_what_cannot_be_meant_is_refused(run: Run, tmp_path: Path, words: tuple[str, str]) -> None:
    result = run("--db", tmp_path / "a.db", "check", *words)
    assert result.code == 2
    assert words[0] in result.err


# --- the made-up portfolio ------------------------------------------------------------------------------------------


def _slips() -> list[tuple[str, date, date]]:
    """Code, day booked and day corrected of every planted slip of the unit."""
    steps = made_up.steps()
    found = []
    for step in steps:
        if isinstance(step.act, CorrectCapital) and "万与亿" in step.act.why:
            wrong = steps[step.act.change - 1]
            assert isinstance(wrong.act, RecordCapital)
            found.append((wrong.act.code, wrong.recorded_on, step.recorded_on))
    return found


def test_planted_slips_are_found_until_they_are_corrected(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    db, slips = made_up.ledger(tmp_path_factory), _slips()
    large = [slip for slip in slips if slip[0] in ("chip-016", "chip-055-p1", "mat-043-p1", "tool-047")]
    assert len(large) == 4
    for code, booked, corrected in large:
        for day, expected in ((booked, {code}), (corrected, set())):
            rows = _found(run, db, "--as-of", str(day), "--known-on", str(day), today=str(made_up.END))
            hits = {row["code"] for row in rows if row["rule"] == "unit" and "total investment" in row["finding"]}
            assert hits & {code} == expected


def test_what_is_above_what_is_as_plain_python_counts(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = _found(run, made_up.ledger(tmp_path_factory), today=str(made_up.END))
    capital = made_up.recount().capital(made_up.END)
    for rule, part, whole in (
        ("above_total", "completed", "total"),
        ("above_contracted", "utilised_foreign", "contracted_foreign"),
    ):
        over = _qualified_over(whole)
        expected = {
            code
            for code, kind, currency in capital
            if kind == part
            and capital[code, kind, currency] > capital.get((code, whole, currency), 10**18)
            and code not in over
            and not _mixed(capital, code, part, whole)
        }
        found = {row["code"] for row in rows if row["rule"] == rule and "plan" not in row["finding"]}
        assert found == expected
    assert any(row["rule"] == "above_total" for row in rows)


def _mixed(capital: dict[tuple[str, str, str], int], code: str, *kinds: str) -> bool:
    currencies: dict[str, set[str]] = defaultdict(set)
    for one, kind, currency in capital:
        if one == code and kind in kinds:
            currencies[kind].add(currency)
    return any(len(found) > 1 for found in currencies.values())


def _qualified_over(kind: str) -> set[str]:
    """The projects whose figure of a kind says “over”, as it was last recorded."""
    steps, latest = made_up.steps(), {}
    codes: dict[int, str] = {}
    for number, step in enumerate(steps, start=1):
        if isinstance(step.act, RecordCapital) and step.act.kind == kind:
            codes[number] = step.act.code
            latest[step.act.code] = step.act.figure.qualifier
        if isinstance(step.act, CorrectCapital) and step.act.change in codes and step.act.figure:
            codes[number] = codes[step.act.change]
            latest[codes[number]] = step.act.figure.qualifier
    return {code for code, qualifier in latest.items() if qualifier == "over"}
