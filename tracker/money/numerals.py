"""The number inside an amount, in digits or Chinese numerals, as an exact integer and a power of ten.

Read are `1,250,000.50`, `12,000万`, `1亿2千万`, `3.5千万`, `五百万`, `两千五百万`. Whatever has two readings is
refused: `3万5` is 35,000 to some and 30,005 to others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.errors import ValueRefused
from tracker.i18n import _

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACES = {"千": 3, "百": 2, "十": 1, "": 0}
_SCALES = {"万亿": 12, "亿": 8, "万": 4, "": 0}
NUMERALS = "0123456789零〇" + "".join(_DIGITS) + "十百千万亿"

_GROUP = re.compile("([^万亿]*)(万亿|亿|万|$)")
_DECIMAL = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))? *([十百千]?)")
_DIGIT = f"[1-9{''.join(_DIGITS)}]"
_SECTION = re.compile(f"零?({_DIGIT}千)?(零?{_DIGIT}百)?(零?{_DIGIT}?十)?(零?{_DIGIT})?")


@dataclass(frozen=True, slots=True)
class Number:
    """`mantissa` × 10**-`fraction` × 10**`power`: `fraction` decimals were written, before a scale of `power`."""

    mantissa: int
    fraction: int
    power: int

    def times(self, exponent: int) -> int:
        """The value × 10**`exponent`, which the caller makes large enough for a whole number."""
        factor: int = 10 ** (self.power - self.fraction + exponent)
        return self.mantissa * factor


def read_number(text: str) -> Number:
    """The value of a number without sign, unit or currency; ValueRefused, with the reason, where it is not plain."""
    groups = [(coefficient.strip(" "), scale) for coefficient, scale in _GROUP.findall(text) if coefficient or scale]
    parts = [_part(coefficient, scale) for coefficient, scale in groups]
    if len(parts) == 1:
        return parts[0]
    for place in range(1, len(parts)):
        _check_order(parts[place - 1], parts[place], scale=groups[place - 1][1])
        _check_clear(groups[place - 1][1], parts[place], *groups[place])
    fraction = parts[-1].fraction
    return Number(sum(part.times(fraction) for part in parts), fraction, 0)


def _part(coefficient: str, scale: str) -> Number:
    written = coefficient.replace("〇", "零")
    decimal = _DECIMAL.fullmatch(written)
    if decimal is None:
        return Number(_section(written), 0, _SCALES[scale])
    whole, fraction, place = decimal[1].replace(",", ""), decimal[2] or "", decimal[3]
    return Number(int(whole + fraction), len(fraction), _PLACES[place] + _SCALES[scale])


def _section(written: str) -> int:
    """The value below ten thousand of Chinese numerals, each digit of which may also be written 1 to 9."""
    match = _SECTION.fullmatch(written)
    if match is None or not any(match.groups()):
        raise ValueRefused(_("write the number like 1,250,000.50, 12,000万, 1亿2千万 or 五百万"))
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


def _two_readings() -> ValueRefused:
    return ValueRefused(_("it has two readings; write the unit of every part, as in 1亿2千万"))
