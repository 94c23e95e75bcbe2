"""Questions about the difference between two states of the ledger: what is new, what is gone, what says otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.database import Reader
from tracker.queries.as_of import AsOf
from tracker.queries.history import TABLES, WrittenRow, versions
from tracker.queries.projects import bound

# What a schedule or an import is told is no fact about the portfolio.
_NO_FACTS = ("currency", "custom_field", "schedule", "import_map", "month_close", "calendar_day")
# The column of the day from which a record is a fact, where that is not `effective_from`.
_FACT_FROM = {"request": "raised", "follow_up": "on_day", "exchange_rate": "on_day"}


def last_change(reader: Reader, before: datetime) -> int:
    """The number of the last change recorded before a moment, 0 for none."""
    # The ledger's order counts, not the clock's: one clock may have been set back between two changes.
    sql = "SELECT COALESCE(MAX(id), 0) FROM change WHERE recorded_at < :moment"
    return int(reader.tuples(sql, {"moment": reader.bound_moment(before)})[0][0])


def newest(reader: Reader) -> int:
    """The number of the newest change: up to it, everything known now is known."""
    return int(reader.tuples("SELECT COALESCE(MAX(id), 0) FROM change")[0][0])


def recorded(reader: Reader, first: int, last: int) -> dict[int, datetime]:
    """When each change after `first`, up to `last`, was recorded."""
    sql = "SELECT id, recorded_at FROM change WHERE id > :first AND id <= :last"
    return {row.id: row.recorded_at for row in reader.rows(_Recorded, sql, {"first": first, "last": last})}


@dataclass(frozen=True, slots=True)
class _Recorded:
    id: int
    recorded_at: datetime


def differences(reader: Reader, as_of: AsOf, first: int, last: int) -> list[WrittenRow]:
    """What is otherwise after change `last` than after change `first`, among the facts up to `as_of.as_of`.

    What was written and ended in between is no difference; neither is a record written again with the same words. Only
    versions that began or ended in between are read.
    """
    facts = (table for table in TABLES if table not in _NO_FACTS)
    return [one for table in facts for one in _differences(reader, as_of, table, first, last)]


def _differences(reader: Reader, as_of: AsOf, table: str, first: int, last: int) -> Iterator[WrittenRow]:
    was: dict[int, Mapping[str, Any]] = {}
    now: dict[int, Mapping[str, Any]] = {}
    touched: dict[int, int] = {}
    day = _FACT_FROM.get(table) or ("effective_from" if "effective_from" in TABLES[table] else None)
    condition, parameters = "", {}
    if day:
        condition, parameters = f" AND {day} <= :as_of", {"as_of": as_of.day.isoformat()}
    for version in versions(reader, table, first + 1, last, condition, parameters):
        if version.begun <= first:
            was[version.id] = version.values
        if version.ended > last:
            now[version.id] = version.values
        change = version.ended if version.ended <= last else version.begun
        touched[version.id] = max(change, touched.get(version.id, 0))
    for change, number in sorted((change, number) for number, change in touched.items()):
        before, after = was.get(number), now.get(number)
        if before != after:
            yield WrittenRow(table, number, change, before, after)


# --- sums over the projects of which nothing was recorded ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RestRow:
    """The sum of one kind, currency, state, qualifier and availability over the projects that were not left out."""

    kind: str
    currency: str
    state: str
    qualifier: str
    availability: str
    minor: int


@dataclass(frozen=True, slots=True)
class Rest:
    """The sums, for how many projects each kind is known, and how many projects there are."""

    sums: tuple[RestRow, ...]
    known: Mapping[str, int]
    projects: int


def rest(reader: Reader, as_of: AsOf, without: Collection[int]) -> Rest:
    """The sums over the projects `without` some families, as known now: of total in force, of other kinds in the year.

    A project whose parent has a figure of a kind is in that figure.
    """
    listed = ", ".join(map(str, sorted(without))) or "NULL"
    others = f"v.project_id NOT IN ({listed})" if without else "TRUE"
    sums = f"""
        {_VALUES}, above AS (
            SELECT id, parent_id AS ancestor FROM project WHERE {as_of.known_in()} AND parent_id IS NOT NULL
            UNION
            SELECT a.id, p.parent_id
            FROM above AS a
            JOIN project AS p ON p.id = a.ancestor AND {as_of.known_in("p")} AND p.parent_id IS NOT NULL
        )
        SELECT v.kind, v.currency, v.state, v.qualifier, v.availability,
               CAST(SUM(v.minor / {_SPLIT}) AS BIGINT), CAST(SUM(v.minor % {_SPLIT}) AS BIGINT)
        FROM value AS v
        WHERE {others} AND NOT EXISTS (
            SELECT 1 FROM above AS a JOIN value AS w ON w.project_id = a.ancestor AND w.kind = v.kind
            WHERE a.id = v.project_id
        )
        GROUP BY v.kind, v.currency, v.state, v.qualifier, v.availability
        ORDER BY v.kind, v.currency, v.state, v.qualifier, v.availability
    """
    known = f"{_VALUES} SELECT v.kind, COUNT(DISTINCT v.project_id) FROM value AS v WHERE {others} GROUP BY v.kind"
    count = f"SELECT COUNT(DISTINCT v.project_id) FROM project_state AS v WHERE v.from_day <= :as_of AND {others}"
    parameters = bound(as_of) | {"begin": date(as_of.day.year, 1, 1).isoformat()}
    rows = tuple(
        RestRow(kind, currency, state, qualifier, availability, high * _SPLIT + low)
        for kind, currency, state, qualifier, availability, high, low in reader.tuples(sums, parameters)
    )
    return Rest(rows, dict(reader.tuples(known, parameters)), int(reader.tuples(count, parameters)[0][0]))


# SUM over 64-bit integers may overflow where the true sum does not fit; high and low parts never do.
_SPLIT = 1_000_000
_VALUES = """
    WITH RECURSIVE existing AS (SELECT DISTINCT project_id FROM project_state WHERE from_day <= :as_of), value AS (
        SELECT project_id, kind, currency, year_state AS state, year_minor AS minor, year_qualifier AS qualifier,
               year_availability AS availability
        FROM capital_value
        WHERE to_day > :as_of AND from_day <= :as_of AND from_day >= :begin AND kind <> 'total'
            AND year_state IN ('known', 'partial') AND project_id IN (SELECT project_id FROM existing)
        UNION ALL
        SELECT project_id, kind, currency, cumulative_state, cumulative_minor, cumulative_qualifier,
               cumulative_availability
        FROM capital_value
        WHERE to_day > :as_of AND from_day <= :as_of AND kind = 'total' AND cumulative_state IN ('known', 'partial')
            AND project_id IN (SELECT project_id FROM existing)
    )
"""
