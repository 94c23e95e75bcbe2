"""Workbooks (xlsx, xlsb, xls, ods): unpacked by a process of its own into rows on the disk, and read from there."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from tracker.errors import InputRejected, Refused, UsageError
from tracker.exporter.files import STATE, State, read_state
from tracker.i18n import _
from tracker.importer.readers.header_detection import LOOKED_AT
from tracker.importer.readers.source_file import SourceFile, Spool
from tracker.importer.readers.table import Cells, Formula, Progress, Spans, is_blank, shape
from tracker.text import did_you_mean, shorten

_PROGRAM = Path(__file__).with_name("workbook_worker.py")
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, whether it is hidden, its merged ranges, and where its rows lie in the spool.

    A merged range is (first row, first column, last row, last column), counted from 0.
    """

    name: str
    hidden: bool
    merged: tuple[tuple[int, int, int, int], ...]
    spool: Spool
    start: int
    end: int

    def raw(self, progress: Progress | None = None) -> Iterator[list[Any]]:
        """Every row as it stands in the sheet, without the blank cells at its end."""
        with self.spool.path.open("rb") as file:
            file.seek(self.start)
            while file.tell() < self.end:
                # Written by our own process, not by whoever made the workbook.
                for row in pickle.load(file):
                    if tuple in map(type, row):
                        yield [Formula(*value) if type(value) is tuple else value for value in row]
                    else:
                        yield row
                if progress is not None:
                    progress((file.tell() - self.start) / (self.end - self.start))

    def head(self) -> list[Cells]:
        """The first rows."""
        return list(islice(self.raw(), LOOKED_AT))

    def banners(self) -> frozenset[int]:
        """The numbers of rows with a range over three columns or more."""
        return frozenset(row + 1 for row, first, _last_row, last in self.merged if last - first > 1)

    def spans(self) -> Spans:
        """The ranges over several columns among the first rows."""
        found: Spans = {}
        for row, first, _last_row, last in self.merged:
            if last > first and row < LOOKED_AT:
                found.setdefault(row, []).append((first, last))
        return found


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet. Below the row `after`, words and days merged downwards stand in every row they cover.

    A number that covers several rows is not repeated: it would be counted several times.
    """

    sheet: Sheet
    after: int = -1

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """Every row, the first of the sheet first."""
        merged = self.tall()
        if not merged:
            return self.sheet.raw(progress)
        return self._filled(merged, progress)

    def tall(self) -> dict[int, list[tuple[int, int]]]:
        """The ranges over several rows of one column that begin below the headings: {row: [(column, last row)]}."""
        found: dict[int, list[tuple[int, int]]] = {}
        for row, column, last_row, last_column in self.sheet.merged:
            if row > self.after and last_row > row and last_column == column:
                found.setdefault(row, []).append((column, last_row))
        return found

    def _filled(self, merged: dict[int, list[tuple[int, int]]], progress: Progress | None) -> Iterator[Cells]:
        covering: dict[int, tuple[Any, int]] = {}
        for number, cells in enumerate(self.sheet.raw(progress)):
            for column, (value, last) in list(covering.items()):
                if number > last:
                    del covering[column]
                elif column >= len(cells):
                    cells.extend([None] * (column - len(cells)) + [value])
                elif is_blank(cells[column]):
                    cells[column] = value
            for column, last in merged.get(number, ()):
                if column < len(cells) and shape(cells[column]) not in ("blank", "number"):
                    covering[column] = (cells[column], last)
            yield cells


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook: its format, the names of all its sheets, the sheets that were read, and where it comes from.

    `state` is that of a workbook that tracker wrote, whose hidden sheet is none of the `sheets`.
    """

    format: str
    names: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    state: State | None


def read_sheets(source: SourceFile, form: str, wanted: str | None) -> Book:
    """The sheets of a workbook; only the one `wanted`, if that is given. `form` is "zip" or "xls".

    `wanted` is a name or a number from 1. Raises Refused without the package that reads workbooks, InputRejected for a
    workbook that is none, is locked, damaged or larger than is safe, UsageError for a sheet it has not.
    """
    if find_spec("python_calamine") is None:
        raise Refused(
            _("{name} is a workbook, which needs the extra: pip install 'investment-tracker[xlsx]'").format(
                name=source.name
            )
        )
    spool = Spool()
    answer = _run(source, form, wanted, spool)
    if "error" in answer:
        raise _refusal(answer["error"], source.name)
    names = tuple(answer["names"])
    if wanted is not None and not answer["sheets"]:
        raise UsageError(
            _("{name} has no sheet “{sheet}”; it has {names}{hint}").format(
                name=source.name,
                sheet=shorten(wanted),
                names=_(", ").join(shorten(name) for name in names[:10]),
                hint=did_you_mean(wanted, names),
            )
        )
    sheets = tuple(
        Sheet(
            name=names[sheet["place"]],
            hidden=sheet["hidden"],
            merged=tuple(tuple(merged) for merged in sheet["merged"]),
            spool=spool,
            start=sheet["start"],
            end=sheet["end"],
        )
        for sheet in answer["sheets"]
    )
    origin = next((sheet for sheet in sheets if sheet.name == STATE and sheet.hidden), None)
    state = read_state(origin.raw()) if origin else None
    if state is not None:
        sheets = tuple(sheet for sheet in sheets if sheet is not origin)
        names = tuple(name for name in names if name != STATE)
    return Book(answer["format"], names, sheets, state)


def _run(source: SourceFile, form: str, wanted: str | None, spool: Spool) -> dict[str, Any]:
    with spool.path.open("wb") as rows:
        command = [sys.executable, "-P", str(_PROGRAM), os.path.abspath(source.path), form, str(rows.fileno())]
        try:
            done = subprocess.run(
                command if wanted is None else [*command, wanted],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(rows.fileno(),),
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"error": "time"}
        except (OSError, ValueError):
            return {"error": "start"}
    # Memory that is not given to the reader ends it at once, without an answer.
    found: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"error": "memory"}
    return found


def _refusal(code: str, name: str) -> InputRejected | Refused:
    if code == "start":
        return Refused(_("the program that reads workbooks cannot be started"))
    if code == "disk":
        return Refused(_("there is no room in the temporary folder to unpack {name}").format(name=name))
    problem = {
        "bomb": _("{name} is packed too densely: unpacked it takes more than 200 MB, or 300 times its size"),
        "cell": _("{name} has a cell of more than 131,072 characters: it is not a table"),
        "columns": _("{name} has a cell beyond column 4096: clear the cells beside the table and save it again"),
        "entities": _("{name} declares entities in its XML, which no spreadsheet writes: it is not read"),
        "memory": _("{name} takes more memory than is safe: clear stray cells far from the table, or save it as CSV"),
        "parts": _("{name} holds more parts than a workbook has, or two of one name: it is not read"),
        "password": _("{name} is locked with a password: save it again without one"),
        "time": _("{name} takes too long to read: save the sheet as CSV"),
        "zip": _("{name} is an archive or a document, not a workbook: give csv, xlsx, xls, ods or jsonl"),
        "xml": _("{name} holds XML in UTF-16, which no spreadsheet writes: save it again"),
    }.get(code, _("{name} is damaged or was cut short: it cannot be read as a workbook"))
    return InputRejected(problem.format(name=name))
