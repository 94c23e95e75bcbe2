"""The euro reference rates of the European Central Bank, from the file that the package CurrencyConverter brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import Any

from tracker.errors import Refused, ValueRefused
from tracker.i18n import _
from tracker.ledger.rates import NewRate

SOURCE = "European Central Bank, euro foreign exchange reference rates"
# A rate between two currencies other than the euro is a quotient; the ledger keeps this many decimals of it.
DECIMALS = 10


def ecb_rates(bases: Iterable[str], counter: str, since: date, until: date) -> list[NewRate]:
    """What one unit of each of `bases` was worth in `counter`, on the days from `since` to `until` that have a rate.

    No rate is made up for weekends and holidays. A pair without the euro is worked out over it, rounded half to even to
    ten decimals. Raises Refused without the package, ValueRefused for a currency it has not.
    """
    reference = _reference()
    wanted = list(dict.fromkeys(code for code in bases if code != counter))
    for code in (counter, *wanted):
        if code not in reference.currencies:
            raise ValueRefused(_("the European Central Bank gives no rate of {code}").format(code=code))
    return [rate for base in wanted for rate in _pair(reference, base, counter, since, until)]


def _reference() -> Any:
    try:
        package = import_module("currency_converter")
    except ImportError:
        raise Refused(_("this needs the extra: pip install 'investment-tracker[fx]'")) from None
    return package.CurrencyConverter(decimal=True, fallback_on_missing_rate=False, fallback_on_wrong_date=False)


def _pair(reference: Any, base: str, counter: str, since: date, until: date) -> Iterator[NewRate]:
    for offset in range((until - since).days + 1):
        day = since + timedelta(days=offset)
        of_base, of_counter = _of_euro(reference, base, day), _of_euro(reference, counter, day)
        if of_base is not None and of_counter is not None:
            yield NewRate(base, counter, day, _text(Fraction(of_counter) / Fraction(of_base)))


def _of_euro(reference: Any, code: str, day: date) -> Decimal | None:
    """What one euro was worth in `code`; None on a day without a rate."""
    if code == "EUR":
        return Decimal(1)
    try:
        found: Decimal = reference.convert(1, "EUR", code, date=day)
    except Exception as error:
        # By name, because the class is the package's own.
        if type(error).__name__ == "RateNotFoundError":
            return None
        raise
    return found


def _text(rate: Fraction) -> str:
    scaled = round(rate * 10**DECIMALS)
    return f"{scaled // 10**DECIMALS}.{scaled % 10**DECIMALS:0{DECIMALS}d}"
