"""One reader for each assigned column, made once, that remembers what it has read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.importer.mapping import cells, headings
from tracker.importer.mapping.amounts import Numbers, figure_reader
from tracker.importer.mapping.columns import Column
from tracker.importer.mapping.counts import (
    count_reader,
    land_reader,
    percent_reader,
    quantity_reader,
    rate_reader,
)
from tracker.importer.mapping.days import period_reader
from tracker.importer.mapping.deciding import Decided
from tracker.importer.mapping.folding import folded
from tracker.importer.mapping.maps import Map
from tracker.importer.mapping.numbers import CellRefused
from tracker.importer.mapping.targets import Target
from tracker.importer.mapping.units import MONEY, read_unit
from tracker.money import WITHOUT_AMOUNT, Figure
from tracker.records.schema import KINDS, Type
from tracker.text import shorten
from tracker.vocabulary import QUALIFIERS

Reader = Callable[[Any], Any]

# Days, words and codes repeat; amounts do not, and a file may have any number of them.
_REMEMBERED = 20_000
_NUMBERS = (bool, int, float)
_CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("milestone", "what"): {
        "baseline": "计划|基线|plan|planned|target",
        "forecast": "预计|预测|expected|estimated|estimate",
        "actual": "实际|reached|achieved",
    },
    ("indicator", "what"): {
        "actual": "实际|完成|reported",
        "floor": "保底|目标|保底目标|target|minimum",
        "stretch": "冲刺|奋斗|冲刺目标",
    },
    ("indicator", "direction"): {
        "at_least": "不低于|至少|at least|>=|≥|min",
        "at_most": "不高于|至多|at most|<=|≤|max",
    },
    ("capital", "basis"): {
        "period": "当期|本期|本月|当月|单月|发生额|period|monthly",
        "ytd": "本年累计|当年累计|年累计|年初至今|year to date",
        "cumulative": "累计|项目累计|开工以来累计|to date|total to date",
    },
    ("indicator", "measure"): {
        "money": "金额|amount|currency",
        "count": "数量|个数|number",
        "percent": "百分比|比例|percentage|%",
        "rank": "排名|位次",
    },
}
_SPECIAL: dict[tuple[str, str], Reader] = {
    ("project", "code"): cells.read_code,
    ("stage", "stage"): cells.read_stage,
    ("milestone", "milestone"): cells.read_milestone,
    ("indicator", "indicator"): cells.read_indicator,
    ("rate", "base"): cells.read_currency,
    ("rate", "counter"): cells.read_currency,
}


class Memory(dict[Any, Any]):
    """What a reader made of each cell; a cell that was not seen is read, and one that cannot be read raises."""

    def __init__(self, read: Reader) -> None:
        """Begin empty, with the reader to ask."""
        super().__init__()
        self._read = read

    def __missing__(self, cell: Any) -> Any:
        value = self._read(cell)
        # True and 1.0 are 1 to a dict, and a workbook has all three.
        if len(self) < _REMEMBERED and cell.__class__ not in _NUMBERS:
            self[cell] = value
        return value


def reader_of(column: Column, target: Target, decided: Decided, mapping: Map) -> Reader:
    """The reader of one target of a column, with the words of the map put in the place of those of the file."""
    read = _reader(column, target, decided)
    meant = _meant(column, target, mapping)
    return cells.synonyms(read, meant) if meant else read


def _meant(column: Column, target: Target, mapping: Map) -> dict[str, str]:
    field = target.known
    names = [str(target.open), f"{target.kind}.{target.field}", column.heading.text]
    if field is not None and field.words is not None:
        names.insert(0, field.words.name_en.replace(" ", "_"))
        names.insert(0, field.words.name_en.replace(" ", ""))
    if target.kind == "stage":
        # A word of the stage column may be said to mean a condition.
        names.insert(0, "condition")
    found: dict[str, str] = {}
    for name in names:
        found |= {folded(word): code for word, code in mapping.values.get(name, {}).items()}
    return found


def _reader(column: Column, target: Target, decided: Decided) -> Reader:
    order = decided.orders.get(column.index)
    kind, name = target.kind, target.field
    if (kind, name) in _CHOICES:
        return cells.choice_reader(_CHOICES[kind, name])
    if kind == "stage" and name == "stage" and column.split:
        return cells.furthest_stage_reader(column.split)
    if (kind, name) in _SPECIAL:
        return _SPECIAL[kind, name]
    if name == "founded":
        return cells.year_reader(order)
    field = target.known
    if field is None:
        return _companion(name)
    if name == "project" or (kind == "relation" and name == "target"):
        return cells.read_code
    if target.name:
        return cells.labelled_reader(target.name, code=name == "ids")
    if field.words is not None:
        return cells.word_reader(field.words)
    return _typed_reader(column, target, field.type, decided)


def _typed_reader(column: Column, target: Target, kind: Type, decided: Decided) -> Reader:
    numbers = decided.numbers.get(column.index, Numbers())
    order = decided.orders.get(column.index)
    match kind:
        case Type.FIGURE:
            return figure_reader(numbers)
        case Type.QUANTITY:
            return quantity_reader(numbers, headings.measure_of(target.select[0]) if target.select else None)
        case Type.LAND:
            return land_reader(numbers)
        case Type.PERCENT:
            return percent_reader(numbers, shares=column.index in decided.shares)
        case Type.COUNT:
            return count_reader(numbers)
        case Type.RATE:
            return rate_reader(numbers)
        case Type.PERIOD | Type.DAY:
            return period_reader(order, only_days=kind is Type.DAY)
        case Type.COUNTRY:
            return cells.read_country
        case Type.NAMES:
            return cells.names_reader(tags=target.field == "tags")
        case _:
            return cells.read_text


def _companion(name: str) -> Reader:
    match name:
        case "currency":
            return cells.read_currency
        case "qualifier":
            return cells.word_reader(QUALIFIERS)
        case "availability":
            return cells.read_availability
        case _:
            return cells.text_of


def constant(target: Target, text: str) -> Any:
    """The value of a constant of a map. Raises ValueRefused."""
    from tracker.records import serialize

    if target.field in ("currency", "unit", "qualifier", "availability", "year", "month"):
        return _companion(target.field)(text)
    if target.name:
        return cells.labelled_reader(target.name, code=False)(text)
    special = _SPECIAL.get((target.kind, target.field))
    if special is not None:
        return special(text)
    field = KINDS[target.kind].field(target.field)
    if field.type in (Type.FIGURE, Type.QUANTITY):
        from tracker.money import parse_figure

        return parse_figure(text, currency=None)
    return serialize.read(field, (text,))


def figure_with(numbers: Numbers, names: tuple[str, ...], meant: Mapping[str, Reader]) -> Reader:
    """A reader of (figure, …) cells, where columns beside the figure, by their `names`, say more about it."""
    manners: dict[tuple[Any, ...], tuple[Reader, str, str]] = {}

    def learn(beside: tuple[Any, ...]) -> tuple[Reader, str, str]:
        said = {name: meant[name](cell) for name, cell in zip(names, beside, strict=True)}
        read_figure = figure_reader(_with(numbers, said.get("currency"), said.get("unit")))
        manner = (read_figure, said.get("qualifier") or "", said.get("availability") or "")
        if len(manners) < _REMEMBERED:
            manners[beside] = manner
        return manner

    def read(row: tuple[Any, ...]) -> Figure | None:
        beside = row[1:]
        read_figure, qualifier, availability = manners.get(beside) or learn(beside)
        figure: Figure | None = read_figure(row[0])
        return _qualified(figure, qualifier, availability) if qualifier or availability else figure

    return read


def _qualified(figure: Figure | None, qualifier: str, availability: str) -> Figure | None:
    """A figure with what the columns beside it say of it."""
    if figure is None:
        return Figure(availability=availability) if availability in WITHOUT_AMOUNT else None
    if figure.money is None:
        return figure
    exact = figure.qualifier if qualifier in ("", "exact") else qualifier
    if availability in WITHOUT_AMOUNT:
        raise CellRefused(
            _("there is an amount, but it is called {word}").format(word=availability), _("take one of the two away")
        )
    return Figure(figure.money, exact, availability or figure.availability)


def _with(numbers: Numbers, currency: str | None, unit_text: str | None) -> Numbers:
    unit = numbers.unit
    if unit_text:
        unit = read_unit(unit_text, configured=currency or numbers.currency)
        if unit is None or unit.measure != MONEY:
            raise CellRefused(
                _("“{text}” is no unit of money").format(text=shorten(unit_text)), _("write 元, 万元, £m or USD bn")
            )
    return Numbers(numbers.style, unit, currency or (unit.currency if unit else None) or numbers.currency)


def quantity_with(numbers: Numbers, column: Column, names: tuple[str, ...]) -> Reader:
    """A reader of (value, …) cells, where the columns beside the value name the indicator, its unit or measure."""
    measures = cells.choice_reader(_CHOICES["indicator", "measure"])

    def read(row: tuple[Any, ...]) -> Any:
        said = dict(zip(names, row[1:], strict=True))
        indicator = column.target.select[0] if column.target.select else cells.read_indicator(said.get("indicator"))
        measure = measures(said.get("measure")) or headings.measure_of(indicator or "")
        currency = cells.read_currency(said.get("currency")) or numbers.currency
        return quantity_reader(replace(numbers, currency=currency), measure)((row[0], cells.text_of(said.get("unit"))))

    return read


def split_reader(read: Reader, separator: str, place: int, count: int) -> Reader:
    """A reader of one part of cells that hold `count` values with `separator` between them."""

    def read_part(cell: Any) -> Any:
        text = cells.text_of(cell)
        if not text:
            return None
        parts = [part.strip() for part in text.split(separator)]
        if len(parts) > count:
            raise ValueRefused(
                _("“{text}” has {parts} parts, not {count}").format(text=shorten(text), parts=len(parts), count=count)
            )
        return read(parts[place]) if place < len(parts) else None

    return read_part
