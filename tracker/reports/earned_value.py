"""`tracker report earned-value`: planned, earned and spent value of projects, their indices, and one curve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from tracker.analysis.completion import Ratio
from tracker.database import Reader
from tracker.dates import Period, add_months, elapsed_share, month_end
from tracker.i18n import _, language, ngettext
from tracker.money import Figure, Money, exactness
from tracker.queries import capital
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.capital_sums import NOTHING, CapitalSum, convert, group_amounts, tallied, with_parts
from tracker.reports.grouping import NONE, left_out
from tracker.reports.portfolio import ProjectState, family, find, portfolio
from tracker.reports.progress import quotient, since_beginning
from tracker.reports.report import Amounts, Cell, Chart, Column, Kind, Report
from tracker.reports.report import Curve as Plotted
from tracker.reports.words import code_column, name_cells, name_columns, name_of
from tracker.vocabulary import ENDED, STAGES

MONTHS = 12
# A forecast beyond is no forecast.
_LONGEST_FORECAST = 1200


@dataclass(frozen=True, slots=True)
class Curve:
    """The planned value: what is planned for each year from `first_year` on, spread evenly over its months."""

    first_year: int
    years: tuple[Fraction, ...]

    @property
    def months(self) -> int:
        """How many months the plan covers."""
        return MONTHS * len(self.years)

    def planned(self, months: Fraction | int) -> Fraction:
        """The planned value after so many months; that of the last year stays."""
        whole, part = divmod(Fraction(min(max(months, 0), self.months)), MONTHS)
        begun = self.years[whole] * part / MONTHS if part else Fraction(0)
        return sum(self.years[:whole], Fraction(0)) + begun

    def elapsed(self, day: date) -> Fraction:
        """AT: the months from the beginning of the first year to the end of `day`."""
        return MONTHS * (day.year - self.first_year + elapsed_share(day, day.year))

    def day(self, months: Fraction) -> date:
        """The day on which so many months (more than none) have gone by."""
        whole, part = divmod(months, 1)
        begin = add_months(date(self.first_year, 1, 1), int(whole))
        days = (add_months(begin, 1) - begin).days
        return begin + timedelta(-(-part.numerator * days // part.denominator) - 1)

    def earned_schedule(self, earned: Fraction) -> Fraction | None:
        """ES = C + (EV − PV_C) ÷ (PV_{C+1} − PV_C), where C is the last month whose planned value has been earned.

        None where more has been earned than was ever planned, or nothing is planned.
        """
        points = [self.planned(month) for month in range(self.months + 1)]
        if not points[-1] or earned > points[-1]:
            return None
        done = max((month for month, planned in enumerate(points) if planned <= earned), default=0)
        if done == self.months:
            # All is earned: that was due when the plan first reached its end.
            return Fraction(points.index(points[-1]))
        return done + (earned - points[done]) / (points[done + 1] - points[done])


def curve(plans: Mapping[int, Fraction], worked: range) -> Curve | None:
    """The planned value of `plans` by year; None where there is no plan, or a year of `worked` has none.

    A year between two plans in which nothing was done was planned to be idle.
    """
    if not plans or any(year not in plans for year in worked):
        return None
    first, last = min(plans), max(plans)
    return Curve(first, tuple(plans.get(year, Fraction(0)) for year in range(first, last + 1)))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of a project on a day: amounts in one currency, ES and AT in months."""

    bac: Fraction | None = None
    pv: Fraction | None = None
    ev: Fraction | None = None
    ac: Fraction | None = None
    es: Fraction | None = None
    at: Fraction | None = None

    @property
    def sv(self) -> Fraction | None:
        """SV = EV − PV."""
        return _minus(self.ev, self.pv)

    @property
    def cv(self) -> Fraction | None:
        """CV = EV − AC."""
        return _minus(self.ev, self.ac)

    @property
    def spi(self) -> Fraction | None:
        """SPI = EV ÷ PV."""
        return _over(self.ev, self.pv)

    @property
    def cpi(self) -> Fraction | None:
        """CPI = EV ÷ AC."""
        return _over(self.ev, self.ac)

    @property
    def eac(self) -> Fraction | None:
        """EAC = BAC ÷ CPI."""
        return _over(self.bac, self.cpi)

    @property
    def etc(self) -> Fraction | None:
        """ETC = EAC − AC."""
        return _minus(self.eac, self.ac)

    @property
    def vac(self) -> Fraction | None:
        """VAC = BAC − EAC."""
        return _minus(self.bac, self.eac)

    @property
    def tcpi(self) -> Fraction | None:
        """TCPI = (BAC − EV) ÷ (BAC − AC); None where the budget has been spent."""
        return _over(_minus(self.bac, self.ev), _minus(self.bac, self.ac))

    @property
    def sv_t(self) -> Fraction | None:
        """SV(t) = ES − AT, in months."""
        return _minus(self.es, self.at)

    @property
    def spi_t(self) -> Fraction | None:
        """SPI(t) = ES ÷ AT."""
        return _over(self.es, self.at)


def _minus(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one - other


def _over(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None or other <= 0 else one / other


def forecast_months(planned: Fraction | None, spi_t: Fraction | None) -> Fraction | None:
    """How many months it will take: planned duration ÷ SPI(t).

    None where an input is missing, nothing has been earned, or it would take a century.
    """
    expected = _over(planned, spi_t)
    return None if expected is None or expected > _LONGEST_FORECAST else expected


@dataclass(frozen=True, slots=True)
class Earned:
    """One project's earned value on a day: its figures as capital sums, what follows from them, and when it may end.

    All is in its own currency. Where the day it may end has gone by, `overrun`, that is no forecast.
    """

    state: ProjectState
    bac: CapitalSum
    pv: CapitalSum
    ev: CapitalSum
    ac: CapitalSum
    inputs: Inputs
    plan: Curve | None
    ends: date | None
    overrun: bool

    @property
    def currency(self) -> str | None:
        """The currency that the figures share."""
        money = self.bac.money() or self.ev.money() or self.pv.money()
        return money.currency if money else None


@dataclass(frozen=True, slots=True)
class PlanBase:
    """The plans of each year of the ledger, the years in which each project worked, and by kind all sums to the day.

    The projects in `begun_unknown` have a cumulative figure and no known beginning.
    """

    years: Mapping[int, Mapping[int, CapitalSum]]
    worked: Mapping[int, range]
    begun_unknown: Set[int]
    sums: Mapping[str, Mapping[int, CapitalSum]]


def plan_base(reader: Reader, as_of: AsOf, states: Iterable[ProjectState]) -> PlanBase:
    """What planned value is made of; a parent without a figure of its own has that of its parts."""
    native, tree = as_of._replace(converter=None), family(states)
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
        years[year] = with_parts(tree, tallied(reader, native, Period.year(year), kinds=("plan",))["plan"])
    of_parts, parents = dict(worked), dict(tree)
    for project, own in worked.items():
        parent = parents.get(project)
        while parent is not None and parent not in worked:
            of_parts[parent] = _both(of_parts.get(parent), own)
            begun_unknown |= {parent} if project in begun_unknown else set()
            parent = parents.get(parent)
    return PlanBase(years, of_parts, begun_unknown, sums_so_far(reader, native, tree))


def _both(one: range | None, other: range) -> range:
    return range(min(one.start, other.start), max(one.stop, other.stop)) if one else other


def sums_so_far(
    reader: Reader, as_of: AsOf, tree: Sequence[tuple[int, int | None]]
) -> dict[str, dict[int, CapitalSum]]:
    """Total, completed and paid of each family up to the day asked about, in their own currency."""
    own = since_beginning(reader, as_of, tree, ("total", "completed", "paid"))
    return {kind: with_parts(tree, found) for kind, found in own.items()}


def earned(one: ProjectState, kept: PlanBase, as_of: date) -> Earned:
    """The earned value of a project on `as_of`."""
    key = one.row.project_id
    of_years = {year: found.get(key, NOTHING) for year, found in kept.years.items()}
    plans = {year: capital_sum for year, capital_sum in of_years.items() if capital_sum.state != "not_reported"}
    bac, ev, ac = (kept.sums[kind].get(key, NOTHING) for kind in ("total", "completed", "paid"))
    currency = next(
        (money.currency for capital_sum in (bac, ev, *plans.values()) if (money := capital_sum.money())), None
    )
    amounts = {year: _in(capital_sum, currency) for year, capital_sum in plans.items()}
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
    ends = _ends(one, plan, inputs)
    overrun = ends is not None and ends <= as_of
    return Earned(one, bac, pv, ev, ac, inputs, plan, None if overrun else ends, overrun)


def clock(one: ProjectState, as_of: date) -> date:
    """The day up to which time counts: that of completion (or production) or of the project's end, else today's."""
    if is_built(one):
        built = one.reached("completed") or one.reached("in_production") or one.reached("at_capacity")
        return min(as_of, built.last) if built else as_of
    ended = one.conditions[-1].period if one.condition in ENDED else None
    return min(as_of, ended.last) if ended else as_of


def is_built(one: ProjectState) -> bool:
    """Whether the project is completed or beyond."""
    return one.stage is not None and STAGES[one.stage].order >= STAGES["completed"].order


def _in(capital_sum: CapitalSum, currency: str | None) -> Fraction | None:
    money = capital_sum.money()
    return Fraction(money.minor) if money and money.currency == currency else None


def computed(
    amount: Fraction | None, currency: str | None, made_of: Iterable[CapitalSum], less: Iterable[CapitalSum] = ()
) -> CapitalSum:
    """An amount that rises with some figures and falls with others, `less`, rounded half to even, qualified as they."""
    if amount is None or currency is None:
        return NOTHING
    made_of = list(made_of)
    exact = exactness(_figures(made_of), _figures(less))
    state = "partial" if any(capital_sum.partial for capital_sum in made_of) else "known"
    return CapitalSum((Figure(Money(round(amount), currency), *exact),), state)


def qualified(number: Fraction | None, made_of: Iterable[CapitalSum], less: Iterable[CapitalSum]) -> Ratio | None:
    """A number that rises with some figures and falls with others, as qualified as they are."""
    return None if number is None else Ratio.of(number, *exactness(_figures(made_of), _figures(less)))


def _figures(capital_sums: Iterable[CapitalSum]) -> list[Figure]:
    return [figure for capital_sum in capital_sums for figure in capital_sum.figures]


def _ends(one: ProjectState, plan: Curve | None, inputs: Inputs) -> date | None:
    """When the work may end: planned duration ÷ SPI(t); None where it has ended, or an input is missing."""
    if plan is None or inputs.at is None or is_built(one) or one.condition in ENDED:
        return None
    baselines = {milestone.code: milestone.baseline for milestone in one.milestones}
    end = baselines.get("completed") or baselines.get("in_production")
    if end is None or end.last.year < plan.first_year:
        return None
    months = forecast_months(plan.elapsed(end.last), inputs.spi_t)
    return plan.day(months) if months else None


def earned_value(reader: Reader, as_of: AsOf, filters: Filters) -> Report:
    """A row a project that has a plan, completed capital or payments; ended projects stay in it."""
    found = portfolio(reader, as_of, filters).states
    kept = plan_base(reader, as_of, found)
    rows = [earned(one, kept, as_of.day) for one in found]
    rows = [row for row in rows if row.pv.figures or row.ev.figures or row.ac.figures]
    columns = (code_column(), *name_columns(), *earned_columns())
    cells = tuple((row.state.row.code, *name_cells(row.state.row), *earned_cells(row, as_of)) for row in rows)
    totals = _totals(rows, columns, as_of) if rows else None
    return Report(
        "earned-value",
        _("Earned value"),
        columns,
        cells,
        as_of.day,
        as_of.known_on,
        totals=totals,
        elsewhere=left_out(columns, cells, totals, NONE) if totals else None,
        coverage=tuple(earned_coverage(rows, len(found))) if rows else (),
        notes=earned_notes(),
        empty=_("no project with a plan, completed capital or payments matches"),
    )


def earned_columns() -> tuple[Column, ...]:
    """The columns of the figures of a project on a day."""
    return (
        Column("bac", _("BAC"), Kind.AMOUNT, priority=5),
        Column("pv", _("PV"), Kind.AMOUNT, priority=2),
        Column("ev", _("EV"), Kind.AMOUNT, priority=1),
        Column("ac", _("AC"), Kind.AMOUNT, priority=3),
        Column("sv", _("SV"), Kind.AMOUNT, priority=6),
        Column("cv", _("CV"), Kind.AMOUNT, priority=6),
        Column("spi", _("SPI"), Kind.NUMBER, priority=1),
        Column("cpi", _("CPI"), Kind.NUMBER, priority=1),
        Column("eac", _("EAC"), Kind.AMOUNT, priority=5),
        Column("etc", _("ETC"), Kind.AMOUNT, priority=7),
        Column("vac", _("VAC"), Kind.AMOUNT, priority=7),
        Column("tcpi", _("TCPI"), Kind.NUMBER, priority=6),
        Column("es", _("ES (months)"), Kind.NUMBER, priority=6),
        Column("at", _("AT (months)"), Kind.NUMBER, priority=8),
        Column("sv_t", _("SV(t)"), Kind.NUMBER, priority=4),
        Column("spi_t", _("SPI(t)"), Kind.NUMBER, priority=2),
        Column("forecast_end", _("Forecast end"), Kind.DATE, priority=3),
    )


def earned_cells(row: Earned, as_of: AsOf) -> tuple[Cell, ...]:
    """The cells under `earned_columns`; ratios are taken in the currency of the figures."""
    inputs, bac, pv, ev, ac = row.inputs, row.bac, row.pv, row.ev, row.ac

    def follows(amount: Fraction | None, made_of: Sequence[CapitalSum], less: Sequence[CapitalSum] = ()) -> Cell:
        return convert(computed(amount, row.currency, made_of, less), as_of).cell()

    return (
        convert(bac, as_of).cell(),
        convert(pv, as_of).cell(),
        convert(ev, as_of).cell(),
        convert(ac, as_of).cell(),
        follows(inputs.sv, [ev], [pv]),
        follows(inputs.cv, [ev], [ac]),
        qualified(inputs.spi, [ev], [pv]),
        qualified(inputs.cpi, [ev], [ac]),
        follows(inputs.eac, [bac, ac], [ev]),
        follows(inputs.etc, [bac, ac], [ev]),
        # What the total is in twice is about as much where it is not exact.
        follows(inputs.vac, [bac, ev], [bac, ac]),
        qualified(inputs.tcpi, [bac, ac], [bac, ev]),
        qualified(inputs.es, [ev], [pv]),
        inputs.at,
        qualified(inputs.sv_t, [ev], [pv]),
        qualified(inputs.spi_t, [ev], [pv]),
        row.ends,
    )


def _totals(rows: Sequence[Earned], columns: Sequence[Column], as_of: AsOf) -> tuple[Cell, ...]:
    """Sums of what was put in; SV and SPI over the projects with EV and PV, CV and CPI over those with EV and AC."""
    count = len(rows)
    tree = family(row.state for row in rows)
    cells: dict[str, Cell] = {
        name: group_amounts(tree, {key: convert(one, as_of) for key, one in _by_project(rows, name).items()})
        for name in ("bac", "pv", "ev", "ac")
    }
    cells["code"] = ngettext("{count} project", "{count} projects", count).format(count=count)
    for ratio, difference, other in (("spi", "sv", "pv"), ("cpi", "cv", "ac")):
        both = [row for row in rows if getattr(row.inputs, difference) is not None]
        inner = family(row.state for row in both)
        done, measure = _by_project(both, "ev"), _by_project(both, other)
        cells[ratio] = quotient(inner, done, measure, as_of)
        cells[difference] = _difference(inner, (done, measure), as_of)
    return tuple(cells.get(column.key) for column in columns)


def _by_project(rows: Sequence[Earned], name: str) -> dict[int, CapitalSum]:
    return {row.state.row.project_id: getattr(row, name) for row in rows}


def _difference(tree: Sequence[tuple[int, int | None]], found: Sequence[dict[int, CapitalSum]], as_of: AsOf) -> Cell:
    """The sum of EV less that of another figure; None unless both are in one and the same currency."""
    sums = [group_amounts(tree, {key: convert(one, as_of) for key, one in own.items()}) for own in found]
    if any(len(one.figures) != 1 for one in sums):
        return None
    [done], [other] = (one.figures for one in sums)
    if done.money is None or other.money is None or done.money.currency != other.money.currency:
        return None
    made_of, less = ([CapitalSum(one.figures, one.state or "known")] for one in sums)
    return computed(Fraction(done.money.minor - other.money.minor), done.money.currency, made_of, less).cell()


def earned_coverage(rows: Sequence[Earned], found: int) -> Iterable[str]:
    """What is behind the figures of these projects, `found` of which matched."""
    yield _("{shown} of {all} projects have a plan, completed capital or payments").format(shown=len(rows), all=found)
    yield _("SV and SPI for {timed} of them (EV and PV), CV and CPI for {costed} (EV and AC: paid is recorded)").format(
        timed=sum(1 for row in rows if row.inputs.sv is not None),
        costed=sum(1 for row in rows if row.inputs.cv is not None),
    )
    unplanned = sum(1 for row in rows if row.plan is None)
    if unplanned:
        yield ngettext(
            "{count} project without PV: a year in which it worked has no plan, or not in the currency of its total",
            "{count} projects without PV: a year in which they worked has no plan, or not in the currency of the total",
            unplanned,
        ).format(count=unplanned)
    overrun = sum(1 for row in rows if row.overrun)
    if overrun:
        yield ngettext(
            "{count} project without a forecast end: not completed, and the day by its schedule so far has gone by",
            "{count} projects without a forecast end: not completed, and the day by the schedule so far has gone by",
            overrun,
        ).format(count=overrun)
    lacking = sum(1 for row in rows if row.ev.lacking or row.ac.lacking)
    if lacking:
        yield ngettext(
            "{count} project has completed or paid capital that is unknown or withheld and not in EV or AC",
            "{count} projects have completed or paid capital that is unknown or withheld and not in EV or AC",
            lacking,
        ).format(count=lacking)


def earned_notes() -> tuple[str, ...]:
    """The definitions."""
    return (
        _(
            "PV: annual plans, linear inside a year; EV: completed; AC: paid; BAC: total investment;"
            " SV = EV − PV, CV = EV − AC, SPI = EV ÷ PV, CPI = EV ÷ AC, EAC = BAC ÷ CPI, ETC = EAC − AC,"
            " VAC = BAC − EAC, TCPI = (BAC − EV) ÷ (BAC − AC)"
        ),
        _(
            "earned schedule ES = C + (EV − PV_C) ÷ (PV_C+1 − PV_C), AT: months since the first plan year began, to the"
            " completion or end of the project (its last possible day) or to today,"
            " SV(t) = ES − AT, SPI(t) = ES ÷ AT; forecast end: months to the baseline of completed (else of in"
            " production) ÷ SPI(t), none where that day has gone by"
        ),
    )


# A chart or a list of months further ahead than that tells nothing.
MOST_MONTHS = 240


def earned_value_of(reader: Reader, as_of: AsOf, code: str) -> Report:
    """The project month by month to the day asked about, and its S-curve. Raises UsageError, with the closest code."""
    everything = portfolio(reader, as_of)
    one = find(everything, code)
    kept = plan_base(reader, as_of, everything.states)
    now = earned(one, kept, as_of.day)
    months = _months(now, kept.worked.get(one.row.project_id, range(0)), as_of.day)
    tree = everything.tree()
    rows = [_earned_by(reader, as_of, one, kept, day, tree) for day in months if day < as_of.day]
    rows = [*rows, now] if months else []
    return Report(
        "earned-value",
        _("Earned value · {code} · {name}").format(code=one.row.code, name=name_of(one.row.name, one.row.name_en)),
        (Column("day", _("As of"), Kind.DATE, priority=1), *earned_columns()),
        tuple((day, *earned_cells(row, as_of)) for day, row in zip(months, rows, strict=True)),
        as_of.day,
        as_of.known_on,
        coverage=tuple(earned_coverage([now], 1)) if rows else (),
        notes=earned_notes(),
        chart=_chart(now, rows, months),
        empty=_("{code} has no plan, completed capital or payments").format(code=one.row.code),
    )


def _months(now: Earned, worked: range, as_of: date) -> list[date]:
    """The ends of the months from the first plan or work to `as_of`, and that day."""
    first = min([now.plan.first_year] if now.plan else list(worked)[:1], default=None)
    if first is None:
        return []
    day = month_end(date(first, 1, 1))
    found: list[date] = []
    # After its completion or end nothing of a project changes any more.
    while day < min(as_of, month_end(clock(now.state, as_of)) + timedelta(1)) and len(found) < MOST_MONTHS:
        found.append(day)
        day = month_end(day + timedelta(1))
    return [*found, as_of]


def _earned_by(
    reader: Reader, as_of: AsOf, one: ProjectState, kept: PlanBase, day: date, tree: Sequence[tuple[int, int | None]]
) -> Earned:
    """The earned value on an earlier day, with the plans and stages as they are known now."""
    years = {year: found for year, found in kept.years.items() if year <= day.year}
    worked = kept.worked.get(one.row.project_id, range(0))
    until = {one.row.project_id: range(worked.start, min(worked.stop, day.year + 1))}
    sums = sums_so_far(reader, as_of._replace(day=day), tree)
    return earned(one, PlanBase(years, until, kept.begun_unknown, sums), day)


def _chart(now: Earned, rows: Sequence[Earned], months: Sequence[date]) -> Chart | None:
    """Plan, completed, and from today to the forecast end a straight line to the total."""
    plan, value, bac = now.plan, now.inputs.ev, now.inputs.bac
    if plan is None or value is None or now.currency is None:
        return None
    today = plan.elapsed(months[-1])
    end = plan.elapsed(now.ends) if now.ends and bac else None
    steps = max(plan.months, ceil(today), ceil(end or 0))
    done = [row.inputs.ev for day, row in zip(months, rows, strict=True) if day == month_end(day)]
    top = max(plan.planned(steps), *(amount or Fraction(0) for amount in (bac, *done, value)))
    if steps > MOST_MONTHS or top <= 0:
        return None
    planned = [plan.planned(month) for month in range(steps + 1)]
    return Chart(
        (
            _curve(_("completed"), "●", [Fraction(0), *done], steps, top),
            _curve(_("forecast"), "○", _forecast(value, bac, today, end, steps), steps, top),
            _curve(_("plan"), "·", planned, steps, top),
        ),
        tuple(_name(plan.first_year, step) for step in range(steps + 1)),
        Amounts((Figure(Money(round(top), now.currency)),)),
    )


def _forecast(
    value: Fraction, bac: Fraction | None, today: Fraction, end: Fraction | None, steps: int
) -> list[Fraction | None]:
    if bac is None or end is None or end <= today:
        return []
    line = [value + (bac - value) * (month - today) / (end - today) for month in range(steps + 1)]
    return [min(amount, bac) if month >= today else None for month, amount in enumerate(line)]


def _curve(name: str, mark: str, amounts: Sequence[Fraction | None], steps: int, top: Fraction) -> Plotted:
    heights = [None if amount is None else amount / top for amount in amounts]
    return Plotted(name, mark, tuple((*heights, *[None] * (steps + 1))[: steps + 1]))


def _name(first_year: int, step: int) -> str:
    """The month that ends at a step; the first step is the beginning of the first month."""
    month = max(step, 1) - 1
    return Period.month(first_year + month // 12, month % 12 + 1).display(language())
