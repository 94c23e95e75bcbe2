"""A report as lines for a chat, where tables do not show: one line a row, numbers under their titles."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.render.cells import NO_ENTRY, CellText
from tracker.render.look import Look
from tracker.render.markdown import escaped
from tracker.render.written import Written, written
from tracker.reports.report import Report

_BETWEEN = " · "


def write_lines(report: Report, look: Look) -> Iterator[str]:
    """The report as a Markdown list under a bold title, the totals last; what a cell does not know is left out."""
    page = written(report, look)
    yield f"**{escaped(page.title)}**{_BETWEEN}{escaped(page.caption)}"
    if not page.groups:
        yield from map(escaped, page.sentences[:1])
    for heading, rows in page.groups:
        if heading:
            yield f"**{escaped(heading)}**"
        yield from (f"- {line}" for row in rows if (line := _line(row, page)))
    if page.totals is not None and (line := _line(page.totals, page)):
        yield f"**{line}**"


def _line(row: tuple[CellText, ...], page: Written) -> str:
    cells = zip(row, page.titles, page.numbers, strict=True)
    return _BETWEEN.join(
        escaped(f"{title} {_one_line(cell)}" if number else _one_line(cell))
        for cell, title, number in cells
        if cell.text not in ("", NO_ENTRY)
    )


def _one_line(cell: CellText) -> str:
    return " ".join(cell.text.split())
