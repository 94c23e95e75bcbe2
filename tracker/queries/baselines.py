"""Questions about baselines: which version a project is measured against, and which stood before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.capital import NEW_TOTALS
from tracker.queries.projects import KNOWN


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One version; the figure is its total as it was last corrected, `currency` None where it has none.

    `total_day` is the last day that the total speaks of, where it names any.
    """

    project_id: int
    version: int
    approved: date | None
    counts_from: date
    minor: int | None
    currency: str | None
    qualifier: str | None
    availability: str | None
    entry_id: int | None
    total_day: date | None
    start_first: date | None
    start_last: date | None
    end_first: date | None
    end_last: date | None
    reason: str | None
    note: str | None
    source: str | None
    quote: str | None


def baselines(reader: Reader, asked: Asked) -> list[BaselineRow]:
    """Every version known, by project and version, also one approved after the day asked about."""
    # The total of a version is what the next new total took the place of, and else the live one.
    sql = f"""
        WITH new_totals AS ({NEW_TOTALS})
        SELECT b.project_id, b.version, b.approved, b.counts_from, e.minor, e.currency, e.qualifier, e.availability,
               e.entry_id, e.last_day,
               b.start_first, b.start_last, b.end_first, b.end_last, b.reason, b.note, b.source, b.quote
        FROM (
            SELECT own.*, (
                SELECT MIN(t.version) FROM new_totals AS t
                WHERE t.project_id = own.project_id AND t.version > own.version
            ) AS next_total
            FROM known_baseline AS own
            WHERE {KNOWN}
        ) AS b
        LEFT JOIN new_totals AS later ON later.project_id = b.project_id AND later.version = b.next_total
        LEFT JOIN known_capital AS e ON e.project_id = b.project_id AND e.kind = 'total'
            AND ((b.next_total IS NULL AND e.known_from <= :known AND e.known_to > :known) OR e.row_id = later.old_id)
        ORDER BY b.project_id, b.version
    """
    return reader.rows(BaselineRow, sql, {"known": asked.known})
