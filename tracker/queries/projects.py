"""Questions about projects: what they are, how far they have come, what hangs on them and how they relate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.database import Reader
from tracker.queries.asked import Asked

KNOWN = "known_from <= :known AND known_to > :known"


def of_project(project: int | None, table: str = "") -> str:
    """The condition that asks about one project alone, where one is given; its parameter is in `given`."""
    return "" if project is None else f" AND {table}project_id = :project"


def given(project: int | None) -> dict[str, Any]:
    """The parameter of `of_project`."""
    return {} if project is None else {"project": project}


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project with its company's name; `land` in thousandths of a 亩."""

    project_id: int
    code: str
    name: str
    name_en: str | None
    kind: str | None
    company_id: int | None
    company: str | None
    company_en: str | None
    group_name: str | None
    chain: str | None
    sector: str | None
    site: str | None
    grid: str | None
    owner: str | None
    lead_source: str | None
    capital_origin: str | None
    country: str | None
    land: int | None
    jobs: int | None
    parent_id: int | None
    note: str | None
    source: str | None
    quote: str | None
    recorded_on: date


@dataclass(frozen=True, slots=True)
class EventRow:
    """A project reaching a stage or condition (`code`), with the reason given."""

    project_id: int
    code: str
    first_day: date
    last_day: date
    reason: str | None
    note: str | None
    source: str | None
    quote: str | None


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
    physical: int | None
    light: str | None
    text: str | None
    source: str | None
    quote: str | None


def projects(reader: Reader, asked: Asked) -> list[ProjectRow]:
    """Every project known, in the order they were opened."""
    sql = f"""
        SELECT project_id, code, name, name_en, kind, company_id, company, company_en, group_name, chain, sector,
               site, grid, owner, lead_source, capital_origin, country, land, jobs, parent_id, note, source, quote,
               recorded_on
        FROM known_project
        WHERE {KNOWN}
        ORDER BY project_id
    """
    return reader.rows(ProjectRow, sql, {"known": asked.known})


def stages(reader: Reader, asked: Asked) -> list[EventRow]:
    """Every stage reached by the day asked about, in the order recorded."""
    return _events(reader, asked, "known_stage", "stage", "stage_event_id")


def conditions(reader: Reader, asked: Asked) -> list[EventRow]:
    """Every condition entered by the day asked about, in the order recorded."""
    return _events(reader, asked, "known_condition", "condition", "condition_event_id")


def _events(reader: Reader, asked: Asked, view: str, column: str, key: str) -> list[EventRow]:
    sql = f"""
        SELECT project_id, {column}, first_day, last_day, reason, note, source, quote
        FROM {view}
        WHERE {KNOWN} AND counts_from <= :as_of
        ORDER BY {key}
    """
    return reader.rows(EventRow, sql, {"known": asked.known, "as_of": asked.as_of.isoformat()})


def first_facts(reader: Reader, asked: Asked) -> dict[int, date]:
    """For each project, the earliest day from which a stage or booked capital counts."""
    sql = f"""
        SELECT project_id, MIN(counts_from)
        FROM (
            SELECT project_id, counts_from FROM known_stage WHERE {KNOWN}
            UNION ALL
            SELECT project_id, counts_from FROM known_capital WHERE {KNOWN} AND kind NOT IN ('plan', 'total')
        ) AS facts
        GROUP BY project_id
    """
    rows = reader.tuples(sql, {"known": asked.known})
    return {project: day if isinstance(day, date) else date.fromisoformat(day) for project, day in rows}


def labels(reader: Reader, asked: Asked) -> list[LabelRow]:
    """Everything that hangs on projects and companies by name."""
    sql = f"""
        SELECT project_id, company_id, category, name, value
        FROM known_label
        WHERE {KNOWN}
        ORDER BY label_id
    """
    return reader.rows(LabelRow, sql, {"known": asked.known})


def relations(reader: Reader, asked: Asked) -> list[RelationRow]:
    """Every relation between projects."""
    sql = f"""
        SELECT project_id, relation, target_id, note, source, quote
        FROM known_relation
        WHERE {KNOWN}
        ORDER BY relation_id
    """
    return reader.rows(RelationRow, sql, {"known": asked.known})


def reviews(reader: Reader, asked: Asked, project: int | None = None) -> list[ReviewRow]:
    """The progress reports of one project or all that speak of a day up to the one asked about, as recorded."""
    sql = f"""
        SELECT project_id, first_day, last_day, physical, light, text, source, quote
        FROM known_review
        WHERE {KNOWN} AND counts_from <= :as_of{of_project(project)}
        ORDER BY review_id
    """
    parameters = {"known": asked.known, "as_of": asked.as_of.isoformat()} | given(project)
    return reader.rows(ReviewRow, sql, parameters)


def custom_fields(reader: Reader, asked: Asked) -> list[tuple[str, str]]:
    """Name and type of every declared field."""
    sql = f"SELECT name, field_type FROM known_custom_field WHERE {KNOWN} ORDER BY custom_field_id"
    return [(name, kind) for name, kind in reader.tuples(sql, {"known": asked.known})]
