"""Rules of the house that no linter knows: size, one clock, one calendar library, one place that prints."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.isolation import ROOT

PACKAGE = ROOT / "tracker"
MODULES = sorted(PACKAGE.rglob("*.py"))

MODULE_LINES = 300
FUNCTION_LINES = 40

# The day is read here and passed on.
CLOCK = {"app.py"}
# The edge: what a person or a pipe gets to see leaves from here.
EDGE = ("cli.py", "app.py", "commands/")
CALENDAR = ("dates.py", "dates/")


def _place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


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


def _long_functions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{node.name} ({lines} lines)"


def _clock_readings(tree: ast.AST) -> list[tuple[int, str]]:
    readings = {f"{kind}.{name}" for kind in ("date", "datetime") for name in ("today", "now", "utcnow")}
    return [(line, name) for line, name in _calls(tree) if ".".join(name.split(".")[-2:]) in readings]


every_module = pytest.mark.parametrize("path", MODULES, ids=_place)


@pytest.fixture
def tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text("utf-8"), str(path))


@every_module
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MODULE_LINES, f"{_place(path)} has {lines} lines: split it by subject"


@every_module
def test_a_function_fits_on_a_screen(path: Path, tree: ast.AST) -> None:
    assert list(_long_functions(tree)) == [], f"in {_place(path)}: at most {FUNCTION_LINES} lines"


@every_module
def test_the_day_is_passed_in(path: Path, tree: ast.AST) -> None:
    if _place(path) not in CLOCK:
        assert _clock_readings(tree) == [], f"{_place(path)} reads the clock: take the day as an argument"


@every_module
def test_only_the_edge_prints(path: Path, tree: ast.AST) -> None:
    if not _place(path).startswith(EDGE):
        prints = [line for line, name in _calls(tree) if name in {"print", "sys.stdout.write", "sys.stderr.write"}]
        assert prints == [], f"{_place(path)} prints: return the value instead"


@every_module
def test_days_have_one_home(path: Path, tree: ast.AST) -> None:
    if not _place(path).startswith(CALENDAR):
        found = [line for line, name in _imports(tree) if name.partition(".")[0] == "dateutil"]
        assert found == [], f"{_place(path)} imports dateutil: ask tracker.dates"


@pytest.mark.parametrize(
    "source", ["date.today()", "datetime.date.today()", "datetime.now(UTC)", "dt.datetime.utcnow()", "datetime.today()"]
)
def test_a_reading_of_the_clock_is_seen_in_every_spelling(source: str) -> None:
    assert len(_clock_readings(ast.parse(source))) == 1


@pytest.mark.parametrize("source", ["app.today()", "self.now", "today", "date(2023, 1, 1)", "date.fromisoformat(x)"])
def test_what_is_handed_on_is_no_reading_of_the_clock(source: str) -> None:
    assert _clock_readings(ast.parse(source)) == []
