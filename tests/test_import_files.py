"""What a file may be and what its cells may hold: texts made plain, number formats, nothing that is read as nothing."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from tests.conftest import Run
from tests.ledgers import once


@pytest.fixture
def db(tmp_path: Path, run: Run, today: object) -> Path:
    path = tmp_path / "tracker.db"
    once(path, lambda: run("--db", path, "init"))
    return path


def rows(db: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(db) as connection:
        return connection.execute(query).fetchall()


def imported(db: Path, run: Run, file: Path, *more: str) -> str:
    result = run("--db", db, "import", file, "--apply", *more)
    assert result.code == 0, result.err
    return result.err


def written(tmp_path: Path, text: str, name: str = "台账.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


# --- texts ---------------------------------------------------------------------------------------------------------


def test_line_ends_and_tabs_are_made_plain_and_said_once(db: Path, tmp_path: Path, run: Run) -> None:
    file = written(
        tmp_path,
        'Project name,Notes,Total cost (GBP m)\nAlpha,"first\rsecond",10\nBeta,"tab\there",20\n'
        'Gamma,"a\r\nb",30\nDel\u200bta,ok,40\n',
    )
    message = imported(db, run, file)
    assert "line ends, tabs or unseen characters made plain in B2, B3, B4, A5" in message
    assert rows(db, "SELECT name, note FROM project ORDER BY name") == [
        ("Alpha", "first\nsecond"),
        ("Beta", "tab here"),
        ("Delta", "ok"),
        ("Gamma", "a\nb"),
    ]


def test_a_line_break_in_a_name_is_nothing_between_han_and_else_a_blank(db: Path, tmp_path: Path, run: Run) -> None:
    file = written(
        tmp_path,
        '项目名称,投资方,总投资（万元）\n"青禾阀门\n生产基地",青禾阀业,100\n澜星中心,"澜星\n科技",200\n"North\nBridge",x,5\n',
    )
    assert "line breaks in names taken out in A2, B3, A4" in imported(db, run, file)
    assert rows(db, "SELECT name FROM project ORDER BY name") == [
        ("North Bridge",),
        ("澜星中心",),
        ("青禾阀门生产基地",),
    ]
    assert rows(db, "SELECT name FROM company ORDER BY name") == [("x",), ("澜星科技",), ("青禾阀业",)]


def test_a_name_of_500_characters_is_kept_and_a_longer_one_is_cut_with_the_whole_in_the_note(
    db: Path, tmp_path: Path, run: Run
) -> None:
    file = written(tmp_path, f"Project name,Total cost (CNY m)\n{'a' * 500},1\n{'b' * 501},2\n")
    assert "cut, the whole is in the note: A3" in imported(db, run, file)
    assert rows(db, "SELECT name, note FROM project ORDER BY name") == [
        ("a" * 500, None),
        ("b" * 499 + "…", f"Project name: {'b' * 501}"),
    ]
    assert "nothing was changed" in imported(db, run, file)


@pytest.mark.parametrize(
    ("cell", "company", "in_note"),
    [
        ("青禾阀业、澜星科技", "青禾阀业", True),
        ('"甲有限公司\n乙有限公司"', "甲有限公司", True),
        ('"Alpha Ltd, Beta GmbH"', "Alpha Ltd", True),
        ("Alpha; Beta", "Alpha", True),
        ('"Smith, Jones & Co Ltd"', "Smith, Jones & Co Ltd", False),
    ],
)
def test_of_a_list_of_companies_the_first_is_the_company_and_all_are_in_the_note(
    db: Path, tmp_path: Path, run: Run, cell: str, company: str, in_note: bool
) -> None:
    message = imported(db, run, written(tmp_path, f"项目名称,企业,总投资（万元）\n一期,{cell},100\n"))
    assert ("of several companies in a cell the first is taken" in message) == in_note
    assert rows(db, "SELECT name, note FROM company") == [(company, None)]
    [(note,)] = rows(db, "SELECT note FROM project")
    assert (note is not None) == in_note


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_list_of_projects_comes_back_without_its_sums(
    db: Path, tmp_path: Path, run: Run, name: str, lang: str
) -> None:
    path = tmp_path / "base.csv"
    path.write_text(
        "项目编号,项目名称,总投资（万元）\nA-1,=甲厂,1250\nA-2,乙厂,不公开\nA-3,丙厂,80\n", encoding="utf-8"
    )
    imported(db, run, path)
    assert run("--db", str(db), "--lang", lang, "list", "-o", str(tmp_path / name)).code == 0
    again = run("--db", str(db), "import", str(tmp_path / name), "--apply")
    assert (again.code, "nothing to record" in again.err) == (0, True), again.err


# --- number formats of a workbook ----------------------------------------------------------------------------------


def test_a_cell_is_read_as_its_number_format_shows_it(db: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        styles = {code: book.add_format({"num_format": code}) for code in ("0%", "0000", 'yyyy"年"m"月"')}
        sheet.write_row(0, 0, ["项目名称", "项目编号", "形象进度", "计划开工时间"])
        for row, share in enumerate((0.35, 0.6, 1, 0.285), 1):
            sheet.write(row, 0, f"项目{row}")
            sheet.write(row, 1, row, styles["0000"])
            sheet.write(row, 2, share, styles["0%"])
            sheet.write_datetime(row, 3, date(2023, row, 1), styles['yyyy"年"m"月"'])
    imported(db, run, path)
    assert rows(db, "SELECT physical FROM review ORDER BY project_id") == [(3500,), (6000,), (10000,), (2850,)]
    assert rows(db, "SELECT code FROM project ORDER BY code") == [("0001",), ("0002",), ("0003",), ("0004",)]
    assert rows(db, "SELECT first_day, last_day FROM milestone_date ORDER BY first_day LIMIT 1") == [
        ("2023-01-01", "2023-01-31")
    ]


@pytest.mark.parametrize(
    ("code", "currency"),
    [
        ('"£"#,##0', "GBP"),
        ("_-[$€-2]\\ * #,##0.00_-;\\-[$€-2]\\ * #,##0.00_-", "EUR"),
        ("#,##0.00\\ [$zł-415]", "PLN"),
        ("[$$-80A]#,##0.00", "MXN"),
        ("[$USD] #,##0", "USD"),
        ('"$"#,##0', None),
        ("#,##0", None),
    ],
)
def test_a_number_is_of_the_currency_whose_sign_its_format_shows(
    db: Path, tmp_path: Path, run: Run, code: str, currency: str | None
) -> None:
    path = tmp_path / "costs.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Project", "Total cost"])
        sheet.write_row(1, 0, ["Harbour", 1234567.89], book.add_format({"num_format": code}))
    if currency is None:
        assert "no currency is named" in run("--db", str(db), "import", str(path), "--apply").out
    else:
        imported(db, run, path)
        assert rows(db, "SELECT currency, minor FROM capital_entry") == [(currency, 123456789)]


@pytest.mark.parametrize(
    ("code", "currency", "amount"),
    [
        ('0.00"万元"', "CNY", 12_500_000),
        ('#,##0.0_ "亿元"', "CNY", 125_000_000_000),
        ("0.00\\万\\元", "CNY", 12_500_000),
        ('0!.0,"万"', None, None),
        ('"£"#,##0.0"m"', "GBP", 1_250_000_000),
        ('[$€-407]#,##0.0,,"m"', "EUR", 1_250),
        ('#,##0.0"m"', None, None),
    ],
)
def test_a_number_is_counted_in_the_unit_that_its_format_shows(
    db: Path, tmp_path: Path, run: Run, code: str, currency: str | None, amount: int | None
) -> None:
    path = tmp_path / "costs.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Project", "Total cost"])
        sheet.write_row(1, 0, ["Harbour", 12.5], book.add_format({"num_format": code}))
    if currency is None:
        assert "no currency is named" in run("--db", str(db), "import", str(path), "--apply").out
    else:
        imported(db, run, path)
        assert rows(db, "SELECT currency, minor FROM capital_entry") == [(currency, amount)]


def test_an_amount_not_known_is_of_the_currency_of_its_column(db: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "costs.csv"
    path.write_text("Project,Total cost (€)\nHarbour,TBC\nBridge,12\n", encoding="utf-8")
    imported(db, run, path)
    assert rows(db, "SELECT currency, minor FROM capital_entry ORDER BY id") == [("EUR", None), ("EUR", 1200)]


# --- nothing is not read as nothing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("a,b,c,d\n1,2,3,4\n", ("--what", "projects"), "no heading of 台账.csv is understood (a, b, c, d)"),
        ("项目名称,总投资（万元）\n", (), "has headings and no row of data below them"),
        ("项目名称,总投资（万元）\n合计,300\n", (), "has headings and no row of data below them"),
        ("code,name,kind\n", (), "has headings and no row of data below them"),
        ("项目名称,总投资（万元）\n,100\n", ("--skip-bad",), "has no row that can be read"),
    ],
)
def test_a_file_in_which_nothing_is_understood_is_rejected(
    db: Path, tmp_path: Path, run: Run, text: str, options: tuple[str, ...], sentence: str
) -> None:
    result = run("--db", db, "import", written(tmp_path, text), *options)
    assert (result.code, sentence in result.err) == (4, True), result.err


def test_what_has_no_end_is_rejected(db: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.importer.readers.source_file.MOST_BYTES", 2**22)
    result = run("--db", db, "import", "/dev/zero")
    assert (result.code, "zero has more than 1 GB" in result.err) == (4, True)


def test_rows_above_the_headings_and_rows_that_say_nothing_are_named(db: Path, tmp_path: Path, run: Run) -> None:
    file = written(tmp_path, "填表：王,2023年9月,,\n项目名称,总投资（万元）,,\n甲,100,,\n")
    assert "row 1 left out, above the headings: 填表：王 2023年9月" in imported(db, run, file)


@pytest.mark.parametrize("library", ["openpyxl", "xlsxwriter"])
def test_a_formula_without_a_value_is_named_and_one_in_a_total_is_not(
    db: Path, tmp_path: Path, run: Run, library: str
) -> None:
    path = tmp_path / "台账.xlsx"
    table = [
        ["项目名称", "投资方", "总投资（万元）"],
        ["甲", "甲公司", "=1/3"],
        ["乙", "乙公司", 300],
        ["合计", None, "=SUM(C2:C3)"],
    ]
    if library == "openpyxl":
        book = openpyxl.Workbook()
        for row in table:
            book.active.append(row)
        book.save(path)
    else:
        with xlsxwriter.Workbook(path) as written_book:
            sheet = written_book.add_worksheet()
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
    result = run("--db", db, "import", path)
    assert result.code == 4
    assert "C2" in result.out
    assert "a formula without a value" in result.out
    assert "C4" not in result.out


# --- a map once ----------------------------------------------------------------------------------------------------

_FOREIGN = "Scheme,Money asked (m),Ends\nAlpha,{amount},2027-03-31\nBeta,80,2028-06-30\n"
_MAP = """what = "project"
currency = "GBP"
[columns]
"Scheme" = "project.name"
"Money asked (m)" = "capital[total].figure"
"Ends" = "milestone[completed baseline].on"
[values.stage]
"In delivery" = "under_construction"
"""


def test_a_map_is_remembered_for_the_next_file_with_the_same_headings(db: Path, tmp_path: Path, run: Run) -> None:
    first = written(tmp_path, _FOREIGN.format(amount=120), "august.csv")
    message = imported(db, run, first, "--map", str(written(tmp_path, _MAP, "m.toml")))
    assert "remembered for files with these headings: map “august”" in message
    second = imported(db, run, written(tmp_path, _FOREIGN.format(amount=130), "september.csv"))
    assert "september.csv: read by the map “august”, remembered" in second
    assert "remembered for files" not in second
    assert "august" in run("--db", db, "import", "--maps").out
    assert run("--db", db, "import", "--maps", "august").out == _MAP
    assert run("--db", db, "import", "--maps", "augusta").code == 2
    assert "august" in run("--db", db, "export", "maps").out
    assert "map of a file" in run("--db", db, "log").out


def test_a_map_that_was_forgotten_is_used_no_more_and_undo_brings_it_back(db: Path, tmp_path: Path, run: Run) -> None:
    file = written(tmp_path, _FOREIGN.format(amount=120), "august.csv")
    imported(db, run, file, "--map", str(written(tmp_path, _MAP, "m.toml")))
    assert run("--db", db, "import", "--maps", "august", "--forget").code == 0
    assert "read by the map" not in run("--db", db, "import", file).err
    assert run("--db", db, "undo").code == 0
    assert "read by the map “august”" in run("--db", db, "import", file).err
    assert run("--db", db, "import", "--maps", "--known-on", "2000-01-01").out == ""


def test_options_are_answers_that_are_remembered_too_and_what_is_said_now_counts_more(
    db: Path, tmp_path: Path, run: Run
) -> None:
    table = "Project name,Total cost (m)\nAlpha,{amount}\n"
    assert "remembered" in imported(db, run, written(tmp_path, table.format(amount=1), "a.csv"), "--currency", "GBP")
    imported(db, run, written(tmp_path, table.format(amount=2), "b.csv"))
    assert rows(db, "SELECT DISTINCT currency FROM capital_entry") == [("GBP",)]
    assert run("--db", db, "import", "--maps", "a").out == 'currency = "GBP"\n'


def test_on_a_terminal_open_columns_are_asked_once_and_the_answers_are_kept(db: Path, tmp_path: Path, run: Run) -> None:
    table = "Scheme,Whole Life Cost TOTAL Baseline £m,When\nAlpha,{amount},04/05/2027\nBeta,80,06/07/2027\n"
    first = written(tmp_path, table.format(amount=120), "august.csv")
    answers = "\n9\n3\n2\ny\n"
    shown = run("--db", db, "import", first, env={"COLUMNS": "200"}, input=answers, terminal=True).out
    for question in (
        "column B “Whole Life Cost TOTAL Baseline £m” (120, 80) is: 1 total investment, 2 annual plan",
        "column C “When” (04/05/2027, 06/07/2027) is: 1 under construction planned",
        "answer with a number from 1 to 5, or -",
        "begins with the day or the month: 1 day first, 2 month first",
        "record this",
        "map “august”",
    ):
        _before, found, shown = shown.partition(question)
        assert found == question
    assert rows(db, "SELECT DISTINCT first_day FROM milestone_date ORDER BY 1") == [("2027-04-05",), ("2027-06-07",)]
    again = imported(db, run, written(tmp_path, table.format(amount=130), "september.csv"))
    assert "read by the map “august”" in again
    assert rows(db, "SELECT minor FROM capital_entry ORDER BY minor DESC LIMIT 1") == [(130_000_000_00,)]
