"""Questions about baselines: which version a project is measured against, and which stood before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.projects import KNOWN


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One version; the figure is that of its total as it was booked, `currency` None where it has no total."""

    project_id: int
    version: int
    approved: date | None
    counts_from: date
    minor: int | None
    currency: str | None
    qualifier: str | None
    availability: str | None
    entry_id: int | None
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
    sql = f"""
        SELECT b.project_id, b.version, b.approved, b.counts_from, e.minor, e.currency, e.qualifier, e.availability,
               b.entry_id, b.start_first, b.start_last, b.end_first, b.end_last, b.reason, b.note, b.source, b.quote
        FROM (SELECT * FROM known_baseline WHERE {KNOWN}) AS b
        LEFT JOIN capital_history AS e ON e.entry_id = b.entry_id
        ORDER BY b.project_id, b.version
    """
    return reader.rows(BaselineRow, sql, {"known": asked.known})
