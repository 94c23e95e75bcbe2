"""A report as a table for people, fitted to a terminal or as wide as it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from tracker.i18n import _
from tracker.render import Options
from tracker.render.cells import CellText, marks
from tracker.render.drawing import axis_text, chart_lines, drawn_text, legend
from tracker.render.layout import NUMBERS, Layout, days_line, lay_out, needs, rounding_note, split, title_parts
from tracker.render.widths import GAP, cells, fit, table_width, wrapped
from tracker.reports.report import Column, Kind, Report
from tracker.text import show

INDENT = 2
MOST_BELOW = 2
# How far a line goes across a last column of text where nothing limits its width.
LONGEST_RULE = 120
# The rows of one group of a page in brief.
MOST_BRIEF = 6
_BETWEEN = " · "


def render_text(report: Report, options: Options) -> str:
    """The table with its title above, its total row, and what its figures cover below; ends with a line break.

    No line is wider than `options.width`, and no amount, number or date is cut or wrapped to get there: titles wrap,
    names wrap or end in an ellipsis, columns leave and are named below. Below are two lines, or with `options.explain`
    as many as there are sentences. A report without rows is its title and its sentence.
    """
    if report.exact:
        options = options._replace(decimals=None)
    *earlier, report = split(report, options)
    indent = INDENT if report.grouped else 0
    room = None if options.width is None else max(options.width - indent, 1)
    sheet, widths = _laid_out(report, options, room)
    fitted = _fitted(sheet, widths, options)
    tracks = _tracks(sheet, widths)
    page = Page(options, tracks, indent=indent)
    page.line(title_text(report, options), "bold")
    if report.brief and report.rows:
        page.blank()
        _write_brief(page, fitted, report.brief - 2)
        return page.text()
    if report.lead:
        page.line(report.lead)
    page.blank()
    for one in earlier:
        part, kept = _laid_out(one, options, room)
        page.columns(_tracks(part, kept))
        _write_table(page, _fitted(part, kept, options))
        page.blank()
        page.columns(tracks)
    if report.rows:
        _write_table(page, fitted)
        # The chart, on a terminal alone.
        lines = chart_lines(report.chart, options.width, options) if report.chart and options.width else []
        if lines:
            page.blank()
        for line in lines:
            page.line(line)
        _write_below(
            page, report, [*_footnotes(sheet, fitted, widths, options)], rounding_note(fitted, options), options
        )
    else:
        page.line(report.empty or _("nothing found"))
        _write_below(page, report, (), (), options)
    return page.text()


def _laid_out(report: Report, options: Options, room: int | None) -> tuple[Layout, list[int]]:
    """The sheet and the width of each column; where strips find no room, days in words take their place."""
    sheet = lay_out(report, options, drawing=room is not None, folding=True)
    widths = fit(needs(sheet), room)
    if any(column.axis and not width for column, width in zip(sheet.columns, widths, strict=True)):
        sheet = lay_out(report, options, drawing=False, folding=True)
        widths = fit(needs(sheet), room)
    return sheet, widths


def title_text(report: Report, options: Options) -> str:
    """The title with the days the report is of."""
    return f"{report.title} · {days_line(report, options)}"


def _tracks(sheet: Layout, widths: Sequence[int]) -> list[Track]:
    return [_track(column, width) for column, width in zip(sheet.columns, widths, strict=True) if width]


def _track(column: Column, width: int) -> Track:
    return Track(
        width=width,
        to_the_right=column.kind in NUMBERS and not column.drawn,
        most_lines=None if column.kind is Kind.ANY else column.most_lines,
    )


def _fitted(sheet: Layout, widths: Sequence[int], options: Options) -> Layout:
    """The columns that stay, their pictures drawn."""
    kept = [place for place, width in enumerate(widths) if width]

    def fitted(rows: Sequence[Sequence[CellText]]) -> tuple[tuple[CellText, ...], ...]:
        columns = list(zip(*rows, strict=True))
        return tuple(zip(*(drawn(place, columns[place]) for place in kept), strict=True)) if columns else ()

    def drawn(place: int, cells: Sequence[CellText]) -> Sequence[CellText]:
        column = sheet.columns[place]
        if not column.drawn:
            return cells
        return [CellText(drawn_text(cell.drawing, widths[place], options, column.axis)) for cell in cells]

    return sheet._replace(
        columns=tuple(sheet.columns[place] for place in kept),
        titles=tuple(_title(sheet, place, widths[place]) for place in kept),
        rows=fitted(sheet.rows),
        lines=fitted(sheet.lines),
        totals=None if sheet.totals is None else fitted([sheet.totals])[0],
    )


def _title(sheet: Layout, place: int, width: int) -> str:
    axis = sheet.columns[place].axis
    return axis_text(axis, width) if axis else sheet.titles[place]


def _write_table(page: Page, sheet: Layout) -> None:
    page.header(sheet.titles)
    page.rule()
    if sheet.headings:
        headed = zip(sheet.headings, sheet.rows, strict=True)
        for number, (heading, rows) in enumerate(groupby(headed, key=lambda pair: pair[0])):
            if number:
                page.blank()
            page.line(heading, "bold")
            page.rows(row for _heading, row in rows)
    else:
        page.rows(sheet.rows)
    for line in sheet.lines:
        page.label(line)
    if sheet.totals is not None:
        page.rule()
        if sheet.total_heading:
            page.line(sheet.total_heading, "bold")
        page.label(sheet.totals, "bold")


def _write_brief(page: Page, sheet: Layout, most: int) -> None:
    """The groups without titles or blanks, at most so many lines: all of the last one, of each other as many as fit."""
    headed = zip(sheet.headings, sheet.rows, strict=True)
    groups = [(heading, [row for _h, row in rows]) for heading, rows in groupby(headed, key=lambda pair: pair[0])]
    shown = [0] * (len(groups) - 1) + [len(groups[-1][1])]
    room = most - len(groups) - shown[-1]
    for _turn in range(MOST_BRIEF):
        for at, (_heading, rows) in enumerate(groups):
            if room > 0 and shown[at] < len(rows):
                shown[at] += 1
                room -= 1
    for count, (heading, rows) in zip(shown, groups, strict=True):
        page.line(heading, "bold")
        for row in rows[:count]:
            page.line_of(row, whole=heading == groups[-1][0])


def _write_below(
    page: Page, report: Report, footnotes: Sequence[str], rounded: Sequence[str], options: Options
) -> None:
    """What the figures cover, in two lines; with `explain` every sentence, and definitions too."""
    if options.explain:
        sentences = [*report.coverage, *footnotes, *report.notes, *rounded]
    else:
        sentences = _two_lines([*report.coverage, *footnotes], options, more=bool(report.notes))
    if sentences or report.remarks:
        page.blank()
    for sentence in (*report.remarks, *sentences):
        page.line(sentence)


def _two_lines(sentences: Sequence[str], options: Options, *, more: bool) -> list[str]:
    """The first of the sentences that have room on two lines, and how to see `more`, if anybody can ask for it."""
    hint = [] if options.explain is None else [_("more: --explain")]
    texts = [marks(show(sentence), options) for sentence in sentences]
    for count in range(len(texts), 0, -1):
        line = marks(_BETWEEN, options).join((*texts[:count], *(hint if more or count < len(texts) else ())))
        if options.width is None or len(wrapped(line, options.width)) <= MOST_BELOW:
            return [line]
    if options.width is None or not texts:
        return hint if more else []
    lines = wrapped(texts[0], options.width, MOST_BELOW - 1 if hint else MOST_BELOW, marks("…", options))
    return [*lines, *hint]


def _footnotes(sheet: Layout, fitted: Layout, widths: Sequence[int], options: Options) -> Iterator[str]:
    left = [column for column, width in zip(sheet.columns, widths, strict=True) if not width and not column.drawn]
    if any(column.axis for column in fitted.columns):
        yield legend()
    if left:
        yield _left_out_sentence(left, options)


def _left_out_sentence(left: Sequence[Column], options: Options) -> str:
    titles = (_(", ")).join(column.title for column in left)
    if options.explain is None:
        return _("columns left out: {columns}").format(columns=titles)
    if any(column.priority == 0 for column in left):  # asked for by name already
        return _("no room for {columns}: use a wider terminal or -f csv").format(columns=titles)
    keys = ",".join(column.key for column in left)
    return _("columns left out: {columns} (--columns +{keys})").format(columns=titles, keys=keys)


# Select graphic rendition (ECMA-48, 8.3.117).
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
# Rows laid out together, column by column: twice as quick as row by row.
_TOGETHER = 512


class Track(NamedTuple):
    """One column of the page: its width in cells, its side, and after how many lines a long text ends."""

    width: int
    to_the_right: bool
    most_lines: int | None


class Page:
    """Collects what is written; nothing in the text given to it is markup or reaches the terminal unseen."""

    def __init__(self, options: Options, tracks: Sequence[Track], *, indent: int = 0) -> None:
        """A page with these columns, all of a table moved `indent` cells to the right."""
        self._options = options
        self._margin = " " * indent
        self._lines: list[str] = []
        self.columns(tracks)

    def columns(self, tracks: Sequence[Track]) -> None:
        """Go on with a table of these columns."""
        self._tracks = tracks
        self._gaps = [*([GAP] * (len(tracks) - 1)), 0]

    def line(self, text: str, style: str = "") -> None:
        """One sentence, wrapped on a terminal."""
        words = marks(show(text), self._options)
        lines = [words] if self._options.width is None else wrapped(words, self._options.width)
        self._lines.extend(self._painted(line, style) for line in lines)

    def blank(self) -> None:
        """An empty line."""
        self._lines.append("")

    def rule(self) -> None:
        """A line across the table; in a file it does not follow a last column of sentences to its end."""
        widths = [track.width for track in self._tracks]
        if self._options.width is None and widths and not self._tracks[-1].to_the_right:
            widths[-1] = min(widths[-1], max(LONGEST_RULE - sum(widths[:-1]) - GAP * (len(widths) - 1), 1))
        line = ("-" if self._options.ascii else "─") * table_width(widths)
        self._lines.append(self._margin + self._painted(line, "dim"))

    def header(self, titles: Sequence[str]) -> None:
        """The titles of the columns, wrapped where they are narrower, above the same line.

        A title with a bracket that is wider than its numbers is not broken: it begins above the title to its left.
        """
        parts = [
            title.replace("..", "..\n") if title.isascii() else "\n".join(map(str.rstrip, title_parts(title)))
            for title in titles
        ]
        blocks = [
            self._fitted(title if cells(title) <= track.width else part, track)
            for title, part, track in zip(titles, parts, self._tracks, strict=True)
        ]
        for at, title in enumerate(titles):
            if self._hangs(at, title):
                blocks[at] = [title, *[" " * self._tracks[at].width] * len(blocks[at - 1])]
        height = max(map(len, blocks))
        padded = [
            [*[" " * track.width] * (height - len(block)), *block]
            for block, track in zip(blocks, self._tracks, strict=True)
        ]
        for line in zip(*padded, strict=True):
            texts: list[str] = []
            for text, track, gap in zip(line, self._tracks, self._gaps, strict=True):
                if excess := cells(text) - track.width:
                    texts[-1] = texts[-1][:-excess]
                texts.append(text + " " * gap)
            self._lines.append(self._margin + self._painted("".join(texts), "bold"))

    def _hangs(self, at: int, title: str) -> bool:
        """Whether a title is wider than its column, not to be broken, and has room with the column to its left."""
        track = self._tracks[at]
        room = track.width + GAP + self._tracks[at - 1].width if at else 0
        return track.to_the_right and "（" in title and track.width < cells(title) <= room

    def rows(self, rows: Iterable[Sequence[CellText]], style: str = "") -> None:
        """Rows of cells, one for each column."""
        rest = iter(rows)
        while batch := list(islice(rest, _TOGETHER)):
            columns = zip(zip(*batch, strict=True), self._tracks, self._gaps, strict=True)
            blocks = (self._blocks(*column, style) for column in columns)
            for row in zip(*blocks, strict=True):
                line = self._margin + "".join(row)
                if "\n" in line:
                    self._lines.extend(self._beside(row, style))
                else:
                    self._lines.append(line)

    def line_of(self, row: Sequence[CellText], *, whole: bool) -> None:
        """A row whose texts run on into the blanks behind them; a `whole` one has as many lines as it needs."""
        tracks, gaps, texts = self._tracks, self._gaps, list[CellText]()
        wider: list[Track] = []
        for cell, track in zip(row, tracks, strict=True):
            if wider and not cell.text and not wider[-1].to_the_right:
                wider[-1] = wider[-1]._replace(width=wider[-1].width + GAP + track.width)
            else:
                texts.append(cell)
                wider.append(track)
        self._tracks = [track._replace(most_lines=None) for track in wider] if whole else wider
        self._gaps = gaps[-len(wider) :]
        self.rows([texts])
        self._tracks, self._gaps = tracks, gaps

    def label(self, row: Sequence[CellText], style: str = "") -> None:
        """A row that begins with a label, which runs on into the blanks behind it; a longer one has its own line."""
        first, gaps, tracks = row[0], self._gaps, self._tracks
        blank = next((at for at, cell in enumerate(row) if at and cell.text), len(row))
        behind, width = list(tracks[blank:]), table_width(track.width for track in tracks[:blank])
        excess = cells(first.text) - width
        if excess > 0 and behind and behind[0].to_the_right:
            size = max(map(cells, row[blank].text.split("\n")))
            if behind[0].width - size < excess:
                self.line(self._margin + first.text, style)
                self.rows([[CellText(""), *row[1:]]], style)
                return
            width += excess
            behind[0] = behind[0]._replace(width=behind[0].width - excess)
        self._tracks = [Track(width, tracks[0].to_the_right and blank == 1, None), *behind]
        self._gaps = gaps[blank - 1 :]
        self.rows([[first, *row[blank:]]], style)
        self._tracks, self._gaps = tracks, gaps

    def text(self) -> str:
        """All that was written, no line with blanks at its end."""
        return "".join([line.rstrip(" ") + "\n" for line in self._lines])

    def _blocks(self, column: Iterable[CellText], track: Track, gap: int, style: str) -> Iterator[str]:
        """Each cell as lines that are as wide as the column and the gap behind it."""
        between = self._painted(" " * gap, style)
        known: dict[tuple[str, str], str] = {}
        for cell in column:
            key = (cell.text, cell.tone)
            block = known.get(key)
            if block is None:
                lines = self._fitted(cell.text, track)
                if self._options.color:
                    lines = [self._painted(line, style, cell.tone) for line in lines]
                block = known[key] = "\n".join([line + between for line in lines])
            yield block

    def _beside(self, row: Sequence[str], style: str) -> Iterator[str]:
        """The lines of a row whose blocks are of several heights."""
        blocks = [block.split("\n") for block in row]
        height = max(map(len, blocks))
        for block, track, gap in zip(blocks, self._tracks, self._gaps, strict=True):
            blank = [self._painted(" " * (track.width + gap), style)] * (height - len(block))
            block += blank
        yield from (self._margin + "".join(line) for line in zip(*blocks, strict=True))

    def _fitted(self, text: str, track: Track) -> list[str]:
        """The lines of a cell, each as wide as its column."""
        lines = text.split("\n")
        sizes = [cells(line) for line in lines]
        if max(sizes) > track.width:
            most = track.most_lines if len(lines) == 1 else None
            lines = [
                line.rstrip()
                for whole in lines
                for line in wrapped(whole, track.width, most, marks("…", self._options))
            ]
            sizes = [cells(line) for line in lines]
        if track.to_the_right:
            lines = [line.rstrip() for line in lines]
            return [" " * (track.width - cells(line)) + line for line in lines]
        return [line + " " * (track.width - size) for line, size in zip(lines, sizes, strict=True)]

    def _painted(self, text: str, *styles: str) -> str:
        codes = ";".join([_CODES[style] for style in styles if style]) if self._options.color and text else ""
        return f"\x1b[{codes}m{text}\x1b[0m" if codes else text
