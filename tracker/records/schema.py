"""What goes in and out of the ledger, record by record: the kinds there are, their fields, and what a field holds.

One record is one thing somebody would write in one row: a project, a capital entry, one date of a milestone. Exports
write the fields in this order under their keys; an import fills as many as its file has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tracker import vocabulary
from tracker.models.fields import FIELDS, Field, Type


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


# The column that names the kind of each row, in a file of several kinds.
RECORD = "record"


@dataclass(slots=True)
class Record:
    """One record of a file: what it says, and where it says so.

    `values` holds a value per field that the file gives; None means that the file says it is empty. `cells` names the
    cell a field was read from ("F12"), where there is one. `guessed` are the fields that rest on the guess what a
    column is.
    """

    kind: str
    values: dict[str, Any]
    row: int = 0
    cells: dict[str, str] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()


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


def _listed(code: str, plural: str, labels: str, key: str) -> Kind:
    """A kind whose fields are listed in its model; its labels stand before what it is cited by."""
    *own, note, source, quote = FIELDS[code]
    names = (Field(name, Type.NAMES) for name in labels.split())
    return Kind(code, plural, (*own, *names, note, source, quote), tuple(key.split()))


def _milestones() -> Kind:
    """A milestone with one of its days.

    `what` is baseline, forecast or actual; `made` is the day a plan or forecast was made, or from which an actual one
    counts. A milestone nobody has given a day is a baseline without `on`.
    """
    project, milestone, *own = FIELDS["milestone"]
    day, cited = (tuple(map(_field, text.split())) for text in ("what* on:period made:day", _CITED))
    key = ("project", "milestone", "what", "made")
    return Kind("milestone", "milestones", (project, milestone, *day, *own, *cited), key)


# In the order in which an import writes them: what others refer to comes first.
KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        _kind("field", "fields", "name* type:field_type*", "name"),
        _listed("company", "companies", "aliases ids", "name"),
        _kind(
            "certification",
            "certifications",
            "company* certification:certification* on:period* effective_from:day" + _CITED,
            "company certification",
        ),
        # tags a|b, ids scheme=id|…, fields name=value|…
        _listed("project", "projects", "tags aliases ids fields", "code"),
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
        _milestones(),
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
        _listed("request", "requests", "", "project company title raised"),
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
