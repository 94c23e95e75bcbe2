"""What reading costs, as a ratio to the bare start of Python with the libraries every command needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.isolation import ROOT, clean_environment

FLOOR = (sys.executable, "-c", "import typer, rich.table, sqlite3")
COMMANDS = ("progress", "list")
ROUNDS = 11
CEILING = 2.0


def cpu_seconds(command: tuple[str, ...], environment: dict[str, str]) -> float:
    """User plus system time of one run of `command`; its output goes to a pipe's end that nobody reads."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    # wait4 gives the usage of this child alone; Popen is then told how it ended, so that it does not wait again.
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{' '.join(command)} ended with {process.returncode}"
    return usage.ru_utime + usage.ru_stime


def best_of_each(commands: dict[str, tuple[str, ...]], environment: dict[str, str]) -> dict[str, float]:
    """The least CPU time of each command over ROUNDS, one after the other in each round.

    Noise only ever adds, so the least is the truest; in turns, so that a slow spell of the machine meets all alike.
    """
    for command in commands.values():
        cpu_seconds(command, environment)  # compiles what is not compiled yet
    rounds = [{name: cpu_seconds(command, environment) for name, command in commands.items()} for _ in range(ROUNDS)]
    return {name: min(measured[name] for measured in rounds) for name in commands}


@pytest.mark.benchmark
def test_reading_starts_within_a_small_multiple_of_the_floor(demo_database: Path, tmp_path: Path) -> None:
    program = (sys.executable, "-m", "tracker", "--db", str(demo_database))
    commands: dict[str, tuple[str, ...]] = {"floor": FLOOR, **{name: (*program, name) for name in COMMANDS}}
    best = best_of_each(commands, clean_environment(tmp_path))
    ratios = {name: best[name] / best["floor"] for name in COMMANDS}
    print(f"\nCPU time, best of {ROUNDS}; floor {best['floor'] * 1000:.0f} ms: {FLOOR[-1]}")
    for name, ratio in ratios.items():
        print(f"  tracker {name:9} {best[name] * 1000:4.0f} ms  {ratio:.2f} x floor (at most {CEILING})")
    assert max(ratios.values()) <= CEILING
