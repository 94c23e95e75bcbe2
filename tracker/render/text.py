"""A report as a table for people, fitted to a terminal or as wide as it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from tracker.i18n import _
from tracker.render.cells import CellText, marks
from tracker.render.chart import chart_lines
from tracker.render.lines import wrapped
from tracker.render.look import Look
from tracker.render.page import Page, Track
from tracker.render.sheet import NUMBERS, Sheet, lay_out, needs, rounding_note
from tracker.render.strips import axis_text, drawn_text, legend
from tracker.render.widths import fit
from tracker.render.written import days_line
from tracker.reports.report import Column, Kind, Report
from tracker.text import show

INDENT = 2
MOST_BELOW = 2
_BETWEEN = " · "


def render_text(report: Report, look: Look) -> str:
    """The table with its title above, its total row, and what its figures cover below; ends with a line break.

    No line is wider than `look.width`, and no amount, number or date is cut or wrapped to get there: titles wrap, names
    wrap or end in an ellipsis, columns leave and are named below. Below are two lines, or with `look.explain` as many
    as there are sentences. A report without rows is its title and its sentence.
    """
    if report.exact:
        look = replace(look, decimals=None)
    indent = INDENT if report.grouped else 0
    sheet, widths = _laid_out(report, look, None if look.width is None else max(look.width - indent, 1))
    fitted = _fitted(sheet, widths, look)
    tracks = [_track(column, width) for column, width in zip(sheet.columns, widths, strict=True) if width]
    page = Page(look, tracks, indent=indent)
    page.line(title_text(report, look), "bold")
    if report.lead:
        page.line(report.lead)
    page.blank()
    if report.rows:
        _write_table(page, fitted)
        _write_chart(page, report, look)
        _write_below(page, report, [*_footnotes(sheet, fitted, widths, look)], rounding_note(fitted, look), look)
    else:
        page.line(report.empty or _("nothing found"))
        _write_below(page, report, (), (), look)
    return page.text()


def _laid_out(report: Report, look: Look, room: int | None) -> tuple[Sheet, list[int]]:
    """The sheet and the width of each column; where strips find no room, days in words take their place."""
    sheet = lay_out(report, look, drawing=room is not None, folding=True)
    widths = fit(needs(sheet), room)
    if any(column.axis and not width for column, width in zip(sheet.columns, widths, strict=True)):
        sheet = lay_out(report, look, drawing=False, folding=True)
        widths = fit(needs(sheet), room)
    return sheet, widths


def title_text(report: Report, look: Look) -> str:
    """The title with the days the report is of."""
    return f"{report.title} · {days_line(report, look)}"


def _track(column: Column, width: int) -> Track:
    return Track(
        width=width,
        to_the_right=column.kind in NUMBERS and not column.drawn,
        most_lines=None if column.kind is Kind.ANY else column.most_lines,
    )


def _fitted(sheet: Sheet, widths: Sequence[int], look: Look) -> Sheet:
    """The columns that stay, their pictures drawn."""
    kept = [place for place, width in enumerate(widths) if width]

    def fitted(rows: Sequence[Sequence[CellText]]) -> tuple[tuple[CellText, ...], ...]:
        columns = list(zip(*rows, strict=True))
        return tuple(zip(*(drawn(place, columns[place]) for place in kept), strict=True)) if columns else ()

    def drawn(place: int, cells: Sequence[CellText]) -> Sequence[CellText]:
        column = sheet.columns[place]
        if not column.drawn:
            return cells
        return [CellText(drawn_text(cell.drawing, widths[place], look, column.axis)) for cell in cells]

    return replace(
        sheet,
        columns=tuple(sheet.columns[place] for place in kept),
        titles=tuple(_title(sheet, place, widths[place]) for place in kept),
        rows=fitted(sheet.rows),
        lines=fitted(sheet.lines),
        totals=None if sheet.totals is None else fitted([sheet.totals])[0],
    )


def _title(sheet: Sheet, place: int, width: int) -> str:
    axis = sheet.columns[place].axis
    return axis_text(axis, width) if axis else sheet.titles[place]


def _write_table(page: Page, sheet: Sheet) -> None:
    page.header(sheet.titles)
    page.rule()
    if sheet.headings:
        _write_groups(page, sheet)
    else:
        page.rows(sheet.rows)
    for line in sheet.lines:
        page.label(line)
    if sheet.totals is not None:
        page.rule()
        if sheet.total_heading:
            page.line(sheet.total_heading, "bold")
        page.label(sheet.totals, "bold")


def _write_groups(page: Page, sheet: Sheet) -> None:
    headed = zip(sheet.headings, sheet.rows, strict=True)
    for number, (heading, rows) in enumerate(groupby(headed, key=lambda pair: pair[0])):
        if number:
            page.blank()
        page.line(heading, "bold")
        page.rows(row for _heading, row in rows)


def _write_chart(page: Page, report: Report, look: Look) -> None:
    """The chart, on a terminal alone."""
    lines = chart_lines(report.chart, look.width, look) if report.chart and look.width else []
    if lines:
        page.blank()
    for line in lines:
        page.line(line)


def _write_below(page: Page, report: Report, footnotes: Sequence[str], rounded: Sequence[str], look: Look) -> None:
    """What the figures cover, in two lines; with `explain` every sentence, and definitions too."""
    if look.explain:
        sentences = [*report.coverage, *footnotes, *report.notes, *rounded]
    else:
        sentences = _two_lines([*report.coverage, *footnotes], look, more=bool(report.notes))
    if sentences:
        page.blank()
    for sentence in sentences:
        page.line(sentence)


def _two_lines(sentences: Sequence[str], look: Look, *, more: bool) -> list[str]:
    """The first of the sentences that have room on two lines, and how to see `more`, if anybody can ask for it."""
    hint = [] if look.explain is None else [_("more: --explain")]
    texts = [marks(show(sentence), look) for sentence in sentences]
    for count in range(len(texts), 0, -1):
        line = marks(_BETWEEN, look).join((*texts[:count], *(hint if more or count < len(texts) else ())))
        if look.width is None or len(wrapped(line, look.width)) <= MOST_BELOW:
            return [line]
    if look.width is None or not texts:
        return hint if more else []
    return wrapped(texts[0], look.width, MOST_BELOW, marks("…", look))


def _footnotes(sheet: Sheet, fitted: Sheet, widths: Sequence[int], look: Look) -> Iterator[str]:
    left = [column for column, width in zip(sheet.columns, widths, strict=True) if not width and not column.drawn]
    if any(column.axis for column in fitted.columns):
        yield legend()
    if left:
        yield _left_out_sentence(left, look)


def _left_out_sentence(left: Sequence[Column], look: Look) -> str:
    titles = (_(", ")).join(column.title for column in left)
    if look.explain is None:
        return _("columns left out: {columns}").format(columns=titles)
    if any(column.priority == 0 for column in left):  # asked for by name already
        return _("no room for {columns}: use a wider terminal or -f csv").format(columns=titles)
    keys = ",".join(column.key for column in left)
    return _("columns left out: {columns} (--columns +{keys})").format(columns=titles, keys=keys)
