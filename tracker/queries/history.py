"""Questions about changes: who wrote what, and what each row was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.database import Reader
from tracker.queries.asked import Asked

_SOURCED = "note source quote"
_DATED = "first_day last_day"
# The columns a reader of the log may care about; those that chain the rows are selected beside them.
TABLES: dict[str, tuple[str, ...]] = {
    table: tuple(columns.split())
    for table, columns in {
        "company": f"name name_en group_name country role founded {_SOURCED}",
        "certification": f"company_id certification {_DATED} {_SOURCED}",
        "project": (
            "code name name_en kind company_id group_name chain sector site grid owner lead_source capital_origin "
            f"country land jobs parent_id {_SOURCED}"
        ),
        "custom_field": "name field_type",
        "label": "project_id company_id category name value",
        "relation": f"project_id relation target_id {_SOURCED}",
        "stage_event": f"project_id stage {_DATED} reason {_SOURCED}",
        "condition_event": f"project_id condition {_DATED} reason {_SOURCED}",
        "milestone": "project_id code title weight",
        "milestone_date": f"project_id milestone_id what {_DATED} counts_from {_SOURCED}",
        "capital_entry": (
            f"project_id kind minor currency qualifier availability {_DATED} measure reported_minor corrects {_SOURCED}"
        ),
        "review": f"project_id {_DATED} physical light text {_SOURCED}",
        "indicator_value": (
            f"subject_kind subject company_id indicator what direction measure value currency unit qualifier "
            f"availability growth {_DATED} {_SOURCED}"
        ),
        "request": f"project_id company_id category title owner raised due answered answer closed outcome {_SOURCED}",
        "exchange_rate": f"base counter on_day rate {_SOURCED}",
        "baseline": (
            f"project_id version approved entry_id start_first start_last end_first end_last reason {_SOURCED}"
        ),
        "schedule": "name cron said zone reports options since lang targets format silent fail_on",
    }.items()
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One recorded change; `recorded_at` in UTC."""

    id: int
    recorded_at: datetime
    actor: str
    command: str
    undoes: int | None


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """One row that a change wrote: `thing` is the first row of its chain, `before` what it replaced, if anything."""

    table: str
    id: int
    thing: int
    change_id: int
    void: bool
    values: Mapping[str, Any]
    before: Mapping[str, Any] | None
    before_void: bool


def changes(
    reader: Reader, asked: Asked, *, since: datetime | None = None, limit: int | None = None
) -> list[ChangeRow]:
    """The changes known, newest first."""
    sql = "SELECT id, recorded_at, actor, command, undoes FROM change WHERE id <= :known"
    parameters: dict[str, Any] = {"known": asked.known}
    if since:
        sql += " AND recorded_at >= :since"
        parameters["since"] = reader.bound_moment(since)
    sql += " ORDER BY id DESC"
    if limit is not None:
        sql += " LIMIT :limit"
        parameters["limit"] = limit
    return reader.rows(ChangeRow, sql, parameters)


def written(reader: Reader, first: int, last: int) -> list[WrittenRow]:
    """Everything the changes numbered `first` to `last` wrote, in the order of table and row."""
    return [row for table in TABLES for row in _written(reader, table, first, last)]


def _written(reader: Reader, table: str, first: int, last: int) -> list[WrittenRow]:
    columns = TABLES[table]
    listed = ", ".join(columns)
    bounds = {"first": first, "last": last}
    old = {
        key: (bool(void), dict(zip(columns, values, strict=True)))
        for key, void, *values in reader.tuples(
            f"SELECT id, void, {listed} FROM {table} WHERE id IN"
            f" (SELECT replaces FROM {table} WHERE change_id >= :first AND change_id <= :last)",
            bounds,
        )
    }
    found = []
    sql = (
        f"SELECT id, COALESCE(origin, id), change_id, void, replaces, {listed} FROM {table}"
        " WHERE change_id >= :first AND change_id <= :last ORDER BY id"
    )
    for key, thing, change, void, replaces, *values in reader.tuples(sql, bounds):
        before_void, before = old.get(replaces, (False, None))
        now = dict(zip(columns, values, strict=True))
        found.append(WrittenRow(table, key, thing, change, bool(void), now, before, before_void))
    return found


def names(reader: Reader) -> dict[tuple[str, int], str]:
    """What to call a project, company or milestone, by table and first row: its latest code or name, removed or not."""
    sql = """
        SELECT 'project', COALESCE(origin, id), code, id FROM project
        UNION ALL SELECT 'company', COALESCE(origin, id), name, id FROM company
        UNION ALL SELECT 'milestone', COALESCE(origin, id), code, id FROM milestone
        ORDER BY 4
    """
    return {(table, thing): name for table, thing, name, _id in reader.tuples(sql)}


def as_date(value: str | date) -> date:
    """A day as either engine returns it from an untyped row."""
    return value if isinstance(value, date) else date.fromisoformat(value)
