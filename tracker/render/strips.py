"""Pictures in a row of text: sparklines, and milestones on an axis of time, drawn to a width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil

from tracker.dates import month_end
from tracker.i18n import _
from tracker.render import Options
from tracker.render.cells import CellText, bar_text, marks, within
from tracker.render.widths import LONGEST_BAR, SHORTEST_BAR
from tracker.reports.report import Axis, Bar, Drawing, Spark, Strip

SHORTEST_STRIP = 24
# As wide as any screen.
LONGEST_STRIP = 10_000
_COLUMNS, _ASCII_COLUMNS = "▁▂▃▄▅▆▇█", "_.-:=+*#"
_TODAY, _SHADE, _RANGE = "│", "░", "─"
BASELINE, FORECAST, ACTUAL = "◇○●"
# Cells a label and the blank behind it take.
_LABEL = {"month": 3, "quarter": 3, "year": 5}
# Which labels are left where not all have room: every second, third, … of a year (or of the calendar).
_THINNED = {"month": (1, 2, 3, 6, 12), "quarter": (1, 2, 4), "year": (1, 2, 5, 10, 20, 50, 100)}


def shortest(cells: Sequence[CellText], axis: Axis | None) -> int:
    """The least cells in which the drawings of one column can be compared."""
    return SHORTEST_STRIP if axis else min(SHORTEST_BAR, _values(cells) or SHORTEST_BAR)


def longest(cells: Sequence[CellText], axis: Axis | None) -> int:
    """The most cells that the drawings of one column can use."""
    return LONGEST_STRIP if axis else _values(cells) or LONGEST_BAR


def _values(cells: Sequence[CellText]) -> int:
    return max((len(cell.drawing.values) for cell in cells if isinstance(cell.drawing, Spark)), default=0)


def drawn_text(drawing: Drawing | None, width: int, options: Options, axis: Axis | None) -> str:
    """`drawing` in at most `width` cells; a Strip needs the `axis` of its column."""
    match drawing:
        case Bar():
            return bar_text(drawing.share, width, options)
        case Spark():
            return spark_text(drawing.values, width, options)
        case Strip() if axis:
            return marks(strip_text(drawing, axis, width), options)
    return ""


def spark_text(values: Sequence[Fraction | None], width: int, options: Options) -> str:
    """A column for each value: the lowest for nothing, the highest for the greatest, a blank for what is not known.

    Where the values are more than `width`, neighbours share a column as tall as their mean.
    """
    shown = list(values) if len(values) <= width else list(_means(values, width))
    top = max((value for value in shown if value is not None), default=Fraction(0))
    heights = _ASCII_COLUMNS if options.ascii else _COLUMNS
    return "".join(" " if value is None else heights[_height(value, top, len(heights) - 1)] for value in shown)


def _height(value: Fraction, top: Fraction, most: int) -> int:
    """From 0 to `most`; whatever is more than nothing is seen to be."""
    return ceil(value / top * most) if value > 0 else 0


def _means(values: Sequence[Fraction | None], width: int) -> Iterator[Fraction | None]:
    for place in range(width):
        near = values[place * len(values) // width : (place + 1) * len(values) // width]
        known = [value for value in near if value is not None]
        yield sum(known, Fraction(0)) / len(known) if known else None


# --- the axis ------------------------------------------------------------------------------------------------------


def cell_of(day: date, axis: Axis, width: int) -> int:
    """The cell of `width` that `day` falls into."""
    return min(int(share_of(day, axis) * width), width - 1)


def share_of(day: date, axis: Axis) -> Fraction:
    """Where `day` begins on the axis, from 0 to 1; days beyond it are at its ends, and every month is as wide."""
    first, last = axis.span.first, axis.span.last
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    gone = (day.year - first.year) * 12 + day.month - first.month
    days = month_end(day).day
    return within(Fraction(gone * days + day.day - 1, months * days))


def axis_text(axis: Axis, width: int) -> str:
    """The head of a column of strips: the years, and below them months or quarters where there is room."""
    step = axis.step or next((step for step in ("month", "quarter") if _has_room(step, axis, width)), "year")
    lines = [_labels("year", axis, width)]
    if step != "year":
        lines.append(_labels(step, axis, width))
    return "\n".join(lines)


def _has_room(step: str, axis: Axis, width: int) -> bool:
    days = {"month": 31, "quarter": 92}[step]
    return width * days >= _LABEL[step] * axis.span.days


def _labels(step: str, axis: Axis, width: int) -> str:
    ticks = ticks_of(step, axis)
    if step == "year" and len(ticks) > 1 and not _are_apart(step, ticks[:2], 1, axis, width):
        ticks = ticks[1:]  # of the year before only a few days are here
    every = next((every for every in _THINNED[step] if _are_apart(step, ticks, every, axis, width)), None)
    line = [" "] * width
    for day, number in ticks:
        at = cell_of(day, axis, width)
        label = f"Q{number + 1}" if step == "quarter" else str(number + 1 if step == "month" else number)
        if every and number % every == 0 and at + len(label) <= width:
            line[at : at + len(label)] = label
    return "".join(line)


def ticks_of(step: str, axis: Axis) -> list[tuple[date, int]]:
    """The first day of each step, with its number in the year from 0 or the year itself; years begin with the axis."""
    first, last = axis.span.first, axis.span.last
    if step == "year":
        return [(max(first, date(year, 1, 1)), year) for year in range(first.year, last.year + 1)]
    months = {"month": 1, "quarter": 3}[step]
    count = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    firsts = [divmod(month, 12) for month in count]
    return [(date(year, month + 1, 1), month // months) for year, month in firsts if month % months == 0]


def _are_apart(step: str, ticks: Sequence[tuple[date, int]], every: int, axis: Axis, width: int) -> bool:
    kept = [cell_of(day, axis, width) for day, number in ticks if number % every == 0]
    return all(later - one >= _LABEL[step] for one, later in pairwise(kept))


def legend() -> str:
    """What the signs of a strip mean."""
    return _("◇ baseline, ○ latest forecast, ● reached; ─ some time in these days, ░ late or overdue, │ today")


# --- the strips ----------------------------------------------------------------------------------------------------


def strip_text(strip: Strip, axis: Axis, width: int) -> str:
    """A milestone in `width` cells: each word at the last of its days, a line from the first where they are apart.

    The later word stands where two share a cell: actual over forecast over baseline.
    """
    line = [" "] * width

    def at(day: date) -> int:
        return cell_of(day, axis, width)

    if strip.shaded:
        _fill(line, at(strip.shaded.first), at(strip.shaded.last) + 1, _SHADE)
    if axis.today and axis.span.contains(axis.today):
        line[at(axis.today)] = _TODAY
    words = ((strip.baseline, BASELINE), (strip.forecast, FORECAST), (strip.actual, ACTUAL))
    for period, _mark in words:
        if period:
            _fill(line, at(period.first), at(period.last), _RANGE)
    for period, mark in words:
        if period:
            line[at(period.last)] = mark
    return "".join(line)


def _fill(line: list[str], first: int, end: int, mark: str) -> None:
    line[first:end] = mark * (end - first)
