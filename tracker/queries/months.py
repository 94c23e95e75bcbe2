"""Questions about closed months: which are closed, what was recorded into them since, what they came to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from tracker.analysis.restated import Figures, Held, Series, held
from tracker.database import Reader
from tracker.dates import Period
from tracker.queries import capital, projects
from tracker.queries.as_of import AsOf
from tracker.queries.projects import bound


@dataclass(frozen=True, slots=True)
class CloseRow:
    """The close of the month that ends on `last_day`, by change `change`, recorded at `recorded_at` (UTC)."""

    last_day: date
    note: str | None
    change: int
    recorded_at: datetime
    actor: str

    @property
    def month(self) -> Period:
        """The month."""
        return Period.month(self.last_day.year, self.last_day.month)


@dataclass(frozen=True, slots=True)
class Touch:
    """A change that wrote or ended an entry of a kind, a stage or a condition of a project, which counts from `day`."""

    project_id: int
    kind: str
    day: date
    change: int


def closes(reader: Reader, as_of: AsOf) -> list[CloseRow]:
    """The months that are closed, in their order."""
    sql = f"""
        SELECT m.last_day, m.note, m.recorded_from, c.recorded_at, c.actor
        FROM month_close AS m
        JOIN change AS c ON c.id = m.recorded_from
        WHERE {as_of.known_in("m")}
        ORDER BY m.last_day
    """
    return reader.rows(CloseRow, sql, bound(as_of))


def closed_spans(reader: Reader) -> list[tuple[date, int, int]]:
    """Every close there was: the month's last day, the change that closed it, and the one that opened it again."""
    rows = reader.tuples("SELECT last_day, recorded_from, recorded_to FROM month_close ORDER BY id")
    return [(date.fromisoformat(str(day)), since, until) for day, since, until in rows]


def touches(reader: Reader, as_of: AsOf, since: int, last_day: date) -> list[Touch]:
    """What was written or ended after change `since` among the facts that count by `last_day`."""
    facts = (
        ("capital_entry", "kind", "effective_from"),
        ("stage_event", "'stage'", "COALESCE(first_day, effective_from)"),
        ("condition_event", "'condition'", "effective_from"),
    )
    parts = [
        f"SELECT project_id, {kind} AS kind, {day} AS day, {end} AS change FROM {table}"
        f" WHERE {end} > :since AND {end} <= :known AND {day} <= :last_day"
        for table, kind, day in facts
        for end in ("recorded_from", "recorded_to")
    ]
    sql = f"{' UNION '.join(parts)} ORDER BY project_id, kind, change, day"
    parameters = {"since": since, "known": as_of.known, "last_day": last_day.isoformat()}
    return reader.rows(Touch, sql, parameters)


def figures_at(reader: Reader, as_of: AsOf, ids: Collection[int]) -> Figures:
    """What some projects come to on the day asked about, the end of a month, with their stage and condition."""
    found: dict[Series, Held | str] = {}
    for row in capital.rows_at(reader, as_of, ids):
        series = Series(row.project_id, row.kind, row.currency)
        found[series] = held(as_of.day, row.from_day, row.year, row.cumulative, row.month)
    for event in projects.stages(reader, as_of, ids):
        if event.project_id in ids:
            found[Series(event.project_id, "stage")] = event.code
    for event in projects.conditions(reader, as_of, ids):
        if event.project_id in ids:
            found[Series(event.project_id, "condition")] = event.code
    return {series: what for series, what in found.items() if what != "active"}


def codes(reader: Reader, ids: Collection[int]) -> dict[int, str]:
    """The codes of some projects, of removed ones the last they had."""
    listed = ", ".join(map(str, sorted(ids))) or "NULL"
    sql = f"SELECT id, code FROM project WHERE id IN ({listed}) ORDER BY recorded_from"
    return dict(reader.tuples(sql))
