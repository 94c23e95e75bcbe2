"""Milestones: planned once, forecast again and again, reached once."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.dates import Period, slip
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _, language, ngettext
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import Cite, happened, long_text, period_of, planned, short_text
from tracker.models import Milestone, MilestoneDate, Project, StageEvent
from tracker.text import clean_code
from tracker.vocabulary import MILESTONES, STAGES

# From here on a stage is something that can be seen on the site, and so a milestone.
FIRST_BUILT = STAGES["under_construction"].order
HEAVIEST = 1_000_000


def plan(
    book: Book,
    word: str,
    code: str,
    on: Period,
    cite: Cite,
    *,
    title: str | None = None,
    weight: int | None = None,
    made: date | None = None,
) -> Done:
    """Give a milestone its baseline, adding the milestone where it is new; `made` is the day the baseline was approved.

    Raises Refused where it has a baseline already: what changes later is a forecast.
    """
    project = book.project(word)
    milestone = _find_or_add(book, project, code, title, weight)
    if dates_of(book, milestone, "baseline"):
        raise Refused(
            _(
                "{code} {milestone} has its baseline; a new expectation is a forecast: tracker milestone forecast"
            ).format(code=project.code, milestone=milestone.code)
        )
    _require_past(made, book.today)
    _add_date(book, milestone, "baseline", planned(on, made), cite)
    lines = [_("{code} {milestone}: planned for {on}").format(code=project.code, milestone=milestone.code, on=on)]
    return Done((*lines, *mark_standing(book, project, milestone)))


def mark_standing(book: Book, project: Project, milestone: Milestone) -> list[str]:
    """Mark a new milestone as reached where its stage was reached before."""
    lines = []
    for event in _standing(book, project):
        if event.stage == milestone.code:
            lines += mark_reached(book, project, milestone.code, period_of(event), Cite())
    return lines


def _standing(book: Book, project: Project) -> list[StageEvent]:
    """The events of the built stages that the project has reached and not gone back from."""
    standing: list[StageEvent] = []
    for event in book.live(StageEvent, project_id=project.thing):
        standing = [one for one in standing if STAGES[one.stage].order <= STAGES[event.stage].order]
        standing.append(event)
    return [event for event in standing if STAGES[event.stage].order >= FIRST_BUILT]


def _find_or_add(book: Book, project: Project, code: str, title: str | None, weight: int | None) -> Milestone:
    code = code_of(code)
    if weight is not None and not 0 <= weight <= HEAVIEST:
        raise ValueRefused(
            _("a weight is a number from 0 to {most}, not {weight}").format(most=HEAVIEST, weight=weight)
        )
    both = {"title": short_text(title, _("title")), "weight": weight}
    given = {name: value for name, value in both.items() if value is not None}
    for milestone in book.live(Milestone, project_id=project.thing):
        if milestone.code == code:
            changed = {name: value for name, value in given.items() if getattr(milestone, name) != value}
            return book.revise(milestone, **changed) if changed else milestone
    return book.add(Milestone.model_validate({"project_id": project.thing, "code": code} | given))


def code_of(word: str) -> str:
    """A standard milestone by any of its names, else the code as typed."""
    try:
        return MILESTONES.parse(word)
    except ValueRefused:
        return clean_code(word, _("milestone"))


def add_standard(book: Book, project: Project) -> Done:
    """Add the standard milestones of the field, without days; those of the stages reached are marked so."""
    present = {milestone.code for milestone in book.live(Milestone, project_id=project.thing)}
    for term in MILESTONES:
        if term.code not in present:
            book.add(Milestone.model_validate({"project_id": project.thing, "code": term.code}))
    lines = [_("{code}: {count} standard milestones").format(code=project.code, count=len(MILESTONES))]
    for event in _standing(book, project):
        lines += mark_reached(book, project, event.stage, period_of(event), Cite())
    return Done(tuple(lines))


def forecast(book: Book, word: str, code: str, on: Period, made: date | None, cite: Cite) -> Done:
    """Record a new expectation, made on the day `made` (default: today). Raises Refused where it was reached."""
    project = book.project(word)
    milestone = _milestone(book, project, code)
    if dates_of(book, milestone, "actual"):
        raise reached_already(project, milestone)
    _require_past(made, book.today)
    day = made or book.today
    _add_date(book, milestone, "forecast", planned(on, day), cite)
    moved = [_against(_("baseline"), old, on) for old in dates_of(book, milestone, "baseline")]
    line = _("{code} {milestone}: expected {on}{slip}").format(
        code=project.code, milestone=milestone.code, on=on, slip="".join(moved)
    )
    return Done((line,))


def reached_already(project: Project, milestone: Milestone) -> Refused:
    """The refusal of a forecast for what has happened."""
    return Refused(_("{code} {milestone} is reached already").format(code=project.code, milestone=milestone.code))


def reach(book: Book, word: str, code: str, on: Period, why: str | None, cite: Cite) -> Done:
    """Record when a milestone was reached. Raises Refused where it was already and no reason for a change is given."""
    project = book.project(word)
    milestone = _milestone(book, project, code)
    facts = happened(on, book.today) | cite.columns()
    actual = dates_of(book, milestone, "actual")
    if actual and not why:
        raise Refused(
            _("{code} {milestone} was reached {on} already; to change that, say why with --why").format(
                code=project.code, milestone=milestone.code, on=period_of(actual[0])
            )
        )
    if actual:
        book.revise(actual[0], **facts | {"note": long_text(why, _("reason"))})
    else:
        _add_date(book, milestone, "actual", happened(on, book.today), cite)
    late = [_against(_("baseline"), old, on) for old in dates_of(book, milestone, "baseline")]
    line = _("{code} {milestone}: reached {on}{slip}").format(
        code=project.code, milestone=milestone.code, on=on, slip="".join(late)
    )
    return Done((line,))


def remove(book: Book, word: str, code: str) -> Done:
    """Take a milestone and its days back."""
    project = book.project(word)
    milestone = _milestone(book, project, code)
    days = book.live(MilestoneDate, milestone_id=milestone.thing)
    for row in days:
        book.void(row)
    book.void(milestone)
    what = ngettext("{count} day", "{count} days", len(days)).format(count=len(days))
    return Done(
        (_("{code} {milestone} removed, with {what}").format(code=project.code, milestone=milestone.code, what=what),)
    )


def mark_reached(book: Book, project: Project, code: str, on: Period, cite: Cite) -> list[str]:
    """Mark the milestone of a stage as reached, where the project has one and it is open."""
    for milestone in book.live(Milestone, project_id=project.thing, code=code):
        if not dates_of(book, milestone, "actual"):
            _add_date(book, milestone, "actual", happened(on, book.today), cite)
            return [_("{code} {milestone}: reached {on}").format(code=project.code, milestone=code, on=on)]
    return []


def unmark_after(book: Book, project: Project, order: int) -> list[str]:
    """Take back the actual days of the stages' milestones beyond `order`: the project went back before them."""
    lines = []
    for milestone in book.live(Milestone, project_id=project.thing):
        if milestone.code in STAGES and STAGES[milestone.code].order > order:
            for row in dates_of(book, milestone, "actual"):
                book.void(row)
                lines.append(
                    _("{code} {milestone}: no longer reached").format(code=project.code, milestone=milestone.code)
                )
    return lines


def dates_of(book: Book, milestone: Milestone, what: str) -> list[MilestoneDate]:
    """The live days of a milestone: "baseline", "forecast" or "actual"."""
    return book.live(MilestoneDate, milestone_id=milestone.thing, what=what)


def _milestone(book: Book, project: Project, word: str) -> Milestone:
    """The milestone by its code or title, or by any name of its stage."""
    try:
        return book.milestone(project, MILESTONES.parse(word))
    except UsageError:
        return book.milestone(project, word)


def _add_date(book: Book, milestone: Milestone, what: str, days: dict[str, Any], cite: Cite) -> None:
    keys = {"project_id": milestone.project_id, "milestone_id": milestone.thing, "what": what}
    book.add(MilestoneDate.model_validate(keys | days | cite.columns()))


def _require_past(made: date | None, today: date) -> None:
    if made and made > today:
        raise Refused(_("{made} lies in the future: nobody has said it yet").format(made=made))


def _against(name: str, old: MilestoneDate, on: Period) -> str:
    days = slip(period_of(old), on)
    unit = "天" if language() == "zh" else " d"
    return f" ({name} {period_of(old)}, {days:+d}{unit})" if days else f" ({name} {period_of(old)})"
