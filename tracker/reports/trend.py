"""`tracker report trend`: completed investment and plan by month, quarter or year, with the year before 环比同比."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.analysis.completion import Ratio
from tracker.database import Reader
from tracker.dates import Period, month_end
from tracker.i18n import _, language
from tracker.queries import capital
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.projects import existing
from tracker.reports.capital_sums import (
    NOTHING,
    CapitalSum,
    capital_sum_of,
    capital_sums,
    convert,
    group_amounts,
    with_parts,
)
from tracker.reports.conversion import at_one_rate
from tracker.reports.portfolio import ProjectState, family, portfolio
from tracker.reports.progress import pairs, quotient, states_in_words, together
from tracker.reports.report import Amounts, Cell, Column, Kind, Report, Row
from tracker.reports.year_on_year import less_one, year_earlier
from tracker.vocabulary import ENDED, STAGES, Term

# Months of a step, and how many steps are shown unless asked otherwise.
STEPS = {"month": (1, 12), "quarter": (3, 8), "year": (12, 5)}
Tree = Sequence[tuple[int, int | None]]
CapitalSums = dict[int, CapitalSum]


@dataclass(frozen=True, slots=True)
class Step:
    """One column: the days it sums, the whole period that these begin, and the days it is compared with.

    `days` end with the last month that is over; `before` is the whole period before, None where `days` are a part.
    The column of the year before stands beside it, and is compared with nothing.
    """

    days: Period
    whole: Period
    before: Period | None
    year_before: Period | None

    @property
    def last_year(self) -> Step | None:
        """The column beside it; None for such a column itself."""
        if self.year_before is None:
            return None
        return Step(self.year_before, _year_earlier(self.whole), None, None)


def steps(by: str, last: date, count: int) -> list[Step]:
    """The last `count` periods that begin by `last`, the end of a month; the newest may be a part of its period."""
    months, _usual = STEPS[by]
    index = (last.year * 12 + last.month - 1) // months

    def period(place: int) -> Period:
        year, month = divmod(place * months, 12)
        return Period.months(year, month + 1, month + months)

    found = []
    for place in range(index - count + 1, index + 1):
        whole = period(place)
        days = Period(whole.first, min(whole.last, last))
        found.append(Step(days, whole, period(place - 1) if days == whole else None, _year_earlier(days)))
    return found


def _year_earlier(months: Period) -> Period:
    return Period(year_earlier(months.first), month_end(year_earlier(months.last).replace(day=1)))


def trend(reader: Reader, as_of: AsOf, filters: Filters, by: str, count: int) -> Report:
    """Periods as columns, each with the same days of the year before beside it unless these are shown anyway.

    A row a measure and currency: completed, growth on the period and the year before, plan and completion. The day
    asked about is the end of a month; periods that were over before the first project existed are left out.
    """
    as_of = at_one_rate(as_of)
    states = portfolio(reader, as_of, filters).states
    tree = family(states)
    ids = {project for project, _parent in tree}
    every = steps(by, as_of.day, count)
    newest = every[-1]
    periods = [step for step in every if existing(reader, as_of._replace(day=step.days.last), ids)] or [newest]
    shown: list[Step] = []
    for step in periods:
        shown.append(step)
        if step.last_year and all(step.last_year.days != other.days for other in every):
            shown.append(step.last_year)
    spans = dict.fromkeys(
        span for step in shown for span in (step.days, step.whole, step.before, step.year_before) if span
    )
    done, plans = _figures(reader, as_of, list(spans), ids)
    live = {span: len(existing(reader, as_of._replace(day=span.last), ids)) for span in spans}
    finished = {one.row.project_id: day for one in states if (day := _finished(one))}
    currencies = _currencies(as_of, [*done.values(), *plans.values()])
    columns = (
        Column("measure", _("Indicator"), priority=1),
        # Where there are several, nothing else tells the rows without an amount apart.
        Column("currency", _("Currency"), priority=1, hidden=len(currencies) < 2),
        *(
            Column(
                step.days.iso(), step.days.display(language()), Kind.ANY, priority=1, beside=step.year_before is None
            )
            for step in shown
        ),
    )
    rows: list[Row] = []
    for currency in currencies:
        own = {span: _within(found, currency, as_of) for span, found in done.items()}
        planned = {span: _within(found, currency, as_of) for span, found in plans.items()}
        cells = [_cells(step, tree, own, planned, live, finished, as_of, currency) for step in shown]
        rows += [
            (measure, currency, *(one[measure.code] for one in cells))
            for measure in _measures()
            if any(not _is_empty(one[measure.code]) for one in cells)
        ]
    latest = with_parts(tree, done[newest.days])
    return Report(
        "trend",
        _("Trend by {step}, {first} to {last}").format(
            step={"month": _("month"), "quarter": _("quarter"), "year": _("year")}[by],
            first=periods[0].days.display(language()),
            last=newest.days.display(language()),
        ),
        columns,
        tuple(rows),
        as_of.day,
        as_of.known_on,
        coverage=(
            *states_in_words(Counter(latest.get(project, NOTHING).state for project in ids)),
            _("growth is that of the projects with a figure in both periods"),
        )
        if rows
        else (),
        notes=tuple(_notes(newest)) if rows else (),
        repeated=2,
        empty=_("no project matches") if not states else _("no completed investment and no plan in these periods"),
    )


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, Amounts) and cell.state == "not_reported")


def _measures() -> tuple[Term, ...]:
    """The rows, in their order."""
    return (
        Term("completed", "完成投资", "completed"),
        Term("on_period", "环比", "vs previous"),
        Term("on_year", "同比", "vs last year"),
        Term("plan", "计划投资", "plan"),
        Term("completion", "完成率", "done"),
    )


def _figures(
    reader: Reader, as_of: AsOf, spans: Sequence[Period], ids: set[int]
) -> tuple[dict[Period, CapitalSums], dict[Period, CapitalSums]]:
    """What was completed in each span, and planned for it, by project.

    A span that begins a year and is not known exactly is at least the reported figure, as a year to date is.
    """
    native = as_of._replace(converter=None)
    done: dict[Period, CapitalSums] = {}
    plans: dict[Period, CapitalSums] = {}
    for span, rows in zip(spans, capital.in_spans(reader, native, spans, ("completed", "plan"), ids), strict=True):
        found = capital_sums(rows)
        done[span], plans[span] = found["completed"], found["plan"]
        if (span.first.month, span.first.day) == (1, 1) and span.first.year == span.last.year:
            by_project: dict[int, list[capital.FigureRow]] = {}
            for row in capital.year_to_date(reader, native._replace(day=span.last), ("completed",), ids):
                by_project.setdefault(row.project_id, []).append(row)
            for project, own in by_project.items():
                if not done[span].get(project, NOTHING).known:
                    # What is known to an earlier day of the year is at least that.
                    stated = [row for row in own if row.value.state in ("known", "partial")]
                    least = [row._replace(value=row.value._replace(state="partial")) for row in stated]
                    done[span] |= {project: capital_sum_of(least)} if least else {}
    return done, plans


def _currencies(as_of: AsOf, found: Sequence[CapitalSums]) -> list[str]:
    """The currencies there are figures in, or the one asked for."""
    named = {f.money.currency for one in found for capital_sum in one.values() for f in capital_sum.figures if f.money}
    if as_of.converter is not None:
        return [as_of.converter.target] if named else []
    return sorted(named)


def _within(found: CapitalSums, currency: str, as_of: AsOf) -> CapitalSums:
    """The capital sums in one currency; all of them where one currency is asked for. What is lacking stays so."""
    if as_of.converter is not None:
        return found
    return {
        project: capital_sum._replace(
            figures=tuple(f for f in capital_sum.figures if f.money and f.money.currency == currency)
        )
        for project, capital_sum in found.items()
        if capital_sum.lacking or any(f.money and f.money.currency == currency for f in capital_sum.figures)
    }


def _finished(one: ProjectState) -> date | None:
    """The day by which a project was completed or had ended, so that nothing more is to be reported of it."""
    order = STAGES["completed"].order
    days = [e.last_day for e in one.stages if e.last_day and e.code in STAGES and STAGES[e.code].order >= order]
    if one.condition in ENDED:
        event = one.conditions[-1]
        days.append(event.last_day or event.effective_from)
    return min(days, default=None)


def _cells(
    step: Step,
    tree: Tree,
    done: Mapping[Period, CapitalSums],
    plans: Mapping[Period, CapitalSums],
    live: Mapping[Period, int],
    finished: Mapping[int, date],
    as_of: AsOf,
    currency: str,
) -> dict[str, Cell]:
    """The cells of one column by measure."""

    def added(found: CapitalSums, span: Period) -> Cell:
        # That nothing was completed before a project began is a base to compare with, and no figure anybody reported.
        spoken = {
            project: capital_sum
            for project, capital_sum in found.items()
            if capital_sum.entries or capital_sum.state != "known"
        }
        shown = {project: convert(capital_sum, as_of) for project, capital_sum in with_parts(tree, spoken).items()}
        amounts = group_amounts(tree, shown)
        if not amounts.figures:
            state = "lacking" if any(capital_sum.lacking for capital_sum in shown.values()) else "not_reported"
            return Amounts((), 0, live[span], state)
        return amounts._replace(of=max(live[span], amounts.known or 0))

    def growth(before: Period | None) -> Ratio | None:
        """Over the families with a figure in both: nothing is to be reported of one that was completed before."""
        if before is None:
            return None
        now, then = with_parts(tree, done[step.days]), with_parts(tree, done[before])
        both = {
            project
            for project, capital_sum in then.items()
            if capital_sum.known
            and (
                now[project].known
                or (now[project].state == "not_reported" and finished.get(project, date.max) < step.days.first)
            )
        }
        both -= {one for one in both if now[one].known and _is_mixed(one, tree, both, done[step.days], done[before])}
        return less_one(quotient(tree, {one: now[one] for one in both}, {one: then[one] for one in both}, as_of))

    plan = plans.get(step.whole, {})
    measured = together(pairs(tree, done[step.days], plan), tree, as_of, currency)
    return {
        "completed": added(done[step.days], step.days),
        "on_period": growth(step.before),
        "on_year": growth(step.year_before),
        "plan": added(plan, step.whole),
        "completion": measured.completion if measured else None,
    }


def _is_mixed(parent: int, tree: Tree, both: set[int], now: CapitalSums, then: CapitalSums) -> bool:
    """Whether a family has another make-up in the two periods: the parent's own figure, or those of other parts."""
    if now.get(parent, NOTHING).known or then.get(parent, NOTHING).known:
        return not (now.get(parent, NOTHING).known and then.get(parent, NOTHING).known)
    return any(above == parent and part not in both and _spoke(part, now, then) for part, above in tree)


def _spoke(project: int, now: CapitalSums, then: CapitalSums) -> bool:
    return now.get(project, NOTHING).known or then.get(project, NOTHING).known


def _notes(newest: Step) -> Iterator[str]:
    yield _(
        "completed: what each period comes to by itself, beside it the same days of the year before; vs previous 环比:"
        " on the period before; vs last year 同比; done: completed ÷ plan, over the projects with a plan"
    )
    if newest.days != newest.whole:
        yield _(
            "{days} is a part of its period: its plan is that of the whole, and nothing is compared with the period"
            " before"
        ).format(days=newest.days.display(language()))
