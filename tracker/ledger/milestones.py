"""Milestones: planned once, forecast again and again, reached once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError
from tracker.i18n import _, language
from tracker.ledger.citation import Citation, Facts, happened, long_text, period_of, planned, require_past, value_of
from tracker.ledger.stages import add_date, dates_of, follow_milestone, mark_reached, mark_standing, standing
from tracker.ledger.store import Store
from tracker.models.fields import FIELDS
from tracker.models.milestone import Milestone, MilestoneDate
from tracker.models.project import Project
from tracker.models.stage import StageEvent
from tracker.text import clean_code, command_line, fold, pick
from tracker.vocabulary import MILESTONES, milestone_term


@dataclass(frozen=True, slots=True)
class Dated:
    """A milestone and the day that was recorded for it.

    `baselines` are its baselines, the earliest approved first; `reached` the actual day, where a new milestone's stage
    was reached before; `stage` the event of a project that reached the milestone and with it the stage.
    """

    project: Project
    milestone: Milestone
    row: MilestoneDate
    baselines: tuple[MilestoneDate, ...] = ()
    reached: tuple[MilestoneDate, ...] = ()
    stage: StageEvent | None = None


@dataclass(frozen=True, slots=True)
class Standard:
    """A project that has all standard milestones, and the dated stage events by which some are reached."""

    project: Project
    reached: tuple[StageEvent, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """A milestone that was removed, with how many days."""

    project: Project
    milestone: Milestone
    days: int


def plan(
    store: Store,
    word: str,
    code: str,
    on: Period,
    cite: Citation,
    *,
    made: date | None = None,
    **facts: Any,
) -> Dated:
    """Give a milestone its baseline, adding the milestone where it is new; `made` is the day the baseline was approved.

    `facts` are what else is to be recorded of the milestone, by the keys of its fields.

    Raises Refused where it has a baseline already: what changes later is a forecast.
    """
    project = store.project(word)
    milestone = _find_or_add(store, project, code, facts)
    if dates_of(store, milestone, "baseline"):
        raise Refused(
            _("{code} {milestone} has its baseline; a new expectation is a forecast: {command}").format(
                code=project.code, milestone=_name(milestone), command=command_line("milestone forecast")
            )
        )
    if made:
        require_past(made, store.today)
    row = add_date(store, milestone, "baseline", planned(on, made), cite)
    return Dated(project, milestone, row, reached=mark_standing(store, project, milestone))


def _find_or_add(store: Store, project: Project, code: str, facts: Facts) -> Milestone:
    code = code_of(code)
    columns = {one.key: value_of(one, facts.get(one.key)) for one in FIELDS["milestone"] if one.key in facts}
    given = {name: value for name, value in columns.items() if value is not None}
    for milestone in store.find(Milestone, project_id=project.id):
        if milestone.code == code:
            changed = {name: value for name, value in given.items() if getattr(milestone, name) != value}
            return store.revise(milestone, **changed) if changed else milestone
    return store.add(Milestone.model_validate({"project_id": project.id, "code": code} | given))


def code_of(word: str) -> str:
    """A standard milestone by any of its names, else the code as typed."""
    return MILESTONES.find(word) or clean_code(word, _("milestone"))


def add_standard(store: Store, project: Project) -> Standard:
    """Add the standard milestones of the field, without days; those of the stages reached are marked so."""
    present = {milestone.code for milestone in store.find(Milestone, project_id=project.id)}
    for term in MILESTONES:
        if term.code not in present:
            store.add(Milestone.model_validate({"project_id": project.id, "code": term.code}))
    events = standing(store.find(StageEvent, project_id=project.id))
    reached = tuple(one for one in events if mark_reached(store, project, one.stage, period_of(one), Citation()))
    return Standard(project, reached)


def forecast(store: Store, word: str, code: str, on: Period, made: date | None, cite: Citation) -> Dated:
    """Record a new expectation, made on the day `made` (default: today). Raises Refused where it was reached."""
    project = store.project(word)
    milestone = _milestone(store, project, code)
    if dates_of(store, milestone, "actual"):
        raise reached_already(project, milestone)
    day = made or store.today
    require_past(day, store.today)
    row = add_date(store, milestone, "forecast", planned(on, day), cite)
    return Dated(project, milestone, row, _baselines(store, milestone))


def reached_already(project: Project, milestone: Milestone) -> Refused:
    """The refusal of a forecast for what has happened."""
    return Refused(_("{code} {milestone} is reached already").format(code=project.code, milestone=_name(milestone)))


def reach(store: Store, word: str, code: str, on: Period, why: str | None, cite: Citation) -> Dated:
    """Record when a milestone was reached; a project that is not past the milestone's stage reaches that too.

    The milestone of a stage need not have been planned.

    Raises Refused where it was already and no reason for a change is given, and where `on` lies before the stage that
    the project is at.
    """
    project = store.project(word)
    milestone = _milestone(store, project, code, add=True)
    actual = dates_of(store, milestone, "actual")
    if actual and not why:
        raise Refused(
            _("{code} {milestone} was reached {on} already; to change that, give a reason with --why").format(
                code=project.code, milestone=_name(milestone), on=period_of(actual[0])
            )
        )
    days = happened(on, store.today)
    if actual:
        row = store.revise(actual[0], **days | cite.columns() | {"note": long_text(why, _("reason"))})
    else:
        row = add_date(store, milestone, "actual", days, cite)
    stage = follow_milestone(store, project, milestone.code, on, cite)
    return Dated(project, milestone, row, _baselines(store, milestone), stage=stage)


def remove(store: Store, word: str, code: str) -> Removed:
    """End a milestone and its days."""
    project = store.project(word)
    milestone = _milestone(store, project, code)
    days = store.find(MilestoneDate, milestone_id=milestone.id)
    for row in days:
        store.end(row)
    store.end(milestone)
    return Removed(project, milestone, len(days))


def _name(milestone: Milestone) -> str:
    return milestone_term(milestone.code, milestone.title).name(language())


def _baselines(store: Store, milestone: Milestone) -> tuple[MilestoneDate, ...]:
    return tuple(sorted(dates_of(store, milestone, "baseline"), key=lambda row: (row.effective_from, row.id)))


def _milestone(store: Store, project: Project, word: str, *, add: bool = False) -> Milestone:
    """The milestone by its code or title, or by any name of its stage; with `add` that of a stage may be new."""
    named = [((one.code, one.title), one) for one in store.find(Milestone, project_id=project.id)]
    code = MILESTONES.find(word)
    if code is None:
        return pick(word, named, _("milestone"))
    known = {fold(name) for names, _one in named for name in names if name}
    for name in (code, word):
        if fold(name) in known:
            return pick(name, named, _("milestone"))
    if add:
        return _find_or_add(store, project, code, {})
    raise UsageError(
        _("{code} has no milestone “{name}”; plan it with: {command}").format(
            code=project.code,
            name=milestone_term(code).name(language()),
            command=command_line(_("milestone plan {code} {milestone} DATE"), code=project.code, milestone=code),
        )
    )
