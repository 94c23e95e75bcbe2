"""What a monthly report is made of: each project's year, month and last twelve months, and what was said of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo
from fractions import Fraction

from tracker.analysis.completion import Ratio, gap_points
from tracker.analysis.rag_status import RuleSet
from tracker.database import Reader
from tracker.dates import Period, elapsed_share
from tracker.queries import capital
from tracker.queries.as_of import AsOf, Filters, ask
from tracker.queries.companies import indicators
from tracker.queries.projects import existing
from tracker.reports.conversion import at_one_rate
from tracker.reports.four_rates import PLANNED, FourRates, four_rates, rate_targets
from tracker.reports.grouping import LIT, NONE, Label, Lights, groups
from tracker.reports.portfolio import ENDED, ProjectState, family, portfolio, states_of
from tracker.reports.progress import Line, Measured, Pair, lines, pairs, since_beginning, together, worst_first
from tracker.reports.report import Spark
from tracker.reports.reviews import NOTHING_SAID, Latest, latest_reviews
from tracker.reports.tally import NOTHING, Tally, converted, tallied, tallies, with_parts
from tracker.reports.year_on_year import YearBefore, completed_before, year_earlier

_MONTHS_DRAWN = 12


@dataclass(frozen=True, slots=True)
class Item:
    """One project of the month: its year, its month, the last twelve months, and what was said of it."""

    line: Line
    month: Tally
    drawn: Spark
    said: Latest


@dataclass(frozen=True, slots=True)
class Rated:
    """The projects that the four rates of a day are of, with the funds in place of which total."""

    as_of: AsOf
    states: Mapping[int, ProjectState]
    funds: Mapping[int, Pair]

    def rates(self, projects: Sequence[int], parents: Mapping[int, int | None], currency: str) -> FourRates:
        """The rates of some of the projects, as far as they existed on the day."""
        chosen = [self.states[one] for one in projects if one in self.states]
        return four_rates(chosen, self.funds, family(chosen, parents), self.as_of, currency)


@dataclass(frozen=True, slots=True)
class Month:
    """Everything one monthly report is made of; `states` are all projects that match, `items` those shown.

    Shares of groups are measured over figures in `currency`. `year_before` is what was completed a year before, and
    `rated` what the rates are of, on the day and a year before.
    """

    as_of: AsOf
    period: Period
    rules: RuleSet
    currency: str
    states: tuple[ProjectState, ...]
    items: tuple[Item, ...]
    year_before: YearBefore
    rated: tuple[Rated, Rated]
    targets: tuple[str, ...]
    _rates: dict[tuple[int, ...], tuple[FourRates, FourRates]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def elapsed(self) -> Fraction:
        """The share of the year gone by."""
        return elapsed_share(self.as_of.day, self.as_of.day.year)

    @property
    def parents(self) -> dict[int, int | None]:
        """The parent of each project that matches."""
        return dict(family(self.rated[0].states.values()))

    @property
    def lines(self) -> list[Line]:
        """The years of the projects shown."""
        return [item.line for item in self.items]

    @property
    def tree(self) -> list[tuple[int, int | None]]:
        """(id, id of the nearest one above it) of the projects shown."""
        return family((line.state for line in self.lines), self.parents)

    @property
    def measured(self) -> Measured | None:
        """What the projects planned in the currency completed of their plans."""
        return together({line.project_id: line.pair for line in self.lines}, self.tree, self.as_of, self.currency)

    @property
    def completion(self) -> Ratio | None:
        """Completed ÷ plan of these projects."""
        found = self.measured
        return found.completion if found else None

    @property
    def cumulative_completion(self) -> Ratio | None:
        """Completed since the beginning ÷ total of the projects with both in the currency."""
        both = {line.project_id: line.ever for line in self.lines if line.ever[0].known and line.ever[1].known}
        found = together(both, self.tree, self.as_of, self.currency)
        return found.completion if found else None

    @property
    def growth(self) -> Ratio | None:
        """Completed this year ÷ completed the year before − 1."""
        return self.year_before.growth(self.lines, self.tree, self.as_of)

    @property
    def lacking(self) -> int:
        """How many of the projects shown have completed capital that is unknown or withheld, in part or as a whole."""
        return sum(1 for line in self.lines if line.completed.lacking)

    @property
    def unreported(self) -> int:
        """How many of the projects shown have a plan and no figure of the year."""
        return sum(1 for line in self.lines if line.plan.known and line.completed.state == "not_reported")

    def lit(self, colour: str) -> int:
        """How many of the projects shown have a light of this colour, computed and not judged."""
        return sum(1 for line in self.lines if line.light.colour == colour)

    def rates(self, states: Sequence[ProjectState]) -> tuple[FourRates, FourRates]:
        """The four rates of some of the projects, and those of the same day a year before."""
        projects = tuple(one.row.project_id for one in states)
        if projects not in self._rates:
            parents = self.parents
            now, before = (one.rates(projects, parents, self.currency) for one in self.rated)
            self._rates[projects] = now, before
        return self._rates[projects]


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a month: its name, all its projects that match, and the month of those shown."""

    label: Label
    states: tuple[ProjectState, ...]
    month: Month


def parts(reader: Reader, month: Month, by: str, lights: Lights | None = None) -> list[Part]:
    """The groups of a month, worst first; `by` as in `groups`."""
    shown = {line.project_id for line in month.lines}
    # A project that counts in the rates alone has no light of the month.
    states = [one for one in month.states if by not in LIT or one.row.project_id in shown]
    found = groups(reader, month.as_of, states, by, (*LIT, NONE), lights)
    made = [Part(label, tuple(group), _month_of(month, group)) for label, group in found]
    return sorted(made, key=lambda part: badness(gap_points(part.month.completion, month.elapsed)))


def _month_of(month: Month, states: Sequence[ProjectState]) -> Month:
    ids = {one.row.project_id for one in states}
    return replace(month, items=tuple(item for item in month.items if item.line.project_id in ids))


def month_of(
    reader: Reader,
    as_of: AsOf,
    filters: Filters,
    rules: RuleSet,
    currency: str,
    *,
    drawn: bool = True,
    codes: Collection[str] | None = None,
) -> Month:
    """The month that ends on the day asked about, its projects worst first; `drawn` with twelve months of each.

    With `codes` of their milestones those alone, which must be all that the question needs.
    """
    as_of = at_one_rate(as_of)
    period = Period.month(as_of.day.year, as_of.day.month)
    found = portfolio(reader, as_of, filters, codes=codes).states
    said = latest_reviews(reader, as_of)
    ids = {one.row.project_id for one in found}
    tree = family(found)
    months = _months(reader, as_of, ids, tree, _last_months(period) if drawn else [period])
    shown = [line for line in lines(reader, as_of, found, rules) if _is_shown(line, filters)]
    items = [
        Item(
            line,
            months[-1].get(line.project_id, NOTHING),
            Spark(tuple(_drawn(one.get(line.project_id, NOTHING)) for one in months)),
            said.get(line.project_id, NOTHING_SAID),
        )
        for line in shown
    ]
    elapsed = elapsed_share(as_of.day, as_of.day.year)
    items.sort(key=lambda item: worst_first(item.line, elapsed))
    earlier = replace(as_of, day=year_earlier(as_of.day))
    then = states_of(reader, earlier, existing(reader, earlier, ids), PLANNED)
    rated = (_rated(reader, as_of, found), _rated(reader, earlier, then))
    targets = tuple(rate_targets(indicators(reader, as_of), as_of.day.year))
    before = completed_before(reader, as_of, shown)
    return Month(as_of, period, rules, currency, found, tuple(items), before, rated, targets)


def _rated(reader: Reader, as_of: AsOf, states: Sequence[ProjectState]) -> Rated:
    tree = family(states)
    own = since_beginning(reader, as_of, tree, ("funds_in_place", "total"))
    by_id = {one.row.project_id: one for one in states}
    return Rated(as_of, by_id, pairs(tree, own["funds_in_place"], own["total"]))


def lights_of(
    reader: Reader, as_of: AsOf, rows: Sequence[Line], by: str, rules: RuleSet | str, zone: tzinfo
) -> Lights | None:
    """The lights of these projects now and at the end of the month before, as known then; None but for one of LIT."""
    if by not in LIT:
        return None
    day = as_of.day.replace(day=1) - timedelta(1)
    then = ask(reader, day, day, zone)
    then = replace(then, known=min(then.known, as_of.known))
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
) -> list[dict[int, Tally]]:
    """What each project, or the parts of one, completed in each month."""
    if len(months) == 1:
        found = [tallied(reader, as_of, months[0], kinds=("completed",), projects=ids)]
    else:
        rows = capital.in_spans(reader, as_of, months, ("completed",), ids)
        found = [converted(tallies(one), as_of) for one in rows]
    return [with_parts(tree, {project: tally for (project, _kind), tally in one.items()}) for one in found]


def _last_months(period: Period) -> list[Period]:
    """The months of the drawing, that of the report last."""
    count = period.first.year * 12 + period.first.month - 1
    return [Period.month(one // 12, one % 12 + 1) for one in range(count - _MONTHS_DRAWN + 1, count + 1)]


def _is_shown(line: Line, filters: Filters) -> bool:
    running = line.state.condition not in ENDED
    return running or bool(filters.condition) or bool(line.plan.figures or line.completed.figures)


def _drawn(tally: Tally) -> Fraction | None:
    money = tally.money()
    return None if money is None else Fraction(money.minor)


def badness(gap: Fraction | None) -> tuple[bool, Fraction]:
    """The order of worst first: the lowest gap, and last what has none."""
    return gap is None, gap or Fraction(0)
