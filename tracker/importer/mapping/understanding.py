"""Understanding a table: from its headings and values to a reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tracker.dates import month_end
from tracker.errors import UsageError, ValueRefused
from tracker.i18n import _
from tracker.importer.mapping import headings
from tracker.importer.mapping.assigning import Assignment, assign, hint_for, ignored
from tracker.importer.mapping.columns import Column
from tracker.importer.mapping.days import ORDERS
from tracker.importer.mapping.deciding import Decided, Given, decide
from tracker.importer.mapping.guessing import guess, own_kind
from tracker.importer.mapping.maps import BLANKS, Map
from tracker.importer.mapping.ours import OwnRows
from tracker.importer.mapping.periods import When
from tracker.importer.mapping.reading import Assigned, Options, Reading
from tracker.importer.mapping.rows import Manner, Rows
from tracker.importer.mapping.slots import plan, read_constants
from tracker.importer.mapping.survey import Evidence, TextEvidence, survey
from tracker.importer.mapping.targets import Target
from tracker.importer.mapping.units import asked_unit, split_unit, unit_of_titles
from tracker.importer.readers.table import Table
from tracker.records.schema import KINDS, RECORD
from tracker.text import shorten, suggest


def understand(table: Table, options: Options) -> Reading:
    """How `table` is read, as `options` ask and its headings and values tell.

    Reads the rows of a foreign file once, to decide from all values. Raises InputRejected where no heading is known,
    UsageError for an option or map that cannot be.
    """
    mapping = options.map or Map()
    _require_sound(options)
    if options.map is None or not (mapping.columns or mapping.constants):
        own = own_kind(table, options.what)
        if own is not None:
            return _own_reading(table, own, options)
    return _foreign_reading(table, options, mapping)


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


def _own_reading(table: Table, kind: str, options: Options) -> Reading:
    blank = options.blank or (options.map.blank if options.map else "")
    rows = OwnRows(table, kind, keeps=blank == "keep")
    named = "" if kind == RECORD else f"{kind}."
    assigned = tuple(Assigned(heading, f"{named}{heading.text}") for heading in table.headings)
    what = _("records of every kind") if kind == RECORD else KINDS[kind].plural
    statements = (_("a file of this program: {what}").format(what=what),)
    return Reading(table, kind, True, assigned, (), statements, (), None, (), rows)


def _foreign_reading(table: Table, options: Options, mapping: Map) -> Reading:
    currency = mapping.currency or options.currency
    kind, columns = guess(table.headings, mapping, options.what, currency)
    done = assign(kind, columns, table, mapping)
    constants = _constants(mapping)
    year = _apply(constants, done, currency)
    found = survey(table, done.columns)
    _retarget(done, found)
    beside = frozenset((target.kind, target.field) for column in done.columns for target in column.targets)
    decided = decide(table, done.columns, found, replace(_given(table, options, mapping, currency), beside=beside))
    decided.year = year or done.context.when.year
    slots = plan([column for column in done.columns if column.index not in decided.asked], decided, mapping, constants)
    rows = Rows(table, slots, _manner(kind, done, options, mapping))
    return Reading(
        table,
        kind,
        False,
        tuple(_assigned(column, decided) for column in done.columns),
        ignored(table.headings, done.columns),
        tuple(_statements(table, done, decided, mapping)),
        (*done.problems, *decided.problems),
        _day(done.context.when, options.today),
        tuple(done.columns),
        rows,
    )


def _given(table: Table, options: Options, mapping: Map, currency: str | None) -> Given:
    unit = options.unit or mapping.unit
    return Given(
        currency,
        asked_unit(unit, configured=currency) if unit else None,
        unit_of_titles(table.title, configured=currency),
        options.date_order or mapping.date_order or None,
        mapping.numbers or None,
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
            raise UsageError(_("[constants]: {target} is said by a column, not by a constant").format(target=target))
    return year


def _constants(mapping: Map) -> tuple[tuple[Target, object], ...]:
    try:
        return read_constants(mapping)
    except ValueRefused as refused:
        raise UsageError(_("[constants]: {reason}").format(reason=refused)) from None


def _manner(kind: str, done: Assignment, options: Options, mapping: Map) -> Manner:
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
    )


def _day(when: When, today: date) -> date | None:
    """The last day of which the file can tell, as the texts around the table say."""
    if when.year is None or when.last is None:
        return None
    end = month_end(date(when.year, when.last, 1))
    return min(today, end if when.day is None else date(when.year, when.last, min(when.day, end.day)))


def _retarget(done: Assignment, found: dict[int, Evidence]) -> None:
    """A column on progress is of percentages, or of stages, where all of its values are."""
    staged = any(str(column.target) == "stage.stage" for column in done.columns)
    measured = any(str(column.target) == "review.physical" for column in done.columns)
    for column in done.columns:
        evidence = found.get(column.index)
        if not isinstance(evidence, TextEvidence) or not evidence.any:
            continue
        if evidence.percent and not measured:
            _become(done, column, Target("review", "physical"), found, _("all its values are percentages"))
            measured = True
        elif evidence.stage and not staged and done.kind == "project":
            _become(done, column, Target("stage", "stage"), found, _("all its values are stages"))
            staged = True


def _become(done: Assignment, column: Column, target: Target, found: dict[int, Evidence], why: str) -> None:
    column.targets = (target,)
    column.note = why
    del found[column.index]
    if target.field == "physical":
        from tracker.importer.mapping.survey import NumberEvidence

        found[column.index] = NumberEvidence()


def _assigned(column: Column, decided: Decided) -> Assigned:
    numbers = decided.numbers.get(column.index)
    unit = numbers.unit if numbers and numbers.unit else column.unit
    return Assigned(
        column.heading,
        ", ".join(map(str, column.targets)),
        str(unit) if unit else "",
        decided.orders.get(column.index, ""),
        column.note,
    )


def _statements(table: Table, done: Assignment, decided: Decided, mapping: Map) -> Iterable[str]:
    yield _("each row is: {kind}").format(kind=KINDS[done.kind].code)
    yield from done.statements
    yield from decided.statements
    open_days = [column.heading.text for column in done.columns if _is_undecided(column.target)]
    if open_days and done.kind == "project":
        yield _(
            "{headings}: no word says planned or actual; what the stage of the row has reached, or else lies in the "
            "past, counts as reached, the rest as planned"
        ).format(headings=", ".join(f"“{shorten(text, 20)}”" for text in open_days))
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
