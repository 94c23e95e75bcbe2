"""The formats that programs read, csv, json and jsonl: exact decimals, and no text that runs as a formula.

In CSV there is one header line of column keys, one line a row and no total row; in a mixed column an amount is one
text, `about 2500000000.00 CNY`. JSON has the total row and the sentences too; neither has drawings.

An amount column `k` becomes `k`, `k_currency`, `k_qualifier`, and where a cell holds a second currency also `k_2`,
`k_2_currency`, `k_2_qualifier`, and so on; where the cells are sums with a coverage, `k_known` and `k_of` follow. The
qualifier is `exact`, `about`, `nearly`, `over` or `at_most`, with `estimated` before it (alone where the estimate is
exact); an `unknown` or `withheld` figure has this word and no amount. Where the cells are derived figures, `k_state`
(known, partial, lacking, not_reported, withheld) and `k_figures_to` follow; where ratios, points or indices are no
exact ones, `k_qualifier`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from io import StringIO
from itertools import islice
from typing import Any, NamedTuple, NoReturn

from tracker.analysis.completion import Ratio, decimal_text
from tracker.dates import Period, moment_text
from tracker.money import WITHOUT_AMOUNT, Figure, Qualified, plain
from tracker.render.cells import Texts
from tracker.reports.report import Amounts, Bar, Cell, Column, Fallback, Kind, Report, Row, Spark, Strip
from tracker.text import show
from tracker.vocabulary import Term

# What a spreadsheet takes for the start of a formula, at the start of any line of a cell.
_FORMULA = "(?:^|[\n\r])[ \u00a0]*[=+\\-@|\t\r＝＋－＠]"
_APOSTROPHE = "'"
# What a spreadsheet turns into a number, a date, a time or a truth value, and then writes otherwise: 0012, 1E5,
# 2023-01, 3/4, 12:30, 1.50, 5%, Mar-1, 2023年1月, true, and numbers of more than eleven digits.
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CHANGED = rf"(?i)[(¥￥$€£ ]*[0-9][-0-9.,:/年月日时分秒 e+%]*\)?|(?:[0-9]+[-/., ]*)?{_MONTH}[-/., ]*[0-9]*|true|false"
_KEPT = "0|[1-9][0-9]{0,10}"


def guarded(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it, or where it already begins with one.

    `unguarded` gives the text back.
    """
    return _APOSTROPHE + text if text.startswith(_APOSTROPHE) or re.search(_FORMULA, text) else text


def protected(text: str) -> str:
    """`guarded`, and so too before a text that is written otherwise once a spreadsheet has read and saved it."""
    changed = re.fullmatch(_CHANGED, text) and not re.fullmatch(_KEPT, text)
    return _APOSTROPHE + text if changed else guarded(text)


def unguarded(text: str) -> str:
    """`text` without the one apostrophe it begins with, if it does."""
    return text.removeprefix(_APOSTROPHE)


RATIO_PLACES = 6
POINTS_PLACES = 4


def plain_value(cell: Cell, kind: Kind) -> str | int | tuple[str, ...] | None:
    """`cell` of a column of `kind`: a Term as its code, a ratio as `0.4`, a period as `2022Q3`, a moment in UTC.

    Ratios have up to six decimals and percentage points up to four, rounded half-even. Raises TypeError for amounts,
    which every format spells in its own way.
    """
    return (_VALUES.get(type(cell)) or _value_of_base(cell))(cell, kind)


def _itself(cell: str | int | None, _kind: Kind) -> str | int | None:
    return cell


def _codes(cell: tuple[str | Term, ...], _kind: Kind) -> tuple[str, ...]:
    return tuple([one.code if isinstance(one, Term) else one for one in cell])


def _decimal(cell: Fraction, kind: Kind) -> str:
    return decimal_text(cell, POINTS_PLACES if kind is Kind.POINTS else RATIO_PLACES, trim=True)


def _refuse(_cell: Amounts, _kind: Kind) -> NoReturn:
    raise TypeError("amounts are no single value")


_VALUES: dict[type, Callable[[Any, Kind], str | int | tuple[str, ...] | None]] = {
    type(None): _itself,
    str: _itself,
    int: _itself,
    bool: _itself,
    Term: lambda cell, _kind: cell.code,
    Fraction: _decimal,
    datetime: lambda cell, _kind: moment_text(cell),
    date: lambda cell, _kind: cell.isoformat(),
    Period: lambda cell, _kind: str(cell),
    Bar: lambda cell, _kind: None if cell.share is None else decimal_text(cell.share, RATIO_PLACES, trim=True),
    Fallback: lambda _cell, _kind: None,
    Spark: lambda _cell, _kind: None,
    Strip: lambda _cell, _kind: None,
    Amounts: _refuse,
    tuple: _codes,
}


def _value_of_base(cell: Cell) -> Callable[[Any, Kind], str | int | tuple[str, ...] | None]:
    _VALUES[type(cell)] = found = next(value for kind, value in _VALUES.items() if isinstance(cell, kind))
    return found


# What may be no exact number.
QUALIFIED = (Kind.RATIO, Kind.POINTS, Kind.NUMBER, Kind.ANY)


class Field(NamedTuple):
    """One column of the report at `place` of its rows, and how many amounts side by side a row of it can need."""

    column: Column
    place: int
    amounts: int
    covered: bool
    derived: bool = False
    qualified: bool = False

    def names(self) -> Iterator[str]:
        """The keys of its columns."""
        key = self.column.key
        if not self.amounts:
            yield key
        for number in range(1, self.amounts + 1):
            name = key if number == 1 else f"{key}_{number}"
            yield from (name, f"{name}_currency", f"{name}_qualifier")
        if self.covered:
            yield from (f"{key}_known", f"{key}_of")
        if self.derived:
            yield from (f"{key}_state", f"{key}_figures_to")
        if self.qualified:
            yield f"{key}_qualifier"

    def figures(self, cells: Sequence[Cell]) -> Iterator[list[Figure | None]]:
        """For each amount side by side the figures of the cells, None where one has no more."""
        found = [cell.figures if isinstance(cell, Amounts) else () for cell in cells]
        for number in range(self.amounts):
            yield [figures[number] if len(figures) > number else None for figures in found]

    def counts(self, cells: Sequence[Cell]) -> Iterator[list[int | None]]:
        """How many are known, of how many, where the column says so."""
        if self.covered:
            found = [cell if isinstance(cell, Amounts) else Amounts() for cell in cells]
            yield from ([one.known for one in found], [one.of for one in found])

    def states(self, cells: Sequence[Cell]) -> Iterator[list[str | None]]:
        """The state of derived figures and the last day they reach, where the column says so."""
        if self.derived:
            found = [cell if isinstance(cell, Amounts) else Amounts() for cell in cells]
            yield [one.state for one in found]
            yield [one.to.isoformat() if one.to else None for one in found]


def fields(report: Report, rows: Sequence[Row]) -> list[Field]:
    """The columns of `report`, hidden ones too and drawn ones not, with room for what `rows` hold."""
    found = []
    for place, column in enumerate(report.columns):
        most, covered, derived, qualified = int(column.kind is Kind.AMOUNT), False, False, False
        if column.drawn:
            continue
        if column.kind in QUALIFIED:
            qualified = any(ratio_qualifier(row[place]) not in (None, "exact") for row in rows)
        for row in rows if most else ():
            cell = row[place]
            if isinstance(cell, Amounts):
                most = max(most, len(cell.figures))
                covered = covered or cell.known is not None
                derived = derived or cell.state is not None
        found.append(Field(column, place, most, covered, derived, qualified))
    return found


def ratio_qualifier(cell: Cell) -> str | None:
    """The word beside a ratio; None where there is none."""
    if isinstance(cell, Ratio):
        return qualifier(cell)
    return "exact" if isinstance(cell, Fraction) else None


def qualifier(figure: Qualified) -> str:
    """The word beside an amount or a ratio."""
    if figure.availability in WITHOUT_AMOUNT:
        return figure.availability
    words = [figure.availability] if figure.availability != "reported" else []
    if figure.qualifier != "exact" or not words:
        words.append(figure.qualifier)
    return " ".join(words)


JsonValue = str | int | None | list["JsonValue"] | dict[str, "JsonValue"]
# Rows written together, column by column.
_TOGETHER = 512
_STEP = "  "
_encoded = json.JSONEncoder(ensure_ascii=False).encode
_text = json.encoder.encode_basestring
# What is no reason to escape anything: printable ASCII, line breaks of our own, and Chinese.
_HARMLESS = re.compile("[\n -~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]*").fullmatch
_DELETE = "\x7f"


def write_json(report: Report) -> Iterator[str]:
    """The whole report with its hidden columns, its total row and its sentences, and without bars, in pieces."""
    columns = fields(report, [*report.rows, *(row for row in (report.elsewhere, report.totals) if row)])
    known_on = None if report.known_on is None else report.known_on.isoformat()
    envelope: dict[str, JsonValue] = {
        "report": report.name,
        "title": report.title,
        "as_of": report.as_of.isoformat(),
        "known_on": known_on,
        "currency": report.currency,
        "coverage": [*report.remarks, *report.coverage],
        "notes": list(report.notes),
        "columns": [{"key": f.column.key, "title": f.column.title, "kind": f.column.kind.value} for f in columns],
    }
    yield _harmless(_indented(envelope, _STEP, "\n").removesuffix("\n}") + f',\n{_STEP}"rows": [')
    between = f",\n{2 * _STEP}"
    for place, records in enumerate(_records(report.rows, columns, _STEP, 2)):
        yield _harmless((between if place else between[1:]) + between.join(records))
    yield f"\n{_STEP}]" if report.rows else "]"
    for name, row in (("elsewhere", report.elsewhere), ("totals", report.totals)):
        one = "null" if row is None else next(_records([row], columns, _STEP, 1))[0]
        yield _harmless(f',\n{_STEP}"{name}": {one}')
    yield "\n}\n"


def write_json_lines(report: Report) -> Iterator[str]:
    """One row a line, as in the rows of `write_json`, in pieces."""
    for records in _records(report.rows, fields(report, report.rows)):
        yield _harmless("\n".join([*records, ""]))


def _records(rows: Iterable[Row], columns: Sequence[Field], step: str = "", depth: int = 0) -> Iterator[list[str]]:
    """The rows as objects, some at a time: each on one line, or with a `step` indented at its depth."""
    line = f"\n{step * depth}"
    places = [(f.place, _members(f.column.key, f.column.kind, step, line + step)) for f in columns]
    words = [
        (f.place, _members(f"{f.column.key}_qualifier", Kind.TEXT, step, line + step)) for f in columns if f.qualified
    ]
    for cells in _by_column(rows):
        texts = [members.of(cells[place]) for place, members in places]
        texts += [members.of(tuple(map(ratio_qualifier, cells[place]))) for place, members in words]
        yield [_enclosed("{}", row, step, line) for row in zip(*texts, strict=True)]


def _by_column(rows: Iterable[Row]) -> Iterator[list[tuple[Cell, ...]]]:
    """The columns of so many rows at a time: of ten thousand rows no more than these are in memory as text."""
    rows = iter(rows)
    while batch := list(islice(rows, _TOGETHER)):
        yield list(zip(*batch, strict=True))


def _members(name: str, kind: Kind, step: str, line: str) -> Texts[str]:
    """The members of one column."""
    key = f"{_text(name)}: "
    return Texts(lambda cell: key + _json_text(cell, kind, step, line))


def _json_text(cell: Cell, kind: Kind, step: str, line: str) -> str:
    if isinstance(cell, Amounts) or (cell is None and kind is Kind.AMOUNT):
        return _amounts_text(cell or Amounts(), step, line)
    if type(cell) is str:
        return _text(cell)
    plain_cell = plain_value(cell, kind)
    value: JsonValue = list(plain_cell) if isinstance(plain_cell, tuple) else plain_cell
    return _indented(value, step, line) if step else _encoded(value)


def _amounts_text(amounts: Amounts, step: str, line: str) -> str:
    """The members of an amount are many, and the same but for the amount: they are put into a text made once."""
    inner = line + step
    figures = [_figure_text(figure, step, inner + step) for figure in amounts.figures]
    members = (
        _enclosed("[]", figures, step, inner) if figures else "[]",
        "null" if amounts.known is None else amounts.known,
        "null" if amounts.of is None else amounts.of,
    )
    if amounts.state is None:
        return _form(("amounts", "known", "of"), step, line) % members
    return _form(("amounts", "known", "of", "state", "figures_to", "last"), step, line) % (
        *members,
        f'"{amounts.state}"',
        "null" if amounts.to is None else f'"{amounts.to.isoformat()}"',
        "null" if amounts.last is None else _figure_text(amounts.last, step, inner),
    )


def _figure_text(figure: Figure, step: str, line: str) -> str:
    money = figure.money
    amount, currency = (f'"{plain(money)}"', f'"{money.currency}"') if money else ("null", "null")
    form = _form(("amount", "currency", "qualifier", "availability"), step, line)
    return form % (amount, currency, f'"{figure.qualifier}"', f'"{figure.availability}"')


@cache
def _form(names: Sequence[str], step: str, line: str) -> str:
    """An object of these names, with a place for each value."""
    return _enclosed("{}", [f'"{name}": %s' for name in names], step, line)


def _enclosed(ends: str, members: Sequence[str], step: str, line: str) -> str:
    """The members of an object or a list: on one line, or with a `step` on lines of their own below `line`."""
    if not step:
        return f"{ends[0]}{', '.join(members)}{ends[1]}"
    return f"{ends[0]}{line}{step}{f',{line}{step}'.join(members)}{line}{ends[1]}"


def dump(value: JsonValue, indent: int | None = None) -> str:
    """`value` as JSON in readable Unicode, in which whatever could steer a terminal or cannot be encoded is escaped."""
    return _harmless(_encoded(value) if indent is None else _indented(value, " " * indent, "\n"))


def _harmless(text: str) -> str:
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


# A text that no spreadsheet takes for a formula and no terminal for a command: by far the most of them.
_PLAIN = re.compile("[0-9A-Za-z\u4e00-\u9fff][ -~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]*").fullmatch
_NO_AMOUNT = ("", "", "")
_TEXTS, _NUMBERS, _BLANK = {str, type(None)}, {int, type(None)}, {"", None}
# A value for each row, of which the csv module writes None as nothing and a number as its digits.
_Written = Iterable[str | int | None]


def write_csv(report: Report, *, newline: str = "\n") -> Iterator[str]:
    """The rows of `report` with its hidden columns and without bars, in pieces; `newline` ends each line."""
    columns = fields(report, report.rows)
    file = StringIO()
    writer = csv.writer(file, lineterminator=newline)
    writer.writerow([guarded(name) for field in columns for name in field.names()])
    writers = [(field.place, _csv_writer(field)) for field in columns]
    for cells in _by_column(report.rows):
        writer.writerows(zip(*(one for place, write in writers for one in write(cells[place])), strict=True))
        yield file.getvalue()
        file.seek(0)
        file.truncate()
    yield file.getvalue()


def _csv_writer(field: Field) -> Callable[[Sequence[Cell]], Iterator[_Written]]:
    """What makes the columns that `field` becomes of its cells."""
    texts = Texts(lambda cell: _cell(cell, field.column.kind))

    def write(cells: Sequence[Cell]) -> Iterator[_Written]:
        if not field.amounts:
            yield _written(cells, texts)
        for figures in field.figures(cells):
            yield from zip(*[_NO_AMOUNT if one is None else _amount(one) for one in figures], strict=True)
        yield from field.counts(cells)
        yield from field.states(cells)
        if field.qualified:
            yield map(ratio_qualifier, cells)

    return write


def _written(cells: Sequence[Cell], texts: Texts[str]) -> _Written:
    """The cells of a column without amounts; numbers and plain texts are written as they are."""
    types = set(map(type, cells))
    if types <= _NUMBERS or (types <= _TEXTS and all(map(_PLAIN, set(cells) - _BLANK))):  # type: ignore[arg-type]
        return cells  # type: ignore[return-value]
    return texts.of(cells)


def _amount(figure: Figure) -> tuple[str, str, str]:
    if figure.money is None:
        return ("", "", qualifier(figure))
    return (plain(figure.money), figure.money.currency, qualifier(figure))


def _cell(cell: Cell, kind: Kind) -> str:
    if isinstance(cell, Amounts):
        return amounts_in_words(cell)
    if type(cell) is str:
        return cell if _PLAIN(cell) else guarded(show(cell, lines=True))
    value = plain_value(cell, kind)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return guarded(show(text, lines=True)) if isinstance(cell, str | Term) or isinstance(value, tuple) else text


def amounts_in_words(amounts: Amounts) -> str:
    """`2500000000.00 CNY`, with the words of its qualifier before it, for a column that holds more than amounts."""
    text = ";".join(_figure_in_words(figure) for figure in amounts.figures)
    covered = amounts.known is not None and amounts.of is not None and amounts.known < amounts.of
    return f"{text} ({amounts.known}/{amounts.of})".lstrip() if covered else text


def _figure_in_words(figure: Figure) -> str:
    amount, currency, words = _amount(figure)
    return f"{amount} {currency}" if words == "exact" else f"{words} {amount} {currency}".rstrip()
