"""Exchange rates: exact, dated, sourced; one a pair and day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import Any

from tracker.currencies import fold
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _
from tracker.ledger.cite import Cite, long_text, require_currency, require_past
from tracker.ledger.store import Store
from tracker.models.rate import ExchangeRate
from tracker.text import shorten

_RATE = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,12}))?")


@dataclass(frozen=True, slots=True)
class NewRate:
    """One unit of `base` is `rate` units of `counter` on a day; `rate` is an exact decimal text."""

    base: str
    counter: str
    on: date
    rate: str

    @property
    def pair(self) -> str:
        """Both currencies: "USD/CNY"."""
        return f"{self.base}/{self.counter}"


@dataclass(frozen=True, slots=True)
class RateSet:
    """The rate that was recorded, and the one of that day before (None: it is the first)."""

    row: ExchangeRate
    was: str | None = None


@dataclass(frozen=True, slots=True)
class RatesImported:
    """How many rates were recorded, were recorded already, and differ from the recorded ones, which were kept."""

    added: int
    same: int
    differing: int


def set_rate(store: Store, new: NewRate, why: str | None, cite: Cite) -> RateSet:
    """Record the rate of a day.

    Raises Refused for a day in the future and for another rate of that day without `why`; ValueRefused for a rate that
    is no positive decimal; UsageError for a pair of one currency.
    """
    facts = facts_of(new, store.today)
    rows = store.find(ExchangeRate, base=new.base, counter=new.counter, on_day=new.on)
    for row in store.find(ExchangeRate, base=new.counter, counter=new.base, on_day=new.on):
        require_reciprocal(row, new)
    if not rows:
        return RateSet(store.add(ExchangeRate.model_validate(facts | cite.columns())))
    reason = long_text(why, _("reason"))
    if reason is None:
        raise Refused(
            _("{pair} of {day} is {rate} already; to change it, give a reason with --why").format(
                pair=new.pair, day=new.on, rate=rows[0].rate
            )
        )
    was = rows[0].rate
    return RateSet(store.revise(rows[0], **facts | cite.columns() | {"note": reason}), was)


def import_rates(store: Store, found: Iterable[NewRate], cite: Cite) -> RatesImported:
    """Record the rates that are not there yet; a recorded rate is kept, also where it differs."""
    present = {(row.base, row.counter, row.on_day): row.rate for row in store.find(ExchangeRate)}
    added = same = differing = 0
    for new in found:
        facts = facts_of(new, store.today)
        old = present.get((new.base, new.counter, new.on))
        if old is None:
            store.add(ExchangeRate.model_validate(facts | cite.columns()))
            added += 1
        elif Fraction(old) == Fraction(new.rate):
            same += 1
        else:
            differing += 1
    return RatesImported(added, same, differing)


def parse_rate(text: str) -> str:
    """A positive rate as the ledger keeps it: "6.9646". Raises ValueRefused for anything else."""
    found = _RATE.fullmatch(fold(text))
    if found is None or Fraction(found[0]) == 0:
        raise ValueRefused(
            _("“{text}” is not a rate: write a positive number with at most 12 decimals, like 6.9646").format(
                text=shorten(text)
            )
        )
    whole, decimals = found[1].lstrip("0") or "0", (found[2] or "").rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def facts_of(new: NewRate, today: date) -> dict[str, object]:
    """The columns of a rate. Raises ValueRefused, UsageError or Refused where it cannot be."""
    for code in (new.base, new.counter):
        require_currency(code)
    if new.base == new.counter:
        raise UsageError(_("a rate is between two currencies, not {base} and itself").format(base=new.base))
    require_past(new.on, today)
    return {"base": new.base, "counter": new.counter, "on_day": new.on, "rate": parse_rate(new.rate)}


def require_reciprocal(row: ExchangeRate, new: NewRate) -> None:
    """Raise Refused where `row`, the pair the other way round, differs by more than a tenth: a slip of the pen."""
    product = Fraction(row.rate) * Fraction(parse_rate(new.rate))
    if not Fraction(9, 10) < product < Fraction(11, 10):
        raise Refused(
            _("1 {counter} = {rate} {base} is recorded for {day}: this is not its reverse").format(
                counter=new.counter, rate=row.rate, base=new.base, day=new.on
            )
        )


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
