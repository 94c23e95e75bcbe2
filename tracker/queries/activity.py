"""When anything was last recorded about a project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.history import ENDED, as_date
from tracker.queries.projects import given

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
    "follow_up",
)


def last_entries(reader: Reader, asked: Asked, project: int | None = None) -> dict[int, date]:
    """For one project or each, the day of the latest change that wrote or ended anything of it, among those known."""
    sql = f"""
        SELECT latest.project_id, c.recorded_on
        FROM (
            SELECT project_id, MAX(change_id) AS change_id
            FROM ({" UNION ALL ".join(_touches(project))}) AS touched
            GROUP BY project_id
        ) AS latest
        JOIN change AS c ON c.id = latest.change_id
    """
    rows = reader.tuples(sql, {"known": asked.known} | given(project))
    return {number: as_date(day) for number, day in rows}


def _touches(project: int | None) -> Iterator[str]:
    """For each table, the queries of the last change that wrote and the last that ended a version of a project."""
    for table, owner in (("project", "id"), *((table, "project_id") for table in _TABLES)):
        whose = f"{owner} IS NOT NULL" if project is None else f"{owner} = :project"
        for column, known in (
            ("recorded_from", "recorded_from <= :known"),
            ("recorded_to", f"recorded_to <= :known AND {ENDED}"),
        ):
            yield (
                f"SELECT {owner} AS project_id, MAX({column}) AS change_id FROM {table}"
                f" WHERE {whose} AND {known} GROUP BY {owner}"
            )
