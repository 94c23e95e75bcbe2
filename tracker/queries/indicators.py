"""Questions about indicators: what they were, and what they are to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.asked import Asked


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A value or target; `subject` is the name of the zone, site, chain or company; for `value` see `measure`.

    Minor units of `currency` (money), hundredths of a percent (percent), whole things (count, rank); None where unknown
    or withheld. `growth` is the year-on-year change that the source gives, in hundredths of a percent.
    """

    indicator_value_id: int
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
    note: str | None
    source: str | None
    quote: str | None


def indicators(reader: Reader, asked: Asked) -> list[IndicatorRow]:
    """Every value and target that counts by the day asked about, in the order recorded."""
    sql = """
        SELECT i.indicator_value_id, i.subject_kind, COALESCE(i.subject, c.name), c.name_en, i.company_id, i.indicator,
               i.what, i.direction, i.measure, i.value, i.currency, i.unit, i.qualifier, i.availability, i.growth,
               i.first_day, i.last_day, i.note, i.source, i.quote
        FROM known_indicator_value AS i
        LEFT JOIN known_company AS c
            ON c.company_id = i.company_id AND c.known_from <= :known AND c.known_to > :known
        WHERE i.known_from <= :known AND i.known_to > :known AND i.counts_from <= :as_of
            AND (i.company_id IS NULL OR c.company_id IS NOT NULL)
        ORDER BY i.indicator_value_id
    """
    return reader.rows(IndicatorRow, sql, {"known": asked.known, "as_of": asked.as_of.isoformat()})
