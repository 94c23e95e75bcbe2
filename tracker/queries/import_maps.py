"""Questions about the maps that files of known layouts are read by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.database import Reader
from tracker.queries.as_of import AsOf
from tracker.queries.projects import bound


@dataclass(frozen=True, slots=True)
class ImportMapRow:
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
