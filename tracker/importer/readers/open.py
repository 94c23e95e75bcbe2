"""A file becomes a table: text, JSON lines or a workbook, where its headings stand, and which rows are data.

Workbooks (xlsx, xlsb, xls, ods) are unpacked by a process of its own into rows on the disk, and read from there.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from tracker.errors import InputRejected, Refused, TrackerError, UsageError
from tracker.i18n import _, ngettext
from tracker.importer.readers.layout import (
    LOOKED_AT,
    RowFilter,
    Transposed,
    check_columns,
    find_layout,
    is_known,
    is_transposed,
    native_layout,
    transpose,
)
from tracker.importer.readers.source_file import (
    NONE,
    REPLACED,
    SAMPLE,
    Delimited,
    Lines,
    Objects,
    SourceFile,
    Spool,
    TextLines,
    check_markup,
    declared,
    delimiter_name,
    find_delimiter,
    find_encoding,
    find_format,
    find_headings,
    is_json,
    is_object,
    read_delimiter,
    source_file,
    wrong_suffix,
)
from tracker.importer.readers.table import (
    Cells,
    Formula,
    Knows,
    Layout,
    Progress,
    Source,
    Spans,
    Table,
    Value,
    filled,
    is_blank,
    letters,
    shape,
)
from tracker.records.origin import STATE, State, read_state
from tracker.text import did_you_mean, shorten

_LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user says about a file, None where it is to be found out; `knows` tells a heading from other words."""

    sheet: str | None
    encoding: str | None
    delimiter: str | None
    transpose: bool | None
    header: int | None
    knows: Knows


def open_table(
    path: Path | SourceFile | None,
    data: bytes | BinaryIO | None = None,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    transpose: bool | None = None,
    header: int | None = None,
    knows: Knows | None = None,
) -> Table:
    """Open the file at `path`, or `data`, the bytes of a pipe or the pipe itself, as a table.

    `sheet` is a name or a number from 1; `header` the row of the headings from 1, or their column where they run down;
    `transpose` says whether they do. `knows` tells whether a text is a known heading. Raises InputRejected for a file
    that is no table or a damaged one, Refused where there is no such file or nothing here can read it, UsageError for
    an option that does not fit it.
    """
    file = path if isinstance(path, SourceFile) else source_file(path, data)
    options = ReadOptions(sheet, encoding, delimiter, transpose, header, _of_short(knows or is_known))
    form = find_format(file)
    return _open_text(file, options) if form == "text" else _open_workbook(file, form, options)


def _of_short(knows: Knows) -> Knows:
    """No page of text is a heading, and looking for words in one takes long."""
    return lambda text: len(text) <= _LONGEST_HEADING and knows(text)


# --- text ----------------------------------------------------------------------------------------------------------


def _open_text(file: SourceFile, options: ReadOptions) -> Table:
    encoding = find_encoding(file, options.encoding)
    check_markup(encoding.sample, file.name)
    if not encoding.sample.strip():
        raise InputRejected(_("{name} has nothing but blanks in it").format(name=file.name))
    lines = Lines(file, encoding, declared(encoding.sample) is not None)
    if options.delimiter is None and is_json(encoding.sample):
        return _open_json(file, lines, options)
    whole = len(encoding.sample) < SAMPLE
    delimiter = (
        find_delimiter(encoding.sample, whole=whole) if options.delimiter is None else read_delimiter(options.delimiter)
    )
    form = "tsv" if delimiter == "\t" else "csv"
    statements = [_("text in {encoding}").format(encoding=encoding.name)]
    if delimiter != NONE:
        statements = [_("text in {encoding}, cells between {delimiter}").format(
            encoding=encoding.name, delimiter=delimiter_name(delimiter)
        )]  # fmt: skip
    source = Delimited(lines, delimiter)
    statements += _unused(options, "sheet") + _replaced(source, encoding.replaced)
    head: list[Cells] = []
    for number, cells in enumerate(islice(source.records(None), LOOKED_AT), 1):
        check_columns(cells, number, file.name)
        head.append(cells)
    plan = _arrange(source, head, {}, options, file.name, ragged=True)
    table = _table(file, form, plan, statements, empty="")
    return replace(table, encoding=encoding.name, delimiter="" if delimiter == NONE else delimiter)


def _open_json(file: SourceFile, lines: Lines, options: ReadOptions) -> Table:
    first = next((line for line in chain.from_iterable(lines.blocks(None)) if line.strip()), "")
    if file.suffix not in ("jsonl", "ndjson") and not is_object(first):
        raise InputRejected(
            _("{name} is one JSON document, not a table: write one object a line").format(name=file.name)
        )
    headings = find_headings(lines)
    statements = [_("JSON lines in {encoding}").format(encoding=lines.encoding.name)]
    statements += _unused(options, "sheet", "header", "transpose")
    if lines.encoding.replaced:
        statements.append(_replaced_at(lines.encoding.replaced, []))
    return Table(
        name=file.name,
        format="jsonl",
        encoding=lines.encoding.name,
        delimiter="",
        sheet="",
        sheets=(),
        headings=headings,
        header_row=0,
        transposed=False,
        title=(),
        statements=_statements(file, "jsonl", statements),
        source=TextLines(lines),
        filter=lambda: Objects(headings, file.name),
    )


def _replaced(source: Source, count: int) -> list[str]:
    """Where characters stand that could not be read."""
    if not count:
        return []
    places = (
        f"{letters(place)}{number}"
        for number, cells in enumerate(source.records(None), 1)
        for place, value in enumerate(cells)
        if REPLACED in str(value)
    )
    return [_replaced_at(count, list(islice(places, 4)))]


def _replaced_at(count: int, cells: Sequence[str]) -> str:
    sentence = ngettext(
        "{count} character could not be read and is � now", "{count} characters could not be read and are � now", count
    ).format(count=count)
    listed = ", ".join(cells[:3]) + (", …" if len(cells) > 3 else "")
    return f"{sentence}: {listed}" if cells else sentence


# --- workbooks -----------------------------------------------------------------------------------------------------


def _open_workbook(file: SourceFile, form: str, options: ReadOptions) -> Table:
    book = read_sheets(file, form, options.sheet)
    plans: list[tuple[Sheet, _Plan]] = []
    refusals: list[TrackerError] = []
    for sheet in sorted(book.sheets, key=lambda sheet: sheet.hidden):
        head = sheet.head()
        if any(map(filled, head)):
            try:
                plans.append((sheet, _arrange_sheet(sheet, head, options, file.name)))
            except TrackerError as error:
                refusals.append(error)
    if not plans:
        raise (
            refusals[0]
            if refusals
            else InputRejected(_("{name} has no cells with anything in them").format(name=file.name))
        )
    # The first sheet may be a list of contents or a page of remarks.
    ranks = [_rank(plan.layout, options.knows) for _sheet, plan in plans]
    sheet, plan = plans[ranks.index(max(ranks))]
    statements = [_("workbook ({format}), sheet “{sheet}”").format(format=book.format, sheet=shorten(sheet.name))]
    statements += _other_sheets(
        [other.name for (other, _plan), rank in zip(plans, ranks, strict=True) if rank and other != sheet]
    ) + _unused(options, "encoding", "delimiter")
    if isinstance(plan.source, SheetRows) and (tall := plan.source.tall()):
        count = sum(map(len, tall.values()))
        statements.append(
            ngettext(
                "{count} cell merged downwards: its text or day is repeated in its rows, a number only in the first",
                "{count} cells merged downwards: text or day is repeated in their rows, a number only in the first",
                count,
            ).format(count=count)
        )
    return replace(
        _table(file, book.format, plan, statements, empty=None, banners=sheet.banners()),
        sheet=sheet.name,
        sheets=book.names,
        state=book.state,
    )


def _arrange_sheet(sheet: Sheet, head: list[Cells], options: ReadOptions, name: str) -> _Plan:
    plan = _arrange(SheetRows(sheet), head, sheet.spans(), options, name)
    return plan if plan.transposed else replace(plan, source=SheetRows(sheet, after=plan.layout.bottom))


def _rank(layout: Layout, knows: Knows) -> int:
    """2 for a table with headings that are known, 1 for one with several headings, 0 for a single column."""
    known = sum(knows(heading.text) for heading in layout.headings)
    return 2 if known > 1 else int(len(layout.headings) > 1)


def _other_sheets(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    listed = _(", ").join(f"“{shorten(name)}”" for name in names[:10])
    return [_("not read, though they look like tables: {sheets}; choose with --sheet").format(sheets=listed)]


# --- where things stand --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """The records to read, where the headings stand among them, and the sheet as it was transposed, if it was."""

    source: Source
    layout: Layout
    transposed: Transposed | None = None


def _arrange(
    source: Source, head: list[Cells], spans: Spans, options: ReadOptions, name: str, *, ragged: bool = False
) -> _Plan:
    # Before anything is guessed: a column of a file of ours may hold the very words that are headings elsewhere.
    if not options.transpose and options.header in (None, 1) and (own := native_layout(head)):
        return _Plan(source, own)
    transposed = is_transposed(head, options.knows) if options.transpose is None else options.transpose
    if not transposed:
        return _Plan(source, find_layout(head, spans, options.knows, options.header, name, ragged=ragged))
    sheet = transpose(source.records(None), options.knows, name)
    layout = find_layout(sheet.columns[:LOOKED_AT], {}, options.knows, options.header, name, rows=sheet.rows)
    return _Plan(sheet, replace(layout, title=(*sheet.title, *layout.title)), sheet)


def _table(
    file: SourceFile, form: str, plan: _Plan, statements: list[str], *, empty: Value, banners: Collection[int] = ()
) -> Table:
    layout = plan.layout
    return Table(
        name=file.name,
        format=form,
        encoding="",
        delimiter="",
        sheet="",
        sheets=(),
        headings=layout.headings,
        header_row=layout.header + 1,
        transposed=plan.transposed is not None,
        title=layout.title,
        statements=_statements(file, form, [*statements, _where(layout, transposed=plan.transposed is not None)]),
        source=plan.source,
        filter=_filter(plan, file.name, empty, () if plan.transposed else banners),
    )


def _filter(plan: _Plan, name: str, empty: Value, banners: Collection[int]) -> Callable[[], RowFilter]:
    def run() -> RowFilter:
        row_filter = RowFilter(plan.layout, name, empty=empty, banners=banners)
        row_filter.left_out.extend(plan.transposed.left_out if plan.transposed else ())
        return row_filter

    return run


# --- statements -----------------------------------------------------------------------------------------


def _statements(file: SourceFile, form: str, statements: list[str]) -> tuple[str, ...]:
    suffix = wrong_suffix(file, form)
    return (*([suffix] if suffix else []), *statements)


def _where(layout: Layout, *, transposed: bool) -> str:
    if transposed:
        return _("the headings run down column {column}, and every further column is read as a row").format(
            column=letters(layout.header)
        )
    if layout.top == layout.bottom:
        return _("headings in row {row}").format(row=layout.header + 1)
    return _("headings in rows {first} to {last}").format(first=layout.top + 1, last=layout.bottom + 1)


def _unused(options: ReadOptions, *names: str) -> list[str]:
    given = [f"--{name}" for name in names if getattr(options, name) is not None]
    return [_("{options}: no effect on a file of this format").format(options=", ".join(given))] if given else []


# --- the sheets of a workbook -----------------------------------------------------------------------------------------

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
