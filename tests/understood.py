"""Tables made of lists of cells, and how they are understood, for the tests of the reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.importer.mapping import Map, Options, Reading, understand
from tracker.importer.mapping.maps import read_map
from tracker.importer.readers.source_file import Cells, Progress, letters
from tracker.importer.readers.table import Heading, LeftOut, Row, Table
from tracker.records.schema import Problem, Record

ASKED = date(2023, 11, 23)


@dataclass(slots=True)
class _Given:
    """Rows that are all data."""

    cells: Sequence[Sequence[Any]]
    first: int
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """The rows as they were given."""
        return iter(self.cells)

    def rows(self, records: Iterator[Cells]) -> Iterator[Row]:
        """The rows with their numbers."""
        return (Row(number, tuple(cells)) for number, cells in enumerate(records, start=self.first))


def table_of(
    lines: Sequence[Sequence[Any]],
    *,
    above: Sequence[str] = (),
    title: tuple[str, ...] = (),
    name: str = "table.csv",
    form: str = "csv",
    delimiter: str = ",",
) -> Table:
    """A table with the first of `lines` as headings in row 1 (behind the titles) and the others as data."""
    header = len(title) + 1
    groups = [*above, *[""] * len(lines[0])]
    headings = tuple(Heading(i, letters(i), str(text), groups[i]) for i, text in enumerate(lines[0]))
    given = _Given(lines[1:], header + 1)
    return Table(name, form, "utf-8", delimiter, "", (), headings, header, False, title, (), given, lambda: given)


def understood(table: Table, *, map: str = "", **asked: Any) -> Reading:
    """How the table is understood, with the text of a map and other options."""
    of_map = {name: asked.pop(name) for name in ("what", "unit", "date_order", "blank") if name in asked}
    chosen = replace(read_map(map, "map.toml") if map else Map(), **of_map)
    return understand(table, Options(**{"today": ASKED, "currency": "CNY", "map": chosen, **asked}))


def records(reading: Reading, kind: str | None = None) -> list[Record]:
    """The records, of one kind where it is given; fails on a problem."""
    found = list(reading.records())
    assert not [one for one in found if isinstance(one, Problem)]
    return [one for one in found if isinstance(one, Record) and kind in (None, one.kind)]


def problems(reading: Reading) -> list[Problem]:
    """What is wrong with the table."""
    return [one for one in reading.records() if isinstance(one, Problem)]


def column(heading: str, cells: Sequence[Any], *, beside: str = "项目名称", **kwargs: Any) -> Table:
    """A table of projects with one more column."""
    return table_of([[beside, heading], *([f"P{i}", cell] for i, cell in enumerate(cells, start=1))], **kwargs)
