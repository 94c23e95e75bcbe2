"""Year-to-date and cumulative figures: booked as the flow they add to the entries they include."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from tracker.dates import Period
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import Cite, period_of
from tracker.ledger.entries import SINGLE, NewEntry, book_entry, says, sentence
from tracker.models import CapitalEntry, Project
from tracker.money import Figure, Money


def record_running(book: Book, project: Project, entry: NewEntry, cite: Cite) -> Done:
    """Book the flow behind a running figure: what it adds to the entries it includes.

    Raises Refused where these entries do not let the flow be told, UsageError where there can be none.
    """
    money, on = entry.figure.money, entry.on
    if money is None or on is None or entry.kind in SINGLE:
        raise UsageError(_("only a booked amount of a period can be year-to-date or cumulative"))
    begin = date(on.last.year, 1, 1) if entry.measure == "ytd" else date.min
    included = _included(book, project, entry, begin, on.last)
    before = Money(sum(row.minor or 0 for row in included), money.currency)
    flow = Figure(
        money + -before,
        entry.figure.qualifier if all(row.qualifier == "exact" for row in included) else "about",
        entry.figure.availability,
    )
    # A first cumulative figure cannot say when it began: it is booked in the period it was reported for.
    span = _span(project, included, begin if entry.measure == "ytd" else on.first, on.last)
    kept = {"measure": entry.measure, "reported_minor": money.minor}
    row = book_entry(book, project, replace(entry, figure=flow, on=span), cite.columns() | kept)
    worked = _("{reported} to the end of {on}, less {before} already booked, makes {flow} for {span}").format(
        reported=says(entry.figure), on=on, before=says(Figure(before)), flow=says(flow), span=span
    )
    lines = [worked, sentence(project, row)]
    if row.minor is not None and row.minor < 0:
        lines.append(_("the flow is negative: more was booked already than the figure says"))
    return Done(tuple(lines))


def _included(book: Book, project: Project, entry: NewEntry, begin: date, end: date) -> list[CapitalEntry]:
    """The entries that a figure from `begin` to `end` includes. Raises Refused where that cannot be told."""
    entries = book.live(CapitalEntry, project_id=project.thing, kind=entry.kind)
    for row in entries:
        if _days(row)[0] < begin <= _days(row)[1] or _days(row)[0] <= end < _days(row)[1]:
            raise Refused(
                _("entry {id} ({period}) runs across the limits of the figure: book the flow instead").format(
                    id=row.id, period=period_of(row)
                )
            )
    included = [row for row in entries if begin <= _days(row)[0] <= end]
    assert entry.figure.money is not None
    for row in included:
        if row.minor is None or row.currency != entry.figure.money.currency:
            raise Refused(
                _("entry {id} of {code} within this figure is {what}: book the flow instead").format(
                    id=row.id, code=project.code, what=row.availability if row.minor is None else row.currency
                )
            )
    return included


def _span(project: Project, included: Sequence[CapitalEntry], begin: date, end: date) -> Period:
    """The days the flow covers: those after the entries included. Raises Refused where none is left."""
    if not included:
        return Period.of(begin, end)
    last = max(_days(row)[1] for row in included)
    if last >= end:
        raise Refused(
            _("entries up to {end} are booked already; correct one of them: tracker capital list {code}").format(
                end=last, code=project.code
            )
        )
    return Period.of(last + timedelta(days=1), end)


def running_over(book: Book, row: CapitalEntry) -> list[CapitalEntry]:
    """The live entries worked out of a running figure over days that include those of `row`."""
    if row.first_day is None:
        return []
    same = {"project_id": row.project_id, "kind": row.kind, "currency": row.currency}
    running = book.live(CapitalEntry, measure=("ytd", "cumulative"), **same)
    return [one for one in running if one.thing != row.thing and _covers(one, row)]


def _covers(running: CapitalEntry, row: CapitalEntry) -> bool:
    (first, last), end = _days(row), _days(running)[1]
    return last <= end and (running.measure == "cumulative" or first.year == end.year)


def remarks(book: Book, row: CapitalEntry) -> list[str]:
    """A line for each running figure that was worked out before the sum of its days changed by `row`."""
    lines = []
    for one in running_over(book, row):
        reported = Figure(Money(one.reported_minor or 0, one.currency))
        lines.append(
            _("entry {id} was worked out before this, from {reported} to the end of {end}: does it hold?").format(
                id=one.id, reported=says(reported), end=one.last_day
            )
        )
    return lines


def _days(row: CapitalEntry) -> tuple[date, date]:
    # Only a total may be without a period, and there is no running total.
    assert row.first_day is not None
    assert row.last_day is not None
    return row.first_day, row.last_day
