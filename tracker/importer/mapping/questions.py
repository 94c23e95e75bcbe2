"""What a person at a terminal is asked about the columns of a file, and the map that the answers make.

Three things are asked: what the file leaves open (the order of day and month, a currency, a period), whether a guess is
right, and what columns of money and of days are whose headings say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tracker.dates.cells import ORDERS
from tracker.i18n import _, language
from tracker.importer.mapping import maps
from tracker.importer.mapping.cells import text_of
from tracker.importer.mapping.columns import Column, Question, Values
from tracker.importer.mapping.headings import MONEY, is_aside, split_unit
from tracker.importer.mapping.maps import Map
from tracker.importer.mapping.references import Target, parse_target
from tracker.importer.mapping.understand import Reading
from tracker.importer.readers.table import Heading, Table
from tracker.models.fields import Type
from tracker.text import shorten
from tracker.vocabulary import CAPITAL_KINDS, MILESTONES

# What columns of each sort may be, the likeliest first; a word is offered where no column names the projects.
_OFFERED = {
    "amount": "capital[total].figure|capital[plan].figure|capital[completed].figure|capital[paid].figure",
    "day": "milestone[under_construction baseline].on|milestone[under_construction actual].on"
    "|milestone[completed baseline].on|milestone[completed forecast].on|milestone[completed actual].on",
    "percent": "review.physical",
    "word": "project.name|project.code|project.company",
}
_CURRENCIES = ("CNY", "USD", "EUR", "GBP")
_SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its words, and the map that says it."""

    words: str
    says: Map

    @property
    def line(self) -> str:
        """The line of a map that says it."""
        return maps.dump_map(self.says).strip().splitlines()[-1]


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """What is asked of a column: its name, two of its values, the question, and the answers to choose from.

    `question` is "" where it is what the column is. `leave_out` is the map that skips the column. `free` names what of
    a map a typed answer says: currency, unit or as_of; `guess` says that an empty answer takes the first choice.
    """

    column: str
    samples: tuple[str, ...]
    question: str
    choices: tuple[Choice, ...]
    leave_out: Map
    free: str = ""
    guess: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether nothing tells what the column is."""
        return not (self.question or self.guess)


def questions(reading: Reading, mapping: Map) -> list[ColumnQuestion]:
    """What is open in a reading by `mapping`, in the order of the columns."""
    table = reading.table
    problems = [problem for problem in reading.problems if isinstance(problem, Question)]
    found = [(problem.columns[0].index, _open(table, problem)) for problem in problems]
    found += [(column.index, _guessed(table, column)) for column in reading.columns if column.guess]
    # Where a column says whose the row is, a name beside it would make projects of their own.
    named = any("project" in (column.target.kind, column.target.field) for column in reading.columns)
    values = Values(table)
    open_columns = {column.index for problem in problems for column in problem.columns}
    for heading in reading.ignored:
        if not (_is_skipped(heading, mapping) or heading.index in open_columns or is_aside(heading.text)):
            unit = split_unit(key_of(heading))[1]
            # Bare numbers may be days as spreadsheets count them, and are rather codes.
            dated = not all(text.isdigit() for text in _samples(table, heading.index))
            sorts = [
                *(["day"] if dated else []),
                *(["amount"] if unit and unit.measure == MONEY else []),
                *([] if named else ["word"]),
            ]
            targets = [target for sort in sorts for target in _targets(sort) if values.fit(heading.index, target)]
            if targets:
                found.append((heading.index, _menu(table, heading, targets, guess=False)))
    return [question for _index, question in sorted(found, key=lambda one: one[0])]


def answered(mapping: Map, says: Map) -> Map:
    """A map with what another one says beside it or in its place."""
    given = {name: getattr(says, name) for name in ("currency", "unit", "as_of") if getattr(says, name)}
    columns = {**mapping.columns, **says.columns}
    return replace(mapping, **given, columns=columns, constants=(*mapping.constants, *says.constants))


def target_words(target: Target) -> str:
    """What a target is called in a menu."""
    if target.kind == "capital" and target.select:
        return CAPITAL_KINDS[target.select[0]].name(language())
    if target.kind == "milestone" and target.select:
        what = {"baseline": _("planned"), "forecast": _("forecast"), "actual": _("actual")}
        milestone, *words = target.select
        called = MILESTONES[milestone].name(language()) if milestone in MILESTONES else milestone
        return " ".join([called, *(what.get(word, word) for word in words)])
    names = {
        "project.name": _("name of the project"),
        "project.code": _("code of the project"),
        "project.company": _("company"),
        "review.physical": _("physical progress"),
    }
    return names.get(str(target), str(target))


def _open(table: Table, problem: Question) -> ColumnQuestion:
    """A question that the file leaves open."""
    columns = problem.columns
    choices: Iterable[tuple[str, Map]] = ()
    free = {"currency": "currency", "unit": "unit", "period": "as_of"}.get(problem.about, "")
    match problem.about:
        case "order":
            words = {"dmy": _("day first"), "mdy": _("month first"), "ymd": _("year first")}
            choices = [(words[order], _columns_say(columns, date_order=order)) for order in ORDERS]
        case "decimal":
            choices = [(style, _columns_say(columns, numbers=style)) for style in ("1,234.56", "1.234,56")]
        case "share":
            choices = [
                (_("shares: 0.65 is 65%"), _columns_say(columns, unit="1")),
                (_("percentages: 0.65 is 0.65%"), _columns_say(columns, unit="%")),
            ]
        case "currency":
            choices = [(code, Map(currency=code)) for code in _CURRENCIES]
        case "kind":
            kinds = [kind for kind in CAPITAL_KINDS if kind.code != "total"]
            of = Target("capital", "kind")
            choices = [(kind.name(language()), Map(constants=((of, kind.code),))) for kind in kinds]
        case "twice":
            choices = [
                (
                    f"{column.heading.text} ({column.heading.letter})",
                    Map(columns={**_skip(*columns).columns, **_columns_say([column]).columns}),
                )
                for column in columns
            ]
    return ColumnQuestion(
        _names(columns),
        tuple(sample for column in columns[:1] for sample in _samples(table, column.index)),
        problem.problem,
        tuple(Choice(*choice) for choice in choices),
        _skip(*columns),
        free,
    )


def _guessed(table: Table, column: Column) -> ColumnQuestion:
    target = column.target.open
    kinds = {Type.FIGURE: "amount", Type.PERIOD: "day", Type.DAY: "day", Type.PERCENT: "percent"}
    sort = kinds.get(target.known.type, "word") if target.known else "word"
    return _menu(table, column.heading, [target, *(one for one in _targets(sort) if one != target)], guess=True)


def _menu(table: Table, heading: Heading, targets: list[Target], *, guess: bool) -> ColumnQuestion:
    choices = (Choice(target_words(one), Map(columns={key_of(heading): maps.Column((one,))})) for one in targets)
    leave_out = Map(columns={key_of(heading): maps.Column()})
    samples = tuple(_samples(table, heading.index))
    return ColumnQuestion(_name(heading), samples, "", tuple(choices), leave_out, guess=guess)


def key_of(heading: Heading) -> str:
    """A heading as a map names it."""
    return f"{heading.above} / {heading.text}" if heading.above else heading.text


def _columns_say(columns: Iterable[Column], *, unit: str = "", date_order: str = "", numbers: str = "") -> Map:
    return Map(
        columns={
            key_of(column.heading): maps.Column(
                tuple(target if column.by_map else target.open for target in column.targets),
                unit or (column.unit.text if column.unit and column.by_map else ""),
                column.currency,
                date_order or column.order or "",
                numbers or column.numbers or "",
                column.split,
            )
            for column in columns
        }
    )


def _skip(*columns: Column) -> Map:
    return Map(columns={key_of(column.heading): maps.Column() for column in columns})


def _is_skipped(heading: Heading, mapping: Map) -> bool:
    return any(key in mapping.columns for key in (key_of(heading), heading.text))


def _targets(sort: str) -> list[Target]:
    return [parse_target(text) for text in _OFFERED[sort].split("|")]


def _names(columns: Iterable[Column]) -> str:
    return _(", ").join(_name(column.heading) for column in columns)


def _name(heading: Heading) -> str:
    return _("column {letter} “{heading}”").format(letter=heading.letter, heading=shorten(key_of(heading), 40))


def _samples(table: Table, index: int) -> Iterator[str]:
    """The first different values of a column."""
    seen: set[str] = set()
    for _number, cells in table.rows():
        text = text_of(cells[index])
        if text and text not in seen:
            seen.add(text)
            yield shorten(text, 20)
        if len(seen) >= _SAMPLES:
            return
