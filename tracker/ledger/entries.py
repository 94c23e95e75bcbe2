"""One capital entry: its figure, its days, the rules it keeps, and the sentence that says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker.dates import Period, Precision
from tracker.errors import Refused, UsageError
from tracker.i18n import _, language
from tracker.ledger.book import Book
from tracker.ledger.cite import ALWAYS, happened, period_of, planned
from tracker.models import CapitalEntry, Project
from tracker.money import AUTO, LIMIT, Figure, Money, format_figure
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


def book_entry(book: Book, project: Project, entry: NewEntry, columns: dict[str, Any]) -> CapitalEntry:
    """Write an entry, with what else stands in its row.

    Raises Refused for the future, a second total or plan, and amounts that cannot be; UsageError for a wrong period.
    """
    _require_period(entry)
    _require_amount(entry)
    if entry.kind in SINGLE:
        _require_single(book, project, entry)
    money = entry.figure.money
    facts = {
        "project_id": project.thing,
        "kind": entry.kind,
        "minor": money.minor if money else None,
        "currency": money.currency if money else entry.currency,
        "qualifier": entry.figure.qualifier,
        "availability": entry.figure.availability,
    }
    return book.add(CapitalEntry.model_validate(facts | _days(entry, book) | columns))


def _require_period(entry: NewEntry) -> None:
    if entry.on is None and entry.kind != "total":
        raise UsageError(_("say which period the figure speaks of, such as --on 2023-03"))
    if entry.kind == "plan" and entry.on and entry.on.precision is not Precision.YEAR:
        raise UsageError(_("a plan is made for a year, such as 2023, not for {period}").format(period=entry.on))


def _require_amount(entry: NewEntry) -> None:
    minor = entry.figure.money.minor if entry.figure.money else 0
    if abs(minor) > LIMIT:
        raise Refused(
            _("{amount} is beyond the largest amount kept; nothing was changed").format(amount=says(entry.figure))
        )
    if minor < 0 and entry.kind in SINGLE:
        raise Refused(
            _("a {kind} cannot be negative ({amount}); nothing was changed").format(
                kind=CAPITAL_KINDS[entry.kind].name(language()), amount=says(entry.figure)
            )
        )


def _require_single(book: Book, project: Project, entry: NewEntry) -> None:
    for old in book.live(CapitalEntry, project_id=project.thing, kind=entry.kind):
        if entry.kind == "total" or (entry.on and old.first_day == entry.on.first):
            raise Refused(
                _("{code} has a {kind} already ({amount}); correct it: {command}").format(
                    code=project.code,
                    kind=CAPITAL_KINDS[entry.kind].name(language()),
                    amount=says(figure_of(old)),
                    command=f"tracker capital correct {old.id} --amount … --why …",
                )
            )


def _days(entry: NewEntry, book: Book) -> dict[str, Any]:
    if entry.on is None:
        return {"counts_from": ALWAYS}
    if entry.kind == "plan":
        return planned(entry.on, entry.on.first)
    return happened(entry.on, book.today)


def figure_of(row: CapitalEntry) -> Figure:
    """The figure of an entry."""
    money = None if row.minor is None else Money(row.minor, row.currency)
    return Figure(money, row.qualifier, row.availability)


def says(figure: Figure) -> str:
    """A figure as sentences print it."""
    return format_figure(figure, unit=AUTO, lang=language())


def sentence(project: Project, row: CapitalEntry) -> str:
    """The line that says what was booked."""
    return _("entry {id}: {code} {kind} {amount}{on}").format(
        id=row.id,
        code=project.code,
        kind=CAPITAL_KINDS[row.kind].name(language()),
        amount=says(figure_of(row)),
        on=f", {period_of(row)}" if row.first_day else "",
    )
