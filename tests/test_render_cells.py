"""Single cells as people read them, and the widths of columns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.analysis.completion import decimal_text
from tracker.dates import Period
from tracker.errors import UsageError
from tracker.money import Figure, Money
from tracker.render import Options, render
from tracker.render.cells import bar_text, cell_text
from tracker.render.widths import Need, fit, table_width
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report
from tracker.vocabulary import CONDITIONS, FORMATS, STAGES

EN = Options()
ZH = Options(lang="zh")


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(2, 5), 1, "0.4"),
        (Fraction(1, 20), 1, "0.0"),
        (Fraction(3, 20), 1, "0.2"),
        (Fraction(25, 100), 1, "0.2"),
        (Fraction(-1, 3), 2, "-0.33"),
        (Fraction(-1, 1000), 1, "0.0"),
        (Fraction(5, 2), 0, "2"),
        (Fraction(10**20, 3), 1, "33333333333333333333.3"),
    ],
)
def test_decimals_round_half_to_even(value: Fraction, places: int, text: str) -> None:
    assert decimal_text(value, places) == text


@given(st.fractions(), st.integers(0, 6))
def test_a_decimal_is_within_half_a_unit_of_the_fraction(value: Fraction, places: int) -> None:
    text = decimal_text(value, places, trim=True)
    assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**places)
    assert not (text.endswith("0") and "." in text)


@pytest.mark.parametrize(
    ("cell", "kind", "en", "zh"),
    [
        (None, Kind.AMOUNT, "–", "–"),
        (None, Kind.TEXT, "–", "–"),
        (Amounts(), Kind.AMOUNT, "–", "–"),
        (Amounts((), 0, 0), Kind.AMOUNT, "–", "–"),
        (Amounts((), 0, 7), Kind.AMOUNT, "– (0/7)", "– (0/7)"),
        (Amounts((Figure(Money(250_000_000_000, "CNY")),)), Kind.AMOUNT, "CNY 2.5bn", "25亿元"),
        (Amounts((Figure(Money(250_000_000_000, "CNY")),), 4, 7), Kind.AMOUNT, "CNY 2.5bn (4/7)", "25亿元 (4/7)"),
        (Amounts((Figure(Money(250_000_000_000, "CNY")),), 7, 7), Kind.AMOUNT, "CNY 2.5bn", "25亿元"),
        (Amounts((Figure(availability="unknown"),)), Kind.AMOUNT, "unknown", "未知"),
        (Amounts((Figure(availability="withheld"),)), Kind.AMOUNT, "withheld", "不公开"),
        (Fraction(2, 5), Kind.RATIO, "40.0%", "40.0%"),
        (Fraction(12345, 10000), Kind.RATIO, "123.4%", "123.4%"),
        (Fraction(10, 3), Kind.POINTS, "+3.3", "+3.3"),
        (Fraction(-10, 3), Kind.POINTS, "-3.3", "-3.3"),
        (Fraction(1, 100), Kind.POINTS, "0.0", "0.0"),
        (12, Kind.DAYS, "+12 d", "+12天"),
        (-12, Kind.DAYS, "-12 d", "-12天"),
        (0, Kind.DAYS, "0 d", "0天"),
        (2022, Kind.COUNT, "2022", "2022"),
        (STAGES["under_construction"], Kind.TEXT, "under construction", "开工"),
        (Period.month(2022, 9), Kind.DATE, "2022-09", "2022年9月"),
        (date(2022, 9, 5), Kind.DATE, "2022-09-05", "2022年9月5日"),
        (("日资", "链主"), Kind.TEXT, "日资, 链主", "日资, 链主"),
        ("", Kind.TEXT, "", ""),
        ("[bold]a[/bold]", Kind.TEXT, "[bold]a[/bold]", "[bold]a[/bold]"),
        (True, Kind.ANY, "yes", "yes"),
    ],
)
def test_a_cell_reads_so_in_both_languages(cell: Cell, kind: Kind, en: str, zh: str) -> None:
    assert (cell_text(cell, kind, EN).text, cell_text(cell, kind, ZH).text) == (en, zh)


def test_a_zero_is_a_number_and_no_dash() -> None:
    assert "0" in cell_text(Amounts((Figure(Money(0, "CNY")),)), Kind.AMOUNT, EN).text


def test_a_moment_is_shown_in_the_zone_to_the_minute() -> None:
    options = Options(zone=timezone(timedelta(hours=8)))
    assert cell_text(datetime(2023, 2, 28, 20, 0, 59, tzinfo=UTC), Kind.MOMENT, options).text == "2023-03-01 04:00"


def test_amounts_codes_and_dates_stay_whole_and_names_do_not() -> None:
    whole: list[Cell] = [Amounts(), 5, Fraction(1), date(2022, 9, 5), "nidec-flagship", None]
    free: list[Cell] = ["two words", "日本电产", "x" * 30, ("a",)]
    assert all(cell_text(cell, Kind.ANY, EN).whole for cell in whole)
    assert not any(cell_text(cell, Kind.TEXT, EN).whole for cell in free)


def test_only_trouble_has_a_tone() -> None:
    assert cell_text(3, Kind.DAYS, EN).tone == "red"
    assert cell_text(-3, Kind.DAYS, EN).tone == cell_text(3, Kind.COUNT, EN).tone == ""
    assert cell_text(CONDITIONS["active"], Kind.TEXT, EN).tone == ""
    assert cell_text(CONDITIONS["suspended"], Kind.TEXT, EN).tone == "yellow"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(0), ""),
        (None, ""),
        (Fraction(-1), ""),
        (Fraction(1, 2), "█████"),
        (Fraction(1, 80), "▏"),
        (Fraction(79, 80), "█████████▉"),
        (Fraction(1), "██████████"),
        (Fraction(3), "██████████"),
    ],
)
def test_a_bar_is_as_long_as_its_share(share: Fraction | None, text: str) -> None:
    assert bar_text(share, 10, EN) == text


@given(st.none() | st.fractions(-1, 2), st.integers(1, 40), st.booleans())
def test_a_bar_never_passes_its_width(share: Fraction | None, width: int, ascii: bool) -> None:
    assert len(bar_text(share, width, Options(ascii=ascii))) <= width


# --- widths --------------------------------------------------------------------------------------------------------


def need(content: int, least: int, *, priority: int = 1, title: int = 0, drawn: bool = False) -> Need:
    return Need(title, min(title, 4), content, least, priority, drawn)


def test_without_a_terminal_every_column_is_natural_and_nothing_is_drawn() -> None:
    assert fit([need(300, 8, title=4), need(0, 0, title=6), need(10, 10, drawn=True)], None) == [300, 6, 0]


def test_titles_wrap_before_names_shrink() -> None:
    assert fit([need(20, 8), need(5, 5, title=12)], 30) == [20, 8]


def test_names_shrink_before_columns_leave() -> None:
    assert fit([need(40, 8), need(10, 10, priority=5)], 40) == [28, 10]


def test_the_highest_number_leaves_first_and_of_equals_the_rightmost() -> None:
    needs = [need(10, 10), need(10, 10, priority=3), need(10, 10, priority=2), need(10, 10, priority=3)]
    assert fit(needs, 40) == [10, 10, 10, 0]
    assert fit(needs, 30) == [10, 0, 10, 0]
    assert fit(needs, 20) == [10, 0, 0, 0]


def test_names_go_below_what_reads_well_before_a_first_priority_leaves() -> None:
    assert fit([need(40, 8), need(10, 10)], 20) == [8, 10]
    assert fit([need(40, 8), need(10, 10)], 19) == [19, 0]


def test_a_bar_takes_what_is_left_and_never_more_than_twenty() -> None:
    assert fit([need(10, 10), need(10, 10, drawn=True)], 100) == [10, 20]
    assert fit([need(10, 10), need(10, 10, drawn=True)], 20) == [10, 8]
    assert fit([need(10, 10), need(10, 10, drawn=True)], 19) == [10, 0]


@st.composite
def any_need(draw: st.DrawFn) -> Need:
    title, content = draw(st.integers(0, 40)), draw(st.integers(0, 400))
    return Need(
        title,
        draw(st.integers(0, min(title, 12))),
        content,
        draw(st.integers(0, min(content, 30))),
        draw(st.integers(0, 9)),
        draw(st.booleans()),
    )


@given(st.lists(any_need(), min_size=1, max_size=12), st.integers(1, 250))
def test_a_table_never_passes_the_room_and_no_column_its_least(needs: list[Need], room: int) -> None:
    widths = fit(needs, room)
    assert table_width(widths) <= room
    kept = [place for place, width in enumerate(widths) if width and not needs[place].drawn]
    if len(kept) > 1:
        assert all(widths[place] >= needs[place].least for place in kept)


# --- formats -------------------------------------------------------------------------------------------------------

REPORT = Report("list", "Projects", (Column("code", "Code"),), (("a",),), date(2023, 2, 28), empty="no project")
NOTHING = Report("list", "Projects", (Column("code", "Code"),), (), date(2023, 2, 28), empty="no project")


@pytest.mark.parametrize("format", [format for format in FORMATS if format not in ("pdf", "ics")])
def test_data_goes_to_stdout_and_the_sentence_for_nothing_beside_it(format: str) -> None:
    assert render(REPORT, format, EN, to_file=False).message == ""
    nothing = render(NOTHING, format, EN, to_file=False)
    assert nothing.message == "no project"
    # A page that is sent elsewhere has to say it by itself.
    assert ("no project" in nothing.text) == (format in ("md", "html"))


def test_an_empty_table_prints_nothing_and_says_so_in_a_file() -> None:
    assert render(NOTHING, "table", EN, to_file=False).text == ""
    assert render(NOTHING, "table", EN, to_file=True).text == "Projects · as of 2023-02-28\n\nno project\n"


def test_a_file_has_neither_colour_nor_a_limit_of_width() -> None:
    options = Options(width=40, color=True)
    assert render(REPORT, "table", options, to_file=True) == render(REPORT, "table", EN, to_file=False)


def test_a_csv_file_opens_in_a_spreadsheet() -> None:
    assert render(REPORT, "csv", EN, to_file=True).data == b"\xef\xbb\xbfcode\r\na\r\n"
    assert render(REPORT, "csv", EN, to_file=False).data == b"code\na\n"


def test_an_unknown_format_is_refused_with_the_closest_one() -> None:
    with pytest.raises(UsageError, match=r"no format “jsn”.*“json”.*Known: table, csv, json, jsonl"):
        render(REPORT, "jsn", EN, to_file=False)


def test_bars_outside_a_drawn_column_have_a_width_of_their_own() -> None:
    assert cell_text(Bar(Fraction(1)), Kind.ANY, EN).text == "█" * 10
