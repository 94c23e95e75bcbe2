"""The earned value of one project on a day, from what the ledger holds of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tracker.analysis.capital_values import merged_qualifier
from tracker.analysis.completion import Ratio, turned
from tracker.analysis.earned_value import Curve, Inputs, curve, forecast_months
from tracker.database import Reader
from tracker.dates import Period
from tracker.money import Figure, Money
from tracker.queries import capital
from tracker.queries.asked import Asked
from tracker.reports.portfolio import ENDED, Standing, event_days
from tracker.reports.tally import NOTHING, Tally, tallied
from tracker.vocabulary import STAGES

Tallies = Mapping[tuple[int, str], Tally]


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
    """The plans of each year of the ledger, the years in which each project worked, and all sums up to the day.

    Of the projects in `begun_unknown` a cumulative figure was said, and nobody said when they began.
    """

    years: Mapping[int, Tallies]
    worked: Mapping[int, range]
    sums: Tallies
    begun_unknown: Set[int] = frozenset()


def books(reader: Reader, asked: Asked) -> Books:
    """What planned value is made of."""
    asked = replace(asked, converter=None)
    entries = [
        (row.project_id, row, row.first_day.year, row.last_day.year)
        for row in capital.entries(reader, asked, kinds=("plan", "completed"))
        if row.first_day and row.last_day
    ]
    planned = sorted({first for _project, row, first, _last in entries if row.kind == "plan"})
    begun = capital.begun_days(reader, asked)
    worked: dict[int, range] = {}
    begun_unknown = set()
    for project, row, first, last in entries:
        if row.kind == "completed":
            if row.basis == "cumulative" and project in begun:
                first = min(first, begun[project].year)
            elif row.basis == "cumulative":
                begun_unknown.add(project)
            so_far = worked.get(project, range(first, last + 1))
            worked[project] = range(min(so_far.start, first), max(so_far.stop, last + 1))
    by_year = {year: tallied(reader, asked, Period.year(year), kinds=("plan",)) for year in planned}
    return Books(by_year, worked, tallied(reader, asked), begun_unknown)


def earned(one: Standing, kept: Books, as_of: date) -> Earned:
    """The earned value of a project on `as_of`."""
    key = one.row.project_id
    plans = {year: found[key, "plan"] for year, found in kept.years.items() if (key, "plan") in found}
    bac, ac = (kept.sums.get((key, kind), NOTHING) for kind in ("total", "paid"))
    ev = kept.sums.get((key, "completed"), NOTHING)
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
    rising, falling = _figures(made_of), _figures(less)
    estimated = any(figure.availability == "estimated" for figure in (*rising, *falling))
    money = Money(round(amount), currency)
    return Tally((Figure(money, _qualifier(rising, falling), "estimated" if estimated else "reported"),), "known")


def qualified(number: Fraction | None, made_of: Iterable[Tally], less: Iterable[Tally]) -> Ratio | None:
    """A number that rises with some figures and falls with others, as qualified as they are."""
    return None if number is None else Ratio.of(number, _qualifier(_figures(made_of), _figures(less)))


def _figures(tallies: Iterable[Tally]) -> list[Figure]:
    return [figure for tally in tallies for figure in tally.figures]


def _qualifier(rising: Iterable[Figure], falling: Iterable[Figure]) -> str:
    words = [figure.qualifier for figure in rising] + [turned(figure.qualifier) for figure in falling]
    return merged_qualifier(words)


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
