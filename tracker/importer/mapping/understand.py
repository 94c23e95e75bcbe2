"""From a table to its reading: what each column is, what is left out, and the records of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.dates import month_end
from tracker.dates.cells import ORDERS, When
from tracker.errors import InputRejected, UsageError, ValueRefused
from tracker.i18n import _, ngettext
from tracker.importer.mapping import headings
from tracker.importer.mapping.columns import Assignment, Column, Values, assign, guess, hint_for, ignored, mapped
from tracker.importer.mapping.headings import asked_unit, split_unit, unit_of_titles
from tracker.importer.mapping.maps import BLANKS, DECIMALS, Map
from tracker.importer.mapping.profile import Formats, Given, decide, is_chinese, profile, retarget
from tracker.importer.mapping.references import COMPANIONS, SELECTORS, Target
from tracker.importer.mapping.rows import Manner, MixedRows, Rows, plan, read_constants
from tracker.importer.readers.table import Heading, Table
from tracker.records import serialize
from tracker.records.schema import KINDS, RECORD, Problem, Record
from tracker.text import shorten, suggest
from tracker.vocabulary import noun_of


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of an import: the day it is, the currency of amounts that name none, what overrides the file.

    `home` is the currency of files with Chinese headings, where `currency` is not said; other files are asked for one.
    """

    today: date
    currency: str | None = None
    home: str | None = None
    fiscal_year_start: int | None = None
    map: Map | None = None
    what: str | None = None
    date_order: str | None = None
    unit: str | None = None
    blank: str | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """One column that is read: its heading, target, unit and order of day and month ("" for none), and a remark.

    `guess` says that the target rests on words of the heading and on the values, not on a heading that is known.
    """

    heading: Heading
    target: str
    unit: str = ""
    order: str = ""
    note: str = ""
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read. `kind` is what its rows are; `ours` says that the headings are the keys of our own files.

    `problems` are those of the table as a whole, which `records` gives first; `day` is the last one of which the table
    can tell, as its title says.
    """

    table: Table
    kind: str
    ours: bool
    assigned: tuple[Assigned, ...]
    ignored: tuple[Heading, ...]
    statements: tuple[str, ...]
    problems: tuple[Problem, ...]
    day: date | None
    columns: tuple[Column, ...] = field(repr=False)
    rows: Rows | MixedRows = field(repr=False)
    formats: tuple[Formats, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.table.name

    def rounded(self) -> Iterator[str]:
        """The columns with cells that were rounded, in sentences, once the records were read."""
        counts: Counter[int] = sum((formats.rounded for formats in self.formats), Counter())
        for index, count in sorted(counts.items()):
            yield ngettext(
                "column {letter}: {count} amount has more digits than its currency and is rounded",
                "column {letter}: {count} amounts have more digits than their currency and are rounded",
                count,
            ).format(letter=self.table.headings[index].letter, count=count)

    def records(self) -> Iterator[Record | Problem]:
        """The records of the table, row by row; of a row with anything wrong only the problems."""
        for formats in self.formats:
            formats.rounded.clear()
        yield from self.problems
        yield from self.rows.records()
        yield from self.table.problems

    def address(self, record: Record, key: str) -> str:
        """The cell that a field of a record was read from, "F12"; "" where it was read from none."""
        return self.place(record, key)[0]

    def place(self, record: Record, key: str) -> tuple[str, str]:
        """The cell and the heading that a field of a record was read from, "" where that is none."""
        index = self._index(record, key)
        if index is None or not record.row:
            return "", ""
        return self.table.address(record.row, index), self.table.headings[index].text

    def _index(self, record: Record, key: str) -> int | None:
        for near in range(3):
            for column in self.columns:
                if any(_is_from(target, record, key, near) for target in column.targets):
                    return column.index
        return self._identity(record) if key in ("project", "name", "code") else None

    def _identity(self, record: Record) -> int | None:
        """The column that names the project of a row."""
        for name in ("code", "name", "ids", "name_en"):
            for column in self.columns:
                if column.target.kind == "project" and column.target.field == name:
                    return column.index
        return None


def _is_from(target: Target, record: Record, key: str, near: int) -> bool:
    """Whether a column of this target gave the field `key` of the record.

    `near` 1: or the time of the figure was changed on the way; 2: or it gave what is selected by that field.
    """
    kind = "stage" if target.kind == "milestone" and record.kind == "stage" else target.kind
    if kind != record.kind or (not near and target.on is not None and target.on != record.values.get("on")):
        return False
    if (
        target.on is not None
        and kind == "capital"
        and (target.basis or "period") != (record.values.get("basis") or "period")
    ):
        return False
    selected = zip(SELECTORS.get(target.kind, ()), target.select, strict=False)
    wanted = {"milestone": "stage"} if kind != target.kind else {}
    if any(word and str(record.values.get(wanted.get(name, name))) != word for name, word in selected):
        return False
    return target.field == key or (near == 2 and key in target.selected)


def understand(table: Table, options: Options) -> Reading:
    """How `table` is read, as `options` ask and its headings and values tell.

    Reads the rows of a foreign file once, to decide from all values. Raises InputRejected where no heading is known,
    UsageError for an option or map that cannot be.
    """
    mapping = options.map or Map()
    _require_sound(options)
    own = _native_kind(table, options.what) if not (mapping.columns or mapping.constants) else None
    return _native_reading(table, own, options) if own else _foreign_reading(table, options, mapping)


def _require_sound(options: Options) -> None:
    for name, value, known in (
        ("--what", options.what, tuple(KINDS)),
        ("--date-order", options.date_order, ORDERS),
        ("--blank", options.blank, BLANKS),
    ):
        if value is not None and value not in known:
            raise UsageError(
                _("{option} “{value}” is not one of {known}").format(
                    option=name, value=shorten(value), known=", ".join(known)
                )
            )


# --- files of our own ------------------------------------------------------------------------------------------------

# Only CSV has the apostrophe that keeps a spreadsheet from running a text.
_GUARDED = ("csv", "tsv", "txt")


def _native_kind(table: Table, what: str | None) -> str | None:
    """The kind of record of a file of our own, by its headings; RECORD where a column names the kind of each row.

    None for a file of anybody else.
    """
    names = frozenset(heading.text for heading in table.headings)
    if any(heading.above for heading in table.headings):
        return None
    if serialize.are_of_many(names):
        return RECORD
    fitting = [kind for kind in ([what] if what else KINDS) if serialize.are_own(kind, names)]
    stem = table.name.rsplit("/")[-1].rpartition(".")[0]
    named = [kind for kind in fitting if stem in (kind, KINDS[kind].plural) or table.sheet == KINDS[kind].plural]
    # The kind with most of the headings, of two with as many the one that has least beside them.
    best = sorted(fitting, key=lambda kind: (-len(names & _columns(kind)), len(_columns(kind))))
    return next(iter((*named, *best)), None)


def _columns(kind: str) -> frozenset[str]:
    return frozenset(serialize.columns(kind))


def _native_columns(table: Table, kind: str) -> list[Column]:
    """The columns that records of a kind are read from, in a file of our own."""
    targets = {}
    for one in KINDS[kind].fields:
        first, *beside = serialize.spread(one)
        targets[first] = Target(kind, one.key)
        for name in beside:
            companion = name.removeprefix(f"{one.key}_")
            assert companion in COMPANIONS[kind]
            targets[name] = Target(kind, companion)
    for former, present in serialize.former_names(kind).items():
        targets.setdefault(former, Target(kind, present))
    texts = serialize.text_columns(kind) if table.format in _GUARDED else frozenset()
    return [
        Column(heading, (targets[heading.text],), native=True, guarded=heading.text in texts)
        for heading in table.headings
        if heading.text in targets
    ]


def _native_reading(table: Table, kind: str, options: Options) -> Reading:
    blank = options.blank or (options.map.blank if options.map else "")
    columns = {one: _native_columns(table, one) for one in (KINDS if kind == RECORD else (kind,))}
    given = Given(order=options.date_order)
    formats = {one: decide(table, read, profile(table, read), given) for one, read in columns.items()}
    rows = {
        one: Rows(
            table,
            plan(read, formats[one], Map(), ()),
            Manner(one, blank != "keep", options.today, options.today, native=True),
        )
        for one, read in columns.items()
    }
    index = next((heading.index for heading in table.headings if heading.text == RECORD), 0)
    named = "" if kind == RECORD else f"{kind}."
    read = {column.index for own in columns.values() for column in own} | ({index} if kind == RECORD else set())
    what = _("records of every kind") if kind == RECORD else KINDS[kind].plural
    return Reading(
        table,
        kind,
        True,
        tuple(Assigned(one, f"{named}{one.text}") for one in table.headings if one.index in read),
        tuple(one for one in table.headings if one.index not in read),
        (_("a file of this program: {what}").format(what=what),),
        tuple(problem for one in formats.values() for problem in one.problems),
        None,
        tuple(column for own in columns.values() for column in own),
        MixedRows(table, index, rows) if kind == RECORD else rows[kind],
        tuple(formats.values()),
    )


# --- files of anybody else -------------------------------------------------------------------------------------------

# The month that fiscal years begin with, where a currency tells it.
_FISCAL_STARTS = {"GBP": 4, "INR": 4, "CAD": 4, "HKD": 4, "SGD": 4, "ZAR": 4, "JPY": 4, "USD": 10, "AUD": 7, "NZD": 7,
                  "BDT": 7, "PKR": 7, "KES": 7, "EGP": 7}  # fmt: skip


def _foreign_reading(table: Table, options: Options, mapping: Map) -> Reading:
    if mapping.columns and not any(mapped(heading, mapping) for heading in table.headings):
        here = ", ".join(f"“{shorten(heading.text, 20)}”" for heading in table.headings[:8])
        raise InputRejected(
            _("the file has none of the map's columns, it has {headings}: is the map for other files?").format(
                headings=here
            )
        )
    currency = mapping.currency or options.currency or (options.home if is_chinese(table) else None)
    kind, columns = guess(table.headings, mapping, options.what, currency, Values(table))
    told = {column.unit.currency for column in columns if column.unit and column.unit.currency} | {currency}
    start = mapping.fiscal_year_start or options.fiscal_year_start
    starts = {_FISCAL_STARTS[code] for code in told if code in _FISCAL_STARTS}
    done = assign(kind, columns, table, mapping, fiscal_start=start or (starts.pop() if len(starts) == 1 else None))
    constants = _constants(mapping)
    year = _apply(constants, done, currency)
    found = profile(table, done.columns)
    retarget(done.columns, found, kind)
    given = replace(
        _given(table, options, mapping, currency), fiscal_start=done.fiscal_start, year=year or done.context.when.year
    )
    formats = decide(table, done.columns, found, given)
    formats.year = year or done.context.when.year
    read = [column for column in done.columns if column.index not in formats.asked]
    return Reading(
        table,
        kind,
        False,
        tuple(_assigned(column, formats) for column in sorted(done.columns, key=lambda one: one.index)),
        ignored(table.headings, done.columns),
        tuple(_statements(table, done, formats, mapping)),
        (*done.problems, *formats.problems),
        _day(done.context.when, options.today),
        tuple(done.columns),
        Rows(
            table,
            plan(read, formats, mapping, constants),
            _manner(kind, done, options, mapping, chinese=is_chinese(table)),
        ),
        (formats,),
    )


def _given(table: Table, options: Options, mapping: Map, currency: str | None) -> Given:
    unit = options.unit or mapping.unit
    return Given(
        currency,
        asked_unit(unit, configured=currency) if unit else None,
        unit_of_titles(table.title, configured=currency),
        options.date_order or mapping.date_order or None,
        DECIMALS[mapping.numbers] if mapping.numbers else None,
    )


def _apply(constants: Iterable[tuple[Target, object]], done: Assignment, currency: str | None) -> int | None:
    """Take what constants say beside the figures into their columns; the year they give. Raises UsageError."""
    year = None
    for target, value in constants:
        amounts = [one for one in done.columns if one.target.is_amount and one.target.kind == target.kind]
        if target.known is not None:
            continue
        if target.field == "year" and str(value).isdigit():
            year = int(str(value))
        elif target.field == "currency":
            for column in amounts:
                told = column.unit.currency if column.unit else None
                column.currency = column.currency or told or str(value)
        elif target.field == "unit":
            for column in amounts:
                column.unit = column.unit or asked_unit(str(value), configured=currency)
        else:
            raise UsageError(_("[constants]: {target} comes from a column, not from a constant").format(target=target))
    return year


def _constants(mapping: Map) -> tuple[tuple[Target, object], ...]:
    try:
        return read_constants(mapping)
    except ValueRefused as refused:
        raise UsageError(_("[constants]: {reason}").format(reason=refused)) from None


def _manner(kind: str, done: Assignment, options: Options, mapping: Map, *, chinese: bool) -> Manner:
    blank = options.blank or mapping.blank
    key = next(
        (
            column.target.field
            for column in done.columns
            if mapping.key
            and mapping.key in (column.heading.text, str(column.target))
            and column.target.kind == "project"
        ),
        "",
    )
    return Manner(
        kind,
        blank == "clear",
        _day(done.context.when, options.today) or options.today,
        options.today,
        key,
        chinese=chinese,
    )


def _day(when: When, today: date) -> date | None:
    """The last day of which the file can tell, as the texts around the table say."""
    if when.year is None or when.last is None:
        return None
    end = month_end(date(when.year, when.last, 1))
    return min(today, end if when.day is None else date(when.year, when.last, min(when.day, end.day)))


def _assigned(column: Column, formats: Formats) -> Assigned:
    numbers = formats.numbers.get(column.index)
    unit = numbers.unit if numbers and numbers.unit else column.unit
    return Assigned(
        column.heading,
        ", ".join(map(str, column.targets)),
        str(unit) if unit else "",
        formats.orders.get(column.index, ""),
        column.note,
        column.guess,
    )


# The tables of the kinds that have another name than theirs.
_TABLES = {
    "field": "custom_field",
    "stage": "stage_event",
    "condition": "condition_event",
    "capital": "capital_entry",
    "indicator": "indicator_value",
    "rate": "exchange_rate",
    "map": "import_map",
}


def _statements(table: Table, done: Assignment, formats: Formats, mapping: Map) -> Iterable[str]:
    yield _("each row is: {kind}").format(kind=noun_of(_TABLES.get(done.kind, done.kind)))
    yield from done.statements
    yield from formats.statements
    open_days = [column.heading.text for column in done.columns if _is_undecided(column.target)]
    if open_days and done.kind == "project":
        yield _(
            "{headings}: planned or actual is not named; days of stages that the row has reached, or "
            "else days in the past, count as reached, the rest as planned"
        ).format(headings=", ".join(f"“{shorten(text, 20)}”" for text in open_days))
    for column in done.columns:
        if column.target.field == "is_registered":
            yield _("“{heading}”: a yes without its day is not recorded").format(heading=column.heading.text)
    asked = {problem.value for problem in done.problems}
    for heading in ignored(table.headings, done.columns):
        if heading.text in asked or headings.known(done.kind, split_unit(heading.text)[0]):
            continue
        close = hint_for(done.kind, heading, mapping, suggest)
        if close:
            yield _("“{heading}” ({letter}) is not read; is it “{close}”?").format(
                heading=shorten(heading.text, 30), letter=heading.letter, close=close
            )


def _is_undecided(target: Target) -> bool:
    return target.kind == "milestone" and len(target.select) == 1
