"""The page a table is written on: lines, rules and rows of fixed widths, with or without colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tracker.render.cells import CellText, marks
from tracker.render.lines import cells, cut, wrapped
from tracker.render.look import Look
from tracker.render.widths import GAP, table_width
from tracker.text import show

# Select graphic rendition (ECMA-48, 8.3.117).
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
# Rows laid out together, column by column: twice as quick as row by row.
_TOGETHER = 512


@dataclass(frozen=True, slots=True)
class Track:
    """One column of the page: its width in cells, its side, and after how many lines a long text ends."""

    width: int
    to_the_right: bool
    most_lines: int | None


class Page:
    """Collects what is written; nothing in the text given to it is markup or reaches the terminal unseen."""

    def __init__(self, look: Look, tracks: Sequence[Track], *, indent: int = 0) -> None:
        """A page with these columns, all of a table moved `indent` cells to the right."""
        self._look = look
        self._tracks = tracks
        self._gaps = [*([GAP] * (len(tracks) - 1)), 0]
        self._margin = " " * indent
        self._lines: list[str] = []

    def line(self, text: str, style: str = "") -> None:
        """One sentence, wrapped on a terminal."""
        words = marks(show(text), self._look)
        lines = [words] if self._look.width is None else wrapped(words, self._look.width)
        self._lines.extend(self._painted(line, style) for line in lines)

    def blank(self) -> None:
        """An empty line."""
        self._lines.append("")

    def rule(self) -> None:
        """A line across the table."""
        line = ("-" if self._look.ascii else "─") * table_width(track.width for track in self._tracks)
        self._lines.append(self._margin + self._painted(line, "dim"))

    def header(self, titles: Iterable[str]) -> None:
        """The titles of the columns, wrapped where they are narrower; they stand on the same line."""
        self._rows([[CellText(title) for title in titles]], "bold", at_the_bottom=True)

    def rows(self, rows: Iterable[Sequence[CellText]], style: str = "") -> None:
        """Rows of cells, one for each column."""
        self._rows(rows, style)

    def text(self) -> str:
        """All that was written, no line with blanks at its end."""
        return "".join([line.rstrip(" ") + "\n" for line in self._lines])

    def _rows(self, rows: Iterable[Sequence[CellText]], style: str, *, at_the_bottom: bool = False) -> None:
        rest = iter(rows)
        while batch := list(islice(rest, _TOGETHER)):
            columns = zip(zip(*batch, strict=True), self._tracks, self._gaps, strict=True)
            blocks = (self._blocks(*column, style) for column in columns)
            for row in zip(*blocks, strict=True):
                line = self._margin + "".join(row)
                if "\n" in line:
                    self._lines.extend(self._beside(row, style, at_the_bottom))
                else:
                    self._lines.append(line)

    def _blocks(self, column: Iterable[CellText], track: Track, gap: int, style: str) -> Iterator[str]:
        """Each cell as lines that are as wide as the column and the gap behind it."""
        between = self._painted(" " * gap, style)
        known: dict[tuple[str, str], str] = {}
        for cell in column:
            key = (cell.text, cell.tone)
            block = known.get(key)
            if block is None:
                lines = self._fitted(cell.text, track)
                if self._look.color:
                    lines = [self._painted(line, style, cell.tone) for line in lines]
                block = known[key] = "\n".join([line + between for line in lines])
            yield block

    def _beside(self, row: Sequence[str], style: str, at_the_bottom: bool) -> Iterator[str]:
        """The lines of a row whose blocks are of several heights."""
        blocks = [block.split("\n") for block in row]
        height = max(map(len, blocks))
        for block, track, gap in zip(blocks, self._tracks, self._gaps, strict=True):
            blank = [self._painted(" " * (track.width + gap), style)] * (height - len(block))
            block[:] = [*blank, *block] if at_the_bottom else [*block, *blank]
        yield from (self._margin + "".join(line) for line in zip(*blocks, strict=True))

    def _fitted(self, text: str, track: Track) -> list[str]:
        """The lines of a cell, each as wide as its column."""
        lines = text.split("\n")
        sizes = [cells(line) for line in lines]
        if max(sizes) > track.width:
            broken = [line.rstrip() for whole in lines for line in wrapped(whole, track.width)]
            lines = self._shortened(broken, track)
            sizes = [cells(line) for line in lines]
        if track.to_the_right:
            lines = [line.rstrip() for line in lines]
            return [" " * (track.width - cells(line)) + line for line in lines]
        return [line + " " * (track.width - size) for line, size in zip(lines, sizes, strict=True)]

    def _shortened(self, lines: list[str], track: Track) -> list[str]:
        if track.most_lines is None or len(lines) <= track.most_lines:
            return lines
        ellipsis = marks("…", self._look)
        last = cut(lines[track.most_lines - 1], max(track.width - len(ellipsis), 0)).rstrip() + ellipsis
        if len(ellipsis) > track.width:
            last = cut(last, track.width - 1) + "…"
        return [*lines[: track.most_lines - 1], last]

    def _painted(self, text: str, *styles: str) -> str:
        codes = ";".join([_CODES[style] for style in styles if style]) if self._look.color and text else ""
        return f"\x1b[{codes}m{text}\x1b[0m" if codes else text
