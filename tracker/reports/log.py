"""`tracker log`: what was recorded, newest first, from what to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from tracker.database import Reader
from tracker.errors import UsageError
from tracker.i18n import _, language
from tracker.queries import changes as questions
from tracker.queries import lookup
from tracker.queries.as_of import AsOf
from tracker.queries.changes import REFERS, ChangeRow, Count, WrittenRow
from tracker.reports.record_words import Names, counted, differences, record_text
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.restated import AfterClose, closes_before
from tracker.vocabulary import (
    noun_of,
)

# Of more records of one table, a change is shown with their number alone.
MOST_SHOWN = 12
_CHANGES_TOGETHER = 200
_QUIET = ("effective_from", "measure", "milestone_id", "period_text", "entry_id")
_CITED = ("note", "source", "quote")


def log(
    reader: Reader,
    as_of: AsOf,
    code: str | None,
    *,
    since: datetime | None = None,
    limit: int | None = None,
    number: int | None = None,
    all_rows: bool = False,
) -> Report:
    """What was recorded, newest first; only what is about the project `code`, or the change `number`, where given.

    Of a table of which a change touched more than MOST_SHOWN records the number is shown, unless `all_rows` are asked
    for; records that are not shown are not read. Raises UsageError where there is no such project or change.
    """
    project = _project(reader, as_of, code) if code else None
    found = questions.changes(reader, as_of, since=since, limit=limit, project=project, number=number)
    if number is not None and not found:
        raise UsageError(_("there is no change {number}; see them with: tracker log").format(number=number))
    rows = [
        cells
        for begin in range(0, len(found), _CHANGES_TOGETHER)
        for cells in _rows(reader, found[begin : begin + _CHANGES_TOGETHER], project, None if all_rows else MOST_SHOWN)
    ]
    called = questions.names(reader, {"project": [project]})["project", project] if project else None
    return Report(
        "log",
        _("Log of {code}").format(code=called) if called else _("Log"),
        _columns(),
        tuple(rows),
        as_of.day,
        as_of.known_on,
        empty=_("nothing was recorded"),
    )


def _project(reader: Reader, as_of: AsOf, code: str) -> int:
    """The project of this code or name, among those removed too."""
    found = lookup.named(reader, "project", code)
    if not found:
        found = lookup.removed(reader, code)[-1:]
    if len(found) == 1:
        return found[0]
    from tracker.reports.portfolio import project_of

    return project_of(reader, as_of, code)


def _columns() -> tuple[Column, ...]:
    return (
        Column("change", _("Change"), Kind.COUNT, priority=1),
        Column("when", _("Recorded"), Kind.MOMENT, priority=3),
        Column("who", _("Who"), priority=4),
        Column("subject", _("Subject"), priority=1),
        Column("what", _("What"), priority=1),
        Column("was", _("Was"), priority=1),
        Column("now", _("Now"), priority=1),
        Column("reason", _("Reason"), priority=2),
        Column("undoes", _("Undoes"), Kind.COUNT, priority=5),
        Column("origin", _("Origin"), hidden=True),
        Column("command", _("Command"), hidden=True),
    )


# --- what is read ----------------------------------------------------------------------------------------------------


def _rows(
    reader: Reader, found: Sequence[ChangeRow], project: int | None, most: int | None
) -> Iterator[tuple[Cell, ...]]:
    """The rows of some changes, in their order."""
    by_change: dict[int, list[Count]] = defaultdict(list)
    for count in questions.counts(reader, found[-1].id, found[0].id, project):
        by_change[count.change].append(count)
    shown = {
        (one.table, change) for change, every in by_change.items() for one in every if not most or one.records <= most
    }
    written = _written(reader, shown, project)
    after_close = closes_before(reader)
    names = questions.names_of(reader, (row for rows in written.values() for row in rows))
    for change in found:
        for count in by_change[change.id]:
            if (count.table, change.id) in shown:
                for row in written.get((count.table, change.id), ()):
                    yield from _lines(change, row, names, after_close)
            else:
                yield _cells(change, None, counted(count.table, count.records), None, _parts(count))


def _written(
    reader: Reader, shown: set[tuple[str, int]], project: int | None
) -> dict[tuple[str, int], list[WrittenRow]]:
    """The records that are shown, by table and change: changes in a row are asked for together."""
    found: dict[tuple[str, int], list[WrittenRow]] = defaultdict(list)
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, change in sorted(shown):
        by_table[table].append(change)
    for table, changes in by_table.items():
        for first, last in _runs(changes):
            for row in questions.written(reader, first, last, project=project, tables=(table,)):
                found[table, row.change].append(row)
    return found


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of numbers that follow one another."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


# --- what is printed -------------------------------------------------------------------------------------------------


def _cells(change: ChangeRow, subject: str | None, what: str, was: str | None, now: str | None) -> tuple[Cell, ...]:
    head = (change.id, change.recorded_at, change.actor)
    return (*head, subject, what, was, now, change.reason, change.undoes, change.origin, change.command)


def _parts(count: Count) -> str | None:
    """How many of the records are new, revised and ended, where they are not all new."""
    if count.new == count.records:
        return None
    parts = (
        (count.new, _("{count} new")),
        (count.revised, _("{count} changed")),
        (count.ended, _("{count} ended")),
    )
    return _(", ").join(text.format(count=f"{number:,}") for number, text in parts if number)


def _lines(change: ChangeRow, row: WrittenRow, names: Names, after_close: AfterClose) -> Iterator[tuple[Cell, ...]]:
    subject, thing = _subject(row, names), _thing(row)
    last_day = row.values.get("last_day") if row.table == "capital_entry" else None
    if month := after_close(date.fromisoformat(str(last_day)) if last_day else None, change.id):
        thing = _("{record}, after the close of {month}").format(record=thing, month=month.display(language()))
    if row.now is None:
        ended = _("{record} ended") if change.undoes else "{record}"
        yield _cells(change, subject, ended.format(record=thing), record_text(row.table, row.was or {}, names), None)
    elif row.was is None:
        restored = _("{record} restored") if change.undoes else "{record}"
        yield _cells(change, subject, restored.format(record=thing), None, record_text(row.table, row.now, names))
    else:
        quiet: tuple[str, ...] = _QUIET
        if row.table == "capital_entry":
            was, now = (record_text(row.table, values, names) for values in (row.was, row.now))
            moved = row.was["project_id"] != row.now["project_id"]
            if was != now or moved:
                ends = f"{was} ({names['project', row.was['project_id']]})" if moved else was
                yield _cells(change, subject, _("{record} corrected").format(record=thing), ends, now)
            quiet = tuple(column for column in row.now if column not in _CITED)
        for one in differences(row, names, without=quiet):
            what = _("{what}: {detail}").format(what=thing, detail=one.name)
            yield _cells(change, subject, what, one.was, one.now)


def _subject(row: WrittenRow, names: Names) -> str | None:
    if row.table in ("project", "company"):
        return names.get((row.table, row.id))
    for key in ("project_id", "company_id"):
        if row.values.get(key):
            return names.get((REFERS[key], row.values[key]))
    return row.values.get("subject")


def _thing(row: WrittenRow) -> str:
    numbered = {"capital_entry": _("entry {id}"), "request": _("request {id}")}
    return numbered[row.table].format(id=row.id) if row.table in numbered else noun_of(row.table)
