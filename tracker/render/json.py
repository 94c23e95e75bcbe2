"""A report as JSON: an envelope with typed columns, or one row a line.

A value has the same type in every row of a column. A cell of an amount column is always
`{"amounts": [{"amount", "currency", "qualifier", "availability"}, …], "known", "of"}`: one object a currency, none
where there is no entry, `amount` and `currency` null where the figure is unknown or withheld, `known` and `of` null
where the cell is one entry and not a sum. Amounts and ratios are decimal strings, dates ISO, words of the vocabulary
their codes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from tracker.money import Figure, plain
from tracker.render.data import plain_value
from tracker.reports.report import Amounts, Cell, Column, Kind, Report, Row
from tracker.text import show

JsonValue = str | int | None | list["JsonValue"] | dict[str, "JsonValue"]
_DELETE = "\x7f"


def write_json(report: Report) -> str:
    """The whole report with its hidden columns, its total row and its sentences, and without bars."""
    columns = _columns(report)
    known_on = None if report.known_on is None else report.known_on.isoformat()
    envelope: dict[str, JsonValue] = {
        "report": report.name,
        "title": report.title,
        "as_of": report.as_of.isoformat(),
        "known_on": known_on,
        "currency": report.currency,
        "coverage": list(report.coverage),
        "notes": list(report.notes),
        "columns": [{"key": c.key, "title": c.title, "kind": c.kind.value} for _place, c in columns],
        "rows": [_record(row, columns) for row in report.rows],
        "totals": None if report.totals is None else _record(report.totals, columns),
    }
    return dump(envelope, indent=2) + "\n"


def write_json_lines(report: Report) -> str:
    """One row a line, as in the rows of `write_json`."""
    columns = _columns(report)
    return "".join(dump(_record(row, columns)) + "\n" for row in report.rows)


def _columns(report: Report) -> list[tuple[int, Column]]:
    return [(place, column) for place, column in enumerate(report.columns) if not column.drawn]


def _record(row: Row, columns: Iterable[tuple[int, Column]]) -> dict[str, JsonValue]:
    return {column.key: _value(row[place], column.kind) for place, column in columns}


def _value(cell: Cell, kind: Kind) -> JsonValue:
    if isinstance(cell, Amounts):
        return _amounts(cell)
    if kind is Kind.AMOUNT and cell is None:
        return _amounts(Amounts())
    value = plain_value(cell, kind)
    return list(value) if isinstance(value, tuple) else value


def _amounts(amounts: Amounts) -> JsonValue:
    return {
        "amounts": [_figure(figure) for figure in amounts.figures],
        "known": amounts.known,
        "of": amounts.of,
    }


def _figure(figure: Figure) -> JsonValue:
    return {
        "amount": None if figure.money is None else plain(figure.money),
        "currency": None if figure.money is None else figure.money.currency,
        "qualifier": figure.qualifier,
        "availability": figure.availability,
    }


def dump(value: JsonValue, indent: int | None = None) -> str:
    """`value` as JSON in readable Unicode, in which whatever could steer a terminal or cannot be encoded is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    unsafe = {ord(c): json.dumps(c)[1:-1] for c in set(text) if c > "~" and show(c) != c and c != _DELETE}
    return text.translate(unsafe | {ord(_DELETE): "\\u007f"})
