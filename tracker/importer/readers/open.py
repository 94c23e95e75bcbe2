"""A file becomes a table: its format, its dialect, where the headings stand, and which rows are data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from tracker.errors import InputRejected, TrackerError
from tracker.i18n import _, ngettext
from tracker.importer.readers.header_detection import (
    LOOKED_AT,
    Transposed,
    find_layout,
    is_known,
    is_transposed,
    native_layout,
    transpose,
)
from tracker.importer.readers.row_filter import RowFilter, check_columns
from tracker.importer.readers.source_file import (
    REPLACED,
    SAMPLE,
    SourceFile,
    check_markup,
    find_encoding,
    find_format,
    is_json,
    source_file,
    wrong_suffix,
)
from tracker.importer.readers.table import Cells, Knows, Layout, Source, Spans, Table, Value, filled, letters
from tracker.importer.readers.text_file import (
    NONE,
    Delimited,
    Lines,
    Objects,
    TextLines,
    declared,
    delimiter_name,
    find_delimiter,
    find_headings,
    is_object,
    read_delimiter,
)
from tracker.importer.readers.workbook import Sheet, SheetRows, read_sheets
from tracker.text import shorten

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
