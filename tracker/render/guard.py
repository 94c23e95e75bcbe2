"""The apostrophe before a text that a spreadsheet would take for a formula or a number, put there and taken away."""

from __future__ import annotations

import re

# What a spreadsheet takes for the start of a formula, at the start of any line of a cell.
_FORMULA = re.compile("(?:^|[\n\r])[ \u00a0]*[=+\\-@|\t\r＝＋－＠]")
_APOSTROPHE = "'"
# What a spreadsheet turns into a number, a date, a time or a truth value, and then writes otherwise: 0012, 1E5,
# 2023-01, 3/4, 12:30, 1.50, 5%, Mar-1, 2023年1月, true, and numbers of more than eleven digits.
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CHANGED = re.compile(
    rf"[(¥￥$€£ ]*[0-9][-0-9.,:/年月日时分秒 e+%]*\)?|(?:[0-9]+[-/., ]*)?{_MONTH}[-/., ]*[0-9]*|true|false",
    re.IGNORECASE,
)
_KEPT = re.compile("0|[1-9][0-9]{0,10}")


def guarded(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it, or where it already begins with one.

    `unguarded` gives the text back.
    """
    return _APOSTROPHE + text if text.startswith(_APOSTROPHE) or _FORMULA.search(text) else text


def protected(text: str) -> str:
    """`guarded`, and so too before a text that is written otherwise once a spreadsheet has read and saved it."""
    changed = _CHANGED.fullmatch(text) and not _KEPT.fullmatch(text)
    return _APOSTROPHE + text if changed else guarded(text)


def unguarded(text: str) -> str:
    """`text` without the one apostrophe it begins with, if it does."""
    return text.removeprefix(_APOSTROPHE)
