"""The time that a heading or title speaks of: 2023年1-6月, 截至6月底累计, 本月, Jan 2023, 2013/14, year to date."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

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
    (f"(?:fy|fiscal year|financial year) ?{_YEAR} ?[/–-] ?(?P<end>[0-9]{{2,4}})(?![0-9])", "fiscal"),
    (f"{_YEAR} ?[/–-] ?(?P<end>1[3-9]|[2-9][0-9]|20[0-9]{{2}})(?![0-9/.-])", "fiscal"),
    (f"{_YEAR}/(?P<end>0[0-9]|1[0-2])(?![0-9/.\u4e00-\u9fff])", "fiscal"),
    (r"(?<![a-z])(?:fy|fiscal year|financial year) ?'?(?P<year>20[0-9]{2}|[0-9]{2})(?![0-9])", "fiscal"),
    ("(?:financial|fiscal) year(?= [a-z])", "fiscal year"),
    (f"(?:截至|截止到?|至|到) ?{_YEAR} ?[年.-] ?{_MONTH}{_END}?", "until"),
    (f"(?:截至|截止到?|至|到) ?{_YEAR} ?年[底末]", "until year"),
    (f"(?:截至|截止到?|至|到) ?(?<![0-9]){_MONTH}{_END}", "until"),
    (f"(?:as at|as of|to end|to the end of|to|until|up ?to) (?:[0-9]{{1,2}} )?{_NAME} ?{_YEAR}", "until"),
    (f"(?<![0-9])(?P<day>1[3-9]|2[0-9]|3[01])[./-]{_MONTH}[./-]{_YEAR}", "day"),
    (f"{_YEAR} ?[-/.] ?{_MONTH}[-/.](?P<day>[0-9]{{1,2}})(?: 00:00:00)?(?![0-9])", "day"),
    (f"{_YEAR} ?年? ?{_FIRST}(?:月份?)?{_TO}{_MONTH}月份?", "range"),
    (f"{_YEAR} ?[年/.-] ?{_MONTH}(?:月份?)?(?![0-9])", "month"),
    (f"{_YEAR}(?P<last>0[1-9]|1[0-2])(?![0-9])", "month"),
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
    ("(?:自?开工以来|自?开始以来|项目累计|to[- ]date|since start)", "cumulative"),
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
