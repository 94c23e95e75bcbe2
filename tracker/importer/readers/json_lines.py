"""JSON lines: one object a line, its keys the headings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from tracker.errors import InputRejected
from tracker.i18n import _
from tracker.importer.readers.delimited import Lines
from tracker.importer.readers.table import Cells, Heading, LeftOut, Progress, Row, Value, letters
from tracker.records.schema import Problem
from tracker.text import shorten

# The keys of so many lines are the headings.
LOOKED_AT = 1000
MOST_KEYS = 1000
_MOST_PROBLEMS = 1000
# Names in a list are joined as in our own text files, and a bar of a name is marked.
_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\|"})


@dataclass(frozen=True, slots=True)
class TextLines:
    """The lines of a file as records of one cell each."""

    lines: Lines

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """Every line, as a list of one text."""
        return ([line] for line in chain.from_iterable(self.lines.blocks(progress)))


class Objects:
    """One run through the lines: an object becomes a row in the order of the headings."""

    def __init__(self, headings: tuple[Heading, ...], name: str) -> None:
        """Start with nothing left out; `name` is the file's, for refusals."""
        self.left_out: list[LeftOut] = []
        self.problems: list[Problem] = []
        self._places = {heading.text: heading.index for heading in headings}
        self._name = name

    def rows(self, records: Iterator[Cells]) -> Iterator[Row]:
        """The rows of the lines that hold an object whose keys are all headings; the others become problems."""
        for number, (line,) in enumerate(records, 1):
            if not isinstance(line, str) or not line.strip():
                continue
            try:
                yield Row(number, self._cells(read_object(line)))
            except _Unreadable as error:
                self._report(number, line, error)

    def _cells(self, found: dict[str, Any]) -> tuple[Value, ...]:
        cells: list[Value] = [None] * len(self._places)
        for key, value in found.items():
            place = self._places.get(key)
            if place is None:
                raise _Unreadable(
                    _("no line before line {count} has the key “{key}”").format(count=LOOKED_AT, key=shorten(key))
                )
            cells[place] = _value(value)
        return tuple(cells)

    def _report(self, number: int, line: str, error: Exception) -> None:
        if len(self.problems) >= _MOST_PROBLEMS:
            raise InputRejected(
                _("{name} has more than {count} lines that cannot be read").format(
                    name=self._name, count=_MOST_PROBLEMS
                )
            )
        hint = _("write one JSON object a line")
        self.problems.append(Problem(number, str(number), "", shorten(line[:200].strip()), str(error), hint))


class _Unreadable(Exception):
    """A line that is no object, and why."""


def find_headings(lines: Lines) -> tuple[Heading, ...]:
    """The keys of the first objects, in the order in which they appear.

    Raises InputRejected where there are none, or more than a table has columns.
    """
    keys: dict[str, None] = {}
    for line in islice(chain.from_iterable(lines.blocks(None)), LOOKED_AT):
        try:
            keys.update(dict.fromkeys(read_object(line)) if line.strip() else {})
        except _Unreadable:
            continue
    name = lines.origin.name
    if not keys:
        raise InputRejected(_("{name} has no JSON object with a key in its first lines").format(name=name))
    if len(keys) > MOST_KEYS:
        raise InputRejected(_("{name} has more than {count} different keys").format(name=name, count=MOST_KEYS))
    return tuple(Heading(index, letters(index), key) for index, key in enumerate(keys))


def is_object(line: str) -> bool:
    """Whether a line holds one JSON object."""
    try:
        read_object(line)
    except _Unreadable:
        return False
    return True


def read_object(line: str) -> dict[str, Any]:
    """The object in a line; numbers with a point or an exponent stay texts. Raises _Unreadable."""
    try:
        found = json.loads(
            line, parse_float=str, parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_without_doubles
        )
    except RecursionError:
        raise _Unreadable(_("it is nested too deeply")) from None
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise _Unreadable(_("it is no JSON: {reason}").format(reason=shorten(reason))) from None
    if not isinstance(found, dict):
        raise _Unreadable(_("it is no JSON object"))
    return found


def _whole(text: str) -> int | str:
    # A longer number is a code or a mistake; as a text it keeps its digits.
    return int(text) if len(text) < 20 else text


def _no_number(text: str) -> None:
    raise _Unreadable(_("{text} is no number").format(text=text))


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        double = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _Unreadable(_("the key “{key}” stands in it twice").format(key=shorten(double)))
    return found


def _value(value: Any) -> Value:
    """A value as a cell: a list of names joined by bars, any other list or object as JSON."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " | ".join(item.translate(_ESCAPES) for item in value)
    return json.dumps(value, ensure_ascii=False)
