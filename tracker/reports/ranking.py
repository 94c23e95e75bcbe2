"""`tracker report ranking`: owners, grids, sites or chains ranked by one figure 晾晒, and how their places moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from tracker.analysis.completion import gap_points
from tracker.analysis.ranking import competition_ranks, places_up
from tracker.analysis.rates import inside
from tracker.database import Reader
from tracker.dates import Period, elapsed_share
from tracker.i18n import _, language, ngettext
from tracker.queries.asked import Asked, Filters
from tracker.reports.grouping import Label, group_title
from tracker.reports.grouping import groups as grouped
from tracker.reports.portfolio import Standing, family, portfolio
from tracker.reports.progress import Line, group_completion, lines
from tracker.reports.report import Amounts, Bar, Cell, Column, Kind, Report
from tracker.reports.tally import Tally, group_amounts, tallied

MEASURES: dict[str, Kind] = {
    "completion": Kind.RATIO,
    "gap": Kind.POINTS,
    "completed": Kind.AMOUNT,
    "total": Kind.AMOUNT,
    "signed": Kind.COUNT,
    "started": Kind.COUNT,
}
PERIODS = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Ranked:
    """What each group has at the end of `period` (or by the day asked about in it), what is compared, and its rank."""

    period: Period
    values: Mapping[Label, Cell]
    compared: Mapping[Label, Fraction | int | None]
    ranks: Mapping[Label, int | None]
    projects: Mapping[Label, int]
    unclear: int


def ranking(reader: Reader, asked: Asked, filters: Filters, by: str, on: str, every: str, currency: str) -> Report:
    """A row a group, by rank; `by` is one of GROUPS, `on` of MEASURES, `every` of PERIODS.

    Amounts are compared in `currency`; the previous ranks are those of the end of the period before.
    """
    compared = asked.converter.target if asked.converter else currency
    period = _period(asked.as_of, every)
    now = _ranked(reader, asked, filters, by, on, period, compared)
    earlier = replace(asked, as_of=period.first - timedelta(1))
    before = _ranked(reader, earlier, filters, by, on, _period(earlier.as_of, every), compared)
    places = {label: place for place, label in enumerate(now.values)}
    labels = sorted(now.values, key=lambda label: (now.ranks[label] is None, now.ranks[label] or 0, places[label]))
    return Report(
        "ranking",
        _("Ranking by {by}: {measure}").format(by=group_title(by), measure=_title(on)),
        _columns(by, on),
        tuple(_row(label, now, before) for label in labels),
        asked.as_of,
        asked.known_on,
        currency=compared if MEASURES[on] is Kind.AMOUNT else None,
        coverage=tuple(_coverage(now)),
        notes=tuple(_notes(on, now, before, compared)),
        empty=_("no project matches"),
    )


def _period(day: date, every: str) -> Period:
    """The month, quarter or year of a day."""
    if every == "year":
        return Period.year(day.year)
    return Period.month(day.year, day.month) if every == "month" else Period.quarter(day.year, (day.month + 2) // 3)


def _ranked(reader: Reader, asked: Asked, filters: Filters, by: str, on: str, period: Period, currency: str) -> Ranked:
    groups = dict(grouped(portfolio(reader, asked, filters).standings, by))
    values, unclear = _values(reader, asked, groups, on, period, currency)
    compared = {label: _compared(value, currency) for label, value in values.items()}
    sizes = {label: len(standings) for label, standings in groups.items()}
    # Projects without a group are shown and compete with nobody.
    ranks = competition_ranks({label: value if label is not None else None for label, value in compared.items()})
    return Ranked(period, values, compared, ranks, sizes, unclear)


def _values(
    reader: Reader, asked: Asked, groups: Mapping[Label, Sequence[Standing]], on: str, period: Period, currency: str
) -> tuple[dict[Label, Cell], int]:
    """What each group has, and how many cases are too vaguely dated to be counted."""
    if on in ("signed", "started"):
        return _counts(groups, on, period)
    if on in ("completed", "total"):
        ids = {one.row.project_id for standings in groups.values() for one in standings}
        found = tallied(reader, asked, period if on == "completed" else None, kinds=(on,), projects=ids)
        sums = {project: tally for (project, _kind), tally in found.items()}
        return {label: _sum(standings, sums) for label, standings in groups.items()}, 0
    rows = {row.project_id: row for row in lines(reader, asked, [s for g in groups.values() for s in g], "points")}
    elapsed = elapsed_share(asked.as_of, asked.as_of.year)
    shown: dict[Label, Cell] = {}
    for label, standings in groups.items():
        own: list[Line] = [rows[one.row.project_id] for one in standings]
        completion = group_completion(own, asked, currency)
        shown[label] = completion if on == "completion" else gap_points(completion, elapsed)
    return shown, 0


def _counts(groups: Mapping[Label, Sequence[Standing]], on: str, period: Period) -> tuple[dict[Label, Cell], int]:
    days = {
        label: [inside(one.reached("signed") if on == "signed" else one.started, period) for one in standings]
        for label, standings in groups.items()
    }
    unclear = sum(places.count(None) for places in days.values())
    return {label: places.count(True) for label, places in days.items()}, unclear


def _sum(standings: Sequence[Standing], sums: Mapping[int, Tally]) -> Cell:
    amounts = group_amounts(family(standings), sums)
    return amounts if amounts.figures else None


def _compared(value: Cell, currency: str) -> Fraction | int | None:
    if isinstance(value, Amounts):
        found = Counter({f.money.currency: f.money.minor for f in value.figures if f.money})
        return found.get(currency)
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


def _columns(by: str, on: str) -> tuple[Column, ...]:
    title = _title(on)
    return (
        Column("rank", _("Rank"), Kind.COUNT, priority=1),
        Column("group", group_title(by), priority=1),
        Column("projects", _("Projects"), Kind.COUNT, priority=4),
        Column("value", title[:1].upper() + title[1:], MEASURES[on], priority=1),
        Column("bar", "", priority=9, drawn=True),
        Column("previous_value", _("Before"), MEASURES[on], priority=5),
        Column("previous_rank", _("Rank before"), Kind.COUNT, priority=3),
        Column("change", _("Places up"), Kind.COUNT, priority=2),
    )


def _row(label: Label, now: Ranked, before: Ranked) -> tuple[Cell, ...]:
    rank, previous = now.ranks[label], before.ranks.get(label)
    return (
        rank,
        label,
        now.projects[label],
        now.values[label],
        Bar(_part(now, label)),
        before.values.get(label),
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


def _notes(on: str, now: Ranked, before: Ranked, currency: str) -> Iterable[str]:
    lang = language()
    if on in ("completion", "gap"):
        yield _("completion: completed ÷ plan of the year to the day, over the projects planned in {currency}").format(
            currency=currency
        )
    elif on != "total":
        yield _("counted in {period}, up to the day").format(period=now.period.display(lang))
    yield _("rank 1 is the highest; equals share a rank and the next ones are left out (1, 2, 2, 4)")
    yield _("before: at the end of {period}, as it is known today").format(period=before.period.display(lang))
    yield _("ended projects stay in; without a group or without a value: not ranked")
    if MEASURES[on] is Kind.AMOUNT:
        yield _("compared in {currency}; amounts in other currencies are shown and not compared").format(
            currency=currency
        )
