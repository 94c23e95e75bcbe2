"""Word documents: the layout of GB/T 9704 in the XML, fonts of Chinese letters, repeated heads, names as texts."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from tests.conftest import Run
from tests.test_report_bulletin import LEDGER, carry_out
from tracker.errors import Refused
from tracker.money import Figure, Money
from tracker.render import Options
from tracker.render.docx import template_bytes, write_docx
from tracker.reports.report import Amounts, Bar, Chart, Column, Curve, Kind, Report, Row
from tracker.vocabulary import LIGHTS

DAY, TODAY = date(2023, 6, 30), "2023-07-05"
TEXT = "# 通报\n\n现将情况通报如下。\n\n## 一、总体情况\n\n- 甲\\*项目\n"


def report(*rows: Row, **more: Any) -> Report:
    columns = (
        Column("name", "项目"),
        Column("plan", "计划", Kind.AMOUNT),
        Column("done", "完成率", Kind.RATIO),
        Column("bar", "", drawn=True),
        Column("light", "灯号"),
    )
    return Report("r", "排名", columns, rows, DAY, **more)


def opened(data: bytes) -> Any:
    return docx.Document(BytesIO(data))


def row(name: str) -> Row:
    half = Fraction(1, 2)
    return (name, Amounts((Figure(Money(100_000_000, "CNY")),)), half, Bar(half), LIGHTS["red"])


def test_a_page_is_that_of_the_standard() -> None:
    found = opened(write_docx([TEXT], DAY, Options(lang="zh")))
    [section] = found.sections
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm, 1) for one in margins] == [37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    pitch, letter = int(grid.get(qn("w:linePitch"))), 16 + int(grid.get(qn("w:charSpace"))) / 4096
    # The type area is 156 mm wide and 225 mm high: 28 letters and 22 lines fit, and not one more.
    wide, high = 156 / 25.4 * 72, 225 / 25.4 * 1440
    assert (int(wide / letter), int(high / pitch)) == (28, 22)
    assert [
        footer._element.xpath(".//w:fldSimple/@w:instr") for footer in (section.footer, section.even_page_footer)
    ] == [
        ["PAGE"],
        ["PAGE"],
    ]


@pytest.mark.parametrize(
    ("name", "font", "half_points"),
    [
        ("Title", "方正小标宋简体", "44"),
        ("Body Text", "仿宋_GB2312", "32"),
        ("Heading 1", "黑体", "32"),
        ("Heading 2", "楷体_GB2312", "32"),
        ("Table Text", "仿宋_GB2312", "21"),
    ],
)
def test_styles_carry_the_fonts_of_chinese_letters(name: str, font: str, half_points: str) -> None:
    style = opened(write_docx([TEXT], DAY, Options(lang="zh"))).styles[name].element
    fonts = style.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == font
    assert not [key for key in fonts.attrib if "Theme" in key]
    assert style.rPr.find(qn("w:sz")).get(qn("w:val")) == half_points


def test_paragraphs_name_styles_and_set_nothing_of_their_own() -> None:
    found = opened(write_docx([TEXT, report(row("甲"))], DAY, Options(lang="zh")))
    told = [(one.style.name, one.text) for one in found.paragraphs if one.text]
    assert told[:4] == [
        *(("Title", "通报"), ("Body Text", "现将情况通报如下。")),
        *(("Heading 1", "一、总体情况"), ("Body Text", "甲*项目")),
    ]
    assert not found.element.body.xpath(".//w:r/w:rPr/*")


def test_a_table_repeats_its_head_and_lights_are_filled() -> None:
    [table] = opened(write_docx([report(row("甲"), row("乙"))], DAY, Options(lang="zh"))).tables
    assert [[cell.text for cell in line.cells] for line in table.rows] == [
        ["项目", "计划", "完成率", "灯号"],
        ["甲", "100万元", "50.0%\n████", "红灯"],
        ["乙", "100万元", "50.0%\n████", "红灯"],
    ]
    assert [bool(line._tr.xpath("./w:trPr/w:tblHeader")) for line in table.rows] == [True, False, False]
    assert table.rows[1].cells[3]._tc.xpath("./w:tcPr/w:shd/@w:fill") == ["F8B9B3"]


def test_columns_that_are_too_many_are_in_several_tables_and_break_no_word() -> None:
    columns = tuple(Column(f"c{at}", f"Heading {at}") for at in range(19))
    word = "Acquisition"
    found = opened(write_docx([Report("r", "T", columns, ((word,) * 19,) * 2, DAY)], DAY, Options()))
    heads = [[cell.text for cell in table.rows[0].cells] for table in found.tables]
    assert [head[0] for head in heads] == ["Heading 0", "Heading 0"]
    assert [title for head in heads for title in head[1:]] == [f"Heading {at}" for at in range(1, 19)]
    # A letter is half as wide as it is high.
    assert all(column.width.pt >= len(word) * 3.5 for table in found.tables for column in table.columns)


def test_amounts_do_not_break_in_a_font_a_quarter_wider_than_that_of_the_styles() -> None:
    amount = Amounts((Figure(Money(14_743_210_000, "CNY")),))
    columns = (Column("month", "Month"), *(Column(f"c{at}", "Plan", Kind.AMOUNT) for at in range(3)))
    data = write_docx([Report("r", "T", columns, (("2023-01", *[amount] * 3),), DAY)], DAY, Options())
    [table] = opened(data).tables
    margins = 2 * 5.4
    for cell, column in zip(table.rows[1].cells, table.columns, strict=True):
        assert column.width.pt - margins >= len(cell.text) * 1.25 * 10.5 / 2
    # What is left is for all of them, and not for the one that could be narrower.
    assert table.columns[0].width < table.columns[1].width
    # Amounts among words do not break either.
    columns = (Column("name", "Project"), *(Column(f"c{at}", "Plan") for at in range(6)))
    texts = ("Sample Greengrain 2 Machine Tool", *["CNY 229.56m (known for 1 of 2)"] * 6)
    [table] = opened(write_docx([Report("r", "T", columns, (texts,), DAY)], DAY, Options())).tables
    size = 7 if "Wide" in table.rows[1].cells[1].paragraphs[0].style.name else 10.5
    assert all(column.width.pt >= len("CNY 229.56m") * 1.25 * size / 2 for column in list(table.columns)[1:])


def test_names_from_outside_are_texts() -> None:
    name = 'HYPERLINK "http://e.vil" <w:instrText>\x00\x0b\ud800{ INCLUDETEXT }'
    found = opened(
        write_docx([f"# {name}", report(row(name), empty=name, notes=(name,))], DAY, Options(zone_name=name))
    )
    assert "HYPERLINK" in found.tables[0].rows[1].cells[0].text
    body = found.element.body
    assert not body.xpath(".//w:hyperlink | .//w:instrText | .//w:fldSimple | .//w:object")


def test_a_template_of_ones_own_keeps_its_styles_and_what_is_around(tmp_path: Path) -> None:
    made = docx.Document(BytesIO(template_bytes(DAY, Options())))
    made.styles["Body Text"].font.size = docx.shared.Pt(20)
    made.paragraphs[0].insert_paragraph_before("某某开发区文件")
    made.add_paragraph("抄送：各单位")
    path = tmp_path / "ours.docx"
    made.save(str(path))
    found = opened(write_docx([TEXT, report(row("甲"))], DAY, Options(lang="zh"), template=path))
    texts = [one.text for one in found.paragraphs if one.text]
    assert (texts[0], texts[1], texts[-1]) == ("某某开发区文件", "通报", "抄送：各单位")
    assert found.styles["Body Text"].font.size.pt == 20
    assert len(found.tables) == 1


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(Refused, match=r"pip install 'investment-tracker\[docx\]'"):
        write_docx([TEXT], DAY, Options())


# --- the bulletin ----------------------------------------------------------------------------------------------------


@pytest.fixture
def ledger(run: Run, tmp_path: Path) -> Path:
    """Projects whose names end in a digit."""
    lines = [(day, words.replace("甲项目", "Toray_line_3")) for day, words in LEDGER if "request" not in words]
    return carry_out(run, tmp_path / "a.db", *lines)


def test_the_bulletin_is_a_document_with_its_rankings(run: Run, ledger: Path, tmp_path: Path) -> None:
    path = tmp_path / "通报.docx"
    result = run("--db", ledger, "--lang", "zh", "report", "bulletin", "-o", path, today=TODAY)
    assert result.code == 0, result.err
    found = docx.Document(str(path))
    assert found.paragraphs[0].text == "2023年6月投资项目推进情况通报"
    groups, projects = ([[cell.text for cell in line.cells] for line in table.rows] for table in found.tables)
    values = json.loads(run("--db", ledger, "--lang", "zh", "report", "bulletin", "-f", "json", today=TODAY).out)
    assert [line[5] for line in groups[1:]] == [one["completion"]["text"] for one in values["groups"]["every"]]
    assert [line[1] for line in projects[1:]] == [one["name"] for one in values["ranking"]["every"]]
    html = run("--db", ledger, "--lang", "zh", "report", "bulletin", "-f", "html", today=TODAY).out
    assert html.count("<table") == 2
    for text in ("\n".join(one.text for one in found.paragraphs), html):
        assert not re.search(r"Toray_line_3[0-9]", text)


def test_a_name_and_the_number_after_it_do_not_run_together(run: Run, ledger: Path, tmp_path: Path) -> None:
    told = run("--db", ledger, "--lang", "zh", "report", "bulletin", today=TODAY).out
    assert "Toray_line_3约58.3%" in told
    ours = tmp_path / "t.md"
    ours.write_text(
        "{{ ranking.best[0] }}{{ 55.0 }}% {{ ranking.best[0].name ~ 7 }} {{ ranking.best|join('') }}{{ projects }}",
        "utf-8",
    )
    told = run("--db", ledger, "--lang", "zh", "report", "bulletin", "--template", ours, today=TODAY).out
    assert told.startswith("Toray_line_3 55.0% Toray_line_3 7 Toray_line_3 4\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-f", "md", "--template", "ours.docx"], "makes a docx"),
        (["-o", "b.docx", "--template", "none.docx"], "there is no template file"),
        (["-o", "b.docx", "--template", "text.docx"], "is not a Word document"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(
    run: Run, ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.docx").write_text("no archive")
    result = run("--db", ledger, "report", "bulletin", *words, today=TODAY)
    assert (result.code, said in result.err) == (2, True), result.err
    assert not Path("b.docx").exists()


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: apt-get install libreoffice-writer"
)
def test_libreoffice_sets_twenty_eight_letters_a_line_and_twenty_two_lines_a_page(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(write_docx(["国" * 28 * 50], DAY, Options(lang="zh")))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    convert = (
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.docx"),
    )
    subprocess.run(convert, check=True, capture_output=True, timeout=180)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils")
    done = subprocess.run(("pdftotext", str(tmp_path / "a.pdf"), "-"), check=True, capture_output=True, timeout=60)
    first, _second, *_rest = done.stdout.decode().split("\f")
    lines = [line for line in first.split("\n") if "国" in line]
    assert len(lines) == 22
    assert {len(line) for line in lines[1:]} == {28}


def test_the_curves_are_a_chart_of_word_with_the_points_of_the_page() -> None:
    curves = (
        Curve("完成 <&>", "●", (Fraction(0), Fraction(1, 4), None)),
        Curve("计划", "·", (Fraction(0), Fraction(1, 2), Fraction(1))),
    )
    top = Amounts((Figure(Money(200_000_000_00, "CNY")),))
    found = opened(
        write_docx([report(row("a"), chart=Chart(curves, ("一月", "二月", "三月"), top))], DAY, Options(lang="zh"))
    )
    [part] = [one for one in found.part.package.iter_parts() if str(one.partname).startswith("/word/charts/")]
    xml = part.blob.decode()
    assert re.findall(r"<c:tx><c:v>(.*?)</c:v>", xml) == ["完成 &lt;&amp;&gt;", "计划"]
    points = [
        re.findall(r'<c:pt idx="(\d)"><c:v>([\d.]+)<', one) for one in re.findall("<c:numLit>.*?</c:numLit>", xml)
    ]
    assert [[(at, float(value)) for at, value in one] for one in points] == [
        [("0", 0.0), ("1", 5000.0)],
        [("0", 0.0), ("1", 10000.0), ("2", 20000.0)],
    ]
    assert "<a:t>万元</a:t>" in xml
    [drawing] = found.element.body.iter(qn("c:chart"))
    assert found.part.rels[drawing.get(qn("r:id"))].target_part is part
