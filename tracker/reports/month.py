"""What a monthly report is made of: each project's year, month and last twelve months, and what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tracker.analysis.completion import gap_points
from tracker.analysis.lights import RuleSet
from tracker.database import Reader
from tracker.dates import Period, elapsed_share
from tracker.queries import capital
from tracker.queries.asked import Asked, Filters
from tracker.queries.indicators import indicators
from tracker.reports.four_rates import FourRates, four_rates, rate_targets
from tracker.reports.grouping import Label, groups
from tracker.reports.portfolio import ENDED, Standing, family, portfolio
from tracker.reports.progress import Line, Measured, lines, measured
from tracker.reports.report import Spark
from tracker.reports.reviews import NOTHING_SAID, Latest, latest_reviews
from tracker.reports.tally import NOTHING, Tally, convert, tallied, tallies, with_parts

_MONTHS_DRAWN = 12
Tallies = dict[tuple[int, str], Tally]


@dataclass(frozen=True, slots=True)
class Item:
    """One project of the month: its year, its month, the last twelve months, and what was said of it."""

    line: Line
    month: Tally
    drawn: Spark
    said: Latest


@dataclass(frozen=True, slots=True)
class Month:
    """Everything one monthly report is made of; `standings` are all projects that match, `items` those shown.

    Shares of groups are measured over figures in `currency`.
    """

    asked: Asked
    period: Period
    rules: RuleSet
    currency: str
    standings: tuple[Standing, ...]
    items: tuple[Item, ...]
    sums: Tallies
    targets: tuple[str, ...]

    @property
    def elapsed(self) -> Fraction:
        """The share of the year gone by."""
        return elapsed_share(self.asked.as_of, self.asked.as_of.year)

    @property
    def measured(self) -> Measured | None:
        """What the projects planned in the currency completed of their plans."""
        return measured((item.line for item in self.items), self.asked, self.currency)

    @property
    def completion(self) -> Fraction | None:
        """Completed ÷ plan of these projects."""
        found = self.measured
        return found.completion if found else None

    @property
    def lacking(self) -> int:
        """How many of the projects shown have completed capital that is unknown or withheld, in part or as a whole."""
        return sum(1 for item in self.items if item.line.completed.lacking)

    @property
    def unreported(self) -> int:
        """How many of the projects shown have a plan and no figure of the year."""
        lines = [item.line for item in self.items]
        return sum(1 for line in lines if line.plan.known and line.completed.state == "not_reported")

    def lit(self, colour: str) -> int:
        """How many of the projects shown have a light of this colour, computed and not judged."""
        return sum(1 for item in self.items if item.line.light.colour == colour)

    def rates(self, standings: Sequence[Standing]) -> FourRates:
        """The four rates of some of the projects."""
        return four_rates(standings, self.sums, self.asked.as_of, self.currency)


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a month: its name, all its projects that match, and the month of those shown."""

    label: Label
    standings: tuple[Standing, ...]
    month: Month


def parts(month: Month, by: str) -> list[Part]:
    """The groups of a month, worst first; `by` is one of GROUPINGS."""
    found = [Part(label, tuple(group), _month_of(month, group)) for label, group in groups(month.standings, by)]
    return sorted(found, key=lambda part: badness(gap_points(part.month.completion, month.elapsed)))


def _month_of(month: Month, standings: Sequence[Standing]) -> Month:
    ids = {one.row.project_id for one in standings}
    return replace(month, items=tuple(item for item in month.items if item.line.project_id in ids))


def month_of(reader: Reader, asked: Asked, filters: Filters, rules: RuleSet, currency: str) -> Month:
    """The month that ends on the day asked about, its projects worst first."""
    period = Period.month(asked.as_of.year, asked.as_of.month)
    found = portfolio(reader, asked, filters).standings
    said = latest_reviews(reader, asked)
    ids = {one.row.project_id for one in found}
    tree = family(found)
    months = _months(reader, asked, ids, tree, _last_months(period))
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
    items.sort(key=lambda item: badness(_gap(item.line, asked)))
    ids = {line.project_id for line in shown}
    targets = tuple(rate_targets(indicators(reader, asked), asked.as_of.year))
    sums = tallied(reader, asked, kinds=("completed", "funds_in_place", "total"), projects=ids)
    return Month(asked, period, rules, currency, found, tuple(items), sums, targets)


def _months(
    reader: Reader, asked: Asked, ids: set[int], tree: Sequence[tuple[int, int | None]], months: Sequence[Period]
) -> list[dict[int, Tally]]:
    """What each project, or the parts of one, completed in each month."""
    found = [tallies(rows) for rows in capital.in_spans(reader, asked, months, ("completed",), ids)]
    return [
        with_parts(tree, {project: convert(tally, asked) for (project, _kind), tally in one.items()}) for one in found
    ]


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


def _gap(line: Line, asked: Asked) -> Fraction | None:
    return gap_points(line.completion, elapsed_share(asked.as_of, asked.as_of.year))


def badness(gap: Fraction | None) -> tuple[bool, Fraction]:
    """The order of worst first: the lowest gap, and last what has none."""
    return gap is None, gap or Fraction(0)
