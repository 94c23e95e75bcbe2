"""Charts: curves in plain characters fitted to a terminal; and every drawing as SVG, for pages.

The SVG has no size of its own: places along are in percent of the room. Colours are classes of the page's style.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from html import escape

from tracker.dates import Period
from tracker.render import Options
from tracker.render.cells import amounts_text, marks, within
from tracker.render.strips import share_of, ticks_of
from tracker.reports.report import Axis, Bar, Chart, Curve, Drawing, Spark, Strip
from tracker.text import show, width

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
