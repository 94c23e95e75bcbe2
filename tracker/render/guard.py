"""The apostrophe before a text that a spreadsheet would take for a formula, put there and taken away."""

from __future__ import annotations

import re

# What a spreadsheet takes for the start of a formula, at the start of any line of a cell.
_FORMULA = re.compile("(?:^|[\n\r])[ \u00a0]*[=+\\-@|\t\r＝＋－＠]")
_APOSTROPHE = "'"


def guarded(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it, or where it already begins with one.

    `unguarded` gives the text back.
    """
    return _APOSTROPHE + text if text.startswith(_APOSTROPHE) or _FORMULA.search(text) else text


def unguarded(text: str) -> str:
    """`text` without the one apostrophe it begins with, if it does."""
    return text.removeprefix(_APOSTROPHE)
