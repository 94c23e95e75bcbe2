"""Land in the units people write it in, kept in thousandths of a 亩; 1 亩 is 10000/15 m²."""

from __future__ import annotations

from fractions import Fraction

MU = Fraction(1000)
# Thousandths of a 亩 in each unit, as `currencies.fold` writes it.
LAND: dict[str, Fraction] = {
    **dict.fromkeys(("亩", "mu"), MU),
    **dict.fromkeys(("m2", "m²", "㎡", "m^2", "sqm", "sq m", "平方米", "平米"), Fraction(3, 2)),
    **dict.fromkeys(
        ("ha", "hectare", "hectares", "公顷", "万平方米", "万平米", "万m2", "万m²", "万㎡"), Fraction(15_000)
    ),
}
