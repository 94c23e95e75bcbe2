"""A report as a table: what it looks like, and that it fits without losing a figure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tracker.dates import Period
from tracker.money import Figure, Money, parse_unit
from tracker.render import Options
from tracker.render.text import render_text
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report
from tracker.vocabulary import LIGHTS, STAGES

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")


def cny(minor: int, qualifier: str = "exact") -> Figure:
    return Figure(Money(minor, "CNY"), qualifier)


def one(minor: int) -> Amounts:
    return Amounts((cny(minor),))


PROGRESS = Report(
    name="progress",
    title="Progress",
    columns=(
        Column("code", "Code", priority=1),
        Column("name", "Name", priority=2),
        Column("stage", "Stage", priority=3),
        Column("total", "Total investment", Kind.AMOUNT, priority=1),
        Column("done", "Completion", Kind.RATIO, priority=2),
        Column("gap", "Gap", Kind.POINTS, priority=4),
        Column("slip", "Slip", Kind.DAYS, priority=5),
        Column("land", "Land", Kind.COUNT, hidden=True),
        Column("bar", "", priority=9, drawn=True),
    ),
    rows=(
        (
            "nidec-flagship",
            "日本电产旗舰工厂",
            STAGES["under_construction"],
            one(250_000_000_000),
            Fraction(2, 5),
            Fraction(10, 3),
            12,
            109,
            Bar(Fraction(2, 5)),
        ),
        ("dmg-mori", "[red]Pinghu[/]", STAGES["lead"], Amounts(), None, None, None, None, Bar(None)),
    ),
    as_of=date(2023, 2, 28),
    totals=("Total", None, None, Amounts((cny(250_000_000_000),), 1, 2), None, None, None, None, None),
    coverage=("1 of 2 projects has an amount.",),
)


def lines(report: Report, **options: object) -> list[str]:
    return render_text(report, Options()._replace(**options)).splitlines()  # type: ignore[arg-type]  # fields by name


def test_a_piped_table_is_as_wide_as_it_needs() -> None:
    assert lines(PROGRESS) == [
        "Progress · as of 2023-02-28",
        "",
        "Code            Name              Stage               Total investment  Completion   Gap   Slip",
        "───────────────────────────────────────────────────────────────────────────────────────────────",
        "nidec-flagship  日本电产旗舰工厂  under construction         CNY 2.5bn       40.0%  +3.3  +12 d",
        "dmg-mori        [red]Pinghu[/]    lead                               –           –     –      –",
        "───────────────────────────────────────────────────────────────────────────────────────────────",
        "Total                                                  CNY 2.5bn (1/2)",
        "",
        "1 of 2 projects has an amount.",
    ]


def test_a_narrow_terminal_wraps_titles_and_names_and_says_which_columns_left() -> None:
    assert lines(PROGRESS, width=60, explain=False) == [
        "Progress · as of 2023-02-28",
        "",
        "                                           Total",
        "Code            Name                  investment  Completion",
        "────────────────────────────────────────────────────────────",
        "nidec-flagship  日本电产旗舰工         CNY 2.5bn       40.0%",
        "                厂",
        "dmg-mori        [red]Pinghu[/]                 –           –",
        "────────────────────────────────────────────────────────────",
        "Total                            CNY 2.5bn (1/2)",
        "",
        "1 of 2 projects has an amount. · columns left out: Stage,",
        "Gap, Slip (--columns +stage,gap,slip)",
    ]


def test_a_wide_terminal_draws_bars() -> None:
    row = lines(PROGRESS, width=140)[4]
    assert row.endswith("+12 d  ████████")
    assert lines(PROGRESS, width=140, ascii=True)[4].endswith("+12 d  ########")


def test_bars_are_drawn_only_where_everything_else_has_its_room() -> None:
    assert not any("█" in line for line in lines(PROGRESS, width=100))


def test_chinese_is_the_language_of_cells() -> None:
    row = lines(PROGRESS, lang="zh")[4]
    assert row.split() == ["nidec-flagship", "日本电产旗舰工厂", "开工", "25亿元", "40.0%", "+3.3", "+12天"]


def test_ascii_marks_replace_what_such_a_screen_lacks() -> None:
    text = render_text(PROGRESS._replace(coverage=("“a” … ≤ 2",)), Options(ascii=True))
    assert text.replace("日本电产旗舰工厂", "").isascii()
    assert '"a" ... <= 2' in text


def test_the_day_it_was_known_on_stands_in_the_title() -> None:
    report = PROGRESS._replace(known_on=date(2023, 3, 1))
    assert lines(report)[0] == "Progress · as of 2023-02-28 · known on 2023-03-01"


def test_colour_marks_the_late_and_the_red_alone() -> None:
    report = PROGRESS._replace(
        columns=(Column("light", "Light"), Column("slip", "Slip", Kind.DAYS)),
        rows=((LIGHTS["red"], 12), (LIGHTS["green"], -3)),
        totals=None,
    )
    late, early = render_text(report, Options(color=True)).splitlines()[4:6]
    assert late.count("\x1b[31m") == 2
    assert early.count("\x1b[") == 2  # green and the end of it
    assert "\x1b" not in render_text(report, Options())


def test_columns_without_any_entry_are_left_out_unless_asked_for() -> None:
    columns = (Column("code", "Code"), Column("grid", "Grid"), Column("owner", "Owner", priority=0))
    report = PROGRESS._replace(columns=columns, rows=(("a", None, None),), totals=None)
    assert lines(report)[2].split() == ["Code", "Owner"]


def test_a_column_with_nothing_but_a_coverage_stays() -> None:
    columns = (Column("code", "Code"), Column("total", "Total", Kind.AMOUNT))
    report = PROGRESS._replace(columns=columns, rows=(("a", Amounts((), 0, 3)),), totals=None)
    assert lines(report)[4] == "a     – (0/3)"


def test_several_currencies_stand_below_each_other() -> None:
    cell = Amounts((cny(120_000_000), Figure(Money(28_800_000_000, "USD"))), 2, 2)
    columns = (Column("code", "Code"), Column("total", "Total", Kind.AMOUNT))
    report = PROGRESS._replace(columns=columns, rows=(("a", cell),), totals=None)
    assert lines(report)[4:6] == ["a     CNY 1.2m", "      USD 288m"]


def test_a_rounded_amount_gets_a_footnote_and_an_exact_one_does_not() -> None:
    report = PROGRESS._replace(rows=(PROGRESS.rows[0],))
    assert not any("rounded" in line for line in lines(report, explain=True))
    unit = parse_unit("bn")
    rounded = lines(report, unit=unit, decimals=0, explain=True)
    assert rounded[-1] == "amounts rounded to 0 decimals of the unit; csv and json carry every digit"


def test_a_grouped_report_has_headings_and_no_first_column() -> None:
    report = Report(
        name="speed",
        title="Speed",
        columns=(Column("year", "Year"), Column("code", "Code"), Column("total", "Total", Kind.AMOUNT)),
        rows=(("2022", "a", one(100)), ("2022", "b", one(200)), ("2023", "c", one(300))),
        as_of=date(2023, 2, 28),
        totals=("Sum", None, one(600)),
        grouped=True,
    )
    assert lines(report) == [
        "Speed · as of 2023-02-28",
        "",
        "  Code  Total",
        "  ───────────",
        "2022",
        "  a     CNY 1",
        "  b     CNY 2",
        "",
        "2023",
        "  c     CNY 3",
        "  ───────────",
        "  Sum   CNY 6",
    ]


def test_a_long_name_ends_in_an_ellipsis_after_six_lines() -> None:
    report = PROGRESS._replace(rows=(("a", "长" * 200, *PROGRESS.rows[0][2:]),))
    text = render_text(report, Options(width=80))
    assert text.count("…") == 1
    assert max(map(cell_len, text.splitlines())) <= 80


def test_a_mixed_column_is_never_cut() -> None:
    columns = (Column("field", "Field"), Column("value", "Value", Kind.ANY))
    rows: tuple[tuple[Cell, ...], ...] = (
        ("quotation", "引文" * 150),
        ("total", one(250_000_000_000)),
        ("signed", Period.year(2022)),
        ("recorded", datetime(2023, 2, 28, 4, 0, tzinfo=UTC)),
        ("jobs", 2500),
        ("tags", ("日资", "链主")),
        ("enclave", False),
    )
    text = render_text(PROGRESS._replace(columns=columns, rows=rows, totals=None), Options(width=60))
    assert text.count("引文") + text.count("文\n") >= 145
    for value in ("CNY 2.5bn", "2022", "2023-02-28 04:00", "2500", "日资, 链主", "no"):
        assert value in text


def test_sentences_wrap_on_a_terminal_and_not_in_a_pipe() -> None:
    report = PROGRESS._replace(notes=("word " * 60 + "end",))
    assert lines(report, explain=True)[-1] == "word " * 60 + "end"
    assert all(len(line) <= 80 for line in lines(report, width=80, explain=True))


def test_two_lines_stand_below_a_table_and_every_sentence_where_asked_for() -> None:
    covers = tuple(f"sentence {number} of what the figures cover and leave out" for number in range(6))
    report = PROGRESS._replace(coverage=covers, notes=("gap = what it is",))
    below = lines(report, width=80, explain=False)[11:]
    assert below == [
        "sentence 0 of what the figures cover and leave out · sentence 1 of what the",
        "figures cover and leave out · more: --explain",
    ]
    hidden = "columns left out: Slip (--columns +slip)"
    assert lines(report, width=80, explain=True)[11:] == [*covers, hidden, "gap = what it is"]
    assert lines(report, explain=False)[-1:] == [" · ".join((*covers, "more: --explain"))]
    # A mail, or a file, goes to somebody who cannot ask for more.
    assert "--explain" not in render_text(report, Options(width=80))


def test_the_last_rows_fold_into_one_line_with_their_sum() -> None:
    folded = ("1 project without a plan", None, None, one(7_000), None, None, None, None, None)
    report = PROGRESS._replace(fold=1, folded=folded)
    shown = lines(report, explain=False)
    assert not any(line.startswith("dmg-mori") for line in shown)
    assert shown[5].split("  ")[0] == "1 project without a plan: --all"
    assert shown[5].rstrip().endswith("CNY 70")
    assert lines(report)[5].split("  ")[0] == "1 project without a plan"


@pytest.mark.parametrize("width", [44, 60, 80, 100])
def test_a_name_takes_two_lines_and_breaks_after_words(width: int) -> None:
    columns = (
        Column("code", "Code", priority=1),
        Column("name", "Project", priority=1, most_lines=2),
        Column("done", "差距（百分点）", Kind.RATIO, priority=1),
    )
    names = (
        "Sample Greengrain Biopharma Capital Increase of the (second phase)",
        "日本电产（浙江）汽车马达旗舰工厂二期",
    )
    rows = tuple((f"p-{place}", name, Fraction(1, 2)) for place, name in enumerate(names))
    report = Report("progress", "Progress", columns, rows, date(2023, 2, 28))
    text = render_text(report, Options(width=width))
    assert "差距（百分点）" in text
    assert len(text.splitlines()) <= 5 + 2 * len(rows)
    told = " ".join(text.split())
    for word in re.findall(r"[A-Za-z]+", told):
        assert word in " ".join((*names, "Progress as of Code Project p"))


def test_a_chinese_title_with_a_bracket_begins_above_the_title_to_its_left() -> None:
    columns = (
        Column("done", "完成率", Kind.RATIO, priority=1),
        Column("gap", "差距（百分点）", Kind.POINTS, priority=1),
    )
    report = Report("any", "T", columns, ((Fraction(1, 2), Fraction(-3)),), date(2023, 2, 28))
    assert lines(report, width=15)[-4:] == [" 差距（百分点）", "完成率", "───────────────", " 50.0%     -3.0"]


def test_a_report_without_rows_is_its_sentence() -> None:
    report = PROGRESS._replace(rows=(), empty="no project matches", coverage=())
    assert lines(report) == ["Progress · as of 2023-02-28", "", "no project matches"]


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[31mred",
        "\x1b]0;title\x07",
        "a\rb",
        "a\nb",
        "a\r\nnidec-flagship  fake",
        "\x9b31m",
        "\x00",
        "\x7f",
        "\u202eabc",
        "\u2066a",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\U000e0041",
        "\ud800",
        "[red]a[/]",
        "[/]",
        ":smile:",
        "[link=file:///etc/passwd]x[/link]",
        "a\tb",
    ],
)
@pytest.mark.parametrize("width", [None, 200])
def test_hostile_text_adds_no_control_character_and_no_row(hostile: str, width: int | None) -> None:
    plain = PROGRESS._replace(title="T", notes=("N",), rows=(("code", "name", None, one(1), None, None, 0, 0, None),))
    attack = plain._replace(
        title="T" + hostile,
        notes=("N" + hostile,),
        rows=(("code", hostile, None, one(1), None, None, 0, 0, None),),
    )
    shown = render_text(attack, Options(width=width))
    assert not CONTROL.search(shown)
    assert shown.count("\n") == render_text(plain, Options(width=width)).count("\n")


# --- properties ----------------------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("ab -é项目\u0301ｗ👩\u200d🔬[]"), max_size=200)
MONEY = st.builds(Money, st.integers(-9 * 10**14, 9 * 10**14), st.sampled_from(["CNY", "USD", "JPY"]))
FIGURES = st.builds(Figure, MONEY, st.sampled_from(["exact", "about", "over"]))
AMOUNTS = st.tuples(st.lists(FIGURES, max_size=2).map(tuple), st.none() | st.just(1), st.just(3)).map(
    lambda cell: Amounts(*cell)
)
RATIOS = st.none() | st.fractions(-2, 2, max_denominator=1000)
ROWS = st.tuples(WORDS, WORDS, AMOUNTS, AMOUNTS, RATIOS, st.none() | st.integers(-5000, 5000), RATIOS.map(Bar))
TITLES = st.sampled_from(["Total investment of the year", "年度计划投资", "Code", ""])


@st.composite
def reports(draw: st.DrawFn) -> Report:
    kinds = (Kind.TEXT, Kind.TEXT, Kind.AMOUNT, Kind.AMOUNT, Kind.RATIO, Kind.DAYS, Kind.TEXT)
    columns = tuple(
        Column(f"k{place}", draw(TITLES), kind, priority=draw(st.integers(0, 6)), drawn=place == 6)
        for place, kind in enumerate(kinds)
    )
    return Report(
        name="any",
        title=draw(WORDS),
        columns=columns,
        rows=tuple(draw(st.lists(ROWS, min_size=1, max_size=4))),
        as_of=date(2023, 2, 28),
        totals=draw(st.none() | ROWS),
        notes=tuple(draw(st.lists(WORDS, max_size=2))),
        grouped=draw(st.booleans()),
    )


def amounts_of(row: str) -> set[str]:
    return set(re.findall(r"(?:CNY|USD|JPY) -?[0-9][0-9.,]*(?:bn|m|k)?", row))


@given(reports(), st.integers(40, 200), st.sampled_from(["en", "zh"]), st.booleans())
def test_a_table_fits_every_terminal(report: Report, width: int, lang: str, ascii: bool) -> None:
    text = render_text(report, Options(lang=lang, width=width, ascii=ascii))
    assert max(map(cell_len, text.splitlines())) <= width


@given(reports(), st.integers(40, 200))
def test_an_amount_on_a_terminal_is_as_it_is_in_a_pipe_or_not_there(report: Report, width: int) -> None:
    report = report._replace(title="", notes=())
    piped = render_text(report, Options())
    assert amounts_of(render_text(report, Options(width=width))) <= amounts_of(piped)


@given(reports())
def test_a_pipe_hides_nothing_and_cuts_nothing(report: Report) -> None:
    text = render_text(report, Options())
    assert "left out" not in text
    assert "…" not in text
