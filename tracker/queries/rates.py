"""Questions about exchange rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.as_of import AsOf
from tracker.queries.projects import bound


@dataclass(frozen=True, slots=True)
class RateRow:
    """One unit of `base` is `rate` units of `counter` on a day; `rate` is an exact decimal, for Fraction or Decimal."""

    exchange_rate_id: int
    base: str
    counter: str
    on_day: date
    rate: str
    note: str | None
    source: str | None
    quote: str | None


def rates(reader: Reader, as_of: AsOf) -> list[RateRow]:
    """Every rate of a day up to the one asked about, by pair and day."""
    sql = f"""
        SELECT id, base, counter, on_day, rate, note, source, quote
        FROM exchange_rate
        WHERE {as_of.known_in()} AND on_day <= :as_of
        ORDER BY base, counter, on_day
    """
    return reader.rows(RateRow, sql, bound(as_of))
