"""The page a table is written on: lines, rules and rows of fixed widths, with or without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tracker.render.cells import CellText, marks
from tracker.render.look import Look
from tracker.render.widths import GAP, table_width
from tracker.text import show

_ANY_HEIGHT = 25


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
        self._indent = indent
        self._table_width = table_width(track.width for track in tracks)
        self._file = StringIO()
        # The height is given because rich asks a terminal that calls itself dumb for neither, and assumes 80 columns.
        self._console = Console(
            file=self._file,
            width=look.width or max(self._table_width + indent, 1),
            height=_ANY_HEIGHT,
            color_system="standard" if look.color else None,
            force_terminal=look.color,
            no_color=not look.color,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def line(self, text: str, style: str = "") -> None:
        """One sentence, wrapped on a terminal."""
        words = Text(marks(show(text), self._look), style=style, overflow="fold")
        self._console.print(words, soft_wrap=self._look.width is None)

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def rule(self) -> None:
        """A line across the table."""
        line = Text(("-" if self._look.ascii else "─") * self._table_width, style="dim", no_wrap=True)
        self._console.print(Padding(line, (0, 0, 0, self._indent)))

    def header(self, titles: Iterable[str]) -> None:
        """The titles of the columns, wrapped where they are narrower."""
        self._rows([[CellText(title) for title in titles]], style="bold", vertical="bottom")

    def rows(self, rows: Iterable[Sequence[CellText]], style: str = "") -> None:
        """Rows of cells, one for each column."""
        self._rows(rows, style=style)

    def text(self) -> str:
        """All that was written, no line with blanks at its end."""
        return "\n".join(line.rstrip(" ") for line in self._file.getvalue().split("\n"))

    def _rows(self, rows: Iterable[Sequence[CellText]], *, style: str, vertical: str = "top") -> None:
        table = Table.grid(padding=(0, GAP, 0, 0))
        for track in self._tracks:
            table.add_column(
                width=track.width,
                no_wrap=True,
                justify="right" if track.to_the_right else "left",
                vertical="bottom" if vertical == "bottom" else "top",
            )
        for row in rows:
            table.add_row(*(self._fitted(*pair) for pair in zip(row, self._tracks, strict=True)), style=style)
        self._console.print(Padding(table, (0, 0, 0, self._indent), expand=False))

    def _fitted(self, cell: CellText, track: Track) -> Text:
        """The text of `cell` in lines no wider than its column."""
        text = Text(cell.text, style=cell.tone)
        if all(cell_len(line) <= track.width for line in cell.text.split("\n")):
            return text
        lines = [line.plain.rstrip() for line in text.wrap(self._console, track.width, overflow="fold")]
        return Text("\n".join(self._shortened(lines, track)), style=cell.tone)

    def _shortened(self, lines: list[str], track: Track) -> list[str]:
        if track.most_lines is None or len(lines) <= track.most_lines:
            return lines
        ellipsis = marks("…", self._look)
        room = max(track.width - len(ellipsis), 0)
        last = lines[track.most_lines - 1]
        cut = last if cell_len(last) <= room else set_cell_size(last, room)
        return [*lines[: track.most_lines - 1], cut.rstrip() + ellipsis]
