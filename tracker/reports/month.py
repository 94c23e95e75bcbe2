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
from tracker.queries.asked import Asked, Filters, ask
from tracker.queries.indicators import indicators
from tracker.queries.matching import existing
from tracker.reports.conversion import at_one_rate
from tracker.reports.four_rates import PLANNED, FourRates, four_rates, rate_targets
from tracker.reports.grouping import LIT, NONE, Label, Lights, groups
from tracker.reports.portfolio import ENDED, Standing, family, portfolio, standings_of
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

    asked: Asked
    standings: Mapping[int, Standing]
    funds: Mapping[int, Pair]

    def rates(self, projects: Sequence[int], parents: Mapping[int, int | None], currency: str) -> FourRates:
        """The rates of some of the projects, as far as they existed on the day."""
        chosen = [self.standings[one] for one in projects if one in self.standings]
        return four_rates(chosen, self.funds, family(chosen, parents), self.asked, currency)


@dataclass(frozen=True, slots=True)
class Month:
    """Everything one monthly report is made of; `standings` are all projects that match, `items` those shown.

    Shares of groups are measured over figures in `currency`. `year_before` is what was completed a year before, and
    `rated` what the rates are of, on the day and a year before.
    """

    asked: Asked
    period: Period
    rules: RuleSet
    currency: str
    standings: tuple[Standing, ...]
    items: tuple[Item, ...]
    year_before: YearBefore
    rated: tuple[Rated, Rated]
    targets: tuple[str, ...]
    _rates: dict[tuple[int, ...], tuple[FourRates, FourRates]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def elapsed(self) -> Fraction:
        """The share of the year gone by."""
        return elapsed_share(self.asked.as_of, self.asked.as_of.year)

    @property
    def parents(self) -> dict[int, int | None]:
        """The parent of each project that matches."""
        return dict(family(self.rated[0].standings.values()))

    @property
    def lines(self) -> list[Line]:
        """The years of the projects shown."""
        return [item.line for item in self.items]

    @property
    def tree(self) -> list[tuple[int, int | None]]:
        """(id, id of the nearest one above it) of the projects shown."""
        return family((line.standing for line in self.lines), self.parents)

    @property
    def measured(self) -> Measured | None:
        """What the projects planned in the currency completed of their plans."""
        return together({line.project_id: line.pair for line in self.lines}, self.tree, self.asked, self.currency)

    @property
    def completion(self) -> Ratio | None:
        """Completed ÷ plan of these projects."""
        found = self.measured
        return found.completion if found else None

    @property
    def cumulative_completion(self) -> Ratio | None:
        """Completed since the beginning ÷ total of the projects with both in the currency."""
        both = {line.project_id: line.ever for line in self.lines if line.ever[0].known and line.ever[1].known}
        found = together(both, self.tree, self.asked, self.currency)
        return found.completion if found else None

    @property
    def growth(self) -> Ratio | None:
        """Completed this year ÷ completed the year before − 1."""
        return self.year_before.growth(self.lines, self.tree, self.asked)

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

    def rates(self, standings: Sequence[Standing]) -> tuple[FourRates, FourRates]:
        """The four rates of some of the projects, and those of the same day a year before."""
        projects = tuple(one.row.project_id for one in standings)
        if projects not in self._rates:
            parents = self.parents
            now, before = (one.rates(projects, parents, self.currency) for one in self.rated)
            self._rates[projects] = now, before
        return self._rates[projects]


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a month: its name, all its projects that match, and the month of those shown."""

    label: Label
    standings: tuple[Standing, ...]
    month: Month


def parts(reader: Reader, month: Month, by: str, lights: Lights | None = None) -> list[Part]:
    """The groups of a month, worst first; `by` as in `groups`."""
    shown = {line.project_id for line in month.lines}
    # A project that counts in the rates alone has no light of the month.
    standings = [one for one in month.standings if by not in LIT or one.row.project_id in shown]
    found = groups(reader, month.asked, standings, by, (*LIT, NONE), lights)
    made = [Part(label, tuple(group), _month_of(month, group)) for label, group in found]
    return sorted(made, key=lambda part: badness(gap_points(part.month.completion, month.elapsed)))


def _month_of(month: Month, standings: Sequence[Standing]) -> Month:
    ids = {one.row.project_id for one in standings}
    return replace(month, items=tuple(item for item in month.items if item.line.project_id in ids))


def month_of(
    reader: Reader,
    asked: Asked,
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
    asked = at_one_rate(asked)
    period = Period.month(asked.as_of.year, asked.as_of.month)
    found = portfolio(reader, asked, filters, codes=codes).standings
    said = latest_reviews(reader, asked)
    ids = {one.row.project_id for one in found}
    tree = family(found)
    months = _months(reader, asked, ids, tree, _last_months(period) if drawn else [period])
    shown = [line for line in lines(reader, asked, found, rules) if _is_shown(line, filters)]
    items = [
        Item(
            line,
            months[-1].get(line.project_id, NOTHING),
            Spark(tuple(_drawn(one.get(line.project_id, NOTHING)) for one in months)),
            said.get(line.project_id, NOTHING_SAID),
        )
        for line in shown
    ]
    elapsed = elapsed_share(asked.as_of, asked.as_of.year)
    items.sort(key=lambda item: worst_first(item.line, elapsed))
    earlier = replace(asked, as_of=year_earlier(asked.as_of))
    then = standings_of(reader, earlier, existing(reader, earlier, ids), PLANNED)
    rated = (_rated(reader, asked, found), _rated(reader, earlier, then))
    targets = tuple(rate_targets(indicators(reader, asked), asked.as_of.year))
    before = completed_before(reader, asked, shown)
    return Month(asked, period, rules, currency, found, tuple(items), before, rated, targets)


def _rated(reader: Reader, asked: Asked, standings: Sequence[Standing]) -> Rated:
    tree = family(standings)
    own = since_beginning(reader, asked, tree, ("funds_in_place", "total"))
    by_id = {one.row.project_id: one for one in standings}
    return Rated(asked, by_id, pairs(tree, own["funds_in_place"], own["total"]))


def lights_of(
    reader: Reader, asked: Asked, rows: Sequence[Line], by: str, rules: RuleSet | str, zone: tzinfo
) -> Lights | None:
    """The lights of these projects now and at the end of the month before, as known then; None but for one of LIT."""
    if by not in LIT:
        return None
    day = asked.as_of.replace(day=1) - timedelta(1)
    then = ask(reader, day, day, zone)
    then = replace(then, known=min(then.known, asked.known))
    ids = {line.project_id for line in rows}
    standings = [one for one in portfolio(reader, then).standings if one.row.project_id in ids]
    if by == "judged":
        now, before = latest_reviews(reader, asked), latest_reviews(reader, then)
        return Lights(
            {project: now.get(project, NOTHING_SAID).light for project in ids},
            {one.row.project_id: before.get(one.row.project_id, NOTHING_SAID).light for one in standings},
            day,
        )
    lit = lines(reader, then, standings, rules)
    return Lights(
        {line.project_id: line.light.colour for line in rows}, {line.project_id: line.light.colour for line in lit}, day
    )


def _months(
    reader: Reader, asked: Asked, ids: set[int], tree: Sequence[tuple[int, int | None]], months: Sequence[Period]
) -> list[dict[int, Tally]]:
    """What each project, or the parts of one, completed in each month."""
    if len(months) == 1:
        found = [tallied(reader, asked, months[0], kinds=("completed",), projects=ids)]
    else:
        rows = capital.in_spans(reader, asked, months, ("completed",), ids)
        found = [converted(tallies(one), asked) for one in rows]
    return [with_parts(tree, {project: tally for (project, _kind), tally in one.items()}) for one in found]


def _last_months(period: Period) -> list[Period]:
    """The months of the drawing, that of the report last."""
    count = period.first.year * 12 + period.first.month - 1
    return [Period.month(one // 12, one % 12 + 1) for one in range(count - _MONTHS_DRAWN + 1, count + 1)]


def _is_shown(line: Line, filters: Filters) -> bool:
    running = line.standing.condition not in ENDED
    return running or bool(filters.condition) or bool(line.plan.figures or line.completed.figures)


def _drawn(tally: Tally) -> Fraction | None:
    money = tally.money()
    return None if money is None else Fraction(money.minor)


def badness(gap: Fraction | None) -> tuple[bool, Fraction]:
    """The order of worst first: the lowest gap, and last what has none."""
    return gap is None, gap or Fraction(0)
