"""`tracker log`: who changed what, from which value to which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tracker.countries import country_name
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language
from tracker.indicators import INDICATORS
from tracker.money import AUTO, Figure, Money, format_figure
from tracker.money.quantities import Quantity, format_quantity, percent_text
from tracker.nouns import noun_of
from tracker.queries import history as questions
from tracker.queries.asked import Asked
from tracker.queries.history import ChangeRow, WrittenRow, as_date
from tracker.reports.listing import land_text
from tracker.reports.portfolio import find, portfolio
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.vocabulary import (
    CAPITAL_KINDS,
    CERTIFICATIONS,
    COMPANY_ROLES,
    CONDITIONS,
    FIELD_TYPES,
    LEAD_SOURCES,
    LIGHTS,
    ORIGINS,
    PROJECT_KINDS,
    RELATIONS,
    STAGES,
    Vocabulary,
)

Names = Mapping[tuple[str, int], str]
_WORDS: dict[str, Vocabulary] = {
    "stage": STAGES,
    "condition": CONDITIONS,
    "certification": CERTIFICATIONS,
    "role": COMPANY_ROLES,
    "relation": RELATIONS,
    "lead_source": LEAD_SOURCES,
    "capital_origin": ORIGINS,
    "light": LIGHTS,
    "field_type": FIELD_TYPES,
    "indicator": INDICATORS,
}
_REFERS = {"project_id": "project", "target_id": "project", "parent_id": "project", "company_id": "company"}
_QUIET = ("counts_from", "measure", "reported_minor", "corrects", "milestone_id")


def history(
    reader: Reader, asked: Asked, code: str | None, *, since: datetime | None = None, limit: int | None = None
) -> Report:
    """What was recorded, newest first; only what touches the project `code` where one is given."""
    names = questions.names(reader)
    wanted = _project(reader, asked, names, code) if code else None
    found = questions.changes(reader, asked, since=since, limit=limit if code is None else None)
    written = _by_change(reader, found)
    rows: list[tuple[Cell, ...]] = []
    shown = 0
    for change in found:
        mine = [row for row in written.get(change.id, []) if wanted is None or wanted in _projects(row)]
        if not mine or (limit is not None and shown == limit):
            continue
        shown += 1
        rows += [cells for row in mine for cells in _lines(change, row, names)]
    return Report(
        "log",
        _("Log") if code is None else _("Log of {code}").format(code=names["project", wanted or 0]),
        _columns(),
        tuple(rows),
        asked.as_of,
        asked.known_on,
        empty=_("nothing was recorded"),
    )


def _project(reader: Reader, asked: Asked, names: Names, code: str) -> int:
    """The project of this code, among those removed too."""
    for (table, thing), name in names.items():
        if table == "project" and name == code:
            return thing
    return find(portfolio(reader, asked), code).row.project_id


def _by_change(reader: Reader, found: Iterable[ChangeRow]) -> dict[int, list[WrittenRow]]:
    numbers = [change.id for change in found]
    rows: dict[int, list[WrittenRow]] = {}
    if numbers:
        for row in questions.written(reader, min(numbers), max(numbers)):
            rows.setdefault(row.change_id, []).append(row)
    return rows


def _projects(row: WrittenRow) -> set[int]:
    own = {row.thing} if row.table == "project" else set()
    return own | {row.values[key] for key in ("project_id", "target_id") if row.values.get(key)}


def _columns() -> tuple[Column, ...]:
    return (
        Column("change", _("Change"), Kind.COUNT, priority=1),
        Column("when", _("Recorded"), Kind.MOMENT, priority=3),
        Column("who", _("Who"), priority=4),
        Column("subject", _("Subject"), priority=1),
        Column("what", _("What"), priority=1),
        Column("was", _("Was"), priority=1),
        Column("now", _("Now"), priority=1),
        Column("undoes", _("Undoes"), Kind.COUNT, priority=5),
        Column("command", _("Command"), hidden=True),
    )


def _lines(change: ChangeRow, row: WrittenRow, names: Names) -> Iterator[tuple[Cell, ...]]:
    head: tuple[Cell, ...] = (change.id, change.recorded_at, change.actor, _subject(row, names))
    tail: tuple[Cell, ...] = (change.undoes, change.command)
    if row.void:
        yield (*head, _thing(row), _value(row.table, row.before or row.values, names), None, *tail)
    elif row.before is None or row.before_void:
        yield (*head, _thing(row), None, _value(row.table, row.values, names), *tail)
    else:
        for field, was, now in _differences(row, names):
            yield (*head, f"{_thing(row)}: {field}", was, now, *tail)


def _subject(row: WrittenRow, names: Names) -> str | None:
    if row.table in ("project", "company"):
        return names.get((row.table, row.thing))
    for key in ("project_id", "company_id"):
        if row.values.get(key):
            return names.get((_REFERS[key], row.values[key]))
    return row.values.get("subject")


def _thing(row: WrittenRow) -> str:
    numbered = {"capital_entry": _("entry {id}"), "request": _("request {id}")}
    return numbered[row.table].format(id=row.thing) if row.table in numbered else noun_of(row.table)


def _differences(row: WrittenRow, names: Names) -> Iterator[tuple[str, str | None, str | None]]:
    assert row.before is not None
    for column, now in row.values.items():
        was = row.before[column]
        if was != now and (row.table, column) == ("indicator_value", "value"):
            yield column, _quantity(row.before), _quantity(row.values)
        elif was != now and column not in _QUIET:
            yield column, _plain(row.table, column, was, names), _plain(row.table, column, now, names)


def _plain(table: str, column: str, value: Any, names: Names) -> str | None:
    """One column's value as people read it."""
    if value is None:
        return None
    if column in _REFERS:
        return names.get((_REFERS[column], value), str(value))
    if column == "kind":
        words = CAPITAL_KINDS if table == "capital_entry" else PROJECT_KINDS
        return _word(words, value)
    if column in _WORDS:
        return _word(_WORDS[column], value)
    if column == "country":
        return country_name(value, language())
    if column == "land":
        return land_text(value)
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
        "company": lambda: [word("name")],
        "certification": lambda: [word("certification"), _period(values)],
        "project": lambda: [word("name")],
        "custom_field": lambda: [word("name"), word("field_type")],
        "label": lambda: [f"{values['category']} {values['name']}", values["value"] or ""],
        "relation": lambda: [word("project_id"), word("relation"), word("target_id")],
        "stage_event": lambda: [word("stage"), _period(values), values["reason"] or ""],
        "condition_event": lambda: [word("condition"), _period(values), values["reason"] or ""],
        "milestone": lambda: [values["code"]],
        "milestone_date": lambda: [
            names.get(("milestone", values["milestone_id"]), ""),
            values["what"],
            _period(values),
        ],
        "capital_entry": lambda: [word("kind"), _figure(values), _period(values)],
        "review": lambda: [_period(values), word("physical"), word("light")],
        "indicator_value": lambda: [word("indicator"), _period(values), word("what"), _quantity(values)],
        "request": lambda: [values["title"], word("due")],
        "exchange_rate": lambda: [f"{values['base']}/{values['counter']}", word("on_day"), values["rate"]],
        "baseline": lambda: [str(values["version"]), word("approved"), values["reason"] or ""],
        "schedule": lambda: [values["name"], values["said"] or values["cron"]],
    }
    return " ".join(part for part in parts[table]() if part)


def _period(values: Mapping[str, Any]) -> str:
    if values["first_day"] is None:
        return ""
    return Period.of(as_date(values["first_day"]), as_date(values["last_day"])).display(language())


def _figure(values: Mapping[str, Any]) -> str:
    minor = values["minor"]
    money = None if minor is None else Money(minor, values["currency"])
    return format_figure(Figure(money, values["qualifier"], values["availability"]), unit=AUTO, lang=language())


def _quantity(values: Mapping[str, Any]) -> str:
    names = ("measure", "value", "currency", "unit", "qualifier", "availability")
    return format_quantity(Quantity(*(values[name] for name in names)), unit=AUTO, lang=language())
