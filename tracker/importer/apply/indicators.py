"""Values and targets of indicators: one a subject, indicator, sort and period."""

from __future__ import annotations

from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _
from tracker.importer.apply.desk import Desk, Part
from tracker.importer.apply.parts import cell, days_of, days_part, parts_of, quantity_in
from tracker.importer.apply.simple import merged
from tracker.ledger.indicators import (
    LARGEST_GROWTH,
    Subject,
    direction_of,
    indicator_name,
    indicator_of,
    require_measure,
    subject_of,
)
from tracker.models.indicator import IndicatorValue
from tracker.money import AUTO
from tracker.money.quantities import Quantity, format_quantity, percent_text
from tracker.records.schema import KINDS, Record
from tracker.reports.report import Amounts, Cell

_WHATS = ("actual", "floor", "stretch")
_COLUMNS = ("measure", "value", "currency", "unit", "qualifier", "availability")
Key = tuple[Any, ...]


class Indicators:
    """Records of indicators."""

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._rows = {self._key(row.facts()): row for row in desk.store.find(IndicatorValue)}
        self._subjects: dict[str, Subject] = {}
        self._names: dict[str, str] = {}
        self._measures: dict[Key, str] = {}

    @staticmethod
    def _key(facts: dict[str, Any]) -> Key:
        names = ("subject_kind", "subject", "company_id", "indicator", "what", "first_day", "last_day")
        return tuple(facts[name] for name in names)

    def take(self, record: Record) -> None:
        """Enter one value or target."""
        desk, values = self._desk, record.values
        subject, name, what = self._subject(record), self._name(record), values.get("what") or "actual"
        if what not in _WHATS:
            desk.at = "what"
            raise ValueRefused(_("“{what}” is none of actual, floor, stretch").format(what=what))
        on, value = self._value(record, subject, name)
        desk.at = "on"
        if what == "actual" and on.first > desk.rules.today:
            raise Refused(_("{period} lies in the future (today is {today})").format(period=on, today=desk.rules.today))
        usual = min(on.last, desk.rules.today) if what == "actual" else on.first
        keys = subject.columns() | {"indicator": name, "what": what} | days_of(on)
        found = self._rows.get(self._key(keys))
        parts = [self._quantity(value), *self._growth(record), *self._direction(record, what, value, found)]
        parts += parts_of(desk, record, ("note", "source", "quote"))
        if found is None or "effective_from" in values:
            parts.append(days_part(desk, record, usual))
        facts = keys | merged(parts)
        row = desk.enter(
            record,
            found,
            lambda: IndicatorValue.model_validate(facts),
            parts,
            f"{subject.called} {indicator_name(name)} {what} {on}",
            headline=_shown(value),
        )
        if row is not None:
            self._rows[self._key(keys)] = row

    def _subject(self, record: Record) -> Subject:
        self._desk.at = "subject"
        word = record.values.get("subject") or ""
        if word not in self._subjects:
            self._subjects[word] = subject_of(self._desk.store, word)
        return self._subjects[word]

    def _name(self, record: Record) -> str:
        self._desk.at = "indicator"
        word = record.values.get("indicator") or ""
        if word not in self._names:
            # A file that lists an indicator means it, however close it is to another one.
            self._names[word] = indicator_of(self._desk.store, word, own_name=True)
        return self._names[word]

    def _value(self, record: Record, subject: Subject, name: str) -> tuple[Period, Quantity]:
        for key in ("on", "value"):
            self._desk.at = key
            if record.values.get(key) is None:
                raise ValueRefused(_("{field} is missing").format(field=key))
        value: Quantity = record.values["value"]
        known = (*subject.columns().values(), name)
        if self._measures.get(known) != value.measure:
            require_measure(self._desk.store, subject, name, value)
            self._measures[known] = value.measure
        return record.values["on"], value

    @staticmethod
    def _quantity(value: Quantity) -> Part:
        columns = {name: getattr(value, name) for name in _COLUMNS}
        return Part("value", columns, _shown(value), lambda row: _shown(quantity_in(row)))

    def _growth(self, record: Record) -> list[Part]:
        if "growth" not in record.values:
            return []
        self._desk.at = "growth"
        growth, field = record.values["growth"], KINDS["indicator"].field("growth")
        if growth is not None and not -10_000 <= growth <= LARGEST_GROWTH:
            raise ValueRefused(_("a change of {growth} cannot be").format(growth=percent_text(growth)))
        return [Part("growth", {"growth": growth}, cell(field, growth), lambda row: cell(field, row.growth))]

    def _direction(self, record: Record, what: str, value: Quantity, found: IndicatorValue | None) -> list[Part]:
        """How a target is met; what happened has no direction."""
        told = record.values.get("direction")
        self._desk.at = "direction"
        if told not in (None, "at_least", "at_most"):
            raise ValueRefused(_("“{word}” is neither at_least nor at_most").format(word=told))
        if what == "actual":
            return []
        if told is None and found is not None:
            return []
        direction = told or direction_of(value, at_most=False)
        return [Part("direction", {"direction": direction}, direction, lambda row: row.direction)]


def _shown(value: Quantity) -> Cell:
    if value.measure == "money":
        return Amounts((value.figure,))
    text = format_quantity(value, unit=AUTO, lang="en")
    return f"{text} {value.unit}" if value.unit else text
