"""`tracker report slippage`: how milestones moved against their baselines, a row a milestone, a forecast or a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracker.analysis.completion import rate
from tracker.analysis.forecast import is_clear, is_due, middle, moves, on_time, reforecasts
from tracker.analysis.milestones import Milestone
from tracker.database import Reader
from tracker.errors import UsageError
from tracker.i18n import _, ngettext
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.grouping import NONE, group_title, groups, left_out
from tracker.reports.portfolio import ProjectState, portfolio
from tracker.reports.report import Cell, Column, Kind, Report, Row
from tracker.reports.words import bag, code_column, name_cells, name_columns
from tracker.text import command_line
from tracker.vocabulary import ENDED, milestone_term


@dataclass(frozen=True, slots=True)
class Promise:
    """A milestone of a project with a baseline, forecast or actual."""

    state: ProjectState
    milestone: Milestone


def slippage(reader: Reader, as_of: AsOf, filters: Filters, *, by: str | None = None, trend: bool = False) -> Report:
    """A row a milestone; with `trend` a row for every baseline, forecast and actual; with `by` a row a group.

    Raises UsageError for both together, and for a `by` that is no grouping.
    """
    if by is not None and trend:
        raise UsageError(_("--trend shows single milestones and --by groups of them: choose one of both"))
    found = portfolio(reader, as_of, filters).states
    promises = _promises(found)
    rows: tuple[Row, ...]
    if by is not None:
        own = [(label, _promises(group)) for label, group in groups(reader, as_of, found, by, (NONE,))]
        own = [(_("all"), promises), *own] if by == NONE else own
        columns, rows = _group_columns(by), tuple((label, *_judged(each, as_of)) for label, each in own if each)
    elif trend:
        columns, rows = _trend_columns(), tuple(_trend_rows(promises))
    else:
        columns, rows = _columns(), tuple(_row(one, as_of) for one in promises)
    totals = (_("all"), *_judged(promises, as_of)) if by not in (None, NONE) and promises else None
    silent = sum(len(one.known.milestones.get(one.row.project_id, ())) for one in found) - len(promises)
    return Report(
        "slippage",
        _("Milestone trend") if trend else _("Slippage of the milestones"),
        columns,
        rows if promises else (),
        as_of.day,
        as_of.known_on,
        totals=totals,
        elsewhere=left_out(columns, rows, totals, by) if by and totals else None,
        coverage=tuple(_coverage(promises, silent, as_of)) if promises else (),
        notes=tuple(_notes()) if promises else (),
        empty=_("no milestone with a day; plan one with: {command}").format(
            command=command_line(_("milestone plan CODE MILESTONE DATE"))
        ),
    )


def _promises(states: Iterable[ProjectState]) -> list[Promise]:
    return [Promise(one, each) for one in states for each in one.milestones if each.expected]


# --- a row a milestone ----------------------------------------------------------------------------------------------


def _columns() -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("milestone", _("Milestone"), priority=1),
        Column("baseline", _("Baseline"), Kind.DATE, priority=1),
        Column("forecast", _("Forecast"), Kind.DATE, priority=2),
        Column("made", _("Made"), Kind.DATE, priority=6),
        Column("actual", _("Reached"), Kind.DATE, priority=2),
        Column("slip", _("Slip"), Kind.DAYS, priority=1),
        Column("first_baseline", _("First baseline"), Kind.DATE, priority=3),
        Column("first_slip", _("Slip by the first"), Kind.DAYS, priority=2),
        Column("moved", _("Last move"), Kind.DAYS, priority=4),
        Column("reforecasts", _("Re-forecasts"), Kind.COUNT, priority=3),
        Column("overdue", _("Overdue"), Kind.DAYS, priority=3),
        Column("on_time", _("On time"), priority=5),
        Column("first_on_time", _("On time by the first"), priority=6),
        Column("trend", _("Forecasts (made: expected)"), priority=9, hidden=True),
    )


def _row(one: Promise, as_of: AsOf) -> Row:
    milestone = one.milestone
    first = milestone.by_first() if milestone.first else None
    moved = moves(milestone)
    latest = milestone.forecasts[-1] if milestone.forecasts else None
    return (
        one.state.row.code,
        *name_cells(one.state.row),
        milestone_term(milestone.code, milestone.title),
        milestone.baseline,
        latest[1] if latest else None,
        latest[0] if latest else None,
        milestone.actual,
        milestone.slip,
        milestone.first,
        first.slip if first else None,
        moved[-1].moved if moved else None,
        reforecasts(milestone),
        milestone.overdue(as_of.day) or None,
        on_time(milestone) if is_due(milestone, as_of.day) else None,
        on_time(first) if first and is_due(first, as_of.day) else None,
        bag(tuple(f"{made}: {on.iso()}" for made, on in milestone.forecasts)),
    )


# --- a row for every date --------------------------------------------------------------------------------------------


def _trend_columns() -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("milestone", _("Milestone"), priority=1),
        Column("made", _("Made"), Kind.DATE, priority=1),
        Column("what", _("What"), priority=1),
        Column("on", _("On"), Kind.DATE, priority=1),
        Column("slip", _("Slip"), Kind.DAYS, priority=1),
        Column("moved", _("Moved"), Kind.DAYS, priority=1),
    )


def _trend_rows(promises: Iterable[Promise]) -> Iterator[Row]:
    what = {"baseline": _("baseline"), "forecast": _("forecast"), "actual": _("reached")}
    for one in promises:
        head: tuple[Cell, ...] = (
            one.state.row.code,
            *name_cells(one.state.row),
            milestone_term(one.milestone.code, one.milestone.title),
        )
        for move in moves(one.milestone):
            yield (*head, move.made, what[move.what], move.on, move.slip, move.moved)


# --- a row a group --------------------------------------------------------------------------------------------------


def _group_columns(by: str) -> tuple[Column, ...]:
    return (
        Column("group", group_title(by), priority=1),
        Column("milestones", _("Milestones"), Kind.COUNT, priority=4),
        Column("due", _("Due"), Kind.COUNT, priority=1),
        Column("on_time", _("On time"), Kind.COUNT, priority=1),
        Column("late", _("Late"), Kind.COUNT, priority=2),
        Column("unreached", _("Not reached"), Kind.COUNT, priority=3),
        Column("unclear", _("Too vague"), Kind.COUNT, priority=5),
        Column("share", _("On-time share"), Kind.RATIO, priority=1),
        Column("slip", _("Median slip"), Kind.DAYS, priority=2),
        Column("worst", _("Worst slip"), Kind.DAYS, priority=3),
        Column("slips", _("Slips known"), Kind.COUNT, priority=6),
        Column("rebaselined", _("Re-baselined"), Kind.COUNT, priority=4),
        Column("first_share", _("On-time share by the first"), Kind.RATIO, priority=2),
        Column("first_slip", _("Median slip by the first"), Kind.DAYS, priority=3),
        Column("first_worst", _("Worst slip by the first"), Kind.DAYS, priority=4),
        Column("reforecasts", _("Re-forecasts"), Kind.COUNT, priority=4),
    )


def _judged(promises: Sequence[Promise], as_of: AsOf) -> tuple[Cell, ...]:
    milestones = [one.milestone for one in promises]
    due = [one for one in milestones if is_due(one, as_of.day)]
    judged = [on_time(one) for one in due]
    waiting = sum(1 for one in due if one.is_open)
    slips = _slips(milestones)
    firsts = [one.by_first() for one in milestones]
    first_slips = _slips(firsts)
    kept, unclear = judged.count(True), judged.count(None)
    return (
        len(promises),
        len(due),
        kept,
        judged.count(False) - waiting,
        waiting,
        unclear,
        _share(due, as_of),
        middle(slips),
        max(slips, default=None),
        len(slips),
        sum(1 for one in milestones if one.first),
        _share(firsts, as_of),
        middle(first_slips),
        max(first_slips, default=None),
        sum(reforecasts(one) for one in milestones),
    )


def _share(milestones: Iterable[Milestone], as_of: AsOf) -> Fraction | None:
    """The share on time of the milestones whose baseline has gone by, without those dated too vaguely to tell."""
    judged = [on_time(one) for one in milestones if is_due(one, as_of.day)]
    return rate(judged.count(True), len(judged) - judged.count(None))


def _slips(milestones: Iterable[Milestone]) -> list[int]:
    """The slips of milestones both days of which are known to the month or better."""
    clear = (one for one in milestones if all(day and is_clear(day) for day in (one.baseline, one.expected)))
    return [one.slip for one in clear if one.slip is not None]


# --- sentences ------------------------------------------------------------------------------------------------------


def _coverage(promises: Sequence[Promise], silent: int, as_of: AsOf) -> Iterator[str]:
    milestones = [one.milestone for one in promises]
    planned = sum(1 for one in milestones if one.baseline)
    count = ngettext("{count} milestone", "{count} milestones", len(milestones)).format(count=len(milestones))
    yield _("{count}, {planned} of them with a baseline; {silent} more without any day are left out").format(
        count=count, planned=planned, silent=silent
    )
    due = [one for one in promises if is_due(one.milestone, as_of.day)]
    judged = [on_time(one.milestone) for one in due]
    yield _(
        "on time {kept} of {judged}{share}; {vague} due ones dated too vaguely to tell are left out; {ended} due ones"
        " of ended projects stay in it"
    ).format(
        kept=judged.count(True),
        judged=len(judged) - judged.count(None),
        share=_percent(_share(milestones, as_of)),
        vague=judged.count(None),
        ended=sum(1 for one in due if one.state.condition in ENDED),
    )
    rebaselined = sum(1 for one in milestones if one.first)
    if rebaselined:
        firsts = [one.by_first() for one in milestones]
        judged = [on_time(one) for one in firsts if is_due(one, as_of.day)]
        yield ngettext(
            "{count} milestone was re-baselined; by the first baselines on time {kept} of {judged}{share}",
            "{count} milestones were re-baselined; by the first baselines on time {kept} of {judged}{share}",
            rebaselined,
        ).format(
            count=rebaselined,
            kept=judged.count(True),
            judged=len(judged) - judged.count(None),
            share=_percent(_share(firsts, as_of)),
        )


def _percent(share: Fraction | None) -> str:
    return f" = {float(100 * share):.1f}%" if share is not None else ""


def _notes() -> Iterator[str]:
    yield _(
        "slip: the actual day, else the latest forecast, minus the baseline, in days between their last days; 0 where"
        " the two overlap; by the first: against the first baseline, where there is another since, which without a"
        " forecast is what is expected; last move: the same against the word before"
    )
    yield _(
        "on-time share: of the milestones whose baseline has gone by, those reached by its last day; one that is not"
        " reached is not on time"
    )
    yield _("median and worst slip are of dates known to the month or better; of two in the middle the lower one")
