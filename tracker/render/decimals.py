"""Exact fractions as decimals."""

from __future__ import annotations

from fractions import Fraction


def decimal_text(value: Fraction, places: int, *, trim: bool = False) -> str:
    """`value` rounded half-even to `places` decimals; `trim` drops the zeros at the end. Zero has no sign."""
    unit = 10**places
    # In integers: a product of fractions looks for common factors first, which takes ten times as long.
    scaled, rest = divmod(value.numerator * unit, value.denominator)
    half = 2 * rest - value.denominator
    if half > 0 or (half == 0 and scaled % 2):
        scaled += 1
    whole, parts = divmod(abs(scaled), unit)
    digits = f"{parts:0{places}d}" if places else ""
    if trim:
        digits = digits.rstrip("0")
    return ("-" if scaled < 0 else "") + str(whole) + ("." + digits if digits else "")
