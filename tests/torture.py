"""`make torture`: the program killed while it writes, on a full disk, beside other writers, with hostile names.

Every run is a process of its own that types a command; what was acknowledged must be there, what was refused must not,
and `database check` must find the ledger whole. Prints figures, and ends with 1 where something was lost.
"""

from __future__ import annotations

import csv
import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KILLS, WRITERS, EACH, LIMITS = 40, 6, 5, 12
FORMATS = ("table", "csv", "json", "jsonl", "md", "html")
HOSTILE = (
    "=cmd|'/c calc'!A1",
    "+1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "'; DROP TABLE project; --",
    "\x1b[31mred\x1b]0;title\x07",
    "a\u202eb\u2066c",
    "| a | b |",
    "[x](javascript:alert(1))",
    "{{ 7 * 7 }}",
    "%s%n {0} {name}",
    "$(touch hostile) `id`",
    "--help",
    "名称" * 200,
    "a\nb\tc",
    "\ufeff\u200b",
    "../../etc/passwd",
)


class Ledger:
    """One ledger in a folder of its own, and the commands typed to it."""

    def __init__(self, folder: Path) -> None:
        """Create it, with the project p."""
        self.path = folder / "a.db"
        self.environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("TRACKER_")},
            "HOME": str(folder),
            "TRACKER_DB": str(self.path),
            "TRACKER_TODAY": "2023-06-30",
            "PYTHONPATH": str(ROOT),
        }
        self.folder = folder
        self.type("init")
        self.type("project", "add", "p", "--name", "P")

    def start(self, *words: str, prepare: Callable[[], None] | None = None) -> subprocess.Popen[str]:
        """A command that runs."""
        return subprocess.Popen(
            [sys.executable, "-m", "tracker", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            preexec_fn=prepare,
        )

    def type(self, *words: str, prepare: Callable[[], None] | None = None) -> tuple[int, str, str]:
        """The exit code of a command and what it printed."""
        process = self.start(*words, prepare=prepare)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def pay(self, minor: int) -> tuple[str, ...]:
        """The words that record a payment of so many cents, each with an amount of its own."""
        return (
            "capital",
            "record",
            "p",
            "paid",
            f"{minor // 100}.{minor % 100:02}元",
            "--on",
            "2023-05-01",
            "--further",
        )

    def amounts(self) -> set[str]:
        """The amounts that are recorded."""
        _code, out, _err = self.type("capital", "list", "p", "-f", "csv")
        return {cell for row in csv.reader(io.StringIO(out)) for cell in row}

    def is_whole(self) -> bool:
        """Whether every change and every derived row is as it was written."""
        return self.type("database", "check")[0] == 0


def plain(minor: int) -> str:
    """An amount as csv has it."""
    return f"{minor // 100}.{minor % 100:02}"


def kills(ledger: Ledger) -> list[str]:
    """Payments whose process is killed at some moment."""
    dice, acknowledged, killed = random.Random(1), set(), 0
    begun = time.monotonic()
    ledger.type(*ledger.pay(99_999))
    usual = time.monotonic() - begun
    for number in range(KILLS):
        process = ledger.start(*ledger.pay(100_000 + number))
        time.sleep(dice.uniform(0.3, 1.5) * usual)
        process.kill()
        process.communicate()
        if process.returncode == 0:
            acknowledged.add(plain(100_000 + number))
        else:
            killed += 1
    there = ledger.amounts()
    lost = acknowledged - there
    print(f"kills: {killed} of {KILLS} processes killed, {len(acknowledged)} acknowledged, {len(lost)} lost")
    return [f"lost: {one}" for one in sorted(lost)]


def full_disk(ledger: Ledger) -> list[str]:
    """Payments where no file may grow beyond a limit."""
    wrong, refused = [], 0
    size = ledger.path.stat().st_size
    for number in range(LIMITS):
        limit = 2 * size * number // LIMITS
        minor = 200_000 + number
        code, _out, err = ledger.type(
            *ledger.pay(minor), prepare=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit))
        )
        there = plain(minor) in ledger.amounts()
        refused += code != 0
        if (code == 0) != there or "Traceback" in err or code not in (0, 1):
            wrong.append(f"disk of {limit} bytes: exit {code}, recorded {there}: {err.strip()[:200]}")
    print(f"full disk: {refused} of {LIMITS} writes refused")
    return wrong


def writers(ledger: Ledger) -> list[str]:
    """Several processes that write at once."""

    def write(writer: int) -> list[int]:
        return [ledger.type(*ledger.pay(300_000 + writer * 100 + number))[0] for number in range(EACH)]

    with ThreadPoolExecutor(WRITERS) as pool:
        codes = [code for some in pool.map(write, range(WRITERS)) for code in some]
    there = ledger.amounts()
    missing = [
        plain(300_000 + writer * 100 + number)
        for writer in range(WRITERS)
        for number in range(EACH)
        if plain(300_000 + writer * 100 + number) not in there
    ]
    print(f"writers: {WRITERS} at once, {len(codes)} commands, {codes.count(0)} acknowledged, {len(missing)} missing")
    return (
        [f"missing: {one}" for one in missing] if codes.count(0) == len(codes) else [f"exit codes {sorted(set(codes))}"]
    )


def names(ledger: Ledger) -> list[str]:
    """Hostile names, recorded and printed in every format."""
    wrong, taken = [], 0
    for number, name in enumerate(HOSTILE):
        code, _out, err = ledger.type("project", "add", f"h{number}", f"--name={name}")
        taken += code == 0
        if code not in (0, 1, 2) or "Traceback" in err or "\x1b" in err:
            wrong.append(f"{name!r}: exit {code}: {err.strip()[:200]}")
    for form in FORMATS:
        code, out, err = ledger.type("list", "-f", form)
        if code or "Traceback" in err or "\x1b" in out or "<script" in (out if form == "html" else ""):
            wrong.append(f"{form}: exit {code}: {err.strip()[:200]}")
        if form == "csv":
            cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
            wrong += [f"a formula in csv: {cell!r}" for cell in cells if cell[:1] in ("=", "+", "@") and len(cell) > 1]
    if (ledger.folder / "hostile").exists():
        wrong.append("a name was carried out by a shell")
    print(f"hostile names: {taken} of {len(HOSTILE)} taken, printed in {len(FORMATS)} formats")
    return wrong


def main() -> int:
    """Run all of it; 1 where anything is wrong."""
    wrong: list[str] = []
    for torture in (kills, full_disk, writers, names):
        with tempfile.TemporaryDirectory() as folder:
            ledger = Ledger(Path(folder))
            begun = time.monotonic()
            wrong += torture(ledger)
            if not ledger.is_whole():
                wrong.append(f"{torture.__name__}: the ledger is not whole: {ledger.type('database', 'check')[1]}")
            print(f"  {time.monotonic() - begun:.0f} s")
    print("\n".join(wrong) or "nothing was lost")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
