"""What a change does to the figures of months that are closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tracker.analysis.capital_values import figures
from tracker.analysis.project_state import Day, Event, states
from tracker.analysis.revisions import Closed, Held, Restated, SeriesKey, held, restated
from tracker.analysis.values import Entry, Value
from tracker.database import batches
from tracker.dates import ALWAYS, month_end
from tracker.engine import fetched, insert_rows, run
from tracker.errors import Refused
from tracker.i18n import _
from tracker.models.base import OPEN
from tracker.models.derived import CAPITAL_VALUE, FORMULA, FORMULA_OF, LOOKUP_NAME, PROJECT_STATE
from tracker.text import INITIALS, PINYIN, command_line, fold, readings
from tracker.vocabulary import STAGES

if TYPE_CHECKING:
    from tracker.ledger.store import Store


def closes(store: Store) -> dict[date, int]:
    """The last days of the months closed before this change, each with the change that closed it."""
    query = sa.text(
        "SELECT last_day, recorded_from FROM month_close WHERE recorded_to = :open AND recorded_from < :now"
    )
    found = store.connection.execute(query, {"open": OPEN, "now": store.change.id})
    return {_day(day): number for day, number in found}


def figures_at(
    connection: sa.Connection, last_days: Iterable[date], projects: Sequence[int]
) -> dict[date, dict[SeriesKey, Held | str]]:
    """What the derived tables say of some projects at the end of each month."""
    listed = ", ".join(map(str, projects)) or "NULL"
    found: dict[date, dict[SeriesKey, Held | str]] = {}
    for last_day in last_days:
        own = found[last_day] = {}
        when = f"project_id IN ({listed}) AND from_day <= '{last_day}' AND to_day > '{last_day}'"
        for project, kind, currency, since, *cells in connection.exec_driver_sql(
            "SELECT project_id, kind, currency, from_day, year_state, year_minor, year_qualifier, year_availability,"
            " cumulative_state, cumulative_minor, cumulative_qualifier, cumulative_availability, month_state,"
            f" month_minor, month_qualifier, month_availability FROM capital_value WHERE {when}"
        ):
            values = (Value(*cells[place : place + 4]) for place in (0, 4, 8))
            own[SeriesKey(project, kind, currency)] = held(last_day, _day(since), *values)
        for project, stage, condition in connection.exec_driver_sql(
            f"SELECT project_id, stage, condition FROM project_state WHERE {when}"
        ):
            own |= {SeriesKey(project, "stage"): stage} if stage else {}
            own |= {SeriesKey(project, "condition"): condition} if condition != "active" else {}
    return found


def effects(store: Store, closed: Mapping[date, int], found: Sequence[Restated]) -> list[Closed]:
    """What this change, once written, does to months that are closed."""
    query = sa.text(
        "SELECT last_day, COUNT(DISTINCT id) FROM capital_entry"
        " WHERE (recorded_from = :now OR recorded_to = :now) AND last_day <= :newest GROUP BY last_day"
    )
    into: dict[date, int] = defaultdict(int)
    for day, count in store.connection.execute(query, {"now": store.change.id, "newest": max(closed).isoformat()}):
        into[month_end(_day(day))] += count
    by_month: dict[date, list[Restated]] = defaultdict(list)
    for one in found:
        by_month[one.last_day].append(one)
    listed = ", ".join(sorted({str(one.series.project_id) for one in found})) or "NULL"
    names = store.connection.exec_driver_sql(
        f"SELECT id, code FROM project WHERE id IN ({listed}) ORDER BY recorded_from"
    )
    codes = {int(number): str(code) for number, code in names}
    return [
        Closed(day, closed[day], into.get(day, 0), tuple(by_month.get(day, ())), codes)
        for day in sorted(closed)
        if day in by_month or into.get(day)
    ]


def _day(value: Any) -> date:
    """A day as either engine returns it from a plain query."""
    day: date = date.fromisoformat(value) if isinstance(value, str) else value
    return day


_TOGETHER = 500
# The columns that are names, in the order of their weight; aliases come after them.
_NAMES = {"project": ("code", "name", "name_en"), "company": ("name", "name_en")}
_ALIAS = 3


def stamp(connection: sa.Connection) -> None:
    """Note with which formulas the derived tables are computed."""
    connection.execute(sa.delete(FORMULA_OF))
    connection.execute(sa.insert(FORMULA_OF), [{"version": FORMULA}])


def require_formula(connection: sa.Connection) -> None:
    """Raise Refused where the derived tables were computed by a program with other formulas."""
    if connection.execute(sa.text("SELECT version FROM derived_formula")).scalar() != FORMULA:
        raise Refused(
            _("the derived figures were computed by another tracker; run: {command}").format(
                command=command_line("database upgrade")
            )
        )


def rebuild(connection: sa.Connection) -> None:
    """Compute every derived row anew."""
    stamp(connection)
    for table in (LOOKUP_NAME, PROJECT_STATE, CAPITAL_VALUE):
        connection.execute(sa.delete(table))
    for subject in _NAMES:
        _insert(connection, LOOKUP_NAME, _names(connection, subject, _open_ids(connection, subject)))
    for some in batches(_open_ids(connection, "project"), _TOGETHER):
        _derive(connection, some)


def refresh(store: Store) -> None:
    """Compute the rows of the projects and names that the change touched."""
    connection = store.connection
    by_subject: dict[str, list[int]] = {}
    for subject, number in sorted(store.renamed):
        by_subject.setdefault(subject, []).append(number)
    for subject, numbers in by_subject.items():
        for some in batches(numbers, _TOGETHER):
            listed = ", ".join(map(str, some))
            run(connection, f"DELETE FROM lookup_name WHERE subject = '{subject}' AND subject_id IN ({listed})")
        _insert(connection, LOOKUP_NAME, _names(connection, subject, numbers))
    closed = closes(store) if store.touched else {}
    changed: list[Restated] = []
    for some in batches(sorted(store.touched), _TOGETHER):
        before = figures_at(connection, closed, some)
        for table in (PROJECT_STATE, CAPITAL_VALUE):
            run(connection, f"DELETE FROM {table.name} WHERE project_id IN ({', '.join(map(str, some))})")
        _derive(connection, some)
        after = figures_at(connection, closed, some)
        changed += [one for day in closed for one in restated(day, before[day], after[day])]
    if closed:
        store.closed = effects(store, closed, changed)


def differences(connection: sa.Connection) -> list[tuple[str, int]]:
    """The derived tables and projects or companies whose rows are not what the open rows give, in order."""
    found: set[tuple[str, int]] = set()
    for subject in _NAMES:
        names = sa.select(LOOKUP_NAME).where(LOOKUP_NAME.c.subject == subject)
        # Pinyin is there or not, as the extra zh was when the name was written.
        kept = {tuple(row) for row in connection.execute(names.where(LOOKUP_NAME.c.rank <= _ALIAS))}
        every_name = _names(connection, subject, _open_ids(connection, subject))
        right = {row for row in every_name if row[2] <= _ALIAS}
        found |= {("lookup_name", row[3]) for row in kept ^ right}
    for some in batches(_open_ids(connection, "project"), _TOGETHER):
        as_texts = _Texts()
        for table, rows in _derived(connection, some):
            stored = sa.select(table).where(table.c.project_id.in_(some))
            kept = {tuple(map(as_texts.__getitem__, row)) for row in connection.execute(stored)}
            found |= {(table.name, row[0]) for row in kept ^ set(map(tuple, rows))}
    for name in ("project_state", "capital_value"):
        orphans = sa.text(
            f"SELECT DISTINCT project_id FROM {name} WHERE project_id NOT IN"
            f" (SELECT id FROM project WHERE recorded_to = {OPEN})"
        )
        found |= {(name, number) for number in connection.execute(orphans).scalars()}
    return sorted(found)


def _open_ids(connection: sa.Connection, subject: str) -> list[int]:
    return list(
        connection.execute(sa.text(f"SELECT id FROM {subject} WHERE recorded_to = {OPEN} ORDER BY id")).scalars()
    )


# --- projects --------------------------------------------------------------------------------------------------------


def _derive(connection: sa.Connection, projects: Sequence[int]) -> None:
    for table, rows in _derived(connection, projects):
        _insert(connection, table, rows)


def _derived(connection: sa.Connection, projects: Sequence[int]) -> Iterator[tuple[sa.Table, list[Sequence[Any]]]]:
    """Each derived table with the rows of some projects, cells in the order of its columns, days as texts."""
    listed = ", ".join(map(str, projects))
    as_days, as_texts = _Days(), _Texts()

    def read(table: str, columns: str) -> list[Any]:
        """The open rows of the projects in the order first recorded."""
        where = f"recorded_to = {OPEN} AND project_id IN ({listed})"
        return fetched(connection, f"SELECT project_id, {columns} FROM {table} WHERE {where} ORDER BY id")

    def rows(table: str, columns: str, *days: int) -> dict[int, list[list[Any]]]:
        """The same by project; `days` are the places of days."""
        found: dict[int, list[list[Any]]] = defaultdict(list)
        for project, *cells in read(table, columns):
            for place in days:
                cells[place] = as_days[cells[place]]
            found[project].append(cells)
        return found

    stages = rows(
        "stage_event", "stage, first_day, last_day, effective_from, SUBSTR(period_text, 1, 3) = 'by '", 1, 2, 3
    )
    conditions = rows("condition_event", "condition, first_day, last_day, effective_from", 1, 2, 3)
    code = f"(SELECT m.code FROM milestone AS m WHERE m.id = milestone_id AND m.recorded_to = {OPEN})"
    columns = f"milestone_id, {code}, what, first_day, last_day, effective_from, SUBSTR(period_text, 1, 3) = 'by '"
    milestones = rows("milestone_date", columns, 3, 4, 5)
    reviews = rows("review", "first_day", 0)
    # The loops over entries and values decide what a change with many figures costs.
    series: dict[int, list[tuple[str, str, Entry]]] = defaultdict(list)
    columns = "kind, currency, id, basis, first_day, last_day, minor, qualifier, availability, recorded_from"
    for project, kind, currency, number, basis, first, last, *figure, since in read(
        "capital_entry", f"{columns}, effective_from"
    ):
        cells = (number, basis, as_days[first] or ALWAYS, as_days[last] or ALWAYS, *figure, as_days[since])
        series[project].append((kind, currency, Entry._make(cells)))
    born = {
        project: as_days[day]
        for project, day in fetched(
            connection,
            "SELECT p.id, c.recorded_on FROM project AS p JOIN change AS c ON c.id ="
            " (SELECT MIN(first.recorded_from) FROM project AS first WHERE first.id = p.id)"
            f" WHERE p.recorded_to = {OPEN} AND p.id IN ({listed})",
        )
    }
    state_rows: list[Sequence[Any]] = []
    value_rows: list[Sequence[Any]] = []
    for project in projects:
        if project not in born:
            continue
        own = [Event(*cells) for cells in stages.get(project, ())]
        own_days = [Day(*cells) for cells in milestones.get(project, ())]
        own_conditions = [Event(*cells) for cells in conditions.get(project, ())]
        first_days: list[date | None] = [
            *(event.first or event.effective_from for event in (*own, *own_conditions)),
            *(day.first for day in own_days if day.what == "baseline"),
            *(cells[0] for cells in reviews.get(project, ())),
            *(entry.first for _kind, _currency, entry in series[project] if entry.first != ALWAYS),
        ]
        exists_from = min([born[project], *(day for day in first_days if day is not None)])
        for state in states(exists_from, own, own_conditions, own_days):
            state_rows.append((project, *map(as_texts.__getitem__, state)))
        for kind, currency, from_day, to_day, *values in figures(series.pop(project), first_signed(own)):
            row = [project, kind, currency, as_texts[from_day], as_texts[to_day]]
            for value in values:
                # The first five of a value are its state, amount, qualifier, availability and the day it reaches.
                row += value[:4]
                row.append(as_texts[value[4]])
            value_rows.append(row)
    yield PROJECT_STATE, state_rows
    yield CAPITAL_VALUE, value_rows


def first_signed(stages: Iterable[Event]) -> date | None:
    """The first day of the first dated stage from signed on: before it nothing was completed."""
    return min(
        (e.first for e in stages if e.first and e.code in STAGES and STAGES[e.code].order >= STAGES["signed"].order),
        default=None,
    )


class _Days(dict[Any, Any]):
    """The day of what either engine returns for it from a plain query."""

    def __missing__(self, value: Any) -> Any:
        self[value] = date.fromisoformat(value) if isinstance(value, str) else value
        return self[value]


class _Texts(dict[Any, Any]):
    """The ISO text of a day, and any other cell as it is."""

    def __missing__(self, value: Any) -> Any:
        self[value] = value.isoformat() if isinstance(value, date) else value
        return self[value]


# --- names -----------------------------------------------------------------------------------------------------------


def _names(connection: sa.Connection, subject: str, numbers: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """The rows of lookup_name of some projects or companies."""
    columns = ", ".join(("id", *_NAMES[subject]))
    for some in batches(numbers, _TOGETHER):
        listed = ", ".join(map(str, some))
        open_rows = f"SELECT {columns} FROM {subject} WHERE recorded_to = {OPEN} AND id IN ({listed})"
        found = {
            (rank, number, name)
            for number, *names in connection.exec_driver_sql(open_rows)
            for rank, name in enumerate(names)
            if name
        }
        aliases = (
            f"SELECT l.{subject}_id, l.name FROM label AS l WHERE l.recorded_to = {OPEN} AND l.category = 'alias'"
            f" AND l.{subject}_id IN ({listed})"
        )
        found |= {(_ALIAS, number, name) for number, name in connection.exec_driver_sql(aliases)}
        spoken: set[tuple[str, int, int]] = set()
        for rank, number, name in sorted(found):
            yield subject, fold(name), rank, number, name
            if (rank or subject == "company") and (read := readings(name)):
                for own, text in zip((PINYIN, INITIALS), read, strict=True):
                    if (text, own, number) not in spoken:
                        spoken.add((text, own, number))
                        yield subject, text, own, number, name


def _insert(connection: sa.Connection, table: sa.Table, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows with cells in the order of the columns."""
    insert_rows(connection, table.name, table.c.keys(), rows)
