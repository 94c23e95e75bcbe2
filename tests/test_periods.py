"""Ranges, latest days and fiscal years: as they are written, printed, stored and compared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import Order, Period, Precision, month_end, parse_day, parse_period, slip
from tracker.dates.cells import MarkedPeriod, Marker, has_not_happened, read_cell
from tracker.errors import ValueRefused

TODAY = date(2026, 11, 27)
DAYS = st.dates(date(1901, 1, 1), date(2198, 12, 31))
YEARS = st.integers(1901, 2198)
PERIODS = st.one_of(
    st.builds(Period.day, DAYS),
    st.builds(Period.by, DAYS),
    st.builds(Period.month, YEARS, st.integers(1, 12)),
    st.builds(Period.year, YEARS),
    st.builds(Period.third_of_month, YEARS, st.integers(1, 12), st.integers(1, 3)),
    st.builds(lambda year, start: Period.fiscal_year(year, start=start), YEARS, st.integers(1, 12)),
    st.tuples(DAYS, DAYS).map(lambda ends: Period.of(min(ends), max(ends))),
    st.tuples(DAYS, DAYS).map(lambda ends: Period.of(min(ends).replace(day=1), month_end(max(ends)))),
    st.tuples(YEARS, YEARS).map(lambda ends: Period.of(date(min(ends), 1, 1), date(max(ends), 12, 31))),
)


def read(text: str, **context: int) -> str:
    return parse_period(text, today=TODAY, **context).iso()


def refusal(text: str, **context: int) -> str:
    with pytest.raises(ValueRefused) as refused:
        parse_period(text, today=TODAY, **context)
    return str(refused.value)


# --- ranges --------------------------------------------------------------------------------------------------------

RANGES = {
    "2026-01..2026-08": "2026-01..2026-08",
    "2026-01 .. 2026-08": "2026-01..2026-08",
    "2026年1-9月": "2026-01..2026-09",
    "2026年1—9月": "2026-01..2026-09",
    "2026年1–9月": "2026-01..2026-09",
    "2026年1~9月": "2026-01..2026-09",
    "2026年1～9月份": "2026-01..2026-09",
    "2026年1至9月": "2026-01..2026-09",
    "2026年1月至9月": "2026-01..2026-09",
    "2026年1月到9月": "2026-01..2026-09",
    "2026年 1 月 － 9 月": "2026-01..2026-09",
    "2026.1-9月": "2026-01..2026-09",
    "２０２６年１－９月": "2026-01..2026-09",
    "二〇二六年一至九月": "2026-01..2026-09",
    "26年1-9月": "2026-01..2026-09",
    "今年1-9月": "2026-01..2026-09",
    "2026年1-6月": "2026H1",
    "2026年1-12月": "2026",
    "2026年前三季度": "2026-01..2026-09",
    "2026年一至三季度": "2026-01..2026-09",
    "2026年第二季度至第三季度": "2026-04..2026-09",
    "2026Q2-Q3": "2026-04..2026-09",
    "2026Q2..2026Q3": "2026-04..2026-09",
    "Q2 2026 - Q3 2026": "2026-04..2026-09",
    "2023.3—2024.12": "2023-03..2024-12",
    "2023.3-2024.12": "2023-03..2024-12",
    "2023.3——2024.12": "2023-03..2024-12",
    "2023/3~2024/12": "2023-03..2024-12",
    "2023-03-2024-12": "2023-03..2024-12",
    "202303-202412": "2023-03..2024-12",
    "2022年10月至2024年12月": "2022-10..2024-12",
    "2022年10月—2024年12月": "2022-10..2024-12",
    "二〇二二年十月至二〇二四年十二月": "2022-10..2024-12",
    "22年10月-24年12月": "2022-10..2024-12",
    "2022年10月至12月": "2022Q4",
    "2022年10月至2024年12月底": "2022-10..2024-12",
    "2023-2025": "2023..2025",
    "2023-2025年": "2023..2025",
    "2023—2025": "2023..2025",
    "2023至2025年": "2023..2025",
    "2023年至2025年": "2023..2025",
    "2023..2025": "2023..2025",
    "2023-2023": "2023",
    "去年10月至今年3月": "2025-10..2026-03",
    "January to September 2026": "2026-01..2026-09",
    "Jan-Sep 2026": "2026-01..2026-09",
    "Oct 2022 - Dec 2024": "2022-10..2024-12",
    "2022-10 to 2024-12": "2022-10..2024-12",
    "5 March 2026 to 8 March 2026": "2026-03-05..2026-03-08",
    "2026年3月5日至8日": "2026-03-05..2026-03-08",
    "2026年3月5-8日": "2026-03-05..2026-03-08",
    "2026年3月5日至4月8日": "2026-03-05..2026-04-08",
    "2026.3.5-2026.3.8": "2026-03-05..2026-03-08",
    "2026-03-05-2026-03-08": "2026-03-05..2026-03-08",
    "20260305-20260308": "2026-03-05..2026-03-08",
    "本月1日至15日": "2026-11-01..2026-11-15",
    "today..+30d": "2026-11-27..2026-12-27",
}


@pytest.mark.parametrize(("text", "iso"), RANGES.items())
def test_a_range_is_read_with_every_separator(text: str, iso: str) -> None:
    assert read(text) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023年6月上旬", "2023-06-01..2023-06-10"),
        ("2023年6月中旬", "2023-06-11..2023-06-20"),
        ("2023年6月下旬", "2023-06-21..2023-06-30"),
        ("2024年2月下旬", "2024-02-21..2024-02-29"),
        ("二〇二三年六月上旬", "2023-06-01..2023-06-10"),
        ("本月中旬", "2026-11-11..2026-11-20"),
        ("22年9月", "2022-09"),
        ("98年9月", "1998-09"),
        ("22年9月15日", "2022-09-15"),
        ("22年三季度", "2022Q3"),
        ("22年上半年", "2022H1"),
        ("22年底", "2022-12-31"),
        ("二〇二三年九月", "2023-09"),
        ("二○二三年九月", "2023-09"),
        ("二零二三年九月二十一日", "2023-09-21"),
        ("二O二三年十二月", "2023-12"),
        ("二〇二三年", "2023"),
        ("二三年九月", "2023-09"),
        ("2023年十月", "2023-10"),
        ("２０２３年９月", "2023-09"),
        ("2023三季度", "2023Q3"),
        ("2023第三季度", "2023Q3"),
        ("2023 3季度", "2023Q3"),
        ("2023上半年", "2023H1"),
        ("2026Q1", "2026Q1"),
        ("2026H1", "2026H1"),
    ],
)
def test_a_date_is_read_in_the_words_of_a_sheet(text: str, iso: str) -> None:
    assert read(text) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1-8月", "2026-01..2026-08"),
        ("1—8月份", "2026-01..2026-08"),
        ("一至八月", "2026-01..2026-08"),
        ("1月-8月", "2026-01..2026-08"),
        ("9月", "2026-09"),
        ("9月15日", "2026-09-15"),
        ("6月上旬", "2026-06-01..2026-06-10"),
        ("Q3", "2026Q3"),
        ("三季度", "2026Q3"),
        ("前三季度", "2026-01..2026-09"),
        ("上半年", "2026H1"),
        ("Jan-Sep", "2026-01..2026-09"),
        ("6月底", "2026-06-30"),
        ("6月底前", "by 2026-06-30"),
        ("by June", "by 2026-06-30"),
        ("2023年1-8月", "2023-01..2023-08"),
    ],
)
def test_the_year_of_the_context_is_that_of_a_date_without_one(text: str, iso: str) -> None:
    assert parse_period(text, today=date(2031, 1, 1), year=2026).iso() == iso


@pytest.mark.parametrize(
    "text", ["1-8月", "6月上旬", "6月底前", "前三季度", "10月至12月", "Jan-Sep", "by June", "end of June"]
)
def test_without_a_year_of_the_context_it_is_asked_for_with_an_example_that_reads(text: str) -> None:
    sentence = refusal(text)
    assert "has no year" in sentence
    assert parse_period(sentence.rpartition("like ")[2], today=TODAY).last.year == 2026


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026年9-1月", "“2026年9-1月” ends before it begins: write 2026-01..2026-09"),
        ("2025-2023", "ends before it begins"),
        ("2026年1-13月", "month 13"),
        ("2026年3月5-32日", "from 2026-03-01 to 2026-03-31"),
        ("2026年1-9", "is not a day or a period"),
        ("2026.1-9", "is not a day or a period"),
        ("2022-2023-2024", "is not a day or a period"),
        ("2022年10月至今", "is not a day or a period"),
        ("2022年10月起至2024年12月", "is not a day or a period"),
        ("..2026-08", "is not a day or a period"),
        ("2026-08..", "is not a day or a period"),
        ("1899-2025", "1900 to 2199"),
        ("二三年前", "is not a day or a period"),
        ("22年", "is not a day or a period"),
        ("周一至周五", "this week or the next"),
    ],
)
def test_what_is_no_range_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert reason in refusal(text)


# --- latest days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by 2023-06-30", date(2023, 6, 30)),
        ("by June 2023", date(2023, 6, 30)),
        ("by end of June 2023", date(2023, 6, 30)),
        ("by the end of 2023", date(2023, 12, 31)),
        ("on or before 30 June 2023", date(2023, 6, 30)),
        ("no later than 2023-06-30", date(2023, 6, 30)),
        ("2023年6月底前", date(2023, 6, 30)),
        ("2023年6月底以前", date(2023, 6, 30)),
        ("2023年6月末之前", date(2023, 6, 30)),
        ("2023年底前", date(2023, 12, 31)),
        ("2023年年底前", date(2023, 12, 31)),
        ("22年底前", date(2022, 12, 31)),
        ("2023年6月15日前", date(2023, 6, 15)),
        ("2023-06-15前", date(2023, 6, 15)),
        ("2023年三季度末前", date(2023, 9, 30)),
        ("不晚于2023年6月", date(2023, 6, 30)),
        ("年底前", date(2026, 12, 31)),
        ("明年6月底前", date(2027, 6, 30)),
        ("本月底前", date(2026, 11, 30)),
        ("by next friday", date(2026, 12, 4)),
    ],
)
def test_a_latest_day_is_read(text: str, day: date) -> None:
    assert parse_period(text, today=TODAY) == Period.by(day)


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("2023年6月前", "write by 2023-05-31 or by 2023-06-30"),
        ("2023年6月以前", "write by 2023-05-31 or by 2023-06-30"),
        ("2023年前", "write by 2022-12-31 or by 2023-12-31"),
    ],
)
def test_before_a_month_may_be_in_it_and_is_asked_back(text: str, choices: str) -> None:
    assert choices in refusal(text)


@pytest.mark.parametrize(("text", "iso"), [("3天前", "2026-11-24"), ("两周前", "2026-11-13"), ("一年前", "2025-11-27")])
def test_so_long_ago_is_no_latest_day(text: str, iso: str) -> None:
    assert read(text) == iso


def test_a_latest_day_is_no_exact_day() -> None:
    by, day = Period.by(date(2023, 6, 30)), Period.day(date(2023, 6, 30))
    assert by != day
    assert (by.precision, day.precision) == (Precision.BY, Precision.DAY)
    assert by.compare(day) is by.compare(by) is Order.UNCLEAR
    with pytest.raises(ValueRefused, match="is a latest day: give the day itself, such as 2023-06-30"):
        parse_day("2023年6月底前", today=TODAY)


def test_a_latest_day_compares_as_every_day_up_to_it() -> None:
    by = Period.by(date(2023, 6, 30))
    assert by.before(Period.day(date(2023, 7, 1)))
    assert by.compare(Period.day(date(2023, 5, 20))) is Order.UNCLEAR
    assert by.compare(Period.year(1999)) is Order.UNCLEAR
    assert by.contains(date(1999, 1, 1))
    assert not by.contains(date(2023, 7, 1))
    assert (by.first, by.last, by.earliest) == (date(2023, 6, 30), date(2023, 6, 30), date.min)


@pytest.mark.parametrize(
    ("baseline", "other", "days"),
    [
        ("by 2023-06-30", "2023-05-20", 0),  # in time, and nobody promised a day to be early against
        ("by 2023-06-30", "2023-06-30", 0),
        ("by 2023-06-30", "2023-07-05", 5),
        ("by 2023-06-30", "2023-07", 31),
        ("2023-06-30", "by 2023-09-30", 0),  # it may yet be in time
        ("2023-06-30", "by 2023-05-31", -30),
        ("by 2023-06-30", "by 2023-09-30", 92),  # the promise was moved
        ("by 2023-09-30", "by 2023-06-30", -92),
    ],
)
def test_slip_against_a_latest_day(baseline: str, other: str, days: int) -> None:
    assert slip(parse_period(baseline, today=TODAY), parse_period(other, today=TODAY)) == days


# --- fiscal years --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "days"),
    [
        ("FY2026", 1, "2026"),
        ("fy 2026", 1, "2026"),
        ("FY26", 1, "2026"),
        ("2026财年", 1, "2026"),
        ("2026财政年度", 1, "2026"),
        ("FY2026", 4, "2025-04..2026-03"),
        ("FY2025/26", 4, "2025-04..2026-03"),
        ("FY2025-26", 4, "2025-04..2026-03"),
        ("FY 2025/2026", 4, "2025-04..2026-03"),
        ("fiscal year 2026", 10, "2025-10..2026-09"),
        ("financial year 2025/26", 7, "2025-07..2026-06"),
        ("2025/26财年", 7, "2025-07..2026-06"),
        ("FY2026 (2026-04..2027-03)", 1, None),
        ("FY2027 (2026-04..2027-03)", 1, "2026-04..2027-03"),
        ("FY2026..FY2028", 4, "2025-04..2028-03"),
        ("end of FY2026", 4, "2026-03-31"),
    ],
)
def test_a_fiscal_year_is_its_twelve_months(text: str, start: int, days: str | None) -> None:
    if days is None:
        assert "is not a fiscal year" in refusal(text, fiscal_year_start=start)
    else:
        assert parse_period(text, today=TODAY, fiscal_year_start=start) == parse_period(days, today=TODAY)


@pytest.mark.parametrize(
    ("text", "start", "reason"),
    [
        ("FY2025/27", 4, "is not a fiscal year of twelve months"),
        ("FY2025/26", 1, "set fiscal_year_start"),
        ("FY2026 (2025-04..2026-04)", 4, "is not a fiscal year of twelve months"),
        ("FY1800", 4, "1900 to 2199"),
        ("FY", 4, "is not a day or a period"),
    ],
)
def test_what_is_no_fiscal_year_is_refused(text: str, start: int, reason: str) -> None:
    assert reason in refusal(text, fiscal_year_start=start)


def test_a_fiscal_year_is_printed_by_its_name_and_written_with_its_days() -> None:
    fiscal = parse_period("FY2026", today=TODAY, fiscal_year_start=4)
    assert fiscal == Period.of(date(2025, 4, 1), date(2026, 3, 31))
    assert (fiscal.text, fiscal.display("en"), fiscal.display("zh")) == ("FY2026", "FY2026", "2026财年")
    assert fiscal.iso() == "FY2026 (2025-04..2026-03)"
    assert parse_period(fiscal.iso(), today=TODAY).text == "FY2026", "whatever the settings are"
    assert parse_period("FY2026", today=TODAY).display("en") == "FY2026"


# --- printed and stored --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "english", "chinese"),
    [
        ("2026年1-9月", "2026-01..2026-09", "2026年1—9月"),
        ("2022年10月至2024年12月", "2022-10..2024-12", "2022年10月—2024年12月"),
        ("2023-2025", "2023..2025", "2023—2025年"),
        ("2023年6月上旬", "2023-06-01..2023-06-10", "2023年6月上旬"),
        ("2024年2月下旬", "2024-02-21..2024-02-29", "2024年2月下旬"),
        ("2023-06-01..2023-06-11", "2023-06-01..2023-06-11", "2023年6月1日—6月11日"),
        ("2022-12-15..2023-01-10", "2022-12-15..2023-01-10", "2022年12月15日—2023年1月10日"),
        ("2023年6月底前", "by 2023-06-30", "2023年6月底前"),
        ("by 2023-12-31", "by 2023-12-31", "2023年底前"),
        ("by 2023-06-15", "by 2023-06-15", "2023年6月15日前"),
    ],
)
def test_a_period_is_printed_in_the_language_of_the_reader(typed: str, english: str, chinese: str) -> None:
    period = parse_period(typed, today=TODAY)
    assert (period.display("en"), period.display("zh")) == (english, chinese)


@pytest.mark.parametrize(
    "typed", ["2026年1-9月", "2023-2025", "2023年6月上旬", "2026Q1", "2026H1", "前年", "2022-09-15"]
)
def test_nothing_is_stored_beside_days_that_print_by_themselves(typed: str) -> None:
    assert parse_period(typed, today=TODAY).text is None


@pytest.mark.parametrize(("typed", "text"), [("2026财年", "FY2026"), ("2023年6月底前", "by 2023-06-30")])
def test_what_the_days_do_not_say_is_stored_in_one_form(typed: str, text: str) -> None:
    assert parse_period(typed, today=TODAY).text == text


@given(PERIODS, st.integers(1, 12))
def test_a_row_gives_the_same_period_back(period: Period, start: int) -> None:
    row = (period.first, period.last, period.text)
    again = Period.of(*row)
    assert again == period
    assert [again.display(lang) for lang in ("en", "zh")] == [period.display(lang) for lang in ("en", "zh")]
    written = parse_period(period.iso(), today=TODAY, fiscal_year_start=start)
    assert (written.first, written.last, written.text) == row
    assert written == period


@given(PERIODS, st.sampled_from(["en", "zh"]))
def test_what_is_printed_reads_back(period: Period, lang: str) -> None:
    start = period.first.month if period.text and not period.is_bound else 1
    again = parse_period(period.display(lang), today=TODAY, fiscal_year_start=start)
    assert again == period
    assert again.text == period.text


@pytest.mark.parametrize("text", ["", None])
def test_an_empty_text_of_a_row_is_none(text: str | None) -> None:
    assert Period.of(TODAY, TODAY, text).text is None


@pytest.mark.parametrize("text", ["某年", "FY2031", "by 2026-11-28"])
def test_a_text_that_does_not_fit_its_days_is_printed_and_compares_by_them(text: str) -> None:
    period = Period.of(TODAY, TODAY, text)
    assert period == Period.day(TODAY)
    assert period.iso() == "2026-11-27"
    assert period.display("en") == text


@given(PERIODS, PERIODS)
def test_of_two_dates_at_most_one_is_before_the_other(one: Period, other: Period) -> None:
    opposite = {Order.BEFORE: Order.AFTER, Order.AFTER: Order.BEFORE}
    order = one.compare(other)
    assert other.compare(one) is opposite.get(order, order)
    assert slip(other, one) == -slip(one, other)
    if order is Order.BEFORE:
        assert one.last < other.first


@given(PERIODS, DAYS)
def test_a_date_is_neither_before_nor_after_the_days_it_contains(period: Period, day: date) -> None:
    unclear = period.compare(Period.day(day)) in (Order.UNCLEAR, Order.SAME)
    assert period.contains(day) is unclear


@given(st.integers(1, 12), YEARS)
def test_fiscal_years_follow_each_other(start: int, year: int) -> None:
    one, after = Period.fiscal_year(year, start=start), Period.fiscal_year(year + 1, start=start)
    assert one.last + timedelta(1) == after.first
    assert one.last.year == year


@given(
    st.text(alphabet="0123456789-—~./年月日季度上中下旬至到前底一二三九十〇byfyto Q()", max_size=20),
    st.integers(1900, 2199),
)
def test_any_text_of_these_signs_is_read_or_refused_and_reads_back(text: str, year: int) -> None:
    try:
        period = parse_period(text, today=TODAY, year=year)
    except ValueRefused:
        return
    assert parse_period(period.iso(), today=TODAY) == period


# --- cells of a sheet ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marker", "iso"),
    [
        ("预计2023年6月", Marker.FORECAST, "2023-06"),
        ("预计于2023年6月底前", Marker.FORECAST, "by 2023-06-30"),
        ("2023年6月（预计）", Marker.FORECAST, "2023-06"),
        ("Expected Jun 2023", Marker.FORECAST, "2023-06"),
        ("expected by 2023-06-30", Marker.FORECAST, "by 2023-06-30"),
        ("2023-06 (forecast)", Marker.FORECAST, "2023-06"),
        ("计划2023年6月", Marker.PLANNED, "2023-06"),
        ("拟于2023年6月上旬", Marker.PLANNED, "2023-06-01..2023-06-10"),
        ("planned for 2023Q3", Marker.PLANNED, "2023Q3"),
        ("约2023年6月", Marker.ABOUT, "2023-06"),
        ("2023年6月左右", Marker.ABOUT, "2023-06"),
        ("c. 2023-06", Marker.ABOUT, "2023-06"),
    ],
)
def test_a_word_of_expectation_beside_a_date_is_told_apart(text: str, marker: Marker, iso: str) -> None:
    found = read_cell(text, order=None)
    assert isinstance(found, MarkedPeriod)
    assert (found.marker, found.period.iso()) == (marker, iso)


def test_a_date_without_such_a_word_is_a_period_and_such_a_word_without_a_date_is_refused() -> None:
    assert read_cell("2023年6月", order=None) == Period.month(2023, 6)
    assert isinstance(read_cell("6月预计", order=None, year=2023), MarkedPeriod)
    with pytest.raises(ValueRefused, match="“近期” is not a day or period"):
        read_cell("预计近期", order=None)


@pytest.mark.parametrize(
    "text", ["未开工", "尚未开工", "暂未开工", "还没有开工", "未投产", "待开工", "Not started", "not yet"]
)
def test_what_has_not_happened_has_no_day(text: str) -> None:
    assert has_not_happened(text)
    assert read_cell(text, order=None) is None


@pytest.mark.parametrize("text", ["", "开工", "未", "2023年6月未", "未开工2023年6月", "started"])
def test_nothing_else_says_so(text: str) -> None:
    assert not has_not_happened(text)
