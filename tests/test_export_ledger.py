"""The ledger as one sheet, what comes back of it, and files of ours beside a ledger that went on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Result, Run
from tests.ledgers import once

Tracker = Callable[..., Result]
DAY = "2023-06-30"
THREE = (
    "init",
    "project add 0012 --name 甲项目 --company 甲公司 --chain 新能源汽车 --owner 王小明 --total 12.5亿元 --stage signed"
    " --on 2022-05",
    "project stage 0012 under_construction --on 2022-10",
    "capital plan 0012 3亿 --year 2023",
    "capital record 0012 completed 1.05亿 --on 2023-05 --ytd",
    "capital record 0012 completed 4.05亿 --on 2023-05 --cumulative",
    "milestone plan 0012 completed 2024-06",
    "project review 0012 --on 2023-06 --light yellow --text 用地未落实",
    "project add 2023-01 --name 乙,二期 --total 近34亿元 --stage filed --on 2023-02",
    "project add 1E5 --name 丙 --total US$288m --stage signed --on 2023",
)
EAST = (
    "init",
    "company add 甲公司 --country 日本",
    "project add 0012 --name 东区项目 --company 甲公司 --total 1亿元",
    "capital record 0012 completed 0.2亿 --on 2023-04",
    "milestone plan 0012 completed 2025",
)
HEADINGS = (
    *("项目编号", "项目名称", "企业", "产业链", "项目阶段", "总投资（万元）", "2023年计划投资（万元）"),
    *("2023年完成投资（万元）", "投资完成率", "累计完成投资（万元）", "下一里程碑", "责任人", "灯号", "问题"),
)


@pytest.fixture
def tracker(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tracker:
    """Type words after `tracker`, in a folder with a ledger of three projects."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str, db: str = "ledger.db", lang: str = "en") -> Result:
        return run("--db", db, "--lang", lang, *words, today=DAY)

    once(tmp_path / "ledger.db", lambda: carried_out(call, *THREE))
    return call


def carried_out(call: Tracker, *commands: str) -> None:
    for words in commands:
        assert call(*words.split()).code == 0, words


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def edit(source: str, target: str, **cells: object) -> None:
    """Save a workbook under another name with some cells changed."""
    book = openpyxl.load_workbook(source)
    for address, value in cells.items():
        book.worksheets[0][address] = value
    book.save(target)


def exported(tracker: Tracker, kind: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tracker("export", kind, "-f", "csv").out)))


# --- out -------------------------------------------------------------------------------------------------------------


def test_the_ledger_is_one_sheet_of_fourteen_columns_in_a_language_and_unit(tracker: Tracker) -> None:
    title, caption, headings, *rows = table(tracker("export", "ledger", lang="zh").out)
    assert (title, caption) == (["投资项目台账"], ["截至2023年6月30日　单位：万元"])
    assert tuple(headings) == HEADINGS
    assert rows[0] == [
        *("0012", "甲项目", "甲公司", "新能源汽车", "开工 2022年10月", "125000", "30000", "10500", "35%", "40500"),
        *("竣工 2024年6月", "王小明", "黄灯", "用地未落实"),
    ]
    assert [row[5] for row in rows[1:4]] == ["近340,000万元", "28,800万美元", "近465,000万元 + 28,800万美元"]
    assert rows[3][0] == "合计"
    headings, first, *_rows = table(tracker("export", "ledger", "--unit", "bn").out)[2:]
    assert headings[5:8] == ["Total investment (CNY bn)", "Plan 2023 (CNY bn)", "Completed 2023 (CNY bn)"]
    assert first[4:8] == ["under construction 2022-10", "1.25", "0.3", "0.105"]
    assert table(tracker("export", "ledger", "--as-of", "2022-12-31").out)[3][4:9] == [
        *("under construction 2022-10", "125000", "", "", "")
    ]


def test_the_workbook_can_be_sent(tracker: Tracker) -> None:
    assert tracker("export", "ledger", "-o", "台账.xlsx", lang="zh").code == 0
    sheet = openpyxl.load_workbook("台账.xlsx").worksheets[0]
    assert sheet["A1"].value == "投资项目台账"
    assert tuple(cell.value for cell in sheet[3]) == HEADINGS
    assert [sheet["A4"].value, sheet["F4"].value, sheet["I4"].value] == ["0012", 125000, 0.35]
    assert sheet["I4"].number_format == "0.0%"
    assert sheet["F6"].value == "28,800万美元"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "C4"
    assert all(6 <= sheet.column_dimensions[letter].width <= 60 for letter in "ABCDEFGHIJKLMN")


@pytest.mark.parametrize("words", [("--unit", "万元", "export", "projects"), ("ledger", "-f", "jsonl")])
def test_what_the_ledger_sheet_has_not_is_refused(tracker: Tracker, words: tuple[str, ...]) -> None:
    words = ("export", "projects", "--unit", "m") if words[0] == "--unit" else ("export", *words)
    assert tracker(*words).code == 2


# --- back ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("place", ["ledger.csv", "ledger.xlsx"])
@pytest.mark.parametrize("unit", ["万元", "bn"])
def test_an_unchanged_sheet_changes_nothing(tracker: Tracker, lang: str, place: str, unit: str) -> None:
    tracker("export", "ledger", "-o", place, "--unit", unit, lang=lang)
    result = tracker("import", place, "--apply")
    assert result.code == 0
    assert "projects: 0 new, 0 changed, 3 same" in result.err
    assert "nothing was changed" in result.err


@pytest.mark.parametrize(
    ("cell", "value", "kind", "expected"),
    [
        ("L4", "赵云", "projects", {"code": "0012", "owner": "赵云"}),
        ("D5", "高端机床", "projects", {"code": "2023-01", "chain": "高端机床"}),
        ("F4", 130000, "capital", {"kind": "total", "amount": "1300000000.00", "effective_from": DAY}),
        ("F5", "约35亿元", "capital", {"kind": "total", "amount": "3500000000.00", "qualifier": "about"}),
        ("G4", "3.2亿", "capital", {"kind": "plan", "amount": "320000000.00", "on": "2023"}),
        ("H4", 13500, "capital", {"kind": "completed", "amount": "135000000.00", "basis": "ytd", "on": "2023H1"}),
        ("J4", 43500, "capital", {"kind": "completed", "amount": "435000000.00", "basis": "cumulative"}),
        ("E5", "开工 2023年4月", "stages", {"project": "2023-01", "stage": "under_construction", "on": "2023-04"}),
        ("E4", "开工 2022年10月 · 停缓建", "conditions", {"project": "0012", "condition": "suspended", "on": DAY}),
        ("K4", "竣工 2024年12月", "milestones", {"what": "forecast", "on": "2024-12", "made": DAY}),
        ("M4", "红灯", "reviews", {"project": "0012", "light": "red", "on": DAY}),
        ("N4", "已开工建设", "reviews", {"project": "0012", "text": "已开工建设", "on": DAY}),
    ],
)
def test_an_edited_cell_is_that_one_change(
    tracker: Tracker, cell: str, value: object, kind: str, expected: dict[str, str]
) -> None:
    tracker("export", "ledger", "-o", "a.xlsx", lang="zh")
    before = {one: exported(tracker, one) for one in ("projects", "capital", "stages", "conditions", "milestones")}
    edit("a.xlsx", "b.xlsx", **{cell: value})
    result = tracker("import", "b.xlsx", "--apply")
    assert result.code == 0, result.err
    after = exported(tracker, kind)
    assert any(expected.items() <= row.items() for row in after), after
    for other, rows in before.items():
        assert other == kind or exported(tracker, other) == rows
    assert "nothing was changed" in tracker("import", "b.xlsx", "--apply").err


def test_a_computed_or_unreadable_cell_is_a_problem_with_its_address(tracker: Tracker) -> None:
    tracker("export", "ledger", "-o", "a.xlsx", lang="zh")
    edit("a.xlsx", "b.xlsx", I4=0.5, E5="飞升 2023年4月", M4="紫灯", F4="很多")
    result = tracker("import", "b.xlsx", "--apply", "-f", "csv")
    assert result.code == 4
    assert {row["cell"] for row in csv.DictReader(io.StringIO(result.out))} == {"I4", "E5", "M4", "F4"}


def test_a_sheet_saved_by_excel_with_other_columns_is_still_ours(tracker: Tracker) -> None:
    tracker("export", "ledger", "-o", "a.csv", lang="zh")
    _title, _caption, headings, *rows = table(Path("a.csv").read_text(encoding="utf-8-sig"))
    order = [*range(5, len(headings)), *range(5)]
    with Path("b.csv").open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["平湖经开项目台账"], ["截至2023年6月30日　单位：万元"]])
        writer.writerow([*(headings[place] for place in order), "领导批示"])
        for row in rows[:3]:
            cells = [row[place] if place < len(row) else "" for place in order]
            cells = [f"{int(cell):,}.00" if cell.isdigit() and int(cell) > 999 else cell for cell in cells]
            writer.writerow([*cells, "已阅"])
    result = tracker("import", "b.csv", "--apply")
    assert "nothing was changed" in result.err
    assert "领导批示" in result.err


# --- the state a workbook was made from ------------------------------------------------------------------------------


def test_only_what_differs_from_the_state_of_the_workbook_is_a_change(tracker: Tracker) -> None:
    tracker("export", "projects", "-o", "a.xlsx")
    tracker("project", "edit", "0012", "--owner", "钱七")
    edit("a.xlsx", "b.xlsx", B2="甲项目一期")
    result = tracker("import", "b.xlsx", "--apply")
    assert result.code == 0
    assert "projects: 0 new, 1 changed, 2 same" in result.out
    [row] = [row for row in exported(tracker, "projects") if row["code"] == "0012"]
    assert (row["name"], row["owner"]) == ("甲项目一期", "钱七")


@pytest.mark.parametrize(("what", "cell"), [("projects", "K2"), ("ledger", "L4")])
def test_what_a_colleague_changed_since_is_a_conflict_and_named(tracker: Tracker, what: str, cell: str) -> None:
    tracker("export", what, "-o", "a.xlsx", lang="zh")
    tracker("project", "edit", "0012", "--owner", "钱七")
    edit("a.xlsx", "b.xlsx", **{cell: "孙八"})
    result = tracker("import", "b.xlsx", "--apply")
    assert "钱七" in result.out
    assert "孙八" in result.out
    assert "kept" in result.out
    assert exported(tracker, "projects")[0]["owner"] == "钱七"
    tracker("import", "b.xlsx", "--apply", "--conflict", "take")
    assert exported(tracker, "projects")[0]["owner"] == "孙八"


@pytest.mark.parametrize("what", ["projects", "ledger"])
def test_a_csv_that_repeats_an_older_value_is_suspected(tracker: Tracker, what: str) -> None:
    tracker("export", what, "-o", "a.csv")
    tracker("project", "edit", "0012", "--owner", "钱七")
    result = tracker("import", "a.csv", "--apply")
    assert "has the value from before change" in result.err + result.out
    assert exported(tracker, "projects")[0]["owner"] == "钱七"
    text = Path("a.csv").read_text(encoding="utf-8-sig").replace("王小明", "周九")
    Path("b.csv").write_text(text, encoding="utf-8")
    tracker("import", "b.csv", "--apply")
    assert exported(tracker, "projects")[0]["owner"] == "周九"


def test_an_emptied_cell_clears_only_what_the_export_had_filled(tracker: Tracker) -> None:
    tracker("export", "projects", "-o", "a.xlsx")
    tracker("project", "edit", "0012", "--grid", "一网格")
    edit("a.xlsx", "b.xlsx", K2=None)
    tracker("import", "b.xlsx", "--apply")
    row = exported(tracker, "projects")[0]
    assert (row["owner"], row["grid"]) == ("", "一网格")


# --- codes that spreadsheets change ----------------------------------------------------------------------------------


def test_a_csv_for_spreadsheets_protects_codes_and_one_for_programs_does_not(tracker: Tracker) -> None:
    tracker("project", "add", "12", "--name", "=1+1")
    tracker("export", "projects", "-o", "a.csv")
    rows = table(Path("a.csv").read_text(encoding="utf-8-sig"))
    assert [row[:2] for row in rows[1:]] == [
        ["'0012", "甲项目"],
        ["12", "'=1+1"],
        ["'1E5", "丙"],
        ["'2023-01", "乙,二期"],
    ]
    assert [row["code"] for row in exported(tracker, "projects")] == ["0012", "12", "1E5", "2023-01"]
    assert "projects: 0 new, 0 changed, 4 same" in tracker("import", "a.csv", "--apply").err


# --- files of another ledger ----------


@pytest.fixture
def east(tracker: Tracker) -> Tracker:
    """Type words after `tracker --db east.db`, the ledger of another office with a project 0012 of its own."""

    def call(*words: str) -> Result:
        return tracker(*words, db="east.db")

    once("east.db", lambda: carried_out(call, *EAST))
    return call


@pytest.mark.parametrize(("what", "place"), [("all", "east"), ("projects", "p.xlsx"), ("ledger", "l.xlsx")])
def test_codes_of_another_ledger_that_exist_here_are_a_question(
    tracker: Tracker, east: Tracker, what: str, place: str
) -> None:
    east("export", what, "-o", place)
    before = tracker("export", "all", "-f", "jsonl").out
    result = tracker("import", place, "--apply")
    assert result.code == 1
    assert "comes from another ledger, and its code 0012 exists here: the same project?" in result.err
    assert "--same-projects / --prefix east-" in result.err
    assert tracker("export", "all", "-f", "jsonl").out == before


def test_a_prefix_keeps_the_projects_of_two_offices_apart(tracker: Tracker, east: Tracker) -> None:
    east("export", "all", "-o", "east")
    assert tracker("import", "east", "--prefix", "east-", "--apply").code == 0
    projects = {row["code"]: (row["name"], row["company"]) for row in exported(tracker, "projects")}
    assert projects["0012"] == ("甲项目", "甲公司")
    assert projects["east-0012"] == ("东区项目", "甲公司")
    amounts = [row["amount"] for row in exported(tracker, "capital") if row["project"] == "east-0012"]
    assert amounts == ["100000000.00", "20000000.00"]
    [company] = [row for row in exported(tracker, "companies") if row["name"] == "甲公司"]
    assert company["country"] == "JP"
    east("project", "edit", "0012", "--owner", "东区")
    east("export", "all", "-o", "east")
    again = tracker("import", "east", "--apply")
    assert "get the prefix east-, as before" in again.err + again.out
    assert [row["owner"] for row in exported(tracker, "projects") if row["code"].endswith("0012")] == ["王小明", "东区"]
    assert "nothing was changed" in tracker("import", "east", "--apply").err


def test_the_same_projects_take_what_the_other_ledger_says_of_them(tracker: Tracker, east: Tracker) -> None:
    east("export", "all", "-o", "east")
    result = tracker("import", "east", "--same-projects", "--apply")
    assert result.code == 0
    assert [row["code"] for row in exported(tracker, "projects")] == ["0012", "1E5", "2023-01"]
    [row] = [row for row in exported(tracker, "capital") if row["on"] == "2023-04"]
    assert (row["project"], row["amount"]) == ("0012", "20000000.00")


def test_a_company_is_known_by_its_id_number_and_not_by_its_name_alone(tracker: Tracker, east: Tracker) -> None:
    def give(office: Tracker, name: str, number: str) -> None:
        Path("ids.csv").write_text(f"name,ids\n{name},统一社会信用代码={number}\n", encoding="utf-8")
        assert office("import", "ids.csv", "--what", "companies", "--apply").code == 0

    give(tracker, "甲公司", "91330482MA2BXXXX1A")
    give(east, "甲公司", "91330482MA2BYYYY2B")
    east("export", "all", "-o", "other")
    result = tracker("import", "other", "--prefix", "east-", "--apply")
    assert result.code == 4
    assert "another company of this name?" in result.out
    east("company", "edit", "甲公司", "--name", "甲有限公司")
    give(east, "甲有限公司", "91330482MA2BXXXX1A")
    east("export", "all", "-o", "same")
    assert tracker("import", "same", "--prefix", "east-", "--apply").code == 0
    assert {row["company"] for row in exported(tracker, "projects") if row["code"].endswith("0012")} == {"甲公司"}
    assert [row["aliases"] for row in exported(tracker, "companies")] == ["甲有限公司"]


# --- our own files after a spreadsheet ------------


def saved_by_excel(rows: list[list[str]]) -> list[list[str]]:
    """The rows as Excel writes them once it has read them, in the United States."""

    def cell(text: str) -> str:
        if found := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text):
            return f"{int(found[2])}/{int(found[3])}/{found[1]}"
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            return date.fromisoformat(f"{text}-01").strftime("%b-%y")
        if re.fullmatch(r"[0-9]+\.00", text):
            return f"{int(text[:-3]):,}"
        return f"{float(text):.2E}" if re.fullmatch("[0-9]+E[0-9]+", text) else text.lstrip("0") or text

    return [rows[0], *([cell(text) for text in row] for row in rows[1:])]


@pytest.mark.parametrize("kind", ["projects", "capital", "milestones", "stages"])
@pytest.mark.parametrize("change", ["saved", "title", "extra", "reordered", "all"])
def test_our_own_csv_stays_our_own(tracker: Tracker, kind: str, change: str) -> None:
    tracker("project", "stage", "2023-01", "site_secured", "--on", "2023-06-27")
    tracker("export", kind, "-o", "a.csv")
    rows = saved_by_excel(table(Path("a.csv").read_text(encoding="utf-8-sig")))
    if change in ("extra", "all"):
        rows = [[*row, "领导批示" if row is rows[0] else "已阅"] for row in rows]
    if change in ("reordered", "all"):
        rows = [row[::-1] for row in rows]
    if change in ("title", "all"):
        rows = [["平湖经开", "单位：元"], *rows]
    with Path("b.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    result = tracker("import", "b.csv", "--apply")
    assert result.code == 0, result.out
    assert f"b.csv: a file of this program: {kind}" in result.err
    assert "nothing was changed" in result.err
    assert ("领导批示" in result.err) == (change in ("extra", "all"))


def test_the_order_of_days_holds_for_our_own_files(tracker: Tracker) -> None:
    tracker("export", "stages", "-o", "a.csv")
    text = Path("a.csv").read_text(encoding="utf-8-sig").replace("2023-02,", "4/2/2023,")
    Path("b.csv").write_text(text, encoding="utf-8")
    assert tracker("import", "b.csv").code == 4
    shown = tracker("import", "b.csv", "--date-order", "dmy", "-f", "csv").out
    assert "2023-02-04" in shown


def test_a_withheld_amount_and_a_rate_of_a_hundred_percent_stand_in_the_sheet_as_they_are(tracker: Tracker) -> None:
    for words in (
        ("project", "add", "w", "--name", "丁", "--total", "withheld"),
        ("capital", "plan", "w", "1亿", "--year", "2023"),
        ("capital", "record", "w", "completed", "1亿", "--on", "2023-05", "--ytd"),
    ):
        assert tracker(*words).code == 0, words
    assert tracker("export", "ledger", "-o", "a.xlsx", "--unit", "万元").code == 0
    assert tracker("export", "ledger", "-o", "a.csv", "--unit", "万元").code == 0
    [row] = [row for row in table(Path("a.csv").read_text(encoding="utf-8-sig")) if row[0] == "w"]
    assert row[5:9] == ["withheld", "10000", "10000", "100%"]
    again = tracker("import", "a.csv")
    assert (again.code, "nothing was changed" in again.err) == (0, True), again


def test_a_figure_that_another_one_took_the_place_of_is_suspected_and_no_other(tracker: Tracker) -> None:
    tracker("capital", "record", "0012", "paid", "1万", "--on", "2023-05")
    tracker("capital", "record", "2023-01", "paid", "2万", "--on", "2023-05")
    tracker("export", "capital", "-o", "a.csv")
    entry = next(row["entry"] for row in exported(tracker, "capital") if row["amount"] == "10000.00")
    tracker("capital", "correct", entry, "--amount", "3万", "--why", "typed wrongly")
    rows = Path("a.csv").read_text(encoding="utf-8-sig").replace("20000.00", "25000.00")
    Path("b.csv").write_text(rows, encoding="utf-8")
    result = tracker("import", "b.csv", "--apply")
    assert (result.err + result.out).count("has the value from before change") == 1
    amounts = {row["project"]: row["amount"] for row in exported(tracker, "capital") if row["kind"] == "paid"}
    assert amounts == {"0012": "30000.00", "2023-01": "25000.00"}


def test_an_entry_of_a_workbook_is_met_by_its_number_where_its_project_is_called_otherwise_now(
    tracker: Tracker,
) -> None:
    tracker("capital", "record", "0012", "paid", "1万", "--on", "2023-05")
    tracker("export", "capital", "-o", "a.xlsx")
    tracker("project", "edit", "0012", "--code", "0099")
    result = tracker("import", "a.xlsx", "--apply")
    assert result.code == 0
    assert "nothing to record" in result.err
