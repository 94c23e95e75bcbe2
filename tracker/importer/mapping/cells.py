"""Readers of cells that hold text, codes, names and words; None is a cell that says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.importer.mapping import words
from tracker.importer.mapping.days import period_reader
from tracker.importer.mapping.folding import folded
from tracker.importer.mapping.numbers import MOST_DIGITS, CellRefused
from tracker.text import shorten
from tracker.vocabulary import AVAILABILITY, CONDITIONS, MILESTONES, STAGES, Vocabulary

Reader = Callable[[Any], Any]

_FORMULA_TEXT = re.compile('="(.*)"', re.DOTALL)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?e\+?[0-9]{2}", re.IGNORECASE)
_BETWEEN = re.compile(r"[|、;；\n]")
_BETWEEN_TAGS = re.compile(r"[|、;；,，\n]")
_NO_CODE = re.compile(r"[^\w./-]+")


class Ending(str):
    """A word of the stage column that is a condition: 停工, terminated."""

    __slots__ = ()


def text_of(cell: Any) -> str:
    """A cell as the text it shows: whole numbers without .0, days without a time of day."""
    if isinstance(cell, str):
        found = _FORMULA_TEXT.fullmatch(cell.strip())
        return (found[1] if found else cell).strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == cell.time().min
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def read_text(cell: Any) -> str | None:
    """Free text."""
    text = text_of(cell)
    return None if not text or words.meaning(text) is not None else text


def read_code(cell: Any) -> str | None:
    """A code or number of a register. Raises CellRefused where a spreadsheet has lost its last digits."""
    text = text_of(cell)
    lost = isinstance(cell, int | float) and len(text.lstrip("-")) > MOST_DIGITS
    if lost or _SCIENTIFIC.fullmatch(text):
        raise CellRefused(
            _("“{text}” has lost its last digits: a spreadsheet keeps {most}").format(
                text=shorten(text), most=MOST_DIGITS
            ),
            _("format the column as text and enter the code again"),
        )
    text = text.removeprefix("'")
    return None if not text or words.meaning(text) is not None else text


def names_reader(*, tags: bool) -> Reader:
    """A reader of several names in one cell, divided by | 、 ; or lines, and tags by commas too."""
    between = _BETWEEN_TAGS if tags else _BETWEEN

    def read(cell: Any) -> tuple[str, ...] | None:
        text = read_text(cell)
        return tuple(name.strip() for name in between.split(text) if name.strip()) or None if text else None

    return read


def labelled_reader(name: str, *, code: bool) -> Reader:
    """A reader of one name=value pair, as external ids and declared fields are kept."""

    def read(cell: Any) -> tuple[str, ...] | None:
        text = read_code(cell) if code else read_text(cell)
        return (f"{name}={text}",) if text else None

    return read


def word_reader(vocabulary: Vocabulary) -> Reader:
    """A reader of codes of a vocabulary, from any of their spellings."""
    table = vocabulary.name_en.replace(" ", "_")

    def read(cell: Any) -> str | None:
        text = read_text(cell)
        if text is None:
            return None
        try:
            return vocabulary.parse(text)
        except ValueRefused as reason:
            raise CellRefused(str(reason), _word_hint(table, text)) from None

    return read


def _word_hint(table: str, text: str) -> str:
    return _('say what it means in a map: [values.{table}] "{word}" = …').format(table=table, word=shorten(text, 30))


def read_stage(cell: Any) -> str | None:
    """A stage, or a condition that stands in its place."""
    text = read_text(cell)
    if text is None:
        return None
    try:
        return STAGES.parse(text)
    except ValueRefused as reason:
        try:
            return Ending(CONDITIONS.parse(text))
        except ValueRefused:
            raise CellRefused(str(reason), _word_hint("stage", text)) from None


def furthest_stage_reader(separator: str) -> Reader:
    """A reader of a cell with several stages, of which the last in the order of the field counts."""

    def read(cell: Any) -> str | None:
        parts = (read_stage(part) for part in text_of(cell).split(separator))
        found = [part for part in parts if part is not None]
        stages = [part for part in found if not isinstance(part, Ending)]
        return max(stages, key=lambda code: STAGES[code].order) if stages else next(iter(found), None)

    return read


def choice_reader(choices: Mapping[str, str]) -> Reader:
    """A reader of one of a few codes; `choices` gives, to each code, its spellings with | between."""
    codes = {folded(word): code for code, spelled in choices.items() for word in (code, *spelled.split("|"))}

    def read(cell: Any) -> str | None:
        text = read_text(cell)
        if text is None or folded(text) in codes:
            return codes[folded(text)] if text else None
        raise CellRefused(
            _("“{text}” is not one of {known}").format(text=shorten(text), known=", ".join(choices)),
            _("write one of them, or give its meaning in a map"),
        )

    return read


def read_availability(cell: Any) -> str | None:
    """Whether a figure is reported, estimated, unknown or withheld."""
    text = text_of(cell)
    return AVAILABILITY.parse(text) if text else None


def read_country(cell: Any) -> str | None:
    """A country by any of its names."""
    from tracker.countries import parse_country

    text = read_text(cell)
    return parse_country(text) if text else None


def read_currency(cell: Any) -> str | None:
    """A currency by its code, name or sign."""
    from tracker.importer.mapping.units import currency_of

    text = read_text(cell)
    if text is None:
        return None
    code = currency_of(text, None)
    if code is None:
        raise CellRefused(
            _("“{text}” is not a known currency").format(text=shorten(text)), _("write its ISO code, like CNY")
        )
    return code


def read_milestone(cell: Any) -> str | None:
    """A milestone of the field by any spelling of its stage, else a code made of its name."""
    text = read_text(cell)
    if text is None:
        return None
    try:
        return MILESTONES.parse(text)
    except ValueRefused:
        return _NO_CODE.sub("-", text).strip("-./_")[:40] or text


def read_milestone_title(cell: Any) -> str | None:
    """The name of a milestone, where its code is another."""
    text = read_text(cell)
    if text is None:
        return None
    try:
        MILESTONES.parse(text)
    except ValueRefused:
        return text if read_milestone(cell) != text else None
    return None


def read_indicator(cell: Any) -> str | None:
    """An indicator of the field by its code, else the name it is given."""
    from tracker.indicators import INDICATORS

    text = read_text(cell)
    if text is None:
        return None
    try:
        return INDICATORS.parse(text)
    except ValueRefused:
        return text


def year_reader(order: str | None) -> Reader:
    """A reader of the year of a day, or of a year alone."""
    read_period = period_reader(order, only_days=False)

    def read(cell: Any) -> int | None:
        period = read_period(cell.rstrip("年") if isinstance(cell, str) else cell)
        return period.first.year if period else None

    return read


def year_month_reader(order: str | None) -> Reader:
    """A reader of (year, month) cells; a month without a year is refused."""
    read_period = period_reader(order, only_days=False)

    def read(cell: Any) -> Any:
        year, month = (text_of(part).strip(" 年月份") for part in cell)
        if not month:
            return read_period(cell[0])
        if not year:
            raise CellRefused(_("the month {month} has no year").format(month=shorten(month)), _("fill in the year"))
        return read_period(f"{year}年{month}月" if month.isdigit() else f"{month} {year}")

    return read


def is_month(cell: Any) -> bool:
    """Whether a cell names a month without its year: 6, 6月, June."""
    text = text_of(cell).strip(" 月份")
    return (text.isdigit() and 1 <= int(text) <= 12) or (bool(text) and text.isalpha())


def synonyms(read: Reader, meant: Mapping[str, str]) -> Reader:
    """A reader that first puts the words of a map in the place of those of the file; "" says nothing."""

    def read_meant(cell: Any) -> Any:
        word = meant.get(folded(text_of(cell)))
        if word is None:
            return read(cell)
        return read(word) if word else None

    return read_meant
