"""Ranks in which equals share a place, and how a place moved."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

K = TypeVar("K")


def competition_ranks(values: Mapping[K, Fraction | int | None]) -> dict[K, int | None]:
    """The place of each value, the highest first; equals share a place and the next ones are left out: 1, 2, 2, 4.

    This is the standard competition ranking. What has no value has no place.
    """
    known = sorted((value for value in values.values() if value is not None), reverse=True)
    places: dict[Fraction | int, int] = {}
    for place, value in enumerate(known, start=1):
        places.setdefault(value, place)
    return {key: None if value is None else places[value] for key, value in values.items()}


def places_up(before: int | None, now: int | None) -> int | None:
    """By how many places a rank has risen (negative: fallen); None where there is none to compare."""
    return None if before is None or now is None else before - now
