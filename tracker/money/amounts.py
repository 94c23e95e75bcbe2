"""Exact amounts, the figures that carry them, and the plain text files hold them in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from tracker.currencies import CODES, fold, minor_digits, name, resolve
from tracker.errors import ValueRefused
from tracker.i18n import LANGUAGES, _, language
from tracker.text import not_one_of, shorten

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
        raise ValueRefused(not_one_of(word, known))


class Counts(Enum):
    """What a sign beside a number says under a heading that names a unit, as 5000 does under 总投资（万元）.

    OWN: it is the unit of the number, and the heading's is not (5000元, 1.2亿). HEADING: it is none, and the number is
    in the heading's (5000余, ￥5000). UNCLEAR: it may be part of the number or its unit, and is refused (3千).
    """

    OWN = "own"
    HEADING = "heading"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Sign:
    """A word beside a number: 10**`power` of the currency's own unit, or how exact the number is (`qualifier`)."""

    counts: Counts
    power: int = 0
    qualifier: str = ""


def _each(words: str, sign: Sign) -> dict[str, Sign]:
    return dict.fromkeys(words.split("|"), sign)


# Which sign is a unit of its own: a row a sign. Currencies, two hundred of them, have a rule: `sign_of_currency`.
SIGNS = {
    **_each("万亿", Sign(Counts.OWN, 12)),
    **_each("亿|个亿", Sign(Counts.OWN, 8)),
    **_each("万", Sign(Counts.OWN, 4)),
    **_each("千", Sign(Counts.UNCLEAR, 3)),
    **_each("百", Sign(Counts.UNCLEAR, 2)),
    **_each("十", Sign(Counts.UNCLEAR, 1)),
    **_each("元", Sign(Counts.OWN)),
    **_each("tn|trillion|trillions", Sign(Counts.OWN, 12)),
    **_each("b|bn|bil|bln|billion|billions|mrd|milliarden", Sign(Counts.OWN, 9)),
    **_each("crore|crores|cr", Sign(Counts.OWN, 7)),
    **_each("m|mm|mn|mln|mio|mill|million|millions|millones|milhoes|milioni", Sign(Counts.OWN, 6)),
    **_each("lakh|lakhs", Sign(Counts.OWN, 5)),
    **_each("k|tsd|thous|thousand|thousands|miles|milhares", Sign(Counts.OWN, 3)),
    **_each("余|多|有余|以上|及以上|超|or more|+", Sign(Counts.HEADING, qualifier="over")),
    **_each("左右|上下|程度|or so|approx|approx.|approximately", Sign(Counts.HEADING, qualifier="about")),
    **_each("以下|及以下|以内|之内|不到|不足|未满|or less", Sign(Counts.HEADING, qualifier="at_most")),
}
# Written short like a code: the number before them may well be in the unit of its heading, as before CNY and €.
_SHORT_NAMES = frozenset({"rmb", "kr", "rp", "rm", "zł", "kč"})
ENGLISH_POWERS = {word: sign.power for word, sign in SIGNS.items() if sign.power and word.isascii()}
CHINESE_POWERS = {word: SIGNS[word].power for word in ("万亿", "亿", "万", "千", "百", "十")}


def sign_of_currency(word: str, *, behind: bool) -> Sign:
    """The sign that a currency beside a number is: a unit where its name stands behind it, as in 5000美元 or 5 yuan.

    A code or a symbol (CNY, ￥) is none, nor is anything before the number (人民币5000).
    """
    key = word.replace(" ", "")
    is_name = key.replace(".", "").isalpha() and key.upper() not in CODES and key not in _SHORT_NAMES
    return SIGNS["元"] if behind and is_name else Sign(Counts.HEADING)


@dataclass(frozen=True, slots=True)
class Unit:
    """What amounts are counted in: 10**`power` of the currency's own unit, and the letters that say so in print.

    `currency` is the one that a heading names (亿美元, £m), None where there is none.
    """

    code: str
    power: int
    suffix: str
    currency: str | None = None


AUTO = Unit("auto", 0, "")
ONE = Unit("元", 0, "")
WAN = Unit("万元", 4, "万")
YI = Unit("亿元", 8, "亿")
WANYI = Unit("万亿元", 12, "万亿")
K = Unit("k", 3, "k")
M = Unit("m", 6, "m")
BN = Unit("bn", 9, "bn")
UNITS = (ONE, WAN, YI, WANYI, K, M, BN, AUTO)

_WORDS = {
    **{unit.code: unit for unit in UNITS},
    **{unit.suffix: unit for unit in UNITS if unit.suffix},
    "1": ONE,
    "unit": ONE,
    "b": BN,
}


def parse_unit(text: str) -> Unit:
    """The unit to print in: 元 (also 1, unit), 万元, 亿元, 万亿元 (also without 元), k, m, bn (also b) or auto.

    Raises ValueRefused for anything else.
    """
    unit = _WORDS.get(fold(text))
    if unit is None:
        known = ", ".join(unit.code for unit in UNITS)
        raise ValueRefused(
            _("“{text}” is not a unit of amounts; write one of {known}").format(text=shorten(text), known=known)
        )
    return unit


_CHINESE_COUNT = "[十百千]*(?:万亿|亿|万)|[十百千]+"
_ENGLISH_COUNT = (
    rf"(?<![a-z])(?:(?P<word>{'|'.join(sorted(ENGLISH_POWERS, key=len, reverse=True))})(?![a-z])\.?|'?000s?)"
)
# 10,000 yuan and 100 million yuan, as 万元 and 亿元 are put into English.
_TIMES = "(?<![0-9])(?:(?P<digits>1[0,]*0)|(?P<ten>ten)|(?P<hundred>hundred))(?![0-9])"
# TEUR, T€, kUSD: a letter for thousands or millions that is written together with the currency.
_LETTER = "[tkm](?=(?:[a-z]{3}|[€£$¥])$)"
_LETTER_POWERS = {"t": 3, "k": 3, "m": 6}


def parse_heading_unit(text: str, *, currency: str | None = None) -> Unit:
    """The unit of amounts that a heading names: 万元, 亿美元, 百万元, £m, $ million, USD bn, TEUR, '000, ₹ crore.

    `currency` decides what a sign of several currencies ($, ¥) means; it is not the unit's where the text names none.
    Raises ValueRefused for anything else.
    """
    written = re.sub("(?<=[a-z]{3})\\$", " ", simplified(fold(text)).strip(" ()"))
    for power, *sides in _counted(written):
        words = currency_words(*(re.sub(r"^(?:in|of)\b *| *\b(?:in|of)$", "", side.strip(" .,/")) for side in sides))
        try:
            named = resolve(words, configured=currency) if words else None
        except ValueRefused:
            continue
        if words or power:
            return Unit(text.strip(), power, "", named)
    sentence = _("“{text}” is not a unit of amounts; write it like 万元, 亿美元, £m, USD bn or TEUR")
    raise ValueRefused(sentence.format(text=shorten(text)))


def _counted(written: str) -> Iterator[tuple[int, str, str]]:
    """Every power of ten that the text may name, with what stands before and behind it."""
    if times := re.search(_TIMES, written):
        more = 2 if times["hundred"] else 1 if times["ten"] else times["digits"].count("0")
        for power, before, behind in _counted(written[: times.start()] + " " + written[times.end() :].lstrip()):
            if power or before.strip() or behind.strip():
                yield more + power, before, behind
    yield 0, written, ""
    for found in re.finditer(_CHINESE_COUNT, written):
        power = sum(CHINESE_POWERS[word] for word in re.findall("万亿|.", found[0]))
        yield power, written[: found.start()], written[found.end() :]
    for found in re.finditer(_ENGLISH_COUNT, written):
        power = ENGLISH_POWERS[found["word"]] if found["word"] else 3
        yield power, written[: found.start()], written[found.end() :]
    if letter := re.match(_LETTER, written):
        yield _LETTER_POWERS[letter[0]], "", written[letter.end() :]


# --- words of one meaning ------------------------------------------------------------------------------------------

_SIMPLE = str.maketrans(
    "萬億圓幣歐鎊韓臺餘約過將於內壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟兩個",
    "万亿圆币欧镑韩台余约过将于内一二二三三三四五六六七八九十百千两个",
)
_BARE_YUAN = "(?<![日韩])圆"
_YUAN_FIRST = r"元 *\(? *([^()]+?) *\)?"


def simplified(text: str) -> str:
    """The text with traditional signs and financial numerals as plain ones: 壹亿贰仟萬圓 as 一亿二千万元."""
    return text if text.isascii() else re.sub(_BARE_YUAN, "元", text.translate(_SIMPLE))


def currency_words(before: str, behind: str) -> tuple[str, ...]:
    """The words for a currency around a number, as `resolve` takes them: 元人民币 behind it is two, 人民币 and 元."""
    apart = re.fullmatch(_YUAN_FIRST, behind)
    words = (before, apart[1], "元") if apart else (before, behind)
    return tuple(word for word in words if word)


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


def figure_text(figure: Figure, *, decimals: int | None = None) -> str:
    """The figure as a sentence prints it: in the unit of its size and the chosen language."""
    return format_figure(figure, unit=AUTO, lang=language(), decimals=decimals)


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
