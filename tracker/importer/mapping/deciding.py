"""What the survey's evidence decides for each column, said in sentences; what stays open is asked, once a column."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.i18n import _
from tracker.importer.mapping.amounts import Numbers, currency_for
from tracker.importer.mapping.assigning import asked, money_of
from tracker.importer.mapping.columns import Column
from tracker.importer.mapping.days import DMY, MDY, PIVOT, YMD, DayEvidence
from tracker.importer.mapping.folding import has_chinese
from tracker.importer.mapping.numbers import COMMA, POINT
from tracker.importer.mapping.survey import DayColumn, Evidence, NumberEvidence
from tracker.importer.mapping.units import LAND, Unit
from tracker.importer.readers.table import Table
from tracker.records.schema import Problem, Type

HERE = "{place}"


@dataclass(frozen=True, slots=True)
class Given:
    """What options and map say for all columns; None: not said. `beside` are the fields with a column of their own."""

    currency: str | None = None
    unit: Unit | None = None
    title_unit: Unit | None = None
    order: str | None = None
    style: str | None = None
    beside: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True)
class Decided:
    """How each column (by its index) is read, and what was stated and asked.

    `year` is that of months which stand alone; the columns in `asked` cannot be read before a question is answered.
    """

    numbers: dict[int, Numbers] = field(default_factory=dict)
    shares: set[int] = field(default_factory=set)
    orders: dict[int, str] = field(default_factory=dict)
    year: int | None = None
    asked: set[int] = field(default_factory=set)
    statements: list[str] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def state(self, table: Table, column: Column, sentence: str) -> None:
        """Say something of a column, in one sentence with the others of which it holds; HERE is where they stand."""
        self.said.setdefault(sentence, []).append(place_of(table, column))

    def ask(self, column: Column, question: Problem) -> None:
        """Leave a column unread until its question is answered."""
        self.asked.add(column.index)
        self.problems.append(question)


def decide(table: Table, columns: list[Column], found: dict[int, Evidence], given: Given) -> Decided:
    """How the columns are read."""
    decided = Decided()
    _decide_orders(table, columns, found, given, decided)
    _decide_numbers(table, columns, found, given, decided)
    decided.statements += [sentence.replace(HERE, ", ".join(places)) for sentence, places in decided.said.items()]
    return decided


# --- days ----------------------------------------------------------------------------------------------------------


def place_of(table: Table, column: Column) -> str:
    """What a column of the table is called: column F, or row 9 where fields run down."""
    form = _("row {name}") if table.transposed else _("column {name}")
    return form.format(name=column.heading.letter)


def _decide_orders(
    table: Table, columns: list[Column], found: dict[int, Evidence], given: Given, decided: Decided
) -> None:
    dated = [(column, one.days) for column in columns if isinstance(one := found.get(column.index), DayColumn)]
    proofs = {order: proof for _column, days in dated for order, proof in days.proofs.items() if len(days.proofs) == 1}
    by_order: dict[str, list[Column]] = {}
    for column, days in dated:
        order = column.order or given.order or _own_order(table, days, proofs)
        if order is None and len(days.proofs) > 1:
            decided.ask(column, _both_orders(table, column, days))
        elif order is None and (days.open or days.short_year):
            decided.ask(column, _open_order(table, column, days))
        if order is not None:
            decided.orders[column.index] = order
            if days.open or days.proofs:
                by_order.setdefault(order, []).append(column)
        _state_days(table, column, days, order, decided)
    for order, together in by_order.items():
        decided.statements.append(_order_sentence(table, order, together, proofs.get(order)))


def _own_order(table: Table, days: DayEvidence, proofs: dict[str, tuple[str, str]]) -> str | None:
    """The order that the column proves, or else the one that all proofs of the table agree on."""
    if days.proofs:
        return next(iter(days.proofs)) if len(days.proofs) == 1 else None
    if len(proofs) == 1 and days.open:
        return next(iter(proofs))
    chinese = any(has_chinese(heading.text) for heading in table.headings)
    # Two-digit years between points are written dd.mm.yy, except by those who write yy.mm.dd.
    return DMY if days.short_year and days.dotted_only and not chinese and not proofs else None


def _both_orders(table: Table, column: Column, days: DayEvidence) -> Problem:
    said = ", ".join(f"{text} ({where})" for text, where in days.proofs.values())
    return asked([column], table, _("its days are in two orders: {said}").format(said=said), _order_hint())


def _open_order(table: Table, column: Column, days: DayEvidence) -> Problem:
    text, where = days.open or days.short_year or ("", "")
    return asked(
        [column],
        table,
        _("nothing tells whether {text} ({where}) begins with the day or the month").format(text=text, where=where),
        _order_hint(),
    )


def _order_hint() -> str:
    return _("say --date-order dmy, mdy or ymd, or date_order in a map")


def _order_sentence(table: Table, order: str, columns: list[Column], proof: tuple[str, str] | None) -> str:
    places = ", ".join(place_of(table, column) for column in columns)
    name = {DMY: _("day first"), MDY: _("month first"), YMD: _("year first")}[order]
    if proof is None:
        return _("{places}: days are written {order}").format(places=places, order=name)
    return _("{places}: days are written {order}, because of {text} in {where}").format(
        places=places, order=name, text=proof[0], where=proof[1]
    )


def _state_days(table: Table, column: Column, days: DayEvidence, order: str | None, decided: Decided) -> None:
    if days.short_year and order:
        decided.state(
            table,
            column,
            _("{place}: two-digit years to {last} are of 20xx, from {first} of 19xx").format(
                place=HERE, last=PIVOT, first=PIVOT + 1
            ),
        )
    if days.serials:
        decided.state(
            table,
            column,
            _("{place}: numbers like 45017 are days as spreadsheets count them, from 1900").format(place=HERE),
        )
    if days.empty_times:
        decided.state(
            table, column, _("{place}: days of 1899 and times without a day are empty cells").format(place=HERE)
        )


# --- numbers -------------------------------------------------------------------------------------------------------


def _decide_numbers(
    table: Table, columns: list[Column], found: dict[int, Evidence], given: Given, decided: Decided
) -> None:
    counted = [(column, one) for column in columns if isinstance(one := found.get(column.index), NumberEvidence)]
    proofs = {style for _column, one in counted for style in one.proofs if len(one.proofs) == 1}
    for column, one in counted:
        style = column.numbers or given.style or _style(table, one, proofs)
        if style is None:
            decided.ask(column, _open_style(table, column, one))
        elif style == COMMA:
            decided.state(table, column, _("{place}: numbers are written like 1.234,56").format(place=HERE))
        _decide_unit(table, column, one, style or POINT, given, decided)
        if column.type is Type.PERCENT and one.typed and one.fraction and not one.above_one:
            decided.shares.add(column.index)
            decided.state(table, column, _("{place}: number cells like 0.65 are 65%").format(place=HERE))


def _style(table: Table, one: NumberEvidence, proofs: set[str]) -> str | None:
    """The style that the column proves; with nothing but 1.234 or 1,234 that of the table, where something tells it."""
    if len(one.proofs) == 1:
        return next(iter(one.proofs))
    if one.proofs:
        return None
    if one.open is None:
        return POINT
    if len(proofs) == 1:
        return next(iter(proofs))
    if any(has_chinese(heading.text) for heading in table.headings) or (not _semicolons(table) and "," in one.open[0]):
        return POINT
    return None


def _semicolons(table: Table) -> bool:
    return table.delimiter == ";"


def _open_style(table: Table, column: Column, one: NumberEvidence) -> Problem:
    if one.proofs:
        said = ", ".join(f"{text} ({where})" for text, where in one.proofs.values())
        problem = _("its numbers are written in two ways: {said}").format(said=said)
    else:
        text, where = one.open or ("", "")
        problem = _("nothing tells whether {text} ({where}) has thousands or decimals").format(text=text, where=where)
    return asked([column], table, problem, _('say numbers = "1,234.56" or "1.234,56" in a map'))


def _decide_unit(table: Table, column: Column, one: NumberEvidence, style: str, given: Given, decided: Decided) -> None:
    if column.type is Type.LAND:
        unit = column.unit
        decided.numbers[column.index] = Numbers(style, unit)
        if (unit and unit.measure == LAND and unit.text not in ("亩", "mu")) or one.finer:
            decided.state(table, column, _("{place}: land is kept in 亩, rounded to a thousandth").format(place=HERE))
        elif unit is None and one.bare:
            decided.state(table, column, _("{place}: numbers without a unit are 亩").format(place=HERE))
        return
    if column.type not in (Type.FIGURE, Type.QUANTITY):
        decided.numbers[column.index] = Numbers(style, column.unit)
        return
    unit, currency, origin = money_of(column, given.title_unit, given.unit, given.currency)
    if column.type is Type.QUANTITY and column.unit is not None:
        unit, origin = column.unit, "heading"
    decided.numbers[column.index] = Numbers(style, unit, currency)
    if column.type is Type.FIGURE:
        _state_money(table, column, one, unit, currency, origin, decided, given.beside)


def _state_money(
    table: Table,
    column: Column,
    one: NumberEvidence,
    unit: Unit | None,
    currency: str | None,
    origin: str,
    decided: Decided,
    beside: frozenset[tuple[str, str]],
) -> None:
    for sign in one.signs:
        decided.state(
            table,
            column,
            _("{place}: “{sign}” is read as {currency}").format(
                place=HERE, sign=sign, currency=currency_for(sign, currency)
            ),
        )
    if not one.bare or (column.target.kind, "unit") in beside:
        return
    if currency is None and (column.target.kind, "currency") not in beside:
        question = asked([column], table, _("no currency is named"), _("say --currency, or currency in a map"))
        decided.ask(column, question)
    elif unit is None and (column.target.kind, "currency") not in beside:
        decided.state(
            table,
            column,
            _("{place}: numbers without a unit are whole {currency}").format(place=HERE, currency=currency),
        )
    elif origin in ("title", "option"):
        word = {"title": _("the title"), "option": _("the unit asked for")}[origin]
        decided.state(
            table,
            column,
            _("{place}: numbers are in {unit}, after {origin}").format(place=HERE, unit=unit, origin=word),
        )
