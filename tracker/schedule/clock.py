"""Times of day as people say them: 8:00, 8am, 5:30 pm, noon, 8点, 下午5点半, also several of them."""

from __future__ import annotations

import re

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import shorten

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
        raise ValueRefused(_("“{text}” is on no clock: write it like 08:00 or 17:30").format(text=shorten(text)))
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
    hour, minute = read_number(hour_text), _minutes(minute_text)
    if part and part[0] in _AFTERNOON and 1 <= hour < 12:
        hour += 12
    return hour, minute


def _minutes(text: str) -> int:
    named = {"": 0, "钟": 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}
    return named[text] if text in named else read_number(text.removesuffix("分"))
