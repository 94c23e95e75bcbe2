"""Questions about companies and their certifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.projects import KNOWN


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company; `country` is an ISO 3166 code."""

    company_id: int
    name: str
    name_en: str | None
    group_name: str | None
    country: str | None
    role: str | None
    founded: int | None
    note: str | None
    source: str | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class CertificationRow:
    """A step on the innovation ladder."""

    company_id: int
    certification: str
    first_day: date
    last_day: date
    source: str | None
    quote: str | None


def companies(reader: Reader, asked: Asked) -> list[CompanyRow]:
    """Every company, in the order they were added."""
    sql = f"""
        SELECT company_id, name, name_en, group_name, country, role, founded, note, source, quote
        FROM known_company
        WHERE {KNOWN}
        ORDER BY company_id
    """
    return reader.rows(CompanyRow, sql, {"known": asked.known})


def certifications(reader: Reader, asked: Asked) -> list[CertificationRow]:
    """Every certification by the day asked about, in the order recorded."""
    sql = f"""
        SELECT company_id, certification, first_day, last_day, source, quote
        FROM known_certification
        WHERE {KNOWN} AND counts_from <= :as_of
        ORDER BY certification_id
    """
    return reader.rows(CertificationRow, sql, {"known": asked.known, "as_of": asked.as_of.isoformat()})
