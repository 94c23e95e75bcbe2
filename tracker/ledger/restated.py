"""What a change does to the figures of months that are closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tracker.analysis.restated import Closed, Held, Restated, Series, held
from tracker.analysis.running import Value
from tracker.dates import month_end
from tracker.models.base import OPEN

if TYPE_CHECKING:
    from tracker.ledger.store import Store


def closes(store: Store) -> dict[date, int]:
    """The last days of the months closed before this change, each with the change that closed it."""
    query = sa.text(
        "SELECT last_day, recorded_from FROM month_close WHERE recorded_to = :open AND recorded_from < :now"
    )
    found = store.connection.execute(query, {"open": OPEN, "now": store.change.id})
    return {_day(day): number for day, number in found}


def figures_at(
    connection: sa.Connection, last_days: Iterable[date], projects: Sequence[int]
) -> dict[date, dict[Series, Held | str]]:
    """What the derived tables say of some projects at the end of each month."""
    listed = ", ".join(map(str, projects)) or "NULL"
    found: dict[date, dict[Series, Held | str]] = {}
    for last_day in last_days:
        own = found[last_day] = {}
        when = f"project_id IN ({listed}) AND from_day <= '{last_day}' AND to_day > '{last_day}'"
        for project, kind, currency, since, *cells in connection.exec_driver_sql(
            "SELECT project_id, kind, currency, from_day, year_state, year_minor, year_qualifier, year_availability,"
            " cumulative_state, cumulative_minor, cumulative_qualifier, cumulative_availability, month_state,"
            f" month_minor, month_qualifier, month_availability FROM capital_value WHERE {when}"
        ):
            values = (Value(*cells[place : place + 4]) for place in (0, 4, 8))
            own[Series(project, kind, currency)] = held(last_day, _day(since), *values)
        for project, stage, condition in connection.exec_driver_sql(
            f"SELECT project_id, stage, condition FROM project_state WHERE {when}"
        ):
            own |= {Series(project, "stage"): stage} if stage else {}
            own |= {Series(project, "condition"): condition} if condition != "active" else {}
    return found


def effects(store: Store, closed: Mapping[date, int], found: Sequence[Restated]) -> list[Closed]:
    """What this change, once written, does to months that are closed."""
    query = sa.text(
        "SELECT last_day, COUNT(DISTINCT id) FROM capital_entry"
        " WHERE (recorded_from = :now OR recorded_to = :now) AND last_day <= :newest GROUP BY last_day"
    )
    into: dict[date, int] = defaultdict(int)
    for day, count in store.connection.execute(query, {"now": store.change.id, "newest": max(closed).isoformat()}):
        into[month_end(_day(day))] += count
    by_month: dict[date, list[Restated]] = defaultdict(list)
    for one in found:
        by_month[one.last_day].append(one)
    listed = ", ".join(sorted({str(one.series.project_id) for one in found})) or "NULL"
    names = store.connection.exec_driver_sql(
        f"SELECT id, code FROM project WHERE id IN ({listed}) ORDER BY recorded_from"
    )
    codes = {int(number): str(code) for number, code in names}
    return [
        Closed(day, closed[day], into.get(day, 0), tuple(by_month.get(day, ())), codes)
        for day in sorted(closed)
        if day in by_month or into.get(day)
    ]


def _day(value: Any) -> date:
    """A day as either engine returns it from a plain query."""
    day: date = date.fromisoformat(value) if isinstance(value, str) else value
    return day
