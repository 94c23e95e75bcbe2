"""A day, month, quarter, half or year as the range of days it covers, so that vague dates compare honestly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum

from tracker.dates import refusals
from tracker.dates.months import month_end

QUARTER_NUMERALS = "一二三四"
HALF_NUMERALS = "上下"


class Precision(StrEnum):
    """How exactly a date is known; a span is any range that is none of the others."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    SPAN = "span"


class Order(Enum):
    """How two dates lie; UNCLEAR where they overlap, so that either may come first, SAME only for one identical day."""

    BEFORE = "before"
    AFTER = "after"
    SAME = "same"
    UNCLEAR = "unclear"


_BY_MONTHS = {1: Precision.MONTH, 3: Precision.QUARTER, 6: Precision.HALF, 12: Precision.YEAR}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included; raises ValueRefused when it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise refusals.ends_before_it_begins(self.first, self.last)

    @classmethod
    def of(cls, first: date, last: date) -> Period:
        """The days from `first` to `last`; raises ValueRefused when it ends before it begins."""
        return cls(first, last)

    @classmethod
    def day(cls, day: date) -> Period:
        """One day."""
        return cls(day, day)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """Month 1 to 12 of a year; raises ValueError for any other."""
        return cls._months(year, month, month)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        """Quarter 1 to 4 of a year; raises ValueError for any other."""
        return cls._months(year, 3 * quarter - 2, 3 * quarter)

    @classmethod
    def half(cls, year: int, half: int) -> Period:
        """Half 1 or 2 of a year; raises ValueError for any other."""
        return cls._months(year, 6 * half - 5, 6 * half)

    @classmethod
    def year(cls, year: int) -> Period:
        """A calendar year."""
        return cls._months(year, 1, 12)

    @classmethod
    def _months(cls, year: int, first: int, last: int) -> Period:
        return cls(date(year, first, 1), month_end(date(year, last, 1)))

    @property
    def precision(self) -> Precision:
        """The unit the range is exactly; `2023-01-01..2023-01-31` is a month."""
        first, last = self.first, self.last
        if first == last:
            return Precision.DAY
        if first.year != last.year or first.day != 1 or last != month_end(last):
            return Precision.SPAN
        months = last.month - first.month + 1
        begins_on_its_grid = (first.month - 1) % months == 0
        return _BY_MONTHS.get(months, Precision.SPAN) if begins_on_its_grid else Precision.SPAN

    @property
    def days(self) -> int:
        """How many days it covers, at least 1."""
        return (self.last - self.first).days + 1

    def contains(self, day: date) -> bool:
        """Whether `day` is one of its days."""
        return self.first <= day <= self.last

    def compare(self, other: Period) -> Order:
        """Whether this is before or after `other`, as far as both are known: 2022 and 2022-06-01 are UNCLEAR."""
        if self.last < other.first:
            return Order.BEFORE
        if self.first > other.last:
            return Order.AFTER
        return Order.SAME if self == other and self.first == self.last else Order.UNCLEAR

    def before(self, other: Period) -> bool:
        """Whether this is certainly before `other`."""
        return self.compare(other) is Order.BEFORE

    def after(self, other: Period) -> bool:
        """Whether this is certainly after `other`."""
        return self.compare(other) is Order.AFTER

    def iso(self) -> str:
        """The stored form: `2022-09-15`, `2022-09`, `2022Q3`, `2022H1`, `2022` or `2022-09-15..2022-10-02`."""
        year, month = self.first.year, self.first.month
        match self.precision:
            case Precision.DAY:
                return self.first.isoformat()
            case Precision.MONTH:
                return f"{year:04}-{month:02}"
            case Precision.QUARTER:
                return f"{year:04}Q{_quarter_of(month)}"
            case Precision.HALF:
                return f"{year:04}H{_half_of(month)}"
            case Precision.YEAR:
                return f"{year:04}"
            case Precision.SPAN:
                return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def __str__(self) -> str:
        return self.iso()

    def display(self, lang: str) -> str:
        """The form for readers of `lang` ("en" or "zh"), which reads back as the same period."""
        return self._chinese() if lang == "zh" else self.iso()

    def _chinese(self) -> str:
        year, month = self.first.year, self.first.month
        match self.precision:
            case Precision.DAY:
                return f"{year:04}年{month}月{self.first.day}日"
            case Precision.MONTH:
                return f"{year:04}年{month}月"
            case Precision.QUARTER:
                return f"{year:04}年第{QUARTER_NUMERALS[_quarter_of(month) - 1]}季度"
            case Precision.HALF:
                return f"{year:04}年{HALF_NUMERALS[_half_of(month) - 1]}半年"
            case Precision.YEAR:
                return f"{year:04}年"
            case Precision.SPAN:
                return self.iso()


def _quarter_of(month: int) -> int:
    return (month + 2) // 3


def _half_of(month: int) -> int:
    return (month + 5) // 6
