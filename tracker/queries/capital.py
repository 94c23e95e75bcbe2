"""Questions about capital: entries one by one, and sums a project, kind and currency."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.database import Reader
from tracker.dates import Period
from tracker.queries.asked import Asked
from tracker.queries.projects import KNOWN, given, of_project


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


# One row is a version of a baseline that brought a total of its own, the entry `new_id`; `old_id` is the one that stood
# just before and was taken back for it. A row number and not a day decides: one change may write several versions.
NEW_TOTALS = f"""
    SELECT b.project_id, b.version, b.counts_from, fresh.id AS new_id,
        (
            SELECT gone.replaces
            FROM capital_entry AS gone
            WHERE gone.void AND gone.change_id = fresh.change_id AND gone.id = (
                SELECT MAX(one.id)
                FROM capital_entry AS one
                WHERE one.project_id = b.project_id AND one.kind = 'total' AND one.id < fresh.id
            )
        ) AS old_id
    FROM (SELECT * FROM known_baseline WHERE {KNOWN}) AS b
    JOIN baseline AS born ON born.id = b.baseline_id
    JOIN capital_entry AS fresh ON fresh.id = b.entry_id AND fresh.change_id = born.change_id
    WHERE fresh.corrects IS NULL AND NOT EXISTS (
        SELECT 1
        FROM baseline AS earlier
        WHERE earlier.project_id = b.project_id AND earlier.entry_id = b.entry_id AND earlier.version < b.version
    )
"""
# One row is a project whose live total was approved after the day asked about: on that day `old_id` stood, if anything.
_REPLACED = f"""
    SELECT t.project_id, t.new_id, t.old_id
    FROM ({NEW_TOTALS}) AS t
    JOIN (
        SELECT project_id, MIN(version) AS version
        FROM ({NEW_TOTALS}) AS every
        WHERE counts_from > :as_of
        GROUP BY project_id
    ) AS next ON next.project_id = t.project_id AND next.version = t.version
"""

# SUM over 64-bit integers may overflow where the true sum does not fit; high and low parts never do.
_SPLIT = 1_000_000


def sums(
    reader: Reader, asked: Asked, within: Period | None = None, *, kinds: Collection[str] = (), by_day: bool = False
) -> list[SumRow]:
    """Sums of the entries that count by the day asked about; with `within`, of those whose period lies inside it.

    With `kinds` (codes of CAPITAL_KINDS), of these alone.

    The total is the one in force on that day, also where a later baseline has another.
    """
    day = ", last_day" if by_day else ""
    facts = "project_id, kind, currency, qualifier, availability, minor, first_day, last_day, counts_from"
    sql = f"""
        WITH replaced AS ({_REPLACED})
        SELECT project_id, kind, currency, qualifier, availability, COUNT(*),
               CAST(SUM(minor / {_SPLIT}) AS BIGINT), CAST(SUM(minor % {_SPLIT}) AS BIGINT){day}
        FROM (
            SELECT {facts}
            FROM known_capital
            WHERE {KNOWN} AND NOT (kind = 'total' AND project_id IN (SELECT project_id FROM replaced))
            UNION ALL
            SELECT {facts} FROM capital_history WHERE entry_id IN (SELECT old_id FROM replaced)
        ) AS counted
        WHERE counts_from <= :as_of
    """
    parameters = {"known": asked.known, "as_of": asked.as_of.isoformat()}
    if within:
        sql += " AND first_day >= :first AND last_day <= :last"
        parameters |= {"first": within.first.isoformat(), "last": within.last.isoformat()}
    if kinds:
        sql += f" AND kind IN ({', '.join(f':kind_{kind}' for kind in kinds)})"
        parameters |= {f"kind_{kind}": kind for kind in kinds}
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


def entries(reader: Reader, asked: Asked, *, everything: bool = False, project: int | None = None) -> list[EntryRow]:
    """Capital entries in the order recorded, of one project or all; with `everything` also those that were taken back.

    A total that a later baseline has replaced stands on the days before, and the later one does not.
    """
    sql = f"""
        WITH replaced AS ({_REPLACED})
        SELECT e.entry_id, e.project_id, e.kind, e.minor, e.currency, e.qualifier, e.availability, e.first_day,
               e.last_day, e.measure, e.reported_minor, e.corrects, e.note, e.source, e.quote, e.change_id,
               CASE WHEN e.entry_id = replaced.old_id THEN NULL ELSE e.taken_back_by END AS taken_back_by,
               CASE WHEN e.entry_id = replaced.old_id THEN NULL ELSE e.taken_back_why END AS taken_back_why
        FROM capital_history AS e
        LEFT JOIN replaced ON replaced.project_id = e.project_id AND e.kind = 'total'
        WHERE e.change_id <= :known AND e.counts_from <= :as_of
            AND (replaced.new_id IS NULL OR e.entry_id < replaced.new_id)
    """
    sql += f"{of_project(project, 'e.')} ORDER BY e.entry_id"
    parameters = {"known": asked.known, "as_of": asked.as_of.isoformat()} | given(project)
    found = reader.rows(EntryRow, sql, parameters)
    return [row for row in found if everything or row.taken_back_by is None or row.taken_back_by > asked.known]


def later_totals(reader: Reader, asked: Asked) -> dict[int, int]:
    """For each project whose total was approved after the day asked about, the first entry not yet in force."""
    rows = reader.tuples(_REPLACED, {"known": asked.known, "as_of": asked.as_of.isoformat()})
    return {project: new for project, new, _old in rows}
