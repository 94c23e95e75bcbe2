"""Files of our own, told by their headings: everything below these is data, whatever it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tracker.exchange.files.headers import Layout
from tracker.exchange.files.shapes import text_of
from tracker.exchange.files.table import Cells, Heading, letters
from tracker.exchange.records import KINDS

# Names the kind of each row, where a file holds several kinds.
_RECORD = "record"


def own_layout(head: Sequence[Cells]) -> Layout | None:
    """The layout of a file whose first row holds nothing but the columns of one kind of record; None for any other."""
    names = tuple(text_of(value) for value in head[0]) if head else ()
    if not _are_own(frozenset(names)) or len(set(names)) < len(names):
        return None
    headings = tuple(Heading(index, letters(index), name) for index, name in enumerate(names))
    return Layout(0, 0, 0, headings, title=(), label=0, serial=False, repeated=frozenset(), ours=True)


def _are_own(names: frozenset[str]) -> bool:
    columns = _columns()
    if _RECORD in names:
        return names <= frozenset((_RECORD,)).union(*columns.values())
    return len(names) > 1 and any(names <= known and _tells(kind, names) for kind, known in columns.items())


def _tells(kind: str, names: frozenset[str]) -> bool:
    """Whether one record can be told from another, and each amount has its currency beside it."""
    if "amount" in names and "currency" not in names:
        return False
    return ("title" if kind == "request" else KINDS[kind].key[0]) in names


@cache
def _columns() -> dict[str, frozenset[str]]:
    from tracker.exchange.fields import columns

    return {kind: frozenset(columns(kind)) for kind in KINDS}
