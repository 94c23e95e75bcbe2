"""Requests 诉求: what companies ask for, answered once and closed once; the log keeps every step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.errors import Refused, UsageError
from tracker.i18n import _, ngettext
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import Cite, long_text, short_text
from tracker.models import Company, Project, Request
from tracker.text import clean

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Ask:
    """A new request: `project` or `company` names who asks; `raised` is the day it was heard (None: today)."""

    title: str
    project: str | None = None
    company: str | None = None
    category: str | None = None
    owner: str | None = None
    raised: date | None = None
    due: date | None = None


def open_request(book: Book, ask: Ask, cite: Cite) -> Done:
    """Record a request. The owner is the project's where none is named.

    Raises Refused for a day in the future or a due day before it was raised, UsageError where it has no subject or two.
    """
    if (ask.project is None) == (ask.company is None):
        raise UsageError(_("say who asks: a project, or a company with --company"))
    raised = ask.raised or book.today
    _require_past(raised, book.today)
    if ask.due and ask.due < raised:
        raise Refused(_("{due} lies before {raised}, when it was raised").format(due=ask.due, raised=raised))
    project = book.project(ask.project) if ask.project else None
    company = book.company(ask.company) if ask.company else None
    facts = {
        "project_id": project.thing if project else None,
        "company_id": company.thing if company else None,
        "category": short_text(ask.category, _("category")),
        "title": clean(ask.title, _("title")),
        "owner": short_text(ask.owner, _("owner")) or (project.owner if project else None),
        "raised": raised,
        "due": ask.due,
    }
    row = book.add(Request.model_validate(facts | cite.columns()))
    called = project.code if project else ask.company if company is None else company.name
    due = _(", due {day}").format(day=ask.due) if ask.due else ""
    return Done((_("request {id} of {who}: {title}{due}").format(id=row.thing, who=called, title=row.title, due=due),))


def answer(book: Book, number: int, text: str | None, on: date | None, cite: Cite) -> Done:
    """Record the first response to a request, given on the day `on` (default: today).

    Raises Refused where it has one, where it is closed, and for a day in the future or before it was raised.
    """
    row, day = _open(book, number), on or book.today
    if row.answered:
        raise Refused(_("request {id} was answered on {day}").format(id=number, day=row.answered))
    _require_order(row, day, book.today)
    book.revise(row, answered=day, answer=long_text(text, _("answer")), **cite.given())
    return Done((_("request {id} answered {day}, {days}").format(id=number, day=day, days=_after(row.raised, day)),))


def close(book: Book, number: int, text: str | None, on: date | None, cite: Cite) -> Done:
    """Record that a request is settled, with its outcome, on the day `on` (default: today).

    Raises Refused where it is closed, and for a day in the future, before it was raised or before it was answered.
    """
    row, day = _open(book, number), on or book.today
    _require_order(row, day, book.today)
    book.revise(row, closed=day, outcome=long_text(text, _("outcome")), **cite.given())
    late = _overdue(row, day)
    return Done((_("request {id} closed {day}, {days}{late}").format(
        id=number, day=day, days=_after(row.raised, day), late=late
    ),))  # fmt: skip


def _after(raised: date, day: date) -> str:
    days = (day - raised).days
    return ngettext("{days} day after it was raised", "{days} days after it was raised", days).format(days=days)


def _overdue(row: Request, day: date) -> str:
    if row.due is None or day <= row.due:
        return ""
    days = (day - row.due).days
    return ngettext(", {days} day overdue", ", {days} days overdue", days).format(days=days)


def _open(book: Book, number: int) -> Request:
    """The live request, not closed yet. Raises UsageError where there is none, Refused where it is closed."""
    row = book.session.get(Request, number) if 0 < number <= _LARGEST_ID else None
    last = book.last(Request, row.thing) if row else None
    if last is None or last.void or last.thing != number:
        raise UsageError(_("there is no request {id}; see them with: tracker request list").format(id=number))
    if last.closed:
        raise Refused(_("request {id} was closed on {day}").format(id=number, day=last.closed))
    if last.project_id and book.last(Project, last.project_id).void:
        raise Refused(_("the project of request {id} was removed").format(id=number))
    if last.company_id and book.last(Company, last.company_id).void:
        raise Refused(_("the company of request {id} was taken back").format(id=number))
    return last


def _require_past(day: date, today: date) -> None:
    if day > today:
        raise Refused(
            _("{day} lies in the future (today is {today}); nothing was changed").format(day=day, today=today)
        )


def _require_order(row: Request, day: date, today: date) -> None:
    _require_past(day, today)
    before = row.answered or row.raised
    if day < before:
        said = _("answered") if row.answered else _("raised")
        raise Refused(
            _("{day} lies before {before}, when request {id} was {said}").format(
                day=day, before=before, id=row.thing, said=said
            )
        )
