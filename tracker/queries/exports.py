"""Questions an export asks beyond those of the reports: rows as they were recorded, with the day each counts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.projects import KNOWN
from tracker.vocabulary import CAPITAL_KINDS

# A capital entry as it stands: entry, project, kind, minor, currency, qualifier, availability, first day, last day,
# measure, reported minor, counts from, note, source, quotation. Days are dates or, on SQLite, ISO texts; the day it
# counts from is None where that follows from its kind and period.
CapitalTuple = tuple[Any, ...]

_KINDS_IN_ORDER = " ".join(f"WHEN '{term.code}' THEN {place}" for place, term in enumerate(CAPITAL_KINDS))
# Projects asked for at a time: few questions, and few rows held.
_BATCH = 100


@dataclass(frozen=True, slots=True)
class OwnProjectRow:
    """A project with what was recorded of it alone, and nothing taken over from its company."""

    project_id: int
    code: str
    name: str
    name_en: str | None
    kind: str | None
    company_id: int | None
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


@dataclass(frozen=True, slots=True)
class DatedRow:
    """A stage, condition or certification (`code`); `subject` is the id of its project or company."""

    subject: int
    code: str
    first_day: date
    last_day: date
    counts_from: date
    reason: str | None
    note: str | None
    source: str | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class OwnReviewRow:
    """A progress report; `physical` in hundredths of a percent."""

    project_id: int
    first_day: date
    last_day: date
    physical: int | None
    light: str | None
    text: str | None
    counts_from: date
    note: str | None
    source: str | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class OwnIndicatorRow:
    """A value or target; `subject` is its name, or None where it is that of the company."""

    subject_kind: str
    subject: str | None
    company_id: int | None
    indicator: str
    what: str
    direction: str | None
    measure: str
    value: int | None
    currency: str | None
    unit: str | None
    qualifier: str
    availability: str
    growth: int | None
    first_day: date
    last_day: date
    counts_from: date
    note: str | None
    source: str | None
    quote: str | None


def own_projects(reader: Reader, asked: Asked) -> list[OwnProjectRow]:
    """Every project known, in the order they were opened."""
    sql = f"""
        SELECT p.project_id, p.code, p.name, p.name_en, p.kind, p.company_id, own.group_name, p.chain, p.sector, p.site,
               p.grid, p.owner, p.lead_source, p.capital_origin, own.country, p.land, p.jobs, p.parent_id, p.note,
               p.source, p.quote
        FROM (SELECT * FROM known_project WHERE {KNOWN}) AS p
        JOIN project AS own ON own.id = p.row_id
        ORDER BY p.project_id
    """
    return reader.rows(OwnProjectRow, sql, {"known": asked.known})


def dated_stages(reader: Reader, asked: Asked) -> list[DatedRow]:
    """Every stage reached by the day asked about, in the order recorded."""
    return _dated(reader, asked, "stage", "project_id, stage, {days}, reason", "stage_event_id")


def dated_conditions(reader: Reader, asked: Asked) -> list[DatedRow]:
    """Every condition entered by the day asked about, in the order recorded."""
    return _dated(reader, asked, "condition", "project_id, condition, {days}, reason", "condition_event_id")


def dated_certifications(reader: Reader, asked: Asked) -> list[DatedRow]:
    """Every certification by the day asked about, in the order recorded."""
    return _dated(reader, asked, "certification", "company_id, certification, {days}, NULL", "certification_id")


def _dated(reader: Reader, asked: Asked, view: str, columns: str, key: str) -> list[DatedRow]:
    sql = f"""
        SELECT {columns.format(days="first_day, last_day, counts_from")}, note, source, quote
        FROM known_{view}
        WHERE {KNOWN} AND counts_from <= :as_of
        ORDER BY {key}
    """
    return reader.rows(DatedRow, sql, _parameters(asked))


def own_reviews(reader: Reader, asked: Asked) -> list[OwnReviewRow]:
    """Every progress report by the day asked about, in the order recorded."""
    sql = f"""
        SELECT project_id, first_day, last_day, physical, light, text, counts_from, note, source, quote
        FROM known_review
        WHERE {KNOWN} AND counts_from <= :as_of
        ORDER BY review_id
    """
    return reader.rows(OwnReviewRow, sql, _parameters(asked))


def own_indicators(reader: Reader, asked: Asked) -> list[OwnIndicatorRow]:
    """Every value and target that counts by the day asked about, in the order recorded."""
    sql = f"""
        SELECT subject_kind, subject, company_id, indicator, what, direction, measure, value, currency, unit, qualifier,
               availability, growth, first_day, last_day, counts_from, note, source, quote
        FROM known_indicator_value
        WHERE {KNOWN} AND counts_from <= :as_of
        ORDER BY indicator_value_id
    """
    return reader.rows(OwnIndicatorRow, sql, _parameters(asked))


def capital_in_order(reader: Reader, asked: Asked, projects: Iterable[int]) -> Iterable[list[CapitalTuple]]:
    """The entries of each of `projects`, a list a project that has any: by kind, period, and the order booked."""
    wanted = list(projects)
    for begin in range(0, len(wanted), _BATCH):
        batch = wanted[begin : begin + _BATCH]
        found: dict[int, list[CapitalTuple]] = {}
        for row in reader.tuples(_capital_sql(batch), _parameters(asked)):
            found.setdefault(row[1], []).append(row)
        yield from (found[project] for project in batch if project in found)


def _capital_sql(projects: list[int]) -> str:
    # A plan counts from the first day of its year by itself, a total without a day always, the others from their last.
    return f"""
        SELECT entry_id, project_id, kind, minor, currency, qualifier, availability, first_day, last_day, measure,
               reported_minor,
               CASE
                   WHEN counts_from = CASE WHEN kind = 'plan' THEN first_day ELSE last_day END THEN NULL
                   WHEN first_day IS NULL AND counts_from = '0001-01-01' THEN NULL
                   ELSE counts_from
               END,
               note, source, quote
        FROM known_capital
        WHERE {KNOWN} AND counts_from <= :as_of AND project_id IN ({", ".join(map(str, projects))})
        ORDER BY project_id, CASE kind {_KINDS_IN_ORDER} END, first_day, last_day, entry_id
    """


def newest_change(reader: Reader, asked: Asked) -> tuple[int, str] | None:
    """The newest change known and the seal of it, None where nothing was recorded."""
    sql = "SELECT change_id, digest FROM seal WHERE change_id <= :known ORDER BY change_id DESC LIMIT 1"
    rows = reader.tuples(sql, {"known": asked.known})
    return (int(rows[0][0]), str(rows[0][1])) if rows else None


def _parameters(asked: Asked) -> dict[str, Any]:
    return {"known": asked.known, "as_of": asked.as_of.isoformat()}
