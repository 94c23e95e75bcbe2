"""`tracker report ranking`: owners, grids, sites or chains ranked by one figure 晾晒, and how their places moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tracker.analysis.completion import competition_ranks, divided, gap_points, inside, places_up, points_between
from tracker.analysis.targets import growth, year_before
from tracker.database import Reader
from tracker.dates import Period, Precision, add_months, elapsed_share, month_end
from tracker.i18n import _, language, ngettext
from tracker.queries import capital
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.capital_sums import ByKind, capital_sums, converted, group_amounts, tallied, with_parts
from tracker.reports.conversion import at_one_rate
from tracker.reports.grouping import Label, group_title, group_word, left_out
from tracker.reports.grouping import groups as grouped
from tracker.reports.portfolio import ProjectState, family, portfolio
from tracker.reports.progress import lines, one_currency, together
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report
from tracker.reports.year_on_year import less_one, year_earlier
from tracker.vocabulary import Term

MEASURES: dict[str, Kind] = {
    "completion": Kind.RATIO,
    "gap": Kind.POINTS,
    "completed": Kind.AMOUNT,
    "total": Kind.AMOUNT,
    "signed": Kind.COUNT,
    "started": Kind.COUNT,
}
PERIODS = ("month", "quarter", "year")
# What the change on the year before is counted in, where that is not a share.
_ON_YEAR = {Kind.RATIO: Kind.POINTS, Kind.POINTS: Kind.POINTS}


# The group of all projects.
_ALL = Term("", "", "")


@dataclass(frozen=True, slots=True)
class Ranked:
    """What each group has at the end of `period` (or by the day asked about in it), what is compared, and its rank.

    `every` is what all have together; `reached` is the last day that figures reach, None where none does.
    """

    period: Period
    values: Mapping[Label, Cell]
    compared: Mapping[Label, Fraction | int | None]
    ranks: Mapping[Label, int | None]
    projects: Mapping[Label, int]
    unclear: int
    every: Cell
    reached: date | None


def ranking(reader: Reader, as_of: AsOf, filters: Filters, by: str, on: str, every: str, currency: str) -> Report:
    """A row a group, by rank; `by` is one of GROUPS, `on` of MEASURES, `every` of PERIODS.

    Amounts are compared in `currency`; the previous ranks are those of the end of the period before, and the values of
    a year before are those of the day that this year's figures reach.
    """
    as_of = at_one_rate(as_of)
    compared = as_of.converter.target if as_of.converter else currency
    period = _period(as_of.day, every)
    now = _ranked(reader, as_of, filters, by, on, period, compared)
    earlier = as_of._replace(day=period.first - timedelta(1))
    before = _ranked(reader, earlier, filters, by, on, _period(earlier.day, every), compared)
    last_year = as_of._replace(day=year_earlier(now.reached or as_of.day))
    then = _ranked(reader, last_year, filters, by, on, year_before(period), compared)
    places = {label: place for place, label in enumerate(now.values)}
    labels = sorted(now.values, key=lambda label: (now.ranks[label] is None, now.ranks[label] or 0, places[label]))
    title = _title(on)
    columns = (
        Column("rank", _("Rank"), Kind.COUNT, priority=1),
        Column("group", group_title(by), priority=1),
        Column("projects", _("Projects"), Kind.COUNT, priority=4),
        Column("value", title[:1].upper() + title[1:], MEASURES[on], priority=1),
        Column("bar", "", priority=9, drawn=True),
        Column("previous_value", _("Before"), MEASURES[on], priority=5),
        Column("year_before", _("Year before"), MEASURES[on], priority=7, hidden=True),
        Column("on_year", _("Year on year"), _ON_YEAR.get(MEASURES[on], Kind.RATIO), priority=4),
        Column("previous_rank", _("Rank before"), Kind.COUNT, priority=3),
        Column("change", _("Change of rank"), Kind.COUNT, priority=2),
    )
    rows = tuple(_row(label, now, before, then, on, compared) for label in labels)
    every_year = _on_year(now.every, then.every, on, compared)
    head = (None, _("all"), sum(now.projects.values()), now.every, Bar(None))
    totals = (*head, before.every, then.every, every_year, None, None) if rows else None
    return Report(
        "ranking",
        _("Ranking by {by}: {measure}").format(by=group_word(by), measure=_title(on)),
        columns,
        rows,
        as_of.day,
        as_of.known_on,
        currency=compared if MEASURES[on] is Kind.AMOUNT else None,
        totals=totals,
        elsewhere=left_out(columns, rows, totals, by) if totals else None,
        coverage=tuple(_coverage(now)),
        notes=tuple(_notes(on, now, before, last_year.day, compared)),
        empty=_("no project matches"),
    )


def _period(day: date, every: str) -> Period:
    """The month, quarter or year of a day."""
    if every == "year":
        return Period.year(day.year)
    return Period.month(day.year, day.month) if every == "month" else Period.quarter(day.year, (day.month + 2) // 3)


def _ranked(reader: Reader, as_of: AsOf, filters: Filters, by: str, on: str, period: Period, currency: str) -> Ranked:
    found = portfolio(reader, as_of, filters).states
    groups: dict[Label, Sequence[ProjectState]] = dict(grouped(reader, as_of, found, by))
    values, unclear, reached = _values(reader, as_of, groups | {_ALL: found}, on, period, currency)
    every = values.pop(_ALL)
    compared = {label: _compared(value, currency) for label, value in values.items()}
    sizes = {label: len(states) for label, states in groups.items()}
    # Projects without a group are shown and compete with nobody.
    ranks = competition_ranks({label: value if label is not None else None for label, value in compared.items()})
    return Ranked(period, values, compared, ranks, sizes, unclear, every, reached)


def _values(
    reader: Reader,
    as_of: AsOf,
    groups: Mapping[Label, Sequence[ProjectState]],
    on: str,
    period: Period,
    currency: str,
) -> tuple[dict[Label, Cell], int, date | None]:
    """What each group has, how many cases are too vaguely dated to be counted, and the last day that figures reach."""
    if on in ("signed", "started"):
        inside_it = {
            label: [inside(one.reached("signed") if on == "signed" else one.started, period) for one in states]
            for label, states in groups.items()
        }
        return {label: each.count(True) for label, each in inside_it.items()}, inside_it[_ALL].count(None), None
    every = groups[_ALL]
    tree = family(every)
    parents = dict(tree)
    if on in ("completed", "total"):
        ids = {one.row.project_id for one in every}
        is_total = on == "total"
        found = (
            tallied(reader, as_of, kinds=(on,), projects=ids) if is_total else _completed(reader, as_of, period, ids)
        )
        sums = with_parts(tree, found[on])
        days = [
            capital_sum.to
            for capital_sum in sums.values()
            if on == "completed" and capital_sum.known and capital_sum.to
        ]
        of_groups = {label: group_amounts(family(states, parents), sums) for label, states in groups.items()}
        return {label: one if one.figures else None for label, one in of_groups.items()}, 0, max(days, default=None)
    rows = {row.project_id: row for row in lines(reader, as_of, every, "points")}
    elapsed = elapsed_share(as_of.day, as_of.day.year)
    shown: dict[Label, Cell] = {}
    for label, states in groups.items():
        chosen = family(states, parents)
        pairs = {one: rows[one].pair for one, _parent in chosen}
        within = one_currency((pair for pair in pairs.values() if pair[1].known), currency)
        measured = together(pairs, chosen, as_of, within)
        completion = measured.completion if measured else None
        shown[label] = completion if on == "completion" else gap_points(completion, elapsed)
    return shown, 0, max((line.year.to for line in rows.values() if line.year.known and line.year.to), default=None)


def _completed(reader: Reader, as_of: AsOf, period: Period, ids: set[int]) -> ByKind:
    """What each project completed in a period, as far as its figures reach."""
    if period.precision is not Precision.QUARTER:
        return tallied(reader, as_of, period, kinds=("completed",), projects=ids)
    ends = [month_end(add_months(period.first, month)) for month in range(3)]
    spans = [Period.of(period.first, end) for end in ends if end <= month_end(as_of.day)]
    found = ByKind(dict)
    own = found["completed"]
    for rows in capital.in_spans(reader, as_of, spans, ("completed",), ids):
        own |= {
            one: capital_sum
            for one, capital_sum in capital_sums(rows)["completed"].items()
            if capital_sum.known or one not in own
        }
    return converted(found, as_of)


def _on_year(now: Cell, before: Cell, on: str, currency: str) -> Cell:
    """The growth of an amount or a count, the difference of a share or of points."""
    if isinstance(now, Amounts) and isinstance(before, Amounts):
        pairs = ({one.money.currency: one for one in reversed(cell.figures) if one.money} for cell in (now, before))
        return less_one(divided(*(figures.get(currency) for figures in pairs)))
    if isinstance(now, Fraction) and isinstance(before, Fraction):
        return points_between(now, before, points=1 if on == "gap" else 100)
    return growth(now, before) if isinstance(now, int) and isinstance(before, int) else None


def _compared(value: Cell, currency: str) -> Fraction | int | None:
    if isinstance(value, Amounts):
        return {one.money.currency: one.money.minor for one in value.figures if one.money}.get(currency)
    return value if isinstance(value, Fraction | int) else None


# --- the table -----------------------------------------------------------------------------------------------------


def _title(on: str) -> str:
    return {
        "completion": _("completion of the year"),
        "gap": _("gap to time progress"),
        "completed": _("completed investment"),
        "total": _("total investment"),
        "signed": _("projects signed"),
        "started": _("projects started"),
    }[on]


def _row(label: Label, now: Ranked, before: Ranked, then: Ranked, on: str, currency: str) -> tuple[Cell, ...]:
    rank, previous = now.ranks[label], before.ranks.get(label)
    value, a_year_before = now.values[label], then.values.get(label)
    return (
        rank,
        label,
        now.projects[label],
        value,
        Bar(_part(now, label)),
        before.values.get(label),
        a_year_before,
        _on_year(value, a_year_before, on, currency),
        previous,
        places_up(previous, rank),
    )


def _part(now: Ranked, label: Label) -> Fraction | None:
    """How long the bar of a group is beside that of the first."""
    value, top = now.compared[label], max((v for v in now.compared.values() if v is not None), default=0)
    return None if value is None or top <= 0 else Fraction(value) / Fraction(top)


def _coverage(now: Ranked) -> Iterable[str]:
    ranked = sum(1 for rank in now.ranks.values() if rank is not None)
    yield _("{ranked} of {all} groups ranked").format(ranked=ranked, all=len(now.ranks))
    if now.unclear:
        yield ngettext(
            "{count} project not counted: its day is known too vaguely to say whether it lies in the period",
            "{count} projects not counted: their days are known too vaguely to say whether they lie in the period",
            now.unclear,
        ).format(count=now.unclear)


def _notes(on: str, now: Ranked, before: Ranked, then: date, currency: str) -> Iterable[str]:
    lang = language()
    if on in ("completion", "gap"):
        yield _(
            "completion: completed ÷ plan of the year to the day, of projects planned in one currency over all,"
            " of others over those planned in {currency}"
        ).format(currency=currency)
    elif on != "total":
        yield _("counted in {period}, up to the day").format(period=now.period.display(lang))
    yield _("rank 1 is the highest; equals share a rank and the next ones are left out (1, 2, 2, 4)")
    yield _("before: at the end of {period}, as it is known today").format(period=before.period.display(lang))
    yield _("on year: against {day}, the day that the figures reach a year before").format(day=Period.day(then))
    yield _("ended projects stay in; without a group or without a value: not ranked")
    if MEASURES[on] is Kind.AMOUNT:
        yield _("compared in {currency}; amounts in other currencies are shown and not compared").format(
            currency=currency
        )
