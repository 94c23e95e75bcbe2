"""`tracker request list`: what companies ask for, how long it has been open, and how soon they were answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.database import Reader
from tracker.i18n import _, ngettext
from tracker.queries import companies as company_queries
from tracker.queries import requests as questions
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.requests import RequestRow
from tracker.reports.portfolio import ProjectState, portfolio, some
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.words import name_of
from tracker.text import fold


@dataclass(frozen=True, slots=True)
class Heard:
    """A request with what asks: the project's code where it is about one, and the company's name."""

    row: RequestRow
    code: str | None
    company: str | None


def heard(reader: Reader, as_of: AsOf, filters: Filters | None = None) -> list[Heard]:
    """The requests of the projects and companies that match; of a removed project there is none.

    `owner` in the filters is the request's own.
    """
    filters = filters or Filters()
    rows = questions.requests(reader, as_of)
    of_projects = {row.project_id for row in rows if row.project_id is not None}
    projects = {one.row.project_id: one for one in some(reader, as_of, _without_owner(filters), of_projects)}
    companies = dict[int, str]()
    if len(of_projects) < len(rows):
        every = company_queries.companies(reader, as_of)
        companies = {one.company_id: name_of(one.name, one.name_en) for one in every}
    if companies and _without_owner(filters) != Filters():
        matching = {one.row.company_id for one in portfolio(reader, as_of, _without_owner(filters)).states}
        companies = {key: name for key, name in companies.items() if key in matching}
    owners = {fold(name) for name in filters.owner}
    found = (_heard(row, projects, companies) for row in rows)
    return [one for one in found if one and (not owners or (one.row.owner and fold(one.row.owner) in owners))]


def _without_owner(filters: Filters) -> Filters:
    return replace(filters, owner=())


def _heard(row: RequestRow, projects: Mapping[int, ProjectState], companies: Mapping[int, str]) -> Heard | None:
    if row.project_id is not None:
        project = projects.get(row.project_id)
        if project is None:
            return None
        company = project.row.company
        return Heard(row, project.row.code, name_of(company, project.row.company_en) if company else None)
    company = companies.get(row.company_id or 0)
    return Heard(row, None, company) if company else None


def request_list(
    reader: Reader, as_of: AsOf, filters: Filters, *, still_open: bool = False, overdue: bool = False
) -> Report:
    """The requests, most overdue first; with `still_open` those not closed, with `overdue` those past their due day."""
    everything = heard(reader, as_of, filters)
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
        Column("source", _("Source"), hidden=True),
        Column("quote", _("Quotation"), hidden=True),
        Column("note", _("Note"), hidden=True),
    )


def _cells(one: Heard, as_of: AsOf) -> tuple[Cell, ...]:
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
        row.source,
        row.quote,
        row.note,
    )


def _coverage(found: Sequence[Heard], as_of: AsOf) -> Iterator[str]:
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
