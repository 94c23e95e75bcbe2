"""`tracker report speed`: how long projects take from stage to stage, a row a group or a row a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.analysis.completion import rate
from tracker.analysis.forecast import LEGS, Leg, Life, Outcome, Passage, kaplan_meier, passage, same_year
from tracker.database import Reader
from tracker.i18n import _, language, ngettext
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.grouping import NONE, Groups, group_title, groups
from tracker.reports.portfolio import ENDED, ProjectState, portfolio
from tracker.reports.report import Cell, Column, Kind, Report, Row
from tracker.reports.words import code_column, heading, name_cells, name_columns, term
from tracker.vocabulary import STAGES, Term

PROJECT = "project"
# Leased space and bought plants stand already.
NOT_BUILT = ("lease", "acquisition")


@dataclass(frozen=True, slots=True)
class Timed:
    """A project on one leg."""

    state: ProjectState
    passage: Passage


def life(one: ProjectState) -> Life:
    """What happened to a project, as the durations are told from."""
    stages = tuple((event.code, days) for event in one.stages if (days := event.period))
    ended = one.conditions[-1].period if one.condition in ENDED else None
    return Life(stages, ended, one.row.kind not in NOT_BUILT)


def timed(leg: Leg, states: Iterable[ProjectState], as_of: date) -> list[Timed]:
    """Each project on a leg, whatever became of it."""
    return [Timed(one, passage(leg, life(one), as_of)) for one in states]


def leg_term(leg: Leg) -> Term:
    """A leg by its two stages."""
    zh, en = (f"{STAGES[leg.begin].name(lang)} → {STAGES[leg.end].name(lang)}" for lang in ("zh", "en"))
    return Term(leg.code, zh, en)


def speed(reader: Reader, as_of: AsOf, filters: Filters, by: str) -> Report:
    """The durations of the matching projects; `by` is "none", "project" or as in `groups`.

    Raises UsageError for another word.
    """
    found = portfolio(reader, as_of, filters).states
    grouped = groups(reader, as_of, found, by, (NONE, PROJECT))
    per_project = by == PROJECT
    rows = _project_rows(found, as_of) if per_project else _group_rows(grouped, found, as_of)
    return Report(
        "speed",
        _("Speed from stage to stage"),
        _project_columns() if per_project else _group_columns(by),
        tuple(rows) if found else (),
        as_of.day,
        as_of.known_on,
        coverage=tuple(_coverage(found, as_of)) if found else (),
        notes=(*_definitions(), *(() if per_project else _estimates())) if found else (),
        grouped=not per_project,
        empty=_("no project matches"),
    )


# --- a row a group --------------------------------------------------------------------------------------------------


def _group_columns(by: str) -> tuple[Column, ...]:
    return (
        Column("leg", _("From stage to stage"), priority=1),
        Column("group", group_title(by), priority=1),
        Column("cases", _("Cases"), Kind.COUNT, priority=2),
        Column("finished", _("Reached"), Kind.COUNT, priority=2),
        Column("running", _("Open"), Kind.COUNT, priority=4),
        Column("ended", _("Ended"), Kind.COUNT, priority=5),
        Column("quartile_1", _("25% within (days)"), Kind.COUNT, priority=3),
        Column("median", _("Median (days)"), Kind.COUNT, priority=1),
        Column("median_low", _("from (95%)"), Kind.COUNT, priority=6),
        Column("median_high", _("to (95%)"), Kind.COUNT, priority=6),
        Column("quartile_3", _("75% within (days)"), Kind.COUNT, priority=3),
        Column("fastest", _("Fastest"), priority=7),
        Column("fastest_days", _("days"), Kind.COUNT, priority=7),
        Column("slowest", _("Slowest"), priority=8),
        Column("slowest_days", _("days"), Kind.COUNT, priority=8),
        Column("signed", _("Signed"), Kind.COUNT, priority=9, hidden=True),
        Column("same_year", _("Same-year start"), Kind.RATIO, priority=3),
    )


def _group_rows(grouped: Groups, everything: Sequence[ProjectState], as_of: AsOf) -> Iterator[Row]:
    for leg in LEGS:
        for label, group in grouped:
            yield (leg_term(leg), label, *_estimate(leg, group, as_of))
        yield (leg_term(leg), Term("all", "全部", "all"), *_estimate(leg, everything, as_of))


def _estimate(leg: Leg, group: Sequence[ProjectState], as_of: AsOf) -> tuple[Cell, ...]:
    told = timed(leg, group, as_of.day)
    curve = kaplan_meier(one.passage.case for one in told if one.passage.case)
    half = curve.quantile_limits(Fraction(1, 2))
    return (
        curve.cases,
        curve.finished,
        _count(told, Outcome.RUNNING),
        _count(told, Outcome.ENDED),
        curve.quantile(Fraction(1, 4)),
        curve.quantile(Fraction(1, 2)),
        _whole(half.low),
        _whole(half.high),
        curve.quantile(Fraction(3, 4)),
        *_extremes(told),
        *(_same_year(group) if leg is LEGS[0] else (None, None)),
    )


def _whole(days: float | int | None) -> int | None:
    return None if days is None else int(days)


def _count(told: Iterable[Timed], outcome: Outcome) -> int:
    return sum(1 for one in told if one.passage.outcome is outcome)


def _extremes(told: Iterable[Timed]) -> tuple[Cell, ...]:
    """Code and days of the fastest and of the slowest project; of equals the one opened first."""
    done = [(one.passage.days or 0, one.state.row.code) for one in told if one.passage.outcome is Outcome.FINISHED]
    if not done:
        return None, None, None, None
    fastest, slowest = min(done, key=lambda item: item[0]), max(done, key=lambda item: item[0])
    return fastest[1], fastest[0], slowest[1], slowest[0]


def _same_year(group: Iterable[ProjectState]) -> tuple[int, Fraction | None]:
    signed = [one for one in group if one.reached("signed")]
    return len(signed), rate(sum(1 for one in signed if same_year(one.reached("signed"), one.started)), len(signed))


# --- a row a project ------------------------------------------------------------------------------------------------


def _project_columns() -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("stage", _("Stage"), priority=3),
        *(Column(leg.code, f"{heading(leg_term(leg))} ({_('days')})", Kind.COUNT, priority=1) for leg in LEGS),
        Column("running", _("Under way"), priority=4),
        Column("running_days", _("for (days)"), Kind.COUNT, priority=4),
        Column("same_year", _("Same-year start"), priority=6),
    )


def _project_rows(found: Iterable[ProjectState], as_of: AsOf) -> Iterator[Row]:
    for one in found:
        passages = [passage(leg, life(one), as_of.day) for leg in LEGS]
        done = [way.days if way.outcome is Outcome.FINISHED else None for way in passages]
        open_leg = next(
            ((leg, way) for leg, way in zip(LEGS, passages, strict=True) if way.outcome is Outcome.RUNNING), None
        )
        signed = one.reached("signed")
        yield (
            one.row.code,
            *name_cells(one.row),
            term(STAGES, one.stage),
            *done,
            leg_term(open_leg[0]) if open_leg else None,
            open_leg[1].days if open_leg else None,
            same_year(signed, one.started) if signed else None,
        )


# --- sentences ------------------------------------------------------------------------------------------------------


def _coverage(found: Sequence[ProjectState], as_of: AsOf) -> Iterator[str]:
    count = ngettext("{count} project", "{count} projects", len(found)).format(count=len(found))
    for leg in LEGS:
        told = timed(leg, found, as_of.day)
        cases = sum(1 for one in told if one.passage.case)
        yield ngettext(
            "{leg}: {cases} case of {count}; left out: {vague} dated more vaguely than a month, {skipped} that skip or"
            " do not record a stage of it, {ahead} that have not come to it",
            "{leg}: {cases} cases of {count}; left out: {vague} dated more vaguely than a month, {skipped} that skip or"
            " do not record a stage of it, {ahead} that have not come to it",
            cases,
        ).format(
            leg=leg_term(leg).name(language()),
            cases=cases,
            count=count,
            vague=_count(told, Outcome.VAGUE),
            skipped=_count(told, Outcome.SKIPPED),
            ahead=_count(told, Outcome.AHEAD),
        )


def _definitions() -> tuple[str, ...]:
    return (
        _(
            "days: from the last day of the one date to the last day of the other, where both are known to the month or"
            " better; overlapping dates are 0 days; a standstill counts; a stage gone back from counts when reached"
            " again; parents and parts each count"
        ),
        _(
            "same-year start: signed and started in the same year, of all signed by the day; ended projects stay in it;"
            " --year narrows it to one year's signings"
        ),
    )


def _estimates() -> tuple[str, ...]:
    return (
        _(
            "median and quartiles by Kaplan–Meier: the shortest time within which the share has finished; running"
            " projects are censored on the day asked about, ended ones on the day they ended; “–”: not reached yet;"
            " fastest and slowest are of the finished"
        ),
        _("finished cases with a vague end are left out while running ones stay, so times look a little longer"),
        _("limits of the median: 95 %, log-log scale with Greenwood's variance"),
    )
