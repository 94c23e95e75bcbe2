"""The five rules of the house: one clock, one calendar, one edge that prints, one writer, imports that point down."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.isolation import ROOT

PACKAGE = ROOT / "tracker"
TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"), str(path))
    for path in sorted(PACKAGE.rglob("*.py"))
}

# The day is read here and passed on.
CLOCK = {"app.py"}
# The edge: what a person or a pipe gets to see leaves from here.
EDGE = ("cli.py", "app.py", "commands/")
CALENDAR = ("dates.py", "dates/")
# Who may run SQL that changes the ledger; the schema is made and copied beside it.
WRITERS = ("ledger/", "schema.py", "backup.py", "engine.py")


def _calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every call whose target is a plain name or attributes of one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.lineno, ast.unparse(node.func)


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module or ""


def _clock_readings(tree: ast.AST) -> list[tuple[int, str]]:
    readings = {f"{kind}.{name}" for kind in ("date", "datetime") for name in ("today", "now", "utcnow")}
    return [(line, name) for line, name in _calls(tree) if ".".join(name.split(".")[-2:]) in readings]


def _outside(allowed: tuple[str, ...]) -> Iterator[tuple[str, ast.AST]]:
    return ((place, tree) for place, tree in TREES.items() if not place.startswith(allowed))


def test_the_day_is_passed_in() -> None:
    found = {place: readings for place, tree in TREES.items() if (readings := _clock_readings(tree))}
    assert found.keys() <= CLOCK, f"these read the clock, and should take the day as an argument: {found}"


def test_only_the_edge_prints() -> None:
    prints = {"print", "sys.stdout.write", "sys.stderr.write"}
    found = [(place, line) for place, tree in _outside(EDGE) for line, name in _calls(tree) if name in prints]
    assert found == []


def test_days_have_one_home() -> None:
    found = [
        (place, line)
        for place, tree in _outside(CALENDAR)
        for line, name in _imports(tree)
        if name.partition(".")[0] == "dateutil"
    ]
    assert found == [], "ask tracker.dates"


def test_only_the_ledger_writes() -> None:
    writes = {"sa.insert", "sa.update", "sa.delete", "insert", "update", "delete"}
    found = [(place, line) for place, tree in _outside(WRITERS) for line, name in _calls(tree) if name in writes]
    assert found == []


def test_imports_point_down_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
