"""Questions about capital: entries one by one, and sums a project, kind and currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.database import Reader
from tracker.dates import Period
from tracker.queries.asked import Asked
from tracker.queries.projects import KNOWN


@dataclass(frozen=True, slots=True)
class SumRow:
    """Entries of one project, kind, currency, qualifier and availability: how many, and their sum in minor units.

    `day` is the last day of their period where the sum was asked for day by day.
    """

    project_id: int
    kind: str
    currency: str
    qualifier: str
    availability: str
    entries: int
    minor: int | Fraction | None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One capital entry; `minor` in minor units, None where unknown or withheld."""

    entry_id: int
    project_id: int
    kind: str
    minor: int | None
    currency: str
    qualifier: str
    availability: str
    first_day: date | None
    last_day: date | None
    measure: str
    reported_minor: int | None
    corrects: int | None
    note: str | None
    source: str | None
    quote: str | None
    change_id: int
    taken_back_by: int | None
    taken_back_why: str | None


# SUM over 64-bit integers may overflow where the true sum does not fit; high and low parts never do.
_SPLIT = 1_000_000


def sums(reader: Reader, asked: Asked, within: Period | None = None, *, by_day: bool = False) -> list[SumRow]:
    """Sums of the entries that count by the day asked about; with `within`, of those whose period lies inside it."""
    day = ", last_day" if by_day else ""
    sql = f"""
        SELECT project_id, kind, currency, qualifier, availability, COUNT(*),
               CAST(SUM(minor / {_SPLIT}) AS BIGINT), CAST(SUM(minor % {_SPLIT}) AS BIGINT){day}
        FROM known_capital
        WHERE {KNOWN} AND counts_from <= :as_of
    """
    parameters = {"known": asked.known, "as_of": asked.as_of.isoformat()}
    if within:
        sql += " AND first_day >= :first AND last_day <= :last"
        parameters |= {"first": within.first.isoformat(), "last": within.last.isoformat()}
    sql += f" GROUP BY project_id, kind, currency, qualifier, availability{day}"
    rows = [_sum_row(*cells) for cells in reader.tuples(sql, parameters)]
    return sorted(
        rows, key=lambda row: (row.project_id, row.kind, row.currency, row.qualifier, row.availability, str(row.day))
    )


def _sum_row(
    project: int,
    kind: str,
    currency: str,
    qualifier: str,
    availability: str,
    count: int,
    high: int | None,
    low: int | None,
    day: str | date | None = None,
) -> SumRow:
    minor = None if high is None or low is None else high * _SPLIT + low
    last = date.fromisoformat(day) if isinstance(day, str) else day
    return SumRow(project, kind, currency, qualifier, availability, count, minor, last)


def straddling(reader: Reader, asked: Asked, day: date) -> int:
    """How many completed entries run across the beginning of `day`: no part of them surely belongs to the year."""
    sql = f"""
        SELECT COUNT(*)
        FROM known_capital
        WHERE {KNOWN} AND counts_from <= :as_of AND kind = 'completed' AND first_day < :day AND last_day >= :day
    """
    parameters = {"known": asked.known, "as_of": asked.as_of.isoformat(), "day": day.isoformat()}
    return int(reader.tuples(sql, parameters)[0][0])


def entries(reader: Reader, asked: Asked, *, everything: bool = False) -> list[EntryRow]:
    """Capital entries in the order recorded; with `everything` also those that were taken back."""
    sql = """
        SELECT entry_id, project_id, kind, minor, currency, qualifier, availability, first_day, last_day, measure,
               reported_minor, corrects, note, source, quote, change_id, taken_back_by, taken_back_why
        FROM capital_history
        WHERE change_id <= :known AND counts_from <= :as_of
        ORDER BY entry_id
    """
    found = reader.rows(EntryRow, sql, {"known": asked.known, "as_of": asked.as_of.isoformat()})
    return [row for row in found if everything or row.taken_back_by is None or row.taken_back_by > asked.known]
