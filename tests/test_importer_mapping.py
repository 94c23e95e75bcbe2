"""Whole tables: what kind they are, the records of their rows, and everything that is wrong with them at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.understood import ASKED, problems, records, table_of, understood
from tracker.dates import Period
from tracker.errors import InputRejected, TrackerError, UsageError
from tracker.money import Figure, Money
from tracker.records import serialize
from tracker.records.schema import KINDS, Problem, Record


def cny(wan: str) -> Figure:
    return Figure(Money(round(float(wan) * 1_000_000), "CNY"))


def said(record: Record) -> dict[str, Any]:
    """The values of a record, periods as text."""
    values = {key: value for key, value in record.values.items() if key != "present"}
    return {key: value.iso() if isinstance(value, Period) else value for key, value in values.items()}


# --- a 台账 --------------------------------------------------------------------------------------------------------

LEDGER = [
    ["序号", "项目名称", "备案代码", "投资方", "总投资（亿元）", "2023年计划投资", "1-6月完成投资",
     "计划竣工时间", "开工时间", "项目阶段", "形象进度", "备注"],
    ["1", "电机一期", "330482202300123456", "甲公司", "25", "12000", "6500.5",
     "2024年6月", "2022-10-18", "在建", "主体施工", "重点"],
    ["2", "阀门二期", "", "乙公司", "近34", "不公开", "", "", "2024年", "签约", "", ""],
]  # fmt: skip
TITLE = ("重点项目台账（2023年6月）", "单位：万元")


def test_a_row_of_a_ledger_fills_many_records_the_project_first() -> None:
    reading = understood(table_of(LEDGER, title=TITLE))
    assert reading.kind == "project"
    assert not reading.ours
    found = [(one.kind, said(one)) for one in records(reading) if one.row == 4]
    name = "电机一期"
    assert found == [
        ("project", {"name": name, "ids": ("备案代码=330482202300123456",), "company": "甲公司", "note": "重点"}),
        ("stage", {"project": name, "stage": "under_construction", "on": "2022-10-18"}),
        ("milestone", {"project": name, "milestone": "completed", "what": "baseline", "on": "2024-06"}),
        ("capital", {"project": name, "kind": "total", "figure": cny("250000")}),
        ("capital", {"project": name, "kind": "plan", "on": "2023", "figure": cny("12000")}),
        ("capital", {"project": name, "kind": "completed", "on": "2023-06", "basis": "ytd", "figure": cny("6500.5")}),
        ("review", {"project": name, "text": "主体施工"}),
    ]


def test_a_row_says_nothing_where_its_cells_are_empty() -> None:
    found = [(one.kind, said(one)) for one in records(understood(table_of(LEDGER, title=TITLE))) if one.row == 5]
    assert found == [
        ("project", {"name": "阀门二期", "company": "乙公司"}),
        ("stage", {"project": "阀门二期", "stage": "signed"}),
        ("milestone", {"project": "阀门二期", "milestone": "under_construction", "what": "baseline", "on": "2024"}),
        (
            "capital",
            {"project": "阀门二期", "kind": "total", "figure": Figure(Money(340_000_000_000, "CNY"), "nearly")},
        ),
        ("capital", {"project": "阀门二期", "kind": "plan", "on": "2023", "figure": Figure(availability="withheld")}),
    ]


def test_the_same_records_are_given_again() -> None:
    reading = understood(table_of(LEDGER, title=TITLE))
    assert [(one.kind, one.values) for one in records(reading)] == [(one.kind, one.values) for one in records(reading)]


def test_a_field_is_found_in_its_cell_again() -> None:
    reading = understood(table_of(LEDGER, title=TITLE))
    places = {
        (one.kind, key): reading.place(one, key) for one in records(reading) if one.row == 4 for key in one.values
    }
    assert places["project", "name"] == ("B4", "项目名称")
    assert places["project", "ids"] == ("C4", "备案代码")
    assert places["stage", "on"] == ("I4", "开工时间")
    assert places["milestone", "on"] == ("H4", "计划竣工时间")
    assert places["capital", "project"] == ("B4", "项目名称")
    assert places["review", "text"] == ("K4", "形象进度")
    totals = [one for one in records(reading, "capital") if one.row == 4]
    assert [reading.place(one, "figure")[0] for one in totals] == ["E4", "F4", "G4"]
    assert reading.place(Record("rate", {}, 4), "rate")[0] == ""


def test_the_project_is_referred_to_by_its_code_or_the_key_of_the_map() -> None:
    lines = [["项目编号", "项目名称", "备案代码", "总投资"], ["A-1", "甲", "2303-1", "5亿元"]]
    assert records(understood(table_of(lines)), "capital")[0].values["project"] == "A-1"
    assert records(understood(table_of(lines), map='key = "备案代码"'), "capital")[0].values["project"] == "2303-1"


def test_a_row_without_a_project_is_a_problem() -> None:
    [problem] = problems(understood(table_of([["项目名称", "投资方"], ["", "甲公司"], ["b", "c"]])))
    assert (problem.cell, problem.row) == ("A2", 2)


# --- stages --------------------------------------------------------------------------------------------------------


def stages(line: list[str], heads: list[str], **kwargs: Any) -> list[tuple[str, dict[str, Any]]]:
    found = records(understood(table_of([["项目名称", *heads], ["a", *line]], **kwargs), what="project"))
    return [(one.kind, {key: text for key, text in said(one).items() if key != "project"}) for one in found[1:]]


def test_a_day_not_called_planned_or_actual_follows_the_stage_of_the_row() -> None:
    heads = ["项目阶段", "签约时间", "开工时间", "竣工时间"]
    assert stages(["开工", "2022-03", "2022-10", "2023-10"], heads) == [
        ("stage", {"stage": "signed", "on": "2022-03"}),
        ("stage", {"stage": "under_construction", "on": "2022-10"}),
        ("milestone", {"milestone": "completed", "what": "baseline", "on": "2023-10"}),
    ]


def test_without_a_stage_the_day_of_the_file_decides() -> None:
    assert stages(["2022-10", "2023-10"], ["开工时间", "竣工时间"], title=("截至2023年6月底",)) == [
        ("stage", {"stage": "under_construction", "on": "2022-10"}),
        ("milestone", {"milestone": "completed", "what": "baseline", "on": "2023-10"}),
    ]
    assert [kind for kind, _said in stages(["2022-10", "2023-10"], ["开工时间", "竣工时间"])] == ["stage", "stage"]


def test_a_planned_and_an_actual_day_of_one_stage_stand_side_by_side() -> None:
    assert stages(["2022-03-01", "2022-04-02"], ["计划签约时间", "实际签约时间"]) == [
        ("stage", {"stage": "signed", "on": "2022-04-02"}),
        ("milestone", {"milestone": "signed", "what": "baseline", "on": "2022-03-01"}),
        ("milestone", {"milestone": "signed", "what": "actual", "on": "2022-04-02"}),
    ]


def test_a_stage_behind_an_actual_day_is_a_problem() -> None:
    table = table_of([["项目名称", "项目阶段", "实际竣工时间"], ["a", "签约", "2023-05"]])
    [problem] = problems(understood(table))
    assert problem.cell == "B2"
    assert "completed" in problem.problem


def test_a_condition_in_the_place_of_a_stage_is_one() -> None:
    assert stages(["停工"], ["项目阶段"]) == [("condition", {"condition": "suspended", "reason": "停工"})]
    assert stages(["推进中"], ["项目状态"]) == [("condition", {"condition": "active"})]


def test_a_column_on_progress_is_of_stages_where_all_its_values_are() -> None:
    assert stages(["开工"], ["项目进展"]) == [("stage", {"stage": "under_construction"})]
    assert stages(["桩基完成"], ["项目进展"]) == [("review", {"text": "桩基完成"})]


def test_several_texts_of_one_field_go_together() -> None:
    table = table_of(
        [["项目名称", "备注", "建设内容", "进展情况", "存在问题"], ["a", "重点", "两条线", "打桩", "用电"]]
    )
    found = records(understood(table))
    assert found[0].values["note"] == "重点\n建设内容：两条线"
    assert found[1].values["text"] == "打桩\n存在问题：用电"


# --- figures that include each other -------------------------------------------------------------------------------


def completed(heads: list[str], line: list[str]) -> list[tuple[str, str, str]]:
    """Basis, period and amount in 万元 of the completed investment of one row."""
    table = table_of([["项目名称", "投资方", *heads], ["a", "b", *line]], title=("2023年6月（单位：万元）",))
    found = []
    for one in records(understood(table), "capital"):
        figure = one.values["figure"]
        amount = f"{figure.money.minor / 1_000_000:g}" if figure.money else figure.availability
        found.append((one.values.get("basis", "period"), one.values["on"].iso(), amount))
    return found


def test_figures_that_include_each_other_are_read_as_they_are_said() -> None:
    assert completed(["本月完成投资", "1-6月完成投资", "累计完成投资"], ["10", "60", "100"]) == [
        ("period", "2023-06", "10"),
        ("ytd", "2023-06", "60"),
        ("cumulative", "2023-06", "100"),
    ]
    assert completed(["1-6月完成投资", "累计完成投资"], ["60", "50"]) == [
        ("ytd", "2023-06", "60"),
        ("cumulative", "2023-06", "50"),
    ]
    heads = [f"{month}月完成投资" for month in range(1, 7)]
    bases = [basis for basis, _on, _amount in completed([*heads, "1-6月完成投资"], ["1"] * 6 + ["6"])]
    assert bases == [*["period"] * 6, "ytd"]


def test_a_column_that_others_say_in_parts_is_their_sum_and_not_booked_again() -> None:
    above = ["", *["2023年完成投资"] * 4]
    table = table_of([["项目名称", "1月", "2月", "合计", "3月"], ["甲", "1", "2", "6", "3"]], above=above)
    reading = understood(table)
    booked = [one.values["on"].iso() for one in records(reading, "capital")]
    assert booked == ["2023-01", "2023-02", "2023-03"]
    assert "“合计” (D) is left out: B, C, E hold its parts" in reading.statements


@pytest.mark.parametrize(
    ("title", "day"),
    [("2023年月报（截至9月底）", date(2023, 9, 30)), ("2023年12月", ASKED), ("台账", None)],
)
def test_the_title_says_the_day_of_the_sheet(title: str, day: date | None) -> None:
    assert understood(table_of([["项目名称", "总投资"], ["a", "5"]], title=(title,))).day == day


def test_a_project_that_was_stopped_has_not_been_completed() -> None:
    lines = [
        ["Project code", "Project name", "Status", "Start date", "Completion date"],
        ["T1", "Alpha", "Terminated", "2022-01-10", "2023-05-01"],
        ["T2", "Beta", "Completed", "2022-01-10", "2023-05-01"],
        ["T4", "Delta", "Suspended", "2022-01-10", "2024-05-01"],
    ]
    found = [(one.row, *said(one).values()) for one in records(understood(table_of(lines))) if one.kind != "project"]
    assert [one for one in found if "completed" in one] == [
        (2, "T1", "completed", "baseline", "2023-05-01"),
        (3, "T2", "completed", "2023-05-01"),
        (4, "T4", "completed", "baseline", "2024-05-01"),
    ]


# --- other kinds ---------------------------------------------------------------------------------------------------


def only(lines: list[list[Any]], **asked: Any) -> tuple[str, list[dict[str, Any]]]:
    kwargs = {key: asked.pop(key) for key in ("title", "above") if key in asked}
    reading = understood(table_of(lines, **kwargs), **asked)
    return reading.kind, [said(one) for one in records(reading)]


def test_a_long_list_of_entries_is_capital() -> None:
    lines = [
        ["项目编号", "资金类别", "金额（万元）", "日期", "备注"],
        ["A-1", "完成投资", "100", "2023年3月", ""],
        ["A-1", "到位资金", "约50", "2023-04-05", "银行"],
    ]
    assert only(lines) == (
        "capital",
        [
            {"project": "A-1", "kind": "completed", "figure": cny("100"), "on": "2023-03"},
            {
                "project": "A-1",
                "kind": "funds_in_place",
                "figure": Figure(Money(50_000_000, "CNY"), "about"),
                "on": "2023-04-05",
                "note": "银行",
            },
        ],
    )


def test_columns_beside_an_amount_say_more_of_it() -> None:
    lines = [
        ["Project", "Kind", "Amount", "Currency", "Unit", "Qualifier", "Availability", "Year", "Month"],
        ["A", "paid", "1.5", "USD", "m", "about", "estimated", "2023", "6"],
        ["A", "paid", "", "USD", "", "", "withheld", "2023", "7"],
    ]
    _kind, found = only(lines)
    assert found[0]["figure"] == Figure(Money(150_000_000, "USD"), "about", "estimated")
    assert found[0]["on"] == "2023-06"
    assert found[1]["figure"] == Figure(availability="withheld")


def test_a_column_a_month_makes_an_entry_a_cell() -> None:
    lines = [["项目名称", "1月", "2月", "3月"], ["甲", "1", "", "3"]]
    for above in (["", *["2023年完成投资（万元）"] * 3], []):
        title = () if above else ("2023年各月完成投资情况（单位：万元）",)
        kind, found = only(lines, above=above, title=title)
        assert kind == "capital"
        assert [(one["project"], one["on"], one["figure"]) for one in found] == [
            ("甲", "2023-01", cny("1")),
            ("甲", "2023-03", cny("3")),
        ]


def test_columns_of_periods_need_the_kind_of_their_figures() -> None:
    table = table_of([["Project", "Jan 2023", "Feb 2023"], ["a", "1", "2"]])
    reading = understood(table, what="capital")
    assert len(reading.problems) == 1
    assert "capital.kind" in reading.problems[0].hint
    chosen = '[constants]\n"capital.kind" = "完成投资"'
    found = records(understood(table, what="capital", map=chosen))
    assert [(one.values["kind"], one.values["on"].iso()) for one in found] == [
        ("completed", "2023-01"),
        ("completed", "2023-02"),
    ]


def test_a_list_of_milestones() -> None:
    lines = [
        ["项目编号", "里程碑", "计划完成时间", "预计完成时间", "实际完成时间"],
        ["A", "主体 封顶", "2023-05", "", "2023-06-07"],
        ["A", "Start on site", "2023-01", "2023-02", ""],
    ]
    kind, found = only(lines)
    assert kind == "milestone"
    assert found == [
        {"project": "A", "milestone": "topped_out", "what": "baseline", "on": "2023-05"},
        {"project": "A", "milestone": "topped_out", "what": "actual", "on": "2023-06-07"},
        {"project": "A", "milestone": "Start-on-site", "title": "Start on site", "what": "baseline", "on": "2023-01"},
        {"project": "A", "milestone": "Start-on-site", "title": "Start on site", "what": "forecast", "on": "2023-02"},
    ]


@pytest.mark.parametrize(
    ("lines", "kind", "values"),
    [
        (
            [["企业名称", "英文名称", "国别", "企业角色", "成立时间", "统一社会信用代码"],
             ["甲公司", "Jia", "日本", "链主", "2013-05-06", "91330400MA2ABCDE12"]],
            "company",
            {"name": "甲公司", "name_en": "Jia", "country": "JP", "role": "chain_leader", "founded": 2013,
             "ids": ("统一社会信用代码=91330400MA2ABCDE12",)},
        ),
        (
            [["诉求内容", "企业名称", "类别", "提出时间", "办结时间", "办理结果"],
             ["用电不足", "甲公司", "用电", "2023-04-05", "2023-05-06", "已解决"]],
            "request",
            {"title": "用电不足", "company": "甲公司", "category": "用电", "raised": date(2023, 4, 5),
             "closed": date(2023, 5, 6), "outcome": "已解决"},
        ),
        (
            [["Base", "Counter", "Date", "Rate"], ["USD", "人民币", "2023-04-05", "6.8699"]],
            "rate",
            {"base": "USD", "counter": "CNY", "on": date(2023, 4, 5), "rate": "6.8699"},
        ),
        (
            [["企业名称", "资质", "认定时间"], ["甲公司", "高企", "2022年"]],
            "certification",
            {"company": "甲公司", "certification": "high_tech", "on": "2022"},
        ),
        (
            [["项目", "关联", "关联项目"], ["a", "配套", "b"]],
            "relation",
            {"project": "a", "relation": "supports", "target": "b"},
        ),
    ],
)  # fmt: skip
def test_lists_of_other_kinds_are_read_as_what_is_asked(
    lines: list[list[str]], kind: str, values: dict[str, Any]
) -> None:
    assert only(lines, what=kind) == (kind, [values])


def test_indicators_are_read_by_what_they_measure() -> None:
    lines = [
        ["对象", "指标", "年份", "数值", "计量单位", "同比"],
        ["zone", "产值", "2022", "645", "亿元", "25.74%"],
        ["zone", "小巨人", "2022", "4", "家", ""],
        ["zone", "研发费用", "2022", "突破14亿元", "", ""],
    ]
    kind, found = only(lines, what="indicator")
    assert kind == "indicator"
    assert [(one["indicator"], one["on"], one["value"].measure, one["value"].value) for one in found] == [
        ("output", "2022", "money", 6_450_000_000_000),
        ("little_giants", "2022", "count", 4),
        ("rd_spending", "2022", "money", 140_000_000_000),
    ]
    assert found[0]["growth"] == 2574
    assert found[2]["value"].qualifier == "over"


def test_a_column_an_indicator_is_read_too() -> None:
    lines = [["企业名称", "2022年产值（亿元）", "2022年从业人员"], ["甲公司", "34", "120人"]]
    reading = understood(table_of(lines), what="indicator")
    assert [(one.values["indicator"], one.values["value"].value) for one in records(reading)] == [
        ("output", 340_000_000_000),
        ("employees", 120),
    ]


def test_a_table_without_any_known_heading_is_rejected() -> None:
    with pytest.raises(InputRejected, match="--what"):
        understood(table_of([["foo", "bar"], ["1", "2"]]))


def test_what_a_map_may_not_say_is_refused() -> None:
    for text in ('date_order = "dym"', 'blank = "wipe"', 'unit = "furlong"', 'what = "projct"'):
        with pytest.raises(UsageError):
            understood(table_of(LEDGER, title=TITLE), map=text)


# --- problems ------------------------------------------------------------------------------------------------------


def test_every_problem_of_a_row_is_told_and_what_is_left_of_it_follows() -> None:
    table = table_of(
        [
            ["项目名称", "总投资（万元）", "计划开工时间", "项目阶段"],
            ["a", "3-5", "soon", "梦想"],
            ["b", "5", "2023-05", "签约"],
        ]
    )
    found = list(understood(table).records())
    assert [(one.cell, one.column, one.value) for one in found if isinstance(one, Problem)] == [
        ("B2", "总投资（万元）", "3-5"),
        ("C2", "计划开工时间", "soon"),
        ("D2", "项目阶段", "梦想"),
    ]
    assert all(one.partial for one in found if isinstance(one, Problem))
    assert [one.kind for one in found if isinstance(one, Record) and one.row == 2] == ["project"]


def test_a_row_whose_identity_cannot_be_read_gives_nothing() -> None:
    table = table_of([["项目编号", "项目名称", "总投资（万元）"], [1234567890123456789, "a", "5"]], form="xlsx")
    [problem] = list(understood(table).records())
    assert isinstance(problem, Problem)
    assert not problem.partial


def test_an_unknown_word_says_how_to_give_it_a_meaning() -> None:
    [problem] = problems(understood(table_of([["项目名称", "项目阶段"], ["a", "梦想"]])))
    assert "[values.stage]" in problem.hint


# --- files of ours -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_ours_is_known_by_its_keys(kind: str) -> None:
    header = list(serialize.columns(kind))
    reading = understood(table_of([header], name=f"{KINDS[kind].plural}.csv"))
    assert (reading.kind, reading.ours) == (kind, True)
    assert not records(reading)


def test_an_empty_cell_of_ours_clears_unless_it_is_to_keep() -> None:
    table = table_of([["code", "name", "chain", "tags"], ["A", "甲", "", "a | b\\|c"]])
    [record] = records(understood(table))
    assert record.values == {"code": "A", "name": "甲", "chain": None, "tags": ("a", "b|c")}
    [record] = records(understood(table, blank="keep"))
    assert "chain" not in record.values


def test_an_empty_cell_of_others_keeps_unless_it_is_to_clear() -> None:
    table = table_of([["项目名称", "产业链"], ["甲", ""]])
    assert records(understood(table))[0].values == {"name": "甲"}
    assert records(understood(table, blank="clear"))[0].values == {"name": "甲", "chain": None}


def test_exactly_one_apostrophe_is_taken_from_a_guarded_text() -> None:
    lines = [["code", "name", "note"], ["A", "'=1+1", "''x"]]
    assert records(understood(table_of(lines)))[0].values["name"] == "=1+1"
    assert records(understood(table_of(lines)))[0].values["note"] == "'x"
    assert records(understood(table_of(lines, form="xlsx")))[0].values["name"] == "'=1+1"


def test_figures_of_ours_are_read_from_their_four_columns() -> None:
    header = ["project", "kind", "amount", "currency", "qualifier", "availability", "on"]
    lines = [
        header,
        ["A", "total", "2500000000.00", "CNY", "exact", "reported", ""],
        ["A", "paid", "-12.50", "USD", "about", "estimated", "2023-06"],
        ["A", "paid", "", "", "", "withheld", "2023"],
        ["A", "paid", "12", "JPY", "", "", "2023Q1"],
    ]
    found = records(understood(table_of(lines)))
    assert [one.values["figure"] for one in found] == [
        Figure(Money(250_000_000_000, "CNY")),
        Figure(Money(-1250, "USD"), "about", "estimated"),
        Figure(availability="withheld"),
        Figure(Money(12, "JPY")),
    ]
    assert found[0].values["on"] is None


@given(st.integers(0, 10**12), st.sampled_from(["CNY", "JPY", "KWD"]), st.integers(0, 4))
def test_an_amount_of_ours_is_read_as_its_home_reads_it(mantissa: int, currency: str, places: int) -> None:
    text = f"{mantissa / 10**places:.{places}f}" if mantissa < 10**10 else str(mantissa)
    table = table_of([["project", "kind", "amount", "currency"], ["A", "paid", text, currency]])
    [found] = list(understood(table).records())
    try:
        expected = serialize.values("capital", {"amount": text, "currency": currency})["figure"]
    except TrackerError:
        assert isinstance(found, Problem)
    else:
        assert isinstance(found, Record)
        assert found.values["figure"] == expected


def test_a_cell_of_ours_that_cannot_be_read_is_a_problem() -> None:
    table = table_of([["project", "kind", "amount", "currency", "on"], ["A", "cash", "1,5x", "CNY", "soon"]])
    assert [one.cell for one in problems(understood(table))] == ["B2", "C2", "E2"]


def test_lines_that_name_their_kind_are_read_each_by_its_own() -> None:
    table = table_of(
        [["record", "code", "name", "project", "kind", "amount", "currency"],
         ["project", "A", "甲", None, None, None, None], ["capital", None, None, "A", "total", "5.00", "CNY"],
         ["dream", *[None] * 6]],
        form="jsonl",
    )  # fmt: skip
    reading = understood(table)
    found = list(reading.records())
    assert [one.kind for one in found if isinstance(one, Record)] == ["project", "capital"]
    assert [one.row for one in found if isinstance(one, Problem)] == [4]


def test_a_workbook_of_ours_has_typed_cells() -> None:
    table = table_of(
        [
            ["project", "kind", "amount", "currency", "on", "effective_from"],
            ["A", "paid", 12.5, "CNY", "2023-06", date(2023, 6, 30)],
        ],
        form="xlsx",
    )
    [record] = records(understood(table))
    assert record.values["figure"] == Figure(Money(1250, "CNY"))
    assert record.values["effective_from"] == date(2023, 6, 30)


def test_a_file_of_the_first_version_gives_running_figures_as_they_were_reported() -> None:
    lines = [
        ["project", "kind", "amount", "currency", "on", "measure", "reported", "counts_from", "note"],
        ["A", "completed", "3000.00", "CNY", "2023-09", "ytd", "20500", "2023-09-20", ""],
        ["A", "completed", "3000.00", "CNY", "2023-10", "flow", "", "", "x"],
        ["A", "completed", "7.00", "CNY", "2023-11", "cumulative", "", "", ""],
    ]
    reading = understood(table_of(lines))
    assert reading.ours
    found = [one.values for one in records(reading)]
    assert [(one["basis"], one["figure"].money.minor, str(one["on"])) for one in found] == [
        ("ytd", 2_050_000, "2023-09"),
        ("period", 300_000, "2023-10"),
        ("cumulative", 700, "2023-11"),
    ]
    assert found[0]["effective_from"] == date(2023, 9, 20)
    assert not {"measure", "reported", "counts_from"} & found[0].keys()


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        ("Not Started", "condition", "active"), ("In Progress", "stage", "under_construction"),
        ("On Hold", "condition", "suspended"), ("Delayed", "condition", "active"), ("Planned", "condition", "active"),
        ("Cancelled", "condition", "terminated"), ("Active", "condition", "active"), ("Closed", "condition", "closed"),
        ("Operational", "stage", "in_production"), ("Pipeline", "stage", "lead"),
        ("Construction underway", "stage", "under_construction"), ("In negotiations", "stage", "negotiating"),
        ("Contract award", "stage", "signed"), ("Handed over", "stage", "completed"), ("谋划阶段", "stage", "lead"),
        ("在谈项目", "stage", "negotiating"), ("主体施工中", "stage", "under_construction"),
        ("已完成", "stage", "completed"), ("计划新开工", "condition", "active"), ("招标中", "condition", "active"),
        ("Stage 3 - Implementation", "stage", "under_construction"), ("zakończony", "stage", "completed"),
        ("Under procurement", "condition", "active"), ("Not yet commenced", "condition", "active"),
    ],
)  # fmt: skip
def test_words_of_lists_of_projects_have_a_stage_or_a_condition(status: str, kind: str, code: str) -> None:
    found = records(understood(table_of([["Project name", "Status"], ["a", status]])))
    assert [(one.kind, one.values[kind]) for one in found[1:]] == [(kind, code)]


@pytest.mark.parametrize(
    "status",
    ["备案中", "签约中", "竣工阶段", "Under review", "Inactive", "新建", "停工（已复工）", "Cancelled (reinstated)",
     "非涉密项目", "Restricted tender"],
)  # fmt: skip
def test_a_status_that_may_mean_two_things_is_asked_as_it_stands(status: str) -> None:
    [problem] = problems(understood(table_of([["Project name", "Status"], ["a", status]])))
    assert f"“{status}”" in problem.problem
    assert f'[values.stage] "{status}" = …' in problem.hint


@pytest.mark.parametrize(
    ("rating", "light", "note"),
    [("R", "red", None), ("A/R", "yellow", "A/R"), ("AG", "yellow", "AG"), ("🟢", "green", None)],
)
def test_ratings_have_letters_and_signs(rating: str, light: str, note: str | None) -> None:
    [review] = records(understood(table_of([["Project name", "RAG"], ["a", rating]])), "review")
    assert (review.values["light"], review.values.get("note")) == (light, note)


@pytest.mark.parametrize(
    "status",
    [
        "Delayed",
        "Ongoing",
        "At risk",
        "推进中",
        "滞后",
        "Cancelled",
        "On hold",
        "流失",
        "终止（企业原因）",
        "Stopped (funding)",
    ],
)
def test_what_goes_on_or_was_stopped_is_not_completed_on_a_day_gone_by(status: str) -> None:
    lines = [["Project name", "Status", "Start date", "Completion date"], ["a", status, "2021-01-10", "2023-05-01"]]
    found = records(understood(table_of(lines)))
    assert ("completed", "baseline") in [(one.values.get("milestone"), one.values.get("what")) for one in found]
    assert "completed" not in [one.values.get("stage") for one in found]


def test_a_project_that_is_yet_to_start_has_begun_on_no_day() -> None:
    lines = [["Project name", "Status", "Start date"], ["a", "Not started", "2022-01-10"]]
    [found] = records(understood(table_of(lines)), "milestone")
    assert (found.values["what"], found.values["milestone"]) == ("baseline", "under_construction")


@pytest.mark.parametrize("status", ["Tender", "Procurement", "2-Design", "(Pre-Design)"])
def test_what_comes_before_building_is_no_stage_and_that_is_said(status: str) -> None:
    reading = understood(table_of([["Project name", "Status", "Start date"], ["a", status, "2024-03-01"]]))
    assert not problems(reading)
    assert f"column B: “{status}” is not a stage: building is yet to begin" in reading.statements
    found = [record for record in reading.records() if isinstance(record, Record) and record.kind != "project"]
    assert [(one.kind, one.values.get("what", one.values.get("condition"))) for one in found] == [
        ("condition", "active"),
        ("milestone", "baseline"),
    ]


def test_text_keeps_every_word_and_na_is_namibia() -> None:
    lines = [
        ["Project name", "Country", "Notes", "End date", "Total cost (USD m)"],
        [
            "Confidential Computing Centre",
            "NA",
            "Redacted copy in file 7",
            "Data exempt under Section 43",
            "Not provided",
        ],
    ]
    project, capital = records(understood(table_of(lines)))
    assert project.values == {
        "name": "Confidential Computing Centre", "country": "NA", "note": "Redacted copy in file 7"
    }  # fmt: skip
    assert capital.values["figure"].availability == "unknown"


# --- anything ------------------------------------------------------------------------------------------------------

_CELLS = st.one_of(
    st.none(), st.text(max_size=12), st.floats(), st.integers(), st.booleans(), st.dates(),
    st.sampled_from(["5亿元", "2023-05", "31/01/2023", "(5)", "#N/A", "1.234,5", "开工"]),
)  # fmt: skip


@given(st.lists(st.tuples(*[_CELLS] * 7), max_size=4))
def test_no_cells_make_the_reader_fail(lines: list[tuple[Any, ...]]) -> None:
    header = ["项目名称", "总投资（万元）", "2023年计划投资", "开工时间", "项目阶段", "用地面积", "形象进度%"]
    for form in ("csv", "xlsx"):
        cells = [
            ["" if form == "csv" and c is None else str(c) if form == "csv" else c for c in line] for line in lines
        ]
        for one in understood(table_of([header, *cells], form=form)).records():
            assert isinstance(one, Record | Problem)


def test_the_month_of_a_row_is_that_of_its_figures() -> None:
    lines = [["项目编号", "月份", "本月完成（万元）", "本年累计完成（万元）"], ["A", "2023年2月", "3", "5"]]
    kind, found = only(lines)
    assert kind == "capital"
    assert [(one["on"], one.get("basis", "period"), one["figure"]) for one in found] == [
        ("2023-02", "period", cny("3")),
        ("2023-02", "ytd", cny("5")),
    ]


def test_what_holds_of_several_columns_is_said_once() -> None:
    reading = understood(table_of([["项目名称", "总投资", "2023年计划投资"], ["a", "5", "1"]]))
    assert [one for one in reading.statements if "whole" in one] == [
        "column B, column C: numbers without a unit are whole CNY"
    ]


def test_amounts_without_a_currency_beside_them_are_written_as_people_do() -> None:
    lines = [["project", "kind", "amount", "on"], ["motor", "完成投资", "1200万元", "2023年1月"]]
    reading = understood(table_of(lines))
    assert not reading.ours
    [entry] = records(reading, "capital")
    assert said(entry) == {"project": "motor", "kind": "completed", "on": "2023-01", "figure": cny("1200")}
