"""Start-up: what only reads, helps, completes or refuses loads neither the ORM nor a date parser."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.isolation import ROOT, clean_environment

HEAVY = {"sqlalchemy", "sqlmodel", "pydantic", "alembic", "dateutil.parser"}

# Registered first and so run last: the list is complete whichever way the program leaves.
PROBE = """
import atexit, sys
from pathlib import Path
atexit.register(lambda: Path(sys.argv[1]).write_text("\\n".join(sys.modules)))
from tracker.cli import main
sys.exit(main(sys.argv[2:]))
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the program: its exit code, its output, and the modules it had loaded at the end."""

    code: int
    out: str
    err: str
    modules: frozenset[str]


def start(folder: Path, *argv: str, **variables: str) -> Start:
    """Run the program with `argv` in a process of its own whose home is `folder`."""
    listing = folder / "modules"
    command = [sys.executable, "-c", PROBE, str(listing), *argv]
    environment = clean_environment(folder) | variables
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert listing.exists(), f"the program left without its exit handlers: {done.stderr}"
    return Start(done.returncode, done.stdout, done.stderr, frozenset(listing.read_text().splitlines()))


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("list",),
        ("list", "-f", "json"),
        ("progress",),
        ("progress", "-f", "csv"),
        ("show", "nidec-flagship"),
        ("summary",),
    ],
    ids=" ".join,
)
def test_reading_loads_no_orm(argv: tuple[str, ...], demo_database: Path, tmp_path: Path) -> None:
    started = start(tmp_path, "--db", str(demo_database), *argv)
    assert (started.code, started.err) == (0, "")
    assert started.out
    assert not HEAVY & started.modules


@pytest.mark.parametrize(
    "argv", [("--help",), ("list", "--help"), ("capital", "record", "--help"), ("-V",)], ids=" ".join
)
def test_help_loads_no_orm(argv: tuple[str, ...], tmp_path: Path) -> None:
    started = start(tmp_path, *argv)
    assert (started.code, started.err) == (0, "")
    assert not HEAVY & started.modules


@pytest.mark.parametrize(
    "argv", [("lst",), ("list", "--no-such-option"), ("show",), ("list", "--as-of", "yesterwhen")], ids=" ".join
)
def test_a_usage_error_loads_no_orm(argv: tuple[str, ...], demo_database: Path, tmp_path: Path) -> None:
    started = start(tmp_path, "--db", str(demo_database), *argv)
    assert started.code == 2
    assert started.err
    assert not HEAVY & started.modules


def test_a_missing_database_is_refused_without_the_orm(tmp_path: Path) -> None:
    started = start(tmp_path, "--db", str(tmp_path / "none.db"), "list")
    assert started.code == 1
    assert not HEAVY & started.modules


def test_completing_a_project_code_loads_no_orm(demo_database: Path, tmp_path: Path) -> None:
    started = start(
        tmp_path,
        TRACKER_DB=str(demo_database),
        _TRACKER_COMPLETE="complete_bash",
        COMP_WORDS="tracker show nidec-f",
        COMP_CWORD="2",
    )
    assert started.out.split() == ["nidec-flagship"]
    assert not HEAVY & started.modules


@pytest.mark.parametrize(
    ("argv", "tables"),
    [
        (("capital", "record", "nidec-flagship", "paid", "3万元", "--on", "2023-03-30"), "capital project stage"),
        (("undo", "-y"), "capital project stage"),
        (("project", "stage", "nidec-flagship", "at_capacity"), "condition milestone project stage"),
    ],
    ids=lambda argv: " ".join(argv[:2]) if isinstance(argv, tuple) else "",
)
def test_a_write_declares_no_table_that_it_does_not_need(
    argv: tuple[str, ...], tables: str, demo_database: Path, tmp_path: Path
) -> None:
    database = str(shutil.copy(demo_database, tmp_path / "own.db"))
    if argv[0] == "undo":
        start(tmp_path, "--db", database, "capital", "record", "nidec-flagship", "paid", "3万元", "--on", "2023-03-30")
    started = start(tmp_path, "--db", database, *argv, TRACKER_TODAY="2023-03-31")
    assert started.code == 0, started.err
    loaded = {name.removeprefix("tracker.models.") for name in started.modules if name.startswith("tracker.models.")}
    assert loaded - {"base", "derived", "fields", "ledger"} == set(tables.split())
