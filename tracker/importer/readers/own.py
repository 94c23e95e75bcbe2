"""Files of our own, told by their headings: everything below these is data, whatever it looks like."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.importer.readers.headers import Layout
from tracker.importer.readers.shapes import text_of
from tracker.importer.readers.table import Cells, Heading, letters
from tracker.records.schema import KINDS, RECORD
from tracker.records.serialize import are_of_many, are_own


def own_layout(head: Sequence[Cells]) -> Layout | None:
    """The layout of a file whose first row holds nothing but the columns of one kind of record; None for any other."""
    names = tuple(text_of(value) for value in head[0]) if head else ()
    if not _are_own(frozenset(names)) or len(set(names)) < len(names):
        return None
    headings = tuple(Heading(index, letters(index), name) for index, name in enumerate(names))
    return Layout(0, 0, 0, headings, title=(), label=0, serial=False, repeated=frozenset(), ours=True)


def _are_own(names: frozenset[str]) -> bool:
    if RECORD in names:
        return are_of_many(names)
    return any(are_own(kind, names) for kind in KINDS)
