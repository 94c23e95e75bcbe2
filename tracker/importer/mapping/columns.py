"""The columns of a table with what each stands for: read from their headings, or said by a map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.i18n import _
from tracker.importer.mapping import headings, maps
from tracker.importer.mapping.folding import folded, key
from tracker.importer.mapping.maps import Map
from tracker.importer.mapping.periods import When, split_period
from tracker.importer.mapping.synonyms import SUMS
from tracker.importer.mapping.targets import Target
from tracker.importer.mapping.units import COUNT, LAND, MONEY, PERCENT, Unit, asked_unit, split_unit
from tracker.importer.readers.table import Heading
from tracker.records.schema import Type

# Group titles that say nothing of the columns under them.
_NEUTRAL = re.compile(
    "(?:项目|工程)?(?:基本|主要|总体)?(?:情况|信息|概况|内容)?|general|details|project(?:details|information)?"
)
_MEASURES = {Type.LAND: (LAND,), Type.PERCENT: (PERCENT,), Type.COUNT: (COUNT,), Type.FIGURE: (MONEY,)}
_TIMED = ("capital", "indicator", "review")


@dataclass(slots=True)
class Column:
    """One column that is read: its targets (several where its cells are split), time, unit, and how it is written."""

    heading: Heading
    targets: tuple[Target, ...]
    when: When = field(default_factory=When)
    unit: Unit | None = None
    currency: str = ""
    order: str | None = None
    numbers: str | None = None
    split: str = ""
    note: str = ""
    by_map: bool = False

    @property
    def index(self) -> int:
        """Its place in the cells of a row."""
        return self.heading.index

    @property
    def target(self) -> Target:
        """The first, and mostly the only one."""
        return self.targets[0]

    @property
    def type(self) -> Type | None:
        """What its field holds; None for what stands beside a figure."""
        field = self.target.known
        return field.type if field else None


def read_columns(kind: str, all_headings: Sequence[Heading], mapping: Map, currency: str | None) -> list[Column]:
    """The columns that are known in a table of this kind, in order; a map goes before the headings."""
    texts = {heading.text for heading in all_headings}
    found = []
    for heading in all_headings:
        said = mapped(heading, mapping)
        column = _said(heading, said, currency) if said else _read(kind, heading, texts, currency)
        if column is not None and column.targets:
            found.append(column)
    return found


def mapped(heading: Heading, mapping: Map) -> maps.Column | None:
    """What a map says of a heading, by "title above / heading", the heading, or its letter in brackets."""
    for name in (f"{heading.above} / {heading.text}", heading.text, f"[{heading.letter}]"):
        for written, column in mapping.columns.items():
            if folded(written) == folded(name):
                return column
    return None


def _said(heading: Heading, said: maps.Column, currency: str | None) -> Column:
    whole = f"{heading.above} {heading.text}"
    unit = asked_unit(said.unit, configured=currency) if said.unit else None
    if unit is None:
        unit = split_unit(heading.text, configured=currency)[1] or split_unit(heading.above, configured=currency)[1]
    _rest, when = split_period(_unbracketed(whole))
    first = said.targets[0] if said.targets else None
    if first is not None and not _fits(first, unit):
        unit = None
    return Column(
        heading, said.targets, when, unit, said.currency, said.date_order or None, said.numbers or None, said.split,
        by_map=True,
    )  # fmt: skip


def _unbracketed(text: str) -> str:
    return split_unit(text)[0]


def _read(kind: str, heading: Heading, texts: set[str], currency: str | None) -> Column | None:
    """A column by its heading, together with the group title above it."""
    text = _without_number(heading.text, texts)
    base, unit, remarks = split_unit(text, configured=currency)
    above, above_unit, _remarks = split_unit(heading.above, configured=currency)
    unit = unit or above_unit
    if headings.numbering(base):
        return None
    for written, joined in _tries(base, above):
        found = _known(kind, written, unit) or (remarks and _known(kind, written + "".join(remarks), unit)) or None
        if found is not None:
            target, when = found
            note = _("“{remark}” is left aside").format(remark=", ".join(remarks)) if remarks else ""
            if joined:
                note = note or _("under “{above}”").format(above=heading.above)
            return Column(heading, (target,), when, unit if _fits(target, unit) else None, note=note)
    return None


def _tries(base: str, above: str) -> list[tuple[str, bool]]:
    """The texts under which a column may be known, and whether they have the group title in them."""
    neutral = not above or _NEUTRAL.fullmatch(key(above)) is not None
    if neutral:
        return [(base, False)]
    tries = [(f"{above} {base}", True), (f"{base} {above}", True)]
    if key(base) in SUMS:
        return [*tries, (above, True)]
    if key(base) == key(above):
        tries.append((above, True))
    return tries if headings.generic(base) else [*tries, (base, False)]


def _without_number(text: str, texts: set[str]) -> str:
    """The heading without the (2) that tells the second of a name."""
    found = re.fullmatch(r"(.+) \([0-9]+\)", text)
    return found[1] if found and found[1] in texts else text


def _known(kind: str, text: str, unit: Unit | None) -> tuple[Target, When] | None:
    """The target of a heading and the time it says, where it is known and its unit is one of such a field."""
    rest, when = split_period(text)
    if when != When():
        target = headings.known(kind, rest) if rest else _bare(kind)
        if target is None and (when.year or when.this == "year"):
            target = headings.known_plan(kind, rest)
        if target is not None and target.kind in _TIMED and _fits(target, unit):
            return target, when
    target = headings.known(kind, text)
    if target is not None and target.kind == "review" and target.field == "text" and unit and unit.measure == PERCENT:
        target = Target("review", "physical")
    return (target, When()) if target is not None and _fits(target, unit) else None


def _bare(kind: str) -> Target | None:
    """What a column headed by a period alone holds: figures."""
    if kind in ("project", "capital"):
        return Target("capital", "figure")
    return Target("indicator", "value") if kind == "indicator" else None


def _fits(target: Target, unit: Unit | None) -> bool:
    """Whether a column with this unit can be this field: 完成投资（%） is a rate, not an amount."""
    if unit is None or target.known is None:
        return True
    measures = _MEASURES.get(target.known.type)
    return target.known.type is Type.QUANTITY or (measures is not None and unit.measure in measures)
