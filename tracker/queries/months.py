"""Months: who is expected to report one and who has, which are closed, what was recorded into them since."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from tracker.database import Reader
from tracker.dates import Period
from tracker.queries import capital, projects
from tracker.queries.as_of import FOREVER, AsOf
from tracker.queries.projects import bound, existing
from tracker.vocabulary import STAGES

if TYPE_CHECKING:
    from tracker.analysis.revisions import Figures, Held

UNDER_CONSTRUCTION = tuple(
    one.code for one in STAGES if STAGES["under_construction"].order <= one.order < STAGES["completed"].order
)


class Expected(NamedTuple):
    """A project that is expected to report a month; `answer` is reported, unknown or withheld, None for nothing."""

    project_id: int
    answer: str | None


class _Row(NamedTuple):
    """What decides it: stages as the month begins and ends, condition as it ends, figures of the month and before.

    `exists` is whether the project does by then.
    """

    project_id: int
    parent_id: int | None
    begins: str | None
    ends: str | None
    condition: str
    exists: bool
    answer: str | None
    before: bool

    @property
    def under_construction(self) -> bool:
        """By its stage; where no stage is known by then, as it reported before."""
        stages = {self.begins, self.ends}
        return self.condition == "active" and (
            bool(stages & set(UNDER_CONSTRUCTION)) or (self.ends is None and self.before)
        )


def expected(reader: Reader, as_of: AsOf, month: Period) -> list[Expected]:
    """The projects that are expected to report `month`, in the order opened, with what they answered as known.

    These are the active projects under construction as the month begins or ends, or at a later stage whose day is not
    known. Figures that cover the month later count. A family answers once: a part is not asked where a project above
    it has reported the month, or reports while the part never has; a parent is not asked where a part has reported the
    month, or where it never reported itself and has parts to ask.
    """
    as_of = as_of._replace(day=month.last)
    rows = {row.project_id: row for row in _rows(reader, as_of, month)}
    building = {number: row for number, row in rows.items() if row.under_construction and row.exists}
    parts: dict[int, list[_Row]] = {}
    for row in building.values():
        for above in _above(row, rows):
            parts.setdefault(above.project_id, []).append(row)
    found = []
    for number, row in building.items():
        by_parent = any(
            above.answer == "reported" or (above.before and not row.before)
            for above in _above(row, rows)
            if above.under_construction
        )
        below = parts.get(number, [])
        by_parts = any(part.answer == "reported" for part in below) or (bool(below) and not row.before)
        if row.answer == "reported" or not (by_parent or by_parts):
            found.append(Expected(number, row.answer))
    return found


def _above(row: _Row, rows: dict[int, _Row]) -> Iterator[_Row]:
    """The projects that one is a part of, the nearest first."""
    parent = rows.get(row.parent_id or 0)
    while parent is not None:
        yield parent
        parent = rows.get(parent.parent_id or 0)


def _rows(reader: Reader, as_of: AsOf, month: Period) -> list[_Row]:
    known = as_of.known_in("x")
    covers = """
        (x.basis = 'cumulative' AND x.last_day >= :first
         OR x.basis = 'ytd' AND x.last_day BETWEEN :first AND :year_end
         OR x.basis = 'period' AND x.first_day <= :last AND x.last_day >= :first)
    """

    def latest(table: str, column: str, when: str, order: str = "DESC") -> str:
        return f"""(
            SELECT x.{column} FROM {table} AS x WHERE x.project_id = p.id AND {known} AND {when}
            ORDER BY x.id {order} LIMIT 1
        )"""

    def figures(columns: str, when: str) -> str:
        return f"""
            SELECT {columns} FROM capital_entry AS x
            WHERE x.project_id = p.id AND {known} AND x.kind = 'completed' AND {when}
        """

    undated = latest("stage_event", "stage", "x.first_day IS NULL", "ASC")
    if as_of.known >= FOREVER:
        states = f"""
            SELECT p.id, p.parent_id, (
                       SELECT x.stage FROM project_state AS x WHERE x.project_id = p.id AND x.from_day < :first
                       ORDER BY x.from_day DESC LIMIT 1
                   ) AS begins, COALESCE(s.stage, {undated}) AS ends, COALESCE(s.condition, 'active') AS condition,
                   s.project_id IS NOT NULL AS present
            FROM project AS p
            LEFT JOIN project_state AS s ON s.project_id = p.id AND s.from_day <= :last AND s.to_day > :last
        """
    else:
        states = f"""
            SELECT p.id, p.parent_id,
                   {latest("stage_event", "stage", "x.effective_from < :first")} AS begins,
                   COALESCE({latest("stage_event", "stage", "x.effective_from <= :last")}, {undated}) AS ends,
                   COALESCE({latest("condition_event", "condition", "x.effective_from <= :last")}, 'active')
                       AS condition, TRUE AS present
            FROM project AS p
        """
    building = ", ".join(f"'{stage}'" for stage in UNDER_CONSTRUCTION)
    # Of the others nobody asks what they reported.
    asks = f"condition = 'active' AND (begins IN ({building}) OR ends IN ({building}) OR ends IS NULL)"
    sql = f"""
        WITH p AS MATERIALIZED ({states} WHERE {as_of.known_in("p")})
        SELECT id, parent_id, begins, ends, condition, present,
               CASE WHEN {asks} THEN
                   CASE WHEN EXISTS ({figures("1", f"x.minor IS NOT NULL AND {covers}")}) THEN 'reported'
                        ELSE ({figures("MAX(x.availability)", f"x.minor IS NULL AND {covers}")}) END END,
               CASE WHEN {asks} THEN EXISTS ({figures("1", "x.minor IS NOT NULL AND x.last_day < :first")}) END
        FROM p WHERE ({asks}) OR id IN (SELECT parent_id FROM p) ORDER BY id
    """
    parameters = bound(as_of) | {
        "first": month.first.isoformat(),
        "last": month.last.isoformat(),
        "year_end": f"{month.last.year:04}-12-31",
    }
    found = [_Row(*cells) for cells in reader.tuples(sql, parameters)]
    if as_of.known >= FOREVER:
        return found
    live = existing(reader, as_of, [row.project_id for row in found])
    return [row._replace(exists=row.project_id in live) for row in found]


class CloseRow(NamedTuple):
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


class Touch(NamedTuple):
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


def figures_at(reader: Reader, as_of: AsOf, ids: Collection[int]) -> "Figures":
    """What some projects come to on the day asked about, the end of a month, with their stage and condition."""
    from tracker.analysis.revisions import SeriesKey, held

    found: dict[SeriesKey, Held | str] = {}
    for row in capital.rows_at(reader, as_of, ids):
        series = SeriesKey(row.project_id, row.kind, row.currency)
        found[series] = held(as_of.day, row.from_day, row.year, row.cumulative, row.month)
    for event in projects.stages(reader, as_of, ids):
        if event.project_id in ids:
            found[SeriesKey(event.project_id, "stage")] = event.code
    for event in projects.conditions(reader, as_of, ids):
        if event.project_id in ids:
            found[SeriesKey(event.project_id, "condition")] = event.code
    return {series: what for series, what in found.items() if what != "active"}


def codes(reader: Reader, ids: Collection[int]) -> dict[int, str]:
    """The codes of some projects, of removed ones the last they had."""
    listed = ", ".join(map(str, sorted(ids))) or "NULL"
    sql = f"SELECT id, code FROM project WHERE id IN ({listed}) ORDER BY recorded_from"
    return dict(reader.tuples(sql))
