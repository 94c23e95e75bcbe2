"""The first pass over the rows: how each column writes its numbers and days, decided from all its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tracker.errors import ValueRefused
from tracker.importer.mapping import numbers, words
from tracker.importer.mapping.cells import read_stage, text_of
from tracker.importer.mapping.columns import Column
from tracker.importer.mapping.days import DayEvidence
from tracker.importer.mapping.units import shared_symbol
from tracker.importer.readers.table import Table
from tracker.records.schema import Type

NUMBERS = (Type.FIGURE, Type.QUANTITY, Type.LAND, Type.PERCENT, Type.COUNT, Type.RATE)
DAYS = (Type.PERIOD, Type.DAY)
# Values repeat: each is looked at once, as long as they are few.
_REMEMBERED = 20_000
Where = Callable[[], str]
Proof = tuple[str, str]


@dataclass(slots=True)
class NumberEvidence:
    """What the values of one number column show; each proof is (value, address)."""

    proofs: dict[str, Proof] = field(default_factory=dict)
    open: Proof | None = None
    bare: bool = False
    signs: dict[str, str] = field(default_factory=dict)
    typed: int = 0
    above_one: bool = False
    fraction: bool = False
    finer: bool = False

    def see(self, cell: Any, where: Where) -> None:
        """Take one cell into account."""
        if isinstance(cell, str):
            self._text(cell.strip(), where)
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            self.bare = True
            self.typed += 1
            self.above_one = self.above_one or not -1 <= cell <= 1
            self.fraction = self.fraction or 0 < abs(cell) < 1
            self.finer = self.finer or (isinstance(cell, float) and cell * 1000 % 1 != 0)

    def _text(self, text: str, where: Where) -> None:
        if self.bare and numbers.POINT in self.proofs and numbers.is_plain(text):
            return
        if "." in text or "," in text or not text.isdigit():
            style = numbers.evidence(text)
            if style == "open":
                self.open = self.open or (text, where())
            elif style is not None:
                self.proofs.setdefault(style, (text, where()))
            if sign := shared_symbol(text):
                self.signs.setdefault(sign, where())
        if not self.bare:
            self.bare = text.lstrip("+-").replace(",", "").replace(".", "").isdigit()


@dataclass(slots=True)
class TextEvidence:
    """What the texts of a column on progress are: percentages, or words for stages, all of them or not."""

    any: bool = False
    percent: bool = True
    stage: bool = True

    def see(self, cell: Any, _where: Where) -> None:
        """Take one cell into account."""
        text = text_of(cell)
        if not (self.percent or self.stage) or not text or words.meaning(text) is not None:
            return
        self.any = True
        typed = isinstance(cell, int | float) and not isinstance(cell, bool)
        self.percent = self.percent and (typed or numbers.is_plain(text.rstrip("%％ ")))
        self.stage = self.stage and _is_stage(text)


def _is_stage(text: str) -> bool:
    try:
        read_stage(text)
    except ValueRefused:
        return False
    return True


@dataclass(slots=True)
class DayColumn:
    """The evidence of a column of days, which looks at texts alone: a workbook's own days have no order."""

    days: DayEvidence = field(default_factory=DayEvidence)

    def see(self, cell: Any, where: Where) -> None:
        """Take one cell into account."""
        if isinstance(cell, str):
            self.days.see(cell, where)
        elif getattr(cell, "year", 0) == 1899 or type(cell).__name__ in ("time", "timedelta"):
            self.days.empty_times += 1


Evidence = NumberEvidence | TextEvidence | DayColumn


def survey(table: Table, columns: list[Column]) -> dict[int, Evidence]:
    """The evidence of every column that needs some, by its index."""
    found: dict[int, Evidence] = {}
    for column in columns:
        evidence = _evidence_for(column)
        if evidence is not None:
            found[column.index] = evidence
    if found:
        _look(table, found)
    return found


def _evidence_for(column: Column) -> Evidence | None:
    types = {target.known.type for target in column.targets if target.known}
    if types & set(DAYS) or column.target.field in ("founded",):
        return DayColumn()
    if types & set(NUMBERS):
        return NumberEvidence()
    if str(column.target) == "review.text" and not column.by_map:
        return TextEvidence()
    return None


def _look(table: Table, found: dict[int, Evidence]) -> None:
    watched = [(index, evidence.see, set[Any]()) for index, evidence in found.items()]
    address = table.address
    for number, cells in table.rows():
        for index, see, seen in watched:
            cell = cells[index]
            if cell in seen:
                continue
            if len(seen) < _REMEMBERED:
                seen.add(cell)
            if cell is not None and cell != "":
                see(cell, lambda number=number, index=index: address(number, index))  # type: ignore[misc]
