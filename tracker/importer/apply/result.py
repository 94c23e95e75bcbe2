"""What an import is asked to do, what it found, and what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from tracker.analysis.running import Fall, Overlap, Restatement
from tracker.records.schema import KINDS, Problem, Record
from tracker.reports.report import Cell

# What is listed of a file without end; the rest is counted.
MOST_PROBLEMS = 1_000
CONFLICT_RULES = ("keep", "take", "ask")
# The kind of record, what it is called, and its field ("" for the whole record).
Conflicting = tuple[str, str, str]
# A row of a source, by their names.
Place = tuple[str, int]


class Source(Protocol):
    """Records as a file gives them, the same each time they are asked for."""

    @property
    def name(self) -> str:
        """What the file is called."""
        ...

    @property
    def ours(self) -> bool:
        """Whether this program wrote it: then every cell means what it says, and an empty one is to be empty."""
        ...

    @property
    def day(self) -> date | None:
        """The last day of which the file can tell, as its title says; None where it says nothing."""
        ...

    def records(self) -> Iterator[Record | Problem]:
        """The records, and what is wrong with the rows that give none."""
        ...

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The cell ("F12") and the heading that a field of a record was read from, "" where that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """How to import.

    `currency` is that of figures that name none; `skip` the rows to leave out; `take_all` lets the file win over what a
    person changed since the last import, `take` does so for some values. At most `listed` new records, and as many
    differences, are kept to be shown; None: all.
    """

    today: date
    currency: str
    skip: frozenset[Place] = frozenset()
    take_all: bool = False
    take: frozenset[Conflicting] = frozenset()
    listed: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What the import writes, or a value it leaves as a person changed it; `how` is new, changed or kept.

    `what` names the record within its kind; a new record has no field, and `new` says the most important of it.
    """

    row: int
    how: str
    kind: str
    what: str
    field: str = ""
    old: Cell = None
    new: Cell = None

    @property
    def conflicting(self) -> Conflicting:
        """What a decision about it is remembered under."""
        return (self.kind, self.what, self.field)


@dataclass(frozen=True, slots=True)
class Effect:
    """What the file does to the figures of a project and kind: `what` names them."""

    what: str
    found: Restatement | Fall | Overlap
    currency: str


@dataclass
class Outcome:
    """What one pass over the records found: counts, the first new records, differences and problems, and remarks."""

    listed: int | None = None
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    fresh: list[Difference] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    more: int = 0
    conflicts: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    refused: set[Place] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def count(self, how: str) -> int:
        """How many records of any kind are "new", "changed", "same" or "kept"."""
        return sum(number for (_kind, one), number in self.counts.items() if one == how)

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.count("new") or self.count("changed"))

    def tell(self, difference: Difference) -> None:
        """Keep a difference, or count it where enough are kept."""
        if difference.how == "kept":
            self.conflicts.append(difference)
        held = self.fresh if difference.how == "new" else self.differences
        if self.listed is None or len(held) < self.listed:
            held.append(difference)
        else:
            self.more += 1

    def refuse(self, source: str, problem: Problem) -> None:
        """Keep a problem of a source, or count it where enough are kept; its row is refused."""
        self.refused.add((source, problem.row))
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1

    def by_kind(self) -> list[tuple[str, dict[str, int]]]:
        """The kinds that occur, in their order, with how many records are new, changed, same and kept."""
        found: dict[str, dict[str, int]] = {}
        for (kind, how), number in self.counts.items():
            found.setdefault(kind, {})[how] = number
        return [(kind, found[kind]) for kind in KINDS if kind in found]
