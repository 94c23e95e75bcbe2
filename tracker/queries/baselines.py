"""Questions about baselines: which version a project is measured against, and which came before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.as_of import AsOf
from tracker.queries.projects import Projects, given, of_project


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One version with its total as it is known, `currency` None where it has none."""

    project_id: int
    version: int
    approved: date | None
    effective_from: date
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


def baselines(reader: Reader, as_of: AsOf, project: Projects = None) -> list[BaselineRow]:
    """Every version known, of one project or all, by project and version; later ones too."""
    sql = f"""
        SELECT b.project_id, b.version, b.approved, b.effective_from, e.minor, e.currency, e.qualifier, e.availability,
               e.id, b.start_first, b.start_last, b.end_first, b.end_last, b.reason, b.note, b.source, b.quote
        FROM baseline AS b
        LEFT JOIN capital_entry AS e ON e.id = b.entry_id AND {as_of.known_in("e")}
        WHERE {as_of.known_in("b")}{of_project(project, "b.")}
        ORDER BY b.project_id, b.version
    """
    return reader.rows(BaselineRow, sql, {"known": as_of.known} | given(project))
