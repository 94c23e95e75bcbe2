"""`tracker request list` and `tracker report follow-ups`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.database import Reader
from tracker.i18n import _, ngettext
from tracker.models.fields import PLAIN
from tracker.queries import companies as company_queries
from tracker.queries import requests as questions
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.requests import FollowUpRow, RequestRow, follow_ups
from tracker.reports.portfolio import ProjectState, cited, portfolio, some
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.words import code_column, field_cell, name_cells, name_columns, name_term, term
from tracker.text import command_line, fold
from tracker.vocabulary import ENDED, LEAD_STAGES, STAGES, Term

_LISTED = ("category", "owner", "raised", "due", "answered", "answer", "closed", "outcome")
# Plain fields that the list has no place for: it shows them where they are asked for.
_FURTHER = tuple(one for one in PLAIN["request"] if one.key not in _LISTED)


class NamedRequest(NamedTuple):
    """A request with what asks: the project's code where it is about one, and the company's name."""

    row: RequestRow
    code: str | None
    company: Term | None


def named_requests(reader: Reader, as_of: AsOf, filters: Filters | None = None) -> list[NamedRequest]:
    """The requests of the projects and companies that match; of a removed project there is none.

    `owner` in the filters is the request's own.
    """
    filters = filters or Filters()
    others = filters._replace(owner=())
    rows = questions.requests(reader, as_of)
    of_projects = {row.project_id for row in rows if row.project_id is not None}
    projects = {one.row.project_id: one for one in some(reader, as_of, others, of_projects)}
    companies = dict[int, Term]()
    if len(of_projects) < len(rows):
        every = company_queries.companies(reader, as_of)
        companies = {one.company_id: name_term(one.name, one.name_en) for one in every}
    if companies and others != Filters():
        matching = {one.row.company_id for one in portfolio(reader, as_of, others).states}
        companies = {key: name for key, name in companies.items() if key in matching}
    owners = {fold(name) for name in filters.owner}
    found = (_named(row, projects, companies) for row in rows)
    return [one for one in found if one and (not owners or (one.row.owner and fold(one.row.owner) in owners))]


def _named(row: RequestRow, projects: Mapping[int, ProjectState], companies: Mapping[int, Term]) -> NamedRequest | None:
    if row.project_id is not None:
        project = projects.get(row.project_id)
        if project is None:
            return None
        company = project.row.company
        return NamedRequest(row, project.row.code, name_term(company, project.row.company_en) if company else None)
    alone = companies.get(row.company_id or 0)
    return NamedRequest(row, None, alone) if alone else None


def request_list(
    reader: Reader, as_of: AsOf, filters: Filters, *, still_open: bool = False, overdue: bool = False
) -> Report:
    """The requests, most overdue first; with `still_open` those not closed, with `overdue` those past their due day."""
    everything = named_requests(reader, as_of, filters)
    shown = [
        one
        for one in everything
        if not (still_open and one.row.closed) and not (overdue and not one.row.overdue(as_of.day))
    ]
    rows = sorted(shown, key=lambda one: (-one.row.overdue(as_of.day), bool(one.row.closed), one.row.request_id))
    return Report(
        "requests",
        _("Requests"),
        _columns(),
        tuple(_cells(one, as_of) for one in rows),
        as_of.day,
        as_of.known_on,
        coverage=tuple(_coverage(everything, as_of)) if rows else (),
        notes=(_("first response: days from raised to answered, or to closed where no answer came before"),)
        if rows
        else (),
        empty=_("no request matches"),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("id", _("Request"), Kind.COUNT, priority=1),
        Column("code", _("Code"), priority=2),
        Column("company", _("Company"), priority=4),
        Column("category", _("Category"), priority=6),
        Column("title", _("Title"), priority=1),
        Column("owner", _("Owner"), priority=5),
        Column("raised", _("Raised"), Kind.DATE, priority=3),
        Column("due", _("Due"), Kind.DATE, priority=2),
        Column("overdue", _("Overdue"), Kind.DAYS, priority=1),
        Column("days_open", _("Days open"), Kind.COUNT, priority=3),
        Column("answered", _("Answered"), Kind.DATE, priority=4),
        Column("first_response", _("First response"), Kind.COUNT, priority=5),
        Column("closed", _("Closed"), Kind.DATE, priority=4),
        Column("answer", _("Answer"), hidden=True),
        Column("outcome", _("Outcome"), hidden=True),
        *(Column(one.option, one.heading, hidden=True) for one in _FURTHER),
        Column("source", _("Source"), hidden=True),
        Column("quote", _("Quotation"), hidden=True),
        Column("note", _("Note"), hidden=True),
    )


def _cells(one: NamedRequest, as_of: AsOf) -> tuple[Cell, ...]:
    row = one.row
    return (
        row.request_id,
        one.code,
        one.company,
        row.category,
        row.title,
        row.owner,
        row.raised,
        row.due,
        row.overdue(as_of.day) or None,
        row.days_open(as_of.day),
        row.answered,
        row.first_response,
        row.closed,
        row.answer,
        row.outcome,
        *(field_cell(one, getattr(row, one.key)) for one in _FURTHER),
        row.source,
        row.quote,
        row.note,
    )


def _coverage(found: Sequence[NamedRequest], as_of: AsOf) -> Iterator[str]:
    still = [one.row for one in found if not one.row.closed]
    late = sum(1 for row in still if row.overdue(as_of.day))
    total = ngettext("{count} request", "{count} requests", len(found)).format(count=len(found))
    yield _("{total}: {open} open, {late} of them overdue").format(total=total, open=len(still), late=late)
    waits = sorted(one.row.first_response for one in found if one.row.first_response is not None)
    if waits:
        middle = (waits[(len(waits) - 1) // 2] + waits[len(waits) // 2]) / 2
        yield _("first response after {days} days at the median of {count} that had one").format(
            days=f"{middle:g}", count=len(waits)
        )


class Contact(NamedTuple):
    """A project with its last contact, where there was one."""

    project: ProjectState
    row: FollowUpRow | None

    @property
    def next_day(self) -> date | None:
        """The day of the next step that is still to be taken."""
        return self.row.open_until if self.row else None

    def silent(self, as_of: date) -> int | None:
        """Days since the last contact."""
        return (as_of - self.row.on).days if self.row else None

    def late(self, as_of: date) -> int:
        """Days since the next step was due: negative before it, 0 where there is none."""
        return (as_of - self.next_day).days if self.next_day else 0


def contacts(reader: Reader, as_of: AsOf, filters: Filters | None = None) -> list[Contact]:
    """The running projects that have a next step or are at a lead stage.

    First the next steps by their day, then the leads without one, those that were never called before those whose last
    contact is the oldest.
    """
    states = portfolio(reader, as_of, filters or Filters()).states
    last = {row.project_id: row for row in follow_ups(reader, as_of, last=True)}
    every = (Contact(one, last.get(one.row.project_id)) for one in states if one.condition not in ENDED)
    found = [one for one in every if one.next_day or (one.project.stage in LEAD_STAGES)]
    return sorted(found, key=lambda one: (one.next_day or date.max, one.row.on if one.row else date.min))


def due_steps(reader: Reader, as_of: AsOf, filters: Filters | None = None) -> list[Contact]:
    """The next steps of running projects that are due by the day asked about, the longest due first."""
    last = {row.project_id: row for row in follow_ups(reader, as_of, last=True)}
    due = {project: row for project, row in last.items() if row.open_until and row.open_until <= as_of.day}
    states = some(reader, as_of, filters or Filters(), due)
    found = [Contact(one, due[one.row.project_id]) for one in states if one.condition not in ENDED]
    return sorted(found, key=lambda one: (one.next_day or date.max, one.row.on if one.row else date.min))


def follow_up_list(reader: Reader, as_of: AsOf, filters: Filters, *, due: bool = False, every: bool = False) -> Report:
    """Next steps and leads, a row a project; with `due` the steps that are due, with `every` a row a contact."""
    found = contacts(reader, as_of, filters)
    shown = due_steps(reader, as_of, filters) if due else found
    if every:
        projects = {one.row.project_id: one for one in portfolio(reader, as_of, filters).states}
        rows = (row for row in follow_ups(reader, as_of) if row.project_id in projects)
        shown = [Contact(projects[row.project_id], row) for row in rows]
    return Report(
        "follow_ups",
        _("Follow-ups"),
        (
            code_column(),
            *name_columns(),
            Column("stage", _("Stage"), priority=5),
            Column("owner", _("Owner"), priority=4),
            Column("next", _("Next step"), Kind.DATE, priority=1),
            Column("overdue", _("Overdue"), Kind.DAYS, priority=2),
            Column("last", _("Last contact"), Kind.DATE, priority=3),
            Column("silent", _("Days since"), Kind.COUNT, priority=2),
            Column("text", _("Text"), priority=1),
            Column("by", _("By"), priority=6),
            Column("done", _("Finished"), Kind.DATE, hidden=True),
            Column("source", _("Source"), hidden=True),
        ),
        tuple(_follow_up_cells(one, as_of, every=every) for one in shown),
        as_of.day,
        as_of.known_on,
        coverage=_follow_up_coverage(found, as_of) if found else (),
        empty=_("no next step is due")
        if due
        else _("no contact matches; record one with: {command}").format(command=command_line("project follow")),
    )


def _follow_up_cells(one: Contact, as_of: AsOf, *, every: bool) -> tuple[Cell, ...]:
    project, row = one.project, one.row
    return (
        project.row.code,
        *name_cells(project.row),
        term(STAGES, project.stage),
        project.row.owner,
        row.next_day if row and every else one.next_day,
        max(one.late(as_of.day), 0) or None,
        row.on if row else None,
        one.silent(as_of.day),
        row.text if row else None,
        row.person if row else None,
        row.done if row else None,
        cited(row.source, row.quote, row.note) if row else None,
    )


def _follow_up_coverage(found: Sequence[Contact], as_of: AsOf) -> tuple[str, ...]:
    due = sum(1 for one in found if one.next_day and one.next_day <= as_of.day)
    never = sum(1 for one in found if one.row is None)
    lines = ngettext("{count} next step is due", "{count} next steps are due", due).format(count=due)
    if never:
        lines += ngettext(
            "; with {count} lead there was no contact yet", "; with {count} leads there was no contact yet", never
        ).format(count=never)
    return (lines,)
