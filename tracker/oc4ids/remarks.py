"""What the standard has no field for, in the text it does have beside a thing: a line `column: text` each.

The columns and texts are those of our own files. Lines after the first of a text are indented by two blanks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tracker.records.schema import KINDS
from tracker.records.serialize import spread, write

CITED = ("note", "source", "quote")


def remarks(kind: str, values: Mapping[str, Any], keys: Collection[str], **more: str) -> dict[str, str]:
    """The description of a thing: the fields `keys` of a record and `more` lines, or nothing where all are empty."""
    return written(cells(kind, values, keys) | more)


def cells(kind: str, values: Mapping[str, Any], keys: Collection[str]) -> dict[str, str]:
    """Column → text of the fields `keys` that are not empty."""
    found: dict[str, str] = {}
    for field in KINDS[kind].fields:
        if field.key in keys:
            texts = zip(spread(field), write(field, values.get(field.key)), strict=True)
            found |= {column: text for column, text in texts if text}
    return found


def written(lines: Mapping[str, str], key: str = "description") -> dict[str, str]:
    """The lines under `key`, or nothing where there are none."""
    text = "\n".join(f"{column}: {text}".replace("\n", "\n  ") for column, text in lines.items() if text)
    return {key: text} if text else {}


def read_remarks(text: str | None) -> dict[str, str]:
    """Column → text, as far as the text has such lines."""
    found: dict[str, str] = {}
    column = ""
    for line in (text or "").split("\n"):
        if line.startswith("  "):
            if column:
                found[column] += "\n" + line[2:]
        else:
            column, colon, rest = line.partition(": ")
            if colon:
                found[column] = rest
            else:
                column = ""
    return found
