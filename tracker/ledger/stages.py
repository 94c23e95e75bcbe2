"""Stages, conditions and progress reports of a project, and the milestones that its stages reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _, language
from tracker.ledger.cite import Cite, happened, long_text, period_of, require_past
from tracker.ledger.store import Store
from tracker.models.milestone import Milestone, MilestoneDate
from tracker.models.progress import ConditionEvent, Review, StageEvent
from tracker.models.project import Project
from tracker.vocabulary import CONDITIONS, STAGES

ENDED = ("terminated", "lost", "closed")
# From here on a stage is something that can be seen on the site, and so a milestone.
FIRST_BUILT = STAGES["under_construction"].order
# A hundred percent, in hundredths of a percent.
COMPLETE = 10_000


@dataclass(frozen=True, slots=True)
class Reached:
    """A project and the event of the stage it reached; codes of the milestones that are reached, or no longer are."""

    project: Project
    event: StageEvent
    marked: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionSet:
    """A project and the event that changed its condition."""

    project: Project
    event: ConditionEvent


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A project and the progress report that was recorded."""

    project: Project
    row: Review


# --- stages ----------------------------------------------------------------------------------------------------------


def stage(store: Store, word: str, to: str, on: Period | None, why: str | None, cite: Cite) -> Reached:
    """Record that a project reached the stage `to` in the period `on` (None: by today, the day not known).

    Raises Refused for a date in the future or before the last event, a step back without `why`, or an ended project.
    """
    project = store.project(word)
    require_not_ended(store, project)
    return reach(store, project, to, on, why, cite)


def has_ended(store: Store, project: Project) -> bool:
    """Whether a project is terminated, lost or closed."""
    conditions = store.find(ConditionEvent, project_id=project.id)
    return bool(conditions) and conditions[-1].condition in ENDED


def require_not_ended(store: Store, project: Project) -> None:
    """Raise Refused where the project has ended: it reaches no stage any more."""
    if has_ended(store, project):
        last = store.find(ConditionEvent, project_id=project.id)[-1]
        raise Refused(
            _("{code} is {condition}; make it active first: tracker project condition {code} active").format(
                code=project.code, condition=CONDITIONS[last.condition].name(language())
            )
        )


def reach(
    store: Store,
    project: Project,
    to: str,
    on: Period | None,
    why: str | None,
    cite: Cite,
    *,
    by: date | None = None,
    kept: Mapping[str, Any] | None = None,
    mark: bool = True,
) -> Reached:
    """Record a stage of `project`, and with `mark` mark or unmark the milestones it stands for.

    Where `on` is None the stage was reached by the day `by` (None: today) and the day itself is not known; a dated
    event of the same stage takes the place of such a one. `kept` are columns as another ledger had them.
    """
    events = store.find(StageEvent, project_id=project.id)
    facts = _stage_days(on, by, store.today) | {"reason": long_text(why, _("reason"))} | cite.columns()
    facts |= dict(kept or {})
    undated = next((event for event in events if event.stage == to and event.first_day is None), None)
    if on is not None and undated is not None:
        _require_between(project, on, undated, events)
        event = store.revise(undated, **{name: value for name, value in facts.items() if value is not None})
        return Reached(project, event, mark_reached(store, project, to, on, cite) if mark else ())
    back = _goes_back(project, events, to, on, why)
    event = store.add(StageEvent.model_validate({"project_id": project.id, "stage": to} | facts))
    if not mark:
        return Reached(project, event)
    unmarked = _unmark_after(store, project, STAGES[to].order) if back else ()
    return Reached(project, event, mark_reached(store, project, to, on, cite), unmarked)


def _stage_days(on: Period | None, by: date | None, today: date) -> dict[str, Any]:
    if on is not None:
        return happened(on, today)
    day = by or today
    require_past(day, today)
    return {"first_day": None, "last_day": None, "period_text": None, "effective_from": day}


def _goes_back(project: Project, events: Sequence[StageEvent], to: str, on: Period | None, why: str | None) -> bool:
    """Whether `to` comes before the stage the project is at. Raises Refused where it cannot be reached from there."""
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


def _require_between(project: Project, on: Period, undated: StageEvent, events: Sequence[StageEvent]) -> None:
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


def follow_milestone(store: Store, project: Project, code: str, on: Period, cite: Cite) -> StageEvent | None:
    """Record the stage of the milestone `code` that was reached; None where the project is past it or has ended.

    Raises Refused where `on` lies before the last stage.
    """
    if code not in STAGES or has_ended(store, project):
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


def add_date(store: Store, milestone: Milestone, what: str, days: dict[str, Any], cite: Cite) -> MilestoneDate:
    """Record a day of a milestone, whose columns are `days`."""
    keys = {"project_id": milestone.project_id, "milestone_id": milestone.id, "what": what}
    return store.add(MilestoneDate.model_validate(keys | days | cite.columns()))


def mark_reached(store: Store, project: Project, code: str, on: Period | None, cite: Cite) -> tuple[str, ...]:
    """Mark the milestone of a built stage as reached, where the project has one, it is open and the day is known."""
    if on is None or _order(code) < FIRST_BUILT:
        return ()
    for milestone in store.find(Milestone, project_id=project.id, code=code):
        if not dates_of(store, milestone, "actual"):
            add_date(store, milestone, "actual", happened(on, store.today), cite)
            return (code,)
    return ()


def mark_standing(store: Store, project: Project, milestone: Milestone) -> tuple[MilestoneDate, ...]:
    """Mark a new milestone as reached where its stage was reached before; the day that was recorded, if any."""
    for event in standing(store, project):
        if event.stage == milestone.code and mark_reached(store, project, event.stage, period_of(event), Cite()):
            return tuple(dates_of(store, milestone, "actual"))
    return ()


def standing(store: Store, project: Project) -> list[StageEvent]:
    """The dated events of the built stages that the project has reached and not gone back from."""
    reached: list[StageEvent] = []
    for event in store.find(StageEvent, project_id=project.id):
        reached = [one for one in reached if _order(one.stage) <= _order(event.stage)]
        reached.append(event)
    return [event for event in reached if event.first_day is not None and _order(event.stage) >= FIRST_BUILT]


def _unmark_after(store: Store, project: Project, order: int) -> tuple[str, ...]:
    """End the actual days of the stages' milestones beyond `order`: the project went back before them."""
    unmarked = []
    for milestone in store.find(Milestone, project_id=project.id):
        if milestone.code in STAGES and _order(milestone.code) > order:
            for row in dates_of(store, milestone, "actual"):
                store.end(row)
                unmarked.append(milestone.code)
    return tuple(unmarked)


# --- conditions and reports ------------------------------------------------------------------------------------------


def condition(
    store: Store,
    word: str,
    to: str,
    on: Period,
    why: str | None,
    cite: Cite,
    *,
    kept: Mapping[str, Any] | None = None,
) -> ConditionSet:
    """Record a project's condition. Raises Refused without a reason (except for active) or where it is so already.

    `kept` are columns as another ledger had them.
    """
    project = store.project(word)
    events = store.find(ConditionEvent, project_id=project.id)
    name = CONDITIONS[to].name(language())
    if to == (events[-1].condition if events else "active"):
        raise Refused(_("{code} is {condition} already").format(code=project.code, condition=name))
    for event in events:
        if event.first_day is not None:
            _require_order(project, on, period_of(event), CONDITIONS[event.condition].name(language()))
    if to != "active" and not (why and why.strip()):
        reason = _("give a reason with --why: {code} becomes {condition}")
        raise Refused(reason.format(code=project.code, condition=name))
    facts = {"project_id": project.id, "condition": to, "reason": long_text(why, _("reason"))}
    columns = facts | happened(on, store.today) | cite.columns() | dict(kept or {})
    return ConditionSet(project, store.add(ConditionEvent.model_validate(columns)))


def review(
    store: Store, word: str, on: Period, physical: int | None, text: str | None, light: str | None, cite: Cite
) -> Reviewed:
    """Record a progress report: `physical` in hundredths of a percent (0 to 10,000), a text, a judged light.

    Raises Refused where it holds nothing.
    """
    project = store.project(word)
    words = long_text(text, _("text"))
    if physical is not None and not 0 <= physical <= COMPLETE:
        raise ValueRefused(_("progress is 0% to 100%, not {percent:g}%").format(percent=physical / 100))
    if physical is None and words is None and light is None:
        raise Refused(_("a progress report needs at least one of --physical, --text and --light"))
    facts = {"project_id": project.id, "physical": physical, "text": words, "light": light}
    return Reviewed(project, store.add(Review.model_validate(facts | happened(on, store.today) | cite.columns())))
