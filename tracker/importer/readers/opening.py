"""A file becomes a table: found out what it is, how it is written, where the headings stand and which way they run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from tracker.errors import InputRejected, TrackerError
from tracker.i18n import _, ngettext
from tracker.importer.readers import words
from tracker.importer.readers.delimited import Delimited, Lines
from tracker.importer.readers.delimiters import NONE, declared, find_delimiter, read_delimiter
from tracker.importer.readers.encodings import REPLACED, SAMPLE, find_encoding
from tracker.importer.readers.formats import broken_promise, check_markup, find_format, is_json
from tracker.importer.readers.headers import LOOKED_AT, Knows, Layout, Spans, find_layout
from tracker.importer.readers.json_lines import Objects, TextLines, find_headings, is_object
from tracker.importer.readers.origin import Origin, origin
from tracker.importer.readers.own import own_layout
from tracker.importer.readers.shapes import filled
from tracker.importer.readers.sieve import Sieve, check_columns
from tracker.importer.readers.table import Cells, Source, Table, Value, letters
from tracker.importer.readers.transposing import Turned, is_transposed, turn
from tracker.importer.readers.workbook import Sheet, SheetRows, read_sheets
from tracker.text import shorten

_LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user says about a file, None where it is to be found out; `knows` tells a heading from other words."""

    sheet: str | None
    encoding: str | None
    delimiter: str | None
    transpose: bool | None
    header: int | None
    knows: Knows


def open_table(
    path: Path | None,
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
    file = origin(path, data)
    asked = Asked(sheet, encoding, delimiter, transpose, header, _of_short(knows or words.is_known))
    form = find_format(file)
    return _open_text(file, asked) if form == "text" else _open_workbook(file, form, asked)


def _of_short(knows: Knows) -> Knows:
    """No page of text is a heading, and looking for words in one takes long."""
    return lambda text: len(text) <= _LONGEST_HEADING and knows(text)


# --- text ----------------------------------------------------------------------------------------------------------


def _open_text(file: Origin, asked: Asked) -> Table:
    found = find_encoding(file, asked.encoding)
    check_markup(found.sample, file.name)
    if not found.sample.strip():
        raise InputRejected(_("{name} has nothing but blanks in it").format(name=file.name))
    lines = Lines(file, found, declared(found.sample) is not None)
    if asked.delimiter is None and is_json(found.sample):
        return _open_json(file, lines, asked)
    whole = len(found.sample) < SAMPLE
    delimiter = (
        find_delimiter(found.sample, whole=whole) if asked.delimiter is None else read_delimiter(asked.delimiter)
    )
    form = "tsv" if delimiter == "\t" else "csv"
    said = [_("text in {encoding}").format(encoding=found.name)]
    if delimiter != NONE:
        said = [_("text in {encoding}, cells between {delimiter}").format(
            encoding=found.name, delimiter=words.delimiter_name(delimiter)
        )]  # fmt: skip
    source = Delimited(lines, delimiter)
    said += _unused(asked, "sheet") + _replaced(source, found.replaced)
    head: list[Cells] = []
    for number, cells in enumerate(islice(source.records(None), LOOKED_AT), 1):
        check_columns(cells, number, file.name)
        head.append(cells)
    plan = _arrange(source, head, {}, asked, file.name, ragged=True)
    table = _table(file, form, plan, said, empty="")
    return replace(table, encoding=found.name, delimiter="" if delimiter == NONE else delimiter)


def _open_json(file: Origin, lines: Lines, asked: Asked) -> Table:
    first = next((line for line in chain.from_iterable(lines.blocks(None)) if line.strip()), "")
    if file.suffix not in ("jsonl", "ndjson") and not is_object(first):
        raise InputRejected(
            _("{name} is one JSON document, not a table: write one object a line").format(name=file.name)
        )
    headings = find_headings(lines)
    said = [_("JSON lines in {encoding}").format(encoding=lines.encoding.name)]
    said += _unused(asked, "sheet", "header", "transpose")
    if lines.encoding.replaced:
        said.append(_replaced_at(lines.encoding.replaced, []))
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
        statements=_statements(file, "jsonl", said),
        source=TextLines(lines),
        sift=lambda: Objects(headings, file.name),
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
    said = ngettext(
        "{count} character could not be read and is � now", "{count} characters could not be read and are � now", count
    ).format(count=count)
    listed = ", ".join(cells[:3]) + (", …" if len(cells) > 3 else "")
    return f"{said}: {listed}" if cells else said


# --- workbooks -----------------------------------------------------------------------------------------------------


def _open_workbook(file: Origin, form: str, asked: Asked) -> Table:
    book = read_sheets(file, form, asked.sheet)
    plans: list[tuple[Sheet, _Plan]] = []
    refusals: list[TrackerError] = []
    for sheet in sorted(book.sheets, key=lambda sheet: sheet.hidden):
        head = sheet.head()
        if any(map(filled, head)):
            try:
                plans.append((sheet, _arrange_sheet(sheet, head, asked, file.name)))
            except TrackerError as error:
                refusals.append(error)
    if not plans:
        raise (
            refusals[0]
            if refusals
            else InputRejected(_("{name} has no cells with anything in them").format(name=file.name))
        )
    # The first sheet may be a list of contents or a page of remarks.
    ranks = [_rank(plan.layout, asked.knows) for _sheet, plan in plans]
    sheet, plan = plans[ranks.index(max(ranks))]
    said = [_("workbook ({format}), sheet “{sheet}”").format(format=book.format, sheet=shorten(sheet.name))]
    said += _other_sheets(
        [other.name for (other, _plan), rank in zip(plans, ranks, strict=True) if rank and other != sheet]
    ) + _unused(asked, "encoding", "delimiter")
    if isinstance(plan.source, SheetRows) and (tall := plan.source.tall()):
        count = sum(map(len, tall.values()))
        said.append(
            ngettext(
                "{count} cell merged downwards: its words or day stand in each of its rows, a number in the first",
                "{count} cells merged downwards: their words or day stand in each of their rows, a number in the first",
                count,
            ).format(count=count)
        )
    return replace(
        _table(file, book.format, plan, said, empty=None, banners=sheet.banners()), sheet=sheet.name, sheets=book.names
    )


def _arrange_sheet(sheet: Sheet, head: list[Cells], asked: Asked, name: str) -> _Plan:
    plan = _arrange(SheetRows(sheet), head, sheet.spans(), asked, name)
    return plan if plan.turned else replace(plan, source=SheetRows(sheet, after=plan.layout.bottom))


def _rank(layout: Layout, knows: Knows) -> int:
    """2 for a table with headings that are known, 1 for one with several headings, 0 for a single column."""
    known = sum(knows(heading.text) for heading in layout.headings)
    return 2 if known > 1 else int(len(layout.headings) > 1)


def _other_sheets(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    listed = ", ".join(f"“{shorten(name)}”" for name in names[:10])
    return [_("not read, though they look like tables: {sheets}; choose with --sheet").format(sheets=listed)]


# --- where things stand --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """The records to read, where the headings stand among them, and the sheet as it was turned, if it was."""

    source: Source
    layout: Layout
    turned: Turned | None = None


def _arrange(
    source: Source, head: list[Cells], spans: Spans, asked: Asked, name: str, *, ragged: bool = False
) -> _Plan:
    # Before anything is guessed: a column of a file of ours may hold the very words that are headings elsewhere.
    if not asked.transpose and asked.header in (None, 1) and (own := own_layout(head)):
        return _Plan(source, own)
    turned = is_transposed(head, asked.knows) if asked.transpose is None else asked.transpose
    if not turned:
        return _Plan(source, find_layout(head, spans, asked.knows, asked.header, name, ragged=ragged))
    sheet = turn(source.records(None), asked.knows, name)
    layout = find_layout(sheet.columns[:LOOKED_AT], {}, asked.knows, asked.header, name, rows=sheet.rows)
    return _Plan(sheet, replace(layout, title=(*sheet.title, *layout.title)), sheet)


def _table(
    file: Origin, form: str, plan: _Plan, said: list[str], *, empty: Value, banners: Collection[int] = ()
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
        transposed=plan.turned is not None,
        title=layout.title,
        statements=_statements(file, form, [*said, _where(layout, turned=plan.turned is not None)]),
        source=plan.source,
        sift=_sifting(plan, file.name, empty, () if plan.turned else banners),
    )


def _sifting(plan: _Plan, name: str, empty: Value, banners: Collection[int]) -> Callable[[], Sieve]:
    def sift() -> Sieve:
        sieve = Sieve(plan.layout, name, empty=empty, banners=banners)
        sieve.left_out.extend(plan.turned.left_out if plan.turned else ())
        return sieve

    return sift


# --- what is said about it -----------------------------------------------------------------------------------------


def _statements(file: Origin, form: str, said: list[str]) -> tuple[str, ...]:
    promise = broken_promise(file, form)
    return (*([promise] if promise else []), *said)


def _where(layout: Layout, *, turned: bool) -> str:
    if turned:
        return _("the headings run down column {column}, and every further column is read as a row").format(
            column=letters(layout.header)
        )
    if layout.top == layout.header:
        return _("headings in row {row}").format(row=layout.header + 1)
    return _("headings in rows {first} to {last}").format(first=layout.top + 1, last=layout.header + 1)


def _unused(asked: Asked, *names: str) -> list[str]:
    given = [f"--{name}" for name in names if getattr(asked, name) is not None]
    return [_("{options} says nothing about a file of this format").format(options=", ".join(given))] if given else []
