"""Exact fractions as decimals."""

from __future__ import annotations

from fractions import Fraction


def decimal_text(value: Fraction, places: int, *, trim: bool = False) -> str:
    """`value` rounded half-even to `places` decimals; `trim` drops the zeros at the end. Zero has no sign."""
    scaled = round(value * 10**places)
    whole, rest = divmod(abs(scaled), 10**places)
    digits = f"{rest:0{places}d}" if places else ""
    if trim:
        digits = digits.rstrip("0")
    return ("-" if scaled < 0 else "") + str(whole) + ("." + digits if digits else "")
