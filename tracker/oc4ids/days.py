"""Days and periods as the date-times of the standard. What is known to the month only is never given a day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tracker.dates import Period, Precision

_DATE_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ][0-9:.]{5,}(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?")
_LAST_SECOND = time(23, 59, 59)


def begin_of(day: date, zone: tzinfo) -> str:
    """The first second of a day in `zone`."""
    return _text(datetime.combine(day, time.min, zone))


def end_of(day: date, zone: tzinfo) -> str:
    """The last second of a day in `zone`."""
    return _text(datetime.combine(day, _LAST_SECOND, zone))


def _text(moment: datetime) -> str:
    # A zone's local mean time has seconds, which the format has no room for.
    whole = (moment.utcoffset() or timedelta()) % timedelta(minutes=1) == timedelta()
    return (moment if whole else moment.replace(tzinfo=UTC)).isoformat()


def span(period: Period, zone: tzinfo) -> dict[str, str]:
    """The Period of all the days of `period`: what a figure of a month speaks of is exactly these."""
    return {"startDate": begin_of(period.first, zone), "endDate": end_of(period.last, zone)}


def exact(key: str, period: Period | None, zone: tzinfo, *, end: bool = False) -> dict[str, str]:
    """The field `key`, where the period is one known day."""
    if period is None or period.precision is not Precision.DAY:
        return {}
    return {key: (end_of if end else begin_of)(period.first, zone)}


def day_of(text: str) -> date | None:
    """The day a date or date-time names, as it is written there; None for any other text."""
    found = _DATE_TIME.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
