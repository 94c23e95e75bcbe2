"""Follow-ups 跟进: what was said about a project, and the next step, which the next contact settles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.ledger.cite import Cite, long_text, require_past, short_text
from tracker.ledger.store import Store
from tracker.models.follow_up import FollowUp
from tracker.models.project import Project


@dataclass(frozen=True, slots=True)
class Followed:
    """A contact with its project; `settled` is the one whose next step it settles, `again` says it was there before."""

    project: Project
    row: FollowUp
    settled: FollowUp | None = None
    again: bool = False


def follow(
    store: Store, word: str, text: str, on: date | None, next_day: date | None, person: str | None, cite: Cite
) -> Followed:
    """Record a contact on the day `on` (None: today). One that is recorded already is not recorded again.

    Raises Refused for a day in the future, and for a next step before the contact.
    """
    project, day = store.project(word), on or store.today
    require_past(day, store.today)
    require_next_after(day, next_day)
    facts = {
        "project_id": project.id,
        "on_day": day,
        "text": long_text(text, _("what was said")),
        "next_day": next_day,
        "person": short_text(person, _("name")),
    } | cite.columns()
    if facts["text"] is None:
        raise UsageError(_("give what was discussed or agreed"))
    for row in store.find(FollowUp, project_id=project.id):
        if row.facts() | {"done": None} == facts | {"done": None}:
            return Followed(project, row, again=True)
    before = last_contact(store, project)
    settled = before if before is not None and before.on_day <= day and is_open(before) else None
    return Followed(project, store.add(FollowUp.model_validate(facts)), settled)


def settle(store: Store, word: str, on: date | None) -> Followed:
    """Record that the next step of a project was taken on the day `on` (None: today), without another contact.

    Raises Refused where none is open, and for a day in the future or before the contact.
    """
    project, day = store.project(word), on or store.today
    require_past(day, store.today)
    row = last_contact(store, project)
    if row is None or not is_open(row):
        raise Refused(_("{code} has no next step that is open").format(code=project.code))
    if day < row.on_day:
        raise Refused(_("{day} lies before {before}").format(day=day, before=row.on_day))
    return Followed(project, store.revise(row, done=day))


def require_next_after(on: date, next_day: date | None) -> None:
    """Raise Refused where the next step comes before the contact that agreed on it."""
    if next_day is not None and next_day < on:
        raise Refused(_("{day} lies before {before}").format(day=next_day, before=on))


def last_contact(store: Store, project: Project) -> FollowUp | None:
    """The latest contact of a project."""
    return max(store.find(FollowUp, project_id=project.id), key=lambda row: (row.on_day, row.id), default=None)


def is_open(row: FollowUp) -> bool:
    """Whether a contact agreed on a next step that nobody has said was taken."""
    return row.next_day is not None and row.done is None
