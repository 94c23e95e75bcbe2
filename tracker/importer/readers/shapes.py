"""What a cell looks like before anybody knows what it means: blank, a number, a date, or words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time, timedelta
from typing import Literal, TypeAlias

from tracker.importer.readers.table import Cells, Value

Shape: TypeAlias = Literal["blank", "number", "date", "period", "text"]

# Written where nothing is: neither words nor a number.
_DASHES = frozenset("-–—－/／")
_SIGNS = "£$€¥￥"
_UNIT = r"(?:[%％‰]|[十百千万亿]*(?:元|美元|欧元|日元)?|亩|个|k|m|mn|bn|million|billion|thousand|[A-Z]{3})"
_NUMBER = re.compile(
    rf"[(（+\-−]?\s*(?:[A-Z]{{0,3}}[{_SIGNS}])?\s*[+\-−]?[0-9][0-9.,'\s]*\s*[{_SIGNS}]?\s*{_UNIT}\.?\s*[)）]?", re.I
)
_MONTH_NAME = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz?|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(?:ust)?"
    r"|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\.?"
)
_TIME = r"(?:[T ]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?\s*(?:[AP]M)?(?:Z|[+-][0-9:]{4,6})?)?"
_DAY = re.compile(
    rf"(?:[0-9]{{1,4}}\s*[-/.年]\s*[0-9]{{1,2}}\s*[-/.月]\s*[0-9]{{1,4}}\s*日?"
    rf"|[0-9]{{1,2}}[-\s.]+{_MONTH_NAME}[-\s.,]+[0-9]{{2,4}}|{_MONTH_NAME}\s+[0-9]{{1,2}},?\s+[0-9]{{4}}){_TIME}",
    re.IGNORECASE,
)
# Months, quarters and years stand in cells and, in a wide sheet, as headings.
_PERIOD = re.compile(
    rf"(?:19|20)[0-9]{{2}}年?|(?:19|20)[0-9]{{2}}(?:\s*[-/.年]\s*[0-9]{{1,2}}月?|\s*年?[-\s]?(?:Q[1-4]|[一二三四1-4]季度))"
    rf"|[0-9]{{1,2}}月|[0-9]{{1,2}}[-—~至][0-9]{{1,2}}月|{_MONTH_NAME}(?:[-\s']+[0-9]{{2,4}})?|Q[1-4](?:\s+(?:19|20)[0-9]{{2}})?",
    re.IGNORECASE,
)


def shape(value: Value) -> Shape:
    """The shape of one cell; a "period" is a month, quarter or year, which may also be a heading."""
    if isinstance(value, str):
        return _shape(value.strip()) if value else "blank"
    if value is None:
        return "blank"
    if isinstance(value, date | time | timedelta):
        return "date"
    return "period" if type(value) is int and 1900 <= value <= 2100 else "number"


def is_blank(value: Value) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not value.strip())


def text_of(value: Value) -> str:
    """A cell as one line of text, for a heading or a message."""
    return "" if value is None else " ".join(str(value).split())


def filled(cells: Cells) -> list[int]:
    """The places of the cells that are not blank."""
    return [place for place, value in enumerate(cells) if not is_blank(value)]


def folded(text: str) -> str:
    """A text as words are compared: width and case folded, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _shape(text: str) -> Shape:
    if not text or text in _DASHES:
        return "blank"
    # No date and no amount is longer, and patterns are slow on a pasted page.
    if len(text) > 40:
        return "text"
    text = unicodedata.normalize("NFKC", text)
    if _PERIOD.fullmatch(text):
        return "period"
    if _DAY.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "text"
