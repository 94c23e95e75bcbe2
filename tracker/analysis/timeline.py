"""Milestones on an axis of time: how far the axis reaches, and which days of a milestone are late ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tracker.analysis.milestones import Milestone
from tracker.dates import Period, month_end

STEPS = ("month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def days_of(milestone: Milestone) -> tuple[Period, ...]:
    """Baseline, latest forecast and actual of a milestone, as far as there are any."""
    forecast = milestone.forecasts[-1][1] if milestone.forecasts else None
    return tuple(period for period in (milestone.baseline, forecast, milestone.actual) if period)


def axis_span(periods: Iterable[Period], today: date, step: str = "month") -> Period:
    """The whole months, quarters or years (`step`) that hold every one of `periods` and `today`."""
    found = [*periods, Period.day(today)]
    first, last = min(period.first for period in found), max(period.last for period in found)
    months = _MONTHS[step]
    begin = (first.month - 1) // months * months + 1
    end = ((last.month - 1) // months + 1) * months
    return Period.of(date(first.year, begin, 1), month_end(date(last.year, end, 1)))


def late_days(milestone: Milestone, as_of: date) -> Period | None:
    """The days from the baseline to the later actual or forecast, or to `as_of` where even that has gone by.

    Without a baseline an overdue milestone is late from the day it was expected on. None where nothing is late.
    """
    expected = milestone.expected
    if expected is None:
        return None
    begin = (milestone.baseline or expected).last
    end = expected.last if (milestone.slip or 0) > 0 else begin
    if milestone.overdue(as_of):
        end = max(end, as_of)
    return Period.of(begin, end) if end > begin else None
