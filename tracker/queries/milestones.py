"""Questions about milestones: their names, and every baseline, forecast and actual."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.database import Reader
from tracker.dates import Period
from tracker.models.fields import COLUMNS, MilestoneFields
from tracker.queries.as_of import AsOf
from tracker.queries.projects import Projects, as_day, bound, of_project, period_of_row


@dataclass(frozen=True, slots=True)
class MilestoneRow(MilestoneFields):
    """A milestone of a project."""

    milestone_id: int


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


def _next(project: Projects) -> str:
    """The milestones that one project, some or all are to reach next as they are known now, for SQL."""
    state = (
        f"SELECT next_milestone_id FROM project_state WHERE to_day > :as_of AND from_day <= :as_of{of_project(project)}"
    )
    return f"({state})"


def milestones(reader: Reader, as_of: AsOf, project: Projects = None, *, next_only: bool = False) -> list[MilestoneRow]:
    """The milestones of one project or all, in the order they were added, or the one each is to reach next."""
    sql = f"""
        SELECT {", ".join(COLUMNS["milestone"])}, id
        FROM milestone
        WHERE {as_of.known_in()}{of_project(project)}{f" AND id IN {_next(project)}" if next_only else ""}
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
    reader: Reader, as_of: AsOf, project: Projects = None, *, next_only: bool = False
) -> dict[int, dict[str, list[tuple[date, Period]]]]:
    """For each milestone its baselines, forecasts and actuals that count by the day asked about, as `milestone_dates`.

    Each is the day from which it counts, and the days it says; with `next_only` of the milestones to be reached next.
    """
    sql = f"""
        SELECT milestone_id, what, effective_from, first_day, last_day, period_text
        FROM milestone_date
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(project)}
            {f"AND milestone_id IN {_next(project)}" if next_only else ""}
        ORDER BY effective_from, id
    """
    found: dict[int, dict[str, list[tuple[date, Period]]]] = {}
    for milestone, what, since, *days in reader.tuples(sql, bound(as_of, project)):
        found.setdefault(milestone, {}).setdefault(what, []).append((as_day(since), period_of_row(*days)))
    return found


def planned(
    reader: Reader, as_of: AsOf, stages: Collection[str], projects: Projects = None
) -> Iterator[tuple[int, str, str, Period]]:
    """The baselines of these stages that count by the day asked about, by project, the one in force last.

    Each is project, stage, the day since when, and the days planned. The first milestone of a stage counts.
    """
    sql = f"""
        SELECT m.project_id, m.code, d.effective_from, d.first_day, d.last_day, d.period_text
        FROM milestone AS m
        JOIN milestone_date AS d ON d.milestone_id = m.id AND {as_of.known_in("d")} AND d.what = 'baseline'
            AND d.effective_from <= :as_of
        WHERE {as_of.known_in("m")} AND m.code IN ({listed(stages)}){of_project(projects, "m.")}
        ORDER BY m.project_id, m.id DESC, d.effective_from, d.id
    """
    for project, stage, since, *days in reader.stream(sql, bound(as_of, projects)):
        if projects is None or isinstance(projects, int) or project in projects:
            yield project, stage, str(since), period_of_row(*days)


def next_due(reader: Reader, as_of: AsOf, conditions: Collection[str], most: int) -> list[int]:
    """The projects in one of these conditions whose next milestone is overdue, the longest first; at most so many.

    As they are known now.
    """
    sql = f"""
        SELECT project_id FROM project_state
        WHERE to_day > :as_of AND from_day <= :as_of AND next_last < :as_of AND condition IN ({listed(conditions)})
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
    return [(as_day(day), project) for day, project in rows]


def listed(codes: Collection[str]) -> str:
    """Codes of the vocabulary for SQL."""
    return ", ".join(f"'{code}'" for code in codes if code.replace("_", "").isalpha()) or "NULL"
