"""How many records of a table there are, in words: "21,300 capital entries"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tracker.database import Reader
from tracker.errors import UsageError
from tracker.i18n import _, language, ngettext
from tracker.models.fields import FIELDS
from tracker.money import AUTO, Figure, Money, format_figure
from tracker.money.quantities import Quantity, format_quantity, percent_text
from tracker.queries import changes as questions
from tracker.queries import lookup
from tracker.queries.as_of import AsOf
from tracker.queries.changes import REFERS, ChangeRow, Count, WrittenRow
from tracker.reports.change_words import basis_text, changed_fields, fact_text, holds_from, label_word, on_days
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.restated import AfterClose, closes_before
from tracker.vocabulary import (
    CAPITAL_KINDS,
    CERTIFICATIONS,
    CONDITIONS,
    DAY_KINDS,
    FIELD_TYPES,
    INDICATORS,
    LIGHTS,
    RELATIONS,
    STAGES,
    Vocabulary,
    noun_of,
)


def counted(table: str, count: int) -> str:
    """The number of records with their noun."""
    sentence = {
        "currency": ngettext("{count} currency", "{count} currencies", count),
        "company": ngettext("{count} company", "{count} companies", count),
        "certification": ngettext("{count} certification", "{count} certifications", count),
        "project": ngettext("{count} project", "{count} projects", count),
        "custom_field": ngettext("{count} field", "{count} fields", count),
        "label": ngettext("{count} label", "{count} labels", count),
        "relation": ngettext("{count} relation", "{count} relations", count),
        "stage_event": ngettext("{count} stage", "{count} stages", count),
        "condition_event": ngettext("{count} condition", "{count} conditions", count),
        "milestone": ngettext("{count} milestone", "{count} milestones", count),
        "milestone_date": ngettext("{count} milestone date", "{count} milestone dates", count),
        "capital_entry": ngettext("{count} capital entry", "{count} capital entries", count),
        "review": ngettext("{count} progress report", "{count} progress reports", count),
        "indicator_value": ngettext("{count} indicator value", "{count} indicator values", count),
        "request": ngettext("{count} request", "{count} requests", count),
        "follow_up": ngettext("{count} follow-up", "{count} follow-ups", count),
        "exchange_rate": ngettext("{count} exchange rate", "{count} exchange rates", count),
        "baseline": ngettext("{count} baseline", "{count} baselines", count),
        "schedule": ngettext("{count} schedule", "{count} schedules", count),
        "calendar_day": ngettext("{count} day of the calendar", "{count} days of the calendar", count),
        "import_map": ngettext("{count} map of a file", "{count} maps of files", count),
        "month_close": ngettext("{count} close of a month", "{count} closes of months", count),
    }[table]
    return sentence.format(count=f"{count:,}")


Names = Mapping[tuple[str, int], str]
# Of more records of one table, a change is shown with their number alone.
MOST_SHOWN = 12
_CHANGES_TOGETHER = 200
_WORDS: dict[str, Vocabulary] = {
    "stage": STAGES,
    "condition": CONDITIONS,
    "certification": CERTIFICATIONS,
    "relation": RELATIONS,
    "light": LIGHTS,
    "field_type": FIELD_TYPES,
    "indicator": INDICATORS,
}
_QUIET = ("effective_from", "measure", "milestone_id", "period_text", "entry_id")
_CITED = ("note", "source", "quote")


def history(
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
        yield _cells(change, subject, ended.format(record=thing), _value(row.table, row.was or {}, names), None)
    elif row.was is None:
        restored = _("{record} restored") if change.undoes else "{record}"
        yield _cells(change, subject, restored.format(record=thing), None, _value(row.table, row.now, names))
    else:
        quiet: tuple[str, ...] = _QUIET
        if row.table == "capital_entry":
            was, now = (_value(row.table, values, names) for values in (row.was, row.now))
            moved = row.was["project_id"] != row.now["project_id"]
            if was != now or moved:
                ends = f"{was} ({names['project', row.was['project_id']]})" if moved else was
                yield _cells(change, subject, _("{record} corrected").format(record=thing), ends, now)
            quiet = tuple(column for column in row.now if column not in _CITED)
        for detail, was_text, now_text in _differences(row, names, quiet):
            yield _cells(change, subject, _("{what}: {detail}").format(what=thing, detail=detail), was_text, now_text)


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


def _differences(row: WrittenRow, names: Names, quiet: Sequence[str]) -> Iterator[tuple[str, str | None, str | None]]:
    assert row.was is not None
    assert row.now is not None
    if row.table in FIELDS:
        for field in changed_fields(row):
            if field.key not in quiet:
                yield field.name, fact_text(field, row.was, names), fact_text(field, row.now, names)
        return
    for column, now in row.now.items():
        was = row.was[column]
        if was != now and (row.table, column) == ("indicator_value", "value"):
            yield _column(column), _quantity(row.was), _quantity(row.now)
        elif was != now and column not in quiet:
            yield _column(column), _plain(row.table, column, was, names), _plain(row.table, column, now, names)


def _column(column: str) -> str:
    """The name of a column as people read it."""
    names = {
        "answer": _("answer"),
        "answered": _("answered on"),
        "approved": _("approved on"),
        "begins": _("beginning"),
        "closed": _("closed on"),
        "company_id": _("company"),
        "condition": _("condition"),
        "day": _("day"),
        "done": _("done on"),
        "due": _("due"),
        "first_day": _("first day"),
        "growth": _("growth"),
        "kind": _("kind"),
        "last_day": _("last day"),
        "light": _("light"),
        "name": _("name"),
        "next_day": _("next step"),
        "note": _("note"),
        "on_day": _("day"),
        "owner": _("owner"),
        "person": _("person"),
        "physical": _("physical progress"),
        "project_id": _("project"),
        "quote": _("quotation"),
        "rate": _("rate"),
        "reason": _("reason"),
        "relation": _("relation"),
        "source": _("source"),
        "stage": _("stage"),
        "target_id": _("other project"),
        "text": _("text"),
        "title": _("title"),
        "value": _("value"),
        "weight": _("weight"),
    }
    return names.get(column, column.replace("_", " "))


def _plain(table: str, column: str, value: Any, names: Names) -> str | None:
    """One column's value as people read it."""
    if value is None:
        return None
    if column in REFERS:
        return names.get((REFERS[column], value), str(value))
    if column == "kind":
        return _word(CAPITAL_KINDS if table == "capital_entry" else DAY_KINDS, value)
    if column in _WORDS:
        return _word(_WORDS[column], value)
    if column == "growth":
        return percent_text(value)
    return f"{value / 100:g}%" if column == "physical" else str(value)


def _word(words: Vocabulary, code: str) -> str:
    found = words.get(code)
    return found.name(language()) if found else code


def _value(table: str, values: Mapping[str, Any], names: Names) -> str:
    """A whole row in a few words."""

    def word(column: str) -> str:
        return _plain(table, column, values[column], names) or ""

    parts: dict[str, Callable[[], list[str]]] = {
        "currency": lambda: [values["code"]],
        "company": lambda: [word("name")],
        "certification": lambda: [word("certification"), on_days(values)],
        "project": lambda: [word("name")],
        "custom_field": lambda: [word("name"), word("field_type")],
        "label": lambda: [label_word(values["category"]), values["name"], values["value"] or ""],
        "relation": lambda: [word("project_id"), word("relation"), word("target_id")],
        "stage_event": lambda: [word("stage"), on_days(values), values["reason"] or ""],
        "condition_event": lambda: [word("condition"), on_days(values), values["reason"] or ""],
        "milestone": lambda: [_word(STAGES, values["code"])],
        "milestone_date": lambda: [
            _word(STAGES, names.get(("milestone", values["milestone_id"]), "")),
            {"baseline": _("baseline"), "forecast": _("forecast"), "actual": _("reached")}[values["what"]],
            on_days(values),
        ],
        "capital_entry": lambda: [
            word("kind"),
            _figure(values),
            on_days(values) if values["first_day"] else "",
            basis_text(values["basis"]),
            holds_from(values),
        ],
        "review": lambda: [on_days(values), word("physical"), word("light")],
        "indicator_value": lambda: [word("indicator"), on_days(values), word("what"), _quantity(values)],
        "request": lambda: [values["title"], word("due")],
        "follow_up": lambda: [
            word("on_day"),
            values["text"],
            _("next: {day}").format(day=values["next_day"]) if values["next_day"] else "",
        ],
        "exchange_rate": lambda: [f"{values['base']}/{values['counter']}", word("on_day"), values["rate"]],
        "baseline": lambda: [str(values["version"]), word("approved"), values["reason"] or ""],
        "schedule": lambda: [values["name"], values["said"] or values["cron"]],
        "import_map": lambda: [values["name"]],
        "month_close": lambda: [word("last_day")[:7], values["note"] or ""],
        "calendar_day": lambda: [word("day"), word("kind"), values["name"] or ""],
    }
    return " ".join(part for part in parts[table]() if part)


def _figure(values: Mapping[str, Any]) -> str:
    minor = values["minor"]
    money = None if minor is None else Money(minor, values["currency"])
    return format_figure(Figure(money, values["qualifier"], values["availability"]), unit=AUTO, lang=language())


def _quantity(values: Mapping[str, Any]) -> str:
    names = ("measure", "value", "currency", "unit", "qualifier", "availability")
    return format_quantity(Quantity(*(values[name] for name in names)), unit=AUTO, lang=language())
