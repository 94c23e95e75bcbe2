"""Questions about the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.as_of import AsOf
from tracker.queries.projects import bound


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A day of the calendar; `kind` is holiday or working."""

    day: date
    kind: str
    name: str | None


def calendar(reader: Reader, as_of: AsOf) -> list[CalendarRow]:
    """Every day known, in order."""
    sql = f"SELECT day, kind, name FROM calendar_day WHERE {as_of.known_in()} ORDER BY day"
    return reader.rows(CalendarRow, sql, bound(as_of))


def working_days(reader: Reader, as_of: AsOf) -> dict[date, bool]:
    """Whether each day of the calendar is worked on."""
    return {row.day: row.kind == "working" for row in calendar(reader, as_of)}
