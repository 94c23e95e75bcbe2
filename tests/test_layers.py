"""The five rules of the house: one clock, one calendar, one edge that prints, one writer, imports that point down."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.isolation import ROOT

PACKAGE = ROOT / "tracker"

# The day is read here and passed on.
CLOCK = {"app.py"}
# The edge: what a person or a pipe gets to see leaves from here.
EDGE = ("cli.py", "app.py", "commands/")
CALENDAR = ("dates.py", "dates/")
# Who may run SQL that changes the ledger; the schema is made and copied beside it.
WRITERS = ("ledger/", "schema.py", "backup.py", "engine.py")


Found = list[tuple[int, str]]


@cache
def _modules() -> dict[str, tuple[Found, Found]]:
    """What every module of the program calls, by plain or dotted names, and what it imports, each with its line."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        calls: Found = []
        imports: Found = []
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                calls.append((node.lineno, ast.unparse(node.func)))
            elif isinstance(node, ast.Import):
                imports += ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imports.append((node.lineno, node.module or ""))
        found[path.relative_to(PACKAGE).as_posix()] = calls, imports
    return found


def _outside(allowed: tuple[str, ...]) -> Iterator[tuple[str, tuple[Found, Found]]]:
    return ((place, found) for place, found in _modules().items() if not place.startswith(allowed))


def test_the_day_is_passed_in() -> None:
    readings = {f"{kind}.{name}" for kind in ("date", "datetime") for name in ("today", "now", "utcnow")}
    found = {
        place: read
        for place, (calls, _imports) in _modules().items()
        if (read := [(line, name) for line, name in calls if ".".join(name.split(".")[-2:]) in readings])
    }
    assert found.keys() <= CLOCK, f"these read the clock, and should take the day as an argument: {found}"


def test_only_the_edge_prints() -> None:
    prints = {"print", "sys.stdout.write", "sys.stderr.write"}
    found = [(place, line) for place, (calls, _imports) in _outside(EDGE) for line, name in calls if name in prints]
    assert found == []


def test_days_have_one_home() -> None:
    found = [
        (place, line)
        for place, (_calls, imports) in _outside(CALENDAR)
        for line, name in imports
        if name.partition(".")[0] == "dateutil"
    ]
    assert found == [], "ask tracker.dates"


def test_only_the_ledger_writes() -> None:
    writes = {"sa.insert", "sa.update", "sa.delete", "insert", "update", "delete"}
    found = [(place, line) for place, (calls, _imports) in _outside(WRITERS) for line, name in calls if name in writes]
    assert found == []


def test_imports_point_down_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
