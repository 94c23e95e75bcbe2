"""What pages to be read elsewhere have in common: every column of the table in words, and the sentences below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from tracker.i18n import _
from tracker.render.cells import CellText, date_text
from tracker.render.options import Options
from tracker.render.sheet import NUMBERS, lay_out, rounding_note
from tracker.render.widths import cells
from tracker.reports.report import Column, Report
from tracker.text import show

Cells = tuple[CellText, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A report in words: `groups` are rows under a heading ("" for none), `numbers` says which columns hold numbers.

    `columns` are those shown; with pictures the cells of some have a drawing.
    """

    title: str
    caption: str
    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    numbers: tuple[bool, ...]
    groups: tuple[tuple[str, tuple[Cells, ...]], ...]
    totals: Cells | None
    total_heading: str
    sentences: tuple[str, ...]


def written(report: Report, options: Options, *, drawing: bool = False, words: bool = True) -> Written:
    """`report` as a page of any width, with or without pictures; `options.width` and its colours do not matter.

    Without `words` the days that a picture shows are not beside it.
    """
    options = replace(options, width=None, ascii=False, decimals=None if report.exact else options.decimals)
    sheet = lay_out(report, options, drawing=drawing, words=words)
    rows = (*sheet.rows, *sheet.lines)
    headings = (*(sheet.headings or ("",) * len(sheet.rows)), *("",) * len(sheet.lines))
    headed = zip(headings, rows, strict=True)
    groups = tuple((heading, tuple(row for _h, row in rows)) for heading, rows in groupby(headed, lambda pair: pair[0]))
    empty = () if report.rows else (report.empty or _("nothing found"),)
    return Written(
        title=show(report.title),
        caption=days_line(report, options),
        columns=sheet.columns,
        titles=sheet.titles,
        numbers=tuple(column.kind in NUMBERS for column in sheet.columns),
        groups=groups,
        totals=sheet.totals if report.rows else None,
        total_heading=sheet.total_heading,
        sentences=tuple(
            map(show, (*empty, *report.remarks, *report.coverage, *report.notes, *rounding_note(sheet, options)))
        ),
    )


def width_of(told: Written, at: int) -> int:
    """The width that a column needs on paper, in cells: numbers are not broken, texts beyond a line of 24 are."""
    if told.columns[at].axis:
        return 40
    texts = {row[at].text for _heading, rows in told.groups for row in rows}
    most = max((max(map(cells, text.split("\n")), default=0) for text in texts), default=0)
    title = max(map(cells, told.titles[at].split()), default=0)
    return max(min(most, 10_000 if told.numbers[at] else 24), title)


def days_line(report: Report, options: Options) -> str:
    """The day the facts are of and, where it was asked for, the day they were known on."""
    parts = [_("as of {day}").format(day=date_text(report.as_of, options))]
    if report.known_on is not None:
        parts.append(_("known on {day}").format(day=date_text(report.known_on, options)))
    return " · ".join(parts)
