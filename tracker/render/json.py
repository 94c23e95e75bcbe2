"""A report as JSON: an envelope with typed columns, or one row a line.

A value has the same type in every row of a column. A cell of an amount column is always
`{"amounts": [{"amount", "currency", "qualifier", "availability"}, …], "known", "of"}`: one object a currency, none
where there is no entry, `amount` and `currency` null where the figure is unknown or withheld, `known` and `of` null
where the cell is one entry and not a sum. Amounts and ratios are decimal strings, dates ISO, words of the vocabulary
their codes. Where ratios, points or indices of column `k` are no exact ones, `k_qualifier` follows in every row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from tracker.money import Figure, plain
from tracker.render.data import QUALIFIED, REPEATED, plain_value, ratio_qualifier
from tracker.reports.report import Amounts, Cell, Column, Kind, Report, Row
from tracker.text import show

JsonValue = str | int | None | list["JsonValue"] | dict[str, "JsonValue"]
# Rows written together, column by column.
_TOGETHER = 512
_encoded = json.JSONEncoder(ensure_ascii=False).encode
_text = json.encoder.encode_basestring
# What is no reason to escape anything: printable ASCII, line breaks of our own, and Chinese.
_HARMLESS = re.compile("[\n -~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]*").fullmatch
_DELETE = "\x7f"


def write_json(report: Report) -> str:
    """The whole report with its hidden columns, its total row and its sentences, and without bars."""
    columns = _columns(report)
    qualified = _qualified(columns, [*report.rows, *(row for row in (report.elsewhere, report.totals) if row)])
    known_on = None if report.known_on is None else report.known_on.isoformat()
    envelope: dict[str, JsonValue] = {
        "report": report.name,
        "title": report.title,
        "as_of": report.as_of.isoformat(),
        "known_on": known_on,
        "currency": report.currency,
        "coverage": [*report.remarks, *report.coverage],
        "notes": list(report.notes),
        "columns": [{"key": c.key, "title": c.title, "kind": c.kind.value} for _place, c in columns],
        "rows": [_record(row, columns, qualified) for row in report.rows],
        "elsewhere": None if report.elsewhere is None else _record(report.elsewhere, columns, qualified),
        "totals": None if report.totals is None else _record(report.totals, columns, qualified),
    }
    return dump(envelope, indent=2) + "\n"


def write_json_lines(report: Report) -> str:
    """One row a line, as in the rows of `write_json`."""
    columns = _columns(report)
    keys = [dump(column.key) + ": " for _place, column in columns]
    qualified = _qualified(columns, report.rows)
    lines: list[str] = []
    rows = iter(report.rows)
    while batch := list(islice(rows, _TOGETHER)):
        texts = [
            _texts(key, [row[place] for row in batch], c.kind) for key, (place, c) in zip(keys, columns, strict=True)
        ]
        for key, place in qualified.items():
            texts.append(
                _texts(dump(f"{key}_qualifier") + ": ", [ratio_qualifier(row[place]) for row in batch], Kind.TEXT)
            )
        lines.extend(f"{{{', '.join(row)}}}\n" for row in zip(*texts, strict=True))
    return "".join(lines)


def _texts(key: str, cells: Iterable[Cell], kind: Kind) -> Iterator[str]:
    """The members of one column, as JSON."""
    known: dict[Cell, str] = {}
    for cell in cells:
        if type(cell) not in REPEATED:
            yield key + dump(_value(cell, kind))
            continue
        text = known.get(cell)
        if text is None:
            text = known[cell] = key + dump(_value(cell, kind))
        yield text


def _columns(report: Report) -> list[tuple[int, Column]]:
    return [(place, column) for place, column in enumerate(report.columns) if not column.drawn]


def _qualified(columns: Iterable[tuple[int, Column]], rows: Sequence[Row]) -> dict[str, int]:
    """The places of the columns, by key, in which a ratio is no exact one: a member with its qualifier follows."""
    return {
        column.key: place
        for place, column in columns
        if column.kind in QUALIFIED and any(ratio_qualifier(row[place]) not in (None, "exact") for row in rows)
    }


def _record(row: Row, columns: Iterable[tuple[int, Column]], qualified: Mapping[str, int]) -> dict[str, JsonValue]:
    record = {column.key: _value(row[place], column.kind) for place, column in columns}
    return record | {f"{key}_qualifier": ratio_qualifier(row[place]) for key, place in qualified.items()}


def _value(cell: Cell, kind: Kind) -> JsonValue:
    if isinstance(cell, Amounts):
        return _amounts(cell)
    if kind is Kind.AMOUNT and cell is None:
        return _amounts(Amounts())
    value = plain_value(cell, kind)
    return list(value) if isinstance(value, tuple) else value


def _amounts(amounts: Amounts) -> JsonValue:
    record: dict[str, JsonValue] = {
        "amounts": [_figure(figure) for figure in amounts.figures],
        "known": amounts.known,
        "of": amounts.of,
    }
    if amounts.state is not None:
        record["state"] = amounts.state
        record["figures_to"] = None if amounts.to is None else amounts.to.isoformat()
        record["last"] = None if amounts.last is None else _figure(amounts.last)
    return record


def _figure(figure: Figure) -> JsonValue:
    return {
        "amount": None if figure.money is None else plain(figure.money),
        "currency": None if figure.money is None else figure.money.currency,
        "qualifier": figure.qualifier,
        "availability": figure.availability,
    }


def dump(value: JsonValue, indent: int | None = None) -> str:
    """`value` as JSON in readable Unicode, in which whatever could steer a terminal or cannot be encoded is escaped."""
    text = _encoded(value) if indent is None else _indented(value, " " * indent, "\n")
    if _HARMLESS(text):
        return text
    unsafe = {ord(c): json.dumps(c)[1:-1] for c in set(text) if c > "~" and show(c) != c and c != _DELETE}
    # A text of many megabytes is gone through once more only where something is to be escaped.
    return text.translate(unsafe | {ord(_DELETE): "\\u007f"}) if unsafe or _DELETE in text else text


def _indented(value: JsonValue, step: str, line: str) -> str:
    """What json.dumps writes with an indent, in a quarter of its time: that one goes through generators."""
    if value is None:
        return "null"
    if not value or not isinstance(value, dict | list):
        return _encoded(value)
    inner = line + step
    if isinstance(value, dict):
        parts = [
            f"{_text(key)}: {_text(one) if type(one) is str else _indented(one, step, inner)}"
            for key, one in value.items()
        ]
        return f"{{{inner}{(',' + inner).join(parts)}{line}}}"
    return f"[{inner}{(',' + inner).join(_indented(one, step, inner) for one in value)}{line}]"
