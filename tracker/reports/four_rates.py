"""The four rates 四率 of a year to a day: start, completion, commissioning, funds in place, each with its cohort."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.analysis.completion import Ratio, divided
from tracker.analysis.rates import Cohort, cohort
from tracker.dates import Period
from tracker.i18n import _, ngettext
from tracker.queries.indicators import IndicatorRow
from tracker.reports.portfolio import Standing, family
from tracker.reports.progress import in_one
from tracker.reports.report import Cell, Column, Kind
from tracker.reports.tally import NOTHING, Tally, group_amounts
from tracker.text import fold
from tracker.vocabulary import STAGES

Tallies = Mapping[tuple[int, str], Tally]


@dataclass(frozen=True, slots=True)
class FourRates:
    """The cohorts of a group; `funds` is the share in place of the total investment of `funded` projects."""

    started_of_signed: Cohort
    started_of_planned: Cohort
    completed: Cohort
    commissioned: Cohort
    funds: Fraction | None
    funded: int

    def cells(self) -> tuple[Cell, ...]:
        """The cells under `rate_columns`."""
        cohorts = (self.started_of_signed, self.started_of_planned, self.completed, self.commissioned)
        return (*(cell for one in cohorts for cell in (one.rate, one.done, one.size)), self.funds, self.funded)


def four_rates(standings: Sequence[Standing], sums: Tallies, as_of: date, currency: str) -> FourRates:
    """The rates of all these projects, ended ones too; `sums` are those from the beginning to `as_of`.

    Funds in place are measured over the projects with both figures in `currency`.
    """
    year, to_date = Period.year(as_of.year), Period.of(date(as_of.year, 1, 1), as_of)

    def of_planned(stage: str) -> Cohort:
        return cohort(((_baseline(one, stage), has_come_to(one, stage)) for one in standings), to_date)

    both = in_both(standings, sums, ("funds_in_place", "total"), currency)
    return FourRates(
        cohort(((one.reached("signed"), one.has_reached("under_construction")) for one in standings), year),
        of_planned("under_construction"),
        of_planned("completed"),
        of_planned("in_production"),
        group_share(both, sums, "funds_in_place", "total"),
        len(both),
    )


def _baseline(one: Standing, stage: str) -> Period | None:
    return next((milestone.baseline for milestone in one.milestones if milestone.code == stage), None)


def has_come_to(one: Standing, stage: str) -> bool:
    """Whether the project is at the stage or beyond: one that had to go back is not."""
    return one.stage is not None and STAGES[one.stage.code].order >= STAGES[stage].order


def in_both(standings: Iterable[Standing], sums: Tallies, kinds: Iterable[str], currency: str) -> list[Standing]:
    """The projects that have figures of all these kinds, every one of them in `currency`."""
    wanted = tuple(kinds)

    def has(one: Standing, kind: str) -> bool:
        tally = sums.get((one.row.project_id, kind), NOTHING)
        return tally.known and in_one(currency, tally)

    return [one for one in standings if all(has(one, kind) for kind in wanted)]


def group_share(standings: Sequence[Standing], sums: Tallies, part: str, whole: str) -> Ratio | None:
    """The sum of one kind ÷ that of another over these projects; None unless both are in one and the same currency."""
    ids = [one.row.project_id for one in standings]
    parts, wholes = (
        group_amounts(family(standings), {key: sums[key, kind] for key in ids if (key, kind) in sums}).figures
        for kind in (part, whole)
    )
    if len(parts) != 1 or len(wholes) != 1:
        return None
    return divided(parts[0], wholes[0])


def rate_columns() -> Iterable[Column]:
    """The columns of the rates, and hidden beside each how many of how many."""
    titles = (
        ("started_of_signed", _("Started of signed"), 2),
        ("started_of_planned", _("Started of planned"), 3),
        ("completed_of_planned", _("Completed of planned"), 3),
        ("commissioned_of_planned", _("In production of planned"), 3),
    )
    for key, title, priority in titles:
        yield Column(key, title, Kind.RATIO, priority=priority)
        yield Column(f"{key}_done", _("{rate}: done").format(rate=title), Kind.COUNT, priority=8, hidden=True)
        yield Column(f"{key}_cohort", _("{rate}: cohort").format(rate=title), Kind.COUNT, priority=8, hidden=True)
    yield Column("funds_rate", _("Funds in place"), Kind.RATIO, priority=4)
    yield Column("funds_projects", _("Funds in place: projects"), Kind.COUNT, priority=8, hidden=True)


def rates_in_words(rates: FourRates, year: int) -> Iterable[str]:
    """One sentence with every rate and how many are behind it."""
    named = (
        (_("started of signed {year}").format(year=year), rates.started_of_signed),
        (_("started of planned"), rates.started_of_planned),
        (_("completed of planned"), rates.completed),
        (_("in production of planned"), rates.commissioned),
    )
    parts = [
        _("{name} {rate} ({done}/{cohort})").format(name=name, rate=_percent(one.rate), done=one.done, cohort=one.size)
        for name, one in named
    ]
    parts.append(
        _("funds in place {rate} of total investment ({projects})").format(
            rate=_percent(rates.funds),
            projects=ngettext("{count} project", "{count} projects", rates.funded).format(count=rates.funded),
        )
    )
    yield "; ".join(parts)
    unclear = sum(one.unclear for _name, one in named)
    if unclear:
        yield ngettext(
            "{count} case left out of these rates: its day is known too vaguely to say whether it belongs to a cohort",
            "{count} cases left out of these rates: their days are known too vaguely to say whether they belong to"
            " a cohort",
            unclear,
        ).format(count=unclear)


def rates_defined(year: int, as_of: date, currency: str) -> str:
    """What the rates are measured by."""
    return _(
        "rates: started of signed: of the projects first signed in {year}, those on whose site work has begun by {day};"
        " started, completed, in production of planned: of the projects whose baseline for it lies between"
        " {year}-01-01 and {day}, those at that stage or beyond by {day}; funds in place ÷ total investment since the"
        " beginning, of the projects with both figures in {currency}; ended projects stay in every cohort"
    ).format(year=year, day=as_of, currency=currency)


def _percent(rate: Fraction | None) -> str:
    return "–" if rate is None else f"{float(100 * rate):.1f}%"


# What a target of one of the rates is called; which of the two start rates is meant stands in its own words.
_RATE_NAMES = (
    "开工率",
    "竣工率",
    "投产率",
    "资金到位率",
    "startrate",
    "completionrate",
    "commissioningrate",
    "fundsinplace",
)


def is_rate_target(row: IndicatorRow) -> bool:
    """Whether a row is a target for one of the rates."""
    name = fold(row.indicator).replace(" ", "").replace("_", "")
    return row.what != "actual" and row.measure == "percent" and any(rate in name for rate in _RATE_NAMES)


def rate_targets(rows: Iterable[IndicatorRow], year: int) -> Iterable[str]:
    """One sentence with the targets of the year that are set for one of the rates; none where there are none."""
    found = [
        _("{subject} {rate} {sign}{value}%{stretch}").format(
            subject=row.subject,
            rate=row.indicator,
            sign="≤" if row.direction == "at_most" else "≥",
            value=f"{row.value / 100:g}",
            stretch=_(" (stretch)") if row.what == "stretch" else "",
        )
        for row in rows
        if row.value is not None and is_rate_target(row)
        if row.first_day.year == row.last_day.year == year
    ]
    if found:
        yield _("targets {year}: {targets}").format(year=year, targets=", ".join(found))
