"""Numbers as they are typed: whole numbers, percentages, and land in 亩, square metres or hectares."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from tracker.app import App
from tracker.currencies import fold
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.money.quantities import LAND, MU
from tracker.text import shorten

_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.[0-9]{1,9})?"


def whole(least: int, most: int) -> Callable[[App, str], int]:
    """A reader of whole numbers from `least` to `most`; it raises ValueRefused for anything else."""

    def read(_app: App, text: str) -> int:
        typed = fold(text)
        plain = typed.replace(",", "")
        if re.fullmatch(f"-?{_DIGITS}", typed) and re.fullmatch("-?[0-9]{1,15}", plain) and least <= int(plain) <= most:
            return int(plain)
        raise ValueRefused(
            _("“{text}” is not a whole number from {least} to {most}").format(
                text=shorten(text), least=least, most=most
            )
        )

    return read


def percent(_app: App, text: str) -> int:
    """A percentage in hundredths of a percent, 0 to 10,000. Raises ValueRefused, also where 0.45 could be 45 %."""
    found = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,2}))? ?(%?)", fold(text))
    if found:
        hundredths = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
        clear = found[3] or hundredths == 0 or hundredths > 100
        if clear and hundredths <= 10_000:
            return hundredths
    raise ValueRefused(
        _("“{text}” is not a percentage from 0 % to 100 %: write it like 45% or 45.25%").format(text=shorten(text))
    )


def land(app: App, text: str) -> int:
    """An area in thousandths of a 亩; what is finer is rounded half to even, and said. Raises ValueRefused."""
    found = re.fullmatch(f"({_DIGITS}) ?(.*)", fold(text))
    if found is None or found[2] not in ("", *LAND):
        raise ValueRefused(
            _("“{text}” is not an area: write 109.2 (in 亩), 72800 m2 or 7.28 ha").format(text=shorten(text))
        )
    exact = Fraction(found[1].replace(",", "")) * (LAND[found[2]] if found[2] else MU)
    kept = round(exact)
    if kept != exact:
        app.say(
            _("{text} is kept as {mu} 亩, rounded to a thousandth").format(text=shorten(text), mu=f"{kept / 1000:.3f}")
        )
    return kept
