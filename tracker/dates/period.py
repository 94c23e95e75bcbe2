"""Periods: days, months, quarters and years as ranges of days, shares of a year, and moments in UTC."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from tracker.errors import ValueRefused
from tracker.i18n import _, language
from tracker.text import shorten

if TYPE_CHECKING:
    from fractions import Fraction


@lru_cache(4096)
def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    if day.month == 12:
        return day.replace(day=31)
    return day.replace(month=day.month + 1, day=1) - timedelta(1)


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier when negative), or the last day of a month that is too short for it.

    Steps do not add up (31 January + 1 + 1 is 28 March, + 2 is 31 March): always count from the first day of a series.
    Raises OverflowError outside the years 1 to 9999.
    """
    # Imported here because few commands step by months and every command pays for what stands at the top.
    from dateutil.relativedelta import relativedelta

    try:
        return day + relativedelta(months=months)
    except ValueError as error:
        raise OverflowError(f"{day} and {months} months is outside the calendar") from error


def ends_before_it_begins(text: str, turned: str) -> ValueRefused:
    """A range written backwards; `turned` is the other way round."""
    return ValueRefused(_("“{text}” ends before it begins: write {range}").format(text=shorten(text), range=turned))


# From and until when a fact holds that nobody gave a day to.
ALWAYS, UNTIL_FURTHER = date.min, date.max

QUARTER_NUMERALS = "一二三四"
HALF_NUMERALS = "上下"
# The thirds of a month, 旬: the 1st to 10th, the 11th to 20th, the rest.
THIRD_NUMERALS = "上中下"
_THIRDS_BEGIN = (1, 11, 21)
_FISCAL_YEAR = "FY(?P<year>[0-9]{4})(?:/(?P<end>[0-9]{2}))?"
_BY = "by "


class Precision(StrEnum):
    """How exactly a date is known; a span is any other range, and `by` is a latest day."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    SPAN = "span"
    BY = "by"


class Order(Enum):
    """How two dates lie; UNCLEAR where they overlap, so that either may come first, SAME only for one identical day."""

    BEFORE = "before"
    AFTER = "after"
    SAME = "same"
    UNCLEAR = "unclear"


_BY_MONTHS = {1: Precision.MONTH, 3: Precision.QUARTER, 6: Precision.HALF, 12: Precision.YEAR}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included, or the one day that something is due by.

    `text` is what the days alone do not say, in the one form that is stored beside them: the name of a fiscal year
    (`FY2026`, `FY2025/26`) or `by 2023-06-30`. It is None for every other range, because these print from their days.
    A fiscal year equals the range of its days whatever it is called.

    `by 2023-06-30` is on or before that day. Nothing says from when, so no first day is made up: `first` and `last`
    are both the day named, which is where the date is sorted, drawn, counted from and due, and `is_bound` tells it
    from the exact day, which it does not equal. Compared it is every day up to that one (see `earliest`): it may be
    before or never after another date.

    Raises ValueRefused when it ends before it begins.
    """

    first: date
    last: date
    text: str | None = field(default=None, compare=False)
    is_bound: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.last < self.first:
            first, last = self.first.isoformat(), self.last.isoformat()
            raise ends_before_it_begins(f"{first}..{last}", f"{last}..{first}")
        if self.text is not None and self.first == self.last and self.text == f"{_BY}{self.last.isoformat()}":
            object.__setattr__(self, "is_bound", True)

    @classmethod
    def of(cls, first: date, last: date, text: str | None = None) -> Period:
        """The period of a stored row: its first day, its last day and what its column `period_text` holds.

        A text that is neither a fiscal year nor the bound of these days is printed as it is, and compares by the days.
        """
        return cls(first, last, text or None)

    @classmethod
    def day(cls, day: date) -> Period:
        """One day."""
        return cls(day, day)

    @classmethod
    def by(cls, day: date) -> Period:
        """On or before a day (2023年6月底前)."""
        return cls(day, day, f"{_BY}{day.isoformat()}")

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """Month 1 to 12 of a year; raises ValueError for any other."""
        return cls.months(year, month, month)

    @classmethod
    def third_of_month(cls, year: int, month: int, third: int) -> Period:
        """The 上旬, 中旬 or 下旬 (third 1, 2 or 3) of a month: the 1st to 10th, the 11th to 20th, the rest."""
        first = date(year, month, _THIRDS_BEGIN[third - 1])
        return cls(first, month_end(first) if third == 3 else first.replace(day=10 * third))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        """Quarter 1 to 4 of a year; raises ValueError for any other."""
        return cls.months(year, 3 * quarter - 2, 3 * quarter)

    @classmethod
    def half(cls, year: int, half: int) -> Period:
        """Half 1 or 2 of a year; raises ValueError for any other."""
        return cls.months(year, 6 * half - 5, 6 * half)

    @classmethod
    def year(cls, year: int) -> Period:
        """A calendar year."""
        return cls.months(year, 1, 12)

    @classmethod
    def months(cls, year: int, first: int, last: int) -> Period:
        """From the `first` to the `last` month of a year; raises ValueError for a month that is not 1 to 12."""
        return cls(date(year, first, 1), month_end(date(year, last, 1)))

    @classmethod
    def fiscal_year(cls, year: int, *, start: int, name: str | None = None) -> Period:
        """The 12 months that begin with month `start` and end in `year`, called `name` or FY and the year.

        It is named by the year it ends in, as in the United Kingdom, the United States, India and Australia: with
        `start` 4, FY2026 is April 2025 to March 2026. With `start` 1 it is the calendar year.
        """
        first = date(year if start == 1 else year - 1, start, 1)
        last = date(year, start - 1 or 12, 1)
        return cls(first, month_end(last), name or f"FY{year:04}")

    @property
    def precision(self) -> Precision:
        """The unit the range is exactly; `2023-01-01..2023-01-31` is a month."""
        first, last = self.first, self.last
        if first == last:
            return Precision.BY if self.is_bound else Precision.DAY
        if first.year != last.year or first.day != 1 or last != month_end(last):
            return Precision.SPAN
        months = last.month - first.month + 1
        begins_on_its_grid = (first.month - 1) % months == 0
        return _BY_MONTHS.get(months, Precision.SPAN) if begins_on_its_grid else Precision.SPAN

    @property
    def days(self) -> int:
        """How many days it covers, at least 1; of a bound, 1."""
        return (self.last - self.first).days + 1

    @property
    def earliest(self) -> date:
        """The first day that may be meant: `first`, and for a bound the beginning of the calendar."""
        return date.min if self.is_bound else self.first

    def contains(self, day: date) -> bool:
        """Whether `day` is one of the days that may be meant."""
        return self.earliest <= day <= self.last

    def compare(self, other: Period) -> Order:
        """Whether this is before or after `other`, as far as both are known: 2022 and 2022-06-01 are UNCLEAR."""
        if self.last < other.earliest:
            return Order.BEFORE
        if self.earliest > other.last:
            return Order.AFTER
        return Order.SAME if self == other and self.precision is Precision.DAY else Order.UNCLEAR

    def before(self, other: Period) -> bool:
        """Whether this is certainly before `other`."""
        return self.compare(other) is Order.BEFORE

    def after(self, other: Period) -> bool:
        """Whether this is certainly after `other`."""
        return self.compare(other) is Order.AFTER

    def iso(self) -> str:
        """The form for machines, which reads back as the same period, its name included, whatever the settings are.

        `2022-09-15`, `2022-09`, `2022Q3`, `2022H1`, `2022`, `2022-01..2022-08`, `2022..2024`, `2022-09-15..2022-10-02`,
        `by 2022-09-15`, `FY2022 (2021-04..2022-03)`.
        """
        if self.is_bound:
            return f"{_BY}{self.last.isoformat()}"
        return f"{self.text} ({self._days_iso()})" if self._names_fiscal_year() else self._days_iso()

    def __str__(self) -> str:
        return self.iso()

    def __format__(self, _spec: str) -> str:
        """The form that sentences print: Chinese ones have `2022年11月`, all others what reads the same everywhere."""
        return self.display("zh") if language() == "zh" else self.iso()

    def display(self, lang: str) -> str:
        """The form for readers of `lang` ("en" or "zh"), which reads back as the same period.

        A fiscal year is printed by its name alone, and reads back under the same first month.
        """
        if self.text is None:
            return self._days_chinese() if lang == "zh" else self._days_iso()
        if self.is_bound:
            return _by_chinese(self.last) if lang == "zh" else self.text
        if lang == "zh" and self._names_fiscal_year():
            return f"{self.text.removeprefix('FY')}财年"
        return self.text

    def _names_fiscal_year(self) -> bool:
        """Whether the text is the name of 12 whole months that end in the year it names."""
        found = re.fullmatch(_FISCAL_YEAR, self.text or "")
        months = 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1
        if found is None or months != 12 or not self._whole_months():
            return False
        begins, ends = f"{self.first.year:04}", f"{self.last.year:04}"
        return (found["year"], found["end"]) in ((ends, None), (begins, ends[2:]))

    def _whole_months(self) -> bool:
        return self.first.day == 1 and self.last == month_end(self.last)

    def _days_iso(self) -> str:
        first, last = self.first, self.last
        match self.precision:
            case Precision.DAY | Precision.BY:
                return first.isoformat()
            case Precision.MONTH:
                return f"{first.year:04}-{first.month:02}"
            case Precision.QUARTER:
                return f"{first.year:04}Q{_quarter_of(first.month)}"
            case Precision.HALF:
                return f"{first.year:04}H{_half_of(first.month)}"
            case Precision.YEAR:
                return f"{first.year:04}"
        if not self._whole_months():
            return f"{first.isoformat()}..{last.isoformat()}"
        if (first.month, last.month) == (1, 12):
            return f"{first.year:04}..{last.year:04}"
        return f"{first.year:04}-{first.month:02}..{last.year:04}-{last.month:02}"

    def _days_chinese(self) -> str:
        first, last = self.first, self.last
        match self.precision:
            case Precision.DAY | Precision.BY:
                return f"{first.year:04}年{first.month}月{first.day}日"
            case Precision.MONTH:
                return f"{first.year:04}年{first.month}月"
            case Precision.QUARTER:
                return f"{first.year:04}年第{QUARTER_NUMERALS[_quarter_of(first.month) - 1]}季度"
            case Precision.HALF:
                return f"{first.year:04}年{HALF_NUMERALS[_half_of(first.month) - 1]}半年"
            case Precision.YEAR:
                return f"{first.year:04}年"
        if third := self._third():
            return f"{first.year:04}年{first.month}月{THIRD_NUMERALS[third - 1]}旬"
        if not self._whole_months():
            year = "" if first.year == last.year else f"{last.year:04}年"
            return f"{first.year:04}年{first.month}月{first.day}日—{year}{last.month}月{last.day}日"
        if (first.month, last.month) == (1, 12):
            return f"{first.year:04}—{last.year:04}年"
        if first.year == last.year:
            return f"{first.year:04}年{first.month}—{last.month}月"
        return f"{first.year:04}年{first.month}月—{last.year:04}年{last.month}月"

    def _third(self) -> int:
        """Which third of a month this is, 0 for none."""
        if self.first.day not in _THIRDS_BEGIN:
            return 0
        third = _THIRDS_BEGIN.index(self.first.day) + 1
        return third if self == Period.third_of_month(self.first.year, self.first.month, third) else 0


def _quarter_of(month: int) -> int:
    return (month + 2) // 3


def _half_of(month: int) -> int:
    return (month + 5) // 6


def _by_chinese(day: date) -> str:
    if day != month_end(day):
        return f"{day.year:04}年{day.month}月{day.day}日前"
    return f"{day.year:04}年底前" if day.month == 12 else f"{day.year:04}年{day.month}月底前"


_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z"


def moment_text(moment: datetime) -> str:
    """The moment in UTC as `2023-02-28T04:00:00Z`, with six decimals when it has a fraction of a second.

    Order moments, not these texts: "…00.5Z" sorts before "…00Z". Raises ValueError for a datetime without a zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_moment(text: str) -> datetime:
    """The moment that `moment_text` wrote, in UTC; raises ValueRefused for any other text."""
    if re.fullmatch(_MOMENT, text):
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    sentence = _("“{text}” is not a moment in UTC: write it like 2023-02-28T04:00:00Z")
    raise ValueRefused(sentence.format(text=shorten(text)))


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The first moment after `day` in `zone`, in UTC: what was recorded on `day` is earlier than this."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)


class MachineZone(tzinfo):
    """The time zone of this machine, with its changes between summer and winter, and nothing to load."""

    def utcoffset(self, when: datetime | None) -> timedelta | None:
        """The distance to UTC at the wall-clock time `when`."""
        return when.replace(tzinfo=None).astimezone().utcoffset() if when else None

    def dst(self, _when: datetime | None) -> None:
        """Not known apart from the distance to UTC."""

    def tzname(self, when: datetime | None) -> str | None:
        """The abbreviation at `when`."""
        return when.replace(tzinfo=None).astimezone().tzname() if when else None

    def fromutc(self, when: datetime) -> datetime:
        """The wall-clock time for `when` in UTC."""
        return when.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)


def days_between(start: date, end: date) -> int:
    """Days from `start` to `end`, negative when `end` is the earlier one."""
    return (end - start).days


def elapsed_share(as_of: date, year: int) -> Fraction:
    """The exact share of `year` gone by at the end of `as_of`: 0 before the year, 1 from its last day on.

    Months ÷ 12 on the last day of a month, else days ÷ days of the year, as time progress (时间进度) is reported.
    """
    from fractions import Fraction

    if as_of.year != year:
        return Fraction(int(as_of.year > year))
    if as_of == month_end(as_of):
        return Fraction(as_of.month, 12)
    return Fraction(as_of.timetuple().tm_yday, date(year, 12, 31).timetuple().tm_yday)


def slip(baseline: Period, actual_or_forecast: Period) -> int:
    """Days late against the baseline: positive late, negative early, 0 where the two overlap.

    Counted between the last days, because what is planned for a month is due by its end; where the two overlap,
    lateness is not certain and none is claimed. So what is done before a latest day is on time and never early, while
    of two latest days (by the end of June, now by the end of September) it is told how far the second was moved.
    """
    if baseline.is_bound and actual_or_forecast.is_bound:
        return days_between(baseline.last, actual_or_forecast.last)
    if baseline.compare(actual_or_forecast) in (Order.UNCLEAR, Order.SAME):
        return 0
    return days_between(baseline.last, actual_or_forecast.last)
