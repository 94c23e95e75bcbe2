"""The units amounts are printed in: Chinese ones by ten thousands, English ones by thousands."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.currencies import fold
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import shorten


@dataclass(frozen=True, slots=True)
class Unit:
    """What amounts are counted in: 10**`power` of the currency's own unit, and the letters that say so."""

    code: str
    power: int
    suffix: str


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
    """The unit meant by 元 (also 1, unit), 万元, 亿元, 万亿元 (also without 元), k, m, bn (also b) or auto.

    Raises ValueRefused for anything else.
    """
    unit = _WORDS.get(fold(text))
    if unit is None:
        known = ", ".join(unit.code for unit in UNITS)
        raise ValueRefused(
            _("“{text}” is not a unit of amounts; write one of {known}").format(text=shorten(text), known=known)
        )
    return unit
