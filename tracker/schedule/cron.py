"""When a schedule runs: cron expressions, times as people say them, and the next moments in a zone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.errors import Refused, ValueRefused
from tracker.i18n import _
from tracker.text import did_you_mean, fold, shorten, unknown_word

if TYPE_CHECKING:
    from cronsim import CronSim

MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LONGEST = 120
_SINCE = re.compile("(?:,? (?:from|starting|beginning)(?: on)? | ?[,从]+)([0-9]{4}-[0-9]{2}-[0-9]{2})起?$")
# What stands behind the five fields: working days of the month, or every so many weeks from that of a day.
RULE = re.compile(
    "WD(?:(?P<nth>-?[1-9][0-9]?)|<(?P<before>[1-9]|[12][0-9]|3[01]))?"
    "|(?P<weeks>[2-9]|[1-4][0-9]|5[0-2])W(?P<anchor>[0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_MOST_WORKING_DAYS = 15
# Days that are worked on or not, whatever day of the week they are.
WorkingDays = Mapping[date, bool]
# A moment from which fifty years are looked at; which one does not matter.
_SOMETIME = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fields:
    """What an expression asks for, as numbers; days of the week from 0, Sunday.

    `last_day` and `last_working_day` are L and LW of the day of the month; `nth` holds (weekday, n) of 1#2, n is 0 for
    the last one (5L). Where `both`, a day must match day of month and day of week, else one of them is enough.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    last_day: bool
    last_working_day: bool
    nth: tuple[tuple[int, int], ...]
    both: bool

    @property
    def every_day(self) -> bool:
        """Whether no field leaves out a day."""
        whole = len(self.days) == 31, len(self.weekdays) == 7
        return len(self.months) == 12 and (all(whole) if self.both else any(whole))

    @property
    def plain(self) -> bool:
        """Whether every cron understands its days."""
        return not (self.last_day or self.last_working_day or self.nth)


def parse_cron(text: str) -> str:
    """The expression as it is kept: five fields in capitals, one blank between them.

    Raises ValueRefused, naming the field and the closest word, for anything that is no expression, and for one whose
    day never comes.
    """
    typed = " ".join(fold(text).split())
    if typed.startswith("@"):
        if typed in MACROS:
            return MACROS[typed]
        raise ValueRefused(unknown_word(_("there is no “{word}”"), typed, MACROS))
    fields = typed.upper().split()
    if len(fields) == 6 and RULE.fullmatch(fields[5]):
        return f"{parse_cron(' '.join(fields[:5]))} {_checked_rule(fields[5])}"
    if len(fields) != 5 or len(typed) > _LONGEST:
        raise ValueRefused(
            _(
                "“{text}” is not a cron expression: write five fields, minute hour day month weekday, such as"
                " 0 8 * * MON"
            ).format(text=shorten(text))
        )
    _require_fields(fields)
    expression = " ".join(fields)
    from cronsim import CronSimError

    try:
        next(_sim(expression))
    except (CronSimError, StopIteration):
        raise ValueRefused(
            _("“{text}” names a day that never comes, such as the 30th of February").format(text=expression)
        ) from None
    return expression


def rule_of(expression: str) -> str | None:
    """The rule behind the five fields of a checked expression, which no cron knows: the run itself keeps to it."""
    return expression.split()[5] if len(expression.split()) == 6 else None


def is_working(day: date, special: WorkingDays) -> bool:
    """Whether a day is worked on: Monday to Friday, unless the calendar says otherwise."""
    return special.get(day, day.weekday() < 5)


def keeps_to(rule: str | None, day: date, special: WorkingDays) -> bool:
    """Whether a rule takes a day: WD a working day, WD3 the third and WD-1 the last of its month.

    WD<5 is the last working day before the 5th, 2W2023-04-03 every second week from 3 April 2023 on.
    """
    if rule is None:
        return True
    found = RULE.fullmatch(rule)
    assert found is not None, "checked when it was parsed"
    if found["weeks"]:
        anchor = date.fromisoformat(found["anchor"])
        weeks = (day - timedelta(day.weekday()) - anchor + timedelta(anchor.weekday())).days // 7
        return day >= anchor and weeks % int(found["weeks"]) == 0
    if not is_working(day, special):
        return False
    if found["before"]:
        length = int(found["before"]) - 1
        end = day.replace(day=1) + timedelta(length)
        if day >= end:
            end = (day.replace(day=1) + timedelta(31)).replace(day=1) + timedelta(length)
        return not any(is_working(day + timedelta(step), special) for step in range(1, (end - day).days))
    if not found["nth"]:
        return True
    nth = int(found["nth"])
    step = timedelta(1 if nth < 0 else -1)
    others, other = 0, day + step
    while other.month == day.month:
        others += is_working(other, special)
        other += step
    return others == abs(nth) - 1


def _checked_rule(rule: str) -> str:
    found = RULE.fullmatch(rule)
    try:
        if found and found["anchor"]:
            date.fromisoformat(found["anchor"])
    except ValueError:
        raise ValueRefused(_("“{day}” is not a day").format(day=shorten(rule))) from None
    if found and abs(int(found["nth"] or 0)) > _MOST_WORKING_DAYS:
        raise ValueRefused(_("no month is sure to have {count} working days").format(count=abs(int(found["nth"]))))
    return rule


def fields_of(expression: str) -> Fields:
    """What the five fields of the checked `expression` ask for."""
    sim = _sim(expression)
    last = {sim.LAST, sim.LAST_WEEKDAY}
    weekdays = {one % 7 for one in sim.weekdays if isinstance(one, int)}
    nth = {(one[0] % 7, max(one[1], 0)) for one in sim.weekdays if isinstance(one, tuple)}
    return Fields(
        tuple(sorted(sim.minutes)),
        tuple(sorted(sim.hours)),
        tuple(sorted(sim.days - last)),
        tuple(sorted(sim.months)),
        tuple(sorted(weekdays)),
        sim.LAST in sim.days,
        sim.LAST_WEEKDAY in sim.days,
        tuple(sorted(nth)),
        sim.day_and,
    )


def plain_line(expression: str) -> str:
    """The five fields in numbers alone, as every cron reads them; for expressions without L and #.

    A field that begins with a star keeps it: it decides whether both days must match, and what a night does on which
    the clocks change.
    """
    fields, texts = fields_of(expression), expression.split()[:5]
    numbers = (fields.minutes, fields.hours, fields.days, fields.months, fields.weekdays)
    return " ".join(
        text if re.fullmatch(r"\*(/[0-9]+)?", text) else ("*," if text.startswith("*") else "") + ranges(values)
        for text, values in zip(texts, numbers, strict=True)
    )


def ranges(values: Iterable[int]) -> str:
    """Numbers as a field of cron: "1-5,9"."""
    runs: list[list[int]] = []
    for value in sorted(set(values)):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _sim(expression: str, start: datetime = _SOMETIME, *, reverse: bool = False) -> CronSim:
    from cronsim import CronSim

    return CronSim(" ".join(expression.split()[:5]), start, reverse=reverse)


def _require_fields(fields: list[str]) -> None:
    """Raise ValueRefused for the first field that cannot stand alone."""
    from cronsim import CronSimError

    names = (_("minute"), _("hour"), _("day of the month"), _("month"), _("day of the week"))
    bounds = ("0–59", "0–23", "1–31, L, LW", "1–12, JAN–DEC", "0–7, SUN–SAT, MON#1, 5L")
    for place, field in enumerate(fields):
        try:
            _sim(" ".join(field if other == place else "*" for other in range(5)))
        except CronSimError:
            raise ValueRefused(
                _("“{field}” is not a valid {name} of a cron expression ({bounds}){hint}").format(
                    field=shorten(field), name=names[place], bounds=bounds[place], hint=_hint(field, place)
                )
            ) from None


def _hint(field: str, place: int) -> str:
    known = {3: MONTHS, 4: DAYS}.get(place, ())
    unknown = [word for word in re.findall("[A-Z]{2,}", field) if word not in (*known, "LW")]
    return did_you_mean(unknown[0], known) if unknown else ""


NUMBER = "(?:[0-9]{1,4}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九两])"
_PART = "(?:凌晨|清晨|早上|早晨|早|上午|中午|正午|下午|傍晚|晚上|晚|夜里)"
_ENGLISH = r"(?:[01]?[0-9]|2[0-9])(?:[:.][0-9]{2})? ?(?:am|pm|a\.m|p\.m|o'?clock|h)?|noon|midnight"
_CHINESE = rf"{_PART}?(?:{NUMBER}[点时](?:半|钟|整|一刻|三刻|{NUMBER}分?)?|[0-9]{{1,2}}:[0-9]{{2}})|正午|中午|午夜|零点"
_ONE = f"(?:{_CHINESE}|{_ENGLISH})"
_BETWEEN = ", ?and |, ?| and |、|和"
TIMES = rf"{_ONE}(?:(?:{_BETWEEN}){_ONE})*"
_DIGITS = {numeral: value for value, numeral in enumerate("一二三四五六七八九", start=1)} | {"两": 2, "": 0}
_NAMED = {"noon": (12, 0), "midnight": (0, 0), "正午": (12, 0), "中午": (12, 0), "午夜": (0, 0), "零点": (0, 0)}
_AFTERNOON = ("下午", "傍晚", "晚上", "晚", "夜里")


def read_number(text: str) -> int:
    """The number of a text that has the form of NUMBER, in digits or in Chinese up to 九十九."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS[tens] or 1) * 10 + _DIGITS[ones] if ten else _DIGITS[ones]


def read_times(text: str) -> str:
    """Minute and hour of a cron expression for the times in `text`, which has the form of TIMES.

    Raises ValueRefused for a time that is on no clock, and for several times of different minutes.
    """
    times = {_one(one) for one in re.split(_BETWEEN, text)}
    minutes, hours = {minute for _hour, minute in times}, {hour for hour, _minute in times}
    if len(minutes) > 1:
        raise ValueRefused(
            _("“{text}” are times of different minutes: make a schedule for each").format(text=shorten(text))
        )
    return f"{minutes.pop()} {','.join(map(str, sorted(hours)))}"


def _one(text: str) -> tuple[int, int]:
    """Hour and minute."""
    if text in _NAMED:
        return _NAMED[text]
    hour, minute = _english(text) or _chinese(text)
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59:
        raise ValueRefused(_("“{text}” is not a time of day: write it like 08:00 or 17:30").format(text=shorten(text)))
    return hour, minute


def _english(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))? ?(?P<half>[ap])?[^0-9]*", text)
    if found is None or "点" in text or "时" in text:
        return None
    hour = int(found["hour"])
    if found["half"] and not 1 <= hour <= 12:
        return 99, 0
    return (hour % 12 + 12 * (found["half"] == "p") if found["half"] else hour), int(found["minute"] or 0)


def _chinese(text: str) -> tuple[int, int]:
    part = re.match(_PART, text)
    rest = text[part.end() :] if part else text
    hour_text, _mark, minute_text = re.sub("[时:]", "点", rest, count=1).partition("点")
    named = {"": 0, "钟": 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}
    hour = read_number(hour_text)
    minute = named[minute_text] if minute_text in named else read_number(minute_text.removesuffix("分"))
    if part and part[0] in _AFTERNOON and 1 <= hour < 12:
        hour += 12
    return hour, minute


_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SHORT = {"tues": 2, "weds": 3, "thur": 4, "thurs": 4} | {name[:3]: place for place, name in enumerate(_WEEKDAYS)}
_DAY_OF = {name: place for place, name in enumerate(_WEEKDAYS)} | {f"{n}s": p for p, n in enumerate(_WEEKDAYS)} | _SHORT
_DAY = "(?:" + "|".join(sorted(_DAY_OF, key=len, reverse=True)) + r")\b"
_CHINESE_DAY = {numeral: place for place, numeral in enumerate("日一二三四五六")} | {"天": 0, "7": 0}
_CHINESE_DAY |= {str(place): place for place in range(1, 7)}
_WEEK = "(?:周|星期|礼拜)"
_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
_SPAN = "(?:quarter|half[- ]?year|year)"
_SPAN_TAIL = rf" (?:(?:of|in) (?:the|every|each)|every|each) {_SPAN}"
# “quarterly on the 10th” is “10th of every quarter”.
_SPAN_FIRST = (
    rf"(?P<span>quarter|half[- ]?year|year)ly,? (?:on )?(?P<day>.+)|(?:every|each) (?P<every>{_SPAN}),? on (?P<on>.+)"
)
_CHINESE_SPAN = "(?:每?个?(?:季度?|半年度?)|每?年度?)(?:的)?"
_MONTH_TAIL = r"(?: (?:of|in) (?:the|every|each) month| (?:every|each) month| of month)?"

# What may stand before the time, and the day fields of the expression that it is: day of month, month, day of week.
_ENGLISH_DAYS = (
    (r"(?:every ?day|daily|each day)", "* * *"),
    (r"(?:every |each |on )?week ?days?", "* * MON-FRI"),
    (r"(?:every |each |on )?(?:working|work|business) ?days?", "* * * WD"),
    (r"(?:(?:every |each |on )?week-?ends?)", "* * SAT,SUN"),
    (rf"(?:every |on )?(?:the )?last week ?day{_MONTH_TAIL}", "LW * *"),
    (
        rf"(?:every |on )?(?:the )?last day{_MONTH_TAIL}|(?:at )?(?:the )?(?:end of (?:the |every )?month|month ?end)",
        "L * *",
    ),
)
_CHINESE_DAYS = (
    ("每天|每日|天天", "* * *"),
    ("每?个?工作日", "* * * WD"),
    (f"(?:每个?)?{_WEEK}一(?:至|到|~|-){_WEEK}?五", "* * MON-FRI"),
    ("每?个?周末", "* * SAT,SUN"),
    ("每?个?月(?:的)?最后(?:一|1)天|每?个?月[底末]", "L * *"),
)
# How often, which says no day; and a time of day in front of the days.
_HOW_OFTEN = (
    "twice|semi-?monthly|times (?:a|per|each|every) |every [a-z0-9]+ months|[两二三四2-9]次|每[两二三四2-9]个?月"
)
_CLOCK = r"[0-9]{1,2}(?::[0-9]{2}(?: ?[ap]\.?m\.?)?| ?[ap]\.?m\.?)|noon|midnight"
_TIME_FIRST = rf"(?:at )?(?P<time>{_CLOCK})(?:,| on)? (?P<days>.+)"
_MONTH_NAMES = re.findall(
    "[a-z]+", "january february march april may june july august september october november december"
)
_MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
_HOURS = (1, 2, 3, 4, 6, 8, 12)
_WORDS = re.findall(
    "[a-z]+",
    "every each daily weekly monthly quarterly hourly weekdays weekday weekend working day days first second third"
    " fourth last month week hour hours minutes minute quarter half year yearly annually noon midnight am pm at on of"
    " the and to end business in through work oclock",
)


def parse_when(text: str, today: date) -> str:
    """The cron expression, as `parse_cron` gives it, of a time in words or of a macro such as @daily.

    Every second week is counted from `today`, unless the words say from when.

    Raises ValueRefused, with the closest known word, for a text that says no time.
    """
    typed = re.sub(r"\s+", " ", fold(text)).strip(" .,;。")
    if typed.startswith("@"):
        return parse_cron(typed)
    if len(typed) <= _LONGEST and (first := re.fullmatch(_TIME_FIRST, typed)):
        typed = f"{first['days']} {first['time']}"
    found = (_steps(typed, typed.replace(" ", "")) or _on_days(typed, today)) if len(typed) <= _LONGEST else None
    if found is None:
        example = _("every monday 08:00, weekdays 9:00, last working day 17:00, 每周一 8点")
        if re.search(_HOW_OFTEN, typed):
            raise ValueRefused(
                _("“{text}” does not say which days and times. Examples: {example}").format(
                    text=shorten(text),
                    example="1st and 15th 9:00, monday and thursday 9:00, daily 9:00 and 17:00, 每月1日和15日 9点",
                )
            )
        known = (*_WORDS, *_DAY_OF, *_MONTH_NAMES, "st", "nd", "rd", "th")
        unknown = [word for word in re.findall("[a-z]{2,}", typed) if word not in known]
        hint = _closest(unknown[0]) if unknown else ""
        lacks_time = _on_days(f"{typed} 8:00", today) if len(typed) <= _LONGEST else None
        if lacks_time or (not unknown and not re.search("[0-9点时]", typed)):
            hint = _("; give the time of day too.")
        raise ValueRefused(
            _("“{text}” is not a time that can be scheduled{hint} Examples: {example}").format(
                text=shorten(text), hint=hint or _("."), example=example
            )
        )
    return parse_cron(found)


def _steps(typed: str, chinese: str) -> str | None:
    """Every so many minutes or hours."""
    if typed in ("hourly", "every hour", "each hour") or chinese in ("每小时", "每个小时", "每钟头"):
        return "0 * * * *"
    found = re.fullmatch(r"every (?P<count>[0-9]{1,4}|two|three|four|six) ?(?P<unit>hours?|h|minutes?|mins?|m)", typed)
    found = found or re.fullmatch(f"每隔?(?P<count>{NUMBER})(?P<unit>个?小时|个?钟头|分钟?)", chinese)
    if found is None:
        return None
    words = {"two": 2, "three": 3, "four": 4, "six": 6}
    count = words.get(found["count"]) or read_number(found["count"])
    minutes = found["unit"].startswith(("m", "分"))
    even = _MINUTES if minutes else _HOURS
    if count not in even:
        raise ValueRefused(
            _("“every {count}” does not divide {whole} evenly: choose one of {even}, or give --cron").format(
                count=shorten(found["count"]), whole=60 if minutes else 24, even=", ".join(map(str, even))
            )
        )
    if minutes:
        return f"*/{count} * * * *"
    return "0 * * * *" if count == 1 else f"0 */{count} * * *"


def _on_days(typed: str, today: date) -> str | None:
    """The expression of days followed by times of day, wherever the one ends and the other begins."""
    typed, begins = (typed[: since.start()], since[1]) if (since := _SINCE.search(typed)) else (typed, "")
    for place in range(1, len(typed)):
        around = typed[place - 1 : place + 1]
        if (around.isascii() and around.isalnum()) or not re.fullmatch(TIMES, typed[place:]):
            continue
        before = typed[:place]
        english, chinese = re.sub("(?: at)?,? $", "", before), before.replace(" ", "").rstrip("的在,")
        if days := _weeks(english, chinese, today, begins):
            return f"{read_times(typed[place:])} {days}"
        if not begins and (days := _english_days(english) or _chinese_days(chinese)):
            return f"{read_times(typed[place:])} {days}"
    return None


def _english_days(text: str) -> str | None:
    text = re.sub("semi-?annually", "half-yearly", text).replace("annually", "yearly")
    if found := re.fullmatch(_SPAN_FIRST, text):
        text = f"{found['day'] or found['on']} of every {found['span'] or found['every']}"
    for form, days in _ENGLISH_DAYS:
        if re.fullmatch(form, text):
            return days
    if re.fullmatch(
        rf"(?:every |on )?(?:the )?last day{_SPAN_TAIL}|(?:at )?(?:the )?end of (?:the|every|each) {_SPAN}", text
    ):
        return f"L {_months_of(text)[1]} *"
    if re.fullmatch(
        rf"quarterly|half[- ]?yearly|yearly|every {_SPAN}|(?:every |on )?(?:the )?first day{_SPAN_TAIL}", text
    ):
        return f"1 {_months_of(text)[0]} *"
    if found := re.fullmatch(
        rf"(?:every |on )?(?:the )?(?P<nth>{'|'.join(_NTH)}|last) (?P<day>{_DAY})"
        rf"(?:(?P<span>{_SPAN_TAIL})|{_MONTH_TAIL})",
        text,
    ):
        return _nth_weekday(_NTH.get(found["nth"]), _DAY_OF[found["day"]], found["span"])
    return _weekdays(text) or _nth_working_day(text) or _day_of_month(text)


def _months_of(text: str) -> tuple[str, str]:
    """The months that begin and end the quarters, half-years or years of a text."""
    if "half" in text or "半年" in text:
        return "JAN,JUL", "JUN,DEC"
    return ("JAN", "DEC") if re.search("year|annual|年", text) else ("JAN,APR,JUL,OCT", "MAR,JUN,SEP,DEC")


def _nth_weekday(nth: int | None, day: int, span: str | None) -> str:
    """A day of the week counted from the beginning of the month, quarter or year, or the last one."""
    begins, ends = _months_of(span) if span else ("*", "*")
    return f"* {begins} {day}#{nth}" if nth else f"* {ends} {day}L"


def _weekdays(text: str) -> str | None:
    """Named days of the week: “every monday”, “mon, wed and fri”, “monday to thursday”."""
    joined = rf"{_DAY}(?:(?:, ?and |, ?| and | ?- ?| to | through ){_DAY})*"
    found = re.fullmatch(rf"(?:every |each |on |weekly on |weekly )*(?P<days>{joined})", text)
    if found is None:
        return None
    if span := re.fullmatch(rf"(?P<first>{_DAY})(?: ?- ?| to | through )(?P<last>{_DAY})", found["days"]):
        return _span(_DAY_OF[span["first"]], _DAY_OF[span["last"]])
    if re.search("-| to | through ", found["days"]):
        return None
    return _list([_DAY_OF[name] for name in re.findall(_DAY, found["days"])])


def _span(first: int, last: int) -> str:
    return _list([(first + step) % 7 for step in range((last - first) % 7 + 1)])


def _list(days: Sequence[int]) -> str:
    return "* * " + ",".join(_WEEKDAYS[day][:3].upper() for day in sorted(set(days)))


def _nth_working_day(text: str) -> str | None:
    """Working days counted from an end of the month, quarter or year, or the last one before a day of the month."""
    working = "(?:working|work|business) ?day"
    head = r"(?:every |on )?(?:the )?"
    if found := re.fullmatch(
        rf"{head}last {working} before (?:the )?(?P<day>[12]?[0-9]|3[01])(?:st|nd|rd|th)?{_MONTH_TAIL}", text
    ):
        return f"* * * WD<{int(found['day'])}"
    nth = "|".join((*_NTH, "[0-9]{1,2}(?:st|nd|rd|th)"))
    counted = rf"(?:(?P<nth>{nth}) )?(?P<last>(?:to |from the )?last )?{working}"
    found = re.fullmatch(rf"{head}{counted}(?P<span>{_SPAN_TAIL})?{_MONTH_TAIL}", text)
    if found is None or not (found["nth"] or found["last"]):
        return None
    number = _NTH.get(found["nth"]) or int(re.sub("[a-z]", "", found["nth"])) if found["nth"] else 1
    return _working_day(-number if found["last"] else number, found["span"])


def _working_day(nth: int, span: str | None) -> str:
    begins, ends = _months_of(span) if span else ("*", "*")
    return f"* {begins if nth > 0 else ends} * WD{nth}"


def _weeks(text: str, chinese: str, today: date, begins: str) -> str | None:
    """Every so many weeks, on days of the week (where none is named that of today), from today or where it `begins`."""
    try:
        anchor = date.fromisoformat(begins) if begins else today
    except ValueError:
        return None
    counts = {"two": 2, "other": 2, "second": 2, "three": 3, "third": 3, "four": 4, "fourth": 4}
    every = rf"every (?P<count>{'|'.join(counts)}|[2-9]) weeks?|biweekly|fortnightly|every fortnight"
    found = re.fullmatch(rf"(?:{every})(?: on)?(?: (?P<days>.+))?", text)
    if found is None and (other := re.fullmatch(rf"every other (?P<days>{_DAY})", text)):
        days, count = _weekdays(other["days"]), 2
    elif found is not None:
        count = counts.get(found["count"] or "two") or int(found["count"])
        days = _weekdays(found["days"]) if found["days"] else _list([(anchor.weekday() + 1) % 7])
    elif found := re.fullmatch(
        f"(?:每(?P<count>[两二三四2-9])个?|每?隔(?P<skipped>[一二三1-3]?)个?){_WEEK}(?:一次)?的?(?P<days>{_WEEK}.+)?",
        chinese,
    ):
        count = read_number(found["count"]) if found["count"] else read_number(found["skipped"] or "一") + 1
        days = _chinese_days(found["days"]) if found["days"] else _list([(anchor.weekday() + 1) % 7])
    else:
        return None
    if days is None or not days.startswith("* * ") or len(days.split()) != 3:
        return None
    # Weeks are counted from the first of these days that comes.
    wanted = {
        _WEEKDAYS.index(next(name for name in _WEEKDAYS if name[:3].upper() == day))
        for day in days.split()[2].split(",")
    }
    while (anchor.weekday() + 1) % 7 not in wanted:
        anchor += timedelta(1)
    return f"{days} {count}W{anchor}"


def _day_of_month(text: str) -> str | None:
    head = r"(?:every month on |monthly(?: on)? |every |each |on )?(?:the )?"
    number = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
    of_span = r"(?: (?:of|in) (?:the|its) (?:first|(?P<last>last)) month)?"
    if found := re.fullmatch(rf"{head}{number}{of_span}{_SPAN_TAIL}", text):
        return f"{int(found['day'])} {_months_of(text)[bool(found['last'])]} *"
    month = f"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _MONTH_NAMES)})"
    for form in (f"{number} (?:of )?{month}", f"{month} (?:the )?{number}"):
        if found := re.fullmatch(rf"(?:every |on )?(?:the )?{form}(?:{_SPAN_TAIL.replace(_SPAN, 'year')})?", text):
            return f"{int(found['day'])} {found['month'][:3].upper()} *"
    each = r"(?:day )?[0-9]{1,2}(?:st|nd|rd|th)"
    if found := re.fullmatch(
        rf"{head}(?P<days>{each}(?:(?:, ?and |, ?| and | & )(?:the )?{each})*){_MONTH_TAIL}", text
    ):
        return f"{_numbers(re.findall('[0-9]+', found['days']))} * *"
    found = re.fullmatch(r"(?:monthly|every month|each month) (?:on )?(?:the |day )?(?P<day>[0-9]{1,2})", text)
    if found:
        return f"{int(found['day'])} * *"
    return "1 * *" if re.fullmatch(rf"(?:every |on )?(?:the )?first day{_MONTH_TAIL}", text) else None


def _numbers(texts: Sequence[str]) -> str:
    return ",".join(map(str, sorted({read_number(text) for text in texts})))


def _chinese_days(text: str) -> str | None:
    for form, days in _CHINESE_DAYS:
        if re.fullmatch(form, text):
            return days
    if re.fullmatch(f"{_CHINESE_SPAN}(?:首日|第一天|1日|一号|初)?", text):
        return f"1 {_months_of(text)[0]} *"
    if re.fullmatch(f"{_CHINESE_SPAN}(?:末|底|最后(?:一|1)天)", text):
        return f"L {_months_of(text)[1]} *"
    numeral = "[一二三四五六日天1-7]"
    if found := re.fullmatch(rf"每个?{_WEEK}(?P<first>{numeral})(?:至|到|~|-){_WEEK}?(?P<last>{numeral})", text):
        return _span(_CHINESE_DAY[found["first"]], _CHINESE_DAY[found["last"]])
    if found := re.fullmatch(rf"(?:每个?)?{_WEEK}(?P<days>{numeral}(?:[、,和及]?{_WEEK}?{numeral})*)", text):
        return _list([_CHINESE_DAY[one] for one in re.findall(numeral, found["days"])])
    month = "(?:每?个?月(?:的)?)?"
    nth = "第(?P<nth>[一二三四五1-5])个?|(?P<first>首)个?|最后(?:一|1)?个?"
    if found := re.fullmatch(rf"(?:{month}|(?P<span>{_CHINESE_SPAN}))(?:{nth}){_WEEK}(?P<day>{numeral})", text):
        count = 1 if found["first"] else read_number(found["nth"]) if found["nth"] else None
        return _nth_weekday(count, _CHINESE_DAY[found["day"]], found["span"])
    one = f"{NUMBER}[日号]"
    if found := re.fullmatch(f"{month}(?P<days>{one}(?:[、,和及与]?{one})*)", text):
        return f"{_numbers(re.findall(NUMBER, found['days']))} * *"
    if found := re.fullmatch(f"{_CHINESE_SPAN}(?:首月|(?P<last>末月))?(?:的)?(?P<day>{NUMBER})[日号]", text):
        return f"{read_number(found['day'])} {_months_of(text)[bool(found['last'])]} *"
    if found := re.fullmatch(f"每年(?:的)?(?P<month>{NUMBER})月(?:的)?(?P<day>{NUMBER})[日号]", text):
        return f"{read_number(found['day'])} {read_number(found['month'])} *"
    if found := re.fullmatch(f"{month}(?P<day>{NUMBER})[日号](?:之|以)?前(?:的)?(?:最后)?(?:一|1)?个?工作日", text):
        return f"* * * WD<{read_number(found['day'])}"
    if found := re.fullmatch(
        f"(?P<of>{month}|{_CHINESE_SPAN})(?:(?P<back>倒数)?第(?P<nth>{NUMBER})个?|(?P<first>首个?)|(?P<last>最后(?:一|1)?个?|末个?))工作日",
        text,
    ):
        count = read_number(found["nth"]) if found["nth"] else 1
        span = found["of"] if re.search("[季年]", found["of"]) else None
        return _working_day(-count if found["back"] or found["last"] else count, span)
    return "1 * *" if re.fullmatch("每个?月(?:的)?(?:第一天|首日|初)", text) else None


def _closest(word: str) -> str:
    """The closest known word; one that begins alike before another."""
    known = (*_WORDS, *_WEEKDAYS, *_MONTH_NAMES)
    return did_you_mean(word, [one for one in known if one[0] == word[0]]) or did_you_mean(word, known)


SYSTEM_FILE = Path("/etc/localtime")
# No zone turns its clocks back by more.
_LONGEST_REPETITION = timedelta(hours=3)
_SECOND = timedelta(seconds=1)
_NONE: WorkingDays = {}


def zone_named(name: str | None) -> tzinfo:
    """The zone a schedule is meant in, None for the machine's. Raises Refused where the machine knows none such."""
    if name is None:
        return system_zone()
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refused(
            _(
                "this machine knows no time zone “{zone}”: install its time zone data, on Debian the package tzdata"
            ).format(zone=shorten(name))
        ) from None


def system_zone() -> tzinfo:
    """The zone of the machine itself, which its cron keeps to: a TZ in this session's environment is not in cron's."""
    name = system_zone_name()
    if name is not None:
        return ZoneInfo(name)
    try:
        with SYSTEM_FILE.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return ZoneInfo("UTC")


def system_zone_name() -> str | None:
    """The name of the machine's zone, None where its file is a copy that does not tell it."""
    _folders, found, name = os.path.realpath(SYSTEM_FILE).partition("/zoneinfo/")
    if not found:
        return None
    try:
        return ZoneInfo(name.removeprefix("posix/").removeprefix("right/")).key
    except (KeyError, ValueError, OSError):
        return None


def user_zone_name(setting: str) -> str | None:
    """The zone that typed times are meant in: of the settings, else of this session, else the machine's."""
    if setting:
        return setting
    named = os.environ.get("TZ", "").removeprefix(":")
    try:
        return ZoneInfo(named).key if named and not named.startswith("/") else system_zone_name()
    except (KeyError, ValueError, OSError):
        return system_zone_name()


def moments(expression: str, zone: tzinfo, after: datetime, special: WorkingDays = _NONE) -> Iterator[datetime]:
    """The moments of a schedule later than `after` (aware), in UTC, in their order."""
    last, rule = after, rule_of(expression)
    try:
        for local in _sim(expression, after.astimezone(zone)):
            if not keeps_to(rule, local.date(), special):
                continue
            moment = local.astimezone(UTC)
            # In an hour that the clock repeats, a wall-clock time before `after` can come up again.
            if moment > last:
                last = moment
                yield moment
    except OverflowError:  # the calendar ends
        return


def next_moments(
    expression: str, zone: tzinfo, after: datetime, count: int = 5, special: WorkingDays = _NONE
) -> list[datetime]:
    """The next `count` moments later than `after`, in UTC."""
    return list(islice(moments(expression, zone, after, special), count))


def latest_moment(expression: str, zone: tzinfo, until: datetime, special: WorkingDays = _NONE) -> datetime | None:
    """The latest moment of a schedule that is not later than `until` (aware), in UTC; None for none in fifty years."""
    rule = rule_of(expression)
    backwards = _sim(expression, until.astimezone(zone).replace(microsecond=0) + _SECOND, reverse=True)
    earlier = next((one for one in backwards if keeps_to(rule, one.date(), special)), None)
    if earlier is None:
        return None
    # Backwards the library does not see the first of two equal wall-clock times: look again, forwards.
    start = min(earlier.astimezone(UTC), until.astimezone(UTC) - _LONGEST_REPETITION) - _SECOND
    latest = None
    for moment in moments(expression, zone, start, special):
        if moment > until:
            break
        latest = moment
    return latest


def due_moment(
    expression: str,
    zone: tzinfo,
    now: datetime,
    *,
    since: datetime,
    last_run: datetime | None,
    special: WorkingDays = _NONE,
) -> datetime | None:
    """The moment for which a run is due at `now`, None where none is.

    `since` is when the schedule was made or changed, `last_run` when its last recorded run began. However many moments
    have passed since then, one run makes up for them. What lies after `now` was written before the clock was set back,
    and says nothing.
    """
    latest = latest_moment(expression, zone, now, special)
    known = [moment for moment in (since, last_run) if moment is not None and moment <= now]
    if latest is None or any(moment >= latest for moment in known):
        return None
    return latest
