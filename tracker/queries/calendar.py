"""Questions about the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.projects import bound


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A day of the calendar; `kind` is holiday or working."""

    day: date
    kind: str
    name: str | None


def calendar(reader: Reader, asked: Asked) -> list[CalendarRow]:
    """Every day known, in order."""
    sql = f"SELECT day, kind, name FROM calendar_day WHERE {asked.known_in()} ORDER BY day"
    return reader.rows(CalendarRow, sql, bound(asked))


def working_days(reader: Reader, asked: Asked) -> dict[date, bool]:
    """Whether each day of the calendar is worked on."""
    return {row.day: row.kind == "working" for row in calendar(reader, asked)}
