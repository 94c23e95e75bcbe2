"""Amounts as people write them: a qualifier, a currency, a sign, a number, a unit, in the orders the languages have."""

from __future__ import annotations

import re

from tracker.currencies import fold, minor_digits, resolve
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.money.amounts import Figure, Money, scaled, too_fine, unreadable
from tracker.money.numerals import NUMERALS, Number, read_number
from tracker.text import shorten

_LONGEST = 100

_WITHOUT_AMOUNT = {
    **dict.fromkeys(("unknown", "未知", "不详"), "unknown"),
    **dict.fromkeys(("withheld", "undisclosed", "不公开", "未公开", "未披露", "保密"), "withheld"),
}
_ESTIMATED_BEFORE = ("estimated", "est.", "估计", "估算", "预估")
_ESTIMATED_AFTER = ("(est.)", "(est)", "(estimated)", "(估)", "(估计)", "(估算)", "(预估)")


def _longest_first(words: dict[str, str]) -> dict[str, str]:
    """Each word with what it means, in an order that finds 不超过 before 超过, and 超过 before 超."""
    pairs = [(word, meaning) for meaning, joined in words.items() for word in joined.split("|")]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


_BEFORE = _longest_first(
    {
        "about": "about|around|approximately|approx.|approx|roughly|circa|ca.|~|∼|≈|约为|大约|约|大概",
        "nearly": "nearly|almost|close to|将近|接近|近",
        "over": "over|above|more than|at least|not less than|no less than|exceeding|>=|≥|>"
        "|超过|超出|突破|高于|大于|多于|不少于|不低于|至少|超|逾",
        "at_most": "at most|up to|less than|under|below|not more than|no more than|not exceeding|<=|≤|<"
        "|不超过|不高于|不多于|低于|少于|不足|至多|最多",
    }
)
_AFTER = _longest_first(
    {"about": "左右|上下|or so", "over": "及以上|以上|or more|+", "at_most": "及以下|以下|以内|之内|or less"}
)
_ENGLISH_POWERS = {
    **dict.fromkeys(("k", "thousand"), 3),
    **dict.fromkeys(("m", "mn", "mln", "million"), 6),
    **dict.fromkeys(("b", "bn", "bln", "billion"), 9),
    **dict.fromkeys(("tn", "trillion"), 12),
}
# A point before the digits is part of the number, except after a letter: approx.5
_NUMBER = f"(?:(?<![a-z])[.,])?[{NUMERALS}](?:.*[{NUMERALS}])?[.,]?"
_SHAPE = re.compile(f"([^{NUMERALS}]*?)({_NUMBER})([^{NUMERALS}]*)", re.DOTALL)
_HEAD = re.compile(r"([+-]?) *([^+-]*)([+-]?)", re.DOTALL)
# 10余亿 and 十多亿: the word stands inside the number, where the rest is units alone.
_MORE_INSIDE = re.compile("(.+)[多余]([十百千万亿]+)", re.DOTALL)
_TAIL = re.compile(f"([多余]?) *(?:({'|'.join(_ENGLISH_POWERS)})(?![a-z]))?(.*)", re.DOTALL)


def parse_figure(text: str, *, currency: str | None) -> Figure:
    """The figure a person wrote: `近34亿`, `US$288m`, `14亿元以上`, `≈CNY 2.5bn (est.)`, `unknown`.

    `currency` is the configured code for text that names none, or only a symbol several currencies share. Raises
    ValueRefused, with what was read and what would be accepted, for whatever has no one exact reading.
    """
    try:
        return _figure(fold(text), currency)
    except ValueRefused as reason:
        raise unreadable(text, str(reason)) from None


def parse_money(text: str, *, currency: str | None) -> Money:
    """The exact, reported amount a person wrote; as `parse_figure`, and ValueRefused for 近, over, est. or unknown."""
    figure = parse_figure(text, currency=currency)
    if figure.money is None or figure != Figure(figure.money):
        raise unreadable(text, _("an exact amount is needed here; write it alone, for instance 25亿元 or CNY 2.5bn"))
    return figure.money


def _figure(written: str, configured: str | None) -> Figure:
    if len(written) > _LONGEST:
        raise ValueRefused(_("it is longer than {longest} characters").format(longest=_LONGEST))
    if written in _WITHOUT_AMOUNT:
        return Figure(availability=_WITHOUT_AMOUNT[written])
    body = _without_estimate(written)
    shape = _SHAPE.fullmatch(body)
    if shape is None:
        raise _no_number(written)
    before, head = _qualifier_before(shape[1].strip(" "))
    inside, number = _more_inside(shape[2])
    after, power, currency_after = _tail(shape[3])
    sign, currency_before = _sign(head)
    currency = resolve((currency_before, currency_after), configured=configured)
    return Figure(
        _money(number, power, currency, sign=sign),
        _agreed(before, inside, after),
        "reported" if body == written else "estimated",
    )


def _no_number(written: str) -> ValueRefused:
    if not written:
        return ValueRefused(_("it is blank; write it like 25亿元 or CNY 2.5bn, or say unknown"))
    return ValueRefused(_("there is no number in it; write it like 25亿元, US$288m, CNY 2.5bn or 1,250,000.50"))


def _without_estimate(written: str) -> str:
    for word in _ESTIMATED_AFTER:
        if written.endswith(word):
            return written.removesuffix(word).rstrip(" ")
    for word in _ESTIMATED_BEFORE:
        if written.startswith(word):
            return written.removeprefix(word).lstrip(" ")
    return written


def _qualifier_before(head: str) -> tuple[str, str]:
    for word, qualifier in _BEFORE.items():
        if head.startswith(word):
            return qualifier, head.removeprefix(word).strip(" ")
    return "", head


def _more_inside(number: str) -> tuple[str, str]:
    match = _MORE_INSIDE.fullmatch(number)
    return ("over", match[1] + match[2]) if match else ("", number)


def _tail(tail: str) -> tuple[str, int, str]:
    """What follows the number: its qualifier, its English power of ten, its currency."""
    rest = tail.strip(" ")
    qualifier = ""
    for word, meaning in _AFTER.items():
        if rest.endswith(word):
            qualifier, rest = meaning, rest.removesuffix(word)
            break
    match = _TAIL.fullmatch(rest)
    assert match is not None, "every part of the pattern may be empty"
    if match[1]:
        qualifier = _agreed("over", "", qualifier)
    return qualifier, _ENGLISH_POWERS.get(match[2] or "", 0), match[3].strip(" ")


def _sign(head: str) -> tuple[int, str]:
    """-1 or 1, and the currency before the number; the sign may stand on either side of it."""
    match = _HEAD.fullmatch(head)
    if match is None or (match[1] and match[3]):
        raise ValueRefused(_("it has more than one sign; write -5万元"))
    return (-1 if "-" in (match[1], match[3]) else 1), match[2].strip(" ")


def _agreed(*qualifiers: str) -> str:
    """The one qualifier that was written, "exact" where none was."""
    written = sorted(set(qualifiers) - {""})
    if len(written) > 1:
        raise ValueRefused(
            _("it is both {first} and {second}; keep one").format(first=shorten(written[0]), second=shorten(written[1]))
        )
    return written[0] if written else "exact"


def _money(text: str, power: int, currency: str, *, sign: int) -> Money:
    number = read_number(text)
    if power and not text[-1].isascii():
        raise ValueRefused(_("it has a Chinese and an English unit; keep one"))
    if _may_be_grouping(number, power, currency):
        raise ValueRefused(too_fine(currency))
    return scaled(sign * number.mantissa, number.power - number.fraction + power, currency)


def _may_be_grouping(number: Number, power: int, currency: str) -> bool:
    """Whether the point may divide thousands, as in 1.250 for 1250: three digits where the currency has fewer."""
    return number.fraction == 3 > minor_digits(currency) and not number.power and not power
