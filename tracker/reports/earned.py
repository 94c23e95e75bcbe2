"""The earned value of one project on a day, from what the ledger holds of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tracker.analysis.completion import Ratio
from tracker.analysis.earned_value import Curve, Inputs, curve, forecast_months
from tracker.database import Reader
from tracker.dates import Period
from tracker.money import Figure, Money, exactness
from tracker.queries import capital
from tracker.queries.asked import Asked
from tracker.reports.portfolio import ENDED, Standing, event_days, family
from tracker.reports.progress import since_beginning
from tracker.reports.tally import NOTHING, Tally, tallied, with_parts
from tracker.vocabulary import STAGES


@dataclass(frozen=True, slots=True)
class Earned:
    """One project's earned value on a day: its figures as tallies, what follows from them, and when it may end.

    All is in the currency it was said in.
    """

    standing: Standing
    bac: Tally
    pv: Tally
    ev: Tally
    ac: Tally
    inputs: Inputs
    plan: Curve | None
    ends: date | None

    @property
    def currency(self) -> str | None:
        """The currency that the figures share."""
        money = self.bac.money() or self.ev.money() or self.pv.money()
        return money.currency if money else None


@dataclass(frozen=True, slots=True)
class Books:
    """The plans of each year of the ledger, the years in which each project worked, and by kind all sums to the day.

    Of the projects in `begun_unknown` a cumulative figure was said, and nobody said when they began.
    """

    years: Mapping[int, Mapping[int, Tally]]
    worked: Mapping[int, range]
    begun_unknown: Set[int]
    sums: Mapping[str, Mapping[int, Tally]]


def books(reader: Reader, asked: Asked, standings: Iterable[Standing]) -> Books:
    """What planned value is made of; a parent without a figure of its own has that of its parts."""
    native, tree = replace(asked, converter=None), family(standings)
    begun = capital.begun_days(reader, native)
    planned, worked, begun_unknown = set(), dict[int, range](), set()
    for row in capital.entries(reader, native, kinds=("plan", "completed")):
        if row.first_day is None or row.last_day is None:
            continue
        if row.kind == "plan":
            planned.add(row.first_day.year)
            continue
        first = row.first_day
        if row.basis == "cumulative":
            first = min(first, begun.get(row.project_id, first))
            if row.project_id not in begun:
                begun_unknown.add(row.project_id)
        worked[row.project_id] = _both(worked.get(row.project_id), range(first.year, row.last_day.year + 1))
    years = {}
    for year in sorted(planned):
        found = tallied(reader, native, Period.year(year), kinds=("plan",))
        years[year] = with_parts(tree, {project: tally for (project, _kind), tally in found.items()})
    of_parts, parents = dict(worked), dict(tree)
    for project, own in worked.items():
        parent = parents.get(project)
        while parent is not None and parent not in worked:
            of_parts[parent] = _both(of_parts.get(parent), own)
            begun_unknown |= {parent} if project in begun_unknown else set()
            parent = parents.get(parent)
    return Books(years, of_parts, begun_unknown, sums_so_far(reader, native, tree))


def _both(one: range | None, other: range) -> range:
    return range(min(one.start, other.start), max(one.stop, other.stop)) if one else other


def sums_so_far(reader: Reader, asked: Asked, tree: Sequence[tuple[int, int | None]]) -> dict[str, dict[int, Tally]]:
    """Total, completed and paid of each family up to the day asked about, in the currency they were said in."""
    own = since_beginning(reader, asked, tree, ("total", "completed", "paid"))
    return {kind: with_parts(tree, found) for kind, found in own.items()}


def earned(one: Standing, kept: Books, as_of: date) -> Earned:
    """The earned value of a project on `as_of`."""
    key = one.row.project_id
    of_years = {year: found.get(key, NOTHING) for year, found in kept.years.items()}
    plans = {year: tally for year, tally in of_years.items() if tally.state != "not_reported"}
    bac, ev, ac = (kept.sums[kind].get(key, NOTHING) for kind in ("total", "completed", "paid"))
    currency = next((money.currency for tally in (bac, ev, *plans.values()) if (money := tally.money())), None)
    amounts = {year: _in(tally, currency) for year, tally in plans.items()}
    known = {year: amount for year, amount in amounts.items() if amount is not None}
    can_plan = len(known) == len(plans) and key not in kept.begun_unknown
    plan = curve(known, kept.worked.get(key, range(0))) if can_plan else None
    planned = plan.planned(plan.elapsed(as_of)) if plan else None
    value = _in(ev, currency)
    inputs = Inputs(
        bac=_in(bac, currency),
        pv=planned,
        ev=value,
        ac=_in(ac, currency),
        es=plan.earned_schedule(value) if plan and value is not None else None,
        at=plan.elapsed(max(clock(one, as_of), date(plan.first_year, 1, 1))) if plan else None,
    )
    pv = computed(planned, currency, plans.values())
    return Earned(one, bac, pv, ev, ac, inputs, plan, _ends(one, plan, inputs))


def clock(one: Standing, as_of: date) -> date:
    """The day up to which time counts: that of completion (or production) or of the project's end, else today's."""
    if is_built(one):
        built = one.reached("completed") or one.reached("in_production") or one.reached("at_capacity")
        return min(as_of, built.last) if built else as_of
    ended = event_days(one.conditions[-1]) if one.condition in ENDED else None
    return min(as_of, ended.last) if ended else as_of


def is_built(one: Standing) -> bool:
    """Whether the project is completed or beyond."""
    return one.stage is not None and STAGES[one.stage.code].order >= STAGES["completed"].order


def _in(tally: Tally, currency: str | None) -> Fraction | None:
    money = tally.money()
    return Fraction(money.minor) if money and money.currency == currency else None


def computed(
    amount: Fraction | None, currency: str | None, made_of: Iterable[Tally], less: Iterable[Tally] = ()
) -> Tally:
    """An amount that rises with some figures and falls with others, `less`, rounded half to even, qualified as they."""
    if amount is None or currency is None:
        return NOTHING
    exact = exactness(_figures(made_of), _figures(less))
    return Tally((Figure(Money(round(amount), currency), *exact),), "known")


def qualified(number: Fraction | None, made_of: Iterable[Tally], less: Iterable[Tally]) -> Ratio | None:
    """A number that rises with some figures and falls with others, as qualified as they are."""
    return None if number is None else Ratio.of(number, *exactness(_figures(made_of), _figures(less)))


def _figures(tallies: Iterable[Tally]) -> list[Figure]:
    return [figure for tally in tallies for figure in tally.figures]


def _ends(one: Standing, plan: Curve | None, inputs: Inputs) -> date | None:
    """When the work may end: planned duration ÷ SPI(t); None where it has ended, or an input is missing."""
    if plan is None or inputs.at is None or is_built(one) or one.condition in ENDED:
        return None
    baselines = {milestone.code: milestone.baseline for milestone in one.milestones}
    end = baselines.get("completed") or baselines.get("in_production")
    if end is None or end.last.year < plan.first_year:
        return None
    months = forecast_months(plan.elapsed(end.last), inputs.spi_t, inputs.at)
    return plan.day(months) if months else None
