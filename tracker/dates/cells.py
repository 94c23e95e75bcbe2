"""Periods in cells and headings of spreadsheets: serial numbers, orders of day and month, months across."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from tracker.dates.period import Period, add_months, month_end
from tracker.dates.reading import FIRST_YEAR, LAST_YEAR, MONTH_ABBREVIATIONS, MONTH_NAME, century, parse_period
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import shorten

DMY, MDY, YMD = "dmy", "mdy", "ymd"
ORDERS = (DMY, MDY, YMD)


class Marker(StrEnum):
    """How the words beside a date take it."""

    FORECAST = "forecast"
    PLANNED = "planned"
    ABOUT = "about"
    ACTUAL = "actual"


_BEFORE = {
    Marker.FORECAST: "预计将?于?|预期于?|有望于?|力争于?|expected(?: in| on)?|forecast(?: for)?|est[.]|exp[.]",
    Marker.PLANNED: "计划于?|拟于?|planned(?: for| in| on)?|target(?:ed)?(?: for)?",
    Marker.ABOUT: "大约|约|circa|ca[.]|c[.]|about|around|approximately|approx[.]?|~|≈",
    Marker.ACTUAL: "实际(?:于|为)?|actual(?:ly)?(?: in| on)?",
}
_AFTER = {
    Marker.FORECAST: "(?:预计|预期)(?:开工|动工|竣工|完工|建成|投产)?|expected|forecast|est[.]?|estimated",
    Marker.PLANNED: "(?:计划|拟)(?:开工|动工|竣工|完工|建成|投产)?|planned|target",
    Marker.ABOUT: "左右|前后|or so|approx[.]?",
    Marker.ACTUAL: "实际|actual",
}
_SPACE = "[ \t\u3000:：]*"
_HAS_NOT = (
    "(?:目前|暂时)?(?:尚|还|暂|仍|均)?[未没](?:有)?"
    "(?:正式|实际|全面)?(?:开工|动工|开建|启动|实施|竣工|完工|完成|建成|封顶|投产|达产|投用|签约|备案|拿地|入库|入统|纳统|供地|开始)(?:建设)?"
    "|待(?:开工|动工|启动|竣工|投产|签约|备案)"
    "|not (?:yet )?(?:started|begun|commenced|completed|finished|signed|in production|done)|not yet|unstarted"
)
_CLOCK = re.compile(
    r"(?:[ T,]+|^)(?:上午|下午|am|pm)? ?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)? ?(?:[ap]\.?m\.?|上午|下午)?"
    r"(?: ?(?:z|utc|[+-][0-9]{2}:?[0-9]{2}))?$",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})\.?")
_SHORT_MONTH = re.compile(r"([a-z]{3,9})\.?[- ']+([0-9]{2})", re.IGNORECASE)
_SHORT_DAY = re.compile(r"([0-9]{1,2})[- ]([a-z]{3,9})\.?[- ]([0-9]{2})", re.IGNORECASE)
# Months of sheets in other languages, where they are not written as in English.
_MONTHS = {
    "january": "januar|jänner|jän|janvier|janv|enero|ene|janeiro|gennaio|gen|januari",
    "february": "februar|février|févr|fevrier|fevr|febrero|fevereiro|fev|febbraio|februari",
    "march": "märz|maerz|mär|mrz|mars|marzo|março|marco|maart|mrt",
    "april": "avril|avr|abril|abr|aprile",
    "may": "mai|mayo|maio|maggio|mag|mei|maj",
    "june": "juni|juin|junio|junho|giugno|giu",
    "july": "juli|juillet|juil|julio|julho|luglio|lug",
    "august": "août|aout|agosto|ago|augustus|augusti",
    "september": "septembre|septiembre|setembro|settembre|set",
    "october": "okt|oktober|octobre|octubre|outubro|out|ottobre|ott",
    "november": "novembre|noviembre|novembro",
    "december": "dez|dezember|décembre|déc|decembre|diciembre|dic|dezembro|dicembre|december",
}
_SERIAL = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 109_939
_MONTH_FIRST = re.compile("(0?[1-9]|1[0-2])[-/.]((?:19|20|21)[0-9]{2})")
# What is written otherwise in sheets than it is read by `parse_period`, one after another.
_WEEKDAY = "(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?"
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4"}
_OTHERWISE = tuple(
    (re.compile(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (rf"^{_WEEKDAY},? +(?=.*[0-9]{{4}})| ?[(（]?(?:星期|周)[一二三四五六日天][)）]?$", ""),
        ("^(?:in|within|during|sometime in) +(?=.*[0-9]{4})", ""),
        ("(?<=[0-9])([-/.]) +(?=[0-9])", r"\1"),
        ("(?<=[0-9])[/.]$", ""),
        ("^([0-9]{1,2})[/.]([a-z]{3,9})[/.](?=[0-9])", r"\1 \2 "),
        ("[(（](q[1-4]|h[12])[)）]", r"\1"),
        ("^(q[1-4]) ?[/&] ?(?=q[1-4])", r"\1-"),
        ("^([1-4])(q)|^([12])(h)(?=[^a-z])", r"\2\4\1\3"),
        ("^(q[1-4]|h[12])[- ']*([0-9]{2})$", r"\1 20\2"),
        (
            f"^(?:the )?({'|'.join(_ORDINALS)}) (q|h)(?:uarter|tr|alf)(?: of| in)? (?=[0-9]{{4}}$)",
            lambda found: f"{found[2]}{_ORDINALS[found[1].lower()]} ",
        ),
    )
)
_FISCAL_YEAR = "(?:fy ?)?(?P<year>(?:20)?[0-9]{2}) ?[-/–] ?(?P<end>(?:20)?[0-9]{2})"
_FISCAL_QUARTER = re.compile(
    f"q(?P<quarter>[1-4])[- ,]*(?:of )?{_FISCAL_YEAR}|{_FISCAL_YEAR.replace('P<', 'P<_')}[- ,]*q(?P<_quarter>[1-4])",
    re.IGNORECASE,
)
_FISCAL = re.compile("(?:fy ?)?((?:19|20|21)[0-9]{2}) ?[-/–] ?([0-9]{2}|20[0-9]{2})", re.IGNORECASE)
# A part of a year or month that has no days of its own: no more than the year or month is said.
_PART = re.compile(
    "(?:early|mid|late|beginning of|start of|middle of|spring|summer|autumn|fall|winter)(?: in| of)?[- ]?"
    r"(?P<after>(?:[a-z]{3,9}\.?[- ])?[0-9]{4})"
    "|(?P<before>[0-9]{4}年|[0-9]{2,4}年[0-9]{1,2}月份?)年?(?:初|中|内|(?:中旬|[春夏秋冬](?:季|天)?)(?<!月中旬))",
    re.IGNORECASE,
)
# What became of the project on the day, around it: the stage that each word names.
_STAGES = {
    "under_construction": "开工|动工|开建|启动|started|commenced|began|start on site",
    "topped_out": "封顶",
    "completed": "竣工|完工|建成|completed|finished",
    "in_production": "投产|投用|opened",
    "at_capacity": "达产",
    "signed": "签约|signed",
}
_STAGE = "|".join(f"(?P<{{side}}{code}>{words})" for code, words in _STAGES.items())
_DONE = re.compile(
    f"^(?:已于|已经于|已|于|(?:{_STAGE.format(side='before_')})(?: in| on)? )(?=.*[0-9一二〇○])"
    "|(?<=[0-9年月日号底末前旬度])[(（]?"
    f"(?:已|将|全面|正式|预计|预期|计划|拟)?(?:{_STAGE.format(side='')})(?:建设)?[)）]?$",
    re.IGNORECASE,
)
_NAMES_YEAR = re.compile("[0-9]{4}|[0-9]{2}年|[〇○零一二三四五六七八九]{2}年")
# Cells of a workbook that hold only a time, or nothing, show as the day before its first.
_EMPTY = re.compile(
    r"1899[-/.年].*|.*[-/.]1899|1900[-/.]0?1[-/.]0?[01]|0?1/0?[01]/1900|0-jan-(?:1900|00)|1904[-/.]0?1[-/.]0?1"
    r"|0+(?:[-/.]0+){0,2}|(?:0001|9999)[-/.](?:0?1[-/.]0?1|12[-/.]31)|(?:0?1[-/.]0?1|31[-/.]12|12[-/.]31)[-/.](?:0001|9999)",
    re.IGNORECASE,
)
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class MarkedPeriod:
    """A period, and what the word beside it makes of it."""

    period: Period
    marker: Marker


@dataclass(frozen=True, slots=True)
class Written:
    """How a text writes its day, for whoever looks at a whole column: the orders it may be in, how its year is written.

    `orders` is empty for a text whose order is plain; `short_year` says that the year has two digits.
    """

    orders: tuple[str, ...] = ()
    short_year: bool = False
    dotted: bool = False
    fiscal: bool = False
    serial: bool = False
    empty: bool = False


def written_as(text: str) -> Written:
    """How a text writes its day."""
    day = _CLOCK.sub("", text.strip()).strip()
    if _EMPTY.fullmatch(day):
        return Written(empty=True)
    if _SERIAL.fullmatch(day):
        return Written(serial=True)
    if _FISCAL_QUARTER.fullmatch(day) or (
        (found := _FISCAL.fullmatch(day)) and _is_fiscal(found) and int(found[2]) > 12
    ):
        return Written(fiscal=True)
    found = _NUMERIC.fullmatch(day)
    if found is None or len(found[1]) == 4:
        return Written()
    short = len(found[4]) <= 2
    orders = tuple(order for order in ORDERS if _ordered(found, order) is not None)
    if not short and found[1].zfill(2) == found[3].zfill(2):
        orders = ()
    if short and orders == (YMD,) and int(found[1]) < 32 and int(found[3]) < 13:
        # 31/09/19 is rather a day that the calendar has not than one of 2031.
        orders = ()
    return Written(orders, short, found[2] == ".")


def _is_fiscal(found: re.Match[str]) -> bool:
    year, end = int(found[1]), int(found[2])
    return end in (year + 1, (year + 1) % 100)


def read_cell(
    cell: Any, *, order: str | None, year: int | None = None, fiscal: int | None = None
) -> Period | MarkedPeriod | None:
    """The day or period of a cell, None where it holds none: an empty one, 1899-12-30, 未开工.

    `order` is that of day and month in its column, None where nothing leaves it open. `year` is that of texts without
    one. In a column of fiscal years `fiscal` is the month they begin with, 0 where nobody says it: 2025-26 is then no
    more than both years. Numbers are years (2023), months (202304, 2023.4), days (20230405) and those that spreadsheets
    count (45017). Raises ValueRefused.
    """
    if isinstance(cell, str):
        return _read_text(cell.strip(), order, year, fiscal)
    if cell is None or isinstance(cell, time | timedelta):
        return None
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        return None if day.year == 1899 else _in_calendar(day, str(cell))
    if isinstance(cell, bool):
        raise ValueRefused(_("the cell holds yes or no, not a day"), _year_hint())
    return _read_number(cell)


def _year_hint() -> str:
    return _("write the day like 2023-04-05")


def _read_number(number: int | float) -> Period | None:
    if number == 0:
        return None
    if not math.isfinite(number):
        raise ValueRefused(_("the cell holds no number"), _year_hint())
    whole = int(number)
    if whole == number and (FIRST_YEAR <= whole <= LAST_YEAR or whole > 190_000):
        return _parsed(str(whole), str(whole), None)
    if FIRST_YEAR <= whole <= LAST_YEAR:
        month = repr(number).partition(".")[2]
        if month == "1" or len(month) > 2:
            raise ValueRefused(
                _("the number {number} is not a date").format(number=repr(number)),
                _("2023.10 and 2023.1 are one number: format the cell as text, or write 2023-10"),
            )
        return _parsed(f"{whole}.{month}", repr(number), None)
    return serial_day(number)


def serial_day(number: float) -> Period:
    """The day with this number in a workbook of the 1900 system, which counts a 29 February 1900 that never was."""
    whole = int(number)
    if not _FIRST_SERIAL <= whole <= _LAST_SERIAL:
        raise ValueRefused(_("the number {number} is not a date").format(number=number), _year_hint())
    return Period.day(date(1899, 12, 30) + timedelta(days=whole))


def _read_text(text: str, order: str | None, year: int | None, fiscal: int | None) -> Period | MarkedPeriod | None:
    day = _CLOCK.sub("", text).strip()
    if (found := _FISCAL_QUARTER.fullmatch(day)) and (quarter := _fiscal_quarter(found, fiscal)):
        return quarter
    for pattern, put in _OTHERWISE:
        day = pattern.sub(put, day)
    if not day or _EMPTY.fullmatch(day) or has_not_happened(day):
        return None
    for marker in Marker:
        before = re.match(f"{_SPACE}(?:{_BEFORE[marker]}){_SPACE}(?P<rest>.+)", day, re.IGNORECASE | re.DOTALL)
        after = re.fullmatch(
            f"(?P<rest>.+?){_SPACE}[(（]?(?:{_AFTER[marker]})[)）]?{_SPACE}", day, re.IGNORECASE | re.DOTALL
        )
        if found := before or after:
            marked = _read_text(found["rest"], order, year, fiscal)
            return MarkedPeriod(marked, marker) if isinstance(marked, Period) else marked
    day = _DONE.sub("", day).strip()
    if (found := _FISCAL.fullmatch(day)) and _is_fiscal(found) and (fiscal is not None or int(found[2]) > 12):
        first = int(found[1])
        name = f"FY{first}/{(first + 1) % 100:02}"
        return (
            Period.fiscal_year(first + 1, start=fiscal, name=name)
            if fiscal
            else Period.of(date(first, 1, 1), date(first + 1, 12, 31))
        )
    if found := _PART.fullmatch(day):
        day = found["after"] or found["before"]
    if found := _MONTH_FIRST.fullmatch(day):
        day = f"{found[2]}-{found[1]}"
    if found := _NUMERIC.fullmatch(day):
        if len(found[1]) != 4:
            return _in_order(found, order, text)
        day = f"{found[1]}-{found[3]}-{found[4]}"
    if _SERIAL.fullmatch(day):
        return serial_day(float(day))
    return _parsed(_spelled_out(day), text, year)


def _fiscal_quarter(found: re.Match[str], start: int | None) -> Period | None:
    """Q3 of 2023/24, in fiscal years that begin with month `start`. Raises ValueRefused where that is not known."""
    parts = {name.strip("_"): value for name, value in found.groupdict().items() if value}
    first, quarter = 2000 + int(parts["year"]) % 100, int(parts["quarter"])
    if int(parts["end"]) % 100 != (first + 1) % 100:
        return None
    if not start:
        raise ValueRefused(
            _("“{text}” is a quarter of a fiscal year whose first month is not known").format(text=found[0]),
            _("set fiscal_year_start = 4 (for April) in a map"),
        )
    begin = add_months(date(first, start, 1), 3 * quarter - 3)
    return Period.of(begin, month_end(add_months(begin, 2)))


def stage_named(text: str) -> str | None:
    """The stage that a word beside a day names: completed for 2023年6月竣工."""
    for found in _DONE.finditer(text.strip()):
        for name, word in found.groupdict().items():
            if word:
                return name.removeprefix("before_")
    return None


def _spelled_out(day: str) -> str:
    """Jun-25 as Jun 2025, 25-Jun-25 as 25 Jun 2025, and months of other languages in English."""
    if not day.isascii() or re.search("[a-z]{3}", day, re.IGNORECASE):
        for english, others in _MONTHS.items():
            day = re.sub(rf"\b(?:{others})\b\.?", english, day, flags=re.IGNORECASE)
        day = re.sub(r"(?<=[0-9a-z]) (?:de|del) (?=[0-9a-z])", " ", day, flags=re.IGNORECASE)
    day = re.sub(r"^([0-9]{1,2})\. ?(?=[a-z])", r"\1 ", day, flags=re.IGNORECASE)
    if found := _SHORT_MONTH.fullmatch(day):
        return f"{found[1]} {century(int(found[2]))}"
    if found := _SHORT_DAY.fullmatch(day):
        return f"{found[1]} {found[2]} {century(int(found[3]))}"
    return day


def _in_order(found: re.Match[str], order: str | None, text: str) -> Period:
    short = len(found[4]) <= 2
    if order is None and found[1].zfill(2) == found[3].zfill(2) and not short:
        order = DMY
    if order is None:
        raise ValueRefused(
            _("“{text}” leaves the order of day and month open").format(text=shorten(text)),
            _("give --date-order dmy, mdy or ymd, or date_order in a map"),
        )
    if order == YMD and not short:
        raise ValueRefused(_("“{text}” is not written year first, like its column").format(text=shorten(text)))
    day = _ordered(found, order)
    if day is None:
        raise ValueRefused(
            _("“{text}” is not a day in the order {order} of its column").format(text=shorten(text), order=order),
            _("correct the day, or give --date-order"),
        )
    return _in_calendar(day, text)


def _ordered(found: re.Match[str], order: str) -> date | None:
    """The day that three numbers are in an order, None where the calendar has none."""
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    short = len(found[4]) <= 2
    if order == YMD and not short:
        return None
    year, month, day = {DMY: (third, second, first), MDY: (third, first, second), YMD: (first, second, third)}[order]
    try:
        return date(century(year) if short else year, month, day)
    except ValueError:
        return None


def _in_calendar(day: date, written: str) -> Period:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueRefused(
            _("“{text}” is outside the years {first} to {last}").format(
                text=shorten(written), first=FIRST_YEAR, last=LAST_YEAR
            ),
            _("check the year"),
        )
    return Period.day(day)


def _parsed(day: str, written: str, year: int | None) -> Period:
    if not year and not _NAMES_YEAR.search(day.translate(_DIGITS)):
        sentence = _("“{text}” is not a day or period with its year")
        raise ValueRefused(sentence.format(text=shorten(written)), _year_hint())
    try:
        return parse_period(day, today=_ANY_DAY, year=year)
    except ValueRefused as reason:
        raise ValueRefused(str(reason), _year_hint()) from None


_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}


def has_not_happened(text: str) -> bool:
    """Whether the text says that there is no day yet: 未开工, 尚未竣工, not started."""
    return re.fullmatch(f"{_SPACE}(?:{_HAS_NOT}){_SPACE}", text, re.IGNORECASE) is not None


_NAME = f"{MONTH_NAME}(?![a-z])"
_YEAR = "(?<![0-9])(?P<year>(?:19|20|21)[0-9]{2})(?![0-9])"
_MONTH = "(?P<last>1[0-2]|0?[1-9])"
_FIRST = "(?P<first>1[0-2]|0?[1-9])"
_END = "(?:月份?(?:底|末)?(?:止|为止)?)"
_TO = " ?[-~—–至到] ?"
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}

# Each form once, the longer before the shorter; what matches is taken out of the heading.
_FORMS: tuple[tuple[str, str], ...] = (
    (f"(?:fy|fiscal year|financial year) ?{_YEAR} ?[/–-] ?(?P<end>[0-9]{{2,4}})(?![0-9])", "fiscal"),
    (f"{_YEAR} ?[/–-] ?(?P<end>1[3-9]|[2-9][0-9]|20[0-9]{{2}})(?![0-9/.-])", "fiscal"),
    (f"{_YEAR}/(?P<end>0[0-9]|1[0-2])(?![0-9/.\u4e00-\u9fff])", "fiscal"),
    (r"(?<![a-z])(?:fy|fiscal year|financial year) ?'?(?P<year>20[0-9]{2}|[0-9]{2})(?![0-9])", "fiscal"),
    ("(?:financial|fiscal) year(?= [a-z])", "fiscal year"),
    (f"(?:截至|截止到?|至|到) ?{_YEAR} ?[年.-] ?{_MONTH}{_END}?", "until"),
    (f"(?:截至|截止到?|至|到)? ?{_YEAR} ?年[底末]", "until year"),
    (f"(?:截至|截止到?|至|到) ?(?<![0-9]){_MONTH}{_END}", "until"),
    (f"(?:as at|as of|to end|to the end of|to|until|up ?to) (?:[0-9]{{1,2}} )?{_NAME} ?{_YEAR}", "until"),
    (f"(?:as at|as of|up ?to|until|till|to|bis) (?P<day>1[3-9]|2[0-9]|3[01])[./-]{_MONTH}[./-]{_YEAR}", "until day"),
    (f"(?<![0-9])(?P<day>1[3-9]|2[0-9]|3[01])[./-]{_MONTH}[./-]{_YEAR}", "day"),
    (f"{_YEAR} ?[-/.] ?{_MONTH}[-/.](?P<day>[0-9]{{1,2}})(?: 00:00:00)?(?![0-9])", "day"),
    (f"{_YEAR} ?年? ?{_FIRST}(?:月份?)?{_TO}{_MONTH}月份?", "range"),
    (f"{_YEAR} ?[年/.-] ?{_MONTH}(?:月份?)?(?![0-9])", "month"),
    ("(?<![0-9])(?P<year>(?:19|20|21)[0-9]{2})(?P<last>0[1-9]|1[0-2])(?![0-9])", "month"),
    (f"{_YEAR} ?年?[- ]?q(?P<quarter>[1-4])(?![0-9])", "quarter"),
    (f"q(?P<quarter>[1-4])[- ]?{_YEAR}", "quarter"),
    (f"{_YEAR} ?年?[- ]?h(?P<half>[12])(?![0-9])", "half"),
    (f"(?:[0-9]{{1,2}} )?{_NAME}[- ,]*{_YEAR}", "month"),
    (f"{_NAME}[- ']+(?P<short>[0-9]{{2}})(?![0-9])", "month"),
    (f"{_YEAR} ?(?:年度?)?", "year"),
    (f"(?<![0-9]){_FIRST}(?:月份?)?{_TO}{_MONTH}月份?", "range"),
    ("前三季度", "three quarters"),
    ("第?(?P<quarter>[1-4一二三四])季度", "quarter"),
    ("上半年", "first half"),
    ("下半年", "second half"),
    (f"(?<![0-9]){_MONTH}月份?", "month"),
    (f"^{_NAME}$", "month"),
    ("(?:年初至今|年初以来|year[- ]to[- ]date|ytd)", "ytd"),
    ("(?:自?(?:开工|开始|项目开工|建设)以来|自(?:项目)?开工起?(?=累计)|项目累计|to[- ]date|since start)", "cumulative"),
    ("(?:本年度?|当年|今年|年内|年度|this year|in[- ]year|current year)", "this year"),
    ("(?:本月|当月|this month|current month)", "this month"),
    ("(?:累计|cumulative)", "running"),
)


@dataclass(frozen=True, slots=True)
class When:
    """What a heading says of its time; months are 1 to 12, what is not said is None, False or "".

    `until` is 截至…; `running` "cumulative" or "ytd" or, for a bare 累计, "running"; `this` is "month" or "year".
    `fiscal` is the name of a fiscal year that ends in `year`, "FY2013/14" or "FY2014".
    """

    year: int | None = None
    first: int | None = None
    last: int | None = None
    day: int | None = None
    until: bool = False
    running: str = ""
    this: str = ""
    fiscal: str = ""


def split_period(text: str) -> tuple[str, When]:
    """The heading without the words of time in it, and what these say; `text` is in lower case and plain width."""
    rest, when = text, When()
    for form, what in _compiled():
        if found := form.search(rest):
            read = _read(found.groupdict(), what, when)
            if read is not None:
                rest, when = rest[: found.start()] + " " + rest[found.end() :], read
    return rest.strip(" -_/:,、，"), when


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(form), what) for form, what in _FORMS)


def _read(parts: dict[str, str | None], what: str, when: When) -> When | None:
    """`when` with what one form adds, None where it repeats what is known already."""
    if what in ("ytd", "cumulative", "running"):
        return replace(when, running=when.running or what)
    if what == "fiscal year":
        return None if when.year or when.fiscal else replace(when, fiscal="FY")
    if what == "fiscal":
        return _fiscal(parts, when)
    if what.startswith("this "):
        return None if when.this else replace(when, this=what.removeprefix("this "))
    year = int(parts["year"] or 0) if parts.get("year") else when.year
    if parts.get("year") and when.year is not None:
        return None
    if short := parts.get("short"):
        year = 2000 + int(short)
    first, last = _months(parts, what)
    if last is not None and when.last is not None:
        return None
    day = int(parts["day"] or 0) if what.endswith("day") else when.day
    until = when.until or what.startswith("until")
    return replace(when, year=year, first=first if last else when.first, last=last or when.last, day=day, until=until)


def _months(parts: dict[str, str | None], what: str) -> tuple[int | None, int | None]:
    fixed = {"three quarters": (1, 9), "first half": (1, 6), "second half": (7, 12), "until year": (12, 12)}
    if what in fixed:
        return fixed[what]
    if quarter := parts.get("quarter"):
        number = _NUMERALS.get(quarter) or int(quarter)
        return 3 * number - 2, 3 * number
    if half := parts.get("half"):
        return 6 * int(half) - 5, 6 * int(half)
    name = parts.get("name")
    last = MONTH_ABBREVIATIONS.index(name[:3]) + 1 if name else int(parts.get("last") or 0)
    first = int(parts.get("first") or 0)
    return (first or last or None), (last or None)


def _fiscal(parts: dict[str, str | None], when: When) -> When | None:
    """2013/14, FY2014: the fiscal year; None for 2013-06, which is a month."""
    if when.year is not None:
        return None
    year = int(parts["year"] or 0)
    year += 2000 if year < 100 else 0
    if not (end := parts.get("end")):
        return replace(when, year=year, fiscal=f"FY{year}")
    if int(end) not in (year + 1, (year + 1) % 100):
        return None
    return replace(when, year=year + 1, fiscal=f"FY{year}/{(year + 1) % 100:02}")
