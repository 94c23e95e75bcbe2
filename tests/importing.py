"""Importing in tests: records without a file, as `tracker import` would have read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from tests.conftest import TODAY
from tests.ledgers import Ledger, writer
from tracker.database import Database
from tracker.importer.apply import Result, attempt
from tracker.importer.matching import Rules
from tracker.ledger.store import Store
from tracker.ledger.transaction import write
from tracker.queries.as_of import AsOf
from tracker.records.origin import State
from tracker.records.schema import KINDS, Problem, Record
from tracker.records.snapshot import EVERY_DAY, records

T = TypeVar("T")
Row = tuple[str, dict[str, Any]]


@dataclass(slots=True)
class Given:
    """A file of these records, one a row from row 2 on."""

    rows: Sequence[Row | Problem]
    ours: bool = False
    name: str = "file.csv"
    day: date | None = None
    state: State | None = None
    kind: str = ""

    def records(self) -> Iterator[Record | Problem]:
        """The records of the rows."""
        for number, row in enumerate(self.rows, start=2):
            if isinstance(row, Problem):
                yield row
            else:
                yield Record(row[0], dict(row[1]), row[1].get("_row", number))

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """A cell in column X."""
        return f"X{record.row}", field

    def require_unchanged(self) -> None:
        """It never changes."""


def bring_in(
    ledger: Ledger,
    *rows: Row | Problem,
    ours: bool = False,
    day: date | None = None,
    today: date = TODAY,
    dry_run: bool = False,
    skip_bad: bool = False,
    check: bool = False,
    guess: bool = True,
    **rules: Any,
) -> Result:
    """Import a file of `rows`; `day` is that of its title."""
    return bring_in_files(
        ledger,
        [Given(rows, ours, day=day)],
        today=today,
        dry_run=dry_run,
        skip_bad=skip_bad,
        check=check,
        guess=guess,
        **rules,
    )


def bring_in_files(
    ledger: Ledger,
    files: Sequence[Given],
    *,
    today: date = TODAY,
    dry_run: bool = False,
    skip_bad: bool = False,
    check: bool = False,
    guess: bool = True,
    **rules: Any,
) -> Result:
    """Import several files in one change."""

    def act(do: Callable[[Store], T], *, dry_run: bool) -> tuple[int | None, T]:
        importer = writer(today, "import file.csv")._replace(origin="import")
        return write(ledger.database, importer, do, dry_run=dry_run)

    return attempt(
        act,
        files,
        replace(Rules(today, "CNY"), **rules),
        dry_run=dry_run,
        skip_bad=skip_bad,
        check=check,
        guess=guess,
    )


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """What the ledger says, by kind, without the numbers of entries."""
    with database.reading() as reader:
        return {
            kind: [
                {name: value for name, value in record.values.items() if name != "entry"}
                for record in records(reader, AsOf(EVERY_DAY), kind)
            ]
            for kind in KINDS
        }


def exported(database: Database) -> list[Given]:
    """An export of everything, file by file."""
    return [
        Given([(kind, values) for values in found], ours=True, name=f"{kind}.csv")
        for kind, found in everything(database).items()
    ]
