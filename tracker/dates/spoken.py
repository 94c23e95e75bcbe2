"""Dates said from today: tomorrow, +30d, next friday, 下周五, last quarter, 月底, 去年9月."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tracker.dates import refusals
from tracker.dates.months import add_months
from tracker.dates.period import Period, Precision
from tracker.dates.written import read_written

_NAMED_DAYS = {"today": 0, "今天": 0, "今日": 0, "yesterday": -1, "昨天": -1, "昨日": -1, "前天": -2}
_NAMED_DAYS |= {"tomorrow": 1, "明天": 1, "明日": 1, "后天": 2}
_NAMED_YEARS = {"今": 0, "去": -1, "前": -2, "明": 1, "后": 2}
_STEPS = {"this": 0, "last": -1, "next": 1, "本": 0, "这": 0, "这个": 0, "上": -1, "上个": -1, "下": 1, "下个": 1}
_CHINESE_STEP = "(?P<step>本|这个?|上个?|下个?)"
_ENGLISH_STEP = "(?P<step>this|last|next)"

_ENGLISH_UNIT = "(?P<unit>days?|weeks?|months?|years?)"
_OFFSETS = (
    "(?P<sign>[+-]) ?(?P<count>[0-9]+) ?(?P<unit>[dwmy]|days?|weeks?|months?|years?)",
    f"(?P<sign>in) (?P<count>[0-9]+) {_ENGLISH_UNIT}",
    f"(?P<count>[0-9]+) {_ENGLISH_UNIT} (?P<sign>ago)",
    # Not 日 and not 月 alone: 5日前 is "before the 5th" and 3月后 "after March".
    "(?P<count>[0-9]+|[一二两三四五六七八九十]+)(?P<unit>天|周|个?星期|个月|年)(?:以|之)?(?P<sign>[前后])",
)
_BACKWARDS = ("-", "ago", "前")
_DIGITS = {numeral: value for value, numeral in enumerate("一二三四五六七八九", start=1)} | {"两": 2, "": 0}
_DAYS_OF = {"d": 1, "天": 1, "w": 7, "周": 7, "星": 7}
_MONTHS_OF = {"m": 1, "月": 1, "y": 12, "年": 12}

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = (
    "(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_CHINESE_WEEKDAY = "(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
_CHINESE_WEEKDAYS = {numeral: index for index, numeral in enumerate("一二三四五六日")} | {"天": 6}

_BARE_UNITS = {"月": "本月", "季": "本季度", "季度": "本季度", "年": "本年"}
_BARE_UNITS |= {"month": "this month", "quarter": "this quarter", "year": "this year"}
_ENDS = (
    "end of (?:the )?(?P<whole>.+)",
    "(?P<whole>年|月|季度?)[底末]",
    "(?P<whole>.+?(?P<unit>年|月|季度?))(?P=unit)?[底末]",
)


def read_spoken(text: str, typed: str, today: date) -> Period | None:
    """The period that `text` says from `today`, None when it has none of the forms.

    `typed` is the text as the person wrote it. Raises ValueRefused when the form is known and the date is not clear
    or not in the calendar, OverflowError beyond the years of the calendar.
    """
    day = _named_day(text, today) or _offset(text, today) or _weekday(text, typed, today)
    if day is not None:
        return Period.day(day)
    return _end_of_unit(text, typed, today) or read_written(_in_numbers(text, today), typed)


def _named_day(text: str, today: date) -> date | None:
    return today + timedelta(days=_NAMED_DAYS[text]) if text in _NAMED_DAYS else None


def _offset(text: str, today: date) -> date | None:
    for form in _OFFSETS:
        if found := re.fullmatch(form, text):
            count = _count(found["count"])
            if count is None:
                return None
            return _moved(today, -count if found["sign"] in _BACKWARDS else count, found["unit"].lstrip("个")[0])
    return None


def _count(text: str) -> int | None:
    """The number in digits or in Chinese up to 九十九, None where the numerals make no number."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if tens not in _DIGITS or ones not in _DIGITS:
        return None
    return (_DIGITS[tens] or 1) * 10 + _DIGITS[ones] if ten else _DIGITS[ones]


def _moved(today: date, count: int, unit: str) -> date:
    if unit in _DAYS_OF:
        return today + timedelta(days=count * _DAYS_OF[unit])
    return add_months(today, count * _MONTHS_OF[unit])


def _weekday(text: str, typed: str, today: date) -> date | None:
    """The day of a named week, or the nearest such weekday: `next` is the first after today, `last` the latest before.

    A bare English weekday is the coming one, and refused on that very weekday; a bare Chinese one is refused, because
    周一 is as often the Monday gone by. Weeks begin on Monday.
    """
    if found := re.fullmatch(f"{_CHINESE_STEP}{_CHINESE_WEEKDAY}", text):
        return _in_week(today, _STEPS[found["step"]], _CHINESE_WEEKDAYS[found["weekday"]])
    if re.fullmatch(_CHINESE_WEEKDAY, text):
        raise refusals.which_week(typed, f"本{typed}", f"下{typed}")
    if found := re.fullmatch(f"{_WEEKDAY} (?:of )?{_ENGLISH_STEP} week", text):
        return _in_week(today, _STEPS[found["step"]], _WEEKDAYS.index(found["weekday"][:3]))
    if found := re.fullmatch(f"(?:{_ENGLISH_STEP} )?{_WEEKDAY}", text):
        return _nearest(today, found["step"], _WEEKDAYS.index(found["weekday"][:3]), typed)
    return None


def _in_week(today: date, weeks: int, weekday: int) -> date:
    return today + timedelta(days=7 * weeks + weekday - today.weekday())


def _nearest(today: date, step: str | None, weekday: int, typed: str) -> date:
    if step == "this":
        return _in_week(today, 0, weekday)
    if step == "last":
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    if step is None and weekday == today.weekday():
        raise refusals.which_week(typed, "today", f"next {typed}")
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _end_of_unit(text: str, typed: str, today: date) -> Period | None:
    for form in _ENDS:
        if found := re.fullmatch(form, text):
            whole = _in_numbers(_BARE_UNITS.get(found["whole"], found["whole"]), today)
            period = read_written(whole, typed)
            is_unit = period is not None and period.precision not in (Precision.DAY, Precision.SPAN)
            return Period.day(period.last) if period is not None and is_unit else None
    return None


def _in_numbers(text: str, today: date) -> str:
    """The text with its leading words for a year, quarter or month replaced: 去年9月 becomes 2022年9月."""
    if found := re.match("(?P<word>[今去前明后])年", text):
        return f"{today.year + _NAMED_YEARS[found['word']]}年{text[found.end() :]}"
    found = re.match(f"{_CHINESE_STEP}(?P<unit>年|季度?|月)", text)
    found = found or re.match(f"{_ENGLISH_STEP} (?P<unit>year|quarter|month)", text)
    return _unit_in_numbers(_STEPS[found["step"]], found["unit"], today) + text[found.end() :] if found else text


def _unit_in_numbers(step: int, unit: str, today: date) -> str:
    if unit in ("year", "年"):
        return f"{today.year + step}年"
    if unit in ("month", "月"):
        month = add_months(today, step)
        return f"{month.year}年{month.month}月"
    month = add_months(today, 3 * step)
    return f"{month.year}年{(month.month + 2) // 3}季度"
