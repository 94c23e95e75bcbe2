"""`tracker report monthly`: the monthly report 月报 of the projects, or of the groups they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, tzinfo
from fractions import Fraction

from tracker.analysis.completion import gap_points
from tracker.analysis.rag_status import RuleSet, in_words
from tracker.database import Reader
from tracker.i18n import _, language, ngettext
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.capital_sums import NOTHING, convert
from tracker.reports.four_rates import (
    rate_columns,
    rates_defined,
    rates_in_short,
    rates_in_words,
    rates_left_out,
)
from tracker.reports.grouping import NONE, Lights, folded, group_title, left_out
from tracker.reports.missing import News, news_of
from tracker.reports.month import MONTHS_DRAWN, Month, lights_of, month_of, parts
from tracker.reports.portfolio import ProjectState
from tracker.reports.progress import (
    Latest,
    across_year_end_in_words,
    disagreements,
    done_together_in_words,
    in_one_currency,
    overridden,
    planned_in_words,
    states_in_words,
)
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report
from tracker.reports.restated import restated_in, sentences
from tracker.reports.words import (
    code_column,
    figures_to_cell,
    figures_to_column,
    light_cell,
    name_cells,
    name_columns,
    term,
)
from tracker.reports.year_on_year import less_one, on_year
from tracker.vocabulary import CONDITIONS, LIGHTS, STAGES


def monthly(
    reader: Reader,
    as_of: AsOf,
    filters: Filters,
    by: str,
    rules: RuleSet,
    currency: str,
    zone: tzinfo = UTC,
    *,
    every: bool = False,
    drawn: bool = True,
) -> Report:
    """The report of the month that ends on the day asked about; `by` is none, one of LIT, or as in `groups`.

    A row a project, worst first, or with `by` a row a group; projects without a plan come last, in one line unless
    `every` one is to be shown. Running projects are shown, and ended ones that have a
    plan or completed capital in the year. Shares of groups are measured over figures in `currency`. Days end in `zone`.
    """
    target = as_of.converter.target if as_of.converter else currency
    month = month_of(reader, as_of, filters, rules, target, drawn=MONTHS_DRAWN if drawn and by == NONE else 1, by=by)
    lights = lights_of(reader, as_of, month.lines, by, rules, zone)
    news = news_of(reader, as_of, filters, month.period, month.to)
    changed = restated_in(reader, as_of, filters, month.period)
    columns = _project_columns(month, news) if by == NONE else _group_columns(month, by, lights)
    rows = tuple(_project_rows(month) if by == NONE else _group_rows(reader, month, by, lights, columns))
    totals = _totals(month, columns, lights) if month.shown else None
    unplanned = 0 if by != NONE or every else sum(1 for line in month.lines if not line.plan.figures)
    fold = 0 if unplanned == len(rows) else unplanned
    return Report(
        "monthly",
        _title(month, news),
        columns,
        rows,
        as_of.day,
        as_of.known_on,
        totals=totals,
        elsewhere=left_out(columns, rows, totals, by) if totals and (by != NONE or month.is_nested) else None,
        fold=fold,
        folded=folded(columns, rows[-fold:]) if fold else None,
        lead=rates_in_short(month.rates[0]) if month.projects else "",
        remarks=tuple(sentences(changed)),
        coverage=(*news.in_words(), *_coverage(month), *across_year_end_in_words(month.across))
        if month.projects
        else (),
        notes=tuple(_notes(month)) if month.projects else (),
        empty=_("no project matches"),
    )


def _title(month: Month, news: News) -> str:
    name = month.period.display(language())
    if news.is_none and month.shown:
        return _("Monthly report {month}, without a figure of this month").format(month=name)
    return _("Monthly report {month}").format(month=name)


# --- a row a project -----------------------------------------------------------------------------------------------


def _money_columns(month: Month) -> tuple[Column, ...]:
    year = month.as_of.day.year
    return (
        Column("plan", _("Plan {year}").format(year=year), Kind.AMOUNT, priority=0),
        Column("month", _("This month"), Kind.AMOUNT, priority=2),
        Column("year_to_date", _("Year to date"), Kind.AMOUNT, priority=0),
        Column("year_before", _("Year before"), Kind.AMOUNT, priority=7, hidden=True),
        Column("growth", _("Year on year"), Kind.RATIO, priority=4),
        Column("completion", _("Done"), Kind.RATIO, priority=0),
        Column("bar", "", priority=1, drawn=True),
        Column("gap", _("Gap (pp)"), Kind.POINTS, priority=0),
        Column("cumulative", _("Cumulative"), Kind.AMOUNT, priority=6, hidden=True),
        Column("total", _("Total"), Kind.AMOUNT, priority=6, hidden=True),
        Column("cumulative_completion", _("% of total"), Kind.RATIO, priority=4),
    )


def _project_columns(month: Month, news: News) -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("owner", _("Owner"), priority=7, hidden=True),
        Column("stage", _("Stage"), priority=6, hidden=True),
        Column("condition", _("Condition"), priority=8, hidden=True),
        *_money_columns(month),
        Column("months", _("12 months"), priority=4, drawn=True),
        Column("physical", _("Physical"), Kind.RATIO, priority=4),
        Column("light", _("Light"), priority=0),
        Column("light_reason", _("Why"), priority=9, hidden=True),
        Column("judged", _("Judged"), priority=5),
        figures_to_column(priority=1 if news.is_none else 8),
        Column("problems", _("Problems"), priority=3),
    )


def _project_rows(month: Month) -> Iterator[tuple[Cell, ...]]:
    for item in month.items:
        line, one = item.line, item.line.state
        base = month.year_before.bases.get(line.project_id, NOTHING)
        yield (
            one.row.code,
            *name_cells(one.row),
            one.row.owner,
            term(STAGES, one.stage),
            term(CONDITIONS, one.condition) if one.condition != "active" else None,
            line.plan.cell(),
            item.month.cell(),
            line.completed.cell(),
            convert(base, month.as_of).cell(),
            less_one(in_one_currency(line.year, base, month.as_of)) if base.known else None,
            line.completion,
            Bar(line.completion, month.elapsed),
            line.gap,
            line.cumulative.cell(),
            line.total.cell(),
            line.shares[0],
            item.drawn,
            Fraction(item.said.physical, 10_000) if item.said.physical is not None else None,
            light_cell(line.light.colour),
            line.light.reason,
            term(LIGHTS, item.said.light),
            figures_to_cell(line.figures_to),
            _problems(one, item.said),
        )


def _problems(one: ProjectState, said: Latest) -> str | None:
    """Why the project stands still or has ended, and what the latest progress report says."""
    halted = ""
    if one.condition != "active":
        condition, reason = term(CONDITIONS, one.condition), one.conditions[-1].reason
        halted = condition.name(language()) if condition else ""
        halted = _("{condition}: {reason}").format(condition=halted, reason=reason) if reason else halted
    return _("; ").join(words for words in (halted, said.text) if words) or None


# --- a row a group -------------------------------------------------------------------------------------------------


def _group_columns(month: Month, by: str, lights: Lights | None) -> tuple[Column, ...]:
    return (
        Column("group", group_title(by), priority=1),
        Column("projects", _("Projects"), Kind.COUNT, priority=2),
        *(lights.columns() if lights else ()),
        *_money_columns(month),
        Column("red", _("Red"), Kind.COUNT, priority=5),
        Column("yellow", _("Yellow"), Kind.COUNT, priority=6),
        *rate_columns(),
    )


def _group_rows(
    reader: Reader, month: Month, by: str, lights: Lights | None, columns: Sequence[Column]
) -> Iterator[tuple[Cell, ...]]:
    for part in parts(reader, month, by, lights):
        cells = _cells(part.month) | {"group": part.label}
        if lights:
            cells["before"], cells["moved"] = lights.cells(part.label, part.month.states)
        yield tuple(cells.get(column.key) for column in columns)


def _cells(month: Month) -> dict[str, Cell]:
    """The cells of a group of projects, or of all."""
    now, before = month.rates
    counts: dict[str, Cell] = {"projects": month.shown, "red": month.lit("red"), "yellow": month.lit("yellow")}
    return counts | money_cells(month) | now.cells(before)


def money_cells(month: Month) -> dict[str, Cell]:
    """The sums of the projects shown, under the keys of `_money_columns`; nothing is added across currencies."""
    completion = month.completion

    def added(name: str) -> Cell:
        return _shown(month.amounts(name, {line.project_id: getattr(line, name) for line in month.lines}))

    bases = {project: convert(one, month.as_of) for project, one in month.year_before.bases.items()}
    return {
        "plan": added("plan"),
        "month": _shown(month.amounts("month", {item.line.project_id: item.month for item in month.items})),
        "year_to_date": added("completed"),
        "year_before": _shown(month.amounts("before", bases)),
        "growth": month.growth,
        "completion": completion,
        "bar": Bar(completion, month.elapsed),
        "gap": gap_points(completion, month.elapsed),
        "cumulative": added("cumulative"),
        "total": added("total"),
        "cumulative_completion": month.cumulative_completion,
    }


def _shown(amounts: Amounts) -> Cell:
    return amounts if amounts.figures else None


def _totals(month: Month, columns: Sequence[Column], lights: Lights | None) -> tuple[Cell, ...]:
    count = month.shown
    words = ngettext("{count} project", "{count} projects", count).format(count=count)
    cells = _cells(month) | {"code": words, "group": _("all")}
    if lights:
        cells["before"] = len(lights.before)
    return tuple(cells.get(column.key) for column in columns)


# --- below the table -----------------------------------------------------------------------------------------------


def _coverage(month: Month) -> Iterable[str]:
    yield planned_in_words(month.planned, month.shown, month.unreported, month.as_of.day.year)
    yield from states_in_words(month.in_states)
    ended = month.projects - month.shown
    if ended:
        yield ngettext(
            "{count} ended project counted in the rates alone",
            "{count} ended projects counted in the rates alone",
            ended,
        ).format(count=ended)
    yield from done_together_in_words(month.pairs, month.as_of, month.currency)
    yield from overridden(lit[2:] for lit in month.lights)
    yield from rates_left_out(month.rates[0])


def _notes(month: Month) -> Iterable[str]:
    year = month.as_of.day.year
    now, before = month.rates
    yield rates_in_words(now, year, before)
    if month.growth is not None:
        yield on_year(month.growth, month.year_before)
    yield from month.targets
    yield from disagreements(lit[2:] for lit in month.lights)
    yield _("completion together is over the projects planned in {currency}").format(currency=month.planned_in)
    yield _("time progress {share}%; gap = 100 × completion − 100 × time progress; worst first").format(
        share=f"{float(100 * month.elapsed):.1f}"
    )
    yield _("lights by rule set {rules}").format(rules=in_words(month.rules))
    yield rates_defined(year, month.as_of.day, month.currency)
