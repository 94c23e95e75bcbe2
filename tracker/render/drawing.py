"""Drawings: sparklines, bars, milestones on an axis of time and curves, in characters fitted to a width and as SVG.

The SVG has no size of its own: places along are in percent of the room. Colours are classes of the page's style.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil

from tracker.dates import Period, month_end
from tracker.i18n import _
from tracker.render import Options
from tracker.render.cells import CellText, amounts_text, bar_text, marks, within
from tracker.render.widths import LONGEST_BAR, SHORTEST_BAR
from tracker.reports.report import Axis, Bar, Chart, Curve, Drawing, Spark, Strip
from tracker.text import show, width

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
    return "".join(
        " " if value is None else heights[ceil(value / top * (len(heights) - 1)) if value > 0 else 0] for value in shown
    )


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


LINES = 12
# Beyond, a curve is no easier to read.
WIDEST, NARROWEST = 96, 16


def chart_lines(chart: Chart, room: int, options: Options) -> list[str]:
    """The lines of `chart` in at most `room` cells; none where the room or the chart is too small to be read."""
    top = amounts_text(chart.top, options).partition("\n")[0]
    margin = width(top) + 1
    across = min(room - margin - 1, WIDEST)
    if across < NARROWEST or len(chart.steps) < 2:
        return []
    canvas = _drawn(chart.curves, len(chart.steps), across)
    labels = {0: top, LINES - 1: "0"}
    lines = [
        " " * (margin - 1 - width(labels.get(row, ""))) + labels.get(row, "") + " │" + "".join(cells).rstrip()
        for row, cells in enumerate(canvas)
    ]
    lines.append(" " * margin + "└" + "─" * across)
    lines.append(" " * (margin + 1) + _steps(chart.steps, across))
    lines.append(" " * (margin + 1) + "  ".join(f"{curve.mark} {show(curve.name)}" for curve in chart.curves))
    return [marks(line.rstrip(), options) for line in lines]


def _drawn(curves: Sequence[Curve], steps: int, across: int) -> list[list[str]]:
    """The cells of the chart, the top line first."""
    canvas = [[" "] * across for _line in range(LINES)]
    for curve in reversed(curves):
        for column in range(across):
            height = _height(curve, Fraction(column * (steps - 1), across - 1))
            if height is not None:
                canvas[LINES - 1 - round(within(height) * (LINES - 1))][column] = curve.mark
    return canvas


def _height(curve: Curve, place: Fraction) -> Fraction | None:
    """The height between two steps; None where the curve is not drawn at one of them."""
    before = int(place)
    part = place - before
    low, high = curve.heights[before], curve.heights[min(before + 1, len(curve.heights) - 1)]
    if low is None or not part:
        return low
    return None if high is None else low + (high - low) * part


def _steps(steps: Sequence[str], across: int) -> str:
    """The names of the first and the last step, and of the one between them where there is room."""
    first, middle, last = steps[0], steps[(len(steps) - 1) // 2], steps[-1]
    if width(first) + width(last) + 1 > across:
        return first
    gap = across - width(first) - width(last)
    begin = across * ((len(steps) - 1) // 2) // (len(steps) - 1) - width(middle) // 2 - width(first)
    if len(steps) < 3 or begin < 2 or gap - begin - width(middle) < 2:
        return first + " " * gap + last
    return first + " " * begin + middle + " " * (gap - begin - width(middle)) + last


# --- as SVG --------------------------------------------------------------------------------------------------------

_SPARK, _SPARK_HEIGHT = 6, 18
_END = ' text-anchor="end"'


def svg(drawing: Drawing, axis: Axis | None) -> str:
    """A drawing of a cell; a Strip needs the `axis` of its column."""
    match drawing:
        case Bar():
            return bar_svg(drawing)
        case Spark():
            return spark_svg(drawing.values)
        case Strip() if axis:
            return strip_svg(drawing, axis)
    return ""


def bar_svg(bar: Bar) -> str:
    """A bar with the mark of its target; nothing where there is no share."""
    if bar.share is None:
        return ""
    mark = f'<rect class="mark" x="{_percent(within(bar.target))}" width="2" height="8"/>' if bar.target else ""
    return (
        '<svg class="bar" width="100%" height="8" aria-hidden="true"><rect class="track" width="100%" height="8"/>'
        f'<rect class="fill" width="{_percent(within(bar.share))}" height="8"/>{mark}</svg>'
    )


def spark_svg(values: Sequence[Fraction | None]) -> str:
    """A column for each value, as high as its part of the greatest; none for what is not known."""
    top = max((value for value in values if value is not None), default=Fraction(0))
    across = len(values) * _SPARK
    columns = []
    for place, value in enumerate(values):
        if value is not None:
            high = max(within(value / top if top > 0 else None) * _SPARK_HEIGHT, Fraction(1))
            columns.append(
                f'<rect x="{place * _SPARK}" y="{_number(_SPARK_HEIGHT - high)}" width="{_SPARK - 1}"'
                f' height="{_number(high)}"/>'
            )
    return (
        f'<svg class="spark" width="{across}" height="{_SPARK_HEIGHT}" viewBox="0 0 {across} {_SPARK_HEIGHT}"'
        f' aria-hidden="true">{"".join(columns)}</svg>'
    )


def strip_svg(strip: Strip, axis: Axis) -> str:
    """A milestone on its axis: the baseline a diamond, the forecast a ring, the actual day a dot, late days shaded."""
    parts = [_span("late", strip.shaded, axis)] if strip.shaded else []
    if axis.today and axis.span.contains(axis.today):
        parts.append(f'<rect class="today" x="{_percent(share_of(axis.today, axis))}" width="1" height="16"/>')
    marked = ((strip.baseline, "baseline"), (strip.forecast, "forecast"), (strip.actual, "actual"))
    parts += [_span("range", period, axis) for period, _word in marked if period and period.first != period.last]
    for period, word in marked:
        if period:
            at = _percent(share_of(period.last, axis))
            sign = '<path d="M0 3 5 8 0 13-5 8z"/>' if word == "baseline" else '<circle cy="8" r="4"/>'
            parts.append(f'<svg class="{word}" x="{at}" overflow="visible">{sign}</svg>')
    return f'<svg class="strip" width="100%" height="16" overflow="visible" aria-hidden="true">{"".join(parts)}</svg>'


def _span(name: str, period: Period, axis: Axis) -> str:
    first, end = share_of(period.first, axis), share_of(_next_day(period.last), axis)
    high, top = (10, 3) if name == "late" else (2, 7)
    return f'<rect class="{name}" x="{_percent(first)}" y="{top}" width="{_percent(end - first)}" height="{high}"/>'


def _next_day(day: date) -> date:
    return day + timedelta(1) if day < date.max else day


def axis_svg(axis: Axis) -> str:
    """The head of a column of strips: the years, and the quarters between them where there are not many."""
    step = "quarter" if axis.span.days <= 550 else "year"
    ticks = ticks_of(step, axis)
    parts, end = list[str](), Fraction(1)
    for day, number in reversed(ticks):
        label = str(day.year) if step == "year" or number == 0 or day == ticks[0][0] else f"Q{number + 1}"
        at = share_of(day, axis)
        # A letter is a 30th of the narrowest strip; the last label ends where the axis does, so that it is not cut.
        room = Fraction(len(label) + 1, 30)
        if end - at < (room if parts else Fraction(8, 100)):
            continue
        last = not parts and end - at < room
        parts.append(f'<text x="{"100%" if last else _percent(at)}" y="12"{_END if last else ""}>{label}</text>')
        end = at
    return f'<svg class="axis" width="100%" height="16" aria-hidden="true">{"".join(parts)}</svg>'


def chart_svg(chart: Chart, options: Options) -> str:
    """The curves of `chart` with the names of its lines, of its first, middle and last step, and of its height."""
    # Imported here because only pages have it, and every table for a terminal loads this module.
    from html import escape

    lines = curves_svg(chart)
    if not lines:
        return ""
    steps = len(chart.steps) - 1
    names = [f'<span class="key {line_class(curve)}">{escape(show(curve.name))}</span>' for curve in chart.curves]
    if chart.band:
        names.append(f'<span class="key band">{escape(show(chart.band[0].name))}</span>')
    top = escape(amounts_text(chart.top, options).partition("\n")[0])
    labels = dict.fromkeys((chart.steps[0], chart.steps[steps // 2], chart.steps[-1]))
    axis = "".join(f"<span>{escape(show(label))}</span>" for label in labels)
    return (
        f'<figure class="curve"><figcaption>{" ".join(names)}</figcaption><p class="top">{top}</p>'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img">{lines}</svg>'
        f'<p class="steps">{axis}</p></figure>'
    )


def curves_svg(chart: Chart, across: int = 100) -> str:
    """The lines of a chart in a room 100 high and so much `across`; "" where there is but one step."""
    steps = len(chart.steps) - 1
    if steps < 1:
        return ""
    lines = [f'<line x1="0" x2="{across}" y1="{y}" y2="{y}"/>' for y in (0, 25, 50, 75, 100)]
    if chart.band:
        low, high = (_points(curve, steps, across) for curve in chart.band)
        lines.append(f'<polygon class="band" points="{" ".join((*high, *reversed(low)))}"/>')
    for curve in reversed(chart.curves):
        lines.append(f'<polyline class="{line_class(curve)}" points="{" ".join(_points(curve, steps, across))}"/>')
    return "".join(lines)


def line_class(curve: Curve) -> str:
    """The class of the line of a curve."""
    return {"●": "done", "○": "forecast"}.get(curve.mark, "plan")


def _points(curve: Curve, steps: int, across: int) -> list[str]:
    return [
        f"{_number(Fraction(across * step, steps))},{_number(100 - 100 * within(height))}"
        for step, height in enumerate(curve.heights)
        if height is not None
    ]


def _percent(share: Fraction) -> str:
    return _number(share * 100) + "%"


def _number(value: Fraction | int) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")
