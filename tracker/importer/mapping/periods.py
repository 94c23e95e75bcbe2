"""The time a heading or title speaks of: 2023年1-6月, 截至6月底累计, 本月, Jan 2023, year to date."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from tracker.dates import Period, month_end
from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.importer.mapping.folding import folded

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?(?![a-z])"
)
_YEAR = "(?<![0-9])(?P<year>(?:19|20|21)[0-9]{2})(?![0-9])"
_MONTH = "(?P<last>1[0-2]|0?[1-9])"
_FIRST = "(?P<first>1[0-2]|0?[1-9])"
_END = "(?:月份?(?:底|末)?(?:止|为止)?)"
_TO = " ?[-~—–至到] ?"
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}

# Each form once, the longer before the shorter; what matches is taken out of the heading.
_FORMS: tuple[tuple[str, str], ...] = (
    (f"(?:截至|截止到?|至|到) ?{_YEAR} ?[年.-] ?{_MONTH}{_END}?", "until"),
    (f"(?:截至|截止到?|至|到) ?{_YEAR} ?年[底末]", "until year"),
    (f"(?:截至|截止到?|至|到) ?(?<![0-9]){_MONTH}{_END}", "until"),
    (f"(?:as at|as of|to end|to the end of|to|until|up to) (?:[0-9]{{1,2}} )?{_NAME} ?{_YEAR}", "until"),
    (f"{_YEAR} ?[-/.] ?{_MONTH}[-/.](?P<day>[0-9]{{1,2}})(?: 00:00:00)?(?![0-9])", "day"),
    (f"{_YEAR} ?年? ?{_FIRST}(?:月份?)?{_TO}{_MONTH}月份?", "range"),
    (f"{_YEAR} ?[年/.-] ?{_MONTH}(?:月份?)?(?![0-9])", "month"),
    (f"{_YEAR}(?P<last>0[1-9]|1[0-2])(?![0-9])", "month"),
    (f"{_YEAR} ?年?[- ]?q(?P<quarter>[1-4])(?![0-9])", "quarter"),
    (f"q(?P<quarter>[1-4])[- ]?{_YEAR}", "quarter"),
    (f"{_YEAR} ?年?[- ]?h(?P<half>[12])(?![0-9])", "half"),
    (f"(?:[0-9]{{1,2}} )?{_NAME}[- ,]*{_YEAR}", "month"),
    (f"{_NAME}[- ']+(?P<short>[0-9]{{2}})(?![0-9])", "month"),
    (f"(?:fy ?)?{_YEAR} ?(?:年度?)?", "year"),
    (f"(?<![0-9]){_FIRST}(?:月份?)?{_TO}{_MONTH}月份?", "range"),
    ("前三季度", "three quarters"),
    ("第?(?P<quarter>[1-4一二三四])季度", "quarter"),
    ("上半年", "first half"),
    ("下半年", "second half"),
    (f"(?<![0-9]){_MONTH}月份?", "month"),
    (f"^{_NAME}$", "month"),
    ("(?:年初至今|年初以来|year[- ]to[- ]date|ytd)", "ytd"),
    ("(?:自?开工以来|自?开始以来|项目累计|to[- ]date|since start)", "cumulative"),
    ("(?:本年度?|当年|今年|年内|年度|this year|in[- ]year|current year)", "this year"),
    ("(?:本月|当月|this month|current month)", "this month"),
    ("(?:累计|cumulative)", "running"),
)
_COMPILED: list[tuple[re.Pattern[str], str]] = []


@dataclass(frozen=True, slots=True)
class When:
    """What a heading says of its time; months are 1 to 12, what is not said is None, False or "".

    `until` is 截至…; `running` "cumulative" or "ytd" or, for a bare 累计, "running"; `this` is "month" or "year".
    """

    year: int | None = None
    first: int | None = None
    last: int | None = None
    day: int | None = None
    until: bool = False
    running: str = ""
    this: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What the texts around a table say of its time, and which of them said it ("" for none)."""

    when: When = When()
    origin: str = ""


class Unclear(ValueRefused):
    """A heading whose period cannot be told; the message is the question."""


def split_period(text: str) -> tuple[str, When]:
    """The heading without the words of time in it (folded), and what these say."""
    rest, when = folded(text), When()
    for form, what in _forms():
        if found := form.search(rest):
            read = _read(found.groupdict(), what, when)
            if read is not None:
                rest, when = rest[: found.start()] + " " + rest[found.end() :], read
    return rest.strip(" -_/:,、，"), when


def _forms() -> list[tuple[re.Pattern[str], str]]:
    if not _COMPILED:
        _COMPILED.extend((re.compile(form), what) for form, what in _FORMS)
    return _COMPILED


def _read(parts: dict[str, str | None], what: str, when: When) -> When | None:
    """`when` with what one form adds, None where it repeats what is known already."""
    if what in ("ytd", "cumulative", "running"):
        return replace(when, running=when.running or what)
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
    day = int(parts["day"] or 0) if what == "day" else when.day
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
    last = _MONTHS.index(name[:3]) + 1 if name else int(parts.get("last") or 0)
    first = int(parts.get("first") or 0)
    return (first or last or None), (last or None)


def resolve(kind: str, when: When, context: When) -> tuple[Period | None, str]:
    """The period and basis of a figure of a capital kind. Raises Unclear, with the question to ask."""
    if kind == "total":
        return None, "period"
    if kind == "plan":
        return Period.year(_year(when, context)), "period"
    if when == When():
        return _untold(context)
    return _told(when, context)


def _year(when: When, context: When) -> int:
    year = when.year or context.year
    if year is None:
        raise Unclear(_("which year does it speak of?"))
    return year


def _untold(context: When) -> tuple[Period | None, str]:
    """A heading without time takes that of the title, where the title names more than the month it was made in."""
    if context.year is None or (context.first == context.last is not None and not context.until):
        raise Unclear(_("which period does it speak of?"))
    return _told(context, When())


def _told(when: When, context: When) -> tuple[Period, str]:
    if when.day and when.year and when.last:
        return Period.day(_day(when.year, when.last, when.day)), "period"
    if when.this == "month":
        return _this_month(context), "period"
    if when.last is not None and when.first is not None:
        return _months_named(_year(when, context), when, when.first, when.last)
    if when.running and when.this != "year" and when.year is None and when.running != "ytd":
        return _this_month(context), "cumulative"
    return _of_the_year(_year(when, context), context, named=when.year is not None)


def _months_named(year: int, when: When, first: int, last: int) -> tuple[Period, str]:
    in_year = when.this == "year" or when.running == "ytd"
    if when.until or (first == last and when.running):
        return Period.month(year, last), "ytd" if in_year else "cumulative"
    if first == 1 and 1 < last < 12:
        return Period.month(year, last), "ytd"
    if last < first:
        raise Unclear(_("the months run backwards: which period does it speak of?"))
    return Period(date(year, first, 1), month_end(date(year, last, 1))), "period"


def _this_month(context: When) -> Period:
    if context.year is None or context.last is None:
        raise Unclear(_("which month does it speak of?"))
    return Period.month(context.year, context.last)


def _of_the_year(year: int, context: When, *, named: bool) -> tuple[Period, str]:
    """The year so far where the table was made within it, else the whole year."""
    if context.year == year and context.last is not None and context.last < 12:
        return Period.month(year, context.last), "ytd"
    if named or context.year is not None:
        return Period.year(year), "period"
    raise Unclear(_("which year does it speak of?"))


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unclear(_("there is no such day: which period does it speak of?")) from None


def context_of(texts: list[tuple[str, str]]) -> Context:
    """What the first of `texts` (what each is, the text) with a year in it says: a title, a sheet, a file name."""
    for origin, text in texts:
        _rest, when = split_period(text)
        if when.year is not None:
            return Context(when, origin)
    return Context()
