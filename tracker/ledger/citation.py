"""What every recorded fact carries: its source and note, and the days it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.countries import parse_country
from tracker.currencies import CODES
from tracker.dates import ALWAYS, Period
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _
from tracker.models.fields import LONG_TEXTS, Field, Type
from tracker.text import clean, shorten

# As much as a cell of a spreadsheet holds.
LONGEST_TEXT = 32_767
# What is to be recorded, by the key of its field; without one or None: not given, "": to be cleared. Other records are
# given by their names, `registered` is a Period, words are codes of the vocabulary.
Facts = Mapping[str, Any]


class Citation(NamedTuple):
    """Where a figure comes from: `source` is "document / quotation"; `note` is the recorder's own remark."""

    source: str | None = None
    note: str | None = None

    def columns(self) -> dict[str, str | None]:
        """The columns `source`, `quote` and `note`. Raises ValueRefused for characters that may not be kept."""
        document, _slash, quote = (self.source or "").partition(" / ")
        return {
            "source": long_text(document, _("source")),
            "quote": long_text(quote, _("quotation")),
            "note": long_text(self.note, _("note")),
        }

    def given(self) -> dict[str, str | None]:
        """Only the columns that were given."""
        return {name: value for name, value in self.columns().items() if value is not None}


def long_text(text: str | None, what: str) -> str | None:
    """A note of up to 4,000 characters and several lines, or None for an empty one."""
    return clean(text, what, longest=LONGEST_TEXT, lines=True) if text and text.strip() else None


def short_text(text: str | None, what: str) -> str | None:
    """A name of up to 200 characters, or None for an empty one."""
    return clean(text, what) if text and text.strip() else None


def value_of(field: Field, value: Any) -> Any:
    """A value as its field keeps it, None for an empty one. Raises ValueRefused for what may not be kept."""
    if value is None or value == "":
        return None
    match field.type:
        case Type.TEXT:
            return (long_text if field.key in LONG_TEXTS else short_text)(value, field.name)
        case Type.WORD if field.words is not None:
            return value if value in field.words else field.words.parse(value)
        case Type.COUNTRY:
            return parse_country(value)
        case Type.COUNT | Type.YEAR | Type.LAND if not field.least <= value <= field.most:
            unit = 1_000 if field.type is Type.LAND else 1
            raise ValueRefused(
                _("{what} is a number from {least} to {most}, not {value}").format(
                    what=field.name,
                    least=field.least,
                    most=f"{field.most // unit:,}",
                    value=f"{Decimal(value) / unit:,f}",
                )
            )
    return value


def require_currency(code: str) -> None:
    """Raise ValueRefused where `code` is no currency."""
    if code not in CODES:
        raise ValueRefused(_("“{code}” is not a currency: write its ISO code, like USD").format(code=shorten(code)))


def require_past(on: Period | date, today: date) -> None:
    """Raise Refused where a day, or the first day of a period, is after today."""
    first = on.first if isinstance(on, Period) else on
    if first > today:
        raise Refused(
            _("{period} lies in the future (today is {today}); nothing was changed").format(
                period=on if isinstance(on, Period) else Period.day(on), today=Period.day(today)
            )
        )


def happened(period: Period, today: date) -> dict[str, Any]:
    """The columns of something that happened in `period`. Raises Refused where that is in the future."""
    require_past(period, today)
    return period_columns(period) | {"effective_from": min(period.last, today)}


def planned(period: Period, made: date | None) -> dict[str, Any]:
    """The columns of something planned for `period` on the day `made` (None: as long as the project exists)."""
    return period_columns(period) | {"effective_from": made or ALWAYS}


def period_columns(on: Period | None) -> dict[str, Any]:
    """The columns of a period, all empty where there is none."""
    return {"first_day": on and on.first, "last_day": on and on.last, "period_text": on and on.text}


def period_of(row: Any) -> Period:
    """The days a dated row is about."""
    return Period.of(row.first_day, row.last_day, row.period_text)
