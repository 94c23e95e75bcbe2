"""The fields of a record as the cells of our own files, and back.

A field is one column under its key, except for two types. A FIGURE is `amount`, `currency`, `qualifier`,
`availability` (the figure of a field k of another name: `k`, `k_currency`, `k_qualifier`, `k_availability`), a QUANTITY
`value`, `currency`, `unit`, `measure`, `qualifier`, `availability`. Periods and days are ISO, amounts plain decimals
with every digit, names are joined by " | " (a | or \\ of a name has a \\ before it), and an empty cell says None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from tracker.currencies import CODES
from tracker.dates import Period, parse_day, parse_period
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.models.fields import Field, Type
from tracker.money import AVAILABILITIES, LIMIT, WITHOUT_AMOUNT, Figure, Money, from_plain, plain
from tracker.money.quantities import MEASURES, Quantity
from tracker.records.schema import KINDS, RECORD, Record
from tracker.render.data import unguarded
from tracker.text import shorten, unknown_word
from tracker.vocabulary import QUALIFIERS

_FIGURE = ("currency", "qualifier", "availability")
_QUANTITY = ("value", "currency", "unit", "measure", "qualifier", "availability")
_DECIMAL = re.compile(r"([+-]?)([0-9]{1,20})(?:\.([0-9]{1,12}))?")
# A text with its year in it means the same on every day.
_WITH_YEAR = re.compile("[0-9]{4}")
_ANY_DAY = date(2000, 1, 1)
# Days repeat down a file.
_REMEMBERED = 4096


# --- columns -------------------------------------------------------------------------------------------------------


def columns(kind: str) -> tuple[str, ...]:
    """The header of a file of this kind (a code of KINDS)."""
    return tuple(name for field in KINDS[kind].fields for name in spread(field))


# A file of ours with another column, or with one renamed, has so many of our columns and this share of them.
_FEWEST, _SHARE = 4, 0.6


def are_own(kind: str, names: frozenset[str]) -> bool:
    """Whether headings are columns of a file of ours of this kind: enough of them, and those that tell records apart.

    Ours have the currency beside every amount; who wrote amounts alone wrote them as people do.
    """
    ours = frozenset(columns(kind))
    known = names & (ours | frozenset(former_names(kind)))
    if len(known) < 2 or (known != names and len(known) < max(_FEWEST, _SHARE * len(ours), _SHARE * len(names))):
        return False
    needs_amount = any(field.required and field.type is Type.FIGURE for field in KINDS[kind].fields)
    if ("amount" in known and "currency" not in known) or (needs_amount and "amount" not in known):
        return False
    return ("title" if kind == "request" else KINDS[kind].key[0]) in known


def are_of_many(names: frozenset[str]) -> bool:
    """Whether headings are those of a file of ours that holds several kinds."""
    return RECORD in names and names <= frozenset((RECORD,)).union(*map(columns, KINDS), *map(former_names, KINDS))


# --- files of the first version of the program ------------------------------------------------------------------------


def former_names(kind: str) -> dict[str, str]:
    """Headings that such a file has for a kind, with what they are called today.

    It kept the flow that it worked out of a running figure; `reported` is the figure as it was given.
    """
    return {"counts_from": "effective_from"} | (
        {"measure": "basis", "reported": "reported"} if kind == "capital" else {}
    )


def spread(field: Field) -> tuple[str, ...]:
    """The columns of one field."""
    if field.type is Type.FIGURE:
        own = field.key == "figure"
        return ("amount", *_FIGURE) if own else (field.key, *(f"{field.key}_{name}" for name in _FIGURE))
    return _QUANTITY if field.type is Type.QUANTITY else (field.key,)


@cache
def text_columns(kind: str) -> frozenset[str]:
    """The columns that hold free text, which a CSV guards against spreadsheets that run formulas."""
    found = {field.key for field in KINDS[kind].fields if field.type in (Type.TEXT, Type.NAMES)}
    return frozenset(found | {"unit"} if any(f.type is Type.QUANTITY for f in KINDS[kind].fields) else found)


# --- out -----------------------------------------------------------------------------------------------------------


def cells(kind: str, record: Record) -> tuple[str, ...]:
    """The texts of a record under `columns`, not guarded; a field it does not have is empty."""
    return tuple(text for field in KINDS[kind].fields for text in write(field, record.values.get(field.key)))


def write(field: Field, value: Any) -> tuple[str, ...]:
    """One value under the columns of its field."""
    if value is None:
        return ("",) * len(spread(field))
    match field.type:
        case Type.FIGURE:
            return figure_cells(value)
        case Type.QUANTITY:
            return _quantity_cells(value)
        case Type.NAMES:
            return (" | ".join(name.replace("\\", "\\\\").replace("|", "\\|") for name in value),)
        case Type.LAND:
            return (decimal_of(value, 3),)
        case Type.PERCENT:
            return (decimal_of(value, 2),)
        case Type.PERIOD | Type.DAY:
            return (value.iso() if isinstance(value, Period) else value.isoformat(),)
        case _:
            return (str(value),)


def figure_cells(figure: Figure) -> tuple[str, str, str, str]:
    """Amount, currency, qualifier and availability; an unknown or withheld figure has the last alone."""
    if figure.money is None:
        return ("", "", "", figure.availability)
    return (plain(figure.money), figure.money.currency, figure.qualifier, figure.availability)


def _quantity_cells(value: Quantity) -> tuple[str, ...]:
    if value.value is None:
        return ("", value.currency or "", value.unit or "", value.measure, "", value.availability)
    if value.measure == "money":
        amount = plain(Money(value.value, value.currency or ""))
    else:
        amount = decimal_of(value.value, 2) if value.measure == "percent" else str(value.value)
    return (amount, value.currency or "", value.unit or "", value.measure, value.qualifier, value.availability)


def decimal_of(number: int, places: int) -> str:
    """`number` × 10**-places as the shortest decimal: 25740 with three places is "25.74"."""
    whole, rest = divmod(abs(number), 10**places)
    decimals = f"{rest:0{places}d}".rstrip("0")
    return f"{'-' if number < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


# --- in ------------------------------------------------------------------------------------------------------------


def values(kind: str, row: Mapping[str, object], *, guarded: bool = False) -> dict[str, Any]:
    """What a row of our own file says: a value for each field with at least one column in `row`, None for empty.

    Cells are texts, or typed as a workbook has them. `guarded` says that texts have the apostrophe of our CSV files.
    Raises ValueRefused for a cell that does not hold what its field does; `read` reads one field alone.
    """
    texts = text_columns(kind) if guarded else frozenset()
    found = {}
    for field in KINDS[kind].fields:
        names = spread(field)
        if any(name in row for name in names):
            said = (_plain(row.get(name)) for name in names)
            pairs = zip(names, said, strict=True)
            found[field.key] = read(field, tuple(unguarded(cell) if name in texts else cell for name, cell in pairs))
    return found


def read(field: Field, texts: tuple[str, ...]) -> Any:
    """The value of a field from the texts under its columns, None where all are empty. Raises ValueRefused."""
    written = texts[0]
    texts = tuple(text.strip() for text in texts)
    if not any(texts):
        return None
    if field.type is Type.TEXT:
        return written
    if field.type is Type.FIGURE:
        return _figure(*texts)
    if field.type is Type.QUANTITY:
        return _quantity(*texts)
    if field.words is not None:
        return field.words.parse(texts[0])
    return _READERS[field.type](texts[0])


def _plain(cell: object) -> str:
    """A cell of a workbook as the text it stands for."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.time().min else cell.isoformat(" ")
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)


def _figure(amount: str, currency: str, qualifier: str, availability: str) -> Figure:
    word = _word(availability or "reported", AVAILABILITIES, _("availability"))
    if not amount:
        if word not in WITHOUT_AMOUNT:
            raise ValueRefused(_("the amount is missing: give it, or write unknown or withheld under availability"))
        return Figure(None, _qualifier(qualifier), word)
    return Figure(from_plain(amount, _currency(currency)), _qualifier(qualifier), word)


def _quantity(value: str, currency: str, unit: str, measure: str, qualifier: str, availability: str) -> Quantity:
    measure = _word(measure or ("money" if currency else "count"), MEASURES, _("measure"))
    if measure == "money":
        # Nothing is counted in money, and only money has a currency.
        figure = _figure(value, currency, qualifier, availability)
        minor = figure.money.minor if figure.money else None
        return Quantity(measure, minor, currency or None, unit or None, figure.qualifier, figure.availability)
    word = _word(availability or "reported", AVAILABILITIES, _("availability"))
    if (word in WITHOUT_AMOUNT) == bool(value):
        raise ValueRefused(_("give a value, or unknown or withheld under availability"))
    number = _scaled(value, 2 if measure == "percent" else 0) if value else None
    return Quantity(measure, number, currency or None, unit or None, _qualifier(qualifier), word)


def _qualifier(text: str) -> str:
    return QUALIFIERS.parse(text) if text else "exact"


def _currency(text: str) -> str:
    if not text:
        raise ValueRefused(_("the currency is missing: write its ISO code, like CNY"))
    return _word(text, CODES, _("currency"))


def _word(text: str, known: tuple[str, ...], what: str) -> str:
    if text not in known:
        listed = known if len(known) < 10 else (_("ISO codes like CNY, USD"),)
        raise ValueRefused(unknown_word(_("“{word}” is not a known {what}"), text, listed, near=known, what=what))
    return text


def _names(text: str) -> tuple[str, ...] | None:
    """The names between the bars that have no \\ before them."""
    found = [""]
    letters = iter(text)
    for letter in letters:
        if letter == "|":
            found.append("")
        else:
            found[-1] += next(letters, "\\") if letter == "\\" else letter
    return tuple(name.strip() for name in found if name.strip()) or None


def _scaled(text: str, places: int) -> int:
    """A decimal as a whole number of 10**-places. Raises ValueRefused where digits would be lost."""
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise ValueRefused(_("“{text}” is not a number: write plain digits, like 1250.5").format(text=shorten(text)))
    decimals = (found[3] or "").rstrip("0")
    if len(decimals) > places:
        raise ValueRefused(
            _("“{text}” has more than {places} decimals").format(text=shorten(text), places=places)
            if places
            else _("“{text}” is not a whole number").format(text=shorten(text))
        )
    number = int(found[2] + decimals.ljust(places, "0"))
    if number > LIMIT:
        raise ValueRefused(_("“{text}” is too large a number").format(text=shorten(text)))
    return -number if found[1] == "-" else number


def _decimal(text: str) -> str:
    """A decimal in its shortest form: "7.1" for "07.10"."""
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise ValueRefused(_("“{text}” is not a number: write plain digits, like 1250.5").format(text=shorten(text)))
    whole, decimals = found[2].lstrip("0") or "0", (found[3] or "").rstrip("0")
    sign = "-" if found[1] == "-" and (whole != "0" or decimals) else ""
    return f"{sign}{whole}.{decimals}" if decimals else sign + whole


@lru_cache(_REMEMBERED)
def _period(text: str) -> Period:
    _require_year(text)
    return parse_period(text, today=_ANY_DAY)


@lru_cache(_REMEMBERED)
def _day(text: str) -> date:
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueRefused(_("there is no day {text}").format(text=text)) from None
    _require_year(text)
    return parse_day(text, today=_ANY_DAY)


def _require_year(text: str) -> None:
    if not _WITH_YEAR.search(text):
        raise ValueRefused(
            _("“{text}” is not a date with its year: write it like 2023-04-05").format(text=shorten(text))
        )


def _country(text: str) -> str:
    from tracker.countries import parse_country

    return parse_country(text)


_READERS: dict[Type, Callable[[str], Any]] = {
    Type.WORD: str,
    Type.NAMES: _names,
    Type.COUNT: lambda text: _scaled(text, 0),
    Type.YEAR: lambda text: _scaled(text, 0),
    Type.LAND: lambda text: _scaled(text, 3),
    Type.PERCENT: lambda text: _scaled(text, 2),
    Type.PERIOD: _period,
    Type.DAY: _day,
    Type.COUNTRY: _country,
    Type.RATE: _decimal,
}
