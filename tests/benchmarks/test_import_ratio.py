"""What importing capital costs, as a ratio to reading the same rows with csv and inserting them with sqlite3.

The floor is `csv.reader` and `executemany` of the rows as they are stored, in one transaction, into a table with the
same columns, keys and indexes and no check or trigger; nothing of it is converted, derived or sealed.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.benchmarks.test_startup_ratio import cpu_seconds
from tests.conftest import Run
from tests.isolation import clean_environment

ROWS = 100_000
PROJECTS = 1_000
ROUNDS = 3
# A third above what a quiet machine measures, because others may be at work beside the test.
CEILING = 11.5

_FLOOR = r"""
import csv, re, sqlite3, sys
from tracker.sqlite_file import PRAGMAS
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for pragma in PRAGMAS:
    connection.execute(f"PRAGMA {pragma}")
with open(sys.argv[2], encoding="utf-8", newline="") as file:
    rows = list(csv.reader(file))
connection.execute("BEGIN IMMEDIATE")
of_table = "FROM sqlite_master WHERE tbl_name = 'capital_entry' AND sql IS NOT NULL AND type "
(table,) = connection.execute(f"SELECT sql {of_table} = 'table'").fetchone()
indexes = connection.execute(f"SELECT sql {of_table} = 'index'").fetchall()
connection.execute("DROP TABLE capital_entry")
connection.execute(re.sub(r"CONSTRAINT \w+ CHECK .*\n", "", table))
for (index,) in indexes:
    connection.execute(index)
connection.execute(
    "INSERT INTO change (id, recorded_at, recorded_on, actor, command, origin) "
    "VALUES (9, '2023-03-31 12:00:00.000000', '2023-03-31', 'floor', 'floor', 'import')"
)
connection.executemany(
    "INSERT INTO capital_entry (id, recorded_from, recorded_to, project_id, kind, minor, currency, qualifier,"
    " availability, basis, first_day, last_day, effective_from, source)"
    " VALUES (?, 9, 9223372036854775807, ?, ?, ?, ?, 'exact', 'reported', 'period', ?, ?, ?, ?)",
    rows,
)
connection.execute("COMMIT")
"""


def _write_files(given: Path, stored: Path) -> None:
    """The rows as a file of ours, and as the table holds them; no project has two rows of one month."""
    with given.open("w", encoding="utf-8") as file, stored.open("w", encoding="utf-8") as plain:
        file.write("project,kind,amount,currency,on,source\n")
        for number in range(ROWS):
            project, minor = number % PROJECTS + 1, (number % 900 + 1) * 100_050
            place = number // PROJECTS
            year, month = 2009 + place % 14, place % 9 + 1
            source = f"月报 {number % 100}"
            amount = f"{minor // 100}.{minor % 100:02}"
            file.write(f"p{project},completed,{amount},CNY,{year}-0{month},{source}\n")
            days = f"{year}-0{month}-01,{year}-0{month}-28,{year}-0{month}-28"
            plain.write(f"{number + 1},{project},completed,{minor},CNY,{days},{source}\n")


@pytest.mark.benchmark
def test_capital_is_imported_within_a_small_multiple_of_the_floor(
    tmp_path: Path, run: Run, today: object, isolated: Path
) -> None:
    empty, given, stored = tmp_path / "empty.db", tmp_path / "capital.csv", tmp_path / "stored.csv"
    projects = tmp_path / "projects.csv"
    projects.write_text("code,name\n" + "".join(f"p{number},p{number}\n" for number in range(1, PROJECTS + 1)))
    assert run("--db", empty, "init").code == 0
    assert run("--db", empty, "import", projects, "--apply").code == 0
    _write_files(given, stored)
    environment = clean_environment(isolated)
    best = {"floor": float("inf"), "import": float("inf")}
    for _round in range(ROUNDS):
        for name in best:
            db = tmp_path / f"{name}.db"
            shutil.copy(empty, db)
            command = {
                "floor": (sys.executable, "-c", _FLOOR, str(db), str(stored)),
                "import": (sys.executable, "-m", "tracker", "--db", str(db), "import", str(given), "--apply"),
            }[name]
            best[name] = min(best[name], cpu_seconds(command, environment))
    ratio = best["import"] / best["floor"]
    print(f"\n{ROWS:,} rows, CPU time, best of {ROUNDS}: floor {best['floor']:.2f} s, import {best['import']:.2f} s")
    print(f"  {ratio:.2f} x floor (at most {CEILING})")
    checked = run("--db", tmp_path / "import.db", "database", "check")
    assert checked.code == 0
    assert ratio <= CEILING
