"""What a monthly report is made of: each project's year, month and last twelve months, and its review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from tracker.analysis.completion import Ratio, gap_points
from tracker.analysis.rag_status import RuleSet, bounds
from tracker.database import Reader
from tracker.dates import Period, elapsed_share
from tracker.queries import capital
from tracker.queries.as_of import FOREVER, AsOf, Filters, ask
from tracker.queries.companies import indicators
from tracker.queries.milestones import planned
from tracker.queries.project_figures import AlikeProjects, Sum, cohorts
from tracker.queries.project_figures import Month as OfMonths
from tracker.queries.projects import Reached, as_day, existing
from tracker.reports.capital_sums import (
    NOTHING,
    CapitalSum,
    Class,
    Sums,
    added,
    capital_sums,
    class_of,
    converted,
    group_amounts,
    of_all,
    of_year,
    tallied,
    with_parts,
)
from tracker.reports.conversion import at_one_rate
from tracker.reports.four_rates import PLANNED, Cohorts, FourRates, rate_targets
from tracker.reports.grouping import LIT, NONE, Label, Lights, groups, label_of, values_of
from tracker.reports.portfolio import ProjectState, family, far_of, portfolio
from tracker.reports.progress import (
    NOTHING_SAID,
    Badness,
    Latest,
    Line,
    Measured,
    Pair,
    badness,
    latest_reviews,
    lines,
    one_currency,
    pairs,
    planned_in,
    since_beginning,
    together,
)
from tracker.reports.report import Amounts, Spark
from tracker.reports.year_on_year import YearBefore, completed_before, year_earlier
from tracker.vocabulary import ENDED

MONTHS_DRAWN = 12
# Of which capital the sums of a month are made.
_KINDS = ("plan", "completed", "total", "funds_in_place")


class Item(NamedTuple):
    """One project of the month: its year, its month, the last twelve months, and its review."""

    line: Line
    month: CapitalSum
    drawn: Spark
    said: Latest


# What somebody judged of a project and what the rules give: its place, worst first, its code, and both lights.
Lit = tuple[Badness, int, str, str, str]


class _Rates(NamedTuple):
    """What the rates of a day count: the projects looked at by themselves, and the funds in place of which total.

    Those whose cohorts are `counted` in the sums are here for their funds alone.
    """

    name: str
    as_of: AsOf
    counted: bool
    rated: Mapping[int, tuple[Reached, Mapping[str, Period]]]
    funds: Mapping[int, Pair]

    def of(self, month: Month) -> FourRates:
        """The rates of the projects of a month, as far as they existed on the day."""
        chosen = [one for one in month.states if one.row.project_id in self.rated]
        counts, cohorts = Counter(month.sums.counts), Cohorts(self.as_of.day)
        for one in chosen if not self.counted else ():
            cohorts.count(counts, one.row.project_id, one.row.code, *self.rated[one.row.project_id])
        both = {project: pair for project, pair in self.funds.items() if pair[0].known and pair[1].known}
        tree = family(chosen, month.parents)
        simple = month.sums.of_wholes(self.name)
        within = one_currency([*both.values(), *((part, whole) for part, whole, _count in simple)], month.currency)
        return cohorts.rates(counts, together(both, tree, self.as_of, within, simple))


@dataclass(frozen=True)
class Month:
    """Everything one monthly report is made of, of all projects that match, or of one group of them.

    `states` are those looked at one by one and `items` those of them that are shown; `sums` are of the simple ones,
    which `simple` has by their groups. Shares of groups are measured over figures in `currency`, unless all are in
    another. `year_before` is what was completed a year before, `to` the last day that figures reach, and `across` the
    figures that lie across the year's end: the number of the entry, the code of its project, and its days.
    """

    as_of: AsOf
    period: Period
    rules: RuleSet
    currency: str
    states: tuple[ProjectState, ...]
    items: tuple[Item, ...]
    sums: Sums
    simple: Mapping[Label, Sums]
    year_before: YearBefore
    targets: tuple[str, ...]
    to: date | None
    lights: tuple[Lit, ...]
    across: tuple[tuple[int, str, Period], ...]
    parents: Mapping[int, int | None]
    _rates: tuple[_Rates, _Rates]

    @property
    def elapsed(self) -> Fraction:
        """The share of the year gone by."""
        return elapsed_share(self.as_of.day, self.as_of.day.year)

    @property
    def lines(self) -> list[Line]:
        """The years of the projects shown that were looked at one by one."""
        return [item.line for item in self.items]

    @cached_property
    def tree(self) -> list[tuple[int, int | None]]:
        """(id, id of the nearest one above it) of these, in the order opened: so are the currencies of sums."""
        ordered = sorted(self.lines, key=lambda line: line.project_id)
        return family((line.state for line in ordered), self.parents)

    @property
    def is_nested(self) -> bool:
        """Whether one of these is a part of another."""
        return any(parent is not None for _project, parent in self.tree)

    @property
    def projects(self) -> int:
        """How many projects match."""
        return len(self.states) + int(self.sums.counts["projects"])

    @property
    def shown(self) -> int:
        """How many of them are shown."""
        return len(self.items) + int(self.sums.counts["shown"])

    @property
    def pairs(self) -> list[Pair]:
        """What was completed of which plan, of every project shown."""
        simple = ((part, whole) for part, whole, _count in self.sums.of_wholes("plan"))
        return [*(line.pair for line in self.lines), *simple]

    @cached_property
    def planned_in(self) -> str:
        """The currency of all plans and what was completed of them where that is one, else that of the month."""
        return planned_in(self.pairs, self.currency)

    @cached_property
    def measured(self) -> Measured | None:
        """What the projects planned in one currency completed of their plans."""
        found = {line.project_id: line.pair for line in self.lines}
        return together(found, self.tree, self.as_of, self.planned_in, self.sums.of_wholes("plan"))

    @property
    def completion(self) -> Ratio | None:
        """Completed ÷ plan of these projects."""
        return self.measured.completion if self.measured else None

    @property
    def cumulative_completion(self) -> Ratio | None:
        """Completed since the beginning ÷ total of the projects with both in the currency."""
        both = {line.project_id: line.ever for line in self.lines if line.ever[0].known and line.ever[1].known}
        simple = self.sums.of_wholes("ever")
        within = one_currency([*both.values(), *((part, whole) for part, whole, _count in simple)], self.currency)
        found = together(both, self.tree, self.as_of, within, simple)
        return found.completion if found else None

    @cached_property
    def growth(self) -> Ratio | None:
        """Completed this year ÷ completed the year before − 1."""
        alike = (self.sums.alike("now"), self.sums.alike("before"))
        return self.year_before.growth(self.lines, self.tree, self.as_of, alike)

    def amounts(self, name: str, capital_sums: Mapping[int, CapitalSum]) -> Amounts:
        """The sum of `capital_sums` and of what the simple projects have by this name."""
        found = group_amounts(self.tree, capital_sums, self.sums.alike(name), int(self.sums.counts["shown"]))
        return found.led_by(self.currency)

    @property
    def in_states(self) -> Counter[str]:
        """How many of the projects shown have completed capital of the year in each state, but for none."""
        found = Counter(line.completed.state for line in self.lines)
        for one in self.sums.alike("completed"):
            found[one.capital_sum.state] += one.projects
        return found

    @property
    def lacking(self) -> int:
        """How many of these have completed capital that is unknown or withheld, in part or as a whole."""
        return self.in_states["lacking"] + self.in_states["withheld"]

    @property
    def planned(self) -> int:
        """How many of the projects shown have a plan."""
        simple = sum(count for _part, whole, count in self.sums.of_wholes("plan") if whole.known)
        return simple + sum(1 for line in self.lines if line.plan.known)

    @property
    def unreported(self) -> int:
        """How many of the projects shown have a plan and no figure of the year."""
        simple = (one for one in self.sums.of_wholes("plan") if one[1].known and one[0].state == "not_reported")
        own = sum(1 for line in self.lines if line.plan.known and line.completed.state == "not_reported")
        return own + sum(count for _part, _whole, count in simple)

    def lit(self, colour: str) -> int:
        """How many of the projects shown have a light of this colour, computed and not judged."""
        own = sum(1 for line in self.lines if line.light.colour == colour)
        return own + int(self.sums.counts["light", colour])

    @cached_property
    def rates(self) -> tuple[FourRates, FourRates]:
        """The four rates of these projects, and those of the same day a year before."""
        now, then = self._rates
        return now.of(self), then.of(self)


class Part(NamedTuple):
    """One group of a month: its name, and the month of its projects."""

    label: Label
    month: Month


def parts(reader: Reader, month: Month, by: str, lights: Lights | None = None) -> list[Part]:
    """The groups of a month, worst first; `by` as in `groups`."""
    shown = {line.project_id for line in month.lines}
    # A project that counts in the rates alone has no light of the month.
    states = [one for one in month.states if by not in LIT or one.row.project_id in shown]
    found = groups(reader, month.as_of, states, by, (*LIT, NONE), lights, month.simple)
    made = []
    for label, group in found:
        ids = {one.row.project_id for one in group}
        items = tuple(item for item in month.items if item.line.project_id in ids)
        own = replace(month, states=tuple(group), items=items, sums=month.simple.get(label, Sums()))
        made.append((gap_points(own.completion, month.elapsed), Part(label, own)))
    made.sort(key=lambda pair: (pair[0] is None, pair[0] or Fraction(0)))
    return [part for _gap, part in made]


def month_of(
    reader: Reader,
    as_of: AsOf,
    filters: Filters,
    rules: RuleSet,
    currency: str,
    *,
    drawn: int = MONTHS_DRAWN,
    by: str = NONE,
) -> Month:
    """The month that ends on the day asked about, its projects worst first; with the last `drawn` months of each.

    With `by`, of which only the groups are shown, simple projects are added up as they are read.
    """
    as_of = at_one_rate(as_of)
    period = Period.month(as_of.day.year, as_of.day.month)
    earlier = as_of._replace(day=year_earlier(as_of.day))
    said = latest_reviews(reader, as_of)
    across = capital.across_year_end(reader, as_of, "completed")
    simple = _Simple(as_of, filters, said, {project for _entry, project, _days in across})
    # A light by slip looks at the milestones; what was known earlier has no derived rows.
    labels = values_of(by) if rules.base != "slip" and as_of.known >= FOREVER else None
    light = bounds(rules, elapsed_share(as_of.day, as_of.day.year))
    judged = {project for project, one in said.items() if one.light}
    asked = OfMonths(earlier.day, judged | simple.across_ids, ENDED)
    every = added(reader, as_of, filters, labels, _KINDS, simple.add, bounds=light, month=asked)
    found = tuple(every.states)
    ids = {one.row.project_id for one in found}
    tree = family(found)
    months = _months(reader, as_of, ids, tree, _last_months(period, drawn))
    shown = [
        line
        for line in lines(reader, as_of, found, rules)
        if filters.condition or line.state.condition not in ENDED or line.plan.figures or line.completed.figures
    ]
    items = [
        Item(
            line,
            months[-1].get(line.project_id, NOTHING),
            Spark(tuple(_drawn(one.get(line.project_id, NOTHING)) for one in months)),
            said.get(line.project_id, NOTHING_SAID),
        )
        for line in shown
    ]
    items.sort(key=lambda item: item.line.badness)
    before = completed_before(reader, as_of, shown, simple.reached)
    simple.compare(reader, as_of, before.day)
    before = before._replace(others=simple.silent)
    by_label = dict[Label, Sums]()
    whole = Sums()
    for values, one in every.simple.items():
        by_label.setdefault(label_of(by, values), Sums()).join(one)
        whole.join(one)
    for day in (as_of.day, earlier.day) if labels is not None else ():
        year = Period.year(day.year).first
        for values, what, count in cohorts(reader, as_of, day, filters, labels or ()):
            for sums in (by_label.setdefault(label_of(by, values), Sums()), whole):
                sums.counts[(year, *what)] += count
    rates = _rates(reader, as_of, earlier, found, counted=labels is not None)
    codes_shown = {line.project_id: line.state.row.code for line in shown}
    lights = [
        (one.line.badness, one.line.project_id, one.line.state.row.code, one.said.light, one.line.light.colour)
        for one in items
        if one.said.light
    ]
    codes_shown |= simple.across
    return Month(
        as_of=as_of,
        period=period,
        rules=rules,
        currency=currency,
        states=found,
        items=tuple(items),
        sums=whole,
        simple=by_label,
        year_before=before,
        targets=tuple(rate_targets(indicators(reader, as_of), as_of.day.year)),
        to=max((day for day in (simple.to, *(line.figures_to for line in shown)) if day), default=None),
        lights=tuple(sorted([*lights, *simple.lights])),
        across=tuple((number, codes_shown[one], days) for number, one, days in across if one in codes_shown),
        parents=dict(tree),
        _rates=rates,
    )


class _Simple:
    """Adds up the simple projects of a month, each in the sums of its group.

    `reached` is the last day that a figure of their year reaches, `to` that of any figure shown, and `across` has the
    codes of those shown that have figures across the year's end. `silent` of them cannot be compared with the year
    before.
    """

    def __init__(self, as_of: AsOf, filters: Filters, said: Mapping[int, Latest], across: Set[int]) -> None:
        self._filters, self._said, self.across_ids = filters, said, across
        self._elapsed = elapsed_share(as_of.day, as_of.day.year)
        self._waiting: list[tuple[Sums, AlikeProjects, date | None, Class, int | None, bool]] = []
        self.silent = 0
        self.reached: date | None = None
        self.to: date | None = None
        self.lights: list[Lit] = []
        self.across: dict[int, str] = {}

    def add(self, group: Sums, alike: AlikeProjects) -> None:
        """Count more projects in the sums of their group."""
        counts, of_month = group.counts, alike.of_month
        assert of_month is not None
        counts["projects"] += alike.projects
        figures = {figure.kind: figure for figure in alike.sums}
        plan, done, total = figures.get("plan"), figures.get("completed"), figures.get("total")
        for name, funds, of in (
            ("funds", figures.get("funds_in_place"), total),
            ("funds_then", *(of_month.funds or (None, None))),
        ):
            part, whole = of_all(funds), of_all(of)
            if funds and of and part.known and whole.known:
                group.pair(name, part, funds.ever, whole, of.ever, alike)
        planned, year, ever, whole = of_year(plan), of_year(done), of_all(done), of_all(total)
        shown = not of_month.has_ended or bool(self._filters.condition)
        if not (shown or planned.capital_sum(0).figures or year.capital_sum(0).figures):
            return
        counts["shown"] += alike.projects
        if plan:
            group.add("plan", planned, plan.year, alike)
            if planned.state != "not_reported":
                group.pair("plan", year, done.year if done else None, planned, plan.year, alike)
        if done:
            month = class_of("completed", done.currency, of_month.month_state, of_month.month_exact)
            group.add("completed", year, done.year, alike)
            group.add("month", month, of_month.month, alike)
            group.add("cumulative", ever, done.ever, alike)
            for state, to in ((year, of_month.year_to), (ever, of_month.ever_to)):
                if to and state.state != "not_reported":
                    self.to = max(as_day(to), self.to or date.min)
            if total and ever.known and whole.known:
                group.pair("ever", ever, done.ever, whole, total.ever, alike)
        if total:
            group.add("total", whole, total.ever, alike)
        colour = alike.colour or "grey"
        counts["light", colour] += alike.projects
        # Of whom something was said stands alone.
        if light := self._said.get(alike.first, NOTHING_SAID).light:
            completion = None
            if colour != "grey" and plan and done:
                completion = Fraction(done.year or 0, plan.year or 1)
            place = badness(bool(planned.capital_sum(0).figures), gap_points(completion, self._elapsed))
            self.lights.append((place, alike.first, of_month.code, light, colour))
        if alike.first in self.across_ids:
            self.across[alike.first] = of_month.code
        self._compare(group, alike, year, done)

    def _compare(self, group: Sums, alike: AlikeProjects, year: Class, done: Sum | None) -> None:
        """Add what was completed in the year and the year before, both to one day."""
        of_month = alike.of_month
        assert of_month is not None
        to = as_day(of_month.year_to) if of_month.year_to and year.known else None
        if to:
            self.reached = max(to, self.reached or to)
        minor = done.year if done else None
        if of_month.compared == "both" and done:
            group.add("now", year, minor, alike)
            of = class_of("completed", done.currency, of_month.before_state or "not_reported", of_month.before_exact)
            group.add("before", of, of_month.before, alike)
        elif of_month.compared == "silent":
            self.silent += alike.projects
        else:
            # Nothing was completed before the first stage from signed on, where the days of all of these are known.
            self._waiting.append((group, alike, to, year, minor, of_month.compared == "unbegun"))

    def compare(self, reader: Reader, as_of: AsOf, last: date) -> None:
        """Add what waited for the `last` day that a figure reaches."""
        waiting = {alike.first for _group, alike, to, *_rest in self._waiting if to is None}
        then = as_of._replace(day=year_earlier(last))
        rows = capital.year_to_date(reader, then, ("completed",), waiting) if waiting else ()
        found = {row.project_id: row for row in rows}
        begun = capital.first_signed(reader, as_of, {one[1].first for one in self._waiting if one[-1]})
        for group, alike, to, year, minor, unbegun in self._waiting:
            project = alike.first
            base = found.get(project)
            if base and base.value.state in ("known", "partial"):
                exact = f"{base.value.qualifier} {base.value.availability}"
                of = class_of(
                    "completed", base.currency, base.value.state, None if exact == "exact reported" else exact
                )
                group.add("before", of, base.value.minor, alike)
            elif not (unbegun and project in begun and begun[project] > year_earlier(to or last)):
                self.silent += 1
                continue
            group.add("now", year, minor, alike)


def _rates(
    reader: Reader, as_of: AsOf, earlier: AsOf, states: Sequence[ProjectState], *, counted: bool
) -> tuple[_Rates, _Rates]:
    """What the rates count on the day asked about and on an earlier one."""
    before = far_of(reader, earlier, existing(reader, earlier, [one.row.project_id for one in states]))
    now: dict[int, tuple[Reached, dict[str, Period]]] = {one.row.project_id: (one.far, {}) for one in states}
    then: dict[int, tuple[Reached, dict[str, Period]]] = {project: (far, {}) for project, far in before.items()}
    day = earlier.day.isoformat()
    for project, stage, since, on in () if counted else planned(reader, as_of, PLANNED, now):
        now[project][1][stage] = on
        if since <= day and project in then:
            then[project][1][stage] = on

    def funds(as_of: AsOf, tree: Sequence[tuple[int, int | None]]) -> dict[int, Pair]:
        own = since_beginning(reader, as_of, tree, ("funds_in_place", "total"))
        return pairs(tree, own["funds_in_place"], own["total"])

    tree = family(states)
    tree_then = [one for one in tree if one[0] in then]
    return (
        _Rates("funds", as_of, counted, now, funds(as_of, tree)),
        _Rates("funds_then", earlier, counted, then, funds(earlier, tree_then)),
    )


def lights_of(
    reader: Reader, as_of: AsOf, rows: Sequence[Line], by: str, rules: RuleSet | str, zone: tzinfo
) -> Lights | None:
    """The lights of these projects now and at the end of the month before, as known then; None but for one of LIT."""
    if by not in LIT:
        return None
    day = as_of.day.replace(day=1) - timedelta(1)
    then = ask(reader, day, day, zone)
    then = then._replace(known=min(then.known, as_of.known))
    ids = {line.project_id for line in rows}
    states = [one for one in portfolio(reader, then).states if one.row.project_id in ids]
    if by == "judged":
        now, before = latest_reviews(reader, as_of), latest_reviews(reader, then)
        return Lights(
            {project: now.get(project, NOTHING_SAID).light for project in ids},
            {one.row.project_id: before.get(one.row.project_id, NOTHING_SAID).light for one in states},
            day,
        )
    lit = lines(reader, then, states, rules)
    return Lights(
        {line.project_id: line.light.colour for line in rows}, {line.project_id: line.light.colour for line in lit}, day
    )


def _months(
    reader: Reader, as_of: AsOf, ids: set[int], tree: Sequence[tuple[int, int | None]], months: Sequence[Period]
) -> list[dict[int, CapitalSum]]:
    """What each project, or the parts of one, completed in each month."""
    if len(months) == 1:
        found = [tallied(reader, as_of, months[0], kinds=("completed",), projects=ids)]
    else:
        rows = capital.in_spans(reader, as_of, months, ("completed",), ids)
        found = [converted(capital_sums(one), as_of) for one in rows]
    return [with_parts(tree, one["completed"]) for one in found]


def _last_months(period: Period, drawn: int) -> list[Period]:
    """The months of the drawing, that of the report last."""
    count = period.first.year * 12 + period.first.month - 1
    return [Period.month(one // 12, one % 12 + 1) for one in range(count - drawn + 1, count + 1)]


def _drawn(capital_sum: CapitalSum) -> Fraction | None:
    money = capital_sum.money()
    return None if money is None else Fraction(money.minor)
