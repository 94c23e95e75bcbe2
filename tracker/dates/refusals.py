"""The sentences that refuse a date: what was read, why it is not taken, and what would be."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import shorten

FIRST_YEAR, LAST_YEAR = 1900, 2199
_EXAMPLES = "2022-09-15, 2022-09, 2022Q3, 2022H1, 2022, today, +30d"


def empty() -> ValueRefused:
    """Nothing was typed."""
    return ValueRefused(_("The date is empty: write it like {examples}").format(examples=_EXAMPLES))


def too_long(text: str) -> ValueRefused:
    """No date is as long as this text."""
    sentence = _("“{text}” is too long for a date: write it like {examples}")
    return ValueRefused(sentence.format(text=shorten(text), examples=_EXAMPLES))


def unprintable(text: str) -> ValueRefused:
    """The text holds control or direction characters, which could hide what it says."""
    sentence = _("“{text}” holds a character that cannot be printed: write the date without it, like {examples}")
    return ValueRefused(sentence.format(text=shorten(text), examples=_EXAMPLES))


def unreadable(text: str) -> ValueRefused:
    """No form fits, and there is nothing more to say about it."""
    sentence = _("“{text}” is not a day or a period: write it like {examples}")
    return ValueRefused(sentence.format(text=shorten(text), examples=_EXAMPLES))


def year_last(text: str) -> ValueRefused:
    """Day and month stand before the year, and countries differ in which comes first."""
    sentence = _("“{text}” leaves the order of day and month open: write the year first, like 2023-04-05 for 5 April")
    return ValueRefused(sentence.format(text=shorten(text)))


def short_year(text: str) -> ValueRefused:
    """A day whose year has two digits, or six digits that may be one."""
    sentence = _("“{text}” leaves open which digits are the year: write all four of them, like 2023-04-05 or 2023-04")
    return ValueRefused(sentence.format(text=shorten(text)))


def no_year(text: str, example: str) -> ValueRefused:
    """A month, quarter, half or day of no particular year; `example` is the text with a year."""
    sentence = _("“{text}” has no year: write it with one, like {example}")
    return ValueRefused(sentence.format(text=shorten(text), example=example))


def which_week(text: str, this: str, next_one: str) -> ValueRefused:
    """A weekday that may be in either of two weeks; `this` and `next_one` say each of them."""
    sentence = _("“{text}” may be this week or the next: write {this} or {next}")
    return ValueRefused(sentence.format(text=shorten(text), this=this, next=next_one))


def year_outside(text: str) -> ValueRefused:
    """The year is beyond what a ledger of projects can mean."""
    sentence = _("“{text}” is outside the years {first} to {last}: check the year")
    return ValueRefused(sentence.format(text=shorten(text), first=FIRST_YEAR, last=LAST_YEAR))


def no_such_month(text: str, month: int) -> ValueRefused:
    """The month is not 1 to 12."""
    sentence = _("“{text}” names month {month}: write a month from 1 to 12, like 2022-09")
    return ValueRefused(sentence.format(text=shorten(text), month=month))


def no_such_quarter(text: str, quarter: int) -> ValueRefused:
    """The quarter is not 1 to 4."""
    sentence = _("“{text}” names quarter {quarter}: write a quarter from 1 to 4, like 2022Q3")
    return ValueRefused(sentence.format(text=shorten(text), quarter=quarter))


def no_such_half(text: str, half: int) -> ValueRefused:
    """The half is neither 1 nor 2."""
    sentence = _("“{text}” names half {half}: write 1 or 2, like 2022H1")
    return ValueRefused(sentence.format(text=shorten(text), half=half))


def no_such_day(text: str, month: str, last: int) -> ValueRefused:
    """The month (in ISO form) has no such day; `last` is its last one."""
    sentence = _("“{text}” is not a day of the calendar: write a day from {month}-01 to {month}-{last}")
    return ValueRefused(sentence.format(text=shorten(text), month=month, last=last))


def before_or_in(text: str, first: date, last: date) -> ValueRefused:
    """A month, quarter or year with 前 behind it, which may be part of it or not."""
    sentence = _("“{text}” may be before {first} or up to {last}: write by {before} or by {last}")
    before = first - timedelta(days=1)
    return ValueRefused(
        sentence.format(text=shorten(text), first=first.isoformat(), last=last.isoformat(), before=before.isoformat())
    )


def not_a_fiscal_year(text: str) -> ValueRefused:
    """A name of a fiscal year whose years do not follow each other, or whose days are not twelve such months."""
    sentence = _("“{text}” is not a fiscal year of twelve months: write it like FY2026 or FY2025/26")
    return ValueRefused(sentence.format(text=shorten(text)))


def fiscal_year_of_two(text: str) -> ValueRefused:
    """A fiscal year across two calendar years, where fiscal years are calendar years."""
    sentence = _("“{text}” is in two calendar years, and fiscal years begin in January here: set fiscal_year_start")
    return ValueRefused(sentence.format(text=shorten(text)))


def ends_before_it_begins(text: str, turned: str) -> ValueRefused:
    """A range written backwards; `turned` is the other way round."""
    sentence = _("“{text}” ends before it begins: write {range}")
    return ValueRefused(sentence.format(text=shorten(text), range=turned))


def too_coarse(text: str, precision: str, first: date) -> ValueRefused:
    """A period where one day is needed; `precision` is its code, `first` its first day."""
    sentences = {
        "month": _("“{text}” is a month: give the day, such as {day}"),
        "quarter": _("“{text}” is a quarter: give the day, such as {day}"),
        "half": _("“{text}” is half a year: give the day, such as {day}"),
        "year": _("“{text}” is a year: give the day, such as {day}"),
        "span": _("“{text}” is a range of days: give one day, such as {day}"),
        "by": _("“{text}” is a latest day: give the day itself, such as {day}"),
    }
    day = first if precision in ("span", "by") else first.replace(day=15)
    return ValueRefused(sentences[precision].format(text=shorten(text), day=day.isoformat()))


def not_a_moment(text: str) -> ValueRefused:
    """A moment that is not in the one form moments are written in."""
    sentence = _("“{text}” is not a moment in UTC: write it like 2023-02-28T04:00:00Z")
    return ValueRefused(sentence.format(text=shorten(text)))
