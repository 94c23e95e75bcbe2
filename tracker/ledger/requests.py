"""Requests 诉求 of companies: answered once and closed once; the log keeps every step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.ledger.cite import Cite, long_text, require_past, short_text
from tracker.ledger.store import Store
from tracker.models.company import Company
from tracker.models.project import Project
from tracker.models.request import Request
from tracker.text import clean

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Ask:
    """A new request: `project` or `company` names who asks; `raised` is the day it was made (None: today)."""

    title: str
    project: str | None = None
    company: str | None = None
    category: str | None = None
    owner: str | None = None
    raised: date | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A new request, and the project or company that asks."""

    row: Request
    asker: Project | Company


def open_request(store: Store, ask: Ask, cite: Cite) -> Opened:
    """Record a request. The owner is the project's where none is named.

    Raises Refused for a day in the future or a due day before it was raised, UsageError where it has no subject or two.
    """
    if (ask.project is None) == (ask.company is None):
        raise UsageError(_("give who asks: a project, or a company with --company"))
    raised = ask.raised or store.today
    require_past(raised, store.today)
    if ask.due and ask.due < raised:
        raise Refused(_("{due} lies before {raised}, when it was raised").format(due=ask.due, raised=raised))
    project = store.project(ask.project) if ask.project else None
    company = store.company(ask.company) if ask.company else None
    facts = {
        "project_id": project.id if project else None,
        "company_id": company.id if company else None,
        "category": short_text(ask.category, _("category")),
        "title": clean(ask.title, _("title")),
        "owner": short_text(ask.owner, _("owner")) or (project.owner if project else None),
        "raised": raised,
        "due": ask.due,
    }
    row = store.add(Request.model_validate(facts | cite.columns()))
    asker = project or company
    assert asker is not None, "a request has one of the two"
    return Opened(row, asker)


def answer(store: Store, number: int, text: str | None, on: date | None, cite: Cite) -> Request:
    """Record the first response to a request, given on the day `on` (default: today).

    Raises Refused where it has one, where it is closed, and for a day in the future or before it was raised.
    """
    row, day = _open(store, number), on or store.today
    if row.answered:
        raise Refused(_("request {id} was answered on {day}").format(id=number, day=row.answered))
    _require_order(row, day, store.today)
    return store.revise(row, answered=day, answer=long_text(text, _("answer")), **cite.given())


def close(store: Store, number: int, text: str | None, on: date | None, cite: Cite) -> Request:
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
        raise UsageError(_("there is no request {id}; see them with: tracker request list").format(id=number))
    if last.closed:
        raise Refused(_("request {id} was closed on {day}").format(id=number, day=last.closed))
    return last


def _require_order(row: Request, day: date, today: date) -> None:
    require_past(day, today)
    before = row.answered or row.raised
    if day < before:
        said = _("answered") if row.answered else _("raised")
        raise Refused(
            _("{day} lies before {before}, when request {id} was {said}").format(
                day=day, before=before, id=row.id, said=said
            )
        )
