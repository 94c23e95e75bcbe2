"""A chart of curves in plain characters, fitted to the width of a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tracker.render.cells import amounts_text, marks
from tracker.render.look import Look
from tracker.reports.report import Chart, Curve
from tracker.text import show, width

LINES = 12
# Beyond, a curve is no easier to read.
WIDEST, NARROWEST = 96, 16


def chart_lines(chart: Chart, room: int, look: Look) -> list[str]:
    """The lines of `chart` in at most `room` cells; none where the room or the chart is too small to be read."""
    top = amounts_text(chart.top, look).partition("\n")[0]
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
    return [marks(line.rstrip(), look) for line in lines]


def _drawn(curves: Sequence[Curve], steps: int, across: int) -> list[list[str]]:
    """The cells of the chart, the top line first."""
    lowest, highest = Fraction(0), Fraction(1)
    canvas = [[" "] * across for _line in range(LINES)]
    for curve in reversed(curves):
        for column in range(across):
            height = _height(curve, Fraction(column * (steps - 1), across - 1))
            if height is not None:
                canvas[LINES - 1 - round(min(max(height, lowest), highest) * (LINES - 1))][column] = curve.mark
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
