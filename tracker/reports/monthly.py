"""`tracker report monthly`: the monthly report 月报 of the projects, or of the groups they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tracker.analysis.completion import gap_points, share
from tracker.analysis.lights import RuleSet, in_words
from tracker.database import Reader
from tracker.dates import Period, elapsed_share
from tracker.i18n import _, language, ngettext
from tracker.queries import capital
from tracker.queries.asked import Asked, Filters
from tracker.reports.four_rates import FourRates, four_rates, group_share, rate_columns, rates_defined, rates_in_words
from tracker.reports.groups import by_group, group_title
from tracker.reports.portfolio import ENDED, Standing, family, portfolio
from tracker.reports.progress import Line, group_completion, lines
from tracker.reports.report import Amounts, Cell, Column, Kind, Report, Spark
from tracker.reports.reviews import NOTHING_SAID, Latest, disagreements, latest_reviews
from tracker.reports.tally import NOTHING, Tally, group_amounts, tallied
from tracker.reports.words import code_column, name_cells, name_columns, term
from tracker.vocabulary import CONDITIONS, LIGHTS, STAGES

GROUPINGS = ("owner", "site", "grid", "chain", "none")
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
    """Everything one monthly report is made of; `standings` are all projects that match, `items` those shown."""

    asked: Asked
    period: Period
    rules: RuleSet
    standings: tuple[Standing, ...]
    items: tuple[Item, ...]
    sums: Tallies
    across: int

    @property
    def elapsed(self) -> Fraction:
        """The share of the year gone by."""
        return elapsed_share(self.asked.as_of, self.asked.as_of.year)

    def rates(self, standings: Sequence[Standing]) -> FourRates:
        """The four rates of some of the projects."""
        return four_rates(standings, self.sums, self.asked.as_of)


def monthly(reader: Reader, asked: Asked, filters: Filters, by: str, rules: RuleSet) -> Report:
    """The report of the month that ends on the day asked about; `by` is one of GROUPINGS.

    A row a project, worst first, or with `by` a row a group. Running projects are shown, and ended ones that have a
    plan or completed capital in the year.
    """
    month = _month(reader, asked, filters, rules)
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


def _month(reader: Reader, asked: Asked, filters: Filters, rules: RuleSet) -> Month:
    period = Period.month(asked.as_of.year, asked.as_of.month)
    found = portfolio(reader, asked, filters).standings
    said = latest_reviews(reader, asked)
    months = [tallied(reader, asked, one) for one in _last_months(period)]
    shown = [line for line in lines(reader, asked, found, rules) if _is_shown(line, filters)]
    items = [
        Item(
            line,
            months[-1].get((line.project_id, "completed"), NOTHING),
            Spark(tuple(_drawn(one.get((line.project_id, "completed"), NOTHING)) for one in months)),
            said.get(line.project_id, NOTHING_SAID),
        )
        for line in shown
    ]
    items.sort(key=lambda item: _badness(_gap(item.line, asked)))
    ids = {line.project_id for line in shown}
    across = sum(
        1
        for row in capital.entries(reader, asked)
        if row.kind == "completed" and row.project_id in ids and row.first_day and row.last_day
        if row.first_day < period.first <= row.last_day
    )
    return Month(asked, period, rules, found, tuple(items), tallied(reader, asked), across)


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


def _badness(gap: Fraction | None) -> tuple[bool, Fraction]:
    """The order of worst first: the lowest gap, and last what has none."""
    return gap is None, gap or Fraction(0)


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
        Column("stage", _("Stage"), priority=6),
        Column("condition", _("Condition"), priority=8),
        *_money_columns(month),
        Column("months", _("12 months"), priority=9, drawn=True),
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
            share(line.cumulative.money(), line.total.money()),
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
    rows = []
    for label, standings in by_group(month.standings, by).items():
        ids = {one.row.project_id for one in standings}
        part = replace(month, items=tuple(item for item in month.items if item.line.project_id in ids))
        cells = _money_cells(part)
        gap = cells["gap"]
        order = _badness(gap if isinstance(gap, Fraction) else None)
        rows.append((order, (label, len(part.items), *cells.values(), *_lit(part), *part.rates(standings).cells())))
    return [row for _order, row in sorted(rows, key=lambda row: row[0])]


def _lit(month: Month) -> tuple[int, int]:
    colours = [item.line.light.colour for item in month.items]
    return colours.count("red"), colours.count("yellow")


def _money_cells(month: Month) -> dict[str, Cell]:
    """The sums of the projects shown, under the keys of `_money_columns`; nothing is added across currencies."""
    rows = [item.line for item in month.items]
    tree = family(line.standing for line in rows)
    completion = group_completion(rows)
    both = [line.standing for line in rows if line.total.known and line.cumulative.known]
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
    red, yellow = _lit(month)
    rates = dict(zip((column.key for column in rate_columns()), month.rates(month.standings).cells(), strict=True))
    cells: dict[str, Cell] = {"code": words, "group": _("all"), "projects": count, "red": red, "yellow": yellow}
    every = cells | _money_cells(month) | rates
    return tuple(every.get(column.key) for column in columns)


# --- below the table -----------------------------------------------------------------------------------------------


def _coverage(month: Month) -> Iterable[str]:
    rows, year = [item.line for item in month.items], month.asked.as_of.year
    planned = sum(1 for line in rows if line.plan.known)
    yield _("plan {year} for {planned} of {all} projects; completion is measured over these").format(
        year=year, planned=planned, all=len(rows)
    )
    yield from rates_in_words(month.rates(month.standings), year)
    unknown = sum(1 for line in rows if line.completed.partial or (line.completed.figures and not line.completed.known))
    if unknown:
        yield ngettext(
            "completed capital of {count} project is unknown or withheld in part and not added",
            "completed capital of {count} projects is unknown or withheld in part and not added",
            unknown,
        ).format(count=unknown)
    if month.across:
        yield ngettext(
            "{count} completed entry runs across the beginning of the month and is not in its figure",
            "{count} completed entries run across the beginning of the month and are not in its figure",
            month.across,
        ).format(count=month.across)
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
    yield rates_defined(month.asked.as_of.year, month.asked.as_of)
