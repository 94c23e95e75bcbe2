"""Questions about companies and their certifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.dates import Period
from tracker.queries.as_of import AsOf
from tracker.queries.projects import bound


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
    period_text: str | None
    source: str | None
    quote: str | None

    @property
    def period(self) -> Period:
        """When it was recognised."""
        return Period.of(self.first_day, self.last_day, self.period_text)


def companies(reader: Reader, as_of: AsOf, company: int | None = None) -> list[CompanyRow]:
    """Every company, in the order they were added, or that one."""
    sql = f"""
        SELECT id, name, name_en, group_name, country, role, founded, note, source, quote
        FROM company
        WHERE {as_of.known_in()}{"" if company is None else " AND id = :company"}
        ORDER BY id
    """
    return reader.rows(CompanyRow, sql, bound(as_of) | _given(company))


def certifications(reader: Reader, as_of: AsOf, company: int | None = None) -> list[CertificationRow]:
    """The certifications of one company or all by the day asked about, in the order recorded."""
    sql = f"""
        SELECT company_id, certification, first_day, last_day, period_text, source, quote
        FROM certification
        WHERE {as_of.known_in()} AND effective_from <= :as_of{"" if company is None else " AND company_id = :company"}
        ORDER BY id
    """
    return reader.rows(CertificationRow, sql, bound(as_of) | _given(company))


def _given(company: int | None) -> dict[str, int]:
    return {} if company is None else {"company": company}
