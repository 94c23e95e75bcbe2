"""When schedules run: expressions, words in two languages, nights on which clocks change, and two time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import ValueRefused
from tracker.schedule.cron import (
    due_moment,
    fields_of,
    latest_moment,
    moments,
    next_moments,
    parse_cron,
    parse_when,
    plain_line,
)
from tracker.schedule.crontab import Trigger, hourly, trigger

BERLIN, SHANGHAI, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")
ETC_UTC = ZoneInfo("Etc/UTC")
TODAY = date(2023, 4, 5)


def local(expression: str, zone: ZoneInfo, after: datetime, count: int) -> list[str]:
    """The next moments as the wall clock shows them."""
    return [f"{one.astimezone(zone):%m-%d %H:%M%z}" for one in next_moments(expression, zone, after, count)]


# --- expressions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept", "line"),
    [
        ("0 8 * * mon", "0 8 * * MON", "0 8 * * 1"),
        ("  5/15  * * * 7 ", "5/15 * * * 7", "5,20,35,50 * * * 0"),
        ("*/2 8,9 1-15/5 jan *", "*/2 8,9 1-15/5 JAN *", "*/2 8-9 1,6,11 1 *"),
        ("@weekly", "0 0 * * 0", "0 0 * * 0"),
        ("@Hourly", "0 * * * *", "0 * * * *"),
        ("0 0 */2 * 1", "0 0 */2 * 1", "0 0 */2 * 1"),
    ],
)
def test_an_expression_is_kept_in_capitals_and_given_to_cron_in_numbers(text: str, kept: str, line: str) -> None:
    assert parse_cron(text) == kept
    assert plain_line(kept) == line


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0 8 * *", "write five fields"),
        ("0 0 8 * * MON", "write five fields"),
        ("", "write five fields"),
        ("9" * 5000 + " * * * *", "write five fields"),
        ("61 * * * *", "“61” is not a valid minute"),
        ("* 24 * * *", "“24” is not a valid hour"),
        ("٣ 8 * * *", "is not a valid minute"),
        ("0 8 * JAM *", "did you mean “JAN”"),
        ("0 8 * * WEB", "did you mean “WED”"),
        ("0 8 * * 1#6", "is not a valid day of the week"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6 *", "never comes"),
        ("@dayly", "did you mean “@daily”"),
        ("@reboot", "there is no “@reboot”"),
    ],
)
def test_what_is_no_expression_is_refused_with_the_field(text: str, sentence: str) -> None:
    with pytest.raises(ValueRefused, match=sentence):
        parse_cron(text)


@given(st.text(st.sampled_from("0123456789*/-,#LW @MONdaily\u0661"), max_size=30))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        kept = parse_cron(text)
    except ValueRefused:
        return
    assert parse_cron(kept) == kept
    assert fields_of(kept).minutes


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expression"),
    [
        ("every monday 08:00", "0 8 * * MON"),
        ("Mondays and Thursdays at 5:30 pm", "30 17 * * MON,THU"),
        ("mon, wed and fri 9", "0 9 * * MON,WED,FRI"),
        ("friday to monday 8am", "0 8 * * SUN,MON,FRI,SAT"),
        ("weekdays 9:00", "0 9 * * MON-FRI"),
        ("weekends 12:00 am", "0 0 * * SAT,SUN"),
        ("daily 7:30", "30 7 * * *"),
        ("every day noon", "0 12 * * *"),
        ("daily at 8:00 and 17:00", "0 8,17 * * *"),
        ("last weekday 17:00", "0 17 LW * *"),
        ("last day of the month 23:59", "59 23 L * *"),
        ("first monday 8:00", "0 8 * * 1#1"),
        ("last friday of every month 4 p.m.", "0 16 * * 5L"),
        ("1st of every month 08:00", "0 8 1 * *"),
        ("monthly 11 9:00", "0 9 11 * *"),
        ("quarterly 8:00", "0 8 1 JAN,APR,JUL,OCT *"),
        ("every 2 hours", "0 */2 * * *"),
        ("every 15 minutes", "*/15 * * * *"),
        ("hourly", "0 * * * *"),
        ("@monthly", "0 0 1 * *"),
        ("每周一 8点", "0 8 * * MON"),
        ("每周一八点", "0 8 * * MON"),
        ("每周三十点", "0 10 * * WED"),
        ("每天 7:30", "30 7 * * *"),
        ("每天上午9点和下午5点", "0 9,17 * * *"),
        ("工作日 9点", "0 9 * * * WD"),
        ("每周一至周五 8：30", "30 8 * * MON-FRI"),
        ("每周一、三、五 9点半", "30 9 * * MON,WED,FRI"),
        ("每星期天晚上８点", "0 20 * * SUN"),
        ("每月1日 8:00", "0 8 1 * *"),
        ("每月十五号 9点一刻", "15 9 15 * *"),
        ("每月最后一个工作日 17:00", "0 17 * * * WD-1"),
        ("每月最后一个周五下午3点半", "30 15 * * 5L"),
        ("每月第一个周一 八点", "0 8 * * 1#1"),
        ("月底 17点", "0 17 L * *"),
        ("每两小时", "0 */2 * * *"),
        ("every two weeks on monday 08:00", "0 8 * * MON 2W2023-04-10"),
        ("every two weeks 08:00", "0 8 * * WED 2W2023-04-05"),
        ("every other friday 17:00", "0 17 * * FRI 2W2023-04-07"),
        ("every two weeks on monday 8:00 from 2023-04-17", "0 8 * * MON 2W2023-04-17"),
        ("the 1st and the 15th 8:00", "0 8 1,15 * *"),
        ("1st, 15th of the month 8:00", "0 8 1,15 * *"),
        ("last day of the quarter 17:00", "0 17 L MAR,JUN,SEP,DEC *"),
        ("5th of every quarter 9:00", "0 9 5 JAN,APR,JUL,OCT *"),
        ("quarterly on the 10th 9:00", "0 9 10 JAN,APR,JUL,OCT *"),
        ("every half-year on the 5th 9:00", "0 9 5 JAN,JUL *"),
        ("semi-annually 9:00", "0 9 1 JAN,JUL *"),
        ("15th of the last month of every quarter 9:00", "0 9 15 MAR,JUN,SEP,DEC *"),
        ("first monday of each quarter 9am", "0 9 * JAN,APR,JUL,OCT 1#1"),
        ("the last friday every quarter 17:00", "0 17 * MAR,JUN,SEP,DEC 5L"),
        ("9am on the first monday of each month", "0 9 * * 1#1"),
        ("10 january every year 9:00", "0 9 10 JAN *"),
        ("yearly on Sep 5th 9:00", "0 9 5 SEP *"),
        ("third working day 8:00", "0 8 * * * WD3"),
        ("the 10th working day of every month 9:00", "0 9 * * * WD10"),
        ("last working day 17:00", "0 17 * * * WD-1"),
        ("second to last working day 17:00", "0 17 * * * WD-2"),
        ("last working day of every quarter 9:00", "0 9 * MAR,JUN,SEP,DEC * WD-1"),
        ("the last working day before the 5th of every month at 16:00", "0 16 * * * WD<5"),
        ("working days 9:00", "0 9 * * * WD"),
        ("每两周周一 8点", "0 8 * * MON 2W2023-04-10"),
        ("隔周周五 17:00", "0 17 * * FRI 2W2023-04-07"),
        ("每隔一周周五 17:00", "0 17 * * FRI 2W2023-04-07"),
        ("每两周周一 8点 从2023-04-17起", "0 8 * * MON 2W2023-04-17"),
        ("每月1日和15日 8点", "0 8 1,15 * *"),
        ("每月一日、十五日 8点", "0 8 1,15 * *"),
        ("季度末 17点", "0 17 L MAR,JUN,SEP,DEC *"),
        ("半年末 17点", "0 17 L JUN,DEC *"),
        ("每半年首月5日 9点", "0 9 5 JAN,JUL *"),
        ("每半年第1个工作日 9点", "0 9 * JAN,JUL * WD1"),
        ("every half year 9:00", "0 9 1 JAN,JUL *"),
        ("last day of the half-year 17:00", "0 17 L JUN,DEC *"),
        ("last working day of the year 17:00", "0 17 * DEC * WD-1"),
        ("年末 9点", "0 9 L DEC *"),
        ("5th monday 9:00", "0 9 * * 1#5"),
        ("每季度首月5日 9点", "0 9 5 JAN,APR,JUL,OCT *"),
        ("每季度10日 9点", "0 9 10 JAN,APR,JUL,OCT *"),
        ("每季度末月15日 9点", "0 9 15 MAR,JUN,SEP,DEC *"),
        ("每季度第一个周一 9点", "0 9 * JAN,APR,JUL,OCT 1#1"),
        ("每季度最后一个周五 17点", "0 17 * MAR,JUN,SEP,DEC 5L"),
        ("每年1月10日 9点", "0 9 10 1 *"),
        ("每月第3个工作日 9点", "0 9 * * * WD3"),
        ("最后一个工作日 17:00", "0 17 * * * WD-1"),
        ("每月倒数第2个工作日 17点", "0 17 * * * WD-2"),
        ("每季度第1个工作日 9点", "0 9 * JAN,APR,JUL,OCT * WD1"),
        ("每月5号之前的最后一个工作日 16点", "0 16 * * * WD<5"),
        ("5日前最后一个工作日 16点", "0 16 * * * WD<5"),
        ("1日和15日 9点", "0 9 1,15 * *"),
        ("最后一个周五 17点", "0 17 * * 5L"),
        ("每30分钟", "*/30 * * * *"),
    ],
)
def test_times_in_words(words: str, expression: str) -> None:
    assert parse_when(words, TODAY) == expression


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("every munday 8:00", "did you mean “monday”"),
        ("dayly 8:00", "did you mean “daily”"),
        ("every monday", "give the time of day too"),
        ("每天", "give the time of day too"),
        ("daily 25:00", "is not a time of day"),
        ("daily 13pm", "is not a time of day"),
        ("每周一 二十五点", "is not a time of day"),
        ("every 5 hours", "does not divide 24 evenly"),
        ("daily 8:00 and 9:30", "different minutes"),
        ("last working day before the 41st 8:00", "is not a time that can be scheduled"),
        ("5th of every quarter", "give the time of day too"),
        ("quarterly on the 10th", "give the time of day too"),
        ("first monday of each quarter", "give the time of day too"),
        ("twice a month", "does not say which days and times. Examples: 1st and 15th 9:00"),
        ("three times a week 8:00", "does not say which days and times"),
        ("every three months 8:00", "does not say which days and times"),
        ("每月两次", "does not say which days and times"),
        ("yearly on janury 10 9:00", "did you mean “january”"),
        ("every two weeks", "give the time of day too"),
        ("每月第20个工作日 9点", "20 working days"),
        ("every two weeks on the 5th 8:00", "is not a time that can be scheduled"),
        ("every two weeks on monday 8:00 from 2023-02-30", "is not a time that can be scheduled"),
        ("每周八 8点", "is not a time that can be scheduled"),
        ("每月32日 8点", "is not a valid day of the month"),
        ("monday-wednesday-friday 8:00", "is not a time that can be scheduled"),
        ("x" * 5000, "is not a time that can be scheduled"),
        ("", "is not a time that can be scheduled"),
    ],
)
def test_words_that_say_no_time_are_refused_with_the_closest_one(words: str, sentence: str) -> None:
    with pytest.raises(ValueRefused, match=sentence):
        parse_when(words, TODAY)


PIECES = (
    *("every", "monday", "8", ":30", "at", ",", "and", "last", "first", "@daily"),
    *("每周", "一", "点", "半", "的", "工作日", "十", "下午", "L"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=7))
def test_any_words_are_a_time_or_refused(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words)):
        try:
            assert parse_cron(parse_when(text, TODAY))
        except ValueRefused:
            continue


# --- moments --------------------------------------------------------------------------------------------------------


def test_month_ends_working_days_and_the_29th_of_february() -> None:
    begin = datetime(2023, 9, 30, tzinfo=UTC)
    assert local("0 8 L * *", SHANGHAI, begin, 6) == [
        *("10-31 08:00+0800", "11-30 08:00+0800", "12-31 08:00+0800"),
        *("01-31 08:00+0800", "02-29 08:00+0800", "03-31 08:00+0800"),
    ]
    assert local("0 17 LW * *", SHANGHAI, begin, 3) == ["10-31 17:00+0800", "11-30 17:00+0800", "12-29 17:00+0800"]
    found = next_moments("0 8 29 2 *", SHANGHAI, begin, 2)
    assert [one.year for one in found] == [2024, 2028]
    assert latest_moment("0 8 29 2 *", SHANGHAI, begin) == datetime(2020, 2, 29, 0, tzinfo=UTC)


# The National Day holiday of 2023, with the two days that were worked on instead.
OCTOBER = {date(2023, 9, 29): False, date(2023, 10, 7): True, date(2023, 10, 8): True} | {
    date(2023, 10, day): False for day in range(1, 7)
}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("WD", ["09-26", "09-27", "09-28", "10-07", "10-08", "10-09"]),
        ("WD3", ["10-09", "11-03", "12-05"]),
        ("WD-1", ["09-28", "10-31", "11-30"]),
        ("WD-2", ["09-27", "10-30", "11-29"]),
        ("WD<5", ["09-28", "11-03", "12-04"]),
        ("WD<1", ["09-28", "10-31", "11-30"]),
        ("WD<9", ["10-08", "11-08", "12-08"]),
        ("2W2023-10-05", ["10-05", "10-06", "10-07", "10-08"]),
        ("2W2023-09-25", ["09-26", "09-27", "09-28", "09-29", "09-30", "10-01", "10-09"]),
    ],
)
def test_working_days_keep_to_the_calendar(rule: str, expected: list[str]) -> None:
    expression, begin = f"0 8 * * * {rule}", datetime(2023, 9, 25, 12, tzinfo=UTC)
    found = next_moments(expression, SHANGHAI, begin, len(expected), OCTOBER)
    assert [f"{one.astimezone(SHANGHAI):%m-%d}" for one in found] == expected
    for one, later in pairwise(found):
        assert latest_moment(expression, SHANGHAI, later - timedelta(minutes=1), OCTOBER) == one


def test_without_a_calendar_a_working_day_is_a_weekday() -> None:
    begin = datetime(2023, 9, 25, 12, tzinfo=UTC)
    assert local("0 8 * * * WD3", SHANGHAI, begin, 2) == ["10-04 08:00+0800", "11-03 08:00+0800"]


def test_a_time_that_the_clock_skips_comes_when_the_night_goes_on() -> None:
    before = datetime(2023, 3, 25, 12, tzinfo=UTC)
    assert local("30 2 * * *", BERLIN, before, 2) == ["03-26 03:00+0200", "03-27 02:30+0200"]


def test_a_time_that_the_clock_repeats_comes_once() -> None:
    before = datetime(2023, 10, 28, 12, tzinfo=UTC)
    assert local("30 2 * * *", BERLIN, before, 2) == ["10-29 02:30+0200", "10-30 02:30+0100"]
    again = datetime(2023, 10, 29, 1, 15, tzinfo=UTC)  # the second 02:15 of that night
    assert local("30 2 * * *", BERLIN, again, 1) == ["10-30 02:30+0100"]
    assert latest_moment("30 2 * * *", BERLIN, again) == datetime(2023, 10, 29, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("expression", ["30 2 * * *", "*/20 * * * *", "0 */3 * * *", "0 8 * * 1", "15 2,3 29 * *"])
@pytest.mark.parametrize("day", [datetime(2023, 3, 26, tzinfo=UTC), datetime(2023, 10, 29, tzinfo=UTC)])
def test_backwards_and_forwards_meet_the_same_moments(expression: str, day: datetime) -> None:
    for minutes in range(-120, 300, 13):
        now = day + timedelta(minutes=minutes)
        latest = latest_moment(expression, BERLIN, now)
        assert latest is not None
        assert latest <= now
        assert next(moments(expression, BERLIN, latest)) > now


def test_however_many_moments_passed_one_run_is_due() -> None:
    made, now = datetime(2023, 3, 1, tzinfo=UTC), datetime(2023, 3, 20, 5, tzinfo=UTC)
    daily = "0 8 * * *"
    assert due_moment(daily, SHANGHAI, now, since=made, last_run=None) == datetime(2023, 3, 20, tzinfo=UTC)
    slept = due_moment(daily, SHANGHAI, now, since=made, last_run=datetime(2023, 3, 9, tzinfo=UTC))
    assert slept == datetime(2023, 3, 20, tzinfo=UTC)
    assert due_moment(daily, SHANGHAI, now, since=made, last_run=slept) is None
    assert due_moment(daily, SHANGHAI, now, since=now - timedelta(hours=1), last_run=None) is None


def test_after_the_clock_was_set_back_a_day_no_run_is_lost_for_good() -> None:
    made = datetime(2023, 3, 1, tzinfo=UTC)
    ahead = datetime(2023, 3, 21, 0, 0, 5, tzinfo=UTC)  # what the wrong clock said when the last run began
    now = datetime(2023, 3, 20, 0, 0, 1, tzinfo=UTC)
    assert due_moment("0 8 * * *", SHANGHAI, now, since=made, last_run=ahead) == datetime(2023, 3, 20, tzinfo=UTC)
    assert due_moment("0 8 * * *", SHANGHAI, now, since=made, last_run=now) is None


# --- what the machine's cron is told --------------------------------------------------------------------------------

NOW = datetime(2023, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "zone", "expected"),
    [
        ("0 8 * * MON", SHANGHAI, Trigger("0 0 * * 1", True)),
        ("0 7 * * MON", SHANGHAI, Trigger("0 23 * * 0", True)),
        ("0 7 1 * *", SHANGHAI, Trigger("0 23 * * *", False)),
        ("0 17 LW * *", SHANGHAI, Trigger("0 9 26-31 * *", False)),
        ("0 8 L * *", ETC_UTC, Trigger("0 8 28-31 * *", False)),
        ("0 8 * * 1#1", SHANGHAI, Trigger("0 0 * * 1", False)),
        ("30 9 * * *", ZoneInfo("Asia/Kolkata"), Trigger("0 4 * * *", True)),
        ("*/15 * * * *", SHANGHAI, Trigger("0,15,30,45 * * * *", True)),
        ("0 8 * * MON", BERLIN, Trigger("0 * * * *", False)),
        ("0 8 * * * WD3", ETC_UTC, Trigger("0 8 * * *", False)),
        ("0 8 * * MON 2W2023-04-10", ETC_UTC, Trigger("0 8 * * 1", False)),
        ("30 2 * * *", BERLIN, Trigger("0,30 * * * *", False)),
    ],
)
def test_a_machine_in_utc_starts_what_is_meant_elsewhere(expression: str, zone: ZoneInfo, expected: Trigger) -> None:
    assert trigger(expression, zone, ETC_UTC, NOW) == expected


@pytest.mark.parametrize("expression", ["0 8 * * MON", "30 2 * * *", "0 */2 * * *", "0 17 LW * *", "45 23 1 * *"])
@pytest.mark.parametrize(
    ("zone", "machine"),
    [(BERLIN, ETC_UTC), (SHANGHAI, BERLIN), (BERLIN, LONDON), (BERLIN, BERLIN), (ZoneInfo("Asia/Kolkata"), BERLIN)],
)
@pytest.mark.parametrize("begin", [datetime(2023, 3, 24, tzinfo=UTC), datetime(2023, 10, 27, tzinfo=UTC)])
def test_cron_starts_it_at_every_moment_also_when_clocks_change(
    expression: str, zone: ZoneInfo, machine: ZoneInfo, begin: datetime
) -> None:
    found = trigger(expression, zone, machine, begin)
    end = begin + timedelta(days=10)
    wanted = set(takewhile(lambda one: one < end, moments(expression, zone, begin)))
    starts = set(takewhile(lambda one: one < end, moments(parse_cron(found.line), machine, begin)))
    assert wanted == starts if found.exact else wanted <= starts


def test_where_cron_may_keep_another_zone_it_starts_every_hour() -> None:
    assert hourly("30 9 * * MON", ETC_UTC, ETC_UTC, NOW) == Trigger("30 * * * *", False)
