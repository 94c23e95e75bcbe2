"""Companies, their certifications, and the indicators of companies, zones, sites and chains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.database import Reader
from tracker.dates import Period
from tracker.models.fields import COLUMNS, CompanyFields
from tracker.queries.as_of import AsOf
from tracker.queries.projects import Projects, bound, of_project


@dataclass(frozen=True, slots=True)
class CompanyRow(CompanyFields):
    """A company; `country` is an ISO 3166 code."""

    company_id: int


class CertificationRow(NamedTuple):
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


def companies(reader: Reader, as_of: AsOf, company: Projects = None) -> list[CompanyRow]:
    """Every company, in the order they were added, or that one or those."""
    sql = f"""
        SELECT {", ".join(COLUMNS["company"])}, id
        FROM company
        WHERE {as_of.known_in()}{of_project(company, column="id")}
        ORDER BY id
    """
    return reader.rows(CompanyRow, sql, bound(as_of, company))


def certifications(reader: Reader, as_of: AsOf, company: Projects = None) -> list[CertificationRow]:
    """The certifications of one company or all by the day asked about, in the order recorded."""
    sql = f"""
        SELECT company_id, certification, first_day, last_day, period_text, source, quote
        FROM certification
        WHERE {as_of.known_in()} AND effective_from <= :as_of{of_project(company, column="company_id")}
        ORDER BY id
    """
    return reader.rows(CertificationRow, sql, bound(as_of, company))


class IndicatorRow(NamedTuple):
    """A value or target; `subject` is the name of the zone, site, chain or company; for `value` see `measure`.

    Minor units of `currency` (money), hundredths of a percent (percent), whole things (count, rank); None where unknown
    or withheld. `growth` is the year-on-year change that the source gives, in hundredths of a percent.
    """

    subject_kind: str
    subject: str
    subject_en: str | None
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
    period_text: str | None
    effective_from: date
    note: str | None
    source: str | None
    quote: str | None

    @property
    def period(self) -> Period:
        """The days of the value or target."""
        return Period.of(self.first_day, self.last_day, self.period_text)


def indicators(reader: Reader, as_of: AsOf) -> list[IndicatorRow]:
    """Every value and target that counts by the day asked about, in the order recorded."""
    sql = f"""
        SELECT i.subject_kind, COALESCE(i.subject, c.name), c.name_en, i.company_id, i.indicator, i.what, i.direction,
               i.measure, i.value, i.currency, i.unit, i.qualifier, i.availability, i.growth, i.first_day, i.last_day,
               i.period_text, i.effective_from, i.note, i.source, i.quote
        FROM indicator_value AS i
        LEFT JOIN company AS c ON c.id = i.company_id AND {as_of.known_in("c")}
        WHERE {as_of.known_in("i")} AND i.effective_from <= :as_of
        ORDER BY i.id
    """
    return reader.rows(IndicatorRow, sql, bound(as_of))
