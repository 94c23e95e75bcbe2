"""Questions an export asks beyond those of the reports: rows as they were recorded, with the day each holds from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from tracker.database import Reader, batches
from tracker.models.fields import COLUMNS, ProjectFields
from tracker.queries.as_of import AsOf
from tracker.queries.projects import Projects, bound, letters, of_project
from tracker.vocabulary import CAPITAL_KINDS

# A capital entry as reported: entry, project, kind, minor, currency, qualifier, availability, first day, last day,
# text of the period, basis, effective from, note, source, quotation. Days are dates or, on SQLite, ISO texts; the day
# it is effective from is None where that follows from its kind and period.
CapitalTuple = tuple[Any, ...]

_KINDS_IN_ORDER = " ".join(f"WHEN '{term.code}' THEN {place}" for place, term in enumerate(CAPITAL_KINDS))
# Projects asked for at a time: few questions, and few rows held.
_BATCH = 100


@dataclass(frozen=True, slots=True)
class OwnProjectRow(ProjectFields):
    """A project with what was recorded of it alone, and nothing taken over from its company."""

    project_id: int


class DatedRow(NamedTuple):
    """A stage, condition or certification (`code`); `subject` is the id of its project or company.

    Without days it is a stage or condition reached by `effective_from`, the day itself not known.
    """

    subject: int
    code: str
    first_day: date | None
    last_day: date | None
    period_text: str | None
    effective_from: date
    reason: str | None
    note: str | None
    source: str | None
    quote: str | None


class OwnReviewRow(NamedTuple):
    """A progress report; `physical` in hundredths of a percent."""

    project_id: int
    first_day: date
    last_day: date
    period_text: str | None
    physical: int | None
    light: str | None
    text: str | None
    effective_from: date
    note: str | None
    source: str | None
    quote: str | None


def own_projects(reader: Reader, as_of: AsOf, projects: Projects = None) -> list[OwnProjectRow]:
    """Every project known, or those, in the order they were opened."""
    sql = f"""
        SELECT {", ".join(COLUMNS["project"])}, id
        FROM project
        WHERE {as_of.known_in()}{of_project(projects, column="id")}
        ORDER BY id
    """
    return reader.rows(OwnProjectRow, sql, bound(as_of, projects))


def ids_of(reader: Reader, as_of: AsOf, table: str, column: str, values: Iterable[Any], ids: str = "id") -> set[int]:
    """The `ids` of the rows of a table known that have one of some values in a column."""
    found: set[int] = set()
    for some in batches(list(values), _BATCH):
        named = {f"v_{letters(place)}": value for place, value in enumerate(some)}
        listed = ", ".join(f":{name}" for name in named)
        sql = f"SELECT {ids} FROM {table} WHERE {as_of.known_in()} AND {column} IN ({listed})"
        found.update(number for (number,) in reader.tuples(sql, bound(as_of) | named))
    return found


def dated_stages(reader: Reader, as_of: AsOf, projects: Projects = None) -> list[DatedRow]:
    """Every stage reached by the day asked about, in the order recorded."""
    return _dated(reader, as_of, "stage_event", "project_id, stage, {days}, reason", projects)


def dated_conditions(reader: Reader, as_of: AsOf, projects: Projects = None) -> list[DatedRow]:
    """Every condition entered by the day asked about, in the order recorded."""
    return _dated(reader, as_of, "condition_event", "project_id, condition, {days}, reason", projects)


def dated_certifications(reader: Reader, as_of: AsOf) -> list[DatedRow]:
    """Every certification by the day asked about, in the order recorded."""
    return _dated(reader, as_of, "certification", "company_id, certification, {days}, NULL")


def _dated(reader: Reader, as_of: AsOf, table: str, columns: str, projects: Projects = None) -> list[DatedRow]:
    sql = f"""
        SELECT {columns.format(days="first_day, last_day, period_text, effective_from")}, note, source, quote
        FROM {table}
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(projects)}
        ORDER BY id
    """
    return reader.rows(DatedRow, sql, bound(as_of, projects))


def own_reviews(reader: Reader, as_of: AsOf, projects: Projects = None) -> list[OwnReviewRow]:
    """Every progress report by the day asked about, in the order recorded."""
    sql = f"""
        SELECT project_id, first_day, last_day, period_text, physical, light, text, effective_from, note, source, quote
        FROM review
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(projects)}
        ORDER BY id
    """
    return reader.rows(OwnReviewRow, sql, bound(as_of, projects))


def capital_in_order(reader: Reader, as_of: AsOf, projects: Iterable[int]) -> Iterable[list[CapitalTuple]]:
    """The entries of each of `projects`, a list a project that has any: by kind, period, and the order recorded."""
    for batch in batches(list(projects), _BATCH):
        found: dict[int, list[CapitalTuple]] = {}
        for row in reader.tuples(_capital_sql(as_of, batch), bound(as_of)):
            found.setdefault(row[1], []).append(row)
        yield from (found[project] for project in batch if project in found)


def _capital_sql(as_of: AsOf, projects: Sequence[int]) -> str:
    # By itself a plan holds from its first day, a total always, and every other figure from its last day.
    return f"""
        SELECT id, project_id, kind, minor, currency, qualifier, availability, first_day, last_day, period_text, basis,
               CASE
                   WHEN effective_from =
                       CASE kind WHEN 'plan' THEN first_day WHEN 'total' THEN '0001-01-01' ELSE last_day END THEN NULL
                   ELSE effective_from
               END,
               note, source, quote
        FROM capital_entry
        WHERE {as_of.known_in()} AND effective_from <= :as_of AND project_id IN ({", ".join(map(str, projects))})
        ORDER BY project_id, CASE kind {_KINDS_IN_ORDER} END, first_day IS NOT NULL, first_day, last_day, id
    """


def newest_change(reader: Reader, as_of: AsOf) -> tuple[int, str] | None:
    """The newest change known and the hash of it, None where nothing was recorded."""
    sql = "SELECT change_id, digest FROM seal WHERE change_id <= :known ORDER BY change_id DESC LIMIT 1"
    rows = reader.tuples(sql, bound(as_of))
    return (int(rows[0][0]), str(rows[0][1])) if rows else None


def change_hash(reader: Reader, change: int) -> str:
    """The hash of a change, "" where there is none."""
    rows = reader.tuples("SELECT digest FROM seal WHERE change_id = :change", {"change": change})
    return str(rows[0][0]) if rows else ""
