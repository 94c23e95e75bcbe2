"""Moments in UTC: when something was recorded, and when a day is over in a zone, such as that of this machine."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tracker.dates import refusals

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
    if not re.fullmatch(_MOMENT, text):
        raise refusals.not_a_moment(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise refusals.not_a_moment(text) from error


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
