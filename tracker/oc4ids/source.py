"""A project package as one of the sources that an import compares with the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.oc4ids.reading import is_ours, read_package
from tracker.records.schema import Problem, Record


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A package (what `parse_json` gave) from a file called `name`; cells are places in it, as JSON pointers."""

    name: str
    data: Any

    @property
    def ours(self) -> bool:
        """Whether this program wrote it."""
        return is_ours(self.data)

    @property
    def day(self) -> date | None:
        """A package says nothing of it."""
        return None

    def records(self) -> Iterator[Record | Problem]:
        """The records, and what is wrong with those that are none."""
        return iter(read_package(self.data))

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The place that a field of a record was read from, and the field."""
        return record.cells.get(field, ""), field
