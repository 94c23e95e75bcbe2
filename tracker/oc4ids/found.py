"""What a package from anywhere holds, looked at one object at a time: nothing is trusted to be of its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.oc4ids.days import day_of
from tracker.records.schema import KINDS, Problem, Record
from tracker.records.serialize import read, spread, write
from tracker.text import clean, shorten

LONGEST = 4000
_NAMES = KINDS["project"].field("tags")
# No amount anywhere has more digits, and a few letters of JSON can hold a million.
_MOST_DIGITS = 40


@dataclass(slots=True)
class Findings:
    """The records of one project (its number in the package is `row`) or of none (0), and what is wrong with it."""

    row: int = 0
    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, path: str, column: str, value: object, problem: str, hint: str = "") -> None:
        """Note what is wrong at `path`, a JSON pointer."""
        told = value if isinstance(value, str) else _kind_of(value)
        self.problems.append(Problem(self.row, path, column, shorten(told), problem, hint))

    def add(
        self,
        kind: str,
        cells: Mapping[str, str],
        path: str,
        *,
        names: Mapping[str, tuple[str, ...]] | None = None,
        whole: bool = False,
    ) -> None:
        """Add the record that the cells of its columns make, or what is wrong with them; `names` are fields of names.

        A `whole` record says of every field it does not give that it is empty; another says nothing of it.
        """
        values: dict[str, Any] = {}
        sound = True
        given = dict(cells) | {key: joined(texts) for key, texts in (names or {}).items()}
        for one in KINDS[kind].fields:
            texts = tuple(given.get(name, "") for name in spread(one))
            try:
                value = read(one, tuple(map(_clean, texts)))
            except ValueRefused as reason:
                self.refuse(path, one.key, " ".join(texts), str(reason))
                sound = False
                continue
            if value is None and one.required and (kind, one.key) != ("condition", "on"):
                self.refuse(path, one.key, "", _("{what} is missing").format(what=one.key))
                sound = False
            if value is not None or (whole and one.key != "entry"):
                values[one.key] = value
        if sound:
            self.records.append(Record(kind, values, self.row, dict.fromkeys(values, path)))


def joined(names: tuple[str, ...]) -> str:
    """The cell that names are written in."""
    return write(_NAMES, names)[0] if names else ""


def _clean(text: str) -> str:
    return clean(text, _("the text"), longest=LONGEST, lines=True) if text.strip() else ""


@dataclass(frozen=True, slots=True)
class Place:
    """An object of the package, its path as a JSON pointer, and where findings go.

    What is not of the type asked for is noted as a problem and is otherwise as if it were not there.
    """

    value: Mapping[str, Any]
    path: str
    findings: Findings

    def text(self, key: str) -> str:
        """A text, "" where there is none; a whole number counts as one, for many identifiers are written so."""
        value = self.value.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_MOST_DIGITS:
            return str(value)
        self._refuse_type(key, value, _("a text"))
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = self.value.get(key)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self._refuse_type(key, value, _("a list of texts"))
        return ()

    def child(self, key: str) -> Place:
        """The object under `key`, an empty one where there is none."""
        value = self.value.get(key)
        if not isinstance(value, dict):
            self._refuse_type(key, value, _("an object"))
            value = {}
        return Place(value, f"{self.path}/{key}", self.findings)

    def each(self, key: str) -> Iterator[Place]:
        """The objects of a list."""
        value = self.value.get(key)
        if not isinstance(value, list):
            self._refuse_type(key, value, _("a list"))
            return
        for place, one in enumerate(value):
            path = f"{self.path}/{key}/{place}"
            if isinstance(one, dict):
                yield Place(one, path, self.findings)
            else:
                self.findings.refuse(path, key, one, _("this is not an object"))

    def day(self, key: str) -> date | None:
        """The day of a date-time."""
        text = self.text(key)
        day = day_of(text)
        if text and day is None:
            problem = _("“{text}” is no date-time: write it like 2023-04-05T00:00:00Z").format(text=shorten(text))
            self.findings.refuse(f"{self.path}/{key}", key, text, problem)
        return day

    def number(self, key: str) -> str:
        """A number as plain decimal text, "" where there is none."""
        value = self.value.get(key)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            text = plain_number(value)
            if not text:
                problem = _("this number is too long or no number at all")
                self.findings.refuse(f"{self.path}/{key}", key, value, problem)
            return text
        self._refuse_type(key, value, _("a number"))
        return ""

    def _refuse_type(self, key: str, value: object, wanted: str) -> None:
        if value is not None:
            problem = _("{key} is {kind} and must be {wanted}").format(key=key, kind=_kind_of(value), wanted=wanted)
            self.findings.refuse(f"{self.path}/{key}", key, value, problem)


def plain_number(value: float | Decimal) -> str:
    """The number in plain digits without zeros at the end, "" where that would be too long or it is no number."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_MOST_DIGITS else ""
    number = Decimal(repr(value)) if isinstance(value, float) else value
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _MOST_DIGITS or number.adjusted() > _MOST_DIGITS:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _kind_of(value: object) -> str:
    """What a value of JSON is called."""
    if isinstance(value, str):
        return f"“{shorten(value)}”"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, dict | list):
        return _("an object") if isinstance(value, dict) else _("a list")
    return plain_number(value) if isinstance(value, int | float | Decimal) else type(value).__name__


def first_of(*texts: str) -> str:
    """The first text that is not blank."""
    return next((text for text in texts if text.strip()), "")
