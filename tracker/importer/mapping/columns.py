"""From headings to columns: the kind of record of the rows, the field, time and unit of each column, none twice; and,
in one pass over the rows, how each column writes its numbers and days, decided from all of its values.

What is decided is said in sentences; what stays open is asked, once a column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from tracker.dates import Period, month_end
from tracker.dates.cells import DMY, MDY, ORDERS, YMD, When, split_period, written_as
from tracker.dates.reading import PIVOT
from tracker.errors import InputRejected, ValueRefused
from tracker.i18n import _, ngettext
from tracker.importer import headings
from tracker.importer.headings import (
    COUNT,
    LAND,
    MONEY,
    PERCENT,
    Target,
    Unit,
    asked_unit,
    has_chinese,
    key,
    split_unit,
    unaccented,
    unread_unit,
)
from tracker.importer.mapping import cells
from tracker.importer.mapping.cells import (
    DECIMALS,
    EITHER,
    MOST_MONEY,
    MOST_OF_OTHERS,
    RANGE,
    Numbers,
    Reader,
    currency_for,
    is_before_building,
    is_between_lights,
    is_stage_alone,
    is_stage_not_kind,
    null_day,
    null_value,
    reader_of,
    text_of,
)
from tracker.importer.readers.source_file import Formula
from tracker.importer.readers.table import Heading, Table
from tracker.importer.synonyms import RANGES, SUMS
from tracker.models.fields import Type
from tracker.money.amounts import decimal_sign
from tracker.records.schema import Problem
from tracker.text import LONGEST_CODE, folded, shorten

if TYPE_CHECKING:
    from tracker.importer.mapping.maps import Column as MapColumn
    from tracker.importer.mapping.maps import Map

_LONGEST_GROUP = 40
# Group titles that say nothing of the columns under them.
_NEUTRAL = re.compile(
    "(?:项目|工程)?(?:基本|主要|总体)?(?:情况|信息|概况|内容)?|general|details|project(?:details|information)?"
)
_MEASURES = {Type.LAND: (LAND,), Type.PERCENT: (PERCENT,), Type.COUNT: (COUNT,), Type.FIGURE: (MONEY,)}
_TIMED = ("capital", "indicator", "review")
# What a column headed by a period alone holds: figures.
_BARE = {
    "project": Target("capital", "figure"),
    "capital": Target("capital", "figure"),
    "indicator": Target("indicator", "value"),
}


@dataclass(slots=True)
class Column:
    """One column that is read: its targets (several where its cells are split), time, unit, and how it is written.

    A `labelled` text has the heading before it; a `spare` column counts where another of its field is empty. `by_words`
    says that words of its heading told what it is, and that its values fit; it is a `guess` where other words stand
    beside these, or another column may be meant. A `native` one is of a file of our own; `guarded` says that its texts
    have the apostrophe that keeps a spreadsheet from running them.
    """

    heading: Heading
    targets: tuple[Target, ...]
    when: When = field(default_factory=When)
    unit: Unit | None = None
    currency: str = ""
    order: str | None = None
    numbers: str | None = None
    split: str = ""
    labelled: bool = False
    spare: bool = False
    note: str = ""
    by_map: bool = False
    by_words: bool = False
    guess: bool = False
    native: bool = False
    guarded: bool = False

    @property
    def index(self) -> int:
        """Its place in the cells of a row."""
        return self.heading.index

    @property
    def target(self) -> Target:
        """The first, and mostly the only one."""
        return self.targets[0]

    @property
    def type(self) -> Type | None:
        """What its field holds; None for what stands beside a figure."""
        field = self.target.known
        return field.type if field else None


def read_columns(
    kind: str, all_headings: Sequence[Heading], mapping: Map, currency: str | None, values: Values | None = None
) -> list[Column]:
    """The columns that are known in a table of this kind, in order; a map goes before the headings.

    Where the `values` of the columns are given, headings are also guessed from their words.
    """
    texts = {heading.text for heading in all_headings}
    found = []
    for heading in all_headings:
        said = mapped(heading, mapping)
        column = _decided(heading, said, currency) if said else _read(kind, heading, texts, currency, values)
        if column is not None and column.targets:
            found.append(column)
    names = [column for column in found if column.target == Target("project", "name") and not column.by_map]
    if values is not None and any(len(values.given(column.index)) > 1 for column in names):
        # What says the same in every row does not name the projects where another column does.
        found = [column for column in found if column not in names or len(values.given(column.index)) > 1]
    taken = {target: column for column in found if not column.by_words for target in column.targets}
    # Of two by words for one field that counts which speaks of the whole, and whose unit is said.
    by_words = [column for column in found if column.by_words]
    by_words.sort(key=lambda one: (headings.is_part(one.heading.text), one.unit is None and not one.currency))
    for column in by_words:
        target = column.target
        name = (target.kind, target.field)
        if name in JOINED:
            continue
        coded = name == ("project", "code") and any((one.kind, one.field) == name for one in taken)
        first = taken.setdefault(target, column)
        if coded or (first is not column and not _is_actual(column)):
            found.remove(column)
            # Which of two as likely ones is meant nobody can tell.
            alike = headings.is_part(first.heading.text) == headings.is_part(column.heading.text)
            first.guess |= first.by_words and first is not column and alike
    fields = {(target.kind, target.field): column for column in found for target in column.targets}
    if kind == "project" and ("project", "company") not in fields:
        # Without the name of a company it is told by no other column.
        for column in found:
            if (column.target.kind, column.target.field) == ("company", "ids"):
                column.targets = (replace(column.target, kind="project"),)
    described = fields.get(("project", "note"))
    nameless = kind == "project" and ("project", "name") not in fields
    if nameless and described and re.search("descri|objet|object|title", folded(described.heading.text)):
        # Where no column names the projects, one that describes them does, in a list of contracts.
        described.targets = (Target("project", "name"),)
        described.note = _("no other column names the projects")
    return found


def _is_actual(column: Column) -> bool:
    """Whether a column of a day has what happened beside what is expected: Projected/Actual Completion Date."""
    return column.target.kind == "milestone" and re.search(r"\bactual\b", folded(column.heading.text)) is not None


def mapped(heading: Heading, mapping: Map) -> MapColumn | None:
    """What a map says of a heading, by "title above / heading", the heading, or its letter in brackets."""
    for name in (f"{heading.above} / {heading.text}", heading.text, f"[{heading.letter}]"):
        for written, column in mapping.columns.items():
            pattern = folded(written)
            if pattern == folded(name) or ("*" in written and fnmatchcase(folded(name), pattern.replace("[", "[[]"))):
                return column
    return None


def _decided(heading: Heading, said: MapColumn, currency: str | None) -> Column:
    whole = f"{heading.above} {heading.text}"
    unit = asked_unit(said.unit, configured=currency) if said.unit else None
    if unit is None:
        unit = split_unit(heading.text, configured=currency)[1] or split_unit(heading.above, configured=currency)[1]
    _rest, when = split_period(folded(split_unit(whole)[0]))
    first = said.targets[0] if said.targets else None
    if first is not None and not _fits(first, unit):
        unit = None
    return Column(
        heading, said.targets, when, unit, said.currency, said.date_order or None, said.numbers or None, said.split,
        by_map=True,
    )  # fmt: skip


def _read(kind: str, heading: Heading, texts: set[str], currency: str | None, values: Values | None) -> Column | None:
    """A column by its heading, together with the group title above it."""
    text = heading.text
    if (found := re.fullmatch(r"(.+) \([0-9]+\)", text)) and found[1] in texts:
        # Without the (2) that tells the second of a name.
        text = found[1]
    # cost_usd_m has blanks of its own.
    text = text if " " in text or has_chinese(text) else text.replace("_", " ")
    base, unit, remarks = split_unit(text, configured=currency)
    above, above_unit, _remarks = split_unit(heading.above, configured=currency)
    unit = unit or above_unit
    if headings.numbering(base):
        return None
    if kind == "project" and key(base) in set(map(key, RANGES.split(","))):
        targets = tuple(Target("milestone", "on", (code, "baseline")) for code in ("under_construction", "completed"))
        # Its cells may also hold months of work.
        fits = values is None or values.fit(heading.index, targets[0], 0.1)
        return Column(heading, targets, split=RANGE) if fits else None
    rate = headings.is_rate(heading.text)
    timed = " ".join(one for one in remarks if split_period(folded(one))[1] != When() or headings.says_what(one))
    remarks = tuple(remark for remark in remarks if remark not in timed)
    for written, joined in _tries(base, above):
        known = (
            (timed and _known(kind, f"{written} {timed}", unit))
            or _known(kind, written, unit)
            or (remarks and _known(kind, written + "".join(remarks), unit))
        )
        if known and not (rate and known[0].is_amount):
            target, when = known
            filed = Target("project", "ids", name=base)
            is_code = (target.kind, target.field) == ("project", "code") and "代码" in base
            if is_code and values is not None and values.fit(heading.index, filed):
                # 项目代码 is the code of the national approval platform where its values are written so.
                target = filed
            typed = (target.kind, target.field) == ("project", "kind") and "性质" not in base
            if typed and values is not None and not values.fit(heading.index, target, 0.01):
                # A type of projects by the words of an office is none that is known.
                continue
            if target == _STAGE and values is not None and values.fit(heading.index, Target("stage", "on")):
                # Stand is also the day of what is in the row.
                continue
            if kind == "project" and values is not None and _is_progress(heading, target, values):
                return Column(heading, (_PROGRESS,), note=_("its values are percentages"), by_words=True, guess=True)
            if (
                kind == "project"
                and target.is_amount
                and unit is None
                and values is not None
                and values.words(heading.index, target)
            ):
                return Column(heading, (Target("review", "text"),), labelled=True, note=_("its values are words"))
            note = _("“{remark}” is left aside").format(remark=", ".join(remarks)) if remarks else ""
            if joined:
                note = note or _("under “{above}”").format(above=heading.above)
            return Column(heading, (target,), when, unit if _fits(target, unit) else None, note=note)
    for target, when, grade in (
        *_of_halves(kind, base, unit),
        *_of_words(kind, heading, f"{base} {timed}".strip(), unit),
    ):
        if rate and target.is_amount:
            continue
        if grade is _KNOWN or (values is not None and values.fit(heading.index, target)):
            unit = unit if _fits(target, unit) else None
            return Column(heading, (target,), when, unit, by_words=grade is not _KNOWN, guess=grade is _IN_PART)
    return None


# Whether a heading is known, or all of its words are understood, or some.
_KNOWN, _BY_WORDS, _IN_PART = "known", "by words", "in part"
# Texts that are kept under their headings as they are: there is nothing to guess.
_TEXTS = (Target("project", "note"), Target("review", "text"))


_PROGRESS, _STAGE = Target("review", "physical"), Target("stage", "stage")
# The year of a row, where the same words before an amount say that it is of this year.
_YEARS = ("年度", "年份", "year", "jahr")


def _is_progress(heading: Heading, target: Target, values: Values) -> bool:
    """Whether a column that is called like the day of a stage holds percentages, and no day: completion."""
    undated = re.search("时间|日期|年月|date|day", folded(heading.text)) is None
    if target.kind not in ("milestone", "stage") or target.select[:1] != ("completed",) or not undated:
        return False
    return values.fit(heading.index, _PROGRESS, 1) and not values.fit(heading.index, target, 0.1)


def _of_halves(kind: str, base: str, unit: Unit | None) -> Iterator[tuple[Target, When, str]]:
    """What a heading in two languages is by either half; of two halves of one language both have to say it."""
    both = headings.halves(base)
    found = [one for half in both if (one := _known(kind, half, unit))]
    if found and len({target for target, _when in found}) == 1:
        sure = len(found) == 2 or has_chinese(both[0]) != has_chinese(both[1])
        whole = (found[0][0], True) in headings.guessed(base)
        yield (*found[0], _KNOWN if sure else _BY_WORDS if whole else _IN_PART)


def _of_words(kind: str, heading: Heading, base: str, unit: Unit | None) -> Iterator[tuple[Target, When, str]]:
    if kind != "project":
        return
    rest, when = split_period(folded(base))
    # What is longer is the title of the list, merged over its columns.
    above = heading.above if len(heading.above) <= _LONGEST_GROUP else ""
    words = (
        f"{above} {base}"
        if when == When() or when.this == "year"
        else f"{above} {rest}{' year' if when.year or when.fiscal else ''}"
    )
    for target, whole in headings.guessed(words.strip()):
        timed = when if target.kind in _TIMED and target.select != ("total",) else When()
        if _fits(target, unit) and not (target.select == ("total",) and (when.year or when.fiscal)):
            yield target, timed, _BY_WORDS if whole or target in _TEXTS else _IN_PART


def _tries(base: str, above: str) -> list[tuple[str, bool]]:
    """The texts under which a column may be known, and whether they have the group title in them."""
    if not above or _NEUTRAL.fullmatch(key(above)):
        return [(base, False)]
    tries = [(f"{above} {base}", True), (f"{base} {above}", True)]
    if key(base) in SUMS.split():
        return [*tries, (above, True)]
    if key(base) == key(above):
        tries.append((above, True))
    return tries if headings.generic(base) else [*tries, (base, False)]


def _known(kind: str, text: str, unit: Unit | None) -> tuple[Target, When] | None:
    """The target of a heading and the time it says, where it is known and its unit is one of such a field."""
    rest, when = split_period(folded(text))
    if when != When():
        target = headings.known(kind, rest) if rest else None if folded(text) in _YEARS else _BARE.get(kind)
        if (target is None or target.select == ("total",)) and (when.year or when.fiscal or when.this == "year"):
            target = headings.known_plan(kind, rest) or target
        if target is not None and target.kind in _TIMED and _fits(target, unit):
            return target, when
    target = headings.known(kind, text)
    if target is not None and target.kind == "review" and target.field == "text" and unit and unit.measure == PERCENT:
        target = Target("review", "physical")
    return (target, When()) if target is not None and _fits(target, unit) else None


def _fits(target: Target, unit: Unit | None) -> bool:
    """Whether a column with this unit can be this field: 完成投资（%） is a rate, not an amount."""
    if unit is None or target.known is None:
        return True
    measures = _MEASURES.get(target.known.type)
    return target.known.type is Type.QUANTITY or (measures is not None and unit.measure in measures)


# --- the kind of record ---------------------------------------------------------------------------------------------

# The kinds that are told from headings; of two that know equally many the earlier one is taken.
ORDER = ("project", "capital", "milestone", "company")
# A list with the name of a company and little else of companies is of something else: requests, certifications.
_MOST_KNOWN = 0.5
_PROJECT_NAMES = ("code", "name", "ids", "name_en")
# Without a column (or a constant) for each of these a table is not of the kind.
_NEEDED = {"capital": ("project", "figure"), "milestone": ("project", "milestone", "on"), "company": ("name",)}


class KindUnknown(InputRejected):
    """Nothing tells what the rows of a table are."""


def guess(
    all_headings: Sequence[Heading], mapping: Map, currency: str | None, values: Values
) -> tuple[str, list[Column]]:
    """The kind of a foreign table and its known columns. Raises InputRejected where no kind fits."""
    if mapping.what:
        return mapping.what, read_columns(mapping.what, all_headings, mapping, currency, values)
    read = {kind: read_columns(kind, all_headings, mapping, currency) for kind in ORDER}
    fitting = [kind for kind in ORDER if _has_needed(kind, read[kind], mapping, len(all_headings))]
    if not fitting or fitting[0] == "project":
        read["project"] = read_columns("project", all_headings, mapping, currency, values)
        fitting = [kind for kind in ORDER if _has_needed(kind, read[kind], mapping, len(all_headings))]
    if not fitting:
        seen = ", ".join(f"“{shorten(heading.text, 20)}”" for heading in all_headings[:8])
        sentence = _("the headings do not show the kind of record ({headings}): give --what, and map the columns")
        raise KindUnknown(sentence.format(headings=seen))
    weights = {kind: sum(10 if column.by_map else 1 for column in read[kind]) for kind in fitting}
    best = max(fitting, key=lambda kind: (weights[kind], -ORDER.index(kind)))
    if best == "project" and "capital" in fitting:
        # With nothing but figures of periods beside the name of a project no project is to be opened.
        targets = (column.target for column in read["project"])
        others = [one for one in targets if one.kind != "project" or one.field not in _PROJECT_NAMES]
        if all(target.kind == "capital" and target.select != ("total",) for target in others):
            best = "capital"
    return best, read[best]


def _has_needed(kind: str, columns: list[Column], mapping: Map, count: int) -> bool:
    own = {(target.kind, target.field) for column in columns for target in column.targets}
    own |= {(target.kind, target.field) for target, _text in mapping.constants}
    given = {field for of, field in own if of == kind}
    if kind == "project":
        return bool(given & set(_PROJECT_NAMES)) and len(own) > 1
    if kind == "company" and len(columns) < _MOST_KNOWN * count:
        return False
    return set(_NEEDED.get(kind, ())) <= given


# --- the period of a figure -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Context:
    """What the texts around a table say of its time, and which of them said it ("" for none)."""

    when: When = field(default_factory=When)
    origin: str = ""


class Unclear(ValueRefused):
    """A heading whose period cannot be told; the message is the question."""


def resolve(kind: str, when: When, context: When, fiscal_start: int | None = None) -> tuple[Period | None, str]:
    """The period and basis of a figure of a capital kind; fiscal years begin with month `fiscal_start`.

    Raises Unclear, with the question to ask.
    """
    if kind == "total":
        return None, "period"
    if when.fiscal and when.year is None:
        when = _fiscal_year(context, fiscal_start)
    if when.fiscal:
        if fiscal_start is None:
            raise Unclear(_("with which month does the fiscal year {year} begin?").format(year=when.fiscal))
        return Period.fiscal_year(when.year or 0, start=fiscal_start, name=when.fiscal), "period"
    if kind == "plan":
        return Period.year(_year(when, context)), "period"
    if when != When():
        return _dated(when, context)
    # A heading without time takes that of the title, where the title names more than the month it was made in.
    if context.year is None or (context.first == context.last is not None and not context.until):
        raise Unclear(_("which period is meant?"))
    return _dated(context, When())


def _fiscal_year(context: When, start: int | None) -> When:
    """The fiscal year that a title speaks of, or in which its month lies."""
    if context.fiscal and context.year:
        return context
    if start is None or context.year is None or context.last is None:
        raise Unclear(_("which fiscal year is meant?"))
    end = context.year + (1 < start <= context.last)
    return When(end, fiscal=f"FY{end - 1}/{end % 100:02}" if start > 1 else f"FY{end}")


def _year(when: When, context: When) -> int:
    year = when.year or context.year
    if year is None:
        raise Unclear(_("which year is it about?"))
    return year


def _dated(when: When, context: When) -> tuple[Period, str]:
    if when.day and when.year and when.last:
        running = "ytd" if when.this == "year" or when.running == "ytd" else "cumulative"
        try:
            day = Period.day(date(when.year, when.last, when.day))
        except ValueError:
            raise Unclear(_("there is no such day: which period is meant?")) from None
        return day, running if when.until or when.running else "period"
    if when.this == "month":
        return _this_month(context), "period"
    if when.last is not None and when.first is not None:
        return _months_named(_year(when, context), when, when.first, when.last)
    if when.running and when.this != "year" and when.year is None and when.running != "ytd":
        return _this_month(context), "cumulative"
    year = _year(when, context)
    if context.year == year and context.last is not None and context.last < 12:
        # The year so far, as the table was made within it.
        return Period.month(year, context.last), "ytd"
    return Period.year(year), "period"


def _months_named(year: int, when: When, first: int, last: int) -> tuple[Period, str]:
    in_year = when.this == "year" or when.running == "ytd"
    if when.until or (first == last and when.running):
        return Period.month(year, last), "ytd" if in_year else "cumulative"
    if first == 1 and 1 < last < 12:
        return Period.month(year, last), "ytd"
    if last < first:
        raise Unclear(_("the months run backwards: which period is meant?"))
    return Period(date(year, first, 1), month_end(date(year, last, 1))), "period"


def _this_month(context: When) -> Period:
    if context.year is None or context.last is None:
        raise Unclear(_("which month is it about?"))
    return Period.month(context.year, context.last)


def context_of(texts: list[tuple[str, str]]) -> Context:
    """What the first of `texts` (what each is, the text) with a year in it says: a title, a sheet, a file name."""
    for origin, text in texts:
        _rest, when = split_period(folded(text))
        if when.year is not None:
            return Context(when, origin)
    return Context()


# --- one column a field ---------------------------------------------------------------------------------------------

# Several columns of these go together into one field.
JOINED = {("project", "note"), ("review", "text"), ("project", "ids"), ("project", "aliases"), ("project", "tags"),
          ("project", "fields"), ("company", "ids"), ("company", "aliases")}  # fmt: skip
# Of a word of fewer letters half the dictionary is one slip away.
_SHORTEST = 6
_RANKS = {"code": 0, "ids": 1, "name": 2}


@dataclass(slots=True)
class Assignment:
    """The columns of a table as they are read, its kind and time, and what could not be settled."""

    kind: str
    columns: list[Column]
    context: Context
    fiscal_start: int | None = None
    problems: list[Problem] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    def drop(self, column: Column, statement: str) -> None:
        """Leave a column out, and say why."""
        self.columns.remove(column)
        self.statements.append(statement)


def assign(
    kind: str, columns: list[Column], table: Table, mapping: Map, *, fiscal_start: int | None = None
) -> Assignment:
    """Settle the period of every figure, and which of two columns of one meaning is read."""
    done = Assignment(kind, columns, _context(table, mapping, columns), fiscal_start)
    _name_bare_figures(done, table, mapping)
    _choose_reference(done, mapping)
    _settle_periods(done, table)
    _drop_sums(done)
    _drop_second_dates(done)
    _tell_planned_apart(done)
    for columns in same_field(done.columns):
        _tell_running_apart(columns, done.context.when)
    _require_once(done, Values(table))
    return done


def _context(table: Table, mapping: Map, columns: list[Column]) -> Context:
    if mapping.as_of:
        return context_of([(_("the map"), mapping.as_of)])
    found = _context_around(table)
    if found.when == When():
        # One fiscal year that a heading names is that of the others; so is one reporting period that all rows name.
        headings_said = {split_period(folded(one.text))[1]: one.text for one in table.headings}
        years = {(when.year, when.fiscal): text for when, text in headings_said.items() if when.fiscal and when.year}
        if len(years) == 1:
            return context_of(
                [(_("the heading “{text}”").format(text=shorten(text, 30)), text) for text in years.values()]
            )
        for column in columns:
            if str(column.target) == "review.on":
                texts = {cells.text_of(row.cells[column.index]) for row in islice(table.rows(), _LOOKED_AT)}
                if len(texts) == 1:
                    return context_of([(_("the column “{text}”").format(text=column.heading.text), texts.pop())])
    return found


def _context_around(table: Table) -> Context:
    titles = [(_("the title “{text}”").format(text=text), text) for text in table.title]
    stem = table.name.replace("\\", "/").rsplit("/")[-1]
    stem = stem.rpartition(".")[0] or stem
    return context_of(
        [*titles, (_("the sheet “{text}”").format(text=table.sheet), table.sheet), (_("the file name"), stem)]
    )


def _settle_periods(done: Assignment, table: Table) -> None:
    questions: dict[str, list[Column]] = {}
    for column in list(done.columns):
        target = column.target
        if not target.is_amount or target.kind not in ("capital", "indicator") or target.on is not None:
            continue
        try:
            _settle(column, done)
        except Unclear as unclear:
            if column.by_words or (column.when.fiscal and column.when.year is None):
                statement = _("“{heading}” ({letter}) is left out: {question} ({hint})")
                names = {"heading": column.heading.text, "letter": column.heading.letter, "question": unclear}
                names["hint"] = _period_hint(column)
                done.drop(column, statement.format(**names))
                continue
            done.columns.remove(column)
            questions.setdefault(str(unclear), []).append(column)
    for question, columns in questions.items():
        done.problems.append(asked(columns, table, "period", question, _period_hint(columns[0])))


def _settle(column: Column, done: Assignment) -> None:
    target, context = column.target, done.context.when
    beside = any(
        other.target.kind == target.kind and other.target.field in ("on", "year", "month") for other in done.columns
    )
    if beside and column.when.year is None and column.when.last is None:
        basis = "ytd" if column.when.this == "year" else {"running": "cumulative"}.get(column.when.running)
        column.targets = (replace(target, basis=target.basis or basis or column.when.running),)
        return
    kind = target.select[0] if target.select else ""
    if target.kind == "indicator":
        on, _basis = resolve("", column.when, context)
        column.targets = (replace(target, on=on),)
        return
    if not kind and column.when == When():
        return
    if column.by_words and column.when == When() and kind != "total":
        raise Unclear(_("which period is meant?"))
    on, basis = resolve(kind, column.when, context, done.fiscal_start)
    column.targets = (replace(target, on=on, basis=target.basis or basis),)
    if column.when.fiscal and on is not None:
        column.note = _("{period}, as fiscal years begin with month {month}").format(period=on, month=done.fiscal_start)
    elif column.when.year is None and on is not None and done.context.origin:
        column.note = _("{period}, because of {origin}").format(period=on, origin=done.context.origin)


def _drop_sums(done: Assignment) -> None:
    """A column whose period the other columns of its kind say in parts is their sum, of the parts that are there."""
    flows = [
        one
        for one in done.columns
        if one.target.kind == "capital" and one.target.on is not None and one.target.basis in ("", "period")
    ]
    for whole in flows:
        parts = [one for one in flows if _is_part(one.target, whole.target)]
        if len(parts) > 1 and not whole.by_map:
            letters = ", ".join(one.heading.letter for one in parts)
            statement = _("“{heading}” ({letter}) is left out: {parts} hold its parts")
            done.drop(whole, statement.format(heading=whole.heading.text, letter=whole.heading.letter, parts=letters))


def _is_part(part: Target, whole: Target) -> bool:
    if part.on is None or whole.on is None or part.on == whole.on or part.select != whole.select:
        return False
    return whole.on.first <= part.on.first and part.on.last <= whole.on.last


def _period_hint(column: Column) -> str:
    target = column.target.open
    if column.when.fiscal and column.when.year is None:
        return _('set as_of = "2023-03", a month of that fiscal year, in a map')
    if column.when.fiscal:
        return _("set fiscal_year_start = 4 (for April) in a map")
    return _(
        'set as_of = "2023-06", or the period of the column, in a map: "{heading}" = "{target} @2023-06", with ytd or '
        "cumulative behind it"
    ).format(heading=column.heading.text, target=target)


@dataclass(frozen=True, slots=True)
class Question(Problem):
    """A problem that an answer settles; `about` says what is asked of the columns."""

    about: str = ""
    columns: tuple[Column, ...] = ()


def asked(columns: list[Column], table: Table, about: str, question: str, hint: str) -> Question:
    """A question about columns, as a problem of the first one's heading."""
    first = columns[0].heading
    names = ", ".join(dict.fromkeys(f"{one.heading.above} {one.heading.text}".strip() for one in columns))
    cell = table.address(table.header_row, first.index)
    return Question(table.header_row, cell, names, first.text, question, hint, about=about, columns=tuple(columns))


def _name_bare_figures(done: Assignment, table: Table, mapping: Map) -> None:
    """Columns headed by periods alone take their kind from a column, a constant, or the title."""
    bare = [one for one in done.columns if one.target == Target("capital", "figure") and one.when != When()]
    named = any(one.target.kind == "capital" and one.target.field == "kind" for one in done.columns)
    given = any(target.kind == "capital" and target.field == "kind" for target, _text in mapping.constants)
    if not bare or named or given:
        return
    for title in (*table.title, table.sheet, table.name):
        if kind := headings.find_capital(title):
            for column in bare:
                column.targets = (Target("capital", "figure", (kind,)),)
            return
    for column in bare:
        done.columns.remove(column)
    done.problems.append(
        asked(
            bare,
            table,
            "kind",
            _("which kind of capital is it?"),
            _('put it in a map: [constants] "capital.kind" = "completed", or plan, paid, …'),
        )
    )


def _choose_reference(done: Assignment, mapping: Map) -> None:
    """Of several columns that name the project of a row one counts: the key of the map, else code, id, name."""
    naming = [column for column in done.columns if column.target.field == "project" and column.target.kind == done.kind]
    if len(naming) < 2:
        return

    def rank(column: Column) -> int:
        if mapping.key in (column.heading.text, str(column.target)):
            return -1
        found = headings.known("project", column.heading.text)
        return _RANKS.get(found.field, 3) if found else 3

    first = min(naming, key=rank)
    for column in naming:
        if column is not first:
            done.drop(column, _left(column, first))


def _tell_planned_apart(done: Assignment) -> None:
    """Beside a column of projected or actual days the one that says neither has the planned days."""
    undecided = [one for one in done.columns if one.target.kind == "milestone" and len(one.target.select) == 1]
    for actual in undecided:
        if not _is_actual(actual):
            continue
        for column in undecided:
            if column is actual or column.target != actual.target:
                continue
            planned = replace(column.target, select=(*column.target.select, "baseline"))
            known = next((one for one in done.columns if one.target == planned), None)
            if known is not None:
                done.drop(column, _left(column, known))
            else:
                column.targets = (planned,)


def _left(column: Column, first: Column) -> str:
    return _("“{heading}” ({letter}) is left out: “{other}” already holds it").format(
        heading=column.heading.text, letter=column.heading.letter, other=first.heading.text
    )


def _drop_second_dates(done: Assignment) -> None:
    """A day of an entry goes before year and month in columns of their own."""
    whole = next((one for one in done.columns if one.target.field == "on" and one.target.kind == done.kind), None)
    for column in list(done.columns):
        if whole is not None and column.target.kind == done.kind and column.target.field in ("year", "month"):
            done.drop(column, _left(column, whole))


def _require_once(done: Assignment, values: Values) -> None:
    """Of two columns of texts under two headings the first counts, and where it is empty the other; that is said.

    Of two that name the project only one is read: a row without a project is not one of the scheme beside it.
    """
    for columns in same_field(done.columns):
        same_heading = len({key(column.heading.text.partition(" (")[0]) for column in columns}) == 1
        if same_heading or columns[0].type not in (Type.TEXT, Type.NAMES):
            continue
        first = min(columns, key=lambda column: _rank(done.kind, column))
        names = str(first.target) in ("project.name", "project.code") and not all(one.by_map for one in columns)
        first = next((one for one in (first, *columns) if values.given(one.index)), first) if names else first
        for column in columns:
            if names and column is not first:
                done.drop(column, _left(column, first))
            elif column is not first and not column.spare:
                column.spare = True
                done.columns.remove(column)
                done.columns.append(column)
                done.statements.append(
                    _("“{heading}” ({letter}) counts where “{other}” is empty").format(
                        heading=column.heading.text, letter=column.heading.letter, other=first.heading.text
                    )
                )


def same_field(columns: list[Column]) -> list[list[Column]]:
    """The columns, two or more together, that are of one field."""
    by_target: dict[str, list[Column]] = {}
    for column in (one for one in columns if not one.spare):
        for target in column.targets:
            if (target.kind, target.field) not in JOINED:
                by_target.setdefault(str(target), []).append(column)
    return [together for together in by_target.values() if len(together) > 1]


def _tell_running_apart(columns: list[Column], context: When) -> None:
    """Beside 1-6月完成, 累计完成 under a group title with a year is what was done since the beginning."""
    running = [one for one in columns if one.when.running == "running" and one.target.basis == "ytd"]
    if len(columns) == 2 and len(running) == 1 and context.last is not None:
        running[0].targets = (replace(running[0].target, basis="cumulative"),)


def _rank(kind: str, column: Column) -> int:
    """How early the list of headings names it."""
    spelled = [key(word) for word in headings.spellings(kind)]
    found = key(column.heading.text)
    return spelled.index(found) if found in spelled else len(spelled)


def money_of(
    column: Column, title: Unit | None, option: Unit | None, fallback: str | None
) -> tuple[Unit | None, str | None, str]:
    """The unit and currency of an amount column, and where the unit is from: heading, title or option."""
    for unit, origin in ((column.unit, "heading"), (title, "title"), (option, "option")):
        if unit is not None and unit.measure == MONEY:
            named = (one.currency for one in (unit, title, option) if one)
            return unit, next((code for code in (column.currency, *named, fallback) if code), None), origin
    return None, column.currency or fallback, ""


def ignored(all_headings: Iterable[Heading], columns: list[Column]) -> tuple[Heading, ...]:
    """The headings that no column is read from."""
    read = {column.index for column in columns}
    return tuple(heading for heading in all_headings if heading.index not in read)


def hint_for(kind: str, heading: Heading, mapping: Map, suggest: Callable[[str, Iterable[str]], str | None]) -> str:
    """The closest known heading to one that is not read; "" where none is close or a map skips it."""
    short = heading.text.isascii() and len(heading.text) < _SHORTEST
    if short or mapped(heading, mapping) or headings.numbering(heading.text) or headings.is_rate(heading.text):
        return ""
    return suggest(heading.text, headings.spellings(kind)) or ""


# --- values --------------------------------------------------------------------------------------------------------

_LOOKED_AT, _ENOUGH = 400, 60
_PLATFORM_CODE = re.compile("[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}")


class Values:
    """Different values of each column, from the first rows of a table, to see whether a guess fits them."""

    def __init__(self, table: Table) -> None:
        """Nothing is read before a guess is made."""
        self._table = table
        self._seen: list[dict[Any, None]] = []

    def fit(self, index: int, target: Target, share: float | None = None) -> bool:
        """Whether the values of a column are of the type of a target, all but a few (a `share`), and there are any."""
        given = self.given(index)
        fitting = sum(map(_test_of(target), given))
        in_words = target.field == "country" or (target.kind == "stage" and not target.select)
        return bool(given) and fitting >= (share or (0.5 if in_words else 0.8)) * len(given)

    def words(self, index: int, target: Target) -> bool:
        """Whether no value of a column of numbers is one, or begins like one."""
        given, is_number = self.given(index), _test_of(target)
        return bool(given) and not any(cells.text_of(cell)[:1].isdigit() or is_number(cell) for cell in given)

    def given(self, index: int) -> list[Any]:
        """The values of a column that say something."""
        return [cell for cell in self._different(index) if null_day(cells.text_of(cell)) is None]

    def samples(self, index: int) -> tuple[str, ...]:
        """The first different texts of a column, two of them."""
        texts = dict.fromkeys(filter(None, map(cells.text_of, self._different(index))))
        return tuple(shorten(text, 20) for text in islice(texts, 2))

    def _different(self, index: int) -> dict[Any, None]:
        if not self._seen:
            self._seen = [{} for _heading in self._table.headings]
            for _number, row in islice(self._table.rows(), _LOOKED_AT):
                for seen, cell in zip(self._seen, row, strict=False):
                    if cell is not None and cell != "" and len(seen) < _ENOUGH:
                        seen[cell] = None
        return self._seen[index]


def _test_of(target: Target) -> Callable[[Any], bool]:
    """What tells whether a value is of the type of a target."""
    if target.name:
        return lambda cell: _PLATFORM_CODE.fullmatch(cells.text_of(cell)) is not None
    if (target.kind, target.field) == ("stage", "stage"):
        return _reads(cells.read_stage)
    match target.known.type if target.known else None:
        case Type.FIGURE:
            # Fractions of large units, and whole amounts that would be beyond all limits in such a unit.
            units = [Unit(power=power) for power in (8, 0)]
            return _reads(*(cells.figure_reader(cells.Numbers(sign, unit, "CNY")) for unit in units for sign in ".,"))
        case Type.PERCENT:
            return _reads(*(cells.percent_reader(cells.Numbers(sign), shares=False) for sign in ".,"))
        case Type.PERIOD | Type.DAY:
            days = [cells.day_reader(order, marked=True) for order in (None, *ORDERS)]
            return _reads(*days, cells.range_reader(None, 0))
        case Type.WORD:
            words = target.known.words if target.known else None
            return _reads(cells.word_reader(words)) if words else lambda cell: False
        case Type.COUNTRY:
            return _reads(cells.read_country)
        case _:
            if target.field == "code":
                return lambda cell: len(cells.text_of(cell)) <= LONGEST_CODE and cells.text_of(cell).count(" ") < 4
            return lambda cell: re.search(r"[^\W\d]{2}", cells.text_of(cell)) is not None


def _reads(*readers: cells.Reader) -> Callable[[Any], bool]:
    def reads(cell: Any) -> bool:
        for read in readers:
            with suppress(ValueRefused):
                if read(cell) is not None:
                    return True
        return False

    return reads


# --- the profile of a column -----------------------------------------------------------------------------------------

NUMBERS = (Type.FIGURE, Type.QUANTITY, Type.LAND, Type.PERCENT, Type.COUNT, Type.RATE)
DAYS = (Type.PERIOD, Type.DAY)
# Where $ is a dollar or peso of its own.
_PLACES = re.compile(
    r"\b(?:australia|australian|canada|canadian|hong kong|singapore|new zealand|taiwan|mexico|mexican|colombia|chile"
    r"|argentina|uruguay|jamaica|fiji|ontario|quebec|alberta|british columbia|nsw|queensland"
    r"|new south wales|tasmania)\b"
)
_SPANISH = re.compile(
    r"\b(?:proyectos?|projetos?|fecha|valor|inversion|monto|avance|obras?|entidad|estado|nombre|municipio|contrato|inicio"
    r"|costo|presupuesto|ejecucion|situacion|departamento)\b"
)
# So many amounts tell whether a unit can be; half of them above the most are of no list of projects.
_SAMPLE = 200
# Values repeat: each is looked at once, as long as they are few.
_REMEMBERED = 20_000
_SIGNS = ("$", "¥")
_LONGEST_NUMBER = 40
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
Proof = tuple[str, str]


@dataclass(slots=True)
class Profile:
    """What the values of one column show; each proof is (value, address)."""

    decimals: dict[str, Proof] = field(default_factory=dict)
    open_number: Proof | None = None
    bare: bool = False
    signs: dict[str, str] = field(default_factory=dict)
    typed: int = 0
    sizes: list[float] = field(default_factory=list)
    above_one: bool = False
    fraction: Proof | None = None
    finer: bool = False
    orders: dict[str, Proof] = field(default_factory=dict)
    open_order: Proof | None = None
    short_year: Proof | None = None
    dotted_only: bool = True
    serials: bool = False
    empty_times: bool = False
    fiscal: bool = False
    yearless: str = ""
    is_odd: Callable[[str], bool] = bool
    odd: list[str] = field(default_factory=list)
    null_days: list[str] = field(default_factory=list)
    any_text: bool = False
    any_digit: bool = False
    all_percent: bool = True
    all_stages: bool = True

    def see_number(self, cell: Any, where: Callable[[], str]) -> None:
        """Take one cell of a column of numbers into account."""
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            self.bare = True
            self.typed += 1
            self._size(abs(cell), where)
            self.finer = self.finer or (isinstance(cell, float) and cell * 1000 % 1 != 0)
        elif isinstance(cell, str):
            self._see_number_text(cell.strip(), where)

    def _see_number_text(self, text: str, where: Callable[[], str]) -> None:
        # Nearly all cells are plain, and shown to be after the first few.
        if self.bare and self.above_one and "." in self.decimals and _PLAIN.fullmatch(text):
            return
        if not text.isdigit():
            sign = decimal_sign(text)
            if sign == "?":
                self.open_number = self.open_number or (text, where())
            elif sign:
                self.decimals.setdefault(sign, (text, where()))
            for symbol in _SIGNS:
                if symbol in folded(text) and currency_for(text, None):
                    self.signs.setdefault(symbol, where())
        plain = text.lstrip("+-").replace(",", "").replace(".", "")
        if plain.isascii() and plain.isdigit():
            self.bare = True
            try:
                self._size(abs(float(text.replace(",", "."))), where)
            except ValueError:
                self.above_one = True

    def _size(self, size: float, where: Callable[[], str]) -> None:
        if size and len(self.sizes) < _SAMPLE:
            self.sizes.append(size)
        self.above_one = self.above_one or size > 1
        if 0 < size < 1 and self.fraction is None:
            self.fraction = (str(size), where())

    def see_day(self, cell: Any, where: Callable[[], str]) -> None:
        """Take one cell of a column of days into account; a workbook's own days have no order."""
        if not isinstance(cell, str):
            self.empty_times |= getattr(cell, "year", 0) == 1899 or type(cell).__name__ in ("time", "timedelta")
            return
        text = cell.strip()
        if null_day(text) is not None and null_value(text) is None and text not in self.null_days:
            self.null_days.append(text)
        if re.fullmatch("[0-9]{1,2}月(?:份|底|上旬|中旬|下旬|[0-9]{1,2}[日号])?", text):
            self.yearless = self.yearless or text
        written = written_as(text)
        self.empty_times |= written.empty
        self.serials |= written.serial
        self.fiscal |= written.fiscal
        if not written.orders and not written.short_year:
            return
        self.dotted_only = self.dotted_only and (written.dotted or not written.short_year)
        if written.short_year and self.short_year is None:
            self.short_year = (text, where())
        if len(written.orders) == 1:
            self.orders.setdefault(written.orders[0], (text, where()))
        elif written.orders and self.open_order is None:
            self.open_order = (text, where())

    def see_word(self, cell: Any, _where: Callable[[], str]) -> None:
        """Take one cell of a column of words of the field into account."""
        text = text_of(cell)
        if self.is_odd(text) and text not in self.odd:
            self.odd.append(text)

    def see_progress(self, cell: Any, where: Callable[[], str]) -> None:
        """Take one cell of a column on progress into account: a percentage, a word for a stage, or a text."""
        text = text_of(cell)
        if not text or null_value(text) is not None:
            return
        self.any_text = True
        self.any_digit = self.any_digit or any(map(str.isdigit, text))
        if self.all_percent:
            self.all_percent = text.rstrip("%％ ").replace(".", "", 1).isdigit()
        if len(text) < _LONGEST_NUMBER:
            self.see_number(cell, where)
        if self.all_stages:
            self.all_stages = is_stage_alone(text)


# Words of another column's vocabulary: 续建 among kinds of projects is a stage.
_ODD_WORDS: dict[str, Callable[[str], bool]] = {
    "project.kind": is_stage_not_kind, "review.light": is_between_lights, "stage.stage": is_before_building
}  # fmt: skip


def profile(table: Table, columns: list[Column]) -> dict[int, Profile]:
    """The profile of every column that needs one, by its index."""
    found: dict[int, Profile] = {}
    watched = []
    for column in columns:
        see = "see_progress" if _may_be_progress(column) else _what_to_see(column)
        if see is not None:
            found[column.index] = Profile(is_odd=_ODD_WORDS.get(str(column.target), bool))
            watched.append((column.index, getattr(found[column.index], see), set[Any]()))
    if watched:
        for number, cells in table.rows():
            for index, look, seen in watched:
                cell = cells[index]
                if cell.__class__ is Formula:
                    continue
                if cell in seen or cell is None or cell == "":
                    continue
                if len(seen) < _REMEMBERED:
                    seen.add(cell)
                look(cell, lambda number=number, index=index: table.address(number, index))
    return found


def _what_to_see(column: Column) -> str | None:
    types = {target.known.type for target in column.targets if target.known}
    if types & {*DAYS, Type.YEAR} or column.target.field == "year":
        return "see_day"
    # Our own files write amounts plainly; one that was saved anew tells each number by itself.
    if types & set(NUMBERS):
        return None if column.native else "see_number"
    target = str(column.target)
    return "see_word" if target in _ODD_WORDS and (not column.native or target == "review.light") else None


def _may_be_progress(column: Column) -> bool:
    return str(column.target) in ("review.text", "review.physical") and not (
        column.by_map or column.native or column.labelled
    )


def retarget(columns: list[Column], found: dict[int, Profile], kind: str) -> None:
    """A column on progress is of percentages, of stages or of texts, where all of its values are."""
    staged = any(str(column.target) == "stage.stage" for column in columns)
    measured = any(str(column.target) == "review.physical" for column in columns)
    for column in columns:
        seen = found.get(column.index)
        if seen is None:
            continue
        if str(column.target) == "project.kind" and seen.odd and not staged:
            column.targets, column.split, staged = (*column.targets, _STAGE), EITHER, True
            column.note = _("{words} is a stage").format(words=", ".join(f"“{word}”" for word in seen.odd[:3]))
        if not _may_be_progress(column) or not seen.any_text:
            continue
        in_words = not seen.any_digit
        if seen.all_percent and not measured:
            column.targets, measured = (Target("review", "physical"),), True
            column.note = _("all its values are percentages")
        elif seen.all_stages and not staged and kind == "project" and (in_words or column.target.field == "text"):
            column.targets, staged = (_STAGE,), True
            column.note = _("all its values are stages")
        elif column.target.field == "physical" and in_words:
            column.targets = (Target("review", "text"),)
            column.note = _("its values are words")


# --- formats -------------------------------------------------------------------------------------------------------

_HERE = "{place}"


@dataclass(frozen=True, slots=True)
class Given:
    """What options and map say for all columns; None: not said."""

    currency: str | None = None
    unit: Unit | None = None
    title_unit: Unit | None = None
    order: str | None = None
    decimal: str | None = None
    fiscal_start: int | None = None
    year: int | None = None


@dataclass(slots=True)
class Formats:
    """How each column (by its index) is read, and what was stated and asked.

    `year` is that of months which stand alone; the columns in `asked` cannot be read before a question is answered.
    `fiscal` holds the month that the fiscal years of a column begin with, 0 where nobody says it, `years` the year of
    its texts without one. `rounded` counts, as
    rows are read, the cells with digits finer than the minor unit.
    """

    numbers: dict[int, Numbers] = field(default_factory=dict)
    shares: set[int] = field(default_factory=set)
    fiscal: dict[int, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    orders: dict[int, str] = field(default_factory=dict)
    year: int | None = None
    asked: set[int] = field(default_factory=set)
    statements: list[str] = field(default_factory=list)
    places: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rounded: Counter[int] = field(default_factory=Counter)


def decide(table: Table, columns: list[Column], found: dict[int, Profile], given: Given) -> Formats:
    """How the columns are read."""
    formats = Formats()
    _Deciding(table, columns, found, given, formats).run()
    formats.statements += [sentence.replace(_HERE, ", ".join(places)) for sentence, places in formats.places.items()]
    return formats


@dataclass(slots=True)
class _Deciding:
    """What the decisions about the columns of one table share."""

    table: Table
    columns: list[Column]
    found: dict[int, Profile]
    given: Given
    formats: Formats
    _readers: dict[int, Reader] = field(default_factory=dict)

    def run(self) -> None:
        """Decide orders, then numbers, then which of two columns of one field is filled."""
        seen = [(column, self.found[column.index]) for column in self.columns if column.index in self.found]
        self._orders([(column, one) for column, one in seen if _what_to_see(column) == "see_day"])
        self._numbers([(column, one) for column, one in seen if _what_to_see(column) == "see_number"])
        for column in self.columns:
            if column.native:
                self.formats.numbers[column.index] = Numbers(own=True)
        for column, one in seen:
            if one.odd and column.split != EITHER:
                words, count = ", ".join(f"“{text}”" for text in one.odd), len(one.odd)
                sentence = {
                    "review.light": ngettext(
                        "{place}: {words} is read as yellow, and kept in the note",
                        "{place}: {words} are read as yellow, and kept in the note",
                        count,
                    ),
                    "stage.stage": ngettext(
                        "{place}: {words} is not a stage: building is yet to begin",
                        "{place}: {words} are not stages: building is yet to begin",
                        count,
                    ),
                    "project.kind": ngettext(
                        "{place}: {words} is not a kind of project",
                        "{place}: {words} are not kinds of projects",
                        count,
                    ),
                }[str(column.target)]
                self.state(column, sentence.format(place=_HERE, words=words))
        self._twice()

    def state(self, column: Column, sentence: str) -> None:
        """Say something of a column, in one sentence with the others of which it holds."""
        self.formats.places.setdefault(sentence, []).append(_place_of(self.table, column))

    def ask(self, column: Column, about: str, question: str, hint: str) -> None:
        """Leave a column unread until its question is answered."""
        self.formats.asked.add(column.index)
        self.formats.problems.append(asked([column], self.table, about, question, hint))

    # --- days ---

    def _orders(self, dated: list[tuple[Column, Profile]]) -> None:
        proofs = {order: proof for _c, one in dated for order, proof in one.orders.items() if len(one.orders) == 1}
        by_order: dict[str, list[Column]] = {}
        for column, one in dated:
            order = column.order or self.given.order or _proven(one.orders, one.open_order, proofs)
            if order is None and not one.orders and one.short_year and one.dotted_only and not proofs:
                # Two-digit years between points are written dd.mm.yy, except by those who write yy.mm.dd.
                order = None if is_chinese(self.table) else DMY
            if order is None and (len(one.orders) > 1 or one.open_order or one.short_year):
                two = _("its days are in two orders: {said}")
                unclear = _("it is not clear whether {text} ({where}) begins with the day or the month")
                hint = _("give --date-order dmy, mdy or ymd, or date_order in a map")
                self._ask_which(column, "order", two, one.orders, unclear, one.open_order or one.short_year, hint)
            if order is not None:
                self.formats.orders[column.index] = order
                if one.open_order or one.orders:
                    by_order.setdefault(order, []).append(column)
            self._state_days(column, one, order)
        for order, together in by_order.items():
            self.formats.statements.append(_order_sentence(self.table, order, together, proofs.get(order)))

    def _ask_which(
        self,
        column: Column,
        about: str,
        two: str,
        proofs: dict[str, Proof],
        unclear: str,
        open_value: Proof | None,
        hint: str,
    ) -> None:
        """Ask which of two ways is meant, where the column has both or a value that may be either."""
        both = ", ".join(f"{text} ({where})" for text, where in proofs.values())
        text, where = open_value or ("", "")
        question = two.format(said=both) if len(proofs) > 1 else unclear.format(text=text, where=where)
        self.ask(column, about, question, hint)

    def _state_days(self, column: Column, one: Profile, order: str | None) -> None:
        year, start = self.given.year, 0
        if one.yearless and year:
            self.formats.years[column.index] = year
        if one.fiscal and column.split != RANGE:
            start = self.formats.fiscal[column.index] = self.given.fiscal_start or 0
        words = ", ".join(f"“{text}”" for text in one.null_days[:3])
        for holds, sentence in (
            (one.yearless and year, _("{place}: {text} and the like are of {year}, as the title says")),
            (start, _("{place}: fiscal years begin with month {month}")),
            (one.short_year and order, _("{place}: two-digit years to {last} are of 20xx, from {first} of 19xx")),
            (one.serials, _("{place}: numbers like 45017 are days as spreadsheets count them, from 1900")),
            (one.empty_times, _("{place}: days of 1899 and times without a day are empty cells")),
            (words, ngettext("{place}: {words} is not a day", "{place}: {words} are not days", len(one.null_days[:3]))),
        ):
            if holds:
                named = {"text": one.yearless, "year": year, "month": start, "words": words}
                self.state(column, sentence.format(place=_HERE, last=PIVOT, first=PIVOT + 1, **named))

    # --- numbers ---

    def _numbers(self, counted: list[tuple[Column, Profile]]) -> None:
        proofs = {sign: proof for _c, one in counted for sign, proof in one.decimals.items() if len(one.decimals) == 1}
        for column, one in counted:
            written = DECIMALS[column.numbers] if column.numbers else self.given.decimal
            decimal = written or _proven(one.decimals, one.open_number, proofs)
            if decimal is None and not one.decimals:
                # Nothing that divides, or 1.234 and 1,234 alone.
                comma = one.open_number is not None and "," in one.open_number[0] and self.table.delimiter != ";"
                decimal = "." if one.open_number is None or comma or is_chinese(self.table) else None
            if decimal is None:
                two = _("its numbers are written in two ways: {said}")
                unclear = _("it is not clear whether {text} ({where}) has thousands or decimals")
                hint = _('set numbers = "1,234.56" or "1.234,56" in a map')
                self._ask_which(column, "decimal", two, one.decimals, unclear, one.open_number, hint)
            elif decimal == ",":
                self.state(column, _("{place}: numbers are written like 1.234,56").format(place=_HERE))
            self._unit(column, one, decimal or ".")
            if column.type is Type.PERCENT and one.bare and one.fraction and not one.above_one:
                self._shares(column, one)

    def _shares(self, column: Column, one: Profile) -> None:
        """Numbers from 0 to 1 under a percentage: 0.65 is 65 % where a workbook or a map says so, else it is asked."""
        text, where = one.fraction or ("", "")
        if column.unit and column.unit.text == "%" and column.by_map:
            return
        if one.typed or (column.unit and column.unit.text == "1"):
            self.formats.shares.add(column.index)
            self.state(column, _("{place}: number cells like 0.65 are 65%").format(place=_HERE))
            return
        question = _("it is not clear whether {text} ({where}) is {share} or {percent}").format(
            text=text, where=where, share=f"{float(text) * 100:g}%", percent=f"{text}%"
        )
        hint = _('put it in a map: "{heading}" = {{ to = "{target}", unit = "1" }} for shares, unit = "%" for percent')
        hint = hint.format(heading=column.heading.text, target=column.target)
        self.ask(column, "share", question, hint)

    def _unit(self, column: Column, one: Profile, decimal: str) -> None:
        if column.type is Type.LAND:
            unit = column.unit
            self.formats.numbers[column.index] = Numbers(decimal, unit)
            if (unit and unit.measure == LAND and unit.text not in ("亩", "mu")) or one.finer:
                self.state(column, _("{place}: land is kept in 亩, rounded to a thousandth").format(place=_HERE))
            elif unit is None and one.bare:
                self.state(column, _("{place}: numbers without a unit are 亩").format(place=_HERE))
            return
        if column.type not in (Type.FIGURE, Type.QUANTITY):
            if column.type is Type.PERCENT and one.finer:
                self.state(column, _("{place}: percentages are rounded to hundredths").format(place=_HERE))
            self.formats.numbers[column.index] = Numbers(decimal, column.unit)
            return
        unit, currency, origin = money_of(column, self.given.title_unit, self.given.unit, self.given.currency)
        if column.type is Type.QUANTITY and column.unit is not None:
            unit, origin = column.unit, "heading"
        self.formats.numbers[column.index] = Numbers(decimal, unit, currency)
        if column.type is Type.FIGURE:
            self._state_money(column, one, unit, currency, origin)

    def _state_money(self, column: Column, one: Profile, unit: Unit | None, currency: str | None, origin: str) -> None:
        signs = {
            *one.signs,
            *(sign for sign in _SIGNS if sign in folded(f"{column.heading.above} {column.heading.text}")),
        }
        if "$" in signs and currency is None and not column.currency and self._is_of_another_dollar():
            hint = _("give --currency, or currency in a map")
            question = _("“$” is the sign of several currencies, and it is not clear which one is meant")
            self.ask(column, "currency", question, hint)
            return
        for sign in sorted(signs):
            if sign == "$" and re.search(r"[a-z]\$", folded(column.heading.text)):
                continue
            self.state(
                column,
                _("{place}: “{sign}” is read as {currency}").format(
                    place=_HERE, sign=sign, currency=currency_for(sign, currency)
                ),
            )
        kind = column.target.kind
        usual = sorted(one.sizes)[len(one.sizes) // 2] if len(one.sizes) > 2 else 0
        most = MOST_MONEY.get(currency or "", MOST_OF_OTHERS)
        if (
            unit
            and unit.power
            and origin in ("heading", "title")
            and usual * 10**unit.power > most
            and not column.by_map
        ):
            question = _("half of its amounts are above {number}, which as {unit} is more than a project costs")
            hint = _('give the unit in a map: "{heading}" = {{ to = "{target}", unit = "{currency}" }}, or "{unit}"')
            names = {"heading": column.heading.text, "target": column.target.open, "currency": currency or "CNY"}
            question = question.format(number=f"{usual:,.0f}", unit=unit)
            self.ask(column, "size", question, hint.format(unit=unit, **names))
            return
        if (part := unread_unit(column.heading.text)) and origin != "heading" and one.bare and not column.by_map:
            question = _("“{part}” is not a unit of amounts that is known").format(part=part)
            hint = _('give it in a map: "{heading}" = {{ to = "{target}", unit = "万元" }}, or £m, USD bn …')
            hint = hint.format(heading=column.heading.text, target=column.target.open)
            self.ask(column, "unit", question, hint)
            return
        beside = {other.target.field for other in self.columns if other.target.kind == kind}
        if not one.bare or "unit" in beside:
            return
        united = self._united() if unit is None and not self.given.unit else None
        if united is not None and "currency" not in beside:
            question = _("no unit is named, while “{heading}” is in {unit}").format(heading=united[0], unit=united[1])
            hint = _("give --unit 元, 万元, £m …, or the unit of the column in a map")
            self.ask(column, "unit", question, hint)
        elif currency is None and "currency" not in beside:
            hint = _("give --currency, or currency in a map")
            self.ask(column, "currency", _("no currency is named"), hint)
        elif unit is None and "currency" not in beside:
            self.state(
                column, _("{place}: numbers without a unit are whole {currency}").format(place=_HERE, currency=currency)
            )
        elif origin in ("title", "option"):
            word = {"title": _("the title"), "option": _("the unit asked for")}[origin]
            self.state(
                column, _("{place}: numbers are in {unit}, after {origin}").format(place=_HERE, unit=unit, origin=word)
            )

    def _is_of_another_dollar(self) -> bool:
        """Whether the words around a table speak of a country, or a language, whose $ is rather not the US dollar."""
        headings = " ".join(one.text for one in self.table.headings)
        around = unaccented(" ".join((*self.table.title, self.table.sheet, self.table.name, headings))).casefold()
        words = re.sub("[^a-z]+", " ", around)
        return _PLACES.search(words) is not None or len(set(_SPANISH.findall(words))) > 1

    def _united(self) -> tuple[str, Unit] | None:
        """A heading of the table that names a unit other than the currency's own, and the unit."""
        for heading in self.table.headings:
            unit = split_unit(heading.text, configured=self.given.currency)[1]
            # A letter amid a text, as in “point (b) of Article 96”, is none.
            amid = (
                unit is not None
                and unit.text in ("b", "m", "k")
                and not re.search(rf"\W{unit.text}\W*\Z", heading.text, re.I)
            )
            if unit is not None and unit.measure == MONEY and unit.power and not amid:
                return heading.text, unit
        return None

    # --- two columns of one field ---

    def _twice(self) -> None:
        """Of two columns of one field the filled one is read; where both are filled and differ it is asked."""
        for columns in same_field(self.columns):
            conflict = self._conflict(columns)
            letters = ", ".join(column.heading.letter for column in columns)
            target = columns[0].target
            if conflict is None:
                self.formats.statements.append(
                    _("the columns {letters} are both {target}: the filled one is read").format(
                        letters=letters, target=target
                    )
                )
                continue
            question = _("the columns {letters} are both {target}, and they differ ({cells})").format(
                letters=letters, target=target, cells=conflict
            )
            hint = _("name the one that counts in a map, and “skip” for the other")
            self.formats.problems.append(asked(columns, self.table, "twice", question, hint))
            self.formats.asked.update(column.index for column in columns)

    def _conflict(self, columns: list[Column]) -> str | None:
        """The first row where two of the columns are filled and differ: their cells with their texts."""
        for number, row in self.table.rows():
            filled = [
                (column, row[column.index])
                for column in columns
                if (text := text_of(row[column.index])) and null_value(text) is None
            ]
            if any(self._meant(*one) != self._meant(*other) for one, other in pairwise(filled)):
                return ", ".join(
                    f"{self.table.address(number, column.index)} {text_of(cell)}" for column, cell in filled
                )
        return None

    def _meant(self, column: Column, cell: Any) -> Any:
        """What two cells of one field are compared by: 10000 in 万元 is 1 in 亿元, and a country has several names."""
        if column.index not in self._readers:
            self._readers[column.index] = reader_of(column, column.target, self.formats, None)
        try:
            read = self._readers[column.index](cell)
        except ValueRefused:
            return folded(text_of(cell))
        return folded(read) if isinstance(read, str) else read


def _proven(own: dict[str, Proof], open_value: Proof | None, all_proofs: dict[str, Proof]) -> str | None:
    """What the values of a column prove; where they leave it open, what all proofs of the table agree on."""
    proofs = own or (all_proofs if open_value else {})
    return next(iter(proofs)) if len(proofs) == 1 else None


def is_chinese(table: Table) -> bool:
    """Whether a heading or a title of the table is Chinese."""
    return any(map(has_chinese, (*(heading.text for heading in table.headings), *table.title)))


def _place_of(table: Table, column: Column) -> str:
    """What a column of the table is called: column F, or row 9 where fields run down."""
    form = _("row {name}") if table.transposed else _("column {name}")
    return form.format(name=column.heading.letter)


def _order_sentence(table: Table, order: str, columns: list[Column], proof: Proof | None) -> str:
    places = ", ".join(_place_of(table, column) for column in columns)
    name = {DMY: _("day first"), MDY: _("month first"), YMD: _("year first")}[order]
    if proof is None:
        return _("{places}: days are written {order}").format(places=places, order=name)
    return _("{places}: days are written {order}, because of {text} in {where}").format(
        places=places, order=name, text=proof[0], where=proof[1]
    )
