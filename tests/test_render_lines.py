"""The measure of texts and their breaking, against rich, and what is left out for speed."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

from tests.isolation import ROOT, clean_environment
from tracker.render import Options
from tracker.render.cells import CellText
from tracker.render.data import guarded
from tracker.render.text import Page, Track, render_text
from tracker.render.widths import cells, cut, wrapped
from tracker.reports.report import Column, Report
from tracker.text import show

MIXED = st.text(st.sampled_from("ab -é项目，。\u0301ｗ👩🔬❤\ufe0f[]\u3000\xa0█–1"), max_size=120)
WORDS = st.lists(st.text(st.sampled_from("abc项目，-"), max_size=30), max_size=12).map(" ".join)


def test_every_character_is_as_wide_as_rich_says() -> None:
    wrong = [hex(point) for point in range(0x20, 0x30000) if cells(chr(point)) != cell_len(chr(point))]
    assert wrong == []


@given(MIXED | WORDS)
@example("👩\u200d🔬")
def test_a_text_is_as_wide_as_rich_says(text: str) -> None:
    assert cells(text) == cell_len(text)


@given(MIXED | WORDS, st.integers(2, 60))
@example("  leading, and trailing  ", 10)
def test_a_broken_text_fits_and_loses_nothing_but_blanks(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert max(map(cells, lines), default=0) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("日本电产旗舰工厂", 5, ["日本", "电产", "旗舰", "工厂"]),
        ("示例晨星10电驱动", 9, ["示例晨星", "10电驱动"]),
        ("a very-very-long-word of many", 6, ["a", "very-v", "ery-lo", "ng-wor", "d of", "many"]),
        ("差距（百分点）", 10, ["差距", "（百分点）"]),
        ("日本电产（浙江）有限公司", 16, ["日本电产（浙江）", "有限公司"]),
        ("Plant (second phase)", 18, ["Plant", "(second phase)"]),
        ("≈CNY 9.02bn (est.)", 12, ["≈CNY 9.02bn", "(est.)"]),
        ("名称，说明。", 5, ["名", "称，", "说", "明。"]),
    ],
)
def test_a_text_is_broken_after_words_and_not_within_brackets(text: str, width: int, lines: list[str]) -> None:
    assert [line.strip() for line in wrapped(text, width)] == lines


def test_a_text_of_too_many_lines_ends_after_a_word() -> None:
    assert wrapped("Sample Greengrain Biopharma Capital", 12, 2) == ["Sample ", "Greengrain…"]
    assert wrapped("Semiconductors", 8, 1) == ["Semicon…"]


@given(MIXED | WORDS, st.integers(1, 60))
@example("日本电产", 3)
def test_a_text_is_cut_where_rich_cuts_it(text: str, width: int) -> None:
    assume(cells(text) > width)
    assert cut(text, width) == set_cell_size(text, width)


def test_a_row_of_several_heights_is_painted_cell_by_cell() -> None:
    page = Page(Options(width=24, color=True), [Track(6, False, 2), Track(8, True, None)], indent=2)
    page.header(["Code", "Total investment"])
    page.rule()
    page.rows([[CellText("a long name here", tone="red"), CellText("1\n22")]])
    page.rows([[CellText("sum"), CellText("23", tone="green")]], "bold")
    assert page.text().split("\n") == [
        "  \x1b[1m           Total\x1b[0m",
        "  \x1b[1m        investme\x1b[0m",
        "  \x1b[1mCode          nt\x1b[0m",
        "  \x1b[2m────────────────\x1b[0m",
        "  \x1b[31ma long\x1b[0m         1",
        "  \x1b[31mname… \x1b[0m        22",
        "  \x1b[1msum   \x1b[0m\x1b[1m  \x1b[0m\x1b[1;32m      23\x1b[0m",
        "",
    ]


# --- what the quick ways leave out ---------------------------------------------------------------------------------

# The texts that are known to be harmless without being looked at character by character.
QUICK = [chr(point) for first, last in ((0x20, 0x7E), (0x3001, 0x3011), (0x4E00, 0x9FFF), (0xFF01, 0xFF5E))
         for point in range(first, last + 1)]  # fmt: skip


def test_what_is_passed_over_would_not_have_been_changed() -> None:
    assert show("".join(QUICK)) == "".join(QUICK)
    assert guarded("项" + "".join(QUICK)) == "项" + "".join(QUICK)


@pytest.mark.parametrize("name", ["plain", "日本电产旗舰工厂", "≈25亿元…"])
def test_a_table_of_ascii_and_chinese_loads_nothing_of_rich(name: str, tmp_path: Path) -> None:
    script = (
        "import sys; from datetime import date\n"
        "from tracker.render import Options, render\n"
        "from tracker.reports.report import Column, Report\n"
        f"rows = (({name!r} * 20,),)\n"
        "report = Report('list', 'Projects', (Column('name', 'Name'),), rows, date(2023, 2, 28))\n"
        "for width in (None, 40):\n"
        "    assert render(report, 'table', Options(width=width, color=bool(width)), to_file=False).text\n"
        "assert not any(name.partition('.')[0] == 'rich' for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=clean_environment(tmp_path), check=True)


def test_a_batch_ends_where_no_row_does() -> None:
    rows = tuple((f"p-{number}", "项目\u0301" * (number % 3)) for number in range(1500))
    report = Report("list", "T", (Column("code", "Code"), Column("name", "Name")), rows, date(2023, 2, 28))
    lines = render_text(report, Options()).splitlines()[4:]
    assert [line.split()[0] for line in lines] == [code for code, _name in rows]
