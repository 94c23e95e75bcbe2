"""What is imported: one file, a pipe, or a folder that `tracker export all` wrote; and whether it is the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tracker.errors import InputRejected, Refused, TrackerError, UsageError
from tracker.i18n import _, ngettext
from tracker.importer.headings import Target
from tracker.importer.mapping import Assigned, Options, Reading, understand
from tracker.importer.mapping.maps import Column as MapColumn
from tracker.importer.mapping.maps import Map, dump_map, guesses, load_map, questions, read_map, updated
from tracker.importer.readers import LeftOut, Table, open_table
from tracker.importer.readers.source_file import SourceFile, row_text, source_file, text_of
from tracker.ledger.reference import heading_key, layout_of, timeless
from tracker.models.fields import LONG_TEXTS, Type
from tracker.queries.reference import ImportMapRow
from tracker.records.origin import NAME, Listed, State, read_manifest
from tracker.records.schema import KINDS, RECORD, Problem, Record
from tracker.text import LONGEST, shorten, show, unknown_word

if TYPE_CHECKING:
    from tracker.importer.oc4ids import Package

# A small file is hashed beside its size and time: both can stay as they were.
_HASHED = 16 * 2**20
# From a few hundred rows on.
_LARGE = 16 * 2**10


class Incoming:
    """One file on its way into the ledger: a source of records, and what can be said of it.

    A problem of no row but of a whole column has row 0.
    """

    ours = False
    kind = ""
    day: date | None = None
    state: State | None = None

    def __init__(self, name: str, path: Path | None) -> None:
        """`path` is None for a pipe, of which nothing can change."""
        self.name = name
        self._path = path
        self._mark = _mark(path)
        # Whether it takes longer to compare it with the ledger than to copy the ledger: a pipe may have any length.
        self.is_large = path is None or not path.is_file() or path.stat().st_size > _LARGE

    def require_unchanged(self) -> None:
        """Raise InputRejected where the file was written to since it was opened."""
        if _mark(self._path) != self._mark:
            raise InputRejected(_("{name} changed while it was read; nothing was changed").format(name=self.name))

    def records(self) -> Iterator[Record | Problem]:
        """The records, and what is wrong with the rows that give none."""
        raise NotImplementedError

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The cell and the heading that a field was read from."""
        raise NotImplementedError

    def understood(self) -> Iterator[str]:
        """What was understood, in lines."""
        raise NotImplementedError

    def nothing(self) -> str:
        """Why there are no records, in a sentence."""
        raise NotImplementedError

    @property
    def answers(self) -> dict[str, str]:
        """The answers to questions that the map of the file gives."""
        return {}

    @property
    def table(self) -> Table | None:
        """The table it is; None for what is none."""
        return None

    def texts(self, rows: Collection[int]) -> dict[str, str]:
        """What stands in the cells of some rows, by cell."""
        table = self.table
        if table is None or not rows:
            return {}
        return {
            table.address(row.number, index): shorten(text_of(value))
            for row in table.rows()
            if row.number in rows
            for index, value in enumerate(row.cells)
        }

    def changed(self) -> Iterator[str]:
        """What was changed in texts so that they can be kept, in lines, once the records were read to their end."""
        return iter(())

    def left_out(self) -> Sequence[LeftOut]:
        """The rows that say nothing, complete once the records were read to their end."""
        return ()

    def watch(self, progress: Callable[[float], None] | None) -> None:
        """Call `progress` with the share that was read."""
        if self.table is not None:
            self.table.progress = progress


class TableInput(Incoming):
    """A table, and the records understood in it."""

    def __init__(self, name: str, table: Table, options: Options, path: Path | None, known: str = "") -> None:
        """`path` is None for a pipe, of which nothing can change; `known` names the remembered map it is read by."""
        super().__init__(name, path)
        self._table = table
        self.reading = understand(table, options)
        self.ours, self.day, self.state = self.reading.ours, self.reading.day, table.state
        self.kind = self.reading.kind if self.ours and self.reading.kind != RECORD else ""
        self.options = options
        self.known = known
        self._texts = _Texts(self.reading)
        self._left_out: list[LeftOut] = []

    @property
    def table(self) -> Table:
        """The table."""
        return self._table

    def records(self) -> Iterator[Record | Problem]:
        """The records, and what is wrong; a problem of no row but of a whole column has row 0."""
        records = self.reading.records()
        self._texts = texts = _Texts(self.reading)
        for problem in islice(records, len(self.reading.problems)):
            yield replace(problem, row=0) if isinstance(problem, Problem) else problem
        said: set[int] = set()
        for record in records:
            said.add(record.row)
            if isinstance(record, Record) and (record.kind in _NAMED or record.row in self.table.unusual):
                texts.fit(record)
            yield record
        self._left_out = list(self.table.left_out)
        said |= {row.row for row in self._left_out}
        if len(said) < self.table.count + len(self._left_out):
            why = _("nothing in the columns that are read")
            self._left_out += [
                LeftOut(row.number, row_text(row.cells), why) for row in self.table.rows() if row.number not in said
            ]

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The cell and the heading that a field was read from."""
        return self.reading.place(record, field)

    def with_map(self, mapping: Map) -> TableInput:
        """The same table read by another map."""
        return TableInput(self.name, self.table, replace(self.options, map=mapping), self._path, self.known)

    @property
    def layout(self) -> tuple[str, ...]:
        """The headings, with the titles above them, by which the next file of this form is known."""
        return _layout(self.table)

    @property
    def answers(self) -> dict[str, str]:
        """The answers to questions that the map of the file gives."""
        same_name = self.options.map.same_name
        return {"same-name": same_name} if same_name else {}

    @property
    def guesses(self) -> Map:
        """What its columns are guessed to be."""
        return guesses(self.reading)

    def said(self, *, with_guesses: bool) -> str:
        """What was said of the file, as a map in TOML, also by who took its guesses as they are; "" for nothing."""
        mapping = self.options.map
        return "" if self.ours else dump_map(updated(mapping, self.guesses) if with_guesses else mapping)

    def understood(self) -> Iterator[str]:
        """What was understood, in lines: how the file is written, and which heading is which field."""
        if self.known:
            yield _("{name}: read by the map “{map}”, remembered from the last file with these headings").format(
                name=self.name, map=self.known
            )
        for sentence in (*self.table.statements, *self.reading.statements):
            yield f"{self.name}{_(': ')}{sentence}"
        if not self.ours:
            yield from (f"  {_assigned(column)}" for column in self.reading.assigned)
        if self.reading.ignored:
            names = _(", ").join(f"{heading.text} ({heading.letter})" for heading in self.reading.ignored)
            yield _("  not read: {headings}").format(headings=shorten(names, 200))
        unknown = [one for one in questions(self.reading, self.options.map) if one.is_unknown]
        for question in unknown[:_MOST_UNKNOWN]:
            first = question.choices[0]
            yield _("  {column} ({samples}) is not read; if it is {words}, write in a map: {line}").format(
                column=question.column, samples=_(", ").join(question.samples), words=first.words, line=first.line
            )

    def changed(self) -> Iterator[str]:
        """What was changed so that it can be kept, in lines, once the records were read to their end."""
        yield from (f"{self.name}{_(': ')}{sentence}" for sentence in self.reading.rounded())
        for sentence, cells in zip(
            (
                _("{name}: line ends, tabs or unseen characters made plain in {cells}"),
                _("{name}: line breaks in names taken out in {cells}"),
                _("{name}: a name longer than {most} characters is cut, the whole is in the note: {cells}"),
                _("{name}: of several companies in a cell the first is taken, all of them are in the note: {cells}"),
            ),
            (self.table.plainer, self._texts.joined, self._texts.cut, self._texts.companies),
            strict=True,
        ):
            if cells:
                listed = _(", ").join(cells[:_LISTED]) + (", …" if len(cells) > _LISTED else "")
                yield sentence.format(name=self.name, most=LONGEST, cells=listed)

    def left_out(self) -> Sequence[LeftOut]:
        """The rows that say nothing, complete once the records were read to their end."""
        return sorted(self._left_out, key=lambda row: row.row)

    def nothing(self) -> str:
        """Why there are no records, in a sentence."""
        headings = shorten(_(", ").join(heading.text for heading in self.table.headings), 200)
        if not self.reading.assigned:
            return _("no heading of {name} is understood ({headings}): map the columns in a file for --map").format(
                name=self.name, headings=headings
            )
        if self.table.count:
            return _("{name} has no row that can be read").format(name=self.name)
        return _("{name} has headings and no row of data below them: {headings}").format(
            name=self.name, headings=headings
        )


_NAMED = ("project", "company")
_LISTED = 5
_MOST_UNKNOWN = 8
_HAN = "[\u3400-\u9fff\uf900-\ufaff（），。、；：]"
_HAN_BREAK = re.compile(rf"(?<={_HAN})\s*\n\s*(?={_HAN})")
_ANY_BREAK = re.compile(r"\s*\n\s*")
_BETWEEN_COMPANIES = re.compile(r"\s*[;；|、]\s*|\s+/\s+")
# What may stand between companies and inside the name of one: it divides where each part ends as a company does.
_PERHAPS_BETWEEN = re.compile(r"\s*[\n,，]\s*")
_COMPANY = re.compile(
    r"(?:.*\W|.{2,})(?:公司|集团|厂|研究院|中心|合作社|管委会|ltd|limited|inc|llc|llp|plc|corp|corporation|co|company|gmbh|ag"
    r"|se|s\.?a|s\.?l|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|oyj?|ab|a/s|aps|kft|zrt|pty)\.?(?:[（(].*[)）])?",
    re.IGNORECASE | re.DOTALL,
)


class _Texts:
    """Names brought into the form that the ledger keeps, and the cells in which that changed something."""

    def __init__(self, reading: Reading) -> None:
        """Begin with nothing changed."""
        self._reading = reading
        self.joined: list[str] = []
        self.cut: list[str] = []
        self.companies: list[str] = []

    def fit(self, record: Record) -> None:
        """Make the names of a record single lines of the length that is kept; what that loses goes into its note."""
        values = record.values
        for field in KINDS[record.kind].fields:
            text = values.get(field.key)
            if field.type is not Type.TEXT or field.key in LONG_TEXTS or not isinstance(text, str):
                continue
            names = _companies(text) if (record.kind, field.key) in _COMPANY_FIELDS else [text.strip()]
            name = _ANY_BREAK.sub(" ", _HAN_BREAK.sub("", names[0]))
            if len(names) > 1:
                self._note(record, field.key, _ANY_BREAK.sub("；", text.strip()), self.companies)
            elif name != names[0]:
                self._list(record, field.key, self.joined)
            if len(name) > LONGEST:
                self._note(record, field.key, name, self.cut)
                name = name[: LONGEST - 1].rstrip() + "…"
            values[field.key] = name or None

    def _note(self, record: Record, key: str, text: str, cells: list[str]) -> None:
        """Put a whole text into the note of a record, after the heading it stands under."""
        self._list(record, key, cells)
        if record.kind == self._reading.kind and record.kind in _NAMED:
            heading = self._reading.place(record, key)[1] or key
            line = f"{heading}: {text}" if heading.isascii() else f"{heading}：{text}"
            record.values["note"] = "\n".join(filter(None, (record.values.get("note"), line)))

    def _list(self, record: Record, key: str, cells: list[str]) -> None:
        cell = self._reading.place(record, key)[0]
        if cell and cell not in cells:
            cells.append(cell)


_COMPANY_FIELDS = {("project", "company"), ("company", "name")}


def _companies(text: str) -> list[str]:
    """The companies that a cell names, one after another."""
    parts = [part for part in _BETWEEN_COMPANIES.split(text.strip()) if part]
    if len(parts) < 2:
        parts = [part for part in _PERHAPS_BETWEEN.split(text.strip()) if part]
        parts = parts if all(map(_COMPANY.fullmatch, parts)) else []
    return parts if len(parts) > 1 else [text.strip()]


class PackageInput(Incoming):
    """An OC4IDS project package."""

    def __init__(self, name: str, package: Package, path: Path) -> None:
        """`package` is what the file at `path` said."""
        super().__init__(name, path)
        self._package = package
        self.day = package.day

    def records(self) -> Iterator[Record | Problem]:
        """The records, and the problems of rows that cannot be read."""
        yield from self._package.problems
        yield from self._package.records

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The place that a field was read from, as a JSON pointer, and the field."""
        return record.cells.get(field, ""), field

    def understood(self) -> Iterator[str]:
        """What it is, and what of it was not read."""
        package = self._package
        published = package.day.isoformat() if package.day else "–"
        projects = ngettext("{count} project", "{count} projects", package.projects).format(count=package.projects)
        yield _("{name}: an OC4IDS project package of {publisher}, published {day}, {projects}").format(
            name=self.name, publisher=shorten(package.publisher) or "–", day=published, projects=projects
        )
        if package.left_out:
            # Of how many projects something under a path was left out.
            names = _(", ").join(f"{path} ({count})" for path, count in sorted(package.left_out.items()))
            yield _("  not read: {headings}").format(headings=shorten(names, 600))

    def nothing(self) -> str:
        """Why there are no records, in a sentence."""
        return _("{name} has no projects").format(name=self.name)


def _assigned(column: Assigned) -> str:
    """A column, and what it is read as."""
    heading = " / ".join(text for text in (column.heading.above, column.heading.text) if text)
    remarks = "; ".join(filter(None, (column.unit, column.order, column.remark)))
    line = f"{'? ' if column.guess else ''}{column.heading.letter} {shorten(heading, 40)} → {column.target}"
    return f"{line} ({remarks})" if remarks else line


def _mark(path: Path | None) -> tuple[object, ...]:
    """What a file cannot change without showing it."""
    if path is None or not path.is_file():
        return ()
    try:
        found = path.stat()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest() if found.st_size <= _HASHED else ""
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns, digest)


# --- opening ----------------------------------------------------------------------------------------------------------

_PIPE = "-"
# Fewer headings are those of no ledger sheet.
OF_A_LEDGER = 10
_LARGEST_PACKAGE = 100 * 2**20


def open_input(
    place: str,
    stdin: Callable[[], BinaryIO],
    options: Options,
    remembered: Callable[[], Sequence[ImportMapRow]] = list,
    map_name: str | None = None,
) -> Sequence[Incoming]:
    """What stands at `place`: a file, "-" for what `stdin` gives, or a folder of ours, file by file in their order.

    A workbook of ours gives its sheets. A file is read by the map of `map_name`, else by the `remembered` one whose
    headings it has; what `options` ask goes before. Raises
    whatever opening and understanding a file raise.
    """
    path = None if place == _PIPE else Path(place)
    if path is not None and path.is_dir():
        return _open_folder(path, options, map_name)
    if path is not None and path.suffix.casefold() == ".json" and path.is_file():
        return [_open_package(path)]
    first = _open_file(path, stdin, options, remembered, map_name)
    plurals = {kind.plural: kind.code for kind in KINDS.values()}
    if (
        not isinstance(first, TableInput)
        or path is None
        or options.map.sheet
        or not first.ours
        or not plurals.keys() >= set(first.table.sheets)
    ):
        return [first]
    sheets = sorted(first.table.sheets, key=list(plurals).index)
    return [_open_sheet(path, sheet, plurals[sheet], options) for sheet in sheets] or [first]


def _open_sheet(path: Path, sheet: str, kind: str, options: Options) -> TableInput:
    table = open_table(path, sheet=sheet, transpose=False, header=1)
    return TableInput(f"{table.name}: {sheet}", table, replace(options, map=updated(options.map, Map(what=kind))), path)


def _open_package(path: Path) -> PackageInput:
    from tracker.importer.oc4ids import is_package, parse_json, read_package

    name = shorten(path.name, 80)
    try:
        if path.stat().st_size > _LARGEST_PACKAGE:
            raise Refused(_("{name} is larger than {most} MB").format(name=name, most=_LARGEST_PACKAGE // 2**20))
        data = parse_json(path.read_bytes())
    except OSError as error:
        raise Refused(
            _("{path} cannot be read: {reason}").format(path=show(str(path)), reason=error.strerror)
        ) from None
    if not is_package(data):
        raise InputRejected(_("{name} is JSON, but no OC4IDS project package: it has no projects").format(name=name))
    return PackageInput(name, read_package(data), path)


def _open_file(
    path: Path | None,
    stdin: Callable[[], BinaryIO],
    options: Options,
    remembered: Callable[[], Sequence[ImportMapRow]],
    map_name: str | None,
) -> Incoming:
    file = source_file(path, stdin() if path is None else None)
    if map_name:
        named = {row.name: row for row in remembered()}
        row = named.get(map_name)
        read_by = _with(options, read_map(row.text, row.name) if row else load_map(map_name))
        table = _open_table(file, read_by.map)
        return TableInput(table.name, table, read_by, path)
    as_found = _tried(file, options.map)
    currency = options.map.currency or options.home
    if as_found and not options.map.what and len(as_found.headings) >= OF_A_LEDGER:
        from tracker.importer.ledger_sheet import ledger_sheet

        if sheet := ledger_sheet(as_found, path, options.today, currency):
            return sheet
    for row in remembered():
        known, written = read_map(row.text, row.name), row.headings.split("\n")
        # What a map says of the sheet or the row of headings decides which headings there are.
        opens_alike = not (known.sheet or known.encoding or known.delimiter or known.header or known.transpose)
        tables = [as_found] if opens_alike else [_tried(file, updated(known, options.map)), as_found]
        for table in filter(None, tables):
            if layout_of(_layout(table)) == layout_of(written):
                mapping = known if _is_same_month(written, table) else _renamed(_of_another_month(known), table)
                return TableInput(table.name, table, _with(options, mapping), path, row.name)
    table = as_found or _open_table(file, options.map)
    return TableInput(table.name, table, options, path)


def _open_table(file: SourceFile, mapping: Map) -> Table:
    return open_table(
        file,
        sheet=mapping.sheet or None,
        encoding=mapping.encoding or None,
        delimiter=mapping.delimiter or None,
        transpose=mapping.transpose,
        header=mapping.header,
    )


def _tried(file: SourceFile, mapping: Map) -> Table | None:
    try:
        return _open_table(file, mapping)
    except TrackerError:
        return None


def _is_same_month(written: Sequence[str], table: Table) -> bool:
    """Whether the headings that a map was made for name a time, and a table has the same."""
    keys = set(map(heading_key, written))
    return keys != set(map(timeless, written)) and keys == set(map(heading_key, _layout(table)))


def _of_another_month(mapping: Map) -> Map:
    """A remembered map without the times of the file it was made for, but those that its headings say themselves."""
    columns = {
        heading: one if timeless(heading) != heading_key(heading) else replace(one, targets=tuple(_untimed(one)))
        for heading, one in mapping.columns.items()
    }
    return replace(mapping, as_of="", columns=columns)


def _untimed(column: MapColumn) -> Iterator[Target]:
    return (replace(target, on=None) for target in column.targets)


def _renamed(mapping: Map, table: Table) -> Map:
    """A map with the headings of a table in the place of those of another month."""
    headings = {timeless(name): name for name in (*(one.text for one in table.headings), *_layout(table))}
    present = {heading_key(name) for name in headings.values()}
    columns = {}
    for written, one in mapping.columns.items():
        name = headings.get(timeless(written))
        if name is None or heading_key(written) in present:
            columns[written] = one
        else:
            columns[name] = replace(one, targets=tuple(_untimed(one)))
    return replace(mapping, columns=columns)


def _layout(table: Table) -> tuple[str, ...]:
    return tuple(f"{heading.above} / {heading.text}" if heading.above else heading.text for heading in table.headings)


def _with(options: Options, mapping: Map) -> Options:
    """How a table is read: by a map, with what the user says now in the place of what it says."""
    return replace(options, map=updated(mapping, options.map))


# --- folders -------------------------------------------------------------------------------------------------------


def _open_folder(folder: Path, options: Options, map_name: str | None) -> list[TableInput]:
    manifest = read_manifest(folder)
    if manifest is None:
        raise Refused(
            _("{folder} is no export of a whole ledger: it has no {manifest}; name a file").format(
                folder=show(str(folder)), manifest=NAME
            )
        )
    if map_name or options.map.sheet or options.map.transpose:
        raise UsageError(_("an exported folder is read as it was written: leave --map, --sheet and --transpose out"))
    order = list(KINDS)
    files = sorted(manifest.files, key=lambda one: order.index(one.kind) if one.kind in order else len(order))
    _require_whole(folder, files)
    return [_open_listed(folder, one, manifest.encoding, manifest.state, options) for one in files if one.rows]


def open_kinds(folder: Path, options: Options) -> list[TableInput]:
    """The files of `folder` that are called as the kinds of records, in the order in which they refer to each other."""
    there = [(kind, folder / f"{kind.plural}.csv") for kind in KINDS.values()]
    return [
        TableInput(path.name, open_table(path, transpose=False, header=1), _of_kind(kind.code, options), path)
        for kind, path in there
        if path.exists()
    ]


def _of_kind(kind: str, options: Options) -> Options:
    return Options(today=options.today, home=options.home, map=Map(what=kind))


def _require_whole(folder: Path, files: Sequence[Listed]) -> None:
    """Raise InputRejected for every file that is missing or is not as it was written."""
    wrong = [one.file for one in files if _digest(folder / one.file) != one.sha256]
    if wrong:
        raise InputRejected(
            ngettext(
                "{folder} is not as it was exported: {files} is missing or was changed; import that file by itself",
                "{folder} is not as it was exported: {files} are missing or were changed; import them by themselves",
                len(wrong),
            ).format(folder=show(str(folder)), files=shorten(_(", ").join(wrong)))
        )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _open_listed(folder: Path, listed: Listed, encoding: str, state: State, options: Options) -> TableInput:
    path = folder / listed.file
    table = replace(open_table(path, encoding=encoding, delimiter=",", transpose=False, header=1), state=state)
    return TableInput(listed.file, table, _of_kind(listed.kind, options), path)


def kind_of(word: str) -> str:
    """The kind of record that a word names: "project", "projects". Raises UsageError with the closest one."""
    for kind in KINDS.values():
        if word.casefold() in (kind.code, kind.plural):
            return kind.code
    plurals = [kind.plural for kind in KINDS.values()]
    raise UsageError(unknown_word(_("there is nothing called “{word}” to import"), word, plurals))
