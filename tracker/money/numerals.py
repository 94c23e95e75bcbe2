"""The number inside an amount, in digits or Chinese numerals, as an exact integer and a power of ten.

Read are `1,250,000.50`, `1.250.000,50`, `1 250 000`, `1.5E+02`, `12,000万`, `1亿2千万`, `3.5千万`, `五百万`,
`两千五百万`. Whatever has two readings is refused: `3万5` is 35,000 to some and 30,005 to others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.money.units import CHINESE_POWERS
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
_SCIENTIFIC = "([0-9])(?:([.,])([0-9]+))?e([+-][0-9]{1,3}) *(万亿|亿|万|)"
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
