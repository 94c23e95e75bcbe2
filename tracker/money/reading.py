"""The number inside an amount, in digits or Chinese numerals, as an exact integer and a power of ten.

Read are `1,250,000.50`, `1.250.000,50`, `1 250 000`, `1.5E+02`, `12,000万`, `1亿2千万`, `3.5千万`, `五百万`,
`两千五百万`. Whatever has two readings is refused: `3万5` is 35,000 to some and 30,005 to others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.currencies import fold, minor_digits, resolve
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.money.amounts import (
    CHINESE_POWERS,
    ENGLISH_POWERS,
    ONE,
    SIGNS,
    Counts,
    Figure,
    Money,
    Unit,
    currency_words,
    parse_heading_unit,
    scaled,
    scaled_near,
    sign_of_currency,
    simplified,
    too_fine,
    unreadable,
)
from tracker.text import shorten

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACES = {"": 0} | {word: CHINESE_POWERS[word] for word in ("千", "百", "十")}
_SCALES = {"": 0} | {word: CHINESE_POWERS[word] for word in ("万亿", "亿", "万")}
NUMERALS = "0123456789零〇" + "".join(_DIGITS) + "十百千万亿"

_GROUP = "([^万亿]*)(万亿|亿|万|$)"
_PLACED = "(?s)([0-9].*?) *([十百千]?)"
# A blank or an apostrophe divides thousands in either style; a group of them never begins with a zero.
_WHOLE = "[0-9]+|[1-9][0-9]{{0,2}}(?:{0}[0-9]{{3}})+|[1-9][0-9]{{0,2}}(?:[ '’][0-9]{{3}})+"
_STYLES = {
    ".": rf"({_WHOLE.format(',')})(?:\.([0-9]+))?",
    ",": rf"({_WHOLE.format('[.]')})(?:,([0-9]+))?",
}
_EXAMPLES = {".": "1,234.56", ",": "1.234,56"}
_SCIENTIFIC = "([0-9]+)(?:([.,])([0-9]+))?e([+-]?[0-9]{1,3}) *(万亿|亿|万|)"
_DIGIT = f"[1-9{''.join(_DIGITS)}]"
_SECTION = f"零?({_DIGIT}千)?(零?{_DIGIT}百)?(零?{_DIGIT}?十)?(零?{_DIGIT})?"


@dataclass(frozen=True, slots=True)
class Number:
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
    groups = [
        (coefficient.strip(" "), scale) for coefficient, scale in re.findall(_GROUP, text) if coefficient or scale
    ]
    parts = [_part(coefficient, scale, decimal) for coefficient, scale in groups]
    if len(parts) == 1:
        return parts[0]
    for place in range(1, len(parts)):
        _check_order(parts[place - 1], parts[place], scale=groups[place - 1][1])
        _check_clear(groups[place - 1][1], parts[place], *groups[place])
    fraction = parts[-1].fraction
    return Number(sum(part.times(fraction) for part in parts), fraction, 0)


_RUN = "[0-9](?:[0-9.,\u00a0\u202f\u2009 '’]*[0-9])?"


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


_THIN = dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), " ")


def _part(coefficient: str, scale: str, decimal: str | None) -> Number:
    written = coefficient.replace("〇", "零")
    placed = re.fullmatch(_PLACED, written)
    if placed is None or (number := _in_digits(placed[1], decimal)) is None:
        return Number(_section(written, coefficient + scale, decimal), 0, _SCALES[scale])
    whole, fraction, clear = number
    return Number(int(whole + fraction), len(fraction), _PLACES[placed[2]] + _SCALES[scale], clear)


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


def _section(written: str, part: str, decimal: str | None) -> int:
    """The value below ten thousand of Chinese numerals, each digit of which may also be written 1 to 9."""
    match = re.fullmatch(_SECTION, written)
    if match is None or not any(match.groups()):
        raise _other_style(part, decimal) if decimal and re.search("[.,]", part) else _not_a_number(part)
    thousands, hundreds, tens, ones = match.groups()
    if ones and not ones.startswith("零") and not tens and (hundreds or thousands):
        raise _two_readings()
    parts = zip((thousands, hundreds, tens, ones), (1000, 100, 10, 1), strict=True)
    return sum(_digit(part) * weight for part, weight in parts if part)


def _digit(part: str) -> int:
    digit = part.strip("零千百十")
    if not digit:
        return 1
    return _DIGITS.get(digit) or int(digit)


def _check_order(higher: Number, lower: Number, *, scale: str) -> None:
    if higher.fraction or lower.times(lower.fraction) >= 10 ** (_SCALES[scale] + lower.fraction):
        raise ValueRefused(_("its parts must fall from large to small, as in 1亿2千万"))


def _check_clear(higher_scale: str, lower: Number, coefficient: str, scale: str) -> None:
    """Speech drops the last unit (一亿二 is 1.2亿), so a small rest without one is unclear."""
    if scale or coefficient.startswith(("零", "〇")):
        return
    if higher_scale != "万" or lower.times(lower.fraction) < 100 * 10**lower.fraction:
        raise _two_readings()


def _not_a_number(part: str) -> ValueRefused:
    sentence = _("“{part}” is not a number; write the number like 1,250,000.50, 12,000万, 1亿2千万 or 五百万")
    return ValueRefused(sentence.format(part=shorten(part)))


def _other_style(part: str, decimal: str | None) -> ValueRefused:
    sentence = _("“{part}” does not fit the numbers beside it, which are written like {style}")
    return ValueRefused(sentence.format(part=shorten(part), style=_EXAMPLES[decimal or "."]))


def _two_readings() -> ValueRefused:
    return ValueRefused(_("it has two readings; write the unit of every part, as in 1亿2千万"))


_LONGEST = 100

_WITHOUT_AMOUNT = {
    **dict.fromkeys(("unknown", "未知", "不详"), "unknown"),
    **dict.fromkeys(("withheld", "undisclosed", "不公开", "未公开", "未披露", "保密"), "withheld"),
}
_ESTIMATED_BEFORE = ("estimated", "est.", "估计", "估算", "预估", "预计", "暂估")
_ESTIMATED_AFTER = (
    "(est.)",
    "(est)",
    "(estimated)",
    "(estimate)",
    "(估)",
    *(f"({word})" for word in _ESTIMATED_BEFORE[2:]),
)


def _longest_first(words: dict[str, str]) -> dict[str, str]:
    """Each word with what it means, in an order that finds 不超过 before 超过, and 超过 before 超."""
    pairs = [(word, meaning) for meaning, joined in words.items() for word in joined.split("|")]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


_BEFORE = _longest_first(
    {
        "about": "about|around|approximately|approx.|approx|roughly|circa|ca.|c.|~|∼|≈|约为|大约|约|大概",
        "nearly": "nearly|almost|close to|将近|接近|近",
        "over": "over|above|more than|at least|not less than|no less than|exceeding|>=|≥|>"
        "|超过|超出|突破|高于|大于|多于|不少于|不低于|不小于|至少|最少|最低|超|逾",
        "at_most": "at most|up to|less than|under|below|not more than|no more than|not exceeding|<=|≤|<"
        "|最高不超过|不超过|未超过|不高于|不多于|不大于|低于|少于|小于|不足|不到|至多|最多|最高",
    }
)
_AFTER = {word: SIGNS[word].qualifier for word in sorted(SIGNS, key=len, reverse=True) if SIGNS[word].qualifier}
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
_IN_WORDS = "[(]?大写[)]? *:? *"
_WHOLE_SIGN = "(?<=[元角分万亿])[整正]$"
_CENTS = "(?s)(.*元)(?:([1-9一二三四五六七八九])角)?(?:零?([1-9一二三四五六七八九])分)?"
_THIN_BLANKS = dict.fromkeys(map(ord, "\u2005\u2006\u2007\u2008\u2009\u200a\u2002\u2003\u2004"), " ")
# 1.2亿（美元）: brackets around the currency.
_REMARK = r"^\((.+)\)$"
_PLAIN = r"([0-9]{1,15})(?:\.([0-9]{1,2}))?"


@dataclass(frozen=True, slots=True)
class _Context:
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


def _digits_alone(text: str, context: _Context) -> Figure | None:
    """The figure of plain digits, which are nearly all cells of nearly all sheets; None for every other text."""
    plain = re.fullmatch(_PLAIN, text)
    if plain is None or context.currency is None or (plain[2] and context.decimal == ","):
        return None
    decimals = plain[2] or ""
    if len(decimals) > context.unit.power + minor_digits(context.currency):
        return None
    return Figure(scaled(int(plain[1] + decimals), context.unit.power - len(decimals), context.currency))


def parse_money(text: str, *, currency: str | None) -> Money:
    """The exact, reported amount a person wrote; as `parse_figure`, and ValueRefused for 近, over, est. or unknown."""
    figure = parse_figure(text, currency=currency)
    if figure.money is None or figure != Figure(figure.money):
        raise unreadable(text, _("an exact amount is needed here; write it alone, for instance 25亿元 or CNY 2.5bn"))
    return figure.money


def _figure(written: str, context: _Context) -> Figure:
    if len(written) > _LONGEST:
        raise ValueRefused(_("it is longer than {longest} characters").format(longest=_LONGEST))
    if written in _WITHOUT_AMOUNT:
        return Figure(availability=_WITHOUT_AMOUNT[written])
    body = _without_estimate(written)
    availability = "reported" if body == written else "estimated"
    body, cents = _cents(_plain_chinese(_minus(body)))
    shape = re.fullmatch(_SHAPE, body)
    if shape is None:
        raise _no_number(written)
    if re.fullmatch(_RANGE, shape[2]) and not re.search("[0-9]e-", shape[2]):
        raise _range(shape[2])
    before, head = _qualifier_before(shape[1].strip(" "))
    inside, number = _more_inside(shape[2])
    after, power, behind = _tail(shape[3])
    sign, in_front = _sign(head)
    words = tuple(re.sub(_REMARK, r"\1", word) for word in currency_words(in_front, behind))
    value = _with_cents(read_number(number, decimal=context.decimal), cents)
    if power and not number[-1].isascii():
        raise ValueRefused(_("it has a Chinese and an English unit; keep one"))
    places = SIGNS[power].power if power else _power_of_heading(number, behind, context)
    currency = resolve(words, configured=context.currency)
    if _may_be_grouping(value, places, currency):
        raise ValueRefused(too_fine(currency))
    exponent = value.power - value.fraction + places
    if context.rounding:
        money, rounded = scaled_near(sign * value.mantissa, exponent, currency)
    else:
        money, rounded = scaled(sign * value.mantissa, exponent, currency), False
    return Figure(money, _agreed(before, inside, after), availability, rounded)


def _no_number(written: str) -> ValueRefused:
    if not written:
        return ValueRefused(_("it is blank; write it like 25亿元 or CNY 2.5bn, or unknown"))
    return ValueRefused(_("there is no number in it; write it like 25亿元, US$288m, CNY 2.5bn or 1,250,000.50"))


def _range(number: str) -> ValueRefused:
    sentence = _("“{part}” is a range; give one figure, with 约, at least or up to where it is not exact")
    return ValueRefused(sentence.format(part=shorten(number)))


def _without_estimate(written: str) -> str:
    for word in _ESTIMATED_AFTER:
        if written.endswith(word):
            return written.removesuffix(word).rstrip(" ")
    for word in _ESTIMATED_BEFORE:
        if written.startswith(word):
            return written.removeprefix(word).lstrip(" ")
    return written


def _minus(body: str) -> str:
    found = re.fullmatch(_BRACKETS, body)
    return f"-{found[1]}{found[2]}{found[3]}" if found else body


def _plain_chinese(body: str) -> str:
    """The text without what is only said for form: 大写, 整, and the 个 of 1.5个亿."""
    return re.sub("个(?=[多余]?亿)", "", re.sub(_WHOLE_SIGN, "", re.sub(_IN_WORDS, "", body)))


def _cents(body: str) -> tuple[str, int]:
    """The text up to 元, and the 角 and 分 behind it as hundredths."""
    found = re.fullmatch(_CENTS, body)
    if found is None or not (found[2] or found[3]):
        return body, 0
    return found[1], sum(
        read_number(digit).mantissa * weight for digit, weight in ((found[2], 10), (found[3], 1)) if digit
    )


def _with_cents(value: Number, cents: int) -> Number:
    if not cents:
        return value
    if value.fraction:
        raise ValueRefused(_("it has decimals and 角 or 分; keep one"))
    return Number(value.times(2) + cents, 2, 0)


def _qualifier_before(head: str) -> tuple[str, str]:
    for word, qualifier in _BEFORE.items():
        if head.startswith(word):
            return qualifier, head.removeprefix(word).strip(" ")
    return "", head


def _more_inside(number: str) -> tuple[str, str]:
    match = re.fullmatch(_MORE_INSIDE, number)
    return ("over", match[1] + match[2]) if match else ("", number)


def _tail(tail: str) -> tuple[str, str, str]:
    """What follows the number: its qualifier, its English power of ten, its currency."""
    rest = tail.strip(" ")
    qualifier = ""
    for word, meaning in _AFTER.items():
        if rest.endswith(word):
            qualifier, rest = meaning, rest.removesuffix(word)
            break
    match = re.fullmatch(_TAIL, rest)
    assert match is not None, "every part of the pattern may be empty"
    if match[1]:
        qualifier = _agreed("over", "", qualifier)
    return qualifier, match[2] or "", match[3].strip(" ")


def _sign(head: str) -> tuple[int, str]:
    """-1 or 1, and the currency before the number; the sign may stand on either side of it."""
    match = re.fullmatch(_HEAD, head)
    if match is None or (match[1] and match[3]):
        raise ValueRefused(_("it has more than one sign; write -5万元"))
    return (-1 if {match[1], match[3]} & {"-", "–"} else 1), match[2].strip(" ")


def _agreed(*qualifiers: str) -> str:
    """The one qualifier that was written, "exact" where none was."""
    written = sorted(set(qualifiers) - {""})
    if len(written) > 1:
        raise ValueRefused(
            _("it is both {first} and {second}; keep one").format(first=shorten(written[0]), second=shorten(written[1]))
        )
    return written[0] if written else "exact"


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


def _may_be_grouping(number: Number, power: int, currency: str) -> bool:
    """Whether the point may divide thousands, as in 1.250 for 1250: three digits where the currency has fewer."""
    return not number.clear and number.fraction == 3 > minor_digits(currency) and not number.power and not power
