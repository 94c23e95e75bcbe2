"""Readers of cells that hold days and periods, and the order of day and month that a column's values prove."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tracker.dates import Period, Precision, parse_period
from tracker.dates.refusals import FIRST_YEAR, LAST_YEAR
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.importer.mapping import words
from tracker.importer.mapping.numbers import CellRefused
from tracker.text import shorten

DMY, MDY, YMD = "dmy", "mdy", "ymd"
ORDERS = (DMY, MDY, YMD)
# Two-digit years up to this one are of this century.
PIVOT = 68

_CLOCK = re.compile(
    r"(?:[ T,]+|^)(?:上午|下午|am|pm)? ?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)? ?(?:[ap]\.?m\.?|上午|下午)?"
    r"(?: ?(?:z|utc|[+-][0-9]{2}:?[0-9]{2}))?$",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})\.?")
_SHORT_MONTH = re.compile(r"([a-z]{3,9})\.?[- ']+([0-9]{2})", re.IGNORECASE)
_SHORT_DAY = re.compile(r"([0-9]{1,2})[- ]([a-z]{3,9})\.?[- ]([0-9]{2})", re.IGNORECASE)
_GERMAN_MONTHS = {
    "januar": "january", "jänner": "january", "februar": "february", "märz": "march", "mär": "march", "mai": "may",
    "juni": "june", "juli": "july", "okt": "october", "oktober": "october", "dez": "december", "dezember": "december",
}  # fmt: skip
_SERIAL = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
_WITH_YEAR = re.compile("[0-9]{4}")
# Cells of a workbook that hold only a time, or nothing, show as the day before its first.
_EMPTY = re.compile(
    r"1899[-/.年].*|.*[-/.]1899|1900[-/.]1[-/.]0|0?1/0?0/1900|0-jan-(?:1900|00)|1904[-/.]0?1[-/.]0?1", re.IGNORECASE
)
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 109_939
_YEAR_HINT = "write the day like 2023-04-05, or say date_order in a map"


@dataclass(slots=True)
class DayEvidence:
    """What the values of one column say of the order of day and month; each of `proofs` is (value, address)."""

    proofs: dict[str, tuple[str, str]] = field(default_factory=dict)
    open: tuple[str, str] | None = None
    short_year: tuple[str, str] | None = None
    dotted_only: bool = True
    empty_times: int = 0
    serials: int = 0

    def see(self, text: str, where: Callable[[], str]) -> None:
        """Take one text into account; `where` gives its address."""
        text = text.strip()
        if _EMPTY.fullmatch(without_clock(text)):
            self.empty_times += 1
        elif _SERIAL.fullmatch(text):
            self.serials += 1
        elif found := _NUMERIC.fullmatch(without_clock(text)):
            self._numeric(text, found, where)

    def _numeric(self, text: str, found: re.Match[str], where: Callable[[], str]) -> None:
        first, second, third = found[1], int(found[3]), found[4]
        if len(first) == 4:
            return
        short = len(third) <= 2
        self.dotted_only = self.dotted_only and (found[2] == "." or not short)
        possible = [order for order in ORDERS if _possible(order, int(first), second, int(third), short=short)]
        if short and self.short_year is None:
            self.short_year = (text, where())
        same = int(first) == second and not short
        if len(possible) == 1:
            self.proofs.setdefault(possible[0], (text, where()))
        elif possible and not same and self.open is None:
            self.open = (text, where())


def _possible(order: str, first: int, second: int, third: int, *, short: bool) -> bool:
    if order == YMD:
        return short and _exists(2000 + first, second, third)
    day, month = (first, second) if order == DMY else (second, first)
    return _exists(2000 + third if short else third, month, day)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def without_clock(text: str) -> str:
    """The text of a day without the time of day behind it."""
    return _CLOCK.sub("", text).strip()


def period_reader(order: str | None, *, only_days: bool) -> Callable[[Any], Any]:
    """A reader of Period, or of date with `only_days`; `order` is that of the column's days, None: none needed."""

    def read(cell: Any) -> Period | date | None:
        period = _typed(cell, order)
        if period is None or not only_days:
            return period
        if period.precision is not Precision.DAY:
            raise CellRefused(
                _("“{text}” is not one day").format(text=shorten(str(cell))), _("give the day, like 2023-04-05")
            )
        return period.first

    return read


def _typed(cell: Any, order: str | None) -> Period | None:
    if isinstance(cell, str):
        return _text(cell, order)
    if cell is None or isinstance(cell, time | timedelta):
        return None
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        return None if day.year == 1899 else _in_calendar(day, str(cell))
    if isinstance(cell, bool):
        raise CellRefused(_("the cell holds yes or no, not a day"), _(_YEAR_HINT))
    return _number(cell)


def _number(number: int | float) -> Period | None:
    """A number cell: a year, yyyymm, yyyymmdd, or the number of days a workbook counts."""
    if number == 0:
        return None
    if not math.isfinite(number):
        raise CellRefused(_("the cell holds no number"), _(_YEAR_HINT))
    whole = int(number)
    if whole == number and (FIRST_YEAR <= whole <= LAST_YEAR or whole > 190_000):
        return _read(str(whole), str(whole))
    if FIRST_YEAR <= whole <= LAST_YEAR:
        month = repr(number).partition(".")[2]
        if month == "1" or len(month) > 2:
            raise CellRefused(
                _("the number {number} is no date").format(number=repr(number)),
                _("2023.10 and 2023.1 are one number: format the cell as text, or write 2023-10"),
            )
        return _read(f"{whole}.{month}", repr(number))
    return serial_day(number)


def serial_day(number: float) -> Period:
    """The day with this number in a workbook of the 1900 system, which counts a 29 February 1900 that never was."""
    whole = int(number)
    if not _FIRST_SERIAL <= whole <= _LAST_SERIAL:
        raise CellRefused(_("the number {number} is no date").format(number=number), _(_YEAR_HINT))
    return Period.day(date(1899, 12, 30) + timedelta(days=whole))


def _text(text: str, order: str | None) -> Period | None:
    written = text.strip()
    said = words.meaning(written)
    if said == words.BROKEN:
        raise CellRefused(_("the formula of the cell failed: {text}").format(text=shorten(text)), _("repair it"))
    if said is not None:
        return None
    day = without_clock(written)
    if not day or _EMPTY.fullmatch(day):
        return None
    if found := _NUMERIC.fullmatch(day):
        if len(found[1]) != 4:
            return _ordered(found, order, written)
        day = f"{found[1]}-{found[3]}-{found[4]}"
    if _SERIAL.fullmatch(day):
        return serial_day(float(day))
    return _read(_spelled_out(day), written)


def _spelled_out(day: str) -> str:
    """Jun-25 as Jun 2025, 25-Jun-25 as 25 Jun 2025, and German months in English."""
    for german, english in _GERMAN_MONTHS.items():
        day = re.sub(rf"\b{german}\b\.?", english, day, flags=re.IGNORECASE)
    day = re.sub(r"^([0-9]{1,2})\. ?(?=[a-z])", r"\1 ", day, flags=re.IGNORECASE)
    if found := _SHORT_MONTH.fullmatch(day):
        return f"{found[1]} {_century(int(found[2]))}"
    if found := _SHORT_DAY.fullmatch(day):
        return f"{found[1]} {found[2]} {_century(int(found[3]))}"
    return day


def _century(short: int) -> int:
    return (2000 if short <= PIVOT else 1900) + short


def _ordered(found: re.Match[str], order: str | None, written: str) -> Period:
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    short = len(found[4]) <= 2
    if order is None and first == second and not short:
        order = DMY
    if order is None:
        raise CellRefused(
            _("“{text}” leaves the order of day and month open").format(text=shorten(written)),
            _("say --date-order dmy, mdy or ymd, or date_order in a map"),
        )
    if order == YMD and not short:
        raise CellRefused(_("“{text}” is not written year first, like its column").format(text=shorten(written)), "")
    year, month, day = {DMY: (third, second, first), MDY: (third, first, second), YMD: (first, second, third)}[order]
    year = _century(year) if short else year
    if not _exists(year, month, day):
        raise CellRefused(
            _("“{text}” is no day in the order {order} of its column").format(text=shorten(written), order=order),
            _("correct the day, or say --date-order"),
        )
    return _in_calendar(date(year, month, day), written)


def _in_calendar(day: date, written: str) -> Period:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellRefused(
            _("“{text}” is outside the years {first} to {last}").format(
                text=shorten(written), first=FIRST_YEAR, last=LAST_YEAR
            ),
            _("check the year"),
        )
    return Period.day(day)


def _read(day: str, written: str) -> Period:
    if not _WITH_YEAR.search(day):
        raise CellRefused(
            _("“{text}” is not a day or period with its year").format(text=shorten(written)), _(_YEAR_HINT)
        )
    try:
        return parse_period(day, today=date(2000, 1, 1))
    except ValueRefused as reason:
        raise CellRefused(str(reason), _(_YEAR_HINT)) from None
