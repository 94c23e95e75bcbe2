"""Which character separates the cells of a text file, counted over its first lines outside quotes."""

from __future__ import annotations

import re
from collections import Counter

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.importer.readers.words import delimiter_name
from tracker.text import shorten

# In the order that decides between equals: a comma also stands in sentences and numbers, a tab in neither.
DELIMITERS = ("\t", ";", "|", "，", ",")
# Separates the cells of a file with one column: no text has it.
NONE = "\x1f"
_WRITTEN = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
_QUOTED = re.compile('"[^"]*"')
_LINES = 100
# Excel writes it as a first line of its own, and hides it.
_DECLARED = re.compile('\\A"?sep=([^\r\n"])"?(?=[\r\n])', re.IGNORECASE)


def find_delimiter(sample: str, *, whole: bool) -> str:
    """The delimiter of the lines in `sample`; NONE where they are one column. `whole`: it is all of the file."""
    if found := declared(sample):
        return found
    lines = [line for line in re.split("[\r\n]+", _QUOTED.sub("", sample)) if line.strip()]
    if not whole and len(lines) > 1:
        lines.pop()
    lines = lines[:_LINES]
    best, best_score = NONE, 0.0
    for delimiter in DELIMITERS:
        score = _score([line.count(delimiter) for line in lines])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def declared(sample: str) -> str | None:
    """The delimiter that the first line names, as Excel writes it: "sep=;"."""
    found = _DECLARED.match(sample)
    return found[1] if found else None


def read_delimiter(asked: str) -> str:
    """The delimiter a person asks for: one character, or its name. Raises UsageError."""
    found = _WRITTEN.get(asked.casefold(), asked)
    if len(found) != 1 or found in '"\r\n\0' or found.isalnum():
        listed = " ".join(delimiter_name(character) for character in DELIMITERS)
        raise UsageError(
            _("“{text}” is no delimiter: write one character, like {known}").format(text=shorten(asked), known=listed)
        )
    return found


def _score(counts: list[int]) -> float:
    """How well the lines agree: the commonest count of delimiters × the lines that have it × their share, squared.

    So a comma in most numbers loses to a semicolon in every line, headings and all.
    """
    having = Counter(count for count in counts if count)
    if not having:
        return 0
    count, lines = max(having.items(), key=lambda item: item[0] * item[1])
    # One line of many proves nothing: it is a sentence.
    told = lines * 5 >= len(counts) and (lines > 1 or 2 * having.total() >= len(counts))
    return count * lines * (lines / len(counts)) ** 2 if told else 0
