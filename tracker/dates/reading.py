"""Reading a day or a period as people write and say it, or refusing it in a sentence: nothing is guessed.

The order of this module is that of a text's way through it: it is made plain, read as what is written out (a year with
a month, a quarter, a day), as a fiscal year, as a latest day, as a range of two of these, as what is said from today.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from tracker.dates.period import (
    HALF_NUMERALS,
    QUARTER_NUMERALS,
    THIRD_NUMERALS,
    Period,
    Precision,
    add_months,
    ends_before_it_begins,
    month_end,
)
from tracker.errors import ValueRefused
from tracker.i18n import N_, _
from tracker.text import shorten

FIRST_YEAR, LAST_YEAR = 1900, 2199
_EXAMPLES = N_("2022-09-15, 2022-09, 2022Q3, 2022H1, 2022, today, +30d")


def parse_period(text: str, *, today: date, year: int | None = None, fiscal_year_start: int = 1) -> Period:
    """The day or the range of days that `text` names, in Chinese or English.

    Written: `2022-09-15` `20220915` `2022/9/15` `2023年4月5日` `15 September 2022` `Sep 15, 2022`, `2022-09` `2022.9`
    `202209` `2022年9月` `22年9月` `二〇二二年九月` `Sep 2022`, `2023年6月上旬`, `2022Q3` `Q3 2022` `2022年三季度`
    `2022三季度` `2022年前三季度`, `2022H1` `2022年上半年`, `2022` `2022年度`.
    Ranges of any two of these: `2026-01..2026-08` `2026年1-9月` `2023.3—2024.12` `2022年10月至2024年12月` `2023-2025`
    `Jan to Sep 2026`; what the second half leaves out is that of the first, or the reverse.
    Latest days: `by 2023-06-30` `2023年6月底前` `2023年底前` `by June 2023`, read as on or before the last day named.
    Fiscal years: `FY2026` `FY2025/26` `2026财年`; see `Period.fiscal_year`; `fiscal_year_start` is their first month.
    Said from `today`: `tomorrow`, `+30d` `-2w` `+3m` `两周前`, `this month` `去年` `去年9月` `明年6月底前`,
    `月底` `end of next quarter`.

    `year` is the year of whatever names none (`1-8月`, `9月15日`, `Q3`), where a title or another column gives one;
    without it these are refused. `next friday` is the first Friday after today and `last monday` the latest Monday
    before it; 下周五 and `friday next week` are in the week (Monday to Sunday) after this one. Six digits are a month
    only where they cannot be a day with a two-digit year. Years of two digits are those from 1969 to 2068, and are read
    only before 年. Months added to a day that the target month lacks give its last day.
    Raises ValueRefused for everything else, and outside the years 1900 to 2199.
    """
    typed = _typed(text)
    reading = _Reading(typed, today, year, fiscal_year_start)
    try:
        period = _period(_plain(typed), reading)
    except OverflowError as error:
        raise _outside(typed) from error
    _require_year(period.first.year, typed)
    _require_year(period.last.year, typed)
    return period


def parse_day(text: str, *, today: date, year: int | None = None) -> date:
    """The one day that `text` names, in the forms of `parse_period`; raises ValueRefused for any other period."""
    period = parse_period(text, today=today, year=year)
    if period.precision is not Precision.DAY:
        sentences = {
            Precision.MONTH: _("“{text}” is a month: give the day, such as {day}"),
            Precision.QUARTER: _("“{text}” is a quarter: give the day, such as {day}"),
            Precision.HALF: _("“{text}” is half a year: give the day, such as {day}"),
            Precision.YEAR: _("“{text}” is a year: give the day, such as {day}"),
            Precision.SPAN: _("“{text}” is a range of days: give one day, such as {day}"),
            Precision.BY: _("“{text}” is a latest day: give the day itself, such as {day}"),
        }
        is_range = period.precision in (Precision.SPAN, Precision.BY)
        day = period.first if is_range else period.first.replace(day=15)
        raise _refused(sentences[period.precision], _typed(text), day=day.isoformat())
    return period.first


def split_range(text: str, *, today: date) -> tuple[Period, Period] | None:
    """Both ends of a range as they are written, such as March 2023 and December 2024 of `2023.3—2024.12`.

    None where the text is no range, or may be divided in two ways. Raises ValueRefused where it ends before it begins.
    """
    typed = _typed(text)
    reading = _Reading(typed, today, None, 1)
    plain = re.sub(r"(?<=[0-9月日年底]) *[/、,，;] *(?=[0-9]{4}(?:年|[-.][0-9]))", "—", _plain(typed))
    short = re.fullmatch(f"(20[0-9]{{2}})年?(?:{_TO}|/)([0-9]{{2}})(年?)", plain)
    if short and (int(short[2]) > 12 or short[3]) and 2000 + int(short[2]) >= int(short[1]):
        # 2023-24: of the last year two digits are written.
        return Period.year(int(short[1])), Period.year(2000 + int(short[2]))
    found = []
    for sign in re.finditer(_TO, plain):
        try:
            ends = _ends(plain[: sign.start()], plain[sign.end() :], reading)
        except ValueRefused:
            continue
        if ends is not None and not ends[1].before(ends[0]):
            found.append(ends)
    return found[0] if found and all(ends == found[0] for ends in found) else None


class _Reading(NamedTuple):
    """What a text is read with: the text as it was typed, for refusals, and the day and years it may lean on."""

    typed: str
    today: date
    year: int | None
    fiscal_year_start: int


def _refused(sentence: str, text: str, **words: object) -> ValueRefused:
    """A date is refused: what was read, why it is not taken, and what would be."""
    return ValueRefused(sentence.format(text=shorten(text), **words))


def _outside(typed: str) -> ValueRefused:
    sentence = _("“{text}” is outside the years {first} to {last}: check the year")
    return _refused(sentence, typed, first=FIRST_YEAR, last=LAST_YEAR)


# --- plain text ----------------------------------------------------------------------------------------------------

_LONGEST = 60
_EDGES = " \t\r\n"
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_BLANKS = dict.fromkeys(map(ord, "\u3000\u00a0"), " ")
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2013\u2212"), "-")
_LONG_DASHES = dict.fromkeys(map(ord, "\u2015\u2500\u30fc"), "—")
_WAVES = dict.fromkeys(map(ord, "\u301c\u223c"), "~")
_KOREAN = str.maketrans("년월일", "年月日")
_SIGNS: dict[int, int | str] = {**_FULL_WIDTH, **_BLANKS, **_HYPHENS, **_LONG_DASHES, **_WAVES, **_KOREAN}
_CHINESE = "[\u4e00-\u9fff〇○]"
_ONES = "一二三四五六七八九"
_YEAR_DIGITS = {"〇": "0", "○": "0", "零": "0", "o": "0"} | {sign: str(value) for value, sign in enumerate(_ONES, 1)}
# Patterns are kept as text: `re` compiles and remembers the ones that are needed.
_YEAR_DIGIT = f"[{''.join(_YEAR_DIGITS)}]"
# 二〇二三年; two digits only where a month follows, because 二三年 is also "two or three years".
_CHINESE_YEAR = (
    f"(?<![{_ONES}十])(?:{_YEAR_DIGIT}{{4}}(?=年|至|到|[-—~])|{_YEAR_DIGIT}{{2}}(?=年[{_ONES}十0-9]{{1,3}}月))"
)
# 九月, 二十一日, and the first half of 一至九月.
_CHINESE_NUMBER = (
    f"(?<![{_ONES}十百千两零〇周第])(?:[{_ONES}]?十[{_ONES}]?|[{_ONES}])(?=[月日号])"
    f"|(?:(?<=[年月])|^)(?:十[{_ONES}]?|[{_ONES}])(?=至|到|[-—~])"
)
_TWO_DIGIT_YEAR = (
    f"(?<![0-9])[0-9]{{2}}(?=年(?:[0-9]{{1,2}}(?:[-—~至到][0-9]{{1,2}})?月"
    f"|第?[1-4{QUARTER_NUMERALS}]季|前[三3]季|[{HALF_NUMERALS}]半年|[底末]))"
)
# Two-digit years up to this one are of this century, as spreadsheets and databases have it.
PIVOT = 68


def _typed(text: str) -> str:
    """The text with plain signs, single blanks and clean edges; raises ValueRefused where it cannot be a date."""
    if len(text) > _LONGEST:
        raise _refused(_("“{text}” is too long for a date: write it like {examples}"), text, examples=_(_EXAMPLES))
    plain = re.sub(" +", " ", text.translate(_SIGNS)).strip(_EDGES)
    if not plain:
        raise ValueRefused(_("The date is empty: write it like {examples}").format(examples=_(_EXAMPLES)))
    if not plain.isprintable():
        sentence = _("“{text}” holds a character that cannot be printed: write the date without it, like {examples}")
        raise _refused(sentence, text, examples=_(_EXAMPLES))
    return plain


def _plain(typed: str) -> str:
    """The text in lower case, without blanks around Chinese, with years, months and days in digits."""
    text = typed.lower()
    if text.isascii():
        return text
    text = re.sub(f" ?({_CHINESE}) ?", r"\1", text)
    text = re.sub(_CHINESE_YEAR, lambda found: "".join(_YEAR_DIGITS[sign] for sign in found[0]), text)
    text = re.sub(_CHINESE_NUMBER, lambda found: str(_count(found[0])), text)
    return re.sub(_TWO_DIGIT_YEAR, lambda found: str(century(int(found[0]))), text)


def century(short: int) -> int:
    """The year that two digits stand for."""
    return (2000 if short <= PIVOT else 1900) + short


_DIGITS = {numeral: value for value, numeral in enumerate(_ONES, start=1)} | {"两": 2, "": 0}


def _count(text: str) -> int | None:
    """The number in digits or in Chinese up to 九十九, None where the numerals make no number."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if tens not in _DIGITS or ones not in _DIGITS:
        return None
    return (_DIGITS[tens] or 1) * 10 + _DIGITS[ones] if ten else _DIGITS[ones]


def _period(text: str, reading: _Reading) -> Period:
    found = (
        _written(text, reading)
        or _fiscal_year(text, reading)
        or _latest_day(text, reading)
        or _range(text, reading)
        or _spoken(text, reading)
    )
    if found is None:
        raise _unreadable(text, reading)
    return found


# --- written out ---------------------------------------------------------------------------------------------------

_YEAR = "(?P<year>[0-9]{4})"
_MONTH = "(?P<month>[0-9]{1,2})"
_DAY = "(?P<day>[0-9]{1,2})"
_NTH_DAY = f"{_DAY}(?:st|nd|rd|th)?"
_QUARTER = f"(?P<quarter>[0-9{QUARTER_NUMERALS}])"
_HALF = f"(?P<half>[0-9{HALF_NUMERALS}])"
_THIRD = f"(?P<third>[{THIRD_NUMERALS}])旬"
_FIRST_QUARTERS = "前(?P<quarters>[23二两三])(?:个)?季度"
MONTH_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
MONTH_ABBREVIATIONS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# 201012 is October 2010 or 10 December 2020, 202209 can only be a month: six digits count where one reading is left.
_NOT_A_SHORT_DAY = "(?![0-9]{2}(?:0[1-9]|1[0-2]))"
_TO = r" ?(?:\.\.+|…|[-—~]+|至|到|(?<![a-z])to(?![a-z])) ?"

_FORMS = (
    f"{_YEAR}(?P<sign>[-/.]){_MONTH}(?P=sign){_DAY}",
    f"{_YEAR}[-/.]{_MONTH}",
    f"{_YEAR}(?:年度?)?",
    f"{_YEAR}年?[- ]?q{_QUARTER}",
    f"{_YEAR}年?[- ]?h{_HALF}",
    f"{_YEAR}年{_MONTH}月{_DAY}[日号]",
    f"{_YEAR}年{_MONTH}月份?",
    f"{_YEAR}年{_MONTH}月份?{_THIRD}",
    f"{_YEAR}(?:年第?|第| |(?=[{QUARTER_NUMERALS}])){_QUARTER}季度?",
    f"{_YEAR}年?{_FIRST_QUARTERS}",
    f"{_YEAR}年?{_HALF}半年",
    f"{_NOT_A_SHORT_DAY}{_YEAR}(?P<month>[0-9]{{2}})",
    f"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
    rf"q(?:uarter|tr\.?)? ?{_QUARTER}(?:[-/ ]|, ?)?{_YEAR}",
    f"h{_HALF}[- ]?{_YEAR}",
    f"{MONTH_NAME},?[- ]?{_YEAR}",
    f"{_NTH_DAY}[- ]?{MONTH_NAME},?[- ]?{_YEAR}",
    f"{MONTH_NAME} ?{_NTH_DAY}(?:, ?| ){_YEAR}",
)
# The same without their year, which goes before the Chinese ones and behind the English ones.
_CHINESE_WITHOUT_YEAR = (
    f"{_MONTH}月份?",
    f"{_MONTH}月{_DAY}[日号]",
    f"{_MONTH}月份?{_THIRD}",
    f"第?[1-4{QUARTER_NUMERALS}]季度?",
    _FIRST_QUARTERS,
    f"[{HALF_NUMERALS}]半年",
)
_ENGLISH_WITHOUT_YEAR = ("[qh][1-4]", MONTH_NAME, f"{_NTH_DAY}[- ]?{MONTH_NAME}", f"{MONTH_NAME} ?{_NTH_DAY}")


def _written(text: str, reading: _Reading) -> Period | None:
    """The period that `text` writes out with its year or in `reading.year`, None when it has none of the forms.

    Raises ValueRefused when the form is known and the calendar has no such month, quarter, half or day.
    """
    for form in _FORMS:
        if found := re.fullmatch(form, text):
            return _from_parts(found.groupdict(), reading.typed)
    return _in_year(text, reading.year, reading) if reading.year else None


def _in_year(text: str, year: int, reading: _Reading) -> Period | None:
    """The period that `text` writes out without its year, in `year`; None when it has none of these forms."""
    if any(re.fullmatch(form, text) for form in _CHINESE_WITHOUT_YEAR):
        return _written(f"{year:04}年{text}", reading)
    if any(re.fullmatch(form, text) for form in _ENGLISH_WITHOUT_YEAR):
        return _written(f"{text} {year:04}", reading)
    return None


def _from_parts(parts: dict[str, str | None], typed: str) -> Period:
    year = int(parts["year"] or 0)
    _require_year(year, typed)
    if quarters := parts.get("quarters"):
        return Period.months(year, 1, 3 * (_count(quarters) or 0))
    if quarter := parts.get("quarter"):
        number = QUARTER_NUMERALS.index(quarter) + 1 if quarter in QUARTER_NUMERALS else int(quarter)
        if not 1 <= number <= 4:
            sentence = _("“{text}” names quarter {quarter}: write a quarter from 1 to 4, like 2022Q3")
            raise _refused(sentence, typed, quarter=number)
        return Period.quarter(year, number)
    if half := parts.get("half"):
        number = HALF_NUMERALS.index(half) + 1 if half in HALF_NUMERALS else int(half)
        if not 1 <= number <= 2:
            raise _refused(_("“{text}” names half {half}: write 1 or 2, like 2022H1"), typed, half=number)
        return Period.half(year, number)
    if name := parts.get("name"):
        month = MONTH_ABBREVIATIONS.index(name[:3]) + 1
    elif parts.get("month"):
        month = int(parts["month"] or 0)
    else:
        return Period.year(year)
    if not 1 <= month <= 12:
        raise _refused(_("“{text}” names month {month}: write a month from 1 to 12, like 2022-09"), typed, month=month)
    if day := parts.get("day"):
        return Period.day(_day(date(year, month, 1), int(day), typed))
    if third := parts.get("third"):
        return Period.third_of_month(year, month, THIRD_NUMERALS.index(third) + 1)
    return Period.month(year, month)


def _day(first: date, day: int, typed: str) -> date:
    """The day of the month that begins on `first`."""
    last = month_end(first)
    if not 1 <= day <= last.day:
        sentence = _("“{text}” is not a day of the calendar: write a day from {month}-01 to {month}-{last}")
        raise _refused(sentence, typed, month=last.isoformat()[:7], last=last.day)
    return first.replace(day=day)


def _require_year(year: int, typed: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _outside(typed)


# --- fiscal years --------------------------------------------------------------------------------------------------

_FISCAL_DIGITS = "(?P<year>[0-9]{4}|[0-9]{2})(?:[-/](?P<end>[0-9]{4}|[0-9]{2}))?"
_FISCAL_FORMS = (
    rf"(?:fy|fiscal(?: year)?|financial year)[- ]?{_FISCAL_DIGITS}(?: ?\((?P<days>[^()]+)\))?",
    rf"{_FISCAL_DIGITS}(?:年)?(?:财年|财政年度|会计年度)(?:\((?P<days>[^()]+)\))?",
)


def _fiscal_year(text: str, reading: _Reading) -> Period | None:
    """The fiscal year that `text` names, None when it names none.

    Behind `FY2026` its days may stand in brackets, as `Period.iso` writes them; these go before `fiscal_year_start`.
    """
    found = next((match for form in _FISCAL_FORMS if (match := re.fullmatch(form, text))), None)
    if found is None:
        return None
    first = int(found["year"]) if len(found["year"]) == 4 else century(int(found["year"]))
    if not found["end"]:
        ends, name = first, f"FY{first:04}"
    else:
        ends, name = first + 1, f"FY{first:04}/{(first + 1) % 100:02}"
        if int(found["end"]) not in (ends, ends % 100):
            raise _not_a_fiscal_year(reading.typed)
    _require_year(first, reading.typed)
    if found["days"]:
        days = _period(found["days"], reading._replace(year=None))
        named = Period.of(days.first, days.last, name)
        if not named.iso().startswith("FY"):
            raise _not_a_fiscal_year(reading.typed)
        return named
    if found["end"] and reading.fiscal_year_start == 1:
        sentence = _("“{text}” is in two calendar years, and fiscal years begin in January here: set fiscal_year_start")
        raise _refused(sentence, reading.typed)
    return Period.fiscal_year(ends, start=reading.fiscal_year_start, name=name)


def _not_a_fiscal_year(typed: str) -> ValueRefused:
    return _refused(_("“{text}” is not a fiscal year of twelve months: write it like FY2026 or FY2025/26"), typed)


# --- latest days ---------------------------------------------------------------------------------------------------

_LATEST_FORMS = (
    "(?:by|on or before|(?:no|not) later than)(?: the)? (?P<whole>.+)",
    "(?:不晚于|不迟于|最晚|最迟)(?P<whole>.+)",
)
_BEFORE = "(?P<whole>.+?)(?:以|之)?前"


def _latest_day(text: str, reading: _Reading) -> Period | None:
    """On or before the last day of what `text` names; None when it names no latest day.

    2023年6月底前 includes the 30th. 2023年6月前 is in June to some and before it to others: raises ValueRefused.
    """
    for form in _LATEST_FORMS:
        if found := re.fullmatch(form, text):
            period = _end(found["whole"], reading)
            return Period.by(period.last) if period else None
    found = re.fullmatch(_BEFORE, text)
    period = _end(found["whole"], reading) if found else None
    if period is None:
        return None
    if period.precision is not Precision.DAY:
        sentence = _("“{text}” may be before {first} or up to {last}: write by {before} or by {last}")
        raise _refused(
            sentence, reading.typed, first=period.first, last=period.last, before=period.first - timedelta(days=1)
        )
    return Period.by(period.last)


# --- ranges --------------------------------------------------------------------------------------------------------

_Q = f"[1-4{QUARTER_NUMERALS}]"
# Two numbers share the sign behind the second: 2026年1-9月, 一至三季度, 6月5-8日, 2026Q1-Q3.
_SHARED_FORMS = (
    f"(?:{_YEAR}[年.])?(?P<from>[0-9]{{1,2}}){_TO}(?P<to>[0-9]{{1,2}})(?P<unit>月)份?",
    f"(?:{_YEAR}年?)?第?(?P<from>{_Q}){_TO}第?(?P<to>{_Q})(?P<unit>季)度?",
    f"{_YEAR}[- ]?q(?P<from>[0-9]){_TO}q?(?P<to>[0-9])",
    f"(?:{_YEAR}年)?(?P<head>[0-9]{{1,2}}月)(?P<from>[0-9]{{1,2}}){_TO}(?P<to>[0-9]{{1,2}})(?P<unit>[日号])",
)


def _range(text: str, reading: _Reading) -> Period | None:
    """The days from one date to another that `text` names, None when it names none.

    A sign that divides dates may also be inside them, so each place is tried; raises ValueRefused where the halves are
    read and are no range.
    """
    for form in _SHARED_FORMS:
        if found := re.fullmatch(form, text):
            return _shared(found.groupdict(), reading)
    readings: list[Period] = []
    refused: ValueRefused | None = None
    for found in re.finditer(_TO, text):
        try:
            ends = _ends(text[: found.start()], text[found.end() :], reading)
            if ends is not None:
                readings.append(_from_to(*ends, reading))
        except ValueRefused as reason:
            refused = refused or reason
    if refused and not readings:
        raise refused
    return readings[0] if readings and all(period == readings[0] for period in readings) else None


def _shared(parts: dict[str, str | None], reading: _Reading) -> Period | None:
    year = parts.get("year") or (f"{reading.year:04}" if reading.year else None)
    if year is None:
        return None
    head, unit = parts.get("head") or "", parts.get("unit") or "季"
    first = _written(f"{year}年{head}{parts['from']}{unit}", reading)
    last = _written(f"{year}年{head}{parts['to']}{unit}", reading)
    return _from_to(first, last, reading) if first and last else None


def _from_to(first: Period, last: Period, reading: _Reading) -> Period:
    if last.last < first.first:
        raise ends_before_it_begins(reading.typed, Period.of(last.first, first.last).iso())
    return Period.of(first.first, last.last)


def _ends(one: str, other: str, reading: _Reading) -> tuple[Period, Period] | None:
    """Both ends of a range; an end without a year is in the year of the other one."""
    first, last = _end(one, reading), _end(other, reading)
    if first is None and last is not None:
        first = _in_year(one, last.first.year, reading)
    if last is None and first is not None:
        last = _in_year(other, first.last.year, reading) or _day_of_month(other, first, reading)
    return (first, last) if first and last else None


def _day_of_month(text: str, first: Period, reading: _Reading) -> Period | None:
    """The day that 2023年6月5日至8日 ends on."""
    found = re.fullmatch(f"{_DAY}[日号]", text)
    if found is None or first.precision is not Precision.DAY:
        return None
    return Period.day(_day(first.first.replace(day=1), int(found["day"]), reading.typed))


def _end(text: str, reading: _Reading) -> Period | None:
    """One end of a range, or a latest day: what is written out, a fiscal year, or what is said from today."""
    return _written(text, reading) or _fiscal_year(text, reading) or _from_today(text, reading)


# --- said from today -----------------------------------------------------------------------------------------------

_NAMED_DAYS = {"today": 0, "今天": 0, "今日": 0, "yesterday": -1, "昨天": -1, "昨日": -1, "前天": -2}
_NAMED_DAYS |= {"tomorrow": 1, "明天": 1, "明日": 1, "后天": 2}
_NAMED_YEARS = {"今": 0, "去": -1, "前": -2, "明": 1, "后": 2}
_STEPS = {"this": 0, "last": -1, "next": 1, "本": 0, "这": 0, "这个": 0, "上": -1, "上个": -1, "下": 1, "下个": 1}
_CHINESE_STEP = "(?P<step>本|这个?|上个?|下个?)"
_ENGLISH_STEP = "(?P<step>this|last|next)"

_ENGLISH_UNIT = "(?P<unit>days?|weeks?|months?|years?)"
_OFFSETS = (
    "(?P<sign>[+-]) ?(?P<count>[0-9]+) ?(?P<unit>[dwmy]|days?|weeks?|months?|years?)",
    f"(?P<sign>in) (?P<count>[0-9]+) {_ENGLISH_UNIT}",
    f"(?P<count>[0-9]+) {_ENGLISH_UNIT} (?P<sign>ago)",
    # Not 日 and not 月 alone: 5日前 is "before the 5th" and 3月后 "after March".
    "(?P<count>[0-9]+|[一二两三四五六七八九十]+)(?P<unit>天|周|个?星期|个月|年)(?:以|之)?(?P<sign>[前后])",
)
_BACKWARDS = ("-", "ago", "前")
_DAYS_OF = {"d": 1, "天": 1, "w": 7, "周": 7, "星": 7}
_MONTHS_OF = {"m": 1, "月": 1, "y": 12, "年": 12}

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = (
    "(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_CHINESE_WEEKDAY = "(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
_CHINESE_WEEKDAYS = {numeral: index for index, numeral in enumerate("一二三四五六日")} | {"天": 6}

_BARE_UNITS = {"月": "本月", "季": "本季度", "季度": "本季度", "年": "本年"}
_BARE_UNITS |= {"month": "this month", "quarter": "this quarter", "year": "this year"}
_ENDS = (
    "(?:year[- ])?end[- ](?:of )?(?:the )?(?P<whole>.+)",
    "(?P<whole>年|月|季度?)[底末]",
    "(?P<whole>.+?(?P<unit>年|月|季度?))(?P=unit)?[底末]",
)


def _spoken(text: str, reading: _Reading) -> Period | None:
    """The period that `text` says from today, None when it has none of the forms.

    Raises ValueRefused when the form is known and the date is not clear or not in the calendar, OverflowError beyond
    the years of the calendar.
    """
    found = _from_today(text, reading)
    if found is None and (written := _in_numbers(text, reading.today)) != text:
        found = _range(written, reading)
    return found


def _from_today(text: str, reading: _Reading) -> Period | None:
    if text in _NAMED_DAYS:
        return Period.day(reading.today + timedelta(days=_NAMED_DAYS[text]))
    if day := _offset(text, reading.today) or _weekday(text, reading):
        return Period.day(day)
    return _end_of_unit(text, reading) or _written(_in_numbers(text, reading.today), reading)


def _offset(text: str, today: date) -> date | None:
    for form in _OFFSETS:
        if found := re.fullmatch(form, text):
            count = _count(found["count"])
            if count is None:
                return None
            unit, count = found["unit"].lstrip("个")[0], -count if found["sign"] in _BACKWARDS else count
            is_days = unit in _DAYS_OF
            return (
                today + timedelta(days=count * _DAYS_OF[unit])
                if is_days
                else add_months(today, count * _MONTHS_OF[unit])
            )
    return None


def _weekday(text: str, reading: _Reading) -> date | None:
    """The day of a named week, or the nearest such weekday: `next` is the first after today, `last` the latest before.

    A bare English weekday is the coming one, and refused on that very weekday; a bare Chinese one is refused, because
    周一 is as often the Monday gone by. Weeks begin on Monday.
    """
    today, typed = reading.today, reading.typed
    if found := re.fullmatch(f"{_CHINESE_STEP}{_CHINESE_WEEKDAY}", text):
        return _in_week(today, _STEPS[found["step"]], _CHINESE_WEEKDAYS[found["weekday"]])
    if re.fullmatch(_CHINESE_WEEKDAY, text):
        raise _which_week(typed, f"本{text}", f"下{text}")
    if found := re.fullmatch(f"{_WEEKDAY} (?:of )?{_ENGLISH_STEP} week", text):
        return _in_week(today, _STEPS[found["step"]], _WEEKDAYS.index(found["weekday"][:3]))
    if found := re.fullmatch(f"(?:{_ENGLISH_STEP} )?{_WEEKDAY}", text):
        return _nearest(today, found["step"], _WEEKDAYS.index(found["weekday"][:3]), typed)
    return None


def _which_week(typed: str, this: str, next_one: str) -> ValueRefused:
    return _refused(_("“{text}” may be this week or the next: write {this} or {next}"), typed, this=this, next=next_one)


def _in_week(today: date, weeks: int, weekday: int) -> date:
    return today + timedelta(days=7 * weeks + weekday - today.weekday())


def _nearest(today: date, step: str | None, weekday: int, typed: str) -> date:
    if step == "this":
        return _in_week(today, 0, weekday)
    if step == "last":
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    if step is None and weekday == today.weekday():
        raise _which_week(typed, "today", f"next {typed}")
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _end_of_unit(text: str, reading: _Reading) -> Period | None:
    for form in _ENDS:
        if found := re.fullmatch(form, text):
            whole = _in_numbers(_BARE_UNITS.get(found["whole"], found["whole"]), reading.today)
            period = _written(whole, reading) or _fiscal_year(whole, reading)
            is_unit = period is not None and period.precision not in (Precision.DAY, Precision.SPAN)
            return Period.day(period.last) if period is not None and (is_unit or period.text) else None
    return None


def _in_numbers(text: str, today: date) -> str:
    """The text with its leading words for a year, quarter or month replaced: 去年9月 becomes 2022年9月."""
    if found := re.match("(?P<word>[今去前明后])年", text):
        return f"{today.year + _NAMED_YEARS[found['word']]}年{text[found.end() :]}"
    found = re.match(f"{_CHINESE_STEP}(?P<unit>年|季度?|月)", text)
    found = found or re.match(f"{_ENGLISH_STEP} (?P<unit>year|quarter|month)", text)
    if found is None:
        return text
    step, unit, rest = _STEPS[found["step"]], found["unit"], text[found.end() :]
    if unit in ("year", "年"):
        return f"{today.year + step}年{rest}"
    month = add_months(today, step if unit in ("month", "月") else 3 * step)
    return (
        f"{month.year}年" + (f"{month.month}月" if unit in ("month", "月") else f"{(month.month + 2) // 3}季度") + rest
    )


# --- nearly a date -------------------------------------------------------------------------------------------------

_YEAR_LAST = "[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"
_SHORT_YEAR = "[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"


def _unreadable(text: str, reading: _Reading) -> ValueRefused:
    """Why a text is no date: the particular reason where it is nearly one."""
    typed, today = reading.typed, reading.today
    if re.fullmatch(_YEAR_LAST, text):
        return _refused(
            _("“{text}” leaves the order of day and month open: write the year first, like 2023-04-05 for 5 April"),
            typed,
        )
    if re.fullmatch(_SHORT_YEAR, text):
        return _refused(
            _("“{text}” leaves open which digits are the year: write all four of them, like 2023-04-05 or 2023-04"),
            typed,
        )
    of_this_year = reading._replace(year=today.year)
    ways = (_written, _latest_day, _range, _spoken)
    try:
        lacks_year = reading.year is None and any(way(text, of_this_year) is not None for way in ways)
    except ValueRefused:
        # A date, be it one that the calendar lacks.
        lacks_year = True
    if lacks_year:
        example = f"{today.year}年{typed}" if re.search(_CHINESE, typed) else f"{typed} {today.year}"
        return _refused(_("“{text}” has no year: write it with one, like {example}"), typed, example=example)
    return _refused(_("“{text}” is not a day or a period: write it like {examples}"), typed, examples=_(_EXAMPLES))
