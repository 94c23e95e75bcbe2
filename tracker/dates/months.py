"""Steps by whole months, where the lengths of months matter."""

from __future__ import annotations

import calendar
from datetime import date


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


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
