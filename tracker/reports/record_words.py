"""What a record says, in words: how many there are, its columns, their values, the record as a whole.

The log, the sentences of what changed and the sheet of a project print records with these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from tracker.dates import ALWAYS, Period
from tracker.i18n import _, language, ngettext
from tracker.models.fields import FIELDS, Field, Type
from tracker.money import Figure, Money, figure_text
from tracker.money.quantities import Quantity, percent_text, quantity_text
from tracker.queries.changes import REFERS, WrittenRow
from tracker.reports.words import field_text, term
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
)

Values = Mapping[str, Any]
Names = Mapping[tuple[str, int], str]
_WORDS: dict[str, Vocabulary] = {
    "stage": STAGES,
    "condition": CONDITIONS,
    "certification": CERTIFICATIONS,
    "relation": RELATIONS,
    "light": LIGHTS,
    "field_type": FIELD_TYPES,
    "indicator": INDICATORS,
}


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


class Difference(NamedTuple):
    """A column that says something else than before: its stable key, its name, and what it said and says."""

    key: str
    name: str
    was: str | None
    now: str | None


def differences(row: WrittenRow, names: Names, *, without: Collection[str] = ()) -> Iterator[Difference]:
    """What a revision of a record changed, column by column, in words; `without` some columns."""
    was, now = row.was or {}, row.now or {}
    for field in FIELDS.get(row.table, ()):
        if field.key not in without and any(was[column] != now[column] for column in field.columns):
            yield Difference(field.key, field.name, fact_text(field, was, names), fact_text(field, now, names))
    if row.table in FIELDS:
        return
    for column, value in now.items():
        if was[column] == value:
            continue
        if (row.table, column) == ("indicator_value", "value"):
            yield Difference(column, column_name(column), value_text(was), value_text(now))
        elif column not in without:
            texts = (column_text(row.table, column, side[column], names) for side in (was, now))
            yield Difference(column, column_name(column), *texts)


def fact_text(field: Field, values: Values, names: Names) -> str | None:
    """What a project or company says of a field, in words."""
    value = values[field.columns[0]]
    if value is not None and field.refers:
        return names.get((field.refers, value), str(value))
    if value is not None and field.type is Type.PERIOD:
        return Period.of(value, values[field.columns[1]]).display(language())
    return field_text(field, value)


def column_name(column: str) -> str:
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


def column_text(table: str, column: str, value: Any, names: Names) -> str | None:
    """One column's value as people read it."""
    if value is None:
        return None
    if column in REFERS:
        return names.get((REFERS[column], value), str(value))
    if column == "kind":
        return word(CAPITAL_KINDS if table == "capital_entry" else DAY_KINDS, value)
    if column in _WORDS:
        return word(_WORDS[column], value)
    if column == "growth":
        return percent_text(value)
    return f"{value / 100:g}%" if column == "physical" else str(value)


def record_text(table: str, values: Values, names: Names) -> str:
    """A whole row in a few words."""

    def say(column: str) -> str:
        return column_text(table, column, values[column], names) or ""

    parts: dict[str, Callable[[], list[str]]] = {
        "currency": lambda: [values["code"]],
        "company": lambda: [say("name")],
        "certification": lambda: [say("certification"), on_days(values)],
        "project": lambda: [say("name")],
        "custom_field": lambda: [say("name"), say("field_type")],
        "label": lambda: [label_word(values["category"]), values["name"], values["value"] or ""],
        "relation": lambda: [say("project_id"), say("relation"), say("target_id")],
        "stage_event": lambda: [say("stage"), on_days(values), values["reason"] or ""],
        "condition_event": lambda: [say("condition"), on_days(values), values["reason"] or ""],
        "milestone": lambda: [word(STAGES, values["code"])],
        "milestone_date": lambda: [
            word(STAGES, names.get(("milestone", values["milestone_id"]), "")),
            {"baseline": _("baseline"), "forecast": _("forecast"), "actual": _("reached")}[values["what"]],
            on_days(values),
        ],
        "capital_entry": lambda: [
            say("kind"),
            amount_text(values),
            on_days(values) if values["first_day"] else "",
            basis_text(values["basis"]),
            holds_from(values),
        ],
        "review": lambda: [on_days(values), say("physical"), say("light")],
        "indicator_value": lambda: [say("indicator"), on_days(values), say("what"), value_text(values)],
        "request": lambda: [values["title"], say("due")],
        "follow_up": lambda: [
            say("on_day"),
            values["text"],
            _("next: {day}").format(day=values["next_day"]) if values["next_day"] else "",
        ],
        "exchange_rate": lambda: [f"{values['base']}/{values['counter']}", say("on_day"), values["rate"]],
        "baseline": lambda: [str(values["version"]), say("approved"), values["reason"] or ""],
        "schedule": lambda: [values["name"], values["said"] or values["cron"]],
        "import_map": lambda: [values["name"]],
        "month_close": lambda: [say("last_day")[:7], values["note"] or ""],
        "calendar_day": lambda: [say("day"), say("kind"), values["name"] or ""],
    }
    return " ".join(part for part in parts[table]() if part)


def figure_of(values: Values) -> Figure:
    """The figure of a capital entry."""
    money = None if values["minor"] is None else Money(values["minor"], values["currency"])
    return Figure(money, values["qualifier"], values["availability"])


def amount_text(values: Values) -> str:
    """The figure of a capital entry in words."""
    return figure_text(figure_of(values))


def value_text(values: Values) -> str:
    """The value of an indicator in words."""
    names = ("measure", "value", "currency", "unit", "qualifier", "availability")
    return quantity_text(Quantity(*(values[name] for name in names)))


def label_word(category: str) -> str:
    """What a label is."""
    return {"tag": _("tag"), "alias": _("alias"), "external": _("id"), "field": _("field")}.get(category, category)


def on_days(values: Values) -> str:
    """The days that a record is about; of a stage or condition whose day is not known, the day by which it was."""
    if values["first_day"] is None:
        return Period.by(values["effective_from"]).display(language())
    return Period.of(values["first_day"], values["last_day"], values["period_text"]).display(language())


def basis_text(basis: str) -> str:
    """What a capital figure is a figure of, in parentheses; nothing where that is its period."""
    words = {"ytd": _("(year to date)"), "cumulative": _("(cumulative)")}
    return words.get(basis, "")


def holds_from(values: Values) -> str:
    """From which day a total or plan holds, where that is not its first day or always; else nothing."""
    begins = values["effective_from"]
    if values["kind"] not in ("total", "plan") or begins in (ALWAYS, values["first_day"]):
        return ""
    return _("from {day}").format(day=begins.isoformat())


def word(words: Vocabulary, code: str) -> str:
    """The name of a stored code."""
    found = term(words, code)
    return found.name(language()) if found else code
