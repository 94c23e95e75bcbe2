"""Figures on the command line: an amount, unknown or withheld; and how an entry is printed in a sentence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tracker.dates import Period, month_end
from tracker.errors import UsageError
from tracker.i18n import _, language
from tracker.money import AUTO, Figure, Money, format_figure
from tracker.vocabulary import CAPITAL_KINDS

if TYPE_CHECKING:
    from tracker.models.capital import CapitalEntry


def availability_of(*, unknown: bool, withheld: bool) -> str | None:
    """ "unknown", "withheld", or None for neither. Raises UsageError for both."""
    if unknown and withheld:
        raise UsageError(_("a figure is unknown or withheld, not both"))
    return "unknown" if unknown else "withheld" if withheld else None


def known_figure(figure: Figure | None, availability: str | None, name: str) -> Figure | None:
    """The one figure that was given, None where nothing was. Raises UsageError for an amount that is also unknown."""
    if availability is None:
        return figure
    if figure is not None:
        raise UsageError(_("{name} was given, so the figure is not {word}").format(name=name, word=availability))
    return Figure(availability=availability)


def says(figure: Figure) -> str:
    """A figure as sentences print it."""
    return format_figure(figure, unit=AUTO, lang=language())


def entry_line(code: str, row: CapitalEntry) -> str:
    """The sentence for a capital entry of the project `code`."""
    period = entry_period(row)
    return _("entry {id}: {code} {kind} {amount}{on}").format(
        id=row.id,
        code=code,
        kind=CAPITAL_KINDS[row.kind].name(language()),
        amount=says(entry_figure(row)),
        on=period and f", {period}",
    )


def entry_figure(row: CapitalEntry) -> Figure:
    """The figure of an entry."""
    return Figure(None if row.minor is None else Money(row.minor, row.currency), row.qualifier, row.availability)


def entry_period(row: CapitalEntry) -> str:
    """What an entry is a figure of: its period, the year or everything to a day; "" for a total without a period."""
    if row.first_day is None or row.last_day is None:
        return ""
    if row.basis == "period":
        return str(Period.of(row.first_day, row.last_day, row.period_text))
    sentence = _("year to {end}") if row.basis == "ytd" else _("cumulative to {end}")
    return sentence.format(end=day_end(row.last_day))


def day_end(day: date) -> Period:
    """The month that ends on a day, else the day."""
    return Period.month(day.year, day.month) if day == month_end(day) else Period.day(day)
