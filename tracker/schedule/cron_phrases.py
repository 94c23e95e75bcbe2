"""Times as people say them, in English and Chinese: “every monday 08:00”, “last working day 17:00”, “每周一 8点”."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.schedule.clock import NUMBER, TIMES, read_number, read_times
from tracker.schedule.cron import parse_cron
from tracker.text import did_you_mean, fold, shorten

_LONGEST = 120
_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SHORT = {"tues": 2, "weds": 3, "thur": 4, "thurs": 4} | {name[:3]: place for place, name in enumerate(_WEEKDAYS)}
_DAY_OF = {name: place for place, name in enumerate(_WEEKDAYS)} | {f"{n}s": p for p, n in enumerate(_WEEKDAYS)} | _SHORT
_DAY = "(?:" + "|".join(sorted(_DAY_OF, key=len, reverse=True)) + r")\b"
_CHINESE_DAY = {numeral: place for place, numeral in enumerate("日一二三四五六")} | {"天": 0, "7": 0}
_CHINESE_DAY |= {str(place): place for place in range(1, 7)}
_WEEK = "(?:周|星期|礼拜)"
_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
_MONTH_TAIL = r"(?: (?:of|in) (?:the|every|each) month| (?:every|each) month| of month)?"

# What may stand before the time, and the day fields of the expression that it is: day of month, month, day of week.
_ENGLISH_DAYS = (
    (r"(?:every ?day|daily|each day)", "* * *"),
    (r"(?:(?:every |each |on )?(?:week ?days?|working ?days?|work ?days?|business days?))", "* * MON-FRI"),
    (r"(?:(?:every |each |on )?week-?ends?)", "* * SAT,SUN"),
    (rf"(?:every |on )?(?:the )?last (?:working|work|business|week) ?day{_MONTH_TAIL}", "LW * *"),
    (
        rf"(?:every |on )?(?:the )?last day{_MONTH_TAIL}|(?:at )?(?:the )?(?:end of (?:the |every )?month|month ?end)",
        "L * *",
    ),
    (r"(?:quarterly|every quarter|first day of (?:the|every) quarter)", "1 JAN,APR,JUL,OCT *"),
)
_CHINESE_DAYS = (
    ("每天|每日|天天", "* * *"),
    (f"每?个?工作日|(?:每个?)?{_WEEK}一(?:至|到|~|-){_WEEK}?五", "* * MON-FRI"),
    ("每?个?周末", "* * SAT,SUN"),
    ("每?个?月(?:的)?(?:最后(?:一|1)?个?工作日|末个?工作日)|最后一个工作日", "LW * *"),
    ("每?个?月(?:的)?最后(?:一|1)天|每?个?月[底末]", "L * *"),
    ("每个?季度?(?:的)?(?:首日|第一天|1日|一号)?", "1 JAN,APR,JUL,OCT *"),
)
_MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
_HOURS = (1, 2, 3, 4, 6, 8, 12)
_WORDS = (
    *(
        "every",
        "each",
        "daily",
        "weekly",
        "monthly",
        "quarterly",
        "hourly",
        "weekdays",
        "weekday",
        "weekend",
        "working",
    ),
    *("day", "days", "first", "second", "third", "fourth", "last", "month", "week", "hour", "hours", "minutes"),
    *("minute", "quarter", "noon", "midnight", "am", "pm", "at", "on", "of", "the", "and", "to", "end", "business"),
    *("in", "through", "work", "oclock"),
)


def parse_when(text: str) -> str:
    """The cron expression, as `parse_cron` gives it, of a time in words or of a macro such as @daily.

    Raises ValueRefused, with the closest known word, for a text that says no time.
    """
    typed = re.sub(r"\s+", " ", fold(text)).strip(" .,;。")
    if typed.startswith("@"):
        return parse_cron(typed)
    found = _read(typed) if len(typed) <= _LONGEST else None
    if found is None:
        raise ValueRefused(_refusal(text, typed))
    return parse_cron(found)


def _read(typed: str) -> str | None:
    return _steps(typed, typed.replace(" ", "")) or _on_days(typed)


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


def _on_days(typed: str) -> str | None:
    """The expression of days followed by times of day, wherever the one ends and the other begins."""
    for place in range(1, len(typed)):
        if _inside_a_word(typed, place) or not re.fullmatch(TIMES, typed[place:]):
            continue
        before = typed[:place]
        english, chinese = re.sub("(?: at)?,? $", "", before), before.replace(" ", "").rstrip("的在,")
        if days := _english_days(english) or _chinese_days(chinese):
            return f"{read_times(typed[place:])} {days}"
    return None


def _inside_a_word(typed: str, place: int) -> bool:
    around = typed[place - 1 : place + 1]
    return around.isascii() and around.isalnum()


def _english_days(text: str) -> str | None:
    for form, days in _ENGLISH_DAYS:
        if re.fullmatch(form, text):
            return days
    return _weekdays(text) or _nth_weekday(text) or _day_of_month(text)


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


def _nth_weekday(text: str) -> str | None:
    nth = "|".join(_NTH)
    found = re.fullmatch(rf"(?:every |on )?(?:the )?(?P<nth>{nth}|last) (?P<day>{_DAY}){_MONTH_TAIL}", text)
    if found is None:
        return None
    day = _DAY_OF[found["day"]]
    return f"* * {day}L" if found["nth"] == "last" else f"* * {day}#{_NTH[found['nth']]}"


def _day_of_month(text: str) -> str | None:
    head = r"(?:every month on |monthly(?: on)? |every |each |on )?(?:the )?"
    found = re.fullmatch(rf"{head}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th){_MONTH_TAIL}", text)
    found = found or re.fullmatch(r"(?:monthly|every month|each month) (?:on )?(?:the |day )?(?P<day>[0-9]{1,2})", text)
    if found:
        return f"{int(found['day'])} * *"
    return "1 * *" if re.fullmatch(rf"(?:every |on )?(?:the )?first day{_MONTH_TAIL}", text) else None


def _chinese_days(text: str) -> str | None:
    for form, days in _CHINESE_DAYS:
        if re.fullmatch(form, text):
            return days
    numeral = "[一二三四五六日天1-7]"
    if found := re.fullmatch(rf"每个?{_WEEK}(?P<first>{numeral})(?:至|到|~|-){_WEEK}?(?P<last>{numeral})", text):
        return _span(_CHINESE_DAY[found["first"]], _CHINESE_DAY[found["last"]])
    if found := re.fullmatch(rf"(?:每个?)?{_WEEK}(?P<days>{numeral}(?:[、,和及]?{_WEEK}?{numeral})*)", text):
        return _list([_CHINESE_DAY[one] for one in re.findall(numeral, found["days"])])
    month = "每?个?月(?:的)?"
    if found := re.fullmatch(rf"{month}(?P<nth>第[一二三四五1-5]个?|最后(?:一|1)?个?){_WEEK}(?P<day>{numeral})", text):
        day = _CHINESE_DAY[found["day"]]
        nth = re.search("[一二三四五1-5]", found["nth"]) if found["nth"].startswith("第") else None
        return f"* * {day}#{read_number(nth[0])}" if nth else f"* * {day}L"
    if found := re.fullmatch(rf"每个?月(?:的)?(?P<day>{NUMBER})[日号]", text):
        return f"{read_number(found['day'])} * *"
    return "1 * *" if re.fullmatch("每个?月(?:的)?(?:第一天|首日|初)", text) else None


def _refusal(text: str, typed: str) -> str:
    if re.search("first (?:working|business|week) ?day|(?:首个|第一个)工作日", typed):
        return _("“{text}” cannot be scheduled: take a day that a calendar names, such as first monday 8:00").format(
            text=shorten(text)
        )
    example = _("every monday 08:00, weekdays 9:00, last working day 17:00, 每周一 8点")
    known = (*_WORDS, *_DAY_OF, "st", "nd", "rd", "th")
    unknown = [word for word in re.findall("[a-z]{2,}", typed) if word not in known]
    hint = _closest(unknown[0]) if unknown else ""
    if not unknown and not re.search("[0-9点时]", typed):
        hint = _("; say the time of day too.")
    return _("“{text}” says no time that can be scheduled{hint} Examples: {example}").format(
        text=shorten(text), hint=hint or _("."), example=example
    )


def _closest(word: str) -> str:
    """The closest known word; one that begins alike before another."""
    known = (*_WORDS, *_WEEKDAYS)
    return did_you_mean(word, [one for one in known if one[0] == word[0]]) or did_you_mean(word, known)
