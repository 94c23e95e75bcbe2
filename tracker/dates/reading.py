"""Reading a day or a period as people write it, or refusing it in a sentence: nothing is guessed."""

from __future__ import annotations

import re
from datetime import date

from tracker.dates import refusals
from tracker.dates.period import Period, Precision
from tracker.dates.spoken import read_spoken
from tracker.dates.written import read_written, refuse_unclear, require_year

_LONGEST = 60
_EDGES = " \t\r\n"
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_BLANKS = dict.fromkeys(map(ord, "\u3000\u00a0"), " ")
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2013\u2212"), "-")
_PLAIN: dict[int, int | str] = {**_FULL_WIDTH, **_BLANKS, **_HYPHENS}
_CHINESE = "[\u4e00-\u9fff]"


def parse_period(text: str, *, today: date) -> Period:
    """The day, month, quarter, half, year or `first..last` that `text` names, in Chinese or English.

    Written: `2022-09-15` `20220915` `2022/9/15` `2023年4月5日` `15 September 2022` `Sep 15, 2022`, `2022-09` `2022.9`
    `202209` `2022年9月` `Sep 2022`, `2022Q3` `Q3 2022` `2022年三季度`, `2022H1` `2022年上半年`, `2022` `2022年度`.
    Said from `today`: `tomorrow`, `+30d` `-2w` `+3m` `两周前`, `this month` `去年` `去年9月`,
    `月底` `end of next quarter`.

    `next friday` is the first Friday after today and `last monday` the latest Monday before it; 下周五 and
    `friday next week` are in the week (Monday to Sunday) after this one. Six digits are a month only where they cannot
    be a day with a two-digit year. Months added to a day that the target month lacks give its last day.
    Raises ValueRefused for everything else, and outside the years 1900 to 2199.
    """
    typed = _typed(text)
    try:
        period = _read(typed, today)
    except OverflowError as error:
        raise refusals.year_outside(typed) from error
    require_year(period.first.year, typed)
    require_year(period.last.year, typed)
    return period


def parse_day(text: str, *, today: date) -> date:
    """The one day that `text` names, in the forms of `parse_period`; raises ValueRefused for a longer period too."""
    period = parse_period(text, today=today)
    if period.precision is not Precision.DAY:
        raise refusals.too_coarse(_typed(text), period.precision, period.first)
    return period.first


def _typed(text: str) -> str:
    """The text with plain signs, single blanks and clean edges; raises ValueRefused where it cannot be a date."""
    if len(text) > _LONGEST:
        raise refusals.too_long(text)
    plain = re.sub(" +", " ", text.translate(_PLAIN)).strip(_EDGES)
    if not plain:
        raise refusals.empty()
    if not plain.isprintable():
        raise refusals.unprintable(text)
    return plain


def _read(typed: str, today: date) -> Period:
    text = re.sub(f" ?({_CHINESE}) ?", r"\1", typed.lower())
    period = read_written(text, typed) or read_spoken(text, typed, today)
    if period is None:
        refuse_unclear(text, typed, today)
        raise refusals.unreadable(typed)
    return period
