"""The bulletin 通报 of a month: its values, as templates and formats get them, and its text from a template."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from tracker.analysis.completion import Ratio, competition_ranks, gap_points, inside, points_between
from tracker.analysis.forecast import moves
from tracker.analysis.milestones import Milestone
from tracker.analysis.targets import months_left, needed_a_month
from tracker.database import Reader
from tracker.dates import Period
from tracker.errors import UsageError
from tracker.i18n import _, language
from tracker.money import AUTO, Figure, Unit, exactness, format_figure, plain, turned
from tracker.money import Money as Exact
from tracker.money.quantities import Quantity, format_quantity
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.companies import IndicatorRow
from tracker.reports.capital_sums import group_amounts
from tracker.reports.four_rates import Planned, is_rate_target
from tracker.reports.grouping import group_title, group_word
from tracker.reports.missing import news_of
from tracker.reports.month import Item, Month, Part, parts
from tracker.reports.month import Month as Facts
from tracker.reports.monthly import money_cells
from tracker.reports.portfolio import ProjectState, family
from tracker.reports.progress import latest_reviews
from tracker.reports.report import Amounts, Cell, Column, Kind, Report, Row
from tracker.reports.requests import NamedRequest, named_requests
from tracker.reports.restated import in_words, restated_in
from tracker.reports.targets import Line, against, chosen, groups, indicator_term, lines_of, quantity_of, subject_name
from tracker.reports.words import country, figures_to_cell, light_cell, name_of, term
from tracker.text import show
from tracker.vocabulary import CONDITIONS, ENDED, LIGHTS, STAGES, Term, milestone_term

# A sentence has words where a table has marks; each is read back as the same qualifier.
QUALIFIERS = {
    "zh": {"exact": "", "about": "约", "nearly": "近", "over": "超", "at_most": "不超过"},
    "en": {"exact": "", "about": "about ", "nearly": "nearly ", "over": "over ", "at_most": "at most "},
}
# Of a sum that is partial, and of what follows from bounds.
_AT_LEAST = {"zh": "至少", "en": "at least "}
_COVERED = {"zh": "（{of}个中{known}个有数）", "en": " (known for {known} of {of})"}
_SPANS = {"zh": "{}至{}", "en": "{} to {}"}
_LISTED = {"zh": ("、", "、"), "en": (", ", " and ")}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


# Between a name and what is printed beside it, until the text is whole.
APART = "\x1f"
_RUN_ON = re.compile(f"(?<=[0-9A-Za-z]){APART}+(?=[0-9A-Za-z])")


class Word(str):
    """Words from outside, such as a name; printed, they do not run on into a letter or a digit beside them."""

    __slots__ = ()

    def __str__(self) -> str:
        return "".join((APART, self, APART))


def apart(text: str) -> str:
    """A text with a blank where a name would have run on: Toray line 3 and 55.0% are no “line 355.0%”."""
    return _RUN_ON.sub(" ", text).replace(APART, "")


@dataclass(frozen=True, slots=True)
class Worded:
    """A value that is printed as its text."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Number(Worded):
    """A share (1 = 100 %), a number of months, …; `value` as files hold it."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Gap(Worded):
    """The gap to time progress in percentage points: `size` is without sign, `side` is ahead, behind or even."""

    value: Decimal
    size: str
    side: str


@dataclass(frozen=True, slots=True)
class Growth(Worded):
    """What was completed against the year `before`, both to one `day` of their years, which is in this year.

    `value` is the growth as a share; `size` is it in percent without sign, `side` is up, down or even.
    """

    value: Decimal
    size: str
    side: str
    before: Amount | None
    day: Day


@dataclass(frozen=True, slots=True)
class Money(Worded):
    """One figure with its qualifier; `amount` and `currency` are None where it is unknown or withheld."""

    amount: Decimal | None
    currency: str | None
    qualifier: str
    availability: str


@dataclass(frozen=True, slots=True)
class Amount(Worded):
    """A figure a currency, never added; the text ends with the coverage: `known` of `of` projects have a figure.

    `bare` is the text without the coverage.
    """

    bare: str
    figures: tuple[Money, ...]
    known: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class Day(Worded):
    """A day, or the range of days it is known to lie in; both in ISO form."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class MonthValues(Worded):
    """A calendar month."""

    year: int
    number: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """How values become words.

    `number` prints a number of a kind for people, `exact` for files; `words` makes words from outside harmless for
    where they are going.
    """

    number: Callable[[Fraction, Kind], str]
    exact: Callable[[Fraction, Kind], str]
    words: Callable[[str], str]
    unit: Unit = AUTO
    decimals: int | None = 2

    def measured(self, value: Fraction | None, kind: Kind = Kind.RATIO) -> Number | None:
        """A number; one that is not exact is qualified in words."""
        if value is None:
            return None
        plain_value = Fraction(value)
        return Number(_word(value) + self.number(plain_value, kind), Decimal(self.exact(plain_value, kind)))

    def gap(self, value: Fraction | None) -> Gap | None:
        """A gap; one that is printed as nothing is even."""
        if value is None:
            return None
        text = self.number(Fraction(value), Kind.POINTS)
        side = "ahead" if text.startswith("+") else "behind" if text.startswith("-") else "even"
        # What is at least 3 points behind as a signed number is at most 3 points behind in words.
        size = _word(value, is_turned=side == "behind") + text.lstrip("+-")
        return Gap(_word(value) + text, Decimal(self.exact(value, Kind.POINTS)), size, side)

    def growth(self, value: Fraction | None, before: Cell, on: Period) -> Growth | None:
        """A growth to a day; one that is printed as nothing is even."""
        number = self.measured(value)
        if number is None or value is None:
            return None
        bare = self.number(abs(Fraction(value)), Kind.RATIO)
        side = "even" if not bare.strip("0.%") else "up" if value > 0 else "down"
        size = _word(value, is_turned=side == "down") + bare
        return Growth(number.text, number.value, size, side, self.amount(before), day(on))

    def money(self, figure: Figure, *, partial: bool = False) -> Money:
        """A figure; a partial one is at least that."""
        lang = language()
        # The qualifier is written in words here, so the mark of a table is left out.
        bare = Figure(figure.money, "exact", figure.availability)
        amount = format_figure(bare, unit=self.unit, lang=lang, decimals=self.decimals)
        is_least = partial and figure.qualifier == "over"
        text = (_AT_LEAST[lang] if is_least else QUALIFIERS[lang][figure.qualifier]) + amount
        number = Decimal(plain(figure.money)) if figure.money else None
        return Money(
            text, number, figure.money.currency if figure.money else None, figure.qualifier, figure.availability
        )

    def amount(self, cell: Cell) -> Amount | None:
        """The cell of a table; None where it has no figure."""
        if not isinstance(cell, Amounts) or not cell.figures:
            return None
        figures = tuple(self.money(figure, partial=cell.state == "partial") for figure in cell.figures)
        bare = listed([one.text for one in figures])
        return Amount(bare + _coverage(cell), bare, figures, cell.known, cell.of)

    def label(self, text: str | None) -> str | None:
        """Words from outside."""
        return self.words(text) if text else None


def day(period: Period) -> Day:
    """A day as the language writes it; days that are no months of a year are written from the first to the last."""
    lang = language()
    text = period.display(lang)
    if ".." in text:
        months = all(len(part) == len("2023-01") for part in text.split(".."))
        ends = text.split("..") if months else [Period.day(one).display(lang) for one in (period.first, period.last)]
        text = _SPANS[lang].format(*ends)
    return Day(text, period.first.isoformat(), period.last.isoformat())


def month(period: Period) -> MonthValues:
    """A month as a heading writes it: 2023年6月, June 2023."""
    year, number = period.first.year, period.first.month
    text = period.display("zh") if language() == "zh" else f"{_MONTHS[number - 1]} {year}"
    return MonthValues(text, year, number)


def listed(texts: Sequence[str]) -> str:
    """Several texts in one sentence: a、b、c, or a, b and c."""
    comma, last = _LISTED[language()]
    return last.join(part for part in (comma.join(texts[:-1]), *texts[-1:]) if part)


def _word(value: Fraction, *, is_turned: bool = False) -> str:
    """What stands before a number that is no exact one."""
    if not isinstance(value, Ratio):
        return ""
    qualifier = turned(value.qualifier) if is_turned else value.qualifier
    return _AT_LEAST[language()] if qualifier == "over" else QUALIFIERS[language()][qualifier]


def _coverage(cell: Amounts) -> str:
    if cell.known is None or cell.of is None or cell.known >= cell.of:
        return ""
    return _COVERED[language()].format(known=cell.known, of=cell.of)


# What a bulletin holds a project to.
PROMISED = ("under_construction", "completed", "in_production")


@dataclass(frozen=True, slots=True)
class Event:
    """A project that came to something on a day; printed, it is the project's name."""

    project: Project
    on: Day

    def __str__(self) -> str:
        return str(self.project)


@dataclass(frozen=True, slots=True)
class Events:
    """What surely happened in the month, in the order of days; `unclear` more is dated too vaguely to say.

    `total` is the total investment of these projects.
    """

    every: tuple[Event, ...]
    unclear: int
    total: Amount | None


@dataclass(frozen=True, slots=True)
class Halted:
    """A project that was suspended, terminated or lost, or closed, in the month, and why."""

    project: Project
    on: Day
    condition: str
    condition_name: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Missed:
    """A milestone whose `due` day went by in the month without being reached.

    `by` is the baseline or the latest forecast, whichever it follows from; `forecast` is a later day now expected.
    """

    project: Project
    milestone: str
    name: str
    due: Day
    by: str
    forecast: Day | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A forecast of the month that is later than the word before, by `days`; `slip` is in days against the baseline."""

    project: Project
    milestone: str
    name: str
    before: Day
    after: Day
    days: int
    slip: int | None


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is open past its due day, by `days`."""

    number: int
    title: str
    code: str | None
    company: str | None
    owner: str | None
    due: Day
    days: int


@dataclass(frozen=True, slots=True)
class Requests:
    """How many requests are on record, were raised and closed in the month, and are open at its end.

    Those `overdue` come the longest first.
    """

    every: int
    raised: int
    closed: int
    open: int
    overdue: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What the month's last progress report says of a project, and how it judged it (green, yellow, red or None)."""

    project: Project
    text: str
    light: str | None
    light_name: str | None


def signed(facts: Month, projects: Projects) -> Events:
    """The projects first signed in the month."""
    return _events(facts, projects, lambda one: one.reached("signed"))


def started(facts: Month, projects: Projects) -> Events:
    """The projects on whose site work was first seen in the month."""
    return _events(facts, projects, lambda one: one.started)


def reached(facts: Month, projects: Projects, stage: str) -> Events:
    """The projects that first came to a stage in the month."""
    return _events(facts, projects, lambda one: one.reached(stage))


def _events(facts: Month, projects: Projects, when: Callable[[ProjectState], Period | None]) -> Events:
    days = [(one, on, inside(on, facts.period)) for one in facts.states if (on := when(one))]
    found = sorted(((on.first, on.last, place), one, on) for place, (one, on, sure) in enumerate(days) if sure)
    totals = {item.line.project_id: item.line.total for item in facts.items}
    tree = family(one for _key, one, _on in found)
    return Events(
        tuple(Event(projects.of(one), day(on)) for _key, one, on in found),
        sum(1 for _one, _on, sure in days if sure is None),
        projects.spelling.amount(group_amounts(tree, totals)),
    )


def halted(facts: Month, projects: Projects) -> Iterator[Halted]:
    """The projects that came to stand still or ended in the month, and still do."""
    for one in facts.states:
        if one.condition == "active":
            continue
        event = one.conditions[-1]
        on, condition = event.period, term(CONDITIONS, one.condition)
        if on and condition and inside(on, facts.period):
            name, reason = condition.name(language()), projects.spelling.label(event.reason)
            yield Halted(projects.of(one), day(on), condition.code, name, reason)


def missed(facts: Month, projects: Projects) -> Iterator[Missed]:
    """The starts, completions and commissionings of running projects that the month was to bring and did not."""
    for one in sorted(facts.states, key=projects.place):
        for milestone in one.milestones if one.condition not in ENDED else ():
            if not milestone.is_open or milestone.code not in PROMISED:
                continue
            if promise := _promise(milestone, facts.period):
                by, due = promise
                expected = milestone.expected
                later = day(expected) if expected and expected.last > due.last else None
                yield Missed(
                    projects.of(one), milestone.code, _milestone_name(milestone, projects), day(due), by, later
                )


def _promise(milestone: Milestone, month: Period) -> tuple[str, Period] | None:
    """The baseline, else the latest forecast, if it ends in the month."""
    forecast = milestone.forecasts[-1][1] if milestone.forecasts else None
    for by, on in (("baseline", milestone.baseline), ("forecast", forecast)):
        if on and month.contains(on.last):
            return by, on
    return None


def overdue(facts: Month) -> int:
    """How many milestones of running projects are past the day they are expected on at the end of the month."""
    return sum(
        1
        for one in facts.states
        for milestone in one.milestones
        if one.condition not in ENDED and milestone.overdue(facts.as_of.day)
    )


def moved(facts: Month, projects: Projects) -> Iterator[Moved]:
    """The forecasts made in the month that put a milestone off, the longest first."""
    found = [
        (days, one, milestone, before.on, move)
        for one in facts.states
        for milestone in one.milestones
        for before, move in pairwise(moves(milestone))
        if move.what == "forecast" and move.made and facts.period.contains(move.made)
        if (days := move.moved or 0) > 0
    ]
    for days, one, milestone, before, move in sorted(found, key=lambda item: -item[0]):
        name = _milestone_name(milestone, projects)
        yield Moved(projects.of(one), milestone.code, name, day(before), day(move.on), days, move.slip)


def _milestone_name(milestone: Milestone, projects: Projects) -> str:
    return projects.spelling.words(milestone_term(milestone.code, milestone.title).name(language()))


def requests(reader: Reader, facts: Month, filters: Filters, spelling: Spelling) -> Requests:
    """The requests of the projects and companies that match, up to the end of the month."""
    every = named_requests(reader, facts.as_of, filters)
    late = [(one.row.overdue(facts.as_of.day), one) for one in every]
    longest = sorted((pair for pair in late if pair[0]), key=lambda pair: (-pair[0], pair[1].row.request_id))
    return Requests(
        len(every),
        sum(1 for one in every if facts.period.contains(one.row.raised)),
        sum(1 for one in every if one.row.closed and facts.period.contains(one.row.closed)),
        sum(1 for one in every if not one.row.closed),
        tuple(request for days, one in longest if (request := _request(one, days, spelling))),
    )


def _request(one: NamedRequest, days: int, spelling: Spelling) -> Request | None:
    row = one.row
    if row.due is None:
        return None
    due, company = day(Period.day(row.due)), spelling.label(one.company.name(language()) if one.company else None)
    return Request(
        row.request_id,
        spelling.words(row.title),
        spelling.label(one.code),
        company,
        spelling.label(row.owner),
        due,
        days,
    )


def problems(reader: Reader, facts: Month, projects: Projects) -> Iterator[Problem]:
    """What the progress reports of the month say last of each project, in the order of the month's table."""
    latest = latest_reviews(reader, facts.as_of, facts.period)
    for one in sorted(facts.states, key=projects.place):
        review = latest.get(one.row.project_id)
        if review and review.text:
            light = term(LIGHTS, review.light)
            name = light.name(language()) if light else None
            yield Problem(projects.of(one), projects.spelling.words(review.text), review.light, name)


# How many places from the top and from the bottom are named, where there are at least twice as many.
PLACES = 3


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the month's table has it; printed, it is its name. `light` is green, yellow, red or None.

    `rank` is that among the projects that have a completion; the amounts of one that has ended are left out.
    """

    code: str
    name: str
    company: str | None
    owner: str | None
    site: str | None
    grid: str | None
    chain: str | None
    stage: str | None
    total: Amount | None
    plan: Amount | None
    this_month: Amount | None
    year_to_date: Amount | None
    completion: Number | None
    gap: Gap | None
    light: str | None
    light_name: str | None
    rank: int | None

    def __str__(self) -> str:
        return str(self.name)


@dataclass(frozen=True, slots=True)
class Group:
    """The projects of an owner, site, chain or grid together; printed, it is its name, None for those without one."""

    name: str | None
    projects: int
    plan: Amount | None
    this_month: Amount | None
    year_to_date: Amount | None
    completion: Number | None
    gap: Gap | None
    red: int
    yellow: int
    rank: int | None

    def __str__(self) -> str:
        return str(self.name or "")


@dataclass(frozen=True, slots=True)
class Ranking:
    """Who competes by completion of the year, the best first; equals share a rank.

    `best` and `worst` are up to three places from the top and from the bottom, and more where some are equal; `equal`
    says that all are. `unranked` more have no completion, or no name.
    """

    every: tuple[Group | Project, ...]
    best: tuple[Group | Project, ...]
    worst: tuple[Group | Project, ...]
    equal: bool
    unranked: int


@dataclass(frozen=True)
class Projects:
    """The projects of a month as a bulletin names them, each made once."""

    facts: Month
    spelling: Spelling

    def of(self, one: ProjectState) -> Project:
        """The project of a state."""
        item = self._items.get(one.row.project_id)
        return self._shown[one.row.project_id] if item else self._project(one, None)

    def place(self, one: ProjectState) -> int:
        """Where the project stands in the month's table, worst first; last what is not in it."""
        return self._places.get(one.row.project_id, len(self._places))

    @cached_property
    def _items(self) -> dict[int, Item]:
        return {item.line.project_id: item for item in self.facts.items}

    @cached_property
    def _places(self) -> dict[int, int]:
        return {project: place for place, project in enumerate(self._items)}

    @cached_property
    def _ranks(self) -> dict[int, int | None]:
        return competition_ranks({project: item.line.completion for project, item in self._items.items()})

    @cached_property
    def _shown(self) -> dict[int, Project]:
        return {project: self._project(item.line.state, item) for project, item in self._items.items()}

    def _project(self, one: ProjectState, item: Item | None) -> Project:
        row, spelling, line = one.row, self.spelling, item.line if item else None
        light = term(LIGHTS, line.light.colour) if line and line.light.colour != "grey" else None
        stage = term(STAGES, one.stage)
        return Project(
            code=spelling.words(row.code),
            name=spelling.words(name_of(row.name, row.name_en)),
            company=spelling.label(name_of(row.company, row.company_en) if row.company else None),
            owner=spelling.label(row.owner),
            site=spelling.label(row.site),
            grid=spelling.label(row.grid),
            chain=spelling.label(row.chain),
            stage=_name(stage),
            total=spelling.amount(line.total.cell()) if line else None,
            plan=spelling.amount(line.plan.cell()) if line else None,
            this_month=spelling.amount(item.month.cell()) if item else None,
            year_to_date=spelling.amount(line.completed.cell()) if line else None,
            completion=spelling.measured(line.completion) if line else None,
            gap=spelling.gap(line.gap) if line else None,
            light=light.code if light else None,
            light_name=_name(light),
            rank=self._ranks.get(row.project_id),
        )


def ranked_projects(facts: Month, projects: Projects) -> Ranking:
    """The projects by completion of the year."""
    found = [(item.line.completion, projects.of(item.line.state)) for item in facts.items]
    return _ranking([(value, one) for value, one in found if value is not None], len(found))


def ranked_groups(reader: Reader, facts: Month, by: str, spelling: Spelling) -> Ranking:
    """The groups by completion of the year; projects without a group compete with nobody."""
    found = parts(reader, facts, by)
    completions = {place: part.month.completion if part.label is not None else None for place, part in enumerate(found)}
    ranks = competition_ranks(completions)
    groups = [(completions[place], _group(part, ranks[place], spelling)) for place, part in enumerate(found)]
    return _ranking([(value, one) for value, one in groups if value is not None], len(groups))


def _group(part: Part, rank: int | None, spelling: Spelling) -> Group:
    cells, completion = money_cells(part.month), part.month.completion
    label = part.label.name(language()) if isinstance(part.label, Term) else part.label
    return Group(
        name=spelling.label(label),
        projects=len(part.month.items),
        plan=spelling.amount(cells["plan"]),
        this_month=spelling.amount(cells["month"]),
        year_to_date=spelling.amount(cells["year_to_date"]),
        completion=spelling.measured(completion),
        gap=spelling.gap(gap_points(completion, part.month.elapsed)),
        red=part.month.lit("red"),
        yellow=part.month.lit("yellow"),
        rank=rank,
    )


def _ranking(valued: Sequence[tuple[Fraction, Group | Project]], of: int) -> Ranking:
    every = sorted(valued, key=lambda pair: -pair[0])
    values = [value for value, _one in every]
    best, worst = ends(values)
    return Ranking(
        tuple(one for _value, one in every),
        tuple(one for value, one in every if value in best),
        tuple(one for value, one in reversed(every) if value in worst),
        len(values) > 1 and values[0] == values[-1],
        of - len(every),
    )


def ends(values: Sequence[Fraction]) -> tuple[set[Fraction], set[Fraction]]:
    """The values of the best and of the worst places, given highest first.

    A value that is at both ends belongs to neither, unless it is the highest or the lowest of all.
    """
    count = min(PLACES, len(values) // 2)
    if not count or values[0] == values[-1]:
        return set(), set()
    top, bottom = values[count - 1], values[-count]
    best = {value for value in values if value >= top and (value > bottom or value == values[0])}
    worst = {value for value in values if value <= bottom and (value < top or value == values[-1])}
    return best, worst


def _name(word: Term | None) -> str | None:
    return word.name(language()) if word else None


@dataclass(frozen=True, slots=True)
class Target:
    """What one subject is to reach in a period: `target` at least or at most, or `stretch`, or both.

    `actual` is what is recorded so far, up to `actual_of` where that is a part of the period; `needed` and
    `needed_stretch` are what each month left has to bring, None where they are reached.
    """

    subject: str
    indicator: str
    period: Day
    at_most: bool
    target: str | None
    stretch: str | None
    actual: str | None
    actual_of: Day | None
    attained: Number | None
    attained_stretch: Number | None
    needed: str | None
    needed_stretch: str | None


def targets(reader: Reader, as_of: AsOf, filters: Filters, spelling: Spelling) -> Iterator[Target]:
    """The targets inside the year of the day asked about, as the report on targets has them.

    Those of the four rates are left out: they stand beside the rates.
    """
    rows = chosen(reader, as_of, filters)
    for line in _lines(rows, as_of):
        if not any(is_rate_target(row) for row in line.targets):
            yield _target(line, as_of, spelling)


def rate_goals(reader: Reader, as_of: AsOf, filters: Filters, spelling: Spelling) -> Iterator[Target]:
    """The targets of the year that are set for one of the four rates."""
    for line in _lines(chosen(reader, as_of, filters), as_of):
        if any(is_rate_target(row) for row in line.targets):
            yield _target(line, as_of, spelling)


def _lines(rows: list[IndicatorRow], as_of: AsOf) -> Iterator[Line]:
    for group in groups(rows):
        for line in lines_of(group, Period.year(as_of.day.year)):
            if line.targets:
                yield line


def _target(line: Line, as_of: AsOf, spelling: Spelling) -> Target:
    first, actual = line.rows[0], line.actual
    attained, _gap, needed = against(line, line.floor, as_of.day)
    attained_stretch, _gap, needed_stretch = against(line, line.stretch, as_of.day)
    indicator = indicator_term(first.indicator)
    return Target(
        subject=spelling.words(subject_name(first)),
        indicator=spelling.words(indicator.name(language()) if indicator else first.indicator),
        period=day(line.on),
        at_most=line.targets[0].direction == "at_most",
        target=_of_row(line.floor, spelling),
        stretch=_of_row(line.stretch, spelling),
        actual=_quantity(actual.quantity, spelling) if actual else None,
        actual_of=day(actual.on) if actual and actual.on != line.on else None,
        attained=spelling.measured(attained),
        attained_stretch=spelling.measured(attained_stretch),
        needed=_cell(needed, spelling),
        needed_stretch=_cell(needed_stretch, spelling),
    )


def _of_row(row: IndicatorRow | None, spelling: Spelling) -> str | None:
    return _quantity(quantity_of(row), spelling) if row else None


def _quantity(quantity: Quantity, spelling: Spelling) -> str | None:
    """The value in words with what it is counted in; None where it is unknown or withheld."""
    if quantity.value is None:
        return None
    lang = language()
    text = format_quantity(
        replace(quantity, qualifier="exact"), unit=spelling.unit, lang=lang, decimals=spelling.decimals
    )
    counted = spelling.words(quantity.unit) if quantity.unit and quantity.measure == "count" else ""
    return QUALIFIERS[lang][quantity.qualifier] + text + (f" {counted}" if counted and lang == "en" else counted)


def _cell(cell: Cell, spelling: Spelling) -> str | None:
    """What is needed a month: an amount, or a number of things that is text already; None where nothing is."""
    if isinstance(cell, Amounts):
        missing = any(figure.money and figure.money.minor for figure in cell.figures)
        amount = spelling.amount(cell) if missing else None
        return amount.bare if amount else None
    return cell if isinstance(cell, str) and Fraction(cell) else None


@dataclass(frozen=True, slots=True)
class Scope:
    """One filter: its name, such as owner, and the words it is looked for by."""

    key: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """The projects with a plan in `currency`: what they completed of it; `lacking` more are left out, as unknown."""

    currency: str
    projects: int
    plan: Money
    done: Money
    completion: Number | None
    gap: Gap | None
    lacking: int


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a cohort have done it; `unclear` more are dated too vaguely to be in it or not.

    `change` is in points on the same day of the year before; `early` did it before the time planned.
    """

    rate: Number | None
    done: int
    cohort: int
    unclear: int
    change: Gap | None
    early: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """The four rates; `funds` over the `funded` projects with both figures in one currency; `goals` set for them.

    Rates `of_year` are of what is planned for the whole year, the others of what is planned so far. `undated` projects
    came to a stage on a day not known, and are in no cohort of it.
    """

    started_of_signed: Rate
    started_of_planned: Rate
    started_of_year: Rate
    completed: Rate
    completed_of_year: Rate
    commissioned: Rate
    commissioned_of_year: Rate
    undated: int
    funds: Number | None
    funded: int
    goals: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Restatement:
    """The figures of a project in a closed month that are otherwise now than at its close, in words."""

    month: MonthValues
    project: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """What is missing to the plan of the year, and what each of the months left has to bring."""

    left: Money
    months: int
    a_month: Money


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Everything a bulletin may say, under the names a template knows it by."""

    month: MonthValues
    as_of: Day
    known_on: str | None
    by: str
    scope: tuple[Scope, ...]
    projects: int
    ended: int
    planned: int
    plan: Amount | None
    this_month: Amount | None
    year_to_date: Amount | None
    on_year: Growth | None
    time_progress: Number | None
    together: Together | None
    lacking: int
    unreported: int
    expected: int
    not_reported: int
    silent: bool
    figures_to: Day | None
    restated: tuple[Restatement, ...]
    red: int
    yellow: int
    rates: Rates
    groups: Ranking
    ranking: Ranking
    signed: Events
    started: Events
    completed: Events
    in_production: Events
    halted: tuple[Halted, ...]
    missed: tuple[Missed, ...]
    overdue: int
    moved: tuple[Moved, ...]
    requests: Requests
    problems: tuple[Problem, ...]
    targets: tuple[Target, ...]
    needed: Needed | None

    @property
    def empty(self) -> bool:
        """Whether no project matches."""
        return not self.projects and not self.ended


def bulletin(reader: Reader, facts: Facts, filters: Filters, by: str, spelling: Spelling) -> Bulletin:
    """The bulletin of a month of the projects that match `filters`, ranked in groups by one of GROUPS."""
    projects, cells = Projects(facts, spelling), money_cells(facts)
    news = news_of(reader, facts.as_of, filters, facts.period, facts.to)
    reach = figures_to_cell(news.to)
    return Bulletin(
        month=month(facts.period),
        as_of=day(Period.day(facts.as_of.day)),
        known_on=facts.as_of.known_on.isoformat() if facts.as_of.known_on else None,
        by=by,
        scope=tuple(_scope(filters, spelling)),
        projects=facts.shown,
        ended=facts.projects - facts.shown,
        planned=facts.planned,
        plan=spelling.amount(cells["plan"]),
        this_month=spelling.amount(cells["month"]),
        year_to_date=spelling.amount(cells["year_to_date"]),
        on_year=spelling.growth(facts.growth, cells["year_before"], Period.day(facts.year_before.day)),
        time_progress=spelling.measured(facts.elapsed),
        together=_together(facts, spelling),
        lacking=facts.lacking,
        unreported=facts.unreported,
        expected=news.expected,
        not_reported=news.missing,
        silent=news.is_none,
        figures_to=day(reach) if reach else None,
        restated=tuple(_restated(reader, facts, filters, spelling)),
        red=facts.lit("red"),
        yellow=facts.lit("yellow"),
        rates=_rates(reader, facts, filters, projects),
        groups=ranked_groups(reader, facts, by, spelling),
        ranking=ranked_projects(facts, projects),
        signed=signed(facts, projects),
        started=started(facts, projects),
        completed=reached(facts, projects, "completed"),
        in_production=reached(facts, projects, "in_production"),
        halted=tuple(halted(facts, projects)),
        missed=tuple(missed(facts, projects)),
        overdue=overdue(facts),
        moved=tuple(moved(facts, projects)),
        requests=requests(reader, facts, filters, spelling),
        problems=tuple(problems(reader, facts, projects)),
        targets=tuple(targets(reader, facts.as_of, filters, spelling)),
        needed=_needed(facts, spelling),
    )


def _scope(filters: Filters, spelling: Spelling) -> Iterable[Scope]:
    for key in Filters._fields:
        found: Sequence[str | int] = getattr(filters, key)
        if found:
            yield Scope(key, tuple(spelling.words(_named(key, str(word))) for word in found))


def _named(key: str, word: str) -> str:
    """The word of a filter as people read it: codes by their names."""
    terms: dict[str, Callable[[str], Term | None]] = {
        "stage": STAGES.get,
        "condition": CONDITIONS.get,
        "country": country,
    }
    found = terms[key](word) if key in terms else None
    return found.name(language()) if found else word


def _restated(reader: Reader, facts: Facts, filters: Filters, spelling: Spelling) -> Iterable[Restatement]:
    by_project: dict[tuple[Period, str], list[str]] = {}
    for one in restated_in(reader, facts.as_of, filters, facts.period):
        last = one.figure.last_day
        by_project.setdefault((Period.month(last.year, last.month), one.code), []).append(in_words(one.figure))
    for (period, code), figures in by_project.items():
        yield Restatement(month(period), spelling.words(code), tuple(map(spelling.words, figures)))


def _together(facts: Facts, spelling: Spelling) -> Together | None:
    measured = facts.measured
    if measured is None:
        return None
    return Together(
        facts.planned_in,
        measured.projects - measured.lacking,
        spelling.money(measured.plan),
        spelling.money(measured.done, partial=measured.partial),
        spelling.measured(measured.completion),
        spelling.gap(gap_points(measured.completion, facts.elapsed)),
        measured.lacking,
    )


def _rates(reader: Reader, facts: Facts, filters: Filters, projects: Projects) -> Rates:
    (now, before), spelling = facts.rates, projects.spelling
    found, earlier = now.cohorts(), before.cohorts()
    by_code = {one.row.code: one for one in facts.states}

    def rate(key: str, planned: Planned | None = None) -> Rate:
        one = found[key]
        change = spelling.gap(points_between(one.rate, earlier[key].rate))
        early = tuple(projects.of(by_code[code]) for code in planned.early) if planned else ()
        return Rate(spelling.measured(one.rate), one.done, one.size, one.unclear, change, early)

    return Rates(
        started_of_signed=rate("started_of_signed"),
        started_of_planned=rate("started_of_planned"),
        started_of_year=rate("started_of_year", now.started),
        completed=rate("completed_of_planned"),
        completed_of_year=rate("completed_of_year", now.completed),
        commissioned=rate("commissioned_of_planned"),
        commissioned_of_year=rate("commissioned_of_year", now.commissioned),
        undated=now.undated,
        funds=spelling.measured(now.funds),
        funded=now.funded,
        goals=tuple(rate_goals(reader, facts.as_of, filters, spelling)),
    )


def _needed(facts: Facts, spelling: Spelling) -> Needed | None:
    """What is still to come; None where there is no plan, or it is reached, or the year is over."""
    measured, as_of = facts.measured, facts.as_of.day
    left = months_left(Period.year(as_of.year), as_of)
    if measured is None or left is None:
        return None
    plan, done = measured.plan.money, measured.done.money
    if plan is None or done is None or done.minor >= plan.minor:
        return None
    a_month = round(needed_a_month(done.minor, plan.minor, left))
    exact = exactness([measured.plan], [measured.done])
    missing, monthly = (Figure(Exact(minor, plan.currency), *exact) for minor in (plan.minor - done.minor, a_month))
    return Needed(spelling.money(missing), int(left), spelling.money(monthly))


Json = str | int | None | list["Json"] | dict[str, "Json"]


def as_json(bulletin: Bulletin, seal: Mapping[str, str | int]) -> str:
    """Every value under the name that templates know it by: its text beside its number, numbers as exact decimals."""
    values = {field.name: _plain(getattr(bulletin, field.name)) for field in fields(bulletin)}
    return json.dumps({**values, "seal": dict(seal)}, ensure_ascii=False, indent=2) + "\n"


def _plain(value: object) -> Json:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    assert isinstance(value, Decimal)
    return format(value, "f")


# --- tables to be annexed ---------------------------------------------------------------------------------------------


def ranking_tables(found: Bulletin, plainly: Callable[[str], str]) -> tuple[Report, ...]:
    """The rankings as tables, in the words of the sentences; `plainly` undoes what `words` of the spelling did."""
    day = date.fromisoformat(found.as_of.last)

    def table(name: str, title: str, every: Sequence[Group | Project]) -> Report:
        columns = (
            Column("rank", _("Rank"), Kind.COUNT),
            Column("name", name),
            *([Column("owner", _("Owner"))] if title else [Column("projects", _("Projects"), Kind.COUNT)]),
            Column("plan", _("Plan {year}").format(year=found.month.year)),
            Column("year_to_date", _("Year to date")),
            Column("completion", _("Done"), Kind.RATIO),
            Column("gap", _("Gap (pp)"), Kind.POINTS),
            *([Column("light", _("Light"))] if title else [Column("red", _("Red"), Kind.COUNT)]),
        )
        rows = list[Row]()
        for one in every:
            # A text is as the sentences have it; a light is the word that formats colour.
            second, last = (
                (one.owner, light_cell(one.light or "grey")) if isinstance(one, Project) else (one.projects, one.red)
            )
            texts = (
                amount.text if amount else None for amount in (one.plan, one.year_to_date, one.completion, one.gap)
            )
            label = plainly(one.name) if one.name else None
            owner = plainly(second) if isinstance(second, str) else second
            rows.append((one.rank, label, owner, *texts, last))
        return Report(
            "bulletin", title or _("Ranking by {group}").format(group=group_word(found.by)), columns, tuple(rows), day
        )

    tables = (
        table(group_title(found.by), "", found.groups.every),
        table(_("Project"), _("Ranking of projects"), found.ranking.every),
    )
    return tuple(one for one in tables if one.rows)


# --- as text, from a template anybody may edit ------------------------------------------------------------------------

LONGEST = 200_000
# The limit on the processor's time is the process's own; this one is for a machine that is busy.
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a template and what it is called in refusals."""

    name: str
    source: str


def built_in(lang: str) -> Template:
    """The template that comes with the program."""
    name = f"bulletin.{lang}.md"
    return Template(name, files("tracker.reports").joinpath("templates", name).read_text(encoding="utf-8"))


def read_template(path: Path) -> Template:
    """The template in a file. Raises UsageError where it is no text in UTF-8 of at most LONGEST characters."""
    name = show(str(path))
    try:
        if not path.is_file():
            raise UsageError(
                _("there is no template file {path}: write one with --write-template -o FILE").format(path=name)
            )
        with path.open(encoding="utf-8-sig") as file:
            source = file.read(LONGEST + 1)
    except (UnicodeDecodeError, ValueError):
        raise UsageError(_("the template {path} is not text in UTF-8: save it as UTF-8").format(path=name)) from None
    except OSError as error:
        reason = show(error.strerror or str(error))
        raise UsageError(_("the template {path} cannot be read: {reason}").format(path=name, reason=reason)) from None
    if len(source) > LONGEST:
        raise UsageError(
            _("the template {path} has more than {longest} characters: shorten it").format(path=name, longest=LONGEST)
        )
    return Template(name, source)


def written(bulletin: Bulletin, template: Template) -> str:
    """The sentences of a bulletin: paragraphs of one line each, one blank line between, nothing that steers a terminal.

    A template of somebody's own is carried out in a process of its own, within limits of memory and time. Raises
    UsageError, with the line and the closest known name, for one that cannot be followed.
    """
    found: Any
    values = {field.name: getattr(bulletin, field.name) for field in fields(bulletin)}
    if template == built_in(language()):
        from tracker.reports.bulletin_sandbox import render

        found = render(template.source, values)
    else:
        found = _rendered_apart(template.source, values)
    if isinstance(found, str):
        return _tidy(show(apart(found).expandtabs(4), lines=True))
    line, reason = found
    reason = reason or _("it takes too long or grows too large: shorten its loops")
    if line is None:
        raise UsageError(_("the template {name}: {reason}").format(name=template.name, reason=reason))
    raise UsageError(
        _("the template {name}, line {line}: {reason}").format(name=template.name, line=line, reason=reason)
    )


def _rendered_apart(source: str, values: dict[str, Any]) -> Any:
    """The text, or the line and the reason why there is none, each None where it is not known."""
    try:
        done = subprocess.run(
            (sys.executable, "-P", "-m", "tracker.reports.bulletin_sandbox"),
            input=pickle.dumps((language(), source, values)),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None, None
    return json.loads(done.stdout)


def _tidy(text: str) -> str:
    """No blanks at the end of a line and no two blank lines in a row: what is left out leaves no hole."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).rstrip("\n") + "\n"
