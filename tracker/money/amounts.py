"""Exact amounts and the figures that carry them: units, what people write and cells hold, and how they are printed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol

from tracker.currencies import CODES, fold, minor_digits, name, resolve
from tracker.errors import ValueRefused
from tracker.i18n import LANGUAGES, _, language
from tracker.text import SIMPLIFIED, not_one_of, shorten

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
    def zero(cls, currency: str) -> "Money":
        """Nothing, in that currency: the start of a sum."""
        return cls(0, currency)

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} have no sum without a rate")
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount as its source gives it: how exact it is, and whether it is known at all.

    `money` is None where, and only where, the availability is unknown or withheld, and then nothing qualifies it.
    Raises ValueRefused otherwise. No part of the figure: `rounded` tells that the text had digits finer than the minor
    unit, `currency` the one that an amount would have had where there is none and its source named one.
    """

    money: Money | None = None
    qualifier: str = "exact"
    availability: str = "reported"
    rounded: bool = field(default=False, compare=False, repr=False)
    currency: str | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        # By far the most, and a ledger makes millions of them.
        if self.qualifier == "exact" and self.availability == "reported" and self.money is not None:
            return
        for word, known in ((self.qualifier, QUALIFIERS), (self.availability, AVAILABILITIES)):
            if word not in known:
                raise ValueRefused(not_one_of(word, known))
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
    parts, less = tuple(parts), tuple(less)
    # Most are exact and reported, and asked for every project.
    for part in (*parts, *less):
        if part.qualifier != "exact" or part.availability != "reported":
            break
    else:
        return "exact", "reported"
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
    minor, kinds = 0, dict[tuple[str, str, str], Figure]()
    for figure in figures:
        if money := figure.money:
            minor += money.minor
            kinds[money.currency, figure.qualifier, figure.availability] = figure
    [currency] = {currency for currency, *_exactness in kinds}
    return Figure(Money(minor, currency), *exactness(kinds.values()))


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
        sentence = _("it is beyond the largest amount kept, {limit} {currency}")
        raise ValueRefused(sentence.format(limit=LIMIT // 10**digits, currency=currency))
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


class Counts(Enum):
    """What a sign beside a number says under a heading that names a unit, as 5000 does under 总投资（万元）.

    OWN: it is the unit of the number, and the heading's is not (5000元, 1.2亿). HEADING: it is none, and the number is
    in the heading's (5000余, ￥5000). UNCLEAR: it may be part of the number or its unit, and is refused (3千).
    """

    OWN = "own"
    HEADING = "heading"
    UNCLEAR = "unclear"


class Sign(NamedTuple):
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
_SHORT_NAMES = frozenset({"rmb", "kr", "rp", "rm", "zł", "kč", "kn", "lei", "лв", "лв."})
ENGLISH_POWERS = {word: sign.power for word, sign in SIGNS.items() if sign.power and word.isascii()}
CHINESE_POWERS = {word: SIGNS[word].power for word in ("万亿", "亿", "万", "千", "百", "十")}


def sign_of_currency(word: str, *, behind: bool) -> Sign:
    """The sign that a currency beside a number is: a unit where its name stands behind it, as in 5000美元 or 5 yuan.

    A code or a symbol (CNY, ￥) is none, nor is anything before the number (人民币5000).
    """
    key = word.replace(" ", "")
    is_name = key.replace(".", "").isalpha() and key.upper() not in CODES and key not in _SHORT_NAMES
    return SIGNS["元"] if behind and is_name else Sign(Counts.HEADING)


class Unit(NamedTuple):
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
        sentence = _("“{text}” is not a unit of amounts; write one of {known}")
        raise ValueRefused(sentence.format(text=shorten(text), known=known))
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

_SIMPLE = SIMPLIFIED | str.maketrans(
    "壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟兩억만천백십", "一二二三三三四五六六七八九十百千两亿万千百十"
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


# --- numbers ---------------------------------------------------------------------------------------------------------

# The number inside an amount, in digits or Chinese numerals, is an exact integer and a power of ten. Read are
# 1,250,000.50, 1.250.000,50, 1 250 000, 1.5E+02, 12,000万, 1亿2千万, 1亿零500万, 3.5千万, 五百万 and 两千五百万. What
# has two readings is refused: 3万5 is 35,000 to some and 30,005 to others.
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACES = {"": 0} | {word: CHINESE_POWERS[word] for word in ("千", "百", "十")}
_SCALES = {"": 0} | {word: CHINESE_POWERS[word] for word in ("万亿", "亿", "万")}
NUMERALS = "0123456789零〇" + "".join(_DIGITS) + "十百千万亿"

_GROUP = "([^万亿]*)(万亿|亿|万|$)"
_PLACED = "(?s)([0-9].*?) *([十百千]?)"
# A blank or an apostrophe divides thousands in either style; a group of them never begins with a zero.
_WHOLE = "[0-9]+|[1-9][0-9]{{0,2}}(?:{0}[0-9]{{3}})+|[1-9][0-9]{{0,2}}(?:[ '’][0-9]{{3}})+"
_STYLES = {".": rf"({_WHOLE.format(',')})(?:\.([0-9]+))?", ",": rf"({_WHOLE.format('[.]')})(?:,([0-9]+))?"}
_EXAMPLES = {".": "1,234.56", ",": "1.234,56"}
_SCIENTIFIC = "([0-9]+)(?:([.,])([0-9]+))?e([+-]?[0-9]{1,3}) *(万亿|亿|万|)"
_DIGIT = f"[1-9{''.join(_DIGITS)}]"
# Behind a zero the rest may be in digits: 3千零50.
_SECTION = f"零?({_DIGIT}千)?(零?{_DIGIT}百)?(零?{_DIGIT}?十)?(零?{_DIGIT}|(?<=千)零[1-9][0-9])?"


class Number(NamedTuple):
    """`mantissa` × 10**-`fraction` × 10**`power`: `fraction` decimals were written, before a scale of `power`.

    `clear` is False where the one sign in it may also divide thousands, as in 1.250.
    """

    mantissa: int
    fraction: int
    power: int
    clear: bool = True

    def times(self, exponent: int) -> int:
        """The value × 10**`exponent`, which the caller makes large enough for a whole number."""
        factor: int = 10 ** (self.power - self.fraction + exponent)
        return self.mantissa * factor


def read_number(text: str, *, decimal: str | None = None) -> Number:
    """The value of a number without sign, unit or currency; ValueRefused, with the reason, where it is not plain.

    `decimal` is the sign before decimals, "." or ",", where it is known, as for a column of a sheet. Without it a point
    is that sign, and a comma only where it cannot divide thousands: 1.250,50 and 1250,50, but not 12,00.
    """
    if found := re.fullmatch(_SCIENTIFIC, text):
        whole, sign, decimals, exponent, scale = found.groups(default="")
        if decimal and sign not in ("", decimal):
            raise _other_style(text, decimal)
        return Number(int(whole + decimals), len(decimals), int(exponent) + _SCALES[scale])
    groups = [(digits.strip(" "), scale) for digits, scale in re.findall(_GROUP, text) if digits or scale]
    parts: list[Number] = []
    for digits, scale in groups:
        # 1亿零500万: the zero stands for the places between.
        apart = bool(parts) and len(digits) > 1 and digits[0] in "零〇"
        part = _part(digits[1:].strip(" ") if apart else digits, scale, decimal)
        if parts:
            higher, size = groups[len(parts) - 1][1], part.times(part.fraction)
            if parts[-1].fraction or size >= 10 ** (_SCALES[higher] + part.fraction):
                raise ValueRefused(_("its parts must fall from large to small, as in 1亿2千万"))
            # Speech drops the last unit (一亿二 is 1.2亿), so a small rest without one is unclear.
            if not (scale or apart) and (higher != "万" or size < 100 * 10**part.fraction):
                raise _two_readings()
        parts.append(part)
    if len(parts) == 1:
        return parts[0]
    fraction = parts[-1].fraction
    return Number(sum(part.times(fraction) for part in parts), fraction, 0)


_RUN = "[0-9](?:[0-9.,\u00a0\u202f\u2009 '’]*[0-9])?"
_THIN = dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), " ")


def decimal_sign(text: str) -> str:
    """The sign before decimals that a number in the text proves, "." or ","; "?" where it may be either, else ""."""
    found = ""
    for run in re.findall(_RUN, text):
        signs = re.findall("[.,]", run)
        if not signs:
            continue
        proven = signs[-1] if len(set(signs)) == 2 else {".": ",", ",": "."}[signs[0]] if len(signs) > 1 else ""
        before, _sign, after = run.partition(signs[0])
        if not proven and len(after) == 3 and len(re.sub("[^0-9]", "", before)) <= 3 and not before.startswith("0"):
            found = found or "?"
        else:
            proven = proven or signs[0]
            if re.fullmatch(_STYLES[proven], run.translate(_THIN)):
                return proven
    return found


def _part(coefficient: str, scale: str, decimal: str | None) -> Number:
    written = coefficient.replace("〇", "零")
    placed = re.fullmatch(_PLACED, written)
    if placed and (number := _in_digits(placed[1], decimal)):
        whole, fraction, clear = number
        return Number(int(whole + fraction), len(fraction), _PLACES[placed[2]] + _SCALES[scale], clear)
    # Below ten thousand each digit of Chinese numerals may also be written 1 to 9.
    section = re.fullmatch(_SECTION, written)
    if section is None or not any(section.groups()):
        part = coefficient + scale
        if decimal and re.search("[.,]", part):
            raise _other_style(part, decimal)
        sentence = _("“{part}” is not a number; write the number like 1,250,000.50, 12,000万, 1亿2千万 or 五百万")
        raise ValueRefused(sentence.format(part=shorten(part)))
    thousands, hundreds, tens, ones = section.groups(default="")
    if ones and not ones.startswith("零") and not tens and (hundreds or thousands):
        raise _two_readings()
    value = 0
    for place, weight in ((thousands, 1000), (hundreds, 100), (tens, 10), (ones, 1)):
        digit = place.strip("零千百十")
        value += weight * (_DIGITS.get(digit) or int(digit or 1)) if place else 0
    return Number(value, 0, _SCALES[scale])


def _in_digits(written: str, decimal: str | None) -> tuple[str, str, bool] | None:
    """The digits before and behind the decimal sign, and whether it is surely one; None for what is not so written."""
    found = re.fullmatch(_STYLES[decimal or "."], written)
    if found is None and decimal is None:
        found = re.fullmatch(_STYLES[","], written)
        # 12,00 may be 12 or a slip for 1,200: the comma counts where nothing could be grouped by it.
        if found and found[1].isdigit() and len(found[1]) <= 3 and not found[1].startswith("0"):
            return None
    if found is None:
        return None
    whole = re.sub("[^0-9]", "", found[1])
    clear = decimal is not None or whole != found[1] or len(whole) > 3 or whole.startswith("0")
    return whole, found[2] or "", clear


def _other_style(part: str, decimal: str) -> ValueRefused:
    sentence = _("“{part}” does not fit the numbers beside it, which are written like {style}")
    return ValueRefused(sentence.format(part=shorten(part), style=_EXAMPLES[decimal]))


def _two_readings() -> ValueRefused:
    return ValueRefused(_("it has two readings; write the unit of every part, as in 1亿2千万"))


# --- figures ---------------------------------------------------------------------------------------------------------

_LONGEST = 100

_ABSENT = {
    **dict.fromkeys(("unknown", "未知", "不详"), "unknown"),
    **dict.fromkeys(("withheld", "undisclosed", "不公开", "未公开", "未披露", "保密"), "withheld"),
}
_ESTIMATE = (
    r"(?s)(?P<before>.*?) *\((?:est\.?|estimated?|估|估计|估算|预估|预计|暂估)\)"
    r"|(?:estimated|est\.|估计|估算|预估|预计|暂估) *(?P<behind>.*)"
)
_BEFORE = {
    "about": "about|around|approximately|approx.|approx|roughly|circa|ca.|c.|~|∼|≈|约为|大约|约|大概",
    "nearly": "nearly|almost|close to|将近|接近|近",
    "over": "over|above|more than|at least|not less than|no less than|exceeding|>=|≥|>"
    "|超过|超出|突破|高于|大于|多于|不少于|不低于|不小于|至少|最少|最低|超|逾",
    "at_most": "at most|up to|less than|under|below|not more than|no more than|not exceeding|<=|≤|<"
    "|最高不超过|不超过|未超过|不高于|不多于|不大于|低于|少于|小于|不足|不到|至多|最多|最高",
}
# The longer first: 不超过 before 超过, and 超过 before 超.
_QUALIFIERS_BEFORE = sorted(
    ((word, meaning) for meaning, words in _BEFORE.items() for word in words.split("|")), key=lambda pair: -len(pair[0])
)
_QUALIFIERS_BEHIND = sorted((word for word, sign in SIGNS.items() if sign.qualifier), key=len, reverse=True)
# A point before the digits is part of the number, except after a letter: approx.5
_NUMBER = f"(?:(?<![a-z])[.,])?[{NUMERALS}](?:.*[{NUMERALS}])?[.,]?"
_SHAPE = f"(?s)([^{NUMERALS}]*?)({_NUMBER})([^{NUMERALS}]*)"
_HEAD = r"(?s)([+–-]?) *([^+–-]*)([+–-]?)"
# 10余亿 and 十多亿: the word stands inside the number, where the rest is units alone.
_MORE_INSIDE = "(?s)(.+)[多余]([十百千万亿]+)"
_TAIL = rf"(?s)([多余]?) *(?:({'|'.join(ENGLISH_POWERS)})(?![a-z])\.?)?(.*)"
_RANGE = f"(?s)[{NUMERALS}][^~–—―至到-]*?(?:[-~–—―]+|至|到|(?<![a-z])to(?![a-z]))[^~–—―至到-]*[{NUMERALS}]"
# An accountant's (5) is -5.
_BRACKETS = "(?s)([^()0-9-]*)[(]([^()-]*[0-9][^()-]*)[)]([^()0-9-]*)"
# What is only said for form: 大写 before, 整 behind, and the 个 of 1.5个亿.
_FORMAL = "[(]?大写[)]? *:? *|(?<=[元角分万亿])[整正]$|个(?=[多余]?亿)"
_CENTS = "(?s)(.*元)(?:([1-9一二三四五六七八九])角)?(?:零?([1-9一二三四五六七八九])分)?"
_THIN_BLANKS = dict.fromkeys(map(ord, "\u2005\u2006\u2007\u2008\u2009\u200a\u2002\u2003\u2004"), " ")
# 1.2亿（美元）: brackets around the currency.
_REMARK = r"^\((.+)\)$"
_PLAIN = r"([0-9]{1,15})(?:\.([0-9]{1,2}))?"


class _Context(NamedTuple):
    """What an amount is read with, beside its text."""

    currency: str | None
    unit: Unit
    decimal: str | None
    rounding: bool


def parse_figure(
    text: str,
    *,
    currency: str | None,
    unit: Unit | str | None = None,
    decimal: str | None = None,
    rounding: bool = False,
) -> Figure:
    """The figure a person wrote, typed or in a cell: `近34亿`, `US$288m`, `14亿元以上`, `≈CNY 2.5bn (est.)`, `unknown`.

    `currency` is the configured code for text that names none, or only a symbol several currencies share.
    `unit` is the one that the heading of a cell names (as text: see `parse_heading_unit`): 5000余 under 万元 is over 50
    million. A cell with a unit of its own (1.2亿, 5000元, £3bn) leaves that of its heading; see `SIGNS`.
    `decimal` is the sign before decimals ("." or ",") where the column shows which it is; without it 1.250,50 is read
    and 1.250 is refused.
    `rounding` takes digits finer than the minor unit, rounded half to even, and `Figure.rounded` tells so; without it
    they are refused.
    Raises ValueRefused, with what was read and what would be accepted, for whatever has no one exact reading.
    """
    heading = parse_heading_unit(unit, currency=currency) if isinstance(unit, str) else unit or ONE
    context = _Context(heading.currency or currency, heading, decimal, rounding)
    try:
        return _digits_alone(text, context) or _figure(simplified(fold(text).translate(_THIN_BLANKS)), context)
    except ValueRefused as reason:
        raise unreadable(text, str(reason)) from None


def parse_money(text: str, *, currency: str | None) -> Money:
    """The exact, reported amount a person wrote; as `parse_figure`, and ValueRefused for 近, over, est. or unknown."""
    figure = parse_figure(text, currency=currency)
    if figure.money is None or figure != Figure(figure.money):
        raise unreadable(text, _("an exact amount is needed here; write it alone, for instance 25亿元 or CNY 2.5bn"))
    return figure.money


def _digits_alone(text: str, context: _Context) -> Figure | None:
    """The figure of plain digits, which are nearly all cells of nearly all sheets; None for every other text."""
    plain = re.fullmatch(_PLAIN, text)
    if plain is None or context.currency is None or (plain[2] and context.decimal == ","):
        return None
    decimals = plain[2] or ""
    if len(decimals) > context.unit.power + minor_digits(context.currency):
        return None
    return Figure(scaled(int(plain[1] + decimals), context.unit.power - len(decimals), context.currency))


def _figure(written: str, context: _Context) -> Figure:
    if len(written) > _LONGEST:
        raise ValueRefused(_("it is longer than {longest} characters").format(longest=_LONGEST))
    if written in _ABSENT:
        return Figure(availability=_ABSENT[written])
    estimate = re.fullmatch(_ESTIMATE, written)
    body = (estimate["behind"] if estimate["before"] is None else estimate["before"]) if estimate else written
    if brackets := re.fullmatch(_BRACKETS, body):
        body = f"-{''.join(brackets.groups())}"
    body, cents = _cents(re.sub(_FORMAL, "", body))
    shape = re.fullmatch(_SHAPE, body)
    if shape is None and not written:
        raise ValueRefused(_("it is blank; write it like 25亿元 or CNY 2.5bn, or unknown"))
    if shape is None:
        raise ValueRefused(_("there is no number in it; write it like 25亿元, US$288m, CNY 2.5bn or 1,250,000.50"))
    head, number, tail = shape[1].strip(" "), shape[2], shape[3].strip(" ")
    if re.fullmatch(_RANGE, number) and not re.search("[0-9]e-", number):
        sentence = _("“{part}” is a range; give one figure, with 约, at least or up to where it is not exact")
        raise ValueRefused(sentence.format(part=shorten(number)))
    qualifiers = set()
    for word, qualifier in _QUALIFIERS_BEFORE:
        if head.startswith(word):
            qualifiers, head = {qualifier}, head.removeprefix(word).strip(" ")
            break
    if more := re.fullmatch(_MORE_INSIDE, number):
        qualifiers, number = qualifiers | {"over"}, more[1] + more[2]
    if word := next((word for word in _QUALIFIERS_BEHIND if tail.endswith(word)), ""):
        qualifiers, tail = qualifiers | {SIGNS[word].qualifier}, tail.removesuffix(word)
    behind = re.fullmatch(_TAIL, tail)
    assert behind is not None, "every part of the pattern may be empty"
    qualifiers |= {"over"} if behind[1] else set()
    front = re.fullmatch(_HEAD, head)
    if front is None or (front[1] and front[3]):
        raise ValueRefused(_("it has more than one sign; write -5万元"))
    sign = -1 if {front[1], front[3]} & {"-", "–"} else 1
    power, named = behind[2] or "", behind[3].strip(" ")
    value = read_number(number, decimal=context.decimal)
    if cents and value.fraction:
        raise ValueRefused(_("it has decimals and 角 or 分; keep one"))
    value = Number(value.times(2) + cents, 2, 0) if cents else value
    if power and not number[-1].isascii():
        raise ValueRefused(_("it has a Chinese and an English unit; keep one"))
    places = SIGNS[power].power if power else _power_of_heading(number, named, context)
    words = (re.sub(_REMARK, r"\1", word) for word in currency_words(front[2].strip(" "), named))
    currency = resolve(words, configured=context.currency)
    # The point may divide thousands, as in 1.250 for 1250: three digits where the currency has fewer.
    if not value.clear and value.fraction == 3 > minor_digits(currency) and not value.power and not places:
        raise ValueRefused(too_fine(currency))
    money, finer = scaled_near(sign * value.mantissa, value.power - value.fraction + places, currency)
    if finer and not context.rounding:
        raise ValueRefused(too_fine(currency))
    if len(qualifiers) > 1:
        first, second = sorted(qualifiers)[:2]
        raise ValueRefused(_("it is both {first} and {second}; keep one").format(first=first, second=second))
    return Figure(money, "".join(qualifiers) or "exact", "estimated" if estimate else "reported", finer)


def _cents(body: str) -> tuple[str, int]:
    """The text up to 元, and the 角 and 分 behind it as hundredths."""
    found = re.fullmatch(_CENTS, body)
    if found is None or not (found[2] or found[3]):
        return body, 0
    tens, ones = (read_number(digit).mantissa if digit else 0 for digit in (found[2], found[3]))
    return found[1], 10 * tens + ones


def _power_of_heading(number: str, behind: str, context: _Context) -> int:
    """The power of ten of the heading's unit, 0 where the number has a unit of its own; ValueRefused if it may have."""
    signs = [SIGNS[word] for word in re.findall("万亿|[十百千万亿]", number)]
    signs += [sign_of_currency(word, behind=True) for word in currency_words("", behind)]
    counts = {sign.counts for sign in signs}
    if Counts.OWN in counts or not context.unit.power:
        return 0
    if Counts.UNCLEAR in counts:
        sentence = _("“{part}” may be counted in {unit} or not; write it in digits, or its unit behind it")
        raise ValueRefused(sentence.format(part=shorten(number), unit=context.unit.code))
    return context.unit.power


# --- printing --------------------------------------------------------------------------------------------------------

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
ABSENT = {"en": {"unknown": "unknown", "withheld": "withheld"}, "zh": {"unknown": "未知", "withheld": "不公开"}}


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
