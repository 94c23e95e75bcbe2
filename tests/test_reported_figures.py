"""Figures as offices report them, through the command line: each case with the value that is right.

The rules are those of docs/figures.md; the pure figures are tested in test_running_figures.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result, Run
from tests.ledgers import once

M9 = "2026年月报（截至9月底）\n单位：万元\n项目编号,项目名称,总投资,本年累计完成,9月完成\nbio,康泽,80000,20500,3000\n"
M10 = (
    "2026年月报（截至10月底）\n单位：万元\n项目编号,项目名称,总投资,本年累计完成,10月完成\nbio,康泽,80000,24500,4000\n"
)


class Office:
    """One ledger, asked and told through the command line."""

    def __init__(self, run: Run, path: Path) -> None:
        self._run, self._path = run, str(path)
        once(path, lambda: self("init"))

    def __call__(self, *words: str, today: str = "2023-12-31") -> Result:
        return self._run("--db", self._path, *words, today=today)

    def do(self, *words: str, today: str = "2023-12-31") -> Result:
        """A command that must go through."""
        done = self(*words, today=today)
        assert done.code == 0, done.err
        return done

    def rows(self, *words: str, today: str = "2023-12-31") -> dict[str, dict[str, Any]]:
        """The rows of a report by their code, the totals as "all"."""
        report = json.loads(self.do(*words, "-f", "json", today=today).out)
        found = {row["code"]: row for row in report["rows"]}
        return found | {"all": report["totals"], "elsewhere": report["elsewhere"]}


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    return Office(run, tmp_path / "office.db")


def amount(cell: dict[str, Any]) -> tuple[str, str | None]:
    """The state of a derived cell and its amount in 万元."""
    figure = cell["amounts"][0]["amount"] if cell["amounts"] else None
    return cell["state"], None if figure is None else f"{float(figure) / 10_000:g}"


def test_a_monthly_report_goes_in_month_after_month_and_a_restated_month_is_named(
    office: Office, tmp_path: Path
) -> None:
    for name, text in (("m9", M9), ("m10", M10), ("m10b", M10.replace("4000", "5000"))):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    day = "2026-11-27"
    office.do("import", str(tmp_path / "m9.csv"), "--apply", today=day)
    office.do("import", str(tmp_path / "m10.csv"), "--apply", today=day)
    row = office.rows("report", "monthly", "--month", "2026-10", today=day)["bio"]
    assert amount(row["year_to_date"]) == ("known", "24500")
    assert amount(row["month"]) == ("known", "4000")
    assert amount(office.rows("report", "monthly", "--month", "2026-09", today=day)["bio"]["month"]) == (
        "known",
        "3000",
    )
    restated = office.do("import", str(tmp_path / "m10b.csv"), "--apply", today=day)
    assert "2026-01..2026-09 restated by CNY -10m" in restated.out
    row = office.rows("report", "monthly", "--month", "2026-10", today=day)["bio"]
    assert (amount(row["year_to_date"]), amount(row["month"])) == (("known", "24500"), ("known", "5000"))


def test_a_first_cumulative_figure_says_nothing_of_the_year(office: Office) -> None:
    office.do("project", "add", "c", "--stage", "under_construction", "--on", "2021-03")
    office.do("capital", "plan", "c", "2亿", "--year", "2023")
    said = office.do("capital", "record", "c", "completed", "5亿", "--on", "2023-06", "--cumulative")
    assert "--at-year-start" in said.err
    row = office.rows("progress", "--as-of", "2023-06-30")["c"]
    assert (amount(row["completed"]), amount(row["cumulative"])) == (("lacking", None), ("known", "50000"))
    assert (row["completion"], row["light"]) == (None, None)
    assert amount(office.rows("report", "monthly", "--month", "2023-06")["c"]["month"]) == ("lacking", None)


def test_the_start_of_the_year_makes_a_cumulative_figure_one_of_the_year(office: Office) -> None:
    office.do("project", "add", "c", "--stage", "under_construction", "--on", "2021-03")
    words = (
        "capital",
        "record",
        "c",
        "completed",
        "5亿",
        "--on",
        "2023-06",
        "--cumulative",
        "--at-year-start",
        "4.2亿",
    )
    office.do(*words)
    assert amount(office.rows("progress", "--as-of", "2023-06-30")["c"]["completed"]) == ("known", "8000")
    assert office.do("log", "--limit", "1", "-f", "csv").out.count("\n") == 3, "two entries in one change"


def test_an_unknown_month_between_running_figures(office: Office) -> None:
    office.do("project", "add", "u")
    office.do("capital", "record", "u", "completed", "100万", "--on", "2023-01")
    office.do("capital", "record", "u", "completed", "--unknown", "--on", "2023-02")
    february = office.rows("progress", "--as-of", "2023-02-28")["u"]["completed"]
    assert (february["state"], february["figures_to"], february["last"]["amount"]) == (
        *("lacking", "2023-01-31"),
        "1000000.00",
    )
    office.do("capital", "record", "u", "completed", "450万", "--on", "2023-03", "--ytd")
    assert amount(office.rows("progress", "--as-of", "2023-03-31")["u"]["completed"]) == ("known", "450")
    assert amount(office.rows("report", "monthly", "--month", "2023-03")["u"]["month"]) == ("lacking", None)


def test_a_running_figure_that_falls_is_taken_and_named(office: Office) -> None:
    office.do("project", "add", "f")
    office.do("capital", "record", "f", "completed", "700万", "--on", "2023-05", "--ytd")
    said = office.do("capital", "record", "f", "completed", "70万", "--on", "2023-06", "--ytd")
    assert "2023-06" in said.err
    assert "-6.3m" in said.err
    assert amount(office.rows("progress", "--as-of", "2023-06-30")["f"]["completed"]) == ("known", "70")
    assert "fall" in office.do("check", "-f", "csv").out


def test_a_second_amount_of_a_month_is_asked_about(office: Office) -> None:
    office.do("project", "add", "d")
    month = ("capital", "record", "d", "completed")
    office.do(*month, "1亿", "--on", "2023-02")
    again = office.do(*month, "1亿", "--on", "2023-02")
    assert "recorded; undo" not in again.err, "the same figure writes nothing"
    asked = office(*month, "2亿", "--on", "2023-02")
    assert (asked.code, "--further / --replace" in asked.err) == (1, True)
    office.do(*month, "2亿", "--on", "2023-02", "--further")
    assert amount(office.rows("report", "monthly", "--month", "2023-02")["d"]["month"]) == ("known", "30000")


def test_a_month_in_a_quarter_in_a_year_is_detail(office: Office) -> None:
    office.do("project", "add", "n")
    for figure, on in (("3亿", "2023Q1"), ("1亿", "2023-02"), ("10亿", "2023")):
        office.do("capital", "record", "n", "completed", figure, "--on", on)
    assert amount(office.rows("progress")["n"]["completed"]) == ("known", "100000")
    overlapping = office("capital", "record", "n", "completed", "1亿", "--on", "2023-03..2023-04")
    assert (overlapping.code, "overlaps 2023Q1" in overlapping.err) == (1, True)


def test_no_figure_is_not_zero_and_a_reported_zero_is(office: Office) -> None:
    for code in ("silent", "zero"):
        office.do("project", "add", code, "--owner", code)
        office.do("capital", "plan", code, "1亿", "--year", "2023")
    office.do("capital", "record", "zero", "completed", "0", "--on", "2023-06", "--ytd")
    rows = office.rows("progress", "--as-of", "2023-06-30")
    assert (amount(rows["silent"]["completed"]), rows["silent"]["completion"]) == (("not_reported", None), None)
    assert (rows["silent"]["light"], rows["silent"]["light_reason"]) == (None, "no figure reported for the year")
    assert (amount(rows["zero"]["completed"]), rows["zero"]["completion"], rows["zero"]["light"]) == (
        *(("known", "0"), "0"),
        "red",
    )
    ranked = json.loads(office.do("report", "ranking", "--as-of", "2023-06-30", "-f", "json").out)
    assert {row["group"]: row["rank"] for row in ranked["rows"]} == {"zero": 1, "silent": None}
    bulletin = office.do("report", "bulletin", "--month", "2023-06").out
    assert "silent" not in "".join(line for line in bulletin.splitlines() if "0.0%" in line)


def test_the_plan_of_a_parent_is_measured_by_its_parts(office: Office) -> None:
    office.do("project", "add", "whole", "--owner", "o")
    office.do("capital", "plan", "whole", "4亿", "--year", "2023")
    for code, figure in (("a", "1亿"), ("b", "1.5亿")):
        office.do("project", "add", code, "--parent", "whole", "--owner", "o")
        office.do("capital", "record", code, "completed", figure, "--on", "2023")
    rows = office.rows("progress")
    assert (rows["whole"]["completion"], rows["all"]["completion"]) == ("0.625", "0.625")
    monthly = office.rows("report", "monthly", "--month", "2023-12")
    assert monthly["all"]["completion"] == "0.625"
    ranked = json.loads(office.do("report", "ranking", "-f", "json").out)
    assert [row["value"] for row in ranked["rows"]] == ["0.625"]
    shown = [float(rows[code]["completed"]["amounts"][0]["amount"]) for code in ("whole", "a", "b", "elsewhere")]
    assert sum(shown) == float(rows["all"]["completed"]["amounts"][0]["amount"]) == 2.5e8


def test_the_parts_go_on_where_the_cumulative_figure_of_the_parent_ends(office: Office) -> None:
    office.do("project", "add", "whole", "--stage", "signed", "--on", "2022-01-01")
    office.do("capital", "record", "whole", "completed", "2亿", "--on", "2022")
    for code, figure in (("a", "1亿"), ("b", "1.5亿")):
        office.do("project", "add", code, "--parent", "whole")
        office.do("capital", "record", code, "completed", figure, "--on", "2023")
    assert amount(office.rows("progress")["whole"]["cumulative"]) == ("known", "45000")


def test_projects_exist_from_their_earliest_fact(office: Office) -> None:
    july = "2023-07-05"
    for code in ("a", "b"):
        office.do("project", "add", code, today=july)
        office.do("capital", "plan", code, "100m", "--year", "2023", today=july)
    office.do("capital", "record", "a", "completed", "60m", "--on", "2023-06", "--ytd", today=july)
    office.do("milestone", "plan", "b", "under_construction", "2023-03", today=july)
    report = json.loads(office.do("report", "monthly", "--month", "2023-06", "-f", "json", today=july).out)
    assert {row["code"] for row in report["rows"]} == {"a", "b"}
    totals = report["totals"]
    assert (amount(totals["plan"])[1], totals["completion"]) == ("20000", "0.3")
    assert any("started of planned 0.0% (0/1)" in sentence for sentence in report["notes"])


def test_a_correction_keeps_the_number_and_drops_the_quotation(office: Office) -> None:
    office.do("project", "add", "a")
    office.do("project", "add", "b")
    office.do("capital", "record", "a", "completed", "6000万", "--on", "2023-06", "--source", "月报 / 完成6000万元")
    office.do("capital", "correct", "1", "--ytd", "6800万", "--why", "漏报")
    row = json.loads(office.do("capital", "list", "a", "-f", "json").out)["rows"][0]
    assert (row["entry"], row["basis"], row["source"], row["quote"]) == (1, "year to date", "月报", None)
    assert amount(office.rows("progress", "--as-of", "2023-06-30")["a"]["completed"]) == ("known", "6800")
    office.do("capital", "correct", "1", "--project", "b", "--why", "wrong project")
    rows = office.rows("progress")
    assert amount(rows["a"]["completed"]) == ("not_reported", None)
    assert amount(rows["b"]["completed"]) == ("known", "6800")


def test_a_plan_stands_on_the_days_before_it_was_typed_and_a_revised_one_leaves_them(office: Office) -> None:
    office.do("project", "add", "p", today="2024-07-05")
    office.do("capital", "plan", "p", "1亿", "--year", "2024", today="2024-07-05")
    assert amount(office.rows("progress", "--as-of", "2024-06-30", today="2024-07-05")["p"]["plan"])[1] == "10000"
    office.do("capital", "plan", "p", "2亿", "--year", "2024", "--from", "2024-09-01", today="2024-09-20")
    june, now = (office.rows("progress", "--as-of", day, today="2024-09-20") for day in ("2024-06-30", "2024-09-20"))
    assert (amount(june["p"]["plan"])[1], amount(now["p"]["plan"])[1]) == ("10000", "20000")


def test_a_renamed_project_is_found_by_its_old_code(office: Office) -> None:
    office.do("project", "add", "old")
    office.do("project", "edit", "old", "--code", "new")
    office.do("capital", "record", "OLD", "completed", "1亿", "--on", "2023-06")
    assert office.do("show", "old").out.startswith("new · ")


def test_tables_say_what_is_unknown_or_withheld(office: Office) -> None:
    for code, word in (("u", "unknown"), ("w", "withheld")):
        office.do("project", "add", code, "--site", code, f"--total-{word}")
        office.do("capital", "plan", code, f"--{word}", "--year", "2023")
    for words in (("list",), ("progress", "--columns", "+total"), ("summary", "--by", "site"), ("show", "u")):
        assert "unknown" in office.do(*words).out
    for words in (("list",), ("progress", "--columns", "+total"), ("summary", "--by", "site"), ("show", "w")):
        assert "withheld" in office.do(*words).out
    assert "未知" in office.do("--lang", "zh", "list").out
    assert "unknown for 1, withheld for 1" in office.do("list").out
    assert "the plan of the year is unknown or withheld" in office.do("show", "u").out


def test_shares_and_gaps_are_as_exact_as_their_figures_in_every_format(office: Office) -> None:
    office.do("project", "add", "m")
    office.do("capital", "plan", "m", "超10亿", "--year", "2023")
    office.do("capital", "record", "m", "completed", "4亿", "--on", "2023-06", "--ytd")
    said = ("progress", "--as-of", "2023-06-30")
    assert all(text in office.do(*said).out for text in ("≤40.0%", "≤-10.0"))
    assert "| ≤40.0% | ≤-10.0 |" in office.do(*said, "-f", "md").out
    [header, row] = office.do(*said, "-f", "csv").out.splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert (cells["completion_qualifier"], cells["gap_qualifier"]) == ("at_most", "at_most")
    for text in (office.do(*said, "-f", "jsonl").out, json.dumps(office.rows(*said)["m"])):
        line = json.loads(text)
        assert (line["completion_qualifier"], line["gap_qualifier"]) == ("at_most", "at_most")
    assert "≤-10.0 points against time progress" in office.do("show", "m", "--as-of", "2023-06-30").out


def test_the_entries_of_a_derived_figure_are_named(office: Office) -> None:
    office.do("project", "add", "x", "--stage", "under_construction", "--on", "2021-03")
    office.do(
        "capital", "record", "x", "completed", "5亿", "--on", "2023-06", "--cumulative", "--at-year-start", "4.2亿"
    )
    office.do("capital", "record", "x", "completed", "3000万", "--on", "2023-07")
    office.do("capital", "record", "x", "paid", "100万", "--on", "2023-07-05")
    words = ("show", "x", "--as-of", "2023-07-31")
    found = {row["item"]: row["entries"] for row in json.loads(office.do(*words, "-f", "json").out)["rows"]}
    assert found["Completed investment 2023-07"] == ["3"]
    assert found["Completed investment this year"] == ["1", "2", "3"]
    assert found["Completed investment in all"] == ["2", "3"]
    text = office.do(*words, "--explain").out
    assert "from entries #1, #2, #3" in text
    assert "not reported: 2023H1; from entries #4" in text


def test_the_entries_of_a_figure_that_is_at_least_the_years_before_are_named(office: Office) -> None:
    office.do("project", "add", "x", "--stage", "signed", "--on", "2021-03-01")
    for month in ("2022-06", "2021-06", "2023-01"):
        office.do("capital", "record", "x", "completed", "100万", "--on", month)
    words = ("show", "x", "--as-of", "2023-01-31")
    found = {row["item"]: row["entries"] for row in json.loads(office.do(*words, "-f", "json").out)["rows"]}
    assert found["Completed investment in all"] == ["1", "2", "3"]
    assert "from entries #1, #2, #3" in office.do(*words, "--explain").out


@pytest.mark.parametrize(
    ("signed", "figures", "cumulative"),
    [
        ("2023-10-15", ("2024-06 --ytd",), ("partial", "2000")),
        ("2023-10-15", ("2024-01",), ("partial", "2000")),
        ("2023", ("2024-02",), ("partial", "2000")),
        ("2022-10", ("2024-01",), ("partial", "2000")),
        ("2024-01-10", ("2024-06 --ytd",), ("known", "2000")),
        ("2023-10-01", ("2023Q4", "2024-01"), ("known", "4000")),
        # The rest of 2023 was not said, and what is known reaches to its day.
        ("2023-01-01", ("2023Q1", "2024-01"), ("lacking", None)),
        ("2023-10-15", ("2024-01", "2024-02 --unknown"), ("lacking", None)),
        ("2023-10-15", ("2024-06 --cumulative",), ("known", "2000")),
    ],
)
def test_what_the_months_since_the_signing_come_to_is_at_least_what_was_said(
    office: Office, signed: str, figures: tuple[str, ...], cumulative: tuple[str, str | None]
) -> None:
    today = "2024-06-30"
    office.do("project", "add", "p", "--stage", "signed", "--on", signed, today=today)
    office.do("capital", "plan", "p", "1亿", "--year", "2024", today=today)
    for figure in figures:
        amount_said = () if "unknown" in figure else ("2000万",)
        office.do("capital", "record", "p", "completed", *amount_said, "--on", *figure.split(), today=today)
    assert amount(office.rows("progress", today=today)["p"]["cumulative"]) == cumulative
    earned = office.rows("report", "earned-value", today=today).get("p")
    assert bool(earned and earned["ev"]["amounts"]) == (cumulative[0] != "lacking")


PARENT_AND_PARTS = {
    # What is said, by project: period and options, 万元; what all have in the end.
    "the parts after the year of the parent": (
        ("p 2022 20000", "x 2023-06--ytd 10000", "y 2023-06--ytd 15000"),
        "45000",
    ),
    "the parts after a stated cumulative figure": (
        ("p 2023-03--cumulative 20000", "x 2023-03--ytd 4000", "x 2023-06--ytd 10000"),
        "26000",
    ),
    "the parent's own year holds": (
        ("p 2022 20000", "p 2023-03--ytd 5000", "x 2023-06--ytd 25000"),
        "25000",
    ),
    "the parts before the first year of the parent": (("x 2022 7000", "y 2022 1000", "p 2023-06--ytd 5000"), "13000"),
    "a year of the parts between two of the parent": (
        ("p 2021 1000", "x 2022 2000", "p 2023-06--ytd 4000", "y 2021 99"),
        "7000",
    ),
    "a stated figure and the parent's own months after it": (
        ("p 2022-12--cumulative 20000", "p 2023-01 100", "x 2023-06--ytd 9000"),
        "20100",
    ),
    "parts of parts": (("p 2022 20000", "z 2023-06--ytd 3000", "y 2023-06--ytd 1000"), "24000"),
}


@pytest.mark.parametrize(("said", "cumulative"), PARENT_AND_PARTS.values(), ids=PARENT_AND_PARTS.keys())
def test_a_family_has_each_year_once(office: Office, said: tuple[str, ...], cumulative: str) -> None:
    begun = "2021-01-01" if any("2021" in words for words in said) else "2022-01-01"
    for code, parent in (("p", ""), ("x", "p"), ("y", "p"), ("z", "x")):
        office.do("project", "add", code, "--parent", parent, "--stage", "signed", "--on", begun)
    for words in said:
        code, period, figure = words.split()
        on, dashes, basis = period.partition("--")
        office.do(
            "capital", "record", code, "completed", f"{figure}万", "--on", on, *([dashes + basis] if basis else [])
        )
    rows = office.rows("progress", "--as-of", "2023-06-30")
    assert amount(rows["p"]["cumulative"]) == ("known", cumulative)
    assert amount(rows["all"]["cumulative"]) == ("known", cumulative)


def test_the_first_rows_have_the_total_of_all_below_them(office: Office) -> None:
    for number in range(5):
        office.do("project", "add", f"p{number}", "--total", "1亿")
        office.do("capital", "plan", f"p{number}", "1000万", "--year", "2023")
    for command, key, total in (("list", "total", "50000"), ("progress", "plan", "5000")):
        found = json.loads(office.do(command, "--limit", "2", "-f", "json").out)
        assert [row["code"] for row in found["rows"]] == ["p0", "p1"]
        assert (found["totals"]["code"], f"{float(found['totals'][key]['amounts'][0]['amount']) / 10_000:g}") == (
            "5 projects",
            total,
        )
        assert "first 2 of 5 rows; totals of all rows" in office.do(command, "--limit", "2").out


def test_a_milestone_whose_stage_was_reached_on_a_day_nobody_knows_is_neither_overdue_nor_late(
    office: Office, tmp_path: Path
) -> None:
    sheet = tmp_path / "stages.csv"
    rows = "S-1,青禾基地,在建,2025-03-01,2027-06\nS-2,澜星中心,竣工,2021-06-30,2023-07-05\n"
    sheet.write_text("项目编号,项目名称,项目阶段,计划开工时间,计划竣工时间\n" + rows, encoding="utf-8")
    today = "2026-11-27"
    office.do("import", str(sheet), "--apply", today=today)
    slips = json.loads(office.do("report", "slippage", "-f", "json", today=today).out)["rows"]
    assert [(row["slip"], row["overdue"], row["on_time"], row["actual"]) for row in slips] == [(None,) * 4] * 4
    overview = json.loads(office.do("overview", "-f", "json", today=today).out)["rows"]
    assert "Overdue" not in str(overview)
    assert "behind" not in office.do("show", "S-2", today=today).out
    assert office.do("milestone", "list", "-f", "ics", today=today).out.count("BEGIN:VEVENT") == 1
    assert office.do("database", "check", today=today).code == 0
    # Back at an earlier stage, the milestone is open again.
    office.do("project", "stage", "S-2", "signed", "--why", "dismantled", today=today)
    slips = json.loads(office.do("report", "slippage", "-f", "json", today=today).out)["rows"]
    assert [row["overdue"] for row in slips] == [None, None, 1976, 1241]


def test_instalments_of_a_month_reach_the_last_of_them_whenever_it_is_asked(office: Office) -> None:
    office.do("project", "add", "i", today="2023-04-10")
    office.do("capital", "record", "i", "completed", "100万", "--on", "2023-04-03", today="2023-04-10")
    office.do("capital", "record", "i", "completed", "200万", "--on", "2023-04-07", today="2023-04-10")
    report = ("report", "monthly", "--month", "2023-04")
    now, then = office.rows(*report)["i"], office.rows(*report, "--known-on", "2023-04-10")["i"]
    assert now == then
    assert (amount(now["month"]), now["month"]["figures_to"]) == (("known", "300"), "2023-04-07")


def text_of(office: Office, *words: str, today: str = "2023-12-31") -> str:
    """What a command prints, its lines joined."""
    return " ".join(office.do(*words, today=today).out.split())


def test_a_reported_zero_is_zero_and_level_is_said_to_be_level(office: Office) -> None:
    for code, figure in (("zero", "0"), ("level", "5000万")):
        office.do("project", "add", code)
        office.do("capital", "plan", code, "1亿", "--year", "2023")
        office.do("capital", "record", code, "completed", figure, "--on", "2023-06", "--ytd")
        day = ("--as-of", "2023-06-30")
    assert "50.0% 0.0 points against time progress of 50.0%" in text_of(office, "show", "level", *day)
    office.do("project", "remove", "level", "-y")
    assert "completed 0 · done 0.0% · gap -50.0" in text_of(office, "overview", *day)


def test_why_there_is_no_completion_is_said_as_it_is(office: Office) -> None:
    plans = {"lacking": "1亿", "currency": "1亿", "nothing": "0"}
    for code, plan in plans.items():
        office.do("project", "add", code, "--stage", "under_construction", "--on", "2021-03")
        office.do("capital", "plan", code, plan, "--year", "2023")
    office.do("capital", "record", "lacking", "completed", "5亿", "--on", "2023-06", "--cumulative")
    office.do("capital", "record", "currency", "completed", "US$5m", "--on", "2023-06", "--ytd")
    office.do("capital", "record", "nothing", "completed", "1亿", "--on", "2023-06", "--ytd")
    rows = office.rows("progress", "--as-of", "2023-06-30")
    assert {code: rows[code]["light_reason"] for code in plans} == {
        "lacking": "the figure of the year is unknown or withheld",
        "currency": "the plan and the figure of the year are not in one currency",
        "nothing": "the plan of the year is 0",
    }
    office.do("project", "remove", "nothing", "-y")
    bulletin = office.do("report", "bulletin", "--month", "2023-06").out
    assert "There is no plan of the year" not in bulletin
    assert "What is missing to the plan of the year is not known." in bulletin
    assert "2 of 2 projects have a plan" in text_of(office, "report", "brief", "--month", "2023-06")


def test_what_is_missing_to_the_plan_is_at_most_what_a_partial_figure_leaves(office: Office) -> None:
    for code in ("part", "lack"):
        office.do("project", "add", code)
        office.do("capital", "plan", code, "1亿", "--year", "2023")
        office.do("capital", "record", code, "completed", "1000万", "--on", "2023-01")
    office.do("capital", "record", "part", "completed", "1000万", "--on", "2023-06")
    office.do("capital", "record", "lack", "completed", "--unknown", "--on", "2023-06")
    bulletin = office.do("report", "bulletin", "--month", "2023-06").out
    assert "The 1 project planned in CNY has completed at least CNY 20m of CNY 100m, or at least 20.0%" in bulletin
    assert "(1 more left out: completed investment not known in full)" in bulletin
    assert "of the projects measured at most CNY 80m is missing: at most CNY 13.33m in each" in bulletin


def test_projects_of_one_other_currency_are_measured_in_it_in_every_report(office: Office) -> None:
    for code, owner in (("a", "A"), ("b", "B")):
        office.do("project", "add", code, "--owner", owner)
        office.do("capital", "plan", code, "US$10m", "--year", "2023")
        office.do("capital", "record", code, "completed", "US$12.75m", "--on", "2023-06", "--ytd")
    day, month = ("--as-of", "2023-06-30"), ("--month", "2023-06")

    def done(*words: str) -> set[str]:
        report = json.loads(office.do(*words, "-f", "json").out)
        key = "value" if "ranking" in words else "completion"
        return {row[key] for row in (*report["rows"], report["totals"])}

    every = (("progress", *day), ("report", "monthly", *month), ("report", "monthly", *month, "--by", "owner"))
    for words in (*every, ("summary", "--by", "owner", *day), ("report", "ranking", *day)):
        assert done(*words) == {"1.275"}, words
    bulletin = office.do("report", "bulletin", *month).out
    assert "The 2 projects planned in USD have completed USD 25.5m of USD 20m, or 127.5%" in bulletin
    # Beside projects in another currency a group keeps its own; the total is of the usual one, and says so.
    together = (*every, ("summary", "--by", "owner", *day))
    of_none, of_some = "–, plans are in several currencies and none in CNY", "over the projects planned in CNY"
    for code, currency, share, reason in (("c", "€", None, of_none), ("d", "", "0.5", of_some)):
        office.do("project", "add", code, "--owner", code)
        office.do("capital", "plan", code, f"{currency}1亿", "--year", "2023")
        office.do("capital", "record", code, "completed", f"{currency}5000万", "--on", "2023-06", "--ytd")
        for words in together:
            report = json.loads(office.do(*words, "-f", "json").out)
            assert report["totals"]["completion"] == share, words
            assert f"done together: {reason}" in report["coverage"], words
    assert done("report", "ranking", *day) == {"1.275", "0.5"}


def test_a_difference_of_partial_figures_is_no_more_than_they_are(office: Office) -> None:
    for code, currency in (("a", ""), ("b", "US$")):
        office.do("project", "add", code, "--stage", "signed", "--on", "2022-01")
        office.do("capital", "plan", code, f"{currency}100m", "--year", "2023")
        office.do("capital", "record", code, "completed", f"{currency}50m", "--on", "2023-06", "--ytd")
    earned = text_of(office, "report", "earned-value", "--as-of", "2023-06-30")
    assert "≥CNY 0 ≥1.00" in earned
    assert ">" not in earned.replace("≥", "")
    assert "counted with their parent" not in earned, "of figures in two currencies no total is taken"
    office.do("project", "add", "c")
    for month in ("2023-01", "2023-06"):
        office.do("capital", "record", "c", "completed", "10m", "--on", month)
    assert "1 project without a plan: --all ≥CNY 20m" in text_of(office, "progress", "--as-of", "2023-06-30")


def test_a_total_is_compared_with_the_one_in_force_and_not_with_the_one_typed_last(office: Office) -> None:
    office.do("project", "add", "p")
    for kind in ("total", "plan"):
        words = ("capital", "record", "p", kind) if kind == "total" else ("capital", "plan", "p")
        for figure, day in (("10亿", ""), ("20亿", "2023-06-01"), ("15亿", "2023-03-01")):
            office.do(*words, figure, *(("--from", day) if day else ()))
        assert "was CNY 1bn" in office.do(*words, "16亿", "--from", "2023-02-01").err
        assert "already has this figure" in office.do(*words, "20亿").err
        assert "already has this figure" in office.do(*words, "15亿", "--from", "2023-03-01").err
        assert "CNY 1.5bn" in office.do(*words, "15亿").err
        assert amount(office.rows("progress")["p"][kind])[1] == "150000"


def test_a_flow_by_a_day_does_not_say_from_when(office: Office, tmp_path: Path) -> None:
    office.do("project", "add", "b")
    flow = ("capital", "record", "b", "completed", "8亿", "--on", "by 2023-06-30")
    refused = office(*flow)
    assert (refused.code, "does not say from when" in refused.err) == (2, True)
    assert office("capital", "plan", "b", "8亿", "--on", "by 2023-06-30").code == 2
    sheet = tmp_path / "flow.csv"
    sheet.write_text("code,kind,figure,on\nb,completed,CNY 8m,by 2023-06-30\n", encoding="utf-8")
    assert office("import", str(sheet), "--apply", "--what", "capital").code == 4
    office.do(*flow, "--ytd")
    assert amount(office.rows("progress")["b"]["completed"]) == ("known", "80000")


def test_a_figure_given_with_the_start_of_the_year_is_compared_once_both_are_recorded(office: Office) -> None:
    office.do("project", "add", "c", "--stage", "signed", "--on", "2021-03")
    cumulative = ("capital", "record", "c", "completed")
    office.do(*cumulative, "5亿", "--on", "2023-08", "--cumulative", "--at-year-start", "4亿")
    said = office.do(*cumulative, "5.6亿", "--on", "2023-08", "--cumulative", "--at-year-start", "6亿").err
    assert "CNY -40m" in said
    assert "CNY -100m" not in said
    unknown = office.do(*cumulative, "--unknown", "--on", "2023-10", "--cumulative", "--at-year-start", "6亿").err
    assert "--at-year-start" not in unknown
