"""What is counted between days: distance, the share of a year gone by, and lateness."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tracker.dates.months import month_end
from tracker.dates.period import Order, Period

if TYPE_CHECKING:
    from fractions import Fraction


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
