"""The records one row makes, as plans: which cells give which field of which record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from tracker.importer.mapping import cells as reading
from tracker.importer.mapping.amounts import Numbers
from tracker.importer.mapping.assigning import JOINED
from tracker.importer.mapping.columns import Column
from tracker.importer.mapping.deciding import Decided
from tracker.importer.mapping.maps import Map
from tracker.importer.mapping.readers import (
    Memory,
    Reader,
    constant,
    figure_with,
    quantity_with,
    reader_of,
    split_reader,
)
from tracker.importer.mapping.targets import Target
from tracker.records.schema import Type

# Fields that stand beside a figure, and never alone.
_BESIDE = ("currency", "unit", "qualifier", "availability")
_BESIDE_VALUE = ("indicator", "unit", "currency", "measure")


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a record: its key, the column it is told by, and how it is had from the cells of a row."""

    key: str
    index: int
    pick: Callable[[tuple[Any, ...]], Any]
    lookup: Callable[[Any], Any]
    joined: bool = False
    label: str = ""


@dataclass(slots=True)
class Slot:
    """One record of every row: what is the same in all rows, and the cells that give the rest.

    `shared` counts the cells that come from columns which speak of all records of the kind.
    """

    kind: str
    select: tuple[str, ...]
    constants: dict[str, Any]
    cells: list[Cell] = field(default_factory=list)
    own: int = 0


def plan(
    columns: list[Column], decided: Decided, mapping: Map, constants: tuple[tuple[Target, Any], ...]
) -> list[Slot]:
    """The slots of a table, the general one of a kind first where it makes a record of its own."""
    slots: dict[tuple[Any, ...], Slot] = {}
    beside = _beside(columns)
    for column in columns:
        for place, target in enumerate(column.targets):
            if target.known is None and not _is_time(target, beside):
                continue
            slot = slots.setdefault(_slot_key(target), _new(target))
            slot.cells += _cells_of(column, place, target, decided, mapping, beside)
    for target, value in constants:
        if target.known is not None:
            slots.setdefault(_slot_key(target), _new(target)).constants[target.field] = value
    return _shared(slots)


def _is_time(target: Target, beside: dict[tuple[str, str], Column]) -> bool:
    """Whether a column tells the period: a year, or a month without a year beside it."""
    return target.field == "year" or (target.field == "month" and (target.kind, "year") not in beside)


def _slot_key(target: Target) -> tuple[Any, ...]:
    return (target.kind, target.select, target.on, target.basis or "period")


def _new(target: Target) -> Slot:
    constants: dict[str, Any] = dict(target.selected)
    if target.kind == "baseline" and "version" in constants:
        constants["version"] = int(constants["version"]) if constants["version"].isdigit() else 1
    if target.on is not None:
        constants["on"] = target.on
    if target.basis and target.kind == "capital" and target.basis != "period":
        constants["basis"] = target.basis
    return Slot(target.kind, target.select, constants)


def _shared(slots: dict[tuple[Any, ...], Slot]) -> list[Slot]:
    """What a general column says goes into every particular record of its kind."""
    result = []
    for (kind, *_rest), slot in slots.items():
        general = slots.get((kind, (), None, "period"))
        particular = [one for key, one in slots.items() if key[0] == kind and one is not general]
        if slot is general and particular and not _stands_alone(slot):
            continue
        slot.own = len(slot.cells)
        if general is not None and slot is not general and not _stands_alone(general):
            taken = {cell.key for cell in slot.cells} | set(slot.constants)
            slot.cells += [cell for cell in general.cells if cell.key not in taken]
            slot.constants = {**general.constants, **slot.constants}
        result.append(slot)
    return result


def _stands_alone(slot: Slot) -> bool:
    """Whether a general slot is a record by itself: the stage a project is at, beside the days of its stages."""
    return slot.kind in ("stage", "project", "company", "condition") or any(
        cell.key in ("figure", "value") for cell in slot.cells
    )


def _beside(columns: list[Column]) -> dict[tuple[str, str], Column]:
    return {(one.target.kind, one.target.field): one for one in columns if len(one.targets) == 1}


def _cells_of(
    column: Column,
    place: int,
    target: Target,
    decided: Decided,
    mapping: Map,
    beside: dict[tuple[str, str], Column],
) -> list[Cell]:
    index = column.index
    if target.field in ("year", "month") and target.known is None:
        return [_year_month(column, decided, beside)]
    if target.known is not None and target.known.type is Type.FIGURE:
        return [_figure(column, target, decided, mapping, beside)]
    if target.known is not None and target.known.type is Type.QUANTITY:
        return [_quantity(column, target, decided, beside)]
    read = reader_of(column, target, decided, mapping)
    if len(column.targets) > 1:
        read = split_reader(read, column.split, place, len(column.targets))
    joined = (target.kind, target.field) in JOINED
    found = [Cell(target.field, index, itemgetter(index), Memory(read).__getitem__, joined, column.heading.text)]
    if (target.kind, target.field) == ("milestone", "milestone") and ("milestone", "title") not in beside:
        found.append(Cell("title", index, itemgetter(index), Memory(reading.read_milestone_title).__getitem__))
    return found


def _year_month(column: Column, decided: Decided, beside: dict[tuple[str, str], Column]) -> Cell:
    read = reading.year_month_reader(decided.orders.get(column.index))
    month = beside.get((column.target.kind, "month"))
    if month is not None and month is not column:
        return Cell("on", column.index, itemgetter(column.index, month.index), Memory(read).__getitem__)
    year = str(decided.year or "") if month is column else ""

    def read_one(cell: Any) -> Any:
        return read((year, cell)) if year and reading.is_month(cell) else read((cell, None))

    return Cell("on", column.index, itemgetter(column.index), Memory(read_one).__getitem__)


def _figure(
    column: Column, target: Target, decided: Decided, mapping: Map, beside: dict[tuple[str, str], Column]
) -> Cell:
    numbers = decided.numbers.get(column.index, Numbers())
    names = tuple(name for name in _BESIDE if (target.kind, name) in beside)
    if not names:
        read = reader_of(column, target, decided, mapping)
        return Cell(target.field, column.index, itemgetter(column.index), Memory(read).__getitem__)
    others = [beside[target.kind, name] for name in names]
    readers: dict[str, Reader] = {
        name: reader_of(one, one.target, decided, mapping) for name, one in zip(names, others, strict=True)
    }
    pick = itemgetter(column.index, *(one.index for one in others))
    return Cell(target.field, column.index, pick, figure_with(numbers, names, readers))


def _quantity(column: Column, target: Target, decided: Decided, beside: dict[tuple[str, str], Column]) -> Cell:
    names = tuple(name for name in _BESIDE_VALUE if (target.kind, name) in beside)
    read = quantity_with(decided.numbers.get(column.index, Numbers()), column, names)
    if not names:
        return Cell(
            target.field, column.index, itemgetter(column.index), Memory(lambda cell: read((cell,))).__getitem__
        )
    pick = itemgetter(column.index, *(beside[target.kind, name].index for name in names))
    return Cell(target.field, column.index, pick, Memory(read).__getitem__)


def read_constants(mapping: Map) -> tuple[tuple[Target, Any], ...]:
    """The constants of a map with their values. Raises ValueRefused."""
    return tuple((target, constant(target, text)) for target, text in mapping.constants)
