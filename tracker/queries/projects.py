"""Questions about projects: what they are, how far they have come, their labels and how they relate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.database import Reader
from tracker.dates import Period
from tracker.models.fields import COLUMNS, ProjectFields, project_column
from tracker.queries.as_of import AsOf

# One project, some of them, or all (None).
Projects = int | Collection[int] | None
# How many projects are asked for by number; more are read as a whole.
MOST_LISTED = 1_000


def of_project(project: Projects, table: str = "", column: str = "project_id") -> str:
    """The condition that asks about one project alone, or some; the parameter of one is in `given`."""
    if project is None or (not isinstance(project, int) and len(project) > MOST_LISTED):
        return ""
    if isinstance(project, int):
        return f" AND {table}{column} = :project"
    return f" AND {table}{column} IN ({', '.join(map(str, sorted(project))) or 'NULL'})"


def given(project: Projects) -> dict[str, Any]:
    """The parameter of `of_project`."""
    return {"project": project} if isinstance(project, int) else {}


def bound(as_of: AsOf, project: Projects = None) -> dict[str, Any]:
    """The parameters of a question: the change up to which versions are known, the day, and one project."""
    return {"known": as_of.known, "as_of": as_of.day.isoformat()} | given(project)


def period(first: date | None, last: date | None, text: str | None) -> Period | None:
    """The period of a dated row, None where its days are not known."""
    return None if first is None or last is None else Period.of(first, last, text)


@dataclass(frozen=True, slots=True)
class ProjectRow(ProjectFields):
    """A project with its company's name; its group and country are those of the company where it has none itself.

    `recorded_on` is the day its first version was recorded.
    """

    project_id: int
    company: str | None
    company_en: str | None
    recorded_on: date

    @property
    def registered(self) -> Period | None:
        """When the statistics bureau took it into its register, None where it did not or nobody recorded it."""
        return period(self.registered_first, self.registered_last, None)


@dataclass(frozen=True, slots=True)
class EventRow:
    """A project reaching a stage or condition (`code`), with the reason given.

    Without days it was reached by `effective_from`, the day itself not known.
    """

    project_id: int
    code: str
    first_day: date | None
    last_day: date | None
    period_text: str | None
    effective_from: date
    reason: str | None
    note: str | None
    source: str | None
    quote: str | None

    @property
    def period(self) -> Period | None:
        """When it was reached, None where the day is not known."""
        return period(self.first_day, self.last_day, self.period_text)


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A tag, alias, external id or custom value of a project or company."""

    project_id: int | None
    company_id: int | None
    category: str
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class RelationRow:
    """How one project relates to another, by their ids."""

    project_id: int
    relation: str
    target_id: int
    note: str | None
    source: str | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A progress report; `physical` in hundredths of a percent."""

    project_id: int
    first_day: date
    last_day: date
    period_text: str | None
    physical: int | None
    light: str | None
    text: str | None
    source: str | None
    quote: str | None

    @property
    def period(self) -> Period:
        """The days it is about."""
        return Period.of(self.first_day, self.last_day, self.period_text)


def projects(reader: Reader, as_of: AsOf, project: Projects = None, *, company: int | None = None) -> list[ProjectRow]:
    """Every project known, in the order they were opened; or that one, or those of one company."""
    sql = f"""
        SELECT {", ".join(map(project_column, COLUMNS["project"]))}, p.id, c.name, c.name_en, begun.recorded_on
        FROM project AS p
        JOIN change AS begun
            ON begun.id = (SELECT MIN(born.recorded_from) FROM project AS born WHERE born.id = p.id)
        LEFT JOIN company AS c ON c.id = p.company_id AND {as_of.known_in("c")}
        WHERE {as_of.known_in("p")}
    """
    sql += of_project(project, "p.", "id")
    if company is not None:
        sql += " AND p.company_id = :company"
    parameters = bound(as_of, project) | ({} if company is None else {"company": company})
    return reader.rows(ProjectRow, f"{sql} ORDER BY p.id", parameters)


def stages(reader: Reader, as_of: AsOf, project: Projects = None) -> list[EventRow]:
    """The stages that one project or all reached by the day asked about, in the order recorded."""
    return _events(reader, as_of, "stage_event", "stage", project)


def conditions(reader: Reader, as_of: AsOf, project: Projects = None) -> list[EventRow]:
    """The conditions that one project or all entered by the day asked about, in the order recorded."""
    return _events(reader, as_of, "condition_event", "condition", project)


def _events(reader: Reader, as_of: AsOf, table: str, column: str, project: Projects) -> list[EventRow]:
    sql = f"""
        SELECT project_id, {column}, first_day, last_day, period_text, effective_from, reason, note, source, quote
        FROM {table}
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(project)}
        ORDER BY id
    """
    return reader.rows(EventRow, sql, bound(as_of, project))


def first_facts(reader: Reader, as_of: AsOf, project: Projects = None) -> dict[int, date]:
    """For one project or each, the first day of its earliest fact: from it on the project exists, recorded or not."""
    only = f"{as_of.known_in()}{of_project(project)}"
    sql = f"""
        SELECT project_id, MIN(day)
        FROM (
            SELECT project_id, COALESCE(first_day, effective_from) AS day FROM stage_event WHERE {only}
            UNION ALL
            SELECT project_id, COALESCE(first_day, effective_from) FROM condition_event WHERE {only}
            UNION ALL
            SELECT project_id, first_day FROM capital_entry WHERE {only}
            UNION ALL
            SELECT project_id, first_day FROM milestone_date WHERE {only} AND what = 'baseline'
            UNION ALL
            SELECT project_id, first_day FROM review WHERE {only}
        ) AS facts
        WHERE day IS NOT NULL
        GROUP BY project_id
    """
    rows = reader.tuples(sql, bound(as_of, project))
    return {number: day if isinstance(day, date) else date.fromisoformat(day) for number, day in rows}


def labels(
    reader: Reader, as_of: AsOf, project: Projects = None, *, company: int | None = None, category: str | None = None
) -> list[LabelRow]:
    """The tags, aliases, ids and custom values of all projects and companies, or of one project or company.

    Of one `category` where it is given.
    """
    sql = f"""
        SELECT project_id, company_id, category, name, value
        FROM label
        WHERE {as_of.known_in()}{of_project(project)}{"" if company is None else " AND company_id = :company"}
            {"" if category is None else " AND category = :category"}
        ORDER BY id
    """
    parameters = bound(as_of, project) | {
        name: value for name, value in (("company", company), ("category", category)) if value is not None
    }
    return reader.rows(LabelRow, sql, parameters)


def relations(reader: Reader, as_of: AsOf, project: Projects = None) -> list[RelationRow]:
    """Every relation between projects, or of some of them to others."""
    sql = f"""
        SELECT project_id, relation, target_id, note, source, quote
        FROM relation
        WHERE {as_of.known_in()}{of_project(project)}
        ORDER BY id
    """
    return reader.rows(RelationRow, sql, bound(as_of, project))


def relations_around(reader: Reader, as_of: AsOf, projects: Collection[int]) -> list[RelationRow]:
    """Every relation that one of these projects has to others, or others to it."""
    listed = ", ".join(map(str, sorted(projects))) or "NULL"
    sql = f"""
        SELECT project_id, relation, target_id, note, source, quote
        FROM relation
        WHERE {as_of.known_in()} AND (project_id IN ({listed}) OR target_id IN ({listed}))
        ORDER BY id
    """
    return reader.rows(RelationRow, sql, bound(as_of))


def parents(reader: Reader, as_of: AsOf) -> dict[int, int]:
    """The parent of each project that is a part."""
    sql = f"SELECT id, parent_id FROM project WHERE {as_of.known_in()} AND parent_id IS NOT NULL"
    return dict(reader.tuples(sql, bound(as_of)))


def parts_of(reader: Reader, as_of: AsOf, projects: Collection[int]) -> list[tuple[int, int]]:
    """The projects that are parts of one of these, and the parts of those, each with its parent."""
    found: list[tuple[int, int]] = []
    seen: set[int] = set()
    above = set(projects)
    while above:
        only = of_project(above, column="parent_id") or " AND parent_id IS NOT NULL"
        sql = f"SELECT id, parent_id FROM project WHERE {as_of.known_in()}{only} ORDER BY id"
        pairs = [(number, parent) for number, parent in reader.tuples(sql, bound(as_of)) if parent in above]
        found += pairs
        seen |= above
        above = {number for number, _parent in pairs} - seen
    return found


def reviews(reader: Reader, as_of: AsOf, project: Projects = None) -> list[ReviewRow]:
    """The progress reports of one project or all that are about a day up to the one asked about, as recorded."""
    sql = f"""
        SELECT project_id, first_day, last_day, period_text, physical, light, text, source, quote
        FROM review
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(project)}
        ORDER BY id
    """
    return reader.rows(ReviewRow, sql, bound(as_of, project))


def custom_fields(reader: Reader, as_of: AsOf) -> list[tuple[str, str]]:
    """Name and type of every declared field."""
    sql = f"SELECT name, field_type FROM custom_field WHERE {as_of.known_in()} ORDER BY id"
    return [(name, kind) for name, kind in reader.tuples(sql, bound(as_of))]
