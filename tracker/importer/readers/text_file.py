"""Text files, record by record and never in memory as a whole: the dialect of delimited text, and JSON lines."""

from __future__ import annotations

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain, islice
from typing import Any

from tracker.errors import InputRejected, UsageError
from tracker.i18n import _
from tracker.importer.readers.source_file import Encoding, SourceFile
from tracker.importer.readers.table import Cells, Heading, LeftOut, Progress, Row, Value, letters
from tracker.records.schema import Problem
from tracker.text import shorten

# Lines are taken from the file by so many characters at once; no record goes over more of them than this.
BLOCK = 2**16
_MOST_BLOCKS = 64


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text file, with their ends. `declared`: the first names the delimiter, and is blank here."""

    file: SourceFile
    encoding: Encoding
    declared: bool = False

    def blocks(self, progress: Progress | None) -> Iterator[list[str]]:
        """The lines, some at a time. Raises InputRejected where the file has been changed."""
        try:
            with self.file.path.open("rb") as file:
                text = TextIOWrapper(file, self.encoding.codec, self.encoding.errors, newline="")
                size = os.fstat(file.fileno()).st_size or 1
                lines = text.readlines(BLOCK)
                if lines:
                    # Blank, not gone: the rows after it keep their numbers.
                    lines[0] = "\n" if self.declared else lines[0].removeprefix("\ufeff")
                while lines:
                    yield lines
                    if progress is not None:
                        progress(min(os.lseek(file.fileno(), 0, os.SEEK_CUR) / size, 1.0))
                    lines = text.readlines(BLOCK)
        except (OSError, UnicodeError):
            raise InputRejected(_("{name} was changed while it was read").format(name=self.file.name)) from None


@dataclass(frozen=True, slots=True)
class Delimited:
    """The records of a text file, whose cells stand between delimiters and may be quoted."""

    lines: Lines
    delimiter: str

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """Every record, as lists of texts; a blank line is an empty one.

        Raises InputRejected where quotes do not end, a cell is too long or the file has been changed.
        """
        count = 0

        def lines() -> Iterator[list[str]]:
            before, unmoved = 0, 0
            for block in self.lines.blocks(progress):
                yield block
                before, unmoved = count, unmoved + 1 if count == before else 0
                if unmoved > _MOST_BLOCKS:
                    raise csv.Error("field limit")

        reader = csv.reader(chain.from_iterable(lines()), delimiter=self.delimiter, strict=True)
        try:
            for count, record in enumerate(reader, 1):  # noqa: B007 - lines() looks at it
                yield record
        except csv.Error as error:
            raise self._refusal(str(error), reader.line_num) from None

    def _refusal(self, reason: str, read: int) -> InputRejected:
        line = self._line_of_error(read)
        if "unexpected end of data" in reason:
            problem = _("{name}: a double quote that opens in line {line} is never closed")
        elif "field limit" in reason:
            problem = _(
                "{name}: the row that begins in line {line} is too long for a table; is a double quote missing?"
            )
        else:
            problem = _(
                "{name}: the double quotes in line {line} do not fit: one inside a quoted text is doubled, and nothing "
                "may follow the last"
            )
        return InputRejected(problem.format(name=self.lines.file.name, line=line))

    def _line_of_error(self, read: int) -> int:
        """The line at which the record begins that could not be read, when so many lines had been read."""
        line = 1
        lines = islice(chain.from_iterable(self.lines.blocks(None)), read)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            for _record in reader:
                line = reader.line_num + 1
        except csv.Error:
            pass
        return line


# --- dialect ----------------------------------------------------------------------------------------------------------

# In the order that decides between equals: a comma also stands in sentences and numbers, a tab in neither.
DELIMITERS = ("\t", ";", "|", "，", ",")
# Separates the cells of a file with one column: no text has it.
NONE = "\x1f"
_WRITTEN = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
_QUOTED = re.compile('"[^"]*"')
_LINES = 100
# Excel writes it as a first line of its own, and hides it.
_DECLARED = re.compile('\\A"?sep=([^\r\n"])"?(?=[\r\n])', re.IGNORECASE)


def find_delimiter(sample: str, *, whole: bool) -> str:
    """The delimiter of the lines in `sample`; NONE where they are one column. `whole`: it is all of the file."""
    if named := declared(sample):
        return named
    lines = [line for line in re.split("[\r\n]+", _QUOTED.sub("", sample)) if line.strip()]
    if not whole and len(lines) > 1:
        lines.pop()
    lines = lines[:_LINES]
    best, best_score = NONE, 0.0
    for delimiter in DELIMITERS:
        score = _score([line.count(delimiter) for line in lines])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def declared(sample: str) -> str | None:
    """The delimiter that the first line names, as Excel writes it: "sep=;"."""
    match = _DECLARED.match(sample)
    return match[1] if match else None


def read_delimiter(text: str) -> str:
    """The delimiter a person asks for: one character, or its name. Raises UsageError."""
    delimiter = _WRITTEN.get(text.casefold(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n\0' or delimiter.isalnum():
        listed = " ".join(delimiter_name(character) for character in DELIMITERS)
        raise UsageError(
            _("“{text}” is not a delimiter: write one character, like {known}").format(text=shorten(text), known=listed)
        )
    return delimiter


def _score(counts: list[int]) -> float:
    """How well the lines agree: the commonest count of delimiters × the lines that have it × their share, squared.

    So a comma in most numbers loses to a semicolon in every line, headings and all.
    """
    having = Counter(count for count in counts if count)
    if not having:
        return 0
    count, lines = max(having.items(), key=lambda item: item[0] * item[1])
    # One line of many proves nothing: it is a sentence.
    enough = lines * 5 >= len(counts) and (lines > 1 or 2 * having.total() >= len(counts))
    return count * lines * (lines / len(counts)) ** 2 if enough else 0


def delimiter_name(delimiter: str) -> str:
    """What a delimiter is called in a sentence."""
    return {"\t": _("tab"), " ": _("blank"), "\x1f": _("none")}.get(delimiter, f"“{delimiter}”")


# --- JSON lines -------------------------------------------------------------------------------------------------------

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

    def _cells(self, value_of: dict[str, Any]) -> tuple[Value, ...]:
        cells: list[Value] = [None] * len(self._places)
        for key, value in value_of.items():
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
    name = lines.file.name
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
        value = json.loads(
            line, parse_float=str, parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_without_doubles
        )
    except RecursionError:
        raise _Unreadable(_("it is nested too deeply")) from None
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise _Unreadable(_("it is not JSON: {reason}").format(reason=shorten(reason))) from None
    if not isinstance(value, dict):
        raise _Unreadable(_("it is not a JSON object"))
    return value


def _whole(text: str) -> int | str:
    # A longer number is a code or a mistake; as a text it keeps its digits.
    return int(text) if len(text) < 20 else text


def _no_number(text: str) -> None:
    raise _Unreadable(_("{text} is not a number").format(text=text))


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) < len(pairs):
        seen: set[str] = set()
        double = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _Unreadable(_("the key “{key}” occurs twice").format(key=shorten(double)))
    return unique


def _value(value: Any) -> Value:
    """A value as a cell: a list of names joined by bars, any other list or object as JSON."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " | ".join(item.translate(_ESCAPES) for item in value)
    return json.dumps(value, ensure_ascii=False)
