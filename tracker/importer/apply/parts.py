"""The fields of a record as the columns of a row, checked, and what a row says as a preview shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from tracker.dates import ALWAYS, Period
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _
from tracker.importer.apply.desk import Desk, Part
from tracker.ledger.cite import long_text, short_text
from tracker.ledger.projects import NUMBERS
from tracker.money import Figure
from tracker.money.quantities import Quantity
from tracker.records.schema import KINDS, Field, Record, Type
from tracker.reports.report import Amounts, Cell
from tracker.text import shorten

_LONG = frozenset(("note", "source", "quote", "reason", "text", "answer", "outcome"))
_MOST = {Type.COUNT: NUMBERS["jobs"], Type.LAND: NUMBERS["land"]}


def parts_of(desk: Desk, record: Record, keys: Collection[str]) -> Iterator[Part]:
    """The parts of a record for its fields under `keys`, as far as the file gives them.

    Texts, words, numbers, days and periods only. Raises ValueRefused for what may not be kept.
    """
    for field in KINDS[record.kind].fields:
        if field.key in keys and field.key in record.values:
            desk.at = field.key
            yield part_of(field, record.values[field.key])


def part_of(field: Field, value: Any) -> Part:
    """The part of one field."""
    key = field.key
    if field.type is Type.PERIOD:
        first, last = ("first_day", "last_day") if key == "on" else (f"{key}_first", f"{key}_last")
        days = (value.first, value.last) if value else (None, None)
        columns = {first: days[0], last: days[1]} | (
            {"period_text": value.text if value else None} if key == "on" else {}
        )
        return Part(key, columns, value, lambda row: period_in(row, first, last))
    kept = _CHECKS.get(field.type, _as_is)(field, value)
    return Part(key, {key: kept}, cell(field, kept), lambda row: cell(field, getattr(row, key)))


def _as_is(_field: Field, value: Any) -> Any:
    return value


def _text(field: Field, value: str | None) -> str | None:
    return (long_text if field.key in _LONG else short_text)(value, field.key.replace("_", " "))


def _word(field: Field, value: str | None) -> str | None:
    if value is None or field.words is None:
        return value
    return value if value in field.words else field.words.parse(value)


def _number(field: Field, value: int | None) -> int | None:
    if value is not None and not 0 <= value <= _MOST[field.type]:
        scale = 1_000 if field.type is Type.LAND else 1
        raise ValueRefused(
            _("{what} is a number from 0 to {most}, not {value:g}").format(
                what=field.key, most=_MOST[field.type] // scale, value=value / scale
            )
        )
    return value


def _country(_field: Field, value: str | None) -> str | None:
    if value is None:
        return None
    from tracker.countries import parse_country

    return parse_country(value)


_CHECKS: dict[Type, Callable[[Field, Any], Any]] = {
    Type.TEXT: _text,
    Type.WORD: _word,
    Type.COUNT: _number,
    Type.LAND: _number,
    Type.COUNTRY: _country,
}


def cell(field: Field, value: Any) -> Cell:
    """A value as a report shows it."""
    if value is None:
        return None
    if field.words is not None:
        return field.words.get(value) or str(value)
    if field.type is Type.LAND:
        return Fraction(value, 1000)
    if field.type is Type.PERCENT:
        return Fraction(value, 10_000)
    shown: Cell = shorten(value, 200) if isinstance(value, str) else value
    return shown


def period_in(row: Any, first: str = "first_day", last: str = "last_day") -> Period | None:
    """The period in two columns of a row."""
    begin, end = getattr(row, first), getattr(row, last)
    return None if begin is None else Period.of(begin, end, row.period_text if first == "first_day" else None)


def amount(figure: Figure | None) -> Amounts | None:
    """A figure as a cell."""
    return None if figure is None else Amounts((figure,))


def figure_columns(figure: Figure, currency: str) -> dict[str, Any]:
    """The columns of a figure; `currency` is that of one without an amount."""
    return {
        "minor": figure.money.minor if figure.money else None,
        "currency": figure.money.currency if figure.money else currency,
        "qualifier": figure.qualifier,
        "availability": figure.availability,
    }


def quantity_in(row: Any) -> Quantity:
    """The quantity in the columns of a row."""
    return Quantity(row.measure, row.value, row.currency, row.unit, row.qualifier, row.availability)


# --- the day a fact counts from ------------------------------------------------------------------------------------


def past_days(desk: Desk, record: Record, on: Period) -> dict[str, Any]:
    """The columns of something that happened: Raises Refused where `on` has not begun."""
    today = desk.rules.today
    if on.first > today:
        raise Refused(_("{period} lies in the future (today is {today})").format(period=on, today=today))
    return days_of(on) | {"effective_from": effective_from(desk, record, min(on.last, today))}


def days_of(on: Period | None) -> dict[str, Any]:
    """The columns of a period, all empty where there is none."""
    return {"first_day": on and on.first, "last_day": on and on.last, "period_text": on and on.text}


def effective_from(desk: Desk, record: Record, usual: date, field: str = "effective_from") -> date:
    """The day a fact counts from: what the file says, but no day to come unless it is the `usual` one."""
    told: date | None = record.values.get(field)
    return usual if told is None else told if told <= max(usual, desk.rules.today) else usual


def days_part(desk: Desk, record: Record, usual: date, *, field: str = "effective_from") -> Part:
    """The day a fact counts from as a part, where the file speaks of it."""
    day = effective_from(desk, record, usual, field)
    return Part(
        field, {"effective_from": day}, day, lambda row: None if row.effective_from == ALWAYS else row.effective_from
    )
