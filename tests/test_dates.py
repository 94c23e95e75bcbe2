"""Reading, comparing and counting days and periods."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.dates import (
    Order,
    Period,
    Precision,
    add_months,
    days_between,
    elapsed_share,
    end_of_day,
    moment_text,
    month_end,
    parse_day,
    parse_moment,
    parse_period,
    slip,
)
from tracker.errors import ValueRefused
from tracker.text import show

TODAY = date(2023, 2, 28)  # a Tuesday
FRIDAY = date(2023, 3, 3)

ledger_days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
years = st.integers(1900, 2199)
periods = st.one_of(
    st.builds(Period.day, ledger_days),
    st.builds(Period.month, years, st.integers(1, 12)),
    st.builds(Period.quarter, years, st.integers(1, 4)),
    st.builds(Period.half, years, st.integers(1, 2)),
    st.builds(Period.year, years),
    st.tuples(ledger_days, ledger_days).map(lambda ends: Period.of(min(ends), max(ends))),
)


def read(text: str, today: date = TODAY) -> str:
    return parse_period(text, today=today).iso()


def refusal(text: str, today: date = TODAY) -> str:
    with pytest.raises(ValueRefused) as caught:
        parse_period(text, today=today)
    return str(caught.value)


WRITTEN = {
    "2022": "2022",
    "2022年": "2022",
    "2022年度": "2022",
    "２０２２年": "2022",
    "  2022 \n": "2022",
    "2022-09": "2022-09",
    "2022-9": "2022-09",
    "2022/9": "2022-09",
    "2022.9": "2022-09",
    "2022.10": "2022-10",
    "202209": "2022-09",
    "201312": "2013-12",
    "2023年4月": "2023-04",
    "2023 年 4 月": "2023-04",
    "2023年4月份": "2023-04",
    "２０２３年４月": "2023-04",
    "２０２３－０４": "2023-04",
    "September 2022": "2022-09",
    "SEPTEMBER 2022": "2022-09",
    "Sep 2022": "2022-09",
    "Sep. 2022": "2022-09",
    "Sept 2022": "2022-09",
    "May 2022": "2022-05",
    "2022Q3": "2022Q3",
    "2022q3": "2022Q3",
    "2022-Q3": "2022Q3",
    "2022 Q3": "2022Q3",
    "2022年Q3": "2022Q3",
    "Q3 2022": "2022Q3",
    "Q3-2022": "2022Q3",
    "2022年第三季度": "2022Q3",
    "2022年三季度": "2022Q3",
    "2022年3季度": "2022Q3",
    "2022年第3季度": "2022Q3",
    "2022H1": "2022H1",
    "2022-H2": "2022H2",
    "H1 2022": "2022H1",
    "2022年上半年": "2022H1",
    "2022年下半年": "2022H2",
    "2022-09-15": "2022-09-15",
    "20220915": "2022-09-15",
    "2022/9/15": "2022-09-15",
    "2022\u22129\u221215": "2022-09-15",
    "2023.4.5": "2023-04-05",
    "２０２３．４．５": "2023-04-05",
    "2023年4月5日": "2023-04-05",
    "2023年4月5号": "2023-04-05",
    "15 September 2022": "2022-09-15",
    "15th September 2022": "2022-09-15",
    "15-Sep-2022": "2022-09-15",
    "Sep 15, 2022": "2022-09-15",
    "sep 15 2022": "2022-09-15",
    "2024-02-29": "2024-02-29",
    "2000-02-29": "2000-02-29",
    "1900-01-01": "1900-01-01",
    "2199-12-31": "2199-12-31",
    "2023-01-05..2023-02-07": "2023-01-05..2023-02-07",
    "2023-01-01..2023-01-31": "2023-01",
    "2023-01-05..2023-01-05": "2023-01-05",
}

SPOKEN = {
    "today": "2023-02-28",
    "Today": "2023-02-28",
    "今天": "2023-02-28",
    "今日": "2023-02-28",
    "yesterday": "2023-02-27",
    "昨天": "2023-02-27",
    "昨日": "2023-02-27",
    "前天": "2023-02-26",
    "tomorrow": "2023-03-01",
    "明天": "2023-03-01",
    "明日": "2023-03-01",
    "后天": "2023-03-02",
    "+30d": "2023-03-30",
    "＋３０ｄ": "2023-03-30",
    "+0d": "2023-02-28",
    "+ 30 days": "2023-03-30",
    "-2w": "2023-02-14",
    "\u22122w": "2023-02-14",
    "+3m": "2023-05-28",
    "-1y": "2022-02-28",
    "+1y": "2024-02-28",
    "in 30 days": "2023-03-30",
    "2 weeks ago": "2023-02-14",
    "30天后": "2023-03-30",
    "30 天之后": "2023-03-30",
    "三十天后": "2023-03-30",
    "十天后": "2023-03-10",
    "十五天以前": "2023-02-13",
    "二十一天后": "2023-03-21",
    "两周前": "2023-02-14",
    "2个星期前": "2023-02-14",
    "3个月后": "2023-05-28",
    "一年前": "2022-02-28",
    "next friday": "2023-03-03",
    "next Fri": "2023-03-03",
    "next tuesday": "2023-03-07",
    "last monday": "2023-02-27",
    "last tuesday": "2023-02-21",
    "last friday": "2023-02-24",
    "this monday": "2023-02-27",
    "this friday": "2023-03-03",
    "friday": "2023-03-03",
    "monday": "2023-03-06",
    "friday next week": "2023-03-10",
    "friday of last week": "2023-02-24",
    "下周五": "2023-03-10",
    "下个星期五": "2023-03-10",
    "上周一": "2023-02-20",
    "本周五": "2023-03-03",
    "这周五": "2023-03-03",
    "这周日": "2023-03-05",
    "下礼拜天": "2023-03-12",
    "this month": "2023-02",
    "last month": "2023-01",
    "next month": "2023-03",
    "本月": "2023-02",
    "这个月": "2023-02",
    "本月份": "2023-02",
    "上月": "2023-01",
    "上个月": "2023-01",
    "下月": "2023-03",
    "下个月": "2023-03",
    "本月15日": "2023-02-15",
    "下个月5号": "2023-03-05",
    "this quarter": "2023Q1",
    "last quarter": "2022Q4",
    "next quarter": "2023Q2",
    "本季度": "2023Q1",
    "上季度": "2022Q4",
    "上个季度": "2022Q4",
    "下季度": "2023Q2",
    "this year": "2023",
    "last year": "2022",
    "next year": "2024",
    "今年": "2023",
    "本年度": "2023",
    "去年": "2022",
    "上年": "2022",
    "明年": "2024",
    "前年": "2021",
    "后年": "2025",
    "今年4月": "2023-04",
    "去年9月": "2022-09",
    "去年9月15日": "2022-09-15",
    "今年三季度": "2023Q3",
    "明年上半年": "2024H1",
    "月底": "2023-02-28",
    "月末": "2023-02-28",
    "本月底": "2023-02-28",
    "下月底": "2023-03-31",
    "下个月月底": "2023-03-31",
    "上月末": "2023-01-31",
    "季末": "2023-03-31",
    "季度末": "2023-03-31",
    "上季度末": "2022-12-31",
    "年底": "2023-12-31",
    "年末": "2023-12-31",
    "今年底": "2023-12-31",
    "去年年底": "2022-12-31",
    "2024年2月底": "2024-02-29",
    "2022年三季度末": "2022-09-30",
    "end of month": "2023-02-28",
    "end of the month": "2023-02-28",
    "end of quarter": "2023-03-31",
    "end of year": "2023-12-31",
    "end of this year": "2023-12-31",
    "end of next month": "2023-03-31",
    "end of last quarter": "2022-12-31",
    "end of 2022": "2022-12-31",
    "End of September 2022": "2022-09-30",
}


@pytest.mark.parametrize(("text", "iso"), [*WRITTEN.items(), *SPOKEN.items()])
def test_a_date_is_read_as_people_write_it(text: str, iso: str) -> None:
    assert read(text) == iso


@pytest.mark.parametrize("text", WRITTEN)
def test_a_written_date_does_not_depend_on_today(text: str) -> None:
    assert read(text) == read(text, date(2031, 12, 31))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4/5/2023", "order of day and month"),
        ("05-04-2023", "order of day and month"),
        ("4.5.2023", "order of day and month"),
        ("01/02/03", "which digits are the year"),
        ("22-09-15", "which digits are the year"),
        ("220915", "which digits are the year"),
        ("201012", "which digits are the year"),
        ("2023-02-30", "from 2023-02-01 to 2023-02-28"),
        ("2023年2月30日", "from 2023-02-01 to 2023-02-28"),
        ("今年2月30日", "from 2023-02-01 to 2023-02-28"),
        ("30 February 2023", "from 2023-02-01 to 2023-02-28"),
        ("1900-02-29", "from 1900-02-01 to 1900-02-28"),
        ("2023-04-00", "from 2023-04-01 to 2023-04-30"),
        ("20230431", "from 2023-04-01 to 2023-04-30"),
        ("2023-02-30..2023-03-01", "from 2023-02-01 to 2023-02-28"),
        ("2023-02-07..2023-01-05", "write 2023-01-05..2023-02-07"),
        ("2023-13", "month 13"),
        ("2023-00-10", "month 0"),
        ("202313", "month 13"),
        ("2023Q5", "quarter 5"),
        ("2023年0季度", "quarter 0"),
        ("2023H3", "half 3"),
        ("1899", "1900 to 2199"),
        ("2200-01-01", "1900 to 2199"),
        ("0000-01-01", "1900 to 2199"),
        ("+999999d", "1900 to 2199"),
        ("-999999d", "1900 to 2199"),
        ("+99999999999999999999d", "1900 to 2199"),
        ("+999999m", "1900 to 2199"),
        ("-99999999999999999999y", "1900 to 2199"),
        ("200y", "is not a day or a period"),
        ("", "is empty"),
        (" \u3000 ", "is empty"),
        ("10", "is not a day or a period"),
        ("99", "is not a day or a period"),
        ("3.5", "is not a day or a period"),
        ("2023-4-", "is not a day or a period"),
        ("2022-09/15", "is not a day or a period"),
        ("2022-09-15T10:00:00", "is not a day or a period"),
        ("20221", "is not a day or a period"),
        ("٢٠٢٢", "is not a day or a period"),
        ("2023年月底", "is not a day or a period"),
        ("end of today", "is not a day or a period"),
        ("end of 2023-04-05", "is not a day or a period"),
        ("end of end of month", "is not a day or a period"),
        ("5日前", "is not a day or a period"),
        ("3月后", "is not a day or a period"),
        ("十十天后", "is not a day or a period"),
        ("三五天后", "is not a day or a period"),
        ("30d", "is not a day or a period"),
        ("next week", "is not a day or a period"),
        ("春节", "is not a day or a period"),
        ("{text} {0}", "is not a day or a period"),
        ("周五", "write 本周五 or 下周五"),
        ("2022\x00-09", "cannot be printed"),
        ("2022\t-09", "cannot be printed"),
        ("\u202e2022", "cannot be printed"),
        ("2022\u200b", "cannot be printed"),
        ("\x1b[31m2022", "cannot be printed"),
        ("\ud800", "cannot be printed"),
        ("9" * 10_000, "too long"),
    ],
)
def test_an_unclear_date_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert reason in refusal(text)


NO_YEAR = [
    "4月",
    "4 月份",
    "9月15日",
    "第三季度",
    "3季度",
    "上半年",
    "Q3",
    "h1",
    "September",
    "Sep.",
    "15 sep",
    "Sep 15th",
    "５月",
]


@pytest.mark.parametrize("text", NO_YEAR)
def test_a_date_without_a_year_is_refused_with_an_example_that_reads(text: str) -> None:
    sentence = refusal(text)
    assert "has no year" in sentence
    assert parse_period(sentence.rpartition("like ")[2], today=TODAY).first.year == TODAY.year


def test_a_weekday_is_refused_on_that_weekday() -> None:
    assert "write today or next friday" in refusal("friday", FRIDAY)


def test_next_friday_is_a_week_away_on_a_friday() -> None:
    assert read("next friday", FRIDAY) == "2023-03-10"
    assert read("last friday", FRIDAY) == "2023-02-24"
    assert read("this friday", FRIDAY) == "2023-03-03"


@given(ledger_days)
def test_next_monday_is_the_first_monday_after_today(today: date) -> None:
    assume(today < date(2199, 12, 24))
    assert parse_day("next monday", today=today) == today + relativedelta(days=1, weekday=0)


@given(st.dates(date(1901, 1, 1), date(2198, 12, 1)))
def test_the_chinese_week_words_stay_in_their_iso_week(today: date) -> None:
    for words, weeks in (("上周三", -1), ("本周三", 0), ("下周三", 1)):
        day = parse_day(words, today=today)
        assert day.isocalendar()[:2] == (today + timedelta(weeks=weeks)).isocalendar()[:2]
        assert day.isoweekday() == 3


def test_months_from_the_last_of_a_month_give_the_last_day_of_a_shorter_one() -> None:
    january_end = date(2024, 1, 31)
    assert read("+1m", january_end) == "2024-02-29"
    assert read("next month", january_end) == "2024-02"
    assert read("-1y", date(2024, 2, 29)) == "2023-02-28"


def test_relative_words_cross_the_year() -> None:
    assert read("下个月", date(2023, 12, 31)) == "2024-01"
    assert read("上月底", date(2023, 1, 5)) == "2022-12-31"
    assert read("next quarter", date(2023, 11, 30)) == "2024Q1"


@pytest.mark.parametrize("today", [date.min, date(1900, 1, 1), date(2199, 12, 31), date.max])
def test_at_the_edges_of_the_calendar_a_date_is_read_or_refused(today: date) -> None:
    for text in SPOKEN:
        with suppress(ValueRefused):
            period = parse_period(text, today=today)
            assert 1900 <= period.first.year <= period.last.year <= 2199, text


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_period(text, today=TODAY)
        return
    except ValueRefused as error:
        sentence = str(error)
    assert show(sentence) == sentence


@given(st.text(alphabet="0123456789-/.+年月日季度上下半底末周本去今前后第一三十两qh dwmy", max_size=14), ledger_days)
def test_text_made_of_the_signs_of_dates_is_read_or_refused(text: str, today: date) -> None:
    try:
        period = parse_period(text, today=today)
    except ValueRefused:
        return
    assert parse_period(period.iso(), today=TODAY) == period


def test_a_long_text_is_echoed_short_and_safe() -> None:
    assert len(refusal("\x1b" + "x" * 100_000)) < 250
    assert "\\u001b[31m" in refusal("\x1b[31m2022")


def test_parse_day_takes_a_day() -> None:
    assert parse_day("2022年9月15日", today=TODAY) == date(2022, 9, 15)
    assert parse_day("月底", today=TODAY) == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2022-09", "“2022-09” is a month: give the day, such as 2022-09-15"),
        ("2022Q3", "“2022Q3” is a quarter: give the day, such as 2022-07-15"),
        ("2022年下半年", "“2022年下半年” is half a year: give the day, such as 2022-07-15"),
        ("去年", "“去年” is a year: give the day, such as 2022-01-15"),
        ("2023-01-05..2023-02-07", "is a range of days: give one day, such as 2023-01-05"),
    ],
)
def test_parse_day_refuses_a_longer_period(text: str, sentence: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        parse_day(text, today=TODAY)
    assert sentence in str(caught.value)


@given(periods)
def test_the_stored_form_reads_back(period: Period) -> None:
    assert parse_period(period.iso(), today=TODAY) == period
    assert str(period) == period.iso()


@given(periods, st.sampled_from(["en", "zh"]))
def test_the_displayed_form_reads_back(period: Period, lang: str) -> None:
    assert parse_period(period.display(lang), today=TODAY) == period


@pytest.mark.parametrize(
    ("iso", "chinese"),
    [
        ("2022-09-15", "2022年9月15日"),
        ("2022-09", "2022年9月"),
        ("2022Q3", "2022年第三季度"),
        ("2022H1", "2022年上半年"),
        ("2022", "2022年"),
        ("2022-09-15..2022-10-02", "2022年9月15日—10月2日"),
    ],
)
def test_a_period_is_displayed_in_the_language_asked_for(iso: str, chinese: str) -> None:
    period = parse_period(iso, today=TODAY)
    assert period.display("en") == iso
    assert period.display("zh") == chinese


@pytest.mark.parametrize(
    ("first", "last", "precision"),
    [
        (date(2023, 2, 1), date(2023, 2, 28), Precision.MONTH),
        (date(2024, 2, 1), date(2024, 2, 28), Precision.SPAN),
        (date(2023, 1, 1), date(2023, 2, 28), Precision.SPAN),
        (date(2023, 2, 1), date(2023, 4, 30), Precision.SPAN),
        (date(2023, 4, 1), date(2023, 9, 30), Precision.SPAN),
        (date(2023, 7, 1), date(2023, 12, 31), Precision.HALF),
        (date(2022, 1, 1), date(2023, 12, 31), Precision.SPAN),
        (date(2023, 1, 1), date(2023, 12, 31), Precision.YEAR),
        (date(2023, 1, 1), date(2023, 1, 1), Precision.DAY),
    ],
)
def test_the_precision_is_the_unit_the_range_is_exactly(first: date, last: date, precision: Precision) -> None:
    assert Period.of(first, last).precision is precision


def test_a_period_knows_its_days() -> None:
    february = Period.month(2024, 2)
    assert february.days == 29
    assert Period.year(2023).days == 365
    assert Period.day(TODAY).days == 1
    assert february.contains(date(2024, 2, 29))
    assert not february.contains(date(2024, 3, 1))


@pytest.mark.parametrize("build", [Period, Period.of])
def test_a_period_does_not_end_before_it_begins(build: type[Period]) -> None:
    with pytest.raises(ValueRefused, match="ends before it begins"):
        build(date(2023, 2, 2), date(2023, 2, 1))


def test_there_is_no_fifth_quarter_thirteenth_month_or_third_half() -> None:
    for build, number in (
        (Period.month, 13),
        (Period.month, 0),
        (Period.quarter, 5),
        (Period.quarter, 0),
        (Period.half, 3),
    ):
        with pytest.raises(ValueError, match="month"):
            build(2023, number)


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("2022", "2022-06-01", Order.UNCLEAR),
        ("2022", "2022", Order.UNCLEAR),
        ("2022-06-01", "2022-06-01", Order.SAME),
        ("2022-06-01", "2022-06-02", Order.BEFORE),
        ("2022", "2023-01-01", Order.BEFORE),
        ("2022", "2021-12-31", Order.AFTER),
        ("2022Q3", "2022H2", Order.UNCLEAR),
        ("2022Q3", "2022-06", Order.AFTER),
    ],
)
def test_vague_dates_compare_only_where_they_are_certain(one: str, other: str, order: Order) -> None:
    this, that = parse_period(one, today=TODAY), parse_period(other, today=TODAY)
    assert this.compare(that) is order
    assert this.before(that) is (order is Order.BEFORE)
    assert this.after(that) is (order is Order.AFTER)


@given(periods, periods)
def test_comparing_the_other_way_round_gives_the_opposite(one: Period, other: Period) -> None:
    opposite = {Order.BEFORE: Order.AFTER, Order.AFTER: Order.BEFORE}
    order = one.compare(other)
    assert other.compare(one) is opposite.get(order, order)


@given(st.lists(periods, min_size=3, max_size=3))
def test_before_is_transitive(three: list[Period]) -> None:
    three.sort(key=lambda period: period.first)
    if all(one.before(other) for one, other in pairwise(three)):
        assert three[0].before(three[-1])


@given(ledger_days, st.integers(-1200, 1200))
def test_adding_months_agrees_with_relativedelta(day: date, months: int) -> None:
    result = add_months(day, months)
    assert result == day + relativedelta(months=months)
    assert result.day == min(day.day, month_end(result).day)
    assert (result.year * 12 + result.month) - (day.year * 12 + day.month) == months


def test_months_are_counted_from_the_anchor() -> None:
    january_end = date(2023, 1, 31)
    assert add_months(add_months(january_end, 1), 1) == date(2023, 3, 28)
    assert add_months(january_end, 2) == date(2023, 3, 31)


@pytest.mark.parametrize("months", [200_000, -200_000, 10**30])
def test_adding_months_beyond_the_calendar_overflows(months: int) -> None:
    with pytest.raises(OverflowError):
        add_months(TODAY, months)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2023, 2, 1), date(2023, 2, 28)),
        (date(2024, 2, 29), date(2024, 2, 29)),
        (date(1900, 2, 5), date(1900, 2, 28)),
        (date(2000, 2, 5), date(2000, 2, 29)),
        (date(2023, 12, 31), date(2023, 12, 31)),
        (date.max, date.max),
    ],
)
def test_the_month_ends_on_its_last_day(day: date, last: date) -> None:
    assert month_end(day) == last


@pytest.mark.parametrize(
    ("as_of", "share"),
    [
        (date(2023, 1, 31), Fraction(1, 12)),
        (date(2023, 2, 28), Fraction(2, 12)),
        (date(2023, 6, 30), Fraction(1, 2)),
        (date(2023, 12, 31), Fraction(1)),
        (date(2023, 1, 1), Fraction(1, 365)),
        (date(2023, 3, 1), Fraction(60, 365)),
        (date(2023, 12, 30), Fraction(364, 365)),
        (date(2022, 12, 31), Fraction(0)),
        (date(2024, 1, 1), Fraction(1)),
    ],
)
def test_time_progress_is_months_at_a_month_end_and_days_otherwise(as_of: date, share: Fraction) -> None:
    assert elapsed_share(as_of, 2023) == share


def test_time_progress_counts_the_leap_day() -> None:
    assert elapsed_share(date(2024, 2, 28), 2024) == Fraction(59, 366)
    assert elapsed_share(date(2024, 2, 29), 2024) == Fraction(1, 6)


@pytest.mark.parametrize(
    ("baseline", "actual", "days"),
    [
        ("2022-10-10", "2022-10-10", 0),
        ("2022-10-10", "2022-10-15", 5),
        ("2022-10-10", "2022-10-01", -9),
        ("2022-10", "2022-10-31", 0),
        ("2022-10", "2022-11-05", 5),
        ("2022-10", "2022-09-30", -31),
        ("2022", "2022-06-01", 0),
        ("2022", "2023-01", 31),
        ("2022-10-10", "2022-11", 51),
    ],
)
def test_slip_is_counted_between_last_days_and_only_where_certain(baseline: str, actual: str, days: int) -> None:
    assert slip(parse_period(baseline, today=TODAY), parse_period(actual, today=TODAY)) == days


@given(periods, periods)
def test_slip_is_late_only_for_a_date_that_is_certainly_after(baseline: Period, actual: Period) -> None:
    days = slip(baseline, actual)
    assert (days > 0) is actual.after(baseline)
    assert (days < 0) is actual.before(baseline)
    assert slip(actual, baseline) == -days


def test_days_between_are_negative_backwards() -> None:
    assert days_between(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert days_between(date(2024, 3, 1), date(2024, 2, 28)) == -2


def test_a_moment_is_written_in_utc() -> None:
    beijing = timezone(timedelta(hours=8))
    assert moment_text(datetime(2023, 2, 28, 12, tzinfo=beijing)) == "2023-02-28T04:00:00Z"
    assert moment_text(datetime(2023, 2, 28, 12, 0, 0, 500, tzinfo=beijing)) == "2023-02-28T04:00:00.000500Z"


def test_a_moment_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moment_text(datetime(2023, 2, 28, 12))


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_reads_back(moment: datetime) -> None:
    assert parse_moment(moment_text(moment)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-02-28",
        "2023-02-28T04:00:00",
        "2023-02-28T04:00:00+00:00",
        "2023-02-30T04:00:00Z",
        "2023-02-28T24:00:01Z",
        "2023-02-28T04:00:00Z\n",
        "2023-02-28 04:00:00Z",
        "2023-02-28T04:00:00.5Z",
        "\x1b[31m",
    ],
)
def test_any_other_form_of_a_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match="is not a moment in UTC") as caught:
        parse_moment(text)
    assert show(str(caught.value)) == str(caught.value)


@pytest.mark.parametrize(
    ("day", "zone", "end"),
    [
        (date(2023, 2, 28), "Asia/Shanghai", "2023-02-28T16:00:00Z"),
        (date(2023, 2, 28), "UTC", "2023-03-01T00:00:00Z"),
        (date(2023, 3, 26), "Europe/Berlin", "2023-03-26T22:00:00Z"),  # summer time began that morning
        (date(2018, 11, 3), "America/Sao_Paulo", "2018-11-04T03:00:00Z"),  # the next day began at 01:00
        (date(2018, 11, 3), "America/Havana", "2018-11-04T04:00:00Z"),  # the next midnight came twice
        (date(2011, 12, 29), "Pacific/Apia", "2011-12-30T10:00:00Z"),  # the next day was skipped
    ],
)
def test_a_day_ends_when_the_next_begins_in_its_zone(day: date, zone: str, end: str) -> None:
    assert moment_text(end_of_day(day, ZoneInfo(zone))) == end


def test_reading_stored_dates_loads_no_calendar_library() -> None:
    script = (
        "import sys, datetime; from tracker.dates import parse_period; "
        "parse_period('2022Q3', today=datetime.date(2023, 2, 28)); "
        "sys.exit(bool({'dateutil', 'fractions'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
