"""What an export of 100,000 capital entries costs, as a ratio to `csv.writer` writing the same rows.

The floor reads the rows through the very question the export asks, makes nothing of them, and hands them to
`csv.writer` with as many columns as the export has; both write a file in UTF-8 with CRLF. The export beyond it puts
amounts, periods and codes into words, guards texts against spreadsheets that run formulas, and checks every cell.
"""

from __future__ import annotations

import csv
import gc
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.ledgers import Ledger, create, opening
from tracker.database import Reader, locate
from tracker.dates import month_end
from tracker.exporter.files import table_of, write_csv
from tracker.ledger.store import Store
from tracker.models.capital import CapitalEntry
from tracker.queries.as_of import AsOf
from tracker.queries.exports import capital_in_order
from tracker.records import serialize, snapshot

PROJECTS, ENTRIES = 1_000, 100
COLUMNS = (
    *("project_id", "kind", "basis", "minor", "currency", "qualifier", "availability"),
    *("first_day", "last_day", "effective_from", "note", "source"),
)
ROUNDS = 5
CEILING = 2.0
EVERYTHING = AsOf(snapshot.EVERY_DAY)


@pytest.fixture
def large(tmp_path: Path) -> Ledger:
    """A ledger of 1,000 projects with 100 entries each, some of them with texts."""
    ledger = Ledger(locate(str(tmp_path / "large.db")))
    create(ledger.database)

    def open_projects(store: Store) -> None:
        for number in range(PROJECTS):
            opening(f"p-{number:03}", name=f"项目 {number}")(store)

    ledger.do(open_projects)
    ledger.do(lambda store: store.insert_many(CapitalEntry, COLUMNS, map(_entry, range(PROJECTS * ENTRIES))))
    return ledger


def _entry(number: int) -> tuple[int | str | None, ...]:
    """A figure of a project: no two of a kind are of the same month."""
    project, place = number % PROJECTS, number // PROJECTS
    kind, month = ("paid", "completed")[place % 2], place // 2
    first = date(2018 + month // 12, month % 12 + 1, 1)
    first_day, last_day = first.isoformat(), month_end(first).isoformat()
    currency = "CNY" if project % 10 else "USD"
    note = None if number % 7 else f"=第 {number} 笔"
    days = (first_day, last_day, last_day)
    return project + 1, kind, "period", 1_000_003 * number, currency, "exact", "reported", *days, note, f"月报 {month}"


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time of one run, with the garbage of the one before already collected."""
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


@pytest.mark.benchmark
def test_an_export_costs_at_most_twice_the_plain_writing_of_its_rows(large: Ledger, tmp_path: Path) -> None:
    def floor(reader: Reader) -> None:
        width = len(serialize.columns("capital"))
        with (tmp_path / "floor.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            for rows in capital_in_order(reader, EVERYTHING, range(1, PROJECTS + 1)):
                assert len(rows[0]) >= width
                writer.writerows(rows)

    def export(reader: Reader) -> None:
        with (tmp_path / "export.csv").open("w+b") as file:
            table = table_of("capital", snapshot.rows(reader, EVERYTHING, "capital"))
            assert write_csv(table, file, encoding="utf-8-sig", newline="\r\n") == PROJECTS * ENTRIES

    with large.database.reading() as reader:
        rounds = [(cpu_seconds(lambda: floor(reader)), cpu_seconds(lambda: export(reader))) for _round in range(ROUNDS)]
    best, cost = (min(times) for times in zip(*rounds, strict=True))
    ratio = cost / best
    print(f"\nCPU time, best of {ROUNDS}; floor {best * 1000:.0f} ms")
    print(f"  export of {PROJECTS * ENTRIES} entries {cost * 1000:.0f} ms  {ratio:.2f} x floor (at most {CEILING})")
    assert ratio <= CEILING
