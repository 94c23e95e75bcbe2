"""`tracker report monthly`: the monthly report 月报 of the projects, or of the groups they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from tracker.analysis.completion import gap_points
from tracker.analysis.lights import RuleSet, in_words
from tracker.database import Reader
from tracker.i18n import _, language, ngettext
from tracker.queries.asked import Asked, Filters
from tracker.reports.four_rates import (
    group_share,
    in_both,
    rate_columns,
    rates_defined,
    rates_in_words,
)
from tracker.reports.grouping import group_title
from tracker.reports.month import Month, month_of, parts
from tracker.reports.portfolio import Standing, family
from tracker.reports.progress import states_in_words
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.reviews import Latest, disagreements
from tracker.reports.tally import group_amounts
from tracker.reports.words import code_column, name_cells, name_columns, term
from tracker.vocabulary import CONDITIONS, LIGHTS, STAGES


def monthly(reader: Reader, asked: Asked, filters: Filters, by: str, rules: RuleSet, currency: str) -> Report:
    """The report of the month that ends on the day asked about; `by` is one of GROUPS, or none.

    A row a project, worst first, or with `by` a row a group. Running projects are shown, and ended ones that have a
    plan or completed capital in the year. Shares of groups are measured over figures in `currency`.
    """
    month = month_of(reader, asked, filters, rules, asked.converter.target if asked.converter else currency)
    rows = _project_rows(month) if by == "none" else _group_rows(month, by)
    columns = _project_columns(month) if by == "none" else _group_columns(month, by)
    return Report(
        "monthly",
        _("Monthly report {month}").format(month=month.period.display(language())),
        columns,
        tuple(rows),
        asked.as_of,
        asked.known_on,
        totals=_totals(month, columns) if month.items else None,
        coverage=tuple(_coverage(month)) if month.standings else (),
        notes=tuple(_notes(month)) if month.standings else (),
        empty=_("no project matches"),
    )


# --- a row a project -----------------------------------------------------------------------------------------------


def _money_columns(month: Month) -> tuple[Column, ...]:
    year = month.asked.as_of.year
    return (
        Column("plan", _("Plan {year}").format(year=year), Kind.AMOUNT, priority=3),
        Column("month", _("This month"), Kind.AMOUNT, priority=2),
        Column("year_to_date", _("Year to date"), Kind.AMOUNT, priority=1),
        Column("completion", _("Done"), Kind.RATIO, priority=1),
        Column("gap", _("Gap (points)"), Kind.POINTS, priority=1),
        Column("cumulative", _("Cumulative"), Kind.AMOUNT, priority=6, hidden=True),
        Column("total", _("Total"), Kind.AMOUNT, priority=6, hidden=True),
        Column("cumulative_completion", _("Of total"), Kind.RATIO, priority=4),
    )


def _project_columns(month: Month) -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("owner", _("Owner"), priority=7, hidden=True),
        Column("stage", _("Stage"), priority=6, hidden=True),
        Column("condition", _("Condition"), priority=8, hidden=True),
        *_money_columns(month),
        Column("months", _("12 months"), priority=4, drawn=True),
        Column("physical", _("Physical"), Kind.RATIO, priority=4),
        Column("light", _("Light"), priority=2),
        Column("light_reason", _("Why"), priority=9, hidden=True),
        Column("judged", _("Judged"), priority=5),
        Column("problems", _("Problems"), priority=3),
    )


def _project_rows(month: Month) -> Iterator[tuple[Cell, ...]]:
    for item in month.items:
        line, one = item.line, item.line.standing
        yield (
            one.row.code,
            *name_cells(one.row),
            one.row.owner,
            term(STAGES, one.stage.code) if one.stage else None,
            term(CONDITIONS, one.condition) if one.condition != "active" else None,
            line.plan.cell(),
            item.month.cell(),
            line.completed.cell(),
            line.completion,
            gap_points(line.completion, month.elapsed),
            line.cumulative.cell(),
            line.total.cell(),
            line.shares[0],
            item.drawn,
            Fraction(item.said.physical, 10_000) if item.said.physical is not None else None,
            term(LIGHTS, line.light.colour) if line.light.colour != "grey" else None,
            line.light.reason,
            term(LIGHTS, item.said.light),
            _problems(one, item.said),
        )


def _problems(one: Standing, said: Latest) -> str | None:
    """Why the project stands still or has ended, and what the latest progress report says."""
    halted = ""
    if one.condition != "active":
        condition, reason = term(CONDITIONS, one.condition), one.conditions[-1].reason
        halted = condition.name(language()) if condition else ""
        halted = _("{condition}: {reason}").format(condition=halted, reason=reason) if reason else halted
    return "; ".join(words for words in (halted, said.text) if words) or None


# --- a row a group -------------------------------------------------------------------------------------------------


def _group_columns(month: Month, by: str) -> tuple[Column, ...]:
    return (
        Column("group", group_title(by), priority=1),
        Column("projects", _("Projects"), Kind.COUNT, priority=2),
        *_money_columns(month),
        Column("red", _("Red"), Kind.COUNT, priority=5),
        Column("yellow", _("Yellow"), Kind.COUNT, priority=6),
        *rate_columns(),
    )


def _group_rows(month: Month, by: str) -> list[tuple[Cell, ...]]:
    return [
        (
            part.label,
            len(part.month.items),
            *money_cells(part.month).values(),
            part.month.lit("red"),
            part.month.lit("yellow"),
            *month.rates(part.standings).cells(),
        )
        for part in parts(month, by)
    ]


def money_cells(month: Month) -> dict[str, Cell]:
    """The sums of the projects shown, under the keys of `_money_columns`; nothing is added across currencies."""
    rows = [item.line for item in month.items]
    tree = family(line.standing for line in rows)
    completion = month.completion
    shown = [line.standing for line in rows]
    both = in_both(shown, month.sums, ("completed", "total"), month.currency)
    month_sum = group_amounts(tree, {item.line.project_id: item.month for item in month.items})

    def added(name: str) -> Cell:
        return _shown(group_amounts(tree, {line.project_id: getattr(line, name) for line in rows}))

    return {
        "plan": added("plan"),
        "month": _shown(month_sum),
        "year_to_date": added("completed"),
        "completion": completion,
        "gap": gap_points(completion, month.elapsed),
        "cumulative": added("cumulative"),
        "total": added("total"),
        "cumulative_completion": group_share(both, month.sums, "completed", "total"),
    }


def _shown(amounts: Amounts) -> Cell:
    return amounts if amounts.figures else None


def _totals(month: Month, columns: Sequence[Column]) -> tuple[Cell, ...]:
    count = len(month.items)
    words = ngettext("{count} project", "{count} projects", count).format(count=count)
    rates = dict(zip((column.key for column in rate_columns()), month.rates(month.standings).cells(), strict=True))
    cells: dict[str, Cell] = {"code": words, "group": _("all"), "projects": count}
    cells |= {colour: month.lit(colour) for colour in ("red", "yellow")}
    every = cells | money_cells(month) | rates
    return tuple(every.get(column.key) for column in columns)


# --- below the table -----------------------------------------------------------------------------------------------


def _coverage(month: Month) -> Iterable[str]:
    rows, year = [item.line for item in month.items], month.asked.as_of.year
    planned = sum(1 for line in rows if line.plan.known)
    yield _(
        "plan {year} for {planned} of {all} projects; completion together is over those planned in {currency}"
    ).format(year=year, planned=planned, all=len(rows), currency=month.currency)
    yield from rates_in_words(month.rates(month.standings), year)
    yield from month.targets
    if month.unreported:
        yield ngettext(
            "{count} project with a plan has not reported a figure of the year",
            "{count} projects with a plan have not reported a figure of the year",
            month.unreported,
        ).format(count=month.unreported)
    yield from states_in_words(line.completed for line in rows)
    ended = len(month.standings) - len(rows)
    if ended:
        yield ngettext(
            "{count} ended project without plan or completed capital in {year} is counted in the rates alone",
            "{count} ended projects without plan or completed capital in {year} are counted in the rates alone",
            ended,
        ).format(count=ended, year=year)
    yield from disagreements((i.line.standing.row.code, i.said.light, i.line.light) for i in month.items)


def _notes(month: Month) -> Iterable[str]:
    yield _("time progress {share}%; gap = 100 × completion − 100 × time progress; worst first").format(
        share=f"{float(100 * month.elapsed):.1f}"
    )
    yield _("lights by rule set {rules}").format(rules=in_words(month.rules))
    yield rates_defined(month.asked.as_of.year, month.asked.as_of, month.currency)
