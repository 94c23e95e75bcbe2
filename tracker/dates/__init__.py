"""The one home of days and periods: reading them as people write them, comparing them, and all calendar arithmetic."""

from __future__ import annotations

from tracker.dates.period import (
    ALWAYS,
    UNTIL_FURTHER,
    MachineZone,
    Order,
    Period,
    Precision,
    add_months,
    days_between,
    elapsed_share,
    end_of_day,
    moment_text,
    month_end,
    parse_moment,
    slip,
)
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
