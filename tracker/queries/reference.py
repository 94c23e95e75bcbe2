"""Reference data of a ledger: exchange rates, holidays and swapped days of work, maps of files to import."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from tracker.database import Reader
from tracker.queries.as_of import AsOf
from tracker.queries.projects import bound


class RateRow(NamedTuple):
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


class CalendarRow(NamedTuple):
    """A day of the calendar; `kind` is holiday or working."""

    day: date
    kind: str
    name: str | None


def calendar(reader: Reader, as_of: AsOf) -> list[CalendarRow]:
    """Every day known, in order."""
    sql = f"SELECT day, kind, name FROM calendar_day WHERE {as_of.known_in()} ORDER BY day"
    return reader.rows(CalendarRow, sql, bound(as_of))


def working_days(reader: Reader, as_of: AsOf) -> dict[date, bool]:
    """Whether each day of the calendar is worked on."""
    return {row.day: row.kind == "working" for row in calendar(reader, as_of)}


class ImportMapRow(NamedTuple):
    """A map as it is known, since `row_change` at `row_at` (UTC); `headings` are those of its files, one a line."""

    name: str
    headings: str
    text: str
    row_change: int
    row_at: datetime


def import_maps(reader: Reader, as_of: AsOf) -> list[ImportMapRow]:
    """Every map known, by name."""
    sql = f"""
        SELECT m.name, m.headings, m.text, c.id, c.recorded_at
        FROM import_map AS m
        JOIN change AS c ON c.id = m.recorded_from
        WHERE {as_of.known_in("m")}
        ORDER BY m.name
    """
    return reader.rows(ImportMapRow, sql, bound(as_of))
