"""Dates written in full: a year with a month, a quarter, a half or a day, in digits, Chinese or English."""

from __future__ import annotations

import re
from datetime import date

from tracker.dates import refusals
from tracker.dates.months import month_end
from tracker.dates.period import HALF_NUMERALS, QUARTER_NUMERALS, Period

_YEAR = "(?P<year>[0-9]{4})"
_MONTH = "(?P<month>[0-9]{1,2})"
_DAY = "(?P<day>[0-9]{1,2})"
_NTH_DAY = f"{_DAY}(?:st|nd|rd|th)?"
_QUARTER = f"(?P<quarter>[0-9{QUARTER_NUMERALS}])"
_HALF = f"(?P<half>[0-9{HALF_NUMERALS}])"
_MONTH_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_MONTH_ABBREVIATIONS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# 201012 is October 2010 or 10 December 2020, 202209 can only be a month: six digits count where one reading is left.
_NOT_A_SHORT_DAY = "(?![0-9]{2}(?:0[1-9]|1[0-2]))"

# In lower case, without blanks around Chinese. Kept as text: `re` compiles and remembers the ones that are needed.
_FORMS = (
    f"{_YEAR}(?P<sign>[-/.]){_MONTH}(?P=sign){_DAY}",
    f"{_YEAR}[-/.]{_MONTH}",
    f"{_YEAR}(?:年度?)?",
    f"{_YEAR}年?[- ]?q{_QUARTER}",
    f"{_YEAR}年?[- ]?h{_HALF}",
    f"{_YEAR}年{_MONTH}月{_DAY}[日号]",
    f"{_YEAR}年{_MONTH}月份?",
    f"{_YEAR}年第?{_QUARTER}季度?",
    f"{_YEAR}年{_HALF}半年",
    f"{_NOT_A_SHORT_DAY}{_YEAR}(?P<month>[0-9]{{2}})",
    f"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
    f"q{_QUARTER}[- ]?{_YEAR}",
    f"h{_HALF}[- ]?{_YEAR}",
    f"{_MONTH_NAME},?[- ]?{_YEAR}",
    f"{_NTH_DAY}[- ]?{_MONTH_NAME},?[- ]?{_YEAR}",
    f"{_MONTH_NAME} ?{_NTH_DAY}(?:, ?| ){_YEAR}",
)
_RANGE = r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})"

_CHINESE_WITHOUT_YEAR = (
    f"{_MONTH}月份?",
    f"{_MONTH}月{_DAY}[日号]",
    f"第?[1-4{QUARTER_NUMERALS}]季度?",
    f"[{HALF_NUMERALS}]半年",
)
_ENGLISH_WITHOUT_YEAR = ("[qh][1-4]", _MONTH_NAME, f"{_NTH_DAY}[- ]?{_MONTH_NAME}", f"{_MONTH_NAME} ?{_NTH_DAY}")
_YEAR_LAST = "[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"
_SHORT_YEAR = "[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"


def read_written(text: str, typed: str) -> Period | None:
    """The period that `text` writes out, None when it has none of the forms.

    `typed` is the text as the person wrote it, for the refusal: raises ValueRefused when the form is known and
    the calendar has no such month, quarter, half or day.
    """
    if found := re.fullmatch(_RANGE, text):
        return Period.of(_iso_day(found[1], typed), _iso_day(found[2], typed))
    for form in _FORMS:
        if found := re.fullmatch(form, text):
            return _period(found.groupdict(), typed)
    return None


def _period(parts: dict[str, str | None], typed: str) -> Period:
    year, month = int(parts["year"] or 0), _month_number(parts)
    require_year(year, typed)
    if quarter := parts.get("quarter"):
        return _quarter(year, _numeral(quarter, QUARTER_NUMERALS), typed)
    if half := parts.get("half"):
        return _half(year, _numeral(half, HALF_NUMERALS), typed)
    if month is None:
        return Period.year(year)
    if day := parts.get("day"):
        return Period.day(_day(year, month, int(day), typed))
    _require_month(month, typed)
    return Period.month(year, month)


def _month_number(parts: dict[str, str | None]) -> int | None:
    if name := parts.get("name"):
        return _MONTH_ABBREVIATIONS.index(name[:3]) + 1
    month = parts.get("month")
    return int(month) if month else None


def _numeral(text: str, numerals: str) -> int:
    return numerals.index(text) + 1 if text in numerals else int(text)


def _quarter(year: int, quarter: int, typed: str) -> Period:
    if not 1 <= quarter <= 4:
        raise refusals.no_such_quarter(typed, quarter)
    return Period.quarter(year, quarter)


def _half(year: int, half: int, typed: str) -> Period:
    if not 1 <= half <= 2:
        raise refusals.no_such_half(typed, half)
    return Period.half(year, half)


def _day(year: int, month: int, day: int, typed: str) -> date:
    require_year(year, typed)
    _require_month(month, typed)
    last = month_end(date(year, month, 1))
    if not 1 <= day <= last.day:
        raise refusals.no_such_day(typed, last.isoformat()[:7], last.day)
    return date(year, month, day)


def _iso_day(text: str, typed: str) -> date:
    year, month, day = map(int, text.split("-"))
    return _day(year, month, day, typed)


def require_year(year: int, typed: str) -> None:
    """Raise ValueRefused unless the year is one the ledger takes."""
    if not refusals.FIRST_YEAR <= year <= refusals.LAST_YEAR:
        raise refusals.year_outside(typed)


def _require_month(month: int, typed: str) -> None:
    if not 1 <= month <= 12:
        raise refusals.no_such_month(typed, month)


def refuse_unclear(text: str, typed: str, today: date) -> None:
    """Raise ValueRefused with the particular reason where a text is nearly a date; return where there is none.

    `text` and `typed` as for `read_written`; `today` supplies the year of the example.
    """
    if re.fullmatch(_YEAR_LAST, text):
        raise refusals.year_last(typed)
    if re.fullmatch(_SHORT_YEAR, text):
        raise refusals.short_year(typed)
    if any(re.fullmatch(form, text) for form in _CHINESE_WITHOUT_YEAR):
        raise refusals.no_year(typed, f"{today.year}年{typed}")
    if any(re.fullmatch(form, text) for form in _ENGLISH_WITHOUT_YEAR):
        raise refusals.no_year(typed, f"{typed} {today.year}")
