"""`tracker timeline`: milestones on an axis of time, a row a milestone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.analysis.milestones import STEPS, Milestone, axis_span, days_of, late_days
from tracker.database import Reader
from tracker.errors import UsageError
from tracker.i18n import _, ngettext
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.portfolio import ProjectState, portfolio
from tracker.reports.report import Axis, Cell, Column, Kind, Report, Strip
from tracker.reports.words import project_term
from tracker.text import unknown_word
from tracker.vocabulary import ENDED, milestone_term

Pair = tuple[ProjectState, Milestone]


def timeline(reader: Reader, as_of: AsOf, filters: Filters, by: str | None) -> Report:
    """Every milestone with a day, by project. `by` is one of STEPS, or None for what fits the screen.

    Ended projects are left out unless the filter names their condition. Raises UsageError for another step.
    """
    if by is not None and by not in STEPS:
        raise UsageError(unknown_word(_("--by “{word}” is not a step of the axis"), by, STEPS))
    found = portfolio(reader, as_of, filters).states
    running = [one for one in found if filters.condition or one.condition not in ENDED]
    return timeline_of(running, as_of, by, ended=len(found) - len(running))


def timeline_of(running: Sequence[ProjectState], as_of: AsOf, by: str | None, *, ended: int = 0) -> Report:
    """The milestones of these projects; `ended` more were left out."""
    pairs = [(one, milestone) for one in running for milestone in _in_order(one.milestones)]
    days = [day for _one, milestone in pairs for day in days_of(milestone)]
    axis = Axis(axis_span(days, as_of.day, by or STEPS[0]), as_of.day, by) if days else None
    return Report(
        "timeline",
        _("Timeline"),
        (
            Column("code", _("Code"), priority=1),
            Column("milestone", _("Milestone"), priority=1),
            Column("strip", "", priority=1, drawn=True, axis=axis),
            Column("baseline", _("Baseline"), Kind.DATE, priority=2, in_words=True),
            Column("forecast", _("Forecast"), Kind.DATE, priority=1, in_words=True),
            Column("actual", _("Actual"), Kind.DATE, priority=1, in_words=True),
            Column("slip", _("Slip"), Kind.DAYS, priority=1),
            Column("overdue", _("Overdue"), Kind.DAYS, priority=2),
        ),
        tuple(_row(one, milestone, as_of) for one, milestone in pairs),
        as_of.day,
        as_of.known_on,
        coverage=tuple(_coverage(running, len(pairs), ended)) if pairs else (),
        notes=(
            _(
                "slip = (actual, else latest forecast) − baseline in days, between the last days of each; a month,"
                " quarter or year is a range, and 0 where two ranges overlap"
            ),
        )
        if pairs
        else (),
        grouped=True,
        empty=_("no milestone with a day matches"),
    )


def _in_order(milestones: Iterable[Milestone]) -> list[Milestone]:
    """Those that have a day, in the order in which they are expected."""
    dated = [(one.expected.last, one) for one in milestones if one.expected]
    return [one for _day, one in sorted(dated, key=lambda pair: pair[0])]


def _row(one: ProjectState, milestone: Milestone, as_of: AsOf) -> tuple[Cell, ...]:
    forecast = milestone.forecasts[-1][1] if milestone.forecasts else None
    return (
        project_term(one.row),
        milestone_term(milestone.code, milestone.title),
        Strip(milestone.baseline, forecast, milestone.actual, late_days(milestone, as_of.day)),
        milestone.baseline,
        forecast,
        milestone.actual,
        milestone.slip,
        milestone.overdue(as_of.day) or None,
    )


def _coverage(running: Sequence[ProjectState], shown: int, ended: int) -> Iterable[str]:
    silent = sum(1 for one in running if not any(milestone.expected for milestone in one.milestones))
    yield _("milestones: {count}, of {projects} projects; projects without one that has a day: {silent}").format(
        count=shown, projects=len(running) - silent, silent=silent
    )
    undated = sum(1 for one in running for milestone in one.milestones if milestone.expected is None)
    if undated:
        yield ngettext(
            "{count} milestone without a day is not shown", "{count} milestones without a day are not shown", undated
        ).format(count=undated)
    if ended:
        yield ngettext(
            "{count} ended project left out (see it with --condition)",
            "{count} ended projects left out (see them with --condition)",
            ended,
        ).format(count=ended)
