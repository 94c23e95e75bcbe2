"""The one home of days and periods: reading them as people write them, comparing them, and all calendar arithmetic."""

from __future__ import annotations

from tracker.dates.measures import days_between, elapsed_share, slip
from tracker.dates.moments import MachineZone, end_of_day, moment_text, parse_moment
from tracker.dates.months import add_months, month_end
from tracker.dates.period import ALWAYS, UNTIL_FURTHER, Order, Period, Precision
from tracker.dates.reading import parse_day, parse_period

__all__ = [
    "ALWAYS",
    "UNTIL_FURTHER",
    "MachineZone",
    "Order",
    "Period",
    "Precision",
    "add_months",
    "days_between",
    "elapsed_share",
    "end_of_day",
    "moment_text",
    "month_end",
    "parse_day",
    "parse_moment",
    "parse_period",
    "slip",
]
