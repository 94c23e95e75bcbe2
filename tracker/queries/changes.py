"""Questions about changes: who wrote what, what each record was before, and what two states of the ledger differ in.

A change began versions (`recorded_from` is its number) and ended others (`recorded_to` is): of one record, a version
that ended and one that began are a revision; only one that began is a new record, only one that ended is gone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from tracker.database import Reader, batches
from tracker.models.fields import COLUMNS, FIELDS, Type
from tracker.queries.as_of import ENDED, FOREVER, AsOf
from tracker.queries.projects import given

_SOURCED = "note source quote"
_DATED = "first_day last_day period_text effective_from"
# What the records of each table say, in the order in which a change is shown.
TABLES: dict[str, tuple[str, ...]] = {
    table: tuple(columns.split())
    for table, columns in {
        "currency": "code minor_per_unit",
        "company": " ".join(COLUMNS["company"]),
        "certification": f"company_id certification {_DATED} {_SOURCED}",
        "project": " ".join(COLUMNS["project"]),
        "custom_field": "name field_type",
        "label": "project_id company_id category name value",
        "relation": f"project_id relation target_id {_SOURCED}",
        "stage_event": f"project_id stage {_DATED} reason {_SOURCED}",
        "condition_event": f"project_id condition {_DATED} reason {_SOURCED}",
        "milestone": " ".join(COLUMNS["milestone"]),
        "milestone_date": f"project_id milestone_id what {_DATED} {_SOURCED}",
        "capital_entry": f"project_id kind basis minor currency qualifier availability {_DATED} {_SOURCED}",
        "review": f"project_id {_DATED} physical light text {_SOURCED}",
        "indicator_value": (
            "subject_kind subject company_id indicator what direction measure value currency unit qualifier "
            f"availability growth {_DATED} {_SOURCED}"
        ),
        "request": " ".join(COLUMNS["request"]),
        "follow_up": f"project_id on_day text next_day person done {_SOURCED}",
        "exchange_rate": f"base counter on_day rate {_SOURCED}",
        "baseline": (
            "project_id version approved effective_from entry_id start_first start_last end_first end_last reason "
            f"{_SOURCED}"
        ),
        "schedule": "name cron phrase zone reports options since begins lang targets format silent fail_on",
        "import_map": "name headings text",
        "month_close": "last_day note",
        "calendar_day": "day kind name",
    }.items()
}
# The tables whose records have a name of their own.
_NAMES = {"project": "code", "company": "name", "milestone": "code"}
# The columns that hold the number of a record with a name.
REFERS = {
    "project_id": "project",
    "target_id": "project",
    "parent_id": "project",
    "company_id": "company",
    "milestone_id": "milestone",
}
_DAYS = frozenset(
    ("begins", "approved", "done", "day", *(one.key for one in FIELDS["request"] if one.type is Type.DAY))
)
# Ids asked for at a time.
_TOGETHER = 500


class ChangeRow(NamedTuple):
    """One recorded change; `recorded_at` in UTC, `undoes` the change it reverts, `reason` why where it has one."""

    id: int
    recorded_at: datetime
    actor: str
    command: str
    origin: str
    reason: str | None
    undoes: int | None


class WrittenRow(NamedTuple):
    """One record that is not what it was: `was` is None for a new one, `now` for one that ended.

    `change` is the change that made it what it is now.
    """

    table: str
    id: int
    change: int
    was: Mapping[str, Any] | None
    now: Mapping[str, Any] | None

    @property
    def values(self) -> Mapping[str, Any]:
        """Its values, the last ones where it ended."""
        return self.now or self.was or {}


class Count(NamedTuple):
    """How many records of a table a change wrote anew, revised and ended."""

    change: int
    table: str
    new: int
    revised: int
    ended: int

    @property
    def records(self) -> int:
        """How many records it touched."""
        return self.new + self.revised + self.ended


class Version(NamedTuple):
    """One version of a record: known from the change `begun` on, until the change `ended`."""

    id: int
    begun: int
    ended: int
    values: Mapping[str, Any]


def changes(
    reader: Reader,
    as_of: AsOf,
    *,
    since: datetime | None = None,
    limit: int | None = None,
    project: int | None = None,
    number: int | None = None,
) -> list[ChangeRow]:
    """The changes known, newest first; those that touched a project alone, or the one of a number."""
    sql = """
        SELECT id, recorded_at, actor, command, origin, reason, undoes
        FROM change
        WHERE id > 0 AND id <= :known
    """
    parameters: dict[str, Any] = {"known": as_of.known} | given(project)
    if since:
        sql += " AND recorded_at >= :since"
        parameters["since"] = reader.bound_moment(since)
    if number is not None:
        sql += " AND id = :number"
        parameters["number"] = number
    if project is not None:
        sql += f" AND id IN ({' UNION '.join(_touching())})"
    sql += " ORDER BY id DESC"
    if limit is not None:
        sql += " LIMIT :limit"
        parameters["limit"] = limit
    return reader.rows(ChangeRow, sql, parameters)


def _of_project(table: str) -> tuple[str, ...]:
    """The conditions under which a record of a table is about the project asked for; none where it never is."""
    if table == "project":
        return ("id = :project",)
    if "project_id" not in TABLES[table]:
        return ()
    # Two relations are looked up by what they lead to, over the index of the open ones and that of the ended ones.
    targets = (f"target_id = :project AND recorded_to = {FOREVER + 1}", f"target_id = :project AND {ENDED}")
    return ("project_id = :project", *(targets if table == "relation" else ()))


def _touching() -> Iterator[str]:
    """The queries for the numbers of the changes that wrote or ended anything of a project."""
    for table in TABLES:
        for condition in _of_project(table):
            yield f"SELECT recorded_from FROM {table} WHERE {condition}"
            yield f"SELECT recorded_to FROM {table} WHERE {condition} AND {ENDED}"


def counts(reader: Reader, first: int, last: int, project: int | None = None) -> list[Count]:
    """How many records of each table the changes numbered `first` to `last` touched, of one project or all."""
    parameters = {"first": first, "last": last} | given(project)
    found: list[Count] = []
    for table in TABLES:
        conditions = ("",) if project is None else tuple(f" AND {one}" for one in _of_project(table))
        for condition in conditions:
            found += _counts(reader, table, condition, parameters)
    return sorted(found, key=lambda one: one.change)


def _counts(reader: Reader, table: str, condition: str, parameters: Mapping[str, Any]) -> Iterator[Count]:
    begun = f"""
        SELECT recorded_from, COUNT(*)
        FROM {table}
        WHERE recorded_from >= :first AND recorded_from <= :last{condition}
        GROUP BY recorded_from
    """
    # The key (id, recorded_from) finds the version that took the place of one that ended.
    ended = f"""
        SELECT recorded_to, COUNT(*), COUNT(newer)
        FROM (
            SELECT old.recorded_to, (
                SELECT new.id FROM {table} AS new WHERE new.id = old.id AND new.recorded_from = old.recorded_to
            ) AS newer
            FROM {table} AS old
            WHERE recorded_to >= :first AND recorded_to <= :last AND {ENDED}{condition}
        ) AS versions
        GROUP BY recorded_to
    """
    wrote = dict(reader.tuples(begun, parameters))
    gone = {change: (count, revised) for change, count, revised in reader.tuples(ended, parameters)}
    for change in sorted(wrote.keys() | gone.keys()):
        count, revised = gone.get(change, (0, 0))
        yield Count(change, table, wrote.get(change, 0) - revised, revised, count - revised)


def written(
    reader: Reader, first: int, last: int, *, project: int | None = None, tables: Collection[str] = tuple(TABLES)
) -> list[WrittenRow]:
    """What each of the changes numbered `first` to `last` did to records, in the order of table, change and record."""
    found = []
    for table in tables:
        was: dict[tuple[int, int], Mapping[str, Any]] = {}
        now: dict[tuple[int, int], Mapping[str, Any]] = {}
        for condition in ("",) if project is None else tuple(f" AND {one}" for one in _of_project(table)):
            for version in versions(reader, table, first, last, condition, given(project)):
                if first <= version.begun:
                    now[version.begun, version.id] = version.values
                if version.ended <= last:
                    was[version.ended, version.id] = version.values
        found += [
            WrittenRow(table, number, change, was.get((change, number)), now.get((change, number)))
            for change, number in sorted(was.keys() | now.keys())
        ]
    return found


def versions(
    reader: Reader, table: str, first: int, last: int, condition: str = "", more: Mapping[str, Any] | None = None
) -> Iterator[Version]:
    """The versions of a table that began or ended in the changes numbered `first` to `last`, each once."""
    columns = TABLES[table]
    select = f"SELECT id, recorded_from, recorded_to, {', '.join(columns)} FROM {table}"
    # Two queries and no OR: each has its index.
    sql = f"""
        {select} WHERE recorded_from >= :first AND recorded_from <= :last{condition}
        UNION ALL
        {select} WHERE recorded_to >= :first AND recorded_to <= :last AND {ENDED} AND recorded_from < :first{condition}
    """
    for number, begun, ended, *cells in reader.tuples(sql, {"first": first, "last": last} | dict(more or {})):
        yield Version(number, begun, ended, dict(zip(columns, map(_plain, columns, cells), strict=True)))


def _plain(column: str, value: Any) -> Any:
    """A day as a date on both engines: a row without types holds what the driver gives."""
    is_day = column in _DAYS or column.endswith(("_day", "_first", "_last", "_from"))
    return date.fromisoformat(value) if is_day and isinstance(value, str) else value


def names(reader: Reader, wanted: Mapping[str, Collection[int]] | None = None) -> dict[tuple[str, int], str]:
    """What to call projects, companies and milestones, by table and id: the latest code or name, also of removed ones.

    With `wanted`, those of these ids alone.
    """
    found: dict[tuple[str, int], str] = {}
    for table, column in _NAMES.items():
        sql = f"""
            SELECT t.id, t.{column}
            FROM {table} AS t
            WHERE t.recorded_from = (SELECT MAX(last.recorded_from) FROM {table} AS last WHERE last.id = t.id)
        """
        if wanted is None:
            found |= {(table, number): name for number, name in reader.tuples(sql)}
            continue
        for some in batches(sorted(set(wanted.get(table, ()))), _TOGETHER):
            listed = ", ".join(str(int(number)) for number in some)
            found |= {(table, number): name for number, name in reader.tuples(f"{sql} AND t.id IN ({listed})")}
    return found


def names_of(reader: Reader, rows: Iterable[WrittenRow]) -> dict[tuple[str, int], str]:
    """What to call every project, company and milestone that is one of `rows`, or that one of them refers to."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if row.table in _NAMES:
            wanted.setdefault(row.table, set()).add(row.id)
        for values in (row.was or {}, row.now or {}):
            for column, table in REFERS.items():
                if values.get(column) is not None:
                    wanted.setdefault(table, set()).add(values[column])
    return names(reader, wanted)


def as_date(value: str | date) -> date:
    """A day as either engine returns it from an untyped row."""
    return value if isinstance(value, date) else date.fromisoformat(value)


# The settings of a schedule or an import are not facts about the portfolio.
_NO_FACTS = ("currency", "custom_field", "schedule", "import_map", "month_close", "calendar_day")
_FACTS = tuple(table for table in TABLES if table not in _NO_FACTS)
# The column of the day from which a record is a fact, where that is not `effective_from`.
_FACT_FROM = {"request": "raised", "follow_up": "on_day", "exchange_rate": "on_day"}


def recorded(reader: Reader, first: int, last: int) -> dict[int, datetime]:
    """When each change after `first`, up to `last`, was recorded."""
    sql = "SELECT id, recorded_at FROM change WHERE id > :first AND id <= :last"
    return {row.id: row.recorded_at for row in reader.rows(_Recorded, sql, {"first": first, "last": last})}


class _Recorded(NamedTuple):
    id: int
    recorded_at: datetime


def touched(reader: Reader, first: int, last: int) -> dict[int, int]:
    """The projects of which changes after `first`, up to `last`, wrote or ended a fact: the latest of them for each.

    The projects touched last come first.
    """
    parts = []
    for table in _FACTS:
        if column := _project_column(table):
            parts += [
                f"SELECT {column} AS project, MAX({bound}) AS change FROM {table}"
                f" WHERE {bound} > :first AND {bound} <= :last{more} GROUP BY {column}"
                for bound, more in (("recorded_from", ""), ("recorded_to", f" AND {ENDED}"))
            ]
    sql = f"""
        SELECT project, MAX(change) FROM ({" UNION ALL ".join(parts)}) AS versions
        WHERE project IS NOT NULL GROUP BY project ORDER BY 2 DESC, project
    """
    return dict(reader.tuples(sql, {"first": first, "last": last}))


def _project_column(table: str) -> str | None:
    """The column with the project that a row is about."""
    if table == "project":
        return "id"
    return "project_id" if "project_id" in TABLES[table] else None


def differences(
    reader: Reader, as_of: AsOf, first: int, last: int, projects: Collection[int] | None = None
) -> list[WrittenRow]:
    """What is otherwise after change `last` than after change `first`, among the facts up to `as_of.as_of`.

    What was written and ended in between is no difference; neither is a record written again with the same words. Only
    versions that began or ended in between are read; of what is about a project, that of `projects` where given.
    """
    return [one for table in _FACTS for one in _differences(reader, as_of, table, first, last, projects)]


def _differences(
    reader: Reader, as_of: AsOf, table: str, first: int, last: int, projects: Collection[int] | None
) -> Iterator[WrittenRow]:
    was: dict[int, Mapping[str, Any]] = {}
    now: dict[int, Mapping[str, Any]] = {}
    latest: dict[int, int] = {}
    day = _FACT_FROM.get(table) or ("effective_from" if "effective_from" in TABLES[table] else None)
    condition, parameters = "", {}
    if day:
        condition, parameters = f" AND {day} <= :as_of", {"as_of": as_of.day.isoformat()}
    if projects is not None and (column := _project_column(table)):
        listed = ", ".join(map(str, sorted(projects))) or "NULL"
        condition += f" AND ({column} IN ({listed}) OR {column} IS NULL)"
    for version in versions(reader, table, first + 1, last, condition, parameters):
        if version.begun <= first:
            was[version.id] = version.values
        if version.ended > last:
            now[version.id] = version.values
        change = version.ended if version.ended <= last else version.begun
        latest[version.id] = max(change, latest.get(version.id, 0))
    for change, number in sorted((change, number) for number, change in latest.items()):
        before, after = was.get(number), now.get(number)
        if before != after:
            yield WrittenRow(table, number, change, before, after)
