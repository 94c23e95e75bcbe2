"""Requests of companies and projects, and follow-ups on leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.dates import Period
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.ledger.citation import Citation, Facts, long_text, require_past, short_text, value_of
from tracker.ledger.store import Store
from tracker.models.company import Company
from tracker.models.fields import FIELDS
from tracker.models.project import Project
from tracker.models.request import FollowUp, Request
from tracker.text import clean, command_line

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Opened:
    """A new request, and the project or company that asks."""

    row: Request
    asker: Project | Company


def open_request(store: Store, facts: Facts, cite: Citation) -> Opened:
    """Record a request of a project or a company, by default of today; the owner is the project's where none is named.

    Raises Refused for a day in the future or a due day before it was raised, UsageError where it has no subject or two.
    """
    if (facts.get("project") is None) == (facts.get("company") is None):
        raise UsageError(_("give who asks: a project, or a company with --company"))
    raised, due = facts.get("raised") or store.today, facts.get("due")
    require_past(raised, store.today)
    if due and due < raised:
        sentence = _("{due} lies before {raised}, when it was raised")
        raise Refused(sentence.format(due=Period.day(due), raised=Period.day(raised)))
    project = store.project(facts["project"]) if facts.get("project") else None
    company = store.company(facts["company"]) if facts.get("company") else None
    columns = {one.key: value_of(one, facts.get(one.key)) for one in FIELDS["request"] if not one.refers} | {
        "project_id": project.id if project else None,
        "company_id": company.id if company else None,
        "title": clean(facts.get("title") or "", _("title")),
        "raised": raised,
    }
    if project:
        columns["owner"] = columns["owner"] or project.owner
    row = store.add(Request.model_validate(columns | cite.columns()))
    asker = project or company
    assert asker is not None, "a request has one of the two"
    return Opened(row, asker)


def answer(store: Store, number: int, text: str | None, on: date | None, cite: Citation) -> Request:
    """Record the first response to a request, given on the day `on` (default: today).

    Raises Refused where it has one, where it is closed, and for a day in the future or before it was raised.
    """
    row, day = _open(store, number), on or store.today
    if row.answered:
        raise Refused(_("request {id} was answered on {day}").format(id=number, day=Period.day(row.answered)))
    _require_order(row, day, store.today)
    return store.revise(row, answered=day, answer=long_text(text, _("answer")), **cite.given())


def close(store: Store, number: int, text: str | None, on: date | None, cite: Citation) -> Request:
    """Record that a request is settled, with its outcome, on the day `on` (default: today).

    Raises Refused where it is closed, and for a day in the future, before it was raised or before it was answered.
    """
    row, day = _open(store, number), on or store.today
    _require_order(row, day, store.today)
    return store.revise(row, closed=day, outcome=long_text(text, _("outcome")), **cite.given())


def _open(store: Store, number: int) -> Request:
    """The open request, not closed yet. Raises UsageError where there is none, Refused where it is closed."""
    last = store.get(Request, number) if 0 < number <= _LARGEST_ID else None
    if last is None:
        raise UsageError(
            _("there is no request {id}; see them with: {command}").format(
                id=number, command=command_line("request list")
            )
        )
    if last.closed:
        raise Refused(_("request {id} was closed on {day}").format(id=number, day=Period.day(last.closed)))
    return last


def _require_order(row: Request, day: date, today: date) -> None:
    require_past(day, today)
    before = row.answered or row.raised
    if day < before:
        said = _("answered") if row.answered else _("raised")
        raise Refused(
            _("{day} lies before {before}, when request {id} was {said}").format(
                day=Period.day(day), before=before, id=row.id, said=said
            )
        )


@dataclass(frozen=True, slots=True)
class Followed:
    """A contact with its project; `settled` is the one whose next step it settles, `again` says it was there before."""

    project: Project
    row: FollowUp
    settled: FollowUp | None = None
    again: bool = False


def follow(
    store: Store, word: str, text: str, on: date | None, next_day: date | None, person: str | None, cite: Citation
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
        "text": long_text(text, _("the text of the contact")),
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
        raise Refused(_("{day} lies before {before}").format(day=Period.day(day), before=Period.day(row.on_day)))
    return Followed(project, store.revise(row, done=day))


def require_next_after(on: date, next_day: date | None) -> None:
    """Raise Refused where the next step comes before the contact that agreed on it."""
    if next_day is not None and next_day < on:
        raise Refused(_("{day} lies before {before}").format(day=Period.day(next_day), before=Period.day(on)))


def last_contact(store: Store, project: Project) -> FollowUp | None:
    """The latest contact of a project."""
    return max(store.find(FollowUp, project_id=project.id), key=lambda row: (row.on_day, row.id), default=None)


def is_open(row: FollowUp) -> bool:
    """Whether a contact agreed on a next step that is not recorded as done."""
    return row.next_day is not None and row.done is None
