"""Capital entries: booked, planned, corrected; the ledger keeps every line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError
from tracker.i18n import _, language
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import ALWAYS, Cite, happened, long_text, period_of, planned
from tracker.models import CapitalEntry, Project
from tracker.money import AUTO, Figure, Money, format_figure, format_money
from tracker.vocabulary import CAPITAL_KINDS

# A project has one total investment and one plan a year; what changes them is a correction.
SINGLE = ("total", "plan")


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A capital figure to book: `kind` is a code of CAPITAL_KINDS, `on` the period it speaks of.

    `measure` "ytd" or "cumulative" says the figure runs from the year's or the project's beginning to the end of `on`;
    `currency` is that of a figure that is unknown or withheld.
    """

    kind: str
    figure: Figure
    on: Period | None
    measure: str = "flow"
    currency: str = "CNY"


def record(book: Book, word: str, entry: NewEntry, cite: Cite) -> Done:
    """Book a capital figure. Raises Refused for a future period or a second total; UsageError where the period lacks."""
    project = book.project(word)
    if entry.kind in SINGLE:
        _require_single(book, project, entry)
    if entry.on is None and entry.kind != "total":
        raise UsageError(_("say which period the figure speaks of, such as --on 2023-03"))
    if entry.measure != "flow":
        return _record_running(book, project, entry, cite)
    row = _add(book, project, entry, cite)
    return Done((_sentence(project, row, entry.figure),))


def _add(book: Book, project: Project, entry: NewEntry, cite: Cite, **more: Any) -> CapitalEntry:
    money = entry.figure.money
    facts = {
        "project_id": project.thing,
        "kind": entry.kind,
        "minor": money.minor if money else None,
        "currency": money.currency if money else entry.currency,
        "qualifier": entry.figure.qualifier,
        "availability": entry.figure.availability,
    }
    return book.add(CapitalEntry.model_validate(facts | _days(entry, book.today) | cite.columns() | more))


def _days(entry: NewEntry, today: date) -> dict[str, Any]:
    if entry.on is None:
        return {"counts_from": ALWAYS}
    if entry.kind == "plan":
        return planned(entry.on, entry.on.first)
    return happened(entry.on, today)


def _sentence(project: Project, row: CapitalEntry, figure: Figure) -> str:
    return _("entry {id}: {code} {kind} {amount}{on}").format(
        id=row.id,
        code=project.code,
        kind=CAPITAL_KINDS[row.kind].name(language()),
        amount=format_figure(figure, unit=AUTO, lang=language()),
        on=f", {period_of(row)}" if row.first_day else "",
    )


def _require_single(book: Book, project: Project, entry: NewEntry) -> None:
    for old in book.live(CapitalEntry, project_id=project.thing, kind=entry.kind):
        if entry.kind == "total" or (entry.on and old.first_day == entry.on.first and old.last_day == entry.on.last):
            raise Refused(
                _(
                    "{code} has a {kind} already ({amount}); correct it: tracker capital correct {id} --amount … --why …"
                ).format(
                    code=project.code,
                    kind=CAPITAL_KINDS[entry.kind].name(language()),
                    amount=format_figure(figure_of(old), unit=AUTO, lang=language()),
                    id=old.id,
                )
            )


def figure_of(row: CapitalEntry) -> Figure:
    """The figure of an entry."""
    money = None if row.minor is None else Money(row.minor, row.currency)
    return Figure(money, row.qualifier, row.availability)


def _record_running(book: Book, project: Project, entry: NewEntry, cite: Cite) -> Done:
    """Book the flow behind a year-to-date or cumulative figure: what it adds to the entries it includes."""
    money = entry.figure.money
    if money is None or entry.on is None or entry.kind in SINGLE:
        raise UsageError(_("only a booked amount of a period can be year-to-date or cumulative"))
    entries = book.live(CapitalEntry, project_id=project.thing, kind=entry.kind, currency=money.currency)
    span, included = _span(project, entry, entry.on, entries)
    before = sum(row.minor or 0 for row in included)
    exact = all(row.qualifier == "exact" for row in included) and entry.figure.qualifier == "exact"
    flow = replace(
        entry.figure,
        money=Money(money.minor - before, money.currency),
        qualifier="exact" if exact else "about",
    )
    new = replace(entry, figure=flow, on=span, measure="flow")
    row = _add(book, project, new, cite, measure=entry.measure, reported_minor=money.minor)
    worked = _("{reported} to the end of {on}, less {before} already booked, makes {flow} for {span}").format(
        reported=format_figure(entry.figure, unit=AUTO, lang=language()),
        on=entry.on,
        before=format_money(Money(before, money.currency), unit=AUTO, lang=language()),
        flow=format_figure(flow, unit=AUTO, lang=language()),
        span=span,
    )
    return Done((worked, _sentence(project, row, flow)))


def _span(
    project: Project, entry: NewEntry, on: Period, entries: Iterable[CapitalEntry]
) -> tuple[Period, list[CapitalEntry]]:
    """The days the flow covers, and the entries that the figure includes.

    Raises Refused where an entry runs past the figure's last day, or none of it is left to book.
    """
    begin = date(on.last.year, 1, 1) if entry.measure == "ytd" else date.min
    included = [row for row in entries if row.first_day and begin <= row.first_day <= on.last]
    overlapping = [row for row in entries if row.first_day and row.last_day and _across(row, begin, on.last)]
    if overlapping:
        raise Refused(
            _(
                "entry {id} ({period}) runs across the figure's limits, so its part cannot be told: book the flow instead"
            ).format(id=overlapping[0].id, period=period_of(overlapping[0]))
        )
    if any(row.minor is None for row in included):
        raise Refused(
            _("an entry of {code} within this figure is unknown or withheld: book the flow instead").format(
                code=project.code
            )
        )
    ends = [row.last_day for row in included if row.last_day]
    start = max(ends) + timedelta(days=1) if ends else max(begin, _first_of(on, entry.measure))
    if start > on.last:
        raise Refused(
            _("entries up to {end} are booked already; correct one of them: tracker capital list {code}").format(
                end=max(ends), code=project.code
            )
        )
    return Period.of(start, on.last), included


def _first_of(on: Period, measure: str) -> date:
    """A first cumulative figure cannot say when it began: it is booked in the period it was reported for."""
    return date(on.last.year, 1, 1) if measure == "ytd" else on.first


def _across(row: CapitalEntry, begin: date, end: date) -> bool:
    assert row.first_day is not None
    assert row.last_day is not None
    return row.first_day < begin <= row.last_day or row.first_day <= end < row.last_day


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction puts in an entry's place; None: as it was. `withdraw` puts nothing there."""

    why: str
    figure: Figure | None = None
    on: Period | None = None
    withdraw: bool = False


def correct(book: Book, number: int, correction: Correction, cite: Cite) -> Done:
    """Take an entry back and book the right one in its place.

    Raises Refused where there is no such live entry, its project is removed, or nothing would change.
    """
    old = _live_entry(book, number)
    project = next((one for one in book.live(Project) if one.thing == old.project_id), None)
    if project is None:
        raise Refused(_("the project of entry {id} was removed").format(id=number))
    why = long_text(correction.why, _("reason"))
    if why is None:
        raise UsageError(_("say why the entry is wrong, with --why"))
    figure, on = correction.figure or figure_of(old), correction.on or (period_of(old) if old.first_day else None)
    same = figure == figure_of(old) and (old.first_day, old.last_day) == ((on.first, on.last) if on else (None, None))
    if same and not correction.withdraw and not cite.given():
        raise Refused(_("entry {id} says that already").format(id=number))
    book.void(old, note=why)
    was = format_figure(figure_of(old), unit=AUTO, lang=language())
    if correction.withdraw:
        return Done((_("entry {id} of {code} ({was}) withdrawn").format(id=number, code=project.code, was=was),))
    entry = NewEntry(old.kind, figure, on, currency=old.currency)
    kept = {name: getattr(old, name) for name in ("note", "source", "quote")} | cite.given()
    row = _add(book, project, entry, Cite(), **kept, corrects=old.id)
    return Done((_("entry {id} ({was}) is taken back").format(id=number, was=was), _sentence(project, row, figure)))


def _live_entry(book: Book, number: int) -> CapitalEntry:
    row = book.session.get(CapitalEntry, number)
    if row is None or row.void:
        raise UsageError(_("there is no capital entry {id}; see them with: tracker capital list").format(id=number))
    newer = book.replacer(row)
    if newer is not None:
        heir = [one for one in book.live(CapitalEntry, project_id=row.project_id) if one.corrects == number]
        hint = _("; entry {id} stands in its place").format(id=heir[0].id) if heir else ""
        raise Refused(
            _("entry {id} was taken back in change {change}{hint}").format(id=number, change=newer.change_id, hint=hint)
        )
    return row
