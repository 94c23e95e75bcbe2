"""What indicators were and are to be, period by period: the lines that the report on targets is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.analysis import targets as figures
from tracker.dates import Period
from tracker.money import exactness
from tracker.money.quantities import Quantity
from tracker.queries.indicators import IndicatorRow
from tracker.reports import indicators as shown
from tracker.text import fold
from tracker.vocabulary import INDICATORS, NATURES, SUBJECT_KINDS


@dataclass(frozen=True, slots=True)
class Actual:
    """What an indicator was, the days that covers, and the rows it is taken from."""

    quantity: Quantity
    on: Period
    rows: tuple[IndicatorRow, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one subject in one period."""

    rows: tuple[IndicatorRow, ...]
    on: Period
    actual: Actual | None
    floor: IndicatorRow | None
    stretch: IndicatorRow | None
    base: Actual | None

    @property
    def targets(self) -> tuple[IndicatorRow, ...]:
        """The targets there are."""
        return tuple(one for one in (self.floor, self.stretch) if one)


def groups(rows: Sequence[IndicatorRow]) -> list[tuple[IndicatorRow, ...]]:
    """The rows of each subject and indicator: zones first, indicators in the order of the field."""
    found: dict[tuple[str, str, str], list[IndicatorRow]] = {}
    for row in rows:
        found.setdefault((row.subject_kind, fold(row.subject), row.indicator), []).append(row)

    def order(key: tuple[str, str, str]) -> tuple[int, str, int, str]:
        known = INDICATORS.get(key[2])
        return SUBJECT_KINDS[key[0]].order, key[1], known.order if known else len(INDICATORS) + 1, key[2]

    return [tuple(found[key]) for key in sorted(found, key=order)]


def lines_of(rows: tuple[IndicatorRow, ...], window: Period) -> Iterator[Line]:
    """A line for each period inside `window` that no longer one of the same indicator holds."""
    periods = {shown.period_of(row) for row in rows}
    # A month inside a year that has a line of its own is counted there.
    widest = [one for one in periods if not any(_inside(one, other) for other in periods if other != one)]
    for on in sorted(widest, key=lambda one: (one.first, one.last)):
        if _inside(on, window):
            actual = _actual(rows, on)
            yield Line(rows, on, actual, _of(rows, on, "floor"), _of(rows, on, "stretch"), _base(rows, on, actual))


def _inside(one: Period, other: Period) -> bool:
    return other.first <= one.first and one.last <= other.last


def _of(rows: Sequence[IndicatorRow], on: Period, what: str) -> IndicatorRow | None:
    return next((row for row in rows if row.what == what and shown.period_of(row) == on), None)


def _actual(rows: Sequence[IndicatorRow], on: Period) -> Actual | None:
    """The value of exactly this period, else what the values inside it make of it."""
    exact = _of(rows, on, "actual")
    if exact:
        return Actual(shown.quantity_of(exact), on, (exact,))
    known = {shown.part_of(row): row for row in rows if row.what == "actual" and row.value is not None}
    nature = NATURES.get(rows[0].indicator)
    if nature and nature.flow:
        parts = figures.added_up(known, on)
    else:
        part = (figures.latest if nature else figures.from_beginning)(known, on)
        parts = (part,) if part else ()
    return _sum([known[part] for part in parts])


def _sum(rows: Sequence[IndicatorRow]) -> Actual | None:
    """The rows added up; None where there is none, or they are in several currencies."""
    if not rows or len({row.currency for row in rows}) > 1:
        return None
    first = rows[0]
    value = sum(row.value or 0 for row in rows)
    quantity = Quantity(first.measure, value, first.currency, first.unit, *exactness(rows))
    return Actual(quantity, Period.of(first.first_day, rows[-1].last_day), tuple(rows))


def _base(rows: Sequence[IndicatorRow], on: Period, actual: Actual | None) -> Actual | None:
    """The value of the same days a year before, where it is known for all of them."""
    span = figures.year_before(actual.on if actual else on)
    found = _actual(rows, span)
    return found if found and found.on == span and whole(found) else None


def whole(actual: Actual) -> bool:
    """Whether nothing is missing between the first and the last day of it."""
    return actual.quantity.value is None or figures.without_gap([shown.part_of(row) for row in actual.rows], actual.on)
