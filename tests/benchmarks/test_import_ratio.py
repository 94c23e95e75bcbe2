"""What an import costs, as a ratio to reading the same rows with csv and inserting them with sqlite3.

The floor is `csv.reader` and `executemany` of the rows as they are stored, in one transaction, into tables with the
same columns, keys and indexes and no check or trigger; nothing of it is converted, derived or sealed.
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.benchmarks.generator import BARE, fill
from tests.benchmarks.test_startup_ratio import cpu_seconds
from tests.conftest import Run
from tests.isolation import clean_environment
from tracker.database import locate

ROWS = 100_000
PROJECTS = 1_000
ROUNDS = 3
# A third to a half above what a quiet machine measures, because others may be at work beside the test.
CEILING = 13.5
FOLDER_CEILING = 20

_FLOOR = r"""
import csv, re, sqlite3, sys
from pathlib import Path
from tracker.sqlite_file import PRAGMAS
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for pragma in PRAGMAS:
    connection.execute(f"PRAGMA {pragma}")
connection.execute("BEGIN IMMEDIATE")
connection.execute(
    "INSERT INTO change (id, recorded_at, recorded_on, actor, command, origin) "
    "SELECT MAX(id) + 1, '2023-03-31 12:00:00.000000', '2023-03-31', 'floor', 'floor', 'import' FROM change"
)
for stored in map(Path, sys.argv[2:]):
    with stored.open(encoding="utf-8", newline="") as file:
        names, *rows = [[cell or None for cell in row] for row in csv.reader(file)]
    name = stored.stem
    of_table = f"FROM sqlite_master WHERE tbl_name = '{name}' AND sql IS NOT NULL AND type "
    (table,) = connection.execute(f"SELECT sql {of_table} = 'table'").fetchone()
    indexes = connection.execute(f"SELECT sql {of_table} = 'index'").fetchall()
    if name in ("company", "project", "milestone"):
        connection.executemany(f"INSERT INTO {name}_identity VALUES (?)", ((row[0],) for row in rows))
    connection.execute(f"DROP TABLE {name}")
    connection.execute(re.sub(r"CONSTRAINT \w+ CHECK .*\n", "", table))
    for (index,) in indexes:
        connection.execute(index)
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {name} ({', '.join(names)}) VALUES ({marks})", rows)
connection.execute("COMMIT")
"""


def _stored(db: Path, folder: Path) -> list[Path]:
    """The rows of the last change of a ledger, a file a table, without empty columns; the numbers stand first."""
    files = []
    with closing(sqlite3.connect(db)) as connection:
        for table in BARE:
            names = [name for (name,) in connection.execute(f"SELECT name FROM pragma_table_info('{table}')")]
            of_change = f"FROM {table} WHERE recorded_from = (SELECT MAX(id) FROM change)"
            filled = connection.execute(
                f"SELECT {', '.join(f'COUNT({name})' for name in names)} {of_change}"
            ).fetchone()
            names = [name for name, count in zip(names, filled, strict=True) if count]
            names.sort(key=lambda name: name != "id")
            if names and (written := list(connection.execute(f"SELECT {', '.join(names)} {of_change}"))):
                files.append(folder / f"{table}.csv")
                with files[-1].open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows([names, *written])
    return files


def _require_ratio(empty: Path, given: Path, folder: Path, run: Run, isolated: Path, ceiling: float) -> None:
    """Import a file or folder into copies of a ledger, and what it stored without the program."""
    environment = clean_environment(isolated)
    best = {"import": float("inf"), "floor": float("inf")}
    stored: list[Path] = []
    for _round in range(ROUNDS):
        for name in best:
            db = folder / f"{name}.db"
            shutil.copy(empty, db)
            command = {
                "import": (sys.executable, "-m", "tracker", "--db", str(db), "import", str(given), "--apply"),
                "floor": (sys.executable, "-c", _FLOOR, str(db), *map(str, stored)),
            }[name]
            best[name] = min(best[name], cpu_seconds(command, environment))
            stored = stored or _stored(db, folder)
    ratio = best["import"] / best["floor"]
    print(f"\n{given.name}, CPU time, best of {ROUNDS}: floor {best['floor']:.2f} s, import {best['import']:.2f} s")
    print(f"  {ratio:.2f} x floor (at most {ceiling})")
    checked = run("--db", folder / "import.db", "database", "check")
    assert checked.code == 0
    assert ratio <= ceiling


@pytest.mark.benchmark
def test_capital_is_imported_within_a_small_multiple_of_the_floor(
    tmp_path: Path, run: Run, today: object, isolated: Path
) -> None:
    empty, given = tmp_path / "empty.db", tmp_path / "figures.csv"
    projects = tmp_path / "projects.csv"
    projects.write_text("code,name\n" + "".join(f"p{number},p{number}\n" for number in range(1, PROJECTS + 1)))
    assert run("--db", empty, "init").code == 0
    assert run("--db", empty, "import", projects, "--apply").code == 0
    with given.open("w", encoding="utf-8") as file:
        file.write("project,kind,amount,currency,on,source\n")
        # No project has two rows of one month.
        for number in range(ROWS):
            project, minor = number % PROJECTS + 1, (number % 900 + 1) * 100_050
            place = number // PROJECTS
            month = f"{2009 + place % 14}-0{place % 9 + 1}"
            file.write(f"p{project},completed,{minor // 100}.{minor % 100:02},CNY,{month},月报 {number % 100}\n")
    _require_ratio(empty, given, tmp_path, run, isolated, CEILING)


@pytest.mark.benchmark
def test_a_folder_of_projects_is_imported_within_a_small_multiple_of_the_floor(
    tmp_path: Path, run: Run, today: object, isolated: Path
) -> None:
    empty, given, ledger = tmp_path / "empty.db", tmp_path / "exported", tmp_path / "ledger.db"
    fill(locate(str(ledger)), PROJECTS)
    assert run("--db", ledger, "export", "all", "-o", given).code == 0
    assert run("--db", empty, "init").code == 0
    _require_ratio(empty, given, tmp_path, run, isolated, FOLDER_CEILING)
