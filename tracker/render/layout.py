"""A report as texts: the table of a screen, and the pages of a document, which have every column in words."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from tracker.i18n import _, ngettext
from tracker.money import AUTO
from tracker.render import Options
from tracker.render.cells import CellText, Texts, cell_text, date_text, marks
from tracker.render.drawing import longest, shortest
from tracker.render.widths import GAP, LEAST, READABLE, Need, cells
from tracker.reports.report import NAME_LINES, Amounts, Bar, Cell, Column, Kind, Report, Row, Spark, Strip
from tracker.text import show

BLANK = CellText("")
_BEFORE_BRACKET = r" (?=\()|(?=（)"
# A Chinese title so short is one word.
_CHINESE_WORD = 10
NUMBERS = frozenset({Kind.COUNT, Kind.AMOUNT, Kind.RATIO, Kind.POINTS, Kind.NUMBER, Kind.DAYS})


class Layout(NamedTuple):
    """The shown columns with their titles, rows of texts, the lines below them, and the total row.

    `lines` hold one label and figures: the rows folded into one, and what the total row leaves out of the rows.
    `headings` holds the group of each row, or is empty; `total_heading` is the label of the total row where it stood in
    the column that became the headings and finds no other place.
    """

    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    rows: tuple[tuple[CellText, ...], ...]
    lines: tuple[tuple[CellText, ...], ...]
    totals: tuple[CellText, ...] | None
    headings: tuple[str, ...] = ()
    total_heading: str = ""


def lay_out(
    report: Report, options: Options, *, drawing: bool, words: bool | None = None, folding: bool = False
) -> Layout:
    """The texts of `report`: hidden columns, columns without any entry and, unless `drawing`, pictures are left out.

    What a picture shows is there in `words` too where there are no pictures, or where that is asked for: then a bar is
    drawn in the cell of its share. With `folding` the rows that one line stands for are left out.
    """
    folded = report.folded if folding and report.fold else None
    if folded is not None:
        report = report._replace(rows=report.rows[: -report.fold])
        if options.explain is not None:
            folded = (_("{projects}: --all").format(projects=folded[0]), *folded[1:])
    elsewhere = report.elsewhere if report.rows else None
    words = not drawing if words is None else words
    shown = shown_places(report, drawing=drawing, words=words)
    columns = tuple(report.columns[place] for place in shown)
    totals = None if report.totals is None else _total_texts(report, report.totals, shown, options)
    heading = _grouping_text(report, report.totals, options) if report.totals is not None else ""
    if totals and heading and not totals[0].text and columns[0].kind not in NUMBERS:
        totals, heading = (CellText(heading), *totals[1:]), ""
    return Layout(
        columns=columns,
        titles=tuple(marks(show(column.title), options) for column in columns),
        rows=tuple(zip(*(_drawn_texts(report, place, options, words and drawing) for place in shown), strict=True)),
        lines=tuple(_total_texts(report, row, shown, options) for row in (folded, elsewhere) if row is not None),
        totals=totals,
        headings=tuple(cell.text for cell in _texts(report, 0, options)) if report.grouped else (),
        total_heading=heading,
    )


def rounding_note(sheet: Layout, options: Options) -> tuple[str, ...]:
    """The sentence that says that digits are missing, where some are."""
    rows = (*sheet.rows, *sheet.lines, *(() if sheet.totals is None else (sheet.totals,)))
    if options.decimals is None or not any(cell.rounded for row in rows for cell in row):
        return ()
    return (
        ngettext(
            "amounts rounded to {count} decimal of the unit; csv and json carry every digit",
            "amounts rounded to {count} decimals of the unit; csv and json carry every digit",
            options.decimals,
        ).format(count=options.decimals),
    )


def needs(sheet: Layout) -> list[Need]:
    """What the columns of `sheet` ask for, in cells."""
    rows = [*sheet.rows, *map(_unlabelled, (*sheet.lines, *(() if sheet.totals is None else (sheet.totals,))))]
    texts = zip(*rows, strict=True) if rows else [()] * len(sheet.columns)
    found: list[Need] = []
    for column in zip(sheet.columns, sheet.titles, texts, strict=True):
        words = [need for need in found if not need.drawn]
        found.append(_need(*column, words[-1].least + GAP if words else 0))
    labels = [cells(line[0].text) for line in sheet.lines if len(line) > 1 and not line[1].text]
    if labels and not found[1].drawn:
        # Where there is room, a label is on the line of its figures.
        found[1] = found[1]._replace(content=max(found[1].content, max(labels) - found[0].natural - GAP))
    return found


def _unlabelled(row: tuple[CellText, ...]) -> tuple[CellText, ...]:
    """A line without its label where that may run on into the next columns."""
    return (BLANK, *row[1:]) if len(row) > 1 and not row[1].text else row


def split(report: Report, options: Options) -> list[Report]:
    """The reports that show all columns behind the `repeated` ones on the screen, as many as fit in the last.

    A column `beside` another is in one table with it. Rows without a figure in the columns of one are not in it.
    """
    first = report.repeated
    if not first or options.width is None or not report.rows:
        return [report]
    sheet = lay_out(report, options, drawing=False)
    widths = {column.key: need.least for column, need in zip(sheet.columns, needs(sheet), strict=True)}
    wants = [widths.get(column.key, -GAP) + GAP for column in report.columns]
    split = []
    for begin, end in divide(report.columns, wants, first, options.width + GAP):
        columns = tuple(one._replace(priority=1) for one in (*report.columns[:first], *report.columns[begin:end]))
        rows = [row for row in report.rows if any(map(_is_figure, row[begin:end]))] or report.rows
        split.append(report._replace(columns=columns, rows=tuple(row[:first] + row[begin:end] for row in rows)))
    return split


def divide(columns: Sequence[Column], wants: Sequence[int], first: int, room: int) -> list[tuple[int, int]]:
    """Where the columns behind the `first`, which name the rows, begin and end in each of the tables they fit in."""
    room -= sum(wants[:first])
    ends = [len(wants)]
    for at in range(len(wants) - 1, first, -1):
        begin = max((place for place in range(first, at) if not columns[place].beside), default=first)
        if not columns[at].beside and sum(wants[begin : ends[0]]) > room:
            ends.insert(0, at)
    return list(pairwise((first, *ends)))


def _is_figure(cell: Cell) -> bool:
    return bool(cell.figures) if isinstance(cell, Amounts) else cell is not None


def shown_places(report: Report, *, drawing: bool, words: bool = True, most: int | None = None) -> list[int]:
    """The places of the columns that a table shows: the usual ones and those asked for, without empty ones.

    Of more than `most` those that leave a narrow screen first are left out, and none that was asked for.
    """
    candidates = [
        place
        for place, column in enumerate(report.columns)
        if not column.hidden and _is_told(column, drawing, words) and not (report.grouped and place == 0)
    ]
    filled = [place for place in candidates if report.columns[place].priority == 0 or _has_entries(report, place)]
    shown = filled or candidates
    if most is None or len(shown) <= most:
        return shown
    usual = (at for at in shown if report.columns[at].priority)
    leaving = sorted(usual, key=lambda at: (-report.columns[at].priority, -at))[: len(shown) - most]
    return [at for at in shown if at not in leaving]


def barred(report: Report) -> set[int]:
    """The places of the columns whose shares the bars beside them draw."""
    return {at - 1 for at, column in enumerate(report.columns) if column.drawn and column.key == "bar" and at}


def _is_told(column: Column, drawing: bool, words: bool) -> bool:
    """Whether a column is for where there are pictures, words, or both; what was asked for by name is for each."""
    if column.drawn:
        return drawing and not (words and column.key == "bar")
    return words or not column.in_words or column.priority == 0


def _has_entries(report: Report, place: int) -> bool:
    rows = report.rows if report.totals is None else (*report.rows, report.totals)
    return not all(_is_empty(row[place]) for row in rows)


def _is_empty(cell: Cell) -> bool:
    if isinstance(cell, Amounts):
        return not cell.figures and not cell.of
    if isinstance(cell, Spark):
        return all(value is None for value in cell.values)
    if isinstance(cell, Bar):
        return cell.share is None
    return cell in (None, "", (), Strip())


def _texts(report: Report, place: int, options: Options) -> list[CellText]:
    """One column. The rows of a grouped report are of several kinds, and blank where a column is not theirs.

    What has no group is one like the others.
    """
    page = [row[place] for row in report.rows]
    texts = Texts(lambda cell: cell_text(cell, report.columns[place].kind, options)).of(page)
    if report.columns[place].key == "group" or not (report.grouped or report.columns[place].beside):
        return texts
    return [BLANK if cell is None else text for cell, text in zip(page, texts, strict=True)]


def _drawn_texts(report: Report, place: int, options: Options, bars: bool) -> list[CellText]:
    """The texts of a column; of a share with its bar."""
    texts = _texts(report, place, options)
    if report.details:
        key = report.columns[place].key
        texts = [text._replace(details=report.details.get((row, key), ())) for row, text in enumerate(texts)]
    if not bars or place not in barred(report):
        return texts
    drawn = (row[place + 1] for row in report.rows)
    return [
        text._replace(drawing=bar if isinstance(bar, Bar) else None) for text, bar in zip(texts, drawn, strict=True)
    ]


def _total_texts(report: Report, row: Row, shown: Iterable[int], options: Options) -> tuple[CellText, ...]:
    """The total row leaves blank what has no total; a dash would read as a total that is missing."""
    return tuple(
        BLANK if row[place] is None else cell_text(row[place], report.columns[place].kind, options) for place in shown
    )


def _grouping_text(report: Report, row: Row, options: Options) -> str:
    if not report.grouped or row[0] is None:
        return ""
    return cell_text(row[0], report.columns[0].kind, options).text


def _need(column: Column, title: str, texts: Sequence[CellText], beside: int) -> Need:
    """What a column asks for; a title with a bracket may hang over the `beside` cells to its left."""
    whole = {cell.text for cell in texts if cell.whole}
    free = max(map(cells, {cell.text for cell in texts if not cell.whole}), default=0)
    widest = max(map(_widest_line, whole), default=0)
    bracketed = column.kind in NUMBERS and "（" in title
    need = Need(
        title=cells(title),
        title_least=cells(title) - beside if bracketed else max(map(least_word, title.split()), default=0),
        content=max(widest, free),
        whole=widest,
        content_least=max(max(map(_widest_part, whole), default=0), min(free, LEAST)),
        priority=column.priority,
        drawn=column.drawn,
        names=column.most_lines == NAME_LINES,
    )
    if not column.drawn:
        return need
    return need._replace(shortest=shortest(texts, column.axis), longest=longest(texts, column.axis))


def _widest_line(text: str) -> int:
    return max(map(cells, text.split("\n"))) if "\n" in text else cells(text)


def _widest_part(text: str) -> int:
    """The widest part of a text that is not broken; brackets behind an amount may be on the next line."""
    return max(cells(part) for line in text.split("\n") for part in re.split(_BEFORE_BRACKET, line))


def least_word(word: str) -> int:
    """English words are not broken unless very long, Chinese ones of up to five characters neither."""
    width = cells(word)
    if width == len(word):
        return min(width, READABLE)
    return width if width <= _CHINESE_WORD else LEAST


def title_parts(title: str) -> list[str]:
    """The parts that a line of a title ends between, with their blanks: words, the year it begins with, brackets."""
    return [part for part in re.split(r"(?<= )|(?<=\.\.)|(?<=^\d{4}年)(?=.)|(?=（)", title) if part]


Cells = tuple[CellText, ...]


class Document(NamedTuple):
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


def lay_out_document(report: Report, options: Options, *, drawing: bool = False, words: bool = True) -> Document:
    """`report` as a page of any width, with or without pictures; `options.width` and its colours do not matter.

    Without `words` the days that a picture shows are not beside it.
    """
    options = options._replace(width=None, ascii=False, decimals=None if report.exact else options.decimals)
    sheet = lay_out(report, options, drawing=drawing, words=words)
    rows = (*sheet.rows, *sheet.lines)
    headings = (*(sheet.headings or ("",) * len(sheet.rows)), *("",) * len(sheet.lines))
    headed = zip(headings, rows, strict=True)
    groups = tuple((heading, tuple(row for _h, row in rows)) for heading, rows in groupby(headed, lambda pair: pair[0]))
    empty = () if report.rows else (report.empty or _("nothing found"),)
    return Document(
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


def caption_of(report: Report, options: Options) -> str:
    """The line below the title of a page: the days, the unit where one was chosen, and the state of the ledger."""
    unit = "" if options.unit == AUTO else _("unit: {unit}").format(unit=options.unit.code)
    return show(" · ".join(part for part in (days_line(report, options), unit, report.state) if part))


def width_of(page: Document, at: int) -> int:
    """The width that a column needs on paper, in cells: numbers are not broken, texts beyond a line of 24 are."""
    if page.columns[at].axis:
        return 40
    texts = {row[at].text for _heading, rows in page.groups for row in rows}
    most = max((max(map(cells, text.split("\n")), default=0) for text in texts), default=0)
    title = max(map(cells, page.titles[at].split()), default=0)
    return max(min(most, 10_000 if page.numbers[at] else 24), title)


def days_line(report: Report, options: Options) -> str:
    """The day the facts are of and, where it was asked for, the day they were known on."""
    parts = [_("as of {day}").format(day=date_text(report.as_of, options))]
    if report.known_on is not None:
        parts.append(_("known on {day}").format(day=date_text(report.known_on, options)))
    return " · ".join(parts)
