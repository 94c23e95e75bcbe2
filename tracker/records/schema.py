"""What goes in and out of the ledger, record by record: the kinds there are, their fields, and what a field holds.

One record is one thing somebody would write in one row: a project, a capital entry, one date of a milestone. Exports
write the fields in this order under their keys; an import fills as many as its file has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tracker import vocabulary
from tracker.vocabulary import Vocabulary


class Type(StrEnum):
    """What a field holds, and the Python type of its value."""

    TEXT = "text"  # str
    NAMES = "names"  # tuple[str, ...], written a|b
    WORD = "word"  # str, a code of the field's vocabulary
    COUNT = "count"  # int
    LAND = "land"  # int, thousandths of a 亩
    PERCENT = "percent"  # int, hundredths of a percent
    FIGURE = "figure"  # money.Figure: amount, qualifier and availability in one
    QUANTITY = "quantity"  # money.quantities.Quantity
    PERIOD = "period"  # dates.Period
    DAY = "day"  # date
    COUNTRY = "country"  # str, ISO 3166 code
    RATE = "rate"  # str, an exact decimal


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of record. `required`: a new record cannot do without it."""

    key: str
    type: Type = Type.TEXT
    words: Vocabulary | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its code and file, its fields, and those that tell one record from another."""

    code: str
    plural: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    def field(self, key: str) -> Field:
        """The field with this key. Raises KeyError."""
        for found in self.fields:
            if found.key == key:
                return found
        raise KeyError(key)


# Texts of several lines; every other text is a name or a word of one line.
LONG_TEXTS = frozenset(("note", "source", "quote", "reason", "text", "answer", "outcome"))
# The column that names the kind of each row, in a file of several kinds.
RECORD = "record"


@dataclass(slots=True)
class Record:
    """One record of a file: what it says, and where it says so.

    `values` holds a value per field that the file gives; None means that the file says it is empty. `cells` names the
    cell a field was read from ("F12"), where there is one.
    """

    kind: str
    values: dict[str, Any]
    row: int = 0
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell (or, without a column, one row) of a file, and what to do about it.

    After a `partial` one come the records of the rest of its row, for who leaves the cell out.
    """

    row: int
    cell: str
    column: str
    value: str
    problem: str
    hint: str = ""
    partial: bool = False


# A field is written name, name:type or name:vocabulary; a * marks one that a new record cannot do without.
_WORDS = {
    "project_kind": vocabulary.PROJECT_KINDS,
    "lead_source": vocabulary.LEAD_SOURCES,
    "origin": vocabulary.ORIGINS,
    "role": vocabulary.COMPANY_ROLES,
    "certification": vocabulary.CERTIFICATIONS,
    "relation": vocabulary.RELATIONS,
    "stage": vocabulary.STAGES,
    "condition": vocabulary.CONDITIONS,
    "capital_kind": vocabulary.CAPITAL_KINDS,
    "light": vocabulary.LIGHTS,
    "field_type": vocabulary.FIELD_TYPES,
    "day_kind": vocabulary.DAY_KINDS,
}
_CITED = " note source quote"


def _field(text: str) -> Field:
    key, _, type_name = text.removesuffix("*").partition(":")
    words = _WORDS.get(type_name)
    return Field(key, Type.WORD if words else Type(type_name or "text"), words, text.endswith("*"))


def _kind(code: str, plural: str, fields: str, key: str) -> Kind:
    return Kind(code, plural, tuple(map(_field, fields.split())), tuple(key.split()))


# In the order in which an import writes them: what others refer to comes first.
KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        _kind("field", "fields", "name* type:field_type*", "name"),
        _kind(
            "company",
            "companies",
            "name* name_en group_name country:country role:role founded:count aliases:names ids:names" + _CITED,
            "name",
        ),
        _kind(
            "certification",
            "certifications",
            "company* certification:certification* on:period* effective_from:day" + _CITED,
            "company certification",
        ),
        # tags a|b, ids scheme=id|…, fields name=value|…
        _kind(
            "project",
            "projects",
            "code* name* name_en kind:project_kind company group_name chain sector site grid owner "
            "lead_source:lead_source capital_origin:origin country:country land:land jobs:count registered:period "
            "parent tags:names aliases:names ids:names fields:names" + _CITED,
            "code",
        ),
        _kind("relation", "relations", "project* relation:relation* target*" + _CITED, "project relation target"),
        # Without `on` the stage was reached by `effective_from`, the day itself not known.
        _kind(
            "stage", "stages", "project* stage:stage* on:period effective_from:day reason" + _CITED, "project stage on"
        ),
        _kind(
            "condition",
            "conditions",
            "project* condition:condition* on:period* effective_from:day reason" + _CITED,
            "project condition on",
        ),
        # `what` is baseline, forecast or actual; `made` is the day a plan or forecast was made, or from which an actual
        # one counts. A milestone nobody has given a day is a baseline without `on`.
        _kind(
            "milestone",
            "milestones",
            "project* milestone* what* on:period made:day title weight:count" + _CITED,
            "project milestone what made",
        ),
        # `entry` is the number of an entry of this ledger; `basis` is period, ytd or cumulative.
        _kind(
            "capital",
            "capital",
            "entry:count project* kind:capital_kind* figure:figure* on:period basis effective_from:day" + _CITED,
            "project kind on basis",
        ),
        _kind(
            "baseline",
            "baselines",
            "project* version:count* total:figure start:period end:period approved:day effective_from:day reason"
            + _CITED,
            "project version",
        ),
        _kind(
            "review",
            "reviews",
            "project* on:period* physical:percent light:light text effective_from:day" + _CITED,
            "project on",
        ),
        # `what` is actual, floor or stretch; `direction` is at_least or at_most.
        _kind(
            "indicator",
            "indicators",
            "subject* indicator* what on:period* value:quantity* growth:percent direction effective_from:day" + _CITED,
            "subject indicator what on",
        ),
        _kind(
            "request",
            "requests",
            "title* project company category owner raised:day due:day answered:day answer closed:day outcome" + _CITED,
            "project company title raised",
        ),
        _kind(
            "follow_up",
            "follow_ups",
            "project* on:day* text* next_day:day person done:day" + _CITED,
            "project on text",
        ),
        _kind("rate", "rates", "base* counter* on:day* rate:rate*" + _CITED, "base counter on"),
        _kind("calendar_day", "calendar", "day:day* kind:day_kind* name", "day"),
        # What files with these headings mean, in TOML.
        _kind("map", "maps", "name* headings:names* text*", "name"),
        _kind("month_close", "month_closes", "on:period* note", "on"),
    )
}
