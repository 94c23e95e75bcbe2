"""Questions about milestones: their names, and every baseline, forecast and actual."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from tracker.database import Reader
from tracker.dates import Period
from tracker.queries.as_of import AsOf
from tracker.queries.projects import Projects, bound, of_project


class MilestoneRow(NamedTuple):
    """A milestone of a project."""

    milestone_id: int
    project_id: int
    code: str
    title: str | None
    weight: int


class MilestoneDateRow(NamedTuple):
    """A baseline, forecast or actual; a forecast was made on `effective_from`."""

    milestone_id: int
    what: str
    first_day: date
    last_day: date
    period_text: str | None
    effective_from: date
    note: str | None
    source: str | None
    quote: str | None

    @property
    def period(self) -> Period:
        """The days of the baseline, forecast or actual."""
        return Period.of(self.first_day, self.last_day, self.period_text)


def milestones(reader: Reader, as_of: AsOf, project: Projects = None) -> list[MilestoneRow]:
    """The milestones of one project or all, in the order they were added."""
    sql = f"""
        SELECT id, project_id, code, title, weight
        FROM milestone
        WHERE {as_of.known_in()}{of_project(project)}
        ORDER BY id
    """
    return reader.rows(MilestoneRow, sql, bound(as_of, project))


def milestone_dates(reader: Reader, as_of: AsOf, project: Projects = None) -> list[MilestoneDateRow]:
    """The days of milestones, of one project or all, that count by the day asked about; forecasts as they were made."""
    sql = f"""
        SELECT milestone_id, what, first_day, last_day, period_text, effective_from, note, source, quote
        FROM milestone_date
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(project)}
        ORDER BY effective_from, id
    """
    return reader.rows(MilestoneDateRow, sql, bound(as_of, project))


def days_of_milestones(
    reader: Reader, as_of: AsOf, project: Projects = None, codes: Collection[str] | None = None
) -> dict[int, dict[str, list[tuple[date, Period]]]]:
    """For each milestone its baselines, forecasts and actuals that count by the day asked about, as `milestone_dates`.

    With `codes` of these milestones alone. Each is the day from which it counts, and the days it says.
    """
    named = f" AND milestone_id IN (SELECT id FROM milestone WHERE code IN ({_listed(codes)}))" if codes else ""
    sql = f"""
        SELECT milestone_id, what, effective_from, first_day, last_day, period_text
        FROM milestone_date
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(project)}{named}
        ORDER BY effective_from, id
    """
    # Many milestones share their days.
    made: dict[tuple[Any, ...], tuple[date, Period]] = {}
    found: dict[int, dict[str, list[tuple[date, Period]]]] = {}
    for milestone, what, *days in reader.tuples(sql, bound(as_of, project)):
        key = tuple(days)
        one = made.get(key)
        if one is None:
            since, first, last = map(_as_day, days[:3])
            one = made[key] = since, Period.of(first, last, days[3])
        found.setdefault(milestone, {}).setdefault(what, []).append(one)
    return found


def next_due(reader: Reader, as_of: AsOf, conditions: Collection[str], most: int) -> list[int]:
    """The projects in one of these conditions whose next milestone is overdue, the longest first; at most so many.

    As they are known now.
    """
    sql = f"""
        SELECT project_id FROM project_state
        WHERE to_day > :as_of AND from_day <= :as_of AND next_last < :as_of AND condition IN ({_listed(conditions)})
        ORDER BY next_last, project_id LIMIT :most
    """
    return [number for (number,) in reader.tuples(sql, bound(as_of) | {"most": most})]


def expected(reader: Reader, as_of: AsOf, last: date, most: int) -> list[tuple[date, int]]:
    """The days from the one asked about to the `last` that milestones are now expected on, with their projects, by day.

    At most so many. The project may have come to the stage of a milestone without its day being known.
    """
    sql = f"""
        SELECT d.last_day, d.project_id FROM milestone_date AS d
        WHERE {as_of.known_in("d")} AND d.last_day BETWEEN :as_of AND :last AND d.effective_from <= :as_of
            AND d.what <> 'actual' AND NOT EXISTS (
                SELECT 1 FROM milestone_date AS x
                WHERE {as_of.known_in("x")} AND x.milestone_id = d.milestone_id AND x.effective_from <= :as_of
                    AND (x.what = 'actual' OR (x.what = 'forecast' AND d.what = 'baseline') OR (x.what = d.what AND
                        (x.effective_from > d.effective_from OR (x.effective_from = d.effective_from AND x.id > d.id))))
            )
        ORDER BY d.last_day, d.project_id LIMIT :most
    """
    rows = reader.tuples(sql, bound(as_of) | {"last": last.isoformat(), "most": most})
    return [(_as_day(day), project) for day, project in rows]


def _as_day(value: date | str) -> date:
    """A day as either engine returns it from a plain query."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _listed(codes: Collection[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes if code.replace("_", "").isalpha()) or "NULL"
