"""Which kind of record the rows of a table are, by its headings; and whether it is a file of our own."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.errors import InputRejected
from tracker.i18n import _
from tracker.importer.mapping.columns import Column, read_columns
from tracker.importer.mapping.maps import Map
from tracker.importer.readers.table import Heading, Table
from tracker.records import serialize
from tracker.records.schema import KINDS, RECORD, Type
from tracker.text import shorten

# Of two kinds that know equally many headings the earlier one is taken.
ORDER = (
    "project", "capital", "milestone", "request", "company", "indicator", "rate", "certification", "relation", "review",
    "stage", "condition", "baseline", "field",
)  # fmt: skip
_PROJECT_NAMES = ("code", "name", "ids", "name_en")
# Without a column (or a constant) for each of these a table is not of the kind.
_NEEDED: dict[str, tuple[str, ...]] = {
    "capital": ("project", "figure"),
    "milestone": ("project", "milestone", "on"),
    "request": ("title",),
    "company": ("name",),
    "indicator": ("value",),
    "rate": ("base", "rate"),
    "certification": ("company", "certification"),
    "relation": ("project", "relation", "target"),
    "review": ("project",),
    "stage": ("project", "stage"),
    "condition": ("project", "condition"),
    "baseline": ("project", "version"),
    "field": ("name", "type"),
}


def own_kind(table: Table, what: str | None) -> str | None:
    """The kind whose fields all the headings are, by their keys; RECORD where a column names the kind of each row.

    None for a file of anybody else.
    """
    names = [heading.text for heading in table.headings]
    if any(heading.above for heading in table.headings) or len(set(names)) < len(names):
        return None
    if serialize.are_of_many(frozenset(names)):
        return RECORD
    fitting = [kind for kind in ([what] if what else ORDER) if _is_own(kind, frozenset(names))]
    stem = table.name.rsplit("/")[-1].rpartition(".")[0]
    named = [kind for kind in fitting if stem in (kind, KINDS[kind].plural) or table.sheet == KINDS[kind].plural]
    best = sorted(fitting, key=lambda kind: len(serialize.columns(kind)))
    return next(iter((*named, *best)), None)


def _is_own(kind: str, names: frozenset[str]) -> bool:
    """Whether the names are columns of ours for the kind, the amounts that none of its records lacks among them."""
    needs_amount = any(field.required and field.type is Type.FIGURE for field in KINDS[kind].fields)
    return serialize.are_own(kind, names) and ("amount" in names or not needs_amount)


def guess(
    all_headings: Sequence[Heading], mapping: Map, what: str | None, currency: str | None
) -> tuple[str, list[Column]]:
    """The kind of a foreign table and its known columns. Raises InputRejected where no kind fits."""
    if what or mapping.what:
        kind = what or mapping.what
        return kind, read_columns(kind, all_headings, mapping, currency)
    read = {kind: read_columns(kind, all_headings, mapping, currency) for kind in ORDER}
    fitting = [kind for kind in ORDER if _fits(kind, read[kind], mapping)]
    if not fitting:
        seen = ", ".join(f"“{shorten(heading.text, 20)}”" for heading in all_headings[:8])
        raise InputRejected(
            _("no heading tells what the rows are ({headings}): say --what, and which column is what in a map").format(
                headings=seen
            )
        )
    best = max(fitting, key=lambda kind: (_weight(read[kind]), -ORDER.index(kind)))
    if best == "project" and "capital" in fitting and _only_figures(read["project"]):
        best = "capital"
    return best, read[best]


def _fits(kind: str, columns: list[Column], mapping: Map) -> bool:
    own = {(target.kind, target.field) for column in columns for target in column.targets}
    own |= {(target.kind, target.field) for target, _text in mapping.constants}
    given = {field for of, field in own if of == kind}
    if kind == "project":
        return bool(given & set(_PROJECT_NAMES)) and len(own) > 1
    if kind == "indicator" and not given & {"indicator"}:
        named = {target.select[:1] for column in columns for target in column.targets if target.field == "value"}
        if not any(select and select[0] for select in named):
            return False
    if kind == "review" and not given & {"text", "physical", "light"}:
        return False
    return set(_NEEDED.get(kind, ())) <= given


def _weight(columns: list[Column]) -> int:
    return sum(not column.by_map for column in columns) + 10 * sum(column.by_map for column in columns)


def _only_figures(columns: list[Column]) -> bool:
    """Whether nothing but figures of periods stands beside the name of a project: then no project is to be opened."""
    others = [column.target for column in columns if not _names_project(column.target)]
    return all(target.kind == "capital" and target.select != ("total",) for target in others)


def _names_project(target: object) -> bool:
    return getattr(target, "kind", "") == "project" and getattr(target, "field", "") in _PROJECT_NAMES
