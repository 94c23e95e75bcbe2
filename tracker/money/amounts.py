"""Exact amounts, the figures that carry them, and the plain text files hold them in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from tracker.currencies import minor_digits
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import shorten

# In minor units: what every supported database keeps in one integer, with room to add a few.
LIMIT = 9 * 10**17

QUALIFIERS = ("exact", "about", "nearly", "over", "at_most")
AVAILABILITIES = ("reported", "estimated", "unknown", "withheld")
WITHOUT_AMOUNT = ("unknown", "withheld")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: `minor` counts the minor units (fen, cents, yen) of the ISO 4217 `currency`.

    A sum may pass LIMIT; only what is read from text is held to it.
    """

    minor: int
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in that currency: the start of a sum."""
        return cls(0, currency)

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} have no sum without a rate")
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount as its source gives it: how exact it is, and whether it is known at all.

    `money` is None where, and only where, the availability is unknown or withheld, and then nothing qualifies it.
    Raises ValueRefused otherwise. `rounded` tells that the text had digits finer than the minor unit; it is no part of
    the figure.
    """

    money: Money | None = None
    qualifier: str = "exact"
    availability: str = "reported"
    rounded: bool = field(default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        _check_word(self.qualifier, QUALIFIERS)
        _check_word(self.availability, AVAILABILITIES)
        if self.availability not in WITHOUT_AMOUNT:
            if self.money is None:
                raise ValueRefused(_("a figure without an amount must be called unknown or withheld"))
        elif self.money is not None or self.qualifier != "exact":
            raise ValueRefused(_("an unknown or withheld figure has neither amount nor qualifier: leave them out"))


class Qualified(Protocol):
    """What says how exact it is, and whether it was reported or estimated."""

    @property
    def qualifier(self) -> str:
        """One of QUALIFIERS."""

    @property
    def availability(self) -> str:
        """One of AVAILABILITIES."""


def exactness(parts: Iterable[Qualified], less: Iterable[Qualified] = ()) -> tuple[str, str]:
    """The qualifier and the availability of a sum of parts that are known, `less` others; of a quotient likewise."""
    parts, less = list(parts), list(less)
    qualifier = merged_qualifier([*(part.qualifier for part in parts), *(turned(part.qualifier) for part in less)])
    estimated = any(part.availability == "estimated" for part in (*parts, *less))
    return qualifier, "estimated" if estimated else "reported"


def merged_qualifier(qualifiers: Iterable[str]) -> str:
    """The qualifier of a sum: exact parts keep the one direction the others share, else it is about."""
    found = set(qualifiers) - {"exact"}
    if not found:
        return "exact"
    return found.pop() if len(found) == 1 else "about"


def turned(qualifier: str) -> str:
    """The qualifier of what is taken off or divided by: its bound the other way round."""
    return {"over": "at_most", "at_most": "over", "nearly": "about"}.get(qualifier, qualifier)


def at_least(qualifier: str) -> str:
    """The qualifier of a sum that lacks something: at least that, where its parts allow a bound."""
    return "over" if qualifier in ("exact", "over") else "about"


def added_up(figures: Iterable[Figure]) -> Figure:
    """The sum of the figures with money, which are in one currency."""
    known = [(figure.money, figure) for figure in figures if figure.money]
    total = sum((money for money, _figure in known[1:]), known[0][0])
    return Figure(total, *exactness(figure for _money, figure in known))


def from_plain(text: str, currency: str) -> Money:
    """The amount in the exact text of files, such as `-1250.50`: ASCII digits, a point, no grouping, no unit.

    Raises ValueRefused for any other text, for digits finer than the minor unit and beyond LIMIT.
    """
    match = re.fullmatch(r"([+-]?[0-9]{1,20})(?:\.([0-9]{1,6}))?", text)
    if match is None:
        raise unreadable(text, _("write plain digits, for instance 2500000000.00"))
    fraction = match[2] or ""
    try:
        return scaled(int(match[1] + fraction), -len(fraction), currency)
    except ValueRefused as reason:
        raise unreadable(text, str(reason)) from None


def plain(money: Money) -> str:
    """The whole amount as files hold it, "2500000000.00": as many decimals as the currency has minor digits."""
    digits = minor_digits(money.currency)
    text = str(abs(money.minor)).zfill(digits + 1)
    sign = "-" if money.minor < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text


def scaled(mantissa: int, exponent: int, currency: str) -> Money:
    """`mantissa` × 10**`exponent` of the currency's own unit; ValueRefused where that is too fine or beyond LIMIT."""
    money, finer = scaled_near(mantissa, exponent, currency)
    if finer:
        raise ValueRefused(too_fine(currency))
    return money


def scaled_near(mantissa: int, exponent: int, currency: str) -> tuple[Money, bool]:
    """As `scaled`, rounded half to even to the minor unit, and whether that dropped a digit."""
    digits = minor_digits(currency)
    shift = exponent + digits
    minor, finer = (mantissa * 10**shift, False) if shift >= 0 else half_even(mantissa, -shift)
    if abs(minor) > LIMIT:
        raise ValueRefused(
            _("it is beyond the largest amount kept, {limit} {currency}").format(
                limit=LIMIT // 10**digits, currency=currency
            )
        )
    return Money(minor, currency), finer


def half_even(value: int, digits: int) -> tuple[int, bool]:
    """The value without its last `digits` digits, rounded half to even, and whether they were other than zero."""
    step: int = 10**digits
    quotient, rest = divmod(value, step)
    return quotient + (2 * rest > step or (2 * rest == step and quotient % 2 == 1)), rest != 0


def too_fine(currency: str) -> str:
    """The reason given for an amount with more decimals than the currency has."""
    digits = minor_digits(currency)
    if not digits:
        return _("amounts in {currency} have no decimals").format(currency=currency)
    return _("amounts in {currency} have at most {digits} decimals").format(currency=currency, digits=digits)


def unreadable(text: str, reason: str) -> ValueRefused:
    """The one sentence for a text that is no amount."""
    return ValueRefused(_("cannot read “{text}” as an amount: {reason}").format(text=shorten(text), reason=reason))


def _check_word(word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise ValueRefused(_("“{word}” is not one of {known}").format(word=shorten(word), known=", ".join(known)))
