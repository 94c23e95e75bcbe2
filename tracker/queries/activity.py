"""When anything was last recorded about a project."""

from __future__ import annotations

from datetime import date

from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.history import as_date

_TABLES = (
    "label",
    "relation",
    "stage_event",
    "condition_event",
    "milestone",
    "milestone_date",
    "capital_entry",
    "baseline",
    "review",
    "request",
)


def last_entries(reader: Reader, asked: Asked) -> dict[int, date]:
    """For each project, the day of the latest change that wrote anything about it, among those known."""
    parts = ["SELECT COALESCE(origin, id) AS project_id, change_id FROM project"]
    parts += [f"SELECT project_id, change_id FROM {table} WHERE project_id IS NOT NULL" for table in _TABLES]
    sql = f"""
        SELECT latest.project_id, c.recorded_on
        FROM (
            SELECT project_id, MAX(change_id) AS change_id
            FROM ({" UNION ALL ".join(parts)}) AS written
            WHERE change_id <= :known
            GROUP BY project_id
        ) AS latest
        JOIN change AS c ON c.id = latest.change_id
    """
    return {project: as_date(day) for project, day in reader.tuples(sql, {"known": asked.known})}
