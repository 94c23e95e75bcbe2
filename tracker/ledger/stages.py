"""Stages, conditions and progress reports of a project, and the milestones that its stages reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.dates import Period
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _, language
from tracker.ledger.citation import Citation, happened, long_text, period_columns, period_of, require_past
from tracker.ledger.store import Store
from tracker.models.condition import ConditionEvent, Review
from tracker.models.milestone import Milestone, MilestoneDate
from tracker.models.project import Project
from tracker.models.stage import StageEvent
from tracker.text import command_line
from tracker.vocabulary import CONDITIONS, ENDED, STAGES

# From here on a stage is something that can be seen on the site, and so a milestone.
FIRST_BUILT = STAGES["under_construction"].order
# A hundred percent, in hundredths of a percent.
COMPLETE = 10_000


class Reached(NamedTuple):
    """A project and the event of the stage it reached; codes of the milestones that are reached, or no longer are."""

    project: Project
    event: StageEvent
    marked: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()


class ConditionSet(NamedTuple):
    """A project and the event that changed its condition."""

    project: Project
    event: ConditionEvent


class Reviewed(NamedTuple):
    """A project and the progress report that was recorded."""

    project: Project
    row: Review


# --- stages ----------------------------------------------------------------------------------------------------------


def stage(store: Store, word: str, to: str, on: Period | None, why: str | None, cite: Citation) -> Reached:
    """Record that a project reached the stage `to` in the period `on` (None: by today, the day not known).

    Raises Refused for a date in the future or before the last event, a step back without `why`, or an ended project.
    """
    project = store.project(word)
    require_not_ended(project, store.find(ConditionEvent, project_id=project.id))
    return reach(store, project, to, on, why, cite)


def has_ended(conditions: Sequence[ConditionEvent]) -> bool:
    """Whether a project is terminated, lost or closed, by the events of its condition."""
    return bool(conditions) and conditions[-1].condition in ENDED


def require_not_ended(project: Project, conditions: Sequence[ConditionEvent]) -> None:
    """Raise Refused where the project has ended: it reaches no stage any more."""
    if has_ended(conditions):
        raise Refused(
            _("{code} is {condition}; make it active first: {command}").format(
                code=project.code,
                condition=CONDITIONS[conditions[-1].condition].name(language()),
                command=command_line("project condition {code} active", code=project.code),
            )
        )


def reach(
    store: Store,
    project: Project,
    to: str,
    on: Period | None,
    why: str | None,
    cite: Citation,
    *,
    mark: bool = True,
) -> Reached:
    """Record a stage of `project`, and with `mark` mark or unmark the milestones it stands for.

    Where `on` is None the stage was reached by today and the day itself is not known; a dated event of the same stage
    takes the place of such a one, and an earlier stage learnt late its place before the later ones.
    """
    events = store.find(StageEvent, project_id=project.id)
    facts = stage_days(on, store.today, store.today) | {"reason": long_text(why, _("reason"))} | cite.columns()
    undated = next((event for event in events if event.stage == to and event.first_day is None), None)
    if on is not None and undated is not None:
        require_between(project, on, undated, events)
        event = store.revise(undated, **{name: value for name, value in facts.items() if value is not None})
        return Reached(project, event, mark_reached(store, project, to, on, cite) if mark else ())
    later = [] if why else learnt_before(events, to, on)
    back = not later and require_step(project, events, to, on, why)
    event = store.add(StageEvent.model_validate({"project_id": project.id, "stage": to} | facts))
    for row in later:
        # The order of recording is that of the stages.
        store.end(row)
        store.add(StageEvent.model_validate(row.facts()))
    if not mark:
        return Reached(project, event)
    unmarked = []
    # The project went back before the milestones of later stages: their actual days end.
    for milestone in store.find(Milestone, project_id=project.id) if back else ():
        if milestone.code in STAGES and _order(milestone.code) > STAGES[to].order:
            for day in dates_of(store, milestone, "actual"):
                store.end(day)
                unmarked.append(milestone.code)
    return Reached(project, event, mark_reached(store, project, to, on, cite), tuple(unmarked))


def stage_days(on: Period | None, by: date, today: date) -> dict[str, Any]:
    """The columns of a stage that was reached in `on`, or where that is not known by the day `by`."""
    if on is not None:
        return happened(on, today)
    require_past(by, today)
    return period_columns(None) | {"effective_from": by}


def require_step(project: Project, events: Sequence[StageEvent], to: str, on: Period | None, why: str | None) -> bool:
    """Whether `to` comes before the stage the project is at; `events` are those of its stages, in the order recorded.

    Raises Refused where it cannot be reached from there.
    """
    if not events:
        return False
    last = events[-1]
    name = _stage_name(last.stage)
    for event in events:
        if on is not None and event.first_day is not None:
            _require_order(project, on, period_of(event), _stage_name(event.stage))
    if last.stage == to:
        since = "" if last.first_day is None else _(", since {on}").format(on=period_of(last))
        raise Refused(_("{code} is at “{stage}” already{since}").format(code=project.code, stage=name, since=since))
    back = _order(to) < _order(last.stage)
    if back and not (why and why.strip()):
        raise Refused(
            _("“{to}” comes before “{stage}”: give a reason with --why to take {code} back").format(
                to=_stage_name(to), stage=name, code=project.code
            )
        )
    return back


def learnt_before(events: Sequence[StageEvent], to: str, on: Period | None) -> list[StageEvent]:
    """The events of later stages that come after `to`, which is learnt late: none where it is no missing earlier one.

    A stage is missing where the project was not at it yet, and what it fits between comes before and after it both in
    the order of the stages and in that of the days; `on` may overlap the days after it.
    """
    if on is None or any(event.stage == to for event in events):
        return []
    place = sum(_order(event.stage) < _order(to) for event in events)
    before, later = events[:place], list(events[place:])
    is_missing = all(_order(event.stage) < _order(to) for event in before) and not any(
        event.first_day and on.before(period_of(event)) for event in before
    )
    return later if is_missing and all(on.first <= (one.first_day or one.effective_from) for one in later) else []


def require_between(project: Project, on: Period, undated: StageEvent, events: Sequence[StageEvent]) -> None:
    """Raise Refused where a day found later for a stage is not between those of the stages around it."""
    for event in events:
        if event.first_day is None:
            continue
        if event.id < undated.id:
            _require_order(project, on, period_of(event), _stage_name(event.stage))
        else:
            _require_order(project, period_of(event), on, _stage_name(undated.stage))


def _require_order(project: Project, on: Period, last: Period, name: str) -> None:
    if on.before(last):
        raise Refused(
            _("{on} lies before {last}, when {code} reached “{stage}”: the log cannot run backwards").format(
                on=on, last=last, code=project.code, stage=name
            )
        )


def _order(stage: str) -> int:
    term = STAGES.get(stage)
    return term.order if term else 0


def _stage_name(stage: str) -> str:
    term = STAGES.get(stage)
    return term.name(language()) if term else stage


def follow_milestone(store: Store, project: Project, code: str, on: Period, cite: Citation) -> StageEvent | None:
    """Record the stage of the milestone `code` that was reached; None where the project is past it or has ended.

    Raises Refused where `on` lies before the last stage.
    """
    if code not in STAGES or has_ended(store.find(ConditionEvent, project_id=project.id)):
        return None
    events = store.find(StageEvent, project_id=project.id)
    dated = [event for event in events if event.stage != code or event.first_day is not None]
    if dated and _order(dated[-1].stage) >= _order(code):
        return None
    return reach(store, project, code, on, None, cite, mark=False).event


# --- the milestones of stages ----------------------------------------------------------------------------------------


def dates_of(store: Store, milestone: Milestone, what: str) -> list[MilestoneDate]:
    """The open days of a milestone: "baseline", "forecast" or "actual"."""
    return store.find(MilestoneDate, milestone_id=milestone.id, what=what)


def add_date(store: Store, milestone: Milestone, what: str, days: dict[str, Any], cite: Citation) -> MilestoneDate:
    """Record a day of a milestone, whose columns are `days`."""
    keys = {"project_id": milestone.project_id, "milestone_id": milestone.id, "what": what}
    return store.add(MilestoneDate.model_validate(keys | days | cite.columns()))


def mark_reached(store: Store, project: Project, code: str, on: Period | None, cite: Citation) -> tuple[str, ...]:
    """Mark the milestone of a built stage as reached, where the project has one, it is open and the day is known."""
    if on is None or not is_built(code):
        return ()
    for milestone in store.find(Milestone, project_id=project.id, code=code):
        if not dates_of(store, milestone, "actual"):
            add_date(store, milestone, "actual", happened(on, store.today), cite)
            return (code,)
    return ()


def is_built(code: str) -> bool:
    """Whether a stage can be seen on the site: it is a milestone too."""
    return _order(code) >= FIRST_BUILT


def mark_standing(store: Store, project: Project, milestone: Milestone) -> tuple[MilestoneDate, ...]:
    """Mark a new milestone as reached where its stage was reached before; the day that was recorded, if any."""
    for event in standing(store.find(StageEvent, project_id=project.id)):
        if event.stage == milestone.code and mark_reached(store, project, event.stage, period_of(event), Citation()):
            return tuple(dates_of(store, milestone, "actual"))
    return ()


def standing(events: Iterable[StageEvent]) -> list[StageEvent]:
    """Of the events of a project's stages the dated ones of built stages that it has not gone back from."""
    reached: list[StageEvent] = []
    for event in events:
        reached = [one for one in reached if _order(one.stage) <= _order(event.stage)]
        reached.append(event)
    return [event for event in reached if event.first_day is not None and is_built(event.stage)]


# --- conditions and reports ------------------------------------------------------------------------------------------


def condition(store: Store, word: str, to: str, on: Period, why: str | None, cite: Citation) -> ConditionSet:
    """Record a project's condition. Raises Refused without a reason (except for active) or where it is so already."""
    project = store.project(word)
    require_condition(project, store.find(ConditionEvent, project_id=project.id), to, on, why)
    facts = {"project_id": project.id, "condition": to, "reason": long_text(why, _("reason"))}
    return ConditionSet(
        project, store.add(ConditionEvent.model_validate(facts | happened(on, store.today) | cite.columns()))
    )


def require_condition(
    project: Project, events: Sequence[ConditionEvent], to: str, on: Period | None, why: str | None
) -> None:
    """Raise Refused where the condition `to` cannot follow `events`, those of the project's condition so far."""
    name = CONDITIONS[to].name(language())
    if to == (events[-1].condition if events else "active"):
        raise Refused(_("{code} is {condition} already").format(code=project.code, condition=name))
    for event in events:
        if on is not None and event.first_day is not None:
            _require_order(project, on, period_of(event), CONDITIONS[event.condition].name(language()))
    if to != "active" and not (why and why.strip()):
        reason = _("give a reason with --why: {code} becomes {condition}")
        raise Refused(reason.format(code=project.code, condition=name))


def review(
    store: Store, word: str, on: Period, physical: int | None, text: str | None, light: str | None, cite: Citation
) -> Reviewed:
    """Record a progress report: `physical` in hundredths of a percent (0 to 10,000), a text, a judged light.

    Raises Refused where it holds nothing.
    """
    project = store.project(word)
    words = long_text(text, _("text"))
    require_review(physical, words, light)
    facts = {"project_id": project.id, "physical": physical, "text": words, "light": light}
    return Reviewed(project, store.add(Review.model_validate(facts | happened(on, store.today) | cite.columns())))


def require_review(physical: int | None, text: str | None, light: str | None) -> None:
    """Raise ValueRefused for a progress that cannot be, Refused where a progress report holds nothing."""
    if physical is not None and not 0 <= physical <= COMPLETE:
        raise ValueRefused(_("progress is 0% to 100%, not {percent:g}%").format(percent=physical / 100))
    if physical is None and text is None and light is None:
        raise Refused(_("a progress report needs at least one of --physical, --text and --light"))
