"""Headings: what they stand for, their unit and their time; unknown ones are never guessed."""

from __future__ import annotations

import pytest

from tests.understood import ASKED, problems, records, table_of, understood
from tracker.dates import Period
from tracker.dates.cells import When, split_period
from tracker.errors import InputRejected, UsageError
from tracker.importer import headings
from tracker.importer.headings import Target, key, knows, parse_target, read_unit, split_unit, unit_of_titles
from tracker.importer.mapping import Map
from tracker.importer.mapping.columns import Unclear, resolve
from tracker.importer.mapping.maps import questions
from tracker.importer.synonyms import TABLES
from tracker.money import Figure, Money
from tracker.records.schema import Record
from tracker.text import folded


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("项目名称", "project.name"),
        (" 项目 名称：", "project.name"),
        ("项目名称*", "project.name"),
        ("PROJECT NAME", "project.name"),
        ("Scheme", "project.name"),
        ("项目代码", "project.code"),
        ("备案代码", "project.ids[备案代码]"),
        ("业主单位", "project.company"),
        ("产业链", "project.chain"),
        ("所属行业", "project.sector"),
        ("Region", "project.site"),
        ("地块/园区", "project.site"),
        ("网格", "project.grid"),
        ("包联领导", "project.owner"),
        ("SRO", "project.owner"),
        ("项目阶段", "stage.stage"),
        ("Phase", "stage.stage"),
        ("计划开工时间", "milestone[under_construction baseline].on"),
        ("计划竣工日期", "milestone[completed baseline].on"),
        ("预计投产时间", "milestone[in_production forecast].on"),
        ("实际开工时间", "stage[under_construction].on"),
        ("签约时间", "milestone[signed].on"),
        ("Signed on", "milestone[signed].on"),
        ("Start date", "milestone[under_construction].on"),
        ("Planned completion", "milestone[completed baseline].on"),
        ("Actual completion", "stage[completed].on"),
        ("Beginn", "milestone[under_construction].on"),
        ("Ende", "milestone[completed baseline].on"),
        ("End date", "milestone[completed baseline].on"),
        ("总投资（万元）", "capital[total].figure"),
        ("Total Cost (£m)", "capital[total].figure"),
        ("Whole Life Cost £m", "capital[total].figure"),
        ("Approved budget", "capital[total].figure"),
        ("2023年计划投资", "capital[plan].figure @2023"),
        ("2023年1-6月完成投资", "capital[completed].figure @2023-06 ytd"),
        ("2023年1—6月份完成投资（亿元）", "capital[completed].figure @2023-06 ytd"),
        ("2023年6月完成投资", "capital[completed].figure @2023-06"),
        ("截至2023年6月底累计完成投资", "capital[completed].figure @2023-06 cumulative"),
        ("2023年上半年完成投资", "capital[completed].figure @2023-06 ytd"),
        ("2022年完成投资", "capital[completed].figure @2022"),
        ("2023年二季度到位资金", "capital[funds_in_place].figure @2023Q2"),
        ("2022年实到外资（万美元）", "capital[utilised_foreign].figure @2022"),
        ("Spend to Jun 2023 (£m)", "capital[paid].figure @2023-06 cumulative"),
        ("形象进度（%）", "review.physical"),
        ("形象进度", "review.text"),
        ("RAG status", "review.light"),
        ("用地面积（亩）", "project.land"),
        ("备注", "project.note"),
    ],
)
def test_a_heading_of_a_project_list_is_known(heading: str, target: str) -> None:
    reading = understood(
        table_of([["项目编号" if "项目" not in heading else "项目简称", heading], ["a", ""]]), what="project"
    )
    assert [one.target for one in reading.assigned if one.heading.index == 1] == [target]


@pytest.mark.parametrize(
    "heading",
    [
        "投资完成率",
        "完成投资（%）",
        "总投资（个）",
        "序号",
        "Colour",
        "开工",
        "已开工",
        "完成率%",
        "累计完成投资同比",
        "是否重点项目",
    ],
)
def test_an_unknown_heading_is_ignored(heading: str) -> None:
    reading = understood(table_of([["项目名称", "投资方", heading], ["a", "b", "1"]]))
    assert [one.text for one in reading.ignored] == [heading]


def test_an_unknown_heading_is_stated_with_the_closest_one() -> None:
    reading = understood(table_of([["项目名称", "投资方", "产业链条"], ["a", "b", "c"]]))
    assert any("产业链条" in sentence and "产业链”" in sentence for sentence in reading.statements)


@pytest.mark.parametrize(
    "heading", ["当年完成投资", "本月完成投资", "1-6月完成投资", "累计完成投资", "完成投资", "年度计划投资"]
)
def test_a_heading_without_its_year_is_asked_about(heading: str) -> None:
    reading = understood(table_of([["项目名称", "投资方", heading], ["a", "b", "1"]]))
    assert [problem.cell for problem in reading.problems] == ["C1"]
    assert "map" in reading.problems[0].hint


@pytest.mark.parametrize(
    ("heading", "title", "target"),
    [
        ("本月完成投资", "2023年6月项目台账", "capital[completed].figure @2023-06"),
        ("累计完成投资", "2023年6月项目台账", "capital[completed].figure @2023-06 cumulative"),
        ("当年完成投资", "截至2023年6月底", "capital[completed].figure @2023-06 ytd"),
        ("1-6月完成投资", "2023年重点项目", "capital[completed].figure @2023-06 ytd"),
        ("年度计划投资", "2023年重点项目", "capital[plan].figure @2023"),
        ("至6月底累计完成投资", "2023年重点项目", "capital[completed].figure @2023-06 cumulative"),
        ("实到外资", "2022年外资项目", "capital[utilised_foreign].figure @2022"),
        ("完成投资", "2023年1-9月项目情况", "capital[completed].figure @2023-09 ytd"),
        ("2023年完成投资", "2023年9月", "capital[completed].figure @2023-09 ytd"),
    ],
)
def test_the_title_gives_the_time_a_heading_leaves_out(heading: str, title: str, target: str) -> None:
    table = table_of([["项目名称", "投资方", heading], ["a", "b", "1"]], title=(title,))
    assert understood(table).assigned[2].target == target


def test_the_name_of_the_file_is_the_last_to_give_the_year() -> None:
    table = table_of([["项目名称", "投资方", "年度计划投资"], ["a", "b", "1"]], name="2023年台账.csv")
    reading = understood(table)
    assert reading.assigned[2].target == "capital[plan].figure @2023"
    assert "file name" in reading.assigned[2].note


def test_group_titles_and_headings_are_read_together() -> None:
    table = table_of(
        [["项目名称", "投资方", "计划", "1月", "2月", "开工", "竣工"], ["a", "b", "1", "2", "3", "", ""]],
        above=[
            "",
            "",
            "2023年投资（万元）",
            "2023年完成投资（万元）",
            "2023年完成投资（万元）",
            "计划时间",
            "实际时间",
        ],
    )
    assert [one.target for one in understood(table).assigned[2:]] == [
        "capital[plan].figure @2023",
        "capital[completed].figure @2023-01",
        "capital[completed].figure @2023-02",
        "milestone[under_construction baseline].on",
        "stage[completed].on",
    ]


def test_a_general_word_means_nothing_without_its_group_title() -> None:
    table = table_of([["项目名称", "名称", "联系电话"], ["a", "b", "c"]], above=["", "投资方", "投资方"])
    assert [one.target for one in understood(table, what="project").assigned] == ["project.name", "project.company"]


def test_two_columns_of_one_amount_are_asked_about() -> None:
    reading = understood(table_of([["Projekt", "Budget", "Budget (2)"], ["a", "1", "2"]]), what="project")
    assert "B, C" in reading.problems[0].problem


@pytest.mark.parametrize(
    ("lines", "kind", "field"),
    [
        ([["Project", "RAG", "DCA"], ["a", "R", "Red"], ["b", "", "Amber"]], "review", "light"),
        ([["项目名称", "总投资（万元）", "总投资（亿元）"], ["a", "10000", "1"], ["b", "", "3"]], "capital", "figure"),
        ([["Project", "Country", "Countryname"], ["a", "CN", "China"], ["b", "", "Japan"]], "project", "country"),
    ],
)
def test_two_columns_that_say_the_same_in_other_words_do_not_differ(
    lines: list[list[str]], kind: str, field: str
) -> None:
    assert len([one for one in records(understood(table_of(lines)), kind) if field in one.values]) == 2


def test_of_two_columns_of_one_text_the_more_particular_counts() -> None:
    reading = understood(table_of([["项目名称", "责任单位", "责任人"], ["a", "经信局", "张"], ["b", "交通局", ""]]))
    assert [one.values["owner"] for one in records(reading, "project")] == ["张", "交通局"]
    assert "“责任单位” (B) counts where “责任人” is empty" in reading.statements


def test_no_table_gives_a_heading_two_meanings_by_accident() -> None:
    for kind in set(TABLES) - {"figures", "plans"}:
        for spelling in headings.spellings(kind):
            assert key(spelling), (kind, spelling)
            assert headings.known(kind, spelling) is not None, (kind, spelling)


def test_a_heading_is_told_from_other_words() -> None:
    assert knows("总投资（万元）")
    assert knows("Planned completion")
    assert knows("2023年1-6月完成投资")
    assert not knows("平湖某某有限公司")
    assert not knows("12,000")
    assert not knows("")


# --- units ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "power", "currency"),
    [
        ("万元", 4, "CNY"),
        ("亿元", 8, "CNY"),
        ("万", 4, None),
        ("亿美元", 8, "USD"),
        ("万美元", 4, "USD"),
        ("人民币万元", 4, "CNY"),
        ("单位：万元", 4, "CNY"),
        ("百万日元", 6, "JPY"),
        ("千元", 3, "CNY"),
        ("元", 0, "CNY"),
        ("$m", 6, "USD"),
        ("£m", 6, "GBP"),
        ("£ million", 6, "GBP"),
        ("US$ million", 6, "USD"),
        ("in £ millions", 6, "GBP"),
        ("EUR bn", 9, "EUR"),
        ("Mio. €", 6, "EUR"),
        ("Mrd EUR", 9, "EUR"),
        ("TEUR", 3, "EUR"),
        ("T€", 3, "EUR"),
        ("k€", 3, "EUR"),
        ("£'000", 3, "GBP"),
        ("$000s", 3, "USD"),
        ("¥", 0, "CNY"),
        ("€", 0, "EUR"),
        ("CNY 万", 4, "CNY"),
        ("GBP m", 6, "GBP"),
        ("10,000 yuan", 4, "CNY"),
        ("RMB 10 thousand", 4, "CNY"),
        ("10k CNY", 4, "CNY"),
        ("ten thousand yuan", 4, "CNY"),
        ("100 million yuan", 8, "CNY"),
        ("RMB100 million", 8, "CNY"),
        ("S$ bil", 9, "SGD"),
        ("AUD$m", 6, "AUD"),
        ("thous. EUR", 3, "EUR"),
        ("$m nominal", 6, "USD"),
        ("£m at 2019/20 prices", 6, "GBP"),
    ],
)
def test_a_unit_of_money_is_read(text: str, power: int, currency: str | None) -> None:
    unit = read_unit(text)
    assert unit is not None
    assert (unit.measure, unit.power, unit.currency) == ("money", power, currency)
    assert read_unit(str(unit)) == unit


@pytest.mark.parametrize(
    "text", ["含税", "excl. VAT", "2023", "mark", "全称", "", "年月", "10", "10,000", "yyyy-mm-dd", "b" * 60]
)
def test_what_is_no_unit_is_none(text: str) -> None:
    assert read_unit(text) is None


def test_the_configured_currency_decides_what_a_sign_means() -> None:
    assert read_unit("¥m", configured="JPY") == read_unit("JPY m")
    assert read_unit("$m", configured="HKD") == read_unit("HKD m")
    assert read_unit("$m", configured="CNY") == read_unit("USD m")


@pytest.mark.parametrize(
    ("heading", "power", "currency"),
    [
        ("总投资（2026年，万元）", 4, "CNY"),
        ("总投资（万元、含设备）", 4, "CNY"),
        ("Total cost (in USD; millions)", 6, "USD"),
        ("总投资（万元） Total investment (10,000 yuan)", 4, "CNY"),
        ("Total cost ($m, real 2020)", 6, "USD"),
    ],
)
def test_brackets_hold_more_than_the_unit(heading: str, power: int, currency: str) -> None:
    unit = split_unit(heading)[1]
    assert unit is not None
    assert (unit.power, unit.currency) == (power, currency)


@pytest.mark.parametrize(
    "heading",
    ["工程造价（元/平方米）", "总投资（万元/亩）", "亩均投资（万元）", "Total cost per m2 (£)", "Cost (USD/kW)"],
)
def test_an_amount_per_area_or_thing_is_never_a_total_nor_offered_as_one(heading: str) -> None:
    reading = understood(table_of([["项目名称", "责任人", heading], ["甲", "张", "3500"], ["乙", "李", "4200"]]))
    assert [str(one.target) for one in reading.columns] == ["project.name", "project.owner"]
    assert questions(reading, Map()) == []
    assert not any(heading in statement for statement in reading.statements)


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("总投资（万元，亿元）", "万元,亿元"),
        ("Total cost (mil. Kč)", "mil. Kč"),
        ("Total investment (10", "10"),
        ("total_cost_cny_10k", "10k"),
    ],
)
def test_a_unit_that_is_not_understood_is_asked_and_never_one(heading: str, part: str) -> None:
    reading = understood(table_of([["Project", heading], ["Alpha", "100"]]))
    [problem] = problems(reading)
    assert problem.problem == f"“{part}” is not a unit of amounts that is known"


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("项目名称 Project name", "总投资（万元） Total investment (10,000 yuan)"),
        ("项目名称Project name", "Total investment 总投资（万元）"),
        ("工程名稱", "核准工程預算（萬元）"),
        ("project_name", "total_cost_cny_m"),
    ],
)
def test_halves_of_two_scripts_and_names_of_fields_are_headings(name: str, total: str) -> None:
    reading = understood(table_of([[name, total], ["Alpha", "100"]]))
    [capital] = records(reading, "capital")
    assert capital.values["figure"] == Figure(Money(10_000_000_000 if total.endswith("_m") else 100_000_000, "CNY"))


@pytest.mark.parametrize(
    ("heading", "cells", "target"),
    [
        ("年度目标", ["主体封顶", "竣工投产"], "review.text"),
        ("年度目标", ["2000", "主体封顶"], "capital[plan].figure @2023"),
        ("进度", ["在建", "签约"], "stage.stage"),
        ("工程进度", ["基础施工", "规划方案报批"], "review.text"),
        ("建设性质", ["新建", "续建"], "project.kind, stage.stage"),
        ("建设性质", ["新建", "扩建"], "project.kind"),
        ("项目类型", ["道路建设", "新建"], "project.kind"),
        ("工程概算", ["2000", "3000"], "capital[total].figure"),
        ("Completion", ["15.62", "22.5"], "review.physical"),
        ("统一社会信用代码", ["91330482MA2ABCDE1X"], "project.ids[统一社会信用代码]"),
        ("Proposed start", ["2027"], "milestone[under_construction baseline].on"),
        ("Est. completion", ["2020"], "milestone[completed forecast].on"),
        ("Construction end (est.)", ["2020"], "milestone[completed forecast].on"),
        ("开工时间（计划）", ["2020"], "milestone[under_construction baseline].on"),
        ("竣工时间（实际）", ["2020"], "stage[completed].on"),
        ("Start date (planned)", ["2020"], "milestone[under_construction baseline].on"),
        ("开工年份", ["2020"], "milestone[under_construction].on"),
        ("计划竣工年度", ["2020"], "milestone[completed baseline].on"),
        ("Einddatum", ["2020-05-01"], "milestone[completed baseline].on"),
        ("Slutdatum", ["2020-05-01"], "milestone[completed baseline].on"),
        ("Vorhabenende", ["2020-05-01"], "milestone[completed baseline].on"),
    ],
)
def test_the_values_tell_what_a_heading_leaves_open(heading: str, cells: list[str], target: str) -> None:
    lines = [["项目名称", heading], *([f"项目{cell}", cell] for cell in cells)]
    assert understood(table_of(lines, title=("2023年重点项目",))).assigned[1].target == target


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("预算编号", "100234"),
        ("预算科目", "2210"),
        ("预算人数", "120"),
        ("概算年度", "2023"),
        ("年度", "2023"),
        ("总投资排名", "3"),
        ("总投资增加额", "300"),
        ("Stand", "2023-05-01"),
    ],
)
def test_numbers_years_and_days_of_other_things_are_neither_sums_nor_stages(heading: str, cell: str) -> None:
    lines = [["项目编号", "项目名称", "责任人", heading], ["A-1", "甲", "李娜", cell]]
    reading = understood(table_of(lines, title=("2023年重点项目",)))
    assert [column.text for column in reading.ignored] == [heading]
    assert not reading.problems


@pytest.mark.parametrize(
    ("heading", "cells"),
    [("项目类型", ["道路建设", "设计"]), ("Project type", ["Construction", "Planning", "Operations"])],
)
def test_a_type_in_words_of_an_office_alone_is_not_read(heading: str, cells: list[str]) -> None:
    reading = understood(table_of([["编号", "项目名称", heading], *([cell, f"项目{cell}", cell] for cell in cells)]))
    assert [column.target for column in reading.assigned] == ["project.code", "project.name"]
    assert [column.text for column in reading.ignored] == [heading]


def test_a_figure_that_waits_for_an_answer_makes_no_second_problem() -> None:
    reading = understood(table_of([["项目编号", "本年累计完成投资（万元）"], ["A1", "100"]]))
    assert [problem.cell for problem in problems(reading)] == ["B1"]
    assert not [one for one in reading.records() if isinstance(one, Record)]


@pytest.mark.parametrize("heading", ["2026年10月", "10月完成投资", "2026年1-10月完成投资", "100强企业投资"])
def test_a_month_is_no_unit(heading: str) -> None:
    reading = understood(table_of([["项目编号", heading], ["A1", "100"]], title=("2026年完成投资",)), what="capital")
    assert not [problem for problem in problems(reading) if "unit" in problem.problem]


def test_an_amount_beyond_all_projects_is_not_in_the_unit_of_its_heading() -> None:
    reading = understood(table_of([["Project", "Cost (USD m)"], ["a", "3"], ["b", "$3,000,000"], ["c", "3000000"]]))
    assert [(one.cell, one.problem) for one in problems(reading)] == [
        ("B3", "“$3,000,000” in USD m is more than any project costs"),
        ("B4", "“3000000” in USD m is more than any project costs"),
    ]
    # An amount with its unit behind it is what it says.
    reading = understood(table_of([["项目名称", "总投资（亿元）"], ["a", "1.5万亿"], ["b", "15000亿元"], ["c", "3"]]))
    assert [one.values["figure"].money.minor for one in records(reading, "capital")] == [15 * 10**13] * 2 + [3 * 10**10]


def test_a_heading_is_parted_from_its_unit() -> None:
    assert split_unit("总投资（万元）")[0] == "总投资"
    assert split_unit("总投资 万元")[0] == "总投资"
    assert split_unit("Total Cost £m")[0] == "total cost"
    assert split_unit("开工时间（年月）")[2] == ("年月",)


def test_a_title_gives_the_unit_of_all_amounts() -> None:
    unit = unit_of_titles(["2023年台账", "金额单位：万元、亩"])
    assert str(unit) == "CNY 万"
    assert str(unit_of_titles(["Return (£ million)"])) == "GBP m"
    assert str(unit_of_titles(["Figures in £m unless stated"])) == "GBP m"
    assert unit_of_titles(["Projects in Manchester"]) is None


# --- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "rest", "when"),
    [
        ("2023-01", "", When(2023, 1, 1)),
        ("1月", "", When(None, 1, 1)),
        ("Jan 2023", "", When(2023, 1, 1)),
        ("Jan-23", "", When(2023, 1, 1)),
        ("2023年", "", When(2023)),
        ("2023Q2", "", When(2023, 4, 6)),
        ("FY2023", "", When(2023, fiscal="FY2023")),
        ("2013/14 budget", "budget", When(2014, fiscal="FY2013/14")),
        ("2013-06", "", When(2013, 6, 6)),
        ("完成投资", "完成投资", When()),
        ("YTD spend", "spend", When(running="ytd")),
    ],
)
def test_the_time_of_a_heading_is_taken_out(heading: str, rest: str, when: When) -> None:
    assert split_period(folded(heading)) == (rest, when)


def test_a_figure_of_no_time_is_unclear() -> None:
    with pytest.raises(Unclear):
        resolve("completed", When(), When())
    with pytest.raises(Unclear):
        resolve("completed", When(), When(2023, 6, 6))
    assert resolve("total", When(), When()) == (None, "period")
    assert resolve("paid", When(2023, 3, 5), When())[0] == Period(
        ASKED.replace(year=2023, month=3, day=1), ASKED.replace(year=2023, month=5, day=31)
    )


# --- targets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "project.name",
        "project.ids[备案代码]",
        "capital[completed].figure @2023-06 ytd",
        "capital.currency",
        "milestone[completed baseline].on",
        "milestone[baseline].on",
        "stage[signed].on",
        "indicator[output floor].value @2023",
    ],
)
def test_a_target_reads_back_as_it_is_written(text: str) -> None:
    assert str(parse_target(text)) == text


def test_a_target_takes_any_spelling_of_its_word() -> None:
    assert parse_target("capital[完成投资].figure") == Target("capital", "figure", ("completed",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("projct.name", "project"),
        ("project.nmae", "name"),
        ("project", "KIND.FIELD"),
        ("capital[cash].figure", "cash"),
        ("capital[paid].figure @nextweek", "year"),
        ("project.name[x]", "ids and fields"),
        ("milestone[completed soon].on", "baseline"),
    ],
)
def test_an_unknown_target_is_refused_with_the_closest_name(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_target(text)


# --- headings that are not known whole --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "cell", "target"),
    [
        ("Total budgeted whole life costs (£million)", "100", "capital[total].figure"),
        ("wlc_baseline", "£100.5", "capital[total].figure"),
        ("colour_rating", "Amber", "review.light"),
        ("MPA RAG Rating", "Amber/Red", "review.light"),
        ("Total eligible expenditure (EUR)", "197081.14", "capital[total].figure"),
        ("Operation end date", "2025-04-30", "milestone[completed baseline].on"),
        ("Beneficiary", "Sample Ltd", "project.company"),
        ("Nom du bénéficiaire / Beneficiary name", "Sample Ltd", "project.company"),
        ("Data de Início", "10/03/2021", "milestone[under_construction].on"),
        ("Avance físico (%)", "35", "review.physical"),
        ("Projected/Actual Completion Date", "2024-01-31", "milestone[completed].on"),
        ("Original Date of Commissioning (MM/YYYY)", "04/2015", "milestone[in_production baseline].on"),
    ],
)
def test_a_heading_is_told_by_its_words_where_the_values_fit(heading: str, cell: str, target: str) -> None:
    reading = understood(table_of([["Project name", heading], ["a", cell]]), what="project")
    assert [(one.target, one.by_words, one.guess) for one in reading.assigned[1:]] == [(target, True, False)]
    unfit = understood(table_of([["Project name", heading], ["a", "§§ 7"]]), what="project")
    assert [one.target for one in unfit.assigned] == ["project.name"]


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("项目名称 / Project name", "project.name"),
        ("總投資（萬元）", "capital[total].figure"),
        ("計劃開工時間", "milestone[under_construction baseline].on"),
        ("2023年入统投资（万元）", "capital[registered].figure @2023"),
        ("入库时间", "project.registered"),
        ("2013/14 budget (£m)", "capital[plan].figure @FY2013/14 (2013-04..2014-03)"),
    ],
)
def test_either_half_traditional_signs_and_fiscal_years_are_known(heading: str, target: str) -> None:
    reading = understood(table_of([["编号", heading], ["a", "1"]]), what="project")
    assert [(one.target, one.guess) for one in reading.assigned[1:]] == [(target, False)]


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (["Total depot cost (£m)"], ["5"]),
        (["Promoter of the mainframe"], ["Sample Ltd"]),
        (["Start of piling"], ["2024-05-01"]),
        # Either may be meant.
        (["Sanctioned value (£m)", "Revised amount (£m)"], ["5", "6"]),
    ],
)
def test_words_nobody_understands_and_a_second_column_make_it_a_guess(headings: list[str], cells: list[str]) -> None:
    reading = understood(table_of([["Project name", *headings], ["a", *cells]]), what="project")
    assert [(one.heading.text, one.guess) for one in reading.assigned[1:]] == [(headings[0], True)]


def test_a_code_of_the_approval_platform_is_an_id_and_any_other_the_code() -> None:
    for code, target in (("2020-330482-38-03-123456", "project.ids[项目代码]"), ("QH-01", "project.code")):
        reading = understood(table_of([["项目代码", "项目名称"], [code, "a"]]))
        assert reading.assigned[0].target == target


def test_a_project_is_in_the_register_from_its_day_and_a_yes_alone_is_told() -> None:
    lines = [["项目名称", "是否入库", "入库时间"], ["a", "是", "2023年5月"], ["b", "是", ""], ["c", "否", ""]]
    reading = understood(table_of(lines), what="project")
    assert [str(one.values.get("registered", "")) for one in records(reading)] == ["2023-05", "", ""]
    assert any("是否入库" in sentence for sentence in reading.statements)


def test_two_columns_of_one_field_give_the_filled_one_and_are_asked_where_they_differ() -> None:
    lines = [["Project name", "RAG rating", "RAG rating (2)"], ["a", "", "green"], ["b", "red", ""]]
    found = records(understood(table_of(lines)), "review")
    assert [one.values["light"] for one in found] == ["green", "red"]
    reading = understood(table_of([*lines, ["c", "red", "green"]]))
    assert "B4 red, C4 green" in reading.problems[0].problem


def test_a_map_of_other_columns_is_refused() -> None:
    with pytest.raises(InputRejected, match="the file has none of the map's columns"):
        understood(table_of([list("abcd"), list("1234")]), map='[columns]\n"x" = "project.name"')


def test_sums_at_the_end_are_no_project() -> None:
    lines = [["Project name", "State", "Budget"], ["a", "NSW", "5"], ["b", "WA", "6"], ["", "Total", "11"]]
    table = table_of(lines)
    assert len(records(understood(table), "project")) == 2
    assert [row.row for row in table.left_out] == [4]


@pytest.mark.parametrize(
    ("heading", "cell", "target"),
    [
        ("Project #", "DSF-897947", "project.code"),
        ("Construction_Budget", "4840274.00", "capital[total].figure"),
        ("fecha_fin_inicial", "21/10/2016", "milestone[completed baseline].on"),
        ("etapa", "Finalizada", "stage.stage"),
        ("Currency", "NPR", "capital.currency"),
    ],
)
def test_headings_of_city_lists_are_known_by_their_words_and_values(heading: str, cell: str, target: str) -> None:
    reading = understood(table_of([["Name", heading], ["Mill bridge", cell]]), what="project")
    assert [str(one.target.open) for one in reading.columns] == ["project.name", target]


@pytest.mark.parametrize("heading", ["Last_Update", "更新时间", "填报日期2", "出生年月"])
def test_the_day_of_a_last_update_is_offered_as_no_milestone(heading: str) -> None:
    reading = understood(table_of([["Name", "Status", heading], ["Mill bridge", "Ongoing", "2019-06-01"]]))
    assert questions(reading, Map()) == []
