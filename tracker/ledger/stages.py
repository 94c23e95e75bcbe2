"""Stages, conditions and progress reports of a project: appended, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _, language
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import Cite, happened, long_text, period_of
from tracker.ledger.milestones import FIRST_BUILT, mark_reached, unmark_after
from tracker.models import ConditionEvent, Project, Review, StageEvent
from tracker.vocabulary import CONDITIONS, LIGHTS, STAGES

ENDED = ("terminated", "lost", "closed")
# A hundred percent, in hundredths of a percent.
COMPLETE = 10_000


def stage(book: Book, word: str, to: str, on: Period, why: str | None, cite: Cite) -> Done:
    """Record that a project reached the stage `to` in the period `on`.

    Raises Refused for a date in the future or before the last event, a step back without `why`, or an ended project.
    """
    project = book.project(word)
    require_not_ended(book, project)
    return reach(book, project, to, on, why, cite)


def require_not_ended(book: Book, project: Project) -> None:
    """Raise Refused where the project has ended: it reaches no stage any more."""
    conditions = book.live(ConditionEvent, project_id=project.thing)
    if conditions and conditions[-1].condition in ENDED:
        raise Refused(
            _("{code} is {condition}; make it active first: tracker project condition {code} active").format(
                code=project.code, condition=CONDITIONS[conditions[-1].condition].name(language())
            )
        )


def reach(
    book: Book,
    project: Project,
    to: str,
    on: Period,
    why: str | None,
    cite: Cite,
    *,
    kept: Mapping[str, Any] | None = None,
    mark: bool = True,
) -> Done:
    """Append the stage event of `project`, and with `mark` mark or unmark the milestones it speaks for.

    `kept` are columns as another ledger had them.
    """
    back = _goes_back(project, book.live(StageEvent, project_id=project.thing), to, on, why)
    facts = {"project_id": project.thing, "stage": to, "reason": long_text(why, _("reason"))}
    book.add(StageEvent.model_validate(facts | happened(on, book.today) | cite.columns() | dict(kept or {})))
    lines = [_("{code}: {stage}, {on}").format(code=project.code, stage=STAGES[to].name(language()), on=on)]
    if not mark:
        return Done(tuple(lines))
    if back:
        lines += unmark_after(book, project, STAGES[to].order)
    if STAGES[to].order >= FIRST_BUILT:
        lines += mark_reached(book, project, to, on, cite)
    return Done(tuple(lines))


def _goes_back(project: Project, events: Sequence[StageEvent], to: str, on: Period, why: str | None) -> bool:
    """Whether `to` comes before the stage the project is at. Raises Refused where it cannot be reached from there."""
    if not events:
        return False
    last, term = events[-1], STAGES[events[-1].stage]
    for event in events:
        _require_order(project, on, period_of(event), STAGES[event.stage].name(language()))
    if last.stage == to:
        raise Refused(
            _("{code} is at “{stage}” already, since {on}").format(
                code=project.code, stage=term.name(language()), on=period_of(last)
            )
        )
    back = STAGES[to].order < term.order
    if back and not (why and why.strip()):
        raise Refused(
            _("“{to}” comes before “{stage}”: say why {code} goes back, with --why").format(
                to=STAGES[to].name(language()), stage=term.name(language()), code=project.code
            )
        )
    return back


def _require_order(project: Project, on: Period, last: Period, name: str) -> None:
    if on.before(last):
        raise Refused(
            _("{on} lies before {last}, when {code} reached “{stage}”: the log cannot run backwards").format(
                on=on, last=last, code=project.code, stage=name
            )
        )


def condition(
    book: Book,
    word: str,
    to: str,
    on: Period,
    why: str | None,
    cite: Cite,
    *,
    kept: Mapping[str, Any] | None = None,
) -> Done:
    """Record a project's condition. Raises Refused without a reason (except for active) or where it is so already.

    `kept` are columns as another ledger had them.
    """
    project = book.project(word)
    events = book.live(ConditionEvent, project_id=project.thing)
    name = CONDITIONS[to].name(language())
    if to == (events[-1].condition if events else "active"):
        raise Refused(_("{code} is {condition} already").format(code=project.code, condition=name))
    for event in events:
        _require_order(project, on, period_of(event), CONDITIONS[event.condition].name(language()))
    if to != "active" and not (why and why.strip()):
        raise Refused(_("say why {code} becomes {condition}, with --why").format(code=project.code, condition=name))
    facts = {"project_id": project.thing, "condition": to, "reason": long_text(why, _("reason"))}
    book.add(ConditionEvent.model_validate(facts | happened(on, book.today) | cite.columns() | dict(kept or {})))
    return Done((_("{code}: {condition}, {on}").format(code=project.code, condition=name, on=on),))


def review(
    book: Book, word: str, on: Period, physical: int | None, text: str | None, light: str | None, cite: Cite
) -> Done:
    """Record a progress report: `physical` in hundredths of a percent (0 to 10,000), a text, a judged light.

    Raises Refused where it says nothing.
    """
    project = book.project(word)
    words = long_text(text, _("text"))
    if physical is not None and not 0 <= physical <= COMPLETE:
        raise ValueRefused(_("progress is 0% to 100%, not {percent:g}%").format(percent=physical / 100))
    if physical is None and words is None and light is None:
        raise Refused(_("a progress report says something: --physical, --text or --light"))
    facts = {"project_id": project.thing, "physical": physical, "text": words, "light": light}
    book.add(Review.model_validate(facts | happened(on, book.today) | cite.columns()))
    said = [f"{physical / 100:g}%" if physical is not None else "", LIGHTS[light].name(language()) if light else ""]
    summary = ", ".join(word for word in said if word) or _("text")
    return Done((_("{code}: progress report for {on} ({summary})").format(code=project.code, on=on, summary=summary),))
