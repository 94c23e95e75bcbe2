"""The native map: which column of a file of our own is which field, by the keys that our exports write."""

from __future__ import annotations

from tracker.importer.mapping.columns import Column
from tracker.importer.mapping.references import COMPANIONS, Target
from tracker.importer.readers.table import Table
from tracker.records import serialize
from tracker.records.schema import KINDS, RECORD

# Only CSV has the apostrophe that keeps a spreadsheet from running a text.
_GUARDED = ("csv", "tsv", "txt")


def native_kind(table: Table, what: str | None) -> str | None:
    """The kind of record of a file of our own, by its headings; RECORD where a column names the kind of each row.

    None for a file of anybody else.
    """
    names = frozenset(heading.text for heading in table.headings)
    if any(heading.above for heading in table.headings):
        return None
    if serialize.are_of_many(names):
        return RECORD
    fitting = [kind for kind in ([what] if what else KINDS) if serialize.are_own(kind, names)]
    stem = table.name.rsplit("/")[-1].rpartition(".")[0]
    named = [kind for kind in fitting if stem in (kind, KINDS[kind].plural) or table.sheet == KINDS[kind].plural]
    # The kind with most of the headings, of two with as many the one that has least beside them.
    best = sorted(fitting, key=lambda kind: (-len(names & _columns(kind)), len(_columns(kind))))
    return next(iter((*named, *best)), None)


def _columns(kind: str) -> frozenset[str]:
    return frozenset(serialize.columns(kind))


def native_columns(table: Table, kind: str) -> list[Column]:
    """The columns that records of a kind are read from, in a file of our own."""
    targets = {}
    for field in KINDS[kind].fields:
        first, *beside = serialize.spread(field)
        targets[first] = Target(kind, field.key)
        for name in beside:
            companion = name.removeprefix(f"{field.key}_")
            assert companion in COMPANIONS[kind]
            targets[name] = Target(kind, companion)
    for former, present in serialize.former_names(kind).items():
        targets.setdefault(former, Target(kind, present))
    texts = serialize.text_columns(kind) if table.format in _GUARDED else frozenset()
    return [
        Column(heading, (targets[heading.text],), native=True, guarded=heading.text in texts)
        for heading in table.headings
        if heading.text in targets
    ]
