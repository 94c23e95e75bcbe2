"""Files become tables: the samples as people have them, headings, totals, footnotes, and sheets on their side."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import InputRejected, Refused, UsageError
from tracker.importer.readers import Heading, Table, open_table
from tracker.importer.readers.source_file import Value, letters, shape
from tracker.importer.readers.table import is_note, is_suspect, is_total_word

DATA = Path(__file__).parent / "data"


def opened(text: str, **asked: object) -> Table:
    return open_table(None, text.encode(), **asked)  # type: ignore[arg-type]


def cells(table: Table) -> list[tuple[Value, ...]]:
    return [row.cells for row in table.rows()]


def texts(table: Table) -> list[str]:
    return [heading.text for heading in table.headings]


def left_out(table: Table) -> list[tuple[int, str]]:
    for _row in table.rows():
        pass
    return [(left.row, left.why) for left in table.left_out]


# --- the samples ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ledger-gb18030.csv", "ledger.xlsx"])
def test_a_chinese_ledger_has_two_rows_of_headings_a_total_and_footnotes(name: str) -> None:
    table = open_table(DATA / name)
    assert table.header_row == 4
    assert not table.transposed
    assert table.title == ("青禾湾开发区2023年重点产业项目台账（截至6月底）", "更新日期：2023-07-03")
    assert table.headings[5:11] == (
        Heading(5, "F", "总投资（万元）"),
        Heading(6, "G", "合同外资（亿美元）"),
        Heading(7, "H", "年度计划（万元）", "2023年投资"),
        Heading(8, "I", "1-6月完成（万元）", "2023年投资"),
        Heading(9, "J", "累计完成（亿元）", "2023年投资"),
        Heading(10, "K", "项目阶段", "项目进度"),
    )
    rows = list(table.rows())
    assert [row.number for row in rows] == [5, 6, 7, 8, 9]
    assert [row.cells[2] for row in rows][3] == "中合计量仪器扩建"
    assert [(left.row, left.why) for left in table.left_out] == [
        (10, "a total"),
        (11, "a footnote"),
        (12, "a footnote"),
    ]
    assert table.address(6, 8) == "I6"
    assert "headings in rows 3 to 4" in table.statements


def test_the_twins_hold_the_same_projects() -> None:
    text, book = open_table(DATA / "ledger-gb18030.csv"), open_table(DATA / "ledger.xlsx")
    assert text.encoding == "GB18030"
    assert text.headings == book.headings
    for written, typed in zip(cells(text), cells(book), strict=True):
        for plain, value in zip(written, typed, strict=True):
            if isinstance(value, date):
                assert plain == f"{value.year}年{value.month}月{value.day}日"
            else:
                assert plain == ("" if value is None else str(value))


def test_a_british_sheet_lies_on_its_side() -> None:
    table = open_table(DATA / "transposed-cp1252.csv")
    assert (table.encoding, table.transposed, table.header_row) == ("cp1252", True, 1)
    assert table.title == ("Harwick Combined Authority: major schemes return", "Figures in £m unless stated")
    assert texts(table)[3:5] == ["Whole life cost (£m)", "Approved budget (£m)"]
    first, second, third, _fourth = table.rows()
    assert (first.number, first.cells[3]) == (2, "1,240.50")
    assert second.cells[0] == "Café Quarter Renewal"
    assert second.cells[3] == "£38.2m"
    assert third.cells[3] == "Exempt under Section 43 of the FOI Act"
    assert table.address(third.number, 3) == "D7"
    assert [(left.row, left.why) for left in table.left_out] == [(16, "a footnote")]
    assert "the headings run down column A, and every further column is read as a row" in table.statements


def test_two_columns_of_one_name_stay_two() -> None:
    table = open_table(DATA / "two-budgets.csv")
    assert table.delimiter == ";"
    assert texts(table)[2:4] == ["Budget", "Budget (2)"]
    assert cells(table)[0][2:4] == ("1.234,56 €", "1.310,00 €")
    assert left_out(table) == [(5, "a total")]


def test_an_export_with_a_title_keeps_a_company_called_total() -> None:
    table = open_table(DATA / "export-us.csv")
    assert (table.header_row, len(table.title)) == (2, 1)
    assert [row[1] for row in cells(table)][:2] == [
        "Total Energies Harbor Retrofit",
        "Cedar Flats Pump Station, Phase II",
    ]
    assert cells(table)[1][4:6] == ("11/4/2021 12:30:00 PM", "2023-04-05")
    assert left_out(table) == [(7, "a total")]


def test_an_old_workbook_is_read() -> None:
    table = open_table(DATA / "projects.xls")
    assert table.format == "xls"
    assert cells(table)[0] == ("青禾湾智能阀门生产基地", "青禾阀业", 125000, "开工")
    assert left_out(table) == [(4, "a total")]


def test_an_ods_file_has_typed_cells() -> None:
    table = open_table(DATA / "projects.ods")
    assert table.format == "ods"
    assert cells(table)[0] == ("Quill Mill Extension", "Quill Paper Ltd", 4200, date(2022, 5, 9), "signed")
    assert left_out(table) == [(4, "a total")]


# --- headings ------------------------------------------------------------------------------------------------------


def test_titles_and_blank_lines_stand_above_the_headings() -> None:
    table = opened("2023年重点项目,,\n\n单位：万元,,\n,,\n名称,总投资,备注\n甲,1,x\n")
    assert (table.header_row, table.title) == (5, ("2023年重点项目", "单位：万元"))
    assert [row.number for row in table.rows()] == [6]


def test_lines_about_the_file_are_no_headings() -> None:
    table = opened("Department:,Transport,,\nQuarter:,Q1,,\nname,cost,start,stage\na,1,2023-01-02,signed\n")
    assert (table.header_row, table.title) == (3, ("Department: Transport", "Quarter: Q1"))


def test_blank_and_double_headings_get_names_of_their_own() -> None:
    table = opened("name,,cost,cost\na,x,1,2\nb,y,3,4\n")
    assert texts(table) == ["name", "column B", "cost", "cost (2)"]


def test_line_breaks_in_a_heading_are_blanks() -> None:
    assert texts(opened('name,"总投资\n（万元）"\na,1\n')) == ["name", "总投资 （万元）"]


def test_the_same_name_under_two_groups_is_not_double() -> None:
    table = opened("名称,2022年,,2023年,\n,计划,完成,计划,完成\n甲,1,2,3,4\n乙,5,6,7,8\n")
    assert [(heading.above, heading.text) for heading in table.headings] == [
        ("", "名称"), ("2022年", "计划"), ("2022年", "完成"), ("2023年", "计划"), ("2023年", "完成"),
    ]  # fmt: skip


def test_a_group_row_may_hold_groups_alone() -> None:
    table = opened(",,Budget,,Actual,\nproject,name,2022,2023,2022,2023\nA-1,a,1,2,3,4\nA-2,b,1,2,3,4\n")
    assert [(heading.above, heading.text) for heading in table.headings][2:] == [
        ("Budget", "2022"), ("Budget", "2023"), ("Actual", "2022"), ("Actual", "2023"),
    ]  # fmt: skip
    assert table.header_row == 2


def test_months_are_headings_and_days_over_numbers_too() -> None:
    table = opened("project,2023-01,1月,Jan 2023,2023年,1-6月\na,1,2,3,4,5\n")
    assert texts(table) == ["project", "2023-01", "1月", "Jan 2023", "2023年", "1-6月"]
    assert texts(opened("project,2023-01-31,2023-02-28\na,1,2\nb,3,4\n")) == ["project", "2023-01-31", "2023-02-28"]


def test_a_first_row_of_data_is_no_second_row_of_headings() -> None:
    table = opened("name,,remark\n甲,x,good\n乙,y,bad\n")
    assert (table.header_row, len(cells(table))) == (1, 2)


def test_units_below_the_headings_belong_to_them() -> None:
    table = opened("名称,总投资,用地\n,万元,(亩)\n甲厂,1,2\n")
    assert texts(table) == ["名称", "总投资（万元）", "用地（亩）"]
    assert [row.number for row in table.rows()] == [3]


def test_a_row_of_short_words_is_no_row_of_units() -> None:
    assert [row.number for row in opened("code,name,place\nabc,def,usd\nghi,jkl,eur\n").rows()] == [2, 3]


def test_a_row_that_numbers_the_columns_is_no_data() -> None:
    assert [row.number for row in opened("名称,编号,总投资,用地\n甲,乙,1,2\n丙厂,X-1,8,9\n").rows()] == [3]


def test_the_header_row_can_be_told() -> None:
    table = opened("a,b,c\nname,cost,start\nx,1,2023-01-01\n", header=2)
    assert (texts(table), table.header_row) == (["name", "cost", "start"], 2)


@pytest.mark.parametrize("row", [0, 99, 3])
def test_a_header_row_without_cells_is_refused(row: int) -> None:
    with pytest.raises(UsageError, match=f"row {row} of - holds no headings"):
        opened("name,cost\na,1\n\n", header=row)


def test_a_file_without_headings_says_so() -> None:
    with pytest.raises(InputRejected, match=r"no row of headings .* --header"):
        opened("甲,100\n乙,200\n")


def test_headings_without_rows_are_a_table() -> None:
    table = opened("code,name,amount\n")
    assert (texts(table), cells(table)) == (["code", "name", "amount"], [])


def test_three_rows_of_headings_are_one() -> None:
    table = opened("序号,名称,投资,,,\n,,总投资,2023年,,\n,,,计划,完成,累计\n1,甲厂,9,1,2,3\n2,乙厂,8,1,2,3\n")
    assert table.header_row == 3
    assert [(heading.above, heading.text) for heading in table.headings][2:] == [
        ("投资", "总投资"), ("投资 2023年", "计划"), ("投资 2023年", "完成"), ("投资 2023年", "累计"),
    ]  # fmt: skip


def test_rows_of_headings_may_all_be_half_empty() -> None:
    table = opened(
        "序号,名称,投资,,,,,\n,,总投资,2023年,,备注,,\n,,,计划,完成,,x,y\n1,甲厂,9,1,2,3,4,5\n2,乙厂,8,1,2,3,4,5\n"
    )
    assert [heading.text for heading in table.headings] == ["序号", "名称", "总投资", "计划", "完成", "备注", "x", "y"]


def test_one_column_is_a_table() -> None:
    table = opened("name\nAlpha Works\nBeta, Works\n")
    assert (table.delimiter, texts(table), cells(table)) == ("", ["name"], [("Alpha Works",), ("Beta, Works",)])


# --- rows that are not data -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["合计", "合 计", "总计：", "小计", "本页合计", "装备产业小计", "合计（12个）", "总计12个项目", "Total", "TOTAL:",
     "Grand total", "Sub-total", "Subtotal", "Sum", "Summe", "Total (12 projects)", "Total for 2023", "Totals",
     "其中：省重点", "Of which: new", "平均", "Average",
     "7 projects", "1 project", "7个项目", "共12个项目", "共 3 项工程"],
)  # fmt: skip
def test_words_for_totals_are_known(text: str) -> None:
    assert is_total_word(text)
    assert is_suspect(text)


@pytest.mark.parametrize(
    "text",
    [
        "Total Energies",
        "TotalEnergies SE",
        "Summer School",
        "Summit",
        "合计量仪器",
        "总计算中心",
        "Sumitomo",
        "Totally",
        "Average Joe's",
        "平均地权园",
        "7 Projects Square",
        "1号项目",
    ],
)
def test_names_are_no_totals(text: str) -> None:
    assert not is_total_word(text)


@pytest.mark.parametrize(
    "text",
    [
        "注：含流动资金",
        "备注: x",
        "Note: x",
        "Source: DfT",
        "* estimated",
        "填表人：某",
        "制表",
        "资料来源：统计局",
        "Notes",
        "第1页 共2页",
        "Page 3 of 12",
    ],
)
def test_words_for_footnotes_are_known(text: str) -> None:
    assert is_note(text)
    assert is_suspect(text)


def test_a_project_called_total_stays_where_words_stand_beside_it() -> None:
    table = opened("name,place,cost\nTotal,France,5\nAlpha,Spain,6\nTotal,,11\n")
    assert [row[0] for row in cells(table)] == ["Total", "Alpha"]
    assert left_out(table) == [(4, "a total")]


def test_a_chinese_total_may_have_a_remark() -> None:
    assert left_out(opened("名称,总投资,备注\n甲厂,1,\n合计,1,含续建\n")) == [(3, "a total")]


def test_a_total_may_stand_in_the_second_column() -> None:
    assert left_out(opened("序号,名称,总投资\n1,甲厂,1\n2,乙厂,2\n,合计,3\n")) == [(4, "a total")]
    assert left_out(opened("序号,名称,总投资\n1,甲厂,1\n2,乙厂,2\n合计,2个项目,3\n")) == [(4, "a total")]


def test_a_section_with_sums_may_stand_in_the_column_of_serial_numbers() -> None:
    table = opened("序号,名称,总投资\n一、产业项目（2个）,,3\n1,甲厂,1\n2,乙厂,2\n（二）其他,,4\n3,丙厂,4\n")
    assert [row[1] for row in cells(table)] == ["甲厂", "乙厂", "丙厂"]
    assert left_out(table) == [(2, "the heading of a section"), (5, "the heading of a section")]
    # What has days of its own is a project that is counted 三, and so are all where each of them is.
    table = opened("序号,名称,总投资,开工时间\n一,产业,3,\n1,甲厂,1,\n2,乙厂,2,\n三,丙厂,4,2024年1月\n")
    assert [row[1] for row in cells(table)] == ["甲厂", "乙厂", "丙厂"]
    assert len(cells(opened("序号,名称,总投资\n一,甲厂,1\n二,乙厂,2\n三,丙厂,3\n"))) == 3
    # A code is no serial number.
    assert len(cells(opened("编号,名称,总投资\n1,甲厂,1\nA-2,,2\n"))) == 2


def test_a_second_table_on_the_sheet_is_left_out_and_named() -> None:
    table = opened("名称,总投资,备注\n甲厂,1,x\n乙厂,2,\n\n企业名称,电话,地址\n甲公司,0573,路\n")
    assert [row[0] for row in cells(table)] == ["甲厂", "乙厂"]
    assert left_out(table) == [(row, "of another table: choose it with --header") for row in (5, 6)]
    # A row of words below a blank one is data where it begins with a name, whatever else it says.
    assert len(cells(opened("名称,总投资,备注\n甲厂,1,x\n\n丙厂,待定,x\n"))) == 2
    assert len(cells(opened("Project,Cost,Owner\nA,1,x\n\nB,Withheld,Project Manager\nC,2,x\n"))) == 3


def test_subtotals_of_excel_are_told_by_the_rows_above_them() -> None:
    table = opened("region,cost\nNorth,1\nNorth,2\nNorth Total,3\nProject Total,4\nGrand Total,10\n")
    assert left_out(table) == [(4, "a total"), (6, "a total")]
    assert cells(table)[-1] == ("Project Total", "4")


def test_headings_that_come_again_are_left_out() -> None:
    table = opened("台账,,\n名称,总投资,备注\n甲厂,1,x\n台账,,\n名称,总投资,备注\n乙厂,2,y\n")
    assert [row.number for row in table.rows()] == [3, 6]
    assert left_out(table) == [(4, "the headings again"), (5, "the headings again")]


def test_sections_are_left_out() -> None:
    table = opened("序号,名称,总投资\n一、续建项目,,\n1,甲厂,1\n二,新建项目,7\n1,乙厂,2\n续建,,\n2,丙厂,3\n")
    assert [row[1] for row in cells(table)] == ["甲厂", "乙厂", "丙厂"]
    assert left_out(table) == [(row, "the heading of a section") for row in (2, 4, 6)]


def test_one_cell_after_the_data_is_a_footnote_and_among_the_data_a_name() -> None:
    table = opened("name,cost,stage\na,1,signed\nb,,\nc,2,filed\n\nPrepared by the office,,\n")
    assert [row[0] for row in cells(table)] == ["a", "b", "c"]
    assert left_out(table) == [(6, "a footnote")]
    assert left_out(opened("name,cost,stage\na,1,signed\nPrepared by the office,,\n")) == [(3, "a footnote")]


def test_names_alone_are_rows() -> None:
    assert len(cells(opened("name,cost,stage\n" + "".join(f"n{i},,\n" for i in range(70))))) == 70
    assert len(cells(opened("name,cost,stage\na,,\nb,,\n"))) == 2


def test_a_starred_name_with_figures_stays() -> None:
    assert [row[0] for row in cells(opened("name,cost,stage\n* Alpha,1,signed\n* as reported,,\n"))] == ["* Alpha"]


def test_rows_that_are_too_short_are_filled_and_too_long_reported() -> None:
    table = opened("name,cost,stage\na,1\nb,2,signed,extra\nc,3,filed,,\n")
    assert cells(table) == [("a", "1", None), ("c", "3", "filed")]
    [problem] = table.problems
    assert (problem.row, problem.cell, problem.value) == (3, "D3", "extra")
    assert problem.problem == "the row has 4 cells, the headings are 3"


def test_thousands_separators_without_quotes_do_not_make_a_column() -> None:
    table = opened("name,cost\na,1,234\nb,2,345\n")
    assert (texts(table), cells(table), len(table.problems)) == (["name", "cost"], [], 2)


def test_blank_rows_are_no_rows() -> None:
    table = opened("name,cost\na,1\n,\n  ,  \n\nb,2\n,,,,\n")
    assert [row.number for row in table.rows()] == [2, 6]
    assert table.problems == []


def test_rows_come_again_at_every_call() -> None:
    table = opened("name,cost\na,1\nTotal,1\n")
    assert list(table.rows()) == list(table.rows())
    assert len(table.left_out) == 1


# --- sheets on their side ------------------------------------------------------------------------------------------


SIDEWAYS = "Name,Alpha,Beta\nCost,1,2\nStart date,2023-01-01,2023-02-01\nOther,x,y\n"


def test_a_sheet_is_turned_or_not_as_told() -> None:
    assert opened(SIDEWAYS).transposed
    assert texts(opened(SIDEWAYS, transpose=False)) == ["Name", "Alpha", "Beta"]
    upright = "Name,Cost\nAlpha,1\nBeta,2\n"
    assert not opened(upright).transposed
    assert texts(opened(upright, transpose=True)) == ["Name", "Alpha", "Beta"]


def test_one_project_may_stand_beside_its_fields() -> None:
    table = opened("Project name,Alpha\nCost,12\nStart date,2023-01-01\nStage,signed\n")
    assert cells(table) == [("Alpha", "12", "2023-01-01", "signed")]


def test_a_list_of_milestones_is_not_on_its_side() -> None:
    rows = "".join(
        f"Alpha,{stage},2023-0{month}-01\n" for month, stage in enumerate(("签约", "开工", "竣工", "投产"), 1)
    )
    assert not opened("project,milestone,date\n" + rows).transposed
    assert not opened("里程碑,日期,说明\n签约,2023-01-01,a\n开工,2023-02-01,b\n竣工,2023-03-01,c\n").transposed


def test_groups_and_totals_of_a_sheet_on_its_side() -> None:
    table = opened("Finance,,,\nName,Alpha,Beta,Total\nCost,1,2,3\nBudget,4,5,9\nStart date,2023-01-01,2023-02-01,\n")
    assert table.transposed
    assert [row[0] for row in cells(table)] == ["Alpha", "Beta"]
    assert left_out(table) == [(4, "a total")]


# --- where things come from ----------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"there is no file .*none\.csv"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(Refused, match="is a folder"):
        open_table(tmp_path)
    with pytest.raises(UsageError, match="nothing to read"):
        open_table(None)


def test_a_pipe_is_kept_on_the_disk_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with (DATA / "two-budgets.csv").open("rb") as file:
        table = open_table(None, file)
    assert len(list(tmp_path.iterdir())) == 1
    assert len(cells(table)) == 3
    assert (table.name, table.statements[0]) == ("-", "text in UTF-8, cells between “;”")
    del table
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_at_one() -> None:
    table = opened("name,cost\n" + "a project of some length,1\n" * 20_000)
    shares: list[float] = []
    table.progress = shares.append
    assert len(cells(table)) == 20_000
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 3


def test_columns_are_named_as_in_a_spreadsheet() -> None:
    assert [letters(index) for index in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("", "blank"), ("–", "blank"), (None, "blank"), ("1,234.5", "number"), ("(5)", "number"), ("£38.2m", "number"),
     ("1.2亿元", "number"), ("12 %", "number"), (5, "number"), ("2023", "period"), (2023, "period"),
     ("2023年4月", "period"),
     ("1-6月", "period"), ("Jun-25", "period"), ("2023Q1", "period"), ("31/12/2023", "date"), ("2023.4.5", "date"),
     ("1/31/2022 8:00:00 AM", "date"), ("11 June 2025", "date"), (date(2023, 1, 1), "date"), ("Marketing", "text"),
     ("不公开", "text"), ("A-1", "text"), ("Total", "text"), ("18日", "text")],
)  # fmt: skip
def test_shapes(value: Value, wanted: str) -> None:
    assert shape(value) == wanted


# Without what no text of a cell keeps: line ends other than a line feed, tabs, marks that are not seen, symbol fonts.
_MADE_PLAIN = "\u2028\u2029\xad\u200b\u200e\u200f\u2060\ufeff"
_LETTERS = st.characters(exclude_categories=["Cs", "Co", "Cc"], exclude_characters=_MADE_PLAIN, include_characters="\n")
words_of_cells = st.text(_LETTERS, max_size=20)


@given(st.lists(st.tuples(words_of_cells, words_of_cells), max_size=20), st.sampled_from([",", ";", "\t", "|"]))
def test_whatever_is_written_is_read(rows: list[tuple[str, str]], delimiter: str) -> None:
    file = StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["code", "name", "note", "cost"])
    for number, (name, note) in enumerate(rows):
        writer.writerow([f"P-{number}", name, note, "5"])
    table = opened(file.getvalue())
    assert cells(table) == [(f"P-{number}", name, note, "5") for number, (name, note) in enumerate(rows)]
    assert table.problems == []


# --- files of our own ----------------------------------------------------------------------------------------------


OWN_COLUMNS = ["name", "name_en", "group_name", "country", "role", "note"]


@given(
    st.lists(
        st.tuples(st.one_of(words_of_cells, st.sampled_from(["Total", "合计", "注：x", "* x", "元"])), words_of_cells)
    )
)
def test_every_row_of_our_own_files_is_data(rows: list[tuple[str, str]]) -> None:
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(OWN_COLUMNS)
    written = [(name, "", "", "", "", note) for name, note in rows]
    writer.writerows(written)
    table = opened(file.getvalue())
    assert texts(table) == OWN_COLUMNS
    assert cells(table) == [row for row in written if any(value.strip() for value in row)]
    assert table.left_out == []


def test_our_own_list_of_fields_is_not_on_its_side() -> None:
    table = opened("name,type\n总投资,text\n开工时间,text\n项目阶段,text\n")
    assert (table.transposed, len(cells(table))) == (False, 3)
