"""The column profile: one pass over the rows, and how each column writes its numbers and days, decided from all values.

What is decided is said in sentences; what stays open is asked, once a column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tracker.dates.cells import DMY, MDY, YMD, written_as
from tracker.dates.reading import PIVOT
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.importer.mapping.cells import (
    MOST_MONEY,
    MOST_OF_OTHERS,
    Numbers,
    Reader,
    currency_for,
    is_before_building,
    is_between_lights,
    is_stage_alone,
    is_stage_not_kind,
    reader_of,
    text_of,
)
from tracker.importer.mapping.columns import Column, asked, money_of, same_field
from tracker.importer.mapping.headings import LAND, MONEY, Unit, split_unit, unaccented, unread_unit
from tracker.importer.mapping.maps import DECIMALS, EITHER, Map
from tracker.importer.mapping.normalize import folded, has_chinese, null_day, null_value
from tracker.importer.mapping.references import Target
from tracker.importer.readers.table import Formula, Table
from tracker.models.fields import Type
from tracker.money.amounts import decimal_sign
from tracker.records.schema import Problem

NUMBERS = (Type.FIGURE, Type.QUANTITY, Type.LAND, Type.PERCENT, Type.COUNT, Type.RATE)
DAYS = (Type.PERIOD, Type.DAY)
# Where $ is a dollar or peso of its own.
_PLACES = re.compile(
    r"\b(?:australia|australian|canada|canadian|hong kong|singapore|new zealand|taiwan|mexico|mexican|colombia|chile"
    r"|argentina|uruguay|jamaica|fiji|ontario|quebec|alberta|british columbia|nsw|queensland"
    r"|new south wales|tasmania)\b"
)
_SPANISH = re.compile(
    r"\b(?:proyectos?|projetos?|fecha|valor|inversion|monto|avance|obras?|entidad|estado|nombre|municipio|contrato|inicio"
    r"|costo|presupuesto|ejecucion|situacion|departamento)\b"
)
# So many amounts tell whether a unit can be; half of them above the most are of no list of projects.
_SAMPLE = 200
# Values repeat: each is looked at once, as long as they are few.
_REMEMBERED = 20_000
_SIGNS = ("$", "¥")
_LONGEST_NUMBER = 40
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
Proof = tuple[str, str]


@dataclass(slots=True)
class Profile:
    """What the values of one column show; each proof is (value, address)."""

    decimals: dict[str, Proof] = field(default_factory=dict)
    open_number: Proof | None = None
    bare: bool = False
    signs: dict[str, str] = field(default_factory=dict)
    typed: int = 0
    sizes: list[float] = field(default_factory=list)
    above_one: bool = False
    fraction: Proof | None = None
    finer: bool = False
    orders: dict[str, Proof] = field(default_factory=dict)
    open_order: Proof | None = None
    short_year: Proof | None = None
    dotted_only: bool = True
    serials: bool = False
    empty_times: bool = False
    fiscal: bool = False
    yearless: str = ""
    between: list[str] = field(default_factory=list)
    null_days: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    any_text: bool = False
    any_digit: bool = False
    all_percent: bool = True
    all_stages: bool = True
    staged: list[str] = field(default_factory=list)

    def see_number(self, cell: Any, where: Callable[[], str]) -> None:
        """Take one cell of a column of numbers into account."""
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            self.bare = True
            self.typed += 1
            self._size(abs(cell), where)
            self.finer = self.finer or (isinstance(cell, float) and cell * 1000 % 1 != 0)
        elif isinstance(cell, str):
            self._see_number_text(cell.strip(), where)

    def _see_number_text(self, text: str, where: Callable[[], str]) -> None:
        # Nearly all cells are plain, and shown to be after the first few.
        if self.bare and self.above_one and "." in self.decimals and _PLAIN.fullmatch(text):
            return
        if not text.isdigit():
            sign = decimal_sign(text)
            if sign == "?":
                self.open_number = self.open_number or (text, where())
            elif sign:
                self.decimals.setdefault(sign, (text, where()))
            for symbol in _SIGNS:
                if symbol in folded(text) and currency_for(text, None):
                    self.signs.setdefault(symbol, where())
        plain = text.lstrip("+-").replace(",", "").replace(".", "")
        if plain.isascii() and plain.isdigit():
            self.bare = True
            try:
                self._size(abs(float(text.replace(",", "."))), where)
            except ValueError:
                self.above_one = True

    def _size(self, size: float, where: Callable[[], str]) -> None:
        if size and len(self.sizes) < _SAMPLE:
            self.sizes.append(size)
        self.above_one = self.above_one or size > 1
        if 0 < size < 1 and self.fraction is None:
            self.fraction = (str(size), where())

    def see_day(self, cell: Any, where: Callable[[], str]) -> None:
        """Take one cell of a column of days into account; a workbook's own days have no order."""
        if not isinstance(cell, str):
            self.empty_times |= getattr(cell, "year", 0) == 1899 or type(cell).__name__ in ("time", "timedelta")
            return
        text = cell.strip()
        if null_day(text) is not None and null_value(text) is None and text not in self.null_days:
            self.null_days.append(text)
        if re.fullmatch("[0-9]{1,2}月(?:份|底|上旬|中旬|下旬|[0-9]{1,2}[日号])?", text):
            self.yearless = self.yearless or text
        written = written_as(text)
        self.empty_times |= written.empty
        self.serials |= written.serial
        self.fiscal |= written.fiscal
        if not written.orders and not written.short_year:
            return
        self.dotted_only = self.dotted_only and (written.dotted or not written.short_year)
        if written.short_year and self.short_year is None:
            self.short_year = (text, where())
        if len(written.orders) == 1:
            self.orders.setdefault(written.orders[0], (text, where()))
        elif written.orders and self.open_order is None:
            self.open_order = (text, where())

    def see_light(self, cell: Any, _where: Callable[[], str]) -> None:
        """Take one cell of a column of ratings into account."""
        text = text_of(cell)
        if is_between_lights(text) and text not in self.between:
            self.between.append(text)

    def see_kind(self, cell: Any, _where: Callable[[], str]) -> None:
        """Take one cell of a column of kinds of projects into account: 续建 is a stage."""
        text = text_of(cell)
        if is_stage_not_kind(text) and text not in self.staged:
            self.staged.append(text)

    def see_stage(self, cell: Any, _where: Callable[[], str]) -> None:
        """Take one cell of a column of stages into account."""
        text = text_of(cell)
        if is_before_building(text) and text not in self.before:
            self.before.append(text)

    def see_progress(self, cell: Any, where: Callable[[], str]) -> None:
        """Take one cell of a column on progress into account: a percentage, a word for a stage, or a text."""
        text = text_of(cell)
        if not text or null_value(text) is not None:
            return
        self.any_text = True
        self.any_digit = self.any_digit or any(map(str.isdigit, text))
        if self.all_percent:
            self.all_percent = text.rstrip("%％ ").replace(".", "", 1).isdigit()
        if len(text) < _LONGEST_NUMBER:
            self.see_number(cell, where)
        if self.all_stages:
            self.all_stages = is_stage_alone(text)


def profile(table: Table, columns: list[Column]) -> dict[int, Profile]:
    """The profile of every column that needs one, by its index."""
    found: dict[int, Profile] = {}
    watched = []
    for column in columns:
        see = "see_progress" if _may_be_progress(column) else _what_to_see(column)
        if see is not None:
            found[column.index] = Profile()
            watched.append((column.index, getattr(found[column.index], see), set[Any]()))
    if watched:
        for number, cells in table.rows():
            for index, look, seen in watched:
                cell = cells[index]
                if cell.__class__ is Formula:
                    continue
                if cell in seen or cell is None or cell == "":
                    continue
                if len(seen) < _REMEMBERED:
                    seen.add(cell)
                look(cell, lambda number=number, index=index: table.address(number, index))
    return found


def _what_to_see(column: Column) -> str | None:
    types = {target.known.type for target in column.targets if target.known}
    if types & {*DAYS, Type.YEAR}:
        return "see_day"
    # Our own files write amounts plainly; one that was saved anew tells each number by itself.
    if types & set(NUMBERS):
        return None if column.native else "see_number"
    if str(column.target) == "project.kind" and not column.native:
        return "see_kind"
    if str(column.target) == "review.light":
        return "see_light"
    if str(column.target) == "stage.stage":
        return None if column.native else "see_stage"
    return None


def _may_be_progress(column: Column) -> bool:
    return str(column.target) in ("review.text", "review.physical") and not (
        column.by_map or column.native or column.labelled
    )


def retarget(columns: list[Column], found: dict[int, Profile], kind: str) -> None:
    """A column on progress is of percentages, of stages or of texts, where all of its values are."""
    staged = any(str(column.target) == "stage.stage" for column in columns)
    measured = any(str(column.target) == "review.physical" for column in columns)
    for column in columns:
        seen = found.get(column.index)
        if seen is None:
            continue
        if seen.staged and not staged:
            column.targets, column.split, staged = (*column.targets, Target("stage", "stage")), EITHER, True
            column.note = _("{words} is a stage").format(words=", ".join(f"“{word}”" for word in seen.staged[:3]))
        if not _may_be_progress(column) or not seen.any_text:
            continue
        in_words = not seen.any_digit
        if seen.all_percent and not measured:
            column.targets, measured = (Target("review", "physical"),), True
            column.note = _("all its values are percentages")
        elif seen.all_stages and not staged and kind == "project" and (in_words or column.target.field == "text"):
            column.targets, staged = (Target("stage", "stage"),), True
            column.note = _("all its values are stages")
        elif column.target.field == "physical" and in_words:
            column.targets = (Target("review", "text"),)
            column.note = _("its values are words")


# --- formats -------------------------------------------------------------------------------------------------------

_HERE = "{place}"


@dataclass(frozen=True, slots=True)
class Given:
    """What options and map say for all columns; None: not said."""

    currency: str | None = None
    unit: Unit | None = None
    title_unit: Unit | None = None
    order: str | None = None
    decimal: str | None = None
    fiscal_start: int | None = None
    year: int | None = None


@dataclass(slots=True)
class Formats:
    """How each column (by its index) is read, and what was stated and asked.

    `year` is that of months which stand alone; the columns in `asked` cannot be read before a question is answered.
    `fiscal` holds the month that the fiscal years of a column begin with, 0 where nobody says it, `years` the year of
    its texts without one. `rounded` counts, as
    rows are read, the cells with digits finer than the minor unit.
    """

    numbers: dict[int, Numbers] = field(default_factory=dict)
    shares: set[int] = field(default_factory=set)
    fiscal: dict[int, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    orders: dict[int, str] = field(default_factory=dict)
    year: int | None = None
    asked: set[int] = field(default_factory=set)
    statements: list[str] = field(default_factory=list)
    places: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rounded: Counter[int] = field(default_factory=Counter)

    def ask(self, column: Column, question: Problem) -> None:
        """Leave a column unread until its question is answered."""
        self.asked.add(column.index)
        self.problems.append(question)


def decide(table: Table, columns: list[Column], found: dict[int, Profile], given: Given) -> Formats:
    """How the columns are read."""
    formats = Formats()
    _Deciding(table, columns, found, given, formats).run()
    formats.statements += [sentence.replace(_HERE, ", ".join(places)) for sentence, places in formats.places.items()]
    return formats


@dataclass(slots=True)
class _Deciding:
    """What the decisions about the columns of one table share."""

    table: Table
    columns: list[Column]
    found: dict[int, Profile]
    given: Given
    formats: Formats
    _readers: dict[int, Reader] = field(default_factory=dict)

    def run(self) -> None:
        """Decide orders, then numbers, then which of two columns of one field is filled."""
        seen = [(column, self.found[column.index]) for column in self.columns if column.index in self.found]
        self._orders([(column, one) for column, one in seen if _what_to_see(column) == "see_day"])
        self._numbers([(column, one) for column, one in seen if _what_to_see(column) == "see_number"])
        for column in self.columns:
            if column.native:
                self.formats.numbers[column.index] = Numbers(own=True)
        for column, one in seen:
            for texts, sentence in (
                (one.between, _("{place}: {words} is read as yellow, and kept in the note")),
                (one.before, _("{place}: {words} is not a stage: building is yet to begin")),
                ([] if column.split == EITHER else one.staged, _("{place}: {words} is not a kind of project")),
            ):
                if texts:
                    words = ", ".join(f"“{text}”" for text in texts)
                    self.state(column, sentence.format(place=_HERE, words=words))
        self._twice()

    def state(self, column: Column, sentence: str) -> None:
        """Say something of a column, in one sentence with the others of which it holds."""
        self.formats.places.setdefault(sentence, []).append(_place_of(self.table, column))

    # --- days ---

    def _orders(self, dated: list[tuple[Column, Profile]]) -> None:
        proofs = {order: proof for _c, one in dated for order, proof in one.orders.items() if len(one.orders) == 1}
        by_order: dict[str, list[Column]] = {}
        for column, one in dated:
            order = column.order or self.given.order or self._own_order(one, proofs)
            if order is None and (len(one.orders) > 1 or one.open_order or one.short_year):
                self.formats.ask(column, self._order_question(column, one))
            if order is not None:
                self.formats.orders[column.index] = order
                if one.open_order or one.orders:
                    by_order.setdefault(order, []).append(column)
            self._state_days(column, one, order)
        for order, together in by_order.items():
            self.formats.statements.append(_order_sentence(self.table, order, together, proofs.get(order)))

    def _own_order(self, one: Profile, proofs: dict[str, Proof]) -> str | None:
        """The order that the column proves, or else the one that all proofs of the table agree on."""
        if one.orders:
            return next(iter(one.orders)) if len(one.orders) == 1 else None
        if len(proofs) == 1 and one.open_order:
            return next(iter(proofs))
        # Two-digit years between points are written dd.mm.yy, except by those who write yy.mm.dd.
        return DMY if one.short_year and one.dotted_only and not is_chinese(self.table) and not proofs else None

    def _order_question(self, column: Column, one: Profile) -> Problem:
        if len(one.orders) > 1:
            both = ", ".join(f"{text} ({where})" for text, where in one.orders.values())
            question = _("its days are in two orders: {said}").format(said=both)
        else:
            text, where = one.open_order or one.short_year or ("", "")
            question = _("it is not clear whether {text} ({where}) begins with the day or the month").format(
                text=text, where=where
            )
        return asked(
            [column], self.table, "order", question, _("give --date-order dmy, mdy or ymd, or date_order in a map")
        )

    def _state_days(self, column: Column, one: Profile, order: str | None) -> None:
        if one.yearless and self.given.year:
            self.formats.years[column.index] = self.given.year
            self.state(
                column,
                _("{place}: {text} and the like are of {year}, as the title says").format(
                    place=_HERE, text=one.yearless, year=self.given.year
                ),
            )
        if one.fiscal:
            start = self.formats.fiscal[column.index] = self.given.fiscal_start or 0
            if start:
                self.state(column, _("{place}: fiscal years begin with month {month}").format(place=_HERE, month=start))
        if one.short_year and order:
            self.state(
                column,
                _("{place}: two-digit years to {last} are of 20xx, from {first} of 19xx").format(
                    place=_HERE, last=PIVOT, first=PIVOT + 1
                ),
            )
        if one.serials:
            self.state(
                column,
                _("{place}: numbers like 45017 are days as spreadsheets count them, from 1900").format(place=_HERE),
            )
        if one.empty_times:
            self.state(column, _("{place}: days of 1899 and times without a day are empty cells").format(place=_HERE))
        if one.null_days:
            words = ", ".join(f"“{text}”" for text in one.null_days[:3])
            self.state(column, _("{place}: {words} is not a day").format(place=_HERE, words=words))

    # --- numbers ---

    def _numbers(self, counted: list[tuple[Column, Profile]]) -> None:
        proofs = {sign for _column, one in counted for sign in one.decimals if len(one.decimals) == 1}
        for column, one in counted:
            written = DECIMALS[column.numbers] if column.numbers else self.given.decimal
            decimal = written or self._decimal(one, proofs)
            if decimal is None:
                self.formats.ask(column, self._decimal_question(column, one))
            elif decimal == ",":
                self.state(column, _("{place}: numbers are written like 1.234,56").format(place=_HERE))
            self._unit(column, one, decimal or ".")
            if column.type is Type.PERCENT and one.bare and one.fraction and not one.above_one:
                self._shares(column, one)

    def _decimal(self, one: Profile, proofs: set[str]) -> str | None:
        """The sign that the column proves; with nothing but 1.234 or 1,234 that of the table, where something tells."""
        if len(one.decimals) == 1:
            return next(iter(one.decimals))
        if one.decimals:
            return None
        if one.open_number is None:
            return "."
        if len(proofs) == 1:
            return next(iter(proofs))
        likely = is_chinese(self.table) or (self.table.delimiter != ";" and "," in one.open_number[0])
        return "." if likely else None

    def _decimal_question(self, column: Column, one: Profile) -> Problem:
        if one.decimals:
            both = ", ".join(f"{text} ({where})" for text, where in one.decimals.values())
            question = _("its numbers are written in two ways: {said}").format(said=both)
        else:
            text, where = one.open_number or ("", "")
            question = _("it is not clear whether {text} ({where}) has thousands or decimals").format(
                text=text, where=where
            )
        return asked([column], self.table, "decimal", question, _('set numbers = "1,234.56" or "1.234,56" in a map'))

    def _shares(self, column: Column, one: Profile) -> None:
        """Numbers from 0 to 1 under a percentage: 0.65 is 65 % where a workbook or a map says so, else it is asked."""
        text, where = one.fraction or ("", "")
        if column.unit and column.unit.text == "%" and column.by_map:
            return
        if one.typed or (column.unit and column.unit.text == "1"):
            self.formats.shares.add(column.index)
            self.state(column, _("{place}: number cells like 0.65 are 65%").format(place=_HERE))
            return
        question = _("it is not clear whether {text} ({where}) is {share} or {percent}").format(
            text=text, where=where, share=f"{float(text) * 100:g}%", percent=f"{text}%"
        )
        hint = _('put it in a map: "{heading}" = {{ to = "{target}", unit = "1" }} for shares, unit = "%" for percent')
        hint = hint.format(heading=column.heading.text, target=column.target)
        self.formats.ask(column, asked([column], self.table, "share", question, hint))

    def _unit(self, column: Column, one: Profile, decimal: str) -> None:
        if column.type is Type.LAND:
            unit = column.unit
            self.formats.numbers[column.index] = Numbers(decimal, unit)
            if (unit and unit.measure == LAND and unit.text not in ("亩", "mu")) or one.finer:
                self.state(column, _("{place}: land is kept in 亩, rounded to a thousandth").format(place=_HERE))
            elif unit is None and one.bare:
                self.state(column, _("{place}: numbers without a unit are 亩").format(place=_HERE))
            return
        if column.type not in (Type.FIGURE, Type.QUANTITY):
            if column.type is Type.PERCENT and one.finer:
                self.state(column, _("{place}: percentages are rounded to hundredths").format(place=_HERE))
            self.formats.numbers[column.index] = Numbers(decimal, column.unit)
            return
        unit, currency, origin = money_of(column, self.given.title_unit, self.given.unit, self.given.currency)
        if column.type is Type.QUANTITY and column.unit is not None:
            unit, origin = column.unit, "heading"
        self.formats.numbers[column.index] = Numbers(decimal, unit, currency)
        if column.type is Type.FIGURE:
            self._state_money(column, one, unit, currency, origin)

    def _state_money(self, column: Column, one: Profile, unit: Unit | None, currency: str | None, origin: str) -> None:
        signs = {
            *one.signs,
            *(sign for sign in _SIGNS if sign in folded(f"{column.heading.above} {column.heading.text}")),
        }
        if "$" in signs and currency is None and not column.currency and self._is_of_another_dollar():
            hint = _("give --currency, or currency in a map")
            question = _("“$” is the sign of several currencies, and it is not clear which one is meant")
            self.formats.ask(column, asked([column], self.table, "currency", question, hint))
            return
        for sign in sorted(signs):
            if sign == "$" and re.search(r"[a-z]\$", folded(column.heading.text)):
                continue
            self.state(
                column,
                _("{place}: “{sign}” is read as {currency}").format(
                    place=_HERE, sign=sign, currency=currency_for(sign, currency)
                ),
            )
        kind = column.target.kind
        usual = sorted(one.sizes)[len(one.sizes) // 2] if len(one.sizes) > 2 else 0
        most = MOST_MONEY.get(currency or "", MOST_OF_OTHERS)
        if (
            unit
            and unit.power
            and origin in ("heading", "title")
            and usual * 10**unit.power > most
            and not column.by_map
        ):
            question = _("half of its amounts are above {number}, which as {unit} is more than a project costs")
            hint = _('give the unit in a map: "{heading}" = {{ to = "{target}", unit = "{currency}" }}, or "{unit}"')
            names = {"heading": column.heading.text, "target": column.target.open, "currency": currency or "CNY"}
            question = question.format(number=f"{usual:,.0f}", unit=unit)
            self.formats.ask(column, asked([column], self.table, "size", question, hint.format(unit=unit, **names)))
            return
        if (part := unread_unit(column.heading.text)) and origin != "heading" and one.bare and not column.by_map:
            question = _("“{part}” is not a unit of amounts that is known").format(part=part)
            hint = _('give it in a map: "{heading}" = {{ to = "{target}", unit = "万元" }}, or £m, USD bn …')
            hint = hint.format(heading=column.heading.text, target=column.target.open)
            self.formats.ask(column, asked([column], self.table, "unit", question, hint))
            return
        beside = {other.target.field for other in self.columns if other.target.kind == kind}
        if not one.bare or "unit" in beside:
            return
        united = self._united() if unit is None and not self.given.unit else None
        if united is not None and "currency" not in beside:
            question = _("no unit is named, while “{heading}” is in {unit}").format(heading=united[0], unit=united[1])
            hint = _("give --unit 元, 万元, £m …, or the unit of the column in a map")
            self.formats.ask(column, asked([column], self.table, "unit", question, hint))
        elif currency is None and "currency" not in beside:
            hint = _("give --currency, or currency in a map")
            self.formats.ask(column, asked([column], self.table, "currency", _("no currency is named"), hint))
        elif unit is None and "currency" not in beside:
            self.state(
                column, _("{place}: numbers without a unit are whole {currency}").format(place=_HERE, currency=currency)
            )
        elif origin in ("title", "option"):
            word = {"title": _("the title"), "option": _("the unit asked for")}[origin]
            self.state(
                column, _("{place}: numbers are in {unit}, after {origin}").format(place=_HERE, unit=unit, origin=word)
            )

    def _is_of_another_dollar(self) -> bool:
        """Whether the words around a table speak of a country, or a language, whose $ is rather not the US dollar."""
        headings = " ".join(one.text for one in self.table.headings)
        around = unaccented(" ".join((*self.table.title, self.table.sheet, self.table.name, headings))).casefold()
        words = re.sub("[^a-z]+", " ", around)
        return _PLACES.search(words) is not None or len(set(_SPANISH.findall(words))) > 1

    def _united(self) -> tuple[str, Unit] | None:
        """A heading of the table that names a unit other than the currency's own, and the unit."""
        for heading in self.table.headings:
            unit = split_unit(heading.text, configured=self.given.currency)[1]
            if unit is not None and unit.measure == MONEY and unit.power:
                return heading.text, unit
        return None

    # --- two columns of one field ---

    def _twice(self) -> None:
        """Of two columns of one field the filled one is read; where both are filled and differ it is asked."""
        for columns in same_field(self.columns):
            conflict = self._conflict(columns)
            letters = ", ".join(column.heading.letter for column in columns)
            target = columns[0].target
            if conflict is None:
                self.formats.statements.append(
                    _("the columns {letters} are both {target}: the filled one is read").format(
                        letters=letters, target=target
                    )
                )
                continue
            question = _("the columns {letters} are both {target}, and they differ ({cells})").format(
                letters=letters, target=target, cells=conflict
            )
            hint = _("name the one that counts in a map, and “skip” for the other")
            self.formats.problems.append(asked(columns, self.table, "twice", question, hint))
            self.formats.asked.update(column.index for column in columns)

    def _conflict(self, columns: list[Column]) -> str | None:
        """The first row where two of the columns are filled and differ: their cells with their texts."""
        for number, row in self.table.rows():
            filled = [
                (column, row[column.index])
                for column in columns
                if (text := text_of(row[column.index])) and null_value(text) is None
            ]
            if any(self._meant(*one) != self._meant(*other) for one, other in pairwise(filled)):
                return ", ".join(
                    f"{self.table.address(number, column.index)} {text_of(cell)}" for column, cell in filled
                )
        return None

    def _meant(self, column: Column, cell: Any) -> Any:
        """What two cells of one field are compared by: 10000 in 万元 is 1 in 亿元, and a country has several names."""
        if column.index not in self._readers:
            self._readers[column.index] = reader_of(column, column.target, self.formats, Map())
        try:
            read = self._readers[column.index](cell)
        except ValueRefused:
            return folded(text_of(cell))
        return folded(read) if isinstance(read, str) else read


def is_chinese(table: Table) -> bool:
    """Whether a heading or a title of the table is Chinese."""
    return any(map(has_chinese, (*(heading.text for heading in table.headings), *table.title)))


def _place_of(table: Table, column: Column) -> str:
    """What a column of the table is called: column F, or row 9 where fields run down."""
    form = _("row {name}") if table.transposed else _("column {name}")
    return form.format(name=column.heading.letter)


def _order_sentence(table: Table, order: str, columns: list[Column], proof: Proof | None) -> str:
    places = ", ".join(_place_of(table, column) for column in columns)
    name = {DMY: _("day first"), MDY: _("month first"), YMD: _("year first")}[order]
    if proof is None:
        return _("{places}: days are written {order}").format(places=places, order=name)
    return _("{places}: days are written {order}, because of {text} in {where}").format(
        places=places, order=name, text=proof[0], where=proof[1]
    )
