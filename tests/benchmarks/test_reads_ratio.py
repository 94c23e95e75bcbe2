"""What everyday commands cost on ledgers of several sizes, as ratios to floors measured in the same run.

The floor of a read is a process that loads typer and rich, runs the bare SQL of about the same answer over the derived
rows of the same file, and prints its rows; that of a write loads typer and sqlmodel and does nothing.
`TRACKER_BENCH=1000,10000,100000` chooses the numbers of projects: the largest takes minutes to build.
`TRACKER_BENCH_DIR` names a folder in which the ledgers are kept for the next run.
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
import csv, sqlite3, sys
import rich.table, typer
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
csv.writer(sys.stdout).writerows(connection.execute(sys.argv[2]))
"""
_WRITING = "import typer, sqlmodel"
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
_ALL = (
    "SELECT p.code, p.name, p.name_en, s.stage, s.stage_first, s.condition, v.cumulative_minor, v.currency, "
    "v.cumulative_qualifier, p.kind, c.name, p.group_name, p.chain, p.sector, p.site, p.grid, p.owner, c.country, "
    f"p.capital_origin, p.lead_source, p.land, p.jobs FROM project AS p JOIN {_STATE} "
    f"LEFT JOIN company AS c ON c.id = p.company_id AND c.{_OPEN} LEFT JOIN capital_value AS v "
    f"INDEXED BY sqlite_autoindex_capital_value_1 ON {_VALUE} AND v.kind = 'total' WHERE p.{_OPEN} ORDER BY p.id"
)
_OF_YEAR = (
    f"SELECT p.code, v.year_minor, w.year_minor FROM project AS p JOIN {_STATE} "
    f"JOIN capital_value AS v INDEXED BY sqlite_autoindex_capital_value_1 ON {_VALUE} AND v.kind = 'plan' "
    f"LEFT JOIN capital_value AS w INDEXED BY sqlite_autoindex_capital_value_1 ON {_VALUE.replace('v.', 'w.')} "
    f"AND w.kind = 'completed' "
    f"WHERE p.{_OPEN} ORDER BY 1.0 * w.year_minor / v.year_minor LIMIT 40"
)
_MAY, _MAY_BEFORE = "'2023-05-31'", "'2022-05-31'"


def _at(name: str, kind: str, day: str) -> str:
    return (
        f"LEFT JOIN capital_value AS {name} ON {name}.project_id = p.id AND {name}.kind = '{kind}' "
        f"AND {name}.from_day <= {day} AND {name}.to_day > {day} "
    )


def _planned(state: str, day: str) -> str:
    """How many stages of a project were planned from the beginning of the year to a day."""
    return " + ".join(
        f"({state}.{stage}_planned_first >= {day[:5]}-01-01' AND {state}.{stage}_planned_last <= {day})"
        for stage in ("started", "completed", "in_production")
    )


# The sums of May by chain, what was completed a year before, how many lights are red, and the cohorts of both years.
_MONTHLY = (
    f"SELECT p.chain, COUNT(*), SUM(v.year_minor), SUM(w.year_minor), SUM(w.month_minor), SUM(w.cumulative_minor), "
    f"SUM(t.cumulative_minor), SUM(b.year_minor), SUM(w.year_minor * 12 < v.year_minor), "
    f"SUM({_planned('s', _MAY)}), SUM({_planned('e', _MAY_BEFORE)}), SUM(s.reached), SUM(e.reached) FROM project AS p "
    f"JOIN project_state AS s ON s.project_id = p.id AND s.from_day <= {_MAY} AND s.to_day > {_MAY} "
    f"LEFT JOIN project_state AS e ON e.project_id = p.id AND e.from_day <= {_MAY_BEFORE} "
    f"AND e.to_day > {_MAY_BEFORE} {_at('v', 'plan', _MAY)}{_at('w', 'completed', _MAY)}{_at('t', 'total', _MAY)}"
    f"{_at('b', 'completed', _MAY_BEFORE)}WHERE p.{_OPEN} GROUP BY p.chain"
)
_BY_CHAIN = (
    f"SELECT p.chain, COUNT(*), SUM(v.year_minor), SUM(w.year_minor), SUM(w.cumulative_minor), SUM(t.cumulative_minor) "
    f"FROM project AS p JOIN {_STATE} {_at('v', 'plan', _DAY)}{_at('w', 'completed', _DAY)}{_at('t', 'total', _DAY)}"
    f"WHERE p.{_OPEN} GROUP BY p.chain"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The least CPU time of some runs in seconds, and the largest memory in MB."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Everyday:
    """A command: its words, the bare SQL of its floor (None: it writes), and what it may cost: a ratio and CPU time."""

    words: tuple[str, ...]
    sql: str | None = None
    ratio: float = 1.25
    milliseconds: int = 40


def _commands(projects: int, turn: int, row: Path) -> dict[str, Everyday]:
    """The commands by name; `turn` makes every recorded figure another one, and `row` is a file for one to import."""
    code, day = code_of(projects // 2), TODAY.isoformat()
    figure = f"{turn + 1}万元"
    row.write_text(f"project,kind,amount,currency,on\n{code},paid,{turn + 7}00000,CNY,{day}\n", encoding="utf-8")
    month = ("report", "monthly", "--month", "2023-05")
    one = _LISTED.replace("ORDER BY", f"AND p.code = '{code}' ORDER BY")
    return {
        "list --limit 40": Everyday(("list", "--limit", "40"), _LISTED, 1),
        "list -f csv": Everyday(("list", "-f", "csv"), _ALL, 1.5, 0),
        "list": Everyday(("list",), _ALL, 3, 0),
        "show CODE": Everyday(("show", code), one, 1),
        "progress --limit 40": Everyday(("progress", "--limit", "40"), _OF_YEAR, 1),
        "overview": Everyday((), _BY_CHAIN, 1, 60),
        "summary --by chain": Everyday(("summary", "--by", "chain"), _BY_CHAIN, 1.5, 0),
        "report monthly --by chain": Everyday((*month, "--by", "chain", "-f", "json"), _MONTHLY, 1.5, 0),
        "report monthly -f json": Everyday((*month, "-f", "json"), _MONTHLY, 1.5, 0),
        "log --limit 20": Everyday(
            ("log", "--limit", "20"), "SELECT id, command FROM change ORDER BY id DESC LIMIT 20", 1
        ),
        "changes of a week": Everyday(("changes", "--since", "2023-06-24"), "SELECT 1", 1),
        "capital record": Everyday(("capital", "record", code, "paid", figure, "--on", day, "--further")),
        "capital correct": Everyday(("capital", "correct", "10", "--amount", figure, "--why", "typo")),
        "undo": Everyday(("undo", "-y")),
        "import of one row": Everyday(("import", str(row), "--apply"), None, 1.8),
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


def _measured(projects: int, path: Path, isolated: Path) -> dict[str, tuple[Everyday, Measured, Measured]]:
    """Each command with what it and its floor cost."""
    environment = clean_environment(isolated) | {"TRACKER_TODAY": TODAY.isoformat()}
    typed = {"_TRACKER_COMPLETE": "complete_bash", "COMP_WORDS": f"tracker show {code_of(7)[:-2]}", "COMP_CWORD": "2"}
    named = "SELECT name FROM lookup_name WHERE subject = 'project' AND folded >= 'p-0000' AND rank = 0 LIMIT 40"
    found: dict[str, tuple[Everyday, list[Measured], list[Measured]]] = {}
    # In turns, so that a slow spell of the machine meets all alike.
    for turn in range(ROUNDS):
        everyday = {"TAB on a code": Everyday((), named, 1)} | _commands(projects, turn, isolated / "row.csv")
        for name, one in everyday.items():
            if name == "TAB on a code":
                cost = _measure((sys.executable, "-m", "tracker"), environment | typed | {"TRACKER_DB": str(path)})
            else:
                cost = _measure((sys.executable, "-m", "tracker", "--db", str(path), *one.words), environment)
            bare = (_WRITING,) if one.sql is None else (_FLOOR, str(path), one.sql)
            _one, costs, floors = found.setdefault(name, (one, [], []))
            costs.append(cost)
            floors.append(_measure((sys.executable, "-c", *bare), environment))
    return {name: (one, _least(costs), _least(floors)) for name, (one, costs, floors) in found.items()}


@pytest.mark.benchmark
def test_everyday_commands_beside_their_floors(tmp_path: Path, isolated: Path) -> None:
    found = {projects: _measured(projects, _ledger(tmp_path, projects), isolated) for projects in SIZES}
    print(f"\nCPU time, least of {ROUNDS}: ms, times the floor, peak memory in MB (times the floor's)\n")
    print("| tracker … | goal |" + "".join(f" {projects:,} projects |" for projects in SIZES))
    print("|---|---|" + "---|" * len(SIZES))
    for name, (one, _cost, _floor) in found[SIZES[0]].items():
        goal = f"{one.ratio:g} ×" + (f" + {one.milliseconds} ms" if one.milliseconds else "")
        cells = []
        for of_size in found.values():
            _one, cost, floor = of_size[name]
            missed = cost.seconds > one.ratio * floor.seconds + one.milliseconds / 1000
            cells.append(
                f"{cost.seconds * 1000:.0f}, {cost.seconds / floor.seconds:.1f} ×{' missed' if missed else ''}; "
                f"{cost.megabytes:.0f} ({cost.megabytes / floor.megabytes:.1f} ×)"
            )
        print(f"| {name} | {goal} | " + " | ".join(cells) + " |")
