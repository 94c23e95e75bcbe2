"""The time zone of the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


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
