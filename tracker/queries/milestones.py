"""Questions about milestones: their names, and every baseline, forecast and actual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.projects import KNOWN, given, of_project


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone of a project."""

    milestone_id: int
    project_id: int
    code: str
    title: str | None
    weight: int


@dataclass(frozen=True, slots=True)
class MilestoneDateRow:
    """A baseline, forecast or actual; a forecast was made on `counts_from`."""

    milestone_id: int
    what: str
    first_day: date
    last_day: date
    counts_from: date
    note: str | None
    source: str | None
    quote: str | None


def milestones(reader: Reader, asked: Asked, project: int | None = None) -> list[MilestoneRow]:
    """The milestones of one project or all, in the order they were added."""
    sql = f"""
        SELECT milestone_id, project_id, code, title, weight
        FROM known_milestone
        WHERE {KNOWN}{of_project(project)}
        ORDER BY milestone_id
    """
    return reader.rows(MilestoneRow, sql, {"known": asked.known} | given(project))


def milestone_dates(reader: Reader, asked: Asked, project: int | None = None) -> list[MilestoneDateRow]:
    """The days of milestones, of one project or all, that count by the day asked about; forecasts as they were made."""
    sql = f"""
        SELECT milestone_id, what, first_day, last_day, counts_from, note, source, quote
        FROM known_milestone_date
        WHERE {KNOWN} AND counts_from <= :as_of{of_project(project)}
        ORDER BY counts_from, milestone_date_id
    """
    parameters = {"known": asked.known, "as_of": asked.as_of.isoformat()} | given(project)
    return reader.rows(MilestoneDateRow, sql, parameters)
