"""Questions about the difference between two states of the ledger: what is new, what is gone, what says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.history import TABLES, WrittenRow, versions

# What a schedule is told is no fact about the portfolio.
_NO_FACTS = ("currency", "custom_field", "schedule")
# The column of the day from which a record is a fact, where that is not `effective_from`.
_FACT_FROM = {"request": "raised", "exchange_rate": "on_day"}


def last_change(reader: Reader, before: datetime) -> int:
    """The number of the last change recorded before a moment, 0 for none."""
    # The ledger's order counts, not the clock's: one clock may have been set back between two changes.
    sql = "SELECT COALESCE(MAX(id), 0) FROM change WHERE recorded_at < :moment"
    return int(reader.tuples(sql, {"moment": reader.bound_moment(before)})[0][0])


def recorded(reader: Reader, first: int, last: int) -> dict[int, datetime]:
    """When each change after `first`, up to `last`, was recorded."""
    sql = "SELECT id, recorded_at FROM change WHERE id > :first AND id <= :last"
    return {row.id: row.recorded_at for row in reader.rows(_Recorded, sql, {"first": first, "last": last})}


@dataclass(frozen=True, slots=True)
class _Recorded:
    id: int
    recorded_at: datetime


def differences(reader: Reader, asked: Asked, first: int, last: int) -> list[WrittenRow]:
    """What is otherwise after change `last` than after change `first`, among the facts up to `asked.as_of`.

    What was written and ended in between is no difference; neither is a record written again with the same words. Only
    versions that began or ended in between are read.
    """
    facts = (table for table in TABLES if table not in _NO_FACTS)
    return [one for table in facts for one in _differences(reader, asked, table, first, last)]


def _differences(reader: Reader, asked: Asked, table: str, first: int, last: int) -> Iterator[WrittenRow]:
    was: dict[int, Mapping[str, Any]] = {}
    now: dict[int, Mapping[str, Any]] = {}
    touched: dict[int, int] = {}
    day = _FACT_FROM.get(table) or ("effective_from" if "effective_from" in TABLES[table] else None)
    condition, parameters = "", {}
    if day:
        condition, parameters = f" AND {day} <= :as_of", {"as_of": asked.as_of.isoformat()}
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
