"""`tracker check`: findings, the commands that fix them, and exit 3 where that is asked for."""

from __future__ import annotations

import json
import re
import shlex
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.isolation import ROOT
from tests.ledgers import Ledger, once
from tests.synthetic.steps import CorrectCapital, RecordCapital
from tracker.database import locate
from tracker.ledger.store import Store
from tracker.queries.as_of import AsOf
from tracker.reports.check import check
from tracker.settings import CHECK_RULES, Thresholds

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
def office(run: Run, sqlite_url: str) -> str:
    """A project that is sound, but for nothing."""
    steps = (
        "project add a --name 甲 --company 甲公司 --chain x --site s --owner o --land 10 --total 1亿元 --stage signed "
        "--on 2023-01",
        "capital plan a 1000万元 --year 2023",
    )
    once(sqlite_url, lambda: _do(run, sqlite_url, *steps))
    return sqlite_url


def test_a_sound_ledger_has_no_findings(run: Run, office: str) -> None:
    result = run("--db", office, "check", "--fail-on", "note", today=TODAY)
    assert (result.code, result.out) == (0, "")
    assert "nothing is inconsistent, missing or stale in 1 project" in result.err


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


PART = "project add a1 --name 甲一期 --parent a --stage signed --on 2023-01"
# The rule, what breaks the ledger, and what is to be put in place of “…” in the command that fixes it.
BROKEN = (
    ("identifier", ("project edit a --id 项目代码=2020-330482-38-3-1",), ("2020-330482-38-03-123456",)),
    ("above_total", ("capital record a completed 2亿元 --on 2023-02",), ("3亿元", "漏报")),
    ("above_total", ("capital record a paid 2亿元 --on 2023-02",), ("3亿元", "漏报")),
    ("above_total", ("capital record a funds_in_place 2亿元 --on 2023-02",), ("3亿元", "漏报")),
    ("plans", ("capital plan a 5000万元 --year 2022", "capital plan a 5000万元 --year 2024"), ("2亿元", "漏报")),
    ("plans", ("capital plan a 1.1亿元 --year 2024",), ("1100万元", "多写一位")),
    (
        "above_contracted",
        (
            "capital record a contracted_foreign US$1m --on 2023-01",
            "capital record a utilised_foreign US$2m --on 2023-02",
        ),
        ("US$3m", "补充合同"),
    ),
    (
        "above_contracted",
        (
            "capital record a contracted_foreign US$1m --on 2023-01",
            "capital record a contracted_foreign US$1m --on 2023-02",
            "capital record a utilised_foreign US$3m --on 2023-02",
        ),
        ("US$1m", "2023-03"),
    ),
    ("part", (PART + " --total 2亿元",), ("5000万元", "按份额")),
    (
        "part",
        (PART + " --total 6000万元", "project add a2 --name 甲二期 --parent a --total 6000万元"),
        ("1.2亿元", "漏报"),
    ),
    ("part", (PART, "capital plan a1 2000万元 --year 2023"), ("500万元", "按份额")),
    (
        "part",
        (
            PART,
            "capital record a completed 100万元 --on 2023-01",
            "capital record a1 completed 200万元 --on 2023-02",
        ),
        ("50万元", "按份额"),
    ),
    (
        "both",
        (
            PART,
            "capital record a completed 300万元 --on 2023-02",
            "capital record a1 completed 200万元 --on 2023-02",
        ),
        ("重复",),
    ),
    ("year_end", ("capital record a completed 300万元 --on 2022-12..2023-02",), ("2023-02", "只是二月")),
    (
        "restated",
        (
            "capital record a completed 300万元 --on 2023-01",
            "capital record a completed 200万元 --on 2023-02",
            "capital record a completed 450万元 --on 2023-02 --ytd",
        ),
        ("核减",),
    ),
    (
        "fall",
        (
            "capital record a completed 700万元 --on 2023-02 --ytd",
            "capital record a completed 70万元 --on 2023-03 --ytd",
        ),
        ("710万元", "少写一位"),
    ),
    ("negative", ("capital record a completed -700万元 --on 2023-02",), ("700万元", "符号")),
    ("before_signing", ("capital record a completed 700万元 --on 2022-02",), ("2023-02", "年份")),
    (
        "after_end",
        ("project condition a terminated --on 2023-01 --why 撤资", "capital record a paid 700万元 --on 2023-02"),
        ("2023-01", "月份"),
    ),
    (
        "physical",
        ("capital record a completed 6000万元 --on 2023-03", "project review a --physical 100%"),
        ("1亿元",),
    ),
    (
        "physical_fall",
        (
            "capital record a completed 6000万元 --on 2023-03",
            "project review a --physical 50% --on 2023-02",
            "project review a --physical 40% --on 2023-03",
        ),
        ("60%",),
    ),
    (
        "currency",
        (
            "capital record a paid 60万元 --on 2023-01",
            "capital record a paid 50万元 --on 2023-02",
            "capital record a paid US$50k --on 2023-03",
        ),
        ("50万元", "币种"),
    ),
    ("currency", ("capital record a paid US$50k --on 2023-03",), ("50万元", "币种")),
    # A milestone that comes back when its stage was entered in the meantime.
    (
        "stage",
        (
            "milestone plan a under_construction 2023-03",
            "undo 3",
            "project stage a under_construction --on 2023-03",
            "undo 4",
        ),
        (),
    ),
    ("order", ("milestone plan a completed 2024-06", "milestone plan a in_production 2024-03"), ("2024-09",)),
    (
        "forecast",
        ("milestone plan a completed 2023-06", "milestone forecast a completed 2023-01 --made 2023-03-01"),
        ("2023-07",),
    ),
    ("silent", ("project add b --name 乙 --stage signed --on 2020",), ("仍在推进",)),
    ("missing", ('project edit a --site ""',), ("s",)),
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
    (
        "unit",
        ("capital record a paid 98.339万元 --on 2023-02", "capital record a paid 983.39元 --on 2023-03"),
        (),
    ),
    ("duplicate", ("project add b --name （甲） --site q",), ()),
    ("duplicate", ("project add b --name 乙 --company 甲公司 --total 1亿元",), ()),
    (
        "duplicate",
        (
            "company add 乙公司",
            "project add b --name 示例生物医药制造基地 --company 乙公司",
            "project add c --name 示例生物医药制造的基地 --company 乙公司 --site q",
        ),
        (),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "commands", "answers"), BROKEN, ids=[f"{case[0]}-{n}" for n, case in enumerate(BROKEN)]
)
def test_the_command_fixes_what_was_found(
    run: Run, office: str, rule: str, commands: tuple[str, ...], answers: tuple[str, ...]
) -> None:
    _do(run, office, *commands)
    [found] = [row for row in _found(run, office) if row["rule"] == rule]
    words = shlex.split(found["fix"])
    assert words.pop(0) == "tracker"
    rest = iter(answers)
    typed = [word.replace("…", next(rest)) if "…" in word else word for word in words]
    assert list(rest) == []
    result = run("--db", office, *typed, *(["-y"] if "remove" in words else []), today=TODAY)
    assert result.code == 0, result.err
    assert [row for row in _found(run, office) if row["rule"] == rule] == []


def test_every_rule_is_broken_somewhere_and_written_down() -> None:
    # Overlaps and mutual relations are refused at the door, and by undo: only rows from elsewhere have them.
    here = {case[0] for case in BROKEN} | {"reference", "dominant", "stale", "future", "overlap", "mutual"}
    assert here == set(CHECK_RULES)
    lines = (ROOT / "docs" / "reports.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| `")]
    table = {cells[0].strip("`"): cells[2] for cells in rows if len(cells) == 4}
    assert tuple(table) == CHECK_RULES
    thresholds = {name for cell in table.values() for name in re.findall("`([a-z_]+) = ", cell)}
    assert thresholds == {*Thresholds._fields}
    for cell in table.values():
        for name, value in re.findall("`([a-z_]+) = ([0-9]+)`", cell):
            assert getattr(Thresholds(), name) == int(value)


def test_a_figure_that_has_digits_in_common_with_another_is_put_right_by_that_factor(run: Run, office: str) -> None:
    _do(
        run,
        office,
        *(f"capital record a paid {amount} --on 2022-{month:02}" for month, amount in enumerate(
            ("100万元", "98.339万元", "12万元", "3万元", "11万元", "9万元"), start=1)),
        "capital record a paid 98339万元 --on 2023-01",
    )  # fmt: skip
    [found] = [row for row in _found(run, office) if row["rule"] == "unit"]
    # 万 would bring it nearer to the median of 11.5万元, and 98.339万元 stands in entry 4.
    assert found["finding"].endswith("(beside CNY 983.39k, entry 4)")
    assert "--amount 'CNY 983.39k'" in found["fix"]


def test_a_running_figure_of_700_and_then_70_is_a_fall_of_630(run: Run, office: str) -> None:
    _do(
        run,
        office,
        "capital record a completed 700万元 --on 2023-02 --ytd",
        "capital record a completed 70万元 --on 2023-03 --ytd",
    )
    [found] = [row for row in _found(run, office) if row["severity"] == "warning"]
    assert found["finding"] == (
        "completed investment 2023-03 comes to CNY -6.3m: entry 4 is less than entry 3"
    )  # fmt: skip


def test_a_figure_since_the_beginning_below_zero_is_a_contradiction(run: Run, office: str) -> None:
    _do(run, office, "capital record a completed -700万元 --on 2023-03 --ytd")
    assert [(row["severity"], row["rule"]) for row in _found(run, office)] == [("error", "negative")]


def test_phases_replacements_and_parts_are_not_the_same_project(run: Run, office: str) -> None:
    _do(
        run,
        office,
        "project add b --name 甲 --company 甲公司",
        "project link b replaces a",
        "project add a1 --name 甲 --company 甲公司 --parent a",
        "company add 乙公司",
        "project add c --name 乙一厂 --company 乙公司",
        "project add d --name 乙二厂 --company 乙公司",
    )
    assert [row["code"] for row in _found(run, office) if row["rule"] == "duplicate"] == ["a1"]
    _do(run, office, "project link a1 phase_of b")
    assert [row for row in _found(run, office) if row["rule"] == "duplicate"] == []


def test_a_project_that_was_given_up_is_replaced_by_the_one_signed_anew(run: Run, office: str) -> None:
    _do(
        run,
        office,
        "project condition a lost --on 2023-02 --why 落户他处",
        "project add b --name 甲 --company 甲公司",
    )
    [found] = [row for row in _found(run, office) if row["rule"] == "duplicate"]
    assert found["fix"] == "tracker project link b replaces a"


def test_a_reference_to_a_removed_record_is_brought_back_by_undoing_its_removal(run: Run, office: str) -> None:
    _do(run, office, "project add b --name 乙", "project link b supports a")
    ledger = Ledger(locate(office))

    def remove_alone(store: Store) -> None:
        store.end(store.project("b"))

    number, _none = ledger.do(remove_alone, today=date(2023, 3, 31))
    [found] = [row for row in _found(run, office) if row["rule"] == "reference"]
    assert (found["severity"], found["fix"]) == ("error", f"tracker undo {number}")
    _do(run, office, found["fix"].removeprefix("tracker "))
    assert [row for row in _found(run, office) if row["rule"] == "reference"] == []


def test_one_project_that_is_most_of_a_sum(run: Run, office: str) -> None:
    codes = ("b", "c", "d", "e")
    _do(run, office, *(f"project add {code} --name {code}{code}工厂 --total 1000万元" for code in codes))
    [found] = [row for row in _found(run, office) if row["rule"] == "dominant"]
    assert (found["code"], found["finding"]) == ("a", "total investment CNY 100m is 71% of the sum over 5 projects")


def test_what_many_projects_lack_is_a_line_unless_it_is_asked_for(run: Run, office: str) -> None:
    _do(run, office, *(f"project add b{n} --name 项目{n}号 --company 甲公司 --chain x" for n in range(7)))
    _do(run, office, *(f"project stage b{n} signed --on 2023-02" for n in range(7)))
    rows = [(row["code"], row["finding"], row["fix"]) for row in _found(run, office)]
    assert rows == [
        (None, "7 projects have no total investment recorded: b0, b1, b2, b3, b4, …", "tracker check --rule missing"),
        (None, "7 projects have no site recorded: b0, b1, b2, b3, b4, …", "tracker check --rule missing"),
    ]
    for words in (("--missing",), ("--rule", "missing")):
        listed = [(row["code"], row["fix"]) for row in _found(run, office, *words)]
        assert len(listed) == 14
        assert listed[0] == ("b0", "tracker project edit b0 --site …")


def test_rules_can_be_chosen_and_are_explained_when_asked(run: Run, office: str) -> None:
    _do(
        run,
        office,
        "project add b --name 乙",
        "project stage b signed",
        "capital record a completed 2亿元 --on 2023-02",
    )
    assert [row["rule"] for row in _found(run, office, "--rule", "above_total,unit")] == ["above_total"]
    plain = run("--db", office, "check", today=TODAY).out.splitlines()
    assert (
        plain[-1]
        == "2 projects checked: 0 errors (contradictions), 1 warning (unlikely), 2 notes; the rules: --explain"
    )
    assert plain[-2] == ""
    told = run("--db", office, "check", "--explain", today=TODAY).out.splitlines()
    assert told[: len(plain)] == plain
    assert [line.partition(":")[0] for line in told[len(plain) :]] == ["above_total", "missing"]
    result = run("--db", office, "check", "--rule", "abovetotal", today=TODAY)
    assert result.code == 2
    assert "did you mean “above_total”?" in result.err


def test_thresholds_come_from_the_settings(run: Run, office: str) -> None:
    _do(run, office, "capital record a completed 1.04亿元 --on 2023-02")
    assert [row["rule"] for row in _found(run, office)] == ["above_total"]
    for name, value, expected in (("TOTAL_PERCENT", "104", []), ("TOTAL_PERCENT", "103", ["above_total"])):
        result = run(
            "--db", office, "check", "-f", "json", today=TODAY, env={f"TRACKER_CHECK_{name}": value}
        )  # fmt: skip
        assert [row["rule"] for row in json.loads(result.out)["rows"]] == expected
    result = run("config", "show", "-f", "json", env={"TRACKER_CHECK_SILENT_MONTHS": "6"})
    shown = {row["setting"]: (row["value"], row["from"]) for row in json.loads(result.out)["rows"]}
    assert shown["check.silent_months"] == ("6", "TRACKER_CHECK_SILENT_MONTHS")
    assert shown["check.total_percent"] == ("100", "default")


def test_a_settings_file_has_a_table_of_thresholds(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("config", "set", "check.silent_months", "24", "--project").code == 0
    assert run("config", "set", "check.stale_days", "90", "--project").code == 0
    assert (tmp_path / "tracker.toml").read_text() == "[check]\nsilent_months = 24\nstale_days = 90\n"
    for text, part in (
        ("[check]\nsilent = 3", "there is no setting “check.silent”"),
        ("[check]\nsilent_months = -3", "“-3” is not a whole number from 0 to 999999"),
        ("check = 3", "there is no setting “check”"),
    ):
        (tmp_path / "tracker.toml").write_text(text)
        result = run("config", "show")
        assert result.code == 2
        assert part in result.err


def test_some_projects_are_checked_beside_all_the_others(run: Run, office: str) -> None:
    """What a full check finds about a project is found when it alone is asked for, and nothing about others."""
    _do(
        run,
        office,
        "project add b --name 甲 --total 2亿元",
        PART + " --total 3亿元",
        "capital record a paid 2亿元 --on 2023-02",
        *(f"project add t{n} --name 项目{n}号 --total {n}亿元" for n in range(1, 5)),
        "project add u --name 错位 --total 2万元",
    )
    numbers = dict(Ledger(locate(office)).tuples("SELECT code, project_id FROM projects"))
    with locate(office).reading() as reader:
        as_of = AsOf(date(2023, 3, 31))
        whole = check(reader, as_of).rows
        for code, number in numbers.items():
            found = [row for row in check(reader, as_of, projects={number}).rows if row[2] != "missing"]
            about = {row[1] for row in found}
            assert [row for row in whole if row[1] == code and row[2] not in ("missing", "dominant")] == [
                row for row in found if row[1] == code
            ]
            assert about <= {code, *({"b", "a1"} if code == "a" else ())}, "and of whom it is compared with"


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
    assert len(slips) >= 4
    for code, booked, corrected in slips:
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
