"""The four rates 四率 of a year to a day: start, completion, commissioning, funds in place, each with its cohort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tracker.analysis.completion import Cohort, Ratio, inside, points_between
from tracker.analysis.project_state import BIT
from tracker.dates import Period
from tracker.i18n import _, ngettext
from tracker.queries.companies import IndicatorRow
from tracker.queries.projects import Reached
from tracker.reports.progress import Measured
from tracker.reports.report import Cell, Column, Kind
from tracker.reports.words import listed
from tracker.text import fold

# The stages that the rates are about, and the names of their cohorts.
_PLANNED = {"under_construction": "started", "completed": "completed", "in_production": "commissioned"}
PLANNED = tuple(_PLANNED)


class Planned(NamedTuple):
    """Of the projects planned to come to a stage, those that have.

    `so_far` are planned from the beginning of the year to the day, `of_year` in the whole year; `early` are the codes
    of those of the year that came to it before the time planned.
    """

    so_far: Cohort
    of_year: Cohort
    early: tuple[str, ...]


class FourRates(NamedTuple):
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


class Cohorts:
    """Counts the projects of the cohorts of a year to a day, ended ones too, and names those that came early."""

    def __init__(self, day: date) -> None:
        self.year, self.to_date = Period.year(day.year), Period.of(date(day.year, 1, 1), day)

    def count(
        self, counts: Counter[Any], project: int, code: str, far: Reached, baselines: Mapping[str, Period]
    ) -> None:
        """Count a project in each cohort it belongs to, or may belong to, by the baselines of its stages."""
        if far.signed and _may_lie_in(far.signed, self.year):
            begun = far.has_reached("under_construction")
            self._place(counts, "started_of_signed", far.signed, self.year, begun, far.is_undated("under_construction"))
        for stage, name in _PLANNED.items():
            # Without a baseline a project is in no cohort.
            on = baselines.get(stage)
            if on is None or not _may_lie_in(on, self.year):
                continue
            done, undated = far.has_come_to(stage), far.is_undated(stage)
            self._place(counts, f"{name}_of_planned", on, self.to_date, done, undated)
            self._place(counts, f"{name}_of_year", on, self.year, done, undated)
            reached = far.started if stage == "under_construction" else getattr(far, stage)
            if done and not undated and reached and reached.before(on) and inside(on, self.year):
                counts[self.year.first, "early", stage, project, code] += 1
        if far.undated and (far.undated & BIT["signed"] or any(map(far.is_undated, PLANNED))):
            counts[self.year.first, "undated"] += 1

    def _place(self, counts: Counter[Any], key: str, on: Period, within: Period, done: bool, undated: bool) -> None:
        place = inside(on, within)
        if place is not False:
            counts[self.year.first, key, "unclear" if place is None else "undated" if done and undated else done] += 1

    def rates(self, counts: Counter[Any], funds: Measured | None) -> FourRates:
        """The rates of all that were counted, with the funds in place of which total."""

        def cohort(key: str) -> Cohort:
            done, left, unclear, undated = (
                counts[self.year.first, key, what] for what in (True, False, "unclear", "undated")
            )
            return Cohort(done + left, done, unclear, undated)

        def planned(stage: str) -> Planned:
            name = _PLANNED[stage]
            early = sorted(key[3:] for key in counts if key[:3] == (self.year.first, "early", stage))
            codes = tuple(code for _id, code in early)
            return Planned(cohort(f"{name}_of_planned"), cohort(f"{name}_of_year"), codes)

        started, completed, commissioned = map(planned, PLANNED)
        return FourRates(
            cohort("started_of_signed"),
            started,
            completed,
            commissioned,
            counts[self.year.first, "undated"],
            funds.completion if funds else None,
            funds.projects if funds else 0,
        )


def _may_lie_in(on: Period, year: Period) -> bool:
    return on.last >= year.first and (on.first <= year.last or on.is_bound)


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
            words += _(", ") + _in_words(_("of the whole year"), f"{key}_of_year", found, earlier)
        early = _(", early: {codes}").format(codes=listed(one.early)) if one.early else ""
        parts.append(words + early)
    parts.append(
        _("funds in place {rate} of total investment ({projects})").format(
            rate=_percent(rates.funds),
            projects=ngettext("{count} project", "{count} projects", rates.funded).format(count=rates.funded),
        )
    )
    return _("; ").join(parts)


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
    ).format(year=year, day=Period.day(as_of), currency=currency)


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
