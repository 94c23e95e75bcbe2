"""Amounts as people read them, in Chinese and English; what is printed in full reads back as the same figure."""

from __future__ import annotations

from tracker.currencies import minor_digits, name
from tracker.i18n import LANGUAGES
from tracker.money.amounts import AUTO, BN, ONE, WAN, YI, Figure, K, M, Money, Unit, half_even

_AUTO_UNITS = {"zh": (YI, WAN), "en": (BN, M, K)}
_CHINESE_SUFFIXES = frozenset({"万", "亿", "万亿"})
_AUTO_PLACES = 2
# From here on a table rounds to a larger unit rather than print every digit.
_LONG = 10**6

MARKS = {
    "en": {"exact": "", "about": "≈", "nearly": "nearly ", "over": ">", "at_most": "≤"},
    "zh": {"exact": "", "about": "≈", "nearly": "近", "over": ">", "at_most": "≤"},
}
ESTIMATED = {"en": " (est.)", "zh": "（估）"}
ABSENT = {
    "en": {"unknown": "unknown", "withheld": "withheld"},
    "zh": {"unknown": "未知", "withheld": "不公开"},
}


def format_money(money: Money, *, unit: Unit = AUTO, lang: str, decimals: int | None = None) -> str:
    """The amount in `unit`: "2.88亿美元" in "zh", "USD 288m" in "en", and in either the shape of an English unit.

    `decimals` None prints every digit; a number (0 or more) rounds half to even to at most that many. Zeros at the end
    are dropped, except that the currency's own unit keeps its minor digits whole (1,250.50).

    AUTO with `decimals` None takes the largest unit (亿, 万; bn, m, k) that leaves 1 or more before the point and needs
    at most 2 decimals behind it, so that nothing is lost: 12,345万 stays 12,345万元; where none does, the amount stays
    in the currency's own unit. With a number of `decimals` the amounts of a table are to be compared at a glance: it
    takes the largest unit that leaves 1 or more before the point, except that an amount under a million that would
    lose a digit stays in the currency's own unit.
    """
    chosen = _chosen(money, unit, lang, decimals)
    number = _number(money, chosen, decimals) + (chosen.suffix if money.minor else "")
    currency = name(money.currency, lang)
    if currency == money.currency or not (chosen.suffix in _CHINESE_SUFFIXES or chosen == ONE):
        return f"{money.currency} {number}"
    return number + currency


def format_figure(figure: Figure, *, unit: Unit, lang: str, decimals: int | None = None) -> str:
    """The figure with its qualifier and availability: "≈34亿元", "nearly CNY 3.4bn", "CNY 5m (est.)", "未知".

    Printed with `decimals` None, `parse_figure` reads every text back as the same figure. For the rest see
    `format_money`.
    """
    if figure.money is None:
        return ABSENT[lang][figure.availability]
    amount = format_money(figure.money, unit=unit, lang=lang, decimals=decimals)
    return MARKS[lang][figure.qualifier] + amount + (ESTIMATED[lang] if figure.availability == "estimated" else "")


def printed_unit(unit: Unit, lang: str) -> Unit:
    """The one unit for a table that has one: that asked for, else 万 in Chinese and millions in English."""
    return unit if unit != AUTO else {"zh": WAN, "en": M}[lang]


def rounds(money: Money, unit: Unit, decimals: int | None, *, lang: str | None = None) -> bool:
    """Whether `format_money` would drop a digit other than zero; without `lang`, whether it would in any language."""
    if lang is None:
        return any(rounds(money, unit, decimals, lang=language) for language in LANGUAGES)
    return decimals is not None and not _holds(money, _chosen(money, unit, lang, decimals), decimals)


def _chosen(money: Money, unit: Unit, lang: str, decimals: int | None) -> Unit:
    if unit != AUTO:
        return unit
    size = abs(money.minor)
    own = 10 ** minor_digits(money.currency)
    fitting = [unit for unit in _AUTO_UNITS[lang] if size >= own * 10**unit.power]
    if decimals is None:
        return next((one for one in fitting if _holds(money, one, _AUTO_PLACES)), ONE)
    return fitting[0] if size >= own * _LONG or (fitting and _holds(money, fitting[0], decimals)) else ONE


def _holds(money: Money, unit: Unit, places: int) -> bool:
    """Whether `places` decimals of the unit are enough for every digit."""
    step: int = 10 ** max(0, unit.power + minor_digits(money.currency) - places)
    return money.minor % step == 0


def _number(money: Money, unit: Unit, decimals: int | None) -> str:
    places = unit.power + minor_digits(money.currency)
    shown = places if decimals is None else min(places, decimals)
    value, _finer = half_even(abs(money.minor), places - shown)
    whole, rest = divmod(value, 10**shown)
    fraction = str(rest).zfill(shown) if rest else ""
    if unit.power or shown < places:
        fraction = fraction.rstrip("0")
    sign = "-" if money.minor < 0 and value else ""
    return f"{sign}{whole:,}" + (f".{fraction}" if fraction else "")
