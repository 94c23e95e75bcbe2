"""The four rates 四率 of a year to a day: start, completion, commissioning, funds in place, each with its cohort."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.analysis.completion import Cohort, Ratio, cohort, inside, points_between
from tracker.dates import Period
from tracker.i18n import _, ngettext
from tracker.queries.as_of import AsOf
from tracker.queries.companies import IndicatorRow
from tracker.reports.portfolio import ProjectState, has_come_to
from tracker.reports.progress import Pair, together
from tracker.reports.report import Cell, Column, Kind
from tracker.reports.words import listed
from tracker.text import fold

# The stages that the rates are about.
PLANNED = ("under_construction", "completed", "in_production")


@dataclass(frozen=True, slots=True)
class Planned:
    """Of the projects planned to come to a stage, those that have.

    `so_far` are planned from the beginning of the year to the day, `of_year` in the whole year; `early` are the codes
    of those of the year that came to it before the time planned.
    """

    so_far: Cohort
    of_year: Cohort
    early: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FourRates:
    """The cohorts of a group; `funds` is the share in place of the total investment of `funded` projects.

    `undated` projects reached one of the stages on a day not known, and are in no cohort of it.
    """

    started_of_signed: Cohort
    started: Planned
    completed: Planned
    commissioned: Planned
    undated: int
    funds: Ratio | None
    funded: int

    def cohorts(self) -> dict[str, Cohort]:
        """The cohorts by the keys of their columns."""
        return {
            "started_of_signed": self.started_of_signed,
            "started_of_planned": self.started.so_far,
            "started_of_year": self.started.of_year,
            "completed_of_planned": self.completed.so_far,
            "completed_of_year": self.completed.of_year,
            "commissioned_of_planned": self.commissioned.so_far,
            "commissioned_of_year": self.commissioned.of_year,
        }

    def cells(self, before: FourRates) -> dict[str, Cell]:
        """The cells of `rate_columns`, with those of a year `before`."""
        cells: dict[str, Cell] = {"funds_rate": self.funds, "funds_projects": self.funded}
        cells["funds_rate_change"] = points_between(self.funds, before.funds)
        earlier = before.cohorts()
        for key, one in self.cohorts().items():
            cells |= {key: one.rate, f"{key}_done": one.done, f"{key}_cohort": one.size}
            cells[f"{key}_change"] = points_between(one.rate, earlier[key].rate)
        return cells


def four_rates(
    states: Sequence[ProjectState],
    funds: Mapping[int, Pair],
    tree: Sequence[tuple[int, int | None]],
    as_of: AsOf,
    currency: str,
) -> FourRates:
    """The rates of all these projects, ended ones too; `funds` are those in place of which total, by project.

    Funds in place are measured over the families with both figures in `currency`.
    """
    day = as_of.day
    year, to_date = Period.year(day.year), Period.of(date(day.year, 1, 1), day)

    def planned(stage: str) -> Planned:
        # Without a baseline a project is in no cohort.
        dated = ((one, on) for one in states if (on := _baseline(one, stage)) is not None)
        members = [(one, on, _done(one, stage)) for one, on in dated]
        return Planned(
            cohort(((on, done) for _one, on, done in members), to_date),
            cohort(((on, done) for _one, on, done in members), year),
            tuple(one.row.code for one, on, done in members if done and inside(on, year) and _is_early(one, stage, on)),
        )

    both = {project: pair for project, pair in funds.items() if pair[0].known and pair[1].known}
    found = together(both, tree, as_of, currency)
    signed = ((on, _started(one)) for one in states if (on := one.reached("signed")) is not None)
    return FourRates(
        cohort(signed, year),
        planned("under_construction"),
        planned("completed"),
        planned("in_production"),
        sum(1 for one in states if _is_undated(one)),
        found.completion if found else None,
        found.projects if found else 0,
    )


def _baseline(one: ProjectState, stage: str) -> Period | None:
    return next((milestone.baseline for milestone in one.milestones if milestone.code == stage), None)


def _done(one: ProjectState, stage: str) -> bool | None:
    """Whether the project has come to the stage; None where it has on a day not known."""
    return has_come_to(one, stage) and (None if one.is_undated(stage) else True)


def _started(one: ProjectState) -> bool | None:
    begun = one.has_reached("under_construction")
    return begun and (None if one.is_undated("under_construction") else True)


def _is_undated(one: ProjectState) -> bool:
    """Whether the project was signed, or came to a stage that is planned, on a day not known."""
    signed = any(event.code == "signed" and event.period is None for event in one.stages)
    return signed or any(one.is_undated(stage) for stage in PLANNED)


def _is_early(one: ProjectState, stage: str, planned: Period | None) -> bool:
    """Whether the project surely came to the stage before the time planned."""
    reached = one.started if stage == "under_construction" else one.reached(stage)
    return reached is not None and planned is not None and reached.before(planned)


def rate_columns() -> Iterable[Column]:
    """The columns of the rates, and hidden beside each how many of how many, and its change on the year before."""
    titles = (
        ("started_of_signed", _("Started of signed"), 2),
        ("started_of_planned", _("Started of planned"), 3),
        ("started_of_year", _("Started of the year's plan"), 5),
        ("completed_of_planned", _("Completed of planned"), 3),
        ("completed_of_year", _("Completed of the year's plan"), 6),
        ("commissioned_of_planned", _("In production of planned"), 3),
        ("commissioned_of_year", _("In production of the year's plan"), 6),
    )
    for key, title, priority in titles:
        yield Column(key, title, Kind.RATIO, priority=priority)
        yield Column(f"{key}_done", _("{rate}: done").format(rate=title), Kind.COUNT, priority=8, hidden=True)
        yield Column(f"{key}_cohort", _("{rate}: cohort").format(rate=title), Kind.COUNT, priority=8, hidden=True)
        yield _change_column(key, title)
    title = _("Funds in place")
    yield Column("funds_rate", title, Kind.RATIO, priority=4)
    yield Column("funds_projects", _("Funds in place: projects"), Kind.COUNT, priority=8, hidden=True)
    yield _change_column("funds_rate", title)


def _change_column(key: str, title: str) -> Column:
    words = _("{rate}: points on the year before").format(rate=title)
    return Column(f"{key}_change", words, Kind.POINTS, priority=8, hidden=True)


def rates_in_short(rates: FourRates) -> str:
    """The rates to the day, each with how many of how many are behind it."""
    found = rates.cohorts()
    named = (
        (_("started of signed"), "started_of_signed"),
        (_("started of planned"), "started_of_planned"),
        (_("completed of planned"), "completed_of_planned"),
        (_("in production of planned"), "commissioned_of_planned"),
    )
    parts = [
        _("{name} {rate} ({done}/{cohort})").format(
            name=name, rate=_percent(found[key].rate), done=found[key].done, cohort=found[key].size
        )
        for name, key in named
    ]
    return " · ".join((*parts, _("funds in place {rate}").format(rate=_percent(rates.funds))))


def rates_in_words(rates: FourRates, year: int, before: FourRates) -> str:
    """Sentences with every rate, how many are behind it, and its change on the year `before`."""
    found, earlier = rates.cohorts(), before.cohorts()
    parts = [_in_words(_("started of signed {year}").format(year=year), "started_of_signed", found, earlier)]
    named = (
        (_("started of planned"), "started", rates.started),
        (_("completed of planned"), "completed", rates.completed),
        (_("in production of planned"), "commissioned", rates.commissioned),
    )
    for name, key, one in named:
        words = _in_words(name, f"{key}_of_planned", found, earlier)
        if one.of_year.size != one.so_far.size:
            words += ", " + _in_words(_("of the whole year"), f"{key}_of_year", found, earlier)
        early = _(", early: {codes}").format(codes=listed(one.early)) if one.early else ""
        parts.append(words + early)
    parts.append(
        _("funds in place {rate} of total investment ({projects})").format(
            rate=_percent(rates.funds),
            projects=ngettext("{count} project", "{count} projects", rates.funded).format(count=rates.funded),
        )
    )
    return "; ".join(parts)


def rates_left_out(rates: FourRates) -> Iterable[str]:
    """What takes part in none of the rates because its day is not known well enough."""
    if rates.undated:
        yield ngettext(
            "{count} project reached a stage on a day not known and is in no cohort of it",
            "{count} projects reached a stage on a day not known and are in no cohort of it",
            rates.undated,
        ).format(count=rates.undated)
    unclear = sum(one.unclear for key, one in rates.cohorts().items() if not key.endswith("_of_year"))
    if unclear:
        yield ngettext(
            "{count} case left out of these rates: its day is known too vaguely to say whether it belongs to a cohort",
            "{count} cases left out of these rates: their days are known too vaguely to say whether they belong to"
            " a cohort",
            unclear,
        ).format(count=unclear)


def _in_words(name: str, key: str, found: Mapping[str, Cohort], before: Mapping[str, Cohort]) -> str:
    now, earlier = found[key], before[key]
    words = _("{name} {rate} ({done}/{cohort})").format(
        name=name, rate=_percent(now.rate), done=now.done, cohort=now.size
    )
    points = points_between(now.rate, earlier.rate)
    if points is None:
        return words
    return words + _(", {points} points on the year before ({done}/{cohort})").format(
        points=f"{float(points):+.1f}", done=earlier.done, cohort=earlier.size
    )


def rates_defined(year: int, as_of: date, currency: str) -> str:
    """What the rates are measured by."""
    return _(
        "rates: started of signed: of the projects first signed in {year}, those on whose site work has begun by {day};"
        " started, completed, in production of planned: of the projects whose baseline for it lies between"
        " {year}-01-01 and {day}, those at that stage or beyond by {day}; of the whole year: of those whose"
        " baseline for it lies in it, early ones among them; funds in place ÷ total investment since the"
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
        yield _("targets {year}: {targets}").format(year=year, targets=_(", ").join(found))
