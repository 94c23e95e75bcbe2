"""What everyday commands cost on ledgers of 1,000 and 10,000 projects, as ratios to floors measured in the same run.

A floor is a process that loads typer and rich, runs the bare SQL of about the same answer over the derived rows of the
same file, and prints its rows. `TRACKER_BENCH=1000,10000,100000` chooses other sizes: the largest takes minutes to
build. `TRACKER_BENCH_DIR` names a folder in which the ledgers are kept for the next run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.generator import TODAY, code_of, fill
from tests.isolation import ROOT, clean_environment
from tracker.database import locate

SIZES = tuple(int(size) for size in os.environ.get("TRACKER_BENCH", "1000").split(","))
# Read here, because every test runs in an empty environment.
KEPT_IN = os.environ.get("TRACKER_BENCH_DIR")
ROUNDS = 3
_DAY = f"'{TODAY.isoformat()}'"
_STATE = f"project_state AS s ON s.project_id = p.id AND s.from_day <= {_DAY} AND s.to_day > {_DAY}"
_VALUE = f"v.project_id = p.id AND v.from_day <= {_DAY} AND v.to_day > {_DAY}"
_OPEN = "recorded_to = 9223372036854775807"

_FLOOR = """
import sqlite3, sys
import rich.table, typer
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for row in connection.execute(sys.argv[2]):
    print(*row)
"""
# A small process between, because a process begins with the memory of the one it was forked from.
_MEASURER = """
import os, sys
nowhere = os.open(os.devnull, os.O_RDWR)
actions = [(os.POSIX_SPAWN_DUP2, nowhere, number) for number in (0, 1)]
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_child, status, usage = os.wait4(child, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
# The bare SQL of an answer; "" where the floor is the loading of the libraries alone.
_LISTED = (
    f"SELECT p.code, p.name, s.stage, s.condition, v.cumulative_minor FROM project AS p JOIN {_STATE} "
    f"LEFT JOIN capital_value AS v ON {_VALUE} AND v.kind = 'total' WHERE p.{_OPEN} ORDER BY p.code LIMIT 40"
)
_OF_YEAR = (
    f"SELECT p.code, v.year_minor, w.year_minor FROM project AS p JOIN {_STATE} "
    f"JOIN capital_value AS v ON {_VALUE} AND v.kind = 'plan' "
    f"LEFT JOIN capital_value AS w ON {_VALUE.replace('v.', 'w.')} AND w.kind = 'completed' "
    f"WHERE p.{_OPEN} ORDER BY 1.0 * w.year_minor / v.year_minor LIMIT 40"
)
_BY_CHAIN = (
    f"SELECT p.chain, v.kind, COUNT(*), SUM(v.year_minor), SUM(v.cumulative_minor) FROM project AS p JOIN {_STATE} "
    f"JOIN capital_value AS v ON {_VALUE} WHERE p.{_OPEN} GROUP BY p.chain, v.kind"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The least CPU time of some runs in seconds, and the largest memory in MB."""

    seconds: float
    megabytes: float


def _commands(projects: int, turn: int) -> dict[str, tuple[tuple[str, ...], str]]:
    """The words of each command and the bare SQL of its floor; `turn` makes every recorded figure another one."""
    code, day = code_of(projects // 2), TODAY.isoformat()
    paid = ("capital", "record", code, "paid", f"{turn + 1}万元", "--on", day, "--further")
    return {
        "list --limit 40": (("list", "--limit", "40"), _LISTED),
        "show CODE": (("show", code), _LISTED.replace("ORDER BY", f"AND p.code = '{code}' ORDER BY")),
        "overview": ((), _BY_CHAIN),
        "progress --limit 40": (("progress", "--limit", "40"), _OF_YEAR),
        "summary --by chain": (("summary", "--by", "chain"), _BY_CHAIN),
        "report monthly": (("report", "monthly", "--month", "2023-05", "-f", "json"), _BY_CHAIN),
        "log --limit 20": (("log", "--limit", "20"), "SELECT id, command FROM change ORDER BY id DESC LIMIT 20"),
        "changes of a week": (("changes", "--since", "2023-06-24"), ""),
        "capital record": (paid, ""),
        "capital correct": (("capital", "correct", "10", "--amount", f"{turn + 1}万元", "--why", "typo"), ""),
    }


def _measure(command: tuple[str, ...], environment: dict[str, str]) -> Measured:
    process = subprocess.run(
        (sys.executable, "-S", "-c", _MEASURER, *command), cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert process.returncode == 0, f"{' '.join(command)} failed: {process.stderr}"
    seconds, kilobytes = process.stdout.split()
    return Measured(float(seconds), int(kilobytes) / 1024)


def _least(found: list[Measured]) -> Measured:
    return Measured(min(one.seconds for one in found), min(one.megabytes for one in found))


def _ledger(folder: Path, projects: int) -> Path:
    """The ledger of so many projects, built where it is not kept."""
    path = (Path(KEPT_IN) if KEPT_IN else folder) / f"bench-{projects}.db"
    if not path.exists():
        fill(locate(str(path)), projects)
    return path


@pytest.mark.benchmark
@pytest.mark.parametrize("projects", SIZES)
def test_everyday_commands_beside_their_floors(projects: int, tmp_path: Path, isolated: Path) -> None:
    path = _ledger(tmp_path, projects)
    environment = clean_environment(isolated) | {"TRACKER_TODAY": TODAY.isoformat()}
    found: dict[str, list[Measured]] = {}
    floors: dict[str, list[Measured]] = {}
    # In turns, so that a slow spell of the machine meets all alike.
    for turn in range(ROUNDS):
        typed = {
            "_TRACKER_COMPLETE": "complete_bash",
            "COMP_WORDS": f"tracker show {code_of(7)[:-2]}",
            "COMP_CWORD": "2",
        }
        completing = environment | typed | {"TRACKER_DB": str(path)}
        found.setdefault("TAB on a code", []).append(_measure((sys.executable, "-m", "tracker"), completing))
        named = "SELECT name FROM lookup_name WHERE subject = 'project' AND folded >= 'p-0000' AND rank = 0 LIMIT 40"
        floors.setdefault("TAB on a code", []).append(
            _measure((sys.executable, "-c", _FLOOR, str(path), named), environment)
        )
        for name, (words, sql) in _commands(projects, turn).items():
            program = (sys.executable, "-m", "tracker", "--db", str(path), *words)
            found.setdefault(name, []).append(_measure(program, environment))
            floor = (sys.executable, "-c", _FLOOR, str(path), sql or "SELECT 1")
            floors.setdefault(name, []).append(_measure(floor, environment))
    print(f"\n{projects:,} projects, {path.stat().st_size / 2**20:,.0f} MB; CPU time, least of {ROUNDS}")
    print(f"  {'tracker …':22} {'ms':>7} {'floor':>7} {'ratio':>6} {'MB':>6} {'floor':>6}")
    for name, runs in found.items():
        cost, floor_cost = _least(runs), _least(floors[name])
        print(
            f"  {name:22} {cost.seconds * 1000:7.0f} {floor_cost.seconds * 1000:7.0f} "
            f"{cost.seconds / floor_cost.seconds:5.1f}x {cost.megabytes:6.0f} {floor_cost.megabytes:6.0f}"
        )
